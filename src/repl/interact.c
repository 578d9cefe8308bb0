/* interact.c - the interactive program: set-up, greeting, history, and the change between screen and plain prompt. */
#include "repl/interact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "repl/terminal.h"

enum { PANE_ROWS = 16, PANE_COLS = 60 };

bool pane_fits(void)
{
	const char *type = getenv("TERM");
	int rows, cols;

	terminal_size(&rows, &cols);
	return rows >= PANE_ROWS && cols >= PANE_COLS && type && *type && strcmp(type, "dumb") != 0;
}

double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void empty_pipe(int fd)
{
	char bytes[64];

	while (read(fd, bytes, sizeof bytes) > 0)
		;
}

void glyphs_and_theme(struct interact *in)
{
	const struct settings *set = &in->front.session.settings;
	const char *glyphs = settings_get(set, "glyphs");
	struct program p = *in->front.program;

	if (strcmp(settings_get(set, "color"), "auto"))
		p.color = settings_get(set, "color");
	in->screen.ascii = !strcmp(glyphs, "ascii") || (!strcmp(glyphs, "auto") && ascii_wanted(&p));
	in->screen.light = !strcmp(settings_get(set, "theme"), "light");
	in->screen.colors = colors_wanted(&p, true);
	in->front.host.ascii = in->screen.ascii;
	in->front.host.light = in->screen.light;
	in->front.host.colors = in->plain ? in->screen.colors : COLORS_NONE;
}

static void complain(struct interact *in, const struct error *err)
{
	struct text t = { 0 };

	error_format(err, NULL, &t);
	in->front.host.complain(in->front.host.arg, text_str(&t));
	text_drop(&t);
}

static void history_open(struct interact *in)
{
	char *path = front_place("XDG_STATE_HOME", ".local/state", "history");

	line_history_load(path, (int)settings_number(&in->front.session.settings, "history"));
	free(path);
}

/* Greeting, the start of a lesson or demo, files and lines of the command line. Returns the exit code so far. */
static int begin(struct interact *in)
{
	const struct program *p = in->front.program;
	struct host *host = &in->front.host;
	struct text t = { 0 };
	int code;

	if (!p->quiet) {
		greeting(&in->front, &t);
		host->say(host->arg, STYLE_PLAIN, text_str(&t));
		text_clear(&t);
	}
	front_start(&in->front);
	glyphs_and_theme(in);
	history_open(in);
	output_limit(&in->screen.out, (size_t)settings_number(&in->front.session.settings, "scrollback"));
	code = front_arguments(&in->front);
	if (p->lesson || p->demo) {
		text_add(&t, "%s %s", p->lesson ? "lesson" : "demo", p->lesson ? p->lesson : p->demo);
		runner_start(in->front.runner, text_str(&t), NULL);
	}
	text_drop(&t);
	return code;
}

static int interact(const struct program *p, bool plain)
{
	struct interact *in = calloc(1, sizeof *in);
	struct error err = { 0 };
	enum next next = plain ? NEXT_PLAIN : NEXT_SCREEN;
	int rows, cols, code;

	if (!in) {
		fputs("quantscope: not enough memory\n", stderr);
		return 1;
	}
	terminal_size(&rows, &cols);
	screen_init(&in->screen, rows, cols, ascii_wanted(p));
	in->plain = plain;
	if (!front_open(&in->front, p, plain ? plain_host(in) : screen_host(&in->screen), &err)) {
		fprintf(stderr, "quantscope: %s\n", err.text);
		screen_drop(&in->screen);
		free(in);
		return 1;
	}
	screen_attach(&in->screen, &in->front.session, &in->front.stage, in->front.runner);
	glyphs_and_theme(in);
	front_recent(&in->front);
	in->code = begin(in);
	if (runner_exit(in->front.runner) >= 0)
		next = NEXT_LEAVE;
	else
		in->code = 0;
	while (next != NEXT_LEAVE) {
		in->plain = next == NEXT_PLAIN;
		in->front.host = in->plain ? plain_host(in) : screen_host(&in->screen);
		glyphs_and_theme(in);
		next = in->plain ? plain_loop(in) : screen_loop(in);
	}
	front_keep_recent(&in->front);
	if (!line_history_save(&err))
		complain(in, &err);
	if (runner_exit(in->front.runner) >= 0)
		in->code = runner_exit(in->front.runner);
	code = in->code;
	front_close(&in->front);
	screen_drop(&in->screen);
	text_drop(&in->pending);
	free(in);
	return code;
}

int screen_main(const struct program *p)
{
	return interact(p, !strcmp(p->pane, "auto") && !pane_fits());
}

int plain_main(const struct program *p)
{
	return interact(p, true);
}
