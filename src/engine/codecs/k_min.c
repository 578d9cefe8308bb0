/* k_min.c - see k_min.h. Source: spec/codecs-k.md 1.1, 1.3, 1.4, 3.1, 3.3, 4, 5. */
#include "engine/codecs/k_min.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_K.h"

enum { SIX_AT = 8 * 4 };

struct place k_six_sc(unsigned j)
{
	if (j < 4)
		return (struct place){ .bit = SIX_AT + 8 * j, .bits = 6 };
	return (struct place){ .bit = SIX_AT + 8 * (j + 4), .bits = 4, .high = SIX_AT + 8 * (j - 4) + 6, .high_bits = 2 };
}

struct place k_six_m(unsigned j)
{
	if (j < 4)
		return (struct place){ .bit = SIX_AT + 8 * (j + 4), .bits = 6 };
	return (struct place){ .bit = SIX_AT + 8 * (j + 4) + 4, .bits = 4, .high = SIX_AT + 8 * j + 6, .high_bits = 2 };
}

/* ---- encoding: what the steps hand on ---- */

struct work {
	const struct k_min *f;
	unsigned sub_len;
	const float *x;
	float scale[K_SUBS_MAX], min[K_SUBS_MAX], weight[K_SUBS_MAX];	/* found for each sub-block; the sum of its w */
	uint8_t sc[K_SUBS_MAX], m[K_SUBS_MAX];
	uint8_t code[K_LEN];
	unsigned char *block;
	struct trace *t;
};

/* How much the error of each weight of a sub-block counts. */
static void weigh(struct work *k, unsigned sub, const float *importance, float power, float *w)
{
	const float *x = k->x + sub * k->sub_len;
	float rms = 0;

	if (!importance && !k->f->plain.absolute) {
		rms = search_rms(k->sub_len, x);
		TRACE(k->t, RMS, .sub = sub, V(search_sum_squares(k->sub_len, x), k->sub_len, rms));
	}
	k->weight[sub] = 0;
	for (unsigned i = 0; i < k->sub_len; i++) {
		unsigned at = sub * k->sub_len + i;

		if (importance) {
			w[i] = importance[at] * sqrtf(power + x[i] * x[i]);
			TRACE(k->t, W_IMPORTANCE, .weight = at, V(importance[at], power, x[i], w[i]));
		} else if (k->f->plain.absolute) {
			w[i] = fabsf(x[i]);
			TRACE(k->t, W_SIZE, .weight = at, V(x[i], w[i]));
		} else {
			w[i] = rms + fabsf(x[i]);
			TRACE(k->t, W_RMS, .weight = at, V(rms, x[i], w[i]));
		}
		k->weight[sub] += w[i];
	}
}

static void search(struct work *k, const float *importance)
{
	struct affine how = importance ? search_weighted : k->f->plain;
	float power = 0;

	how.top = k->f->plain.top;
	trace_step(k->t, "search", "scales");
	if (importance) {
		float sum = search_sum_squares(K_LEN, k->x);

		power = (k->f->twice ? 2 * sum : sum) / K_LEN;
		if (k->f->twice)
			TRACE(k->t, POWER_TWICE, V(sum, K_LEN, power));
		else
			TRACE(k->t, POWER_BLOCK, V(sum, K_LEN, power));
	}
	for (unsigned sub = 0; sub < k->f->subs; sub++) {
		const float *x = k->x + sub * k->sub_len;
		uint8_t *code = k->code + sub * k->sub_len;
		float w[K_LEN];
		struct found found;

		weigh(k, sub, importance, power, w);
		found = search_affine(k->sub_len, &how, x, w, code, k->t, sub);
		k->scale[sub] = found.scale;
		k->min[sub] = found.min;
		TRACE(k->t, SCALE_FOUND, .sub = sub, V(found.tried, found.scale));
		TRACE(k->t, MIN_FOUND, .sub = sub, V(found.tried, found.min));
		search_tell_affine(k->t, k->sub_len, how.top, x, code, &found, sub * k->sub_len, NULL);
	}
	trace_say(k->t, "search: for each of %u sub-blocks the scale and minimum whose errors cost least, %d pairs tried",
		  k->f->subs, how.trials + 2);
}

