/* q5_0.h - the block of q5_0.c, for kernels. */
#ifndef ENGINE_CODECS_Q5_0_H
#define ENGINE_CODECS_Q5_0_H

#include <assert.h>
#include <stdint.h>

struct block_q5_0 {
	uint8_t d[2];		/* f16 */
	uint8_t qh[4];		/* bit i: bit 4 of code i */
	uint8_t qs[16];		/* low bits: code j | code j + 16 << 4 */
};
static_assert(sizeof(struct block_q5_0) == 22, "q5_0: 2 + 4 + 16 bytes");

#endif
