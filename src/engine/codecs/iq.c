/* iq.c - see iq.h */
#include "engine/codecs/iq.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/half.h"
#include "engine/codecs/pack.h"

/* ---- bits ---- */

unsigned iq_get(const unsigned char *block, const struct span *s, int spans)
{
	unsigned v = 0;

	for (; spans-- && s->bits; s++) {
		unsigned first = s->bit / 8, last = (s->bit + s->bits - 1u) / 8, bits = 0;

		for (unsigned i = last + 1; i-- > first;)
			bits = bits << 8 | block[i];
		v |= (bits >> s->bit % 8 & ((1u << s->bits) - 1)) << s->shift;
	}
	return v;
}

void iq_put(unsigned char *block, const struct span *s, int spans, unsigned v)
{
	for (; spans-- && s->bits; s++) {
		unsigned bits = (v >> s->shift & ((1u << s->bits) - 1)) << s->bit % 8;

		for (unsigned i = s->bit / 8; bits; i++, bits >>= 8)
			block[i] = (unsigned char)(block[i] | bits);
	}
}

static int spans_of_d(const struct iq_format *f)
{
	int n = 0;

	while (n < TRACE_SPANS && f->d[n].bits)
		n++;
	return n;
}

float iq_read_d(const struct iq_format *f, const unsigned char *block)
{
	return f32_from_f16((uint16_t)iq_get(block, f->d, spans_of_d(f)));
}

float iq_put_d(const struct iq_format *f, unsigned char *block, float d)
{
	iq_put(block, f->d, spans_of_d(f), f16_from_f32(d));
	return iq_read_d(f, block);
}

/* ---- reading ---- */

struct iq_eight iq_read(const struct iq_format *f, const unsigned char *block, int eight)
{
	struct iq_place p = f->place(eight);
	struct iq_eight e = { .sc = (int)iq_get(block, &p.sc, 1) };

	e.entry[0] = (int)iq_get(block, p.index[0], 2);
	e.entry[1] = (int)iq_get(block, p.index[1], 2);
	e.minus = iq_get(block, &p.signs, 1);
	if (p.signs.bits == 7)
		e.minus |= (unsigned)__builtin_parity(e.minus) << 7;
	if (p.shift.bits)
		e.shift = iq_get(block, &p.shift, 1) ? -0.125f : 0.125f;
	return e;
}

float iq_scale(const struct iq_format *f, float d, int sc) { return d * (f->base + f->per * (float)sc) * f->unit; }

int iq_level(const struct iq_format *f, const struct iq_eight *e, int j)
{
	int level = f->grid->level[grid_digit(f->grid, e->entry[j / f->grid->dim], j % f->grid->dim)];

	return e->minus >> j & 1 ? -level : level;
}

