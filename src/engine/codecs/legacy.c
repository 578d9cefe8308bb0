/* legacy.c - see legacy.h. Source: spec/codecs-basic.md 4.1, 6. */
#include "engine/codecs/legacy.h"

#include <math.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/search.h"

/* Where code i lies: its low four bits, and the fifth if there is one. */
#define CODE_BITS(f, i) \
	BITS2(8 * (f)->qs + 8 * ((i) % 16) + 4 * ((i) / 16), 4, 8 * (f)->qh + (i), (f)->qh ? 1 : 0)

static void pack(const struct legacy *f, const uint8_t code[LEGACY_LEN], unsigned char *block, struct trace *t)
{
	uint32_t high = 0;

	trace_step(t, "pack", "block");
	trace_say(t, f->qh ? "pack: two codes a byte, code j below and code j + 16 above; their fifth bits in a word of their own"
			   : "pack: two codes a byte, code j below and code j + 16 above");
	for (int j = 0; j < 16; j++) {
		uint8_t low = code[j] & 15, above = code[j + 16] & 15;

		block[f->qs + j] = (unsigned char)(low | above << 4);
		TRACE(t, BYTE_NIBBLES, .weight = (uint32_t)(f->qs + j), V(low, above, low | above << 4));
	}
	for (int i = 0; i < LEGACY_LEN; i++)
		high |= (uint32_t)(code[i] >> 4 & 1) << i;
	if (f->qh)
		put32(block + f->qh, high);
}

void legacy_codes(const struct legacy *f, const unsigned char *block, uint8_t code[LEGACY_LEN])
{
	uint32_t high = f->qh ? get32(block + f->qh) : 0;

	for (int i = 0; i < LEGACY_LEN; i++) {
		int nibble = block[f->qs + i % 16] >> (i < 16 ? 0 : 4) & 15;

		code[i] = (uint8_t)(nibble | (high >> i & 1) << 4);
	}
}

/* ---- without importance ---- */

static void plain_symmetric(const struct legacy *f, const float *x, unsigned char *block, struct trace *t)
{
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

	trace_step(t, "half", "line");
	put_f16(block, d);
	TRACE(t, STEP_HALF, V(d, get_f16(block)), BITS(0, 16));
	trace_say(t, "round the step to 16 bits: d = %s", number_short(number[0], get_f16(block)));

	/* The codes are chosen with d as it was before: every other writer does, and our bytes must equal theirs. */
	trace_step(t, "round", "line");
	for (int i = 0; i < LEGACY_LEN; i++) {
		float place = x[i] * per_d + half;
		int c = low_byte(trunc_int(place));

		code[i] = (uint8_t)(c < f->top ? c : f->top);
		TRACE(t, CODE_FLOOR, .weight = (uint32_t)i, V(x[i], d, half, place, f->top, code[i]),
		      .flags = (uint16_t)((c > f->top ? TRACE_CLIP_HI : 0) | (place == floorf(place) ? TRACE_TIE : 0)), CODE_BITS(f, i));
	}
	trace_say(t, "round: code = floor(x/d + %s), kept within 0..%d", number_short(number[0], half), f->top);

	pack(f, code, block, t);
}

/* ---- with importance ---- */

/* Errors count by importance, and more where the weight is large against the row's mean square. */
static void weigh(const float *x, const float *importance, float power, float *w, struct trace *t)
{
	trace_step(t, "weigh", "bars");
	trace_say(t, "weigh: an error counts w = importance x sqrt(mean square of the row + x^2)");
	TRACE(t, POWER, V(power));
	for (int i = 0; i < LEGACY_LEN; i++) {
		w[i] = importance[i] * sqrtf(power + x[i] * x[i]);
		TRACE(t, W_IMPORTANCE, .weight = (uint32_t)i, V(importance[i], power, x[i], w[i]));
	}
}

