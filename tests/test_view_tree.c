/* The tree view: the numbers of sub-blocks, worked out by hand from the bytes, and what codes reach against where weights lie. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "view_fixture.h"

static struct shown open_it(const char *codec, const char *what, const char *keys, const char *options)
{
	struct subject s = { "tree", codec, what, keys, options };
	struct shown shown;
	struct error err = { 0 };

	if (!fixture_open(&s, &shown, &err))
		fail_msg("%s %s: %s", codec, what, err.text);
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

/* IEEE binary16, positive and normal, by hand. */
static double half(const unsigned char *b)
{
	unsigned h = b[0] | (unsigned)b[1] << 8, e = h >> 10 & 31;

	return e ? ldexp(1024 + (h & 1023), (int)e - 25) : ldexp(h & 1023, -24);
}

static void q4_K_shows_the_numbers_that_its_bytes_hold(void **state)
{
	struct shown s = open_it("q4_K", "w4", NULL, "block=9");
	struct table *t = data_of(&s);
	const unsigned char *b = tensor_block(&s.subject->u.quantized.blocks, 9);
	double d = half(b), dmin = half(b + 2);

	(void)state;
	assert_int_equal(t->rows, 8);
	for (size_t j = 0; j < 8; j++) {
		const unsigned char *k = b + 4;		/* codecs-k.md 1.3 */
		unsigned sc = j < 4 ? k[j] & 63u : (k[j + 4] & 15u) | (unsigned)(k[j - 4] >> 6) << 4;
		unsigned m = j < 4 ? k[j + 4] & 63u : (unsigned)(k[j + 4] >> 4) | (unsigned)(k[j] >> 6) << 4;

		assert_int_equal((int)fixture_number(t, j, "block"), 9);
		assert_int_equal((int)fixture_number(t, j, "sub"), j);
		assert_int_equal((int)fixture_number(t, j, "sc"), sc);
		assert_int_equal((int)fixture_number(t, j, "m"), m);
		assert_float_equal(fixture_number(t, j, "scale"), d * sc, 1e-9);
		assert_float_equal(fixture_number(t, j, "min"), dmin * m, 1e-9);
		assert_float_equal(fixture_number(t, j, "reach_from"), -dmin * m, 1e-8);
		assert_float_equal(fixture_number(t, j, "reach_to"), d * sc * 15 - dmin * m, 1e-7);
	}
	table_drop(t);
	fixture_close(&s);
}

static void where_weights_lie_and_rmse_are_those_of_the_sub_block(void **state)
{
	struct shown s = open_it("q4_K", "w4", NULL, NULL);
	struct table *t = data_of(&s);
	const struct quantized *q = &s.subject->u.quantized;
	float x[256], y[256];

	(void)state;
	assert_true(tensor_read(&q->source, 0, 256, x) && tensor_read(&q->blocks, 0, 256, y));
	for (size_t j = 0; j < 8; j++) {
		double lo = INFINITY, hi = -INFINITY, squares = 0;

		for (size_t i = 32 * j; i < 32 * j + 32; i++) {
			lo = fmin(lo, x[i]);
			hi = fmax(hi, x[i]);
			squares += pow((double)y[i] - x[i], 2);
		}
		assert_float_equal(fixture_number(t, j, "lowest"), lo, 0);
		assert_float_equal(fixture_number(t, j, "highest"), hi, 0);
		assert_float_equal(fixture_number(t, j, "rmse"), sqrt(squares / 32), 1e-12);
	}
	table_drop(t);
	fixture_close(&s);
}

/* -1 comes first and is furthest from zero: d = -1 / -8 = 0.125, codes reach -1 .. 0.875, and the 1 has to be code 16. */
static void a_block_that_clips_is_marked(void **state)
{
	struct shown s = open_it("q4_0", "[-1, 1, 0.5, 0]", NULL, NULL);
	struct table *t = data_of(&s);
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	assert_float_equal(fixture_number(t, 0, "reach_from"), -1, 0);
	assert_float_equal(fixture_number(t, 0, "reach_to"), 0.875, 0);
	assert_float_equal(fixture_number(t, 0, "highest"), 1, 0);
	assert_int_equal((int)fixture_number(t, 0, "clips"), 1);
	has(got, "0!");
	table_drop(t);
	free(got);
	fixture_close(&s);
}

