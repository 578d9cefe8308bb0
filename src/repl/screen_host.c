/* screen_host.c - the screen as a host of commands: what they say, and what they may ask of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/bench_draw.h"
#include "repl/keys.h"
#include "repl/record.h"
#include "repl/repl.h"
#include "repl/screen_bar.h"

static void say_line(void *arg, enum style style, const char *text)
{
	record_said(text);
	screen_say(arg, style, text);
}

/* The word in brackets stands out; the places and the hint below it are plain. */
static void complain(void *arg, const char *text)
{
	struct screen *s = arg;
	const char *rest = strchr(text, '\n');
	char *first = rest ? strndup(text, (size_t)(rest - text)) : NULL;

	record_said(text);
	screen_say(s, strncmp(text, "note:", 5) ? STYLE_BAD : STYLE_WARN, first ? first : text);
	if (first)
		screen_say(s, STYLE_PLAIN, rest + 1);
	free(first);
}

void screen_complain(struct screen *s, const struct error *err)
{
	const struct host *host = runner_context(s->runner)->host;
	struct text t = { 0 };

	error_format(err, NULL, &t);
	host->complain(host->arg, text_str(&t));
	text_drop(&t);
}

/* ---- wishes of commands ---- */

/* "13" lines, "50%" of the height, "+2" and "-2" lines more or less. */
bool screen_change_size(struct screen *s, const char *how, struct error *err)
{
	struct parts_of_screen p = screen_parts(s);
	struct pane_size *size = &s->size[p.layout == LAYOUT_WIDE];
	char *end;
	long n = strtol(how, &end, 10);
	bool percent = *end == '%';

	if (end == how || end[percent] || n < -1000 || n > 1000 || (percent && (n < 1 || n > 100))) {
		error_set(err, ERR_ARGUMENT, "the height of the pane cannot be '%s'", how);
		return error_hint(err, NULL, "lines, a share, or a change:  size 14   size 50%%   size +2");
	}
	if (p.layout != LAYOUT_STACK && p.layout != LAYOUT_WIDE) {
		error_set(err, ERR_ARGUMENT, "%s", p.layout == LAYOUT_FULL ? "the pane takes the whole screen now" : "no pane is shown now");
		return error_hint(err, NULL, "layout auto  brings pane and prompt back");
	}
	if (percent)
		*size = (struct pane_size){ .percent = (int)n };
	else if (*how == '+' || *how == '-')
		*size = (struct pane_size){ .rows = p.pane_rows + (int)n };
	else
		*size = (struct pane_size){ .rows = (int)n };
	if (size->rows < 1 && !size->percent)
		size->rows = 1;
	size->rows = size->percent ? 0 : screen_parts(s).pane_rows;	/* as far as there is room */
	return true;
}

static bool change_layout(struct screen *s, const char *how, struct error *err)
{
	if (!settings_set(&s->session->settings, "layout", how, err))
		return false;
	s->zoom = ZOOM_NONE;
	if (!strcmp(how, "prompt"))
		s->pane_focus = false;
	return true;
}

static bool focus(struct screen *s, const char *how, struct error *err)
{
	bool pane = !strcmp(how, "pane");

	if (!pane && strcmp(how, "prompt")) {
		error_set(err, ERR_ARGUMENT, "the focus cannot go to '%s'", how);
		return error_hint(err, NULL, "focus pane   or   focus prompt");
	}
	if (pane && !screen_parts(s).pane_rows) {
		error_set(err, ERR_ARGUMENT, "no pane is shown now");
		return error_hint(err, NULL, "layout auto  brings it back where there is room");
	}
	s->pane_focus = pane;
	s->one_command = false;
	return true;
}

static bool pane(struct screen *s, const char *how, struct error *err)
{
	if (strcmp(how, "on") && strcmp(how, "off")) {
		error_set(err, ERR_ARGUMENT, "the pane is on or off, not '%s'", how);
		return error_hint(err, NULL, "pane on   or   pane off");
	}
	s->wish.plain = !strcmp(how, "off");
	return true;
}

