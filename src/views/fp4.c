/*
 * fp4.c - how 4-bit floats and their scales work, and where they flow (interaction.md 9.13).
 *
 *      scale   7d = 125  ->  2^(125 - 127) = 0.25      of the cursor's weight, and the rule that chose it
 *      codes   0 000  0 001  ...                       the eight codes without sign, and what they stand for under that scale
 *       i        x    x/scale   nearest   code      back     error
 *      flow   weights f32 ──► quantize ──► fp4 + scales ...
 *
 * Where lines are few the flow goes first, then the codes; where columns are few both go, then the quotient, then the value nearest to it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codecs/fp4.h"
#include "views/weights.h"

struct fp4 { struct weights w; size_t top; size_t page; int first_row; };

enum { CODES = 8, CODES_AT = 10, CODE_WIDTH = 7, CODES_WIDE = CODES_AT + CODES * CODE_WIDTH - 2, FLOW_WIDE = 78, FLOW = 3 };	/* lines of the flow, with the memory */

static const char *const flow[FLOW - 1] = {
	"  flow   weights f32 ──► quantize ──► fp4 + scales ──┐",
	"         activations ──► quantize ──► fp4 + scales ──┴► fp4 x fp4 ─► fp8 ─► f32",
};

static const struct arg fp4_options[] = {
	{ "codec", ARG_CODEC, .named = true, .summary = "what plain weights are quantized with, for this picture" },
	{ "pad", ARG_CHOICE, .named = true, .in_title = true, .choices = "zero edge none", .summary = "what fills the last block of a row, with codec=" },
	{ 0 }
};

static const struct view_key keys[] = {
	{ "<Up> <Down>", "weight", "the weight before, after", true },
	{ "[ ]", "block", "previous, next block", true },
	{ "{ }", "row", "previous, next row", false },
	{ "<Enter>", "line", "the code of the weight", false },
	{ "x", "edit", "a new value for the weight", false },
	{ "y", "copy", "the weight into the input line", false },
	{ 0 }
};

static bool takes(const struct value *v)
{
	struct quantized q = { 0 };
	bool ours = view_quantized(v, &q) && q.blocks.codec->flags & CODEC_FLOAT_CODES && !strcmp(q.blocks.codec->family, "fp4");

	quantized_drop(&q);
	return ours;
}

/* ---- the scale ---- */

static bool power_of_two(const struct fp4 *v)
{
	return v->w.sub_len == v->w.len;
}

static unsigned scale_byte(const struct fp4 *v, size_t i)
{
	const struct tensor *t = &v->w.q.blocks;
	const unsigned char *block = t->buffer->bytes + t->offset + v->w.part * t->codec->block_bytes;

	return block[i / v->w.sub_len];
}

static double scale_of(const struct fp4 *v, size_t i)
{
	return 2.0 * (power_of_two(v) ? fp4_half_e8m0((uint8_t)scale_byte(v, i)) : fp4_half_ue4m3((uint8_t)scale_byte(v, i)));
}

static bool scale_known(const struct fp4 *v)
{
	return v->w.phase >= PHASE_SCALED;
}

/* "7d = 125  ->  2^(125 - 127) = 0.25"; `rule` how it came about, from the largest weight that shares it. */
static void scale_words(const struct fp4 *v, struct text *out, struct text *rule)
{
	size_t at = v->w.cursor - v->w.cursor % v->w.sub_len, end = at + v->w.sub_len;
	unsigned byte = scale_byte(v, v->w.cursor);
	char buf[NUMBER_SIZE];
	double most = 0;

	if (power_of_two(v))
		text_add(out, "%02x = %u  ->  2^(%u - 127) = %s", byte, byte, byte, number_short(buf, scale_of(v, v->w.cursor)));
	else
		text_add(out, "%02x = e4m3 %s   weights %zu-%zu", byte, number_short(buf, scale_of(v, v->w.cursor)), at, end - 1);
	for (; v->w.x && at < end; at++)
		most = fmax(most, fabs(v->w.x[at]));
	if (v->w.x)
		text_add(rule, power_of_two(v) ? "rule: brings %s into 4 .. 8" : "rule: %s / 6", number_short(buf, most));
}

/* ---- the codes ---- */

