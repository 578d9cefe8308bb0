/*
 * test_live.c - the pane while things change: a second view below the first, two walks side by side, weights that are edited, pictures that
 * are frozen. Driven by keys through changes of size, and held against a screen on which nothing happened before.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "engine/kernel.h"
#include "repl/screen.h"
#include "screen_world.h"

/* The line of the screen that begins with these words; "" none. */
static const char *line_of(const char *begin)
{
	static char out[1000];

	*out = 0;
	for (const char *s = snap(); s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
		if (!strncmp(s, begin, strlen(begin))) {
			snprintf(out, sizeof out, "%.*s", (int)strcspn(s, "\n"), s);
			break;
		}
	return out;
}

static void say_both(const char *want, const char *got)
{
	if (strcmp(want, got))
		print_message("fresh:\n%s\nafter its history:\n%s\n", want, got);
}

static const int sizes[][2] = { { 24, 80 }, { 6, 30 }, { 16, 60 }, { 40, 120 }, { 1, 1 }, { 60, 200 }, { 10, 40 }, { 24, 80 }, { 40, 120 } };

enum { SIZES = sizeof sizes / sizeof *sizes };

static size_t compared;		/* screens with a fresh drawing of the same: scripts/counts adds them up */

static void same_as(const char *want)
{
	say_both(want, snap());
	assert_string_equal(want, snap());
	compared++;
}

/* The keys on screens of each size, and the same keys on one screen that goes through all sizes between them, twice. */
static void equals_fresh(const char *const keys[])
{
	char *want;

	for (int k = 0; k < SIZES; k++) {
		open_world(sizes[k][0], sizes[k][1]);
		for (int i = 0; keys[i]; i++) {
			type(keys[i]);
			snap();
		}
		want = strdup(snap());
		close_world();

		open_world(sizes[(k + 3) % SIZES][0], sizes[(k + 3) % SIZES][1]);
		for (int i = 0; keys[i]; i++) {
			type(keys[i]);
			snap();
			screen_resize(&w.screen, sizes[(k + i) % SIZES][0], sizes[(k + i) % SIZES][1]);
			snap();
		}
		screen_resize(&w.screen, sizes[k][0], sizes[k][1]);
		same_as(want);
		free(want);
		close_world();
	}
}

/* ---- in the middle of something ---- */

static void in_the_middle_of_anything_screens_equal_fresh_ones_after_any_sizes(void **state)
{
	static const char *const step[] = { "x = [-1.2, -0.6, 0.2, 1.0]<Enter>", "step q4_0 x pad=zero<Enter>", "<F8>", "<F8>", "why co", NULL };
	static const char *const find[] = { "=\"hello\"<Enter>", "vars<Enter>", "for i = 1, 90 do print(i) end<Enter>", "<C-x>/", "hel", "<Enter>", NULL };
	static const char *const candidates[] = { "", "<Tab><Tab>", NULL };
	static const char *const some[] = { "quantize q", "<Tab><Tab>", NULL };
	static const char *const unfinished[] = { "y = (", "<Enter>", "3 +", NULL };

	(void)state;
	equals_fresh(step);
	equals_fresh(find);
	equals_fresh(candidates);
	equals_fresh(some);
	equals_fresh(unfinished);
}

static void work_that_runs_while_the_size_changes_ends_in_the_same_screen(void **state)
{
	static const char work[] = "w = gauss 32x4096 seed=1<Enter>rd w";
	struct key enter = { .code = KEY_ENTER_ };
	size_t meanwhile = 0;
	char *want;

	(void)state;
	for (int k = 0; k < SIZES; k++) {
		open_world(sizes[k][0], sizes[k][1]);
		type(work);
		type("<Enter>");
		want = strdup(snap());
		close_world();

		open_world(24, 80);
		type(work);
		screen_key(&w.screen, &enter, "\r", 1);
		for (int i = 0; runner_busy(w.runner); i++, meanwhile++) {
			screen_resize(&w.screen, sizes[i % SIZES][0], sizes[i % SIZES][1]);
			snap();
			usleep(1000);
			runner_poll(w.runner);
			screen_ran(&w.screen);
		}
		screen_resize(&w.screen, sizes[k][0], sizes[k][1]);
		same_as(want);
		free(want);
		close_world();
	}
	assert_true(meanwhile > 0);
}

#define X "x = [-1.2, -0.6, 0.2, 1.0]<Enter>"

/* ---- split ---- */

static void a_second_view_stands_below_and_has_the_cursor_of_the_first(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "line q4_0 x pad=zero<Enter>split bars<Enter>");
	assert_int_equal(strncmp(row(0), " line   q4_0   x f32[4]", 23), 0);
	assert_int_equal(strncmp(row(7), " bars   q4_0   x f32[4]", 23), 0);
	assert_true(has("\n ▸ x0  -1.2000   back -1.2002 "));
	type("<F6><Down><Down>");
	assert_true(has("\n ▸ x2  +0.2000   back +0.1500 "));
	assert_true(has("\n ▸ 2   +0.2000 "));
	type("qsplit off<Enter>");
	assert_false(has("\n bars   q4_0"));
	close_world();
}

