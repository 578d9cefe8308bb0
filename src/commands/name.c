/* name.c - names of codecs and recipes taken apart. */
#include "commands/show.h"
#include "session/naming.h"

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct naming n;
	struct table *t;

	(void)c;
	if (!name_read(args_text(a, "name", ""), &n, err))
		return false;
	t = table_new("name kind codec recipe file_type digit bits block bytes family codes");
	if (!t)
		return error_memory(err, "a record");
	t->record = true;
	table_row(t);
	table_text(t, n.name);
	table_text(t, n.kinds & NAME_CODEC ? n.kinds & NAME_RECIPE ? "codec and recipe" : "codec" : n.kinds & NAME_RECIPE ? "recipe" :
		   n.kinds & NAME_MISSING ? "missing" : n.kinds & NAME_FOREIGN ? "foreign" : n.kinds & NAME_FAMILY ? "family" : "other");
	if (n.codec)
		table_text(t, n.codec->name);
	else
		table_skip(t);
	if (n.recipe) {
		table_text(t, n.recipe->name);
		table_int(t, n.recipe->file_type);
	} else {
		table_skip(t);
		table_skip(t);
	}
	table_int(t, n.bits);
	if (n.codec) {
		table_number(t, codec_bits(n.codec));
		table_int(t, n.codec->block_len);
		table_int(t, n.codec->block_bytes);
		table_text(t, n.codec->family);
		table_text(t, n.codec->codes ? n.codec->codes : "");
	}
	out->value = value_table(t, err);
	return out->value != NULL;
}

static bool after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	struct value *subject = value_string(args_text(a, "name", ""), err);
	bool ok = subject && show_view(c, view_find("name"), subject, a, err);

	(void)v;
	value_drop(subject);
	return ok;
}

const struct command command_name = {
	.name     = "name", .group = GROUP_VIEWS,
	.summary  = "what the letters of a name mean, and what they do not",
	.help     = "Of codecs, of recipes for whole models, of files, and of other vocabularies: W4A16, 4bit-128g, E4M3. Says which part is a codec and "
		    "which a recipe, which tensors the recipe treats differently, and what the average is. Columns: name kind codec recipe file_type digit "
		    "bits block bytes family codes.",
	.args     = {
		{ "name", ARG_TEXT, .summary = "Q4_K_M, iq2_xxs, model.Q5_K_S.gguf" },
		VIEW_TEXT_OPTIONS,
		{ 0 }
	},
	.examples = { "name Q4_K_M", "name iq2_s text" },
	.related  = "info codecs bits",
	.run      = run,
	.after    = after,
	.quiet    = true,
};
