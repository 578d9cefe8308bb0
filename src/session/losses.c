/* losses.c - see losses.h */
#include "session/losses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/counts.h"
#include "engine/encode.h"
#include "engine/measure.h"
#include "session/quantizing.h"

enum { PIECE_WEIGHTS = 1 << 21, PIECE_BLOCKS = 1 << 18 };

double losses_rmse(const struct losses *l)
{
	return sqrt(l->squares / (double)(l->count ? l->count : 1));
}

double losses_rel(const struct losses *l)
{
	return l->squares == 0 ? 0 : l->energy > 0 ? sqrt(l->squares / l->energy) : INFINITY;
}

double losses_snr(const struct losses *l)
{
	return l->squares == 0 ? INFINITY : 10 * log10(l->energy / l->squares);
}

/* ---- the largest of many, kept as a heap whose top is the least of them ---- */

struct largest { double *v; size_t n, room; };

static void sink(struct largest *h, size_t i)
{
	for (;;) {
		size_t least = i, left = 2 * i + 1;
		double t;

		if (left < h->n && h->v[left] < h->v[least])
			least = left;
		if (left + 1 < h->n && h->v[left + 1] < h->v[least])
			least = left + 1;
		if (least == i)
			return;
		t = h->v[i];
		h->v[i] = h->v[least];
		h->v[least] = t;
		i = least;
	}
}

static void offer(struct largest *h, double v)
{
	if (h->n < h->room) {
		h->v[h->n++] = v;
		for (size_t i = h->n == h->room ? h->n / 2 : 0; i-- > 0;)	/* full: now it becomes a heap */
			sink(h, i);
	} else if (v > h->v[0]) {
		h->v[0] = v;
		sink(h, 0);
	}
}

