/* test_losses.c - what a tensor loses, measured some rows at a time, is what it loses as a whole; and a walk through a file lets go of it. */
#include <fcntl.h>
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
#include "base/pool.h"
#include "engine/codec.h"
#include "engine/counts.h"
#include "engine/measure.h"
#include "session/losses.h"

enum { ROWS = 600, COLS = 4096 };	/* more than is measured at a time */

static struct session session;
static struct error err;
static struct value *x;

static struct value *taken(bool ok, struct outcome *out)
{
	if (ok && out->job)
		ok = job_run_here(out->job, &out->value, &err);
	if (!ok)
		fail_msg("%s", err.text);
	return out->value;
}

static struct value *quantized(const struct codec *c, const struct value *of)
{
	struct outcome out = { 0 };
	struct quantize_options o = { .flat_if_needed = true };

	return taken(session_quantize(&session, c, of, &o, &out, &err), &out);
}

static int larger_first(const void *a, const void *b)
{
	return (*(const double *)a < *(const double *)b) - (*(const double *)a > *(const double *)b);
}

/* By sorting all blocks. */
static double share_of(const struct quantized *q)
{
	size_t n = tensor_blocks(&q->blocks);
	struct block_loss *loss = calloc(n, sizeof *loss);
	double *squares = calloc(n, sizeof *squares), all = 0, top = 0;

	assert_true(count_losses(&q->blocks, &q->source, 0, NULL, loss, &err));
	for (size_t i = 0; i < n; i++)
		all += squares[i] = loss[i].squares;
	qsort(squares, n, sizeof *squares, larger_first);
	for (size_t i = 0; i < n / 100; i++)
		top += squares[i];
	free(loss);
	free(squares);
	return top / all;
}

static void assert_near(double a, double b)
{
	if (!(fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b))))
		fail_msg("%.17g is not %.17g", a, b);
}

static void assert_same(const struct losses *l, const struct quantized *q)
{
	const struct loss *whole = &q->loss;

	assert_int_equal(l->count, whole->count);
	assert_near(losses_rmse(l), whole->rmse);
	assert_near(losses_rel(l), whole->rel);
	assert_near(losses_snr(l), whole->snr);
	assert_true(l->max == whole->max);
	assert_near(l->worst_share, share_of(q));
}

static void pieces_lose_what_the_whole_loses(void **state)
{
	static const struct codec *const list[] = { &codec_q8_0, &codec_q4_0, &codec_bf16 };
	struct quantize_options o = { .flat_if_needed = true };

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct value *q = quantized(list[i], x);
		struct losses in, between;

		assert_true(losses_in(list[i], x, &o, NULL, &in, &err));
		assert_true(losses_between(&q->u.quantized.blocks, &q->u.quantized.source, 0, NULL, NULL, &between, &err));
		assert_same(&in, &q->u.quantized);
		assert_same(&between, &q->u.quantized);
		assert_true(isnan(in.weighted));
		value_drop(q);
	}
}

static void weighted_errors_are_those_of_the_whole(void **state)
{
	struct tensor importance;
	struct quantize_options o = { .importance = &importance };
	struct outcome out = { 0 };
	struct value *q;
	struct losses l;

	(void)state;
	assert_true(tensor_new(&importance, 1, COLS, &err));
	for (size_t i = 0; i < COLS; i++)
		tensor_floats(&importance)[i] = 1 + (float)(i % 7);
	q = taken(session_quantize(&session, &codec_q8_0, x, &o, &out, &err), &out);
	assert_true(losses_in(&codec_q8_0, x, &o, NULL, &l, &err));
	assert_near(l.weighted, q->u.quantized.loss.weighted);
	value_drop(q);
	tensor_drop(&importance);
}

