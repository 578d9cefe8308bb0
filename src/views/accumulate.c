/*
 * accumulate.c - what a narrow sum loses on its way, with and without being taken out of it in time.
 *
 *      products     exact sum   in 14 bits      lost   taken out every 128      lost
 *           128      12.34567     12.34000    -0.05 %             12.34000    -0.05 %
 *
 * Sums are shown as real numbers. A row for each time the sum is taken out; of many, the first and the last.
 */
#include "views/told.h"

#include <string.h>

#include "methods/accumulate.h"

static bool takes(const struct value *v)
{
	return v->u.record.of->accumulation != NULL;
}

static void row(struct told *t, const struct accumulation *c, size_t k, const char *step)
{
	const struct partial *p = &c->part[k];
	double s = c->sa * c->sb;
	char exact[NUMBER_SIZE], narrow[NUMBER_SIZE], total[NUMBER_SIZE];
	bool promoted = !strcmp(step, "promote");

	if (promoted)
		told_add(t, step, "total", k, STYLE_PLAIN, "%8zu %12s   + part %-10s= %12s %+9.4f %%", p->upto, number_short(exact, p->exact * s),
			 number_short(narrow, p->part * s), number_short(total, p->total * s), accumulate_lost(p->total, p->exact));
	else
		told_add(t, step, "narrow", k, STYLE_PLAIN, "%8zu %12s %12s %+9.4f %%", p->upto, number_short(exact, p->exact * s),
			 number_short(narrow, p->narrow * s), accumulate_lost(p->narrow, p->exact));
}

/* At most so many rows: the first, the last, and those between at even distances. */
static void rows(struct told *t, const struct accumulation *c, const char *step, size_t most)
{
	size_t n = c->parts < most ? c->parts : most;

	for (size_t i = 0; i < n; i++)
		row(t, c, n < 2 ? c->parts - 1 : i * (c->parts - 1) / (n - 1), step);
}

static void compose(struct told *t)
{
	const struct accumulation *c = t->record->accumulation;
	char sa[NUMBER_SIZE], sb[NUMBER_SIZE], v[NUMBER_SIZE];

	told_add(t, "scale", "sa", SIZE_MAX, STYLE_PLAIN, "a / %s and b / %s become 8-bit floats, the largest 448", number_short(sa, c->sa),
		 number_short(sb, c->sb));
	told_add(t, "add", NULL, 0, STYLE_DIM, "%8s %12s %12s %11s", "products", "exact sum", "narrow sum", "lost");
	rows(t, c, "add", 5);
	told_add(t, "promote", NULL, 0, STYLE_DIM, "every %zu products the sum is taken out:", c->o.every);
	rows(t, c, "promote", 5);
	told_add(t, "compare", "lost", SIZE_MAX, STYLE_MARK, "one sum of %d bits: %+.4g %%   taken out every %zu: %+.4g %%   exact %s", c->o.acc_bits,
		 accumulate_lost(c->narrow, c->exact), c->o.every, accumulate_lost(c->promoted, c->exact), number_short(v, c->exact));
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

	text_add(left, "%zu products", t->record->accumulation->n);
	text_add(right, "%d bits, taken out every %zu", t->record->accumulation->o.acc_bits, t->record->accumulation->o.every);
}

static const struct view_key keys[] = { TOLD_KEYS, { 0 } };

const struct view view_accumulate = {
	.name = "accumulate", .question = "what a sum kept in few bits loses", .fits = FITS(RECORD), .takes = takes, .keys = keys,
	.columns = TOLD_COLUMNS,
	.gives_up = "nothing: lines that are too wide go on below",
	.open = open, .close = told_close, .title = title, .height = told_height, .draw = told_draw,
	.press = told_press, .why = told_why, .data = told_data, .changed = told_changed,
};
