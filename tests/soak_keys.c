/*
 * soak_keys.c - random keys, pastes, clicks, commands and sizes against the running program in a pseudo terminal: it stays alive, answers, its
 * screen equals a fresh drawing, and it leaves the terminal as it was. interaction.md 21.
 *
 * `make check` sends a few thousand, `make soak` 100,000 and more (QS_SOAK_KEYS, QS_SOAK_SEED), best in a build with --enable-sanitizers,
 * whose reports are shown. Keys are the same for the same seed; what has arrived when they are read is not.
 */
#include <fcntl.h>
#include <glob.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/rng.h"
#include "small_terminal.h"

enum { CHECK_EVERY = 1000 };

/* What a person types whole; none leaves, and none writes outside of the directory the test runs in. */
static const char *const lines[] = {
	"x = [-1.2, -0.6, 0.2, 1.0]", "x[1] = 0.25", "w = gauss 8x512 sigma=0.02 seed=3", "quantize q4_0 w", "q = quantize q4_K w", "quantize int4 x",
	"step q4_0 x pad=zero", "step q4_K w[0, 0:256]", "step iq2_xxs w[0, 0:256] imp=flat", "step affine x bits=4", "line _", "bars q", "block q",
	"tree q", "err q", "hist w", "heat w", "chan w", "rd w", "scales q4_0 w imp=flat", "match iq2_xxs w[0, 0:256] imp=flat", "bits 0.15",
	"compare w q4_0 q4_K iq4_nl", "matmul", "fp4 mxfp4 w", "name Q4_K_M", "open sample", "browse sample", "plan sample Q4_K_M", "diff sample sample", "worst sample codec=q8_0",
	"calibrate w method=mse", "fixed \"1.75 * -0.3\" q=3.4", "next 3", "back", "goto 2", "first", "last", "play 0.05", "pause", "until change code[3]",
	"why code[1]", "why", "layout full", "layout wide", "layout stack", "layout auto", "layout prompt", "size 12", "size +2", "pane off", "pane on",
	"focus pane", "help", "help quantize", "help keys", "explain scale", "lessons", "lesson walkie", "hint", "again", "skip", "leave", "demos",
	"demo outlier", "demo codebook", "views", "codecs", "vars", "set", "set wrap off", "set wrap on", "set glyphs ascii", "set glyphs utf8",
	"set theme light", "set theme dark", "set mouse off", "set mouse on", "split hist", "split off", "freeze on", "freeze off", "record r.qs", "record off",
	"history", "!1", "watch err q4_0 w", "watch off", "time quantize q8_0 w", "snap s.svg", "snap", "y = (", "y = 3 +", "for i = 1, 3 do", "print(i)", "end",
	"=x", "nonsense", "quantize q4_0", "quantize q9 x", "open nowhere.gguf", "hist sample:layer.1.weight", "tree q4_K sample:layer.1.weight",
	"feed \"<F8><F6>jj<Esc>\"", "gauss 512x4096 seed=1", "quantize q4_K _", "err iq3_s (gauss(4096)) imp=flat", "bind line k next", "step compare q4_0 q8_0 x pad=zero",
};

static const char *const sequences[] = {
	"\033[A", "\033[B", "\033[C", "\033[D", "\033[H", "\033[F", "\033[5~", "\033[6~", "\033[2~", "\033[3~", "\033OP", "\033OQ", "\033OR", "\033OS",
	"\033[15~", "\033[17~", "\033[18~", "\033[19~", "\033[20~", "\033[21~", "\033[23~", "\033[24~", "\033[Z", "\033", "\033\033", "\t", "\t\t", "\r", "\177",
	"\x18n", "\x18" "b", "\x18p", "\x18w", "\x18v", "\x18o", "\x18z", "\x18/", "\x18\033[D", "\x18\033[C", "\x18+", "\x18-", "\x18\x05", "\x12", "\x13", "\x0f",
	"\xc3\xa9", "\xe6\xbc\xa2", "e\xcc\x81", "\xf0\x9f\x99\x82", "\xff", "\xc3", "\xe6\xbc", "\033[999999C", "\033[1;5C", "\033]0;t\007", "\033[?1;2c", "\033P", "\033[<",
};

static const int sizes[][2] = {
	{ 24, 80 }, { 40, 120 }, { 60, 200 }, { 16, 60 }, { 6, 30 }, { 10, 40 }, { 1, 1 }, { 2, 200 }, { 60, 3 }, { 5, 90 }, { 30, 100 }, { 24, 80 },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static struct rng rng;
static struct text recent;			/* since the last check, as C string escapes */

static size_t below(size_t n)
{
	return (size_t)(rng_uniform(&rng) * (double)n);
}

static void press(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c >= ' ' && c < 0x7f && c != '\\')
			text_add(&recent, "%c", c);
		else
			text_add(&recent, "\\%03o", c);
	}
	text_put(&recent, n > 1 ? " " : "");
	pty_sendn(bytes, n);
}

