/* The heat view: patches against the weights they stand for, codes and steps of the worked example, zooming, half blocks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "view_fixture.h"

static struct shown open_it(const char *codec, const char *what, const char *keys, const char *options)
{
	struct subject s = { "heat", codec, what, keys, options };
	struct shown shown;
	struct error err = { 0 };

	if (!fixture_open(&s, &shown, &err))
		fail_msg("%s %s: %s", codec ? codec : "", what, err.text);
	return shown;
}

static struct table *data_of(const struct shown *s)
{
	struct table *t = s->view->data(s->state, NULL);

	assert_non_null(t);
	return t;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in\n%s", part, text);
}

static void patches_cover_every_weight_once(void **state)
{
	const struct tensor *w = &fixture_value(NULL, "w")->u.tensor;
	struct shown s = open_it(NULL, "w", NULL, NULL);
	struct table *t = data_of(&s);
	double want = 0, got = 0, n = 0, lo = INFINITY, hi = -INFINITY;

	(void)state;
	for (size_t i = 0; i < tensor_count(w); i++)
		want += (double)tensor_floats(w)[i];
	for (size_t i = 0; i < t->rows; i++) {
		double weights = fixture_number(t, i, "rows") * fixture_number(t, i, "columns");

		n += weights;
		got += weights * fixture_number(t, i, "value");
		lo = fmin(lo, fixture_number(t, i, "lowest"));
		hi = fmax(hi, fixture_number(t, i, "highest"));
	}
	assert_int_equal((size_t)n, 64 * 4096);
	assert_float_equal(got, want, 1e-9);
	for (size_t i = 0; i < tensor_count(w); i++)
		assert_true((double)tensor_floats(w)[i] >= lo && (double)tensor_floats(w)[i] <= hi);
	table_drop(t);
	fixture_close(&s);
}

static void the_mean_square_of_its_errors_is_that_of_the_loss(void **state)
{
	const struct loss *l = &fixture_value("q4_K", "w4")->u.quantized.loss;
	struct shown s = open_it("q4_K", "w4", NULL, "of=error");
	struct table *t = data_of(&s);
	double squares = 0, n = 0, max = 0;

	(void)state;
	for (size_t i = 0; i < t->rows; i++) {
		double weights = fixture_number(t, i, "rows") * fixture_number(t, i, "columns");

		n += weights;
		squares += weights * pow(fixture_number(t, i, "value"), 2);
		max = fmax(max, fmax(fabs(fixture_number(t, i, "lowest")), fabs(fixture_number(t, i, "highest"))));
	}
	assert_float_equal(squares / n, l->mse, l->mse * 1e-9);
	assert_true(max == l->max);
	table_drop(t);
	fixture_close(&s);
}

/* interaction.md 3.1: q4_0 of four weights gives the codes 0 4 9 15 and a step of 0.150024; padding is not drawn. */
static void codes_and_steps_are_those_of_the_example(void **state)
{
	static const double code[] = { 0, 4, 9, 15 };
	struct shown s = open_it("q4_0", "x", NULL, "of=code"), steps = open_it("q4_0", "x", NULL, "of=step");
	struct table *t = data_of(&s), *u = data_of(&steps);

	(void)state;
	assert_int_equal(t->rows, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_true(fixture_number(t, i, "value") == code[i]);
		assert_float_equal(fixture_number(u, i, "value"), 0.150024, 5e-7);
	}
	table_drop(t);
	table_drop(u);
	fixture_close(&s);
	fixture_close(&steps);
}

static void zeros_are_counted_and_magnitudes_have_no_sign(void **state)
{
	struct shown s = open_it(NULL, "[0, -2, 0, 3]", NULL, "of=zero"), m = open_it(NULL, "[0, -2, 0, 3]", NULL, "of=abs");
	struct table *t = data_of(&s), *u = data_of(&m);
	static const double zero[] = { 1, 0, 1, 0 }, size[] = { 0, 2, 0, 3 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(fixture_number(t, i, "value") == zero[i]);
		assert_true(fixture_number(u, i, "value") == size[i]);
	}
	table_drop(t);
	table_drop(u);
	fixture_close(&s);
	fixture_close(&m);
}

