/*
 * heat.c - where in the matrix: its rows and columns shrunk to the body, one cell a patch.
 *
 * Each patch stands for the mean, the largest or the root mean square of what is asked for: the weight, its magnitude, its error, the
 * step of its scale, its code, or whether it is zero. Where there are more patches than lines and colours enough, a line shows two rows
 * of them as half blocks; its character is then that of both together. Signed numbers run from = and - over . to + and #, others through
 * shades. A patch with a number that is not finite is drawn as !.
 *
 * Nothing is given up when narrow: patches hold more columns. When low the scale goes first, then the columns' numbers; where the cursor
 * stands and what is there stays.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "views/axis.h"
#include "views/figure.h"
#include "views/view.h"

enum heat_of { OF_VALUE, OF_ABS, OF_ERROR, OF_STEP, OF_CODE, OF_ZERO, OFS };
enum heat_with { WITH_MEAN, WITH_MAX, WITH_RMS, WITHS };

static const struct { const char *name, *what; bool is_signed; enum heat_with usual; } ofs[OFS] = {
	[OF_VALUE] = { "value", "weight", true, WITH_MEAN },
	[OF_ABS]   = { "abs", "magnitude", false, WITH_MEAN },
	[OF_ERROR] = { "error", "error", true, WITH_RMS },
	[OF_STEP]  = { "step", "step of the scale", false, WITH_MEAN },
	[OF_CODE]  = { "code", "code", false, WITH_MEAN },
	[OF_ZERO]  = { "zero", "share of zeros", false, WITH_MEAN },
};
static const char *const withs[WITHS] = { "mean", "max", "rms" };

enum { ZOOMS = 12, TEXT_LINES = 32, DATA_ROWS = 32, DATA_COLS = 64, CELL_MOST = 4 };

struct window { size_t row, col, rows, cols; };

struct patch {
	double sum, squares, lo, hi;
	size_t lo_at, hi_at, n, bad;		/* bad: not finite */
};

struct grid { struct window of; int rows, cols; struct patch *patch; };

struct heat_work;

struct heat_view {
	struct value *subject;			/* borrowed */
	struct quantized q;			/* held; blocks.codec NULL: plain weights */
	struct tensor weights;			/* held */
	size_t rows, cols;			/* without padding */
	enum heat_of of;
	enum heat_with with;
	bool own_with;				/* asked for, or turned to by its key */
	struct window window[ZOOMS];
	int zoom;
	size_t row, col;			/* of the weight under the cursor */
	struct grid grid;			/* as last worked out */
	bool later;				/* what takes long is left to the worker ... */
	bool wanted;				/* ... and something is */
	int missing;				/* rows of the grid that are not worked out yet, or were left when that was stopped */
	struct heat_work *running; struct job *job;	/* borrowed: what is working them out; NULL none */
	int top, left, cell, per_line;		/* of the last drawing: first line and column, width of a patch, patches a line */
};

/* ---- numbers of single weights ---- */

/* Codes and steps of the block last looked into; a row is walked from left to right. */
struct levels { size_t block, sub; bool ready; struct axis axis; };

static const struct axis *levels_at(const struct heat_view *v, struct levels *l, size_t at)
{
	const struct tensor *t = &v->q.blocks;
	size_t len = tensor_block_len(t), block = at / len, in = at % len;
	size_t sub_len = t->codec->sub_len ? t->codec->sub_len : len, sub = in / sub_len;

	if (!l->ready || l->block != block || l->sub != sub) {
		axis_levels(&l->axis, t->codec, tensor_block(t, block), len, sub);
		*l = (struct levels){ block, sub, true, l->axis };
	}
	return &l->axis;
}

static double nearest_code(const struct axis *a, double y)
{
	size_t best = 0;

	for (size_t i = 1; i < a->n; i++)
		if (fabs((double)a->value[i] - y) < fabs((double)a->value[best] - y))
			best = i;
	return a->n ? a->code[best] : NAN;
}

/* n numbers from (row, col) on. tmp [n]. */
static bool numbers(const struct heat_view *v, size_t row, size_t col, size_t n, float *y, float *tmp, double *out)
{
	size_t at = row * v->weights.cols + col;
	struct levels *l = NULL;

	if (!tensor_read(&v->weights, at, n, y))
		return false;
	if (v->of == OF_ERROR && !tensor_read(&v->q.source, row * v->cols + col, n, tmp))
		return false;
	if (v->of == OF_STEP || v->of == OF_CODE) {
		l = calloc(1, sizeof *l);
		if (!l)
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		double w = (double)y[i];

		switch (v->of) {
		case OF_ABS: w = fabs(w); break;
		case OF_ERROR: w -= (double)tmp[i]; break;
		case OF_STEP: w = levels_at(v, l, at + i)->step; break;
		case OF_CODE: w = nearest_code(levels_at(v, l, at + i), w); break;
		case OF_ZERO: w = w == 0; break;
		default: break;
		}
		out[i] = w;
	}
	free(l);
	return true;
}

/* ---- patches ---- */

