/*
 * figures_file.c - see figures_file.h
 *
 *	quantscope figures 1 0123456789abcdef 0123456789abcdef 147	whose they are, and how many tensors that has
 *	0 1 524288 ...							the figures of a tensor, numbers as the bits they are
 *	end 89abcdef01234567						a hash of all before
 */
#include "session/figures_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/imatrix.h"
#include "files/replace.h"

enum { FILE_MOST = 64 << 20, NUMBERS = 13 };

#define MAGIC "quantscope figures 1"
#define NAME "figures-"

/* ---- whose ---- */

/* Two sums at once, eight bytes a step: no guard against a forger, who could as well write the figures. */
static void mix(struct identity *id, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t at = 0; at < n; at += 8) {
		uint64_t v = 0;

		memcpy(&v, p + at, n - at < 8 ? n - at : 8);
		for (int k = 0; k < 2; k++) {
			id->hash[k] = (id->hash[k] ^ v) * (k ? 0x9E3779B97F4A7C15u : 0x100000001B3u);
			id->hash[k] ^= id->hash[k] >> (k ? 29 : 32);
		}
	}
	for (int k = 0; k < 2; k++)
		id->hash[k] = (id->hash[k] ^ n) * 0xD6E8FEB86659FD93u;
}

static void mix_number(struct identity *id, uint64_t v)
{
	mix(id, &v, sizeof v);
}

static void mix_word(struct identity *id, const char *s)
{
	mix(id, s, strlen(s));
}

/* Size and time of each file, the header of the first, and what the others say of each tensor. */
static bool mix_model(struct identity *id, const struct model *m)
{
	const struct buffer *first = m->parts ? m->part[0] : NULL;

	for (unsigned k = 0; k < m->parts; k++) {
		if (!m->part[k])
			return false;
		mix_number(id, m->part[k]->size);
		mix_number(id, (uint64_t)m->part[k]->time);
	}
	if (!first)
		return false;
	mix(id, first->bytes, m->data_at < first->size ? m->data_at : first->size);
	for (size_t i = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i];

		mix_word(id, e->name);
		mix_word(id, e->type_name);
		mix_number(id, e->part);
		mix_number(id, e->offset);
		mix_number(id, e->rows);
		mix_number(id, e->cols);
	}
	return true;
}

static void mix_importance(struct identity *id, const struct importance *m)
{
	for (size_t i = 0; i < m->entries; i++) {
		const struct importance_entry *e = &m->entry[i];

		mix_word(id, e->name);
		mix(id, e->sum, e->columns * e->experts * sizeof *e->sum);
		mix(id, e->count, e->experts * sizeof *e->count);
	}
}

bool figures_identity(const struct model *m, const struct codec *codec, struct identity *id)
{
	*id = (struct identity){ { 0xCBF29CE484222325u, 0x9E3779B97F4A7C15u } };
	mix_word(id, codec ? codec->name : m->reference ? "of the reference" : "spread");
	if (!mix_model(id, m))
		return false;
	if ((codec || m->reference) && m->importance)
		mix_importance(id, m->importance);
	return codec || !m->reference || mix_model(id, m->reference);
}

static bool files_stand(const struct model *m)
{
	for (unsigned k = 0; k < m->parts; k++)
		if (!buffer_same_file(m->part[k], m->part_path[k]))
			return false;
	return true;
}

bool figures_keepable(const struct model *m)
{
	return files_stand(m) && (!m->reference || files_stand(m->reference));
}

