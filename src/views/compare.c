/*
 * compare.c - what several codecs do to the same numbers: a line for each, and two of them side by side on the same weights.
 *
 * When narrow it gives up, in this order: how the codes lie, the minimum, the bits for scales, the largest error, the relative one, the bits.
 * Codec, rmse and dB stay. When low it scrolls.
 */
#include "views/compare_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/columns.h"
#include "views/figure.h"

enum { SAMPLE = 1 << 14 };	/* weights of a tensor that is compared only by opening this view */

enum { COL_CODEC, COL_BITS, COL_RMSE, COL_REL, COL_DB, COL_MAX, COL_SCALES, COL_MINIMUM, COL_CODES, COLS };

static const struct column list_columns[COLS] = {
	[COL_CODEC]   = { "codec", 0, .left = true, .least = 6 },
	[COL_BITS]    = { "b/w", 6 },
	[COL_RMSE]    = { "rmse", 0 },
	[COL_REL]     = { "rel", 5 },
	[COL_DB]      = { "dB", 0 },
	[COL_MAX]     = { "max", 4 },
	[COL_SCALES]  = { "for scales", 3 },
	[COL_MINIMUM] = { "minimum", 2, .left = true },
	[COL_CODES]   = { "codes", 1, .left = true },
};

/* Names of the table's columns, in the order of ours. */
static const char *const column_name[COLS] = { "codec", "bits", "rmse", "rel", "snr", "max", "scale_bits", "minimum", "codes" };

const struct table *compare_table(const struct compare_view *v) { return v->compared->u.table; }

static double number(const struct compare_view *v, size_t row, int col)
{
	const struct table *t = compare_table(v);
	const struct table_cell *c = table_at(t, row, table_column(t, column_name[col]));

	return c->kind == CELL_NUMBER ? c->number : NAN;
}

static const char *word(const struct compare_view *v, size_t row, const char *column)
{
	const struct table *t = compare_table(v);
	const char *s = table_at(t, row, table_column(t, column))->text;

	return s ? s : "";
}

struct value *compare_chosen(const struct compare_view *v, size_t row) { return compare_table(v)->behind[v->order[row]]; }

/* ---- opening ---- */

static bool is_comparison(const struct table *t)
{
	return t->rows && t->n_behind == t->rows && table_column(t, "scale_bits") != SIZE_MAX;
}

static bool compare_takes(const struct value *subject)
{
	return subject->kind == VALUE_TABLE ? is_comparison(subject->u.table) : (subject->u.tensor.codec->flags & CODEC_PLAIN) != 0;
}

/* codecs="q4_0 q4_K", or some that show the families. */
static size_t codecs_wanted(const struct args *options, const struct codec *list[], size_t max, struct error *err)
{
	char copy[400], *save;
	size_t n = 0;

	snprintf(copy, sizeof copy, "%s", args_text(options, "codecs", "q4_0 q4_K q6_K q8_0 iq4_nl mxfp4"));
	for (char *s = strtok_r(copy, " ,", &save); s && n < max; s = strtok_r(NULL, " ,", &save)) {
		list[n] = codec_need(s, err);
		if (!list[n++])
			return 0;
	}
	if (!n)
		error_set(err, ERR_ARGUMENT, "no codec is named");
	return n;
}

/* The first rows of a tensor are enough to open with; the command compare takes all. */
static struct value *compare_here(struct session *s, const struct value *x, const struct args *options, struct error *err)
{
	const struct tensor *t = value_weights(x);
	const struct codec *list[CODEC_COUNT];
	struct quantize_options o = { .pad = PAD_ZERO, .flat_if_needed = true };
	struct outcome part = { 0 }, out = { 0 };
	size_t n = codecs_wanted(options, list, CODEC_COUNT, err), rows = t->cols ? SAMPLE / t->cols : 1, cols = t->cols;
	char slice[80];
	bool ok;

	if (!n)
		return NULL;
	rows = rows ? rows < t->rows ? rows : t->rows : 1;
	cols = cols > SAMPLE ? SAMPLE : cols;
	snprintf(slice, sizeof slice, "0:%zu, 0:%zu", rows, cols);
	ok = session_slice(x, slice, &part, err);
	if (ok && rows == t->rows && cols == t->cols)
		value_name(part.value, x->label);
	ok = ok && session_compare(s, part.value, list, n, &o, &out, err);
	value_drop(part.value);
	view_one_pass();
	if (ok && out.job)
		ok = job_run_here(out.job, &out.value, err);
	return ok ? out.value : NULL;
}

