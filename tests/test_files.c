/* test_files.c - weight files as the page describes them, written byte by byte here, right ones and wrong ones. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/job.h"
#include "base/pool.h"
#include "base/rng.h"
#include "engine/codec.h"
#include "engine/kernel.h"
#include "engine/tensor.h"
#include "files/array.h"
#include "files/json.h"
#include "files/model.h"
#include "files/names.h"

/* ---- a file in the making ---- */

struct bytes { unsigned char b[1 << 16]; size_t n; bool big; bool narrow; /* GGUF v1: lengths of 32 bits */ };

static void put(struct bytes *f, uint64_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		f->b[f->n++] = (unsigned char)(v >> 8 * (f->big ? width - 1 - i : i));
}

static void put_count(struct bytes *f, uint64_t v) { put(f, v, f->narrow ? 4 : 8); }
static void put_raw(struct bytes *f, const void *p, size_t n) { memcpy(f->b + f->n, p, n); f->n += n; }
static void put_string(struct bytes *f, const char *s) { put_count(f, strlen(s)); put_raw(f, s, strlen(s)); }
static void put_f32(struct bytes *f, float v) { uint32_t u; memcpy(&u, &v, 4); put(f, u, 4); }
static void put_f64(struct bytes *f, double v) { uint64_t u; memcpy(&u, &v, 8); put(f, u, 8); }

static void key(struct bytes *f, const char *name, uint32_t type) { put_string(f, name); put(f, type, 4); }
static void key_u32(struct bytes *f, const char *name, uint32_t v) { key(f, name, FACT_U32); put(f, v, 4); }
static void key_u16(struct bytes *f, const char *name, uint32_t v) { key(f, name, FACT_U16); put(f, v, 2); }
static void key_i32(struct bytes *f, const char *name, int32_t v) { key(f, name, FACT_I32); put(f, (uint32_t)v, 4); }
static void key_string(struct bytes *f, const char *name, const char *v) { key(f, name, FACT_STRING); put_string(f, v); }

static void head(struct bytes *f, unsigned version, uint64_t tensors, uint64_t keys)
{
	put_raw(f, "GGUF", 4);
	put(f, version, 4);
	f->narrow = version == 1;
	put_count(f, tensors);
	put_count(f, keys);
}

/* Dimensions as the header has them: the length of a row first. */
static void tensor(struct bytes *f, const char *name, unsigned dims, uint64_t d0, uint64_t d1, uint32_t type, uint64_t offset)
{
	put_string(f, name);
	put(f, dims, 4);
	put_count(f, d0);
	if (dims > 1)
		put_count(f, d1);
	for (unsigned i = 2; i < dims; i++)
		put_count(f, 1);
	put(f, type, 4);
	put(f, offset, 8);
}

static void align(struct bytes *f, size_t to) { while (f->n % to) f->b[f->n++] = 0; }

static char dir[64];

static const char *path_of(const char *name)
{
	static char path[4][200];
	static int k;

	snprintf(path[k = (k + 1) % 4], sizeof *path, "%s/%s", dir, name);
	return path[k];
}

static const char *write_file(const char *name, const void *p, size_t n)
{
	const char *path = path_of(name);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

static struct model *open_bytes(const char *name, const struct bytes *f, struct error *err)
{
	return model_open(write_file(name, f->b, f->n), err);
}

static struct model *opened(const char *name, const struct bytes *f)
{
	struct error err = { 0 };
	struct model *m = open_bytes(name, f, &err);

	if (!m)
		fail_msg("%s", err.text);
	return m;
}

/* Refused, and the sentence holds both of these. */
static void refused(const struct bytes *f, const char *name, const char *a, const char *b)
{
	struct error err = { 0 };
	struct model *m = open_bytes(name, f, &err);

	assert_null(m);
	assert_int_equal(err.class, ERR_FORMAT);
	if (!strstr(err.text, a) || !strstr(err.text, b))
		fail_msg("'%s' lacks '%s' or '%s'", err.text, a, b);
}

static float value_at(const struct model *m, const char *name, size_t at)
{
	const struct tensor_entry *e = model_find(m, name);
	struct tensor t;
	struct error err;
	float v;

	assert_non_null(e);
	if (!model_tensor(m, e, &t, &err))
		fail_msg("%s", err.text);
	v = tensor_get(&t, at);
	tensor_drop(&t);
	return v;
}

static void text_is(const struct text *t, const char *is)
{
	assert_string_equal(text_str(t), is);
}

/* Two tensors, five keys; good in every version and order. Values: small.weight[r, c] = 10 r + c / 4, big.weight = q4_0 blocks. */
static void good_file(struct bytes *f, unsigned version, bool big)
{
	*f = (struct bytes){ .big = big };
	head(f, version, 2, 5);
	key_string(f, "general.architecture", "toy");
	key_u32(f, "general.alignment", 64);
	key_u32(f, "toy.block_count", 3);
	key(f, "toy.words", FACT_ARRAY);
	put(f, FACT_STRING, 4);
	put_count(f, 3);
	put_string(f, "one");
	put_string(f, "t\x1bwo");
	put_string(f, "three");
	key(f, "toy.eps", FACT_F32);
	put_f32(f, 1e-5f);
	tensor(f, "small.weight", 2, 4, 3, 0, 0);
	tensor(f, "big.weight", 2, 32, 2, 2, 64);
	align(f, 64);
	for (int i = 0; i < 12; i++)
		put_f32(f, 10.0f * (float)(i / 4) + (float)(i % 4) / 4);
	align(f, 64);
	for (int b = 0; b < 2; b++) {
		put(f, b ? 0x4000 : 0x3c00, 2);		/* d = 1, then 2 */
		for (int i = 0; i < 16; i++)
			put(f, (unsigned)(i | (15 - i) << 4), 1);
	}
	align(f, 64);
}

/* ---- GGUF ---- */

static void every_version_and_byte_order_of_gguf_reads_the_same(void **state)
{
	(void)state;
	for (unsigned version = 1; version <= 3; version++)
		for (int big = 0; big < 2; big++) {
			struct bytes f;
			struct model *m;

			good_file(&f, version, big);
			m = opened("good.gguf", &f);
			assert_int_equal(m->version, version);
			assert_int_equal(m->big_endian, big);
			assert_int_equal(m->alignment, 64);
			assert_int_equal(m->facts, 5);
			assert_int_equal(m->tensors, 2);
			assert_int_equal(m->weights, 12 + 64);
			assert_int_equal(m->bytes, 48 + 36);
			assert_int_equal(m->tensor[0].rows, 3);
			assert_int_equal(m->tensor[0].cols, 4);
			assert_int_equal(m->tensor[1].offset, m->data_at + 64);
			assert_true(value_at(m, "small.weight", 7) == 10.75f);
			/* code 3 and, in the upper half, 12; minus 8, times d */
			assert_true(value_at(m, "big.weight", 3) == -5);
			assert_true(value_at(m, "big.weight", 32 + 16 + 3) == 2 * (12 - 8));
			model_drop(m);
		}
}

static void tensors_point_into_the_mapped_file(void **state)
{
	struct bytes f;
	struct model *m;
	struct tensor t;
	struct error err;

	(void)state;
	good_file(&f, 3, false);
	m = opened("good.gguf", &f);
	assert_true(model_tensor(m, &m->tensor[1], &t, &err));
	assert_ptr_equal(t.buffer, m->part[0]);
	assert_true(t.buffer->mapped);
	assert_int_equal(t.offset, m->tensor[1].offset);
	model_drop(m);
	/* closing the model does not pull the map away */
	assert_true(tensor_get(&t, 0) == -8);
	tensor_drop(&t);
}

static void every_type_of_value_is_read(void **state)
{
	static const struct { enum fact_type type; uint64_t bits; unsigned width; const char *text; } cases[] = {
		{ FACT_U8, 200, 1, "200" }, { FACT_I8, 0xff, 1, "-1" }, { FACT_U16, 65535, 2, "65535" }, { FACT_I16, 0x8000, 2, "-32768" },
		{ FACT_U32, 4294967295u, 4, "4294967295" }, { FACT_I32, 0xfffffffe, 4, "-2" }, { FACT_BOOL, 1, 1, "true" },
		{ FACT_BOOL, 0, 1, "false" }, { FACT_U64, UINT64_MAX, 8, "18446744073709551615" },
		{ FACT_I64, 1ull << 63, 8, "-9223372036854775808" }, { FACT_F32, 0x3dcccccd, 4, "0.1" },
		{ FACT_F64, 0x3fb999999999999aull, 8, "0.1" }, { FACT_F32, 0x7fc00000, 4, "nan" },
	};

	(void)state;
	for (int big = 0; big < 2; big++)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct bytes f = { .big = big };
			struct text t = { 0 };
			struct model *m;

			head(&f, 3, 0, 1);
			key(&f, "k", cases[i].type);
			put(&f, cases[i].bits, cases[i].width);
			m = opened("value.gguf", &f);
			fact_text(model_fact(m, "k"), 0, &t);
			text_is(&t, cases[i].text);
			text_drop(&t);
			model_drop(m);
		}
}

