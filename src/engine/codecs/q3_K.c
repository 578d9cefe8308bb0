/*
 * q3_K.c - three bits a weight; 16 sub-blocks of 16 with a signed scale of six bits each, no minimum.
 *
 *      byte   0         31   32                       95   96         107   108 109
 *           [ third bits ]  [ w96 w64 w32 w0 ] ...        [ sixteen sc ]   [  d  ]
 *
 *      weight i = (d x sc[i/16]) x (code - 4)
 *
 *      scales, from byte 96 on: sc[j] + 32 has six bits
 *      byte 0..7     sc[b] bits 0-3  below     sc[b+8] bits 0-3  above
 *      byte 8..11    bits 4-5 of sc[b-8], sc[b-4], sc[b], sc[b+4], from the lowest bits on
 *
 * Bit k of byte j of the third bits belongs to weight 32 k + j; set, the weight is not negative. Without importance the scale of a
 * sub-block is found by moving one code after another, with importance by trying 19 steps.
 */
#include "engine/codecs/q3_K.h"

#include <math.h>

#include "engine/codecs/k_sym.h"

enum { SCALES = 8 * 96 };

static struct place place(unsigned i)
{
	return (struct place){
		.bit = 8 * (32 + 32 * (i / 128) + i % 32) + 2 * (i % 128 / 32), .bits = 2,
		.high = 8 * (i % 32) + i / 32, .high_bits = 1,
	};
}

static struct place sc(unsigned j)
{
	return (struct place){
		.bit = SCALES + 8 * (j % 8) + 4 * (j / 8), .bits = 4,
		.high = SCALES + 8 * (8 + j % 4) + 2 * (j / 4), .high_bits = 2,
	};
}

static struct found search(const float *x, const float *importance, float power, uint8_t *code, float *w_sum, struct trace *t,
			   unsigned sub)
{
	float w[K_SYM_SUB_LEN];

	for (unsigned i = 0; t && !importance && i < K_SYM_SUB_LEN; i++)
		TRACE(t, W_SQUARE, .weight = sub * K_SYM_SUB_LEN + i, V(x[i], x[i] * x[i]));
	if (!importance)
		return search_descent(K_SYM_SUB_LEN, 4, x, code, t, sub);
	*w_sum = 0;
	for (unsigned i = 0; i < K_SYM_SUB_LEN; i++) {
		w[i] = importance[i] * sqrtf(power + x[i] * x[i]);
		*w_sum += w[i];
		TRACE(t, W_IMPORTANCE, .weight = sub * K_SYM_SUB_LEN + i, V(importance[i], power, x[i], w[i]));
	}
	return search_symmetric(K_SYM_SUB_LEN, 4, x, w, code, t, sub);
}

static const struct k_sym layout = {
	.middle = 4, .lowest = -32, .offset = 32, .d = 108, .qs = 32, .qs_bits = 2, .code = place, .sc = sc,
	.search = search, .fits_scales = true,
	.packed = "pack: 32 bytes of third bits, 64 bytes with the low bits of four codes each, the 6-bit scales in 12 bytes, d",
};

static const struct field fields[] = {
	{ "hmask", 0, 32, "32 bytes, the third bits of 256 codes" },
	{ "qs", 32, 64, "64 bytes, the low bits of 256 codes" },
	{ "scales", 96, 12, "16 scales of 6 bits" },
	{ "d", 108, 2, "scale of the scales" },
	{ NULL }
};

const struct codec codec_q3_K = {
	.id          = CODEC_q3_K,
	.name        = "q3_K",
	.family      = "K",
	.summary     = "3 bits, scales of 16 sub-blocks",
	.gguf_type   = 11,
	.block_len   = K_LEN,
	.block_bytes = sizeof(struct block_q3_K),
	.sub_len     = K_SYM_SUB_LEN,
	.code_bits   = 3,
	.flags       = CODEC_USES_IMPORTANCE,
	.codes       = "8 even",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &layout,
	.encode      = k_sym_encode,
	.decode      = k_sym_decode,
	.dot         = k_sym_dot,
	.levels      = k_sym_levels,
};
