/* qs_tensor.c - tensors in Lua: making, indexing, arithmetic, methods. Weights count from 0. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/encode.h"
#include "engine/measure.h"
#include "lua/lesson.h"

static const struct row methods[];

/* ---- reading ---- */

/* Index at stack place i, negative from the end; raises. */
static size_t index_in(lua_State *L, int i, size_t count, const char *what)
{
	int is_int;
	lua_Integer at = lua_tointegerx(L, i, &is_int), n = (lua_Integer)count;

	if (!is_int)
		throw_new(L, ERR_ARGUMENT, "x[3], x[{row, column}]", "an index is a whole number, not %s", luaL_tolstring(L, i, NULL));
	if (at < -n || at >= n)
		throw_new(L, ERR_SHAPE, "they count from 0; -1 is the last", "no %s %lld: there %s %zu", what, (long long)at, n == 1 ? "is" : "are", count);
	return (size_t)(at < 0 ? at + n : at);
}

static bool tensor_element(lua_State *L, const struct tensor *t, size_t *at)
{
	if (lua_type(L, 2) == LUA_TNUMBER) {
		*at = index_in(L, 2, tensor_count(t), "weight");
		return true;
	}
	if (lua_type(L, 2) != LUA_TTABLE)
		return false;
	lua_geti(L, 2, 1);
	lua_geti(L, 2, 2);
	*at = index_in(L, -2, t->rows, "row") * t->cols + index_in(L, -1, t->cols, "column");
	lua_pop(L, 2);
	return true;
}

bool tensor_index(lua_State *L, const struct value *v)
{
	const struct tensor *t = &v->u.tensor;
	const char *key;
	size_t at;

	if (tensor_element(L, t, &at)) {
		const float *x = tensor_floats(t);

		lua_pushnumber(L, (lua_Number)(x ? x[at] : tensor_get(t, at)));
		return true;
	}
	key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	if (!strcmp(key, "rows"))
		lua_pushinteger(L, (lua_Integer)t->rows);
	else if (!strcmp(key, "cols"))
		lua_pushinteger(L, (lua_Integer)t->cols);
	else if (!strcmp(key, "type"))
		lua_pushstring(L, t->codec->name);
	else
		return method(L, methods);
	return true;
}

/* ---- making ---- */

/* A new tensor of zeros, on the stack; its weights may be written until somebody else sees it. */
static float *new_tensor(lua_State *L, size_t rows, size_t cols)
{
	struct tensor t;
	struct error err;
	struct value *v = NULL;

	if (!tensor_new(&t, rows, cols, &err) || !(v = value_tensor(t, &err)))
		throw(L, &err);
	push_value(L, v);
	return tensor_floats(&test_value(L, -1)->u.tensor);
}

/* Weights of a value in f32, padding cut off, held by a value on the stack. */
static const struct tensor *floats_of(lua_State *L, int i)
{
	struct value *v = check_value(L, i);
	struct outcome out = { 0 };
	struct error err;

	if (v->kind == VALUE_TENSOR && tensor_floats(&v->u.tensor)) {
		lua_pushvalue(L, i);
		return &v->u.tensor;
	}
	if (v->kind == VALUE_TENSOR) {
		struct tensor t;

		if (!tensor_decode(&v->u.tensor, NULL, &t, &err) || !(v = value_tensor(t, &err)))
			throw(L, &err);
	} else {
		if (!value_weights(v))
			throw_new(L, ERR_VALUE, NULL, "%s has no weights", value_kind_with_article(v->kind));
		if (!session_decode(runner_of(L)->o.session, v, &out, &err))
			throw(L, &err);
		v = out.value;
		if (out.job && !job_run_here(out.job, &v, &err))
			throw(L, &err);
	}
	push_value(L, v);
	return &test_value(L, -1)->u.tensor;
}

static float number_at(lua_State *L, int table, lua_Integer k)
{
	int is_number;
	double v;

	lua_geti(L, table, k);
	v = lua_tonumberx(L, -1, &is_number);
	if (!is_number)
		throw_new(L, ERR_VALUE, "numbers, or rows of numbers", "element %lld of the table is a %s", (long long)k, kind_of(L, -1));
	lua_pop(L, 1);
	return (float)v;
}

