/*
 * fp4.h - what mxfp4 and nvfp4 share: codes that are floats of four bits (e2m1), and the 8-bit formats of their scales.
 *
 * Sign, two bits of exponent, one of fraction: 0 .5 1 1.5 2 3 4 6 and their negatives. The reference keeps twice these values and
 * halves the scales; so do the functions here where bytes depend on it.
 */
#ifndef ENGINE_CODECS_FP4_H
#define ENGINE_CODECS_FP4_H

#include "engine/codecs/place.h"

extern const int8_t fp4_twice[16];

/* The code nearest to x with scales d; of two the lower, so never 8 (minus zero). d is half the scale. */
int fp4_nearest(float x, float d);

/* Half the scale that a byte stands for. e8m0: a power of two. ue4m3: eight bits without sign, 0x7f is 0. */
float fp4_half_e8m0(uint8_t e);
float fp4_half_ue4m3(uint8_t b);
uint8_t fp4_ue4m3(float v);		/* half up; 248 and more give 448; no larger than 7 units below the smallest normal */
int fp4_floor_log2(float v);		/* of log2 rounded to float, so just below a power of two counts as that power; v > 0 */

void fp4_round(const float *x, unsigned n, float d, uint8_t *code, unsigned first, place_fn *place, struct trace *t);
void fp4_decode(const unsigned char *block, place_fn *place, unsigned first, unsigned n, float d, float *y, struct trace *t);
size_t fp4_levels(float d, int *code, float *value, size_t max);

#endif