static size_t edge(size_t from, size_t n, int parts, int k)	/* the first of part k */
{
	return from + (size_t)((unsigned long long)n * (unsigned)k / (unsigned)parts);
}

static int part_at(size_t from, size_t n, int parts, size_t at)
{
	int k = (int)((unsigned long long)(at - from) * (unsigned)parts / n);

	while (k + 1 < parts && edge(from, n, parts, k + 1) <= at)
		k++;
	return k;
}

struct filling { const struct heat_view *v; struct grid *g; struct job *job; atomic_bool *done; /* [rows] or NULL */ atomic_bool failed; };

static void look_at(struct patch *p, double w, size_t at)
{
	if (!isfinite(w)) {
		p->bad++;
		return;
	}
	if (!p->n || w < p->lo) {
		p->lo = w;
		p->lo_at = at;
	}
	if (!p->n || w > p->hi) {
		p->hi = w;
		p->hi_at = at;
	}
	p->n++;
	p->sum += w;
	p->squares += w * w;
}

static void fill_row(void *arg, size_t k)
{
	struct filling *f = arg;
	struct grid *g = f->g;
	const struct window *w = &g->of;
	size_t end = edge(w->row, w->rows, g->rows, (int)k + 1);
	float *y = calloc(2 * w->cols, sizeof *y);
	double *out = calloc(w->cols, sizeof *out);
	bool ok = y && out;

	for (size_t row = edge(w->row, w->rows, g->rows, (int)k); ok && row < end && !job_stopped(f->job); row++) {
		ok = numbers(f->v, row, w->col, w->cols, y, y + w->cols, out);
		for (int c = 0; ok && c < g->cols; c++) {
			struct patch *p = &g->patch[k * (size_t)g->cols + (size_t)c];

			for (size_t i = edge(0, w->cols, g->cols, c); i < edge(0, w->cols, g->cols, c + 1); i++)
				look_at(p, out[i], row * f->v->cols + w->col + i);
		}
	}
	if (!ok)
		atomic_store(&f->failed, true);
	else if (f->done && !job_stopped(f->job))
		atomic_store(&f->done[k], true);
	free(y);
	free(out);
}

/* ---- worked out by the worker, while the rows that are done are drawn ---- */

struct heat_work { struct heat_view like; struct grid grid; atomic_bool *done; };

static void heat_work_drop(void *state)
{
	struct heat_work *w = state;

	tensor_drop(&w->like.weights);
	quantized_drop(&w->like.q);
	free(w->grid.patch);
	free((void *)w->done);
	free(w);
}

static bool heat_work(struct job *job, struct error *err)
{
	struct heat_work *w = job->state;
	struct filling f = { .v = &w->like, .g = &w->grid, .job = job, .done = w->done };

	if (!pool_for(NULL, (size_t)w->grid.rows, false, fill_row, &f))
		return error_set(err, ERR_CANCELLED, "stopped while measuring");
	return !atomic_load(&f.failed) || error_memory(err, "the picture");
}

static struct job *heat_job(void *state, struct error *err)
{
	struct heat_view *v = state;
	struct heat_work *w = v->wanted && !v->job ? calloc(1, sizeof *w) : NULL;
	size_t n = (size_t)v->grid.rows * (size_t)v->grid.cols;
	struct job *job;

	if (!w)
		return NULL;
	w->like = (struct heat_view){ .q = quantized_hold(&v->q), .weights = tensor_hold(&v->weights), .rows = v->rows, .cols = v->cols, .of = v->of };
	w->grid = (struct grid){ v->grid.of, v->grid.rows, v->grid.cols, calloc(n, sizeof *w->grid.patch) };
	w->done = calloc((size_t)v->grid.rows, sizeof *w->done);
	job = w->grid.patch && w->done ? job_new("measuring heat", w, err) : NULL;
	if (!job) {
		heat_work_drop(w);
		return NULL;
	}
	job->unit = NULL;
	job->by_pass = true;
	job->work = heat_work;
	job->drop = heat_work_drop;
	atomic_store(&job->total, JOB_PASS);
	v->wanted = false;
	v->running = w;
	v->job = job;
	return job;
}

/* The rows that are done meanwhile. */
static void take_rows(struct heat_view *v)
{
	struct grid *g = &v->grid;
	const struct heat_work *w = v->running;
	size_t wide = (size_t)g->cols;

	if (!w || w->like.of != v->of || w->grid.rows != g->rows || w->grid.cols != g->cols || memcmp(&w->grid.of, &g->of, sizeof g->of))
		return;
	v->missing = 0;
	for (int k = 0; k < g->rows; k++)
		if (atomic_load(&w->done[k]))
			memcpy(g->patch + (size_t)k * wide, w->grid.patch + (size_t)k * wide, wide * sizeof *g->patch);
		else
			v->missing++;
}

static void heat_worked(void *state, struct job *job)
{
	struct heat_view *v = state;

	(void)job;
	take_rows(v);
	v->running = NULL;
	v->job = NULL;
}

