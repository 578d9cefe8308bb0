/* test_screen.c - the screen without a terminal: layouts, keys, what stays when the size changes, and pictures that equal fresh ones. */
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

#include "base/rng.h"
#include "engine/kernel.h"
#include "repl/keys.h"
#include "repl/screen_bar.h"
#include "screen_world.h"

#define STEP "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero<Enter>"

/* ---- greeting ---- */

static void two_enters_at_the_greeting_start_the_first_lesson(void **state)
{
	(void)state;
	open_world(24, 80);
	type("<Enter>");
	assert_true(has("qs> lesson walkie\n"));
	type("<C-c>");
	close_world();
}

/* interaction.md 9.5: from a sub-block to its weights, from its scale to the bits; once the tree was of errors, which line did not take,
 * and the weight under the cursor took the place of the field. */
static void the_tree_that_the_start_card_names_leads_to_weights_and_bits(void **state)
{
	(void)state;
	open_world(24, 80);
	type("tree q4_K (gauss(256))<Enter>");
	assert_int_equal(stage_front(&w.stage)->subject->kind, VALUE_QUANTIZED);
	type("<F6><Down><Enter>");
	assert_string_equal(stage_front(&w.stage)->view->name, "line");
	assert_true(has(" ▸ 32 "));
	type("u<Right><Enter>");
	assert_string_equal(stage_front(&w.stage)->view->name, "block");
	assert_true(has("\n▸ sc[1]  "));
	type("<F6>err q4_K (gauss(256))<Enter>");
	assert_int_equal(stage_front(&w.stage)->subject->kind, VALUE_ERRORS);
	type("line<Enter>");
	assert_string_equal(stage_front(&w.stage)->view->name, "line");
	close_world();
}

/* ---- layouts ---- */

/* interaction.md 3.2: 55 % of the height, 65 % where there is an inspector, rounded down, title counted, bar not. */
static void the_pane_takes_its_share_of_the_height(void **state)
{
	static const struct { int rows, cols, pane, body, bar; } wanted[] = {
		{ 24, 80, 13, 80, 13 }, { 16, 60, 8, 60, 8 }, { 40, 120, 26, 76, 26 }, { 60, 200, 39, 127, 39 }, { 24, 100, 15, 63, 15 },
		{ 24, 99, 13, 99, 13 }, { 17, 80, 9, 80, 9 }, { 15, 80, 0, 80, 0 }, { 24, 59, 0, 59, 0 }, { 10, 40, 0, 40, 0 },
		{ 6, 30, 0, 30, 0 }, { 5, 80, 0, 80, -1 }, { 24, 29, 0, 29, -1 }, { 1, 1, 0, 1, -1 },
	};

	(void)state;
	open_world(24, 80);
	type("quantize int4 [-1.2, -0.6, 0.2, 1.0]<Enter>");
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct parts_of_screen p;

		screen_resize(&w.screen, wanted[i].rows, wanted[i].cols);
		p = screen_parts(&w.screen);
		assert_int_equal(p.pane_rows, wanted[i].pane);
		assert_int_equal(p.body_cols, wanted[i].body);
		assert_int_equal(p.bar, wanted[i].bar);
		if (p.pane_rows)
			assert_true(p.prompt_rows >= 5);
		snap();
	}
	close_world();
}

static void small_terminals_say_that_the_pane_is_hidden_and_it_comes_back(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP);
	assert_true(has("step 1/6"));
	screen_resize(&w.screen, 15, 80);
	assert_non_null(strstr(row(0), "pane hidden (60x16 needed)"));
	assert_non_null(strstr(row(0), "PROMPT"));
	screen_resize(&w.screen, 5, 80);
	assert_string_equal(row(0), "qs>");
	assert_string_equal(row(1), "");
	screen_resize(&w.screen, 24, 80);
	assert_non_null(strstr(row(0), "step 1/6"));
	close_world();
}

