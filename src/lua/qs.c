/*
 * qs.c - the module `qs` of interaction.md 17: what is not about one kind of value, and the changes to Lua's own library. Help rows of all.
 *
 * Each qs_*.c is thin over the session: it checks arguments, calls, and gives values. What takes long yields (task.c).
 */
#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "lua/demo.h"
#include "lua/extend.h"

static const struct help_row help_rows[] = {
	{ "qs.tensor", "qs.tensor(t [, {rows, cols}])", "a tensor from a table of numbers, or of rows of numbers" },
	{ "qs.zeros", "qs.zeros(n or {rows, cols})", "a tensor of zeros" },
	{ "qs.range", "qs.range(a, b [, step])", "a, a + step, ... up to b and with it" },
	{ "qs.linspace", "qs.linspace(a, b, n)", "n numbers from a to b, evenly spaced" },
	{ "qs.is", "qs.is(v, kind)", "true if v is of that kind: tensor quantized trace model errors table number string ..." },
	{ "qs.kind", "qs.kind(v)", "the kind of a value, as a word" },
	{ "qs.print", "qs.print(...)", "values as lines that say what they are; numbers in the shortest form" },
	{ "qs.show", "qs.show(v [, options])", "shows a value in the view that fits it" },
	{ "qs.version", "qs.version", "the version of the program" },
	{ "qs.rand", "qs.rand.normal(n or {rows, cols} [, {sigma=, seed=}])", "random tensors: normal laplace uniform student outliers" },
	{ "qs.load", "qs.load(path [, {member=, dtype=, shape=}])", "a tensor from a .npy file, a member of .npz, text or raw bytes" },
	{ "qs.quantize", "qs.quantize(x, codec [, {imp=, pad=, group=, axis=, codes=, step=, zero=}])", "weights in a codec" },
	{ "qs.decode", "qs.decode(codec, bytes, rows, cols)", "weights from blocks made elsewhere; or of a quantized value" },
	{ "qs.trace", "qs.trace(x, codec [, options])", "the steps of a codec on a block: #tr, tr[k].text .reads .writes, tr:find(name)" },
	{ "qs.error", "qs.error(q [, {skip={...}}])", "what was lost: rmse rel snr max bias cosine; as q:error()" },
	{ "qs.sweep", "qs.sweep(x, codecs [, options])", "a list of {codec, bits, rmse, rel, snr, max} for a list of codec names; flat where that was needed" },
	{ "qs.compare", "qs.compare(x, codec, codec, ... [, {imp=, pad=}])", "codecs on the same weights, a table: codec bits rmse rel snr max scale_bits ..." },
	{ "qs.requant", "qs.requant(x, codec, codec, ... [, {imp=, pad=}])", "codecs one after the other, a table: rmse step_rmse direct_rmse ..." },
	{ "qs.flip", "qs.flip(q, byte, bit)", "a copy with one bit turned; as q:flip(byte, bit)" },
	{ "qs.dot", "qs.dot(qa, qb)", "a product: {int, scaled, decoded, exact, own, terms = {{at, len, int, scale_w, scale_a, value}, ...}}" },
	{ "qs.match", "qs.match(x, codec [, {group=, top=, by=, imp=, scale=}])", "a list of {entry, magnitudes, distance, weighted, cosine, stored}; x: 8 "
	  "weights, or blocks of 256" },
	{ "qs.bench", "qs.bench([codec or {codec, ...}] [, what] [, {size=, threads=}])",
	  "speed, a table: codec what level Mw_per_s memcpy_permille times_scalar; \"all\": every codec" },
	{ "qs.rd", "qs.rd(x [, {codec, ...}] [, {codecs=, imp=, pad=, of=, imatrix=}])", "bits against error of many codecs, a table: codec family bits rmse rel snr max ...; "
	  "of=\"accuracy\": against right answers of a net" },
	{ "qs.worst", "qs.worst(m [, {codec=, by=, top=}])", "tensors of a model that lose most, a table: tensor type codec rel max snr rmse ..." },
	{ "qs.diff", "qs.diff(a, b [, {pattern=}])", "what differs between two models or two values, a table: grade tensor what type_a type_b rel ..." },
	{ "qs.codec", "qs.codec(name)", "a record about a codec; nil for an unknown name" },
	{ "qs.codecs", "qs.codecs([family])", "a list of such records" },
	{ "qs.open", "qs.open(path [, {as=, ref=, imatrix=}])", "a model: m[name] m:tensors(pattern) m:meta(key) m:info()" },
	{ "qs.view", "qs.view(name, subject [, options])", "shows a view; qs.view.text(...) gives its text" },
	{ "qs.step", "qs.step.next([n]) back first last go(n) play([s]) at()", "moves in the trace that is shown" },
	{ "qs.why", "qs.why(v, name [, {block=}])", "the derivation of a number, as text: qs.why(q, \"code[3]\")" },
	{ "qs.cmd", "qs.cmd(line)", "runs a command line and gives its result" },
	{ "qs.lesson", "qs.lesson{id=, title=, minutes=, needs=}", "begins a lesson; its parts are added to what it gives" },
	{ "qs.demo", "qs.demo{id=, title=, params={...}, draw=function(p, ui) or run=}", "a picture with knobs: demo ID  shows it" },
	{ "qs.view.text", "qs.view.text(name, subject [, options])", "the text form of a view" },
	{ "qs.view.define", "qs.view.define{name=, draw=function(c, subject, o), fits=, rows=, cursor=, keys=, why=, options=, question=}",
	  "a view of your own, with text, ASCII and SVG like any other" },
	{ "c:text", "c:text(row, col, s [, style])", "in draw(c, ...): text at a place, rows and columns from 0; gives the column after it" },
	{ "c:bar", "c:bar(row, col, width, share [, style])", "a bar, share of its width from 0 to 1" },
	{ "c:column", "c:column(bottom, col, height, width, share [, style])", "a column that stands on a row" },
	{ "c:line", "c:line({ {row, col}, ... } [, style])", "dots from point to point" },
	{ "c:cell", "c:cell(row, col, level)", "a cell of a heat map, level 0 to 255, 128 the middle" },
	{ "c:rule", "c:rule(row [, col, width, style])", "a rule across" },
	{ "c:axis", "c:axis{row=, col=, width=, from=, to=, ticks=, style=}", "a line with ticks, and what they stand for below it" },
	{ "qs.command", "qs.command{name=, args={ {name=, kind=, ...} }, help=, examples=, run=function(a)}", "a command of your own, with completion and help" },
	{ "qs.bind", "qs.bind(view, key, f or \"command\")", "a key of a view, or of any; f gets the subject and the cursor" },
	{ "qs.on", "qs.on(event, f)", "calls f when something happens: result open close step view resize quit" },
	{ "qs.progress", "qs.progress(total, label)", "a progress line: p:step(n) gives false when the user has cancelled" },
	{ "p:step", "p:step([n])", "n steps of qs.progress are done; false: stop" },
	{ "qs.cancelled", "qs.cancelled()", "true after Ctrl-C while qs.progress is shown" },
	{ "qs.pane", "qs.pane.on() off() layout(name) size(n) title(s) cursor([n]) mark(list) split(view)",
	  "the pane: as the commands, a note in its title, its cursor, weights that stand out" },
	{ "ui:title", "ui:title(format, ...)", "the line above a demo's picture" },
	{ "ui:text", "ui:text(s)", "text of a demo" },
	{ "ui:view", "ui:view(name, subject [, options])", "a view within a demo" },
	{ "ui:wait", "ui:wait(seconds)", "in run(p, ui): waits" },
	{ "ui:key", "ui:key()", "in run(p, ui): waits for a key of the pane, or Enter; gives its name" },
	{ "ui:ask", "ui:ask{text, kind=, near=, right=, accept=}", "in run(p, ui): a question; gives the answer, and whether it is right" },
	{ "ui:play", "ui:play(trace [, seconds])", "in run(p, ui): shows the steps one after the other" },
	{ "qs.glossary", "qs.glossary(word, text [, {also=\"a,b\", show=\"a line\"}])", "a word for  explain" },
	{ "t:slice", "t:slice(\"0:4, 0:256\")", "a part of a tensor, as it is typed between brackets" },
	{ "t:each", "for i, w in t:each() do", "all weights, counted from 0" },
	{ "t:table", "t:table()", "the weights as a Lua table, rows in tables if there are several" },
	{ "t:map", "t:map(f)", "a tensor of f(w, i)" },
	{ "t:reshape", "t:reshape(rows, cols)", "the same weights in another shape" },
	{ "t:copy", "t:copy()", "a copy that can be changed alone" },
	{ "t:stats", "t:stats()", "count min max absmax mean sd kurtosis nan inf zero q01 q50 q99" },
	{ "t:hist", "t:hist([{bins=, range={a, b}}])", "a list of {from, to, count}" },
	{ "t:save", "t:save(path [, {force=true}])", "writes .npy, text or raw bytes" },
	{ "q:values", "q:values()", "what comes back, as a tensor" },
	{ "q:codes", "q:codes()", "the codes, as a tensor of the same shape" },
	{ "q:block", "q:block(i)", "a record about a block: bytes, values, at, len" },
	{ "q:error", "q:error([{skip={...}}])", "what was lost: rmse rel snr max bias cosine" },
	{ "q:flip", "q:flip(byte, bit)", "a copy with one bit turned" },
	{ "m:tensors", "m:tensors([pattern])", "a list of {name, type, rows, cols, bytes, bits, offset}; blk.*.ffn_down.*" },
	{ "m:meta", "m:meta([key])", "the value of a key of the file; without one all of them" },
	{ "m:info", "m:info()", "path format version tensors keys weights bytes bits architecture" },
	{ "tr:find", "tr:find(\"code[3]\")", "a number of a trace, and its derivation" },
	{ "q:field", "q:field(i, name)", "a field of block i: its number, if it is one, and its bytes" },
	{ 0 }
};

