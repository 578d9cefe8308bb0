/*
 * watch.c - `watch`: a line that runs again when a variable it names has changed.
 *
 * Looked at when nothing runs. A value of the engine has changed when the variable stands for another one (x[5] = 0.5 puts a changed copy
 * in its place), a plain Lua value when it is another. What a watch changes itself does not count, and none runs twice for one line, so
 * two that change each other's values come to rest.
 */
#include <stdlib.h>
#include <string.h>

#include "lua/extend.h"
#include "lua/lex.h"

enum { WATCHES_MAX = 16, NAMES_MAX = 8 };

struct used { char name[48]; int ref; struct value *value; };	/* the variable as it was: in Lua, and what it stood for */

struct watch {
	struct watch *next;
	unsigned number;
	char *line;
	struct used used[NAMES_MAX]; size_t n;
	unsigned long ran;		/* for which line, last */
	bool first, running, failed;
};

static void forget(struct runner *r, struct used *u)
{
	luaL_unref(r->L, LUA_REGISTRYINDEX, u->ref);
	value_drop(u->value);
	u->ref = LUA_NOREF;
	u->value = NULL;
}

static void take_note(struct runner *r, struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct used *u = &w->used[i];

		forget(r, u);
		if (!scope_push_variable(r->L, u->name))
			lua_pushnil(r->L);
		if (test_value(r->L, -1))
			u->value = value_hold(test_value(r->L, -1));
		u->ref = luaL_ref(r->L, LUA_REGISTRYINDEX);
	}
}

static bool has_changed(struct runner *r, const struct watch *w)
{
	bool changed = w->first;

	for (size_t i = 0; i < w->n && !changed; i++) {
		if (!scope_push_variable(r->L, w->used[i].name))
			lua_pushnil(r->L);
		if (w->used[i].ref == LUA_REFNIL)
			lua_pushnil(r->L);
		else
			lua_rawgeti(r->L, LUA_REGISTRYINDEX, w->used[i].ref);
		changed = !lua_rawequal(r->L, -1, -2) || test_value(r->L, -2) != w->used[i].value;
		lua_pop(r->L, 2);
	}
	return changed;
}

static void watch_drop(struct runner *r, struct watch *w)
{
	struct watch **p = &r->watches;

	while (*p && *p != w)
		p = &(*p)->next;
	if (*p)
		*p = w->next;
	for (size_t i = 0; i < w->n; i++)
		forget(r, &w->used[i]);
	free(w->line);
	free(w);
}

void watch_drop_all(struct runner *r)
{
	while (r->watches)
		watch_drop(r, r->watches);
}

void watch_ended(struct runner *r, unsigned number, bool failed)
{
	for (struct watch *w = r->watches; w; w = w->next)
		if (w->number == number)
			w->failed = failed;
}

/* After a watch's line: what it uses is now as it is. One that failed at once is of no use. */
static void settle(struct runner *r)
{
	for (struct watch *w = r->watches, *next; w; w = next) {
		next = w->next;
		if (!w->running)
			continue;
		w->running = false;
		if (w->first && w->failed) {
			watch_drop(r, w);
			continue;
		}
		w->first = w->failed = false;
		take_note(r, w);
	}
}

bool watch_look(struct runner *r)
{
	struct watch *w;
	struct text shown = { 0 };
	struct task *t;

	settle(r);
	for (w = r->watches; w && (w->ran == r->lines_started || !has_changed(r, w)); w = w->next)
		;
	if (!w)
		for (struct watch *o = r->watches; o; o = o->next)
			if (o->ran == r->lines_started)
				take_note(r, o);	/* what other watches changed since then does not count */
	if (!w || !(t = task_new(r, w->line, NULL)))
		return false;
	w->ran = r->lines_started;
	w->running = true;
	t->watch = w->number;
	text_add(&shown, "watch %u: %s", w->number, w->line);
	runner_say(r, STYLE_DIM, text_str(&shown));
	text_drop(&shown);
	return true;			/* the caller resumes it */
}

/* ---- the command ---- */

