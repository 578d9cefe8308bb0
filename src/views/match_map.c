/*
 * match_map.c - the whole codebook as a grid of cells, an entry each, dim to bright by how near it lies to the group: the stored one in
 * brackets, the nearest and the one of the highest cosine marked. A line below tells the entry under the cursor.
 */
#include "views/match_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views/figure.h"

enum { CELL = 3, LABEL = 6 };

static size_t per_line(const struct match_view *v, int cols)
{
	size_t n = 64;

	while (n > 4 && LABEL + CELL * (int)n + 1 > cols)
		n /= 2;
	return n < (size_t)v->m.entries ? n : (size_t)v->m.entries;
}

/* The entries in the order of their numbers; `by_number` false: the candidate at that place of the order that is shown. */
const struct match_candidate *match_chosen(const struct match_view *v)
{
	return v->map ? match_find(&v->m, (int)v->cursor) : &v->m.candidate[v->cursor];
}

void match_map_toggle(struct match_view *v)
{
	const struct match_candidate *c = match_chosen(v);

	v->cursor = v->map ? (size_t)c->rank[v->by] - 1 : (size_t)c->entry;
	v->map = !v->map;
	v->top = v->map_top = 0;
}

int match_map_height(const struct match_view *v, int cols)
{
	size_t n = per_line(v, cols);

	return (int)(((size_t)v->m.entries + n - 1) / n) + 2;
}

static void draw_cell(const struct match_view *v, struct canvas *c, int row, int col, const struct match_candidate *one, double nearest, double furthest)
{
	double share = furthest > nearest ? (one->distance - nearest) / (furthest - nearest) : 0;

	/* Most entries lie far off: the third power keeps the near ones apart. Never blank: each entry can be seen. */
	canvas_heat(c, row, col + 1, (unsigned)(52 + 203 * pow(1 - share, 3)));
	if (one->stored) {
		canvas_puts(c, row, col, STYLE_GOOD, "[");
		canvas_puts(c, row, col + 2, STYLE_GOOD, "]");
	} else if (one->rank[MATCH_DISTANCE] == 1) {
		canvas_puts(c, row, col, STYLE_MARK, "(");
		canvas_puts(c, row, col + 2, STYLE_MARK, ")");
	} else if (one->rank[MATCH_COSINE] == 1) {
		canvas_puts(c, row, col, STYLE_MARK, "<");
		canvas_puts(c, row, col + 2, STYLE_MARK, ">");
	}
	if ((size_t)one->entry == v->cursor)
		canvas_mark(c, row, col, CELL, MARK_REVERSE);
}

/* Where there is no room it goes without saying that this is the stored entry, which its frame shows, and that it is an entry. */
static void entry_line(const struct match_view *v, int width, struct text *out)
{
	static const char entry[] = "entry ", stored[] = "   stored";
	const struct match_candidate *one = match_chosen(v);
	char a[FIGURE_SIZE], b[FIGURE_SIZE];
	struct text t = { 0 };

	text_add(&t, "%d  ", one->entry);
	for (int j = 0; j < v->m.len; j++)
		text_add(&t, " %.0f", (double)(one->level[j] - v->m.shift));
	text_add(&t, "   distance %s rank %d   cosine %s rank %d", figure_digits(a, one->distance, 4, false), one->rank[MATCH_DISTANCE],
		 figure_bare(b, one->cosine, 4, false), one->rank[MATCH_COSINE]);
	width -= (int)t.len;
	if (width >= (int)strlen(entry))
		text_put(out, entry);
	text_put(out, text_str(&t));
	if (one->stored && width >= (int)(strlen(entry) + strlen(stored)))
		text_put(out, stored);
	text_drop(&t);
}

void match_map_draw(struct match_view *v, struct canvas *c)
{
	size_t n = (size_t)v->m.entries, across = per_line(v, c->cols), lines = (n + across - 1) / across, rows = c->rows > 3 ? (size_t)c->rows - 2 : 1;
	double nearest = INFINITY, furthest = 0;
	struct text t = { 0 };

	v->map_cols = across;
	v->page = across * rows;
	v->list_row = 0;
	if (v->cursor / across < v->map_top)
		v->map_top = v->cursor / across;
	if (v->cursor / across >= v->map_top + rows)
		v->map_top = v->cursor / across - rows + 1;
	for (size_t i = 0; i < n; i++) {
		nearest = fmin(nearest, v->m.candidate[i].distance);
		furthest = fmax(furthest, v->m.candidate[i].distance);
	}
	for (size_t line = v->map_top; line < lines && line - v->map_top < rows; line++) {
		canvas_right(c, (int)(line - v->map_top), LABEL - 1, STYLE_DIM, "%zu", line * across);
		for (size_t i = 0; i < across && line * across + i < n; i++)
			draw_cell(v, c, (int)(line - v->map_top), LABEL + CELL * (int)i, match_find(&v->m, (int)(line * across + i)), nearest, furthest);
	}
	if (lines < rows)
		rows = lines;
	entry_line(v, c->cols - 2, &t);
	canvas_fit(c, (int)rows, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
	text_clear(&t);
	text_put(&t, "bright: near   [ ] stored   ( ) nearest   < > highest cosine");
	if (lines > rows)
		text_add(&t, "   %zu entries", n);
	canvas_fit(c, (int)rows + 1, 2, c->cols - 2, STYLE_DIM, text_str(&t));
	text_drop(&t);
}

bool match_map_click(struct match_view *v, int row, int col)
{
	size_t at = (v->map_top + (size_t)row) * v->map_cols + (size_t)(col - LABEL) / CELL;

	if (row < 0 || col < LABEL || (size_t)(col - LABEL) / CELL >= v->map_cols || at >= (size_t)v->m.entries)
		return false;
	v->cursor = at;
	return true;
}
