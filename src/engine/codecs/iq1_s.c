/*
 * iq1_s.c - eight weights are one of 2048 vectors of -1 0 1: 1.56 bits a weight.
 *
 *      byte   0 1    2           33    34 35          48 49
 *           [  d  ] [ i0 ] ... [ i31 ] [ h0-31 ] ... [ h224-255 ]
 *
 *      h, 16 bits, lowest first   [ high 3 bits of an index | 3 | 3 | 3 | sc: 3 | shift: 1 ]
 *
 * Group g is weights 8g to 8g + 7; its index has its low 8 bits in i[g]. Thirty-two weights share sc and shift.
 * weight = d x (2 sc + 1) x (level + 1/8), or level - 1/8 where the shift bit is set.
 */
#include <float.h>

#include "engine/codecs/iq1.h"

static struct iq_place place(int eight)
{
	uint32_t g = (uint32_t)eight, h = 8 * 34 + 16 * (g / 4);

	return (struct iq_place){
		.index = { { { 8 * (2 + g), 8, 0 }, { h + 3 * (g % 4), 3, 8 } } },
		.sc    = { h + 12, 3, 0 },
		.shift = { h + 15, 1, 0 },
	};
}

/* Sums over ranks, so that what lies between two cuts is a difference. */
static bool split(struct iq1 *s, int b, struct trace *t)
{
	const float *x = s->x + 32 * b, *w = s->w + 32 * b;
	const uint8_t *order = s->order + 32 * b;
	float wx[33] = { 0 }, ww[33] = { 0 }, best = -FLT_MAX, scale = 0;
	int first = -1, second = 0, down = 0;
	unsigned tried = 0;

	for (int j = 0; j < 32; j++) {
		wx[j + 1] = wx[j] + w[order[j]] * x[order[j]];
		ww[j + 1] = ww[j] + w[order[j]];
	}
	for (int c1 = 0; c1 <= 32; c1++)
		for (int c2 = c1; c2 <= 32; c2++)
			for (int k = 0; k < 2; k++, tried++) {
				const float *l = iq1_levels[k];
				float p = (wx[c1] - wx[0]) * l[0] + (wx[c2] - wx[c1]) * l[1] + (wx[32] - wx[c2]) * l[2];
				float q = (ww[c1] - ww[0]) * l[0] * l[0] + (ww[c2] - ww[c1]) * l[1] * l[1] +
					  (ww[32] - ww[c2]) * l[2] * l[2];
				bool better = q > 0 && p * p > best * q;

				if (t && q > 0)
					TRACE(t, TRY_CUT, .sub = (unsigned)b, .weight = tried, .flags = better ? TRACE_BEST : 0,
					      V(c1, c2, l[1], p / q, iq1_cost(s, b, c1, c2, (bool[4]){ k, k, k, k }, p / q)));
				if (!better)
					continue;
				scale = p / q;
				best = scale * p;
				first = c1;
				second = c2;
				down = k;
			}
	if (first < 0)
		return false;
	for (int g = 0; g < 4; g++)
		s->down[4 * b + g] = down;
	iq1_cut(s, b, first, second, scale, t);
	return true;
}

static const struct iq1_rules rules = {
	.weighing = { .twice = true }, .nothing = 1e-12f, .tried = 561 * 2, .split = split, .fudge = 1.125f,
};

static const struct iq_format format = {
	.grid = &grid_iq1, .sub_len = 32, .d = { { 0, 16, 0 } }, .place = place,
	.base = 1, .per = 2, .unit = 1, .product = 1, .sums_given = true, .iq1 = &rules,
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 32, "low 8 bits of 32 indices" },
	{ "qh", 34, 16, "8 times: 4 x 3 high bits, a 3-bit scale, a shift" },
	{ NULL }
};

static bool prepare(struct error *err) { return grid_prepare(format.grid, err); }

const struct codec codec_iq1_s = {
	.id          = CODEC_iq1_s,
	.name        = "iq1_s",
	.family      = "I",
	.summary     = "8 weights are one of 2048 vectors of -1 0 1",
	.gguf_type   = 19,
	.block_len   = IQ_LEN,
	.block_bytes = 50,
	.sub_len     = 32,
	.code_bits   = 1,
	.flags       = CODEC_NEEDS_IMPORTANCE | CODEC_USES_IMPORTANCE | CODEC_VECTOR_CODEBOOK,
	.codes       = "2048 vectors",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &format,
	.prepare     = prepare,
	.takes       = iq1_takes,
	.encode      = iq1_encode,
	.decode      = iq_decode,
	.dot         = iq_dot,
};