static int compare_passes(const struct value *subject, const struct args *options)
{
	const struct codec *list[CODEC_COUNT];
	struct error ignored;

	return subject->kind == VALUE_TABLE ? 0 :
	       view_sample_passes(subject, list, codecs_wanted(options, list, CODEC_COUNT, &ignored), SAMPLE);
}

static void sort_rows(struct compare_view *v)
{
	size_t n = compare_table(v)->rows;

	for (size_t i = 0; i < n; i++)
		v->order[i] = i;
	if (v->sort == COL_CODEC)	/* as they came: by family */
		return;
	/* a few rows: by insertion, equal ones stay as they came */
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0; k--) {
			size_t before = v->order[k - 1], after = v->order[k];
			double a = number(v, before, v->sort), b = number(v, after, v->sort);

			if (!(v->sort == COL_DB ? b > a : b < a))
				break;
			v->order[k] = before;
			v->order[k - 1] = after;
		}
}

static void compare_close(void *state)
{
	struct compare_view *v = state;

	compare_pair_close(v);
	value_drop(v->compared);
	free(v->order);
	free(v);
}

static void *compare_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct compare_view *v = calloc(1, sizeof *v);

	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->session.settings = s->settings;
	v->marked[0] = v->marked[1] = SIZE_MAX;
	v->compared = subject->kind == VALUE_TABLE ? value_hold(subject) : compare_here(s, subject, options, err);
	if (v->compared && !is_comparison(v->compared->u.table)) {
		error_set(err, ERR_ARGUMENT, "this table is no comparison");
		error_hint(err, "x", "as in  compare x q4_0 q4_K");
		compare_close(v);
		return NULL;
	}
	v->order = v->compared ? calloc(compare_table(v)->rows, sizeof *v->order) : NULL;
	if (!v->order) {
		if (v->compared)
			error_memory(err, "a view");
		compare_close(v);
		return NULL;
	}
	sort_rows(v);
	return v;
}

static void compare_title(const void *state, struct text *left, struct text *right)
{
	const struct compare_view *v = state;
	const struct value *first = compare_table(v)->behind[0];

	view_subject(first, left);
	if (v->pair.view) {
		text_add(right, "%s and %s", v->pair.value[0]->u.quantized.blocks.codec->name, v->pair.value[1]->u.quantized.blocks.codec->name);
		return;
	}
	text_add(right, "sorted by %s   the same rows for all", v->sort == COL_CODEC ? "family" : list_columns[v->sort].head);
}

static void compare_facts(const void *state, struct text *out)
{
	const struct compare_view *v = state;

	text_add(out, "%zu codecs", compare_table(v)->rows);
}

/* ---- drawing ---- */

static double largest(const struct compare_view *v, int col)
{
	double most = 0;

	for (size_t r = 0; r < compare_table(v)->rows; r++)
		most = fmax(most, number(v, r, col));
	return most;
}

static int decimals_of(const struct compare_view *v, int col, int digits)
{
	return figure_decimals(largest(v, col), digits);
}

static void fill_row(const struct compare_view *v, struct columns *t, size_t at, size_t row)
{
	bool flat = !strcmp(word(v, row, "importance"), "flat");
	char buf[FIGURE_SIZE];

	snprintf(columns_cell(t, at, COL_CODEC), COLUMN_TEXT, "%s%s", word(v, row, "codec"), flat ? " flat" : "");
	snprintf(columns_cell(t, at, COL_BITS), COLUMN_TEXT, "%.2f", number(v, row, COL_BITS));
	snprintf(columns_cell(t, at, COL_RMSE), COLUMN_TEXT, "%s", figure_fixed(buf, number(v, row, COL_RMSE), decimals_of(v, COL_RMSE, 4), false));
	snprintf(columns_cell(t, at, COL_REL), COLUMN_TEXT, "%s", figure_bare(buf, number(v, row, COL_REL), 4, false));
	snprintf(columns_cell(t, at, COL_DB), COLUMN_TEXT, "%s", figure_fixed(buf, number(v, row, COL_DB), 2, false));
	snprintf(columns_cell(t, at, COL_MAX), COLUMN_TEXT, "%s", figure_fixed(buf, number(v, row, COL_MAX), decimals_of(v, COL_MAX, 4), false));
	snprintf(columns_cell(t, at, COL_SCALES), COLUMN_TEXT, "%.2f", number(v, row, COL_SCALES));
	snprintf(columns_cell(t, at, COL_MINIMUM), COLUMN_TEXT, "%s", word(v, row, "minimum"));
	snprintf(columns_cell(t, at, COL_CODES), COLUMN_TEXT, "%s", word(v, row, "codes"));
}

