/*
 * command_world.h - a small world for tests of commands: variables in memory, output into a text, no Lua and no terminal.
 *
 * ( expressions ) know only numbers, names, gauss(N) and qs.quantize(x, "int4").
 */
#ifndef TESTS_COMMAND_WORLD_H
#define TESTS_COMMAND_WORLD_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"

struct world {
	struct session session;
	struct stage stage;
	struct scope scope;
	struct host host;
	struct context c;
	struct { char name[24]; struct value *value; } variable[16];
	size_t n;
	struct text said, complained, controlled;
	struct error err;
	char error_text[2000];		/* as error_format has it */
};

static struct value *world_look_up(void *arg, const char *name, struct error *err)
{
	struct world *w = arg;

	(void)err;
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->variable[i].name, name))
			return value_hold(w->variable[i].value);
	return NULL;
}

static bool world_assign(void *arg, const char *name, struct value *v, struct error *err)
{
	struct world *w = arg;
	size_t i = 0;

	(void)err;
	while (i < w->n && strcmp(w->variable[i].name, name))
		i++;
	if (i == w->n) {
		snprintf(w->variable[i].name, sizeof w->variable[i].name, "%s", name);
		w->variable[w->n++].value = NULL;
	}
	value_drop(w->variable[i].value);
	w->variable[i].value = value_hold(v);
	if (strcmp(name, "_"))
		value_name(v, name);
	return true;
}

static struct value *world_eval(void *arg, const char *lua, size_t n, struct error *err)
{
	struct world *w = arg;
	char text[200], *end;
	double v;
	struct outcome out = { 0 };
	struct random_options o = { .sigma = 1, .df = 4, .share = 0.001, .size = 16 };

	snprintf(text, sizeof text, "%.*s", (int)n - 2, lua + 1);
	if (!strncmp(text, "gauss(", 6)) {
		if (session_random(&w->session, "gauss", 1, (size_t)atoi(text + 6), &o, &out, err))
			return out.value;
		return NULL;
	}
	if (!strcmp(text, "qs.quantize(x, \"int4\")")) {
		struct value *x = world_look_up(w, "x", err);
		bool ok = session_quantize(&w->session, codec_find("int4"), x, &(struct quantize_options){ 0 }, &out, err);

		value_drop(x);
		return ok ? out.value : NULL;
	}
	if (isalpha((unsigned char)text[0]) && world_look_up(w, text, err))
		return world_look_up(w, text, err);
	v = strtod(text, &end);
	if (end > text && !*end)
		return value_number(v, err);
	error_set(err, ERR_LUA, "unexpected symbol near '%s'", text);
	err->at = 1;
	err->len = 1;
	return NULL;
}

static void world_names(void *arg, void (*each)(void *to, const char *name, struct value *v), void *to)
{
	struct world *w = arg;

	for (size_t i = 0; i < w->n; i++)
		if (w->variable[i].name[0] != '_')
			each(to, w->variable[i].name, w->variable[i].value);
}

static void world_say(void *arg, enum style style, const char *text)
{
	struct world *w = arg;

	(void)style;
	text_add(&w->said, "%s\n", text);
}

static void world_complain(void *arg, const char *text)
{
	text_add(&((struct world *)arg)->complained, "%s\n", text);
}

static bool world_control(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	struct world *w = arg;

	if (w->host.batch && strcmp(what, "setting"))
		return error_set(err, ERR_COMMAND, "there is no pane in batch mode");
	text_add(&w->controlled, "%s %s\n", what, how);
	if (!strcmp(what, "snap"))
		text_put(answer, "the screen\n");
	return true;
}

/* pane: as at a prompt with one; else as in batch. */
static void world_open(struct world *w, bool pane)
{
	memset(w, 0, sizeof *w);
	session_init(&w->session, 1);
	stage_init(&w->stage, &w->session);
	w->scope = (struct scope){ .arg = w, .look_up = world_look_up, .assign = world_assign, .eval = world_eval, .names = world_names };
	w->host = (struct host){ .arg = w, .say = world_say, .complain = world_complain, .control = world_control, .has_pane = pane,
				 .batch = !pane, .width = 80, .colors = COLORS_NONE, .format = "text" };
	w->c = (struct context){ .session = &w->session, .stage = &w->stage, .scope = &w->scope, .host = &w->host };
}

static void world_close(struct world *w)
{
	stage_drop(&w->stage);
	for (size_t i = 0; i < w->n; i++)
		value_drop(w->variable[i].value);
	text_drop(&w->said);
	text_drop(&w->complained);
	text_drop(&w->controlled);
	session_drop(&w->session);
}

static void world_literal(struct world *w, const char *name, const char *s)
{
	struct outcome out = { 0 };

	if (session_literal(s, strlen(s), &out, &w->err))
		world_assign(w, name, out.value, &w->err);
	value_drop(out.value);
}

static bool world_failed(struct world *w, const char *line, struct call *call, struct value *v)
{
	struct text text = { 0 };

	w->c.assign = NULL;
	error_format(&w->err, line, &text);
	snprintf(w->error_text, sizeof w->error_text, "%s", text_str(&text));
	text_drop(&text);
	value_drop(v);
	call_drop(call);
	w->c.assign = NULL;
	return false;
}

/* A command, NAME = command, or several with `;` between them. What is said is said anew. */
static bool world_run(struct world *w, const char *lines)
{
	struct call call = { 0 };
	struct outcome out;
	char line[500], name[24] = "";

	w->error_text[0] = 0;
	text_clear(&w->said);
	text_clear(&w->complained);
	text_clear(&w->controlled);
	while (*lines) {
		size_t n = strcspn(lines, ";"), skip = 0;
		int used = 0;

		lines += strspn(lines, " ");
		n = strcspn(lines, ";");
		snprintf(line, sizeof line, "%.*s", (int)n, lines);
		lines += n + (lines[n] == ';');
		name[0] = 0;
		if (sscanf(line, "%23[a-z0-9] = %n", name, &used) == 1 && used)
			skip = (size_t)used;
		else
			name[0] = 0;
		w->c.assign = name[0] ? name : NULL;
		w->c.assign = name[0] ? name : NULL;
		if (!command_begin(&w->c, line + skip, &call, &out, &w->err))
			return world_failed(w, line + skip, &call, out.value);
		if (out.job && !job_run_here(out.job, &out.value, &w->err))
			return world_failed(w, line + skip, &call, out.value);
		if (out.value)
			world_assign(w, "_", out.value, &w->err);
		if (out.value && name[0])
			world_assign(w, name, out.value, &w->err);
		if (!command_end(&w->c, &call, out.value, &w->err))
			return world_failed(w, line + skip, &call, out.value);
		w->c.assign = NULL;
		value_drop(out.value);
		call_drop(&call);
	}
	return true;
}


#endif
