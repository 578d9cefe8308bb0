/*
 * q6_K.c - six bits a weight; 16 sub-blocks of 16 with a scale each that is a signed byte, no minimum.
 *
 *      byte   0              127   128                  191   192       207   208 209
 *           [ w64 w0 ] ...        [ w96 w64 w32 w0 ] ...     [ sc0 ] ...     [  d  ]
 *             low four bits         bits 4-5
 *
 *      weight i = (d x sc[i/16]) x (code - 32)
 *
 * Of each 128 weights the low bits lie in 64 bytes: byte j holds weights j below and j + 64 above. Importance counts as it is.
 */
#include "engine/codecs/q6_K.h"

#include "engine/codecs/k_sym.h"

static struct place place(unsigned i)
{
	unsigned half = i / 128, quarter = i % 128 / 32, lane = i % 32;

	return (struct place){
		.bit = 8 * (64 * half + 32 * (quarter % 2) + lane) + 4 * (quarter / 2), .bits = 4,
		.high = 8 * (128 + 32 * half + lane) + 2 * quarter, .high_bits = 2,
	};
}

static struct place sc(unsigned j) { return (struct place){ .bit = 8 * (192 + j), .bits = 8 }; }

static struct found search(const float *x, const float *importance, float power, uint8_t *code, float *w_sum, struct trace *t,
			   unsigned sub)
{
	(void)power, (void)w_sum;
	for (unsigned i = 0; t && i < K_SYM_SUB_LEN; i++) {
		if (importance)
			TRACE(t, W_GIVEN, .weight = sub * K_SYM_SUB_LEN + i, V(importance[i]));
		else
			TRACE(t, W_SQUARE, .weight = sub * K_SYM_SUB_LEN + i, V(x[i], x[i] * x[i]));
	}
	return search_symmetric(K_SYM_SUB_LEN, 32, x, importance, code, t, sub);
}

static const struct k_sym layout = {
	.middle = 32, .lowest = -128, .d = 208, .qs = 0, .qs_bits = 4, .code = place, .sc = sc,
	.search = search, .wipes = true,
	.packed = "pack: 128 bytes with the low bits of two codes each, 64 bytes with the high bits of four, 16 scales, d",
};

static const struct field fields[] = {
	{ "ql", 0, 128, "128 bytes, the low bits of 256 codes" },
	{ "qh", 128, 64, "64 bytes, the high bits of 256 codes" },
	{ "scales", 192, 16, "16 scales of 8 bits" },
	{ "d", 208, 2, "scale of the scales" },
	{ NULL }
};

const struct codec codec_q6_K = {
	.id          = CODEC_q6_K,
	.name        = "q6_K",
	.family      = "K",
	.summary     = "6 bits, scales of 16 sub-blocks",
	.gguf_type   = 14,
	.block_len   = K_LEN,
	.block_bytes = sizeof(struct block_q6_K),
	.sub_len     = K_SYM_SUB_LEN,
	.code_bits   = 6,
	.flags       = CODEC_USES_IMPORTANCE,
	.codes       = "64 even",
	.dot_name    = "q8_K",
	.fields      = fields,
	.own         = &layout,
	.encode      = k_sym_encode,
	.decode      = k_sym_decode,
	.dot         = k_sym_dot,
	.levels      = k_sym_levels,
};
