/*
 * value.c - making, counting and dropping values. How they look in words is in describe.c.
 */
#include "session/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/encode.h"
#include "files/imatrix.h"
#include "files/model.h"
#include "methods/affine.h"
#include "methods/record.h"
#include "session/plan.h"

enum { TRACED_MAX = 4096 };	/* weights in a block whose steps are kept */

static const char *const kind_names[VALUE_KIND_COUNT] = {
#define X(id, name) [VALUE_##id] = name,
	VALUE_KINDS(X)
#undef X
};

const char *value_kind_name(enum value_kind kind)
{
	return kind < VALUE_KIND_COUNT ? kind_names[kind] : "unknown";
}

const char *value_kind_with_article(enum value_kind kind)
{
	static const char *const sentence[VALUE_KIND_COUNT] = {
#define X(id, name) [VALUE_##id] = "a " name,
		VALUE_KINDS(X)
#undef X
	};

	switch (kind) {
	case VALUE_ERRORS: return "an errors value";
	case VALUE_QUANTIZED: return "a quantized value";
	case VALUE_NIL: case VALUE_IMPORTANCE: return kind_names[kind];
	default: return kind < VALUE_KIND_COUNT ? sentence[kind] : "unknown";
	}
}

bool value_kind_find(const char *name, enum value_kind *kind)
{
	for (int k = 0; k < VALUE_KIND_COUNT; k++) {
		if (strcmp(name, kind_names[k]))
			continue;
		*kind = (enum value_kind)k;
		return true;
	}
	return false;
}

static struct value *value_new(enum value_kind kind, struct error *err)
{
	struct value *v = calloc(1, sizeof *v);

	if (!v) {
		error_memory(err, "a value");
		return NULL;
	}
	v->kind = kind;
	atomic_init(&v->holders, 1);
	return v;
}

struct value *value_nil(struct error *err)
{
	return value_new(VALUE_NIL, err);
}

struct value *value_number(double number, struct error *err)
{
	struct value *v = value_new(VALUE_NUMBER, err);

	if (v)
		v->u.number = number;
	return v;
}

static struct value *value_words(enum value_kind kind, const char *s, struct error *err)
{
	struct value *v = value_new(kind, err);

	if (v && !(v->u.string = strdup(s))) {
		error_memory(err, "a string");
		value_drop(v);
		return NULL;
	}
	return v;
}

struct value *value_string(const char *s, struct error *err)
{
	return value_words(VALUE_STRING, s, err);
}

struct value *value_lua(const char *printed, struct error *err)
{
	return value_words(VALUE_LUA, printed, err);
}

struct value *value_tensor(struct tensor t, struct error *err)
{
	struct value *v = value_new(VALUE_TENSOR, err);

	if (v)
		v->u.tensor = t;
	else
		tensor_drop(&t);
	return v;
}

struct value *value_quantized(struct quantized q, struct error *err)
{
	struct value *v = value_new(VALUE_QUANTIZED, err);

	if (v)
		v->u.quantized = q;
	else
		quantized_drop(&q);
	return v;
}

struct value *value_model(struct model *m, struct error *err)
{
	struct value *v = value_new(VALUE_MODEL, err);

	if (v)
		v->u.model = m;
	else
		model_drop(m);
	return v;
}

struct value *value_codec(const struct codec *c, struct error *err)
{
	struct value *v = value_new(VALUE_CODEC, err);

	if (v)
		v->u.codec = c;
	return v;
}

struct value *value_table(struct table *t, struct error *err)
{
	struct value *v = NULL;

	if (!t || t->failed)
		error_memory(err, "a table");
	else
		v = value_new(VALUE_TABLE, err);
	if (v)
		v->u.table = t;
	else
		table_drop(t);
	return v;
}

struct value *value_plan(struct plan *p, struct error *err)
{
	struct value *v = value_new(VALUE_PLAN, err);

	if (v)
		v->u.plan = p;
	else
		plan_drop(p);
	return v;
}

struct value *value_importance(struct importance *m, struct error *err)
{
	struct value *v = value_new(VALUE_IMPORTANCE, err);

	if (v)
		v->u.importance = m;
	else
		importance_drop(m);
	return v;
}

struct value *value_errors(struct quantized q, struct loss loss, struct error *err)
{
	struct value *v = value_new(VALUE_ERRORS, err);

	if (!v) {
		quantized_drop(&q);
		return NULL;
	}
	v->u.errors.of = q;
	v->u.errors.loss = loss;
	return v;
}

struct value *value_record(struct record *r, bool walked, struct error *err)
{
	struct value *v = value_new(VALUE_RECORD, err);

	if (!v) {
		record_drop(r);
		return NULL;
	}
	v->u.record.of = r;
	v->u.record.walked = walked;
	if (r->affine) {
		v->u.record.q.blocks = tensor_hold(&r->affine->back);
		v->u.record.q.source = tensor_hold(&r->affine->x);
	}
	return v;
}

