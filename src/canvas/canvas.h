/*
 * canvas.h - a sheet of cells: what every view draws on, and the whole screen too.
 *
 * Writing outside is clipped, so a view never measures before it draws. A canvas may be a part of another (same cells). With
 * `ascii` set, glyphs come from the ASCII column of the table and text is mapped to ASCII on the way in ("▸" becomes ">").
 */
#ifndef CANVAS_CANVAS_H
#define CANVAS_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "canvas/style.h"

enum marks { MARK_BOLD = 1, MARK_UNDERLINE = 2, MARK_REVERSE = 4, MARK_TAIL = 8 /* right half of a wide character */,
	     MARK_HALVES = 16 /* STYLE_HEAT: two levels, one above the other */ };

struct cell {
	uint32_t ch;
	uint32_t over[2];		/* combining characters on it, as an accent; 0: none */
	uint8_t style, level, marks, below;	/* below: level of the lower half */
};

struct canvas {
	int rows, cols;
	int stride;			/* cells from one row to the next */
	bool ascii;
	struct cell *cell;
	bool owned;
};

bool canvas_new(struct canvas *c, int rows, int cols, bool ascii, struct error *err);	/* blanks; sizes below 0 count as 0 */
void canvas_drop(struct canvas *c);
struct canvas canvas_part(const struct canvas *c, int row, int col, int rows, int cols);	/* cut to what is there */
void canvas_clear(struct canvas *c);
bool canvas_equal(const struct canvas *a, const struct canvas *b);

void canvas_put(struct canvas *c, int row, int col, uint32_t ch, enum style style, unsigned marks);
/* A combining character onto what stands at the place (the wide character whose half it is). What has no width and is no mark on another,
 * such as a change of direction, is left out; so is what is too much, and all on an ASCII canvas. */
void canvas_combine(struct canvas *c, int row, int col, uint32_t ch);
/* UTF-8 text; broken bytes and control characters become '?'. Returns the column after it, also when clipped. */
int canvas_text(struct canvas *c, int row, int col, enum style style, const char *fmt, ...) PRINTF_LIKE(5, 6);
int canvas_puts(struct canvas *c, int row, int col, enum style style, const char *s);
/* Right-aligned so that it ends before column `end`; returns where it starts. */
int canvas_right(struct canvas *c, int row, int end, enum style style, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* Text cut to `width` columns, the last one an ellipsis ("…" or "~") if something was cut. A number is left out, never cut. */
int canvas_fit(struct canvas *c, int row, int col, int width, enum style style, const char *s);
void canvas_restyle(struct canvas *c, int row, int col, int width, enum style style, unsigned marks);	/* style and marks of cells there */
void canvas_mark(struct canvas *c, int row, int col, int width, unsigned marks);			/* adds marks, keeps style */

/* ---- draw.c: the shapes that views share; one glyph table, UTF-8 and ASCII ---- */
#define GLYPHS(X) /* id, UTF-8, ASCII */ \
	X(H, 0x2500, '-') X(V, 0x2502, '|') X(CROSS, 0x253C, '+') X(TEE_RIGHT, 0x251C, '+') X(TEE_LEFT, 0x2524, '+') \
	X(TEE_DOWN, 0x252C, '+') X(TEE_UP, 0x2534, '+') X(CORNER_UL, 0x250C, '+') X(CORNER_UR, 0x2510, '+') \
	X(CORNER_LL, 0x2514, '+') X(CORNER_LR, 0x2518, '+') X(UP, 0x25B2, '^') X(DOWN, 0x25BC, 'v') \
	X(CHOSEN, 0x25B8, '>') X(FOLDED, 0x25B8, '+') X(OPEN, 0x25BE, '-') X(DOT, 0x00B7, '.') X(FULL, 0x2588, '#') \
	X(SHADE, 0x2592, '=') X(LIGHT, 0x2591, '.') X(ELLIPSIS, 0x2026, '~') X(ARROW, 0x25BA, '>') X(TIMES, 0x00D7, 'x') \
	X(MARKED, 0x00BB, '*') X(HALF_UP, 0x2580, '"') X(HALF_DOWN, 0x2584, '_')

enum glyph {
#define X(id, utf8, ascii) GLYPH_##id,
	GLYPHS(X)
#undef X
	GLYPH_COUNT
};

uint32_t glyph(const struct canvas *c, enum glyph g);
void canvas_glyph(struct canvas *c, int row, int col, enum glyph g, enum style style);
uint32_t ascii_for(uint32_t ch);	/* the ASCII stand-in of a character that quantscope draws; '?' for others beyond ASCII */

/* A horizontal bar `share` (0..1, more is cut) of `width` columns long, in eighths of a column; ASCII: whole '#'. */
void canvas_bar(struct canvas *c, int row, int col, int width, double share, enum style style);
/* The same growing to the left from column `right` (exclusive). In whole and half columns. */
void canvas_bar_left(struct canvas *c, int row, int right, int width, double share, enum style style);
/* A column `share` of `height` rows high that stands on `bottom` (its lowest row), `width` columns wide, in eighths of a row. */
void canvas_column(struct canvas *c, int bottom, int col, int height, int width, double share, enum style style);
/* One character ▁..█ for share 0..1 (ASCII: . : - = + * # %): sparklines. */
void canvas_spark(struct canvas *c, int row, int col, double share, enum style style);
void canvas_rule(struct canvas *c, int row, int col, int width, enum style style);
void canvas_box(struct canvas *c, int row, int col, int rows, int cols, enum style style);
/* A heat cell: level 0..255. Colour in `level` and a character " .:-=+*#%@" (ASCII) or shade so that it reads without colour. */
void canvas_heat(struct canvas *c, int row, int col, unsigned level);
/* The cell keeps its character and takes the colours of one level, or of two, the upper and the lower half's: where there are colours
 * enough the halves are shown instead of the character. On an ASCII canvas it is their mean. */
void canvas_tint(struct canvas *c, int row, int col, unsigned level);
void canvas_tint_halves(struct canvas *c, int row, int col, unsigned upper, unsigned lower);

/* ---- back ends ---- */
struct text;

/* How a cell is shown at a depth of colour, its marks included: its character, or half a block. */
uint32_t cell_look(const struct cell *cell, enum colors colors, bool light, struct look *look);
size_t cell_chars(const struct cell *cell, uint32_t shown, uint32_t out[3]);	/* the character that cell_look() gave and what is on it */
/* Rows as lines that end with LF. With colors NONE no escapes at all are written unless `styled` (then bold, underline, reverse). */
void canvas_write_text(const struct canvas *c, enum colors colors, bool light, bool styled, struct text *out);
/* A picture with real text; title goes into <title>. Readable in a browser and in a README. */
void canvas_write_svg(const struct canvas *c, const char *title, bool light, struct text *out);

#endif
