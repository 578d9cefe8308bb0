/*
 * q2_0.c - two bits a weight, and one step for every 64 of them.
 *
 *      byte   0 1   2                                17
 *           [  d  ] [ w3 w2 w1 w0 ] ... [ w63 w62 w61 w60 ]       weight = d x (code - 1)
 *
 * d is the largest magnitude, so the encoder needs only codes 0 1 2; a decoder meets 3 as well.
 */
#include "engine/codecs/q2_0.h"

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_0.h"
#include "engine/codecs/trit.h"

enum { LEN = 64, D = 0, QS = 2 };

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (QS + i / 4) + 2 * (i % 4), .bits = 2 };
}

static const struct trit layout = { .d = D, .qs = QS, .top = 3, .place = place };

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 16, "16 bytes, 64 codes" },
	{ NULL }
};

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes, b += 2) {
		float part = 0;
		uint8_t code[LEN];

		place_get_all(w, place, LEN, code);
		for (int h = 0; h < 2; h++)
			part += get_f16(b[h].d) * (float)trit_sum(code + 32 * h, 32, b[h].qs);
		sum += get_f16(w + D) * part;
	}
	return sum;
}

const struct codec codec_q2_0 = {
	.id          = CODEC_q2_0,
	.name        = "q2_0",
	.family      = "legacy",
	.summary     = "2 bits, one scale for every 64",
	.gguf_type   = 42,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_q2_0),
	.code_bits   = 2,
	.codes       = "4 even",
	.dot_name    = "q8_0",
	.fields      = fields,
	.own         = &layout,
	.encode      = trit_encode_row,
	.decode      = trit_decode_row,
	.dot         = dot,
	.levels      = trit_levels_of,
};