static int larger_first(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

/* ---- pieces ---- */

struct counting {
	struct losses sum;
	struct largest worst;
	struct block_loss *block;	/* of a piece */
	const float *importance;
	double weighted; size_t rows;	/* mean squares weighted by importance, times the rows they are of: each row weighs the same */
	size_t blocks;			/* of the whole tensor */
};

static bool counting_begin(struct counting *k, size_t blocks, size_t at_once, const float *importance, struct error *err)
{
	size_t room = blocks / 100 ? blocks / 100 : 1;

	*k = (struct counting){ .blocks = blocks, .worst.room = room, .importance = importance };
	k->worst.v = calloc(room, sizeof *k->worst.v);
	k->block = calloc(at_once ? at_once : 1, sizeof *k->block);
	return (k->worst.v && k->block) || error_memory(err, "the errors of all blocks");
}

static bool count_piece(struct counting *k, const struct tensor *blocks, const struct tensor *x, size_t padding, struct error *err)
{
	size_t n = tensor_blocks(blocks);
	struct loss l;

	if (!count_losses(blocks, x, padding, NULL, k->block, err))
		return false;
	if (k->importance) {
		if (!measure_loss(blocks, x, padding, k->importance, NULL, 0, NULL, &l, err))
			return false;
		k->weighted += l.weighted * l.weighted * (double)x->rows;
		k->rows += x->rows;
	}
	for (size_t i = 0; i < n; i++) {
		const struct block_loss *b = &k->block[i];

		k->sum.count += b->count;
		k->sum.squares += b->squares;
		k->sum.energy += b->energy;
		if (!isnan(k->sum.max) && !(b->max <= k->sum.max))	/* NaN stays: nothing is worse */
			k->sum.max = b->max;
		offer(&k->worst, b->squares);
	}
	return true;
}

static void counting_end(struct counting *k, bool ok, struct losses *out)
{
	double top = 0;

	if (ok) {
		qsort(k->worst.v, k->worst.n, sizeof *k->worst.v, larger_first);
		for (size_t i = 0; i < k->worst.n; i++)
			top += k->worst.v[i];
		*out = k->sum;
		out->weighted = k->rows ? sqrt(k->weighted / (double)k->rows) : NAN;
		out->worst_share = k->blocks >= 100 && out->squares > 0 ? top / out->squares : NAN;
	}
	free(k->worst.v);
	free(k->block);
}

/* So many rows at a time that neither their weights nor the figures of their blocks are many. */
static size_t rows_at_once(size_t rows, size_t cols, size_t len)
{
	size_t blocks_in_row = len ? cols / len : 1, most = PIECE_WEIGHTS / (cols + 1) + 1, by_blocks = PIECE_BLOCKS / (blocks_in_row + 1) + 1;

	most = most < by_blocks ? most : by_blocks;
	return most < rows ? most : rows;
}

static bool stopped(const struct job *job, struct error *err)
{
	return job_stopped(job ? job : job_here()) && !error_set(err, ERR_CANCELLED, "stopped");
}

/* ---- the two of them ---- */

static bool in_pieces(const struct quantizing *w, struct job *job, struct counting *k, size_t at_once, struct error *err)
{
	const struct quantized *q = &w->q;
	struct codec_options o = q->options;
	bool ok = true;

	o.importance = k->importance;
	for (size_t r = 0; ok && r < q->source.rows; r += at_once) {
		struct tensor x, blocks = { 0 };
		size_t to = q->source.rows - r < at_once ? q->source.rows : r + at_once;

		ok = !stopped(job, err) && tensor_slice(&q->source, r, to, 0, q->source.cols, &x, err);
		if (!ok)
			break;
		ok = tensor_encode(w->codec, &x, q->group, &o, job, &blocks, err) && count_piece(k, &blocks, &x, 0, err);
		tensor_drop(&blocks);
		tensor_drop(&x);
	}
	return ok;
}

bool losses_in(const struct codec *c, const struct value *x, const struct quantize_options *o, struct job *job, struct losses *out,
	       struct error *err)
{
	struct quantizing w;
	struct quantize_options unfilled = *o;
	struct counting k;
	char note[240] = "";
	size_t len, at_once, in_row;
	bool ok;

	unfilled.pad = PAD_NONE;
	if (!quantizing_begin(&w, c, x, &unfilled, note, sizeof note, err))
		return false;
	len = c->block_len ? c->block_len : w.q.group;
	in_row = len ? w.q.source.cols / len : 1;
	at_once = len ? rows_at_once(w.q.source.rows, w.q.source.cols, len) : w.q.source.rows;	/* one scale for all wants all at once */
	ok = counting_begin(&k, len ? in_row * w.q.source.rows : 1, len ? in_row * at_once : 1,
			    w.q.importance.codec ? tensor_floats(&w.q.importance) : NULL, err) && in_pieces(&w, job, &k, at_once, err);
	counting_end(&k, ok, out);
	quantized_drop(&w.q);
	return ok;
}

bool losses_between(const struct tensor *blocks, const struct tensor *x, size_t padding, const float *importance, struct job *job,
		    struct losses *out, struct error *err)
{
	size_t len = tensor_block_len(blocks);
	bool whole = blocks->cols % len != 0;			/* blocks that reach over the ends of rows */
	size_t at_once = whole ? blocks->rows : rows_at_once(blocks->rows, blocks->cols, len);
	struct counting k;
	bool ok = counting_begin(&k, tensor_blocks(blocks), whole ? tensor_blocks(blocks) : blocks->cols / len * at_once, importance, err);

	for (size_t r = 0; ok && r < blocks->rows; r += at_once) {
		size_t to = blocks->rows - r < at_once ? blocks->rows : r + at_once;
		struct tensor b = { 0 }, part = { 0 };

		ok = !stopped(job, err) && tensor_slice(blocks, r, to, 0, blocks->cols, &b, err) && tensor_slice(x, r, to, 0, x->cols, &part, err) &&
		     count_piece(&k, &b, &part, padding, err);
		tensor_drop(&b);
		tensor_drop(&part);
		job_step(job, to - r);
	}
	counting_end(&k, ok, out);
	return ok;
}
