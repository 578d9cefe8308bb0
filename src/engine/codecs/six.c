/* six.c - see six.h. Source: spec/codecs-k.md 1.3, 1.4, 3.3, 4. */
#include "engine/codecs/six.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/pack.h"

/* Where code i lies: a nibble, low in the first half of each 64, and the fifth bit if there is one. */
#define CODE_BITS(f, i) \
	BITS2(8 * ((f)->qs + 32 * ((i) / 64) + (i) % 32) + 4 * ((i) % 64 / 32), 4, \
	      8 * ((f)->qh + (i) % 32) + (i) / 32, (f)->qh ? 1 : 0)

/* ---- the sixteen 6-bit numbers ---- */

/* Numbers above 63 (the weighted search of q4_K can give some) spill into their neighbours, as in the reference. */
static void pack_numbers(const uint8_t sc[SIX_SUBS], const uint8_t m[SIX_SUBS], unsigned char *b)
{
	for (int j = 0; j < 4; j++) {
		b[j] = (unsigned char)(sc[j] | sc[j + 4] >> 4 << 6);
		b[j + 4] = (unsigned char)(m[j] | m[j + 4] >> 4 << 6);
		b[j + 8] = (unsigned char)((sc[j + 4] & 15) | (m[j + 4] & 15) << 4);
	}
}

void six_unpack(const unsigned char *b, uint8_t sc[SIX_SUBS], uint8_t m[SIX_SUBS])
{
	for (int j = 0; j < 4; j++) {
		sc[j] = b[j] & 63;
		m[j] = b[j + 4] & 63;
		sc[j + 4] = (uint8_t)((b[j + 8] & 15) | b[j] >> 6 << 4);
		m[j + 4] = (uint8_t)(b[j + 8] >> 4 | b[j + 4] >> 6 << 4);
	}
}

static void tell_numbers(struct trace *t, const uint8_t sc[SIX_SUBS], const uint8_t m[SIX_SUBS])
{
	enum { BIT = 8 * SIX_AT };

	for (int j = 0; j < 4; j++) {
		TRACE(t, SC_WHOLE, .sub = (uint32_t)j, V(sc[j]), BITS(BIT + 8 * j, 6));
		TRACE(t, M_WHOLE, .sub = (uint32_t)j, V(m[j]), BITS(BIT + 8 * (j + 4), 6));
	}
	for (int j = 4; j < 8; j++) {
		TRACE(t, SC_SPLIT, .sub = (uint32_t)j, V(sc[j] & 15, sc[j] >> 4, sc[j]),
		      BITS2(BIT + 8 * (j + 4), 4, BIT + 8 * (j - 4) + 6, 2));
		TRACE(t, M_SPLIT, .sub = (uint32_t)j, V(m[j] & 15, m[j] >> 4, m[j]),
		      BITS2(BIT + 8 * (j + 4) + 4, 4, BIT + 8 * j + 6, 2));
	}
}

/* ---- encoding: what the steps hand on ---- */

struct work {
	const struct six *f;
	const float *x;
	float scale[SIX_SUBS], min[SIX_SUBS], weight[SIX_SUBS];	/* found for each sub-block; the sum of its w */
	uint8_t sc[SIX_SUBS], m[SIX_SUBS];
	uint8_t code[SIX_LEN];
	unsigned char *block;
	struct trace *t;
};

/* How much the error of each weight of a sub-block counts. */
static void weigh(struct work *k, int sub, const float *importance, float power, float *w)
{
	const float *x = k->x + sub * SIX_SUB_LEN;
	float rms = 0;

	if (!importance) {
		rms = search_rms(SIX_SUB_LEN, x);
		TRACE(k->t, RMS, .sub = (uint32_t)sub, V(search_sum_squares(SIX_SUB_LEN, x), SIX_SUB_LEN, rms));
	}
	k->weight[sub] = 0;
	for (int i = 0; i < SIX_SUB_LEN; i++) {
		uint32_t at = (uint32_t)(sub * SIX_SUB_LEN + i);

		if (importance) {
			w[i] = importance[at] * sqrtf(power + x[i] * x[i]);
			TRACE(k->t, W_IMPORTANCE, .weight = at, V(importance[at], power, x[i], w[i]));
		} else {
			w[i] = rms + fabsf(x[i]);
			TRACE(k->t, W_RMS, .weight = at, V(rms, x[i], w[i]));
		}
		k->weight[sub] += w[i];
	}
}

