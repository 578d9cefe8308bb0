/* gguf_write.c - see gguf_write.h; the layout is drawn in gguf.c. */
#include "files/gguf_write.h"

#include <stdlib.h>
#include <string.h>

#include "files/build.h"

enum { VERSION = 3, ALIGNMENT = 32, DIMS_GGUF = 4, NESTING_MAX = 20 };

static void put(struct text *t, uint64_t v, size_t bytes)
{
	unsigned char b[8];

	for (size_t i = 0; i < bytes; i++)
		b[i] = (unsigned char)(v >> 8 * i);
	text_putn(t, (const char *)b, bytes);
}

static void put_string(struct text *t, const char *s, size_t n)
{
	put(t, n, 8);
	text_putn(t, s, n);
}

bool gguf_new(struct gguf_writer *g, const char *path, bool force, struct error *err)
{
	*g = (struct gguf_writer){ .file = { .fd = -1 }, .alignment = ALIGNMENT };
	return replace_open(&g->file, path, force, err);
}

/* ---- keys ---- */

static void remove_key(struct gguf_writer *g, const char *key, size_t n)
{
	for (size_t i = 0; i < g->keys; i++) {
		if (g->key[i].name_len != n || memcmp(g->key[i].name, key, n))
			continue;
		free(g->key[i].name);
		text_drop(&g->key[i].bytes);
		g->keys--;
		memmove(g->key + i, g->key + i + 1, (g->keys - i) * sizeof *g->key);
		i--;
	}
}

void gguf_key_remove(struct gguf_writer *g, const char *key)
{
	remove_key(g, key, strlen(key));
}

/* Where the value goes; its type is there already. */
static struct text *new_key(struct gguf_writer *g, const char *key, size_t n, enum fact_type type)
{
	static struct text nowhere;
	char *name = malloc(n + 1);
	void *more;

	remove_key(g, key, n);
	more = realloc(g->key, (g->keys + 1) * sizeof *g->key);
	if (more)
		g->key = more;
	if (!name || !more) {
		free(name);
		g->failed = true;
		text_clear(&nowhere);
		return &nowhere;
	}
	memcpy(name, key, n);
	g->key[g->keys].name = name;
	g->key[g->keys].name_len = n;
	g->key[g->keys].bytes = (struct text){ 0 };
	put(&g->key[g->keys].bytes, type, 4);
	return &g->key[g->keys++].bytes;
}

static void number_key(struct gguf_writer *g, const char *key, enum fact_type type, uint64_t v, size_t bytes)
{
	put(new_key(g, key, strlen(key), type), v, bytes);
}

void gguf_key_u16(struct gguf_writer *g, const char *key, uint16_t v) { number_key(g, key, FACT_U16, v, 2); }
void gguf_key_u32(struct gguf_writer *g, const char *key, uint32_t v) { number_key(g, key, FACT_U32, v, 4); }
void gguf_key_i32(struct gguf_writer *g, const char *key, int32_t v) { number_key(g, key, FACT_I32, (uint32_t)v, 4); }
void gguf_key_bool(struct gguf_writer *g, const char *key, bool v) { number_key(g, key, FACT_BOOL, v, 1); }

void gguf_key_f32(struct gguf_writer *g, const char *key, float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof bits);
	number_key(g, key, FACT_F32, bits, 4);
}

void gguf_key_string(struct gguf_writer *g, const char *key, const char *s, size_t n)
{
	put_string(new_key(g, key, strlen(key), FACT_STRING), s, n);
}

void gguf_key_strings(struct gguf_writer *g, const char *key, const char *const *s, size_t n)
{
	struct text *t = new_key(g, key, strlen(key), FACT_ARRAY);

	put(t, FACT_STRING, 4);
	put(t, n, 8);
	for (size_t i = 0; i < n; i++)
		put_string(t, s[i], strlen(s[i]));
}

void gguf_key_u32s(struct gguf_writer *g, const char *key, const uint32_t *v, size_t n)
{
	struct text *t = new_key(g, key, strlen(key), FACT_ARRAY);

	put(t, FACT_U32, 4);
	put(t, n, 8);
	for (size_t i = 0; i < n; i++)
		put(t, v[i], 4);
}

/* A value as it lies in a file that was read, and so known to be whole. Returns the place behind it. */
static const unsigned char *put_value(struct text *t, enum fact_type type, const unsigned char *at, uint8_t wide, bool big, int depth)
{
	static const uint8_t sizes[] = {
		[FACT_U8] = 1, [FACT_I8] = 1, [FACT_U16] = 2, [FACT_I16] = 2, [FACT_U32] = 4, [FACT_I32] = 4, [FACT_F32] = 4, [FACT_BOOL] = 1,
		[FACT_U64] = 8, [FACT_I64] = 8, [FACT_F64] = 8,
	};
	uint64_t n, element;

	if (type == FACT_STRING) {
		n = number_at(at, wide, big);
		put_string(t, (const char *)at + wide, (size_t)n);
		return at + wide + n;
	}
	if (type != FACT_ARRAY) {
		put(t, number_at(at, sizes[type], big), sizes[type]);
		return at + sizes[type];
	}
	element = number_at(at, 4, big);
	n = number_at(at + 4, wide, big);
	at += 4 + wide;
	put(t, element, 4);
	put(t, n, 8);
	if (!big && element < sizeof sizes && sizes[element]) {
		text_putn(t, (const char *)at, (size_t)n * sizes[element]);
		return at + n * sizes[element];
	}
	for (uint64_t i = 0; i < n && depth < NESTING_MAX; i++)
		at = put_value(t, (enum fact_type)element, at, wide, big, depth + 1);
	return at;
}

