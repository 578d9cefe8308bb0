/* play_parts.c - parts that act at once: variables, what is shown, walks, branches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/player.h"
#include "methods/method.h"
#include "session/method.h"

enum { PARTS_MAX = 1000 };

/* ---- variables ---- */

/* The learner's copy of a value of the lesson. */
static void push_copy(lua_State *L, int i, const char *name)
{
	const struct value *v = test_value(L, i);
	struct tensor t;
	struct error err;
	struct value *copy;

	i = lua_absindex(L, i);
	if (v && v->kind == VALUE_TENSOR && tensor_floats(&v->u.tensor)) {
		if (!tensor_new(&t, v->u.tensor.rows, v->u.tensor.cols, &err))
			throw(L, &err);
		memcpy(tensor_floats(&t), tensor_floats(&v->u.tensor), tensor_count(&t) * sizeof(float));
		copy = value_tensor(t, &err);
		if (!copy)
			throw(L, &err);
		value_name(copy, name);
		push_value(L, copy);
	} else if (lua_type(L, i) == LUA_TTABLE) {
		lua_newtable(L);
		lua_pushnil(L);
		while (lua_next(L, i)) {
			lua_pushvalue(L, -2);
			lua_insert(L, -2);
			lua_rawset(L, -4);
		}
	} else {
		lua_pushvalue(L, i);
	}
}

/* The name at 2 is set for the first time by this lesson: what it stood for is kept. */
static void remember(lua_State *L, const struct player *p, int old)
{
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->before);
	lua_pushvalue(L, 2);
	if (lua_rawget(L, -2) == LUA_TNIL) {
		lua_pushvalue(L, 2);
		lua_newtable(L);
		lua_pushvalue(L, old);
		lua_rawseti(L, -2, 1);
		lua_rawset(L, -4);
	}
	lua_pop(L, 2);
}

void play_give_back(struct player *p)
{
	lua_State *L = p->r->L;
	int top = lua_gettop(L);

	if (!lua_checkstack(L, 10))
		return;
	lua_pushglobaltable(L);
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->given);
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->before);
	lua_pushnil(L);
	while (lua_next(L, top + 3)) {
		lua_pushvalue(L, -2);
		lua_rawget(L, top + 1);
		lua_pushvalue(L, -3);
		lua_rawget(L, top + 2);
		if (lua_rawequal(L, -1, -2)) {	/* still the lesson's */
			lua_pushvalue(L, -4);
			lua_rawgeti(L, -4, 1);
			lua_rawset(L, top + 1);
		}
		lua_pop(L, 3);
	}
	lua_settop(L, top);
}

int set_variable(lua_State *L)
{
	const struct player *p = runner_of(L)->player;
	const char *name;
	bool same;

	lua_settop(L, 1);
	lua_rawgeti(L, 1, 1);
	lua_rawgeti(L, 1, 2);
	name = lua_tostring(L, 2);
	lua_pushglobaltable(L);
	lua_pushvalue(L, 2);
	lua_rawget(L, 4);
	same = lua_type(L, 3) == LUA_TTABLE || lua_compare(L, 3, 5, LUA_OPEQ);
	if (p)
		remember(L, p, 5);
	push_copy(L, 3, name);
	if (p) {
		lua_rawgeti(L, LUA_REGISTRYINDEX, p->given);
		lua_pushvalue(L, 2);
		lua_pushvalue(L, -3);
		lua_rawset(L, -3);
		lua_pop(L, 1);
	}
	lua_pushvalue(L, 2);
	lua_insert(L, -2);
	lua_rawset(L, 4);
	lua_pushboolean(L, !same);
	return 1;
}

bool play_var(struct player *p, size_t at, bool *changed)
{
	struct task *t = player_task(p);
	bool ok;

	if (!t)
		return false;
	lua_pushcfunction(t->co, set_variable);
	player_push_part(p, p->r->L, at);
	lua_xmove(p->r->L, t->co, 1);
	ok = player_call(p, t, 1);
	if (ok && changed)
		*changed = *changed || lua_toboolean(t->co, -1);
	task_drop(p->r, t);
	return ok;
}

/* All variables that were declared before this part, as the lesson has them. */
bool play_restore(struct player *p)
{
	bool changed = false;

	for (size_t i = 0; i < p->at; i++)
		if (player_is(p, i, "var") && !play_var(p, i, &changed))
			break;
	return changed;
}

