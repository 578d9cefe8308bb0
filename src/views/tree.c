/*
 * tree.c - how super-block, sub-block and weight depend on each other: the steps of the block, then a line for each sub-block with its
 * stored numbers, the scale and minimum they make, what the codes can reach, where the weights lie, and the error.
 *
 * What a codec stores is learned from the trace (stored.h): d, dmin, sc, m, or whatever else belongs to a sub-block; columns that a layout
 * does not have are left out. Codecs without sub-blocks have one level: a line for each block of the row.
 *
 * When narrow it gives up, in this order: where the weights lie, what the codes reach, the rmse, the minimum, m, sc; of the last line the bytes
 * first. Sub-block and scale always stay. When low: the last line, the first lines; lines that do not fit are counted.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/counts.h"
#include "views/columns.h"
#include "views/figure.h"
#include "views/stored.h"
#include "views/view.h"

enum { LEVELS_MAX = 256, PACKED_MAX = 16 };

/* A sub-block, or, where there are none, a block of the row. NAN: not known, or not there. */
struct tree_line {
	bool filled;
	double sc, scale, m, min;
	double reach_lo, reach_hi, lowest, highest, rmse;
	size_t clips;			/* codes that had to be kept within the range; SIZE_MAX: the weights before are not known */
};

enum tree_column { ON_LINE, ON_SC, ON_M };

struct tree_view {
	struct value *subject;		/* borrowed */
	struct quantized q;		/* held */
	size_t block;			/* the one that `why` explains */
	struct trace own;
	const struct trace *trace;	/* of that block; NULL: memory ran out */
	struct stored_map map;
	bool one_level;
	size_t first, lines;		/* one level: first block of the row */
	struct tree_line *line;
	size_t cursor;
	enum tree_column column;
	size_t top;
	int list_row;			/* of the last drawing */
};

/* ---- what is shown ---- */

static void forget(struct tree_view *v)
{
	stored_drop(&v->map);
	trace_drop(&v->own);
	v->own = (struct trace){ 0 };
	v->trace = NULL;
}

static double result_of(const struct trace_event *e)
{
	return e ? trace_result(e) : NAN;
}

/* All scales, minima and what they are made of have been stored: only then can a code be worth something. */
static bool scales_known(const struct stored_map *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (!m->number[i].code && !m->number[i].known)
			return false;
	return true;
}

/* The values that codes can stand for, lowest and highest, and how far their neighbours are. */
struct reach { double lo, hi, lo_gap, hi_gap; };

static struct reach find_reach(const struct stored_map *m, size_t sub)
{
	const struct trace *t = m->trace;
	struct reach r = { NAN, NAN, INFINITY, INFINITY };
	float value[LEVELS_MAX];
	int code[LEVELS_MAX];
	size_t n = 0;

	if (t->codec->levels && scales_known(m))
		n = t->codec->levels(t->codec, t->bytes, t->len, sub, code, value, LEVELS_MAX);
	for (size_t i = 0; i < n; i++) {
		r.lo = fmin(r.lo, value[i]);
		r.hi = fmax(r.hi, value[i]);
	}
	for (size_t i = 0; i < n; i++) {
		if (value[i] > r.lo)
			r.lo_gap = fmin(r.lo_gap, value[i] - r.lo);
		if (value[i] < r.hi)
			r.hi_gap = fmin(r.hi_gap, r.hi - value[i]);
	}
	return r;
}

/* A code was kept within the range, and not only because its weight lies beyond the last value: another code would be nearer, were there one. */
static bool is_clipped(const struct stored_map *m, size_t w, const struct reach *r)
{
	double x = m->trace->x[w];

	if (!m->code[w] || !(m->code[w]->flags & (TRACE_CLIP_LO | TRACE_CLIP_HI | TRACE_SAT)))
		return false;
	return isnan(r->lo) || r->lo - x >= 0.4999 * r->lo_gap || x - r->hi >= 0.4999 * r->hi_gap;
}

