/*
 * q2_0.c - two bits a weight, and one step for every 64 of them.
 *
 *      byte   0 1   2                                17
 *           [  d  ] [ w3 w2 w1 w0 ] ... [ w63 w62 w61 w60 ]       weight = d x (code - 1)
 *
 * d is the largest magnitude, so the encoder needs only codes 0 1 2; a decoder meets 3 as well.
 */
#include "engine/codecs/q2_0.h"

#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_0.h"
#include "engine/codecs/trit.h"

enum { LEN = 64, D = 0, QS = 2 };

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (QS + i / 4) + 2 * (i % 4), .bits = 2 };
}

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 16, "16 bytes, 64 codes" },
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
		trace_say(t, "pack: four codes a byte, the first in the lowest bits");
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
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes, b += 2) {
		float part = 0;
		uint8_t code[LEN];

		place_get_all(w, place, LEN, code);
		for (int h = 0; h < 2; h++)
			part += get_f16(b[h].d) * (float)trit_sum(code + 32 * h, 32, b[h].qs);
		sum += get_f16(w + D) * part;
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return trit_levels(get_f16(block + D), 3, code, value, max);
}

const struct codec codec_q2_0 = {
	.id          = CODEC_q2_0,
	.name        = "q2_0",
	.family      = "legacy",
	.summary     = "2 bits, one scale for every 64",
	.gguf_type   = 42,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_q2_0),
	.code_bits   = 2,
	.codes       = "4 even",
	.dot_name    = "q8_0",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
