/*
 * fp4_draw.c - the picture of `fp4`: scale, codes and what they stand for, the table, the flow.
 *
 *      scale   7d = 125  ->  2^(125 - 127) = 0.25
 *      codes   0 000  0 001  0 010  ...                   sign, value
 *      stand for  0   .125    .25   ...                   after scale
 *       i      x   x/scale   nearest    code    back     error
 *       0   -1.2     -4.80        -4   1 110   -1.00   +0.2000
 *      flow    weights f32 --> quantize --> fp4 + scales --+
 *
 * Parts are taken in by need while there is room; the table has what is left. Where there is width, beside each weight the codes are
 * drawn as a line, uneven as they are: x where the weight is, a block at the code it took.
 */
#include "views/fp4_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/columns.h"
#include "views/figure.h"
#include "views/lines.h"

enum { LEFT = 10, FLOW_COLS = 79, ALL_CODES_COLS = 140, TRACK_LEAST = 37, TRACK_MOST = 97 };

/* ---- numbers ---- */

/* The fewest decimals that write every one of them exactly, but no more than `most`. */
static int decimals_of(const float *x, size_t n, int most)
{
	char buf[FIGURE_SIZE];
	int d = most < 0 ? 0 : 1;

	for (size_t i = 0; x && i < n; i++)
		while (d < most && (float)atof(figure_fixed(buf, (double)x[i], d, false)) != x[i])
			d++;
	return most < 0 ? most : d;
}

static void put_number(char *cell, double v, int decimals)
{
	char buf[COLUMN_TEXT];		/* room for either way to write it */

	if (isnan(v))
		return;
	if (decimals < 0)
		weights_number(buf, v, decimals);
	else if (v == 0)
		strcpy(buf, "0");
	else
		figure_fixed(buf, v, decimals, false);
	snprintf(cell, COLUMN_TEXT, "%s", buf);
}

static const char *code_text(int code, char buf[8])
{
	snprintf(buf, 8, "%d %d%d%d", code >> 3 & 1, code >> 2 & 1, code >> 1 & 1, code & 1);
	return buf;
}

/* ---- the scale ---- */

/* Wordings of the scale, longest first. Returns how many. */
static size_t scale_wordings(const struct fp4_view *v, char out[][128])
{
	size_t sub = fp4_sub(v);
	char value[NUMBER_SIZE];
	double scale;
	unsigned b;
	int x, f;

	if (!fp4_scale(v, sub, &scale, &b)) {
		snprintf(out[0], 128, "%s", v->w.trace ? "not chosen yet: a later step does" : "not known");
		return 1;
	}
	number_short(value, scale);
	if (v->format->power_of_two) {
		snprintf(out[0], 128, "%02x = %u  ->  2^(%u - 127) = %s", b, b, b, value);
		snprintf(out[1], 128, "%02x -> 2^%d = %s", b, (int)b - 127, value);
		return 2;
	}
	x = (int)(b >> 3 & 15);
	f = (int)(b & 7);
	if (b == 0 || b == 0x7f)
		snprintf(out[0], 128, "%02x stands for 0   sub-block %zu of %zu", b, sub, v->w.len / v->w.sub_len);
	else
		snprintf(out[0], 128, "%02x = %d%d%d%d %d%d%d  ->  %s%d/8%s x 2^(%d - 7) = %s   sub-block %zu of %zu", b, x >> 3, x >> 2 & 1, x >> 1 & 1,
			 x & 1, f >> 2, f >> 1 & 1, f & 1, x ? "(1 + " : "", f, x ? ")" : "", x ? x : 1, value, sub, v->w.len / v->w.sub_len);
	snprintf(out[1], 128, "%02x -> %s   sub-block %zu", b, value, sub);
	snprintf(out[2], 128, "%02x -> %s", b, value);
	return 3;
}

