/* iq4_xs.h - the block of iq4_xs.c, for kernels. */
#ifndef ENGINE_CODECS_IQ4_XS_H
#define ENGINE_CODECS_IQ4_XS_H

#include <assert.h>
#include <stdint.h>

struct block_iq4_xs {
	uint8_t d[2];		/* f16 */
	uint8_t scales_h[2];	/* bits 2j, 2j + 1: bits 4-5 of sc[j] + 32 */
	uint8_t scales_l[4];	/* bits 0-3 of sc[2j] + 32 | those of sc[2j + 1] + 32 << 4 */
	uint8_t qs[128];	/* code j | code j + 16 << 4, for each 32 weights */
};
static_assert(sizeof(struct block_iq4_xs) == 136, "iq4_xs: 2 + 2 + 4 + 128 bytes");

#endif
