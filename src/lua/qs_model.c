/* qs_model.c - models in Lua: m[name] m:tensors(pattern) m:meta(key) m:info(); and tables that commands gave, by row and column. */
#include <fnmatch.h>
#include <string.h>

#include "files/model.h"
#include "lua/lesson.h"

static const struct row methods[];

static int qs_open_model(lua_State *L)
{
	struct outcome out = { 0 };
	struct error err;
	const char *path = luaL_checkstring(L, 1);

	if (strcmp(path, "sample"))
		path = sandbox_path(L, 1);
	if (!session_open_weighted(runner_of(L)->o.session, path, option_text(L, 2, "as"), option_text(L, 2, "ref"), option_text(L, 2, "imatrix"),
				   &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

/* m["blk.0.attn_q.weight"]; a method's name is no tensor's. */
bool model_index(lua_State *L, const struct value *v)
{
	struct outcome out = { 0 };
	struct error err;

	if (lua_type(L, 2) != LUA_TSTRING)
		return false;
	if (method(L, methods))
		return true;
	if (!session_tensor(runner_of(L)->o.session, (struct value *)v, lua_tostring(L, 2), &out, &err))
		throw(L, &err);
	if (out.job && !job_run_here(out.job, &out.value, &err))
		throw(L, &err);
	push_value(L, out.value);
	return true;
}

static void set_text(lua_State *L, const char *name, const char *s)
{
	lua_pushstring(L, s);
	lua_setfield(L, -2, name);
}

static void set_number(lua_State *L, const char *name, double v)
{
	if (v == (double)(lua_Integer)v)
		lua_pushinteger(L, (lua_Integer)v);
	else
		lua_pushnumber(L, v);
	lua_setfield(L, -2, name);
}

static int model_tensors(lua_State *L)
{
	const struct model *m = check_kind(L, 1, VALUE_MODEL)->u.model;
	const char *pattern = luaL_optstring(L, 2, "*");
	lua_Integer n = 0;

	lua_newtable(L);
	for (size_t i = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i];

		if (fnmatch(pattern, e->name, 0))
			continue;
		lua_createtable(L, 0, 8);
		set_text(L, "name", e->name);
		set_text(L, "type", e->type_name);
		set_number(L, "rows", (double)e->rows);
		set_number(L, "cols", (double)e->cols);
		set_number(L, "bytes", (double)e->size);
		set_number(L, "offset", (double)e->offset);
		if (e->rows && e->cols)
			set_number(L, "bits", 8.0 * (double)e->size / ((double)e->rows * (double)e->cols));
		if (e->fault)
			set_text(L, "fault", e->fault_text);
		lua_seti(L, -2, ++n);
	}
	return 1;
}

static void push_fact(lua_State *L, const struct fact *f)
{
	struct fact element;
	size_t walk = 0;

	switch (f->type) {
	case FACT_STRING:
		lua_pushlstring(L, f->string, f->string_len);
		break;
	case FACT_BOOL:
		lua_pushboolean(L, f->u != 0);
		break;
	case FACT_F32:
	case FACT_F64:
		lua_pushnumber(L, f->f);
		break;
	case FACT_ARRAY:
		lua_newtable(L);
		for (uint64_t i = 0; i < f->count && fact_element(f, i, &element, &walk); i++) {
			push_fact(L, &element);
			lua_seti(L, -2, (lua_Integer)i + 1);
		}
		break;
	default:
		lua_pushinteger(L, f->i);
	}
}

static int model_meta(lua_State *L)
{
	const struct model *m = check_kind(L, 1, VALUE_MODEL)->u.model;
	const struct fact *f;

	if (lua_isnoneornil(L, 2)) {
		lua_newtable(L);
		for (size_t i = 0; i < m->facts; i++) {
			lua_pushlstring(L, m->fact[i].key, m->fact[i].key_len);
			push_fact(L, &m->fact[i]);
			lua_rawset(L, -3);
		}
		return 1;
	}
	f = model_fact(m, luaL_checkstring(L, 2));
	if (f)
		push_fact(L, f);
	else
		lua_pushnil(L);
	return 1;
}

static int model_info(lua_State *L)
{
	const struct model *m = check_kind(L, 1, VALUE_MODEL)->u.model;
	const struct fact *architecture = model_fact(m, "general.architecture");

	lua_newtable(L);
	set_text(L, "path", m->path);
	set_text(L, "format", m->format->name);
	set_number(L, "version", m->version);
	set_number(L, "tensors", (double)m->tensors);
	set_number(L, "keys", (double)m->facts);
	set_number(L, "weights", (double)m->weights);
	set_number(L, "bytes", (double)m->bytes);
	set_number(L, "bits", model_bits(m));
	if (architecture && architecture->type == FACT_STRING) {
		lua_pushlstring(L, architecture->string, architecture->string_len);
		lua_setfield(L, -2, "architecture");
	}
	return 1;
}

static const struct row methods[] = { { "tensors", model_tensors }, { "meta", model_meta }, { "info", model_info }, { 0 } };

/* ---- tables ---- */

static void push_cell(lua_State *L, const struct table_cell *c)
{
	switch (c->kind) {
	case CELL_EMPTY:
		lua_pushnil(L);
		break;
	case CELL_NUMBER:
		lua_pushnumber(L, c->number);
		break;
	case CELL_INT:
		lua_pushinteger(L, c->integer);
		break;
	case CELL_TEXT:
		lua_pushstring(L, c->text);
		break;
	}
}

/* t[0] is the first row, as a record; of a record t.name, of a list the column of that name as a Lua table. */
bool table_index(lua_State *L, const struct value *v)
{
	const struct table *t = value_as_table(v);
	size_t col;

	if (lua_isinteger(L, 2)) {
		lua_Integer row = lua_tointeger(L, 2);

		if (row < 0 || (size_t)row >= t->rows) {
			lua_pushnil(L);
			return true;
		}
		lua_createtable(L, 0, (int)t->cols);
		for (size_t c = 0; c < t->cols; c++) {
			push_cell(L, table_at(t, (size_t)row, c));
			lua_setfield(L, -2, t->name[c]);
		}
		return true;
	}
	col = lua_type(L, 2) == LUA_TSTRING ? table_column(t, lua_tostring(L, 2)) : SIZE_MAX;
	if (col == SIZE_MAX)
		return false;
	if (t->record) {
		push_cell(L, table_at(t, 0, col));
		return true;
	}
	lua_createtable(L, (int)t->rows, 0);
	for (size_t r = 0; r < t->rows; r++) {
		push_cell(L, table_at(t, r, col));
		lua_seti(L, -2, (lua_Integer)r + 1);
	}
	return true;
}

void qs_model_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "open", qs_open_model }, { 0 } });
}
