/*
 * scales_draw.c - the pictures of a search: columns, a heat map of pairs beside their list, a heat map of cuts, and the codes of a candidate.
 *
 * When low the lines below the picture go first: how a candidate is made, the first guess, what is stored; the one under the cursor stays.
 * When narrow the columns stand closer, then they scroll; the map of pairs gives way to its list.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/axis.h"
#include "views/columns.h"
#include "views/figure.h"
#include "views/lines.h"
#include "views/scales_view.h"

enum { OUTLIER = 5, AXIS = 10, CHART_ROWS = 6, MAP_COLS = 30, MAP_ROWS = 10, CUT_ROWS = 18, BELOW = 4 };

/* ---- figures in words ---- */

static const char *digits(char *buf, double v)
{
	return figure_digits(buf, v, 4, false);
}

static void shift_words(const struct scales_view *v, const struct candidate *c, struct text *out)
{
	if (v->all.form == FORM_CUTS)
		text_add(out, "cuts %d %d", c->cut[0], c->cut[1]);
	else if (v->all.form == FORM_PAIR && c->shift < 0)
		text_put(out, "first ");
	else
		text_add(out, c->shift == 0 ? "k =  %.0f" : "k = %+.0f", c->shift);
}

/* "k = -4   step .007026   fitted .006937   weighted .001869   rmse .001912" */
static void candidate_line(const struct scales_view *v, const struct candidate *c, struct text *out)
{
	char buf[FIGURE_SIZE];

	shift_words(v, c, out);
	if (!isfinite(c->cost)) {
		text_put(out, "   nothing could be fitted: all codes are alike");
		return;
	}
	if (!isnan(c->inverse) && c->inverse != 0 && v->all.form != FORM_PAIR)
		text_add(out, "   step %s", digits(buf, 1 / c->inverse));
	if (v->all.form != FORM_NUMBERS)
		text_add(out, "   %s %s", v->all.form == FORM_PAIR || v->all.form == FORM_CUTS ? "scale" : "fitted", digits(buf, c->scale));
	if (!isnan(c->minimum))
		text_add(out, "   minimum %s", digits(buf, c->minimum));
	if (!isnan(c->weighted))
		text_add(out, "   weighted %s", digits(buf, c->weighted));
	else
		text_add(out, "   cost %s", digits(buf, c->cost));
	if (!isnan(c->plain))
		text_add(out, "   rmse %s", digits(buf, c->plain));
}

static void how_made(const struct scales_view *v, struct text *out)
{
	int n = 1 << v->q.blocks.codec->code_bits;

	switch (v->all.form) {
	case FORM_SCALE:
		text_add(out, "candidate k divides by (%d + 0.1k), then the step is fitted again to the codes", n / 2);
		break;
	case FORM_TABLE:
		text_put(out, "candidate k puts the largest weight near value k; the scale is fitted to all");
		break;
	case FORM_GRID:
		text_put(out, "candidate k: digits by a step moved by k, drawn to the codebook; scale fitted");
		break;
	case FORM_PAIR:
		text_put(out, "candidate k counts from the best minimum so far; then both are fitted again");
		break;
	case FORM_CUTS:
		text_put(out, "the lowest weights are -1, those from the first cut 0, from the second 1");
		break;
	default:
		text_put(out, "candidate k moves the step of these numbers by k tenths of a code");
	}
}

static const struct trace_event *stored_scale_of(const struct scales_view *v)
{
	static const char *const names[] = { "scale", "d" };
	size_t subs = scales_subs(v);

	if (v->searches && v->search >= subs)
		return trace_find(v->trace, v->search == subs ? "d" : "dmin", SIZE_MAX, v->trace->events);
	for (size_t i = 0; i < 2; i++) {
		const char *name = names[subs == 1 ? 1 - i : i];	/* one scale alone is stored as d */
		const struct trace_event *e = trace_find(v->trace, name, v->search, v->trace->events);

		if (!e)
			e = trace_find(v->trace, name, SIZE_MAX, v->trace->events);
		if (e)
			return e;
	}
	return NULL;
}

