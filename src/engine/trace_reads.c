/*
 * trace_reads.c - what a step of a trace read: weights, and values that earlier steps made.
 *
 * An event carries the numbers it was worked out from. The table says, for each kind, what those are called; a value counts as read only
 * if it was made before the step and is one of those numbers, or where the table says that all of a name were gone through:
 *
 *      x          the weight itself
 *      NAME       the value of that name for the same weight, sub-block or block, if it is one of the event's numbers
 *      =NAME      the same, if it is what the event gives: bits that are only put in their place
 *      !NAME      the same, whatever its number: the event used it in another form, as 1 / d
 *      *NAME      all of its sub-block, or of the block: a search, a sum, the largest
 *
 * Kinds that are not here read nothing but the bytes of the block.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/trace.h"

static const char *const reads[TRACE_KINDS] = {
	[TRACE_PEAK] = "*x", [TRACE_ABSMAX] = "*x", [TRACE_LOWEST] = "*x", [TRACE_HIGHEST] = "*x", [TRACE_LOWEST_WIDENED] = "lowest",
	[TRACE_HIGHEST_WIDENED] = "highest", [TRACE_POWER] = "*x", [TRACE_POWER_TWICE] = "*x", [TRACE_POWER_BLOCK] = "*x", [TRACE_RMS] = "*x",
	[TRACE_W_IMPORTANCE] = "power x", [TRACE_W_RMS] = "rms x", [TRACE_W_SIZE] = "x", [TRACE_W_QUARTER] = "power x", [TRACE_W_SQUARE] = "x",
	[TRACE_W_ROOT] = "w", [TRACE_W_SUM] = "*w",

	[TRACE_TRY_SYM] = "*x *w", [TRACE_TRY_AFFINE] = "*x *w", [TRACE_TRY_TABLE] = "*x *w", [TRACE_TRY_POSITIVE] = "*x *w", [TRACE_MOVED] = "*x *w",
	[TRACE_SCALE_FOUND] = "*x *w", [TRACE_SCALE_FITTED] = "*x *w", [TRACE_MIN_FOUND] = "*x *w", [TRACE_STEP_FOUND] = "*x *w",
	[TRACE_MINIMUM_FOUND] = "*x *w", [TRACE_TRY_GRID] = "*size *w", [TRACE_TRY_CUT] = "*x *w", [TRACE_TRY_CUT_PAIR] = "*x *w",
	[TRACE_SCALE_GUESSED] = "*size", [TRACE_SCALE_COUNTLESS] = "*w", [TRACE_START_LARGEST] = "*size", [TRACE_START_FITTED] = "*size *w",

	[TRACE_STEP] = "peak absmax lowest highest scale", [TRACE_STEP_HALF] = "d scale absmax", [TRACE_STEP_RANGE] = "highest lowest", [TRACE_STEP_F32] = "peak absmax",
	[TRACE_MINIMUM_HALF] = "m lowest", [TRACE_SUM_HALF] = "d *code", [TRACE_BSUM] = "*code", [TRACE_EXPONENT_OF] = "absmax peak",
	[TRACE_SCALE_E8M0] = "e", [TRACE_SCALE_E4M3] = "absmax", [TRACE_SCALE_INT] = "absmax", [TRACE_SCALE_UINT] = "lowest highest", [TRACE_SCALE_ONE] = "*x",
	[TRACE_ZERO_FOUND] = "!scale lowest", [TRACE_ZERO_CLIPPED] = "!scale lowest",

	[TRACE_D_LARGEST] = "*scale", [TRACE_DMIN_LARGEST] = "*min", [TRACE_D_FITTED] = "*scale *weight", [TRACE_DMIN_FITTED] = "*min *weight",
	[TRACE_D_SIGNED] = "*scale", [TRACE_D_ENLARGED] = "*scale", [TRACE_D_NONE] = "*scale", [TRACE_D_REFIT] = "*x *w *code",
	[TRACE_SC_ROUND] = "scale", [TRACE_M_ROUND] = "min", [TRACE_SC_SIGNED] = "scale", [TRACE_SC_STEP] = "scale d", [TRACE_SC_FITTED] = "scale",
	[TRACE_M_FITTED] = "min", [TRACE_SC_ODD] = "scale !d", [TRACE_SC_NONE] = "scale", [TRACE_SC_WHOLE] = "=sc", [TRACE_M_WHOLE] = "=m",
	[TRACE_SC_SPLIT] = "=sc", [TRACE_M_SPLIT] = "=m", [TRACE_SC_SPLIT_OFFSET] = "=sc", [TRACE_SC_STORED] = "=sc",
	[TRACE_SCALE_CODED] = "d sc", [TRACE_MIN_CODED] = "dmin m", [TRACE_SCALE_HALVES] = "d sc", [TRACE_SCALE_ODD] = "d sc",
	[TRACE_SCALE_REFIT] = "*size *w", [TRACE_SCALE_TURNED] = "scale", [TRACE_SCALE_MIRRORED] = "scale",

	[TRACE_CODE_FLOOR] = "x d", [TRACE_CODE_FLOOR_ABOVE] = "x lowest d", [TRACE_CODE_EVEN] = "x !peak", [TRACE_CODE_TRIT] = "x absmax",
	[TRACE_CODE_SIGN] = "x", [TRACE_CODE_TABLE] = "x scale d", [TRACE_CODE_FP4] = "x scale", [TRACE_CODE_AWAY] = "x d scale",
	[TRACE_CODE_SYM] = "x", [TRACE_CODE_TRIED] = "x", [TRACE_CODE_EMPTY] = "*x", [TRACE_CODE_SAME] = "*x", [TRACE_CODE_MOVED] = "code",
	[TRACE_CODE_SIGNED] = "x scale", [TRACE_CODE_AFFINE] = "x min scale", [TRACE_CODE_LEFT] = "=code", [TRACE_CODE_READ] = "=code",
	[TRACE_CODE_INT] = "x !scale", [TRACE_CODE_INT_CLIPPED] = "x !scale", [TRACE_CODE_UINT] = "x !scale zero",
	[TRACE_CODE_UINT_CLIPPED] = "x !scale zero", [TRACE_CODE_LEVEL] = "size", [TRACE_CODE_DRAWN] = "code", [TRACE_CODE_ENTRY] = "entry index",
	[TRACE_CODE_CUT] = "rank", [TRACE_CODE_MIRRORED] = "code", [TRACE_RANK] = "*x",
	[TRACE_BYTE_PAIRS] = "*code", [TRACE_BYTE_TRITS] = "*code", [TRACE_BYTE_NIBBLES] = "*code",
	[TRACE_NEAREST_HALF] = "x", [TRACE_NEAREST_BF16] = "x", [TRACE_NEAREST_F32] = "x", [TRACE_SIGN] = "nearest", [TRACE_EXPONENT] = "!nearest",
	[TRACE_EXPONENT_SMALL] = "!nearest", [TRACE_EXPONENT_TOP] = "!nearest", [TRACE_FRACTION] = "nearest", [TRACE_FRACTION_SMALL] = "nearest",
	[TRACE_FRACTION_TOP] = "!nearest",

	[TRACE_SIGN_FOLDED] = "x", [TRACE_SIZE] = "x", [TRACE_MEND] = "w x", [TRACE_SIGN_TURNED] = "x mend", [TRACE_SIZE_TURNED] = "x",
	[TRACE_SIGN_COMPLEMENTED] = "sign", [TRACE_SIGN_STORED] = "=sign", [TRACE_SIGN_PARITY] = "=sign",
	[TRACE_NEAR] = "*code", [TRACE_ENTRY_MET] = "*code", [TRACE_ENTRY_NEAR] = "*code", [TRACE_INDEX_STORED] = "=entry",

	[TRACE_BACK_SCALED] = "code scale d", [TRACE_BACK_CENTRED] = "code zero scale d", [TRACE_BACK_ABOVE] = "code d m",
	[TRACE_BACK_SIGNED] = "scale code", [TRACE_BACK_TABLE] = "code scale d", [TRACE_BACK_SCALED_FP4] = "!code scale", [TRACE_BACK_SIGN] = "code d",
	[TRACE_BACK_AFFINE] = "scale code min", [TRACE_BACK_SHIFTED] = "scale code shift", [TRACE_BACK_NEAREST] = "number",
	[TRACE_BACK_PLAIN] = "nearest number", [TRACE_ERROR] = "back x",
};

/* ---- values made before the step ---- */

