/* fp4.c - see fp4.h. Source: spec/codecs-basic.md 4.4, 8. */
#include "engine/codecs/fp4.h"

#include <math.h>

#include "base/half.h"

const int8_t fp4_twice[16] = { 0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12 };

int fp4_nearest(float x, float d)
{
	int best = 0;
	float least = fabsf((float)fp4_twice[0] * d - x);

	for (int i = 1; i < 16; i++) {
		float e = fabsf((float)fp4_twice[i] * d - x);

		if (e < least) {
			least = e;
			best = i;
		}
	}
	return best;
}

float fp4_half_e8m0(uint8_t e)
{
	return float_from_bits(e < 2 ? 0x00200000u << e : (uint32_t)(e - 1) << 23);
}

float fp4_half_ue4m3(uint8_t b)
{
	int x = b >> 3 & 15, f = b & 7;

	if (b == 0 || b == 0x7F)
		return 0;
	return x == 0 ? (float)f * 0x1p-10f : ldexpf(1 + (float)f / 8, x - 8);
}

uint8_t fp4_ue4m3(float v)
{
	uint32_t u;
	int x, f, n;

	if (!(v > 0))
		return 0;
	v = fminf(v, 448);
	u = float_bits(v);
	x = (int)(u >> 23 & 255) - 127 + 7;
	f = u >> 20 & 7;
	if (x <= 0) {
		n = trunc_int(v * 512 + 0.5f);
		return (uint8_t)(n < 1 ? 0 : n < 7 ? n : 7);
	}
	if (x >= 15)
		return 0x7E;
	f += u >> 19 & 1;
	if (f > 7) {
		f = 0;
		if (++x >= 15)
			return 0x7E;
	}
	return (uint8_t)(x << 3 | f);
}

int fp4_floor_log2(float v)
{
	static const struct { int below; uint32_t within; } near[] = {
		{ 2, 0 }, { 4, 1 }, { 8, 2 }, { 16, 5 }, { 32, 11 }, { 64, 22 }, { 1 << 30, 44 },
	};
	uint32_t rest = (1u << 23) - (float_bits(v) & 0x7FFFFF);
	int e = (int)(float_bits(v) >> 23 & 255) - 127, size = e + 1 > 0 ? e : -(e + 1), i = 0;

	if (e == -127)			/* subnormal: no rounding in double comes near a power of two there */
		return (int)floorf((float)log2(v));
	while (size >= near[i].below)
		i++;
	return rest <= near[i].within ? e + 1 : e;
}

void fp4_round(const float *x, unsigned n, float d, uint8_t *code, unsigned first, place_fn *place, struct trace *t)
{
	for (unsigned i = 0; i < n; i++) {
		code[i] = (uint8_t)fp4_nearest(x[i], d);
		TRACE(t, CODE_FP4, .weight = first + i, V(x[i], 2.0 * d, d != 0 ? x[i] / (2.0 * d) : 0, fp4_twice[code[i]] / 2.0, code[i]),
		      .flags = fabsf(x[i]) > 12 * d ? TRACE_SAT : 0, AT(place(first + i)));
	}
}

void fp4_decode(const unsigned char *block, place_fn *place, unsigned first, unsigned n, float d, float *y, struct trace *t)
{
	for (unsigned i = 0; i < n; i++) {
		int twice = fp4_twice[place_get(block, place(first + i))];

		y[i] = (float)twice * d;
		TRACE(t, BACK_SCALED_FP4, .weight = first + i, V(twice / 2.0, 2.0 * d, y[i]));
	}
}

size_t fp4_levels(float d, int *code, float *value, size_t max)
{
	size_t i;

	for (i = 0; i < max && i < 16; i++) {
		code[i] = (int)i;
		value[i] = (float)fp4_twice[i] * d;
	}
	return i;
}
