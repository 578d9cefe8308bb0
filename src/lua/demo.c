/* demo.c - demos as files: finding and loading them, and their knobs. See demo.h. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/demo.h"

#define LOADED "qs.demo.loaded"		/* registry: the table of the last qs.demo{} */
#define TYPED "qs.demo.typed"		/* registry: those made by a line, a script or the start file, by id */

/* ---- knobs ---- */

void knob_value(const struct knob *k, struct text *out)
{
	int digits = 0;
	double step = k->step;

	if (k->kind == KNOB_CHOICE) {
		text_put(out, k->choice[(size_t)k->value]);
		return;
	}
	if (k->kind == KNOB_SWITCH) {
		text_put(out, k->value != 0 ? "on" : "off");
		return;
	}
	while (digits < 6 && fabs(step - round(step)) > 1e-9 * fabs(step)) {
		step *= 10;
		digits++;
	}
	text_add(out, "%.*f", digits, k->value);
}

void knob_show(const struct knob *k, struct text *out)
{
	enum { WIDE = 7 };
	int place = (int)round((k->value - k->min) / (k->max - k->min) * (WIDE - 1));
	char buf[NUMBER_SIZE];

	text_add(out, "%s ", k->name);
	knob_value(k, out);
	if (k->kind == KNOB_CHOICE)
		text_add(out, " (%zu/%zu)", (size_t)k->value + 1, k->n);
	if (k->kind != KNOB_NUMBER)
		return;
	text_put(out, " ");
	for (int i = 0; i < WIDE; i++)
		text_put(out, i == place ? "●" : "─");
	text_add(out, " %s", number_short(buf, k->max));
}

/* To the next whole step from its least value, so that 0.1 ten times is 1. */
bool knob_turn(struct knob *k, int by)
{
	double v = k->kind == KNOB_NUMBER ? k->min + (round((k->value - k->min) / k->step) + by) * k->step : k->value + by;

	if (k->kind == KNOB_NUMBER && fabs(v) < k->step * 1e-6)
		v = 0;
	if (v < k->min - 1e-9 * k->step || v > k->max + 1e-9 * k->step)
		return false;
	k->value = v;
	return true;
}

static struct knob *knob_find(struct demo *d, const char *name, size_t n)
{
	for (size_t i = 0; i < d->n; i++)
		if (strlen(d->knob[i].name) == n && !strncmp(d->knob[i].name, name, n))
			return &d->knob[i];
	return NULL;
}

static bool no_knob(const struct demo *d, const char *word, struct error *err)
{
	struct text names = { 0 };

	for (size_t i = 0; i < d->n; i++)
		text_add(&names, "%s%s=", i ? " " : "", d->knob[i].name);
	error_set(err, ERR_ARGUMENT, "%s has no knob '%.*s'", d->id, (int)(strcspn(word, "=") < 40 ? strcspn(word, "=") : 40), word);
	error_hint(err, "knob", d->n ? "there are %s" : "it has none%s", text_str(&names));
	text_drop(&names);
	return false;
}

static bool no_value(const struct knob *k, const char *value, struct error *err)
{
	struct text right = { 0 };
	char a[NUMBER_SIZE], b[NUMBER_SIZE];

	if (k->kind == KNOB_NUMBER)
		text_add(&right, "a number from %s to %s", number_short(a, k->min), number_short(b, k->max));
	else if (k->kind == KNOB_SWITCH)
		text_put(&right, "on or off");
	for (size_t i = 0; i < k->n; i++)
		text_add(&right, "%s%s", i ? " " : "", k->choice[i]);
	error_set(err, ERR_ARGUMENT, "%s cannot be '%.60s'", k->name, value);
	error_hint(err, "knob", "%s", text_str(&right));
	text_drop(&right);
	return false;
}

