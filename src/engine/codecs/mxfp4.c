/*
 * mxfp4.c - floats of four bits, and one power of two for every 32 of them.
 *
 *      byte   0    1                   16
 *           [ e ] [ w16 w0 ] ... [ w31 w15 ]       weight = 2^(e - 127) x value of the code
 *
 * The power is chosen so that the largest weight lies in 4 .. 8, of which the codes reach 6: beyond 1.5 powers of two it saturates.
 */
#include "engine/codecs/mxfp4.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/fp4.h"
#include "engine/codecs/pack.h"
#include "engine/codecs/q8_0.h"
#include "engine/codecs/search.h"

enum { LEN = 32 };

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (1 + i % 16) + 4 * (i / 16), .bits = 4 };
}

static const struct field fields[] = {
	{ "e", 0, 1, "scale, a power of two" },
	{ "qs", 1, 16, "16 bytes, 32 codes" },
	{ NULL }
};

static void tell_scale(struct trace *t, uint8_t e)
{
	TRACE(t, SCALE_E8M0, V(e, 2.0 * fp4_half_e8m0(e)));
}

static void encode_block(const float *x, unsigned char *block, struct trace *t)
{
	struct block_mxfp4 *b = (void *)block;
	char number[NUMBER_SIZE];
	uint8_t code[LEN];
	float most, d;
	int at;

	trace_step(t, "find", "line");
	most = fabsf(search_peak(LEN, x, &at));
	TRACE(t, ABSMAX, .weight = (uint32_t)at, V(most));
	trace_say(t, "find the weight furthest from zero: x[%d], %s away", at, number_short(number, most));

	/* Below 2^-125 the exponent wraps around, as the reference's does; then all codes are 0. */
	trace_step(t, "scale", "fp4");
	b->e = most > 0 ? (uint8_t)(fp4_floor_log2(most) - 2 + 127) : 0;
	if (most > 0)
		TRACE(t, EXPONENT_OF, V(most, fp4_floor_log2(most), b->e), BITS(0, 8));
	else
		TRACE(t, EXPONENT_NONE, V(0), BITS(0, 8));
	tell_scale(t, b->e);
	trace_say(t, "scale: the power of two that brings it into 4 .. 8: 2^%d", b->e - 127);

	/* Codes are chosen against the scale as stored: a power of two loses nothing. */
	trace_step(t, "round", "line");
	trace_say(t, "round: the code whose value is nearest to x / scale, of two the smaller");
	d = fp4_half_e8m0(b->e);
	fp4_round(x, LEN, d, code, 0, place, t);

	trace_step(t, "pack", "block");
	trace_say(t, "pack: two codes a byte, code j below and code j + 16 above");
	memset(b->qs, 0, sizeof b->qs);
	place_put_all(block, place, LEN, code);
	place_tell_bytes(t, block, 1, 16, 4);
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	(void)o;			/* importance changes nothing */
	for (size_t k = 0; k < n / LEN; k++)
		encode_block(x + k * LEN, blocks + k * c->block_bytes, trace_block(trace, k));
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	for (size_t k = 0; k < n / LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);

		trace_step(t, "read", "block");
		trace_say(t, "read: the exponent, and 32 codes");
		TRACE(t, EXPONENT_READ, V(blocks[0]), BITS(0, 8));
		place_tell_codes(t, blocks, place, LEN);
		trace_step(t, "decode", "line");
		trace_say(t, "decode: value of the code x 2^%d", blocks[0] - 127);
		tell_scale(t, blocks[0]);
		fp4_decode(blocks, place, 0, LEN, fp4_half_e8m0(blocks[0]), y + k * LEN, t);
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes, b++) {
		int s = 0;

		for (unsigned i = 0; i < LEN; i++)
			s += fp4_twice[place_get(w, place(i))] * b->qs[i];
		sum += get_f16(b->d) * fp4_half_e8m0(w[0]) * (float)s;
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return fp4_levels(fp4_half_e8m0(block[0]), code, value, max);
}

const struct codec codec_mxfp4 = {
	.id          = CODEC_mxfp4,
	.name        = "mxfp4",
	.family      = "fp4",
	.summary     = "4-bit floats, a power of two for every 32",
	.gguf_type   = 39,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_mxfp4),
	.code_bits   = 4,
	.flags       = CODEC_FLOAT_CODES | CODEC_UNEVEN,
	.codes       = "15 float",
	.dot_name    = "q8_0",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
