/*
 * fp4_view.h - the parts of the view `fp4`: what it knows of the formats, its places, and how it is drawn.
 */
#ifndef VIEWS_FP4_VIEW_H
#define VIEWS_FP4_VIEW_H

#include "views/weights.h"

/* What differs between the two formats. `rule` names how the shared scale is chosen, and how other programs choose it. */
struct fp4_format { const char *codec, *scale_word; bool power_of_two; const char *rule, *others; };

/* Where the cursor can be, from left to right: the scale, a number of the weight's row, the memory. */
enum fp4_place { FP4_SCALE, FP4_X, FP4_RATIO, FP4_NEAREST, FP4_CODE, FP4_BACK, FP4_ERROR, FP4_MEMORY, FP4_PLACES };

struct fp4_view {
	struct weights w;
	const struct fp4_format *format;
	enum fp4_place place;
	bool seen[FP4_PLACES];		/* drawn last time: the cursor passes over the others */
	size_t top;			/* first weight of the table */
	int table_row, page;		/* where its first row was drawn, and how many */
	int scale_row, memory_row;	/* -1: not drawn */
	int begin[FP4_PLACES];		/* columns of the table: each up to the next one that is seen */
};

/* The scale of a sub-block. False: not chosen yet, or unknown. */
bool fp4_scale(const struct fp4_view *v, size_t sub, double *scale, unsigned *byte);
/* What the engine has of a weight; NAN: not known at this step. ratio: the weight over its scale; nearest: the value of its code. */
double fp4_ratio(const struct fp4_view *v, size_t i);
double fp4_nearest_value(const struct fp4_view *v, size_t i);
size_t fp4_sub(const struct fp4_view *v);		/* the cursor's sub-block */
double fp4_code_value(int code);			/* 0 .. 15 without scale: 0 .5 1 1.5 2 3 4 6 and their negatives */

struct fp4_memory { double plain, stored; int code_bits; const char *plain_name; };	/* bits a weight, from the layout of the block */
struct fp4_memory fp4_memory(const struct fp4_view *v);

int fp4_height(const void *state, int cols);
void fp4_draw(void *state, struct canvas *c);

#endif