static void fill_line(const struct stored_map *m, size_t sub, struct tree_line *l)
{
	const struct trace *t = m->trace;
	size_t len = stored_sub_len(t), first = sub * len, end = t->len - t->padding;
	struct reach reach = find_reach(m, sub);

	*l = (struct tree_line){
		.filled = true,
		.sc = result_of(trace_find(t, "sc", sub, m->end)), .m = result_of(trace_find(t, "m", sub, m->end)),
		.scale = result_of(stored_scale(m, sub)), .min = result_of(stored_minimum(m, sub)),
		.reach_lo = reach.lo, .reach_hi = reach.hi, .lowest = NAN, .highest = NAN, .rmse = NAN, .clips = SIZE_MAX,
	};
	if (!t->x)
		return;
	if (end > first + len)
		end = first + len;
	l->clips = 0;
	for (size_t w = first; w < end; w++) {
		l->lowest = fmin(l->lowest, t->x[w]);
		l->highest = fmax(l->highest, t->x[w]);
		l->clips += is_clipped(m, w, &reach);
	}
	if (end > first && m->back[first])
		l->rmse = run_rmse(t->y + first, t->x + first, end - first);
}

static size_t events_so_far(const struct tree_view *v, const struct trace *t)
{
	const struct value *s = v->subject;

	return s->kind == VALUE_TRACE && t == &s->u.walk.trace ? trace_end(t, s->u.walk.at) : t->events;
}

static bool show_block(struct tree_view *v, size_t block, struct error *err)
{
	forget(v);
	v->block = block;
	if (!view_record(v->subject, block, &v->own, &v->trace, err) ||
	    !stored_learn(&v->map, v->trace, events_so_far(v, v->trace), err)) {
		forget(v);
		return false;
	}
	return true;
}

/* The lines: sub-blocks of this block, or blocks of its row. */
static bool show(struct tree_view *v, size_t block, struct error *err)
{
	size_t len = tensor_block_len(&v->q.blocks), sub = v->q.blocks.codec->sub_len, per_row = v->q.blocks.cols / len;

	if (!show_block(v, block, err))
		return false;
	v->one_level = !sub || sub >= len;
	v->first = v->one_level && per_row ? block / per_row * per_row : block;
	v->lines = v->one_level ? per_row ? per_row : 1 : len / sub;
	if (v->one_level)
		v->cursor = block - v->first;
	else if (v->cursor >= v->lines)
		v->cursor = 0;
	free(v->line);
	v->line = calloc(v->lines, sizeof *v->line);
	return v->line || error_memory(err, "the lines of a tree");
}

/* Lines of other blocks are worked out when they are first seen: each takes a run over its row. */
static const struct tree_line *line_at(struct tree_view *v, size_t i)
{
	struct tree_line *l = &v->line[i];

	if (l->filled)
		return l;
	if (!v->one_level || v->first + i == v->block) {
		fill_line(&v->map, v->one_level ? 0 : i, l);
	} else {
		struct trace own;
		const struct trace *t;
		struct stored_map m = { 0 };

		if (view_record(v->subject, v->first + i, &own, &t, NULL) && stored_learn(&m, t, t->events, NULL))
			fill_line(&m, 0, l);
		stored_drop(&m);
		trace_drop(&own);
	}
	return l;
}

/* ---- drawing ---- */

enum { COL_SUB, COL_SC, COL_SCALE, COL_M, COL_MIN, COL_REACH, COL_LIE, COL_RMSE, COLS };

static const struct column tree_columns[COLS] = {
	[COL_SUB]   = { "sub", 0, .head_left = true, .least = 2 },
	[COL_SC]    = { "sc", 6, .least = 2, .style = STYLE_SCALE },
	[COL_SCALE] = { "scale", 0, .style = STYLE_SCALE },
	[COL_M]     = { "m", 5, .least = 2, .style = STYLE_MIN },
	[COL_MIN]   = { "min", 4, .style = STYLE_MIN },
	[COL_REACH] = { "codes reach", 2, .left = true },
	[COL_LIE]   = { "weights lie in", 1, .left = true },
	[COL_RMSE]  = { "rmse", 3 },
};

