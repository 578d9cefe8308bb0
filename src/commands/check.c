/* check.c - what is odd or bad in a model. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "files/model.h"

static bool check_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	return session_check(c->session, args_get(a, "model")->value, args_text(a, "pattern", NULL), out, err);
}

/* A line a finding, as finding_line writes them; the table is for programs. */
static bool check_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct table *t = v ? v->u.table : NULL;
	size_t bad = 0;

	(void)a;
	(void)err;
	if (!t)
		return true;
	for (size_t i = 0; i < t->rows; i++)
		bad += !strcmp(table_at(t, i, table_column(t, "grade"))->text, "bad");
	if (c->host->format && strcmp(c->host->format, "text"))
		say_table(c, t);
	else
		for (size_t i = 0; i < t->rows; i++)
			say(c, "%s", table_at(t, i, table_column(t, "line"))->text);
	if (!c->host->format || !strcmp(c->host->format, "text"))
		say(c, t->rows ? "%zu bad, %zu odd" : "nothing bad, nothing odd", bad, t->rows - bad);
	c->session->found_bad |= bad > 0;
	return true;
}

const struct command command_check = {
	.name     = "check", .group = GROUP_MODELS,
	.summary  = "what is bad or odd in a model",
	.help     = "Reads every tensor. Bad: values and scales that are not finite, data that is missing, overlaps or is not aligned, unknown types, "
		    "rows that do not fill blocks, names twice, parts that contradict each other. Odd: tensors of one value, rows of zeros, codes piled "
		    "up at the ends, scales of zero with codes, text that is not UTF-8, data that is not aligned, holes, a missing part, no tensors. "
		    "Columns: grade tensor row block byte bytes text line; byte counts from the start of the file. In batch mode something bad gives "
		    "exit code 4.",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "pattern", ARG_PATTERN, .optional = true, .summary = "only tensors like this" },
		{ 0 }
	},
	.examples = { "check m", "check m *.weight" },
	.related  = "ls open info",
	.run      = check_run,
	.after    = check_after,
	.quiet    = true,
};
