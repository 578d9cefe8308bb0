/* scope.c - variables: the names that commands see are Lua's globals; `_`, `_1` .. `_9` are the last results. */
#include <stdlib.h>
#include <string.h>

#include "lua/demo.h"

#define BUILTIN "qs.builtin"	/* registry: globals as they were at the start */

static bool is_result_name(const char *name)
{
	return name[0] == '_' && (!name[1] || (name[1] >= '1' && name[1] <= '9' && !name[2]));
}

/* The stack has the global and the table of builtins' entry of that name is compared with it. */
static bool is_builtin(lua_State *L, const char *name, int value)
{
	bool same;

	value = lua_absindex(L, value);
	lua_getfield(L, LUA_REGISTRYINDEX, BUILTIN);
	lua_getfield(L, -1, name);
	same = lua_rawequal(L, -1, value);
	lua_pop(L, 2);
	return same;
}

static void get_global(lua_State *L, const char *name)
{
	lua_pushglobaltable(L);
	lua_pushstring(L, name);
	lua_rawget(L, -2);
	lua_remove(L, -2);
}

bool scope_push_variable(lua_State *L, const char *name)
{
	get_global(L, name);
	if (!lua_isnil(L, -1) && !is_builtin(L, name, -1))
		return true;
	lua_pop(L, 1);
	return false;
}

bool scope_is_builtin(lua_State *L, const char *name)
{
	bool is;

	lua_getfield(L, LUA_REGISTRYINDEX, BUILTIN);
	is = lua_getfield(L, -1, name) != LUA_TNIL;
	lua_pop(L, 2);
	return is;
}

/* Called from commands, below which no error of Lua may fly: memory of lessons is not limited meanwhile. */
static struct value *look_up(void *arg, const char *name, struct error *err)
{
	struct runner *r = arg;
	struct value *v = NULL;
	size_t limit = r->limit_bytes;

	r->limit_bytes = SIZE_MAX;
	memset(err, 0, sizeof *err);
	get_global(r->L, name);
	if (!lua_isnil(r->L, -1) && !is_builtin(r->L, name, -1))
		v = to_value(r->L, -1, err);
	lua_pop(r->L, 1);
	r->limit_bytes = limit;
	return v;
}

static bool assign(void *arg, const char *name, struct value *v, struct error *err)
{
	struct runner *r = arg;
	size_t limit = r->limit_bytes;

	(void)err;
	r->limit_bytes = SIZE_MAX;
	push_value(r->L, value_hold(v));
	lua_setglobal(r->L, name);
	scope_name_value(r->L, name);
	r->limit_bytes = limit;
	return true;
}

/* "( lua )" within a command: rewritten as a line is, run to its end on the spot. */
static int eval_inside(lua_State *L)
{
	const char *text = lua_tostring(L, 1);
	struct error *err = lua_touserdata(L, 2);
	bool expression;

	lua_pop(L, 1);
	if (!chunk_load(L, text, true, &expression, err))
		return 0;
	task_limit_chunk(L);
	lua_call(L, 0, 1);
	return 1;
}

static struct value *eval(void *arg, const char *lua, size_t n, struct error *err)
{
	struct runner *r = arg;
	struct text source = { 0 }, out = { 0 };
	struct value *v = NULL;
	size_t *map = NULL, open_at, limit = r->limit_bytes;
	lua_State *T;
	int status;

