/*
 * block_draw.c - the block on cells: its bytes with brackets and names, the numbers under the cursor bit by bit, and the weights that
 * follow from them.
 *
 * Three parts stand below each other. When there are too few rows they shrink to the row under the cursor, the line
 * under the cursor and one weight; what is left out is counted.
 */
#include "views/block_view.h"

#include <math.h>
#include <string.h>

#include "views/columns.h"
#include "views/figure.h"

enum { WEIGHTS_SHOWN = 8, LINES_MAX = 24, SEGMENTS_MAX = 34, BITS_SHOWN = 64 };

static enum style field_style(const struct block_view *v, const struct block_field *f)
{
	return f ? (enum style)(STYLE_FIELD1 + (f - v->field) % 8) : STYLE_PLAIN;
}

/* ---- the bytes ---- */

/* A field's bytes within one row; wide enough for its name where it ends here. */
struct segment { const struct block_field *field; size_t first, n; int at, width; bool ends; };

static int name_width(const char *s)
{
	return (int)text_width(s, strlen(s));
}

/* Cuts a row of bytes into segments; returns the column after the last. */
static int segments_of(const struct block_view *v, size_t first, size_t n, int margin, struct segment seg[SEGMENTS_MAX], size_t *count)
{
	int at = margin;

	*count = 0;
	for (size_t b = first; b < first + n && *count < SEGMENTS_MAX; ) {
		struct segment *s = &seg[(*count)++];
		const struct block_field *f = block_field_at(v, b);
		size_t end = f ? f->at + f->bytes : b + 1;
		int name;

		*s = (struct segment){ .field = f, .first = b, .ends = end <= first + n };
		s->n = (s->ends ? end : first + n) - b;
		s->at = at;
		s->width = 3 * (int)s->n - 1;
		name = f && s->ends ? name_width(f->name) + 2 : 0;
		if (s->width < name)
			s->width = name;
		at = s->at + s->width + 3;
		b += s->n;
	}
	return at - 3;
}

static int row_end(const struct block_view *v, size_t first, size_t n, int margin)
{
	struct segment seg[SEGMENTS_MAX];
	size_t count;

	return segments_of(v, first, n, margin, seg, &count);
}

struct grid { size_t per_row, rows; int margin, digits; bool single; };

static struct grid grid_for(const struct block_view *v, int cols)
{
	static const size_t sizes[] = { 32, 16, 8, 4, 2, 1 };
	struct grid g = { .digits = v->n_bytes > 0x100 ? v->n_bytes > 0x10000 ? 6 : 4 : 2, .single = true, .rows = 1 };

	g.margin = cols >= 50 ? 9 : 2;
	g.per_row = v->n_bytes;
	if (v->n_bytes <= 32 && row_end(v, 0, v->n_bytes, g.margin) < cols)
		return g;
	g.single = false;
	g.margin = g.digits + 4;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int widest = 0;

		g.per_row = sizes[i];
		for (size_t b = 0; b < v->n_bytes; b += g.per_row) {
			size_t n = v->n_bytes - b < g.per_row ? v->n_bytes - b : g.per_row;
			int end = row_end(v, b, n, g.margin);

			if (end > widest)
				widest = end;
		}
		if (widest < cols)
			break;
	}
	g.rows = (v->n_bytes + g.per_row - 1) / g.per_row;
	return g;
}

static size_t row_bytes(const struct block_view *v, const struct grid *g, size_t row)
{
	size_t left = v->n_bytes - row * g->per_row;

	return left < g->per_row ? left : g->per_row;
}

/* Lines that a row of bytes takes: its brackets stand below where a field ends in it. */
static int row_lines(const struct block_view *v, const struct grid *g, size_t row)
{
	struct segment seg[SEGMENTS_MAX];
	size_t n;
	bool ends = false;

	if (g->single)
		return 3;
	segments_of(v, row * g->per_row, row_bytes(v, g, row), g->margin, seg, &n);
	for (size_t i = 0; i < n; i++)
		ends |= seg[i].ends;
	return ends ? 2 : 1;
}

static int grid_lines(const struct block_view *v, const struct grid *g)
{
	int lines = 0;

	for (size_t r = 0; r < g->rows; r++)
		lines += row_lines(v, g, r);
	return lines;
}

static void draw_bracket(struct canvas *c, int row, const struct segment *s, enum style style)
{
	const struct block_field *f = s->field;
	struct text name = { 0 };
	int inner = s->width - 2, width, at;
	bool begins = f && s->first == f->at;

	if (!f)
		return;
	for (int i = 0; i < s->width; i++)
		canvas_glyph(c, row, s->at + i, i == 0 && begins ? GLYPH_CORNER_LL : i == s->width - 1 && s->ends ? GLYPH_CORNER_LR : GLYPH_H,
			     style);
	text_add(&name, *f->meaning ? " %s: %s " : " %s ", f->name, f->meaning);
	if (name_width(text_str(&name)) > inner || f->bytes < 3) {
		text_clear(&name);
		text_add(&name, inner >= name_width(f->name) + 2 ? " %s " : "%s", f->name);
	}
	width = name_width(text_str(&name));
	at = s->at + 1 + (inner - width + 1) / 2;
	if (width <= inner)
		canvas_puts(c, row, at, style, text_str(&name));
	text_drop(&name);
}

static bool holds_cursor_number(const struct block_view *v, size_t byte)
{
	int32_t number[8];
	size_t n = block_under_cursor(v, number);

	for (size_t b = 8 * byte; b < 8 * byte + 8 && v->unit != UNIT_BYTE; b++)
		for (size_t i = 0; i < n; i++)
			if (v->map.owner[b] == number[i])
				return true;
	return false;
}

