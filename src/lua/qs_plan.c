/* qs_plan.c - plans, importance files and writing models in Lua: qs.plan qs.convert qs.importance. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lua/lesson.h"
#include "session/plan_error.h"

/* ---- options ---- */

static bool option_on(lua_State *L, int i, const char *name)
{
	bool on = false;

	if (option(L, i, name)) {
		on = lua_toboolean(L, -1);
		lua_pop(L, 1);
	}
	return on;
}

static const struct codec *codec_option(lua_State *L, int i, const char *name)
{
	const struct codec *c = NULL;

	if (option(L, i, name)) {
		check_codec(L, -1, &c);
		lua_pop(L, 1);
	}
	return c;
}

/* A string or a list of them. The list is Lua's memory and stays on the stack. */
static const char *const *strings_option(lua_State *L, int i, const char *name, size_t *n)
{
	const char **list;
	lua_Integer k;

	*n = 0;
	if (!option(L, i, name))
		return NULL;
	if (lua_type(L, -1) == LUA_TSTRING) {
		list = lua_newuserdatauv(L, sizeof *list, 0);
		list[(*n)++] = lua_tostring(L, -2);
		return list;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	k = luaL_len(L, -1);
	list = lua_newuserdatauv(L, ((size_t)k + 1) * sizeof *list, 0);
	for (lua_Integer e = 1; e <= k; e++) {
		if (lua_geti(L, -2, e) != LUA_TSTRING)
			throw_new(L, ERR_ARGUMENT, NULL, "%s takes strings", name);
		list[(*n)++] = lua_tostring(L, -1);	/* held by the list */
		lua_pop(L, 1);
	}
	return list;
}

/* types = { ["blk.0.attn_q.weight"] = "q6_K", ... }; "keep" keeps what it has. Stays on the stack. */
static const struct named_type *types_option(lua_State *L, int i, size_t *n)
{
	struct named_type *list;
	size_t size = 0;
	int table;

	*n = 0;
	if (!option(L, i, "types"))
		return NULL;
	luaL_checktype(L, -1, LUA_TTABLE);
	table = lua_gettop(L);
	for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1))
		size++;
	list = lua_newuserdatauv(L, (size + 1) * sizeof *list, 0);
	for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
		if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
			throw_new(L, ERR_ARGUMENT, "types = { [\"output.weight\"] = \"q6_K\" }", "types takes names and codecs");
		list[*n] = (struct named_type){ (char *)lua_tostring(L, -2), NULL };
		if (strcmp(lua_tostring(L, -1), "keep"))
			check_codec(L, -1, &list[*n].codec);
		++*n;
	}
	return list;
}

/* codecs = { "q3_K", "q4_K" }: types for auto. Stays on the stack. */
static const struct codec *const *codecs_option(lua_State *L, int i, size_t *n)
{
	size_t names;
	const char *const *name = strings_option(L, i, "codecs", &names);
	const struct codec **list = lua_newuserdatauv(L, (names + 1) * sizeof *list, 0);

	for (*n = 0; *n < names; ++*n) {
		lua_pushstring(L, name[*n]);
		check_codec(L, -1, &list[*n]);
		lua_pop(L, 1);
	}
	return list;
}

/* From a table of options; what is borrowed stays on the stack. */
static void check_request(lua_State *L, int i, struct plan_request *q)
{
	double limit = option_number(L, i, "limit", 0);

	q->output = codec_option(L, i, "output");
	q->embd = codec_option(L, i, "embd");
	q->imatrix = option_text(L, i, "imatrix");
	q->keep = option_text(L, i, "keep");
	if (!(limit >= 0 && limit < 0x1p63))
		throw_new(L, ERR_ARGUMENT, "bytes: 0 to 9.2e18", "limit cannot be %g", limit);
	if (option(L, i, "bits") && !((q->bits = luaL_checknumber(L, -1)) >= 1 && q->bits <= 32))
		throw_new(L, ERR_ARGUMENT, "1 to 32", "bits cannot be %g", q->bits);
	q->limit = (uint64_t)limit;
	q->codec = codecs_option(L, i, &q->codecs);
	q->leave_output = option_text(L, i, "leave") != NULL;
	q->requant = option_on(L, i, "requant");
	q->split = option_text(L, i, "split") != NULL;
	q->source_order = option_text(L, i, "order") != NULL;
	q->force = option_on(L, i, "force");
	q->type = strings_option(L, i, "type", &q->types);
	q->set = strings_option(L, i, "set", &q->sets);
	q->given = types_option(L, i, &q->givens);
}

