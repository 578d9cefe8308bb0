/*
 * figure.c - numbers as the pictures write them.
 */
#include "views/figure.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DECIMALS_MAX = 9, ROOM_LEAST = 24, ROOM_MOST = 80 };

int figure_room(int from, int cols)
{
	int room = cols - from - 2;

	return cols < FIGURE_WIDE || room < ROOM_LEAST ? 0 : room < ROOM_MOST ? room : ROOM_MOST;
}

int figure_decimals(double magnitude, int digits)
{
	int d;

	if (!isfinite(magnitude) || magnitude == 0)
		return digits > 1 ? digits - 1 : 0;
	d = digits - 1 - (int)floor(log10(fabs(magnitude)));
	return d < 0 ? 0 : d > DECIMALS_MAX ? DECIMALS_MAX : d;
}

/* printf writes the decimal point of the locale, which may be longer than a byte. */
static char *with_point(char *buf)
{
	const char *mark = localeconv()->decimal_point;
	char *at = strcmp(mark, ".") ? strstr(buf, mark) : NULL;

	if (at) {
		*at = '.';
		memmove(at + 1, at + strlen(mark), strlen(at + strlen(mark)) + 1);
	}
	return buf;
}

static char *not_finite(char *buf, double v, bool sign)
{
	strcpy(buf, isnan(v) ? "nan" : v < 0 ? "-inf" : sign ? "+inf" : "inf");
	return buf;
}

char *figure_fixed(char *buf, double v, int decimals, bool sign)
{
	if (!isfinite(v))
		return not_finite(buf, v, sign);
	if (v == 0)
		v = 0;			/* no "-0.00" */
	if (fabs(v) >= 1e9 || (v != 0 && fabs(v) < 0.5 * pow(10, -decimals)))
		snprintf(buf, FIGURE_SIZE, sign ? "%+.1e" : "%.1e", v);
	else
		snprintf(buf, FIGURE_SIZE, sign ? "%+.*f" : "%.*f", decimals, v);
	return with_point(buf);
}

char *figure_bare(char *buf, double v, int decimals, bool sign)
{
	char *zero;

	figure_fixed(buf, v, decimals, sign);
	zero = buf + (*buf == '-' || *buf == '+');
	if (zero[0] == '0' && zero[1] == '.' && !strchr(buf, 'e'))
		memmove(zero, zero + 1, strlen(zero));
	return buf;
}

char *figure_digits(char *buf, double v, int digits, bool sign)
{
	if (isfinite(v) && v != 0 && fabs(v) < 1e-4) {
		snprintf(buf, FIGURE_SIZE, sign ? "%+.1e" : "%.1e", v);
		return with_point(buf);
	}
	if (v == 0)
		return strcpy(buf, "0");
	return figure_bare(buf, v, figure_decimals(v, digits), sign);
}

char *figure_percent(char *buf, double share)
{
	snprintf(buf, FIGURE_SIZE, "%.1f %%", 100 * share);
	return with_point(buf);
}

double figure_nice(double v)
{
	static const int steps[] = { 1, 2, 5, 10 };
	int exponent = (int)floor(log10(v));

	/* Dividing by a power of ten keeps 0.01 the double that is written "0.01"; multiplying by 1e-2 need not. */
	for (int e = exponent - 1; ; e++)
		for (int i = 0; i < 3; i++) {
			double nice = e < 0 ? steps[i] / pow(10, -e) : steps[i] * pow(10, e);

			if (nice >= v * (1 - 1e-12))	/* an ulp short is the same number */
				return nice;
		}
}
