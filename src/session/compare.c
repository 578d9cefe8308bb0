/*
 * compare.c - several codecs on the same weights: side by side, each from the original (compare), or one after the other, each from what
 * the one before left (requant).
 */
#include <stdlib.h>
#include <string.h>

#include "session/quantizing.h"

struct compare_work {
	struct quantizing *it;		/* [n]; of a chain the first alone has its source from the start */
	size_t n;
	bool chain;
	struct loss *direct, *step;	/* [n] of a chain: of this codec on the original, and on what it was given */
	char label[sizeof ((struct value *)0)->label];
};

static void compare_drop(void *state)
{
	struct compare_work *w = state;

	for (size_t i = 0; i < w->n; i++)
		quantized_drop(&w->it[i].q);
	free(w->it);
	free(w->direct);
	free(w->step);
	free(w);
}

/* ---- what of a block is not codes ---- */

static bool is_code(const char *name)
{
	static const char *const names[] = { "code", "index", "sign", "entry", "byte" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

double quantized_scale_bits(const struct quantized *q)
{
	const struct tensor *t = &q->blocks;
	struct error ignored;
	struct trace trace;
	double bits = 0;

	if (t->codec->flags & CODEC_TEACHING)
		return tensor_bits(t) - t->codec->code_bits;
	if (t->codec->flags & CODEC_PLAIN || !trace_decode(&trace, t, 0, &ignored))
		return 0;
	for (size_t i = 0; i < trace.events; i++)
		for (int k = 0; k < TRACE_SPANS && !is_code(trace_kind_name(trace.event[i].kind)); k++)
			bits += trace.event[i].at[k].bits;
	trace_drop(&trace);
	return bits / t->codec->block_len;
}

/* ---- side by side ---- */

static bool compare_run(struct job *job, struct error *err)
{
	struct compare_work *w = job->state;

	for (size_t i = 0; i < w->n; i++)
		if (!quantizing_work(&w->it[i], job, err))
			return error_while(err, "%s", w->it[i].codec->name);
	return true;
}

static void loss_cells(struct table *t, const struct loss *l)
{
	table_number(t, l->rmse);
	table_number(t, l->rel);
	table_number(t, l->snr);
}

static struct value *handed_over(struct quantizing *it, const char *label, struct error *err)
{
	struct value *v = value_quantized(it->q, err);

	it->q = (struct quantized){ 0 };
	if (v)
		value_name(v, label);
	return v;
}

static bool compare_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct compare_work *w = job->state;
	struct table *t;

	if (!ok)
		return false;
	t = table_new("codec bits rmse rel snr max scale_bits minimum codes importance");
	for (size_t i = 0; t && i < w->n; i++) {
		const struct quantized *q = &w->it[i].q;
		const struct codec *c = w->it[i].codec;
		struct value *behind;

		table_row(t);
		table_text(t, c->name);
		table_number(t, tensor_bits(&q->blocks));
		loss_cells(t, &q->loss);
		table_number(t, q->loss.max);
		table_number(t, quantized_scale_bits(q));
		table_text(t, c->flags & CODEC_HAS_MIN ? "yes" : "no");
		table_text(t, c->codes ? c->codes : "");
		table_text(t, q->flat ? "flat" : q->importance.codec && c->flags & CODEC_USES_IMPORTANCE ? "given" : "no");
		behind = handed_over(&w->it[i], w->label, err);
		if (!behind || !table_behind(t, behind)) {
			table_drop(t);
			return behind ? error_memory(err, "a comparison") : false;
		}
	}
	if (!t)
		return error_memory(err, "a comparison");
	*result = value_table(t, err);
	if (*result)
		value_name(*result, w->label);
	return *result != NULL;
}

/* ---- one after the other ---- */

/* The codec before gives what this one starts from; measured against the original too. */
static bool chain_link(struct compare_work *w, size_t i, struct job *job, struct error *err)
{
	struct quantizing *it = &w->it[i];
	struct tensor decoded, original = tensor_hold(&w->it[0].q.source);
	bool ok;

	if (!quantizing_work(it, job, err))		/* on the original */
		goto failed;
	w->direct[i] = w->step[i] = it->q.loss;
	if (i == 0) {
		tensor_drop(&original);
		return true;
	}
	if (!tensor_slice(&w->it[i - 1].q.blocks, 0, original.rows, 0, original.cols, &decoded, err))
		goto failed;
	tensor_drop(&it->q.source);
	tensor_drop(&it->q.blocks);
	it->q.source = decoded;
	if (!quantizing_work(it, job, err))
		goto failed;
	w->step[i] = it->q.loss;
	tensor_drop(&it->q.source);
	it->q.source = original;
	ok = measure_loss(&it->q.blocks, &original, it->q.padding, NULL, NULL, 0, NULL, &it->q.loss, err);
	return ok;
failed:
	tensor_drop(&original);
	return false;
}

static bool chain_run(struct job *job, struct error *err)
{
	struct compare_work *w = job->state;

	for (size_t i = 0; i < w->n; i++)
		if (!chain_link(w, i, job, err))
			return error_while(err, "%s", w->it[i].codec->name);
	return true;
}

static bool chain_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct compare_work *w = job->state;
	struct table *t;

	if (!ok)
		return false;
	t = table_new("step codec bits rmse rel snr step_rmse direct_rmse direct_snr");
	for (size_t i = 0; t && i < w->n; i++) {
		struct value *behind;

		table_row(t);
		table_int(t, (int64_t)i + 1);
		table_text(t, w->it[i].codec->name);
		table_number(t, tensor_bits(&w->it[i].q.blocks));
		loss_cells(t, &w->it[i].q.loss);
		table_number(t, w->step[i].rmse);
		table_number(t, w->direct[i].rmse);
		table_number(t, w->direct[i].snr);
		behind = handed_over(&w->it[i], w->label, err);
		if (!behind || !table_behind(t, behind)) {
			table_drop(t);
			return behind ? error_memory(err, "a chain") : false;
		}
	}
	if (!t)
		return error_memory(err, "a chain");
	*result = value_table(t, err);
	return *result != NULL;
}