static void draw_codes(const struct fp4 *v, struct canvas *c, int row)
{
	int here = -1, code;
	char buf[NUMBER_SIZE];

	if (weights_code(&v->w, v->w.cursor, &code))
		here = code & 7;
	canvas_puts(c, row, 2, STYLE_DIM, "codes");
	canvas_puts(c, row + 1, 2, STYLE_DIM, "stand for");
	for (int k = 0; k < CODES; k++) {
		double value = fp4_twice[k] / 2.0 * scale_of(v, v->w.cursor);
		int col = CODES_AT + k * CODE_WIDTH, n;
		const char *s = number_short(buf, value);

		s += !strncmp(s, "0.", 2);
		if (strlen(s) > CODE_WIDTH - 1) {
			snprintf(buf, sizeof buf, "%.3g", value);
			s = buf + !strncmp(buf, "0.", 2);
		}
		n = (int)strlen(s);
		canvas_text(c, row, col, STYLE_CODE, "0 %d%d%d", k >> 2, k >> 1 & 1, k & 1);
		canvas_puts(c, row + 1, k ? n < 4 ? col + (6 - n) / 2 : col - (n > 5) : col + 3, STYLE_PLAIN, s);
		if (k == here) {
			canvas_mark(c, row, col, 5, MARK_BOLD);
			canvas_mark(c, row + 1, k ? col : col + 3, 5, MARK_BOLD);
		}
	}
	if (c->cols >= FLOW_WIDE) {
		canvas_puts(c, row, CODES_WIDE + 5, STYLE_DIM, "sign, value");
		canvas_puts(c, row + 1, CODES_WIDE + 5, STYLE_DIM, "after scale");
	}
}

/* ---- the table ---- */

enum column { COL_X, COL_RATIO, COL_NEAREST, COL_CODE, COL_BACK, COL_ERROR, COLS };

static const struct { const char *head; int width; unsigned go; } columns[COLS] = {
	{ "x", 9, 0 }, { "x/scale", 11, 1 }, { "nearest", 10, 2 }, { "code", 7, 3 }, { "back", 10, 0 }, { "error", 10, 0 },
};

/* Decimals that show all that comes back, 2 at least, and no more than tell the weights apart. */
static int back_decimals(const struct fp4 *v)
{
	int most = weights_decimals(v->w.absmax), n = 2;

	for (size_t i = 0; i < v->w.real; i++)
		while (n < most && fabs(v->w.y[i] * pow(10, n) - round(v->w.y[i] * pow(10, n))) > 1e-6)
			n++;
	return n;
}

static void cell(const struct fp4 *v, enum column col, size_t i, int decimals, char *buf, size_t size)
{
	const struct weights *w = &v->w;
	int code = 0;
	bool coded = weights_code(w, i, &code);

	*buf = 0;
	if (col == COL_X && w->x) {
		char *s = number_short(buf, w->x[i]);

		if (strlen(s) > 8)
			weights_number(buf, w->x[i], weights_decimals(w->absmax));
		else if (!strpbrk(s, ".en"))
			strcat(s, ".0");
	} else if (col == COL_RATIO && w->x && scale_known(v)) {
		snprintf(buf, size, "%.2f", scale_of(v, i) ? w->x[i] / scale_of(v, i) : 0.0);
	} else if (col == COL_NEAREST && coded) {
		snprintf(buf, size, "%s%g", code == 8 ? "-" : "", fp4_twice[code] / 2.0);
	} else if (col == COL_CODE && coded) {
		snprintf(buf, size, "%d %d%d%d", code >> 3, code >> 2 & 1, code >> 1 & 1, code & 1);
	} else if (col == COL_BACK && coded && w->y) {
		snprintf(buf, size, "%.*f", decimals, (double)w->y[i]);
	} else if (col == COL_ERROR && coded && w->x && w->y) {
		weights_number(buf, (double)w->y[i] - w->x[i], weights_decimals(w->absmax));
	}
}

/* Columns that fit, and where each ends. */
static unsigned lay_out(const struct fp4 *v, int cols, int decimals, int end[COLS])
{
	unsigned set = v->w.x ? (1u << COLS) - 1 : 1u << COL_NEAREST | 1u << COL_CODE | 1u << COL_BACK;
	char buf[64];

	for (unsigned go = 1;; go++) {
		int col = 4;

		for (int k = 0; k < COLS; k++) {
			int width = cols >= CODES_WIDE ? columns[k].width : (int)strlen(columns[k].head) + 2;

			for (size_t i = 0; set >> k & 1 && i < v->w.real; i++) {
				cell(v, (enum column)k, i, decimals, buf, sizeof buf);
				width = (int)strlen(buf) + 2 > width ? (int)strlen(buf) + 2 : width;
			}
			end[k] = col += set >> k & 1 ? width : 0;
		}
		if (col <= cols || go > 3)
			return set;
		for (int k = 0; k < COLS; k++)
			if (columns[k].go == go)
				set &= ~(1u << k);
	}
}