static int qs_tensor(lua_State *L)
{
	lua_Integer n, cols;
	size_t rows = 1, shape_cols;
	float *x;

	if (test_value(L, 1)) {
		floats_of(L, 1);
		return 1;
	}
	luaL_checktype(L, 1, LUA_TTABLE);
	n = luaL_len(L, 1);
	if (n < 1)
		return throw_new(L, ERR_SHAPE, "qs.tensor{-1.2, 0.5}", "a tensor needs at least one number");
	if (lua_geti(L, 1, 1) == LUA_TTABLE) {
		cols = luaL_len(L, -1);
		if (cols < 1)
			return throw_new(L, ERR_SHAPE, NULL, "row 0 is empty");
		x = new_tensor(L, (size_t)n, (size_t)cols);
		for (lua_Integer r = 0; r < n; r++) {
			if (lua_geti(L, 1, r + 1) != LUA_TTABLE || luaL_len(L, -1) != cols)
				return throw_new(L, ERR_SHAPE, "all rows have the same length", "row %lld is not a table of %lld numbers", (long long)r, (long long)cols);
			for (lua_Integer c = 0; c < cols; c++)
				x[r * cols + c] = number_at(L, lua_gettop(L), c + 1);
			lua_pop(L, 1);
		}
		return 1;
	}
	lua_pop(L, 1);
	shape_cols = (size_t)n;
	if (!lua_isnoneornil(L, 2)) {
		check_shape(L, 2, &rows, &shape_cols);
		if (rows > (size_t)n || shape_cols > (size_t)n || rows * shape_cols != (size_t)n)
			return throw_new(L, ERR_SHAPE, NULL, "%lld numbers do not fill %zu x %zu", (long long)n, rows, shape_cols);
	}
	x = new_tensor(L, rows, shape_cols);
	for (lua_Integer i = 0; i < n; i++)
		x[i] = number_at(L, 1, i + 1);
	return 1;
}

static int qs_zeros(lua_State *L)
{
	size_t rows, cols;

	check_shape(L, 1, &rows, &cols);
	new_tensor(L, rows, cols);
	return 1;
}

static int literal_text(lua_State *L, struct text *t)
{
	struct outcome out = { 0 };
	struct error err;
	bool ok = session_literal(text_str(t), t->len, &out, &err);

	text_drop(t);
	err.len = 0;
	return ok ? task_outcome(L, &out) : throw(L, &err);
}

static int qs_range(lua_State *L)
{
	double a = luaL_checknumber(L, 1), b = luaL_checknumber(L, 2), step = luaL_optnumber(L, 3, b < a ? -1 : 1);
	char s[3][NUMBER_SIZE];
	struct text t = { 0 };

	text_add(&t, "[%s..%s:%s]", number_exact(s[0], a, false), number_exact(s[1], b, false), number_exact(s[2], step, false));
	return literal_text(L, &t);
}

static int qs_linspace(lua_State *L)
{
	double a = luaL_checknumber(L, 1), b = luaL_checknumber(L, 2);
	lua_Integer n = luaL_checkinteger(L, 3);
	char s[2][NUMBER_SIZE];
	struct text t = { 0 };

	text_add(&t, "[%s..%s#%lld]", number_exact(s[0], a, false), number_exact(s[1], b, false), (long long)n);
	return literal_text(L, &t);
}

