/* trit.c - see trit.h. Source: spec/codecs-basic.md 5.2, 7. */
#include "engine/codecs/trit.h"

#include <math.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/search.h"

void trit_encode(const float *x, unsigned n, unsigned char *half, unsigned d_bit, uint8_t *code, place_fn *place, bool shared,
		 struct trace *t)
{
	char number[NUMBER_SIZE];
	float d, per_d;
	int at;

	trace_step(t, "find", "line");
	d = fabsf(search_peak(n, x, &at));
	per_d = d > 0 ? 1 / d : 0;
	TRACE(t, ABSMAX, .weight = (uint32_t)at, V(d));
	trace_say(t, "find the weight furthest from zero: x[%d], %s away: that is the step", at, number_short(number, d));

	trace_step(t, "half", "line");
	put_f16(half, d);
	TRACE(t, STEP_HALF, V(d, get_f16(half)), BITS(d_bit, 16));
	trace_say(t, "round the step to 16 bits: d = %s", number_short(number, get_f16(half)));

	trace_step(t, "round", "line");
	trace_say(t, "round: code = round(x/d) + 1, halves away from zero");
	for (unsigned i = 0; i < n; i++) {
		float spot = x[i] * per_d;
		struct place p = place(i);

		/* What does not fit an integer (an overflown 1/d) is -2147483648, whose low byte is 0. */
		code[i] = (uint8_t)(trunc_int(round_away(spot)) + 1);
		TRACE(t, CODE_TRIT, .weight = i, V(x[i], d, spot, code[i]), AT(p),
		      .flags = (uint16_t)(trace_rounding(spot, -1, 1) | (shared ? TRACE_SHARED : 0)));
	}
}

void trit_decode(const uint8_t *code, unsigned n, float d, float *y, struct trace *t)
{
	trace_step(t, "decode", "line");
	trace_say(t, "decode: (code - 1) x d");
	for (unsigned i = 0; i < n; i++) {
		y[i] = (float)(code[i] - 1) * d;
		TRACE(t, BACK_CENTRED, .weight = i, V(code[i], 1, d, y[i]));
	}
}

size_t trit_levels(float d, int top, int *code, float *value, size_t max)
{
	size_t i;

	for (i = 0; i < max && (int)i <= top; i++) {
		code[i] = (int)i;
		value[i] = (float)((int)i - 1) * d;
	}
	return i;
}

int trit_sum(const uint8_t *code, unsigned n, const int8_t *a)
{
	int sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += (code[i] - 1) * a[i];
	return sum;
}
