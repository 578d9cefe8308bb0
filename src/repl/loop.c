/*
 * loop.c - the screen on the terminal: one poll over keys, signals, finished jobs and timers. Each wake-up draws at most once.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repl/interact.h"
#include "repl/terminal.h"

enum { PROGRESS_MS = 100 };

/* ---- drawing ---- */

static void draw(struct interact *in)
{
	struct screen *s = &in->screen;
	struct canvas c;
	int row, col;

	if (!canvas_new(&c, s->rows, s->cols, s->ascii, NULL))
		return;
	screen_draw(s, &c, &row, &col);
	if (s->wish.repaint)
		terminal_redraw();
	s->wish.repaint = false;
	terminal_show(&c, s->light, row, col);
	canvas_drop(&c);
	if (s->wish.bell)
		terminal_bell();
	s->wish.bell = false;
}

static void take_size(struct interact *in)
{
	int rows, cols;

	terminal_size(&rows, &cols);
	screen_resize(&in->screen, rows, cols);
	in->front.host.width = in->front.program->width ? in->front.program->width : cols;
}

static bool open_terminal(struct interact *in, struct error *err)
{
	in->mouse_open = settings_on(&in->front.session.settings, "mouse");
	in->colors_open = in->screen.colors;
	return terminal_open(in->colors_open, in->mouse_open, in->front.wake[1], err);
}

/* ---- the line in an editor ---- */

static bool read_back(const char *path, struct text *out)
{
	FILE *in = fopen(path, "r");
	char bytes[4096];
	size_t n;

	if (!in)
		return false;
	while ((n = fread(bytes, 1, sizeof bytes, in)) > 0 && out->len < 1 << 20)
		text_putn(out, bytes, n);
	fclose(in);
	while (out->len && out->s[out->len - 1] == '\n')
		out->s[--out->len] = 0;
	return !out->failed;
}

static void edit_line(struct interact *in)
{
	const char *editor = getenv("VISUAL"), *tmp = getenv("TMPDIR");
	struct text path = { 0 }, command = { 0 }, line = { 0 };
	int fd;
	bool ok = false;

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	text_add(&path, "%s/quantscope-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	text_add(&command, "%s \"$0\"", editor && *editor ? editor : "vi");
	fd = path.failed ? -1 : mkstemp(path.s);
	if (fd >= 0) {
		const char *typed = line_text();

		ok = write(fd, typed, strlen(typed)) == (ssize_t)strlen(typed);
		ok = write(fd, "\n", 1) == 1 && ok;
		close(fd);
		if (ok) {
			/* The name goes in as $0, so that nothing in it is read as shell. */
			struct text quoted = { 0 };

			text_add(&quoted, "exec sh -c '%s' '%s'", text_str(&command), path.s);
			terminal_lend();
			ok = !strchr(text_str(&command), '\'') && !strchr(path.s, '\'') && system(text_str(&quoted)) == 0;
			terminal_take_back();
			text_drop(&quoted);
		}
		if (ok && read_back(path.s, &line))
			line_set(text_str(&line));
		unlink(path.s);
	}
	if (!ok)
		snprintf(in->front.stage.message, sizeof in->front.stage.message, "the editor could not be run: %.80s",
			 editor && *editor ? editor : "vi");
	text_drop(&path);
	text_drop(&command);
	text_drop(&line);
}

/* ---- one turn ---- */

static void signals(struct interact *in)
{
	struct terminal_signals *got = &terminal_signals;

	if (got->ended) {
		in->code = 128 + got->ended;
		in->screen.wish.leave = true;
	}
	if (got->stopped) {
		got->stopped = 0;
		terminal_stop_self();
	}
	if (got->continued) {
		got->continued = 0;
		terminal_continued();
	}
	if (got->resized) {
		got->resized = 0;
		take_size(in);
	}
	if (got->interrupted) {
		got->interrupted = 0;
		screen_interrupt(&in->screen);
	}
}

static void wishes(struct interact *in, struct error *err)
{
	struct screen *s = &in->screen;

	if (s->wish.edit) {
		s->wish.edit = false;
		edit_line(in);
	}
	if (s->wish.settings) {
		s->wish.settings = false;
		glyphs_and_theme(in);
		if (in->mouse_open == settings_on(&in->front.session.settings, "mouse") && in->colors_open == s->colors)
			return;
		terminal_close();
		if (!open_terminal(in, err))
			s->wish.plain = true;
	}
}

/* ms to wait at most; -1: until something happens */
static int patience(const struct interact *in)
{
	int ms = terminal_pending_ms(), other;
	double timer = runner_timer(in->front.runner);

	if (timer >= 0) {
		other = timer > 1000 ? 1000000 : (int)(timer * 1000 + 0.999);
		ms = ms < 0 || other < ms ? other : ms;
	}
	if (screen_job(&in->screen) && (ms < 0 || ms > PROGRESS_MS))
		ms = PROGRESS_MS;
	return ms;
}

static void turn(struct interact *in)
{
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = in->front.wake[0], .events = POLLIN } };
	struct screen *s = &in->screen;
	struct terminal_event e;
	struct error err = { 0 };

	poll(fds, 2, patience(in));
	s->now = seconds_now();
	if (fds[1].revents)
		empty_pipe(in->front.wake[0]);
	signals(in);
	if (fds[0].revents & (POLLIN | POLLHUP | POLLERR) && !terminal_read())
		s->wish.leave = true;
	while (!s->wish.leave && !s->wish.plain && terminal_event(&e)) {
		screen_event(s, &e);
		wishes(in, &err);
	}
	runner_poll(in->front.runner);
	stage_poll(&in->front.stage);
	screen_ran(s);
	wishes(in, &err);
}

enum next screen_loop(struct interact *in)
{
	struct screen *s = &in->screen;
	struct error err = { 0 };
	struct text tail = { 0 };

	memset(&s->wish, 0, sizeof s->wish);
	memset(&terminal_signals, 0, sizeof terminal_signals);
	if (!open_terminal(in, &err) || !screen_open_line(s, &err)) {
		terminal_close();
		fprintf(stderr, "note: no pane: %s\n", err.text);
		return NEXT_PLAIN;
	}
	take_size(in);
	s->now = seconds_now();
	screen_ran(s);
	in->front.stage.background = true;
	while (!s->wish.leave && !s->wish.plain) {
		draw(in);
		turn(in);
	}
	in->front.stage.background = false;
	terminal_close();
	line_close();
	if (!s->wish.plain || s->wish.leave) {
		output_tail(&s->out, (size_t)settings_number(&in->front.session.settings, "leave"), &tail);
		fputs(text_str(&tail), stdout);
		fflush(stdout);
		text_drop(&tail);
		return NEXT_LEAVE;
	}
	return NEXT_PLAIN;
}
