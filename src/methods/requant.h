/*
 * requant.h - an integer times a real factor without floating point: multiplier and shift (spec/methods.md 2.3).
 *
 *      M = m * 2^e, m in [0.5, 1)        M0 = round_half_up(m * 2^31)
 *      two steps    RDBPOT(SRDHM(x << e+, M0), e-)        each of them rounds: ties toward +infinity, then away from zero
 *      one step     (x * M0 + 2^(30-e)) >> (31-e)         one rounding, ties toward +infinity
 *
 * Right shifts of negative numbers round down here whatever the compiler's do.
 */
#ifndef METHODS_REQUANT_H
#define METHODS_REQUANT_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* x / 2^n rounded down. n in 0..63. */
static inline int64_t shift_down(int64_t x, int n)
{
	return x >= 0 ? x >> n : ~(~x >> n);
}

/* Saturating rounding doubling high multiply: a * b / 2^31. */
static inline int32_t srdhm(int32_t a, int32_t b)
{
	int64_t ab = (int64_t)a * b;

	if (a == INT32_MIN && b == INT32_MIN)
		return INT32_MAX;
	return (int32_t)((ab + (ab >= 0 ? 1 << 30 : 1 - (1 << 30))) / ((int64_t)1 << 31));
}

/* Rounding divide by a power of two; n in 0..31. */
static inline int32_t rdbpot(int32_t x, int n)
{
	int64_t mask = ((int64_t)1 << n) - 1, rest = x & mask, limit = (mask >> 1) + (x < 0);

	return (int32_t)(shift_down(x, n) + (rest > limit));
}

struct multiplier { int32_t m0; int e; };

/* M > 0. False: too large for a shift count that is not negative (M >= 2^30 or so), or not a positive number. */
static inline bool multiplier_of(double M, struct multiplier *out)
{
	int e;
	double m = frexp(M, &e);
	int64_t m0;

	if (!(M > 0) || !isfinite(M))
		return false;
	m0 = (int64_t)floor(m * 0x1p31 + 0.5);
	if (m0 == (int64_t)1 << 31) {
		m0 = 1 << 30;
		e++;
	}
	if (e < -31) {
		m0 = 0;
		e = 0;
	}
	*out = (struct multiplier){ (int32_t)m0, e };
	return e <= 30;
}

static inline int32_t saturate32(int64_t x)
{
	return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

static inline int32_t requant_two(int32_t x, struct multiplier m)
{
	return rdbpot(srdhm(saturate32((int64_t)x * ((int64_t)1 << (m.e > 0 ? m.e : 0))), m.m0), m.e < 0 ? -m.e : 0);
}

static inline int64_t requant_one(int32_t x, struct multiplier m)
{
	return shift_down((int64_t)x * m.m0 + ((int64_t)1 << (30 - m.e)), 31 - m.e);
}

#endif
