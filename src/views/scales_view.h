/*
 * scales_view.h - what scales.c and scales_draw.c share: one search of a block and its candidates.
 */
#ifndef VIEWS_SCALES_VIEW_H
#define VIEWS_SCALES_VIEW_H

#include "engine/candidate.h"
#include "views/view.h"

struct scales_view {
	struct value *subject;		/* borrowed */
	struct quantized q;		/* held */
	size_t block;
	struct trace own;
	const struct trace *trace;
	size_t end;			/* events that have happened */
	size_t searches, search;	/* how many, and which is shown */
	struct candidates all;		/* n 0: nothing was searched */
	size_t cursor, top, page;
	int cut[2];			/* the cell under the cursor, with cuts */
	bool codes;			/* the codes of the candidate, on a line */
	size_t top_weight;
	double without;			/* rmse with the one step of the codec without importance; NAN: it searches too, or is not told */
};

double scales_cost(const struct scales_view *v, const struct candidate *c);	/* what is drawn: weighted rmse where it is told */
const char *scales_unit(const struct scales_view *v);
size_t scales_subs(const struct scales_view *v);	/* sub-blocks in the block */
/* The cheapest candidate with these cuts; NULL: none. */
const struct candidate *scales_at_cut(const struct scales_view *v, int first, int second);
int scales_cuts(const struct scales_view *v);		/* the largest cut */
const struct candidate *scales_chosen(const struct scales_view *v);

/* The guess that stands for no search at all: k = 0, or the first; NULL: there is none. */
const struct candidate *scales_plain_guess(const struct scales_view *v);
/* The lines below a picture: how many of so many rows, and their drawing; the cursor's is always there. */
int scales_rows_below(int rows);
void scales_draw_below(const struct scales_view *v, struct canvas *c, int row, int rows);

void scales_draw_chart(const struct scales_view *v, struct canvas *c);
void scales_draw_pairs(struct scales_view *v, struct canvas *c);
void scales_draw_cuts(const struct scales_view *v, struct canvas *c);
int scales_height(const void *state, int cols);
void scales_draw(void *state, struct canvas *c);

#endif
