/* test_npz.c - archives of arrays, made here by libzip or byte by byte, right ones and hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>
#include <zip.h>

#include "base/rng.h"
#include "base/text.h"
#include "engine/tensor.h"
#include "files/npz.h"
#include "session/session.h"

static char dir[] = "/tmp/qs-npz-XXXXXX", path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/a.npz", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

/* ---- archives ---- */

/* Version 1 with a dictionary, then the data. */
static struct text npy(const char *dict, const void *data, size_t n)
{
	struct text t = { 0 };
	unsigned char length[2] = { (unsigned char)strlen(dict), (unsigned char)(strlen(dict) >> 8) };

	text_putn(&t, "\x93NUMPY\1\0", 8);
	text_putn(&t, (char *)length, 2);
	text_put(&t, dict);
	text_putn(&t, data, n);
	return t;
}

static struct text six_floats(void)
{
	static const float x[6] = { 1, 2, 3, 4, 5, 6 };

	return npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", x, sizeof x);
}

static void add(zip_t *zip, const char *name, const struct text *t, bool deflated)
{
	zip_source_t *s = zip_source_buffer(zip, t->s, t->len, 0);
	zip_int64_t at = zip_file_add(zip, name, s, 0);

	assert_true(at >= 0);
	assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)at, deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 9), 0);
}

static zip_t *begin(void)
{
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

	assert_non_null(zip);
	return zip;
}

static void one_member(const char *name, struct text t, bool deflated)
{
	zip_t *zip = begin();

	add(zip, name, &t, deflated);
	assert_int_equal(zip_close(zip), 0);
	text_drop(&t);
}

static struct text archive(void)
{
	struct text t = { 0 };
	FILE *f = fopen(path, "rb");
	char piece[4096];

	assert_non_null(f);
	for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0; )
		text_putn(&t, piece, n);
	fclose(f);
	return t;
}

static void write_archive(const struct text *t)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(t->s, 1, t->len, f), t->len);
	assert_int_equal(fclose(f), 0);
}

/* In every header of the kind ("PK\3\4": local, "PK\1\2": in the list) n bytes at `at`. */
static void patch(struct text *t, const char *magic, size_t at, uint64_t v, size_t n)
{
	for (size_t i = 0; i + 46 < t->len; i++)
		if (!memcmp(t->s + i, magic, 4))
			for (size_t k = 0; k < n; k++)
				t->s[i + at + k] = (char)(v >> 8 * k);
}

/* ---- loading ---- */

static struct session session;

static struct value *load(const char *member, struct error *err)
{
	struct outcome out = { 0 };

	*err = (struct error){ 0 };
	return session_load(&session, path, member, NULL, NULL, &out, err) ? out.value : NULL;
}

static void refused(const char *member, enum error_class class, const char *a, const char *b)
{
	struct error err;
	struct value *v = load(member, &err);

	assert_null(v);
	if (err.class != class || !strstr(err.text, a) || (b && !strstr(err.text, b) && !strstr(err.hint, b)))
		fail_msg("%s: %s (%s)", error_class_name(err.class), err.text, err.hint);
}

static void is_six(struct value *v, size_t rows, size_t cols)
{
	const struct tensor *t;

	assert_non_null(v);
	t = value_weights(v);
	assert_int_equal(t->rows, rows);
	assert_int_equal(t->cols, cols);
	for (size_t i = 0; i < 6; i++)
		assert_true(tensor_get(t, i) == (float)(i + 1));
	value_drop(v);
}

/* ---- what is right ---- */

static void the_only_array_needs_no_name(void **state)
{
	struct error err;

	(void)state;
	for (int deflated = 0; deflated < 2; deflated++) {
		one_member("x.npy", six_floats(), deflated);
		is_six(load(NULL, &err), 2, 3);
		is_six(load("x", &err), 2, 3);
		is_six(load("x.npy", &err), 2, 3);
	}
}

