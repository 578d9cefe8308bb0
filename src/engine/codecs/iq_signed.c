/* iq_signed.c - see iq_signed.h */
#include "engine/codecs/iq_signed.h"

#include <math.h>
#include <string.h>

#include "base/half.h"

/* What a digit is worth in the search. The decoder's levels (8 25 43, 4 12 .. 62) are not quite in these proportions. */
static const float levels[GRID_DIGITS] = { 1, 3, 5, 7, 9, 11, 13, 15 };

static int subs_of(const struct iq_signed *s) { return IQ_LEN / s->f->sub_len; }
static int groups_of(const struct iq_signed *s) { return s->f->sub_len / s->f->grid->dim; }		/* in a sub-block */
static int highest_level(const struct iq_signed *s) { return 2 * s->f->grid->digits - 1; }

/* ---- fold ---- */

static void mend_parity(struct iq_signed *s, int eight, struct trace *t)
{
	const float *x = s->x + 8 * eight, *w = s->w + 8 * eight;
	int count = __builtin_popcount(s->minus[eight]), at = 0;
	float least = 0;

	for (int j = 0; j < 8; j++) {
		float cost = w[j] * x[j] * x[j];

		TRACE(t, MEND, .weight = (unsigned)(8 * eight + j), .flags = j == 0 || cost < least ? TRACE_BEST : 0,
		      V(w[j], x[j], cost));
		if (j == 0 || cost < least) {
			least = cost;
			at = j;
		}
	}
	s->minus[eight] ^= (uint8_t)(1 << at);
	s->size[8 * eight + at] = -s->size[8 * eight + at];
	s->turned[eight] = (int8_t)at;
	TRACE(t, SIGN_TURNED, .weight = (unsigned)(8 * eight + at), V(count, x[at], w[at], least, s->minus[eight] >> at & 1));
	TRACE(t, SIZE_TURNED, .weight = (unsigned)(8 * eight + at), V(x[at], s->size[8 * eight + at]));
}

/* Takes the signs away, and turns one where their number must be even and is not. */
static void fold(struct iq_signed *s, const float *importance, struct trace *t)
{
	const struct iq_rules *rules = s->rules;
	const float *x = s->x;
	int odd = 0;

	iq_weigh(&rules->weighing, x, importance, s->w, NULL);		/* to mend signs by; told as the next step */
	trace_step(t, "fold", "match");
	for (int i = 0; i < IQ_EIGHTS; i++) {
		s->minus[i] = 0;
		s->turned[i] = -1;
		for (int j = 0; j < 8; j++) {
			float v = x[8 * i + j];

			s->size[8 * i + j] = v >= 0 ? v : -v;
			s->minus[i] |= (uint8_t)(!(v >= 0) << j);
			TRACE(t, SIGN_FOLDED, .weight = (unsigned)(8 * i + j), V(v, !(v >= 0)));
			TRACE(t, SIZE, .weight = (unsigned)(8 * i + j), V(v, s->size[8 * i + j]));
		}
		if (rules->even_signs && __builtin_parity(s->minus[i])) {
			mend_parity(s, i, t);
			odd++;
		}
	}
	if (rules->even_signs)
		trace_say(t, "fold: signs are kept apart, 7 bits for 8 weights: %d of 32 eights have an odd number of minus signs, "
			  "in each the cheapest is turned", odd);
	else
		trace_say(t, "fold: signs are kept apart, a bit each");

	iq_weigh(&rules->weighing, x, importance, s->w, t);
	for (int i = 0; i < IQ_LEN; i++) {
		s->root[i] = sqrtf(s->w[i]);
		TRACE(t, W_ROOT, .weight = (unsigned)i, V(s->w[i], s->root[i]));
	}
}

/* ---- search ---- */

