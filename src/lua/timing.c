/*
 * timing.c - `time`: a command or Lua as on a line of its own, and then how long it took, by the clock on the wall.
 *
 * The command runs inside the task of its line, so that what it gives is what `time` gives.
 */
#include <stdlib.h>
#include <string.h>

#include "lua/extend.h"
#include "lua/lex.h"

struct timed { double began; size_t at; bool expression, print; char name[64]; };	/* at: of the text in the line */

static void say_time(struct runner *r, double seconds)
{
	char text[40];

	if (seconds < 0.9995e-3)
		snprintf(text, sizeof text, "took %.3g %ss", seconds * 1e6, r->o.host->ascii ? "u" : "\302\265");
	else if (seconds < 0.9995)
		snprintf(text, sizeof text, "took %.3g ms", seconds * 1000);
	else
		snprintf(text, sizeof text, "took %.*f s", seconds < 10 ? 2 : 1, seconds);
	if (r->o.host->format && strcmp(r->o.host->format, "text"))	/* a table goes its way alone */
		note(&r->context, "%s", text);
	else
		runner_say(r, STYLE_DIM, text);
}

/* What Lua gave, from index 3 on, as its own line would show it. */
static void say_results(lua_State *L, const struct timed *t)
{
	struct runner *r = runner_of(L);
	struct text out = { 0 };

	for (int i = 3; i <= lua_gettop(L); i++) {
		const struct value *v = test_value(L, i);

		text_put(&out, i > 3 ? "\n" : "");
		if (v && t->print)
			value_print(v, (size_t)(r->o.host->width > 0 ? r->o.host->width : 80), false, &out);
		else
			print_plain(L, i, 0, &out);
		while (out.len && out.s[out.len - 1] == '\n')
			out.s[--out.len] = 0;
	}
	if (lua_gettop(L) > 2)
		runner_say(r, STYLE_PLAIN, text_str(&out));
	text_drop(&out);
}

static int tell(lua_State *L, const struct timed *t)
{
	double took = now_seconds() - t->began;

	if (t->expression)
		say_results(L, t);
	if (*t->name && lua_gettop(L) > 2) {
		lua_pushvalue(L, -1);
		lua_setglobal(L, t->name);
		scope_name_value(L, t->name);
	}
	say_time(runner_of(L), took);
	if (lua_gettop(L) < 3)
		lua_pushnil(L);
	lua_settop(L, 3);
	return 1;
}

static int script_done(lua_State *L, int status, lua_KContext ctx)
{
	(void)status;
	(void)ctx;
	return tell(L, lua_touserdata(L, 2));
}

/* The stack holds the text, the struct, and what came of it or what was thrown. */
static int done(lua_State *L, int status, lua_KContext ctx)
{
	struct timed *t = lua_touserdata(L, 2);
	struct runner *r = runner_of(L);

	(void)ctx;
	if (status != LUA_OK && status != LUA_YIELD) {
		struct error err;

		get_error(L, -1, &err);
		err.at += err.len ? t->at : 0;
		return throw(L, &err);
	}
	if (r->now && r->now->co == L && r->now->follow && lua_isyieldable(L)) {	/* `time run FILE`: until the script is over */
		r->now->wait = WAIT_TASK;
		r->now->waits_for = r->now->follow;
		r->now->follow = 0;
		return lua_yieldk(L, 0, 0, script_done);
	}
	return tell(L, t);
}

/* A word and something that no operator ties to it. */
static bool like_a_command(const char *text)
{
	size_t n = strlen(text), len = lex_name(text, 0, n);
	struct token next;

	lex_next(text, len, n, &next);
	return len && !lex_keyword(text, len) && (next.kind == TOKEN_NAME || next.kind == TOKEN_NUMBER);
}

