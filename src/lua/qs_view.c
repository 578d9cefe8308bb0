/* qs_view.c - showing and stepping from Lua. */
#include <stdio.h>
#include <string.h>

#include "commands/show.h"
#include "lua/extend.h"

/* ---- options ---- */

/* {0, 32} is a range; a longer list is joined by commas. */
static bool list_option(lua_State *L, const char *name, struct args *out, struct error *err)
{
	lua_Integer n = luaL_len(L, -1);
	double v[2] = { 0, 0 };
	struct text t = { 0 };
	bool ok;

	for (lua_Integer i = 1; i <= n; i++) {
		lua_geti(L, -1, i);
		if (i <= 2)
			v[i - 1] = lua_tonumber(L, -1);
		text_add(&t, "%s%s", i == 1 ? "" : n == 2 ? ".." : ",", luaL_tolstring(L, -1, NULL));
		lua_pop(L, 2);
	}
	ok = args_set_number(out, name, v[0], err) && args_set_text(out, name, text_str(&t), err);
	text_drop(&t);
	if (ok) {
		struct given *g = (struct given *)args_get(out, name);

		g->number = v[0];
		g->second = v[1];
	}
	return ok;
}

static bool has_option(const struct arg *list, const char *name)
{
	while (list && list->name && strcmp(list->name, name))
		list++;
	return list && list->name;
}

/* An option of the view, or one that every view's verb takes; the codec is part of the subject. */
static bool takes(const struct view *view, const char *name)
{
	return !strcmp(name, "codec") || has_option(view->options, name) || has_option(view_command(view_find("line"))->args, name);
}

void view_options(lua_State *L, int i, const struct view *view, struct args *out)
{
	struct error err;
	bool ok = true;

	*out = (struct args){ 0 };
	if (lua_isnoneornil(L, i))
		return;
	luaL_checktype(L, i, LUA_TTABLE);
	i = lua_absindex(L, i);
	lua_pushnil(L);
	while (ok && lua_next(L, i)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;

		if (name && !takes(view, name)) {
			error_set(&err, ERR_ARGUMENT, "the view %s has no option '%.40s'", view->name, name);
			ok = error_hint(&err, NULL, "help %s  lists them", view->name);
		} else if (!name || !strcmp(name, "codec"))
			;
		else if (lua_type(L, -1) == LUA_TNUMBER)
			ok = args_set_number(out, name, lua_tonumber(L, -1), &err);
		else if (lua_type(L, -1) == LUA_TBOOLEAN)
			ok = args_set_text(out, name, lua_toboolean(L, -1) ? "on" : "off", &err);
		else if (lua_type(L, -1) == LUA_TSTRING)
			ok = args_set_text(out, name, lua_tostring(L, -1), &err);
		else if (lua_type(L, -1) == LUA_TTABLE)
			ok = list_option(L, name, out, &err);
		lua_pop(L, 1);
	}
	if (!ok) {
		args_drop(out);
		throw(L, &err);
	}
}

/* The subject at i, on the stack's top: with a codec in the options, a tensor quantized with it. Borrowed. */
struct value *value_to_show(lua_State *L, int i, int options)
{
	struct value *v;
	struct error err;

	if (lua_type(L, i) == LUA_TSTRING || lua_type(L, i) == LUA_TNUMBER) {	/* the name for `name`, the number for `bits` */
		v = lua_type(L, i) == LUA_TSTRING ? value_string(lua_tostring(L, i), &err) : value_number(lua_tonumber(L, i), &err);
		if (!v)
			throw(L, &err);
		push_boxed(L, v);
		return v;
	}
	v = check_value(L, i);
	if (v->kind == VALUE_TENSOR && option(L, options, "codec")) {
		lua_getfield(L, LUA_REGISTRYINDEX, "qs");
		lua_getfield(L, -1, "quantize");
		lua_pushvalue(L, i);
		lua_pushvalue(L, -4);
		lua_pushvalue(L, options);
		lua_call(L, 3, 1);
		v = test_value(L, -1);
	} else {
		lua_pushvalue(L, i);
	}
	return v;
}

const struct view *check_view(lua_State *L, int i)
{
	const char *name = luaL_checkstring(L, i);
	const struct view *v = view_find(name);

	if (!v)
		throw_new(L, ERR_ARGUMENT, "views  lists them", "no view '%s'", name);
	return v;
}

static bool text_of(struct runner *r, const struct view *view, struct value *v, const struct args *o, struct text *out, struct error *err)
{
	const struct host *h = r->o.host;
	double width = args_number(o, "width", h->width > 0 ? h->width : 80), height = args_number(o, "height", h->height);

	return view_text(r->o.session, view, v, o, (int)width, (int)height, h->ascii, COLORS_NONE, h->light, out, err);
}

