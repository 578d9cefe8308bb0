/*
 * browse.c - what is in a weight file.
 *
 *	   tensor                type    rows x cols     MiB    b/w
 *	   token_embd.weight     q6_K  128256 x 2048  205.49   6.56
 *	 ▾ blk.0                           9 tensors   37.02   5.11
 *	     attn_k.weight       q4_K     512 x 2048    0.56   4.50
 *	»    ffn_down.weight     q6_K    2048 x 8192   13.12   6.56
 *	 ▸ blk.1                           9 tensors   37.02   5.11
 *
 * Two more columns where figures are known (session/figures.h): the relative error, and the largest weight. In the pane they are measured
 * while the list is shown, the tensor under the cursor first; elsewhere commands measure before they show it.
 *
 * Gives up, when the width shrinks: the largest weight, bits per weight, MiB, the shape, the error, the type, but never the column it is
 * sorted by; then names are cut.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codec.h"
#include "engine/measure.h"
#include "session/figures.h"
#include "session/survey.h"
#include "views/browse_figures.h"
#include "views/browse_list.h"
#include "views/figure.h"
#include "views/view.h"

enum { FIND_MAX = 60, NAME_MIN = 14, ROWS_FOR_STATUS = 8, ROWS_FOR_BLOCKS = 20, BLOCK_ROWS = 6, BLOCK_ROWS_MOST = 14 };

struct browse {
	struct session *session;
	struct value *subject;
	const struct model *m;
	struct browse_list list;
	char where[160];	/* the filter; "": none */
	size_t top;		/* first row shown */
	size_t page;		/* rows shown when it was drawn last */
	int width[6], names, names_flat;	/* what the widest cell of each column and the longest name need */
	char find[FIND_MAX];
	bool typing;		/* the words to find are being typed */
	size_t before_find;	/* the tensor to go back to with Esc */
	struct survey *survey;	/* held */
	size_t seen;		/* so many were known when it was drawn last */
	bool later, begun;	/* the worker may measure; it was asked to */
	bool measuring;		/* and does */
	size_t marked[2]; int marks;
	const struct codec *codec;	/* asked for: what it would lose; NULL none */
};

/* ---- columns ---- */

enum column { TYPE, SHAPE, SIZE, BITS, REL, MAX, COLUMNS };

static const struct { const char *head; enum browse_sort sort; int give_up; /* 0 first */ } columns[COLUMNS] = {
	[TYPE] = { "type", SORT_TYPE, 5 }, [SHAPE] = { "rows x cols", SORT_WEIGHTS, 3 },
	[SIZE] = { "MiB", SORT_SIZE, 2 }, [BITS] = { "b/w", SORT_BITS, 1 },
	[REL] = { "rel err", SORT_REL, 4 }, [MAX] = { "max|w|", SORT_MAX, 0 },
};

static void write_cell(const struct browse *v, const struct browse_row *r, enum column column, char *buf, size_t size)
{
	const struct tensor_entry *e = &v->m->tensor[r->tensor];
	const struct browse_group *g = r->is_group ? &v->list.group[r->group] : NULL;
	double weights = g ? (double)g->weights : e->size ? (double)e->rows * (double)e->cols : 0, bytes = g ? (double)g->bytes : (double)e->size;
	const struct figures *f = g ? NULL : survey_at(v->survey, r->tensor);
	char number[FIGURE_SIZE];
	double rel;

	buf[0] = 0;
	switch (column) {
	case TYPE:
		if (!g)
			snprintf(buf, size, "%s", e->type_name);
		break;
	case SHAPE:
		if (g)
			snprintf(buf, size, "%zu tensors", g->tensors);
		else if (e->fault == FAULT_SHAPE)
			snprintf(buf, size, "?");
		else if (e->dims > 1)
			snprintf(buf, size, "%zu x %zu", e->rows, e->cols);
		else
			snprintf(buf, size, "%zu", e->cols);
		break;
	case SIZE:
		if (bytes > 0)
			snprintf(buf, size, "%.2f", bytes / 1048576);
		break;
	case BITS:
		if (weights > 0)
			snprintf(buf, size, "%.2f", 8 * bytes / weights);
		break;
	case REL:
		rel = g ? browse_group_rel(&v->list, r->group) : f && f->lost ? f->rel : NAN;
		if (!isnan(rel))
			snprintf(buf, size, "%s", figure_bare(number, rel, 4, false));
		break;
	case MAX:
		if (!g && f && f->measured && !isnan(f->spread.absmax))
			snprintf(buf, size, "%s", figure_fixed(number, f->spread.absmax, f->spread.absmax < 0.01 ? 4 : 2, false));
		break;
	case COLUMNS:
		break;
	}
}

