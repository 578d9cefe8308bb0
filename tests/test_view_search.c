/* test_view_search.c - the views that show a search: match and scales. Subjects are those of interaction.md 9.4 and 9.6. */
#include "golden.h"
#include "view_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "base/text.h"

/* ---- match ---- */

static const struct subject match_iq2 = { "match", "iq2_xxs*", "w1", NULL, "group=2" };
static const struct subject match_iq3 = { "match", "iq3_s", "w1", NULL, "group=5 top=5" };
static const struct subject match_iq3_xxs = { "match", "iq3_xxs", "w1", NULL, "group=1" };
static const struct subject match_iq1 = { "match", "iq1_s", "w1", "c", "group=3" };
static const struct subject match_map = { "match", "iq2_xxs*", "w1", "m", "group=2" };
static const struct subject match_map_large = { "match", "iq1_s", "w1", "m", NULL };
static const struct subject match_weighted = { "match", "iq2_xs", "w1", "i<Down>", "group=9" };
static const struct subject match_none = { "match", "iq4_nl", "w1", NULL, NULL };
static const struct subject match_foreign = { "match", "!iq2_s", "w1", NULL, "group=2" };

static struct shown shown;

static void open_or_fail(const struct subject *s)
{
	struct error err = { 0 };

	if (!fixture_open(s, &shown, &err))
		fail_msg("%s: %s", s->view, err.text);
}

/* What the picture shows of a row of the list, from its table. */
static struct table *data(void)
{
	struct error err = { 0 };
	struct table *t = shown.view->data(shown.state, &err);

	assert_non_null(t);
	return t;
}

/* Lines as they would be without the width. */
static char *why_of(const char *name)
{
	char *why = fixture_why(&shown, name);

	for (char *c = why; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return why;
}

static void assert_says(const char *name, const char *words)
{
	char *why = why_of(name);

	if (!strstr(why, words))
		fail_msg("why %s should say \"%s\" and says\n%s", name ? name : "", words, why);
	free(why);
}

/* The distance is that of the levels under the block's scale from the magnitudes, signs mended; ranks follow. */
static void candidates_are_ranked_by_their_distance(void **state)
{
	struct table *t;
	double last = 0;

	(void)state;
	open_or_fail(&match_iq2);
	t = data();
	assert_int_equal(t->rows, 8);
	for (size_t r = 0; r < t->rows; r++) {
		assert_int_equal(fixture_number(t, r, "rank"), r + 1);
		assert_int_equal(fixture_number(t, r, "by_distance"), r + 1);
		assert_true(fixture_number(t, r, "distance") >= last);
		last = fixture_number(t, r, "distance");
	}
	table_drop(t);
	fixture_press(&shown, "c");
	t = data();
	assert_int_equal(fixture_number(t, 0, "by_cosine"), 1);
	assert_true(fixture_number(t, 0, "cosine") >= fixture_number(t, 1, "cosine"));
	table_drop(t);
	fixture_press(&shown, "i");
	t = data();
	assert_int_equal(fixture_number(t, 0, "by_weighted"), 1);
	table_drop(t);
	fixture_close(&shown);
}

/* Worked out here from the block's bytes: 8 indices and a word of signs and scale for each sub-block (codecs-i.md 2.1). */
static void the_stored_entry_and_signs_are_those_of_the_bytes(void **state)
{
	const struct quantized *q;
	const unsigned char *b;
	char *why, want[80];
	uint32_t word;

	(void)state;
	open_or_fail(&match_iq2);
	q = value_as_quantized(shown.subject);
	b = tensor_block(&q->blocks, 0);
	why = fixture_why(&shown, "index");
	snprintf(want, sizeof want, "index[2] = %d", b[2 + 2]);
	assert_non_null(strstr(why, want));
	free(why);
	word = (uint32_t)b[6] | (uint32_t)b[7] << 8 | (uint32_t)b[8] << 16 | (uint32_t)b[9] << 24;
	for (int i = 0; i < 7; i++) {
		char name[24];

		snprintf(name, sizeof name, "sign[%d]", i);
		why = why_of(name);
		assert_true(strstr(why, word >> (14 + i) & 1 ? "minus" : "plus") != NULL || strstr(why, "turned") != NULL);
		free(why);
	}
	fixture_close(&shown);
}

/* Where a sign was turned, the group has an odd number of minus signs and its cost is the least of all eight. */
static void a_turned_sign_is_the_cheapest_of_an_odd_number(void **state)
{
	struct subject s = match_iq2;
	int turned = 0;

	(void)state;
	for (int g = 0; g < 32; g++) {
		char options[24];
		const float *x;
		int minus = 0, least = 0;
		char *why, name[24];

		snprintf(options, sizeof options, "group=%d", g);
		s.options = options;
		open_or_fail(&s);
		x = tensor_floats(&value_as_quantized(shown.subject)->source) + 8 * g;
		for (int i = 0; i < 8; i++) {
			minus += x[i] < 0;
			least = fabsf(x[i]) < fabsf(x[least]) ? i : least;
		}
		snprintf(name, sizeof name, "sign[%d]", least);
		why = why_of(name);
		assert_int_equal(strstr(why, "the sign whose loss costs least is turned") != NULL, minus % 2);
		turned += minus % 2;
		free(why);
		fixture_close(&shown);
	}
	assert_true(turned > 5 && turned < 27);
}

static void why_of_an_entry_tells_the_scale_from_which_another_is_nearer(void **state)
{
	struct table *t;
	double stored = 0;

	(void)state;
	open_or_fail(&match_iq2);
	t = data();
	for (size_t r = 0; r < t->rows; r++)
		if (fixture_number(t, r, "stored") != 0)
			stored = fixture_number(t, r, "by_distance");
	table_drop(t);
	assert_true(stored > 1);	/* of this group it is not the nearest */
	assert_says("entry", "picked while the block scale is still being fitted");
	assert_says("entry", "is nearer than");
	assert_says("entry", "the stored scale is");
	assert_says("entry", "entry[2] = ");
	fixture_press(&shown, "<Left>");
	assert_says(NULL, "distance of");
	fixture_close(&shown);
}

static void groups_follow_each_other_over_the_ends_of_blocks(void **state)
{
	struct text left = { 0 }, right = { 0 };

	(void)state;
	open_or_fail(&match_iq2);
	assert_int_equal(shown.view->cursor(shown.state), 16);
	fixture_press(&shown, "<Right>");
	assert_int_equal(shown.view->cursor(shown.state), 24);
	shown.view->set_cursor(shown.state, 255);
	fixture_press(&shown, "<Right>");
	shown.view->title(shown.state, &left, &right);
	assert_string_equal(text_str(&left), "iq2_xxs   block 1, sub-block 0, group 0 of 4\fiq2_xxs   1, 0, group 0");
	assert_string_equal(text_str(&right), "8 weights -> 1 of 256\f1 of 256");
	fixture_press(&shown, "<Left><Left>]");
	assert_int_equal(shown.view->cursor(shown.state), 256 + 256 - 16);
	text_drop(&left);
	text_drop(&right);
	fixture_close(&shown);
}

static void codes_of_single_weights_have_no_vector_codebook(void **state)
{
	char *body;

	(void)state;
	open_or_fail(&match_none);
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "iq4_nl has no vector codebook"));
	free(body);
	fixture_press(&shown, "<Enter>");
	assert_string_equal(shown.wish.view, "line");
	fixture_close(&shown);
}

