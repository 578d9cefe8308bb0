/* mxfp4.h - the block of mxfp4.c, for kernels. */
#ifndef ENGINE_CODECS_MXFP4_H
#define ENGINE_CODECS_MXFP4_H

#include <assert.h>
#include <stdint.h>

struct block_mxfp4 {
	uint8_t e;		/* e8m0 */
	uint8_t qs[16];		/* code j | code j + 16 << 4 */
};
static_assert(sizeof(struct block_mxfp4) == 17, "mxfp4: 1 + 16 bytes");

#endif
