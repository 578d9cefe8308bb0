/*
 * plan.c - which tensor gets which type, why, and does it fit: groups of tensors that stand for each other, folded or one by one.
 *
 * Groups with rows that do not fill their blocks come first. + and - change types in the plan itself: it is what `convert` writes.
 * When narrow the share goes first, then the count, then the rule.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codec.h"
#include "session/plan_error.h"
#include "views/figure.h"
#include "views/view.h"

enum { TYPES_MAX = 6 };

struct group { char name[64]; bool open, replaced; size_t first, tensors; };
struct row { size_t group, tensor; };		/* tensor SIZE_MAX: the group as a whole */

struct plan_view {
	struct value *subject;			/* borrowed */
	struct plan *plan;
	struct group *group; size_t groups;
	size_t *group_of;			/* of each tensor */
	struct row *row; size_t rows;
	size_t cursor, top;
	int list_row;				/* of the last drawing */
};

/* ---- groups ---- */

static void list_rows(struct plan_view *v)
{
	v->rows = 0;
	for (size_t g = 0; g < v->groups; g++) {
		v->row[v->rows++] = (struct row){ g, SIZE_MAX };
		for (size_t i = 0; v->group[g].open && i < v->plan->n; i++)
			if (v->group_of[i] == g)
				v->row[v->rows++] = (struct row){ g, i };
	}
	if (v->cursor >= v->rows)
		v->cursor = v->rows ? v->rows - 1 : 0;
}

static int replaced_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->replaced != y->replaced)
		return x->replaced ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static bool find_groups(struct plan_view *v)
{
	const struct plan *p = v->plan;
	char name[64];

	v->group = calloc(p->n + 1, sizeof *v->group);
	v->group_of = calloc(p->n + 1, sizeof *v->group_of);
	v->row = calloc(2 * p->n + 1, sizeof *v->row);
	if (!v->group || !v->group_of || !v->row)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		size_t g = 0;

		planned_group(&p->tensor[i], name);
		while (g < v->groups && strcmp(v->group[g].name, name))
			g++;
		if (g == v->groups) {
			strcpy(v->group[v->groups].name, name);
			v->group[v->groups++].first = i;
		}
		v->group[g].tensors++;
		v->group[g].replaced |= p->tensor[i].choice.codec != p->tensor[i].choice.wanted;
	}
	qsort(v->group, v->groups, sizeof *v->group, replaced_first);
	for (size_t i = 0; i < p->n; i++) {
		planned_group(&p->tensor[i], name);
		while (strcmp(v->group[v->group_of[i]].name, name))
			v->group_of[i]++;
	}
	list_rows(v);
	return true;
}

/* The tensors of a row. */
static bool in_row(const struct plan_view *v, const struct row *r, size_t i)
{
	return r->tensor == SIZE_MAX ? v->group_of[i] == r->group : r->tensor == i;
}

static uint64_t row_bytes(const struct plan_view *v, const struct row *r)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < v->plan->n; i++)
		sum += in_row(v, r, i) ? v->plan->tensor[i].bytes : 0;
	return sum;
}

/* "8+8" and "q6_K q4_K": the types of a row with how many tensors have them, the more bits the earlier. */
static void row_types(const struct plan_view *v, const struct row *r, struct text *counts, struct text *types)
{
	struct { const char *name; size_t n; double bits; } kind[TYPES_MAX + 1];
	size_t kinds = 0;

	for (size_t i = 0; i < v->plan->n; i++) {
		const struct planned *t = &v->plan->tensor[i];
		const char *name = planned_type(t);
		double weights = (double)t->e->rows * (double)t->e->cols, bits = weights > 0 ? 8 * (double)t->bytes / weights : 0;
		size_t k = 0;

		if (!in_row(v, r, i))
			continue;
		while (k < kinds && strcmp(kind[k].name, name))
			k++;
		if (k < kinds) {
			kind[k].n++;
			continue;
		}
		if (kinds == TYPES_MAX)
			continue;
		for (k = kinds++; k && kind[k - 1].bits < bits; k--)
			kind[k] = kind[k - 1];
		kind[k].name = name;
		kind[k].n = 1;
		kind[k].bits = bits;
	}
	for (size_t k = 0; k < kinds; k++) {
		text_add(counts, "%s%zu", k ? "+" : "", kind[k].n);
		text_add(types, "%s%s", k ? " " : "", kind[k].name);
	}
}

