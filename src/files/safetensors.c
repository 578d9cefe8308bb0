/*
 * safetensors.c - a file of tensors with a header in JSON.
 *
 *	u64 length N of the header   N bytes of JSON   data
 *	{ "__metadata__": { word: word, ... }, NAME: { "dtype": "F32", "shape": [rows, cols], "data_offsets": [begin, end] }, ... }
 *
 * Offsets count from the end of the header. Data may begin anywhere, it need not be aligned.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codec.h"
#include "files/build.h"
#include "files/number.h"
#include "files/safetensors.h"

enum { HEADER_MAX = 100000000, ENTRY_MAX = 1 << 16, WORD_MAX = 1 << 24 };	/* bytes of the header, of what it says of one tensor, of a word */

/* Strings that facts point to: they are unescaped, so they cannot lie in the file. */
struct kept { char *s; struct kept *next; };

static const char *keep(struct model *m, json_t *string, size_t *len, struct error *err)
{
	struct kept *k = malloc(sizeof *k);
	size_t n = json_string_length(string);

	if (!k || !(k->s = malloc(n + 1))) {
		free(k);
		error_memory(err, "metadata");
		return NULL;
	}
	memcpy(k->s, json_string_value(string), n);
	k->s[n] = 0;
	k->next = m->private;
	m->private = k;
	*len = n;
	return k->s;
}

void safetensors_drop(struct model *m)
{
	for (struct kept *k = m->private, *next; k; k = next) {
		next = k->next;
		free(k->s);
		free(k);
	}
}

/* ---- metadata ---- */

/* Words, in an index also numbers; what is neither is told of and left out. */
static bool set_fact(struct model *m, json_t *key, json_t *value, struct error *err)
{
	struct fact f = { .len_bytes = 8 }, *place;

	if (!json_is_string(value) && !json_is_integer(value) && !json_is_real(value) && !json_is_boolean(value))
		return model_trouble(m, GRADE_ODD, json_string_value(key), UINT64_MAX, err, "the metadata is neither a word nor a number, or more than 16 MiB of it");
	f.type = json_is_string(value) ? FACT_STRING : json_is_integer(value) ? FACT_I64 : json_is_real(value) ? FACT_F64 : FACT_BOOL;
	f.i = json_is_integer(value) ? json_integer_value(value) : json_is_true(value);
	f.u = (uint64_t)f.i;
	f.f = json_is_number(value) ? json_number_value(value) : (double)f.i;
	f.key = keep(m, key, &f.key_len, err);
	if (!f.key || (f.type == FACT_STRING && !(f.string = keep(m, value, &f.string_len, err))))
		return false;
	place = fact_add(&m->fact, &m->facts, err);
	if (place)
		*place = f;
	return place;
}

bool safetensors_metadata(struct model *m, const struct json_member *e, struct error *err)
{
	struct json_walk w = { .s = e->value, .n = e->value_len, .base = e->at };
	struct json_member one;

	if (*e->value != '{')		/* some writers put null there */
		return model_trouble(m, GRADE_ODD, NULL, e->at, err, "the metadata is no object of words");
	while (json_next(&w, &one, err)) {
		json_t *key = one.key_len <= ENTRY_MAX ? json_parse(one.key, one.key_len, one.at, err) : NULL;
		bool flat = *one.value != '{' && *one.value != '[' && one.value_len <= WORD_MAX;
		json_t *value = !key ? NULL : flat ? json_parse(one.value, one.value_len, one.at, err) : json_null();
		bool ok = value && set_fact(m, key, value, err);

		json_decref(key);
		json_decref(value);
		if (!key && !err->class)
			error_set(err, ERR_FORMAT, "a key of %zu bytes before byte %zu; at most %d are read", one.key_len, one.at, ENTRY_MAX);
		if (!ok)
			return error_while(err, "the metadata");
	}
	return err->class ? error_while(err, "the metadata") : true;
}

/* ---- tensors ---- */

