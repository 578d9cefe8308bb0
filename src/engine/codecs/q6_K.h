/* q6_K.h - the block of q6_K.c, for kernels. */
#ifndef ENGINE_CODECS_Q6_K_H
#define ENGINE_CODECS_Q6_K_H

#include <assert.h>
#include <stdint.h>

struct block_q6_K {
	uint8_t ql[128];	/* low bits, see q6_K.c */
	uint8_t qh[64];		/* bits 2g of byte j, for each 128 weights: bits 4-5 of code 32 g + j */
	int8_t scales[16];
	uint8_t d[2];		/* f16 */
};
static_assert(sizeof(struct block_q6_K) == 210, "q6_K: 128 + 64 + 16 + 2 bytes");

#endif