/* "stored .006935.  Without importance q4_0 tries one step: rmse .002025" */
static void stored_line(const struct scales_view *v, struct text *out)
{
	const struct trace_event *e = stored_scale_of(v);
	char buf[FIGURE_SIZE];

	if (v->end < v->trace->events)
		text_put(out, "not stored yet");
	else if (e)
		text_add(out, "stored %s%s", digits(buf, trace_result(e)), e->at[0].bits == 16 ? " (f16)" : "");
	if (!isnan(v->without))
		text_add(out, ".  Without importance %s tries one step: rmse %s", v->q.blocks.codec->name, digits(buf, v->without));
}

/* The guess that stands for no search at all: k = 0, or the first. */
static const struct candidate *plain_guess(const struct scales_view *v)
{
	for (size_t i = 0; i < v->all.n; i++)
		if (v->all.c[i].shift == (v->all.form == FORM_PAIR ? -1 : 0) && v->all.form != FORM_CUTS)
			return &v->all.c[i];
	return NULL;
}

/* The lines below a picture, the cursor's always; rows: how many there are. */
static void draw_below(const struct scales_view *v, struct canvas *c, int row, int rows)
{
	const struct candidate *chosen = scales_chosen(v), *plain = plain_guess(v);
	struct text t = { 0 };

	if (rows >= 3) {
		how_made(v, &t);
		canvas_fit(c, row++, 2, c->cols - 2, STYLE_DIM, text_str(&t));
		text_clear(&t);
	}
	if (rows >= 4 && plain && plain != chosen) {
		candidate_line(v, plain, &t);
		canvas_fit(c, row++, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
		text_clear(&t);
	}
	if (chosen) {
		candidate_line(v, chosen, &t);
		canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_CURSOR);
		canvas_fit(c, row, 2, c->cols - 2, chosen->taken ? STYLE_GOOD : STYLE_PLAIN, text_str(&t));
		text_clear(&t);
	}
	row++;
	if (rows >= 2) {
		stored_line(v, &t);
		canvas_fit(c, row, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
	}
	text_drop(&t);
}

static int rows_below(int rows)
{
	return rows >= 12 ? BELOW : rows >= 9 ? 3 : rows >= 6 ? 2 : 1;
}

/* ---- columns ---- */

struct chart { double lo, hi; int rows, left, step, wide; size_t first, n; };

static int by_size(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;

	return p < q ? -1 : p > q;
}

static double median_cost(const struct scales_view *v)
{
	double cost[64];
	size_t n = 0;

	for (size_t i = 0; i < v->all.n && n < sizeof cost / sizeof *cost; i++)
		if (isfinite(scales_cost(v, &v->all.c[i])))
			cost[n++] = scales_cost(v, &v->all.c[i]);
	qsort(cost, n, sizeof *cost, by_size);
	return n ? cost[n / 2] : 0;
}

static double largest_below(const struct scales_view *v, double limit)
{
	double most = 0;

	for (size_t i = 0; i < v->all.n; i++)
		if (scales_cost(v, &v->all.c[i]) <= limit)
			most = fmax(most, scales_cost(v, &v->all.c[i]));
	return most;
}

static void find_range(const struct scales_view *v, struct chart *ch)
{
	double lo = INFINITY, hi = 0;

	for (size_t i = 0; i < v->all.n; i++) {
		const struct candidate *c = &v->all.c[i];
		double cost = scales_cost(v, c);

		if (!isfinite(cost))
			continue;
		lo = fmin(lo, cost);
		hi = fmax(hi, cost);
		if (!isnan(c->plain) && !isnan(c->weighted)) {
			lo = fmin(lo, c->plain);
			hi = fmax(hi, c->plain);
		}
	}
	/* One that is beyond all others is cut, and marked: the rest would look alike. */
	if (hi > OUTLIER * median_cost(v))
		hi = largest_below(v, OUTLIER * median_cost(v));
	if (!(hi > lo))
		lo = hi * 0.9;
	ch->hi = hi;
	ch->lo = lo - (hi - lo) * 0.15;		/* the cheapest is a column too */
}

static void set_out(const struct scales_view *v, int cols, int rows, struct chart *ch)
{
	int room = cols - AXIS;

	ch->rows = rows;
	ch->left = AXIS;
	ch->step = 3;
	while (ch->step > 1 && ch->step * (int)v->all.n > room)
		ch->step--;
	ch->wide = ch->step > 1 ? ch->step - 1 : 1;
	ch->n = (size_t)(room / ch->step) < v->all.n ? (size_t)(room / ch->step) : v->all.n;
	ch->first = 0;
	if (v->cursor >= ch->n)
		ch->first = v->cursor - ch->n + 1;
	find_range(v, ch);
}

static int column_of(const struct chart *ch, size_t i)
{
	return ch->left + (int)(i - ch->first) * ch->step;
}

/* The unweighted rmse beside the weighted one: only with importance do they tell different things. */
static bool draws_plain(const struct scales_view *v, const struct chart *ch)
{
	const struct candidate *taken = &v->all.c[v->all.taken];

	return v->q.importance.codec && !isnan(taken->plain) && !isnan(taken->weighted) && ch->wide > 1;
}

static void draw_columns(const struct scales_view *v, struct canvas *c, const struct chart *ch)
{
	int decimals = figure_decimals(ch->hi, 3);
	bool tiny = ch->hi < 1e-4;
	char buf[FIGURE_SIZE];

	for (int r = 0; r < ch->rows; r += 2)
		canvas_right(c, r, AXIS - 1, STYLE_DIM, "%s",
			     tiny ? figure_digits(buf, ch->hi - (ch->hi - ch->lo) * r / ch->rows, 3, false) :
			     figure_fixed(buf, ch->hi - (ch->hi - ch->lo) * r / ch->rows, decimals, false));
	for (size_t i = ch->first; i < ch->first + ch->n; i++) {
		const struct candidate *one = &v->all.c[i];
		double cost = scales_cost(v, one), share = (cost - ch->lo) / (ch->hi - ch->lo);
		int col = column_of(ch, i), at;

		if (!isfinite(cost))
			continue;
		canvas_column(c, ch->rows - 1, col, ch->rows, ch->wide, share, one->taken ? STYLE_GOOD : i == v->cursor ? STYLE_CURSOR : STYLE_SCALE);
		if (cost > ch->hi)
			canvas_puts(c, 0, col, STYLE_CLIPPED, "!");
		if (!draws_plain(v, ch) || isnan(one->plain) || one->plain > ch->hi)
			continue;
		at = (int)((ch->hi - one->plain) / (ch->hi - ch->lo) * ch->rows);
		canvas_puts(c, at < ch->rows ? at : ch->rows - 1, col + ch->wide - 1, STYLE_WARN, "o");
	}
}

static void draw_shifts(const struct scales_view *v, struct canvas *c, const struct chart *ch, int row)
{
	int free_from = 0;

	for (size_t i = ch->first; i < ch->first + ch->n; i++) {
		char label[16];
		int col = column_of(ch, i), n;
		bool must = i == v->cursor;

		n = snprintf(label, sizeof label, v->all.c[i].shift == 0 ? "%.0f" : "%+.0f", v->all.c[i].shift);
		if (ch->wide > n)
			col += ch->wide - n;
		if (col < free_from && !must)
			continue;
		canvas_puts(c, row, col, must ? STYLE_CURSOR : STYLE_DIM, label);
		if (must)
			canvas_mark(c, row, col, n, MARK_REVERSE);
		free_from = col + n + (ch->step < 3);
	}
}

/* "└─best─┘" under the one taken, "^" under the plain guess. */
static void draw_marks(const struct scales_view *v, struct canvas *c, const struct chart *ch, int row)
{
	static const char best[] = "\xe2\x94\x94\xe2\x94\x80" "best\xe2\x94\x80\xe2\x94\x98";
	const struct candidate *plain = plain_guess(v);
	int mid, col;

	if (plain) {
		size_t i = (size_t)(plain - v->all.c);

		if (i >= ch->first && i < ch->first + ch->n)
			canvas_puts(c, row, column_of(ch, i) + ch->wide - 1, STYLE_DIM, "^");
	}
	if (v->all.taken < ch->first || v->all.taken >= ch->first + ch->n)
		return;
	mid = column_of(ch, v->all.taken) + ch->wide / 2;
	col = mid - (plain && plain->taken ? 6 : 4);	/* where both are one, "^" stands behind the word, not on it */
	if (col < 0)
		col = 0;
	if (col + 8 > c->cols)
		col = c->cols - 8;
	canvas_puts(c, row, col, STYLE_GOOD, best);
	if (plain && plain->taken)
		canvas_puts(c, row, mid, STYLE_GOOD, "^");
}

static void draw_chart(const struct scales_view *v, struct canvas *c)
{
	int below = rows_below(c->rows), rows = c->rows - below - 2;
	struct chart ch;

	if (rows > 2 * CHART_ROWS)
		rows = 2 * CHART_ROWS;
	set_out(v, c->cols, rows < 1 ? 1 : rows, &ch);
	draw_columns(v, c, &ch);
	draw_shifts(v, c, &ch, ch.rows);
	draw_marks(v, c, &ch, ch.rows + 1);
	if (ch.n < v->all.n)
		canvas_text(c, ch.rows + 1, 0, STYLE_DIM, "%zu more", v->all.n - ch.n);
	if (draws_plain(v, &ch) && c->cols >= 60)
		canvas_right(c, ch.rows + 1, c->cols, STYLE_WARN, "o rmse");
	draw_below(v, c, ch.rows + 2, below);
}

/* ---- pairs ---- */

enum { COL_SHIFT, COL_SCALE, COL_MIN, COL_COST, COL_RMSE, COLS };

static const struct column pair_columns[COLS] = {
	[COL_SHIFT] = { "k", 0, .least = 5 },
	[COL_SCALE] = { "scale", 0, .style = STYLE_SCALE },
	[COL_MIN]   = { "minimum", 0, .style = STYLE_MIN },
	[COL_COST]  = { "weighted", 2 },
	[COL_RMSE]  = { "rmse", 1 },
};

static void pair_row(const struct scales_view *v, struct columns *t, size_t row, const struct candidate *c)
{
	char buf[FIGURE_SIZE];

	snprintf(columns_cell(t, row, COL_SHIFT), COLUMN_TEXT, c->shift < 0 ? "first" : "%.0f", c->shift);
	if (!isfinite(c->cost))
		return;
	snprintf(columns_cell(t, row, COL_SCALE), COLUMN_TEXT, "%s", figure_bare(buf, c->scale, figure_decimals(c->scale, 4), false));
	snprintf(columns_cell(t, row, COL_MIN), COLUMN_TEXT, "%s", figure_bare(buf, c->minimum, figure_decimals(c->minimum, 3), false));
	snprintf(columns_cell(t, row, COL_COST), COLUMN_TEXT, "%s", digits(buf, scales_cost(v, c)));
	if (!isnan(c->plain))
		snprintf(columns_cell(t, row, COL_RMSE), COLUMN_TEXT, "%s", digits(buf, c->plain));
}

static void draw_pairs(struct scales_view *v, struct canvas *c, int left, int rows)
{
	size_t seen = rows > 1 ? (size_t)rows - 1 : 1;
	struct column column[COLS];
	struct columns t;

	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + seen)
		v->top = v->cursor - seen + 1;
	if (v->top + seen > v->all.n)
		v->top = v->all.n > seen ? v->all.n - seen : 0;
	memcpy(column, pair_columns, sizeof column);
	if (v->all.absolute)
		column[COL_COST].head = "cost";
	if (!columns_new(&t, column, COLS, seen))
		return;
	for (size_t i = 0; i < seen && v->top + i < v->all.n; i++)
		pair_row(v, &t, i, &v->all.c[v->top + i]);
	columns_fit(&t, left + 2, c->cols);
	columns_head(&t, c, 0);
	for (size_t i = 0; i < seen && v->top + i < v->all.n; i++) {
		const struct candidate *one = &v->all.c[v->top + i];

		columns_row(&t, c, 1 + (int)i, i, one->taken ? STYLE_GOOD : STYLE_PLAIN);
		if (one->taken)
			canvas_puts(c, 1 + (int)i, left + 1, STYLE_GOOD, "X");
		if (v->top + i == v->cursor)
			canvas_glyph(c, 1 + (int)i, left, GLYPH_CHOSEN, STYLE_CURSOR);
	}
	columns_drop(&t);
}