/* What a block holds, and what becomes of it. */
static void tell_block(const struct iq_format *f, const unsigned char *block, const float *y, struct trace *t)
{
	int dim = f->grid->dim, groups = 8 / dim;
	float d = iq_read_d(f, block);
	unsigned shifts = 0;

	trace_step(t, "read", "block");
	trace_say(t, "read: the scale, the %d small scales, %d indices into the codebook and the %s", IQ_LEN / f->sub_len,
		  IQ_LEN / dim, f->place(0).signs.bits ? "signs" : "shifts");
	iq_tell(t, (struct trace_event){ .kind = TRACE_STEP_READ, V(d) }, f->d, TRACE_SPANS);
	for (int i = 0; i < IQ_EIGHTS; i++) {
		struct iq_place p = f->place(i);
		struct iq_eight e = iq_read(f, block, i);
		unsigned sub = (unsigned)(8 * i / f->sub_len);

		if (8 * i % f->sub_len == 0)
			iq_tell(t, (struct trace_event){ .kind = TRACE_SC_STORED, .sub = sub, V(e.sc) }, &p.sc, 1);
		if (p.shift.bits && (i == 0 || f->place(i - 1).shift.bit != p.shift.bit))
			iq_tell(t, (struct trace_event){ .kind = TRACE_SHIFT, .sub = shifts++, V(e.shift < 0, e.shift) }, &p.shift, 1);
		for (int g = 0; g < groups; g++)
			iq_tell(t, (struct trace_event){ .kind = TRACE_INDEX_STORED, .sub = (unsigned)(i * groups + g),
				.weight = (unsigned)(8 * i + g * dim), V(e.entry[g]) }, p.index[g], 2);
		for (int j = 0; j < p.signs.bits; j++)
			TRACE(t, SIGN_STORED, .weight = (unsigned)(8 * i + j), V(e.minus >> j & 1), BITS(p.signs.bit + j, 1));
		if (p.signs.bits == 7)
			TRACE(t, SIGN_PARITY, .weight = (unsigned)(8 * i + 7),
			      V(__builtin_popcount(e.minus & 127), e.minus >> 7));
	}

	trace_step(t, "look up", "match");
	trace_say(t, "look up: each index stands for %d levels", dim);
	for (int i = 0; i < IQ_LEN; i++) {
		struct iq_eight e = iq_read(f, block, i / 8);
		int entry = e.entry[i % 8 / dim], digit = grid_digit(f->grid, entry, i % dim);

		TRACE(t, CODE_ENTRY, .weight = (unsigned)i, V(digit, entry, f->grid->level[digit]));
	}

	trace_step(t, "decode", "bars");
	trace_say(t, "decode: scale x level");
	for (int i = 0; i < IQ_LEN; i++) {
		struct iq_eight e = iq_read(f, block, i / 8);
		float scale = iq_scale(f, d, e.sc);
		unsigned sub = (unsigned)(i / f->sub_len);

		if (i % f->sub_len == 0 && f->base < 1)
			TRACE(t, SCALE_HALVES, .sub = sub, V(d, e.sc, f->unit, scale));
		else if (i % f->sub_len == 0)
			TRACE(t, SCALE_ODD, .sub = sub, V(d, e.sc, scale));
		if (e.shift != 0)
			TRACE(t, BACK_SHIFTED, .weight = (unsigned)i, V(scale, iq_level(f, &e, i % 8), e.shift, y[i]));
		else
			TRACE(t, BACK_SCALED, .weight = (unsigned)i, V(iq_level(f, &e, i % 8), scale, y[i]));
	}
}

void iq_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct iq_format *f = c->own;

	for (size_t k = 0; k < n / IQ_LEN; k++, blocks += c->block_bytes, y += IQ_LEN) {
		float d = iq_read_d(f, blocks);

		for (int i = 0; i < IQ_EIGHTS; i++) {
			struct iq_eight e = iq_read(f, blocks, i);
			float scale = iq_scale(f, d, e.sc);

			for (int j = 0; j < 8; j++)
				y[8 * i + j] = scale * ((float)iq_level(f, &e, j) + e.shift);
		}
		if (trace_block(trace, k))
			tell_block(f, blocks, y, trace);
	}
}

/* The activations, q8_K: an f32 scale, 256 codes, their sums over 16 each. */
enum { Q8_K_CODES = 4, Q8_K_SUMS = 260, Q8_K_BYTES = 292 };

/*
 * Integers as far as they go: levels times activations, times 2 sc + 1, summed over the block. The shifts of iq1 are a second
 * sum, in eighths.
 */
float iq_dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct iq_format *f = c->own;
	float sum = 0;

	for (size_t k = 0; k < n / IQ_LEN; k++, w += c->block_bytes, a += Q8_K_BYTES) {
		const int8_t *q = (const void *)(a + Q8_K_CODES);
		float scale = iq_read_d(f, w) * get_f32(a);
		int whole = 0, eighths = 0;

		for (int i = 0; i < IQ_EIGHTS; i++) {
			struct iq_eight e = iq_read(f, w, i);
			int products = 0, plain = 0;

			for (int j = 0; j < 8; j++) {
				products += iq_level(f, &e, j) * q[8 * i + j];
				plain += q[8 * i + j];
			}
			if (f->sums_given)
				plain = i % 2 == 0 ? (int16_t)get16(a + Q8_K_SUMS + i) : 0;
			whole += (2 * e.sc + 1) * products;
			eighths += (2 * e.sc + 1) * (e.shift < 0 ? -plain : plain);
		}
		sum += scale * (f->place(0).shift.bits ? (float)whole + 0.125f * (float)eighths : (float)whole);
	}
	return f->product * sum;
}