static void it_follows_the_walk_and_other_subjects(void **state)
{
	(void)state;
	open_world(40, 120);
	type(X "step q4_0 x pad=zero<Enter>split bars<Enter>");
	assert_false(has("▒▒▒▒"));
	type("last<Enter>");
	assert_true(has("step 6/6"));
	assert_true(has("▒▒▒▒"));
	type("line int4 [1, 2, 3]<Enter>");
	assert_true(has("\n bars   int4"));
	type("tree q4_K (gauss(256))<Enter>hist (gauss(100))<Enter>");
	assert_true(has("\n bars   f32[100]"));
	type("codecs<Enter>name q4_0<Enter>");
	assert_true(has("\n bars does not show a "));
	close_world();
}

static void a_low_pane_says_what_the_second_view_needs(void **state)
{
	(void)state;
	open_world(16, 60);
	type(X "line q4_0 x pad=zero<Enter>split bars<Enter>");
	assert_string_equal(row(7), " bars below needs a pane of 12 rows:  size 12");
	screen_resize(&w.screen, 24, 80);
	assert_int_equal(strncmp(row(7), " bars   q4_0", 12), 0);
	type("size 9<Enter>");
	assert_string_equal(row(8), " bars below needs a pane of 12 rows:  size 12");
	type("size 12<Enter>");
	assert_int_equal(strncmp(row(6), " bars   q4_0", 12), 0);
	type("layout full<Enter>");
	assert_int_equal(strncmp(row(11), " bars   q4_0", 12), 0);
	close_world();
}

static void a_click_in_the_second_view_moves_both_cursors(void **state)
{
	(void)state;
	open_world(40, 120);
	type(X "line q4_0 x pad=zero<Enter>split bars<Enter>");
	snap();
	screen_mouse(&w.screen, w.stage.at_second.row + 4, 5, 1, 0);
	assert_true(has("\n ▸x2 "));
	assert_true(has("\n ▸ 2 "));
	close_world();
}

static void a_split_screen_equals_a_fresh_one_after_any_sizes(void **state)
{
	static const char *const keys[] = { X "line q4_0 x pad=zero<Enter>", "split bars<Enter>", "qs.pane.cursor(2)<Enter>", "<F9>", "qs.pane.mark{1}<Enter>", NULL };
	static const char *const walk[] = { X "step q4_0 x pad=zero<Enter>", "split bars<Enter>", "<F8>", "<F8>", "<F8>", "<F7>", NULL };

	(void)state;
	equals_fresh(keys);
	equals_fresh(walk);
}

static void what_cannot_stand_below_is_refused_with_those_that_can(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "line x<Enter>split browse<Enter>");
	assert_true(has("browse does not show a tensor"));
	assert_null(w.stage.split);
	type("split nothing<Enter>");
	assert_true(has("no view 'nothing'"));
	close_world();
}

static void weights_marked_from_lua_stand_out_in_both(void **state)
{
	(void)state;
	open_world(40, 120);
	type(X "line q4_0 x pad=zero<Enter>qs.pane.split(\"bars\")<Enter>qs.pane.mark{1, 3}<Enter>");
	assert_true(has("\n»  1   -0.6000"));
	assert_true(has("\n»  3   +1.0000"));
	assert_true(has("\n» x3  +1.0000"));
	type("qs.pane.mark{}<Enter>");
	assert_false(has("»"));
	type("tree q4_K (gauss(256))<Enter>qs.pane.mark{1}<Enter>");
	assert_true(has("what is shown has no weights that could be marked"));
	close_world();
}

