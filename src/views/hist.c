/*
 * hist.c - how are the weights spread: a bar for each bin, bins of a round width whose labels are their centres.
 *
 * NaN and infinities are counted and listed, never drawn into a bin. over=CODEC draws what comes back from a codec, with a mark where the
 * weights' own bar would end; by=row draws one small histogram a row.
 *
 * When narrow the bars get shorter and the figures below take more lines. When low the figures go first; bins that do not fit are counted.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/counts.h"
#include "views/figure.h"
#include "views/view.h"

enum { BINS_USUAL = 24, BINS_OVER = 64 /* a comb wants fine bins */, BINS_MOST = 2000, BAD_LISTED = 64 };

/* One line of by=row. */
struct row_line { bool filled; size_t *count; struct spread spread; };

struct hist_view {
	struct value *subject;			/* borrowed */
	struct tensor weights;			/* held */
	size_t padding;
	struct spread spread;
	double width, first;			/* bin k is centred on (first + k) width */
	size_t bins, *count, below, above;
	struct value *over;			/* held: quantized; NULL none */
	const struct codec *over_codec;
	size_t *decoded, decoded_below, decoded_above;
	size_t bad_at[BAD_LISTED], bad;
	bool log, by_row, list_bad;
	struct row_line *row;
	size_t cursor, top;			/* bin, or row */
	bool placed;				/* has top been chosen? */
	int list_row;				/* of the last drawing */
};

/* ---- counting ---- */

static void centres(struct hist_view *v, double lo, double hi, size_t wished)
{
	double span = hi - lo;

	if (!(span > 0))
		span = fabs(hi) > 0 ? fabs(hi) : 1;
	v->width = figure_nice(span / (double)wished);
	v->first = floor(lo / v->width + 0.5);
	v->bins = (size_t)(floor(hi / v->width + 0.5) - v->first) + 1;
	/* Half a bin stands out at either end, so the width that just fits may give one too many. */
	if (v->bins > wished && wished > 1) {
		v->width = figure_nice(v->width * 1.5);
		v->first = floor(lo / v->width + 0.5);
		v->bins = (size_t)(floor(hi / v->width + 0.5) - v->first) + 1;
	}
}

/* "-0.1..0.1": cut at the two points first, since "1." is a number too. */
static bool take_range(const char *s, double *lo, double *hi)
{
	const char *mid = strstr(s, "..");
	char first[64], *end;

	if (!mid || mid == s || (size_t)(mid - s) >= sizeof first || !mid[2])
		return false;
	memcpy(first, s, (size_t)(mid - s));
	first[mid - s] = 0;
	*lo = strtod(first, &end);
	if (*end)
		return false;
	*hi = strtod(mid + 2, &end);
	return !*end && isfinite(*lo) && isfinite(*hi) && *lo < *hi;
}

static bool find_bins(struct hist_view *v, const struct args *options, struct error *err)
{
	const char *range = args_text(options, "range", NULL);
	double lo = v->spread.min, hi = v->spread.max, wished = args_number(options, "bins", args_get(options, "over") ? BINS_OVER : BINS_USUAL);

	if (range && !take_range(range, &lo, &hi)) {
		error_set(err, ERR_ARGUMENT, "'%.40s' is not a range", range);
		return error_hint(err, "range", "two numbers, the lower one first: range=-0.1..0.1");
	}
	if (isnan(lo)) {		/* nothing finite: no bin */
		v->width = 1;
		return true;
	}
	centres(v, lo, hi, (size_t)wished);
	v->count = calloc(v->bins, sizeof *v->count);
	if (!v->count)
		return error_memory(err, "the bins");
	return count_weights(&v->weights, v->padding, v->width, v->first, v->count, v->bins, &v->below, &v->above, NULL, err);
}

/* The weights through another codec and back. */
static bool find_over(struct session *s, struct hist_view *v, const struct args *options, struct error *err)
{
	const struct given *g = args_get(options, "over");
	struct quantize_options o = { .pad = PAD_ZERO, .flat_if_needed = true };
	struct outcome out = { 0 };
	const struct quantized *q;

	if (!g || !v->bins)
		return true;
	v->over_codec = g->codec ? g->codec : codec_need(g->text ? g->text : "", err);
	if (!v->over_codec || !session_quantize(s, v->over_codec, v->subject, &o, &out, err))
		return false;
	if (out.job && !job_run_here(out.job, &out.value, err))
		return false;
	v->over = out.value;
	q = value_as_quantized(v->over);
	v->decoded = calloc(v->bins, sizeof *v->decoded);
	if (!v->decoded || !q)
		return error_memory(err, "the bins");
	return count_weights(&q->blocks, q->padding, v->width, v->first, v->decoded, v->bins, &v->decoded_below, &v->decoded_above, NULL, err);
}

