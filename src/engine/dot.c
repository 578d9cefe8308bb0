/* dot.c - see dot.h */
#include "engine/dot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/kernel.h"
#include "engine/trace.h"

/* A weight in its parts. */
struct parts { double scale, code, minimum; };

/* Those of the n weights of one block, from the derivations of what comes back. */
static bool block_parts(const struct tensor *t, size_t block, struct parts *p, struct error *err)
{
	struct trace trace;

	if (!trace_decode(&trace, t, block, err)) {
		trace_drop(&trace);
		return false;
	}
	for (size_t i = 0; i < trace.events; i++) {
		const struct trace_event *e = &trace.event[i];

		if (!strcmp(trace_kind_name((enum trace_kind)e->kind), "back") && e->weight < trace.len)
			trace_parts(e, &p[e->weight].scale, &p[e->weight].code, &p[e->weight].minimum);
	}
	trace_drop(&trace);
	return true;
}

static bool all_parts(const struct tensor *t, struct parts **out, struct error *err)
{
	size_t n = tensor_count(t), len = tensor_block_len(t);
	struct parts *p = calloc(n ? n : 1, sizeof *p);
	bool ok = p || error_memory(err, "the codes of a product");

	for (size_t b = 0; ok && b < n / len; b++)
		ok = block_parts(t, b, p + b * len, err);
	if (!ok)
		free(p);
	*out = ok ? p : NULL;
	return ok;
}

static bool one_run(const struct parts *p, const struct parts *q)
{
	return p[0].scale == p[1].scale && p[0].minimum == p[1].minimum && q[0].scale == q[1].scale;
}

/* Runs with one scale on either side; they never cross a row. */
static bool cut(const struct parts *w, const struct parts *a, size_t n, size_t cols, struct dot *out, struct error *err)
{
	size_t runs = 0;

	for (size_t i = 0; i < n; i++)
		runs += i % cols == 0 || !one_run(&w[i - 1], &a[i - 1]);
	out->term = calloc(runs ? runs : 1, sizeof *out->term);
	if (!out->term)
		return error_memory(err, "the terms of a product");
	for (size_t i = 0; i < n; i++) {
		struct dot_term *t;

		if (i % cols == 0 || !one_run(&w[i - 1], &a[i - 1]))
			out->term[out->terms++] = (struct dot_term){ .at = i, .scale_w = w[i].scale, .scale_a = a[i].scale, .minimum = w[i].minimum };
		t = &out->term[out->terms - 1];
		t->len++;
		t->whole += w[i].code * a[i].code;
		t->activations += a[i].code;
	}
	for (size_t k = 0; k < out->terms; k++) {
		struct dot_term *t = &out->term[k];

		t->value = t->scale_w * t->scale_a * t->whole - (t->minimum != 0 ? t->minimum * t->scale_a * t->activations : 0);
		out->whole += t->whole;
	}
	return true;
}

/* A minimum on the right would need sums of both: the formats of activations have none. */
static bool has_minimum(const struct parts *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].minimum != 0)
			return true;
	return false;
}

static double of_decoded(const struct tensor *w, const struct tensor *a)
{
	double sum = 0;

	for (size_t i = 0, n = tensor_count(w); i < n; ) {
		float x[256], y[256];
		size_t part = n - i < 256 ? n - i : 256;

		if (!tensor_read(w, i, part, x) || !tensor_read(a, i, part, y))
			return NAN;
		for (size_t k = 0; k < part; k++)
			sum += (double)x[k] * (double)y[k];
		i += part;
	}
	return sum;
}

static float engine_product(const struct tensor *w, const struct tensor *a)
{
	size_t row_w = tensor_bytes(w) / w->rows, row_a = tensor_bytes(a) / a->rows;
	float sum = 0;

	for (size_t r = 0; r < w->rows; r++)
		sum += codec_dot(w->codec, tensor_block(w, 0) + r * row_w, tensor_block(a, 0) + r * row_a, w->cols);
	return sum;
}

bool dot_take_apart(const struct tensor *w, const struct tensor *a, struct dot *out, struct error *err)
{
	struct parts *p = NULL, *q = NULL;
	size_t n = tensor_count(w);
	bool ok;

	memset(out, 0, sizeof *out);
	if (w->rows != a->rows || w->cols != a->cols) {
		error_set(err, ERR_SHAPE, "%zu x %zu and %zu x %zu weights do not multiply", w->rows, w->cols, a->rows, a->cols);
		return error_hint(err, "y", "both have the same rows and columns, padding included");
	}
	ok = all_parts(w, &p, err) && all_parts(a, &q, err);
	if (ok && has_minimum(q, n)) {
		error_set(err, ERR_CODEC, "%s has a minimum or a shift, so it cannot be the second of a product", a->codec->name);
		ok = error_hint(err, "y", w->codec->dot_name ? "%s goes with %s" : "%s goes with q8_0 or int8", w->codec->name, w->codec->dot_name);
	}
	ok = ok && cut(p, q, n, w->cols, out, err);
	free(p);
	free(q);
	if (!ok) {
		dot_drop(out);
		return false;
	}
	out->own = w->codec->dot && w->codec->dot_name && !strcmp(w->codec->dot_name, a->codec->name);
	if (out->own) {
		out->scaled = engine_product(w, a);
	} else {
		double sum = 0;

		for (size_t k = 0; k < out->terms; k++)
			sum += out->term[k].value;
		out->scaled = (float)sum;
	}
	out->decoded = of_decoded(w, a);
	return true;
}

void dot_drop(struct dot *d)
{
	if (!d)
		return;
	free(d->term);
	d->term = NULL;
	d->terms = 0;
}
