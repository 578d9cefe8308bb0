/*
 * tq2_0.c - three values, -d 0 d, in two bits a weight, and one step for 256 of them.
 *
 *      byte   0                                63   64 65
 *           [ w96 w64 w32 w0 ] ...                 [  d  ]       weight = d x (code - 1)
 *
 * Byte j of each 32 holds weights j, j + 32, j + 64, j + 96 of 128, the first in the lowest bits.
 */
#include "engine/codecs/tq2_0.h"

#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_K.h"
#include "engine/codecs/trit.h"

enum { LEN = 256, D = 64, QS = 0 };

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (QS + 32 * (i / 128) + i % 32) + 2 * (i % 128 / 32), .bits = 2 };
}

static const struct field fields[] = {
	{ "qs", 0, 64, "64 bytes, 256 codes" },
	{ "d", 64, 2, "scale" },
	{ NULL }
};

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	(void)o;			/* importance changes nothing */
	memset(blocks, 0, n / LEN * c->block_bytes);
	for (size_t k = 0; k < n / LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		uint8_t code[LEN];

		trit_encode(x + k * LEN, LEN, blocks + D, 8 * D, code, place, false, t);
		trace_step(t, "pack", "block");
		trace_say(t, "pack: four codes a byte");
		place_put_all(blocks, place, LEN, code);
		place_tell_bytes(t, blocks, QS, LEN / 4, 2);
	}
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	for (size_t k = 0; k < n / LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		uint8_t code[LEN];

		trace_step(t, "read", "block");
		trace_say(t, "read: the step, and %d codes", LEN);
		TRACE(t, STEP_READ, V(get_f16(blocks + D)), BITS(8 * D, 16));
		place_tell_codes(t, blocks, place, LEN);
		place_get_all(blocks, place, LEN, code);
		trit_decode(code, LEN, get_f16(blocks + D), y + k * LEN, t);
	}
}

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

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return trit_levels(get_f16(block + D), 2, code, value, max);
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
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
