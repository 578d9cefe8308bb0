/*
 * diff.c - what differs between two models, or two values with weights: a line a tensor, what matters most first.
 *
 * Columns given up when narrow, in this order: cosine, largest difference, what is unexplained, the expected part, the types. Grade, name
 * and relative difference stay. When low it scrolls.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/survey.h"
#include "views/columns.h"
#include "views/figure.h"
#include "views/view.h"

enum { COL_GRADE, COL_TENSOR, COL_WHAT, COL_TYPES, COL_REL, COL_EXPECTED, COL_LEFT, COL_MAX, COL_COSINE, COLS };

static const struct column list_columns[COLS] = {
	[COL_GRADE]    = { "", 0, .left = true, .least = 4 },
	[COL_TENSOR]   = { "tensor", 0, .left = true },
	[COL_WHAT]     = { "what", 6, .left = true },
	[COL_TYPES]    = { "types", 5, .left = true },
	[COL_REL]      = { "rel", 0 },
	[COL_EXPECTED] = { "expected", 4 },
	[COL_LEFT]     = { "unexplained", 3 },
	[COL_MAX]      = { "max", 2 },
	[COL_COSINE]   = { "cosine", 1 },
};

struct diff_view {
	struct value *subject;		/* borrowed: the table */
	size_t cursor, top, bad, odd, same;
	int page;
};

static const struct table *table_of(const struct diff_view *v) { return v->subject->u.table; }

static const struct table_cell *cell(const struct diff_view *v, size_t row, const char *column)
{
	return table_at(table_of(v), row, table_column(table_of(v), column));
}

static bool diff_takes(const struct value *subject)
{
	return is_diff_table(subject->u.table);
}

static void *diff_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct diff_view *v = calloc(1, sizeof *v);

	(void)s;
	(void)options;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->subject = subject;
	for (size_t i = 0; i < table_of(v)->rows; i++) {
		const char *grade = cell(v, i, "grade")->text;

		v->bad += *grade == 'b';
		v->odd += *grade == 'o';
		v->same += *grade == 's';
	}
	return v;
}

static void diff_close(void *state) { free(state); }

static void diff_title(const void *state, struct text *left, struct text *right)
{
	const struct diff_view *v = state;

	text_escape(left, v->subject->label, strlen(v->subject->label), 0);
	text_add(right, "%zu bad   %zu odd   %zu the same", v->bad, v->odd, v->same);
}

static void diff_facts(const void *state, struct text *out)
{
	const struct diff_view *v = state;

	if (table_of(v)->rows)
		text_add(out, "%zu of %zu", v->cursor + 1, table_of(v)->rows);
}

static int diff_height(const void *state, int cols)
{
	const struct diff_view *v = state;
	size_t rows = table_of(v)->rows;

	(void)cols;
	return 1 + (rows < 100000 ? (int)rows : 100000) + !rows;
}

static void figure(char *to, const struct table_cell *c, int decimals)
{
	char buf[FIGURE_SIZE];

	if (c->kind == CELL_NUMBER)
		snprintf(to, COLUMN_TEXT, "%s", c->number == 0 ? "0" : figure_bare(buf, c->number, decimals, false));
}

/* Long names lose their middle: block and kind tell them apart. Bytes are those of escaped names. */
static void name(char *to, const char *s, int room)
{
	size_t n = strlen(s), most = room < 1 ? 1 : room < COLUMN_TEXT - 4 ? (size_t)room : COLUMN_TEXT - 4, head = most >= 24 ? 9 : 0;

	if (n <= most) {
		snprintf(to, COLUMN_TEXT, "%s", s);
		return;
	}
	while (head && ((unsigned char)s[head] & 0xc0) == 0x80)
		head--;
	snprintf(to, COLUMN_TEXT, "%.*s…%s", (int)head, s, s + n - most + head + 1);
}

static void fill(const struct diff_view *v, struct columns *t, size_t at, size_t row, int room)
{
	const char *a = cell(v, row, "type_a")->text, *b = cell(v, row, "type_b")->text;

	snprintf(columns_cell(t, at, COL_GRADE), COLUMN_TEXT, "%s", cell(v, row, "grade")->text);
	name(columns_cell(t, at, COL_TENSOR), cell(v, row, "tensor")->text, room);
	snprintf(columns_cell(t, at, COL_WHAT), COLUMN_TEXT, "%s", cell(v, row, "what")->text);
	snprintf(columns_cell(t, at, COL_TYPES), COLUMN_TEXT, !*a || !*b || !strcmp(a, b) ? "%.15s%.0s" : "%.15s > %.15s", *a ? a : b, b);
	figure(columns_cell(t, at, COL_REL), cell(v, row, "rel"), 4);
	figure(columns_cell(t, at, COL_EXPECTED), cell(v, row, "expected"), 4);
	figure(columns_cell(t, at, COL_LEFT), cell(v, row, "unexplained"), 4);
	figure(columns_cell(t, at, COL_MAX), cell(v, row, "max"), 5);
	figure(columns_cell(t, at, COL_COSINE), cell(v, row, "cosine"), 6);
}

