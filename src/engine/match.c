/* match.c - see match.h */
#include "engine/match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codecs/iq1.h"
#include "engine/codecs/iq_signed.h"

size_t match_len(const struct codec *c)
{
	return c->flags & CODEC_VECTOR_CODEBOOK ? (size_t)((const struct iq_format *)c->own)->grid->dim : 0;
}

static bool begin(struct match *m, const struct codec *c, struct error *err)
{
	const struct iq_format *f = c->own;

	memset(m, 0, sizeof *m);
	if (!match_len(c)) {
		error_set(err, ERR_CODEC, "%s has no vector codebook: each of its codes stands for one weight", c->name);
		return error_hint(err, "codec", "line %s x  shows which code each weight takes", c->name);
	}
	m->codec = c;
	m->len = f->grid->dim;
	m->entries = f->grid->entries;
	m->stored = -1;
	m->candidate = calloc((size_t)m->entries, sizeof *m->candidate);
	return m->candidate || error_memory(err, "the entries of a codebook");
}

/* ---- measuring ---- */

static void measure(struct match *m)
{
	const struct iq_format *f = m->codec->own;

	for (int i = 0; i < m->entries; i++) {
		struct match_candidate *c = &m->candidate[i];
		double apart = 0, along = 0, of_entry = 0, of_group = 0;

		memset(c, 0, sizeof *c);
		c->entry = i;
		c->stored = i == m->stored;
		for (int j = 0; j < m->len; j++) {
			double level, target = (double)m->target[j], e;

			c->level[j] = (float)f->grid->level[grid_digit(f->grid, i, j)] + m->shift;
			level = (double)c->level[j];
			e = (double)m->scale * level - target;
			apart += e * e;
			c->weighted += (double)m->weight[j] * e * e;
			along += level * target;
			of_entry += level * level;
			of_group += target * target;
		}
		c->distance = sqrt(apart);
		c->cosine = of_group > 0 ? along / sqrt(of_entry * of_group) : 0;
	}
}

static double key_of(const struct match_candidate *c, enum match_by by)
{
	double v = by == MATCH_DISTANCE ? c->distance : by == MATCH_WEIGHTED ? c->weighted : -c->cosine;

	return isnan(v) ? INFINITY : v;		/* hostile blocks have such scales */
}

static int order(const struct match_candidate *a, const struct match_candidate *b, enum match_by by)
{
	double p = key_of(a, by), q = key_of(b, by);

	return p < q ? -1 : p > q ? 1 : a->entry - b->entry;
}

static int by_distance(const void *a, const void *b) { return order(a, b, MATCH_DISTANCE); }
static int by_weighted(const void *a, const void *b) { return order(a, b, MATCH_WEIGHTED); }
static int by_cosine(const void *a, const void *b) { return order(a, b, MATCH_COSINE); }

void match_sort(struct match *m, enum match_by by)
{
	static int (*const orders[])(const void *, const void *) = { by_distance, by_weighted, by_cosine };

	qsort(m->candidate, (size_t)m->entries, sizeof *m->candidate, orders[by]);
}

static void rank(struct match *m)
{
	for (enum match_by by = 0; by < MATCH_ORDERS; by++) {
		match_sort(m, by);
		for (int i = 0; i < m->entries; i++)
			m->candidate[i].rank[by] = i + 1;
	}
}

const struct match_candidate *match_find(const struct match *m, int entry)
{
	for (int i = 0; i < m->entries; i++)
		if (m->candidate[i].entry == entry)
			return &m->candidate[i];
	return NULL;
}

double match_crossing(const struct match *m, int entry, int other)
{
	const struct match_candidate *a = match_find(m, entry), *b = match_find(m, other);
	double along = 0, larger = 0, scale;

	if (!a || !b)
		return NAN;
	for (int j = 0; j < m->len; j++) {
		double p = (double)a->level[j], q = (double)b->level[j];

		along += (double)m->target[j] * (p - q);
		larger += p * p - q * q;
	}
	scale = 2 * along / larger;
	return scale > 0 && isfinite(scale) ? scale : NAN;
}

/* ---- groups of a block ---- */

/* The codec weighs distances between magnitudes with the root of what an error counts, and iq1 with that itself. */
static void weigh(struct match *m, const float *x, const float *importance, size_t first)
{
	const struct iq_format *f = m->codec->own;
	float w[IQ_LEN], flat[IQ_LEN];

	for (int i = 0; i < IQ_LEN; i++)
		flat[i] = 1;
	if (!importance && (m->codec->flags & CODEC_NEEDS_IMPORTANCE))
		importance = flat;
	iq_weigh(f->iq1 ? &f->iq1->weighing : &f->rules->weighing, x, importance, w, NULL);
	for (int j = 0; j < m->len; j++)
		m->weight[j] = f->iq1 ? w[first + (size_t)j] : sqrtf(w[first + (size_t)j]);
}

