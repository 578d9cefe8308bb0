/*
 * figures.c - see figures.h. Reading and writing the cache file is in figures_file.c.
 */
#include "session/figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "engine/counts.h"
#include "session/figures_file.h"
#include "session/losses.h"
#include "session/survey.h"

struct survey {
	atomic_int holders;
	const struct codec *codec;
	bool losses;
	struct identity id;		/* of the model, and of what was measured */
	struct figures *f; size_t n;
	bool cached;			/* is it kept, and written? */
	struct survey *next;		/* of those that are kept */
};

/* ---- one tensor ---- */

struct far { const struct tensor *t; double lo, hi; size_t rows; size_t *weights; /* [rows] */ struct job *job; };

enum { ROWS_AT_ONCE = 64 };

static void count_far(void *arg, size_t slice)
{
	struct far *f = arg;
	size_t row = slice * ROWS_AT_ONCE, end = row + ROWS_AT_ONCE < f->t->rows ? row + ROWS_AT_ONCE : f->t->rows, cols = f->t->cols;
	float x[4096];

	for (; row < end && !job_stopped(f->job); row++)
		for (size_t at = 0, n; at < cols; at += n) {
			n = cols - at < 4096 ? cols - at : 4096;
			if (!tensor_read(f->t, row * cols + at, n, x))
				return;
			for (size_t i = 0; i < n; i++)
				f->weights[row] += (double)x[i] < f->lo || (double)x[i] > f->hi;
		}
}

static bool find_far(const struct tensor *t, struct figures *f, struct error *err)
{
	double far = FIGURES_FAR * f->spread.sd;
	struct far w = { .t = t, .lo = f->spread.mean - far, .hi = f->spread.mean + far, .job = job_here() };

	if (!(f->spread.sd > 0) || (f->spread.min >= w.lo && f->spread.max <= w.hi))
		return true;		/* none, without looking */
	w.weights = calloc(t->rows + 1, sizeof *w.weights);
	if (!w.weights)
		return error_memory(err, "counting");
	if (!pool_for(NULL, (t->rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE, false, count_far, &w)) {
		free(w.weights);
		return error_set(err, ERR_CANCELLED, "stopped");
	}
	for (size_t r = 0; r < t->rows; r++) {
		f->beyond += w.weights[r];
		f->beyond_rows += w.weights[r] != 0;
	}
	free(w.weights);
	return true;
}

static bool find_bins(const struct tensor *t, struct figures *f, struct error *err)
{
	size_t below, above;

	if (isnan(f->spread.min))
		return true;
	f->width = (f->spread.max - f->spread.min) / (FIGURES_BINS - 2);
	if (!(f->width > 0))
		f->width = f->spread.absmax > 0 ? f->spread.absmax : 1;
	f->first = floor(f->spread.min / f->width + 0.5);
	f->bins = (size_t)(floor(f->spread.max / f->width + 0.5) - f->first) + 1;
	f->bins = f->bins > FIGURES_BINS ? FIGURES_BINS : f->bins;
	return count_weights(t, 0, f->width, f->first, f->bin, f->bins, &below, &above, NULL, err);
}

static bool find_spread(const struct tensor *t, struct figures *f, struct error *err)
{
	f->measured = measure_range(t, &f->spread, err) && find_bins(t, f, err) && find_far(t, f, err);
	return f->measured;
}

static void take_losses(struct figures *f, const struct losses *l, const char *codec)
{
	f->lost = true;
	f->rel = losses_rel(l);
	f->max = l->max;
	f->snr = losses_snr(l);
	f->rmse = losses_rmse(l);
	f->weighted = l->weighted;
	f->share = l->worst_share;
	snprintf(f->codec, sizeof f->codec, "%s", codec);
}

static bool measure_with(const struct codec *codec, const struct model *m, const struct tensor_entry *e, const struct value *x, struct figures *f,
			 struct error *err)
{
	struct quantize_options o = { .flat_if_needed = true };
	struct tensor importance;
	struct losses l;
	bool ok;

	if (!session_importance_of(m, e, &importance, err))
		return false;
	o.importance = importance.codec ? &importance : NULL;
	ok = losses_in(codec, x, &o, NULL, &l, err);
	if (ok)
		take_losses(f, &l, codec->name);
	tensor_drop(&importance);
	return ok;
}

static bool measure_own(const struct value *x, struct figures *f, struct error *err)
{
	const struct quantized *q = value_as_quantized(x);
	struct losses l;

	if (!q || !q->source.codec)
		return error_set(err, ERR_VALUE, "no weights of the reference to hold it against");
	if (!losses_between(&q->blocks, &q->source, q->padding, q->importance.codec ? tensor_floats(&q->importance) : NULL, NULL, &l, err))
		return false;
	take_losses(f, &l, q->blocks.codec->name);
	return true;
}

static void forget(const struct tensor *t)
{
	if (t->codec)
		buffer_forget(t->buffer, t->offset, t->offset + tensor_bytes(t));
}

/* False: stopped, or no memory. What else fails is a fault of the tensor. */
static bool measure(struct survey *v, struct session *s, struct value *model, size_t i, struct error *err)
{
	const struct model *m = model->u.model;
	const struct tensor_entry *e = &m->tensor[i];
	struct figures f = { .share = NAN, .weighted = NAN };
	struct outcome out = { 0 };
	struct error why = { 0 };
	bool ok = session_tensor(s, model, e->name, &out, &why) && find_spread(value_weights(out.value), &f, &why);

	if (ok && v->losses && e->rows > 1 && e->cols > 1)
		ok = v->codec ? measure_with(v->codec, m, e, out.value, &f, &why) : measure_own(out.value, &f, &why);
	if (out.value) {
		const struct quantized *q = value_as_quantized(out.value);

		forget(value_weights(out.value));
		if (q)
			forget(&q->source);
	}
	value_drop(out.value);
	if (!ok && (why.class == ERR_CANCELLED || why.class == ERR_MEMORY)) {
		*err = why;
		return false;
	}
	if (!ok) {
		f.lost = false;
		snprintf(f.fault, sizeof f.fault, "%.150s", why.text);
	}
	survey_put(&v->f[i], &f);
	return true;
}

void survey_put(struct figures *to, const struct figures *f)
{
	struct figures copy = *f;

	atomic_store(&copy.known, false);
	*to = copy;
	atomic_store_explicit(&to->known, true, memory_order_release);
}

/* ---- the job ---- */

bool survey_measure(struct survey *v, struct session *s, struct value *model, size_t first, struct job *job, struct error *err)
{
	bool ok = true, any = false;

	for (size_t k = 0; ok && k <= v->n; k++) {
		size_t i = k ? k - 1 : first;

		if (i >= v->n || survey_at(v, i))
			continue;
		ok = job_stopped(job) ? error_set(err, ERR_CANCELLED, "stopped") : measure(v, s, model, i, err);
		any |= ok;
		job_step(job, ok);
		if (ok)
			worker_give_way(job);
	}
	if (any && v->cached && s->cache_dir && figures_keepable(model->u.model))
		figures_write(s->cache_dir, &v->id, v->f, v->n);
	return ok;
}

struct survey_work { struct survey *v; struct session *s; struct value *model; size_t first; };

static void survey_work_drop(void *state)
{
	struct survey_work *w = state;

	survey_drop(w->v);
	value_drop(w->model);
	free(w);
}

static bool survey_work(struct job *job, struct error *err)
{
	struct survey_work *w = job->state;

	return survey_measure(w->v, w->s, w->model, w->first, job, err);
}

/* Stopped or not: what it knows stays known. */
static bool survey_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct survey_work *w = job->state;

	if (!ok && !job_stopped(job))
		return false;
	if (!ok)
		*err = (struct error){ 0 };
	*result = value_hold(w->model);
	return true;
}

