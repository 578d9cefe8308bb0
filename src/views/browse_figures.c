/* browse_figures.c - see browse_figures.h */
#include "views/browse_figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/mixture.h"
#include "session/plan.h"
#include "views/figure.h"

/* ---- one tensor ---- */

enum { BARS = 26 };

static void put_bins(const struct figures *f, struct text *out)
{
	size_t most = 0;
	int decimals = figure_decimals(f->spread.absmax, 2);

	for (size_t k = 0; k < f->bins; k++)
		most = f->bin[k] > most ? f->bin[k] : most;
	if (f->bins < 2 || !most)
		return;
	text_put(out, "\n\ndistribution (log count)");
	for (size_t k = 0; k < f->bins; k++) {
		char label[FIGURE_SIZE];
		int n = (int)(BARS * log1p((double)f->bin[k]) / log1p((double)most) + 0.5);

		text_add(out, "\n%9s ", figure_fixed(label, (f->first + (double)k) * f->width, decimals, true));
		for (int i = 0; i < n || (i == 0 && f->bin[k]); i++)
			text_put(out, n ? "█" : "▏");
	}
}

void browse_put_figures(const struct figures *f, struct text *out)
{
	const struct spread *s = &f->spread;
	char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];

	if (f->measured && !isnan(s->min))
		text_add(out, "\nmin %s  max %s  sd %s\nkurtosis %.1f   zero %.2f %%   NaN %zu  Inf %zu", figure_range(a, s->min, s->absmax),
			 figure_range(b, s->max, s->absmax), figure_range(c, s->sd, s->absmax), s->kurtosis,
			 s->count ? 100.0 * (double)s->zero / (double)s->count : 0, s->nan, s->inf);
	else if (f->measured)
		text_add(out, "\nno finite weight   NaN %zu  Inf %zu", s->nan, s->inf);
	if (f->measured && s->sd > 0)
		text_add(out, f->beyond ? "\nbeyond %.0f sd: %zu weight%s in %zu row%s" : "\nnone beyond %.0f sd", FIGURES_FAR, f->beyond,
			 f->beyond == 1 ? "" : "s", f->beyond_rows, f->beyond_rows == 1 ? "" : "s");
	if (f->lost) {
		text_add(out, "\n%s: rel %s", f->codec, figure_digits(a, f->rel, 3, false));
		text_add(out, f->snr == INFINITY ? "   no error" : "   %.2f dB", f->snr);
		text_add(out, "   max %s", figure_digits(a, f->max, 2, false));
		if (!isnan(f->weighted))
			text_add(out, "\nweighted rmse %s", figure_digits(a, f->weighted, 3, false));
		if (f->share >= 0.05)
			text_add(out, "\n%.0f %% of the squared error in 1 %% of the blocks", 100 * f->share);
	}
	if (*f->fault)
		text_add(out, "\nnot measured: %s", f->fault);
	if (f->measured)
		put_bins(f, out);
}

/* ---- why this type ---- */

/* "0 1 4 7": the layers in which tensors like this one get its type. Empty: all of them do. */
static const struct planned *other_type(const struct plan *p, const struct planned *t, struct text *layers)
{
	const char *name = strchr(t->e->name + 4, '.');
	const struct planned *other = NULL;

	if (layer_of(t->e->name) < 0 || !name)
		return NULL;
	for (long k = 0, n = 0; n < (long)p->n && k < 1000; k++) {		/* in the order of layers, whatever that of the file */
		bool found = false;

		for (size_t i = 0; i < p->n; i++) {
			const struct planned *u = &p->tensor[i];
			const char *rest = layer_of(u->e->name) == k ? strchr(u->e->name + 4, '.') : NULL;

			if (!rest || strcmp(rest, name))
				continue;
			found = true;
			if (u->choice.codec == t->choice.codec)
				text_add(layers, " %ld", k);
			else
				other = u;
		}
		n = found ? 0 : n + 1;
		if (n > 8)
			break;
	}
	return other;
}

static void put_choice(const struct plan *p, const struct planned *t, const char *recipe, struct text *out)
{
	struct text layers = { 0 };
	const struct planned *other;

	text_put(out, "\n\nwhy this type");
	if (strcmp(planned_type(t), t->e->type_name)) {
		text_add(out, "\n  recipe %s gives %s: %s;\n  this file has another type", recipe, planned_type(t), t->choice.why);
	} else {
		text_add(out, "\n  recipe %s: %s", recipe, t->choice.why);
		if (t->choice.codec && t->choice.wanted && t->choice.wanted != t->choice.codec)
			text_add(out, ";\n  rows of %zu do not fill %s, so %s", t->e->cols, t->choice.wanted->name, planned_type(t));
		other = other_type(p, t, &layers);
		if (other)
			text_add(out, "\n  %s in blocks%s, else %s", planned_type(t), text_str(&layers), planned_type(other));
	}
	text_drop(&layers);
}