struct layout { int name, width[COLUMNS]; /* 0: given up */ };

static int widest(const struct browse *v, enum column column)
{
	int most = (int)strlen(columns[column].head);
	char cell[64];

	for (size_t i = 0; i < v->m->tensors; i++) {
		write_cell(v, &(struct browse_row){ false, SIZE_MAX, i }, column, cell, sizeof cell);
		most = (int)strlen(cell) > most ? (int)strlen(cell) : most;
	}
	for (size_t i = 0; i < v->list.groups; i++) {
		write_cell(v, &(struct browse_row){ true, i, v->list.group[i].place }, column, cell, sizeof cell);
		most = (int)strlen(cell) > most ? (int)strlen(cell) : most;
	}
	return most;
}

static int name_indent(const struct browse_row *r)
{
	return !r->is_group && r->group != SIZE_MAX ? 5 : 3;
}

static void shown_name(const struct browse *v, const struct browse_row *r, struct text *out)
{
	const char *name = browse_row_name(&v->list, r);

	text_escape(out, name, strlen(name), 0);
}

static int longer(const struct browse *v, const struct browse_row *r, int most)
{
	struct text name = { 0 };
	int width;

	shown_name(v, r, &name);
	width = (int)text_width(text_str(&name), name.len) + name_indent(r) - 3;
	text_drop(&name);
	return width > 200 ? 200 : width > most ? width : most;
}

/* Once, of all rows, folded or not, so that nothing jumps when a group opens. */
static void measure_columns(struct browse *v)
{
	v->names = v->names_flat = NAME_MIN;
	for (int i = 0; i < REL; i++)
		v->width[i] = widest(v, (enum column)i);
	for (size_t i = 0; i < v->m->tensors; i++) {
		v->names = longer(v, &(struct browse_row){ false, v->list.group_of[i], i }, v->names);
		v->names_flat = longer(v, &(struct browse_row){ false, SIZE_MAX, i }, v->names_flat);
	}
	for (size_t i = 0; i < v->list.groups; i++)
		v->names = longer(v, &(struct browse_row){ true, i, v->list.group[i].place }, v->names);
}

static int room_needed(const struct layout *l, int name)
{
	int sum = 3 + name;

	for (int i = 0; i < COLUMNS; i++)
		sum += l->width[i] ? l->width[i] + 2 : 0;
	return sum;
}

static struct layout lay_out(const struct browse *v, int cols)
{
	struct layout l;
	int names = browse_is_flat(&v->list) ? v->names_flat : v->names, least = names < 24 ? names : 24;

	memcpy(l.width, v->width, sizeof l.width);
	l.width[REL] = survey_has_losses(v->survey) && v->seen ? 7 : 0;
	l.width[MAX] = v->seen ? 6 : 0;
	for (int round = 0; round < COLUMNS && room_needed(&l, round < 3 ? least : NAME_MIN) > cols; round++)
		for (int i = 0; i < COLUMNS; i++)
			if (columns[i].give_up == round && columns[i].sort != v->list.sort)
				l.width[i] = 0;
	l.name = cols - room_needed(&l, 0);
	l.name = l.name < names ? l.name : names;
	return l;
}

/* ---- drawing ---- */

static void draw_head(const struct browse *v, struct canvas *c, const struct layout *l)
{
	int col = 3 + l->name;

	canvas_fit(c, 0, 3, l->name, v->list.sort == SORT_NAME ? STYLE_MARK : STYLE_DIM, "tensor");
	for (int i = 0; i < COLUMNS; i++) {
		enum style style = columns[i].sort == v->list.sort ? STYLE_MARK : STYLE_DIM;

		if (!l->width[i])
			continue;
		col += 2 + l->width[i];
		if (i == TYPE)
			canvas_puts(c, 0, col - l->width[i], style, columns[i].head);
		else
			canvas_right(c, 0, col, style, "%s", columns[i].head);
	}
}

static bool is_marked(const struct browse *v, const struct browse_row *r)
{
	for (int i = 0; i < v->marks; i++)
		if (!r->is_group && v->marked[i] == r->tensor)
			return true;
	return false;
}

