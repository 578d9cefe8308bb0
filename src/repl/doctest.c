/*
 * doctest.c - runs the examples of a text and compares what is printed. interaction.md 21.
 *
 * Inside fenced blocks a line that starts with the prompt ("qs> ", or a lesson's) is run, continued by "..> " lines; what follows, up
 * to the next prompt or the fence, is what must be printed. The ellipsis character stands for anything. One session for a file; lines
 * run as at a prompt with a pane of 80 x 24, so a view prints nothing without `text`.
 *
 * In a recording (record.h) all of it stands behind "# ", and the fence says what the screen was like: "# ``` width=100 pane=off".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/offscreen.h"
#include "repl/record.h"
#include "repl/repl.h"

#define ELLIPSIS "\xe2\x80\xa6"

struct doctest { struct text printed; struct offscreen screen; };

static void keep(void *arg, enum style style, const char *text)
{
	struct doctest *d = arg;

	record_said(text);
	offscreen_say(&d->screen, style, text);
	text_put(&d->printed, text);
	text_put(&d->printed, "\n");
}

static bool control(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	return offscreen_control(&((struct doctest *)arg)->screen, what, how, answer, err);
}

static void keep_error(void *arg, const char *text)
{
	keep(arg, STYLE_BAD, text);
}

/* Does `text` match `pattern`, where an ellipsis stands for anything, line ends too? Both are short. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text) {
		if (!strncmp(pattern, ELLIPSIS, 3)) {
			star = pattern += 3;
			resume = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (!strncmp(pattern, ELLIPSIS, 3) || *pattern == '\n')
		pattern += *pattern == '\n' ? 1 : 3;
	return !*pattern;
}

static void trim(struct text *t)
{
	while (t->len && (t->s[t->len - 1] == '\n' || t->s[t->len - 1] == ' '))
		t->s[--t->len] = 0;
}

struct example { size_t line; struct text prompt, typed, wanted; bool open; };

/* Bytes of a prompt at the start of a line: "qs> ", "free> ", "walkie 3/8> "; 0: none. */
static size_t prompt_length(const char *line)
{
	size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789-_"), n = name;

	if (line[n] == ' ' && (n += 1 + strspn(line + n + 1, "0123456789")) && line[n] == '/')
		n += 1 + strspn(line + n + 1, "0123456789");
	else if ((name != 2 || strncmp(line, "qs", 2)) && (name != 4 || strncmp(line, "free", 4)))
		return 0;
	return name && !strncmp(line + n, "> ", 2) ? n + 2 : 0;
}

struct run { struct front front; struct doctest d; const char *path; struct example e; int passed, failed; };

static void finish(struct run *r)
{
	struct example *e = &r->e;
	struct error err = { 0 };
	bool ok;

	if (!e->open)
		return;
	e->open = false;
	text_clear(&r->d.printed);
	if (strcmp(runner_prompt(r->front.runner), text_str(&e->prompt))) {
		text_add(&r->d.printed, "(the prompt was %s)", runner_prompt(r->front.runner));
		ok = false;
	} else {
		record_line(r->front.runner, text_str(&e->typed));
		if (runner_run(r->front.runner, text_str(&e->typed), NULL, &err) == LINE_INCOMPLETE)
			keep(&r->d, STYLE_BAD, "(the input is incomplete)");
		record_idle(r->front.runner);
		trim(&e->wanted);
		trim(&r->d.printed);
		ok = matches(text_str(&e->wanted), text_str(&r->d.printed));
	}
	if (!ok)
		printf("FAIL %s:%zu: %s%s\n  wanted:\n%s\n  printed:\n%s\n", r->path, e->line, text_str(&e->prompt), text_str(&e->typed),
		       text_str(&e->wanted), text_str(&r->d.printed));
	*(ok ? &r->passed : &r->failed) += 1;
	text_clear(&e->prompt);
	text_clear(&e->typed);
	text_clear(&e->wanted);
}

/* A line of a fenced block. */
static void take(struct run *r, size_t at, const char *line)
{
	struct example *e = &r->e;
	size_t n = prompt_length(line);

	if (n) {
		finish(r);
		e->open = true;
		e->line = at;
		text_putn(&e->prompt, line, n);
		text_put(&e->typed, line + n);
	} else if (e->open && !strncmp(line, "..> ", 4) && !e->wanted.len) {
		text_add(&e->typed, "\n%s", line + 4);
	} else if (e->open) {
		text_add(&e->wanted, "%s\n", line);
	}
}

/* What a recording's fence says of the screen. */
static void take_screen(struct host *h, const char *fence)
{
	const char *width = strstr(fence, "width="), *pane = strstr(fence, "pane="), *ascii = strstr(fence, "ascii=");
	int n = width ? atoi(width + 6) : 0;

	if (n > 0 && n <= 1000)
		h->width = n;
	if (pane)
		h->has_pane = strncmp(pane + 5, "off", 3) != 0;
	if (ascii)
		h->ascii = !strncmp(ascii + 6, "on", 2);
}

/* Returns the number of failures, or -1 if nothing could be run. */
static int run_file(const struct program *p, const char *path)
{
	struct run r = { .path = path };
	struct host host = {
		.arg = &r.d, .say = keep, .complain = keep_error, .control = control, .has_pane = true, .batch = true,
		.width = p->width ? p->width : 80, .format = "text", .colors = COLORS_NONE, .ascii = p->ascii == 1,
	};
	struct error err = { 0 };
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	bool fenced = false, commented = false;
	ssize_t n;

	offscreen_init(&r.d.screen, &r.front, 24, host.width, host.ascii);
	if (!in || !front_open(&r.front, p, host, &err)) {
		fprintf(stderr, "error[file]: %s\n", in ? err.text : "cannot read it");
		if (in)
			fclose(in);
		offscreen_close(&r.d.screen);
		return -1;
	}
	for (size_t at = 1; (n = getline(&line, &size, in)) >= 0; at++) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = 0;
		if (!strncmp(line, "```", 3) || !strncmp(line, "# ```", 5)) {
			finish(&r);
			fenced = !fenced;
			commented = fenced && *line == '#';
			if (commented)
				take_screen(&r.front.host, line);
		} else if (fenced && !commented) {
			take(&r, at, line);
		} else if (fenced && *line == '#') {
			take(&r, at, line + 1 + (line[1] == ' '));
		}
	}
	finish(&r);
	printf("doctest %s: %d passed, %d failed\n", path, r.passed, r.failed);
	text_drop(&r.e.prompt);
	text_drop(&r.e.typed);
	text_drop(&r.e.wanted);
	text_drop(&r.d.printed);
	offscreen_close(&r.d.screen);
	front_close(&r.front);
	free(line);
	fclose(in);
	return r.passed + r.failed ? r.failed : -1;
}

int doctest_main(const struct program *p, int n, char *const *files)
{
	int bad = 0;

	for (int i = 0; i < n; i++) {
		int failed = run_file(p, files[i]);

		if (failed < 0)
			fprintf(stderr, "error[file]: %s has no examples that could be run\n", files[i]);
		bad |= failed != 0;
	}
	return bad ? 5 : 0;
}
