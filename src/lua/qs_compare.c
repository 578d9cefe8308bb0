/* qs_compare.c - several codecs on the same weights, products, codebooks and single bits in Lua. Thin: the session does it all. */
#include <math.h>
#include <string.h>

#include "engine/match.h"
#include "lua/state.h"

/* Names as arguments from i on, or one table of them; options, if any, come last. Returns the place of the options. */
static int check_codecs(lua_State *L, int i, const struct codec *list[], size_t *n)
{
	*n = 0;
	if (lua_type(L, i) == LUA_TTABLE && luaL_len(L, i) > 0) {
		for (lua_Integer k = 1, end = luaL_len(L, i); k <= end && *n < CODEC_COUNT; k++) {
			lua_geti(L, i, k);
			check_codec(L, -1, &list[(*n)++]);
			lua_pop(L, 1);
		}
		i++;
	}
	for (; lua_type(L, i) == LUA_TSTRING && *n < CODEC_COUNT; i++)
		check_codec(L, i, &list[(*n)++]);
	if (!*n)
		throw_new(L, ERR_ARGUMENT, "as in  qs.compare(x, \"q4_0\", \"q4_K\")", "no codec is named");
	return i;
}

static int several(lua_State *L, bool (*action)(struct session *, const struct value *, const struct codec *const *, size_t,
						const struct quantize_options *, struct outcome *, struct error *))
{
	struct value *x = check_value(L, 1);
	const struct codec *list[CODEC_COUNT];
	struct quantize_options o;
	struct outcome out = { 0 };
	struct error err;
	size_t n;
	int options = check_codecs(L, 2, list, &n);

	check_quantize_options(L, options, &o);
	o.flat_if_needed = true;
	if (!action(runner_of(L)->o.session, x, list, n, &o, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

static int qs_compare(lua_State *L) { return several(L, session_compare); }
static int qs_requant(lua_State *L) { return several(L, session_requant); }

/* qs.flip(q, byte, bit), or with a table {byte=, bit=} */
static int qs_flip(lua_State *L)
{
	struct value *q = check_value(L, 1);
	double byte = lua_isnumber(L, 2) ? luaL_checknumber(L, 2) : option_number(L, 2, "byte", -1);
	double bit = lua_isnumber(L, 2) ? luaL_checknumber(L, 3) : option_number(L, 2, "bit", -1);
	struct outcome out = { 0 };
	struct error err;

	if (!(byte >= 0 && byte < 1e15 && byte == floor(byte) && bit >= 0 && bit <= 7 && bit == floor(bit)))
		return throw_new(L, ERR_ARGUMENT, "qs.flip(q, byte, bit): bytes from 0, bits 0 to 7", "a byte and a bit are needed");
	if (!session_flip(runner_of(L)->o.session, q, (size_t)byte, (unsigned)bit, &out, &err))
		return throw(L, &err);
	push_value(L, out.value);
	return 1;
}

/* The record's cells into the Lua table on top, under the names of the columns. */
static void set_cells(lua_State *L, const struct table *t, size_t row)
{
	for (size_t c = 0; c < t->cols; c++) {
		const struct table_cell *cell = table_at(t, row, c);

		if (cell->kind == CELL_EMPTY)
			continue;
		if (cell->kind == CELL_INT)
			lua_pushinteger(L, (lua_Integer)cell->integer);
		else if (cell->kind == CELL_NUMBER)
			lua_pushnumber(L, cell->number);
		else
			lua_pushstring(L, cell->text);
		lua_setfield(L, -2, t->name[c]);
	}
}

static int qs_dot(lua_State *L)
{
	struct value *w = check_value(L, 1), *a = check_value(L, 2);
	struct outcome out = { 0 };
	struct error err;
	const struct table *t, *terms;

	if (!session_dot(runner_of(L)->o.session, w, a, &out, &err))
		return throw(L, &err);
	t = out.value->u.table;
	terms = t->behind[0]->u.table;
	lua_createtable(L, 0, 6);
	set_cells(L, t, 0);
	lua_getfield(L, -1, "own");
	lua_pushboolean(L, lua_tointeger(L, -1) != 0);
	lua_setfield(L, -3, "own");
	lua_pop(L, 1);
	lua_createtable(L, (int)terms->rows, 0);
	for (size_t r = 0; r < terms->rows; r++) {
		lua_createtable(L, 0, (int)terms->cols);
		set_cells(L, terms, r);
		lua_seti(L, -2, (lua_Integer)r + 1);
	}
	lua_setfield(L, -2, "terms");
	value_drop(out.value);
	return 1;
}

/* ---- codebooks ---- */

static enum match_by by_option(lua_State *L, int i)
{
	const char *by = option_text(L, i, "by");

	if (!by || !strcmp(by, "distance"))
		return MATCH_DISTANCE;
	if (strcmp(by, "cosine") && strcmp(by, "weighted"))
		throw_new(L, ERR_ARGUMENT, "by is \"distance\", \"cosine\" or \"weighted\"", "no order '%s'", by);
	return !strcmp(by, "cosine") ? MATCH_COSINE : MATCH_WEIGHTED;
}

static size_t count_option(lua_State *L, int i, const char *name, double otherwise)
{
	double v = option_number(L, i, name, otherwise);

	if (!(v >= 0 && v < 1e15 && v == floor(v)))
		throw_new(L, ERR_ARGUMENT, NULL, "%s must be a whole number", name);
	return (size_t)v;
}

/* A group alone: its 8 (or 4) weights, with importance of as many. */
static int match_alone(lua_State *L, const struct tensor *x, const struct codec *c)
{
	size_t n = tensor_count(x), top = count_option(L, 3, "top", 8);
	enum match_by by = by_option(L, 3);
	double scale = option_number(L, 3, "scale", 0);
	float weights[MATCH_MAX], importance[MATCH_MAX];
	bool given = false;
	struct match m;
	struct table *t;
	struct value *v;
	struct error err;

	if (option(L, 3, "imp")) {
		const struct value *imp = test_value(L, -1);

		given = imp && value_weights(imp) && tensor_count(value_weights(imp)) == n;
		if (!given && (lua_type(L, -1) != LUA_TSTRING || strcmp(lua_tostring(L, -1), "flat")))
			return throw_new(L, ERR_SHAPE, "a tensor with one value for each weight, or \"flat\"", "importance of %zu weights is wanted", n);
		if (given && !tensor_read(value_weights(imp), 0, n, importance))
			return throw_new(L, ERR_MEMORY, NULL, "not enough memory for importance");
		lua_pop(L, 1);
	}
	if (!tensor_read(x, 0, n, weights) || !codec_prepare(c, &err) ||
	    !match_values(&m, c, weights, given ? importance : NULL, (float)scale, by, &err))
		return throw(L, &err);
	t = match_table(&m, top);
	match_drop(&m);
	v = value_table(t, &err);
	if (!v)
		return throw(L, &err);
	push_value(L, v);
	return 1;
}

/* What qs.match makes its list from: a value with the candidates as rows. */
static int qs_match_value(lua_State *L)
{
	struct value *x = check_value(L, 1);
	bool quantized = value_as_quantized(x) != NULL;
	int options = quantized && lua_type(L, 2) != LUA_TSTRING ? 2 : 3;
	const struct codec *c = NULL;
	struct quantize_options o;
	struct outcome out = { 0 };
	struct error err;
	size_t block = count_option(L, options, "block", 0), group = count_option(L, options, "group", 0), top = count_option(L, options, "top", 8);
	enum match_by by = by_option(L, options);
	bool ok;

	if (options == 2) {
		c = value_as_quantized(x)->blocks.codec;
	} else {
		check_codec(L, 2, &c);
		if (value_weights(x) && match_len(c) && tensor_count(value_weights(x)) == match_len(c))
			return match_alone(L, value_weights(x), c);
	}
	if (!match_len(c))
		return throw_new(L, ERR_CODEC, "the codecs of vectors are iq1, iq2 and iq3", "%s has no vector codebook: each of its codes stands for one weight",
				 c->name);
	if (options == 2) {
		ok = session_match(runner_of(L)->o.session, x, block, group, by, top, &out, &err);
	} else {
		check_quantize_options(L, options, &o);
		o.group = 0;	/* group is of weights in the block, here */
		o.flat_if_needed = true;
		ok = session_match_codec(runner_of(L)->o.session, c, x, &o, block, group, by, top, &out, &err);
	}
	return ok ? task_outcome(L, &out) : throw(L, &err);
}

void qs_compare_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "compare", qs_compare }, { "requant", qs_requant }, { "flip", qs_flip }, { "dot", qs_dot },
					{ "_match", qs_match_value }, { 0 } });
}
