/* until.c - on to the next step that a word names, or at which a value changes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands/show.h"

static bool holds(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (; s && *s; s++)
		if (!strncasecmp(s, word, n))
			return true;
	return false;
}

/* The value as it stands at the end of a step; false: there is none yet. */
static bool value_at(const struct trace *t, const char *name, size_t i, size_t step, double *v)
{
	const struct trace_event *e = trace_find(t, name, i, trace_end(t, step));

	if (e)
		*v = trace_result(e);
	return e;
}

static bool find_change(const struct walk *w, const char *text, size_t *to, struct error *err)
{
	const struct trace *t = &w->trace;
	struct text names = { 0 };
	double before = 0, after = 0;
	char name[16];
	size_t i;
	bool was;

	if (!trace_parse_name(text, name, &i) || !value_at(t, name, i, t->steps - 1, &after)) {
		trace_names(t, &names);
		error_set(err, ERR_ARGUMENT, "no value is called '%.40s' here", text);
		error_hint(err, "name", "there are %s", text_str(&names));
		text_drop(&names);
		return false;
	}
	was = value_at(t, name, i, w->at, &before);
	for (*to = w->at + 1; *to < t->steps; ++*to)
		if (value_at(t, name, i, *to, &after) != was || (was && after != before))
			return true;
	return true;
}

static bool until_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *v = stage_walk(c->stage);
	const struct walk *w = v ? &v->u.walk : NULL;
	const char *word = args_text(a, "word", ""), *name = args_text(a, "name", NULL);
	struct text line = { 0 };
	bool moved, ok;
	size_t to;

	c->stage->playing = false;
	if (!w) {
		error_set(err, ERR_ARGUMENT, "nothing is being stepped");
		return error_hint(err, NULL, "step q4_0 x  begins");
	}
	if (name && strcmp(word, "change")) {
		error_set(err, ERR_ARGUMENT, "until takes one word, or change and a name");
		return error_hint(err, "name", "as in  until round  or  until change code[3]");
	}
	if (name && !find_change(w, name, &to, err))
		return false;
	for (to = name ? to : w->at + 1; !name && to < w->trace.steps; to++)
		if (holds(w->trace.step[to].name, word) || holds(w->trace.step[to].say, word))
			break;
	if (to >= w->trace.steps) {
		say(c, name ? "%s does not change any more" : "no step from here on holds '%s'", name ? name : word);
		out->value = value_hold(v);
		return true;
	}
	ok = stage_move(c->stage, MOVE_GO, to, &moved, &line, err);
	if (ok && strcmp(settings_get(&c->session->settings, "step"), "quiet"))
		say_text(c, STYLE_PLAIN, text_str(&line));
	text_drop(&line);
	ok = ok && show_again(c, a, err);
	out->value = ok ? value_hold(stage_walk(c->stage)) : NULL;
	return ok;
}

const struct command command_until = {
	.name     = "until", .group = GROUP_VIEWS,
	.summary  = "on to the step that a word names, or at which a value changes",
	.help     = "until WORD goes to the next step whose name or text holds the word; until change code[3] to the next at which that value comes to be "
		    "or changes. Where there is none nothing moves.",
	.args     = {
		{ "word", ARG_TEXT, .summary = "a part of a step's name or text; or change" },
		{ "name", ARG_TEXT, .optional = true, .summary = "after change: a value as why knows it" },
		VIEW_TEXT_OPTIONS, { 0 }
	},
	.examples = { "step q4_0 x pad=zero; until round", "step q4_0 x pad=zero; until change code[3]" },
	.related  = "next goto step why",
	.run      = until_run,
	.quiet    = true,
};
