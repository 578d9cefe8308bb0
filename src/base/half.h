/*
 * half.h - 16-bit floats, and roundings whose every bit matters.
 *
 * The bytes of model files depend on each of these, also far outside the range where they round. Where C leaves a
 * conversion undefined the result stated here is that of x86, which is what the reference's bytes contain.
 * Source: spec/codecs-basic.md 0 and 2.
 */
#ifndef BASE_HALF_H
#define BASE_HALF_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t float_bits(float f)
{
	uint32_t u;

	memcpy(&u, &f, sizeof u);
	return u;
}

static inline float float_from_bits(uint32_t u)
{
	float f;

	memcpy(&f, &u, sizeof f);
	return f;
}

/* Nearest, ties to even; subnormal halves are made; 65520 and more become infinity; any NaN becomes 7e00 with its sign. */
static inline uint16_t f16_from_f32(float f)
{
	uint32_t u = float_bits(f), sign = u >> 16 & 0x8000, size = u & 0x7FFFFFFF;

	if (size > 0x7F800000)
		return (uint16_t)(sign | 0x7E00);
	if (size >= 0x477FF000)				/* 65520 */
		return (uint16_t)(sign | 0x7C00);
	if (size < 0x38800000)				/* below 2^-14: adding 1/2 leaves units of 2^-24 at the end of the sum */
		return (uint16_t)(sign | (float_bits(float_from_bits(size) + 0.5f) - 0x3F000000));
	size += 0xFFF + (size >> 13 & 1);
	return (uint16_t)(sign | ((size >> 13) - (112u << 10)));
}

static inline float f32_from_f16(uint16_t h)		/* exact */
{
	uint32_t sign = (h & 0x8000u) << 16, size = h & 0x7FFFu;

	if (size >= 0x7C00)				/* infinity; a NaN is made quiet and keeps its fraction */
		return float_from_bits(sign | (size > 0x7C00 ? 0x7FC00000 : 0x7F800000) | (size & 0x3FF) << 13);
	if (size < 0x400) {
		float f = (float)size * 0x1p-24f;

		return float_from_bits(sign | float_bits(f));
	}
	return float_from_bits(sign | ((size << 13) + (112u << 23)));
}

/* The upper half of a float: nearest, ties to even; overflow carries into infinity; subnormals stay. */
static inline uint16_t bf16_from_f32(float f)
{
	uint32_t u = float_bits(f);

	if ((u & 0x7FFFFFFF) > 0x7F800000)
		return (uint16_t)(u >> 16 | 0x40);
	return (uint16_t)((u + 0x7FFF + (u >> 16 & 1)) >> 16);
}

static inline float f32_from_bf16(uint16_t b) { return float_from_bits((uint32_t)b << 16); }

/*
 * round_even - nearest integer, ties to even, for |f| <= 4194303. ("RNI", "R")
 *
 * Beyond, it is no rounding but what adding 1.5 * 2^23 leaves in the low bits: 5e6 -> -3791456, infinities -> -4194304,
 * NaN -> 0. Real data reaches that, so the bits are the definition.
 */
static inline int32_t round_even(float f)
{
	float sum = f + 12582912.0f;

	return (int32_t)(float_bits(sum) & 0x7FFFFF) - 0x400000;
}

/* Nearest, ties away from zero ("RHA"). Not floor(f + 0.5), which fails for 0.49999997. */
static inline float round_away(float f) { return roundf(f); }

/* Toward zero ("TR"). NaN and what does not fit give -2147483648. */
static inline int32_t trunc_int(float f)
{
	return f >= -2147483648.0f && f < 2147483648.0f ? (int32_t)f : INT32_MIN;
}

/* The low 8 bits as a signed byte ("B8"). */
static inline int8_t low_byte(int32_t i)
{
	uint8_t u = (uint8_t)i;
	int8_t s;

	memcpy(&s, &u, 1);
	return s;
}

static inline int clamp_int(int v, int lo, int hi) { return v < lo ? lo : v > hi ? hi : v; }

#endif