bool demo_set(struct demo *d, const char *word, struct error *err)
{
	size_t n = strcspn(word, "=");
	struct knob *k = word[n] ? knob_find(d, word, n) : NULL;
	const char *value = word + n + (word[n] == '=');
	char *end;
	double v;

	if (!k)
		return no_knob(d, word, err);
	if (k->kind == KNOB_NUMBER) {
		v = strtod(value, &end);
		if (end == value || *end || !(v >= k->min && v <= k->max))
			return no_value(k, value, err);
		k->value = v;
		return true;
	}
	if (k->kind == KNOB_SWITCH) {
		k->value = !strcmp(value, "on");
		return k->value != 0 || !strcmp(value, "off") || no_value(k, value, err);
	}
	for (size_t i = 0; i < k->n; i++)
		if (judge_same_words(k->choice[i], value)) {
			k->value = (double)i;
			return true;
		}
	return no_value(k, value, err);
}

void demo_line(const struct demo *d, struct text *out)
{
	text_add(out, "demo %s", *d->path ? d->path : d->id);
	for (size_t i = 0; i < d->n; i++) {
		text_add(out, " %s=", d->knob[i].name);
		if (d->knob[i].kind == KNOB_NUMBER) {
			char buf[NUMBER_SIZE];

			text_put(out, number_short(buf, d->knob[i].value));
		} else {
			knob_value(&d->knob[i], out);
		}
	}
}

void demo_push_params(const struct demo *d, lua_State *L)
{
	lua_newtable(L);
	for (size_t i = 0; i < d->n; i++) {
		const struct knob *k = &d->knob[i];

		if (k->kind == KNOB_CHOICE)
			lua_pushstring(L, k->choice[(size_t)k->value]);
		else if (k->kind == KNOB_SWITCH)
			lua_pushboolean(L, k->value != 0);
		else if (k->value == floor(k->value) && k->step == floor(k->step) && fabs(k->value) < 1e15)
			lua_pushinteger(L, (lua_Integer)k->value);
		else
			lua_pushnumber(L, k->value);
		lua_setfield(L, -2, k->name);
	}
}

/* ---- what qs.demo is given ---- */

static int bad_knob(lua_State *L, const char *name, const char *what)
{
	return throw_new(L, ERR_LESSON, "{ name=, min=, max=, step=, start= }  { name=, one_of={...} }  or  { name=, on=true }", "the knob %s %s", name, what);
}

/* A list of words at the top, copied. */
static bool take_choices(lua_State *L, struct knob *k)
{
	size_t n = lua_rawlen(L, -1);

	k->choice = calloc(n ? n : 1, sizeof *k->choice);
	for (; k->choice && k->n < n && k->n < 100; k->n++) {
		lua_rawgeti(L, -1, (lua_Integer)k->n + 1);
		k->choice[k->n] = strdup(luaL_tolstring(L, -1, NULL));
		lua_pop(L, 2);
		if (!k->choice[k->n])
			return false;
	}
	return k->choice != NULL;
}

static double number_field(lua_State *L, const char *name, double otherwise)
{
	double v;

	v = lua_getfield(L, -1, name) == LUA_TNUMBER ? lua_tonumber(L, -1) : otherwise;
	lua_pop(L, 1);
	return v;
}