/* In the pane; without one its text form is said, as a view verb would. */
int show_value(lua_State *L, const struct view *view, int i, int options)
{
	struct runner *r = runner_of(L);
	struct value *v = value_to_show(L, i, options);
	struct args o;
	struct text t = { 0 };
	struct error err;
	bool ok;

	if (!view)
		view = view_default(v);
	if (!view)
		return throw_new(L, ERR_VALUE, NULL, "no view shows %s", value_kind_with_article(v->kind));
	view_options(L, options, view, &o);
	ok = r->o.host->has_pane ? stage_show(r->o.stage, view, v, &o, &err) : text_of(r, view, v, &o, &t, &err);
	if (ok && t.len) {
		while (t.len && t.s[t.len - 1] == '\n')
			t.s[--t.len] = 0;
		runner_say(r, STYLE_PLAIN, text_str(&t));
	}
	text_drop(&t);
	args_drop(&o);
	return ok ? 0 : throw(L, &err);
}

static int qs_view(lua_State *L)	/* 1 is the module's table: qs.view is called */
{
	lua_settop(L, 4);
	return show_value(L, check_view(L, 2), 3, 4);
}

static int qs_show(lua_State *L)
{
	lua_settop(L, 2);
	return show_value(L, NULL, 1, 2);
}

static int qs_view_text(lua_State *L)
{
	const struct view *view = check_view(L, 1);
	struct args o;
	struct text t = { 0 };
	struct error err;
	struct value *v;
	bool ok;

	lua_settop(L, 3);
	v = value_to_show(L, 2, 3);
	view_options(L, 3, view, &o);
	ok = text_of(runner_of(L), view, v, &o, &t, &err);
	args_drop(&o);
	if (ok)
		lua_pushlstring(L, text_str(&t), t.len);
	text_drop(&t);
	return ok ? 1 : throw(L, &err);
}

/* ---- stepping ---- */

static int move(lua_State *L, enum move m, size_t n)
{
	struct runner *r = runner_of(L);
	struct text said = { 0 };
	struct error err;
	bool moved = false, ok = stage_move(r->o.stage, m, n, &moved, &said, &err);

	if (ok && strcmp(settings_get(&r->o.session->settings, "step"), "quiet"))
		runner_say(r, STYLE_PLAIN, text_str(&said));
	text_drop(&said);
	if (!ok)
		return throw(L, &err);
	lua_pushboolean(L, moved);
	return 1;
}

static size_t count(lua_State *L, int i)
{
	lua_Integer n = luaL_optinteger(L, i, 1);

	return n > 0 ? (size_t)n : 0;
}

static int step_next(lua_State *L) { return move(L, MOVE_NEXT, count(L, 1)); }
static int step_back(lua_State *L) { return move(L, MOVE_BACK, count(L, 1)); }
static int step_first(lua_State *L) { return move(L, MOVE_FIRST, 1); }
static int step_last(lua_State *L) { return move(L, MOVE_LAST, 1); }
static int step_go(lua_State *L) { return move(L, MOVE_GO, count(L, 1)); }

static int step_at(lua_State *L)
{
	struct stage *s = runner_of(L)->o.stage;

	if (stage_walk(s))
		lua_pushinteger(L, (lua_Integer)stage_step(s));
	else
		lua_pushnil(L);
	return 1;
}

static int step_play(lua_State *L)
{
	struct runner *r = runner_of(L);
	double seconds = luaL_optnumber(L, 1, settings_number(&r->o.session->settings, "speed"));

	if (!stage_walk(r->o.stage))
		return throw_new(L, ERR_ARGUMENT, "step q4_0 x pad=zero", "nothing is being stepped");
	r->o.stage->playing = true;
	r->o.stage->play_seconds = seconds > 0.01 ? seconds : 0.01;
	return 0;
}

void qs_view_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "show", qs_show }, { 0 } });
	lua_newtable(L);
	qs_set(L, (const struct row[]){ { "text", qs_view_text }, { 0 } });
	define_open(L);
	lua_newtable(L);
	qs_set(L, (const struct row[]){ { "__call", qs_view }, { 0 } });
	lua_pushboolean(L, false);	/* lessons share it */
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
	lua_setfield(L, -2, "view");
	lua_newtable(L);
	qs_set(L, (const struct row[]){ { "next", step_next }, { "back", step_back }, { "first", step_first }, { "last", step_last },
					{ "go", step_go }, { "at", step_at }, { "play", step_play }, { 0 } });
	lua_setfield(L, -2, "step");
}