static void every_size_from_one_cell_up_can_be_drawn(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP "x = [1, 2, 3]<Enter>some text that is typed");
	for (int rows = 0; rows < 30; rows += rows < 8 ? 1 : 5)
		for (int cols = 0; cols < 130; cols += cols < 34 ? 1 : 19) {
			screen_resize(&w.screen, rows, cols);
			snap();
			screen_mouse(&w.screen, rows - 1, cols - 1, 1, 0);
			screen_mouse(&w.screen, rows / 2, cols / 2, 1, 0);
			screen_mouse(&w.screen, rows - 2, 0, 0, -1);
			snap();
		}
	close_world();
}

/* ---- bar ---- */

static void the_bar_holds_keys_facts_and_the_word_of_the_focus(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP);
	assert_string_equal(row(13), "─ F8 next  F7 back  F5 play  F4 why  F6 pane  F1 help ─────── 4.5 b/w ─ PROMPT ─");
	type("<F6>");
	assert_non_null(strstr(row(13), "4.5 b/w ─ PANE ─"));
	assert_true(has("cursor none"));
	type("K");
	assert_non_null(strstr(row(13), "no key 'K' here - ? lists them, : types a command"));
	type("q");
	assert_non_null(strstr(row(13), "PROMPT"));
	type("<C-c>");
	assert_non_null(strstr(row(13), "quit  leaves"));
	close_world();
}

static void a_click_on_a_key_in_the_bar_presses_it(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP);
	screen_mouse(&w.screen, 13, 3, 1, 0);
	assert_non_null(strstr(row(0), "step 2/6"));
	screen_mouse(&w.screen, 13, 12, 1, 0);
	assert_non_null(strstr(row(0), "step 1/6"));
	screen_mouse(&w.screen, 13, 60, 1, 0);
	assert_non_null(strstr(row(0), "step 1/6"));
	close_world();
}

/* At 60 columns the last keys have no room: the facts and the word stand where they would be. */
static void a_click_beside_the_keys_that_the_bar_shows_presses_none(void **state)
{
	const char *bar;

	(void)state;
	open_world(24, 60);
	type(STEP "<F6>");
	bar = row(13);
	for (size_t col = text_width(bar, (size_t)(strstr(bar, "4.5 b/w") - bar)); col < 60; col++)
		screen_mouse(&w.screen, 13, (int)col, 1, 0);
	assert_true(screen_pane_focused(&w.screen));
	assert_non_null(strstr(row(0), " line "));
	assert_false(w.stage.card);
	close_world();
}

static void an_answer_that_begins_above_the_screen_says_so_until_the_next_key(void **state)
{
	(void)state;
	open_world(24, 80);
	type("help<Enter>");
	assert_non_null(strstr(row(13), "PgUp more above"));
	type("x");
	assert_null(strstr(row(13), "PgUp"));
	type("<C-c>version<Enter>");
	assert_null(strstr(row(13), "PgUp"));
	close_world();
}

/* ---- keys ---- */

static void step_keys_move_the_pane_and_leave_the_line_alone(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP "hal<F8><F8>lo<C-x>n<C-x>b<F7>");
	assert_string_equal(line_text(), "hallo");
	assert_non_null(strstr(row(0), "step 2/6"));
	type("<F4>");
	assert_true(has(" = "));
	type("<C-a><C-k><F6>nn");
	assert_non_null(strstr(row(0), "step 4/6"));
	assert_string_equal(line_text(), "");
	type("0b");
	assert_non_null(strstr(row(13), "first step"));
	type("q");
	close_world();
}

static void after_ctrl_x_readline_keeps_what_we_leave_free(void **state)
{
	(void)state;
	open_world(24, 80);
	type("one two<C-x><BS>");		/* backward-kill-line */
	assert_string_equal(line_text(), "");
	type("abc<C-x><C-u>");			/* undo */
	assert_string_equal(line_text(), "");
	type("<C-v><C-x>n");			/* quoted: then n is n */
	assert_string_equal(line_text(), "\x18n");
	type("<C-c>first<Enter>second<Enter><C-r>fi<C-x><C-u>");	/* it ends a search */
	assert_false(line_searching());
	close_world();
}

