/*
 * legacy.h - what q4_0, q5_0, q4_1 and q5_1 share: 32 weights, one step d, for some one minimum m, codes of four or five bits.
 *
 * Byte j of qs holds the low four bits of code j below and of code j + 16 above. With five bits, bit i of the 32-bit word qh is the
 * highest bit of code i.
 */
#ifndef ENGINE_CODECS_LEGACY_H
#define ENGINE_CODECS_LEGACY_H

#include "engine/codecs/place.h"

enum { LEGACY_LEN = 32 };

/* codec->own. d lies at byte 0; with a minimum, m at byte 2. */
struct legacy {
	int top;			/* the highest code */
	int middle;			/* the code that stands for 0; 0: the format has a minimum instead */
	uint8_t qs;			/* byte where the nibbles begin */
	place_fn *place;
};

encode_row_fn legacy_symmetric;		/* weight = d (code - middle) */
encode_row_fn legacy_affine;		/* weight = d code + m */
decode_row_fn legacy_decode;
dot_row_fn legacy_dot_affine;		/* with q8_1 */

size_t legacy_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max);

/* The sum of (code - middle) x a, whole numbers both: a has 32 codes of q8_0 or q8_1. */
int legacy_sum(const struct legacy *f, const unsigned char *block, const int8_t *a);

#endif