static void arrays_are_shown_short_and_walked_by_element(void **state)
{
	struct bytes f;
	struct model *m;
	struct text t = { 0 };
	struct fact e;
	size_t walk = 0;
	const struct fact *words;

	(void)state;
	for (unsigned version = 1; version <= 3; version++) {
		good_file(&f, version, version == 3);
		m = opened("good.gguf", &f);
		words = model_fact(m, "toy.words");
		fact_text(words, 0, &t);
		text_is(&t, "[\"one\", \"t\\x1bwo\", \"three\"]");
		text_clear(&t);
		fact_text(words, 20, &t);
		text_is(&t, "[\"one\", … 2 more]");
		text_clear(&t);
		walk = 0;
		for (int i = 0; i < 3; i++)
			assert_true(fact_element(words, (uint64_t)i, &e, &walk));
		assert_int_equal(e.string_len, 5);
		assert_memory_equal(e.string, "three", 5);
		assert_true(fact_element(words, 1, &e, NULL));
		assert_int_equal(e.string_len, 4);
		assert_false(fact_element(words, 3, &e, NULL));
		model_drop(m);
	}
	text_drop(&t);
}

static void numbers_in_arrays_have_the_files_byte_order(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes f = { .big = big };
		struct text t = { 0 };
		struct model *m;

		head(&f, 3, 0, 2);
		key(&f, "a", FACT_ARRAY);
		put(&f, FACT_I16, 4);
		put(&f, 3, 8);
		put(&f, 258, 2);
		put(&f, 0xffff, 2);
		put(&f, 7, 2);
		key(&f, "nested", FACT_ARRAY);
		put(&f, FACT_ARRAY, 4);
		put(&f, 2, 8);
		for (int i = 0; i < 2; i++) {
			put(&f, FACT_U8, 4);
			put(&f, 1, 8);
			put(&f, 9, 1);
		}
		m = opened("array.gguf", &f);
		fact_text(model_fact(m, "a"), 0, &t);
		text_put(&t, " ");
		fact_text(model_fact(m, "nested"), 0, &t);
		text_is(&t, "[258, -1, 7] [2 arrays]");
		text_drop(&t);
		model_drop(m);
	}
}

static void a_file_without_tensors_may_end_before_its_data_would_begin(void **state)
{
	struct bytes f = { 0 };
	struct model *m;

	(void)state;
	head(&f, 2, 0, 1);
	key_string(&f, "general.name", "only words");
	m = opened("vocab.gguf", &f);
	assert_int_equal(m->tensors, 0);
	assert_true(m->data_at > f.n);
	model_drop(m);
}

struct fault_case { const char *name; unsigned dims; uint64_t d0, d1; uint32_t type; uint64_t offset; enum tensor_fault fault; const char *says; };

static void faults_of_single_tensors_are_marked_and_the_others_work(void **state)
{
	static const struct fault_case cases[] = {
		{ "good", 2, 4, 2, 0, 0, FAULT_NONE, "" },
		{ "unknown", 1, 4, 0, 77, 32, FAULT_TYPE, "type 77" },
		{ "removed", 1, 32, 0, 4, 32, FAULT_TYPE, "removed" },
		{ "row", 2, 33, 2, 2, 32, FAULT_ROW, "rows of 33" },
		{ "overflow", 2, 1ull << 40, 1ull << 40, 0, 32, FAULT_SHAPE, "overflows" },
		{ "five", 5, 4, 1, 0, 32, FAULT_SHAPE, "5 dimensions" },
		{ "beyond", 1, 8, 0, 0, 4096, FAULT_PAST_END, "past the end" },
		{ "far", 1, 8, 0, 0, UINT64_MAX - 31, FAULT_PAST_END, "overflows" },
		{ "crooked", 1, 2, 0, 0, 36, FAULT_ALIGNMENT, "no multiple of 32" },
		{ "over", 1, 4, 0, 0, 64, FAULT_OVERLAP, "overlaps under" },
		{ "under", 1, 4, 0, 0, 64, FAULT_OVERLAP, "overlaps over" },
		{ "good", 1, 4, 0, 0, 96, FAULT_NAME_TWICE, "there already" },
		{ "last", 1, 4, 0, 0, 128, FAULT_NONE, "" },
	};
	enum { N = sizeof cases / sizeof *cases };
	struct bytes f = { 0 };
	struct model *m;

	(void)state;
	head(&f, 3, N, 0);
	for (int i = 0; i < N; i++)
		tensor(&f, cases[i].name, cases[i].dims, cases[i].d0, cases[i].d1, cases[i].type, cases[i].offset);
	align(&f, 32);
	for (int i = 0; i < 36; i++)
		put_f32(&f, (float)i);
	m = opened("faults.gguf", &f);
	for (int i = 0; i < N; i++) {
		struct tensor_entry *e = &m->tensor[i];
		struct error err;
		struct tensor t;

		if (e->fault != cases[i].fault || !strstr(e->fault_text, cases[i].says))
			fail_msg("%s: fault %d '%s'", e->name, e->fault, e->fault_text);
		assert_int_equal(model_tensor(m, e, &t, &err), cases[i].fault == FAULT_NONE);
		if (e->fault != FAULT_NONE) {
			assert_int_equal(err.class, ERR_TENSOR);
			assert_non_null(strstr(err.text, e->fault_text));
		} else {
			tensor_drop(&t);
		}
	}
	assert_int_equal(m->weights, 8 + 4);
	assert_true(value_at(m, "good", 5) == 5);		/* the first of the two */
	assert_true(value_at(m, "last", 1) == 33);
	assert_string_equal(model_find(m, "unknown")->type_name, "type 77");
	model_drop(m);
}

static void plain_integers_and_doubles_of_gguf_come_as_floats(void **state)
{
	struct bytes f = { 0 };
	struct model *m;

	(void)state;
	head(&f, 3, 5, 0);
	tensor(&f, "i8", 1, 2, 0, 24, 0);
	tensor(&f, "i16", 1, 2, 0, 25, 32);
	tensor(&f, "i32", 1, 2, 0, 26, 64);
	tensor(&f, "i64", 1, 2, 0, 27, 96);
	tensor(&f, "f64", 1, 2, 0, 28, 128);
	align(&f, 32);
	for (unsigned width = 1; width <= 8; width *= 2) {
		put(&f, (uint64_t)-5, width);
		put(&f, 100, width);
		align(&f, 32);
	}
	put_f64(&f, 0.25);
	put_f64(&f, -3);
	m = opened("plain.gguf", &f);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(m->tensor[i].fault, FAULT_NONE);
		assert_true(value_at(m, m->tensor[i].name, 0) == -5);
		assert_true(value_at(m, m->tensor[i].name, 1) == 100);
	}
	assert_true(value_at(m, "f64", 0) == 0.25f);
	model_drop(m);
}

static void a_header_that_cannot_be_followed_is_refused_with_its_place(void **state)
{
	struct bytes f;

	(void)state;
	f = (struct bytes){ 0 };
	put_raw(&f, "GGML", 4);
	put(&f, 3, 4);
	refused(&f, "x.gguf", "47 47 4d 4c", "GGUF");

	f = (struct bytes){ 0 };
	head(&f, 4, 0, 0);
	refused(&f, "x.gguf", "version 4", "byte 4");
	f = (struct bytes){ 0 };
	head(&f, 0, 0, 0);
	refused(&f, "x.gguf", "version 0", "byte 4");

	f = (struct bytes){ 0 };
	head(&f, 3, UINT64_MAX, 0);
	refused(&f, "x.gguf", "18446744073709551615 tensors", "byte 8");
	f = (struct bytes){ 0 };
	head(&f, 3, 0, 1ull << 62);
	refused(&f, "x.gguf", "4611686018427387904 keys", "byte 16");

	f = (struct bytes){ 0 };
	head(&f, 3, 0, 1);
	put(&f, 1ull << 40, 8);
	put_raw(&f, "abcdefghijklmnop", 16);
	refused(&f, "x.gguf", "key 0 of 1: its name is said to be 1099511627776 bytes", "byte 24");

	f = (struct bytes){ 0 };
	head(&f, 3, 0, 1);
	key(&f, "a", 13);
	put(&f, 0, 8);
	refused(&f, "x.gguf", "value type 13 at byte 33", "0 to 12");

	f = (struct bytes){ 0 };
	head(&f, 3, 0, 1);
	key(&f, "a", FACT_ARRAY);
	put(&f, FACT_U64, 4);
	put(&f, UINT64_MAX / 8 + 2, 8);		/* times 8 overflows to 8 */
	put(&f, 0, 8);
	refused(&f, "x.gguf", "2305843009213693953 elements", "byte 49");

	f = (struct bytes){ 0 };
	head(&f, 3, 0, 1);
	key(&f, "a", FACT_ARRAY);
	for (int i = 0; i < 100; i++) {
		put(&f, FACT_ARRAY, 4);
		put(&f, 1, 8);
	}
	refused(&f, "x.gguf", "arrays within arrays", "byte");

	for (uint32_t bad = 0; bad < 100; bad += 33) {
		f = (struct bytes){ 0 };
		head(&f, 3, 0, 1);
		key_u32(&f, "general.alignment", bad);
		refused(&f, "x.gguf", "general.alignment", "power of two");
	}

	f = (struct bytes){ 0 };
	head(&f, 3, 1, 0);
	put_string(&f, "w");
	put(&f, 4000000000u, 4);
	put(&f, 0, 8);
	put(&f, 0, 8);
	refused(&f, "x.gguf", "tensor 0 of 1 'w': 4000000000 dimensions", "byte 33");
}

