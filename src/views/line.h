/*
 * line.h - the parts of the view `line`: its table, and its axis for the start card.
 */
#ifndef VIEWS_LINE_H
#define VIEWS_LINE_H

#include "views/axis.h"
#include "views/weights.h"

struct line {
	struct weights w;
	double zoom;
	bool hide_step, hide_codes, hide_error, show_codes, show_values;
	size_t top;		/* first weight of the table */
	int table_row, page;	/* where its first row was drawn, and how many */
	struct axis axis;	/* of the cursor's sub-block */
};

/* The axis with its marks in at most five rows, the least needed left out first; returns how many rows it took. */
int line_draw_axis(struct line *l, struct canvas *c, int row, int rows);
/* The table from `row` on: head and `rows` lines. */
void line_draw_table(struct line *l, struct canvas *c, int row, int rows);
struct line *line_view_open(struct session *s, struct value *subject, const struct args *options, struct error *err);
void line_view_close(struct line *l);

#endif
