/*
 * k_sym.h - what q3_K and q6_K share: 256 weights in 16 sub-blocks of 16, each with a scale that is itself a small signed number, and
 * no minimum: weight = (d sc[j]) (code - middle).
 */
#ifndef ENGINE_CODECS_K_SYM_H
#define ENGINE_CODECS_K_SYM_H

#include "engine/codecs/k_min.h"

enum { K_SYM_SUBS = 16, K_SYM_SUB_LEN = 16 };

/* codec->own */
struct k_sym {
	int middle;			/* codes 0 .. 2 middle - 1 */
	int lowest;			/* sc runs from here to -lowest - 1; the sub-block with the largest scale gets it */
	int offset;			/* added to sc where it is stored; 0: stored as a signed byte */
	uint8_t d, qs, qs_bits;
	place_fn *code, *sc;
	const char *packed;
	/* For each sub-block the scale and the codes; importance NULL: none. w_sum: what the sub-block counts. */
	struct found (*search)(const float *x, const float *importance, float power, uint8_t *code, float *w_sum,
			       struct trace *t, unsigned sub);
	bool fits_scales;		/* with importance d is fitted to the scales; else it follows from the largest */
	bool wipes;			/* a block of tiny scales is all zero bytes */
};

encode_row_fn k_sym_encode;
decode_row_fn k_sym_decode;
dot_row_fn k_sym_dot;			/* with q8_K */
size_t k_sym_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max);

#endif
