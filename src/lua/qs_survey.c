/* qs_survey.c - measurements of many things in Lua: bits against error, the worst tensors, differences. Thin: the session does it all. */
#include <string.h>

#include "commands/options.h"
#include "lua/lesson.h"
#include "session/bench.h"
#include "session/plan.h"
#include "session/survey.h"

/* qs.rd(x [, {"q4_0", ...}] [, {codecs=, imp=, pad=, of=, imatrix=}]) */
static int qs_rd(lua_State *L)
{
	struct value *x = check_value(L, 1);
	const struct codec *list[CODEC_COUNT];
	struct rd_options o = { .codec = list };
	struct quantize_options q;
	struct outcome out = { 0 };
	struct error err;
	bool listed = lua_type(L, 2) == LUA_TTABLE && luaL_len(L, 2) > 0;
	const char *of = option_text(L, listed ? 3 : 2, "of"), *words = option_text(L, listed ? 3 : 2, "codecs");

	for (lua_Integer k = 1; listed && k <= luaL_len(L, 2) && o.n < CODEC_COUNT; k++) {
		lua_geti(L, 2, k);
		check_codec(L, -1, &list[o.n++]);
		lua_pop(L, 1);
	}
	if (words && !listed && !codecs_named(words, list, &o.n, &err))
		return throw(L, &err);
	if (of && !strcmp(of, "accuracy")) {
		o.imatrix = option_text(L, listed ? 3 : 2, "imatrix");
		if (o.imatrix)
			sandbox_no_writing(L);
		if (x->kind != VALUE_MODEL)
			return throw_new(L, ERR_ARGUMENT, "a model, from qs.open", "of=\"accuracy\" runs no %s", value_kind_name(x->kind));
		return session_rd_accuracy(runner_of(L)->o.session, x, &o, &out, &err) ? task_outcome(L, &out) : throw(L, &err);
	}
	if (of && strcmp(of, "error"))
		return throw_new(L, ERR_ARGUMENT, "\"error\" or \"accuracy\"", "of cannot be '%.20s'", of);
	if (x->kind == VALUE_MODEL && option(L, listed ? 3 : 2, "imp")) {
		const struct value *v = test_value(L, -1);

		o.file = v && v->kind == VALUE_IMPORTANCE ? v->u.importance : NULL;	/* held by the table */
		lua_pop(L, 1);
	}
	if (o.file)
		return session_rd(runner_of(L)->o.session, x, &o, &out, &err) ? task_outcome(L, &out) : throw(L, &err);
	check_quantize_options(L, listed ? 3 : 2, &q);
	if (x->kind != VALUE_MODEL && !value_weights(x))
		return throw_new(L, ERR_ARGUMENT, "a tensor or a model", "qs.rd measures no %s", value_kind_name(x->kind));
	if (x->kind == VALUE_MODEL && q.importance)
		return throw_new(L, ERR_ARGUMENT, "one of its tensors", "one row of importance does not fit all tensors of a model");
	o.flat = q.flat_importance;
	o.pad = q.pad;
	o.importance = q.importance;
	return session_rd(runner_of(L)->o.session, x, &o, &out, &err) ? task_outcome(L, &out) : throw(L, &err);
}

/* qs.worst(m [, {codec=, by=, top=}]) */
static int qs_worst(lua_State *L)
{
	struct value *m = check_value(L, 1);
	const char *name = option_text(L, 2, "codec"), *by = option_text(L, 2, "by");
	double top = option_number(L, 2, "top", 0);
	const struct codec *c = NULL;
	struct outcome out = { 0 };
	struct error err = { 0 };

	if (m->kind != VALUE_MODEL)
		return throw_new(L, ERR_ARGUMENT, "a model, from qs.open", "qs.worst looks at no %s", value_kind_name(m->kind));
	if (by && strcmp(by, "rel") && strcmp(by, "max") && strcmp(by, "snr") && strcmp(by, "outlier"))
		return throw_new(L, ERR_ARGUMENT, "rel, max, snr or outlier", "no order is called '%.20s'", by);
	if (!(top >= 0 && top < 1e9))
		return throw_new(L, ERR_ARGUMENT, NULL, "top must be a whole number");
	if (name && !(c = codec_need(name, &err)))
		return throw(L, &err);
	return session_worst(runner_of(L)->o.session, m, c, by ? by : "rel", (size_t)top, &out, &err) ? task_outcome(L, &out) : throw(L, &err);
}

