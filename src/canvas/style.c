/*
 * style.c - one table: what each style looks like on a dark and on a light background.
 *
 * The colours are taken from the cube of the 256 colours so that they stay apart for protan, deutan and tritan eyes: blues against
 * oranges, greens only bluish, light against deep (tests/test_canvas.c works the distances out). Plain text keeps the
 * terminal's own colours, so neither background makes it unreadable. Bold, underline and reverse do not depend on the depth of colour.
 */
#include "canvas/style.h"

#include <string.h>

enum { BOLD = 1, UNDERLINE = 2, REVERSE = 4, FAINT = 8 };

static const struct {
	const char *name;
	int8_t c16;		/* one hue a style; bold is the brighter */
	int16_t dark, light;	/* of the 256; -1: the terminal's own */
	int16_t bg_dark, bg_light;
	uint8_t flags;
} looks[STYLE_COUNT] = {
	[STYLE_PLAIN]   = { "plain",   -1,  -1,  -1,  -1,  -1, 0 },
	[STYLE_TITLE]   = { "title",   -1,  -1,  -1,  -1,  -1, REVERSE },
	[STYLE_BAR]     = { "bar",      6,  74,  24,  -1,  -1, 0 },
	[STYLE_DIM]     = { "dim",     -1, 245, 243,  -1,  -1, FAINT },
	[STYLE_MARK]    = { "mark",     3, 228,  94,  -1,  -1, BOLD },
	[STYLE_CURSOR]  = { "cursor",  -1,  -1,  -1, 237, 254, BOLD },
	[STYLE_CODE]    = { "code",     6,  74,  19,  -1,  -1, 0 },
	[STYLE_SCALE]   = { "scale",    3, 214, 130,  -1,  -1, 0 },
	[STYLE_MIN]     = { "min",      5, 135, 163,  -1,  -1, 0 },
	[STYLE_SIGN]    = { "sign",     1, 203, 160,  -1,  -1, 0 },
	[STYLE_INDEX]   = { "index",    2,  48,  29,  -1,  -1, 0 },
	[STYLE_PADDING] = { "padding", -1, 240, 248,  -1,  -1, FAINT },
	[STYLE_GOOD]    = { "good",     2,  43,  30,  -1,  -1, 0 },
	[STYLE_BAD]     = { "bad",      1, 202, 160,  -1,  -1, BOLD },
	[STYLE_WARN]    = { "warn",     3, 220, 136,  -1,  -1, 0 },
	[STYLE_CLIPPED] = { "clipped",  5, 201, 163,  -1,  -1, BOLD },
	[STYLE_NEW]     = { "new",      2, 158,  22,  -1,  -1, BOLD },
	[STYLE_FIELD1]  = { "field1",   3, 214, 130,  -1,  -1, 0 },
	[STYLE_FIELD2]  = { "field2",   6,  74,  19,  -1,  -1, BOLD },
	[STYLE_FIELD3]  = { "field3",   5, 135, 163,  -1,  -1, 0 },
	[STYLE_FIELD4]  = { "field4",   2,  48,  29,  -1,  -1, BOLD },
	[STYLE_FIELD5]  = { "field5",   1, 203, 160,  -1,  -1, BOLD },
	[STYLE_FIELD6]  = { "field6",   4,  62,  61,  -1,  -1, BOLD },
	[STYLE_FIELD7]  = { "field7",   3, 228,  94,  -1,  -1, BOLD },
	[STYLE_FIELD8]  = { "field8",  -1, 245, 236,  -1,  -1, BOLD },
	[STYLE_HEAT]    = { "heat",    -1,  -1,  -1,  -1,  -1, 0 },
};

/* Blue through grey to orange, the neutral one in the middle. */
static const uint8_t heat256[] = { 26, 32, 68, 67, 103, 245, 144, 143, 179, 214, 208 };
static const int8_t heat16[] = { 4, 6, -1, 3, 1 };

static int32_t rgb(int index)
{
	static const uint8_t step[] = { 0, 0x5f, 0x87, 0xaf, 0xd7, 0xff };

	if (index < 0)
		return -1;
	if (index >= 232)
		return (8 + 10 * (index - 232)) * 0x10101;
	index -= 16;
	return step[index / 36] << 16 | step[index / 6 % 6] << 8 | step[index % 6];
}

static int32_t between(int32_t a, int32_t b, int share, int whole)
{
	int32_t mixed = 0;

	for (int shift = 0; shift <= 16; shift += 8) {
		int from = a >> shift & 255, to = b >> shift & 255;

		mixed |= (from + (to - from) * share / whole) << shift;
	}
	return mixed;
}

static int32_t heat(uint8_t level, enum colors colors)
{
	if (colors == COLORS_16)
		return heat16[level * 5 / 256];
	if (colors == COLORS_256)
		return heat256[level * 11 / 256];
	if (level < 128)
		return between(rgb(heat256[0]), rgb(heat256[5]), level, 128);
	return between(rgb(heat256[5]), rgb(heat256[10]), level - 128, 127);
}

struct look style_look(enum style s, uint8_t level, enum colors colors, bool light_theme)
{
	struct look look = { .fg = -1, .bg = -1 };
	uint8_t flags;

	if ((unsigned)s >= STYLE_COUNT)
		return look;
	flags = looks[s].flags;
	look.bold = flags & BOLD;
	look.underline = flags & UNDERLINE;
	look.reverse = flags & REVERSE;
	if (colors == COLORS_NONE)
		return look;
	look.dim = flags & FAINT && colors == COLORS_16;	/* the others have a grey for it */
	if (s == STYLE_HEAT) {
		look.fg = heat(level, colors);
	} else if (colors == COLORS_16) {
		look.fg = looks[s].c16;
	} else {
		look.fg = light_theme ? looks[s].light : looks[s].dark;
		look.bg = light_theme ? looks[s].bg_light : looks[s].bg_dark;
		if (colors == COLORS_TRUE) {
			look.fg = rgb(look.fg);
			look.bg = rgb(look.bg);
		}
	}
	return look;
}

const char *style_name(enum style s)
{
	return (unsigned)s < STYLE_COUNT ? looks[s].name : "";
}

bool style_find(const char *name, enum style *s)
{
	for (int i = 0; i < STYLE_COUNT; i++)
		if (!strcmp(looks[i].name, name)) {
			*s = (enum style)i;
			return true;
		}
	return false;
}
