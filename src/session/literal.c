/*
 * literal.c - weights as they are typed: [-1.2, 0x1p-3; nan, -inf]  [-1..1:0.5]  [-1..1#9]  [[1, 2], [3, 4]].
 *
 *      literal = "[" row { ";" row } "]"        row = item { "," item }, or each row in brackets of its own
 *      item    = number | number ".." number [ ":" step | "#" count ]
 */
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/session.h"

enum { WEIGHTS_MAX = 1 << 24 };

struct reader {
	const char *s;
	size_t n, at;
	float *x;
	size_t count, size;	/* weights so far */
	size_t rows, cols;	/* whole rows so far */
	struct error *err;
};

static bool wrong(struct reader *r, enum error_class class, size_t at, size_t len, const char *text, const char *hint)
{
	error_set(r->err, class, "%s", text);
	if (r->err) {
		r->err->at = at;
		r->err->len = len ? len : 1;
	}
	return error_hint(r->err, NULL, "%s", hint);
}

static char peek(struct reader *r)
{
	while (r->at < r->n && isspace((unsigned char)r->s[r->at]))
		r->at++;
	return r->at < r->n ? r->s[r->at] : 0;
}

static char char_at(const struct reader *r, size_t at)
{
	return at < r->n ? r->s[at] : 0;
}

/* Bytes of the number at `at`; the dots of a range do not belong to it. */
static size_t number_length(const struct reader *r, size_t at)
{
	size_t i = at;
	bool hex;

	if (char_at(r, i) == '-' || char_at(r, i) == '+')
		i++;
	hex = char_at(r, i) == '0' && tolower((unsigned char)char_at(r, i + 1)) == 'x';
	for (i += hex ? 2 : 0;; i++) {
		char c = (char)tolower((unsigned char)char_at(r, i)), before = i > at ? (char)tolower((unsigned char)char_at(r, i - 1)) : 0;

		if (c == '.' && char_at(r, i + 1) == '.')
			break;
		if ((c == '-' || c == '+') && before == (hex ? 'p' : 'e'))
			continue;
		if (!isalnum((unsigned char)c) && c != '.')
			break;
	}
	return i - at;
}

static bool read_number(struct reader *r, double *v)
{
	char buf[64], *end;
	size_t len, at;

	peek(r);
	at = r->at;
	len = number_length(r, at);
	if (!len)
		return wrong(r, ERR_SYNTAX, at < r->n ? at : r->n - 1, 1, "a number is missing here", "as in  [-1.2, 0.5]  [-1..1:0.5]  [1, 2; 3, 4]");
	if (len < sizeof buf) {
		memcpy(buf, r->s + at, len);
		buf[len] = 0;
		*v = strtod(buf, &end);
	}
	if (len >= sizeof buf || *end || end == buf)
		return wrong(r, ERR_SYNTAX, at, len, "this is not a number", "numbers as in C, nan, inf; an expression goes into Lua: ([a, 2 * b])");
	r->at = at + len;
	return true;
}

static bool add(struct reader *r, double v, size_t at)
{
	if (isfinite(v) && fabs(v) > (double)FLT_MAX && !isfinite((double)(float)v))
		return wrong(r, ERR_VALUE, at, r->at - at, "this is beyond the range of f32", "at most 3.40282e+38; or write inf");
	if (r->count == r->size) {
		size_t size = r->size ? 2 * r->size : 64;
		float *x = realloc(r->x, size * sizeof *x);

		if (!x)
			return error_memory(r->err, "a literal");
		r->x = x;
		r->size = size;
	}
	r->x[r->count++] = (float)v;
	return true;
}

/* a..b, a..b:step, a..b#count: both ends belong to it where a step falls on them. */
static bool add_range(struct reader *r, double a, size_t at)
{
	double b, step, count;
	bool divided;

	r->at += 2;
	if (!read_number(r, &b))
		return false;
	step = b < a ? -1 : 1;
	divided = peek(r) == '#';
	if (divided || peek(r) == ':') {
		r->at++;
		if (!read_number(r, divided ? &count : &step))
			return false;
	}
	if (!isfinite(a) || !isfinite(b) || !isfinite(step))
		return wrong(r, ERR_VALUE, at, r->at - at, "a range needs finite ends", "as in  [-1..1:0.5]");
	if (divided && (!(count >= 1 && count <= WEIGHTS_MAX) || count != floor(count)))
		return wrong(r, ERR_VALUE, at, r->at - at, "# takes how many numbers there should be", "a whole number, as in  [-1..1#9]");
	if (!divided && (step == 0 || (b - a) / step < 0))
		return wrong(r, ERR_VALUE, at, r->at - at, "these steps never arrive", "as in  [-1..1:0.5]  [1..-1:-0.5]");
	if (!divided)
		count = floor((b - a) / step * (1 + 4 * DBL_EPSILON) + 1e-9) + 1;
	if (count > WEIGHTS_MAX)
		return wrong(r, ERR_VALUE, at, r->at - at, "too many numbers for a literal", "at most 16777216");
	for (double i = 0; i < count; i++)
		if (!add(r, divided ? (count > 1 ? a + (b - a) * (i / (count - 1)) : a) : a + i * step, at))
			return false;
	return true;
}

