/*
 * match.c - which codebook entry a group of weights was given, and what the others were, by distance, cosine or the codec's own weighted
 * distance. match_draw.c has the picture, match_map.c the whole codebook, match_why.c the reasons.
 *
 * Codecs whose codes stand for one weight each have no vector codebook: the view says so and offers `line`.
 */
#include "views/match_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_UNASKED = 8 };	/* candidates in the text form, when top= does not say */

/* ---- what is shown ---- */

/* How many signs are stored of the eight weights around this group. */
static unsigned sign_bits(const struct match_view *v)
{
	unsigned n = 0;

	for (size_t i = v->group * (size_t)v->m.len / 8 * 8, end = i + 8; i < end; i++) {
		const struct trace_event *e = trace_find(v->trace, "sign", i, v->trace->events);

		n += e && e->at[0].bits;
	}
	return n;
}

static size_t events_so_far(const struct match_view *v)
{
	const struct value *s = v->subject;

	return s->kind == VALUE_TRACE && v->trace == &s->u.walk.trace ? trace_end(v->trace, s->u.walk.at) : v->trace->events;
}

/* Has this number of the group come to be, or only will it? */
bool match_known(const struct match_view *v, const char *name, size_t i)
{
	return v->end == v->trace->events || trace_find(v->trace, name, i, v->end);
}

static bool show(struct match_view *v, size_t block, size_t group, struct error *err)
{
	struct match m;
	struct trace own;
	const struct trace *trace;

	if (!session_match_group(&v->q, block, group, v->by, &m, err))
		return false;
	if (block != v->block || !v->trace) {
		if (!view_record(v->subject, block, &own, &trace, err)) {
			match_drop(&m);
			return false;
		}
		trace_drop(&v->own);
		v->own = own;
		v->trace = trace == &own ? &v->own : trace;
	}
	match_drop(&v->m);
	v->m = m;
	v->block = block;
	v->group = group;
	v->even_signs = sign_bits(v) == 7;
	v->end = events_so_far(v);
	v->cursor = 0;
	v->top = 0;
	for (int i = 0; i < m.entries; i++)	/* the one stored is of most interest */
		if (m.candidate[i].stored)
			v->cursor = (size_t)i;
	return true;
}

size_t match_groups(const struct match_view *v)
{
	return v->m.len ? 256 / (size_t)v->m.len : 0;
}

static enum match_by by_option(const struct args *options)
{
	const char *by = args_text(options, "by", "distance");

	return !strcmp(by, "cosine") ? MATCH_COSINE : !strcmp(by, "weighted") ? MATCH_WEIGHTED : MATCH_DISTANCE;
}

static bool open_on(struct match_view *v, const struct args *options, struct error *err)
{
	const struct value *s = v->subject;
	size_t block = 0, group = 0, groups = match_len(v->q.blocks.codec) ? 256 / match_len(v->q.blocks.codec) : 0;

	if (!groups)
		return true;
	if (s->kind == VALUE_MATCH) {
		block = s->u.match.block;
		group = s->u.match.group;
		v->by = s->u.match.by;
		v->wanted = s->u.match.top;
	} else if (!view_pick_block(s, options, &block, err)) {
		return false;
	}
	if (args_get(options, "group"))
		group = (size_t)args_number(options, "group", 0);
	if (args_get(options, "by"))
		v->by = by_option(options);
	v->wanted = (size_t)args_number(options, "top", v->wanted ? (double)v->wanted : ROWS_UNASKED);
	v->map = args_flag(options, "map");
	return show(v, block, group, err);
}

static void match_close(void *state)
{
	struct match_view *v = state;

	match_drop(&v->m);
	trace_drop(&v->own);
	quantized_drop(&v->q);
	free(v);
}

static void *match_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct match_view *v = calloc(1, sizeof *v);

	(void)s;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	if (!view_quantized(subject, &v->q)) {
		error_set(err, ERR_ARGUMENT, "%s has no blocks", value_kind_with_article(subject->kind));
		free(v);
		return NULL;
	}
	if (open_on(v, options, err))
		return v;
	match_close(v);
	return NULL;
}

