/* test_view_names.c - the views compare, bits and name. The figures of compare are held against those of interaction.md 9.2.1. */
#include "golden.h"
#include "view_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define ALL "=q4_0,q4_1,q4_K,iq4_nl,iq4_xs,mxfp4,nvfp4"

static const struct subject compare_page = { "compare", ALL, "w", NULL, NULL };
static const struct subject compare_rows = { "compare", ALL, "w4", "<Down><Down>", NULL };
static const struct subject compare_sorted = { "compare", ALL, "w4", "ss<Down>", NULL };
static const struct subject compare_flat = { "compare", "=iq2_xxs,q2_K,iq1_s,q8_0,f16,int4", "w1", NULL, NULL };
static const struct subject compare_lines = { "compare", ALL, "w1", "2<Down>2<Right>", NULL };
static const struct subject compare_blocks = { "compare", ALL, "w1", "2<Down><Down>2<Tab><Right><Right>", NULL };
static const struct subject compare_tensor = { "compare", NULL, "w", NULL, NULL };
static const struct subject bits_f16 = { "bits", NULL, "#0.15", NULL, "format=f16" };
static const struct subject bits_f32 = { "bits", NULL, "#-0.15", "<Right><Right>", "format=f32" };
static const struct subject bits_flip = { "bits", NULL, "#0.15", "<Right>x<Right><Right>x", "format=e4m3" };
static const struct subject bits_int = { "bits", NULL, "#-3", NULL, "format=int" };
static const struct subject bits_list = { "bits", NULL, "#0.15", "<Down>", NULL };
static const struct subject name_recipe = { "name", NULL, "@Q4_K_M", NULL, NULL };
static const struct subject name_both = { "name", NULL, "@iq2_s", NULL, NULL };
static const struct subject name_missing = { "name", NULL, "@Q4_K_L", NULL, NULL };
static const struct subject name_other = { "name", NULL, "@w4a16", "<Up>", NULL };
static const struct subject name_fp4 = { "name", NULL, "@MXFP4_MOE", NULL, NULL };

static struct shown shown;

static void open_or_fail(const struct subject *s)
{
	struct error err = { 0 };

	if (!fixture_open(s, &shown, &err))
		fail_msg("%s: %s", s->view, err.text);
}

/* ---- compare ---- */

/* The generator differs from the page's, so the figures do a little. */
static void codecs_lose_what_the_page_says(void **state)
{
	static const struct { const char *codec; double bits, snr, scales; const char *minimum; } page[] = {
		{ "q4_0", 4.50, 21.33, 0.50, "no" }, { "q4_1", 5.00, 22.14, 1.00, "yes" }, { "q4_K", 4.50, 22.93, 0.50, "yes" },
		{ "iq4_nl", 4.50, 22.38, 0.50, "no" }, { "iq4_xs", 4.25, 22.31, 0.25, "no" }, { "mxfp4", 4.25, 18.87, 0.25, "no" },
		{ "nvfp4", 4.50, 19.75, 0.50, "no" },
	};
	struct error err = { 0 };
	struct table *t;

	(void)state;
	open_or_fail(&compare_page);
	t = shown.view->data(shown.state, &err);
	assert_non_null(t);
	assert_int_equal(t->rows, 7);
	for (size_t r = 0; r < 7; r++) {
		size_t row = 0;

		while (strcmp(table_at(t, row, 0)->text, page[r].codec))
			row++;
		assert_true(fixture_number(t, row, "bits") == page[r].bits && fixture_number(t, row, "scale_bits") == page[r].scales);
		assert_true(fabs(fixture_number(t, row, "snr") - page[r].snr) < 0.15);
		assert_string_equal(table_at(t, row, table_column(t, "minimum"))->text, page[r].minimum);
		assert_true(fabs(20 * log10(1 / fixture_number(t, row, "rel")) - fixture_number(t, row, "snr")) < 1e-9);
	}
	table_drop(t);
	fixture_close(&shown);
}

static void more_bits_lose_less_among_the_k_codecs(void **state)
{
	static const struct subject k = { "compare", "=q2_K,q3_K,q4_K,q5_K,q6_K,q8_0", "w4", NULL, NULL };
	struct error err = { 0 };
	struct table *t;

	(void)state;
	open_or_fail(&k);
	t = shown.view->data(shown.state, &err);
	/* q8_0 stands before the K family */
	for (size_t r = 2; r < 6; r++)
		assert_true(fixture_number(t, r, "rmse") < fixture_number(t, r - 1, "rmse"));
	assert_true(fixture_number(t, 0, "rmse") < fixture_number(t, 5, "rmse"));
	table_drop(t);
	fixture_close(&shown);
}

static void enter_opens_the_codec_under_the_cursor(void **state)
{
	(void)state;
	open_or_fail(&compare_rows);
	fixture_press(&shown, "<Enter>");
	assert_non_null(shown.wish.subject);
	assert_string_equal(shown.wish.subject->u.quantized.blocks.codec->name, "q4_K");
	assert_string_equal(shown.wish.view, "tree");
	fixture_close(&shown);
}

static void codecs_that_need_importance_are_marked_flat(void **state)
{
	char *body;

	(void)state;
	open_or_fail(&compare_flat);
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "iq2_xxs flat "));
	assert_non_null(strstr(body, "iq1_s flat "));
	assert_null(strstr(body, "q2_K flat"));
	free(body);
	fixture_close(&shown);
}

