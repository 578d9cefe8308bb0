/*
 * iq3_s.c - four weights are one of 512 vectors, and each has its sign: 3.44 bits a weight.
 *
 *      byte   0 1    2           65    66         73    74           105    106            109
 *           [  d  ] [ i0 ] ... [ i63 ] [ h0 ] ... [ h7 ] [ s0 ] ... [ s31 ] [ sc1 sc0 ] ... [ sc7 sc6 ]
 *
 * Group g is weights 4g to 4g + 3. Its index has its low 8 bits in i[g] and the ninth in bit g % 8 of h[g/8]; it stands for four
 * magnitudes out of 1, 3 .. 15. Bit j of s[k] is the sign of weight 8k + j. weight = d x (2 sc + 1) x magnitude, with its sign.
 *
 * The encoder has a quirk that all files show: behind a sub-block of zeros, which it skips, i and s of all that follows are
 * written one sub-block too early, h and sc where they belong. Such a block does not decode to what was meant.
 */
#include <float.h>

#include "engine/codecs/iq_signed.h"

static struct iq_place place(int eight)
{
	uint32_t g = 2 * (uint32_t)eight;

	return (struct iq_place){
		.index = { { { 8 * (2 + g), 8, 0 }, { 8 * 66 + g, 1, 8 } }, { { 8 * (3 + g), 8, 0 }, { 8 * 66 + g + 1, 1, 8 } } },
		.signs = { 8 * (74 + g / 2), 8, 0 },
		.sc    = { 8 * 106 + 4 * (g / 8), 4, 0 },
	};
}

static const struct iq_rules rules = {
	.weighing = { .twice = true },
	.start = iq_start_largest, .nothing = FLT_TRUE_MIN, .shifts = 9, .by = 0.2f, .starts_off_grid = true,
	.again = IQ_AGAIN_ALL_IF_OFF, .fudge = 1.033f, .closes_up = true,
};

static const struct iq_format format = {
	.grid = &grid_iq3_s, .sub_len = 32, .d = { { 0, 16, 0 } }, .place = place,
	.base = 1, .per = 2, .unit = 1, .product = 1, .rules = &rules,
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 64, "low 8 bits of 64 indices" },
	{ "qh", 66, 8, "the ninth bits" },
	{ "signs", 74, 32, "a bit a weight" },
	{ "scales", 106, 4, "8 scales of 4 bits" },
	{ NULL }
};

static bool prepare(struct error *err) { return grid_prepare(format.grid, err); }

const struct codec codec_iq3_s = {
	.id          = CODEC_iq3_s,
	.name        = "iq3_s",
	.family      = "I",
	.summary     = "4 weights are one of 512 vectors, and 4 signs",
	.gguf_type   = 21,
	.block_len   = IQ_LEN,
	.block_bytes = 110,
	.sub_len     = 32,
	.code_bits   = 3,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_VECTOR_CODEBOOK | CODEC_UNEVEN,
	.codes       = "512 vectors",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &format,
	.prepare     = prepare,
	.takes       = iq_signed_takes,
	.encode      = iq_signed_encode,
	.decode      = iq_decode,
	.dot         = iq_dot,
};
