/* test_runner.c - lines, scripts, variables, errors, waiting, and the module qs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/pool.h"
#include "commands/command.h"
#include "engine/kernel.h"
#include "lua/runner.h"
#include "lua_world.h"

static bool control(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	(void)arg;
	if (strcmp(what, "history"))
		return error_set(err, ERR_COMMAND, "there is no %s here", what);
	if (!strcmp(how, "7"))
		text_put(answer, "=7 * 6");
	return *how == '7' || error_set(err, ERR_ARGUMENT, "there is no entry %s", how);
}

static struct world *open_world(bool batch, bool keep_going)
{
	static const char *const places[] = { NULL };
	struct world *w = world_new();

	world_start(w, (struct runner_options){ .lesson_places = places, .keep_going = keep_going }, control, batch);
	return w;
}

static int set_up(void **state)
{
	*state = open_world(true, false);
	return 0;
}

static int tear_down(void **state)
{
	world_drop(*state);
	return 0;
}

/* What a line prints, without the last line end. */
static const char *run(struct world *w, const char *line)
{
	struct error err;

	text_clear(&w->said);
	if (runner_run(w->r, line, NULL, &err) == LINE_INCOMPLETE)
		text_put(&w->said, "(incomplete)\n");
	if (w->said.len)
		w->said.s[--w->said.len] = 0;
	return text_str(&w->said);
}

#define PRINTS(line, want) assert_string_equal(run(w, line), want)

/* ---- lines ---- */

static void a_literal_makes_a_variable_and_says_what_it_is(void **state)
{
	struct world *w = *state;

	PRINTS("x = [-1.2, -0.6, 0.2, 1.0]", "x = f32[4]   min -1.2   max 1   absmax 1.2");
	PRINTS("_", "f32[4]   min -1.2   max 1   absmax 1.2");
	PRINTS("=x", "-1.2 -0.6 0.2 1");
	PRINTS("2 * x", "f32[4]   min -2.4   max 2   absmax 2.4");
	PRINTS("y = 2 * x[0:2] - [1, 1]", "y = f32[2]   min -3.4   max -2.2   absmax 3.4");
	PRINTS("a, b = [1], 7", "a = f32[1]   min 1   max 1   absmax 1");
	PRINTS("b", "7");
}

static void plain_values_print_in_their_shortest_form(void **state)
{
	struct world *w = *state;

	PRINTS("1.2 / 7", "0.17142857142857");
	PRINTS("10 / 2", "5");
	PRINTS("2^53", "9.007199254741e+15");
	PRINTS("x = [-0.6]; x[0]", "x = f32[1]   min -0.6   max -0.6   absmax 0.6\n-0.6");
	PRINTS("0.1 + 0.2", "0.3");
	PRINTS("1, 'a', true, nil", "1\ta\ttrue\tnil");
	PRINTS("{1, 2, b = 'x', a = {}}", "{1, 2, a = {\xe2\x80\xa6}, b = \"x\"}");
	PRINTS("type", "function");
	PRINTS("n = 3", "");
	PRINTS("'a\\27[31mb'", "a\\x1b[31mb");
}

static void the_last_results_are_kept(void **state)
{
	struct world *w = *state;

	run(w, "1");
	run(w, "2");
	run(w, "quantize int4 [1, 2]");
	PRINTS("=qs.kind(_), _1, _2", "quantized\t2\t1");
	run(w, "_");
	PRINTS("=qs.kind(_), _1, _2", "quantized\t2\t1");
	for (int i = 0; i < 12; i++)
		run(w, "[1, 2]");
	PRINTS("=qs.kind(_9), _10", "tensor\tnil");
}

static void a_command_gives_its_result_to_a_name(void **state)
{
	struct world *w = *state;

	PRINTS("q = quantize int4 [-1.2, -0.6, 0.2, 1.0]", "q = int4   one scale   codes -7 -4 1 6   step 0.171429   rmse 0.0474");
	PRINTS("q.codec", "int4");
	PRINTS("t = decode q; =('%.5f'):format(t[1])", "t = f32[4]   min -1.2   max 1.02857   absmax 1.2\n-0.68571");
	PRINTS("quantize int4 (2 * [0.5, 1])", "int4   one scale   codes 4 7   step 0.285714   rmse 0.1010");
	PRINTS(":quantize int4 [1, 2]", "int4   one scale   codes 4 7   step 0.285714   rmse 0.1010");
}

