/* tq2_0.h - the block of tq2_0.c, for kernels. */
#ifndef ENGINE_CODECS_TQ2_0_H
#define ENGINE_CODECS_TQ2_0_H

#include <assert.h>
#include <stdint.h>

struct block_tq2_0 {
	uint8_t qs[64];		/* bits 2g of byte j, for each 128 weights: code 32 g + j */
	uint8_t d[2];		/* f16 */
};
static_assert(sizeof(struct block_tq2_0) == 66, "tq2_0: 64 + 2 bytes");

#endif