static bool read_row(struct reader *r)
{
	size_t from = r->count, start = r->at;
	char text[120];

	do {
		size_t at;
		double v;

		if (r->at > start && peek(r) == ',')
			r->at++;
		peek(r);
		at = r->at;
		if (!read_number(r, &v))
			return false;
		peek(r);
		if (char_at(r, r->at) == '.' && char_at(r, r->at + 1) == '.' ? !add_range(r, v, at) : !add(r, v, at))
			return false;
	} while (peek(r) == ',');
	if (r->count > WEIGHTS_MAX)
		return wrong(r, ERR_VALUE, start, r->at - start, "too many numbers for a literal", "at most 16777216");
	if (!r->rows)
		r->cols = r->count - from;
	if (r->count - from != r->cols) {
		snprintf(text, sizeof text, "row %zu has %zu number%s, row 0 has %zu", r->rows, r->count - from, r->count - from == 1 ? "" : "s",
			 r->cols);
		return wrong(r, ERR_SHAPE, start, r->at - start, text, "all rows have the same length");
	}
	r->rows++;
	return true;
}

static bool unclosed(struct reader *r, size_t at)
{
	return wrong(r, ERR_SYNTAX, at, 1, "this bracket is not closed", "a ] is missing");
}

/* [[1, 2], [3, 4]] */
static bool read_nested(struct reader *r)
{
	for (;;) {
		size_t open = r->at++;

		peek(r);
		if (!read_row(r))
			return false;
		if (!peek(r))
			return unclosed(r, open);
		if (peek(r) != ']')
			return wrong(r, ERR_SYNTAX, r->at, 1, "this does not belong into a row", "numbers, with commas between them");
		r->at++;
		if (peek(r) != ',' && peek(r) != ';')
			return true;
		r->at++;
		if (peek(r) != '[')
			return wrong(r, ERR_SYNTAX, r->at < r->n ? r->at : r->n - 1, 1, "a row is missing here", "as in  [[1, 2], [3, 4]]");
	}
}

static bool read_literal(struct reader *r)
{
	if (peek(r) != '[')
		return wrong(r, ERR_SYNTAX, r->at, 1, "a literal begins with a bracket", "as in  [-1.2, -0.6, 0.2, 1.0]");
	r->at++;
	if (peek(r) == ']')
		return wrong(r, ERR_SHAPE, 0, r->at + 1, "there is no number in these brackets", "as in  [-1.2, -0.6, 0.2, 1.0]");
	if (!peek(r))
		return unclosed(r, 0);
	if (peek(r) == '[') {
		if (!read_nested(r))
			return false;
	} else {
		do {
			r->at += r->rows > 0;
			peek(r);
			if (!read_row(r))
				return false;
		} while (peek(r) == ';');
	}
	if (!peek(r))
		return unclosed(r, 0);
	if (peek(r) != ']')
		return wrong(r, ERR_SYNTAX, r->at, 1, "this does not belong into a literal", "numbers with commas between them; ; starts a new row");
	r->at++;
	if (peek(r))
		return wrong(r, ERR_SYNTAX, r->at, r->n - r->at, "this does not belong to the literal", "it ended with its bracket");
	return true;
}

bool session_literal(const char *s, size_t n, struct outcome *out, struct error *err)
{
	struct reader r = { .s = s, .n = n, .err = err };
	struct tensor t;
	bool ok = read_literal(&r) && tensor_new(&t, r.rows, r.cols, err);

	if (ok) {
		memcpy(tensor_floats(&t), r.x, r.count * sizeof *r.x);
		out->value = value_tensor(t, err);
		ok = out->value != NULL;
	}
	free(r.x);
	return ok;
}
