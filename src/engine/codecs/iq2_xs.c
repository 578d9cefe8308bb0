/*
 * iq2_xs.c - eight weights are one of 512 vectors and 7 signs, sixteen share a scale: 2.31 bits a weight.
 *
 *      byte   0 1    2 3       4 5             64 65     66               73
 *           [  d  ] [ w0-7 ] [ w8-15 ] ... [ w248-255 ] [ sc1 sc0 ] ... [ sc15 sc14 ]
 *
 *      two bytes   bits 0-8  index      bits 9-15  signs, bit j that of weight j
 *
 * The index stands for eight magnitudes out of 8, 25, 43. The eighth sign is not stored, as the number of minus signs is always
 * even. weight = d x (0.5 + sc) / 4 x magnitude, with its sign.
 */
#include "engine/codecs/iq_signed.h"
#include "engine/codecs/search.h"

static struct iq_place place(int eight)
{
	uint32_t qs = 8u * (2 + 2 * (uint32_t)eight), sub = (uint32_t)eight / 2;

	return (struct iq_place){
		.index = { { { qs, 9, 0 } } },
		.signs = { qs + 9, 7, 0 },
		.sc    = { 8 * 66 + 4 * sub, 4, 0 },
	};
}

static const struct iq_rules rules = {
	.even_signs = true, .start = iq_start_largest, .nothing = SEARCH_NOTHING, .shifts = 9, .by = 0.1f, .again = IQ_AGAIN_OFF_GRID,
	.fudge = 1, .zero_wipes = true,
};

static const struct iq_format format = {
	.grid = &grid_iq2_xs, .sub_len = 16, .d = { { 0, 16, 0 } }, .place = place,
	.base = 0.5f, .per = 1, .unit = 0.25f, .product = 0.125f, .rules = &rules,
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 64, "32 times: 9 bits of index, 7 signs" },
	{ "scales", 66, 8, "16 scales of 4 bits" },
	{ NULL }
};

static bool prepare(struct error *err) { return grid_prepare(format.grid, err); }

const struct codec codec_iq2_xs = {
	.id          = CODEC_iq2_xs,
	.name        = "iq2_xs",
	.family      = "I",
	.summary     = "8 weights are one of 512 vectors and 7 signs",
	.gguf_type   = 17,
	.block_len   = IQ_LEN,
	.block_bytes = 74,
	.sub_len     = 16,
	.code_bits   = 2,
	.flags       = CODEC_NEEDS_IMPORTANCE | CODEC_USES_IMPORTANCE | CODEC_VECTOR_CODEBOOK | CODEC_UNEVEN,
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
