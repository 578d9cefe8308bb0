/*
 * err.c - how large, where, and of what kind is the error: weights by the size of their error, blocks by what they lost, and how much
 * of it the worst ones hold.
 *
 * Where the original is not known there is no error to show; step sizes stand in its place, and the view says so. Padding takes no part in
 * any figure.
 *
 * When narrow (below 66 columns) rmse and relative error get a line of their own, and the right half goes below the left one, shares and bias
 * first, then the blocks; the bars get shorter. When low the rows of blocks go first, then shares and bias; sizes that do not fit are counted.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/counts.h"
#include "views/figure.h"
#include "views/view.h"

enum { SIZES_SHOWN = 10, SIZES_WISHED = 12, TWO_HALVES = 66 };

enum err_mode { BY_RMSE, BY_LARGEST, BY_RELATIVE, MODES };

static const char *const mode_names[MODES] = { "rmse", "largest", "relative" };

/* One line of the left half: so many lie below `below`. */
struct size_line { double below; size_t count; };

struct err_view {
	struct value *subject;			/* borrowed */
	struct quantized q;			/* held */
	bool known;				/* is the original? */
	struct loss loss;
	struct block_loss *block;		/* [blocks]; known only */
	double *step;				/* [blocks]; else */
	size_t blocks, per_row;
	struct size_line size[SIZES_WISHED + 2];
	int sizes;
	double width;				/* from one to the next, but the last */
	size_t not_finite;			/* errors that are infinite or no number */
	double worst_share[2];			/* of the worst hundredth, the worst tenth */
	size_t worst_count[2];
	double step_lo, step_hi, step_mean;
	enum err_mode mode;
	size_t cursor;				/* block */
	size_t top, left;			/* first row and first block of a row that are drawn */
	int grid_row, grid_col, grid_rows, grid_cols;	/* of the last drawing, for clicks */
};

/* ---- measuring ---- */

static bool find_shares(struct err_view *v, struct error *err)
{
	double *squares = calloc(v->blocks ? v->blocks : 1, sizeof *squares), all = 0, sum = 0;
	static const double part[2] = { 0.01, 0.10 };

	if (!squares)
		return error_memory(err, "the errors of all blocks");
	for (size_t i = 0; i < v->blocks; i++)
		all += squares[i] = v->block[i].squares;
	for (int k = 0; k < 2; k++) {
		size_t n = (size_t)((double)v->blocks * part[k] + 0.5);

		v->worst_count[k] = n ? n : 1;
		if (!sum_of_largest(squares, v->blocks, v->worst_count[k] < v->blocks ? v->worst_count[k] : v->blocks, job_here(), &sum)) {
			free(squares);
			return error_set(err, ERR_CANCELLED, "stopped while measuring");
		}
		v->worst_share[k] = all > 0 ? sum / all : 0;
	}
	free(squares);
	return true;
}

/* Round widths, about a dozen up to the largest; the tail goes into the last line. Errors that are no number have a line of their own. */
static bool find_sizes(struct err_view *v, struct error *err)
{
	size_t counts[SIZES_WISHED + 2] = { 0 };
	bool all = isfinite(v->loss.max);
	double most = all ? v->loss.max : 0, width;
	size_t bins;

	for (size_t i = 0; !all && i < v->blocks; i++)
		most = fmax(most, v->block[i].finite_max);
	width = most > 0 ? figure_nice(most / SIZES_WISHED) : 1;
	bins = (size_t)floor(most / width) + 1;
	if (bins > SIZES_WISHED + 1)
		bins = SIZES_WISHED + 1;
	if (!count_errors(&v->q.blocks, &v->q.source, v->q.padding, width, counts, bins + !all, NULL, err))
		return false;
	v->width = width;
	v->not_finite = all ? 0 : counts[bins];
	for (size_t i = 0; i < bins; i++) {
		struct size_line *l = &v->size[v->sizes < SIZES_SHOWN ? v->sizes++ : SIZES_SHOWN - 1];

		l->below = width * (double)(i + 1);
		l->count += counts[i];
	}
	return true;
}

