/*
 * canvas.c - cells, clipping and text.
 *
 * All writing goes through canvas_put(): it clips, keeps the two halves of a wide character together, and on an ASCII canvas
 * stores the stand-in instead. So nothing beyond ASCII can get onto such a canvas, whoever drew it.
 */
#include "canvas/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const struct cell blank = { .ch = ' ' };

bool canvas_new(struct canvas *c, int rows, int cols, bool ascii, struct error *err)
{
	*c = (struct canvas){ .rows = rows > 0 ? rows : 0, .cols = cols > 0 ? cols : 0, .ascii = ascii, .owned = true };
	c->stride = c->cols;
	c->cell = calloc((size_t)c->rows * (size_t)c->cols + 1, sizeof *c->cell);
	if (!c->cell) {
		*c = (struct canvas){ 0 };
		return error_memory(err, "a picture");
	}
	canvas_clear(c);
	return true;
}

void canvas_drop(struct canvas *c)
{
	if (!c)
		return;
	if (c->owned)
		free(c->cell);
	*c = (struct canvas){ 0 };
}

static int clamp(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

struct canvas canvas_part(const struct canvas *c, int row, int col, int rows, int cols)
{
	int top = clamp(row, 0, c->rows), left = clamp(col, 0, c->cols);
	int bottom = clamp(rows > 0 ? clamp(row, -c->rows, c->rows) + clamp(rows, 0, 2 * c->rows) : top, top, c->rows);
	int right = clamp(cols > 0 ? clamp(col, -c->cols, c->cols) + clamp(cols, 0, 2 * c->cols) : left, left, c->cols);
	struct canvas part = *c;

	part.owned = false;
	part.rows = bottom - top;
	part.cols = right - left;
	if (part.rows && part.cols)
		part.cell = c->cell + (size_t)top * (size_t)c->stride + left;
	return part;
}

static struct cell *at(const struct canvas *c, int row, int col)
{
	if (row < 0 || col < 0 || row >= c->rows || col >= c->cols)
		return NULL;
	return c->cell + (size_t)row * (size_t)c->stride + col;
}

void canvas_clear(struct canvas *c)
{
	for (int row = 0; row < c->rows; row++)
		for (int col = 0; col < c->cols; col++)
			*at(c, row, col) = blank;
}

bool canvas_equal(const struct canvas *a, const struct canvas *b)
{
	if (a->rows != b->rows || a->cols != b->cols)
		return false;
	for (int row = 0; row < a->rows; row++)
		for (int col = 0; col < a->cols; col++) {
			const struct cell *p = at(a, row, col), *q = at(b, row, col);

			if (p->ch != q->ch || p->over[0] != q->over[0] || p->over[1] != q->over[1] || p->style != q->style ||
			    p->level != q->level || p->marks != q->marks || p->below != q->below)
				return false;
		}
	return true;
}

/* Before a cell is written: a wide character that loses one half loses the other too. */
static void unpair(const struct canvas *c, int row, int col)
{
	struct cell *here = at(c, row, col), *left = at(c, row, col - 1), *right = at(c, row, col + 1);

	if (here->marks & MARK_TAIL && left)
		left->ch = ' ';
	if (right && right->marks & MARK_TAIL) {
		right->ch = ' ';
		right->marks &= (uint8_t)~MARK_TAIL;
	}
}

static void put_cell(struct canvas *c, int row, int col, struct cell cell)
{
	struct cell *here = at(c, row, col);

	if (!here)
		return;
	unpair(c, row, col);
	*here = cell;
}

void canvas_put(struct canvas *c, int row, int col, uint32_t ch, enum style style, unsigned marks)
{
	struct cell cell = { .ch = ch, .style = (uint8_t)style, .marks = (uint8_t)(marks & ~(unsigned)MARK_TAIL) };
	bool broken = ch < ' ' || (ch >= 0x7f && ch < 0xa0) || ch > 0x10ffff;
	int width = broken ? 1 : utf8_width(ch);

	if (width == 0)
		return;
	if (broken)
		cell.ch = '?';
	else if (c->ascii)
		cell.ch = ascii_for(ch);
	else if (width == 2 && !(at(c, row, col) && at(c, row, col + 1)))
		cell.ch = ' ';		/* half of it would be outside */
	put_cell(c, row, col, cell);
	if (width == 2) {
		struct cell second = cell;

		if (!c->ascii && cell.ch != ' ') {
			second.ch = ' ';
			second.marks |= MARK_TAIL;
		}
		put_cell(c, row, col + 1, second);
	}
}

/* Marks on other characters, of those without a width: not joiners, directions, variations and tags. */
static bool combines(uint32_t ch)
{
	return utf8_width(ch) == 0 && ch >= 0x300 && !(ch >= 0x1160 && ch < 0x1200) && !(ch >= 0x200b && ch < 0x2070) && !(ch >= 0xfe00 && ch < 0xfe10) &&
	       ch != 0xfeff && ch < 0xe0000;
}

void canvas_combine(struct canvas *c, int row, int col, uint32_t ch)
{
	struct cell *cell = at(c, row, col);

	if (cell && cell->marks & MARK_TAIL)
		cell = at(c, row, col - 1);
	if (!cell || c->ascii || !combines(ch))
		return;
	if (!cell->over[0])
		cell->over[0] = ch;
	else if (!cell->over[1])
		cell->over[1] = ch;
}

size_t cell_chars(const struct cell *cell, uint32_t shown, uint32_t out[3])
{
	size_t n = 0;

	out[n++] = shown;
	for (int i = 0; i < 2 && shown == cell->ch && cell->over[i]; i++)
		out[n++] = cell->over[i];
	return n;
}

/* The next character as it will be drawn and its width: combining ones have none. */
static size_t next(const char *s, size_t n, uint32_t *ch, int *width)
{
	size_t used = utf8_decode(s, n, ch);

	if (*ch < ' ' || (*ch >= 0x7f && *ch < 0xa0) || *ch == 0xfffd)
		*ch = '?';
	*width = utf8_width(*ch);
	return used;
}

static int put_text(struct canvas *c, int row, int col, enum style style, const char *s, size_t n)
{
	while (n) {
		uint32_t ch;
		int width;
		size_t used = next(s, n, &ch, &width);

		if (width)
			canvas_put(c, row, col, ch, style, 0);
		else
			canvas_combine(c, row, col - 1, ch);
		col += width;
		s += used;
		n -= used;
	}
	return col;
}

int canvas_puts(struct canvas *c, int row, int col, enum style style, const char *s)
{
	return put_text(c, row, col, style, s, strlen(s));
}

/* Formats into buf, or into memory of its own when that is too small; what does not fit for want of memory is cut. */
static char *format(char *buf, size_t size, const char *fmt, va_list ap)
{
	va_list again;
	int need;
	char *own;

	va_copy(again, ap);
	need = vsnprintf(buf, size, fmt, ap);
	if (need >= 0 && (size_t)need >= size && (own = malloc((size_t)need + 1))) {
		vsnprintf(own, (size_t)need + 1, fmt, again);
		buf = own;
	}
	va_end(again);
	return buf;
}

int canvas_text(struct canvas *c, int row, int col, enum style style, const char *fmt, ...)
{
	char buf[256], *s;
	va_list ap;

	va_start(ap, fmt);
	s = format(buf, sizeof buf, fmt, ap);
	va_end(ap);
	col = canvas_puts(c, row, col, style, s);
	if (s != buf)
		free(s);
	return col;
}

static int width_of(const char *s)
{
	int total = 0;

	for (size_t n = strlen(s); n;) {
		uint32_t ch;
		int width;
		size_t used = next(s, n, &ch, &width);

		total += width;
		s += used;
		n -= used;
	}
	return total;
}

int canvas_right(struct canvas *c, int row, int end, enum style style, const char *fmt, ...)
{
	char buf[256], *s;
	int col;
	va_list ap;

	va_start(ap, fmt);
	s = format(buf, sizeof buf, fmt, ap);
	va_end(ap);
	col = end - width_of(s);
	canvas_puts(c, row, col, style, s);
	if (s != buf)
		free(s);
	return col;
}

/* How much of s is left of the first n bytes so that no number ends in its middle: up to the blank before it, if there is one. */
static size_t whole_numbers(const char *s, size_t n)
{
	static const char digits[] = "0123456789.,+-";
	size_t k = n;

	if (!s[n] || !strchr(digits, s[n]))
		return n;
	while (k && strchr(digits, s[k - 1]))
		k--;
	return k && s[k - 1] == ' ' ? k : n;
}

int canvas_fit(struct canvas *c, int row, int col, int width, enum style style, const char *s)
{
	int used = 0;
	size_t n = 0;

	if (width <= 0)
		return col;
	if (width_of(s) <= width)
		return put_text(c, row, col, style, s, strlen(s));
	while (s[n]) {
		uint32_t ch;
		int w;
		size_t bytes = next(s + n, strlen(s + n), &ch, &w);

		if (used + w > width - 1)
			break;
		used += w;
		n += bytes;
	}
	col = put_text(c, row, col, style, s, whole_numbers(s, n));
	if (s[n] == ' ' && used < width - 1)
		col++;
	canvas_glyph(c, row, col, GLYPH_ELLIPSIS, style);
	return col + 1;
}

void canvas_restyle(struct canvas *c, int row, int col, int width, enum style style, unsigned marks)
{
	for (int i = 0; i < width; i++) {
		struct cell *cell = at(c, row, col + i);

		if (!cell)
			continue;
		cell->style = (uint8_t)style;
		cell->marks = (uint8_t)((cell->marks & MARK_TAIL) | (marks & ~(unsigned)MARK_TAIL));
	}
}

void canvas_mark(struct canvas *c, int row, int col, int width, unsigned marks)
{
	for (int i = 0; i < width; i++) {
		struct cell *cell = at(c, row, col + i);

		if (cell)
			cell->marks |= (uint8_t)(marks & ~(unsigned)MARK_TAIL);
	}
}
