/*
 * bits.c - how one number is stored: sign, exponent and fraction as fields, the value as a product, the neighbours and how far they are; or,
 * when no format is named, all formats at once.
 *
 * One format gives up, when low: the neighbours, what was asked for, the product; what is too wide goes on below. The list gives up, when
 * narrow: what the format is for, the error, the hexadecimal code, the bits, in that order; when low it scrolls.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/number_format.h"
#include "views/columns.h"
#include "views/figure.h"
#include "views/lines.h"
#include "views/view.h"

struct bits_view {
	double asked;
	const struct number_format *format;	/* NULL: the list */
	uint32_t code, flipped;			/* as it is stored; flipped: bits turned since */
	unsigned bit;				/* under the cursor, from the top */
	size_t cursor, top;			/* of the list */
	bool from_list;
	int list_row;
};

static size_t n_formats(void)
{
	size_t n = 0;

	while (number_formats[n].name)
		n++;
	return n;
}

static void choose(struct bits_view *v, const struct number_format *f)
{
	v->format = f;
	v->code = f ? number_nearest(f, v->asked) : 0;
	v->flipped = 0;
	v->bit = 0;
}

static double number_of(const struct value *subject)
{
	return subject->kind == VALUE_NUMBER ? subject->u.number : (double)tensor_get(&subject->u.tensor, 0);
}

static bool bits_takes(const struct value *subject)
{
	return subject->kind == VALUE_NUMBER || tensor_count(&subject->u.tensor) == 1;
}

static void *bits_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	const char *name = args_text(options, "format", NULL);
	struct bits_view *v;

	(void)s;
	if (name && !number_format_find(name)) {
		error_set(err, ERR_ARGUMENT, "no number format '%.20s'", name);
		error_hint(err, "format", "f32 f16 bf16 e5m2 e4m3 e3m2 e2m3 e2m1 e8m0 int");
		return NULL;
	}
	v = calloc(1, sizeof *v);
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->asked = number_of(subject);
	choose(v, name ? number_format_find(name) : NULL);
	return v;
}

static void bits_title(const void *state, struct text *left, struct text *right)
{
	const struct bits_view *v = state;
	char buf[NUMBER_SIZE];

	text_add(left, "%s", number_exact(buf, v->asked, (double)(float)v->asked == v->asked));
	if (!v->format) {
		text_put(right, "in all formats");
		return;
	}
	text_add(left, " as %s", v->format->name);
	if (v->flipped)
		text_put(right, "bits changed, Esc undoes");
	else
		text_add(right, "%u bit%s", number_bits(v->format), number_bits(v->format) == 1 ? "" : "s");
}

/* ---- one format ---- */

static uint32_t code_now(const struct bits_view *v)
{
	return v->code ^ v->flipped;
}

enum { FIELD_SIGN, FIELD_EXPONENT, FIELD_FRACTION, FIELDS };

static const char *const field_name[FIELDS] = { "sign", "exponent", "fraction" };
static const enum style field_style[FIELDS] = { STYLE_SIGN, STYLE_SCALE, STYLE_CODE };

static unsigned field_bits(const struct number_format *f, int field)
{
	return field == FIELD_SIGN ? f->sign : field == FIELD_EXPONENT ? f->exponent : f->fraction;
}

static const char *name_of(const struct number_format *f, int field)
{
	return f->exponent ? field_name[field] : "two's complement";
}

/* The bits, with a gap between the fields and their names below; what does not fit goes on below that. Returns the row after them. */
static int draw_fields(const struct bits_view *v, struct canvas *c, int row)
{
	const struct number_format *f = v->format;
	unsigned n = number_bits(f), at = 0;
	int col = 2, below = 1 + (v->flipped != 0);

	for (int field = 0; field < FIELDS; field++) {
		int bits = (int)field_bits(f, field), name = bits ? (int)strlen(name_of(f, field)) : 0, first = col;

		if (!bits)
			continue;
		if (first + bits > c->cols && first > 2) {
			row += below + 1;
			first = 2;
		}
		col = first;
		for (int b = 0; b < bits; b++, at++, col++) {
			unsigned shift = n - 1 - at;

			if (col >= c->cols) {
				row += below;
				col = first;
			}
			canvas_put(c, row, col, code_now(v) >> shift & 1 ? '1' : '0', field_style[field], at == v->bit ? MARK_REVERSE : 0);
			if (v->flipped >> shift & 1)
				canvas_put(c, row + 1, col, '*', STYLE_NEW, 0);
		}
		canvas_puts(c, row + below, first, field_style[field], name_of(f, field));
		col = col > first + name ? col + 2 : first + name + 1;
	}
	return row + below + 1;
}

