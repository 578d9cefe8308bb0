/*
 * match_draw.c - the picture of a group: its weights, signs and magnitudes in lines, the candidates as a list, what comes back, and the bits.
 *
 * When narrow the eight weights stand in two lines of four, and the list gives up the bar, the weighted distance, the cosine, the marks in
 * words. When low the bits go first, then what comes back, the signs, the magnitudes; the candidates always stay.
 */
#include "views/match_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views/columns.h"
#include "views/figure.h"

/* ---- the weights, line by line ---- */

enum strip { STRIP_X, STRIP_SIGN, STRIP_KEPT, STRIP_SIZE, STRIP_BACK, STRIP_BITS, STRIPS };

static const char *const strip_name[STRIPS] = { "x", "sign", "sign kept", "|x|", "back", "bits" };

/* How the weights are set out: so many on a line, in cells so wide, behind the label. */
struct setting_out { int per_line, cell, label, decimals; };

static struct setting_out set_out(const struct match_view *v, int cols)
{
	const struct match *m = &v->m;
	double most = 0;
	struct setting_out s = { m->len, 0, 13, 0 };

	for (int i = 0; i < m->len; i++)
		most = fmax(most, fmax(fabs((double)m->x[i]), isfinite(m->back[i]) ? fabs((double)m->back[i]) : 0));
	s.decimals = figure_decimals(most, 3);
	s.cell = s.decimals + (most >= 1 ? 4 + (int)log10(most) : 3);
	if (s.label + s.per_line * s.cell > cols) {
		s.label = 7;
		s.cell--;
	}
	while (s.per_line > 1 && s.label + s.per_line * s.cell > cols)
		s.per_line /= 2;
	return s;
}

bool match_signed(const struct match_view *v)
{
	return v->m.shift == 0;
}

static bool has_strip(const struct match_view *v, enum strip s)
{
	return match_signed(v) || s == STRIP_X || s == STRIP_BACK || s == STRIP_BITS;
}

static void put_cell(struct canvas *c, int row, int end, const struct match *m, int i, enum strip strip, int decimals, bool known)
{
	char buf[FIGURE_SIZE];

	switch (strip) {
	case STRIP_X:
		canvas_right(c, row, end, STYLE_PLAIN, "%s", figure_bare(buf, (double)m->x[i], decimals, true));
		break;
	case STRIP_SIZE:
		canvas_right(c, row, end, STYLE_PLAIN, "%s", figure_bare(buf, fabs((double)m->x[i]), decimals, false));
		break;
	case STRIP_BACK:
		canvas_right(c, row, end, known ? STYLE_CODE : STYLE_DIM, "%s", figure_bare(buf, (double)m->back[i], decimals, true));
		break;
	case STRIP_SIGN:
		canvas_puts(c, row, end - 4, STYLE_SIGN, (m->minus[i] != m->turned[i]) ? "-" : "+");
		break;
	default:
		canvas_puts(c, row, end - 5, m->turned[i] ? STYLE_WARN : STYLE_SIGN, m->turned[i] ? m->minus[i] ? "[-]" : "[+]" : m->minus[i] ? " - " : " + ");
	}
}

/* What is said behind a line, where there is room. */
static void strip_note(const struct match_view *v, enum strip strip, struct text *out)
{
	const struct match *m = &v->m;
	int minus = 0, turned = -1;
	char buf[FIGURE_SIZE];

	for (int i = 0; i < m->len; i++) {
		minus += m->minus[i] != m->turned[i];
		turned = m->turned[i] ? i : turned;
	}
	if (strip == STRIP_SIGN && v->even_signs && m->len == 8)
		text_add(out, "%d minus, %s", minus, minus % 2 ? "odd" : "even");
	else if (strip == STRIP_SIGN && v->even_signs)
		text_add(out, "%d minus here", minus);
	else if (strip == STRIP_KEPT && turned >= 0)
		text_add(out, "w%d turned", turned);
	else if (strip == STRIP_KEPT)
		text_put(out, "none turned");
	else if (strip == STRIP_SIZE || (strip == STRIP_X && !match_signed(v)))
		text_add(out, "%s %s", match_known(v, "sc", m->sub) ? "db" : "db will be", figure_digits(buf, (double)m->scale, 3, false));
}

