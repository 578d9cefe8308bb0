/* test_terminal.c - bytes into keys and back; the input line: editing, drawing, completion, history. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/rng.h"
#include "base/text.h"
#include "repl/decoder.h"
#include "repl/line.h"

/* ---- decoder ---- */

/* What comes out, in the written form of keys: "<Up>", paste as [..], mouse as (..), an unknown sequence as !. */
static void drain(struct decoder *d, bool late, struct text *out)
{
	struct terminal_event e;
	char written[16];

	while (decoder_next(d, late, &e))
		if (e.kind == EVENT_PASTE) {
			text_put(out, "[");
			text_putn(out, e.paste, e.paste_len);
			text_put(out, "]");
			free(e.paste);
		} else if (e.kind == EVENT_MOUSE) {
			text_add(out, "(%d,%d %s%d%s)", e.row, e.col, e.wheel ? "wheel " : "button ", e.wheel ? e.wheel : e.button, e.shift ? " shift" : "");
		} else if (e.key.code == KEY_NONE) {
			text_put(out, "!");
		} else {
			text_put(out, key_write(&e.key, written));
		}
}

/* The bytes whole, then byte by byte, must decode alike. */
static void decodes(const char *bytes, size_t n, const char *wanted)
{
	for (int split = 0; split < 2; split++) {
		struct decoder d = { 0 };
		struct text out = { 0 };

		for (size_t i = 0; i < n; i += split ? 1 : n) {
			assert_true(decoder_feed(&d, bytes + i, split ? 1 : n));
			drain(&d, false, &out);
		}
		assert_string_equal(text_str(&out), wanted);
		assert_int_equal(decoder_patience(&d), -1);
		text_drop(&out);
		decoder_drop(&d);
	}
}
#define DECODES(bytes, wanted) decodes(bytes, sizeof bytes - 1, wanted)

