/*
 * line.c - which code does each weight land on? (interaction.md 9.1, 3.1)
 *
 * The codes of the cursor's block or sub-block on a number line, the weights as marks below it, and a table of how each one
 * came to its code at the step of the walk. What is given up when the height shrinks is the table LINES below, from its end; when the
 * width shrinks, labels that would touch (axis.c), then columns of the table (line_table.c). Nothing that is asked for goes: the
 * ticks, the marks, and the cursor's weight with its code.
 */
#include "views/line.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct arg options[] = {
	{ "codec", ARG_CODEC, .named = true, .summary = "what plain weights are quantized with, for this picture" },
	{ "pad", ARG_CHOICE, .named = true, .in_title = true, .choices = "zero edge none", .summary = "what fills the last block of a row, with codec=" },
	{ "codes", ARG_TEXT, .named = true, .summary = "the codes of a teaching codec, as in -7..7, with codec=" },
	{ "hide", ARG_CHOICE, .named = true, .choices = "step codes error", .summary = "what is not told, for lessons" },
	{ "labels", ARG_CHOICE, .named = true, .choices = "value code both", .summary = "what the ticks are labelled with" },
	{ "mark", ARG_TEXT, .named = true, .in_title = true, .summary = "weights that are to stand out: 5 or 5,9" },
	{ 0 }
};

static const struct view_key keys[] = {
	{ "<Up> <Down>", "weight", "the weight above, below", true },
	{ "+ -", "zoom", "fewer, more codes on the line", true },
	{ "[ ]", "block", "previous, next block", true },
	{ "{ }", "row", "previous, next row", false },
	{ "<Enter>", "block", "the bytes that hold the weight", false },
	{ "x", "edit", "a new value for the weight", false },
	{ "y", "copy", "the weight into the input line", false },
	{ 0 }
};

/* ---- opening ---- */

static bool line_init(struct line *l, struct session *s, struct value *subject, const struct args *given, struct error *err)
{
	const char *hide = args_text(given, "hide", ""), *labels = args_text(given, "labels", "both");

	l->zoom = 1;
	l->hide_step = strstr(hide, "step") != NULL;
	l->hide_codes = strstr(hide, "codes") != NULL;
	l->hide_error = strstr(hide, "error") != NULL;
	l->show_codes = strcmp(labels, "value") != 0;
	l->show_values = strcmp(labels, "code") != 0;
	return weights_open(&l->w, s, subject, given, err);
}

struct line *line_view_open(struct session *s, struct value *subject, const struct args *given, struct error *err)
{
	struct line *l = calloc(1, sizeof *l);

	if (!l) {
		error_memory(err, "a view");
		return NULL;
	}
	if (!line_init(l, s, subject, given, err)) {
		free(l);
		return NULL;
	}
	return l;
}

void line_view_close(struct line *l)
{
	weights_close(&l->w);
	free(l);
}

/* ---- the axis ---- */

/* First weight of the cursor's sub-block, and how many of it are no padding. */
static size_t sub_block(const struct weights *w, size_t *n)
{
	size_t from = w->sub_len ? w->cursor / w->sub_len * w->sub_len : 0;

	*n = w->real <= from ? 0 : w->real - from < w->sub_len ? w->real - from : w->sub_len;
	return from;
}

static double place(const struct weights *w, size_t i)
{
	return w->x ? w->x[i] : w->y[i];
}

static void set_axis(struct line *l, int cols)
{
	const struct weights *w = &l->w;
	struct axis *a = &l->axis;
	size_t n, from = sub_block(w, &n), tick;
	double lo = 0, hi = 0, centre = w->len ? place(w, w->cursor) : 0;
	int code;

	a->n = 0;
	if (!w->by_row && w->phase != PHASE_FOUND)
		axis_levels(a, w->q.blocks.codec, tensor_block(&w->q.blocks, w->part), w->len, w->sub_len ? from / w->sub_len : 0);
	if (!a->n) {
		for (size_t i = from; i < from + n; i++)
			if (isfinite(place(w, i))) {
				lo = fmin(lo, place(w, i));
				hi = fmax(hi, place(w, i));
			}
		axis_plain(a, lo, hi);
	}
	if (a->n && w->phase >= PHASE_CODED) {
		memset(a->reached, 0, sizeof a->reached);
		for (size_t i = from; i < from + n; i++)
			if (weights_code(w, i, &code) && (tick = axis_tick(a, code)) != SIZE_MAX)
				a->reached[tick] = true;
	}
	axis_fit(a, cols, cols < 60 ? 8 : 12, l->zoom, isfinite(centre) ? centre : 0);
}

/* From the cursor's weight to its code, where there is room between the two: the way it is rounded. */
static void draw_arrow(const struct line *l, struct canvas *c, int row, int mark, size_t tick)
{
	int outside, to = axis_col(&l->axis, l->axis.value[tick], &outside);

	if (outside || abs(to - mark) < 2)
		return;
	for (int col = mark < to ? mark + 1 : to + 1; col < (mark < to ? to : mark); col++)
		canvas_glyph(c, row, col, GLYPH_H, STYLE_DIM);
	canvas_puts(c, row, to, STYLE_MARK, mark < to ? "►" : "◄");
}