static bool measure(struct err_view *v, struct error *err)
{
	const struct quantized *q = &v->q;
	const struct tensor *x = &q->source;

	v->block = calloc(v->blocks ? v->blocks : 1, sizeof *v->block);
	if (!v->block)
		return error_memory(err, "the errors of all blocks");
	if (v->subject->kind == VALUE_ERRORS)
		v->loss = v->subject->u.errors.loss;
	else if (!measure_loss(&q->blocks, x, q->padding, q->importance.codec ? tensor_floats(&q->importance) : NULL, NULL, 0, NULL,
			       &v->loss, err))
		return false;
	return count_losses(&q->blocks, x, q->padding, NULL, v->block, err) && find_sizes(v, err) && find_shares(v, err);
}

/* The original is not known: how large are the steps? */
static bool find_steps(struct err_view *v, struct error *err)
{
	double width, first;
	size_t finite = 0;

	v->step = calloc(v->blocks ? v->blocks : 1, sizeof *v->step);
	if (!v->step)
		return error_memory(err, "the step sizes of all blocks");
	v->step_lo = INFINITY;
	v->step_hi = -INFINITY;
	for (size_t i = 0; i < v->blocks; i++) {
		double s = v->step[i] = block_step(&v->q.blocks, i);

		if (i % 1024 == 0 && job_stopped(job_here()))
			return error_set(err, ERR_CANCELLED, "stopped while measuring");
		if (!isfinite(s))
			continue;
		v->step_lo = fmin(v->step_lo, s);
		v->step_hi = fmax(v->step_hi, s);
		v->step_mean += s;
		finite++;
	}
	if (!finite)
		return true;
	v->step_mean /= (double)finite;
	width = figure_nice(v->step_hi > v->step_lo ? (v->step_hi - v->step_lo) / SIZES_SHOWN : v->step_hi > 0 ? v->step_hi : 1);
	first = floor(v->step_lo / width);
	v->width = width;
	for (double k = first; k <= floor(v->step_hi / width) && v->sizes < SIZES_WISHED; k++)
		v->size[v->sizes++].below = width * (k + 1);
	for (size_t i = 0; i < v->blocks; i++) {
		double k = floor(v->step[i] / width) - first;

		if (isfinite(v->step[i]))
			v->size[k < v->sizes ? (int)k : v->sizes - 1].count++;
	}
	return true;
}

static double measure_of(const struct err_view *v, size_t i, enum err_mode mode)
{
	const struct block_loss *b = &v->block[i];

	if (!v->known)
		return v->step[i];
	switch (mode) {
	case BY_LARGEST: return b->max;
	case BY_RELATIVE: return b->energy > 0 ? sqrt(b->squares / b->energy) : b->squares > 0 ? INFINITY : 0;
	default: return b->count ? sqrt(b->squares / (double)b->count) : 0;
	}
}

/* What a full mark stands for: twice the usual, or the largest. */
static double full_mark(const struct err_view *v)
{
	double usual = 0, most = 0;
	size_t n = 0;

	for (size_t i = 0; i < v->blocks; i++) {
		double m = measure_of(v, i, v->mode);

		if (!isfinite(m))
			continue;
		most = fmax(most, m);
		usual += m;
		n++;
	}
	return n ? fmax(most, 2 * usual / (double)n) : 0;
}

/* ---- drawing ---- */

static const char *block_word(const struct err_view *v)
{
	const struct codec *c = v->q.blocks.codec;

	return c->sub_len && c->sub_len < c->block_len ? "super-block" : "block";
}

