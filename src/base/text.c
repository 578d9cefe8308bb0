/* text.c - see text.h */
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the growing string ---- */

static bool room(struct text *t, size_t more)
{
	size_t want;
	char *s;

	if (t->failed)
		return false;
	if (more >= SIZE_MAX / 2 - t->len)
		return !(t->failed = true);
	if (t->len + more + 1 <= t->size)
		return true;
	want = t->size ? t->size : 64;
	while (want < t->len + more + 1)
		want *= 2;
	s = realloc(t->s, want);
	if (!s)
		return !(t->failed = true);
	t->s = s;
	t->size = want;
	t->s[t->len] = 0;
	return true;
}

void text_putn(struct text *t, const char *s, size_t n)
{
	if (!room(t, n))
		return;
	if (n)
		memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = 0;
}

void text_put(struct text *t, const char *s)
{
	if (s)
		text_putn(t, s, strlen(s));
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !room(t, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

static size_t line_start(const struct text *t)
{
	size_t at = t->len;

	while (at && t->s[at - 1] != '\n')
		at--;
	return at;
}

void text_pad(struct text *t, size_t column)
{
	size_t from = line_start(t), width = t->s ? text_width(t->s + from, t->len - from) : 0;

	for (; width < column; width++)
		text_putn(t, " ", 1);
}

void text_line(struct text *t)
{
	while (t->len && t->s[t->len - 1] == ' ')
		t->len--;
	text_putn(t, "\n", 1);
}

void text_escape(struct text *t, const char *s, size_t n, size_t max)
{
	size_t start = t->len, width = 0, cut = t->len;

	for (size_t i = 0; i < n;) {
		char piece[24];
		uint32_t ch;
		size_t used = utf8_decode(s + i, n - i, &ch), w = 0;
		bool broken = ch == 0xFFFD && used == 1;

		if (broken || ch < 0x20 || (ch >= 0x7F && ch < 0xA0)) {
			int len = 0;

			for (size_t k = 0; k < used; k++)
				len += snprintf(piece + len, sizeof piece - (size_t)len, "\\x%02x", (unsigned char)s[i + k]);
			w = (size_t)len;
			text_putn(t, piece, w);
		} else if ((ch >= 0x200B && ch <= 0x200F) || (ch >= 0x202A && ch <= 0x202E) || (ch >= 0x2066 && ch <= 0x2069)) {
			/* invisible, or turns the direction of what follows: shown, not obeyed */
			w = (size_t)snprintf(piece, sizeof piece, "\\u%04x", (unsigned)ch);
			text_putn(t, piece, w);
		} else {
			w = (size_t)utf8_width(ch);
			text_putn(t, s + i, used);
		}
		width += w;
		i += used;
		if (max && width <= max - 1)
			cut = t->len;
		if (max && (width > max || (width == max && i < n))) {
			if (!t->failed) {
				t->len = cut < start ? start : cut;
				t->s[t->len] = 0;
				text_put(t, "\xe2\x80\xa6");
			}
			return;
		}
	}
}

const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}

char *text_take(struct text *t)
{
	char *s = NULL;

	if (room(t, 0)) {
		s = t->s;
		*t = (struct text){ 0 };
	}
	return s;
}

void text_clear(struct text *t)
{
	t->len = 0;
	t->failed = false;
	if (t->s)
		t->s[0] = 0;
}

void text_drop(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

/* ---- numbers ---- */

/* printf follows the locale's decimal sign; what quantscope writes is a point everywhere. */
static char *point(char *buf)
{
	for (char *p = buf; *p; p++)
		if (*p == ',')
			*p = '.';
	return buf;
}

static bool special(char *buf, double v)
{
	if (isnan(v))
		strcpy(buf, "nan");
	else if (isinf(v))
		strcpy(buf, v < 0 ? "-inf" : "inf");
	else
		return false;
	return true;
}

/* 1e-05 becomes 1e-5, 1e+20 becomes 1e20: as the user types it. */
static char *tidy_exponent(char *buf)
{
	char *e = strchr(buf, 'e'), *from;

	if (!e)
		return buf;
	e++;
	from = e;
	if (*from == '-')
		e++, from++;
	else if (*from == '+')
		from++;
	while (*from == '0' && from[1])
		from++;
	memmove(e, from, strlen(from) + 1);
	return buf;
}

char *number_short(char *buf, double v)
{
	if (special(buf, v))
		return buf;
	snprintf(buf, NUMBER_SIZE, "%.6g", v == 0 ? 0.0 : v);
	return tidy_exponent(point(buf));
}

char *number_exact(char *buf, double v, bool is_float)
{
	if (special(buf, v))
		return buf;
	for (int digits = is_float ? 6 : 15; digits <= 17; digits++) {
		double back;

		snprintf(buf, NUMBER_SIZE, "%.*g", digits, v);
		back = strtod(buf, NULL);
		if (is_float ? (float)back == (float)v : back == v)
			break;
	}
	return tidy_exponent(point(buf));
}

char *number_ratio(char *buf, double v)
{
	size_t n;

	if (special(buf, v))
		return buf;
	if (fabs(v) >= 1e9)
		return number_short(buf, v);
	snprintf(buf, NUMBER_SIZE, "%.4f", v);
	point(buf);
	n = strlen(buf);
	while (buf[n - 1] == '0')
		buf[--n] = 0;
	if (buf[n - 1] == '.')
		buf[--n] = 0;
	if (!strcmp(buf, "-0"))
		strcpy(buf, "0");
	return buf;
}

char *number_size(char *buf, double bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB" };
	size_t u = 0;

	if (bytes < 1024) {
		snprintf(buf, NUMBER_SIZE, "%.0f byte%s", bytes, bytes == 1 ? "" : "s");
		return buf;
	}
	for (bytes /= 1024; bytes >= 1023.995 && u + 1 < sizeof units / sizeof *units; u++)
		bytes /= 1024;
	snprintf(buf, NUMBER_SIZE, bytes < 100 ? "%.2f %s" : "%.1f %s", bytes, units[u]);
	return point(buf);
}

/* ---- UTF-8 ---- */

size_t utf8_decode(const char *s, size_t n, uint32_t *ch)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t need;
	uint32_t c, least;

	*ch = 0xFFFD;
	if (n == 0)
		return 0;
	c = u[0];
	if (c < 0x80) {
		*ch = c;
		return 1;
	}
	if (c >= 0xC2 && c < 0xE0)
		need = 2, c &= 0x1F, least = 0x80;
	else if (c >= 0xE0 && c < 0xF0)
		need = 3, c &= 0x0F, least = 0x800;
	else if (c >= 0xF0 && c < 0xF5)
		need = 4, c &= 0x07, least = 0x10000;
	else
		return 1;
	if (n < need)
		return 1;
	for (size_t i = 1; i < need; i++) {
		if ((u[i] & 0xC0) != 0x80)
			return 1;
		c = c << 6 | (u[i] & 0x3Fu);
	}
	if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 1;
	*ch = c;
	return need;
}

size_t utf8_encode(char out[4], uint32_t ch)
{
	if (ch > 0x10FFFF || (ch >= 0xD800 && ch <= 0xDFFF))
		ch = 0xFFFD;
	if (ch < 0x80) {
		out[0] = (char)ch;
		return 1;
	}
	if (ch < 0x800) {
		out[0] = (char)(0xC0 | ch >> 6);
		out[1] = (char)(0x80 | (ch & 0x3F));
		return 2;
	}
	if (ch < 0x10000) {
		out[0] = (char)(0xE0 | ch >> 12);
		out[1] = (char)(0x80 | (ch >> 6 & 0x3F));
		out[2] = (char)(0x80 | (ch & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | ch >> 18);
	out[1] = (char)(0x80 | (ch >> 12 & 0x3F));
	out[2] = (char)(0x80 | (ch >> 6 & 0x3F));
	out[3] = (char)(0x80 | (ch & 0x3F));
	return 4;
}

struct interval { uint32_t first, last; };

static bool within(const struct interval *table, size_t n, uint32_t ch)
{
	for (size_t lo = 0, hi = n; lo < hi;) {
		size_t mid = (lo + hi) / 2;

		if (ch < table[mid].first)
			hi = mid;
		else if (ch > table[mid].last)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

/* The blocks that matter: marks that combine, and East Asian wide characters and pictures. */
static const struct interval combining[] = {
	{ 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x05BF, 0x05BF }, { 0x05C1, 0x05C2 }, { 0x05C4, 0x05C5 },
	{ 0x05C7, 0x05C7 }, { 0x0610, 0x061A }, { 0x064B, 0x065F }, { 0x0670, 0x0670 }, { 0x06D6, 0x06DC }, { 0x06DF, 0x06E4 },
	{ 0x06E7, 0x06E8 }, { 0x06EA, 0x06ED }, { 0x0900, 0x0902 }, { 0x093A, 0x093A }, { 0x093C, 0x093C }, { 0x0941, 0x0948 },
	{ 0x094D, 0x094D }, { 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A }, { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF },
	{ 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x2064 }, { 0x20D0, 0x20FF }, { 0x302A, 0x302D }, { 0x3099, 0x309A },
	{ 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF }, { 0xE0100, 0xE01EF },
};
static const struct interval wide[] = {
	{ 0x1100, 0x115F }, { 0x231A, 0x231B }, { 0x2329, 0x232A }, { 0x23E9, 0x23EC }, { 0x25FD, 0x25FE }, { 0x2614, 0x2615 },
	{ 0x2648, 0x2653 }, { 0x26AA, 0x26AB }, { 0x26BD, 0x26BE }, { 0x2705, 0x2705 }, { 0x270A, 0x270B }, { 0x2728, 0x2728 },
	{ 0x274C, 0x274C }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 }, { 0x2E80, 0x303E }, { 0x3041, 0x33FF },
	{ 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xA000, 0xA4CF }, { 0xA960, 0xA97F }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF },
	{ 0xFE10, 0xFE19 }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x16FE0, 0x18CFF }, { 0x1B000, 0x1B2FF },
	{ 0x1F004, 0x1F004 }, { 0x1F0CF, 0x1F0CF }, { 0x1F18E, 0x1F18E }, { 0x1F191, 0x1F19A }, { 0x1F200, 0x1F320 },
	{ 0x1F32D, 0x1F64F }, { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1FAFF }, { 0x20000, 0x3FFFD },
};

int utf8_width(uint32_t ch)
{
	if (ch < 0x300)
		return 1;
	if (within(combining, sizeof combining / sizeof *combining, ch))
		return 0;
	return within(wide, sizeof wide / sizeof *wide, ch) ? 2 : 1;
}

size_t text_width(const char *s, size_t n)
{
	size_t width = 0;

	for (size_t i = 0; i < n;) {
		uint32_t ch;

		i += utf8_decode(s + i, n - i, &ch);
		width += (size_t)utf8_width(ch);
	}
	return width;
}

/* ---- nearest names ---- */

enum { WORD_MAX = 40 };

size_t text_distance(const char *a, const char *b)
{
	size_t before[WORD_MAX + 1], last[WORD_MAX + 1], row[WORD_MAX + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= m; j++)
		last[j] = j;
	memset(before, 0, sizeof before);
	for (size_t i = 1; i <= n; i++) {
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
			size_t best = last[j - 1] + (x != y);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && y == tolower((unsigned char)a[i - 2]) &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		memcpy(before, last, sizeof before);
		memcpy(last, row, sizeof last);
	}
	return last[m];
}

size_t text_nearest(const char *word, const char *const *names, size_t n, const char *found[3])
{
	size_t distance[3], count = 0, len = strlen(word);
	size_t limit = len <= 3 ? 1 : len <= 6 ? 2 : 3;

	for (size_t i = 0; i < n; i++) {
		size_t d = text_distance(word, names[i]), at = count;

		if (d > limit || d >= strlen(names[i]))
			continue;
		while (at && distance[at - 1] > d)
			at--;
		if (at >= 3)
			continue;
		for (size_t k = count < 3 ? count : 2; k > at; k--) {
			distance[k] = distance[k - 1];
			found[k] = found[k - 1];
		}
		distance[at] = d;
		found[at] = names[i];
		count += count < 3;
	}
	return count;
}