static void a_file_of_no_known_format_says_what_it_begins_with(void **state)
{
	struct error err;
	struct bytes f = { 0 };

	(void)state;
	put_raw(&f, "PK\3\4 and more", 13);
	assert_null(open_bytes("x.bin", &f, &err));
	assert_int_equal(err.class, ERR_FORMAT);
	assert_non_null(strstr(err.text, "50 4b 03 04"));
	assert_null(open_bytes("x.gguf", &f, &err));		/* its name promises GGUF */
	assert_non_null(strstr(err.text, "a GGUF file begins with"));
	f.n = 0;
	assert_null(open_bytes("x.gguf", &f, &err));
	assert_null(open_bytes("empty", &f, &err));
	assert_null(model_open(path_of("not-there.gguf"), &err));
	assert_int_equal(err.class, ERR_FILE);
	assert_null(model_open(dir, &err));
	assert_int_equal(err.class, ERR_FILE);
}

static void names_with_control_characters_are_kept_raw_and_shown_escaped(void **state)
{
	struct bytes f = { 0 };
	struct model *m;
	struct text t = { 0 };
	struct error err;

	(void)state;
	head(&f, 3, 2, 0);
	tensor(&f, "a\x1b[31mred\n", 1, 4, 0, 0, 0);
	put_count(&f, 3);
	put_raw(&f, "x\0y", 3);
	put(&f, 1, 4);
	put_count(&f, 64);
	put(&f, 0, 4);
	put(&f, 32, 8);
	align(&f, 32);
	for (int i = 0; i < 8; i++)
		put_f32(&f, 1);
	m = opened("names.gguf", &f);
	assert_string_equal(m->tensor[0].name, "a\x1b[31mred\n");
	assert_string_equal(m->tensor[1].name, "x\\x00y");
	tensor_entry_summary(m, &m->tensor[0], &t);
	assert_null(strchr(text_str(&t), '\x1b'));
	assert_non_null(strstr(text_str(&t), "a\\x1b[31mred\\x0a"));
	struct tensor w;
	assert_false(model_tensor(m, &m->tensor[1], &w, &err));		/* 64 floats do not fit */
	text_drop(&t);
	model_drop(m);
}

/* ---- parts ---- */

static void write_part(int no, int count, int says, int tensors)
{
	struct bytes f = { 0 };
	char name[60], w[8];

	head(&f, 3, 1, no ? 3 : 4);
	key_u16(&f, "split.no", (uint32_t)says);
	key_u16(&f, "split.count", (uint32_t)count);
	key_i32(&f, "split.tensors.count", tensors);
	if (!no)
		key_string(&f, "general.architecture", "toy");
	snprintf(w, sizeof w, "w%d", no);
	tensor(&f, w, 1, 8, 0, 0, 0);
	align(&f, 32);
	for (int i = 0; i < 8; i++)
		put_f32(&f, (float)(10 * no + i));
	snprintf(name, sizeof name, "part-%05d-of-%05d.gguf", no + 1, count);
	write_file(name, f.b, f.n);
}

static struct findings checked(const struct model *m)
{
	struct findings found;
	struct error err;

	if (!model_check(m, NULL, NULL, &found, &err))
		fail_msg("%s", err.text);
	return found;
}

static bool finds(const struct model *m, enum grade grade, const char *text)
{
	struct findings found = checked(m);
	bool is = false;

	for (size_t i = 0; i < found.n; i++)
		is |= found.finding[i].grade == grade && strstr(found.finding[i].text, text);
	findings_drop(&found);
	return is;
}

static void parts_open_as_one_model_from_any_of_them(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		write_part(i, 3, i, 3);
	for (int i = 0; i < 3; i++) {
		char name[60];
		struct error err = { 0 };
		struct model *m;
		struct findings found;

		snprintf(name, sizeof name, "part-%05d-of-00003.gguf", i + 1);
		m = model_open(path_of(name), &err);
		if (!m)
			fail_msg("%s", err.text);
		assert_int_equal(m->parts, 3);
		assert_int_equal(m->tensors, 3);
		assert_non_null(model_fact(m, "general.architecture"));
		assert_true(value_at(m, "w0", 1) == 1);
		assert_true(value_at(m, "w2", 3) == 23);
		found = checked(m);
		assert_int_equal(found.n, 0);
		findings_drop(&found);
		model_drop(m);
	}
}

static void a_missing_part_is_odd_and_the_rest_opens(void **state)
{
	struct error err;
	struct model *m;

	(void)state;
	write_part(0, 3, 0, 3);
	write_part(2, 3, 2, 3);
	unlink(path_of("part-00002-of-00003.gguf"));
	m = model_open(path_of("part-00003-of-00003.gguf"), &err);
	assert_non_null(m);
	assert_int_equal(m->tensors, 2);
	assert_true(value_at(m, "w2", 0) == 20);
	assert_true(finds(m, GRADE_ODD, "part 2 of 3 is missing"));
	model_drop(m);
}

static void parts_that_contradict_each_other_are_bad(void **state)
{
	struct error err;
	struct model *m;

	(void)state;
	write_part(0, 3, 0, 7);
	write_part(1, 3, 2, 7);
	write_part(2, 3, 2, 8);
	m = model_open(path_of("part-00001-of-00003.gguf"), &err);
	assert_non_null(m);
	assert_true(finds(m, GRADE_BAD, "part 2 says it is part 3 of 3"));
	assert_true(finds(m, GRADE_BAD, "part 3 counts 8 tensors"));
	assert_true(finds(m, GRADE_BAD, "hold 3 tensors"));
	model_drop(m);
}

/* ---- safetensors ---- */

static void safetensors(struct bytes *f, const char *header, size_t data)
{
	*f = (struct bytes){ 0 };
	put(f, strlen(header), 8);
	put_raw(f, header, strlen(header));
	for (size_t i = 0; i < data; i++)
		f->b[f->n++] = (unsigned char)i;
}

static void every_dtype_of_safetensors_is_read(void **state)
{
	/* the bits of 1.5, or of -2 or 3 for integers, at an odd place */
	static const struct { const char *dtype; uint64_t bits; unsigned width; float value; } cases[] = {
		{ "F64", 0x3ff8000000000000ull, 8, 1.5f }, { "F32", 0x3fc00000, 4, 1.5f }, { "F16", 0x3e00, 2, 1.5f },
		{ "BF16", 0x3fc0, 2, 1.5f }, { "F8_E4M3", 0x3c, 1, 1.5f }, { "F8_E5M2", 0x3e, 1, 1.5f },
		{ "F8_E4M3", 0x7e, 1, 448 }, { "F8_E4M3", 0x01, 1, 0x1p-9f }, { "F8_E5M2", 0x7b, 1, 57344 }, { "F8_E5M2", 0xfc, 1, -INFINITY },
		{ "F8_E5M2", 0x01, 1, 0x1p-16f }, { "I64", (uint64_t)-2, 8, -2 }, { "I32", (uint32_t)-2, 4, -2 },
		{ "I16", (uint16_t)-2, 2, -2 }, { "I8", 0xfe, 1, -2 }, { "U64", 3, 8, 3 }, { "U32", 4294967295u, 4, 4294967296.0f },
		{ "U16", 65535, 2, 65535 }, { "U8", 255, 1, 255 }, { "BOOL", 1, 1, 1 }, { "BOOL", 0, 1, 0 },
		/* Just above the middle between two floats, by less than a double can hold. */
		{ "I64", (1ull << 54) + (1ull << 30) + 1, 8, 0x1p54f + 0x1p31f }, { "U64", (1ull << 54) + (1ull << 30) + 1, 8, 0x1p54f + 0x1p31f },
		{ "I64", 0 - ((1ull << 54) + (1ull << 30) + 1), 8, -0x1p54f - 0x1p31f }, { "I64", 1ull << 63, 8, -0x1p63f },
		{ "I64", (1ull << 53) + 1, 8, 0x1p53f }, { "U64", UINT64_MAX, 8, 0x1p64f },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char header[200];
		struct bytes f;
		struct model *m;

		snprintf(header, sizeof header, "{\"pad\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
			 "\"w\":{\"dtype\":\"%s\",\"shape\":[1,1],\"data_offsets\":[1,%u]}}", cases[i].dtype, 1 + cases[i].width);
		safetensors(&f, header, 1);
		put(&f, cases[i].bits, cases[i].width);
		m = opened("x.safetensors", &f);
		assert_int_equal(m->tensor[1].fault, FAULT_NONE);
		if (value_at(m, "w", 0) != cases[i].value)
			fail_msg("%s %g", cases[i].dtype, (double)value_at(m, "w", 0));
		model_drop(m);
	}
}

