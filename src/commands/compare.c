/* compare.c - several codecs on the same weights: side by side, and one after the other. */
#include "commands/options.h"
#include "commands/show.h"

#include <math.h>
#include <string.h>

static size_t codecs_given(const struct args *a, const struct codec *list[], size_t max)
{
	const struct given *g;
	size_t n = 0;

	while (n < max && (g = args_nth(a, "codec", n)))
		list[n++] = g->codec;
	return n;
}

static bool no_codecs(struct context *c, const struct args *a, struct error *err)
{
	const struct given *x = args_get(a, "x");

	error_set(err, ERR_ARGUMENT, "which codecs? None is named");
	return error_hint(err, NULL, "as in  %s %s q4_0 q4_K", c->command->name, x->len < 40 ? x->text : "x");
}

#define SEVERAL_CODECS \
	{ "x", ARG_TENSOR, .summary = "the weights" }, \
	{ "codec", ARG_CODEC, .many = true, .summary = "one codec or more" }, \
	{ "pad", ARG_CHOICE, .named = true, .choices = "zero edge none", .summary = "what fills the last block of a row" }, \
	{ "imp", ARG_TENSOR, .named = true, .choices = "flat", .summary = "importance: one number for each column" }

/* ---- compare ---- */

static bool compare_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct codec *list[CODEC_COUNT];
	size_t n = codecs_given(a, list, CODEC_COUNT);
	struct quantize_options o;

	if (!n)
		return no_codecs(c, a, err);
	if (!options_given(c, a, &o, err))
		return false;
	o.flat_if_needed = true;
	return session_compare(c->session, args_get(a, "x")->value, list, n, &o, out, err);
}

static bool compare_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	return show_view(c, view_find("compare"), v, a, err);
}

const struct command command_compare = {
	.name     = "compare", .group = GROUP_QUANTIZING,
	.summary  = "what several codecs do to the same numbers",
	.help     = "A line for each codec, sorted by family. Codecs that cannot work without importance take imp=flat and are marked so. Columns: codec "
		    "bits rmse rel snr max scale_bits minimum codes importance.",
	.args     = { SEVERAL_CODECS, VIEW_TEXT_OPTIONS, { 0 } },
	.examples = { "compare x q4_0 iq4_nl pad=zero", "compare w q4_0 q4_1 q4_K text" },
	.related  = "requant quantize err codecs",
	.run      = compare_run,
	.after    = compare_after,
	.quiet    = true,
};

/* ---- requant ---- */

static bool requant_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct codec *list[CODEC_COUNT];
	size_t n = codecs_given(a, list, CODEC_COUNT);
	struct quantize_options o;

	if (!n)
		return no_codecs(c, a, err);
	if (!options_given(c, a, &o, err))
		return false;
	o.flat_if_needed = true;
	return session_requant(c->session, args_get(a, "x")->value, list, n, &o, out, err);
}

static double number(const struct table *t, size_t row, const char *column)
{
	return table_at(t, row, table_column(t, column))->number;
}

/* "q8_0 then q4_K: rmse 0.001432; q4_K at once 0.001427: the way round costs 0.03 dB" */
static void conclusion(struct context *c, const struct table *t)
{
	size_t last = t->rows - 1, codec = table_column(t, "codec");
	char a[NUMBER_SIZE], b[NUMBER_SIZE];
	struct text way = { 0 };

	if (t->rows < 2)
		return;
	for (size_t r = 0; r < t->rows; r++)
		text_add(&way, "%s%s", r ? " then " : "", table_at(t, r, codec)->text);
	if (isfinite(number(t, last, "snr")) && isfinite(number(t, last, "direct_snr")))
		say(c, "%s: rmse %s; %s at once: %s; the way round costs %.2f dB", text_str(&way), figure_loss(a, number(t, last, "rmse")),
		    table_at(t, last, codec)->text, figure_loss(b, number(t, last, "direct_rmse")), number(t, last, "direct_snr") - number(t, last, "snr"));
	text_drop(&way);
}

static void say_chain(struct context *c, const struct table *t)
{
	say(c, "  %-8s %5s  %9s  %7s  %6s   %9s  %9s", "codec", "b/w", "rmse", "rel", "dB", "this step", "at once");
	for (size_t r = 0; r < t->rows; r++) {
		char a[NUMBER_SIZE], b[NUMBER_SIZE], d[NUMBER_SIZE], e[NUMBER_SIZE];

		say(c, "  %-8s %5.2f  %9s  %7s  %6.2f   %9s  %9s", table_at(t, r, 1)->text, number(t, r, "bits"), figure_loss(a, number(t, r, "rmse")),
		    figure_loss(b, number(t, r, "rel")), number(t, r, "snr"), figure_loss(d, number(t, r, "step_rmse")),
		    figure_loss(e, number(t, r, "direct_rmse")));
	}
}

static bool requant_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	(void)a;
	(void)err;
	if (c->host->format && strcmp(c->host->format, "text")) {
		say_table(c, v->u.table);
	} else {
		say_chain(c, v->u.table);
		conclusion(c, v->u.table);
	}
	return true;
}

const struct command command_requant = {
	.name     = "requant", .group = GROUP_QUANTIZING,
	.summary  = "codecs one after the other: what is lost on the way",
	.help     = "Each codec takes what the one before gave back, as when a quantized model is quantized again. rmse, rel and snr are against the "
		    "original, step_rmse is of this step alone, direct_rmse and direct_snr of the codec on the original. Columns: step codec bits rmse rel "
		    "snr step_rmse direct_rmse direct_snr.",
	.args     = { SEVERAL_CODECS, { 0 } },
	.examples = { "requant w q8_0 q4_K", "requant x q4_0 q8_0 q4_0 pad=zero" },
	.related  = "compare quantize err",
	.run      = requant_run,
	.after    = requant_after,
	.quiet    = true,
};
