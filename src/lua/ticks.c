/*
 * ticks.c - qs.progress(total, label): long work of Lua's own, shown in the progress line and stopped by Ctrl-C.
 *
 *      local p = qs.progress(#names, "measuring")
 *      for _, name in ipairs(names) do
 *        ...
 *        if not p:step() then break end
 *      end
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/extend.h"

#define PROGRESS_META "qs.progress"

static struct job *check_progress(lua_State *L)
{
	return luaL_checkudata(L, 1, PROGRESS_META);
}

static int done(lua_State *L, int status, lua_KContext ctx)
{
	struct job *job = check_progress(L);

	(void)status;
	(void)ctx;
	lua_pushboolean(L, !atomic_load(&job->stop));
	return 1;
}

/* p:step(n): false when the user has cancelled. The screen has a turn if it is due. */
static int step(lua_State *L)
{
	struct job *job = check_progress(L);
	struct runner *r = runner_of(L);
	lua_Integer n = luaL_optinteger(L, 2, 1);
	struct task *t = r->now;

	if (n > 0)
		job_step(job, (size_t)n);
	if (t && t->ticks == job && atomic_load(&job->done) >= atomic_load(&job->total))
		ticks_end(r, t);
	if (t && t->co == L && !t->no_wait && !r->o.host->batch && lua_isyieldable(L) && now_seconds() > r->turn_ends) {
		t->wait = WAIT_TURN;
		return lua_yieldk(L, 0, 0, done);
	}
	return done(L, LUA_OK, 0);
}

static int qs_progress(lua_State *L)
{
	lua_Integer total = luaL_checkinteger(L, 1);
	const char *label = luaL_optstring(L, 2, "working");
	struct runner *r = runner_of(L);
	struct task *t = r->now;
	struct job *job;

	luaL_argcheck(L, total >= 0, 1, "a total of 0 or more");
	job = lua_newuserdatauv(L, sizeof *job, 0);
	memset(job, 0, sizeof *job);
	snprintf(job->label, sizeof job->label, "%s", label);
	job->unit = "steps";
	atomic_store(&job->total, (size_t)total);
	luaL_setmetatable(L, PROGRESS_META);
	if (t) {
		ticks_end(r, t);
		lua_pushvalue(L, -1);
		t->ticks_ref = luaL_ref(L, LUA_REGISTRYINDEX);
		t->ticks = job;
		if (!r->current)
			r->current = job;
	}
	return 1;
}

static int qs_cancelled(lua_State *L)
{
	const struct task *t = runner_of(L)->now;

	lua_pushboolean(L, t && t->ticks && atomic_load(&t->ticks->stop));
	return 1;
}

void ticks_end(struct runner *r, struct task *t)
{
	if (!t->ticks)
		return;
	if (r->current == t->ticks)
		r->current = NULL;
	luaL_unref(r->L, LUA_REGISTRYINDEX, t->ticks_ref);
	t->ticks = NULL;
}

void ticks_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "progress", qs_progress }, { "cancelled", qs_cancelled }, { 0 } });
	luaL_newmetatable(L, PROGRESS_META);
	lua_newtable(L);
	qs_set(L, (const struct row[]){ { "step", step }, { 0 } });
	lua_setfield(L, -2, "__index");
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}
