/*
 * line_table.c - the table of `line`: a weight a line, and the columns of the step that the walk is in.
 *
 * How a code came to be is told by its kind of event; the table below names the columns of each kind. When the width shrinks,
 * columns go in this order: the note, the byte, the last columns of the rounding, x/d, the error, the bits, what comes back. The weight
 * and its code stay.
 */
#include "views/line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views/figure.h"

/* ---- how codes are worked out ---- */

enum what { NO, DIV, SUB, ADD, VAL, FLOOR, EVEN, AWAY };	/* of the event's numbers a and b */

struct part { const char *head; enum what what; uint8_t a, b; };	/* "%g" in head: number a */

static const struct formula { enum trace_kind kind; struct part part[3]; } formulas[] = {
	{ TRACE_CODE_FLOOR,        { { "x/d", DIV, 0, 1 }, { "+ %g", VAL, 3, 2 }, { "floor", FLOOR, 3, 0 } } },
	{ TRACE_CODE_AWAY,         { { "x/d", VAL, 2, 0 }, { "round", AWAY, 2, 0 } } },
	{ TRACE_CODE_INT,          { { "x/d", VAL, 2, 0 }, { "round", EVEN, 2, 0 } } },
	{ TRACE_CODE_INT_CLIPPED,  { { "x/d", VAL, 2, 0 }, { "round", EVEN, 2, 0 } } },
	{ TRACE_CODE_UINT,         { { "x/d", VAL, 3, 0 }, { "round", EVEN, 3, 0 }, { "+ %g", ADD, 4, 2 } } },
	{ TRACE_CODE_UINT_CLIPPED, { { "x/d", DIV, 0, 1 }, { "round", NO, 0, 0 }, { "+ %g", NO, 0, 2 } } },
	{ TRACE_CODE_SYM,          { { "x/d", VAL, 3, 0 }, { "round", VAL, 4, 0 }, { "+ %g", ADD, 4, 2 } } },
	{ TRACE_CODE_TRIED,        { { "x-min", SUB, 0, 1 }, { "/scale", VAL, 3, 0 }, { "round", EVEN, 3, 0 } } },
	{ TRACE_CODE_AFFINE,       { { "x+min", ADD, 0, 1 }, { "/scale", VAL, 3, 0 }, { "round", EVEN, 3, 0 } } },
};

static const struct formula *formula_of(const struct trace_event *e)
{
	for (size_t i = 0; e && i < sizeof formulas / sizeof *formulas; i++)
		if (formulas[i].kind == e->kind)
			return &formulas[i];
	return NULL;
}

/* That of the first weight in the block that has one: all weights of a block are rounded alike, but for those clipped. */
static const struct trace_event *example(const struct weights *w)
{
	for (size_t i = 0; w->code && i < w->len; i++)
		if (formula_of(w->code[i]))
			return w->code[i];
	return NULL;
}

static bool part_value(const struct part *p, const struct trace_event *e, double *v, bool *whole)
{
	double a = e->v[p->a], b = e->v[p->b];

	*whole = p->what == FLOOR || p->what == EVEN || p->what == AWAY;
	switch (p->what) {
	case NO:    return false;
	case DIV:   *v = b != 0 ? a / b : 0; break;
	case SUB:   *v = a - b; break;
	case ADD:   *v = a + b; break;
	case VAL:   *v = a; break;
	case FLOOR: *v = floor(a); break;
	case EVEN:  *v = nearbyint(a); break;
	case AWAY:  *v = round(a); break;
	}
	*whole |= *v == floor(*v) && p->what == ADD && e->v[p->a] == floor(e->v[p->a]) && e->v[p->b] == floor(e->v[p->b]);
	return true;
}

/* ---- columns ---- */

enum column { COL_X, COL_SIZE, COL_COUNTS, COL_PLACE, COL_PART0, COL_PART1, COL_PART2, COL_CODE, COL_BITS, COL_BYTE, COL_BACK, COL_ERROR,
	      COL_NOTE, COLS };

/* width: with the gap before it, as wide as it is drawn at least. go: given up in this order; 0: never. */
static const struct { const char *head; uint8_t width, go; enum style style; bool left; } columns[COLS] = {
	[COL_X]      = { "x", 10, 0, STYLE_PLAIN, false },
	[COL_SIZE]   = { "|x|", 10, 5, STYLE_PLAIN, false },
	[COL_COUNTS] = { "counts", 11, 6, STYLE_PLAIN, false },
	[COL_PLACE]  = { "x/d", 9, 5, STYLE_PLAIN, false },
	[COL_PART0]  = { NULL, 9, 5, STYLE_PLAIN, false },
	[COL_PART1]  = { NULL, 8, 4, STYLE_PLAIN, false },
	[COL_PART2]  = { NULL, 8, 3, STYLE_PLAIN, false },
	[COL_CODE]   = { "code", 7, 0, STYLE_CODE, false },
	[COL_BITS]   = { "bits", 9, 7, STYLE_CODE, false },
	[COL_BYTE]   = { "byte", 7, 2, STYLE_PLAIN, false },
	[COL_BACK]   = { "back", 10, 8, STYLE_PLAIN, false },
	[COL_ERROR]  = { "error", 10, 6, STYLE_PLAIN, false },
	[COL_NOTE]   = { "", 20, 1, STYLE_DIM, true },
};