static void search(struct work *k, const float *importance)
{
	struct affine how = importance ? six_weighted : k->f->plain;
	float power = 0;

	how.top = k->f->plain.top;
	trace_step(k->t, "search", "scales");
	if (importance) {
		float sum = search_sum_squares(SIX_LEN, k->x);

		power = 2 * sum / SIX_LEN;
		TRACE(k->t, POWER_TWICE, V(sum, SIX_LEN, power));
	}
	for (int sub = 0; sub < SIX_SUBS; sub++) {
		const float *x = k->x + sub * SIX_SUB_LEN;
		uint8_t *code = k->code + sub * SIX_SUB_LEN;
		float w[SIX_SUB_LEN];
		struct found found;

		weigh(k, sub, importance, power, w);
		found = search_affine(SIX_SUB_LEN, &how, x, w, code, k->t, (unsigned)sub);
		k->scale[sub] = found.scale;
		k->min[sub] = found.min;
		TRACE(k->t, SCALE_FOUND, .sub = (uint32_t)sub, V(found.tried, found.scale));
		TRACE(k->t, MIN_FOUND, .sub = (uint32_t)sub, V(found.tried, found.min));
		search_tell_affine(k->t, SIX_SUB_LEN, how.top, x, code, &found, (unsigned)(sub * SIX_SUB_LEN));
	}
	trace_say(k->t, "search: for each of 8 sub-blocks the scale and minimum whose errors cost least, %d pairs tried",
		  how.trials + 2);
}

static float largest(const float v[SIX_SUBS])
{
	float most = 0;

	for (int j = 0; j < SIX_SUBS; j++)
		most = v[j] > most ? v[j] : most;
	return most;
}

/* The six-bit code of a scale or minimum. The order of wrapping and limiting is the reference's. */
static uint8_t six_bits(float per, float v)
{
	uint8_t code = (uint8_t)round_even(per * v);

	return code < 63 ? code : 63;
}

/* Without importance: d and dmin make the largest scale and the largest minimum 63. */
static void super_plain(struct work *k)
{
	float scale = largest(k->scale), min = largest(k->min);
	float per_scale = scale > 0 ? 63 / scale : 0, per_min = min > 0 ? 63 / min : 0;
	char number[2][NUMBER_SIZE];

	trace_step(k->t, "super", "tree");
	put_f16(k->block, scale / 63);
	put_f16(k->block + 2, min / 63);
	TRACE(k->t, D_LARGEST, V(scale, 63, get_f16(k->block)), BITS(0, 16));
	TRACE(k->t, DMIN_LARGEST, V(min, 63, get_f16(k->block + 2)), BITS(16, 16));
	trace_say(k->t, "super-block: d = largest scale / 63 = %s, dmin = largest minimum / 63 = %s, 16 bits each",
		  number_short(number[0], get_f16(k->block)), number_short(number[1], get_f16(k->block + 2)));

	trace_step(k->t, "scales", "tree");
	trace_say(k->t, "scales: sixteen numbers of 6 bits, sc = round(63 x scale / largest), m = round(63 x min / largest)");
	for (int j = 0; j < SIX_SUBS; j++) {
		k->sc[j] = six_bits(per_scale, k->scale[j]);
		k->m[j] = six_bits(per_min, k->min[j]);
		if (scale > 0)
			TRACE(k->t, SC_ROUND, .sub = (uint32_t)j, V(k->scale[j], scale, 63, per_scale * k->scale[j], k->sc[j]));
		if (min > 0)
			TRACE(k->t, M_ROUND, .sub = (uint32_t)j, V(k->min[j], min, 63, per_min * k->min[j], k->m[j]));
	}
}

