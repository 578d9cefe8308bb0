/*
 * diff.c - what differs between two models, or two values with weights. interaction.md 10
 *
 * Where the types differ, so do the values, and that is no news: how much of it the types explain is found by putting the values of each
 * side into the type of the other and measuring what that loses.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fnmatch.h>

#include "files/model.h"
#include "files/names.h"
#include "session/losses.h"
#include "session/survey.h"

enum grade_of { IS_BAD, IS_ODD, IS_SAME };

static const char *const grades[] = { "bad", "odd", "same" };

struct pair {
	const struct tensor_entry *a, *b;	/* NULL: only the other has it; of values both are NULL */
	const char *what;
	enum grade_of grade;
	bool measured, done;
	double rel, cosine, max, expected, unexplained;
	char type_a[24], type_b[24];
};

struct diff_work {
	struct session *s;
	struct value *a, *b;			/* held */
	struct pair *pair; size_t n;
};

static void diff_drop(void *state)
{
	struct diff_work *w = state;

	value_drop(w->a);
	value_drop(w->b);
	free(w->pair);
	free(w);
}

/* ---- two tensors ---- */

static bool same_bytes(const struct tensor *a, const struct tensor *b)
{
	size_t n = tensor_bytes(a), piece = 1 << 20;
	bool same = a->codec == b->codec && a->group == b->group && n == tensor_bytes(b);

	for (size_t at = 0; same && at < n && !job_stopped(job_here()); at += piece) {
		size_t len = n - at < piece ? n - at : piece;

		same = !memcmp(tensor_block(a, 0) + at, tensor_block(b, 0) + at, len);
		buffer_forget(a->buffer, a->offset + at, a->offset + at + len);
		buffer_forget(b->buffer, b->offset + at, b->offset + at + len);
	}
	return same;
}

/* The squared relative error of the values of x in the type of `like`; 0 where that has no encoder or its blocks do not fit. */
static double cost_of_type(const struct tensor *x, const struct tensor *like)
{
	struct value *v = value_tensor(tensor_hold(x), NULL);
	struct quantize_options o = { .flat_if_needed = true, .group = like->group == tensor_count(like) ? 0 : like->group };
	struct losses l;
	double cost = 0;

	if (v && like->codec->encode && losses_in(like->codec, v, &o, NULL, &l, NULL))
		cost = losses_rel(&l) * losses_rel(&l);
	value_drop(v);
	return isfinite(cost) ? cost : 0;
}

static bool compare_tensors(struct pair *p, const struct tensor *a, const struct tensor *b, struct job *job, struct error *err)
{
	struct loss l;

	if (a->rows != b->rows || a->cols != b->cols) {
		p->what = "shape";
		return true;
	}
	if (same_bytes(a, b)) {
		p->what = "same";
		p->grade = IS_SAME;
		return true;
	}
	if (!measure_loss(b, a, 0, NULL, NULL, 0, NULL, &l, err))
		return false;
	p->measured = true;
	p->what = "values";
	p->rel = l.rel;
	p->cosine = l.cosine;
	p->max = l.max;
	if (a->codec != b->codec && !job_stopped(job))
		p->expected = sqrt(cost_of_type(a, b) + cost_of_type(b, a));
	p->unexplained = sqrt(fmax(0, p->rel * p->rel - p->expected * p->expected));
	if (l.rel == 0) {
		p->what = "same";
		p->grade = a->codec == b->codec ? IS_SAME : IS_ODD;
	} else if (a->codec != b->codec && p->rel <= 1.25 * p->expected + 1e-6) {
		p->grade = IS_ODD;
	}
	return true;
}

static bool compare_entries(struct diff_work *w, struct pair *p, struct job *job, struct error *err)
{
	struct outcome a = { 0 }, b = { 0 };
	bool ok;

	if (!p->a || !p->b || p->a->rows != p->b->rows || p->a->cols != p->b->cols) {
		p->what = !p->b ? "only a" : !p->a ? "only b" : "shape";
		p->grade = p->a && p->b ? IS_BAD : IS_ODD;
		return true;
	}
	ok = session_tensor(w->s, w->a, p->a->name, &a, err) && session_tensor(w->s, w->b, p->b->name, &b, err);
	ok = ok && compare_tensors(p, value_weights(a.value), value_weights(b.value), job, err);
	value_drop(a.value);
	value_drop(b.value);
	if (!ok && err->class != ERR_MEMORY && err->class != ERR_CANCELLED) {		/* one that cannot be read is a finding, not the end */
		p->what = "unreadable";
		p->grade = IS_BAD;
		*err = (struct error){ 0 };
		return true;
	}
	return ok;
}

