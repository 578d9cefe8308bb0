/*
 * gguf.c - GGUF, versions 1 to 3, either byte order, one file or several parts.
 *
 *	magic "GGUF"   u32 version   count of tensors   count of keys
 *	keys     x     string key    u32 type   value
 *	tensors  x     string name   u32 number of dimensions   each dimension, the length of a row first   u32 type   u64 offset
 *	padding to general.alignment, then the data; offsets count from there
 *
 * A string is a length and its bytes. Counts, lengths and dimensions are u64, in version 1 u32. Big-endian files have every
 * number turned round, data included.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/codec.h"
#include "files/build.h"
#include "files/number.h"

enum { VERSION_MAX = 3, ALIGNMENT_DEFAULT = 32, NESTING_MAX = 16, DIMS_GGUF = 4 };

static const uint8_t fixed_size[] = {	/* of a value; 0: string and array tell their own */
	[FACT_U8] = 1, [FACT_I8] = 1, [FACT_U16] = 2, [FACT_I16] = 2, [FACT_U32] = 4, [FACT_I32] = 4, [FACT_F32] = 4, [FACT_BOOL] = 1,
	[FACT_STRING] = 0, [FACT_ARRAY] = 0, [FACT_U64] = 8, [FACT_I64] = 8, [FACT_F64] = 8,
};

/* One file of a model while its header is read. */
struct gguf {
	struct reader r;
	uint8_t len_bytes;
	unsigned version;
	uint64_t tensors, keys;
	struct fact *fact; size_t facts;
	uint64_t alignment, data_at;
};

static bool read_count(struct gguf *g, uint64_t *v, const char *what, struct error *err)
{
	uint32_t narrow;

	if (g->len_bytes == 8)
		return read_u64(&g->r, v, what, err);
	if (!read_u32(&g->r, &narrow, what, err))
		return false;
	*v = narrow;
	return true;
}

static bool read_string(struct gguf *g, const char **s, size_t *n, const char *what, struct error *err)
{
	size_t start = g->r.at;
	const unsigned char *at;
	uint64_t len;

	if (!read_count(g, &len, what, err))
		return false;
	if (len > reader_left(&g->r))
		return error_set(err, ERR_FORMAT, "%s is said to be %" PRIu64 " bytes long (read at byte %zu), but only %zu are left", what,
				 len, start, reader_left(&g->r));
	if (!read_bytes(&g->r, (size_t)len, &at, what, err))
		return false;
	*s = (const char *)at;
	*n = (size_t)len;
	return true;
}

/* ---- keys and values ---- */

static bool skip_array(struct gguf *g, struct fact *f, int depth, struct error *err);

static bool skip_elements(struct gguf *g, uint32_t type, uint64_t count, int depth, struct error *err)
{
	size_t start = g->r.at, size = fixed_size[type], least = size ? size : type == FACT_STRING ? g->len_bytes : 4u + g->len_bytes;
	const unsigned char *at;

	if (count > reader_left(&g->r) / least)
		return error_set(err, ERR_FORMAT, "an array of %" PRIu64 " elements begins at byte %zu, but only %zu bytes are left", count,
				 start, reader_left(&g->r));
	if (size)
		return read_bytes(&g->r, (size_t)count * size, &at, "an array", err);
	for (uint64_t i = 0; i < count; i++) {
		struct fact inner = { 0 };
		const char *s;
		size_t n;

		if (type == FACT_STRING ? !read_string(g, &s, &n, "a string of an array", err) : !skip_array(g, &inner, depth + 1, err))
			return false;
	}
	return true;
}

static bool skip_array(struct gguf *g, struct fact *f, int depth, struct error *err)
{
	size_t start = g->r.at;
	uint32_t element;

	if (!read_u32(&g->r, &element, "the type of an array", err) || !read_count(g, &f->count, "the length of an array", err))
		return false;
	if (element > FACT_F64)
		return error_set(err, ERR_FORMAT, "an array of value type %" PRIu32 " at byte %zu; GGUF has 0 to %d", element, start, FACT_F64);
	if (depth > NESTING_MAX)
		return error_set(err, ERR_FORMAT, "arrays within arrays, deeper than %d, at byte %zu", NESTING_MAX, start);
	f->element = (enum fact_type)element;
	return skip_elements(g, element, f->count, depth, err);
}

static bool read_value(struct gguf *g, struct fact *f, struct error *err)
{
	size_t start = g->r.at;
	uint32_t type;

	if (!read_u32(&g->r, &type, "the type of a value", err))
		return false;
	if (type > FACT_F64)
		return error_set(err, ERR_FORMAT, "value type %" PRIu32 " at byte %zu; GGUF has 0 to %d", type, start, FACT_F64);
	f->type = (enum fact_type)type;
	f->big_endian = g->r.big;
	f->len_bytes = g->len_bytes;
	start = g->r.at;
	if (type == FACT_STRING ? !read_string(g, &f->string, &f->string_len, "its value", err) :
	    type == FACT_ARRAY ? !skip_array(g, f, 1, err) : !read_bytes(&g->r, fixed_size[type], &f->at, "its value", err))
		return false;
	f->at = g->r.bytes + start;
	f->size = g->r.at - start;
	if (fixed_size[type])
		fact_number(f);
	return true;
}