/* qs.diff(a, b [, {pattern=}]) */
static int qs_diff(lua_State *L)
{
	struct value *a = check_value(L, 1), *b = check_value(L, 2);
	const char *pattern = option_text(L, 3, "pattern");
	struct outcome out = { 0 };
	struct error err;

	return session_diff(runner_of(L)->o.session, a, b, pattern, &out, &err) ? task_outcome(L, &out) : throw(L, &err);
}

static struct value *model_at(lua_State *L, const char *what)
{
	struct value *m = check_value(L, 1);

	if (m->kind != VALUE_MODEL)
		throw_new(L, ERR_ARGUMENT, "a model, from qs.open", "qs.%s looks at no %s", what, value_kind_name(m->kind));
	return m;
}

/* qs.check(m [, {pattern=}]) */
static int qs_check(lua_State *L)
{
	struct value *m = model_at(L, "check");
	const char *pattern = option_text(L, 2, "pattern");
	struct outcome out = { 0 };
	struct error err;

	return session_check(runner_of(L)->o.session, m, pattern, &out, &err) ? task_outcome(L, &out) : throw(L, &err);
}

/* qs.cover(m, path) */
static int qs_cover(lua_State *L)
{
	struct value *m = model_at(L, "cover");
	struct outcome out = { 0 };
	struct error err;

	return session_cover(runner_of(L)->o.session, m, sandbox_path(L, 2), &out, &err) ? task_outcome(L, &out) : throw(L, &err);
}

/* qs.bench([codec or {codec, ...} or "all"] [, what] [, {size=, threads=}]) */
static int qs_bench(lua_State *L)
{
	const struct codec *list[CODEC_COUNT];
	struct bench_options o = { .codec = list };
	struct outcome out = { 0 };
	struct error err = { 0 };
	double threads = option_number(L, 3, "threads", 1), size = option_number(L, 3, "size", BENCH_SIZE);

	if (lua_type(L, 1) == LUA_TTABLE) {
		for (lua_Integer k = 1; k <= luaL_len(L, 1) && o.n < CODEC_COUNT; k++) {
			lua_geti(L, 1, k);
			check_codec(L, -1, &list[o.n++]);
			lua_pop(L, 1);
		}
	} else if (lua_type(L, 1) == LUA_TSTRING && !strcmp(lua_tostring(L, 1), "all")) {
		o.n = bench_all(list);
	} else if (!lua_isnoneornil(L, 1)) {
		check_codec(L, 1, &list[o.n++]);
	}
	o.what = luaL_optstring(L, 2, NULL);
	if (!(threads >= 1 && threads <= BENCH_THREADS_MAX))
		return throw_new(L, ERR_ARGUMENT, "1 to 64", "threads cannot be %g", threads);
	if (!(size > 0))
		return throw_new(L, ERR_ARGUMENT, "bytes of float32: 65536 or more", "size cannot be %g", size);
	o.threads = (unsigned)threads;
	o.bytes = size;
	return session_bench(runner_of(L)->o.session, &o, &out, &err) ? task_outcome(L, &out) : throw(L, &err);
}

void qs_survey_open(lua_State *L)
{
	static const struct help_row rows[] = {
		{ "qs.check", "qs.check(m [, {pattern=}])", "what is bad or odd in a model, a row a finding" },
		{ "qs.cover", "qs.cover(m, path)", "which tensors have data in an importance file" },
		{ 0 }
	};

	help_rows_add(rows);
	qs_set(L, (const struct row[]){ { "rd", qs_rd }, { "worst", qs_worst }, { "diff", qs_diff }, { "check", qs_check }, { "cover", qs_cover }, { "bench", qs_bench }, { 0 } });
}
