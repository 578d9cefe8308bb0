/* nvfp4.h - the block of nvfp4.c, for kernels. */
#ifndef ENGINE_CODECS_NVFP4_H
#define ENGINE_CODECS_NVFP4_H

#include <assert.h>
#include <stdint.h>

struct block_nvfp4 {
	uint8_t d[4];		/* ue4m3, one for each 16 weights */
	uint8_t qs[32];		/* code j | code j + 8 << 4, for each 16 weights */
};
static_assert(sizeof(struct block_nvfp4) == 36, "nvfp4: 4 + 32 bytes");

#endif
