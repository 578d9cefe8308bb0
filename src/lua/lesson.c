/*
 * lesson.c - lesson files: finding them, what they say of themselves, and what they declare.
 *
 * L:say and the like append a part while the file is loaded (and in a branch); called from a function of a part that is being played
 * they act at once.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/player.h"
#include "methods/method.h"

#define LESSON_META "qs.lesson"
#define LOADED "qs.lesson.loaded"	/* registry: the L that was made last */

/* ---- finding ---- */

static bool is_id(const char *id)
{
	return *id && strlen(id) < 40 && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_")] == 0;
}

/* Where the user's own lessons lie, not those that came with the program. */
bool lesson_place_is_own(const char *place)
{
	const char *data = getenv("XDG_DATA_HOME");

	return (data && *data && !strncmp(place, data, strlen(data))) || strstr(place, "/.local/share/");
}

bool lesson_find(struct runner *r, const char *id, char *path, size_t size, bool *own)
{
	if (!is_id(id))
		return false;
	for (size_t i = 0; r->places[i]; i++) {
		*own = lesson_place_is_own(r->places[i]);
		snprintf(path, size, "%s/%s.lua", r->places[i], id);
		if (access(path, R_OK) == 0)
			return true;
		snprintf(path, size, "%s/%s/lesson.lua", r->places[i], id);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

/* ---- loading ---- */

static void dir_of(const char *path, char *dir, size_t size)
{
	const char *slash = strrchr(path, '/');

	snprintf(dir, size, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
}

/* A file run in an environment of its own, in a task that is left with its results. NULL: err. */
struct task *lesson_run_file(struct runner *r, const char *path, const char *dir, bool trusted, int *status, struct error *err)
{
	struct task *t = task_new(r, "", NULL);
	const char *dir_before = r->lesson_dir;
	int n, env_before = r->limit_env;

	if (!t) {
		error_memory(err, path);
		return NULL;
	}
	if (access(path, R_OK) != 0) {
		error_set(err, ERR_FILE, "cannot read %s: %s", path, strerror(errno));
		task_drop(r, t);
		return NULL;
	}
	if (luaL_loadfilex(t->co, path, "t") != LUA_OK) {
		get_error(t->co, -1, err);
		if (err->class == ERR_LUA)
			err->class = ERR_LESSON;
		task_drop(r, t);
		return NULL;
	}
	if (trusted)
		lua_pushglobaltable(t->co);
	else
		sandbox_push(t->co, dir);
	lua_pushvalue(t->co, -1);
	lua_setfield(t->co, LUA_REGISTRYINDEX, "qs.lesson.env");
	sandbox_answer_env(t->co, -1);
	r->limit_env = luaL_ref(t->co, LUA_REGISTRYINDEX);
	lua_setupvalue(t->co, -2, 1);
	t->limited = !trusted;
	r->lesson_base = r->lua_bytes;
	r->lesson_dir = dir;
	r->declaring++;
	*status = task_call(r, t, 0, &n);
	r->declaring--;
	r->lesson_dir = dir_before;
	luaL_unref(r->L, LUA_REGISTRYINDEX, r->limit_env);
	r->limit_env = env_before;
	if (*status == LUA_OK)
		lua_settop(t->co, n ? 1 : 0);
	return t;
}

bool lesson_fault(struct runner *r, struct task *t, const char *path, struct error *err)
{
	get_error(t->co, -1, err);
	if (err->class == ERR_LUA)
		err->class = ERR_LESSON;
	if (!*err->where)
		snprintf(err->where, sizeof err->where, "%.150s", path);
	task_drop(r, t);
	return false;
}

bool lesson_load(struct runner *r, const char *path, bool trusted, int *lesson, int *env, struct error *err)
{
	char dir[400];
	int status;
	struct task *t;

	memset(err, 0, sizeof *err);
	dir_of(path, dir, sizeof dir);
	lua_pushnil(r->L);
	lua_setfield(r->L, LUA_REGISTRYINDEX, LOADED);
	t = lesson_run_file(r, path, dir, trusted, &status, err);
	if (!t)
		return false;
	if (status != LUA_OK)
		return lesson_fault(r, t, path, err);
	task_drop(r, t);
	if (lua_getfield(r->L, LUA_REGISTRYINDEX, LOADED) != LUA_TTABLE) {
		lua_pop(r->L, 1);
		error_set(err, ERR_LESSON, "%s declares no lesson", path);
		return error_hint(err, NULL, "it begins with  local L = qs.lesson { id = ..., title = ... }  and ends with  return L");
	}
	*lesson = luaL_ref(r->L, LUA_REGISTRYINDEX);
	lua_getfield(r->L, LUA_REGISTRYINDEX, "qs.lesson.env");
	*env = luaL_ref(r->L, LUA_REGISTRYINDEX);
	return true;
}

static void raw_field(lua_State *L, int i, const char *name)
{
	i = lua_absindex(L, i);
	lua_pushstring(L, name);
	lua_rawget(L, i);
}

static void text_field(lua_State *L, const char *name, char *out, size_t size)
{
	raw_field(L, -1, name);
	snprintf(out, size, "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lua_pop(L, 1);
}

/* Of the L on top. */
void lesson_read_about(lua_State *L, struct lesson_info *out)
{
	size_t n = 0;

	text_field(L, "id", out->id, sizeof out->id);
	text_field(L, "title", out->title, sizeof out->title);
	raw_field(L, -1, "minutes");
	out->minutes = lua_tonumber(L, -1);
	lua_pop(L, 1);
	*out->needs = 0;
	raw_field(L, -1, "needs");
	for (lua_Integer i = 1; lua_type(L, -1) == LUA_TTABLE; i++) {
		if (lua_rawgeti(L, -1, i) == LUA_TSTRING)
			n += (size_t)snprintf(out->needs + n, sizeof out->needs - n, "%s%s", n ? " " : "", lua_tostring(L, -1));
		lua_pop(L, 1);
		if (n >= sizeof out->needs || (size_t)i > lua_rawlen(L, -1))
			break;
	}
	lua_pop(L, 1);
}

bool lesson_about(struct runner *r, const char *path, struct lesson_info *out, struct error *err)
{
	int lesson, env;
	bool ok;

	memset(out, 0, sizeof *out);
	snprintf(out->path, sizeof out->path, "%s", path);
	r->heading = true;
	ok = lesson_load(r, path, false, &lesson, &env, err);
	r->heading = false;
	if (!ok && lua_getfield(r->L, LUA_REGISTRYINDEX, LOADED) == LUA_TTABLE) {	/* stopped behind the head, as wanted */
		lesson_read_about(r->L, out);
		lua_pop(r->L, 1);
		return true;
	}
	if (!ok) {
		lua_pop(r->L, 1);
		return false;
	}
	lua_rawgeti(r->L, LUA_REGISTRYINDEX, lesson);
	lesson_read_about(r->L, out);
	lua_pop(r->L, 1);
	luaL_unref(r->L, LUA_REGISTRYINDEX, lesson);
	luaL_unref(r->L, LUA_REGISTRYINDEX, env);
	return true;
}

/* ---- the list ---- */

struct list { struct lesson_info *info; size_t n, size; };

static void list_add(struct runner *r, struct list *l, const char *id)
{
	char path[400];
	bool own;
	struct error err;
	struct lesson_info about;

	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->info[i].id, id))
			return;
	if (!lesson_find(r, id, path, sizeof path, &own))
		return;
	if (!lesson_about(r, path, &about, &err))
		about = (struct lesson_info){ .title = "its file has a fault; starting it says where", .broken = true };
	about.own = own;
	snprintf(about.id, sizeof about.id, "%s", id);
	if (l->n == l->size) {
		size_t size = 2 * l->size + 32;
		struct lesson_info *more = realloc(l->info, size * sizeof *more);

		if (!more)
			return;
		l->info = more;
		l->size = size;
	}
	l->info[l->n++] = about;
}

/* A fault in it is not worth stopping for: --test-lesson names it. */
void lesson_glossary(struct runner *r, const char *place)
{
	char path[420];
	struct error ignored;
	struct task *t;
	int status;

	snprintf(path, sizeof path, "%s/glossary.lua", place);
	t = access(path, R_OK) == 0 ? lesson_run_file(r, path, place, false, &status, &ignored) : NULL;
	if (t)
		task_drop(r, t);
}

/* course.lua returns a list of ids. */
static void list_course(struct runner *r, struct list *l, const char *place)
{
	char path[420], (*ids)[40] = NULL;
	size_t n = 0;
	int status;
	struct error err;
	struct task *t;

	snprintf(path, sizeof path, "%s/course.lua", place);
	if (access(path, R_OK) != 0)
		return;
	t = lesson_run_file(r, path, place, false, &status, &err);
	if (!t)
		return;
	if (status == LUA_OK && lua_type(t->co, -1) == LUA_TTABLE) {
		ids = calloc(lua_rawlen(t->co, -1) + 1, sizeof *ids);
		for (lua_Integer i = 1; ids && (size_t)i <= lua_rawlen(t->co, -1); i++) {
			if (lua_rawgeti(t->co, -1, i) == LUA_TSTRING)
				snprintf(ids[n++], sizeof *ids, "%s", lua_tostring(t->co, -1));
			lua_pop(t->co, 1);
		}
	}
	task_drop(r, t);
	for (size_t i = 0; i < n; i++)
		list_add(r, l, ids[i]);
	free(ids);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);	/* not alphasort: it follows the locale */
}

static void list_others(struct runner *r, struct list *l, const char *place)
{
	struct dirent **entry = NULL;
	int n = scandir(place, &entry, NULL, by_name);

	for (int i = 0; i < n; i++) {
		char *dot = strrchr(entry[i]->d_name, '.');

		if (dot && !strcmp(dot, ".lua")) {
			*dot = 0;
			if (strcmp(entry[i]->d_name, "course") && strcmp(entry[i]->d_name, "glossary"))
				list_add(r, l, entry[i]->d_name);
		} else if (!dot && is_id(entry[i]->d_name)) {
			list_add(r, l, entry[i]->d_name);
		}
		free(entry[i]);
	}
	free(entry);
}

size_t lesson_list(struct runner *r, struct lesson_info **out)
{
	struct list l = { 0 };

	for (size_t i = 0; r->places[i]; i++)
		list_course(r, &l, r->places[i]);
	for (size_t i = 0; r->places[i]; i++)
		list_others(r, &l, r->places[i]);
	*out = l.info;
	return l.n;
}

/* ---- declaring ---- */

/* A copy of the table at i, so that the file keeps no hand in what was declared. */
static void push_part(lua_State *L, int i, const char *kind)
{
	i = lua_absindex(L, i);
	lua_newtable(L);
	lua_pushnil(L);
	while (lua_next(L, i)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, -4);
	}
	lua_pushstring(L, kind);
	lua_setfield(L, -2, "kind");
}