static void blocks_alone_are_matched_against_what_they_decode_to(void **state)
{
	struct table *t;
	bool found = false;

	(void)state;
	open_or_fail(&match_foreign);
	t = data();
	for (size_t r = 0; r < t->rows; r++)
		found |= fixture_number(t, r, "stored") != 0 && fixture_number(t, r, "distance") < 1e-6;
	assert_true(found);
	table_drop(t);
	fixture_close(&shown);
}

static void groups_that_are_not_there_are_refused(void **state)
{
	struct subject s = match_iq2;
	struct error err = { 0 };

	(void)state;
	s.options = "group=32";
	assert_false(fixture_open(&s, &shown, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	s.options = "block=16";
	assert_false(fixture_open(&s, &shown, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
}

/* ---- scales ---- */

static const struct subject scales_q4_0 = { "scales", "q4_0*", "w1", NULL, "block=10" };
static const struct subject scales_q4_K = { "scales", "q4_K", "w1", NULL, NULL };
static const struct subject scales_iq1 = { "scales", "iq1_s", "w1", NULL, NULL };
static const struct subject scales_iq3 = { "scales", "iq3_xxs", "w1", "<Right>", "sub=2" };
static const struct subject scales_iq4 = { "scales", "iq4_nl", "w1", NULL, NULL };
static const struct subject scales_minima = { "scales", "q4_K*", "w1", NULL, "sub=9" };
static const struct subject scales_codes = { "scales", "q4_0*", "w1", "<Enter>", "block=10" };
static const struct subject scales_pair_codes = { "scales", "q4_K", "w1", "<Down><Enter>", "sub=3" };
static const struct subject scales_none = { "scales", "q4_0", "w1", NULL, NULL };
static const struct subject scales_fp4 = { "scales", "mxfp4", "w1", NULL, NULL };
static const struct subject scales_walk = { "scales", "+0:q4_K", "w1", NULL, NULL };

/* A candidate divides by 8 + k / 10: codes, then the step that fits them best, then what it costs; all of it worked out here. */
static void candidates_of_q4_0_cost_what_their_codes_lose(void **state)
{
	const float *x;
	double power = 0, peak = 0;
	size_t taken = SIZE_MAX;
	struct table *t;

	(void)state;
	open_or_fail(&scales_q4_0);
	x = tensor_floats(&value_as_quantized(shown.subject)->source) + 320;
	for (int i = 0; i < 32; i++)
		peak = fabs((double)x[i]) > fabs(peak) ? (double)x[i] : peak;
	for (int i = 0; i < 4096; i++)
		power += pow((double)tensor_floats(&value_as_quantized(shown.subject)->source)[i], 2) / 4096;
	t = data();
	assert_int_equal(t->rows, 19);
	for (size_t r = 0; r < t->rows; r++) {
		double k = (double)r - 9, inverse = -(8 + 0.1 * k) / peak, a = 0, b = 0, cost = 0, sum = 0, plain = 0, step;
		double code[32], w[32];

		assert_true(fixture_number(t, r, "shift") == k);
		assert_true(fabs(fixture_number(t, r, "inverse") - inverse) < 1e-5 * fabs(inverse));
		for (int i = 0; i < 32; i++) {
			code[i] = fmin(7, fmax(-8, nearbyint(inverse * (double)x[i])));
			w[i] = sqrt(power + (double)x[i] * (double)x[i]);	/* importance is 1 */
			a += w[i] * (double)x[i] * code[i];
			b += w[i] * code[i] * code[i];
		}
		step = a / b;
		for (int i = 0; i < 32; i++) {
			double e = step * code[i] - (double)x[i];

			cost += w[i] * e * e;
			plain += e * e / 32;
			sum += w[i];
		}
		assert_true(fabs(fixture_number(t, r, "scale") - step) < 1e-4 * fabs(step));
		assert_true(fabs(fixture_number(t, r, "cost") - cost) < 1e-3 * cost);
		assert_true(fabs(fixture_number(t, r, "weighted") - sqrt(cost / sum)) < 1e-3 * sqrt(cost / sum));
		assert_true(fabs(fixture_number(t, r, "rmse") - sqrt(plain)) < 1e-3 * sqrt(plain));
		if (fixture_number(t, r, "taken") != 0)
			taken = r;
	}
	for (size_t r = 0; r < t->rows; r++)
		assert_true(fixture_number(t, r, "cost") >= fixture_number(t, taken, "cost"));
	/* and its step is the one stored, in 16 bits */
	assert_true(f32_from_f16(f16_from_f32((float)fixture_number(t, taken, "scale"))) ==
		    f32_from_f16((uint16_t)(tensor_block(&value_as_quantized(shown.subject)->blocks, 10)[0] |
					    tensor_block(&value_as_quantized(shown.subject)->blocks, 10)[1] << 8)));
	table_drop(t);
	fixture_close(&shown);
}

/* Whatever is searched: what a candidate would bring back costs what it says, and the one taken costs least. */
static void costs_are_those_of_what_would_come_back(void **state)
{
	static const char *const searching[] = { "q4_0*", "q4_1*", "q5_0*", "q5_1*", "q2_K", "q2_K*", "q3_K*", "q4_K", "q4_K*", "q5_K", "q6_K", "q6_K*",
					      "iq4_nl", "iq4_nl*", "iq4_xs", "iq4_xs*" };

	(void)state;
	for (size_t i = 0; i < sizeof searching / sizeof *searching; i++) {
		struct subject s = { "scales", searching[i], "w1", NULL, NULL };
		struct table *t;
		size_t taken = SIZE_MAX, told = 0;

		open_or_fail(&s);
		t = data();
		for (size_t r = 0; r < t->rows; r++) {
			told += !isnan(fixture_number(t, r, "rmse"));
			if (fixture_number(t, r, "taken") != 0)
				taken = r;
		}
		if (taken == SIZE_MAX)
			fail_msg("%s: none was taken", searching[i]);
		assert_true(told + 1 >= t->rows);
		/* Searches compare merits in floats; the costs of two candidates may be alike to their last digits. */
		for (size_t r = 0; r < t->rows; r++)
			if (!(fixture_number(t, r, "cost") >= fixture_number(t, taken, "cost") * (1 - 1e-5)))
				fail_msg("%s: candidate %zu costs less than the one taken", searching[i], r);
		table_drop(t);
		fixture_close(&shown);
	}
}

static void sub_blocks_and_blocks_are_gone_through(void **state)
{
	struct text left = { 0 }, right = { 0 };

	(void)state;
	open_or_fail(&scales_q4_K);
	fixture_press(&shown, "<PgDn><PgDn>");
	shown.view->title(shown.state, &left, &right);
	assert_non_null(strstr(text_str(&left), "sub-block 2 of 8"));
	assert_int_equal(shown.view->cursor(shown.state), 64);
	fixture_press(&shown, "]");
	assert_int_equal(shown.view->cursor(shown.state), 256 + 64);
	shown.view->set_cursor(shown.state, 512 + 100);
	assert_int_equal(shown.view->cursor(shown.state), 512 + 96);
	text_drop(&left);
	text_drop(&right);
	fixture_close(&shown);
}

static void where_nothing_is_searched_it_says_so(void **state)
{
	char *body;

	(void)state;
	open_or_fail(&scales_none);
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "q4_0 searches nothing without importance"));
	assert_non_null(strstr(body, "imp=flat"));
	free(body);
	fixture_close(&shown);
	open_or_fail(&scales_fp4);
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "mxfp4 searches nothing:"));
	free(body);
	fixture_close(&shown);
	open_or_fail(&(struct subject){ "scales", "!q4_0", "w1", NULL, NULL });
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "The weights before are not known"));
	free(body);
	fixture_close(&shown);
}