static void draw_row(const struct browse *v, struct canvas *c, int row, size_t at, const struct layout *l)
{
	const struct browse_row *r = &v->list.row[at];
	const struct tensor_entry *e = &v->m->tensor[r->tensor];
	bool bad = !r->is_group && e->fault != FAULT_NONE;
	enum style style = bad ? STYLE_BAD : STYLE_PLAIN;
	int indent = name_indent(r), col = 3 + l->name;
	struct text name = { 0 };
	char cell[64];

	shown_name(v, r, &name);
	if (r->is_group)
		canvas_glyph(c, row, 1, v->list.group[r->group].open ? GLYPH_OPEN : GLYPH_FOLDED, STYLE_INDEX);
	canvas_fit(c, row, indent, l->name - indent + 3, style, text_str(&name));
	if (bad)
		canvas_puts(c, row, indent - 1, STYLE_BAD, "!");
	for (int i = 0; i < COLUMNS; i++) {
		if (!l->width[i])
			continue;
		write_cell(v, r, (enum column)i, cell, sizeof cell);
		col += 2 + l->width[i];
		if (i == TYPE)
			canvas_puts(c, row, col - l->width[i], bad ? STYLE_BAD : STYLE_CODE, cell);
		else
			canvas_right(c, row, col, r->is_group ? STYLE_DIM : style, "%s", cell);
	}
	if (is_marked(v, r))
		canvas_puts(c, row, 1, STYLE_MARK, "+");
	if (at == v->list.cursor) {
		canvas_restyle(c, row, 0, c->cols, STYLE_CURSOR, 0);
		canvas_glyph(c, row, 0, GLYPH_MARKED, STYLE_CURSOR);
	}
	text_drop(&name);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void draw_status(const struct browse *v, struct canvas *c, int row)
{
	struct text t = { 0 };

	if (v->typing || v->find[0]) {
		text_add(&t, "find: %s%s", v->find, v->typing ? "_" : "");
		if (v->find[0])
			text_add(&t, "   %zu of %zu", browse_count(&v->list, v->find), v->list.tensors);
		text_put(&t, "   ");
	}
	if (!v->typing) {
		text_add(&t, "sort: %s%s", browse_sort_name(v->list.sort), v->list.reverse ? ", reversed" : "");
		if (v->where[0])
			text_add(&t, "   filter: %s   %zu of %zu", v->where, v->list.tensors, v->m->tensors);
		if (v->m->reference) {
			text_put(&t, "   reference: ");
			text_escape(&t, base_name(v->m->reference->path), strlen(base_name(v->m->reference->path)), 0);
		}
	}
	canvas_fit(c, row, 1, c->cols - 2, v->typing ? STYLE_MARK : STYLE_DIM, text_str(&t));
	text_drop(&t);
}

static void keep_in_sight(struct browse *v, size_t page)
{
	size_t rows = v->list.rows, at = v->list.cursor;

	v->page = page;
	if (v->top > at)
		v->top = at;
	if (page && at >= v->top + page)
		v->top = at - page + 1;
	if (rows <= page)
		v->top = 0;
	else if (v->top > rows - page)
		v->top = rows - page;
}

/* What became known since the last drawing may stand elsewhere in the order. */
static void look_again(struct browse *v)
{
	size_t known = survey_known(v->survey);

	if (known != v->seen && (v->list.sort == SORT_REL || v->list.sort == SORT_MAX) && v->list.rows)
		browse_list_sort(&v->list, v->list.sort, v->list.reverse);
	v->seen = known;
}

static void browse_draw(void *state, struct canvas *c)
{
	struct browse *v = state;
	bool status = c->rows >= ROWS_FOR_STATUS || v->typing;
	int room = c->rows - 1 - (status ? c->rows >= ROWS_FOR_STATUS ? 2 : 1 : 0), blocks = 0;
	size_t page, below;
	struct layout l;

	look_again(v);
	l = lay_out(v, c->cols);
	if (room >= ROWS_FOR_BLOCKS && v->seen) {
		int free_rows = room - (int)v->list.rows;
		struct canvas under;

		blocks = free_rows > BLOCK_ROWS ? free_rows : BLOCK_ROWS;
		blocks = blocks > BLOCK_ROWS_MOST ? BLOCK_ROWS_MOST : blocks;
		under = canvas_part(c, c->rows - blocks + 1, 0, blocks - 1, c->cols);
		if (browse_draw_blocks(&v->list, &under))
			room -= blocks;
		else
			blocks = 0;
	}
	page = room > 0 ? (size_t)room : 0;
	if (page && v->list.rows > page)
		page--;		/* the last line says what is left out */
	keep_in_sight(v, page);
	draw_head(v, c, &l);
	for (size_t i = 0; i < page && v->top + i < v->list.rows; i++)
		draw_row(v, c, 1 + (int)i, v->top + i, &l);
	below = v->list.rows > v->top + page ? v->list.rows - v->top - page : 0;
	if (v->list.rows > page && room > 0 && v->top && below)
		canvas_text(c, 1 + (int)page, 3, STYLE_DIM, "… %zu more above, %zu below", v->top, below);
	else if (v->list.rows > page && room > 0)
		canvas_text(c, 1 + (int)page, 3, STYLE_DIM, "… %zu more %s", v->top + below, v->top ? "above" : "below");
	if (!v->list.rows)
		canvas_puts(c, 1, 3, STYLE_DIM, v->m->tensors ? "no tensor is like that" : "the file has no tensors; meta lists its keys");
	if (status)
		draw_status(v, c, c->rows - 1 - blocks);
}

static int browse_height(const void *state, int cols)
{
	const struct browse *v = state;

	(void)cols;
	return 1 + (v->list.rows ? (int)v->list.rows : 1) + 2;
}

static void put_count(struct text *out, double n)
{
	static const struct { double from; const char *word; } units[] = { { 1e9, " G" }, { 1e6, " M" }, { 1e3, " k" }, { 0, "" } };
	int k = 0;

	while (n < units[k].from)
		k++;
	text_add(out, "%.4g%s", units[k].from > 0 ? n / units[k].from : n, units[k].word);
}

static void browse_title(const void *state, struct text *left, struct text *right)
{
	const struct browse *v = state;
	char size[NUMBER_SIZE];

	text_escape(left, base_name(v->m->path), strlen(base_name(v->m->path)), 40);
	text_add(left, "   %zu tensor%s   ", v->m->tensors, v->m->tensors == 1 ? "" : "s");
	put_count(left, (double)v->m->weights);
	text_put(left, " weights");
	text_add(right, "%s   %.2f b/w   %s", number_size(size, (double)v->m->bytes), model_bits(v->m), v->m->format->name);
	if (v->m->version)
		text_add(right, " v%u", v->m->version);
	if (v->seen && v->seen < survey_size(v->survey) && !v->measuring)
		text_add(right, "   partial: %zu of %zu", v->seen, survey_size(v->survey));
}

static void browse_facts(const void *state, struct text *out)
{
	const struct browse *v = state;
	const struct browse_row *r = v->list.rows ? &v->list.row[v->list.cursor] : NULL;

	if (r && !r->is_group)
		text_add(out, "%zu of %zu", r->tensor + 1, v->m->tensors);
	else if (r)
		text_escape(out, v->list.group[r->group].name, v->list.group[r->group].len, 30);
}

/* ---- why ---- */

static void put_range(struct browse *v, const struct tensor_entry *e, struct text *out)
{
	char a[NUMBER_SIZE], b[NUMBER_SIZE], m[NUMBER_SIZE], s[NUMBER_SIZE];
	struct spread spread;
	struct error ignored = { 0 };
	struct tensor t;

	if (v->measuring) {
		text_put(out, "\nmeasuring ...");
		return;
	}
	if (e->rows * e->cols > SMALL_WORK) {
		text_add(out, "\nhist %s:", v->subject->label[0] ? v->subject->label : "m");
		text_escape(out, e->name, strlen(e->name), 0);
		text_put(out, "  measures it");
		return;
	}
	if (!e->rows || !e->cols || !model_tensor(v->m, e, &t, &ignored))
		return;
	if (measure_range(&t, &spread, &ignored)) {
		if (spread.count > spread.nan + spread.inf)
			text_add(out, "\nmin %s  max %s\nmean %s  sd %s", figure_range(a, spread.min, spread.absmax),
				 figure_range(b, spread.max, spread.absmax), figure_range(m, spread.mean, spread.absmax),
				 figure_range(s, spread.sd, spread.absmax));
		text_add(out, "\nNaN %zu  Inf %zu", spread.nan, spread.inf);
	}
	tensor_drop(&t);
}

static void why_tensor(struct browse *v, const struct tensor_entry *e, struct text *out)
{
	size_t pair = v->m->reference ? v->m->pair[e - v->m->tensor] : SIZE_MAX;

	tensor_entry_summary(v->m, e, out);
	if (e->fault == FAULT_NONE && survey_at(v->survey, (size_t)(e - v->m->tensor)))
		browse_put_figures(survey_at(v->survey, (size_t)(e - v->m->tensor)), out);
	else if (e->fault == FAULT_NONE)
		put_range(v, e, out);
	browse_put_rule(v->session, v->subject, e, out);
	if (pair != SIZE_MAX) {
		const char *name = v->m->reference->tensor[pair].name;

		text_put(out, "\nin the reference ");
		text_escape(out, name, strlen(name), 60);
	} else if (v->m->reference) {
		text_put(out, "\nnot in the reference");
	}
}

static void why_group(const struct browse *v, const struct browse_group *g, struct text *out)
{
	char size[NUMBER_SIZE];

	text_escape(out, g->name, g->len, 60);
	text_add(out, "\n%zu tensors   ", g->tensors);
	put_count(out, (double)g->weights);
	text_add(out, " weights\n%s", number_size(size, (double)g->bytes));
	if (g->weights)
		text_add(out, "   %.2f b/w", 8.0 * (double)g->bytes / (double)g->weights);
	for (size_t i = g->place, n = 0; n < g->tensors; i++) {
		const struct tensor_entry *e = &v->m->tensor[i];

		if (v->list.group_of[i] != (size_t)(g - v->list.group))
			continue;
		text_add(out, "\n  %-8s ", e->type_name);
		text_escape(out, e->name + g->len + 1, strlen(e->name + g->len + 1), 40);
		n++;
	}
}

static bool browse_why(const void *state, const char *name, struct text *out, struct error *err)
{
	struct browse *v = (struct browse *)state;	/* only to measure; nothing that is seen changes */
	const struct browse_row *r = v->list.rows ? &v->list.row[v->list.cursor] : NULL;
	const struct tensor_entry *e;

	if (!name && r && r->is_group) {
		why_group(v, &v->list.group[r->group], out);
		return true;
	}
	e = name ? model_find(v->m, name) : r ? &v->m->tensor[r->tensor] : NULL;
	if (!e) {
		error_set(err, ERR_ARGUMENT, name ? "no tensor is called so" : "there are no tensors");
		return error_hint(err, "name", "names are those of tensors;  ls %s  lists them", v->subject->label[0] ? v->subject->label : "m");
	}
	why_tensor(v, e, out);
	return true;
}

/* ---- keys ---- */

static const struct view_key browse_keys[] = {
	{ "<Up> <Down>", "move", "move the cursor", true },
	{ "<Left> <Right>", "fold", "fold or open the group", true },
	{ "<Enter>", "inspect", "open the tensor: tree or block of a quantized one, else hist; fold or open a group", true },
	{ "/", "find", "find a name; Enter ends, Esc goes back", true },
	{ ". ,", "next, previous match", "the next or previous name found", false },
	{ "s", "sort", "sort by the next column", true },
	{ "r", "reverse", "reverse the order", false },
	{ "e", "err", "what the tensor lost, or how large its steps are", true },
	{ "h", "hist", "how the weights are spread", true },
	{ "b", "block", "every bit of its first block or numbers", true },
	{ "<Space>", "mark", "mark the tensor for d; two at most", true },
	{ "m", "mark", "the same", false },
	{ "d", "diff", "what differs between the two that are marked, or the marked one and this", true },
	{ "y", "copy", "the tensor's name into the input line", false },
	{ "* -", "open all, fold all", "open or fold all groups", false },
	{ NULL }
};

/* The tensor under the cursor as a value in a view. view NULL: what suits it. */
static void wish_for(struct browse *v, const char *view, struct wish *wish)
{
	const struct browse_row *r = &v->list.row[v->list.cursor];
	const struct tensor_entry *e = &v->m->tensor[r->tensor];
	struct outcome out = { 0 };
	struct error err = { 0 };
	bool blocks;

	if (r->is_group) {
		snprintf(wish->say, sizeof wish->say, "the cursor is on a group; Enter opens it");
		return;
	}
	blocks = e->codec && !(e->codec->flags & CODEC_PLAIN);
	if (!session_tensor(v->session, v->subject, e->name, &out, &err)) {
		snprintf(wish->say, sizeof wish->say, "%.190s", err.text);
		return;
	}
	wish->subject = out.value;
	wish->view = view ? view : !blocks ? "hist" : e->codec->sub_len && e->codec->sub_len != e->codec->block_len ? "tree" : "block";
	snprintf(wish->say, sizeof wish->say, "%.190s", out.note);
}

/* As it can be typed: m:blk.0.attn_q.weight, or in quotes where the name holds what would end it. */
static void type_name(const struct browse *v, const char *name, struct wish *wish)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
	struct text t = { 0 };

	text_add(&t, "%s:", v->subject->label[0] ? v->subject->label : "m");
	if (!name[strspn(name, plain)]) {
		text_put(&t, name);
	} else {
		text_put(&t, "\"");
		for (const unsigned char *p = (const unsigned char *)name; *p; p++)
			text_add(&t, *p < ' ' || *p == 127 ? "\\x%02x" : *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
		text_put(&t, "\"");
	}
	if (t.len < sizeof wish->type)
		strcpy(wish->type, text_str(&t));
	else
		snprintf(wish->say, sizeof wish->say, "the name is too long to be typed");
	text_drop(&t);
}

static void fold(struct browse *v, bool open)
{
	const struct browse_row *r = &v->list.row[v->list.cursor];

	if (!browse_is_flat(&v->list) && r->group != SIZE_MAX && (r->is_group || !open))
		browse_fold(&v->list, r->group, open);
}

static void type_key(struct browse *v, const struct key *k)
{
	size_t n = strlen(v->find);

	if (k->code == KEY_ENTER_) {
		v->typing = false;
	} else if (k->code == KEY_ESC) {
		v->typing = false;
		v->find[0] = 0;
		browse_go_to(&v->list, v->before_find);
	} else if (k->code == KEY_BACK) {
		while (n && ((unsigned char)v->find[--n] & 0xC0) == 0x80)
			;
		v->find[n] = 0;
	} else if (k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch >= ' ' && n + 5 < FIND_MAX) {
		v->find[n + utf8_encode(v->find + n, k->ch)] = 0;
		browse_find(&v->list, v->find, 0);
	}
}

static bool move(struct browse *v, const struct key *k)
{
	size_t last = v->list.rows - 1, page = v->page > 1 ? v->page - 1 : 1, at = v->list.cursor;
	uint32_t ch = k->code == KEY_CHAR ? k->ch : 0;

	if (k->code == KEY_UP_ || ch == 'k')
		at -= at > 0;
	else if (k->code == KEY_DOWN_ || ch == 'j')
		at += at < last;
	else if (k->code == KEY_PGUP)
		at -= at < page ? at : page;
	else if (k->code == KEY_PGDN)
		at = at + page < last ? at + page : last;
	else if (k->code == KEY_HOME_ || ch == 'g')
		at = 0;
	else if (k->code == KEY_END_ || ch == 'G')
		at = last;
	else
		return false;
	v->list.cursor = at;
	return true;
}

/* The order after this one, of those there are numbers for. */
static enum browse_sort next_sort(const struct browse *v)
{
	enum browse_sort sort = v->list.sort;

	do {
		sort = (sort + 1) % SORTS;
	} while ((sort == SORT_REL && !(survey_has_losses(v->survey) && v->seen)) || (sort == SORT_MAX && !v->seen));
	return sort;
}

static bool mark(struct browse *v, struct wish *wish)
{
	const struct browse_row *r = &v->list.row[v->list.cursor];

	if (r->is_group) {
		snprintf(wish->say, sizeof wish->say, "the cursor is on a group; tensors are marked");
		return true;
	}
	for (int i = 0; i < v->marks; i++)
		if (v->marked[i] == r->tensor) {
			v->marked[i] = v->marked[--v->marks];
			return true;
		}
	if (v->marks == 2)
		v->marked[0] = v->marked[--v->marks];		/* the older one goes */
	v->marked[v->marks++] = r->tensor;
	return true;
}

/* At once where that is quick, else as a command that can be stopped. */
static void diff_marked(struct browse *v, struct wish *wish)
{
	const struct browse_row *r = &v->list.row[v->list.cursor];
	size_t a = v->marks ? v->marked[0] : SIZE_MAX, b = v->marks == 2 ? v->marked[1] : r->is_group ? SIZE_MAX : r->tensor;
	struct outcome x = { 0 }, y = { 0 }, out = { 0 };
	struct error err = { 0 };

	if (a == SIZE_MAX || b == SIZE_MAX || a == b) {
		snprintf(wish->say, sizeof wish->say, "Space marks two tensors first; d then tells what differs");
		return;
	}
	if (!session_tensor(v->session, v->subject, v->m->tensor[a].name, &x, &err) ||
	    !session_tensor(v->session, v->subject, v->m->tensor[b].name, &y, &err) ||
	    !session_diff(v->session, x.value, y.value, NULL, &out, &err)) {
		snprintf(wish->say, sizeof wish->say, "%.190s", err.text);
	} else if (out.job) {
		struct wish name = { 0 };

		job_drop(out.job);
		type_name(v, v->m->tensor[a].name, wish);
		type_name(v, v->m->tensor[b].name, &name);
		if (strlen(wish->type) + strlen(name.type) + 8 < sizeof wish->type) {
			struct text line = { 0 };

			text_add(&line, "diff %s %s", wish->type, name.type);
			strcpy(wish->type, text_str(&line));
			text_drop(&line);
		}
	} else {
		wish->view = "diff";
		wish->subject = out.value;
	}
	value_drop(x.value);
	value_drop(y.value);
}

/* Of weights in a codec against the reference, or their steps; of others the command that measures a codec on them. */
static void err_of(struct browse *v, struct wish *wish)
{
	const struct browse_row *r = &v->list.row[v->list.cursor];
	const struct tensor_entry *e = &v->m->tensor[r->tensor];

	if (!r->is_group && e->codec && e->codec->flags & CODEC_PLAIN) {
		struct wish name = { 0 };

		type_name(v, e->name, &name);
		if (*name.type)
			snprintf(wish->type, sizeof wish->type, "err %s %.180s", v->codec ? v->codec->name : "q4_K", name.type);
	} else {
		wish_for(v, "err", wish);
	}
}

static bool press_char(struct browse *v, uint32_t ch, struct wish *wish)
{
	switch (ch) {
	case '/':
		v->typing = true;
		v->find[0] = 0;
		v->before_find = v->list.row[v->list.cursor].tensor;
		return true;
	case '.':
	case ',':
		if (!v->find[0] || !browse_find(&v->list, v->find, ch == '.' ? 1 : -1))
			snprintf(wish->say, sizeof wish->say, v->find[0] ? "no name holds '%s'" : "/ finds a name first", v->find);
		return true;
	case 's':
		browse_list_sort(&v->list, next_sort(v), false);
		return true;
	case ' ':
	case 'm':
		return mark(v, wish);
	case 'd':
		diff_marked(v, wish);
		return true;
	case 'e':
		err_of(v, wish);
		return true;
	case 'r':
		browse_list_sort(&v->list, v->list.sort, !v->list.reverse);
		return true;
	case 'h':
		wish_for(v, "hist", wish);
		return true;
	case 'b':
		wish_for(v, "block", wish);
		return true;
	case '*':
	case '-':
		browse_fold_all(&v->list, ch == '*');
		return true;
	case 'y':
		if (v->list.row[v->list.cursor].is_group)
			snprintf(wish->say, sizeof wish->say, "y copies the name of a tensor; Enter unfolds these");
		else
			type_name(v, v->m->tensor[v->list.row[v->list.cursor].tensor].name, wish);
		return true;
	default:
		return false;
	}
}

static bool browse_press(void *state, const struct key *k, struct wish *wish)
{
	struct browse *v = state;

	if (!v->list.rows || k->ctrl || k->meta)
		return false;
	if (v->typing) {
		type_key(v, k);
		return true;
	}
	if (k->code == KEY_LEFT_ || k->code == KEY_RIGHT_) {
		fold(v, k->code == KEY_RIGHT_);
		return true;
	}
	if (k->code == KEY_ENTER_) {
		const struct browse_row *r = &v->list.row[v->list.cursor];

		if (r->is_group)
			browse_fold(&v->list, r->group, !v->list.group[r->group].open);
		else
			wish_for(v, NULL, wish);
		return true;
	}
	return move(v, k) || (k->code == KEY_CHAR && press_char(v, k->ch, wish));
}

static bool browse_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct browse *v = state;
	size_t at = v->top + (size_t)(row - 1);

	(void)col;
	if (row < 1 || (size_t)row > v->page || at >= v->list.rows)
		return false;
	v->list.cursor = at;
	return !again || browse_press(v, &(struct key){ .code = KEY_ENTER_ }, wish);
}