/* Decimals for the columns, from all lines that are known, so that they do not jump while scrolling. */
struct decimals { int scale, reach, rmse; bool whole_min; };

static struct decimals decimals_of(const struct tree_view *v)
{
	double scale = 0, reach = 0, rmse = 0;
	int d;
	bool whole = true;

	for (size_t i = 0; i < v->lines; i++) {
		const struct tree_line *l = &v->line[i];

		if (!l->filled)
			continue;
		scale = fmax(scale, fabs(l->scale));
		reach = fmax(reach, fmax(fmax(fabs(l->reach_lo), fabs(l->reach_hi)), fmax(fabs(l->lowest), fabs(l->highest))));
		rmse = fmax(rmse, l->rmse);
		whole &= isnan(l->min) || l->min == floor(l->min);
	}
	d = figure_decimals(reach, 3);
	return (struct decimals){ figure_decimals(scale, 4), d, rmse > 0 && figure_decimals(rmse, 2) > d ? figure_decimals(rmse, 2) : d, whole };
}

static void put_number(struct columns *t, size_t row, size_t col, double v, int decimals)
{
	char buf[FIGURE_SIZE];

	if (!isnan(v))
		strcpy(columns_cell(t, row, col), figure_fixed(buf, v, decimals, false));
}

static void put_range(struct columns *t, size_t row, size_t col, double lo, double hi, int decimals)
{
	char a[FIGURE_SIZE], b[FIGURE_SIZE];
	struct text s = { 0 };

	if (isnan(lo) || isnan(hi))
		return;
	text_add(&s, "%s .. %s", figure_fixed(a, lo, decimals, true), figure_fixed(b, hi, decimals, true));
	strncpy(columns_cell(t, row, col), text_str(&s), COLUMN_TEXT - 1);
	text_drop(&s);
}

static void fill_row(struct tree_view *v, struct columns *t, size_t row, size_t i, const struct decimals *d)
{
	const struct tree_line *l = line_at(v, i);

	put_number(t, row, COL_SUB, (double)(v->one_level ? v->first + i : i), 0);
	put_number(t, row, COL_SC, l->sc, 0);
	put_number(t, row, COL_SCALE, l->scale, d->scale);
	put_number(t, row, COL_M, l->m, 0);
	put_number(t, row, COL_MIN, l->min, d->whole_min ? 0 : d->scale);
	put_range(t, row, COL_REACH, l->reach_lo, l->reach_hi, d->reach);
	put_range(t, row, COL_LIE, l->lowest, l->highest, d->reach);
	put_number(t, row, COL_RMSE, l->rmse, d->rmse);
}

/* What this layout has; a walk at an early step keeps the columns it will fill. */
static bool has_column(const struct tree_view *v, size_t col)
{
	const struct stored_map *m = &v->map;
	bool minimum = v->q.blocks.codec->flags & CODEC_HAS_MIN;

	switch (col) {
	case COL_SC: return !v->one_level && stored_find(m, "sc", 0) != STORED_NONE;
	case COL_M: return !v->one_level && stored_find(m, "m", 0) != STORED_NONE;
	case COL_MIN: return minimum;
	case COL_REACH: return v->q.blocks.codec->levels;
	case COL_LIE: case COL_RMSE: return v->trace->x;
	default: return true;
	}
}

static void name_columns(const struct tree_view *v, struct column column[COLS])
{
	const struct trace_event *scale = stored_scale(&v->map, 0), *min = stored_minimum(&v->map, 0);

	memcpy(column, tree_columns, sizeof tree_columns);
	if (!v->one_level)
		return;
	column[COL_SUB] = (struct column){ "block" };
	if (scale)
		column[COL_SCALE].head = trace_kind_name(scale->kind);
	if (min)
		column[COL_MIN].head = trace_kind_name(min->kind);
}