static bool find_bad(struct hist_view *v, struct error *err)
{
	if (v->spread.nan + v->spread.inf == 0)
		return true;
	return count_bad(&v->weights, v->padding, v->bad_at, BAD_LISTED, &v->bad, NULL, err);
}

static bool measure(struct hist_view *v, struct error *err)
{
	struct tensor narrow;
	bool ok;

	if (!v->padding)
		return measure_spread(&v->weights, NULL, &v->spread, err);
	if (!tensor_slice(&v->weights, 0, v->weights.rows, 0, v->weights.cols - v->padding, &narrow, err))
		return false;
	ok = measure_spread(&narrow, NULL, &v->spread, err);
	tensor_drop(&narrow);
	return ok;
}

/* A row's own counts in the common bins; worked out when it is first seen. */
static const struct row_line *row_at(struct hist_view *v, size_t r)
{
	struct row_line *l = &v->row[r];
	struct tensor row;
	size_t below, above;

	if (l->filled || !v->bins || !tensor_slice(&v->weights, r, r + 1, 0, v->weights.cols - v->padding, &row, NULL))
		return l;
	l->count = calloc(v->bins, sizeof *l->count);
	l->filled = l->count && measure_range(&row, &l->spread, NULL) &&
		    count_weights(&row, 0, v->width, v->first, l->count, v->bins, &below, &above, NULL, NULL);
	tensor_drop(&row);
	return l;
}

/* ---- drawing ---- */

static double centre(const struct hist_view *v, size_t bin)
{
	return (v->first + (double)bin) * v->width;
}

static const char *label(const struct hist_view *v, size_t bin, char buf[FIGURE_SIZE])
{
	return figure_fixed(buf, centre(v, bin), figure_decimals(v->width, 1), true);
}

static double bar_share(const struct hist_view *v, size_t count, size_t most)
{
	if (!most)
		return 0;
	return v->log ? log1p((double)count) / log1p((double)most) : (double)count / (double)most;
}

static int digits_of(size_t n)
{
	int d = 1;

	while (n >= 10) {
		n /= 10;
		d++;
	}
	return d;
}

static size_t most_of(const size_t *count, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; count && i < n; i++)
		most = count[i] > most ? count[i] : most;
	return most;
}

static int label_width(const struct hist_view *v)
{
	char buf[FIGURE_SIZE];
	int w = 5;

	for (size_t i = 0; i < v->bins; i++) {
		int n = (int)strlen(label(v, i, buf));

		w = n > w ? n : w;
	}
	return w;
}

static void draw_bin(const struct hist_view *v, struct canvas *c, int row, size_t bin, int width, size_t most)
{
	int digits = digits_of(most) > 5 ? digits_of(most) : 5, gap = c->cols >= 60 ? 3 : 1, end = 2 + width + gap + digits, bars;
	char buf[FIGURE_SIZE];

	canvas_right(c, row, 2 + width, STYLE_PLAIN, "%s", label(v, bin, buf));
	canvas_right(c, row, end, STYLE_PLAIN, "%zu", v->count[bin]);
	if (v->decoded) {
		canvas_right(c, row, end + gap + digits, STYLE_CODE, "%zu", v->decoded[bin]);
		end += gap + digits;
	}
	bars = c->cols >= 60 ? c->cols - end - 9 : c->cols - end - 3;
	if (bars < 1)
		return;
	canvas_bar(c, row, end + 2, bars, bar_share(v, v->decoded ? v->decoded[bin] : v->count[bin], most),
		   v->decoded ? STYLE_CODE : STYLE_PLAIN);
	if (v->decoded && v->count[bin])
		canvas_glyph(c, row, end + 2 + (int)(bars * bar_share(v, v->count[bin], most)), GLYPH_V, STYLE_MARK);
}

/* Figures as pieces that flow into lines; "" begins a new one. */
enum { PIECES_MAX = 20 + BAD_LISTED };

struct pieces { struct text piece[PIECES_MAX]; size_t n; };

