/*
 * sandbox.c - what a lesson may do: interaction.md 17, Trust.
 *
 * A lesson has an environment of its own, made of what is harmless: no system, no files but its own to read, no binary chunks, no
 * metatables of what others use. Time and memory are limited by the task it runs in (task.c, runner.c). The one C call that Lua's count
 * cannot interrupt, matching a pattern, is limited by what it could cost.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/lesson.h"

static bool limited(lua_State *L)
{
	struct runner *r = runner_of(L);

	return r->now && r->now->limited;
}

static int refuse(lua_State *L, const char *what)
{
	return throw_new(L, ERR_LESSON, "trust ID  lifts the limits of a lesson", "a lesson may not %s", what);
}

void sandbox_no_writing(lua_State *L)
{
	if (limited(L))
		refuse(L, "write files");
}

/* ---- paths ---- */

static bool inside(const char *dir, const char *path)
{
	char *real_dir = realpath(dir, NULL), *real = realpath(path, NULL);
	size_t n = real_dir ? strlen(real_dir) : 0;
	bool ok = real_dir && real && !strncmp(real, real_dir, n) && (real[n] == '/' || n == 1);

	free(real_dir);
	free(real);
	return ok;
}

static const char *own_path(lua_State *L, const char *dir, const char *path)
{
	const char *full = *path == '/' ? path : lua_pushfstring(L, "%s/%s", dir, path);

	if (*path != '/' && !strstr(path, "..") && access(full, F_OK) != 0)
		throw_new(L, ERR_FILE, NULL, "cannot read %s: there is no such file beside the lesson", path);
	if (!inside(dir, full))
		refuse(L, "read files outside of its own directory");
	return full;
}

const char *sandbox_path(lua_State *L, int i)
{
	const char *path = luaL_checkstring(L, i);

	if (!limited(L))
		return path;
	path = own_path(L, runner_of(L)->lesson_dir, path);
	if (path != lua_tostring(L, i))
		lua_replace(L, i);	/* not behind the arguments: the next would be taken for one */
	return lua_tostring(L, i);
}

/* ---- commands ---- */

void sandbox_command(lua_State *L, const char *line)
{
	static const char *const no[] = { "load", "save", "open", "close", "snap", "feed", "pane", "focus", "layout", "size" };
	const struct command *c;
	char word[40] = "";
	char quote = 0;

	if (!limited(L))
		return;
	sscanf(line, " %39[A-Za-z0-9_]", word);
	c = command_find(word);
	if (!c)
		return;		/* the error of an unknown command is told as always */
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (!strcmp(c->name, no[i]))
			refuse(L, lua_pushfstring(L, "run '%s'", word));
	if (c->group != GROUP_VALUES && c->group != GROUP_QUANTIZING && c->group != GROUP_METHODS && c->group != GROUP_VIEWS && strcmp(c->name, "help"))
		refuse(L, lua_pushfstring(L, "run '%s'", word));
	for (const char *p = line; *p; p++) {
		if (quote ? *p == quote : (*p == '"' || *p == '\''))
			quote = quote ? 0 : *p;
		else if (*p == '>' && !quote)
			refuse(L, "write files");
	}
}

/* ---- functions that are less than Lua's own ---- */

static int safe_load(lua_State *L)
{
	const char *s = luaL_checkstring(L, 1), *name = luaL_optstring(L, 2, "=load");
	bool env = !lua_isnone(L, 4);

	if (luaL_loadbufferx(L, s, strlen(s), name, "t") != LUA_OK) {
		lua_pushnil(L);
		lua_insert(L, -2);
		return 2;
	}
	lua_pushvalue(L, env ? 4 : lua_upvalueindex(1));
	lua_setupvalue(L, -2, 1);
	return 1;
}

/* A finalizer would run at any time, without a limit. */
static int safe_setmetatable(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	if (!lua_isnil(L, 2)) {
		luaL_checktype(L, 2, LUA_TTABLE);
		lua_pushstring(L, "__gc");
		if (lua_rawget(L, 2) != LUA_TNIL)
			refuse(L, "have finalizers");
	}
	if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
		return luaL_error(L, "cannot change a protected metatable");
	lua_settop(L, 2);
	lua_setmetatable(L, 1);
	return 1;
}