void iq_start_largest(struct iq_signed *s, struct trace *t)
{
	int n = s->f->sub_len, skipped = 0;

	trace_step(t, "start", "scales");
	for (int b = 0; b < subs_of(s); b++) {
		const float *v = s->size + b * n;
		float most = v[0];

		for (int i = 1; i < n; i++)
			most = most > v[i] ? most : v[i];
		s->skipped[b] = most < s->rules->nothing;
		s->reach[b] = most;
		s->scale[b] = s->skipped[b] ? 0 : most / (float)highest_level(s);
		if (s->skipped[b])
			TRACE(t, SCALE_SKIPPED, .sub = (unsigned)b, V(most, s->rules->nothing, 0));
		else
			TRACE(t, START_LARGEST, .sub = (unsigned)b, V(most));
		skipped += s->skipped[b];
	}
	trace_say(t, "start: the guesses go around the largest magnitude of each sub-block; %d of %d are empty and skipped",
		  skipped, subs_of(s));
}

static unsigned digits_alone(const struct iq_signed *s, const float *size, float inverse)
{
	unsigned key = 0;

	for (int j = s->f->grid->dim; j--;) {
		int digit = clamp_int(round_even(0.5f * (inverse * size[j] - 1)), 0, s->f->grid->digits - 1);

		key = key << s->f->grid->digit_bits | (unsigned)digit;
	}
	return key;
}

/* The groups `which` of a sub-block: nearest levels, then an entry. Gives back those that were off the grid. */
static uint8_t choose(const struct iq_signed *s, int b, unsigned which, float inverse, float scale, uint8_t *digit)
{
	const struct grid *grid = s->f->grid;
	uint8_t off = 0;

	for (int g = 0; g < groups_of(s); g++, digit += grid->dim) {
		int at = b * s->f->sub_len + g * grid->dim, entry;
		struct grid_costs costs;
		unsigned key;

		if (!(which >> g & 1))
			continue;
		key = digits_alone(s, s->size + at, inverse);
		entry = grid_find(grid, key);
		if (entry < 0) {
			off |= (uint8_t)(1 << g);
			grid_costs(grid, s->size + at, s->root + at, scale, levels, &costs);
			entry = grid_nearest(grid, key, &costs);
		}
		for (int j = 0; j < grid->dim; j++)
			digit[j] = (uint8_t)grid_digit(grid, entry, j);
	}
	return off;
}

/* The scale that fits these digits best is a / b, and a^2 / b is how much of the weights it explains. */
struct fit { float a, b; };

static struct fit fit_to(const struct iq_signed *s, int b, const uint8_t *digit)
{
	const float *w = s->w + b * s->f->sub_len, *v = s->size + b * s->f->sub_len;
	struct fit f = { 0, 0 };

	for (int i = 0; i < s->f->sub_len; i++) {
		float q = levels[digit[i]];

		f.a += w[i] * v[i] * q;
		f.b += w[i] * q * q;
	}
	return f;
}

static double cost_of(const struct iq_signed *s, int b, const uint8_t *digit, float scale)
{
	const float *w = s->w + b * s->f->sub_len, *v = s->size + b * s->f->sub_len;
	double sum = 0;

	for (int i = 0; i < s->f->sub_len; i++) {
		double e = (double)scale * (double)levels[digit[i]] - (double)v[i];

		sum += (double)w[i] * e * e;
	}
	return sum;
}

static void sweep_sub(struct iq_signed *s, int b, struct trace *t)
{
	const struct iq_rules *r = s->rules;
	uint8_t *kept = s->digit + b * s->f->sub_len, all = (uint8_t)((1 << groups_of(s)) - 1);
	float best = 0;

	memset(kept, 0, (size_t)s->f->sub_len);
	s->off[b] = r->starts_off_grid ? all : 0;
	s->inverse[b] = 0;
	for (int shift = -r->shifts; shift <= r->shifts; shift++) {
		float inverse = ((float)highest_level(s) + (float)shift * r->by) / s->reach[b];
		uint8_t digit[IQ_SUB_MAX], off = choose(s, b, all, inverse, 1 / inverse, digit);
		struct fit f = fit_to(s, b, digit);
		bool better = f.b > 0 && f.a * f.a > best * f.b;

		if (t) {
			float scale = f.b > 0 ? f.a / f.b : 0;

			TRACE(t, TRY_GRID, .sub = (unsigned)b, .weight = (unsigned)(shift + r->shifts), .flags = better ? TRACE_BEST : 0,
			      V(shift, inverse, f.a, f.b, scale, cost_of(s, b, digit, scale)));
		}
		if (!better)
			continue;
		s->scale[b] = f.a / f.b;
		best = s->scale[b] * f.a;
		s->inverse[b] = inverse;
		s->off[b] = off;
		memcpy(kept, digit, (size_t)s->f->sub_len);
	}
}

