/*
 * chan.c - how rows differ: how far each reaches, and what one scale for all rows costs it against a scale of its own.
 *
 * The weights are quantized three times with a teaching codec: one scale for everything, one a row, one for each group of `per` weights.
 *
 * When narrow the codes used go first, then the steps, then the bars get shorter and lose their head. When low codes and steps of the whole
 * go first, then rows are left out and counted; the errors of the whole stay.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/counts.h"
#include "views/figure.h"
#include "views/view.h"

enum way { ONE, OWN, GROUPS, WAYS };		/* one scale for all, one a row, one a group */

struct chan_row { double lo, hi, step, rmse[WAYS]; int used[WAYS]; };	/* step: of its own scale */

/* A row's place in the list. */
struct place { size_t row; double range; };

struct chan_view {
	struct value *subject;			/* borrowed */
	struct value *made[WAYS];		/* held: quantized; GROUPS NULL: no group divides the rows */
	const struct codec *codec;
	struct tensor x;			/* held */
	size_t per;
	int codes;				/* that a weight can have */
	struct chan_row *row;
	struct place *order;			/* rows as they are listed */
	double most;				/* largest rmse of a row */
	double lo, hi, step_lo[WAYS], step_hi[WAYS], used[WAYS];	/* used: mean share of the codes */
	bool by_range;
	size_t cursor, top;			/* places in order */
	int list_row, page;			/* of the last drawing */
};

/* ---- measuring ---- */

static bool make(struct session *s, struct chan_view *v, enum way way, struct error *err)
{
	struct quantize_options o = { .group = way == GROUPS ? v->per : 0, .axis_row = way == OWN };
	struct outcome out = { 0 };
	struct value *x;
	bool ok;

	x = value_tensor(tensor_hold(&v->x), err);
	if (!x)
		return false;
	value_name(x, v->subject->label);
	ok = session_quantize(s, v->codec, x, &o, &out, err) && (!out.job || job_run_here(out.job, &out.value, err));
	value_drop(x);
	v->made[way] = out.value;
	return ok;
}

static int distinct(const int *code, size_t n)
{
	bool seen[1024] = { false };
	int k = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned at = (unsigned)(code[i] + 512) % 1024;

		k += !seen[at];
		seen[at] = true;
	}
	return k;
}

static bool measure_row(struct chan_view *v, size_t r, float *x, float *y, int *code, struct error *err)
{
	size_t n = v->x.cols;
	struct chan_row *row = &v->row[r];
	int zero;

	if (!tensor_read(&v->x, r * n, n, x))
		return error_memory(err, "a row");
	row->lo = row->hi = (double)x[0];
	for (size_t i = 1; i < n; i++) {
		row->lo = fmin(row->lo, (double)x[i]);
		row->hi = fmax(row->hi, (double)x[i]);
	}
	for (int way = 0; way < WAYS; way++) {
		const struct quantized *q = v->made[way] ? &v->made[way]->u.quantized : NULL;
		size_t part = way == GROUPS ? v->per : n;

		if (!q)
			continue;
		if (!tensor_read(&q->blocks, r * n, n, y))
			return error_memory(err, "a row");
		row->rmse[way] = run_rmse(y, x, n);
		v->most = fmax(v->most, row->rmse[way]);
		if (!quantized_codes(q, r * n, n, code))
			continue;
		for (size_t at = 0; at < n; at += part)
			row->used[way] += distinct(code + at, part);
		v->used[way] += (double)row->used[way] / v->codes / (double)(n / part) / (double)v->x.rows;
	}
	quantized_scale(&v->made[OWN]->u.quantized, r, &row->step, &zero);
	v->lo = r ? fmin(v->lo, row->lo) : row->lo;
	v->hi = r ? fmax(v->hi, row->hi) : row->hi;
	return true;
}

static void measure_steps(struct chan_view *v, enum way way)
{
	const struct quantized *q = v->made[way] ? &v->made[way]->u.quantized : NULL;
	double step;
	int zero;

	for (size_t b = 0; q && b < tensor_blocks(&q->blocks); b++)
		if (quantized_scale(q, b, &step, &zero)) {
			v->step_lo[way] = b ? fmin(v->step_lo[way], step) : step;
			v->step_hi[way] = b ? fmax(v->step_hi[way], step) : step;
		}
}