/* "+ 2^-3 x 1.2002": how the fields make the value. */
static void product(const struct number_format *f, uint32_t code, struct text *out)
{
	uint32_t fraction = code & (f->fraction >= 32 ? UINT32_MAX : (1u << f->fraction) - 1);
	uint32_t e = f->exponent ? code >> f->fraction & ((1u << f->exponent) - 1) : 0;
	bool minus = f->sign && code >> (f->exponent + f->fraction) & 1;
	double v = number_value(f, code);
	char a[NUMBER_SIZE];

	if (!f->exponent)
		text_put(out, code >> 31 ? "the bits, minus 2^32" : "the bits as a number");
	else if (isnan(v))
		text_put(out, "the code that stands for no number");
	else if (isinf(v))
		text_put(out, "exponent of ones, fraction 0: infinity");
	else if (!f->fraction)
		text_add(out, "2^(%u - %d) = 2^%d", e, f->bias, (int)e - f->bias);
	else if (e)
		text_add(out, "%s2^(%u - %d) x (1 + %u/%u) = %s2^%d x %s", minus ? "- " : "", e, f->bias, fraction, 1u << f->fraction, minus ? "- " : "",
			 (int)e - f->bias, number_short(a, 1 + ldexp(fraction, -f->fraction)));
	else
		text_add(out, "%s2^(1 - %d) x %u/%u, exponent 0: no leading 1", minus ? "- " : "", f->bias, fraction, 1u << f->fraction);
}

static void put_value(struct text *out, double v)
{
	char buf[NUMBER_SIZE];

	text_put(out, number_exact(buf, v, (double)(float)v == v));
}

static void neighbour(const struct bits_view *v, bool up, struct text *out)
{
	const struct number_format *f = v->format;
	uint32_t code = code_now(v), other;
	char buf[NUMBER_SIZE];
	double away;

	if (!number_neighbour(f, code, up, &other)) {
		text_add(out, "none %s", up ? "above" : "below");
		return;
	}
	away = number_value(f, other) - number_value(f, code);
	put_value(out, number_value(f, other));
	text_add(out, "   0x%0*x", (int)(number_bits(f) + 3) / 4, other);
	if (isfinite(away))			/* infinity is no distance from anything */
		text_add(out, "   %s%s away", up ? "+" : "", number_short(buf, away));
}

static void labelled(struct lines *l, const char *label, struct text *words)
{
	lines_add(l, STYLE_PLAIN, 2, label, 9, text_str(words));
	text_clear(words);
}

static void fill(const struct bits_view *v, struct lines *l, int width)
{
	const struct number_format *f = v->format;
	double value = number_value(f, code_now(v));
	struct text t = { 0 };
	char buf[FIGURE_SIZE];

	lines_begin(l, width);
	put_value(&t, value);
	text_add(&t, "   0x%0*x", (int)(number_bits(f) + 3) / 4, code_now(v));
	labelled(l, "value", &t);
	product(f, code_now(v), &t);
	labelled(l, "as", &t);
	put_value(&t, v->asked);
	if (isfinite(value) && isfinite(v->asked))
		text_add(&t, "   error %s", value == v->asked ? "0" : figure_fixed(buf, value - v->asked, figure_decimals(value - v->asked, 4), true));
	labelled(l, "asked", &t);
	neighbour(v, true, &t);
	labelled(l, "above", &t);
	neighbour(v, false, &t);
	labelled(l, "below", &t);
	text_drop(&t);
}

static void draw_one(const struct bits_view *v, struct canvas *c)
{
	struct lines l = { 0 };
	int row = draw_fields(v, c, 0) + (c->rows > 9);

	fill(v, &l, c->cols);
	lines_draw(&l, c, row, 0);
	lines_drop(&l);
}

/* ---- the list ---- */

