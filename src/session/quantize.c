/*
 * quantize.c - weights into blocks and back, what was lost, and how it came about.
 *
 * One job does it all: pad, encode, measure. What is made of its outcome (a quantized value, or a walk through one block) is the only
 * difference between `quantize` and `step`.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/encode.h"
#include "session/quantizing.h"

enum { WHOLE_TRACE_MAX = 1 << 22 };	/* of more weights `step` quantizes only the row that it walks */

struct quantize_work {
	struct quantizing it;
	bool errors;		/* hand back what was lost */
	bool walk;		/* hand back a walk ... */
	size_t block;		/* ... at this block */
	char label[sizeof ((struct value *)0)->label];
};

static void quantize_drop(void *state)
{
	struct quantize_work *w = state;

	quantized_drop(&w->it.q);
	free(w);
}

bool quantizing_work(struct quantizing *w, struct job *job, struct error *err)
{
	struct quantized *q = &w->q;
	struct tensor x = { 0 }, importance = { 0 };
	struct codec_options options = q->options;
	const float *column = q->importance.codec ? tensor_floats(&q->importance) : NULL;
	bool ok;

	if (q->padding) {
		/* An added weight counts as much as the last real one: no sub-block is left without any. */
		ok = tensor_pad(&q->source, q->pad, q->source.cols + q->padding, &x, err) &&
		     (!column || tensor_pad(&q->importance, PAD_EDGE, x.cols, &importance, err));
		options.importance = importance.codec ? tensor_floats(&importance) : NULL;
	} else {
		x = tensor_hold(&q->source);
		options.importance = column;
		ok = true;
	}
	ok = ok && tensor_encode(w->codec, &x, q->group, &options, job, &q->blocks, err) &&
	     measure_loss(&q->blocks, &q->source, q->padding, column, NULL, 0, NULL, &q->loss, err);
	q->measured = ok;
	tensor_drop(&x);
	tensor_drop(&importance);
	return ok;
}

static bool quantize_work(struct job *job, struct error *err)
{
	struct quantize_work *w = job->state;

	return quantizing_work(&w->it, job, err);
}

static bool quantize_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct quantize_work *w = job->state;
	struct quantized q = w->it.q;

	if (!ok)
		return false;
	w->it.q = (struct quantized){ 0 };
	*result = w->walk ? value_walk(q, w->block, err) : w->errors ? value_errors(q, q.loss, err) : value_quantized(q, err);
	if (*result)
		value_name(*result, w->label);
	return *result != NULL;
}

/* ---- checks ---- */

/* The weights of a value, padding of an earlier quantizing cut off. */
static bool weights_of(const struct value *x, struct tensor *out, struct error *err)
{
	const struct tensor *t = value_weights(x);
	const struct quantized *q = value_as_quantized(x);

	if (!t) {
		error_set(err, ERR_VALUE, "%s has no weights", value_kind_name(x->kind));
		return error_hint(err, "x", "a tensor: a literal, a variable, gauss(256), or a tensor of a model");
	}
	if (q && q->padding)
		return tensor_slice(t, 0, t->rows, 0, t->cols - q->padding, out, err);
	*out = tensor_hold(t);
	return true;
}

static bool refuse(struct error *err, const struct codec *c, const char *name)
{
	error_set(err, ERR_ARGUMENT, "%s has no %s to set", c->name, name);
	return error_hint(err, name, c->flags & CODEC_TEACHING ? "only uint2 to uint8 have a zero point" :
			  "only the teaching codecs have: int2 to int8, uint2 to uint8");
}