/* The numbers that all sub-blocks share, each with what it makes. */
static size_t shared_numbers(const struct stored_map *m, size_t at[4])
{
	size_t n = 0;

	for (size_t i = 0; i < m->n && n < 4; i++)
		if (trace_indexed(m->number[i].event->kind) == INDEX_NONE && strcmp(trace_kind_name(m->number[i].event->kind), "fill"))
			at[n++] = i;
	return n;
}

/* In the K formats a scale is d times its number; the I formats have rules of their own, which `why scale[j]` tells. */
static bool scales_are_products(const struct trace *t)
{
	const struct trace_event *d = trace_find(t, "d", SIZE_MAX, t->events), *sc = trace_find(t, "sc", 0, t->events);
	const struct trace_event *scale = trace_find(t, "scale", 0, t->events);
	double product;

	if (!d || !sc || !scale)
		return false;
	product = trace_result(d) * trace_result(sc);
	return fabs(trace_result(scale) - product) <= 1e-5 * fabs(product);
}

static int draw_shared(const struct tree_view *v, struct canvas *c, int rows)
{
	const struct stored_map *m = &v->map;
	size_t at[4], n = shared_numbers(m, at);
	bool has_m = stored_find(m, "m", 0) != STORED_NONE;
	int decimals = 0, name = 0, end = 0, used = 0;
	char buf[FIGURE_SIZE];

	for (size_t i = 0; i < n; i++) {
		int d = figure_decimals(trace_result(m->number[at[i]].event), 4);
		int w = (int)strlen(trace_kind_name(m->number[at[i]].event->kind));

		decimals = d > decimals ? d : decimals;
		name = w > name ? w : name;
	}
	for (size_t i = 0; i < n && used < rows; i++, used++) {
		const struct trace_event *e = m->number[at[i]].event;
		const char *kind = trace_kind_name(e->kind);
		const struct float_format *f = stored_float(m, at[i], v->trace->bytes);
		int col = canvas_text(c, used, 2, STYLE_SCALE, "%-*s = ", name, kind);

		if (!m->number[at[i]].known) {
			col = canvas_puts(c, used, col, STYLE_DIM, "not known yet");
			f = NULL;
		} else
			col = canvas_puts(c, used, col, STYLE_PLAIN, figure_fixed(buf, trace_result(e), decimals, false));
		if (f)
			col = canvas_text(c, used, col, STYLE_DIM, " (%s 0x%0*llx)", f->name, f->bits / 4,
					  (unsigned long long)stored_raw(m, at[i], v->trace->bytes));
		if (col > end)
			end = col;
	}
	end += 4;
	for (size_t i = 0; i < (size_t)used; i++) {
		const char *kind = trace_kind_name(m->number[at[i]].event->kind);
		bool d = !strcmp(kind, "d"), dmin = !strcmp(kind, "dmin");
		int col = end;

		if (d && stored_find(m, "sc", 0) != STORED_NONE && end + 20 <= c->cols)
			col = canvas_puts(c, (int)i, end, STYLE_PLAIN, scales_are_products(v->trace) ? "scale[j] = d x sc[j]    " :
					  "scale[j] from d and sc[j]: w says how    ");
		if (dmin && has_m && end + 20 <= c->cols)
			col = canvas_puts(c, (int)i, end, STYLE_PLAIN, "min[j] = dmin x m[j]    ");
		if (i + 1 == (size_t)used && col > end && col + 19 <= c->cols)
			canvas_puts(c, (int)i, col, STYLE_PLAIN, has_m ? "w = scale x q - min" : "w = scale x q");
	}
	return used;
}