static bool browse_typing(const void *state)
{
	return ((const struct browse *)state)->typing;
}

/* ---- the rest ---- */

static const struct arg browse_options[] = {
	{ "sort", ARG_CHOICE, .named = true, .choices = "file name type weights size bits rel max", .summary = "order; numbers largest first, and without groups" },
	{ "reverse", ARG_FLAG, .summary = "the other way round" },
	{ "where", ARG_TEXT, .named = true, .summary = "only tensors for which this holds: where=\"type==q4_K and rows>100\"" },
	{ "find", ARG_TEXT, .named = true, .summary = "the cursor on the first name that holds this" },
	{ "all", ARG_FLAG, .summary = "all groups open" },
	{ "codec", ARG_CODEC, .named = true, .optional = true, .summary = "measured in this codec: what it would lose of what the file holds" },
	{ 0 }
};

static void browse_close(void *state)
{
	struct browse *v = state;

	browse_list_drop(&v->list);
	survey_drop(v->survey);
	free(v);
}

/* ---- measuring ---- */

static void browse_later(void *state, bool may)
{
	struct browse *v = state;

	v->later = may;
}

/* Once: what was stopped is not begun again by itself. */
static struct job *browse_work(void *state, struct error *err)
{
	struct browse *v = state;
	struct job *job;
	size_t first = v->list.rows && !v->list.row[v->list.cursor].is_group ? v->list.row[v->list.cursor].tensor : SIZE_MAX;