/* With importance: d is fitted to the scales, dmin to the minima, each sub-block counting by the sum of its w. */
static void super_weighted(struct work *k)
{
	struct found d, dmin;
	char number[2][NUMBER_SIZE];

	trace_step(k->t, "super", "tree");
	for (int j = 0; j < SIX_SUBS; j++)
		TRACE(k->t, W_SUM, .sub = (uint32_t)j, V(k->weight[j]));
	d = search_positive(SIX_SUBS, 63, k->scale, k->weight, k->sc, k->t, 0);
	dmin = search_positive(SIX_SUBS, 63, k->min, k->weight, k->m, k->t, 1);
	put_f16(k->block, d.scale);
	put_f16(k->block + 2, dmin.scale);
	TRACE(k->t, D_FITTED, V(d.scale, get_f16(k->block)), BITS(0, 16));
	TRACE(k->t, DMIN_FITTED, V(dmin.scale, get_f16(k->block + 2)), BITS(16, 16));
	trace_say(k->t, "super-block: d = %s fitted to the 8 scales, dmin = %s to the 8 minima, 16 bits each",
		  number_short(number[0], get_f16(k->block)), number_short(number[1], get_f16(k->block + 2)));

	trace_step(k->t, "scales", "tree");
	trace_say(k->t, "scales: the sixteen numbers of 6 bits that came with d and dmin");
	for (int j = 0; j < SIX_SUBS; j++) {
		if (k->f->qh) {			/* q5_K limits them, q4_K does not */
			k->sc[j] = k->sc[j] < 63 ? k->sc[j] : 63;
			k->m[j] = k->m[j] < 63 ? k->m[j] : 63;
		}
		TRACE(k->t, SC_FITTED, .sub = (uint32_t)j, V(k->scale[j], k->sc[j]));
		TRACE(k->t, M_FITTED, .sub = (uint32_t)j, V(k->min[j], k->m[j]));
	}
}

/* The codes once more, for the scales as they will be read. Where a scale came out 0 the codes stay as the search left them. */
static void round_codes(struct work *k)
{
	float d = get_f16(k->block), dmin = get_f16(k->block + 2);
	int top = k->f->plain.top;

	trace_step(k->t, "round", "line");
	trace_say(k->t, "round: code = round((x + min) / scale) with the rounded scale and minimum, kept within 0..%d", top);
	for (int j = 0; j < SIX_SUBS; j++) {
		float scale = d * (float)k->sc[j], min = dmin * (float)k->m[j];

		TRACE(k->t, SCALE_CODED, .sub = (uint32_t)j, V(d, k->sc[j], scale));
		TRACE(k->t, MIN_CODED, .sub = (uint32_t)j, V(dmin, k->m[j], min));
		for (int i = j * SIX_SUB_LEN; i < (j + 1) * SIX_SUB_LEN; i++) {
			float place = (k->x[i] + min) / scale;

			if (scale == 0) {
				TRACE(k->t, CODE_LEFT, .weight = (uint32_t)i, V(k->code[i]), CODE_BITS(k->f, i));
				continue;
			}
			k->code[i] = (uint8_t)clamp_int(round_even(place), 0, top);
			TRACE(k->t, CODE_AFFINE, .weight = (uint32_t)i, V(k->x[i], min, scale, place, top, k->code[i]),
			      .flags = trace_rounding(place, 0, top), CODE_BITS(k->f, i));
		}
	}
}

static void pack_codes(struct work *k)
{
	unsigned char *qs = k->block + k->f->qs;

	memset(qs, 0, SIX_LEN / 2);
	if (k->f->qh)
		memset(k->block + k->f->qh, 0, SIX_SUB_LEN);
	for (int i = 0; i < SIX_LEN; i++) {
		qs[32 * (i / 64) + i % 32] |= (unsigned char)((k->code[i] & 15) << 4 * (i % 64 / 32));
		if (k->f->qh)
			k->block[k->f->qh + i % 32] |= (unsigned char)(k->code[i] >> 4 << i / 32);
	}
	trace_step(k->t, "pack", "block");
	trace_say(k->t, "pack: d, dmin, 12 bytes with the sixteen 6-bit numbers, 128 bytes of nibbles%s",
		  k->f->qh ? ", the fifth bits apart" : "");
	tell_numbers(k->t, k->sc, k->m);
	for (int i = 0; k->t && i < SIX_LEN / 2; i++) {
		int low = i / 32 * 64 + i % 32;

		TRACE(k->t, BYTE_NIBBLES, .weight = (uint32_t)(k->f->qs + i),
		      V(k->code[low] & 15, k->code[low + 32] & 15, qs[i]));
	}
}