/* Is everything in this byte still to come, where a walk stands? */
static bool not_yet(const struct block_view *v, size_t byte)
{
	for (size_t b = 8 * byte; b < 8 * byte + 8; b++)
		if (v->map.owner[b] == STORED_NONE || v->map.number[v->map.owner[b]].known)
			return false;
	return true;
}

static void draw_byte(const struct block_view *v, struct canvas *c, int row, int col, size_t byte, enum style style)
{
	bool cursor = byte == v->bit / 8, together = holds_cursor_number(v, byte);

	if (not_yet(v, byte)) {
		canvas_glyph(c, row, col, GLYPH_DOT, STYLE_DIM);
		canvas_glyph(c, row, col + 1, GLYPH_DOT, STYLE_DIM);
	} else
		canvas_text(c, row, col, cursor || together ? STYLE_CURSOR : style, "%02x", v->bytes[byte]);
	if (cursor || together) {
		canvas_put(c, row, col - 1, cursor ? '[' : '(', STYLE_MARK, MARK_BOLD);
		canvas_put(c, row, col + 2, cursor ? ']' : ')', STYLE_MARK, MARK_BOLD);
	}
	if (block_byte_changed(v, byte))
		canvas_put(c, row, col - 1, '*', STYLE_NEW, MARK_BOLD);
}

/* One row of bytes; where: its first line. Returns lines drawn, cut to `lines`. */
static int draw_row(const struct block_view *v, struct canvas *c, const struct grid *g, size_t r, int where, int lines)
{
	struct segment seg[SEGMENTS_MAX];
	size_t n, first = r * g->per_row;
	int end = segments_of(v, first, row_bytes(v, g, r), g->margin, seg, &n), line = where;
	bool ends = false;

	if (g->single && lines > 1) {
		if (g->margin > 2)
			canvas_puts(c, line, 2, STYLE_DIM, "byte");
		for (size_t i = 0; i < n; i++)
			for (size_t b = 0; b < seg[i].n; b++)
				canvas_text(c, line, seg[i].at + 3 * (int)b, STYLE_DIM, "%02zx", seg[i].first + b);
		for (size_t i = 1; i < n; i++)
			canvas_glyph(c, line, seg[i].at - 2, GLYPH_V, STYLE_DIM);
		line++;
	}
	if (!g->single)
		canvas_text(c, line, 2, STYLE_DIM, "%0*zx", g->digits, first);
	for (size_t i = 0; i < n; i++) {
		enum style style = field_style(v, seg[i].field);

		if (i)
			for (int l = line; l < line + 2 && l < where + lines; l++)
				canvas_glyph(c, l, seg[i].at - 2, GLYPH_V, STYLE_DIM);
		for (size_t b = 0; b < seg[i].n; b++)
			draw_byte(v, c, line, seg[i].at + 3 * (int)b, seg[i].first + b, style);
		ends |= seg[i].ends;
		if (seg[i].ends && line + 1 < where + lines)
			draw_bracket(c, line + 1, &seg[i], style);
	}
	if (!ends && n && seg[n - 1].field && end + 3 + name_width(seg[n - 1].field->name) <= c->cols)
		canvas_puts(c, line, end + 3, STYLE_DIM, seg[n - 1].field->name);
	else if (!ends)
		return line + 1 - where;
	for (size_t i = 1; i < n && !ends; i++)
		canvas_put(c, line + 1, seg[i].at - 2, ' ', STYLE_PLAIN, 0);
	line += ends && line + 1 < where + lines ? 2 : 1;
	return line - where;
}

/* Rows of bytes from v->top on, in `lines` lines, so that the cursor's row is among them. */
static void draw_grid(struct block_view *v, struct canvas *c, const struct grid *g, int where, int lines)
{
	size_t cursor = v->bit / 8 / g->per_row, r;
	int used = 0, all = grid_lines(v, g);
	bool rest = !g->single && lines >= 4 && all > lines;	/* a line that counts what is left out */

	v->per_row = (int)g->per_row;
	v->grid_row = where;
	v->grid_rows = lines;
	if (rest)
		lines--;
	if ((size_t)v->top >= g->rows || all <= lines)
		v->top = 0;
	if ((size_t)v->top > cursor)
		v->top = (int)cursor;
	for (;;) {
		used = 0;
		for (r = (size_t)v->top; r <= cursor; r++)
			used += row_lines(v, g, r);
		if (used <= lines || (size_t)v->top == cursor)
			break;
		v->top++;
	}
	used = 0;
	for (r = (size_t)v->top; r < g->rows && used < lines; r++)
		used += draw_row(v, c, g, r, where + used, lines - used);
	if (rest)
		canvas_text(c, where + used, 2, STYLE_DIM, "… %zu of %zu rows of bytes", g->rows - (r - (size_t)v->top), g->rows);
}

size_t block_at(const struct block_view *v, int row, int col)
{
	struct grid g = { .per_row = (size_t)v->per_row };
	int line = v->grid_row;

	if (!v->before || !v->per_row || v->table)
		return SIZE_MAX;
	g.single = g.per_row >= v->n_bytes;
	g.digits = v->n_bytes > 0x100 ? v->n_bytes > 0x10000 ? 6 : 4 : 2;
	g.margin = g.single ? 9 : g.digits + 4;
	g.rows = (v->n_bytes + g.per_row - 1) / g.per_row;
	for (size_t r = (size_t)v->top; r < g.rows && line < v->grid_row + v->grid_rows; r++) {
		struct segment seg[SEGMENTS_MAX];
		size_t n;

		segments_of(v, r * g.per_row, row_bytes(v, &g, r), g.margin, seg, &n);
		for (size_t i = 0; row >= line && row < line + row_lines(v, &g, r) && i < n; i++)
			if (col >= seg[i].at && col < seg[i].at + 3 * (int)seg[i].n)
				return seg[i].first + (size_t)(col - seg[i].at) / 3;
		line += row_lines(v, &g, r);
	}
	return SIZE_MAX;
}

