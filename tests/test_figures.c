/* test_figures.c - figures of tensors: measured by independent sums, kept in the cache file, and believed only where all of it fits. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/pool.h"
#include "engine/kernel.h"
#include "session/figures.h"

static char dir[80], path[120], cache[120];
static struct session session;

enum { ROWS = 8, COLS = 64 };

static float weight(size_t row, size_t col)
{
	if (row == 3 && col == 5)
		return 100;			/* 22 standard deviations out */
	return (float)((int)(row * 13 + col * 7) % 21 - 10) / 10;
}

/* One matrix and one vector. */
static void write_model(float extra)
{
	static const char head[] = "{\"m\":{\"dtype\":\"F32\",\"shape\":[8,64],\"data_offsets\":[0,2048]},"
				   "\"v\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[2048,2064]}}";
	uint64_t n = strlen(head);
	float v[4] = { 1, 2, 3, extra };
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	fwrite(&n, 8, 1, f);
	fwrite(head, n, 1, f);
	for (size_t r = 0; r < ROWS; r++)
		for (size_t c = 0; c < COLS; c++) {
			float w = weight(r, c);

			fwrite(&w, 4, 1, f);
		}
	fwrite(v, sizeof v, 1, f);
	assert_int_equal(fclose(f), 0);
}

static struct value *opened(void)
{
	struct outcome out = { 0 };
	struct error err = { 0 };

	if (!session_open(&session, path, "m", NULL, &out, &err))
		fail_msg("%s", err.text);
	return out.value;
}

static void measure(struct survey *v, struct value *m)
{
	struct error err = { 0 };
	struct value *result = NULL;

	assert_true(job_run_here(survey_job(v, &session, m, 1, &err), &result, &err));
	assert_ptr_equal(result, m);
	value_drop(result);
}

static void figures_are_those_of_plain_sums(void **state)
{
	struct value *m = opened();
	struct survey *v = survey_new(&session, m, &codec_q8_0, NULL);
	const struct figures *f;
	double sum = 0, squares = 0, mean;
	size_t zeros = 0, counted = 0;

	(void)state;
	assert_int_equal(survey_known(v), 0);
	assert_null(survey_at(v, 0));
	measure(v, m);
	assert_true(survey_whole(v));
	f = survey_at(v, 0);
	for (size_t r = 0; r < ROWS; r++)
		for (size_t c = 0; c < COLS; c++) {
			sum += (double)weight(r, c);
			zeros += weight(r, c) == 0;
		}
	mean = sum / (ROWS * COLS);
	for (size_t r = 0; r < ROWS; r++)
		for (size_t c = 0; c < COLS; c++)
			squares += ((double)weight(r, c) - mean) * ((double)weight(r, c) - mean);
	assert_float_equal(f->spread.mean, mean, 1e-12);
	assert_float_equal(f->spread.sd, sqrt(squares / (ROWS * COLS)), 1e-9);
	assert_true(f->spread.max == 100);
	assert_int_equal(f->spread.zero, zeros);
	assert_int_equal(f->beyond, 1);
	assert_int_equal(f->beyond_rows, 1);
	for (size_t k = 0; k < f->bins; k++)
		counted += f->bin[k];
	assert_int_equal(counted, ROWS * COLS);
	assert_true(f->lost && f->rel > 0 && f->rel < 0.02);
	assert_string_equal(f->codec, "q8_0");
	assert_false(survey_at(v, 1)->lost);		/* a vector */
	survey_drop(v);
	value_drop(m);
}

static void what_is_kept_for_the_run_is_measured_once(void **state)
{
	struct value *m = opened();
	struct survey *a = survey_new(&session, m, NULL, NULL), *b, *c;

	(void)state;
	measure(a, m);
	b = survey_new(&session, m, NULL, NULL);
	assert_ptr_equal(a, b);
	c = survey_new(&session, m, &codec_q4_0, NULL);
	assert_ptr_not_equal(a, c);
	assert_true(settings_set(&session.settings, "cache", "off", NULL));
	survey_drop(c);
	c = survey_new(&session, m, NULL, NULL);
	assert_int_equal(survey_known(c), 0);
	assert_true(settings_set(&session.settings, "cache", "on", NULL));
	survey_drop(a);
	survey_drop(b);
	survey_drop(c);
	value_drop(m);
}

/* ---- the file ---- */

static size_t files_in_cache(char name[420])
{
	DIR *d = opendir(cache);
	size_t n = 0;

	for (struct dirent *e; d && (e = readdir(d)); )
		if (*e->d_name != '.') {
			snprintf(name, 420, "%s/%s", cache, e->d_name);
			n++;
		}
	if (d)
		closedir(d);
	return n;
}