static void enter_on_an_empty_line_repeats_a_step(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP "<Enter><Enter>");
	assert_non_null(strstr(row(0), "step 3/6"));
	type("x = 1<Enter><Enter>");
	assert_non_null(strstr(row(0), "step 3/6"));
	close_world();
}

static void a_colon_gives_the_prompt_one_command(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP "<F6>:");
	assert_non_null(strstr(row(13), "PROMPT"));
	type("y = 3<Enter>");
	assert_non_null(strstr(row(13), "PANE"));
	type("<Esc><Esc>");
	assert_non_null(strstr(row(13), "PROMPT"));
	close_world();
}

static void zoom_gives_the_screen_to_one_part_and_back(void **state)
{
	struct parts_of_screen p;

	(void)state;
	open_world(24, 80);
	type(STEP "<C-x>z");
	assert_int_equal(screen_parts(&w.screen).pane_rows, 0);
	type("<C-x>z");
	assert_int_equal(screen_parts(&w.screen).pane_rows, 13);
	type("<F6>z");
	p = screen_parts(&w.screen);
	assert_int_equal(p.pane_rows, 22);
	assert_int_equal(p.prompt_rows, 1);
	type("zq");
	assert_int_equal(screen_parts(&w.screen).pane_rows, 13);
	close_world();
}

