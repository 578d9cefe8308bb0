/* number.c - see number.h */
#include "files/number.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "files/build.h"

static double f64(const unsigned char *at)
{
	uint64_t bits = number_at(at, 8, false);
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

static double f32(const unsigned char *at)
{
	uint32_t bits = (uint32_t)number_at(at, 4, false);
	float v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

/* Any small float: sign, `exponent` bits, `fraction` bits. finite: the top exponent holds numbers too, and only all ones is NaN. */
static double small(unsigned bits, int exponent, int fraction, bool finite)
{
	int top = (1 << exponent) - 1, e = (int)(bits >> fraction) & top, f = (int)bits & ((1 << fraction) - 1);
	double sign = bits >> (exponent + fraction) & 1 ? -1 : 1;
	int bias = top >> 1;

	if (e == top && (!finite || f == (1 << fraction) - 1))
		return f ? copysign(NAN, sign) : sign * INFINITY;
	if (e == 0)
		return sign * ldexp(f, 1 - bias - fraction);
	return sign * ldexp((1 << fraction) + f, e - bias - fraction);
}

static double f16(const unsigned char *at) { return small((unsigned)number_at(at, 2, false), 5, 10, false); }
static double bf16(const unsigned char *at) { return f32((unsigned char[]){ 0, 0, at[0], at[1] }); }
static double e4m3(const unsigned char *at) { return small(at[0], 4, 3, true); }
static double e5m2(const unsigned char *at) { return small(at[0], 5, 2, false); }

/* Beyond 2^53 a double cannot hold every integer, and the float made from it would be rounded twice. So what falls off here is kept as one
 * odd bit, far below those that a float keeps: its rounding then goes the right way. */
static uint64_t odd(uint64_t v) { return v >> 53 ? (v & ~(uint64_t)0x7ff) | (uint64_t)((v & 0x7ff) != 0) << 11 : v; }
static double u64(const unsigned char *at) { return (double)odd(number_at(at, 8, false)); }

static double i64(const unsigned char *at)
{
	uint64_t v = number_at(at, 8, false);

	return v >> 63 ? -(double)odd(0 - v) : (double)odd(v);
}

static double i32(const unsigned char *at) { return (int32_t)number_at(at, 4, false); }
static double i16(const unsigned char *at) { return (int16_t)number_at(at, 2, false); }
static double i8(const unsigned char *at) { return (int8_t)at[0]; }
static double u32(const unsigned char *at) { return (uint32_t)number_at(at, 4, false); }
static double u16(const unsigned char *at) { return (uint16_t)number_at(at, 2, false); }
static double u8(const unsigned char *at) { return at[0]; }
static double truth(const unsigned char *at) { return at[0] != 0; }

const struct number numbers[] = {
	{ "F64", "f64", "f8", 28, 8, f64 }, { "F32", "f32", "f4", 0, 4, f32 },
	{ "F16", "f16", "f2", 1, 2, f16 }, { "BF16", "bf16", NULL, 30, 2, bf16 },
	{ "F8_E4M3", "f8_e4m3", NULL, -1, 1, e4m3 }, { "F8_E5M2", "f8_e5m2", NULL, -1, 1, e5m2 },
	{ "I64", "i64", "i8", 27, 8, i64 }, { "I32", "i32", "i4", 26, 4, i32 },
	{ "I16", "i16", "i2", 25, 2, i16 }, { "I8", "i8", "i1", 24, 1, i8 },
	{ "U64", "u64", "u8", -1, 8, u64 }, { "U32", "u32", "u4", -1, 4, u32 },
	{ "U16", "u16", "u2", -1, 2, u16 }, { "U8", "u8", "u1", -1, 1, u8 },
	{ "BOOL", "bool", "b1", -1, 1, truth },
	{ NULL }
};

const struct number *number_by_name(const char *name, size_t n)
{
	for (const struct number *k = numbers; k->name; k++)
		if (strlen(k->name) == n && !memcmp(k->name, name, n))
			return k;
	return NULL;
}

const struct number *number_by_word(const char *word)
{
	static const struct { const char *word, *is; } others[] = {
		{ "float64", "f64" }, { "double", "f64" }, { "float32", "f32" }, { "float", "f32" }, { "float16", "f16" }, { "half", "f16" },
		{ "bfloat16", "bf16" }, { "int64", "i64" }, { "int32", "i32" }, { "int16", "i16" }, { "int8", "i8" }, { "uint64", "u64" },
		{ "uint32", "u32" }, { "uint16", "u16" }, { "uint8", "u8" }, { "byte", "u8" },
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcasecmp(word, others[i].word))
			word = others[i].is;
	for (const struct number *k = numbers; k->name; k++)
		if (!strcasecmp(word, k->word))
			return k;
	return NULL;
}

const struct number *number_by_npy(const char *kind_and_width)
{
	for (const struct number *k = numbers; k->name; k++)
		if (k->npy && !strcmp(k->npy, kind_and_width))
			return k;
	return NULL;
}

const struct number *number_by_gguf(uint32_t type)
{
	for (const struct number *k = numbers; k->name; k++)
		if (k->gguf_type >= 0 && (uint32_t)k->gguf_type == type)
			return k;
	return NULL;
}

void numbers_to_f32(const struct number *number, const unsigned char *at, size_t n, bool big, float *out)
{
	unsigned char turned[8];

	for (size_t i = 0; i < n; i++, at += number->bytes) {
		for (unsigned k = 0; big && k < number->bytes; k++)
			turned[k] = at[number->bytes - 1 - k];
		out[i] = (float)number->value(big ? turned : at);
	}
}
