/*
 * q8_0.c - eight bits a weight, and one step for every 32 of them. Also the partner of many formats in products.
 *
 *      byte   0 1   2    3           33
 *           [  d  ] [q0] [q1] ... [q31]          weight i = d x q[i], q from -127 to 127
 */
#include "engine/codecs/q8_0.h"

#include <math.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/search.h"
#include "engine/trace.h"

static const struct field fields[] = {
	{ "d", 0, 2, "scale" },
	{ "qs", 2, 32, "32 bytes, 32 codes" },
	{ NULL }
};

static void encode_block(const float *x, struct block_q8_0 *b, struct trace *t)
{
	char number[2][NUMBER_SIZE];
	float most, d, per_d;
	int at;

	trace_step(t, "find", "line");
	most = fabsf(search_peak(Q8_0_LEN, x, &at));
	TRACE(t, ABSMAX, .weight = (uint32_t)at, V(most));
	trace_say(t, "find the weight furthest from zero: x[%d], %s away", at, number_short(number[0], most));

	trace_step(t, "scale", "line");
	d = most / 127;
	per_d = d != 0 ? 1 / d : 0;
	TRACE(t, STEP, V(most, 127, d));
	trace_say(t, "step size: d = %s / 127 = %s", number_short(number[0], most), number_short(number[1], d));

	trace_step(t, "half", "line");
	put_f16(b->d, d);
	TRACE(t, STEP_HALF, V(d, get_f16(b->d)), BITS(0, 16));
	trace_say(t, "round the step to 16 bits: d = %s", number_short(number[0], get_f16(b->d)));

	/* Codes are chosen with d as it was before, as every other writer does. */
	trace_step(t, "round", "line");
	trace_say(t, "round: code = round(x/d), halves away from zero; a code is a byte");
	for (int i = 0; i < Q8_0_LEN; i++) {
		float place = x[i] * per_d;

		b->qs[i] = low_byte(trunc_int(round_away(place)));
		TRACE(t, CODE_AWAY, .weight = (uint32_t)i, V(x[i], d, place, b->qs[i]),
		      .flags = trace_rounding(place, -127, 127), BITS(16 + 8 * i, 8));
	}
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	struct block_q8_0 *b = (void *)blocks;

	(void)c, (void)o;		/* importance changes nothing: the format leaves nothing to choose */
	for (size_t k = 0; k < n / Q8_0_LEN; k++)
		encode_block(x + k * Q8_0_LEN, b + k, trace_block(trace, k));
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct block_q8_0 *b = (const void *)blocks;

	(void)c;
	for (size_t k = 0; k < n / Q8_0_LEN; k++, b++, y += Q8_0_LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(b->d);

		trace_step(t, "read", "block");
		trace_say(t, "read: the step, and 32 codes");
		TRACE(t, STEP_READ, V(d), BITS(0, 16));
		for (int i = 0; i < Q8_0_LEN; i++)
			TRACE(t, CODE_READ, .weight = (uint32_t)i, V(b->qs[i]), BITS(16 + 8 * i, 8));

		trace_step(t, "decode", "line");
		trace_say(t, "decode: code x d");
		for (int i = 0; i < Q8_0_LEN; i++) {
			y[i] = (float)b->qs[i] * d;
			TRACE(t, BACK_SCALED, .weight = (uint32_t)i, V(b->qs[i], d, y[i]));
		}
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	float sum = 0;

	for (size_t k = 0; k < n / Q8_0_LEN; k++, w += c->block_bytes, a += c->block_bytes) {
		int s = 0;

		for (int i = 0; i < Q8_0_LEN; i++)
			s += q8_0_code(w, i) * q8_0_code(a, i);
		sum += (float)s * (get_f16(w) * get_f16(a));
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	float d = get_f16(block);
	size_t i;

	(void)c, (void)len, (void)sub;
	for (i = 0; i < max && i < 255; i++) {
		code[i] = (int)i - 127;
		value[i] = (float)code[i] * d;
	}
	return i;
}

const struct codec codec_q8_0 = {
	.id          = CODEC_q8_0,
	.name        = "q8_0",
	.family      = "legacy",
	.summary     = "8 bits, one scale for every 32",
	.gguf_type   = 8,
	.block_len   = Q8_0_LEN,
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
