/*
 * screen.c - what keys, pastes and clicks do to the screen.
 *
 * A key goes to what is in front: a search in the output, what Ctrl-X began, the pane, or the line. The tables are in keys.c.
 */
#include "repl/screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/candidates.h"
#include "repl/decoder.h"
#include "repl/keys.h"
#include "repl/record.h"
#include "repl/screen_bar.h"
#include "views/start.h"

void screen_init(struct screen *s, int rows, int cols, bool ascii)
{
	memset(s, 0, sizeof *s);
	s->rows = rows;
	s->cols = cols;
	s->ascii = ascii;
	s->click_row = -1;
	output_init(&s->out, 5000);
}

void screen_attach(struct screen *s, struct session *session, struct stage *stage, struct runner *runner)
{
	s->session = session;
	s->stage = stage;
	s->runner = runner;
	output_limit(&s->out, (size_t)settings_number(&session->settings, "scrollback"));
}

void screen_drop(struct screen *s)
{
	output_drop(&s->out);
	completion_drop(&s->list);
	memset(s, 0, sizeof *s);
}

bool screen_pane_focused(struct screen *s)
{
	return s->pane_focus && screen_parts(s).pane_rows > 0;
}

void screen_say(struct screen *s, enum style style, const char *text)
{
	output_add(&s->out, style, text, 0);
}

void screen_message(struct screen *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->stage->message, sizeof s->stage->message, fmt, ap);
	va_end(ap);
}

/* What keys make the program say goes where what commands say goes. */
static void host_say(struct screen *s, const char *text)
{
	const struct host *host = runner_context(s->runner)->host;

	host->say(host->arg, STYLE_PLAIN, text);
}

static void say_taken(struct screen *s, struct text *said)
{
	if (said->len && said->s[said->len - 1] == '\n')
		said->s[--said->len] = 0;
	if (said->len)
		host_say(s, said->s);
	text_drop(said);
}

static bool steps_quiet(const struct screen *s)
{
	return !strcmp(settings_get(&s->session->settings, "step"), "quiet");
}

/* ---- lines ---- */

const struct job *screen_job(const struct screen *s)
{
	const struct job *job = s->runner ? runner_job(s->runner) : NULL;

	return job || !s->stage ? job : stage_job(s->stage);
}

/* After anything that may have moved the language on. */
void screen_ran(struct screen *s)
{
	struct lesson_place place;

	line_prompt(runner_prompt(s->runner));
	line_history_lesson(runner_lesson(s->runner, &place) && place.asking);
	if (runner_exit(s->runner) >= 0)
		s->wish.leave = true;
	if (!runner_busy(s->runner))
		record_idle(s->runner);
	if (screen_job(s) != s->job) {
		s->job = screen_job(s);
		s->job_began = s->now;
	}
}

static void run_line(struct screen *s, const char *line)
{
	struct text shown = { 0 }, typed = { 0 };
	const char *prompt = runner_prompt(s->runner);
	size_t n = strlen(line);

	while (n && line[n - 1] == '\n')		/* a paste ends with one */
		n--;
	text_putn(&typed, line, n);
	line = text_str(&typed);
	text_add(&shown, "%s%s", prompt, line);
	output_add(&s->out, STYLE_PLAIN, text_str(&shown), strlen(prompt));
	text_drop(&shown);
	if (line[strspn(line, " \t")] != '!')		/* what it stands for is kept when it is shown */
		line_history_add(line);
	s->lines_run++;
	record_line(s->runner, line);
	runner_start(s->runner, line, NULL);
	if (s->one_command && !s->wish.plain)
		s->pane_focus = true;
	s->one_command = false;
	text_drop(&typed);
	screen_ran(s);
}