enum { COL_NAME, COL_BITS, COL_CODE, COL_VALUE, COL_ERROR, COL_FOR, COLS };

static const struct column list_columns[COLS] = {
	[COL_NAME]  = { "format", 0, .left = true, .style = STYLE_CODE },
	[COL_BITS]  = { "bits", 4 },
	[COL_CODE]  = { "code", 3, .style = STYLE_DIM },
	[COL_VALUE] = { "stores", 0 },
	[COL_ERROR] = { "error", 2 },
	[COL_FOR]   = { "what it is", 1, .left = true, .shrinks = 16, .style = STYLE_DIM },
};

static void list_row(const struct bits_view *v, struct columns *t, size_t row, const struct number_format *f)
{
	uint32_t code = number_nearest(f, v->asked);
	double value = number_value(f, code);
	char buf[NUMBER_SIZE];

	snprintf(columns_cell(t, row, COL_NAME), COLUMN_TEXT, "%s", f->name);
	snprintf(columns_cell(t, row, COL_BITS), COLUMN_TEXT, "%u", number_bits(f));
	snprintf(columns_cell(t, row, COL_CODE), COLUMN_TEXT, "0x%0*x", (int)(number_bits(f) + 3) / 4, code);
	snprintf(columns_cell(t, row, COL_VALUE), COLUMN_TEXT, "%s", number_exact(buf, value, (double)(float)value == value));
	if (isfinite(value) && isfinite(v->asked))
		snprintf(columns_cell(t, row, COL_ERROR), COLUMN_TEXT, "%s",
			 value == v->asked ? "0" : figure_fixed(buf, value - v->asked, figure_decimals(value - v->asked, 4), true));
	snprintf(columns_cell(t, row, COL_FOR), COLUMN_TEXT, "%.*s", COLUMN_TEXT - 1, f->summary);
}

static void draw_list(struct bits_view *v, struct canvas *c)
{
	size_t n = n_formats(), rows = c->rows > 1 ? (size_t)c->rows - 1 : 1;
	struct columns t;

	if (!columns_new(&t, list_columns, COLS, n))
		return;
	for (size_t i = 0; i < n; i++)
		list_row(v, &t, i, &number_formats[i]);
	columns_fit(&t, 2, c->cols);
	columns_head(&t, c, 0);
	if (n > rows && rows > 1) {	/* the last row says how many are not seen */
		rows--;
		canvas_text(c, c->rows - 1, 2, STYLE_DIM, "… %zu of %zu formats", n - rows, n);
	}
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + rows)
		v->top = v->cursor - rows + 1;
	v->list_row = 1;
	for (size_t i = v->top; i < n && i - v->top < rows; i++) {
		int row = 1 + (int)(i - v->top);

		columns_row(&t, c, row, i, STYLE_PLAIN);
		if (i == v->cursor)
			canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_CURSOR);
	}
	columns_drop(&t);
}

static int bits_height(const void *state, int cols)
{
	const struct bits_view *v = state;

	struct canvas none = { .cols = cols };
	struct lines l = { 0 };
	int rows;

	if (!v->format)
		return (int)n_formats() + 1;
	fill(v, &l, cols);
	rows = draw_fields(v, &none, 0) + (int)l.n;
	lines_drop(&l);
	return rows > 9 ? rows + 1 : rows;
}

static void bits_draw(void *state, struct canvas *c)
{
	struct bits_view *v = state;

	if (v->format)
		draw_one(v, c);
	else
		draw_list(v, c);
}

/* ---- keys ---- */

static bool press_one(struct bits_view *v, const struct key *k)
{
	unsigned n = number_bits(v->format);

	if (k->code == KEY_LEFT_)
		v->bit = v->bit ? v->bit - 1 : 0;
	else if (k->code == KEY_RIGHT_)
		v->bit = v->bit + 1 < n ? v->bit + 1 : n - 1;
	else if (k->code == KEY_HOME_)
		v->bit = 0;
	else if (k->code == KEY_END_)
		v->bit = n - 1;
	else if (k->code == KEY_CHAR && k->ch == 'x')
		v->flipped ^= 1u << (n - 1 - v->bit);
	else if (k->code == KEY_ESC && v->flipped)
		v->flipped = 0;
	else if ((k->code == KEY_ESC || (k->code == KEY_CHAR && k->ch == 'u')) && v->from_list)
		choose(v, NULL);
	else if (k->code == KEY_UP_ || k->code == KEY_DOWN_) {
		size_t i = (size_t)(v->format - number_formats), count = n_formats();

		choose(v, &number_formats[k->code == KEY_UP_ ? (i ? i - 1 : 0) : i + 1 < count ? i + 1 : i]);
	} else {
		return false;
	}
	return true;
}

