/*
 * style.h - styles are meanings; a theme maps them to colours.
 */
#ifndef CANVAS_STYLE_H
#define CANVAS_STYLE_H

#include <stdbool.h>
#include <stdint.h>

#define STYLES(X) \
	X(PLAIN, "plain") X(TITLE, "title") X(BAR, "bar") X(DIM, "dim") X(MARK, "mark") X(CURSOR, "cursor") \
	X(CODE, "code") X(SCALE, "scale") X(MIN, "min") X(SIGN, "sign") X(INDEX, "index") X(PADDING, "padding") \
	X(GOOD, "good") X(BAD, "bad") X(WARN, "warn") X(CLIPPED, "clipped") X(NEW, "new") \
	X(FIELD1, "field1") X(FIELD2, "field2") X(FIELD3, "field3") X(FIELD4, "field4") \
	X(FIELD5, "field5") X(FIELD6, "field6") X(FIELD7, "field7") X(FIELD8, "field8") X(HEAT, "heat")

enum style {
#define X(id, name) STYLE_##id,
	STYLES(X)
#undef X
	STYLE_COUNT
};

enum colors { COLORS_NONE, COLORS_16, COLORS_256, COLORS_TRUE };

/* How a style looks at a depth of colour. -1: the terminal's own colour. 16 and 256: palette index; true: 0xRRGGBB. `level`
 * (0..255) only matters to STYLE_HEAT: 128 is the neutral middle. bold, underline and reverse hold at every depth, and are all
 * there is with COLORS_NONE. */
struct look { int32_t fg, bg; bool bold, underline, reverse, dim; };

struct look style_look(enum style s, uint8_t level, enum colors colors, bool light_theme);
const char *style_name(enum style s);
bool style_find(const char *name, enum style *s);

#endif
