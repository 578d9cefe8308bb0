/* q4_0.h - the block of q4_0.c, for kernels. */
#ifndef ENGINE_CODECS_Q4_0_H
#define ENGINE_CODECS_Q4_0_H

#include <assert.h>
#include <stdint.h>

struct block_q4_0 {
	uint8_t d[2];		/* f16 */
	uint8_t qs[16];		/* code j | code j + 16 << 4 */
};
static_assert(sizeof(struct block_q4_0) == 18, "q4_0: 2 + 16 bytes");

#endif