struct made { const char *name; size_t i; double v; };

struct reader {
	const struct trace *t;
	struct made *made;		/* in the order in which they were made, candidates of searches left out */
	size_t n;
	char (*taken)[16];		/* names that were read, and for each a flag for every number */
	bool *flag;
	size_t names, width;
	struct text *out;
};

static size_t number_of(const struct trace_event *e)
{
	enum trace_index index = trace_indexed((enum trace_kind)e->kind);

	return index == INDEX_SUB ? e->sub : index == INDEX_WEIGHT ? e->weight : SIZE_MAX;
}

enum { NAMES_MAX = 40 };

static void take(struct reader *r, const char *name, size_t i)
{
	size_t k = 0, place = i == SIZE_MAX ? r->width - 1 : i;

	while (k < r->names && strcmp(r->taken[k], name))
		k++;
	if (k == NAMES_MAX || place >= r->width)
		return;
	if (k == r->names)
		strcpy(r->taken[r->names++], name);
	if (r->flag[k * r->width + place])
		return;
	r->flag[k * r->width + place] = true;
	text_add(r->out, i == SIZE_MAX ? "%s%s" : "%s%s[%zu]", r->out->len ? " " : "", name, i);
}

/* How many there are of a name, counted like its numbers. */
static size_t count_of(const struct reader *r, const char *name)
{
	size_t n = 0;

	for (size_t k = 0; k < r->n; k++)
		if (r->made[k].i != SIZE_MAX && r->made[k].i + 1 > n && !strcmp(r->made[k].name, name))
			n = r->made[k].i + 1;
	return n;
}