/* ---- the numbers ---- */

/* One line of the middle part: a stored number, or the byte under the cursor. Bits as they are written, with the block's bit
 * under each character (-1: a blank). */
struct line {
	bool cursor, changed, is_byte;
	size_t number;
	char name[32], bytes[24], bits[BITS_SHOWN * 2];
	int32_t bit_at[BITS_SHOWN * 2];
	struct text stands, brief;	/* what the bits stand for; in fewer words, where there is no room */
};

static void put_bit(const struct block_view *v, struct line *l, size_t bit)
{
	size_t n = strlen(l->bits);

	int32_t owner = v->map.owner[bit];
	bool known = owner == STORED_NONE || v->map.number[owner].known;

	if (n + 1 < sizeof l->bits) {
		l->bits[n] = (char)(known ? '0' + (v->bytes[bit / 8] >> bit % 8 & 1) : '.');
		l->bit_at[n] = (int32_t)bit;
	}
}

static void put_blank(struct line *l)
{
	size_t n = strlen(l->bits);

	if (n && n + 1 < sizeof l->bits && l->bits[n - 1] != ' ') {
		l->bits[n] = ' ';
		l->bit_at[n] = -1;
	}
}

static void byte_bits(const struct block_view *v, struct line *l, size_t byte)
{
	for (size_t b = 8; b-- > 0; ) {
		put_bit(v, l, 8 * byte + b);
		if (b == 4)
			put_blank(l);
	}
}

static void number_bits(const struct block_view *v, struct line *l, size_t number)
{
	const struct span *at = v->map.number[number].event->at;
	const struct float_format *f = stored_float(&v->map, number, v->bytes);
	unsigned left = stored_bits(&v->map, number);

	for (size_t s = stored_spans(&v->map, number); s-- > 0; )
		for (unsigned b = at[s].bits; b-- > 0; ) {
			put_bit(v, l, at[s].bit + b);
			left--;
			if (f ? left == f->bits - 1u || left == f->bits - 1u - f->exponent : left && (b == 0 || b % 4 == 0))
				put_blank(l);
		}
}

/* A float, and all its digits where the short ones are those of the float before the flip. */
static void float_stands(const struct block_view *v, const struct float_format *f, size_t number, struct text *out)
{
	uint64_t now = stored_raw(&v->map, number, v->bytes), was = stored_raw(&v->map, number, v->before->bytes);
	struct text before = { 0 };
	size_t from = out->len;
	char exact[NUMBER_SIZE];

	float_explain(f, now, out);
	float_explain(f, was, &before);
	if (now != was && !strcmp(text_str(out) + from, text_str(&before)))
		text_add(out, ", exactly %s", number_exact(exact, float_value(f, now), true));
	text_drop(&before);
}

static void number_stands(const struct block_view *v, size_t number, struct text *out)
{
	const struct stored *n = &v->map.number[number];
	const struct float_format *f = stored_float(&v->map, number, v->bytes);
	char name[32], value[NUMBER_SIZE];
	size_t first, count = stored_weights(&v->map, number, &first);

	if (!n->known) {
		text_put(out, "not stored yet");
		return;
	}
	if (f)
		float_stands(v, f, number, out);
	else if (n->code)
		text_add(out, "code %s of %s", number_short(value, trace_result(n->event)), stored_name(&v->map, number, true, false, name, 32));
	else
		text_add(out, "%s", number_short(value, trace_result(n->event)));
	if (!n->code && count < v->map.trace->len && count > 1)
		text_add(out, ", for w[%zu..%zu]", first, first + count - 1);
	else if (!n->code && count == 1 && v->map.trace->len > 1)
		text_add(out, ", for w[%zu]", first);
}

/* Bits lo..hi of the byte under the cursor belong to one number: "w[2] = 9", "bits 4-5 of sc[5] = 54". */
static void run_stands(const struct block_view *v, size_t byte, unsigned lo, unsigned hi, bool nibble, bool brief, struct text *out)
{
	int32_t number = v->map.owner[8 * byte + lo];
	char name[32], value[NUMBER_SIZE];
	const struct span *at;

	if (nibble)
		text_put(out, lo ? "high nibble " : "low ");
	if (number == STORED_NONE) {
		text_put(out, "filling");
		return;
	}
	stored_name(&v->map, (size_t)number, true, false, name, sizeof name);
	at = v->map.number[number].event->at;
	for (size_t s = 0; !brief && stored_bits(&v->map, (size_t)number) > hi - lo + 1 && s < TRACE_SPANS && at[s].bits; s++)
		if (8 * byte + lo >= at[s].bit && 8 * byte + lo < (size_t)at[s].bit + at[s].bits) {
			unsigned from = at[s].shift + (unsigned)(8 * byte + lo - at[s].bit);

			text_add(out, hi > lo ? "bits %u-%u of " : "bit %u of ", from, from + hi - lo);
		}
	if (v->map.number[number].known)
		text_add(out, "%s = %s", name, number_short(value, trace_result(v->map.number[number].event)));
	else
		text_add(out, "%s, not stored yet", name);
}

