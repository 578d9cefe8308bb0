/*
 * bars.c - how far is each weight from what comes back? (interaction.md 9.2)
 *
 *      x0  -1.2000 ████████████████│                     two bars a weight, where the lines suffice:
 *          -1.2002 ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│          -0.0002    what is stored, what comes back, and the difference
 *
 * More weights than that stand upright, a column each, sixteen to a group: the weights above, their errors below on a scale of their
 * own, and the cursor's numbers in words. When the width shrinks the numbers beside the bars go, never the difference; when
 * the height shrinks the errors become one line of small columns.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/weights.h"

struct bars {
	struct weights w;
	bool rel;
	size_t top;			/* first weight of the upright form */
	int each, first_row;		/* lines a weight as last drawn, 0: upright; where the first is */
	int left, page;			/* upright: column of the first weight, weights seen */
	int at_once;			/* no more than so many are seen; 0: as many as there is room for */
};

static const struct arg options[] = {
	{ "rel", ARG_FLAG, .summary = "each weight on a scale of its own size" },
	{ "range", ARG_RANGE, .named = true, .summary = "the weights that are seen first, from 0" },
	{ "mark", ARG_TEXT, .named = true, .in_title = true, .summary = "weights that are to stand out: 5 or 5,9" },
	{ "codec", ARG_CODEC, .named = true, .summary = "what plain weights are quantized with, for this picture" },
	{ "pad", ARG_CHOICE, .named = true, .in_title = true, .choices = "zero edge none", .summary = "what fills the last block of a row, with codec=" },
	{ "codes", ARG_TEXT, .named = true, .summary = "the codes of a teaching codec, as in -7..7, with codec=" },
	{ 0 }
};

static const struct view_key keys[] = {
	{ "<Up> <Down>", "weight", "the weight before, after", true },
	{ "r", "relative", "each to its own size, or all to one", true },
	{ "[ ]", "block", "previous, next block", true },
	{ "{ }", "row", "previous, next row", false },
	{ "<Enter>", "line", "the code of the weight", false },
	{ "x", "edit", "a new value for the weight", false },
	{ "y", "copy", "the weight into the input line", false },
	{ 0 }
};

/* ---- what is drawn ---- */

static bool has_back(const struct bars *b)
{
	return b->w.y && (b->w.phase >= PHASE_CODED || !b->w.x);
}

static double before(const struct bars *b, size_t i)
{
	return b->w.x ? b->w.x[i] : b->w.y[i];
}

static double error(const struct bars *b, size_t i)
{
	return has_back(b) && b->w.x ? (double)b->w.y[i] - b->w.x[i] : 0;
}

/* The size that a full bar stands for. */
static double full_scale(const struct bars *b)
{
	double largest = 0;

	for (size_t i = 0; i < b->w.real; i++)
		if (isfinite(before(b, i)))
			largest = fmax(largest, fabs(before(b, i)));
	return largest;
}

static enum style back_style(const struct bars *b)
{
	return b->w.phase == PHASE_CODED || b->w.phase == PHASE_PACKED ? STYLE_DIM : STYLE_CODE;
}

static char *percent(char *buf, double part, double whole)
{
	if (whole == 0)
		strcpy(buf, part == 0 ? "0" : "-");
	else
		snprintf(buf, NUMBER_SIZE, "%+.1f %%", 100 * part / fabs(whole));
	return buf;
}

/* ---- two bars a weight ---- */

struct across { int label_end, number_end, at, half, error_end; };	/* number_end 0: no room for the numbers */

static int width_of_numbers(const struct bars *b)
{
	int width = 7, decimals = weights_decimals(b->w.absmax);
	char buf[NUMBER_SIZE];

	for (size_t i = 0; i < b->w.real; i++) {
		int n = (int)strlen(weights_number(buf, before(b, i), decimals));

		width = n > width ? n : width;
	}
	return width;
}

static struct across across(const struct bars *b, int cols)
{
	int numbers = width_of_numbers(b), label = snprintf(NULL, 0, "x%zu", b->w.real), beside = b->w.x && b->w.y ? numbers + 2 : 1;
	struct across a = { .label_end = 2 + (label > 3 ? label : 3), .error_end = cols - 1 };

	a.number_end = a.label_end + 1 + numbers;
	a.at = a.number_end + 1;
	a.half = (cols - a.at - 1 - beside) / 2;
	if (a.half < 8) {
		a.number_end = 0;
		a.at = a.label_end + 1;
		a.half = (cols - a.at - 1 - beside) / 2;
	}
	return a;
}