static void heat_later(void *state, bool may)
{
	struct heat_view *v = state;

	v->later = may;
	take_rows(v);
}

enum { LATER = 1 << 22 };	/* numbers of a window that are many */

static bool grid_fill(struct heat_view *v, struct grid *g, struct window of, int rows, int cols)
{
	struct filling f = { .v = v, .g = g, .job = job_here() };
	bool own = g == &v->grid;

	if (g->patch && g->rows == rows && g->cols == cols && !memcmp(&g->of, &of, sizeof of) && (!own || v->later || !v->missing))
		return true;
	free(g->patch);
	*g = (struct grid){ of, rows, cols, calloc((size_t)rows * (size_t)cols, sizeof *g->patch) };
	if (!g->patch)
		return false;
	if (own) {
		v->wanted = v->later && of.rows > LATER / (of.cols + 1);
		v->missing = v->wanted ? rows : 0;
		if (v->job)		/* of another picture */
			atomic_store(&v->job->stop, true);
		if (v->wanted)
			return true;
	}
	pool_for(NULL, (size_t)rows, false, fill_row, &f);
	if (atomic_load(&f.failed)) {
		free(g->patch);
		g->patch = NULL;
	}
	return g->patch;
}

/* NAN: nothing finite in it. With max the number furthest from zero keeps its sign. */
static double patch_value(const struct heat_view *v, const struct patch *p)
{
	if (!p->n)
		return NAN;
	if (v->with == WITH_MAX)
		return fabs(p->lo) > fabs(p->hi) ? p->lo : p->hi;
	return v->with == WITH_RMS ? sqrt(p->squares / (double)p->n) : p->sum / (double)p->n;
}

static bool has_sign(const struct heat_view *v)
{
	return ofs[v->of].is_signed && v->with != WITH_RMS;
}

static void range_of(const struct heat_view *v, double *lo, double *hi)
{
	const struct grid *g = &v->grid;

	*lo = INFINITY;
	*hi = -INFINITY;
	for (int i = 0; i < g->rows * g->cols; i++) {
		double w = patch_value(v, &g->patch[i]);

		if (isnan(w))
			continue;
		*lo = fmin(*lo, w);
		*hi = fmax(*hi, w);
	}
	if (!(*hi >= *lo)) {
		*lo = 0;
		*hi = 0;
	}
	if (has_sign(v)) {
		*hi = fmax(fabs(*lo), fabs(*hi));
		*lo = -*hi;
	}
}

/* ---- drawing ---- */

static const struct window *window_of(const struct heat_view *v)
{
	return &v->window[v->zoom];
}

static double level_of(double w, double lo, double hi)
{
	return hi > lo ? 255 * (w - lo) / (hi - lo) : 128;
}

#define UNKNOWN INFINITY		/* a patch that is not worked out yet; no mean or largest of finite numbers */

static const char signed_marks[] = "=-.+#";

static void draw_cell(const struct heat_view *v, struct canvas *c, int row, int col, double upper, double lower, double lo, double hi)
{
	double a = level_of(upper, lo, hi), b = level_of(lower, lo, hi);
	unsigned mean;

	if (upper == UNKNOWN || lower == UNKNOWN)
		return;
	if (isnan(upper) || isnan(lower)) {
		canvas_put(c, row, col, '!', STYLE_BAD, 0);
		return;
	}
	mean = (unsigned)((a + b) / 2);
	if (has_sign(v))
		canvas_put(c, row, col, (uint32_t)signed_marks[mean * 5 / 256], STYLE_HEAT, 0);
	else
		canvas_heat(c, row, col, mean);
	/* what has no sign goes from the neutral middle upwards */
	if (has_sign(v))
		canvas_tint_halves(c, row, col, (unsigned)a, (unsigned)b);
	else
		canvas_tint_halves(c, row, col, 128 + (unsigned)a / 2, 128 + (unsigned)b / 2);
}

static double patch_shown(const struct heat_view *v, int row, int col)
{
	const struct patch *p = &v->grid.patch[row * v->grid.cols + col];

	return p->bad ? NAN : p->n ? patch_value(v, p) : UNKNOWN;
}

static int digits_of(size_t n)
{
	int d = 1;

	for (; n >= 10; n /= 10)
		d++;
	return d;
}

static char *number(const struct heat_view *v, char buf[FIGURE_SIZE], double w)
{
	double most = 0;

	for (int i = 0; i < v->grid.rows * v->grid.cols; i++)
		if (v->grid.patch[i].n)
			most = fmax(most, fmax(fabs(v->grid.patch[i].lo), fabs(v->grid.patch[i].hi)));
	if (isnan(w))
		return strcpy(buf, "not finite");
	if (v->of == OF_ZERO)
		return figure_percent(buf, w);
	return figure_fixed(buf, w, v->of == OF_CODE ? 2 : figure_decimals(most, 3), ofs[v->of].is_signed && v->with != WITH_RMS);
}