bool identity_same(const struct identity *a, const struct identity *b)
{
	return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

static char *path_of(const char *dir, const struct identity *id)
{
	char *path;

	return asprintf(&path, "%s/" NAME "%016" PRIx64, dir, id->hash[0]) < 0 ? NULL : path;
}

/* ---- a line ---- */

static void numbers_of(struct figures *f, double *number[NUMBERS])
{
	struct spread *s = &f->spread;
	double *const list[NUMBERS] = { &s->min, &s->max, &s->absmax, &s->mean, &s->sd, &s->kurtosis, &f->rel, &f->max, &f->snr, &f->rmse,
					&f->weighted, &f->share, &f->width };

	memcpy(number, list, sizeof list);
}

static void write_line(struct text *out, size_t i, const struct figures *from)
{
	struct figures f = *from;
	double *number[NUMBERS];
	uint64_t bits;

	text_add(out, "%zu %d %d %zu %zu %zu %zu %" PRIx64 " %zu %zu %zu", i, f.measured, f.lost, f.spread.count, f.spread.nan, f.spread.inf, f.spread.zero,
		 (uint64_t)f.spread.first_bad, f.beyond, f.beyond_rows, f.bins);
	for (size_t k = 0; k < FIGURES_BINS; k++)
		text_add(out, " %zu", f.bin[k]);
	numbers_of(&f, number);
	for (int k = 0; k < NUMBERS; k++) {
		memcpy(&bits, number[k], sizeof bits);
		text_add(out, " %" PRIx64, bits);
	}
	memcpy(&bits, &f.first, sizeof bits);
	text_add(out, " %" PRIx64 " %s\t", bits, *f.codec ? f.codec : "-");
	text_escape(out, f.fault, strlen(f.fault), 0);
	text_put(out, "\n");
}

static bool take_number(const char **s, int base, uint64_t *v)
{
	char *end;

	errno = 0;
	*v = strtoull(*s, &end, base);
	if (end == *s || errno || **s == '-')
		return false;
	*s = *end == ' ' ? end + 1 : end;
	return true;
}

/* A line without its LF. False: it is none of ours. */
static bool read_line(const char *s, size_t n, size_t *at, struct figures *f)
{
	uint64_t v[11], bits;
	double *number[NUMBERS];
	const char *tab;

	*f = (struct figures){ .spread = { .q01 = NAN, .q50 = NAN, .q99 = NAN } };
	for (int k = 0; k < 11; k++)
		if (!take_number(&s, k == 7 ? 16 : 10, &v[k]))
			return false;
	if (v[0] >= n || v[1] > 1 || v[2] > 1 || v[10] > FIGURES_BINS)
		return false;
	*at = (size_t)v[0];
	f->measured = v[1];
	f->lost = v[2];
	f->spread.count = (size_t)v[3];
	f->spread.nan = (size_t)v[4];
	f->spread.inf = (size_t)v[5];
	f->spread.zero = (size_t)v[6];
	f->spread.first_bad = (size_t)v[7];
	f->beyond = (size_t)v[8];
	f->beyond_rows = (size_t)v[9];
	f->bins = (size_t)v[10];
	for (size_t k = 0; k < FIGURES_BINS; k++) {
		if (!take_number(&s, 10, &bits))
			return false;
		f->bin[k] = (size_t)bits;
	}
	numbers_of(f, number);
	for (int k = 0; k <= NUMBERS; k++) {
		if (!take_number(&s, 16, &bits))
			return false;
		memcpy(k < NUMBERS ? number[k] : &f->first, &bits, sizeof bits);
	}
	tab = strchr(s, '\t');
	if (!tab || (size_t)(tab - s) >= sizeof f->codec || strlen(tab + 1) >= sizeof f->fault)
		return false;
	if (*s != '-')
		memcpy(f->codec, s, (size_t)(tab - s));
	strcpy(f->fault, tab + 1);
	return true;
}

/* ---- the file ---- */

static char *whole_file(const char *path, size_t *n)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *s = NULL;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= FILE_MOST && (s = malloc((size_t)st.st_size + 1))) {
		ssize_t got;

		for (*n = 0; *n < (size_t)st.st_size && (got = read(fd, s + *n, (size_t)st.st_size - *n)) > 0; *n += (size_t)got)
			;
		s[*n] = 0;
	}
	if (fd >= 0)
		close(fd);
	return s;
}

