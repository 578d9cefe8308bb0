/* The fp4 view: the numbers of interaction.md 9.13 and of the formats' own rules, worked out here. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "view_fixture.h"

static const struct subject mx = { "fp4", "mxfp4", "x", NULL, NULL }, nv = { "fp4", "nvfp4", "w4", "<Down><Down><Down>", "block=5" };
static const struct subject mx_w = { "fp4", "mxfp4", "w4", NULL, "worst=1" }, mx_file = { "fp4", "!mxfp4", "w4", NULL, "row=2 block=3" };
static const struct subject walk_find = { "fp4", "+0:mxfp4", "x", NULL, NULL }, walk_scale = { "fp4", "+1:mxfp4", "x", NULL, NULL };
static const struct subject walk_round = { "fp4", "+2:mxfp4", "x", NULL, NULL }, zero = { "fp4", "mxfp4", "[0, 0, 0]", NULL, NULL };
static const struct subject zero_nv = { "fp4", "nvfp4", "[0, 0, 0]", NULL, NULL }, nv_sub = { "fp4", "nvfp4", "w4", "<PgDn><PgDn>", NULL };
static const struct subject tiny = { "fp4", "mxfp4", "[1e-20, -3e-21]", NULL, NULL };

static struct shown shown;

static void open_it(const struct subject *s)
{
	struct error err = { 0 };

	if (!fixture_open(s, &shown, &err))
		fail_msg("%s %s: %s", s->codec, s->what, err.text);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in\n%s", part, text);
}

static void body_has(const struct subject *s, int cols, const char *const parts[])
{
	char *body;

	open_it(s);
	body = fixture_body(&shown, cols, 0, false);
	for (size_t i = 0; parts[i]; i++)
		has(body, parts[i]);
	free(body);
	fixture_close(&shown);
}

static void why_is(const char *name, const char *expected)
{
	char *said = fixture_why(&shown, name);

	assert_string_equal(said, expected);
	free(said);
}

static void the_numbers_are_those_of_the_text(void **state)
{
	static const struct { double x, ratio, nearest, code, back, error; } rows[] = {
		{ -1.2, -4.8, -4, 14, -1, 0.2 }, { -0.6, -2.4, -2, 12, -0.5, 0.1 }, { 0.2, 0.8, 1, 2, 0.25, 0.05 }, { 1, 4, 4, 6, 1, 0 },
	};
	struct table *t;

	(void)state;
	open_it(&mx);
	t = shown.view->data(shown.state, NULL);
	assert_int_equal(t->rows, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_float_equal(fixture_number(t, i, "x"), rows[i].x, 1e-6);
		assert_true(fixture_number(t, i, "scale") == 0.25);
		assert_float_equal(fixture_number(t, i, "ratio"), rows[i].ratio, 1e-6);
		assert_true(fixture_number(t, i, "nearest") == rows[i].nearest && fixture_number(t, i, "back") == rows[i].back);
		assert_true(fixture_number(t, i, "code") == rows[i].code);
		assert_float_equal(fixture_number(t, i, "error"), rows[i].error, 1e-6);
	}
	table_drop(t);
	fixture_close(&shown);
	body_has(&mx, 80, (const char *const[]){ "7d = 125  ->  2^(125 - 127) = 0.25", ".125", ".375", "1.5", "1 110", "1 100", "0 010", "0 110", "floor",
						 "programs differ", "4.25 bits against 32 = 7.5 times less (8 without the scales)", NULL });
}

/* Every sub-block of 16: its scale is a float of 8 bits, and what comes back is the nearest of the fifteen multiples. */
static void each_weight_of_nvfp4_takes_the_nearest_of_fifteen(void **state)
{
	static const double values[] = { 0, 0.5, 1, 1.5, 2, 3, 4, 6 };
	struct table *t;

	(void)state;
	open_it(&nv);
	t = shown.view->data(shown.state, NULL);
	assert_int_equal(t->rows, 64);
	for (size_t i = 0; i < 64; i++) {
		double x = fixture_number(t, i, "x"), s = fixture_number(t, i, "scale"), least = INFINITY;
		int e;

		assert_true(fixture_number(t, i, "weight") == (double)(5 * 64 + i));
		assert_true(s == fixture_number(t, i / 16 * 16, "scale"));
		assert_true(s < 0x1p-6 ? fmod(s, 0x1p-9) == 0 : fmod(frexp(s, &e) * 16, 1) == 0);
		for (int k = 0; k < 16; k++)
			least = fmin(least, fabs(x - s * (k & 8 ? -1 : 1) * values[k & 7]));
		assert_float_equal(fabs(fixture_number(t, i, "error")), least, 1e-8);
		assert_float_equal(fixture_number(t, i, "nearest") * s, fixture_number(t, i, "back"), 1e-9);
	}
	table_drop(t);
	fixture_close(&shown);
}

static void every_number_under_the_cursor_has_its_why(void **state)
{
	(void)state;
	open_it(&mx);
	why_is(NULL, "code[0] = 14: of the sixteen values -4 is nearest to -1.2 / 0.25 = -4.8\n");
	fixture_press(&shown, "<Right>");
	why_is(NULL, "back[0] = -4 x 0.25 = -1\n");
	fixture_press(&shown, "<Right>");
	why_is(NULL, "error[0] = -1 - (-1.2) = +0.2\n");
	fixture_press(&shown, "<Right>");
	why_is(NULL, "memory = 4.25 bits a weight: a block of 32 weights takes 17 bytes, 17 x 8 / 32\n"
		     "less = 32 / 4.25 = 7.52941; 4 bits of code alone would be 32 / 4 = 8\n");
	fixture_press(&shown, "<Right><Left><Left><Left><Left><Left>");
	why_is(NULL, "ratio[0] = -1.2 / 0.25 = -4.8\n");
	fixture_press(&shown, "<Left>");
	why_is(NULL, "x[0] = -1.2, as it was given\n");
	fixture_press(&shown, "<Left><Left>");
	why_is("scale", "e = floor(log2(1.2)) - 2 + 127 = 0 - 2 + 127 = 125\nscale = 2^(125 - 127) = 0.25\n");
	why_is("x[3]", "x[3] = 1, as it was given\n");
	why_is("ratio[2]", "ratio[2] = 0.2 / 0.25 = 0.8\n");
	fixture_close(&shown);
}