static void of_several_arrays_one_is_named_and_without_a_name_they_are_listed(void **state)
{
	static const unsigned char ints[12] = { 0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6 };	/* columns first, >i2 */
	struct text a = six_floats(), b = npy("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3)}", ints, 12);
	struct text other = { 0 }, broken = npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", ints, 8);
	struct value *v;
	struct error err;
	zip_t *zip = begin();

	(void)state;
	text_put(&other, "no array");
	add(zip, "layer.0/w.npy", &a, true);
	add(zip, "readme.txt", &other, false);
	add(zip, "b.npy", &b, false);
	add(zip, "\x1b[2J.npy", &broken, false);
	assert_int_equal(zip_close(zip), 0);

	is_six(load("layer.0/w", &err), 2, 3);
	is_six(load("b", &err), 2, 3);
	v = load(NULL, &err);
	assert_non_null(v);
	assert_non_null(value_as_table(v));
	assert_int_equal(value_as_table(v)->rows, 3);
	assert_string_equal(table_at(value_as_table(v), 0, 0)->text, "layer.0/w");
	assert_string_equal(table_at(value_as_table(v), 1, 1)->text, "i16");
	assert_string_equal(table_at(value_as_table(v), 1, 2)->text, "2x3");
	assert_string_equal(table_at(value_as_table(v), 2, 0)->text, "\\x1b[2J");
	assert_non_null(strstr(table_at(value_as_table(v), 2, 4)->text, "'|O'"));
	value_drop(v);
	text_drop(&a);
	text_drop(&b);
	text_drop(&other);
	text_drop(&broken);
}

/* More numbers than are unpacked at a time, of every width, compared one by one. */
static void long_arrays_come_piece_by_piece(void **state)
{
	static const struct { const char *descr; size_t width; } types[] = { { "|u1", 1 }, { "<i2", 2 }, { "<i4", 4 }, { "<u8", 8 }, { ">u8", 8 } };
	enum { N = 100003 };
	static unsigned char data[N * 8];

	(void)state;
	for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
		char dict[100];
		struct error err;
		struct value *v;

		snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': (%d,)}", types[k].descr, N);
		memset(data, 0, sizeof data);
		for (size_t i = 0; i < N; i++)
			data[i * types[k].width + (*types[k].descr == '>' ? 7 : 0)] = (unsigned char)(i % 127);
		one_member("long.npy", npy(dict, data, N * types[k].width), k % 2 == 0);
		v = load(NULL, &err);
		if (!v)
			fail_msg("%s", err.text);
		for (size_t i = 0; i < N; i++)
			if (tensor_get(value_weights(v), i) != (float)(i % 127))
				fail_msg("%s, number %zu", types[k].descr, i);
		value_drop(v);
	}
}

/* ---- what is wrong ---- */

static void a_member_that_is_not_there_names_the_nearest(void **state)
{
	(void)state;
	one_member("weights.npy", six_floats(), true);
	refused("weighst", ERR_TENSOR, "no array 'weighst'", "nearest: weights");
	refused("q\x1b", ERR_TENSOR, "no array 'q\\x1b'", "it has weights");
}

static void archives_without_arrays_and_cut_ones_are_refused(void **state)
{
	struct text whole, other = { 0 };

	(void)state;
	text_put(&other, "no array");
	one_member("readme.txt", other, false);
	refused(NULL, ERR_FORMAT, "none of them is a .npy", NULL);
	one_member("x.npy", six_floats(), true);
	whole = archive();
	for (size_t n = 4; n < whole.len; n++) {
		struct text cut = { .s = whole.s, .len = n };

		write_archive(&cut);
		refused(NULL, ERR_FORMAT, "a.npz: ", NULL);
	}
	text_drop(&whole);
}

static void a_damaged_member_fails_its_checksum(void **state)
{
	struct text t;

	(void)state;
	one_member("x.npy", six_floats(), false);
	t = archive();
	for (size_t i = 0; i + 4 < t.len; i++)
		if (!memcmp(t.s + i, "\0\0\x80\x3f", 4)) {	/* the first number */
			t.s[i] ^= 1;
			break;
		}
	write_archive(&t);
	text_drop(&t);
	refused(NULL, ERR_FORMAT, "member 'x': it is damaged", "CRC");
}

static void an_encrypted_member_is_refused(void **state)
{
	struct text t;

	(void)state;
	one_member("x.npy", six_floats(), false);
	t = archive();
	patch(&t, "PK\3\4", 6, 1, 1);
	patch(&t, "PK\1\2", 8, 1, 1);
	write_archive(&t);
	text_drop(&t);
	refused(NULL, ERR_FORMAT, "member 'x': it is encrypted", NULL);
}

static size_t most_memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (size_t)u.ru_maxrss;	/* KiB */
}

/* Sizes that a member claims, in both headers; the header of the array claims as much. */
static void sizes_that_compression_cannot_explain_are_refused_before_memory_is_taken(void **state)
{
	static const char few[1000];
	size_t before = most_memory();
	struct text t;

	(void)state;
	one_member("x.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (25000000000,)}", few, sizeof few), true);
	refused(NULL, ERR_FORMAT, "member 'x': 100000000000 bytes of numbers should begin", "are left");
	t = archive();
	patch(&t, "PK\3\4", 22, 0xfffffff0, 4);
	patch(&t, "PK\1\2", 24, 0xfffffff0, 4);
	write_archive(&t);
	text_drop(&t);
	refused(NULL, ERR_FORMAT, "4294967280 bytes, which cannot come out of the", NULL);
	one_member("x.npy", six_floats(), false);
	t = archive();
	patch(&t, "PK\3\4", 22, 1 << 20, 4);
	patch(&t, "PK\1\2", 24, 1 << 20, 4);
	write_archive(&t);
	text_drop(&t);
	refused(NULL, ERR_FORMAT, "1048576 bytes, which cannot come out of the", NULL);
	assert_in_range(most_memory() - before, 0, 20000);
}