	memset(err, 0, sizeof *err);
	text_putn(&source, lua, n);
	if (!literal_rewrite(&r->world, text_str(&source), 0, source.len, &out, &map, &open_at, err)) {
		text_drop(&source);
		text_drop(&out);
		return NULL;
	}
	r->limit_bytes = SIZE_MAX;
	T = lua_newthread(r->L);
	lua_pushcfunction(T, eval_inside);
	lua_pushstring(T, text_str(&out));
	lua_pushlightuserdata(T, err);
	r->limit_bytes = limit;
	status = lua_pcall(T, 2, 1, 0);
	r->limit_bytes = SIZE_MAX;
	if (status != LUA_OK) {
		get_error(T, -1, err);
		if (!err->len && err->class == ERR_LUA)	/* qs._literal and the like know their place */
			chunk_blame(text_str(&source), err);
	} else if (err->class) {
		size_t end = err->at + err->len;

		err->at = map[err->at < out.len ? err->at : out.len];
		end = map[end < out.len ? end : out.len];
		err->len = end > err->at ? end - err->at : 1;
	} else {
		v = to_value(T, -1, err);
	}
	if (err->class && !err->len) {
		err->at = 0;
		err->len = n;
	}
	lua_pop(r->L, 1);
	r->limit_bytes = limit;
	free(map);
	text_drop(&source);
	text_drop(&out);
	return v;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The user's globals; the strings belong to Lua, which keeps them as long as the globals are there. */
static const char **user_names(struct runner *r, size_t *n)
{
	lua_State *L = r->L;
	const char **names = NULL;
	size_t size = 0;

	*n = 0;
	lua_pushglobaltable(L);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;

		if (name && !is_result_name(name) && !is_builtin(L, name, -1)) {
			if (*n == size) {
				const char **more = realloc(names, (size = 2 * size + 16) * sizeof *names);

				if (!more) {
					lua_pop(L, 2);
					break;
				}
				names = more;
			}
			names[(*n)++] = name;
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	if (*n)
		qsort(names, *n, sizeof *names, by_name);
	return names;
}

static void names(void *arg, void (*each)(void *to, const char *name, struct value *v), void *to)
{
	struct runner *r = arg;
	struct error err;
	size_t n, limit = r->limit_bytes;
	const char **list;

	r->limit_bytes = SIZE_MAX;
	list = user_names(r, &n);
	for (size_t i = 0; i < n; i++) {
		struct value *v = look_up(r, list[i], &err);

		if (v)
			each(to, list[i], v);
		value_drop(v);
	}
	free(list);
	r->limit_bytes = limit;
}

static void lessons(void *arg, void (*each)(void *to, const char *id, const char *title), void *to)
{
	struct lesson_info *list;
	size_t n = lesson_list(arg, &list);

	for (size_t i = 0; i < n; i++)
		each(to, list[i].id, list[i].title);
	free(list);
}

static void knobs(struct runner *r, const char *demo, void (*each)(void *to, const char *text, const char *about), void *to)
{
	struct error err;
	struct demo *d = demo_load(r, demo, &err);

	for (size_t i = 0; d && i < d->n; i++) {
		const struct knob *k = &d->knob[i];
		char text[120], about[100], a[NUMBER_SIZE], b[NUMBER_SIZE];

		if (k->kind == KNOB_NUMBER) {
			snprintf(text, sizeof text, "%s=", k->name);
			snprintf(about, sizeof about, "%s to %s", number_short(a, k->min), number_short(b, k->max));
			each(to, text, about);
		}
		for (size_t n = 0; n < (k->kind == KNOB_SWITCH ? 2 : k->n); n++) {
			snprintf(text, sizeof text, "%s=%.80s", k->name, k->kind == KNOB_CHOICE ? k->choice[n] : n ? "on" : "off");
			each(to, text, "");
		}
	}
	demo_drop(d);
}

static void demos(void *arg, const char *demo, void (*each)(void *to, const char *text, const char *about), void *to)
{
	struct demo_info *list;
	size_t n;

	if (demo) {
		knobs(arg, demo, each, to);
		return;
	}
	n = demo_list(arg, &list);
	for (size_t i = 0; i < n; i++)
		each(to, list[i].id, list[i].title);
	free(list);
}

bool scope_is_command(void *runner, const char *name, size_t n)
{
	char word[64];

	(void)runner;
	if (n >= sizeof word)
		return false;
	memcpy(word, name, n);
	word[n] = 0;
	return command_find(word) != NULL;
}

bool scope_is_model(void *runner, const char *name, size_t n)
{
	struct runner *r = runner;
	const struct value *v;
	bool is;

	lua_pushglobaltable(r->L);
	lua_pushlstring(r->L, name, n);
	lua_rawget(r->L, -2);
	v = test_value(r->L, -1);
	is = v && v->kind == VALUE_MODEL;
	lua_pop(r->L, 2);
	return is;
}

/* `_` becomes `_1`, and so on; nothing moves when the result is what `_` is already. */
void scope_result(lua_State *L, int i)
{
	static const char *const ring[] = { "_", "_1", "_2", "_3", "_4", "_5", "_6", "_7", "_8", "_9" };
	bool same;

	if (runner_of(L)->aside)
		return;
	i = lua_absindex(L, i);
	lua_pushglobaltable(L);
	lua_getfield(L, -1, "_");
	same = lua_rawequal(L, -1, i);
	lua_pop(L, 1);
	for (int k = 9; k > 0 && !same; k--) {
		lua_getfield(L, -1, ring[k - 1]);
		lua_setfield(L, -2, ring[k]);
	}
	lua_pushvalue(L, i);
	lua_setfield(L, -2, "_");
	lua_pop(L, 1);
	runner_of(L)->results++;
}

/* A value that has no name yet, or the name of what it was cut from, is called as its variable. */
void scope_name_value(lua_State *L, const char *name)
{
	struct value *v;

	get_global(L, name);
	v = test_value(L, -1);
	if (v && v->kind != VALUE_MODEL && strcmp(v->label, name)) {	/* a model's label is the name it is open by */
		bool taken = false;

		if (*v->label) {
			get_global(L, v->label);
			taken = test_value(L, -1) == v;
			lua_pop(L, 1);
		}
		if (!taken)
			value_name(v, name);
	}
	lua_pop(L, 1);
}

/* The first time a global takes a command's name. */
static int new_global(lua_State *L)
{
	struct runner *r = runner_of(L);
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;

	lua_rawset(L, 1);
	if (name && command_find(name))
		note(&r->context, "'%s' is a command too; the variable is reached by  =%s  or inside expressions", name, name);
	return 0;
}

void scope_open(struct runner *r)
{
	lua_State *L = r->L;

	r->scope = (struct scope){ r, look_up, assign, eval, names, lessons, demos };
	r->world = (struct literal_world){ r, scope_is_command, scope_is_model };
	lua_newtable(L);		/* globals as they are now */
	lua_pushglobaltable(L);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, -5);
	}
	lua_newtable(L);
	lua_pushcfunction(L, new_global);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_pop(L, 1);
	lua_setfield(L, LUA_REGISTRYINDEX, BUILTIN);
}