/* ---- encoding ---- */

void iq_weigh(const struct iq_weighing *how, const float *x, const float *importance, float *w, struct trace *t)
{
	float sum = 0, power;

	for (int i = 0; i < IQ_LEN; i++)
		sum += x[i] * x[i];
	power = (how->twice ? 2 * sum : sum) / IQ_LEN;
	trace_step(t, "weigh", "bars");
	if (importance)
		trace_say(t, "weigh: an error counts importance x sqrt(%s + x^2)", how->twice ? "twice the mean square" : "mean square");
	else
		trace_say(t, "weigh: without importance an error counts %s", how->quarter ? "x^2 and a quarter of the mean square" : "x^2");
	if (how->twice)
		TRACE(t, POWER_TWICE, V(sum, IQ_LEN, power));
	else
		TRACE(t, POWER_BLOCK, V(sum, IQ_LEN, power));
	for (int i = 0; i < IQ_LEN; i++) {
		if (importance) {
			w[i] = importance[i] * sqrtf(power + x[i] * x[i]);
			TRACE(t, W_IMPORTANCE, .weight = (unsigned)i, V(importance[i], power, x[i], w[i]));
		} else if (how->quarter) {
			w[i] = 0.25f * power + x[i] * x[i];
			TRACE(t, W_QUARTER, .weight = (unsigned)i, V(power, x[i], w[i]));
		} else {
			w[i] = x[i] * x[i];
			TRACE(t, W_SQUARE, .weight = (unsigned)i, V(x[i], w[i]));
		}
	}
}

bool iq_takes(const struct iq_weighing *how, const float *x, const float *importance, float largest_level)
{
	float w[IQ_LEN], squares = 0, products = 0, levels = 0;
	bool finite = true;

	iq_weigh(how, x, importance, w, NULL);
	for (int i = 0; i < IQ_LEN; i++) {
		finite &= isfinite(w[i]);
		squares += x[i] * x[i];
		products += w[i] * fabsf(x[i]) * largest_level;
		levels += w[i] * largest_level * largest_level;
	}
	/* A scale is products / levels: one of them may overflow, both together make no number. */
	return finite && isfinite(squares) && (isfinite(products) || isfinite(levels));
}

void iq_tell(struct trace *t, struct trace_event e, const struct span *at, int spans)
{
	if (!t)
		return;
	memcpy(e.at, at, (size_t)spans * sizeof *at);
	trace_add(t, e);
}

void iq_tell_entry(const struct iq_format *f, int group, unsigned key, const struct iq_match *m, struct trace *t)
{
	const struct grid *g = f->grid;
	const uint16_t *near;
	struct grid_costs costs;
	float best = FLT_MAX;
	int n, entry = grid_find(g, key);

	if (!t)
		return;
	if (entry >= 0) {
		TRACE(t, ENTRY_MET, .sub = (unsigned)group, .weight = (unsigned)(group * g->dim), V(entry));
		return;
	}
	near = grid_neighbours(g, key, &n);
	grid_costs(g, m->value, m->weight, m->scale, m->level, &costs);
	entry = near[0];
	for (int i = 0; i < n; i++) {
		double apart = 0, along = 0, of_entry = 0, of_group = 0;
		float cost = grid_cost(g, &costs, near[i]);
		bool better = cost < best;

		for (int j = 0; j < g->dim; j++) {
			double level = (double)m->level[grid_digit(g, near[i], j)], value = (double)m->value[j];
			double e = (double)m->scale * level - value;

			apart += e * e;
			along += level * value;
			of_entry += level * level;
			of_group += value * value;
		}
		if (better) {
			best = cost;
			entry = near[i];
		}
		TRACE(t, NEAR, .sub = (unsigned)group, .weight = (unsigned)i, .flags = better ? TRACE_BEST : 0,
		      V(near[i], sqrt(apart), of_group > 0 ? along / sqrt(of_entry * of_group) : 0, cost));
	}
	TRACE(t, ENTRY_NEAR, .sub = (unsigned)group, .weight = (unsigned)(group * g->dim), V(n, best, entry));
}
