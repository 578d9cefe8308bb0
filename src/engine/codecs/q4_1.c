/*
 * q4_1.c - four bits a weight, a step and a minimum for every 32 of them.
 *
 *      byte   0 1     2 3     4                   19
 *           [  d  ] [  m  ] [ w16 w0 ] ... [ w31 w15 ]       weight = d x code + m
 */
#include "engine/codecs/q4_1.h"

#include "engine/codecs/legacy.h"

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (4 + i % 16) + 4 * (i / 16), .bits = 4 };
}

static const struct legacy layout = { .top = 15, .qs = 4, .place = place };

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "m", 2, 2, "minimum" },
	{ "qs", 4, 16, "16 bytes, 32 codes" },
	{ NULL }
};

const struct codec codec_q4_1 = {
	.id          = CODEC_q4_1,
	.name        = "q4_1",
	.family      = "legacy",
	.summary     = "4 bits, scale and minimum for every 32",
	.gguf_type   = 3,
	.block_len   = LEGACY_LEN,
	.block_bytes = sizeof(struct block_q4_1),
	.code_bits   = 4,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_HAS_MIN,
	.codes       = "16 even",
	.dot_name    = "q8_1",
	.fields      = fields,
	.own         = &layout,
	.encode      = legacy_affine,
	.decode      = legacy_decode,
	.dot         = legacy_dot_affine,
	.levels      = legacy_levels,
};
