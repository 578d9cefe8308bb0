/*
 * npy.c - see array.h.
 *
 *	"\x93NUMPY"   u8 major   u8 minor   length of the header (u16 in version 1, u32 after)
 *	{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   blanks   data
 *
 * The header is a dictionary in Python's writing: words in either quotes, True and False, whole numbers in parentheses.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "files/array.h"
#include "files/build.h"
#include "files/number.h"

enum { HEADER_MAX = NPY_HEADER_MAX - 12, MAGIC = 6, PAD = 64 };

struct header {
	const char *s; size_t n, at, base;	/* the dictionary; base: its byte in the file */
	char descr[16];
	bool fortran, has_descr, has_order, has_shape;
	unsigned dims;
	uint64_t dim[DIMS_MAX];
};

bool npy_looks_like(const struct buffer *b)
{
	return b->size >= MAGIC && !memcmp(b->bytes, "\x93NUMPY", MAGIC);
}

/* ---- the dictionary ---- */

static bool wrong(const struct header *h, const char *wanted, struct error *err)
{
	if (h->at >= h->n)
		return error_set(err, ERR_FORMAT, "the header ends at byte %zu where %s should be", h->base + h->at, wanted);
	return error_set(err, ERR_FORMAT, "0x%02x at byte %zu of the header where %s should be", (unsigned char)h->s[h->at], h->base + h->at, wanted);
}

static bool sees(struct header *h, char c)
{
	while (h->at < h->n && (h->s[h->at] == ' ' || h->s[h->at] == '\n' || h->s[h->at] == '\t'))
		h->at++;
	if (h->at >= h->n || h->s[h->at] != c)
		return false;
	h->at++;
	return true;
}

static bool word(struct header *h, char *out, size_t size, struct error *err)
{
	char quote = sees(h, '\'') ? '\'' : sees(h, '"') ? '"' : 0;
	size_t from = h->at;

	if (!quote)
		return wrong(h, "a word in quotes", err);
	while (h->at < h->n && h->s[h->at] != quote)
		h->at++;
	if (h->at >= h->n)
		return wrong(h, "the end of a word", err);
	snprintf(out, size, "%.*s", h->at - from < size ? (int)(h->at - from) : (int)size - 1, h->s + from);
	h->at++;
	return true;
}

static bool shape(struct header *h, struct error *err)
{
	if (!sees(h, '('))
		return wrong(h, "'(' of the shape", err);
	while (!sees(h, ')')) {
		uint64_t v = 0;
		size_t from = h->at;

		for (; h->at < h->n && h->s[h->at] >= '0' && h->s[h->at] <= '9'; h->at++)
			if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, (uint64_t)(h->s[h->at] - '0'), &v))
				return error_set(err, ERR_FORMAT, "the shape holds a number that overflows at byte %zu", h->base + from);
		if (h->at == from)
			return wrong(h, "a whole number of the shape", err);
		if (h->dims == DIMS_MAX)
			return error_set(err, ERR_FORMAT, "the shape has more than %d dimensions at byte %zu", DIMS_MAX, h->base + from);
		h->dim[h->dims++] = v;
		sees(h, 'L');		/* as Python 2 wrote long numbers */
		if (!sees(h, ',') && (h->at >= h->n || h->s[h->at] != ')'))
			return wrong(h, "',' or ')' of the shape", err);
	}
	return h->has_shape = true;
}

static bool entry(struct header *h, struct error *err)
{
	char key[32];

	if (!word(h, key, sizeof key, err))
		return false;
	if (!sees(h, ':'))
		return wrong(h, "':'", err);
	sees(h, ' ');
	if (!strcmp(key, "shape"))
		return shape(h, err);
	if (!strcmp(key, "fortran_order")) {
		h->has_order = true;
		h->fortran = h->n - h->at >= 4 && !memcmp(h->s + h->at, "True", 4);
		if (!h->fortran && (h->n - h->at < 5 || memcmp(h->s + h->at, "False", 5)))
			return wrong(h, "True or False", err);
		h->at += h->fortran ? 4 : 5;
		return true;
	}
	if (strcmp(key, "descr"))
		return error_set(err, ERR_FORMAT, "the header holds '%s' before byte %zu; only descr, fortran_order and shape are known", key,
				 h->base + h->at);
	if (h->at < h->n && h->s[h->at] == '[')
		return error_set(err, ERR_FORMAT, "an array of structures (byte %zu); only plain numbers can be read", h->base + h->at);
	return h->has_descr = word(h, h->descr, sizeof h->descr, err);
}

