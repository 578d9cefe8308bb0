/*
 * accumulate.h - a sum of products kept in few bits, as the tensor cores of a GPU keep it (spec/methods.md 7.4).
 *
 *      a, b     each scaled so that its largest magnitude is 448, and rounded to 8-bit floats (E4M3)
 *      add      32 products at a time: the sum so far and the products are aligned to the largest of them, each cut to acc_bits bits toward
 *               zero, and added up. What lies below the last bit is gone, and always on the same side of it
 *      promote  every `every` products the narrow sum goes into a float of 32 bits and begins at 0 again
 *
 * A model of what hardware does, not a measurement of it; acc_bits is a knob.
 */
#ifndef METHODS_ACCUMULATE_H
#define METHODS_ACCUMULATE_H

#include "methods/record.h"

enum { ACCUMULATE_AT_ONCE = 32, ACC_BITS_MIN = 4, ACC_BITS_MAX = 24 };

struct accumulate_options { int acc_bits; size_t every; };

/* After `every` more products. All in units of the products: times sa sb they are real. */
struct partial {
	size_t upto;			/* products so far */
	double exact;			/* their sum */
	double narrow;			/* one narrow sum from the first product on */
	double part, total;		/* of these products alone, and the register that takes it */
};

struct accumulation {
	struct accumulate_options o;
	size_t n;
	double sa, sb;			/* scales */
	struct partial *part; size_t parts;
	double exact, narrow, promoted;	/* the sums, as real numbers */
};

/* a, b: n numbers each, finite, n > 0. Fails with ERR_ARGUMENT (bits, every) or ERR_MEMORY. */
struct record *accumulate_run(const float *a, const float *b, size_t n, const struct accumulate_options *o, struct error *err);
void accumulation_drop(struct accumulation *a);
/* (got - exact) / |exact| in percent; 0 if both are 0. */
double accumulate_lost(double got, double exact);
float e4m3_nearest(double v);		/* ties to even; beyond 448: 448 */

#endif
