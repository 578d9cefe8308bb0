/*
 * columns.c - aligned columns under their heads, given up one by one when the width shrinks.
 */
#include "views/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { HIDDEN = -2, GIVEN_UP = -1 };

bool columns_new(struct columns *c, const struct column *column, size_t n, size_t rows)
{
	*c = (struct columns){ .column = column, .n = n, .rows = rows };
	c->cell = calloc(rows && n ? rows * n : 1, sizeof *c->cell);
	return c->cell;
}

void columns_drop(struct columns *c)
{
	free(c->cell);
	c->cell = NULL;
}

char *columns_cell(struct columns *c, size_t row, size_t col)
{
	return c->cell[row * c->n + col];
}

void columns_hide(struct columns *c, size_t col)
{
	c->at[col] = HIDDEN;
}

static int wide(const char *s)
{
	return (int)text_width(s, strlen(s));
}

static int gap_before(const struct column *column, bool first)
{
	return first ? 0 : column->gap ? column->gap : 2;
}

static int place(struct columns *c, int left)
{
	bool first = true;

	for (size_t i = 0; i < c->n; i++) {
		if (c->at[i] < 0)
			continue;
		c->at[i] = left + gap_before(&c->column[i], first);
		left = c->at[i] + c->width[i];
		first = false;
	}
	return left;
}

int columns_fit(struct columns *c, int left, int width)
{
	for (size_t i = 0; i < c->n; i++) {
		c->width[i] = c->column[i].head_left ? 0 : wide(c->column[i].head);
		if (c->width[i] < c->column[i].least)
			c->width[i] = c->column[i].least;
		for (size_t r = 0; r < c->rows; r++) {
			int w = wide(columns_cell(c, r, i));

			if (w > c->width[i])
				c->width[i] = w;
		}
		if (c->at[i] != HIDDEN)
			c->at[i] = 0;
	}
	for (;;) {
		int end = place(c, left);
		size_t go = c->n;

		for (size_t i = 0; i < c->n; i++)
			if (c->at[i] >= 0 && c->column[i].keep && (go == c->n || c->column[i].keep < c->column[go].keep))
				go = i;
		if (end <= width || go == c->n)
			return end;
		if (c->column[go].shrinks && c->width[go] - (end - width) >= c->column[go].shrinks) {
			c->width[go] -= end - width;
			return place(c, left);
		}
		c->at[go] = GIVEN_UP;
	}
}

void columns_head(const struct columns *c, struct canvas *to, int row)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct column *column = &c->column[i];

		if (c->at[i] < 0)
			continue;
		if (column->left || column->head_left)
			canvas_puts(to, row, c->at[i], STYLE_DIM, column->head);
		else
			canvas_right(to, row, c->at[i] + c->width[i], STYLE_DIM, "%s", column->head);
	}
}

void columns_row(const struct columns *c, struct canvas *to, int row, size_t which, enum style instead)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct column *column = &c->column[i];
		const char *cell = c->cell[which * c->n + i];
		enum style style = instead == STYLE_PLAIN ? column->style : instead;

		if (c->at[i] < 0)
			continue;
		if (column->left)
			canvas_fit(to, row, c->at[i], c->width[i], style, cell);
		else
			canvas_right(to, row, c->at[i] + c->width[i], style, "%s", cell);
	}
}
