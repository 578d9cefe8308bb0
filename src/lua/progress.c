/*
 * progress.c - what has been learned: a line a part in a text file, written anew beside the old one and renamed. interaction.md 19.2.
 *
 *      lesson <tab> part <tab> done|skipped|missed <tab> tries <tab> hints
 *
 * A part is known by a hash of its kind and text. Lines that are not understood are kept as they are. Notes are in a file of their own:
 * lesson <tab> place <tab> text.
 *
 * Several programs may run at once. So what is written is never what this one remembers: the directory is locked, the file read again,
 * and only the changes that this program has made are made to it. Changes that could not be written wait for the next time.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lua/lesson.h"

struct records {
	struct record *record; size_t n, size;
	struct text unknown;		/* lines of the file that say nothing to us */
};

/* `part` 0 of a lesson that is forgotten: all its parts. */
struct change { struct record record; bool forget; };

struct progress {
	char *dir;
	struct records known;		/* of the file, with our changes */
	struct change *change; size_t n_changes, size;	/* not yet written */
	struct text notes;		/* the file of notes */
	struct text own_notes;		/* not yet written */
	bool told;			/* that it cannot be saved */
};

static const char *const state_names[PART_STATES] = { "done", "skipped", "missed" };

/* ---- lines ---- */

static bool add(struct records *r, const struct record *rec)
{
	if (r->n == r->size) {
		size_t size = 2 * r->size + 32;
		struct record *more = realloc(r->record, size * sizeof *more);

		if (!more)
			return false;
		r->record = more;
		r->size = size;
	}
	r->record[r->n++] = *rec;
	return true;
}

static void take_out(struct records *r, size_t i)
{
	memmove(&r->record[i], &r->record[i + 1], (--r->n - i) * sizeof *r->record);
}

static void put_line(const struct record *rec, struct text *out)
{
	text_add(out, "%s\t%016" PRIx64 "\t%s\t%d\t%d\n", rec->lesson, rec->part, state_names[rec->state], rec->tries, rec->hints);
}

/* A line of n bytes with its LF. True only for one that we would write in the same way: all others are kept as they are. */
static bool parse(const char *line, size_t n, struct record *rec)
{
	struct text again = { 0 };
	char state[16];
	bool ok = false;

	memset(rec, 0, sizeof *rec);
	if (sscanf(line, "%39[^\t]\t%16" SCNx64 "\t%15[^\t]\t%9d\t%9d", rec->lesson, &rec->part, state, &rec->tries, &rec->hints) != 5)
		return false;
	for (int i = 0; i < PART_STATES && !ok; i++)
		if (!strcmp(state, state_names[i])) {
			rec->state = (enum part_state)i;
			put_line(rec, &again);
			ok = again.len == n && !memcmp(text_str(&again), line, n);
		}
	text_drop(&again);
	return ok;
}

/* ---- files ---- */

static char *path_of(const struct progress *p, const char *name)
{
	char *path, *real;

	if (!p->dir || asprintf(&path, "%s/%s", p->dir, name) < 0)
		return NULL;
	real = realpath(path, NULL);	/* a link stays one */
	if (real) {
		free(path);
		return real;
	}
	return path;
}

/* False: there is a file and it cannot be read, so that it must not be replaced. */
static bool read_records(const struct progress *p, struct records *out)
{
	char *path = path_of(p, "progress"), *line = NULL;
	FILE *f = path ? fopen(path, "r") : NULL;
	bool ok = f || (path && errno == ENOENT);
	struct record rec;
	size_t size = 0;
	ssize_t n;

	while (ok && f && (n = getline(&line, &size, f)) > 0) {
		if (parse(line, (size_t)n, &rec)) {
			ok = add(out, &rec);
			continue;
		}
		text_putn(&out->unknown, line, (size_t)n);
		if (line[n - 1] != '\n')
			text_put(&out->unknown, "\n");
	}
	if (f) {
		ok = ok && !ferror(f);
		fclose(f);
	}
	free(line);
	free(path);
	return ok && !out->unknown.failed;
}

static void drop_records(struct records *r)
{
	free(r->record);
	text_drop(&r->unknown);
	memset(r, 0, sizeof *r);
}

static void read_notes(struct progress *p)
{
	char *path = path_of(p, "notes"), *line = NULL;
	FILE *f = path ? fopen(path, "r") : NULL;
	size_t size = 0;

	text_clear(&p->notes);
	while (f && getline(&line, &size, f) >= 0)
		text_add(&p->notes, "%.*s\n", (int)strcspn(line, "\n"), line);
	if (f)
		fclose(f);
	free(line);
	free(path);
}

struct progress *progress_new(const char *dir)
{
	struct progress *p = calloc(1, sizeof *p);

	if (!p || (dir && !(p->dir = strdup(dir)))) {
		free(p);
		return NULL;
	}
	read_records(p, &p->known);
	read_notes(p);
	return p;
}

void progress_drop(struct progress *p)
{
	if (!p)
		return;
	free(p->dir);
	drop_records(&p->known);
	free(p->change);
	text_drop(&p->notes);
	text_drop(&p->own_notes);
	free(p);
}

const struct record *progress_at(const struct progress *p, size_t i)
{
	return i < p->known.n ? &p->known.record[i] : NULL;
}

const struct record *progress_find(const struct progress *p, const char *lesson, uint64_t part)
{
	for (size_t i = 0; i < p->known.n; i++)
		if (p->known.record[i].part == part && !strcmp(p->known.record[i].lesson, lesson))
			return &p->known.record[i];
	return NULL;
}

