/*
 * counts.c - how many weights, or errors, fall where, and what each block lost.
 *
 * One walk serves all: a tensor is cut into chunks of whole blocks, each is decoded on some thread together with the weights it came from,
 * and a function looks at each pair. What belongs to a chunk is written to that chunk's place and added up afterwards, in order.
 */
#include "engine/counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "engine/codec.h"

enum { CHUNK = 1 << 14 };

struct walk_chunk {
	size_t first, n;		/* weights, through the rows of blocks, padding counted */
	float *y, *x;			/* [n]; x NULL if there is no original */
};

struct scan {
	const struct tensor *blocks, *x;
	size_t padding, chunk, chunks;
	void (*look)(struct scan *s, size_t k, const struct walk_chunk *c);
	void *arg;
	size_t *counts;			/* [chunks * slots]; NULL: look writes elsewhere */
	size_t slots;
	atomic_bool short_of_memory;
};

static bool is_padding(const struct scan *s, size_t at)
{
	return s->padding && at % s->blocks->cols >= s->blocks->cols - s->padding;
}

/* The originals of a chunk: row by row, since theirs are shorter by the padding. */
static bool read_original(const struct scan *s, struct walk_chunk *c)
{
	size_t wide = s->blocks->cols, narrow = s->x->cols;

	for (size_t at = c->first; at < c->first + c->n; ) {
		size_t row = at / wide, col = at % wide, end = c->first + c->n, n;

		if (end > (row + 1) * wide)
			end = (row + 1) * wide;
		n = col < narrow ? narrow - col : 0;
		if (n > end - at)
			n = end - at;
		if (n && !tensor_read(s->x, row * narrow + col, n, c->x + (at - c->first)))
			return false;
		at = end;
	}
	return true;
}

static void scan_chunk(void *arg, size_t k)
{
	struct scan *s = arg;
	size_t count = tensor_count(s->blocks);
	struct walk_chunk c = { .first = k * s->chunk };

	c.n = count - c.first < s->chunk ? count - c.first : s->chunk;
	c.y = calloc(s->x ? 2 * c.n : c.n, sizeof *c.y);
	c.x = c.y && s->x ? c.y + c.n : NULL;
	if (c.y && tensor_read(s->blocks, c.first, c.n, c.y) && (!s->x || read_original(s, &c)))
		s->look(s, k, &c);
	else
		atomic_store(&s->short_of_memory, true);
	tensor_passed(s->blocks, c.first, c.n);
	if (s->x) {
		size_t from = c.first / s->blocks->cols * s->x->cols;

		tensor_passed(s->x, from, (c.first + c.n) / s->blocks->cols * s->x->cols - from);
	}
	free(c.y);
}

static bool scan(struct scan *s, struct job *job, struct error *err)
{
	size_t len = tensor_block_len(s->blocks), count = tensor_count(s->blocks);
	bool ran;

	s->chunk = len >= CHUNK ? len : CHUNK / len * len;
	s->chunks = (count + s->chunk - 1) / s->chunk;
	if (s->slots) {
		s->counts = calloc(s->chunks ? s->chunks : 1, s->slots * sizeof *s->counts);
		if (!s->counts)
			return error_memory(err, "counting");
	}
	ran = pool_for(job, s->chunks, true, scan_chunk, s);
	if (!ran)
		return error_set(err, ERR_CANCELLED, "stopped while counting");
	if (atomic_load(&s->short_of_memory))
		return error_memory(err, "decoding a part of the weights");
	return true;
}

/* Adds the chunks up into out[slots] and lets the counts go. */
static bool scan_sums(struct scan *s, struct job *job, size_t *out, struct error *err)
{
	bool ok = scan(s, job, err);

	memset(out, 0, s->slots * sizeof *out);
	for (size_t k = 0; ok && k < s->chunks; k++)
		for (size_t i = 0; i < s->slots; i++)
			out[i] += s->counts[k * s->slots + i];
	free(s->counts);
	return ok;
}

static void look_losses(struct scan *s, size_t k, const struct walk_chunk *c)
{
	size_t len = tensor_block_len(s->blocks);
	struct block_loss *out = (struct block_loss *)s->arg + c->first / len;

	(void)k;
	for (size_t b = 0; b < c->n / len; b++) {
		struct block_loss l = { 0 };

		for (size_t i = b * len; i < (b + 1) * len; i++) {
			double e = (double)c->y[i] - c->x[i];

			if (is_padding(s, c->first + i))
				continue;
			l.squares += e * e;
			l.energy += (double)c->x[i] * c->x[i];
			if (!(fabs(e) <= l.max))
				l.max = fabs(e);
			if (isfinite(e) && fabs(e) > l.finite_max)
				l.finite_max = fabs(e);
			l.count++;
		}
		out[b] = l;
	}
}

bool count_losses(const struct tensor *blocks, const struct tensor *x, size_t padding, struct job *job,
		  struct block_loss *out, struct error *err)
{
	struct scan s = { .blocks = blocks, .x = x, .padding = padding, .look = look_losses, .arg = out };

	return scan(&s, job, err);
}

static void swap(double *a, double *b)
{
	double t = *a;

	*a = *b;
	*b = t;
}

