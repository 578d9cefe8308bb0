/*
 * q1_0.c - one bit a weight, its sign, and one magnitude for every 128 of them.
 *
 *      byte   0 1   2               17
 *           [  d  ] [ w7 .. w0 ] ...       weight = d if its bit is set, else -d
 *
 * d is the mean magnitude: with only two values to choose from it makes the squared error smallest.
 */
#include "engine/codecs/q1_0.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/place.h"
#include "engine/codecs/q8_0.h"

enum { LEN = 128 };

static struct place place(unsigned i) { return (struct place){ .bit = 16 + i, .bits = 1 }; }

static const struct field fields[] = {
	{ "d", 0, 2, "magnitude" },
	{ "qs", 2, 16, "16 bytes, 128 signs" },
	{ NULL }
};

static void encode_block(const float *x, unsigned char *block, struct trace *t)
{
	char number[NUMBER_SIZE];
	float sum = 0, d;

	trace_step(t, "scale", "line");
	for (int i = 0; i < LEN; i++)
		sum += fabsf(x[i]);
	d = sum / LEN;
	TRACE(t, STEP, V(sum, LEN, d));
	trace_say(t, "magnitude: d = sum of the magnitudes / 128 = %s", number_short(number, d));

	trace_step(t, "half", "line");
	put_f16(block, d);
	TRACE(t, STEP_HALF, V(d, get_f16(block)), BITS(0, 16));
	trace_say(t, "round it to 16 bits: d = %s", number_short(number, get_f16(block)));

	trace_step(t, "round", "line");
	trace_say(t, "round: code 1 if the weight is not negative, else 0; eight codes a byte, the first in the lowest bit");
	memset(block + 2, 0, LEN / 8);
	for (unsigned i = 0; i < LEN; i++) {
		place_put(block, place(i), x[i] >= 0);
		TRACE(t, CODE_SIGN, .weight = i, V(x[i], x[i] >= 0), AT(place(i)));
	}
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
	for (size_t k = 0; k < n / LEN; k++, blocks += c->block_bytes, y += LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(blocks);

		trace_step(t, "read", "block");
		trace_say(t, "read: the magnitude, and 128 signs");
		TRACE(t, STEP_READ, V(d), BITS(0, 16));
		place_tell_codes(t, blocks, place, LEN);
		trace_step(t, "decode", "line");
		trace_say(t, "decode: d for code 1, -d for code 0");
		for (unsigned i = 0; i < LEN; i++) {
			unsigned code = place_get(blocks, place(i));

			y[i] = code ? d : -d;
			TRACE(t, BACK_SIGN, .weight = i, V(code, d, y[i]));
		}
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes) {
		float part = 0;

		for (unsigned q = 0; q < LEN / 32; q++, b++) {
			int whole = 0;

			for (unsigned i = 0; i < 32; i++)
				whole += place_get(w, place(32 * q + i)) ? b->qs[i] : -b->qs[i];
			part += get_f16(b->d) * (float)whole;
		}
		sum += get_f16(w) * part;
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	size_t n = max < 2 ? max : 2;

	(void)c, (void)len, (void)sub;
	for (size_t i = 0; i < n; i++) {
		code[i] = (int)i;
		value[i] = i ? get_f16(block) : -get_f16(block);
	}
	return n;
}

const struct codec codec_q1_0 = {
	.id          = CODEC_q1_0,
	.name        = "q1_0",
	.family      = "legacy",
	.summary     = "1 bit, one magnitude for every 128",
	.gguf_type   = 41,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_q1_0),
	.code_bits   = 1,
	.codes       = "2 even",
	.dot_name    = "q8_0",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
