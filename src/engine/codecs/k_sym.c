/* k_sym.c - see k_sym.h. Source: spec/codecs-k.md 1.2, 1.5, 3.2, 3.4, 4, 5. */
#include "engine/codecs/k_sym.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_K.h"

struct work {
	const struct k_sym *f;
	const float *x;
	float scale[K_SYM_SUBS], weight[K_SYM_SUBS];
	int sc[K_SYM_SUBS];
	uint8_t code[K_LEN];
	unsigned char *block;
	struct trace *t;
};

static void search(struct work *k, const float *importance)
{
	float power = 0;

	trace_step(k->t, "search", "scales");
	if (importance && k->f->fits_scales) {
		float sum = search_sum_squares(K_LEN, k->x);

		power = 2 * sum / K_LEN;
		TRACE(k->t, POWER_TWICE, V(sum, K_LEN, power));
	}
	for (unsigned sub = 0; sub < K_SYM_SUBS; sub++) {
		unsigned first = sub * K_SYM_SUB_LEN;
		struct found found;

		search_tell_peak(k->t, K_SYM_SUB_LEN, k->x + first, sub);
		found = k->f->search(k->x + first, importance ? importance + first : NULL, power, k->code + first,
				     &k->weight[sub], k->t, sub);
		k->scale[sub] = found.scale;
		if (found.tried == 1)
			TRACE(k->t, SCALE_FITTED, .sub = sub, V(found.moved, found.scale));
		else
			TRACE(k->t, SCALE_FOUND, .sub = sub, V(found.tried, found.scale));
		search_tell_symmetric(k->t, K_SYM_SUB_LEN, k->f->middle, k->x + first, k->code + first, &found, first, NULL);
	}
	trace_say(k->t, "search: for each of %d sub-blocks the scale whose errors cost least", K_SYM_SUBS);
}

static int stored(const struct k_sym *f, const unsigned char *block, unsigned j)
{
	int v = (int)place_get(block, f->sc(j));

	return f->offset ? v - f->offset : low_byte(v);
}

static void put_number(struct work *k, unsigned j, int sc)
{
	k->sc[j] = sc;
	place_put(k->block, k->f->sc(j), (uint8_t)(sc + k->f->offset));
}

static void tell_d(struct work *k)
{
	char number[NUMBER_SIZE];

	trace_say(k->t, "super-block: d = %s, 16 bits", number_plain(number, get_f16(k->block + k->f->d)));
}

static void no_scales(struct work *k)
{
	trace_step(k->t, "super", "tree");
	trace_say(k->t, "super-block: d = 0, as no sub-block has a scale");
	TRACE(k->t, STEP_NONE, V(0), BITS(8 * k->f->d, 16));
	trace_step(k->t, "scales", "tree");
	trace_say(k->t, "scales: zero bits for all");
	for (unsigned j = 0; j < K_SYM_SUBS; j++) {
		k->sc[j] = -k->f->offset;
		TRACE(k->t, SC_UNUSED, .sub = j, V(k->sc[j]));
	}
}

/* d makes the scale of largest magnitude the lowest number: so d has the sign opposite to that scale's. */
static void super_largest(struct work *k)
{
	const struct k_sym *f = k->f;
	unsigned char *d = k->block + f->d;
	float most = 0, per;

	for (unsigned j = 0; j < K_SYM_SUBS; j++)
		if (fabsf(k->scale[j]) > fabsf(most))
			most = k->scale[j];
	if (f->wipes ? fabsf(most) < SEARCH_NOTHING : most == 0) {
		if (f->wipes)
			memset(k->code, 0, sizeof k->code);
		no_scales(k);
		return;
	}
	per = (float)f->lowest / most;

	trace_step(k->t, "super", "tree");
	put_f16(d, 1 / per);
	TRACE(k->t, D_SIGNED, V(most, f->lowest, get_f16(d)), BITS(8 * f->d, 16));
	tell_d(k);

	trace_step(k->t, "scales", "tree");
	trace_say(k->t, "scales: sc = round(%d x scale / the largest), kept within %d..%d", f->lowest, f->lowest, -f->lowest - 1);
	for (unsigned j = 0; j < K_SYM_SUBS; j++) {
		float spot = per * k->scale[j];

		put_number(k, j, clamp_int(round_even(spot), f->lowest, -f->lowest - 1));
		TRACE(k->t, SC_SIGNED, .sub = j, V(k->scale[j], most, f->lowest, spot, k->sc[j]),
		      .flags = trace_rounding(spot, f->lowest, -f->lowest - 1));
	}
}

static void super_fitted(struct work *k)
{
	const struct k_sym *f = k->f;
	unsigned char *d = k->block + f->d;
	uint8_t code[K_SYM_SUBS];
	struct found found;

	trace_step(k->t, "super", "tree");
	for (unsigned j = 0; j < K_SYM_SUBS; j++)
		TRACE(k->t, W_SUM, .sub = j, V(k->weight[j]));
	found = search_symmetric(K_SYM_SUBS, -f->lowest, k->scale, k->weight, code, k->t, K_SYM_SUBS);
	put_f16(d, found.scale);
	TRACE(k->t, D_FITTED, V(found.scale, get_f16(d)), BITS(8 * f->d, 16));
	tell_d(k);

	trace_step(k->t, "scales", "tree");
	trace_say(k->t, "scales: the numbers that came with d");
	for (unsigned j = 0; j < K_SYM_SUBS; j++) {
		put_number(k, j, code[j] - f->offset);
		TRACE(k->t, SC_FITTED, .sub = j, V(k->scale[j], k->sc[j]));
	}
}