struct span_of { double lo, hi; };

static void widen(struct span_of *s, double share)
{
	double room = (s->hi - s->lo) * share;

	if (!(room > 0))
		room = fabs(s->hi) > 0 ? fabs(s->hi) * 0.1 : 1;
	s->lo -= room;
	s->hi += room;
}

static int place_in(const struct span_of *s, double v, int cells)
{
	int at = (int)((v - s->lo) / (s->hi - s->lo) * cells);

	return at < 0 ? 0 : at >= cells ? cells - 1 : at;
}

static unsigned heat_of(double cost, double least, double most)
{
	double share = most > least ? (cost - least) / (most - least) : 0;

	return (unsigned)(255 * (1 - sqrt(fmin(fmax(share, 0), 1))));
}

/* Scale across, minimum down; every pair costs something, the tried ones are marked. */
static void draw_pair_map(const struct scales_view *v, struct canvas *c, int cols, int rows)
{
	struct span_of scale = { INFINITY, -INFINITY }, min = { INFINITY, -INFINITY };
	double cost[MAP_ROWS * 2][80], least = INFINITY, most = 0;
	char a[FIGURE_SIZE], b[FIGURE_SIZE];
	int wide = cols - AXIS, high = rows - 1;

	wide = wide > 80 ? 80 : wide;
	high = high > MAP_ROWS * 2 ? MAP_ROWS * 2 : high;
	for (size_t i = 0; i < v->all.n; i++)
		if (isfinite(v->all.c[i].cost)) {
			scale.lo = fmin(scale.lo, v->all.c[i].scale);
			scale.hi = fmax(scale.hi, v->all.c[i].scale);
			min.lo = fmin(min.lo, v->all.c[i].minimum);
			min.hi = fmax(min.hi, v->all.c[i].minimum);
		}
	widen(&scale, 0.2);
	widen(&min, 0.4);
	for (int r = 0; r < high; r++)
		for (int k = 0; k < wide; k++) {
			double s = scale.lo + (k + 0.5) / wide * (scale.hi - scale.lo), m = min.hi - (r + 0.5) / high * (min.hi - min.lo);

			cost[r][k] = candidate_pair_cost(v->trace, &v->all, v->search, s, m);
			if (isfinite(cost[r][k])) {
				least = fmin(least, cost[r][k]);
				most = fmax(most, cost[r][k]);
			}
		}
	canvas_text(c, 0, 2, STYLE_DIM, "minimum");
	canvas_text(c, 0, AXIS, STYLE_DIM, "scale %s .. %s", figure_digits(a, scale.lo, 3, false), figure_digits(b, scale.hi, 3, false));
	for (int r = 0; r < high; r++) {
		if (r == 0 || r == high - 1 || (high > 4 && r == high / 2))
			canvas_right(c, r + 1, AXIS - 1, STYLE_DIM, "%s",
				     figure_bare(a, min.hi - (r + 0.5) / high * (min.hi - min.lo), figure_decimals(min.lo, 3), false));
		for (int k = 0; k < wide; k++)
			if (isfinite(cost[r][k]))
				canvas_heat(c, r + 1, AXIS + k, heat_of(cost[r][k], least, most));
	}
	for (size_t i = 0; i < v->all.n; i++) {
		const struct candidate *one = &v->all.c[i];
		int col = AXIS + place_in(&scale, one->scale, wide), row = 1 + place_in(&(struct span_of){ -min.hi, -min.lo }, -one->minimum, high);

		if (!isfinite(one->cost) || (!one->taken && v->all.c[v->all.taken].scale == one->scale))
			continue;
		canvas_puts(c, row, col, one->taken ? STYLE_GOOD : STYLE_MARK, one->taken ? "X" : "o");
		if (i == v->cursor)
			canvas_mark(c, row, col, 1, MARK_REVERSE);
	}
}

