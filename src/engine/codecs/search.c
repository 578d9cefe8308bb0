/* search.c - see search.h */
#include "engine/codecs/search.h"

#include <math.h>
#include <string.h>

#include "base/half.h"

float search_sum_squares(size_t n, const float *x)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i] * x[i];
	return sum;
}

float search_rms(size_t n, const float *x)
{
	return sqrtf(search_sum_squares(n, x) / (float)n);
}

float search_peak(size_t n, const float *x, int *at)
{
	float most = 0, peak = 0;

	*at = 0;
	for (size_t i = 0; i < n; i++)
		if (fabsf(x[i]) > most) {
			most = fabsf(x[i]);
			peak = x[i];
			*at = (int)i;
		}
	return peak;
}

/* ---- symmetric ---- */

struct fit { float a, b; };	/* sums of w x l and w l l: the best step for codes l is a / b, and a * a / b is what it explains */

static struct fit fit_symmetric(size_t n, int m, const float *x, const float *w, float inverse)
{
	struct fit f = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		float l = (float)clamp_int(round_even(inverse * x[i]), -m, m - 1), much = w ? w[i] : x[i] * x[i];

		f.a += much * x[i] * l;
		f.b += much * l * l;
	}
	return f;
}

static void tell_symmetric(struct trace *t, unsigned sub, int shift, size_t n, int m, const float *x, const float *w, float inverse,
			   struct fit f, bool best)
{
	float scale = f.b != 0 ? f.a / f.b : 0;
	double cost = 0;

	if (!t)
		return;
	for (size_t i = 0; i < n; i++) {
		double l = clamp_int(round_even(inverse * x[i]), -m, m - 1), e = scale * l - x[i];

		cost += (w ? w[i] : (double)x[i] * x[i]) * e * e;
	}
	TRACE(t, TRY_SYM, .sub = sub, .weight = (uint32_t)(shift + 9), .flags = best ? TRACE_BEST : 0,
	      V(shift, inverse, f.a, f.b, scale, cost));
}

struct found search_symmetric(size_t n, int m, const float *x, const float *w, uint8_t *code, struct trace *t, unsigned sub)
{
	struct found best = { .tried = 19 };
	int at;
	float peak = search_peak(n, x, &at), merit;
	struct fit f;

	memset(code, 0, n);
	if (fabsf(peak) < SEARCH_NOTHING)
		return (struct found){ 0 };
	best.inverse = (float)-m / peak;
	f = fit_symmetric(n, m, x, w, best.inverse);
	best.scale = f.b != 0 ? f.a / f.b : 0;
	merit = best.scale * f.a;
	tell_symmetric(t, sub, 0, n, m, x, w, best.inverse, f, true);
	for (int shift = -9; shift <= 9; shift++) {
		float inverse = -((float)m + 0.1f * (float)shift) / peak;
		bool better;

		if (shift == 0)
			continue;
		f = fit_symmetric(n, m, x, w, inverse);
		better = f.b > 0 && f.a * f.a > merit * f.b;
		if (better) {
			best.inverse = inverse;
			best.scale = f.a / f.b;
			merit = best.scale * f.a;
		}
		tell_symmetric(t, sub, shift, n, m, x, w, inverse, f, better);
	}
	for (size_t i = 0; i < n; i++)
		code[i] = (uint8_t)(m + clamp_int(round_even(best.inverse * x[i]), -m, m - 1));
	return best;
}

/* ---- descent ---- */

/* Moves the code of one weight after another to what suits the step fitted to all the others. */
static int move_signed(size_t n, int m, const float *x, int *l, struct fit *f, struct trace *t, unsigned sub)
{
	int moved = 0;

	for (size_t i = 0; i < n; i++) {
		float much = x[i] * x[i], was = (float)l[i], a = f->a - much * x[i] * was, b, now;
		int to;

		if (!(a > 0))
			continue;
		b = f->b - much * was * was;
		to = clamp_int(round_even(x[i] * b / a), -m, m - 1);
		if (to == l[i])
			continue;
		now = (float)to;
		a += much * x[i] * now;
		b += much * now * now;
		if (b > 0 && a * a * f->b > f->a * f->a * b) {
			TRACE(t, MOVED, .sub = sub, V(i, l[i] + m, to + m));
			l[i] = to;
			f->a = a;
			f->b = b;
			moved++;
		}
	}
	return moved;
}

struct found search_descent(size_t n, int m, const float *x, uint8_t *code, struct trace *t, unsigned sub)
{
	struct found found = { .tried = 1 };
	int at, l[SEARCH_MAX];
	float peak = search_peak(n, x, &at);
	struct fit f;