/* The user's variables that the line names. */
static bool names_of(struct runner *r, struct watch *w, size_t at, struct error *err)
{
	size_t n = strlen(w->line);
	struct token t;
	bool field = false;

	for (lex_next(w->line, 0, n, &t); t.kind != TOKEN_END; lex_next(w->line, t.end, n, &t)) {
		struct used u = { .ref = LUA_NOREF };
		bool known = false;

		if (t.kind == TOKEN_NAME && !field && t.end - t.at < sizeof u.name) {
			memcpy(u.name, w->line + t.at, t.end - t.at);
			if (u.name[0] == '_' && (!u.name[1] || (u.name[1] >= '1' && u.name[1] <= '9' && !u.name[2]))) {
				error_set(err, ERR_ARGUMENT, "%s is another value after every line", u.name);
				error_hint(err, NULL, "give it a name first:  q = _");
				err->at = at + t.at;
				err->len = t.end - t.at;
				return false;
			}
			for (size_t i = 0; i < w->n; i++)
				known |= !strcmp(w->used[i].name, u.name);
			if (!known && w->n < NAMES_MAX && scope_push_variable(r->L, u.name)) {
				lua_pop(r->L, 1);
				w->used[w->n++] = u;
			}
		}
		field = lex_is(w->line, &t, ".") || lex_is(w->line, &t, ":");
	}
	if (w->n)
		return true;
	error_set(err, ERR_ARGUMENT, "it names no variable, so nothing could change");
	return error_hint(err, "command", "a command on a variable of yours:  watch err q4_0 w");
}

static bool add(struct runner *r, const struct given *g, struct error *err)
{
	struct watch *w = calloc(1, sizeof *w), **last = &r->watches;
	size_t n = 0;

	for (; *last; last = &(*last)->next)
		n++;
	if (!w || !(w->line = strdup(g->text))) {
		free(w);
		return error_memory(err, "a watch");
	}
	if (n == WATCHES_MAX)
		error_set(err, ERR_ARGUMENT, "there are %d watches already", WATCHES_MAX);
	if (n == WATCHES_MAX || !names_of(r, w, g->at, err)) {
		free(w->line);
		free(w);
		return false;
	}
	for (const struct watch *o = r->watches; o; o = o->next)
		w->number = o->number > w->number ? o->number : w->number;
	w->number++;
	w->first = true;
	*last = w;
	return true;
}

static bool off(struct runner *r, const char *which, struct error *err)
{
	char *end;
	unsigned long number = strtoul(which, &end, 10);
	struct watch *w = r->watches;

	if (!*which) {
		watch_drop_all(r);
		return true;
	}
	while (w && (*end || w->number != number))
		w = w->next;
	if (!w) {
		error_set(err, ERR_ARGUMENT, "there is no watch %.20s", which);
		return error_hint(err, "command", "watch  alone lists them");
	}
	watch_drop(r, w);
	return true;
}

static bool list(struct context *c, const struct watch *w, struct outcome *out, struct error *err)
{
	struct table *t = table_new("watch uses command");

	if (!t)
		return error_memory(err, "a table");
	if (!w)
		say(c, "nothing is watched;  watch err q4_0 w  begins");
	for (const struct watch *o = w; o; o = o->next) {
		struct text names = { 0 };

		for (size_t i = 0; i < o->n; i++)
			text_add(&names, "%s%s", i ? " " : "", o->used[i].name);
		table_row(t);
		table_number(t, o->number);
		table_text(t, text_str(&names));
		table_text(t, o->line);
		text_drop(&names);
	}
	if (w)
		say_table(c, t);
	out->value = value_table(t, err);
	return out->value != NULL;
}

static bool watch_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct runner *r = c->scope->arg;
	const struct given *g = args_get(a, "command");

	if (!g)
		return list(c, r->watches, out, err);
	if (!strncmp(g->text, "off", 3) && strchr(" \t", g->text[3]))
		return off(r, g->text + 3 + strspn(g->text + 3, " \t"), err);
	return add(r, g, err);
}

static const struct command command_watch = {
	.name = "watch", .group = GROUP_RUNNING, .summary = "run a line now, and again when a value it uses changes",
	.help = "x[5] = 0.5 and a new assignment are changes; what is inside a Lua table is not looked at. Its results do not become _. "
		"watch  alone lists them,  watch off 2  ends one,  watch off  all. Columns: watch uses command.",
	.args = { { "command", ARG_REST, .optional = true, .summary = "the line; or off, off N" }, { 0 } },
	.examples = { "watch err int4 x", "watch off" }, .related = "time run", .run = watch_run, .quiet = true,
};

void watch_words_add(void)
{
	if (!command_find("watch"))
		command_add(&command_watch);
}
