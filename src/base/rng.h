/*
 * rng.h - the seeded generator: the same numbers on every machine.
 *
 * SplitMix64 (S. Vigna) for words; exact double operations on top, so no library differences. spec/methods.md 0.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
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

/* A random order of 0 .. n-1, n at most 2^32. */
static inline void rng_permute(struct rng *r, uint32_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	for (size_t i = n; i-- > 1;) {
		size_t j = rng_next(r) % (i + 1);
		uint32_t t = order[i];

		order[i] = order[j];
		order[j] = t;
	}
}

#endif