/* On coming back from free play: what the learner made of the lesson's names is kept under others. */
void play_keep_free(struct player *p)
{
	lua_State *L = p->r->L;
	struct text kept = { 0 };

	for (size_t i = 0; i < p->at; i++) {
		const char *name;
		char other[80];
		bool same;

		if (!player_is(p, i, "var"))
			continue;
		player_push_part(p, L, i);
		lua_rawgeti(L, -1, 1);
		lua_rawgeti(L, -2, 2);
		name = lua_tostring(L, -2);
		snprintf(other, sizeof other, "%s_free", name);
		if (!scope_push_variable(L, name)) {
			lua_pop(L, 3);
			continue;
		}
		same = lua_type(L, -2) == LUA_TTABLE || lua_compare(L, -1, -2, LUA_OPEQ);
		if (!same) {
			lua_setglobal(L, other);
			text_add(&kept, "%s%s", kept.len ? ", " : "", other);
		} else {
			lua_pop(L, 1);
		}
		lua_pop(L, 3);
	}
	if (kept.len)
		player_sayf(p, STYLE_DIM, "What you made of the lesson's names is kept as %s.", text_str(&kept));
	text_drop(&kept);
}

/* ---- showing ---- */

/* 1: a show part; 2: true to show what it hides. */
static int show_part(lua_State *L)
{
	bool unhide = lua_toboolean(L, 2);

	lua_settop(L, 1);
	lua_rawgeti(L, 1, 1);
	lua_rawgeti(L, 1, 2);
	lua_rawgeti(L, 1, 3);
	if (unhide && lua_type(L, 4) == LUA_TTABLE) {
		lua_newtable(L);
		lua_pushnil(L);
		while (lua_next(L, 4)) {
			if (lua_type(L, -2) == LUA_TSTRING && !strcmp(lua_tostring(L, -2), "hide")) {
				lua_pop(L, 1);
				continue;
			}
			lua_pushvalue(L, -2);
			lua_insert(L, -2);
			lua_rawset(L, 5);
		}
		lua_replace(L, 4);
	}
	return show_value(L, check_view(L, 2), 3, 4);
}

/* The part on top of p->r->L is what is shown now. Pops it. */
bool play_show(struct player *p, bool unhide)
{
	lua_State *L = p->r->L;
	struct task *t;
	bool ok = true;

	lua_rawgeti(L, -1, 3);
	p->hiding = false;
	if (lua_type(L, -1) == LUA_TTABLE) {
		lua_getfield(L, -1, "hide");
		p->hiding = !unhide && !lua_isnil(L, -1);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	lua_pushvalue(L, -1);
	luaL_unref(L, LUA_REGISTRYINDEX, p->shown);
	p->shown = luaL_ref(L, LUA_REGISTRYINDEX);
	p->pictures++;
	value_drop(p->walk);
	p->walk = NULL;
	t = p->silent ? NULL : player_task(p);
	if (t) {
		lua_pushcfunction(t->co, show_part);
		lua_pushvalue(L, -1);
		lua_xmove(L, t->co, 1);
		lua_pushboolean(t->co, unhide);
		ok = player_call(p, t, 2);
		task_drop(p->r, t);
	}
	lua_pop(L, 1);
	return ok;
}

bool play_show_again(struct player *p, bool unhide)
{
	struct error err;

	if (p->shown == LUA_NOREF)
		return !p->walk || stage_show(p->r->o.stage, NULL, p->walk, NULL, &err);
	lua_rawgeti(p->r->L, LUA_REGISTRYINDEX, p->shown);
	return play_show(p, unhide);
}

/* ---- walking ---- */

/* A copy of the options of a walk without those that are the lesson's. */
static void push_method_options(lua_State *L, int i)
{
	lua_newtable(L);
	lua_pushnil(L);
	while (lua_type(L, i) == LUA_TTABLE && lua_next(L, i)) {
		if (lua_type(L, -2) == LUA_TSTRING && (!strcmp(lua_tostring(L, -2), "stop") || !strcmp(lua_tostring(L, -2), "until"))) {
			lua_pop(L, 1);
			continue;
		}
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, -4);
	}
}