/* ---- actions ---- */

static bool begin(const struct value *x, const struct codec *const *codec, size_t n, const struct quantize_options *o, bool chain,
		  struct outcome *out, struct error *err)
{
	struct compare_work *w = calloc(1, sizeof *w);
	struct job *job;
	size_t rows = 0, weights = 0;

	if (!w || !(w->it = calloc(n, sizeof *w->it)) || !(w->direct = calloc(n, sizeof *w->direct)) || !(w->step = calloc(n, sizeof *w->step))) {
		if (w)
			compare_drop(w);
		return error_memory(err, "a comparison");
	}
	w->chain = chain;
	memcpy(w->label, x->label, sizeof w->label);
	for (size_t i = 0; i < n; i++) {
		char note[sizeof out->note] = "";

		if (!quantizing_begin(&w->it[i], codec[i], x, o, note, sizeof note, err)) {
			compare_drop(w);
			return false;
		}
		w->n = i + 1;
		if (note[0] && !out->note[0])
			memcpy(out->note, note, sizeof note);
		rows += w->it[i].q.source.rows * (chain && i ? 2 : 1);
		weights += tensor_count(&w->it[i].q.source);
	}
	job = job_new(chain ? "quantizing again" : "comparing codecs", w, err);
	if (!job)
		return false;
	job->work = chain ? chain_run : compare_run;
	job->finish = chain ? chain_finish : compare_finish;
	job->drop = compare_drop;
	job->unit = "rows";
	atomic_store(&job->total, rows);
	return session_work(job, weights <= SMALL_WORK, out, err);
}

static int by_place(const void *a, const void *b)
{
	const struct codec *const *p = a, *const *q = b;

	return (*p)->id < (*q)->id ? -1 : (*p)->id > (*q)->id;
}

bool session_compare(struct session *s, const struct value *x, const struct codec *const *codec, size_t n, const struct quantize_options *o,
		     struct outcome *out, struct error *err)
{
	const struct codec *sorted[CODEC_COUNT];
	size_t unique = 0;

	(void)s;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < unique && sorted[k] != codec[i])
			k++;
		if (k == unique)
			sorted[unique++] = codec[i];
	}
	qsort(sorted, unique, sizeof *sorted, by_place);
	return begin(x, sorted, unique, o, false, out, err);
}

bool session_requant(struct session *s, const struct value *x, const struct codec *const *codec, size_t n, const struct quantize_options *o,
		     struct outcome *out, struct error *err)
{
	(void)s;
	return begin(x, codec, n, o, true, out, err);
}
