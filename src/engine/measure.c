/* measure.c - see measure.h */
#include "engine/measure.h"

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "base/pool.h"
#include "engine/encode.h"

/* Weights are taken in slices of this many, whatever the number of threads; each slice has its own sums. */
enum { SLICE = 1 << 13 };

static size_t slices_of(size_t count) { return (count + SLICE - 1) / SLICE; }

static bool stopped(struct error *err)
{
	return error_set(err, ERR_CANCELLED, "stopped while measuring");
}

static void rows_done(struct job *job, size_t slice, size_t count, size_t cols)
{
	size_t first = slice * SLICE, end = count - first < SLICE ? count : first + SLICE;

	job_step(job, end / cols - first / cols);
}

/* ---- what was lost ---- */

struct loss_sums {
	size_t count, max_at;
	double ee, xx, yy, xy, e, max, wee, w;
};

struct loss_work {
	const struct tensor *blocks, *x;
	size_t padding;
	const float *importance;
	const size_t *skip;
	size_t n_skip;
	struct job *job;
	struct loss_sums *sums;
};

static bool skipped(const struct loss_work *w, size_t at)
{
	for (size_t i = 0; i < w->n_skip; i++)
		if (w->skip[i] == at)
			return true;
	return false;
}

/* What comes back as no number is the largest error there can be, not none. */
static bool is_larger(double a, double b) { return a > b || (isnan(a) && !isnan(b)); }

static void add_weight(struct loss_sums *s, size_t at, double x, double y, double importance)
{
	double e = y - x;

	s->count++;
	s->ee += e * e;
	s->xx += x * x;
	s->yy += y * y;
	s->xy += x * y;
	s->e += e;
	s->wee += importance * e * e;
	s->w += importance;
	if (is_larger(fabs(e), s->max)) {
		s->max = fabs(e);
		s->max_at = at;
	}
}

static void loss_slice(void *arg, size_t slice)
{
	struct loss_work *w = arg;
	size_t cols = w->x->cols, count = tensor_count(w->x), at = slice * SLICE;
	size_t end = count - at < SLICE ? count : at + SLICE;
	float x[SLICE], y[SLICE];

	while (at < end && !job_stopped(w->job)) {
		size_t row = at / cols, col = at % cols, n = cols - col;

		n = n < end - at ? n : end - at;
		tensor_read(w->x, at, n, x);
		tensor_read(w->blocks, row * (cols + w->padding) + col, n, y);
		for (size_t i = 0; i < n; i++)
			if (!skipped(w, at + i))
				add_weight(&w->sums[slice], at + i, x[i], y[i], w->importance ? w->importance[col + i] : 0);
		at += n;
	}
	tensor_passed(w->x, slice * SLICE, end - slice * SLICE);
	tensor_passed(w->blocks, slice * SLICE, end - slice * SLICE);	/* those with padding are ours, and no file's */
	rows_done(w->job, slice, count, cols);
}

static void loss_total(const struct loss_sums *slice, size_t slices, bool weighted, struct loss *out)
{
	struct loss_sums all = { 0 };
	double n, rms;

	for (size_t i = 0; i < slices; i++) {
		const struct loss_sums *s = &slice[i];

		all.count += s->count;
		all.ee += s->ee;
		all.xx += s->xx;
		all.yy += s->yy;
		all.xy += s->xy;
		all.e += s->e;
		all.wee += s->wee;
		all.w += s->w;
		if (is_larger(s->max, all.max)) {
			all.max = s->max;
			all.max_at = s->max_at;
		}
	}
	n = all.count ? (double)all.count : 1;
	rms = sqrt(all.xx / n);
	*out = (struct loss){
		.count = all.count, .mse = all.ee / n, .rmse = sqrt(all.ee / n), .max = all.max, .max_at = all.max_at, .bias = all.e / n,
		.snr = all.ee == 0 ? INFINITY : 10 * log10(all.xx / all.ee),
		.cosine = all.xx > 0 && all.yy > 0 ? all.xy / (sqrt(all.xx) * sqrt(all.yy)) : all.xx == all.yy ? 1 : 0,
		.weighted = weighted ? sqrt(all.w > 0 ? all.wee / all.w : 0) : NAN,
	};
	out->rel = out->rmse == 0 ? 0 : rms > 0 ? out->rmse / rms : INFINITY;
}