static void bar(struct canvas *c, int row, const struct across *a, double share, enum glyph g, enum style style)
{
	int zero = a->at + a->half, n = isfinite(share) ? (int)floor(fmin(fabs(share), 1) * a->half + 0.5) : 0;

	canvas_glyph(c, row, zero, GLYPH_V, STYLE_PLAIN);
	for (int i = 1; i <= n; i++)
		canvas_glyph(c, row, share < 0 ? zero - i : zero + i, g, style);
}

static void draw_across(struct bars *b, struct canvas *c)
{
	struct across a = across(b, c->cols);
	double scale = full_scale(b);
	int decimals = weights_decimals(b->w.absmax), row = 0;
	char buf[NUMBER_SIZE];

	for (size_t i = 0; i < b->w.real; i++, row += b->each) {
		double x = before(b, i), full = b->rel ? fabs(x) : scale;

		canvas_text(c, row, 2, STYLE_PLAIN, "x%zu", i);
		if (a.number_end)
			canvas_right(c, row, a.number_end, STYLE_PLAIN, "%s", weights_number(buf, x, decimals));
		bar(c, row, &a, full > 0 ? x / full : 0, GLYPH_FULL, STYLE_PLAIN);
		if (weights_marked(&b->w, i))
			canvas_glyph(c, row, 0, GLYPH_MARKED, STYLE_MARK);
		if (i == b->w.cursor)
			canvas_glyph(c, row, 1, GLYPH_CHOSEN, STYLE_CURSOR);
		if (b->each < 2)
			continue;
		if (a.number_end)
			canvas_right(c, row + 1, a.number_end, back_style(b), "%s", weights_number(buf, b->w.y[i], decimals));
		bar(c, row + 1, &a, full > 0 ? b->w.y[i] / full : 0, GLYPH_SHADE, back_style(b));
		canvas_right(c, row + 1, a.error_end, STYLE_PLAIN, "%s", b->rel ? percent(buf, error(b, i), x)
											: weights_number(buf, error(b, i), decimals));
	}
}

/* ---- upright ---- */

enum { GROUP = 16 };

static int column_of(const struct bars *b, size_t i)
{
	size_t k = i - b->top;

	return b->left + (int)(k + k / GROUP);
}

/* Columns up and down from the middle of h rows (even), in eighths upwards, in halves downwards. */
static void draw_columns(const struct bars *b, struct canvas *c, int row, int h, bool errors, double scale, enum style style)
{
	int up = h / 2;

	for (size_t i = b->top; i < b->w.real && i < b->top + (size_t)b->page; i++) {
		double v = errors ? error(b, i) : before(b, i), share;
		int col = column_of(b, i), halves;

		if (errors && b->rel)
			v = before(b, i) != 0 ? v / fabs(before(b, i)) : 0;
		share = scale > 0 && isfinite(v) ? v / scale : 0;
		halves = (int)floor(fmin(fmax(-share, 0), 1) * 2 * up + 0.5);
		if (share > 0)
			canvas_column(c, row + up - 1, col, up, 1, share, weights_marked(&b->w, i) ? STYLE_MARK : style);
		for (int k = 0; k < halves / 2; k++)
			canvas_glyph(c, row + up + k, col, GLYPH_FULL, weights_marked(&b->w, i) ? STYLE_MARK : style);
		if (halves % 2)
			canvas_glyph(c, row + up + halves / 2, col, GLYPH_HALF_UP, style);
	}
	for (int end = 0; end < 2; end++)
		if (errors && b->rel)
			canvas_text(c, end ? row + h - 1 : row, 1, STYLE_DIM, "%+.0f %%", end ? -100 * scale : 100 * scale);
		else
			canvas_text(c, end ? row + h - 1 : row, 1, STYLE_DIM, "%+.2g", end ? -scale : scale);
	if (h > 2)
		canvas_text(c, row + 1, 1, STYLE_DIM, "%s", errors ? "error" : "weight");
}

static double largest_error(const struct bars *b)
{
	double largest = 0;

	for (size_t i = 0; i < b->w.real; i++) {
		double e = fabs(error(b, i)), x = fabs(before(b, i));

		if (b->rel)
			e = x > 0 ? e / x : 0;
		largest = isfinite(e) ? fmax(largest, e) : largest;
	}
	return largest;
}

