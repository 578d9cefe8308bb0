/* The err view: its figures against sums made here, padding left out, and step sizes where the original is not known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"
#include "engine/counts.h"
#include "golden.h"
#include "view_fixture.h"

static struct shown open_it(const char *codec, const char *what, const char *keys, const char *options)
{
	struct subject s = { "err", codec, what, keys, options };
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

/* Codes 0 4 9 15 of q4_0 with d = 0.150024 (interaction 3.1); the 28 zeros that fill the block have no say. */
static void the_figures_of_four_weights_leave_padding_out(void **state)
{
	static const double x[4] = { -1.2, -0.6, 0.2, 1.0 }, code[4] = { 0, 4, 9, 15 };
	struct shown s = open_it("q4_0", "x", NULL, NULL);
	struct table *t = data_of(&s);
	double squares = 0, energy = 0, sum = 0, max = 0, d = 0.1500244140625;

	(void)state;
	for (int i = 0; i < 4; i++) {
		double e = (code[i] - 8) * d - x[i];

		squares += e * e;
		energy += x[i] * x[i];
		sum += e;
		max = fmax(max, fabs(e));
	}
	assert_int_equal((int)fixture_number(t, 0, "weights"), 4);
	assert_float_equal(fixture_number(t, 0, "rmse"), sqrt(squares / 4), 1e-7);
	assert_float_equal(fixture_number(t, 0, "rel"), sqrt(squares / energy), 1e-7);
	assert_float_equal(fixture_number(t, 0, "snr"), 10 * log10(energy / squares), 1e-4);
	assert_float_equal(fixture_number(t, 0, "max"), max, 1e-7);
	assert_float_equal(fixture_number(t, 0, "bias"), sum / 4, 1e-7);
	assert_int_equal((int)fixture_number(t, 0, "max_at"), 3);
	assert_true(t->record);
	table_drop(t);
	fixture_close(&s);
}

