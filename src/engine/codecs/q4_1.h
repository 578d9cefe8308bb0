/* q4_1.h - the block of q4_1.c, for kernels. */
#ifndef ENGINE_CODECS_Q4_1_H
#define ENGINE_CODECS_Q4_1_H

#include <assert.h>
#include <stdint.h>

struct block_q4_1 {
	uint8_t d[2], m[2];	/* f16 */
	uint8_t qs[16];		/* code j | code j + 16 << 4 */
};
static_assert(sizeof(struct block_q4_1) == 20, "q4_1: 2 + 2 + 16 bytes");

#endif
