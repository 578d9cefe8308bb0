/* legacy.c - see legacy.h. Source: spec/codecs-basic.md 4.1, 6. */
#include "engine/codecs/legacy.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_1.h"
#include "engine/codecs/search.h"

static void pack(const struct codec *c, const uint8_t code[LEGACY_LEN], unsigned char *block, struct trace *t)
{
	const struct legacy *f = c->own;
	size_t head = f->middle ? 2 : 4;

	trace_step(t, "pack", "block");
	trace_say(t, f->top > 15 ? "pack: two codes a byte, code j below and code j + 16 above; their fifth bits in a word of their own"
				 : "pack: two codes a byte, code j below and code j + 16 above");
	memset(block + head, 0, c->block_bytes - head);
	place_put_all(block, f->place, LEGACY_LEN, code);
	place_tell_bytes(t, block, f->qs, 16, 4);
}

/* The step (and the minimum) as 16 bits. */
static void put_half(unsigned char *block, float d, const char *say, struct trace *t)
{
	char number[NUMBER_SIZE];

	trace_step(t, "half", "line");
	put_f16(block, d);
	TRACE(t, STEP_HALF, V(d, get_f16(block)), BITS(0, 16));
	trace_say(t, say, number_short(number, get_f16(block)));
}

static void put_halves(unsigned char *block, float d, float m, struct trace *t)
{
	put_half(block, d, "round step and minimum to 16 bits each: d = %s", t);
	put_f16(block + 2, m);
	TRACE(t, MINIMUM_HALF, V(m, get_f16(block + 2)), BITS(16, 16));
}

/* ---- without importance ---- */

static void plain_symmetric(const struct codec *c, const float *x, unsigned char *block, struct trace *t)
{
	const struct legacy *f = c->own;
	char number[2][NUMBER_SIZE];
	uint8_t code[LEGACY_LEN];
	float peak, d, per_d, half = (float)f->middle + 0.5f;
	int at;

	trace_step(t, "find", "line");
	peak = search_peak(LEGACY_LEN, x, &at);
	TRACE(t, PEAK, .weight = (uint32_t)at, V(peak));
	trace_say(t, "find the weight furthest from zero: x[%d] = %s", at, number_short(number[0], peak));

	/* The peak takes the lowest code, so d is negative where the peak is positive. */
	trace_step(t, "scale", "line");
	d = peak / (float)-f->middle;
	per_d = d != 0 ? 1 / d : 0;
	TRACE(t, STEP, V(peak, -f->middle, d));
	trace_say(t, "step size: d = %s / -%d = %s", number_short(number[0], peak), f->middle, number_short(number[1], d));

	put_half(block, d, "round the step to 16 bits: d = %s", t);

	/* The codes are chosen with d as it was before: every other writer does, and our bytes must equal theirs. */
	trace_step(t, "round", "line");
	trace_say(t, "round: code = floor(x/d + %s), kept within 0..%d", number_short(number[0], half), f->top);
	for (unsigned i = 0; i < LEGACY_LEN; i++) {
		float place = x[i] * per_d + half;
		int l = low_byte(trunc_int(place));

		code[i] = (uint8_t)(l < f->top ? l : f->top);
		TRACE(t, CODE_FLOOR, .weight = i, V(x[i], d, half, place, f->top, code[i]), AT(f->place(i)),
		      .flags = (uint16_t)((l > f->top ? TRACE_CLIP_HI : 0) | (place == floorf(place) ? TRACE_TIE : 0)));
	}
	pack(c, code, block, t);
}

