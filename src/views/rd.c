/*
 * rd.c - bits against error: a letter for each codec where its bits and its signal to noise ratio meet, the bound for a Gaussian dotted.
 *
 * The bound is 6.02 dB a bit: no code of independent Gaussian weights does better, so the room above a codec can be seen. All figures are
 * measured on this subject. Opened on a tensor or a model by itself it takes a small sample; the command rd takes all.
 *
 * When narrow the list stands below the picture; when it is low too the picture goes and the list stays and scrolls.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/survey.h"
#include "views/figure.h"
#include "views/view.h"

enum { SAMPLE = 1 << 14, LIST_WIDE = 26, LIST_FLAT = 30, PLOT_LEAST = 30 };

/* The dotted line; 10 log10(4). */
static const double bound_per_bit = 6.0206;

struct rd_view {
	struct value *subject;		/* borrowed */
	struct value *measured;		/* held: its table */
	bool accuracy;			/* right answers instead of signal to noise (of=accuracy) */
	bool pareto;
	double max_bits;		/* 0: all */
	size_t *line; size_t n;		/* rows of the table that are shown */
	size_t cursor, top;
	int list_row, list_col, page;	/* of the last drawing */
};

static double number(const struct rd_view *v, size_t at, const char *column)
{
	const struct table *t = v->measured->u.table;
	const struct table_cell *c = table_at(t, v->line[at], table_column(t, column));

	return c->kind == CELL_NUMBER ? c->number : NAN;
}

static const char *word(const struct rd_view *v, size_t at, const char *column)
{
	const struct table *t = v->measured->u.table;
	const char *s = table_at(t, v->line[at], table_column(t, column))->text;

	return s ? s : "";
}

/* How high a codec stands: signal to noise in dB, or right answers in percent. */
static double height_at(const struct rd_view *v, size_t at)
{
	return v->accuracy ? 100 * number(v, at, "accuracy") : number(v, at, "snr");
}

/* Of the model as it is, in percent. */
static double as_it_is(const struct rd_view *v)
{
	const struct table *t = v->measured->u.table;

	return 100.0 * (double)table_at(t, 0, table_column(t, "reference"))->integer / (double)table_at(t, 0, table_column(t, "count"))->integer;
}

/* ---- which are shown ---- */

static double cell(const struct table *t, size_t row, const char *column)
{
	return table_at(t, row, table_column(t, column))->number;
}

/* Is there one with fewer bits and less error? */
static bool is_beaten(const struct table *t, size_t row)
{
	bool accuracy = is_rd_accuracy(t);

	for (size_t i = 0; i < t->rows; i++) {
		double bits = cell(t, i, "bits") - cell(t, row, "bits");
		double worse = accuracy ? cell(t, row, "accuracy") - cell(t, i, "accuracy") : cell(t, i, "rmse") - cell(t, row, "rmse");

		if (bits <= 0 && worse <= 0 && (bits < 0 || worse < 0))
			return true;
	}
	return false;
}

static void choose(struct rd_view *v)
{
	const struct table *t = v->measured->u.table;
	size_t row = v->n ? v->line[v->cursor] : 0;

	v->n = 0;
	for (size_t i = 0; i < t->rows; i++)
		if ((v->max_bits <= 0 || cell(t, i, "bits") <= v->max_bits) && !(v->pareto && is_beaten(t, i)))
			v->line[v->n++] = i;
	v->cursor = v->top = 0;
	for (size_t i = 0; i < v->n; i++)
		if (v->line[i] == row)
			v->cursor = i;
}

/* ---- drawing ---- */

/* a..z without j, which reads like i; then A..Z */
static char letter(size_t at)
{
	static const char letters[] = "abcdefghiklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return at < sizeof letters - 1 ? letters[at] : '*';
}

struct plot { int row, col, rows, cols; double bits_lo, bits_hi, bottom, top; };	/* of the cells within its axes */

static struct plot plot_of(const struct rd_view *v, int row, int col, int rows, int cols)
{
	static const double spans[] = { 2, 4, 8, 20, 40, 100 };
	struct plot p = { row, col, rows, cols, INFINITY, -INFINITY, 0, v->accuracy ? 100 : 10 };
	double least = v->accuracy ? as_it_is(v) : 0;