static int compare_height(const void *state, int cols)
{
	const struct compare_view *v = state;

	(void)cols;
	return v->pair.view ? 24 : (int)compare_table(v)->rows + 1;
}

static void compare_draw(void *state, struct canvas *c)
{
	struct compare_view *v = state;
	size_t n = compare_table(v)->rows, rows = c->rows > 1 ? (size_t)c->rows - 1 : 1;
	struct columns t;
	bool hidden;

	if (v->pair.view) {
		compare_pair_draw(v, c);
		return;
	}
	hidden = n > rows && rows > 1;		/* the last row says how many are not seen */
	rows -= hidden;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + rows)
		v->top = v->cursor - rows + 1;
	if (v->top + rows > n)
		v->top = n > rows ? n - rows : 0;
	v->page = rows;
	if (hidden)
		canvas_text(c, c->rows - 1, 2, STYLE_DIM, "… %zu of %zu codecs", n - rows, n);
	if (!columns_new(&t, list_columns, COLS, n))
		return;
	for (size_t i = 0; i < n; i++)
		fill_row(v, &t, i, v->order[i]);
	columns_fit(&t, 2, c->cols);
	columns_head(&t, c, 0);
	for (size_t i = v->top; i < n && i - v->top < rows; i++) {
		int row = 1 + (int)(i - v->top);

		columns_row(&t, c, row, i, STYLE_PLAIN);
		if (v->marked[0] == v->order[i])
			canvas_glyph(c, row, 1, GLYPH_MARKED, STYLE_MARK);
		if (i == v->cursor)
			canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_CURSOR);
	}
	columns_drop(&t);
}

/* ---- keys ---- */

static bool move(struct compare_view *v, const struct key *k)
{
	size_t n = compare_table(v)->rows;
	bool plain = k->code == KEY_CHAR && !k->ctrl && !k->meta;

	if (k->code == KEY_UP_ || (plain && k->ch == 'k'))
		v->cursor = v->cursor ? v->cursor - 1 : 0;
	else if (k->code == KEY_DOWN_ || (plain && k->ch == 'j'))
		v->cursor = v->cursor + 1 < n ? v->cursor + 1 : n - 1;
	else if (k->code == KEY_PGUP)
		v->cursor = v->cursor > v->page ? v->cursor - v->page : 0;
	else if (k->code == KEY_PGDN)
		v->cursor = v->cursor + v->page < n ? v->cursor + v->page : n - 1;
	else if (k->code == KEY_HOME_ || (plain && k->ch == 'g'))
		v->cursor = 0;
	else if (k->code == KEY_END_ || (plain && k->ch == 'G'))
		v->cursor = n - 1;
	else
		return false;
	return true;
}

/* The first is marked, the second opens both. */
static void mark(struct compare_view *v, struct wish *wish)
{
	size_t row = v->order[v->cursor];
	struct error err = { 0 };

	if (v->marked[0] == row) {
		v->marked[0] = SIZE_MAX;
	} else if (v->marked[0] == SIZE_MAX) {
		v->marked[0] = row;
		snprintf(wish->say, sizeof wish->say, "%s is marked: 2 on another shows both", word(v, row, "codec"));
	} else {
		v->marked[1] = row;
		if (!compare_pair_open(v, &err))
			snprintf(wish->say, sizeof wish->say, "%.190s", err.text);
	}
}

static bool compare_press(void *state, const struct key *k, struct wish *wish)
{
	struct compare_view *v = state;
	bool plain = k->code == KEY_CHAR && !k->ctrl && !k->meta;

	if (v->pair.view)
		return compare_pair_press(v, k, wish);
	if (k->code == KEY_ENTER_) {
		wish->subject = value_hold(compare_chosen(v, v->cursor));
		wish->view = view_default(wish->subject)->name;
	} else if (plain && (k->ch == '2' || k->ch == 'm')) {
		mark(v, wish);
	} else if (plain && k->ch == 's') {
		v->sort = v->sort == COL_MAX ? COL_CODEC : v->sort + 1;
		sort_rows(v);
	} else if (plain && k->ch == 'y') {
		snprintf(wish->type, sizeof wish->type, "%s", word(v, v->order[v->cursor], "codec"));
	} else {
		return move(v, k);
	}
	return true;
}

