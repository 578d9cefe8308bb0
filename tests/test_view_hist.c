/* The hist view: counts against a loop of its own, round bins, what is not finite, and a codec's values over the weights. */
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
#include "golden.h"
#include "view_fixture.h"
#include "views/figure.h"

static struct shown open_it(const char *codec, const char *what, const char *keys, const char *options)
{
	struct subject s = { "hist", codec, what, keys, options };
	struct shown shown;
	struct error err = { 0 };

	if (!fixture_open(&s, &shown, &err))
		fail_msg("%s %s: %s", codec ? codec : "", what, err.text);
	return shown;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in\n%s", part, text);
}

static struct table *data_of(const struct shown *s)
{
	struct table *t = s->view->data(s->state, NULL);

	assert_non_null(t);
	return t;
}

/* The weights once more, by the generator of methods.md 0. */
static void counts_are_those_of_a_loop_over_the_generator(void **state)
{
	struct shown s = open_it(NULL, "w", NULL, NULL);
	struct table *t = data_of(&s);
	struct rng r = rng_seeded(42);
	long counts[41] = { 0 }, sum = 0;

	(void)state;
	for (size_t i = 0; i < 64 * 4096; i++) {
		float x = (float)(0.02 * rng_gauss(&r));

		counts[(int)floor(x / 0.01 + 0.5) + 20]++;
	}
	for (size_t i = 0; i < t->rows; i++) {
		double centre = fixture_number(t, i, "centre");
		int k = (int)lround(centre * 100);

		assert_float_equal(centre, k / 100.0, 1e-12);
		assert_float_equal(fixture_number(t, i, "from"), centre - 0.005, 1e-12);
		assert_int_equal((long)fixture_number(t, i, "count"), counts[k + 20]);
		sum += counts[k + 20];
	}
	assert_int_equal(sum, 262144);
	table_drop(t);
	fixture_close(&s);
}

static void the_title_and_foot_of_interaction_9_8(void **state)
{
	struct shown s = open_it(NULL, "w", NULL, NULL);
	struct text left = { 0 }, right = { 0 };
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	s.view->title(s.state, &left, &right);
	assert_string_equal(text_str(&left), "w f32[64, 4096]");
	assert_string_equal(text_str(&right), "262144 values   bin 0.01   linear");
	has(got, "\n  -0.07 ");
	has(got, "\n  +0.00 ");
	has(got, "  sd 0.0200  excess kurtosis ");
	has(got, "\n  NaN 0  Inf 0  zero 0   quantiles 1% -.0");
	fixture_press(&s, "l");
	text_clear(&right);
	s.view->title(s.state, &left, &right);
	has(text_str(&right), "log");
	text_drop(&left);
	text_drop(&right);
	free(got);
	fixture_close(&s);
}

static void bins_are_round_and_at_most_as_many_as_asked_for(void **state)
{
	static const char *const what[] = { "w4", "x", "[1..1000#77]", "[0, 1e-9]", "[5, 5, 5]", "[0, 0]", "[-1e30, 1e30]", "[0.001, 7]" };

	(void)state;
	for (size_t k = 0; k < sizeof what / sizeof *what; k++)
		for (int bins = 1; bins < 60; bins += 3) {
			char options[32];
			struct shown s;
			struct table *t;
			double width, mantissa, sum = 0;

			snprintf(options, sizeof options, "bins=%d", bins);
			s = open_it(NULL, what[k], NULL, options);
			t = data_of(&s);
			width = fixture_number(t, 0, "below") - fixture_number(t, 0, "from");
			mantissa = width / pow(10, floor(log10(width * 1.000001)));
			if (fabs(mantissa - 1) > 1e-6 && fabs(mantissa - 2) > 1e-6 && fabs(mantissa - 5) > 1e-6)
				fail_msg("%s bins=%d: width %g is not round", what[k], bins, width);
			if (t->rows > (size_t)bins && bins >= 3)
				fail_msg("%s bins=%d: %zu bins", what[k], bins, t->rows);
			for (size_t i = 0; i < t->rows; i++)
				sum += fixture_number(t, i, "count");
			assert_int_equal((size_t)sum, tensor_count(&s.subject->u.tensor));
			table_drop(t);
			fixture_close(&s);
		}
}