static void the_pane_grows_and_shrinks_within_bounds(void **state)
{
	struct error err = { 0 };

	(void)state;
	open_world(24, 80);
	type(STEP "<C-x>+<C-x>+");
	assert_int_equal(screen_parts(&w.screen).pane_rows, 15);
	type("<C-x>-");
	assert_int_equal(screen_parts(&w.screen).pane_rows, 14);
	assert_true(w.host.control(&w.screen, "size", "100%", NULL, &err));
	assert_int_equal(screen_parts(&w.screen).pane_rows, 18);
	assert_true(w.host.control(&w.screen, "size", "1", NULL, &err));
	assert_int_equal(screen_parts(&w.screen).pane_rows, 8);
	assert_true(w.host.control(&w.screen, "size", "+2", NULL, &err));
	assert_int_equal(screen_parts(&w.screen).pane_rows, 10);
	assert_false(w.host.control(&w.screen, "size", "tall", NULL, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_false(w.host.control(&w.screen, "layout", "upside", NULL, &err));
	close_world();
}

/* ---- output ---- */

static void output_scrolls_back_stays_there_and_returns(void **state)
{
	(void)state;
	open_world(24, 80);
	for (int i = 0; i < 40; i++) {
		char line[20];

		snprintf(line, sizeof line, "line %d", i);
		screen_say(&w.screen, STYLE_PLAIN, line);
	}
	assert_string_equal(row(22), "line 39");
	type("<PgUp>");
	assert_string_equal(row(22), "line 31");
	assert_non_null(strstr(row(13), "8 rows below"));
	screen_say(&w.screen, STYLE_PLAIN, "line 40");
	assert_string_equal(row(22), "line 31");
	assert_non_null(strstr(row(13), "9 rows below"));
	type("<PgDn>");
	assert_string_equal(row(22), "line 39");
	type("<PgUp>a");
	assert_string_equal(row(22), "line 40");
	for (int i = 0; i < 20; i++)
		type("<PgUp>");
	assert_string_equal(row(14), "line 0");
	close_world();
}

static void output_is_wrapped_anew_not_cut(void **state)
{
	(void)state;
	open_world(24, 80);
	screen_say(&w.screen, STYLE_PLAIN, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
		   "averyveryverylongwordthatdoesnotfitintothewidthofthescreenwhateveryoudo");
	screen_resize(&w.screen, 24, 60);
	assert_true(has("one two three four five six seven eight nine ten eleven\ntwelve thirteen"));
	screen_resize(&w.screen, 24, 80);
	assert_true(has("one two three four five six seven eight nine ten eleven twelve thirteen fourteen\navery"));
	close_world();
}

static void only_so_many_lines_are_kept(void **state)
{
	struct error err = { 0 };

	(void)state;
	open_world(24, 80);
	assert_true(settings_set(&w.session.settings, "scrollback", "100", &err));
	assert_true(w.host.control(&w.screen, "setting", "scrollback", NULL, &err));
	for (int i = 0; i < 1000; i++)
		screen_say(&w.screen, STYLE_PLAIN, i == 5 ? "needle" : "hay");
	assert_int_equal(w.screen.out.n, 100);
	assert_int_equal(output_lines(&w.screen.out), 1000);
	type("<C-x>/needle");
	assert_true(has("not found"));
	type("<Esc>");
	close_world();
}

static void text_in_the_output_is_found_backwards_and_on(void **state)
{
	(void)state;
	open_world(24, 80);
	for (int i = 0; i < 60; i++) {
		char line[40];

		snprintf(line, sizeof line, "%s %d", i % 20 == 3 ? "Needle" : "hay", i);
		screen_say(&w.screen, STYLE_PLAIN, line);
	}
	type("half a line<C-x>/needle");
	assert_true(has("Needle 43"));
	assert_false(has("Needle 23"));
	type("<Enter>");
	assert_true(has("Needle 23"));
	type("<Down>");
	assert_true(has("Needle 43"));
	type("<Enter><Enter><Enter>");
	assert_true(has("Needle 3"));
	assert_true(has("not found"));
	type("<Esc>");
	assert_true(has("hay 59"));
	assert_string_equal(line_text(), "half a line");
	close_world();
}

/* ---- the line ---- */

static void incomplete_input_goes_on_in_the_line_and_is_one_entry(void **state)
{
	(void)state;
	open_world(24, 80);
	type("y = 3 +<Enter>");
	assert_string_equal(line_text(), "y = 3 +\n");
	assert_true(has("qs> y = 3 +\n..>"));
	type("4<Enter>=y<Enter>");
	assert_true(has("\n7\n"));
	type("<Up><Up>");
	assert_string_equal(line_text(), "y = 3 +\n4");
	type("<C-c>");
	assert_true(line_empty());
	type("z = (<Enter>");
	type("<C-c>");
	assert_true(line_empty());
	close_world();
}

static void a_paste_waits_for_enter_and_takes_the_focus(void **state)
{
	(void)state;
	open_world(24, 80);
	type(STEP "<F6>");
	screen_paste(&w.screen, "a = 1\nb = 2", 11);
	assert_string_equal(line_text(), "a = 1\nb = 2");
	assert_non_null(strstr(row(13), "PROMPT"));
	type("<Enter>=a+b<Enter>");
	assert_true(has("\n3\n"));
	close_world();
}

static void candidates_are_shown_until_the_next_key(void **state)
{
	(void)state;
	open_world(24, 80);
	type("quanti<Tab>");
	assert_string_equal(line_text(), "quantize ");
	type("q4_<Tab><Tab>");
	assert_true(has("q4_K  4.50 b/w"));
	assert_true(has("qs> quantize q4_"));
	type("<Left>");
	assert_false(has("q4_K  4.50 b/w"));
	close_world();
}

/* interaction.md 6.4: also where the output has few rows or none, and in pages where there are many. */
static void many_candidates_take_the_pane_and_tab_turns_the_page(void **state)
{
	static const struct { int rows, cols; const char *before; } sizes[] = { { 16, 60, "" }, { 24, 80, "layout full<Enter>" } };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		open_world(sizes[i].rows, sizes[i].cols);
		type(sizes[i].before);
		type("info q<Tab><Tab>");
		type("<C-u>quantize <Tab><Tab>");
		assert_memory_equal(row(0), " 1 to ", 6);
		assert_true(has("  bf16 ") && !has("  zero= ") && has(" more   Tab"));
		for (int k = 0; k < 20 && !has("  zero= "); k++)
			type("<Tab>");
		assert_true(has("  zero= ") && !has("  bf16 "));	/* options come last */
		type("<Tab>");
		assert_true(has("  bf16 "));
		assert_true(has("qs> quantize"));
		type("q4_0");
		assert_false(has(" candidates"));
		close_world();
	}
	open_world(24, 80);
	type("set wr<Tab> <Tab><Tab>");
	assert_false(has(" candidates"));
	assert_true(has("  off"));
	type("<C-u>time watch_me = quantize q4<Tab><Tab><Tab>");	/* time takes a line of its own */
	assert_true(has("  q4_K  4.50 b/w  blocks of 256"));
	close_world();
}

static void a_key_that_does_nothing_says_what_to_press(void **state)
{
	static const char *const unknown[] = { "<F2>", "<F12>", "<M-z>", "<C-x>k" }, *const known[] = { "<C-b>", "<M-b>", "<Up>", "<C-x><C-u>", "<Esc>", "x", "<C-]>x" };

	(void)state;
	open_world(24, 80);
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		type("abc ");
		type(unknown[i]);
		assert_true(has("help keys  lists those there are"));
		assert_string_equal(line_text(), "abc ");
		type("<C-u>");
		assert_false(has("help keys  lists"));
	}
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		type(known[i]);
		assert_false(has("help keys  lists"));
	}
	close_world();
}

