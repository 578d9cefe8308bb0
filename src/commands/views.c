/* views.c - which pictures there are. */
#include "commands/show.h"

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct given *x = args_get(a, "x");
	struct table *t = table_new("view question");
	const struct view *v;

	if (!t)
		return error_memory(err, "a table");
	for (size_t i = 0; (v = view_at(i)); i++) {
		if (x && !view_fits(v, x->value))
			continue;
		table_row(t);
		table_text(t, v->name);
		table_text(t, v->question);
	}
	if (t->rows)
		say_table(c, t);
	else
		say(c, "no view shows a %s", value_kind_name(x->value->kind));
	out->value = value_table(t, err);
	return out->value != NULL;
}

const struct command command_views = {
	.name     = "views", .group = GROUP_VIEWS,
	.summary  = "views, or those that fit a value",
	.help     = "Columns: view question.",
	.args     = { { "x", ARG_VALUE, .optional = true, .summary = "what is to be shown" }, { 0 } },
	.examples = { "views", "views x" },
	.related  = "show help",
	.run      = run,
	.quiet    = true,
};