/* The directory and what it lies in, for the user alone. */
static bool make_dir(const char *dir)
{
	char *path = strdup(dir);
	bool ok = path != NULL;

	for (char *p = path ? path + 1 : NULL; ok && p; ) {
		p = strchr(p, '/');
		if (p)
			*p = 0;
		ok = mkdir(path, 0700) == 0 || errno == EEXIST;
		if (p)
			*p++ = '/';
	}
	free(path);
	return ok;
}

/* The directory itself is what programs lock: no file is left behind. -1: there is none, or it knows no locks; then it goes without. */
static int lock(const struct progress *p)
{
	int fd = make_dir(p->dir) ? open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR)
		;
	return fd;
}

static void unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

static bool replace(const char *path, const char *s, size_t n)
{
	char *beside = NULL;
	FILE *f = NULL;
	bool ok = (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 || errno == ENOENT) && asprintf(&beside, "%s.%ld", path, (long)getpid()) >= 0;

	f = ok ? fopen(beside, "w") : NULL;
	ok = f && fwrite(s, 1, n, f) == n;
	if (f)
		ok = fclose(f) == 0 && ok;
	ok = ok && rename(beside, path) == 0;
	if (!ok && beside) {
		int why = errno;

		unlink(beside);
		errno = why;
	}
	free(beside);
	return ok;
}

static bool append(const char *path, const char *s, size_t n)
{
	FILE *f = fopen(path, "a");
	bool ok = f && fwrite(s, 1, n, f) == n;

	if (f)
		ok = fclose(f) == 0 && ok;
	return ok;
}

/* Told once; the program works without. */
static bool cannot(struct progress *p, const char *name, struct error *err)
{
	if (p->told)
		return true;
	p->told = true;
	return error_set(err, ERR_FILE, "cannot write %s/%s: %s; it is kept for this run only", p->dir, name, strerror(errno));
}

/* ---- changes ---- */

static bool apply(struct records *r, const struct change *c)
{
	for (size_t i = r->n; i-- > 0;)
		if (!strcmp(r->record[i].lesson, c->record.lesson) && (r->record[i].part == c->record.part || (c->forget && !c->record.part)))
			take_out(r, i);
	return c->forget || add(r, &c->record);
}

static bool write_records(const struct progress *p, const struct records *r)
{
	char *path = path_of(p, "progress");
	struct text t = { 0 };
	bool ok;

	text_putn(&t, text_str(&r->unknown), r->unknown.len);
	for (size_t i = 0; i < r->n; i++)
		put_line(&r->record[i], &t);
	ok = path && !t.failed && replace(path, text_str(&t), t.len);
	text_drop(&t);
	free(path);
	return ok;
}

/* All our changes into what the file holds now. */
static bool save(struct progress *p)
{
	struct records now = { 0 };
	int fd = lock(p);
	bool ok = read_records(p, &now);

	for (size_t i = 0; i < p->n_changes && ok; i++)
		ok = apply(&now, &p->change[i]);
	ok = ok && write_records(p, &now);
	if (ok) {
		drop_records(&p->known);
		p->known = now;
		p->n_changes = 0;
	} else {
		int why = errno;

		drop_records(&now);
		errno = why;
	}
	unlock(fd);
	return ok;
}

static bool change(struct progress *p, const struct change *c, struct error *err)
{
	if (!apply(&p->known, c))
		return error_memory(err, "the progress");
	if (!p->dir)
		return true;
	if (p->n_changes == p->size) {
		size_t size = 2 * p->size + 8;
		struct change *more = realloc(p->change, size * sizeof *more);

		if (!more)
			return error_memory(err, "the progress");
		p->change = more;
		p->size = size;
	}
	p->change[p->n_changes++] = *c;
	return save(p) || cannot(p, "progress", err);
}

bool progress_set(struct progress *p, const struct record *rec, struct error *err)
{
	const struct record *old = progress_find(p, rec->lesson, rec->part);

	if (old && old->state == rec->state && old->tries == rec->tries && old->hints == rec->hints)
		return true;
	return change(p, &(struct change){ .record = *rec }, err);
}

bool progress_forget(struct progress *p, const char *lesson, uint64_t part, struct error *err)
{
	struct change c = { .record = { .part = part }, .forget = true };

	snprintf(c.record.lesson, sizeof c.record.lesson, "%s", lesson);
	return change(p, &c, err);
}

bool progress_note(struct progress *p, const char *lesson, const char *place, const char *text, struct error *err)
{
	char *path;
	int fd;
	bool ok;

	text_add(&p->own_notes, "%s\t%s\t%s\n", lesson, place, text);
	if (p->own_notes.failed)
		return error_memory(err, "a note");
	if (!p->dir)
		return true;
	fd = lock(p);
	path = path_of(p, "notes");
	ok = path && append(path, text_str(&p->own_notes), p->own_notes.len);
	if (ok)
		text_clear(&p->own_notes);
	ok = ok || cannot(p, "notes", err);
	read_notes(p);
	unlock(fd);
	free(path);
	return ok;
}

static void find_notes(const struct text *notes, const char *lesson, struct text *out)
{
	for (const char *line = text_str(notes); *line; line += strcspn(line, "\n") + 1) {
		size_t n = strlen(lesson), place = n + 1 < strlen(line) ? strcspn(line + n + 1, "\t\n") : 0;

		if (!strncmp(line, lesson, n) && line[n] == '\t' && line[n + 1 + place] == '\t')
			text_add(out, "%.*s: %.*s\n", (int)place, line + n + 1, (int)strcspn(line + n + 2 + place, "\n"), line + n + 2 + place);
		if (!line[strcspn(line, "\n")])
			break;
	}
}

void progress_notes(const struct progress *p, const char *lesson, struct text *out)
{
	find_notes(&p->notes, lesson, out);
	find_notes(&p->own_notes, lesson, out);
}
