/* keep.h - files that the program keeps for itself between runs. */
#ifndef REPL_KEEP_H
#define REPL_KEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The whole file anew: written beside it and renamed, so that it is never half there. Directories are made with mode 0700. */
bool keep_file(const char *path, const char *bytes, size_t n, struct error *err);

#endif