static void draw_scale(struct heat_view *v, struct canvas *c, int row, double lo, double hi)
{
	char buf[FIGURE_SIZE];
	int col = canvas_text(c, row, 2, STYLE_DIM, "%s ", number(v, buf, lo));

	for (int i = 0; i < 10; i++) {
		double w = lo + (hi - lo) * (i + 0.5) / 10;

		draw_cell(v, c, row, col++, w, w, lo, hi);
	}
	canvas_text(c, row, col, STYLE_DIM, " %s", number(v, buf, hi));
}

/* "rows 12-13, columns 640-703": a single one without its range. */
static void place(const char *word, size_t from, size_t end, struct text *out)
{
	if (end - from == 1)
		text_add(out, "%s %zu", word, from);
	else
		text_add(out, "%ss %zu-%zu", word, from, end - 1);
}

static const struct patch *patch_here(const struct heat_view *v, int *row, int *col)
{
	const struct window *w = window_of(v);

	*row = part_at(w->row, w->rows, v->grid.rows, v->row);
	*col = part_at(w->col, w->cols, v->grid.cols, v->col);
	return v->grid.patch ? &v->grid.patch[*row * v->grid.cols + *col] : NULL;
}

static size_t patch_weights(const struct patch *p)
{
	return p->n + p->bad;
}

/* What the cursor stands on: its value, where that is, and as far as there is room how far the weights in it go. */
static void say_patch(const struct heat_view *v, int width, struct text *out)
{
	const struct window *w = window_of(v);
	const struct grid *g = &v->grid;
	int row, col;
	const struct patch *p = patch_here(v, &row, &col);
	char buf[FIGURE_SIZE];
	struct text more = { 0 };

	text_add(out, "%s%s ", patch_weights(p) > 1 && v->of != OF_ZERO ? withs[v->with] : "", patch_weights(p) > 1 && v->of != OF_ZERO ? "" : ofs[v->of].name);
	text_add(out, "%s   ", number(v, buf, p->bad ? NAN : patch_value(v, p)));
	if (width < 50) {		/* as a slice */
		text_add(out, "[%zu:%zu, ", edge(w->row, w->rows, g->rows, row), edge(w->row, w->rows, g->rows, row + 1));
		text_add(out, "%zu:%zu]", edge(w->col, w->cols, g->cols, col), edge(w->col, w->cols, g->cols, col + 1));
	} else {
		place("row", edge(w->row, w->rows, g->rows, row), edge(w->row, w->rows, g->rows, row + 1), out);
		text_put(out, ", ");
		place("column", edge(w->col, w->cols, g->cols, col), edge(w->col, w->cols, g->cols, col + 1), out);
	}
	if (p->bad)
		text_add(&more, "   %zu %s", p->bad, v->of == OF_CODE ? "without a code: their scale is zero" : "not finite");
	else if (p->n > 1 && v->of != OF_ZERO) {
		text_add(&more, "   from %s", number(v, buf, p->lo));
		text_add(&more, " to %s", number(v, buf, p->hi));
	}
	if ((int)(text_width(text_str(out), out->len) + text_width(text_str(&more), more.len)) <= width)
		text_put(out, text_str(&more));
	text_drop(&more);
}

static void draw_line(struct heat_view *v, struct canvas *c, int line, int gutter, double lo, double hi)
{
	const struct grid *g = &v->grid;
	const struct window *w = window_of(v);
	int row = v->top + line, first = line * v->per_line, second = first + v->per_line - 1, here_row, here_col;

	patch_here(v, &here_row, &here_col);
	if (second >= g->rows)
		second = g->rows - 1;
	canvas_right(c, row, gutter - 1, STYLE_DIM, "%zu", edge(w->row, w->rows, g->rows, first));
	if (here_row / v->per_line == line) {
		canvas_glyph(c, row, gutter - 1, GLYPH_CHOSEN, STYLE_MARK);
		canvas_mark(c, row, 0, gutter, MARK_BOLD);
	}
	for (int k = 0; k < g->cols; k++)
		for (int i = 0; i < v->cell; i++)
			draw_cell(v, c, row, v->left + k * v->cell + i, patch_shown(v, first, k), patch_shown(v, second, k), lo, hi);
	if (here_row / v->per_line == line)
		canvas_put(c, row, v->left + here_col * v->cell + (v->cell - 1) / 2, 'X', STYLE_CURSOR, MARK_BOLD);
}

/* Chooses patches for `lines` lines and `cols` columns. */
static bool fit(struct heat_view *v, int lines, int cols, bool ascii)
{
	const struct window *w = window_of(v);
	int rows = w->rows < (size_t)lines ? (int)w->rows : lines, wide = w->cols < (size_t)cols ? (int)w->cols : cols;

	v->per_line = 1;
	if (!ascii && w->rows > (size_t)lines) {
		v->per_line = 2;
		rows = w->rows < 2 * (size_t)lines ? (int)w->rows : 2 * lines;
	}
	v->cell = cols / wide < CELL_MOST ? cols / wide : CELL_MOST;
	return grid_fill(v, &v->grid, *w, rows, wide);
}

