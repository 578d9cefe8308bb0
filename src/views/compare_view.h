/*
 * compare_view.h - what compare.c and compare_pair.c share.
 */
#ifndef VIEWS_COMPARE_VIEW_H
#define VIEWS_COMPARE_VIEW_H

#include "views/view.h"

struct compare_view {
	struct session session;		/* settings; it holds nothing */
	struct value *compared;		/* held: a table, behind its rows the quantized values */
	size_t *order;			/* rows of the table as they are shown */
	int sort;			/* the column they are sorted by */
	size_t cursor, top, page;
	size_t marked[2];		/* rows of the table; SIZE_MAX none */
	struct {			/* two side by side; view NULL: the list */
		const struct view *view;
		struct value *value[2];	/* borrowed from the table */
		void *state[2];
		int row[2], rows[2];	/* where their bodies were drawn */
	} pair;
};

const struct table *compare_table(const struct compare_view *v);
struct value *compare_chosen(const struct compare_view *v, size_t row);		/* borrowed */

bool compare_pair_open(struct compare_view *v, struct error *err);		/* of those marked */
void compare_pair_close(struct compare_view *v);
void compare_pair_draw(struct compare_view *v, struct canvas *c);
bool compare_pair_press(struct compare_view *v, const struct key *k, struct wish *wish);
bool compare_pair_click(struct compare_view *v, int row, int col, bool again, struct wish *wish);

#endif