static size_t sub_blocks(const struct trace *t)
{
	size_t len = t->codec->sub_len;

	return len && len < t->len ? t->len / len : 1;
}

/* The weights of the sub-block, or group, that an event is about; all of them where it is about the block. */
static void part_of(const struct trace *t, const struct trace_event *e, size_t groups, size_t *from, size_t *to)
{
	bool sub = trace_indexed((enum trace_kind)e->kind) == INDEX_SUB && groups && e->sub < groups;

	*from = sub ? e->sub * t->len / groups : 0;
	*to = sub ? (e->sub + 1) * t->len / groups : t->len;
}

/* All of a name that belong to the part. Beyond the sub-blocks a search goes through their scales, and after those their minima. */
static void take_all(struct reader *r, const struct trace_event *e, const char *name, size_t groups)
{
	size_t subs = sub_blocks(r->t), from, to, n;

	if (trace_indexed((enum trace_kind)e->kind) == INDEX_SUB && e->sub >= subs && groups == subs) {
		if (*name != 'x')
			return;
		name = e->sub == subs ? "scale" : "min";
	}
	part_of(r->t, e, groups, &from, &to);
	for (size_t i = from; *name == 'x' && !name[1] && r->t->x && i < to; i++)
		take(r, "x", i);
	n = count_of(r, name);
	for (size_t k = 0; k < r->n; k++) {
		const struct made *m = &r->made[k];
		size_t at = m->i == SIZE_MAX || !n ? 0 : m->i * r->t->len / n;

		if (!strcmp(m->name, name) && (m->i == SIZE_MAX || (at >= from && at < to) || (n && r->t->len / n > to - from)))
			take(r, name, m->i);
	}
}

/* Has the event this number among those it was worked out from (result: as what came out)? */
static bool has(const struct trace_event *e, double v, bool result)
{
	if (result)
		return trace_result(e) == v;
	for (int i = 0; i + (e->used > 1) < e->used; i++)
		if (e->v[i] == v)
			return true;
	return false;
}

/* Do the two speak of the same weight, sub-block or block? */
static bool together(const struct reader *r, const struct trace_event *e, const struct made *m)
{
	enum trace_index index = trace_indexed((enum trace_kind)e->kind);
	size_t n;

	if (m->i == SIZE_MAX || index == INDEX_NONE || m->i == number_of(e))
		return true;
	n = index == INDEX_WEIGHT ? count_of(r, m->name) : 0;
	return n && n < r->t->len && m->i == e->weight * n / r->t->len;
}