static void match_title(const void *state, struct text *left, struct text *right)
{
	const struct match_view *v = state;
	size_t groups = v->m.len ? (size_t)v->q.blocks.codec->sub_len / (size_t)v->m.len : 0;

	view_codec(&v->q, left);
	if (!v->m.candidate)
		return;
	if (groups > 1)
		text_add(left, "   block %zu, %s %zu, group %zu of %zu\f", v->block, v->q.flat ? "sub" : "sub-block", v->m.sub, v->group % groups, groups);
	else
		text_add(left, "   block %zu, group %zu of %zu\f", v->block, v->group, match_groups(v));
	text_add(left, "%s   %zu, ", v->q.blocks.codec->name, v->block);
	if (groups > 1)
		text_add(left, "%zu, group %zu", v->m.sub, v->group % groups);
	else
		text_add(left, "group %zu", v->group);
	text_add(right, "%d weights -> 1 of %d\f1 of %d", v->m.len, v->m.entries, v->m.entries);
}

static void match_facts(const void *state, struct text *out)
{
	const struct match_view *v = state;
	const struct tensor *t = &v->q.blocks;

	text_add(out, "%zu bytes  %.2f b/w", tensor_block_bytes(t), tensor_bits(t));
}

/* ---- keys ---- */

static void sort_by(struct match_view *v, enum match_by by)
{
	v->by = v->by == by ? MATCH_DISTANCE : by;
	match_sort(&v->m, v->by);
	v->cursor = v->top = 0;
}

static bool move_group(struct match_view *v, int by)
{
	size_t groups = match_groups(v), at = v->block * groups + v->group;

	if (by < 0 ? at == 0 : at + 1 >= tensor_blocks(&v->q.blocks) * groups)
		return true;
	at = by < 0 ? at - 1 : at + 1;
	if (v->subject->kind == VALUE_TRACE && at / groups != v->block)
		return true;	/* a walk is turned by the stage */
	return show(v, at / groups, at % groups, NULL);
}

static bool press_list(struct match_view *v, const struct key *k)
{
	size_t n = (size_t)v->m.entries, page = v->page ? v->page : 1, step = v->map ? v->map_cols : 1;
	bool plain = k->code == KEY_CHAR && !k->ctrl && !k->meta;

	if (k->code == KEY_UP_ || (plain && k->ch == 'k'))
		v->cursor = v->cursor >= step ? v->cursor - step : v->cursor;
	else if (k->code == KEY_DOWN_ || (plain && k->ch == 'j'))
		v->cursor = v->cursor + step < n ? v->cursor + step : v->cursor;
	else if (k->code == KEY_PGUP)
		v->cursor = v->cursor > page ? v->cursor - page : 0;
	else if (k->code == KEY_PGDN)
		v->cursor = v->cursor + page < n ? v->cursor + page : n - 1;
	else if (k->code == KEY_HOME_ || (plain && k->ch == 'g'))
		v->cursor = 0;
	else if (k->code == KEY_END_ || (plain && k->ch == 'G'))
		v->cursor = n - 1;
	else
		return false;
	return true;
}

static bool match_press(void *state, const struct key *k, struct wish *wish)
{
	struct match_view *v = state;
	bool plain = k->code == KEY_CHAR && !k->ctrl && !k->meta, moved;
	size_t block = v->block;

	if (!v->m.candidate) {
		if (k->code == KEY_ENTER_)
			wish->view = "line";
		return k->code == KEY_ENTER_;
	}
	if (v->map && (k->code == KEY_LEFT_ || k->code == KEY_RIGHT_)) {
		v->cursor = k->code == KEY_LEFT_ ? (v->cursor ? v->cursor - 1 : 0) : v->cursor + 1 < (size_t)v->m.entries ? v->cursor + 1 : v->cursor;
		return true;
	}
	if (k->code == KEY_LEFT_ || (plain && k->ch == 'h'))
		return move_group(v, -1);
	if (k->code == KEY_RIGHT_ || (plain && k->ch == 'l'))
		return move_group(v, 1);
	if (plain && k->ch == 'c')
		sort_by(v, MATCH_COSINE);
	else if (plain && k->ch == 'i')
		sort_by(v, MATCH_WEIGHTED);
	else if (plain && k->ch == 'm') {
		match_map_toggle(v);
	} else if (plain && k->ch == 'y') {
		snprintf(wish->type, sizeof wish->type, "%d", match_chosen(v)->entry);
	} else if (v->subject->kind != VALUE_MATCH && view_block_key(v->subject, k, &block, &moved)) {
		if (!moved)
			snprintf(wish->say, sizeof wish->say, "no further block");
		else
			show(v, block, v->group, NULL);
	} else {
		return press_list(v, k);
	}
	return true;
}

