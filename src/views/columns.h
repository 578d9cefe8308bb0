/*
 * columns.h - aligned columns under their heads, given up one by one when the width shrinks.
 *
 * A view fills in the cells of the rows that are seen; widths come from what is in them. What goes first is said by `keep`, so each
 * view has its order written down beside its heads.
 */
#ifndef VIEWS_COLUMNS_H
#define VIEWS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas/canvas.h"

enum { COLUMN_TEXT = 96, COLUMNS_MAX = 12 };

struct column {
	const char *head;
	unsigned char keep;	/* given up in the order of this number, smallest first; 0: always kept */
	bool left;		/* cells begin at the left edge; else they end at the right one */
	bool head_left;		/* the head begins at the left edge and may run into the gap */
	unsigned char gap;	/* blanks before it; 0: two */
	unsigned char least;	/* columns it takes at least */
	unsigned char shrinks;	/* cut to so many columns, with an ellipsis, before it is given up; 0: not cut */
	enum style style;
};

struct columns {
	const struct column *column;
	size_t n, rows;
	char (*cell)[COLUMN_TEXT];	/* [rows * n] */
	int at[COLUMNS_MAX];		/* where a column begins, -1: given up; set by columns_fit */
	int width[COLUMNS_MAX];
};

bool columns_new(struct columns *c, const struct column *column, size_t n, size_t rows);	/* empty cells; false: no memory */
void columns_drop(struct columns *c);
char *columns_cell(struct columns *c, size_t row, size_t col);		/* COLUMN_TEXT bytes to write into */
void columns_hide(struct columns *c, size_t col);			/* this subject has no such column: before columns_fit */
/* Where each begins when the first stands at `left` and none reaches beyond `width`. Returns the column after the last. */
int columns_fit(struct columns *c, int left, int width);
void columns_head(const struct columns *c, struct canvas *to, int row);
void columns_row(const struct columns *c, struct canvas *to, int row, size_t which, enum style instead /* STYLE_PLAIN: their own */);

#endif