	if (!v->later || v->begun || survey_whole(v->survey) || !v->m->weights)
		return NULL;
	v->begun = true;
	job = survey_job(v->survey, v->session, v->subject, first, err);
	v->measuring = job != NULL;
	return job;
}

/* The rows that a filter on figures keeps are known now. */
static void browse_worked(void *state, struct job *job)
{
	struct browse *v = state;
	struct browse_list l;
	size_t at = v->list.rows ? v->list.row[v->list.cursor].tensor : 0;

	(void)job;
	v->measuring = false;
	if (!v->where[0] || !browse_list_new(&l, v->m, v->survey, v->where, NULL))
		return;
	browse_list_sort(&l, v->list.sort, v->list.reverse);
	browse_list_drop(&v->list);
	v->list = l;
	if (at < v->m->tensors && v->list.rows)
		browse_go_to(&v->list, at);
}



static void *browse_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct browse *v = calloc(1, sizeof *v);
	const char *find = args_text(options, "find", NULL);
	const struct given *codec = args_get(options, "codec");
	enum browse_sort sort = SORT_FILE;

	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->session = s;
	v->subject = subject;
	v->m = subject->u.model;
	snprintf(v->where, sizeof v->where, "%s", args_text(options, "where", ""));
	v->codec = codec ? codec->codec : NULL;
	v->survey = survey_new(s, subject, v->codec, err);
	browse_sort_by_word(args_text(options, "sort", "file"), &sort);
	if (!v->survey || (sort == SORT_REL && !survey_has_losses(v->survey) && !survey_needs(subject, err)) ||
	    !browse_list_new(&v->list, v->m, v->survey, v->where[0] ? v->where : NULL, err)) {
		browse_close(v);
		return NULL;
	}
	measure_columns(v);
	v->seen = survey_known(v->survey);
	if (args_flag(options, "all"))
		browse_fold_all(&v->list, true);
	browse_list_sort(&v->list, sort, args_flag(options, "reverse"));
	if (find) {
		snprintf(v->find, sizeof v->find, "%s", find);
		if (!browse_find(&v->list, v->find, 0)) {
			browse_close(v);
			error_set(err, ERR_ARGUMENT, "no name holds '%s'", find);
			error_hint(err, "find", "ls %s  lists all", subject->label[0] ? subject->label : "m");
			return NULL;
		}
	}
	return v;
}

