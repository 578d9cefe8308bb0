/* q5_K.h - the block of q5_K.c, for kernels. */
#ifndef ENGINE_CODECS_Q5_K_H
#define ENGINE_CODECS_Q5_K_H

#include <assert.h>
#include <stdint.h>

struct block_q5_K {
	uint8_t d[2], dmin[2];	/* f16 */
	uint8_t scales[12];	/* k_min.h */
	uint8_t qh[32];		/* bit k of byte j: bit 4 of code 32 k + j */
	uint8_t qs[128];	/* low bits: code j | code j + 32 << 4, for each 64 weights */
};
static_assert(sizeof(struct block_q5_K) == 176, "q5_K: 2 + 2 + 12 + 32 + 128 bytes");

#endif
