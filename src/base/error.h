/*
 * error.h - what went wrong, as the user will read it.
 *
 * A function that can fail takes a `struct error *` last and returns bool or a pointer. The deepest one calls
 * error_set(), adds what would be right with error_hint(), and those on the way up may put in front what they were doing
 * with error_while(). Nothing below the faces prints or exits.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define PRINTF_LIKE(fmt, first)
#endif

/* Stable names, seen by scripts and tests: `error[shape]: ...` */
#define ERROR_CLASSES(X) \
	X(SYNTAX, "syntax")     X(COMMAND, "command") X(ARGUMENT, "argument") X(VALUE, "value") \
	X(CODEC, "codec")       X(SHAPE, "shape")     X(TENSOR, "tensor")     X(FILE, "file")   \
	X(FORMAT, "format")     X(MEMORY, "memory")   X(LUA, "lua")           X(LESSON, "lesson") \
	X(INTERNAL, "internal") X(CANCELLED, "cancelled")

enum error_class {
	ERR_NONE,
#define X(id, name) ERR_##id,
	ERROR_CLASSES(X)
#undef X
};

struct error {
	enum error_class class;
	char text[480];		/* what was wrong: one line, no full stop, no newline */
	char hint[480];		/* what would be right; "" if nothing useful can be said */
	char about[80];		/* name of the argument that is meant ("x", "codec"); the faces turn it into a place */
	size_t at, len;		/* bytes of the line to put a caret under; len 0: none */
	char where[160];	/* "FILE:LINE" for scripts and lessons; "" at the prompt */
};

/* All return false, so that `return error_set(...)` reads well. A NULL err is allowed and keeps nothing. */
bool error_set(struct error *err, enum error_class class, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool error_hint(struct error *err, const char *about, const char *fmt, ...) PRINTF_LIKE(3, 4);	/* about: NULL keeps it */
bool error_while(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* puts "fmt: " in front of text */
bool error_memory(struct error *err, const char *what);				/* "not enough memory for WHAT" */

const char *error_class_name(enum error_class class);	/* "shape" */
int error_exit_code(enum error_class class);		/* file, format 3; cancelled 130; none 0; else 1 */

#endif