/* One level: what its scale does, with the numbers of the first weight of the block under the cursor. */
static int draw_example(const struct tree_view *v, struct canvas *c, int rows)
{
	struct text t = { 0 }, why = { 0 };
	size_t len = tensor_block_len(&v->q.blocks);
	const char *sum;

	if (rows < 1)
		return 0;
	text_add(&t, "%zu weights share one scale", len);
	if (v->map.back[0]) {
		trace_why(v->trace, v->map.back[0], &why);
		sum = strstr(text_str(&why), " = ");
		if (sum)
			text_add(&t, "   w[0]%.*s", (int)strcspn(sum, "\n"), sum);
		text_drop(&why);
	}
	canvas_fit(c, 0, 2, c->cols - 2, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
	return 1;
}

/* A stored number of a whole sub-block; a codebook's indices belong to fewer weights. */
static bool of_sub_block(const struct stored_map *m, int32_t number)
{
	return number != STORED_NONE && !m->number[number].code && trace_indexed(m->number[number].event->kind) == INDEX_SUB &&
	       m->number[number].weights == stored_sub_len(m->trace);
}

/* The bytes that hold the numbers of sub-blocks, if they lie together: from *first on. */
static size_t packed_bytes(const struct stored_map *m, size_t *first)
{
	size_t lo = SIZE_MAX, hi = 0;

	for (size_t b = 0; b < m->bits; b++)
		if (of_sub_block(m, m->owner[b])) {
			lo = b / 8 < lo ? b / 8 : lo;
			hi = b / 8;
		}
	*first = lo;
	return lo <= hi && hi - lo < PACKED_MAX ? hi - lo + 1 : 0;
}

static bool holds_cursor(const struct tree_view *v, size_t byte)
{
	for (size_t b = 8 * byte; b < 8 * byte + 8; b++) {
		int32_t n = v->map.owner[b];

		if (of_sub_block(&v->map, n) && v->map.number[n].event->sub == v->cursor)
			return true;
	}
	return false;
}

static void draw_packed(const struct tree_view *v, struct canvas *c, int row)
{
	const struct stored_map *m = &v->map;
	struct text t = { 0 };
	size_t first, n = packed_bytes(m, &first);
	char buf[NUMBER_SIZE];
	int col = 2, need;

	if (!scales_known(m))
		return;
	text_add(&t, "sub %zu:", v->cursor);
	for (size_t i = 0, k = 0; i < m->n; i++) {
		const struct trace_event *e = m->number[i].event;

		if (of_sub_block(m, (int32_t)i) && e->sub == v->cursor)
			text_add(&t, "%s%s = %s", k++ ? ", " : " ", trace_kind_name(e->kind), number_short(buf, trace_result(e)));
	}
	need = 2 + 10 + 3 * (int)n + (int)(n / 4) + 3 + (int)t.len;
	if (n && need <= c->cols) {
		col = canvas_text(c, row, col, STYLE_DIM, "%zu bytes", n);
		for (size_t i = 0; i < n; i++) {
			col += i && i % 4 == 0 ? 2 : i ? 1 : 2;
			canvas_text(c, row, col, STYLE_FIELD1, "%02x", v->trace->bytes[first + i]);
			if (holds_cursor(v, first + i))
				canvas_mark(c, row, col, 2, MARK_BOLD | MARK_UNDERLINE);
			col += 2;
		}
		col += 4;
	}
	canvas_puts(c, row, col, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
}

static int shared_height(const struct tree_view *v)
{
	size_t at[4];

	return v->one_level ? 1 : (int)shared_numbers(&v->map, at);
}

static int tree_height(const void *state, int cols)
{
	const struct tree_view *v = state;

	(void)cols;
	return v->trace ? shared_height(v) + 1 + (int)v->lines + !v->one_level : 1;
}

static void draw_lines(struct tree_view *v, struct canvas *c, int row, int rows, bool head)
{
	struct column column[COLS];
	struct columns t;
	struct decimals d;
	size_t n = rows > 0 ? (size_t)rows : 0;
	bool more = n < v->lines && n > 3;

	n = n < v->lines ? n - more : v->lines;
	if (v->top + n > v->lines)
		v->top = v->lines - n;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (n && v->cursor >= v->top + n)
		v->top = v->cursor - n + 1;
	name_columns(v, column);
	if (!columns_new(&t, column, COLS, n))
		return;
	for (size_t i = 0; i < n; i++)
		line_at(v, v->top + i);
	d = decimals_of(v);
	for (size_t i = 0; i < n; i++)
		fill_row(v, &t, i, v->top + i, &d);
	for (size_t k = 0; k < COLS; k++)
		if (!has_column(v, k))
			columns_hide(&t, k);
	columns_fit(&t, 2, c->cols);
	if (head)
		columns_head(&t, c, row++);
	v->list_row = row;
	for (size_t i = 0; i < n; i++) {
		const struct tree_line *l = &v->line[v->top + i];
		bool cursor = v->top + i == v->cursor;

		columns_row(&t, c, row + (int)i, i, STYLE_PLAIN);
		if (l->clips && l->clips != SIZE_MAX)
			canvas_put(c, row + (int)i, 2 + t.width[COL_SUB], '!', STYLE_CLIPPED, MARK_BOLD);
		if (cursor)
			canvas_glyph(c, row + (int)i, 0, GLYPH_CHOSEN, STYLE_MARK);
		for (size_t k = COL_SC; cursor && k <= COL_M; k += COL_M - COL_SC)
			if (t.at[k] >= 0 && v->column == (k == COL_SC ? ON_SC : ON_M))
				canvas_mark(c, row + (int)i, t.at[k], t.width[k], MARK_REVERSE);
	}
	if (more)
		canvas_text(c, row + (int)n, 2, STYLE_DIM, "… %zu more %s", v->lines - n, v->one_level ? "blocks" : "sub-blocks");
	columns_drop(&t);
}

static void tree_draw(void *state, struct canvas *c)
{
	struct tree_view *v = state;
	int row = 0, list = (int)v->lines, last, top, head;

	if (!v->trace) {
		canvas_puts(c, 0, 2, STYLE_WARN, "not enough memory for this block");
		return;
	}
	head = c->rows >= 3;
	last = !v->one_level && c->rows >= 6;
	top = c->rows >= 8 || c->rows >= tree_height(v, c->cols) ? shared_height(v) : 0;
	if (top)
		row = v->one_level ? draw_example(v, c, top) : draw_shared(v, c, top);
	if (list > c->rows - row - head - last)
		list = c->rows - row - head - last;
	draw_lines(v, c, row, list, head);
	if (last)
		draw_packed(v, c, row + head + list);
}

/* ---- the entry's functions ---- */

static void tree_close(void *state)
{
	struct tree_view *v = state;

	forget(v);
	free(v->line);
	quantized_drop(&v->q);
	free(v);
}

static void *tree_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct tree_view *v = calloc(1, sizeof *v);
	size_t block;

	(void)s;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	if (!view_pick_block(subject, options, &block, err))
		goto failed;
	view_quantized(subject, &v->q);
	if (v->q.blocks.codec->flags & CODEC_PLAIN) {
		error_set(err, ERR_VALUE, "%s stores each number by itself: there are no blocks and no scales", v->q.blocks.codec->name);
		error_hint(err, NULL, "block shows its bits, hist how its numbers are spread");
		goto failed;
	}
	if (show(v, block, err))
		return v;
failed:
	tree_close(v);
	return NULL;
}

static void tree_title(const void *state, struct text *left, struct text *right)
{
	const struct tree_view *v = state;
	const struct tensor *b = &v->q.blocks;
	char bits[NUMBER_SIZE];

	view_codec(&v->q, left);
	text_add(left, "   %s %zu of %zu", v->one_level ? "block" : "super-block", v->block, tensor_blocks(b));
	view_file_tensor(v->subject, left);
	number_short(bits, tensor_bits(b));
	text_add(right, "%zu bytes  %zu weights  %s b/w\f%s b/w", tensor_block_bytes(b), tensor_block_len(b), bits, bits);
}

static void tree_facts(const void *state, struct text *out)
{
	const struct tree_view *v = state;
	const struct trace *t = v->trace;
	char buf[FIGURE_SIZE];

	if (t && t->x && v->map.back[0])
		text_add(out, "rmse %s", figure_digits(buf, run_rmse(t->y, t->x, t->len - t->padding), 3, false));
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void move_to(struct tree_view *v, ptrdiff_t to)
{
	to = to < 0 ? 0 : to >= (ptrdiff_t)v->lines ? (ptrdiff_t)v->lines - 1 : to;
	v->cursor = (size_t)to;
	if (v->one_level && v->first + v->cursor != v->block && v->subject->kind != VALUE_TRACE)
		show_block(v, v->first + v->cursor, NULL);
}

/* Left and Right: the line as a whole, its sc, its m, where the layout has them. */
static void move_across(struct tree_view *v, int by)
{
	int to = (int)v->column + by;

	if (to == ON_SC && !has_column(v, COL_SC))
		to += by;
	if (to == ON_M && !has_column(v, COL_M))
		to += by;
	if (to >= ON_LINE && to <= ON_M)
		v->column = (enum tree_column)to;
}

static const struct trace_event *under_cursor(const struct tree_view *v)
{
	const struct trace_event *e = NULL;
	size_t sub = v->one_level ? 0 : v->cursor;

	if (v->column == ON_M)
		e = trace_find(v->map.trace, "m", sub, v->map.end);
	if (!e)
		e = trace_find(v->map.trace, "sc", sub, v->map.end);
	return e ? e : stored_scale(&v->map, sub);
}

static void open_line(const struct tree_view *v, struct wish *wish)
{
	char name[32];

	args_set_number(&wish->options, "block", (double)v->block, NULL);
	if (v->column != ON_LINE && under_cursor(v)) {
		wish->view = "block";
		args_set_text(&wish->options, "field", trace_name(under_cursor(v), name, sizeof name), NULL);
		return;
	}
	wish->view = "line";		/* which the stage sets on the first weight of this sub-block, by our cursor */
}

static bool tree_press(void *state, const struct key *k, struct wish *wish)
{
	struct tree_view *v = state;
	char buf[NUMBER_SIZE];
	size_t block = v->block;
	bool moved;

	if (view_block_key(v->subject, k, &block, &moved)) {
		if (moved)
			show(v, block, NULL);
		return true;
	}
	if (!v->trace)
		return false;
	if (k->code == KEY_UP_ || key_is(k, 'k'))
		move_to(v, (ptrdiff_t)v->cursor - 1);
	else if (k->code == KEY_DOWN_ || key_is(k, 'j'))
		move_to(v, (ptrdiff_t)v->cursor + 1);
	else if (k->code == KEY_PGUP)
		move_to(v, (ptrdiff_t)v->cursor - 10);
	else if (k->code == KEY_PGDN)
		move_to(v, (ptrdiff_t)v->cursor + 10);
	else if (k->code == KEY_HOME_ || key_is(k, 'g'))
		move_to(v, 0);
	else if (k->code == KEY_END_ || key_is(k, 'G'))
		move_to(v, (ptrdiff_t)v->lines);
	else if (k->code == KEY_LEFT_ || k->code == KEY_RIGHT_)
		move_across(v, k->code == KEY_LEFT_ ? -1 : 1);
	else if (k->code == KEY_ENTER_)
		open_line(v, wish);
	else if (key_is(k, 'y') && under_cursor(v))
		strcpy(wish->type, number_short(buf, trace_result(under_cursor(v))));
	else
		return false;
	return true;
}

static bool tree_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct tree_view *v = state;
	size_t line = v->top + (size_t)(row - v->list_row);

	(void)col;
	if (!v->trace || row < v->list_row || line >= v->lines)
		return false;
	move_to(v, (ptrdiff_t)line);
	if (again)
		open_line(v, wish);
	return true;
}

static size_t tree_cursor(const void *state)
{
	const struct tree_view *v = state;
	size_t len = tensor_block_len(&v->q.blocks);

	return v->block * len + (v->one_level ? 0 : v->cursor * v->q.blocks.codec->sub_len);
}

static bool tree_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct tree_view *v = state;

	if (!v->trace)
		return error_memory(err, "this block");
	if (name)
		return view_why(v->trace, v->map.end, tree_cursor(v) % v->trace->len, name, out, err);
	if (under_cursor(v))
		trace_why(v->trace, under_cursor(v), out);
	else
		text_put(out, "not known yet at this step\n");
	return true;
}