/* Nothing was typed. At the greeting that is a newcomer, who is offered the first lesson. */
static void run_nothing(struct screen *s)
{
	struct lesson_place place;
	struct text line = { 0 };

	if (runner_step_line(s->runner))
		record_line(s->runner, runner_step_line(s->runner));
	if (runner_empty_enter(s->runner)) {
		s->lines_run++;
		screen_ran(s);
	} else if (!s->lines_run && !stage_front(s->stage)) {
		s->lines_run++;
		if (runner_unfinished(s->runner, &place)) {
			host_say(s, "Go on with the lesson?  Enter again does, Ctrl-C drops the line.");
			text_add(&line, "lesson %s", place.id);
		} else {
			host_say(s, "Start the first lesson?  Enter again starts it, Ctrl-C drops the line.");
			text_put(&line, start_first());
		}
		line_set(text_str(&line));
		text_drop(&line);
	}
}

static void line_done(void *arg, const char *line)
{
	struct screen *s = arg;
	struct lesson_place place;

	if (!line) {
		if (runner_lesson(s->runner, &place))
			run_line(s, "leave");
		else
			s->wish.leave = true;
	} else if (!line[strspn(line, " \t\n")]) {
		run_nothing(s);
	} else if (runner_incomplete(s->runner, line)) {
		struct text more = { 0 };

		text_add(&more, "%s\n", line);
		line_set(text_str(&more));
		text_drop(&more);
	} else {
		run_line(s, line);
	}
}

static bool line_complete(void *arg, const char *line, size_t at, struct completion *out)
{
	struct screen *s = arg;

	return complete(runner_context(s->runner), line, at, out);
}

/* Asked for once more the list goes on where it ended. */
static void keep_list(void *arg, const struct completion *c)
{
	struct screen *s = arg;
	struct parts_of_screen p = screen_parts(s);
	bool again = s->list.n && candidates_equal(&s->list, c);

	if (!again) {
		completion_drop(&s->list);
		candidates_copy(c, &s->list);
		s->list_from = 0;
	} else {
		s->list_from += candidates_page(&s->list, s->list_from, screen_list_rows(s, &p), s->cols);
		s->list_from = s->list_from < s->list.n ? s->list_from : 0;
	}
	if (screen_list_rows(s, &p) < 1)
		screen_message(s, "%zu candidates, no room for them", c->n);
}

static void line_bell(void *arg)
{
	((struct screen *)arg)->wish.bell = true;
}

bool screen_open_line(struct screen *s, struct error *err)
{
	struct line_hooks hooks = { .arg = s, .done = line_done, .complete = line_complete, .list = keep_list, .bell = line_bell };

	return line_open(&hooks, false, err);
}

/* ---- actions ---- */

static void move_step(struct screen *s, enum move move)
{
	struct text said = { 0 };
	struct error err = { 0 };
	bool moved;

	if (stage_walk(s->stage) && !runner_busy(s->runner))	/* a recording has no keys */
		record_line(s->runner, move == MOVE_NEXT ? "next" : "back");
	if (!stage_move(s->stage, move, 1, &moved, &said, &err))
		screen_message(s, "%s%s%s", err.text, *err.hint ? ":  " : "", err.hint);
	else if (moved && !steps_quiet(s))
		say_taken(s, &said);
	screen_ran(s);
	text_drop(&said);
}

static void play_or_pause(struct screen *s)
{
	if (!stage_walk(s->stage))
		screen_message(s, "nothing is being stepped:  step q4_0 x  begins");
	else
		s->stage->playing = !s->stage->playing;
}

static void say_why(struct screen *s)
{
	struct text said = { 0 };
	struct error err = { 0 };

	if (stage_why(s->stage, NULL, &said, &err))
		say_taken(s, &said);
	else
		screen_message(s, "%s", err.text);
	text_drop(&said);
}

/* Of the word at the cursor; with none, the one screen of help. */
static void say_help(struct screen *s)
{
	const char *line = line_text(), *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t at = line_cursor(), end;
	struct text said = { 0 };
	char word[80];

	while (at > 0 && strchr(letters, line[at - 1]))
		at--;
	end = at + strspn(line + at, letters);
	snprintf(word, sizeof word, "%.*s", (int)(end - at), line + at);
	if (*word)
		help_word(word, (size_t)s->cols, &said);
	else
		help_screen((size_t)s->cols, &said);
	say_taken(s, &said);
}

