/*
 * renew.c - x[5] = 0.5: what is shown of x, or of something made from x, is worked out again when the line is over. interaction.md 6.3.
 *
 * A view holds its value, so the change went into a copy (qs_tensor.c). The value before it is kept here until then, with the userdata
 * that stands for the changed one.
 */
#include <string.h>

#include "lua/state.h"

enum { WORK_MAX = 1 << 22 };	/* weights that are quantized anew without being asked */

void renew_later(lua_State *L, int i, struct value *old)
{
	struct runner *r = runner_of(L);

	if (r->n_renew == RENEW_MAX || !stage_front(r->o.stage) || !r->o.host->has_pane)
		return;
	i = lua_absindex(L, i);
	for (size_t k = 0; k < r->n_renew; k++)
		if (r->renew[k].old == old)
			return;
	lua_pushvalue(L, i);
	r->renew[r->n_renew].ref = luaL_ref(L, LUA_REGISTRYINDEX);
	r->renew[r->n_renew++].old = value_hold(old);
}

static bool made_from(const struct value *v, const struct value *x)
{
	const struct quantized *q = value_as_quantized(v);

	return q && v->kind != VALUE_RECORD && q->source.codec && q->source.buffer == x->u.tensor.buffer && tensor_count(&q->source) == tensor_count(&x->u.tensor);
}

/* As it was made, of the changed weights. NULL: not possible, or too much work. */
static struct value *make_again(struct runner *r, const struct value *v, const struct value *x)
{
	const struct quantized *q = value_as_quantized(v);
	struct quantize_options o = { .pad = q->pad, .group = q->group, .codec = q->options, .errors = v->kind == VALUE_ERRORS,
				      .importance = q->importance.codec ? &q->importance : NULL };
	struct outcome out = { 0 };
	struct error err;
	bool ok;

	if (tensor_count(&x->u.tensor) > WORK_MAX)
		return NULL;
	if (v->kind == VALUE_TRACE)
		ok = session_trace(r->o.session, q->blocks.codec, x, &o, v->u.walk.trace.block, &out, &err);
	else
		ok = session_quantize(r->o.session, q->blocks.codec, x, &o, &out, &err);
	if (ok && out.job && !job_run_here(out.job, &out.value, &err))
		out.value = NULL;
	if (ok && out.value && v->kind == VALUE_TRACE)
		walk_go(&out.value->u.walk, v->u.walk.at);
	return ok ? out.value : NULL;
}

void renew_now(struct runner *r)
{
	for (size_t k = 0; k < r->n_renew; k++) {
		struct value *old = r->renew[k].old, *now, *made = NULL;
		struct scene *front = stage_front(r->o.stage);
		struct value *shown = front ? scene_newest(front) : NULL;

		lua_rawgeti(r->L, LUA_REGISTRYINDEX, r->renew[k].ref);
		now = test_value(r->L, -1);
		if (now && now != old) {
			if (shown && made_from(shown, old))
				made = make_again(r, shown, now);
			if (made)
				stage_renew(r->o.stage, shown, made);
			stage_renew(r->o.stage, old, now);
			value_drop(made);
		}
		lua_pop(r->L, 1);
		luaL_unref(r->L, LUA_REGISTRYINDEX, r->renew[k].ref);
		value_drop(old);
	}
	r->n_renew = 0;
}
