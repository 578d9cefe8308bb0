/*
 * q4_K.c - four bits a weight; 8 sub-blocks of 32 with a scale and a minimum each, which are numbers of six bits themselves.
 *
 *      byte   0 1     2 3      4        15    16                 143
 *           [  d  ] [ dmin ] [ sc and m ... ] [ w32 w0 ] ... [ w255 w223 ]
 *
 *      weight i = (d x sc[i/32]) x code - dmin x m[i/32]
 *
 * Byte j of each 32 bytes of codes holds weight j of the first 32 of 64 below and of the second 32 above.
 */
#include "engine/codecs/q4_K.h"

#include "engine/codecs/k_min.h"

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (16 + 32 * (i / 64) + i % 32) + 4 * (i % 64 / 32), .bits = 4 };
}

static const struct k_min layout = {
	.subs = 8, .plain = { .top = 15, .from = -1.0f, .by = 0.1f, .trials = 20 },
	.number_top = 63, .limit = 63, .weighted_limit = 255, .twice = true,
	.d = 0, .qs = 16, .qs_bits = 4, .code = place, .sc = k_six_sc, .m = k_six_m,
	.packed = "pack: d, dmin, 12 bytes with the sixteen 6-bit numbers, 128 bytes of nibbles",
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale of the scales" },
	{ "dmin", 2, 2, "scale of the minima" },
	{ "scales", 4, 12, "8 scales and 8 minima of 6 bits" },
	{ "qs", 16, 128, "128 bytes, 256 codes" },
	{ NULL }
};

const struct codec codec_q4_K = {
	.id          = CODEC_q4_K,
	.name        = "q4_K",
	.family      = "K",
	.summary     = "4 bits, scales and minima of 8 sub-blocks",
	.gguf_type   = 12,
	.block_len   = K_LEN,
	.block_bytes = sizeof(struct block_q4_K),
	.sub_len     = 32,
	.code_bits   = 4,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_HAS_MIN,
	.codes       = "16 even",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &layout,
	.encode      = k_min_encode,
	.decode      = k_min_decode,
	.dot         = k_min_dot,
	.levels      = k_min_levels,
};
