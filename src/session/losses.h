/*
 * losses.h - what a tensor loses in a codec, some rows at a time: whatever its size, memory holds the rows in flight and no more.
 *
 * For surveys, which want figures and not the blocks. The figures do not depend on the number of threads.
 */
#ifndef SESSION_LOSSES_H
#define SESSION_LOSSES_H

#include "session/session.h"

struct losses {
	size_t count;			/* weights */
	double squares, energy;		/* sums of squared errors, of squared weights */
	double max;			/* largest |error| */
	double weighted;		/* rmse weighted by importance; NAN without */
	double worst_share;		/* of the squares that the worst hundredth of the blocks holds; NAN below 100 blocks, or without error */
};

/* x (all that has weights) in a codec, against itself. Fails as session_quantize does, padding (ERR_SHAPE) included; with ERR_CANCELLED
 * soon after job was stopped. job: progress in rows; NULL: none, and the job that runs here is the one that is stopped. */
bool losses_in(const struct codec *c, const struct value *x, const struct quantize_options *o, struct job *job, struct losses *out,
	       struct error *err);
/* Blocks that there are [rows, cols + padding] against x [rows, cols]; importance [cols] or NULL. */
bool losses_between(const struct tensor *blocks, const struct tensor *x, size_t padding, const float *importance, struct job *job,
		    struct losses *out, struct error *err);

double losses_rmse(const struct losses *l);
double losses_rel(const struct losses *l);	/* rmse / rms of the weights; 0 if both are 0, inf if only the weights are */
double losses_snr(const struct losses *l);	/* dB; inf without error */

#endif
