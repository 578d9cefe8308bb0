/* q5_1.h - the block of q5_1.c, for kernels. */
#ifndef ENGINE_CODECS_Q5_1_H
#define ENGINE_CODECS_Q5_1_H

#include <assert.h>
#include <stdint.h>

struct block_q5_1 {
	uint8_t d[2], m[2];	/* f16 */
	uint8_t qh[4];		/* bit i: bit 4 of code i */
	uint8_t qs[16];		/* low bits: code j | code j + 16 << 4 */
};
static_assert(sizeof(struct block_q5_1) == 24, "q5_1: 2 + 2 + 4 + 16 bytes");

#endif
