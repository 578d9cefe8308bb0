/*
 * replace.h - a new file beside the one that it will be: written, synced, and only then given its name.
 *
 * Until replace_commit() the file of that name stays as it was, and whatever fails on the way (a full disk, a limit, a stop) leaves
 * nothing behind once replace_drop() was called.
 */
#ifndef FILES_REPLACE_H
#define FILES_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct replace {
	int fd;			/* -1: not open */
	char *path, *temporary;
	bool force;
	uint64_t written;
};

/* force: also where a file of that name is; the new one gets its mode. ERR_FILE: there is one and no force, it may not be written, it is no
 * regular file, or the place cannot be written. r may be dropped whatever came of it. */
bool replace_open(struct replace *r, const char *path, bool force, struct error *err);
bool replace_write(struct replace *r, const void *bytes, size_t n, struct error *err);
bool replace_fill(struct replace *r, size_t n, struct error *err);	/* n zero bytes, a few */
bool replace_sync(struct replace *r, struct error *err);		/* all of it is on the disk; the descriptor is closed */
bool replace_commit(struct replace *r, struct error *err);		/* syncs if that was not done, and gives it its name */
void replace_drop(struct replace *r);					/* removes what was not committed */

/* Other places: a device or a pipe (which somebody must be reading) is written as it is, a regular file made longer: on failure it is
 * cut to what it was. ERR_FILE. */
bool append_to(const char *path, const void *bytes, size_t n, struct error *err);

#endif