/* The lowest bit of the run that ends at hi, high to low. */
static unsigned run_low(const struct block_view *v, size_t byte, unsigned hi)
{
	unsigned lo = hi;

	while (lo > 0 && v->map.owner[8 * byte + lo - 1] == v->map.owner[8 * byte + hi])
		lo--;
	return lo;
}

static void byte_stands(const struct block_view *v, size_t byte, bool brief, struct text *out)
{
	bool nibbles = run_low(v, byte, 7) == 4 && run_low(v, byte, 3) == 0;

	if (not_yet(v, byte)) {
		text_put(out, "not stored yet");
		return;
	}
	for (unsigned hi = 7; ; ) {
		unsigned lo = run_low(v, byte, hi);
		int32_t number = v->map.owner[8 * byte + lo];

		run_stands(v, byte, lo, hi, nibbles && !brief && number != STORED_NONE && v->map.number[number].code, brief, out);
		if (!lo)
			return;
		text_put(out, ", ");
		hi = lo - 1;
	}
}

static void number_line(const struct block_view *v, struct line *l, size_t number, bool cursor)
{
	struct text bytes = { 0 }, bits = { 0 };

	*l = (struct line){ .number = number, .cursor = cursor };
	stored_name(&v->map, number, false, false, l->name, sizeof l->name);
	block_places(v, number, &bytes, &bits);
	strncpy(l->bytes, text_str(&bytes), sizeof l->bytes - 1);
	text_drop(&bytes);
	text_drop(&bits);
	number_bits(v, l, number);
	number_stands(v, number, &l->stands);
	l->changed = stored_raw(&v->map, number, v->bytes) != stored_raw(&v->map, number, v->before->bytes);
}

static void byte_line(const struct block_view *v, struct line *l, size_t byte)
{
	const struct block_field *f = block_field_at(v, byte);
	struct text t = { 0 };

	*l = (struct line){ .is_byte = true, .cursor = true, .changed = block_byte_changed(v, byte) };
	text_add(&t, f && f->bytes > 1 ? "%s[%zu]" : "%s", f ? f->name : "byte", f ? byte - f->at : 0);
	strncpy(l->name, text_str(&t), sizeof l->name - 1);
	text_clear(&t);
	text_add(&t, "%02zx", byte);
	strncpy(l->bytes, text_str(&t), sizeof l->bytes - 1);
	text_drop(&t);
	byte_bits(v, l, byte);
	byte_stands(v, byte, false, &l->stands);
	byte_stands(v, byte, true, &l->brief);
}

/* Do all the weights that hang on what is under the cursor hang on this number too? */
static bool above(const struct block_view *v, size_t number, const int32_t *cursor, size_t n)
{
	size_t first, count = stored_weights(&v->map, number, &first);

	if (v->map.number[number].code || !strcmp(trace_kind_name(v->map.number[number].event->kind), "fill"))
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t from, all = stored_weights(&v->map, (size_t)cursor[i], &from);

		if (from >= first && from + all <= first + count)
			return true;
	}
	return false;
}

/* A number of whole bytes is shown as such; of a code of 8 bits the byte is. */
static bool fills_bytes(const struct block_view *v, size_t number)
{
	unsigned bits = stored_bits(&v->map, number);

	return bits > 8 || (bits == 8 && stored_spans(&v->map, number) == 1 && !v->map.number[number].code);
}

/* The lines of the middle part, in the order of the block; returns how many. One of them is the cursor's. */
static size_t lines_of(const struct block_view *v, struct line line[LINES_MAX])
{
	int32_t cursor[8];
	size_t n = block_under_cursor(v, cursor), lines = 0, byte = v->bit / 8;
	bool as_byte = v->unit != UNIT_FIELD && (n != 1 || !fills_bytes(v, (size_t)cursor[0]));
	bool done = false;

	for (size_t i = 0; i < v->map.n && lines + 1 < LINES_MAX; i++) {
		bool is_cursor = !as_byte && n && (size_t)cursor[0] == i;

		/* The byte's own line comes before the first number that begins after it. */
		if (as_byte && !done && v->map.number[i].code) {
			byte_line(v, &line[lines++], byte);
			done = true;
		}
		if (is_cursor || above(v, i, cursor, n))
			number_line(v, &line[lines++], i, is_cursor);
	}
	if (as_byte && !done)
		byte_line(v, &line[lines++], byte);
	return lines;
}

/* "w18─ w2──" under the bits of a line: who they belong to; of a float its parts. */
static void draw_labels(const struct block_view *v, struct canvas *c, int row, int col, const struct line *l)
{
	const struct float_format *f = l->is_byte ? NULL : stored_float(&v->map, l->number, v->bytes);
	size_t n = strlen(l->bits), part = 0;
	bool apart = !l->is_byte && !f && strlen(l->bytes) > 2;		/* in more than one byte */

	for (size_t i = 0; i < n; ) {
		size_t end = i;
		char name[32] = "";

		if (l->bit_at[i] < 0) {
			i++;
			continue;
		}
		if (l->is_byte) {
			int32_t owner = v->map.owner[l->bit_at[i]];

			while (end < n && (l->bit_at[end] < 0 || v->map.owner[l->bit_at[end]] == owner))
				end++;
			if (owner != STORED_NONE)
				stored_name(&v->map, (size_t)owner, true, true, name, sizeof name);
		} else {
			static const char *const parts[] = { "s", "exp", "fraction" };

			while (end < n && (apart || f ? l->bit_at[end] >= 0 && (f || l->bit_at[end] / 8 == l->bit_at[i] / 8) : true))
				end++;
			if (f)
				strcpy(name, parts[part < 2 ? part++ : 2]);
			else
				stored_name(&v->map, l->number, true, true, name, sizeof name);
		}
		while (end > i && l->bit_at[end - 1] < 0)
			end--;
		for (size_t k = i; k < end; k++)
			canvas_glyph(c, row, col + (int)k, GLYPH_H, STYLE_DIM);
		if (apart && end - i >= 2)
			canvas_text(c, row, col + (int)i, STYLE_DIM, "%02x", (unsigned)l->bit_at[i] / 8);
		else if (strlen(name) <= end - i)
			canvas_puts(c, row, col + (int)i, STYLE_DIM, name);
		i = end;
	}
}