static void a_variable_with_a_commands_name_is_reached_by_equals(void **state)
{
	struct world *w = *state;

	PRINTS("size = 3", "note: 'size' is a command too; the variable is reached by  =size  or inside expressions");
	PRINTS("size = 4", "");
	PRINTS("=size + 1", "5");
	assert_non_null(strstr(run(w, "size + 1"), "did you mean the variable?   =size + 1"));
}

static void history_lines_are_shown_and_run(void **state)
{
	struct world *w = *state;

	PRINTS("!7; =1", "=7 * 6\n42\n1");
	assert_non_null(strstr(run(w, "!8"), "error[argument]: there is no entry 8"));
}

/* ---- errors ---- */

static void errors_point_into_the_line_as_typed(void **state)
{
	struct world *w = *state;

	run(w, "x = [-1.2, -0.6, 0.2, 1.0]");
	PRINTS("y = 3 +\n)", "error[lua]: unexpected symbol near ')'\n  line 2: )\n          ^");
	PRINTS("y = 1; z = 2 * x[0, 3:9]", "error[shape]: 3:9 reaches beyond the 4 columns\n  y = 1; z = 2 * x[0, 3:9]\n                      ^^^\n"
	       "  counted from 0: 0 to 3, or -1 for the last");
	PRINTS("y = [1 2]", "error[syntax]: this does not belong into a literal\n  y = [1 2]\n         ^\n  numbers with commas between them; ; starts a new row");
	PRINTS("y = [1, 2)", "error[syntax]: ')' does not close '['\n  y = [1, 2)\n           ^");
	PRINTS("2 * nope", "error[lua]: attempt to perform arithmetic on a nil value (global 'nope')\n  2 * nope\n      ^^^^");
	PRINTS("quantize int4 (x[0:9])", "error[shape]: 0:9 reaches beyond the 4 weights\n  quantize int4 (x[0:9])\n                   ^^^\n"
	       "  counted from 0: 0 to 3, or -1 for the last");
	PRINTS("quantize int4 (2 * * 3)", "error[lua]: unexpected symbol near '*'\n  quantize int4 (2 * * 3)\n                     ^");
	PRINTS("y = 2; quantize q4_0 x", "error[shape]: 4 weights do not fill a block; q4_0 has blocks of 32\n  y = 2; quantize q4_0 x\n                       ^\n"
	       "  add pad=zero, or use a codec of any length:  quantize int4 x");
	assert_int_equal(runner_first_error(w->r), ERR_LUA);
}

static void an_unknown_first_word_that_looks_like_a_command_is_one(void **state)
{
	struct world *w = *state;

	assert_non_null(strstr(run(w, "quantise int4 x"), "error[command]: no command 'quantise'\n  quantise int4 x\n  ^^^^^^^^\n  nearest: quantize"));
	assert_non_null(strstr(run(w, "q = quantise int4 x"), "error[command]: no command 'quantise'\n  q = quantise int4 x\n      ^^^^^^^^\n"));
	assert_non_null(strstr(run(w, "quantise int4 [1, 2]"), "error[command]: no command 'quantise'"));
	assert_non_null(strstr(run(w, "frobnicate"), "error[command]: no command 'frobnicate'"));
	assert_non_null(strstr(run(w, "x = = 3"), "error[lua]: unexpected symbol near '='\n  x = = 3\n      ^"));
}