static bool setting(struct screen *s, const char *name)
{
	const struct settings *set = &s->session->settings;

	if (!strcmp(name, "scrollback"))
		output_limit(&s->out, (size_t)settings_number(set, name));
	else if (!strcmp(name, "theme"))
		s->light = !strcmp(settings_get(set, name), "light");
	else if (!strcmp(name, "layout"))
		s->zoom = ZOOM_NONE;
	else if (!strcmp(name, "speed"))
		s->stage->play_seconds = settings_number(set, name);
	s->wish.settings = true;
	return true;
}

/* Entry n of the history, by its number. To be run (`again`) it is kept again, as if it had been typed. */
static bool history(const char *how, bool again, struct text *answer, struct error *err)
{
	const char *entry = line_history_entry(atoi(how));
	int first = line_history_first(), last = first + line_history_count() - 1;

	if (!entry) {
		error_set(err, ERR_ARGUMENT, "the history has no entry %s", how);
		return error_hint(err, NULL, last < first ? "no line was typed yet" : "they have the numbers %d to %d;  history  lists the last", first, last);
	}
	text_put(answer, entry);
	if (again) {
		line_history_add(text_str(answer));
		record_instead(text_str(answer));
	}
	return !answer->failed || error_memory(err, "an entry of the history");
}

/* Rows of output that are seen above the input line, while an answer is waited for or not. */
static bool screen_room(struct screen *s, const char *how, struct text *answer)
{
	int rows = screen_room_for_output(s, !strcmp(how, "asking"));

	if (rows > 0)
		text_add(answer, "%d", rows);
	return rows > 0;
}

static bool history_bounds(struct text *answer)
{
	text_add(answer, "%d %d", line_history_first(), line_history_first() + line_history_count() - 1);
	return true;
}

static bool record(struct screen *s, const char *what, const char *how, struct text *answer)
{
	if (!strcmp(what, "record") || !strcmp(what, "record-output")) {
		record_off(s->runner);
		record_begin(s->session, how, what[6] == '-');
	} else if (!record_path()) {
		text_put(answer, "nothing is recorded;  record FILE  begins");
	} else {
		bool off = !strcmp(what, "record-off");

		text_add(answer, "%s %s: %zu %s", off ? "recorded in" : "recording in", record_path(), record_lines(),
			 record_lines() == 1 ? "line" : "lines");
		if (off)
			record_off(s->runner);
	}
	return true;
}

bool screen_control(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	struct screen *s = arg;

	if (!strcmp(what, "pane"))
		return pane(s, how, err);
	if (!strcmp(what, "focus"))
		return focus(s, how, err);
	if (!strcmp(what, "layout"))
		return change_layout(s, how, err);
	if (!strcmp(what, "size"))
		return screen_change_size(s, how, err);
	if (!strcmp(what, "snap"))
		return screen_snap(s, !strcmp(how, "svg"), answer, err);
	if (!strcmp(what, "setting"))
		return setting(s, how);
	if (!strcmp(what, "keep-setting"))
		return front_keep_setting(how, err);
	if (!strcmp(what, "history") || !strcmp(what, "history-entry"))
		return history(how, !what[7], answer, err);
	if (!strcmp(what, "history-bounds"))
		return history_bounds(answer);
	if (!strncmp(what, "record", 6))
		return record(s, what, how, answer);
	if (!strcmp(what, "keys")) {
		keys_table(answer);
		return true;
	}
	if (!strcmp(what, "key"))
		return key_for(how, screen_pane_focused(s), answer) || error_set(err, ERR_ARGUMENT, "no key is called '%s'", how);
	if (!strcmp(what, "room"))
		return screen_room(s, how, answer);
	if (!strcmp(what, "feed"))
		return screen_feed(s, how, err);
	if (!strcmp(what, "redraw")) {
		s->wish.repaint = true;
		return true;
	}
	if (!strcmp(what, "edit")) {
		s->wish.edit = true;
		return true;
	}
	if (!strcmp(what, "bench"))
		return bench_draw(s, answer, err);
	if (!strcmp(what, "quit")) {
		s->wish.leave = true;
		return true;
	}
	return error_set(err, ERR_COMMAND, "the screen has no '%s'", what);
}

struct host screen_host(struct screen *s)
{
	return (struct host){
		.arg = s, .say = say_line, .complain = complain, .control = screen_control, .has_pane = true, .width = s->cols, .ascii = s->ascii,
		.colors = COLORS_NONE, .light = s->light, .format = "text",
	};
}
