/*
 * trit.h - what q2_0, tq1_0 and tq2_0 share: codes 0 1 2 for -1 0 1 times the largest magnitude of the block.
 */
#ifndef ENGINE_CODECS_TRIT_H
#define ENGINE_CODECS_TRIT_H

#include "engine/codecs/place.h"

enum { TRIT_LEN_MAX = 256 };

/* codec->own of those with two bits a code (q2_0, tq2_0): bytes of the step and of the first codes, the highest code, where code i lies. */
struct trit { uint8_t d, qs, top; place_fn *place; };

encode_row_fn trit_encode_row;
decode_row_fn trit_decode_row;
size_t trit_levels_of(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max);

/* Steps find, half, round: d as a half to `half` (bit d_bit of the block), the codes to `code`; shared: several codes lie in the
 * bits of one place. */
void trit_encode(const float *x, unsigned n, unsigned char *half, unsigned d_bit, uint8_t *code, place_fn *place, bool shared,
		 struct trace *t);
/* (code - 1) x d; events back[0 ..]. */
void trit_decode(const uint8_t *code, unsigned n, float d, float *y, struct trace *t);
size_t trit_levels(float d, int top, int *code, float *value, size_t max);
/* The sum of (code - 1) x a. */
int trit_sum(const uint8_t *code, unsigned n, const int8_t *a);

#endif
