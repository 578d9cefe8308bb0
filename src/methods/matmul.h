/*
 * matmul.h - products of quantized numbers in integers, and their rescaling (spec/methods.md 2.1 to 2.3).
 *
 *      sum (a - za)(b - zb) = sum ab - za colsum(b) - zb rowsum(a) + K za zb          both sides are worked out and compared
 *      Q3 = clip(round(s1 s2 / s3 * that) + Z3)                                      in floating point, and by multiplier and shift
 */
#ifndef METHODS_MATMUL_H
#define METHODS_MATMUL_H

#include "methods/record.h"
#include "methods/requant.h"

struct operand {
	size_t rows, cols;
	int32_t *code;			/* [rows, cols] */
	size_t scales;			/* 1, or one a row of the left, a column of the right one */
	double *scale;
	int32_t *zero;
	int64_t qmin, qmax;
	double *real;			/* [rows, cols]: before quantizing; NULL: not known */
	char name[40], kind[24];	/* "a", "int8" */
};

struct matmul_options {
	double scale;			/* of the result; 0: found from the range of the exact result */
	bool has_zero; double zero;
	int bits;			/* of the result's codes: signed, full */
	int acc;			/* bits of the accumulator */
};

/* One number of the result. */
struct product {
	int64_t raw, by_a, by_b, by_both;	/* sum ab, -za colsum(b), -zb rowsum(a), K za zb */
	int64_t sum;				/* of the four */
	int64_t largest;			/* largest magnitude on the way */
	double M;
	struct multiplier m;
	double scaled;				/* M * sum */
	int64_t q, two, one;			/* codes: rounded in floating point, by two steps, by one */
	double back, exact;			/* exact: of the real numbers if they are known, else of what comes back of the operands */
	unsigned flags;				/* TRACE_SAT of the code, TRACE_OVERFLOW of the accumulator, TRACE_TIE */
};

struct matmul {
	struct matmul_options o;
	struct operand a, b;		/* [M, K] [K, N] */
	double scale; int64_t zero, qmin, qmax;
	bool found;			/* scale and zero point come from the exact result */
	int64_t limit;			/* of the accumulator */
	struct product *cell;		/* [M, N] */
	double exact_lo, exact_hi;
};

enum { MATMUL_TOLD_MAX = 256 /* numbers of the result whose steps are told */ };

/* Takes the operands over, also when it fails. */
struct record *matmul_run(struct operand a, struct operand b, const struct matmul_options *o, struct error *err);
bool operand_new(struct operand *p, size_t rows, size_t cols, size_t scales, bool with_real, struct error *err);
void operand_drop(struct operand *p);
double operand_back(const struct operand *p, size_t row, size_t col, bool left);
void matmul_drop(struct matmul *m);

#endif
