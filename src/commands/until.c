/* until.c - on to the next step that a word names, or at which a value changes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands/show.h"
#include "methods/record.h"

static bool holds(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (; s && *s; s++)
		if (!strncasecmp(s, word, n))
			return true;
	return false;
}

/* The value as it stands at the end of a step; false: there is none yet. */
static bool value_at(const struct value *walk, const char *name, size_t i, size_t step, double *v)
{
	const struct record *r = walk->kind == VALUE_RECORD ? walk->u.record.of : NULL;
	const struct number *n = r ? record_find(r, name, i, record_end(r, step)) : NULL;
	const struct trace_event *e = r ? NULL : trace_find(&walk->u.walk.trace, name, i, trace_end(&walk->u.walk.trace, step));

	if (n || e)
		*v = n ? n->v : trace_result(e);
	return n || e;
}

/* *to: the step of w at which it changes; its number of steps: none. */
static bool find_change(const struct value *w, const char *text, size_t *to, struct error *err)
{
	size_t steps = value_steps(w), at = value_step(w);
	struct text names = { 0 };
	double before = 0, after = 0;
	char name[16];
	size_t i;
	bool was;

	if (!trace_parse_name(text, name, &i) || !value_at(w, name, i, steps - 1, &after)) {
		if (w->kind == VALUE_RECORD)
			record_names(w->u.record.of, &names);
		else
			trace_names(&w->u.walk.trace, &names);
		error_set(err, ERR_ARGUMENT, "no value is called '%.40s' here", text);
		error_hint(err, "name", "there are %s", text_str(&names));
		text_drop(&names);
		return false;
	}
	was = value_at(w, name, i, at, &before);
	for (*to = at + 1; *to < steps; ++*to)
		if (value_at(w, name, i, *to, &after) != was || (was && after != before))
			return true;
	return true;
}

/* Of a pair: the value of the one that has it, and the first that has is asked. */
static bool change(struct context *c, const char *text, size_t *to, struct error *err)
{
	struct value *walks[2] = { stage_walk(c->stage), stage_front(c->stage)->pair };
	size_t steps = stage_steps(c->stage), at = 0;
	struct error ignored = { 0 };
	int k = 0;

	if (!find_change(walks[0], text, &at, err)) {
		if (!walks[1] || !find_change(walks[1], text, &at, &ignored))
			return false;
		k = 1;
	}
	for (*to = stage_step(c->stage) + 1; *to < steps; ++*to) {
		struct pair_step p = stage_step_at(c->stage, *to);

		if ((k ? p.second : p.first) == at)
			return true;
	}
	return true;
}

static bool step_holds(struct context *c, size_t at, const char *word)
{
	const struct value *walk = stage_walk(c->stage), *pair = stage_front(c->stage)->pair;
	struct pair_step p = stage_step_at(c->stage, at);

	return (!p.first_waits && (holds(value_step_name(walk, p.first), word) || holds(value_step_say(walk, p.first), word))) ||
	       (pair && !p.second_waits && (holds(value_step_name(pair, p.second), word) || holds(value_step_say(pair, p.second), word)));
}

static bool until_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *v = stage_walk(c->stage);
	const char *word = args_text(a, "word", ""), *name = args_text(a, "name", NULL);
	struct text line = { 0 };
	bool moved, ok;
	size_t to;

	c->stage->playing = false;
	if (!v) {
		error_set(err, ERR_ARGUMENT, "nothing is being stepped");
		return error_hint(err, NULL, "step q4_0 x  begins");
	}
	if (name && strcmp(word, "change")) {
		error_set(err, ERR_ARGUMENT, "until takes one word, or change and a name");
		return error_hint(err, "name", "as in  until round  or  until change code[3]");
	}
	if (name && !change(c, name, &to, err))
		return false;
	for (to = name ? to : stage_step(c->stage) + 1; !name && to < stage_steps(c->stage); to++)
		if (step_holds(c, to, word))
			break;
	if (to >= stage_steps(c->stage)) {
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
