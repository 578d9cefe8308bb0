/*
 * worst.c - the tensors of a model in the order of what a codec, or their own type, loses of them.
 *
 * Each tensor is measured once a run: figures are kept by file, tensor and codec, also when the survey is stopped half way.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/imatrix.h"
#include "files/model.h"
#include "session/losses.h"
#include "session/survey.h"

struct figures { bool known, lost; double rel, max, snr, rmse, weighted, outlier, share; char codec[16], fault[160]; };

struct kept { struct kept *next; char *key; struct figures f; };

void survey_forget(struct session *s)
{
	while (s->kept) {
		struct kept *k = s->kept;

		s->kept = k->next;
		free(k->key);
		free(k);
	}
}

struct worst_work {
	struct session *s;
	struct value *model;			/* held */
	const struct codec *codec;		/* NULL: the file's own types against the reference */
	enum { BY_REL, BY_MAX, BY_SNR, BY_OUTLIER } by;
	size_t top;
	struct figures *f;			/* [tensors] */
	size_t *order;
};

static void worst_drop(void *state)
{
	struct worst_work *w = state;

	value_drop(w->model);
	free(w->f);
	free(w->order);
	free(w);
}

static void key_of(const struct worst_work *w, const struct tensor_entry *e, struct text *key)
{
	const struct model *m = w->model->u.model;

	text_add(key, "%s|%llu|%u|%llu|%s|%s|", m->path, (unsigned long long)m->bytes, e->part, (unsigned long long)e->offset, e->name, e->type_name);
	text_add(key, "%s|%s", w->by == BY_OUTLIER ? "" : w->codec ? w->codec->name : "ref", w->by == BY_OUTLIER ? "" : !w->codec && m->reference ?
		 m->reference->path : "");
	text_add(key, "|%s", w->by != BY_OUTLIER && m->importance && m->importance->path ? m->importance->path : "");
}

static struct kept *find_kept(struct session *s, const char *key)
{
	struct kept *k = s->kept;

	while (k && strcmp(k->key, key))
		k = k->next;
	return k;
}

static void keep(struct session *s, const char *key, const struct figures *f)
{
	struct kept *k = calloc(1, sizeof *k);

	if (!k || !(k->key = strdup(key))) {
		free(k);		/* then it is measured again */
		return;
	}
	k->f = *f;
	k->next = s->kept;
	s->kept = k;
}

/* ---- one tensor ---- */

static void take(struct figures *f, const struct losses *l, const char *codec)
{
	*f = (struct figures){
		.known = true, .lost = true, .rel = losses_rel(l), .max = l->max, .snr = losses_snr(l), .rmse = losses_rmse(l),
		.weighted = l->weighted, .outlier = NAN, .share = l->worst_share,
	};
	snprintf(f->codec, sizeof f->codec, "%s", codec);
}

static bool measure_with(const struct worst_work *w, const struct tensor_entry *e, const struct value *x, struct job *job, struct figures *f,
			 struct error *err)
{
	struct quantize_options o = { .flat_if_needed = true };
	struct tensor importance;
	struct losses l;
	bool ok;

	if (!session_importance_of(w->model->u.model, e, &importance, err))
		return false;
	o.importance = importance.codec ? &importance : NULL;
	ok = losses_in(w->codec, x, &o, job, &l, err);
	if (ok)
		take(f, &l, w->codec->name);
	tensor_drop(&importance);
	return ok;
}

static bool measure_own(const struct value *x, struct job *job, struct figures *f, struct error *err)
{
	const struct quantized *q = value_as_quantized(x);
	struct losses l;

	if (!q || !q->source.codec)
		return error_set(err, ERR_VALUE, "no weights of the reference to hold it against");
	if (!losses_between(&q->blocks, &q->source, q->padding, q->importance.codec ? tensor_floats(&q->importance) : NULL, job, &l, err))
		return false;
	take(f, &l, q->blocks.codec->name);
	return true;
}

static bool measure_outlier(const struct value *x, struct figures *f, struct error *err)
{
	struct spread s;

	if (!measure_range(value_weights(x), &s, err))
		return false;
	*f = (struct figures){ .known = true, .outlier = s.sd > 0 ? s.absmax / s.sd : 0, .share = NAN };
	return true;
}

static bool is_matrix(const struct tensor_entry *e)
{
	return e->rows > 1 && e->cols > 1;
}

/* False: it was stopped, or there is no memory; what else goes wrong is a fault of this tensor. */
static bool measure_entry(struct worst_work *w, const struct tensor_entry *e, struct job *job, struct figures *f, struct error *err)
{
	struct outcome out = { 0 };
	struct error why = { 0 };
	bool ok = session_tensor(w->s, w->model, e->name, &out, &why) &&
		  (w->by == BY_OUTLIER ? measure_outlier(out.value, f, &why) : w->codec ? measure_with(w, e, out.value, job, f, &why) :
		   measure_own(out.value, job, f, &why));

	value_drop(out.value);
	if (ok)
		return true;
	*f = (struct figures){ .known = false };
	if (why.class == ERR_MEMORY || why.class == ERR_CANCELLED) {
		*err = why;
		return false;
	}
	f->known = true;
	snprintf(f->fault, sizeof f->fault, "%.150s", why.text);
	return true;
}

