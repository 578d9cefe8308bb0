/* test_net.c - the digits and the net that is trained on them: figures of methods.md 3.1 and 3.3. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "methods/digits.h"
#include "methods/net.h"

static struct digits *load(void)
{
	struct error err = { 0 };
	struct digits *d;
	char path[600];

	snprintf(path, sizeof path, "%s/lessons/data/digits.csv", getenv("QS_SRCDIR"));
	d = digits_load(path, &err);
	if (!d)
		fail_msg("%s", err.text);
	return d;
}

/* methods.md 3.1 [C] */
static void the_digits_are_those_of_the_page(void **state)
{
	static const int want[] = { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 };
	int count[DIGIT_CLASSES] = { 0 };
	double sum = 0;
	struct digits *d = load();

	(void)state;
	for (int k = 0; k < DIGITS; k++) {
		count[d->label[k]]++;
		for (int i = 0; i < DIGIT_PIXELS; i++)
			sum += (double)d->pixel[k][i] * 16;
	}
	assert_memory_equal(count, want, sizeof want);
	assert_true(sum == 561718);
	free(d);
}

/* The split: place k holds line perm[k], and line 0 starts 0 0 5 13 9 1. */
static void the_split_follows_the_generator(void **state)
{
	static const float first[] = { 0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0 };
	struct rng r = rng_seeded(1);
	uint32_t order[DIGITS];
	struct digits *d = load();
	size_t at = 0;

	(void)state;
	rng_permute(&r, order, DIGITS);
	while (order[at] != 0)
		at++;
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		assert_true(d->pixel[at][i] == first[i] / 16);
	assert_int_equal(d->label[at], 0);
	free(d);
}

static void a_broken_line_is_named(void **state)
{
	char path[] = "/tmp/qs-digits-XXXXXX";
	struct error err = { 0 };
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	(void)state;
	for (int i = 0; i < 64; i++)
		fprintf(f, "%d,", i % 17);
	fprintf(f, "3\n1,2,99,\n");
	fclose(f);
	assert_null(digits_load(path, &err));
	assert_int_equal(err.class, ERR_FORMAT);
	assert_non_null(strstr(err.text, "line 2"));
	remove(path);
}

/* methods.md 3.3 [C]: float 96.94 [96.67 .. 97.22], the mean and range of seeds 0 to 4. */
static void five_seeds_reach_the_accuracies_of_the_page(void **state)
{
	static const size_t width[] = { 64, 32, 10 };
	struct digits *d = load();
	struct examples train = { d->pixel[0], d->label, DIGITS_TRAIN };
	struct examples test = { d->pixel[DIGITS_TRAIN], d->label + DIGITS_TRAIN, DIGITS_TEST };
	size_t least = DIGITS_TEST, most = 0, sum = 0;

	(void)state;
	for (uint64_t k = 0; k < 5; k++) {
		struct training t = { .epochs = 40, .rate = 0.05, .batch = 32, .momentum = 0.9, .order_seed = 2000 + k };
		struct error err = { 0 };
		struct score s;
		struct net n;

		assert_true(net_new(&n, width, 2, 1000 + k, &err));
		assert_true(net_train(&n, &train, &t, NULL, &err));
		assert_true(net_score(&n, &test, &s, &err));
		least = s.right < least ? s.right : least;
		most = s.right > most ? s.right : most;
		sum += s.right;
		net_drop(&n);
	}
	assert_int_equal(least, 348);	/* 96.67 % of 360 */
	assert_int_equal(most, 350);	/* 97.22 % */
	assert_int_equal(sum, 1745);	/* 96.94 % of 1800 */
	free(d);
}

static void the_logarithm_of_softmax_adds_up_to_one(void **state)
{
	double x[] = { 1000, 999, -1000 }, sum = 0;

	(void)state;
	assert_int_equal(log_softmax(x, 3), 0);
	for (int i = 0; i < 3; i++)
		sum += exp(x[i]);
	assert_true(fabs(sum - 1) < 1e-12);
	assert_true(fabs(x[0] - x[1] - 1) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digits_are_those_of_the_page),
		cmocka_unit_test(the_split_follows_the_generator),
		cmocka_unit_test(a_broken_line_is_named),
		cmocka_unit_test(five_seeds_reach_the_accuracies_of_the_page),
		cmocka_unit_test(the_logarithm_of_softmax_adds_up_to_one),
	};

	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