static void what_is_not_finite_is_counted_and_listed_but_in_no_bin(void **state)
{
	struct shown s = open_it(NULL, "[nan, inf, 0, 1.5; -2, -inf, 1, nan]", NULL, "at");
	struct table *t = data_of(&s);
	char *got = fixture_body(&s, 80, 0, false);
	double sum = 0;

	(void)state;
	for (size_t i = 0; i < t->rows; i++)
		sum += fixture_number(t, i, "count");
	assert_int_equal((int)sum, 4);
	has(got, "NaN 2  Inf 2  zero 1");
	has(got, "NaN at [0, 0]  +Inf at [0, 1]  -Inf at [1, 1]  NaN at [1, 3]");
	free(got);
	table_drop(t);
	fixture_close(&s);
	s = open_it(NULL, "[nan, inf, 0, 1.5; -2, -inf, 1, nan]", NULL, NULL);
	got = fixture_body(&s, 80, 0, false);
	has(got, "NaN at [0, 0]  … 3 more: at lists them");
	free(got);
	fixture_close(&s);
	s = open_it(NULL, "[nan, inf]", NULL, NULL);
	got = fixture_body(&s, 80, 0, false);
	has(got, "no finite weight");
	free(got);
	free(fixture_why(&s, NULL));
	fixture_close(&s);
}

static void a_range_counts_what_lies_outside(void **state)
{
	struct value *w = fixture_value(NULL, "w4");
	struct shown s = open_it(NULL, "w4", NULL, "range=-0.02..0.01");
	struct table *t;
	char *got;
	size_t below = 0, above = 0, n = tensor_count(&w->u.tensor);
	double sum = 0;
	char want[80];

	(void)state;
	t = data_of(&s);
	for (size_t i = 0; i < t->rows; i++)
		sum += fixture_number(t, i, "count");
	for (size_t i = 0; i < n; i++) {
		float x = tensor_floats(&w->u.tensor)[i];

		below += x < fixture_number(t, 0, "from");
		above += x >= fixture_number(t, t->rows - 1, "below");
	}
	assert_int_equal((size_t)sum + below + above, n);
	got = fixture_body(&s, 80, 0, false);
	snprintf(want, sizeof want, "outside: %zu below, %zu above", below, above);
	has(got, want);
	free(got);
	table_drop(t);
	fixture_close(&s);
}

static void what_is_no_range_is_refused(void **state)
{
	static const char *const wrong[] = { "range=0.1", "range=0.1..", "range=..1", "range=0.2..0.1", "range=1..1", "range=a..b", "range=nan..1" };

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct subject s = { "hist", NULL, "x", NULL, wrong[i] };
		struct shown shown;
		struct error err = { 0 };

		if (fixture_open(&s, &shown, &err))
			fail_msg("%s was taken", wrong[i]);
		assert_string_equal(err.about, "range");
	}
}

static void over_draws_what_comes_back(void **state)
{
	struct shown s = open_it(NULL, "w4", NULL, "over=int4");
	struct table *t = data_of(&s);
	const struct tensor *q = &fixture_value("int4", "w4")->u.quantized.blocks;
	double width = fixture_number(t, 0, "below") - fixture_number(t, 0, "from");
	size_t empty = 0, n = tensor_count(q);
	float *y = calloc(n, sizeof *y);

	(void)state;
	assert_true(y && tensor_read(q, 0, n, y));
	for (size_t i = 0; i < t->rows; i++) {
		double centre = fixture_number(t, i, "centre");
		size_t here = 0;

		for (size_t k = 0; k < n; k++)
			here += floor(y[k] / width + 0.5) == floor(centre / width + 0.5);
		assert_int_equal((size_t)fixture_number(t, i, "decoded"), here);
		empty += !here && fixture_number(t, i, "count") > 0;
	}
	assert_true(empty > 10);		/* the comb: 15 values, more bins */
	free(y);
	table_drop(t);
	fixture_close(&s);
}

static void by_row_gives_each_row_its_own_counts(void **state)
{
	struct shown s = open_it(NULL, "w4", NULL, "by=row"), whole = open_it(NULL, "w4", NULL, NULL);
	struct table *t = data_of(&s), *all = data_of(&whole);
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	assert_int_equal(t->rows, 4 * all->rows);
	for (size_t i = 0; i < all->rows; i++) {
		double sum = 0;

		for (size_t r = 0; r < 4; r++) {
			assert_int_equal((int)fixture_number(t, r * all->rows + i, "row"), r);
			sum += fixture_number(t, r * all->rows + i, "count");
		}
		assert_int_equal((size_t)sum, (size_t)fixture_number(all, i, "count"));
	}
	has(got, "\n    3  ");
	free(got);
	table_drop(t);
	table_drop(all);
	fixture_close(&s);
	fixture_close(&whole);
}

static void padding_of_a_quantized_value_is_no_weight(void **state)
{
	struct shown s = open_it("q4_0", "x", NULL, NULL);
	struct text left = { 0 }, right = { 0 };

	(void)state;
	s.view->title(s.state, &left, &right);
	has(text_str(&left), "what comes back from q4_0");
	has(text_str(&right), "4 values");
	text_drop(&left);
	text_drop(&right);
	fixture_close(&s);
}