	for (size_t i = 0; i < v->n; i++) {
		double snr = height_at(v, i);

		p.bits_lo = fmin(p.bits_lo, floor(number(v, i, "bits")));
		p.bits_hi = fmax(p.bits_hi, ceil(number(v, i, "bits")));
		if (v->accuracy)
			least = fmin(least, snr);
		else if (isfinite(snr))
			p.top = fmax(p.top, 10 * ceil(snr / 10));
	}
	for (size_t i = 0; v->accuracy && i < sizeof spans / sizeof *spans; i++) {
		p.bottom = 100 - spans[i];
		if (least >= p.bottom)
			break;
	}
	if (!(p.bits_hi > p.bits_lo))
		p.bits_hi = p.bits_lo + 1;
	return p;
}

static int row_of(const struct plot *p, double snr)
{
	double share = fmin(1, fmax(0, (snr - p->bottom) / (p->top - p->bottom)));

	return p->row + p->rows - 1 - (int)(share * (p->rows - 1) + 0.5);
}

static int col_of(const struct plot *p, double bits)
{
	return p->col + (int)((bits - p->bits_lo) / (p->bits_hi - p->bits_lo) * (p->cols - 1) + 0.5);
}

static void draw_axes(struct canvas *c, const struct plot *p)
{
	int labels = p->rows >= 13 ? 4 : p->rows >= 7 ? 2 : 1, end = -1;

	for (int r = 0; r < p->rows; r++)
		canvas_glyph(c, p->row + r, p->col - 2, GLYPH_V, STYLE_DIM);
	for (int i = 0; i <= labels; i++) {
		double at = p->bottom + (p->top - p->bottom) * i / labels;

		if (p->top - p->bottom < 4)
			canvas_right(c, row_of(p, at), p->col - 3, STYLE_DIM, "%.1f", at);
		else
			canvas_right(c, row_of(p, at), p->col - 3, STYLE_DIM, "%d", (int)(at + 0.5));
	}
	canvas_glyph(c, p->row + p->rows, p->col - 2, GLYPH_CORNER_LL, STYLE_DIM);
	canvas_rule(c, p->row + p->rows, p->col - 1, p->cols + 1, STYLE_DIM);
	for (int bits = (int)p->bits_lo; bits <= (int)p->bits_hi; bits++) {
		char buf[12];
		int n = snprintf(buf, sizeof buf, "%d", bits), at = col_of(p, bits);

		if (at <= end + 1 || at + n > p->col + p->cols + 2)
			continue;
		end = canvas_puts(c, p->row + p->rows + 1, at, STYLE_DIM, buf);
	}
}

static void draw_plot(const struct rd_view *v, struct canvas *c, const struct plot *p)
{
	draw_axes(c, p);
	for (int col = 0; col < p->cols; col++) {
		double bits = p->bits_lo + (p->bits_hi - p->bits_lo) * col / (p->cols - 1);

		if (v->accuracy)
			canvas_glyph(c, row_of(p, as_it_is(v)), p->col + col, GLYPH_DOT, STYLE_DIM);
		else if (bound_per_bit * bits <= p->top)
			canvas_glyph(c, row_of(p, bound_per_bit * bits), p->col + col, GLYPH_DOT, STYLE_DIM);
	}
	for (size_t k = 0; k <= v->n; k++) {		/* the one under the cursor last */
		size_t i = k == v->n ? v->cursor : k;
		double snr = height_at(v, i);

		canvas_put(c, row_of(p, isnan(snr) ? 0 : snr), col_of(p, number(v, i, "bits")), (uint32_t)letter(i),
			   i == v->cursor ? STYLE_MARK : STYLE_CODE, i == v->cursor ? MARK_REVERSE : MARK_BOLD);
	}
}

static void draw_line(const struct rd_view *v, struct canvas *c, int row, int col, int cols, size_t at)
{
	char snr[FIGURE_SIZE], name[40];

	snprintf(name, sizeof name, "%s%s", word(v, at, "codec"), strcmp(word(v, at, "importance"), "flat") ? "" : " flat");
	if (at == v->cursor)
		canvas_glyph(c, row, col, GLYPH_CHOSEN, STYLE_MARK);
	canvas_put(c, row, col + 2, (uint32_t)letter(at), STYLE_CODE, MARK_BOLD);
	canvas_fit(c, row, col + 4, cols - 4 - 14, STYLE_PLAIN, name);
	canvas_right(c, row, col + cols - 7, STYLE_PLAIN, "%.2f", number(v, at, "bits"));
	canvas_right(c, row, col + cols, STYLE_PLAIN, "%s", figure_fixed(snr, height_at(v, at), 2, false));
	if (at == v->cursor)
		canvas_mark(c, row, col + 2, cols - 2, MARK_BOLD);
}