/* What only teaching codecs leave open: group, axis, codes, step, zero. */
static bool check_teaching(const struct codec *c, const struct quantize_options *o, const struct tensor *x, struct quantized *q, struct error *err)
{
	bool teaching = c->flags & CODEC_TEACHING, has_zero = c->flags & CODEC_HAS_MIN, codes = o->codec.code_lo || o->codec.code_hi;
	int bits = teaching ? c->code_bits : 1;
	int lo = has_zero ? 0 : -(1 << (bits - 1)), hi = has_zero ? (1 << bits) - 1 : -lo - 1;

	if (!teaching && (o->group || o->axis_row || codes || o->codec.step != 0 || o->codec.has_zero))
		return refuse(err, c, o->group ? "group" : o->axis_row ? "axis" : codes ? "codes" : o->codec.step != 0 ? "step" : "zero");
	if (o->codec.has_zero && !has_zero)
		return refuse(err, c, "zero");
	if (!teaching)
		return true;
	if (o->group && o->axis_row) {
		error_set(err, ERR_ARGUMENT, "group= and axis= exclude each other");
		return error_hint(err, "axis", "axis=row is one scale a row: as group=%zu", x->cols);
	}
	if (o->group && (x->cols % o->group)) {
		error_set(err, ERR_SHAPE, "groups of %zu do not divide rows of %zu weights", o->group, x->cols);
		return error_hint(err, "group", "a divisor of %zu, or axis=row for one scale a row", x->cols);
	}
	if (codes && (o->codec.code_lo >= o->codec.code_hi || o->codec.code_lo < lo || o->codec.code_hi > hi)) {
		error_set(err, ERR_ARGUMENT, "%s has no codes %d..%d", c->name, o->codec.code_lo, o->codec.code_hi);
		return error_hint(err, "codes", "within %d..%d, the smaller first", lo, hi);
	}
	if (o->codec.step < 0 || !isfinite(o->codec.step)) {
		error_set(err, ERR_ARGUMENT, "a step cannot be %g", o->codec.step);
		return error_hint(err, "step", "a finite number above 0");
	}
	if (o->codec.has_zero && !(o->codec.zero >= lo && o->codec.zero <= hi && o->codec.zero == floor(o->codec.zero))) {
		error_set(err, ERR_ARGUMENT, "%g is no code of %s", o->codec.zero, c->name);
		return error_hint(err, "zero", "the code that stands for 0: a whole number from %d to %d", lo, hi);
	}
	q->group = o->axis_row ? x->cols : o->group;
	return true;
}

static bool check_padding(const struct codec *c, enum pad pad, const struct tensor *x, struct quantized *q, char *note, size_t size, struct error *err)
{
	size_t len = c->block_len, over = len > 1 ? x->cols % len : 0;

	if (!over)
		return true;
	if (pad == PAD_NONE) {
		if (x->cols < len)
			error_set(err, ERR_SHAPE, "%zu weight%s not fill a block; %s has blocks of %zu", x->cols, x->cols == 1 ? " does" : "s do",
				  c->name, len);
		else
			error_set(err, ERR_SHAPE, "%zu weights%s do not fill blocks; %s has blocks of %zu", x->cols, x->rows > 1 ? " a row" : "",
				  c->name, len);
		return error_hint(err, "x", "add pad=zero, or use a codec of any length: int4, uint4");
	}
	q->pad = pad;
	q->padding = len - over;
	snprintf(note, size, "%s wants blocks of %zu: %zu %s%s added%s, left out of every error figure", c->name, len, q->padding,
		 pad == PAD_ZERO ? "zero" : "copies of the last weight", pad == PAD_ZERO && q->padding != 1 ? "s" : "",
		 x->rows > 1 ? " to each row" : "");
	return true;
}

static bool take_importance(const struct codec *c, const struct quantize_options *o, struct quantized *q, struct error *err)
{
	size_t cols = q->source.cols;
	bool flat = o->flat_importance || (o->flat_if_needed && !o->importance && c->flags & CODEC_NEEDS_IMPORTANCE);

	if (flat) {
		q->flat = !o->flat_importance;
		if (!tensor_new(&q->importance, 1, cols, err))
			return false;
		for (size_t i = 0; i < cols; i++)
			tensor_floats(&q->importance)[i] = 1;
		return true;
	}
	if (!o->importance) {
		if (!(c->flags & CODEC_NEEDS_IMPORTANCE))
			return true;
		error_set(err, ERR_VALUE, "%s cannot work without importance", c->name);
		return error_hint(err, "codec", "imp= takes one number for each column; imp=flat counts all alike");
	}
	if (tensor_count(o->importance) != cols) {
		error_set(err, ERR_SHAPE, "importance has %zu value%s, a row has %zu weights", tensor_count(o->importance),
			  tensor_count(o->importance) == 1 ? "" : "s", cols);
		return error_hint(err, "imp", "one value for each column");
	}
	if (!tensor_new(&q->importance, 1, cols, err))
		return false;
	if (!tensor_read(o->importance, 0, cols, tensor_floats(&q->importance)))
		return error_memory(err, "importance");
	for (size_t i = 0; i < cols; i++) {
		double v = (double)tensor_floats(&q->importance)[i];
		char number[NUMBER_SIZE];

		if (isfinite(v) && v >= 0)
			continue;
		error_set(err, ERR_VALUE, "importance of column %zu is %s", i, number_short(number, v));
		return error_hint(err, "imp", "finite numbers, none below 0");
	}
	return true;
}