/* The pivot of three, so that numbers in order are no worst case. */
static double middle(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* By selection (Hoare), larger ones before the pivot, equal ones in the middle: a stop is seen after a pass at the latest. */
bool sum_of_largest(double *x, size_t n, size_t k, struct job *job, double *sum)
{
	size_t from = 0, to = n;

	while (to - from > 1 && k > from && k < to) {
		double pivot = middle(x[from], x[from + (to - from) / 2], x[to - 1]);
		size_t larger = from, at = from, smaller = to;

		while (at < smaller)
			if (x[at] > pivot)
				swap(&x[at++], &x[larger++]);
			else if (x[at] < pivot)
				swap(&x[at], &x[--smaller]);
			else
				at++;
		if (job_stopped(job))
			return false;
		if (k <= larger)
			to = larger;
		else if (k >= smaller)
			from = smaller;
		else
			break;
	}
	*sum = 0;
	for (size_t i = 0; i < k; i++)
		*sum += x[i];
	return true;
}

static void look_errors(struct scan *s, size_t k, const struct walk_chunk *c)
{
	size_t *counts = s->counts + k * s->slots;
	double width = *(double *)s->arg;

	for (size_t i = 0; i < c->n; i++) {
		double bin = floor(fabs((double)c->y[i] - c->x[i]) / width);

		if (!is_padding(s, c->first + i))
			counts[bin < (double)s->slots ? (size_t)bin : s->slots - 1]++;
	}
}

bool count_errors(const struct tensor *blocks, const struct tensor *x, size_t padding, double width, size_t *counts, size_t bins,
		  struct job *job, struct error *err)
{
	struct scan s = { .blocks = blocks, .x = x, .padding = padding, .look = look_errors, .arg = &width, .slots = bins };

	return scan_sums(&s, job, counts, err);
}

struct grid { double width, first; };

static void look_weights(struct scan *s, size_t k, const struct walk_chunk *c)
{
	size_t *counts = s->counts + k * s->slots, bins = s->slots - 2;
	const struct grid *g = s->arg;

	for (size_t i = 0; i < c->n; i++) {
		double bin = floor(c->y[i] / g->width + 0.5) - g->first;

		if (!isfinite(c->y[i]) || is_padding(s, c->first + i))
			continue;
		counts[bin < 0 ? bins : bin < (double)bins ? (size_t)bin : bins + 1]++;
	}
}

bool count_weights(const struct tensor *t, size_t padding, double width, double first, size_t *counts, size_t bins,
		   size_t *below, size_t *above, struct job *job, struct error *err)
{
	struct grid g = { width, first };
	struct scan s = { .blocks = t, .padding = padding, .look = look_weights, .arg = &g, .slots = bins + 2 };
	size_t *sums = calloc(bins + 2, sizeof *sums);
	bool ok;

	if (!sums)
		return error_memory(err, "counting");
	ok = scan_sums(&s, job, sums, err);
	memcpy(counts, sums, bins * sizeof *counts);
	*below = sums[bins];
	*above = sums[bins + 1];
	free(sums);
	return ok;
}

/* Slot 0 counts, the others keep the first places of this chunk. */
static void look_bad(struct scan *s, size_t k, const struct walk_chunk *c)
{
	size_t *slot = s->counts + k * s->slots;

	for (size_t i = 0; i < c->n && *slot + 1 < s->slots; i++) {
		size_t at = c->first + i;

		if (!isfinite(c->y[i]) && !is_padding(s, at))
			slot[++*slot] = at - s->padding * (at / s->blocks->cols);
	}
}

bool count_bad(const struct tensor *t, size_t padding, size_t *at, size_t max, size_t *n, struct job *job, struct error *err)
{
	struct scan s = { .blocks = t, .padding = padding, .look = look_bad, .slots = max + 1 };
	bool ok = scan(&s, job, err);

	*n = 0;
	for (size_t k = 0; ok && k < s.chunks; k++)
		for (size_t i = 0; i < s.counts[k * s.slots] && *n < max; i++)
			at[(*n)++] = s.counts[k * s.slots + 1 + i];
	free(s.counts);
	return ok;
}

double block_step(const struct tensor *t, size_t block)
{
	const struct codec *c = t->codec;
	size_t len = tensor_block_len(t), sub_len = c->sub_len ? c->sub_len : len;
	double sum = 0;
	size_t gaps = 0;

	for (size_t sub = 0; c->levels && sub < len / sub_len; sub++) {
		float value[256];
		int code[256];
		size_t n = c->levels(c, tensor_block(t, block), len, sub, code, value, 256);
		float lo = INFINITY, hi = -INFINITY;

		for (size_t i = 0; i < n; i++) {
			lo = fminf(lo, value[i]);
			hi = fmaxf(hi, value[i]);
		}
		if (n > 1) {
			sum += (double)hi - lo;
			gaps += n - 1;
		}
	}
	return gaps ? sum / (double)gaps : NAN;
}

double run_rmse(const float *y, const float *x, size_t n)
{
	double squares = 0;

	for (size_t i = 0; i < n; i++)
		squares += ((double)y[i] - x[i]) * ((double)y[i] - x[i]);
	return n ? sqrt(squares / (double)n) : NAN;
}
