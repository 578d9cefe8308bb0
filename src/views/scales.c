/*
 * scales.c - which scales were tried, and what did they cost: the candidates of a search as the trace has them, the one taken, and how its
 * codes lie. Searches of one number are columns, those of a scale and a minimum and those of two cuts are heat maps. Says so where nothing
 * is searched.
 */
#include "views/scales_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/figure.h"

/* ---- what is shown ---- */

size_t scales_subs(const struct scales_view *v)
{
	size_t sub = v->q.blocks.codec->sub_len;

	return sub && sub < v->trace->len ? v->trace->len / sub : 1;
}

static size_t events_so_far(const struct scales_view *v)
{
	const struct value *s = v->subject;

	return s->kind == VALUE_TRACE && v->trace == &s->u.walk.trace ? trace_end(v->trace, s->u.walk.at) : v->trace->events;
}

static bool show_search(struct scales_view *v, size_t search, struct error *err)
{
	struct candidates all = { 0 };

	if (v->searches && !candidates_read(v->trace, v->end, search, &all, err))
		return false;
	candidates_drop(&v->all);
	v->all = all;
	v->search = search;
	v->cursor = all.taken;
	v->top = v->top_weight = 0;
	if (all.n && all.form == FORM_CUTS) {
		v->cut[0] = all.c[all.taken].cut[0];
		v->cut[1] = all.c[all.taken].cut[1];
	}
	return true;
}

/* The block as the codec stores it without importance, if it searches nothing then. */
static double rmse_without(const struct scales_view *v)
{
	struct tensor x = { .codec = &codec_f32, .rows = 1, .cols = v->trace->len };
	struct error ignored;
	struct trace t;
	double sum = 0;
	size_t n = 0;

	if (!v->q.importance.codec || !v->trace->x || v->q.blocks.codec->flags & CODEC_NEEDS_IMPORTANCE)
		return NAN;
	x.buffer = buffer_copy(v->trace->x, v->trace->len * sizeof *v->trace->x, &ignored);
	if (x.buffer && trace_encode(&t, v->q.blocks.codec, &x, v->q.group, v->trace->padding, &(struct codec_options){ 0 }, 0, &ignored)) {
		for (; n < t.len - t.padding; n++)
			sum += ((double)t.y[n] - (double)t.x[n]) * ((double)t.y[n] - (double)t.x[n]);
		if (candidate_searches(&t, t.events))
			n = 0;
		trace_drop(&t);
	}
	tensor_drop(&x);
	return n ? sqrt(sum / (double)n) : NAN;
}

static bool show(struct scales_view *v, size_t block, struct error *err)
{
	struct trace own;
	const struct trace *trace;

	if (!view_record(v->subject, block, &own, &trace, err))
		return false;
	trace_drop(&v->own);
	v->own = own;
	v->trace = trace == &own ? &v->own : trace;
	v->block = block;
	v->end = events_so_far(v);
	v->searches = candidate_searches(v->trace, v->end);
	v->without = rmse_without(v);
	return show_search(v, v->search < v->searches ? v->search : 0, err);
}

static void scales_close(void *state)
{
	struct scales_view *v = state;

	candidates_drop(&v->all);
	trace_drop(&v->own);
	quantized_drop(&v->q);
	free(v);
}

static void *scales_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct scales_view *v = calloc(1, sizeof *v);
	size_t block;

	(void)s;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	v->search = (size_t)args_number(options, "sub", 0);
	if (view_quantized(subject, &v->q) && view_pick_block(subject, options, &block, err) && show(v, block, err)) {
		if (!args_get(options, "sub") || v->search < v->searches || !v->searches)
			return v;
		error_set(err, ERR_ARGUMENT, "no sub-block %zu: there are %zu", (size_t)args_number(options, "sub", 0), scales_subs(v));
		error_hint(err, "sub", "sub-blocks count from 0");
	}
	scales_close(v);
	return NULL;
}

/* ---- figures ---- */

double scales_cost(const struct scales_view *v, const struct candidate *c)
{
	(void)v;
	return isnan(c->weighted) ? c->cost : c->weighted;
}

const char *scales_unit(const struct scales_view *v)
{
	return v->all.n && !isnan(v->all.c[v->all.taken].weighted) ? "weighted rmse" : v->all.absolute ? "sum of weighted |error|" : "cost";
}

const struct candidate *scales_at_cut(const struct scales_view *v, int first, int second)
{
	const struct candidate *best = NULL;

	for (size_t i = 0; i < v->all.n; i++) {
		const struct candidate *c = &v->all.c[i];

		if (c->cut[0] == first && c->cut[1] == second && (!best || c->cost < best->cost || c->taken))
			best = c;
	}
	return best;
}

