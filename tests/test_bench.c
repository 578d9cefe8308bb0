/* test_bench.c - the form of what `bench` says, its limits, and that it stops when asked; never a figure. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/pool.h"
#include "engine/kernel.h"
#include "session/bench.h"

static struct session session;
static struct error err;

static struct table *measured(const struct codec *c, const char *what, double bytes, unsigned threads, struct value **v)
{
	struct bench_options o = { .codec = &c, .n = 1, .what = what, .bytes = bytes, .threads = threads };
	struct outcome out = { 0 };

	if (!session_bench(&session, &o, &out, &err) || !job_run_here(out.job, v, &err))
		fail_msg("%s", err.text);
	return (*v)->u.table;
}

static const char *word(const struct table *t, size_t row, const char *column)
{
	return table_at(t, row, table_column(t, column))->text;
}

static double number(const struct table *t, size_t row, const char *column)
{
	const struct table_cell *c = table_at(t, row, table_column(t, column));

	assert_int_equal(c->kind, CELL_NUMBER);
	return c->number;
}

static void all_four_things_are_measured_in_order_after_memcpy(void **state)
{
	static const char *const whats[] = { "copy", "encode", "imp", "decode", "dot" };
	struct value *v;
	struct table *t = measured(&codec_q4_0, NULL, 0, 1, &v);

	(void)state;
	assert_int_equal(t->rows, 5);
	assert_string_equal(v->label, "1 thread, 1.00 MiB");
	assert_string_equal(word(t, 0, "codec"), "memcpy");
	for (size_t r = 0; r < 5; r++) {
		assert_string_equal(word(t, r, "what"), whats[r]);
		assert_true(number(t, r, "Mw_per_s") > 0);
		assert_true(number(t, r, "memcpy_permille") > 0);
		if (!r)
			continue;
		assert_string_equal(word(t, r, "codec"), "q4_0");
		assert_string_equal(word(t, r, "level"), kernel_level_of(&codec_q4_0, whats[r]));
		/* float32 against memcpy: the share is that of the two speeds, both shown with four digits */
		assert_true(fabs(number(t, r, "memcpy_permille") / (1000 * number(t, r, "Mw_per_s") / number(t, 0, "Mw_per_s")) - 1) < 2e-3);
	}
	value_drop(v);
}

static void the_reference_against_itself_is_once_as_fast(void **state)
{
	struct value *v;
	struct table *t = measured(&codec_q8_0, "decode", 0, 1, &v);

	(void)state;
	assert_int_equal(t->rows, 2);
	if (!strcmp(word(t, 1, "level"), "scalar"))
		assert_true(number(t, 1, "times_scalar") == 1);
	value_drop(v);
}

static void more_threads_share_the_rows_and_the_pool_is_as_before(void **state)
{
	struct value *v;
	struct table *t;
	unsigned before = pool_threads();

	(void)state;
	t = measured(&codec_q8_0, "dot", BENCH_SIZE_MIN, 3, &v);
	assert_int_equal(t->rows, 2);
	assert_string_equal(v->label, "3 threads, 64.00 KiB");
	assert_int_equal(pool_threads(), before);
	value_drop(v);
}

static void a_codec_that_needs_importance_is_measured_with_it_alone(void **state)
{
	const struct codec *c = &codec_iq2_xxs;
	struct bench_options o = { .codec = &c, .n = 1, .what = "encode" };
	struct outcome out = { 0 };
	struct value *v;
	struct table *t = measured(c, NULL, BENCH_SIZE_MIN, 1, &v);

	(void)state;
	assert_int_equal(t->rows, 4);
	assert_string_equal(word(t, 1, "what"), "imp");
	value_drop(v);
	assert_false(session_bench(&session, &o, &out, &err));
	assert_string_equal(err.about, "what");
}

