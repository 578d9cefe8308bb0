/*
 * curve.c - what each candidate cost (interaction.md 9): ranges from narrow to wide, a column each, the one that was taken marked.
 */
#include "views/told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "methods/calibrate.h"

struct curve { struct value *subject; const struct calibration *c; size_t cursor; };

static bool takes(const struct value *v)
{
	return v->u.record.of->calibration != NULL;
}

static void *open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct curve *v = calloc(1, sizeof *v);

	(void)s;
	(void)options;
	if (!v) {
		error_memory(err, "a picture");
		return NULL;
	}
	v->subject = subject;
	v->c = subject->u.record.of->calibration;
	v->cursor = v->c->best;
	return v;
}

static void title(const void *state, struct text *left, struct text *right)
{
	const struct curve *v = state;
	static const char *const names[] = { "minmax", "moving", "percentile", "mse", "kl", "hist", "hist-l2" };

	view_subject(v->subject, left);
	text_add(left, "%s%s", left->len ? "   " : "", names[v->c->o.way]);
	text_add(right, "%zu candidates   %s", v->c->points, v->c->cost_name);
}

static int height(const void *state, int cols)
{
	(void)state;
	(void)cols;
	return 16;
}

/* Candidates from narrow to wide, whatever the order they were tried in. */
static bool widest_first(const struct calibration *c)
{
	return c->points > 1 && c->curve[0].hi > c->curve[c->points - 1].hi;
}

static size_t candidate_at(const struct calibration *c, size_t place)
{
	return widest_first(c) ? c->points - 1 - place : place;
}

/* A column for each, or for a few of which the cheapest is drawn. Costs on a scale of logarithms. */
static void chart(const struct curve *v, struct canvas *c, int left, int bottom, int rows)
{
	const struct calibration *k = v->c;
	size_t cols = (size_t)(c->cols - left - 2), n = k->points, each = n <= cols ? 1 : (n + cols - 1) / cols;
	int wide = n && n < cols ? (int)(cols / n) : 1;
	double lo = INFINITY, hi = 0;
	char buf[NUMBER_SIZE];

	for (size_t i = 0; i < n; i++) {
		if (k->curve[i].cost > 0)
			lo = fmin(lo, k->curve[i].cost);
		hi = fmax(hi, k->curve[i].cost);
	}
	canvas_right(c, bottom - rows + 1, left - 1, STYLE_DIM, "%s", number_short(buf, (double)(float)hi));
	canvas_right(c, bottom, left - 1, STYLE_DIM, "%s", number_short(buf, isfinite(lo) ? (double)(float)lo : 0));
	for (size_t at = 0; at * each < n; at++) {
		double best = INFINITY, share;
		bool cursor = false, taken = false;
		int col = left + (int)at * wide;

		for (size_t i = at * each; i < (at + 1) * each && i < n; i++) {
			size_t who = candidate_at(k, i);

			best = fmin(best, k->curve[who].cost);
			cursor |= who == v->cursor;
			taken |= who == k->best;
		}
		share = !(best > 0) ? 0 : hi > lo ? 0.06 + 0.94 * log(best / lo) / log(hi / lo) : 1;
		canvas_column(c, bottom, col, rows, wide, share, taken ? STYLE_GOOD : STYLE_CODE);
		if (taken)
			canvas_glyph(c, bottom + 1, col, GLYPH_UP, STYLE_GOOD);
		if (cursor)
			canvas_glyph(c, bottom + 1, col, taken ? GLYPH_UP : GLYPH_DOT, STYLE_CURSOR);
	}
}

/* Walked, only what the steps so far have made is told: the search comes with the range. */
static bool reached(const struct curve *v, const char *step)
{
	const struct value *s = v->subject;

	if (!value_walks(s))
		return true;
	for (size_t k = 0; k <= value_step(s) && k < value_steps(s); k++)
		if (!strcmp(value_step_name(s, k), step))
			return true;
	return false;
}

static void draw_extremes(const struct curve *v, struct canvas *c)
{
	char least[NUMBER_SIZE], most[NUMBER_SIZE];

	canvas_text(c, c->rows > 4 ? 1 : 0, 2, STYLE_PLAIN, "%zu numbers from %s to %s", v->c->n, number_short(least, v->c->least),
		    number_short(most, v->c->most));
}