static void a_walk_shows_what_its_steps_have_made(void **state)
{
	char *body;

	(void)state;
	body_has(&walk_find, 80, (const char *const[]){ "not chosen yet", "-1.2", NULL });
	body_has(&walk_scale, 80, (const char *const[]){ "7d = 125", "stand for", NULL });
	body_has(&walk_round, 80, (const char *const[]){ "-4.80", "1 110", NULL });
	open_it(&walk_scale);
	body = fixture_body(&shown, 80, 0, false);
	assert_null(strstr(body, "-4.80"));
	assert_null(strstr(body, "1 110 "));
	free(body);
	fixture_close(&shown);
}

static void foreign_bytes_have_no_weights_before(void **state)
{
	struct table *t;

	(void)state;
	body_has(&mx_file, 80, (const char *const[]){ "not stored with the codes", "back", NULL });
	open_it(&mx_file);
	t = shown.view->data(shown.state, NULL);
	assert_true(isnan(fixture_number(t, 0, "x")) && isnan(fixture_number(t, 0, "ratio")) && isnan(fixture_number(t, 0, "error")));
	assert_true(fixture_number(t, 0, "weight") == (2 * 128 + 3) * 32);
	assert_float_equal(fixture_number(t, 0, "nearest") * fixture_number(t, 0, "scale"), fixture_number(t, 0, "back"), 1e-9);
	table_drop(t);
	fixture_close(&shown);
}

static void blocks_of_zeros_and_of_tiny_weights_are_drawn(void **state)
{
	(void)state;
	body_has(&zero, 80, (const char *const[]){ "00 = 0  ->  2^(0 - 127)", "x 2^-127", NULL });
	body_has(&zero_nv, 80, (const char *const[]){ "00 stands for 0", NULL });
	/* floor(log2(1e-20)) = -67, less 2; 1e-20 is 5.9 times 2^-69 */
	body_has(&tiny, 80, (const char *const[]){ "3a = 58  ->  2^(58 - 127)", "x 2^-69", "5.90", NULL });
}

/* 7 lies above 6 at scale 1, so it comes back as 6. */
static void a_weight_beyond_the_last_code_is_said_to_saturate(void **state)
{
	(void)state;
	body_has(&(struct subject){ "fp4", "mxfp4", "[7, 1]", NULL, NULL }, 80, (const char *const[]){ "7f = 127", "saturates", "-1.0000", NULL });
}

static void only_four_bit_floats_are_shown(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_false(view_fits(view_find("fp4"), fixture_value("q4_0", "x")));
	assert_false(view_fits(view_find("fp4"), fixture_value(NULL, "x")));
	assert_true(view_fits(view_find("fp4"), fixture_value("nvfp4", "x")));
	assert_false(fixture_open(&(struct subject){ "fp4", "mxfp4", "x", NULL, "block=1" }, &shown, &err));
	assert_string_equal(err.about, "block");
}

static void the_cursor_is_kept_where_the_picture_is_small(void **state)
{
	static const struct subject *const all[] = { &mx, &nv, &mx_w, &mx_file, &walk_find, &zero, &zero_nv, &tiny };

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		open_it(all[i]);
		fixture_stays_inside(&shown);
		fixture_press(&shown, "G");
		fixture_stays_inside(&shown);
		fixture_close(&shown);
	}
}

static int end(void **state)
{
	(void)state;
	fixture_end();
	return 0;
}

static void the_fixture_is_let_go(void **state)
{
	end(state);
}

int main(void)
{
	static const struct { const char *name; const struct subject *s; } pictures[] = {
		{ "fp4-nvfp4", &nv_sub }, { "fp4-worst", &mx_w }, { "fp4-file", &mx_file }, { "fp4-scale", &walk_scale },
	};
	struct CMUnitTest tests[60] = {
		cmocka_unit_test(the_numbers_are_those_of_the_text),
		cmocka_unit_test(each_weight_of_nvfp4_takes_the_nearest_of_fifteen),
		cmocka_unit_test(every_number_under_the_cursor_has_its_why),
		cmocka_unit_test(a_walk_shows_what_its_steps_have_made),
		cmocka_unit_test(foreign_bytes_have_no_weights_before),
		cmocka_unit_test(blocks_of_zeros_and_of_tiny_weights_are_drawn),
		cmocka_unit_test(a_weight_beyond_the_last_code_is_said_to_saturate),
		cmocka_unit_test(only_four_bit_floats_are_shown),
		cmocka_unit_test(the_cursor_is_kept_where_the_picture_is_small),
	};
	size_t n = 9;

	n = golden_add(tests, n, "fp4-mxfp4", fixture_draw, &mx);
	n = golden_add(tests, n, "fp4-nvfp4-w", fixture_draw, &nv);
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
		n = golden_add_one(tests, n, pictures[i].name, 80, 24, false, fixture_draw, pictures[i].s);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_fixture_is_let_go);
	return golden_run(tests, n);
}