static bool read_fact(struct gguf *g, struct error *err)
{
	struct fact *f = fact_add(&g->fact, &g->facts, err);
	char shown[256];

	if (!f)
		return false;
	if (!read_string(g, &f->key, &f->key_len, "its name", err))
		return error_while(err, "key %zu of %" PRIu64, g->facts - 1, g->keys);
	if (!read_value(g, f, err))
		return error_while(err, "key %zu of %" PRIu64 " '%s'", g->facts - 1, g->keys, name_shown(f->key, f->key_len, shown));
	return true;
}

static const struct fact *fact_of(const struct gguf *g, const char *key)
{
	for (size_t i = 0; i < g->facts; i++)
		if (g->fact[i].key_len == strlen(key) && !memcmp(g->fact[i].key, key, g->fact[i].key_len))
			return &g->fact[i];
	return NULL;
}

/* ---- header ---- */

static bool read_counts(struct gguf *g, struct error *err)
{
	size_t start;

	if (!read_count(g, &g->tensors, "the number of tensors", err))
		return false;
	start = g->r.at;
	if (!read_count(g, &g->keys, "the number of keys", err))
		return false;
	/* The least a key can take: length, type, one byte; a tensor: length, dimensions, type, offset. */
	if (g->keys > reader_left(&g->r) / (g->len_bytes + 5u))
		return error_set(err, ERR_FORMAT, "%" PRIu64 " keys (read at byte %zu) cannot lie in the %zu bytes that follow", g->keys, start,
				 reader_left(&g->r));
	if (g->tensors > reader_left(&g->r) / (g->len_bytes + 16u))
		return error_set(err, ERR_FORMAT, "%" PRIu64 " tensors (read at byte 8) cannot lie in the %zu bytes that follow", g->tensors,
				 reader_left(&g->r));
	return true;
}

static bool read_head(struct gguf *g, struct error *err)
{
	const unsigned char *magic;
	uint32_t version;

	if (!read_bytes(&g->r, 4, &magic, "the magic \"GGUF\"", err))
		return false;
	if (memcmp(magic, "GGUF", 4))
		return error_set(err, ERR_FORMAT, "bytes 0 to 3 are %02x %02x %02x %02x; a GGUF file begins with 47 47 55 46 (\"GGUF\")",
				 magic[0], magic[1], magic[2], magic[3]);
	if (!read_u32(&g->r, &version, "the version", err))
		return false;
	if (version && !(version & 0xffff)) {
		g->r.big = true;
		version = (uint32_t)number_at(g->r.bytes + 4, 4, true);
	}
	if (version < 1 || version > VERSION_MAX)
		return error_set(err, ERR_FORMAT, "version %" PRIu32 " at byte 4; versions 1 to %d can be read", version, VERSION_MAX);
	g->version = version;
	g->len_bytes = version == 1 ? 4 : 8;
	return read_counts(g, err);
}

static bool read_alignment(struct gguf *g, struct error *err)
{
	const struct fact *f = fact_of(g, "general.alignment");

	g->alignment = ALIGNMENT_DEFAULT;
	if (!f)
		return true;
	if (f->type != FACT_U32 || !f->u || (f->u & (f->u - 1)))
		return error_set(err, ERR_FORMAT, "general.alignment at byte %td is %s%" PRIu64 "; it must be a u32 and a power of two",
				 f->at - g->r.bytes, f->type == FACT_U32 ? "" : "no u32: ", f->u);
	g->alignment = f->u;
	return true;
}

/* ---- tensors ---- */

static void set_type(struct tensor_entry *e, uint32_t type)
{
	const char *gone = codec_removed_name(type);

	e->codec = codec_by_gguf(type);
	e->number = e->codec ? NULL : number_by_gguf(type);
	if (e->codec || e->number) {
		snprintf(e->type_name, sizeof e->type_name, "%s", e->codec ? e->codec->name : e->number->word);
		return;
	}
	if (gone)
		snprintf(e->type_name, sizeof e->type_name, "%s", gone);
	else
		snprintf(e->type_name, sizeof e->type_name, "type %" PRIu32, type);
	tensor_mark(e, FAULT_TYPE, gone ? "has a type that was removed from GGUF (number %" PRIu32 ")" : "has type %" PRIu32
		    ", which this program does not know", type);
}