/* What stands before the bars: "  < 0.0005   61724". Returns the sum of the counts, checks each against errors counted here. */
static void sizes_count_every_weight_once(void **state)
{
	struct shown s = open_it("q4_K", "w", NULL, NULL);
	const struct quantized *q = &s.subject->u.quantized;
	char *got = fixture_body(&s, 80, 0, false);
	size_t n = tensor_count(&q->source), sum = 0, lines = 0;
	float *x = calloc(n, sizeof *x), *y = calloc(n, sizeof *y);
	double from = 0;

	(void)state;
	assert_true(x && y && tensor_read(&q->source, 0, n, x) && tensor_read(&q->blocks, 0, n, y));
	for (char *line = strchr(got, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
		double below;
		size_t count, here = 0;

		if (sscanf(line, "\n < %lf %zu", &below, &count) != 2)
			continue;
		for (size_t i = 0; i < n; i++) {
			double e = fabs((double)y[i] - x[i]);

			here += e >= from && e < below;
		}
		assert_int_equal(count, here);
		from = below;
		sum += count;
		lines++;
	}
	assert_int_equal(sum, 262144);
	assert_true(lines >= 5 && lines <= 10);
	free(x);
	free(y);
	free(got);
	fixture_close(&s);
}

/* One weight in 4 x 4096 is large: int4 with one scale loses everything near it, groups keep the harm to one block. */
static void one_bad_block_holds_the_error(void **state)
{
	/* 40 blocks of q4_0: all zeros but one. */
	char what[] = "[0..0#1280]";
	struct value *x = fixture_value(NULL, what);
	struct shown s;
	struct table *t;
	char *got;

	(void)state;
	assert_int_equal(tensor_count(&x->u.tensor), 1280);
	tensor_floats(&x->u.tensor)[32 * 7] = 1;
	tensor_floats(&x->u.tensor)[32 * 7 + 1] = 0.3f;
	s = open_it("q4_0", what, "eee", NULL);
	t = data_of(&s);
	assert_float_equal(fixture_number(t, 0, "worst_1"), 1, 1e-12);
	assert_float_equal(fixture_number(t, 0, "worst_10"), 1, 1e-12);
	got = fixture_body(&s, 80, 0, false);
	has(got, "worst of 40 blocks  100.0 %");
	free(got);
	table_drop(t);
	fixture_close(&s);
}

static void the_title_of_interaction_9_7(void **state)
{
	struct shown s = open_it("q4_K", "w", NULL, NULL);
	struct table *t = data_of(&s);
	struct text left = { 0 }, right = { 0 };
	char want[120];

	(void)state;
	s.view->title(s.state, &left, &right);
	assert_string_equal(text_str(&left), "q4_K   w f32[64, 4096]");
	snprintf(want, sizeof want, "rmse .%06.0f   rel .%04.0f   %.2f dB   max .%04.0f", 1e6 * fixture_number(t, 0, "rmse"),
		 1e4 * fixture_number(t, 0, "rel"), fixture_number(t, 0, "snr"), 1e4 * fixture_number(t, 0, "max"));
	assert_string_equal(text_str(&right), want);
	text_drop(&left);
	text_drop(&right);
	table_drop(t);
	fixture_close(&s);
}

static void e_goes_through_rmse_largest_and_relative(void **state)
{
	struct shown s = open_it("q4_K", "w4", "<Right><Down>", NULL);
	struct text t = { 0 };
	static const char *const names[] = { "block 17 rmse ", "block 17 largest ", "block 17 relative ", "block 17 rmse " };

	(void)state;
	for (int i = 0; i < 4; i++) {
		text_clear(&t);
		s.view->facts(s.state, &t);
		assert_memory_equal(text_str(&t), names[i], strlen(names[i]));
		fixture_press(&s, "e");
	}
	text_drop(&t);
	fixture_close(&s);
}

static void enter_goes_to_the_block(void **state)
{
	struct shown s = open_it("q4_K", "w4", "<Down><Down><Right><Enter>", NULL);

	(void)state;
	assert_string_equal(s.wish.view, "block");
	assert_float_equal(args_number(&s.wish.options, "block", -1), 33, 0);
	assert_int_equal(s.view->cursor(s.state), 33 * 256);
	fixture_close(&s);
}

static void a_click_takes_the_block_it_points_at(void **state)
{
	struct shown s = open_it("q4_K", "w4", NULL, NULL);

	(void)state;
	free(fixture_body(&s, 80, 0, false));
	assert_true(s.view->click(s.state, 3, 48 + 5, false, &s.wish));	/* row 2 of the weights, its block 5 */
	assert_int_equal(s.view->cursor(s.state), 37 * 256);
	assert_false(s.view->click(s.state, 3, 5, false, &s.wish));
	fixture_close(&s);
}

static void why_gives_the_figures_of_the_block_and_of_the_whole(void **state)
{
	struct shown s = open_it("q4_0", "x", NULL, NULL);
	char *why = fixture_why(&s, NULL);
	struct error err = { 0 };
	struct text t = { 0 };

	(void)state;
	has(why, "block 0: rmse = sqrt(sum of squared errors / weights) = sqrt(0.005014");
	has(why, " / 4) = 0.0354");
	free(why);
	why = fixture_why(&s, "max");
	has(why, "max = 0.050170");
	has(why, "w[3], over 4 weights");
	free(why);
	assert_false(s.view->why(s.state, "weighted", &t, &err));
	fixture_close(&s);
}

static void without_the_original_step_sizes_stand_in_its_place(void **state)
{
	struct shown s = open_it("!q4_0", "x", NULL, NULL);
	struct table *t = data_of(&s);
	struct text left = { 0 }, right = { 0 };
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	s.view->title(s.state, &left, &right);
	assert_string_equal(text_str(&right), "the original is not known: step sizes");
	has(got, "step size");
	assert_float_equal(fixture_number(t, 0, "step_mean"), 0.1500244140625, 1e-7);	/* its d */
	assert_true(isnan(fixture_number(t, 0, "rmse")));
	free(got);
	table_drop(t);
	text_drop(&left);
	text_drop(&right);
	fixture_close(&s);
}

static void every_codec_draws_at_every_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++)
		for (int k = 0; k < 2; k++) {
			char codec[32];
			struct shown s;

			if (codecs[i]->flags & (CODEC_STORAGE_ONLY) || (k && codecs[i]->flags & CODEC_PLAIN))
				continue;
			snprintf(codec, sizeof codec, "%s%s%s", k ? "!" : "", codecs[i]->name, codecs[i]->flags & CODEC_TEACHING ? "/128" : "");
			s = open_it(codec, "w4", "<Down>", NULL);
			fixture_stays_inside(&s);
			fixture_press(&s, "G");
			fixture_stays_inside(&s);
			fixture_close(&s);
		}
}

