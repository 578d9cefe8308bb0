/* q8_0.h - the block of q8_0.c, for kernels and for products with it. */
#ifndef ENGINE_CODECS_Q8_0_H
#define ENGINE_CODECS_Q8_0_H

#include <assert.h>
#include <stdint.h>

struct block_q8_0 {
	uint8_t d[2];		/* f16 */
	int8_t qs[32];
};
static_assert(sizeof(struct block_q8_0) == 34, "q8_0: 2 + 32 bytes");

#endif
