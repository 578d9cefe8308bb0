/* q8_1.h - the block of q8_1.c, for kernels and for products with it. */
#ifndef ENGINE_CODECS_Q8_1_H
#define ENGINE_CODECS_Q8_1_H

#include <assert.h>
#include <stdint.h>

struct block_q8_1 {
	uint8_t d[2], s[2];	/* f16 */
	int8_t qs[32];
};
static_assert(sizeof(struct block_q8_1) == 36, "q8_1: 2 + 2 + 32 bytes");

#endif
