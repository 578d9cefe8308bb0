/* qs_codec.c - codecs in Lua, as records. */
#include <string.h>

#include "lua/state.h"

void check_codec(lua_State *L, int i, const struct codec **c)
{
	struct error err;

	*c = codec_need(luaL_checkstring(L, i), &err);
	if (!*c)
		throw(L, &err);
}

static void set_text(lua_State *L, const char *name, const char *s)
{
	lua_pushstring(L, s);
	lua_setfield(L, -2, name);
}

static void set_int(lua_State *L, const char *name, lua_Integer n)
{
	lua_pushinteger(L, n);
	lua_setfield(L, -2, name);
}

static void push_codec(lua_State *L, const struct codec *c)
{
	lua_Integer n = 0;

	lua_newtable(L);
	set_text(L, "name", c->name);
	set_text(L, "family", c->family);
	set_text(L, "kind", c->summary);
	set_text(L, "codes", c->codes);
	set_int(L, "block", c->block_len);
	set_int(L, "bytes", c->block_bytes);
	lua_pushnumber(L, codec_bits(c));
	lua_setfield(L, -2, "bits");
	lua_pushboolean(L, (c->flags & CODEC_NEEDS_IMPORTANCE) != 0);
	lua_setfield(L, -2, "needs_importance");
	lua_newtable(L);
	for (const struct field *f = c->fields; f && f->name; f++) {
		lua_createtable(L, 0, 4);
		set_text(L, "name", f->name);
		set_text(L, "meaning", f->meaning);
		set_int(L, "at", f->at);
		set_int(L, "bytes", f->bytes);
		lua_seti(L, -2, ++n);
	}
	lua_setfield(L, -2, "fields");
}

static int qs_codec(lua_State *L)
{
	const struct codec *c = codec_find(luaL_checkstring(L, 1));

	if (c)
		push_codec(L, c);
	else
		lua_pushnil(L);
	return 1;
}

static int qs_codecs(lua_State *L)
{
	const char *family = luaL_optstring(L, 1, NULL);
	lua_Integer n = 0;

	lua_newtable(L);
	for (int i = 0; i < CODEC_COUNT; i++)
		if (!family || !strcmp(family, codecs[i]->family)) {
			push_codec(L, codecs[i]);
			lua_seti(L, -2, ++n);
		}
	return 1;
}

void qs_codec_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "codec", qs_codec }, { "codecs", qs_codecs }, { 0 } });
}
