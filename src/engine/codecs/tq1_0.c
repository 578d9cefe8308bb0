/*
 * tq1_0.c - three values, -d 0 d, five to a byte, and one step for 256 of them.
 *
 *      byte   0              31   32             47   48          51   52 53
 *           [ 5 trits ] ...      [ 5 trits ] ...      [ 4 trits ] ...   [  d  ]       weight = d x (trit - 1)
 *
 * Byte m of the first 32 holds weights m + 32 n, n = 0 .. 4; byte m of the next 16 holds 160 + m + 16 n; of the last four
 * 240 + m + 4 n, n = 0 .. 3. Five trits are a number to base 3 (the first leading), below 243; it is stored as a fraction of 256, rounded
 * up, so that a decoder finds each trit by multiplying: trit n = the whole part of 3 x (byte x 3^n mod 256) / 256.
 */
#include "engine/codecs/tq1_0.h"

#include "engine/codecs/pack.h"
#include "engine/codecs/q8_K.h"
#include "engine/codecs/trit.h"

enum { LEN = 256, BYTES = 52, D = 52 };

static const struct field fields[] = {
	{ "qs", 0, 48, "48 bytes, 240 codes, five each" },
	{ "qh", 48, 4, "4 bytes, 16 codes, four each" },
	{ "d", 52, 2, "scale" },
	{ NULL }
};

/* The weight whose trit n byte b holds; -1: the last four bytes have no fifth. */
static int weight_of(unsigned b, unsigned n)
{
	if (b < 32)
		return (int)(b + 32 * n);
	if (b < 48)
		return (int)(160 + b - 32 + 16 * n);
	return n < 4 ? (int)(240 + b - 48 + 4 * n) : -1;
}

/* The byte that holds the trit of a weight, among others. */
static struct place place(unsigned i)
{
	unsigned byte = i < 160 ? i % 32 : i < 240 ? 32 + (i - 160) % 16 : 48 + (i - 240) % 4;

	return (struct place){ .bit = 8 * byte, .bits = 8 };
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	(void)o;			/* importance changes nothing */
	for (size_t k = 0; k < n / LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		uint8_t code[LEN];

		trit_encode(x + k * LEN, LEN, blocks + D, 8 * D, code, place, true, t);
		trace_step(t, "pack", "block");
		trace_say(t, "pack: five trits a byte, as a fraction of 256");
		for (unsigned b = 0; b < BYTES; b++) {
			unsigned trit[5], all = 0;

			for (unsigned i = 0; i < 5; i++) {
				trit[i] = weight_of(b, i) < 0 ? 0 : code[weight_of(b, i)];
				all = 3 * all + trit[i];
			}
			blocks[b] = (unsigned char)((256 * all + 242) / 243);
			TRACE(t, BYTE_TRITS, .weight = b, V(trit[0], trit[1], trit[2], trit[3], trit[4], blocks[b]), BITS(8 * b, 8));
		}
	}
}

static void unpack(const unsigned char *block, uint8_t code[LEN], struct trace *t)
{
	for (unsigned b = 0; b < BYTES; b++)
		for (unsigned i = 0, power = 1; i < 5; i++, power *= 3) {
			int weight = weight_of(b, i);
			unsigned rest = block[b] * power % 256;

			if (weight < 0)
				continue;
			code[weight] = (uint8_t)(3 * rest >> 8);
			TRACE(t, CODE_FROM_BYTE, .weight = (uint32_t)weight, V(block[b], power, rest, code[weight]),
			      .flags = TRACE_SHARED, BITS(8 * b, 8));
		}
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	for (size_t k = 0; k < n / LEN; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		uint8_t code[LEN];

		trace_step(t, "read", "block");
		trace_say(t, "read: the step, and 52 bytes of trits");
		TRACE(t, STEP_READ, V(get_f16(blocks + D)), BITS(8 * D, 16));
		for (unsigned b = 0; b < BYTES; b++)
			TRACE(t, BYTE_READ, .weight = b, V(blocks[b]), BITS(8 * b, 8));
		trace_step(t, "codes", "block");
		trace_say(t, "codes: trit n of a byte is the whole part of 3 x (byte x 3^n mod 256) / 256");
		unpack(blocks, code, t);
		trit_decode(code, LEN, get_f16(blocks + D), y + k * LEN, t);
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_K *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes, b++) {
		uint8_t code[LEN];

		unpack(w, code, NULL);
		sum += (float)trit_sum(code, LEN, b->qs) * (get_f16(w + D) * get_f32(b->d));
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return trit_levels(get_f16(block + D), 2, code, value, max);
}

const struct codec codec_tq1_0 = {
	.id          = CODEC_tq1_0,
	.name        = "tq1_0",
	.family      = "ternary",
	.summary     = "3 values, five to a byte, one scale for 256",
	.gguf_type   = 34,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_tq1_0),
	.code_bits   = 2,
	.codes       = "3 even",
	.dot_name    = "q8_K",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