static bool measure(struct chan_view *v, struct error *err)
{
	size_t n = v->x.cols;
	float *x = calloc(2 * n, sizeof *x);
	int *code = calloc(n, sizeof *code);
	bool ok = x && code ? true : error_memory(err, "a row");

	for (size_t r = 0; ok && r < v->x.rows; r++)
		ok = job_stopped(job_here()) ? error_set(err, ERR_CANCELLED, "stopped while measuring") : measure_row(v, r, x, x + n, code, err);
	for (int way = 0; ok && way < WAYS; way++)
		measure_steps(v, (enum way)way);
	free(x);
	free(code);
	return ok;
}

static int wider_first(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	return p->range != q->range ? (p->range < q->range ? 1 : -1) : p->row < q->row ? -1 : 1;
}

static void sort_rows(struct chan_view *v)
{
	size_t at = v->order[v->cursor].row;

	for (size_t i = 0; i < v->x.rows; i++)
		v->order[i] = (struct place){ i, v->by_range ? v->row[i].hi - v->row[i].lo : 0 };
	qsort(v->order, v->x.rows, sizeof *v->order, wider_first);
	for (size_t i = 0; i < v->x.rows; i++)
		if (v->order[i].row == at)
			v->cursor = i;
}

/* ---- drawing ---- */

static const char *loss_text(char buf[FIGURE_SIZE], double v)
{
	return v >= 0.01 || v == 0 ? figure_bare(buf, v, 4, false) : figure_digits(buf, v, 3, false);
}

static const char *rmse_text(const struct chan_view *v, char buf[FIGURE_SIZE], double rmse)
{
	return figure_bare(buf, rmse, figure_decimals(v->most, 3), false);
}

static const char *step_text(const struct chan_view *v, char buf[FIGURE_SIZE], double step)
{
	return figure_fixed(buf, step, figure_decimals(v->step_hi[ONE], 4), false);
}

/* Words of the foot, each kept whole; "" begins a line. */
struct words { char word[24][48]; size_t n, whole; };	/* whole: words of the first sentence */

static void steps_word(const struct chan_view *v, enum way way, const char *what, struct words *w)
{
	char a[FIGURE_SIZE], b[FIGURE_SIZE];

	if (v->step_lo[way] < v->step_hi[way])
		snprintf(w->word[w->n++], sizeof w->word[0], "%s .. %s %s", step_text(v, a, v->step_lo[way]), step_text(v, b, v->step_hi[way]), what);
	else
		snprintf(w->word[w->n++], sizeof w->word[0], "%s %s", step_text(v, a, v->step_lo[way]), what);
}

static void foot(const struct chan_view *v, int cols, struct words *w)
{
	static const char *const full[WAYS] = { "with one scale", "with one per row", "" }, *const brief[WAYS] = { "one", "own", "" };
	char a[FIGURE_SIZE], per[32];

	*w = (struct words){ 0 };
	snprintf(per, sizeof per, "per %zu", v->per);
	strcpy(w->word[w->n++], cols < 60 ? "rel err" : "all rows: rel err");
	for (int way = 0; way < WAYS && v->made[way]; way++)
		snprintf(w->word[w->n++], sizeof w->word[0], "%s %s%s", loss_text(a, v->made[way]->u.quantized.loss.rel),
			 way == GROUPS ? per : (cols < 60 ? brief : full)[way], way + 1 < WAYS && v->made[way + 1] ? "," : "");
	w->whole = w->n;
	w->n++;
	strcpy(w->word[w->n++], "step");
	steps_word(v, ONE, "for all,", w);
	steps_word(v, OWN, v->made[GROUPS] ? "per row," : "per row", w);
	if (v->made[GROUPS])
		steps_word(v, GROUPS, per, w);
	w->n++;
	snprintf(w->word[w->n++], sizeof w->word[0], "of the %d codes", v->codes);
	snprintf(w->word[w->n++], sizeof w->word[0], "%s used in a row,", figure_percent(a, v->used[ONE]));
	snprintf(w->word[w->n++], sizeof w->word[0], "%s with its own scale%s", figure_percent(a, v->used[OWN]), v->made[GROUPS] ? "," : "");
	if (v->made[GROUPS])
		snprintf(w->word[w->n++], sizeof w->word[0], "%s in each %zu", figure_percent(a, v->used[GROUPS]), v->per);
}

