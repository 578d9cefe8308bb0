/*
 * iq3_xxs.c - four weights are one of 256 vectors, eight have 7 signs: 3.06 bits a weight.
 *
 *      byte   0 1    2           65     66 .. 69        94 .. 97
 *           [  d  ] [ i0 ] ... [ i63 ] [ w0-31 ]  ...  [ w224-255 ]
 *
 *      32 bits, lowest first   [ 7 signs of the first eight | 7 | 7 | 7 of the last | sc: 4 ]
 *
 * Index i[g] stands for the magnitudes of weights 4g to 4g + 3, out of 4, 12, 20 .. 52, 62. Bit j of the signs is that of weight j of
 * eight; the eighth is not stored, as the number of minus signs is always even. weight = d x (0.5 + sc) / 2 x magnitude, with its sign.
 */
#include "engine/codecs/iq_signed.h"

static struct iq_place place(int eight)
{
	uint32_t qs = 8u * (2 + 2 * (uint32_t)eight), record = 8u * (66 + 4 * (uint32_t)(eight / 4));

	return (struct iq_place){
		.index = { { { qs, 8, 0 } }, { { qs + 8, 8, 0 } } },
		.signs = { record + 7 * (uint32_t)(eight % 4), 7, 0 },
		.sc    = { record + 28, 4, 0 },
	};
}

static const struct iq_rules rules = {
	.weighing = { .twice = true },
	.even_signs = true, .start = iq_start_largest, .nothing = 1e-8f, .shifts = 15, .by = 0.2f, .again = IQ_AGAIN_OFF_GRID,
	.fudge = 1.0125f, .zero_wipes = true,
};

static const struct iq_format format = {
	.grid = &grid_iq3_xxs, .sub_len = 32, .d = { { 0, 16, 0 } }, .place = place,
	.base = 0.5f, .per = 1, .unit = 0.5f, .product = 0.25f, .rules = &rules,
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 64, "64 indices" },
	{ "signs", 66, 32, "8 records: 4 x 7 signs, a 4-bit scale" },
	{ NULL }
};

static bool prepare(struct error *err) { return grid_prepare(format.grid, err); }

const struct codec codec_iq3_xxs = {
	.id          = CODEC_iq3_xxs,
	.name        = "iq3_xxs",
	.family      = "I",
	.summary     = "4 weights are one of 256 vectors, 7 signs for 8",
	.gguf_type   = 18,
	.block_len   = IQ_LEN,
	.block_bytes = 98,
	.sub_len     = 32,
	.code_bits   = 3,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_VECTOR_CODEBOOK | CODEC_UNEVEN,
	.codes       = "256 vectors",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &format,
	.prepare     = prepare,
	.takes       = iq_signed_takes,
	.encode      = iq_signed_encode,
	.decode      = iq_decode,
	.dot         = iq_dot,
};
