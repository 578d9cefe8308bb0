/*
 * array.c - single arrays, tables and plans from and to files: what `load` and `save` do. interaction.md 7.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/codec.h"
#include "files/array.h"
#include "files/npz.h"
#include "files/number.h"
#include "session/plan.h"
#include "session/session.h"

/* "4096", "64x4096" */
static bool read_shape(const char *shape, size_t *rows, size_t *cols, struct error *err)
{
	unsigned long long a, b = 0;
	int used = 0;

	if (isdigit((unsigned char)*shape) && sscanf(shape, "%llu%n", &a, &used) == 1 && !shape[used]) {
		*rows = 1;
		*cols = (size_t)a;
	} else if (isdigit((unsigned char)*shape) && sscanf(shape, "%llu%*[xX]%llu%n", &a, &b, &used) == 2 && !shape[used]) {
		*rows = (size_t)a;
		*cols = (size_t)b;
	} else {
		error_set(err, ERR_ARGUMENT, "'%s' is no shape", shape);
		return error_hint(err, "shape", "4096, or rows x columns: 64x4096");
	}
	return *rows && *cols ? true : error_set(err, ERR_SHAPE, "the shape %s is empty", shape);
}

static bool load_raw(struct buffer *b, const char *dtype, const char *shape, struct tensor *t, struct error *err)
{
	size_t rows = 0, cols = 0;

	if (!dtype || !shape) {
		error_set(err, ERR_ARGUMENT, "raw bytes need both dtype= and shape=");
		return error_hint(err, dtype ? "shape" : "dtype", "dtype=f32 shape=64x4096");
	}
	if (!read_shape(shape, &rows, &cols, err))
		return false;
	if (raw_read(b, dtype, rows, cols, t, err))
		return true;
	if (err)
		snprintf(err->about, sizeof err->about, "%s", err->class == ERR_CODEC ? "dtype" : "shape");
	return false;
}

static bool looks_like_text(const struct buffer *b)
{
	size_t n = b->size < 4096 ? b->size : 4096;

	return n && !memchr(b->bytes, 0, n);
}

static bool load_bytes(struct buffer *b, const char *member, const char *dtype, const char *shape, struct tensor *t, struct error *err)
{
	if (member) {
		error_set(err, ERR_ARGUMENT, "member= chooses from an npz archive, and this is none");
		return error_hint(err, "member", "leave it out");
	}
	if (dtype || shape)
		return load_raw(b, dtype, shape, t, err);
	if (npy_looks_like(b))
		return npy_read(b, t, err);
	if (b->size >= 4 && !memcmp(b->bytes, "GGUF", 4)) {
		error_set(err, ERR_FORMAT, "the file is a model");
		return error_hint(err, "file", "open  opens models; their tensors are then  MODEL:NAME");
	}
	if (looks_like_text(b))
		return text_read(b, t, err);
	error_set(err, ERR_FORMAT, "it is neither npy nor text");
	return error_hint(err, "file", "raw bytes need dtype= and shape=:  dtype=f32 shape=64x4096");
}

/* What an archive of several arrays holds, where none of them was asked for. One that cannot be read says why in place of its type. */
static struct value *list_members(struct npz *z, struct error *err)
{
	struct table *t = table_new("member type shape bytes fault");
	struct text word = { 0 };

	for (size_t i = 0; t && i < z->members; i++) {
		struct error why = { 0 };
		struct npy a;
		bool ok = npz_header(z, i, &a, &why);

		text_clear(&word);
		text_escape(&word, z->member[i].name, strlen(z->member[i].name), 0);
		table_row(t);
		table_text(t, text_str(&word));
		text_clear(&word);
		for (unsigned d = 0; ok && d < a.dims; d++)
			text_add(&word, "%s%" PRIu64, d ? "x" : "", a.dim[d]);
		table_text(t, ok ? a.number->word : "");
		table_text(t, text_str(&word));
		table_int(t, (int64_t)z->member[i].size);
		table_text(t, ok ? "" : why.text);
	}
	text_drop(&word);
	if (!t)
		error_memory(err, "a table");
	return t ? value_table(t, err) : NULL;
}

static struct value *load_archive(struct buffer *b, const char *member, const char *dtype, const char *shape, struct error *err)
{
	struct value *v = NULL;
	struct tensor t;
	struct npz z;
	size_t i = 0;

