/*
 * tq2_0.c - three values, -d 0 d, in two bits a weight, and one step for 256 of them.
 *
 *      byte   0                                63   64 65
 *           [ w96 w64 w32 w0 ] ...                 [  d  ]       weight = d x (code - 1)
 *
 * Byte j of each 32 holds weights j, j + 32, j + 64, j + 96 of 128, the first in the lowest bits.
 */
#include "engine/codecs/tq2_0.h"

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_K.h"
#include "engine/codecs/trit.h"

enum { LEN = 256, D = 64, QS = 0 };

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (QS + 32 * (i / 128) + i % 32) + 2 * (i % 128 / 32), .bits = 2 };
}

static const struct trit layout = { .d = D, .qs = QS, .top = 2, .place = place };

static const struct field fields[] = {
	{ "qs", 0, 64, "64 bytes, 256 codes" },
	{ "d", 64, 2, "scale" },
	{ NULL }
};

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_K *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes, b++) {
		uint8_t code[LEN];

		place_get_all(w, place, LEN, code);
		sum += (float)trit_sum(code, LEN, b->qs) * (get_f16(w + D) * get_f32(b->d));
	}
	return sum;
}

const struct codec codec_tq2_0 = {
	.id          = CODEC_tq2_0,
	.name        = "tq2_0",
	.family      = "ternary",
	.summary     = "3 values in 2 bits, one scale for 256",
	.gguf_type   = 35,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_tq2_0),
	.code_bits   = 2,
	.codes       = "3 even",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &layout,
	.encode      = trit_encode_row,
	.decode      = trit_decode_row,
	.dot         = dot,
	.levels      = trit_levels_of,
};
