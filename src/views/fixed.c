/*
 * fixed.c - integers, shifts and what was lost (interaction.md 9).
 *
 *                                          code       back      exact      error
 *      1.75     x 16 = 28                    28       1.75       1.75          0
 *      28 x -5  = -140, (-140 + 8) >> 4      -9    -0.5625     -0.525    -0.0375
 */
#include "views/told.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "methods/fixed.h"

static bool takes(const struct value *v)
{
	return v->u.record.of->fixed != NULL;
}

/* What is done, and the integer before it is rounded. */
static void words(const struct fixed *f, size_t k, char left[120], char middle[120])
{
	const struct fixed_step *s = &f->step[k];
	long long p = s->op ? (long long)f->step[s->left].code : 0, q = s->op ? (long long)f->step[s->right].code : 0;
	char v[NUMBER_SIZE], scale[NUMBER_SIZE];

	number_short(scale, f->scale);
	number_short(v, s->raw);
	if (!s->op)
		snprintf(left, 120, "%s", s->text);
	else if (s->op == 'n')
		snprintf(left, 120, "-(%lld)", p);
	else
		snprintf(left, 120, "%lld %c %lld", p, s->op == '*' ? 'x' : s->op, q);
	if (!s->op)
		snprintf(middle, 120, "x %s = %s", scale, v);
	else if (s->op == '*' && f->o.forget)
		snprintf(middle, 120, "= %.0f, not divided", s->raw);
	else if (s->op == '*' && f->o.scale)
		snprintf(middle, 120, "= %.0f, / %s", s->raw, scale);
	else if (s->op == '*')
		snprintf(middle, 120, "= %.0f, (%.0f + %.0f) >> %d", s->raw, s->raw, floor(f->scale / 2), f->o.n);
	else if (s->op == '/')
		snprintf(middle, 120, "%lld x %s / %lld = %s", p, scale, q, v);
	else
		snprintf(middle, 120, "= %s", v);
}

/* One step of the record for each row. */
static void row(struct told *t, size_t k, int first, int second)
{
	const struct fixed_step *s = &t->record->fixed->step[k];
	char left[120], middle[120], v[NUMBER_SIZE], b[NUMBER_SIZE], e[NUMBER_SIZE];
	struct text flags = { 0 };
	size_t at = t->lines;

	words(t->record->fixed, k, left, middle);
	flag_words(s->flags, &flags);
	told_add(t, NULL, "code", k, STYLE_PLAIN, "%-*s  %-*s %6lld %10s %10s %10s  %s", first, left, second, middle, (long long)s->code,
		 number_short(b, s->back), number_short(v, s->real), number_short(e, s->back - s->real), text_str(&flags));
	text_drop(&flags);
	if (at < t->lines)
		t->line[at].step = k;
}

static void compose(struct told *t)
{
	const struct fixed *f = t->record->fixed;
	char lo[NUMBER_SIZE], hi[NUMBER_SIZE], step[NUMBER_SIZE], left[120], middle[120];
	int first = 0, second = 0;

	for (size_t k = 0; k < f->steps; k++) {
		words(f, k, left, middle);
		first = (int)strlen(left) > first ? (int)strlen(left) : first;
		second = (int)strlen(middle) > second ? (int)strlen(middle) : second;
	}
	told_add(t, NULL, NULL, 0, STYLE_DIM, "codes %lld..%lld stand for %s..%s, %s apart", (long long)f->qmin, (long long)f->qmax,
		 number_short(lo, (double)f->qmin / f->scale), number_short(hi, (double)f->qmax / f->scale), number_short(step, 1 / f->scale));
	t->table = true;
	told_add(t, NULL, NULL, 0, STYLE_DIM, "%-*s  %-*s %6s %10s %10s %10s", first, "", second, "", "code", "back", "exact", "error");
	for (size_t k = 0; k < f->steps; k++)
		row(t, k, first, second);
	t->table = false;
}

static void *open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	(void)s;
	(void)options;
	return told_open(subject, compose, err);
}

static void title(const void *state, struct text *left, struct text *right)
{
	const struct told *t = state;

	text_escape(left, t->record->fixed->text, strlen(t->record->fixed->text), 60);
	text_put(right, t->record->settings);
}

static const struct view_key keys[] = { TOLD_KEYS, { 0 } };

const struct view view_fixed = {
	.name = "fixed", .question = "integers, shifts and what was lost", .fits = FITS(RECORD), .takes = takes, .keys = keys,
	.columns = TOLD_COLUMNS,
	.made_for = 80,
	.gives_up = "nothing: lines that are too wide go on below",
	.open = open, .close = told_close, .title = title, .height = told_height, .draw = told_draw,
	.press = told_press, .why = told_why, .data = told_data, .changed = told_changed,
};
