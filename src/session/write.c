/*
 * write.c - files that commands write: never over one that was there before, unless asked, and then all of it or nothing.
 * interaction.md 6.2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/replace.h"
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

static bool is_other(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static bool replace(const char *path, const char *bytes, size_t n, bool force, struct error *err)
{
	struct replace r;
	bool ok = replace_open(&r, path, force, err) && replace_write(&r, bytes, n, err) && replace_commit(&r, err);

	replace_drop(&r);
	return ok;
}

bool session_write(struct session *s, const char *path, const char *bytes, size_t n, bool append, bool force, struct error *err)
{
	bool there = access(path, F_OK) == 0, other = is_other(path), ok;

	if (there && !append && !other && !force && !ours(s, path)) {
		error_set(err, ERR_FILE, "%s exists and was not written by this run", path);
		return error_hint(err, "file", "add force, append with >>, or take another name");
	}
	ok = append || other ? append_to(path, bytes, n, err) : replace(path, bytes, n, there, err);
	if (!ok && err)
		snprintf(err->about, sizeof err->about, "file");
	if (ok && !other && (!there || !append))
		remember(s, path);
	return ok;
}