static bool compare_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct compare_view *v = state;
	size_t i = v->top + (size_t)(row - 1);
	struct key enter = { .code = KEY_ENTER_ };

	if (v->pair.view)
		return compare_pair_click(v, row, col, again, wish);
	if (row < 1 || i >= compare_table(v)->rows)
		return false;
	v->cursor = i;
	return !again || compare_press(v, &enter, wish);
}

static bool compare_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct compare_view *v = state;
	size_t row = v->order[v->cursor];
	const struct quantized *q = &compare_chosen(v, v->cursor)->u.quantized;
	const char *codec = word(v, row, "codec");
	char a[FIGURE_SIZE], b[FIGURE_SIZE];

	if (v->pair.view)
		return v->pair.view->why(v->pair.state[0], name, out, err);
	if (!name || !strcmp(name, "rmse")) {
		text_add(out, "rmse of %s = sqrt(mean of %zu squared errors) = %s\n", codec, q->loss.count, figure_digits(a, q->loss.rmse, 4, false));
	} else if (!strcmp(name, "rel")) {
		text_add(out, "rel of %s = rmse / root of the mean square of the weights = %s\n", codec, figure_digits(a, q->loss.rel, 4, false));
	} else if (!strcmp(name, "dB") || !strcmp(name, "snr")) {
		text_add(out, "dB of %s = -20 log10(%s) = %s\n", codec, figure_digits(a, q->loss.rel, 4, false), figure_fixed(b, q->loss.snr, 2, false));
	} else if (!strcmp(name, "max")) {
		text_add(out, "max of %s = %s, the largest error, at weight %zu\n", codec, figure_digits(a, q->loss.max, 4, false), q->loss.max_at);
	} else if (!strcmp(name, "bits")) {
		text_add(out, "bits of %s = 8 x %zu bytes / %zu weights = %s\n", codec, tensor_block_bytes(&q->blocks), tensor_block_len(&q->blocks),
			 figure_digits(a, tensor_bits(&q->blocks), 6, false));
	} else {
		error_set(err, ERR_ARGUMENT, "there is no '%.20s' here", name);
		return error_hint(err, "name", "there are rmse rel dB max bits");
	}
	return true;
}

static struct table *compare_data(const void *state, struct error *err)
{
	const struct compare_view *v = state;
	struct table *t = table_copy(compare_table(v));

	if (!t)
		error_memory(err, "a table");
	return t;
}

static const struct arg compare_options[] = {
	{ "codecs", ARG_TEXT, .named = true, .summary = "names of codecs, where the subject is a tensor" },
	{ 0 }
};

static const struct view_key compare_keys[] = {
	{ "<Up> <Down> k j", "codec", "another codec; with two side by side another weight", true },
	{ "<Enter>", "open", "the weights as this codec has them", true },
	{ "2", "side by side", "marks a codec; on a second one shows both, and back", true },
	{ "m", "mark", "the same", false },
	{ "s", "sort", "by the next column", true },
	{ "<Tab>", "line or block", "with two side by side: the other picture", false },
	{ "<PgUp> <PgDn> <Home> <End> g G", "page", "pages, first, last", false },
	{ 0 }
};

const struct view view_compare = {
	.name     = "compare",
	.question = "what do several codecs do to the same numbers",
	.fits     = FITS(TABLE) | FITS(TENSOR),
	.takes    = compare_takes,
	.options  = compare_options,
	.keys     = compare_keys,
	.columns  = "codec bits rmse rel snr max scale_bits minimum codes importance",
	.made_for = 80,
	.gives_up = "how the codes lie, the minimum, the bits for scales, the largest error, the relative one, the bits",
	.open     = compare_open,
	.passes   = compare_passes,
	.close    = compare_close,
	.title    = compare_title,
	.facts    = compare_facts,
	.height   = compare_height,
	.draw     = compare_draw,
	.press    = compare_press,
	.click    = compare_click,
	.why      = compare_why,
	.data     = compare_data,
};