static void input_that_is_incomplete_waits_and_is_told_at_the_end(void **state)
{
	struct world *w = *state;

	PRINTS("y = 3 +", "(incomplete)");
	PRINTS("y = [1,", "(incomplete)");
	PRINTS("for i = 1, 2 do", "(incomplete)");
	assert_true(runner_incomplete(w->r, "f("));
	assert_false(runner_incomplete(w->r, "quantize int4 [1, 2"));
	PRINTS("for i = 1, 2 do\nprint(i)\nend\n=3", "1\n2\n3");
	text_clear(&w->said);
	assert_int_equal(runner_cut(w->r, "x = 1\ny = [1,", NULL), LINE_FAILED);
	assert_string_equal(text_str(&w->said), "error[syntax]: this bracket is not closed\n  line 2: y = [1,\n              ^\n  a ] is missing\n");
}

static void a_part_that_fails_ends_its_line(void **state)
{
	struct world *w = *state;

	assert_null(strstr(run(w, "=1; nope nope; =20 + 3"), "23"));
	PRINTS("=3", "3");
}

/* ---- values in Lua ---- */

static void tensors_count_from_zero_and_compare_by_value(void **state)
{
	struct world *w = *state;

	run(w, "m = [1, 2, 3; 4, 5, 6]");
	PRINTS("=#m, m.rows, m.cols, m.type, m[0], m[5], m[-1], m[{1, 0}]", "6\t2\t3\tf32\t1\t6\t6\t4");
	PRINTS("=m == [1, 2, 3; 4, 5, 6], m == [1, 2, 3, 4, 5, 6], m ~= m", "true\tfalse\tfalse");
	PRINTS("=m + 1", "2 3 4\n5 6 7");
	PRINTS("=1 / m[0, :] * [2, 2, 2] - -m[0, :]", "3 3 3.66667");
	PRINTS("=m - [1, 2, 3]", "0 0 0\n3 3 3");
	PRINTS("=m:slice('1, 0:2') == [4, 5], m:reshape(3, 2).rows, m:reshape{1, 6}.cols", "true\t3\t6");
	PRINTS("=m:table()[2][3], m:map(function(v, i) return v * i end)[5]", "6\t30");
	PRINTS("s = 0; for i, v in m:each() do s = s + i * v end; =s", "70");
	PRINTS("=m:stats().max, m:stats().mean, #m:hist{bins = 5}, m:hist{bins = 5}[5].count", "6\t3.5\t5\t2");
	PRINTS("=qs.range(0, 1, 0.5) == [0, 0.5, 1], qs.linspace(-1, 1, 3) == [-1, 0, 1], qs.zeros{2, 2} == [0, 0; 0, 0]", "true\ttrue\ttrue");
	PRINTS("=qs.tensor{{1, 2}, {3, 4}} == [1, 2; 3, 4], qs.tensor({1, 2, 3, 4}, {2, 2}) == [1, 2; 3, 4]", "true\ttrue");
	assert_non_null(strstr(run(w, "m[6]"), "error[shape]: no weight 6: there are 6"));
	assert_non_null(strstr(run(w, "m[1.5]"), "an index is a whole number"));
	assert_non_null(strstr(run(w, "m + [1, 2]"), "error[shape]: 2 x 3 and 1 x 2 do not fit together"));
	assert_non_null(strstr(run(w, "m + 'a'"), "error[value]: a tensor and a string cannot be combined"));
	assert_non_null(strstr(run(w, "m.nope"), "error[value]: a tensor has no field or method 'nope'"));
	assert_non_null(strstr(run(w, "qs.tensor{1, 'a'}"), "element 2 of the table is a string"));
	assert_non_null(strstr(run(w, "qs.zeros(0)"), "error[shape]"));
	assert_non_null(strstr(run(w, "m[0:2] = 1"), "error[syntax]: a slice cannot be assigned to"));
}

static void setting_a_weight_leaves_what_others_hold_as_it_was(void **state)
{
	struct world *w = *state;

	run(w, "x = [1, 2, 3, 4]");
	run(w, "q = quantize int8 x");
	run(w, "x[2] = 30");
	PRINTS("=x", "1 2 30 4");
	PRINTS("=q.x", "1 2 3 4");
	run(w, "x[{0, 3}] = 5; x[0] = 9");
	PRINTS("=x", "9 2 30 5");
	assert_non_null(strstr(run(w, "x[4] = 1"), "error[shape]: no weight 4"));
	assert_non_null(strstr(run(w, "x[0] = 'a'"), "a weight is a number, not a string"));
}