/* Weights added to fill blocks are left out, unless both sides have as many. */
static bool without_padding(const struct value *v, const struct value *other, struct tensor *out, struct error *err)
{
	const struct quantized *q = value_as_quantized(v), *o = value_as_quantized(other);
	const struct tensor *t = value_weights(v);
	size_t padding = q ? q->padding : 0;

	*out = tensor_hold(t);
	if (!padding || (o && o->padding == padding))
		return true;
	tensor_drop(out);
	return tensor_slice(t, 0, t->rows, 0, t->cols - padding, out, err);
}

static bool compare_values(struct diff_work *w, struct pair *p, struct job *job, struct error *err)
{
	struct tensor a, b = { 0 };
	bool ok;

	if (!without_padding(w->a, w->b, &a, err))
		return false;
	ok = without_padding(w->b, w->a, &b, err) && compare_tensors(p, &a, &b, job, err);
	tensor_drop(&a);
	tensor_drop(&b);
	return ok;
}

static bool diff_run(struct job *job, struct error *err)
{
	struct diff_work *w = job->state;

	for (size_t i = 0; i < w->n; i++) {
		struct pair *p = &w->pair[i];

		if (job_stopped(job))
			return error_set(err, ERR_CANCELLED, "stopped");
		if (w->a->kind == VALUE_MODEL ? !compare_entries(w, p, job, err) : !compare_values(w, p, job, err))
			return false;
		if (job_stopped(job))		/* in the middle of this one */
			return error_set(err, ERR_CANCELLED, "stopped");
		p->done = true;
		job_step(job, 1);
	}
	return true;
}

/* ---- pairing ---- */

static char **names_of(const struct model *m, struct error *err)
{
	char **name = calloc(m->tensors + 1, sizeof *name);

	for (size_t i = 0; name && i < m->tensors; i++)
		if (!name_in_gguf(m->tensor[i].name, &name[i])) {
			while (i)
				free(name[--i]);
			free(name);
			name = NULL;
		}
	if (!name)
		error_memory(err, "the names");
	return name;
}

static void drop_names(char **name, const struct model *m)
{
	for (size_t i = 0; name && i < m->tensors; i++)
		free(name[i]);
	free(name);
}

static void add_pair(struct diff_work *w, const struct tensor_entry *a, const struct tensor_entry *b, const char *pattern)
{
	struct pair *p = &w->pair[w->n];

	if (pattern && fnmatch(pattern, (a ? a : b)->name, 0))
		return;
	*p = (struct pair){ .a = a, .b = b, .what = "" };
	snprintf(p->type_a, sizeof p->type_a, "%s", a ? a->type_name : "");
	snprintf(p->type_b, sizeof p->type_b, "%s", b ? b->type_name : "");
	w->n++;
}

static bool pair_models(struct diff_work *w, const char *pattern, struct error *err)
{
	const struct model *a = w->a->u.model, *b = w->b->u.model;
	char **in_a = names_of(a, err), **in_b = in_a ? names_of(b, err) : NULL;
	bool *used = calloc(b->tensors + 1, sizeof *used);

	w->pair = in_b && used ? calloc(a->tensors + b->tensors + 1, sizeof *w->pair) : NULL;
	for (size_t i = 0; w->pair && i < a->tensors; i++) {
		size_t k = i < b->tensors && !strcmp(in_a[i], in_b[i]) ? i : 0;		/* mostly the same order */

		while (k < b->tensors && (used[k] || strcmp(in_a[i], in_b[k])))
			k++;
		add_pair(w, &a->tensor[i], k < b->tensors ? &b->tensor[k] : NULL, pattern);
		if (k < b->tensors)
			used[k] = true;
	}
	for (size_t k = 0; w->pair && k < b->tensors; k++)
		if (!used[k])
			add_pair(w, NULL, &b->tensor[k], pattern);
	drop_names(in_a, a);
	drop_names(in_b, b);
	free(used);
	return w->pair ? true : error_memory(err, "the pairs");
}