static struct text *piece(struct pieces *p)
{
	return &p->piece[p->n < PIECES_MAX ? p->n++ : PIECES_MAX - 1];
}

static void piece_figure(struct pieces *p, const char *name, double v, int decimals)
{
	char buf[FIGURE_SIZE];
	bool tiny = v != 0 && fabs(v) < pow(10, -decimals);

	text_add(piece(p), "%s %s", name, tiny ? figure_digits(buf, v, 2, false) : figure_fixed(buf, v, decimals, false));
}

static void bad_place(const struct hist_view *v, size_t at, struct text *out)
{
	size_t cols = v->weights.cols - v->padding;
	float x = tensor_get(&v->weights, at / cols * v->weights.cols + at % cols);

	text_add(out, "%s at [%zu, %zu]", isnan(x) ? "NaN" : x > 0 ? "+Inf" : "-Inf", at / cols, at % cols);
}

static void find_pieces(const struct hist_view *v, struct pieces *p)
{
	const struct spread *s = &v->spread;
	int d = figure_decimals(s->absmax, 3);
	char a[FIGURE_SIZE];

	if (v->below + v->above)
		text_add(piece(p), "outside: %zu below, %zu above", v->below, v->above);
	if (v->below + v->above)
		piece(p);
	piece_figure(p, "min", s->min, d);
	piece_figure(p, "max", s->max, d);
	piece_figure(p, "mean", s->mean, d);
	piece_figure(p, "sd", s->sd, d);
	text_add(piece(p), "excess kurtosis %s", figure_fixed(a, s->kurtosis, 2, false));
	piece(p);
	text_add(piece(p), "NaN %zu", s->nan);
	text_add(piece(p), "Inf %zu", s->inf);
	text_add(piece(p), "zero %zu", s->zero);
	text_add(piece(p), " quantiles 1%% %s", figure_bare(a, s->q01, d, true));
	text_add(piece(p), "50%% %s", figure_bare(a, s->q50, d, true));
	text_add(piece(p), "99%% %s", figure_bare(a, s->q99, d, true));
	if (!v->bad)
		return;
	piece(p);
	for (size_t i = 0; i < (v->list_bad ? v->bad : 1); i++)
		bad_place(v, v->bad_at[i], piece(p));
	if (s->nan + s->inf > (v->list_bad ? v->bad : 1))
		text_add(piece(p), "… %zu more%s", s->nan + s->inf - (v->list_bad ? v->bad : 1), v->list_bad ? "" : ": at lists them");
}

/* Flows the pieces into lines of `cols` columns; draws those that fall on 0..rows-1 of c from `row` on (c NULL: counts only). */
static int flow(const struct pieces *p, struct canvas *c, int row, int rows, int cols)
{
	int line = 0, col = 2;

	for (size_t i = 0; i < p->n; i++) {
		const char *s = text_str(&p->piece[i]);
		int w = (int)text_width(s, strlen(s));

		if (!*s || (col > 2 && col + w > cols)) {
			line++;
			col = 2;
		}
		if (col == 2 && *s == ' ')
			s++, w--;
		if (c && line < rows)
			canvas_puts(c, row + line, col, STYLE_PLAIN, s);
		col += *s ? w + 2 : 0;
	}
	return line + 1;
}

static void drop_pieces(struct pieces *p)
{
	for (size_t i = 0; i < p->n; i++)
		text_drop(&p->piece[i]);
}

static size_t list_length(const struct hist_view *v)
{
	return v->by_row ? v->weights.rows : v->bins;
}

static int hist_height(const void *state, int cols)
{
	const struct hist_view *v = state;
	struct pieces p = { 0 };
	int lines;

	find_pieces(v, &p);
	lines = flow(&p, NULL, 0, 0, cols);
	drop_pieces(&p);
	return (int)list_length(v) + v->by_row + lines;
}

