/* files.c - see files.h */
#include "fuzz/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/job.h"
#include "base/pool.h"
#include "base/rng.h"
#include "files/model.h"
#include "fuzz/fuzz.h"
#include "session/session.h"

enum { KEPT_MAX = 64, SIZE_MOST = 1 << 16, HEADER = 600, WEIGHTS_MAX = 1 << 20, SHOWN = 50 };

/* ---- the input as a file ---- */

static char dir[100];

static void remove_dir(void)
{
	DIR *d = opendir(dir);

	for (struct dirent *e; d && (e = readdir(d)); ) {
		char path[400];

		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static void make_dir(void)
{
	snprintf(dir, sizeof dir, "%s/qs-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(dir))
		abort();
	atexit(remove_dir);
	pool_set_threads(1);
}

const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
	static char path[200];
	FILE *f;

	if (!dir[0])
		make_dir();
	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
	return path;
}

/* ---- everything that can be asked of a model ---- */

static void look(struct session *s, struct value *v)
{
	const struct model *m = v->u.model;
	struct table *ls = table_new(TENSOR_COLUMNS);
	struct text t = { 0 };
	struct error err;

	model_line(m, &t);
	model_summary(m, &t);
	for (size_t i = 0; i < m->facts && i < SHOWN; i++)
		fact_text(&m->fact[i], 60, &t);
	for (size_t i = 0; ls && i < m->tensors && i < SHOWN; i++) {
		struct outcome out = { 0 };

		session_tensor_row(ls, &m->tensor[i]);
		tensor_entry_summary(m, &m->tensor[i], &t);
		if (m->tensor[i].rows * m->tensor[i].cols < WEIGHTS_MAX && session_tensor(s, v, m->tensor[i].name, &out, &err))
			value_drop(out.value);
	}
	if (ls)
		table_write_text(ls, 80, &t);
	table_drop(ls);
	text_drop(&t);
}

void fuzz_model(const char *path)
{
	struct outcome out = { 0 }, found = { 0 };
	struct session s;
	struct error err = { 0 };

	session_init(&s, 1);
	if (session_open(&s, path, "m", NULL, &out, &err)) {
		look(&s, out.value);
		if (session_check(&s, out.value, NULL, &found, &err) && found.job)
			job_run_here(found.job, &found.value, &err);
		value_drop(found.value);	/* also what a failed check had found */
		value_drop(out.value);
	} else if (!err.text[0]) {
		abort();		/* refused without a word */
	}
	session_close(&s, "m", &err);
	session_drop(&s);
}

/* ---- what the replay tries beside the corpus ---- */

struct kept { uint8_t *bytes; size_t size; char name[256]; };

static size_t read_corpus(const char *target, struct kept kept[])
{
	const char *src = getenv("QS_SRCDIR");
	char path[1500], folder[1000];
	struct dirent **names;
	size_t n = 0;
	int all;

	snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", src ? src : ".", target);
	all = scandir(folder, &names, NULL, alphasort);
	for (int i = 0; i < all; i++) {
		struct stat st;
		FILE *f;

		snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		f = n < KEPT_MAX && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 8 && st.st_size < SIZE_MOST ? fopen(path, "rb") : NULL;
		if (f) {
			kept[n].size = (size_t)st.st_size;
			kept[n].bytes = malloc(kept[n].size);
			snprintf(kept[n].name, sizeof kept->name, "%.255s", names[i]->d_name);
			if (!kept[n].bytes || fread(kept[n].bytes, 1, kept[n].size, f) != kept[n].size)
				abort();
			fclose(f);
			n++;
		}
		free(names[i]);
	}
	free(all < 0 ? NULL : names);
	return n;
}

/* Bytes that matter more than random ones: ends of ranges, and pieces of the file itself. Mostly in the header; also ends cut off. */
static size_t mutate(struct rng *rng, uint8_t *b, size_t n)
{
	static const uint64_t nasty[] = { 0, 1, 2, 255, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX, 12, 9, 8 };

	for (uint64_t k = 1 + rng_next(rng) % 3; k-- && n > 8; ) {
		size_t header = rng_next(rng) % 8 ? (n < HEADER ? n : HEADER) : n, at = rng_next(rng) % header;
		uint64_t v = nasty[rng_next(rng) % (sizeof nasty / sizeof *nasty)];
		size_t width = (size_t)1 << rng_next(rng) % 4, len = 1 + rng_next(rng) % 16, from = rng_next(rng) % n;

		switch (rng_next(rng) % 6) {
		case 0: b[at] = (uint8_t)rng_next(rng); break;
		case 1: b[at] ^= (uint8_t)(1u << rng_next(rng) % 8); break;
		case 2: memcpy(b + at, &v, at + width <= n ? width : 1); break;
		case 3: memmove(b + at, b + from, (at > from ? n - at : n - from) < len ? 1 : len); break;
		case 4: b[at] = (uint8_t)("\"{}[]:,\\0-9e.\x1b\xff"[rng_next(rng) % 16]); break;
		default: n = rng_next(rng) % 4 ? n : rng_next(rng) % n; break;
		}
	}
	return n;
}

static double seconds(void)		/* of work: a machine may be busy with other things */
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void fuzz_mutations(const char *target, void (*run)(const uint8_t *data, size_t size))
{
	static struct kept kept[KEPT_MAX];
	static uint8_t b[SIZE_MOST];
	const char *rounds = getenv("QS_ROUNDS"), *seed = getenv("QS_SEED");
	long n = rounds ? atol(rounds) : 300, start = seed ? atol(seed) : 1;
	size_t bases = read_corpus(target, kept);
	struct rng rng = rng_seeded((uint64_t)start);
	double worst = 0;

	for (long i = 0; bases && i < n; i++) {
		const struct kept *k = &kept[(size_t)i % bases];
		double from = seconds(), took;
		size_t size;

		memcpy(b, k->bytes, k->size);
		size = mutate(&rng, b, k->size);
		run(b, size);
		took = seconds() - from;
		worst = took > worst ? took : worst;
		if (took > 1) {
			printf("# seed %ld, mutation %ld, of %s: took %.1f s\n", start, i, k->name, took);
			exit(1);
		}
	}
	printf("# %ld mutations of %zu files, seed %ld: the slowest took %.0f ms\n", n, bases, start, 1000 * worst);
	for (size_t i = 0; i < bases; i++)
		free(kept[i].bytes);
}