static void heat_draw(void *state, struct canvas *c)
{
	struct heat_view *v = state;
	const struct window *w = window_of(v);
	int gutter = digits_of(w->row + w->rows - 1) + 3, foot = c->rows >= 4, scale = c->rows >= 9, head = c->rows >= 6;
	int lines = c->rows - foot - scale - head, here_row, here_col, drawn, last;
	struct text where = { 0 };
	double lo, hi;

	if (gutter < 5)
		gutter = 5;
	if (lines < 1 || c->cols <= gutter + 1)
		return;
	if (!fit(v, lines, c->cols - gutter - 1, c->ascii)) {
		canvas_puts(c, 0, 2, STYLE_BAD, "not enough memory for the picture");
		return;
	}
	v->top = head;
	v->left = gutter;
	range_of(v, &lo, &hi);
	patch_here(v, &here_row, &here_col);
	if (head) {
		canvas_text(c, 0, gutter, STYLE_DIM, "%zu", w->col);
		last = gutter + v->cell * v->grid.cols;
		if (last - gutter > digits_of(w->col) + digits_of(w->col + w->cols - 1) + 1)
			canvas_right(c, 0, last, STYLE_DIM, "%zu", w->col + w->cols - 1);
		canvas_glyph(c, 0, gutter + here_col * v->cell + (v->cell - 1) / 2, GLYPH_DOWN, STYLE_MARK);
	}
	drawn = (v->grid.rows + v->per_line - 1) / v->per_line;
	for (int i = 0; i < drawn; i++)
		draw_line(v, c, i, gutter, lo, hi);
	if (scale)
		draw_scale(v, c, head + drawn, lo, hi);
	if (foot) {
		say_patch(v, c->cols - 3, &where);
		canvas_fit(c, head + drawn + scale, 2, c->cols - 2, STYLE_PLAIN, text_str(&where));
	}
	text_drop(&where);
}

static int heat_height(const void *state, int cols)
{
	const struct heat_view *v = state;
	size_t rows = window_of(v)->rows;
	int lines = rows < TEXT_LINES ? (int)rows : TEXT_LINES;

	(void)cols;
	return 3 + (lines < 6 ? 6 : lines);
}

/* ---- the entry's functions ---- */

static void heat_close(void *state)
{
	struct heat_view *v = state;

	free(v->grid.patch);
	tensor_drop(&v->weights);
	quantized_drop(&v->q);
	free(v);
}

static void forget(struct heat_view *v)
{
	free(v->grid.patch);
	v->grid = (struct grid){ 0 };
}

/* Can this be asked of these weights? */
static bool can_show(const struct heat_view *v, enum heat_of of, struct error *err)
{
	if (of == OF_ERROR && !v->q.source.codec) {
		error_set(err, ERR_ARGUMENT, "the weights before are not known, so no error");
		return error_hint(err, "of", "with a codec:  heat q4_0 x of=error");
	}
	if (of != OF_STEP && of != OF_CODE)
		return true;
	if (!v->q.blocks.codec || v->q.blocks.codec->flags & CODEC_PLAIN) {
		error_set(err, ERR_ARGUMENT, "plain weights have no %s", ofs[of].name);
		return error_hint(err, "of", "with a codec:  heat q4_0 x of=%s", ofs[of].name);
	}
	if (!v->q.blocks.codec->levels) {
		error_set(err, ERR_ARGUMENT, "a code of %s stands for several weights and has no %s of its own", v->q.blocks.codec->name, ofs[of].name);
		return error_hint(err, "of", "value, abs, error or zero");
	}
	return true;
}

static int choice(const char *word, const char *(*name)(int), int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(word, name(i)))
			return i;
	return 0;
}

static const char *of_name(int i) { return ofs[i].name; }
static const char *with_name(int i) { return withs[i]; }

static bool take_subject(struct heat_view *v, struct value *subject, struct error *err)
{
	const struct tensor *t = value_weights(subject);

	if (view_quantized(subject, &v->q)) {
		v->weights = tensor_hold(&v->q.blocks);
		v->cols = v->q.blocks.cols - v->q.padding;
	} else {
		v->weights = tensor_hold(t);
		v->cols = t->cols;
	}
	v->rows = v->weights.rows;
	if (!v->rows || !v->cols)
		return error_set(err, ERR_VALUE, "there are no weights to show");
	v->window[0] = (struct window){ 0, 0, v->rows, v->cols };
	return true;
}

static bool take_place(struct heat_view *v, const struct args *options, struct error *err)
{
	double row = args_number(options, "row", 0);
	size_t block;

	if (args_get(options, "block") || args_get(options, "worst")) {
		size_t at;

		if (!view_pick_block(v->subject, options, &block, err))
			return false;
		at = block * tensor_block_len(&v->weights);
		v->row = at / v->weights.cols;
		v->col = at % v->weights.cols < v->cols ? at % v->weights.cols : v->cols - 1;
		return true;
	}
	if (row >= (double)v->rows) {
		error_set(err, ERR_ARGUMENT, "no row %.0f: there are %zu", row, v->rows);
		return error_hint(err, "row", "rows count from 0 to %zu", v->rows - 1);
	}
	v->row = (size_t)row;
	return true;
}

