/*
 * method.h - the table of methods: what each is called, and the picture of what it made.
 *
 * How each is run is in its own header (calibrate.h affine.h matmul.h fixed.h accumulate.h): they take different things, and all give a struct
 * record with its steps. session/method.h makes values of them, from the arguments as commands and Lua have them.
 */
#ifndef METHODS_METHOD_H
#define METHODS_METHOD_H

struct method {
	const char *name, *summary;
	const char *view;		/* the picture of its result */
};

#define METHOD(id) extern const struct method method_##id;
#include "methods/list.h"
#undef METHOD

extern const struct method *const methods[];	/* ends with NULL */
const struct method *method_find(const char *name);

#endif