static bool read_dims(struct gguf *g, struct tensor_entry *e, struct error *err)
{
	size_t start = g->r.at;
	uint32_t dims;

	if (!read_u32(&g->r, &dims, "the number of dimensions", err))
		return false;
	if (dims > DIMS_MAX)
		return error_set(err, ERR_FORMAT, "%" PRIu32 " dimensions at byte %zu; GGUF has 1 to %d", dims, start, DIMS_GGUF);
	for (unsigned i = 0; i < dims; i++)
		if (!read_count(g, &e->dim[dims - 1 - i], "its dimensions", err))
			return false;
	e->dims = (uint8_t)dims;
	if (dims < 1 || dims > DIMS_GGUF)
		tensor_mark(e, FAULT_SHAPE, "has %" PRIu32 " dimensions; GGUF has 1 to %d", dims, DIMS_GGUF);
	tensor_fold(e);
	return true;
}

static bool read_tensor(struct gguf *g, struct model *m, unsigned part, struct error *err)
{
	struct tensor_entry *e = model_add_tensor(m, err);
	const char *name;
	uint32_t type;
	size_t n;

	if (!e || !read_string(g, &name, &n, "its name", err))
		return false;
	e->part = part;
	e->name = name_copy(name, n, err);
	if (!e->name || !read_dims(g, e, err) || !read_u32(&g->r, &type, "its type", err) || !read_u64(&g->r, &e->offset, "its offset", err))
		return false;
	set_type(e, type);
	if (!tensor_needs(e, &e->size))
		e->size = 0;
	return true;
}

/* Offsets in the file are known once the header has ended. */
static void place(const struct gguf *g, struct tensor_entry *e)
{
	if (e->offset % g->alignment)
		tensor_mark(e, FAULT_ALIGNMENT, "begins %" PRIu64 " bytes into the data, which is no multiple of %" PRIu64, e->offset, g->alignment);
	if (__builtin_add_overflow(e->offset, g->data_at, &e->offset)) {
		e->offset = UINT64_MAX;
		tensor_mark(e, FAULT_PAST_END, "has an offset that overflows");
	}
}

static bool read_tensors(struct gguf *g, struct model *m, unsigned part, struct error *err)
{
	size_t first = m->tensors;
	char shown[256];

	for (uint64_t i = 0; i < g->tensors; i++)
		if (!read_tensor(g, m, part, err)) {
			const char *name = m->tensors > first + i ? m->tensor[first + i].name : NULL;

			return error_while(err, "tensor %" PRIu64 " of %" PRIu64 "%s%s%s", i, g->tensors, name ? " '" : "",
					   name ? name_shown(name, strlen(name), shown) : "", name ? "'" : "");
		}
	g->data_at = (g->r.at + g->alignment - 1) / g->alignment * g->alignment;
	for (size_t i = first; i < m->tensors; i++)
		place(g, &m->tensor[i]);
	return true;
}

static bool read_facts(struct gguf *g, struct error *err)
{
	for (uint64_t i = 0; i < g->keys; i++)
		if (!read_fact(g, err))
			return false;
	return read_alignment(g, err);
}

/* ---- parts ---- */

/* What a file says about the model it is a part of. */
struct split { uint64_t no, count, tensors; bool says_tensors; };

static struct split split_of(const struct gguf *g)
{
	const struct fact *no = fact_of(g, "split.no"), *count = fact_of(g, "split.count"), *tensors = fact_of(g, "split.tensors.count");

	return (struct split){ no ? no->u : 0, count && count->u ? count->u : 1, tensors ? tensors->u : 0, tensors };
}

/* "dir/tiny-" if path is the part it says it is; NULL: it is not named so. The caller frees it. */
static char *stem_of(const char *path, const struct split *s)
{
	char tail[48];
	size_t n = strlen(path), k;

	snprintf(tail, sizeof tail, "-%05" PRIu64 "-of-%05" PRIu64 ".gguf", s->no + 1, s->count);
	k = strlen(tail);
	if (s->count > 99999 || s->no >= s->count || n < k || strcmp(path + n - k, tail))
		return NULL;
	return strndup(path, n - k + 1);
}

static bool read_file(struct gguf *g, const struct buffer *b, struct error *err)
{
	*g = (struct gguf){ .r = { .bytes = b->bytes, .size = b->size } };
	return read_head(g, err) && read_facts(g, err);
}