static bool is_base(const char *why)
{
	return !strcmp(why, "base type");
}

/* The tensor whose rule stands for the row: one that was replaced, else one that got something else than the usual. */
static const struct planned *teller(const struct plan_view *v, const struct row *r)
{
	const struct planned *first = NULL, *special = NULL;

	for (size_t i = 0; i < v->plan->n; i++) {
		const struct planned *t = &v->plan->tensor[i];

		if (!in_row(v, r, i))
			continue;
		if (t->choice.codec != t->choice.wanted)
			return t;
		first = first ? first : t;
		special = special || is_base(t->choice.why) ? special : t;
	}
	return special ? special : first;
}

/* What the types of a row cost, measured; NAN: not known. */
static double row_rel(const struct plan_view *v, const struct row *r)
{
	double squares = 0, energy = 0;

	for (size_t i = 0; v->plan->errors && i < v->plan->n; i++) {
		if (!in_row(v, r, i) || !v->plan->tensor[i].choice.codec)
			continue;
		squares += plan_error_of(v->plan, i, v->plan->tensor[i].choice.codec);
		energy += v->plan->errors->tensor[i].energy;
	}
	return energy > 0 ? sqrt(squares / energy) : NAN;
}

static void row_rule(const struct plan_view *v, const struct row *r, struct text *out)
{
	const struct planned *t = teller(v, r);
	char rel[NUMBER_SIZE];
	double more;

	if (t->choice.codec == t->choice.wanted) {
		if (v->plan->search && !t->choice.asked && !t->by_hand && *plan_rel_text(rel, row_rel(v, r)))
			text_add(out, "measured: rel err %s", rel);
		else
			text_put(out, t->choice.why);
		return;
	}
	more = codec_bits(t->choice.codec) - codec_bits(t->choice.wanted);
	text_add(out, "rows of %zu: no %s, %+.3g b/w", t->e->cols, t->choice.wanted->name, more);
}

/* ---- sizes ---- */

struct unit { const char *name; double bytes; };

static struct unit unit_of(uint64_t total)
{
	return total < 1u << 20 ? (struct unit){ "KiB", 0x1p10 } : (struct unit){ "MiB", 0x1p20 };
}

static void put_size(const struct plan_view *v, uint64_t bytes, int decimals, struct text *out)
{
	text_add(out, "%.*f", decimals, (double)bytes / unit_of(plan_bytes(v->plan)).bytes);
}

/* ---- drawing ---- */

struct columns { int name, count, type, size, share, rule; };	/* where each begins; -1: not shown; size: where it ends */

static struct columns lay_out(const struct plan_view *v, int cols)
{
	struct columns c = { .name = 4 };
	int name = 8, count = 3, type = 5, at;

	for (size_t k = 0; k < v->rows; k++) {
		struct text counts = { 0 }, types = { 0 };
		const struct row *r = &v->row[k];
		int n = r->tensor == SIZE_MAX ? (int)strlen(v->group[r->group].name) : 2 + (int)strlen(v->plan->tensor[r->tensor].e->name);

		row_types(v, &v->row[k], &counts, &types);
		name = n > name ? n : name;
		count = (int)counts.len > count ? (int)counts.len : count;
		type = (int)types.len > type ? (int)types.len : type;
		text_drop(&counts);
		text_drop(&types);
	}
	name = name > cols / 3 ? (cols / 3 > 8 ? cols / 3 : 8) : name;
	name = cols < 40 ? 8 : name;
	type = type > (cols < 100 ? 14 : 28) ? (cols < 100 ? 14 : 28) : type;
	at = c.name + name + 1;
	c.count = cols >= 50 ? at : -1;
	at += cols >= 50 ? count + 2 : 0;
	c.type = at;
	type = type > cols - at - 9 ? cols - at - 9 : type;
	c.size = at + type + 9;
	at = c.size + 2;
	c.share = cols - at - 11 >= 24 ? at : -1;
	at += c.share > 0 ? 11 : 0;
	c.rule = cols - at >= 14 ? at : -1;
	return c;
}

static void row_name(const struct plan_view *v, const struct row *r, struct text *out)
{
	const char *name = r->tensor == SIZE_MAX ? v->group[r->group].name : v->plan->tensor[r->tensor].e->name;

	text_escape(out, name, strlen(name), 0);
}