static bool dictionary(struct header *h, struct error *err)
{
	if (!sees(h, '{'))
		return wrong(h, "'{'", err);
	while (!sees(h, '}')) {
		if (!entry(h, err))
			return false;
		if (!sees(h, ',') && (h->at >= h->n || h->s[h->at] != '}'))
			return wrong(h, "',' or '}'", err);
	}
	if (h->has_descr && h->has_order && h->has_shape)
		return true;
	return error_set(err, ERR_FORMAT, "the header that ends at byte %zu has no %s", h->base + h->n,
			 !h->has_descr ? "descr" : !h->has_order ? "fortran_order" : "shape");
}

/* ---- the numbers ---- */

/* "<f4": byte order and kind. '|' and '=' mean that order does not matter, or is this machine's. */
static const struct number *number_of(const char *descr, bool *big, struct error *err)
{
	const struct number *number = strchr("<>|=", *descr) && *descr ? number_by_npy(descr + 1) : NULL;
	char shown[256];

	if (!number) {
		error_set(err, ERR_FORMAT, "descr is '%s', which cannot be read", name_shown(descr, strlen(descr), shown));
		error_hint(err, NULL, "floats f2 f4 f8, integers i1 i2 i4 i8 u1 u2 u4 u8 and truth values b1 can, in either byte order");
		return NULL;
	}
	*big = *descr == '>';
	return number;
}

/* Fortran order has the first dimension's neighbours side by side: fetch each number of our order from its place there. */
static void from_fortran(const float *in, const struct npy *a, size_t count, float *out)
{
	uint64_t index[DIMS_MAX] = { 0 };

	for (size_t i = 0; i < count; i++) {
		uint64_t at = 0;

		for (unsigned d = a->dims; d-- > 0; )
			at = at * a->dim[d] + index[d];
		out[i] = in[at];
		for (unsigned d = a->dims; d-- > 0 && ++index[d] == a->dim[d]; )
			index[d] = 0;
	}
}

/* What the header claims, against the bytes that there are. */
static bool settle(struct npy *a, const struct header *h, uint64_t size, struct error *err)
{
	struct tensor_entry e = { .dims = (uint8_t)h->dims };
	uint64_t bytes;

	a->number = number_of(h->descr, &a->big, err);
	if (!a->number)
		return false;
	memcpy(e.dim, h->dim, sizeof e.dim);
	e.number = a->number;
	tensor_fold(&e);
	if (!tensor_needs(&e, &bytes))
		return error_set(err, ERR_FORMAT, "the array %s", e.fault_text);
	if (!e.rows || !e.cols)
		return error_set(err, ERR_SHAPE, "the array is empty: its shape has a 0");
	a->data_at = h->base + h->n;
	if (bytes > size - a->data_at)
		return error_set(err, ERR_FORMAT, "%" PRIu64 " bytes of numbers should begin at byte %zu, but only %" PRIu64 " are left", bytes,
				 a->data_at, size - a->data_at);
	a->rows = e.rows;
	a->cols = e.cols;
	a->fortran = h->fortran && h->dims > 1;
	a->dims = h->dims ? (uint8_t)h->dims : 1;
	for (unsigned i = 0; i < a->dims; i++)
		a->dim[i] = h->dims ? h->dim[i] : 1;
	return true;
}