static unsigned columns_of(const struct line *l)
{
	const struct weights *w = &l->w;
	const struct trace_event *e = example(w);
	const struct formula *f = formula_of(e);
	unsigned set = (w->x ? 1u << COL_X : 0) | 1u << COL_NOTE, after = 0;

	if (l->hide_step)
		return 1u << COL_X;
	if (w->phase == PHASE_FOUND)
		return set | 1u << COL_SIZE | (weights_event(w, "w", 0) ? 1u << COL_COUNTS : 0);
	if (w->phase == PHASE_SCALED)
		return set | 1u << COL_PLACE;
	if (w->phase == PHASE_PACKED)
		set |= 1u << COL_BITS | 1u << COL_BYTE;
	else if (w->phase != PHASE_DECODED)
		for (int i = 0; f && i < 3; i++)
			set |= f->part[i].head ? 1u << (COL_PART0 + i) : 0;
	if ((w->code || w->number) && !l->hide_codes)
		set |= 1u << COL_CODE;
	if (w->y)
		after = 1u << COL_BACK | (w->x ? 1u << COL_ERROR : 0);
	return set | (l->hide_error ? 0 : after);
}

static void head_of(enum column c, const struct trace_event *e, char *buf, size_t size)
{
	const struct formula *f = formula_of(e);
	const struct part *p = f && c >= COL_PART0 && c <= COL_PART2 ? &f->part[c - COL_PART0] : NULL;

	if (p && p->head)
		snprintf(buf, size, p->head, e->v[p->b]);
	else
		snprintf(buf, size, "%s", columns[c].head ? columns[c].head : "");
}

/* The step of the weight's sub-block, as it is known at this step of the walk. */
static double scale_of(const struct weights *w, size_t i)
{
	const struct trace_event *e = weights_event(w, "scale", w->sub_len ? i / w->sub_len : 0);

	e = e ? e : weights_event(w, "scale", SIZE_MAX);
	e = e ? e : weights_event(w, "d", SIZE_MAX);
	return e ? trace_result(e) : 0;
}

static void bits_of(const struct trace_event *e, char *bits, char *byte, size_t size)
{
	unsigned code = (unsigned)(int)trace_result(e), n = 0;

	*bits = *byte = 0;
	for (int s = 0; s < TRACE_SPANS && e->at[s].bits; s++)
		n += e->at[s].bits;
	if (!n || n + 1 > size)
		return;
	for (unsigned b = 0; b < n; b++)
		bits[b] = (char)('0' + (code >> (n - 1 - b) & 1));
	bits[n] = 0;
	snprintf(byte, size, "%u", e->at[0].bit / 8);
}

static void note_of(const struct weights *w, size_t i, char *buf, size_t size)
{
	const struct trace_event *peak = weights_event(w, "peak", 0), *largest = weights_event(w, "absmax", 0);
	unsigned flags = weights_flags(w, i);

	peak = peak ? peak : largest;
	*buf = 0;
	if (i >= w->real)
		snprintf(buf, size, "padding");
	else if (flags & (TRACE_CLIP_LO | TRACE_CLIP_HI))
		snprintf(buf, size, "clipped");
	else if (flags & TRACE_TIE)
		snprintf(buf, size, "tie");
	else if (w->phase <= PHASE_SCALED && peak && peak->weight == i && w->sub_len == w->len)
		snprintf(buf, size, "furthest from 0");
}