/* The part on top: appended to L.parts, or acted upon. */
static int take_part(lua_State *L)
{
	struct runner *r = runner_of(L);

	luaL_checkudata(L, 1, LESSON_META);
	if (!r->declaring)
		return player_now(L);
	lua_getiuservalue(L, 1, 1);
	lua_getfield(L, -1, "parts");
	lua_pushvalue(L, -3);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	return 0;
}

static void check_text(lua_State *L, int i)
{
	if (lua_type(L, i) != LUA_TSTRING && lua_type(L, i) != LUA_TFUNCTION)
		throw_new(L, ERR_LESSON, NULL, "a text is missing");
}

static int lesson_say(lua_State *L)
{
	check_text(L, 2);
	lua_settop(L, 2);
	lua_newtable(L);
	lua_pushvalue(L, 2);
	lua_rawseti(L, -2, 1);
	lua_pushstring(L, "say");
	lua_setfield(L, -2, "kind");
	return take_part(L);
}

/* L:show(view, subject, options), L:walk(codec, subject, options), L:var(name, value) */
static void three(lua_State *L, const char *kind)
{
	lua_settop(L, 4);
	lua_newtable(L);
	for (int i = 1; i <= 3; i++) {
		lua_pushvalue(L, i + 1);
		lua_rawseti(L, -2, i);
	}
	lua_pushstring(L, kind);
	lua_setfield(L, -2, "kind");
}

