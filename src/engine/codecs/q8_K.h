/* q8_K.h - the block of q8_K.c, for kernels and for products with it. */
#ifndef ENGINE_CODECS_Q8_K_H
#define ENGINE_CODECS_Q8_K_H

#include <assert.h>
#include <stdint.h>

#include "engine/codecs/pack.h"

struct block_q8_K {
	uint8_t d[4];		/* f32 */
	int8_t qs[256];
	uint8_t bsums[32];	/* sixteen int16: the sum of each 16 codes */
};
static_assert(sizeof(struct block_q8_K) == 292, "q8_K: 4 + 256 + 32 bytes");

static inline int q8_K_sum(const struct block_q8_K *b, unsigned j)
{
	return (int16_t)get16(b->bsums + 2 * j);
}

#endif