/* The steps of a method: what its function of qs makes of the subject, or of the two in a list. 1: the part, 2: the name. */
static void push_record_walk(lua_State *L)
{
	struct outcome out = { 0 };
	struct error err;
	int args = 1;

	lua_rawgeti(L, 1, 3);
	lua_getfield(L, LUA_REGISTRYINDEX, "qs");
	lua_getfield(L, 4, lua_tostring(L, 2));
	lua_rawgeti(L, 1, 2);
	if (lua_type(L, -1) == LUA_TTABLE) {
		args = (int)lua_rawlen(L, 6);
		luaL_checkstack(L, args + 3, NULL);
		for (int i = 1; i <= args; i++)
			lua_rawgeti(L, 6, i);
		lua_remove(L, 6);
	}
	push_method_options(L, 3);
	lua_call(L, args + 1, 1);
	if (!session_walk_record(check_kind(L, -1, VALUE_RECORD), &out, &err))
		throw(L, &err);
	push_value(L, out.value);
}

/* 1: a walk part. Shows the trace, gives it. */
static int walk_part(lua_State *L)
{
	struct runner *r = runner_of(L);
	struct text line = { 0 };
	struct error err;
	struct value *v;

	lua_settop(L, 1);
	lua_rawgeti(L, 1, 1);
	if (method_find(luaL_checkstring(L, 2))) {
		push_record_walk(L);
	} else {
		lua_getfield(L, LUA_REGISTRYINDEX, "qs");
		lua_getfield(L, -1, "trace");
		lua_rawgeti(L, 1, 2);
		lua_pushvalue(L, 2);
		lua_rawgeti(L, 1, 3);
		lua_call(L, 3, 1);
		check_kind(L, -1, VALUE_TRACE);
	}
	v = check_value(L, -1);
	if (!stage_show(r->o.stage, NULL, v, NULL, &err))
		return throw(L, &err);
	stage_step_line(v, &line);
	if (!r->player->silent)
		runner_say(r, STYLE_PLAIN, text_str(&line));
	text_drop(&line);
	if (!r->o.host->has_pane && !r->context.background) {	/* as `step` does without one */
		lua_settop(L, 3);
		lua_pushnil(L);
		push_value(L, value_hold(v));
		show_value(L, NULL, -1, 4);
	}
	push_value(L, value_hold(v));
	return 1;
}

bool play_start_walk(struct player *p)
{
	struct task *t = player_task(p);
	bool ok;

	if (!t)
		return false;
	lua_pushcfunction(t->co, walk_part);
	player_push_part(p, p->r->L, p->at);
	lua_xmove(p->r->L, t->co, 1);
	ok = player_call(p, t, 1);
	if (ok) {
		value_drop(p->walk);
		p->walk = value_hold(test_value(t->co, -1));
		p->walk_said = 0;
		p->pictures++;
		luaL_unref(p->r->L, LUA_REGISTRYINDEX, p->shown);
		p->shown = LUA_NOREF;
	}
	task_drop(p->r, t);
	return ok;
}

/* At the step that `until` names, or at the last. */
static bool walk_ends(const struct player *p)
{
	size_t at = value_step(p->walk);
	const char *step = value_step_name(p->walk, at), *until = player_field(p, p->at, "until");
	lua_State *L = p->r->L;
	int top = lua_gettop(L);
	bool there;

	if (!*until) {
		player_push_part(p, L, p->at);
		lua_rawgeti(L, -1, 3);
		if (lua_type(L, -1) == LUA_TTABLE && lua_getfield(L, -1, "until") == LUA_TSTRING)
			until = lua_tostring(L, -1);
	}
	there = at + 1 >= value_steps(p->walk) || !strcmp(step, until);
	lua_settop(L, top);
	return there;
}

/* Where the walk stands: the sentence for its step, once; true when it is at its end. */
bool play_look_at_walk(struct player *p)
{
	size_t at = value_step(p->walk);
	const char *step = value_step_name(p->walk, at);
	lua_State *L = p->r->L;
	int top = lua_gettop(L);

	if (p->walk_said != at + 1) {
		player_push_part(p, L, p->at);
		lua_rawgeti(L, -1, 3);
		if (lua_type(L, -1) == LUA_TTABLE && lua_getfield(L, -1, "stop") == LUA_TTABLE && lua_getfield(L, -1, step) == LUA_TSTRING)
			player_say(p, STYLE_PLAIN, lua_tostring(L, -1));
		lua_settop(L, top);
		p->walk_said = at + 1;
	}
	return walk_ends(p);
}