/* A further part: its tensors are added, its keys only compared. */
static bool read_part(struct model *m, unsigned part, const struct split *first, struct error *err)
{
	struct split s;
	struct gguf g;
	bool ok = read_file(&g, m->part[part], err) && read_tensors(&g, m, part, err);

	if (!ok) {
		free(g.fact);
		return error_while(err, "part %s", m->part_path[part]);
	}
	s = split_of(&g);
	free(g.fact);
	if (g.r.big != m->big_endian)
		return error_set(err, ERR_FORMAT, "part %u is %s-endian and part 1 is not", part + 1, g.r.big ? "big" : "little");
	if (s.count != first->count || s.no != part)
		return model_trouble(m, GRADE_BAD, NULL, UINT64_MAX, err, "part %u says it is part %" PRIu64 " of %" PRIu64, part + 1, s.no + 1, s.count);
	if (s.says_tensors && first->says_tensors && s.tensors != first->tensors)
		return model_trouble(m, GRADE_BAD, NULL, UINT64_MAX, err, "part %u counts %" PRIu64 " tensors in all, the part that was opened %" PRIu64, part + 1,
			       s.tensors, first->tensors);
	return true;
}

/* Maps all parts in order; the one that was opened is there already. Missing ones stay NULL. */
static bool map_parts(struct model *m, const char *stem, const struct split *s, unsigned *missing, struct error *err)
{
	struct buffer *opened = m->part[0];
	char *path = malloc(strlen(stem) + 32);
	struct stat st;

	*missing = 0;
	free(m->part_path[0]);
	m->parts = 0;
	for (uint64_t i = 0; path && i < s->count; i++) {
		struct buffer *b = i == s->no ? opened : NULL;
		struct error why;
		bool there;

		sprintf(path, "%s%05" PRIu64 "-of-%05" PRIu64 ".gguf", stem, i + 1, s->count);
		there = i != s->no && stat(path, &st) == 0;
		if (there)
			b = buffer_map(path, &why);
		if (!b && !(*missing)++ && !(there ? model_trouble(m, GRADE_BAD, NULL, UINT64_MAX, err, "part %" PRIu64 " of %" PRIu64 ": %s", i + 1, s->count, why.text) :
					     model_trouble(m, GRADE_ODD, NULL, UINT64_MAX, err, "part %" PRIu64 " of %" PRIu64 " is missing", i + 1, s->count)))
			break;
		if (i == s->no)
			opened = NULL;
		if (!model_add_part(m, path, b, err))
			break;
	}
	buffer_drop(opened);
	free(path);
	return m->parts == s->count || error_memory(err, "the parts of the model");
}

static bool read_parts(struct model *m, const char *stem, const struct split *s, struct error *err)
{
	unsigned missing, first;

	if (!map_parts(m, stem, s, &missing, err))
		return false;
	for (first = 0; !m->part[first]; first++)
		;
	for (unsigned i = 0; i < m->parts; i++) {
		struct gguf g;
		bool ok;

		if (!m->part[i])
			continue;
		if (i != first) {
			if (!read_part(m, i, s, err))
				return false;
			continue;
		}
		ok = read_file(&g, m->part[i], err) && read_tensors(&g, m, i, err);
		m->fact = g.fact;
		m->facts = g.facts;
		m->version = g.version;
		m->big_endian = g.r.big;
		m->alignment = g.alignment;
		m->data_at = g.data_at;
		if (!ok)
			return error_while(err, "part %s", m->part_path[i]);
	}
	if (missing > 1)
		return model_trouble(m, GRADE_ODD, NULL, UINT64_MAX, err, "%u of %u parts are missing", missing, m->parts);
	if (!missing && s->says_tensors && s->tensors != m->tensors)
		return model_trouble(m, GRADE_BAD, NULL, UINT64_MAX, err, "the parts hold %zu tensors, split.tensors.count says %" PRIu64, m->tensors, s->tensors);
	return true;
}

/* ---- the format ---- */

static bool gguf_looks_like(const unsigned char *head, size_t n, const char *path)
{
	(void)path;
	return n >= 4 && !memcmp(head, "GGUF", 4);
}

static bool gguf_open(struct model *m, struct error *err)
{
	struct gguf g;
	struct split s;
	char *stem;
	bool ok;

	ok = read_file(&g, m->part[0], err);
	m->fact = g.fact;
	m->facts = g.facts;
	if (!ok)
		return false;
	s = split_of(&g);
	stem = s.count > 1 ? stem_of(m->path, &s) : NULL;
	if (stem) {
		free(m->fact);
		m->fact = NULL;
		m->facts = 0;
		ok = read_parts(m, stem, &s, err);
		free(stem);
		return ok;
	}
	if (s.count > 1 && !model_trouble(m, GRADE_ODD, NULL, UINT64_MAX, err, "says it is part %" PRIu64 " of %" PRIu64 ", but its name does not end so: opened alone",
				    s.no + 1, s.count))
		return false;
	m->version = g.version;
	m->big_endian = g.r.big;
	m->alignment = g.alignment;
	ok = read_tensors(&g, m, 0, err);
	m->data_at = g.data_at;
	return ok;
}

const struct format format_gguf = {
	.name       = "GGUF",
	.endings    = ".gguf",
	.looks_like = gguf_looks_like,
	.open       = gguf_open,
};
