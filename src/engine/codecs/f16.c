/*
 * f16.c - half precision: the nearest number with 11 binary digits, from 2^-24 to 65504.
 *
 *      bit  15 | 14 .. 10 | 9 .. 0
 *         sign | exponent | fraction          bytes lowest first
 */
#include "engine/codecs/pack.h"
#include "engine/codecs/plain.h"

static float get(const unsigned char *p) { return get_f16(p); }
static void put(unsigned char *p, float x) { put16(p, f16_from_f32(x)); }

static const struct plain parts = {
	.exponent = 5, .fraction = 10, .get = get, .put = put,
	.nearest = TRACE_NEAREST_HALF, .step = "round", .say = "round: the nearest number with 11 binary digits",
};

const struct codec codec_f16 = {
	.id          = CODEC_f16,
	.name        = "f16",
	.family      = "plain",
	.summary     = "16 bits: half precision",
	.gguf_type   = 1,
	.block_len   = 1,
	.block_bytes = 2,
	.code_bits   = 16,
	.flags       = CODEC_PLAIN,
	.codes       = "float",
	.dot_name    = "f16",
	.own         = &parts,
	.encode      = plain_encode,
	.decode      = plain_decode,
	.dot         = plain_dot,
};
