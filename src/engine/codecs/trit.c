/* trit.c - see trit.h. Source: spec/codecs-basic.md 5.2, 7. */
#include "engine/codecs/trit.h"

#include <math.h>
#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/search.h"

void trit_encode(const float *x, unsigned n, unsigned char *half, unsigned d_bit, uint8_t *code, place_fn *place, bool shared,
		 struct trace *t)
{
	char number[NUMBER_SIZE];
	float d, per_d;
	int at;

	trace_step(t, "find", "line");
	d = fabsf(search_peak(n, x, &at));
	per_d = d > 0 ? 1 / d : 0;
	TRACE(t, ABSMAX, .weight = (uint32_t)at, V(d));
	trace_say(t, "find the weight furthest from zero: x[%d], %s away: that is the step", at, number_short(number, d));

	trace_step(t, "half", "line");
	put_f16(half, d);
	TRACE(t, STEP_HALF, V(d, get_f16(half)), BITS(d_bit, 16));
	trace_say(t, "round the step to 16 bits: d = %s", number_short(number, get_f16(half)));

	trace_step(t, "round", "line");
	trace_say(t, "round: code = round(x/d) + 1, halves away from zero");
	for (unsigned i = 0; i < n; i++) {
		float spot = x[i] * per_d;
		struct place p = place(i);

		/* What does not fit an integer (an overflown 1/d) is -2147483648, whose low byte is 0. */
		code[i] = (uint8_t)(trunc_int(round_away(spot)) + 1);
		TRACE(t, CODE_TRIT, .weight = i, V(x[i], d, spot, code[i]), AT(p),
		      .flags = (uint16_t)(trace_rounding(spot, -1, 1) | (shared ? TRACE_SHARED : 0)));
	}
}

void trit_decode(const uint8_t *code, unsigned n, float d, float *y, struct trace *t)
{
	trace_step(t, "decode", "line");
	trace_say(t, "decode: (code - 1) x d");
	for (unsigned i = 0; i < n; i++) {
		y[i] = (float)(code[i] - 1) * d;
		TRACE(t, BACK_CENTRED, .weight = i, V(code[i], 1, d, y[i]));
	}
}

size_t trit_levels(float d, int top, int *code, float *value, size_t max)
{
	size_t i;

	for (i = 0; i < max && (int)i <= top; i++) {
		code[i] = (int)i;
		value[i] = (float)((int)i - 1) * d;
	}
	return i;
}

int trit_sum(const uint8_t *code, unsigned n, const int8_t *a)
{
	int sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += (code[i] - 1) * a[i];
	return sum;
}

/* ---- two bits a code ---- */

void trit_encode_row(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		     struct trace *trace)
{
	const struct trit *f = c->own;
	unsigned len = c->block_len;

	(void)o;			/* importance changes nothing */
	memset(blocks, 0, n / len * c->block_bytes);
	for (size_t k = 0; k < n / len; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		uint8_t code[TRIT_LEN_MAX];

		trit_encode(x + k * len, len, blocks + f->d, 8 * f->d, code, f->place, false, t);
		trace_step(t, "pack", "block");
		trace_say(t, "pack: four codes a byte, the first of them in the lowest bits");
		place_put_all(blocks, f->place, len, code);
		place_tell_bytes(t, blocks, f->qs, len / 4, 2);
	}
}

void trit_decode_row(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct trit *f = c->own;
	unsigned len = c->block_len;

	for (size_t k = 0; k < n / len; k++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, k);
		uint8_t code[TRIT_LEN_MAX];

		trace_step(t, "read", "block");
		trace_say(t, "read: the step, and %u codes", len);
		TRACE(t, STEP_READ, V(get_f16(blocks + f->d)), BITS(8 * f->d, 16));
		place_tell_codes(t, blocks, f->place, len);
		place_get_all(blocks, f->place, len, code);
		trit_decode(code, len, get_f16(blocks + f->d), y + k * len, t);
	}
}

size_t trit_levels_of(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	const struct trit *f = c->own;

	(void)len, (void)sub;
	return trit_levels(get_f16(block + f->d), f->top, code, value, max);
}
