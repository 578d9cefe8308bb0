/*
 * json.h - large JSON objects from files, one member at a time.
 *
 * A header may be 100 MB and hold a million tensors. So only the outermost level is walked here, by looking for the end of each
 * value; jansson then reads that value alone. Memory is that of one member, duplicate names are seen, and the order of the file is kept.
 */
#ifndef FILES_JSON_H
#define FILES_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/error.h"

struct json_walk {
	const char *s;		/* the text, no NUL at its end */
	size_t n, at;
	size_t base;		/* byte of s in the file, for messages */
	bool begun;
};

struct json_member { const char *key; size_t key_len; const char *value; size_t value_len, at; };	/* as written; key with its quotes */

/* The next member of the object that s holds. False at its end, or with err->class set where the text is no object. */
bool json_next(struct json_walk *w, struct json_member *m, struct error *err);
/* Any value from its text; NULL: err says where it is broken. base: of the text in the file. */
json_t *json_parse(const char *s, size_t n, size_t base, struct error *err);

#endif