static void the_first_lines_of_interaction_9_5(void **state)
{
	struct shown s = open_it("q4_K", "w", "<Down><Down><Down><Down><Down>", NULL);
	const unsigned char *b = tensor_block(&s.subject->u.quantized.blocks, 0);
	char *got = fixture_body(&s, 80, 0, false), want[120];

	(void)state;
	snprintf(want, sizeof want, "  d    = %.8f (f16 0x%02x%02x)    scale[j] = d x sc[j]\n", half(b), b[1], b[0]);
	has(got, want);
	snprintf(want, sizeof want, "  dmin = %.8f (f16 0x%02x%02x)    min[j] = dmin x m[j]    w = scale x q - min\n", half(b + 2), b[3], b[2]);
	has(got, want);
	has(got, "  sub sc     scale   m       min  codes reach         weights lie in        rmse\n");
	has(got, "\n▸  5  ");
	snprintf(want, sizeof want, "  12 bytes  %02x %02x %02x %02x  %02x %02x %02x %02x  %02x %02x %02x %02x    sub 5: sc = %u, m = %u\n", b[4], b[5], b[6],
		 b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15], (b[13] & 15u) | (unsigned)(b[5] >> 6) << 4,
		 (unsigned)(b[13] >> 4) | (unsigned)(b[9] >> 6) << 4);
	has(got, want);
	free(got);
	fixture_close(&s);
}

static void why_sc_5_tells_its_two_places(void **state)
{
	struct shown s = open_it("q4_K", "w", "<Down><Down><Down><Down><Down>", NULL);
	const unsigned char *b = tensor_block(&s.subject->u.quantized.blocks, 0);
	char *why = fixture_why(&s, "sc[5]"), *cursor = fixture_why(&s, NULL), want[120];

	(void)state;
	assert_string_equal(why, cursor);
	snprintf(want, sizeof want, "sc[5] = %u = %u + %u x 16", (b[13] & 15u) + 16u * (b[5] >> 6), b[13] & 15u, (unsigned)b[5] >> 6);
	has(why, want);
	snprintf(want, sizeof want, "block byte 13 (%02x) bits 0-3", b[13]);
	has(why, want);
	snprintf(want, sizeof want, "block byte  5 (%02x) bits 6-7", b[5]);
	has(why, want);
	has(why, "scale[5] = ");
	free(why);
	free(cursor);
	fixture_close(&s);
}

static void enter_opens_the_weights_and_on_sc_its_bits(void **state)
{
	struct shown s = open_it("q4_K", "w4", "<Down><Down>]<Enter>", NULL);

	(void)state;
	assert_string_equal(s.wish.view, "line");
	assert_float_equal(args_number(&s.wish.options, "block", -1), 1, 0);
	assert_int_equal(s.view->cursor(s.state), 256 + 64);
	args_drop(&s.wish.options);
	fixture_press(&s, "<Right><Right><Enter>");
	assert_string_equal(s.wish.view, "block");
	assert_string_equal(args_text(&s.wish.options, "field", ""), "m[2]");
	fixture_close(&s);
}

static void codecs_without_sub_blocks_list_the_blocks_of_a_row(void **state)
{
	struct shown s = open_it("q4_0", "w4", "<Down>", "row=2");
	char *got = fixture_body(&s, 80, 12, false);
	struct table *t = data_of(&s);
	const struct tensor *b = &s.subject->u.quantized.blocks;

	(void)state;
	has(got, "block          d  codes reach         weights lie in        rmse");
	has(got, "▸   257");
	assert_int_equal(t->rows, 128);
	for (size_t i = 0; i < t->rows; i++) {
		unsigned char h[2] = { tensor_block(b, 256 + i)[0], tensor_block(b, 256 + i)[1] & 0x7f };
		double d = tensor_block(b, 256 + i)[1] & 0x80 ? -half(h) : half(h);

		assert_int_equal((int)fixture_number(t, i, "block"), 256 + i);
		assert_true(isnan(fixture_number(t, i, "sub")));
		assert_float_equal(fixture_number(t, i, "scale"), d, 0);
	}
	table_drop(t);
	free(got);
	fixture_close(&s);
}