/* How many a new run knows at once. */
static size_t known_by_a_new_run(void)
{
	struct value *m;
	struct survey *v;
	size_t n;

	session_drop(&session);
	session_init(&session, 1);
	session.cache_dir = strdup(cache);
	m = opened();
	v = survey_new(&session, m, &codec_q8_0, NULL);
	n = survey_known(v);
	survey_drop(v);
	value_drop(m);
	return n;
}

static void measure_and_write(struct figures *out)
{
	struct value *m = opened();
	struct survey *v = survey_new(&session, m, &codec_q8_0, NULL);

	measure(v, m);
	*out = *survey_at(v, 0);
	survey_drop(v);
	value_drop(m);
}

static void figures_come_back_bit_for_bit_in_the_next_run(void **state)
{
	struct figures was, is;
	char name[420];
	size_t n = 0;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(known_by_a_new_run(), 0);
	measure_and_write(&was);
	assert_int_equal(files_in_cache(name), 1);
	assert_int_equal(known_by_a_new_run(), 2);
	measure_and_write(&is);			/* nothing is left to measure */
	assert_true(was.rel == is.rel && was.snr == is.snr && was.max == is.max && was.first == is.first && was.width == is.width);
	assert_memory_equal(was.bin, is.bin, sizeof was.bin);
	assert_true(was.spread.sd == is.spread.sd && was.spread.kurtosis == is.spread.kurtosis && was.spread.first_bad == is.spread.first_bad);
	assert_true(isnan(is.share) && isnan(is.weighted));
	assert_true(survey_clear(&session, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(files_in_cache(name), 0);
	assert_int_equal(known_by_a_new_run(), 0);
}

static void a_file_that_changed_is_measured_anew(void **state)
{
	struct figures f;

	(void)state;
	measure_and_write(&f);
	assert_int_equal(known_by_a_new_run(), 2);
	usleep(20000);		/* the clock of files is coarse */
	write_model(5);		/* same size, same header, another time */
	assert_int_equal(known_by_a_new_run(), 0);
}

static void a_damaged_or_foreign_cache_file_is_not_believed(void **state)
{
	struct figures f;
	char name[420], *whole;
	FILE *file;
	size_t n;

	(void)state;
	survey_clear(&session, &n, NULL);
	known_by_a_new_run();
	measure_and_write(&f);
	assert_int_equal(files_in_cache(name), 1);
	file = fopen(name, "rb");
	whole = calloc(1, 100000);
	n = fread(whole, 1, 99999, file);
	fclose(file);
	for (size_t at = 0; at < n; at += 7) {		/* a byte turned */
		whole[at] ^= 1;
		file = fopen(name, "wb");
		fwrite(whole, 1, n, file);
		fclose(file);
		whole[at] ^= 1;
		assert_int_equal(known_by_a_new_run(), 0);
	}
	for (size_t len = 0; len < n; len += 11) {	/* cut */
		file = fopen(name, "wb");
		fwrite(whole, 1, len, file);
		fclose(file);
		assert_int_equal(known_by_a_new_run(), 0);
	}
	measure_and_write(&f);				/* and replaced without a word */
	assert_int_equal(known_by_a_new_run(), 2);
	free(whole);
}

static void a_cache_that_cannot_be_written_is_no_error(void **state)
{
	struct figures f;
	FILE *file;

	(void)state;
	known_by_a_new_run();
	free(session.cache_dir);
	session.cache_dir = strdup("/proc/nowhere/quantscope");
	measure_and_write(&f);
	assert_true(f.lost);
	free(session.cache_dir);
	file = fopen(path, "rb");
	fclose(file);
	session.cache_dir = strdup(path);		/* a file where the directory should be */
	survey_forget(&session);
	measure_and_write(&f);
	assert_true(f.lost);
}

static int begin(void **state)
{
	struct error err;

	(void)state;
	snprintf(dir, sizeof dir, "%s/qs-figures-XXXXXX", getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 40 ? getenv("TMPDIR") : "/tmp");
	session_init(&session, 1);
	if (!mkdtemp(dir) || !kernels_choose(getenv("QUANTSCOPE_CPU"), &err))
		return -1;
	snprintf(path, sizeof path, "%s/m.safetensors", dir);
	snprintf(cache, sizeof cache, "%s/cache/quantscope", dir);
	write_model(4);
	return 0;
}

static int end(void **state)
{
	char command[120];

	(void)state;
	session_drop(&session);
	pool_stop();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_plain_sums),
		cmocka_unit_test(what_is_kept_for_the_run_is_measured_once),
		cmocka_unit_test(figures_come_back_bit_for_bit_in_the_next_run),
		cmocka_unit_test(a_file_that_changed_is_measured_anew),
		cmocka_unit_test(a_damaged_or_foreign_cache_file_is_not_believed),
		cmocka_unit_test(a_cache_that_cannot_be_written_is_no_error),
	};

	return cmocka_run_group_tests_name("figures", tests, begin, end);
}