static int qs_load(lua_State *L)
{
	const char *path = sandbox_path(L, 1), *shape = NULL;
	char buf[64];
	struct outcome out = { 0 };
	struct error err;

	if (option(L, 2, "shape")) {
		size_t rows, cols;

		if (lua_type(L, -1) == LUA_TSTRING) {
			shape = lua_tostring(L, -1);
		} else {
			check_shape(L, lua_gettop(L), &rows, &cols);
			snprintf(buf, sizeof buf, "%zux%zu", rows, cols);
			shape = buf;
		}
	}
	if (!session_load(runner_of(L)->o.session, path, option_text(L, 2, "member"), option_text(L, 2, "dtype"), shape, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

/* ---- changing a weight ---- */

int tensor_newindex(lua_State *L)
{
	struct value *v = check_value(L, 1), *copy;
	struct tensor t;
	struct error err;
	double w;
	size_t at;
	int is_number;

	if (v->kind != VALUE_TENSOR || !tensor_element(L, &v->u.tensor, &at))
		return throw_new(L, ERR_VALUE, "x[5] = 0.5, x[{row, column}] = 0.5", "only a tensor's weights can be set");
	w = lua_tonumberx(L, 3, &is_number);
	if (!is_number)
		return throw_new(L, ERR_VALUE, NULL, "a weight is a number, not a %s", kind_of(L, 3));
	/* What others hold must not change under them: a picture, the source of a quantized value. */
	if (atomic_load(&v->holders) > 1 || !tensor_floats(&v->u.tensor) || v->u.tensor.buffer->mapped || atomic_load(&v->u.tensor.buffer->holders) > 1) {
		if (!tensor_new(&t, v->u.tensor.rows, v->u.tensor.cols, &err))
			return throw(L, &err);
		if (!tensor_read(&v->u.tensor, 0, tensor_count(&t), tensor_floats(&t))) {
			tensor_drop(&t);
			error_memory(&err, "a copy");
			return throw(L, &err);
		}
		copy = value_tensor(t, &err);
		if (!copy)
			return throw(L, &err);
		value_name(copy, v->label);
		renew_later(L, 1, v);
		replace_value(L, 1, copy);
		v = copy;
	}
	tensor_floats(&v->u.tensor)[at] = (float)w;
	return 0;
}

/* ---- arithmetic ---- */

enum op { OP_ADD, OP_SUB, OP_MUL, OP_DIV };

/* In double and rounded once: the same as in float where both are floats, and closer where one is a Lua number. */
static float apply(enum op op, double a, double b)
{
	switch (op) {
	case OP_ADD: return (float)(a + b);
	case OP_SUB: return (float)(a - b);
	case OP_MUL: return (float)(a * b);
	case OP_DIV: return (float)(a / b);
	}
	return 0;
}

/* An operand: a number, a tensor of the same shape, or a row for each row. */
struct operand { double number; const float *x; size_t rows, cols; };

static struct operand operand(lua_State *L, int i)
{
	const struct tensor *t;

	if (lua_type(L, i) == LUA_TNUMBER)
		return (struct operand){ .number = lua_tonumber(L, i) };
	if (!test_value(L, i))
		throw_new(L, ERR_VALUE, "a number or a tensor", "a tensor and a %s cannot be combined", kind_of(L, i));
	t = floats_of(L, i);
	if (tensor_count(t) == 1)
		return (struct operand){ .number = (double)tensor_floats(t)[0], .rows = 1, .cols = 1 };
	return (struct operand){ .x = tensor_floats(t), .rows = t->rows, .cols = t->cols };
}

static double element(const struct operand *o, size_t r, size_t c)
{
	return o->x ? (double)o->x[(o->rows == 1 ? 0 : r * o->cols) + c] : o->number;
}

static int combine(lua_State *L, enum op op)
{
	struct operand a, b;
	size_t rows, cols;
	float *y;

	lua_settop(L, 2);
	a = operand(L, 1);
	b = operand(L, 2);
	rows = a.rows > b.rows ? a.rows : b.rows;
	cols = a.cols > b.cols ? a.cols : b.cols;
	if ((a.x && (a.cols != cols || (a.rows != rows && a.rows != 1))) || (b.x && (b.cols != cols || (b.rows != rows && b.rows != 1))))
		return throw_new(L, ERR_SHAPE, "the same shape, a row for each row, or a number", "%zu x %zu and %zu x %zu do not fit together",
				 a.rows, a.cols, b.rows, b.cols);
	y = new_tensor(L, rows, cols);
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			*y++ = apply(op, element(&a, r, c), element(&b, r, c));
	return 1;
}

static int tensor_add(lua_State *L) { return combine(L, OP_ADD); }
static int tensor_sub(lua_State *L) { return combine(L, OP_SUB); }
static int tensor_mul(lua_State *L) { return combine(L, OP_MUL); }
static int tensor_div(lua_State *L) { return combine(L, OP_DIV); }

static int tensor_minus(lua_State *L)
{
	const struct tensor *t = floats_of(L, 1);
	const float *x = tensor_floats(t);
	size_t n = tensor_count(t);
	float *y = new_tensor(L, t->rows, t->cols);

	for (size_t i = 0; i < n; i++)
		y[i] = -x[i];
	return 1;
}

static int values_equal(lua_State *L)
{
	const struct value *v = test_value(L, 1), *w = test_value(L, 2);
	const struct tensor *a, *b;
	bool equal = v == w;

	if (v && w && v != w && v->kind == VALUE_TENSOR && w->kind == VALUE_TENSOR) {
		a = floats_of(L, 1);
		b = floats_of(L, 2);
		equal = a->rows == b->rows && a->cols == b->cols;
		for (size_t i = 0, n = tensor_count(a); equal && i < n; i++)
			equal = tensor_floats(a)[i] == tensor_floats(b)[i];
	} else if (v && w && v->kind == VALUE_QUANTIZED && w->kind == VALUE_QUANTIZED) {
		a = &v->u.quantized.blocks;
		b = &w->u.quantized.blocks;
		equal = a->codec == b->codec && a->rows == b->rows && a->cols == b->cols && a->group == b->group &&
			!memcmp(tensor_block(a, 0), tensor_block(b, 0), tensor_bytes(a));
	}
	lua_pushboolean(L, equal);
	return 1;
}

void tensor_operators(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "__add", tensor_add }, { "__sub", tensor_sub }, { "__mul", tensor_mul }, { "__div", tensor_div },
					{ "__unm", tensor_minus }, { "__eq", values_equal }, { 0 } });
}

