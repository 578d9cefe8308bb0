/*
 * gguf_write.h - a GGUF file, version 3, little-endian: keys, then the list of tensors, then their data one after another.
 *
 *	gguf_new; gguf_key_... ; gguf_tensor for each; gguf_begin; for each tensor in that order its bytes by gguf_data in any pieces;
 *	gguf_end. Then replace_commit(&g.file) makes it visible. gguf_drop, whatever came of it.
 *
 * What a key or tensor says is checked against nothing but its form. A key that is set again moves to the end, as the reference tool
 * has it. Running out of memory is kept and told by gguf_begin.
 */
#ifndef FILES_GGUF_WRITE_H
#define FILES_GGUF_WRITE_H

#include "base/text.h"
#include "files/model.h"
#include "files/replace.h"

struct gguf_writer {
	struct replace file;
	struct { char *name; size_t name_len; struct text bytes; } *key; size_t keys;	/* bytes: type and value */
	struct text list;			/* of tensors */
	uint64_t *size; size_t tensors;		/* bytes of each */
	uint64_t alignment, next_offset;
	size_t now; uint64_t done;		/* tensor that is written, bytes of it so far */
	bool failed;				/* memory ran out */
};

bool gguf_new(struct gguf_writer *g, const char *path, bool force, struct error *err);	/* alignment 32; see replace_open */
void gguf_key_u16(struct gguf_writer *g, const char *key, uint16_t v);
void gguf_key_u32(struct gguf_writer *g, const char *key, uint32_t v);
void gguf_key_i32(struct gguf_writer *g, const char *key, int32_t v);
void gguf_key_f32(struct gguf_writer *g, const char *key, float v);
void gguf_key_bool(struct gguf_writer *g, const char *key, bool v);
void gguf_key_string(struct gguf_writer *g, const char *key, const char *s, size_t n);
void gguf_key_strings(struct gguf_writer *g, const char *key, const char *const *s, size_t n);
void gguf_key_u32s(struct gguf_writer *g, const char *key, const uint32_t *v, size_t n);
void gguf_key_fact(struct gguf_writer *g, const struct fact *f);	/* as it is, in our byte order and widths */
void gguf_key_remove(struct gguf_writer *g, const char *key);

/* dim outermost first, as in model.h, at most four; type: the number of a codec or storage type. ERR_SHAPE: more dimensions. */
bool gguf_tensor(struct gguf_writer *g, const char *name, unsigned dims, const uint64_t *dim, int type, uint64_t size, struct error *err);
bool gguf_begin(struct gguf_writer *g, struct error *err);		/* writes all but the data; takes general.alignment from the keys */
bool gguf_data(struct gguf_writer *g, const void *bytes, size_t n, struct error *err);
bool gguf_end(struct gguf_writer *g, struct error *err);		/* synced; ERR_INTERNAL if bytes are missing */
void gguf_drop(struct gguf_writer *g);

#endif