static void zoom(struct screen *s, enum zoom z)
{
	struct error err = { 0 };

	if (s->zoom == z)
		s->zoom = ZOOM_NONE;
	else if (z == ZOOM_PANE && screen_parts(s).layout == LAYOUT_FULL)	/* by `layout full`: back to what the width asks for */
		settings_set(&s->session->settings, "layout", "auto", &err);
	else
		s->zoom = z;
}

static void page(struct screen *s, int by)
{
	struct parts_of_screen p = screen_parts(s);
	int rows = screen_output_rows(s, &p);

	output_scroll(&s->out, by * (rows > 1 ? rows - 1 : 1), rows, s->cols);
}

void screen_interrupt(struct screen *s)
{
	s->stage->message[0] = 0;
	completion_drop(&s->list);
	s->after_x = s->finding = false;
	s->out.find[0] = 0;
	if (runner_busy(s->runner)) {
		runner_interrupt(s->runner);
	} else if (stage_interrupt(s->stage)) {
		;		/* what is in the pane is no longer measured */
	} else if (s->stage->playing) {
		s->stage->playing = false;
	} else if (!line_empty() || line_takes_all() || line_searching()) {
		line_drop();
		if (s->one_command)
			s->pane_focus = true;
		s->one_command = false;
	} else {
		screen_message(s, "nothing runs; Ctrl-D or  quit  leaves");
	}
}

static void act(struct screen *s, enum action a)
{
	struct error err = { 0 };

	switch (a) {
	case ACT_NEXT:
		move_step(s, MOVE_NEXT);
		break;
	case ACT_BACK:
		move_step(s, MOVE_BACK);
		break;
	case ACT_PLAY:
		play_or_pause(s);
		break;
	case ACT_WHY:
		say_why(s);
		break;
	case ACT_VIEW:
		if (!stage_turn(s->stage, 1))
			screen_message(s, stage_front(s->stage) ? "this is the only view of it" : "nothing is shown yet");
		break;
	case ACT_PAST:
	case ACT_FUTURE:
		if (!stage_past(s->stage, a == ACT_PAST ? -1 : 1))
			screen_message(s, "no view was shown %s this", a == ACT_PAST ? "before" : "after");
		break;
	case ACT_LARGER:
	case ACT_SMALLER:
		screen_change_size(s, a == ACT_LARGER ? "+1" : "-1", &err);
		break;
	case ACT_FOCUS:
		s->one_command = false;
		s->pane_focus = !screen_pane_focused(s);
		if (s->pane_focus && !screen_pane_focused(s)) {
			s->pane_focus = false;
			screen_message(s, "there is no pane to go to");
		}
		break;
	case ACT_ONE_COMMAND:
		s->pane_focus = false;
		s->one_command = true;
		break;
	case ACT_PROMPT_ZOOM:
		zoom(s, ZOOM_PROMPT);
		break;
	case ACT_PANE_ZOOM:
		zoom(s, ZOOM_PANE);
		break;
	case ACT_FIND:
		s->finding = true;
		s->none_found = false;
		s->out.find[0] = 0;
		s->out.found = SIZE_MAX;
		break;
	case ACT_EDIT:
		s->wish.edit = true;
		break;
	case ACT_REDRAW:
		s->wish.repaint = true;
		break;
	case ACT_HELP:
		say_help(s);
		break;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		page(s, a == ACT_PAGE_UP ? -1 : 1);
		break;
	case ACT_INTERRUPT:
		screen_interrupt(s);
		break;
	case ACT_PREFIX:
		s->after_x = true;
		break;
	case ACT_NONE:
		break;
	}
}

/* ---- keys ---- */

static void find_more(struct screen *s, bool older)
{
	struct parts_of_screen p = screen_parts(s);

	s->none_found = *s->out.find && !output_find(&s->out, older, screen_output_rows(s, &p), s->cols);
}

/* Text is looked for as it is typed, from the newest on back. */
static void find_again(struct screen *s)
{
	s->out.found = SIZE_MAX;
	output_end(&s->out);
	find_more(s, true);
}