/* The left half within `cols` columns; returns rows used. */
static int draw_sizes(const struct err_view *v, struct canvas *c, int rows, int cols)
{
	int count = 5, at, bars, n = v->sizes, decimals = figure_decimals(v->width, 1), label = 0;
	size_t most = 0;
	char buf[FIGURE_SIZE];

	for (int i = 0; i < n; i++) {
		int w = (int)strlen(figure_fixed(buf, v->size[i].below, decimals, false));
		int digits = 1;

		for (size_t k = v->size[i].count; k >= 10; k /= 10)
			digits++;
		count = digits > count ? digits : count;
		label = w > label ? w : label;
		most = v->size[i].count > most ? v->size[i].count : most;
	}
	at = 2 + 2 + label + 3 + count;
	if (at > cols)
		at = 2 + 2 + label + 1 + count;
	bars = cols - at - 4;
	canvas_puts(c, 0, 2, STYLE_DIM, v->known ? "|error|" : "step size");
	canvas_puts(c, 0, v->known ? at - 3 : at - 2, STYLE_DIM, v->known ? "weights" : "blocks");
	if (n > rows - 1)
		n = rows - 1 > 1 ? rows - 2 : rows - 1;
	for (int i = 0; i < n; i++) {
		const struct size_line *l = &v->size[i];

		canvas_puts(c, 1 + i, 2, STYLE_PLAIN, "<");
		canvas_right(c, 1 + i, 4 + label, STYLE_PLAIN, "%s", figure_fixed(buf, l->below, decimals, false));
		canvas_right(c, 1 + i, at, STYLE_PLAIN, "%zu", l->count);
		if (bars > 1 && most)
			canvas_bar(c, 1 + i, at + 2, bars, (double)l->count / (double)most, v->known ? STYLE_BAD : STYLE_SCALE);
	}
	if (n < v->sizes && n + 1 < rows) {
		size_t rest = 0;

		for (int i = n; i < v->sizes; i++)
			rest += v->size[i].count;
		canvas_text(c, 1 + n, 2, STYLE_DIM, "… %d more sizes, %zu", v->sizes - n, rest);
		n++;
	}
	return n + 1;
}

/* The blocks, a row of weights a line, from (row, col) on. */
static void draw_blocks(struct err_view *v, struct canvas *c, int row, int col, int rows, int cols)
{
	size_t lines = (v->blocks + v->per_row - 1) / v->per_row, n, cursor_row = v->cursor / v->per_row, cursor_at = v->cursor % v->per_row;
	double full = full_mark(v);
	int digits = 2, marks;
	bool parts;
	struct text head = { 0 };
	char buf[FIGURE_SIZE];

	for (size_t k = lines ? lines - 1 : 0; k >= 100; k /= 10)
		digits++;
	marks = cols - digits - 2;
	n = rows > 1 ? (size_t)rows - 1 : 0;
	v->grid_rows = 0;
	if (marks < 1 || !n)
		return;
	n = n < lines ? n : lines;
	if (v->top + n > lines)
		v->top = lines - n;
	if (cursor_row < v->top)
		v->top = cursor_row;
	if (cursor_row >= v->top + n)
		v->top = cursor_row - n + 1;
	if (v->left + (size_t)marks > v->per_row)
		v->left = v->per_row > (size_t)marks ? v->per_row - (size_t)marks : 0;
	if (cursor_at < v->left)
		v->left = cursor_at;
	if (cursor_at >= v->left + (size_t)marks)
		v->left = cursor_at - (size_t)marks + 1;
	parts = v->left || v->per_row > (size_t)marks;
	if (!v->known || v->mode != BY_RMSE)
		text_add(&head, "%s%s", v->known ? mode_names[v->mode] : "step", !parts || cols >= 48 ? " " : ", ");
	if (!parts || cols >= 48)
		text_add(&head, "per %s, ", block_word(v));
	text_add(&head, "row%s %zu", n > 1 ? "s" : "", v->top);
	if (n > 1)
		text_add(&head, "-%zu", v->top + n - 1);
	if (parts) {
		size_t last = v->left + (size_t)marks < v->per_row ? v->left + (size_t)marks : v->per_row, whole;

		text_add(&head, ", blocks %zu-%zu", v->left, last - 1);
		whole = head.len;
		text_add(&head, " of %zu", v->per_row);
		if ((int)head.len > cols)
			head.s[head.len = whole] = 0;
	}
	canvas_fit(c, row, col, cols, STYLE_DIM, text_str(&head));
	if ((int)text_width(text_str(&head), head.len) + 14 <= cols)
		canvas_text(c, row, col + (int)text_width(text_str(&head), head.len) + 3, STYLE_DIM, "█ %s", figure_digits(buf, full, 2, false));
	text_drop(&head);
	v->grid_row = row + 1;
	v->grid_col = col + digits + 2;
	v->grid_rows = (int)n;
	v->grid_cols = marks;
	for (size_t r = 0; r < n; r++) {
		canvas_right(c, row + 1 + (int)r, col + digits, STYLE_DIM, "%zu", v->top + r);
		if (v->cursor && v->top + r == cursor_row)
			canvas_glyph(c, row + 1 + (int)r, col - 2, GLYPH_CHOSEN, STYLE_MARK);
		for (size_t k = v->left; k < v->per_row && k < v->left + (size_t)marks; k++) {
			size_t i = (v->top + r) * v->per_row + k;
			double m = i < v->blocks ? measure_of(v, i, v->mode) : 0;
			int at = v->grid_col + (int)(k - v->left);

			if (i >= v->blocks)
				break;
			canvas_spark(c, row + 1 + (int)r, at, full > 0 && isfinite(m) ? m / full : isfinite(m) ? 0 : 1,
				     v->known ? STYLE_BAD : STYLE_SCALE);
			if (i == v->cursor)
				canvas_mark(c, row + 1 + (int)r, at, 1, MARK_REVERSE);
		}
	}
}