/* The knob whose table is on top. */
static void take_knob(lua_State *L, struct knob *k)
{
	lua_getfield(L, -1, "name");
	snprintf(k->name, sizeof k->name, "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lua_pop(L, 1);
	if (!*k->name || k->name[strspn(k->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")])
		bad_knob(L, k->name, "needs a name of letters, digits and _");
	if (lua_getfield(L, -1, "one_of") == LUA_TTABLE) {
		k->kind = KNOB_CHOICE;
		if (!take_choices(L, k) || !k->n)
			bad_knob(L, k->name, "has nothing to choose from");
		lua_getfield(L, -2, "start");
		for (size_t i = 0; i < k->n; i++)
			if (lua_type(L, -1) == LUA_TSTRING && !strcmp(k->choice[i], lua_tostring(L, -1)))
				k->start = (double)i;
		lua_pop(L, 1);
		k->max = (double)k->n - 1;
	} else if (lua_getfield(L, -2, "on") == LUA_TBOOLEAN) {
		k->kind = KNOB_SWITCH;
		k->start = lua_toboolean(L, -1);
		k->max = 1;
		lua_pop(L, 1);
	} else {
		lua_pop(L, 2);
		k->min = number_field(L, "min", NAN);
		k->max = number_field(L, "max", NAN);
		if (!(k->max > k->min) || isinf(k->max - k->min))
			bad_knob(L, k->name, "needs min, and a larger max");
		k->step = number_field(L, "step", (k->max - k->min) / 20);
		k->start = number_field(L, "start", k->min);
		if (!(k->step > 0) || !(k->start >= k->min && k->start <= k->max))
			bad_knob(L, k->name, "needs a step above 0, and a start between min and max");
		lua_pushnil(L);
	}
	lua_pop(L, 1);
	k->value = k->start;
}

static void text_field(lua_State *L, const char *name, char *out, size_t size)
{
	lua_getfield(L, -1, name);
	snprintf(out, size, "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lua_pop(L, 1);
}

/* 1: the struct, 2: its table. */
static int take_demo(lua_State *L)
{
	struct demo *d = lua_touserdata(L, 1);

	text_field(L, "id", d->id, sizeof d->id);
	text_field(L, "title", d->title, sizeof d->title);
	if (lua_getfield(L, 2, "params") != LUA_TTABLE)
		return 0;
	if (lua_rawlen(L, -1) > KNOBS_MAX)
		return throw_new(L, ERR_LESSON, NULL, "a demo has %d knobs at most", KNOBS_MAX);
	for (lua_Integer i = 1; (size_t)i <= lua_rawlen(L, 3); i++) {
		if (lua_rawgeti(L, 3, i) != LUA_TTABLE)
			return throw_new(L, ERR_LESSON, "{ name=, min=, max=, step=, start= }", "a knob is a table");
		lua_settop(L, 4);
		d->n++;
		take_knob(L, &d->knob[d->n - 1]);
		lua_settop(L, 3);
	}
	return 0;
}

static int qs_demo(lua_State *L)
{
	struct runner *r = runner_of(L);
	const char *id;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	if (lua_getfield(L, 1, "id") != LUA_TSTRING || !*(id = lua_tostring(L, -1)) || strlen(id) >= 40 ||
	    id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_")])
		return throw_new(L, ERR_LESSON, "id = \"outlier\"", "a demo needs an id of small letters, digits, - and _");
	if (lua_getfield(L, 1, "draw") != LUA_TFUNCTION && lua_getfield(L, 1, "run") != LUA_TFUNCTION)
		return throw_new(L, ERR_LESSON, "draw = function(p, ui) ... end", "a demo needs draw or run");
	lua_pushvalue(L, 1);
	lua_setfield(L, LUA_REGISTRYINDEX, LOADED);
	if (!r->declaring) {		/* a line, a script or the start file made it */
		luaL_getsubtable(L, LUA_REGISTRYINDEX, TYPED);
		lua_pushvalue(L, 1);
		lua_setfield(L, -2, id);
	}
	lua_settop(L, 1);
	return 1;
}

void demo_open(lua_State *L)
{
	lua_pushcfunction(L, qs_demo);
	lua_setfield(L, -2, "demo");
	demo_ui_open(L);
}

/* ---- finding ---- */

/* The directory of demos that belongs to a place of lessons. */
static void demos_of(const char *place, bool inside, char *dir, size_t size)
{
	const char *slash = strrchr(place, '/');

	snprintf(dir, size, "%.*s/demos", inside || !slash ? (int)strlen(place) : (int)(slash - place), place);
}

static bool find_file(struct runner *r, const char *id, char *path, size_t size, bool *own)
{
	size_t n = strlen(id);

	*own = false;
	if (n > 4 && !strcmp(id + n - 4, ".lua")) {	/* a file that the user names may do what the user may */
		snprintf(path, size, "%s", id);
		return true;
	}
	if (id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_")] || !*id)
		return false;
	for (size_t i = 0; r->places[i]; i++) {
		*own = lesson_place_is_own(r->places[i]);
		for (int inside = 0; inside < 2; inside++) {	/* beside lessons/, or in it where they lie beside the sources */
			demos_of(r->places[i], inside, path, size);
			snprintf(path + strlen(path), size - strlen(path), "/%s.lua", id);
			if (access(path, R_OK) == 0)
				return true;
		}
	}
	return false;
}

static bool push_typed(struct runner *r, const char *id)
{
	lua_State *L = r->L;

	luaL_getsubtable(L, LUA_REGISTRYINDEX, TYPED);
	lua_getfield(L, -1, id);
	lua_remove(L, -2);
	if (lua_type(L, -1) == LUA_TTABLE)
		return true;
	lua_pop(L, 1);
	return false;
}

struct list { struct demo_info *info; size_t n, size; };

static void list_add(struct list *l, const char *id, const char *title, bool own)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->info[i].id, id))
			return;
	if (l->n == l->size) {
		size_t size = 2 * l->size + 16;
		struct demo_info *more = realloc(l->info, size * sizeof *more);

		if (!more)
			return;
		l->info = more;
		l->size = size;
	}
	snprintf(l->info[l->n].id, sizeof l->info->id, "%s", id);
	snprintf(l->info[l->n].title, sizeof l->info->title, "%s", title);
	l->info[l->n++].own = own;
}

static void list_place(struct runner *r, struct list *l, const char *place, bool inside)
{
	char dir[400];
	struct dirent *e;
	DIR *in;

	demos_of(place, inside, dir, sizeof dir);
	in = opendir(dir);
	while (in && (e = readdir(in))) {
		char *dot = strrchr(e->d_name, '.');
		struct demo *d;
		struct error err;

		if (!dot || strcmp(dot, ".lua"))
			continue;
		*dot = 0;
		d = demo_load(r, e->d_name, &err);
		list_add(l, e->d_name, d ? d->title : err.text, lesson_place_is_own(place));
		demo_drop(d);
	}
	if (in)
		closedir(in);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct demo_info *)a)->id, ((const struct demo_info *)b)->id);
}

size_t demo_list(struct runner *r, struct demo_info **out)
{
	struct list l = { 0 };
	lua_State *L = r->L;

	luaL_getsubtable(L, LUA_REGISTRYINDEX, TYPED);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		lua_getfield(L, -1, "title");
		list_add(&l, lua_tostring(L, -3), lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "", true);
		lua_pop(L, 2);
	}
	lua_pop(L, 1);
	for (size_t i = 0; r->places[i]; i++) {
		list_place(r, &l, r->places[i], false);
		list_place(r, &l, r->places[i], true);
	}
	if (l.n)
		qsort(l.info, l.n, sizeof *l.info, by_id);
	*out = l.info;
	return l.n;
}

