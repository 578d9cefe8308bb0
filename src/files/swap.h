/* swap.h - numbers of big-endian files turned round, plain ones and those inside of blocks. */
#ifndef FILES_SWAP_H
#define FILES_SWAP_H

#include <stdbool.h>
#include <stddef.h>

struct codec;

/* n blocks at `blocks`, in place. False: it is not known where the numbers of this codec lie. */
bool swap_blocks(const struct codec *codec, unsigned char *blocks, size_t n);

#endif
