/*
 * random.c - random tensors, the same on every machine. spec/methods.md 0 and interaction.md 7.
 *
 * g is a sum of twelve uniforms; u is uniform. Each generator takes its numbers row by row from one state, which starts at the seed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "session/session.h"

enum { JOB_STEP = 1 << 14, WEIGHTS_AT_ONCE = 1 << 21 };

struct draw { struct rng rng; double sigma, share, size; int df; };

static double gauss(struct draw *d)
{
	return d->sigma * rng_gauss(&d->rng);
}

static double uniform(struct draw *d)
{
	return d->sigma * sqrt(3) * (2 * rng_uniform(&d->rng) - 1);
}

static double laplace(struct draw *d)
{
	double v = rng_uniform(&d->rng) - 0.5, sign = v > 0 ? 1 : v < 0 ? -1 : 0;

	return -(d->sigma / sqrt(2)) * sign * log(1 - 2 * fabs(v));
}

static double student(struct draw *d)
{
	double g = rng_gauss(&d->rng), sum = 0;

	for (int i = 0; i < d->df; i++) {
		double h = rng_gauss(&d->rng);

		sum += h * h;
	}
	return d->sigma * g / sqrt(sum / d->df);
}

static const struct generator {
	const char *name;
	double (*one)(struct draw *d);
	bool outliers;
} generators[] = {
	{ "gauss", gauss }, { "laplace", laplace }, { "uniform", uniform }, { "student", student }, { "outliers", gauss, true },
};

struct random_work { const struct generator *generator; struct draw draw; struct tensor t; };

static bool random_work(struct job *job, struct error *err)
{
	struct random_work *w = job->state;
	size_t n = tensor_count(&w->t);
	float *x = tensor_floats(&w->t);

	for (size_t i = 0; i < n; i++) {
		x[i] = (float)w->generator->one(&w->draw);
		if (i % JOB_STEP != JOB_STEP - 1)
			continue;
		job_step(job, JOB_STEP);
		if (job_stopped(job))
			return error_set(err, ERR_CANCELLED, "stopped");
	}
	if (w->generator->outliers)
		for (size_t k = (size_t)floor(w->draw.share * (double)n + 0.5); k; k--) {
			size_t at = (size_t)floor((double)n * rng_uniform(&w->draw.rng));

			x[at] = (float)((double)x[at] * w->draw.size);
		}
	return true;
}

static bool random_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct random_work *w = job->state;

	if (!ok)
		return false;
	*result = value_tensor(w->t, err);
	w->t = (struct tensor){ 0 };
	return *result != NULL;
}

static void random_drop(void *state)
{
	struct random_work *w = state;

	tensor_drop(&w->t);
	free(w);
}

static bool check_options(const struct random_options *o, struct error *err)
{
	if (!isfinite(o->sigma) || o->sigma < 0) {
		error_set(err, ERR_ARGUMENT, "sigma cannot be %g", o->sigma);
		return error_hint(err, "sigma", "the standard deviation: 0 or more");
	}
	if (!(o->df >= 1 && o->df <= 1000) || o->df != floor(o->df)) {
		error_set(err, ERR_ARGUMENT, "df cannot be %g", o->df);
		return error_hint(err, "df", "degrees of freedom: a whole number from 1 to 1000");
	}
	if (!(o->share >= 0 && o->share <= 1)) {
		error_set(err, ERR_ARGUMENT, "share cannot be %g", o->share);
		return error_hint(err, "share", "0 to 1; 0.001 is one weight in a thousand");
	}
	if (!isfinite(o->size)) {
		error_set(err, ERR_ARGUMENT, "size cannot be %g", o->size);
		return error_hint(err, "size", "what outliers are multiplied with: a finite number");
	}
	return true;
}

bool session_random(struct session *s, const char *kind, size_t rows, size_t cols, const struct random_options *o,
		    struct outcome *out, struct error *err)
{
	const struct generator *g = NULL;
	struct random_work *w;
	struct job *job;

	for (size_t i = 0; i < sizeof generators / sizeof *generators; i++)
		if (!strcmp(kind, generators[i].name))
			g = &generators[i];
	if (!g)
		return error_set(err, ERR_ARGUMENT, "no random tensor of kind '%s'", kind);
	if (!rows || !cols) {
		error_set(err, ERR_SHAPE, "a tensor needs at least one weight");
		return error_hint(err, "shape", "as in 4096 or 64x4096");
	}
	if (!check_options(o, err))
		return false;
	w = calloc(1, sizeof *w);
	if (!w)
		return error_memory(err, "a random tensor");
	job = job_new("drawing numbers", w, err);
	if (!job)
		return false;
	job->unit = "weights";
	job->work = random_work;
	job->finish = random_finish;
	job->drop = random_drop;
	w->generator = g;
	w->draw = (struct draw){ rng_seeded(o->seed ? *o->seed : s->seed + s->random_calls), o->sigma, o->share, o->size, (int)o->df };
	if (!tensor_new(&w->t, rows, cols, err)) {
		job_drop(job);
		return error_hint(err, "shape", "a smaller shape");
	}
	atomic_store(&job->total, rows * cols);
	s->random_calls += !o->seed;
	return session_work(job, rows * cols <= WEIGHTS_AT_ONCE, out, err);
}