static void head_of(struct text *t, const struct identity *id, size_t n)
{
	text_add(t, MAGIC " %016" PRIx64 " %016" PRIx64 " %zu\n", id->hash[0], id->hash[1], n);
}

static void end_of(struct text *t, const char *s, size_t n)
{
	struct identity sum = { { 1, 2 } };

	mix(&sum, s, n);
	text_add(t, "end %016" PRIx64 "%016" PRIx64 "\n", sum.hash[0], sum.hash[1]);
}

/* The head fits, and the end, which holds a sum of all before. */
static bool is_whole(const char *s, size_t n, const char *head, size_t *end)
{
	const char *last = NULL;
	struct text wanted = { 0 };
	bool ok;

	if (strlen(s) != n || strncmp(s, head, strlen(head)))
		return false;
	for (const char *p = s; (p = strstr(p, "\nend ")); p++)
		last = p + 1;
	if (!last)
		return false;
	*end = (size_t)(last - s);
	end_of(&wanted, s, *end);
	ok = !wanted.failed && !strcmp(last, text_str(&wanted));
	text_drop(&wanted);
	return ok;
}

void figures_read(const char *dir, const struct identity *id, struct figures *f, size_t n)
{
	char *path = path_of(dir, id), *s = NULL;
	size_t size = 0, end = 0, at;
	struct text head = { 0 };
	struct figures one;

	head_of(&head, id, n);
	s = path ? whole_file(path, &size) : NULL;
	if (s && !head.failed && is_whole(s, size, text_str(&head), &end)) {
		s[end] = 0;
		for (char *line = s + head.len, *next; *line; line = next) {
			char *lf = strchr(line, '\n');

			next = lf ? lf + 1 : line + strlen(line);
			if (lf)
				*lf = 0;
			if (read_line(line, n, &at, &one))
				survey_put(&f[at], &one);
		}
	}
	free(s);
	free(path);
	text_drop(&head);
}

static void make_dir(const char *dir)
{
	char *copy = strdup(dir);

	for (char *p = copy; copy && *p; p++)
		if (*p == '/' && p > copy) {
			*p = 0;
			mkdir(copy, 0777);
			*p = '/';
		}
	mkdir(dir, 0700);
	free(copy);
}

void figures_write(const char *dir, const struct identity *id, const struct figures *f, size_t n)
{
	char *path = path_of(dir, id);
	struct text t = { 0 };
	struct replace r = { .fd = -1 };
	size_t body;

	head_of(&t, id, n);
	for (size_t i = 0; i < n; i++)
		if (atomic_load_explicit(&f[i].known, memory_order_acquire))
			write_line(&t, i, &f[i]);
	body = t.len;
	if (!t.failed)
		end_of(&t, t.s, body);
	if (path && !t.failed) {
		struct error ignored = { 0 };

		make_dir(dir);
		(void)(replace_open(&r, path, true, &ignored) && replace_write(&r, t.s, t.len, &ignored) && replace_commit(&r, &ignored));
		replace_drop(&r);
	}
	text_drop(&t);
	free(path);
}

static bool is_ours(const char *name)
{
	size_t n = sizeof NAME - 1;

	return !strncmp(name, NAME, n) && strspn(name + n, "0123456789abcdef") == 16 && strlen(name) == n + 16;
}

bool figures_clear(const char *dir, size_t *n, struct error *err)
{
	DIR *d = opendir(dir);
	bool ok = true;

	if (!d)
		return true;		/* nothing was ever kept */
	for (struct dirent *e; ok && (e = readdir(d)); ) {
		if (!is_ours(e->d_name))
			continue;
		ok = unlinkat(dirfd(d), e->d_name, 0) == 0 || error_set(err, ERR_FILE, "cannot remove %s/%s: %s", dir, e->d_name, strerror(errno));
		*n += ok;
	}
	closedir(d);
	return ok;
}
