/* iq4.c - see iq4.h. Source: spec/codecs-basic.md 4.5, 9. */
#include "engine/codecs/iq4.h"

#include <math.h>

#include "base/half.h"
#include "engine/codecs/search.h"

enum { TRIALS = 7, PEAK_VALUE = 127 };

const int8_t iq4_value[16] = { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113 };

int iq4_nearest(float x)
{
	int u = 1;

	if (x <= iq4_value[0])
		return 0;
	if (x >= iq4_value[15])
		return 15;
	while (u < 15 && !(x < iq4_value[u]))
		u++;
	return x - iq4_value[u - 1] < iq4_value[u] - x ? u - 1 : u;
}

static void weigh(const float *x, size_t n, const float *importance, float *w, struct trace *t)
{
	float power = 0;

	trace_step(t, "weigh", "bars");
	trace_say(t, importance ? "weigh: an error counts w = importance x sqrt(twice the mean square + x^2)" : "weigh: an error counts w = x^2");
	if (importance) {
		float sum = search_sum_squares(n, x);

		power = sum * (2.0f / (float)n);
		TRACE(t, POWER_TWICE, V(sum, n, power));
	}
	for (unsigned i = 0; i < n; i++) {
		if (importance) {
			w[i] = importance[i] * sqrtf(power + x[i] * x[i]);
			TRACE(t, W_IMPORTANCE, .weight = i, V(importance[i], power, x[i], w[i]));
		} else {
			w[i] = x[i] * x[i];
			TRACE(t, W_SQUARE, .weight = i, V(x[i], w[i]));
		}
	}
}

struct sums { float p, q; };	/* of w v x and w v v: the best scale for values v is p / q */

static struct sums sums_for(const float *x, const float *w, float inverse)
{
	struct sums s = { 0, 0 };

	for (int i = 0; i < IQ4_SUB_LEN; i++) {
		float v = iq4_value[iq4_nearest(inverse * x[i])];

		s.p += w[i] * v * x[i];
		s.q += w[i] * v * v;
	}
	return s;
}

static void tell(struct trace *t, unsigned sub, int lands, const float *x, const float *w, float inverse, struct sums s, bool best)
{
	float scale = s.q > 0 ? s.p / s.q : 0;
	double cost = 0;

	for (int i = 0; t && i < IQ4_SUB_LEN; i++) {
		double e = (double)scale * iq4_value[iq4_nearest(inverse * x[i])] - x[i];

		cost += w[i] * e * e;
	}
	TRACE(t, TRY_TABLE, .sub = sub, .flags = best ? TRACE_BEST : 0, V(lands, inverse, s.p, s.q, scale, cost));
}

static float fit_sub(const float *x, const float *w, struct trace *t, unsigned sub)
{
	int at;
	float peak = search_peak(IQ4_SUB_LEN, x, &at), inverse, scale, merit;
	struct sums s;

	if (fabsf(peak) < SEARCH_NOTHING)
		return 0;
	TRACE(t, PEAK, .sub = sub, .weight = sub * IQ4_SUB_LEN + (unsigned)at, V(peak));
	inverse = 1 / (-peak / -PEAK_VALUE);
	s = sums_for(x, w, inverse);
	scale = s.q > 0 ? s.p / s.q : 0;
	merit = scale * s.p;
	tell(t, sub, PEAK_VALUE, x, w, inverse, s, true);
	for (int trial = -TRIALS; trial <= TRIALS; trial++) {
		bool better;

		inverse = (float)(trial - PEAK_VALUE) / peak;
		s = sums_for(x, w, inverse);
		better = s.q > 0 && s.p * s.p > merit * s.q;
		if (better) {
			scale = s.p / s.q;
			merit = scale * s.p;
		}
		tell(t, sub, trial - PEAK_VALUE, x, w, inverse, s, better);
	}
	return scale;
}

float iq4_fit(const float *x, size_t n, const float *importance, float *scale, struct trace *t)
{
	float w[IQ4_SUBS_MAX * IQ4_SUB_LEN], largest = 0;

	weigh(x, n, importance, w, t);
	trace_step(t, "search", "scales");
	trace_say(t, "search: the scale whose errors cost least, 16 tried%s", n > IQ4_SUB_LEN ? " for each sub-block" : "");
	for (unsigned j = 0; j < n / IQ4_SUB_LEN; j++) {
		scale[j] = fit_sub(x + j * IQ4_SUB_LEN, w + j * IQ4_SUB_LEN, t, j);
		TRACE(t, SCALE_FOUND, .sub = j, V(scale[j] != 0 ? 2 * TRIALS + 2 : 0, scale[j]));
		if (fabsf(scale[j]) > fabsf(largest))
			largest = scale[j];
	}
	return largest;
}

void iq4_round(const float *x, float scale, uint8_t *code, unsigned first, place_fn *place, struct trace *t)
{
	float inverse = scale != 0 ? 1 / scale : 0;

	for (unsigned i = 0; i < IQ4_SUB_LEN; i++) {
		float spot = inverse * x[i];

		code[i] = (uint8_t)iq4_nearest(spot);
		TRACE(t, CODE_TABLE, .weight = first + i, V(x[i], scale, spot, iq4_value[code[i]], code[i]),
		      .flags = spot < -127 ? TRACE_CLIP_LO : spot > 113 ? TRACE_CLIP_HI : 0, AT(place(first + i)));
	}
}

void iq4_decode(const unsigned char *block, place_fn *place, unsigned first, float scale, float *y, struct trace *t)
{
	for (unsigned i = 0; i < IQ4_SUB_LEN; i++) {
		int value = iq4_value[place_get(block, place(first + i))];

		y[i] = scale * (float)value;
		TRACE(t, BACK_TABLE, .weight = first + i, V(place_get(block, place(first + i)), value, scale, y[i]));
	}
}

size_t iq4_levels(float scale, int *code, float *value, size_t max)
{
	size_t i;

	for (i = 0; i < max && i < 16; i++) {
		code[i] = (int)i;
		value[i] = scale * (float)iq4_value[i];
	}
	return i;
}
