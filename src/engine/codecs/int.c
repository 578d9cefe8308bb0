/*
 * int.c - the teaching codecs int2 .. int8 and uint2 .. uint8: evenly spaced codes, one scale for a group of any length.
 *
 *      intN    byte   0     3   4 ...            code c of b bits, two's complement
 *                   [ scale ] [ codes ... fill ]        weight = scale x c
 *      uintN   byte   0     3     4      5 ...
 *                   [ scale ] [ zero ] [ codes ... fill ]    weight = scale x (c - zero)
 *
 * Codes follow each other from the lowest bit on; zeros fill the last byte. Ours, not types of model files: everything a format
 * has to decide can be given here (step, zero point, range of codes), and without it is found by the simplest rule. The scale is
 * worked out, and codes are chosen, in double; then the scale is stored as a float. Source: spec/methods.md 1, interaction.md 7.
 */
#include <math.h>
#include <string.h>

#include "engine/codecs/pack.h"
#include "engine/codecs/search.h"
#include "engine/trace.h"

/* What a group is encoded with. The scale is range / steps; places are worked out as x steps / range, so that no tie is missed. */
struct plan { int lo, hi, zero; double range; int steps; };

static double scale_of(const struct plan *p) { return p->range / p->steps; }
static double place_of(const struct plan *p, double x) { return x * p->steps / p->range; }

static bool has_zero(const struct codec *c) { return c->flags & CODEC_HAS_MIN; }

static struct plan own_codes(const struct codec *c)
{
	int half = 1 << (c->code_bits - 1);

	return has_zero(c) ? (struct plan){ .hi = 2 * half - 1 } : (struct plan){ .lo = 1 - half, .hi = half - 1 };
}

/* ---- codes in bits ---- */

static void put_code(const struct codec *c, unsigned char *codes, size_t i, int code)
{
	size_t bit = i * c->code_bits;

	for (unsigned k = 0; k < c->code_bits; k++, bit++)
		codes[bit / 8] |= (unsigned char)(((unsigned)code >> k & 1) << bit % 8);
}

static int get_code(const struct codec *c, const unsigned char *codes, size_t i)
{
	size_t bit = i * c->code_bits;
	unsigned two = codes[bit / 8] >> bit % 8, mask = (1u << c->code_bits) - 1, code;

	if (bit % 8 + c->code_bits > 8)
		two |= (unsigned)codes[bit / 8 + 1] << (8 - bit % 8);
	code = two & mask;
	return has_zero(c) || code <= mask / 2 ? (int)code : (int)code - (int)mask - 1;
}

#define CODE_BITS(c, i) BITS(8 * (c)->head_bytes + (i) * (c)->code_bits, (c)->code_bits)

static void tell_fill(const struct codec *c, size_t n, struct trace *t)
{
	size_t bits = n * c->code_bits;

	if (bits % 8)
		TRACE(t, FILL, V(0), BITS(8 * c->head_bytes + bits, 8 - bits % 8));
}

/* ---- finding scale and zero point ---- */

/* The step as given, or any where every weight is 0; else false. */
static bool scale_without_range(const struct codec_options *o, bool all_zero, struct plan *p, struct trace *t)
{
	char number[NUMBER_SIZE];

	p->steps = 1;
	if (o && o->step != 0) {
		p->range = o->step;
		TRACE(t, SCALE_GIVEN, V(o->step, (float)o->step), BITS(0, 32));
		trace_say(t, "step size: %s, as given", number_short(number, o->step));
		return true;
	}
	p->range = 1;
	if (all_zero) {
		TRACE(t, SCALE_ONE, .flags = TRACE_DEGENERATE, V(1), BITS(0, 32));
		trace_say(t, "step size: every weight is 0, so any step would do; 1 is taken");
	}
	return all_zero;
}

static uint16_t scale_flags(const struct plan *p)
{
	return (float)scale_of(p) < 0x1p-126f ? TRACE_UNDERFLOW0 : 0;
}

static void find_symmetric(const float *x, size_t n, const struct codec_options *o, struct plan *p, struct trace *t)
{
	char number[2][NUMBER_SIZE];
	double most = 0;
	size_t at = 0;

	trace_step(t, "find", "line");
	for (size_t i = 0; i < n; i++)
		if (fabs((double)x[i]) > most) {
			most = fabs((double)x[i]);
			at = i;
		}
	TRACE(t, ABSMAX, .weight = (uint32_t)at, V(most));
	trace_say(t, "find the weight furthest from zero: x[%zu], %s away", at, number_short(number[0], most));

	trace_step(t, "scale", "line");
	if (scale_without_range(o, most == 0, p, t))
		return;
	p->range = most;
	p->steps = p->hi > -p->lo ? p->hi : -p->lo;
	TRACE(t, SCALE_INT, V(most, p->steps, (float)scale_of(p)), .flags = scale_flags(p), BITS(0, 32));
	trace_say(t, "step size: %s / %d = %s", number_short(number[0], most), p->steps, number_short(number[1], scale_of(p)));
}