static void quantized_values_tell_all_about_themselves(void **state)
{
	struct world *w = *state;

	run(w, "x = [-1.2, -0.6, 0.2, 1.0]");
	run(w, "q = qs.quantize(x, 'int4')");
	PRINTS("=q:codes()", "-7 -4 1 6");
	PRINTS("=#q.bytes, q.codec, q.x == x, q.rows, q.cols, #q", "6\tint4\ttrue\t1\t4\t1");
	PRINTS("=('%.4f'):format(q:error().rmse), q:error{skip = {1}}.max < q:error().max", "0.0474\ttrue");
	PRINTS("=q:values() == qs.decode(q), q:flip(4, 0):codes()[0], #q:block(0).bytes", "true\t-8\t6");
	PRINTS("=qs.quantize(x, 'int4', {step = 10 / 14}):codes()", "-2 -1 0 1");
	PRINTS("=qs.quantize(x, 'uint4'):codes()", "0 4 9 15");
	PRINTS("=#qs.quantize(x, 'q4_0', {pad = 'zero'}).bytes, qs.quantize(x, 'q4_0', {pad = 'zero'}):field(0, 'd') > 0",
	       "q4_0 wants blocks of 32: 28 zeros added, left out of every error figure\nq4_0 wants blocks of 32: 28 zeros added, left out of every error figure\n18\ttrue");
	PRINTS("=qs.why(q, 'code[1]')", "code[1] = round(-0.6 / 0.171429) = round(-3.5) = -4   TIE");
	PRINTS("tr = qs.trace(x, 'int4'); =#tr, tr[0].name, tr:find('code[3]')", "tr = trace of int4   block 0   step 1 of 5   find\n5\tfind\t6\tcode[3] = round(1 / 0.171429) = round(5.8333) = 6");
	PRINTS("s = qs.sweep(x, {'int4', 'uint4', 'int8'}); =#s, s[2].codec, s[3].rmse < s[1].rmse", "3\tuint4\ttrue");
	PRINTS("=qs.codec('Q4-K').name, qs.codec('q4_K').bits, qs.codec('q4_K').block, qs.codec('nope')", "q4_K\t4.5\t256\tnil");
	PRINTS("=pcall(qs.quantize, x, 'q4_0', {})", "false\terror[shape]: 4 weights do not fill a block; q4_0 has blocks of 32\n  add pad=zero, or use a codec of any length: int4, uint4");
	PRINTS("=qs.decode('q8_0', string.pack('<Hi1', 0x3c00, 5) .. ('\\0'):rep(31), 1, 32)[0]", "5");
	assert_non_null(strstr(run(w, "qs.decode('q8_0', 'abc', 1, 32)"), "3 bytes were given; 1 x 32 in q8_0 take 34"));
	assert_non_null(strstr(run(w, "qs.decode('q8_0', 'abc', 1, 31)"), "error[shape]"));
	assert_non_null(strstr(run(w, "qs.quantize(x, 'q4z')"), "error[codec]: no codec 'q4z'"));
	assert_non_null(strstr(run(w, "qs.quantize(x, 'int4', {pad = 'some'})"), "no pad 'some'"));
	assert_non_null(strstr(run(w, "qs.why(q, 'nope')"), "no number 'nope' here"));
}

