/*
 * plain.c - the prompt without a pane: output runs down the terminal, views and steps are printed as text.
 *
 * Readline draws the line itself. While a command waits for a job there is no prompt; progress is drawn over itself with carriage
 * returns and ends as one plain line. What is said is kept for the screen, too, in case `pane on` comes.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repl/interact.h"
#include "repl/keys.h"
#include "repl/progress.h"
#include "repl/record.h"
#include "repl/screen_bar.h"
#include "repl/terminal.h"
#include "views/start.h"

enum { PROGRESS_MS = 100 };

/* ---- the host ---- */

static void end_progress(struct interact *in)
{
	if (in->progress)
		putchar('\n');
	in->progress = false;
}

static void print_styled(const struct interact *in, enum style style, const char *text)
{
	struct look look = style_look(style, 0, in->screen.colors, in->screen.light);
	bool sgr = in->screen.colors != COLORS_NONE && (look.fg >= 0 || look.bold);

	if (sgr && in->screen.colors == COLORS_16)
		printf("\033[%s%dm", look.bold ? "1;" : "", look.fg < 0 ? 39 : look.fg < 8 ? 30 + look.fg : 82 + look.fg);
	else if (sgr && look.fg >= 0 && in->screen.colors == COLORS_256)
		printf("\033[%s38;5;%dm", look.bold ? "1;" : "", (int)look.fg);
	else if (sgr && look.fg >= 0)
		printf("\033[%s38;2;%d;%d;%dm", look.bold ? "1;" : "", (int)look.fg >> 16, (int)look.fg >> 8 & 255, (int)look.fg & 255);
	else if (sgr)
		fputs("\033[1m", stdout);
	fputs(text, stdout);
	puts(sgr ? "\033[0m" : "");
}

/* For the screen: pictures came with the colours of the plain terminal, which are no text. */
static void keep_for_screen(struct interact *in, enum style style, const char *text)
{
	struct text bare = { 0 };

	for (const char *from = text; *from; ) {
		size_t n = strcspn(from, "\033");

		text_putn(&bare, from, n);
		from += n;
		n = *from && from[1] == '[' ? 2 + strspn(from + 2, "0123456789;") : 0;
		from += n && from[n] == 'm' ? n + 1 : *from != 0;
	}
	screen_say(&in->screen, style, text_str(&bare));
	text_drop(&bare);
}

static void say_text_plain(struct interact *in, enum style style, const char *text)
{
	end_progress(in);
	print_styled(in, style, text);
	fflush(stdout);
	keep_for_screen(in, style, text);
}

static void say_plain(void *arg, enum style style, const char *text)
{
	record_said(text);
	say_text_plain(arg, style, text);
}

static void complain_text(struct interact *in, const char *text)
{
	const char *rest = strchr(text, '\n');
	char *first = rest ? strndup(text, (size_t)(rest - text)) : NULL;

	say_text_plain(in, strncmp(text, "note:", 5) ? STYLE_BAD : STYLE_WARN, first ? first : text);
	if (first)
		say_text_plain(in, STYLE_PLAIN, rest + 1);
	free(first);
}

static void complain_plain(void *arg, const char *text)
{
	record_said(text);
	complain_text(arg, text);
}

static bool control_plain(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	static const char *const answered[] = { "history", "history-entry", "history-bounds", "record", "record-output", "record-off",
						"record-state", "keys", "keep-setting", "quit" };
	struct interact *in = arg;

	if (!strcmp(what, "pane") && !strcmp(how, "off"))
		return true;
	if (!strcmp(what, "pane") && !strcmp(how, "on")) {
		if (!pane_fits()) {
			error_set(err, ERR_COMMAND, "this terminal has no room for a pane");
			return error_hint(err, NULL, "it takes 60x16, and a terminal type other than dumb");
		}
		in->screen.wish.plain = false;
		in->to_screen = true;
		return true;
	}
	if (!strcmp(what, "setting")) {
		glyphs_and_theme(in);
		return screen_control(&in->screen, what, how, answer, err);
	}
	for (size_t i = 0; i < sizeof answered / sizeof *answered; i++)
		if (!strcmp(what, answered[i]))
			return screen_control(&in->screen, what, how, answer, err);
	error_set(err, ERR_COMMAND, "there is no pane here");
	return error_hint(err, NULL, "pane on  opens it;  line int4 x > picture.svg  keeps a view without one");
}

struct host plain_host(struct interact *in)
{
	int rows, cols;

	terminal_size(&rows, &cols);
	return (struct host){
		.arg = in, .say = say_plain, .complain = complain_plain, .control = control_plain, .width = cols, .ascii = in->screen.ascii,
		.colors = in->screen.colors, .light = in->screen.light, .format = "text",
	};
}

/* ---- lines ---- */

static void next_prompt(struct interact *in)
{
	struct lesson_place place;

	line_prompt(in->pending.len ? "..> " : runner_prompt(in->front.runner));
	line_history_lesson(runner_lesson(in->front.runner, &place) && place.asking);
}

static void end_of_input(struct interact *in)
{
	struct lesson_place place;

	putchar('\n');
	text_clear(&in->pending);
	if (runner_lesson(in->front.runner, &place))
		runner_start(in->front.runner, "leave", NULL);
	else
		in->screen.wish.leave = true;
}