bool npy_header(const unsigned char *bytes, size_t n, uint64_t size, struct npy *out, struct error *err)
{
	struct reader r = { .bytes = bytes, .size = n };
	const unsigned char *magic, *length;
	struct header h = { .s = NULL };
	bool wide;

	if (!read_bytes(&r, MAGIC + 2, &magic, "the magic and version of npy", err))
		return false;
	if (memcmp(magic, "\x93NUMPY", MAGIC))
		return error_set(err, ERR_FORMAT, "byte 0 does not begin an npy file (93 4e 55 4d 50 59)");
	if (magic[6] < 1 || magic[6] > 3)
		return error_set(err, ERR_FORMAT, "npy version %u.%u at byte 6; versions 1 to 3 can be read", magic[6], magic[7]);
	wide = magic[6] > 1;
	if (!read_bytes(&r, wide ? 4 : 2, &length, "the length of the header", err))
		return false;
	h.n = (size_t)number_at(length, wide ? 4 : 2, false);
	if (h.n > HEADER_MAX || h.n > reader_left(&r))
		return error_set(err, ERR_FORMAT, "the header is said to be %zu bytes long (read at byte 8); %" PRIu64 " are left and at most %d read",
				 h.n, size - r.at, HEADER_MAX);
	h.base = r.at;
	h.s = (const char *)bytes + r.at;
	*out = (struct npy){ 0 };
	return dictionary(&h, err) && settle(out, &h, size, err);
}

bool npy_finish(const struct npy *a, struct tensor *t, struct error *err)
{
	struct tensor turned;

	if (a->fortran) {
		if (!tensor_new(&turned, t->rows, t->cols, err))
			return false;
		from_fortran(tensor_floats(t), a, t->rows * t->cols, tensor_floats(&turned));
		tensor_drop(t);
		*t = turned;
	}
	t->dims = a->dims;
	memcpy(t->dim, a->dim, sizeof t->dim);
	return true;
}

bool npy_read(const struct buffer *b, struct tensor *out, struct error *err)
{
	struct tensor t;
	struct npy a;

	if (!npy_header(b->bytes, b->size, b->size, &a, err) || !tensor_new(&t, a.rows, a.cols, err))
		return false;
	numbers_to_f32(a.number, b->bytes + a.data_at, a.rows * a.cols, a.big, tensor_floats(&t));
	if (!npy_finish(&a, &t, err)) {
		tensor_drop(&t);
		return false;
	}
	*out = t;
	return true;
}

bool npy_write(const struct tensor *t, struct text *out, struct error *err)
{
	struct text dict = { 0 };
	unsigned char head[10] = "\x93NUMPY\1";
	float row[256];
	size_t count = tensor_count(t), pad;

	text_put(&dict, "{'descr': '<f4', 'fortran_order': False, 'shape': (");
	if (t->dims)
		for (unsigned i = 0; i < t->dims; i++)
			text_add(&dict, "%s%" PRIu64, i ? ", " : "", t->dim[i]);
	else
		text_add(&dict, "%zu, %zu", t->rows, t->cols);
	text_put(&dict, t->dims == 1 ? ",), }" : "), }");
	pad = PAD - (sizeof head + dict.len + 1) % PAD;
	text_add(&dict, "%*s\n", (int)(pad % PAD), "");
	head[8] = (unsigned char)dict.len;
	head[9] = (unsigned char)(dict.len >> 8);
	text_putn(out, (char *)head, sizeof head);
	text_putn(out, text_str(&dict), dict.len);
	for (size_t at = 0; at < count; ) {
		size_t n = count - at < 256 ? count - at : 256;

		if (!tensor_read(t, at, n, row))
			out->failed = true;
		for (size_t i = 0; i < n; i++) {
			unsigned char le[4];
			uint32_t bits;

			memcpy(&bits, &row[i], sizeof bits);
			for (int k = 0; k < 4; k++)
				le[k] = (unsigned char)(bits >> 8 * k);
			text_putn(out, (char *)le, 4);
		}
		at += n;
	}
	dict.failed |= out->failed;
	text_drop(&dict);
	return out->failed ? error_memory(err, "the file") : true;
}
