/* test_base.c - errors, text, keys, the generator, jobs and the pool. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/job.h"
#include "base/key.h"
#include "base/pool.h"
#include "base/rng.h"
#include "base/text.h"

static void an_error_keeps_what_was_being_done_in_front(void **state)
{
	struct error err;

	(void)state;
	assert_false(error_set(&err, ERR_FORMAT, "the file ends inside its name (byte %d)", 1204));
	assert_false(error_while(&err, "tensor %d of %d", 3, 12));
	assert_false(error_while(&err, "opening %s", "tiny.gguf"));
	assert_string_equal(err.text, "opening tiny.gguf: tensor 3 of 12: the file ends inside its name (byte 1204)");
	assert_string_equal(error_class_name(err.class), "format");
}

static void the_class_decides_the_exit_code(void **state)
{
	(void)state;
	assert_int_equal(error_exit_code(ERR_FILE), 3);
	assert_int_equal(error_exit_code(ERR_FORMAT), 3);
	assert_int_equal(error_exit_code(ERR_CANCELLED), 130);
	assert_int_equal(error_exit_code(ERR_SHAPE), 1);
	assert_int_equal(error_exit_code(ERR_NONE), 0);
}

/* methods.md 0: words of seed 0, uniforms and normals of seed 1. */
static void the_generator_gives_the_published_numbers(void **state)
{
	struct rng r = rng_seeded(0);

	(void)state;
	assert_true(rng_next(&r) == 0xe220a8397b1dcdaf);
	assert_true(rng_next(&r) == 0x6e789e6aa1b965f4);
	assert_true(rng_next(&r) == 0x06c45d188009454f);
	r = rng_seeded(1);
	assert_true(rng_uniform(&r) == 0.5665615751722809);
	assert_true(rng_uniform(&r) == 0.7457817572627011);
	r = rng_seeded(1);
	assert_true(rng_gauss(&r) == 1.4243480905156511);
	assert_true(rng_gauss(&r) == -0.6189042598785681);
	assert_true(rng_gauss(&r) == -0.5907667571367323);
}

static void numbers_read_as_a_person_writes_them(void **state)
{
	char b[NUMBER_SIZE];

	(void)state;
	assert_string_equal(number_short(b, 1.2 / 7), "0.171429");
	assert_string_equal(number_short(b, -4), "-4");
	assert_string_equal(number_short(b, 1e-30), "1e-30");
	assert_string_equal(number_short(b, -0.0), "0");
	assert_string_equal(number_short(b, NAN), "nan");
	assert_string_equal(number_short(b, -INFINITY), "-inf");
	assert_string_equal(number_ratio(b, -0.6 / (2.2 / 15)), "-4.0909");
	assert_string_equal(number_ratio(b, 1 / 0.15 + 8.5), "15.1667");
	assert_string_equal(number_ratio(b, -4), "-4");
	assert_string_equal(number_ratio(b, -1e-9), "0");
	assert_string_equal(number_exact(b, 0.1f, true), "0.1");
	assert_string_equal(number_exact(b, 1.2 / 7, false), "0.17142857142857143");
	assert_string_equal(number_exact(b, FLT_MAX, true), "3.4028235e38");
	assert_string_equal(number_size(b, 512), "512 bytes");
	assert_string_equal(number_size(b, 13762560), "13.12 MiB");
	assert_string_equal(number_size(b, 799852953.6), "762.8 MiB");
}

static void exact_numbers_read_back_the_same(void **state)
{
	struct rng r = rng_seeded(7);
	char b[NUMBER_SIZE];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint32_t bits = (uint32_t)rng_next(&r);
		float f;

		memcpy(&f, &bits, sizeof f);
		if (isfinite(f))
			assert_true(strtof(number_exact(b, f, true), NULL) == f);
	}
}

static void expect_escaped(const char *s, size_t n, size_t max, const char *want)
{
	struct text t = { 0 };

	text_escape(&t, s, n, max);
	assert_string_equal(text_str(&t), want);
	text_drop(&t);
}

