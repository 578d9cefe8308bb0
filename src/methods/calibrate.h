/*
 * calibrate.h - choosing the range that codes will cover, from samples (spec/methods.md 1.5).
 *
 * Samples are finite. Every way gives lo <= hi; the symmetric ones give -T..T. What each candidate would have cost is kept as a curve;
 * ways that search nothing (minmax, moving, percentile) are shown on the curve of the squared error that the search would have seen.
 */
#ifndef METHODS_CALIBRATE_H
#define METHODS_CALIBRATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/job.h"
#include "methods/record.h"

#define CALIBRATIONS "minmax moving percentile mse kl hist hist-l2"
enum calibration_way { CALIBRATE_MINMAX, CALIBRATE_MOVING, CALIBRATE_PERCENTILE, CALIBRATE_MSE, CALIBRATE_KL, CALIBRATE_HIST, CALIBRATE_HIST_L2 };

struct calibration_options {
	enum calibration_way way;
	double p;			/* percentile, in (0, 100] */
	double power;			/* of the error, for the searches: 2 */
	double follow;			/* moving: how far each batch moves the range: 0.01 */
	size_t batch;			/* samples in a batch, of moving and hist: a row */
	int bits;
	bool sym;
	int64_t qmin, qmax;		/* the codes that the searches quantize with */
};

struct candidate_cost { double lo, hi, cost; bool taken; };

struct calibration {
	struct calibration_options o;
	size_t n;			/* samples */
	double least, most;		/* of the samples */
	double lo, hi;			/* chosen */
	bool searched;			/* the curve is what decided */
	const char *cost_name;		/* "sum of squared errors", "divergence" */
	struct candidate_cost *curve; size_t points;
	size_t best;			/* of the curve: the one taken, or the nearest to what was chosen */
	uint64_t clipped;		/* samples beyond the range chosen */
	double scale; int64_t zero;
	double snr;			/* dB, of all samples quantized with it; inf without error */
};

/* record NULL: its steps are not told. *out is dropped by the caller, also after a failure. ERR_VALUE ERR_ARGUMENT ERR_MEMORY ERR_CANCELLED. */
bool calibrate(const float *x, size_t n, const struct calibration_options *o, struct calibration *out, struct record *record,
	       struct job *job, struct error *err);
void calibration_clear(struct calibration *c);
void calibration_drop(struct calibration *c);

/* The running histogram: 2048 bins over [-reach, reach), a power of two, that is folded about its centre until all fits. */
enum { OBSERVER_BINS = 2048 };
struct observer { double reach; uint64_t bin[OBSERVER_BINS]; };	/* reach 0: nothing seen yet */
void observer_see(struct observer *o, const float *x, size_t n);
double observer_center(const struct observer *o, size_t bin);

#endif
