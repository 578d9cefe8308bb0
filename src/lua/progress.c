/*
 * progress.c - what has been learned: a line a part in a text file, written anew beside the old one and renamed. interaction.md 19.2.
 *
 *      lesson <tab> part <tab> done|skipped|missed <tab> tries <tab> hints
 *
 * A part is known by a hash of its kind and text. Lines that are not understood are kept. Notes are in a file of their own:
 * lesson <tab> place <tab> text.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lua/lesson.h"

struct progress {
	char *dir;
	struct record *record; size_t n, size;
	struct text unknown;		/* lines of the file that say nothing to us */
	struct text notes;		/* the file of notes */
	bool told;			/* that it cannot be saved */
};

static const char *const state_names[PART_STATES] = { "done", "skipped", "missed" };

static bool add(struct progress *p, const struct record *rec)
{
	if (p->n == p->size) {
		size_t size = 2 * p->size + 32;
		struct record *more = realloc(p->record, size * sizeof *more);

		if (!more)
			return false;
		p->record = more;
		p->size = size;
	}
	p->record[p->n++] = *rec;
	return true;
}

static bool parse(const char *line, struct record *rec)
{
	char state[16];
	int end = 0;

	memset(rec, 0, sizeof *rec);
	if (sscanf(line, "%39[^\t]\t%" SCNx64 "\t%15[^\t]\t%d\t%d%n", rec->lesson, &rec->part, state, &rec->tries, &rec->hints, &end) != 5 || line[end])
		return false;
	for (int i = 0; i < PART_STATES; i++)
		if (!strcmp(state, state_names[i])) {
			rec->state = (enum part_state)i;
			return true;
		}
	return false;
}

static FILE *open_in(const struct progress *p, const char *name, const char *mode)
{
	char *path;
	FILE *f = NULL;

	if (p->dir && asprintf(&path, "%s/%s", p->dir, name) >= 0) {
		f = fopen(path, mode);
		free(path);
	}
	return f;
}

struct progress *progress_new(const char *dir)
{
	struct progress *p = calloc(1, sizeof *p);
	struct record rec;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f;

	if (!p || (dir && !(p->dir = strdup(dir)))) {
		free(p);
		return NULL;
	}
	f = open_in(p, "progress", "r");
	while (f && (n = getline(&line, &size, f)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = 0;
		if (!parse(line, &rec))
			text_add(&p->unknown, "%s\n", line);
		else if (!add(p, &rec))
			break;
	}
	if (f)
		fclose(f);
	f = open_in(p, "notes", "r");
	while (f && getline(&line, &size, f) >= 0)
		text_put(&p->notes, line);
	if (f)
		fclose(f);
	free(line);
	return p;
}

void progress_drop(struct progress *p)
{
	if (!p)
		return;
	free(p->dir);
	free(p->record);
	text_drop(&p->unknown);
	text_drop(&p->notes);
	free(p);
}

const struct record *progress_at(const struct progress *p, size_t i)
{
	return i < p->n ? &p->record[i] : NULL;
}

const struct record *progress_find(const struct progress *p, const char *lesson, uint64_t part)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->record[i].part == part && !strcmp(p->record[i].lesson, lesson))
			return &p->record[i];
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

static bool replace(const struct progress *p, const char *name, const char *s, size_t n)
{
	char *path = NULL, *beside = NULL;
	FILE *f = NULL;
	bool ok = make_dir(p->dir) && asprintf(&path, "%s/%s", p->dir, name) >= 0 && asprintf(&beside, "%s/%s.%ld", p->dir, name, (long)getpid()) >= 0;

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
	free(path);
	free(beside);
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

static bool save(struct progress *p, struct error *err)
{
	struct text t = { 0 };
	bool ok;

	if (!p->dir)
		return true;
	text_put(&t, text_str(&p->unknown));
	for (size_t i = 0; i < p->n; i++)
		text_add(&t, "%s\t%016" PRIx64 "\t%s\t%d\t%d\n", p->record[i].lesson, p->record[i].part, state_names[p->record[i].state],
			 p->record[i].tries, p->record[i].hints);
	ok = (!t.failed && replace(p, "progress", text_str(&t), t.len)) || cannot(p, "progress", err);
	text_drop(&t);
	return ok;
}

static void take_out(struct progress *p, size_t i)
{
	memmove(&p->record[i], &p->record[i + 1], (--p->n - i) * sizeof *p->record);
}

bool progress_set(struct progress *p, const struct record *rec, struct error *err)
{
	const struct record *old = progress_find(p, rec->lesson, rec->part);

	if (old && old->state == rec->state && old->tries == rec->tries && old->hints == rec->hints)
		return true;
	if (old)
		take_out(p, (size_t)(old - p->record));
	if (!add(p, rec))
		return error_memory(err, "the progress");
	return save(p, err);
}

bool progress_forget(struct progress *p, const char *lesson, uint64_t part, struct error *err)
{
	for (size_t i = p->n; i-- > 0;)
		if (!strcmp(p->record[i].lesson, lesson) && (!part || p->record[i].part == part))
			take_out(p, i);
	return save(p, err);
}

bool progress_note(struct progress *p, const char *lesson, const char *place, const char *text, struct error *err)
{
	text_add(&p->notes, "%s\t%s\t%s\n", lesson, place, text);
	if (p->notes.failed)
		return error_memory(err, "a note");
	return !p->dir || replace(p, "notes", text_str(&p->notes), p->notes.len) || cannot(p, "notes", err);
}

void progress_notes(const struct progress *p, const char *lesson, struct text *out)
{
	for (const char *line = text_str(&p->notes); *line; line += strcspn(line, "\n") + 1) {
		size_t n = strlen(lesson), place = n + 1 < strlen(line) ? strcspn(line + n + 1, "\t\n") : 0;

		if (!strncmp(line, lesson, n) && line[n] == '\t' && line[n + 1 + place] == '\t')
			text_add(out, "%.*s: %.*s\n", (int)place, line + n + 1, (int)strcspn(line + n + 2 + place, "\n"), line + n + 2 + place);
		if (!line[strcspn(line, "\n")])
			break;
	}
}
