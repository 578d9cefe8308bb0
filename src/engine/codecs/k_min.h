/*
 * k_min.h - what q2_K, q4_K and q5_K share: 256 weights in sub-blocks, each with a scale and a minimum that are themselves small
 * whole numbers: weight = (d sc[j]) code - dmin m[j].
 */
#ifndef ENGINE_CODECS_K_MIN_H
#define ENGINE_CODECS_K_MIN_H

#include "engine/codecs/place.h"
#include "engine/codecs/search.h"

enum { K_LEN = 256, K_SUBS_MAX = 16 };

/* codec->own */
struct k_min {
	unsigned subs;				/* sub-blocks */
	struct affine plain;			/* the search without importance; its top is the highest code */
	int number_top;				/* the highest sc and m */
	int limit, weighted_limit;		/* what keeps sc and m down, without and with importance; 255: nothing */
	bool twice;				/* with importance the mean square counts twice in the weights of errors */
	uint8_t d, qs;				/* bytes of d (dmin follows), and where the low bits of the codes begin */
	uint8_t qs_bits;
	place_fn *code, *sc, *m;
	const char *packed;			/* said of the packing */
};

encode_row_fn k_min_encode;
decode_row_fn k_min_decode;
dot_row_fn k_min_dot;				/* with q8_K; eight sums side by side (q4_K, q5_K) */
size_t k_min_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max);

/*
 * The sixteen 6-bit numbers of q4_K and q5_K in 12 bytes from byte 4 on:
 *
 *      byte 0..3     sc[b]       in bits 0-5      sc[b+4] bits 4-5  in bits 6-7
 *      byte 4..7     m[b-4]      in bits 0-5      m[b]    bits 4-5  in bits 6-7
 *      byte 8..11    sc[b-4] bits 0-3  below      m[b-4]  bits 0-3  above
 */
place_fn k_six_sc, k_six_m;

#endif