/* In bit mode: a mark under the bit, and what it is worth. */
static void draw_bit_mark(const struct block_view *v, struct canvas *c, int row, int col, const struct line *l)
{
	int32_t number = v->map.owner[v->bit];
	const struct float_format *f;
	unsigned place = 0;
	char name[32], value[NUMBER_SIZE];
	const struct span *at;

	for (size_t i = 0; i < strlen(l->bits); i++)
		if (l->bit_at[i] == (int32_t)v->bit) {
			canvas_glyph(c, row, col + (int)i, GLYPH_UP, STYLE_MARK);
			col += (int)strlen(l->bits) + 1;
			break;
		}
	if (number == STORED_NONE) {
		canvas_puts(c, row, col, STYLE_DIM, "filling");
		return;
	}
	at = v->map.number[number].event->at;
	for (size_t s = 0; s < TRACE_SPANS && at[s].bits; s++)
		if (v->bit >= at[s].bit && v->bit < (size_t)at[s].bit + at[s].bits)
			place = at[s].shift + (unsigned)(v->bit - at[s].bit);
	stored_name(&v->map, (size_t)number, true, false, name, sizeof name);
	f = stored_float(&v->map, (size_t)number, v->bytes);
	if (!f)
		canvas_text(c, row, col, STYLE_DIM, "bit %u of %s, worth %s", place, name, number_short(value, ldexp(1, (int)place)));
	else if (place == f->bits - 1u)
		canvas_text(c, row, col, STYLE_DIM, "sign of %s", name);
	else if (place >= f->bits - 1u - f->exponent)
		canvas_text(c, row, col, STYLE_DIM, "exponent bit %u of %s", place - (f->bits - 1u - f->exponent), name);
	else
		canvas_text(c, row, col, STYLE_DIM, "fraction bit %u of %s", place, name);
}

struct places { int bytes, bits, stands; bool below; };		/* columns; bytes 0: given up; below: on a line of its own */

static int wider(int w, const char *s)
{
	return name_width(s) > w ? name_width(s) : w;
}

static struct places places_for(const struct line *line, size_t n, int cols)
{
	struct places p = { 0 };
	bool roomy = cols >= 60;
	int name = roomy ? 7 : 5, bytes = roomy ? 6 : 0, bits = 0, stands = 0;

	for (size_t i = 0; i < n; i++) {
		name = wider(name, line[i].name);
		bytes = wider(bytes, line[i].bytes);
		bits = wider(bits, line[i].bits);
		stands = wider(stands, text_str(&line[i].stands));
	}
	if (roomy && bits < 22 && 2 + name + 2 + bytes + 2 + 22 + 2 + stands <= cols)
		bits = 22;
	stands = stands < 32 ? stands : 32;
	p.bytes = 2 + name + 2;
	p.bits = p.bytes + bytes + 2;
	if (p.bits + bits > cols || (roomy && p.bits + bits + 2 + stands > cols && p.bytes + bits + 2 + stands <= cols)) {
		p.bits = p.bytes;
		p.bytes = 0;
	}
	p.stands = p.bits + bits + 2;
	p.below = p.stands + stands > cols;
	return p;
}

static const char *stands_within(const struct line *l, int width)
{
	return l->brief.len && name_width(text_str(&l->stands)) > width ? text_str(&l->brief) : text_str(&l->stands);
}

static void draw_line(const struct block_view *v, struct canvas *c, int row, const struct line *l, const struct places *p)
{
	const struct block_field *f = l->is_byte ? block_field_at(v, v->bit / 8)
						 : block_field_at(v, stored_first_bit(&v->map, l->number) / 8);
	enum style style = field_style(v, f);

	if (l->cursor)
		canvas_glyph(c, row, 0, GLYPH_CHOSEN, STYLE_MARK);
	canvas_puts(c, row, 2, style, l->name);
	if (l->changed)
		canvas_put(c, row, 1, '*', STYLE_NEW, MARK_BOLD);
	if (p->bytes)
		canvas_puts(c, row, p->bytes, STYLE_PLAIN, l->bytes);
	if (p->below && !l->cursor)
		canvas_fit(c, row, p->bits, c->cols - p->bits, STYLE_PLAIN, text_str(&l->stands));	/* what it is worth says more */
	else if (!l->is_byte && !v->map.number[l->number].known)
		canvas_puts(c, row, p->bits, STYLE_DIM, "-");
	else
		canvas_puts(c, row, p->bits, style, l->bits);
	for (size_t i = 0; l->cursor && v->unit == UNIT_BIT && i < strlen(l->bits); i++)
		if (l->bit_at[i] == (int32_t)v->bit)
			canvas_restyle(c, row, p->bits + (int)i, 1, STYLE_CURSOR, MARK_REVERSE);
	if (!p->below)
		canvas_fit(c, row, p->stands, c->cols - p->stands, STYLE_PLAIN, stands_within(l, c->cols - p->stands));
}

/* ---- the weights ---- */

