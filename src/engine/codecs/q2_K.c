/*
 * q2_K.c - two bits a weight; 16 sub-blocks of 16 with a scale and a minimum of four bits each.
 *
 *      byte   0            15    16                                79    80 81   82 83
 *           [ m0 sc0 ] ...       [ w96 w64 w32 w0 ] ...                [  d  ] [ dmin ]
 *
 *      weight i = (d x sc[i/16]) x code - dmin x m[i/16]
 *
 * Byte j of each 32 bytes of codes holds weights j, j + 32, j + 64, j + 96 of 128, the first in the lowest bits. Without
 * importance the search minimises absolute errors, with it squared ones.
 */
#include "engine/codecs/q2_K.h"

#include "engine/codecs/k_min.h"
#include "engine/codecs/pack.h"
#include "engine/codecs/q8_K.h"

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (16 + 32 * (i / 128) + i % 32) + 2 * (i % 128 / 32), .bits = 2 };
}

static struct place sc(unsigned j) { return (struct place){ .bit = 8 * j, .bits = 4 }; }
static struct place m(unsigned j) { return (struct place){ .bit = 8 * j + 4, .bits = 4 }; }

static const struct k_min layout = {
	.subs = 16, .plain = { .top = 3, .from = -0.5f, .by = 0.1f, .trials = 15, .absolute = true },
	.number_top = 15, .limit = 255, .weighted_limit = 255,
	.d = 80, .qs = 16, .qs_bits = 2, .code = place, .sc = sc, .m = m,
	.packed = "pack: a byte for scale and minimum of each sub-block, four codes a byte, d, dmin",
};

static const struct field fields[] = {
	{ "scales", 0, 16, "16 scales and 16 minima of 4 bits" },
	{ "qs", 16, 64, "64 bytes, 256 codes" },
	{ "d", 80, 2, "scale of the scales" },
	{ "dmin", 82, 2, "scale of the minima" },
	{ NULL }
};

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	float sum = 0;

	for (size_t k = 0; k < n / K_LEN; k++, w += c->block_bytes, a += sizeof(struct block_q8_K)) {
		const struct block_q8_K *b = (const void *)a;
		float da = get_f32(b->d);
		int whole = 0, minima = 0;

		for (unsigned i = 0; i < K_LEN; i++)
			whole += (int)place_get(w, sc(i / 16)) * (int)place_get(w, place(i)) * b->qs[i];
		for (unsigned j = 0; j < 16; j++)
			minima += (int)place_get(w, m(j)) * q8_K_sum(b, j);
		sum += da * get_f16(w + layout.d) * (float)whole - da * get_f16(w + layout.d + 2) * (float)minima;
	}
	return sum;
}

const struct codec codec_q2_K = {
	.id          = CODEC_q2_K,
	.name        = "q2_K",
	.family      = "K",
	.summary     = "2 bits, scales and minima of 16 sub-blocks",
	.gguf_type   = 10,
	.block_len   = K_LEN,
	.block_bytes = sizeof(struct block_q2_K),
	.sub_len     = 16,
	.code_bits   = 2,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_HAS_MIN,
	.codes       = "4 even",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &layout,
	.encode      = k_min_encode,
	.decode      = k_min_decode,
	.dot         = dot,
	.levels      = k_min_levels,
};
