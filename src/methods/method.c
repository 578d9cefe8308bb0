/* method.c - the table of methods. */
#include "methods/method.h"

#include <stddef.h>
#include <string.h>

const struct method *const methods[] = {
#define METHOD(id) &method_##id,
#include "methods/list.h"
#undef METHOD
	NULL
};

const struct method *method_find(const char *name)
{
	for (size_t i = 0; methods[i]; i++)
		if (!strcmp(methods[i]->name, name))
			return methods[i];
	return NULL;
}
