/*
 * start.c - see start.h
 */
#include "views/start.h"

#include <stdio.h>
#include <string.h>

static const struct { const char *command, *what; } lines[] = {
	{ "lesson walkie", "big numbers through a small radio: the first lesson" },
	{ "quantize int4 [-1.2, -0.6, 0.2, 1.0]", "four weights, sixteen codes, one step" },
	{ "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero", "a model format at work, step by step" },
	{ "tree q4_K (gauss(256))", "256 weights share scales of scales" },
	{ "codecs", "all formats and their bits" },
};

enum { LINES = sizeof lines / sizeof *lines, RECENT = 2 };

/* Files opened before take the place of the last lines. */
static const char *command_at(const struct stage *s, int i, const char **what)
{
	int from_end = LINES - 1 - i;

	if (from_end < RECENT && *s->start.recent[from_end]) {
		*what = "opened before";
		return s->start.recent[from_end];
	}
	*what = lines[i].what;
	return lines[i].command;
}

void start_drop(struct stage *s)
{
	memset(&s->start, 0, sizeof s->start);
}

void start_draw(struct stage *s, struct canvas *c)
{
	int top = s->start.top = c->rows > LINES;

	for (int i = 0; i < LINES; i++) {
		const char *what, *command = command_at(s, i, &what);
		int col = 3 + (int)text_width(command, strlen(command));

		if (i == s->start.line)
			canvas_glyph(c, top + i, 1, GLYPH_CHOSEN, STYLE_CURSOR);
		canvas_fit(c, top + i, 3, c->cols - 4, STYLE_CODE, command);
		col = col < 46 ? 46 : col + 3;
		if (col + (int)text_width(what, strlen(what)) < c->cols)
			canvas_puts(c, top + i, col, STYLE_DIM, what);
	}
}

bool start_press(struct stage *s, const struct key *k, struct text *typed)
{
	const char *what;

	if (k->ctrl || k->meta)
		return false;
	if (k->code == KEY_UP_ || (k->code == KEY_CHAR && k->ch == 'k'))
		s->start.line -= s->start.line > 0;
	else if (k->code == KEY_DOWN_ || (k->code == KEY_CHAR && k->ch == 'j'))
		s->start.line += s->start.line < LINES - 1;
	else if (k->code == KEY_ENTER_)
		text_put(typed, command_at(s, s->start.line, &what));
	else
		return false;
	return true;
}

bool start_click(struct stage *s, int row, struct text *typed)
{
	const char *what;
	int i = row - s->start.top;

	if (i < 0 || i >= LINES)
		return false;
	s->start.line = i;
	text_put(typed, command_at(s, i, &what));
	return true;
}