void gguf_key_fact(struct gguf_writer *g, const struct fact *f)
{
	struct text *t = new_key(g, f->key, f->key_len, f->type);

	if (f->type == FACT_STRING)		/* of other formats it is not in the file as it is here */
		put_string(t, f->string, f->string_len);
	else if (f->at)
		put_value(t, f->type, f->at, f->len_bytes, f->big_endian, 0);
}

/* ---- tensors ---- */

static uint64_t up_to(uint64_t n, uint64_t multiple)
{
	return (n + multiple - 1) / multiple * multiple;
}

static void take_alignment(struct gguf_writer *g)
{
	for (size_t i = 0; i < g->keys; i++) {
		const struct text *b = &g->key[i].bytes;
		uint64_t v;

		if (g->key[i].name_len != 17 || memcmp(g->key[i].name, "general.alignment", 17) || b->len != 8)
			continue;
		v = number_at((const unsigned char *)b->s + 4, 4, false);
		if (b->s[0] == FACT_U32 && v && !(v & (v - 1)))
			g->alignment = v;
	}
}

bool gguf_tensor(struct gguf_writer *g, const char *name, unsigned dims, const uint64_t *dim, int type, uint64_t size, struct error *err)
{
	uint64_t *more = realloc(g->size, (g->tensors + 1) * sizeof *more);

	if (!more)
		return error_memory(err, "the list of tensors");
	g->size = more;
	while (dims > DIMS_GGUF && *dim == 1) {
		dims--;
		dim++;
	}
	if (dims > DIMS_GGUF)
		return error_set(err, ERR_SHAPE, "'%s' has %u dimensions; GGUF has 1 to %d", name, dims, DIMS_GGUF);
	if (!g->tensors)
		take_alignment(g);
	put_string(&g->list, name, strlen(name));
	put(&g->list, dims ? dims : 1, 4);
	if (!dims)
		put(&g->list, 1, 8);
	for (unsigned i = dims; i--; )
		put(&g->list, dim[i], 8);
	put(&g->list, (uint32_t)type, 4);
	put(&g->list, g->next_offset, 8);
	g->size[g->tensors++] = size;
	g->next_offset = up_to(g->next_offset + size, g->alignment);
	return true;
}

bool gguf_begin(struct gguf_writer *g, struct error *err)
{
	struct text head = { 0 };
	bool ok;

	text_put(&head, "GGUF");
	put(&head, VERSION, 4);
	put(&head, g->tensors, 8);
	put(&head, g->keys, 8);
	for (size_t i = 0; i < g->keys; i++) {
		put_string(&head, g->key[i].name, g->key[i].name_len);
		text_putn(&head, text_str(&g->key[i].bytes), g->key[i].bytes.len);
		g->failed |= g->key[i].bytes.failed;
	}
	text_putn(&head, text_str(&g->list), g->list.len);
	g->failed |= head.failed || g->list.failed;
	ok = g->failed ? error_memory(err, "the header of a model") :
	     replace_write(&g->file, text_str(&head), head.len, err) &&
	     replace_fill(&g->file, (size_t)(up_to(head.len, g->alignment) - head.len), err);
	text_drop(&head);
	return ok;
}

/* Pads each tensor that is whole, also those of no bytes at all. */
static bool close_tensors(struct gguf_writer *g, struct error *err)
{
	while (g->now < g->tensors && g->done == g->size[g->now]) {
		if (!replace_fill(&g->file, (size_t)(up_to(g->done, g->alignment) - g->done), err))
			return false;
		g->now++;
		g->done = 0;
	}
	return true;
}

bool gguf_data(struct gguf_writer *g, const void *bytes, size_t n, struct error *err)
{
	if (!close_tensors(g, err))
		return false;
	if (g->now == g->tensors || n > g->size[g->now] - g->done)
		return n == 0 || error_set(err, ERR_INTERNAL, "tensor %zu has more bytes than was said", g->now);
	if (!replace_write(&g->file, bytes, n, err))
		return false;
	g->done += n;
	return true;
}

bool gguf_end(struct gguf_writer *g, struct error *err)
{
	if (!close_tensors(g, err))
		return false;
	if (g->now < g->tensors)
		return error_set(err, ERR_INTERNAL, "tensor %zu of %zu was not written to its end", g->now, g->tensors);
	return replace_sync(&g->file, err);
}

void gguf_drop(struct gguf_writer *g)
{
	for (size_t i = 0; i < g->keys; i++) {
		free(g->key[i].name);
		text_drop(&g->key[i].bytes);
	}
	free(g->key);
	free(g->size);
	text_drop(&g->list);
	replace_drop(&g->file);
	*g = (struct gguf_writer){ .file = { .fd = -1 } };
}