static float largest(unsigned n, const float *v)
{
	float most = 0;

	for (unsigned j = 0; j < n; j++)
		most = v[j] > most ? v[j] : most;
	return most;
}

static void tell_super(struct work *k, const char *say)
{
	char number[2][NUMBER_SIZE];

	trace_say(k->t, say, number_plain(number[0], get_f16(k->block + k->f->d)),
		  number_plain(number[1], get_f16(k->block + k->f->d + 2)));
}

/* Without importance: d and dmin make the largest scale and the largest minimum the highest number there is. */
static void super_plain(struct work *k)
{
	const struct k_min *f = k->f;
	float scale = largest(f->subs, k->scale), min = largest(f->subs, k->min), top = (float)f->number_top;
	float per_scale = scale > 0 ? top / scale : 0, per_min = min > 0 ? top / min : 0;
	unsigned char *d = k->block + f->d;

	trace_step(k->t, "super", "tree");
	put_f16(d, scale / top);
	put_f16(d + 2, min / top);
	TRACE(k->t, D_LARGEST, V(scale, top, get_f16(d)), BITS(8 * f->d, 16));
	TRACE(k->t, DMIN_LARGEST, V(min, top, get_f16(d + 2)), BITS(8 * f->d + 16, 16));
	tell_super(k, f->number_top == 63 ? "super-block: d = largest scale / 63 = %s, dmin = largest minimum / 63 = %s, 16 bits each"
					  : "super-block: d = largest scale / 15 = %s, dmin = largest minimum / 15 = %s, 16 bits each");

	trace_step(k->t, "scales", "tree");
	trace_say(k->t, "scales: %u small whole numbers, sc = round(%d x scale / largest), m = round(%d x min / largest)",
		  2 * f->subs, f->number_top, f->number_top);
	for (unsigned j = 0; j < f->subs; j++) {
		uint8_t sc = (uint8_t)round_even(per_scale * k->scale[j]), m = (uint8_t)round_even(per_min * k->min[j]);

		k->sc[j] = sc < f->limit ? sc : (uint8_t)f->limit;
		k->m[j] = m < f->limit ? m : (uint8_t)f->limit;
		if (scale > 0)
			TRACE(k->t, SC_ROUND, .sub = j, V(k->scale[j], scale, top, per_scale * k->scale[j], f->limit, k->sc[j]));
		if (min > 0)
			TRACE(k->t, M_ROUND, .sub = j, V(k->min[j], min, top, per_min * k->min[j], f->limit, k->m[j]));
	}
}

/* With importance: d is fitted to the scales, dmin to the minima, each sub-block counting by the sum of its w. */
static void super_weighted(struct work *k)
{
	const struct k_min *f = k->f;
	unsigned char *at = k->block + f->d;
	struct found d, dmin;

	trace_step(k->t, "super", "tree");
	for (unsigned j = 0; j < f->subs; j++)
		TRACE(k->t, W_SUM, .sub = j, V(k->weight[j]));
	d = search_positive(f->subs, f->number_top, k->scale, k->weight, k->sc, k->t, f->subs);
	dmin = search_positive(f->subs, f->number_top, k->min, k->weight, k->m, k->t, f->subs + 1);
	put_f16(at, d.scale);
	put_f16(at + 2, dmin.scale);
	TRACE(k->t, D_FITTED, V(d.scale, get_f16(at)), BITS(8 * f->d, 16));
	TRACE(k->t, DMIN_FITTED, V(dmin.scale, get_f16(at + 2)), BITS(8 * f->d + 16, 16));
	tell_super(k, "super-block: d = %s fitted to the scales, dmin = %s to the minima, 16 bits each");

	trace_step(k->t, "scales", "tree");
	trace_say(k->t, "scales: the %u small whole numbers that came with d and dmin", 2 * f->subs);
	for (unsigned j = 0; j < f->subs; j++) {
		k->sc[j] = k->sc[j] < f->weighted_limit ? k->sc[j] : (uint8_t)f->weighted_limit;
		k->m[j] = k->m[j] < f->weighted_limit ? k->m[j] : (uint8_t)f->weighted_limit;
		TRACE(k->t, SC_FITTED, .sub = j, V(k->scale[j], k->sc[j]));
		TRACE(k->t, M_FITTED, .sub = j, V(k->min[j], k->m[j]));
	}
}

