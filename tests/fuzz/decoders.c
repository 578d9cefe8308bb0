/*
 * decoders.c - fuzz target: hostile bytes as blocks of any codec. Input: the codec's name, a line end, then the bytes.
 *
 * No encoder runs. Decoding, the decoder's trace with every derivation in words, code values, products, codebook matches and what a value
 * says of itself must all do without undefined behaviour; decoding and trace must agree.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/codec.h"
#include "engine/dot.h"
#include "engine/encode.h"
#include "engine/kernel.h"
#include "engine/match.h"
#include "engine/trace.h"
#include "fuzz/fuzz.h"
#include "session/value.h"

enum { BLOCKS = 3, LEN_MAX = 256 };

static bool same(float a, float b) { return a == b || (isnan(a) && isnan(b)); }

static void trace_all(const struct tensor *t, size_t block)
{
	struct trace trace;
	struct error err;

	if (trace_decode(&trace, t, block, &err)) {
		for (size_t i = 0; i < trace.events; i++) {
			struct text why = { 0 };
			double v;

			trace_again(&trace.event[i], &v);
			trace_why(&trace, &trace.event[i], &why);
			trace_bits(&trace, &trace.event[i], &why);
			text_drop(&why);
		}
		for (size_t i = 0; i < trace.len; i++)
			assert(same(trace.y[i], tensor_get(t, block * trace.len + i)));
	}
	trace_drop(&trace);
}

static void values_of_codes(const struct tensor *t, size_t block)
{
	const struct codec *c = t->codec;
	size_t len = tensor_block_len(t), subs = c->sub_len ? len / c->sub_len : 1;
	float value[LEN_MAX];
	int code[LEN_MAX];

	for (size_t sub = 0; c->levels && sub < subs; sub++)
		assert(c->levels(c, tensor_block(t, block), len, sub, code, value, LEN_MAX) <= LEN_MAX);
}

static void match_all(const struct tensor *t, size_t block)
{
	size_t len = match_len(t->codec);
	struct error err;
	struct match m;

	for (size_t group = 0; len && group < LEN_MAX / len; group += 7)
		if (match_group(&m, t->codec, tensor_block(t, block), NULL, NULL, group, MATCH_COSINE, &err)) {
			match_crossing(&m, 0, m.stored);
			match_drop(&m);
		}
}

/* Weights times activations that are made of the same bytes. */
static void multiply(const struct tensor *t, const unsigned char *bytes, size_t n)
{
	const struct codec *partner = t->codec->dot_name ? codec_find(t->codec->dot_name) : NULL;
	struct tensor a;
	struct error err;
	struct dot d;

	if (!partner || !partner->block_len || t->cols % partner->block_len || !tensor_new_blocks(&a, partner, t->rows, t->cols, 0, &err))
		return;
	for (size_t i = 0; n && i < tensor_bytes(&a); i++)
		tensor_block(&a, 0)[i] = bytes[(i * 7 + 3) % n];
	codec_dot(t->codec, tensor_block(t, 0), tensor_block(&a, 0), t->cols);
	if (dot_take_apart(t, &a, &d, &err))
		dot_drop(&d);
	tensor_drop(&a);
}

static void try_codec(const struct codec *c, const unsigned char *bytes, size_t n)
{
	size_t len = c->block_len ? c->block_len : n % 40 + 1;
	struct tensor t, y;
	struct error err;
	struct value *v;

	if (!codec_prepare(c, &err) || !tensor_new_blocks(&t, c, 1, BLOCKS * len, c->block_len ? 0 : len, &err))
		return;
	for (size_t i = 0; n && i < tensor_bytes(&t); i++)
		tensor_block(&t, 0)[i] = bytes[i % n];
	if (tensor_decode(&t, NULL, &y, &err))
		tensor_drop(&y);
	for (size_t b = 0; b < tensor_blocks(&t) && b < BLOCKS; b++) {
		trace_all(&t, b);
		values_of_codes(&t, b);
		match_all(&t, b);
	}
	multiply(&t, bytes, n);
	v = value_quantized((struct quantized){ .blocks = t }, &err);
	if (v) {
		struct text line = { 0 };

		value_line(v, 80, &line);
		value_print(v, 80, false, &line);
		text_drop(&line);
	}
	value_drop(v);
}

int fuzz_one(const uint8_t *data, size_t size)
{
	char name[32] = "";
	const uint8_t *end = memchr(data, '\n', size < sizeof name ? size : sizeof name - 1);

	if (!end)
		return 0;
	memcpy(name, data, (size_t)(end - data));
	if (codec_find(name))
		try_codec(codec_find(name), end + 1, size - (size_t)(end + 1 - data));
	return 0;
}

/* Beside the corpus: every codec on bytes that are hard on scales. */
void fuzz_more(void (*run)(const uint8_t *data, size_t size))
{
	static const uint8_t hard[] = { 0x00, 0xff, 0x7c, 0x7e, 0x80, 0x01, 0xfc, 0x55 };

	for (size_t i = 0; i < CODEC_COUNT; i++)
		for (size_t k = 0; k < sizeof hard + 16; k++) {
			uint8_t input[400];
			size_t at = strlen(codecs[i]->name);
			uint64_t state = 88172645463325252ull + 977 * i + k;

			memcpy(input, codecs[i]->name, at);
			input[at++] = '\n';
			for (size_t b = at; b < sizeof input; b++) {
				state ^= state << 13;
				state ^= state >> 7;
				state ^= state << 17;
				input[b] = k < sizeof hard ? hard[k] : (uint8_t)(state >> 11);
			}
			/* Random codes under a scale that is infinite, NaN, subnormal or negative. */
			for (size_t b = at; k >= sizeof hard && b + 1 < sizeof input; b += 2)
				if (b % 34 == at % 34)
					input[b + 1] = hard[k % sizeof hard];
			run(input, sizeof input);
		}
}

void fuzz_end(void) { codecs_drop(); }
