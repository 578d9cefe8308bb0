/* views.c - which pictures there are. */
#include <string.h>

#include "commands/show.h"

/* Beside the table, so that its rows are views and nothing else. */
static void note_later(struct context *c)
{
	struct text names = { 0 };

	for (const struct view_later *v = views_later; v->name; v++)
		text_add(&names, "%s%s", names.len ? " " : "", v->name);
	if (!c->host->format || !strcmp(c->host->format, "text"))
		say(c, "not in this version: %s   help NAME says why", text_str(&names));
	text_drop(&names);
}

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
		say(c, "no view shows %s", value_kind_with_article(x->value->kind));
	if (!x)
		note_later(c);
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