static void draw_row(struct hist_view *v, struct canvas *c, int row, size_t r, int digits)
{
	const struct row_line *l = row_at(v, r);
	int at = 2 + digits + 2, decimals = figure_decimals(v->spread.absmax, 3), end;
	size_t most = most_of(l->count, v->bins), fit = c->cols - at > 0 ? (size_t)(c->cols - at) : 0;
	char a[FIGURE_SIZE], b[FIGURE_SIZE], s[FIGURE_SIZE];
	struct text t = { 0 };

	canvas_right(c, row, 2 + digits, STYLE_DIM, "%zu", r);
	if (!l->filled)
		return;
	for (size_t i = 0; i < v->bins && i < fit; i++)
		if (l->count[i])
			canvas_spark(c, row, at + (int)i, bar_share(v, l->count[i], most), STYLE_PLAIN);
	end = at + (int)v->bins + 2;
	text_add(&t, "%s .. %s", figure_fixed(a, l->spread.min, decimals, true), figure_fixed(b, l->spread.max, decimals, true));
	if (end + (int)t.len <= c->cols) {
		canvas_puts(c, row, end, STYLE_PLAIN, text_str(&t));
		end += (int)t.len + 2;
		text_clear(&t);
		text_add(&t, "sd %s", figure_fixed(s, l->spread.sd, decimals, false));
		if (end + (int)t.len <= c->cols)
			canvas_puts(c, row, end, STYLE_PLAIN, text_str(&t));
	}
	text_drop(&t);
}

static void scroll(struct hist_view *v, size_t n)
{
	size_t all = list_length(v);

	if (!v->placed && v->cursor > n / 2)
		v->top = v->cursor - n / 2;
	v->placed = true;
	if (v->top + n > all)
		v->top = all - n;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (n && v->cursor >= v->top + n)
		v->top = v->cursor - n + 1;
}

static void draw_list(struct hist_view *v, struct canvas *c, int rows)
{
	size_t all = list_length(v), n, most = most_of(v->count, v->bins), decoded = most_of(v->decoded, v->bins);
	int width = label_width(v), row = 0;
	bool more;
	char a[FIGURE_SIZE], b[FIGURE_SIZE];

	if (v->by_row && rows > 1) {
		canvas_text(c, row++, 2, STYLE_DIM, "row  bins %s .. %s", label(v, 0, a), label(v, v->bins - 1, b));
		rows--;
	}
	if (rows <= 0)
		return;
	more = (size_t)rows < all && rows > 3;
	n = (size_t)rows < all ? (size_t)rows - more : all;
	scroll(v, n);
	v->list_row = row;
	for (size_t i = 0; i < n; i++) {
		if (v->by_row)
			draw_row(v, c, row + (int)i, v->top + i, digits_of(v->weights.rows) > 3 ? digits_of(v->weights.rows) : 3);
		else
			draw_bin(v, c, row + (int)i, v->top + i, width, most > decoded ? most : decoded);
		if (n < all && v->top + i == v->cursor)
			canvas_glyph(c, row + (int)i, 0, GLYPH_CHOSEN, STYLE_MARK);
		if (v->top + i == v->cursor)
			canvas_mark(c, row + (int)i, 2, v->by_row ? 3 : width, MARK_BOLD);
	}
	if (more)
		canvas_text(c, row + (int)n, 2, STYLE_DIM, "… %zu of %zu %s", all - n, all, v->by_row ? "rows" : "bins");
}

static void hist_draw(void *state, struct canvas *c)
{
	struct hist_view *v = state;
	struct pieces p = { 0 };
	int lines, list = (int)list_length(v) + v->by_row;

	find_pieces(v, &p);
	lines = flow(&p, NULL, 0, 0, c->cols);
	if (list + lines > c->rows && c->rows < 10)
		lines = list < c->rows ? c->rows - list : c->rows >= 6;
	if (list > c->rows - lines)
		list = c->rows - lines;
	if (v->bins)
		draw_list(v, c, list);
	else
		canvas_puts(c, 0, 2, STYLE_PLAIN, "no finite weight");
	flow(&p, c, list > 0 ? list : 1, lines, c->cols);
	drop_pieces(&p);
}

/* ---- the entry's functions ---- */

static void hist_close(void *state)
{
	struct hist_view *v = state;

	for (size_t r = 0; v->row && r < v->weights.rows; r++)
		free(v->row[r].count);
	free(v->row);
	free(v->count);
	free(v->decoded);
	value_drop(v->over);
	tensor_drop(&v->weights);
	free(v);
}

static bool take_options(struct hist_view *v, const struct args *options, struct error *err)
{
	v->log = args_flag(options, "log");
	v->list_bad = args_flag(options, "at");
	v->by_row = !strcmp(args_text(options, "by", ""), "row");
	if (!v->by_row)
		return true;
	v->row = calloc(v->weights.rows ? v->weights.rows : 1, sizeof *v->row);
	return v->row || error_memory(err, "the rows");
}