/* How: of options recipe=, pure=, plan=, copy=. */
static void check_way(lua_State *L, int i, struct plan_request *q)
{
	q->recipe = option_text(L, i, "recipe");
	q->pure = codec_option(L, i, "pure");
	q->copy = option_on(L, i, "copy");
	if (option(L, i, "plan")) {
		if (lua_type(L, -1) == LUA_TSTRING)
			q->from_file = lua_tostring(L, -1);
		else
			q->from = check_kind(L, -1, VALUE_PLAN)->u.plan;
	}
	if (!q->recipe + !q->pure + !q->copy + !(q->from || q->from_file) != 3)
		throw_new(L, ERR_ARGUMENT, "{ recipe = \"Q4_K_M\" }, { pure = \"q4_K\" }, { plan = p } or { copy = true }",
			  "one of recipe, pure, plan and copy is needed");
}

static void no_reading(lua_State *L, const struct plan_request *q)
{
	if (q->imatrix || q->from_file)
		sandbox_no_writing(L);		/* files elsewhere: under limits neither is read */
}

static int qs_plan(lua_State *L)
{
	struct value *m = check_kind(L, 1, VALUE_MODEL);
	struct plan_request q = { 0 };
	struct outcome out = { 0 };
	struct error err;

	if (lua_type(L, 2) == LUA_TSTRING) {		/* qs.plan(m, "auto", { bits = 4.5 }): as { recipe = "auto", bits = 4.5 } */
		lua_settop(L, 3);
		lua_createtable(L, 0, 1);
		for (lua_pushnil(L); lua_istable(L, 3) && lua_next(L, 3); lua_pop(L, 1)) {
			lua_pushvalue(L, -2);
			lua_pushvalue(L, -2);
			lua_settable(L, 4);
		}
		lua_settop(L, 4);
		lua_pushvalue(L, 2);
		lua_setfield(L, 4, "recipe");
		lua_replace(L, 2);
	}
	check_way(L, 2, &q);
	check_request(L, 2, &q);
	no_reading(L, &q);
	if (!session_plan(runner_of(L)->o.session, m, &q, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

static int qs_convert(lua_State *L)
{
	struct value *m = check_kind(L, 1, VALUE_MODEL);
	const char *path = luaL_checkstring(L, 3);
	struct plan_request q = { 0 };
	struct outcome out = { 0 };
	struct error err;

	sandbox_no_writing(L);
	if (lua_type(L, 2) == LUA_TSTRING)
		q.recipe = lua_tostring(L, 2);
	else if (!lua_isnoneornil(L, 2))
		q.from = check_kind(L, 2, VALUE_PLAN)->u.plan;
	else
		check_way(L, 4, &q);
	check_request(L, 4, &q);
	if (!session_convert(runner_of(L)->o.session, m, &q, path, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

/* ---- a plan ---- */

static int plan_as_text(lua_State *L)
{
	struct text t = { 0 };

	plan_text(check_kind(L, 1, VALUE_PLAN)->u.plan, &t);
	lua_pushlstring(L, text_str(&t), t.len);
	text_drop(&t);
	return 1;
}

static int plan_as_llama(lua_State *L)
{
	struct text t = { 0 };

	plan_llama(check_kind(L, 1, VALUE_PLAN)->u.plan, &t);
	lua_pushlstring(L, text_str(&t), t.len);
	text_drop(&t);
	return 1;
}

static int plan_tensors(lua_State *L)
{
	struct error err = { 0 };
	struct value *v = value_table(plan_table(check_kind(L, 1, VALUE_PLAN)->u.plan), &err);

	if (!v)
		return throw(L, &err);
	push_value(L, v);
	return 1;
}

/* What auto says it found: the lines that the command prints. */
static int plan_found(lua_State *L)
{
	const struct plan *p = check_kind(L, 1, VALUE_PLAN)->u.plan;
	struct text t = { 0 };

	if (p->search) {
		plan_search_line(p, "measured", &t);
		text_put(&t, "\n");
		plan_search_text(p, &t);
	}
	lua_pushlstring(L, text_str(&t), t.len);
	text_drop(&t);
	return 1;
}

/* Measured when it is asked for the first time. */
static void push_rel(lua_State *L, struct plan *p)
{
	struct error err = { 0 };

	if (isnan(plan_rel(p)) && !plan_expect(p, NULL, &err))
		throw(L, &err);
	lua_pushnumber(L, plan_rel(p));
}

static const struct row plan_methods[] = { { "text", plan_as_text }, { "llama", plan_as_llama }, { "tensors", plan_tensors }, { "found", plan_found }, { 0 } };

/* p.bytes p.bits p.rel p.name p:tensors() p:text() p:llama() */
bool plan_index(lua_State *L, const struct value *v)
{
	struct plan *p = v->u.plan;
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

	if (!strcmp(key, "bytes"))
		lua_pushinteger(L, (lua_Integer)plan_bytes(p));
	else if (!strcmp(key, "bits"))
		lua_pushnumber(L, plan_bits(p));
	else if (!strcmp(key, "rel"))
		push_rel(L, p);
	else if (!strcmp(key, "name"))
		lua_pushstring(L, p->name);
	else
		return *key && method(L, plan_methods);
	return true;
}

/* ---- importance ---- */

static int qs_importance(lua_State *L)
{
	const char *path = sandbox_path(L, 1);
	struct error err;
	struct importance *m = importance_read(path, &err);
	struct value *v = m ? value_importance(m, &err) : NULL;

	if (!v)
		return throw(L, &err);
	push_value(L, v);
	return 1;
}

static int importance_names(lua_State *L)
{
	const struct importance *m = check_kind(L, 1, VALUE_IMPORTANCE)->u.importance;

	lua_createtable(L, (int)m->entries, 0);
	for (size_t i = 0; i < m->entries; i++) {
		lua_pushstring(L, m->entry[i].name);
		lua_seti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static int importance_save(lua_State *L)
{
	const struct importance *m = check_kind(L, 1, VALUE_IMPORTANCE)->u.importance;
	const char *path = luaL_checkstring(L, 2);
	struct error err;

	sandbox_no_writing(L);
	if (!importance_write(m, path, option_on(L, 3, "force"), &err))
		return throw(L, &err);
	return 0;
}

static const struct row importance_methods[] = { { "names", importance_names }, { "save", importance_save }, { 0 } };

/* i["blk.0.attn_q.weight"]: a tensor, a row for each expert; i.dataset i.chunks i:names() i:save(path) */
bool importance_index(lua_State *L, const struct value *v)
{
	const struct importance *m = v->u.importance;
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	const struct importance_entry *e = importance_find(m, key);
	struct outcome out = { 0 };
	struct error err;

	if (!strcmp(key, "dataset")) {
		lua_pushstring(L, m->dataset);
		return true;
	}
	if (!strcmp(key, "chunks")) {
		lua_pushinteger(L, m->chunks);
		return true;
	}
	if (!e)
		return *key && method(L, importance_methods);
	if (!session_importance(e, &out, &err))
		throw(L, &err);
	push_value(L, out.value);
	return true;
}

void qs_plan_open(lua_State *L)
{
	static const struct help_row rows[] = {
		{ "qs.plan", "qs.plan(m, recipe or {recipe=, pure=, plan=, copy=, types=, imatrix=, limit=, bits=, codecs=, output=, embd=, type=, leave=, keep=})",
		  "which tensor gets which type; recipe=\"auto\" with limit= or bits=: the least error. p.bytes p.bits p.rel p:tensors() p:text() p:llama() p:found()" },
		{ "qs.convert", "qs.convert(m, recipe or plan, path [, {imatrix=, force=, requant=, set=, order=, split= ...}])",
		  "writes a GGUF file and gives a record: path tensors bytes bits" },
		{ "qs.importance", "qs.importance(path)", "an importance file: i[tensor name] i:names() i:save(path) i.dataset i.chunks" },
		{ 0 }
	};

	help_rows_add(rows);
	qs_set(L, (const struct row[]){ { "plan", qs_plan }, { "convert", qs_convert }, { "importance", qs_importance }, { 0 } });
}
