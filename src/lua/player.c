/* player.c - what the player of a lesson knows: its parts, what it says, how its functions are run, how it ends. See player.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/player.h"

#define TEXT_WIDTH 76

/* ---- parts ---- */

void player_push_part(const struct player *p, lua_State *L, size_t at)
{
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->lesson);
	lua_getfield(L, -1, "parts");
	lua_rawgeti(L, -1, (lua_Integer)at + 1);
	lua_replace(L, -3);
	lua_pop(L, 1);
}

/* It lives as long as the part. */
const char *player_field(const struct player *p, size_t at, const char *name)
{
	lua_State *L = p->r->L;
	const char *s;

	player_push_part(p, L, at);
	lua_getfield(L, -1, name);
	s = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
	lua_pop(L, 2);
	return s;
}

bool player_is(const struct player *p, size_t at, const char *kinds)
{
	const char *kind = at < p->n ? player_field(p, at, "kind") : "";
	size_t n = strlen(kind);

	for (const char *k = kinds; n && *k; k += strcspn(k, " "), k += *k == ' ')
		if (strcspn(k, " ") == n && !memcmp(k, kind, n))
			return true;
	return false;
}

bool player_is_station(const struct player *p, size_t at)
{
	return player_is(p, at, "ask predict task walk");
}

void player_count(struct player *p)
{
	lua_State *L = p->r->L;

	lua_rawgeti(L, LUA_REGISTRYINDEX, p->lesson);
	lua_getfield(L, -1, "parts");
	p->n = lua_rawlen(L, -1);
	lua_pop(L, 2);
}

size_t player_station(const struct player *p, size_t at, size_t *total)
{
	size_t n = 0, here = 0;

	for (size_t i = 0; i < p->n; i++)
		if (player_is_station(p, i)) {
			n++;
			if (i >= at && !here)
				here = n;
		}
	*total = n;
	return here ? here : n;
}

/* The text a part is known by: its kind and words. */
static void part_words(const struct player *p, size_t at, struct text *out)
{
	lua_State *L = p->r->L;

	text_add(out, "%s ", player_field(p, at, "kind"));
	player_push_part(p, L, at);
	lua_rawgeti(L, -1, 1);
	if (lua_type(L, -1) == LUA_TSTRING)
		text_put(out, lua_tostring(L, -1));
	lua_pop(L, 2);
}

static uint64_t fnv(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h;
}

/* Parts of the same words are told apart by their order. */
uint64_t player_hash(const struct player *p, size_t at)
{
	struct text mine = { 0 }, other = { 0 };
	uint64_t h, twins = 0;

	part_words(p, at, &mine);
	for (size_t i = 0; i < at; i++) {
		text_clear(&other);
		part_words(p, i, &other);
		twins += !strcmp(text_str(&mine), text_str(&other));
	}
	h = fnv(0xcbf29ce484222325u, text_str(&mine)) + twins;
	text_drop(&mine);
	text_drop(&other);
	return h ? h : 1;
}

/* ---- saying ---- */

void player_say(struct player *p, enum style style, const char *text)
{
	struct text filled = { 0 }, out = { 0 };
	int width = p->r->o.host->width;

	if (p->silent)
		return;
	lesson_fill(p, text, &filled, NULL);
	lesson_wrap(text_str(&filled), 2, width > 0 && width < TEXT_WIDTH ? (size_t)width : TEXT_WIDTH, &out);
	runner_say(p->r, style, text_str(&out));
	text_drop(&filled);
	text_drop(&out);
}

void player_sayf(struct player *p, enum style style, const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) >= 0) {
		player_say(p, style, s);
		free(s);
	}
	va_end(ap);
}

void player_prompt(struct player *p)
{
	struct runner *r = p->r;
	size_t total, here = player_station(p, p->at, &total);

	if (p->free)
		snprintf(r->prompt, sizeof r->prompt, "free> ");
	else
		snprintf(r->prompt, sizeof r->prompt, "%s %zu/%zu> ", p->about.id, here, total);
	snprintf(r->o.stage->note, sizeof r->o.stage->note, "lesson %s   %zu of %zu", p->about.id, here, total);
	r->o.stage->note_of = NULL;
}

/* ---- loading and ending ---- */

bool lesson_is_trusted(const struct runner *r, const char *id)
{
	for (size_t i = 0; i < sizeof r->trusted / sizeof *r->trusted; i++)
		if (!strcmp(r->trusted[i], id))
			return true;
	return r->o.trust;
}

