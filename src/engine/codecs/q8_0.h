/* q8_0.h - the block of q8_0.c, for kernels and for products with it. */
#ifndef ENGINE_CODECS_Q8_0_H
#define ENGINE_CODECS_Q8_0_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

enum { Q8_0_LEN = 32 };

struct block_q8_0 {
	uint8_t d[2];		/* f16 */
	int8_t qs[Q8_0_LEN];
};
static_assert(sizeof(struct block_q8_0) == 34, "q8_0: 2 + 32 bytes");

static inline int q8_0_code(const unsigned char *block, int i)
{
	return ((const struct block_q8_0 *)(const void *)block)->qs[i];
}

#endif
