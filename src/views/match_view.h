/*
 * match_view.h - what match.c, match_map.c and match_why.c share: the group that is shown and its candidates.
 */
#ifndef VIEWS_MATCH_VIEW_H
#define VIEWS_MATCH_VIEW_H

#include "engine/match.h"
#include "views/lines.h"
#include "views/view.h"

struct match_view {
	struct value *subject;		/* borrowed */
	struct quantized q;		/* held */
	size_t block, group;
	enum match_by by;
	struct match m;			/* candidate NULL: the codec has no vector codebook */
	struct trace own;
	const struct trace *trace;	/* of the block */
	size_t end;			/* events that have happened: a walk may stand before the entry is chosen */
	bool even_signs;		/* seven of eight signs are stored */
	size_t wanted;			/* candidates in the text form */
	size_t cursor, top, page;	/* among the candidates in their order; on the map among the entries by number */
	int list_row;
	bool map;
	size_t map_cols, map_top;	/* entries in a line of the map, its first line */
};

size_t match_groups(const struct match_view *v);	/* in a block */
bool match_signed(const struct match_view *v);		/* magnitudes and signs; else levels with a shift */
const struct match_candidate *match_chosen(const struct match_view *v);		/* under the cursor */
void match_no_codebook(const struct match_view *v, struct text *out);

bool match_known(const struct match_view *v, const char *name, size_t i);	/* it has come to be, in a walk too */

int match_height(const void *state, int cols);
void match_draw(void *state, struct canvas *c);
void match_map_draw(struct match_view *v, struct canvas *c);
int match_map_height(const struct match_view *v, int cols);
void match_map_toggle(struct match_view *v);		/* the cursor stays on its entry */
bool match_map_click(struct match_view *v, int row, int col);

bool match_why(const void *state, const char *name, struct text *out, struct error *err);

#endif
