/* iq1.c - see iq1.h */
#include "engine/codecs/iq1.h"

#include <math.h>
#include <string.h>

#include "base/half.h"

const float iq1_levels[2][3] = { { -0.875f, 0.125f, 1.125f }, { -1.125f, -0.125f, 0.875f } };

static int subs_of(const struct iq1 *s) { return IQ_LEN / s->f->sub_len; }

/* ---- sort and cut ---- */

/* Stable: equal weights keep their order, and 0 and -0 are equal. */
static void sort(struct iq1 *s, struct trace *t)
{
	int n = s->f->sub_len, skipped = 0;

	trace_step(t, "sort", "bars");
	for (int b = 0; b < subs_of(s); b++) {
		const float *x = s->x + b * n;
		uint8_t *order = s->order + b * n;
		float most = 0;

		for (int i = 0; i < n; i++) {
			int j = i;

			for (; j > 0 && x[order[j - 1]] > x[i]; j--)
				order[j] = order[j - 1];
			order[j] = (uint8_t)i;
			most = most > fabsf(x[i]) ? most : fabsf(x[i]);
		}
		s->skipped[b] = most < s->rules->nothing;
		skipped += s->skipped[b];
		if (s->skipped[b])
			TRACE(t, SCALE_SKIPPED, .sub = (unsigned)b, V(most, s->rules->nothing, 0));
		else
			for (int j = 0; j < n; j++)
				TRACE(t, RANK, .weight = (unsigned)(b * n + order[j]), V(x[order[j]], j));
	}
	trace_say(t, "sort: each sub-block by size, lowest first; %d of %d are empty and skipped", skipped, subs_of(s));
}

double iq1_cost(const struct iq1 *s, int b, int first, int second, const bool *down, float scale)
{
	double sum = 0;

	for (int j = 0; j < s->f->sub_len; j++) {
		int i = s->order[b * s->f->sub_len + j], at = b * s->f->sub_len + i;
		double e = (double)s->x[at] - (double)scale * (double)iq1_levels[down[i / 8]][(j >= first) + (j >= second)];

		sum += (double)s->w[at] * e * e;
	}
	return sum;
}

void iq1_cut(struct iq1 *s, int b, int first, int second, float scale, struct trace *t)
{
	int n = s->f->sub_len;
	bool mirrored = scale < 0;

	TRACE(t, SCALE_FOUND, .sub = (unsigned)b, V(s->rules->tried, scale));
	for (int j = 0; j < n; j++) {
		int at = b * n + s->order[b * n + j], digit = (j >= first) + (j >= second);

		TRACE(t, CODE_CUT, .weight = (unsigned)at, V(j, first, second, digit));
		s->digit[at] = (uint8_t)(mirrored ? 2 - digit : digit);
		if (mirrored)
			TRACE(t, CODE_MIRRORED, .weight = (unsigned)at, V(digit, 2 - digit));
	}
	s->scale[b] = mirrored ? -scale : scale;
	if (!mirrored)
		return;
	TRACE(t, SCALE_MIRRORED, .sub = (unsigned)b, V(scale, -scale));
	for (int i = 0; i < n / 8; i++)
		s->down[b * n / 8 + i] ^= true;
}

static void split(struct iq1 *s, struct trace *t)
{
	trace_step(t, "search", "scales");
	trace_say(t, "search: every pair of cuts with every shift, %d candidates a sub-block, each with the scale that fits it",
		  s->rules->tried);
	for (int b = 0; b < subs_of(s); b++) {
		if (s->skipped[b])
			continue;
		s->skipped[b] = !s->rules->split(s, b, t);
		if (s->skipped[b])
			TRACE(t, SCALE_COUNTLESS, .sub = (unsigned)b, V(0));
	}
}

/* ---- draw to the codebook ---- */

static void nearest(struct iq1 *s, struct trace *t)
{
	const struct grid *grid = s->f->grid;
	int off = 0;

	trace_step(t, "nearest", "match");
	for (int g = 0; g < IQ_EIGHTS; g++) {
		int b = 8 * g / s->f->sub_len;
		const float *x = s->x + 8 * g, *w = s->w + 8 * g, *level = iq1_levels[s->down[g]];
		struct iq_match m = { x, w, level, s->scale[b] };
		struct grid_costs costs;
		unsigned key = 0;

		if (s->skipped[b])
			continue;
		for (int j = 8; j--;)
			key = key << 2 | s->digit[8 * g + j];
		s->entry[g] = grid_find(grid, key);
		if (s->entry[g] < 0) {
			grid_costs(grid, x, w, s->scale[b], level, &costs);
			s->entry[g] = grid_nearest(grid, key, &costs);
			s->off[b] = true;
			off++;
		}
		iq_tell_entry(s->f, g, key, &m, t);
		for (int j = 0; j < 8; j++) {
			int digit = grid_digit(grid, s->entry[g], j);

			if (digit != s->digit[8 * g + j])
				TRACE(t, CODE_DRAWN, .weight = (unsigned)(8 * g + j), V(s->digit[8 * g + j], digit));
			s->digit[8 * g + j] = (uint8_t)digit;
		}
	}
	trace_say(t, "nearest: %d of 32 groups lie on no point of the codebook and take the neighbour with the least weighted distance",
		  off);
}

