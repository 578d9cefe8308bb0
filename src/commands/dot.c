/* dot.c - a product in integers: what is multiplied, scaled and added. */
#include "commands/options.h"
#include "commands/show.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TERMS_SHOWN = 16 };

/* Held; NULL: err. */
static struct value *operand(struct context *c, const struct args *a, const char *name, struct outcome *out, struct error *err)
{
	const struct given *x = args_get(a, name);
	struct quantize_options o;
	struct outcome made = { 0 };

	if (!x->codec || x->value->kind == VALUE_CODEC)
		return value_hold(x->value);
	if (!options_given(c, a, &o, err))
		return NULL;
	o.flat_if_needed = true;
	if (tensor_count(value_weights(x->value)) > SMALL_WORK) {
		error_set(err, ERR_SHAPE, "%zu weights are too many to take apart", tensor_count(value_weights(x->value)));
		error_hint(err, name, "at most %d: a slice, as in w[0, :]", SMALL_WORK);
		return NULL;
	}
	if (!session_quantize(c->session, x->codec, x->value, &o, &made, err)) {
		suggest_any_length("dot", a, err);
		if (!strcmp(err->about, "x"))
			strcpy(err->about, name);
		return NULL;
	}
	if (made.note[0] && !(x->codec->flags & CODEC_ACTIVATIONS_ONLY) && !out->note[0])
		memcpy(out->note, made.note, sizeof out->note);
	return made.value;
}

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *w = operand(c, a, "x", out, err), *y = w ? operand(c, a, "y", out, err) : NULL;
	bool ok = y && session_dot(c->session, w, y, out, err);

	value_drop(w);
	value_drop(y);
	return ok;
}

static double number(const struct table *t, size_t row, const char *column)
{
	return table_at(t, row, table_column(t, column))->number;
}

static bool is_whole(double v) { return fabs(v) < 1e15 && v == floor(v); }

/* A whole number to the last digit; f16 and its like have codes that are none, and then the sum is none either. */
static const char *sum_of_codes(char *buf, double v)
{
	if (!is_whole(v))
		return number_short(buf, v);
	snprintf(buf, NUMBER_SIZE, "%.0f", v);
	return buf;
}

static void say_terms(struct context *c, const struct table *terms)
{
	bool minimum = false;

	for (size_t r = 0; r < terms->rows; r++)
		minimum |= number(terms, r, "minimum") != 0;
	if (minimum)
		say(c, "  %-14s %10s   %-11s  %-12s %-11s %6s   %s", "weights", "integers", "scale w", "scale a", "minimum", "sum a", "product");
	else
		say(c, "  %-14s %10s   %-11s  %-12s %s", "weights", "integers", "scale w", "scale a", "product");
	for (size_t r = 0; r < terms->rows && r < TERMS_SHOWN; r++) {
		long long at = table_at(terms, r, 0)->integer, len = table_at(terms, r, 1)->integer;
		char range[32], a[NUMBER_SIZE], b[NUMBER_SIZE], m[NUMBER_SIZE], v[NUMBER_SIZE], n[NUMBER_SIZE];

		snprintf(range, sizeof range, "%lld..%lld", at, at + len - 1);
		sum_of_codes(n, number(terms, r, "int"));
		number_short(a, number(terms, r, "scale_w"));
		number_short(b, number(terms, r, "scale_a"));
		number_short(m, number(terms, r, "minimum"));
		number_short(v, number(terms, r, "value"));
		if (minimum)
			say(c, "  %-14s %10s   %-11s  %-12s %-11s %6.0f   %s", range, n, a, b, m, number(terms, r, "activations"), v);
		else
			say(c, "  %-14s %10s   %-11s  %-12s %s", range, n, a, b, v);
	}
	if (terms->rows > TERMS_SHOWN)
		say(c, "  \xe2\x80\xa6 %zu more", terms->rows - TERMS_SHOWN);
}

static bool after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct table *t = v->u.table, *terms = t->behind[0]->u.table;
	const struct table_cell *exact = table_at(t, 0, table_column(t, "exact"));
	char buf[NUMBER_SIZE], e[NUMBER_SIZE];

	(void)a;
	(void)err;
	if (c->host->format && strcmp(c->host->format, "text")) {
		say_table(c, t);
		return true;
	}
	say_terms(c, terms);
	say(c, "  int      %s, all %s together", sum_of_codes(buf, number(t, 0, "int")), is_whole(number(t, 0, "int")) ? "integers" : "products of codes");
	say(c, "  scaled   %s, %s", number_short(buf, number(t, 0, "scaled")), table_at(t, 0, table_column(t, "own"))->integer ?
	    "added in the order of the format" : "the sum of the products above: the two have no product of their own");
	say(c, "  decoded  %s, the exact sum of what comes back", number_short(buf, number(t, 0, "decoded")));
	if (exact->kind == CELL_NUMBER)
		say(c, "  exact    %s, of the numbers as they were: an error of %s", number_short(buf, exact->number),
		    number_short(e, number(t, 0, "scaled") - exact->number));
	return true;
}

const struct command command_dot = {
	.name     = "dot", .group = GROUP_QUANTIZING,
	.summary  = "a product in integers, scaled and added",
	.help     = "Codes are multiplied and added as whole numbers, run by run of equal scales; then come the scales, then the sum. Weights go first: q4_K "
		    "goes with q8_K, q4_0 with q8_0; info CODEC names the partner. Columns: int scaled decoded exact own; qs.dot gives the terms too.",
	.args     = {
		{ "x", ARG_SUBJECT, .summary = "codec and weights, or a quantized value" },
		{ "y", ARG_SUBJECT, .summary = "codec and activations, or a quantized value" },
		{ "pad", ARG_CHOICE, .named = true, .choices = "zero edge none", .summary = "what fills the last block of a row" },
		{ "imp", ARG_TENSOR, .named = true, .choices = "flat", .summary = "importance: one number for each column" },
		{ 0 }
	},
	.examples = { "dot q4_0 w[0, 0:64] q8_0 w[1, 0:64]", "dot int8 x int8 x" },
	.related  = "quantize info compare",
	.run      = run,
	.after    = after,
	.quiet    = true,
};
