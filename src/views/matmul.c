/*
 * matmul.c - how integers multiply and are scaled again (interaction.md 9.13): one number of the result.
 *
 *      r1  2.0  / 0.0314 =  63.694  ->  Q1 =  64   back 2.0096   error +0.0096
 *      integer product   64 x 48 = 3072            held in 32 bits
 *      rescale           s1 x s2 / s3 = 0.0314     3072 x 0.0314 = 96.4608 -> Q3 = 96
 *      with integers     (3072 x 1078895785 + 2^34) >> 35 = 96
 *
 * Left and right go to the other numbers of a result that has more.
 */
#include "views/told.h"

#include <math.h>
#include <stdio.h>

#include "methods/matmul.h"

static bool takes(const struct value *v)
{
	return v->u.record.of->matmul != NULL;
}

static size_t scale_of(const struct operand *p, size_t row, size_t col, bool left)
{
	return p->scales == 1 ? 0 : left ? row : col;
}

static void factor(struct told *t, const struct operand *p, size_t row, size_t col, bool left)
{
	size_t at = row * p->cols + col, s = scale_of(p, row, col, left);
	double back = operand_back(p, row, col, left);
	char r[NUMBER_SIZE], scale[NUMBER_SIZE], b[NUMBER_SIZE], zero[24] = "";
	const char *n = left ? "1" : "2";

	if (p->zero[s])
		snprintf(zero, sizeof zero, " %+d", (int)p->zero[s]);
	if (p->real)
		told_add(t, "codes", left ? "q1" : "q2", at, STYLE_PLAIN, "r%s  %-4s / %s = %7.3f%s  ->  Q%s = %3d   back %-6s   error %+.4f", n,
			 told_number(r, p->real[at]), number_short(scale, p->scale[s]), p->real[at] / p->scale[s], zero, n, (int)p->code[at],
			 number_short(b, back), back - p->real[at]);
	else
		told_add(t, "codes", left ? "q1" : "q2", at, STYLE_PLAIN, "Q%s = %3d   stands for %s", n, (int)p->code[at], number_short(b, back));
}

/* The terms of the sum, where there are more than one. */
static void terms(struct told *t, const struct matmul *m, size_t i, size_t j)
{
	size_t K = m->a.cols, told = K < 64 ? K : 64;
	int64_t running = 0;
	int32_t za = m->a.zero[scale_of(&m->a, i, 0, true)], zb = m->b.zero[scale_of(&m->b, 0, j, false)];

	told_add(t, "codes", NULL, 0, STYLE_DIM, "%4s %6s %6s %9s %8s %8s %11s", "k", "Q1", "Q2", "Q1 x Q2", "Q1 - z1", "Q2 - z2", "sum so far");
	for (size_t k = 0; k < told; k++) {
		int64_t a = m->a.code[i * K + k], b = m->b.code[k * m->b.cols + j];

		running += (a - za) * (b - zb);
		told_add(t, "codes", "q1", i * K + k, STYLE_PLAIN, "%4zu %6lld %6lld %9lld %8lld %8lld %11lld", k, (long long)a, (long long)b,
			 (long long)(a * b), (long long)(a - za), (long long)(b - zb), (long long)running);
	}
	if (told < K)
		told_add(t, "codes", NULL, 0, STYLE_DIM, "\xe2\x80\xa6 %zu more", K - told);
}

static void sums(struct told *t, const struct matmul *m, const struct product *p, size_t cell, size_t i, size_t j)
{
	const char *held = p->flags & TRACE_OVERFLOW ? "beyond" : "held in";
	bool zeros = p->by_a || p->by_b || p->by_both;
	char left[60];

	if (m->a.cols == 1)
		snprintf(left, sizeof left, "%d x %d = %lld", (int)m->a.code[i], (int)m->b.code[j], (long long)p->raw);
	else
		snprintf(left, sizeof left, "sum of %zu = %lld", m->a.cols, (long long)p->raw);
	told_add(t, "multiply", "raw", cell, p->flags & TRACE_OVERFLOW ? STYLE_BAD : STYLE_PLAIN, "integer product   %-25s %s %d bits", left, held,
		 m->o.acc);
	if (m->a.cols > 1)
		told_add(t, "multiply", "largest", cell, STYLE_DIM, "largest on the way %lld of %lld", (long long)p->largest, (long long)m->limit);
	if (zeros) {
		told_add(t, "correct", "by_a", cell, STYLE_PLAIN, "-z1 x sum of Q2   %+lld", (long long)p->by_a);
		told_add(t, "correct", "by_b", cell, STYLE_PLAIN, "-z2 x sum of Q1   %+lld", (long long)p->by_b);
		told_add(t, "correct", "by_both", cell, STYLE_PLAIN, "K x z1 x z2       %+lld", (long long)p->by_both);
		told_add(t, "correct", "sum", cell, STYLE_PLAIN, "corrected         %lld, the same as sum (Q1 - z1)(Q2 - z2)", (long long)p->sum);
	}
}