static void draw_row(const struct plan_view *v, struct canvas *c, int at, size_t k, const struct columns *l)
{
	const struct row *r = &v->row[k];
	struct text name = { 0 }, counts = { 0 }, types = { 0 }, rule = { 0 }, size = { 0 };
	uint64_t bytes = row_bytes(v, r), total = plan_bytes(v->plan);
	bool whole = r->tensor == SIZE_MAX, replaced = teller(v, r)->choice.codec != teller(v, r)->choice.wanted;
	int indent = whole ? 0 : 2;

	row_name(v, r, &name);
	row_types(v, r, &counts, &types);
	row_rule(v, r, &rule);
	put_size(v, bytes, 2, &size);
	if (whole && v->group[r->group].tensors > 1)
		canvas_glyph(c, at, l->name - 2, v->group[r->group].open ? GLYPH_OPEN : GLYPH_FOLDED, STYLE_PLAIN);
	canvas_fit(c, at, l->name + indent, (l->count > 0 ? l->count : l->type) - l->name - indent - 1, STYLE_PLAIN, text_str(&name));
	if (l->count > 0)
		canvas_puts(c, at, l->count, STYLE_PLAIN, whole ? text_str(&counts) : "");
	canvas_fit(c, at, l->type, l->size - 8 - l->type, STYLE_CODE, text_str(&types));
	canvas_right(c, at, l->size, STYLE_PLAIN, "%s", text_str(&size));
	if (l->share > 0)
		canvas_bar(c, at, l->share, 10, total ? (double)bytes / (double)total : 0, STYLE_SCALE);
	if (l->rule > 0)
		canvas_fit(c, at, l->rule, c->cols - l->rule, replaced ? STYLE_WARN : STYLE_PLAIN, text_str(&rule));
	if (k == v->cursor) {
		canvas_restyle(c, at, 0, c->cols, STYLE_CURSOR, 0);
		canvas_glyph(c, at, 0, GLYPH_MARKED, STYLE_CURSOR);
	}
	text_drop(&name);
	text_drop(&counts);
	text_drop(&types);
	text_drop(&rule);
	text_drop(&size);
}

static void draw_head(const struct plan_view *v, struct canvas *c, const struct columns *l)
{
	canvas_puts(c, 0, l->name, STYLE_DIM, "group");
	if (l->count > 0)
		canvas_puts(c, 0, l->count, STYLE_DIM, "n");
	canvas_puts(c, 0, l->type, STYLE_DIM, "type");
	canvas_right(c, 0, l->size, STYLE_DIM, "%s", unit_of(plan_bytes(v->plan)).name);
	if (l->share > 0)
		canvas_puts(c, 0, l->share, STYLE_DIM, "share");
	if (l->rule > 0)
		canvas_puts(c, 0, l->rule, STYLE_DIM, "rule");
}

static bool has_more_bits(const struct plan_view *v)
{
	for (size_t i = 0; i < v->plan->n; i++)
		if (!strcmp(v->plan->tensor[i].choice.why, "\"more bits\" blocks"))
			return true;
	return false;
}

static int foot_lines(const struct plan_view *v, int rows)
{
	return rows < 8 ? 1 : 1 + has_more_bits(v);
}

/* The bar of what is used, where there is a limit; else the sum. */
static void draw_used(const struct plan_view *v, struct canvas *c, int at)
{
	uint64_t bytes = plan_bytes(v->plan), limit = v->plan->limit;
	struct text words = { 0 }, most = { 0 };
	char rel[NUMBER_SIZE];
	int col, bar;

	plan_rel_text(rel, plan_rel(v->plan));
	put_size(v, bytes, 1, &words);
	if (!limit) {
		col = canvas_text(c, at, 2, STYLE_PLAIN, "total %s %s", text_str(&words), unit_of(bytes).name);
		if (c->cols >= 50)
			col = canvas_text(c, at, col, STYLE_PLAIN, "   %.2f b/w", plan_bits(v->plan));
		if (c->cols >= 76 && *rel)
			canvas_text(c, at, col, STYLE_PLAIN, "   expected rel err %s", rel);
	} else {
		put_size(v, limit, 1, &most);
		text_add(&words, " of %s %s", text_str(&most), unit_of(bytes).name);
		if (c->cols >= 40)
			text_add(&words, "  %.0f %%", 100.0 * (double)bytes / (double)limit);
		if (c->cols >= 76 && *rel)
			text_add(&words, "  rel err %s", rel);
		col = canvas_puts(c, at, 2, STYLE_PLAIN, c->cols >= 40 ? "used  " : "");
		bar = c->cols - col - (int)words.len - 3;
		bar = bar > 48 ? 48 : bar - (v->top > 0 || v->rows > (size_t)c->rows ? 10 : 0);	/* room for "... N more" */
		if (bar > 4) {
			canvas_bar(c, at, col, bar, (double)bytes / (double)limit, bytes > limit ? STYLE_BAD : STYLE_GOOD);
			col += bar + 2;
		}
		canvas_puts(c, at, col, bytes > limit ? STYLE_BAD : STYLE_PLAIN, text_str(&words));
	}
	text_drop(&words);
	text_drop(&most);
}

