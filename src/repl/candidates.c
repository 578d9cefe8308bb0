/* candidates.c - see candidates.h */
#include "repl/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { WIDE = 38, NARROW = 28, ROWS_MAX = 10000 };	/* columns for one of them and its words; the least */

static int columns_of(size_t n, int cols, int width)
{
	int columns = cols / width > 0 ? cols / width : 1;

	return n < (size_t)columns ? 1 : columns;
}

/* As few columns as all have room in, so that the words have room too. */
static int columns_for(size_t n, int rows, int cols)
{
	int columns = 1, most = columns_of(n, cols, NARROW);

	while (columns < most && n > (size_t)columns * (size_t)(rows > 0 ? rows : 0))
		columns++;
	return columns;
}

size_t candidates_rows(size_t n, int cols)
{
	size_t columns = (size_t)columns_of(n, cols, WIDE), rows = (n + columns - 1) / columns;

	return rows < ROWS_MAX ? rows : ROWS_MAX;
}

size_t candidates_page(const struct completion *list, size_t from, int rows, int cols)
{
	size_t left = from < list->n ? list->n - from : 0, room = rows < 1 ? 0 : (size_t)rows * (size_t)columns_for(list->n, rows, cols);

	return left <= room ? left : room ? room - 1 : 0;
}

static int width_of(const char *s)
{
	return (int)text_width(s, strlen(s));
}

void candidates_draw(const struct completion *list, size_t from, struct canvas *c)
{
	int columns = columns_for(list->n, c->rows, c->cols), width = c->cols / columns, widest = 0;
	size_t shown = candidates_page(list, from, c->rows, c->cols), more = list->n - from - shown;
	int rows;

	canvas_clear(c);
	if (c->rows < 1)
		return;
	rows = from == 0 && !more ? (int)((shown + (size_t)columns - 1) / (size_t)columns) : c->rows;	/* as few rows as they need */
	for (size_t i = from; i < from + shown; i++) {
		int w = width_of(list->candidate[i].text);

		widest = w > widest ? w : widest;
	}
	widest = widest > width - 4 ? width - 4 : widest;
	for (size_t i = 0; i < shown; i++) {
		const struct candidate *one = &list->candidate[from + i];
		int row = (int)i % rows, col = 2 + (int)i / rows * width;

		canvas_fit(c, row, col, widest, STYLE_CODE, one->text);
		if (one->about && width - widest - 6 > 0)
			canvas_fit(c, row, col + widest + 2, width - widest - 4, STYLE_DIM, one->about);
	}
	if (more)
		canvas_text(c, c->rows - 1, 2 + (columns - 1) * width, STYLE_DIM, "… %zu more   Tab", more);
}

bool candidates_equal(const struct completion *a, const struct completion *b)
{
	bool same = a->n == b->n && a->from == b->from;

	for (size_t i = 0; i < a->n && same; i++)
		same = !strcmp(a->candidate[i].text, b->candidate[i].text);
	return same;
}

bool candidates_copy(const struct completion *from, struct completion *to)
{
	*to = (struct completion){ .from = from->from, .candidate = calloc(from->n ? from->n : 1, sizeof *to->candidate) };
	for (size_t i = 0; to->candidate && i < from->n; i++) {
		struct candidate *one = &to->candidate[i];

		one->text = strdup(from->candidate[i].text);
		one->about = from->candidate[i].about ? strdup(from->candidate[i].about) : NULL;
		if (!one->text)
			return false;
		to->n++;
	}
	return to->candidate != NULL;
}