static void losses_do_not_depend_on_the_number_of_threads(void **state)
{
	const struct quantized *q = &fixture_value("q4_0", "w")->u.quantized;
	size_t n = tensor_blocks(&q->blocks);
	struct block_loss *once = calloc(n, sizeof *once), *again = calloc(n, sizeof *again);
	static const unsigned threads[] = { 2, 7 };

	(void)state;
	assert_true(once && again);
	pool_set_threads(1);
	assert_true(count_losses(&q->blocks, &q->source, q->padding, NULL, once, NULL));
	for (size_t i = 0; i < 2; i++) {
		pool_set_threads(threads[i]);
		assert_true(count_losses(&q->blocks, &q->source, q->padding, NULL, again, NULL));
		assert_memory_equal(once, again, n * sizeof *once);
	}
	pool_set_threads(0);
	free(once);
	free(again);
}

static void rows_that_end_in_padding_are_counted_right(void **state)
{
	/* Two rows of 40: each takes two blocks, 24 zeros at its end. */
	const struct quantized *q = &fixture_value("q8_0", "[1..40#40; 2..80#40]")->u.quantized;
	struct block_loss l[4];
	size_t counts[2], sum = 0;
	double squares = 0;
	float x, y;

	(void)state;
	assert_int_equal(q->padding, 24);
	assert_true(count_losses(&q->blocks, &q->source, q->padding, NULL, l, NULL));
	for (size_t b = 0; b < 4; b++) {
		assert_int_equal(l[b].count, b % 2 ? 8 : 32);
		sum += l[b].count;
	}
	for (size_t c = 32; c < 40; c++) {
		x = tensor_get(&q->source, 40 + c);
		y = tensor_get(&q->blocks, 64 + c);
		squares += ((double)y - x) * ((double)y - x);
	}
	assert_float_equal(l[3].squares, squares, 1e-12);
	assert_true(count_errors(&q->blocks, &q->source, q->padding, 1e-3, counts, 2, NULL, NULL));
	assert_int_equal(counts[0] + counts[1], sum);
}

int main(void)
{
	static const struct subject
		q4_K = { "err", "q4_K", "w", NULL, NULL },
		q4_0 = { "err", "q4_0", "w", "e<Down><Right>", NULL },
		steps = { "err", "!q4_K", "w4", NULL, NULL };
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(the_figures_of_four_weights_leave_padding_out),
		cmocka_unit_test(sizes_count_every_weight_once),
		cmocka_unit_test(one_bad_block_holds_the_error),
		cmocka_unit_test(the_title_of_interaction_9_7),
		cmocka_unit_test(e_goes_through_rmse_largest_and_relative),
		cmocka_unit_test(enter_goes_to_the_block),
		cmocka_unit_test(a_click_takes_the_block_it_points_at),
		cmocka_unit_test(why_gives_the_figures_of_the_block_and_of_the_whole),
		cmocka_unit_test(without_the_original_step_sizes_stand_in_its_place),
		cmocka_unit_test(every_codec_draws_at_every_size),
		cmocka_unit_test(losses_do_not_depend_on_the_number_of_threads),
		cmocka_unit_test(rows_that_end_in_padding_are_counted_right),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + 1 * GOLDEN_PICTURES + 2];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "err-q4_K", fixture_draw, &q4_K);
	n = golden_add_one(tests, n, "err-q4_0", 80, 24, false, fixture_draw, &q4_0);
	n = golden_add_one(tests, n, "err-steps", 80, 24, false, fixture_draw, &steps);
	failed = golden_run(tests, n);

	fixture_end();
	return failed;
}