static bool bits_press(void *state, const struct key *k, struct wish *wish)
{
	struct bits_view *v = state;
	size_t n = n_formats();

	if (v->format)
		return press_one(v, k);
	if (k->code == KEY_UP_ || (k->code == KEY_CHAR && k->ch == 'k'))
		v->cursor = v->cursor ? v->cursor - 1 : 0;
	else if (k->code == KEY_DOWN_ || (k->code == KEY_CHAR && k->ch == 'j'))
		v->cursor = v->cursor + 1 < n ? v->cursor + 1 : v->cursor;
	else if (k->code == KEY_ENTER_) {
		choose(v, &number_formats[v->cursor]);
		v->from_list = true;
	} else if (k->code == KEY_CHAR && k->ch == 'x') {
		snprintf(wish->say, sizeof wish->say, "x flips a bit of one format: Enter opens %s", number_formats[v->cursor].name);
	} else {
		return false;
	}
	return true;
}

static bool bits_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct bits_view *v = state;
	size_t i = v->top + (size_t)(row - v->list_row);
	struct key enter = { .code = KEY_ENTER_ };

	(void)col;
	if (v->format || row < v->list_row || i >= n_formats())
		return false;
	v->cursor = i;
	return !again || bits_press(v, &enter, wish);
}

static bool bits_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct bits_view *v = state;
	const struct number_format *f = v->format ? v->format : &number_formats[v->cursor];
	uint32_t code = v->format ? code_now(v) : number_nearest(f, v->asked);
	char buf[NUMBER_SIZE];

	if (name && number_format_find(name)) {
		f = number_format_find(name);
		code = number_nearest(f, v->asked);
	} else if (name && strcmp(name, "value")) {
		error_set(err, ERR_ARGUMENT, "there is no '%.20s' here", name);
		return error_hint(err, "name", "value, or the name of a format");
	}
	text_add(out, "%s in %s: ", number_exact(buf, v->asked, (double)(float)v->asked == v->asked), f->name);
	product(f, code, out);
	text_put(out, ", which is ");
	put_value(out, number_value(f, code));
	text_put(out, "\n");
	return true;
}

static struct table *bits_data(const void *state, struct error *err)
{
	const struct bits_view *v = state;
	struct table *t = table_new("format bits code value error");

	for (const struct number_format *f = number_formats; t && f->name; f++) {
		uint32_t code = f == v->format ? code_now(v) : number_nearest(f, v->asked);

		if (v->format && f != v->format)
			continue;
		table_row(t);
		table_text(t, f->name);
		table_int(t, number_bits(f));
		table_int(t, code);
		table_number(t, number_value(f, code));
		table_number(t, number_value(f, code) - v->asked);
	}
	if (!t)
		error_memory(err, "a table");
	return t;
}

static const struct view_key bits_keys[] = {
	{ "<Left> <Right>", "bit", "another bit", true },
	{ "<Up> <Down> k j", "format", "another format", true },
	{ "<Enter>", "open", "this format alone, with its fields", true },
	{ "x", "flip", "turns the bit; Esc undoes", true },
	{ "<Home> <End>", "ends", "first or last bit", false },
	{ 0 }
};

const struct view view_bits = {
	.name      = "bits",
	.question  = "how is this number stored",
	.fits      = FITS(NUMBER) | FITS(TENSOR),
	.takes     = bits_takes,
	.keys      = bits_keys,
	.columns   = "format bits code value error",
	.gives_up  = "what a format is for, the error, the hexadecimal code, the bits; when low the neighbours, what was asked for, the product",
	.open      = bits_open,
	.close     = free,
	.title     = bits_title,
	.height    = bits_height,
	.draw      = bits_draw,
	.press     = bits_press,
	.click     = bits_click,
	.why       = bits_why,
	.data      = bits_data,
};
