/* error.c - see error.h */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *err, enum error_class class, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return false;
	memset(err, 0, sizeof *err);
	err->class = class;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return false;
}

bool error_hint(struct error *err, const char *about, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return false;
	if (about)
		snprintf(err->about, sizeof err->about, "%s", about);
	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof err->hint, fmt, ap);
	va_end(ap);
	return false;
}

bool error_while(struct error *err, const char *fmt, ...)
{
	char old[sizeof err->text];
	size_t n, left;
	va_list ap;

	if (!err)
		return false;
	memcpy(old, err->text, sizeof old);
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	left = sizeof err->text - n;
	if (left > 3) {		/* a very long story loses its end, never its beginning */
		memcpy(err->text + n, ": ", 3);
		strncat(err->text, old, left - 3);
	}
	return false;
}

bool error_memory(struct error *err, const char *what)
{
	return error_set(err, ERR_MEMORY, "not enough memory for %s", what);
}

const char *error_class_name(enum error_class class)
{
	static const char *const names[] = {
		"none",
#define X(id, name) name,
		ERROR_CLASSES(X)
#undef X
	};

	return names[class];
}

int error_exit_code(enum error_class class)
{
	switch (class) {
	case ERR_NONE:
		return 0;
	case ERR_FILE:
	case ERR_FORMAT:
		return 3;
	case ERR_CANCELLED:
		return 130;
	default:
		return 1;
	}
}