/* The range is widened until it contains 0: weight 0 must come back as 0. */
static void find_range(const float *x, size_t n, double *lo, double *hi, struct trace *t)
{
	char number[2][NUMBER_SIZE];
	size_t low = 0, high = 0;

	trace_step(t, "find", "line");
	for (size_t i = 0; i < n; i++) {
		low = x[i] < x[low] ? i : low;
		high = x[i] > x[high] ? i : high;
	}
	TRACE(t, LOWEST, .weight = (uint32_t)low, V(x[low]));
	TRACE(t, HIGHEST, .weight = (uint32_t)high, V(x[high]));
	*lo = x[low] < 0 ? x[low] : 0;
	*hi = x[high] > 0 ? x[high] : 0;
	if (x[low] > 0)
		TRACE(t, LOWEST_WIDENED, V(x[low], 0));
	if (x[high] < 0)
		TRACE(t, HIGHEST_WIDENED, V(x[high], 0));
	trace_say(t, "find the range: %s .. %s%s", number_short(number[0], *lo), number_short(number[1], *hi),
		  x[low] > 0 || x[high] < 0 ? ", widened so that it contains 0" : "");
}

static void find_asymmetric(const float *x, size_t n, const struct codec_options *o, struct plan *p, struct trace *t)
{
	char number[3][NUMBER_SIZE];
	double lo, hi, place;

	find_range(x, n, &lo, &hi, t);

	trace_step(t, "scale", "line");
	if (!scale_without_range(o, hi == lo, p, t)) {
		p->range = hi - lo;
		p->steps = p->hi - p->lo;
		TRACE(t, SCALE_UINT, V(hi, lo, p->hi, p->lo, (float)scale_of(p)), .flags = scale_flags(p), BITS(0, 32));
		trace_say(t, "step size: (%s - %s) / %d = %s", number_short(number[0], hi), number_short(number[1], lo),
			  p->steps, number_short(number[2], scale_of(p)));
	}

	trace_step(t, "zero", "line");
	place = place_of(p, lo);
	if (o && o->has_zero) {
		p->zero = (int)o->zero;
		TRACE(t, ZERO_GIVEN, V(p->zero), BITS(32, 8));
		trace_say(t, "zero point: code %d stands for 0, as given", p->zero);
		return;
	}
	p->zero = (int)fmax(p->lo, fmin(p->hi, p->lo - nearbyint(place)));
	if (p->zero == p->lo - nearbyint(place))
		TRACE(t, ZERO_FOUND, V(p->lo, lo, scale_of(p), place, p->zero), .flags = trace_rounding(place, -INFINITY, INFINITY),
		      BITS(32, 8));
	else
		TRACE(t, ZERO_CLIPPED, V(p->lo, lo, scale_of(p), p->zero), .flags = TRACE_CLIP_HI, BITS(32, 8));
	trace_say(t, "zero point: code %d stands for 0", p->zero);
}

/* ---- rounding ---- */

static void round_codes(const struct codec *c, const float *x, size_t n, const struct plan *p, unsigned char *codes,
			struct trace *t)
{
	trace_step(t, "round", "line");
	if (has_zero(c))
		trace_say(t, "round: code = round(x / step) + %d, kept within %d..%d", p->zero, p->lo, p->hi);
	else
		trace_say(t, "round: code = round(x / step), kept within %d..%d", p->lo, p->hi);
	for (size_t i = 0; i < n; i++) {
		double place = place_of(p, x[i]), near = nearbyint(place), scale = scale_of(p);
		int code = (int)fmax(p->lo, fmin(p->hi, near + p->zero));
		uint32_t at = (uint32_t)i;
		uint16_t flags = trace_rounding(place, p->lo - p->zero, p->hi - p->zero);

		put_code(c, codes, i, code);
		if (!t)
			continue;
		if (!has_zero(c) && code == near)
			TRACE(t, CODE_INT, .weight = at, .flags = flags, V(x[i], scale, place, code), CODE_BITS(c, at));
		else if (!has_zero(c))
			TRACE(t, CODE_INT_CLIPPED, .weight = at, .flags = flags, V(x[i], scale, place, p->lo, p->hi, code),
			      CODE_BITS(c, at));
		else if (code == near + p->zero)
			TRACE(t, CODE_UINT, .weight = at, .flags = flags, V(x[i], scale, p->zero, place, near, code),
			      CODE_BITS(c, at));
		else
			TRACE(t, CODE_UINT_CLIPPED, .weight = at, .flags = flags, V(x[i], scale, p->zero, p->lo, p->hi, code),
			      CODE_BITS(c, at));
	}
}