/* 70 MB of zeros lie in 70 KB, and would be 280 MB of floats: unpacked they would be believed by every other check. */
static void a_bomb_is_refused_and_takes_no_memory(void **state)
{
	size_t n = 70000000, before;
	void *zeros = calloc(1, n);
	struct text t;

	(void)state;
	assert_non_null(zeros);
	t = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (70000000,)}", zeros, n);
	free(zeros);
	one_member("x.npy", t, true);
	before = most_memory();
	refused(NULL, ERR_FORMAT, "would become 70000072: that is a bomb, or an array of one value", "unzip it");
	assert_true(most_memory() - before < 2000);
}

static void more_or_less_than_the_header_asks_for_is_refused(void **state)
{
	static const float x[7];

	(void)state;
	one_member("x.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", x, 28), true);
	refused(NULL, ERR_FORMAT, "it has 97 bytes; its header, shape and type ask for 93", NULL);
	one_member("x.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }", x, 28), true);
	refused(NULL, ERR_FORMAT, "32 bytes of numbers should begin at byte 69, but only 28 are left", NULL);
}

/* The list says less than what comes out. */
static void a_member_that_unpacks_to_more_than_it_says_is_refused(void **state)
{
	static const float x[200];
	struct text t;
	struct error err;
	struct value *v;

	(void)state;
	one_member("x.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (100,)}", x, sizeof x), true);
	t = archive();
	patch(&t, "PK\3\4", 22, 67 + 400, 4);
	patch(&t, "PK\1\2", 24, 67 + 400, 4);
	write_archive(&t);
	text_drop(&t);
	v = load(NULL, &err);
	assert_null(v);
	assert_int_equal(err.class, ERR_FORMAT);
}

static void mutated_archives_never_crash_nor_hang(void **state)
{
	struct rng rng = rng_seeded(4);
	struct text whole, t = { 0 }, a = six_floats(), b = six_floats();
	zip_t *zip = begin();
	const char *s = getenv("QS_ROUNDS");

	(void)state;
	add(zip, "a.npy", &a, true);
	add(zip, "b.npy", &b, false);
	assert_int_equal(zip_close(zip), 0);
	text_drop(&a);
	text_drop(&b);
	whole = archive();
	for (long i = 0; i < (s ? atol(s) : 300); i++) {
		text_clear(&t);
		text_putn(&t, whole.s, whole.len);
		for (uint64_t k = 1 + rng_next(&rng) % 3; k--; )
			t.s[rng_next(&rng) % t.len] = rng_next(&rng) % 3 ? (char)rng_next(&rng) : (char)-(rng_next(&rng) % 2);
		write_archive(&t);
		for (int k = 0; k < 3; k++) {
			struct error err;
			struct value *v = load(k == 0 ? NULL : k == 1 ? "a" : "b", &err);

			if (!v && err.class != ERR_FORMAT && err.class != ERR_TENSOR && err.class != ERR_ARGUMENT && err.class != ERR_MEMORY && err.class != ERR_SHAPE)
				fail_msg("%s: %s", error_class_name(err.class), err.text);
			value_drop(v);
		}
	}
	text_drop(&whole);
	text_drop(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_only_array_needs_no_name),
		cmocka_unit_test(of_several_arrays_one_is_named_and_without_a_name_they_are_listed),
		cmocka_unit_test(long_arrays_come_piece_by_piece),
		cmocka_unit_test(a_member_that_is_not_there_names_the_nearest),
		cmocka_unit_test(archives_without_arrays_and_cut_ones_are_refused),
		cmocka_unit_test(a_damaged_member_fails_its_checksum),
		cmocka_unit_test(an_encrypted_member_is_refused),
		cmocka_unit_test(sizes_that_compression_cannot_explain_are_refused_before_memory_is_taken),
		cmocka_unit_test(a_bomb_is_refused_and_takes_no_memory),
		cmocka_unit_test(more_or_less_than_the_header_asks_for_is_refused),
		cmocka_unit_test(a_member_that_unpacks_to_more_than_it_says_is_refused),
		cmocka_unit_test(mutated_archives_never_crash_nor_hang),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