bool measure_loss(const struct tensor *blocks, const struct tensor *x, size_t padding, const float *importance,
		  const size_t *skip, size_t n_skip, struct job *job, struct loss *out, struct error *err)
{
	struct loss_work w = {
		.blocks = blocks, .x = x, .padding = padding, .importance = importance, .skip = skip, .n_skip = n_skip, .job = job,
	};
	size_t n = slices_of(tensor_count(x));
	bool ok;

	w.sums = calloc(n, sizeof *w.sums);
	if (!w.sums)
		return error_memory(err, "the sums of a measurement");
	ok = pool_for(job, n, false, loss_slice, &w) || stopped(err);
	if (ok)
		loss_total(w.sums, n, importance != NULL, out);
	free(w.sums);
	return ok;
}

/* ---- how weights are spread ---- */

/* Mean and sums of powers of the distance from it, of the finite values. */
struct moments {
	size_t n, nan, inf, zero, first_bad;
	double min, max, mean, m2, m3, m4;
};

struct spread_work {
	const struct tensor *t;
	struct job *job;
	bool count_rows;
	struct moments *moments;
	/* counting values by the bits of their order (see `order`): those that begin with `prefix` by their next 16 bits */
	atomic_size_t *bin;
	bool by_low;
	uint32_t prefix;
};

static size_t read_slice(const struct tensor *t, size_t slice, float *x)
{
	size_t at = slice * SLICE, n = tensor_count(t) - at;

	n = n < SLICE ? n : SLICE;
	tensor_read(t, at, n, x);
	tensor_passed(t, at, n);
	return n;
}

static struct moments no_moments(void)
{
	return (struct moments){ .min = INFINITY, .max = -INFINITY, .first_bad = SIZE_MAX };
}

static void moments_slice(void *arg, size_t slice)
{
	struct spread_work *w = arg;
	struct moments m = no_moments();
	float x[SLICE];
	size_t n = read_slice(w->t, slice, x);

	for (size_t i = 0; i < n; i++) {
		if (isfinite(x[i])) {
			m.n++;
			m.zero += x[i] == 0;
			m.min = fmin(m.min, x[i]);
			m.max = fmax(m.max, x[i]);
			m.mean += x[i];
			continue;
		}
		m.nan += isnan(x[i]) != 0;
		m.inf += isinf(x[i]) != 0;
		if (m.first_bad == SIZE_MAX)
			m.first_bad = slice * SLICE + i;
	}
	if (m.n)
		m.mean /= (double)m.n;
	for (size_t i = 0; i < n; i++) {
		double d = x[i] - m.mean, dd = d * d;

		if (!isfinite(x[i]))
			continue;
		m.m2 += dd;
		m.m3 += dd * d;
		m.m4 += dd * dd;
	}
	w->moments[slice] = m;
	if (w->count_rows)
		rows_done(w->job, slice, tensor_count(w->t), w->t->cols);
}

/* Two sets into one (Chan, Golub and LeVeque 1979; Pebay 2008). */
static void join(struct moments *a, const struct moments *b)
{
	double na = (double)a->n, nb = (double)b->n, n = na + nb, d = b->mean - a->mean, s = d / n;
	struct moments m = *a;

	m.nan += b->nan;
	m.inf += b->inf;
	m.zero += b->zero;
	m.n += b->n;
	m.min = fmin(a->min, b->min);
	m.max = fmax(a->max, b->max);
	m.first_bad = a->first_bad < b->first_bad ? a->first_bad : b->first_bad;
	if (b->n) {
		m.mean = a->mean + s * nb;
		m.m2 = a->m2 + b->m2 + d * s * na * nb;
		m.m3 = a->m3 + b->m3 + d * s * s * na * nb * (na - nb) + 3 * s * (na * b->m2 - nb * a->m2);
		m.m4 = a->m4 + b->m4 + d * s * s * s * na * nb * (na * na - na * nb + nb * nb) +
		       6 * s * s * (na * na * b->m2 + nb * nb * a->m2) + 4 * s * (na * b->m3 - nb * a->m3);
	}
	*a = m;
}

static bool moments_of(struct spread_work *w, struct moments *all, struct error *err)
{
	size_t n = slices_of(tensor_count(w->t));
	bool ok;

	*all = no_moments();
	w->moments = calloc(n, sizeof *w->moments);
	if (!w->moments)
		return error_memory(err, "the sums of a measurement");
	ok = pool_for(w->job, n, false, moments_slice, w) || stopped(err);
	for (size_t i = 0; i < n && ok; i++)
		join(all, &w->moments[i]);
	free(w->moments);
	return ok;
}