	memset(code, 0, n);
	if (fabsf(peak) < SEARCH_NOTHING)
		return (struct found){ 0 };
	found.inverse = (float)-m / peak;
	f = fit_symmetric(n, m, x, NULL, found.inverse);
	for (size_t i = 0; i < n; i++)
		l[i] = clamp_int(round_even(found.inverse * x[i]), -m, m - 1);
	tell_symmetric(t, sub, 0, n, m, x, NULL, found.inverse, f, true);
	for (int round = 0, moved = 1; round < 5 && moved; round++) {
		moved = move_signed(n, m, x, l, &f, t, sub);
		found.moved += moved;
	}
	for (size_t i = 0; i < n; i++)
		code[i] = (uint8_t)(l[i] + m);
	found.scale = f.b > 0 ? f.a / f.b : 0;
	return found;
}

/* ---- affine ---- */

const struct affine search_weighted = { .from = -0.9f, .by = 0.05f, .trials = 36 };

static int affine_code(const struct affine *how, float x, float inverse, float lowest)
{
	return clamp_int(round_even(inverse * (x - lowest)), 0, how->top);
}

static float affine_cost(const struct affine *how, size_t n, const float *x, const float *w, const uint8_t *code, float scale,
			 float min)
{
	float cost = 0;

	for (size_t i = 0; i < n; i++) {
		float e = scale * (float)code[i] + min - x[i];

		cost += w[i] * (how->absolute ? fabsf(e) : e * e);
	}
	return cost;
}

struct found search_affine(size_t n, const struct affine *how, const float *x, const float *w, uint8_t *code,
			   struct trace *t, unsigned sub)
{
	float lowest = x[0], highest = x[0], sum_w = w[0], sum_x = w[0] * x[0], cost;
	struct found best = { .tried = how->trials + 2 };
	uint8_t tried[SEARCH_MAX];

	for (size_t i = 1; i < n; i++) {
		if (x[i] < lowest)
			lowest = x[i];
		if (x[i] > highest)
			highest = x[i];
		sum_w += w[i];
		sum_x += w[i] * x[i];
	}
	if (lowest > 0)
		lowest = 0;
	if (highest <= lowest) {
		memset(code, 0, n);
		return (struct found){ .min = -lowest, .from = lowest };
	}

	best.inverse = (float)how->top / (highest - lowest);
	best.from = lowest;
	best.scale = 1 / best.inverse;
	for (size_t i = 0; i < n; i++)
		code[i] = (uint8_t)affine_code(how, x[i], best.inverse, lowest);
	cost = affine_cost(how, n, x, w, code, best.scale, lowest);
	TRACE(t, TRY_AFFINE, .sub = sub, .flags = TRACE_BEST, V(-1, best.inverse, lowest, best.scale, lowest, cost));

	for (int c = 0; c <= how->trials; c++) {
		float inverse = (how->from + how->by * (float)c + (float)how->top) / (highest - lowest), from = lowest;
		float sum_l = 0, sum_ll = 0, sum_xl = 0, d, scale, min, this_cost;
		bool better;

		for (size_t i = 0; i < n; i++) {
			float l = (float)affine_code(how, x[i], inverse, lowest);

			tried[i] = (uint8_t)l;
			sum_l += w[i] * l;
			sum_ll += w[i] * l * l;
			sum_xl += w[i] * l * x[i];
		}
		d = sum_w * sum_ll - sum_l * sum_l;
		if (!(d > 0)) {
			TRACE(t, TRY_AFFINE, .sub = sub, .weight = (uint32_t)c + 1, .flags = TRACE_DEGENERATE,
			      V(c, inverse, from, 0, from, INFINITY));
			continue;
		}
		scale = (sum_w * sum_xl - sum_x * sum_l) / d;
		min = (sum_ll * sum_x - sum_l * sum_xl) / d;
		if (min > 0) {
			min = 0;
			scale = sum_xl / sum_ll;
		}
		this_cost = affine_cost(how, n, x, w, tried, scale, min);
		better = this_cost < cost;
		if (better) {
			memcpy(code, tried, n);
			cost = this_cost;
			best.scale = scale;
			best.inverse = inverse;
			best.from = lowest;
			lowest = min;
		}
		TRACE(t, TRY_AFFINE, .sub = sub, .weight = (uint32_t)c + 1, .flags = better ? TRACE_BEST : 0,
		      V(c, inverse, from, scale, min, this_cost));
	}
	best.min = -lowest;
	return best;
}

/* ---- positive ---- */

static float positive_cost(size_t n, int top, const float *x, const float *w, float inverse, bool keep_within)
{
	float cost = 0, scale = 1 / inverse;

	for (size_t i = 0; i < n; i++) {
		int l = round_even(inverse * x[i]);
		float e;

		l = !keep_within ? (uint8_t)l : l < top ? l : top;
		e = x[i] - scale * (float)l;
		cost += w[i] * e * e;
	}
	return cost;
}

