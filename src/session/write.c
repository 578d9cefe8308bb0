/*
 * write.c - files that commands write: never over one that was there before, unless asked. interaction.md 6.2.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/session.h"

static bool ours(const struct session *s, const char *path)
{
	for (size_t i = 0; i < s->n_written; i++)
		if (!strcmp(s->written[i], path))
			return true;
	return false;
}

/* Forgetting one for lack of memory only means that `force` is asked for the next time. */
static void remember(struct session *s, const char *path)
{
	char **written = ours(s, path) ? NULL : realloc(s->written, (s->n_written + 1) * sizeof *written);

	if (!written)
		return;
	s->written = written;
	s->written[s->n_written] = strdup(path);
	s->n_written += s->written[s->n_written] != NULL;
}

bool session_write(struct session *s, const char *path, const char *bytes, size_t n, bool append, bool force, struct error *err)
{
	bool there = access(path, F_OK) == 0, ok;
	FILE *f;

	if (there && !append && !force && !ours(s, path)) {
		error_set(err, ERR_FILE, "%s exists and was not written by this run", path);
		return error_hint(err, "file", "add force, append with >>, or take another name");
	}
	f = fopen(path, append ? "ab" : "wb");
	if (!f) {
		error_set(err, ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
		return error_hint(err, "file", "another place or name");
	}
	ok = fwrite(bytes, 1, n, f) == n;
	ok = fclose(f) == 0 && ok;
	if (!ok)
		error_set(err, ERR_FILE, "writing %s: %s", path, strerror(errno));
	else if (!there || !append)
		remember(s, path);
	return ok;
}