/* A key while text is looked for. False: it ends the search and is to be pressed as usual. */
static bool find_key(struct screen *s, const struct key *k)
{
	size_t n = strlen(s->out.find);
	char ch[4];

	if (k->code == KEY_CHAR && !k->ctrl && !k->meta) {
		size_t more = utf8_encode(ch, k->ch);

		if (n + more < sizeof s->out.find) {
			memcpy(s->out.find + n, ch, more);
			s->out.find[n + more] = 0;
		}
		find_again(s);
	} else if (k->code == KEY_BACK) {
		while (n > 0 && ((unsigned char)s->out.find[--n] & 0xc0) == 0x80)
			;
		s->out.find[n] = 0;
		find_again(s);
	} else if (k->code == KEY_ENTER_ || k->code == KEY_UP_) {
		find_more(s, true);
	} else if (k->code == KEY_DOWN_) {
		find_more(s, false);
	} else if (k->code == KEY_PGUP || k->code == KEY_PGDN) {
		page(s, k->code == KEY_PGUP ? -1 : 1);
	} else {
		s->finding = false;
		s->out.find[0] = 0;
		output_end(&s->out);
		return k->code == KEY_ESC || (k->ctrl && k->ch == 'g');
	}
	return true;
}

/* Nothing is bound to it, and it is no character. */
static bool is_unknown(const struct key *k, const char *bytes, size_t n)
{
	bool character = k->code == KEY_CHAR && !k->ctrl && !k->meta;

	return !character && !line_takes_all() && !line_searching() && !line_binds(bytes, n);
}

static void prompt_key(struct screen *s, const struct key *k, const char *bytes, size_t n)
{
	enum action a = key_at_prompt(k);

	if (a == ACT_PREFIX && line_takes_all())
		a = ACT_NONE;
	if (a != ACT_PAGE_UP && a != ACT_PAGE_DOWN)
		output_end(&s->out);
	if (k->code != KEY_TAB)
		completion_drop(&s->list);
	if (s->stage->playing && a != ACT_PLAY)
		s->stage->playing = false;
	if (a != ACT_NONE) {
		act(s, a);
		return;
	}
	if (is_unknown(k, bytes, n)) {
		char written[16];

		screen_message(s, "no key %s here   F1 helps,  help keys  lists those there are", key_write(k, written));
		return;			/* readline would type the end of its sequence: F12 gave a ~ */
	}
	line_key(bytes, n);
}

/* Has the view in front this key for itself? */
static bool view_has(struct screen *s, const struct key *k)
{
	const struct scene *front = stage_front(s->stage);

	for (const struct view_key *v = front ? front->view->keys : NULL; v && v->keys; v++) {
		const char *keys = v->keys;
		struct key other;
		size_t used;

		while (*(keys += strspn(keys, " ")) && (used = key_parse(keys, &other))) {
			if (key_equal(k, &other))
				return true;
			keys += used;
		}
	}
	return false;
}

/* `y`, `x` and the start card put text into the line. A line of the card and one to be changed want keys next, so the focus goes there;
 * from a change it comes back. What ends in a line end is a command, and run: what is being typed stays. */
static void typed_by_pane(struct screen *s, struct text *typed, bool to_prompt)
{
	if (typed->len && typed->s[typed->len - 1] == '\n') {
		typed->s[--typed->len] = 0;
		run_line(s, typed->s);
		text_drop(typed);
		return;
	}
	if (typed->len && s->stage->edits) {
		to_prompt = s->one_command = true;
		s->stage->edits = false;
	}
	if (typed->len && to_prompt)
		line_set(typed->s);
	else if (typed->len)
		line_insert(typed->s, typed->len);
	if (typed->len && to_prompt)
		s->pane_focus = false;
	text_drop(typed);
}