static void plain_affine(const struct codec *c, const float *x, unsigned char *block, struct trace *t)
{
	const struct legacy *f = c->own;
	char number[3][NUMBER_SIZE];
	uint8_t code[LEGACY_LEN];
	unsigned lowest = 0, highest = 0;
	float d, per_d, lo, hi;

	trace_step(t, "find", "line");
	for (unsigned i = 1; i < LEGACY_LEN; i++) {
		lowest = x[i] < x[lowest] ? i : lowest;
		highest = x[i] > x[highest] ? i : highest;
	}
	lo = x[lowest];
	hi = x[highest];
	TRACE(t, LOWEST, .weight = lowest, V(lo));
	TRACE(t, HIGHEST, .weight = highest, V(hi));
	trace_say(t, "find the range: x[%u] = %s .. x[%u] = %s", lowest, number_short(number[0], lo), highest,
		  number_short(number[1], hi));

	trace_step(t, "scale", "line");
	d = (hi - lo) / (float)f->top;
	per_d = d != 0 ? 1 / d : 0;
	TRACE(t, STEP_RANGE, V(hi, lo, f->top, d));
	trace_say(t, "step size: d = (%s - %s) / %d = %s", number_short(number[0], hi), number_short(number[1], lo), f->top,
		  number_short(number[2], d));

	put_halves(block, d, lo, t);

	trace_step(t, "round", "line");
	trace_say(t, "round: code = floor((x - lowest)/d + 0.5), kept within 0..%d", f->top);
	for (unsigned i = 0; i < LEGACY_LEN; i++) {
		float place = (x[i] - lo) * per_d + 0.5f;
		int32_t l = trunc_int(place);

		/* Two ways to stay within the bits; they part only outside of them. */
		code[i] = (uint8_t)(f->top > 15 ? l & f->top : low_byte(l) < f->top ? low_byte(l) : f->top);
		TRACE(t, CODE_FLOOR_ABOVE, .weight = i, V(x[i], lo, d, place, f->top, code[i]), AT(f->place(i)),
		      .flags = place == floorf(place) ? TRACE_TIE : 0);
	}
	pack(c, code, block, t);
}

/* ---- with importance ---- */

/* Errors count by importance, and more where the weight is large against the row's mean square. */
static void weigh(const float *x, const float *importance, float power, float *w, struct trace *t)
{
	trace_step(t, "weigh", "bars");
	trace_say(t, "weigh: an error counts w = importance x sqrt(mean square of the row + x^2)");
	TRACE(t, POWER, V(power));
	for (unsigned i = 0; i < LEGACY_LEN; i++) {
		w[i] = importance[i] * sqrtf(power + x[i] * x[i]);
		TRACE(t, W_IMPORTANCE, .weight = i, V(importance[i], power, x[i], w[i]));
	}
}

static void weighted_symmetric(const struct codec *c, const float *x, const float *importance, float power,
			       unsigned char *block, struct trace *t)
{
	const struct legacy *f = c->own;
	char number[NUMBER_SIZE];
	float w[LEGACY_LEN];
	uint8_t code[LEGACY_LEN];
	struct found found;

	weigh(x, importance, power, w, t);

	trace_step(t, "search", "scales");
	search_tell_peak(t, LEGACY_LEN, x, 0);
	found = search_symmetric(LEGACY_LEN, f->middle, x, w, code, t, 0);
	TRACE(t, STEP_FOUND, V(found.tried, found.scale));
	trace_say(t, "search: %d steps tried, d = %s costs least", found.tried, number_short(number, found.scale));

	put_half(block, found.scale, "round the step to 16 bits: d = %s", t);

	/* The codes are those of the step that was tried, not of the one fitted to them. */
	trace_step(t, "round", "line");
	trace_say(t, "round: code = round(x / tried step) + %d, kept within 0..%d", f->middle, f->top);
	search_tell_symmetric(t, LEGACY_LEN, f->middle, x, code, &found, 0, f->place);
	pack(c, code, block, t);
}

static void weighted_affine(const struct codec *c, const float *x, const float *importance, float power, unsigned char *block,
			    struct trace *t)
{
	const struct legacy *f = c->own;
	struct affine how = search_weighted;
	char number[2][NUMBER_SIZE];
	float w[LEGACY_LEN];
	uint8_t code[LEGACY_LEN];
	struct found found;

	weigh(x, importance, power, w, t);

	trace_step(t, "search", "scales");
	how.top = f->top;
	found = search_affine(LEGACY_LEN, &how, x, w, code, t, 0);
	TRACE(t, STEP_FOUND, V(found.tried, found.scale));
	TRACE(t, MINIMUM_FOUND, V(found.tried, -found.min));
	trace_say(t, "search: %d pairs tried, d = %s and m = %s cost least", found.tried, number_short(number[0], found.scale),
		  number_short(number[1], -found.min));