static void draw_list(struct rd_view *v, struct canvas *c, int row, int col, int rows, int cols)
{
	bool more;
	size_t n;

	if (rows <= 0)
		return;
	more = (size_t)rows < v->n && rows > 2;
	n = (size_t)rows < v->n ? (size_t)(rows - more) : v->n;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + n)
		v->top = v->cursor - n + 1;
	if (v->top + n > v->n)
		v->top = v->n - n;
	v->list_row = row;
	v->list_col = col;
	v->page = (int)n;
	for (size_t i = 0; i < n; i++)
		draw_line(v, c, row + (int)i, col, cols, v->top + i);
	if (more)
		canvas_text(c, row + (int)n, col + 2, STYLE_DIM, "… %zu of %zu codecs", v->n - n, v->n);
}

static int list_width(const struct rd_view *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(word(v, i, "importance"), "flat"))
			return LIST_FLAT;
	return LIST_WIDE;
}

/* What stands below the list: nothing can do better than the dots; or what they are of the model as it is. */
static void draw_legend(const struct rd_view *v, struct canvas *c, int row, int col)
{
	canvas_glyph(c, row, col + 2, GLYPH_DOT, STYLE_DIM);
	if (v->accuracy)
		canvas_text(c, row, col + 4, STYLE_DIM, "as it is  %.2f", as_it_is(v));
	else
		canvas_puts(c, row, col + 4, STYLE_DIM, "bound, Gaussian");
}

static void rd_draw(void *state, struct canvas *c)
{
	struct rd_view *v = state;
	struct plot p;
	int wide = list_width(v), plot_cols = c->cols - 7 - wide - 2, list = c->rows;

	if (!v->n) {
		canvas_puts(c, 0, 2, STYLE_PLAIN, "no codec is left: max= hides them all");
		return;
	}
	if (plot_cols < PLOT_LEAST || c->rows < 7) {
		bool fits = c->rows >= 14 && c->cols >= PLOT_LEAST;

		if (fits) {		/* one above the other */
			int rows = c->rows / 2 - 2;

			p = plot_of(v, 0, 6, rows, c->cols - 8);
			draw_plot(v, c, &p);
			draw_list(v, c, rows + 2, 0, c->rows - rows - 2, c->cols < 40 ? c->cols : 40);
		} else {
			draw_list(v, c, 0, 0, c->rows, c->cols < 40 ? c->cols : 40);
		}
		return;
	}
	if (plot_cols > 110)
		plot_cols = 110;
	p = plot_of(v, 0, 6, c->rows - 2, plot_cols);
	draw_plot(v, c, &p);
	if (c->rows >= 9 && (int)v->n + 2 <= c->rows)
		draw_legend(v, c, (int)v->n + 1, 6 + plot_cols + 2);
	else if (c->rows >= 9)
		draw_legend(v, c, c->rows - 1, 6 + plot_cols + 2), list--;
	draw_list(v, c, 0, 6 + plot_cols + 2, list, wide);
}

static int rd_height(const void *state, int cols)
{
	const struct rd_view *v = state;
	int list = (int)v->n + 2;

	if (cols - 7 - list_width(v) - 2 < PLOT_LEAST)
		return 2 * ((int)v->n + 2);
	return list < 17 ? 17 : list;
}

/* ---- the entry's functions ---- */

static void rd_close(void *state)
{
	struct rd_view *v = state;

	value_drop(v->measured);
	free(v->line);
	free(v);
}

static bool rd_takes(const struct value *subject)
{
	return subject->kind != VALUE_TABLE || is_rd_table(subject->u.table) || is_rd_accuracy(subject->u.table);
}

static int rd_passes(const struct value *subject, const struct args *options)
{
	(void)options;
	return subject->kind == VALUE_TABLE ? 0 : view_sample_passes(subject, rd_usual, rd_usual_count(), SAMPLE);
}

static struct value *measure_here(struct session *s, struct value *subject, struct error *err)
{
	struct rd_options o = { .pad = PAD_ZERO, .most = SAMPLE };
	struct outcome out = { 0 };

	view_one_pass();
	if (!session_rd(s, subject, &o, &out, err) || (out.job && !job_run_here(out.job, &out.value, err)))
		return NULL;
	return out.value;
}