static bool worst_run(struct job *job, struct error *err)
{
	struct worst_work *w = job->state;
	const struct model *m = w->model->u.model;
	size_t rows = 0;

	for (size_t i = 0; i < m->tensors; i++) {
		struct figures *f = &w->f[i];

		if (job_stopped(job))
			return error_set(err, ERR_CANCELLED, "stopped");
		if (!f->known && is_matrix(&m->tensor[i]) && !measure_entry(w, &m->tensor[i], job, f, err))
			return false;
		rows += m->tensor[i].rows;
		job_step(job, rows - atomic_load(&job->done));	/* those too that were known, or are no matrix */
	}
	return true;
}

/* ---- the table ---- */

static double badness(const struct worst_work *w, const struct figures *f)
{
	double v;

	if (*f->fault)
		return -INFINITY;
	v = w->by == BY_MAX ? f->max : w->by == BY_SNR ? -f->snr : w->by == BY_OUTLIER ? f->outlier : f->rel;
	return isnan(v) ? INFINITY : v;		/* nothing is worse than what comes back as no number */
}

static void cell(struct table *t, double v, bool there)
{
	if (there && !isnan(v))
		table_number(t, v);
	else
		table_skip(t);
}

static void worst_row(struct table *t, const struct tensor_entry *e, const struct figures *f)
{
	struct text name = { 0 };
	bool lost = f->lost;

	text_escape(&name, e->name, strlen(e->name), 0);
	table_row(t);
	table_text(t, text_str(&name));
	table_text(t, e->type_name);
	if (*f->codec)
		table_text(t, f->codec);
	else
		table_skip(t);
	cell(t, f->rel, lost);
	cell(t, f->max, lost);
	cell(t, f->snr, lost);
	cell(t, f->rmse, lost);
	cell(t, f->outlier, !*f->fault && !lost);
	cell(t, f->share, lost);
	cell(t, f->weighted, lost);
	if (*f->fault)
		table_text(t, f->fault);
	text_drop(&name);
}

/* By insertion of what is worse: top is small, or the order hardly matters. */
static size_t sort_worst(struct worst_work *w)
{
	const struct model *m = w->model->u.model;
	size_t n = 0;

	for (size_t i = 0; i < m->tensors; i++) {
		size_t k = n;

		if (!w->f[i].known)
			continue;
		for (; k > 0 && badness(w, &w->f[w->order[k - 1]]) < badness(w, &w->f[i]); k--)
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

	for (size_t i = 0; i < m->tensors; i++) {
		struct text key = { 0 };

		matrices += is_matrix(&m->tensor[i]);
		key_of(w, &m->tensor[i], &key);
		if (w->f[i].known && settings_on(&w->s->settings, "cache") && !find_kept(w->s, text_str(&key)))
			keep(w->s, text_str(&key), &w->f[i]);
		text_drop(&key);
	}
	n = sort_worst(w);
	if (!ok && !(job_stopped(job) && n))
		return false;
	t = table_new(WORST_COLUMNS);
	for (size_t i = 0; t && i < n && (!w->top || i < w->top); i++)
		worst_row(t, &m->tensor[w->order[i]], &w->f[w->order[i]]);
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
	size_t rows = 0;

	if (!job)
		return w ? false : error_memory(err, "a survey");
	job->unit = "rows";
	job->work = worst_run;
	job->finish = worst_finish;
	job->drop = worst_drop;
	w->s = s;
	w->model = value_hold(model);
	w->codec = codec;
	w->by = !strcmp(by, "max") ? BY_MAX : !strcmp(by, "snr") ? BY_SNR : !strcmp(by, "outlier") ? BY_OUTLIER : BY_REL;
	w->top = top;
	w->f = calloc(m->tensors + 1, sizeof *w->f);
	w->order = calloc(m->tensors + 1, sizeof *w->order);
	if (!w->f || !w->order || (w->by != BY_OUTLIER && !codec && !m->reference)) {
		if (w->f && w->order) {
			error_set(err, ERR_ARGUMENT, "%s has nothing to be measured against", model->label);
			error_hint(err, "model", "codec=q4_K measures what that would lose; open FILE ref=FILE what the file has lost");
		} else {
			error_memory(err, "a survey");
		}
		job_drop(job);
		return false;
	}
	for (size_t i = 0; i < m->tensors; i++) {
		struct text key = { 0 };
		struct kept *k;

		key_of(w, &m->tensor[i], &key);
		k = settings_on(&s->settings, "cache") ? find_kept(s, text_str(&key)) : NULL;
		if (k)
			w->f[i] = k->f;
		text_drop(&key);
	}
	for (size_t i = 0; i < m->tensors; i++)
		rows += m->tensor[i].rows;
	atomic_store(&job->total, rows);
	return session_work(job, m->weights <= SMALL_WORK, out, err);
}