/* ---- methods ---- */

static int tensor_slice_method(lua_State *L)
{
	struct outcome out = { 0 };
	struct error err;

	if (!session_slice(check_value(L, 1), luaL_checkstring(L, 2), &out, &err)) {
		err.len = 0;
		return throw(L, &err);
	}
	return task_outcome(L, &out);
}

static int next_weight(lua_State *L)
{
	const struct tensor *t = &check_kind(L, 1, VALUE_TENSOR)->u.tensor;
	lua_Integer i = lua_isnil(L, 2) ? 0 : luaL_checkinteger(L, 2) + 1;

	if (i < 0 || (size_t)i >= tensor_count(t))
		return 0;
	lua_pushinteger(L, i);
	lua_pushnumber(L, (lua_Number)tensor_get(t, (size_t)i));
	return 2;
}

static int tensor_each(lua_State *L)
{
	check_kind(L, 1, VALUE_TENSOR);
	lua_pushcfunction(L, next_weight);
	floats_of(L, 1);
	lua_pushnil(L);
	return 3;
}

static int tensor_table(lua_State *L)
{
	const struct tensor *t = floats_of(L, 1);
	const float *x = tensor_floats(t);

	lua_createtable(L, t->rows > 1 ? (int)t->rows : (int)t->cols, 0);
	for (size_t r = 0; r < t->rows; r++) {
		if (t->rows > 1)
			lua_createtable(L, (int)t->cols, 0);
		for (size_t c = 0; c < t->cols; c++) {
			lua_pushnumber(L, (lua_Number)*x++);
			lua_seti(L, -2, (lua_Integer)c + 1);
		}
		if (t->rows > 1)
			lua_seti(L, -2, (lua_Integer)r + 1);
	}
	return 1;
}

static int tensor_map(lua_State *L)
{
	const struct tensor *t = floats_of(L, 1);
	size_t n = tensor_count(t);
	float *y;

	luaL_checktype(L, 2, LUA_TFUNCTION);
	y = new_tensor(L, t->rows, t->cols);
	for (size_t i = 0; i < n; i++) {
		int is_number;

		lua_pushvalue(L, 2);
		lua_pushnumber(L, (lua_Number)tensor_floats(t)[i]);
		lua_pushinteger(L, (lua_Integer)i);
		lua_call(L, 2, 1);
		y[i] = (float)lua_tonumberx(L, -1, &is_number);
		if (!is_number)
			return throw_new(L, ERR_VALUE, NULL, "the function gave a %s for weight %zu", kind_of(L, -1), i);
		lua_pop(L, 1);
	}
	return 1;
}

static int tensor_reshape(lua_State *L)
{
	const struct tensor *t = floats_of(L, 1);
	size_t rows, cols, n = tensor_count(t);
	float *y;

	if (lua_type(L, 2) == LUA_TTABLE || lua_isnoneornil(L, 3)) {
		check_shape(L, 2, &rows, &cols);
	} else {
		lua_Integer r = luaL_checkinteger(L, 2), c = luaL_checkinteger(L, 3);

		rows = r > 0 ? (size_t)r : 0;
		cols = c > 0 ? (size_t)c : 0;
	}
	if (!rows || rows > n || cols != n / rows || n % rows)
		return throw_new(L, ERR_SHAPE, NULL, "%zu weights do not fill %zu x %zu", n, rows, cols);
	y = new_tensor(L, rows, cols);
	memcpy(y, tensor_floats(t), n * sizeof *y);
	return 1;
}