static void draw_scale(struct fp4_view *v, struct canvas *c, int row)
{
	char words[3][128];
	int left = c->cols < 60 ? 8 : LEFT;
	size_t n = scale_wordings(v, words), k = 0;
	bool here = v->place == FP4_SCALE;

	while (k + 1 < n && left + (int)text_width(words[k], strlen(words[k])) > c->cols)
		k++;
	if (here)
		canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_CURSOR);
	canvas_puts(c, row, 2, STYLE_DIM, "scale");
	canvas_fit(c, row, left, c->cols - left, here ? STYLE_CURSOR : STYLE_SCALE, words[k]);
	v->scale_row = row;
}

static size_t subs(const struct fp4_view *v)
{
	return v->w.sub_len && v->w.sub_len < v->w.len ? v->w.len / v->w.sub_len : 0;
}

static void draw_subs(const struct fp4_view *v, struct canvas *c, int row)
{
	int col = c->cols < 60 ? 8 : LEFT;
	char buf[NUMBER_SIZE];
	double scale;
	unsigned byte;

	canvas_text(c, row, 2, STYLE_DIM, "all %zu", subs(v));
	for (size_t s = 0; s < subs(v); s++) {
		if (!fp4_scale(v, s, &scale, &byte))
			continue;
		number_short(buf, scale);
		if (col + (int)strlen(buf) > c->cols) {
			canvas_glyph(c, row, c->cols - 1, GLYPH_ELLIPSIS, STYLE_DIM);
			break;
		}
		col = canvas_puts(c, row, col, s == fp4_sub(v) ? STYLE_CURSOR : STYLE_SCALE, buf) + 3;
	}
}

/* ---- the codes ---- */

struct codes { int n, stride; double scale; bool scaled; int power; };	/* stride 0: no room for them; power: values are given times 2^power */

static struct codes codes_of(const struct fp4_view *v, int cols)
{
	struct codes k = { .n = cols >= ALL_CODES_COLS ? 16 : 8, .stride = cols >= 66 ? 7 : cols >= 58 ? 6 : 0 };
	unsigned byte;

	k.scaled = fp4_scale(v, fp4_sub(v), &k.scale, &byte);
	if (v->format->power_of_two && k.scaled && (k.scale < 0x1p-10 || k.scale > 0x1p10)) {
		k.power = (int)byte - 127;
		k.scale = 1;
	}
	return k;
}

/* As many digits as leave a blank beside it. */
static void stands_for(const struct codes *k, int code, char *buf)
{
	for (int digits = 4; digits > 0; digits--) {
		double v = fp4_code_value(code) * k->scale;

		if (fabs(v) >= 1)
			snprintf(buf, FIGURE_SIZE, "%.*g", digits, v);
		else {
			figure_digits(buf, v, digits, false);
			while (strchr(buf, '.') && !strchr(buf, 'e') && buf[strlen(buf) - 1] == '0')
				buf[strlen(buf) - 1] = '\0';
		}
		if (!k->stride || (int)strlen(buf) < k->stride)
			break;
	}
}

static void draw_codes(const struct fp4_view *v, struct canvas *c, int row, bool values)
{
	struct codes k = codes_of(v, c->cols);
	int mine = -1, end = LEFT + k.n * k.stride + 3;
	char buf[FIGURE_SIZE], tail[40] = "sign, value", bits[8];

	if (!weights_code(&v->w, v->w.cursor, &mine) || k.n == 16)
		mine = mine < 0 ? -1 : mine;
	else
		mine &= 7;
	canvas_puts(c, row, 2, STYLE_DIM, values ? "stand for" : "codes");
	for (int code = 0; code < k.n; code++) {
		int at = LEFT + code * k.stride;

		if (!values) {
			canvas_puts(c, row, at, code == mine ? STYLE_CURSOR : STYLE_CODE, code_text(code, bits));
			continue;
		}
		stands_for(&k, code, buf);
		at += !code ? 3 : strlen(buf) < 5 ? (5 - (int)strlen(buf)) / 2 : 0;	/* the first one is a 0 beside the label */
		canvas_puts(c, row, at, code == mine ? STYLE_CURSOR : STYLE_PLAIN, buf);
	}
	if (values && k.power)
		snprintf(tail, sizeof tail, "x 2^%d", k.power);
	else if (values)
		snprintf(tail, sizeof tail, "after scale");
	if (end + (int)strlen(tail) <= c->cols)
		canvas_puts(c, row, end, STYLE_DIM, tail);
	else if (values && k.power)
		canvas_right(c, row, c->cols, STYLE_DIM, "%s", tail);
}

