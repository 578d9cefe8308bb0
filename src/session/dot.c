/* dot.c - the product of two quantized values, taken apart. */
#include "engine/dot.h"

#include <math.h>

#include "session/session.h"

static struct value *terms_value(const struct dot *d, struct error *err)
{
	struct table *t = table_new("at len int activations scale_w scale_a minimum value");

	for (size_t i = 0; t && i < d->terms; i++) {
		const struct dot_term *term = &d->term[i];

		table_row(t);
		table_int(t, (int64_t)term->at);
		table_int(t, (int64_t)term->len);
		table_number(t, term->whole);
		table_number(t, term->activations);
		table_number(t, term->scale_w);
		table_number(t, term->scale_a);
		table_number(t, term->minimum);
		table_number(t, term->value);
	}
	return value_table(t, err);
}

/* Of the weights as they were; NAN where they are not known. */
static double exact_sum(const struct quantized *w, const struct quantized *a)
{
	double sum = 0;

	if (!w->source.codec || !a->source.codec)
		return NAN;
	for (size_t i = 0, n = tensor_count(&w->source); i < n; ) {
		float x[256], y[256];
		size_t part = n - i < 256 ? n - i : 256;

		if (!tensor_read(&w->source, i, part, x) || !tensor_read(&a->source, i, part, y))
			return NAN;
		for (size_t k = 0; k < part; k++)
			sum += (double)x[k] * (double)y[k];
		i += part;
	}
	return sum;
}

static const struct quantized *operand(const struct value *v, const char *name, struct error *err)
{
	const struct quantized *q = value_as_quantized(v);

	if (!q) {
		error_set(err, ERR_VALUE, "%s is not quantized", v->label[0] ? v->label : value_kind_name(v->kind));
		error_hint(err, name, "a codec and a tensor, or a quantized value: dot q4_0 x q8_0 y");
	} else if (tensor_count(&q->blocks) > SMALL_WORK) {
		error_set(err, ERR_SHAPE, "%zu weights are too many to take apart", tensor_count(&q->blocks));
		error_hint(err, name, "at most %d: a slice, as in w[0, :]", SMALL_WORK);
		q = NULL;
	}
	return q;
}

bool session_dot(struct session *s, const struct value *wv, const struct value *av, struct outcome *out, struct error *err)
{
	const struct quantized *w = operand(wv, "x", err), *a = w ? operand(av, "y", err) : NULL;
	struct table *t;
	struct value *terms;
	struct dot d;
	double exact;

	(void)s;
	if (!a || !codec_prepare(w->blocks.codec, err) || !codec_prepare(a->blocks.codec, err) || !dot_take_apart(&w->blocks, &a->blocks, &d, err))
		return false;
	terms = terms_value(&d, err);
	t = terms ? table_new("int scaled decoded exact own") : NULL;
	if (!t || !table_behind(t, terms)) {
		if (!t)
			value_drop(terms);
		table_drop(t);
		dot_drop(&d);
		return error_memory(err, "a product");
	}
	t->record = true;
	table_row(t);
	table_number(t, d.whole);
	table_number(t, (double)d.scaled);
	table_number(t, d.decoded);
	exact = exact_sum(w, a);
	if (isnan(exact))
		table_skip(t);
	else
		table_number(t, exact);
	table_int(t, d.own);
	dot_drop(&d);
	out->value = value_table(t, err);
	return out->value != NULL;
}