/* "(9 - 8) x 0.150024" out of "back[2] = (9 - 8) x 0.150024 = 0.150024". */
static void formula_of(const struct trace *t, const struct trace_event *e, struct text *out)
{
	struct text why = { 0 };
	const char *from, *to = NULL, *end;

	trace_why(t, e, &why);
	from = strstr(text_str(&why), " = ");
	end = from ? from + strcspn(from, "\n") : NULL;
	for (const char *s = from ? from + 3 : NULL; s && s < end; s++)
		if (!strncmp(s, " = ", 3))
			to = s;
	if (from && to)
		text_putn(out, from + 3, (size_t)(to - from - 3));
	text_drop(&why);
}

static bool weight_known(const struct block_view *v, size_t w)
{
	return v->flips || v->map.end == v->map.trace->events || v->map.back[w];
}

enum { COL_NAME, COL_FORMULA, COL_VALUE, COL_BEFORE, COL_WAS, COL_ERROR, WEIGHT_COLS };

static const struct column weight_columns[WEIGHT_COLS] = {
	[COL_NAME]    = { "", 0, .left = true },
	[COL_FORMULA] = { "", 3, .left = true, .gap = 1 },
	[COL_VALUE]   = { "", 0, .left = true, .gap = 1, .style = STYLE_CODE },
	[COL_BEFORE]  = { "", 4, .left = true, .gap = 3, .style = STYLE_NEW },
	[COL_WAS]     = { "", 1, .left = true, .gap = 3 },
	[COL_ERROR]   = { "", 2, .left = true, .gap = 5, .style = STYLE_WARN },
};

/* A value in few digits, or in all where those would not tell it from the other. */
static char *told_apart(char *buf, float value, float other)
{
	char same[NUMBER_SIZE];

	return value != other && !strcmp(number_short(buf, value), number_short(same, other)) ? number_exact(buf, value, true) : number_short(buf, value);
}

static void fill_weight(const struct block_view *v, struct columns *t, size_t row, size_t w)
{
	const struct trace *now = v->map.trace, *was = v->before;
	char buf[FIGURE_SIZE], *name = columns_cell(t, row, COL_NAME);
	float y = now->y[w];
	int decimals = figure_decimals(was->x && fabsf(was->x[w]) > fabsf(y) ? was->x[w] : y, 6);
	struct text s = { 0 };

	text_add(&s, "w[%zu]%s", block_weight_name(v, w), block_weight_changed(v, w) ? "*" : "");
	strncpy(name, text_str(&s), COLUMN_TEXT - 1);
	text_clear(&s);
	if (v->map.back[w])
		formula_of(now, v->map.back[w], &s);
	if (s.len) {
		strcpy(columns_cell(t, row, COL_FORMULA), "= ");
		strncat(columns_cell(t, row, COL_FORMULA), text_str(&s), COLUMN_TEXT - 3);
	}
	text_drop(&s);
	if (!weight_known(v, w)) {
		strcpy(columns_cell(t, row, COL_VALUE), "= not decoded yet");
	} else {
		told_apart(buf, y, was->y[w]);
		strcpy(columns_cell(t, row, COL_VALUE), y > 0 ? "= +" : y == 0 ? "=  " : "= ");
		strcat(columns_cell(t, row, COL_VALUE), buf);
	}
	if (block_weight_changed(v, w)) {
		strcpy(columns_cell(t, row, COL_BEFORE), was->y[w] > 0 ? "before +" : "before ");
		strcat(columns_cell(t, row, COL_BEFORE), told_apart(buf, was->y[w], y));
	}
	if (block_is_padding(v, w)) {
		strcpy(columns_cell(t, row, COL_WAS), "padding");
	} else if (was->x) {
		strcpy(columns_cell(t, row, COL_WAS), was->x[w] > 0 ? "was +" : "was ");
		strcat(columns_cell(t, row, COL_WAS), number_short(buf, was->x[w]));
		if (weight_known(v, w)) {
			strcpy(columns_cell(t, row, COL_ERROR), "error ");
			strcat(columns_cell(t, row, COL_ERROR), y == was->x[w] ? " 0" : figure_fixed(buf, (double)y - was->x[w], decimals, true));
		}
	}
}

/* What the flips did, in a line. */
static void draw_outcome(const struct block_view *v, struct canvas *c, int row, size_t all)
{
	double now, before;
	char a[FIGURE_SIZE], b[FIGURE_SIZE];
	int col;

	block_rmse(v, &now, &before);
	col = canvas_text(c, row, 2, STYLE_NEW, "* %zu of %zu weights change", all, v->map.trace->len);
	if (!isnan(before))
		canvas_text(c, row, col, STYLE_PLAIN, "   rmse %s, was %s", figure_digits(a, now, 4, false), figure_digits(b, before, 4, false));
}