void qs_set(lua_State *L, const struct row *rows)
{
	for (; rows->name; rows++) {
		lua_pushcfunction(L, rows->function);
		lua_setfield(L, -2, rows->name);
	}
}

bool method(lua_State *L, const struct row *rows)
{
	const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

	for (; rows->name; rows++)
		if (!strcmp(rows->name, key)) {
			lua_pushcfunction(L, rows->function);
			return true;
		}
	return false;
}

/* ---- arguments ---- */

bool option(lua_State *L, int i, const char *name)
{
	if (lua_isnoneornil(L, i))
		return false;
	luaL_checktype(L, i, LUA_TTABLE);
	if (lua_getfield(L, i, name) != LUA_TNIL)
		return true;
	lua_pop(L, 1);
	return false;
}

double option_number(lua_State *L, int i, const char *name, double otherwise)
{
	int is_number;
	double v = otherwise;

	if (option(L, i, name)) {
		v = lua_tonumberx(L, -1, &is_number);
		if (!is_number)
			throw_new(L, ERR_ARGUMENT, NULL, "%s must be a number, not a %s", name, kind_of(L, -1));
		lua_pop(L, 1);
	}
	return v;
}

const char *option_text(lua_State *L, int i, const char *name)
{
	const char *s = NULL;

	if (option(L, i, name)) {
		if (lua_type(L, -1) != LUA_TSTRING)
			throw_new(L, ERR_ARGUMENT, NULL, "%s must be a string, not a %s", name, kind_of(L, -1));
		s = lua_tostring(L, -1);
		lua_pop(L, 1);
	}
	return s;
}

