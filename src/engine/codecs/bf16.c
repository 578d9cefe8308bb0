/*
 * bf16.c - the upper half of a float: its whole range, with 8 binary digits.
 *
 *      bit  15 | 14 .. 7  | 6 .. 0
 *         sign | exponent | fraction          bytes lowest first
 */
#include "engine/codecs/pack.h"
#include "engine/codecs/plain.h"

static float get(const unsigned char *p) { return f32_from_bf16(get16(p)); }
static void put(unsigned char *p, float x) { put16(p, bf16_from_f32(x)); }

static const struct plain parts = {
	.exponent = 8, .fraction = 7, .get = get, .put = put,
	.nearest = TRACE_NEAREST_BF16, .step = "round", .say = "round: the nearest number with 8 binary digits",
};

const struct codec codec_bf16 = {
	.id          = CODEC_bf16,
	.name        = "bf16",
	.family      = "plain",
	.summary     = "16 bits: the upper half of f32",
	.gguf_type   = 30,
	.block_len   = 1,
	.block_bytes = 2,
	.code_bits   = 16,
	.flags       = CODEC_PLAIN,
	.codes       = "float",
	.dot_name    = "bf16",
	.own         = &parts,
	.encode      = plain_encode,
	.decode      = plain_decode,
	.dot         = plain_dot,
};
