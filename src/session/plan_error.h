/*
 * plan_error.h - what types cost the tensors of a plan, measured on a sample of their rows: never looked up.
 *
 * Of a model with more weights than `most` the share of rows is most / weights, at least `least` rows of a tensor, one at random in each
 * of as many even stretches (base/rng.h; the seed is kept). An error is the sum of squared differences over the whole tensor, worked out
 * from its sample; where the importance file has the tensor each column counts as its importance, divided by the tensor's mean: so tensors
 * with and without can be added up. Sums go piece by piece, in order: no figure depends on the number of threads.
 */
#ifndef SESSION_PLAN_ERROR_H
#define SESSION_PLAN_ERROR_H

#include "base/job.h"
#include "session/plan.h"

struct type_error { const struct codec *codec; double squares; bool known; };

struct tensor_errors {
	struct type_error *type; size_t types;	/* each codec once */
	double energy;				/* sum of squares of the weights, weighted likewise */
};

struct plan_errors {
	struct tensor_errors *tensor; size_t n;	/* as in the plan */
	size_t most, least;			/* the sample; see above */
	uint64_t seed;
	char trouble[480];			/* why the expected error of a recipe is not known; "" it is, or was stopped */
};

/* An empty one for p, which takes it over in place of what it had. */
bool plan_errors_new(struct plan *p, size_t most, size_t least, uint64_t seed, struct error *err);
void plan_errors_drop(struct plan_errors *e);

/* Asks for a figure; it may be known already. */
bool plan_errors_want(struct plan *p, size_t i, const struct codec *c, struct error *err);
/* Rows times types that plan_errors_measure() will count in job->done. */
size_t plan_errors_work(const struct plan *p);
/* Share of the rows of those tensors that are in the sample, 0 to 1. */
double plan_errors_share(const struct plan *p);
/* Measures what was asked for and is not known. ERR_CANCELLED; ERR_VALUE: a weight that is not finite, by tensor, row and column. */
bool plan_errors_measure(struct plan *p, struct job *job, struct error *err);
/* NAN: not measured. A codec that the tensor has already costs nothing. */
double plan_error_of(const struct plan *p, size_t i, const struct codec *c);
/* Root of the sum of errors over the sum of energies of all tensors that are given a type. NAN: not all are measured. */
double plan_rel(const struct plan *p);
/* The same of one tensor, in its own type or another. */
double planned_rel(const struct plan *p, size_t i, const struct codec *c);

#endif
