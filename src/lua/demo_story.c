/*
 * demo_story.c - `ui`: what a demo's functions may ask for; and stories, which may wait.
 *
 * Under draw() what is asked for is kept for the picture. Under run() it is said and shown at once, in a task of its own: wait and play
 * wait for the clock, key for a key of the pane or Enter, ask for a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/demo.h"

#define UI_META "qs.demo.ui"

struct ui { struct demo *d; };

/* ---- ui ---- */

static struct demo *check_ui(lua_State *L)
{
	struct ui *ui = luaL_checkudata(L, 1, UI_META);
	struct runner *r = runner_of(L);

	if (ui->d && (ui->d->drawing || (r->now && r->now->story == ui->d)))
		return ui->d;
	throw_new(L, ERR_LESSON, NULL, "this ui belongs to a drawing that is over");
	return NULL;
}

/* For what waits: only a story may. */
static struct task *check_story(lua_State *L, const char *what)
{
	struct demo *d = check_ui(L);
	struct task *t = runner_of(L)->now;

	if (!t || t->story != d)
		throw_new(L, ERR_LESSON, "run = function(p, ui)  instead of draw", "draw must not wait: ui:%s", what);
	if (t->co != L || !lua_isyieldable(L))
		throw_new(L, ERR_LESSON, NULL, "ui:%s cannot wait here", what);
	return t;
}

static int ui_title(lua_State *L)
{
	struct demo *d = check_ui(L);
	struct text t = { 0 };

	luaL_checkstring(L, 2);
	lua_getglobal(L, "string");
	lua_getfield(L, -1, "format");
	lua_replace(L, 1);
	lua_pop(L, 1);
	lua_call(L, lua_gettop(L) - 1, 1);
	text_escape(&t, lua_tostring(L, -1), strlen(lua_tostring(L, -1)), 0);
	if (d->drawing) {
		free(d->said);
		d->said = text_take(&t);
	} else {
		runner_say(d->r, STYLE_NEW, text_str(&t));
		text_drop(&t);
	}
	return 0;
}

static struct demo_item *new_item(lua_State *L, struct demo *d)
{
	if (d->items == DEMO_ITEMS_MAX)
		throw_new(L, ERR_LESSON, NULL, "a demo shows %d texts and views at most", DEMO_ITEMS_MAX);
	return &d->item[d->items];
}

static int ui_text(lua_State *L)
{
	struct demo *d = check_ui(L);
	const char *s = luaL_checkstring(L, 2);
	struct text t = { 0 };

	if (!d->drawing) {
		runner_say(d->r, STYLE_PLAIN, s);
		return 0;
	}
	for (const char *line = s;; ) {		/* escaped as text of a model */
		size_t n = strcspn(line, "\n");

		text_escape(&t, line, n, 0);
		if (!line[n])
			break;
		text_put(&t, "\n");
		line += n + 1;
	}
	new_item(L, d)->text = text_take(&t);
	d->items += d->item[d->items].text != NULL;
	return 0;
}

static int ui_view(lua_State *L)
{
	struct demo *d = check_ui(L);
	const struct view *view = check_view(L, 2);
	struct scene sc = { .view = view, .from = -1 };
	struct demo_item *it;
	struct error err;
	struct value *v;

	lua_settop(L, 4);
	if (!d->drawing)
		return show_value(L, view, 3, 4);
	it = new_item(L, d);
	v = value_to_show(L, 3, 4);
	if (!view_fits(view, v))
		return throw_new(L, ERR_ARGUMENT, NULL, "%s does not show %s", view->name, value_kind_with_article(v->kind));
	view_options(L, 4, view, &sc.options);
	sc.state = view_open(view, d->r->o.session, v, &sc.options, &err);
	if (!sc.state) {
		args_drop(&sc.options);
		return throw(L, &err);
	}
	sc.subject = value_hold(v);
	it->scene = sc;
	d->items++;
	return 0;
}

/* ---- waiting ---- */

static double check_seconds(lua_State *L, int i)
{
	double s = luaL_checknumber(L, i);

	if (!(s >= 0 && s <= 3600))
		throw_new(L, ERR_LESSON, NULL, "seconds from 0 to 3600");
	return s;
}

static int woken(lua_State *L, int status, lua_KContext ctx)
{
	(void)L;
	(void)status;
	(void)ctx;
	return 0;
}