static void sweep(struct iq_signed *s, struct trace *t)
{
	int tried = 2 * s->rules->shifts + 1;

	trace_step(t, "search", "scales");
	trace_say(t, "search: %d scales a sub-block; for each the nearest entries, then the scale fitted to them", tried);
	for (int b = 0; b < subs_of(s); b++) {
		if (s->skipped[b])
			continue;
		sweep_sub(s, b, t);
		if (s->inverse[b] != 0)
			TRACE(t, SCALE_FOUND, .sub = (unsigned)b, V(tried, s->scale[b]));
		else
			TRACE(t, SCALE_GUESSED, .sub = (unsigned)b, V(tried, s->scale[b]));
	}
}

/* How a group came to its entry, when its digits were chosen with this scale. */
static void tell_group(const struct iq_signed *s, int b, int g, float inverse, float scale, struct trace *t)
{
	const struct grid *grid = s->f->grid;
	int at = b * s->f->sub_len + g * grid->dim;
	unsigned key = digits_alone(s, s->size + at, inverse);
	struct iq_match m = { s->size + at, s->root + at, levels, scale };

	for (int j = 0; j < grid->dim; j++) {
		float place = 0.5f * (inverse * s->size[at + j] - 1);

		TRACE(t, CODE_LEVEL, .weight = (unsigned)(at + j), .flags = trace_rounding(place, 0, grid->digits - 1),
		      V(inverse, s->size[at + j], place, grid->digits - 1, key_digit(grid, key, j)));
	}
	iq_tell_entry(s->f, at / grid->dim, key, &m, t);
	for (int j = 0; j < grid->dim; j++)
		if (s->digit[at + j] != key_digit(grid, key, j))
			TRACE(t, CODE_DRAWN, .weight = (unsigned)(at + j), V(key_digit(grid, key, j), s->digit[at + j]));
}

static void nearest(struct iq_signed *s, struct trace *t)
{
	int off = 0, all = (1 << groups_of(s)) - 1;

	trace_step(t, "nearest", "match");
	for (int b = 0; b < subs_of(s); b++) {
		float scale = s->scale[b];

		s->again[b] = 0;
		if (s->skipped[b])
			continue;
		if (scale > 0)
			s->again[b] = (uint8_t)(s->rules->again == IQ_AGAIN_ALL ? all :
						s->rules->again == IQ_AGAIN_ALL_IF_OFF && s->off[b] ? all : s->off[b]);
		if (s->again[b])
			choose(s, b, s->again[b], 1 / scale, scale, s->digit + b * s->f->sub_len);
		for (int g = 0; t && g < groups_of(s); g++) {
			if (s->again[b] >> g & 1)
				tell_group(s, b, g, 1 / scale, scale, t);
			else if (s->inverse[b] != 0)
				tell_group(s, b, g, s->inverse[b], 1 / s->inverse[b], t);
			else
				TRACE(t, ENTRY_NONE, .sub = (unsigned)(b * groups_of(s) + g), V(0));
		}
		off += __builtin_popcount(s->off[b]);
	}
	trace_say(t, "nearest: %d of %d groups lie on no point of the codebook and take the neighbour with the least weighted distance",
		  off, IQ_LEN / s->f->grid->dim);
}

