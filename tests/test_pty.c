/*
 * test_pty.c - the program in a real pseudo terminal: what the terminal shows, signals, job control, and how it is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "small_terminal.h"

#define STEP "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero\r"

/* ---- tests ---- */

static void the_pane_opens_with_greeting_and_prompt_and_leaves_no_trace(void **state)
{
	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	assert_true(vt.alternate);
	assert_true(vt_shows("small numbers from large ones"));
	assert_true(vt_shows("PROMPT"));
	pty_send("=1 + 1\r");
	vt_wait_for("\n2\n");
	vt_equals_a_fresh_drawing();
	pty_send("\x04");
	pty_ends("exit 0");
	assert_non_null(strstr(strstr(text_str(&pty.all), "\033[?1049l"), "qs> =1 + 1\r\n2\r\n"));	/* the last lines of output */
	assert_non_null(strstr(text_str(&pty.all), "\033[?2004l"));
}

static void the_line_and_the_step_survive_resizing_in_the_middle(void **state)
{
	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send(STEP);
	vt_wait_for("step 1/6");
	pty_send("half a li");
	pty_send("\033[19~\033[19~");
	vt_wait_for("step 3/6");
	pty_resize(40, 120);
	vt_wait_for("half a li");
	vt_equals_a_fresh_drawing();
	pty_resize(10, 40);
	vt_wait_for("pane hidden (60x16 needed)");
	vt_equals_a_fresh_drawing();
	pty_resize(5, 29);
	assert_string_equal(vt_text(), "qs> half a li\n\n\n\n\n");
	pty_resize(1, 1);
	pty_pump(0.1);
	pty_resize(60, 200);
	vt_wait_for("step 3/6");
	vt_equals_a_fresh_drawing();
	pty_resize(24, 80);
	vt_wait_for("step 3/6");
	assert_true(vt_shows("qs> half a li\n"));
	vt_equals_a_fresh_drawing();
	pty_send("\x15quit\r");
	pty_ends("exit 0");
}

/* Curses once set the scrolling region to the 24 lines of the terminal type: deleted lines then moved half of the screen. */
static void a_terminal_taller_than_its_type_scrolls_as_one(void **state)
{
	(void)state;
	pty_start(40, 80, NULL);
	vt_wait_for("qs>");
	for (int i = 0; i < 12; i++) {
		char line[32];

		snprintf(line, sizeof line, "=%d + 1\r", 100 + i);
		pty_send(line);
		snprintf(line, sizeof line, "\n%d\n", 101 + i);
		vt_wait_for(line);
	}
	vt_equals_a_fresh_drawing();
	pty_send("\x04");
	pty_ends("exit 0");
}

static void ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(void **state)
{
	char *was;

	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send(STEP "some text");
	vt_wait_for("some text");
	was = strdup(vt_text());
	pty_send("\x1a");
	assert_string_equal(pty_report(), "stopped");
	pty_pump(0.05);
	pty_same_settings();
	assert_false(vt.alternate);
	for (int r = 0; r < vt.rows; r++)
		vt_blank(r, 0, VT_COLS_MAX);
	pty_go_on();
	vt_wait_for("some text");
	pty_pump(0.1);
	assert_true(vt.alternate);
	assert_string_equal(vt_text(), was);
	free(was);
	pty_send("\x03");			/* drops the line */
	pty_pump(0.1);
	assert_false(vt_shows("some text"));
	pty_send("\x04");
	pty_ends("exit 0");
}

static void a_stop_from_outside_is_survived_too(void **state)
{
	pid_t pid;
	char *was;

	(void)state;
	pid = pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send("abc");
	vt_wait_for("qs> abc");
	was = strdup(vt_text());
	kill(pid, SIGSTOP);
	assert_string_equal(pty_report(), "stopped");
	vt_blank(0, 0, VT_COLS_MAX);
	pty_go_on();
	pty_pump(0.3);
	assert_string_equal(vt_text(), was);
	free(was);
	pty_send("\x03\x04");
	pty_ends("exit 0");
}

static void pasted_lines_wait_for_enter(void **state)
{
	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send("\033[200~a = 20\rb = 22\033[201~");
	vt_wait_for("qs> a = 20\n..> b = 22");
	pty_send("\r");
	pty_send("=a + b\r");
	vt_wait_for("\n42\n");
	vt_equals_a_fresh_drawing();
	pty_send("\x04");
	pty_ends("exit 0");
}

static void text_that_arrives_fast_is_taken_whole(void **state)
{
	struct text t = { 0 };

	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	for (int i = 0; i < 200; i++)
		text_add(&t, "x%d = %d\r", i, i);
	text_put(&t, "=x0 + x100 + x199\r");
	pty_send(text_str(&t));
	vt_wait_for("\n299\n");
	text_clear(&t);
	text_put(&t, "y = 0");
	for (int i = 0; i < 1000; i++)
		text_put(&t, " + 1");
	pty_send(text_str(&t));
	pty_send("\r=y\r");
	vt_wait_for("\n1000\n");
	vt_equals_a_fresh_drawing();
	text_drop(&t);
	pty_send("\x04");
	pty_ends("exit 0");
}