static void commands_and_views_are_at_hand_in_lua(void **state)
{
	struct world *w = *state;

	run(w, "x = [-1.2, -0.6, 0.2, 1.0]");
	PRINTS("q = qs.cmd('quantize int4 x')", "int4   one scale   codes -7 -4 1 6   step 0.171429   rmse 0.0474\nq = int4   one scale   codes -7 -4 1 6   step 0.171429   rmse 0.0474");
	assert_non_null(strstr(run(w, "=qs.view.text('line', x, {codec = 'int4', codes = {-7, 7}, width = 60})"), "line   int4 codes -7..7"));
	assert_non_null(strstr(run(w, "=qs.view.text('name', 'Q4_K_M')"), "name   Q4_K_M"));
	assert_non_null(strstr(run(w, "=qs.view.text('bits', 0.15)"), "bits   0.15"));
	PRINTS("qs.view('line', q)", "");
	assert_string_equal(stage_front(&w->stage)->view->name, "line");
	run(w, "step int4 x");
	PRINTS("=qs.step.next(2), qs.step.at()", "step 3/5  round: code = round(x / step), kept within -7..7\ntrue\t2");
	assert_non_null(strstr(run(w, "qs.view('nope', x)"), "no view 'nope'"));
	assert_non_null(strstr(run(w, "qs.cmd('nope x')"), "error[command]: no command 'nope'"));
	PRINTS("=#gauss(4, {seed = 1}), gauss(4, {seed = 1}) == qs.rand.normal(4, {seed = 1}), gauss({2, 3}).rows", "4\ttrue\t2");
}

static void each_function_of_qs_is_in_help(void **state)
{
	struct world *w = *state;
	char *names, *save;

	run(w, "n = {}; for k, v in pairs(qs) do if k:sub(1, 1) ~= '_' then n[#n + 1] = 'qs.' .. k end end; =table.concat(n, ' ')");
	names = strdup(text_str(&w->said));
	for (char *name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save))
		if (!help_row_find(name))
			fail_msg("%s is not in help", name);
	free(names);
	for (size_t i = 0; help_row_at(i); i++)
		if (!strncmp(help_row_at(i)->name, "qs.", 3)) {
			char line[100];

			snprintf(line, sizeof line, "=%s ~= nil", help_row_at(i)->name);
			PRINTS(line, "true");
		}
}

/* ---- scripts ---- */

static void write_file(const char *path, const char *s)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(s, f);
	fclose(f);
}

static bool script(struct world *w, const char *name, const char *body)
{
	char path[64];
	struct error err;
	bool ok;

	snprintf(path, sizeof path, "/tmp/qs-test-%ld-%s", (long)getpid(), name);
	write_file(path, body);
	text_clear(&w->said);
	ok = runner_script(w->r, path, &err);
	unlink(path);
	return ok;
}

static void a_lua_script_has_its_arguments_and_an_exit_code(void **state)
{
	struct world *w = *state;

	runner_set_args(w->r, 2, (char *[]){ "one", "two" });
	assert_true(script(w, "a.lua", "#!/usr/bin/env quantscope\nlocal qs = require \"qs\"\nlocal s = [[a]]\nprint(arg[1], #arg, s, qs.version)\nos.exit(3)\nprint('not')\n"));
	assert_string_equal(text_str(&w->said), "one\t2\ta\t1.0\n");
	assert_int_equal(runner_exit(w->r), 3);
}

static void a_fault_in_a_script_names_file_and_line(void **state)
{
	struct world *w = *state;

	assert_false(script(w, "b.lua", "local x = 1\nprint(x)\nerror('bad')\n"));
	assert_non_null(strstr(text_str(&w->said), "b.lua:3: error[lua]: bad"));
	assert_false(script(w, "c.lua", "x = = 3\n"));
	assert_non_null(strstr(text_str(&w->said), "c.lua:1: error[lua]: unexpected symbol near '='"));
	assert_false(script(w, "d.qs", "# a script\nx = [1, 2]\nfor i = 1, 2 do\n  print(i)\nend\nquantize q4z x\n=3\n"));
	assert_non_null(strstr(text_str(&w->said), "1\n2\n"));
	assert_non_null(strstr(text_str(&w->said), "d.qs:6: error[codec]: no codec 'q4z'\n  quantize q4z x\n           ^^^"));
	assert_null(strstr(text_str(&w->said), "3\n"));
	assert_false(script(w, "e.qs", "=1\ny = [1,\n"));
	assert_non_null(strstr(text_str(&w->said), "e.qs:2: error[syntax]: this bracket is not closed"));
}