static void why_tells_the_bin_and_the_figures(void **state)
{
	struct shown s = open_it(NULL, "x", NULL, NULL);
	char *why = fixture_why(&s, NULL);
	struct error err = { 0 };

	(void)state;
	has(why, "bin -1.2: 1 of 4 weights, from -1.25 up to but not including -1.15\nthat is 25.0 % of all\n");
	free(why);
	why = fixture_why(&s, "mean");
	has(why, "mean = -0.15 ");
	free(why);
	assert_false(s.view->why(s.state, "code[3]", &(struct text){ 0 }, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	fixture_close(&s);
}

static void it_draws_at_every_size(void **state)
{
	static const char *const options[] = { NULL, "log", "bins=200", "over=q4_0", "by=row", "at" };

	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		struct shown s = open_it(NULL, "w4", "<Down>", options[i]);

		fixture_stays_inside(&s);
		fixture_press(&s, "G");
		fixture_stays_inside(&s);
		fixture_close(&s);
	}
}

static void enter_opens_the_bytes_of_the_row_under_the_cursor(void **state)
{
	struct shown s = open_it(NULL, "w4", "<Down><Down><Enter>", "by=row");

	(void)state;
	assert_string_equal(s.wish.view, "block");
	assert_true(args_number(&s.wish.options, "row", -1) == 2);
	args_drop(&s.wish.options);
	fixture_close(&s);
}

static void figures_are_written_as_in_the_pictures(void **state)
{
	char b[FIGURE_SIZE];

	(void)state;
	assert_string_equal(figure_bare(b, 0.0713, 4, false), ".0713");
	assert_string_equal(figure_bare(b, -0.0466, 4, true), "-.0466");
	assert_string_equal(figure_bare(b, 0.0465, 4, true), "+.0465");
	assert_string_equal(figure_digits(b, 0.0014268, 4, false), ".001427");
	assert_string_equal(figure_digits(b, 2.3e-6, 2, true), "+2.3e-06");
	assert_string_equal(figure_digits(b, 0, 2, true), "0");
	assert_string_equal(figure_fixed(b, -0.0, 2, false), "0.00");
	assert_string_equal(figure_fixed(b, NAN, 2, false), "nan");
	assert_string_equal(figure_fixed(b, 1e30, 2, false), "1.0e+30");
	assert_string_equal(figure_fixed(b, -0.0419, 4, true), "-0.0419");
	assert_string_equal(figure_percent(b, 0.1291), "12.9 %");
	assert_true(figure_nice(0.0073) == 0.01 && figure_nice(0.01) == 0.01 && figure_nice(0.000471) == 0.0005 && figure_nice(1.5) == 2 &&
		    figure_nice(20.1) == 50 && figure_nice(1e-30) <= 1.0000001e-30);
}

int main(void)
{
	static const struct subject
		w = { "hist", NULL, "w", NULL, NULL },
		log = { "hist", NULL, "w", NULL, "log" },
		over = { "hist", NULL, "w4", NULL, "over=int4" },
		rows = { "hist", NULL, "w", "<Down>", "by=row" },
		bad = { "hist", NULL, "[nan, inf, 0, 1.5; -2, -inf, 1, nan]", NULL, "at" };
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(counts_are_those_of_a_loop_over_the_generator),
		cmocka_unit_test(the_title_and_foot_of_interaction_9_8),
		cmocka_unit_test(bins_are_round_and_at_most_as_many_as_asked_for),
		cmocka_unit_test(what_is_not_finite_is_counted_and_listed_but_in_no_bin),
		cmocka_unit_test(a_range_counts_what_lies_outside),
		cmocka_unit_test(what_is_no_range_is_refused),
		cmocka_unit_test(over_draws_what_comes_back),
		cmocka_unit_test(by_row_gives_each_row_its_own_counts),
		cmocka_unit_test(padding_of_a_quantized_value_is_no_weight),
		cmocka_unit_test(why_tells_the_bin_and_the_figures),
		cmocka_unit_test(enter_opens_the_bytes_of_the_row_under_the_cursor),
		cmocka_unit_test(it_draws_at_every_size),
		cmocka_unit_test(figures_are_written_as_in_the_pictures),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + 1 * GOLDEN_PICTURES + 4];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "hist-w", fixture_draw, &w);
	n = golden_add_one(tests, n, "hist-log", 80, 24, false, fixture_draw, &log);
	n = golden_add_one(tests, n, "hist-over", 80, 24, false, fixture_draw, &over);
	n = golden_add_one(tests, n, "hist-rows", 80, 24, false, fixture_draw, &rows);
	n = golden_add_one(tests, n, "hist-bad", 80, 24, false, fixture_draw, &bad);
	failed = golden_run(tests, n);

	fixture_end();
	return failed;
}
