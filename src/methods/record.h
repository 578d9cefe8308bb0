/*
 * record.h - how the numbers of a method came to be: steps, and the numbers that each of them made.
 *
 * The counterpart of a codec's trace (engine/trace.h), for what is not stored in blocks: a number has a name that `why` knows it by, a
 * formula, the same with its numbers, its value, its exact value where the inputs were decimals, and flags. All functions that fill a
 * record do nothing with NULL. When memory runs out `failed` is set; whoever made the record looks at it once.
 */
#ifndef METHODS_RECORD_H
#define METHODS_RECORD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/tensor.h"
#include "engine/trace.h"
#include "methods/fraction.h"

struct accumulation;
struct affine;
struct calibration;
struct fixed;
struct matmul;
struct method;

struct number {
	char name[16];			/* "scale", "code" */
	size_t i;			/* code[3]; SIZE_MAX: without an index */
	double v;
	struct fraction exact;
	uint16_t flags;			/* TRACE_TIE ... of engine/trace.h */
	char *formula, *filled;		/* "round(x / s) + zp", "round(3.4 / 0.714286) + 0"; NULL: given */
};

struct record_step {
	const char *name, *view;	/* literals: "round", "affine" */
	char *say;			/* "round: code = round(x / s) + zp" */
	char *reads;			/* "x scale code[0]": arguments, numbers made before, all of a name where no index is given */
	size_t first;			/* its first number */
};

/* Counted: a result and the walks through it share one. Not changed after it is made. */
struct record {
	atomic_int holders;
	const struct method *method;
	char settings[160];		/* "4 bits, symmetric, codes -7..7" */
	char summary[200];		/* of the result, for its line */
	struct number *number; size_t numbers, numbers_size;
	struct record_step *step; size_t steps, steps_size;
	bool failed;
	/* What the method made; those of others are NULL */
	struct affine *affine;
	struct calibration *calibration;
	struct matmul *matmul;
	struct fixed *fixed;
	struct accumulation *accumulation;
};

struct record *record_new(const struct method *m, struct error *err);
struct record *record_hold(struct record *r);
void record_drop(struct record *r);

void record_step(struct record *r, const char *name, const char *view);
void record_say(struct record *r, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* the sentence of the current step */
void record_reads(struct record *r, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* what the current step reads, by name; see record_step */
/* A number made in the current step; formula may be NULL. i: SIZE_MAX for none. */
void record_number(struct record *r, const char *name, size_t i, double v, const char *formula);
void record_filled(struct record *r, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* of the last number, these three */
void record_exact(struct record *r, struct fraction f);
void record_flags(struct record *r, unsigned flags);

size_t record_end(const struct record *r, size_t step);		/* numbers before the end of this step; SIZE_MAX: of all */
/* The last number of that name before `end`; NULL: none. */
const struct number *record_find(const struct record *r, const char *name, size_t i, size_t end);
void record_why(const struct number *n, struct text *out);	/* "code[3] = round(x / s) = round(4.76) = 5   exactly 119/25" and a newline */
void record_read(const struct record *r, size_t step, struct text *out);	/* what a step read, one by one: "x scale code[0] code[1]" */
void record_names(const struct record *r, struct text *out);	/* "scale zero code[0..3]" */
void flag_words(unsigned flags, struct text *out);		/* "TIE CLIP_HI" */

#endif