void six_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		struct trace *trace)
{
	for (size_t s = 0; s < n / SIX_LEN; s++) {
		struct work k = { .f = c->own, .x = x + s * SIX_LEN, .block = blocks + s * c->block_bytes, .t = trace_block(trace, s) };

		search(&k, o && o->importance ? o->importance + s * SIX_LEN : NULL);
		if (o && o->importance)
			super_weighted(&k);
		else
			super_plain(&k);
		pack_numbers(k.sc, k.m, k.block + SIX_AT);
		six_unpack(k.block + SIX_AT, k.sc, k.m);	/* as a reader will find them */
		round_codes(&k);
		pack_codes(&k);
	}
}

/* ---- back ---- */

int six_code(const struct six *f, const unsigned char *block, int i)
{
	int code = block[f->qs + 32 * (i / 64) + i % 32] >> 4 * (i % 64 / 32) & 15;

	return f->qh ? code | (block[f->qh + i % 32] >> i / 32 & 1) << 4 : code;
}

void six_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct six *f = c->own;

	for (size_t k = 0; k < n / SIX_LEN; k++, blocks += c->block_bytes, y += SIX_LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(blocks), dmin = get_f16(blocks + 2);
		uint8_t sc[SIX_SUBS], m[SIX_SUBS];

		six_unpack(blocks + SIX_AT, sc, m);
		trace_step(t, "read", "block");
		trace_say(t, "read: d, dmin, the sixteen 6-bit numbers, 256 codes");
		TRACE(t, STEP_READ, V(d), BITS(0, 16));
		TRACE(t, DMIN_READ, V(dmin), BITS(16, 16));
		tell_numbers(t, sc, m);
		for (int i = 0; t && i < SIX_LEN; i++)
			TRACE(t, CODE_READ, .weight = (uint32_t)i, V(six_code(f, blocks, i)), CODE_BITS(f, i));

		trace_step(t, "scales", "tree");
		trace_say(t, "scales: scale = d x sc and min = dmin x m for each sub-block");
		for (int j = 0; j < SIX_SUBS; j++) {
			TRACE(t, SCALE_CODED, .sub = (uint32_t)j, V(d, sc[j], d * (float)sc[j]));
			TRACE(t, MIN_CODED, .sub = (uint32_t)j, V(dmin, m[j], dmin * (float)m[j]));
		}
		trace_step(t, "decode", "line");
		trace_say(t, "decode: scale x code - min");
		for (int i = 0; i < SIX_LEN; i++) {
			int code = six_code(f, blocks, i);
			float scale = d * (float)sc[i / SIX_SUB_LEN], min = dmin * (float)m[i / SIX_SUB_LEN];

			y[i] = scale * (float)code - min;
			TRACE(t, BACK_AFFINE, .weight = (uint32_t)i, V(scale, code, min, y[i]));
		}
	}
}

size_t six_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	const struct six *f = c->own;
	uint8_t sc[SIX_SUBS], m[SIX_SUBS];
	float scale, min;
	size_t i;

	(void)len;
	six_unpack(block + SIX_AT, sc, m);
	scale = get_f16(block) * (float)sc[sub];
	min = get_f16(block + 2) * (float)m[sub];
	for (i = 0; i < max && (int)i <= f->plain.top; i++) {
		code[i] = (int)i;
		value[i] = scale * (float)i - min;
	}
	return i;
}

const struct affine six_weighted = { .from = -0.9f, .by = 0.05f, .trials = 36 };
