/* array.c - see array.h: numbers as text, raw bytes. */
#include "files/array.h"

#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codec.h"
#include "files/build.h"
#include "files/number.h"

/* ---- text ---- */

struct numbers { float *v; size_t n, size; };

static bool add(struct numbers *x, double v, struct error *err)
{
	if (x->n == x->size) {
		size_t size = x->size ? 2 * x->size : 256;
		float *more = size > SIZE_MAX / sizeof *more ? NULL : realloc(x->v, size * sizeof *more);

		if (!more)
			return error_memory(err, "the numbers");
		x->v = more;
		x->size = size;
	}
	x->v[x->n++] = (float)v;
	return true;
}

static bool is_gap(char c)
{
	return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '\r';
}

/* One number that ends before `end`; the locale must not matter, so this thread's is put aside around the whole file. */
static bool one_number(const char *s, const char *end, size_t line, double *v, size_t *used, struct error *err)
{
	char word[64], shown[256], *stop;
	size_t n = 0;

	while (s + n < end && n < sizeof word - 1 && !is_gap(s[n]) && s[n] != '\n' && s[n] != '#')
		n++;
	memcpy(word, s, n);
	word[n] = 0;
	*v = strtod(word, &stop);
	*used = n;
	if (stop == word + n && n)
		return true;
	return error_set(err, ERR_FORMAT, "line %zu: '%s' is no number", line, name_shown(word, n, shown));
}

static bool read_rows(const char *s, size_t size, struct numbers *x, size_t *rows, struct error *err)
{
	const char *end = s + size;
	size_t line = 1, in_row = 0, cols = 0;

	for (; s <= end; ) {
		size_t used;
		double v;

		if (s == end || *s == '\n') {
			if (in_row && *rows && in_row != cols)
				return error_set(err, ERR_FORMAT, "line %zu has %zu numbers, the rows before have %zu", line, in_row, cols);
			if (in_row) {
				cols = in_row;
				++*rows;
			}
			in_row = 0;
			line++;
			s++;
		} else if (is_gap(*s)) {
			s++;
		} else if (*s == '#') {
			while (s < end && *s != '\n')
				s++;
		} else {
			if (!one_number(s, end, line, &v, &used, err) || !add(x, v, err))
				return false;
			s += used;
			in_row++;
		}
	}
	return *rows > 0 || error_set(err, ERR_FORMAT, "there are no numbers in it");
}

bool text_read(const struct buffer *b, struct tensor *out, struct error *err)
{
	locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), before = c ? uselocale(c) : (locale_t)0;
	struct numbers x = { 0 };
	size_t rows = 0;
	bool ok = read_rows((const char *)b->bytes, b->size, &x, &rows, err);

	if (c) {
		uselocale(before);
		freelocale(c);
	}
	ok = ok && tensor_new(out, rows, x.n / rows, err);
	if (ok) {
		memcpy(tensor_floats(out), x.v, x.n * sizeof *x.v);
		if (rows == 1) {
			out->dims = 1;
			out->dim[0] = x.n;
		}
	}
	free(x.v);
	return ok;
}

bool text_write(const struct tensor *t, struct text *out, struct error *err)
{
	float *row = malloc((t->cols + 1) * sizeof *row);
	char number[NUMBER_SIZE];

	for (size_t r = 0; row && r < t->rows; r++) {
		if (!tensor_read(t, r * t->cols, t->cols, row))
			out->failed = true;
		for (size_t c = 0; c < t->cols; c++)
			text_add(out, "%s%s", number_exact(number, row[c], true), c + 1 < t->cols ? " " : "\n");
	}
	out->failed |= !row;
	free(row);
	return out->failed ? error_memory(err, "the file") : true;
}

/* ---- raw ---- */

static bool right_size(const struct buffer *b, const char *dtype, const struct tensor_entry *e, uint64_t bytes, struct error *err)
{
	if (bytes == b->size)
		return true;
	error_set(err, ERR_SHAPE, "the file has %zu bytes; %zu x %zu in %s are %" PRIu64, b->size, e->rows, e->cols, dtype, bytes);
	return error_hint(err, "shape", "rows x columns and dtype= must account for every byte");
}

bool raw_read(struct buffer *b, const char *dtype, size_t rows, size_t cols, struct tensor *out, struct error *err)
{
	bool big = *dtype == '>', order = big || *dtype == '<' || *dtype == '|';
	const struct number *number = order ? number_by_npy(dtype + 1) : number_by_word(dtype);
	struct tensor_entry e = { .dims = 2, .dim = { rows, cols }, .number = number };
	uint64_t bytes;

	e.codec = number ? codec_find(number->word) : codec_need(dtype, err);
	if (!number && !e.codec)
		return false;
	if (e.codec && !e.codec->block_len)
		return error_set(err, ERR_CODEC, "%s has no blocks of a fixed length, so it cannot be read from raw bytes", e.codec->name);
	snprintf(e.type_name, sizeof e.type_name, "%s", e.codec ? e.codec->name : number->word);
	tensor_fold(&e);
	if (!tensor_needs(&e, &bytes))
		return error_set(err, ERR_SHAPE, "it %s", e.fault_text);
	if (!right_size(b, dtype, &e, bytes, err))
		return false;
	if (!bytes)
		return error_set(err, ERR_SHAPE, "the file is empty");
	if (e.codec && !big) {
		*out = (struct tensor){ .codec = e.codec, .rows = rows, .cols = cols, .buffer = buffer_hold(b) };
	} else {
		if (!tensor_new(out, rows, cols, err))
			return false;
		numbers_to_f32(number, b->bytes, rows * cols, big, tensor_floats(out));
	}
	if (rows == 1) {
		out->dims = 1;
		out->dim[0] = cols;
	}
	return true;
}
