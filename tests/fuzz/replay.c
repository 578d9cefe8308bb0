/*
 * replay.c - runs a fuzz target over tests/fuzz/corpus/TARGET, TARGET being the program's name behind `fuzz_`, and over what the target
 * itself makes up. With file names as arguments it runs those alone. With libFuzzer (-DFUZZING) only the entry is here.
 */
#include "fuzz/fuzz.h"

#ifdef FUZZING

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return fuzz_one(data, size); }

#else

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t inputs;

static void run(const uint8_t *data, size_t size)
{
	/* A copy of just this size: reading beyond it is found. */
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	fuzz_one(copy, size);
	free(copy);
	inputs++;
}

static void run_file(const char *path)
{
	static uint8_t bytes[1 << 20];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f) {
		perror(path);
		exit(1);
	}
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	run(bytes, n);
}

static size_t run_corpus(const char *target)
{
	const char *src = getenv("QS_SRCDIR");
	char dir[1000], path[2000];
	struct dirent **names;
	int n;

	snprintf(dir, sizeof dir, "%s/tests/fuzz/corpus/%s", src ? src : ".", target);
	n = scandir(dir, &names, NULL, alphasort);
	if (n < 0) {
		printf("# no corpus in %s\n", dir);
		return 0;
	}
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			run_file(path);
		free(names[i]);
	}
	free(names);
	return inputs;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0], *target = strstr(name, "fuzz_");
	size_t kept;

	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			run_file(argv[i]);
		fuzz_end();
		return 0;
	}
	kept = run_corpus(target ? target + 5 : name);
	fuzz_more(run);
	fuzz_end();
	printf("1..1\n%s 1 - %zu inputs of the corpus and %zu made up do no harm\n", kept ? "ok" : "not ok", kept, inputs - kept);
	return kept ? 0 : 1;
}

#endif