static void put(struct table *t, double v)
{
	if (isnan(v))
		table_skip(t);
	else
		table_number(t, v);
}

static struct table *tree_data(const void *state, struct error *err)
{
	struct tree_view *v = (struct tree_view *)state;	/* lines that were not seen yet are worked out */
	struct table *t = table_new(view_tree.columns);

	for (size_t i = 0; t && v->trace && i < v->lines; i++) {
		const struct tree_line *l = line_at(v, i);
		const double of[] = { l->sc, l->scale, l->m, l->min, l->reach_lo, l->reach_hi, l->lowest, l->highest, l->rmse };

		table_row(t);
		table_int(t, (int64_t)(v->one_level ? v->first + i : v->block));
		if (v->one_level)
			table_skip(t);
		else
			table_int(t, (int64_t)i);
		for (size_t k = 0; k < sizeof of / sizeof *of; k++)
			put(t, of[k]);
		if (l->clips == SIZE_MAX)
			table_skip(t);
		else
			table_int(t, (int64_t)l->clips);
	}
	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static void tree_set_cursor(void *state, size_t at)
{
	struct tree_view *v = state;
	size_t len = tensor_block_len(&v->q.blocks);

	if (at >= tensor_count(&v->q.blocks) || (at / len != v->block && !show(v, at / len, NULL)))
		return;
	if (!v->one_level)
		v->cursor = at % len / v->q.blocks.codec->sub_len;
}

static void tree_changed(void *state)
{
	struct tree_view *v = state;

	if (v->subject->kind == VALUE_TRACE)
		show(v, v->subject->u.walk.trace.block, NULL);
}

static const struct view_key tree_keys[] = {
	{ "<Up> <Down>", "sub-block", "the sub-block, or the block where there are none", true },
	{ "<Left> <Right>", "column", "the line, its sc, its m: what Enter and why are about", false },
	{ "<Enter>", "open", "the weights in line; on sc and m their bits in block", true },
	{ "[ ]", "block", "previous, next block", true },
	{ "{ }", "row", "previous, next row", false },
	{ "y", "copy", "the number under the cursor into the input line", false },
	{ 0 }
};

const struct view view_tree = {
	.name = "tree",
	.question = "how do super-block, sub-block and weight depend on each other",
	.fits = FITS(QUANTIZED) | FITS(TRACE) | FITS(ERRORS),
	.keys = tree_keys,
	.columns = "block sub sc scale m min reach_from reach_to lowest highest rmse clips",
	.made_for = 80,
	.gives_up = "where the weights lie, what the codes reach, the rmse, the minimum, m, sc",
	.open = tree_open,
	.passes = view_worst_passes,
	.close = tree_close,
	.title = tree_title,
	.facts = tree_facts,
	.height = tree_height,
	.draw = tree_draw,
	.press = tree_press,
	.click = tree_click,
	.why = tree_why,
	.data = tree_data,
	.cursor = tree_cursor,
	.set_cursor = tree_set_cursor,
	.changed = tree_changed,
};