/* ---- two walks ---- */

static void two_walks_go_in_step_by_the_names_of_their_steps(void **state)
{
	struct value *first, *second;

	(void)state;
	open_world(40, 120);
	type("w = gauss 1x256 sigma=0.02 seed=42<Enter>step compare q4_0 q4_K w<Enter>");
	first = stage_walk(&w.stage);
	second = stage_front(&w.stage)->pair;
	assert_non_null(second);
	assert_true(has("│ scales   q4_K"));
	type("goto round<Enter>");
	assert_string_equal(value_step_name(first, value_step(first)), "round");
	assert_string_equal(value_step_name(second, value_step(second)), "round");
	type("next<Enter>");
	assert_string_equal(value_step_name(first, value_step(first)), "pack");
	assert_string_equal(value_step_name(second, value_step(second)), "pack");
	type("last<Enter>");
	assert_int_equal(value_step(first) + 1, value_steps(first));
	assert_int_equal(value_step(second) + 1, value_steps(second));
	type("next<Enter>");
	assert_true(has("\nlast step"));
	type("first<Enter>");
	assert_int_equal(value_step(first) + value_step(second), 0);
	type("until pack<Enter>");
	assert_string_equal(value_step_name(first, value_step(first)), "pack");
	type("<F7>");
	assert_string_equal(value_step_name(first, value_step(first)), "round");
	/* every step of both is visited once, in order */
	for (size_t k = 0, a = 0, b = 0; k < stage_steps(&w.stage); k++) {
		struct pair_step at = stage_step_at(&w.stage, k);

		assert_true(at.first_waits || at.first == a);
		assert_true(at.second_waits || at.second == b);
		a += !at.first_waits;
		b += !at.second_waits;
		assert_false(at.first_waits && at.second_waits);
	}
	close_world();
}

static void two_walks_stand_below_each_other_when_narrow(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "step compare q4_0 iq4_nl x pad=zero<Enter>last<Enter>");
	assert_int_equal(strncmp(row(0), " bars   q4_0", 12), 0);
	assert_non_null(strstr(row(0), "decode"));
	assert_int_equal(strncmp(row(7), " bars   iq4_nl", 14), 0);
	assert_non_null(strstr(row(7), "decode"));
	close_world();
}

static void two_walks_equal_fresh_ones_after_any_sizes(void **state)
{
	static const char *const keys[] = { X "step compare int4 uint4 x<Enter>", "<F8>", "<F8>", "<F7>", "<F8>", "<F8>", "qs.pane.cursor(3)<Enter>", NULL };

	(void)state;
	equals_fresh(keys);
}

/* Blocks of 32 beside one of 256: the other goes to the block that holds the same weights. */
static void the_other_walk_goes_to_the_block_with_the_same_weights(void **state)
{
	(void)state;
	open_world(24, 80);
	type("w = gauss 1x512 sigma=0.02 seed=42<Enter>step compare q4_0 q4_K w block=7<Enter>");
	assert_int_equal(stage_walk(&w.stage)->u.walk.trace.block, 7);
	assert_int_equal(stage_front(&w.stage)->pair->u.walk.trace.block, 0);
	type("<F6>]");
	assert_int_equal(stage_walk(&w.stage)->u.walk.trace.block, 8);
	assert_int_equal(stage_front(&w.stage)->pair->u.walk.trace.block, 1);
	type("[");
	assert_int_equal(stage_front(&w.stage)->pair->u.walk.trace.block, 0);
	close_world();
}

/* ---- values that change ---- */

