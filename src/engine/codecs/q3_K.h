/* q3_K.h - the block of q3_K.c, for kernels. */
#ifndef ENGINE_CODECS_Q3_K_H
#define ENGINE_CODECS_Q3_K_H

#include <assert.h>
#include <stdint.h>

struct block_q3_K {
	uint8_t hmask[32];	/* bit k of byte j: bit 2 of code 32 k + j */
	uint8_t qs[64];		/* bits 2g of byte j, for each 128 weights: low bits of code 32 g + j */
	uint8_t scales[12];	/* sixteen numbers of 6 bits, see q3_K.c */
	uint8_t d[2];		/* f16 */
};
static_assert(sizeof(struct block_q3_K) == 110, "q3_K: 32 + 64 + 12 + 2 bytes");

#endif
