/* load.c - single arrays from files and to files. */
#include "commands/command.h"

static bool load_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	return session_load(c->session, args_text(a, "file", ""), args_text(a, "member", NULL), args_text(a, "dtype", NULL),
			    args_text(a, "shape", NULL), out, err);
}

/* An archive of several arrays gives the list of them. */
static bool load_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	(void)a;
	(void)err;
	if (value_as_table(v))
		say_table(c, value_as_table(v));
	return true;
}

const struct command command_load = {
	.name     = "load", .group = GROUP_VALUES,
	.summary  = "a tensor from a file",
	.help     = "Reads .npy (versions 1 to 3, either byte order, C or Fortran order, floats and integers), a member of .npz (of several, without "
		    "member=, it lists them), numbers as text (in rows, with blanks or commas between), and raw bytes, which need dtype= and shape=. dtype is a plain type (f64 f32 f16 bf16 f8_e4m3 f8_e5m2 i8 ... u64 "
		    "bool, >f4 turned round) or a codec with blocks (q4_0).",
	.args     = {
		{ "file", ARG_FILE, .ending = ".npy .npz .txt .csv .tsv .bin .raw", .summary = "what to read" },
		{ "member", ARG_TEXT, .named = true, .summary = "which array of an .npz archive" },
		{ "dtype", ARG_TEXT, .named = true, .summary = "raw bytes: type of the numbers" },
		{ "shape", ARG_SHAPE, .named = true, .summary = "raw bytes: rows x columns" },
		{ 0 }
	},
	.examples = { "load x.npy", "load x.bin dtype=f32 shape=4" },
	.related  = "save open print",
	.run      = load_run,
	.after    = load_after,
};

static bool save_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *path = args_text(a, "file", "");

	(void)out;
	if (!session_save(c->session, args_get(a, "value")->value, path, args_flag(a, "force"), err))
		return false;
	say(c, "wrote %s", path);
	return true;
}

const struct command command_save = {
	.name     = "save", .group = GROUP_VALUES,
	.summary  = "a value into a file",
	.help     = "By the ending: .npy (as f32), .txt .csv .tsv (numbers in rows), .bin .raw (the bytes or blocks as they are); tables as .tsv or "
		    ".json; a plan as text that convert and run read. A file that was there before is replaced only with force, or when this run wrote it.",
	.args     = {
		{ "value", ARG_VALUE, .summary = "weights, a table or a plan" },
		{ "file", ARG_FILE, .ending = ".npy .txt .csv .tsv .bin .raw .json .plan", .summary = "where to" },
		{ "force", ARG_FLAG, .summary = "also over a file that is there" },
		{ 0 }
	},
	.examples = { "save x x.npy force", "save x x.bin force" },
	.related  = "load print",
	.run      = save_run,
};
