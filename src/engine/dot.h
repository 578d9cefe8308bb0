/*
 * dot.h - a product of encoded rows, taken apart: integers are multiplied and added, then scaled, then summed.
 *
 * A weight comes back as scale x code - minimum, so over a run with one scale on each side
 *
 *      sum of w x a  =  scale_w x scale_a x (sum of code_w x code_a)  -  minimum_w x scale_a x (sum of code_a)
 *
 * and the sums in brackets are whole numbers. spec/codecs-basic.md 10.
 */
#ifndef ENGINE_DOT_H
#define ENGINE_DOT_H

#include "base/error.h"
#include "engine/tensor.h"

struct dot_term {
	size_t at, len;			/* weights, through the rows */
	double whole, activations;	/* sum of code_w x code_a; sum of code_a */
	double scale_w, scale_a, minimum;
	double value;			/* of the formula above */
};

struct dot {
	struct dot_term *term; size_t terms;
	double whole;			/* all integer sums together */
	float scaled;			/* what the engine gets, in the format's own order of adding */
	bool own;			/* there is such a product; else scaled is the sum of the terms */
	double decoded;			/* sum of the products of what comes back, in double */
};

/* w and a have the same rows and columns, a whole number of blocks of both. Each row is a product; they are summed. The caller drops it.
 * Fails with ERR_SHAPE, and with ERR_CODEC where a codec stores numbers one at a time and has no codes. */
bool dot_take_apart(const struct tensor *w, const struct tensor *a, struct dot *out, struct error *err);
void dot_drop(struct dot *d);

#endif