static void keys_are_decoded_whole_or_in_pieces(void **state)
{
	(void)state;
	DECODES("a<\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "a<lt>\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	DECODES("\r\n\t\x7f\x08\x01\x18\x1f", "<Enter><Enter><Tab><BS><BS><C-a><C-x><C-_>");
	DECODES("\033[A\033[B\033[C\033[D\033[H\033[F", "<Up><Down><Right><Left><Home><End>");
	DECODES("\033OA\033OH\033OP\033OQ\033OR\033OS\033OM", "<Up><Home><F1><F2><F3><F4><Enter>");
	DECODES("\033[1~\033[4~\033[2~\033[3~\033[5~\033[6~\033[Z", "<Home><End><Ins><Del><PgUp><PgDn><S-Tab>");
	DECODES("\033[11~\033[15~\033[17~\033[18~\033[19~\033[20~\033[24~", "<F1><F5><F6><F7><F8><F9><F12>");
	DECODES("\033[[A\033[[E", "<F1><F5>");
	DECODES("\033[1;5C\033[1;3D\033[3;5~\033[1;2P", "<C-Right><M-Left><C-Del><F1>");
	DECODES("\033f\033\x7f\033\r\033\xc3\xa9", "<M-f><M-BS><M-Enter><M-\xc3\xa9>");
	DECODES("\033\033[A", "<M-Up>");
	DECODES("\033[120;5u", "<C-x>");
}

static void answers_and_notices_of_the_terminal_are_no_keys(void **state)
{
	(void)state;
	DECODES("\033[?1;2c\033[I\033[Oa\033[201~", "a");
	DECODES("\033[99~\033[1;1Xa", "!!a");
}

static void broken_characters_cost_one_key_each(void **state)
{
	struct decoder d = { 0 };
	struct text out = { 0 };

	(void)state;
	DECODES("\xffz", "\xef\xbf\xbdz");
	DECODES("\xc3z", "\xef\xbf\xbdz");
	decoder_feed(&d, "\xe2\x82", 2);
	drain(&d, false, &out);
	assert_string_equal(text_str(&out), "");
	assert_int_equal(decoder_patience(&d), ESC_MS);
	drain(&d, true, &out);
	assert_string_equal(text_str(&out), "\xef\xbf\xbd\xef\xbf\xbd");
	text_drop(&out);
	decoder_drop(&d);
}

static void a_lone_escape_counts_when_nothing_follows_in_time(void **state)
{
	struct decoder d = { 0 };
	struct text out = { 0 };

	(void)state;
	decoder_feed(&d, "\033", 1);
	drain(&d, false, &out);
	assert_string_equal(text_str(&out), "");
	assert_int_equal(decoder_patience(&d), 25);
	drain(&d, true, &out);
	assert_string_equal(text_str(&out), "<Esc>");
	text_clear(&out);
	decoder_feed(&d, "\033\033", 2);
	drain(&d, false, &out);
	drain(&d, true, &out);
	assert_string_equal(text_str(&out), "<Esc><Esc>");
	text_clear(&out);
	decoder_feed(&d, "\033[", 2);		/* Alt and a bracket, or the beginning of more */
	drain(&d, false, &out);
	assert_string_equal(text_str(&out), "");
	drain(&d, true, &out);
	assert_string_equal(text_str(&out), "<M-[>");
	text_drop(&out);
	decoder_drop(&d);
}

static void a_paste_comes_out_in_one_piece_and_ends_even_without_its_mark(void **state)
{
	struct decoder d = { 0 };
	struct text out = { 0 };

	(void)state;
	DECODES("x\033[200~one\rtwo\033[Athree\033[201~y", "x[one\rtwo\033[Athree]y");
	DECODES("\033[200~\033[201~", "[]");
	decoder_feed(&d, "\033[200~half of", 13);
	drain(&d, false, &out);
	assert_int_equal(decoder_patience(&d), PASTE_MS);
	drain(&d, true, &out);
	assert_string_equal(text_str(&out), "[half of]");
	text_clear(&out);
	decoder_feed(&d, "k\033[201~l", 8);
	drain(&d, false, &out);
	assert_string_equal(text_str(&out), "kl");
	text_drop(&out);
	decoder_drop(&d);
}

static void mouse_presses_and_the_wheel_are_events(void **state)
{
	(void)state;
	DECODES("\033[<0;5;3M\033[<0;5;3m", "(2,4 button 1)");
	DECODES("\033[<64;1;1M\033[<65;200;60M", "(0,0 wheel -1)(59,199 wheel 1)");
	DECODES("\033[<4;1;2M\033[<32;9;9M", "(1,0 button 1 shift)");
	DECODES("\033[M !!\033[M#!!", "(0,0 button 1)");
}

static void unknown_keys_keep_their_bytes_for_readline(void **state)
{
	struct decoder d = { 0 };
	struct terminal_event e;

	(void)state;
	decoder_feed(&d, "\033[99;3~", 7);
	assert_true(decoder_next(&d, false, &e));
	assert_int_equal(e.kind, EVENT_KEY);
	assert_int_equal(e.n, 7);
	assert_memory_equal(e.bytes, "\033[99;3~", 7);
	decoder_drop(&d);
}

static void written_keys_become_bytes_that_decode_to_themselves(void **state)
{
	static const char *const names[] = {
		"a", "\xe2\x82\xac", "<Enter>", "<Tab>", "<S-Tab>", "<BS>", "<Del>", "<Ins>", "<Up>", "<Down>", "<Left>", "<Right>", "<Home>",
		"<End>", "<PgUp>", "<PgDn>", "<F1>", "<F4>", "<F5>", "<F12>", "<C-r>", "<C-Space>", "<C-_>", "<M-n>", "<M-BS>", "<C-Right>",
		"<M-PgUp>", "<M-Enter>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct key k;
		char bytes[16];
		size_t n;

		assert_int_equal(key_parse(names[i], &k), strlen(names[i]));
		n = key_bytes(&k, bytes);
		assert_true(n > 0);
		decodes(bytes, n, names[i]);
	}
}

/* ---- line ---- */

static struct { char last[400]; int done, ended, bells, listed; char list[400]; } seen;

static void on_done(void *arg, const char *line)
{
	(void)arg;
	seen.done++;
	seen.ended += !line;
	snprintf(seen.last, sizeof seen.last, "%s", line ? line : "(end)");
}

static void on_bell(void *arg)
{
	(void)arg;
	seen.bells++;
}

/* Words after the last blank: quantize, quit and q4_K. */
static bool on_complete(void *arg, const char *line, size_t at, struct completion *out)
{
	static const char *const words[] = { "quantize", "quit", "q4_K", "pad=" };

	(void)arg;
	out->from = at;
	while (out->from && line[out->from - 1] != ' ')
		out->from--;
	out->candidate = calloc(4, sizeof *out->candidate);
	for (size_t i = 0; i < 4; i++)
		if (!strncasecmp(words[i], line + out->from, at - out->from)) {
			out->candidate[out->n].text = strdup(words[i]);
			out->candidate[out->n].about = strdup("about");
			out->candidate[out->n++].more = words[i][strlen(words[i]) - 1] == '=';
		}
	return out->n > 0;
}

static void on_list(void *arg, const struct completion *c)
{
	(void)arg;
	seen.listed++;
	seen.list[0] = 0;
	for (size_t i = 0; i < c->n; i++) {
		strcat(seen.list, c->candidate[i].text);
		strcat(seen.list, " ");
	}
}

static void open_line(void)
{
	struct line_hooks hooks = { .done = on_done, .complete = on_complete, .list = on_list, .bell = on_bell };
	struct error err = { 0 };

	memset(&seen, 0, sizeof seen);
	assert_true(line_open(&hooks, false, &err));
	line_prompt("qs> ");
}

/* Keys in their written form. */
static void type(const char *keys)
{
	struct key k;
	size_t used;

	while ((used = key_parse(keys, &k))) {
		char bytes[16];
		size_t n = key_bytes(&k, bytes);

		line_key(bytes, n);
		keys += used;
	}
}

static void editing_keys_do_what_they_do_in_any_readline_program(void **state)
{
	(void)state;
	open_line();
	type("hallo<Left><Left><Left><Left><Del>e");
	assert_string_equal(line_text(), "hello");
	assert_int_equal(line_cursor(), 2);
	type("<C-e> world<M-b>big <C-a><C-k><C-y>!");
	assert_string_equal(line_text(), "hello big world!");
	type("<C-_><C-_>");
	type("<Enter>");
	assert_int_equal(seen.done, 1);
	assert_true(line_empty());
	type("<C-v><C-x>z");
	assert_string_equal(line_text(), "\x18z");
	assert_false(line_takes_all());
	type("<C-v>");
	assert_true(line_takes_all());
	line_drop();
	assert_false(line_takes_all());
	assert_true(line_empty());
	type("<C-d>");
	assert_int_equal(seen.ended, 1);
	type("x<Enter>");
	assert_string_equal(seen.last, "x");
	line_close();
}

static void characters_reach_readline_whole_also_inside_a_search(void **state)
{
	struct canvas c;
	int row, col;
	struct text t = { 0 };

	(void)state;
	open_line();
	line_history_load(NULL, 2000);
	line_history_add("gr\xc3\xbc\xc3\x9f" "e");
	line_history_add("other");
	type("\xc3\xa9\xe2\x82\xac");
	assert_string_equal(line_text(), "\xc3\xa9\xe2\x82\xac");
	type("<Left><BS>");
	assert_string_equal(line_text(), "\xe2\x82\xac");
	line_drop();
	type("<C-r>\xc3\xbc");
	assert_true(line_searching());
	assert_string_equal(line_text(), "gr\xc3\xbc\xc3\x9f" "e");
	assert_true(canvas_new(&c, 1, 60, false, NULL));
	assert_int_equal(line_draw(&c, true, 5, &row, &col), 1);
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	assert_string_equal(text_str(&t), "(reverse-i-search)`\xc3\xbc': gr\xc3\xbc\xc3\x9f" "e\n");
	assert_int_equal(col, 25);
	text_drop(&t);
	canvas_drop(&c);
	line_drop();
	assert_false(line_searching());
	assert_true(line_empty());
	line_close();
}

/* Whatever readline is in the middle of, the next key neither blocks nor breaks it. With what readline 8.2 does itself, in the history and
 * in macros, this ends within a hundred keys (recall.h, replace.h). */
static void no_sequence_of_keys_upsets_readline(void **state)
{
	static const char *const keys[] = {
		"a", "b ", "\xc3\xbc", "<Enter>", "<BS>", "<Del>", "<Left>", "<Right>", "<Up>", "<Down>", "<Home>", "<End>", "<Tab>", "<Tab>",
		"<C-a>", "<C-b>", "<C-d>", "<C-e>", "<C-f>", "<C-g>", "<C-h>", "<C-k>", "<C-n>", "<C-o>", "<C-p>", "<C-q>", "<C-r>", "<C-r>", "<C-s>",
		"<C-t>", "<C-u>", "<C-v>", "<C-w>", "<C-y>", "<C-_>", "<C-]>", "<M-b>", "<M-d>", "<M-f>", "<M-.>", "<M-y>",
		"<M-c>", "<M-t>", "<M-#>", "<M-?>", "<M-C-y>", "<M-~>", "<M-Up>", "<C-Right>", "<S-Tab>", "<Ins>", "<PgUp>",
		"<M-p>", "<M-n>", "<M-p>", "<M-n>", "<M-lt>", "<M-r>", "<M-1>", "<M-->", "<M-C-r>", "<C-x>(", "<C-x>)", "<C-x>e", "<C-x>e",
		"<C-x><C-u>", "<C-x><C-x>", "<C-x><C-r>", "<Esc>", "<C-\\>", "<M-u>", "<M-l>", "<M-_>", "<M-&>", "<M-*>", "<M-r>", "<C-x>(",
	};
	struct rng r = rng_seeded(3);

	(void)state;
	open_line();
	line_history_load(NULL, 100);
	for (int i = 0; i < 10000; i++) {
		struct canvas c;
		int row, col;

		type(keys[(size_t)(rng_uniform(&r) * (double)(sizeof keys / sizeof *keys))]);
		if (rng_uniform(&r) < 0.01 || strlen(line_text()) > 300)
			line_drop();
		if (rng_uniform(&r) < 0.01)
			line_insert("p\nq", 3);
		if (rng_uniform(&r) < 0.01)
			line_set("another");
		if (rng_uniform(&r) < 0.01)
			line_prompt(i % 2 ? "walkie 3/8> " : "qs> ");
		if (rng_uniform(&r) < 0.01)
			line_history_add(i % 2 ? "one more" : "and ab");
		if (i % 16 || !canvas_new(&c, 5, 30, false, NULL))
			continue;
		line_draw(&c, true, 5, &row, &col);
		canvas_drop(&c);
	}
	line_close();
}

static void search_history(const char *const *lines)
{
	open_line();
	line_history_load(NULL, 100);
	while (*lines)
		line_history_add(*lines++);
}

static const char *const some_lines[] = { "gauss 4", "open sample", "gauss 8", "ls sample", NULL };

static void a_line_that_was_recalled_and_changed_is_there_until_enter_and_the_history_stays(void **state)
{
	(void)state;
	search_history(some_lines);
	type("mine<Up>");
	assert_string_equal(line_text(), "ls sample");
	type("X<Up>Y<Up>");
	assert_string_equal(line_text(), "open sample");
	type("<Down>");
	assert_string_equal(line_text(), "gauss 8Y");
	type("<Down>");
	assert_string_equal(line_text(), "ls sampleX");
	type("<Down>");
	assert_string_equal(line_text(), "mine");
	line_key("\033<", 2);
	assert_string_equal(line_text(), line_history_entry(line_history_first()));
	line_key("\033>", 2);
	assert_string_equal(line_text(), "mine");
	type("<Up><Up><Enter>");
	assert_string_equal(seen.last, "gauss 8Y");
	type("<Up>");
	assert_string_equal(line_text(), "ls sample");
	type("<Up>");
	assert_string_equal(line_text(), "gauss 8");
	type("<C-c>");
	line_close();
}

static void a_search_finds_more_gives_up_and_keeps_what_it_found(void **state)
{
	(void)state;
	search_history(some_lines);
	type("was<C-r>gau");
	assert_string_equal(line_text(), "gauss 8");
	type("<C-r>");
	assert_string_equal(line_text(), "gauss 4");
	type("<C-s>");
	assert_string_equal(line_text(), "gauss 8");
	type("<BS><BS><BS>sam");
	assert_string_equal(line_text(), "ls sample");
	type("<C-r>");
	assert_string_equal(line_text(), "open sample");
	assert_int_equal(line_cursor(), 5);
	type("<C-g>");
	assert_false(line_searching());
	assert_string_equal(line_text(), "was");
	type("<C-r>open<Left>X");		/* any other key takes what was found and does its own */
	assert_false(line_searching());
	assert_string_equal(line_text(), "Xopen sample");
	line_drop();
	type("<C-r><C-r>");			/* the same words again */
	assert_string_equal(line_text(), "open sample");
	type("<Enter>");
	assert_string_equal(seen.last, "open sample");
	line_close();
}

static void a_search_that_asks_first_and_one_by_the_beginning_find_lines(void **state)
{
	(void)state;
	search_history(some_lines);
	type("ga<M-p>");
	assert_true(line_searching());
	assert_string_equal(line_text(), "");
	type("open<Enter>");
	assert_false(line_searching());
	assert_string_equal(line_text(), "open sample");
	type("<M-p>x<Esc>");
	assert_string_equal(line_text(), "open sample");
	type("<Down><Down><Down>");
	assert_string_equal(line_text(), "ga");
	line_drop();
	type("ga<PgUp>");
	assert_string_equal(line_text(), "gauss 8");
	type("<PgUp>");
	assert_string_equal(line_text(), "gauss 4");
	type("<PgDn>");
	assert_string_equal(line_text(), "gauss 8");
	line_drop();
	type("a<C-x>m");				/* a macro with keys of several bytes, and one within it */
	assert_string_equal(line_text(), "a<vars");
	line_drop();
	type("<C-x>(x<Left>y<C-x>)<C-x>e");
	assert_string_equal(line_text(), "yyxx");
	line_drop();
	line_close();
}

static void ctrl_o_runs_a_line_and_brings_the_one_after_it(void **state)
{
	(void)state;
	search_history(some_lines);
	type("<Up><Up><Up><C-o>");
	assert_string_equal(seen.last, "open sample");
	assert_string_equal(line_text(), "gauss 8");
	type("<C-o>");
	assert_string_equal(seen.last, "gauss 8");
	assert_string_equal(line_text(), "ls sample");
	line_drop();
	line_close();
}

static void a_paste_keeps_its_line_ends_and_runs_nothing(void **state)
{
	(void)state;
	open_line();
	type("ab<Left>");
	line_insert("one\r\ntwo\rthree\n\tx\033[A\x01", 21);
	assert_string_equal(line_text(), "aone\ntwo\nthree\n\tx[Ab");
	assert_int_equal(seen.done, 0);
	type("<C-_>");
	assert_string_equal(line_text(), "ab");
	line_close();
}

static void tab_completes_what_is_common_and_lists_at_the_second(void **state)
{
	(void)state;
	open_line();
	type("qu<Tab>");
	assert_string_equal(line_text(), "qu");
	assert_int_equal(seen.listed, 0);
	type("<Tab>");
	assert_int_equal(seen.listed, 1);
	assert_string_equal(seen.list, "quantize quit ");
	type("a<Tab>");
	assert_string_equal(line_text(), "quantize ");
	type("Q4<Tab>");
	assert_string_equal(line_text(), "quantize q4_K ");
	type("p<Tab>");
	assert_string_equal(line_text(), "quantize q4_K pad=");
	type("zz<Tab>");
	assert_int_equal(seen.bells, 1);
	assert_string_equal(line_text(), "quantize q4_K pad=zz");
	line_close();
}

static void a_line_set_while_one_is_handed_on_stays(void **state)
{
	(void)state;
	open_line();
	type("y = 3 +<Enter>");
	assert_string_equal(seen.last, "y = 3 +");
	line_set("y = 3 +\n");
	type("4<Enter>");
	assert_string_equal(seen.last, "y = 3 +\n4");
	line_close();
}

/* ---- drawing ---- */

/* The line drawn on rows x cols, rows joined by |, the cursor as @ROW,COL. */
static const char *drawn(int rows, int cols, bool wrap, int max_rows)
{
	static char out[800];
	struct canvas c;
	struct text t = { 0 };
	int row, col, used;

	assert_true(canvas_new(&c, rows, cols, false, NULL));
	used = line_draw(&c, wrap, max_rows, &row, &col);
	assert_int_equal(used, line_rows(cols, wrap, max_rows < rows ? max_rows : rows));
	c.rows = used;
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	for (size_t i = 0; i < t.len; i++)
		if (t.s[i] == '\n')
			t.s[i] = '|';
	snprintf(out, sizeof out, "%s@%d,%d", text_str(&t), row, col);
	text_drop(&t);
	canvas_drop(&c);
	return out;
}

static void the_cursor_stands_where_the_width_of_the_text_puts_it(void **state)
{
	(void)state;
	open_line();
	assert_string_equal(drawn(5, 20, true, 5), "qs>|@0,4");
	type("\xe6\xbc\xa2z");				/* a wide character takes two columns */
	assert_string_equal(drawn(5, 20, true, 5), "qs> \xe6\xbc\xa2z|@0,7");
	line_set("e\xcc\x81z");				/* a combining one none, but it is there */
	assert_string_equal(drawn(5, 20, true, 5), "qs> e\xcc\x81z|@0,6");
	line_set("\xe6\xbc\xa2\xcc\x84\xcc\x81\xcc\x80z");	/* two of them at most, on a wide one too */
	assert_string_equal(drawn(5, 20, true, 5), "qs> \xe6\xbc\xa2\xcc\x84\xcc\x81z|@0,7");
	line_set("a\xe2\x80\xae" "b\xe2\x80\x8d");			/* a change of direction is none */
	assert_string_equal(drawn(5, 20, true, 5), "qs> ab|@0,6");
	line_set("\001\x7fz");				/* control characters two */
	assert_string_equal(drawn(5, 20, true, 5), "qs> ^A^?z|@0,9");
	line_set("a\tb");				/* a tab to the next stop */
	assert_string_equal(drawn(5, 20, true, 5), "qs> a   b|@0,9");
	line_close();
}

static void long_lines_wrap_and_show_the_rows_around_the_cursor(void **state)
{
	(void)state;
	open_line();
	line_set("abcdef");
	assert_string_equal(drawn(5, 10, true, 5), "qs> abcdef||@1,0");
	line_set("abcdefg\xe6\xbc\xa2");
	assert_string_equal(drawn(5, 10, true, 5), "qs> abcdef|g\xe6\xbc\xa2|@1,3");
	line_set("abcde\xe6\xbc\xa2z");			/* half a character does not fit */
	assert_string_equal(drawn(5, 10, true, 5), "qs> abcde|\xe6\xbc\xa2z|@1,3");
	line_set("aaaaaabbbbbbbbbbccccccccccdddddddddd");
	assert_string_equal(drawn(9, 10, true, 3), "cccccccccc|dddddddddd||@2,0");
	type("<C-a>");
	assert_string_equal(drawn(9, 10, true, 3), "qs> aaaaaa|bbbbbbbbbb|cccccccccc|@0,4");
	line_set("y = 3 +\n4");
	assert_string_equal(drawn(9, 20, true, 5), "qs> y = 3 +|..> 4|@1,5");
	line_close();
}

static void without_wrap_long_lines_scroll_with_a_mark_at_the_cut(void **state)
{
	(void)state;
	open_line();
	line_set("abcdefghij");			/* 14 columns in 10: moved by 10, as halves go, so that the cursor is inside */
	assert_string_equal(drawn(5, 10, false, 5), "<hij|@0,4");
	type("<Left><Left><Left><Left><Left>");	/* column 9 is the last but for the mark */
	assert_string_equal(drawn(5, 10, false, 5), "<cdefghij|@0,4");
	type("<C-a>");
	assert_string_equal(drawn(5, 10, false, 5), "qs> abcde>|@0,4");
	line_close();
}

static void a_click_puts_the_cursor_on_the_character_under_it(void **state)
{
	(void)state;
	open_line();
	line_set("abcdef\xe6\xbc\xa2xyz");
	line_click(10, true, 5, 0, 6);
	assert_int_equal(line_cursor(), 2);
	line_click(10, true, 5, 1, 1);		/* the right half of the wide one */
	assert_int_equal(line_cursor(), 6);
	line_click(10, true, 5, 1, 9);
	assert_int_equal(line_cursor(), 12);
	line_click(10, true, 5, 0, 1);		/* on the prompt */
	assert_int_equal(line_cursor(), 0);
	line_close();
}

static void any_width_from_one_column_up_can_be_drawn(void **state)
{
	(void)state;
	open_line();
	line_set("a\xe6\xbc\xa2\t\x01z\nq");
	for (int cols = 0; cols < 12; cols++)
		for (int rows = 0; rows < 4; rows++)
			for (int wrap = 0; wrap < 2; wrap++) {
				struct canvas c;
				int row, col;

				assert_true(canvas_new(&c, rows, cols, false, NULL));
				line_draw(&c, wrap, 5, &row, &col);
				assert_true(row >= 0 && (row < rows || !rows || !cols));
				assert_true(col >= 0 && (col < cols || !rows || !cols));
				line_click(cols, wrap, 5, 0, 3);
				canvas_drop(&c);
			}
	line_close();
}

/* ---- history ---- */

static void the_history_keeps_entries_whole_over_runs_and_beside_others(void **state)
{
	char dir[] = "/tmp/qs-history-XXXXXX", path[80], long_ago[80];
	struct error err = { 0 };
	struct stat st;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/state/history", dir);
	snprintf(long_ago, sizeof long_ago, "%s/state", dir);
	open_line();
	line_history_load(path, 4);
	line_history_add("first");
	line_history_add("first");
	line_history_add(" secret");
	line_history_add("y = 3 +\n  4");
	assert_true(line_history_save(&err));
	assert_int_equal(stat(long_ago, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	f = fopen(path, "a");			/* another run */
	fputs("theirs\n", f);
	fclose(f);
	line_history_add("mine");
	assert_true(line_history_save(&err));
	f = fopen(path, "r");
	char all[200] = "";
	all[fread(all, 1, sizeof all - 1, f)] = 0;
	fclose(f);
	assert_string_equal(all, "first\ny = 3 +\n\t  4\ntheirs\nmine\n");
	line_history_add("fifth");
	assert_true(line_history_save(&err));
	line_history_load(path, 4);
	assert_string_equal(line_history_entry(-1), "fifth");
	assert_string_equal(line_history_entry(-4), "y = 3 +\n  4");
	type("<Up><Up>");
	assert_string_equal(line_text(), "mine");
	line_drop();
	remove(path);
	rmdir(long_ago);
	rmdir(dir);
	line_close();
}

static void answers_to_a_lesson_have_a_history_of_their_own(void **state)
{
	(void)state;
	open_line();
	line_history_load(NULL, 2000);
	line_history_add("ordinary");
	line_history_lesson(true);
	type("<Up>");
	assert_string_equal(line_text(), "");
	line_history_add("2.2 / 14");
	type("<Up>");
	assert_string_equal(line_text(), "2.2 / 14");
	line_drop();
	line_history_lesson(false);
	type("<Up>");
	assert_string_equal(line_text(), "ordinary");
	line_history_lesson(true);
	line_history_lesson(false);
	line_close();
}

/* Of the sanitizers: readline loses some of its lists of changes, whatever program it is in. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libreadline";
}

/* Of the user's: read when the line is opened for the first time. */
static void write_inputrc(char *path)
{
	int fd = mkstemp(path);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (!out)
		return;
	fputs("$if quantscope\n\"\\e[5~\": history-search-backward\n\"\\e[6~\": history-search-forward\n\"\\C-xm\": \"vars\\C-a\\e[C\\C-xk\"\n"
	      "\"\\C-xk\": \"<\"\n$endif\n$if other\n\"a\": \"b\"\n$endif\n", out);
	fclose(out);
	setenv("INPUTRC", path, 1);
}

int main(void)
{
	char inputrc[] = "/tmp/qs-inputrc-XXXXXX";
	int failed;

	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_decoded_whole_or_in_pieces),
		cmocka_unit_test(answers_and_notices_of_the_terminal_are_no_keys),
		cmocka_unit_test(broken_characters_cost_one_key_each),
		cmocka_unit_test(a_lone_escape_counts_when_nothing_follows_in_time),
		cmocka_unit_test(a_paste_comes_out_in_one_piece_and_ends_even_without_its_mark),
		cmocka_unit_test(mouse_presses_and_the_wheel_are_events),
		cmocka_unit_test(unknown_keys_keep_their_bytes_for_readline),
		cmocka_unit_test(written_keys_become_bytes_that_decode_to_themselves),
		cmocka_unit_test(editing_keys_do_what_they_do_in_any_readline_program),
		cmocka_unit_test(characters_reach_readline_whole_also_inside_a_search),
		cmocka_unit_test(no_sequence_of_keys_upsets_readline),
		cmocka_unit_test(a_line_that_was_recalled_and_changed_is_there_until_enter_and_the_history_stays),
		cmocka_unit_test(a_search_finds_more_gives_up_and_keeps_what_it_found),
		cmocka_unit_test(a_search_that_asks_first_and_one_by_the_beginning_find_lines),
		cmocka_unit_test(ctrl_o_runs_a_line_and_brings_the_one_after_it),
		cmocka_unit_test(a_paste_keeps_its_line_ends_and_runs_nothing),
		cmocka_unit_test(tab_completes_what_is_common_and_lists_at_the_second),
		cmocka_unit_test(a_line_set_while_one_is_handed_on_stays),
		cmocka_unit_test(the_cursor_stands_where_the_width_of_the_text_puts_it),
		cmocka_unit_test(long_lines_wrap_and_show_the_rows_around_the_cursor),
		cmocka_unit_test(without_wrap_long_lines_scroll_with_a_mark_at_the_cut),
		cmocka_unit_test(a_click_puts_the_cursor_on_the_character_under_it),
		cmocka_unit_test(any_width_from_one_column_up_can_be_drawn),
		cmocka_unit_test(the_history_keeps_entries_whole_over_runs_and_beside_others),
		cmocka_unit_test(answers_to_a_lesson_have_a_history_of_their_own),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "en_US.UTF-8");
	setenv("TERM", "xterm", 1);
	write_inputrc(inputrc);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(inputrc);
	return failed;
}