static void *rd_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct rd_view *v = calloc(1, sizeof *v);

	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	v->measured = subject->kind == VALUE_TABLE ? value_hold(subject) : measure_here(s, subject, err);
	v->line = v->measured ? calloc(v->measured->u.table->rows, sizeof *v->line) : NULL;
	if (!v->line) {
		if (v->measured)
			error_memory(err, "a view");
		rd_close(v);
		return NULL;
	}
	v->accuracy = is_rd_accuracy(v->measured->u.table);
	v->pareto = args_flag(options, "pareto");
	v->max_bits = args_number(options, "max", 0);
	choose(v);
	return v;
}

static void rd_title(const void *state, struct text *left, struct text *right)
{
	const struct rd_view *v = state;
	const struct table *t = v->measured->u.table;
	bool weighted = false;

	for (size_t i = 0; i < t->rows; i++)
		weighted |= !strcmp(table_at(t, i, table_column(t, "importance"))->text, "given");
	text_escape(left, v->measured->label, strlen(v->measured->label), 0);
	text_add(left, "   %zu codec%s", v->n, v->n == 1 && v->n == t->rows ? "" : "s");
	if (v->n < t->rows)
		text_add(left, " of %zu", t->rows);
	text_add(right, "%s%s%s", v->pareto ? "pareto   " : "", weighted ? "weighted   " : "", v->accuracy ?
		 "right answers in % against bits per weight\f% right against b/w" : "signal / noise in dB against bits per weight\fdB against b/w");
}

/* All codecs that share the cell of the one under the cursor cannot be told here, so those within a tenth of a bit and half a dB are. */
static void rd_facts(const void *state, struct text *out)
{
	const struct rd_view *v = state;
	size_t n = 0;

	for (size_t i = 0; i < v->n && n < 4; i++)
		if (fabs(number(v, i, "bits") - number(v, v->cursor, "bits")) < 0.1 && fabs(height_at(v, i) - height_at(v, v->cursor)) < 0.5)
			text_add(out, "%s%s", n++ ? " " : "", word(v, i, "codec"));
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void move_to(struct rd_view *v, ptrdiff_t to)
{
	ptrdiff_t n = (ptrdiff_t)v->n;

	if (n)
		v->cursor = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static bool rd_press(void *state, const struct key *k, struct wish *wish)
{
	struct rd_view *v = state;
	ptrdiff_t at = (ptrdiff_t)v->cursor;

	if (k->code == KEY_UP_ || k->code == KEY_LEFT_ || key_is(k, 'k'))
		move_to(v, at - 1);
	else if (k->code == KEY_DOWN_ || k->code == KEY_RIGHT_ || key_is(k, 'j'))
		move_to(v, at + 1);
	else if (k->code == KEY_PGUP)
		move_to(v, at - 10);
	else if (k->code == KEY_PGDN)
		move_to(v, at + 10);
	else if (key_is(k, 'g') || k->code == KEY_HOME_)
		move_to(v, 0);
	else if (key_is(k, 'G') || k->code == KEY_END_)
		move_to(v, (ptrdiff_t)v->n);
	else if (key_is(k, 'P')) {
		v->pareto = !v->pareto;
		choose(v);
	} else if (key_is(k, 'y') && v->n)
		snprintf(wish->type, sizeof wish->type, "%s", word(v, v->cursor, "codec"));
	else
		return false;
	return true;
}

static bool rd_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct rd_view *v = state;

	(void)again;
	(void)wish;
	if (row < v->list_row || row >= v->list_row + v->page || col < v->list_col)
		return false;
	move_to(v, (ptrdiff_t)(v->top + (size_t)(row - v->list_row)));
	return true;
}

static void why_answers(const struct rd_view *v, size_t at, struct text *out)
{
	const struct table *t = v->measured->u.table;
	long long right = table_at(t, v->line[at], table_column(t, "right"))->integer, count = table_at(t, 0, table_column(t, "count"))->integer;
	long long whole = table_at(t, 0, table_column(t, "reference"))->integer;

	text_add(out, "%s: %.4f bits a weight, over the whole model as  convert pure=%s  writes it\n", word(v, at, "codec"), number(v, at, "bits"),
		 word(v, at, "codec"));
	text_add(out, "%lld of %lld right = %.2f %%; as it is %lld\n", right, count, 100.0 * (double)right / (double)count, whole);
	text_add(out, "loss %.4f; the same answer as before in %.1f %%, KL divergence from it %.4f\n", number(v, at, "loss"),
		 100 * number(v, at, "agree"), number(v, at, "kl"));
	if (!strcmp(word(v, at, "importance"), "flat"))
		text_put(out, "it cannot work without importance: flat, all columns count alike\n");
}

static void why_codec(const struct rd_view *v, size_t at, struct text *out)
{
	double bits = number(v, at, "bits"), snr = height_at(v, at);
	char a[NUMBER_SIZE], b[NUMBER_SIZE];
	const struct table *t = v->measured->u.table;

	if (v->accuracy) {
		why_answers(v, at, out);
		return;
	}
	text_add(out, "%s: %.4f bits a weight, rmse %s, relative error %s\n", word(v, at, "codec"), bits, number_short(a, number(v, at, "rmse")),
		 number_short(b, number(v, at, "rel")));
	if (isfinite(snr)) {
		text_add(out, "signal / noise = -20 log10(%s) = %.2f dB; %.2f dB a bit\n", number_short(a, number(v, at, "rel")), snr, snr / bits);
		text_add(out, "the bound at these bits is %.4f x 6.02 = %.2f dB: %.2f dB of room\n", bits, bound_per_bit * bits,
			 bound_per_bit * bits - snr);
	}
	if (!strcmp(word(v, at, "importance"), "flat"))
		text_put(out, "it cannot work without importance: flat, all columns count alike\n");
	text_add(out, "measured on %lld weights\n", (long long)table_at(t, v->line[at], table_column(t, "weights"))->integer);
}

static bool rd_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct rd_view *v = state;
	struct text names = { 0 };

	if (v->n && !name) {
		why_codec(v, v->cursor, out);
		return true;
	}
	for (size_t i = 0; name && i < v->n; i++) {
		if (!strcmp(word(v, i, "codec"), name)) {
			why_codec(v, i, out);
			text_drop(&names);
			return true;
		}
		text_add(&names, " %s", word(v, i, "codec"));
	}
	if (name && !v->accuracy && !strcmp(name, "bound")) {
		text_put(out, "bound = 6.02 dB a bit: for independent Gaussian weights the squared error cannot fall below variance x 2^(-2 bits), and "
			      "10 log10(4) = 6.02. Weights that are not independent or not Gaussian can do better.\n");
		text_drop(&names);
		return true;
	}
	error_set(err, ERR_ARGUMENT, "there is no '%s' here", name ? name : "");
	error_hint(err, "name", "there are%s%s", v->accuracy ? "" : " bound", text_str(&names));
	text_drop(&names);
	return false;
}