void browse_put_rule(struct session *s, struct value *model, const struct tensor_entry *e, struct text *out)
{
	const struct fact *type = model_fact(model->u.model, "general.file_type");
	const struct recipe *r = type && type->type != FACT_STRING && type->type != FACT_ARRAY && type->u < 1024 ? recipe_of_file((uint32_t)type->u) : NULL;
	struct plan_request q = { .recipe = r ? r->name : NULL, .requant = true };
	struct outcome plan = { 0 };
	struct error ignored = { 0 };

	if (!r || !session_plan(s, model, &q, &plan, &ignored))
		return;
	for (size_t i = 0; plan.value && i < plan.value->u.plan->n; i++)
		if (plan.value->u.plan->tensor[i].e == e)
			put_choice(plan.value->u.plan, &plan.value->u.plan->tensor[i], r->name, out);
	value_drop(plan.value);
	job_drop(plan.job);
}

/* ---- many tensors ---- */

static bool is_matrix(const struct tensor_entry *e)
{
	return e->rows > 1 && e->cols > 1;
}

double browse_group_rel(const struct browse_list *l, size_t group)
{
	double errors = 0, energy = 0;

	for (size_t i = 0; i < l->m->tensors; i++) {
		const struct figures *f = l->figures ? survey_at(l->figures, i) : NULL;
		double n = (double)l->m->tensor[i].rows * (double)l->m->tensor[i].cols;

		if (l->group_of[i] != group || !is_matrix(&l->m->tensor[i]))
			continue;
		if (!f)
			return NAN;
		if (!f->lost)
			continue;
		errors += n * f->rmse * f->rmse;
		energy += n * (f->rel > 0 ? f->rmse * f->rmse / (f->rel * f->rel) : f->spread.mean * f->spread.mean + f->spread.sd * f->spread.sd);
	}
	return energy > 0 ? sqrt(errors / energy) : NAN;
}

/* "blk.3.attn_q.weight" -> 3 and "attn_q.weight"; -1: not of a block. */
static long block_of(const char *name, const char **rest)
{
	long k = layer_of(name);

	*rest = k >= 0 ? strchr(name + 4, '.') : NULL;
	if (*rest)
		++*rest;
	return *rest ? k : -1;
}

static const struct figures *of_block(const struct browse_list *l, long block, const char *kind)
{
	const char *rest;

	for (size_t i = 0; i < l->m->tensors; i++)
		if (block_of(l->m->tensor[i].name, &rest) == block && !strcmp(rest, kind))
			return survey_at(l->figures, i);
	return NULL;
}

/* The kind under the cursor, or the first there is; then attn_q, or another. */
static int choose_kinds(const struct browse_list *l, const char *kind[2])
{
	size_t cursor = l->rows && !l->row[l->cursor].is_group ? l->row[l->cursor].tensor : SIZE_MAX;
	const char *own = NULL, *other = NULL, *rest;

	for (size_t i = 0; i < l->m->tensors; i++) {
		const struct figures *f = survey_at(l->figures, i);

		if (block_of(l->m->tensor[i].name, &rest) < 0 || !f || !f->lost)
			continue;
		if (i == cursor)
			own = rest;
		if (!other || !strncmp(rest, "attn_q.", 7))
			other = rest;
	}
	for (size_t i = 0; own && !strcmp(own, other) && i < l->m->tensors; i++)
		if (block_of(l->m->tensor[i].name, &rest) >= 0 && survey_at(l->figures, i) && survey_at(l->figures, i)->lost && strcmp(rest, own))
			other = rest;
	kind[0] = other;
	kind[1] = own;
	return !other ? 0 : own && strcmp(own, other) ? 2 : 1;
}

bool browse_draw_blocks(const struct browse_list *l, struct canvas *c)
{
	const char *kind[2];
	int kinds = l->figures && c->rows >= 3 ? choose_kinds(l, kind) : 0, wide = (c->cols - 8) / 2, row = 1;
	double most = 0;

	for (int k = 0; k < kinds; k++)
		for (long b = 0; b < 1000 && (of_block(l, b, kind[k]) || b < 4); b++) {
			const struct figures *f = of_block(l, b, kind[k]);

			most = f && f->lost && f->rel > most ? f->rel : most;
		}
	if (!kinds || !(most > 0))
		return false;
	canvas_puts(c, 0, 1, STYLE_DIM, "rel err by block");
	for (int k = 0; k < kinds; k++)
		canvas_fit(c, 0, 19 + k * wide, wide - 2, STYLE_DIM, kind[k]);
	for (long b = 0; row < c->rows && b < 1000; b++) {
		bool any = false;
		char buf[FIGURE_SIZE];

		for (int k = 0; k < kinds; k++) {
			const struct figures *f = of_block(l, b, kind[k]);
			int at = 19 + k * wide;

			if (!f || !f->lost)
				continue;
			any = true;
			canvas_puts(c, row, at, STYLE_PLAIN, figure_bare(buf, f->rel, 4, false));
			if (wide > 12)
				canvas_bar(c, row, at + 6, wide - 9 < 16 ? wide - 9 : 16, f->rel / most, STYLE_BAD);
		}
		if (any)
			canvas_text(c, row++, 3, STYLE_DIM, "%ld", b);
		else if (b > 4 && !of_block(l, b, kind[0]))
			break;
	}
	return true;
}