/* The codes once more, for the scales as they will be read. Where a scale came out 0 the codes stay as the search left them. */
static void round_codes(struct work *k)
{
	float d = get_f16(k->block + k->f->d);
	int m = k->f->middle;

	trace_step(k->t, "round", "line");
	trace_say(k->t, "round: code = round(x / scale) + %d with the rounded scale, kept within 0..%d", m, 2 * m - 1);
	for (unsigned j = 0; j < K_SYM_SUBS; j++) {
		float scale = d * (float)stored(k->f, k->block, j);

		TRACE(k->t, SCALE_CODED, .sub = j, V(d, stored(k->f, k->block, j), scale));
		for (unsigned i = j * K_SYM_SUB_LEN; i < (j + 1) * K_SYM_SUB_LEN; i++) {
			float spot = k->x[i] / scale;

			if (scale == 0) {
				TRACE(k->t, CODE_LEFT, .weight = i, V(k->code[i]), AT(k->f->code(i)));
				continue;
			}
			k->code[i] = (uint8_t)(clamp_int(round_even(spot), -m, m - 1) + m);
			TRACE(k->t, CODE_SIGNED, .weight = i, V(k->x[i], scale, m, spot, k->code[i]),
			      .flags = trace_rounding(spot, -m, m - 1), AT(k->f->code(i)));
		}
	}
}

static void tell_numbers(struct trace *t, const struct k_sym *f, const unsigned char *block)
{
	for (unsigned j = 0; t && j < K_SYM_SUBS; j++) {
		struct place p = f->sc(j);
		unsigned v = place_get(block, p), low = v & ((1u << p.bits) - 1);

		if (f->offset)
			TRACE(t, SC_SPLIT_OFFSET, .sub = j, V(low, v >> p.bits, 1 << p.bits, f->offset, stored(f, block, j)), AT(p));
		else
			TRACE(t, SC_WHOLE, .sub = j, V(p.bits, stored(f, block, j)), AT(p));
	}
}

void k_sym_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		  struct trace *trace)
{
	const struct k_sym *f = c->own;

	memset(blocks, 0, n / K_LEN * c->block_bytes);
	for (size_t s = 0; s < n / K_LEN; s++) {
		const float *importance = o && o->importance ? o->importance + s * K_LEN : NULL;
		struct work k = { .f = f, .x = x + s * K_LEN, .block = blocks + s * c->block_bytes, .t = trace_block(trace, s) };

		search(&k, importance);
		if (importance && f->fits_scales)
			super_fitted(&k);
		else
			super_largest(&k);
		round_codes(&k);

		trace_step(k.t, "pack", "block");
		trace_say(k.t, "%s", f->packed);
		place_put_all(k.block, f->code, K_LEN, k.code);
		tell_numbers(k.t, f, k.block);
		place_tell_bytes(k.t, k.block, f->qs, K_LEN * f->qs_bits / 8, f->qs_bits);
	}
}

/* ---- back ---- */

void k_sym_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct k_sym *f = c->own;

	for (size_t k = 0; k < n / K_LEN; k++, blocks += c->block_bytes, y += K_LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(blocks + f->d);

		trace_step(t, "read", "block");
		trace_say(t, "read: d, %d small signed numbers, %d codes", K_SYM_SUBS, K_LEN);
		TRACE(t, STEP_READ, V(d), BITS(8 * f->d, 16));
		tell_numbers(t, f, blocks);
		place_tell_codes(t, blocks, f->code, K_LEN);

		trace_step(t, "scales", "tree");
		trace_say(t, "scales: scale = d x sc for each sub-block");
		for (unsigned j = 0; j < K_SYM_SUBS; j++)
			TRACE(t, SCALE_CODED, .sub = j, V(d, stored(f, blocks, j), d * (float)stored(f, blocks, j)));

		trace_step(t, "decode", "line");
		trace_say(t, "decode: scale x (code - %d)", f->middle);
		for (unsigned i = 0; i < K_LEN; i++) {
			float scale = d * (float)stored(f, blocks, i / K_SYM_SUB_LEN);
			int code = (int)place_get(blocks, f->code(i));

			y[i] = scale * (float)(code - f->middle);
			TRACE(t, BACK_SIGNED, .weight = i, V(scale, code, f->middle, y[i]));
		}
	}
}

size_t k_sym_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	const struct k_sym *f = c->own;
	float scale = get_f16(block + f->d) * (float)stored(f, block, (unsigned)sub);
	size_t i;

	(void)len;
	for (i = 0; i < max && (int)i < 2 * f->middle; i++) {
		code[i] = (int)i;
		value[i] = scale * (float)((int)i - f->middle);
	}
	return i;
}

float k_sym_dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct k_sym *f = c->own;
	float lane[8] = { 0 }, sum = 0;

	for (size_t k = 0; k < n / K_LEN; k++, w += c->block_bytes, a += sizeof(struct block_q8_K)) {
		const struct block_q8_K *b = (const void *)a;
		int whole[8] = { 0 };

		for (unsigned i = 0; i < K_LEN; i++)
			whole[i % 8] += stored(f, w, i / K_SYM_SUB_LEN) * ((int)place_get(w, f->code(i)) - f->middle) * b->qs[i];
		for (int l = 0; l < 8; l++)
			lane[l] += get_f16(w + f->d) * get_f32(b->d) * (float)whole[l];
	}
	for (int l = 0; l < 8; l++)
		sum += lane[l];
	return sum;
}