int scales_cuts(const struct scales_view *v)
{
	int most = 0;

	for (size_t i = 0; i < v->all.n; i++)
		most = v->all.c[i].cut[1] > most ? v->all.c[i].cut[1] : most;
	return most;
}

const struct candidate *scales_chosen(const struct scales_view *v)
{
	return v->all.form == FORM_CUTS ? scales_at_cut(v, v->cut[0], v->cut[1]) : &v->all.c[v->cursor];
}

/* ---- title ---- */

static bool all_ones(const struct tensor *t)
{
	for (size_t i = 0; i < tensor_count(t); i++)
		if (tensor_floats(t)[i] != 1)
			return false;
	return true;
}

static void scales_title(const void *state, struct text *left, struct text *right)
{
	const struct scales_view *v = state;
	size_t subs = scales_subs(v);

	text_put(left, v->q.blocks.codec->name);
	if (v->q.importance.codec)
		text_put(left, v->q.flat ? " flat" : all_ones(&v->q.importance) ? ", flat importance" : ", with importance");
	text_put(left, "   ");
	text_escape(left, v->subject->label, strlen(v->subject->label), 24);
	if (tensor_blocks(&v->q.blocks) > 1)
		text_add(left, "   block %zu", v->block);
	if (v->searches && v->search >= subs)
		text_put(left, v->search == subs ? "   scales of the block" : "   minima of the block");
	else if (v->searches && subs > 1)
		text_add(left, "   sub-block %zu of %zu", v->search, subs);
	text_add(left, "\f%s   block %zu", v->q.blocks.codec->name, v->block);
	if (v->searches && v->search >= subs)
		text_put(left, v->search == subs ? ", its scales" : ", its minima");
	else if (v->searches && subs > 1)
		text_add(left, ", sub %zu", v->search);
	if (v->all.n)
		text_add(right, "%zu candidate%s   %s", v->all.n, v->all.n == 1 ? "" : "s", scales_unit(v));
}

static void scales_facts(const void *state, struct text *out)
{
	const struct scales_view *v = state;
	char buf[FIGURE_SIZE];

	if (v->all.n)
		text_add(out, "taken %s", figure_digits(buf, scales_cost(v, &v->all.c[v->all.taken]), 4, false));
}

/* ---- keys ---- */

static bool move_cell(struct scales_view *v, const struct key *k)
{
	int most = scales_cuts(v), first = v->cut[0], second = v->cut[1];

	if (k->code == KEY_UP_)
		first--;
	else if (k->code == KEY_DOWN_)
		first++;
	else if (k->code == KEY_LEFT_)
		second--;
	else if (k->code == KEY_RIGHT_)
		second++;
	else
		return false;
	if (first >= 0 && second <= most && first <= second) {
		v->cut[0] = first;
		v->cut[1] = second;
	}
	return true;
}

static bool move_candidate(struct scales_view *v, const struct key *k)
{
	bool back = k->code == KEY_LEFT_ || (v->all.form == FORM_PAIR && k->code == KEY_UP_);
	bool on = k->code == KEY_RIGHT_ || (v->all.form == FORM_PAIR && k->code == KEY_DOWN_);

	if (k->code == KEY_HOME_)
		v->cursor = 0;
	else if (k->code == KEY_END_)
		v->cursor = v->all.n - 1;
	else if (back)
		v->cursor = v->cursor ? v->cursor - 1 : 0;
	else if (on)
		v->cursor = v->cursor + 1 < v->all.n ? v->cursor + 1 : v->cursor;
	else
		return false;
	v->top_weight = 0;
	return true;
}

static bool press_codes(struct scales_view *v, const struct key *k)
{
	if (k->code == KEY_ESC || k->code == KEY_ENTER_ || (k->code == KEY_CHAR && k->ch == 'u'))
		v->codes = false;
	else if (k->code == KEY_UP_)
		v->top_weight = v->top_weight ? v->top_weight - 1 : 0;
	else if (k->code == KEY_DOWN_)
		v->top_weight++;
	else
		return move_candidate(v, k);
	return true;
}

static bool tells_codes(const struct scales_view *v)
{
	int code[256];
	float value[256];

	return candidate_levels(v->trace, &v->all, v->cursor, code, value, 256) != 0;
}