/* ---- words: the rule, the flow where it is not drawn, the memory ---- */

static void rule_lines(const struct fp4_view *v, int cols, struct lines *l)
{
	lines_begin(l, cols);
	lines_addf(l, STYLE_PLAIN, 0, NULL, cols < 60 ? 8 : LEFT, "%s%s %s", v->w.x ? "" : "not stored with the codes. Usual is ", v->format->rule,
		   v->format->others);
}

static void memory_text(const struct fp4_view *v, char *buf, size_t size)
{
	struct fp4_memory m = fp4_memory(v);
	char a[NUMBER_SIZE], b[NUMBER_SIZE], d[NUMBER_SIZE];

	snprintf(buf, size, "%s bits against %s = %.1f times less (%s without the scales)", number_short(a, m.stored), number_short(b, m.plain),
		 m.plain / m.stored, number_short(d, m.plain / m.code_bits));
}

static void flow_lines(const struct fp4_view *v, int cols, struct lines *l)
{
	struct fp4_memory m = fp4_memory(v);
	char a[NUMBER_SIZE];

	lines_begin(l, cols);
	lines_addf(l, STYLE_PLAIN, 0, NULL, cols < 60 ? 8 : LEFT, "weights and activations %s -> quantize -> fp4 + scales (%s bits) -> fp4 x fp4 -> fp8 -> f32",
		   m.plain_name, number_short(a, m.stored));
}

static const char not_here[] = "dot multiplies these codes with q8_0 activations, in integers; the gradients of a training step are not drawn";

static void note_lines(int cols, struct lines *l)
{
	lines_begin(l, cols);
	lines_add(l, STYLE_DIM, 0, NULL, cols < 60 ? 8 : LEFT, not_here);
}

/* The path of both operands in two lines, and below them the bits that each arrow carries. */
static void draw_flow(const struct fp4_view *v, struct canvas *c, int row, int line)
{
	struct fp4_memory m = fp4_memory(v);
	char stored[NUMBER_SIZE], plain[NUMBER_SIZE];
	int at = 9;

	number_short(stored, m.stored);
	number_short(plain, m.plain);
	if (line == 0) {
		canvas_puts(c, row, 2, STYLE_DIM, "flow");
		canvas_text(c, row, at, STYLE_PLAIN, "weights %-3.3s ──► quantize ──► fp4 + scales ──┐", m.plain_name);
	} else if (line == 1) {
		canvas_puts(c, row, at, STYLE_PLAIN, "activations ──► quantize ──► fp4 + scales ──┴► fp4 x fp4 ─► fp8 ─► f32");
	} else {
		canvas_puts(c, row, at, STYLE_DIM, "bits");
		canvas_puts(c, row, at + 12, STYLE_DIM, plain);
		canvas_puts(c, row, at + 25, STYLE_DIM, stored);
		canvas_puts(c, row, at + 42, STYLE_DIM, stored);
		canvas_puts(c, row, at + 57, STYLE_DIM, "8");
		canvas_puts(c, row, at + 64, STYLE_DIM, "32");
	}
}

