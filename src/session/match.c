/* match.c - a group of weights against the entries of its codec's codebook. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/quantizing.h"

enum { CODEBOOK_BLOCK = 256 };		/* weights in a block of every codec that has a vector codebook */

/* The weights of a block before it was encoded, padding as it was added. */
static bool block_source(const struct quantized *q, size_t block, float *x)
{
	size_t at = block * CODEBOOK_BLOCK, row = at / q->blocks.cols, col = at % q->blocks.cols;
	size_t real = q->source.cols > col ? q->source.cols - col : 0;
	float last = 0;

	if (real > CODEBOOK_BLOCK)
		real = CODEBOOK_BLOCK;
	if (real && !tensor_read(&q->source, row * q->source.cols + col, real, x))
		return false;
	if (q->pad == PAD_EDGE)
		last = tensor_get(&q->source, (row + 1) * q->source.cols - 1);
	for (size_t i = real; i < CODEBOOK_BLOCK; i++)
		x[i] = last;
	return true;
}

bool session_match_group(const struct quantized *q, size_t block, size_t group, enum match_by by, struct match *m, struct error *err)
{
	const struct codec *c = q->blocks.codec;
	size_t blocks = tensor_blocks(&q->blocks);
	float x[CODEBOOK_BLOCK], importance[CODEBOOK_BLOCK];

	memset(m, 0, sizeof *m);
	if (!match_len(c))	/* says so */
		return match_group(m, c, NULL, NULL, NULL, 0, by, err);
	if (!codec_prepare(c, err))
		return false;
	if (block >= blocks) {
		error_set(err, ERR_ARGUMENT, "no block %zu: there %s %zu", block, blocks == 1 ? "is" : "are", blocks);
		return error_hint(err, "block", "blocks count from 0");
	}
	if (q->source.codec && !block_source(q, block, x))
		return error_memory(err, "the weights of a block");
	for (size_t i = 0; q->importance.codec && i < CODEBOOK_BLOCK; i++) {
		size_t col = (block * CODEBOOK_BLOCK + i) % q->blocks.cols;

		importance[i] = tensor_floats(&q->importance)[col < q->importance.cols ? col : q->importance.cols - 1];
	}
	return match_group(m, c, tensor_block(&q->blocks, block), q->source.codec ? x : NULL, q->importance.codec ? importance : NULL,
			   group, by, err);
}

struct table *match_table(const struct match *m, size_t top)
{
	struct table *t = table_new("rank entry magnitudes distance weighted cosine by_distance by_weighted by_cosine stored");
	size_t n = top < (size_t)m->entries ? top : (size_t)m->entries;

	for (size_t i = 0; t && i < n; i++) {
		const struct match_candidate *c = &m->candidate[i];
		struct text levels = { 0 };
		char buf[NUMBER_SIZE];

		for (int j = 0; j < m->len; j++)
			text_add(&levels, "%s%s", j ? " " : "", number_short(buf, (double)c->level[j]));
		table_row(t);
		table_int(t, (int64_t)i + 1);
		table_int(t, c->entry);
		table_text(t, text_str(&levels));
		table_number(t, c->distance);
		table_number(t, c->weighted);
		table_number(t, c->cosine);
		table_int(t, c->rank[MATCH_DISTANCE]);
		table_int(t, c->rank[MATCH_WEIGHTED]);
		table_int(t, c->rank[MATCH_COSINE]);
		table_int(t, c->stored);
		t->failed |= levels.failed;
		text_drop(&levels);
	}
	return t;
}

static bool match_of(const struct quantized *q, const struct match_value *how, const char *label, struct value **out, struct error *err)
{
	struct match_value v = *how;
	struct match m = { 0 };

	if (!match_len(q->blocks.codec)) {
		v.table = table_new("rank entry");	/* nothing to be found: the view says why */
	} else {
		if (!session_match_group(q, how->block, how->group, how->by, &m, err))
			return false;
		v.table = match_table(&m, how->top);
		match_drop(&m);
	}
	if (!v.table)
		return error_memory(err, "candidates");
	v.of = quantized_hold(q);
	*out = value_match(v, err);
	if (*out)
		value_name(*out, label);
	return *out != NULL;
}

bool session_match(struct session *s, const struct value *v, size_t block, size_t group, enum match_by by, size_t top,
		   struct outcome *out, struct error *err)
{
	const struct quantized *q = value_as_quantized(v);
	struct quantized alone = { 0 };

	(void)s;
	if (!q && v->kind == VALUE_TENSOR) {
		alone.blocks = v->u.tensor;
		q = &alone;
	}
	if (!q) {
		error_set(err, ERR_VALUE, "%s has no blocks", value_kind_name(v->kind));
		return error_hint(err, "x", "a codec and a tensor, or a quantized value");
	}
	return match_of(q, &(struct match_value){ .block = block, .group = group, .by = by, .top = top }, v->label, &out->value, err);
}

/* ---- a codec and a tensor ---- */

struct match_work { struct quantizing it; struct match_value how; char label[sizeof ((struct value *)0)->label]; };

static void work_drop(void *state)
{
	struct match_work *w = state;

	quantized_drop(&w->it.q);
	free(w);
}

static bool work(struct job *job, struct error *err)
{
	struct match_work *w = job->state;

	return quantizing_work(&w->it, job, err);
}

static bool finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct match_work *w = job->state;

	return ok && match_of(&w->it.q, &w->how, w->label, result, err);
}

bool session_match_codec(struct session *s, const struct codec *c, const struct value *x, const struct quantize_options *o, size_t block,
			 size_t group, enum match_by by, size_t top, struct outcome *out, struct error *err)
{
	struct match_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("quantizing", w, err) : NULL;

	(void)s;
	if (!job)
		return w ? false : error_memory(err, "quantizing");
	job->unit = "rows";
	job->work = work;
	job->finish = finish;
	job->drop = work_drop;
	w->how = (struct match_value){ .block = block, .group = group, .by = by, .top = top };
	memcpy(w->label, x->label, sizeof w->label);
	if (!quantizing_begin(&w->it, c, x, o, out->note, sizeof out->note, err)) {
		job_drop(job);
		return false;
	}
	atomic_store(&job->total, w->it.q.source.rows);
	return session_work(job, tensor_count(&w->it.q.source) <= SMALL_WORK, out, err);
}