static bool pair_values(struct diff_work *w, struct error *err)
{
	const struct tensor *a = value_weights(w->a), *b = value_weights(w->b);

	if (!a || !b) {
		error_set(err, ERR_ARGUMENT, "diff compares two models, or two values with weights; not %s and %s",
			  value_kind_with_article(w->a->kind), value_kind_with_article(w->b->kind));
		return error_hint(err, a ? "b" : "a", "as in  diff m n  or  diff q r");
	}
	w->pair = calloc(1, sizeof *w->pair);
	if (!w->pair)
		return error_memory(err, "the pairs");
	w->n = 1;
	snprintf(w->pair->type_a, sizeof w->pair->type_a, "%s", a->codec->name);
	snprintf(w->pair->type_b, sizeof w->pair->type_b, "%s", b->codec->name);
	return true;
}

/* ---- the table ---- */

static int weightier(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	if (p->grade != q->grade)
		return p->grade < q->grade ? -1 : 1;
	if (p->unexplained != q->unexplained)
		return p->unexplained > q->unexplained ? -1 : 1;
	if (p->rel != q->rel)
		return p->rel > q->rel ? -1 : 1;
	return p->a && q->a ? (p->a < q->a ? -1 : 1) : p->b && q->b ? (p->b < q->b ? -1 : 1) : p->a ? -1 : 1;
}

static void cell(struct table *t, const struct pair *p, double v)
{
	if (p->measured && !isnan(v))
		table_number(t, v);
	else
		table_skip(t);
}

static void diff_row(struct table *t, const struct pair *p, const struct diff_work *w)
{
	const struct tensor_entry *e = p->a ? p->a : p->b;
	struct text name = { 0 };

	if (e)
		text_escape(&name, e->name, strlen(e->name), 0);
	else
		text_add(&name, "%s %s", *w->a->label ? w->a->label : "a", *w->b->label ? w->b->label : "b");
	table_row(t);
	table_text(t, grades[p->grade]);
	table_text(t, text_str(&name));
	table_text(t, p->what);
	table_text(t, p->type_a);
	table_text(t, p->type_b);
	cell(t, p, p->rel);
	cell(t, p, p->cosine);
	cell(t, p, p->max);
	cell(t, p, p->expected);
	cell(t, p, p->unexplained);
	text_drop(&name);
}

static bool diff_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct diff_work *w = job->state;
	size_t done = 0, all = w->n;
	char label[sizeof (*result)->label];
	struct table *t;

	while (done < w->n && w->pair[done].done)
		done++;
	if (!ok && !(job_stopped(job) && done))
		return false;
	w->n = done;
	qsort(w->pair, w->n, sizeof *w->pair, weightier);
	t = table_new(DIFF_COLUMNS);
	for (size_t i = 0; t && i < w->n; i++)
		diff_row(t, &w->pair[i], w);
	if (!t || t->failed) {
		table_drop(t);
		return error_memory(err, "a table");
	}
	*result = value_table(t, err);
	if (!*result)
		return false;
	snprintf(label, sizeof label, ok ? "%.18s against %.18s" : "%.18s against %.18s, partial: %zu of %zu", *w->b->label ? w->b->label : "b",
		 *w->a->label ? w->a->label : "a", done, all);
	value_name(*result, label);
	return true;
}

bool session_diff(struct session *s, struct value *a, struct value *b, const char *pattern, struct outcome *out, struct error *err)
{
	struct diff_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("comparing", w, err) : NULL;
	bool models = a->kind == VALUE_MODEL && b->kind == VALUE_MODEL;

	if (!job)
		return w ? false : error_memory(err, "a comparison");
	job->unit = "tensors";
	job->work = diff_run;
	job->finish = diff_finish;
	job->drop = diff_drop;
	w->s = s;
	w->a = value_hold(a);
	w->b = value_hold(b);
	if (!(models ? pair_models(w, pattern, err) : pair_values(w, err))) {
		job_drop(job);
		return false;
	}
	atomic_store(&job->total, w->n);
	return session_work(job, models ? a->u.model->weights <= SMALL_WORK : tensor_count(value_weights(a)) <= SMALL_WORK, out, err);
}

bool is_diff_table(const struct table *t)
{
	return table_column(t, "unexplained") != SIZE_MAX && table_column(t, "grade") != SIZE_MAX;
}
