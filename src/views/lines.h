/*
 * lines.h - pictures that are mostly words: lines with a label in front, wrapped to the width, scrolled.
 */
#ifndef VIEWS_LINES_H
#define VIEWS_LINES_H

#include "base/error.h"
#include "base/text.h"
#include "canvas/canvas.h"

struct lines {
	struct line_of_words { enum style style; int col, label_col; char *label, *words; } *line;
	size_t n, size;
	int width;
	bool failed;		/* memory ran out somewhere */
};

void lines_begin(struct lines *l, int width);		/* empties it too */
/* Words from column `col` on, wrapped; the label (NULL or "" none) stands at label_col of the first line. */
void lines_add(struct lines *l, enum style style, int label_col, const char *label, int col, const char *words);
void lines_addf(struct lines *l, enum style style, int label_col, const char *label, int col, const char *fmt, ...) PRINTF_LIKE(6, 7);
void lines_gap(struct lines *l);			/* an empty line; not twice, and not at the beginning */
/* From line `top` on; if not all fit into what is left of the canvas, its last row says how many more there are. */
void lines_draw(const struct lines *l, struct canvas *c, int row, size_t top);
size_t lines_room(const struct lines *l, int rows, size_t top);	/* how many of them are then drawn in so many rows */
void lines_drop(struct lines *l);
/* The same for `why`: sentences, wrapped at 78 columns, each line with its end. */
void lines_sentence(struct text *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