static void diff_draw(void *state, struct canvas *c)
{
	struct diff_view *v = state;
	size_t rows = table_of(v)->rows, n;
	struct columns t;
	int room = c->rows - 1;
	bool more;

	if (!rows) {
		canvas_puts(c, 0, 2, STYLE_PLAIN, "no tensor to compare");
		return;
	}
	if (room < 1)
		return;
	more = (size_t)room < rows && room > 2;
	n = (size_t)room < rows ? (size_t)(room - more) : rows;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + n)
		v->top = v->cursor - n + 1;
	if (v->top + n > rows)
		v->top = rows - n;
	v->page = (int)n;
	if (!columns_new(&t, list_columns, COLS, n))
		return;
	for (size_t i = 0; i < n; i++)
		fill(v, &t, i, v->top + i, c->cols < 60 ? c->cols - 16 : c->cols < 104 ? 30 : c->cols - 74);
	columns_fit(&t, 2, c->cols);
	columns_head(&t, c, 0);
	for (size_t i = 0; i < n; i++) {
		const char *grade = cell(v, v->top + i, "grade")->text;

		columns_row(&t, c, 1 + (int)i, i, *grade == 'b' ? STYLE_BAD : *grade == 's' ? STYLE_DIM : STYLE_PLAIN);
		if (v->top + i == v->cursor) {
			canvas_glyph(c, 1 + (int)i, 0, GLYPH_CHOSEN, STYLE_MARK);
			canvas_mark(c, 1 + (int)i, 2, c->cols - 2, MARK_BOLD);
		}
	}
	if (more)
		canvas_text(c, 1 + (int)n, 2, STYLE_DIM, "… %zu of %zu tensors", rows - n, rows);
	columns_drop(&t);
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void move_to(struct diff_view *v, ptrdiff_t to)
{
	ptrdiff_t n = (ptrdiff_t)table_of(v)->rows;

	if (n)
		v->cursor = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static bool diff_press(void *state, const struct key *k, struct wish *wish)
{
	struct diff_view *v = state;
	ptrdiff_t at = (ptrdiff_t)v->cursor, page = v->page > 1 ? v->page : 10;

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
		move_to(v, (ptrdiff_t)table_of(v)->rows);
	else if (key_is(k, 'y') && table_of(v)->rows)
		snprintf(wish->type, sizeof wish->type, "%.190s", cell(v, v->cursor, "tensor")->text);
	else
		return false;
	return true;
}

static bool diff_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct diff_view *v = state;

	(void)col, (void)again, (void)wish;
	if (row < 1 || row > v->page)
		return false;
	move_to(v, (ptrdiff_t)v->top + row - 1);
	return true;
}

static bool diff_why(const void *state, const char *word, struct text *out, struct error *err)
{
	const struct diff_view *v = state;
	const char *what;
	char a[NUMBER_SIZE], b[NUMBER_SIZE];

	if (word || !table_of(v)->rows) {
		error_set(err, ERR_ARGUMENT, "there is no '%s' here", word ? word : "");
		return error_hint(err, "name", "why alone explains the tensor under the cursor");
	}
	what = cell(v, v->cursor, "what")->text;
	text_add(out, "%s: ", cell(v, v->cursor, "tensor")->text);
	if (!strcmp(what, "same") && cell(v, v->cursor, "rel")->kind != CELL_NUMBER)
		text_put(out, "type and bytes are the same\n");
	else if (cell(v, v->cursor, "rel")->kind != CELL_NUMBER)
		text_add(out, "%s\n", what);
	else {
		double rel = cell(v, v->cursor, "rel")->number, expected = cell(v, v->cursor, "expected")->number;

		text_add(out, "rel = sqrt(sum of (b - a)^2 / sum of a^2) = %s, largest |b - a| %s\n", number_short(a, rel),
			 number_short(b, cell(v, v->cursor, "max")->number));
		if (strcmp(cell(v, v->cursor, "type_a")->text, cell(v, v->cursor, "type_b")->text))
			text_add(out, "putting a into %s, and b into %s, loses %s\n", cell(v, v->cursor, "type_b")->text,
				 cell(v, v->cursor, "type_a")->text, number_short(a, expected));
		text_add(out, "unexplained: sqrt(%s^2", number_short(a, rel));
		text_add(out, " - %s^2), not below 0, = %s\n", number_short(a, expected), number_short(b, cell(v, v->cursor, "unexplained")->number));
	}
	return true;
}

static struct table *diff_data(const void *state, struct error *err)
{
	const struct diff_view *v = state;
	const struct table *from = table_of(v);
	struct table *t = table_new(DIFF_COLUMNS);

	for (size_t i = 0; t && i < from->rows; i++) {
		table_row(t);
		for (size_t k = 0; k < from->cols; k++) {
			const struct table_cell *c = table_at(from, i, k);

			if (c->kind == CELL_TEXT)
				table_text(t, c->text);
			else if (c->kind == CELL_NUMBER)
				table_number(t, c->number);
			else
				table_skip(t);
		}
	}
	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static const struct view_key diff_keys[] = {
	{ "<Up> <Down>", "move", "the tensor", true },
	{ "y", "copy", "its name into the input line", false },
	{ 0 }
};

const struct view view_diff = {
	.name = "diff",
	.question = "what differs between two models, or two values",
	.fits = FITS(TABLE),
	.takes = diff_takes,
	.keys = diff_keys,
	.columns = DIFF_COLUMNS,
	.gives_up = "cosine, largest difference, what is unexplained, the expected part, the types, what differs; the middle of long names",
	.open = diff_open,
	.close = diff_close,
	.title = diff_title,
	.facts = diff_facts,
	.height = diff_height,
	.draw = diff_draw,
	.press = diff_press,
	.click = diff_click,
	.why = diff_why,
	.data = diff_data,
};
