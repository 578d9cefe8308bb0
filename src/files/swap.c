/*
 * swap.c - see swap.h. Where a block holds numbers wider than a byte: the scales of every format, and the words of codes
 * and signs of a few. What is not named here is bytes, and lies the same way in either order.
 */
#include "files/swap.h"

#include <stdint.h>
#include <string.h>

#include "engine/codec.h"

struct run { uint16_t at; uint8_t width, count, step; };	/* step: bytes from one to the next; 0: width */

static const struct { const char *codec; struct run run[2]; } words[] = {
	{ "f32", { { 0, 4, 1 } } }, { "f16", { { 0, 2, 1 } } }, { "bf16", { { 0, 2, 1 } } },
	{ "f64", { { 0, 8, 1 } } }, { "i64", { { 0, 8, 1 } } }, { "i32", { { 0, 4, 1 } } }, { "i16", { { 0, 2, 1 } } }, { "i8", { { 0, 1, 1 } } },
	{ "q4_0", { { 0, 2, 1 } } }, { "q4_1", { { 0, 2, 2 } } }, { "q5_0", { { 0, 2, 1 }, { 2, 4, 1 } } },
	{ "q5_1", { { 0, 2, 2 }, { 4, 4, 1 } } }, { "q8_0", { { 0, 2, 1 } } }, { "q8_1", { { 0, 2, 2 } } },
	{ "q2_K", { { 80, 2, 2 } } }, { "q3_K", { { 108, 2, 1 } } }, { "q4_K", { { 0, 2, 2 } } }, { "q5_K", { { 0, 2, 2 } } },
	{ "q6_K", { { 208, 2, 1 } } }, { "q8_K", { { 0, 4, 1 }, { 260, 2, 16 } } },
	{ "iq1_s", { { 0, 2, 1 }, { 34, 2, 8 } } }, { "iq1_m", { { 48, 2, 4 } } },
	{ "iq2_xxs", { { 0, 2, 1 }, { 6, 4, 8, 8 } } }, { "iq2_xs", { { 0, 2, 33 } } }, { "iq2_s", { { 0, 2, 1 } } },
	{ "iq3_xxs", { { 0, 2, 1 }, { 66, 4, 8 } } }, { "iq3_s", { { 0, 2, 1 } } },
	{ "iq4_nl", { { 0, 2, 1 } } }, { "iq4_xs", { { 0, 2, 2 } } },
	{ "tq1_0", { { 52, 2, 1 } } }, { "tq2_0", { { 64, 2, 1 } } }, { "q1_0", { { 0, 2, 1 } } }, { "q2_0", { { 0, 2, 1 } } },
	{ "mxfp4", { { 0 } } }, { "nvfp4", { { 0 } } },
};

static void turn(unsigned char *at, size_t width)
{
	for (size_t i = 0; i < width / 2; i++) {
		unsigned char kept = at[i];

		at[i] = at[width - 1 - i];
		at[width - 1 - i] = kept;
	}
}

bool swap_blocks(const struct codec *codec, unsigned char *blocks, size_t n)
{
	const struct run *run = NULL;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i].codec, codec->name))
			run = words[i].run;
	if (!run)
		return false;
	for (size_t b = 0; b < n; b++, blocks += codec->block_bytes)
		for (int k = 0; k < 2; k++)
			for (unsigned i = 0; i < run[k].count; i++)
				turn(blocks + run[k].at + i * (run[k].step ? run[k].step : run[k].width), run[k].width);
	return true;
}
