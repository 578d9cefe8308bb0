/*
 * legacy.h - what q4_0, q5_0, q4_1 and q5_1 share: 32 weights, one step (and one minimum), codes in nibbles.
 *
 * Byte j of qs holds the low four bits of code j below and of code j + 16 above. With five bits, bit i of the 32-bit word qh is the
 * highest bit of code i.
 */
#ifndef ENGINE_CODECS_LEGACY_H
#define ENGINE_CODECS_LEGACY_H

#include "engine/trace.h"

enum { LEGACY_LEN = 32 };

/* codec->own. d lies at byte 0. */
struct legacy {
	int middle;			/* the code that stands for 0; without a minimum */
	int top;			/* the highest code */
	uint8_t m, qh, qs;		/* bytes where these begin; 0: there is none */
};

encode_row_fn legacy_symmetric;		/* weight = d (code - middle) */
decode_row_fn legacy_decode;

size_t legacy_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max);
void legacy_codes(const struct legacy *f, const unsigned char *block, uint8_t code[LEGACY_LEN]);

#endif