static void foreign_text_is_escaped_and_cut(void **state)
{
	(void)state;
	expect_escaped("a\x1b[2J\tb", 7, 0, "a\\x1b[2J\\x09b");
	expect_escaped("ok \xc3\xa9 \xff\xc3", 8, 0, "ok \xc3\xa9 \\xff\\xc3");
	expect_escaped("\xe2\x80\xaex", 4, 0, "\\u202ex");		/* would turn the direction of the line */
	expect_escaped("abcdefgh", 8, 5, "abcd\xe2\x80\xa6");
	expect_escaped("abcde", 5, 5, "abcde");
	expect_escaped("\x1b\x1b\x1b", 3, 6, "\\x1b\xe2\x80\xa6");	/* an escape is kept whole or not at all */
}

static void widths_count_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width("abc", 3), 3);
	assert_int_equal(text_width("\xe2\x96\xb8", 3), 1);	/* a small triangle */
	assert_int_equal(text_width("\xe6\xbc\xa2", 3), 2);	/* a Han character */
	assert_int_equal(text_width("e\xcc\x81", 3), 1);	/* e and a combining acute */
}

static void utf8_survives_a_round_trip(void **state)
{
	(void)state;
	for (uint32_t ch = 1; ch < 0x110000; ch += ch < 0x3000 ? 1 : 97) {
		char s[4];
		uint32_t back;
		size_t n;

		if (ch >= 0xD800 && ch <= 0xDFFF)
			continue;
		n = utf8_encode(s, ch);
		assert_int_equal(utf8_decode(s, n, &back), n);
		assert_int_equal(back, ch);
	}
}

static void broken_utf8_is_one_bad_byte(void **state)
{
	static const char *const broken[] = { "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x96", "\x80" };

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		uint32_t ch;

		assert_int_equal(utf8_decode(broken[i], strlen(broken[i]), &ch), 1);
		assert_int_equal(ch, 0xFFFD);
	}
}

static void lines_lose_trailing_blanks_and_columns_line_up(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_put(&t, "\xe2\x96\xb8 a");
	text_pad(&t, 6);
	text_put(&t, "b  ");
	text_line(&t);
	text_pad(&t, 3);
	text_put(&t, "c");
	assert_string_equal(text_str(&t), "\xe2\x96\xb8 a   b\n   c");
	text_drop(&t);
}

static void near_names_are_few_and_best_first(void **state)
{
	static const char *const names[] = { "quantize", "quit", "requant", "print", "size", "play", "pause" };
	const char *found[3];

	(void)state;
	assert_int_equal(text_nearest("quantise", names, 7, found), 1);
	assert_string_equal(found[0], "quantize");
	assert_int_equal(text_nearest("pritn", names, 7, found), 1);	/* a swap is one step */
	assert_string_equal(found[0], "print");
	assert_int_equal(text_nearest("elephant", names, 7, found), 0);
	assert_int_equal(text_distance("ab", "ba"), 1);
	assert_int_equal(text_distance("kitten", "sitting"), 3);
}

static void keys_are_written_as_they_are_read(void **state)
{
	static const char *const forms[] = { "a", "<Space>", "<lt>", "<C-r>", "<M-n>", "<PgUp>", "<F8>", "<Enter>", "<C-M-x>", "\xc3\xa9" };

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct key k;
		char back[16];

		assert_int_equal(key_parse(forms[i], &k), strlen(forms[i]));
		assert_string_equal(key_write(&k, back), forms[i]);
	}
}

static void an_unknown_name_in_brackets_is_typed_text(void **state)
{
	struct key k;

	(void)state;
	assert_int_equal(key_parse("<b", &k), 1);
	assert_int_equal(k.ch, '<');
	assert_int_equal(key_parse("<nosuch>", &k), 1);
	assert_int_equal(key_parse("<C-R>", &k), 5);
	assert_true(k.ctrl && k.ch == 'r');
	assert_int_equal(key_parse("", &k), 0);
}

static void square(void *arg, size_t i)
{
	((size_t *)arg)[i] = i * i;
}

