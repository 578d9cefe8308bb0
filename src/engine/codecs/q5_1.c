/*
 * q5_1.c - five bits a weight, a step and a minimum for every 32 of them.
 *
 *      byte   0 1     2 3     4           7   8                   23
 *           [  d  ] [  m  ] [ fifth bits ] [ w16 w0 ] ... [ w31 w15 ]       weight = d x code + m
 *
 * Bit i of the four bytes, lowest first, is the highest bit of code i.
 */
#include "engine/codecs/q5_1.h"

#include "engine/codecs/legacy.h"

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (8 + i % 16) + 4 * (i / 16), .bits = 4, .high = 8 * 4 + i, .high_bits = 1 };
}

static const struct legacy layout = { .top = 31, .qs = 8, .place = place };

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "m", 2, 2, "minimum" },
	{ "qh", 4, 4, "4 bytes, the fifth bits of 32 codes" },
	{ "qs", 8, 16, "16 bytes, the low bits of 32 codes" },
	{ NULL }
};

const struct codec codec_q5_1 = {
	.id          = CODEC_q5_1,
	.name        = "q5_1",
	.family      = "legacy",
	.summary     = "5 bits, scale and minimum for every 32",
	.gguf_type   = 7,
	.block_len   = LEGACY_LEN,
	.block_bytes = sizeof(struct block_q5_1),
	.code_bits   = 5,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_HAS_MIN,
	.codes       = "32 even",
	.dot_name    = "q8_1",
	.fields      = fields,
	.own         = &layout,
	.encode      = legacy_affine,
	.decode      = legacy_decode,
	.dot         = legacy_dot_affine,
	.levels      = legacy_levels,
};
