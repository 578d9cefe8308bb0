/* qs_score.c - models that can be run, in Lua: qs.score qs.imatrix. As the commands; the session does it all. */
#include <string.h>

#include "lua/lesson.h"
#include "session/plan.h"

static struct value *model_option(lua_State *L, int i, const char *name)
{
	struct value *v = NULL;

	if (option(L, i, name)) {
		v = check_kind(L, -1, VALUE_MODEL);	/* held by the table */
		lua_pop(L, 1);
	}
	return v;
}

static int qs_score(lua_State *L)
{
	struct value *m = check_kind(L, 1, VALUE_MODEL);
	const char *data = option_text(L, 2, "data");
	bool exact = option(L, 2, "exact") && lua_toboolean(L, -1);
	struct outcome out = { 0 };
	struct error err;

	if (data)
		sandbox_no_writing(L);		/* a file elsewhere */
	if (!session_score(runner_of(L)->o.session, m, model_option(L, 2, "ref"), data, exact, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

static int qs_imatrix(lua_State *L)
{
	struct value *m = check_kind(L, 1, VALUE_MODEL);
	const char *path = option_text(L, 2, "out"), *data = option_text(L, 2, "data");
	bool force = option(L, 2, "force") && lua_toboolean(L, -1);
	struct outcome out = { 0 };
	struct error err;

	if (!path)
		return throw_new(L, ERR_ARGUMENT, "qs.imatrix(m, { out = \"FILE\" })", "out is missing");
	sandbox_no_writing(L);
	if (!session_imatrix(runner_of(L)->o.session, m, path, data, force, &out, &err))
		return throw(L, &err);
	return task_outcome(L, &out);
}

void qs_score_open(lua_State *L)
{
	static const struct help_row rows[] = {
		{ "qs.score", "qs.score(m [, {ref=model, data=, exact=}])", "the test digits through a net, a record: right count loss, with ref agree kl" },
		{ "qs.imatrix", "qs.imatrix(m, {out=, data=, force=})", "importance measured on the training digits, written as a file; gives its path" },
		{ 0 }
	};

	help_rows_add(rows);
	qs_set(L, (const struct row[]){ { "score", qs_score }, { "imatrix", qs_imatrix }, { 0 } });
}
