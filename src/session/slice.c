/*
 * slice.c - parts of tensors as they are typed: w[3]  w[0, 320:352]  w[-1, :]. interaction.md 6.2.
 *
 * One index counts weights through the rows; two are rows and columns. All count from 0, from the end where negative.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/session.h"

struct index { size_t at, len; long long from, to; bool has_from, has_to, range; };

static bool wrong(struct error *err, enum error_class class, size_t at, size_t len, const char *text, const char *hint)
{
	error_set(err, class, "%s", text);
	if (err) {
		err->at = at;
		err->len = len ? len : 1;
	}
	return error_hint(err, NULL, "%s", hint);
}

static size_t blanks(const char *s, size_t at)
{
	while (isspace((unsigned char)s[at]))
		at++;
	return at;
}

static bool read_int(const char *s, size_t *at, bool *has, long long *v)
{
	char *end;
	size_t i = blanks(s, *at);

	*has = isdigit((unsigned char)s[i]) || ((s[i] == '-' || s[i] == '+') && isdigit((unsigned char)s[i + 1]));
	if (!*has)
		return false;
	*v = strtoll(s + i, &end, 10);
	*at = (size_t)(end - s);
	return true;
}

/* int | [ int ] ":" [ int ] */
static bool read_index(const char *s, size_t *at, struct index *x, struct error *err)
{
	size_t i = blanks(s, *at);

	*x = (struct index){ .at = i };
	*at = i;
	read_int(s, at, &x->has_from, &x->from);
	i = blanks(s, *at);
	if (s[i] == ':') {
		x->range = true;
		*at = i + 1;
		read_int(s, at, &x->has_to, &x->to);
	}
	if (!x->range && !x->has_from) {
		i = blanks(s, x->at);
		return wrong(err, ERR_SYNTAX, i, strcspn(s + i, ", \t"), "an index is missing here", "as in  w[3]  w[0, 320:352]  w[-1, :]");
	}
	x->len = *at - x->at;
	i = blanks(s, *at);
	if (s[i] && s[i] != ',')
		return wrong(err, ERR_SYNTAX, i, strcspn(s + i, ","), "this does not belong to an index", "as in  w[3]  w[0, 320:352]  w[-1, :]");
	*at = i;
	return true;
}

/* The index as first and one behind the last of `count` things. */
static bool bounds(const struct index *x, size_t count, const char *what, size_t *from, size_t *to, struct error *err)
{
	long long n = (long long)count, a = x->has_from ? x->from : 0, b = x->has_to ? x->to : n;
	char text[160], hint[160];

	a = a < 0 ? a + n : a;
	b = b < 0 ? b + n : b;
	if (!x->range)
		b = a + 1;
	if (a < 0 || a >= n || b > n || b < 0) {
		if (x->range)
			snprintf(text, sizeof text, "%lld:%lld reaches beyond the %zu %s", x->has_from ? x->from : 0, x->has_to ? x->to : n, count, what);
		else
			snprintf(text, sizeof text, "no %.*s %lld: there %s %zu", (int)strlen(what) - 1, what, x->from, count == 1 ? "is" : "are", count);
		snprintf(hint, sizeof hint, "counted from 0: 0 to %lld, or -1 for the last", n - 1);
		return wrong(err, ERR_SHAPE, x->at, x->len, text, hint);
	}
	if (b <= a)
		return wrong(err, ERR_SHAPE, x->at, x->len, "this slice holds nothing", "the end of a slice is not part of it: 0:4 is 0 1 2 3");
	*from = (size_t)a;
	*to = (size_t)b;
	return true;
}

/* Weights from..to through the rows, as one row. */
static bool run_of(const struct tensor *t, size_t cols, size_t from, size_t to, struct tensor *out, struct error *err)
{
	if (from / cols == (to - 1) / cols)
		return tensor_slice(t, from / cols, from / cols + 1, from % cols, (to - 1) % cols + 1, out, err);
	if (!tensor_new(out, 1, to - from, err))
		return false;
	for (size_t at = from; at < to;) {
		size_t end = (at / cols + 1) * cols < to ? (at / cols + 1) * cols : to;

		if (!tensor_read(t, at / cols * t->cols + at % cols, end - at, tensor_floats(out) + (at - from))) {
			tensor_drop(out);
			return error_memory(err, "a slice");
		}
		at = end;
	}
	return true;
}

bool session_slice(const struct value *v, const char *slice, struct outcome *out, struct error *err)
{
	const struct tensor *t = value_weights(v);
	const struct quantized *q = value_as_quantized(v);
	size_t at = 0, n = 0, r0, r1, c0, c1, cols;
	struct index index[2];
	struct tensor part;
	char label[sizeof v->label + 40];

	if (!t)
		return wrong(err, ERR_VALUE, 0, strlen(slice), "only what has weights can be cut", "a tensor or a quantized value");
	cols = t->cols - (q ? q->padding : 0);
	do {
		if (n == 2)
			return wrong(err, ERR_SHAPE, at, strlen(slice + at), "two indices are enough",
				     "rows and columns; more dimensions are folded into rows");
		if (!read_index(slice, &at, &index[n++], err))
			return false;
	} while (slice[at++] == ',');
	if (n == 1) {
		if (!bounds(&index[0], t->rows * cols, "weights", &c0, &c1, err) || !run_of(t, cols, c0, c1, &part, err))
			return false;
	} else if (!bounds(&index[0], t->rows, "rows", &r0, &r1, err) || !bounds(&index[1], cols, "columns", &c0, &c1, err) ||
		   !tensor_slice(t, r0, r1, c0, c1, &part, err))
		return false;
	out->value = value_tensor(part, err);
	if (!out->value)
		return false;
	snprintf(label, sizeof label, "%s[%.30s]", v->label, slice);
	if (v->label[0])
		value_name(out->value, label);
	return true;
}