static void plan_draw(void *state, struct canvas *c)
{
	struct plan_view *v = state;
	struct columns l = lay_out(v, c->cols);
	int foot = foot_lines(v, c->rows), list = c->rows - 1 - foot, shown;

	if (!v->rows) {
		canvas_puts(c, 0, 2, STYLE_PLAIN, "the model has no tensors");
		return;
	}
	list = list < 1 ? 1 : list;
	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + (size_t)list)
		v->top = v->cursor - (size_t)list + 1;
	if (v->top + (size_t)list > v->rows)
		v->top = v->rows > (size_t)list ? v->rows - (size_t)list : 0;
	draw_head(v, c, &l);
	v->list_row = 1;
	shown = (int)(v->rows - v->top) < list ? (int)(v->rows - v->top) : list;
	for (int k = 0; k < shown; k++)
		draw_row(v, c, 1 + k, v->top + (size_t)k, &l);
	if (v->rows > v->top + (size_t)shown)
		canvas_right(c, c->rows - foot, c->cols, STYLE_DIM, "\xe2\x80\xa6 %zu more", v->rows - v->top - (size_t)shown);
	draw_used(v, c, 1 + shown);
	if (foot > 1 && has_more_bits(v))
		canvas_fit(c, 2 + shown, 2, c->cols - 2, STYLE_DIM, "\"more bits\": first and last eighth of the blocks, and every third between");
}

/* ---- the entry's functions ---- */

static void plan_close(void *state)
{
	struct plan_view *v = state;

	free(v->group);
	free(v->group_of);
	free(v->row);
	free(v);
}

static void *plan_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct plan_view *v = calloc(1, sizeof *v);

	(void)s;
	(void)options;
	if (v)
		v->plan = subject->u.plan;
	if (v && find_groups(v)) {
		v->subject = subject;
		return v;
	}
	if (v)
		plan_close(v);
	error_memory(err, "a view");
	return NULL;
}

static void plan_title(const void *state, struct text *left, struct text *right)
{
	const struct plan_view *v = state;
	const struct plan *p = v->plan;
	char size[NUMBER_SIZE];

	text_escape(left, p->model->label, strlen(p->model->label), 30);
	text_add(left, "   %s", p->name);
	text_add(right, "%s   %.2f b/w", number_size(size, (double)plan_bytes(p)), plan_bits(p));
	if (p->limit)
		text_add(right, "   limit %s", number_size(size, (double)p->limit));
}

static void plan_facts(const void *state, struct text *out)
{
	const struct plan *p = ((const struct plan_view *)state)->plan;
	uint64_t bytes = plan_bytes(p);
	char size[NUMBER_SIZE];

	if (!p->limit)
		text_add(out, "%s", number_size(size, (double)bytes));
	else if (bytes <= p->limit)
		text_add(out, "%s left", number_size(size, (double)(p->limit - bytes)));
	else
		text_add(out, "%s too much", number_size(size, (double)(bytes - p->limit)));
}