static void what_is_out_of_range_is_told_the_range(void **state)
{
	static const struct { double bytes; unsigned threads; const char *what, *about, *hint; } wrong[] = {
		{ 1, 1, NULL, "size", "64KiB to 64GiB" }, { 1e15, 1, NULL, "size", "64KiB to 64GiB" }, { NAN, 65, NULL, "threads", "1 to 64" },
		{ BENCH_SIZE_MIN, 5, NULL, "size", "at least 80KiB" }, { 0, 1, "copy", "what", "encode, imp, decode or dot" },
		{ 0, 1, "speed", "what", "encode, imp, decode or dot" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct bench_options o = { .what = wrong[i].what, .bytes = wrong[i].bytes, .threads = wrong[i].threads };
		struct outcome out = { 0 };

		err = (struct error){ 0 };
		assert_false(session_bench(&session, &o, &out, &err));
		assert_int_equal(err.class, ERR_ARGUMENT);
		assert_string_equal(err.about, wrong[i].about);
		assert_non_null(strstr(err.hint, wrong[i].hint));
	}
}

static void all_codecs_have_an_encoder_and_are_stored_as_weights(void **state)
{
	const struct codec *list[CODEC_COUNT];
	size_t n = bench_all(list);

	(void)state;
	assert_true(n >= 27);		/* those of performance.md */
	for (size_t i = 0; i < n; i++) {
		assert_non_null(list[i]->encode);
		assert_false(list[i]->flags & (CODEC_ACTIVATIONS_ONLY | CODEC_TEACHING));
	}
}

/* Stopped before it began, there is nothing to hand over; stopped on the way, what was done is. */
static void work_that_is_stopped_ends_as_cancelled(void **state)
{
	struct bench_options o = { 0 };
	struct outcome out = { 0 };
	struct value *v = NULL;

	(void)state;
	assert_true(session_bench(&session, &o, &out, &err));
	atomic_store(&out.job->stop, true);
	assert_false(out.job->work(out.job, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	assert_false(out.job->finish(out.job, false, &v, &err));
	job_drop(out.job);
}

static void files_are_made_where_temporary_files_go_and_removed_when_it_is_stopped(void **state)
{
	struct bench_options o = { .bytes = FILES_SIZE_MIN };
	struct outcome out = { 0 };
	char dir[] = "/tmp/quantscope-test-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("TMPDIR", dir, 1);
	assert_true(session_bench_files(&session, &o, &out, &err));
	unsetenv("TMPDIR");
	assert_int_not_equal(rmdir(dir), 0);		/* there is something in it */
	atomic_store(&out.job->stop, true);
	assert_false(out.job->work(out.job, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	job_drop(out.job);
	assert_int_equal(rmdir(dir), 0);
}

static void files_have_their_own_limits(void **state)
{
	struct bench_options small = { .bytes = 1000 }, many = { .threads = 65 };
	struct outcome out = { 0 };

	(void)state;
	assert_false(session_bench_files(&session, &small, &out, &err));
	assert_string_equal(err.about, "size");
	assert_non_null(strstr(err.hint, "1MiB to 64GiB"));
	assert_false(session_bench_files(&session, &many, &out, &err));
	assert_string_equal(err.about, "threads");
	assert_non_null(strstr(err.hint, "1 to 64"));
}

static int begin(void **state)
{
	(void)state;
	session_init(&session, 0);
	return kernels_choose(NULL, &err) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	session_drop(&session);
	pool_stop();
	codecs_drop();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_four_things_are_measured_in_order_after_memcpy),
		cmocka_unit_test(the_reference_against_itself_is_once_as_fast),
		cmocka_unit_test(more_threads_share_the_rows_and_the_pool_is_as_before),
		cmocka_unit_test(a_codec_that_needs_importance_is_measured_with_it_alone),
		cmocka_unit_test(what_is_out_of_range_is_told_the_range),
		cmocka_unit_test(all_codecs_have_an_encoder_and_are_stored_as_weights),
		cmocka_unit_test(work_that_is_stopped_ends_as_cancelled),
		cmocka_unit_test(files_are_made_where_temporary_files_go_and_removed_when_it_is_stopped),
		cmocka_unit_test(files_have_their_own_limits),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