static void signals_that_end_it_leave_the_terminal_whole(void **state)
{
	static const struct { int sig; const char *how; } signals[] = {
		{ SIGTERM, "exit 143" }, { SIGHUP, "exit 129" }, { SIGSEGV, "signal 11" }, { SIGABRT, "signal 6" }, { SIGQUIT, "signal 3" },
		{ SIGFPE, "signal 8" }, { SIGBUS, "signal 7" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		pid_t pid = pty_start(24, 80, NULL);

		vt_wait_for("qs>");
		pty_send("abc");
		vt_wait_for("qs> abc");
		kill(pid, signals[i].sig);
		pty_ends(signals[i].how);
		assert_non_null(strstr(text_str(&pty.all), "\033[?2004l"));
	}
}

static void ctrl_c_does_not_end_it(void **state)
{
	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send("\x03\x03\x03");
	vt_wait_for("leaves");
	pty_send("while true do end\r");
	pty_pump(0.3);
	pty_send("\x03");
	pty_pump(0.3);
	pty_send("\x03");
	vt_wait_for("error[cancelled]");
	pty_send("=6 * 7\r");
	vt_wait_for("\n42\n");
	vt_equals_a_fresh_drawing();
	pty_send("\x04");
	pty_ends("exit 0");
}

static void a_lone_escape_reaches_the_pane(void **state)
{
	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send(STEP);
	vt_wait_for("step 1/6");
	pty_send("\033[17~");
	vt_wait_for("PANE");
	pty_send("\033");
	vt_wait_for("PROMPT");
	pty_send("\x04");
	pty_ends("exit 0");
}

static void without_utf8_and_colour_it_sends_neither(void **state)
{
	(void)state;
	setenv("LC_ALL", "C", 1);
	setenv("NO_COLOR", "1", 1);
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send(STEP);
	vt_wait_for("step 1/6");
	vt_equals_a_fresh_drawing();
	pty_send("\x04");
	pty_ends("exit 0");
	assert_false(vt.high_bytes);
	assert_false(vt.colors);
	unsetenv("NO_COLOR");
	setenv("LC_ALL", "C.UTF-8", 1);
}

static void a_dumb_terminal_gets_a_plain_prompt(void **state)
{
	(void)state;
	setenv("TERM", "dumb", 1);
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	assert_null(strchr(text_str(&pty.all), 033));
	pty_send("\r");
	vt_wait_for("Start the first lesson?  lesson walkie  does.");
	pty_send("=6 * 7\r");
	vt_wait_for("\n42\n");
	pty_send("\x04");
	pty_ends("exit 0");
	setenv("TERM", "xterm", 1);
}

static void a_terminal_of_20x4_gets_a_plain_prompt(void **state)
{
	(void)state;
	pty_start(4, 20, "-q", NULL);
	vt_wait_for("qs>");
	pty_send("=6 * 7\r");
	vt_wait_for("42\n");
	assert_false(vt.alternate);
	pty_send("\x04");
	pty_ends("exit 0");
}

static void the_plain_prompt_steps_stops_and_changes_to_the_pane_and_back(void **state)
{
	(void)state;
	pty_start(24, 80, "--plain", NULL);
	vt_wait_for("qs>");
	pty_send(STEP);
	vt_wait_for("step 1/6");
	pty_send("\r");
	vt_wait_for("step 2/6");
	pty_send("half\x03");
	vt_wait_for("^C");
	pty_send("y = 3 +\r");
	vt_wait_for("..>");
	pty_send("4\r=y\r");
	vt_wait_for("\n7\n");
	pty_send("\x1a");
	assert_string_equal(pty_report(), "stopped");
	pty_same_settings();
	pty_go_on();
	pty_pump(0.2);
	pty_send("pane on\r");
	vt_wait_for("PROMPT");
	assert_true(vt.alternate);
	assert_true(vt_shows("\n7\n"));
	assert_true(vt_shows("step 2/6"));
	assert_false(vt_shows("?["));		/* the colours of the pictures that were printed */
	vt_equals_a_fresh_drawing();
	pty_send("pane off\r");
	pty_pump(0.3);
	assert_false(vt.alternate);
	pty_send("=y + 1\r");
	vt_wait_for("\n8\n");
	pty_send("\x04");
	pty_ends("exit 0");
}

static void the_plain_prompt_leaves_the_terminal_whole_too(void **state)
{
	pid_t pid;

	(void)state;
	pid = pty_start(24, 80, "--plain", NULL);
	vt_wait_for("qs>");
	kill(pid, SIGSEGV);
	pty_ends("signal 11");
	pid = pty_start(24, 80, "--plain", NULL);
	vt_wait_for("qs>");
	kill(pid, SIGTERM);
	pty_ends("exit 143");
}

/* interaction.md 21: during a step, a search, a completion list, a question of a lesson and a running job. */
static void every_change_of_size_leaves_a_fresh_drawing(void **state)
{
	static const int sizes[][2] = { { 6, 30 }, { 16, 60 }, { 40, 120 }, { 60, 200 }, { 10, 40 }, { 24, 80 } };
	static const struct { const char *keys, *shown; } during[] = {
		{ STEP "\033[19~\033[19~half", "half" },
		{ "find = 1\r\x12" "fin", "(reverse-i-search)`fin'" },
		{ "quantize q\t\t", "b/w  blocks of" },
		{ "\x18/quant", "find: quant" },
		{ "help\r\033[5~", "below" },
		{ STEP "\033[17~?", "page up" },
		{ "lesson walkie\r", "walkie 1/7>" },
	};

	(void)state;
	for (size_t k = 0; k < sizeof during / sizeof *during; k++) {
		pid_t pid = pty_start(24, 80, NULL);

		vt_wait_for("qs>");
		pty_send(during[k].keys);
		vt_wait_for(during[k].shown);
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			pty_resize(sizes[i][0], sizes[i][1]);
			vt_equals_a_fresh_drawing();
		}
		assert_true(vt_shows(during[k].shown));
		kill(pid, SIGTERM);
		pty_ends("exit 143");
	}
}