/* The codes once more, for the scales as they will be read. Where a scale came out 0 the codes stay as the search left them. */
static void round_codes(struct work *k)
{
	float d = get_f16(k->block + k->f->d), dmin = get_f16(k->block + k->f->d + 2);
	int top = k->f->plain.top;

	trace_step(k->t, "round", "line");
	trace_say(k->t, "round: code = round((x + min) / scale) with the rounded scale and minimum, kept within 0..%d", top);
	for (unsigned j = 0; j < k->f->subs; j++) {
		float scale = d * (float)k->sc[j], min = dmin * (float)k->m[j];

		TRACE(k->t, SCALE_CODED, .sub = j, V(d, k->sc[j], scale));
		TRACE(k->t, MIN_CODED, .sub = j, V(dmin, k->m[j], min));
		for (unsigned i = j * k->sub_len; i < (j + 1) * k->sub_len; i++) {
			float place = (k->x[i] + min) / scale;

			if (scale == 0) {
				TRACE(k->t, CODE_LEFT, .weight = i, V(k->code[i]), AT(k->f->code(i)));
				continue;
			}
			k->code[i] = (uint8_t)clamp_int(round_even(place), 0, top);
			TRACE(k->t, CODE_AFFINE, .weight = i, V(k->x[i], min, scale, place, top, k->code[i]),
			      .flags = trace_rounding(place, 0, top), AT(k->f->code(i)));
		}
	}
}

/* The number of a sub-block and where it lies: in one place or split. */
static void tell_number(struct trace *t, bool is_min, unsigned j, unsigned v, struct place p)
{
	unsigned low = v & ((1u << p.bits) - 1), bits = p.bits + p.high_bits;

	if (!is_min && p.high_bits)
		TRACE(t, SC_SPLIT, .sub = j, V(low, v >> p.bits, 1 << p.bits, bits, v), AT(p));
	else if (!is_min)
		TRACE(t, SC_WHOLE, .sub = j, V(bits, v), AT(p));
	else if (p.high_bits)
		TRACE(t, M_SPLIT, .sub = j, V(low, v >> p.bits, 1 << p.bits, bits, v), AT(p));
	else
		TRACE(t, M_WHOLE, .sub = j, V(bits, v), AT(p));
}

static void tell_numbers(struct trace *t, const struct k_min *f, const uint8_t *sc, const uint8_t *m)
{
	for (unsigned j = 0; t && j < f->subs; j++) {
		tell_number(t, false, j, sc[j], f->sc(j));
		tell_number(t, true, j, m[j], f->m(j));
	}
}

static void pack(struct work *k)
{
	const struct k_min *f = k->f;

	trace_step(k->t, "pack", "block");
	trace_say(k->t, "%s", f->packed);
	place_put_all(k->block, f->code, K_LEN, k->code);
	tell_numbers(k->t, f, k->sc, k->m);
	place_tell_bytes(k->t, k->block, f->qs, K_LEN * f->qs_bits / 8, f->qs_bits);
}

