/* output.c - see output.h */
#include "repl/output.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void output_init(struct output *o, size_t max)
{
	*o = (struct output){ .max = max ? max : 1, .found = SIZE_MAX };
}

static struct output_line *at(const struct output *o, size_t k)
{
	return &o->line[(o->first + k) % o->size];
}

void output_drop(struct output *o)
{
	for (size_t i = 0; i < o->n; i++)
		free(at(o, i)->text);
	free(o->line);
	output_init(o, o->max);
}

static void let_go(struct output *o)
{
	free(at(o, 0)->text);
	o->first = (o->first + 1) % o->size;
	o->n--;
	o->gone++;
	if (o->top < o->gone) {
		o->top = o->gone;
		o->top_row = 0;
	}
}

void output_limit(struct output *o, size_t max)
{
	o->max = max ? max : 1;
	while (o->n > o->max)
		let_go(o);
}

static bool grow(struct output *o)
{
	size_t size = o->size ? 2 * o->size : 64;
	struct output_line *more = malloc(size * sizeof *more);

	if (!more)
		return false;
	for (size_t i = 0; i < o->n; i++)
		more[i] = *at(o, i);
	free(o->line);
	o->line = more;
	o->size = size;
	o->first = 0;
	return true;
}

static void add_line(struct output *o, enum style style, struct text *t, size_t prompt)
{
	char *s;

	while (o->n >= o->max)
		let_go(o);
	if (o->n == o->size && !grow(o))
		return;
	s = t->len ? text_take(t) : calloc(1, 1);
	if (!s)
		return;
	o->n++;
	*at(o, o->n - 1) = (struct output_line){ .text = s, .style = (uint8_t)style, .prompt = (uint8_t)(prompt < 255 ? prompt : 255), .cols = -1 };
}

/* Tabs become blanks here, so that a line's width does not depend on where it is drawn. */
void output_add(struct output *o, enum style style, const char *text, size_t prompt)
{
	struct text t = { 0 };
	size_t column = 0, used;

	for (size_t n = strlen(text); n; text += used, n -= used) {
		uint32_t ch;

		used = utf8_decode(text, n, &ch);
		if (ch == '\n') {
			add_line(o, style, &t, prompt);
			text_clear(&t);
			column = 0;
			if (prompt) {
				text_put(&t, "..> ");
				prompt = column = 4;
			}
		} else if (ch == '\t') {
			do
				text_put(&t, " ");
			while (++column % 8);
		} else {
			text_putn(&t, text, used);
			column += (size_t)utf8_width(ch);
		}
	}
	add_line(o, style, &t, prompt);
	text_drop(&t);
}

size_t output_lines(const struct output *o)
{
	return o->gone + o->n;
}

void output_take_back(struct output *o, size_t lines)
{
	while (o->n && output_lines(o) > lines)
		free(at(o, --o->n)->text);
}

/* ---- wrapping ---- */

/*
 * Bytes of the next row and, in *skip, the blanks after it that the break swallows. Breaks after a blank if there is one in the last
 * two fifths, else in the middle of a word: tables and long names stay readable either way.
 */
static size_t row_of(const char *s, size_t n, int cols, size_t *skip)
{
	size_t at_byte = 0, blank = 0, used;
	int column = 0, blank_column = 0;

	*skip = 0;
	while (at_byte < n) {
		uint32_t ch;
		int width;

		used = utf8_decode(s + at_byte, n - at_byte, &ch);
		width = utf8_width(ch);
		if (column + width > cols && at_byte > 0)
			break;
		column += width;
		at_byte += used;
		if (ch == ' ') {
			blank = at_byte;
			blank_column = column;
		}
	}
	if (at_byte == n)
		return n;
	if (s[at_byte] != ' ' && blank && 5 * blank_column >= 3 * cols)
		at_byte = blank;
	while (at_byte + *skip < n && s[at_byte + *skip] == ' ')
		++*skip;
	return at_byte;
}

static int rows_of(struct output_line *l, int cols)
{
	const char *s = l->text;
	size_t n = strlen(s);

	if (l->cols == cols)
		return l->rows;
	l->cols = cols;
	l->rows = 0;
	do {
		size_t skip, used = row_of(s, n, cols, &skip);

		s += used + skip;
		n -= used + skip;
		l->rows++;
	} while (n);
	return l->rows;
}

int output_rows_from(struct output *o, size_t line, int max, int cols)
{
	int rows = 0;

	for (size_t i = o->n; i > 0 && o->gone + i > line && rows < max && cols > 0; i--)
		rows += rows_of(at(o, i - 1), cols);
	return rows < max ? rows : max;
}

int output_rows(struct output *o, int max, int cols)
{
	return output_rows_from(o, 0, max, cols);
}

/* ---- the window ---- */

struct spot { size_t line; int row; };	/* line: index among those kept */

