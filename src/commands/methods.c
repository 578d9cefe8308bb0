/* methods.c - the verbs of methods: what each takes, its record as the result, and its picture or its steps. interaction.md 7. */
#include "commands/show.h"

#include <string.h>

#include "methods/affine.h"
#include "methods/method.h"
#include "methods/record.h"
#include "session/method.h"

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	return session_method(c->session, c->command->name, a, out, err);
}

/* `step` before the verb: the steps of what it made, from the first. */
static bool walk(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	struct outcome out = { 0 };
	struct text line = { 0 };
	bool ok = session_walk_record(v, &out, err) && stage_show(c->stage, NULL, out.value, NULL, err);

	if (ok) {
		stage_step_line(out.value, &line);
		if (strcmp(settings_get(&c->session->settings, "step"), "quiet") != 0)
			say_text(c, STYLE_PLAIN, text_str(&line));
		ok = show_again(c, a, err);
	}
	text_drop(&line);
	value_drop(out.value);
	return ok;
}

/* What was done to a range that was not asked for. */
static void notes(struct context *c, const struct affine *a)
{
	char lo[NUMBER_SIZE], hi[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
	const struct unit *u = a->unit;

	for (size_t k = 0; k < a->units; k++, u++)
		if (!a->o.sym && (u->low != u->lo || u->high != u->hi)) {
			note(c, "0 has to be reached: the range %s..%s is widened to %s..%s%s", number_short(lo, u->lo), number_short(hi, u->hi),
			     number_short(low, u->low), number_short(high, u->high), a->units > 1 ? ", and others likewise" : "");
			break;
		}
	if (a->o.sym && a->qmin >= 0)
		note(c, "symmetric codes without a sign: only for numbers from 0 up");
}

static bool after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	if (!v)
		return true;
	if (v->u.record.of->affine)
		notes(c, v->u.record.of->affine);
	if (c->stepping)
		return walk(c, a, v, err);
	if (args_flag(a, "text") || c->redirect)
		return show_view(c, view_default(v), v, NULL, err);
	show_by_itself(c, v);
	return true;
}

#define CODE_BITS { "bits", ARG_COUNT, .named = true, .min = 2, .max = 16, .summary = "of a code (8)" }
#define SYM { "sym", ARG_CHOICE, .named = true, .choices = "on off", .summary = "zero point at 0 (on)" }
#define CODES { "codes", ARG_TEXT, .named = true, .summary = "full restricted unsigned narrow, or as in -7..7" }
#define SEARCH \
	{ "p", ARG_NUMBER, .named = true, .summary = "percentile (99.9)" }, \
	{ "power", ARG_NUMBER, .named = true, .summary = "of the error in searches (2)" }, \
	{ "batch", ARG_COUNT, .named = true, .min = 1, .max = 1e15, .summary = "numbers in a batch of moving and hist (a row)" }
#define ROUND \
	{ "round", ARG_CHOICE, .named = true, .choices = ROUNDINGS, .summary = "how a tie is broken (rne)" }, \
	{ "seed", ARG_COUNT, .named = true, .max = 9007199254740991.0, .summary = "of round=sr (1)" }
#define PICTURE { "text", ARG_FLAG, .summary = "the picture into the output" }, { 0 }

const struct command command_calibrate = {
	.name     = "calibrate", .group = GROUP_METHODS,
	.summary  = "the range that codes will cover, from samples",
	.help     = "Range, scale and zero point, and what each range would have cost. moving and hist take the rows as batches.",
	.args     = {
		{ "x", ARG_TENSOR, .summary = "the samples" },
		{ "method", ARG_CHOICE, .named = true, .choices = CALIBRATIONS, .summary = "how it is chosen (minmax)" },
		CODE_BITS, SYM, CODES, SEARCH, PICTURE
	},
	.examples = { "calibrate w[0, :] bits=4 method=mse", "calibrate x method=percentile p=99" },
	.related  = "affine curve step", .run = run, .after = after,
};