static void weighted_symmetric(const struct legacy *f, const float *x, const float *importance, float power,
			       unsigned char *block, struct trace *t)
{
	char number[NUMBER_SIZE];
	float w[LEGACY_LEN];
	uint8_t code[LEGACY_LEN];
	struct found found;

	weigh(x, importance, power, w, t);

	trace_step(t, "search", "scales");
	found = search_symmetric(LEGACY_LEN, f->middle, x, w, code, t, 0);
	TRACE(t, STEP_FOUND, V(found.tried, found.scale));
	trace_say(t, "search: %d steps tried, d = %s costs least", found.tried, number_short(number, found.scale));

	trace_step(t, "half", "line");
	put_f16(block, found.scale);
	TRACE(t, STEP_HALF, V(found.scale, get_f16(block)), BITS(0, 16));
	trace_say(t, "round the step to 16 bits: d = %s", number_short(number, get_f16(block)));

	/* The codes are those of the step that was tried, not of the one fitted to them. */
	trace_step(t, "round", "line");
	for (int i = 0; t && i < LEGACY_LEN; i++) {
		float place = found.inverse * x[i];

		if (found.tried)
			TRACE(t, CODE_SYM, .weight = (uint32_t)i,
			      V(x[i], found.inverse, f->middle, place, code[i] - f->middle, code[i]),
			      .flags = trace_rounding(place, -f->middle, f->middle - 1), CODE_BITS(f, i));
		else
			TRACE(t, CODE_EMPTY, .weight = (uint32_t)i, V(0), CODE_BITS(f, i));
	}
	trace_say(t, "round: code = round(x / tried step) + %d, kept within 0..%d", f->middle, f->top);

	pack(f, code, block, t);
}

void legacy_symmetric(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		      struct trace *trace)
{
	const float *importance = o ? o->importance : NULL;
	float power = importance ? search_sum_squares(n, x) / (float)n : 0;

	for (size_t k = 0; k < n / LEGACY_LEN; k++, x += LEGACY_LEN, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);

		if (importance)
			weighted_symmetric(c->own, x, importance + k * LEGACY_LEN, power, blocks, t);
		else
			plain_symmetric(c->own, x, blocks, t);
	}
}

/* ---- back ---- */

static float value(const struct legacy *f, int code, float d, float m)
{
	return f->m ? (float)code * d + m : (float)(code - f->middle) * d;
}

void legacy_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct legacy *f = c->own;

	for (size_t k = 0; k < n / LEGACY_LEN; k++, blocks += c->block_bytes, y += LEGACY_LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(blocks), m = f->m ? get_f16(blocks + f->m) : 0;
		uint8_t code[LEGACY_LEN];

		legacy_codes(f, blocks, code);
		trace_step(t, "read", "block");
		trace_say(t, "read: the step%s, and %d codes", f->m ? ", the minimum" : "", LEGACY_LEN);
		TRACE(t, STEP_READ, V(d), BITS(0, 16));
		for (int i = 0; i < LEGACY_LEN; i++)
			TRACE(t, CODE_READ, .weight = (uint32_t)i, V(code[i]), CODE_BITS(f, i));

		trace_step(t, "decode", "line");
		trace_say(t, f->m ? "decode: code x d + m" : "decode: (code - %d) x d", f->middle);
		for (int i = 0; i < LEGACY_LEN; i++) {
			y[i] = value(f, code[i], d, m);
			if (!f->m)
				TRACE(t, BACK_CENTRED, .weight = (uint32_t)i, V(code[i], f->middle, d, y[i]));
		}
	}
}

size_t legacy_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *level, size_t max)
{
	const struct legacy *f = c->own;
	float d = get_f16(block), m = f->m ? get_f16(block + f->m) : 0;
	size_t i;

	(void)len, (void)sub;
	for (i = 0; i < max && (int)i <= f->top; i++) {
		code[i] = (int)i;
		level[i] = value(f, (int)i, d, m);
	}
	return i;
}