static void two_codecs_are_shown_on_the_same_weight(void **state)
{
	char *body;

	(void)state;
	open_or_fail(&compare_lines);
	body = fixture_body(&shown, 80, 24, false);
	assert_non_null(strstr(body, " q4_0 "));
	assert_non_null(strstr(body, " q4_1 "));
	free(body);
	fixture_press(&shown, "<Esc>");
	body = fixture_body(&shown, 80, 24, false);
	assert_non_null(strstr(body, "for scales"));
	free(body);
	fixture_close(&shown);
}

static void a_tensor_alone_is_compared_on_its_first_rows(void **state)
{
	struct text left = { 0 }, right = { 0 };

	(void)state;
	open_or_fail(&compare_tensor);
	shown.view->title(shown.state, &left, &right);
	assert_non_null(strstr(text_str(&left), "w[0:4, 0:4096] f32[4, 4096]"));
	text_drop(&left);
	text_drop(&right);
	fixture_close(&shown);
}

/* ---- bits ---- */

static void bits_tell_sign_exponent_and_fraction(void **state)
{
	char *body;

	(void)state;
	open_or_fail(&bits_f16);	/* interaction.md 9.3: 0 01100 0011001101, 2^-3 x 1.2002 = 0.150024 */
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "0    01100    0011001101"));
	assert_non_null(strstr(body, "2^-3 x 1.2002"));
	assert_non_null(strstr(body, "0.15002441   0x30cd"));
	free(body);
	fixture_close(&shown);
}

static void a_flipped_bit_changes_the_value_until_escape(void **state)
{
	struct error err = { 0 };
	struct table *t;

	(void)state;
	open_or_fail(&bits_f16);
	fixture_press(&shown, "x");
	t = shown.view->data(shown.state, &err);
	assert_true(fixture_number(t, 0, "value") == -0.1500244140625);
	table_drop(t);
	fixture_press(&shown, "<Esc>");
	t = shown.view->data(shown.state, &err);
	assert_true(fixture_number(t, 0, "value") == 0.1500244140625);
	table_drop(t);
	fixture_close(&shown);
}

static void the_list_opens_a_format_and_goes_back(void **state)
{
	char *body;

	(void)state;
	open_or_fail(&bits_list);
	fixture_press(&shown, "<Enter>");
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "sign exponent fraction"));
	free(body);
	fixture_press(&shown, "u");
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "e8m0"));
	free(body);
	fixture_close(&shown);
}

/* ---- name ---- */

static void a_name_says_which_part_is_the_recipes(void **state)
{
	char *why;

	(void)state;
	open_or_fail(&name_recipe);
	why = fixture_why(&shown, "M");
	assert_non_null(strstr(why, "it belongs to the recipe"));
	free(why);
	why = fixture_why(&shown, "4");
	assert_non_null(strstr(why, "4 bits a code; it belongs to the codec"));
	free(why);
	fixture_close(&shown);
}

static void pictures_stay_inside_their_cells(void **state)
{
	const struct subject *all[] = { &compare_rows, &compare_flat, &compare_lines, &compare_blocks, &bits_f16, &bits_f32, &bits_flip, &bits_int,
					&bits_list, &name_recipe, &name_both, &name_missing, &name_other };

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		open_or_fail(all[i]);
		fixture_stays_inside(&shown);
		fixture_close(&shown);
	}
}

int main(void)
{
	static struct CMUnitTest tests[200] = {
		cmocka_unit_test(codecs_lose_what_the_page_says),
		cmocka_unit_test(more_bits_lose_less_among_the_k_codecs),
		cmocka_unit_test(enter_opens_the_codec_under_the_cursor),
		cmocka_unit_test(codecs_that_need_importance_are_marked_flat),
		cmocka_unit_test(two_codecs_are_shown_on_the_same_weight),
		cmocka_unit_test(a_tensor_alone_is_compared_on_its_first_rows),
		cmocka_unit_test(bits_tell_sign_exponent_and_fraction),
		cmocka_unit_test(a_flipped_bit_changes_the_value_until_escape),
		cmocka_unit_test(the_list_opens_a_format_and_goes_back),
		cmocka_unit_test(a_name_says_which_part_is_the_recipes),
		cmocka_unit_test(pictures_stay_inside_their_cells),
	};
	static const struct { const char *name; const struct subject *subject; } whole[] = {
		{ "compare", &compare_rows }, { "bits-f16", &bits_f16 }, { "bits-list", &bits_list }, { "name-Q4_K_M", &name_recipe },
	}, once[] = {
		{ "compare-page", &compare_page }, { "compare-sorted", &compare_sorted }, { "compare-flat", &compare_flat }, { "compare-lines", &compare_lines },
		{ "compare-blocks", &compare_blocks }, { "bits-f32", &bits_f32 }, { "bits-flip", &bits_flip }, { "bits-int", &bits_int },
		{ "name-iq2_s", &name_both }, { "name-missing", &name_missing }, { "name-other", &name_other }, { "name-MXFP4_MOE", &name_fp4 },
	};
	size_t n = 11;
	int failed;

	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		n = golden_add(tests, n, whole[i].name, fixture_draw, whole[i].subject);
	for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
		n = golden_add_one(tests, n, once[i].name, 80, 24, false, fixture_draw, once[i].subject);
		n = golden_add_one(tests, n, once[i].name, 120, 40, true, fixture_draw, once[i].subject);
	}
	n = golden_add_one(tests, n, "bits-f32", 30, 6, false, fixture_draw, &bits_f32);
	n = golden_add_one(tests, n, "compare-lines", 60, 16, false, fixture_draw, &compare_lines);
	failed = golden_run(tests, n);
	fixture_end();
	return failed;
}