static int lesson_show(lua_State *L)
{
	check_view(L, 2);
	if (!lua_isstring(L, 3))	/* a name or a number is a subject too */
		check_value(L, 3);
	if (!lua_isnoneornil(L, 4))
		luaL_checktype(L, 4, LUA_TTABLE);
	three(L, "show");
	return take_part(L);
}

static int lesson_walk(lua_State *L)
{
	const struct codec *c;

	if (lua_type(L, 2) == LUA_TSTRING && method_find(lua_tostring(L, 2))) {
		luaL_checkany(L, 3);	/* what it takes differs; its function looks when the walk begins */
	} else {
		check_codec(L, 2, &c);
		check_value(L, 3);
	}
	if (!lua_isnoneornil(L, 4))
		luaL_checktype(L, 4, LUA_TTABLE);
	three(L, "walk");
	return take_part(L);
}

/* Among the parts that are being declared: L at 1. */
static bool is_declared(lua_State *L, const char *name)
{
	int top = lua_gettop(L);
	bool found = false;

	lua_getiuservalue(L, 1, 1);
	lua_getfield(L, -1, "parts");
	for (lua_Integer i = 1, n = (lua_Integer)lua_rawlen(L, top + 2); runner_of(L)->declaring && i <= n && !found; i++) {
		lua_rawgeti(L, top + 2, i);
		lua_getfield(L, -1, "kind");
		lua_rawgeti(L, -2, 1);
		found = !strcmp(lua_tostring(L, -2), "var") && lua_type(L, -1) == LUA_TSTRING && !strcmp(lua_tostring(L, -1), name);
		lua_settop(L, top + 2);
	}
	lua_settop(L, top);
	return found;
}