/* Bias and shares, or the range of the steps, line by line. */
static size_t summary(const struct err_view *v, struct text line[7])
{
	char a[FIGURE_SIZE];
	size_t n = 0;

	if (!v->known) {
		if (!v->sizes)
			return 0;
		text_add(&line[n++], "smallest  %s", figure_digits(a, v->step_lo, 4, false));
		text_add(&line[n++], "mean      %s", figure_digits(a, v->step_mean, 4, false));
		text_add(&line[n++], "largest   %s", figure_digits(a, v->step_hi, 4, false));
		return n;
	}
	if (v->not_finite)
		text_add(&line[n++], "not finite  %zu", v->not_finite);
	text_add(&line[n++], "bias  %s", figure_digits(a, v->loss.bias, 2, true));
	if (!isnan(v->loss.weighted))
		text_add(&line[n++], "weighted rmse  %s", figure_digits(a, v->loss.weighted, 4, false));
	if (v->blocks < 2)
		return n;
	text_put(&line[n++], "share of the squared error");
	if (v->blocks >= 100) {
		text_add(&line[n++], "  worst  1 %% of blocks  %6s", figure_percent(a, v->worst_share[0]));
		text_add(&line[n++], "  worst 10 %% of blocks  %6s", figure_percent(a, v->worst_share[1]));
	} else {
		text_add(&line[n++], "  worst of %zu blocks  %6s", v->blocks, figure_percent(a, v->worst_share[0]));
		if (v->worst_count[1] > 1)
			text_add(&line[n++], "  worst %zu of them  %6s", v->worst_count[1], figure_percent(a, v->worst_share[1]));
	}
	return n;
}

static size_t block_lines(const struct err_view *v)
{
	return v->blocks > 1 ? (v->blocks + v->per_row - 1) / v->per_row : 0;
}

static int no_steps(const struct err_view *v, struct canvas *c)
{
	canvas_fit(c, 0, 2, c->cols - 2, STYLE_PLAIN, "the original is not known, so no error can be shown");
	canvas_text(c, 1, 2, STYLE_PLAIN, "and %s has no steps to show instead", v->q.blocks.codec->name);
	return 2;
}

static void draw_apart(struct err_view *v, struct canvas *c, struct text line[], size_t lines)
{
	int left = c->cols * 55 / 100, row, rows = c->rows - (int)lines - 2;

	draw_sizes(v, c, c->rows, left);
	if (block_lines(v) && rows > 1) {
		if (rows - 1 > (int)block_lines(v))
			rows = (int)block_lines(v) + 1;
		draw_blocks(v, c, 0, left, rows, c->cols - left);
		row = rows + 1;
	} else {
		row = 1;
		v->grid_rows = 0;
	}
	for (size_t i = 0; i < lines; i++)
		canvas_puts(c, row + (int)i, left + 1, STYLE_PLAIN, text_str(&line[i]));
}

