/*
 * imatrix.c - importance measured on real inputs: the training digits through a net, what goes into each layer squared and added up.
 * interaction.md 10.1.
 */
#include <stdlib.h>
#include <string.h>

#include "files/imatrix.h"
#include "methods/digits.h"
#include "session/mlp.h"
#include "session/session.h"

struct measuring { struct value *model; char *path, *data; bool force; };

/* Sums in double, example after example. */
static bool add_up(const struct mlp *m, const struct digits *d, double *sum, struct job *job, struct error *err)
{
	unsigned char *scratch = aligned_alloc(64, (mlp_scratch(m) + 63) / 64 * 64);
	float logits[DIGIT_CLASSES];

	if (!scratch)
		return error_memory(err, "measuring");
	for (size_t k = 0; k < DIGITS_TRAIN && !job_stopped(job); k++, job_step(job, 1)) {
		double *s = sum;

		mlp_run(m, d->pixel[k], logits, scratch);
		for (size_t l = 0; l < m->layers; l++) {
			const float *x = mlp_input(m, scratch, l);

			for (size_t i = 0; i < m->width[l]; i++)
				*s++ += (double)x[i] * (double)x[i];
		}
	}
	free(scratch);
	return !job_stopped(job) || error_set(err, ERR_CANCELLED, "stopped");
}

static bool fill(struct importance *out, const struct mlp *m, const double *sum, struct error *err)
{
	out->dataset = strdup("digits, the 1437 for training");
	out->chunks = 1;
	out->chunk_size = DIGITS_TRAIN;
	for (size_t l = 0; l < m->layers; l++) {
		struct importance_entry *e = importance_add(out, m->name[l], m->width[l], 1, err);

		if (!e)
			return false;
		for (size_t i = 0; i < m->width[l]; i++)
			e->sum[i] = (float)*sum++;
		e->count[0] = DIGITS_TRAIN;
	}
	return out->dataset || error_memory(err, "importance");
}

static bool work(struct job *job, struct error *err)
{
	struct measuring *s = job->state;
	struct importance *out = NULL;
	struct digits *d = NULL;
	struct mlp m;
	double *sum = NULL;
	size_t inputs = 0;
	bool ok;

	atomic_store(&job->total, DIGITS_TRAIN);
	if (!mlp_open(&m, s->model->u.model, true, err))
		return false;
	if (m.width[0] != DIGIT_PIXELS || m.width[m.layers] != DIGIT_CLASSES) {
		mlp_drop(&m);
		error_set(err, ERR_SHAPE, "the net does not take digits");
		return error_hint(err, "model", "imatrix runs nets like that of  open sample");
	}
	for (size_t l = 0; l < m.layers; l++)
		inputs += m.width[l];
	sum = calloc(inputs, sizeof *sum);
	ok = sum ? (d = digits_load(s->data, err)) && (out = importance_new(err)) : error_memory(err, "measuring");
	ok = ok && add_up(&m, d, sum, job, err) && fill(out, &m, sum, err) && importance_write(out, s->path, s->force, err);
	importance_drop(out);
	mlp_drop(&m);
	free(sum);
	free(d);
	return ok;
}

static bool finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct measuring *s = job->state;

	return ok && (*result = value_string(s->path, err));
}

static void drop(void *state)
{
	struct measuring *s = state;

	value_drop(s->model);
	free(s->path);
	free(s->data);
	free(s);
}

bool session_imatrix(struct session *s, struct value *model, const char *path, const char *data, bool force,
		     struct outcome *out, struct error *err)
{
	struct measuring *k = calloc(1, sizeof *k);
	struct job *job;

	if (!k)
		return error_memory(err, "measuring");
	job = job_new("measuring importance", k, err);
	if (!job)
		return false;
	job->drop = drop;
	job->work = work;
	job->finish = finish;
	job->unit = "digits";
	k->model = value_hold(model);
	k->force = force;
	k->path = strdup(path);
	data = data ? data : s->digits;
	k->data = data ? strdup(data) : NULL;
	if (k->path && k->data)
		return session_work(job, false, out, err);
	job_drop(job);
	if (data)
		return error_memory(err, "measuring");
	error_set(err, ERR_FILE, "the digits were not found beside the lessons");
	return error_hint(err, "data", "give data=FILE, as digits.csv in lessons/data");
}