static void pane_key(struct screen *s, const struct key *k)
{
	enum action a = key_in_pane(k);
	struct text said = { 0 }, typed = { 0 };
	struct error err = { 0 };
	bool word = stage_typing(s->stage) && k->code == KEY_CHAR && !k->ctrl && !k->meta;	/* of a name to find: q and z too */
	bool start = !stage_front(s->stage), walking = stage_walk(s->stage) != NULL;
	char written[16];
	size_t at = stage_step(s->stage);

	if (!s->stage->card && !word && a == ACT_NONE && runner_key(s->runner, k))
		return;
	if (!s->stage->card && a != ACT_NONE && !word && !view_has(s, k) && (!s->stage->playing || a == ACT_PLAY || a == ACT_INTERRUPT)) {
		act(s, a);
		return;
	}
	if (!stage_press(s->stage, k, &said, &typed, &err)) {
		if (err.class)
			screen_complain(s, &err);
		else if (k->code == KEY_ESC || (k->code == KEY_CHAR && k->ch == 'u' && !k->ctrl && !k->meta))
			s->pane_focus = false;		/* up from the top */
		else if (!s->stage->message[0])
			screen_message(s, "no key %s here - ? lists them, : types a command", key_write(k, written));
	}
	if (walking && stage_walk(s->stage) && stage_step(s->stage) != at && steps_quiet(s))
		text_clear(&said);
	say_taken(s, &said);
	typed_by_pane(s, &typed, start);
}

void screen_key(struct screen *s, const struct key *k, const char *bytes, size_t n)
{
	bool focused = screen_pane_focused(s);

	if (key_at_prompt(k) == ACT_REDRAW && !line_takes_all()) {
		s->wish.repaint = true;		/* and nothing else changes, whatever is going on */
		return;
	}
	if (!s->stage->card)
		s->stage->message[0] = 0;
	s->said_from = output_lines(&s->out);
	stage_settle(s->stage);
	if (s->finding && find_key(s, k))
		return;
	if (s->after_x) {
		enum action a = key_after_x(k);

		s->after_x = false;
		if (a != ACT_NONE && !(focused && a == ACT_EDIT)) {
			completion_drop(&s->list);
			act(s, a);
			return;
		}
		if (!focused) {
			char both[17] = "\x18", written[16];

			memcpy(both + 1, bytes, n < 16 ? n : 16);
			if (!line_binds(both, 1 + (n < 16 ? n : 16)))
				screen_message(s, "no key Ctrl-X %s here   help keys  lists those there are", key_write(k, written));
			line_end_search();
			line_key("\x18", 1);	/* then both are readline's */
		}
	}
	if (focused)
		pane_key(s, k);
	else
		prompt_key(s, k, bytes, n);
}

void screen_paste(struct screen *s, const char *bytes, size_t n)
{
	struct key k = { .code = KEY_CHAR };

	s->stage->message[0] = 0;
	completion_drop(&s->list);
	s->after_x = false;
	if (s->finding) {
		for (size_t used; n && (used = utf8_decode(bytes, n, &k.ch)) && k.ch >= ' '; bytes += used, n -= used)
			find_key(s, &k);
		return;
	}
	s->pane_focus = false;
	output_end(&s->out);
	line_insert(bytes, n);
}

/* ---- mouse ---- */

enum { WHEEL_ROWS = 3 };

static void wheel(struct screen *s, const struct parts_of_screen *p, int row, int by)
{
	struct key k = { .code = by < 0 ? KEY_UP_ : KEY_DOWN_ };

	if (row < p->pane_rows) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			pane_key(s, &k);
		s->stage->message[0] = 0;
	} else if (row != p->bar) {
		output_scroll(&s->out, by * WHEEL_ROWS, screen_output_rows(s, p), s->cols);
	}
}

static void click_pane(struct screen *s, int row, int col)
{
	struct text said = { 0 }, typed = { 0 };
	struct error err = { 0 };
	bool again = s->click_row == row && s->click_col == col, start = !stage_front(s->stage);

	s->pane_focus = true;
	s->click_row = row;
	s->click_col = col;
	if (!stage_click(s->stage, row, col, again, &said, &typed, &err) && err.class)
		screen_complain(s, &err);
	say_taken(s, &said);
	typed_by_pane(s, &typed, start);
}