struct player *player_load(struct runner *r, const char *id, const char *path, struct error *err)
{
	struct player *p = calloc(1, sizeof *p);
	const char *slash = strrchr(path, '/');

	if (!p) {
		error_memory(err, "a lesson");
		return NULL;
	}
	p->r = r;
	p->trusted = lesson_is_trusted(r, id);
	p->lesson = p->env = p->answer_env = p->shown = p->answer = LUA_NOREF;
	lua_newtable(r->L);
	p->before = luaL_ref(r->L, LUA_REGISTRYINDEX);
	lua_newtable(r->L);
	p->given = luaL_ref(r->L, LUA_REGISTRYINDEX);
	if (!lesson_load(r, path, p->trusted, &p->lesson, &p->env, err)) {
		player_drop(p);
		return NULL;
	}
	snprintf(p->dir, sizeof p->dir, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	lua_rawgeti(r->L, LUA_REGISTRYINDEX, p->lesson);
	lesson_read_about(r->L, &p->about);
	lua_newtable(r->L);
	lua_setfield(r->L, -2, "answers");
	lua_pop(r->L, 1);
	memcpy(p->declared, p->about.id, sizeof p->declared);
	snprintf(p->about.id, sizeof p->about.id, "%s", id);
	snprintf(p->about.path, sizeof p->about.path, "%s", path);
	lua_rawgeti(r->L, LUA_REGISTRYINDEX, p->env);
	sandbox_answer_env(r->L, -1);
	p->answer_env = luaL_ref(r->L, LUA_REGISTRYINDEX);
	lua_pop(r->L, 1);
	player_count(p);
	return p;
}

void player_drop(struct player *p)
{
	lua_State *L;

	if (!p)
		return;
	L = p->r->L;
	luaL_unref(L, LUA_REGISTRYINDEX, p->lesson);
	luaL_unref(L, LUA_REGISTRYINDEX, p->env);
	luaL_unref(L, LUA_REGISTRYINDEX, p->answer_env);
	luaL_unref(L, LUA_REGISTRYINDEX, p->before);
	luaL_unref(L, LUA_REGISTRYINDEX, p->given);
	luaL_unref(L, LUA_REGISTRYINDEX, p->shown);
	luaL_unref(L, LUA_REGISTRYINDEX, p->answer);
	value_drop(p->walk);
	text_drop(&p->text);
	free(p->answer_line);
	free(p->review);
	free(p);
}

void player_leave(struct player *p)
{
	struct runner *r = p->r;

	play_give_back(p);
	r->player = NULL;
	r->lesson_dir = NULL;
	r->limit_env = 0;
	*r->prompt = *r->o.stage->note = 0;
	player_drop(p);
}

/* An error of the lesson ends it, and leaves all else as it was. */
void player_stumble(struct player *p, lua_State *L)
{
	struct runner *r = p->r;
	struct error err;
	struct text out = { 0 };

	get_error(L, -1, &err);
	if (err.class == ERR_LUA)
		err.class = ERR_LESSON;
	err.len = 0;
	if (!r->first_error)
		r->first_error = err.class;
	if (!*err.where)
		snprintf(err.where, sizeof err.where, "%.150s", p->about.path);
	error_format(&err, NULL, &out);
	r->o.host->complain(r->o.host->arg, text_str(&out));
	text_drop(&out);
	player_say(p, STYLE_WARN, "The lesson cannot go on; its place is kept.");
	p->faulty = true;
	player_wish(r, WISH_LEAVE, "");
}

/* ---- functions of the lesson ---- */

/* A task under the limits of the lesson; the caller puts a function and its arguments on its stack. */
struct task *player_task(struct player *p)
{
	struct task *t = task_new(p->r, "", NULL);

	if (!t)
		return NULL;
	t->limited = !p->trusted;
	if (p->at < p->n) {
		player_push_part(p, p->r->L, p->at);
		lua_getfield(p->r->L, -1, "work");
		t->work = lua_toboolean(p->r->L, -1);
		lua_pop(p->r->L, 2);
	}
	return t;
}

/* Runs what is on t's stack to its end. False: it failed, and the lesson with it. */
bool player_call(struct player *p, struct task *t, int nargs)
{
	int n;
	bool silent = p->r->context.background;
	int status;

	p->r->context.background = silent || p->silent;
	status = task_call(p->r, t, nargs, &n);
	p->r->context.background = silent;
	if (status != LUA_OK)
		player_stumble(p, t->co);
	return status == LUA_OK;
}
