/*
 * storage.c - numbers that files hold but nothing quantizes to: f64 and whole numbers of 8, 16, 32 and 64 bits.
 *
 * Lowest byte first, two's complement. Reading gives the nearest float.
 */
#include <stdint.h>

#include "engine/codecs/pack.h"
#include "engine/trace.h"

static double get(const struct codec *c, const unsigned char *p)
{
	double d;
	int64_t i;
	int32_t i32;

	switch (c->id) {
	case CODEC_f64:
		memcpy(&d, p, sizeof d);
		return d;
	case CODEC_i8:
		return low_byte(p[0]);
	case CODEC_i16:
		return (int16_t)get16(p);
	case CODEC_i32:
		memcpy(&i32, p, sizeof i32);
		return i32;
	default:
		memcpy(&i, p, sizeof i);
		return (float)i;	/* straight to float: by way of a double it would be rounded twice */
	}
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	for (size_t k = 0; k < n; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);

		y[k] = (float)get(c, blocks);
		trace_step(t, "read", "block");
		trace_say(t, "read: a number of %u bits", c->code_bits);
		TRACE(t, NUMBER_READ, V(get(c, blocks)), BITS(0, c->code_bits));
		trace_step(t, "decode", "line");
		trace_say(t, "decode: the nearest float");
		TRACE(t, BACK_NEAREST, V(get(c, blocks), y[k]));
	}
}

#define STORAGE(NAME, TYPE, SIZE, CODES, WHAT) \
	const struct codec codec_##NAME = { \
		.id          = CODEC_##NAME, \
		.name        = #NAME, \
		.family      = "plain", \
		.summary     = WHAT, \
		.gguf_type   = TYPE, \
		.block_len   = 1, \
		.block_bytes = SIZE, \
		.code_bits   = 8 * SIZE, \
		.flags       = CODEC_PLAIN | CODEC_STORAGE_ONLY, \
		.codes       = CODES, \
		.decode      = decode, \
	}

STORAGE(f64, 28, 8, "float", "64 bits: double precision, only stored");
STORAGE(i8, 24, 1, "whole", "8 bits: whole numbers, only stored");
STORAGE(i16, 25, 2, "whole", "16 bits: whole numbers, only stored");
STORAGE(i32, 26, 4, "whole", "32 bits: whole numbers, only stored");
STORAGE(i64, 27, 8, "whole", "64 bits: whole numbers, only stored");