static void draw(void *state, struct canvas *c)
{
	const struct curve *v = state;
	const struct calibration *k = v->c;
	const struct candidate_cost *p = k->points ? &k->curve[v->cursor] : NULL;
	char lo[NUMBER_SIZE], hi[NUMBER_SIZE], s[NUMBER_SIZE], cost[NUMBER_SIZE], text[240];
	int lines = c->rows >= 12 ? 4 : 2, bottom = c->rows - lines - 2, left = c->cols >= 60 ? 12 : 10;

	if (!reached(v, "range")) {
		draw_extremes(v, c);
		return;
	}
	if (p && bottom >= 1)
		chart(v, c, left, bottom, bottom + 1);
	if (p) {
		char first[NUMBER_SIZE], last[NUMBER_SIZE];

		snprintf(text, sizeof text, "candidate %zu%s   %s..%s   %s %s", v->cursor, v->cursor == k->best && k->searched ? ", taken" : "",
			 number_short(lo, p->lo), number_short(hi, p->hi), c->cols < 80 ? "cost" : k->cost_name, number_short(cost, p->cost));
		canvas_fit(c, c->rows - lines, 2, c->cols - 3, STYLE_CURSOR, text);
		if (lines > 2) {
			snprintf(text, sizeof text, "from left to right: up to %s, up to %s", number_short(first, k->curve[candidate_at(k, 0)].hi),
				 number_short(last, k->curve[candidate_at(k, k->points - 1)].hi));
			canvas_fit(c, c->rows - lines + 1, 2, c->cols - 3, STYLE_DIM, text);
		}
	}
	if (reached(v, "scale"))
		snprintf(text, sizeof text, "range %s..%s   scale %s   zero point %lld", number_short(lo, k->lo), number_short(hi, k->hi),
			 number_short(s, k->scale), (long long)k->zero);
	else
		snprintf(text, sizeof text, "range %s..%s", number_short(lo, k->lo), number_short(hi, k->hi));
	canvas_fit(c, c->rows - (lines > 2 ? 2 : 1), 2, c->cols - 3, STYLE_SCALE, text);
	if (lines > 2 && reached(v, "loss")) {
		snprintf(text, sizeof text, "%.4f dB   %llu of %zu beyond the codes%s", k->snr, (unsigned long long)k->clipped, k->n,
			 k->searched ? "" : "   nothing was searched: the curve shows what a search would see");
		canvas_fit(c, c->rows - 1, 2, c->cols - 3, STYLE_PLAIN, text);
	}
}

static bool press(void *state, const struct key *k, struct wish *wish)
{
	struct curve *v = state;
	bool wider = k->code == KEY_RIGHT_;

	(void)wish;
	if (k->ctrl || k->meta || (k->code != KEY_LEFT_ && k->code != KEY_RIGHT_) || !v->c->points)
		return false;
	if (wider != widest_first(v->c) ? v->cursor + 1 < v->c->points : v->cursor > 0)
		v->cursor += wider != widest_first(v->c) ? 1 : (size_t)-1;
	return true;
}

static bool why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct curve *v = state;
	const struct candidate_cost *p;
	char lo[NUMBER_SIZE], hi[NUMBER_SIZE], cost[NUMBER_SIZE];

	if (name)
		return record_answer(v->subject, name, out, err);
	if (!v->c->points)
		return error_set(err, ERR_ARGUMENT, "no candidate is under the cursor");
	p = &v->c->curve[v->cursor];
	text_add(out, "candidate %zu: the range %s..%s costs %s = %s%s\n", v->cursor, number_short(lo, p->lo), number_short(hi, p->hi), v->c->cost_name,
		 number_short(cost, p->cost), v->cursor == v->c->best && v->c->searched ? ", the least" : "");
	return true;
}

static struct table *data(const void *state, struct error *err)
{
	const struct curve *v = state;
	struct table *t = table_new("candidate lo hi cost taken");

	for (size_t i = 0; t && i < v->c->points; i++) {
		table_row(t);
		table_int(t, (int64_t)i);
		table_number(t, v->c->curve[i].lo);
		table_number(t, v->c->curve[i].hi);
		table_number(t, v->c->curve[i].cost);
		table_int(t, v->c->searched && i == v->c->best);
	}
	if (!t)
		error_memory(err, "a table");
	return t;
}

static const struct view_key keys[] = { { "<Left> <Right>", "candidate", "a narrower, a wider range", true }, { 0 } };

const struct view view_curve = {
	.name = "curve", .question = "what did each candidate cost", .fits = FITS(RECORD), .takes = takes, .keys = keys,
	.columns = "candidate lo hi cost taken",
	.gives_up = "candidates of their own: neighbours share a column; when low the lines below the picture",
	.open = open, .close = free, .title = title, .height = height, .draw = draw, .press = press,
	.why = why, .data = data,
};