static void safetensors_keep_the_order_of_the_file_and_their_metadata(void **state)
{
	struct bytes f;
	struct model *m;
	struct text t = { 0 };

	(void)state;
	safetensors(&f, "{ \"__metadata__\" : {\"format\":\"pt\", \"na\\u00efve\\n\":\"x\\u001b\"},\n"
		    "\"z\":{\"dtype\":\"U8\",\"shape\":[2,3],\"data_offsets\":[4,10]} ,"
		    "\"a \\\"{,\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[]} }    ", 10);
	m = opened("x.safetensors", &f);
	assert_int_equal(m->tensors, 2);
	assert_string_equal(m->tensor[0].name, "z");
	assert_string_equal(m->tensor[1].name, "a \"{,");
	assert_int_equal(m->tensor[0].rows, 2);
	assert_int_equal(m->tensor[0].cols, 3);
	assert_int_equal(m->tensor[1].rows, 1);
	assert_int_equal(m->tensor[1].cols, 1);
	assert_true(value_at(m, "z", 5) == 9);
	fact_text(model_fact(m, "na\xc3\xafve\n"), 0, &t);
	text_is(&t, "x\\x1b");
	text_drop(&t);
	model_drop(m);
}

static void faults_of_safetensors_are_marked_or_refused(void **state)
{
	struct bytes f;
	struct model *m;

	(void)state;
	safetensors(&f, "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
		    "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]},"
		    "\"c\":{\"dtype\":\"Q3\\u001b\",\"shape\":[4],\"data_offsets\":[6,7]},"
		    "\"d\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[7,8]},"
		    "\"e\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[10,19]},"
		    "\"f\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9,8]},"
		    "\"g\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807,3],\"data_offsets\":[8,9]},"
		    "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9,10]},"
		    "\"h\":{\"dtype\":\"U8\",\"shape\":[0,5],\"data_offsets\":[3,3]},"
		    "\"i\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[11,12]}}", 16);
	m = opened("x.safetensors", &f);
	assert_int_equal(m->tensors, 10);
	assert_int_equal(m->tensor[0].fault, FAULT_OVERLAP);
	assert_int_equal(m->tensor[1].fault, FAULT_OVERLAP);
	assert_int_equal(m->tensor[2].fault, FAULT_TYPE);
	assert_string_equal(m->tensor[2].type_name, "Q3\\x1b");
	assert_int_equal(m->tensor[3].fault, FAULT_SIZE);
	assert_int_equal(m->tensor[4].fault, FAULT_PAST_END);
	assert_int_equal(m->tensor[5].fault, FAULT_SIZE);
	assert_int_equal(m->tensor[6].fault, FAULT_SHAPE);
	assert_int_equal(m->tensor[7].fault, FAULT_NAME_TWICE);
	assert_int_equal(m->tensor[8].fault, FAULT_NONE);
	assert_int_equal(m->tensor[9].fault, FAULT_SHAPE);
	model_drop(m);

	safetensors(&f, "{}", 0);
	f.b[0] = 200;
	refused(&f, "x.safetensors", "200 bytes long", "2 are left");
	safetensors(&f, "[1]", 0);
	refused(&f, "x.safetensors", "byte 8", "'{'");
	safetensors(&f, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}", 1);
	refused(&f, "x.safetensors", "JSON ends at byte", "',' or '}'");
	safetensors(&f, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 0);
	refused(&f, "x.safetensors", "tensor 0 'a' at byte 13", "data_offsets");
	safetensors(&f, "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1);
	refused(&f, "x.safetensors", "whole numbers", "byte");
	safetensors(&f, "{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
	refused(&f, "x.safetensors", "dtype", "byte");
	safetensors(&f, "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
	refused(&f, "x.safetensors", "duplicate", "byte");
	safetensors(&f, "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,1]}}", 1);
	refused(&f, "x.safetensors", "too big integer", "byte");
	safetensors(&f, "{\"a\":1,}", 0);
	refused(&f, "x.safetensors", "byte", "'a'");
	f = (struct bytes){ 0 };
	put(&f, UINT64_MAX, 8);
	put_raw(&f, "{}", 2);
	refused(&f, "x.safetensors", "18446744073709551615", "byte 0");
}

static void holes_and_unaligned_numbers_of_safetensors_are_odd(void **state)
{
	struct bytes f;
	struct model *m;
	struct findings found;

	(void)state;
	safetensors(&f, "{\"__metadata__\": null,\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
		    "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[5,13]}}  ", 20);
	m = opened("x.safetensors", &f);
	assert_true((m->data_at + 5) % 4 != 0);
	assert_true(finds(m, GRADE_ODD, "no object of words"));
	assert_true(finds(m, GRADE_ODD, "belong to no tensor"));
	assert_true(finds(m, GRADE_ODD, "7 bytes after the last tensor"));
	assert_true(finds(m, GRADE_ODD, "not aligned"));
	found = checked(m);
	assert_int_equal(found.bad, 0);
	findings_drop(&found);
	model_drop(m);
}

/* 100 MB of brackets or of members must not take memory by the gigabyte, nor a second. */
static void json_bombs_are_refused_at_once(void **state)
{
	size_t n = 50000000;
	char *s = malloc(n + 8);
	struct error err;

	(void)state;
	assert_non_null(s);
	memset(s + 8, '[', n);
	memcpy(s + 8, "{\"a\":", 5);
	for (int i = 0; i < 8; i++)
		s[i] = (char)(n >> 8 * i);
	assert_null(model_open(write_file("bomb.safetensors", s, n + 8), &err));
	assert_int_equal(err.class, ERR_FORMAT);
	for (size_t i = 13; i + 1 < n + 8; i += 2)
		memcpy(s + i, i == 13 ? "[0" : ",0", 2);
	memcpy(s + n + 6, "]}", 2);
	assert_null(model_open(write_file("bomb.safetensors", s, n + 8), &err));
	assert_non_null(strstr(err.text, "described in"));
	unlink(path_of("bomb.safetensors"));
	free(s);
}

static void write_shard(const char *name, const char *tensor_name, unsigned char first)
{
	char header[200];
	struct bytes f;

	snprintf(header, sizeof header, "{\"%s\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", tensor_name);
	safetensors(&f, header, 0);
	put(&f, first, 1);
	put(&f, 7, 1);
	write_file(name, f.b, f.n);
}

static struct model *open_index(const char *json, struct error *err)
{
	return model_open(write_file("m.safetensors.index.json", json, strlen(json)), err);
}

static void an_index_opens_its_files_as_one_model(void **state)
{
	struct error err = { 0 };
	struct model *m;
	struct findings found;

	(void)state;
	write_shard("m-1.safetensors", "one", 11);
	write_shard("m-2.safetensors", "two", 22);
	m = open_index("{\"metadata\": {\"total_size\": 4}, \"weight_map\": {\"two\": \"m-2.safetensors\", \"one\": \"m-1.safetensors\"}}", &err);
	if (!m)
		fail_msg("%s", err.text);
	assert_int_equal(m->parts, 2);
	assert_int_equal(m->tensors, 2);
	assert_true(value_at(m, "one", 0) == 11);
	assert_true(value_at(m, "two", 0) == 22);
	assert_int_equal(model_fact(m, "total_size")->u, 4);
	found = checked(m);
	assert_int_equal(found.n, 0);
	findings_drop(&found);
	model_drop(m);

	m = open_index("{\"metadata\": {\"total_size\": 5}, \"weight_map\": {\"two\": \"m-1.safetensors\", \"four\": \"m-2.safetensors\","
		       " \"five\": \"gone.safetensors\"}}", &err);
	assert_non_null(m);
	assert_true(finds(m, GRADE_ODD, "gone.safetensors, named by the index, is missing"));
	assert_true(finds(m, GRADE_BAD, "should lie in m-2.safetensors"));
	assert_true(finds(m, GRADE_BAD, "the index says m-1.safetensors"));
	assert_true(finds(m, GRADE_ODD, "the index does not name it"));
	assert_false(finds(m, GRADE_BAD, "should lie in gone"));
	model_drop(m);
}

static void an_index_reads_no_files_elsewhere(void **state)
{
	static const char *const names[] = { "../m.safetensors", "/etc/passwd", "a/b.safetensors", "..", "", "a\\\\b", "x\\u0000y" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct error err = { 0 };
		char json[200];

		snprintf(json, sizeof json, "{\"weight_map\": {\"w\": \"%s\"}}", names[i]);
		assert_null(open_index(json, &err));
		assert_int_equal(err.class, ERR_FORMAT);
		assert_non_null(strstr(err.text, "beside the index"));
	}
}

/* ---- nothing crashes ---- */

/* Of our own code: on a busy machine a file may wait, and the kernel work on writing it, far longer than reading it takes. */
static double seconds(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)r.ru_utime.tv_sec + 1e-6 * (double)r.ru_utime.tv_usec;
}

static void grows_to(const char *path, off_t size) { assert_int_equal(truncate(path, size), 0); }

static size_t memory_now(void)		/* KiB that are ours alone: what is mapped from the file is not */
{
	unsigned long total, resident, shared;
	FILE *f = fopen("/proc/self/statm", "r");
	int n = f ? fscanf(f, "%lu %lu %lu", &total, &resident, &shared) : 0;

	if (f)
		fclose(f);
	return n == 3 ? (resident - shared) * (size_t)sysconf(_SC_PAGESIZE) / 1024 : 0;
}

/* The format allows a header of 100 MB. One byte more is refused unread; one word of metadata may have 16 MiB of it. */
static void a_header_at_its_limit_takes_no_memory_of_its_size(void **state)
{
	static const char begin[] = "{\"__metadata__\":{\"long\":\"", end[] = "\",\"short\":\"kept\"}}";
	size_t n = 100000000, before;
	unsigned char *s = malloc(n + 8);
	struct error err = { 0 };
	struct model *m;
	const char *path;

	(void)state;
	assert_non_null(s);
	for (int i = 0; i < 8; i++)
		s[i] = (unsigned char)((n + 1) >> 8 * i);
	s[8] = '{';
	path = write_file("long.safetensors", s, 9);
	grows_to(path, (off_t)n + 9);
	assert_null(model_open(path, &err));
	assert_non_null(strstr(err.text, "100000001 bytes long (read at byte 0); 100000001 are left and at most 100000000 allowed"));

	for (int i = 0; i < 8; i++)
		s[i] = (unsigned char)(n >> 8 * i);
	memset(s + 8, 'x', n);
	memcpy(s + 8, begin, sizeof begin - 1);
	memcpy(s + 8 + n - (sizeof end - 1), end, sizeof end - 1);
	path = write_file("long.safetensors", s, n + 8);
	free(s);
	before = memory_now();
	m = model_open(path, &err);
	if (!m)
		fail_msg("%s", err.text);
	assert_int_equal(m->facts, 1);
	assert_int_equal(m->trouble.n, 1);
	assert_string_equal(m->trouble.finding[0].tensor, "long");
	assert_non_null(model_fact(m, "short"));
	assert_in_range(memory_now() > before ? memory_now() - before : 0, 0, 20000);
	model_drop(m);
	unlink(path);
}

/* Root may read everything, so a child that is nobody tries. */
static void a_file_that_may_not_be_read_says_so(void **state)
{
	struct bytes f;
	const char *path;
	int status = 0;
	pid_t child;

	(void)state;
	good_file(&f, 3, false);
	path = write_file("closed.gguf", f.b, f.n);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	child = fork();
	if (child == 0) {
		struct error err = { 0 };

		if (getuid() == 0 && setuid(65534) != 0)
			_exit(77);
		_exit(model_open(path, &err) || err.class != ERR_FILE || !strstr(err.text, "closed.gguf: Permission denied"));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	unlink(path);
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

/* Both lie in the same bytes too, but of what is wrong with the second its name is the first to be told. */
static void a_name_that_is_there_already_is_said_before_an_overlap(void **state)
{
	struct bytes f;
	struct model *m;

	(void)state;
	safetensors(&f, "{\"w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
		    "\"w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2);
	m = opened("x.safetensors", &f);
	assert_int_equal(m->tensor[1].fault, FAULT_NAME_TWICE);
	model_drop(m);
}

static void a_part_that_is_there_and_cannot_be_read_is_bad_and_says_why(void **state)
{
	struct error err = { 0 };
	struct model *m;

	(void)state;
	rmdir(path_of("folder.safetensors"));
	assert_int_equal(mkdir(path_of("folder.safetensors"), 0700), 0);
	m = open_index("{\"weight_map\": {\"w\": \"folder.safetensors\"}}", &err);
	assert_non_null(m);
	assert_int_equal(m->trouble.bad, 1);
	assert_non_null(strstr(m->trouble.finding[0].text, "is a directory"));
	model_drop(m);
	rmdir(path_of("folder.safetensors"));
}

/* Everything a user may ask of a model that opened. */
static void exercise(const struct model *m)
{
	struct text t = { 0 };
	struct error err;
	struct findings found;

	model_line(m, &t);
	model_summary(m, &t);
	for (size_t i = 0; i < m->facts && i < 50; i++)
		fact_text(&m->fact[i], 60, &t);
	for (size_t i = 0; i < m->tensors && i < 50; i++) {
		struct tensor w;

		tensor_entry_summary(m, &m->tensor[i], &t);
		if (m->tensor[i].rows * m->tensor[i].cols < 100000 && model_tensor(m, &m->tensor[i], &w, &err))
			tensor_drop(&w);
	}
	model_check(m, NULL, NULL, &found, &err);
	for (size_t i = 0; i < found.n; i++)
		finding_line(&found.finding[i], &t);
	findings_drop(&found);
	text_drop(&t);
}

static void try_bytes(const char *name, const unsigned char *b, size_t n)
{
	double start = seconds();
	struct error err = { 0 };
	struct model *m = model_open(write_file(name, b, n), &err);

	if (m)
		exercise(m);
	else if (err.class != ERR_FORMAT && err.class != ERR_FILE && err.class != ERR_MEMORY)
		fail_msg("class %s: %s", error_class_name(err.class), err.text);
	model_drop(m);
	if (seconds() - start > 1)
		fail_msg("took %.1f s", seconds() - start);
}

/* Bytes that matter more than random ones: ends of ranges, and pieces of the file itself. */
static void mutate(struct rng *rng, unsigned char *b, size_t *n, size_t header)
{
	static const uint64_t nasty[] = { 0, 1, 255, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX, 12, 9, 8 };

	for (uint64_t k = 1 + rng_next(rng) % 3; k-- && *n > 8; ) {
		size_t at = rng_next(rng) % (header < *n ? header : *n);
		uint64_t v = nasty[rng_next(rng) % 12];

		switch (rng_next(rng) % 5) {
		case 0:
			b[at] = (unsigned char)rng_next(rng);
			break;
		case 1:
			b[at] ^= (unsigned char)(1u << rng_next(rng) % 8);
			break;
		case 2:
			memcpy(b + at, &v, at + 8 <= *n ? 8 : 1);
			break;
		case 3:
			memcpy(b + at, &v, at + 4 <= *n ? 4 : 1);
			break;
		default:
			if (rng_next(rng) % 4 == 0)
				*n = rng_next(rng) % *n;
			else
				memmove(b + at, b + rng_next(rng) % *n, 1);
			break;
		}
	}
}

static size_t rounds(void)
{
	const char *s = getenv("QS_ROUNDS");

	return s ? (size_t)atol(s) : 1000;
}

static void mutated_files_of_any_format_never_crash_nor_hang(void **state)
{
	struct rng rng = rng_seeded(20);
	static const char *const names[] = { "mutated.gguf", "mutated.gguf", "mutated.gguf", "mutated.safetensors", "mutated.safetensors.index.json" };
	static const char index[] = "{\"metadata\": {\"total_size\": 4}, \"weight_map\": {\"one\": \"m-1.safetensors\", \"two\": \"m-2.safetensors\"}}";
	static struct bytes base[5], f;

	(void)state;
	good_file(&base[0], 3, false);
	good_file(&base[1], 1, false);
	good_file(&base[2], 3, true);
	safetensors(&base[3], "{\"__metadata__\":{\"a\":\"b\"},\"w\":{\"dtype\":\"F16\",\"shape\":[4,4],\"data_offsets\":[0,32]},"
		    "\"v\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[32,48]}}", 48);
	put_raw(&base[4], index, sizeof index - 1);
	write_shard("m-1.safetensors", "one", 11);
	write_shard("m-2.safetensors", "two", 22);
	for (size_t i = 0; i < rounds(); i++)
		for (int k = 0; k < 5; k++) {
			f = base[k];
			mutate(&rng, f.b, &f.n, f.n);
			try_bytes(names[k], f.b, f.n);
		}
}

static void truncated_files_never_crash(void **state)
{
	struct bytes f;

	(void)state;
	good_file(&f, 3, false);
	for (size_t n = 0; n <= f.n; n++)
		try_bytes("cut.gguf", f.b, n);
	safetensors(&f, "{\"__metadata__\":{\"a\":\"b\"},\"w\":{\"dtype\":\"F16\",\"shape\":[4,4],\"data_offsets\":[0,32]}}", 32);
	for (size_t n = 0; n <= f.n; n++)
		try_bytes("cut.safetensors", f.b, n);
}

/* ---- check ---- */

static void check_finds_a_broken_scale_by_row_block_and_byte(void **state)
{
	struct bytes f;
	struct model *m;
	struct findings found;
	struct text t = { 0 };
	size_t at;

	(void)state;
	good_file(&f, 3, false);
	at = f.n - 64 + 18;			/* d of the second q4_0 block */
	f.b[at] = 0;
	f.b[at + 1] = 0x7e;
	m = opened("nan.gguf", &f);
	found = checked(m);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.bad, 1);
	assert_string_equal(found.finding[0].tensor, "big.weight");
	assert_int_equal(found.finding[0].row, 1);
	assert_int_equal(found.finding[0].block, 1);
	assert_int_equal(found.finding[0].at, at);
	assert_int_equal(found.finding[0].bytes, 2);
	assert_int_equal(found.finding[0].byte[1], 0x7e);
	finding_line(&found.finding[0], &t);
	assert_non_null(strstr(text_str(&t), "bad  big.weight row 1 block 1, byte 0x"));
	assert_non_null(strstr(text_str(&t), "(00 7e): d is NaN or infinite: 32 weights in 1 block are not finite"));
	text_drop(&t);
	findings_drop(&found);
	assert_true(model_check(m, "small.*", NULL, &found, &(struct error){ 0 }));
	assert_int_equal(found.n, 0);
	findings_drop(&found);
	model_drop(m);
}

static void a_finding_about_the_file_as_a_whole_has_one_blank_before_its_byte(void **state)
{
	struct finding f = { .grade = GRADE_ODD, .row = -1, .block = -1, .at = 0x46, .text = "two bytes belong to no tensor" };
	struct text t = { 0 };

	(void)state;
	finding_line(&f, &t);
	assert_string_equal(text_str(&t), "odd  byte 0x46: two bytes belong to no tensor");
	text_drop(&t);
}

static void check_finds_what_is_odd(void **state)
{
	struct bytes f = { 0 };
	struct model *m;
	struct findings found;

	(void)state;
	head(&f, 3, 5, 3);
	key_string(&f, "good", "w\xc3\xb6rd");
	key_string(&f, "broken", "w\xff");
	key_string(&f, "broken", "again");
	tensor(&f, "same", 1, 8, 0, 0, 0);
	tensor(&f, "rows", 2, 4, 2, 0, 32);
	tensor(&f, "lost", 1, 32, 0, 2, 64);
	tensor(&f, "ends", 1, 32, 0, 2, 96);
	tensor(&f, "inf", 1, 2, 0, 1, 128);
	align(&f, 32);
	for (int i = 0; i < 8; i++)
		put_f32(&f, 3.5f);
	for (int i = 0; i < 8; i++)
		put_f32(&f, i < 4 ? 0 : (float)i);
	put(&f, 0, 2);				/* d = 0 */
	for (int i = 0; i < 16; i++)
		put(&f, (unsigned)i, 1);
	align(&f, 32);
	put(&f, 0x3c00, 2);
	for (int i = 0; i < 16; i++)
		put(&f, 0x0f, 1);			/* codes 15 and 0 */
	align(&f, 32);
	put(&f, 0x3c00, 2);
	put(&f, 0xfc00, 2);
	m = opened("odd.gguf", &f);
	assert_true(finds(m, GRADE_ODD, "the text of the key 'broken' is not UTF-8"));
	assert_false(finds(m, GRADE_ODD, "'good'"));
	assert_true(finds(m, GRADE_ODD, "'broken' is there more than once"));
	assert_true(finds(m, GRADE_ODD, "all 8 weights are 3.5"));
	assert_true(finds(m, GRADE_ODD, "1 of 2 rows are zeros"));		/* and where: */
	found = checked(m);
	for (size_t i = 0; i < found.n; i++)
		if (strstr(found.finding[i].text, "rows are zeros"))
			assert_int_equal(found.finding[i].at, m->data_at + 32);
	findings_drop(&found);
	assert_true(finds(m, GRADE_ODD, "the scale is 0, but the codes are not all the same (1 block)"));
	assert_true(finds(m, GRADE_ODD, "100 % of the codes are the lowest or the highest"));
	assert_true(finds(m, GRADE_BAD, "weight 1 is NaN or infinite"));
	model_drop(m);
}

static void check_says_the_same_for_any_number_of_threads(void **state)
{
	static struct bytes f;
	struct text t[3] = { 0 };

	(void)state;
	f = (struct bytes){ 0 };
	head(&f, 3, 1, 0);
	tensor(&f, "w", 2, 8, 1000, 0, 0);
	align(&f, 32);
	for (int i = 0; i < 8000; i++)
		put_f32(&f, i % 100 == 99 ? NAN : i % 500 < 16 ? 0 : (float)i);
	for (unsigned k = 0; k < 3; k++) {
		struct model *m = opened("threads.gguf", &f);
		struct findings found;

		pool_set_threads(k == 2 ? 7 : k + 1);
		found = checked(m);
		for (size_t i = 0; i < found.n; i++)
			finding_line(&found.finding[i], &t[k]);
		findings_drop(&found);
		model_drop(m);
	}
	pool_set_threads(0);
	assert_true(t[0].len > 0);
	assert_string_equal(text_str(&t[0]), text_str(&t[1]));
	assert_string_equal(text_str(&t[0]), text_str(&t[2]));
	for (unsigned k = 0; k < 3; k++)
		text_drop(&t[k]);
}

static void a_file_that_shrinks_while_it_is_mapped_is_an_error(void **state)
{
	static struct bytes f;
	struct model *m;
	struct findings found;
	struct error err = { 0 };

	(void)state;
	buffer_guard_install();
	f = (struct bytes){ 0 };
	head(&f, 3, 1, 0);
	tensor(&f, "w", 1, 2, 0, 28, 0);		/* f64: converted */
	f.b[f.n - 12 - 8] = 0x80;
	f.b[f.n - 12 - 7] = 0x0c;			/* 3200 of them */
	align(&f, 32);
	f.n += 25600;
	m = opened("shrinks.gguf", &f);
	assert_int_equal(m->tensor[0].cols, 3200);
	assert_int_equal(m->tensor[0].fault, FAULT_NONE);
	assert_int_equal(truncate(path_of("shrinks.gguf"), 100), 0);
	assert_false(model_check(m, NULL, NULL, &found, &err));
	findings_drop(&found);
	assert_int_equal(err.class, ERR_FILE);
	assert_non_null(strstr(err.text, "shorter"));
	model_drop(m);
}

/* From another thread, once the check has begun to look at values. */
static void *cut_when_begun(void *arg)
{
	struct job *job = arg;

	while (!atomic_load(&job->done) && !atomic_load(&job->stop))
		usleep(50);
	if (truncate(path_of("shrinks.gguf"), 4096) != 0)
		abort();		/* no assert: this is not the test's thread */
	return NULL;
}

/* A file of zeros that is cut while it is checked; false: the check was over by then, all of it read. */
static bool cut_in_time(const struct bytes *f, off_t size)
{
	struct findings found;
	struct error err = { 0 };
	struct model *m;
	struct job *job;
	pthread_t cutter;
	bool ok;

	grows_to(write_file("shrinks.gguf", f->b, f->n), size);
	m = model_open(path_of("shrinks.gguf"), &err);
	assert_non_null(m);
	job = job_new("checking", NULL, &err);
	assert_non_null(job);
	assert_int_equal(pthread_create(&cutter, NULL, cut_when_begun, job), 0);
	ok = model_check(m, NULL, job, &found, &err);
	atomic_store(&job->stop, true);
	pthread_join(cutter, NULL);
	if (!ok) {
		assert_int_equal(err.class, ERR_FILE);
		assert_non_null(strstr(err.text, "shorter"));
	}
	findings_drop(&found);
	job_drop(job);
	model_drop(m);
	unlink(path_of("shrinks.gguf"));
	return !ok;
}

static void a_file_that_shrinks_while_it_is_read_is_an_error(void **state)
{
	enum { TENSORS = 64, LEN = 1 << 20 };
	static struct bytes f;
	bool seen = false;
	char name[8];

	(void)state;
	buffer_guard_install();
	f = (struct bytes){ 0 };
	head(&f, 3, TENSORS, 0);
	for (int i = 0; i < TENSORS; i++) {
		snprintf(name, sizeof name, "t%02d", i);
		tensor(&f, name, 1, LEN, 0, 0, (uint64_t)i * LEN * 4);
	}
	align(&f, 32);
	for (int k = 0; k < 20 && !seen; k++)
		seen = cut_in_time(&f, (off_t)(f.n + (size_t)TENSORS * LEN * 4));
	assert_true(seen);
}

/* ---- arrays ---- */

static bool load_npy(const struct bytes *f, struct tensor *t, struct error *err)
{
	struct buffer *b = buffer_copy(f->b, f->n, err);
	bool ok = npy_read(b, t, err);

	buffer_drop(b);
	return ok;
}

static void npy(struct bytes *f, unsigned version, const char *dict)
{
	*f = (struct bytes){ 0 };
	put_raw(f, "\x93NUMPY", 6);
	put(f, version, 1);
	put(f, 0, 1);
	put(f, strlen(dict), version == 1 ? 2 : 4);
	put_raw(f, dict, strlen(dict));
}

static void npy_reads_every_version_order_and_type(void **state)
{
	struct error err = { 0 };
	struct bytes f;
	struct tensor t;

	(void)state;
	for (unsigned version = 1; version <= 3; version++)
		for (int big = 0; big < 2; big++)
			for (int fortran = 0; fortran < 2; fortran++) {
				char dict[200];

				snprintf(dict, sizeof dict, "{'descr': '%ci2', 'fortran_order': %s, 'shape': (2, 3, 2), }   \n", big ? '>' : '<',
					 fortran ? "True" : "False");
				npy(&f, version, dict);
				f.big = big;
				/* the value of [a, b, c] is 100 a + 10 b + c */
				for (int i = 0; i < 12; i++)
					put(&f, (uint64_t)(fortran ? 100 * (i % 2) + 10 * (i / 2 % 3) + i / 6 : 100 * (i / 6) + 10 * (i / 2 % 3) + i % 2), 2);
				if (!load_npy(&f, &t, &err))
					fail_msg("%s", err.text);
				assert_int_equal(t.rows, 6);
				assert_int_equal(t.cols, 2);
				assert_int_equal(t.dims, 3);
				assert_int_equal(t.dim[1], 3);
				for (int i = 0; i < 12; i++)
					assert_true(tensor_get(&t, (size_t)i) == (float)(100 * (i / 6) + 10 * (i / 2 % 3) + i % 2));
				tensor_drop(&t);
			}
	npy(&f, 1, "{\"shape\":(2L,),\"fortran_order\":False,\"descr\":\"|u1\"}");
	put(&f, 0xfa03, 2);
	assert_true(load_npy(&f, &t, &err));
	assert_int_equal(t.rows, 1);
	assert_int_equal(t.cols, 2);
	assert_true(tensor_get(&t, 1) == 250);
	tensor_drop(&t);
	npy(&f, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': ()}");
	put_f64(&f, 2.5);
	assert_true(load_npy(&f, &t, &err));
	assert_true(tensor_get(&t, 0) == 2.5f);
	tensor_drop(&t);
}

static void npy_refuses_what_it_cannot_read_with_the_byte(void **state)
{
	static const struct { const char *dict, *says; } cases[] = {
		{ "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "'|O'" },
		{ "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "structures" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "overflows" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "overflows" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,)}", "4000000 bytes" },
		{ "{'descr': '<f4', 'fortran_order': False}", "no shape" },
		{ "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}", "True or False" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (1,", "byte" },
		{ "{'descr': '<f4", "byte" },
		{ "", "'{'" },
		{ "{'other': 1}", "'other'" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3)}", "empty" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = { 0 };
		struct bytes f;
		struct tensor t;

		npy(&f, 1, cases[i].dict);
		put(&f, 0, 4);
		assert_false(load_npy(&f, &t, &err));
		if (!strstr(err.text, cases[i].says))
			fail_msg("'%s' lacks '%s'", err.text, cases[i].says);
	}
}

static void mutated_npy_never_crashes(void **state)
{
	struct rng rng = rng_seeded(21);
	static struct bytes base, f;

	(void)state;
	npy(&base, 1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 2), }   \n");
	for (int i = 0; i < 12; i++)
		put_f32(&base, (float)i);
	for (size_t i = 0; i < 4 * rounds(); i++) {
		struct error err;
		struct tensor t;

		f = base;
		mutate(&rng, f.b, &f.n, 80);
		if (load_npy(&f, &t, &err))
			tensor_drop(&t);
	}
}

static void npy_written_and_read_back_is_the_same(void **state)
{
	struct error err;
	struct text out = { 0 };
	struct tensor t, back;
	struct buffer *b;

	(void)state;
	assert_true(tensor_new(&t, 6, 50, &err));
	t.dims = 3;
	t.dim[0] = 2;
	t.dim[1] = 3;
	t.dim[2] = 50;
	for (size_t i = 0; i < 300; i++)
		tensor_floats(&t)[i] = (float)i * 0.1f;
	assert_true(npy_write(&t, &out, &err));
	assert_int_equal(out.len % 64, (300 * 4) % 64);		/* numbers begin at a multiple of 64 */
	assert_non_null(strstr(out.s + 10, "'shape': (2, 3, 50), }"));
	b = buffer_copy(out.s, out.len, &err);
	assert_true(npy_read(b, &back, &err));
	assert_int_equal(back.dims, 3);
	assert_memory_equal(tensor_floats(&t), tensor_floats(&back), 1200);
	buffer_drop(b);
	text_drop(&out);
	tensor_drop(&t);
	tensor_drop(&back);
}

static bool load_text(const char *s, struct tensor *t, struct error *err)
{
	struct buffer *b = buffer_copy(s, strlen(s), err);
	bool ok = text_read(b, t, err);

	buffer_drop(b);
	return ok;
}

static void numbers_as_text_are_rows(void **state)
{
	struct error err = { 0 };
	struct text out = { 0 };
	struct tensor t;

	(void)state;
	assert_true(load_text("# two rows\n1, 2.5\t-3e2\r\n\n 4;5 nan # no more\n", &t, &err));
	assert_int_equal(t.rows, 2);
	assert_int_equal(t.cols, 3);
	assert_true(tensor_get(&t, 2) == -300);
	assert_true(isnan(tensor_get(&t, 5)));
	tensor_drop(&t);
	assert_true(load_text("0.1 7", &t, &err));
	assert_true(text_write(&t, &out, &err));
	text_is(&out, "0.1 7\n");
	text_drop(&out);
	tensor_drop(&t);
	assert_false(load_text("1 2\n3\n", &t, &err));
	assert_non_null(strstr(err.text, "line 2 has 1 numbers, the rows before have 2"));
	assert_false(load_text("1 two", &t, &err));
	assert_non_null(strstr(err.text, "line 1: 'two' is no number"));
	assert_false(load_text("# nothing\n", &t, &err));
}

static void raw_bytes_need_a_type_and_a_shape_that_account_for_them(void **state)
{
	struct error err = { 0 };
	unsigned char bytes[36] = { 0x00, 0x3c, 0x34, 0x12 };
	struct buffer *b = buffer_copy(bytes, sizeof bytes, &err);
	struct tensor t;

	(void)state;
	assert_true(raw_read(b, "f16", 2, 9, &t, &err));
	assert_ptr_equal(t.buffer, b);
	assert_true(tensor_get(&t, 0) == 1);
	tensor_drop(&t);
	assert_true(raw_read(b, "q4_0", 2, 32, &t, &err));
	assert_true(tensor_get(&t, 0) == (float)(4 - 8));
	tensor_drop(&t);
	assert_true(raw_read(b, ">i2", 1, 18, &t, &err));
	assert_true(tensor_get(&t, 1) == 0x3412);
	assert_int_equal(t.dims, 1);
	tensor_drop(&t);
	assert_true(raw_read(b, "uint8", 1, 36, &t, &err));
	assert_true(tensor_get(&t, 1) == 0x3c);
	tensor_drop(&t);
	assert_false(raw_read(b, "f32", 2, 32, &t, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_non_null(strstr(err.text, "has 36 bytes; 2 x 32 in f32 are 256"));
	assert_false(raw_read(b, "q4_0", 2, 31, &t, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_false(raw_read(b, "q4z", 2, 32, &t, &err));
	assert_int_equal(err.class, ERR_CODEC);
	buffer_drop(b);
}

/* ---- names ---- */

static void names_of_three_programs_are_one(void **state)
{
	static const char *const same[][2] = {
		{ "model.layers.12.self_attn.q_proj.weight", "blk.12.attn_q.weight" }, { "layers.3.feed_forward.w2.weight", "blk.3.ffn_down.weight" },
		{ "lm_head.weight", "output.weight" }, { "tok_embeddings.weight", "token_embd.weight" }, { "norm.weight", "output_norm.weight" },
		{ "blk.0.ffn_up.weight", "blk.0.ffn_up.weight" }, { "model.layers.x.self_attn.q_proj.weight", "model.layers.x.self_attn.q_proj.weight" },
		{ "something.else", "something.else" }, { "model.layers.0.post_attention_layernorm.weight", "blk.0.ffn_norm.weight" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		char *name;

		assert_true(name_in_gguf(same[i][0], &name));
		assert_string_equal(name, same[i][1]);
		free(name);
	}
	assert_true(name_is_turned("model.layers.12.self_attn.k_proj.weight"));
	assert_false(name_is_turned("layers.12.attention.wk.weight"));
}

/* ---- real files ---- */

static struct model *real(const char *name)
{
	const char *shared = getenv("QS_SHARED");
	char path[300];
	struct error err = { 0 };
	struct model *m;

	snprintf(path, sizeof path, "%s/weights/%s", shared ? shared : "", name);
	if (access(path, R_OK) != 0)
		skip();
	m = model_open(path, &err);
	if (!m)
		fail_msg("%s", err.text);
	return m;
}

static void a_real_model_is_paired_with_itself_under_other_names(void **state)
{
	struct model *m = real("stories260K.gguf"), *ref = real("stories260K-f32.safetensors");
	struct text t = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(m->tensors, 48);
	assert_true(model_set_reference(m, ref, &err));
	assert_int_equal(m->pairs, 48);
	model_line(m, &t);
	text_is(&t, "llama   5 blocks   48 tensors   f32 48   reference: 48 of 48 matched by name");
	text_drop(&t);
	for (size_t i = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i], *r = &ref->tensor[m->pair[i]];

		assert_int_equal(e->size, r->size);
		assert_memory_equal(m->part[0]->bytes + e->offset, ref->part[0]->bytes + r->offset, e->size);
	}
	model_drop(m);
}

static void real_parts_and_shards_open_whole(void **state)
{
	struct model *m = real("stories260K-split-00002-of-00003.gguf"), *whole = real("stories260K.gguf");

	(void)state;
	assert_int_equal(m->parts, 3);
	assert_int_equal(m->tensors, 48);
	assert_int_equal(m->weights, whole->weights);
	assert_non_null(model_fact(m, "general.architecture"));
	model_drop(m);
	model_drop(whole);
	m = real("ppocrv4-rec-sharded/model.safetensors.index.json");
	assert_int_equal(m->parts, 3);
	assert_int_equal(m->tensors, 122);
	assert_int_equal(m->bytes, 10760436);
	model_drop(m);
}

static void a_real_version_2_file_has_its_words(void **state)
{
	struct model *m = real("vocab-falcon-v2.gguf");
	const struct fact *words = model_fact(m, "tokenizer.ggml.tokens"), *merges = model_fact(m, "tokenizer.ggml.merges");

	(void)state;
	assert_int_equal(m->version, 2);
	assert_int_equal(m->tensors, 0);
	assert_int_equal(words->count, 65024);
	assert_int_equal(merges->count, 64784);
	model_drop(m);
}

static void malformed_real_files_are_refused_with_a_reason(void **state)
{
	static const char *const names[][2] = {
		{ "bad-mini.gguf", "962072674336" }, { "bad-stories260K-Q8_0-aborted.gguf", "00 00 00 00" },
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *shared = getenv("QS_SHARED");
		struct error err = { 0 };
		char path[300];

		snprintf(path, sizeof path, "%s/weights/%s", shared ? shared : "", names[i][0]);
		if (access(path, R_OK) != 0)
			skip();
		assert_null(model_open(path, &err));
		assert_int_equal(err.class, ERR_FORMAT);
		if (!strstr(err.text, names[i][1]))
			fail_msg("%s", err.text);
	}
}

static void unaligned_real_data_is_read_and_called_odd(void **state)
{
	struct model *m = real("mlx-kan-unaligned.safetensors");
	struct findings found;

	(void)state;
	assert_int_equal(m->tensors, 32);
	assert_true(m->data_at % 2 == 1);
	assert_true(isfinite(value_at(m, "layers.0.grid", 100)));
	found = checked(m);
	assert_int_equal(found.bad, 0);
	assert_true(found.n > 0);
	findings_drop(&found);
	model_drop(m);
}

/* The BF16 twin of a file whose floats have 16 zero bits holds the same numbers. */
static void a_real_bf16_file_equals_its_f32_twin(void **state)
{
	struct model *a = real("rwkv7-834K-f32.safetensors"), *b = real("rwkv7-834K-bf16.safetensors");
	size_t compared = 0;

	(void)state;
	for (size_t i = 0; i < a->tensors; i += 13) {
		const struct tensor_entry *e = model_find(b, a->tensor[i].name);
		struct tensor x, y;
		struct error err;

		assert_non_null(e);
		assert_true(model_tensor(a, &a->tensor[i], &x, &err) && model_tensor(b, e, &y, &err));
		for (size_t k = 0; k < tensor_count(&x); k += 5, compared++)
			assert_true(tensor_get(&x, k) == tensor_get(&y, k));
		tensor_drop(&x);
		tensor_drop(&y);
	}
	assert_true(compared > 1000);
	model_drop(a);
	model_drop(b);
}

static void damaged_copies_of_real_files_never_crash(void **state)
{
	static const char *const names[] = { "stories260K.gguf", "rwkv7-834K-bf16.safetensors", "magika-v3_3-Q4_K.gguf", "vocab-falcon-v2.gguf" };
	struct rng rng = rng_seeded(22);

	(void)state;
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		struct model *m = real(names[k]);
		size_t size = m->part[0]->size, header = m->data_at < size ? (size_t)m->data_at : size;
		unsigned char *copy = malloc(size);

		assert_non_null(copy);
		for (size_t i = 0; i < rounds() / 20; i++) {
			size_t n = size;

			memcpy(copy, m->part[0]->bytes, size);
			mutate(&rng, copy, &n, header);
			try_bytes(strstr(names[k], "gguf") ? "hit.gguf" : "hit.safetensors", copy, n);
		}
		free(copy);
		model_drop(m);
	}
}

/* ---- */

static int make_dir(void **state)
{
	struct error err;

	(void)state;
	snprintf(dir, sizeof dir, "%s/qs-files-XXXXXX", getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 40 ? getenv("TMPDIR") : "/tmp");
	return mkdtemp(dir) && kernels_choose(getenv("QUANTSCOPE_CPU"), &err) ? 0 : -1;
}

static int drop_dir(void **state)
{
	char command[100];

	(void)state;
	pool_stop();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_and_byte_order_of_gguf_reads_the_same),
		cmocka_unit_test(tensors_point_into_the_mapped_file),
		cmocka_unit_test(every_type_of_value_is_read),
		cmocka_unit_test(arrays_are_shown_short_and_walked_by_element),
		cmocka_unit_test(numbers_in_arrays_have_the_files_byte_order),
		cmocka_unit_test(a_file_without_tensors_may_end_before_its_data_would_begin),
		cmocka_unit_test(faults_of_single_tensors_are_marked_and_the_others_work),
		cmocka_unit_test(plain_integers_and_doubles_of_gguf_come_as_floats),
		cmocka_unit_test(a_header_that_cannot_be_followed_is_refused_with_its_place),
		cmocka_unit_test(a_file_of_no_known_format_says_what_it_begins_with),
		cmocka_unit_test(names_with_control_characters_are_kept_raw_and_shown_escaped),
		cmocka_unit_test(parts_open_as_one_model_from_any_of_them),
		cmocka_unit_test(a_missing_part_is_odd_and_the_rest_opens),
		cmocka_unit_test(parts_that_contradict_each_other_are_bad),
		cmocka_unit_test(every_dtype_of_safetensors_is_read),
		cmocka_unit_test(safetensors_keep_the_order_of_the_file_and_their_metadata),
		cmocka_unit_test(faults_of_safetensors_are_marked_or_refused),
		cmocka_unit_test(holes_and_unaligned_numbers_of_safetensors_are_odd),
		cmocka_unit_test(json_bombs_are_refused_at_once),
		cmocka_unit_test(an_index_opens_its_files_as_one_model),
		cmocka_unit_test(an_index_reads_no_files_elsewhere),
		cmocka_unit_test(a_header_at_its_limit_takes_no_memory_of_its_size),
		cmocka_unit_test(a_file_that_may_not_be_read_says_so),
		cmocka_unit_test(a_name_that_is_there_already_is_said_before_an_overlap),
		cmocka_unit_test(a_part_that_is_there_and_cannot_be_read_is_bad_and_says_why),
		cmocka_unit_test(mutated_files_of_any_format_never_crash_nor_hang),
		cmocka_unit_test(truncated_files_never_crash),
		cmocka_unit_test(check_finds_a_broken_scale_by_row_block_and_byte),
		cmocka_unit_test(check_finds_what_is_odd),
		cmocka_unit_test(a_finding_about_the_file_as_a_whole_has_one_blank_before_its_byte),
		cmocka_unit_test(check_says_the_same_for_any_number_of_threads),
		cmocka_unit_test(a_file_that_shrinks_while_it_is_mapped_is_an_error),
		cmocka_unit_test(a_file_that_shrinks_while_it_is_read_is_an_error),
		cmocka_unit_test(npy_reads_every_version_order_and_type),
		cmocka_unit_test(npy_refuses_what_it_cannot_read_with_the_byte),
		cmocka_unit_test(mutated_npy_never_crashes),
		cmocka_unit_test(npy_written_and_read_back_is_the_same),
		cmocka_unit_test(numbers_as_text_are_rows),
		cmocka_unit_test(raw_bytes_need_a_type_and_a_shape_that_account_for_them),
		cmocka_unit_test(names_of_three_programs_are_one),
		cmocka_unit_test(a_real_model_is_paired_with_itself_under_other_names),
		cmocka_unit_test(real_parts_and_shards_open_whole),
		cmocka_unit_test(a_real_version_2_file_has_its_words),
		cmocka_unit_test(malformed_real_files_are_refused_with_a_reason),
		cmocka_unit_test(unaligned_real_data_is_read_and_called_odd),
		cmocka_unit_test(a_real_bf16_file_equals_its_f32_twin),
		cmocka_unit_test(damaged_copies_of_real_files_never_crash),
	};

	return cmocka_run_group_tests_name("files", tests, make_dir, drop_dir);
}