static void fill_range(const struct moments *m, size_t count, struct spread *out)
{
	double n = (double)m->n;

	*out = (struct spread){
		.count = count, .nan = m->nan, .inf = m->inf, .zero = m->zero, .first_bad = m->first_bad,
		.min = NAN, .max = NAN, .absmax = NAN, .mean = NAN, .sd = NAN, .kurtosis = NAN, .q01 = NAN, .q50 = NAN, .q99 = NAN,
	};
	if (m->n == 0)
		return;
	out->min = m->min;
	out->max = m->max;
	out->absmax = fmax(fabs(m->min), fabs(m->max));
	out->mean = m->mean;
	out->sd = sqrt(m->m2 / n);
	out->kurtosis = m->m2 > 0 ? n * m->m4 / (m->m2 * m->m2) - 3 : 0;
}

bool measure_range(const struct tensor *t, struct spread *out, struct error *err)
{
	struct spread_work w = { .t = t };
	struct moments all;

	if (!moments_of(&w, &all, err))
		return false;
	fill_range(&all, tensor_count(t), out);
	return true;
}

/* ---- quantiles: exact, without sorting or a copy, by counting the upper and then the lower 16 bits ---- */

enum { BINS = 1 << 16 };

/* Bits that are ordered as the floats are. */
static uint32_t order(float x)
{
	uint32_t u = float_bits(x);

	return u >> 31 ? ~u : u | 0x80000000u;
}

static float disorder(uint32_t u)
{
	return float_from_bits(u >> 31 ? u & 0x7FFFFFFFu : ~u);
}

static void count_slice(void *arg, size_t slice)
{
	struct spread_work *w = arg;
	float x[SLICE];
	size_t n = read_slice(w->t, slice, x);

	for (size_t i = 0; i < n; i++) {
		uint32_t u = order(x[i]);

		if (isfinite(x[i]) && (!w->by_low || u >> 16 == w->prefix))
			atomic_fetch_add_explicit(&w->bin[w->by_low ? u & 0xFFFF : u >> 16], 1, memory_order_relaxed);
	}
}

static bool count_bins(struct spread_work *w, struct error *err)
{
	memset((void *)w->bin, 0, BINS * sizeof *w->bin);
	return pool_for(w->job, slices_of(tensor_count(w->t)), false, count_slice, w) || stopped(err);
}

/* The bin that holds the rank-th value; *rank is then its place within the bin. */
static uint32_t bin_of(const struct spread_work *w, size_t *rank)
{
	uint32_t b = 0;

	while (*rank >= atomic_load_explicit(&w->bin[b], memory_order_relaxed))
		*rank -= atomic_load_explicit(&w->bin[b++], memory_order_relaxed);
	return b;
}

enum { RANKS = 6 };

/* The values of these ranks. A second pass for each upper half that occurs among them. */
static bool values_of_ranks(struct spread_work *w, size_t rank[RANKS], double value[RANKS], struct error *err)
{
	uint32_t upper[RANKS];
	bool have[RANKS] = { false };

	w->by_low = false;
	if (!count_bins(w, err))
		return false;
	for (int i = 0; i < RANKS; i++)
		upper[i] = bin_of(w, &rank[i]);
	w->by_low = true;
	for (int i = 0; i < RANKS; i++) {
		if (have[i])
			continue;
		w->prefix = upper[i];
		if (!count_bins(w, err))
			return false;
		for (int k = i; k < RANKS; k++)
			if (upper[k] == upper[i]) {
				value[k] = disorder(upper[k] << 16 | bin_of(w, &rank[k]));
				have[k] = true;
			}
	}
	return true;
}

bool measure_spread(const struct tensor *t, struct job *job, struct spread *out, struct error *err)
{
	static const double shares[] = { 0.01, 0.50, 0.99 };
	struct spread_work w = { .t = t, .job = job, .count_rows = true };
	double value[RANKS], *to[] = { &out->q01, &out->q50, &out->q99 };
	size_t rank[RANKS];
	struct moments all;
	bool ok;

	if (!moments_of(&w, &all, err))
		return false;
	fill_range(&all, tensor_count(t), out);
	if (all.n == 0)
		return true;
	for (int i = 0; i < RANKS; i++) {
		rank[i] = (size_t)floor((double)(all.n - 1) * shares[i / 2]) + (size_t)(i % 2);
		rank[i] = rank[i] < all.n ? rank[i] : all.n - 1;
	}
	w.bin = calloc(BINS, sizeof *w.bin);
	if (!w.bin)
		return error_memory(err, "the counts of a histogram");
	ok = values_of_ranks(&w, rank, value, err);
	for (int q = 0; q < 3 && ok; q++) {
		double place = (double)(all.n - 1) * shares[q];

		*to[q] = value[2 * q] + (place - floor(place)) * (value[2 * q + 1] - value[2 * q]);
	}
	free((void *)w.bin);
	return ok;
}
