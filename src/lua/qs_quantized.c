/* qs_quantized.c - quantized values and traces in Lua: making, fields, methods. Blocks, bytes and bits count from 0. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/encode.h"
#include "engine/measure.h"
#include "files/imatrix.h"
#include "lua/lesson.h"
#include "session/plan.h"

static const struct row methods[], walk_methods[];

/* ---- making ---- */

static void range_option(lua_State *L, int i, const char *name, int *lo, int *hi)
{
	double a, b;

	if (!option(L, i, name))
		return;
	if (lua_type(L, -1) == LUA_TTABLE) {
		lua_geti(L, -1, 1);
		lua_geti(L, -2, 2);
		a = luaL_checknumber(L, -2);
		b = luaL_checknumber(L, -1);
		lua_pop(L, 2);
	} else if (sscanf(luaL_checkstring(L, -1), "%lf..%lf", &a, &b) != 2) {
		throw_new(L, ERR_ARGUMENT, "codes={-7, 7}", "codes must be two whole numbers");
	}
	if (a != floor(a) || b != floor(b) || fabs(a) > 1e6 || fabs(b) > 1e6)
		throw_new(L, ERR_ARGUMENT, "codes={-7, 7}", "codes must be two whole numbers");
	*lo = (int)a;
	*hi = (int)b;
	lua_pop(L, 1);
}

static enum pad pad_option(lua_State *L, int i)
{
	const char *s = option_text(L, i, "pad");

	if (!s || !strcmp(s, "none"))
		return PAD_NONE;
	if (strcmp(s, "zero") && strcmp(s, "edge"))
		throw_new(L, ERR_ARGUMENT, "pad is \"zero\", \"edge\" or \"none\"", "no pad '%s'", s);
	return !strcmp(s, "zero") ? PAD_ZERO : PAD_EDGE;
}

/* The entry of an importance file that is of the same name as the tensor x = MODEL:NAME. It stays on the stack, which holds it. */
static const struct tensor *importance_for(lua_State *L, const struct value *x, const struct importance *m)
{
	const char *name = x && value_weights(x) ? strchr(x->label, ':') : NULL;
	const struct importance_entry *e = name ? importance_find(m, name + 1) : NULL;
	struct outcome out = { 0 };
	struct error err;

	if (!e)
		throw_new(L, ERR_ARGUMENT, "a tensor of a model, m[\"NAME\"]; or one number for each column",
			  name ? "the importance file has nothing for '%.60s'" : "of which tensor the importance is to be is not known%s",
			  name ? name + 1 : "");
	if (!session_importance(e, &out, &err))
		throw(L, &err);
	push_value(L, out.value);
	return &out.value->u.tensor;
}

static const struct tensor *importance_from(lua_State *L, const struct value *x, const char *path)
{
	struct error err;
	struct importance *m;
	struct value *v;

	sandbox_no_writing(L);			/* a file elsewhere: not read under limits */
	m = importance_read(path, &err);
	v = m ? value_importance(m, &err) : NULL;
	if (!v)
		throw(L, &err);
	push_value(L, v);
	return importance_for(L, x, v->u.importance);
}

/* The importance stays where it is in the caller's table. */
void check_quantize_options(lua_State *L, int i, struct quantize_options *o)
{
	double group = option_number(L, i, "group", 0);
	const char *axis = option_text(L, i, "axis");

	memset(o, 0, sizeof *o);
	o->flat_if_needed = runner_of(L)->now && runner_of(L)->now->flat;
	if (group < 0 || group != floor(group) || group > 1e15)
		throw_new(L, ERR_ARGUMENT, NULL, "group must be a whole number");
	if (axis && strcmp(axis, "row") && strcmp(axis, "none"))
		throw_new(L, ERR_ARGUMENT, "axis is \"row\"", "no axis '%s'", axis);
	o->pad = pad_option(L, i);
	o->group = (size_t)group;
	o->axis_row = axis && !strcmp(axis, "row");
	range_option(L, i, "codes", &o->codec.code_lo, &o->codec.code_hi);
	o->codec.step = option_number(L, i, "step", 0);
	if (option(L, i, "zero")) {
		o->codec.zero = luaL_checknumber(L, -1);
		o->codec.has_zero = true;
		lua_pop(L, 1);
	}
	if (option(L, i, "imp")) {
		const struct value *v = test_value(L, -1);

		if (lua_type(L, -1) == LUA_TSTRING && !strcmp(lua_tostring(L, -1), "flat"))
			o->flat_importance = true;
		else if (v && v->kind == VALUE_TENSOR)
			o->importance = &v->u.tensor;
		else if (v && v->kind == VALUE_IMPORTANCE)
			o->importance = importance_for(L, test_value(L, 1), v->u.importance);
		else if (lua_type(L, -1) == LUA_TSTRING)
			o->importance = importance_from(L, test_value(L, 1), lua_tostring(L, -1));
		else
			throw_new(L, ERR_ARGUMENT, "a tensor with one value for each column, an importance file, or \"flat\"", "imp cannot be a %s",
				  kind_of(L, -1));
		if (o->flat_importance || (v && v->kind == VALUE_TENSOR))
			lua_pop(L, 1);
	}
}