static void why_tells_the_sum_and_where_the_ends_are(void **state)
{
	struct shown s = open_it(NULL, "[1, 2, -4, 5; 0, 0, 0, 0]", NULL, NULL);
	char *why;

	(void)state;
	fixture_press(&s, "<Right><Right>");
	why = fixture_why(&s, NULL);
	assert_string_equal(why, "row 0, column 2: weight -4\n");
	free(why);
	fixture_close(&s);
	s = open_it(NULL, "w", NULL, NULL);
	why = fixture_why(&s, NULL);
	has(why, "rows 0-1, columns 0-63: mean of 128 = ");
	has(why, " / 128 = ");
	has(why, "lowest ");
	free(why);
	free(fixture_why(&s, "highest"));
	fixture_close(&s);
	s = open_it("q4_0", "x", NULL, NULL);
	why = fixture_why(&s, "code[3]");
	has(why, "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15");
	free(why);
	fixture_close(&s);
}

static void what_these_weights_do_not_have_is_refused(void **state)
{
	static const struct subject wrong[] = {
		{ "heat", NULL, "x", NULL, "of=error" }, { "heat", NULL, "x", NULL, "of=step" }, { "heat", NULL, "x", NULL, "of=code" },
		{ "heat", "!q4_0", "x", NULL, "of=error" }, { "heat", "iq2_xxs", "w4", NULL, "of=code" }, { "heat", NULL, "x", NULL, "row=1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct shown shown;
		struct error err = { 0 };

		assert_false(fixture_open(&wrong[i], &shown, &err));
		assert_int_equal(err.class, ERR_ARGUMENT);
		assert_string_equal(err.about, strchr(wrong[i].options, 'r') == wrong[i].options ? "row" : "of");
	}
}

static void enter_zooms_around_the_cursor_and_u_goes_back(void **state)
{
	struct shown s = open_it(NULL, "w", NULL, NULL);
	struct text left = { 0 }, right = { 0 };
	struct key k;
	char *first = fixture_body(&s, 80, 24, false), *again;

	(void)state;
	fixture_press(&s, "<Down><Right><Enter>");
	free(fixture_body(&s, 80, 24, false));
	s.view->title(s.state, &left, &right);
	has(text_str(&left), "[0:42, 0:1024]");
	for (int i = 0; i < 3; i++) {
		fixture_press(&s, "<Enter>");
		free(fixture_body(&s, 80, 24, false));
	}
	text_clear(&right);
	s.view->title(s.state, &left, &right);
	assert_string_equal(text_str(&right), "mean weight");		/* each weight by itself */
	fixture_press(&s, "<Enter>");
	assert_string_equal(s.wish.say, "every weight is seen by itself");
	while (key_parse("u", &k) && s.view->press(s.state, &k, &s.wish))
		;
	fixture_press(&s, "<Up><Left>g<Home>");
	again = fixture_body(&s, 80, 24, false);
	assert_string_equal(first, again);
	free(first);
	free(again);
	text_drop(&left);
	text_drop(&right);
	fixture_close(&s);
	s = open_it("q4_K", "w4", NULL, "block=3");
	for (int i = 0; i < 6 && !s.wish.view; i++) {
		free(fixture_body(&s, 200, 60, false));
		fixture_press(&s, "<Enter>");
	}
	assert_string_equal(s.wish.view, "block");
	assert_int_equal((int)args_number(&s.wish.options, "block", -1), 3);
	fixture_close(&s);
}

static void keys_turn_to_what_these_weights_have(void **state)
{
	struct shown s = open_it(NULL, "w4", "oo", NULL), q = open_it("q4_0", "w4", "oo", NULL);
	struct text left = { 0 }, right = { 0 };

	(void)state;
	free(fixture_body(&s, 80, 24, false));
	s.view->title(s.state, &left, &right);
	has(text_str(&right), "share of zeros");		/* weight, magnitude, zeros: no error, step or code */
	text_clear(&right);
	free(fixture_body(&q, 80, 24, false));
	q.view->title(q.state, &left, &right);
	has(text_str(&right), "rms error");
	fixture_press(&q, "c");
	free(fixture_body(&q, 80, 24, false));
	text_clear(&right);
	q.view->title(q.state, &left, &right);
	has(text_str(&right), "mean error");
	text_drop(&left);
	text_drop(&right);
	fixture_close(&s);
	fixture_close(&q);
}

static void halves_are_shown_where_there_are_colours_and_unicode(void **state)
{
	static const struct subject s = { "heat", NULL, "w", NULL, NULL };
	struct canvas c;
	struct text plain = { 0 }, few = { 0 }, many = { 0 }, svg = { 0 };

	(void)state;
	assert_true(canvas_new(&c, 24, 80, false, NULL));
	assert_true(fixture_draw(&s, &c, NULL));
	canvas_write_text(&c, COLORS_NONE, false, false, &plain);
	canvas_write_text(&c, COLORS_16, false, false, &few);
	canvas_write_text(&c, COLORS_256, false, false, &many);
	canvas_write_svg(&c, "heat", false, &svg);
	canvas_drop(&c);
	assert_null(strstr(text_str(&plain), "▀"));
	assert_null(strstr(text_str(&few), "▀"));
	has(text_str(&many), "▀");
	has(text_str(&svg), "height=\"9\"");
	text_drop(&plain);
	text_drop(&few);
	text_drop(&many);
	text_drop(&svg);
	assert_true(canvas_new(&c, 24, 80, true, NULL));
	assert_true(fixture_draw(&s, &c, NULL));
	for (int i = 0; i < 24 * 80; i++)
		assert_false(c.cell[i].marks & MARK_HALVES);
	canvas_drop(&c);
}

static void a_patch_that_is_not_finite_is_marked(void **state)
{
	struct shown s = open_it(NULL, "[nan, 1, 2; inf, 3, 0]", NULL, NULL);
	char *got = fixture_body(&s, 80, 9, false), *why = fixture_why(&s, NULL);

	(void)state;
	has(got, "!X!!");
	has(got, "value not finite   row 0, column 0   1 not finite");
	has(why, "1 are not finite and take no part");
	free(got);
	free(why);
	fixture_close(&s);
}

static void another_view_keeps_its_place(void **state)
{
	struct shown s = open_it("q4_0", "w4", NULL, NULL);

	(void)state;
	free(fixture_body(&s, 80, 24, false));
	s.view->set_cursor(s.state, 2 * 4096 + 77);
	assert_int_equal(s.view->cursor(s.state), 2 * 4096 + 77);
	s.view->set_cursor(s.state, 999999);
	assert_int_equal(s.view->cursor(s.state), 2 * 4096 + 77);
	fixture_close(&s);
}

static void it_draws_at_every_size(void **state)
{
	static const char *const options[] = { NULL, "of=abs", "of=error", "of=step", "of=code", "with=max", "of=zero" };

	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		struct shown s = open_it("q4_0", "w4", NULL, options[i]);

		fixture_stays_inside(&s);
		fixture_press(&s, "G<End><Enter>");
		fixture_stays_inside(&s);
		fixture_close(&s);
	}
}