static int wait_for(lua_State *L, struct task *t, double seconds, lua_KFunction k, lua_KContext ctx)
{
	t->wait = WAIT_TIME;
	t->until = runner_of(L)->o.host->batch ? 0 : now_seconds() + seconds;
	return lua_yieldk(L, 0, ctx, k);
}

static int ui_wait(lua_State *L)
{
	return wait_for(L, check_story(L, "wait"), check_seconds(L, 2), woken, 0);
}

static int got(lua_State *L, int status, lua_KContext ctx)
{
	struct task *t = runner_of(L)->now;

	(void)status;
	(void)ctx;
	lua_pushstring(L, t->got);	/* nil for NULL */
	free(t->got);
	t->got = NULL;
	return 1;
}

static int ui_key(lua_State *L)
{
	struct task *t = check_story(L, "key");

	t->wait = WAIT_KEY;
	return lua_yieldk(L, 0, 0, got);
}

/* The line as a value: a number or expression, the number of a choice, or the text. */
static void push_answer(lua_State *L, struct runner *r, const char *kind, const char *line)
{
	struct error err;
	struct value *v = NULL;

	if (!strcmp(kind, "choice")) {
		size_t n = judge_choice(L, 2, line);

		if (n)
			lua_pushinteger(L, (lua_Integer)n);
		else
			lua_pushnil(L);
	} else if (!strcmp(kind, "number")) {
		v = r->scope.eval(r->scope.arg, line, strlen(line), &err);
		if (v && v->kind == VALUE_NUMBER)
			lua_pushnumber(L, v->u.number);
		else
			lua_pushnil(L);
		value_drop(v);
	} else {
		lua_pushstring(L, line);
	}
}

/* 2: the question, 3: its kind. Gives the answer, and whether it is right where the question says what is. */
static int answered(lua_State *L, int status, lua_KContext ctx)
{
	struct runner *r = runner_of(L);
	struct task *t = r->now;
	char *line = t->got;

	(void)status;
	(void)ctx;
	t->got = NULL;
	*r->prompt = 0;
	if (!line)
		return 0;
	lua_pushstring(L, line);
	free(line);
	push_answer(L, r, lua_tostring(L, 3), lua_tostring(L, -1));
	if (lua_isnil(L, -1))
		return 1;
	lua_pushcfunction(L, judge);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, -3);
	lua_newtable(L);
	lua_call(L, 3, 1);
	lua_pushboolean(L, lua_tointeger(L, -1) == VERDICT_RIGHT || lua_tointeger(L, -1) == VERDICT_CLOSE);
	lua_replace(L, -2);
	return 2;
}

static int ui_ask(lua_State *L)
{
	struct task *t = check_story(L, "ask");
	struct demo *d = t->story;
	struct text said = { 0 };

	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 2);
	if (lua_getfield(L, 2, "kind") != LUA_TSTRING) {
		lua_pop(L, 1);
		lua_pushstring(L, "text");
	}
	if (lua_rawgeti(L, 2, 1) != LUA_TSTRING)
		return throw_new(L, ERR_LESSON, NULL, "a question needs its text");
	text_put(&said, lua_tostring(L, -1));
	lua_pop(L, 1);
	if (!strcmp(lua_tostring(L, 3), "choice") && lua_rawgeti(L, 2, 2) == LUA_TTABLE)
		for (lua_Integer i = 1; (size_t)i <= lua_rawlen(L, 4); i++) {
			lua_rawgeti(L, 4, i);
			text_add(&said, "\n  %c  %s", (char)('a' + i - 1), luaL_tolstring(L, -1, NULL));
			lua_pop(L, 2);
		}
	lua_settop(L, 3);
	lua_pushvalue(L, 3);		/* judge() knows the kind by another name */
	lua_setfield(L, 2, "answers");
	runner_say(d->r, STYLE_PLAIN, text_str(&said));
	text_drop(&said);
	snprintf(d->r->prompt, sizeof d->r->prompt, "%s? ", d->id);
	t->wait = WAIT_LINE;
	return lua_yieldk(L, 0, 0, answered);
}

/* 2: a trace, 3: seconds a step. ctx: the step that is shown, from 0. */
static int playing(lua_State *L, int status, lua_KContext ctx)
{
	struct runner *r = runner_of(L);
	struct value *v = check_kind(L, 2, VALUE_TRACE);
	struct text line = { 0 };
	struct error err;
	bool moved;

	(void)status;
	if (ctx < 0) {
		walk_go(&v->u.walk, 0);
		if (!stage_show(r->o.stage, NULL, v, NULL, &err))
			return throw(L, &err);
		stage_step_line(v, &line);
	} else if (stage_walk(r->o.stage) != v) {	/* something else is looked at now */
		return 0;
	} else if (!stage_move(r->o.stage, MOVE_NEXT, 1, &moved, &line, &err) || !moved) {
		text_drop(&line);
		return 0;
	}
	runner_say(r, STYLE_PLAIN, text_str(&line));
	text_drop(&line);
	return wait_for(L, r->now, lua_tonumber(L, 3), playing, ctx + 1);
}