/* The cursor's numbers; what is no difference is left out where there is no room for all. Returns the column after them. */
static int draw_cursor(const struct bars *b, struct canvas *c, int row)
{
	const struct weights *w = &b->w;
	int decimals = weights_decimals(w->absmax), end;
	bool back = has_back(b) && w->x;
	char x[NUMBER_SIZE], y[NUMBER_SIZE], e[NUMBER_SIZE], line[4 * NUMBER_SIZE];

	weights_number(x, before(b, w->cursor), decimals);
	weights_number(y, back ? w->y[w->cursor] : 0, decimals);
	b->rel ? percent(e, error(b, w->cursor), before(b, w->cursor)) : weights_number(e, error(b, w->cursor), decimals);
	if (!back)
		snprintf(line, sizeof line, "x%zu  %s", w->cursor, x);
	else if (snprintf(line, sizeof line, "x%zu  %s   back %s   error %s", w->cursor, x, y, e) > c->cols - 4 &&
		 snprintf(line, sizeof line, "x%zu  %s   error %s", w->cursor, x, e) > c->cols - 4)
		snprintf(line, sizeof line, "x%zu  error %s", w->cursor, e);
	canvas_glyph(c, row, 1, GLYPH_CHOSEN, STYLE_CURSOR);
	end = canvas_fit(c, row, 3, c->cols - 4, STYLE_PLAIN, line);
	return end < 3 + (int)strlen(line) ? end : 3 + (int)strlen(line);
}

/* Where each group begins, and the cursor's column. Returns the column after the last of them. */
static int draw_places(const struct bars *b, struct canvas *c, int row)
{
	int end = 0;

	for (size_t i = b->top; i < b->w.real && i < b->top + (size_t)b->page; i += GROUP)
		end = canvas_text(c, row, column_of(b, i), STYLE_DIM, "%zu", i);
	for (size_t i = b->top; i < b->w.real && i < b->top + (size_t)b->page && *b->w.mark; i++)
		if (weights_marked(&b->w, i)) {
			canvas_glyph(c, row, column_of(b, i), GLYPH_MARKED, STYLE_MARK);
			end = end > column_of(b, i) ? end : column_of(b, i) + 1;
		}
	if (b->w.cursor >= b->top && b->w.cursor < b->top + (size_t)b->page) {
		canvas_glyph(c, row, column_of(b, b->w.cursor), GLYPH_UP, STYLE_CURSOR);
		end = end > column_of(b, b->w.cursor) ? end : column_of(b, b->w.cursor) + 1;
	}
	return end;
}

static bool draw_more(const struct bars *b, struct canvas *c, int row, int from, size_t seen)
{
	char more[40];

	snprintf(more, sizeof more, "… %zu more", b->w.real - seen);
	if (seen < b->w.real && from + 2 + (int)text_width(more, strlen(more)) > c->cols - 1)
		return false;
	if (seen < b->w.real)
		canvas_right(c, row, c->cols - 1, STYLE_DIM, "%s", more);
	return true;
}

static void scroll(struct bars *b, int cols)
{
	int groups;
	size_t first;

	b->left = cols < 60 ? 8 : 10;
	groups = (cols - 1 - b->left + 1) / (GROUP + 1);
	b->page = groups > 0 ? groups * GROUP : cols - 1 - b->left;
	if (b->at_once > 0 && b->page > b->at_once)
		b->page = b->at_once;
	first = b->w.cursor / GROUP * GROUP;
	b->top = b->top / GROUP * GROUP;
	if (b->w.cursor < b->top)
		b->top = first;
	if (b->w.cursor >= b->top + (size_t)b->page)
		b->top = first + GROUP - (size_t)(b->page < GROUP ? GROUP : b->page);
}

static void draw_upright(struct bars *b, struct canvas *c)
{
	bool errors = has_back(b) && b->w.x;
	int rest = c->rows - 2, below = errors ? 1 : 0, above, row, end;
	bool said;
	double worst = largest_error(b);
	size_t seen;

	scroll(b, c->cols);
	seen = b->w.real - b->top < (size_t)b->page ? b->w.real - b->top : (size_t)b->page;
	if (errors && rest >= 8)
		below = rest / 3 / 2 * 2;
	above = (rest - below) / 2 * 2;
	if (above > 24)
		above = 24;
	if (below > 12)
		below = 12;
	b->first_row = 1;
	said = draw_more(b, c, 0, draw_cursor(b, c, 0), seen);
	draw_columns(b, c, 1, above, false, full_scale(b), STYLE_PLAIN);
	row = 1 + above;
	if (below > 1) {
		draw_columns(b, c, row, below, true, worst, back_style(b));
	} else if (below) {
		canvas_text(c, row, 1, STYLE_DIM, "error");
		for (size_t i = b->top; i < b->top + seen; i++)
			canvas_spark(c, row, column_of(b, i), worst > 0 ? fabs(error(b, i)) / worst : 0, back_style(b));
	}
	row += below;
	end = draw_places(b, c, row);
	if (!said)
		draw_more(b, c, row, end, seen);
}

/* ---- the view ---- */