bool play_show_walked(struct player *p, size_t at)
{
	struct stage *stage = p->r->o.stage;
	size_t back = p->at, last;
	struct text ignored = { 0 };
	struct error err;
	bool ok, moved;

	p->at = at;
	ok = play_start_walk(p);
	last = ok ? value_steps(p->walk) - 1 : 0;
	for (size_t k = 0; ok && k < last; k++) {	/* to its `until`, or the end */
		if (!stage_move(stage, MOVE_GO, k, &moved, &ignored, &err) || walk_ends(p))
			break;
		if (k + 1 == last)
			stage_move(stage, MOVE_LAST, 1, &moved, &ignored, &err);
	}
	text_drop(&ignored);
	p->at = back;
	return ok;
}

/* ---- branches ---- */

/* Parts that a branch gave before are taken out again: it may go another way now. */
static void drop_branch(struct player *p)
{
	lua_State *L = p->r->L;
	int top = lua_gettop(L), part = top + 1, parts = top + 3;

	player_push_part(p, L, p->at);
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->lesson);
	lua_getfield(L, -1, "parts");
	for (size_t i = lua_rawlen(L, parts); i > p->at + 1; i--) {
		bool mine;

		lua_rawgeti(L, parts, (lua_Integer)i);
		lua_getfield(L, -1, "of");
		mine = lua_rawequal(L, -1, part);
		lua_pop(L, 2);
		for (size_t k = i, n = lua_rawlen(L, parts); mine && k <= n; k++) {
			lua_rawgeti(L, parts, (lua_Integer)k + 1);
			lua_rawseti(L, parts, (lua_Integer)k);
		}
	}
	lua_settop(L, top);
	player_count(p);
}

/* 1: the branch part, 2: L's table. The function for the answer declares parts; they go in behind the branch. */
static int branch_part(lua_State *L)
{
	struct runner *r = runner_of(L);
	size_t at = (size_t)lua_tointeger(L, 3), n, old;

	lua_getfield(L, 1, "on");
	lua_getfield(L, 2, "answers");
	lua_pushvalue(L, -2);
	lua_gettable(L, -2);		/* the answer to that question */
	lua_gettable(L, 1);		/* its function */
	if (lua_isnil(L, -1))
		lua_getfield(L, 1, "otherwise");
	if (lua_type(L, -1) != LUA_TFUNCTION)
		return 0;
	lua_getfield(L, 2, "parts");
	lua_insert(L, -2);
	lua_newtable(L);
	lua_setfield(L, 2, "parts");	/* what is declared now gathers here */
	lua_getfield(L, 2, "self");
	r->declaring++;
	n = lua_pcall(L, 1, 0, 0) == LUA_OK;
	r->declaring--;
	lua_getfield(L, 2, "parts");
	lua_pushvalue(L, n ? -2 : -3);
	lua_setfield(L, 2, "parts");
	if (!n) {
		lua_pop(L, 1);
		return lua_error(L);
	}
	n = lua_rawlen(L, -1);
	old = lua_rawlen(L, -2);
	if (old + n > PARTS_MAX)
		return throw_new(L, ERR_LESSON, "a branch that leads into itself does not end", "a lesson of more than %d parts", PARTS_MAX);
	for (size_t i = old; i > at + 1; i--) {
		lua_rawgeti(L, -2, (lua_Integer)i);
		lua_rawseti(L, -3, (lua_Integer)(i + n));
	}
	for (size_t i = 1; i <= n; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i);
		lua_pushvalue(L, 1);
		lua_setfield(L, -2, "of");
		lua_rawseti(L, -3, (lua_Integer)(at + 1 + i));
	}
	return 0;
}

bool play_branch(struct player *p)
{
	struct task *t;
	bool ok;

	drop_branch(p);
	t = player_task(p);
	if (!t)
		return false;
	lua_pushcfunction(t->co, branch_part);
	player_push_part(p, t->co, p->at);
	lua_rawgeti(t->co, LUA_REGISTRYINDEX, p->lesson);
	lua_pushinteger(t->co, (lua_Integer)p->at);
	ok = player_call(p, t, 3);
	task_drop(p->r, t);
	player_count(p);
	return ok;
}
