/*
 * search.h - the searches for a step that formats share, tracing included: every candidate with its cost.
 *
 * n weights x, and how much the error of each counts in w. A search writes the codes it ends with and gives back the step. With a
 * trace it reports candidates (trace_kinds.h, TRY_...) as those of sub-block `sub`. Sums go in index order, one rounding an
 * operation: the bytes of files depend on it. Source: spec/codecs-k.md 2, codecs-basic.md 4.
 */
#ifndef ENGINE_CODECS_SEARCH_H
#define ENGINE_CODECS_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "engine/codecs/place.h"

enum { SEARCH_MAX = 256 };		/* weights that one search can take */

/* Weights so small count as none: the searches (not the plain encoders) then give step 0 and codes 0. */
#define SEARCH_NOTHING 1e-15f

/* The weight furthest from zero, with its sign; of equals the first. */
float search_peak(size_t n, const float *x, int *at);

/* What a search ended with: the step, and the inverse step (and minimum) that its codes were made with. */
struct found { float scale, min, inverse, from; int tried, moved; };	/* moved: by search_descent */

/*
 * SYM: codes 0 .. 2M-1 that stand for -M .. M-1; w NULL: x * x. The peak lands on -M; 18 inverse steps around that are tried, the step is
 * fitted to the codes of each, and the fit that explains most is kept.
 */
struct found search_symmetric(size_t n, int m, const float *x, const float *w, uint8_t *code, struct trace *t, unsigned sub);

/*
 * AFF: codes 0 .. top, with a minimum at or below 0 (given back as min = minus that). trials + 1 inverse steps
 * ((from + by * c) + top) / (highest - lowest) after a first guess; the lowest value moves with what has been accepted.
 */
struct affine { int top; float from, by; int trials; bool absolute; };
extern const struct affine search_weighted;	/* what all formats try with importance; top is theirs */
struct found search_affine(size_t n, const struct affine *how, const float *x, const float *w, uint8_t *code,
			   struct trace *t, unsigned sub);
/* DESC: codes as SYM, weights x * x. After a first guess codes are moved singly, at most five times round. */
struct found search_descent(size_t n, int m, const float *x, uint8_t *code, struct trace *t, unsigned sub);

/* POS: numbers that are not negative (scales, minima of sub-blocks), codes 0 .. top; then codes are moved singly, at most five
 * times round. Codes may leave 0 .. top when a number is negative, as the reference's do. */
struct found search_positive(size_t n, int top, const float *x, const float *w, uint8_t *code, struct trace *t, unsigned sub);

void search_tell_peak(struct trace *t, size_t n, const float *x, unsigned sub);	/* of sub-block `sub`, n weights at x */

/* How the codes of a search came: events code[first ..], with their bits if a place is given. */
void search_tell_symmetric(struct trace *t, size_t n, int m, const float *x, const uint8_t *code, const struct found *found,
			   unsigned first, place_fn *place);
void search_tell_affine(struct trace *t, size_t n, int top, const float *x, const uint8_t *code, const struct found *found,
			unsigned first, place_fn *place);

/* The root mean square of n weights, sums in order. */
float search_rms(size_t n, const float *x);
float search_sum_squares(size_t n, const float *x);

#endif
