/*
 * iq4_nl.c - four bits a weight that choose among sixteen uneven values, and one scale for every 32 of them.
 *
 *      byte   0 1   2                   17
 *           [  d  ] [ w16 w0 ] ... [ w31 w15 ]       weight = d x iq4_value[code]
 *
 * This is the encoder of files. The one that runtime caches use tries no scales; its bytes differ.
 */
#include "engine/codecs/iq4_nl.h"

#include <string.h>

#include "engine/codecs/iq4.h"
#include "engine/codecs/pack.h"
#include "engine/codecs/q8_0.h"

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (2 + i % 16) + 4 * (i / 16), .bits = 4 };
}

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 16, "16 bytes, 32 codes" },
	{ NULL }
};

static void encode_block(const float *x, const float *importance, unsigned char *block, struct trace *t)
{
	char number[NUMBER_SIZE];
	uint8_t code[IQ4_SUB_LEN];
	float scale;

	iq4_fit(x, IQ4_SUB_LEN, importance, &scale, t);

	trace_step(t, "half", "line");
	put_f16(block, scale);
	TRACE(t, STEP_HALF, V(scale, get_f16(block)), BITS(0, 16));
	trace_say(t, "round the scale to 16 bits: d = %s", number_short(number, get_f16(block)));

	/* The codes are chosen with the scale as it was before. */
	trace_step(t, "round", "line");
	trace_say(t, "round: the code whose value is nearest to x / scale");
	iq4_round(x, scale, code, 0, place, t);

	trace_step(t, "pack", "block");
	trace_say(t, "pack: two codes a byte, code j below and code j + 16 above");
	memset(block + 2, 0, sizeof(struct block_iq4_nl) - 2);
	place_put_all(block, place, IQ4_SUB_LEN, code);
	place_tell_bytes(t, block, 2, 16, 4);
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	for (size_t k = 0; k < n / IQ4_SUB_LEN; k++)
		encode_block(x + k * IQ4_SUB_LEN, o && o->importance ? o->importance + k * IQ4_SUB_LEN : NULL,
			     blocks + k * c->block_bytes, trace_block(trace, k));
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	for (size_t k = 0; k < n / IQ4_SUB_LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);

		trace_step(t, "read", "block");
		trace_say(t, "read: the scale, and 32 codes");
		TRACE(t, STEP_READ, V(get_f16(blocks)), BITS(0, 16));
		place_tell_codes(t, blocks, place, IQ4_SUB_LEN);
		trace_step(t, "decode", "line");
		trace_say(t, "decode: value of the code x d");
		iq4_decode(blocks, place, 0, get_f16(blocks), y + k * IQ4_SUB_LEN, t);
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / IQ4_SUB_LEN; k++, w += c->block_bytes, b++) {
		int s = 0;

		for (unsigned i = 0; i < IQ4_SUB_LEN; i++)
			s += iq4_value[place_get(w, place(i))] * b->qs[i];
		sum += get_f16(b->d) * get_f16(w) * (float)s;
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return iq4_levels(get_f16(block), code, value, max);
}

const struct codec codec_iq4_nl = {
	.id          = CODEC_iq4_nl,
	.name        = "iq4_nl",
	.family      = "I",
	.summary     = "4 bits among uneven values, one scale for every 32",
	.gguf_type   = 20,
	.block_len   = IQ4_SUB_LEN,
	.block_bytes = sizeof(struct block_iq4_nl),
	.code_bits   = 4,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_UNEVEN,
	.codes       = "16 uneven",
	.dot_name    = "q8_0",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
