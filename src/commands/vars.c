/* vars.c - the names in use. */
#include "commands/command.h"

static void each(void *to, const char *name, struct value *v)
{
	struct table *t = to;
	const struct tensor *weights = value_weights(v);
	struct text shape = { 0 };

	table_row(t);
	table_text(t, name);
	table_text(t, value_kind_name(v->kind));
	value_shape(v, &shape);
	if (weights)
		table_text(t, text_str(&shape));
	else
		table_skip(t);
	if (weights)
		table_int(t, (int64_t)tensor_bytes(weights));
	text_drop(&shape);
}

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct table *t = table_new("name kind shape bytes");

	(void)a;
	if (!t)
		return error_memory(err, "a table");
	c->scope->names(c->scope->arg, each, t);
	if (!t->rows)
		say(c, "no variables yet; x = [-1.2, -0.6, 0.2, 1.0] makes one");
	else
		say_table(c, t);
	out->value = value_table(t, err);
	return out->value != NULL;
}

const struct command command_vars = {
	.name     = "vars", .group = GROUP_VALUES,
	.summary  = "names in use, kinds, sizes",
	.help     = "Columns: name kind shape bytes.",
	.examples = { "vars", "vars > vars.txt force" },
	.related  = "print info models",
	.run      = run,
	.quiet    = true,
};
