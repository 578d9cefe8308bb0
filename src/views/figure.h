/*
 * figure.h - numbers as the pictures write them: a fixed number of decimals for a whole column, signs in front, and
 * the round widths that axes are cut into.
 *
 * All write at most FIGURE_SIZE bytes, use '.' in any locale, call NaN "nan" and infinities "inf" "-inf", and return buf.
 */
#ifndef VIEWS_FIGURE_H
#define VIEWS_FIGURE_H

#include <stdbool.h>

enum { FIGURE_SIZE = 48 };

/* From so many columns on (a pane of 200 beside its inspector) there is room at the right of a list for a picture of its numbers. */
enum { FIGURE_WIDE = 124 };
/* How wide that may be where it begins at column `from` of a sheet of `cols`; 0: there is none. */
int figure_room(int from, int cols);

/* Decimals that show `digits` significant digits of a number of this size: 0.0057 with 4 gives 6. Within 0..9. */
int figure_decimals(double magnitude, int digits);
/* "0.005058" "+0.0340"; what does not fit so many decimals, or would show no digit, is written as 1.2e-12. */
char *figure_fixed(char *buf, double v, int decimals, bool sign);
/* The same without the zero before the point: ".0713" "-.0466" */
char *figure_bare(char *buf, double v, int decimals, bool sign);
/* So many significant digits, bare: ".001427" "22.93" "2.3e-06" */
char *figure_digits(char *buf, double v, int digits, bool sign);
/* A share as per cent with one decimal: "12.9 %" */
char *figure_percent(char *buf, double share);

/* The smallest of 1, 2, 5 times a power of ten that is not below v (v > 0 and finite). */
double figure_nice(double v);

#endif