static int ui_play(lua_State *L)
{
	check_story(L, "play");
	check_kind(L, 2, VALUE_TRACE);
	lua_settop(L, 3);
	if (lua_isnil(L, 3)) {
		lua_pushnumber(L, settings_number(&runner_of(L)->o.session->settings, "speed"));
		lua_replace(L, 3);
	}
	check_seconds(L, 3);
	return playing(L, LUA_OK, -1);
}

static const struct row methods[] = {
	{ "title", ui_title }, { "text", ui_text }, { "view", ui_view }, { "wait", ui_wait }, { "key", ui_key }, { "ask", ui_ask },
	{ "play", ui_play }, { 0 }
};

static int ui_index(lua_State *L)
{
	struct ui *ui = luaL_checkudata(L, 1, UI_META);

	if (method(L, methods))
		return 1;
	if (ui->d && lua_type(L, 2) == LUA_TSTRING && !strcmp(lua_tostring(L, 2), "params")) {
		demo_push_params(check_ui(L), L);
		return 1;
	}
	return 0;
}

void demo_ui_open(lua_State *L)
{
	luaL_newmetatable(L, UI_META);
	qs_set(L, (const struct row[]){ { "__index", ui_index }, { 0 } });
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}

void demo_push_ui(lua_State *L, struct demo *d)
{
	struct ui *ui = lua_newuserdatauv(L, sizeof *ui, 0);

	ui->d = d;
	luaL_setmetatable(L, UI_META);
}

/* ---- stories ---- */

static struct task *story(const struct runner *r)
{
	struct task *t = r->tasks;

	while (t && (!t->story || t->wait == WAIT_OVER))
		t = t->next;
	return t;
}

static void story_over(struct runner *r, struct task *t, int status, int results)
{
	struct error err;
	struct text out = { 0 };

	(void)results;
	*r->prompt = 0;
	if (status == LUA_OK)
		return;
	get_error(t->co, -1, &err);
	if (err.class == ERR_LUA)
		err.class = ERR_LESSON;
	err.len = 0;
	if (!r->first_error)
		r->first_error = err.class;
	error_format(&err, NULL, &out);
	r->o.host->complain(r->o.host->arg, text_str(&out));
	text_drop(&out);
	t->failed = true;
}

/* One story at a time: the one before ends where it stands. */
bool demo_begin_story(struct demo *d, struct error *err)
{
	struct runner *r = d->r;
	struct task *before = story(r), *t = demo_task(d);

	if (!t) {
		demo_drop(d);
		return error_memory(err, "a demo");
	}
	if (before && before != r->now) {
		before->wait = WAIT_OVER;
		*r->prompt = 0;
	}
	lua_rawgeti(t->co, LUA_REGISTRYINDEX, d->table);
	lua_getfield(t->co, -1, "run");
	lua_remove(t->co, -2);
	demo_push_params(d, t->co);
	demo_push_ui(t->co, d);
	t->nargs = 2;
	t->over = story_over;
	t->story = d;
	if (r->o.host->batch && r->now)
		r->now->follow = t->id;
	return true;
}

static bool hand(struct task *t, const char *s)
{
	free(t->got);
	t->got = strdup(s);
	t->until = -1;
	return t->got != NULL;
}

bool demo_takes(struct runner *r, const char *line)
{
	struct task *t = story(r);
	bool empty = !line[strspn(line, " \t\n")];

	if (t && t->wait == WAIT_KEY && empty)
		return hand(t, "<Enter>");
	return t && t->wait == WAIT_LINE && !empty && hand(t, line + strspn(line, " \t\n"));
}

bool demo_takes_key(struct runner *r, const struct key *k)
{
	struct task *t = story(r);
	char written[16];

	return t && t->wait == WAIT_KEY && hand(t, key_write(k, written));
}

/* In batch mode nobody answers. */
bool demo_story_ready(struct task *t)
{
	struct runner *r = runner_of(t->co);

	if (t->wait == WAIT_TIME)
		return now_seconds() >= t->until;
	return t->got || r->o.host->batch;
}
