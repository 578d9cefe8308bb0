/* q1_0.h - the block of q1_0.c, for kernels. */
#ifndef ENGINE_CODECS_Q1_0_H
#define ENGINE_CODECS_Q1_0_H

#include <assert.h>
#include <stdint.h>

struct block_q1_0 {
	uint8_t d[2];		/* f16 */
	uint8_t qs[16];		/* eight bits a byte, the first lowest */
};
static_assert(sizeof(struct block_q1_0) == 18, "q1_0: 2 + 16 bytes");

#endif
