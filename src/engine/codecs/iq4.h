/*
 * iq4.h - what iq4_nl and iq4_xs share: sixteen uneven values that every weight is one of, times a scale.
 *
 * The values lie closer where weights are frequent. They are neither symmetric nor is 0 among them.
 */
#ifndef ENGINE_CODECS_IQ4_H
#define ENGINE_CODECS_IQ4_H

#include "engine/codecs/place.h"

enum { IQ4_SUB_LEN = 32, IQ4_SUBS_MAX = 8 };

extern const int8_t iq4_value[16];

/* The code whose value is nearest; of two the upper. A NaN gets 15. */
int iq4_nearest(float x);

/*
 * The scale of each sub-block of 32 among n weights (32 or 256): steps "weigh" and "search". 15 ways to put the weight furthest from
 * zero near -127 are tried after one near 127; importance NULL: errors count by x^2. Gives back the scale of largest magnitude, signed.
 */
float iq4_fit(const float *x, size_t n, const float *importance, float *scale, struct trace *t);
/* Codes for a sub-block with this scale: events code[first ..] with their bits. */
void iq4_round(const float *x, float scale, uint8_t *code, unsigned first, place_fn *place, struct trace *t);
/* y = scale x value of the code; events back[first ..]. */
void iq4_decode(const unsigned char *block, place_fn *place, unsigned first, float scale, float *y, struct trace *t);
size_t iq4_levels(float scale, int *code, float *value, size_t max);

#endif
