/*
 * buffer.h - counted bytes: the only owner of big memory.
 *
 * A tensor, a block, a model all point into a buffer and hold it. Counting is atomic, so threads may hold and drop; the
 * bytes themselves are written only by the one who made the buffer, before anybody else sees it.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct buffer {
	atomic_int holders;
	unsigned char *bytes;
	size_t size;
	bool mapped;		/* munmap, not free */
	int64_t time;		/* of a mapped file: when it was changed last, in ns, as it was mapped; 0: not mapped */
};

/* New buffers have one holder. On failure NULL, and err says why (ERR_MEMORY, or ERR_FILE with the system's reason). */
struct buffer *buffer_new(size_t size, struct error *err);		/* zeroed, aligned for any vector unit (64) */
struct buffer *buffer_copy(const void *bytes, size_t size, struct error *err);
struct buffer *buffer_map(const char *path, struct error *err);		/* a regular file, read-only; empty files too */

bool buffer_same_file(const struct buffer *b, const char *path);	/* the file of that name has still the size and time it was mapped with */

struct buffer *buffer_hold(struct buffer *b);	/* NULL gives NULL */
void buffer_drop(struct buffer *b);		/* NULL is fine */

/* Of a mapped file: bytes [from, to) are not needed soon, so memory need not hold them. They can still be read. */
void buffer_forget(const struct buffer *b, size_t from, size_t to);

/* The same of a walk through bytes [begin, end) of it, in about that order and on several threads, that has just been through [from, to):
 * what lies some way behind is let go. A walk that ends with `to` at `end` has let go of nearly all. */
void buffer_passed(const struct buffer *b, size_t begin, size_t end, size_t from, size_t to);

/* Reads from mapped files may fault when the file shrinks. buffer_guard_install() turns that SIGBUS into zeros for the
 * pages that are gone and sets a flag; buffer_lost() tells whether it happened, and clears it. */
void buffer_guard_install(void);
bool buffer_lost(void);

#endif