/* Range, counts, a few for the quantiles; what is drawn over it is encoded and counted too. */
static int hist_passes(const struct value *subject, const struct args *options)
{
	const struct given *over = args_get(options, "over");
	const struct codec *c = over ? over->codec ? over->codec : codec_find(over->text ? over->text : "") : NULL;

	(void)subject;
	return 6 + (c ? view_encoding(c) + 2 : 0);
}

static void *hist_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct hist_view *v = calloc(1, sizeof *v);
	const struct quantized *q = value_as_quantized(subject);
	const struct tensor *t = value_weights(subject);

	if (!v || !t) {
		error_memory(err, "a view");
		free(v);
		return NULL;
	}
	v->subject = subject;
	v->weights = tensor_hold(t);
	v->padding = q ? q->padding : 0;
	if (!take_options(v, options, err) || !measure(v, err) || !find_bins(v, options, err) || !find_bad(v, err) ||
	    !find_over(s, v, options, err)) {
		hist_close(v);
		return NULL;
	}
	if (!v->by_row)
		for (size_t i = 0; i < v->bins; i++)
			if (v->count[i] > v->count[v->cursor])
				v->cursor = i;
	return v;
}

static void hist_title(const void *state, struct text *left, struct text *right)
{
	const struct hist_view *v = state;
	char buf[NUMBER_SIZE];

	view_subject(v->subject, left);
	if (value_as_quantized(v->subject))
		text_add(left, "   what comes back from %s", v->weights.codec->name);
	if (v->over_codec)
		text_add(left, "   │ and after %s █", v->over_codec->name);
	text_add(right, "%zu value%s   bin %s   %s", v->spread.count, v->spread.count == 1 ? "" : "s", number_short(buf, v->width),
		 v->log ? "log" : "linear");
}

static void hist_facts(const void *state, struct text *out)
{
	const struct hist_view *v = state;
	char buf[FIGURE_SIZE];

	if (v->by_row)
		text_add(out, "row %zu of %zu", v->cursor, v->weights.rows);
	else if (v->bins)
		text_add(out, "%s: %zu", label(v, v->cursor, buf), v->count[v->cursor]);
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void move_to(struct hist_view *v, ptrdiff_t to)
{
	ptrdiff_t n = (ptrdiff_t)list_length(v);

	if (n)
		v->cursor = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static bool hist_press(void *state, const struct key *k, struct wish *wish)
{
	struct hist_view *v = state;
	ptrdiff_t at = (ptrdiff_t)v->cursor;
	char buf[NUMBER_SIZE];

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
		move_to(v, (ptrdiff_t)list_length(v));
	else if (key_is(k, 'l'))
		v->log = !v->log;
	else if (key_is(k, 'y') && v->bins && !v->by_row)
		strcpy(wish->type, number_short(buf, centre(v, v->cursor)));
	else if (k->code == KEY_ENTER_) {
		wish->view = "block";
		if (v->by_row)
			args_set_number(&wish->options, "row", (double)v->cursor, NULL);
	} else
		return false;
	return true;
}

static bool hist_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct hist_view *v = state;
	size_t at = v->top + (size_t)(row - v->list_row);

	(void)col;
	if (row < v->list_row || at >= list_length(v))
		return false;
	if (again && at == v->cursor)
		return hist_press(v, &(struct key){ .code = KEY_ENTER_ }, wish);
	v->cursor = at;
	return true;
}

static void why_cursor(struct hist_view *v, struct text *out)
{
	char a[NUMBER_SIZE], b[NUMBER_SIZE], c[FIGURE_SIZE];
	double x = v->bins ? centre(v, v->cursor) : 0, n = (double)v->spread.count;

	if (!v->bins) {
		text_put(out, "no finite weight, so no bin\n");
	} else if (v->by_row) {
		const struct row_line *l = row_at(v, v->cursor);

		text_add(out, "row %zu: %zu value%s, mean %s, sd %s\n", v->cursor, l->spread.count,
			 l->spread.count == 1 ? "" : "s", number_short(a, l->spread.mean),
			 number_short(b, l->spread.sd));
	} else {
		text_add(out, "bin %s: %zu of %zu weights, from %s up to but not including %s", label(v, v->cursor, c), v->count[v->cursor],
			 v->spread.count, number_short(a, x - v->width / 2), number_short(b, x + v->width / 2));
		text_add(out, "\nthat is %s of all", figure_percent(c, n > 0 ? (double)v->count[v->cursor] / n : 0));
		if (v->decoded)
			text_add(out, "; after %s %zu lie there", v->over_codec->name, v->decoded[v->cursor]);
		text_put(out, "\n");
	}
}

struct named { const char *name; double value; const char *how; };

static bool hist_why(const void *state, const char *name, struct text *out, struct error *err)
{
	struct hist_view *v = (struct hist_view *)state;	/* a row that was not seen yet is counted */
	const struct spread *s = &v->spread;
	const struct named names[] = {
		{ "min", s->min, "the lowest finite weight" },
		{ "max", s->max, "the highest finite weight" },
		{ "absmax", s->absmax, "the largest magnitude" },
		{ "mean", s->mean, "the sum of the finite weights / how many there are" },
		{ "sd", s->sd, "the square root of the mean squared distance from the mean" },
		{ "kurtosis", s->kurtosis, "mean fourth power of (weight - mean) / sd, less the 3 of a Gaussian: above 0 means heavier tails" },
		{ "q01", s->q01, "one weight in a hundred lies below" },
		{ "q50", s->q50, "the median: half the weights lie below" },
		{ "q99", s->q99, "one weight in a hundred lies above" },
	};
	char buf[NUMBER_SIZE];

	if (!name) {
		why_cursor(v, out);
		return true;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i].name)) {
			text_add(out, "%s = %s   %s\n", name, number_short(buf, names[i].value), names[i].how);
			return true;
		}
	error_set(err, ERR_ARGUMENT, "there is no '%s' here", name);
	return error_hint(err, "name", "there are min max absmax mean sd kurtosis q01 q50 q99");
}

