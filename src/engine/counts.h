/*
 * counts.h - how many weights, or errors, fall where, and what each block lost: the numbers behind err, hist and tree.
 *
 * Sums go chunk by chunk in double, each chunk whole blocks, then in the order of chunks: no figure depends on the number of
 * threads. An error is what comes back minus the original. Padding takes no part. interaction.md 9.7, 9.8.
 */
#ifndef ENGINE_COUNTS_H
#define ENGINE_COUNTS_H

#include "base/job.h"
#include "engine/tensor.h"

/* What one block lost. */
struct block_loss {
	double squares;		/* sum of squared errors */
	double energy;		/* sum of squared weights */
	double max;		/* largest |error|; NAN if one is no number */
	double finite_max;	/* largest of those that are finite */
	size_t count;		/* weights that took part */
};

/* blocks [rows, cols + padding] against x [rows, cols]; out [tensor_blocks(blocks)]. Fails with ERR_MEMORY or ERR_CANCELLED. */
bool count_losses(const struct tensor *blocks, const struct tensor *x, size_t padding, struct job *job,
		  struct block_loss *out, struct error *err);

/* The sum of the k largest of n numbers (k <= n), which are put first, in no order. False: stopped, x in some order. */
bool sum_of_largest(double *x, size_t n, size_t k, struct job *job, double *sum);

/* How many |error| lie in [k width, (k + 1) width), k from 0 to bins - 1; larger ones (and NaN) are counted in the last. */
bool count_errors(const struct tensor *blocks, const struct tensor *x, size_t padding, double width, size_t *counts, size_t bins,
		  struct job *job, struct error *err);

/* How many weights lie nearest to k width, that is in [(k - 1/2) width, (k + 1/2) width), for k from first to first + bins - 1.
 * Finite ones outside are counted in *below and *above; NaN and infinities nowhere. The last `padding` columns take no part. */
bool count_weights(const struct tensor *t, size_t padding, double width, double first, size_t *counts, size_t bins,
		   size_t *below, size_t *above, struct job *job, struct error *err);

/* The places (through the rows of t without its padding) of the first `max` weights that are NaN or infinite; *n: how many were found. */
bool count_bad(const struct tensor *t, size_t padding, size_t *at, size_t max, size_t *n, struct job *job, struct error *err);

/* The mean distance between neighbouring values that a block (its sub-blocks alike) can hold; NAN where codes have no value. */
double block_step(const struct tensor *t, size_t block);

/* Root of the mean squared difference of n floats, for a part of a block; NAN for none. */
double run_rmse(const float *y, const float *x, size_t n);

#endif