/* A tensor argument; a table of numbers will do. */
static struct value *check_weights(lua_State *L, int i)
{
	if (lua_type(L, i) == LUA_TTABLE) {
		lua_getfield(L, LUA_REGISTRYINDEX, "qs");
		lua_getfield(L, -1, "tensor");
		lua_pushvalue(L, i);
		lua_call(L, 1, 1);
		lua_replace(L, i);
		lua_pop(L, 1);
	}
	return check_value(L, i);
}

static int qs_quantize(lua_State *L)
{
	struct value *x = check_weights(L, 1);
	const struct codec *c;
	struct quantize_options o;
	struct outcome out = { 0 };
	struct error err;

	check_codec(L, 2, &c);
	check_quantize_options(L, 3, &o);
	if (!session_quantize(runner_of(L)->o.session, c, x, &o, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

static int qs_trace(lua_State *L)
{
	struct value *x = check_weights(L, 1);
	bool quantized = value_as_quantized(x) != NULL;
	int options = quantized ? 2 : 3;
	double block = option_number(L, options, "block", 0);
	const struct codec *c;
	struct quantize_options o;
	struct outcome out = { 0 };
	struct error err;
	bool ok;

	if (!(block >= 0 && block < 1e15))
		return throw_new(L, ERR_ARGUMENT, NULL, "block must be a whole number");
	if (quantized) {
		ok = session_trace_of(runner_of(L)->o.session, x, (size_t)block, &out, &err);
	} else {
		check_codec(L, 2, &c);
		check_quantize_options(L, options, &o);
		ok = session_trace(runner_of(L)->o.session, c, x, &o, (size_t)block, &out, &err);
	}
	return ok ? task_outcome(L, &out) : throw(L, &err);
}

static int decode_blocks(lua_State *L)
{
	const struct codec *c;
	size_t size, rows, cols;
	const char *bytes = luaL_checklstring(L, 2, &size);
	struct tensor blocks, t;
	struct value *v;
	struct error err;
	bool ok;

	check_codec(L, 1, &c);
	rows = (size_t)luaL_checkinteger(L, 3);
	cols = (size_t)luaL_checkinteger(L, 4);
	if (luaL_checkinteger(L, 3) < 1 || luaL_checkinteger(L, 4) < 1 || (c->block_len && cols % c->block_len))
		return throw_new(L, ERR_SHAPE, NULL, "%lld x %lld is no shape of whole blocks; %s has blocks of %d", (long long)luaL_checkinteger(L, 3),
				 (long long)luaL_checkinteger(L, 4), c->name, c->block_len ? c->block_len : 1);
	if (!tensor_new_blocks(&blocks, c, rows, cols, c->block_len ? 0 : rows * cols, &err))
		return throw(L, &err);
	if (tensor_bytes(&blocks) != size) {
		size_t want = tensor_bytes(&blocks);

		tensor_drop(&blocks);
		return throw_new(L, ERR_SHAPE, NULL, "%zu bytes were given; %zu x %zu in %s take %zu", size, rows, cols, c->name, want);
	}
	memcpy(tensor_block(&blocks, 0), bytes, size);
	ok = tensor_decode(&blocks, NULL, &t, &err);
	tensor_drop(&blocks);
	v = ok ? value_tensor(t, &err) : NULL;
	if (!v)
		return throw(L, &err);
	push_value(L, v);
	return 1;
}

static int quantized_values(lua_State *L)
{
	struct outcome out = { 0 };
	struct error err;

	if (!session_decode(runner_of(L)->o.session, check_value(L, 1), &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

static int qs_decode(lua_State *L)
{
	return test_value(L, 1) ? quantized_values(L) : decode_blocks(L);
}

/* ---- fields ---- */

static void push_held(lua_State *L, const struct tensor *t)
{
	struct error err;
	struct value *v = value_tensor(tensor_hold(t), &err);

	if (!v)
		throw(L, &err);
	push_value(L, v);
}

bool quantized_index(lua_State *L, const struct value *v)
{
	const struct quantized *q = &v->u.quantized;
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

	if (!strcmp(key, "codec") || !strcmp(key, "type"))
		lua_pushstring(L, q->blocks.codec->name);
	else if (!strcmp(key, "bytes"))
		lua_pushlstring(L, (const char *)tensor_block(&q->blocks, 0), tensor_bytes(&q->blocks));
	else if (!strcmp(key, "rows"))
		lua_pushinteger(L, (lua_Integer)q->blocks.rows);
	else if (!strcmp(key, "cols"))
		lua_pushinteger(L, (lua_Integer)(q->blocks.cols - q->padding));
	else if (!strcmp(key, "padding"))
		lua_pushinteger(L, (lua_Integer)q->padding);
	else if (!strcmp(key, "blocks"))
		lua_pushinteger(L, (lua_Integer)tensor_blocks(&q->blocks));
	else if (!strcmp(key, "bits"))
		lua_pushnumber(L, tensor_bits(&q->blocks));
	else if (!strcmp(key, "x") && !q->source.codec)
		lua_pushnil(L);
	else if (!strcmp(key, "x"))
		push_held(L, &q->source);
	else
		return method(L, methods);
	return true;
}

static void push_loss(lua_State *L, const struct loss *l)
{
	const struct { const char *name; double v; } numbers[] = {
		{ "mse", l->mse }, { "rmse", l->rmse }, { "rel", l->rel }, { "snr", l->snr }, { "max", l->max }, { "bias", l->bias },
		{ "cosine", l->cosine }, { "weighted", l->weighted },
	};

	lua_newtable(L);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (!strcmp(numbers[i].name, "weighted") && isnan(numbers[i].v))
			continue;
		lua_pushnumber(L, numbers[i].v);
		lua_setfield(L, -2, numbers[i].name);
	}
	lua_pushinteger(L, (lua_Integer)l->count);
	lua_setfield(L, -2, "count");
	lua_pushinteger(L, (lua_Integer)l->max_at);
	lua_setfield(L, -2, "max_at");
}

bool errors_index(lua_State *L, const struct value *v)
{
	push_loss(L, &v->u.errors.loss);
	lua_pushvalue(L, 2);
	lua_gettable(L, -2);
	return !lua_isnil(L, -1);
}

/* ---- methods ---- */

static const struct quantized *check_quantized(lua_State *L, int i)
{
	const struct quantized *q = value_as_quantized(check_value(L, i));

	if (!q)
		luaL_argerror(L, i, lua_pushfstring(L, "quantized expected, got %s", kind_of(L, i)));
	return q;
}

static int quantized_error(lua_State *L)
{
	const struct quantized *q = check_quantized(L, 1);
	size_t *skip = NULL, n = 0;
	const float *importance = q->importance.codec ? tensor_floats(&q->importance) : NULL;
	struct loss loss;
	struct error err;

	if (!q->source.codec)
		return throw_new(L, ERR_VALUE, NULL, "the original of these blocks is not known");
	if (option(L, 2, "skip")) {
		luaL_checktype(L, -1, LUA_TTABLE);
		n = (size_t)luaL_len(L, -1);
		skip = lua_newuserdatauv(L, (n + 1) * sizeof *skip, 0);
		for (size_t i = 0; i < n; i++) {
			lua_geti(L, -2, (lua_Integer)i + 1);
			skip[i] = (size_t)luaL_checkinteger(L, -1);
			lua_pop(L, 1);
		}
	}
	if (!measure_loss(&q->blocks, &q->source, q->padding, importance, skip, n, NULL, &loss, &err))
		return throw(L, &err);
	push_loss(L, &loss);
	return 1;
}

static size_t check_block(lua_State *L, const struct quantized *q, int i)
{
	lua_Integer at = luaL_checkinteger(L, i), n = (lua_Integer)tensor_blocks(&q->blocks);

	if (at < 0 || at >= n)
		throw_new(L, ERR_SHAPE, "blocks count from 0", "no block %lld: there are %lld", (long long)at, (long long)n);
	return (size_t)at;
}

/* The codes of a block into y; weights that have no code of their own stay NAN. False: err. */
static bool codes_of(const struct quantized *q, size_t block, float *y, size_t len, struct error *err)
{
	struct trace t;

	if (!trace_decode(&t, &q->blocks, block, err))
		return false;
	for (size_t i = 0; i < len; i++)
		y[i] = NAN;
	for (size_t i = 0; i < t.events; i++)
		if (!strcmp(trace_kind_name((enum trace_kind)t.event[i].kind), "code") && t.event[i].weight < len)
			y[t.event[i].weight] = (float)trace_result(&t.event[i]);
	trace_drop(&t);
	return true;
}

static int codes_method(lua_State *L)
{
	const struct quantized *q = check_quantized(L, 1);
	size_t len = tensor_block_len(&q->blocks), blocks = tensor_blocks(&q->blocks), cols = q->blocks.cols - q->padding;
	struct tensor t;
	struct error err;
	struct value *v;
	float *y = lua_newuserdatauv(L, len * sizeof *y, 0);

	if (!tensor_new(&t, q->blocks.rows, cols, &err))
		return throw(L, &err);
	for (size_t b = 0; b < blocks; b++) {
		if (!codes_of(q, b, y, len, &err)) {
			tensor_drop(&t);
			return throw(L, &err);
		}
		for (size_t i = 0; i < len; i++) {
			size_t at = b * len + i, row = at / q->blocks.cols, col = at % q->blocks.cols;

			if (col < cols)
				tensor_floats(&t)[row * cols + col] = y[i];
		}
	}
	v = value_tensor(t, &err);
	if (!v)
		return throw(L, &err);
	push_value(L, v);
	return 1;
}

static int quantized_block(lua_State *L)
{
	const struct quantized *q = check_quantized(L, 1);
	size_t block = check_block(L, q, 2), len = tensor_block_len(&q->blocks), size = tensor_block_bytes(&q->blocks);
	struct tensor t;
	struct error err;
	struct value *v;

	lua_newtable(L);
	lua_pushlstring(L, (const char *)tensor_block(&q->blocks, block), size);
	lua_setfield(L, -2, "bytes");
	lua_pushinteger(L, (lua_Integer)block);
	lua_setfield(L, -2, "index");
	lua_pushinteger(L, (lua_Integer)(block * size));
	lua_setfield(L, -2, "at");
	lua_pushinteger(L, (lua_Integer)len);
	lua_setfield(L, -2, "len");
	if (!tensor_new(&t, 1, len, &err))
		return throw(L, &err);
	if (!tensor_read(&q->blocks, block * len, len, tensor_floats(&t))) {
		tensor_drop(&t);
		error_memory(&err, "a block");
		return throw(L, &err);
	}
	v = value_tensor(t, &err);
	if (!v)
		return throw(L, &err);
	push_value(L, v);
	lua_setfield(L, -2, "values");
	return 1;
}

static int quantized_flip(lua_State *L)
{
	const struct quantized *q = check_quantized(L, 1);
	lua_Integer byte = luaL_checkinteger(L, 2), bit = luaL_checkinteger(L, 3);
	size_t size = tensor_bytes(&q->blocks);
	struct outcome out = { 0 };
	struct error err;

	if (byte < 0 || (size_t)byte >= size || bit < 0 || bit > 7)
		return throw_new(L, ERR_SHAPE, "bytes and bits count from 0", "no bit %lld of byte %lld: there are %zu bytes", (long long)bit,
				 (long long)byte, size);
	if (!session_flip(runner_of(L)->o.session, check_value(L, 1), (size_t)byte, (unsigned)bit, &out, &err))
		return throw(L, &err);
	push_value(L, out.value);
	return 1;
}

/* The number that a field without an index stands for (d, dmin), and the field's bytes. */
static int quantized_field(lua_State *L)
{
	const struct quantized *q = check_quantized(L, 1);
	size_t block = check_block(L, q, 2);
	const char *name = luaL_checkstring(L, 3);
	const struct field *f = q->blocks.codec->fields;
	const struct trace_event *e;
	struct trace t;
	struct error err;

	while (f && f->name && strcmp(f->name, name))
		f++;
	if (!f || !f->name)
		return throw_new(L, ERR_ARGUMENT, NULL, "a block of %s has no field '%s'", q->blocks.codec->name, name);
	if (!trace_decode(&t, &q->blocks, block, &err))
		return throw(L, &err);
	e = trace_find(&t, name, SIZE_MAX, t.events);
	if (e && trace_indexed((enum trace_kind)e->kind) == INDEX_NONE)
		lua_pushnumber(L, trace_result(e));
	else
		lua_pushnil(L);
	trace_drop(&t);
	lua_pushlstring(L, (const char *)tensor_block(&q->blocks, block) + f->at, f->bytes);
	return 2;
}

/* ---- derivations ---- */

/* The trace of a value for `why`: its own, or recorded; t is then to be dropped. NULL: err. */
static const struct trace *trace_of(const struct value *v, size_t block, struct value **own, struct error *err)
{
	if (v->kind == VALUE_TRACE)
		return &v->u.walk.trace;
	*own = value_walk(quantized_hold(value_as_quantized(v)), block, err);
	return *own ? &(*own)->u.walk.trace : NULL;
}

static int qs_why(lua_State *L)
{
	const struct value *v = check_value(L, 1);
	const char *name = luaL_checkstring(L, 2);
	double block = option_number(L, 3, "block", 0);
	char kind[16];
	size_t i;
	struct value *own = NULL;
	const struct trace *t;
	const struct trace_event *e = NULL;
	struct text text = { 0 };
	struct error err;

	check_quantized(L, 1);
	t = trace_of(v, block > 0 ? (size_t)block : 0, &own, &err);
	if (!t)
		return throw(L, &err);
	if (trace_parse_name(name, kind, &i))
		e = trace_find(t, kind, i, t->events);
	if (e)
		trace_why(t, e, &text);
	else
		trace_names(t, &text);
	value_drop(own);
	if (!e) {
		error_set(&err, ERR_ARGUMENT, "no number '%s' here", name);
		error_hint(&err, NULL, "%s", text_str(&text));
		text_drop(&text);
		return throw(L, &err);
	}
	lua_pushstring(L, text_str(&text));
	text_drop(&text);
	return 1;
}

/* ---- traces ---- */

static void push_names(lua_State *L, const struct trace *t, size_t from, size_t to)
{
	char name[40];
	lua_Integer n = 0;

	lua_newtable(L);
	for (size_t i = from; i < to; i++) {
		lua_pushstring(L, trace_name(&t->event[i], name, sizeof name));
		lua_seti(L, -2, ++n);
	}
}

/* The names in a line, as a list. */
void push_words(lua_State *L, const char *s)
{
	lua_Integer n = 0;

	lua_newtable(L);
	while (*(s += strspn(s, " "))) {
		lua_pushlstring(L, s, strcspn(s, " "));
		lua_seti(L, -2, ++n);
		s += strcspn(s, " ");
	}
}

bool walk_index(lua_State *L, const struct value *v)
{
	const struct walk *w = &v->u.walk;
	const struct trace *t = &w->trace;
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

	if (lua_type(L, 2) == LUA_TNUMBER) {
		lua_Integer k = luaL_checkinteger(L, 2);
		struct text read = { 0 };

		if (k < 0 || (size_t)k >= t->steps) {
			lua_pushnil(L);
			return true;
		}
		lua_createtable(L, 0, 5);
		lua_pushstring(L, t->step[k].name);
		lua_setfield(L, -2, "name");
		lua_pushstring(L, t->step[k].say ? t->step[k].say : "");
		lua_setfield(L, -2, "text");
		lua_pushstring(L, t->step[k].view);
		lua_setfield(L, -2, "view");
		push_names(L, t, t->step[k].first, trace_end(t, (size_t)k));
		lua_setfield(L, -2, "writes");
		trace_reads(t, (size_t)k, &read);
		push_words(L, text_str(&read));
		text_drop(&read);
		lua_setfield(L, -2, "reads");
		return true;
	}
	if (!strcmp(key, "at"))
		lua_pushinteger(L, (lua_Integer)w->at);
	else if (!strcmp(key, "block"))
		lua_pushinteger(L, (lua_Integer)t->block);
	else if (!strcmp(key, "codec"))
		lua_pushstring(L, t->codec->name);
	else
		return method(L, walk_methods);
	return true;
}

/* tr:find("code[3]"): its number and its derivation, or nil. */
static int walk_find(lua_State *L)
{
	const struct trace *t = &check_kind(L, 1, VALUE_TRACE)->u.walk.trace;
	const struct trace_event *e = NULL;
	struct text text = { 0 };
	char kind[16];
	size_t i;

	if (trace_parse_name(luaL_checkstring(L, 2), kind, &i))
		e = trace_find(t, kind, i, t->events);
	if (!e) {
		lua_pushnil(L);
		return 1;
	}
	trace_why(t, e, &text);
	lua_pushnumber(L, trace_result(e));
	lua_pushstring(L, text_str(&text));
	text_drop(&text);
	return 2;
}

static const struct row walk_methods[] = { { "find", walk_find }, { 0 } };

static const struct row methods[] = {
	{ "values", quantized_values }, { "codes", codes_method }, { "block", quantized_block }, { "error", quantized_error },
	{ "flip", quantized_flip }, { "field", quantized_field }, { 0 }
};

void qs_quantized_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "quantize", qs_quantize }, { "trace", qs_trace }, { "decode", qs_decode }, { "why", qs_why }, { 0 } });
}
