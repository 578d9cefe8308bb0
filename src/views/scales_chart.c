/*
 * scales_chart.c - a search of one number: a column for each candidate, as high as it costs. Narrow columns stand closer, then they scroll.
 */
#include "views/scales_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "views/figure.h"

enum { OUTLIER = 5, AXIS = 10, ROWS_MAX = 12, STEP_MOST = 9 };	/* columns wider than that tell no more */

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
	ch->step = cols >= FIGURE_WIDE ? STEP_MOST : 3;
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
	const struct candidate *plain = scales_plain_guess(v);
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

void scales_draw_chart(const struct scales_view *v, struct canvas *c)
{
	int below = scales_rows_below(c->rows), rows = c->rows - below - 2;
	struct chart ch;

	if (rows > ROWS_MAX)
		rows = ROWS_MAX;
	set_out(v, c->cols, rows < 1 ? 1 : rows, &ch);
	draw_columns(v, c, &ch);
	draw_shifts(v, c, &ch, ch.rows);
	draw_marks(v, c, &ch, ch.rows + 1);
	if (ch.n < v->all.n)
		canvas_text(c, ch.rows + 1, 0, STYLE_DIM, "%zu more", v->all.n - ch.n);
	if (draws_plain(v, &ch) && c->cols >= 60)
		canvas_right(c, ch.rows + 1, c->cols, STYLE_WARN, "o rmse");
	scales_draw_below(v, c, ch.rows + 2, below);
}