/* ---- loading ---- */

static bool no_demo(struct runner *r, const char *id, struct error *err)
{
	struct demo_info *list;
	size_t n = demo_list(r, &list);
	const char *names[100], *near[3];

	for (size_t i = 0; i < n && i < 100; i++)
		names[i] = list[i].id;
	error_set(err, ERR_LESSON, "no demo '%.60s'", id);
	if (text_nearest(id, names, n < 100 ? n : 100, near))
		error_hint(err, "id", "nearest: %s.   demos  lists all", near[0]);
	else
		error_hint(err, "id", "demos  lists them; a file of your own is named with its .lua");
	free(list);
	return false;
}

/* The table of qs.demo is on top of r->L; popped. */
static bool take_table(struct demo *d, struct error *err)
{
	lua_State *L = d->r->L;

	lua_pushvalue(L, -1);
	d->table = luaL_ref(L, LUA_REGISTRYINDEX);
	lua_pushcfunction(L, take_demo);
	lua_insert(L, -2);
	lua_pushlightuserdata(L, d);
	lua_insert(L, -2);
	if (lua_pcall(L, 2, 0, 0) == LUA_OK)
		return true;
	get_error(L, -1, err);
	lua_pop(L, 1);
	if (!*err->where)
		snprintf(err->where, sizeof err->where, "%.150s", *d->path ? d->path : d->id);
	return false;
}