static void where_the_plain_guess_is_taken_both_marks_can_be_read(void **state)
{
	char *body;

	(void)state;
	open_or_fail(&(struct subject){ "scales", "q3_K", "w1", NULL, NULL });	/* refines one guess, so that is the one taken */
	body = fixture_body(&shown, 80, 0, false);
	assert_non_null(strstr(body, "best^"));
	free(body);
	fixture_close(&shown);
}

static void why_of_a_candidate_is_its_derivation(void **state)
{
	(void)state;
	open_or_fail(&scales_q4_0);
	assert_says(NULL, "try[0] = shift ");
	assert_says(NULL, "It was taken");
	assert_says("d", "0x");
	assert_says("w[3]", "sqrt");
	fixture_close(&shown);
}

static void pictures_stay_inside_their_cells(void **state)
{
	const struct subject *all[] = { &match_iq2, &match_iq3, &match_iq1, &match_map, &match_map_large, &match_none, &scales_q4_0, &scales_q4_K, &scales_iq1,
					&scales_iq3, &scales_iq4, &scales_minima, &scales_codes, &scales_pair_codes, &scales_none };

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
		cmocka_unit_test(candidates_are_ranked_by_their_distance),
		cmocka_unit_test(the_stored_entry_and_signs_are_those_of_the_bytes),
		cmocka_unit_test(a_turned_sign_is_the_cheapest_of_an_odd_number),
		cmocka_unit_test(why_of_an_entry_tells_the_scale_from_which_another_is_nearer),
		cmocka_unit_test(groups_follow_each_other_over_the_ends_of_blocks),
		cmocka_unit_test(codes_of_single_weights_have_no_vector_codebook),
		cmocka_unit_test(blocks_alone_are_matched_against_what_they_decode_to),
		cmocka_unit_test(groups_that_are_not_there_are_refused),
		cmocka_unit_test(candidates_of_q4_0_cost_what_their_codes_lose),
		cmocka_unit_test(costs_are_those_of_what_would_come_back),
		cmocka_unit_test(sub_blocks_and_blocks_are_gone_through),
		cmocka_unit_test(where_nothing_is_searched_it_says_so),
		cmocka_unit_test(where_the_plain_guess_is_taken_both_marks_can_be_read),
		cmocka_unit_test(why_of_a_candidate_is_its_derivation),
		cmocka_unit_test(pictures_stay_inside_their_cells),
	};
	static const struct { const char *name; const struct subject *subject; } whole[] = {
		{ "match-iq2_xxs", &match_iq2 }, { "match-map", &match_map }, { "scales-q4_0", &scales_q4_0 }, { "scales-q4_K", &scales_q4_K },
		{ "scales-iq1_s", &scales_iq1 },
	}, once[] = {
		{ "match-iq3_s", &match_iq3 }, { "match-iq3_xxs", &match_iq3_xxs }, { "match-iq1_s", &match_iq1 }, { "match-weighted", &match_weighted },
		{ "match-none", &match_none }, { "match-map-large", &match_map_large }, { "scales-iq3_xxs", &scales_iq3 }, { "scales-iq4_nl", &scales_iq4 },
		{ "scales-minima", &scales_minima }, { "scales-codes", &scales_codes }, { "scales-pair-codes", &scales_pair_codes },
		{ "scales-none", &scales_none }, { "scales-walk", &scales_walk },
	};
	size_t n = 14;
	int failed;

	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		n = golden_add(tests, n, whole[i].name, fixture_draw, whole[i].subject);
	for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
		n = golden_add_one(tests, n, once[i].name, 80, 24, false, fixture_draw, once[i].subject);
		n = golden_add_one(tests, n, once[i].name, 120, 40, true, fixture_draw, once[i].subject);
	}
	failed = golden_run(tests, n);
	fixture_end();
	return failed;
}