static void the_figures_do_not_depend_on_threads(void **state)
{
	struct quantize_options o = { .flat_if_needed = true };
	struct losses l[3];
	unsigned threads[] = { 1, 2, 7 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		pool_set_threads(threads[i]);
		memset(&l[i], 0, sizeof l[i]);
		assert_true(losses_in(&codec_q8_0, x, &o, NULL, &l[i], &err));
	}
	pool_set_threads(0);
	assert_true(l[0].squares == l[1].squares && l[1].squares == l[2].squares);
	assert_true(l[0].worst_share == l[1].worst_share && l[1].worst_share == l[2].worst_share);
}

static void blocks_are_not_filled_up(void **state)
{
	struct quantize_options o = { .pad = PAD_ZERO };
	struct outcome out = { 0 };
	struct value *odd = taken(session_literal("[1, 2, 3]", 9, &out, &err), &out);
	struct losses l;

	(void)state;
	assert_false(losses_in(&codec_q8_0, odd, &o, NULL, &l, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	value_drop(odd);
}

static void a_stop_ends_it_within_the_tensor(void **state)
{
	struct quantize_options o = { 0 };
	struct job *job = job_new("losing", NULL, &err);
	struct losses l;

	(void)state;
	atomic_store(&job->stop, true);
	assert_false(losses_in(&codec_q8_0, x, &o, job, &l, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	job_drop(job);
}

/* ---- mapped files ---- */

static long file_pages_resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long size, resident, shared = -1;

	if (f && fscanf(f, "%ld %ld %ld", &size, &resident, &shared) != 3)
		shared = -1;
	if (f)
		fclose(f);
	return shared;
}

static void a_walk_through_a_mapped_file_keeps_little_of_it_in_memory(void **state)
{
	enum { MIB = 1 << 20, FILE_MIB = 64 };
	char path[] = "/tmp/quantscope-test-XXXXXX", *mib = calloc(1, MIB);
	int fd = mkstemp(path);
	struct buffer *b;
	size_t sum = 0;
	long before;

	(void)state;
	assert_true(fd >= 0 && mib);
	for (int i = 0; i < FILE_MIB; i++) {
		memset(mib, i + 1, MIB);
		assert_int_equal(write(fd, mib, MIB), MIB);
	}
	close(fd);
	free(mib);
	b = buffer_map(path, &err);
	unlink(path);
	assert_non_null(b);
	before = file_pages_resident();
	if (before < 0)
		skip();
	for (size_t at = 0; at < b->size; at += 4096) {
		sum += b->bytes[at];
		buffer_passed(b, 0, b->size, at, at + 4096);
		if (at % MIB == 0)
			assert_true((file_pages_resident() - before) * sysconf(_SC_PAGESIZE) <= 16 * MIB);
	}
	assert_true((file_pages_resident() - before) * sysconf(_SC_PAGESIZE) <= MIB);
	assert_int_equal(sum, (size_t)(FILE_MIB * (FILE_MIB + 1) / 2) * (MIB / 4096));
	assert_int_equal(b->bytes[5 * MIB], 6);		/* it can still be read */
	buffer_drop(b);
}

static int begin(void **state)
{
	struct outcome out = { 0 };
	uint64_t seed = 1;
	struct random_options o = { .sigma = 0.02, .df = 4, .share = 0.001, .size = 16, .seed = &seed };

	(void)state;
	session_init(&session, 0);
	if (!session_random(&session, "outliers", ROWS, COLS, &o, &out, &err) || (out.job && !job_run_here(out.job, &out.value, &err)))
		return -1;
	x = out.value;
	return 0;
}

static int end(void **state)
{
	(void)state;
	value_drop(x);
	session_drop(&session);
	pool_stop();
	codecs_drop();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_lose_what_the_whole_loses),
		cmocka_unit_test(weighted_errors_are_those_of_the_whole),
		cmocka_unit_test(the_figures_do_not_depend_on_threads),
		cmocka_unit_test(blocks_are_not_filled_up),
		cmocka_unit_test(a_stop_ends_it_within_the_tensor),
		cmocka_unit_test(a_walk_through_a_mapped_file_keeps_little_of_it_in_memory),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
