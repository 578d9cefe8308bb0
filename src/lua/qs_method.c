/* qs_method.c - methods in Lua: the arguments of their commands as a table, and what they made as a record. */
#include <string.h>

#include "lua/state.h"
#include "methods/affine.h"
#include "methods/calibrate.h"
#include "methods/method.h"
#include "methods/record.h"
#include "session/method.h"

static const struct help_row help_rows[] = {
	{ "qs.calibrate", "qs.calibrate(x [, {method=, bits=, sym=, p=, power=, batch=, codes=}])", "range, scale, zero point and the curve of the search, as a record" },
	{ "qs.affine", "qs.affine(x [, {bits=, sym=, range=, per=, group=, calib=, order=, round=, codes=, step=, zero=}])",
	  "codes with a scale and a zero point, as a record" },
	{ "qs.matmul", "qs.matmul(a, b [, {out=, zero=, acc=, bits=, step=}])", "the product in integers and its rescaling, as a record" },
	{ "qs.fixed", "qs.fixed(number or expression [, {q=, scale=, shift=, round=}])", "fixed-point steps, as a record" },
	{ "qs.accumulate", "qs.accumulate(a, b [, {acc_bits=, every=}])", "sums as narrow accumulators make them, as a record" },
	{ 0 }
};

/* A range is "a..b" or {a, b}; on and off may be booleans; a number stays one beside its text, which q= is read from. */
static bool add_option(lua_State *L, const char *name, struct args *a, struct error *err)
{
	char buf[2 * NUMBER_SIZE];

	switch (lua_type(L, -1)) {
	case LUA_TBOOLEAN:
		return args_set_text(a, name, lua_toboolean(L, -1) ? "on" : "off", err);
	case LUA_TNUMBER: {
		struct given *g = args_add(a, name, number_exact(buf, lua_tonumber(L, -1), false), err);

		if (g)
			g->number = g->second = lua_tonumber(L, -1);
		return g != NULL;
	}
	case LUA_TTABLE:
		lua_geti(L, -1, 1);
		lua_geti(L, -2, 2);
		if (lua_isnumber(L, -1) && lua_isnumber(L, -2)) {
			double lo = lua_tonumber(L, -2), hi = lua_tonumber(L, -1);
			struct given *g;

			lua_pop(L, 2);
			snprintf(buf, sizeof buf, "%.17g..%.17g", lo, hi);
			g = args_add(a, name, buf, err);
			if (g) {
				g->number = lo;
				g->second = hi;
			}
			return g != NULL;
		}
		lua_pop(L, 2);
		break;
	case LUA_TSTRING:
		return args_set_text(a, name, lua_tostring(L, -1), err);
	default:
		break;
	}
	error_set(err, ERR_ARGUMENT, "%s cannot be a %s", name, luaL_typename(L, -1));
	return error_hint(err, NULL, "a number, a word, or {from, to}");
}

static bool add_options(lua_State *L, int i, const struct command *c, struct args *a, struct error *err)
{
	bool ok = true;

	if (lua_isnoneornil(L, i))
		return true;
	luaL_checktype(L, i, LUA_TTABLE);
	lua_pushnil(L);
	while (ok && lua_next(L, i)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
		const struct arg *spec = c->args;

		while (spec->name && (strcmp(spec->name, name) || !spec->named))
			spec++;
		if (!spec->name) {
			error_set(err, ERR_ARGUMENT, "no option '%.40s' of %s", name, c->name);
			ok = error_hint(err, NULL, "help %s  lists them", c->name);
		} else {
			ok = add_option(L, name, a, err);
		}
		lua_pop(L, 1);
	}
	return ok;
}

static bool add_value(lua_State *L, int i, const char *name, struct args *a, struct error *err)
{
	struct given *g;

	if (lua_type(L, i) == LUA_TTABLE) {
		lua_getfield(L, LUA_REGISTRYINDEX, "qs");
		lua_getfield(L, -1, "tensor");
		lua_pushvalue(L, i);
		lua_call(L, 1, 1);
		lua_replace(L, i);
		lua_pop(L, 1);
	}
	if (lua_type(L, i) != LUA_TNUMBER && !test_value(L, i)) {
		error_set(err, ERR_ARGUMENT, "%s cannot be a %s", name, kind_of(L, i));
		return error_hint(err, NULL, "a tensor, a table of numbers, or a number");
	}
	g = args_add(a, name, "", err);
	if (g)
		g->value = to_value(L, i, err);
	return g && g->value;
}

static int call(lua_State *L)
{
	const char *name = lua_tostring(L, lua_upvalueindex(1));
	const struct command *c = command_find(name);
	bool two = !strcmp(name, "matmul") || !strcmp(name, "accumulate");
	struct args a = { 0 };
	struct outcome out = { 0 };
	struct error err = { 0 };
	bool ok;

	lua_settop(L, two ? 3 : 2);
	if (!lua_isnil(L, two ? 3 : 2))
		luaL_checktype(L, two ? 3 : 2, LUA_TTABLE);
	if (!strcmp(name, "fixed"))
		ok = args_set_text(&a, "x", luaL_checkstring(L, 1), &err);
	else
		ok = add_value(L, 1, two ? "a" : "x", &a, &err) && (!two || add_value(L, 2, "b", &a, &err));
	ok = ok && add_options(L, two ? 3 : 2, c, &a, &err) && session_method(runner_of(L)->o.session, name, &a, &out, &err);
	args_drop(&a);
	return ok ? task_outcome(L, &out) : throw(L, &err);
}