/* Draws words from..end from `row` on (c NULL: counts only); returns lines used. */
static int flow(const struct words *w, size_t end, struct canvas *c, int row, int cols)
{
	int line = 0, col = 2;

	for (size_t i = 0; i < end; i++) {
		int n = (int)strlen(w->word[i]);

		if (!n || (col > 2 && col + n > cols)) {
			line++;
			col = 2;
		}
		if (!n)
			continue;
		if (c)
			canvas_puts(c, row + line, col, STYLE_PLAIN, w->word[i]);
		col += n + 1;
	}
	return line + 1;
}

static int digits_of(size_t n)
{
	int d = 1;

	for (; n >= 10; n /= 10)
		d++;
	return d < 3 ? 3 : d;
}

/* Where the columns end, 0: given up. */
struct places { int number, bars, bars_end, zero, used, step, one, own; bool brief; };

static struct places places_for(const struct chan_view *v, int cols)
{
	struct places p = { .number = 2 + digits_of(v->x.rows - 1), .brief = cols < 60 };
	int end = cols, column = p.brief ? 8 : 11;
	double span = v->hi - v->lo;

	p.own = end;
	p.one = end -= column;
	end -= column;
	if (cols >= 96) {
		p.step = end;
		end -= 11;
	}
	if (cols >= 112) {
		p.used = end;
		end -= 14;
	}
	p.bars = p.number + 3;
	p.bars_end = end;
	p.zero = p.bars + (span > 0 ? (int)((p.bars_end - p.bars - 1) * fmin(1, fmax(0, -v->lo / span)) + 0.5) : 0);
	return p;
}

static void draw_head(struct canvas *c, const struct places *p)
{
	canvas_right(c, 0, p->number, STYLE_DIM, "row");
	if (p->bars_end - p->bars >= 24) {
		canvas_rule(c, 0, p->bars + 7, p->bars_end - p->bars - 15, STYLE_DIM);
		canvas_puts(c, 0, p->bars, STYLE_DIM, "lowest ");
		canvas_right(c, 0, p->bars_end, STYLE_DIM, " highest");
		if (p->zero - 1 >= p->bars + 7 && p->zero + 2 <= p->bars_end - 8)
			canvas_puts(c, 0, p->zero - 1, STYLE_DIM, " 0 ");
	}
	if (p->used)
		canvas_right(c, 0, p->used, STYLE_DIM, "codes used");
	if (p->step)
		canvas_right(c, 0, p->step, STYLE_DIM, "own step");
	canvas_right(c, 0, p->one, STYLE_DIM, p->brief ? "one" : "one scale");
	canvas_right(c, 0, p->own, STYLE_DIM, p->brief ? "own" : "own scale");
}

static void draw_bars(const struct chan_view *v, struct canvas *c, int row, const struct chan_row *r, const struct places *p)
{
	int left = p->zero - p->bars, right = p->bars_end - p->zero - 1;

	if (r->lo < 0 && v->lo < 0)
		canvas_bar_left(c, row, p->zero, left, r->lo / v->lo, STYLE_PLAIN);
	if (r->hi > 0 && v->hi > 0)
		canvas_bar(c, row, p->zero + 1, right, r->hi / v->hi, STYLE_PLAIN);
	for (int i = 0; r->lo > 0 && i < (int)(right * r->lo / v->hi); i++)		/* it does not reach zero */
		canvas_put(c, row, p->zero + 1 + i, ' ', STYLE_PLAIN, 0);
	for (int i = 0; r->hi < 0 && i < (int)(left * r->hi / v->lo); i++)
		canvas_put(c, row, p->zero - 1 - i, ' ', STYLE_PLAIN, 0);
	canvas_glyph(c, row, p->zero, GLYPH_V, STYLE_DIM);
}

static void draw_row(const struct chan_view *v, struct canvas *c, int row, size_t at, const struct places *p)
{
	const struct chan_row *r = &v->row[v->order[at].row];
	char buf[FIGURE_SIZE];

	if (at == v->cursor)
		canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_MARK);
	canvas_right(c, row, p->number, STYLE_PLAIN, "%zu", v->order[at].row);
	if (p->bars_end - p->bars >= 3)
		draw_bars(v, c, row, r, p);
	if (p->used)
		canvas_right(c, row, p->used, STYLE_CODE, "%d > %d", r->used[ONE], r->used[OWN]);
	if (p->step)
		canvas_right(c, row, p->step, STYLE_SCALE, "%s", step_text(v, buf, r->step));
	canvas_right(c, row, p->one, STYLE_PLAIN, "%s", rmse_text(v, buf, r->rmse[ONE]));
	canvas_right(c, row, p->own, STYLE_PLAIN, "%s", rmse_text(v, buf, r->rmse[OWN]));
	if (at == v->cursor)
		canvas_mark(c, row, 0, p->number, MARK_BOLD);
}