int main(void)
{
	static const struct subject
		w = { "heat", NULL, "w", "<Down><Down><Right>", NULL },
		error = { "heat", "q4_K", "w", NULL, "of=error worst=1" },
		step = { "heat", "q4_K", "w", NULL, "of=step" },
		bad = { "heat", NULL, "[nan, inf, 0, 1.5; -2, -inf, 1, nan]", NULL, NULL };
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(patches_cover_every_weight_once),
		cmocka_unit_test(the_mean_square_of_its_errors_is_that_of_the_loss),
		cmocka_unit_test(codes_and_steps_are_those_of_the_example),
		cmocka_unit_test(zeros_are_counted_and_magnitudes_have_no_sign),
		cmocka_unit_test(why_tells_the_sum_and_where_the_ends_are),
		cmocka_unit_test(what_these_weights_do_not_have_is_refused),
		cmocka_unit_test(enter_zooms_around_the_cursor_and_u_goes_back),
		cmocka_unit_test(keys_turn_to_what_these_weights_have),
		cmocka_unit_test(halves_are_shown_where_there_are_colours_and_unicode),
		cmocka_unit_test(a_patch_that_is_not_finite_is_marked),
		cmocka_unit_test(another_view_keeps_its_place),
		cmocka_unit_test(it_draws_at_every_size),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + GOLDEN_PICTURES + 3];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "heat-w", fixture_draw, &w);
	n = golden_add_one(tests, n, "heat-error", 80, 24, false, fixture_draw, &error);
	n = golden_add_one(tests, n, "heat-step", 80, 24, false, fixture_draw, &step);
	n = golden_add_one(tests, n, "heat-bad", 80, 24, false, fixture_draw, &bad);
	failed = golden_run(tests, n);

	fixture_end();
	return failed;
}