static struct table *rd_data(const void *state, struct error *err)
{
	const struct rd_view *v = state;
	const struct table *from = v->measured->u.table;
	struct table *t = table_new(v->accuracy ? RD_ACCURACY_COLUMNS : RD_COLUMNS);

	for (size_t i = 0; t && i < v->n; i++) {
		table_row(t);
		for (size_t k = 0; k < from->cols; k++) {
			const struct table_cell *c = table_at(from, v->line[i], k);

			if (c->kind == CELL_TEXT)
				table_text(t, c->text);
			else if (c->kind == CELL_INT)
				table_int(t, c->integer);
			else
				table_number(t, c->number);
		}
	}
	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static const struct arg rd_options[] = {
	{ "pareto", ARG_FLAG, .summary = "leaves out codecs that another beats on both" },
	{ "max", ARG_NUMBER, .named = true, .optional = true, .min = 0.1, .max = 64, .summary = "hides codecs of more bits a weight" },
	{ 0 }
};

static const struct view_key rd_keys[] = {
	{ "<Up> <Down>", "move", "the codec", true },
	{ "P", "pareto", "without codecs that another beats on both, and back", true },
	{ "y", "copy", "the codec's name into the input line", false },
	{ 0 }
};

const struct view view_rd = {
	.name = "rd",
	.question = "bits against error for many codecs",
	.fits = FITS(TENSOR) | FITS(MODEL) | FITS(TABLE),
	.takes = rd_takes,
	.options = rd_options,
	.keys = rd_keys,
	.columns = RD_COLUMNS,
	.made_for = 80,
	.gives_up = "the place beside the picture: its list goes below; when low the picture itself",
	.open = rd_open,
	.passes = rd_passes,
	.close = rd_close,
	.title = rd_title,
	.facts = rd_facts,
	.height = rd_height,
	.draw = rd_draw,
	.press = rd_press,
	.click = rd_click,
	.why = rd_why,
	.data = rd_data,
};
