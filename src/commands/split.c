/* split.c - what is shown besides: a second view below the first; and a view that stays as it is. interaction.md 3.2, 6.3. */
#include "commands/show.h"

#include <string.h>

static bool split_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *name = args_text(a, "view", "");
	const struct view *v = strcmp(name, "off") ? view_find(name) : NULL;
	const struct scene *front = stage_front(c->stage);
	const struct second *b;

	(void)out;
	if (v && front && !front->pair && !view_fits(v, front->subject)) {
		error_set(err, ERR_ARGUMENT, "%s does not show %s", v->name, value_kind_with_article(front->subject->kind));
		return view_hint(front->subject, "view", err);
	}
	stage_split(c->stage, v);
	b = v ? stage_second(c->stage) : NULL;
	if (b && !b->state) {
		error_set(err, ERR_ARGUMENT, "%s", b->why);
		stage_split(c->stage, NULL);
		return false;
	}
	if (v && front && front->pair)
		note(c, "two walks are shown: %s comes below when something else is", v->name);
	return !v || show_again(c, a, err);
}

const struct command command_split = {
	.name     = "split", .group = GROUP_VIEWS,
	.summary  = "a second view below the first",
	.help     = "Both show the same subject and have the same cursor: a weight marked in one is marked in the other. It stays while other things "
		    "are shown; split off ends it.",
	.args     = { { "view", ARG_VIEW, .choices = "off", .summary = "the second view, or off" }, VIEW_TEXT_OPTIONS, { 0 } },
	.examples = { "line q4_0 x pad=zero; split bars", "split off" },
	.related  = "layout views show",
	.run      = split_run,
	.quiet    = true,
};

static bool freeze_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct scene *front = stage_front(c->stage);

	(void)out;
	if (!front) {
		error_set(err, ERR_ARGUMENT, "nothing is shown that could stay as it is");
		return error_hint(err, NULL, "as in  line q4_0 x;  freeze on;  x[0] = 2");
	}
	stage_freeze(c->stage, strcmp(args_text(a, "how", "on"), "off") != 0);
	return true;
}

const struct command command_freeze = {
	.name     = "freeze", .group = GROUP_VIEWS,
	.summary  = "what is shown stays when a value changes",
	.help     = "Without it x[5] = 0.5 works out again and redraws what is shown of x, and of what was made from x; weights that changed are marked "
		    "until the next key. Holds for the view in front; freeze off shows what has changed meanwhile.",
	.args     = { { "how", ARG_CHOICE, .optional = true, .choices = "on off", .summary = "on or off (on)" }, { 0 } },
	.examples = { "line q4_0 x pad=zero; freeze on", "line q4_0 x pad=zero; freeze off" },
	.related  = "split show",
	.run      = freeze_run,
	.quiet    = true,
};