/* Pushes what is to be called; how many arguments it has, or -1 with err. */
static int push_part(lua_State *L, const struct part *p, struct timed *t, struct error *err)
{
	if (p->kind == PART_COMMAND) {
		lua_pushcfunction(L, task_command);
		lua_pushstring(L, p->text);
		t->at += p->text_at;
		snprintf(t->name, sizeof t->name, "%s", p->name ? p->name : "");
		if (p->name)
			lua_pushstring(L, p->name);
		return p->name ? 2 : 1;
	}
	t->print = p->kind == PART_PRINT;
	if (p->kind != PART_LUA && !t->print) {
		error_set(err, ERR_ARGUMENT, p->kind == PART_HISTORY ? "an entry of the history says itself what it runs" : "there is nothing to run");
		error_hint(err, NULL, "a command, or Lua:  time quantize q4_K w");
		return -1;
	}
	if (p->open_at != SIZE_MAX) {
		error_set(err, ERR_SYNTAX, "this bracket is not closed");
		err->at = p->open_at;
		err->len = 1;
		return -1;
	}
	if (chunk_load(L, p->text, t->print, &t->expression, err)) {
		task_limit_chunk(L);
		return 0;
	}
	if (!t->print && like_a_command(p->text)) {
		lua_pushcfunction(L, task_command);
		lua_pushstring(L, p->text);		/* says that there is no such command, and which are near */
		t->at += p->at;
		return 1;
	}
	err->at = p->map[err->at < strlen(p->text) ? err->at : strlen(p->text)];
	return -1;
}

/* 1: the line to be timed; 2: where it stands in the line of the prompt. */
static int time_call(lua_State *L)
{
	struct runner *r = runner_of(L);
	const char *text = luaL_checkstring(L, 1);
	size_t at = 0, offset = (size_t)luaL_checkinteger(L, 2);
	struct timed *t = lua_newuserdatauv(L, sizeof *t, 0);
	struct part part;
	struct error err = { 0 };
	int nargs;

	lua_replace(L, 2);
	lua_settop(L, 2);
	*t = (struct timed){ .at = offset };
	nargs = line_part(&r->world, text, &at, chunk_judge, &part, &err) ? push_part(L, &part, t, &err) : -1;
	part_drop(&part);
	if (nargs < 0) {
		err.at += err.len ? offset : 0;
		return throw(L, &err);
	}
	t->began = now_seconds();
	return done(L, lua_pcallk(L, nargs, LUA_MULTRET, 0, 0, done), 0);
}

/* Two values go with the call: see extend_push_call(). */
static int time_function(lua_State *L)
{
	lua_geti(L, 1, 1);
	lua_geti(L, 1, 2);
	lua_remove(L, 1);
	return time_call(L);
}

static bool time_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct runner *r = c->scope->arg;
	const struct given *g = args_get(a, "command");

	(void)out;
	(void)err;
	lua_createtable(r->L, 2, 0);
	lua_pushstring(r->L, g->text);
	lua_seti(r->L, -2, 1);
	lua_pushinteger(r->L, (lua_Integer)g->at);
	lua_seti(r->L, -2, 2);
	r->call_args = luaL_ref(r->L, LUA_REGISTRYINDEX);
	r->call_function = r->time_function;
	return true;
}

static const struct command command_time = {
	.name = "time", .group = GROUP_RUNNING, .summary = "run a command and say how long it took",
	.help = "By the clock on the wall, with all that it waited for; also of Lua:  time gauss(4096).  Its result is the command's.",
	.args = { { "command", ARG_REST, .summary = "the line to be run" }, { 0 } },
	.examples = { "time quantize q4_K (gauss(4096))", "q = time quantize q8_0 w" }, .related = "bench watch", .run = time_run, .quiet = true,
};

void timing_words_add(struct runner *r)
{
	lua_pushcfunction(r->L, time_function);
	r->time_function = luaL_ref(r->L, LUA_REGISTRYINDEX);
	if (!command_find("time"))
		command_add(&command_time);
}
