/*
 * q8_0.c - eight bits a weight, and one step for every 32 of them. Also the partner of many formats in products.
 *
 *      byte   0 1   2    3           33
 *           [  d  ] [q0] [q1] ... [q31]          weight i = d x q[i], q from -127 to 127
 */
#include "engine/codecs/q8_0.h"

#include "engine/codecs/pack.h"
#include "engine/codecs/q8.h"

enum { QS = 8 * 2 };

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 32, "32 bytes, 32 codes" },
	{ NULL }
};

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	struct block_q8_0 *b = (void *)blocks;

	(void)c, (void)o;		/* importance changes nothing: the format leaves nothing to choose */
	for (size_t k = 0; k < n / Q8_LEN; k++, b++)
		q8_encode(x + k * Q8_LEN, b->d, b->qs, QS, trace_block(trace, k));
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct block_q8_0 *b = (const void *)blocks;

	(void)c;
	for (size_t k = 0; k < n / Q8_LEN; k++, b++) {
		struct trace *t = trace_block(trace, k);

		trace_step(t, "read", "block");
		trace_say(t, "read: the step, and 32 codes");
		TRACE(t, STEP_READ, V(get_f16(b->d)), BITS(0, 16));
		q8_tell_codes(t, b->qs, Q8_LEN, QS);
		q8_decode(b->qs, get_f16(b->d), Q8_LEN, y + k * Q8_LEN, t);
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *x = (const void *)w, *y = (const void *)a;
	float sum = 0;

	(void)c;
	for (size_t k = 0; k < n / Q8_LEN; k++, x++, y++) {
		int s = 0;

		for (int i = 0; i < Q8_LEN; i++)
			s += x->qs[i] * y->qs[i];
		sum += (float)s * (get_f16(x->d) * get_f16(y->d));
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return q8_levels(get_f16(block), code, value, max);
}

const struct codec codec_q8_0 = {
	.id          = CODEC_q8_0,
	.name        = "q8_0",
	.family      = "legacy",
	.summary     = "8 bits, one scale for every 32",
	.gguf_type   = 8,
	.block_len   = Q8_LEN,
	.block_bytes = sizeof(struct block_q8_0),
	.code_bits   = 8,
	.codes       = "255 even",
	.dot_name    = "q8_0",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
