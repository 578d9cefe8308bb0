/*
 * nvfp4.c - floats of four bits, and an 8-bit float (e4m3 without sign) as scale for every 16 of them.
 *
 *      byte   0   1   2   3    4                 35
 *           [ d0  d1  d2  d3 ] [ w8 w0 ] ... [ w63 w55 ]       weight = d x value of the code
 *
 * Sub-block s has its eight bytes of codes at 4 + 8 s. A tensor may have one more scale, in a file of its own: not part of this.
 */
#include "engine/codecs/nvfp4.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/fp4.h"
#include "engine/codecs/pack.h"
#include "engine/codecs/q8_0.h"
#include "engine/codecs/search.h"

enum { LEN = 64, SUBS = 4, SUB_LEN = 16 };

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (4 + 8 * (i / 16) + i % 8) + 4 * (i % 16 / 8), .bits = 4 };
}

static const struct field fields[] = {
	{ "d", 0, 4, "4 scales, 8-bit floats" },
	{ "qs", 4, 32, "32 bytes, 64 codes" },
	{ NULL }
};

static void encode_block(const float *x, unsigned char *block, struct trace *t)
{
	struct block_nvfp4 *b = (void *)block;
	float most[SUBS];
	uint8_t code[LEN];

	trace_step(t, "find", "line");
	trace_say(t, "find the largest magnitude of each 16 weights");
	for (unsigned s = 0; s < SUBS; s++) {
		int at;

		most[s] = fabsf(search_peak(SUB_LEN, x + s * SUB_LEN, &at));
		TRACE(t, ABSMAX, .sub = s, .weight = s * SUB_LEN + (unsigned)at, V(most[s]));
	}
	trace_step(t, "scale", "fp4");
	trace_say(t, "scale: the largest magnitude / 6, as a float of 8 bits, for each 16 weights");
	for (unsigned s = 0; s < SUBS; s++) {
		b->d[s] = fp4_ue4m3(most[s] / 6);
		TRACE(t, SCALE_E4M3, .sub = s, V(most[s], 6, most[s] / 6, b->d[s], 2 * fp4_half_ue4m3(b->d[s])), BITS(8 * s, 8));
	}
	trace_step(t, "round", "line");
	trace_say(t, "round: the code whose value is nearest to x / scale (as stored), of two the smaller");
	for (unsigned s = 0; s < SUBS; s++)
		fp4_round(x + s * SUB_LEN, SUB_LEN, fp4_half_ue4m3(b->d[s]), code + s * SUB_LEN, s * SUB_LEN, place, t);

	trace_step(t, "pack", "block");
	trace_say(t, "pack: two codes a byte, of each 16 code j below and code j + 8 above");
	memset(b->qs, 0, sizeof b->qs);
	place_put_all(block, place, LEN, code);
	place_tell_bytes(t, block, 4, 32, 4);
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

		trace_step(t, "read", "block");
		trace_say(t, "read: 4 scales, and 64 codes");
		for (unsigned s = 0; s < SUBS; s++)
			TRACE(t, SCALE_E4M3_READ, .sub = s, V(blocks[s], 2 * fp4_half_ue4m3(blocks[s])), BITS(8 * s, 8));
		place_tell_codes(t, blocks, place, LEN);
		trace_step(t, "decode", "line");
		trace_say(t, "decode: value of the code x scale");
		for (unsigned s = 0; s < SUBS; s++)
			fp4_decode(blocks, place, s * SUB_LEN, SUB_LEN, fp4_half_ue4m3(blocks[s]), y + s * SUB_LEN, t);
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_0 *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes, b += 2)
		for (unsigned s = 0; s < SUBS; s++) {
			int whole = 0;

			for (unsigned i = 0; i < SUB_LEN; i++)
				whole += fp4_twice[place_get(w, place(s * SUB_LEN + i))] * b[s / 2].qs[s % 2 * SUB_LEN + i];
			sum += get_f16(b[s / 2].d) * fp4_half_ue4m3(w[s]) * (float)whole;
		}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len;
	return fp4_levels(fp4_half_ue4m3(block[sub]), code, value, max);
}

const struct codec codec_nvfp4 = {
	.id          = CODEC_nvfp4,
	.name        = "nvfp4",
	.family      = "fp4",
	.summary     = "4-bit floats, an 8-bit float for every 16",
	.gguf_type   = 40,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_nvfp4),
	.sub_len     = SUB_LEN,
	.code_bits   = 4,
	.flags       = CODEC_FLOAT_CODES | CODEC_UNEVEN,
	.codes       = "15 float",
	.dot_name    = "q8_0",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
