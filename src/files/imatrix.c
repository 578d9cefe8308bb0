/*
 * imatrix.c - see imatrix.h.
 *
 * GGUF:  for each weight two tensors of f32, NAME.in_sum2 [columns, experts] and NAME.counts [1, experts]
 * .dat:  i32 entries; each: i32 length, name, i32 calls, i32 n, n x f32; then maybe i32 chunks, i32 length, name of the data
 */
#include "files/imatrix.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/codec.h"
#include "files/build.h"
#include "files/gguf_write.h"

enum { NAME_MAX_BYTES = 1 << 16 };

struct importance *importance_new(struct error *err)
{
	struct importance *m = calloc(1, sizeof *m);

	if (!m)
		error_memory(err, "importance");
	return m;
}

void importance_drop(struct importance *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->entries; i++) {
		free(m->entry[i].name);
		free(m->entry[i].sum);
		free(m->entry[i].count);
	}
	free(m->entry);
	free(m->dataset);
	free(m->path);
	free(m);
}

struct importance_entry *importance_add(struct importance *m, const char *name, size_t columns, size_t experts, struct error *err)
{
	struct importance_entry *more = realloc(m->entry, (m->entries + 1) * sizeof *more), *e;
	size_t n;

	if (more)
		m->entry = more;
	if (!more || __builtin_mul_overflow(columns, experts, &n)) {
		error_memory(err, "importance");
		return NULL;
	}
	e = &m->entry[m->entries++];
	*e = (struct importance_entry){ .name = strdup(name), .columns = columns, .experts = experts };
	e->sum = calloc(n + 1, sizeof *e->sum);
	e->count = calloc(experts + 1, sizeof *e->count);
	if (e->name && e->sum && e->count)
		return e;
	error_memory(err, "importance");
	return NULL;
}

const struct importance_entry *importance_find(const struct importance *m, const char *name)
{
	for (size_t i = 0; m && i < m->entries; i++)
		if (!strcmp(m->entry[i].name, name))
			return &m->entry[i];
	return NULL;
}

float importance_at(const struct importance_entry *e, size_t i)
{
	float count = e->columns ? e->count[i / e->columns] : 0;

	return count > 0 ? e->sum[i] / count : count < 0 ? e->sum[i] : 1;	/* below 0: sums that are not to be divided */
}

static bool check_values(const struct importance *m, struct error *err)
{
	char shown[256], number[NUMBER_SIZE];

	for (size_t k = 0; k < m->entries; k++) {
		const struct importance_entry *e = &m->entry[k];

		for (size_t i = 0; i < e->columns * e->experts; i++) {
			float v = importance_at(e, i);

			if (isfinite(v) && v >= 0)
				continue;
			return error_set(err, ERR_VALUE, "importance of column %zu of '%s' is %s", i, name_shown(e->name, strlen(e->name), shown),
					 number_short(number, (double)v));
		}
	}
	return true;
}

/* ---- GGUF ---- */

/* Said before memory is taken by its size: the file may be too short for it. */
static bool holds_floats(const struct tensor_entry *e, struct error *err)
{
	char shown[256];

	name_shown(e->name, strlen(e->name), shown);
	if (!e->codec || strcmp(e->codec->name, "f32"))
		return error_set(err, ERR_FORMAT, "'%s' is %s, not f32", shown, e->type_name);
	return e->fault == FAULT_NONE || error_set(err, ERR_FORMAT, "'%s' at byte %" PRIu64 " %s", shown, e->offset, e->fault_text);
}

static bool read_floats(const struct model *m, const struct tensor_entry *e, float *out, struct error *err)
{
	struct tensor t;
	bool ok;

	if (!model_tensor(m, e, &t, err))
		return false;
	ok = tensor_read(&t, 0, tensor_count(&t), out) || error_memory(err, "importance");
	tensor_drop(&t);
	return ok;
}

static bool read_pair(struct importance *out, const struct model *m, const struct tensor_entry *sum, size_t name_len, struct error *err)
{
	const struct tensor_entry *count;
	struct importance_entry *e;
	char *name = malloc(name_len + 16), shown[256];

	if (!name)
		return error_memory(err, "importance");
	memcpy(name, sum->name, name_len);
	strcpy(name + name_len, ".counts");
	count = model_find(m, name);
	name[name_len] = 0;
	if (!count || count->rows * count->cols != sum->rows) {
		free(name);
		name_shown(sum->name, strlen(sum->name), shown);
		return error_set(err, ERR_FORMAT, count ? "'%s' has %zu rows, and its .counts %zu numbers" : "'%s' has no .counts beside it",
				 shown, sum->rows, count ? count->rows * count->cols : 0);
	}
	if (!holds_floats(sum, err) || !holds_floats(count, err)) {
		free(name);
		return false;
	}
	e = importance_add(out, name, sum->cols, sum->rows, err);
	free(name);
	return e && read_floats(m, sum, e->sum, err) && read_floats(m, count, e->count, err);
}