static size_t check_size(lua_State *L, int i)
{
	int is_int;
	lua_Integer n = lua_tointegerx(L, i, &is_int);

	if (!is_int || n < 1)
		throw_new(L, ERR_SHAPE, "n, or {rows, cols}", "a shape needs whole numbers above 0");
	return (size_t)n;
}

void check_shape(lua_State *L, int i, size_t *rows, size_t *cols)
{
	const struct runner *r = runner_of(L);

	*rows = 1;
	if (lua_type(L, i) != LUA_TTABLE) {
		*cols = check_size(L, i);
	} else {
		lua_geti(L, i, 1);
		lua_geti(L, i, 2);
		*cols = check_size(L, lua_isnil(L, -1) ? -2 : -1);
		*rows = lua_isnil(L, -1) ? 1 : check_size(L, -2);
		lua_pop(L, 2);
	}
	if (r->now && r->now->limited && (double)*rows * (double)*cols * sizeof(float) > LESSON_BYTES)
		throw_new(L, ERR_MEMORY, "trust ID  lifts the limits of a lesson", "a lesson may take 64 MiB");
}

/* ---- functions ---- */

static int qs_kind(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushstring(L, kind_of(L, 1));
	return 1;
}

static int qs_is(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushboolean(L, !strcmp(kind_of(L, 1), luaL_checkstring(L, 2)));
	return 1;
}