static void a_click_in_the_line_places_the_cursor(void **state)
{
	(void)state;
	open_world(24, 80);
	screen_say(&w.screen, STYLE_PLAIN, "one");
	type("abcdef");
	assert_non_null(strstr(snap(), "cursor 15 10"));
	screen_mouse(&w.screen, 15, 6, 1, 0);
	assert_int_equal(line_cursor(), 2);
	close_world();
}

static void the_wheel_scrolls_what_is_under_it_and_never_the_history(void **state)
{
	(void)state;
	open_world(24, 80);
	line_history_add("old");
	for (int i = 0; i < 40; i++)
		screen_say(&w.screen, STYLE_PLAIN, "x");
	screen_mouse(&w.screen, 20, 5, 0, -1);
	assert_non_null(strstr(row(13), "3 rows below"));
	screen_mouse(&w.screen, 20, 5, 0, 1);
	screen_mouse(&w.screen, 2, 5, 0, -1);
	assert_true(line_empty());
	assert_non_null(strstr(row(13), "PROMPT"));
	close_world();
}

static void the_end_of_input_leaves_and_so_does_quit(void **state)
{
	(void)state;
	open_world(24, 80);
	type("x<C-d>");
	assert_false(w.screen.wish.leave);
	type("<BS><C-d>");
	assert_true(w.screen.wish.leave);
	w.screen.wish.leave = false;
	type("quit<Enter>");
	assert_true(w.screen.wish.leave);
	close_world();
}

/* ---- pictures ---- */

static void the_line_and_the_step_survive_every_change_of_size(void **state)
{
	static const int sizes[][2] = { { 40, 120 }, { 10, 40 }, { 6, 30 }, { 1, 1 }, { 60, 200 }, { 16, 60 }, { 24, 80 } };
	char before[4000];

	(void)state;
	open_world(24, 80);
	type(STEP "<F8><F8><F8>why co<Left>");
	snprintf(before, sizeof before, "%s", snap());
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		screen_resize(&w.screen, sizes[i][0], sizes[i][1]);
		snap();
	}
	assert_string_equal(snap(), before);
	type("<Right>de[3]<Enter>");
	assert_true(has("code[3] = min(15, floor(1 / 0.15 + 8.5))"));
	close_world();
}

static size_t compared;		/* scripts/counts adds them up */