/* The title has no room for the figures here. */
static void draw_figures(const struct err_view *v, struct canvas *c)
{
	char a[FIGURE_SIZE], b[FIGURE_SIZE];

	if (v->known)
		canvas_text(c, 0, 2, STYLE_PLAIN, "rmse %s   rel %s", figure_digits(a, v->loss.rmse, 4, false), figure_digits(b, v->loss.rel, 3, false));
	else
		canvas_fit(c, 0, 2, c->cols - 2, STYLE_PLAIN, "original not known: step sizes");
}

static void draw_stacked(struct err_view *v, struct canvas *whole, struct text line[], size_t lines)
{
	struct canvas below = canvas_part(whole, 1, 0, whole->rows - 1, whole->cols), *c = &below;
	int rows = c->rows - (int)lines - (block_lines(v) ? 4 : 1), row;

	draw_figures(v, whole);
	if (rows < 6)
		rows = c->rows - (int)lines - 1;
	if (rows < 6)
		rows = c->rows;
	row = draw_sizes(v, c, rows < v->sizes + 1 ? rows : v->sizes + 1, c->cols + 3);
	for (size_t i = 0; i < lines && row < c->rows; i++)
		canvas_fit(c, row++, 2, c->cols - 2, STYLE_PLAIN, text_str(&line[i]));
	v->grid_rows = 0;
	if (block_lines(v) && row + 2 < c->rows)
		draw_blocks(v, c, row + 1, 2, c->rows - row - 1 < (int)block_lines(v) + 1 ? c->rows - row - 1 : (int)block_lines(v) + 1,
			    c->cols - 2);
	v->grid_row++;			/* counted from the whole */
}

static void err_draw(void *state, struct canvas *c)
{
	struct err_view *v = state;
	struct text line[7] = { { 0 } };
	size_t lines = summary(v, line);

	if (!v->sizes)
		no_steps(v, c);
	else if (c->cols >= TWO_HALVES)
		draw_apart(v, c, line, lines);
	else
		draw_stacked(v, c, line, lines);
	for (size_t i = 0; i < 7; i++)
		text_drop(&line[i]);
}

static int err_height(const void *state, int cols)
{
	const struct err_view *v = state;
	struct text line[7] = { { 0 } };
	int lines = (int)summary(v, line), blocks = (int)(block_lines(v) < 4 ? block_lines(v) : 4);

	for (size_t i = 0; i < 7; i++)
		text_drop(&line[i]);
	if (!v->sizes)
		return 2;
	if (cols < TWO_HALVES)
		return 2 + v->sizes + lines + (blocks ? 2 + blocks : 0);
	lines += 2 + blocks;
	return lines > 1 + v->sizes ? lines : 1 + v->sizes;
}

/* ---- the entry's functions ---- */

static void err_close(void *state)
{
	struct err_view *v = state;

	free(v->block);
	free(v->step);
	quantized_drop(&v->q);
	free(v);
}

static int err_passes(const struct value *subject, const struct args *options)
{
	(void)subject;
	(void)options;
	return 4;
}

static void *err_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct err_view *v = calloc(1, sizeof *v);
	size_t len;

	(void)s;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	if (!view_pick_block(subject, options, &v->cursor, err) || !view_quantized(subject, &v->q)) {
		err_close(v);
		return NULL;
	}
	v->known = v->q.source.codec;
	len = tensor_block_len(&v->q.blocks);
	v->blocks = tensor_blocks(&v->q.blocks);
	v->per_row = v->q.blocks.cols >= len ? v->q.blocks.cols / len : 1;
	if (v->known ? measure(v, err) : find_steps(v, err))
		return v;
	err_close(v);
	return NULL;
}