static void *heat_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct heat_view *v = calloc(1, sizeof *v);
	const char *with = args_text(options, "with", NULL);

	(void)s;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	v->of = (enum heat_of)choice(args_text(options, "of", "value"), of_name, OFS);
	v->own_with = with;
	v->with = with ? (enum heat_with)choice(with, with_name, WITHS) : ofs[v->of].usual;
	if (!take_subject(v, subject, err) || !can_show(v, v->of, err) || !take_place(v, options, err)) {
		heat_close(v);
		return NULL;
	}
	return v;
}

static void heat_title(const void *state, struct text *left, struct text *right)
{
	const struct heat_view *v = state;
	const struct window *w = window_of(v);
	const struct grid *g = &v->grid;

	if (v->q.blocks.codec)
		text_add(left, "%s   ", v->q.blocks.codec->name);
	view_subject(v->subject, left);
	if (v->zoom)
		text_add(left, "[%zu:%zu, %zu:%zu]", w->row, w->row + w->rows, w->col, w->col + w->cols);
	text_add(right, "%s%s%s", v->of == OF_ZERO ? "" : withs[v->with], v->of == OF_ZERO ? "" : " ", ofs[v->of].what);
	if (g->patch && ((size_t)g->rows < w->rows || (size_t)g->cols < w->cols))
		text_add(right, "   a cell is %zu x %zu", (w->rows + (size_t)g->rows / 2) / (size_t)g->rows,
			 (w->cols + (size_t)g->cols / 2) / (size_t)g->cols);
	if (v->missing)
		text_add(right, v->job || v->wanted ? "   measuring" : "   partial: %d of %d rows", g->rows - v->missing, g->rows);
}

static void heat_facts(const void *state, struct text *out)
{
	const struct heat_view *v = state;
	const struct window *w = window_of(v);

	text_add(out, "%zu x %zu", w->rows, w->cols);
	if (v->zoom)
		text_add(out, " of %zu x %zu", v->rows, v->cols);
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void step_row(struct heat_view *v, int by)
{
	const struct window *w = window_of(v);
	int row, col, to;

	patch_here(v, &row, &col);
	to = row + by;
	to = to < 0 ? 0 : to >= v->grid.rows ? v->grid.rows - 1 : to;
	v->row = edge(w->row, w->rows, v->grid.rows, to);
}

static void step_col(struct heat_view *v, int by)
{
	const struct window *w = window_of(v);
	int row, col, to;

	patch_here(v, &row, &col);
	to = col + by;
	to = to < 0 ? 0 : to >= v->grid.cols ? v->grid.cols - 1 : to;
	v->col = edge(w->col, w->cols, v->grid.cols, to);
}

/* A quarter of either side, around the cursor; what is few enough to be seen one by one stays whole. */
static void narrow(size_t from, size_t n, int parts, size_t at, size_t *to, size_t *count)
{
	size_t want = n / 4 > (size_t)parts ? n / 4 : n < (size_t)parts ? n : (size_t)parts, first;

	first = at > want / 2 ? at - want / 2 : 0;
	if (first < from)
		first = from;
	if (first + want > from + n)
		first = from + n - want;
	*to = first;
	*count = want;
}

static bool fully_seen(const struct heat_view *v)
{
	const struct window *w = window_of(v);

	return (size_t)v->grid.rows == w->rows && (size_t)v->grid.cols == w->cols;
}

static void zoom_in(struct heat_view *v, struct wish *wish)
{
	const struct window *w = window_of(v);
	struct window *to = &v->window[v->zoom + 1];
	size_t at = v->row * v->weights.cols + v->col;

	if (fully_seen(v) && v->q.blocks.codec && view_find("block") && tensor_block_len(&v->q.blocks) <= 256) {
		wish->view = "block";
		args_set_number(&wish->options, "block", (double)(at / tensor_block_len(&v->q.blocks)), NULL);
		return;
	}
	if (fully_seen(v) || v->zoom + 1 >= ZOOMS) {
		strcpy(wish->say, "every weight is seen by itself");
		return;
	}
	narrow(w->row, w->rows, v->grid.rows, v->row, &to->row, &to->rows);
	narrow(w->col, w->cols, v->grid.cols, v->col, &to->col, &to->cols);
	v->zoom++;
}

static void turn_of(struct heat_view *v)
{
	for (int i = 1; i <= OFS; i++) {
		enum heat_of of = (enum heat_of)(((int)v->of + i) % OFS);

		if (!can_show(v, of, NULL))
			continue;
		v->of = of;
		break;
	}
	if (!v->own_with)
		v->with = ofs[v->of].usual;
	forget(v);
}

/* What `t` writes has another width, so all is worked out again: where that is much, as a command, which can be stopped. */
static bool text_by_command(const struct heat_view *v, struct wish *wish)
{
	const struct window *w = window_of(v);

	if (!v->later || v->zoom || w->rows <= LATER / (w->cols + 1))
		return false;
	snprintf(wish->type, sizeof wish->type, "heat text of=%s with=%s\n", ofs[v->of].name, withs[v->with]);
	return true;
}

static bool heat_press(void *state, const struct key *k, struct wish *wish)
{
	struct heat_view *v = state;
	const struct window *w = window_of(v);
	int page = v->grid.rows > 4 ? v->grid.rows / 4 : 1, row, col;
	char buf[NUMBER_SIZE];

	if (!v->grid.patch && !grid_fill(v, &v->grid, *w, w->rows < DATA_ROWS ? (int)w->rows : DATA_ROWS,
					 w->cols < DATA_COLS ? (int)w->cols : DATA_COLS))
		return true;
	if (k->code == KEY_UP_ || key_is(k, 'k'))
		step_row(v, -1);
	else if (k->code == KEY_DOWN_ || key_is(k, 'j'))
		step_row(v, 1);
	else if (k->code == KEY_LEFT_)
		step_col(v, -1);
	else if (k->code == KEY_RIGHT_)
		step_col(v, 1);
	else if (k->code == KEY_PGUP)
		step_row(v, -page);
	else if (k->code == KEY_PGDN)
		step_row(v, page);
	else if (k->code == KEY_HOME_)
		v->col = w->col;
	else if (k->code == KEY_END_)
		step_col(v, v->grid.cols);
	else if (key_is(k, 'g'))
		v->row = w->row;
	else if (key_is(k, 'G'))
		step_row(v, v->grid.rows);
	else if (key_is(k, 'o'))
		turn_of(v);
	else if (key_is(k, 'c')) {
		v->with = (enum heat_with)(((int)v->with + 1) % WITHS);
		v->own_with = true;
	} else if (key_is(k, 'y'))
		strcpy(wish->type, number_short(buf, patch_value(v, patch_here(v, &row, &col))));
	else if (k->code == KEY_ENTER_)
		zoom_in(v, wish);
	else if (key_is(k, 't') && text_by_command(v, wish))
		return true;
	else if (v->zoom && (key_is(k, 'u') || k->code == KEY_ESC))
		v->zoom--;
	else
		return false;
	return true;
}

static bool heat_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct heat_view *v = state;
	const struct window *w = window_of(v);
	int line = row - v->top, at = v->cell ? (col - v->left) / v->cell : 0;

	if (!v->grid.patch || line < 0 || col < v->left || at >= v->grid.cols || line * v->per_line >= v->grid.rows)
		return false;
	v->row = edge(w->row, w->rows, v->grid.rows, line * v->per_line);
	v->col = edge(w->col, w->cols, v->grid.cols, at);
	if (again)
		zoom_in(v, wish);
	return true;
}

