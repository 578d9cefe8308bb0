/*
 * q8.h - what q8_0 and q8_1 share: 32 weights as signed bytes, with a step that makes the largest 127.
 */
#ifndef ENGINE_CODECS_Q8_H
#define ENGINE_CODECS_Q8_H

#include "engine/codecs/place.h"

enum { Q8_LEN = 32 };

/* Steps find, scale, half, round: d goes to the block's first two bytes, the codes to q. Gives back the step before rounding. */
float q8_encode(const float *x, unsigned char *d, int8_t *q, unsigned first_bit, struct trace *t);
void q8_tell_codes(struct trace *t, const int8_t *q, unsigned n, unsigned first_bit);
void q8_decode(const int8_t *q, float d, unsigned n, float *y, struct trace *t);
size_t q8_levels(float d, int *code, float *value, size_t max);

#endif