static bool whole(const json_t *j, uint64_t *v)
{
	if (!json_is_integer(j) || json_integer_value(j) < 0)
		return false;
	*v = (uint64_t)json_integer_value(j);
	return true;
}

static void set_dtype(struct tensor_entry *e, const char *dtype, size_t n)
{
	struct text shown = { 0 };

	e->number = number_by_name(dtype, n);
	if (e->number) {
		e->codec = codec_find(e->number->word);
		snprintf(e->type_name, sizeof e->type_name, "%s", e->codec ? e->codec->name : e->number->name);
		if (e->codec)
			e->number = NULL;
		return;
	}
	text_escape(&shown, dtype, n, sizeof e->type_name - 8);
	snprintf(e->type_name, sizeof e->type_name, "%s", text_str(&shown));
	tensor_mark(e, FAULT_TYPE, "has dtype %s, which this program does not know", e->type_name);
	text_drop(&shown);
}

static bool set_shape(struct tensor_entry *e, const json_t *shape, struct error *err)
{
	size_t n = json_array_size(shape);

	if (!json_is_array(shape))
		return error_set(err, ERR_FORMAT, "it has no \"shape\", which should be a list of whole numbers");
	for (size_t i = 0; i < n; i++) {
		uint64_t v;

		if (!whole(json_array_get(shape, i), &v))
			return error_set(err, ERR_FORMAT, "its \"shape\" holds something else than whole numbers");
		if (i < DIMS_MAX)
			e->dim[i] = v;
	}
	e->dims = (uint8_t)(n < DIMS_MAX ? n : DIMS_MAX);
	if (n > DIMS_MAX)
		tensor_mark(e, FAULT_SHAPE, "has %zu dimensions; at most %d can be read", n, DIMS_MAX);
	tensor_fold(e);
	return true;
}

/* Where its bytes lie, against what shape and dtype ask for. */
static bool set_place(struct tensor_entry *e, const json_t *offsets, uint64_t data_at, struct error *err)
{
	uint64_t begin, end, needs;

	if (json_array_size(offsets) != 2 || !whole(json_array_get(offsets, 0), &begin) || !whole(json_array_get(offsets, 1), &end))
		return error_set(err, ERR_FORMAT, "it has no \"data_offsets\", which should be two whole numbers");
	e->offset = data_at + begin;
	e->size = end >= begin ? end - begin : 0;
	if (end < begin)
		tensor_mark(e, FAULT_SIZE, "ends at %" PRIu64 ", before it begins at %" PRIu64, end, begin);
	if (tensor_needs(e, &needs) && needs != e->size)
		tensor_mark(e, FAULT_SIZE, "has %" PRIu64 " bytes; its shape and type ask for %" PRIu64, e->size, needs);
	return true;
}

static bool read_entry(struct model *m, unsigned part, const struct json_member *j, json_t *key, json_t *value, uint64_t data_at,
		       struct error *err)
{
	struct tensor_entry *e = model_add_tensor(m, err);
	const json_t *dtype = json_object_get(value, "dtype");
	char shown[256];

	if (!e || !(e->name = name_copy(json_string_value(key), json_string_length(key), err)))
		return false;
	e->part = part;
	if (!json_is_string(dtype)) {
		error_set(err, ERR_FORMAT, "it has no \"dtype\", which should be a word");
	} else {
		set_dtype(e, json_string_value(dtype), json_string_length(dtype));
		if (set_shape(e, json_object_get(value, "shape"), err) &&
		    set_place(e, json_object_get(value, "data_offsets"), data_at, err))
			return true;
	}
	return error_while(err, "tensor %zu '%s' at byte %zu", m->tensors - 1, name_shown(e->name, strlen(e->name), shown), j->at);
}