static void a_weight_that_changes_is_marked_until_the_next_key(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "line int4 x<Enter>x[2] = 0.5<Enter>");
	assert_int_equal(strncmp(line_of("*  2"), "*  2   +0.5000", 14), 0);
	assert_string_equal(line_of("*  1"), "");		/* the step is 1.2 / 7 as before, so no other weight changed */
	type("<Left>");
	assert_string_equal(line_of("*"), "");
	assert_true(has("\n   2   +0.5000"));
	type("split bars<Enter>x[3] = 2<Enter>");		/* 2 / 7: now all do, in both pictures */
	assert_true(has("*error "));
	type("layout full<Enter>split off<Enter>x[3] = 3<Enter>");
	assert_int_equal(strncmp(line_of("*  3"), "*  3   +3.0000", 14), 0);
	assert_int_equal(strncmp(line_of("*  1"), "*  1   -0.6000", 14), 0);
	close_world();
}

static void a_walk_of_changed_weights_is_at_the_same_step(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "step q4_0 x pad=zero<Enter>goto round<Enter>x[1] = -0.9<Enter>");
	assert_non_null(strstr(row(0), "step 4/6"));
	assert_int_equal(strncmp(line_of("*  1"), "*  1   -0.9000", 14), 0);
	close_world();
}

static void a_frozen_view_stays_as_it_is(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "line int4 x<Enter>freeze on<Enter>");
	assert_non_null(strstr(row(0), "frozen"));
	type("x[2] = 0.5<Enter>");
	assert_true(has("\n   2   +0.2000"));
	type("freeze off<Enter>");
	assert_null(strstr(row(0), "frozen"));
	close_world();
}

/* Once it stayed behind for good: the next change found nothing on the pane that was made of what x had become. */
static void a_view_let_go_catches_up_and_follows_again(void **state)
{
	static const char *const made[] = { "line x<Enter>", "line int4 x<Enter>", "step q4_0 x pad=zero<Enter>next 3<Enter>" };

	(void)state;
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		open_world(40, 120);
		type(X);
		type(made[i]);
		type("freeze on<Enter>x[1] = 0.5<Enter>x[2] = 0.75<Enter>");
		assert_true(has("\n   1   -0.6000"));
		type("freeze off<Enter>");
		assert_true(has("1   +0.5000"));
		assert_true(has("2   +0.7500"));
		type("x[1] = 0.25<Enter>");
		assert_true(has("1   +0.2500"));
		close_world();
	}
}

static void the_key_x_on_a_weight_puts_its_line_before_the_user(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "line int4 x<Enter><F6><Down><Down>x");
	assert_string_equal(line_text(), "x[2] = 0.2");
	assert_false(w.screen.pane_focus);
	type("<BS>5<Enter>");
	assert_true(w.screen.pane_focus);
	assert_int_equal(strncmp(line_of("*▸ 2"), "*▸ 2   +0.5000", strlen("*▸ 2   +0.5000")), 0);
	type("qline int4 [1, 2]<Enter><F6>x");
	assert_true(has("only a variable's weights can be set"));
	close_world();
}

static void edited_and_frozen_screens_equal_fresh_ones_after_any_sizes(void **state)
{
	static const char *const edited[] = { X "line int4 x<Enter>", "split bars<Enter>", "x[2] = 0.5<Enter>", NULL };
	static const char *const frozen[] = { X "line int4 x<Enter>", "freeze on<Enter>", "x[2] = 0.5<Enter>", "split bars<Enter>", "qs.pane.cursor(1)<Enter>", NULL };

	(void)state;
	equals_fresh(edited);
	equals_fresh(frozen);
}

/* ---- walking ---- */

#define FLAT "w = gauss 1x256 sigma=0.02 seed=42<Enter>"

static void searches_open_into_their_candidates_and_u_leaves_them(void **state)
{
	static const char *const searching[] = { "q4_0", "q4_K", "q6_K", "iq4_nl", "iq2_xxs", "iq3_s", "iq1_s" };
	int opened = 0;

	(void)state;
	for (size_t i = 0; i < sizeof searching / sizeof *searching; i++) {
		char keys[120], *open;

		open_world(24, 80);
		snprintf(keys, sizeof keys, FLAT "step %s w imp=flat<Enter>goto search<Enter><F6>", searching[i]);
		type(keys);
		assert_string_equal(stage_front(&w.stage)->view->name, "scales");
		open = strdup(snap());
		type("<Enter>");
		assert_string_not_equal(open, snap());
		if (!has("only the search itself knows these codes")) {		/* of a codebook its candidates' codes are not kept */
			type("u");
			assert_true(w.screen.pane_focus);
			assert_string_equal(open, snap());
			opened++;
		}
		free(open);
		close_world();
	}
	assert_int_equal(opened, 4);
}