static void draw_memory(struct fp4_view *v, struct canvas *c, int row)
{
	int left = c->cols < 60 ? 0 : c->cols < FLOW_COLS ? 2 : 9;
	bool here = v->place == FP4_MEMORY;
	char buf[160];

	memory_text(v, buf, sizeof buf);
	if (left + 8 + (int)strlen(buf) > c->cols)
		*strstr(buf, " (") = '\0';
	if (left + 8 + (int)strlen(buf) > c->cols)
		memmove(buf, strstr(buf, "= ") + 2, strlen(strstr(buf, "= ") + 2) + 1);
	if (here && left)
		canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_CURSOR);
	canvas_text(c, row, left ? left : 2, here ? STYLE_CURSOR : STYLE_PLAIN, "memory: %s", buf);
	v->memory_row = row;
}

/* ---- the table ---- */

/* What goes first when the width shrinks has the smallest number. */
static const struct column columns[] = {
	{ "i" }, { "x", .least = 6, .gap = 3 }, { "x/scale", .keep = 3, .gap = 4 }, { "nearest", .keep = 2, .gap = 3 }, { "code", .least = 5, .gap = 3, .style = STYLE_CODE },
	{ "back", .keep = 5, .gap = 4, .least = 5 }, { "error", .keep = 4, .gap = 3, .least = 7 }, { "", .keep = 1, .left = true, .gap = 3, .style = STYLE_DIM },
};

enum { COL_I, COL_NOTE = 7, COLUMNS = sizeof columns / sizeof *columns };

struct formats { int x, back, error; };

static void fill_row(const struct fp4_view *v, struct columns *t, size_t row, size_t i, const struct formats *d)
{
	const struct weights *w = &v->w;
	double ratio = fp4_ratio(v, i), nearest = fp4_nearest_value(v, i);
	bool back = w->y && (w->phase >= PHASE_CODED || !w->x);
	char buf[NUMBER_SIZE], bits[8];
	int code;

	snprintf(columns_cell(t, row, COL_I), COLUMN_TEXT, "%zu", i);
	put_number(columns_cell(t, row, FP4_X), w->x ? (double)w->x[i] : NAN, d->x);
	if (!isnan(ratio))
		snprintf(columns_cell(t, row, FP4_RATIO), COLUMN_TEXT, "%s", fabs(ratio) < 1e6 ? figure_fixed(buf, ratio, 2, false) : number_short(buf, ratio));
	if (!isnan(nearest))
		snprintf(columns_cell(t, row, FP4_NEAREST), COLUMN_TEXT, "%s", number_short(buf, nearest));
	if (weights_code(w, i, &code))
		snprintf(columns_cell(t, row, FP4_CODE), COLUMN_TEXT, "%s", code_text(code, bits));
	if (back)
		put_number(columns_cell(t, row, FP4_BACK), (double)w->y[i], d->back);
	if (back && w->x)
		snprintf(columns_cell(t, row, FP4_ERROR), COLUMN_TEXT, "%s", weights_number(buf, (double)w->y[i] - (double)w->x[i], d->error));
	snprintf(columns_cell(t, row, COL_NOTE), COLUMN_TEXT, "%s",
		 i >= w->real ? "padding" : weights_flags(w, i) & TRACE_SAT ? "saturates" : weights_marked(w, i) ? "marked" : "");
}

/* The codes as they lie, uneven: the weight as x, and the code that it took. */
static void draw_track(const struct fp4_view *v, struct canvas *c, int row, int left, int cols, size_t i)
{
	double ratio = fp4_ratio(v, i), nearest = fp4_nearest_value(v, i);
	int half = (cols - 1) / 2, mid = left + half, code_col, x_col;

	for (int code = 0; code < 16; code++)
		canvas_glyph(c, row, mid + (int)lrint(fp4_code_value(code) / 6 * half), GLYPH_DOT, STYLE_DIM);
	if (isnan(nearest))
		return;
	code_col = mid + (int)lrint(nearest / 6 * half);
	canvas_glyph(c, row, code_col, GLYPH_FULL, STYLE_CODE);
	if (isnan(ratio) || fabs(ratio) > 6 + 12.0 / half)
		return;
	x_col = mid + (int)lrint(fmax(-1, fmin(1, ratio / 6)) * half);
	if (x_col != code_col)
		canvas_put(c, row, x_col, 'x', STYLE_MARK, 0);
}

