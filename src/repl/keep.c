/* keep.c - see keep.h */
#include "repl/keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_and_rename(char *beside, const char *path, const char *bytes, size_t n)
{
	int fd = mkstemp(beside);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool ok;

	if (!out) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	ok = fwrite(bytes, 1, n, out) == n;
	ok = fclose(out) == 0 && ok && rename(beside, path) == 0;
	if (!ok)
		unlink(beside);
	return ok;
}

bool keep_file(const char *path, const char *bytes, size_t n, struct error *err)
{
	size_t len = strlen(path);
	char *beside = malloc(len + 8);
	bool ok;

	if (!beside)
		return error_memory(err, path);
	memcpy(beside, path, len + 1);
	for (char *s = strchr(beside + 1, '/'); s; s = strchr(s + 1, '/')) {
		*s = 0;
		mkdir(beside, 0700);
		*s = '/';
	}
	memcpy(beside + len, ".XXXXXX", 8);
	ok = write_and_rename(beside, path, bytes, n);
	free(beside);
	return ok || error_set(err, ERR_FILE, "cannot write %s: %s", path, strerror(errno));
}