static void put_label(struct canvas *c, int row, enum strip strip, const struct setting_out *s)
{
	bool brief = s->label < 10;

	canvas_puts(c, row, brief ? 1 : 2, STYLE_DIM, brief && strip == STRIP_KEPT ? "kept" : strip_name[strip]);
}

static int draw_strip(const struct match_view *v, struct canvas *c, int row, enum strip strip, const struct setting_out *s)
{
	struct text note = { 0 };
	int end = 0;

	put_label(c, row, strip, s);
	for (int i = 0; i < v->m.len; i++) {
		end = s->label + (i % s->per_line + 1) * s->cell;
		if (i && i % s->per_line == 0)
			row++;
		put_cell(c, row, end - 1, &v->m, i, strip, s->decimals, match_known(v, "back", v->group * (size_t)v->m.len + (size_t)i));
	}
	strip_note(v, strip, &note);
	end -= strip != STRIP_SIZE && strip != STRIP_X;
	if (note.len && end + (int)note.len <= c->cols)
		canvas_puts(c, row, end, strip == STRIP_KEPT ? STYLE_WARN : STYLE_DIM, text_str(&note));
	text_drop(&note);
	return row + 1;
}

/* "index d2 = 210   signs 1000111 = 7 bits, the 8th follows by parity" */
static void bits_line(const struct match_view *v, struct text *out)
{
	const struct match *m = &v->m;
	int hex = m->entries > 256 ? 3 : 2;

	if (m->stored < 0)
		return;
	text_add(out, "index %0*x = %d", hex, m->stored, m->stored);
	if (!match_signed(v)) {
		text_add(out, "   shift %s1/8, one bit for %s", m->shift < 0 ? "-" : "+", v->q.blocks.codec->sub_len > 16 ? "the sub-block" : "eight weights");
		return;
	}
	text_put(out, "   signs ");
	for (int i = m->len - 1 - (v->even_signs && m->len == 8); i >= 0; i--)
		text_put(out, m->minus[i] ? "1" : "0");
	if (v->even_signs && m->len == 8)
		text_put(out, " = 7 bits, the 8th follows by parity");
	else if (v->even_signs)
		text_put(out, ", 7 bits for two groups; 8th by parity");
	else
		text_add(out, " = %d bits", m->len);
}

/* ---- the candidates ---- */

enum { COL_RANK, COL_ENTRY, COL_LEVELS, COL_DISTANCE, COL_WEIGHTED, COL_COSINE, COL_BAR, COL_MARK, COLS };
enum { BAR = 6 };

static const struct column list_columns[COLS] = {
	[COL_RANK]     = { "rank", 0, .least = 4 },
	[COL_ENTRY]    = { "entry", 0, .gap = 1, .least = 5, .style = STYLE_INDEX },
	[COL_LEVELS]   = { "magnitudes", 5, .left = true, .gap = 1 },
	[COL_DISTANCE] = { "distance", 0 },
	[COL_WEIGHTED] = { "weighted", 2 },
	[COL_COSINE]   = { "cosine", 3 },
	[COL_BAR]      = { "", 1, .left = true, .least = BAR },
	[COL_MARK]     = { "", 4, .left = true, .gap = 1, .style = STYLE_GOOD },
};

static double key_of(const struct match_candidate *c, enum match_by by)
{
	return by == MATCH_DISTANCE ? c->distance : by == MATCH_WEIGHTED ? c->weighted : c->cosine;
}

