/*
 * scales_draw.c - what all pictures of a search share: the lines below them in words, the codes of a candidate, and what is said where
 * nothing is searched. The pictures themselves are in scales_chart.c and scales_map.c.
 *
 * When low the lines go first: how a candidate is made, the first guess, what is stored; the one under the cursor stays.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views/axis.h"
#include "views/figure.h"
#include "views/lines.h"
#include "views/scales_view.h"

enum { CHART_ROWS = 6, CUT_ROWS = 18, BELOW = 4 };

/* ---- figures in words ---- */

static const char *digits(char *buf, double v)
{
	return figure_digits(buf, v, 4, false);
}

static void shift_words(const struct scales_view *v, const struct candidate *c, struct text *out)
{
	if (v->all.form == FORM_CUTS)
		text_add(out, "cuts %d %d", c->cut[0], c->cut[1]);
	else if (v->all.form == FORM_PAIR && c->shift < 0)
		text_put(out, "first ");
	else
		text_add(out, c->shift == 0 ? "k =  %.0f" : "k = %+.0f", c->shift);
}

/* "k = -4   step .007026   fitted .006937   weighted .001869   rmse .001912" */
static void candidate_line(const struct scales_view *v, const struct candidate *c, struct text *out)
{
	char buf[FIGURE_SIZE];

	shift_words(v, c, out);
	if (!isfinite(c->cost)) {
		text_put(out, "   nothing could be fitted: all codes are alike");
		return;
	}
	if (!isnan(c->inverse) && c->inverse != 0 && v->all.form != FORM_PAIR)
		text_add(out, "   step %s", digits(buf, 1 / c->inverse));
	if (v->all.form != FORM_NUMBERS)
		text_add(out, "   %s %s", v->all.form == FORM_PAIR || v->all.form == FORM_CUTS ? "scale" : "fitted", digits(buf, c->scale));
	if (!isnan(c->minimum))
		text_add(out, "   minimum %s", digits(buf, c->minimum));
	if (!isnan(c->weighted))
		text_add(out, "   weighted %s", digits(buf, c->weighted));
	else
		text_add(out, "   cost %s", digits(buf, c->cost));
	if (!isnan(c->plain))
		text_add(out, "   rmse %s", digits(buf, c->plain));
}

static void how_made(const struct scales_view *v, struct text *out)
{
	int n = 1 << v->q.blocks.codec->code_bits;

	switch (v->all.form) {
	case FORM_SCALE:
		text_add(out, "candidate k divides by (%d + 0.1k), then the step is fitted again to the codes", n / 2);
		break;
	case FORM_TABLE:
		text_put(out, "candidate k puts the largest weight near value k; the scale is fitted to all");
		break;
	case FORM_GRID:
		text_put(out, "candidate k: digits by a step moved by k, drawn to the codebook; scale fitted");
		break;
	case FORM_PAIR:
		text_put(out, "candidate k counts from the best minimum so far; then both are fitted again");
		break;
	case FORM_CUTS:
		text_put(out, "the lowest weights are -1, those from the first cut 0, from the second 1");
		break;
	default:
		text_put(out, "candidate k moves the step of these numbers by k tenths of a code");
	}
}

static const struct trace_event *stored_scale_of(const struct scales_view *v)
{
	static const char *const names[] = { "scale", "d" };
	size_t subs = scales_subs(v);

	if (v->searches && v->search >= subs)
		return trace_find(v->trace, v->search == subs ? "d" : "dmin", SIZE_MAX, v->trace->events);
	for (size_t i = 0; i < 2; i++) {
		const char *name = names[subs == 1 ? 1 - i : i];	/* one scale alone is stored as d */
		const struct trace_event *e = trace_find(v->trace, name, v->search, v->trace->events);

		if (!e)
			e = trace_find(v->trace, name, SIZE_MAX, v->trace->events);
		if (e)
			return e;
	}
	return NULL;
}

/* Some I formats search with magnitudes 1, 3, 5 and store a scale for those that the codebook has (8, 25, 43). */
static bool other_units(const struct scales_view *v, double stored)
{
	const struct candidate *best = scales_chosen(v);
	double ratio = best && best->scale != 0 ? fabs(stored / best->scale) : 1;

	return v->q.blocks.codec->flags & CODEC_VECTOR_CODEBOOK && (ratio < 0.5 || ratio > 2);
}

