/*
 * draw.c - the shapes that views share, and the one place that knows what stands for a glyph in ASCII.
 *
 * A glyph that has a name comes from GLYPHS; characters that shapes are made of (eighth blocks, shades, arrows in text) are in
 * the table of stand-ins below. A bar is measured in eighths of a column, rounded to the nearest; in ASCII in whole columns.
 */
#include "canvas/canvas.h"

#include <math.h>
#include <stddef.h>

static const struct { uint32_t utf8; char ascii; } glyphs[GLYPH_COUNT] = {
#define X(id, utf8, ascii) [GLYPH_##id] = { utf8, ascii },
	GLYPHS(X)
#undef X
};

/* Beyond the named ones: what else quantscope writes. */
static const struct { uint32_t first, last; char ascii; } stand_ins[] = {
	{ 0x2581, 0x2581, '.' }, { 0x2582, 0x2582, ':' }, { 0x2583, 0x2583, '-' }, { 0x2584, 0x2584, '=' },	/* ▁▂▃▄ */
	{ 0x2585, 0x2585, '+' }, { 0x2586, 0x2586, '*' }, { 0x2587, 0x2587, '#' }, { 0x2588, 0x2588, '#' },	/* ▅▆▇█ */
	{ 0x2589, 0x258C, '#' }, { 0x258D, 0x258F, ' ' }, { 0x2590, 0x2590, '#' },				/* ▉▊▋▌ ▍▎▏ ▐ */
	{ 0x2591, 0x2591, '.' }, { 0x2592, 0x2592, '=' }, { 0x2593, 0x2593, '%' },				/* ░▒▓ */
	{ 0x2190, 0x2190, '<' }, { 0x2191, 0x2191, '^' }, { 0x2192, 0x2192, '>' }, { 0x2193, 0x2193, 'v' },	/* ←↑→↓ */
	{ 0x25B4, 0x25B4, '^' }, { 0x25B6, 0x25B6, '>' }, { 0x25BE, 0x25BE, 'v' },				/* ▴▶▾ */
	{ 0x25C0, 0x25C0, '<' }, { 0x25C2, 0x25C2, '<' }, { 0x25C4, 0x25C4, '<' },				/* ◀◂◄ */
	{ 0x25CF, 0x25CF, '*' }, { 0x25CB, 0x25CB, 'o' }, { 0x2022, 0x2022, '*' },				/* ●○• */
	{ 0x2500, 0x2501, '-' }, { 0x2502, 0x2503, '|' }, { 0x250C, 0x254B, '+' }, { 0x2550, 0x2550, '=' },	/* lines, corners */
	{ 0x2551, 0x2551, '|' }, { 0x2552, 0x256C, '+' }, { 0x256D, 0x2570, '+' }, { 0x2574, 0x2574, '-' },
	{ 0x00A0, 0x00A0, ' ' }, { 0x00AB, 0x00AB, '<' }, { 0x00B1, 0x00B1, '~' }, { 0x2013, 0x2015, '-' },
	{ 0x2018, 0x2019, '\'' }, { 0x201C, 0x201D, '"' }, { 0x2212, 0x2212, '-' }, { 0x2248, 0x2248, '~' },
};

uint32_t ascii_for(uint32_t ch)
{
	if (ch <= '~')
		return ch;
	for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++)
		if (ch >= stand_ins[i].first && ch <= stand_ins[i].last)
			return (uint32_t)stand_ins[i].ascii;
	for (size_t i = 0; i < GLYPH_COUNT; i++)
		if (glyphs[i].utf8 == ch)
			return (uint32_t)glyphs[i].ascii;
	return '?';
}

uint32_t glyph(const struct canvas *c, enum glyph g)
{
	return c->ascii ? (uint32_t)glyphs[g].ascii : glyphs[g].utf8;
}

void canvas_glyph(struct canvas *c, int row, int col, enum glyph g, enum style style)
{
	canvas_put(c, row, col, glyph(c, g), style, 0);
}

/* share of n, to the nearest; NaN counts as nothing. */
static int part_of(double share, int n)
{
	if (!(share > 0) || n <= 0)
		return 0;
	return share >= 1 ? n : (int)floor(share * n + 0.5);
}

void canvas_bar(struct canvas *c, int row, int col, int width, double share, enum style style)
{
	int eighths = c->ascii ? 8 * part_of(share, width) : part_of(share, 8 * width);

	for (int i = 0; i < eighths / 8; i++)
		canvas_glyph(c, row, col + i, GLYPH_FULL, style);
	if (eighths % 8)
		canvas_put(c, row, col + eighths / 8, (uint32_t)(0x2590 - eighths % 8), style, 0);	/* ▏▎▍▌▋▊▉ */
}

