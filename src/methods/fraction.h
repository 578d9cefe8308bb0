/*
 * fraction.h - exact values of numbers that were entered as decimals, so that a trace can say s = 10/14 = 5/7.
 *
 * A value whose numerator or denominator leaves 64 bits, or that came from one that is not known, is not known: den 0.
 */
#ifndef METHODS_FRACTION_H
#define METHODS_FRACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct fraction { int64_t num, den; };		/* reduced, den > 0; den 0: not known */

/* The decimal it was most likely entered as: the shortest that reads back the same, if it has at most 6 digits (12 for a double). */
struct fraction fraction_of(double v, bool is_float);
struct fraction fraction_whole(int64_t n);
struct fraction fraction_add(struct fraction a, struct fraction b);
struct fraction fraction_sub(struct fraction a, struct fraction b);
struct fraction fraction_mul(struct fraction a, struct fraction b);
struct fraction fraction_div(struct fraction a, struct fraction b);	/* by zero: not known */
double fraction_value(struct fraction f);
void fraction_put(struct fraction f, struct text *out);			/* "5/7", "4" */

#endif