static void draw_pair_form(struct scales_view *v, struct canvas *c)
{
	int below = rows_below(c->rows), rows = c->rows - below, map = c->cols >= 76 && rows >= 5 ? AXIS + MAP_COLS : 0;

	if (c->cols > 110 && map)
		map = c->cols - 60;
	if (map)
		draw_pair_map(v, c, map, rows);
	draw_pairs(v, c, map ? map + 2 : 0, rows);
	draw_below(v, c, rows, below);
}

/* ---- cuts ---- */

static void draw_cuts(const struct scales_view *v, struct canvas *c)
{
	int below = rows_below(c->rows), rows = c->rows - below - 1, n = scales_cuts(v) + 1, patch = (n + rows - 1) / rows, wide;
	double least = INFINITY, most = 0;

	if (rows < 1)
		rows = 1, patch = n;
	wide = (c->cols - AXIS) / n >= 2 ? 2 : 1;
	for (size_t i = 0; i < v->all.n; i++) {
		least = fmin(least, v->all.c[i].cost);
		most = fmax(most, v->all.c[i].cost);
	}
	canvas_text(c, 0, 2, STYLE_DIM, "first");
	canvas_text(c, 0, AXIS, STYLE_DIM, "second cut 0 .. %d", n - 1);
	for (int r = 0; r * patch < n; r++) {
		canvas_right(c, r + 1, AXIS - 1, STYLE_DIM, "%d", r * patch);
		for (int k = 0; k * patch < n; k++) {
			const struct candidate *best = NULL;
			bool taken = false, here = false;

			for (int a = r * patch; a < (r + 1) * patch && a < n; a++)
				for (int b = k * patch; b < (k + 1) * patch && b < n; b++) {
					const struct candidate *one = scales_at_cut(v, a, b);

					if (one && (!best || one->cost < best->cost))
						best = one;
					taken |= one && one->taken;
					here |= v->cut[0] == a && v->cut[1] == b;
				}
			if (!best)
				continue;
			for (int w = 0; w < wide; w++)
				canvas_heat(c, r + 1, AXIS + wide * k + w, heat_of(best->cost, least, most));
			if (taken)
				canvas_puts(c, r + 1, AXIS + wide * k, STYLE_GOOD, "X");
			if (here)
				canvas_mark(c, r + 1, AXIS + wide * k, wide, MARK_REVERSE);
		}
	}
	draw_below(v, c, (n + patch - 1) / patch + 1, below);
}