static void work_goes_on_while_the_size_changes(void **state)
{
	static const int sizes[][2] = { { 6, 30 }, { 16, 60 }, { 40, 120 }, { 60, 200 }, { 10, 40 }, { 24, 80 } };

	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send("w = gauss 2048x4096 seed=1\r");
	vt_wait_for("w = f32[2048, 4096]");
	pty_send("quantize q4_K w\rmeanwhile");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		pty_resize(sizes[i][0], sizes[i][1]);
	vt_wait_for("4.5 b/w   rmse");
	assert_true(vt_shows("qs> meanwhile"));
	vt_equals_a_fresh_drawing();
	pty_send("\x15quantize q4_K w\r");
	pty_pump(0.1);
	pty_send("\x03");
	pty_pump(0.5);
	pty_send("=6 * 7\r");
	vt_wait_for("\n42\n");
	vt_equals_a_fresh_drawing();
	pty_send("\x04");
	pty_ends("exit 0");
}

static void keys_of_the_mouse_move_and_click(void **state)
{
	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send(STEP);
	vt_wait_for("step 1/6");
	pty_send("\033[<0;4;14M\033[<0;4;14m");		/* F8 in the bar */
	vt_wait_for("step 2/6");
	pty_send("\033[<0;4;9M\033[<0;4;9m");		/* into the pane */
	vt_wait_for("PANE");
	pty_send("\x04q\x04");
	pty_ends("exit 0");
}

static void the_history_comes_back_in_the_next_run(void **state)
{
	(void)state;
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send("remembered = 1\r");
	pty_pump(0.2);
	pty_send("\x04");
	pty_ends("exit 0");
	pty_start(24, 80, NULL);
	vt_wait_for("qs>");
	pty_send("\x12remem");
	vt_wait_for("(reverse-i-search)`remem': remembered = 1");
	vt_equals_a_fresh_drawing();
	pty_send("\x07\x04");
	pty_ends("exit 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pane_opens_with_greeting_and_prompt_and_leaves_no_trace),
		cmocka_unit_test(the_line_and_the_step_survive_resizing_in_the_middle),
		cmocka_unit_test(a_terminal_taller_than_its_type_scrolls_as_one),
		cmocka_unit_test(ctrl_z_gives_the_terminal_back_and_fg_takes_it_again),
		cmocka_unit_test(a_stop_from_outside_is_survived_too),
		cmocka_unit_test(pasted_lines_wait_for_enter),
		cmocka_unit_test(text_that_arrives_fast_is_taken_whole),
		cmocka_unit_test(signals_that_end_it_leave_the_terminal_whole),
		cmocka_unit_test(ctrl_c_does_not_end_it),
		cmocka_unit_test(a_lone_escape_reaches_the_pane),
		cmocka_unit_test(without_utf8_and_colour_it_sends_neither),
		cmocka_unit_test(a_dumb_terminal_gets_a_plain_prompt),
		cmocka_unit_test(a_terminal_of_20x4_gets_a_plain_prompt),
		cmocka_unit_test(the_plain_prompt_steps_stops_and_changes_to_the_pane_and_back),
		cmocka_unit_test(the_plain_prompt_leaves_the_terminal_whole_too),
		cmocka_unit_test(every_change_of_size_leaves_a_fresh_drawing),
		cmocka_unit_test(work_goes_on_while_the_size_changes),
		cmocka_unit_test(keys_of_the_mouse_move_and_click),
		cmocka_unit_test(the_history_comes_back_in_the_next_run),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, pty_set_up, pty_tear_down);
}