static void chan_draw(void *state, struct canvas *c)
{
	struct chan_view *v = state;
	struct places p = places_for(v, c->cols);
	struct words w;
	size_t end, n;
	int lines, rows;
	bool more;

	foot(v, c->cols, &w);
	end = w.n;
	lines = flow(&w, end, NULL, 0, c->cols);
	if (c->rows < 1 + lines + 5 && c->rows < 1 + (int)v->x.rows + lines) {
		end = w.whole;
		lines = flow(&w, end, NULL, 0, c->cols);
	}
	while (lines > 0 && c->rows < 2 + lines)
		lines--;
	rows = c->rows - 1 - lines;
	more = (size_t)rows < v->x.rows && rows > 3;
	n = (size_t)rows < v->x.rows ? (size_t)(rows - more) : v->x.rows;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + n)
		v->top = v->cursor - n + 1;
	if (v->top + n > v->x.rows)
		v->top = v->x.rows - n;
	v->list_row = 1;
	v->page = (int)n;
	draw_head(c, &p);
	for (size_t i = 0; i < n; i++)
		draw_row(v, c, 1 + (int)i, v->top + i, &p);
	if (more)
		canvas_text(c, 1 + (int)n, 2, STYLE_DIM, "… %zu of %zu rows", v->x.rows - n, v->x.rows);
	flow(&w, end, c, 1 + (int)n + more, c->cols);
}

static int chan_height(const void *state, int cols)
{
	const struct chan_view *v = state;
	struct words w;

	foot(v, cols, &w);
	return 1 + (int)(v->x.rows < 100000 ? v->x.rows : 100000) + flow(&w, w.n, NULL, 0, cols);
}

/* ---- the entry's functions ---- */

static void chan_close(void *state)
{
	struct chan_view *v = state;

	for (int way = 0; way < WAYS; way++)
		value_drop(v->made[way]);
	tensor_drop(&v->x);
	free(v->row);
	free(v->order);
	free(v);
}

static bool no_teaching(struct error *err, const struct codec *c)
{
	error_set(err, ERR_ARGUMENT, "%s has its own scales for every block", c->name);
	return error_hint(err, "codec", "chan shows what one scale for all rows costs: with int2 to int8 or uint2 to uint8");
}

static bool take_subject(struct chan_view *v, struct value *subject, const struct args *options, struct error *err)
{
	const struct given *g = args_get(options, "codec");

	v->codec = !g ? &codec_int4 : g->codec ? g->codec : codec_need(g->text ? g->text : "", err);
	if (!v->codec)
		return false;
	if (!(v->codec->flags & CODEC_TEACHING) || v->codec->block_len)
		return no_teaching(err, v->codec);
	v->x = tensor_hold(value_weights(subject));
	v->codes = (1 << v->codec->code_bits) - !(v->codec->flags & CODEC_HAS_MIN);
	return v->x.rows && v->x.cols ? true : error_set(err, ERR_VALUE, "there are no weights to show");
}

static bool take_group(struct chan_view *v, const struct args *options, struct error *err)
{
	size_t n = v->x.cols;

	v->per = (size_t)args_number(options, "per", 0);
	if (args_get(options, "per")) {
		if (v->per < 1 || n % v->per) {
			error_set(err, ERR_SHAPE, "groups of %zu do not divide rows of %zu weights", v->per, n);
			return error_hint(err, "per", "a divisor of %zu", n);
		}
		return true;
	}
	for (v->per = n < 32 ? n - 1 : 32; v->per > 1 && n % v->per; v->per--)
		;
	return true;
}

/* Three encodings in a teaching codec, then a look at each row. */
static int chan_passes(const struct value *subject, const struct args *options)
{
	(void)subject;
	(void)options;
	return 16;
}

