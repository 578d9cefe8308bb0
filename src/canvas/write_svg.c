/*
 * write_svg.c - a canvas as a picture of real text, for a browser, a paper, the README.
 *
 * Cells are 9 x 18 units. Each run of words in an equal look is one <text> that is told its width, so columns stay aligned in whatever
 * monospaced font the reader has; two blanks end it, because browsers make one of them. The background is drawn, so the picture reads
 * on any page.
 */
#include "canvas/canvas.h"

#include <string.h>

#include "base/text.h"

enum { CELL_W = 9, CELL_H = 18, BASE_LINE = 14, MARGIN = 9 };

struct ink { int32_t fg, bg; bool bold, underline, halves; };	/* bg -1: the page */

static struct ink ink_of(const struct cell *cell, bool light, int32_t page, int32_t plain)
{
	struct look look;
	bool halves = cell_look(cell, COLORS_TRUE, light, &look) != cell->ch;
	struct ink ink = { look.fg >= 0 ? look.fg : plain, look.bg, look.bold, look.underline, halves };

	if (look.reverse) {
		ink.bg = ink.fg;
		ink.fg = look.bg >= 0 ? look.bg : page;
	}
	return ink;
}

static bool same(const struct ink *a, const struct ink *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold && a->underline == b->underline &&
	       a->halves == b->halves;
}

static void put_char(struct text *out, uint32_t ch)
{
	char bytes[4];

	if (ch == '&')
		text_put(out, "&amp;");
	else if (ch == '<')
		text_put(out, "&lt;");
	else if (ch == '>')
		text_put(out, "&gt;");
	else
		text_putn(out, bytes, utf8_encode(bytes, ch));
}

static void put_escaped(struct text *out, const char *s)
{
	struct text clean = { 0 };

	text_escape(&clean, s, strlen(s), 0);
	for (const char *p = text_str(&clean); *p; ) {
		uint32_t ch;

		p += utf8_decode(p, strlen(p), &ch);
		put_char(out, ch);
	}
	text_drop(&clean);
}

static bool blank(const struct cell *cell)
{
	return cell->ch == ' ' && !(cell->marks & MARK_TAIL);
}

/* Neither begins nor ends with a blank, nor has two side by side. */
static void words(struct text *out, const struct cell *cell, int x, int y, int col, int end, const struct ink *ink)
{
	text_add(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"%s>", x + col * CELL_W, y + BASE_LINE, (end - col) * CELL_W,
		 (unsigned)ink->fg, ink->bold ? " font-weight=\"bold\"" : "");
	for (; col < end; col++) {
		uint32_t chars[3];
		size_t n = cell[col].marks & MARK_TAIL ? 0 : cell_chars(&cell[col], cell[col].ch, chars);

		for (size_t i = 0; i < n; i++)
			put_char(out, chars[i]);
	}
	text_put(out, "</text>\n");
}

static void rect(struct text *out, int x, int y, int width, int height, int32_t color)
{
	text_add(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n", x, y, width, height, (unsigned)color);
}

static void run(struct text *out, const struct cell *cell, int row, int col, int end, const struct ink *ink)
{
	int x = MARGIN + col * CELL_W, y = MARGIN + row * CELL_H, width = (end - col) * CELL_W;

	if (ink->bg >= 0)
		rect(out, x, y, width, CELL_H, ink->bg);
	if (ink->halves) {
		rect(out, x, y, width, CELL_H / 2, ink->fg);
		return;
	}
	if (ink->underline)
		rect(out, x, y + BASE_LINE + 2, width, 1, ink->fg);
	while (col < end) {
		int to;

		while (col < end && blank(&cell[col]))
			col++;
		to = col;
		while (to < end && !(blank(&cell[to]) && (to + 1 == end || blank(&cell[to + 1]))))
			to++;
		if (to > col)
			words(out, cell, MARGIN, y, col, to, ink);
		col = to;
	}
}

void canvas_write_svg(const struct canvas *c, const char *title, bool light, struct text *out)
{
	const int32_t page = light ? 0xffffff : 0x1c1c1c, plain = light ? 0x1c1c1c : 0xd0d0d0;
	int width = c->cols * CELL_W + 2 * MARGIN, height = c->rows * CELL_H + 2 * MARGIN;

	text_add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\"\n",
		 width, height, width, height);
	text_put(out, " font-family=\"DejaVu Sans Mono, Menlo, Consolas, Liberation Mono, monospace\" font-size=\"15\""
		      ">\n<title>");
	put_escaped(out, title ? title : "");
	text_add(out, "</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n", width, height, (unsigned)page);
	for (int row = 0; row < c->rows; row++) {
		const struct cell *cell = c->cell + (size_t)row * (size_t)c->stride;

		for (int col = 0, end; col < c->cols; col = end) {
			struct ink ink = ink_of(&cell[col], light, page, plain);

			for (end = col + 1; end < c->cols; end++) {
				struct ink here = ink_of(&cell[end], light, page, plain);

				if (!same(&here, &ink))
					break;
			}
			while (col < end && cell[col].ch == ' ' && ink.bg < 0 && !ink.underline && !(cell[col].marks & MARK_TAIL))
				col++;
			run(out, cell, row, col, end, &ink);
		}
	}
	text_put(out, "</svg>\n");
}