/* Also Lua's `print`: what is printed goes where the results go. */
static int qs_print(lua_State *L)
{
	struct text t = { 0 };
	int n = lua_gettop(L);

	for (int i = 1; i <= n; i++) {
		if (i > 1)
			text_put(&t, "\t");
		print_plain(L, i, 0, &t);
	}
	runner_say(runner_of(L), STYLE_PLAIN, text_str(&t));
	text_drop(&t);
	return 0;
}

static int literal_or_slice(lua_State *L, int i, struct text *t)
{
	lua_Integer n;
	char buf[NUMBER_SIZE];

	if (lua_type(L, i) == LUA_TSTRING) {
		text_put(t, lua_tostring(L, i));
		return i + 1;
	}
	n = luaL_checkinteger(L, i + 1);
	for (lua_Integer k = 1; k <= n; k++) {
		lua_geti(L, i, k);
		if (k % 2) {
			text_put(t, lua_tostring(L, -1));
		} else if (lua_isinteger(L, -1)) {
			text_add(t, LUA_INTEGER_FMT, (LUAI_UACINT)lua_tointeger(L, -1));
		} else if (lua_type(L, -1) == LUA_TNUMBER) {
			text_put(t, number_exact(buf, lua_tonumber(L, -1), false));
		} else {
			text_drop(t);
			throw_new(L, ERR_VALUE, "numbers, as in  [a, 2 * b]  w[i, 0:n]", "a %s stands here where a number is needed", kind_of(L, -1));
		}
		lua_pop(L, 1);
	}
	return i + 2;
}

/* The value, or the error with its place in the line as typed: behind `at` where the text is as typed, else all of it. */
static int made(lua_State *L, bool ok, struct outcome *out, struct error *err, bool as_typed, lua_Integer at, lua_Integer len)
{
	if (ok)
		return task_outcome(L, out);
	if (as_typed && err->len)
		err->at += (size_t)at;
	else {
		err->at = (size_t)at;
		err->len = (size_t)len;
	}
	return throw(L, err);
}

/* qs._literal(text, at, len) or ({ text, value, text ... }, n, at, len): see literal.h. */
static int qs_literal(lua_State *L)
{
	struct text t = { 0 };
	struct outcome out = { 0 };
	struct error err;
	bool as_typed = lua_type(L, 1) == LUA_TSTRING;
	int i = literal_or_slice(L, 1, &t);
	bool ok = session_literal(text_str(&t), t.len, &out, &err);

	text_drop(&t);
	return made(L, ok, &out, &err, as_typed, luaL_checkinteger(L, i), luaL_checkinteger(L, i + 1));
}

static int qs_slice(lua_State *L)
{
	const struct value *v = test_value(L, 1);
	struct text t = { 0 };
	struct outcome out = { 0 };
	struct error err;
	bool as_typed = lua_type(L, 2) == LUA_TSTRING, ok;
	int i = literal_or_slice(L, 2, &t);

	if (!v) {
		text_drop(&t);
		error_set(&err, ERR_VALUE, "only tensors have slices, this is a %s", kind_of(L, 1));
		return made(L, false, &out, &err, false, luaL_checkinteger(L, i), luaL_checkinteger(L, i + 1));
	}
	ok = session_slice(v, text_str(&t), &out, &err);
	text_drop(&t);
	return made(L, ok, &out, &err, as_typed, luaL_checkinteger(L, i), luaL_checkinteger(L, i + 1));
}