static void *chan_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct chan_view *v = calloc(1, sizeof *v);
	bool ok;

	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	ok = take_subject(v, subject, options, err) && take_group(v, options, err);
	if (ok) {
		v->row = calloc(v->x.rows, sizeof *v->row);
		v->order = calloc(v->x.rows, sizeof *v->order);
		ok = v->row && v->order ? true : error_memory(err, "the rows");
	}
	ok = ok && make(s, v, ONE, err) && make(s, v, OWN, err) && (v->per < 2 || make(s, v, GROUPS, err)) && measure(v, err);
	if (!ok) {
		chan_close(v);
		return NULL;
	}
	v->by_range = !strcmp(args_text(options, "sort", ""), "range");
	sort_rows(v);
	v->cursor = 0;
	if (args_get(options, "row") && args_number(options, "row", 0) >= (double)v->x.rows) {
		error_set(err, ERR_ARGUMENT, "no row %.0f: there are %zu", args_number(options, "row", 0), v->x.rows);
		error_hint(err, "row", "rows count from 0 to %zu", v->x.rows - 1);
		chan_close(v);
		return NULL;
	}
	for (size_t i = 0; args_get(options, "row") && i < v->x.rows; i++)
		if (v->order[i].row == (size_t)args_number(options, "row", 0))
			v->cursor = i;
	return v;
}

static void chan_title(const void *state, struct text *left, struct text *right)
{
	const struct chan_view *v = state;

	text_put(left, "rows of ");
	view_subject(v->subject, left);
	text_add(right, "%s, one scale for all / one per row\f%s", v->codec->name, v->codec->name);
}

static void chan_facts(const void *state, struct text *out)
{
	const struct chan_view *v = state;

	text_add(out, "%srow %zu of %zu", v->by_range ? "by range  " : "", v->order[v->cursor].row, v->x.rows);
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void move_to(struct chan_view *v, ptrdiff_t to)
{
	ptrdiff_t n = (ptrdiff_t)v->x.rows;

	v->cursor = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static void open_row(const struct chan_view *v, struct wish *wish)
{
	wish->view = "bars";
	args_set_number(&wish->options, "row", (double)v->order[v->cursor].row, NULL);
}

static bool chan_press(void *state, const struct key *k, struct wish *wish)
{
	struct chan_view *v = state;
	ptrdiff_t at = (ptrdiff_t)v->cursor, page = v->page > 1 ? v->page : 10;
	char buf[NUMBER_SIZE];

	if (k->code == KEY_UP_ || key_is(k, 'k'))
		move_to(v, at - 1);
	else if (k->code == KEY_DOWN_ || key_is(k, 'j'))
		move_to(v, at + 1);
	else if (k->code == KEY_PGUP)
		move_to(v, at - page);
	else if (k->code == KEY_PGDN)
		move_to(v, at + page);
	else if (key_is(k, 'g') || k->code == KEY_HOME_)
		move_to(v, 0);
	else if (key_is(k, 'G') || k->code == KEY_END_)
		move_to(v, (ptrdiff_t)v->x.rows);
	else if (key_is(k, 's')) {
		v->by_range = !v->by_range;
		sort_rows(v);
	} else if (k->code == KEY_ENTER_)
		open_row(v, wish);
	else if (key_is(k, 'y'))
		strcpy(wish->type, number_short(buf, v->row[v->order[v->cursor].row].step));
	else
		return false;
	return true;
}

static bool chan_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct chan_view *v = state;

	(void)col;
	if (row < v->list_row || row >= v->list_row + v->page || v->top + (size_t)(row - v->list_row) >= v->x.rows)
		return false;
	v->cursor = v->top + (size_t)(row - v->list_row);
	if (again)
		open_row(v, wish);
	return true;
}

static void why_scale(const struct chan_view *v, enum way way, size_t r, struct text *out)
{
	const struct quantized *q = &v->made[way]->u.quantized;
	const struct chan_row *row = &v->row[r];
	double step = 0;
	int zero = 0;
	char a[NUMBER_SIZE], b[NUMBER_SIZE];
	double lo = way == ONE ? v->lo : row->lo, hi = way == ONE ? v->hi : row->hi;

	quantized_scale(q, way == ONE ? 0 : r, &step, &zero);
	text_add(out, "%s: step %s", way == ONE ? "one scale for all" : "its own scale", number_short(a, step));
	if (!(v->codec->flags & CODEC_HAS_MIN))
		text_add(out, " = %s / %d", number_short(a, fmax(fabs(lo), fabs(hi))), (1 << (v->codec->code_bits - 1)) - 1);
	else if (v->codec->flags & CODEC_HAS_MIN)
		text_add(out, ", zero at code %d, for %s .. %s", zero, number_short(a, lo), number_short(b, hi));
	text_add(out, "; %d of %d codes used; rmse %s\n", row->used[way], v->codes, number_short(a, row->rmse[way]));
}

static bool chan_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct chan_view *v = state;
	size_t r = v->order[v->cursor].row;
	const struct chan_row *row = &v->row[r];
	char a[NUMBER_SIZE], b[NUMBER_SIZE];

	if (!name) {
		text_add(out, "row %zu: weights from %s to %s\n", r, number_short(a, row->lo), number_short(b, row->hi));
		why_scale(v, ONE, r, out);
		why_scale(v, OWN, r, out);
	} else if (!strcmp(name, "one") || !strcmp(name, "own")) {
		why_scale(v, !strcmp(name, "one") ? ONE : OWN, r, out);
	} else if (!strcmp(name, "lowest") || !strcmp(name, "highest")) {
		text_add(out, "%s = %s   of the %zu weights of row %zu\n", name, number_short(a, *name == 'l' ? row->lo : row->hi), v->x.cols, r);
	} else {
		error_set(err, ERR_ARGUMENT, "there is no '%s' here", name);
		return error_hint(err, "name", "there are one own lowest highest, of the row under the cursor");
	}
	return true;
}