void canvas_bar_left(struct canvas *c, int row, int right, int width, double share, enum style style)
{
	int halves = c->ascii ? 2 * part_of(share, width) : part_of(share, 2 * width);

	for (int i = 0; i < halves / 2; i++)
		canvas_glyph(c, row, right - 1 - i, GLYPH_FULL, style);
	if (halves % 2)
		canvas_put(c, row, right - 1 - halves / 2, 0x2590, style, 0);				/* ▐ */
}

void canvas_column(struct canvas *c, int bottom, int col, int height, int width, double share, enum style style)
{
	int eighths = c->ascii ? 8 * part_of(share, height) : part_of(share, 8 * height);
	bool foot = c->ascii && !eighths && part_of(share, 8 * height);		/* less than half a row, but not nothing */

	for (int i = 0; i < width; i++) {
		if (foot)
			canvas_put(c, bottom, col + i, '.', style, 0);
		for (int k = 0; k < eighths / 8; k++)
			canvas_glyph(c, bottom - k, col + i, GLYPH_FULL, style);
		if (eighths % 8)
			canvas_put(c, bottom - eighths / 8, col + i, (uint32_t)(0x2580 + eighths % 8), style, 0);	/* ▁..▇ */
	}
}

void canvas_spark(struct canvas *c, int row, int col, double share, enum style style)
{
	static const char ramp[] = ".:-=+*#%";
	int k = part_of(share, 8);

	if (k < 1)
		k = 1;
	canvas_put(c, row, col, c->ascii ? (uint32_t)ramp[k - 1] : (uint32_t)(0x2580 + k), style, 0);
}

void canvas_rule(struct canvas *c, int row, int col, int width, enum style style)
{
	for (int i = 0; i < width; i++)
		canvas_glyph(c, row, col + i, GLYPH_H, style);
}

void canvas_box(struct canvas *c, int row, int col, int rows, int cols, enum style style)
{
	int bottom = row + rows - 1, right = col + cols - 1;

	if (rows < 2 || cols < 2)
		return;
	canvas_rule(c, row, col + 1, cols - 2, style);
	canvas_rule(c, bottom, col + 1, cols - 2, style);
	for (int r = row + 1; r < bottom; r++) {
		canvas_glyph(c, r, col, GLYPH_V, style);
		canvas_glyph(c, r, right, GLYPH_V, style);
	}
	canvas_glyph(c, row, col, GLYPH_CORNER_UL, style);
	canvas_glyph(c, row, right, GLYPH_CORNER_UR, style);
	canvas_glyph(c, bottom, col, GLYPH_CORNER_LL, style);
	canvas_glyph(c, bottom, right, GLYPH_CORNER_LR, style);
}

void canvas_heat(struct canvas *c, int row, int col, unsigned level)
{
	static const char ramp[] = " .:-=+*#%@";
	static const uint32_t shade[] = { ' ', 0x2591, 0x2592, 0x2593, 0x2588 };

	if (level > 255)
		level = 255;
	canvas_put(c, row, col, c->ascii ? (uint32_t)ramp[level * 10 / 256] : shade[level * 5 / 256], STYLE_HEAT, 0);
	if (row >= 0 && col >= 0 && row < c->rows && col < c->cols)
		c->cell[(size_t)row * (size_t)c->stride + (size_t)col].level = (uint8_t)level;
}

void canvas_tint(struct canvas *c, int row, int col, unsigned level)
{
	struct cell *cell;

	if (row < 0 || col < 0 || row >= c->rows || col >= c->cols)
		return;
	cell = &c->cell[(size_t)row * (size_t)c->stride + (size_t)col];
	cell->style = STYLE_HEAT;
	cell->level = (uint8_t)(level > 255 ? 255 : level);
}

void canvas_tint_halves(struct canvas *c, int row, int col, unsigned upper, unsigned lower)
{
	struct cell *cell;

	canvas_tint(c, row, col, c->ascii ? (upper + lower) / 2 : upper);
	if (c->ascii || row < 0 || col < 0 || row >= c->rows || col >= c->cols)
		return;
	cell = &c->cell[(size_t)row * (size_t)c->stride + (size_t)col];
	cell->below = (uint8_t)(lower > 255 ? 255 : lower);
	cell->marks |= MARK_HALVES;
}

uint32_t cell_look(const struct cell *cell, enum colors colors, bool light, struct look *look)
{
	bool halves = cell->marks & MARK_HALVES && cell->style == STYLE_HEAT;
	uint8_t level = halves && colors < COLORS_256 ? (uint8_t)((cell->level + cell->below) / 2) : cell->level;

	*look = style_look((enum style)cell->style, level, colors, light);
	look->bold |= !!(cell->marks & MARK_BOLD);
	look->underline |= !!(cell->marks & MARK_UNDERLINE);
	look->reverse = look->reverse != !!(cell->marks & MARK_REVERSE);
	if (!halves || colors < COLORS_256)
		return cell->ch;
	look->bg = style_look(STYLE_HEAT, cell->below, colors, light).fg;
	return 0x2580;		/* ▀ */
}