struct job *survey_job(struct survey *v, struct session *s, struct value *model, size_t first, struct error *err)
{
	struct survey_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new(v->losses ? "measuring errors" : "measuring weights", w, err) : NULL;

	if (!job) {
		if (!w)
			error_memory(err, "a survey");
		return NULL;
	}
	*w = (struct survey_work){ survey_hold(v), s, value_hold(model), first };
	job->unit = "tensors";
	job->work = survey_work;
	job->finish = survey_finish;
	job->drop = survey_work_drop;
	atomic_store(&job->total, v->n);
	atomic_store(&job->done, survey_known(v));
	return job;
}

/* ---- what is kept ---- */

struct survey *survey_new(struct session *s, struct value *model, const struct codec *codec, struct error *err)
{
	const struct model *m = model->u.model;
	bool cached = settings_on(&s->settings, "cache");
	struct survey *v = calloc(1, sizeof *v);

	if (!v || !(v->f = calloc(m->tensors + 1, sizeof *v->f))) {
		free(v);
		error_memory(err, "a survey");
		return NULL;
	}
	atomic_store(&v->holders, 1);
	v->n = m->tensors;
	v->codec = codec;
	v->losses = codec || m->reference;
	v->cached = figures_identity(m, codec, &v->id) && cached;
	for (struct survey *k = s->kept; v->cached && k; k = k->next)
		if (k->n == v->n && k->codec == codec && identity_same(&k->id, &v->id)) {
			survey_drop(v);
			return survey_hold(k);
		}
	if (!v->cached)
		return v;
	if (s->cache_dir && figures_keepable(m))
		figures_read(s->cache_dir, &v->id, v->f, v->n);
	v->next = s->kept;
	s->kept = survey_hold(v);
	return v;
}

bool survey_needs(const struct value *model, struct error *err)
{
	error_set(err, ERR_ARGUMENT, "%s has nothing to be measured against", model->label);
	return error_hint(err, "model", "codec=q4_K measures what that would lose; open FILE ref=FILE what the file has lost");
}

struct survey *survey_hold(struct survey *v)
{
	if (v)
		atomic_fetch_add(&v->holders, 1);
	return v;
}

void survey_drop(struct survey *v)
{
	if (!v || atomic_fetch_sub(&v->holders, 1) > 1)
		return;
	free(v->f);
	free(v);
}

void survey_forget(struct session *s)
{
	while (s->kept) {
		struct survey *k = s->kept;

		s->kept = k->next;
		survey_drop(k);
	}
}

bool survey_clear(struct session *s, size_t *n, struct error *err)
{
	survey_forget(s);
	*n = 0;
	return !s->cache_dir || figures_clear(s->cache_dir, n, err);
}

/* ---- reading ---- */

const struct figures *survey_at(const struct survey *v, size_t tensor)
{
	return tensor < v->n && atomic_load_explicit(&v->f[tensor].known, memory_order_acquire) ? &v->f[tensor] : NULL;
}

size_t survey_size(const struct survey *v)
{
	return v->n;
}

size_t survey_known(const struct survey *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		n += survey_at(v, i) != NULL;
	return n;
}

bool survey_whole(const struct survey *v)
{
	return survey_known(v) == v->n;
}

bool survey_has_losses(const struct survey *v)
{
	return v->losses;
}
