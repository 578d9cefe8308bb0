/*
 * batch.c - lines from -e, from scripts and from a standard input that is no terminal: as if typed, without a prompt.
 *
 * Results go to standard output, errors to standard error. The first error ends it, unless -k. interaction.md 6.6, 14, 20.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "files/model.h"
#include "repl/offscreen.h"
#include "repl/record.h"
#include "repl/repl.h"

/* ---- the host ---- */

static void say_out(void *arg, enum style style, const char *text)
{
	record_said(text);
	offscreen_say(arg, style, text);
	fputs(text, stdout);
	putchar('\n');
}

static bool control(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	return offscreen_control(arg, what, how, answer, err);
}

static void complain_err(void *arg, const char *text)
{
	record_said(text);
	if (arg)
		offscreen_say(arg, STYLE_BAD, text);
	fflush(stdout);
	fprintf(stderr, "%s\n", text);
}

static int number_in(const char *name, int otherwise)
{
	const char *v = getenv(name);
	long n = v ? strtol(v, NULL, 10) : 0;

	return n > 0 && n <= 10000 ? (int)n : otherwise;
}

static struct host batch_host(const struct program *p, struct offscreen *screen)
{
	return (struct host){
		.arg = screen, .say = say_out, .complain = complain_err, .control = control, .batch = true,
		.width = p->width ? p->width : number_in("COLUMNS", 80), .height = p->height,
		.ascii = ascii_wanted(p), .colors = colors_wanted(p, isatty(STDOUT_FILENO)), .format = p->format,
	};
}

/* ---- Ctrl-C: stops the work, and so the batch ---- */

static struct front *interrupted_front;

static void on_interrupt(int sig)
{
	(void)sig;
	if (interrupted_front)
		runner_interrupt(interrupted_front->runner);
}

/* ---- standard input ---- */

/* Lines as if typed; incomplete Lua waits for more. Returns the exit code. */
static int run_input(struct front *f)
{
	struct text pending = { 0 };
	char *line = NULL, where[40];
	size_t size = 0, at = 0, first = 0;
	struct error err = { 0 };
	ssize_t n;
	int code = error_exit_code(runner_first_error(f->runner));

	while ((n = getline(&line, &size, stdin)) >= 0) {
		enum line_state state;

		at++;
		if (n && line[n - 1] == '\n')
			line[--n] = 0;
		if (!pending.len)
			first = at;
		else
			text_put(&pending, "\n");
		text_putn(&pending, line, (size_t)n);
		snprintf(where, sizeof where, "stdin:%zu", first);
		if (!runner_incomplete(f->runner, text_str(&pending)))
			record_line(f->runner, text_str(&pending));
		state = runner_run(f->runner, text_str(&pending), where, &err);
		if (state == LINE_INCOMPLETE)
			continue;
		record_idle(f->runner);
		text_clear(&pending);
		code = error_exit_code(runner_first_error(f->runner));
		if (runner_exit(f->runner) >= 0) {
			code = runner_exit(f->runner);
			break;
		}
		if (code && !f->program->keep_going)
			break;
	}
	if (pending.len && (!code || f->program->keep_going)) {	/* the input ends in the middle: the line says itself what it lacks */
		runner_cut(f->runner, text_str(&pending), where);
		code = error_exit_code(runner_first_error(f->runner));
	}
	text_drop(&pending);
	free(line);
	return code;
}

/* A full disk or a closed pipe must not look like success. */
static int flushed(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (errno == EPIPE)
		return code ? code : 128 + SIGPIPE;
	fprintf(stderr, "error[file]: cannot write the output: %s\n", strerror(errno));
	return code ? code : 3;
}

/* Returns the exit code so far. */
static int lesson_or_demo(struct front *f)
{
	struct error err = { 0 };
	char line[300];

	if (f->program->lesson) {
		snprintf(line, sizeof line, "lesson %s", f->program->lesson);
		runner_run(f->runner, line, NULL, &err);
	}
	if (f->program->demo) {
		snprintf(line, sizeof line, "demo %s", f->program->demo);
		runner_run(f->runner, line, NULL, &err);
	}
	return error_exit_code(runner_first_error(f->runner));
}

int batch_main(const struct program *p)
{
	struct sigaction sa = { .sa_handler = on_interrupt };
	struct offscreen screen;
	struct host host;
	struct front f;
	struct error err;
	int code;

	host = batch_host(p, &screen);
	offscreen_init(&screen, &f, p->height ? p->height : 24, host.width, host.ascii);
	if (!front_open(&f, p, host, &err)) {
		fprintf(stderr, "quantscope: %s\n", err.text);
		offscreen_close(&screen);
		return 1;
	}
	interrupted_front = &f;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	if (p->n_lines || front_script(p) || p->lesson || p->demo)	/* lines of a pipe run without the user's start file */
		front_start(&f);
	code = lesson_or_demo(&f);
	if (!code || p->keep_going)
		code = front_arguments(&f);
	code = code ? code : error_exit_code(runner_first_error(f.runner));	/* of the lesson or demo */
	if (runner_exit(f.runner) < 0 && (!code || p->keep_going) && !p->n_lines && !front_script(p))
		code = run_input(&f);
	interrupted_front = NULL;
	if (!code && f.session.found_bad)
		code = 4;
	offscreen_close(&screen);
	front_close(&f);
	return flushed(code);
}

/* ---- -c and --test-lesson ---- */

static void complain_of(const struct error *err)
{
	struct text t = { 0 };

	error_format(err, NULL, &t);
	complain_err(NULL, text_str(&t));
	text_drop(&t);
}

/* One line a finding, then a summary. Returns the exit code. */
static int check_file(const char *path)
{
	struct findings found = { 0 };
	struct error err = { 0 };
	struct model *m = model_open(path, &err);
	bool ok = m && model_check(m, NULL, NULL, &found, &err);
	int code = ok ? found.bad ? 4 : 0 : error_exit_code(err.class);

	for (size_t i = 0; i < found.n; i++) {
		struct text t = { 0 };

		finding_line(&found.finding[i], &t);
		puts(text_str(&t));
		text_drop(&t);
	}
	if (ok)
		printf("%s   %zu tensors   %zu bad   %zu odd\n", path, m->tensors, found.bad, found.n - found.bad);
	else
		complain_of(&err);
	findings_drop(&found);
	model_drop(m);
	return code;
}

int check_main(const struct program *p, int n, char *const *files)
{
	int first = 0;

	(void)p;
	for (int i = 0; i < n; i++) {
		int code = check_file(files[i]);

		first = first ? first : code;
	}
	return flushed(first);
}

int lesson_test_main(const struct program *p, int n, char *const *files)
{
	bool ok = true;

	(void)p;
	for (int i = 0; i < n; i++) {
		struct text report = { 0 };
		struct error err = { 0 };

		if (!lesson_test(files[i], &report, &err)) {
			ok = false;
			if (err.class)
				complain_of(&err);
		}
		if (report.len)
			fputs(text_str(&report), stdout);
		text_drop(&report);
	}
	return flushed(ok ? 0 : 5);
}