/* ---- the codes of a candidate, on a line ---- */

static void draw_weights(struct scales_view *v, struct canvas *c, int row, size_t first, size_t n, const int *code, const float *value)
{
	size_t seen = c->rows - row - 1 > 0 ? (size_t)(c->rows - row - 1) : 0;
	int d = figure_decimals((double)v->trace->x[first], 4);

	if (v->top_weight + seen > n)
		v->top_weight = n > seen ? n - seen : 0;
	canvas_text(c, row, 2, STYLE_DIM, "%4s  %10s  %5s  %10s  %10s", "i", "x", "code", "back", "error");
	for (size_t i = 0; i < seen && v->top_weight + i < n; i++) {
		size_t w = v->top_weight + i;
		char a[FIGURE_SIZE], b[FIGURE_SIZE], e[FIGURE_SIZE];
		double x = (double)v->trace->x[first + w];

		canvas_text(c, row + 1 + (int)i, 2, STYLE_PLAIN, "%4zu  %10s  %5d  %10s  %10s", first + w, figure_fixed(a, x, d, true), code[w],
			    figure_fixed(b, (double)value[w], d, true), figure_fixed(e, (double)value[w] - x, d, true));
	}
}

static void draw_codes(struct scales_view *v, struct canvas *c)
{
	size_t subs = scales_subs(v), len = v->trace->len / subs, first = (v->search < subs ? v->search : 0) * len, n, levels;
	float value[256], level_value[LEVELS_MAX];
	int code[256], level_code[LEVELS_MAX], row = 0, outside;
	struct axis axis = { 0 };
	struct text t = { 0 };
	double lo, hi;

	n = candidate_codes(v->trace, &v->all, v->cursor, first, code, value, 256);
	levels = candidate_levels(v->trace, &v->all, v->cursor, level_code, level_value, LEVELS_MAX);
	candidate_line(v, &v->all.c[v->cursor], &t);
	canvas_fit(c, row++, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
	if (!n || !levels)
		return;
	lo = hi = (double)level_value[0];
	for (size_t i = 0; i < levels; i++) {
		lo = fmin(lo, (double)level_value[i]);
		hi = fmax(hi, (double)level_value[i]);
	}
	axis_set(&axis, level_code, level_value, levels);
	memset(axis.reached, 0, sizeof axis.reached);
	for (size_t i = 0; i < n; i++)
		if (axis_tick(&axis, code[i]) != SIZE_MAX)
			axis.reached[axis_tick(&axis, code[i])] = true;
	axis_fit(&axis, c->cols, 11, 1, (lo + hi) / 2);
	if (c->rows > 6) {
		axis_draw_codes(&axis, c, row++, SIZE_MAX, false);
		axis_draw_ticks(&axis, c, row++, SIZE_MAX);
		axis_draw_values(&axis, c, row++, SIZE_MAX, false);
		for (size_t i = 0; i < n; i++)
			canvas_glyph(c, row, axis_col(&axis, (double)v->trace->x[first + i], &outside), GLYPH_UP, STYLE_MARK);
		row++;
	}
	draw_weights(v, c, row, first, n, code, value);
}

/* ---- nothing searched ---- */

static void nothing_lines(const struct scales_view *v, struct lines *l, int cols)
{
	const struct codec *codec = v->q.blocks.codec;
	const struct trace_event *e = stored_scale_of(v);
	struct text why = { 0 };

	lines_begin(l, cols);
	if (!v->trace->x)
		lines_add(l, STYLE_PLAIN, 0, NULL, 2, "The weights before are not known, so it cannot be told what was tried.");
	else if (v->trace->decoding)
		lines_add(l, STYLE_PLAIN, 0, NULL, 2, "These bytes are not those that the encoder makes, so it cannot be told what was tried.");
	else if (v->end < v->trace->events && candidate_searches(v->trace, v->trace->events))
		lines_add(l, STYLE_PLAIN, 0, NULL, 2, "Nothing has been tried yet: the search is a later step.");
	else if (codec->flags & CODEC_PLAIN)
		lines_addf(l, STYLE_PLAIN, 0, NULL, 2, "%s stores each number by itself: there are no scales.", codec->name);
	else
		lines_addf(l, STYLE_PLAIN, 0, NULL, 2, "%s searches nothing%s: it has one candidate, the scale that the largest weight asks for.", codec->name,
			   codec->flags & CODEC_USES_IMPORTANCE ? " without importance" : "");
	for (size_t i = 0; i < v->end && v->end < v->trace->events; i++)	/* where the guesses begin, if that is told already */
		if (!strcmp(trace_kind_name((enum trace_kind)v->trace->event[i].kind), "start")) {
			trace_why(v->trace, &v->trace->event[i], &why);
			lines_addf(l, STYLE_SCALE, 0, NULL, 2, "%.*s", (int)strcspn(text_str(&why), "\n"), text_str(&why));
			text_clear(&why);
		}
	if (e && v->trace->x && v->end == v->trace->events) {
		trace_why(v->trace, e, &why);
		lines_gap(l);
		lines_addf(l, STYLE_SCALE, 0, NULL, 2, "%.*s", (int)strcspn(text_str(&why), "\n"), text_str(&why));
	}
	if (codec->flags & CODEC_USES_IMPORTANCE && v->trace->x && !v->q.importance.codec && !candidate_searches(v->trace, v->trace->events)) {
		lines_gap(l);
		lines_add(l, STYLE_DIM, 0, NULL, 2, "With importance it searches: imp=flat counts all errors alike.");
	}
	text_drop(&why);
}

/* ---- all ---- */

int scales_height(const void *state, int cols)
{
	const struct scales_view *v = state;
	struct lines l = { 0 };
	int n;

	if (!v->all.n) {
		nothing_lines(v, &l, cols);
		n = (int)l.n;
		lines_drop(&l);
		return n;
	}
	if (v->codes)
		return 6 + (int)(v->trace->len / scales_subs(v));
	return v->all.form == FORM_PAIR ? 1 + (int)v->all.n + BELOW : v->all.form == FORM_CUTS ? 1 + CUT_ROWS + BELOW : CHART_ROWS + 2 + BELOW;
}

void scales_draw(void *state, struct canvas *c)
{
	struct scales_view *v = state;
	struct lines l = { 0 };

	if (!v->all.n) {
		nothing_lines(v, &l, c->cols);
		lines_draw(&l, c, 0, 0);
		lines_drop(&l);
	} else if (v->codes) {
		draw_codes(v, c);
	} else if (v->all.form == FORM_PAIR) {
		draw_pair_form(v, c);
	} else if (v->all.form == FORM_CUTS) {
		draw_cuts(v, c);
	} else {
		draw_chart(v, c);
	}
}
