/*
 * write_text.c - a canvas as lines of text, plain or with the escapes of colours.
 *
 * Blanks at the end of a line go unless they can be seen (reverse, underline, a background), so plain text never has any.
 */
#include "canvas/canvas.h"

#include "base/text.h"

static uint32_t look_of(const struct cell *cell, enum colors colors, bool light, bool escapes, struct look *look)
{
	*look = (struct look){ .fg = -1, .bg = -1 };
	return escapes ? cell_look(cell, colors, light, look) : cell->ch;
}

static bool same(const struct look *a, const struct look *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold && a->underline == b->underline &&
	       a->reverse == b->reverse && a->dim == b->dim;
}

static bool seen_when_blank(const struct look *look)
{
	return look->bg >= 0 || look->underline || look->reverse;
}

static void color(struct text *out, enum colors colors, int32_t value, int base)
{
	if (value < 0)
		return;
	if (colors == COLORS_16)
		text_add(out, ";%d", value < 8 ? base + value : base + 60 + value - 8);
	else if (colors == COLORS_256)
		text_add(out, ";%d;5;%d", base + 8, value);
	else
		text_add(out, ";%d;2;%d;%d;%d", base + 8, value >> 16 & 255, value >> 8 & 255, value & 255);
}

static void turn_to(struct text *out, const struct look *look, enum colors colors)
{
	text_put(out, "\033[0");
	if (look->bold)
		text_put(out, ";1");
	if (look->dim)
		text_put(out, ";2");
	if (look->underline)
		text_put(out, ";4");
	if (look->reverse)
		text_put(out, ";7");
	color(out, colors, look->fg, 30);
	color(out, colors, look->bg, 40);
	text_put(out, "m");
}

void canvas_write_text(const struct canvas *c, enum colors colors, bool light, bool styled, struct text *out)
{
	const struct look none = { .fg = -1, .bg = -1 };
	bool escapes = styled || colors != COLORS_NONE;

	for (int row = 0; row < c->rows; row++) {
		const struct cell *cell = c->cell + (size_t)row * (size_t)c->stride;
		struct look now = none;
		int end = c->cols;

		for (; end > 0; end--) {
			struct look look;

			if (look_of(&cell[end - 1], colors, light, escapes, &look) != ' ' || cell[end - 1].marks & MARK_TAIL || seen_when_blank(&look))
				break;
		}
		for (int col = 0; col < end; col++) {
			struct look look;
			uint32_t ch = look_of(&cell[col], colors, light, escapes, &look), chars[3];
			size_t n = cell_chars(&cell[col], ch, chars);
			char bytes[4];

			if (cell[col].marks & MARK_TAIL)
				continue;
			if (ch == ' ' && !seen_when_blank(&look) && !seen_when_blank(&now))
				look = now;
			if (!same(&look, &now)) {
				turn_to(out, &look, colors);
				now = look;
			}
			for (size_t i = 0; i < n; i++)
				text_putn(out, bytes, utf8_encode(bytes, chars[i]));
		}
		if (!same(&now, &none))
			text_put(out, "\033[0m");
		text_put(out, "\n");
	}
}