static bool from_model(struct importance *out, const struct model *m, struct error *err)
{
	const struct fact *type = model_fact(m, "general.type"), *sets = model_fact(m, "imatrix.datasets"), *f;
	struct fact first;
	size_t walk = 0;

	if (!type || type->type != FACT_STRING || type->string_len != 7 || memcmp(type->string, "imatrix", 7)) {
		error_set(err, ERR_FORMAT, "it is a GGUF file of another kind: general.type is not \"imatrix\"");
		return error_hint(err, "imatrix", "imatrix m out=FILE  makes one");
	}
	if (sets && fact_element(sets, 0, &first, &walk) && first.type == FACT_STRING &&
	    !(out->dataset = name_copy(first.string, first.string_len, err)))
		return false;
	if ((f = model_fact(m, "imatrix.chunk_count")))
		out->chunks = (uint32_t)f->u;
	if ((f = model_fact(m, "imatrix.chunk_size")))
		out->chunk_size = (uint32_t)f->u;
	for (size_t i = 0; i < m->tensors; i++) {
		size_t n = strlen(m->tensor[i].name);

		if (n > 8 && !strcmp(m->tensor[i].name + n - 8, ".in_sum2") && !read_pair(out, m, &m->tensor[i], n - 8, err))
			return false;
	}
	return true;
}

static bool read_gguf(struct importance *out, const char *path, struct error *err)
{
	struct model *m = model_open(path, err);
	bool ok = m && (from_model(out, m, err) || error_while(err, "%s", path));

	model_drop(m);
	return ok;
}

/* ---- .dat ---- */

static bool read_i32(struct reader *r, int32_t *v, const char *what, struct error *err)
{
	uint32_t u;

	if (!read_u32(r, &u, what, err))
		return false;
	memcpy(v, &u, sizeof *v);
	return true;
}

/* A length that must lie in what is left of the file. */
static bool read_length(struct reader *r, size_t each, int32_t *n, const char *what, struct error *err)
{
	size_t at = r->at;

	if (!read_i32(r, n, what, err))
		return false;
	if (*n < 0 || (size_t)*n > reader_left(r) / each)
		return error_set(err, ERR_FORMAT, "%s is %d at byte %zu, and %zu bytes are left", what, *n, at, reader_left(r));
	return true;
}

static bool read_entry(struct importance *out, struct reader *r, struct error *err)
{
	const unsigned char *name, *values;
	struct importance_entry *e;
	int32_t len, calls, n;
	char *copy;

	if (!read_length(r, 1, &len, "the length of a name", err))
		return false;
	if (!len || len > NAME_MAX_BYTES)
		return error_set(err, ERR_FORMAT, "a name of %d bytes before byte %zu", len, r->at);
	if (!read_bytes(r, (size_t)len, &name, "a name", err) || !read_i32(r, &calls, "the number of calls", err) ||
	    !read_length(r, 4, &n, "the number of values", err) || !read_bytes(r, (size_t)n * 4, &values, "values", err))
		return false;
	copy = name_copy((const char *)name, (size_t)len, err);
	e = copy ? importance_add(out, copy, (size_t)n, 1, err) : NULL;
	free(copy);
	if (!e)
		return false;
	memcpy(e->sum, values, (size_t)n * 4);
	e->count[0] = calls > 0 ? (float)calls : -1;
	return true;
}

static bool read_tail(struct importance *out, struct reader *r, struct error *err)
{
	const unsigned char *name;
	int32_t chunks, len;

	if (!reader_left(r))
		return true;
	if (!read_i32(r, &chunks, "the number of chunks", err))
		return false;
	out->chunks = chunks > 0 ? (uint32_t)chunks : 0;
	if (!reader_left(r))
		return true;
	if (!read_length(r, 1, &len, "the length of the data's name", err) || !read_bytes(r, (size_t)len, &name, "the data's name", err))
		return false;
	if (reader_left(r))
		return error_set(err, ERR_FORMAT, "%zu bytes follow what should be the end, byte %zu", reader_left(r), r->at);
	return (out->dataset = name_copy((const char *)name, (size_t)len, err)) != NULL;
}

static bool read_dat(struct importance *out, const struct buffer *b, const char *path, struct error *err)
{
	struct reader r = { .bytes = b->bytes, .size = b->size };
	int32_t n;
	bool ok = read_length(&r, 12, &n, "the number of entries", err);

	if (ok && !n)
		ok = error_set(err, ERR_FORMAT, "it has no entries");
	for (int32_t i = 0; ok && i < n; i++)
		ok = read_entry(out, &r, err) || error_while(err, "entry %d of %d", i, n);
	ok = ok && read_tail(out, &r, err);
	if (!ok && err->class == ERR_FORMAT)
		error_hint(err, "imatrix", "importance files are GGUF, or the older form of llama.cpp (.dat)");
	return ok || error_while(err, "%s is no importance file", path);
}

