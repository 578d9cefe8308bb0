/*
 * q5_K.c - five bits a weight; 8 sub-blocks of 32 with a scale and a minimum each: q4_K with a fifth bit that lies apart.
 *
 *      byte   0 1     2 3      4        15    16         47   48                 175
 *           [  d  ] [ dmin ] [ sc and m ... ] [ fifth bits ] [ w32 w0 ] ... [ w255 w223 ]
 *
 *      weight i = (d x sc[i/32]) x code - dmin x m[i/32]
 *
 * Bit k of byte j of the fifth bits belongs to weight 32 k + j.
 */
#include "engine/codecs/q5_K.h"

#include "engine/codecs/k_min.h"

static struct place place(unsigned i)
{
	return (struct place){
		.bit = 8 * (48 + 32 * (i / 64) + i % 32) + 4 * (i % 64 / 32), .bits = 4,
		.high = 8 * (16 + i % 32) + i / 32, .high_bits = 1,
	};
}

static const struct k_min layout = {
	.subs = 8, .plain = { .top = 31, .from = -0.5f, .by = 0.1f, .trials = 15 },
	.number_top = 63, .limit = 63, .weighted_limit = 63, .twice = true,
	.d = 0, .qs = 48, .qs_bits = 4, .code = place, .sc = k_six_sc, .m = k_six_m,
	.packed = "pack: d, dmin, 12 bytes with the sixteen 6-bit numbers, 32 bytes of fifth bits, 128 bytes of nibbles",
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale of the scales" },
	{ "dmin", 2, 2, "scale of the minima" },
	{ "scales", 4, 12, "8 scales and 8 minima of 6 bits" },
	{ "qh", 16, 32, "32 bytes, the fifth bits of 256 codes" },
	{ "qs", 48, 128, "128 bytes, the low bits of 256 codes" },
	{ NULL }
};

const struct codec codec_q5_K = {
	.id          = CODEC_q5_K,
	.name        = "q5_K",
	.family      = "K",
	.summary     = "5 bits, scales and minima of 8 sub-blocks",
	.gguf_type   = 13,
	.block_len   = K_LEN,
	.block_bytes = sizeof(struct block_q5_K),
	.sub_len     = 32,
	.code_bits   = 5,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_HAS_MIN,
	.codes       = "32 even",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &layout,
	.encode      = k_min_encode,
	.decode      = k_min_decode,
	.dot         = k_min_dot,
	.levels      = k_min_levels,
};