static void click_bar(struct screen *s, const struct parts_of_screen *p, int col)
{
	struct key k;
	const char *line;

	if (!bar_click(s, p, col, &k, &line))
		return;
	if (line) {
		run_line(s, line);
	} else {
		char bytes[16];
		size_t n = key_bytes(&k, bytes);

		screen_key(s, &k, bytes, n);
	}
}

static void click_prompt(struct screen *s, const struct parts_of_screen *p, int row, int col)
{
	struct canvas none;
	int cursor_row, cursor_col, shown_row, shown_col, line = screen_line_rows(s, p);

	s->pane_focus = false;
	if (!canvas_new(&none, s->rows, s->cols, s->ascii, NULL))
		return;
	screen_draw(s, &none, &cursor_row, &cursor_col);
	canvas_clear(&none);
	line_draw(&none, screen_wraps(s), line, &shown_row, &shown_col);
	canvas_drop(&none);
	row -= cursor_row - shown_row;		/* the line's first row is that far from where its cursor would be at the top */
	if (row >= 0 && row < line)
		line_click(s->cols, screen_wraps(s), line, row, col);
}

void screen_mouse(struct screen *s, int row, int col, int button, int by)
{
	struct parts_of_screen p = screen_parts(s);

	if (row < 0 || col < 0 || row >= s->rows || col >= s->cols)
		return;
	if (by) {
		wheel(s, &p, row, by);
		return;
	}
	if (button != 1)
		return;
	completion_drop(&s->list);
	s->stage->message[0] = 0;
	s->stage->playing = false;
	if (row == p.bar)
		click_bar(s, &p, col);
	else if (row < p.pane_rows)
		click_pane(s, row, col);
	else
		click_prompt(s, &p, row, col);
	if (!s->clicked && !s->stage->message[0])
		screen_message(s, "hold Shift to select text;  set mouse off  gives the mouse back");
	s->clicked = true;
}

/* ---- other events ---- */

void screen_resize(struct screen *s, int rows, int cols)
{
	s->rows = rows;
	s->cols = cols;
	s->click_row = -1;
}

void screen_event(struct screen *s, struct terminal_event *e)
{
	switch (e->kind) {
	case EVENT_KEY:
		screen_key(s, &e->key, e->bytes, (size_t)e->n);
		break;
	case EVENT_PASTE:
		screen_paste(s, e->paste ? e->paste : "", e->paste_len);
		free(e->paste);
		e->paste = NULL;
		break;
	case EVENT_MOUSE:
		screen_mouse(s, e->row, e->col, e->button, e->wheel);
		break;
	case EVENT_END:
		s->wish.leave = true;
		break;
	case EVENT_NONE:
		break;
	}
}

enum { FEEDS_MAX = 8 };

/* A < that begins the name of a key and does not end it, or a name that no key has: written in a hurry, not meant as text. */
static bool check_names(const char *keys, struct error *err)
{
	struct key k;
	char name[24];

	for (size_t used; (used = key_parse(keys, &k)); keys += used) {
		size_t n = strspn(keys + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

		if (*keys != '<' || used != 1 || n < 2 || n > sizeof name - 3)
			continue;
		snprintf(name, sizeof name, "<%.*s>", (int)n, keys + 1);
		if (keys[1 + n] == '>')
			error_set(err, ERR_ARGUMENT, "no key is called %s", name);
		else if (key_parse(name, &k) == n + 2)
			error_set(err, ERR_ARGUMENT, "the name of the key %s does not end", name);
		else
			continue;
		return error_hint(err, "how", "names of keys stand in angles, as <Enter> <C-r> <F8>; the sign < itself is <lt>");
	}
	return true;
}

bool screen_feed(struct screen *s, const char *keys, struct error *err)
{
	struct key k;
	char bytes[16];

	if (s->feeding == FEEDS_MAX)
		return error_set(err, ERR_COMMAND, "keys that were fed feed keys, %d deep", FEEDS_MAX);
	if (!check_names(keys, err))
		return false;
	s->feeding++;
	for (size_t used; (used = key_parse(keys, &k)); keys += used)
		screen_key(s, &k, bytes, key_bytes(&k, bytes));
	s->feeding--;
	return true;
}
