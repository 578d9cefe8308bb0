/*
 * six.h - what q4_K and q5_K share: super-blocks of 8 sub-blocks of 32, weight = d sc code - dmin m, and the sixteen 6-bit numbers sc
 * and m in 12 bytes.
 *
 *      byte 0..3     sc[b]       in bits 0-5      sc[b+4] bits 4-5  in bits 6-7
 *      byte 4..7     m[b-4]      in bits 0-5      m[b]    bits 4-5  in bits 6-7
 *      byte 8..11    sc[b-4] bits 0-3  below      m[b-4]  bits 0-3  above
 */
#ifndef ENGINE_CODECS_SIX_H
#define ENGINE_CODECS_SIX_H

#include "engine/codecs/search.h"
#include "engine/trace.h"

enum { SIX_LEN = 256, SIX_SUBS = 8, SIX_SUB_LEN = 32, SIX_AT = 4, SIX_BYTES = 12 };

/* codec->own. d, dmin and the 12 bytes come first in the block. */
struct six {
	struct affine plain;			/* the search without importance */
	uint8_t qh, qs;				/* bytes where the fifth bits (0: none) and the nibbles begin */
};

extern const struct affine six_weighted;	/* the shifts tried with importance; top is the format's */

encode_row_fn six_encode;
decode_row_fn six_decode;
size_t six_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max);

/* Sixteen numbers out of the 12 bytes. */
void six_unpack(const unsigned char *bytes, uint8_t sc[SIX_SUBS], uint8_t m[SIX_SUBS]);
int six_code(const struct six *f, const unsigned char *block, int i);

#endif