static int safe_getmetatable(lua_State *L)
{
	luaL_checkany(L, 1);
	if (lua_type(L, 1) != LUA_TTABLE || !lua_getmetatable(L, 1))
		lua_pushnil(L);
	else
		luaL_getmetafield(L, 1, "__metatable");	/* pushes nothing if there is none */
	return 1;
}

static int safe_require(lua_State *L)
{
	if (strcmp(luaL_checkstring(L, 1), "qs"))
		return refuse(L, "require anything but qs");
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

static int safe_open(lua_State *L)
{
	const char *mode = luaL_optstring(L, 2, "r"), *path;
	int top;

	if (strcmp(mode, "r") && strcmp(mode, "rb"))
		return refuse(L, "write files");
	path = own_path(L, lua_tostring(L, lua_upvalueindex(1)), luaL_checkstring(L, 1));
	top = lua_gettop(L);
	lua_pushvalue(L, lua_upvalueindex(2));
	lua_pushstring(L, path);
	lua_pushstring(L, mode);
	lua_call(L, 2, LUA_MULTRET);
	return lua_gettop(L) - top;
}

/* ---- what runs in one go ---- */

static int pass_on(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
	return lua_gettop(L);
}

/* Matching may try each way to share the text among the repetitions of the pattern. */
static int guarded(lua_State *L)
{
	size_t n, m, repeats = 0;

	if (limited(L)) {
		const char *s = luaL_checklstring(L, 1, &n), *p = luaL_checklstring(L, 2, &m);

		(void)s;
		for (size_t i = 0; i < m; i++)
			repeats += p[i] == '*' || p[i] == '+' || p[i] == '-' || p[i] == '?' || p[i] == 'b';
		if (pow((double)n + 1, (double)repeats) * ((double)n + 1) > 1e9)
			refuse(L, "match so long a text with such a pattern");
	}
	return pass_on(L);
}

static int no_dump(lua_State *L)
{
	return limited(L) ? refuse(L, "dump functions") : pass_on(L);
}

/* Counts that cost time but no memory. */
static int short_rep(lua_State *L)
{
	if (limited(L) && luaL_checknumber(L, 2) > LESSON_BYTES)
		return refuse(L, "repeat a text so often");
	return pass_on(L);
}

static int short_move(lua_State *L)
{
	if (limited(L) && luaL_checknumber(L, 3) - luaL_checknumber(L, 2) > 1e6)
		return refuse(L, "move so much at once");
	return pass_on(L);
}

static void guard(lua_State *L, const char *library, const char *name, lua_CFunction f)
{
	lua_getglobal(L, library);
	lua_getfield(L, -1, name);
	lua_pushcclosure(L, f, 1);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

void sandbox_guard(lua_State *L)
{
	guard(L, "string", "find", guarded);
	guard(L, "string", "match", guarded);
	guard(L, "string", "gmatch", guarded);
	guard(L, "string", "gsub", guarded);
	guard(L, "string", "dump", no_dump);
	guard(L, "string", "rep", short_rep);
	guard(L, "table", "move", short_move);
}

/* ---- the environment ---- */

/* Copies names of the table at `from` into the one on top; a table is copied too, so that nobody changes what others use. */
static void copy_names(lua_State *L, int from, const char *const *names)
{
	for (; *names; names++) {
		lua_getfield(L, from, *names);
		lua_setfield(L, -2, *names);
	}
}

static void push_copy(lua_State *L, int i)
{
	i = lua_absindex(L, i);
	lua_newtable(L);
	lua_pushnil(L);
	while (lua_next(L, i)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		if (lua_type(L, -1) == LUA_TTABLE) {
			push_copy(L, -1);
			lua_remove(L, -2);
		}
		lua_rawset(L, -4);
	}
	if (lua_getmetatable(L, i))
		lua_setmetatable(L, -2);
}

static void copy_library(lua_State *L, int globals, const char *library, const char *const *names)
{
	lua_getfield(L, globals, library);
	lua_newtable(L);
	copy_names(L, lua_gettop(L) - 1, names);
	lua_setfield(L, -3, library);
	lua_pop(L, 1);
}

void sandbox_push(lua_State *L, const char *dir)
{
	static const char *const base[] = { "assert", "error", "ipairs", "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset",
		"select", "tonumber", "tostring", "type", "xpcall", "_VERSION", "gauss", "laplace", "uniform", "student", "outliers", NULL };
	static const char *const string[] = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "pack", "packsize", "rep",
		"reverse", "sub", "unpack", "upper", NULL };
	static const char *const table[] = { "concat", "insert", "move", "pack", "remove", "sort", "unpack", NULL };
	static const char *const math[] = { "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max",
		"maxinteger", "min", "mininteger", "modf", "pi", "rad", "random", "sin", "sqrt", "tan", "tointeger", "type", "ult", NULL };
	static const char *const utf8[] = { "char", "charpattern", "codepoint", "codes", "len", "offset", NULL };
	static const char *const os[] = { "clock", "date", "difftime", "time", NULL };
	static const char *const debug[] = { "traceback", NULL };
	int globals, env;

	luaL_checkstack(L, 20, NULL);
	lua_pushglobaltable(L);
	globals = lua_gettop(L);
	lua_newtable(L);
	env = lua_gettop(L);
	copy_names(L, globals, base);
	copy_library(L, globals, "string", string);
	copy_library(L, globals, "table", table);
	copy_library(L, globals, "math", math);
	copy_library(L, globals, "utf8", utf8);
	copy_library(L, globals, "os", os);
	copy_library(L, globals, "debug", debug);
	lua_pushvalue(L, env);
	lua_pushcclosure(L, safe_load, 1);
	lua_setfield(L, env, "load");
	qs_set(L, (const struct row[]){ { "setmetatable", safe_setmetatable }, { "getmetatable", safe_getmetatable }, { 0 } });
	lua_getfield(L, LUA_REGISTRYINDEX, "qs");
	push_copy(L, -1);
	lua_remove(L, -2);
	memo_wrap(L);
	lua_pushvalue(L, -1);
	lua_setfield(L, env, "qs");
	lua_pushcclosure(L, safe_require, 1);
	lua_setfield(L, env, "require");
	lua_newtable(L);
	lua_pushstring(L, dir);
	lua_getfield(L, globals, "io");
	lua_getfield(L, -1, "open");
	lua_remove(L, -2);
	lua_pushcclosure(L, safe_open, 2);
	lua_setfield(L, -2, "open");
	lua_setfield(L, env, "io");
	lua_pushvalue(L, env);
	lua_setfield(L, env, "_G");
	lua_remove(L, globals);
}

/* ---- the learner's variables, from a lesson ---- */

static int read_variable(lua_State *L)
{
	if (lua_type(L, 2) != LUA_TSTRING || !scope_push_variable(L, lua_tostring(L, 2)))
		lua_pushnil(L);
	return 1;
}

static int read_only(lua_State *L)
{
	return refuse(L, "change the learner's variables; L:var declares its own");
}

void sandbox_scope(lua_State *L)
{
	lua_newtable(L);
	lua_newtable(L);
	qs_set(L, (const struct row[]){ { "__index", read_variable }, { "__newindex", read_only }, { 0 } });
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
}

static int read_answer(lua_State *L)
{
	if (lua_type(L, 2) == LUA_TSTRING && scope_push_variable(L, lua_tostring(L, 2)))
		return 1;
	lua_pushvalue(L, 2);
	lua_rawget(L, lua_upvalueindex(1));
	return 1;
}

static int write_answer(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2);

	if (scope_is_builtin(L, name))
		return refuse(L, "replace what belongs to Lua");
	lua_pushglobaltable(L);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, 3);
	lua_settable(L, -3);
	return 0;
}

void sandbox_answer_env(lua_State *L, int env)
{
	env = lua_absindex(L, env);
	lua_newtable(L);
	lua_newtable(L);
	lua_pushvalue(L, env);
	lua_pushcclosure(L, read_answer, 1);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, write_answer);
	lua_setfield(L, -2, "__newindex");
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
}