static void err_title(const void *state, struct text *left, struct text *right)
{
	const struct err_view *v = state;
	char a[FIGURE_SIZE], b[FIGURE_SIZE], c[FIGURE_SIZE], d[FIGURE_SIZE];

	view_codec(&v->q, left);
	text_put(left, "   ");
	view_subject(v->subject, left);
	if (!v->known) {
		text_put(right, "the original is not known: step sizes");
		return;
	}
	text_add(right, "rmse %s   rel %s   ", figure_digits(a, v->loss.rmse, 4, false), figure_digits(b, v->loss.rel, 3, false));
	text_add(right, v->loss.snr == INFINITY ? "no error   " : "%s dB   ", figure_fixed(c, v->loss.snr, 2, false));
	text_add(right, "max %s", figure_digits(d, v->loss.max, 2, false));
}

static void err_facts(const void *state, struct text *out)
{
	const struct err_view *v = state;
	char a[FIGURE_SIZE];

	text_add(out, "block %zu %s %s", v->cursor, v->known ? mode_names[v->mode] : "step",
		 figure_digits(a, measure_of(v, v->cursor, v->mode), 3, false));
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void move_by(struct err_view *v, ptrdiff_t by)
{
	ptrdiff_t to = (ptrdiff_t)v->cursor + by;

	if (to >= 0 && to < (ptrdiff_t)v->blocks)
		v->cursor = (size_t)to;
}

static void open_block(const struct err_view *v, struct wish *wish)
{
	wish->view = "block";
	args_set_number(&wish->options, "block", (double)v->cursor, NULL);
}

static bool err_press(void *state, const struct key *k, struct wish *wish)
{
	struct err_view *v = state;
	ptrdiff_t row = (ptrdiff_t)v->per_row;
	char buf[NUMBER_SIZE];

	if (key_is(k, 'e') && v->known)
		v->mode = (v->mode + 1) % MODES;
	else if (k->code == KEY_LEFT_ || key_is(k, '['))
		move_by(v, -1);
	else if (k->code == KEY_RIGHT_ || key_is(k, ']'))
		move_by(v, 1);
	else if (k->code == KEY_UP_ || key_is(k, 'k') || key_is(k, '{'))
		move_by(v, -row);
	else if (k->code == KEY_DOWN_ || key_is(k, 'j') || key_is(k, '}'))
		move_by(v, row);
	else if (k->code == KEY_PGUP || k->code == KEY_PGDN)
		for (int i = 0; i < (v->grid_rows > 1 ? v->grid_rows : 4); i++)
			move_by(v, k->code == KEY_PGUP ? -row : row);
	else if (key_is(k, 'g') || k->code == KEY_HOME_)
		v->cursor = 0;
	else if (key_is(k, 'G') || k->code == KEY_END_)
		v->cursor = v->blocks - 1;
	else if (k->code == KEY_ENTER_)
		open_block(v, wish);
	else if (key_is(k, 'y'))
		strcpy(wish->type, number_short(buf, measure_of(v, v->cursor, v->mode)));
	else
		return false;
	return true;
}

static bool err_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct err_view *v = state;
	size_t at;

	if (row < v->grid_row || row >= v->grid_row + v->grid_rows || col < v->grid_col || col >= v->grid_col + v->grid_cols)
		return false;
	at = v->left + (size_t)(col - v->grid_col);
	if (at >= v->per_row || (at += (v->top + (size_t)(row - v->grid_row)) * v->per_row) >= v->blocks)
		return false;
	v->cursor = at;
	if (again)
		open_block(v, wish);
	return true;
}

static void why_block(const struct err_view *v, struct text *out)
{
	char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];
	const struct block_loss *l;

	if (!v->known) {
		text_add(out, "block %zu: step %s, the mean distance between neighbouring values it can hold\n", v->cursor,
			 number_short(a, v->step[v->cursor]));
		return;
	}
	l = &v->block[v->cursor];
	text_add(out, "block %zu: rmse = sqrt(sum of squared errors / weights) = sqrt(%s / %zu) = %s\n", v->cursor, number_short(a, l->squares),
		 l->count, number_short(b, measure_of(v, v->cursor, BY_RMSE)));
	text_add(out, "relative = sqrt(sum of squared errors / sum of squared weights) = sqrt(%s / %s) = %s\n", number_short(a, l->squares),
		 number_short(b, l->energy), number_short(c, measure_of(v, v->cursor, BY_RELATIVE)));
	text_add(out, "largest |error| = %s\n", number_short(a, l->max));
}