static void encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *block,
		   struct trace *trace)
{
	struct trace *t = trace_block(trace, 0);
	struct plan p = own_codes(c);

	if (o && (o->code_lo || o->code_hi))
		p.lo = o->code_lo, p.hi = o->code_hi;
	memset(block, 0, codec_block_bytes(c, n));
	if (has_zero(c))
		find_asymmetric(x, n, o, &p, t);
	else
		find_symmetric(x, n, o, &p, t);
	round_codes(c, x, n, &p, block + c->head_bytes, t);

	trace_step(t, "pack", "block");
	trace_say(t, "pack: the step as a float%s, then codes of %u bits, lowest bits first", has_zero(c) ? ", the zero point" : "",
		  c->code_bits);
	put_f32(block, (float)scale_of(&p));
	if (has_zero(c))
		block[4] = (unsigned char)p.zero;
	tell_fill(c, n, t);
}

/* ---- back ---- */

static float value(const struct codec *c, const unsigned char *block, int code)
{
	return get_f32(block) * (float)(has_zero(c) ? code - block[4] : code);
}

static void decode_part(const struct codec *c, const unsigned char *block, size_t from, size_t n, float *y)
{
	for (size_t i = 0; i < n; i++)
		y[i] = value(c, block, get_code(c, block + c->head_bytes, from + i));
}

static void decode(const struct codec *c, const unsigned char *block, size_t n, float *y, struct trace *trace)
{
	struct trace *t = trace_block(trace, 0);
	const unsigned char *codes = block + c->head_bytes;

	decode_part(c, block, 0, n, y);
	if (!t)
		return;
	trace_step(t, "read", "block");
	trace_say(t, "read: the step%s, and %zu codes of %u bits", has_zero(c) ? ", the zero point" : "", n, c->code_bits);
	TRACE(t, SCALE_READ, V(get_f32(block)), BITS(0, 32));
	if (has_zero(c))
		TRACE(t, ZERO_READ, V(block[4]), BITS(32, 8));
	for (size_t i = 0; i < n; i++)
		TRACE(t, CODE_READ, .weight = (uint32_t)i, V(get_code(c, codes, i)), CODE_BITS(c, i));
	tell_fill(c, n, t);

	trace_step(t, "decode", "line");
	trace_say(t, has_zero(c) ? "decode: (code - zero) x step" : "decode: code x step");
	for (size_t i = 0; i < n; i++) {
		int code = get_code(c, codes, i);

		if (has_zero(c))
			TRACE(t, BACK_CENTRED, .weight = (uint32_t)i, V(code, block[4], get_f32(block), y[i]));
		else
			TRACE(t, BACK_SCALED, .weight = (uint32_t)i, V(code, get_f32(block), y[i]));
	}
}

/* The lowest code of intN (-8 of int4) only counts where the block uses it. */
static size_t levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *level, size_t max)
{
	struct plan p = own_codes(c);
	size_t n = 0;

	(void)sub;
	for (size_t i = 0; i < len && !has_zero(c); i++)
		if (get_code(c, block + c->head_bytes, i) < p.lo)
			p.lo = get_code(c, block + c->head_bytes, i);
	for (int k = p.lo; k <= p.hi && n < max; k++, n++) {
		code[n] = k;
		level[n] = value(c, block, k);
	}
	return n;
}

#define TEACHING(NAME, BITS_, HEAD, MORE, WHAT, COUNT) \
	const struct codec codec_##NAME = { \
		.id          = CODEC_##NAME, \
		.name        = #NAME, \
		.family      = "teaching", \
		.summary     = #BITS_ " bits, one " WHAT " for a group of any length", \
		.gguf_type   = -1, \
		.code_bits   = BITS_, \
		.head_bytes  = HEAD, \
		.flags       = CODEC_TEACHING | MORE, \
		.codes       = COUNT " even", \
		.encode      = encode, \
		.decode      = decode, \
		.decode_part = decode_part, \
		.levels      = levels, \
	}
#define INT(N, COUNT) TEACHING(int##N, N, 4, 0, "scale", COUNT)
#define UINT(N, COUNT) TEACHING(uint##N, N, 5, CODEC_HAS_MIN, "scale and zero point", COUNT)

INT(2, "3");
INT(3, "7");
INT(4, "15");
INT(5, "31");
INT(6, "63");
INT(7, "127");
INT(8, "255");
UINT(2, "4");
UINT(3, "8");
UINT(4, "16");
UINT(5, "32");
UINT(6, "64");
UINT(7, "128");
UINT(8, "256");
