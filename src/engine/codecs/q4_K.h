/* q4_K.h - the block of q4_K.c, for kernels. */
#ifndef ENGINE_CODECS_Q4_K_H
#define ENGINE_CODECS_Q4_K_H

#include <assert.h>
#include <stdint.h>

struct block_q4_K {
	uint8_t d[2], dmin[2];	/* f16 */
	uint8_t scales[12];	/* k_min.h */
	uint8_t qs[128];	/* code j | code j + 32 << 4, for each 64 weights */
};
static_assert(sizeof(struct block_q4_K) == 144, "q4_K: 2 + 2 + 12 + 128 bytes");

#endif
