/*
 * q4_0.c - four bits a weight, and one step for every 32 of them.
 *
 *      byte   0 1   2                   17
 *           [  d  ] [ w16 w0 ] ... [ w31 w15 ]       weight = d x (code - 8)
 *
 * Code 0 belongs to the weight furthest from zero, so d carries the sign that puts it there.
 */
#include "engine/codecs/q4_0.h"

#include "engine/codecs/legacy.h"
#include "engine/codecs/pack.h"
#include "engine/codecs/q8_0.h"

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (2 + i % 16) + 4 * (i / 16), .bits = 4 };
}

static const struct legacy layout = { .top = 15, .middle = 8, .qs = 2, .place = place };

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 16, "16 bytes, 32 codes" },
	{ NULL }
};

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEGACY_LEN; k++, w += c->block_bytes, b++)
		sum += (float)legacy_sum(c->own, w, b->qs) * get_f16(w) * get_f16(b->d);
	return sum;
}

const struct codec codec_q4_0 = {
	.id          = CODEC_q4_0,
	.name        = "q4_0",
	.family      = "legacy",
	.summary     = "4 bits, one scale for every 32",
	.gguf_type   = 2,
	.block_len   = LEGACY_LEN,
	.block_bytes = sizeof(struct block_q4_0),
	.code_bits   = 4,
	.flags       = CODEC_USES_IMPORTANCE,
	.codes       = "16 even",
	.dot_name    = "q8_0",
	.fields      = fields,
	.own         = &layout,
	.encode      = legacy_symmetric,
	.decode      = legacy_decode,
	.dot         = dot,
	.levels      = legacy_levels,
};
