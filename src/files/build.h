/*
 * build.h - what the readers of formats share: a model that grows while a header is read, and marks on what is wrong with it.
 *
 * A reader believes nothing: it reads through a `struct reader`, which knows the end; it lists each tensor with the shape and place it
 * claims; model_settle() then holds the claims against the files and against each other.
 */
#ifndef FILES_BUILD_H
#define FILES_BUILD_H

#include "files/model.h"

/* A place in a file's bytes, from which numbers come in the file's byte order. Each read fails with the byte, what was wanted and
 * what is left; `what` names it: "the number of tensors". */
struct reader { const unsigned char *bytes; size_t size, at; bool big; };

size_t reader_left(const struct reader *r);
bool read_bytes(struct reader *r, size_t n, const unsigned char **at, const char *what, struct error *err);
bool read_u32(struct reader *r, uint32_t *v, const char *what, struct error *err);
bool read_u64(struct reader *r, uint64_t *v, const char *what, struct error *err);
uint64_t number_at(const unsigned char *at, size_t bytes, bool big);	/* 1, 2, 4 or 8 bytes as an unsigned number */

/* New entries, zeroed; NULL: no memory. A pointer holds until the next one is added. */
struct fact *fact_add(struct fact **fact, size_t *facts, struct error *err);
struct tensor_entry *model_add_tensor(struct model *m, struct error *err);
bool model_add_part(struct model *m, const char *path, struct buffer *b, struct error *err);	/* takes b over (NULL: missing) */

/* n bytes as a NUL-terminated string of ours; a NUL inside becomes the four characters \x00. */
char *name_copy(const char *s, size_t n, struct error *err);
/* The same escaped, cut to 60 columns, for messages. */
const char *name_shown(const char *s, size_t n, char buf[256]);

void fact_number(struct fact *f);	/* i, u and f from the bytes of a number */

/* Only the first fault of a tensor is kept. */
void tensor_mark(struct tensor_entry *e, enum tensor_fault fault, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* rows and cols from dim[]: all but the last are folded into rows. Marks what overflows. */
void tensor_fold(struct tensor_entry *e);
/* Bytes that type and shape ask for; false where they cannot be told (the entry is marked then). */
bool tensor_needs(struct tensor_entry *e, uint64_t *bytes);

/* subject: name of a tensor or key, raw; NULL the file. False: no memory. */
bool finding_add(struct findings *f, enum grade grade, const char *subject, int64_t row, int64_t block, uint64_t at,
		 const char *fmt, ...) PRINTF_LIKE(7, 8);

/* What is seen while a header is read: kept in m->trouble for `check`, it does not keep the model from being opened. */
bool model_trouble(struct model *m, enum grade grade, const char *subject, uint64_t at, struct error *err, const char *fmt, ...)
	PRINTF_LIKE(6, 7);

/* Sorts by name, marks overlaps, ends, names twice; adds up. */
bool model_settle(struct model *m, struct error *err);

extern const struct format format_gguf, format_safetensors, format_safetensors_index;

#endif