static void a_script_can_go_on_after_an_error(void **state)
{
	struct world *w = open_world(true, true);

	(void)state;
	script(w, "f.qs", "nope nope; =1\n=2\nx = nope + 1\n=3");
	assert_null(strstr(text_str(&w->said), "\n1\n"));
	assert_non_null(strstr(text_str(&w->said), "\n2\n"));
	assert_non_null(strstr(text_str(&w->said), "\n3\n"));
	assert_int_equal(runner_first_error(w->r), ERR_COMMAND);
	world_drop(w);
}

static void run_waits_for_its_script(void **state)
{
	struct world *w = *state;
	char line[80];

	snprintf(line, sizeof line, "/tmp/qs-test-%ld-g.qs", (long)getpid());
	write_file(line, "x = [1, 2]\n=4\n");
	snprintf(line, sizeof line, "run /tmp/qs-test-%ld-g.qs; =5", (long)getpid());
	PRINTS(line, "x = f32[2]   min 1   max 2   absmax 2\n4\n5");
	unlink(line + 4);
	assert_non_null(strstr(run(w, "run /tmp/qs-none.qs"), "error[file]: cannot read /tmp/qs-none.qs"));
}

static void quit_ends_with_its_code(void **state)
{
	struct world *w = *state;

	PRINTS("=1; quit 4; =2", "1");
	assert_int_equal(runner_exit(w->r), 4);
}

/* Golden blocks of another encoder, if they are there. */
static void the_users_check_of_codecs_runs(void **state)
{
	struct world *w = *state;
	const char *shared = getenv("QS_SHARED");
	char path[300], dir[300];
	struct error err;

	snprintf(path, sizeof path, "%s/checks/codecs.lua", shared ? shared : "");
	snprintf(dir, sizeof dir, "%s/golden", shared ? shared : "");
	if (!shared || access(path, R_OK) != 0)
		skip();
	runner_set_args(w->r, 1, (char *[]){ dir });
	runner_script(w->r, path, &err);
	assert_non_null(strstr(text_str(&w->said), " passed, "));
	assert_null(strstr(text_str(&w->said), "FAIL q4_K"));
	assert_null(strstr(text_str(&w->said), "FAIL f16"));
}

static void tensors_of_an_open_model_are_named_in_lines(void **state)
{
	struct world *w = *state;
	const char *shared = getenv("QS_SHARED");
	char line[400];

	snprintf(line, sizeof line, "%s/weights/stories260K.gguf", shared ? shared : "");
	if (!shared || access(line, R_OK) != 0)
		skip();
	/* The second part is read when the first has opened the model. */
	snprintf(line, sizeof line, "m = open %s/weights/stories260K.gguf; y = m:blk.0.attn_q.weight[0:2, 0:4]; =y.rows, y.cols", shared);
	assert_non_null(strstr(run(w, line), "y = f32[2, 4]   "));
	PRINTS("=#m:tensors('blk.0.*'), m:meta('general.architecture'), m:info().tensors, m:meta('nope')", "9\tllama\t48\tnil");
	PRINTS("=m['blk.0.attn_q.weight'] == m:blk.0.attn_q.weight, m:\"blk.0.attn_q.weight\"[3] == m:blk.0.attn_q.weight[3]", "true\ttrue");
	assert_non_null(strstr(run(w, "y = m:blk.0.attn_z.weight + 1"), "has no tensor 'blk.0.attn_z.weight'\n  y = m:blk.0.attn_z.weight + 1\n        ^^^^^^^^^^^^^^^^^^^"));
}

/* ---- waiting ---- */

static void poll_until_idle(struct world *w, double seconds)
{
	struct timespec nap = { 0, 1000000 };

	for (int i = 0; runner_busy(w->r) && i < seconds * 1000; i++) {
		runner_poll(w->r);
		if (runner_timer(w->r) != 0)
			nanosleep(&nap, NULL);
	}
	runner_poll(w->r);
}

