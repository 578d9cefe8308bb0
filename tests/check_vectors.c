/*
 * check_vectors.c - every codec against the reference's bytes, at every cpu level: both sets of tests/data/vectors.
 *
 * Goes by the manifests: a codec is tested by being listed there and in codecs/list.h.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/encode.h"
#include "engine/kernel.h"

struct line {				/* of a manifest */
	char name[120], set[16], type[16], path[8];
	uint64_t decoded;
};

static const char *const sets[] = { "golden", "extreme" };
static struct line *lines;
static size_t n_lines;

static unsigned char *read_file(const char *set, const char *name, size_t *size)
{
	const char *src = getenv("QS_SRCDIR");
	unsigned char *bytes = NULL;
	char path[4096];
	FILE *f;
	long end;

	snprintf(path, sizeof path, "%s/tests/data/vectors/%s/%s", src ? src : ".", set, name);
	f = fopen(path, "rb");
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	end = ftell(f);
	rewind(f);
	bytes = malloc((size_t)end + 1);
	if (bytes && fread(bytes, 1, (size_t)end, f) == (size_t)end) {
		bytes[end] = 0;
		*size = (size_t)end;
	}
	fclose(f);
	return bytes;
}

/* float32, C order, header of version 1: what the files of the vectors are. */
static bool read_npy(const char *set, const char *name, struct tensor *t)
{
	size_t size, cols = 512, at, rows;
	unsigned char *bytes = read_file(set, name, &size);
	bool ok;

	if (!bytes)
		return false;
	assert_true(size > 10 && !memcmp(bytes, "\x93NUMPY\x01", 7));
	at = 10u + bytes[8] + 256u * bytes[9];
	rows = (size - at) / 4 / cols;
	assert_int_equal(at + rows * cols * 4, size);
	ok = tensor_new(t, rows, cols, NULL);
	memcpy(tensor_floats(t), bytes + at, rows * cols * 4);
	free(bytes);
	return ok;
}

static unsigned char *expected(const struct line *l, size_t *size)
{
	char name[64];
	unsigned char *bytes;

	snprintf(name, sizeof name, "%s.%s.bin", l->type, l->path);
	bytes = read_file(l->set, name, size);
	if (bytes)
		return bytes;
	snprintf(name, sizeof name, "%s.ref.bin", l->type);	/* importance changes nothing */
	return read_file(l->set, name, size);
}

static uint64_t fnv1a(const unsigned char *p, size_t n)
{
	uint64_t h = 0x14650fb0739d0383u;

	while (n--)
		h = (h ^ *p++) * 0x100000001b3u;
	return h;
}

static void writes_and_reads_the_reference_bytes(void **state)
{
	const struct line *l = *state;
	const struct codec *c = codec_find(l->type);
	struct codec_options o = { 0 };
	struct tensor x, importance = { 0 };
	size_t size;
	unsigned char *want = expected(l, &size);

	assert_non_null(c);
	assert_non_null(want);
	assert_true(read_npy(l->set, "inputs.npy", &x));
	if (strcmp(l->path, "ref")) {
		assert_true(read_npy(l->set, strcmp(l->path, "imp") ? "importance2.npy" : "importance.npy", &importance));
		o.importance = tensor_floats(&importance);
	}
	for (const struct cpu_level *level = cpu_levels; level->name; level++) {
		struct tensor blocks, back, foreign;
		struct error err;

		if (!level->usable())
			continue;
		assert_true(kernels_choose(level->name, &err));
		if (!tensor_encode(c, &x, 0, &o, NULL, &blocks, &err))
			fail_msg("%s: %s", level->name, err.text);
		assert_int_equal(tensor_bytes(&blocks), size);
		for (size_t i = 0; i < size; i++)
			if (tensor_block(&blocks, 0)[i] != want[i])
				fail_msg("%s: row %zu, block %zu, byte %zu is %02x instead of %02x", level->name,
					 i / (size / x.rows), i / c->block_bytes, i % c->block_bytes,
					 tensor_block(&blocks, 0)[i], want[i]);
		tensor_drop(&blocks);
		if (l->decoded == 0)
			continue;
		assert_true(tensor_new_blocks(&foreign, c, x.rows, x.cols, 0, &err));
		memcpy(tensor_block(&foreign, 0), want, size);
		assert_true(tensor_decode(&foreign, NULL, &back, &err));
		assert_int_equal(fnv1a(tensor_block(&back, 0), tensor_bytes(&back)), l->decoded);
		tensor_drop(&foreign);
		tensor_drop(&back);
	}
	assert_true(kernels_choose(getenv("QUANTSCOPE_CPU"), NULL));
	tensor_drop(&x);
	tensor_drop(&importance);
	free(want);
}

/* The lines of the codecs that there are. */
static void read_manifest(const char *set)
{
	size_t size;
	char *text = (char *)read_file(set, "manifest.tsv", &size), *next = text;

	while (text && *next) {
		struct line l = { .set = "" };
		char *end = strchr(next, '\n');

		if (sscanf(next, "%15s %*d %*d %*d %7s %*d %*s %" SCNx64, l.type, l.path, &l.decoded) == 3 && codec_find(l.type)) {
			snprintf(l.set, sizeof l.set, "%s", set);
			snprintf(l.name, sizeof l.name, "%s writes and reads the reference's bytes (%s, %s)", l.type, l.set, l.path);
			lines = realloc(lines, (n_lines + 1) * sizeof *lines);
			lines[n_lines++] = l;
		}
		if (!end)
			break;
		next = end + 1;
	}
	free(text);
}

static void every_codec_with_an_encoder_that_files_know_has_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		size_t found = 0;

		for (size_t k = 0; k < n_lines; k++)
			found += !strcmp(lines[k].type, codecs[i]->name);
		if (codecs[i]->gguf_type > 0 && codecs[i]->encode && found < 2)
			fail_msg("no vectors for %s", codecs[i]->name);
	}
}

int main(void)
{
	struct CMUnitTest *tests;
	int failed;

	for (size_t s = 0; s < sizeof sets / sizeof *sets; s++)
		read_manifest(sets[s]);
	tests = calloc(n_lines + 1, sizeof *tests);
	tests[0] = (struct CMUnitTest)cmocka_unit_test(every_codec_with_an_encoder_that_files_know_has_vectors);
	for (size_t i = 0; i < n_lines; i++)
		tests[i + 1] = (struct CMUnitTest){
			.name = lines[i].name, .test_func = writes_and_reads_the_reference_bytes, .initial_state = &lines[i],
		};
	failed = _cmocka_run_group_tests("vectors", tests, n_lines + 1, NULL, NULL);
	free(tests);
	free(lines);
	return failed;
}
