/*
 * values.c - the engine's values and errors inside Lua: userdata that hold a struct value, or a struct error with its three parts.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/encode.h"
#include "lua/state.h"
#include "methods/record.h"

struct runner *runner_of(lua_State *L)
{
	return *(struct runner **)lua_getextraspace(L);
}

/* ---- errors ---- */

int throw(lua_State *L, const struct error *err)
{
	struct error *e = lua_newuserdatauv(L, sizeof *e, 0);

	*e = *err;
	luaL_setmetatable(L, ERROR_META);
	return lua_error(L);
}

int throw_new(lua_State *L, enum error_class class, const char *hint, const char *fmt, ...)
{
	struct error err;
	char text[sizeof err.text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	error_set(&err, class, "%s", text);
	if (hint)
		error_hint(&err, NULL, "%s", hint);
	luaL_where(L, 1);	/* "FILE:LINE: " */
	snprintf(err.where, sizeof err.where, "%s", lua_tostring(L, -1));
	if (strlen(err.where) > 2)
		err.where[strlen(err.where) - 2] = 0;
	return throw(L, &err);
}

const struct error *test_error(lua_State *L, int i)
{
	return luaL_testudata(L, i, ERROR_META);
}

/* "line:3: text" or "FILE.lua:3: text" into where and text. */
static void split_where(const char *s, struct error *err)
{
	const char *colon = strchr(s, ':');

	while (colon) {
		size_t digits = strspn(colon + 1, "0123456789");

		if (digits && !strncmp(colon + 1 + digits, ": ", 2)) {
			snprintf(err->where, sizeof err->where, "%.*s", (int)(colon + 1 + digits - s), s);
			s = colon + digits + 3;
			break;
		}
		colon = strchr(colon + 1, ':');
	}
	snprintf(err->text, sizeof err->text, "%s", s);
}

void get_error(lua_State *L, int i, struct error *err)
{
	const struct error *e = test_error(L, i);

	if (e) {
		*err = *e;
		return;
	}
	error_set(err, ERR_LUA, "%s", "");
	if (lua_type(L, i) == LUA_TSTRING)
		split_where(lua_tostring(L, i), err);
	else
		snprintf(err->text, sizeof err->text, "a %s was thrown as an error", luaL_typename(L, i));
	for (char *p = err->text; *p; p++)	/* a traceback is many lines */
		if (*p == '\n')
			*p = ' ';
	if (!strcmp(err->text, "not enough memory"))
		err->class = ERR_MEMORY;
}

static int error_text(lua_State *L)
{
	const struct error *e = luaL_checkudata(L, 1, ERROR_META);

	lua_pushfstring(L, "error[%s]: %s%s%s", error_class_name(e->class), e->text, *e->hint ? "\n  " : "", e->hint);
	return 1;
}

static int error_index(lua_State *L)
{
	const struct error *e = luaL_checkudata(L, 1, ERROR_META);
	const char *key = luaL_checkstring(L, 2);

	if (!strcmp(key, "class"))
		lua_pushstring(L, error_class_name(e->class));
	else if (!strcmp(key, "text"))
		lua_pushstring(L, e->text);
	else if (!strcmp(key, "hint"))
		lua_pushstring(L, e->hint);
	else
		lua_pushnil(L);
	return 1;
}

static int error_concat(lua_State *L)
{
	luaL_tolstring(L, 1, NULL);
	luaL_tolstring(L, 2, NULL);
	lua_concat(L, 2);
	return 1;
}

/* ---- values ---- */

struct box { struct value *v; };

static bool is_plain(const struct value *v)
{
	return v->kind == VALUE_NIL || v->kind == VALUE_NUMBER || v->kind == VALUE_STRING || v->kind == VALUE_LUA;
}

static size_t bytes_of(const struct value *v)
{
	const struct tensor *t = value_weights(v);
	const struct quantized *q = value_as_quantized(v);

	return (t && t->buffer && !t->buffer->mapped ? t->buffer->size : 0) +
	       (q && q->source.buffer && !q->source.buffer->mapped ? q->source.buffer->size : 0);
}

void push_boxed(lua_State *L, struct value *v)
{
	struct box *box = lua_newuserdatauv(L, sizeof *box, 0);

	box->v = v;
	luaL_setmetatable(L, VALUE_META);
}

void push_value(lua_State *L, struct value *v)
{
	struct runner *r = runner_of(L);

	if (!v || is_plain(v)) {
		if (!v || v->kind == VALUE_NIL)
			lua_pushnil(L);
		else if (v->kind == VALUE_NUMBER && v->u.number == floor(v->u.number) && fabs(v->u.number) < 1e15)
			lua_pushinteger(L, (lua_Integer)v->u.number);
		else if (v->kind == VALUE_NUMBER)
			lua_pushnumber(L, v->u.number);
		else
			lua_pushstring(L, v->u.string);
		value_drop(v);
		return;
	}
	if (r->now && r->now->limited) {
		r->made_bytes += bytes_of(v);
		if (r->limit_bytes != SIZE_MAX && r->lua_bytes + r->made_bytes > r->limit_bytes) {
			value_drop(v);
			throw_new(L, ERR_MEMORY, "trust ID  lifts the limits of a lesson", "the lesson's tensors take more than its 64 MiB");
		}
	}
	push_boxed(L, v);
}

struct value *test_value(lua_State *L, int i)
{
	struct box *box = luaL_testudata(L, i, VALUE_META);

	return box ? box->v : NULL;
}

void replace_value(lua_State *L, int i, struct value *v)
{
	struct box *box = luaL_checkudata(L, i, VALUE_META);

	value_drop(box->v);
	box->v = v;
}

const char *kind_of(lua_State *L, int i)
{
	const struct value *v = test_value(L, i);

	return v ? value_kind_name(v->kind) : luaL_typename(L, i);
}

struct value *check_value(lua_State *L, int i)
{
	struct value *v = test_value(L, i);

	if (!v)
		luaL_typeerror(L, i, "tensor");
	return v;
}

struct value *check_kind(lua_State *L, int i, enum value_kind kind)
{
	struct value *v = test_value(L, i);

	if (!v || v->kind != kind)
		luaL_argerror(L, i, lua_pushfstring(L, "%s expected, got %s", value_kind_name(kind), kind_of(L, i)));
	return v;
}

struct value *to_value(lua_State *L, int i, struct error *err)
{
	struct value *v = test_value(L, i);
	struct text t = { 0 };

	if (v)
		return value_hold(v);
	switch (lua_type(L, i)) {
	case LUA_TNIL:
	case LUA_TNONE:
		return value_nil(err);
	case LUA_TNUMBER:
		return value_number(lua_tonumber(L, i), err);
	case LUA_TSTRING:
		return value_string(lua_tostring(L, i), err);
	default:
		print_plain(L, i, 60, &t);
		v = value_lua(text_str(&t), err);
		text_drop(&t);
		return v;
	}
}

static int value_gc(lua_State *L)
{
	struct box *box = luaL_checkudata(L, 1, VALUE_META);

	value_drop(box->v);
	box->v = NULL;
	return 0;
}

static int value_text(lua_State *L)
{
	struct text t = { 0 };

	value_line(check_value(L, 1), 0, &t);
	lua_pushlstring(L, text_str(&t), t.len);
	text_drop(&t);
	return 1;
}

static int value_index(lua_State *L)
{
	const struct value *v = check_value(L, 1);
	static bool (*const index[VALUE_KIND_COUNT])(lua_State *, const struct value *) = {
		[VALUE_TENSOR] = tensor_index, [VALUE_QUANTIZED] = quantized_index, [VALUE_TRACE] = walk_index, [VALUE_MODEL] = model_index,
		[VALUE_ERRORS] = errors_index, [VALUE_TABLE] = table_index, [VALUE_MATCH] = table_index, [VALUE_PLAN] = plan_index,
		[VALUE_IMPORTANCE] = importance_index, [VALUE_RECORD] = record_index,
	};

	if (index[v->kind] && index[v->kind](L, v))
		return 1;
	if (lua_type(L, 2) != LUA_TSTRING)
		return throw_new(L, ERR_VALUE, NULL, "%s has no element of that kind", value_kind_with_article(v->kind));
	return throw_new(L, ERR_VALUE, NULL, "%s has no field or method '%s'", value_kind_with_article(v->kind), lua_tostring(L, 2));
}

static int value_length(lua_State *L)
{
	const struct value *v = check_value(L, 1);

	switch (v->kind) {
	case VALUE_TENSOR:
		lua_pushinteger(L, (lua_Integer)tensor_count(&v->u.tensor));
		break;
	case VALUE_QUANTIZED:
		lua_pushinteger(L, (lua_Integer)tensor_blocks(&v->u.quantized.blocks));
		break;
	case VALUE_TRACE:
		lua_pushinteger(L, (lua_Integer)v->u.walk.trace.steps);
		break;
	case VALUE_RECORD:
		lua_pushinteger(L, (lua_Integer)v->u.record.of->steps);
		break;
	case VALUE_TABLE:
	case VALUE_MATCH:
		lua_pushinteger(L, (lua_Integer)value_as_table(v)->rows);
		break;
	default:
		return throw_new(L, ERR_VALUE, NULL, "%s has no length", value_kind_with_article(v->kind));
	}
	return 1;
}

void values_open(lua_State *L)
{
	luaL_newmetatable(L, ERROR_META);
	qs_set(L, (const struct row[]){ { "__tostring", error_text }, { "__index", error_index }, { "__concat", error_concat }, { 0 } });
	lua_pop(L, 1);
	luaL_newmetatable(L, VALUE_META);
	qs_set(L, (const struct row[]){ { "__gc", value_gc }, { "__tostring", value_text }, { "__index", value_index }, { "__len", value_length },
					{ "__newindex", tensor_newindex }, { 0 } });
	tensor_operators(L);
	lua_pop(L, 1);
}

/* ---- printing ---- */

/* A float that f32 holds exactly is one of the engine's, most likely: the shortest text that gives it back. Else as Lua prints it. */
char *print_number(lua_State *L, int i, char buf[NUMBER_SIZE])
{
	struct runner *r = runner_of(L);
	double v = lua_tonumber(L, i);

	if (lua_isinteger(L, i))
		snprintf(buf, NUMBER_SIZE, LUA_INTEGER_FMT, (LUAI_UACINT)lua_tointeger(L, i));
	else if (!strcmp(settings_get(&r->o.session->settings, "digits"), "full"))
		number_exact(buf, v, false);
	else if (v == floor(v) && fabs(v) < 1e15)
		snprintf(buf, NUMBER_SIZE, "%.0f", v);
	else if (!isfinite(v) || (fabs(v) < 1e15 && (double)(float)v == v))
		number_exact(buf, v, true);
	else
		snprintf(buf, NUMBER_SIZE, "%.14g", v);
	return buf;
}

static void print_one(lua_State *L, int i, bool inside, size_t width, struct text *out);

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names among the keys of a table, sorted: Lua's own order changes from run to run. The caller frees the list, not the strings. */
static const char **sorted_names(lua_State *L, int i, size_t *n, size_t *others)
{
	const char **names = NULL;
	size_t size = 0;

	*n = *others = 0;
	lua_pushnil(L);
	while (lua_next(L, i)) {
		lua_pop(L, 1);
		if (lua_type(L, -1) != LUA_TSTRING) {
			++*others;
			continue;
		}
		if (*n == size) {
			const char **more = realloc(names, (size = 2 * size + 16) * sizeof *names);

			if (!more) {
				lua_pop(L, 1);
				break;
			}
			names = more;
		}
		names[(*n)++] = lua_tostring(L, -1);
	}
	if (*n)
		qsort(names, *n, sizeof *names, by_name);
	return names;
}

/* {1, 2, x = 3}: the list, then the names; one level deep. No addresses: they differ from run to run. */
static void print_table(lua_State *L, int i, size_t width, struct text *out)
{
	lua_Integer n = luaL_len(L, i);
	const char *comma = "", **names;
	size_t n_names, others, k = 0;

	text_put(out, "{");
	for (lua_Integer at = 1; at <= n && out->len < width; at++) {
		lua_geti(L, i, at);
		text_put(out, comma);
		print_one(L, lua_gettop(L), true, width, out);
		comma = ", ";
		lua_pop(L, 1);
	}
	names = sorted_names(L, i, &n_names, &others);
	for (; k < n_names && out->len < width; k++) {
		text_add(out, "%s%s = ", comma, names[k]);
		lua_getfield(L, i, names[k]);
		print_one(L, lua_gettop(L), true, width, out);
		comma = ", ";
		lua_pop(L, 1);
	}
	free(names);
	if (k < n_names || others > (size_t)n || out->len >= width)
		text_add(out, "%s\xe2\x80\xa6", comma);
	text_put(out, "}");
}

static void print_one(lua_State *L, int i, bool inside, size_t width, struct text *out)
{
	char buf[NUMBER_SIZE];
	const struct value *v = test_value(L, i);

	switch (lua_type(L, i)) {
	case LUA_TNIL:
	case LUA_TNONE:
		text_put(out, "nil");
		return;
	case LUA_TBOOLEAN:
		text_put(out, lua_toboolean(L, i) ? "true" : "false");
		return;
	case LUA_TNUMBER:
		text_put(out, print_number(L, i, buf));
		return;
	case LUA_TSTRING:
		text_add(out, inside ? "\"%s\"" : "%s", lua_tostring(L, i));
		return;
	case LUA_TTABLE:
		if (luaL_getmetafield(L, i, "__tostring") != LUA_TNIL) {
			lua_pop(L, 1);
			text_put(out, luaL_tolstring(L, i, NULL));
			lua_pop(L, 1);
		} else if (inside) {
			text_put(out, "{\xe2\x80\xa6}");
		} else {
			print_table(L, i, width, out);
		}
		return;
	default:
		if (v && inside) {
			const struct tensor *t = value_weights(v);
			char name[80];

			if (t)
				tensor_describe(t, name, sizeof name);
			text_put(out, t ? name : value_kind_name(v->kind));
		} else if (v) {
			value_line(v, width, out);
		} else if (test_error(L, i)) {
			text_put(out, luaL_tolstring(L, i, NULL));
			lua_pop(L, 1);
		} else {
			text_put(out, luaL_typename(L, i));
		}
	}
}

void print_plain(lua_State *L, int i, size_t width, struct text *out)
{
	luaL_checkstack(L, 8, NULL);
	print_one(L, lua_absindex(L, i), false, width ? width : 2000, out);
}