static void long_work_gives_control_back(void **state)
{
	struct world *w = open_world(false, false);

	(void)state;
	assert_int_equal(runner_start(w->r, "w = gauss 3000x1000 seed=1", NULL), LINE_WAITS);
	assert_true(runner_busy(w->r));
	assert_non_null(runner_job(w->r));
	assert_int_equal(runner_start(w->r, "=1", NULL), LINE_DONE);
	assert_int_equal(runner_start(w->r, "=w.rows", NULL), LINE_WAITS);	/* it names what is not there yet */
	poll_until_idle(w, 10);
	assert_string_equal(strstr(text_str(&w->said), "1\n") == text_str(&w->said) ? "first" : "", "first");
	assert_non_null(strstr(text_str(&w->said), "w = f32[3000, 1000]"));
	assert_non_null(strstr(text_str(&w->said), "\n3000\n"));
	world_drop(w);
}

static void functions_wait_in_lua_code_too(void **state)
{
	struct world *w = open_world(false, false);

	(void)state;
	assert_int_equal(runner_start(w->r, "for i = 1, 2 do w = gauss({3000, 1000}, {seed = i}); print(i, w.rows) end", NULL), LINE_WAITS);
	poll_until_idle(w, 10);
	assert_string_equal(text_str(&w->said), "1\t3000\n2\t3000\n");
	/* inside a sort's comparison nobody can wait: it is done on the spot */
	text_clear(&w->said);
	assert_int_equal(runner_start(w->r, "t = {2, 1}; table.sort(t, function(a, b) return a < b and #gauss({3000, 1000}) > 0 end); print(t[1])", NULL), LINE_DONE);
	assert_string_equal(text_str(&w->said), "1\n");
	world_drop(w);
}

static void ctrl_c_stops_work_and_nothing_else(void **state)
{
	struct world *w = open_world(false, false);

	(void)state;
	runner_start(w->r, "x = 5", NULL);
	assert_int_equal(runner_start(w->r, "w = gauss 4000x8000", NULL), LINE_WAITS);
	runner_interrupt(w->r);
	poll_until_idle(w, 10);
	assert_non_null(strstr(text_str(&w->said), "error[cancelled]"));
	text_clear(&w->said);
	runner_start(w->r, "=x, w", NULL);
	assert_string_equal(text_str(&w->said), "5\tnil\n");
	assert_int_equal(error_exit_code(runner_first_error(w->r)), 130);
	world_drop(w);
}

static void the_second_ctrl_c_breaks_off_a_loop(void **state)
{
	struct world *w = open_world(false, false);

	(void)state;
	assert_int_equal(runner_start(w->r, "while true do pcall(function() while true do end end) end", NULL), LINE_WAITS);
	assert_true(runner_poll(w->r));
	assert_true(runner_timer(w->r) == 0);
	runner_interrupt(w->r);
	runner_poll(w->r);
	assert_true(runner_busy(w->r));
	runner_interrupt(w->r);
	poll_until_idle(w, 5);
	assert_false(runner_busy(w->r));
	assert_non_null(strstr(text_str(&w->said), "error[cancelled]: Lua was broken off"));
	text_clear(&w->said);
	runner_start(w->r, "=1", NULL);
	assert_string_equal(text_str(&w->said), "1\n");
	world_drop(w);
}

static void a_changed_weight_is_seen_in_the_pane(void **state)
{
	struct world *w = open_world(false, false);
	const struct scene *front;

	(void)state;
	runner_start(w->r, "x = [1, 2, 3, 4]", NULL);
	runner_start(w->r, "hist x", NULL);
	runner_start(w->r, "x[1] = 20; x[2] = 30", NULL);
	front = stage_front(&w->stage);
	assert_string_equal(front->view->name, "hist");
	assert_true(tensor_get(&front->subject->u.tensor, 2) == 30 && w->stage.n == 1);
	runner_start(w->r, "step int4 x", NULL);
	runner_start(w->r, "next 2", NULL);
	runner_start(w->r, "x[0] = -60", NULL);
	front = stage_front(&w->stage);
	assert_int_equal(front->subject->kind, VALUE_TRACE);
	assert_int_equal(front->subject->u.walk.at, 2);
	assert_true(front->subject->u.walk.trace.x[0] == -60);
	runner_start(w->r, "line int4 x", NULL);
	runner_start(w->r, "for i = 0, #x - 1 do x[i] = i end", NULL);
	front = stage_front(&w->stage);
	assert_true(tensor_get(&front->subject->u.quantized.source, 3) == 3);
	world_drop(w);
}

