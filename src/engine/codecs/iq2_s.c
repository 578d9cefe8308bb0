/*
 * iq2_s.c - eight weights are one of 1024 vectors and 8 signs, sixteen share a scale: 2.56 bits a weight.
 *
 *      byte   0 1    2           33    34            65    66         73    74               81
 *           [  d  ] [ i0 ] ... [ i31 ] [ s0 ] ... [ s31 ] [ h0 ] ... [ h7 ] [ sc1 sc0 ] ... [ sc15 sc14 ]
 *
 * Group g is weights 8g to 8g + 7. Its index has its low 8 bits in i and its high 2 bits in h[g/4], those of the first group lowest.
 * The index stands for eight magnitudes out of 8, 25, 43; bit j of s[g] is the sign of weight j: all eight are stored here.
 * weight = d x (0.5 + sc) / 4 x magnitude, with its sign.
 */
#include "engine/codecs/iq_signed.h"

static struct iq_place place(int eight)
{
	uint32_t g = (uint32_t)eight;

	return (struct iq_place){
		.index = { { { 8 * (2 + g), 8, 0 }, { 8 * 66 + 2 * g, 2, 8 } } },
		.signs = { 8 * (34 + g), 8, 0 },
		.sc    = { 8 * 74 + 4 * (g / 2), 4, 0 },
	};
}

static const struct iq_rules rules = {
	.weighing = { .twice = true, .quarter = true },
	.start = iq_start_largest, .nothing = 1e-8f, .shifts = 9, .by = 0.1f, .again = IQ_AGAIN_OFF_GRID,
	.fudge = 0.9875f,
};

static const struct iq_format format = {
	.grid = &grid_iq2_s, .sub_len = 16, .d = { { 0, 16, 0 } }, .place = place,
	.base = 0.5f, .per = 1, .unit = 0.25f, .product = 0.125f, .rules = &rules,
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 32, "low 8 bits of 32 indices" },
	{ "signs", 34, 32, "a bit a weight" },
	{ "qh", 66, 8, "high 2 bits of 32 indices" },
	{ "scales", 74, 8, "16 scales of 4 bits" },
	{ NULL }
};

static bool prepare(struct error *err) { return grid_prepare(format.grid, err); }

const struct codec codec_iq2_s = {
	.id          = CODEC_iq2_s,
	.name        = "iq2_s",
	.family      = "I",
	.summary     = "8 weights are one of 1024 vectors and 8 signs",
	.gguf_type   = 22,
	.block_len   = IQ_LEN,
	.block_bytes = 82,
	.sub_len     = 16,
	.code_bits   = 2,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_VECTOR_CODEBOOK | CODEC_UNEVEN,
	.codes       = "1024 vectors",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &format,
	.prepare     = prepare,
	.takes       = iq_signed_takes,
	.encode      = iq_signed_encode,
	.decode      = iq_decode,
	.dot         = iq_dot,
};