static void take_one(struct reader *r, const struct trace_event *e, const char *name, char how)
{
	for (size_t k = r->n; k--; )
		if (!strcmp(r->made[k].name, name) && together(r, e, &r->made[k]) && (how == '!' || has(e, r->made[k].v, how == '='))) {
			take(r, name, r->made[k].i);
			return;
		}
}

static void read_event(struct reader *r, const struct trace_event *e, size_t groups, bool all_done)
{
	const char *s = reads[e->kind];

	while (s && *s) {
		size_t mark = strchr("=!*", *s) ? 1 : 0, n = strcspn(s, " ");
		char name[16] = "";

		memcpy(name, s + mark, n - mark < 15 ? n - mark : 15);
		if (mark && *s == '*') {
			if (!all_done)
				take_all(r, e, name, groups);
		} else if (!strcmp(name, "x")) {
			if (r->t->x && e->weight < r->t->len)
				take(r, "x", e->weight);
		} else {
			take_one(r, e, name, mark ? *s : 0);
		}
		s += n + (s[n] == ' ');
	}
}

static bool is_trial(enum trace_kind kind)
{
	return kind == TRACE_TRY_SYM || kind == TRACE_TRY_AFFINE || kind == TRACE_TRY_TABLE || kind == TRACE_TRY_POSITIVE || kind == TRACE_TRY_GRID ||
	       kind == TRACE_TRY_CUT || kind == TRACE_TRY_CUT_PAIR || kind == TRACE_NEAR || kind == TRACE_MOVED;
}

/* Groups that this kind counts: those of a vector codebook are smaller than the sub-blocks. */
static size_t groups_of(const struct trace *t, enum trace_kind kind)
{
	size_t n = sub_blocks(t);

	if (kind != TRACE_NEAR && kind != TRACE_ENTRY_MET && kind != TRACE_ENTRY_NEAR && kind != TRACE_BSUM)
		return n;
	for (size_t k = 0; k < t->events; k++)
		if (!strcmp(trace_kind_name((enum trace_kind)t->event[k].kind), trace_kind_name(kind)) && t->event[k].sub + 1 > n)
			n = t->event[k].sub + 1;
	return n;
}

bool trace_reads(const struct trace *t, size_t step, struct text *out)
{
	struct reader r = { .t = t, .out = out, .width = t->len + 2 };
	size_t first = step < t->steps ? t->step[step].first : 0, end = trace_end(t, step);
	size_t last[TRACE_KINDS], groups[TRACE_KINDS] = { 0 };
	bool ok;

	for (size_t k = 0; k < t->events; k++)
		r.width = number_of(&t->event[k]) != SIZE_MAX && number_of(&t->event[k]) + 2 > r.width ? number_of(&t->event[k]) + 2 : r.width;
	r.made = calloc(first + 1, sizeof *r.made);
	r.taken = calloc(NAMES_MAX, sizeof *r.taken);
	r.flag = calloc(NAMES_MAX * r.width, sizeof *r.flag);
	ok = r.made && r.taken && r.flag;
	for (size_t k = 0; ok && k < first; k++) {
		const struct trace_event *e = &t->event[k];

		if (!is_trial((enum trace_kind)e->kind))
			r.made[r.n++] = (struct made){ trace_kind_name((enum trace_kind)e->kind), number_of(e), trace_result(e) };
	}
	for (size_t k = 0; k < TRACE_KINDS; k++)
		last[k] = SIZE_MAX - 1;
	for (size_t k = first; ok && k < end; k++) {
		const struct trace_event *e = &t->event[k];
		size_t about = trace_indexed((enum trace_kind)e->kind) == INDEX_SUB ? e->sub : SIZE_MAX;

		if (!groups[e->kind])
			groups[e->kind] = groups_of(t, (enum trace_kind)e->kind);
		read_event(&r, e, groups[e->kind], last[e->kind] == about);
		last[e->kind] = about;
	}
	/* A sum that the first step made came from the weights; a step that made nothing put the codes in their places. */
	for (size_t i = 0; ok && !out->len && !first && t->x && i < t->len; i++)
		take(&r, "x", i);
	for (size_t k = 0; ok && first == end && k < r.n; k++)
		if (!strcmp(r.made[k].name, "code"))
			take(&r, "code", r.made[k].i);
	free(r.made);
	free(r.taken);
	free(r.flag);
	return ok;
}