static void draw_weights(const struct block_view *v, struct canvas *c, int row, int rows)
{
	size_t at[256], all, n, shown = rows > 256 ? 256 : rows > 0 ? (size_t)rows : 0;
	struct columns t;

	n = block_weights(v, at, shown, &all);
	if (v->flips && rows > 0) {
		draw_outcome(v, c, row++, all);
		rows--;
		n = n < (size_t)rows ? n : (size_t)rows;
	}
	if (n < all && rows > 1)
		n = (size_t)rows - 1;
	if (!n || !columns_new(&t, weight_columns, WEIGHT_COLS, n))
		return;
	for (size_t i = 0; i < n; i++)
		fill_weight(v, &t, i, at[i]);
	for (size_t k = 0; k < WEIGHT_COLS; k++) {
		bool used = false;

		for (size_t i = 0; i < n; i++)
			used |= *columns_cell(&t, i, k) != 0;
		if (!used)
			columns_hide(&t, k);
	}
	columns_fit(&t, 2, c->cols);
	for (size_t i = 0; i < n; i++) {
		bool padding = block_is_padding(v, at[i]);

		columns_row(&t, c, row + (int)i, i, padding ? STYLE_PADDING : STYLE_PLAIN);
		if (padding && t.at[COL_WAS] < 0)	/* the word was given up */
			canvas_glyph(c, row + (int)i, 1, GLYPH_DOT, STYLE_PADDING);
	}
	if (n < all && rows > 1)
		canvas_text(c, row + (int)n, 2, STYLE_DIM, "… %zu more weights", all - n);
	columns_drop(&t);
}

/* ---- one line per weight ---- */

enum { TAB_WEIGHT, TAB_BYTE, TAB_BITS, TAB_CODE, TAB_SCALE, TAB_MIN, TAB_VALUE, TABLE_COLS };

static const struct column table_columns[TABLE_COLS] = {
	[TAB_WEIGHT] = { "weight", 0 },
	[TAB_BYTE]   = { "byte", 4, .left = true },
	[TAB_BITS]   = { "bits", 3, .left = true },
	[TAB_CODE]   = { "code", 5, .style = STYLE_CODE },
	[TAB_SCALE]  = { "scale", 2, .style = STYLE_SCALE },
	[TAB_MIN]    = { "minimum", 1, .style = STYLE_MIN },
	[TAB_VALUE]  = { "value", 0 },
};

static void event_text(const struct trace_event *e, char *to)
{
	char buf[NUMBER_SIZE];

	if (e)
		strncpy(to, number_short(buf, trace_result(e)), COLUMN_TEXT - 1);
}

static void fill_table(const struct block_view *v, struct columns *t, size_t row, size_t w)
{
	struct block_line l;
	char buf[NUMBER_SIZE];
	struct text name = { 0 };

	block_line(v, w, &l);
	text_add(&name, "%s%zu", block_weight_changed(v, w) ? "*" : "", l.weight);
	strncpy(columns_cell(t, row, TAB_WEIGHT), text_str(&name), COLUMN_TEXT - 1);
	strncpy(columns_cell(t, row, TAB_BYTE), text_str(&l.byte), COLUMN_TEXT - 1);
	strncpy(columns_cell(t, row, TAB_BITS), text_str(&l.bits), COLUMN_TEXT - 1);
	event_text(l.code, columns_cell(t, row, TAB_CODE));
	event_text(l.scale, columns_cell(t, row, TAB_SCALE));
	event_text(l.minimum, columns_cell(t, row, TAB_MIN));
	strcpy(columns_cell(t, row, TAB_VALUE), number_short(buf, l.value));
	text_drop(&name);
	text_drop(&l.byte);
	text_drop(&l.bits);
}