/* Enter at the greeting: a newcomer. */
static void offer_lesson(struct interact *in)
{
	struct text t = { 0 };

	if (in->screen.lines_run++ || stage_front(&in->front.stage))
		return;
	text_add(&t, "Start the first lesson?  %s  does.", start_first());
	say_plain(in, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
}

static void done(void *arg, const char *line)
{
	struct interact *in = arg;
	struct runner *r = in->front.runner;
	const char *prompt = runner_prompt(r);
	struct text shown = { 0 };

	if (!line) {
		end_of_input(in);
	} else if (!in->pending.len && !line[strspn(line, " \t\n")]) {
		if (runner_step_line(r))
			record_line(r, runner_step_line(r));
		if (runner_empty_enter(r))
			in->screen.lines_run++;
		else
			offer_lesson(in);
	} else {
		text_add(&in->pending, "%s%s", in->pending.len ? "\n" : "", line);
		if (!runner_incomplete(r, text_str(&in->pending))) {
			char *whole = text_take(&in->pending);

			text_add(&shown, "%s%s", prompt, whole ? whole : line);
			output_add(&in->screen.out, STYLE_PLAIN, text_str(&shown), strlen(prompt));
			if (whole && whole[strspn(whole, " \t")] != '!')
				line_history_add(whole);
			in->screen.lines_run++;
			record_line(r, whole ? whole : line);
			runner_start(r, whole ? whole : line, NULL);
			free(whole);
		}
	}
	text_drop(&shown);
	next_prompt(in);
	if (runner_busy(r) || runner_exit(r) >= 0 || in->screen.wish.leave || in->to_screen)
		line_lend();
}

static bool candidates(void *arg, const char *line, size_t at, struct completion *out)
{
	struct interact *in = arg;

	return complete(runner_context(in->front.runner), line, at, out);
}

static void list(void *arg, const struct completion *c)
{
	int widest = 0;

	(void)arg;
	putchar('\n');
	for (size_t i = 0; i < c->n; i++) {
		int width = (int)text_width(c->candidate[i].text, strlen(c->candidate[i].text));

		widest = width > widest ? width : widest;
	}
	for (size_t i = 0; i < c->n; i++) {
		int width = (int)text_width(c->candidate[i].text, strlen(c->candidate[i].text));

		printf("  %s%*s  %s\n", c->candidate[i].text, widest - width, "", c->candidate[i].about ? c->candidate[i].about : "");
	}
	fflush(stdout);
}

/* ---- the loop ---- */

static void draw_progress(struct interact *in)
{
	const struct job *job = runner_job(in->front.runner);
	struct text t = { 0 };

	if (!job)
		return;
	if (job != in->screen.job) {
		in->screen.job = job;
		in->screen.job_began = seconds_now();
	}
	progress_text(job, seconds_now() - in->screen.job_began, in->front.host.width - 1, in->screen.ascii, &t);
	printf("\r%s%*s", text_str(&t), in->front.host.width - 1 - (int)text_width(text_str(&t), t.len), "");
	fflush(stdout);
	in->progress = true;
	text_drop(&t);
}

static void interrupt(struct interact *in)
{
	bool empty = line_empty() && !in->pending.len;

	if (runner_busy(in->front.runner)) {
		runner_interrupt(in->front.runner);
		return;
	}
	puts(empty ? "^C\nnothing runs; Ctrl-D or  quit  leaves" : "^C");
	fflush(stdout);
	text_clear(&in->pending);
	next_prompt(in);
	line_drop();
}

static void signals(struct interact *in)
{
	struct terminal_signals *got = &terminal_signals;

	if (got->ended) {
		in->code = 128 + got->ended;
		in->screen.wish.leave = true;
	}
	if (got->stopped) {
		got->stopped = 0;
		line_lend();
		end_progress(in);
		fflush(stdout);
		terminal_stop_self();
	}
	got->continued = 0;
	if (got->resized) {
		int rows;

		got->resized = 0;
		terminal_size(&rows, &in->front.host.width);
		line_resized();
	}
	if (got->interrupted) {
		got->interrupted = 0;
		interrupt(in);
	}
}

static int patience(const struct interact *in)
{
	double timer = runner_timer(in->front.runner);
	int ms = timer < 0 ? -1 : timer > 1000 ? 1000000 : (int)(timer * 1000 + 0.999);

	if (runner_job(in->front.runner) && (ms < 0 || ms > PROGRESS_MS))
		ms = PROGRESS_MS;
	return ms;
}

enum next plain_loop(struct interact *in)
{
	struct line_hooks hooks = { .arg = in, .done = done, .complete = candidates, .list = list };
	struct runner *r = in->front.runner;
	struct error err = { 0 };

	in->to_screen = false;
	memset(&in->screen.wish, 0, sizeof in->screen.wish);
	memset(&terminal_signals, 0, sizeof terminal_signals);
	next_prompt(in);
	if (!terminal_guard(in->front.wake[1], &err) || !line_open(&hooks, true, &err)) {
		fprintf(stderr, "quantscope: %s\n", err.text);
		in->code = 1;
		return NEXT_LEAVE;
	}
	while (!in->screen.wish.leave && !in->to_screen && runner_exit(r) < 0) {
		struct pollfd fds[2] = { { .fd = in->front.wake[0], .events = POLLIN }, { .fd = STDIN_FILENO, .events = POLLIN } };
		bool busy = runner_busy(r);

		if (busy) {
			line_lend();
			draw_progress(in);
		} else {
			end_progress(in);
			next_prompt(in);
			line_take_back();
		}
		poll(fds, busy ? 1 : 2, patience(in));
		if (fds[0].revents)
			empty_pipe(in->front.wake[0]);
		signals(in);
		if (!busy && fds[1].revents & (POLLIN | POLLHUP | POLLERR))
			line_ready();
		runner_poll(r);
		if (!runner_busy(r))
			record_idle(r);
	}
	end_progress(in);
	line_close();
	terminal_close();
	return in->to_screen ? NEXT_SCREEN : NEXT_LEAVE;
}
