/*
 * score.c - what an error of weights costs: the test digits through a model. interaction.md 10.1.
 *
 * Examples are taken by threads in slices; sums go slice by slice in order, so that no figure depends on the number of threads.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "methods/digits.h"
#include "methods/net.h"
#include "session/scoring.h"
#include "session/session.h"

enum { SLICE = 20, SLICES = (DIGITS_TEST + SLICE - 1) / SLICE };

static_assert((int)SCORE_STEPS == (int)SLICES, "a step is a slice");

struct slices {
	const struct mlp *mlp, *ref;		/* ref NULL: none */
	const struct digits *digits;
	struct answers slice[SLICES];
	unsigned char *scratch;			/* of all slices */
	size_t scratch_each;
};

struct scoring {
	struct value *model, *reference;	/* held; reference NULL: none */
	char *data;				/* path of the digits */
	bool exact;
	struct mlp mlp, ref;
	struct digits *digits;
	struct answers score;
};

static size_t place_of_largest(const double *x)
{
	size_t best = 0;

	for (size_t i = 1; i < DIGIT_CLASSES; i++)
		if (x[i] > x[best])
			best = i;
	return best;
}

/* Log-probabilities of one example. */
static void answer(const struct mlp *m, const float *x, double *p, unsigned char *scratch)
{
	float logits[DIGIT_CLASSES];

	mlp_run(m, x, logits, scratch);
	for (size_t i = 0; i < DIGIT_CLASSES; i++)
		p[i] = (double)logits[i];
	log_softmax(p, DIGIT_CLASSES);
}

static void score_slice(void *arg, size_t i)
{
	struct slices *s = arg;
	unsigned char *scratch = s->scratch + i * s->scratch_each;
	struct answers *sum = &s->slice[i];

	for (size_t k = i * SLICE; k < (i + 1) * SLICE && k < DIGITS_TEST; k++) {
		const float *x = s->digits->pixel[DIGITS_TRAIN + k];
		uint8_t label = s->digits->label[DIGITS_TRAIN + k];
		double p[DIGIT_CLASSES], q[DIGIT_CLASSES];

		answer(s->mlp, x, p, scratch);
		sum->right += place_of_largest(p) == label;
		sum->loss -= p[label];
		if (!s->ref)
			continue;
		answer(s->ref, x, q, scratch);
		sum->agree += place_of_largest(p) == place_of_largest(q);
		for (size_t c = 0; c < DIGIT_CLASSES; c++)
			sum->kl += exp(q[c]) * (q[c] - p[c]);
	}
}

bool score_fits(const struct mlp *m, struct error *err)
{
	if (m->width[0] == DIGIT_PIXELS && m->width[m->layers] == DIGIT_CLASSES)
		return true;
	error_set(err, ERR_SHAPE, "the net takes %zu numbers and gives %zu; the digits have %d pixels and %d classes", m->width[0],
		  m->width[m->layers], DIGIT_PIXELS, DIGIT_CLASSES);
	return error_hint(err, "model", "score runs nets like that of  open sample");
}

bool score_digits(const struct mlp *m, const struct mlp *ref, const struct digits *d, struct job *job, struct answers *out, struct error *err)
{
	struct slices s = { .mlp = m, .ref = ref, .digits = d };
	size_t other = ref ? mlp_scratch(ref) : 0, each = mlp_scratch(m);
	bool ok;

	s.scratch_each = ((each > other ? each : other) + 63) / 64 * 64;
	s.scratch = aligned_alloc(64, s.scratch_each * SLICES);
	if (!s.scratch)
		return error_memory(err, "scoring");
	ok = pool_for(job, SLICES, true, score_slice, &s);
	free(s.scratch);
	*out = (struct answers){ 0 };
	for (size_t i = 0; i < SLICES; i++) {
		out->right += s.slice[i].right;
		out->agree += s.slice[i].agree;
		out->loss += s.slice[i].loss;
		out->kl += s.slice[i].kl;
	}
	return ok || error_set(err, ERR_CANCELLED, "stopped");
}

static bool work(struct job *job, struct error *err)
{
	struct scoring *s = job->state;

	atomic_store(&job->total, SLICES);
	if (!mlp_open(&s->mlp, s->model->u.model, s->exact, err) || !score_fits(&s->mlp, err))
		return false;
	if (s->reference && (!mlp_open(&s->ref, s->reference->u.model, true, err) || !score_fits(&s->ref, err)))
		return error_while(err, "the reference");
	s->digits = digits_load(s->data, err);
	return s->digits && score_digits(&s->mlp, s->reference ? &s->ref : NULL, s->digits, job, &s->score, err);
}

static bool finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct scoring *s = job->state;
	struct answers all = s->score;
	struct table *t;

	if (!ok)
		return false;
	t = table_new("right count loss agree kl");
	if (!t)
		return error_memory(err, "a table");
	t->record = true;
	table_row(t);
	table_int(t, (int64_t)all.right);
	table_int(t, DIGITS_TEST);
	table_number(t, all.loss / DIGITS_TEST);
	if (s->reference) {
		table_number(t, (double)all.agree / DIGITS_TEST);
		table_number(t, all.kl / DIGITS_TEST);
	}
	*result = value_table(t, err);
	return *result != NULL;
}

static void drop(void *state)
{
	struct scoring *s = state;

	value_drop(s->model);
	value_drop(s->reference);
	mlp_drop(&s->mlp);
	mlp_drop(&s->ref);
	free(s->digits);
	free(s->data);
	free(s);
}

const char *score_data(const struct session *s, const char *data, struct error *err)
{
	if (data || s->digits)
		return data ? data : s->digits;
	error_set(err, ERR_FILE, "the digits were not found beside the lessons");
	error_hint(err, "data", "give data=FILE, as digits.csv in lessons/data");
	return NULL;
}

bool session_score(struct session *s, struct value *model, struct value *reference, const char *data, bool exact,
		   struct outcome *out, struct error *err)
{
	struct scoring *k = calloc(1, sizeof *k);
	struct job *job;

	if (!k)
		return error_memory(err, "scoring");
	job = job_new("scoring", k, err);
	if (!job)
		return false;
	job->drop = drop;
	job->work = work;
	job->finish = finish;
	job->unit = "slices";
	k->model = value_hold(model);
	k->reference = value_hold(reference);
	k->exact = exact;
	data = score_data(s, data, err);
	k->data = data ? strdup(data) : NULL;
	if (!k->data) {
		job_drop(job);
		return data ? error_memory(err, "scoring") : false;
	}
	return session_work(job, false, out, err);
}