/* ---- actions ---- */

/* Where nothing is filled up the weights can be refused before the job runs. */
static bool check_early(const struct codec *c, const struct quantized *q, struct error *err)
{
	struct codec_options o = q->options;

	if (q->padding)
		return true;
	o.importance = q->importance.codec ? tensor_floats(&q->importance) : NULL;
	return encode_check(c, &q->source, q->group, &o, true, err);
}

/* Activation formats are worth looking at, but nobody finds them in a file. */
static void tell_activations(const struct codec *c, char *note, size_t size)
{
	size_t n = strlen(note);

	if (c->flags & CODEC_ACTIVATIONS_ONLY)
		snprintf(note + n, size - n, "%s%s is for activations, in products: no model file stores weights in it", n ? "\n" : "", c->name);
}

bool quantizing_begin(struct quantizing *w, const struct codec *c, const struct value *x, const struct quantize_options *o,
		      char *note, size_t size, struct error *err)
{
	struct quantized *q = &w->q;

	*w = (struct quantizing){ .codec = c };
	q->options = o->codec;
	q->options.importance = NULL;
	if (weights_of(x, &q->source, err) && check_teaching(c, o, &q->source, q, err) && check_padding(c, o->pad, &q->source, q, note, size, err) &&
	    take_importance(c, o, q, err) && check_early(c, q, err)) {
		tell_activations(c, note, size);
		return true;
	}
	quantized_drop(q);
	*q = (struct quantized){ 0 };
	return false;
}

static bool encode(const struct codec *c, const struct value *x, const struct quantize_options *o, const struct quantize_work *how,
		   struct outcome *out, struct error *err)
{
	struct quantize_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("quantizing", w, err) : NULL;

	if (!w)
		return error_memory(err, "quantizing");
	if (!job)
		return false;
	job->unit = "rows";
	job->work = quantize_work;
	job->finish = quantize_finish;
	job->drop = quantize_drop;
	w->errors = o->errors;
	w->walk = how->walk;
	w->block = how->block;
	memcpy(w->label, how->label[0] ? how->label : x->label, sizeof w->label);
	if (!quantizing_begin(&w->it, c, x, o, out->note, sizeof out->note, err)) {
		job_drop(job);
		return false;
	}
	atomic_store(&job->total, w->it.q.source.rows);
	return session_work(job, tensor_count(&w->it.q.source) <= SMALL_WORK, out, err);
}

bool session_quantize(struct session *s, const struct codec *c, const struct value *x, const struct quantize_options *o,
		      struct outcome *out, struct error *err)
{
	(void)s;
	return encode(c, x, o, &(struct quantize_work){ 0 }, out, err);
}

/* The row of a very large tensor that holds the block: it is walked instead of the whole. */
static struct value *row_of(const struct value *x, const struct codec *c, size_t *block, struct error *err)
{
	const struct tensor *t = value_weights(x);
	size_t per_row = c->block_len ? (t->cols + c->block_len - 1) / c->block_len : 1, row = *block / per_row;
	struct outcome out = { 0 };
	char slice[60];

	snprintf(slice, sizeof slice, "%zu, :", row);
	*block %= per_row;
	return session_slice(x, slice, &out, err) ? out.value : NULL;
}

bool session_trace(struct session *s, const struct codec *c, const struct value *x, const struct quantize_options *o,
		   size_t block, struct outcome *out, struct error *err)
{
	const struct tensor *t = value_weights(x);
	struct quantize_work how = { .walk = true, .block = block };
	struct value *row;
	bool ok;

	(void)s;
	if (!t || tensor_count(t) <= WHOLE_TRACE_MAX)
		return encode(c, x, o, &how, out, err);
	row = row_of(x, c, &how.block, err);
	if (!row)
		return false;
	ok = encode(c, row, o, &how, out, err);
	value_drop(row);
	return ok;
}