static const char *mark_of(const struct match_view *v, const struct match_candidate *c)
{
	static const char *const first[MATCH_ORDERS] = { "nearest", "weighted", "cosine" };

	if (c->stored)
		return match_known(v, "entry", v->group) ? "stored" : "to come";
	for (enum match_by by = 0; by < MATCH_ORDERS; by++)
		if (by != v->by && c->rank[by] == 1)
			return first[by];
	return "";
}

static void list_row(const struct match_view *v, struct columns *t, size_t row, const struct match_candidate *c, int decimals)
{
	char buf[FIGURE_SIZE], *levels = columns_cell(t, row, COL_LEVELS);
	size_t at = 0;

	snprintf(columns_cell(t, row, COL_RANK), COLUMN_TEXT, "%d", c->rank[v->by]);
	snprintf(columns_cell(t, row, COL_ENTRY), COLUMN_TEXT, "%d", c->entry);
	for (int j = 0; j < v->m.len && at < COLUMN_TEXT; j++) {
		double level = (double)(c->level[j] - v->m.shift);

		at += (size_t)snprintf(levels + at, COLUMN_TEXT - at, match_signed(v) ? "%4.0f" : "%3.0f", level);
	}
	snprintf(columns_cell(t, row, COL_DISTANCE), COLUMN_TEXT, "%s", figure_bare(buf, c->distance, decimals, false));
	snprintf(columns_cell(t, row, COL_WEIGHTED), COLUMN_TEXT, "%s", figure_digits(buf, c->weighted, 4, false));
	snprintf(columns_cell(t, row, COL_COSINE), COLUMN_TEXT, "%s", figure_bare(buf, c->cosine, 4, false));
	snprintf(columns_cell(t, row, COL_MARK), COLUMN_TEXT, "%s", mark_of(v, c));
}

static void name_levels(const struct match_view *v, struct column column[COLS])
{
	memcpy(column, list_columns, sizeof list_columns);
	column[COL_LEVELS].head = match_signed(v) ? v->m.len == 8 ? "eight magnitudes" : "four magnitudes" : v->m.shift < 0 ? "eight levels, each - 1/8" :
				  "eight levels, each + 1/8";
	column[COL_LEVELS].head_left = true;
}

/* Head and `rows` lines from `row` on. */
static void draw_list(struct match_view *v, struct canvas *c, int row, int rows)
{
	size_t n = (size_t)v->m.entries, seen = rows > 0 ? (size_t)rows : 0;
	struct column column[COLS];
	struct columns t;
	double most = 0;
	int decimals;

	if (v->cursor < v->top)
		v->top = v->cursor;
	if (seen && v->cursor >= v->top + seen)
		v->top = v->cursor - seen + 1;
	if (v->top + seen > n)
		v->top = n > seen ? n - seen : 0;
	v->list_row = row + 1;
	v->page = seen;
	name_levels(v, column);
	if (!columns_new(&t, column, COLS, seen))
		return;
	decimals = figure_decimals(v->m.candidate[v->top].distance, 4);
	for (size_t i = 0; i < seen && v->top + i < n; i++) {
		list_row(v, &t, i, &v->m.candidate[v->top + i], decimals);
		most = fmax(most, fabs(key_of(&v->m.candidate[v->top + i], v->by)));
	}
	if (v->by != MATCH_WEIGHTED)
		columns_hide(&t, COL_WEIGHTED);
	columns_fit(&t, 2, c->cols);
	columns_head(&t, c, row);
	for (size_t i = 0; i < seen && v->top + i < n; i++) {
		const struct match_candidate *one = &v->m.candidate[v->top + i];
		int at = row + 1 + (int)i;

		columns_row(&t, c, at, i, STYLE_PLAIN);
		if (t.at[COL_BAR] >= 0)
			canvas_bar(c, at, t.at[COL_BAR], BAR, most > 0 ? fabs(key_of(one, v->by)) / most : 0, one->stored ? STYLE_GOOD : STYLE_DIM);
		if (one->stored)
			canvas_mark(c, at, 2, c->cols - 2, MARK_BOLD);
		if (v->top + i == v->cursor)
			canvas_glyph(c, at, 0, GLYPH_CHOSEN, STYLE_CURSOR);
		if (one->stored && t.at[COL_MARK] < 0)
			canvas_puts(c, at, 1, STYLE_GOOD, "*");
	}
	columns_drop(&t);
}

