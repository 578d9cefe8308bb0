/*
 * axis.h - the codes of a block on a number line: a tick for each at the value it stands for.
 *
 *      code      0   1   2   3   4   5 ...
 *                ┼───┼───┼───┼───┼───┼─
 *      value   -1.20           -0.60
 *
 * Values run from left to right whatever the order of the codes. Evenly spaced codes get whole columns; uneven ones stand at
 * their true places. With a zoom only some of the codes are seen, around a centre.
 */
#ifndef VIEWS_AXIS_H
#define VIEWS_AXIS_H

#include "canvas/canvas.h"
#include "engine/codec.h"

enum { LEVELS_MAX = 256 };

struct axis {
	size_t n;			/* codes, sorted by value; 0: a plain number line from lo to hi */
	int code[LEVELS_MAX];
	float value[LEVELS_MAX];
	bool reached[LEVELS_MAX];	/* codes that no weight has are drawn dim; set by the caller */
	double step;			/* smallest distance of neighbours */
	/* where it is drawn: */
	size_t first, last;		/* ticks seen */
	double lo, hi;			/* values at its ends */
	int left, span;			/* column of lo, columns from lo to hi */
};

/* The codes of one sub-block of an encoded block; n is 0 where codes have no value of their own. */
void axis_levels(struct axis *a, const struct codec *c, const unsigned char *block, size_t len, size_t sub);
/* Codes from elsewhere, with their values. */
void axis_set(struct axis *a, const int *code, const float *value, size_t n);
/* A line without codes. */
void axis_plain(struct axis *a, double lo, double hi);
/* Places it on `cols` columns, its first tick at `left`; zoom >= 1. */
void axis_fit(struct axis *a, int cols, int left, double zoom, double centre);
/* The column of a value; *outside: -1 or 1 where it lies beyond an end (the end's column is returned), 0 else. */
int axis_col(const struct axis *a, double v, int *outside);
/* The tick of a code; SIZE_MAX: there is none. */
size_t axis_tick(const struct axis *a, int code);

/* One line each. `chosen`: a tick to stand out, SIZE_MAX none. hidden: a question mark for what would be told. */
void axis_draw_codes(const struct axis *a, struct canvas *c, int row, size_t chosen, bool hidden);
void axis_draw_ticks(const struct axis *a, struct canvas *c, int row, size_t chosen);
void axis_draw_values(const struct axis *a, struct canvas *c, int row, size_t chosen, bool hidden);

#endif