static bool scales_press(void *state, const struct key *k, struct wish *wish)
{
	struct scales_view *v = state;
	size_t block = v->block;
	bool moved;

	if (view_block_key(v->subject, k, &block, &moved)) {
		if (!moved)
			snprintf(wish->say, sizeof wish->say, "no further block");
		else
			show(v, block, NULL);
		return true;
	}
	if (!v->all.n)
		return false;
	if (v->codes)
		return press_codes(v, k);
	if (k->code == KEY_ENTER_) {
		v->codes = tells_codes(v);
		if (!v->codes)
			snprintf(wish->say, sizeof wish->say, "only the search itself knows these codes");
		return true;
	}
	if (k->code == KEY_CHAR && k->ch == 'y') {
		snprintf(wish->type, sizeof wish->type, "%.9g", scales_chosen(v) ? scales_chosen(v)->scale : 0);
		return true;
	}
	if (k->code == KEY_PGUP || k->code == KEY_PGDN || (v->all.form < FORM_PAIR && (k->code == KEY_UP_ || k->code == KEY_DOWN_))) {
		bool back = k->code == KEY_PGUP || k->code == KEY_UP_;

		if (back ? v->search > 0 : v->search + 1 < v->searches)
			show_search(v, back ? v->search - 1 : v->search + 1, NULL);
		return true;
	}
	return v->all.form == FORM_CUTS ? move_cell(v, k) : move_candidate(v, k);
}

static size_t scales_cursor(const void *state)
{
	const struct scales_view *v = state;
	size_t subs = scales_subs(v), sub = v->search < subs ? v->search : 0;

	return v->block * v->trace->len + sub * (v->trace->len / subs);
}

static bool scales_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct scales_view *v = state;
	const struct candidate *c = v->all.n ? scales_chosen(v) : NULL;
	size_t from = out->len;

	if (name)
		return view_why(v->trace, v->end, scales_cursor(v) % v->trace->len, name, out, err);
	if (!c) {
		const char *found = v->trace->step && v->trace->steps && v->trace->step[0].say ? v->trace->step[0].say : "";

		text_add(out, "nothing is searched%s%s\n", *found ? ": " : "", found);
		return true;
	}
	trace_why(v->trace, c->event, out);
	if (c->taken && out->len > from)
		text_put(out, "It was taken: no other cost less.\n");
	return true;
}

static struct table *scales_data(const void *state, struct error *err)
{
	const struct scales_view *v = state;
	struct table *t = table_new("shift inverse scale minimum cost weighted rmse taken");

	for (size_t i = 0; t && i < v->all.n; i++) {
		const struct candidate *c = &v->all.c[i];
		const double cells[] = { c->shift, c->inverse, c->scale, c->minimum, c->cost, c->weighted, c->plain };

		table_row(t);
		for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
			if (isnan(cells[k]))
				table_skip(t);
			else
				table_number(t, cells[k]);
		table_int(t, c->taken);
	}
	if (!t)
		error_memory(err, "a table");
	return t;
}

static void scales_set_cursor(void *state, size_t at)
{
	struct scales_view *v = state;
	size_t len = v->trace->len, sub = at % len / (len / scales_subs(v));

	if (at / len != v->block && (v->subject->kind == VALUE_TRACE || at / len >= tensor_blocks(&v->q.blocks) || !show(v, at / len, NULL)))
		return;
	if (sub < v->searches && sub != v->search)
		show_search(v, sub, NULL);
}

/* A walk has moved. */
static void scales_changed(void *state)
{
	struct scales_view *v = state;

	if (v->subject->kind == VALUE_TRACE)
		show(v, v->subject->u.walk.trace.block, NULL);
}

static const struct arg scales_options[] = {
	{ "sub", ARG_COUNT, .named = true, .in_title = true, .min = 0, .max = 255, .summary = "the sub-block whose search is shown, from 0" },
	{ 0 }
};

static const struct view_key scales_keys[] = {
	{ "<Left> <Right>", "candidate", "another candidate", true },
	{ "<Up> <Down>", "sub-block", "another sub-block; in a map another candidate", true },
	{ "<PgUp> <PgDn>", "sub-block", "another sub-block", false },
	{ "<Enter>", "codes", "the codes of this candidate on a line, and back", true },
	{ "<Home> <End>", "ends", "first and last candidate", false },
	{ 0 }
};

const struct view view_scales = {
	.name       = "scales",
	.question   = "which scales were tried, and what did they cost",
	.fits       = FITS(QUANTIZED) | FITS(TRACE),
	.options    = scales_options,
	.keys       = scales_keys,
	.columns    = "shift inverse scale minimum cost weighted rmse taken",
	.made_for   = 80,
	.gives_up   = "the gaps between columns, the marks of the plain rmse, then they scroll; the map of pairs, whose list stays",
	.open       = scales_open,
	.passes     = view_worst_passes,
	.close      = scales_close,
	.title      = scales_title,
	.facts      = scales_facts,
	.height     = scales_height,
	.draw       = scales_draw,
	.press      = scales_press,
	.why        = scales_why,
	.data       = scales_data,
	.cursor     = scales_cursor,
	.set_cursor = scales_set_cursor,
	.changed    = scales_changed,
};