static void a_zero_point_is_called_so(void **state)
{
	struct shown s = open_it("uint4", "x", NULL, NULL);
	char *got = fixture_body(&s, 80, 0, false);
	struct table *t = data_of(&s);

	(void)state;
	has(got, "  block   scale  zero  codes reach");
	assert_float_equal(fixture_number(t, 0, "scale"), 2.2 / 15, 1e-7);
	assert_float_equal(fixture_number(t, 0, "min"), 8, 0);
	table_drop(t);
	free(got);
	fixture_close(&s);
}

static void without_the_original_nothing_is_said_about_weights_and_errors(void **state)
{
	struct shown s = open_it("!q4_K", "w4", NULL, NULL);
	struct table *t = data_of(&s);
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	assert_null(strstr(got, "weights lie in"));
	assert_null(strstr(got, "rmse"));
	has(got, "codes reach");
	assert_true(isnan(fixture_number(t, 0, "rmse")) && isnan(fixture_number(t, 0, "lowest")) && isnan(fixture_number(t, 0, "clips")));
	table_drop(t);
	free(got);
	fixture_close(&s);
}

static void a_walk_shows_what_is_known_at_its_step(void **state)
{
	struct shown s = open_it("+0:q4_K", "w1", NULL, NULL);
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	has(got, "  d    = not known yet");
	assert_null(strstr(got, "12 bytes"));
	free(got);
	fixture_close(&s);
}

static void plain_numbers_are_refused_in_a_sentence(void **state)
{
	struct subject s = { "tree", "f16", "x", NULL, NULL };
	struct shown shown;
	struct error err = { 0 };

	(void)state;
	assert_false(fixture_open(&s, &shown, &err));
	assert_string_equal(err.text, "f16 stores each number by itself: there are no blocks and no scales");
}

static void every_codec_draws_at_every_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++)
		for (int k = 0; k < 3; k++) {
			char codec[32];
			struct shown s;

			if (codecs[i]->flags & (CODEC_PLAIN | CODEC_STORAGE_ONLY))
				continue;
			snprintf(codec, sizeof codec, "%s%s%s", k == 1 ? "!" : k == 2 ? "+1:" : "", codecs[i]->name,
				 codecs[i]->flags & CODEC_TEACHING ? "/128" : "");
			s = open_it(codec, "w1", "<Down><Down><Right>", NULL);
			fixture_stays_inside(&s);
			free(fixture_body(&s, 80, 0, true));
			fixture_press(&s, "G");
			fixture_stays_inside(&s);
			fixture_close(&s);
		}
}

int main(void)
{
	static const struct subject
		q4_K = { "tree", "q4_K", "w", "<Down><Down><Down><Down><Down>", NULL },
		q4_0 = { "tree", "q4_0", "w", "<Down>", NULL },
		uint4 = { "tree", "uint4", "x", NULL, NULL },
		walk = { "tree", "+1:q4_K", "w4", NULL, NULL };
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(q4_K_shows_the_numbers_that_its_bytes_hold),
		cmocka_unit_test(where_weights_lie_and_rmse_are_those_of_the_sub_block),
		cmocka_unit_test(a_block_that_clips_is_marked),
		cmocka_unit_test(the_first_lines_of_interaction_9_5),
		cmocka_unit_test(why_sc_5_tells_its_two_places),
		cmocka_unit_test(enter_opens_the_weights_and_on_sc_its_bits),
		cmocka_unit_test(codecs_without_sub_blocks_list_the_blocks_of_a_row),
		cmocka_unit_test(a_zero_point_is_called_so),
		cmocka_unit_test(without_the_original_nothing_is_said_about_weights_and_errors),
		cmocka_unit_test(a_walk_shows_what_is_known_at_its_step),
		cmocka_unit_test(plain_numbers_are_refused_in_a_sentence),
		cmocka_unit_test(every_codec_draws_at_every_size),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + 2 * GOLDEN_PICTURES + 2];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "tree-q4_K", fixture_draw, &q4_K);
	n = golden_add(tests, n, "tree-q4_0", fixture_draw, &q4_0);
	n = golden_add_one(tests, n, "tree-uint4", 80, 24, false, fixture_draw, &uint4);
	n = golden_add_one(tests, n, "tree-walk", 80, 24, false, fixture_draw, &walk);
	failed = golden_run(tests, n);

	fixture_end();
	return failed;
}
