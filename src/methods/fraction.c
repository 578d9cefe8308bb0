/* fraction.c - see fraction.h */
#include "methods/fraction.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

static const struct fraction not_known = { 0, 0 };

static int64_t common(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a < 0 ? -a : a;
}

static struct fraction reduced(int64_t num, int64_t den)
{
	int64_t by;

	if (den == 0 || num == INT64_MIN || den == INT64_MIN)
		return not_known;
	by = common(num, den);
	by = by ? by : 1;
	return den < 0 ? (struct fraction){ -num / by, -den / by } : (struct fraction){ num / by, den / by };
}

struct fraction fraction_whole(int64_t n)
{
	return reduced(n, 1);
}

struct fraction fraction_of(double v, bool is_float)
{
	char buf[NUMBER_SIZE], *s = buf;
	int digits = 0, after = 0, most = is_float ? 6 : 12;
	bool point = false, negative;
	int64_t n = 0, ten = 1;
	long exponent = 0;

	if (!isfinite(v))
		return not_known;
	number_exact(buf, v, is_float);
	negative = *s == '-';
	for (s += negative; isdigit((unsigned char)*s) || *s == '.'; s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		if (digits > 15)
			return not_known;
		n = 10 * n + (*s - '0');
		digits += n != 0;
		after += point;
	}
	if (*s == 'e' || *s == 'E')
		exponent = strtol(s + 1, NULL, 10);
	exponent -= after;
	while (n && n % 10 == 0 && exponent < 0) {
		n /= 10;
		exponent++;
		digits--;
	}
	if (digits - (exponent < 0 ? 0 : 1) > most || labs(exponent) > 15)
		return not_known;
	for (long i = labs(exponent); i > 0; i--)
		ten *= 10;
	n = negative ? -n : n;
	return exponent < 0 ? reduced(n, ten) : fraction_mul(fraction_whole(n), fraction_whole(ten));
}

struct fraction fraction_mul(struct fraction a, struct fraction b)
{
	struct fraction x, y;
	int64_t num, den;

	if (!a.den || !b.den)
		return not_known;
	x = reduced(a.num, b.den);
	y = reduced(b.num, a.den);
	if (!x.den || !y.den || __builtin_mul_overflow(x.num, y.num, &num) || __builtin_mul_overflow(x.den, y.den, &den))
		return not_known;
	return reduced(num, den);
}

struct fraction fraction_div(struct fraction a, struct fraction b)
{
	return b.num ? fraction_mul(a, reduced(b.den, b.num)) : not_known;
}

struct fraction fraction_add(struct fraction a, struct fraction b)
{
	int64_t by, left, right, den;

	if (!a.den || !b.den)
		return not_known;
	by = common(a.den, b.den);
	if (__builtin_mul_overflow(a.num, b.den / by, &left) || __builtin_mul_overflow(b.num, a.den / by, &right) ||
	    __builtin_add_overflow(left, right, &left) || __builtin_mul_overflow(a.den, b.den / by, &den))
		return not_known;
	return reduced(left, den);
}

struct fraction fraction_sub(struct fraction a, struct fraction b)
{
	return fraction_add(a, reduced(-b.num, b.den));
}

double fraction_value(struct fraction f)
{
	return f.den ? (double)f.num / (double)f.den : NAN;
}

void fraction_put(struct fraction f, struct text *out)
{
	text_add(out, "%lld", (long long)f.num);
	if (f.den != 1)
		text_add(out, "/%lld", (long long)f.den);
}