static void draw_csv_line(const struct block_view *v, struct canvas *c, int row, size_t w)
{
	struct block_line l;
	const struct trace_event *part[3];
	struct text t = { 0 };
	char buf[NUMBER_SIZE];

	block_line(v, w, &l);
	part[0] = l.code;
	part[1] = l.scale;
	part[2] = l.minimum;
	text_add(&t, "%zu,%s,%s", l.weight, text_str(&l.byte), text_str(&l.bits));
	for (int i = 0; i < 3; i++)
		text_add(&t, ",%s", part[i] ? number_exact(buf, trace_result(part[i]), true) : "");
	text_add(&t, ",%s", number_exact(buf, l.value, true));
	canvas_puts(c, row, 0, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
	text_drop(&l.byte);
	text_drop(&l.bits);
}

static void draw_table(struct block_view *v, struct canvas *c)
{
	int32_t number = v->map.owner[v->bit];
	size_t len = v->map.trace->len, cursor = 0, n = c->rows > 1 ? (size_t)c->rows - 1 : 0;
	struct columns t;
	bool minimum = false;

	if (number != STORED_NONE)
		cursor = v->map.number[number].first;
	n = n < len ? n : len;
	if (n < len && n > 1)
		n--;			/* for the line that counts the rest */
	if (v->top_weight + n > len)
		v->top_weight = len - n;
	if (cursor < v->top_weight)
		v->top_weight = cursor;
	if (n && cursor >= v->top_weight + n)
		v->top_weight = cursor - n + 1;
	if (v->csv) {
		canvas_puts(c, 0, 0, STYLE_PLAIN, "weight,byte,bits,code,scale,minimum,value");
		for (size_t i = 0; i < n; i++)
			draw_csv_line(v, c, 1 + (int)i, v->top_weight + i);
	} else if (columns_new(&t, table_columns, TABLE_COLS, n)) {
		for (size_t i = 0; i < n; i++) {
			fill_table(v, &t, i, v->top_weight + i);
			minimum |= *columns_cell(&t, i, TAB_MIN) != 0;
		}
		if (!minimum)
			columns_hide(&t, TAB_MIN);
		columns_fit(&t, 2, c->cols);
		columns_head(&t, c, 0);
		for (size_t i = 0; i < n; i++) {
			columns_row(&t, c, 1 + (int)i, i, block_is_padding(v, v->top_weight + i) ? STYLE_PADDING : STYLE_PLAIN);
			if (block_is_padding(v, v->top_weight + i))
				canvas_glyph(c, 1 + (int)i, 1, GLYPH_DOT, STYLE_PADDING);
			if (v->top_weight + i == cursor)
				canvas_glyph(c, 1 + (int)i, 0, GLYPH_CHOSEN, STYLE_MARK);
		}
		columns_drop(&t);
	}
	if (n < len)
		canvas_text(c, 1 + (int)n, 2, STYLE_DIM, "… %zu more weights", len - n);
}

/* ---- all together ---- */

/* Lines of each part. What there is room for is given out in the order of `share_out`. */
struct plan { int blank0, grid, blank1, head, before, own, after, below, mark, blank2, weights; };

static int plan_lines(const struct plan *p)
{
	return p->blank0 + p->grid + p->blank1 + p->head + p->before + p->own + p->after + p->below + p->mark + p->blank2 + p->weights;
}

static void give(int *part, int wanted, int *left)
{
	int more = wanted - *part;

	more = more < *left ? more : *left;
	if (more > 0) {
		*part += more;
		*left -= more;
	}
}

static struct plan share_out(const struct plan *want, int rows, bool single)
{
	struct plan p = { .grid = 1, .own = want->own };
	int left = rows - p.grid - p.own, row = single ? 3 : 2;

	give(&p.weights, 1, &left);
	give(&p.below, want->below, &left);
	give(&p.mark, want->mark, &left);
	give(&p.grid, want->grid < row ? want->grid : row, &left);
	give(&p.weights, want->weights < 2 ? want->weights : 2, &left);
	give(&p.before, want->before, &left);
	give(&p.after, want->after, &left);
	give(&p.weights, want->weights < 4 ? want->weights : 4, &left);
	give(&p.grid, want->grid < 8 ? want->grid : 8, &left);
	give(&p.head, want->head, &left);
	give(&p.blank1, want->blank1, &left);
	give(&p.blank2, want->blank2, &left);
	give(&p.grid, want->grid, &left);
	give(&p.weights, want->weights, &left);
	give(&p.blank0, want->blank0, &left);
	return p;
}

static struct plan plan_for(const struct block_view *v, const struct grid *g, const struct line *line, size_t n, const struct places *p,
			    int room)
{
	struct plan want = { .blank0 = 1, .blank1 = 1, .head = 1, .own = 1, .mark = 1, .blank2 = 1 };
	size_t all, at[1];

	for (size_t i = 0, seen = 0; i < n; i++) {
		seen |= line[i].cursor;
		if (!line[i].cursor)
			++*(seen ? &want.after : &want.before);
	}
	want.grid = grid_lines(v, g);
	want.below = p->below;
	block_weights(v, at, 1, &all);
	want.weights = (all > WEIGHTS_SHOWN ? WEIGHTS_SHOWN + 1 : (int)all) + (v->flips != 0);
	/* A taller body shows more of them. */
	if (all > WEIGHTS_SHOWN && room > plan_lines(&want))
		want.weights = room - plan_lines(&want) + want.weights < (int)all + (v->flips != 0) ?
			       room - plan_lines(&want) + want.weights : (int)all + (v->flips != 0);
	return want;
}

static void drop_lines(struct line *line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		text_drop(&line[i].stands);
		text_drop(&line[i].brief);
	}
}

int block_height(const void *state, int cols)
{
	const struct block_view *v = state;
	struct line line[LINES_MAX];
	struct places p;
	struct plan want;
	struct grid g;
	size_t n;

	if (!v->before)
		return 1;
	if (v->table)
		return 1 + (int)v->map.trace->len;
	g = grid_for(v, cols);
	n = lines_of(v, line);
	p = places_for(line, n, cols);
	want = plan_for(v, &g, line, n, &p, 0);
	drop_lines(line, n);
	return plan_lines(&want);
}

void block_draw(void *state, struct canvas *c)
{
	struct block_view *v = state;
	struct line line[LINES_MAX];
	struct places places;
	struct plan want, p;
	struct grid g;
	size_t n, cursor = 0;
	int row;

	if (!v->before) {
		canvas_puts(c, 0, 2, STYLE_WARN, "not enough memory for this block");
		return;
	}
	if (v->table) {
		draw_table(v, c);
		return;
	}
	g = grid_for(v, c->cols);
	n = lines_of(v, line);
	places = places_for(line, n, c->cols);
	want = plan_for(v, &g, line, n, &places, c->rows);
	p = share_out(&want, c->rows, g.single);
	row = p.blank0;
	draw_grid(v, c, &g, row, p.grid);
	row += p.grid + p.blank1;
	if (p.head) {
		canvas_puts(c, row, 2, STYLE_DIM, "field");
		if (places.bytes)
			canvas_puts(c, row, places.bytes, STYLE_DIM, "bytes");
		canvas_puts(c, row, places.bits, STYLE_DIM, "bits");
		if (!places.below)
			canvas_puts(c, row, places.stands, STYLE_DIM, "stands for");
		row++;
	}
	while (cursor < n && !line[cursor].cursor)
		cursor++;
	/* With too little room for all that comes before, the nearest to the cursor stay. */
	for (size_t i = cursor - (size_t)p.before; i < n && i <= cursor + (size_t)p.after; i++) {
		draw_line(v, c, row++, &line[i], &places);
		if (i != cursor)
			continue;
		if (p.below)
			canvas_fit(c, row++, 4, c->cols - 4, STYLE_PLAIN, stands_within(&line[i], c->cols - 4));
		if (!p.mark)
			continue;
		if (v->unit == UNIT_BIT)
			draw_bit_mark(v, c, row++, places.bits, &line[i]);
		else
			draw_labels(v, c, row++, places.bits, &line[i]);
	}
	row += p.blank2;
	draw_weights(v, c, row, p.weights);
	drop_lines(line, n);
}
