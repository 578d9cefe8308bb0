/*
 * start.c - see start.h
 */
#include "views/start.h"

#include <stdio.h>
#include <string.h>

#include "views/line.h"

static const struct { const char *command, *what; } lines[] = {
	{ "lesson walkie", "the first lesson" },
	{ "quantize int4 [-1.2, -0.6, 0.2, 1.0]", "four weights share one step" },
	{ "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero", "a model format, step by step" },
	{ "tree q4_K (gauss(256))", "scales that share scales" },
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

const char *start_first(void)
{
	return lines[0].command;
}

void start_drop(struct stage *s)
{
	if (s->start.state)
		line_view_close(s->start.state);
	value_drop(s->start.value);
	s->start.state = NULL;
	s->start.value = NULL;
}

/* Four weights on the codes of int4, made by the engine when it is first seen. Without memory the lines stand alone. */
static struct line *picture(struct stage *s)
{
	static const char weights[] = "[-1.2, -0.6, 0.2, 1.0]";
	const struct codec *int4 = codec_find("int4");
	struct quantize_options options = { 0 };
	struct outcome x = { 0 }, q = { 0 };

	if (!s->start.state && int4 && session_literal(weights, sizeof weights - 1, &x, NULL)) {
		value_name(x.value, "x");
		if (session_quantize(s->session, int4, x.value, &options, &q, NULL) && q.job)
			job_run_here(q.job, &q.value, NULL);
		s->start.value = q.value;
		s->start.state = q.value ? line_view_open(s->session, q.value, NULL, NULL) : NULL;
		value_drop(x.value);
	}
	return s->start.state;
}

/* The picture in what the lines leave: a line for its name, one above it if there is room. */
static int draw_picture(struct stage *s, struct canvas *c, int rows)
{
	struct line *l = rows > 3 ? picture(s) : NULL;
	int row = rows > 6;

	if (!l)
		return rows > 0;
	row += line_draw_axis(l, c, row, rows > 5 ? 5 : rows);
	if (row < rows)
		canvas_fit(c, row++, 2, c->cols - 3, STYLE_DIM, "four weights on the codes of int4, made by the engine");
	return row < rows ? row + 1 : row;
}

void start_draw(struct stage *s, struct canvas *c)
{
	int top = s->start.top = draw_picture(s, c, c->rows - LINES), col = 0;
	const char *what;

	for (int i = 0; i < LINES; i++) {
		const char *command = command_at(s, i, &what);
		int end = 6 + (int)text_width(command, strlen(command));

		col = end > col ? end : col;
	}
	for (int i = 0; i < LINES; i++) {
		const char *command = command_at(s, i, &what);

		if (i == s->start.line)
			canvas_glyph(c, top + i, 1, GLYPH_CHOSEN, STYLE_CURSOR);
		canvas_fit(c, top + i, 3, c->cols - 4, STYLE_CODE, command);
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