struct value *value_match(struct match_value m, struct error *err)
{
	struct value *v = value_new(VALUE_MATCH, err);

	if (!v) {
		quantized_drop(&m.of);
		table_drop(m.table);
		return NULL;
	}
	v->u.match = m;
	return v;
}

struct value *value_hold(struct value *v)
{
	if (v)
		atomic_fetch_add_explicit(&v->holders, 1, memory_order_relaxed);
	return v;
}

void value_drop(struct value *v)
{
	if (!v || atomic_fetch_sub_explicit(&v->holders, 1, memory_order_acq_rel) != 1)
		return;
	switch (v->kind) {
	case VALUE_STRING:
	case VALUE_LUA:
		free(v->u.string);
		break;
	case VALUE_TENSOR:
		tensor_drop(&v->u.tensor);
		break;
	case VALUE_QUANTIZED:
		quantized_drop(&v->u.quantized);
		break;
	case VALUE_TRACE:
		quantized_drop(&v->u.walk.q);
		trace_drop(&v->u.walk.trace);
		break;
	case VALUE_MODEL:
		model_drop(v->u.model);
		break;
	case VALUE_ERRORS:
		quantized_drop(&v->u.errors.of);
		break;
	case VALUE_MATCH:
		quantized_drop(&v->u.match.of);
		table_drop(v->u.match.table);
		break;
	case VALUE_TABLE:
		table_drop(v->u.table);
		break;
	case VALUE_RECORD:
		quantized_drop(&v->u.record.q);
		record_drop(v->u.record.of);
		break;
	case VALUE_PLAN:
		plan_drop(v->u.plan);
		break;
	case VALUE_IMPORTANCE:
		importance_drop(v->u.importance);
		break;
	case VALUE_NIL:
	case VALUE_NUMBER:
	case VALUE_CODEC:
	case VALUE_KIND_COUNT:
		break;
	}
	free(v);
}

void value_name(struct value *v, const char *label)
{
	size_t n = strlen(label);

	if (n >= sizeof v->label) {
		n = sizeof v->label - 1;
		while (n && ((unsigned char)label[n] & 0xC0) == 0x80)	/* not in the middle of a character */
			n--;
	}
	memcpy(v->label, label, n);
	v->label[n] = 0;
}

const struct quantized *value_as_quantized(const struct value *v)
{
	switch (v->kind) {
	case VALUE_QUANTIZED:
		return &v->u.quantized;
	case VALUE_TRACE:
		return &v->u.walk.q;
	case VALUE_ERRORS:
		return &v->u.errors.of;
	case VALUE_RECORD:
		return v->u.record.q.blocks.codec ? &v->u.record.q : NULL;
	case VALUE_MATCH:
		return &v->u.match.of;
	default:
		return NULL;
	}
}

const struct table *value_as_table(const struct value *v)
{
	return v->kind == VALUE_TABLE ? v->u.table : v->kind == VALUE_MATCH ? v->u.match.table : NULL;
}

const struct tensor *value_weights(const struct value *v)
{
	const struct quantized *q = value_as_quantized(v);

	return q ? &q->blocks : v->kind == VALUE_TENSOR ? &v->u.tensor : NULL;
}

/* ---- quantized ---- */

void quantized_drop(struct quantized *q)
{
	if (!q)
		return;
	tensor_drop(&q->blocks);
	tensor_drop(&q->source);
	tensor_drop(&q->importance);
	memset(q, 0, sizeof *q);
}

struct quantized quantized_hold(const struct quantized *q)
{
	struct quantized copy = *q;

	copy.blocks = tensor_hold(&q->blocks);
	if (q->source.codec)
		copy.source = tensor_hold(&q->source);
	if (q->importance.codec)
		copy.importance = tensor_hold(&q->importance);
	copy.options.importance = NULL;
	return copy;
}

bool quantized_padding_at(const struct quantized *q, size_t at)
{
	size_t cols = q->blocks.cols;

	return q->padding && cols && at % cols >= cols - q->padding;
}

/* ---- walks ---- */