static void why_patch(const struct heat_view *v, const struct patch *p, struct text *out)
{
	const struct window *w = window_of(v);
	const struct grid *g = &v->grid;
	int row, col;
	char a[NUMBER_SIZE];

	patch_here(v, &row, &col);
	place("row", edge(w->row, w->rows, g->rows, row), edge(w->row, w->rows, g->rows, row + 1), out);
	text_put(out, ", ");
	place("column", edge(w->col, w->cols, g->cols, col), edge(w->col, w->cols, g->cols, col + 1), out);
	if (p->n == 1)
		text_add(out, ": %s %s", ofs[v->of].what, number_short(a, p->sum));
	else if (v->with == WITH_RMS)
		text_add(out, ": rms of %zu = sqrt(%s / %zu)", p->n, number_short(a, p->squares), p->n);
	else if (v->with == WITH_MAX)
		text_add(out, ": of %zu the one furthest from zero", p->n);
	else
		text_add(out, ": %s of %zu = %s / %zu", v->of == OF_ZERO ? "share of zeros" : "mean", p->n, number_short(a, p->sum), p->n);
	if (p->n > 1)
		text_add(out, " = %s", number_short(a, patch_value(v, p)));
	if (p->bad)
		text_add(out, "\n%zu %s and take no part", p->bad, v->of == OF_CODE ? "have a scale of zero, so any code will do," : "are not finite");
	if (p->n > 1 && v->of != OF_ZERO) {
		text_add(out, "\nlowest %s at [%zu, %zu]", number_short(a, p->lo), p->lo_at / v->cols, p->lo_at % v->cols);
		text_add(out, ", highest %s at [%zu, %zu]", number_short(a, p->hi), p->hi_at / v->cols, p->hi_at % v->cols);
	}
	text_put(out, "\n");
}