/* ---- the body ---- */

void match_no_codebook(const struct match_view *v, struct text *out)
{
	const struct codec *c = v->q.blocks.codec;

	text_add(out, "%s has no vector codebook: each of its codes stands for one weight.", c->name);
	if (c->codes)
		text_add(out, " Its codes: %s.", c->codes);
}

static void draw_without(const struct match_view *v, struct canvas *c)
{
	struct lines l = { 0 };
	struct text t = { 0 };

	lines_begin(&l, c->cols);
	match_no_codebook(v, &t);
	lines_add(&l, STYLE_PLAIN, 0, NULL, 2, text_str(&t));
	lines_gap(&l);
	lines_add(&l, STYLE_PLAIN, 0, NULL, 2, "line  shows which of them each weight lands on: Enter opens it.");
	lines_draw(&l, c, 0, 0);
	text_drop(&t);
	lines_drop(&l);
}

/* Which strips are drawn in so many rows, list and head included. */
static int choose_strips(const struct match_view *v, const struct setting_out *s, int rows, bool wanted[STRIPS])
{
	static const enum strip order[] = { STRIP_X, STRIP_SIZE, STRIP_KEPT, STRIP_SIGN, STRIP_BACK, STRIP_BITS };
	int each = (v->m.len + s->per_line - 1) / s->per_line, used = 0;
	int list = rows < 6 ? 3 : rows < 9 ? 4 : 5;	/* head and some candidates */

	if (list > 1 + (int)v->wanted)
		list = 1 + (int)v->wanted;
	memset(wanted, 0, STRIPS * sizeof *wanted);
	for (size_t i = 0; i < STRIPS; i++) {
		int need = order[i] == STRIP_BITS ? 1 : each;

		if (!has_strip(v, order[i]) || used + need > rows - list)
			continue;
		wanted[order[i]] = true;
		used += need;
	}
	return used;
}

int match_height(const void *state, int cols)
{
	const struct match_view *v = state;
	struct setting_out s;
	bool strips[STRIPS];

	if (!v->m.candidate)
		return 6;
	if (v->map)
		return match_map_height(v, cols);
	s = set_out(v, cols);
	return choose_strips(v, &s, 100, strips) + 1 + (int)(v->wanted < (size_t)v->m.entries ? v->wanted : (size_t)v->m.entries);
}

void match_draw(void *state, struct canvas *c)
{
	struct match_view *v = state;
	struct setting_out s;
	struct text t = { 0 };
	bool strips[STRIPS];
	int row = 0, used;

	if (!v->m.candidate) {
		draw_without(v, c);
		return;
	}
	if (v->map) {
		match_map_draw(v, c);
		return;
	}
	s = set_out(v, c->cols);
	used = choose_strips(v, &s, c->rows, strips);
	for (enum strip i = STRIP_X; i <= STRIP_SIZE; i++)
		if (strips[i])
			row = draw_strip(v, c, row, i, &s);
	draw_list(v, c, row, c->rows - used - 1);
	row += c->rows - used;
	if (strips[STRIP_BACK])
		row = draw_strip(v, c, row, STRIP_BACK, &s);
	if (strips[STRIP_BITS]) {
		put_label(c, row, STRIP_BITS, &s);
		bits_line(v, &t);
		canvas_fit(c, row, s.label, c->cols - s.label, match_known(v, "index", v->group) ? STYLE_INDEX : STYLE_DIM, text_str(&t));
	}
	text_drop(&t);
}