static int qs_file(lua_State *L)
{
	struct value *m = check_kind(L, 1, VALUE_MODEL);
	struct outcome out = { 0 };
	struct error err;
	bool ok = session_tensor(runner_of(L)->o.session, m, luaL_checkstring(L, 2), &out, &err);

	err.len = ok ? 0 : err.len;
	return made(L, ok, &out, &err, false, luaL_checkinteger(L, 3), luaL_checkinteger(L, 4));
}

static int qs_cmd(lua_State *L)
{
	luaL_checkstring(L, 1);
	lua_settop(L, 1);
	lua_pushnil(L);
	return task_command(L);
}

/* ---- random tensors ---- */

static int random_of(lua_State *L, const char *kind)
{
	size_t rows, cols;
	struct random_options o;
	struct outcome out = { 0 };
	struct error err;
	uint64_t seed;

	check_shape(L, 1, &rows, &cols);
	o = (struct random_options){
		.sigma = option_number(L, 2, "sigma", 1), .df = option_number(L, 2, "df", 4),
		.share = option_number(L, 2, "share", 0.001), .size = option_number(L, 2, "size", 16),
	};
	if (option(L, 2, "seed")) {
		seed = (uint64_t)luaL_checkinteger(L, -1);
		o.seed = &seed;
		lua_pop(L, 1);
	}
	if (!session_random(runner_of(L)->o.session, kind, rows, cols, &o, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

static int random_gauss(lua_State *L) { return random_of(L, "gauss"); }
static int random_laplace(lua_State *L) { return random_of(L, "laplace"); }
static int random_uniform(lua_State *L) { return random_of(L, "uniform"); }
static int random_student(lua_State *L) { return random_of(L, "student"); }
static int random_outliers(lua_State *L) { return random_of(L, "outliers"); }

/* ---- Lua's own library, as it has to be here ---- */

static int require_qs(lua_State *L)
{
	if (!strcmp(luaL_checkstring(L, 1), "qs")) {
		lua_getfield(L, LUA_REGISTRYINDEX, "qs");
		return 1;
	}
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
	return lua_gettop(L);
}

/* The program ends when the task has unwound: a terminal has to be put back, files closed. */
static int os_exit(lua_State *L)
{
	struct runner *r = runner_of(L);
	struct error err;

	r->exit_code = lua_isboolean(L, 1) || lua_isnone(L, 1) ? (lua_toboolean(L, 1) || lua_isnone(L, 1) ? 0 : 1) : (int)luaL_checkinteger(L, 1) & 255;
	error_set(&err, ERR_CANCELLED, "the program ends");
	return throw(L, &err);
}

/* At a prompt standard output belongs to the screen: whole lines are said, the rest waits for its end. */
static int io_write(lua_State *L)
{
	struct runner *r = runner_of(L);
	int n = lua_gettop(L);
	char *end;

	if (r->o.host->batch && !(r->now && r->now->capture)) {
		lua_pushvalue(L, lua_upvalueindex(1));
		lua_insert(L, 1);
		lua_call(L, n, LUA_MULTRET);
		return lua_gettop(L);
	}
	for (int i = 1; i <= n; i++) {
		size_t len;
		const char *s = luaL_checklstring(L, i, &len);

		text_putn(&r->io, s, len);
	}
	end = r->io.len ? strrchr(r->io.s, '\n') : NULL;
	if (end) {
		char *rest = strdup(end + 1);

		*end = 0;
		runner_say(r, STYLE_PLAIN, r->io.s);
		text_clear(&r->io);
		text_put(&r->io, rest ? rest : "");
		free(rest);
	}
	return 0;
}

static int io_read(lua_State *L)
{
	struct runner *r = runner_of(L);

	if (!r->o.host->batch)
		return throw_new(L, ERR_LUA, "io.open(path) reads a file", "io.read would take the keys from the prompt");
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
	return lua_gettop(L);
}

/* Replaces library.name by f, which finds the old one as its upvalue. */
static void replace(lua_State *L, const char *library, const char *name, lua_CFunction f)
{
	lua_getglobal(L, library);
	lua_getfield(L, -1, name);
	lua_pushcclosure(L, f, 1);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

static const struct row functions[] = {
	{ "kind", qs_kind }, { "is", qs_is }, { "print", qs_print }, { "cmd", qs_cmd },
	{ "_literal", qs_literal }, { "_slice", qs_slice }, { "_file", qs_file }, { 0 }
};

static const struct row generators[] = {
	{ "gauss", random_gauss }, { "laplace", random_laplace }, { "uniform", random_uniform }, { "student", random_student },
	{ "outliers", random_outliers }, { 0 }
};

/* What is shortest in Lua itself. */
static const char prelude[] =
	"local qs = ...\n"
	"function qs.sweep(x, codecs, o)\n"
	"  local list = {}\n"
	"  for i, name in ipairs(codecs) do\n"
	"    local c = qs.codec(name)\n"
	"    local flat = c and c.needs_importance and not (o and o.imp)\n"
	"    local with = {}\n"
	"    for k, v in pairs(o or {}) do with[k] = v end\n"
	"    if flat then with.imp = \"flat\" end\n"
	"    local q = qs.quantize(x, name, with)\n"
	"    local e = q:error()\n"
	"    list[i] = { codec = q.codec, bits = q.bits, rmse = e.rmse, rel = e.rel, snr = e.snr, max = e.max, flat = flat or nil }\n"
	"  end\n"
	"  return list\n"
	"end\n"
	"function qs.match(x, codec, o)\n"
	"  local m, list = qs._match(x, codec, o), {}\n"
	"  for i = 1, #m do\n"
	"    local r, levels = m[i - 1], {}\n"
	"    for s in r.magnitudes:gmatch(\"%S+\") do levels[#levels + 1] = tonumber(s) end\n"
	"    r.magnitudes, r.stored = levels, r.stored == 1\n"
	"    list[i] = r\n"
	"  end\n"
	"  return list\n"
	"end\n"
	"function qs.error(q, o) return q:error(o) end\n";

void qs_open(struct runner *r)
{
	lua_State *L = r->L;

	help_rows_add(help_rows);
	lua_newtable(L);
	lua_pushvalue(L, -1);
	lua_setfield(L, LUA_REGISTRYINDEX, "qs");
	qs_set(L, functions);
	lua_pushstring(L, PACKAGE_VERSION);
	lua_setfield(L, -2, "version");
	lua_newtable(L);
	qs_set(L, generators);
	lua_pushcfunction(L, random_gauss);
	lua_setfield(L, -2, "normal");
	lua_setfield(L, -2, "rand");
	qs_tensor_open(L);
	qs_quantized_open(L);
	qs_codec_open(L);
	qs_compare_open(L);
	qs_survey_open(L);
	qs_model_open(L);
	qs_method_open(L);
	qs_plan_open(L);
	qs_score_open(L);
	qs_view_open(L);
	lesson_open(L);
	demo_open(L);
	extend_open(L);
	lua_pushvalue(L, -1);
	lua_setglobal(L, "qs");
	lua_getglobal(L, "package");
	lua_getfield(L, -1, "loaded");
	lua_pushvalue(L, -3);
	lua_setfield(L, -2, "qs");
	lua_pop(L, 2);
	if (luaL_loadbuffer(L, prelude, sizeof prelude - 1, "=qs") != LUA_OK)
		lua_error(L);
	lua_pushvalue(L, -2);
	lua_call(L, 1, 0);
	lua_pop(L, 1);

	lua_pushglobaltable(L);
	qs_set(L, generators);
	qs_set(L, (const struct row[]){ { "print", qs_print }, { 0 } });
	lua_getfield(L, -1, "require");
	lua_pushcclosure(L, require_qs, 1);
	lua_setfield(L, -2, "require");
	lua_pop(L, 1);
	replace(L, "os", "exit", os_exit);
	replace(L, "io", "write", io_write);
	replace(L, "io", "read", io_read);
	sandbox_guard(L);
}