/* Commands and keys of section 8 on everything that has steps, codec or method. */
static void everything_that_is_walked_obeys_the_same_commands(void **state)
{
	static const char *const walks[] = { "q4_0 w", "q4_K w", "iq2_xxs w imp=flat", "iq3_s w", "tq1_0 w", "mxfp4 w", "int4 x", "affine x bits=4",
					     "calibrate w bits=4 method=mse", "fixed \"1.75 * -0.3\" q=3.4", "matmul [1, 2; 3, 4] [1, 0; 0, 1]" };

	(void)state;
	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
		char keys[200], word[40];
		struct value *v;
		size_t steps;

		open_world(24, 80);
		snprintf(keys, sizeof keys, FLAT X "step %s<Enter>", walks[i]);
		type(keys);
		v = stage_walk(&w.stage);
		assert_non_null(v);
		steps = value_steps(v);
		assert_true(steps >= 3);
		assert_int_equal(value_step(v), 0);
		assert_true(has("\nstep 1/"));
		type("<F8><F8><F7>");
		assert_int_equal(value_step(v), 1);
		type("last<Enter>");
		assert_int_equal(value_step(v), steps - 1);
		type("<F8>");
		assert_int_equal(value_step(v), steps - 1);
		assert_true(has(" last step "));
		type("first<Enter>next 2<Enter>back<Enter>");
		assert_int_equal(value_step(v), 1);
		snprintf(word, sizeof word, "%s", value_step_name(v, steps - 1));
		snprintf(keys, sizeof keys, "goto %s<Enter>", word);
		type(keys);
		assert_string_equal(value_step_name(v, value_step(v)), word);
		snprintf(keys, sizeof keys, "first<Enter>until %s<Enter>", word);
		type(keys);
		assert_string_equal(value_step_name(v, value_step(v)), word);
		type("first<Enter><F6>nnb$0p");
		assert_true(w.stage.playing);
		assert_int_equal(value_step(v), 0);
		type("+");
		assert_true(w.stage.playing && w.stage.play_seconds < 0.8);
		type("--");
		assert_true(w.stage.playing && w.stage.play_seconds > 0.8);
		type("x");
		assert_false(w.stage.playing);
		type("qset step quiet<Enter>");
		snprintf(keys, sizeof keys, "next<Enter>");
		type(keys);
		assert_int_equal(value_step(v), 1);
		assert_true(has("qs> next\nqs>"));
		type("set step say<Enter>");
		close_world();
	}
}

static void each_view_comes_back_as_it_was_left(void **state)
{
	(void)state;
	open_world(24, 80);
	type(X "y = [5, 6, 7, 8]<Enter>line int4 x<Enter>qs.pane.cursor(2)<Enter>line int4 y<Enter>qs.pane.cursor(3)<Enter>hist x<Enter>");
	type("<C-x><Left>");
	assert_true(has("\n ▸ 3   +8.0000"));
	type("<C-x><Left>");
	assert_true(has("\n ▸ 2   +0.2000"));
	type("<C-x><Right><C-x><Right>");
	assert_string_equal(stage_front(&w.stage)->view->name, "hist");
	type("<C-x><Right>");
	assert_true(has("no view was shown after this"));
	close_world();
}

/* ---- asking why ---- */

#define W "w = gauss 1x256 sigma=0.02 seed=42<Enter>"

static void a_name_without_its_number_is_meant_of_the_cursor(void **state)
{
	(void)state;
	open_world(40, 120);
	type(W "line q4_K w<Enter>qs.pane.cursor(40)<Enter>why scale<Enter>");
	assert_true(has("\nscale[1] = "));
	type("why code<Enter>");
	assert_true(has("\ncode[40] = "));
	type("line iq2_xxs w<Enter>qs.pane.cursor(25)<Enter>why entry<Enter>");
	assert_true(has("\nentry[3] = "));
	type("block nvfp4 w<Enter>why d<Enter>");
	assert_true(has("\nscale[0] = "));
	type("block mxfp4 w<Enter>why scale[0]<Enter>");
	assert_true(has("\nscale = 2^("));
	type("match iq2_xxs (qs.zeros(256))<Enter>why<Enter>");
	assert_true(has("\nThe scale is 0, so every entry comes back as zeros"));
	type("block mxfp4 w<Enter>why scale[1]<Enter>");
	assert_true(has("there is no 'scale[1]' here"));
	close_world();
}