static void each_slice_is_done_once_by_any_number_of_threads(void **state)
{
	static const unsigned counts[] = { 1, 2, 7 };
	size_t out[1000];

	(void)state;
	for (size_t t = 0; t < 3; t++) {
		pool_set_threads(counts[t]);
		for (int again = 0; again < 50; again++) {
			memset(out, 0xff, sizeof out);
			assert_true(pool_for(NULL, 1000, false, square, out));
			for (size_t i = 0; i < 1000; i++)
				assert_int_equal(out[i], i * i);
		}
	}
	pool_set_threads(0);
	pool_stop();
}

static bool count_to_stop(struct job *job, struct error *err)
{
	while (!job_stopped(job))
		job_step(job, 1);
	return error_set(err, ERR_CANCELLED, "stopped");
}

static bool work_once(struct job *job, struct error *err)
{
	(void)err;
	*(int *)job->state += 1;
	return true;
}

static void the_worker_runs_jobs_in_order_and_stops_one_on_request(void **state)
{
	struct error err;
	struct job *a, *b;
	int *n = calloc(1, sizeof *n);
	char byte;
	int wake[2];

	(void)state;
	assert_int_equal(pipe(wake), 0);
	assert_true(worker_start(wake[1], &err));
	a = job_new("counting", NULL, &err);
	a->work = count_to_stop;
	b = job_new("once", n, &err);
	b->work = work_once;
	worker_put(a);
	worker_put(b);
	assert_false(atomic_load(&b->ended));
	atomic_store(&a->stop, true);
	worker_wait(b);
	assert_true(atomic_load(&a->ended));
	assert_false(a->ok);
	assert_int_equal(a->err.class, ERR_CANCELLED);
	assert_int_equal(*n, 1);
	assert_int_equal(read(wake[0], &byte, 1), 1);
	job_drop(a);
	job_drop(b);
	worker_stop();
	close(wake[0]);
	close(wake[1]);
}

static void buffers_go_with_their_last_holder(void **state)
{
	struct error err;
	struct buffer *b = buffer_copy("abc", 3, &err);

	(void)state;
	assert_int_equal((uintptr_t)b->bytes % 64, 0);
	buffer_hold(b);
	buffer_drop(b);
	assert_memory_equal(b->bytes, "abc", 3);
	buffer_drop(b);
	assert_null(buffer_map("/", &err));
	assert_int_equal(err.class, ERR_FILE);
	assert_non_null(strstr(err.text, "a directory"));
	assert_null(buffer_map("/nonexistent/x", &err));
}

static void a_shrunk_file_reads_as_zeros(void **state)
{
	char path[] = "/tmp/qs-shrink-XXXXXX";
	struct error err;
	struct buffer *b;
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(ftruncate(fd, 3 * 4096), 0);
	assert_int_equal(pwrite(fd, "x", 1, 2 * 4096), 1);
	b = buffer_map(path, &err);
	assert_non_null(b);
	buffer_guard_install();
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(b->bytes[2 * 4096], 0);
	assert_true(buffer_lost());
	assert_false(buffer_lost());
	buffer_drop(b);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_keeps_what_was_being_done_in_front),
		cmocka_unit_test(the_class_decides_the_exit_code),
		cmocka_unit_test(the_generator_gives_the_published_numbers),
		cmocka_unit_test(numbers_read_as_a_person_writes_them),
		cmocka_unit_test(exact_numbers_read_back_the_same),
		cmocka_unit_test(foreign_text_is_escaped_and_cut),
		cmocka_unit_test(widths_count_columns),
		cmocka_unit_test(utf8_survives_a_round_trip),
		cmocka_unit_test(broken_utf8_is_one_bad_byte),
		cmocka_unit_test(lines_lose_trailing_blanks_and_columns_line_up),
		cmocka_unit_test(near_names_are_few_and_best_first),
		cmocka_unit_test(keys_are_written_as_they_are_read),
		cmocka_unit_test(an_unknown_name_in_brackets_is_typed_text),
		cmocka_unit_test(each_slice_is_done_once_by_any_number_of_threads),
		cmocka_unit_test(the_worker_runs_jobs_in_order_and_stops_one_on_request),
		cmocka_unit_test(buffers_go_with_their_last_holder),
		cmocka_unit_test(a_shrunk_file_reads_as_zeros),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