void k_min_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		  struct trace *trace)
{
	const struct k_min *f = c->own;

	memset(blocks, 0, n / K_LEN * c->block_bytes);
	for (size_t s = 0; s < n / K_LEN; s++) {
		const float *importance = o && o->importance ? o->importance + s * K_LEN : NULL;
		struct work k = {
			.f = f, .sub_len = K_LEN / f->subs, .x = x + s * K_LEN, .block = blocks + s * c->block_bytes,
			.t = trace_block(trace, s),
		};

		search(&k, importance);
		if (importance)
			super_weighted(&k);
		else
			super_plain(&k);
		place_put_all(k.block, f->sc, f->subs, k.sc);
		place_put_all(k.block, f->m, f->subs, k.m);
		place_get_all(k.block, f->sc, f->subs, k.sc);		/* as a reader will find them */
		place_get_all(k.block, f->m, f->subs, k.m);
		round_codes(&k);
		pack(&k);
	}
}

/* ---- back ---- */

void k_min_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct k_min *f = c->own;
	unsigned sub_len = K_LEN / f->subs;

	for (size_t k = 0; k < n / K_LEN; k++, blocks += c->block_bytes, y += K_LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(blocks + f->d), dmin = get_f16(blocks + f->d + 2);
		uint8_t sc[K_SUBS_MAX], m[K_SUBS_MAX];

		place_get_all(blocks, f->sc, f->subs, sc);
		place_get_all(blocks, f->m, f->subs, m);
		trace_step(t, "read", "block");
		trace_say(t, "read: d, dmin, %u small whole numbers, %d codes", 2 * f->subs, K_LEN);
		TRACE(t, STEP_READ, V(d), BITS(8 * f->d, 16));
		TRACE(t, DMIN_READ, V(dmin), BITS(8 * f->d + 16, 16));
		tell_numbers(t, f, sc, m);
		place_tell_codes(t, blocks, f->code, K_LEN);

		trace_step(t, "scales", "tree");
		trace_say(t, "scales: scale = d x sc and min = dmin x m for each sub-block");
		for (unsigned j = 0; j < f->subs; j++) {
			TRACE(t, SCALE_CODED, .sub = j, V(d, sc[j], d * (float)sc[j]));
			TRACE(t, MIN_CODED, .sub = j, V(dmin, m[j], dmin * (float)m[j]));
		}
		trace_step(t, "decode", "line");
		trace_say(t, "decode: scale x code - min");
		for (unsigned i = 0; i < K_LEN; i++) {
			float scale = d * (float)sc[i / sub_len], min = dmin * (float)m[i / sub_len];
			unsigned code = place_get(blocks, f->code(i));

			y[i] = scale * (float)code - min;
			TRACE(t, BACK_AFFINE, .weight = i, V(scale, code, min, y[i]));
		}
	}
}

size_t k_min_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	const struct k_min *f = c->own;
	float scale = get_f16(block + f->d) * (float)place_get(block, f->sc((unsigned)sub));
	float min = get_f16(block + f->d + 2) * (float)place_get(block, f->m((unsigned)sub));
	size_t i;

	(void)len;
	for (i = 0; i < max && (int)i <= f->plain.top; i++) {
		code[i] = (int)i;
		value[i] = scale * (float)i - min;
	}
	return i;
}

/* The minima enter through the sums that q8_K carries: sum(a (s q - b)) = s sum(a q) - b sum(a). */
float k_min_dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct k_min *f = c->own;
	float lane[8] = { 0 }, sum = 0;

	for (size_t k = 0; k < n / K_LEN; k++, w += c->block_bytes, a += sizeof(struct block_q8_K)) {
		const struct block_q8_K *b = (const void *)a;
		float da = get_f32(b->d);
		int whole[8] = { 0 }, minima = 0;

		for (unsigned i = 0; i < K_LEN; i++)
			whole[i % 8] += (int)place_get(w, f->sc(i / (K_LEN / f->subs))) * (int)place_get(w, f->code(i)) * b->qs[i];
		for (unsigned u = 0; u < 16; u++)
			minima += q8_K_sum(b, u) * (int)place_get(w, f->m(u / (16 / f->subs)));
		for (int l = 0; l < 8; l++)
			lane[l] += get_f16(w + f->d) * da * (float)whole[l];
		sum -= get_f16(w + f->d + 2) * da * (float)minima;
	}
	for (int l = 0; l < 8; l++)
		sum += lane[l];
	return sum;
}