const struct command command_affine = {
	.name     = "affine", .group = GROUP_METHODS,
	.summary  = "a scale, a zero point and whole numbers",
	.help     = "q = round(x / s) + zp, kept within the codes. order= is where the zero point is added; document has none and widens no range. "
		    "Symmetric codes are restricted (-7..7) and others unsigned (0..15), unless codes= says more. step= and zero= are taken as given.",
	.args     = {
		{ "x", ARG_TENSOR, .summary = "the numbers" },
		CODE_BITS, SYM,
		{ "range", ARG_RANGE, .named = true, .summary = "the range, as in -5..5" },
		{ "per", ARG_CHOICE, .named = true, .choices = PERS, .summary = "what shares a scale (tensor)" },
		{ "group", ARG_COUNT, .named = true, .min = 1, .max = 1e15, .summary = "numbers in a group, for per=group" },
		{ "calib", ARG_CHOICE, .named = true, .choices = CALIBRATIONS, .summary = "how the range is chosen (minmax)" },
		CODES,
		{ "order", ARG_CHOICE, .named = true, .choices = ORDERS, .summary = "of rounding and adding (round-add)" },
		{ "step", ARG_NUMBER, .named = true, .summary = "the scale, as given" },
		{ "zero", ARG_NUMBER, .named = true, .summary = "the zero point, as given" },
		{ "p", ARG_NUMBER, .named = true, .summary = "percentile of calib=percentile (99.9)" },
		ROUND, PICTURE
	},
	.examples = { "affine [3.4, -4.8, 4.9] bits=4 range=-5..5", "step affine x bits=4; next" },
	.related  = "calibrate matmul quantize step", .run = run, .after = after,
};

const struct command command_matmul = {
	.name     = "matmul", .group = GROUP_METHODS,
	.summary  = "products in integers, and their rescaling",
	.help     = "a is M x K, b is K x N, of affine or of a codec with whole numbers; plain numbers are quantized to int8 first, with step= if it is "
		    "given. The result is rounded in floating point, and by a multiplier and a shift.",
	.args     = {
		{ "a", ARG_VALUE, .summary = "the left operand: one scale, or one a row" },
		{ "b", ARG_VALUE, .summary = "the right operand: one scale, or one a column" },
		{ "out", ARG_NUMBER, .named = true, .summary = "the step of the result; found from its range if not given" },
		{ "zero", ARG_NUMBER, .named = true, .summary = "zero point of the result" },
		{ "acc", ARG_COUNT, .named = true, .min = 8, .max = 64, .summary = "bits of the accumulator (32)" },
		{ "bits", ARG_COUNT, .named = true, .min = 2, .max = 16, .summary = "of the result's codes (8)" },
		{ "step", ARG_NUMBER, .named = true, .summary = "the step of operands that are plain numbers" },
		PICTURE
	},
	.examples = { "matmul 2.0 1.5 step=0.0314 out=0.0314", "step matmul 2.0 1.5 step=0.0314; next 2" },
	.related  = "affine fixed step", .run = run, .after = after,
};

const struct command command_accumulate = {
	.name     = "accumulate", .group = GROUP_METHODS,
	.summary  = "sums as narrow accumulators make them",
	.help     = "The products of a and b, each rounded to 8-bit floats, are added 32 at a time in a sum of acc_bits bits, as tensor cores do it (a "
		    "model of them). What is too small beside the sum is cut off. Every so many products the sum goes into a 32-bit float instead.",
	.args     = {
		{ "a", ARG_TENSOR, .summary = "the left factors" },
		{ "b", ARG_TENSOR, .summary = "the right factors, as many" },
		{ "acc_bits", ARG_COUNT, .named = true, .min = 4, .max = 24, .summary = "of the sum (14)" },
		{ "every", ARG_COUNT, .named = true, .min = 1, .max = 1e9, .summary = "products, then the sum is taken out (128)" },
		PICTURE
	},
	.examples = { "accumulate (gauss(4096)) (gauss(4096)) every=64", "step accumulate w[0, :] w[1, :] acc_bits=10; next" },
	.related  = "matmul dot step", .run = run, .after = after,
};

const struct command command_fixed = {
	.name     = "fixed", .group = GROUP_METHODS,
	.summary  = "fixed point: integers, shifts and what was lost",
	.help     = "q=m.n has a sign, m whole bits and n of the fraction; scale=100 counts in hundredths. shift=off leaves out the division after a "
		    "product, to see what that does.",
	.args     = {
		{ "x", ARG_TEXT, .summary = "a number, or a quoted expression" },
		{ "q", ARG_TEXT, .named = true, .summary = "bits before and after the point (7.8)" },
		{ "scale", ARG_COUNT, .named = true, .min = 1, .max = 1e9, .summary = "a decimal scale instead" },
		{ "shift", ARG_CHOICE, .named = true, .choices = "on off", .summary = "the division after a product (on)" },
		ROUND, PICTURE
	},
	.examples = { "fixed \"1.75 * -0.3\" q=3.4", "step fixed \"0.5 * 0.5\" scale=100; next" },
	.related  = "matmul step", .run = run, .after = after,
};