/* Any history of keys and sizes: the same state drawn twice, on a canvas that was used and on a fresh one, is the same picture. */
static void the_picture_after_any_history_equals_a_fresh_drawing(void **state)
{
	static const char *const keys[] = {
		STEP, "<F8>", "<F7>", "<F6>", "n", "b", "v", "<F9>", "<Esc>", "?", "x", "quantize int4 [1, 2, 3]<Enter>", "<PgUp>", "<C-x>z", "z", "<C-x>+",
		"<C-x>-", "<C-x><Left>", "<C-x><Right>", "<C-r>a", "<C-c>", "<Tab><Tab>", "<C-x>/co", "<Enter>", "<Down>", "<Up>", "e\xe6\xbc\xa2\t",
		"y = (<Enter>", "tree q4_K (gauss(256))<Enter>", "hist (gauss(1000))<Enter>", "<F4>", "<F1>", "help<Enter>", ":", "q", "layout full<Enter>",
		"layout auto<Enter>", "p", "<C-u>", "err q4_0 (gauss(512))<Enter>", "<C-g>",
	};
	static const int sizes[][2] = { { 24, 80 }, { 40, 120 }, { 10, 40 }, { 6, 30 }, { 1, 1 }, { 60, 200 }, { 16, 60 }, { 5, 90 }, { 30, 100 } };
	struct rng r = rng_seeded(7);
	struct canvas used = { 0 }, fresh;
	int a, b, c, d;

	(void)state;
	open_world(24, 80);
	for (int i = 0; i < 400; i++) {
		size_t n = (size_t)(rng_uniform(&r) * (double)(sizeof keys / sizeof *keys));

		type(keys[n]);
		if (rng_uniform(&r) < 0.15) {
			const int *size = sizes[(size_t)(rng_uniform(&r) * (double)(sizeof sizes / sizeof *sizes))];

			screen_resize(&w.screen, size[0], size[1]);
		}
		if (used.rows != w.screen.rows || used.cols != w.screen.cols) {
			canvas_drop(&used);
			assert_true(canvas_new(&used, w.screen.rows, w.screen.cols, false, NULL));
		}
		screen_draw(&w.screen, &used, &a, &b);
		assert_true(canvas_new(&fresh, w.screen.rows, w.screen.cols, false, NULL));
		screen_draw(&w.screen, &fresh, &c, &d);
		assert_true(canvas_equal(&used, &fresh));
		compared++;
		assert_int_equal(a, c);
		assert_int_equal(b, d);
		assert_true(a < w.screen.rows && b < w.screen.cols);
		canvas_drop(&fresh);
		w.screen.wish.leave = w.screen.wish.plain = false;
	}
	canvas_drop(&used);
	close_world();
}

static void long_work_shows_a_line_of_progress_and_ctrl_c_stops_it(void **state)
{
	struct key enter = { .code = KEY_ENTER_ };

	(void)state;
	open_world(24, 80);
	type("w = gauss 1024x4096 seed=1<Enter>quantize q4_K w");
	screen_key(&w.screen, &enter, "\r", 1);
	assert_true(runner_busy(w.runner));
	usleep(20000);
	runner_poll(w.runner);
	screen_ran(&w.screen);
	if (runner_job(w.runner))
		assert_true(has("Ctrl-C keeps what is done"));
	for (const char *s = "typed meanwhile"; *s; s++)
		screen_key(&w.screen, &(struct key){ .code = KEY_CHAR, .ch = (unsigned char)*s }, s, 1);
	screen_interrupt(&w.screen);
	for (int i = 0; i < 3000 && runner_busy(w.runner); i++) {
		usleep(1000);
		runner_poll(w.runner);
		screen_ran(&w.screen);
	}
	assert_false(runner_busy(w.runner));
	assert_false(has("Ctrl-C keeps"));
	assert_string_equal(line_text(), "typed meanwhile");
	close_world();
}

static void the_picture_is_text_and_svg(void **state)
{
	struct text t = { 0 };
	struct error err = { 0 };

	(void)state;
	open_world(24, 80);
	type("abc");
	assert_non_null(strstr(snap(), "\ncursor 14 7"));
	assert_true(w.host.control(&w.screen, "snap", "svg", &t, &err));
	assert_non_null(strstr(text_str(&t), "<svg"));
	text_drop(&t);
	close_world();
}

