/*
 * q8_1.c - q8_0 with the sum of its weights: the partner of q4_1 and q5_1 in products, never stored as weights.
 *
 *      byte   0 1     2 3    4    5           35
 *           [  d  ] [  s  ] [q0] [q1] ... [q31]          weight i = d x q[i]; s = d x (q[0] + ... + q[31])
 *
 * A product with weights that have a minimum m needs m x (sum of the activations): that is m x s.
 */
#include "engine/codecs/q8_1.h"

#include "engine/codecs/pack.h"
#include "engine/codecs/q8.h"

enum { QS = 8 * 4 };

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "s", 2, 2, "sum of the weights" },
	{ "qs", 4, 32, "32 bytes, 32 codes" },
	{ NULL }
};

static void encode_block(const float *x, struct block_q8_1 *b, struct trace *t)
{
	float d = q8_encode(x, b->d, b->qs, QS, t);
	char number[NUMBER_SIZE];
	int sum = 0;

	for (int i = 0; i < Q8_LEN; i++)
		sum += b->qs[i];
	trace_step(t, "sum", "block");
	put_f16(b->s, (float)sum * d);
	TRACE(t, SUM_HALF, V(sum, d, get_f16(b->s)), BITS(16, 16));
	trace_say(t, "sum: s = d x (sum of the codes) = %s, with d before it was rounded", number_short(number, get_f16(b->s)));
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	(void)c, (void)o;
	for (size_t k = 0; k < n / Q8_LEN; k++)
		encode_block(x + k * Q8_LEN, (struct block_q8_1 *)(void *)blocks + k, trace_block(trace, k));
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct block_q8_1 *b = (const void *)blocks;

	(void)c;
	for (size_t k = 0; k < n / Q8_LEN; k++, b++) {
		struct trace *t = trace_block(trace, k);

		trace_step(t, "read", "block");
		trace_say(t, "read: the step, the sum, and 32 codes");
		TRACE(t, STEP_READ, V(get_f16(b->d)), BITS(0, 16));
		TRACE(t, SUM_READ, V(get_f16(b->s)), BITS(16, 16));
		q8_tell_codes(t, b->qs, Q8_LEN, QS);
		q8_decode(b->qs, get_f16(b->d), Q8_LEN, y + k * Q8_LEN, t);
	}
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return q8_levels(get_f16(block), code, value, max);
}

const struct codec codec_q8_1 = {
	.id          = CODEC_q8_1,
	.name        = "q8_1",
	.family      = "legacy",
	.summary     = "8 bits and the sum of 32, for products",
	.gguf_type   = 9,
	.block_len   = Q8_LEN,
	.block_bytes = sizeof(struct block_q8_1),
	.code_bits   = 8,
	.flags       = CODEC_ACTIVATIONS_ONLY,
	.codes       = "255 even",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.levels      = levels,
};