static void track_head(struct canvas *c, int row, int left, int cols)
{
	static const int at[] = { -6, -4, -3, -2, 0, 2, 3, 4, 6 };
	int half = (cols - 1) / 2, end = -1;

	for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
		int col = left + half + (int)lrint(at[k] / 6.0 * half) - (at[k] < 0);

		if (col > end)
			end = canvas_text(c, row, col, STYLE_DIM, "%d", at[k]);
	}
}

/* Rows that there are to show: padding only where the cursor is in it. */
static size_t listed(const struct weights *w)
{
	return w->cursor >= w->real ? w->cursor + 1 : w->real;
}

static void draw_table(struct fp4_view *v, struct canvas *c, int row, int rows)
{
	const struct weights *w = &v->w;
	size_t all = listed(w), lines = rows > 1 ? (size_t)rows - 1 : 0, n;
	int most = weights_decimals(w->absmax), end, track;
	struct formats d = { decimals_of(w->x, w->real, most), decimals_of(w->y, w->real, most), most };
	struct column column[COLUMNS];
	struct columns t;
	bool more;

	memcpy(column, columns, sizeof column);
	for (size_t k = 0; k < COLUMNS && c->cols < 40; k++)
		column[k].gap = 0;
	v->table_row = row + 1;
	more = all > lines && lines > 1;
	lines -= more;
	if (v->top > w->cursor)
		v->top = w->cursor;
	if (lines && w->cursor >= v->top + lines)
		v->top = w->cursor - lines + 1;
	if (v->top + lines > all)
		v->top = all > lines ? all - lines : 0;
	n = all - v->top < lines ? all - v->top : lines;
	v->page = (int)n;
	if (!columns_new(&t, column, COLUMNS, n))
		return;
	for (size_t k = 0; k < n; k++)
		fill_row(v, &t, k, v->top + k, &d);
	end = columns_fit(&t, c->cols < 40 ? 2 : 3, c->cols);
	for (int p = FP4_X; p <= FP4_ERROR; p++) {
		v->seen[p] = t.at[p] >= 0;
		v->begin[p] = t.at[p];
	}
	while (!v->seen[v->place])
		v->place = (enum fp4_place)(v->place - 1);
	columns_head(&t, c, row);
	track = c->cols - end - 12 > TRACK_MOST ? TRACK_MOST : c->cols - end - 12;
	if (track >= TRACK_LEAST && w->phase >= PHASE_CODED)
		track_head(c, row, end + 10, track);
	for (size_t k = 0; k < n; k++) {
		size_t i = v->top + k;
		int at = row + 1 + (int)k;
		bool here = i == w->cursor;

		columns_row(&t, c, at, k, i >= w->real ? STYLE_PADDING : STYLE_PLAIN);
		if (weights_marked(w, i))
			canvas_glyph(c, at, c->cols < 40 ? 0 : 1, GLYPH_MARKED, STYLE_MARK);
		if (here)
			canvas_glyph(c, at, c->cols < 40 ? 0 : 1, GLYPH_CHOSEN, STYLE_CURSOR);
		if (here && v->place > FP4_SCALE && v->place < FP4_MEMORY)
			canvas_restyle(c, at, t.at[v->place], t.width[v->place], STYLE_CURSOR, 0);
		if (track >= TRACK_LEAST && w->phase >= PHASE_CODED)
			draw_track(v, c, at, end + 10, track, i);
	}
	if (more && v->top + n < all)
		canvas_text(c, row + 1 + (int)n, 3, STYLE_DIM, "… %zu more", all - v->top - n);
	columns_drop(&t);
}

/* ---- the whole ---- */

enum part { SCALE, SUBS, CODES, STANDS, RULE, TABLE, GAP, FLOW, BITS, MEMORY, NOTE, PARTS };

/* In the order in which they are taken in while there is room. The table is there from the beginning, with its head and one row. */
static const enum part by_need[] = { SCALE, CODES, STANDS, MEMORY, RULE, FLOW, GAP, SUBS, BITS, NOTE };