static void enter_repeats_a_step(void **state)
{
	struct world *w = open_world(false, false);

	(void)state;
	assert_false(runner_empty_enter(w->r));
	runner_start(w->r, "step int4 [1, 2]", NULL);
	text_clear(&w->said);
	assert_true(runner_empty_enter(w->r));
	assert_non_null(strstr(text_str(&w->said), "step 2/5"));
	assert_true(runner_empty_enter(w->r));
	assert_non_null(strstr(text_str(&w->said), "step 3/5"));
	runner_start(w->r, "=1", NULL);
	assert_false(runner_empty_enter(w->r));
	world_drop(w);
}

static void play_goes_on_by_itself(void **state)
{
	struct world *w = open_world(false, false);
	struct timespec nap = { 0, 2000000 };

	(void)state;
	runner_start(w->r, "step int4 [1, 2]", NULL);
	assert_true(runner_timer(w->r) < 0);
	runner_start(w->r, "play 0.01", NULL);
	assert_true(runner_timer(w->r) >= 0);
	for (int i = 0; i < 500 && runner_timer(w->r) >= 0; i++) {
		runner_poll(w->r);
		nanosleep(&nap, NULL);
	}
	assert_non_null(strstr(text_str(&w->said), "step 5/5"));
	assert_false(w->stage.playing);
	world_drop(w);
}

static void what_runs_can_be_dropped_at_any_time(void **state)
{
	struct world *w = open_world(false, false);

	(void)state;
	runner_start(w->r, "w = gauss 4000x4000", NULL);
	runner_start(w->r, "while true do end", NULL);
	runner_start(w->r, "=w", NULL);
	world_drop(w);
}

int main(void)
{
#define WITH_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		WITH_WORLD(a_literal_makes_a_variable_and_says_what_it_is),
		WITH_WORLD(plain_values_print_in_their_shortest_form),
		WITH_WORLD(the_last_results_are_kept),
		WITH_WORLD(a_command_gives_its_result_to_a_name),
		WITH_WORLD(a_variable_with_a_commands_name_is_reached_by_equals),
		WITH_WORLD(history_lines_are_shown_and_run),
		WITH_WORLD(errors_point_into_the_line_as_typed),
		WITH_WORLD(an_unknown_first_word_that_looks_like_a_command_is_one),
		WITH_WORLD(input_that_is_incomplete_waits_and_is_told_at_the_end),
		WITH_WORLD(a_part_that_fails_ends_its_line),
		WITH_WORLD(tensors_count_from_zero_and_compare_by_value),
		WITH_WORLD(setting_a_weight_leaves_what_others_hold_as_it_was),
		WITH_WORLD(quantized_values_tell_all_about_themselves),
		WITH_WORLD(commands_and_views_are_at_hand_in_lua),
		WITH_WORLD(each_function_of_qs_is_in_help),
		WITH_WORLD(a_lua_script_has_its_arguments_and_an_exit_code),
		WITH_WORLD(a_fault_in_a_script_names_file_and_line),
		cmocka_unit_test(a_script_can_go_on_after_an_error),
		WITH_WORLD(run_waits_for_its_script),
		WITH_WORLD(quit_ends_with_its_code),
		WITH_WORLD(the_users_check_of_codecs_runs),
		WITH_WORLD(tensors_of_an_open_model_are_named_in_lines),
		cmocka_unit_test(long_work_gives_control_back),
		cmocka_unit_test(functions_wait_in_lua_code_too),
		cmocka_unit_test(ctrl_c_stops_work_and_nothing_else),
		cmocka_unit_test(the_second_ctrl_c_breaks_off_a_loop),
		cmocka_unit_test(a_changed_weight_is_seen_in_the_pane),
		cmocka_unit_test(enter_repeats_a_step),
		cmocka_unit_test(play_goes_on_by_itself),
		cmocka_unit_test(what_runs_can_be_dropped_at_any_time),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	pool_stop();
	return failed;
}
