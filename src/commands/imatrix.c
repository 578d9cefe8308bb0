/* imatrix.c - importance of columns, measured. */
#include "commands/command.h"

static bool imatrix_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	if (!args_get(a, "out")) {
		error_set(err, ERR_ARGUMENT, "out= is missing");
		return error_hint(err, "out", "the file to write, as in  out=digits.imatrix.gguf");
	}
	return session_imatrix(c->session, args_get(a, "model")->value, args_text(a, "out", NULL), args_text(a, "data", NULL),
			       args_flag(a, "force"), out, err);
}

static bool imatrix_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	(void)a;
	(void)err;
	if (v)
		say(c, "%s   importance of the columns, mean squares over 1437 digits", v->u.string);
	return true;
}

const struct command command_imatrix = {
	.name     = "imatrix", .group = GROUP_MODELS,
	.summary  = "importance of each column, measured on real inputs",
	.help     = "Runs the 1437 training digits through a net like that of  open sample  and writes the mean squares of what goes into each layer "
		    "as an importance file: .dat the older binary form, any other name GGUF. convert imatrix= and imp= read it.",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "out", ARG_FILE, .named = true, .ending = ".gguf .dat", .summary = "the file to be written" },
		{ "data", ARG_FILE, .named = true, .ending = ".csv", .summary = "the digits, if they are not beside the lessons" },
		{ "force", ARG_FLAG, .summary = "replace a file of that name" },
		{ 0 }
	},
	.examples = { "imatrix m out=digits.gguf force", "imatrix m out=digits.dat force" },
	.related  = "score convert cover",
	.run      = imatrix_run,
	.after    = imatrix_after,
	.quiet    = true,
};
