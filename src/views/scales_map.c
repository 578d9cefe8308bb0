/*
 * scales_map.c - searches of two numbers as heat maps: scale and minimum beside the list of pairs that were tried, and the two cuts of iq1.
 *
 * When narrow the map of pairs gives way to its list.
 */
#include "views/scales_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views/columns.h"
#include "views/figure.h"

enum { AXIS = 10, MAP_COLS = 30, MAP_ROWS = 10 };

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
	snprintf(columns_cell(t, row, COL_COST), COLUMN_TEXT, "%s", figure_digits(buf, scales_cost(v, c), 4, false));
	if (!isnan(c->plain))
		snprintf(columns_cell(t, row, COL_RMSE), COLUMN_TEXT, "%s", figure_digits(buf, c->plain, 4, false));
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

void scales_draw_pairs(struct scales_view *v, struct canvas *c)
{
	int below = scales_rows_below(c->rows), rows = c->rows - below, map = c->cols >= 76 && rows >= 5 ? AXIS + MAP_COLS : 0;

	if (c->cols > 110 && map)
		map = c->cols - 60;
	if (map)
		draw_pair_map(v, c, map, rows);
	draw_pairs(v, c, map ? map + 2 : 0, rows);
	scales_draw_below(v, c, rows, below);
}

/* ---- cuts ---- */

void scales_draw_cuts(const struct scales_view *v, struct canvas *c)
{
	int below = scales_rows_below(c->rows), rows = c->rows - below - 1, n = scales_cuts(v) + 1, patch = (n + rows - 1) / rows, wide;
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
	scales_draw_below(v, c, (n + patch - 1) / patch + 1, below);
}
