/*
 * f32.c - a float as it is: what all the others are measured against.
 *
 *      bit  31 | 30 .. 23 | 22 .. 0
 *         sign | exponent | fraction          bytes lowest first
 */
#include "engine/codecs/pack.h"
#include "engine/codecs/plain.h"

static float get(const unsigned char *p) { return get_f32(p); }
static void put(unsigned char *p, float x) { put_f32(p, x); }

static const struct plain parts = {
	.exponent = 8, .fraction = 23, .get = get, .put = put,
	.nearest = TRACE_NEAREST_F32, .step = "copy", .say = "copy: nothing is rounded",
};

const struct codec codec_f32 = {
	.id          = CODEC_f32,
	.name        = "f32",
	.family      = "plain",
	.summary     = "32 bits: single precision, as it is",
	.gguf_type   = 0,
	.block_len   = 1,
	.block_bytes = 4,
	.code_bits   = 32,
	.flags       = CODEC_PLAIN,
	.codes       = "float",
	.dot_name    = "f32",
	.own         = &parts,
	.encode      = plain_encode,
	.decode      = plain_decode,
	.dot         = plain_dot,
};
