/* tq1_0.h - the block of tq1_0.c, for kernels. */
#ifndef ENGINE_CODECS_TQ1_0_H
#define ENGINE_CODECS_TQ1_0_H

#include <assert.h>
#include <stdint.h>

struct block_tq1_0 {
	uint8_t qs[48];		/* five trits a byte */
	uint8_t qh[4];		/* four trits a byte */
	uint8_t d[2];		/* f16 */
};
static_assert(sizeof(struct block_tq1_0) == 54, "tq1_0: 48 + 4 + 2 bytes");

#endif
