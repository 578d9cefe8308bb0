/*
 * rng.h - the seeded generator: the same numbers on every machine.
 *
 * SplitMix64 (S. Vigna) for words; exact double operations on top, so no library differences. spec/methods.md 0.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng { uint64_t state; };

static inline struct rng rng_seeded(uint64_t seed) { return (struct rng){ seed }; }

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

/* [0, 1), 53 bits */
static inline double rng_uniform(struct rng *r) { return (double)(rng_next(r) >> 11) * 0x1p-53; }

/* Mean 0, variance 1, |g| < 6: twelve uniforms, left to right. */
static inline double rng_gauss(struct rng *r)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += rng_uniform(r);
	return sum - 6.0;
}

#endif