static void cell(const struct line *l, enum column c, size_t i, char *buf, size_t size)
{
	const struct weights *w = &l->w;
	const struct trace_event *e = w->code ? w->code[i] : NULL;
	const struct formula *f = formula_of(e);
	int decimals = weights_decimals(w->absmax), code;
	char number[NUMBER_SIZE], other[48];
	double v = 0;
	bool whole = false;

	*buf = 0;
	switch (c) {
	case COL_X:
		snprintf(buf, size, "%s", weights_number(number, w->x[i], decimals));
		break;
	case COL_SIZE:
		weights_number(number, fabs(w->x[i]), decimals);
		snprintf(buf, size, "%s", *number == '+' ? number + 1 : number);
		break;
	case COL_COUNTS:
		e = weights_event(w, "w", i);
		if (e)
			snprintf(buf, size, "%.4g", trace_result(e));
		break;
	case COL_PLACE:
		v = scale_of(w, i);
		snprintf(buf, size, "%.3f", v != 0 ? w->x[i] / v : 0);
		break;
	case COL_PART0:
	case COL_PART1:
	case COL_PART2:
		if (f && f->part[c - COL_PART0].head && part_value(&f->part[c - COL_PART0], e, &v, &whole))
			snprintf(buf, size, "%.*f", whole ? 0 : f->part[c - COL_PART0].what == SUB || f->part[c - COL_PART0].what == ADD
				 ? decimals < 0 ? 3 : decimals : 3, v + 0.0);
		break;
	case COL_CODE:
		if (weights_code(w, i, &code))
			snprintf(buf, size, "%d%s", code, weights_flags(w, i) & (TRACE_CLIP_LO | TRACE_CLIP_HI) ? "!" : "");
		break;
	case COL_BITS:
		if (e)
			bits_of(e, buf, other, size);
		break;
	case COL_BYTE:
		if (e)
			bits_of(e, other, buf, sizeof other < size ? sizeof other : size);
		break;
	case COL_BACK:
		snprintf(buf, size, "%s", weights_number(number, w->y[i], decimals));
		break;
	case COL_ERROR:
		if (i < w->real)
			snprintf(buf, size, "%s", weights_number(number, (double)w->y[i] - w->x[i], decimals));
		break;
	case COL_NOTE:
		note_of(w, i, buf, size);
		break;
	case COLS:
		break;
	}
}

/* ---- drawing ---- */

struct layout { unsigned set; int end[COLS], width[COLS], digits; };	/* end: the column after it */

static void lay_out(const struct line *l, int cols, size_t from, size_t n, struct layout *out)
{
	const struct trace_event *e = example(&l->w);
	char buf[64];
	int width[COLS] = { 0 }, col;

	out->set = columns_of(l);
	out->digits = snprintf(buf, sizeof buf, "%zu", l->w.len ? l->w.len - 1 : 0);
	out->digits = out->digits < 2 ? 2 : out->digits;
	for (int c = 0; c < COLS; c++) {
		width[c] = columns[c].width;
		for (size_t i = from; out->set >> c & 1 && i < from + n; i++) {
			cell(l, (enum column)c, i, buf, sizeof buf);
			if ((int)strlen(buf) + 2 > width[c])
				width[c] = (int)strlen(buf) + 2;
		}
		head_of((enum column)c, e, buf, sizeof buf);
		if ((int)strlen(buf) + 3 > width[c])
			width[c] = (int)strlen(buf) + 3;
	}
	for (unsigned go = 1; ; go++) {
		col = 2 + out->digits;
		for (int c = 0; c < COLS; c++)
			if (out->set >> c & 1)
				out->end[c] = col += width[c];
		if (col <= cols || go > 9)
			break;
		for (int c = 0; c < COLS; c++)
			if (columns[c].go == go)
				out->set &= ~(1u << c);
	}
	memcpy(out->width, width, sizeof width);
}

static void draw_row(const struct line *l, struct canvas *c, int row, const struct layout *at, size_t i)
{
	const struct weights *w = &l->w;
	bool padding = i >= w->real, preview = w->phase == PHASE_CODED || w->phase == PHASE_PACKED;
	char buf[64];

	canvas_right(c, row, 2 + at->digits, padding ? STYLE_PADDING : STYLE_PLAIN, "%zu", i);
	for (int k = 0; k < COLS; k++) {
		enum style style = columns[k].style;
		int col = at->end[k];

		if (!(at->set >> k & 1))
			continue;
		cell(l, (enum column)k, i, buf, sizeof buf);
		if (padding)
			style = STYLE_PADDING;
		else if (preview && (k == COL_BACK || k == COL_ERROR))
			style = STYLE_DIM;
		else if (k == COL_CODE && strchr(buf, '!'))
			style = STYLE_CLIPPED;
		if (columns[k].left)
			canvas_puts(c, row, at->end[k] - at->width[k] + 3, style, buf);
		else
			canvas_right(c, row, k == COL_CODE && strchr(buf, '!') ? col + 1 : col, style, "%s", buf);
	}
	if (padding)
		canvas_glyph(c, row, 1, GLYPH_DOT, STYLE_PADDING);
	if (weights_marked(w, i))
		canvas_glyph(c, row, 0, GLYPH_MARKED, STYLE_MARK);
	if (i == w->cursor) {
		canvas_mark(c, row, 0, c->cols, MARK_BOLD);
		canvas_glyph(c, row, 1, GLYPH_CHOSEN, STYLE_CURSOR);
	}
}

/* ---- errors as bars, where there is width ---- */