static bool clipped(const struct line *l, size_t i, int outside)
{
	double v = place(&l->w, i), end = outside < 0 ? l->axis.lo : l->axis.hi;

	return weights_flags(&l->w, i) & (TRACE_CLIP_LO | TRACE_CLIP_HI) || fabs(v - end) > l->axis.step / 2;
}

/* The column of weight i, -1 where it is beyond what a zoom shows, or no number. */
static int mark_col(const struct line *l, size_t i, bool *is_clipped)
{
	const struct axis *a = &l->axis;
	int outside, col;

	if (!isfinite(place(&l->w, i)))
		return -1;
	col = axis_col(a, place(&l->w, i), &outside);
	*is_clipped = outside && a->n && clipped(l, i, outside);
	if (a->n)
		return (outside < 0 && a->first > 0) || (outside > 0 && a->last < a->n - 1) ? -1 : col;
	return outside ? -1 : col;
}

/* Names where there is room, the cursor's weight first. */
static void draw_names(const struct line *l, struct canvas *c, int row)
{
	const struct weights *w = &l->w;
	size_t n, from = sub_block(w, &n);
	bool *used = calloc((size_t)c->cols + 1, sizeof *used), is_clipped;

	for (size_t k = 0; used && k <= n; k++) {
		size_t i = k ? from + k - 1 : w->cursor;
		int col = i < w->len ? mark_col(l, i, &is_clipped) : -1, width;
		char name[24];
		bool room = true;

		if (col < 0 || i >= w->real || (k && i == w->cursor))
			continue;
		width = snprintf(name, sizeof name, "x%zu", i);
		col = col + width > c->cols ? c->cols - width : col;
		for (int at = col; at < col + width; at++)
			room = room && at >= 0 && !used[at];
		if (!room)
			continue;
		for (int at = col - 1; at <= col + width; at++)
			if (at >= 0 && at < c->cols)
				used[at] = true;
		canvas_puts(c, row, col, i == w->cursor ? STYLE_CURSOR : STYLE_PLAIN, name);
	}
	free(used);
}

/* The cursor's weight is drawn last, so that it is seen where several share a column. */
static void draw_marks(const struct line *l, struct canvas *c, int row, size_t tick)
{
	const struct weights *w = &l->w;
	size_t n, from = sub_block(w, &n);

	for (size_t k = 0; k <= n; k++) {
		size_t i = k < n ? from + k : w->cursor;
		bool is_clipped, here = i == w->cursor;
		int col = i < w->real ? mark_col(l, i, &is_clipped) : -1;

		if (col < 0 || (here && k < n))
			continue;
		if (is_clipped)
			canvas_put(c, row, col, '!', STYLE_CLIPPED, 0);
		else
			canvas_glyph(c, row, col, weights_marked(w, i) ? GLYPH_MARKED : GLYPH_UP, here ? STYLE_CURSOR : STYLE_MARK);
		if (here && tick != SIZE_MAX && w->phase >= PHASE_CODED)
			draw_arrow(l, c, row, col, tick);
	}
}

/* ---- the whole ---- */

enum part { TICKS, MARKS, CODES, HEAD, ROW, VALUES, NAMES, GAP, MARGIN };

/* In the order in which lines are taken in while there is room; what comes last is given up first. Lines beyond these are rows. */
static const enum part lines[] = { TICKS, MARKS, HEAD, ROW, CODES, VALUES, ROW, ROW, NAMES, ROW, GAP, MARGIN };

struct rows { bool has[MARGIN + 1]; int table; };

static struct rows share_out(const struct line *l, int rows, bool table)
{
	struct rows r = { .table = 0 };
	int wanted = (int)(l->w.real < 4 ? l->w.real : 4);
	bool few = rows < 12;		/* else an empty line keeps the place of codes that are not known yet */

	for (size_t i = 0; i < sizeof lines / sizeof *lines && rows > 0; i++) {
		enum part p = lines[i];

		if ((p == CODES && (l->w.by_row || !l->show_codes || (!l->axis.n && few))) || (p == VALUES && !l->show_values) ||
		    (p == HEAD && !table) || (p == ROW && (!table || r.table >= wanted)))
			continue;
		r.has[p] = true;
		r.table += p == ROW;
		rows--;
	}
	if (table)
		r.table += rows;
	return r;
}

static int draw_axis_rows(struct line *l, struct canvas *c, int row, const struct rows *r)
{
	size_t tick = SIZE_MAX;
	int code;

	if (l->axis.n && l->w.phase >= PHASE_CODED && weights_code(&l->w, l->w.cursor, &code) && l->w.cursor < l->w.real && !l->hide_codes)
		tick = axis_tick(&l->axis, code);
	if (r->has[CODES])
		axis_draw_codes(&l->axis, c, row++, tick, l->hide_codes);
	if (r->has[TICKS])
		axis_draw_ticks(&l->axis, c, row++, tick);
	if (r->has[VALUES])
		axis_draw_values(&l->axis, c, row++, tick, l->hide_step);
	if (r->has[MARKS])
		draw_marks(l, c, row++, tick);
	if (r->has[NAMES])
		draw_names(l, c, row++);
	return row;
}