/* The encoder's trace of a block: once more over its row, padded as it was. Where one block spans rows it is over all of them. */
static bool record_encoder(const struct quantized *q, size_t block, struct trace *t, struct error *err)
{
	size_t len = tensor_block_len(&q->blocks), cols = q->blocks.cols, per_row = len && len <= cols ? cols / len : 0;
	size_t row = per_row ? block / per_row : 0, rows = per_row ? 1 : q->source.rows;
	struct tensor part, x = { 0 }, importance = { 0 };
	struct codec_options options = q->options;
	bool ok;

	if (!tensor_slice(&q->source, row, row + rows, 0, q->source.cols, &part, err))
		return false;
	ok = tensor_floats(&part) ? (x = tensor_hold(&part), true) : tensor_decode(&part, NULL, &x, err);
	tensor_drop(&part);
	if (ok && q->padding) {
		part = x;
		ok = tensor_pad(&part, q->pad, cols, &x, err);
		tensor_drop(&part);
	}
	/* An added weight counts as much as the last real one, so no sub-block is left without any. */
	if (ok && q->importance.codec)
		ok = tensor_pad(&q->importance, PAD_EDGE, cols, &importance, err);
	options.importance = importance.codec ? tensor_floats(&importance) : NULL;
	ok = ok && trace_encode(t, q->blocks.codec, &x, q->group, q->padding, &options, per_row ? block % per_row : block, err);
	t->block = block;
	tensor_drop(&x);
	tensor_drop(&importance);
	return ok;
}

/* Blocks from a file beside weights from its reference: another encoder made them, so only how they are read can be told. */
static bool record_foreign(const struct quantized *q, size_t block, struct trace *t, struct error *err)
{
	size_t len = tensor_block_len(&q->blocks);

	trace_drop(t);
	if (!trace_decode(t, &q->blocks, block, err))
		return false;
	t->x = q->padding ? NULL : malloc(len * sizeof *t->x);
	if (t->x && !tensor_read(&q->source, block * len, len, t->x)) {
		free(t->x);
		t->x = NULL;
	}
	return q->padding || t->x ? true : error_memory(err, "a trace");
}

bool quantized_record(const struct quantized *q, size_t block, struct trace *t, struct error *err)
{
	memset(t, 0, sizeof *t);
	if (block >= tensor_blocks(&q->blocks))
		return error_set(err, ERR_ARGUMENT, "no block %zu: there are %zu, counted from 0", block, tensor_blocks(&q->blocks));
	if (tensor_block_len(&q->blocks) > TRACED_MAX) {
		error_set(err, ERR_SHAPE, "one scale for %zu weights: too many to follow one by one", tensor_block_len(&q->blocks));
		return error_hint(err, "x", "give group=32, or take a part, as in  w[0, 0:256]");
	}
	if (!q->source.codec)
		return trace_decode(t, &q->blocks, block, err);
	if (!record_encoder(q, block, t, err))
		return false;
	trace_place(t, &q->blocks, block);
	return !memcmp(t->bytes, tensor_block(&q->blocks, block), t->n_bytes) || record_foreign(q, block, t, err);
}

struct value *value_walk(struct quantized q, size_t block, struct error *err)
{
	struct value *v = value_new(VALUE_TRACE, err);

	if (!v) {
		quantized_drop(&q);
		return NULL;
	}
	v->u.walk.q = q;
	if (!quantized_record(&v->u.walk.q, block, &v->u.walk.trace, err)) {
		value_drop(v);
		return NULL;
	}
	return v;
}

bool value_walks(const struct value *v)
{
	return v->kind == VALUE_TRACE || (v->kind == VALUE_RECORD && v->u.record.walked);
}

size_t value_steps(const struct value *v)
{
	return v->kind == VALUE_TRACE ? v->u.walk.trace.steps : v->kind == VALUE_RECORD ? v->u.record.of->steps : 0;
}

size_t value_step(const struct value *v)
{
	return v->kind == VALUE_TRACE ? v->u.walk.at : v->kind == VALUE_RECORD ? v->u.record.at : 0;
}

bool value_go(struct value *v, size_t step)
{
	if (step >= value_steps(v))
		return false;
	if (v->kind == VALUE_TRACE)
		return walk_go(&v->u.walk, step);
	v->u.record.at = step;
	return true;
}

const char *value_step_name(const struct value *v, size_t step)
{
	return v->kind == VALUE_TRACE ? v->u.walk.trace.step[step].name : v->u.record.of->step[step].name;
}

const char *value_step_view(const struct value *v, size_t step)
{
	return v->kind == VALUE_TRACE ? v->u.walk.trace.step[step].view : v->u.record.of->step[step].view;
}

const char *value_step_say(const struct value *v, size_t step)
{
	const char *say = v->kind == VALUE_TRACE ? v->u.walk.trace.step[step].say : v->u.record.of->step[step].say;

	return say ? say : value_step_name(v, step);
}

bool walk_go(struct walk *w, size_t step)
{
	if (step >= w->trace.steps)
		return false;
	w->at = step;
	return true;
}

bool walk_block(struct walk *w, size_t block, struct error *err)
{
	struct trace t;

	if (!quantized_record(&w->q, block, &t, err)) {
		trace_drop(&t);
		return false;
	}
	trace_drop(&w->trace);
	w->trace = t;
	if (w->at >= t.steps)
		w->at = t.steps ? t.steps - 1 : 0;
	return true;
}