static int plan_height(const void *state, int cols)
{
	const struct plan_view *v = state;

	(void)cols;
	return (int)v->rows + 2 + has_more_bits(v);
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

static void move_to(struct plan_view *v, ptrdiff_t to)
{
	ptrdiff_t n = (ptrdiff_t)v->rows;

	if (n)
		v->cursor = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static void fold(struct plan_view *v, bool open)
{
	size_t g = v->row[v->cursor].group;

	if (v->group[g].tensors < 2)
		return;
	v->group[g].open = open;
	list_rows(v);
	for (size_t k = 0; !open && k < v->rows; k++)
		if (v->row[k].group == g)
			v->cursor = k;
}

/* One type up or down for all tensors of the row. */
static void change(struct plan_view *v, bool up, struct wish *wish)
{
	const struct row *r = &v->row[v->cursor];
	size_t changed = 0;
	char size[NUMBER_SIZE], rel[NUMBER_SIZE];
	struct error ignored = { 0 };
	bool known = !isnan(plan_rel(v->plan));

	for (size_t i = 0; i < v->plan->n; i++)
		if (in_row(v, r, i))
			changed += plan_set(v->plan, i, plan_next(v->plan, i, up));
	if (changed && known)
		plan_expect(v->plan, NULL, &ignored);	/* what fails leaves the error unknown */
	if (changed)
		snprintf(wish->say, sizeof wish->say, "%zu tensor%s by hand: %s%s%s", changed, changed == 1 ? "" : "s",
			 number_size(size, (double)plan_bytes(v->plan)), isnan(plan_rel(v->plan)) ? "" : ", expected rel err ",
			 plan_rel_text(rel, plan_rel(v->plan)));
	else
		snprintf(wish->say, sizeof wish->say, "%s", v->plan->tensor[v->group[r->group].first].choice.codec ? "no further type fits" :
			 "these keep their type");
}

/* The same limit, or the same size, with types that are measured. */
static void automatic(const struct plan_view *v, struct wish *wish)
{
	const struct plan *p = v->plan;
	int n = snprintf(wish->type, sizeof wish->type, "plan %.60s auto limit=%llu", p->model->label,
			 (unsigned long long)(p->limit ? p->limit : plan_bytes(p)));

	if (p->importance && p->importance->path && strlen(p->importance->path) + 12 < sizeof wish->type - (size_t)n)
		n += snprintf(wish->type + n, sizeof wish->type - (size_t)n, " imatrix=\"%s\"", p->importance->path);
	snprintf(wish->type + n, sizeof wish->type - (size_t)n, "\n");
}

static bool plan_press(void *state, const struct key *k, struct wish *wish)
{
	struct plan_view *v = state;
	ptrdiff_t at = (ptrdiff_t)v->cursor;

	if (!v->rows)
		return false;
	if (k->code == KEY_UP_ || key_is(k, 'k'))
		move_to(v, at - 1);
	else if (k->code == KEY_DOWN_ || key_is(k, 'j'))
		move_to(v, at + 1);
	else if (k->code == KEY_PGUP)
		move_to(v, at - 10);
	else if (k->code == KEY_PGDN)
		move_to(v, at + 10);
	else if (key_is(k, 'g') || k->code == KEY_HOME_)
		move_to(v, 0);
	else if (key_is(k, 'G') || k->code == KEY_END_)
		move_to(v, (ptrdiff_t)v->rows);
	else if (k->code == KEY_ENTER_)
		fold(v, !v->group[v->row[v->cursor].group].open);
	else if (k->code == KEY_RIGHT_)
		fold(v, true);
	else if (k->code == KEY_LEFT_)
		fold(v, false);
	else if (key_is(k, '+') || key_is(k, '-'))
		change(v, k->ch == '+', wish);
	else if (key_is(k, 'a'))
		automatic(v, wish);
	else if (key_is(k, 'S'))
		snprintf(wish->type, sizeof wish->type, "save %s %.60s.plan", *v->subject->label ? v->subject->label : "_", v->plan->model->label);
	else
		return false;
	return true;
}

static bool plan_click(void *state, int row, int col, bool again, struct wish *wish)
{
	struct plan_view *v = state;
	size_t at = v->top + (size_t)(row - v->list_row);

	(void)col;
	(void)wish;
	if (row < v->list_row || at >= v->rows)
		return false;
	v->cursor = at;
	if (again)
		fold(v, !v->group[v->row[at].group].open);
	return true;
}

/* What the tensor's types cost, as far as they were measured, by size. */
static void why_errors(const struct plan *p, size_t i, struct text *out)
{
	const struct tensor_errors *e = p->errors ? &p->errors->tensor[i] : NULL;
	double share = p->errors ? plan_errors_share(p) : 1, after = 0;
	char rel[NUMBER_SIZE];

	for (size_t shown = 0; e && shown < e->types;) {
		double bits = INFINITY;

		for (size_t k = 0; k < e->types; k++)
			if (codec_bits(e->type[k].codec) > after && codec_bits(e->type[k].codec) < bits)
				bits = codec_bits(e->type[k].codec);
		for (size_t k = 0; k < e->types; k++) {
			const struct codec *c = e->type[k].codec;

			if (codec_bits(c) < bits || codec_bits(c) > bits)
				continue;
			shown++;
			if (*plan_rel_text(rel, planned_rel(p, i, c)))
				text_add(out, "%c %-8s %7.4f b/w   rel err %s\n", c == p->tensor[i].choice.codec ? '>' : ' ', c->name, bits, rel);
		}
		after = bits;
	}
	if (e && e->types)
		text_add(out, "measured on %.3g %% of the rows%s\n", 100 * share, importance_find(p->importance, p->tensor[i].e->name) ?
			 ", weighted by importance" : "");
}

static bool plan_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct plan_view *v = state;
	const struct plan *p = v->plan;
	const struct planned *t = NULL;
	struct text shown = { 0 };

	for (size_t i = 0; name && i < p->n; i++)
		t = !strcmp(p->tensor[i].e->name, name) ? &p->tensor[i] : t;
	if (name && !strcmp(name, "total")) {
		text_add(out, "total = %llu bytes, the sum over %zu tensors of rows x blocks in a row x bytes of a block\n",
			 (unsigned long long)plan_bytes(p), p->n);
		return true;
	}
	if (name && !t) {
		error_set(err, ERR_ARGUMENT, "there is no '%.60s' here", name);
		return error_hint(err, "name", "total, or the name of a tensor");
	}
	if (!t && !v->rows)
		return true;
	t = t ? t : v->row[v->cursor].tensor == SIZE_MAX ? teller(v, &v->row[v->cursor]) : &p->tensor[v->row[v->cursor].tensor];
	text_escape(&shown, t->e->name, strlen(t->e->name), 60);
	text_add(out, "%s: %s   %s\n", text_str(&shown), planned_type(t), t->choice.why);
	if (t->choice.codec != t->choice.wanted)
		text_add(out, "%s was wanted, with blocks of %d; rows of %zu do not fill them: %s has blocks of %d\n", t->choice.wanted->name,
			 t->choice.wanted->block_len, t->e->cols, t->choice.codec->name, t->choice.codec->block_len);
	text_add(out, "%llu bytes", (unsigned long long)t->bytes);
	if (t->choice.codec)
		text_add(out, " = %zu rows x %zu blocks x %d bytes", t->e->rows, t->e->cols / t->choice.codec->block_len, t->choice.codec->block_bytes);
	text_put(out, "\n");
	why_errors(p, (size_t)(t - p->tensor), out);
	text_drop(&shown);
	return true;
}

static struct table *plan_data(const void *state, struct error *err)
{
	struct table *t = plan_table(((const struct plan_view *)state)->plan);

	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static size_t plan_cursor(const void *state)
{
	return ((const struct plan_view *)state)->cursor;
}

static void plan_set_cursor(void *state, size_t at)
{
	move_to(state, (ptrdiff_t)at);
}

static const struct view_key plan_keys[] = {
	{ "<Up> <Down>", "group", "the group or tensor", true },
	{ "+ -", "one type up/down", "the next larger or smaller type that fits the rows; all tensors of a group", true },
	{ "a", "automatic", "the types with the least error for the same limit or size, measured", true },
	{ "<Enter> <Left> <Right>", "fold", "the tensors of a group, one by one", false },
	{ "S", "save", "a line that saves the plan, to be completed", true },
	{ 0 }
};

const struct view view_plan = {
	.name = "plan",
	.question = "which tensor gets which type, why, and does it fit",
	.fits = FITS(PLAN),
	.keys = plan_keys,
	.columns = PLAN_COLUMNS,
	.made_for = 80,
	.gives_up = "the share, the count, the rule",
	.open = plan_open,
	.close = plan_close,
	.title = plan_title,
	.facts = plan_facts,
	.height = plan_height,
	.draw = plan_draw,
	.press = plan_press,
	.click = plan_click,
	.why = plan_why,
	.data = plan_data,
	.cursor = plan_cursor,
	.set_cursor = plan_set_cursor,
};