/* "stored .006935.  Without importance q4_0 tries one step: rmse .002025" */
static void stored_line(const struct scales_view *v, struct text *out)
{
	const struct trace_event *e = stored_scale_of(v);
	char buf[FIGURE_SIZE];

	if (v->end < v->trace->events)
		text_put(out, "not stored yet");
	else if (e)
		text_add(out, "stored %s%s%s", digits(buf, trace_result(e)), e->at[0].bits == 16 ? " (f16)" : "",
			 other_units(v, trace_result(e)) ? ", for the codebook's magnitudes; the search counts 1, 3, 5" : "");
	if (!isnan(v->without))
		text_add(out, ".  Without importance %s tries one step: rmse %s", v->q.blocks.codec->name, digits(buf, v->without));
}

/* The guess that stands for no search at all: k = 0, or the first. */
const struct candidate *scales_plain_guess(const struct scales_view *v)
{
	for (size_t i = 0; i < v->all.n; i++)
		if (v->all.c[i].shift == (v->all.form == FORM_PAIR ? -1 : 0) && v->all.form != FORM_CUTS)
			return &v->all.c[i];
	return NULL;
}

/* The lines below a picture, the cursor's always; rows: how many there are. */
void scales_draw_below(const struct scales_view *v, struct canvas *c, int row, int rows)
{
	const struct candidate *chosen = scales_chosen(v), *plain = scales_plain_guess(v);
	struct text t = { 0 };

	if (rows >= 3) {
		how_made(v, &t);
		canvas_fit(c, row++, 2, c->cols - 2, STYLE_DIM, text_str(&t));
		text_clear(&t);
	}
	if (rows >= 4 && plain && plain != chosen) {
		candidate_line(v, plain, &t);
		canvas_fit(c, row++, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
		text_clear(&t);
	}
	if (chosen) {
		candidate_line(v, chosen, &t);
		canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_CURSOR);
		canvas_fit(c, row, 2, c->cols - 2, chosen->taken ? STYLE_GOOD : STYLE_PLAIN, text_str(&t));
		text_clear(&t);
	}
	row++;
	if (rows >= 2) {
		stored_line(v, &t);
		canvas_fit(c, row, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
	}
	text_drop(&t);
}

int scales_rows_below(int rows)
{
	return rows >= 12 ? BELOW : rows >= 9 ? 3 : rows >= 6 ? 2 : 1;
}

/* ---- the codes of a candidate, on a line ---- */

static void draw_weights(struct scales_view *v, struct canvas *c, int row, size_t first, size_t n, const int *code, const float *value)
{
	size_t seen = c->rows - row - 1 > 0 ? (size_t)(c->rows - row - 1) : 0;
	int d = figure_decimals((double)v->trace->x[first], 4);

	if (v->top_weight + seen > n)
		v->top_weight = n > seen ? n - seen : 0;
	canvas_text(c, row, 2, STYLE_DIM, "%4s  %10s  %5s  %10s  %10s", "i", "x", "code", "back", "error");
	for (size_t i = 0; i < seen && v->top_weight + i < n; i++) {
		size_t w = v->top_weight + i;
		char a[FIGURE_SIZE], b[FIGURE_SIZE], e[FIGURE_SIZE];
		double x = (double)v->trace->x[first + w];

		canvas_text(c, row + 1 + (int)i, 2, STYLE_PLAIN, "%4zu  %10s  %5d  %10s  %10s", first + w, figure_fixed(a, x, d, true), code[w],
			    figure_fixed(b, (double)value[w], d, true), figure_fixed(e, (double)value[w] - x, d, true));
	}
}

static void draw_codes(struct scales_view *v, struct canvas *c)
{
	size_t subs = scales_subs(v), len = v->trace->len / subs, first = (v->search < subs ? v->search : 0) * len, n, levels;
	float value[256], level_value[LEVELS_MAX];
	int code[256], level_code[LEVELS_MAX], row = 0, outside;
	struct axis axis = { 0 };
	struct text t = { 0 };
	double lo, hi;

	n = candidate_codes(v->trace, &v->all, v->cursor, first, code, value, 256);
	levels = candidate_levels(v->trace, &v->all, v->cursor, level_code, level_value, LEVELS_MAX);
	candidate_line(v, &v->all.c[v->cursor], &t);
	canvas_fit(c, row++, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
	if (!n || !levels)
		return;
	lo = hi = (double)level_value[0];
	for (size_t i = 0; i < levels; i++) {
		lo = fmin(lo, (double)level_value[i]);
		hi = fmax(hi, (double)level_value[i]);
	}
	axis_set(&axis, level_code, level_value, levels);
	memset(axis.reached, 0, sizeof axis.reached);
	for (size_t i = 0; i < n; i++)
		if (axis_tick(&axis, code[i]) != SIZE_MAX)
			axis.reached[axis_tick(&axis, code[i])] = true;
	axis_fit(&axis, c->cols, 11, 1, (lo + hi) / 2);
	if (c->rows > 6) {
		axis_draw_codes(&axis, c, row++, SIZE_MAX, false);
		axis_draw_ticks(&axis, c, row++, SIZE_MAX);
		axis_draw_values(&axis, c, row++, SIZE_MAX, false);
		for (size_t i = 0; i < n; i++)
			canvas_glyph(c, row, axis_col(&axis, (double)v->trace->x[first + i], &outside), GLYPH_UP, STYLE_MARK);
		row++;
	}
	draw_weights(v, c, row, first, n, code, value);
}

/* ---- nothing searched ---- */

static void nothing_lines(const struct scales_view *v, struct lines *l, int cols)
{
	const struct codec *codec = v->q.blocks.codec;
	const struct trace_event *e = stored_scale_of(v);
	struct text why = { 0 };

	lines_begin(l, cols);
	if (!v->trace->x)
		lines_add(l, STYLE_PLAIN, 0, NULL, 2, "The weights before are not known, so it cannot be told what was tried.");
	else if (v->trace->decoding)
		lines_add(l, STYLE_PLAIN, 0, NULL, 2, "These bytes are not those that the encoder makes, so it cannot be told what was tried.");
	else if (v->end < v->trace->events && candidate_searches(v->trace, v->trace->events))
		lines_add(l, STYLE_PLAIN, 0, NULL, 2, "Nothing has been tried yet: the search is a later step.");
	else if (codec->flags & CODEC_PLAIN)
		lines_addf(l, STYLE_PLAIN, 0, NULL, 2, "%s stores each number by itself: there are no scales.", codec->name);
	else
		lines_addf(l, STYLE_PLAIN, 0, NULL, 2, "%s searches nothing%s: it has one candidate, the scale that the largest weight asks for.", codec->name,
			   codec->flags & CODEC_USES_IMPORTANCE ? " without importance" : "");
	for (size_t i = 0; i < v->end && v->end < v->trace->events; i++)	/* where the guesses begin, if that is told already */
		if (!strcmp(trace_kind_name((enum trace_kind)v->trace->event[i].kind), "start")) {
			trace_why(v->trace, &v->trace->event[i], &why);
			lines_addf(l, STYLE_SCALE, 0, NULL, 2, "%.*s", (int)strcspn(text_str(&why), "\n"), text_str(&why));
			text_clear(&why);
		}
	if (e && v->trace->x && v->end == v->trace->events) {
		trace_why(v->trace, e, &why);
		lines_gap(l);
		lines_addf(l, STYLE_SCALE, 0, NULL, 2, "%.*s", (int)strcspn(text_str(&why), "\n"), text_str(&why));
	}
	if (codec->flags & CODEC_USES_IMPORTANCE && v->trace->x && !v->q.importance.codec && !candidate_searches(v->trace, v->trace->events)) {
		lines_gap(l);
		lines_add(l, STYLE_DIM, 0, NULL, 2, "With importance it searches: imp=flat counts all errors alike.");
	}
	text_drop(&why);
}

/* ---- all ---- */

int scales_height(const void *state, int cols)
{
	const struct scales_view *v = state;
	struct lines l = { 0 };
	int n;

	if (!v->all.n) {
		nothing_lines(v, &l, cols);
		n = (int)l.n;
		lines_drop(&l);
		return n;
	}
	if (v->codes)
		return 6 + (int)(v->trace->len / scales_subs(v));
	return v->all.form == FORM_PAIR ? 1 + (int)v->all.n + BELOW : v->all.form == FORM_CUTS ? 1 + CUT_ROWS + BELOW : CHART_ROWS + 2 + BELOW;
}

void scales_draw(void *state, struct canvas *c)
{
	struct scales_view *v = state;
	struct lines l = { 0 };

	if (!v->all.n) {
		nothing_lines(v, &l, c->cols);
		lines_draw(&l, c, 0, 0);
		lines_drop(&l);
	} else if (v->codes) {
		draw_codes(v, c);
	} else if (v->all.form == FORM_PAIR) {
		scales_draw_pairs(v, c);
	} else if (v->all.form == FORM_CUTS) {
		scales_draw_cuts(v, c);
	} else {
		scales_draw_chart(v, c);
	}
}