static void refit(struct iq1 *s, struct trace *t)
{
	int n = s->f->sub_len;

	trace_step(t, "refit", "scales");
	trace_say(t, "refit: where a group moved, the scale is fitted once more to the entries");
	for (int b = 0; b < subs_of(s); b++) {
		float p = 0, q = 0;

		if (!s->off[b])
			continue;
		for (int i = b * n; i < (b + 1) * n; i++) {
			float level = iq1_levels[s->down[i / 8]][s->digit[i]];

			p += s->w[i] * level * s->x[i];
			q += s->w[i] * level * level;
		}
		if (!(p > 0 && q > 0))
			continue;
		s->scale[b] = p / q;
		TRACE(t, SCALE_REFIT, .sub = (unsigned)b, V(p, q, s->scale[b]));
	}
}

/* ---- storing ---- */

/* The d that fits all entries and scale codes best. Skipped sub-blocks take part with what their zeros decode to. */
static void fit_d(const struct iq1 *s, float *p, float *q)
{
	for (int i = 0; i < IQ_LEN; i++) {
		float level = iq1_levels[s->down[i / 8]][s->digit[i]] * (float)(2 * s->sc[i / s->f->sub_len] + 1);

		*p += s->w[i] * level * s->x[i];
		*q += s->w[i] * level * level;
	}
}

static void store_d(const struct iq1 *s, unsigned char *block, float most, struct trace *t)
{
	float p = 0, q = 0, fudge = s->rules->fudge, d;

	if (s->rules->fits_d)
		fit_d(s, &p, &q);
	if (q > 0) {
		d = iq_put_d(s->f, block, p / q * fudge);
		iq_tell(t, (struct trace_event){ .kind = TRACE_D_REFIT, V(p, q, fudge, d) }, s->f->d, TRACE_SPANS);
	} else {
		d = iq_put_d(s->f, block, most / 15 * fudge);
		iq_tell(t, (struct trace_event){ .kind = TRACE_D_ENLARGED, V(most, 15, fudge, d) }, s->f->d, TRACE_SPANS);
	}
}

static void scales(struct iq1 *s, unsigned char *block, struct trace *t)
{
	float most = 0, inverse;

	for (int b = 0; b < subs_of(s); b++)
		most = most > s->scale[b] ? most : s->scale[b];
	inverse = 1 / (most / 15);
	trace_step(t, "scales", "tree");
	for (int b = 0; b < subs_of(s); b++) {
		struct iq_place p = s->f->place(b * s->f->sub_len / 8);
		float place = 0.5f * (inverse * s->scale[b] - 1);

		if (most == 0) {
			iq_tell(t, (struct trace_event){ .kind = TRACE_SC_NONE, .sub = (unsigned)b, V(0) }, &p.sc, 1);
			continue;
		}
		s->sc[b] = clamp_int(round_even(place), 0, 7);
		iq_put(block, &p.sc, 1, (unsigned)s->sc[b]);
		iq_tell(t, (struct trace_event){ .kind = TRACE_SC_ODD, .sub = (unsigned)b, .flags = trace_rounding(place, 0, 7),
			V(inverse, s->scale[b], place, 7, s->sc[b]) }, &p.sc, 1);
	}
	if (most == 0) {
		memset(s->down, 0, sizeof s->down);
		trace_say(t, "scales: all are 0, so d is 0 and no shift is written");
		iq_tell(t, (struct trace_event){ .kind = TRACE_D_NONE, V(0) }, s->f->d, TRACE_SPANS);
		return;
	}
	trace_say(t, "scales: the largest becomes 15 d; each is then (2 sc + 1) d with 3 bits for sc%s",
		  s->rules->fits_d ? "; then d is fitted to all 256 weights" : "");
	store_d(s, block, most, t);
}

static void pack(const struct iq1 *s, unsigned char *block, struct trace *t)
{
	unsigned shifts = 0;

	trace_step(t, "pack", "block");
	trace_say(t, "pack: 11 bits for each index, and a bit for each shift");
	for (int i = 0; i < IQ_EIGHTS; i++) {
		struct iq_place p = s->f->place(i);
		bool skipped = s->skipped[8 * i / s->f->sub_len];

		iq_put(block, p.index[0], 2, (unsigned)s->entry[i]);
		iq_tell(t, (struct trace_event){ .kind = skipped ? TRACE_INDEX_NOTHING : TRACE_INDEX_STORED, .sub = (unsigned)i,
			.weight = (unsigned)(8 * i), V(s->entry[i]) }, p.index[0], 2);
		if (i > 0 && s->f->place(i - 1).shift.bit == p.shift.bit)
			continue;		/* shared with the eight before */
		iq_put(block, &p.shift, 1, s->down[i]);
		iq_tell(t, (struct trace_event){ .kind = TRACE_SHIFT, .sub = shifts++, V(s->down[i], s->down[i] ? -0.125 : 0.125) },
			&p.shift, 1);
	}
}

void iq1_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		struct trace *trace)
{
	const struct iq_format *f = c->own;

	for (size_t k = 0; k < n / IQ_LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		struct iq1 s = { .f = f, .rules = f->iq1, .x = x + k * IQ_LEN };

		memset(blocks, 0, c->block_bytes);
		iq_weigh(&s.rules->weighing, s.x, o->importance ? o->importance + k * IQ_LEN : NULL, s.w, t);
		sort(&s, t);
		split(&s, t);			/* levels, shifts and scale */
		nearest(&s, t);			/* eight levels at a time become an entry */
		refit(&s, t);			/* and the scale, to these entries */
		scales(&s, blocks, t);
		pack(&s, blocks, t);
	}
}

bool iq1_takes(const struct codec *c, const float *x, const float *importance)
{
	const struct iq_format *f = c->own;

	return iq_takes(&f->iq1->weighing, x, importance, 1.125f * 15);
}