/* ---- fields of records ---- */

static void push_step(lua_State *L, const struct record *r, size_t k)
{
	struct text read = { 0 };
	size_t end = record_end(r, k);
	lua_Integer n = 0;

	lua_createtable(L, 0, 5);
	record_read(r, k, &read);
	push_words(L, text_str(&read));
	text_drop(&read);
	lua_setfield(L, -2, "reads");
	lua_newtable(L);
	for (size_t j = r->step[k].first; j < r->numbers && j < end; j++) {
		if (r->number[j].i == SIZE_MAX)
			lua_pushstring(L, r->number[j].name);
		else
			lua_pushfstring(L, "%s[%I]", r->number[j].name, (lua_Integer)r->number[j].i);
		lua_seti(L, -2, ++n);
	}
	lua_setfield(L, -2, "writes");
	lua_pushstring(L, r->step[k].name);
	lua_setfield(L, -2, "name");
	lua_pushstring(L, r->step[k].say ? r->step[k].say : "");
	lua_setfield(L, -2, "text");
	lua_pushstring(L, r->step[k].view);
	lua_setfield(L, -2, "view");
}

static void push_number(lua_State *L, double v)
{
	if (v == (double)(lua_Integer)v && v > -9e15 && v < 9e15)
		lua_pushinteger(L, (lua_Integer)v);
	else
		lua_pushnumber(L, v);
}

/* A number by its name; those with an index as a list, [0] in its first place. */
static bool push_named(lua_State *L, const struct record *r, const char *name)
{
	const struct number *n = record_find(r, name, SIZE_MAX, SIZE_MAX);
	bool any = false;

	if (n) {
		push_number(L, n->v);
		return true;
	}
	lua_newtable(L);
	for (size_t k = 0; k < r->numbers; k++)
		if (!strcmp(r->number[k].name, name)) {
			push_number(L, r->number[k].v);
			lua_seti(L, -2, (lua_Integer)r->number[k].i + 1);
			any = true;
		}
	if (!any)
		lua_pop(L, 1);
	return any;
}

static void push_curve(lua_State *L, const struct calibration *c)
{
	lua_createtable(L, (int)c->points, 0);
	for (size_t i = 0; i < c->points; i++) {
		lua_createtable(L, 0, 3);
		lua_pushnumber(L, c->curve[i].lo);
		lua_setfield(L, -2, "lo");
		lua_pushnumber(L, c->curve[i].hi);
		lua_setfield(L, -2, "hi");
		lua_pushnumber(L, c->curve[i].cost);
		lua_setfield(L, -2, "cost");
		lua_seti(L, -2, (lua_Integer)i + 1);
	}
}

static bool push_codes(lua_State *L, const struct affine *a)
{
	lua_newtable(L);
	for (size_t i = 0; i < a->rows * a->cols; i++) {
		lua_pushinteger(L, a->code[i]);
		lua_seti(L, -2, (lua_Integer)i + 1);
	}
	return true;
}

/* r:find("code[3]"): its number, its derivation, and its exact value as text or nil. */
static int record_find_method(lua_State *L)
{
	const struct record *r = check_kind(L, 1, VALUE_RECORD)->u.record.of;
	const struct number *n = NULL;
	struct text why = { 0 }, exact = { 0 };
	char name[16];
	size_t i;

	if (trace_parse_name(luaL_checkstring(L, 2), name, &i))
		n = record_find(r, name, i, SIZE_MAX);
	if (!n) {
		lua_pushnil(L);
		return 1;
	}
	record_why(n, &why);
	push_number(L, n->v);
	lua_pushstring(L, text_str(&why));
	fraction_put(n->exact, &exact);
	if (n->exact.den)
		lua_pushstring(L, text_str(&exact));
	else
		lua_pushnil(L);
	text_drop(&why);
	text_drop(&exact);
	return 3;
}

static const struct row methods_of_records[] = { { "find", record_find_method }, { 0 } };

bool record_index(lua_State *L, const struct value *v)
{
	const struct record *r = v->u.record.of;
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	struct error err;

	if (lua_type(L, 2) == LUA_TNUMBER) {
		lua_Integer k = lua_tointeger(L, 2);

		if (k < 0 || (size_t)k >= r->steps)
			lua_pushnil(L);
		else
			push_step(L, r, (size_t)k);
		return true;
	}
	if (!strcmp(key, "method"))
		lua_pushstring(L, r->method->name);
	else if (!strcmp(key, "settings"))
		lua_pushstring(L, r->settings);
	else if (!strcmp(key, "curve") && r->calibration)
		push_curve(L, r->calibration);
	else if (!strcmp(key, "codes") && r->affine)
		push_codes(L, r->affine);
	else if (!strcmp(key, "values") && r->affine)
		push_value(L, value_tensor(tensor_hold(&r->affine->back), &err));
	else if (!push_named(L, r, key))
		return method(L, methods_of_records);
	return true;
}

void qs_method_open(lua_State *L)
{
	help_rows_add(help_rows);
	for (size_t i = 0; methods[i]; i++) {
		lua_pushstring(L, methods[i]->name);
		lua_pushcclosure(L, call, 1);
		lua_setfield(L, -2, methods[i]->name);
	}
}
