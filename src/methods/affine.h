/*
 * affine.h - uniform affine quantization: a scale, a zero point, and whole numbers (spec/methods.md 1).
 *
 *      zp form   q = clip(round(x / s) + zp)      back = s (q - zp)
 *      doc form  Q = round(x / s - z)             back = (Q + z) s         z = -zp: the order add-round
 *
 * Scales and zero points are doubles; one pair for all, a row, a column, or a group of a row. Codes are kept as integers.
 */
#ifndef METHODS_AFFINE_H
#define METHODS_AFFINE_H

#include "methods/calibrate.h"
#include "methods/rounding.h"

#define ORDERS "round-add add-round float-z document"
enum order { ORDER_ROUND_ADD, ORDER_ADD_ROUND, ORDER_FLOAT_Z, ORDER_DOCUMENT /* no zero point and no widening */ };
#define PERS "tensor row col group"
enum per { PER_TENSOR, PER_ROW, PER_COL, PER_GROUP };
/* Ranges of codes by name; with the default symmetric codes are restricted, others unsigned. */
#define CODE_RANGES "full restricted unsigned narrow"
enum code_range { CODES_USUAL, CODES_FULL, CODES_RESTRICTED, CODES_UNSIGNED, CODES_NARROW, CODES_GIVEN };

enum { AFFINE_BITS_MIN = 2, AFFINE_BITS_MAX = 16, AFFINE_TOLD_MAX = 4096 /* weights whose steps are told one by one */ };

struct affine_options {
	int bits;
	bool sym;
	enum code_range codes; int64_t qmin, qmax;	/* CODES_GIVEN: as given */
	enum order order;
	enum rounding rounding; uint64_t seed;
	enum per per; size_t group;
	bool has_range; double lo, hi;			/* instead of calibration */
	double step;					/* > 0: the scale, as given */
	bool has_zero; double zero;
	struct calibration_options calibration;
};

/* What shares a scale and a zero point. */
struct unit {
	double lo, hi;			/* of the range, before 0 was let in */
	double low, high;		/* and after */
	double scale, zero;		/* zero: whole, but with ORDER_FLOAT_Z */
	double reach_lo, reach_hi;	/* what the first and the last code stand for */
	size_t clipped_lo, clipped_hi;
	unsigned flags;
	struct fraction s;		/* the scale, where it is known exactly */
};

struct affine {
	struct affine_options o;
	int64_t qmin, qmax;
	size_t rows, cols;
	size_t units;
	struct unit *unit;
	int32_t *code;			/* [rows, cols] */
	struct tensor x, back;		/* f32 [rows, cols]: before, and what comes back */
};

struct affine_loss { double mse, max, snr, cosine, rel; };

void affine_defaults(struct affine_options *o);
/* Codes and bits as they will be; ERR_ARGUMENT. */
bool affine_codes(const struct affine_options *o, int64_t *qmin, int64_t *qmax, struct error *err);
/* Scale and zero point from u->lo..hi (1.3). ERR_VALUE where the scale is below the smallest normal float. */
bool affine_unit(const struct affine_options *o, int64_t qmin, int64_t qmax, struct unit *u, struct error *err);
/* One number. raw: the code before it is kept within the range; flags may be NULL. */
int64_t affine_code(const struct affine_options *o, const struct unit *u, int64_t qmin, int64_t qmax, double x, struct rng *rng,
		    double *raw, unsigned *flags);
double affine_back(const struct unit *u, int64_t code);

/* x: f32, finite, not empty. Gives a record with its affine. `name` is what messages call x. */
struct record *affine_run(const struct tensor *x, const char *name, const struct affine_options *o, struct job *job, struct error *err);
size_t affine_unit_of(const struct affine *a, size_t row, size_t col);
/* Of rows r0 up to r1. */
struct affine_loss affine_loss(const struct affine *a, size_t r0, size_t r1);
/* Bits a weight: codes, and 16 bits for each scale, and 16 for each zero point if there are any. */
double affine_bits(const struct affine *a);
void affine_drop(struct affine *a);
/* Names the first sample that is not finite: ERR_VALUE. */
bool all_finite(const float *x, size_t n, size_t cols, const char *name, struct error *err);

#endif