struct words { struct lines rule, flow, note; int rows[PARTS]; };

/* How many rows each part takes in `rows` of them; the table gets what is left, at least four weights before the rest. */
static void share_out(const struct fp4_view *v, int rows, int cols, struct words *w)
{
	int weights = (int)(listed(&v->w) < 4 ? listed(&v->w) : 4), left;
	struct codes k = codes_of(v, cols);

	memset(w, 0, sizeof *w);
	rule_lines(v, cols, &w->rule);
	note_lines(cols, &w->note);
	if (cols < FLOW_COLS)
		flow_lines(v, cols, &w->flow);
	w->rows[TABLE] = 1 + (weights < rows - 2 ? weights : rows - 2 > 1 ? rows - 2 : 1);
	left = rows - w->rows[TABLE];
	for (size_t i = 0; i < sizeof by_need / sizeof *by_need; i++) {
		enum part p = by_need[i];
		int wants = p == RULE ? (int)w->rule.n : p == NOTE ? (int)w->note.n : p == FLOW ? cols < FLOW_COLS ? (int)w->flow.n : 2 : 1;

		if ((p == SUBS && !subs(v)) || (p == CODES && !k.stride) || (p == STANDS && (!k.stride || !k.scaled)) ||
		    (p == BITS && (cols < FLOW_COLS || !w->rows[FLOW])) || wants > left)
			continue;
		w->rows[p] = wants;
		left -= wants;
	}
	w->rows[TABLE] += left > (int)listed(&v->w) - (w->rows[TABLE] - 1) ? (int)listed(&v->w) - (w->rows[TABLE] - 1) : left;
}

static void words_drop(struct words *w)
{
	lines_drop(&w->rule);
	lines_drop(&w->flow);
	lines_drop(&w->note);
}

int fp4_height(const void *state, int cols)
{
	struct words w;
	int sum = 0;

	share_out(state, 100000, cols, &w);
	for (int p = 0; p < PARTS; p++)
		sum += w.rows[p];
	words_drop(&w);
	return sum;
}

static void draw_words(struct canvas *c, int row, int rows, const char *label, const struct lines *words)
{
	struct canvas part = canvas_part(c, row, 0, rows, c->cols);

	canvas_puts(&part, 0, 2, STYLE_DIM, label);
	lines_draw(words, &part, 0, 0);
}

static void draw_part(struct fp4_view *v, struct canvas *c, const struct words *w, enum part p, int row)
{
	if (p == SCALE)
		draw_scale(v, c, row);
	else if (p == SUBS)
		draw_subs(v, c, row);
	else if (p == CODES || p == STANDS)
		draw_codes(v, c, row, p == STANDS);
	else if (p == RULE)
		draw_words(c, row, w->rows[p], "rule", &w->rule);
	else if (p == TABLE)
		draw_table(v, c, row, w->rows[p]);
	else if (p == FLOW && c->cols < FLOW_COLS)
		draw_words(c, row, w->rows[p], "flow", &w->flow);
	else if (p == FLOW || p == BITS)
		for (int k = 0; k < w->rows[p]; k++)
			draw_flow(v, c, row + k, p == BITS ? 2 : k);
	else if (p == MEMORY)
		draw_memory(v, c, row);
	else if (p == NOTE)
		draw_words(c, row, w->rows[p], "here", &w->note);
}

void fp4_draw(void *state, struct canvas *c)
{
	struct fp4_view *v = state;
	struct words w;
	int row = 0;

	share_out(v, c->rows, c->cols, &w);
	v->scale_row = v->memory_row = -1;
	v->seen[FP4_MEMORY] = w.rows[MEMORY] > 0;
	for (int p = 0; p < PARTS; p++) {
		if (w.rows[p])
			draw_part(v, c, &w, (enum part)p, row);
		row += w.rows[p];
	}
	words_drop(&w);
}