struct bars { int middle, half; double most; };		/* half 0: there are none */

static struct bars bars_of(const struct line *l, const struct layout *at, int cols)
{
	const struct weights *w = &l->w;
	int from = 2 + at->digits, wide;
	struct bars b = { 0 };

	for (int k = 0; k < COLS; k++)
		if (at->set >> k & 1 && at->end[k] > from)
			from = at->end[k];
	wide = figure_room(from + 4, cols);
	for (size_t i = 0; at->set >> COL_ERROR & 1 && i < w->real; i++)
		if (isfinite(w->y[i] - w->x[i]))
			b.most = fmax(b.most, fabs((double)w->y[i] - (double)w->x[i]));
	b.half = b.most > 0 ? wide / 2 : 0;
	b.middle = from + 4 + b.half;
	return b;
}

static void draw_bar(const struct line *l, const struct bars *b, struct canvas *c, int row, size_t i)
{
	double error = (double)l->w.y[i] - (double)l->w.x[i];
	enum style style = l->w.phase == PHASE_CODED || l->w.phase == PHASE_PACKED ? STYLE_DIM : STYLE_BAD;

	canvas_glyph(c, row, b->middle, GLYPH_V, STYLE_DIM);
	if (error > 0)
		canvas_bar(c, row, b->middle + 1, b->half, error / b->most, style);
	else if (error < 0)
		canvas_bar_left(c, row, b->middle, b->half, -error / b->most, style);
}

static void bars_head(const struct line *l, const struct bars *b, struct canvas *c, int row)
{
	int decimals = weights_decimals(l->w.absmax);
	char buf[NUMBER_SIZE];

	canvas_puts(c, row, b->middle - b->half, STYLE_PLAIN, weights_number(buf, -b->most, decimals));
	canvas_puts(c, row, b->middle - 2, STYLE_PLAIN, "error");
	canvas_right(c, row, b->middle + 1 + b->half, STYLE_PLAIN, "%s", weights_number(buf, b->most, decimals));
}

/* Where one weight is all that fits, the head's line says how many there are besides. */
static void say_more_beside(const struct line *l, struct canvas *c, int row, const struct layout *at)
{
	int used = 0;
	char buf[40];

	for (int k = 0; k < COLS; k++)
		if (at->set >> k & 1 && k != COL_NOTE)
			used = at->end[k];
	for (int shorter = 0; shorter < 2; shorter++) {
		snprintf(buf, sizeof buf, shorter ? "… %zu" : "… %zu more", l->w.real - 1);
		if (used + 1 + (int)text_width(buf, strlen(buf)) > c->cols)
			continue;
		canvas_right(c, row, c->cols, STYLE_DIM, "%s", buf);
		break;
	}
}

void line_draw_table(struct line *l, struct canvas *c, int row, int rows)
{
	const struct weights *w = &l->w;
	const struct trace_event *e = example(w);
	size_t lines = rows > 1 ? (size_t)rows - 1 : 0, shown;
	struct layout at;
	struct bars bars;
	char buf[32];

	l->table_row = row + 1;
	l->page = (int)lines;
	if (!lines || !w->len)
		return;
	/* A line at the end says how many are left out, if there is room for it beside the cursor's. */
	if (w->real > lines && lines > 1)
		lines--;
	if (l->top > w->cursor)
		l->top = w->cursor;
	if (w->cursor >= l->top + lines)
		l->top = w->cursor - lines + 1;
	if (l->top + lines > w->len)
		l->top = w->len > lines ? w->len - lines : 0;
	shown = w->len - l->top < lines ? w->len - l->top : lines;
	lay_out(l, c->cols, l->top, shown, &at);
	bars = bars_of(l, &at, c->cols);
	if (bars.half)
		bars_head(l, &bars, c, row);
	canvas_right(c, row, 2 + at.digits, STYLE_PLAIN, "i");
	for (int k = 0; k < COLS; k++)
		if (at.set >> k & 1) {
			head_of((enum column)k, e, buf, sizeof buf);
			canvas_right(c, row, at.end[k] - (k != COL_NOTE), STYLE_PLAIN, "%s", buf);
		}
	canvas_mark(c, row, 0, c->cols, MARK_BOLD);
	if (lines == 1 && w->real > 1)
		say_more_beside(l, c, row, &at);
	for (size_t i = 0; i < shown; i++) {
		draw_row(l, c, row + 1 + (int)i, &at, l->top + i);
		if (bars.half && l->top + i < w->real)
			draw_bar(l, &bars, c, row + 1 + (int)i, l->top + i);
	}
	if (l->top + shown < w->real)
		canvas_text(c, row + 1 + (int)shown, 3, STYLE_DIM, "… %zu more", w->real - l->top - shown);
	l->page = (int)lines;
}