int line_draw_axis(struct line *l, struct canvas *c, int row, int rows)
{
	struct rows r;

	set_axis(l, c->cols);
	r = share_out(l, rows < 5 ? rows : 5, false);
	return draw_axis_rows(l, c, row, &r) - row;
}

static void say_hidden(struct canvas *c, int row)
{
	static const char *const words[] = { "One step is hidden (?).", "It appears when the question is answered." };

	if (c->cols > 68) {
		canvas_text(c, row, 2, STYLE_PLAIN, "%s %s", words[0], words[1]);
		return;
	}
	for (int i = 0; i < 2; i++)
		canvas_fit(c, row + i, c->cols < 60 ? 0 : 2, c->cols - (c->cols < 60 ? 0 : 2), STYLE_PLAIN, words[i]);
}

static void line_draw(void *state, struct canvas *c)
{
	struct line *l = state;
	struct rows r;
	int row = 0;

	set_axis(l, c->cols);
	r = share_out(l, c->rows, !l->hide_step);
	row = draw_axis_rows(l, c, r.has[MARGIN], &r) + r.has[GAP];
	if (r.has[HEAD])
		line_draw_table(l, c, row, 1 + r.table);
	else if (l->hide_step)
		say_hidden(c, row);
}

static int line_height(const void *state, int cols)
{
	const struct line *l = state;
	int axis = (l->show_codes && !l->w.by_row) + l->show_values + 3;

	(void)cols;
	if (l->hide_step)
		return 1 + axis + 3;
	return 1 + axis + 1 + 1 + (int)(l->w.real < 100000 ? l->w.real : 100000);
}

static void *open_line(struct session *s, struct value *subject, const struct args *given, struct error *err)
{
	return line_view_open(s, subject, given, err);
}

static void close_line(void *state)
{
	line_view_close(state);
}

static void line_title(const void *state, struct text *left, struct text *right)
{
	const struct line *l = state;
	char buf[NUMBER_SIZE];

	weights_title(&l->w, false, left);
	if (l->zoom > 1)
		text_add(right, "zoom %s", number_short(buf, l->zoom));
	else if (l->w.q.blocks.codec && l->w.subject->kind != VALUE_TRACE)
		text_add(right, "%s b/w", number_short(buf, tensor_bits(&l->w.q.blocks)));
}

static bool line_press(void *state, const struct key *k, struct wish *wish)
{
	struct line *l = state;
	bool plain = k->code == KEY_CHAR && !k->ctrl && !k->meta;

	if (plain && k->ch == '+') {
		l->zoom = l->zoom < 64 ? l->zoom * 2 : l->zoom;
		return true;
	}
	if (plain && k->ch == '-') {
		l->zoom = l->zoom > 1 ? l->zoom / 2 : 1;
		return true;
	}
	if (k->code == KEY_ENTER_ && !l->w.made) {
		wish->view = "block";
		args_set_number(&wish->options, l->w.by_row ? "row" : "block", (double)l->w.part, NULL);
		return true;
	}
	return weights_press(&l->w, k, (size_t)(l->page > 0 ? l->page : 1), wish);
}

static bool line_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct line *l = state;
	size_t i = l->top + (size_t)(row - l->table_row);
	const struct key enter = { .code = KEY_ENTER_ };

	(void)col;
	if (row < l->table_row || row >= l->table_row + l->page || i >= l->w.len)
		return false;
	if (again && i == l->w.cursor)
		return line_press(l, &enter, wish);
	l->w.cursor = i;
	return true;
}

static bool line_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct line *l = state;

	if (l->hide_step || l->hide_codes || l->hide_error)
		return error_set(err, ERR_ARGUMENT, "that is hidden until the question is answered");
	return weights_why(&l->w, name, out, err);
}

static struct table *line_data(const void *state, struct error *err)
{
	const struct line *l = state;

	return weights_data(&l->w, err);
}

static size_t line_cursor(const void *state)
{
	const struct line *l = state;

	return weights_cursor(&l->w);
}

static void line_set_cursor(void *state, size_t at)
{
	struct line *l = state;

	weights_set_cursor(&l->w, at);
}

static void line_changed(void *state)
{
	struct line *l = state;

	weights_changed(&l->w);
}

const struct view view_line = {
	.name       = "line",
	.question   = "which code does each weight land on",
	.fits       = FITS(TENSOR) | FITS(QUANTIZED) | FITS(TRACE) | FITS(ERRORS),
	.options    = options,
	.keys       = keys,
	.columns    = "weight x code back error",
	.gives_up   = "labels that would touch; of the table its notes, the byte, the steps of the rounding from the last one on, the error, the "
		      "bits, what comes back",
	.open       = open_line,
	.passes     = view_worst_passes,
	.close      = close_line,
	.title      = line_title,
	.height     = line_height,
	.draw       = line_draw,
	.press      = line_press,
	.click      = line_click,
	.why        = line_why,
	.data       = line_data,
	.cursor     = line_cursor,
	.set_cursor = line_set_cursor,
	.changed    = line_changed,
};