static void refit(struct iq_signed *s, struct trace *t)
{
	trace_step(t, "refit", "scales");
	trace_say(t, "refit: the scale of each sub-block, fitted once more to the entries it ended with");
	for (int b = 0; b < subs_of(s); b++) {
		struct fit f;

		if (s->again[b]) {
			f = fit_to(s, b, s->digit + b * s->f->sub_len);
			if (f.b > 0) {
				s->scale[b] = f.a / f.b;
				TRACE(t, SCALE_REFIT, .sub = (unsigned)b, V(f.a, f.b, s->scale[b]));
			}
		}
		if (s->scale[b] < 0) {		/* a large weight with a turned sign can do that */
			TRACE(t, SCALE_TURNED, .sub = (unsigned)b, V(s->scale[b], -s->scale[b]));
			s->scale[b] = -s->scale[b];
			s->complemented[b] = true;
			for (int i = 0; i < s->f->sub_len / 8; i++)
				s->minus[b * s->f->sub_len / 8 + i] ^= 0xFF;		/* an even number stays even */
		}
	}
}

/* ---- storing ---- */

static void scales(struct iq_signed *s, unsigned char *block, struct trace *t)
{
	float most = 0, unit, inverse = 0, d;

	for (int b = 0; b < subs_of(s); b++)
		most = most > s->scale[b] ? most : s->scale[b];
	trace_step(t, "scales", "tree");
	if (most == 0) {
		trace_say(t, "scales: all are 0, so d is 0%s", s->rules->zero_wipes ? " and so is the whole block" : "");
		iq_tell(t, (struct trace_event){ .kind = TRACE_D_NONE, V(0) }, s->f->d, TRACE_SPANS);
	} else {
		unit = most / 31;
		inverse = 1 / unit;
		d = iq_put_d(s->f, block, unit * s->rules->fudge);
		trace_say(t, "scales: the largest becomes 31 d; each is then (2 sc + 1) d with 4 bits for sc");
		if (s->rules->fudge == 1)
			iq_tell(t, (struct trace_event){ .kind = TRACE_D_LARGEST, V(most, 31, d) }, s->f->d, TRACE_SPANS);
		else
			iq_tell(t, (struct trace_event){ .kind = TRACE_D_ENLARGED, V(most, 31, s->rules->fudge, d) },
				s->f->d, TRACE_SPANS);
	}
	for (int b = 0; b < subs_of(s); b++) {
		struct iq_place p = s->f->place(b * s->f->sub_len / 8);

		if (most == 0) {
			s->skipped[b] |= s->rules->zero_wipes;
			s->sc[b] = 0;
			iq_tell(t, (struct trace_event){ .kind = TRACE_SC_NONE, .sub = (unsigned)b, V(0) }, &p.sc, 1);
		} else {
			float place = 0.5f * (inverse * s->scale[b] - 1);

			s->sc[b] = clamp_int(round_even(place), 0, 15);
			iq_put(block, &p.sc, 1, (unsigned)s->sc[b]);
			iq_tell(t, (struct trace_event){ .kind = TRACE_SC_ODD, .sub = (unsigned)b, .flags = trace_rounding(place, 0, 15),
				V(inverse, s->scale[b], place, 15, s->sc[b]) }, &p.sc, 1);
		}
	}
}

/*
 * Where low index bits and signs of a sub-block go: to its place, but where sub-blocks close up, a skipped one does not take its
 * place and the next one gets it. What is left at the end stays zero; here it counts as those of the skipped ones. Gives back
 * whether anything moved.
 */
static bool find_slots(struct iq_signed *s)
{
	bool moved = false;
	int next = 0;

	for (int b = 0; b < subs_of(s); b++)
		if (!s->skipped[b] || !s->rules->closes_up)
			s->slot[b] = s->rules->closes_up ? next++ : b;
	for (int b = 0; b < subs_of(s); b++)
		if (s->skipped[b] && s->rules->closes_up)
			s->slot[b] = next++;
	for (int b = 0; b < subs_of(s); b++)
		moved |= s->slot[b] != b && !s->skipped[b];
	return moved;
}