struct named { const char *name; double value; const char *how; };

static bool err_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct err_view *v = state;
	const struct loss *l = &v->loss;
	const struct named names[] = {
		{ "rmse", l->rmse, "the square root of the mean squared error" },
		{ "rel", l->rel, "rmse / root mean square of the weights" },
		{ "snr", l->snr, "10 log10(mean squared weight / mean squared error), in dB" },
		{ "max", l->max, "the largest |error|" },
		{ "bias", l->bias, "the mean error: what comes back minus the original" },
		{ "cosine", l->cosine, "of the angle between the weights and what comes back" },
		{ "weighted", l->weighted, "rmse with each squared error times its column's importance" },
	};
	char buf[NUMBER_SIZE];

	if (!name) {
		why_block(v, out);
		return true;
	}
	for (size_t i = 0; v->known && i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i].name) && !isnan(names[i].value)) {
			text_add(out, "%s = %s   %s", name, number_short(buf, names[i].value), names[i].how);
			if (!strcmp(name, "max"))
				text_add(out, ": w[%zu]", l->max_at);
			text_add(out, ", over %zu weights\n", l->count);
			return true;
		}
	error_set(err, ERR_ARGUMENT, "there is no '%s' here", name);
	return error_hint(err, "name", v->known ? "there are rmse rel snr max bias cosine weighted" : "the original is not known: there is no error");
}

static void put(struct table *t, double v, bool there)
{
	if (there && !isnan(v))
		table_number(t, v);
	else
		table_skip(t);
}

static struct table *err_data(const void *state, struct error *err)
{
	const struct err_view *v = state;
	struct table *t = table_new(view_err.columns);
	const double of[] = { v->loss.rmse, v->loss.rel, v->loss.snr, v->loss.max, (double)v->loss.max_at, v->loss.bias, v->loss.cosine,
			      v->loss.weighted, v->worst_share[0], v->worst_share[1] };
	const double steps[] = { v->step_lo, v->step_mean, v->step_hi };

	if (t) {
		t->record = true;
		table_row(t);
		table_int(t, (int64_t)(v->known ? v->loss.count : tensor_count(&v->q.blocks)));
		for (size_t i = 0; i < sizeof of / sizeof *of; i++)
			put(t, of[i], v->known);
		for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
			put(t, steps[i], !v->known && v->sizes);
	}
	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static size_t err_cursor(const void *state)
{
	const struct err_view *v = state;

	return v->cursor * tensor_block_len(&v->q.blocks);
}

static void err_set_cursor(void *state, size_t at)
{
	struct err_view *v = state;

	if (at < tensor_count(&v->q.blocks))
		v->cursor = at / tensor_block_len(&v->q.blocks);
}

static const struct view_key err_keys[] = {
	{ "<Left> <Right>", "block", "the block before, after", true },
	{ "<Up> <Down>", "row", "the same block of the row above, below", true },
	{ "e", "measure", "rmse, largest or relative error of each block", true },
	{ "<Enter>", "open", "opens the block under the cursor", true },
	{ "y", "copy", "the number under the cursor into the input line", false },
	{ 0 }
};

const struct view view_err = {
	.name = "err",
	.question = "how large, where, and of what kind is the error",
	.fits = FITS(QUANTIZED) | FITS(ERRORS) | FITS(TRACE),
	.keys = err_keys,
	.columns = "weights rmse rel snr max max_at bias cosine weighted worst_1 worst_10 step_smallest step_mean step_largest",
	.made_for = 80,
	.gives_up = "the place beside the sizes: shares, bias and blocks go below them; when low they go, blocks first",
	.open = err_open,
	.passes = err_passes,
	.close = err_close,
	.title = err_title,
	.facts = err_facts,
	.height = err_height,
	.draw = err_draw,
	.press = err_press,
	.click = err_click,
	.why = err_why,
	.data = err_data,
	.cursor = err_cursor,
	.set_cursor = err_set_cursor,
};