static bool match_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct match_view *v = state;
	size_t i = v->top + (size_t)(row - v->list_row);

	(void)again;
	(void)wish;
	if (!v->m.candidate)
		return false;
	if (v->map)
		return match_map_click(v, row, col);
	if (row < v->list_row || (size_t)(row - v->list_row) >= v->page || i >= (size_t)v->m.entries)
		return false;
	v->cursor = i;
	return true;
}

static struct table *match_data(const void *state, struct error *err)
{
	const struct match_view *v = state;
	struct table *t = v->m.candidate ? match_table(&v->m, v->wanted) : table_new("rank entry");

	if (!t)
		error_memory(err, "candidates");
	return t;
}

static size_t match_cursor(const void *state)
{
	const struct match_view *v = state;

	return v->block * 256 + v->group * (size_t)v->m.len;
}

static void match_set_cursor(void *state, size_t at)
{
	struct match_view *v = state;

	if (v->m.candidate && at / 256 < tensor_blocks(&v->q.blocks) && (v->subject->kind != VALUE_TRACE || at / 256 == v->block) &&
	    at / 256 * match_groups(v) + at % 256 / (size_t)v->m.len != v->block * match_groups(v) + v->group)
		show(v, at / 256, at % 256 / (size_t)v->m.len, NULL);
}

/* A walk has moved, perhaps to another block. */
static void match_changed(void *state)
{
	struct match_view *v = state;

	if (!v->m.candidate || v->subject->kind != VALUE_TRACE)
		return;
	if (v->subject->u.walk.trace.block != v->block)
		show(v, v->subject->u.walk.trace.block, v->group, NULL);
	v->end = events_so_far(v);
}

static const struct arg match_options[] = {
	{ "group", ARG_COUNT, .named = true, .in_title = true, .min = 0, .max = 63, .summary = "the group of weights in the block, from 0" },
	{ "top", ARG_COUNT, .named = true, .in_title = true, .min = 1, .max = 2048, .summary = "so many candidates" },
	{ "by", ARG_CHOICE, .named = true, .choices = "distance weighted cosine", .summary = "what they are sorted by" },
	{ "map", ARG_FLAG, .summary = "the whole codebook as a grid of cells" },
	{ 0 }
};

static const struct view_key match_keys[] = {
	{ "<Left> <Right> h l", "group", "the group before or after", true },
	{ "<Up> <Down> k j", "candidate", "another candidate", true },
	{ "c", "by cosine", "sorted by cosine, and back", true },
	{ "i", "weighted", "sorted by the weighted distance that the codec used, and back", false },
	{ "m", "map", "the whole codebook as a grid, and back", true },
	{ "<PgUp> <PgDn> <Home> <End> g G", "page", "pages, first, last", false },
	{ "<Enter>", "line", "where there is no vector codebook: the view line", false },
	{ 0 }
};

const struct view view_match = {
	.name       = "match",
	.question   = "which codebook entry was taken, and what were the others",
	.fits       = FITS(QUANTIZED) | FITS(TRACE) | FITS(MATCH),
	.options    = match_options,
	.keys       = match_keys,
	.columns    = "rank entry magnitudes distance weighted cosine by_distance by_weighted by_cosine stored",
	.made_for   = 80,
	.gives_up   = "the bar, the weighted distance, the cosine, the words that mark an entry, the magnitudes",
	.open       = match_open,
	.passes     = view_worst_passes,
	.close      = match_close,
	.title      = match_title,
	.facts      = match_facts,
	.height     = match_height,
	.draw       = match_draw,
	.press      = match_press,
	.click      = match_click,
	.why        = match_why,
	.data       = match_data,
	.cursor     = match_cursor,
	.set_cursor = match_set_cursor,
	.changed    = match_changed,
};
