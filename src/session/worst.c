/*
 * worst.c - the tensors of a model in the order of what a codec, or their own type, loses of them. What is measured is a survey's: figures.h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/model.h"
#include "session/figures.h"
#include "session/survey.h"

struct worst_work {
	struct session *s;
	struct value *model;			/* held */
	struct survey *survey;			/* held */
	enum { BY_REL, BY_MAX, BY_SNR, BY_OUTLIER } by;
	size_t top;
	size_t *order;
};

static void worst_drop(void *state)
{
	struct worst_work *w = state;

	value_drop(w->model);
	survey_drop(w->survey);
	free(w->order);
	free(w);
}

static bool is_matrix(const struct tensor_entry *e)
{
	return e->rows > 1 && e->cols > 1;
}

static bool worst_run(struct job *job, struct error *err)
{
	struct worst_work *w = job->state;

	return survey_measure(w->survey, w->s, w->model, SIZE_MAX, job, err);
}

/* ---- the table ---- */

static double outlier_of(const struct figures *f)
{
	return f->spread.sd > 0 ? f->spread.absmax / f->spread.sd : 0;
}

static double badness(const struct worst_work *w, const struct figures *f)
{
	double v = w->by == BY_MAX ? f->max : w->by == BY_SNR ? -f->snr : w->by == BY_OUTLIER ? outlier_of(f) : f->rel;

	if (w->by == BY_OUTLIER ? !f->measured : *f->fault)
		return -INFINITY;
	return isnan(v) ? INFINITY : v;		/* nothing is worse than what comes back as no number */
}

static void cell(struct table *t, double v, bool there)
{
	if (there && !isnan(v))
		table_number(t, v);
	else
		table_skip(t);
}

static void worst_row(const struct worst_work *w, struct table *t, const struct tensor_entry *e, const struct figures *f)
{
	struct text name = { 0 };
	bool lost = f->lost && w->by != BY_OUTLIER, fault = *f->fault && !(w->by == BY_OUTLIER && f->measured);

	text_escape(&name, e->name, strlen(e->name), 0);
	table_row(t);
	table_text(t, text_str(&name));
	table_text(t, e->type_name);
	if (lost)
		table_text(t, f->codec);
	else
		table_skip(t);
	cell(t, f->rel, lost);
	cell(t, f->max, lost);
	cell(t, f->snr, lost);
	cell(t, f->rmse, lost);
	cell(t, outlier_of(f), w->by == BY_OUTLIER && f->measured);
	cell(t, f->share, lost);
	cell(t, f->weighted, lost);
	if (fault)
		table_text(t, f->fault);
	text_drop(&name);
}

/* By insertion of what is worse: top is small, or the order hardly matters. */
static size_t sort_worst(struct worst_work *w)
{
	const struct model *m = w->model->u.model;
	size_t n = 0;

	for (size_t i = 0; i < m->tensors; i++) {
		const struct figures *f = survey_at(w->survey, i);
		size_t k = n;

		if (!f || !is_matrix(&m->tensor[i]))
			continue;
		for (; k > 0 && badness(w, survey_at(w->survey, w->order[k - 1])) < badness(w, f); k--)
			w->order[k] = w->order[k - 1];
		w->order[k] = i;
		n++;
	}
	return n;
}

static bool worst_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct worst_work *w = job->state;
	const struct model *m = w->model->u.model;
	struct table *t;
	size_t n, matrices = 0;

	for (size_t i = 0; i < m->tensors; i++)
		matrices += is_matrix(&m->tensor[i]);
	n = sort_worst(w);
	if (!ok && !(job_stopped(job) && n))
		return false;
	t = table_new(WORST_COLUMNS);
	for (size_t i = 0; t && i < n && (!w->top || i < w->top); i++)
		worst_row(w, t, &m->tensor[w->order[i]], survey_at(w->survey, w->order[i]));
	if (!t || t->failed) {
		table_drop(t);
		return error_memory(err, "a table");
	}
	*result = value_table(t, err);
	if (*result) {
		char label[sizeof (*result)->label];

		snprintf(label, sizeof label, ok ? "%.30s" : "%.30s, partial: %zu of %zu", w->model->label, n, matrices);
		value_name(*result, label);
	}
	return *result != NULL;
}

bool session_worst(struct session *s, struct value *model, const struct codec *codec, const char *by, size_t top, struct outcome *out,
		   struct error *err)
{
	struct worst_work *w = calloc(1, sizeof *w);
	const struct model *m = model->u.model;
	struct job *job = w ? job_new("measuring errors", w, err) : NULL;

	if (!job)
		return w ? false : error_memory(err, "a survey");
	job->unit = "tensors";
	job->work = worst_run;
	job->finish = worst_finish;
	job->drop = worst_drop;
	w->s = s;
	w->model = value_hold(model);
	w->by = !strcmp(by, "max") ? BY_MAX : !strcmp(by, "snr") ? BY_SNR : !strcmp(by, "outlier") ? BY_OUTLIER : BY_REL;
	w->top = top;
	w->order = calloc(m->tensors + 1, sizeof *w->order);
	if (!w->order)
		error_memory(err, "a survey");
	else if (w->by != BY_OUTLIER && !codec && !m->reference)
		survey_needs(model, err);
	else
		w->survey = survey_new(s, model, w->by == BY_OUTLIER ? NULL : codec, err);
	if (!w->survey) {
		job_drop(job);
		return false;
	}
	atomic_store(&job->total, m->tensors);
	atomic_store(&job->done, survey_known(w->survey));
	return session_work(job, m->weights <= SMALL_WORK || survey_whole(w->survey), out, err);
}
