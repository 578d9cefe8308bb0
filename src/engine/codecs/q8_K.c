/*
 * q8_K.c - eight bits a weight, one step for 256, and sums: the partner of the K and I formats in products, never stored as weights.
 *
 *      byte   0 .. 3    4    5            259   260           291
 *           [ d: f32 ] [q0] [q1] ... [q255]    [ bsum0 ] ... [ bsum15 ]      weight i = d x q[i]
 *
 * bsum[j], 16 bits, is q[16 j] + ... + q[16 j + 15]. The weight furthest from zero gets -127, so d is negative where it is positive.
 */
#include "engine/codecs/q8_K.h"

#include "engine/codecs/k_min.h"
#include "engine/codecs/q8.h"

enum { QS = 8 * 4, BSUMS = 8 * 260, SUMS = 16 };

static const struct field fields[] = {
	{ "d", 0, 4, "scale" },
	{ "qs", 4, 256, "256 bytes, 256 codes" },
	{ "bsums", 260, 32, "16 sums of 16 codes" },
	{ NULL }
};

static void encode_block(const float *x, struct block_q8_K *b, struct trace *t)
{
	char number[2][NUMBER_SIZE];
	float peak, per_d, d;
	int at;

	trace_step(t, "find", "line");
	peak = search_peak(K_LEN, x, &at);
	TRACE(t, PEAK, .weight = (uint32_t)at, V(peak));
	trace_say(t, "find the weight furthest from zero: x[%d] = %s", at, number_short(number[0], peak));

	trace_step(t, "scale", "line");
	per_d = peak != 0 ? -127 / peak : 0;
	d = peak != 0 ? 1 / per_d : 0;
	put_f32(b->d, d);
	TRACE(t, STEP_F32, V(peak, -127, d), BITS(0, 32));
	trace_say(t, "step size: d = %s / -127 = %s, 32 bits", number_short(number[0], peak), number_short(number[1], d));

	trace_step(t, "round", "line");
	trace_say(t, "round: code = round(x/d), at most 127");
	for (unsigned i = 0; i < K_LEN; i++) {
		float spot = per_d * x[i];
		int code = round_even(spot);

		b->qs[i] = low_byte(code < 127 ? code : 127);
		TRACE(t, CODE_EVEN, .weight = i, V(x[i], per_d, spot, b->qs[i]), .flags = trace_rounding(spot, -127, 127),
		      BITS(QS + 8 * i, 8));
	}

	trace_step(t, "sum", "block");
	trace_say(t, "sum: the codes of each 16, for products with weights that have a minimum");
	for (unsigned j = 0; j < SUMS; j++) {
		int sum = 0;

		for (unsigned i = 16 * j; i < 16 * j + 16; i++)
			sum += b->qs[i];
		put16(b->bsums + 2 * j, (uint16_t)sum);
		TRACE(t, BSUM, .sub = j, V(sum), BITS(BSUMS + 16 * j, 16));
	}
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	(void)c, (void)o;
	for (size_t k = 0; k < n / K_LEN; k++)
		encode_block(x + k * K_LEN, (struct block_q8_K *)(void *)blocks + k, trace_block(trace, k));
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct block_q8_K *b = (const void *)blocks;

	(void)c;
	for (size_t k = 0; k < n / K_LEN; k++, b++) {
		struct trace *t = trace_block(trace, k);

		trace_step(t, "read", "block");
		trace_say(t, "read: the step, 256 codes, 16 sums");
		TRACE(t, SCALE_F32_READ, V(get_f32(b->d)), BITS(0, 32));
		q8_tell_codes(t, b->qs, K_LEN, QS);
		for (unsigned j = 0; j < SUMS; j++)
			TRACE(t, BSUM, .sub = j, V(q8_K_sum(b, j)), BITS(BSUMS + 16 * j, 16));
		q8_decode(b->qs, get_f32(b->d), K_LEN, y + k * K_LEN, t);
	}
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len, (void)sub;
	return q8_levels(get_f32(block), code, value, max);
}

const struct codec codec_q8_K = {
	.id          = CODEC_q8_K,
	.name        = "q8_K",
	.family      = "K",
	.summary     = "8 bits, one scale for 256 and sums, for products",
	.gguf_type   = 15,
	.block_len   = K_LEN,
	.block_bytes = sizeof(struct block_q8_K),
	.code_bits   = 8,
	.flags       = CODEC_ACTIVATIONS_ONLY,
	.codes       = "255 even",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.levels      = levels,
};