/* One bit each, with the reason it has. */
static void tell_signs(const struct iq_signed *s, int i, const struct span *at, struct trace *t)
{
	bool skipped = s->skipped[8 * i / s->f->sub_len], complemented = s->complemented[8 * i / s->f->sub_len];

	for (int j = 0; t && j < at->bits; j++) {
		unsigned weight = (unsigned)(8 * i + j), bit = s->minus[i] >> j & 1u;

		if (skipped)
			TRACE(t, SIGN_NONE, .weight = weight, V(0), BITS(at->bit + (unsigned)j, 1));
		else if (complemented)
			TRACE(t, SIGN_COMPLEMENTED, .weight = weight, V(!bit, bit), BITS(at->bit + (unsigned)j, 1));
		else if (s->turned[i] == j)
			TRACE(t, SIGN_TURNED, .weight = weight, V(__builtin_popcount(s->minus[i]) + (bit ? -1 : 1), s->x[weight],
			      s->w[weight], s->w[weight] * s->x[weight] * s->x[weight], bit), BITS(at->bit + (unsigned)j, 1));
		else
			TRACE(t, SIGN_FOLDED, .weight = weight, V(s->x[weight], bit), BITS(at->bit + (unsigned)j, 1));
	}
}

static void pack(struct iq_signed *s, unsigned char *block, struct trace *t)
{
	const struct grid *grid = s->f->grid;
	int groups = 8 / grid->dim;
	struct iq_place any = s->f->place(0);
	bool moved = find_slots(s);

	trace_step(t, "pack", "block");
	trace_say(t, "pack: %d bits for each index, %d for the signs of eight weights%s", any.index[0][0].bits + any.index[0][1].bits,
		  any.signs.bits, moved ? "; behind an empty sub-block low bits and signs land one sub-block too early" : "");
	for (int i = 0; i < IQ_EIGHTS; i++) {
		int sub = 8 * i / s->f->sub_len, eights = s->f->sub_len / 8;
		struct iq_place p = s->f->place(i), low = s->f->place(s->slot[sub] * eights + i % eights);

		for (int g = 0; g < groups; g++) {
			struct trace_event e = { .kind = TRACE_INDEX_NOTHING, .sub = (unsigned)(i * groups + g),
						 .weight = (unsigned)(8 * i + g * grid->dim), V(0) };

			p.index[g][0] = low.index[g][0];
			if (!s->skipped[sub]) {
				unsigned key = 0;

				for (int j = grid->dim; j--;)
					key = key << grid->digit_bits | s->digit[8 * i + g * grid->dim + j];
				e.kind = TRACE_INDEX_STORED;
				e.v[0] = grid_find(grid, key);
				iq_put(block, p.index[g], 2, (unsigned)e.v[0]);
			}
			iq_tell(t, e, p.index[g], 2);
		}
		if (!s->skipped[sub])
			iq_put(block, &low.signs, 1, s->minus[i]);
		tell_signs(s, i, &low.signs, t);
	}
}

void iq_signed_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		      struct trace *trace)
{
	const struct iq_format *f = c->own;

	for (size_t k = 0; k < n / IQ_LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		struct iq_signed s = { .f = f, .rules = f->rules, .x = x + k * IQ_LEN };

		memset(blocks, 0, c->block_bytes);
		fold(&s, o->importance ? o->importance + k * IQ_LEN : NULL, t);
		f->rules->start(&s, t);		/* where to look for the scale */
		sweep(&s, t);			/* some guesses around that */
		nearest(&s, t);			/* entries once more, with the scale that won */
		refit(&s, t);			/* and the scale, to these entries */
		scales(&s, blocks, t);
		pack(&s, blocks, t);
	}
}

bool iq_signed_takes(const struct codec *c, const float *x, const float *importance)
{
	const struct iq_format *f = c->own;

	return iq_takes(&f->rules->weighing, x, importance, levels[f->grid->digits - 1]);
}