static bool read_member(struct model *m, unsigned part, const struct json_member *j, uint64_t data_at, struct error *err)
{
	static const char metadata[] = "\"__metadata__\"";
	json_t *key, *value;
	char shown[256];
	bool ok;

	if (j->key_len == sizeof metadata - 1 && !memcmp(j->key, metadata, j->key_len))
		return safetensors_metadata(m, j, err);
	if (j->value_len > ENTRY_MAX)
		return error_set(err, ERR_FORMAT, "tensor %zu %s is described in %zu bytes at byte %zu; at most %d are read", m->tensors,
				 name_shown(j->key, j->key_len, shown), j->value_len, j->at, ENTRY_MAX);
	key = json_parse(j->key, j->key_len, j->at, err);
	value = key ? json_parse(j->value, j->value_len, j->at, err) : NULL;
	ok = value ? read_entry(m, part, j, key, value, data_at, err) :
		     error_while(err, "tensor %zu %s", m->tensors, name_shown(j->key, j->key_len, shown));
	json_decref(key);
	json_decref(value);
	return ok;
}

static int by_offset(const void *a, const void *b)
{
	const struct tensor_entry *x = *(const struct tensor_entry *const *)a, *y = *(const struct tensor_entry *const *)b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Every byte after the header should be some tensor's. */
static bool find_holes(struct model *m, unsigned part, size_t first, uint64_t data_at, struct error *err)
{
	size_t n = m->tensors - first;
	struct tensor_entry **order = malloc((n + 1) * sizeof *order);
	uint64_t reached = data_at, size = m->part[part]->size;
	bool ok = order || error_memory(err, "the list of tensors");

	for (size_t i = 0; ok && i < n; i++)
		order[i] = &m->tensor[first + i];
	if (ok)
		qsort(order, n, sizeof *order, by_offset);
	for (size_t i = 0; ok && i < n; i++) {
		const struct tensor_entry *e = order[i];

		if (e->offset > reached && e->size && reached < size)
			ok = model_trouble(m, GRADE_ODD, NULL, reached, err, "bytes %" PRIu64 " to %" PRIu64 " belong to no tensor", reached, e->offset - 1);
		if (e->offset <= UINT64_MAX - e->size && e->offset + e->size > reached)
			reached = e->offset + e->size;
	}
	if (ok && reached < size)
		ok = model_trouble(m, GRADE_ODD, NULL, reached, err, "%" PRIu64 " bytes after the last tensor belong to none", size - reached);
	free(order);
	return ok;
}

bool safetensors_read(struct model *m, unsigned part, struct error *err)
{
	const struct buffer *b = m->part[part];
	struct reader r = { .bytes = b->bytes, .size = b->size };
	struct json_walk w = { .base = 8 };
	struct json_member j;
	size_t first = m->tensors;
	uint64_t length;

	if (!read_u64(&r, &length, "the length of the header", err))
		return false;
	if (length > HEADER_MAX || length > reader_left(&r))
		return error_set(err, ERR_FORMAT, "the header is said to be %" PRIu64 " bytes long (read at byte 0); %zu are left and at most %d allowed",
				 length, reader_left(&r), HEADER_MAX);
	w.s = (const char *)b->bytes + 8;
	w.n = (size_t)length;
	if (!w.n || *w.s != '{')
		return error_set(err, ERR_FORMAT, "the header at byte 8 begins with 0x%02x; it must begin with '{'", w.n ? (unsigned char)*w.s : 0);
	while (json_next(&w, &j, err))
		if (!read_member(m, part, &j, 8 + length, err))
			return false;
	if (err->class)
		return error_while(err, "the header");
	buffer_forget(b, 0, (size_t)length);	/* what is needed of it was copied */
	if (part == 0)
		m->data_at = 8 + length;
	m->alignment = 1;
	return find_holes(m, part, first, 8 + length, err);
}

static bool safetensors_looks_like(const unsigned char *head, size_t n, const char *path)
{
	(void)path;
	return n >= 9 && number_at(head, 8, false) <= HEADER_MAX && head[8] == '{';
}

static bool safetensors_open(struct model *m, struct error *err)
{
	return safetensors_read(m, 0, err);
}

const struct format format_safetensors = {
	.name       = "safetensors",
	.endings    = ".safetensors",
	.looks_like = safetensors_looks_like,
	.open       = safetensors_open,
	.drop       = safetensors_drop,
};
