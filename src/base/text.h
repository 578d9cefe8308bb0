/*
 * text.h - a string that grows, numbers as the user reads them, and the widths of UTF-8.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Start with { 0 }. s is NULL until something is added; use text_str() for a string that is never NULL. When memory runs
 * out the text stays as it is and `failed` is set: check once at the end where it matters. */
struct text {
	char *s;
	size_t len, size;
	bool failed;
};

void text_add(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_put(struct text *t, const char *s);			/* NULL adds nothing */
void text_putn(struct text *t, const char *s, size_t n);
void text_pad(struct text *t, size_t column);			/* blanks until the last line is `column` columns wide */
void text_line(struct text *t);					/* newline, after taking trailing blanks away */
void text_escape(struct text *t, const char *s, size_t n, size_t max);	/* foreign text: control characters, C1 and broken
								   UTF-8 as \xHH; cut to max columns with an ellipsis (0: no limit) */
const char *text_str(const struct text *t);
char *text_take(struct text *t);				/* the string itself, caller frees; t is empty after; NULL: no memory */
void text_clear(struct text *t);				/* empty, memory kept */
void text_drop(struct text *t);

/* Numbers. All use '.' whatever the locale and need no more than NUMBER_SIZE bytes. They return buf. */
enum { NUMBER_SIZE = 40 };
char *number_short(char *buf, double v);			/* %g with 6 digits: 0.171429 -4 1e-30 nan inf */
char *number_exact(char *buf, double v, bool is_float);		/* shortest that reads back the same (as float or double) */
char *number_ratio(char *buf, double v);			/* 4 decimals, trailing zeros dropped: -4.0909 15.1667 -4 */
char *number_size(char *buf, double bytes);			/* 13.12 MiB, 512 bytes */

/* UTF-8. Broken bytes decode to U+FFFD one byte at a time. */
size_t utf8_decode(const char *s, size_t n, uint32_t *ch);	/* bytes used, 0 if n is 0 */
size_t utf8_encode(char out[4], uint32_t ch);			/* bytes written */
int utf8_width(uint32_t ch);					/* columns: 0 combining, 2 wide, 1 else; own tables, no locale */
size_t text_width(const char *s, size_t n);			/* columns of n bytes */

/* Damerau-Levenshtein over ASCII-folded bytes; the three nearest of `names` within a small distance, best first. */
size_t text_distance(const char *a, const char *b);
size_t text_nearest(const char *word, const char *const *names, size_t n, const char *found[3]);

#endif