	put_halves(block, found.scale, -found.min, t);

	trace_step(t, "round", "line");
	trace_say(t, "round: code = round((x - lowest) / tried step), kept within 0..%d", f->top);
	search_tell_affine(t, LEGACY_LEN, f->top, x, code, &found, 0, f->place);
	pack(c, code, block, t);
}

/* ---- rows ---- */

typedef void plain_fn(const struct codec *c, const float *x, unsigned char *block, struct trace *t);
typedef void weighted_fn(const struct codec *c, const float *x, const float *importance, float power, unsigned char *block,
			 struct trace *t);

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace, plain_fn *plain, weighted_fn *weighted)
{
	const float *importance = o ? o->importance : NULL;
	float power = importance ? search_sum_squares(n, x) / (float)n : 0;

	for (size_t k = 0; k < n / LEGACY_LEN; k++, x += LEGACY_LEN, blocks += c->block_bytes) {
		if (importance)
			weighted(c, x, importance + k * LEGACY_LEN, power, blocks, trace_block(trace, k));
		else
			plain(c, x, blocks, trace_block(trace, k));
	}
}

void legacy_symmetric(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		      struct trace *trace)
{
	encode(c, x, n, o, blocks, trace, plain_symmetric, weighted_symmetric);
}

void legacy_affine(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	encode(c, x, n, o, blocks, trace, plain_affine, weighted_affine);
}

/* ---- back ---- */

static float value(const struct legacy *f, unsigned code, float d, float m)
{
	return f->middle ? (float)((int)code - f->middle) * d : (float)code * d + m;
}

void legacy_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct legacy *f = c->own;

	for (size_t k = 0; k < n / LEGACY_LEN; k++, blocks += c->block_bytes, y += LEGACY_LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(blocks), m = get_f16(blocks + 2);

		trace_step(t, "read", "block");
		trace_say(t, "read: the step%s, and %d codes", f->middle ? "" : ", the minimum", LEGACY_LEN);
		TRACE(t, STEP_READ, V(d), BITS(0, 16));
		if (!f->middle)
			TRACE(t, MINIMUM_READ, V(m), BITS(16, 16));
		place_tell_codes(t, blocks, f->place, LEGACY_LEN);

		trace_step(t, "decode", "line");
		trace_say(t, f->middle ? "decode: (code - %d) x d" : "decode: code x d + m", f->middle);
		for (unsigned i = 0; i < LEGACY_LEN; i++) {
			unsigned code = place_get(blocks, f->place(i));

			y[i] = value(f, code, d, m);
			if (f->middle)
				TRACE(t, BACK_CENTRED, .weight = i, V(code, f->middle, d, y[i]));
			else
				TRACE(t, BACK_ABOVE, .weight = i, V(code, d, m, y[i]));
		}
	}
}

size_t legacy_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *level, size_t max)
{
	const struct legacy *f = c->own;
	size_t i;

	(void)len, (void)sub;
	for (i = 0; i < max && (int)i <= f->top; i++) {
		code[i] = (int)i;
		level[i] = value(f, (unsigned)i, get_f16(block), get_f16(block + 2));
	}
	return i;
}

int legacy_sum(const struct legacy *f, const unsigned char *block, const int8_t *a)
{
	int sum = 0;

	for (unsigned i = 0; i < LEGACY_LEN; i++)
		sum += ((int)place_get(block, f->place(i)) - f->middle) * a[i];
	return sum;
}

/* The minimum enters through s of q8_1: m x sum(a) is m x s. */
float legacy_dot_affine(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	float sum = 0;

	for (size_t k = 0; k < n / LEGACY_LEN; k++, w += c->block_bytes, a += sizeof(struct block_q8_1)) {
		const struct block_q8_1 *b = (const void *)a;

		sum += get_f16(w) * get_f16(b->d) * (float)legacy_sum(c->own, w, b->qs) + get_f16(w + 2) * get_f16(b->s);
	}
	return sum;
}