static void rescaled(struct told *t, const struct matmul *m, const struct product *p, size_t cell)
{
	char M[NUMBER_SIZE], v[NUMBER_SIZE], s[NUMBER_SIZE], b[NUMBER_SIZE], e[NUMBER_SIZE], left[80], zero[40] = "";
	struct text flags = { 0 };

	if (m->zero)
		snprintf(zero, sizeof zero, " %+lld", (long long)m->zero);
	flag_words(p->flags, &flags);
	snprintf(left, sizeof left, "s1 x s2 / s3 = %s", number_short(M, p->M));
	told_add(t, "rescale", "q3", cell, STYLE_PLAIN, "rescale           %-25s %lld x %s = %s%s -> Q3 = %lld%s%s", left, (long long)p->sum, M,
		 number_short(v, p->scaled), zero, (long long)p->q, flags.len ? "  " : "", text_str(&flags));
	told_add(t, "rescale", "one", cell, STYLE_PLAIN, "with integers     (%lld x %d + 2^%d) >> %d%s = %lld%s", (long long)p->sum, (int)p->m.m0,
		 30 - p->m.e, 31 - p->m.e, zero, (long long)p->one, p->one != p->q ? "   differs" : "");
	if (p->two != p->one)
		told_add(t, "rescale", "two", cell, STYLE_WARN, "in two steps      %lld: it is rounded twice", (long long)p->two);
	if (m->zero)
		snprintf(left, sizeof left, "(%lld - %lld) x %s = %s", (long long)p->q, (long long)m->zero, number_short(s, m->scale), number_short(b, p->back));
	else
		snprintf(left, sizeof left, "%lld x %s = %s", (long long)p->q, number_short(s, m->scale), number_short(b, p->back));
	told_add(t, "rescale", "error", cell, STYLE_PLAIN, "back              %-25s exact %-11s error %+.4f", left, told_number(e, p->exact),
		 p->back - p->exact);
	text_drop(&flags);
}

static void compose(struct told *t)
{
	const struct matmul *m = t->record->matmul;
	size_t cells = m->a.rows * m->b.cols, cell = t->part < cells ? t->part : 0, i = cell / m->b.cols, j = cell % m->b.cols;
	const struct product *p = &m->cell[cell];

	if (cells > 1)
		told_add(t, "codes", NULL, 0, STYLE_MARK, "[%zu, %zu] of %zu x %zu", i, j, m->a.rows, m->b.cols);
	if (m->a.cols == 1) {
		factor(t, &m->a, i, 0, true);
		factor(t, &m->b, 0, j, false);
	} else {
		terms(t, m, i, j);
	}
	sums(t, m, p, cell, i, j);
	rescaled(t, m, p, cell);
}

static void *open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	(void)s;
	(void)options;
	return told_open(subject, compose, err);
}

static bool press(void *state, const struct key *k, struct wish *wish)
{
	struct told *t = state;
	const struct matmul *m = t->record->matmul;

	if (k->ctrl || k->meta || (k->code != KEY_LEFT_ && k->code != KEY_RIGHT_))
		return told_press(state, k, wish);
	if (k->code == KEY_LEFT_ ? t->part > 0 : t->part + 1 < m->a.rows * m->b.cols) {
		t->part = k->code == KEY_LEFT_ ? t->part - 1 : t->part + 1;
		told_again(t);
	}
	return true;
}

/* "s1 = s2 = s3 = 0.0314   z1 = z2 = z3 = 0" where they are all the same. */
static void three(struct text *out, char letter, const double v[3], const bool many[3])
{
	char buf[NUMBER_SIZE];

	if (!many[0] && !many[1] && v[0] == v[1] && v[1] == v[2]) {
		text_add(out, "%c1 = %c2 = %c3 = %s", letter, letter, letter, number_short(buf, v[0]));
		return;
	}
	for (int i = 0; i < 3; i++)
		text_add(out, "%s%c%d = %s", i ? " " : "", letter, i + 1, many[i] ? "\xe2\x80\xa6" : number_short(buf, v[i]));
}

static void title(const void *state, struct text *left, struct text *right)
{
	const struct told *t = state;
	const struct matmul *m = t->record->matmul;
	const double s[] = { m->a.scale[0], m->b.scale[0], m->scale }, z[] = { m->a.zero[0], m->b.zero[0], (double)m->zero };
	const bool many[] = { m->a.scales > 1, m->b.scales > 1, false };

	text_put(left, t->record->settings);
	three(right, 's', s, many);
	text_put(right, "   ");
	three(right, 'z', z, many);
}

static void facts(const void *state, struct text *out)
{
	const struct matmul *m = ((const struct told *)state)->record->matmul;

	text_add(out, "%zu x %zu x %zu", m->a.rows, m->a.cols, m->b.cols);
}

static const struct view_key keys[] = { TOLD_KEYS, { "<Left> <Right>", "number", "another number of the result", true }, { 0 } };

const struct view view_matmul = {
	.name = "matmul", .question = "how integers multiply and are scaled again", .fits = FITS(RECORD), .takes = takes, .keys = keys,
	.columns = TOLD_COLUMNS,
	.made_for = 80,
	.gives_up = "nothing: lines that are too wide go on below",
	.open = open, .close = told_close, .title = title, .facts = facts, .height = told_height, .draw = told_draw,
	.press = press, .why = told_why, .data = told_data, .changed = told_changed,
};