bool session_trace_of(struct session *s, const struct value *quantized, size_t block, struct outcome *out, struct error *err)
{
	const struct quantized *q = value_as_quantized(quantized);
	struct quantized alone = { 0 };

	(void)s;
	if (!q && quantized->kind == VALUE_TENSOR) {	/* of a file: only its blocks are known */
		alone.blocks = quantized->u.tensor;
		alone.group = alone.blocks.group == tensor_count(&alone.blocks) ? 0 : alone.blocks.group;
		q = &alone;
	}
	if (!q) {
		error_set(err, ERR_VALUE, "%s has no blocks to step through", value_kind_name(quantized->kind));
		return error_hint(err, "x", "a codec and a tensor, or a quantized value");
	}
	out->value = value_walk(quantized_hold(q), block, err);
	if (out->value)
		value_name(out->value, quantized->label);
	return out->value != NULL;
}

/* ---- decode and measure ---- */

struct measure_work { struct quantized q; struct tensor t; struct loss loss; bool decode; char label[sizeof ((struct value *)0)->label]; };

static bool measure_work(struct job *job, struct error *err)
{
	struct measure_work *w = job->state;
	const struct quantized *q = &w->q;
	struct tensor all;
	bool ok;

	if (!w->decode)
		return measure_loss(&q->blocks, &q->source, q->padding, q->importance.codec ? tensor_floats(&q->importance) : NULL,
				    NULL, 0, job, &w->loss, err);
	if (!q->padding)
		return tensor_decode(&q->blocks, job, &w->t, err);
	if (!tensor_decode(&q->blocks, job, &all, err))
		return false;
	ok = tensor_slice(&all, 0, all.rows, 0, all.cols - q->padding, &w->t, err);
	tensor_drop(&all);
	return ok;
}

static bool measure_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct measure_work *w = job->state;

	if (!ok)
		return false;
	if (w->decode) {
		*result = value_tensor(w->t, err);
		w->t = (struct tensor){ 0 };
	} else {
		w->q.loss = w->loss;
		w->q.measured = true;
		*result = value_errors(w->q, w->loss, err);
		w->q = (struct quantized){ 0 };
	}
	if (*result)
		value_name(*result, w->label);
	return *result != NULL;
}

static void measure_drop(void *state)
{
	struct measure_work *w = state;

	quantized_drop(&w->q);
	tensor_drop(&w->t);
	free(w);
}

/* Takes q over. */
static bool measure(struct quantized q, bool decode, const char *label, struct outcome *out, struct error *err)
{
	struct measure_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new(decode ? "decoding" : "measuring errors", w, err) : NULL;

	if (!job) {
		quantized_drop(&q);
		return w ? false : error_memory(err, "decoding");
	}
	w->q = q;
	w->decode = decode;
	memcpy(w->label, label, sizeof w->label);
	job->unit = "rows";
	job->work = measure_work;
	job->finish = measure_finish;
	job->drop = measure_drop;
	atomic_store(&job->total, q.blocks.rows);
	return session_work(job, tensor_count(&q.blocks) <= SMALL_WORK, out, err);
}

bool session_decode(struct session *s, const struct value *v, struct outcome *out, struct error *err)
{
	const struct quantized *q = value_as_quantized(v);

	(void)s;
	if (q)
		return measure(quantized_hold(q), true, v->label, out, err);
	if (v->kind == VALUE_TENSOR)
		return measure((struct quantized){ .blocks = tensor_hold(&v->u.tensor) }, true, v->label, out, err);
	error_set(err, ERR_VALUE, "%s has nothing to decode", value_kind_name(v->kind));
	return error_hint(err, "x", "a quantized value, or a tensor of a model");
}

bool session_errors(struct session *s, const struct value *v, struct outcome *out, struct error *err)
{
	const struct quantized *q = value_as_quantized(v);

	(void)s;
	if (!q || !q->source.codec) {
		error_set(err, ERR_VALUE, q ? "the original of these weights is not known" : "%s has no error to measure", value_kind_name(v->kind));
		return error_hint(err, "x", "quantize a tensor here, or open the model with ref=FILE");
	}
	return measure(quantized_hold(q), false, v->label, out, err);
}