	if (dtype || shape) {
		error_set(err, ERR_ARGUMENT, "the file is an archive of arrays (npz), whose members say their own type and shape");
		error_hint(err, dtype ? "dtype" : "shape", "leave out dtype= and shape=");
		return NULL;
	}
	if (npz_open(&z, b, err)) {
		if (member)
			i = npz_find(&z, member, err);
		if (!member && z.members > 1)
			v = list_members(&z, err);
		else if (i < z.members && npz_read(&z, i, &t, err))
			v = value_tensor(t, err);
	}
	npz_close(&z);
	return v;
}

static struct value *load_single(struct buffer *b, const char *member, const char *dtype, const char *shape, struct error *err)
{
	struct tensor t;

	return load_bytes(b, member, dtype, shape, &t, err) ? value_tensor(t, err) : NULL;
}

bool session_load(struct session *s, const char *path, const char *member, const char *dtype, const char *shape,
		  struct outcome *out, struct error *err)
{
	struct buffer *b = buffer_map(path, err);
	struct value *v = NULL;

	(void)s;
	buffer_lost();
	if (b)
		v = npz_looks_like(b) ? load_archive(b, member, dtype, shape, err) : load_single(b, member, dtype, shape, err);
	if (b && buffer_lost()) {
		value_drop(v);
		v = NULL;
		error_set(err, ERR_FILE, "it became shorter while it was read");
	}
	if (b && !v)
		error_while(err, "%s", path);
	buffer_drop(b);
	if (!v && err && !err->about[0])
		snprintf(err->about, sizeof err->about, "file");
	return (out->value = v) != NULL;
}

static bool ends_in(const char *path, const char *ending)
{
	size_t n = strlen(path), k = strlen(ending);

	return n >= k && !strcasecmp(path + n - k, ending);
}

static bool table_bytes(const struct table *t, const char *path, struct text *bytes, struct error *err)
{
	if (ends_in(path, ".json"))
		table_write_json(t, bytes);
	else if (ends_in(path, ".tsv") || ends_in(path, ".txt"))
		table_write_tsv(t, bytes);
	else
		return error_set(err, ERR_ARGUMENT, "a table is saved as .tsv or .json");
	return !bytes->failed || error_memory(err, "the file");
}

static bool tensor_to_bytes(const struct tensor *t, const char *path, struct text *bytes, struct error *err)
{
	if (ends_in(path, ".npy"))
		return npy_write(t, bytes, err);
	if (ends_in(path, ".txt") || ends_in(path, ".csv") || ends_in(path, ".tsv"))
		return text_write(t, bytes, err);
	if (ends_in(path, ".bin") || ends_in(path, ".raw")) {
		text_putn(bytes, (const char *)tensor_block(t, 0), tensor_bytes(t));
		return !bytes->failed || error_memory(err, "the file");
	}
	error_set(err, ERR_ARGUMENT, "the ending of %s says no format", path);
	return error_hint(err, "file", ".npy   .txt .csv .tsv (numbers in rows)   .bin .raw (the bytes as they are)");
}

/* Values without the padding; raw bytes with all blocks. */
static bool weight_bytes(const struct value *v, const char *path, struct text *bytes, struct error *err)
{
	const struct quantized *q = value_as_quantized(v);
	const struct tensor *t = value_weights(v);
	struct tensor part;
	bool ok;

	if (!q || !q->padding || ends_in(path, ".bin") || ends_in(path, ".raw"))
		return tensor_to_bytes(t, path, bytes, err);
	if (!tensor_slice(t, 0, t->rows, 0, t->cols - q->padding, &part, err))
		return false;
	ok = tensor_to_bytes(&part, path, bytes, err);
	tensor_drop(&part);
	return ok;
}

bool session_save(struct session *s, const struct value *v, const char *path, bool force, struct error *err)
{
	struct text bytes = { 0 };
	bool ok;

	if (value_as_table(v)) {
		ok = table_bytes(value_as_table(v), path, &bytes, err);
	} else if (v->kind == VALUE_PLAN) {
		plan_text(v->u.plan, &bytes);
		ok = !bytes.failed || error_memory(err, "the file");
	} else if (value_weights(v)) {
		ok = weight_bytes(v, path, &bytes, err);
	} else {
		error_set(err, ERR_VALUE, "%s cannot be saved", value_kind_with_article(v->kind));
		return error_hint(err, "value", "weights (.npy, text, raw), tables (.tsv, .json) and plans can");
	}
	ok = ok && session_write(s, path, text_str(&bytes), bytes.len, false, force, err);
	if (!ok && err && !err->about[0])
		snprintf(err->about, sizeof err->about, "file");
	text_drop(&bytes);
	return ok;
}