static int tensor_copy(lua_State *L)
{
	const struct tensor *t = floats_of(L, 1);
	float *y = new_tensor(L, t->rows, t->cols);

	memcpy(y, tensor_floats(t), tensor_count(t) * sizeof *y);
	return 1;
}

static void set_number(lua_State *L, const char *name, double v)
{
	lua_pushnumber(L, v);
	lua_setfield(L, -2, name);
}

static void set_count(lua_State *L, const char *name, size_t n)
{
	lua_pushinteger(L, (lua_Integer)n);
	lua_setfield(L, -2, name);
}

static int tensor_stats(lua_State *L)
{
	struct spread s;
	struct error err;

	if (!measure_spread(floats_of(L, 1), NULL, &s, &err))
		return throw(L, &err);
	lua_newtable(L);
	set_count(L, "count", s.count);
	set_count(L, "nan", s.nan);
	set_count(L, "inf", s.inf);
	set_count(L, "zero", s.zero);
	set_number(L, "min", s.min);
	set_number(L, "max", s.max);
	set_number(L, "absmax", s.absmax);
	set_number(L, "mean", s.mean);
	set_number(L, "sd", s.sd);
	set_number(L, "kurtosis", s.kurtosis);
	set_number(L, "q01", s.q01);
	set_number(L, "q50", s.q50);
	set_number(L, "q99", s.q99);
	return 1;
}

enum { BINS_MAX = 100000 };

static int tensor_hist(lua_State *L)
{
	const struct tensor *t = (lua_settop(L, 2), floats_of(L, 1));	/* which may leave something there */
	const float *x = tensor_floats(t);
	double bins = option_number(L, 2, "bins", 20), lo, hi, width;
	struct spread s;
	struct error err;
	size_t *count, n = tensor_count(t);

	if (!(bins >= 1 && bins <= BINS_MAX) || bins != floor(bins))
		return throw_new(L, ERR_ARGUMENT, NULL, "bins must be a whole number from 1 to %d", BINS_MAX);
	if (!measure_range(t, &s, &err))
		return throw(L, &err);
	lo = s.min;
	hi = s.max;
	if (option(L, 2, "range")) {
		luaL_checktype(L, -1, LUA_TTABLE);
		lo = (double)number_at(L, lua_gettop(L), 1);
		hi = (double)number_at(L, lua_gettop(L), 2);
		lua_pop(L, 1);
	}
	if (!(lo <= hi))
		return throw_new(L, ERR_VALUE, NULL, "there is no range to count in");
	width = hi > lo ? (hi - lo) / bins : 1;
	count = lua_newuserdatauv(L, (size_t)bins * sizeof *count, 0);
	memset(count, 0, (size_t)bins * sizeof *count);
	for (size_t i = 0; i < n; i++) {
		double v = (double)x[i];

		if (v >= lo && v <= hi) {
			double k = floor((v - lo) / width);

			count[(size_t)(k < bins ? k : bins - 1)]++;
		}
	}
	lua_createtable(L, (int)bins, 0);
	for (size_t k = 0; k < (size_t)bins; k++) {
		lua_createtable(L, 0, 3);
		set_number(L, "from", lo + (double)k * width);
		set_number(L, "to", lo + (double)(k + 1) * width);
		set_count(L, "count", count[k]);
		lua_seti(L, -2, (lua_Integer)k + 1);
	}
	return 1;
}

static int tensor_save(lua_State *L)
{
	struct error err;
	bool force = option(L, 3, "force") && lua_toboolean(L, -1);

	sandbox_no_writing(L);
	if (!session_save(runner_of(L)->o.session, check_value(L, 1), luaL_checkstring(L, 2), force, &err))
		return throw(L, &err);
	return 0;
}

static const struct row methods[] = {
	{ "slice", tensor_slice_method }, { "each", tensor_each }, { "table", tensor_table }, { "map", tensor_map }, { "reshape", tensor_reshape },
	{ "copy", tensor_copy }, { "stats", tensor_stats }, { "hist", tensor_hist }, { "save", tensor_save }, { 0 }
};

void qs_tensor_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "tensor", qs_tensor }, { "zeros", qs_zeros }, { "range", qs_range }, { "linspace", qs_linspace },
					{ "load", qs_load }, { 0 } });
}