/* The last bit of a float is far beyond the six digits that are told else. */
static void flipping_the_lowest_bit_of_a_float_shows_digits_that_differ(void **state)
{
	char now[40], before[40];
	const char *s;

	(void)state;
	open_world(24, 80);
	type("block [1.1, 2]<Enter><F6>Tx");
	s = strstr(snap(), "w[0]* = ");
	assert_non_null(s);
	assert_int_equal(sscanf(s, "w[0]* = %39s before %39s", now, before), 2);
	assert_string_not_equal(now, before);
	assert_true(has("exactly "));
	type("<Esc>");
	assert_false(has("exactly "));
	close_world();
}

static void the_key_card_leaves_the_inspector_in_sight(void **state)
{
	(void)state;
	open_world(40, 120);
	type(W "line q4_0 w<Enter><F4><F6>");
	assert_true(has("│ code[0] = "));
	type("?");
	assert_true(has("this card"));
	assert_true(has("│ code[0] = "));
	close_world();
}

static void bound_keys_stand_in_the_bar(void **state)
{
	(void)state;
	open_world(40, 200);
	type(X "line int4 x<Enter>bind line K next<Enter><F6>");
	assert_true(has("K next"));
	close_world();
}

static int say_compared(void **state)
{
	(void)state;
	print_message("# %zu screens equal a fresh drawing\n", compared);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_middle_of_anything_screens_equal_fresh_ones_after_any_sizes),
		cmocka_unit_test(work_that_runs_while_the_size_changes_ends_in_the_same_screen),
		cmocka_unit_test(a_second_view_stands_below_and_has_the_cursor_of_the_first),
		cmocka_unit_test(it_follows_the_walk_and_other_subjects),
		cmocka_unit_test(a_low_pane_says_what_the_second_view_needs),
		cmocka_unit_test(a_click_in_the_second_view_moves_both_cursors),
		cmocka_unit_test(a_split_screen_equals_a_fresh_one_after_any_sizes),
		cmocka_unit_test(what_cannot_stand_below_is_refused_with_those_that_can),
		cmocka_unit_test(weights_marked_from_lua_stand_out_in_both),
		cmocka_unit_test(two_walks_go_in_step_by_the_names_of_their_steps),
		cmocka_unit_test(two_walks_stand_below_each_other_when_narrow),
		cmocka_unit_test(two_walks_equal_fresh_ones_after_any_sizes),
		cmocka_unit_test(the_other_walk_goes_to_the_block_with_the_same_weights),
		cmocka_unit_test(a_weight_that_changes_is_marked_until_the_next_key),
		cmocka_unit_test(a_walk_of_changed_weights_is_at_the_same_step),
		cmocka_unit_test(a_frozen_view_stays_as_it_is),
		cmocka_unit_test(a_view_let_go_catches_up_and_follows_again),
		cmocka_unit_test(the_key_x_on_a_weight_puts_its_line_before_the_user),
		cmocka_unit_test(edited_and_frozen_screens_equal_fresh_ones_after_any_sizes),
		cmocka_unit_test(searches_open_into_their_candidates_and_u_leaves_them),
		cmocka_unit_test(everything_that_is_walked_obeys_the_same_commands),
		cmocka_unit_test(each_view_comes_back_as_it_was_left),
		cmocka_unit_test(a_name_without_its_number_is_meant_of_the_cursor),
		cmocka_unit_test(flipping_the_lowest_bit_of_a_float_shows_digits_that_differ),
		cmocka_unit_test(the_key_card_leaves_the_inspector_in_sight),
		cmocka_unit_test(bound_keys_stand_in_the_bar),
	};
	struct error err = { 0 };

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "en_US.UTF-8");
	setenv("TERM", "xterm", 1);
	setenv("INPUTRC", "/dev/null", 1);
	if (!kernels_choose(NULL, &err))
		return 1;
	return cmocka_run_group_tests(tests, NULL, say_compared);
}
