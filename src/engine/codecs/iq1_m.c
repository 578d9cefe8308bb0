/*
 * iq1_m.c - as iq1_s, with a scale for every 16 weights and a shift for every 8: 1.75 bits a weight.
 *
 *      byte   0           31     32           47     48 49      54 55
 *           [ i0 ] ... [ i31 ] [ h1 h0 ] ... [ h31 h30 ] [ S0 ] ... [ S3 ]
 *
 *      h, 4 bits    [ high 3 bits of an index | shift: 1 ]
 *      S, 16 bits   [ sc: 3 | sc: 3 | sc: 3 | sc: 3 | 4 bits of d ]       lowest first
 *
 * Group g is weights 8g to 8g + 7; its index has its low 8 bits in i[g]. The half float d lies in the top bits of the four S, its
 * lowest four in S0. weight = d x (2 sc + 1) x (level + 1/8), or level - 1/8 where the shift bit of the group is set.
 */
#include <float.h>

#include "engine/codecs/iq1.h"

enum { S = 8 * 48 };

static struct iq_place place(int eight)
{
	uint32_t g = (uint32_t)eight, sub = g / 2;

	return (struct iq_place){
		.index = { { { 8 * g, 8, 0 }, { 8 * 32 + 4 * g, 3, 8 } } },
		.shift = { 8 * 32 + 4 * g + 3, 1, 0 },
		.sc    = { S + 16 * (sub / 4) + 3 * (sub % 4), 3, 0 },
	};
}

/* Two groups with a shift each: four kinds of levels. Sums are made anew for each pair of cuts, in rising order of size. */
static bool split(struct iq1 *s, int b, struct trace *t)
{
	const float *x = s->x + 16 * b, *w = s->w + 16 * b;
	const uint8_t *order = s->order + 16 * b;
	float best = -FLT_MAX, scale = 0;
	int first = -1, second = 0, shifts = 0;
	unsigned tried = 0;

	for (int c1 = 0; c1 <= 16; c1++)
		for (int c2 = c1; c2 <= 16; c2++) {
			float p[4] = { 0 }, q[4] = { 0 };

			for (int j = 0; j < 16; j++) {
				int i = order[j], digit = (j >= c1) + (j >= c2);

				for (int k = 0; k < 4; k++) {
					float level = iq1_levels[i < 8 ? k >> 1 : k & 1][digit];

					p[k] += w[i] * level * x[i];
					q[k] += w[i] * level * level;
				}
			}
			for (int k = 0; k < 4; k++, tried++) {
				bool better = q[k] > 0 && p[k] * p[k] > best * q[k];

				if (t && q[k] > 0)
					TRACE(t, TRY_CUT_PAIR, .sub = (unsigned)b, .weight = tried, .flags = better ? TRACE_BEST : 0,
					      V(c1, c2, iq1_levels[k >> 1][1], iq1_levels[k & 1][1], p[k] / q[k],
						iq1_cost(s, b, c1, c2, (bool[2]){ k >> 1, k & 1 }, p[k] / q[k])));
				if (!better)
					continue;
				scale = p[k] / q[k];
				best = scale * p[k];
				first = c1;
				second = c2;
				shifts = k;
			}
		}
	if (first < 0)
		return false;
	s->down[2 * b] = shifts >> 1;
	s->down[2 * b + 1] = shifts & 1;
	iq1_cut(s, b, first, second, scale, t);
	return true;
}

static const struct iq1_rules rules = {
	.weighing = { .twice = true }, .nothing = 1e-7f, .tried = 153 * 4, .split = split, .fudge = 1.1125f, .fits_d = true,
};

static const struct iq_format format = {
	.grid = &grid_iq1, .sub_len = 16, .place = place,
	.d = { { S + 12, 4, 0 }, { S + 28, 4, 4 }, { S + 44, 4, 8 }, { S + 60, 4, 12 } },
	.base = 1, .per = 2, .unit = 1, .product = 1, .iq1 = &rules,
};

static const struct field fields[] = {
	{ "qs", 0, 32, "low 8 bits of 32 indices" },
	{ "qh", 32, 16, "32 times: 3 high bits, a shift" },
	{ "scales", 48, 8, "16 scales of 3 bits, and the scale d" },
	{ NULL }
};

static bool prepare(struct error *err) { return grid_prepare(format.grid, err); }

const struct codec codec_iq1_m = {
	.id          = CODEC_iq1_m,
	.name        = "iq1_m",
	.family      = "I",
	.summary     = "as iq1_s, a scale for 16 weights, a shift for 8",
	.gguf_type   = 29,
	.block_len   = IQ_LEN,
	.block_bytes = 56,
	.sub_len     = 16,
	.code_bits   = 1,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_VECTOR_CODEBOOK,
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
