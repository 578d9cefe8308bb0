/* rd.c - bits against error of many codecs, measured on these very weights. */
#include <string.h>

#include "commands/options.h"
#include "commands/show.h"
#include "session/survey.h"

static bool accuracy_run(struct context *c, const struct args *a, struct rd_options *o, struct outcome *out, struct error *err)
{
	const struct given *x = args_get(a, "x");

	if (x->value->kind != VALUE_MODEL) {
		error_set(err, ERR_ARGUMENT, "of=accuracy runs a model; this is of kind %s", value_kind_name(x->value->kind));
		return error_hint(err, "x", "m = open sample; rd m of=accuracy");
	}
	o->imatrix = args_text(a, "imatrix", NULL);
	return session_rd_accuracy(c->session, x->value, o, out, err);
}

static bool rd_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct given *x = args_get(a, "x"), *imp = args_get(a, "imp");
	struct quantize_options q;
	const struct codec *list[CODEC_COUNT];
	struct rd_options o = { .codec = list };

	if (!codecs_named(args_text(a, "codecs", ""), list, &o.n, err) || !options_given(c, a, &q, err))
		return false;
	if (x->value->kind == VALUE_TABLE && (is_rd_table(x->value->u.table) || is_rd_accuracy(x->value->u.table))) {
		out->value = value_hold(x->value);
		return true;
	}
	if (!strcmp(args_text(a, "of", "error"), "accuracy"))
		return accuracy_run(c, a, &o, out, err);
	if (!value_weights(x->value) && x->value->kind != VALUE_MODEL) {
		error_set(err, ERR_ARGUMENT, "rd measures a tensor or a model; this is of kind %s", value_kind_name(x->value->kind));
		return error_hint(err, "x", "as in  rd w");
	}
	if (imp && imp->value && imp->value->kind == VALUE_IMPORTANCE)
		o.file = imp->value->u.importance;
	if (q.importance && x->value->kind == VALUE_MODEL) {
		error_set(err, ERR_ARGUMENT, "one row of importance does not fit all tensors of a model");
		return error_hint(err, "imp", "an importance file, or one of its tensors: rd %s:NAME imp=...", x->value->label);
	}
	o.flat = q.flat_importance;
	o.pad = q.pad;
	o.importance = q.importance;
	return session_rd(c->session, x->value, &o, out, err);
}

static bool rd_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	return show_view(c, view_find("rd"), v, a, err);
}

const struct command command_rd = {
	.name     = "rd", .group = GROUP_VIEWS,
	.summary  = "bits against error for many codecs",
	.help     = "Measured on these weights, of a model on evenly spaced rows of its matrices, with the importance it was opened with (imp=flat: without); never looked up. The dotted line is the bound for "
		    "a Gaussian source, 6.02 dB a bit. Codecs that cannot work without importance take imp=flat and are marked so; with imp= the "
		    "error is weighted. After Ctrl-C what was measured is shown. Columns: " RD_COLUMNS ". "
		    "of=accuracy puts all weights of a net like that of  open sample  in one codec after the other, as  convert pure=  does, and lets "
		    "score  count right answers; the dotted line is the model as it is. Columns: " RD_ACCURACY_COLUMNS ".",
	.args     = {
		{ "x", ARG_VALUE, .summary = "a tensor, or an open model" },
		{ "codecs", ARG_TEXT, .named = true, .optional = true, .summary = "\"q4_0 q4_K\", a family as in codecs, or all" },
		{ "imp", ARG_TENSOR, .named = true, .choices = "flat", .summary = "importance: one number for each column" },
		{ "pad", ARG_CHOICE, .named = true, .choices = "zero edge none", .summary = "what fills the last block of a row" },
		{ "of", ARG_CHOICE, .named = true, .choices = "error accuracy", .summary = "accuracy: right answers of a model that score can run" },
		{ "imatrix", ARG_FILE, .named = true, .ending = ".gguf .dat", .summary = "an importance file, for of=accuracy" },
		{ "pareto", ARG_FLAG, .summary = "leaves out codecs that another beats on both" },
		{ "max", ARG_NUMBER, .named = true, .optional = true, .min = 0.1, .max = 64, .summary = "hides codecs of more bits a weight" },
		VIEW_TEXT_OPTIONS, { 0 }
	},
	.examples = { "rd (gauss(4096))", "rd w codecs=\"q4_0 q4_K q8_0\" pareto text" },
	.related  = "compare codecs quantize err",
	.run      = rd_run,
	.after    = rd_after,
	.quiet    = true,
};
