/*
 * number_format.h - how one number is stored: the small floats of weights and scales, f32, and an integer. spec/methods.md 7.1.
 *
 *      value = (-1)^S 2^(E - bias) (1 + f / 2^m)     E > 0
 *              (-1)^S 2^(1 - bias) f / 2^m           E = 0
 *
 * Rounding is to the nearest, ties to the even code; beyond the largest it gives infinity where the format has one, else the largest.
 */
#ifndef ENGINE_NUMBER_FORMAT_H
#define ENGINE_NUMBER_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

enum number_top { TOP_INFINITY /* exponent of ones: infinity, and NaN with a fraction */, TOP_NAN /* only the last code is NaN */, TOP_NUMBERS };

struct number_format {
	const char *name, *summary;
	uint8_t sign, exponent, fraction;	/* bits of each, in that order from the top; an integer has only a fraction */
	int bias;
	enum number_top top;
};

extern const struct number_format number_formats[];		/* ends with a NULL name */

const struct number_format *number_format_find(const char *name);	/* case does not matter; NULL: none */
unsigned number_bits(const struct number_format *f);
double number_value(const struct number_format *f, uint32_t code);	/* exact */
uint32_t number_nearest(const struct number_format *f, double v);	/* NaN: the first code that is NaN, 0 where there is none */
/* The next code whose value is larger (up) or smaller; false: there is none, or the code is NaN. */
bool number_neighbour(const struct number_format *f, uint32_t code, bool up, uint32_t *out);

#endif
