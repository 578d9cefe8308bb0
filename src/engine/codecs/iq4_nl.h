/* iq4_nl.h - the block of iq4_nl.c, for kernels. */
#ifndef ENGINE_CODECS_IQ4_NL_H
#define ENGINE_CODECS_IQ4_NL_H

#include <assert.h>
#include <stdint.h>

struct block_iq4_nl {
	uint8_t d[2];		/* f16 */
	uint8_t qs[16];		/* code j | code j + 16 << 4 */
};
static_assert(sizeof(struct block_iq4_nl) == 18, "iq4_nl: 2 + 16 bytes");

#endif
