/* model.c - see model.h: opening by looking, finding by name, a tensor's weights. */
#include "files/imatrix.h"
#include "files/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/codec.h"
#include "files/build.h"
#include "files/number.h"
#include "files/swap.h"

const struct format *const formats[] = { &format_gguf, &format_safetensors, &format_safetensors_index, NULL };

static bool ends_in(const char *path, const char *ending)
{
	size_t n = strlen(path), k = strlen(ending);

	return n >= k && !strcasecmp(path + n - k, ending);
}

/* By content first; a name that promises a format gets that format's own complaint. */
static const struct format *format_of(const char *path, const struct buffer *b)
{
	for (const struct format *const *f = formats; *f; f++)
		if ((*f)->looks_like(b->bytes, b->size < 4096 ? b->size : 4096, path))
			return *f;
	for (const struct format *const *f = formats; *f; f++)
		if (ends_in(path, (*f)->endings))
			return *f;
	return NULL;
}

static bool unknown_format(const char *path, const struct buffer *b, struct error *err)
{
	char bytes[40] = "nothing";

	for (size_t i = 0; i < 8 && i < b->size; i++)
		snprintf(bytes + 3 * i, sizeof bytes - 3 * i, "%02x ", b->bytes[i]);
	if (b->size)
		bytes[3 * (b->size < 8 ? b->size : 8) - 1] = 0;
	error_set(err, ERR_FORMAT, "%s is of no known format: it begins with %s", path, bytes);
	if (b->size >= 6 && !memcmp(b->bytes, "\x93NUMPY", 6))
		return error_hint(err, "file", "it is an array:  load %s", path);
	return error_hint(err, "file", "models are read from GGUF (47 47 55 46 ...) and safetensors (length, then {)");
}

struct model *model_open(const char *path, struct error *err)
{
	struct buffer *b = buffer_map(path, err);
	struct model *m;

	if (!b)
		return NULL;
	m = calloc(1, sizeof *m);
	if (!m || !(m->path = strdup(path))) {
		error_memory(err, "a model");
		buffer_drop(b);
		model_drop(m);
		return NULL;
	}
	m->format = format_of(path, b);
	if (!m->format) {
		unknown_format(path, b, err);
		buffer_drop(b);
		model_drop(m);
		return NULL;
	}
	buffer_lost();
	if (!model_add_part(m, path, b, err) || !m->format->open(m, err) || !model_settle(m, err)) {
		error_while(err, "%s", path);
		model_drop(m);
		return NULL;
	}
	if (buffer_lost()) {
		error_set(err, ERR_FILE, "%s became shorter while it was read", path);
		model_drop(m);
		return NULL;
	}
	return m;
}

void model_drop(struct model *m)
{
	if (!m)
		return;
	model_drop(m->reference);
	importance_drop(m->importance);
	if (m->format && m->format->drop)
		m->format->drop(m);
	for (size_t i = 0; i < m->tensors; i++)
		free(m->tensor[i].name);
	for (unsigned i = 0; i < m->parts; i++) {
		buffer_drop(m->part[i]);
		free(m->part_path[i]);
	}
	findings_drop(&m->trouble);
	free(m->part);
	free(m->part_path);
	free(m->fact);
	free(m->tensor);
	free(m->by_name);
	free(m->pair);
	free(m->path);
	free(m);
}

const struct tensor_entry *model_find(const struct model *m, const char *name)
{
	size_t lo = 0, hi = m->tensors;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(m->tensor[m->by_name[mid]].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == m->tensors || strcmp(m->tensor[m->by_name[lo]].name, name))
		return NULL;
	return &m->tensor[m->by_name[lo]];
}

const struct fact *model_fact(const struct model *m, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < m->facts; i++)
		if (m->fact[i].key_len == n && !memcmp(m->fact[i].key, key, n))
			return &m->fact[i];
	return NULL;
}

double model_bits(const struct model *m)
{
	return m->weights ? 8.0 * (double)m->bytes / (double)m->weights : 0;
}

/* ---- weights ---- */

static void set_shape(const struct tensor_entry *e, struct tensor *t)
{
	t->rows = e->rows;
	t->cols = e->cols;
	t->dims = e->dims ? e->dims : 1;
	for (unsigned i = 0; i < t->dims; i++)
		t->dim[i] = e->dims ? e->dim[i] : 1;
}

/* A big-endian file's blocks in our order, in memory of their own. */
static bool swapped(const struct model *m, const struct tensor_entry *e, struct tensor *out, struct error *err)
{
	struct buffer *b = buffer_copy(m->part[e->part]->bytes + e->offset, (size_t)e->size, err);

	if (!b)
		return false;
	if (!swap_blocks(e->codec, b->bytes, (size_t)e->size / e->codec->block_bytes)) {
		buffer_drop(b);
		return error_set(err, ERR_CODEC, "it is not known how %s lies in a big-endian file", e->codec->name);
	}
	out->buffer = b;
	out->offset = 0;
	return true;
}

static bool converted(const struct model *m, const struct tensor_entry *e, struct tensor *out, struct error *err)
{
	if (!tensor_new(out, e->rows, e->cols, err))
		return false;
	numbers_to_f32(e->number, m->part[e->part]->bytes + e->offset, e->rows * e->cols, m->big_endian, tensor_floats(out));
	return true;
}

bool model_tensor(const struct model *m, const struct tensor_entry *e, struct tensor *out, struct error *err)
{
	struct tensor t = { .codec = e->codec };
	char shown[256];

	if (e->fault != FAULT_NONE) {
		error_set(err, ERR_TENSOR, "'%s' of %s cannot be read: it %s", name_shown(e->name, strlen(e->name), shown), m->path,
			  e->fault_text);
		return error_hint(err, NULL, "the other tensors can;  check  lists all that is wrong");
	}
	buffer_lost();
	if (!e->codec) {
		if (!converted(m, e, &t, err))
			return false;
	} else if (m->big_endian) {
		if (!swapped(m, e, &t, err))
			return false;
	} else {
		t.buffer = buffer_hold(m->part[e->part]);
		t.offset = (size_t)e->offset;
	}
	set_shape(e, &t);
	if (buffer_lost()) {
		tensor_drop(&t);
		return error_set(err, ERR_FILE, "%s became shorter while it was read", m->part_path[e->part]);
	}
	*out = t;
	return true;
}
