/*
 * memo.c - long work of a lesson is done once: in functions of parts marked work=true, what the engine gave for the same arguments is
 * given again, so that going back or resuming does not repeat it. interaction.md 16.6.
 *
 * The key is a hash of the function's name and its arguments, weights and all. Values are counted and belong to no Lua state, so they are
 * kept as long as the program runs; only so many, the oldest goes.
 */
#include <stdlib.h>
#include <string.h>

#include "lua/player.h"

enum { KEPT = 32, DEPTH = 6 };

static struct kept { uint64_t key; struct value *v; } kept[KEPT];
static size_t n_kept, hits;

static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
	for (const unsigned char *p = bytes; n--; p++)
		h = (h ^ *p) * 0x100000001b3u;
	return h;
}

static bool mix_tensor(uint64_t *h, const struct tensor *t)
{
	size_t n = tensor_count(t);
	float part[256];

	*h = mix(*h, &t->rows, sizeof t->rows);
	*h = mix(*h, &n, sizeof n);
	*h = mix(*h, t->codec->name, strlen(t->codec->name));
	for (size_t at = 0; at < n; at += 256) {
		size_t some = n - at < 256 ? n - at : 256;

		if (!tensor_read(t, at, some, part))
			return false;
		*h = mix(*h, part, some * sizeof *part);
	}
	return true;
}

/* Of tables in a sum, so that the order in which Lua goes through them does not matter. False: it holds what cannot be told. */
static bool mix_value(lua_State *L, int i, uint64_t *h, int depth)
{
	int type = lua_type(L, i);
	const struct value *v = test_value(L, i);
	size_t n;

	*h = mix(*h, &type, sizeof type);
	if (v)
		return value_weights(v) && mix_tensor(h, value_weights(v));
	if (type == LUA_TNUMBER || type == LUA_TSTRING) {
		const char *s;

		lua_pushvalue(L, i);
		s = lua_tolstring(L, -1, &n);
		*h = mix(*h, s, n);
		lua_pop(L, 1);
		return true;
	}
	if (type == LUA_TBOOLEAN || type == LUA_TNIL) {
		bool b = lua_toboolean(L, i);

		*h = mix(*h, &b, sizeof b);
		return true;
	}
	if (type != LUA_TTABLE || !depth || !lua_checkstack(L, 4))
		return false;
	i = lua_absindex(L, i);
	lua_pushnil(L);
	for (uint64_t sum = 0; lua_next(L, i); *h += sum) {
		sum = 0xcbf29ce484222325u;
		if (!mix_value(L, -2, &sum, depth - 1) || !mix_value(L, -1, &sum, depth - 1)) {
			lua_pop(L, 2);
			return false;
		}
		lua_pop(L, 1);
	}
	return true;
}

static struct value *find(uint64_t key)
{
	for (size_t i = 0; i < n_kept; i++)
		if (kept[i].key == key)
			return kept[i].v;
	return NULL;
}

static void keep(uint64_t key, struct value *v)
{
	if (n_kept == KEPT) {
		value_drop(kept[0].v);
		memmove(kept, kept + 1, (KEPT - 1) * sizeof *kept);
		n_kept--;
	}
	kept[n_kept++] = (struct kept){ key, value_hold(v) };
}

/* ctx is the height of the stack at the call; the key lies there. */
static int called(lua_State *L, int status, lua_KContext ctx)
{
	struct value *v = test_value(L, (int)ctx + 1);

	(void)status;
	if (v && v->kind != VALUE_TRACE && lua_gettop(L) == (int)ctx + 1)	/* a trace is walked: each has its own place */
		keep((uint64_t)lua_tointeger(L, (int)ctx), v);
	return lua_gettop(L) - (int)ctx;
}

static int passed(lua_State *L, int status, lua_KContext ctx)
{
	(void)status;
	return lua_gettop(L) - (int)ctx;
}

/* Upvalues: the function and its name. */
static int remembered(lua_State *L)
{
	const struct runner *r = runner_of(L);
	const char *name = lua_tostring(L, lua_upvalueindex(2));
	uint64_t key = mix(0xcbf29ce484222325u, name, strlen(name));
	int n = lua_gettop(L);
	bool known = r->now && r->now->work;

	for (int i = 1; i <= n && known; i++)
		known = mix_value(L, i, &key, DEPTH);
	if (known && find(key)) {
		hits++;
		push_value(L, value_hold(find(key)));
		return 1;
	}
	lua_pushinteger(L, (lua_Integer)key);
	lua_insert(L, 1);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 2);
	lua_callk(L, n, LUA_MULTRET, 1, known ? called : passed);
	return (known ? called : passed)(L, LUA_OK, 1);
}

void memo_wrap(lua_State *L)
{
	static const char *const names[] = { "quantize", "compare", "sweep", "calibrate", "affine", "matmul", "awq", "squeezellm", "gptq", "hqq",
		"lowrank", "prune", "train", "qat", "distill", "score", "imatrix" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (lua_getfield(L, -1, names[i]) != LUA_TFUNCTION) {
			lua_pop(L, 1);
			continue;
		}
		lua_pushstring(L, names[i]);
		lua_pushcclosure(L, remembered, 2);
		lua_setfield(L, -2, names[i]);
	}
}

size_t memo_hits(void)
{
	return hits;
}
