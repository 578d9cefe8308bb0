/* q2_0.h - the block of q2_0.c, for kernels. */
#ifndef ENGINE_CODECS_Q2_0_H
#define ENGINE_CODECS_Q2_0_H

#include <assert.h>
#include <stdint.h>

struct block_q2_0 {
	uint8_t d[2];		/* f16 */
	uint8_t qs[16];		/* four codes a byte, the first in the lowest bits */
};
static_assert(sizeof(struct block_q2_0) == 18, "q2_0: 2 + 16 bytes");

#endif