static void *bars_open(struct session *s, struct value *subject, const struct args *given, struct error *err)
{
	struct bars *b = calloc(1, sizeof *b);
	const struct given *range;

	if (!b) {
		error_memory(err, "a view");
		return NULL;
	}
	b->rel = args_flag(given, "rel");
	if (!weights_open(&b->w, s, subject, given, err)) {
		free(b);
		return NULL;
	}
	range = args_get(given, "range");
	if (range && range->number >= 0 && range->number < (double)b->w.real && range->second > range->number) {
		b->w.cursor = (size_t)range->number;
		b->top = b->w.cursor;
		b->at_once = range->second - range->number < 10000 ? (int)ceil((range->second - range->number) / GROUP) * GROUP : 10000;
	}
	return b;
}

static void bars_close(void *state)
{
	struct bars *b = state;

	weights_close(&b->w);
	free(b);
}

static void bars_title(const void *state, struct text *left, struct text *right)
{
	const struct bars *b = state;
	double scale = full_scale(b);

	weights_title(&b->w, true, left);
	if (has_back(b) && b->w.x)
		text_put(right, "█ weight  ▒ what comes back   ");
	if (b->rel)
		text_put(right, b->each ? "each to its own size" : "errors to their own weight");
	else
		text_add(right, "-%.3g .. +%.3g", scale, scale);
}

static int lines_each(const struct bars *b)
{
	return has_back(b) && b->w.x ? 2 : 1;
}

static int bars_height(const void *state, int cols)
{
	const struct bars *b = state;
	size_t lines = b->w.real * (size_t)lines_each(b);

	(void)cols;
	return lines <= 2 * GROUP ? (int)lines : 20;
}

static void bars_draw(void *state, struct canvas *c)
{
	struct bars *b = state;
	size_t each = (size_t)lines_each(b);

	b->each = b->w.real * each <= (size_t)c->rows ? (int)each : 0;
	b->first_row = 0;
	if (b->w.real && b->w.cursor >= b->w.real)
		b->w.cursor = b->w.real - 1;
	if (b->each)
		draw_across(b, c);
	else if (c->rows >= 4)
		draw_upright(b, c);
}

static bool bars_press(void *state, const struct key *k, struct wish *wish)
{
	struct bars *b = state;
	int page = b->each ? (int)b->w.real : b->page;

	if (k->code == KEY_CHAR && k->ch == 'r' && !k->ctrl && !k->meta) {
		b->rel = !b->rel;
		return true;
	}
	if (k->code == KEY_ENTER_ && !b->w.made) {
		wish->view = "line";
		args_set_number(&wish->options, b->w.by_row ? "row" : "block", (double)b->w.part, NULL);
		return true;
	}
	if (!weights_press(&b->w, k, (size_t)(page > 0 ? page : 1), wish))
		return false;
	if (b->w.real && b->w.cursor >= b->w.real)
		b->w.cursor = b->w.real - 1;		/* padding has no bars */
	return true;
}

static bool bars_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct bars *b = state;
	const struct key enter = { .code = KEY_ENTER_ };
	size_t i = b->w.real;

	if (b->each)
		i = (size_t)(row / b->each);
	else if (col >= b->left)
		i = b->top + (size_t)(col - b->left) - (size_t)(col - b->left) / (GROUP + 1);
	if (i >= b->w.real)
		return false;
	if (again && i == b->w.cursor)
		return bars_press(b, &enter, wish);
	b->w.cursor = i;
	return true;
}

static bool bars_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct bars *b = state;

	return weights_why(&b->w, name, out, err);
}

static struct table *bars_data(const void *state, struct error *err)
{
	const struct bars *b = state;

	return weights_data(&b->w, err);
}

static size_t bars_cursor(const void *state)
{
	const struct bars *b = state;

	return weights_cursor(&b->w);
}

static void bars_set_cursor(void *state, size_t at)
{
	struct bars *b = state;

	weights_set_cursor(&b->w, at);
}

static void bars_changed(void *state)
{
	struct bars *b = state;

	weights_changed(&b->w);
}

const struct view view_bars = {
	.name       = "bars",
	.question   = "how far is each weight from what comes back",
	.fits       = FITS(TENSOR) | FITS(QUANTIZED) | FITS(TRACE) | FITS(ERRORS),
	.options    = options,
	.keys       = keys,
	.columns    = "weight x code back error",
	.gives_up   = "digits of the numbers beside the bars; where two lines a weight have no room they stand upright, and errors become one line",
	.open       = bars_open,
	.passes     = view_worst_passes,
	.close      = bars_close,
	.title      = bars_title,
	.height     = bars_height,
	.draw       = bars_draw,
	.press      = bars_press,
	.click      = bars_click,
	.why        = bars_why,
	.data       = bars_data,
	.cursor     = bars_cursor,
	.set_cursor = bars_set_cursor,
	.changed    = bars_changed,
};
