/*
 * iq2_xxs.c - eight weights are one of 256 vectors and 7 signs: 2.06 bits a weight.
 *
 *      byte   0 1   2                      9   10                     17        58                     65
 *           [  d  ] [ record of weights 0.. ]  [ record of weights 32.. ]  ...  [ record of weights 224.. ]
 *
 *      record  0     1     2     3     4 .. 7: 32 bits, lowest first
 *           [ i0 ] [ i1 ] [ i2 ] [ i3 ] [ 7 signs of i0 | 7 of i1 | 7 of i2 | 7 of i3 | sc: 4 ]
 *
 * Index i stands for eight magnitudes out of 8, 25, 43. Bit j of the signs is that of weight j; the eighth sign is not stored, as the
 * number of minus signs is always even. weight = d x (0.5 + sc) / 4 x magnitude, with its sign.
 */
#include "engine/codecs/iq_signed.h"
#include "engine/codecs/search.h"

static struct iq_place place(int eight)
{
	uint32_t record = 8u * (2 + 8 * (uint32_t)(eight / 4)), k = (uint32_t)eight % 4;

	return (struct iq_place){
		.index = { { { record + 8 * k, 8, 0 } } },
		.signs = { record + 32 + 7 * k, 7, 0 },
		.sc    = { record + 60, 4, 0 },
	};
}

/* The guesses go around the scale that would serve if any five levels 0 .. 4 could be stored: 3 of its steps for 5 of ours. */
static void start(struct iq_signed *s, struct trace *t)
{
	int skipped = 0;

	trace_step(t, "start", "scales");
	for (int b = 0; b < 8; b++) {
		uint8_t codes[32];
		const float *v = s->size + 32 * b;
		float most = v[0];

		for (int i = 1; i < 32; i++)
			most = most > v[i] ? most : v[i];
		s->scale[b] = most < SEARCH_NOTHING ? 0 : search_positive(32, 4, v, s->w + 32 * b, codes, t, (unsigned)b).scale;
		s->reach[b] = s->scale[b] * 3;
		s->skipped[b] = !(s->reach[b] > 0);
		if (s->skipped[b]) {
			TRACE(t, SCALE_SKIPPED, .sub = (unsigned)b, V(most, SEARCH_NOTHING, 0));
			s->scale[b] = 0;
			skipped++;
		} else {
			TRACE(t, START_FITTED, .sub = (unsigned)b, V(s->scale[b], s->reach[b]));
		}
	}
	trace_say(t, "start: the guesses go around a scale fitted without the codebook; %d of 8 sub-blocks are empty and skipped",
		  skipped);
}

static const struct iq_rules rules = {
	.even_signs = true, .start = start, .nothing = SEARCH_NOTHING, .shifts = 6, .by = 0.1f, .again = IQ_AGAIN_ALL,
	.fudge = 1, .zero_wipes = true,
};

static const struct iq_format format = {
	.grid = &grid_iq2_xxs, .sub_len = 32, .d = { { 0, 16, 0 } }, .place = place,
	.base = 0.5f, .per = 1, .unit = 0.25f, .product = 0.125f, .rules = &rules,
};

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 64, "8 records: 4 indices, 4 x 7 signs, a 4-bit scale" },
	{ NULL }
};

static bool prepare(struct error *err) { return grid_prepare(format.grid, err); }

const struct codec codec_iq2_xxs = {
	.id          = CODEC_iq2_xxs,
	.name        = "iq2_xxs",
	.family      = "I",
	.summary     = "8 weights are one of 256 vectors and 7 signs",
	.gguf_type   = 16,
	.block_len   = IQ_LEN,
	.block_bytes = 66,
	.sub_len     = 32,
	.code_bits   = 2,
	.flags       = CODEC_NEEDS_IMPORTANCE | CODEC_USES_IMPORTANCE | CODEC_VECTOR_CODEBOOK | CODEC_UNEVEN,
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