static bool load_file(struct demo *d, const char *path, struct error *err)
{
	struct runner *r = d->r;
	int status;
	struct task *t;

	lua_pushnil(r->L);
	lua_setfield(r->L, LUA_REGISTRYINDEX, LOADED);
	t = lesson_run_file(r, path, d->dir, d->trusted, &status, err);
	if (!t)
		return false;
	if (status != LUA_OK)
		return lesson_fault(r, t, path, err);
	task_drop(r, t);
	if (lua_getfield(r->L, LUA_REGISTRYINDEX, LOADED) != LUA_TTABLE) {
		lua_pop(r->L, 1);
		error_set(err, ERR_LESSON, "%s declares no demo", path);
		return error_hint(err, NULL, "it ends with  return qs.demo { id = ..., title = ..., draw = function(p, ui) ... end }");
	}
	lua_getfield(r->L, LUA_REGISTRYINDEX, "qs.lesson.env");
	if (d->trusted) {
		lua_pop(r->L, 1);
	} else {
		sandbox_answer_env(r->L, -1);
		d->limits.env = luaL_ref(r->L, LUA_REGISTRYINDEX);
		lua_pop(r->L, 1);
	}
	return take_table(d, err);
}

struct demo *demo_load(struct runner *r, const char *id, struct error *err)
{
	struct demo *d = calloc(1, sizeof *d);
	char path[sizeof d->path];
	const char *slash;
	bool own, ok;

	memset(err, 0, sizeof *err);
	if (!d) {
		error_memory(err, "a demo");
		return NULL;
	}
	d->r = r;
	d->table = LUA_NOREF;
	if (push_typed(r, id)) {
		d->trusted = true;
		ok = take_table(d, err);
	} else if (!find_file(r, id, path, sizeof path, &own)) {
		ok = no_demo(r, id, err);
	} else {
		bool named = !strcmp(id, path);

		slash = strrchr(path, '/');
		snprintf(d->dir, sizeof d->dir, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
		d->trusted = named || lesson_is_trusted(r, id);
		if (named)
			snprintf(d->path, sizeof d->path, "%s", path);
		ok = load_file(d, path, err);
		if (ok && !named)
			snprintf(d->id, sizeof d->id, "%s", id);
	}
	d->limits.dir = d->dir;
	if (!ok) {
		demo_drop(d);
		return NULL;
	}
	return d;
}

void demo_drop(struct demo *d)
{
	lua_State *L = d ? d->r->L : NULL;

	if (!d)
		return;
	luaL_unref(L, LUA_REGISTRYINDEX, d->table);
	if (d->limits.env)
		luaL_unref(L, LUA_REGISTRYINDEX, d->limits.env);
	for (size_t i = 0; i < d->n; i++) {
		for (size_t k = 0; k < d->knob[i].n; k++)
			free(d->knob[i].choice[k]);
		free(d->knob[i].choice);
	}
	demo_forget_picture(d);
	free(d);
}

bool demo_has(const struct demo *d, const char *function)
{
	lua_State *L = d->r->L;
	bool has;

	lua_rawgeti(L, LUA_REGISTRYINDEX, d->table);
	has = lua_getfield(L, -1, function) == LUA_TFUNCTION;
	lua_pop(L, 2);
	return has;
}

struct task *demo_task(struct demo *d)
{
	struct task *t = task_new(d->r, "", NULL);

	if (!t)
		return NULL;
	t->limited = !d->trusted;
	t->flat = true;
	d->limits.base = d->r->lua_bytes;
	t->limits = &d->limits;
	return t;
}
