/* score.c - what errors of weights cost in answers. */
#include <math.h>
#include <string.h>

#include "commands/command.h"

static bool score_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct given *ref = args_get(a, "ref");

	return session_score(c->session, args_get(a, "model")->value, ref ? ref->value : NULL, args_text(a, "data", NULL),
			     args_flag(a, "exact"), out, err);
}

/* "right 349 of 360   loss 0.1032   agree 98.6 %   KL 0.0041" */
static bool score_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct table *t = v ? v->u.table : NULL;
	const struct table_cell *cell;
	struct text line = { 0 };

	(void)a;
	(void)err;
	if (!t)
		return true;
	if (strcmp(c->host->format, "text")) {
		say_table(c, t);
		return true;
	}
	cell = table_at(t, 0, 0);
	text_add(&line, "right %d of %d   loss %.4f", (int)cell[0].integer, (int)cell[1].integer, cell[2].number);
	if (cell[3].kind == CELL_NUMBER)
		text_add(&line, "   agree %.1f %%   KL %.4f", 100 * cell[3].number, fabs(cell[4].number) < 5e-5 ? 0 : cell[4].number);
	say(c, "%s", text_str(&line));
	text_drop(&line);
	return true;
}

const struct command command_score = {
	.name     = "score", .group = GROUP_MODELS,
	.summary  = "what a model does with real inputs: right answers and loss",
	.help     = "Runs the 360 test digits through a net like that of  open sample. Quantized weights are multiplied by the engine's own integer "
		    "products, or decoded first with exact. With ref= it says how often both give the same answer, and the mean KL divergence of "
		    "the answers from those of the reference. Columns: right count loss agree kl; agree is a share of 1.",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "ref", ARG_MODEL, .named = true, .summary = "the same model at full precision, open too" },
		{ "data", ARG_FILE, .named = true, .ending = ".csv", .summary = "the digits, if they are not beside the lessons" },
		{ "exact", ARG_FLAG, .summary = "decode the weights and multiply floats" },
		{ 0 }
	},
	.examples = { "score m", "score m ref=m" },
	.related  = "open convert",
	.run      = score_run,
	.after    = score_after,
	.quiet    = true,
};