static bool heat_why(const void *state, const char *name, struct text *out, struct error *err)
{
	struct heat_view *v = (struct heat_view *)state;	/* a picture that was not drawn yet is worked out */
	const struct window *w = window_of(v);
	const struct patch *p;
	char buf[NUMBER_SIZE];
	int row, col;

	if (!v->grid.patch && !grid_fill(v, &v->grid, *w, w->rows < DATA_ROWS ? (int)w->rows : DATA_ROWS,
					 w->cols < DATA_COLS ? (int)w->cols : DATA_COLS))
		return error_memory(err, "the picture");
	p = patch_here(v, &row, &col);
	if (!name || !strcmp(name, ofs[v->of].name)) {
		why_patch(v, p, out);
		return true;
	}
	if (!strcmp(name, "lowest") || !strcmp(name, "highest")) {
		size_t at = *name == 'l' ? p->lo_at : p->hi_at;

		text_add(out, "%s = %s   at row %zu, column %zu\n", name, number_short(buf, *name == 'l' ? p->lo : p->hi), at / v->cols, at % v->cols);
		return true;
	}
	if (v->q.blocks.codec) {		/* what is under the cursor, as its block explains it */
		struct trace own;
		const struct trace *t;
		bool ok;

		if (!view_record(v->subject, (v->row * v->weights.cols + v->col) / tensor_block_len(&v->weights), &own, &t, err))
			return false;
		ok = view_why(t, trace_end(t, t->steps ? t->steps - 1 : 0), (v->row * v->weights.cols + v->col) % tensor_block_len(&v->weights), name, out, err);
		trace_drop(&own);
		return ok;
	}
	error_set(err, ERR_ARGUMENT, "there is no '%s' here", name);
	return error_hint(err, "name", "there are %s lowest highest", ofs[v->of].name);
}

static struct table *heat_data(const void *state, struct error *err)
{
	struct heat_view *v = (struct heat_view *)state;
	const struct window *w = window_of(v);
	struct grid g = { 0 };
	struct table *t = table_new("row rows column columns value lowest highest bad");

	if (!t || !grid_fill(v, &g, *w, w->rows < DATA_ROWS ? (int)w->rows : DATA_ROWS, w->cols < DATA_COLS ? (int)w->cols : DATA_COLS)) {
		table_drop(t);
		error_memory(err, "a table");
		return NULL;
	}
	for (int i = 0; i < g.rows * g.cols; i++) {
		const struct patch *p = &g.patch[i];
		size_t row = edge(w->row, w->rows, g.rows, i / g.cols), col = edge(w->col, w->cols, g.cols, i % g.cols);

		table_row(t);
		table_int(t, (int64_t)row);
		table_int(t, (int64_t)(edge(w->row, w->rows, g.rows, i / g.cols + 1) - row));
		table_int(t, (int64_t)col);
		table_int(t, (int64_t)(edge(w->col, w->cols, g.cols, i % g.cols + 1) - col));
		if (p->n) {
			table_number(t, patch_value(v, p));
			table_number(t, p->lo);
			table_number(t, p->hi);
		} else {
			table_skip(t);
			table_skip(t);
			table_skip(t);
		}
		table_int(t, (int64_t)p->bad);
	}
	free(g.patch);
	if (!t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static size_t heat_cursor(const void *state)
{
	const struct heat_view *v = state;

	return v->row * v->weights.cols + v->col;
}

static void heat_set_cursor(void *state, size_t at)
{
	struct heat_view *v = state;
	size_t row = at / v->weights.cols, col = at % v->weights.cols;
	const struct window *w;

	if (row >= v->rows)
		return;
	v->row = row;
	v->col = col < v->cols ? col : v->cols - 1;
	while (v->zoom) {
		w = window_of(v);
		if (v->row >= w->row && v->row < w->row + w->rows && v->col >= w->col && v->col < w->col + w->cols)
			break;
		v->zoom--;
	}
}

static const struct arg heat_options[] = {
	{ "of", ARG_CHOICE, .named = true, .optional = true, .choices = "value abs error step code zero", .summary = "what a cell stands for" },
	{ "with", ARG_CHOICE, .named = true, .optional = true, .choices = "mean max rms", .summary = "how the weights of a patch become one number" },
	{ 0 }
};

static const struct view_key heat_keys[] = {
	{ "<Up> <Down> <Left> <Right>", "move", "the patch", true },
	{ "<Enter>", "zoom in", "a quarter of either side, down to single weights and their block", true },
	{ "o", "of", "weight, magnitude, error, step, code, zeros", true },
	{ "c", "with", "mean, largest, root mean square of a patch", true },
	{ "y", "copy", "the value into the input line", false },
	{ 0 }
};

const struct view view_heat = {
	.name = "heat",
	.question = "where in the matrix (weight, step size, code, error)",
	.fits = FITS(TENSOR) | FITS(QUANTIZED),
	.options = heat_options,
	.keys = heat_keys,
	.columns = "row rows column columns value lowest highest bad",
	.gives_up = "nothing: a cell holds more columns; when low the scale, then the columns' numbers",
	.open = heat_open,
	.passes = view_worst_passes,
	.close = heat_close,
	.title = heat_title,
	.facts = heat_facts,
	.height = heat_height,
	.draw = heat_draw,
	.press = heat_press,
	.click = heat_click,
	.why = heat_why,
	.data = heat_data,
	.cursor = heat_cursor,
	.set_cursor = heat_set_cursor,
	.later = heat_later,
	.work = heat_job,
	.worked = heat_worked,
};
