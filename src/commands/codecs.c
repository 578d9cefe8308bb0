/* codecs.c - the codecs there are. */
#include "commands/command.h"

#include <string.h>
#include <strings.h>

static const char *importance_word(const struct codec *c)
{
	return c->flags & CODEC_NEEDS_IMPORTANCE ? "needed" : c->flags & CODEC_USES_IMPORTANCE ? "used" : "no";
}

static bool no_family(const char *family, struct error *err)
{
	struct text all = { 0 };

	for (size_t i = 0; i < CODEC_COUNT; i++)
		if (!strstr(text_str(&all), codecs[i]->family))
			text_add(&all, " %s", codecs[i]->family);
	error_set(err, ERR_ARGUMENT, "no family of codecs is called '%s'", family);
	error_hint(err, "family", "families:%s", text_str(&all));
	text_drop(&all);
	return false;
}

/* The columns that fit a screen. info CODEC has the others. */
static bool say_short(struct context *c, const struct table *all, struct error *err)
{
	static const char *const shown[] = { "codec", "bits", "block", "bytes", "summary" };
	struct table *t = table_new("codec b/w block bytes summary");

	if (!t)
		return error_memory(err, "a table");
	for (size_t r = 0; r < all->rows; r++) {
		table_row(t);
		for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
			const struct table_cell *cell = table_at(all, r, table_column(all, shown[i]));

			if (cell->kind == CELL_TEXT)
				table_text(t, cell->text);
			else if (cell->kind == CELL_EMPTY)
				table_skip(t);
			else
				table_number(t, cell->number);
		}
	}
	say_table(c, t);
	table_drop(t);
	return true;
}

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *family = args_text(a, "family", NULL);
	double max = args_number(a, "max", 1e9);
	struct table *t = table_new("codec bits block bytes family codes importance summary");
	bool known = !family, ok = true;

	if (!t)
		return error_memory(err, "a table");
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *codec = codecs[i];

		if (family && strcasecmp(family, codec->family))
			continue;
		known = true;
		if (codec_bits(codec) > max)
			continue;
		table_row(t);
		table_text(t, codec->name);
		table_number(t, codec_bits(codec));
		if (codec->block_len) {
			table_int(t, codec->block_len);
			table_int(t, codec->block_bytes);
		} else {
			table_skip(t);
			table_skip(t);
		}
		table_text(t, codec->family);
		table_text(t, codec->codes ? codec->codes : "");
		table_text(t, importance_word(codec));
		table_text(t, codec->summary);
	}
	if (!known) {
		table_drop(t);
		return no_family(family, err);
	}
	if (t->rows && c->host->format && strcmp(c->host->format, "text"))
		say_table(c, t);
	else if (t->rows)
		ok = say_short(c, t, err);
	else
		say(c, "no codec of that kind");
	out->value = value_table(t, err);
	return ok && out->value;
}

const struct command command_codecs = {
	.name     = "codecs", .group = GROUP_QUANTIZING,
	.summary  = "table of codecs",
	.help     = "Columns: codec bits block bytes family codes importance summary. Bits are bits per weight, of a teaching codec those of a code "
		    "alone; block and bytes are empty where a codec takes any length. Families: plain legacy K I ternary fp4 teaching.",
	.args     = {
		{ "family", ARG_TEXT, .optional = true, .summary = "only these: plain legacy K teaching ..." },
		{ "max", ARG_NUMBER, .named = true, .min = 0, .max = 64, .summary = "at most so many bits per weight" },
		{ 0 }
	},
	.examples = { "codecs", "codecs teaching max=4" },
	.related  = "info quantize",
	.run      = run,
	.quiet    = true,
};