static struct table *hist_data(const void *state, struct error *err)
{
	struct hist_view *v = (struct hist_view *)state;	/* rows that were not seen yet are counted */
	struct table *t = table_new(view_hist.columns);

	for (size_t r = 0; t && r < (v->by_row ? v->weights.rows : 1); r++)
		for (size_t i = 0; i < v->bins; i++) {
			const struct row_line *l = v->by_row ? row_at(v, r) : NULL;

			table_row(t);
			if (l)
				table_int(t, (int64_t)r);
			else
				table_skip(t);
			table_number(t, centre(v, i));
			table_number(t, centre(v, i) - v->width / 2);
			table_number(t, centre(v, i) + v->width / 2);
			table_int(t, (int64_t)(!l ? v->count[i] : l->filled ? l->count[i] : 0));
			if (v->decoded && !l)
				table_int(t, (int64_t)v->decoded[i]);
			else
				table_skip(t);
		}
	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static const struct arg hist_options[] = {
	{ "log", ARG_FLAG, .summary = "bars by the logarithm of the counts" },
	{ "bins", ARG_COUNT, .named = true, .optional = true, .min = 1, .max = BINS_MOST, .summary = "how many bins at most; their width is round" },
	{ "range", ARG_TEXT, .named = true, .optional = true, .summary = "-0.1..0.1: only weights in it; those outside are counted" },
	{ "over", ARG_CODEC, .named = true, .optional = true, .summary = "what comes back from this codec, over the weights" },
	{ "by", ARG_CHOICE, .named = true, .optional = true, .choices = "row", .summary = "one small histogram a row" },
	{ "at", ARG_FLAG, .summary = "lists where NaN and infinities are" },
	{ 0 }
};

static const struct view_key hist_keys[] = {
	{ "<Up> <Down>", "move", "the bin, or the row", true },
	{ "<Enter>", "block", "the bits of the first weights, or of the row under the cursor", true },
	{ "l", "log", "counts by their logarithm, and back", true },
	{ "y", "copy", "the bin's centre into the input line", false },
	{ 0 }
};

const struct view view_hist = {
	.name = "hist",
	.question = "how are the weights spread",
	.fits = FITS(TENSOR) | FITS(QUANTIZED),
	.options = hist_options,
	.keys = hist_keys,
	.columns = "row centre from below count decoded",
	.gives_up = "the length of the bars; when low the figures below",
	.open = hist_open,
	.passes = hist_passes,
	.close = hist_close,
	.title = hist_title,
	.facts = hist_facts,
	.height = hist_height,
	.draw = hist_draw,
	.press = hist_press,
	.click = hist_click,
	.why = hist_why,
	.data = hist_data,
};