static void draw_table(struct fp4 *v, struct canvas *c, int row, int rows)
{
	static const enum style style[COLS] = { STYLE_PLAIN, STYLE_PLAIN, STYLE_PLAIN, STYLE_CODE, STYLE_CODE, STYLE_PLAIN };
	int end[COLS], decimals = v->w.y ? back_decimals(v) : 2;
	size_t n = v->w.real, lines = rows > 1 ? (size_t)rows - 1 : 0;
	unsigned set = lay_out(v, c->cols, decimals, end);
	char buf[64];

	v->first_row = row + 1;
	if (n > lines && lines > 1)
		lines--;
	if (v->top > v->w.cursor)
		v->top = v->w.cursor;
	if (lines && v->w.cursor >= v->top + lines)
		v->top = v->w.cursor - lines + 1;
	if (v->top + lines > n)
		v->top = n > lines ? n - lines : 0;
	v->page = lines;
	canvas_puts(c, row, 3, STYLE_DIM, "i");
	for (int k = 0; k < COLS; k++)
		if (set >> k & 1)
			canvas_right(c, row, end[k], STYLE_DIM, "%s", columns[k].head);
	for (size_t i = v->top; i < n && i < v->top + lines; i++) {
		int at = row + 1 + (int)(i - v->top);

		canvas_right(c, at, 4, STYLE_PLAIN, "%zu", i);
		for (int k = 0; k < COLS; k++) {
			cell(v, (enum column)k, i, decimals, buf, sizeof buf);
			if (set >> k & 1)
				canvas_right(c, at, end[k], style[k], "%s", buf);
		}
		if (weights_marked(&v->w, i))
			canvas_glyph(c, at, 0, GLYPH_MARKED, STYLE_MARK);
		if (i == v->w.cursor) {
			canvas_mark(c, at, 0, c->cols, MARK_BOLD);
			canvas_glyph(c, at, 1, GLYPH_CHOSEN, STYLE_CURSOR);
		}
	}
	if (n > lines && lines < (size_t)(rows > 1 ? rows - 1 : 0))
		canvas_text(c, row + rows - 1, 2, STYLE_DIM, "… %zu of %zu weights", n - lines, n);
}

/* ---- the whole ---- */

static int fp4_height(const void *state, int cols)
{
	const struct fp4 *v = state;

	return 2 + (int)v->w.real + (cols >= CODES_WIDE ? 2 : 0) + (cols >= FLOW_WIDE ? 1 + FLOW : 0);
}

static void draw_flow(const struct fp4 *v, struct canvas *c, int row)
{
	const struct codec *codec = v->w.q.blocks.codec;
	double bits = 8.0 * codec->block_bytes / codec->block_len;
	char buf[NUMBER_SIZE];

	for (int k = 0; k < FLOW - 1; k++)
		canvas_puts(c, row + k, 0, STYLE_DIM, flow[k]);
	canvas_text(c, row + FLOW - 1, 9, STYLE_DIM, "memory: %s bits against 32 = %.1f times less (8 without the scales)", number_short(buf, bits), 32 / bits);
}

static void fp4_draw(void *state, struct canvas *c)
{
	struct fp4 *v = state;
	struct text words = { 0 }, rule = { 0 };
	bool codes = c->cols >= CODES_WIDE && c->rows >= 7 && scale_known(v);
	bool path = c->cols >= FLOW_WIDE && c->rows >= fp4_height(v, c->cols) - (codes ? 0 : 2);
	int row = 0;

	canvas_puts(c, row, 2, STYLE_DIM, "scale");
	if (scale_known(v)) {
		scale_words(v, &words, &rule);
		canvas_fit(c, row, CODES_AT, c->cols - CODES_AT, STYLE_SCALE, text_str(&words));
		if (CODES_AT + (int)(words.len + rule.len) + 3 <= c->cols)
			canvas_puts(c, row, CODES_AT + (int)words.len + 3, STYLE_DIM, text_str(&rule));
	} else {
		canvas_puts(c, row, CODES_AT, STYLE_DIM, "not yet: a step further");
	}
	text_drop(&words);
	text_drop(&rule);
	row++;
	if (codes) {
		draw_codes(v, c, row);
		row += 2;
	}
	draw_table(v, c, row, c->rows - row - (path ? 1 + FLOW : 0));
	if (path)
		draw_flow(v, c, row + 1 + (int)v->w.real + 1);
}