static struct table *chan_data(const void *state, struct error *err)
{
	const struct chan_view *v = state;
	struct table *t = table_new("row lowest highest one_step one_used one_rmse own_step own_used own_rmse group_rmse");

	for (size_t i = 0; t && i < v->x.rows; i++) {
		const struct chan_row *r = &v->row[v->order[i].row];

		table_row(t);
		table_int(t, (int64_t)v->order[i].row);
		table_number(t, r->lo);
		table_number(t, r->hi);
		table_number(t, v->step_lo[ONE]);
		table_int(t, r->used[ONE]);
		table_number(t, r->rmse[ONE]);
		table_number(t, r->step);
		table_int(t, r->used[OWN]);
		table_number(t, r->rmse[OWN]);
		if (v->made[GROUPS])
			table_number(t, r->rmse[GROUPS]);
		else
			table_skip(t);
	}
	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static size_t chan_cursor(const void *state)
{
	const struct chan_view *v = state;
	const struct tensor *t = value_weights(v->subject);

	return v->order[v->cursor].row * t->cols;
}

static void chan_set_cursor(void *state, size_t at)
{
	struct chan_view *v = state;
	size_t row = at / value_weights(v->subject)->cols;

	for (size_t i = 0; i < v->x.rows; i++)
		if (v->order[i].row == row)
			v->cursor = i;
}

static const struct arg chan_options[] = {
	{ "codec", ARG_CODEC, .named = true, .optional = true, .summary = "int2 to int8, uint2 to uint8 (int4)" },
	{ "per", ARG_COUNT, .named = true, .optional = true, .min = 1, .max = 1e9, .summary = "weights of a group, for the third figure (32)" },
	{ "sort", ARG_CHOICE, .named = true, .optional = true, .choices = "range row", .summary = "rows by how far they reach, widest first" },
	{ 0 }
};

static const struct view_key chan_keys[] = {
	{ "<Up> <Down>", "move", "the row", true },
	{ "<Enter>", "open", "the row's weights, one bar each", true },
	{ "s", "sort", "by range, widest first, and back", true },
	{ "y", "copy", "the row's own step into the input line", false },
	{ 0 }
};

const struct view view_chan = {
	.name = "chan",
	.question = "how do rows differ; one scale for all, or one each",
	.fits = FITS(TENSOR),
	.options = chan_options,
	.keys = chan_keys,
	.columns = "row lowest highest one_step one_used one_rmse own_step own_used own_rmse group_rmse",
	.made_for = 80,
	.gives_up = "the codes used, the steps, the head of the bars; when low the figures of the whole but their errors",
	.open = chan_open,
	.passes = chan_passes,
	.close = chan_close,
	.title = chan_title,
	.facts = chan_facts,
	.height = chan_height,
	.draw = chan_draw,
	.press = chan_press,
	.click = chan_click,
	.why = chan_why,
	.data = chan_data,
	.cursor = chan_cursor,
	.set_cursor = chan_set_cursor,
};
