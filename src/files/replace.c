/* replace.c - see replace.h */
#include "files/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100, FILL_MAX = 4096, WRITE_MAX = 1 << 24, ENDING = 40 };

static bool refuse(struct error *err, const char *path, const char *why, const char *hint)
{
	error_set(err, ERR_FILE, "%s %s", path, why);
	return error_hint(err, "out", "%s", hint);
}

static bool may_be_taken(const char *path, bool force, struct error *err)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		if (errno != ENOENT)
			return refuse(err, path, strerror(errno), "another place or name");
		return lstat(path, &st) != 0 || refuse(err, path, "is a link to a file that is not there", "another name");
	}
	if (!S_ISREG(st.st_mode))
		return refuse(err, path, S_ISDIR(st.st_mode) ? "is a directory" : "is no regular file", "another name");
	if (!force)
		return refuse(err, path, "exists, and is not replaced", "add force, or take another name");
	return access(path, W_OK) == 0 || refuse(err, path, "may not be written", "another name");
}

/* Where a link leads: the file is replaced, not the link. NULL: no memory. */
static char *place_of(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : strdup(path);
}

/* As much of the path as leaves room for our ending: a name has at most NAME_MAX bytes. */
static int stem_length(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name);

	return (int)(name - path) + (int)(n < NAME_MAX - ENDING ? n : NAME_MAX - ENDING);
}

/* Whose it was and who may read it stay as they were. Where that cannot be done the new file is ours, as any other. */
static void take_after(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0)
		fchmod(fd, st.st_mode & 0777);
}

static bool open_temporary(struct replace *r, struct error *err)
{
	size_t size = strlen(r->path) + ENDING;

	r->temporary = malloc(size);
	if (!r->temporary)
		return error_memory(err, "a file name");
	for (int k = 0; k < TRIES; k++) {
		snprintf(r->temporary, size, "%.*s.tmp-%ld-%d", stem_length(r->path), r->path, (long)getpid(), k);
		r->fd = open(r->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (r->fd >= 0 || errno != EEXIST)
			break;
	}
	if (r->fd >= 0) {
		take_after(r->fd, r->path);
		return true;
	}
	error_set(err, ERR_FILE, "%s cannot be written: %s", r->path, strerror(errno));
	free(r->temporary);
	r->temporary = NULL;
	return error_hint(err, "out", "another place or name");
}

bool replace_open(struct replace *r, const char *path, bool force, struct error *err)
{
	*r = (struct replace){ .fd = -1, .force = force };
	if (!may_be_taken(path, force, err))
		return false;
	r->path = place_of(path);
	return r->path ? open_temporary(r, err) : error_memory(err, "a file name");
}

static bool write_all(int fd, const char *path, const char *at, size_t n, uint64_t *written, struct error *err)
{
	while (n) {
		ssize_t k = write(fd, at, n < WRITE_MAX ? n : WRITE_MAX);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return error_set(err, ERR_FILE, "%s could not be written beyond byte %llu: %s", path, (unsigned long long)*written,
					 k < 0 ? strerror(errno) : "no room");
		at += k;
		n -= (size_t)k;
		*written += (uint64_t)k;
	}
	return true;
}

bool replace_write(struct replace *r, const void *bytes, size_t n, struct error *err)
{
	return write_all(r->fd, r->path, bytes, n, &r->written, err) ||
	       error_hint(err, "out", "nothing is left of it; a file that was there is as it was");
}

bool replace_fill(struct replace *r, size_t n, struct error *err)
{
	static const char zeros[FILL_MAX];

	for (; n > FILL_MAX; n -= FILL_MAX)
		if (!replace_write(r, zeros, FILL_MAX, err))
			return false;
	return replace_write(r, zeros, n, err);
}

bool replace_sync(struct replace *r, struct error *err)
{
	bool ok = r->fd < 0 || fsync(r->fd) == 0 || errno == EINVAL;	/* some file systems cannot */

	if (r->fd >= 0)
		ok = close(r->fd) == 0 && ok;
	r->fd = -1;
	return ok || error_set(err, ERR_FILE, "%s could not be written to the end: %s", r->path, strerror(errno));
}

/* So that the name lasts too. A directory that cannot be synced is no failure. */
static void sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

bool replace_commit(struct replace *r, struct error *err)
{
	if (!replace_sync(r, err))
		return false;
	/* A link fails where a file of the name has come up since; not all file systems have links. */
	if (!r->force && link(r->temporary, r->path) == 0) {
		unlink(r->temporary);
	} else if (!r->force && errno == EEXIST) {
		return refuse(err, r->path, "has come to be while it was written, and is not replaced", "add force, or take another name");
	} else if (rename(r->temporary, r->path) != 0) {
		return error_set(err, ERR_FILE, "%s could not be given its name: %s", r->path, strerror(errno));
	}
	free(r->temporary);
	r->temporary = NULL;
	sync_directory(r->path);
	return true;
}

void replace_drop(struct replace *r)
{
	if (r->fd >= 0)
		close(r->fd);
	if (r->temporary)
		unlink(r->temporary);
	free(r->temporary);
	free(r->path);
	*r = (struct replace){ .fd = -1 };
}

/* ---- files that stay ---- */

bool append_to(const char *path, const void *bytes, size_t n, struct error *err)
{
	/* Opening a pipe waits for its reader, unless told not to; writing may wait. */
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC | O_NONBLOCK, 0666);
	struct stat st;
	uint64_t written = 0;
	bool ok;

	if (fd < 0) {
		error_set(err, ERR_FILE, "%s cannot be written: %s", path, errno == ENXIO ? "nobody reads from it" : strerror(errno));
		return error_hint(err, "out", "another place or name");
	}
	ok = (fstat(fd, &st) == 0 && fcntl(fd, F_SETFL, O_APPEND) == 0) || error_set(err, ERR_FILE, "%s: %s", path, strerror(errno));
	ok = ok && write_all(fd, path, bytes, n, &written, err);
	if (ok && S_ISREG(st.st_mode) && fsync(fd) != 0 && errno != EINVAL)
		ok = error_set(err, ERR_FILE, "%s could not be written to the end: %s", path, strerror(errno));
	if (!ok && written && S_ISREG(st.st_mode) && ftruncate(fd, st.st_size) == 0)
		error_hint(err, "out", "it was cut to what it was before");
	close(fd);
	return ok;
}
