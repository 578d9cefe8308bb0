/* worst.c - where a model loses most, and how two models differ. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "commands/show.h"
#include "session/survey.h"

static const struct table_cell *cell(const struct table *t, size_t row, const char *column)
{
	return table_at(t, row, table_column(t, column));
}

static bool wants_words(const struct context *c)
{
	return !c->host->format || !strcmp(c->host->format, "text");
}

/* A survey that was stopped says so behind its label. */
static void say_partial(struct context *c, const struct value *v)
{
	const char *partial = strstr(v->label, "partial: ");

	if (partial)
		say(c, "%s tensors; once more goes on from there", partial);
}

/* ---- worst ---- */

static bool worst_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct given *codec = args_get(a, "codec");

	return session_worst(c->session, args_get(a, "model")->value, codec ? codec->codec : NULL, args_text(a, "by", "rel"),
			     (size_t)args_number(a, "top", 10), out, err);
}

/* "  blk.2.ffn_down.weight    q4_K   rel .0722   28 % of its squared error lies in 1 % of its blocks" */
static void say_worst(struct context *c, const struct table *t, size_t row, int width, const char *by)
{
	const struct table_cell *lost = cell(t, row, !strcmp(by, "outlier") ? "outlier" : by), *share = cell(t, row, "worst_share");
	struct text line = { 0 };

	text_add(&line, "  %-*s  %-7s ", width, cell(t, row, "tensor")->text,
		 cell(t, row, "codec")->text ? cell(t, row, "codec")->text : cell(t, row, "type")->text);
	if (cell(t, row, "fault")->text)
		text_add(&line, "not measured: %s", cell(t, row, "fault")->text);
	else if (!strcmp(by, "outlier"))
		text_add(&line, "its largest weight lies %.1f standard deviations out", lost->number);
	else
		text_add(&line, !strcmp(by, "snr") ? "snr %.2f dB" : !strcmp(by, "max") ? "max %.5f" : "rel %.4f", lost->number);
	if (share->kind == CELL_NUMBER && share->number >= 0.05)
		text_add(&line, "   %.0f %% of its squared error lies in 1 %% of its blocks", 100 * share->number);
	say(c, "%s", text_str(&line));
	text_drop(&line);
}

static bool worst_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct table *t = v ? v->u.table : NULL;
	int width = 0;

	(void)err;
	if (!t)
		return true;
	if (!wants_words(c)) {
		say_table(c, t);
		return true;
	}
	for (size_t i = 0; i < t->rows; i++) {
		const char *name = cell(t, i, "tensor")->text;

		width = (int)fmax(width, (double)text_width(name, strlen(name)));
	}
	for (size_t i = 0; i < t->rows; i++)
		say_worst(c, t, i, width, args_text(a, "by", "rel"));
	if (!t->rows)
		say(c, "no matrix in this model");
	say_partial(c, v);
	return true;
}

const struct command command_worst = {
	.name     = "worst", .group = GROUP_MODELS,
	.summary  = "tensors that lose most, worst first",
	.help     = "rel, max and snr need codec=, what that would lose of what the file holds, or a model opened with ref=, what the file has lost. "
		    "outlier needs neither: the largest weight in standard deviations. What was measured is kept for the run, also after Ctrl-C. "
		    "Columns: " WORST_COLUMNS "; worst_share is how much of the squared error lies in the worst hundredth of the blocks, "
		    "weighted the rmse weighted by the model's importance (open FILE imatrix=).",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "codec", ARG_CODEC, .named = true, .optional = true, .summary = "measured in this codec" },
		{ "by", ARG_CHOICE, .named = true, .optional = true, .choices = "rel max snr outlier", .summary = "what counts as worst (rel)" },
		{ "top", ARG_COUNT, .named = true, .optional = true, .min = 1, .max = 1e6, .summary = "so many at most (10)" },
		{ 0 }
	},
	.examples = { "worst m by=outlier", "worst m codec=int4 by=snr top=5" },
	.related  = "ls browse err diff",
	.run      = worst_run,
	.after    = worst_after,
	.quiet    = true,
};

/* ---- diff ---- */

static bool diff_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *x = args_get(a, "a")->value, *y = args_get(a, "b")->value;

	if (args_get(a, "pattern") && x->kind != VALUE_MODEL) {
		error_set(err, ERR_ARGUMENT, "a pattern chooses tensors of models; these are values");
		return error_hint(err, "pattern", "leave it out, or compare two models");
	}
	return session_diff(c->session, x, y, args_text(a, "pattern", NULL), out, err);
}

static bool diff_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct table *t = v ? v->u.table : NULL;

	if (!t)
		return true;
	for (size_t i = 0; i < t->rows; i++)
		c->session->found_bad |= !strcmp(cell(t, i, "grade")->text, "bad");
	say_partial(c, v);
	return show_view(c, view_find("diff"), v, a, err);
}

const struct command command_diff = {
	.name     = "diff", .group = GROUP_MODELS,
	.summary  = "what differs between two models, or two values",
	.help     = "Tensors are paired by name, with the usual renaming. Bad: another shape, and values that differ by more than their types explain. Odd: "
		    "a tensor that only one has, another type. What the types explain is measured: each side's values put into the other's type. In "
		    "batch mode something bad gives exit code 4. Columns: " DIFF_COLUMNS ".",
	.args     = {
		{ "a", ARG_VALUE, .summary = "a model, or weights" },
		{ "b", ARG_VALUE, .summary = "the one held against it" },
		{ "pattern", ARG_PATTERN, .optional = true, .summary = "only tensors like this" },
		VIEW_TEXT_OPTIONS, { 0 }
	},
	.examples = { "diff m m", "diff w w text" },
	.related  = "worst check err compare",
	.run      = diff_run,
	.after    = diff_after,
	.quiet    = true,
};
