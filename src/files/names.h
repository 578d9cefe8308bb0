/* names.h - one tensor under the names that different programs give it. */
#ifndef FILES_NAMES_H
#define FILES_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* GGUF's name for a tensor that Meta or Hugging Face files call otherwise; other names come back as they are. False: no memory. */
bool name_in_gguf(const char *name, char **out);
/* Is it Hugging Face's name of a q or k projection? Its rows are in another order there (files.md 5). */
bool name_is_turned(const char *name);

#endif