static int lesson_var(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2);

	luaL_checkany(L, 3);
	if (scope_is_builtin(L, name) || name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] ||
	    (*name >= '0' && *name <= '9') || !*name)
		return throw_new(L, ERR_LESSON, NULL, "'%s' cannot be a variable of a lesson", name);
	if (is_declared(L, name))
		return throw_new(L, ERR_LESSON, "another name, or one L:var for both", "the variable '%s' is declared twice", name);
	if (test_value(L, 3) && !*test_value(L, 3)->label)
		value_name(test_value(L, 3), name);
	lua_settop(L, 3);
	lua_pushvalue(L, 3);
	lua_insert(L, 2);	/* L value name value */
	lua_getiuservalue(L, 1, 1);
	lua_getfield(L, -1, "vars");
	lua_pushvalue(L, 3);
	lua_pushvalue(L, 4);
	lua_settable(L, -3);
	lua_settop(L, 4);
	lua_newtable(L);
	lua_pushvalue(L, 3);
	lua_rawseti(L, -2, 1);
	lua_pushvalue(L, 4);
	lua_rawseti(L, -2, 2);
	lua_pushstring(L, "var");
	lua_setfield(L, -2, "kind");
	take_part(L);
	lua_settop(L, 2);
	return 1;		/* the lesson's own value */
}

static int question(lua_State *L, const char *kind)
{
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 2);
	lua_geti(L, 2, 1);
	check_text(L, -1);
	lua_pop(L, 1);
	push_part(L, 2, kind);
	return take_part(L);
}

static int lesson_task(lua_State *L)
{
	luaL_checktype(L, 2, LUA_TTABLE);
	if (lua_getfield(L, 2, "check") != LUA_TFUNCTION)
		return throw_new(L, ERR_LESSON, NULL, "a task needs check=function(s)");
	return question(L, "task");
}

static int lesson_question(lua_State *L, const char *kind)
{
	static const char *const kinds[] = { "number", "choice", "text", "value", "code", NULL };
	const char *k;

	luaL_checktype(L, 2, LUA_TTABLE);
	lua_getfield(L, 2, "kind");
	k = lua_tostring(L, -1);
	for (int i = 0; k && kinds[i]; i++)
		if (!strcmp(k, kinds[i])) {
			lua_pushvalue(L, -1);
			lua_setfield(L, 2, "answers");	/* kind is the part's own from here on */
			return question(L, kind);
		}
	return throw_new(L, ERR_LESSON, "number, choice, text, value or code", "a question needs its kind");
}

static int lesson_ask(lua_State *L) { return lesson_question(L, "ask"); }
static int lesson_predict(lua_State *L) { return lesson_question(L, "predict"); }

static int lesson_pause(lua_State *L)
{
	lua_settop(L, 1);
	lua_newtable(L);
	lua_pushstring(L, "pause");
	lua_setfield(L, -2, "kind");
	return take_part(L);
}

static int lesson_branch(lua_State *L)
{
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 2);
	push_part(L, 2, "branch");
	return take_part(L);
}

static int qs_lesson(lua_State *L)
{
	struct runner *r = runner_of(L);

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	if (!r->declaring)
		return throw_new(L, ERR_LESSON, "lesson ID  starts one", "a lesson is declared by its file");
	push_part(L, 1, "lesson");
	lua_newtable(L);
	lua_setfield(L, -2, "parts");
	lua_newtable(L);
	lua_setfield(L, -2, "vars");
	lua_pushvalue(L, -1);
	lua_setfield(L, LUA_REGISTRYINDEX, LOADED);
	if (r->heading)
		return throw_new(L, ERR_LESSON, NULL, "only the head was wanted");
	lua_newuserdatauv(L, 0, 1);
	luaL_setmetatable(L, LESSON_META);
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, "self");	/* for branches */
	lua_pushvalue(L, -2);
	lua_setiuservalue(L, -2, 1);
	return 1;
}

void lesson_open(lua_State *L)
{
	luaL_newmetatable(L, LESSON_META);
	lua_newtable(L);
	qs_set(L, (const struct row[]){ { "say", lesson_say }, { "show", lesson_show }, { "var", lesson_var }, { "walk", lesson_walk },
					{ "ask", lesson_ask }, { "predict", lesson_predict }, { "task", lesson_task }, { "pause", lesson_pause },
					{ "branch", lesson_branch }, { 0 } });
	lua_setfield(L, -2, "__index");
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
	qs_set(L, (const struct row[]){ { "lesson", qs_lesson }, { 0 } });
}
