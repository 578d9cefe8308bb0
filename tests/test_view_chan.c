/* The chan view: ranges, steps and errors of rows against loops of its own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "view_fixture.h"

static struct shown open_it(const char *codec, const char *what, const char *keys, const char *options)
{
	struct subject s = { "chan", codec, what, keys, options };
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

/* int4 as interaction.md 7 has it: codes -7..7, step = absmax / 7. */
static double rmse_by_hand(const float *x, size_t n, double absmax)
{
	float step = (float)(absmax / 7);
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		double code = fmin(7, fmax(-7, round((double)x[i] / (double)step)));

		sum += pow((double)(float)(code * (double)step) - (double)x[i], 2);
	}
	return sqrt(sum / (double)n);
}

static double absmax_of(const float *x, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs((double)x[i]));
	return most;
}

static void errors_and_steps_are_those_of_a_loop(void **state)
{
	const float *x = tensor_floats(&fixture_value(NULL, "w4")->u.tensor);
	struct shown s = open_it(NULL, "w4", NULL, NULL);
	struct table *t = data_of(&s);
	double all = absmax_of(x, 4 * 4096);

	(void)state;
	assert_int_equal(t->rows, 4);
	for (size_t r = 0; r < 4; r++) {
		const float *row = x + r * 4096;
		double own = absmax_of(row, 4096);

		assert_float_equal(fixture_number(t, r, "one_step"), all / 7, 1e-8);
		assert_float_equal(fixture_number(t, r, "own_step"), own / 7, 1e-8);
		assert_float_equal(fixture_number(t, r, "one_rmse"), rmse_by_hand(row, 4096, all), 1e-6);
		assert_float_equal(fixture_number(t, r, "own_rmse"), rmse_by_hand(row, 4096, own), 1e-6);
		assert_true(fixture_number(t, r, "group_rmse") < fixture_number(t, r, "own_rmse"));
		assert_float_equal(fmax(-fixture_number(t, r, "lowest"), fixture_number(t, r, "highest")), own, 0);
	}
	table_drop(t);
	fixture_close(&s);
}

/* One step of 7 / 7 = 1 takes 0.7 to code 1 and the others to 0; its own of 0.1 keeps all four. */
static void a_small_row_loses_its_codes_to_a_large_one(void **state)
{
	struct shown s = open_it(NULL, "[7, 3.5, -7, 1; 0.7, 0.1, 0.2, 0.3]", NULL, "per=2");
	struct table *t = data_of(&s);

	(void)state;
	assert_int_equal((int)fixture_number(t, 1, "one_used"), 2);
	assert_int_equal((int)fixture_number(t, 1, "own_used"), 4);
	assert_float_equal(fixture_number(t, 1, "own_step"), 0.1, 1e-7);
	assert_float_equal(fixture_number(t, 1, "one_rmse"), sqrt((0.09 + 0.01 + 0.04 + 0.09) / 4), 1e-6);
	table_drop(t);
	fixture_close(&s);
}

static void rows_are_sorted_by_their_range(void **state)
{
	struct shown s = open_it(NULL, "[0, 1; -3, 3; 0, 2]", "s", NULL);
	struct table *t = data_of(&s);

	(void)state;
	assert_int_equal((int)fixture_number(t, 0, "row"), 1);
	assert_int_equal((int)fixture_number(t, 1, "row"), 2);
	assert_int_equal((int)fixture_number(t, 2, "row"), 0);
	assert_int_equal(s.view->cursor(s.state), 0);		/* it stayed on row 0 */
	fixture_press(&s, "g<Enter>");
	assert_string_equal(s.wish.view, "bars");
	assert_int_equal((int)args_number(&s.wish.options, "row", -1), 1);
	table_drop(t);
	fixture_close(&s);
}

static void why_derives_both_steps(void **state)
{
	struct shown s = open_it(NULL, "[7, 3.5, -7, 1; 0.7, 0.1, 0.2, 0.3]", "<Down>", NULL);
	char *why = fixture_why(&s, NULL);
	struct error err = { 0 };

	(void)state;
	has(why, "row 1: weights from 0.1 to 0.7\n");
	has(why, "one scale for all: step 1 = 7 / 7; 2 of 15 codes used; rmse 0.239792\n");
	has(why, "its own scale: step 0.1 = 0.7 / 7; 4 of 15 codes used; rmse ");
	free(why);
	free(fixture_why(&s, "own"));
	assert_false(s.view->why(s.state, "code", &(struct text){ 0 }, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	fixture_close(&s);
}

static void the_codec_may_be_another_teaching_one(void **state)
{
	struct shown s = open_it(NULL, "w4", NULL, "codec=uint4"), t = open_it(NULL, "w4", NULL, "codec=int8");
	char *a = fixture_body(&s, 80, 0, false), *b = fixture_body(&t, 80, 0, false);

	(void)state;
	has(a, "of the 16 codes");
	has(b, "of the 255 codes");
	free(a);
	free(b);
	fixture_close(&s);
	fixture_close(&t);
}

static void others_and_wrong_groups_are_refused(void **state)
{
	static const struct { struct subject s; const char *about; } wrong[] = {
		{ { "chan", NULL, "x", NULL, "codec=q4_K" }, "codec" },
		{ { "chan", NULL, "x", NULL, "per=3" }, "per" }, { { "chan", NULL, "x", NULL, "row=1" }, "row" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct shown shown;
		struct error err = { 0 };

		assert_false(fixture_open(&wrong[i].s, &shown, &err));
		assert_string_equal(err.about, wrong[i].about);
	}
}

static void it_draws_at_every_size(void **state)
{
	static const char *const what[] = { "w4", "[0.5, 1; 3, 4]", "[-1, -2; -3, -4]", "[0, 0]" };

	(void)state;
	for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
		struct shown s = open_it(NULL, what[i], NULL, NULL);

		fixture_stays_inside(&s);
		fixture_press(&s, "G");
		fixture_stays_inside(&s);
		fixture_close(&s);
	}
}

int main(void)
{
	static const struct subject
		w = { "chan", NULL, "w", "<Down><Down>", NULL },
		sorted = { "chan", NULL, "w", "s", NULL },
		one_side = { "chan", NULL, "[0.5, 1, 2; 3, 4, 6; -1, -2, -3; 0, 0, 0]", NULL, NULL };
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(errors_and_steps_are_those_of_a_loop),
		cmocka_unit_test(a_small_row_loses_its_codes_to_a_large_one),
		cmocka_unit_test(rows_are_sorted_by_their_range),
		cmocka_unit_test(why_derives_both_steps),
		cmocka_unit_test(the_codec_may_be_another_teaching_one),
		cmocka_unit_test(others_and_wrong_groups_are_refused),
		cmocka_unit_test(it_draws_at_every_size),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + GOLDEN_PICTURES + 2];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "chan-w", fixture_draw, &w);
	n = golden_add_one(tests, n, "chan-sorted", 80, 24, false, fixture_draw, &sorted);
	n = golden_add_one(tests, n, "chan-one-side", 80, 24, false, fixture_draw, &one_side);
	failed = golden_run(tests, n);

	fixture_end();
	return failed;
}
