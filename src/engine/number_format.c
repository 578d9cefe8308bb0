/* number_format.c - see number_format.h */
#include "engine/number_format.h"

#include <math.h>
#include <stddef.h>
#include <strings.h>

const struct number_format number_formats[] = {
	{ "f32",  "32 bits, the float of computations", 1, 8, 23, 127, TOP_INFINITY },
	{ "f16",  "16 bits, half precision: scales of most codecs", 1, 5, 10, 15, TOP_INFINITY },
	{ "bf16", "16 bits, the exponent of f32 and a short fraction", 1, 8, 7, 127, TOP_INFINITY },
	{ "e5m2", "8 bits, wide: gradients", 1, 5, 2, 15, TOP_INFINITY },
	{ "e4m3", "8 bits, finer: weights, activations, scales of nvfp4", 1, 4, 3, 7, TOP_NAN },
	{ "e3m2", "6 bits", 1, 3, 2, 3, TOP_NUMBERS },
	{ "e2m3", "6 bits, finer", 1, 2, 3, 1, TOP_NUMBERS },
	{ "e2m1", "4 bits: the codes of mxfp4 and nvfp4", 1, 2, 1, 1, TOP_NUMBERS },
	{ "e8m0", "8 bits, powers of two only: scales of mxfp4", 0, 8, 0, 127, TOP_NAN },
	{ "int",  "32 bits, two's complement", 0, 0, 32, 0, TOP_NUMBERS },
	{ NULL, NULL, 0, 0, 0, 0, TOP_NUMBERS }
};

const struct number_format *number_format_find(const char *name)
{
	for (const struct number_format *f = number_formats; f->name; f++)
		if (!strcasecmp(f->name, name))
			return f;
	return NULL;
}

unsigned number_bits(const struct number_format *f)
{
	return (unsigned)f->sign + f->exponent + f->fraction;
}

static bool is_integer(const struct number_format *f)
{
	return !f->exponent;
}

/* Codes without their sign; the largest that is finite. */
static uint32_t magnitude_mask(const struct number_format *f)
{
	unsigned n = f->exponent + f->fraction;

	return n >= 32 ? UINT32_MAX : (1u << n) - 1;
}

static uint32_t largest(const struct number_format *f)
{
	uint32_t all = magnitude_mask(f);

	return f->top == TOP_INFINITY ? all - (1u << f->fraction) : f->top == TOP_NAN ? all - 1 : all;
}

static double magnitude(const struct number_format *f, uint32_t m)
{
	uint32_t e = m >> f->fraction, fraction = m & ((1u << f->fraction) - 1);

	if (m > largest(f))
		return f->top == TOP_INFINITY && !fraction ? INFINITY : NAN;
	if (e || !f->fraction)	/* powers of two alone have no smaller numbers below them */
		return ldexp(1 + ldexp(fraction, -f->fraction), (int)e - f->bias);
	return ldexp(fraction, 1 - f->bias - f->fraction);
}

double number_value(const struct number_format *f, uint32_t code)
{
	double v;

	if (is_integer(f))
		return (double)(int32_t)code;
	v = magnitude(f, code & magnitude_mask(f));
	return f->sign && code >> (f->exponent + f->fraction) & 1 ? -v : v;
}

static uint32_t nearest_integer(double v)
{
	double r = nearbyint(v);

	return isnan(v) ? 0 : r <= INT32_MIN ? (uint32_t)INT32_MIN : r >= INT32_MAX ? INT32_MAX : (uint32_t)(int32_t)r;
}

/* The largest code that is not above v. */
static uint32_t below(const struct number_format *f, double v)
{
	uint32_t lo = 0, hi = largest(f);

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo + 1) / 2;

		if (magnitude(f, mid) <= v)
			lo = mid;
		else
			hi = mid - 1;
	}
	return lo;
}

uint32_t number_nearest(const struct number_format *f, double v)
{
	uint32_t sign = f->sign && signbit(v) ? 1u << (f->exponent + f->fraction) : 0, top = largest(f), m;
	double a = fabs(v), under, over;

	if (is_integer(f))
		return nearest_integer(v);
	if (isnan(v))
		return f->top == TOP_NUMBERS ? 0 : f->top == TOP_INFINITY ? top + 1 + (1u << f->fraction) / 2 : top + 1;
	if (!f->sign && v < 0)
		return 0;
	m = below(f, a);
	if (m == top) {	/* half a step beyond it the next number would begin */
		double step = magnitude(f, top) - magnitude(f, top - 1);

		if (f->top == TOP_INFINITY && a >= magnitude(f, top) + step / 2)
			m++;
		return sign | m;
	}
	under = a - magnitude(f, m);
	over = magnitude(f, m + 1) - a;
	if (under > 0 && (over < under || (over == under && m % 2)))
		m++;
	return sign | m;
}

bool number_neighbour(const struct number_format *f, uint32_t code, bool up, uint32_t *out)
{
	uint32_t mask = magnitude_mask(f), m = code & mask, sign = code & ~mask;
	uint32_t last = largest(f) + (f->top == TOP_INFINITY);

	if (is_integer(f)) {
		if ((int32_t)code == (up ? INT32_MAX : INT32_MIN))
			return false;
		*out = up ? code + 1 : code - 1;
		return true;
	}
	if (m > last)
		return false;
	if (f->sign && m == 0) {	/* over zero the sign changes; both zeros are one number */
		*out = 1 | (up ? 0 : 1u << (f->exponent + f->fraction));
		return true;
	}
	if ((sign != 0) == up) {
		if (!m)
			return false;
		*out = sign | (m - 1);
		return true;
	}
	if (m == last)
		return false;
	*out = sign | (m + 1);
	return true;
}
