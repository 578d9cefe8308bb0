/*
 * q5_0.c - five bits a weight, and one step for every 32 of them: q4_0 with a fifth bit that lies apart.
 *
 *      byte   0 1   2           5   6                   21
 *           [  d  ] [ fifth bits ] [ w16 w0 ] ... [ w31 w15 ]       weight = d x (code - 16)
 *
 * Bit i of the four bytes, lowest first, is the highest bit of code i.
 */
#include "engine/codecs/q5_0.h"

#include "engine/codecs/legacy.h"
#include "engine/codecs/pack.h"
#include "engine/codecs/q8_0.h"

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (6 + i % 16) + 4 * (i / 16), .bits = 4, .high = 8 * 2 + i, .high_bits = 1 };
}

static const struct legacy layout = { .top = 31, .middle = 16, .qs = 6, .place = place };

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qh", 2, 4, "4 bytes, the fifth bits of 32 codes" },
	{ "qs", 6, 16, "16 bytes, the low bits of 32 codes" },
	{ NULL }
};

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEGACY_LEN; k++, w += c->block_bytes, b++)
		sum += get_f16(w) * get_f16(b->d) * (float)legacy_sum(c->own, w, b->qs);
	return sum;
}

const struct codec codec_q5_0 = {
	.id          = CODEC_q5_0,
	.name        = "q5_0",
	.family      = "legacy",
	.summary     = "5 bits, one scale for every 32",
	.gguf_type   = 6,
	.block_len   = LEGACY_LEN,
	.block_bytes = sizeof(struct block_q5_0),
	.code_bits   = 5,
	.flags       = CODEC_USES_IMPORTANCE,
	.codes       = "32 even",
	.dot_name    = "q8_0",
	.fields      = fields,
	.own         = &layout,
	.encode      = legacy_symmetric,
	.decode      = legacy_decode,
	.dot         = dot,
	.levels      = legacy_levels,
};
