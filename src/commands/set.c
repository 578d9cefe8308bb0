/* set.c - settings: all with value and default, one, or a change. interaction.md 19.3. */
#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"

static bool list(struct context *c, struct outcome *out, struct error *err)
{
	struct table *t = table_new("name value default about");

	if (!t)
		return error_memory(err, "a table");
	for (const struct setting *s = settings; s->name; s++) {
		table_row(t);
		table_text(t, s->name);
		table_text(t, settings_get(&c->session->settings, s->name));
		table_text(t, s->initial);
		table_text(t, s->summary);
	}
	say_table(c, t);
	out->value = value_table(t, err);
	return out->value != NULL;
}

static void take_effect(struct context *c, const char *name)
{
	const struct settings *s = &c->session->settings;
	struct error ignored = { 0 };
	struct text answer = { 0 };

	if (!strcmp(name, "seed")) {
		c->session->seed = strtoull(settings_get(s, name), NULL, 10);
		c->session->random_calls = 0;
	} else if (!strcmp(name, "threads")) {
		pool_set_threads((unsigned)settings_number(s, name));
	} else if (!strcmp(name, "speed")) {
		c->stage->play_seconds = settings_number(s, name);
	}
	c->host->control(c->host->arg, "setting", name, &answer, &ignored);	/* colours, mouse and the like, where there is a screen */
	text_drop(&answer);
}

static bool show_one(struct context *c, const char *name, struct outcome *out, struct error *err)
{
	for (const struct setting *s = settings; s->name; s++) {
		if (strcmp(s->name, name))
			continue;
		say(c, "%s %s   default %s   %s", name, settings_get(&c->session->settings, name), s->initial, s->summary);
		out->value = value_string(settings_get(&c->session->settings, name), err);
		return out->value != NULL;
	}
	return settings_set(&c->session->settings, name, "", err);	/* says which names there are */
}

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *name = args_text(a, "name", NULL), *value = args_text(a, "value", NULL);
	struct text answer = { 0 };
	char pair[120];
	bool ok;

	if (!name)
		return list(c, out, err);
	if (!value)
		return show_one(c, name, out, err);
	if (!settings_set(&c->session->settings, name, value, err))
		return false;
	take_effect(c, name);
	if (!args_flag(a, "-s"))
		return true;
	snprintf(pair, sizeof pair, "%s %s", name, value);
	ok = c->host->control(c->host->arg, "keep-setting", pair, &answer, err);
	text_drop(&answer);
	return ok;
}

const struct command command_set = {
	.name     = "set", .group = GROUP_RUNNING,
	.summary  = "settings: all, one, or a change",
	.help     = "A change holds for this run; with -s it is also written beside the start file. Columns: name value default about.",
	.args     = {
		{ "-s", ARG_FLAG, .summary = "keep it for later runs" },
		{ "name", ARG_SETTING, .optional = true, .summary = "which" },
		{ "value", ARG_TEXT, .optional = true, .summary = "what it shall be" },
		{ 0 }
	},
	.examples = { "set", "set digits full" },
	.related  = "help",
	.run      = run,
	.quiet    = true,
};