static size_t browse_cursor(const void *state)
{
	const struct browse *v = state;

	return v->list.rows ? v->list.row[v->list.cursor].tensor : 0;
}

static void browse_set_cursor(void *state, size_t tensor)
{
	struct browse *v = state;

	if (tensor < v->m->tensors)
		browse_go_to(&v->list, tensor);
}

/* All tensors, also those of folded groups, in the order of the list. */
static struct table *browse_data(const void *state, struct error *err)
{
	const struct browse *v = state;
	bool known = survey_known(v->survey);
	struct table *t = table_new(known ? FIGURE_COLUMNS : TENSOR_COLUMNS);
	struct browse_list all;

	if (!t || !browse_list_new(&all, v->m, v->survey, v->where[0] ? v->where : NULL, err)) {
		table_drop(t);
		error_memory(err, "a table");
		return NULL;
	}
	browse_fold_all(&all, true);
	browse_list_sort(&all, v->list.sort, v->list.reverse);
	for (size_t i = 0; i < all.rows; i++)
		if (!all.row[i].is_group)
			known ? session_figure_row(t, v->m, all.row[i].tensor, v->survey) : session_tensor_row(t, &v->m->tensor[all.row[i].tensor]);
	browse_list_drop(&all);
	return t;
}

const struct view view_browse = {
	.name       = "browse",
	.question   = "what is in this file, and how is it doing",
	.fits       = FITS(MODEL),
	.options    = browse_options,
	.keys       = browse_keys,
	.columns    = TENSOR_COLUMNS,
	.gives_up   = "bits per weight, MiB, the shape, the type, but never the column it is sorted by; then names are cut",
	.open       = browse_open,
	.close      = browse_close,
	.title      = browse_title,
	.facts      = browse_facts,
	.height     = browse_height,
	.draw       = browse_draw,
	.press      = browse_press,
	.click      = browse_click,
	.why        = browse_why,
	.data       = browse_data,
	.cursor     = browse_cursor,
	.set_cursor = browse_set_cursor,
	.typing     = browse_typing,
	.later      = browse_later,
	.work       = browse_work,
	.worked     = browse_worked,
};
