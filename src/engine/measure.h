/*
 * measure.h - what was lost, and how weights are spread.
 *
 * Sums go slice by slice in double, then in the order of slices, so no figure depends on the number of threads.
 * An error is what comes back minus the original. spec/methods.md 0, interaction.md 9.7, 9.8.
 */
#ifndef ENGINE_MEASURE_H
#define ENGINE_MEASURE_H

#include "base/job.h"
#include "engine/tensor.h"

struct loss {
	size_t count;			/* weights that took part: padding is left out */
	double mse, rmse;
	double rel;			/* rmse / rms of the weights; 0 if both are 0, inf if only the weights are */
	double snr;			/* dB; inf without error */
	double max;			/* largest |error| */
	size_t max_at;			/* its weight, counted through the rows of the original */
	double bias;			/* mean error */
	double cosine;
	double weighted;		/* rmse weighted by importance; NAN without */
};

/* blocks [rows, cols + padding] against x [rows, cols]; importance [cols] or NULL; skip: weights (through the rows of x) left out. */
bool measure_loss(const struct tensor *blocks, const struct tensor *x, size_t padding, const float *importance,
		  const size_t *skip, size_t n_skip, struct job *job, struct loss *out, struct error *err);

struct spread {
	size_t count, nan, inf, zero;
	double min, max, absmax, mean, sd;	/* of the finite values; NAN if there are none */
	double kurtosis;			/* excess */
	double q01, q50, q99;			/* quantiles, linear between neighbours; exact */
	size_t first_bad;			/* first NaN or infinity, SIZE_MAX: none */
};

bool measure_spread(const struct tensor *t, struct job *job, struct spread *out, struct error *err);
bool measure_range(const struct tensor *t, struct spread *out, struct error *err);	/* only count min max absmax mean sd nan inf: one pass */

#endif