/* Moves one number at a time to the code that suits the step fitted to all the others. */
static void move_codes(size_t n, int top, const float *x, const float *w, uint8_t *code, struct fit *f, struct trace *t, unsigned sub)
{
	for (int round = 0, moved = 1; round < 5 && moved; round++) {
		moved = 0;
		for (size_t i = 0; i < n; i++) {
			float l = (float)code[i], a = f->a - w[i] * x[i] * l, b = f->b - w[i] * l * l, to;
			int c;

			if (!(a > 0 && b > 0))
				continue;
			c = round_even(x[i] * b / a);
			c = c < top ? c : top;
			if (c == code[i])
				continue;
			to = (float)c;
			a += w[i] * x[i] * to;
			b += w[i] * to * to;
			if (a * a * f->b > f->a * f->a * b) {
				TRACE(t, MOVED, .sub = sub, V(i, code[i], (uint8_t)c));
				code[i] = (uint8_t)c;
				f->a = a;
				f->b = b;
				moved++;
			}
		}
	}
}

struct found search_positive(size_t n, int top, const float *x, const float *w, uint8_t *code, struct trace *t, unsigned sub)
{
	struct found best = { .tried = 9 };
	struct fit f = { 0, 0 };
	float most = 0, cost;

	for (size_t i = 0; i < n; i++)
		most = most > x[i] ? most : x[i];
	if (most < SEARCH_NOTHING) {
		memset(code, 0, n);
		return (struct found){ 0 };
	}
	best.inverse = (float)top / most;
	cost = positive_cost(n, top, x, w, best.inverse, false);
	TRACE(t, TRY_POSITIVE, .sub = sub, .weight = 4, .flags = TRACE_BEST, V(0, best.inverse, cost));
	for (int shift = -4; shift <= 4; shift++) {
		float inverse = (0.1f * (float)shift + (float)top) / most, this_cost;

		if (shift == 0)
			continue;
		this_cost = positive_cost(n, top, x, w, inverse, true);
		TRACE(t, TRY_POSITIVE, .sub = sub, .weight = (uint32_t)(shift + 4), .flags = this_cost < cost ? TRACE_BEST : 0,
		      V(shift, inverse, this_cost));
		if (this_cost < cost) {
			cost = this_cost;
			best.inverse = inverse;
		}
	}
	for (size_t i = 0; i < n; i++) {
		int l = round_even(best.inverse * x[i]);

		l = l < top ? l : top;
		code[i] = (uint8_t)l;
		f.a += w[i] * x[i] * (float)l;
		f.b += w[i] * (float)l * (float)l;
	}
	move_codes(n, top, x, w, code, &f, t, sub);
	best.scale = f.b > 0 ? f.a / f.b : 0;
	return best;
}

/* ---- how the codes came ---- */

void search_tell_peak(struct trace *t, size_t n, const float *x, unsigned sub)
{
	int at;
	float peak;

	if (!t)
		return;
	peak = search_peak(n, x, &at);
	TRACE(t, PEAK, .sub = sub, .weight = sub * (unsigned)n + (unsigned)at, V(peak));
}

void search_tell_symmetric(struct trace *t, size_t n, int m, const float *x, const uint8_t *code, const struct found *found,
			   unsigned first, place_fn *place)
{
	for (unsigned i = 0; t && i < n; i++) {
		float spot = found->inverse * x[i];
		int plain = clamp_int(round_even(spot), -m, m - 1) + m;
		struct place p = place ? place(first + i) : (struct place){ 0 };

		if (!found->tried)
			TRACE(t, CODE_EMPTY, .weight = first + i, V(0), AT(p));
		else if (plain == code[i])
			TRACE(t, CODE_SYM, .weight = first + i, V(x[i], found->inverse, m, spot, code[i] - m, code[i]),
			      .flags = trace_rounding(spot, -m, m - 1), AT(p));
		else
			TRACE(t, CODE_MOVED, .weight = first + i, V(plain, code[i]), AT(p));
	}
}

void search_tell_affine(struct trace *t, size_t n, int top, const float *x, const uint8_t *code, const struct found *found,
			unsigned first, place_fn *place)
{
	for (unsigned i = 0; t && i < n; i++) {
		float spot = found->inverse * (x[i] - found->from);
		struct place p = place ? place(first + i) : (struct place){ 0 };

		if (found->tried)
			TRACE(t, CODE_TRIED, .weight = first + i, V(x[i], found->from, found->inverse, spot, top, code[i]),
			      .flags = trace_rounding(spot, 0, top), AT(p));
		else
			TRACE(t, CODE_SAME, .weight = first + i, V(0), AT(p));
	}
}
