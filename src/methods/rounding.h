/*
 * rounding.h - the five ways to a whole number (spec/methods.md 0), by their names.
 *
 *      rne nearest, ties to even      rha nearest, ties away from zero      up nearest, ties toward +infinity
 *      trunc toward zero              sr up with the probability of the part that is cut off: one u() a number that is not whole
 */
#ifndef METHODS_ROUNDING_H
#define METHODS_ROUNDING_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/rng.h"

#define ROUNDINGS "rne rha up trunc sr"
enum rounding { ROUND_RNE, ROUND_RHA, ROUND_UP, ROUND_TRUNC, ROUND_SR };

static inline bool round_tie(double x) { return fabs(x - trunc(x)) == 0.5; }

/* rng: for ROUND_SR alone. */
static inline double round_by(enum rounding mode, double x, struct rng *rng)
{
	double below = floor(x);

	switch (mode) {
	case ROUND_RHA:
		return round(x);
	case ROUND_UP:
		return below + (x - below >= 0.5);
	case ROUND_TRUNC:
		return trunc(x);
	case ROUND_SR:
		return x == below ? x : below + (rng_uniform(rng) < x - below);
	case ROUND_RNE:
		break;
	}
	return nearbyint(x);
}

#endif