static void press_any(void)
{
	double kind = rng_uniform(&rng);
	char bytes[64];
	int n;

	if (kind < 0.30) {
		bytes[0] = (char)(' ' + below(95));
		press(bytes, 1);
	} else if (kind < 0.55) {
		const char *s = sequences[below(COUNT(sequences))];

		press(s, strlen(s));
	} else if (kind < 0.67) {		/* control keys, without those that leave (4, 28) or stop (26) */
		do
			bytes[0] = (char)(1 + below(31));
		while (bytes[0] == 4 || bytes[0] == 28 || bytes[0] == 26);
		press(bytes, 1);
	} else if (kind < 0.75) {		/* Alt */
		bytes[0] = 033;
		bytes[1] = (char)(' ' + below(95));
		press(bytes, 2);
	} else if (kind < 0.90) {
		const char *s = lines[below(COUNT(lines))];

		press("\x15", below(4) ? 1 : 0);
		press(s, strlen(s));
		press("\r", 1);
	} else if (kind < 0.94) {
		n = snprintf(bytes, sizeof bytes, "\033[<%d;%d;%d%c", (int[]){ 0, 0, 1, 2, 64, 65, 32 }[below(7)], 1 + (int)below(210), 1 + (int)below(62), "Mm"[below(2)]);
		press(bytes, (size_t)n);
	} else if (kind < 0.96) {
		n = snprintf(bytes, sizeof bytes, "\033[200~z = %d\r%s\n\tz\033[201~", (int)below(99), lines[below(8)]);
		press(bytes, (size_t)n);
	} else if (kind < 0.97) {
		for (n = 0; n < 12; n++) {
			bytes[n] = (char)(32 + below(224));
			n -= bytes[n] == 127;
		}
		press(bytes, (size_t)n);
	} else {
		const int *size = sizes[below(COUNT(sizes))];

		text_add(&recent, "[%dx%d] ", size[1], size[0]);
		pty_size(size[0], size[1]);
		pty_pump(0.02);
	}
}

/* A report of the sanitizers names the fault; the keys tell how to get there. */
static void died(void)
{
	glob_t found;
	char line[300];

	print_message("keys since the last check: %s\nthe terminal:\n%s\n", text_str(&recent), vt_text());
	if (glob("report.*", 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			FILE *f = fopen(found.gl_pathv[i], "r");

			for (int n = 0; f && n < 60 && fgets(line, sizeof line, f); n++)
				print_message("%s", line);
			if (f)
				fclose(f);
		}
	globfree(&found);
	fail_msg("the program ended: %s", pty_report());
}

/* Nothing runs or plays any more, and what is drawn is what there is. */
static void check(void)
{
	char *was;

	for (int i = 0; i < 3; i++) {
		press("\x03", 1);
		pty_pump(0.2);
	}
	if (pty_reported())
		died();
	pty_resize(24, 80);
	if (!vt.alternate)
		press("pane on\r", 8);
	pty_settle();
	if (vt.alternate) {
		for (int i = 0; i < 2; i++) {	/* the first may end a search or close a card */
			press("\x0c", 1);
			pty_settle();
		}
		was = strdup(vt_text());
		press("\x0c", 1);
		pty_settle();
		if (pty_reported())
			died();
		if (strcmp(was, vt_text()))
			print_message("keys since the last check: %s\n", text_str(&recent));
		assert_string_equal(vt_text(), was);
		free(was);
	}
	text_clear(&recent);
}

static void it_lives_and_draws_what_there_is_after_any_keys_and_sizes(void **state)
{
	const char *keys = getenv("QS_SOAK_KEYS"), *seed = getenv("QS_SOAK_SEED");
	long want = keys ? atol(keys) : 1500;
	unsigned long start = seed ? strtoul(seed, NULL, 0) : keys ? (unsigned long)time(NULL) : 1;
	pid_t pid;

	(void)state;
	setenv("ASAN_OPTIONS", "detect_leaks=0:log_path=report", 1);
	rng = rng_seeded(start);
	pid = pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	print_message("# %ld random keys, seed %lu\n", want, start);
	for (long i = 1; i <= want; i++) {
		press_any();
		if (!below(8))
			pty_pump(0.01);
		if (pty_reported())
			died();
		if (i % CHECK_EVERY == 0 || i == want) {
			check();
			if (keys)
				print_message("# %ld keys\n", i);
		}
		text_clear(&pty.all);
	}
	*vt.unknown = 0;		/* line mode: the terminal echoes what is typed ahead in the middle of what is written */
	kill(pid, SIGTERM);
	pty_ends("exit 143");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(it_lives_and_draws_what_there_is_after_any_keys_and_sizes) };
	char dir[] = "/tmp/qs-soak-XXXXXX";
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!mkdtemp(dir) || chdir(dir) != 0)
		return 1;
	setenv("EDITOR", "true", 1);
	setenv("UBSAN_OPTIONS", "print_stacktrace=1:log_path=report", 1);
	status = cmocka_run_group_tests(tests, pty_set_up, pty_tear_down);
	text_drop(&recent);
	if (status == 0)
		remove_tree(dir);
	return status;
}