static void the_table_of_keys_names_every_key_that_is_taken(void **state)
{
	static const char *const named[] = { "F8 or Ctrl-X n", "F7 or Ctrl-X b", "F5 or Ctrl-X p", "F4 or Ctrl-X w", "F9 or Ctrl-X v", "Ctrl-X Left",
		"Ctrl-X +", "F6 or Ctrl-X o", "Ctrl-X z", "Ctrl-X /", "Ctrl-X Ctrl-E", "Ctrl-L", "Ctrl-C", "Ctrl-D", "F1", "Tab", "PgUp" };
	struct text t = { 0 };

	(void)state;
	keys_table(&t);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		assert_non_null(strstr(text_str(&t), named[i]));
	text_drop(&t);
}

/* Of the sanitizers: readline loses some of its lists of changes, whatever program it is in. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libreadline";
}

/* {key:next} in a lesson's text: what does that now, wherever the focus is. */
static void a_key_is_named_as_the_focus_has_it(void **state)
{
	struct text t = { 0 };

	(void)state;
	assert_true(key_for("next", false, &t));
	assert_string_equal(text_str(&t), "F8");
	text_clear(&t);
	assert_true(key_for("next", true, &t));
	assert_string_equal(text_str(&t), "n");
	text_clear(&t);
	assert_true(key_for("help", false, &t));
	assert_string_equal(text_str(&t), "F1");
	assert_false(key_for("dance", false, &t));
	text_drop(&t);
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
		cmocka_unit_test(two_enters_at_the_greeting_start_the_first_lesson),
		cmocka_unit_test(the_tree_that_the_start_card_names_leads_to_weights_and_bits),
		cmocka_unit_test(the_pane_takes_its_share_of_the_height),
		cmocka_unit_test(small_terminals_say_that_the_pane_is_hidden_and_it_comes_back),
		cmocka_unit_test(every_size_from_one_cell_up_can_be_drawn),
		cmocka_unit_test(the_bar_holds_keys_facts_and_the_word_of_the_focus),
		cmocka_unit_test(a_click_on_a_key_in_the_bar_presses_it),
		cmocka_unit_test(a_click_beside_the_keys_that_the_bar_shows_presses_none),
		cmocka_unit_test(an_answer_that_begins_above_the_screen_says_so_until_the_next_key),
		cmocka_unit_test(step_keys_move_the_pane_and_leave_the_line_alone),
		cmocka_unit_test(after_ctrl_x_readline_keeps_what_we_leave_free),
		cmocka_unit_test(enter_on_an_empty_line_repeats_a_step),
		cmocka_unit_test(a_colon_gives_the_prompt_one_command),
		cmocka_unit_test(zoom_gives_the_screen_to_one_part_and_back),
		cmocka_unit_test(the_pane_grows_and_shrinks_within_bounds),
		cmocka_unit_test(output_scrolls_back_stays_there_and_returns),
		cmocka_unit_test(output_is_wrapped_anew_not_cut),
		cmocka_unit_test(only_so_many_lines_are_kept),
		cmocka_unit_test(text_in_the_output_is_found_backwards_and_on),
		cmocka_unit_test(incomplete_input_goes_on_in_the_line_and_is_one_entry),
		cmocka_unit_test(a_paste_waits_for_enter_and_takes_the_focus),
		cmocka_unit_test(candidates_are_shown_until_the_next_key),
		cmocka_unit_test(many_candidates_take_the_pane_and_tab_turns_the_page),
		cmocka_unit_test(a_key_that_does_nothing_says_what_to_press),
		cmocka_unit_test(a_click_in_the_line_places_the_cursor),
		cmocka_unit_test(the_wheel_scrolls_what_is_under_it_and_never_the_history),
		cmocka_unit_test(the_end_of_input_leaves_and_so_does_quit),
		cmocka_unit_test(the_line_and_the_step_survive_every_change_of_size),
		cmocka_unit_test(the_picture_after_any_history_equals_a_fresh_drawing),
		cmocka_unit_test(long_work_shows_a_line_of_progress_and_ctrl_c_stops_it),
		cmocka_unit_test(the_picture_is_text_and_svg),
		cmocka_unit_test(a_key_is_named_as_the_focus_has_it),
		cmocka_unit_test(the_table_of_keys_names_every_key_that_is_taken),
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