bool match_group(struct match *m, const struct codec *c, const unsigned char *block, const float *x, const float *importance,
		 size_t group, enum match_by by, struct error *err)
{
	const struct iq_format *f = c->own;
	float back[IQ_LEN];
	struct iq_eight e;
	size_t first;

	if (!begin(m, c, err))
		return false;
	if (group >= (size_t)(IQ_LEN / m->len)) {
		match_drop(m);
		error_set(err, ERR_ARGUMENT, "there is no group %zu", group);
		return error_hint(err, "group", "groups of %s count from 0 to %d in a block", c->name, IQ_LEN / f->grid->dim - 1);
	}
	first = group * (size_t)m->len;
	c->decode(c, block, IQ_LEN, back, NULL);
	if (!x)
		x = back;
	weigh(m, x, importance, first);
	e = iq_read(f, block, (int)(first / 8));
	m->group = group;
	m->sub = first / (size_t)f->sub_len;
	m->scale = iq_scale(f, iq_read_d(f, block), e.sc);
	m->shift = e.shift;
	m->stored = e.entry[first % 8 / (size_t)m->len];
	for (int j = 0; j < m->len; j++) {
		float v = x[first + (size_t)j];

		m->x[j] = v;
		m->back[j] = back[first + (size_t)j];
		m->minus[j] = e.minus >> (first % 8 + (size_t)j) & 1;
		m->turned[j] = !f->iq1 && m->minus[j] != (v < 0);
		m->target[j] = m->minus[j] ? -v : v;
	}
	measure(m);
	rank(m);
	match_sort(m, by);
	return true;
}

/* ---- groups alone ---- */

/* Signs away, and the cheapest turned if an odd number of them cannot be stored. Groups of 4 share their signs with another; alone
 * they need no mending. */
static void fold(struct match *m, const float *w)
{
	const struct iq_format *f = m->codec->own;
	int count = 0, cheapest = 0;

	for (int j = 0; j < m->len; j++) {
		m->minus[j] = m->x[j] < 0;
		m->target[j] = fabsf(m->x[j]);
		count += m->minus[j];
		if (w[j] * m->x[j] * m->x[j] < w[cheapest] * m->x[cheapest] * m->x[cheapest])
			cheapest = j;
	}
	if (count % 2 == 0 || !f->rules->even_signs || m->len < 8)
		return;
	m->minus[cheapest] ^= true;
	m->turned[cheapest] = true;
	m->target[cheapest] = -m->target[cheapest];
}

/* With the scale given, or the one that serves the entry of the same direction best. */
static void measure_alone(struct match *m, float scale, float shift)
{
	double along = 0, of_entry = 0;

	m->scale = scale;
	m->shift = shift;
	measure(m);
	if (scale != 0)
		return;
	match_sort(m, MATCH_COSINE);
	for (int j = 0; j < m->len; j++) {
		along += (double)m->candidate[0].level[j] * (double)m->target[j];
		of_entry += (double)m->candidate[0].level[j] * (double)m->candidate[0].level[j];
	}
	m->scale = (float)(along / of_entry);
	measure(m);
}

bool match_values(struct match *m, const struct codec *c, const float *x, const float *importance, float scale, enum match_by by,
		  struct error *err)
{
	const struct iq_format *f = c->own;
	float block[IQ_LEN] = { 0 }, wide[IQ_LEN];

	if (!begin(m, c, err))
		return false;
	/* Importance is weighed with the mean square of a block; here of one that repeats the group. */
	for (int i = 0; i < IQ_LEN; i++) {
		block[i] = x[i % m->len];
		wide[i] = importance ? importance[i % m->len] : 1;
	}
	weigh(m, block, importance ? wide : NULL, 0);
	memcpy(m->x, x, (size_t)m->len * sizeof *x);
	if (!f->iq1) {
		float w[MATCH_MAX];

		for (int j = 0; j < m->len; j++)
			w[j] = m->weight[j] * m->weight[j];
		fold(m, w);
		measure_alone(m, scale, 0);
	} else {
		double up;

		memcpy(m->target, x, (size_t)m->len * sizeof *x);
		measure_alone(m, scale, 0.125f);
		match_sort(m, MATCH_DISTANCE);
		up = m->candidate[0].distance;
		measure_alone(m, scale, -0.125f);
		match_sort(m, MATCH_DISTANCE);
		if (up <= m->candidate[0].distance)
			measure_alone(m, scale, 0.125f);
	}
	rank(m);
	match_sort(m, by);
	return true;
}

void match_drop(struct match *m)
{
	if (!m)
		return;
	free(m->candidate);
	m->candidate = NULL;
}