static void *fp4_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct fp4 *v = calloc(1, sizeof *v);

	if (!v) {
		error_memory(err, "a picture");
		return NULL;
	}
	if (weights_open(&v->w, s, subject, options, err)) {
		if (v->w.q.blocks.codec && !strcmp(v->w.q.blocks.codec->family, "fp4"))
			return v;
		error_set(err, ERR_CODEC, "fp4 shows mxfp4 and nvfp4");
		error_hint(err, "codec", "fp4 mxfp4 x   or  line  for other codecs");
		weights_close(&v->w);
	}
	free(v);
	return NULL;
}

static void fp4_close(void *state)
{
	struct fp4 *v = state;

	weights_close(&v->w);
	free(v);
}

static void fp4_title(const void *state, struct text *left, struct text *right)
{
	const struct fp4 *v = state;

	view_codec(&v->w.q, left);
	text_put(left, "   ");
	view_subject(v->w.subject, left);
	if (v->w.parts > 1)
		text_add(left, ", block %zu", v->w.part);
	text_add(right, power_of_two(v) ? "4-bit floats, one power-of-two scale for %zu" : "4-bit floats, one 8-bit float as scale for %zu", v->w.sub_len);
	text_add(right, power_of_two(v) ? "\f2^n for %zu" : "\fe4m3 for %zu", v->w.sub_len);
}

static void fp4_facts(const void *state, struct text *out)
{
	const struct codec *c = ((const struct fp4 *)state)->w.q.blocks.codec;
	char buf[NUMBER_SIZE];

	text_add(out, "%s b/w", number_short(buf, 8.0 * c->block_bytes / c->block_len));
}

static bool fp4_press(void *state, const struct key *k, struct wish *wish)
{
	struct fp4 *v = state;

	if (k->code == KEY_ENTER_) {
		wish->view = "line";
		args_set_number(&wish->options, "block", (double)v->w.part, NULL);
		return true;
	}
	if (!weights_press(&v->w, k, v->page ? v->page : 1, wish))
		return false;
	if (v->w.real && v->w.cursor >= v->w.real)
		v->w.cursor = v->w.real - 1;		/* padding is not shown */
	return true;
}

static bool fp4_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct fp4 *v = state;
	size_t i = v->top + (size_t)(row - v->first_row);

	(void)col;
	if (row < v->first_row || i >= v->w.real)
		return false;
	if (again && i == v->w.cursor)
		return fp4_press(v, &(struct key){ .code = KEY_ENTER_ }, wish);
	v->w.cursor = i;
	return true;
}

static bool fp4_why(const void *state, const char *name, struct text *out, struct error *err)
{
	return weights_why(&((const struct fp4 *)state)->w, name, out, err);
}

static struct table *fp4_data(const void *state, struct error *err)
{
	return weights_data(&((const struct fp4 *)state)->w, err);
}

static size_t fp4_cursor(const void *state)
{
	return weights_cursor(&((const struct fp4 *)state)->w);
}

static void fp4_set_cursor(void *state, size_t at)
{
	weights_set_cursor(&((struct fp4 *)state)->w, at);
}

static void fp4_changed(void *state)
{
	weights_changed(&((struct fp4 *)state)->w);
}

const struct view view_fp4 = {
	.name       = "fp4",
	.question   = "how 4-bit floats and their scales work, and where they flow",
	.fits       = FITS(QUANTIZED) | FITS(TRACE),
	.takes      = takes,
	.codec      = "mxfp4",
	.options    = fp4_options,
	.keys       = keys,
	.columns    = "weight x code back error",
	.gives_up   = "where they flow, what the codes stand for, x / scale, the value nearest to it, the code; when low the same, then weights",
	.made_for   = 80,
	.open       = fp4_open,
	.passes     = view_worst_passes,
	.close      = fp4_close,
	.title      = fp4_title,
	.facts      = fp4_facts,
	.height     = fp4_height,
	.draw       = fp4_draw,
	.press      = fp4_press,
	.click      = fp4_click,
	.why        = fp4_why,
	.data       = fp4_data,
	.cursor     = fp4_cursor,
	.set_cursor = fp4_set_cursor,
	.changed    = fp4_changed,
};
