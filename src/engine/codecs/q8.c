/* q8.c - see q8.h. Source: spec/codecs-basic.md 3. */
#include "engine/codecs/q8.h"

#include <math.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/search.h"

float q8_encode(const float *x, unsigned char *half, int8_t *q, unsigned first_bit, struct trace *t)
{
	char number[2][NUMBER_SIZE];
	float most, d, per_d;
	int at;

	trace_step(t, "find", "line");
	most = fabsf(search_peak(Q8_LEN, x, &at));
	TRACE(t, ABSMAX, .weight = (uint32_t)at, V(most));
	trace_say(t, "find the weight furthest from zero: x[%d], %s away", at, number_short(number[0], most));

	trace_step(t, "scale", "line");
	d = most / 127;
	per_d = d != 0 ? 1 / d : 0;
	TRACE(t, STEP, V(most, 127, d));
	trace_say(t, "step size: d = %s / 127 = %s", number_short(number[0], most), number_short(number[1], d));

	trace_step(t, "half", "line");
	put_f16(half, d);
	TRACE(t, STEP_HALF, V(d, get_f16(half)), BITS(0, 16));
	trace_say(t, "round the step to 16 bits: d = %s", number_short(number[0], get_f16(half)));

	/* Codes are chosen with d as it was before, as every other writer does. */
	trace_step(t, "round", "line");
	trace_say(t, "round: code = round(x/d), halves away from zero; a code is a byte");
	for (unsigned i = 0; i < Q8_LEN; i++) {
		float spot = x[i] * per_d;

		q[i] = low_byte(trunc_int(round_away(spot)));
		TRACE(t, CODE_AWAY, .weight = i, V(x[i], d, spot, q[i]), .flags = trace_rounding(spot, -127, 127),
		      BITS(first_bit + 8 * i, 8));
	}
	return d;
}

void q8_tell_codes(struct trace *t, const int8_t *q, unsigned n, unsigned first_bit)
{
	for (unsigned i = 0; t && i < n; i++)
		TRACE(t, CODE_READ, .weight = i, V(q[i]), BITS(first_bit + 8 * i, 8));
}

void q8_decode(const int8_t *q, float d, unsigned n, float *y, struct trace *t)
{
	trace_step(t, "decode", "line");
	trace_say(t, "decode: code x d");
	for (unsigned i = 0; i < n; i++) {
		y[i] = (float)q[i] * d;
		TRACE(t, BACK_SCALED, .weight = i, V(q[i], d, y[i]));
	}
}

size_t q8_levels(float d, int *code, float *value, size_t max)
{
	size_t i;

	for (i = 0; i < max && i < 255; i++) {
		code[i] = (int)i - 127;
		value[i] = (float)code[i] * d;
	}
	return i;
}