/* `by` rows further down (up if negative), not past either end. */
static struct spot moved(struct output *o, struct spot s, int by, int cols)
{
	while (by < 0 && (s.row > 0 || s.line > 0)) {
		int step;

		if (s.row == 0)
			s.row = rows_of(at(o, --s.line), cols);
		step = s.row < -by ? s.row : -by;
		s.row -= step;
		by += step;
	}
	while (by > 0 && s.line < o->n) {
		int left = rows_of(at(o, s.line), cols) - s.row;

		if (by < left) {
			s.row += by;
			break;
		}
		by -= left;
		s.line++;
		s.row = 0;
	}
	return s;
}

/* Where the window begins when it shows the end. */
static struct spot end_window(struct output *o, int rows, int cols)
{
	return moved(o, (struct spot){ o->n, 0 }, -rows, cols);
}

static bool before(struct spot a, struct spot b)
{
	return a.line < b.line || (a.line == b.line && a.row < b.row);
}

static struct spot window(struct output *o, int rows, int cols)
{
	struct spot end = end_window(o, rows, cols), top = { o->top - o->gone, o->top_row };

	if (!o->back)
		return end;
	if (top.line < o->n && top.row >= rows_of(at(o, top.line), cols))
		top.row = rows_of(at(o, top.line), cols) - 1;
	return before(end, top) ? end : top;
}

static void set_window(struct output *o, struct spot top, int rows, int cols)
{
	o->back = before(top, end_window(o, rows, cols));
	o->top = o->gone + top.line;
	o->top_row = top.row;
}

void output_scroll(struct output *o, int by, int rows, int cols)
{
	if (rows > 0 && cols > 0 && o->n)
		set_window(o, moved(o, window(o, rows, cols), by, cols), rows, cols);
}

void output_end(struct output *o)
{
	o->back = false;
}

size_t output_below(struct output *o, int rows, int cols)
{
	struct spot s, end;
	size_t below = 0;

	if (!o->back || rows < 1 || cols < 1)
		return 0;
	end = end_window(o, rows, cols);
	for (s = window(o, rows, cols); before(s, end); s.row = 0, s.line++)
		below += (size_t)((s.line == end.line ? end.row : rows_of(at(o, s.line), cols)) - s.row);
	return below;
}

/* ---- finding ---- */

static const char *find_in(const char *text, const char *what)
{
	return *what ? strcasestr(text, what) : NULL;
}

bool output_find(struct output *o, bool older, int rows, int cols)
{
	size_t from = o->found < o->gone ? 0 : o->found - o->gone, i;

	if (!o->n)
		return false;
	if (o->found == SIZE_MAX || from > o->n)
		from = o->n;
	if (older) {
		for (i = from; i > 0 && !find_in(at(o, i - 1)->text, o->find); i--)
			;
		if (!i)
			return false;
		i--;
	} else {
		for (i = from + 1; i < o->n && !find_in(at(o, i)->text, o->find); i++)
			;
		if (i >= o->n)
			return false;
	}
	o->found = o->gone + i;
	if (rows > 0 && cols > 0)		/* else it is found, where nothing of it can be seen */
		set_window(o, moved(o, (struct spot){ i, 0 }, -rows / 2, cols), rows, cols);
	return true;
}

/* ---- drawing ---- */

static void draw_row(const struct output *o, struct canvas *c, int row, const struct output_line *l, size_t from, size_t n)
{
	const char *match = l->text;
	int col;
	char *part = strndup(l->text + from, n);

	if (!part)
		return;
	canvas_puts(c, row, 0, l->style, part);
	free(part);
	if (from < l->prompt)
		canvas_restyle(c, row, 0, (int)text_width(l->text + from, l->prompt - from), STYLE_MARK, 0);
	while ((match = find_in(match, o->find))) {
		size_t begin = (size_t)(match - l->text), end = begin + strlen(o->find);

		begin = begin < from ? from : begin;
		end = end > from + n ? from + n : end;
		if (begin < end) {
			col = (int)text_width(l->text + from, begin - from);
			canvas_mark(c, row, col, (int)text_width(l->text + begin, end - begin), MARK_REVERSE);
		}
		match++;
	}
}

int output_draw(struct output *o, struct canvas *c)
{
	struct spot top;
	int row = 0;

	if (c->rows < 1 || c->cols < 1 || !o->n)
		return 0;
	top = window(o, c->rows, c->cols);
	for (size_t i = top.line; i < o->n && row < c->rows; i++) {
		struct output_line *l = at(o, i);
		size_t from = 0, n = strlen(l->text);
		int k = 0;

		do {
			size_t skip, used = row_of(l->text + from, n - from, c->cols, &skip);

			if (k >= (i == top.line ? top.row : 0) && row < c->rows)
				draw_row(o, c, row++, l, from, used);
			from += used + skip;
			k++;
		} while (from < n);
	}
	return row;
}

void output_tail(const struct output *o, size_t lines, struct text *out)
{
	for (size_t i = o->n > lines ? o->n - lines : 0; i < o->n; i++) {
		text_put(out, at(o, i)->text);
		text_put(out, "\n");
	}
}
