/*
 * iq4_xs.c - four bits a weight that choose among sixteen uneven values; 8 sub-blocks of 32 with a signed scale of six bits each.
 *
 *      byte   0 1    2 3           4             7    8                  135
 *           [  d  ] [ scales_h ] [ scales_l ] ...    [ w16 w0 ] ... [ w255 w239 ]
 *
 *      weight i = (d x sc[i/32]) x iq4_value[code]
 *
 * sc[j] + 32 has its low four bits in a nibble of scales_l and its two high ones in bits 2j of the word scales_h.
 */
#include "engine/codecs/iq4_xs.h"

#include <string.h>

#include "engine/codecs/iq4.h"
#include "engine/codecs/pack.h"
#include "engine/codecs/q8_K.h"

enum { LEN = 256, SUBS = 8 };

static struct place place(unsigned i)
{
	return (struct place){ .bit = 8 * (8 + 16 * (i / 32) + i % 16) + 4 * (i % 32 / 16), .bits = 4 };
}

static struct place sc(unsigned j)
{
	return (struct place){ .bit = 8 * 4 + 4 * j, .bits = 4, .high = 8 * 2 + 2 * j, .high_bits = 2 };
}

static int scale_number(const unsigned char *block, unsigned j) { return (int)place_get(block, sc(j)) - 32; }

static const struct field fields[] = {
	{ "d", 0, 2, "scale of the scales" },
	{ "scales_h", 2, 2, "high bits of 8 scales" },
	{ "scales_l", 4, 4, "low bits of 8 scales" },
	{ "qs", 8, 128, "128 bytes, 256 codes" },
	{ NULL }
};

static void tell_numbers(struct trace *t, const unsigned char *block)
{
	for (unsigned j = 0; t && j < SUBS; j++) {
		unsigned v = place_get(block, sc(j));

		TRACE(t, SC_SPLIT_OFFSET, .sub = j, V(v & 15, v >> 4, 16, 32, scale_number(block, j)), AT(sc(j)));
	}
}

static void encode_block(const float *x, const float *importance, unsigned char *block, struct trace *t)
{
	char number[NUMBER_SIZE];
	float scale[SUBS], largest, d, per_d;
	uint8_t code[LEN];

	memset(block, 0, sizeof(struct block_iq4_xs));
	largest = iq4_fit(x, LEN, importance, scale, t);

	trace_step(t, "super", "tree");
	d = -largest / 32;
	per_d = d != 0 ? 1 / d : 0;
	put_f16(block, d);
	TRACE(t, STEP, V(largest, -32, d));
	TRACE(t, STEP_HALF, V(d, get_f16(block)), BITS(0, 16));
	trace_say(t, "super-block: d = largest scale / -32 = %s, 16 bits", number_plain(number, get_f16(block)));

	trace_step(t, "scales", "tree");
	trace_say(t, "scales: sc = round(scale / d), kept within -32..31");
	for (unsigned j = 0; j < SUBS; j++) {
		float spot = per_d * scale[j];
		int number6 = clamp_int(round_even(spot), -32, 31);

		place_put(block, sc(j), (unsigned)(number6 + 32));
		TRACE(t, SC_STEP, .sub = j, V(scale[j], d, spot, -32, 31, number6), .flags = trace_rounding(spot, -32, 31));
	}

	/* Unlike the K formats, the codes go by d as it was before it became 16 bits. */
	trace_step(t, "round", "line");
	trace_say(t, "round: the code whose value is nearest to x / (d x sc), d before it was rounded");
	for (unsigned j = 0; j < SUBS; j++) {
		int number6 = scale_number(block, j);
		float coded = d * (float)number6;

		TRACE(t, SCALE_CODED, .sub = j, V(d, number6, coded));
		iq4_round(x + j * IQ4_SUB_LEN, coded, code + j * IQ4_SUB_LEN, j * IQ4_SUB_LEN, place, t);
	}

	trace_step(t, "pack", "block");
	trace_say(t, "pack: d, the 6-bit scales in 2 + 4 bytes, 128 bytes of nibbles");
	place_put_all(block, place, LEN, code);
	tell_numbers(t, block);
	place_tell_bytes(t, block, 8, 128, 4);
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		   struct trace *trace)
{
	for (size_t k = 0; k < n / LEN; k++)
		encode_block(x + k * LEN, o && o->importance ? o->importance + k * LEN : NULL, blocks + k * c->block_bytes,
			     trace_block(trace, k));
}

static void decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	for (size_t k = 0; k < n / LEN; k++, blocks += c->block_bytes, y += LEN) {
		struct trace *t = trace_block(trace, k);
		float d = get_f16(blocks);

		trace_step(t, "read", "block");
		trace_say(t, "read: d, eight 6-bit scales, 256 codes");
		TRACE(t, STEP_READ, V(d), BITS(0, 16));
		tell_numbers(t, blocks);
		place_tell_codes(t, blocks, place, LEN);

		trace_step(t, "scales", "tree");
		trace_say(t, "scales: scale = d x sc for each sub-block");
		for (unsigned j = 0; j < SUBS; j++)
			TRACE(t, SCALE_CODED, .sub = j, V(d, scale_number(blocks, j), d * (float)scale_number(blocks, j)));

		trace_step(t, "decode", "line");
		trace_say(t, "decode: value of the code x scale");
		for (unsigned j = 0; j < SUBS; j++)
			iq4_decode(blocks, place, j * IQ4_SUB_LEN, d * (float)scale_number(blocks, j), y + j * IQ4_SUB_LEN, t);
	}
}

static float dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct block_q8_K *b = (const void *)a;
	float sum = 0;

	for (size_t k = 0; k < n / LEN; k++, w += c->block_bytes, b++) {
		float d = get_f16(w) * get_f32(b->d);

		for (unsigned j = 0; j < SUBS; j++) {
			int s = 0;

			for (unsigned i = j * IQ4_SUB_LEN; i < (j + 1) * IQ4_SUB_LEN; i++)
				s += iq4_value[place_get(w, place(i))] * b->qs[i];
			sum += d * (float)scale_number(w, j) * (float)s;
		}
	}
	return sum;
}

static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	(void)c, (void)len;
	return iq4_levels(get_f16(block) * (float)scale_number(block, (unsigned)sub), code, value, max);
}

const struct codec codec_iq4_xs = {
	.id          = CODEC_iq4_xs,
	.name        = "iq4_xs",
	.family      = "I",
	.summary     = "4 bits among uneven values, scales of 8 sub-blocks",
	.gguf_type   = 23,
	.block_len   = LEN,
	.block_bytes = sizeof(struct block_iq4_xs),
	.sub_len     = IQ4_SUB_LEN,
	.code_bits   = 4,
	.flags       = CODEC_USES_IMPORTANCE | CODEC_UNEVEN,
	.codes       = "16 uneven",
	.dot_name    = "q8_K",
	.fields      = fields,
	.encode      = encode,
	.decode      = decode,
	.dot         = dot,
	.levels      = levels,
};