struct importance *importance_read(const char *path, struct error *err)
{
	struct importance *m = importance_new(err);
	struct buffer *b = m ? buffer_map(path, err) : NULL;
	bool ok = b != NULL;

	buffer_lost();
	if (ok && !(m->path = strdup(path)))
		ok = error_memory(err, "importance");
	ok = ok && (b->size >= 4 && !memcmp(b->bytes, "GGUF", 4) ? read_gguf(m, path, err) : read_dat(m, b, path, err));
	ok = ok && (check_values(m, err) || error_while(err, "%s", path));
	if (ok && buffer_lost())
		ok = error_set(err, ERR_FILE, "%s became shorter while it was read", path);
	buffer_drop(b);
	if (ok)
		return m;
	if (err && !err->about[0])
		strcpy(err->about, "imatrix");
	importance_drop(m);
	return NULL;
}

/* ---- writing ---- */

static bool put_i32(struct replace *r, int32_t v, struct error *err)
{
	unsigned char b[4] = { (unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16), (unsigned char)(v >> 24) };

	return replace_write(r, b, 4, err);
}

static bool put_words(struct replace *r, const char *s, struct error *err)
{
	return put_i32(r, (int32_t)strlen(s), err) && replace_write(r, s, strlen(s), err);
}

/* Of several experts the calls are those of the busiest; the sums are made to fit it, as one number divides them all. */
static bool put_dat_entry(struct replace *r, const struct importance_entry *e, struct error *err)
{
	float calls = 0;

	for (size_t k = 0; k < e->experts; k++)
		calls = e->count[k] > calls ? e->count[k] : calls;
	if (!put_words(r, e->name, err) || !put_i32(r, (int32_t)calls, err) || !put_i32(r, (int32_t)(e->columns * e->experts), err))
		return false;
	for (size_t i = 0; i < e->columns * e->experts; i++) {
		float own = e->count[i / e->columns], v = calls > 0 && own != calls ? importance_at(e, i) * calls : calls > 0 ? e->sum[i] : importance_at(e, i);
		uint32_t bits;

		memcpy(&bits, &v, sizeof bits);
		if (!put_i32(r, (int32_t)bits, err))
			return false;
	}
	return true;
}

static bool write_dat(const struct importance *m, const char *path, bool force, struct error *err)
{
	struct replace r;
	bool ok = replace_open(&r, path, force, err) && put_i32(&r, (int32_t)m->entries, err);

	for (size_t i = 0; ok && i < m->entries; i++)
		ok = put_dat_entry(&r, &m->entry[i], err);
	ok = ok && put_i32(&r, (int32_t)m->chunks, err) && put_words(&r, m->dataset ? m->dataset : "", err) && replace_commit(&r, err);
	replace_drop(&r);
	return ok;
}

static bool list_pair(struct gguf_writer *g, const struct importance_entry *e, struct error *err)
{
	size_t size = strlen(e->name) + 16;
	char *name = malloc(size);
	bool ok;

	if (!name)
		return error_memory(err, "importance");
	snprintf(name, size, "%s.in_sum2", e->name);
	ok = gguf_tensor(g, name, 2, (uint64_t[]){ e->experts, e->columns }, 0, e->experts * e->columns * 4, err);
	snprintf(name, size, "%s.counts", e->name);
	ok = ok && gguf_tensor(g, name, 2, (uint64_t[]){ e->experts, 1 }, 0, e->experts * 4, err);
	free(name);
	return ok;
}

static bool write_gguf(const struct importance *m, const char *path, bool force, struct error *err)
{
	struct gguf_writer g;
	bool ok = gguf_new(&g, path, force, err);

	if (ok) {
		gguf_key_string(&g, "general.type", "imatrix", 7);
		gguf_key_strings(&g, "imatrix.datasets", (const char *const *)&m->dataset, m->dataset != NULL);
		gguf_key_u32(&g, "imatrix.chunk_count", m->chunks);
		gguf_key_u32(&g, "imatrix.chunk_size", m->chunk_size);
	}
	for (size_t i = 0; ok && i < m->entries; i++)
		ok = list_pair(&g, &m->entry[i], err);
	ok = ok && gguf_begin(&g, err);
	for (size_t i = 0; ok && i < m->entries; i++)
		ok = gguf_data(&g, m->entry[i].sum, m->entry[i].columns * m->entry[i].experts * 4, err) &&
		     gguf_data(&g, m->entry[i].count, m->entry[i].experts * 4, err);
	ok = ok && gguf_end(&g, err) && replace_commit(&g.file, err);
	gguf_drop(&g);
	return ok;
}

bool importance_write(const struct importance *m, const char *path, bool force, struct error *err)
{
	size_t n = strlen(path);

	return n > 4 && !strcasecmp(path + n - 4, ".dat") ? write_dat(m, path, force, err) : write_gguf(m, path, force, err);
}
