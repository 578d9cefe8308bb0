/*
 * kernel.h - the fast versions of what the codecs define, a table a cpu level.
 *
 * kernels_choose() goes up the levels this machine can use (stopped by QUANTSCOPE_CPU) and lets each override, entry by entry,
 * what the weaker ones left. What nobody overrides the reference does. A kernel has no trace, no checks, and writes
 * exactly the reference's bytes; products may be summed in another order within the bound of codecs-basic.md 10.
 */
#ifndef ENGINE_KERNEL_H
#define ENGINE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/codec.h"

typedef void encode_kernel(const float *x, size_t n, const float *importance, unsigned char *blocks);
typedef void decode_kernel(const unsigned char *blocks, size_t n, float *y);
typedef float dot_kernel(const unsigned char *w, const unsigned char *a, size_t n);

struct kernel {
	const struct codec *codec;	/* NULL ends a table */
	encode_kernel *encode;		/* without importance */
	encode_kernel *encode_imp;	/* with */
	decode_kernel *decode;
	dot_kernel *dot;
};

struct cpu_level {
	const char *name;		/* "scalar", "avx2", "avx512", "neon" */
	bool (*usable)(void);
	const struct kernel *kernels;
};

extern const struct cpu_level cpu_levels[];	/* weakest first; ends with a NULL name */

/* Once at start, before threads. `highest` is the value of QUANTSCOPE_CPU or NULL; an unknown name fails and lists the levels. */
bool kernels_choose(const char *highest, struct error *err);
const char *kernels_level(void);			/* the highest level in use */

/* Run the chosen kernel, or the reference. `n` weights, a whole number of blocks (teaching codecs: one). */
void codec_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks);
void codec_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y);
float codec_dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n);
const char *kernel_level_of(const struct codec *c, const char *what);	/* "encode" "imp" "decode" "dot": which level does it */

#endif
