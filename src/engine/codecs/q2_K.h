/* q2_K.h - the block of q2_K.c, for kernels. */
#ifndef ENGINE_CODECS_Q2_K_H
#define ENGINE_CODECS_Q2_K_H

#include <assert.h>
#include <stdint.h>

struct block_q2_K {
	uint8_t scales[16];	/* sc | m << 4 */
	uint8_t qs[64];		/* bits 2g of byte j, for each 128 weights: code 32 g + j */
	uint8_t d[2], dmin[2];	/* f16 */
};
static_assert(sizeof(struct block_q2_K) == 84, "q2_K: 16 + 64 + 2 + 2 bytes");

#endif
