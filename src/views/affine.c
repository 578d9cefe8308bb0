/*
 * affine.c - each number on its way to a code and back: the picture of an affine record.
 *
 *      range -5..5   s = 0.714286 = 5/7   zp = 0   reaches -5..5
 *        i        x       x/s   rounded   code      back     error
 *        0      3.4      4.76         5      5   3.57143   +0.1714
 */
#include "views/told.h"

#include <math.h>
#include <stdio.h>

#include "methods/affine.h"

static bool takes(const struct value *v)
{
	return v->u.record.of->affine != NULL;
}

static const char *one(const struct affine *a, size_t k, char *buf, size_t size)
{
	static const char *const words[] = { "all", "row", "column", "group" };

	if (a->units == 1)
		return "";
	snprintf(buf, size, "%s %zu   ", words[a->o.per], k);
	return buf;
}

static void unit_line(struct told *t, const struct affine *a, size_t k)
{
	const struct unit *u = &a->unit[k];
	char lo[NUMBER_SIZE], hi[NUMBER_SIZE], s[NUMBER_SIZE], z[NUMBER_SIZE], from[NUMBER_SIZE], to[NUMBER_SIZE], of[40];
	struct text exact = { 0 };
	size_t i = a->units == 1 ? SIZE_MAX : k;

	if (u->s.den > 1) {
		text_put(&exact, " = ");
		fraction_put(u->s, &exact);
	}
	told_add(t, "extremes", "lo", i, STYLE_PLAIN, "%srange %s..%s", one(a, k, of, sizeof of), number_short(lo, u->lo), number_short(hi, u->hi));
	if (u->low != u->lo || u->high != u->hi)
		told_add(t, "widen", "low", i, STYLE_PLAIN, "%swidened to %s..%s", a->units > 1 ? of : "", number_short(lo, u->low),
			 number_short(hi, u->high));
	told_add(t, "scale", "scale", i, STYLE_SCALE, "%sscale s = %s%s", a->units > 1 ? of : "", number_short(s, u->scale), text_str(&exact));
	told_add(t, "zero", "zero", i, STYLE_MIN, "%szero point zp = %s   codes reach %s..%s   clipped %zu below, %zu above", a->units > 1 ? of : "",
		 number_short(z, u->zero), number_short(from, u->reach_lo), number_short(to, u->reach_hi), u->clipped_lo, u->clipped_hi);
	text_drop(&exact);
}

static const char *error_text(char *buf, double v)
{
	snprintf(buf, NUMBER_SIZE, v == 0 ? "0" : "%+.4g", v);
	return buf;
}

static void weights(struct told *t, const struct affine *a)
{
	const float *x = tensor_floats(&a->x);
	size_t n = a->rows * a->cols;
	char v[NUMBER_SIZE], b[NUMBER_SIZE], e[NUMBER_SIZE], ratio[NUMBER_SIZE];

	t->table = true;
	told_add(t, "divide", NULL, 0, STYLE_DIM, "%5s %10s %10s %8s %7s %11s %9s", "i", "x", "x/s", "rounded", "code", "back", "error");
	for (size_t i = 0; i < n; i++) {
		double r = (double)x[i] / a->unit[affine_unit_of(a, i / a->cols, i % a->cols)].scale;
		double back = affine_back(&a->unit[affine_unit_of(a, i / a->cols, i % a->cols)], a->code[i]);
		const struct number *raw = record_find(t->record, "raw", i, SIZE_MAX), *code = record_find(t->record, "code", i, SIZE_MAX);
		struct text flags = { 0 };
		bool walks = value_walks(t->subject);
		size_t at = value_step(t->subject);

		if (code)
			flag_words(code->flags, &flags);
		number_ratio(ratio, r);
		if (walks && at < 5)
			told_add(t, "divide", "ratio", i, STYLE_PLAIN, "%5zu %10s %10s", i, number_short(v, (double)x[i]), ratio);
		else if (walks && at < 6)
			told_add(t, "divide", "code", i, STYLE_PLAIN, "%5zu %10s %10s %8.0f %7d  %s", i, number_short(v, (double)x[i]), ratio,
				 raw ? raw->v : 0, (int)a->code[i], text_str(&flags));
		else
			told_add(t, "divide", "error", i, STYLE_PLAIN, "%5zu %10s %10s %8.0f %7d %11s %9s  %s", i, number_short(v, (double)x[i]),
				 ratio, raw ? raw->v : 0, (int)a->code[i], number_short(b, back), error_text(e, back - (double)x[i]), text_str(&flags));
		text_drop(&flags);
	}
	t->table = false;
}

static void compose(struct told *t)
{
	const struct affine *a = t->record->affine;
	struct affine_loss l = affine_loss(a, 0, a->rows);
	size_t told = a->units < 64 ? a->units : 64;

	for (size_t k = 0; k < told; k++)
		unit_line(t, a, k);
	if (told < a->units)
		told_add(t, "zero", NULL, 0, STYLE_DIM, "\xe2\x80\xa6 %zu more scales", a->units - told);
	if (a->rows * a->cols <= AFFINE_TOLD_MAX)
		weights(t, a);
	else
		told_add(t, "loss", NULL, 0, STYLE_DIM, "%zu numbers: too many to be told one by one", a->rows * a->cols);
	told_add(t, "loss", "snr", SIZE_MAX, STYLE_PLAIN, "rmse %.6g   largest %.4g   %.4f dB   cosine %.6f   rel %.4g", sqrt(l.mse), l.max, l.snr,
		 l.cosine, l.rel);
}

static void *open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	(void)s;
	(void)options;
	return told_open(subject, compose, err);
}

static void changed(void *state)
{
	told_changed(state);
	told_again(state);
}

static void title(const void *state, struct text *left, struct text *right)
{
	const struct told *t = state;

	view_subject(t->subject, left);
	text_put(right, t->record->settings);
}

static void facts(const void *state, struct text *out)
{
	const struct told *t = state;
	char buf[NUMBER_SIZE];

	text_add(out, "%s b/w", number_short(buf, affine_bits(t->record->affine)));
}

static const struct view_key keys[] = { TOLD_KEYS, { 0 } };

const struct view view_affine = {
	.name = "affine", .question = "how scale and zero point make codes of numbers", .fits = FITS(RECORD), .takes = takes, .keys = keys,
	.columns = TOLD_COLUMNS,
	.made_for = 80,
	.gives_up = "nothing: lines that are too wide go on below",
	.open = open, .close = told_close, .title = title, .facts = facts, .height = told_height, .draw = told_draw,
	.press = told_press, .why = told_why, .data = told_data, .changed = changed,
};
