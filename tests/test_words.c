/* test_words.c - lines into words, words into typed arguments, and the three lines of an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "command_world.h"
#include "commands/words.h"

/* ---- words ---- */

static void words_are(const char *line, const char *const want[])
{
	size_t at = 0, i = 0;
	struct word w;
	struct error err = { 0 };

	for (;; i++) {
		char *plain;

		assert_true(word_next(line, &at, &w, &err));
		if (!w.len)
			break;
		assert_non_null(want[i]);
		plain = word_plain(line, w);
		assert_string_equal(plain, want[i]);
		free(plain);
	}
	assert_null(want[i]);
}

#define WORDS(line, ...) words_are(line, (const char *const[]){ __VA_ARGS__, NULL })

static void a_word_ends_at_a_blank_outside_brackets_and_quotes(void **state)
{
	(void)state;
	WORDS("quantize q4_0  [1, 2; 3, 4] pad=zero", "quantize", "q4_0", "[1, 2; 3, 4]", "pad=zero");
	WORDS("hist w[0, 0:4] (gauss(4096, {sigma = 2}))", "hist", "w[0, 0:4]", "(gauss(4096, {sigma = 2}))");
	WORDS("ls m where=\"type==q4_K and rel>0.08\"", "ls", "m", "where=\"type==q4_K and rel>0.08\"");
	WORDS("open \"a b.gguf\" > \"c d\"", "open", "a b.gguf", ">", "c d");
	WORDS("print x -- [ what follows is nothing", "print", "x");
	WORDS("print x--y", "print", "x--y");
	WORDS("explain don't (\"it's\")", "explain", "don't", "(\"it's\")");
	WORDS("\t", NULL);
}

static void a_quoted_word_takes_escapes(void **state)
{
	(void)state;
	WORDS("\"a\\n\\t\\\"\\\\\\x41\\q\"", "a\n\t\"\\A\\q");
	WORDS("'it is'", "it is");
}

static void what_stays_open_is_pointed_at(void **state)
{
	size_t at = 0;
	struct word w;
	struct error err = { 0 };

	(void)state;
	assert_false(word_next("[1, (2]", &at, &w, &err));
	assert_int_equal(err.class, ERR_SYNTAX);
	assert_int_equal(err.at, 0);
	at = 0;
	assert_false(word_next("f(\"abc", &at, &w, &err));
	assert_string_equal(err.text, "this quote is not closed");
	assert_int_equal(err.at, 2);
}

/* ---- typed arguments, through a command that takes one of each ---- */

static bool nothing(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	(void)c;
	(void)a;
	(void)out;
	(void)err;
	return true;
}

static const struct command every = {
	.name = "every",
	.args = {
		{ "number", ARG_NUMBER, .named = true }, { "some", ARG_NUMBER, .named = true, .min = 0, .max = 1 },
		{ "count", ARG_COUNT, .named = true, .min = 1, .max = 9 }, { "range", ARG_RANGE, .named = true },
		{ "shape", ARG_SHAPE, .named = true }, { "size", ARG_SIZE, .named = true }, { "kind", ARG_CHOICE, .named = true, .choices = "one two" },
		{ "name", ARG_NAME, .named = true }, { "file", ARG_FILE, .named = true }, { "codec", ARG_CODEC, .named = true },
		{ "t", ARG_TENSOR, .named = true, .choices = "flat" }, { "view", ARG_VIEW, .named = true }, { "all", ARG_FLAG },
		{ "v", ARG_VALUE, .optional = true, .many = true }, { 0 }
	},
	.run = nothing,
};

static struct world w;

static int open_world(void **state)
{
	(void)state;
	world_open(&w, true);
	world_literal(&w, "x", "[-1.2, -0.6, 0.2, 1.0]");
	world_literal(&w, "mat", "[0, 1, 2, 3; 10, 11, 12, 13]");
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&w);
	return 0;
}

/* The last argument given on a line of `every`. */
static struct given parse(const char *line, struct call *call)
{
	*call = (struct call){ .command = &every };
	w.err = (struct error){ 0 };
	assert_true(words_parse(&w.c, line, strlen("every"), call, &w.err));
	assert_true(call->args.n > 0);
	return call->args.given[call->args.n - 1];
}

static void number_is(const char *line, double first, double second)
{
	struct call call;
	struct given g = parse(line, &call);

	assert_true(g.number == first);
	assert_true(g.second == second);
	call_drop(&call);
}

static void numbers_sizes_ranges_and_shapes_are_read(void **state)
{
	(void)state;
	number_is("every number=0.5", 0.5, 0.5);
	number_is("every number=-1e-3", -0.001, -0.001);
	number_is("every number=50%", 0.5, 0.5);
	number_is("every number=0x1p4", 16, 16);
	number_is("every number=(12)", 12, 12);
	number_is("every count=9", 9, 9);
	number_is("every range=0..63", 0, 63);
	number_is("every range=-8..7", -8, 7);
	number_is("every range=-0.5..0.5", -0.5, 0.5);
	number_is("every range=-7,7", -7, 7);
	number_is("every range=5", 5, 5);
	number_is("every shape=4096", 1, 4096);
	number_is("every shape=64x4096", 64, 4096);
	number_is("every size=800MiB", 800.0 * 1048576, 800.0 * 1048576);
	number_is("every size=4.2GB", 4.2e9, 4.2e9);
	number_is("every size=512k", 512e3, 512e3);
	number_is("every size=7", 7, 7);
}

static void wrong(const char *line, enum error_class class, const char *text, const char *under)
{
	struct call call = { .command = &every };

	w.err = (struct error){ 0 };
	assert_false(words_parse(&w.c, line, strlen("every"), &call, &w.err));
	assert_int_equal(w.err.class, class);
	assert_string_equal(w.err.text, text);
	assert_memory_equal(line + w.err.at, under, strlen(under));
	assert_int_equal(w.err.len, strlen(under));
	call_drop(&call);
}

static void what_is_no_such_thing_is_refused_with_its_place(void **state)
{
	(void)state;
	wrong("every number=1.2.3", ERR_ARGUMENT, "'1.2.3' is not a number", "1.2.3");
	wrong("every some=2", ERR_ARGUMENT, "some cannot be 2", "2");
	wrong("every some=nan", ERR_ARGUMENT, "some cannot be nan", "nan");
	wrong("every count=2.5", ERR_ARGUMENT, "count takes a whole number, not 2.5", "2.5");
	wrong("every count=10", ERR_ARGUMENT, "count cannot be 10", "10");
	wrong("every range=1..", ERR_ARGUMENT, "'1..' is not a range", "1..");
	wrong("every shape=4x", ERR_ARGUMENT, "'4x' is not a shape", "4x");
	wrong("every shape=0x4", ERR_SHAPE, "0x4 is no shape that a tensor can have", "0x4");
	wrong("every shape=99999999999999999999", ERR_SHAPE, "99999999999999999999 is no shape that a tensor can have", "99999999999999999999");
	wrong("every size=4furlongs", ERR_ARGUMENT, "'4furlongs' is not a size", "4furlongs");
	wrong("every kind=tow", ERR_ARGUMENT, "kind cannot be 'tow'", "tow");
	assert_string_equal(w.err.hint, "nearest: two.   one of: one two");
	wrong("every name=3x", ERR_ARGUMENT, "'3x' cannot be a name", "3x");
	wrong("every codec=q4z", ERR_CODEC, "no codec 'q4z'", "q4z");
	wrong("every knid=one", ERR_ARGUMENT, "every has no option 'knid'", "knid");
	assert_string_equal(w.err.hint, "nearest: kind");
	wrong("every t=5", ERR_ARGUMENT, "5 is a number, not a tensor", "5");
	wrong("every t=q4_0", ERR_ARGUMENT, "q4_0 is a codec, not a tensor", "q4_0");
	wrong("every t=\"abc\"", ERR_ARGUMENT, "abc is of kind string, not a tensor", "\"abc\"");
	wrong("every y", ERR_VALUE, "no variable 'y'", "y");
	wrong("every (3 + )", ERR_LUA, "unexpected symbol near '3 + '", "3");
	wrong("every gauss(256)", ERR_VALUE, "this is not a value", "gauss(256)");
	wrong("every view=hits", ERR_ARGUMENT, "no view 'hits'", "hits");
	wrong("every [1, 2", ERR_SYNTAX, "this bracket is not closed", "[");
	wrong("every all=maybe", ERR_ARGUMENT, "all is on or off, not 'maybe'", "maybe");
}

static void value_is(const char *line, enum value_kind kind, size_t rows, size_t cols, double first)
{
	struct call call;
	struct given g = parse(line, &call);

	assert_non_null(g.value);
	assert_int_equal(g.value->kind, kind);
	if (kind == VALUE_TENSOR) {
		assert_int_equal(g.value->u.tensor.rows, rows);
		assert_int_equal(g.value->u.tensor.cols, cols);
		assert_true(tensor_get(&g.value->u.tensor, 0) == (float)first);
	}
	call_drop(&call);
}

static void values_are_literals_variables_slices_expressions_and_codecs(void **state)
{
	struct call call;
	struct given g;

	(void)state;
	value_is("every [1, 2; 3, 4]", VALUE_TENSOR, 2, 2, 1);
	value_is("every x", VALUE_TENSOR, 1, 4, -1.2);
	value_is("every x[1:3]", VALUE_TENSOR, 1, 2, -0.6);
	value_is("every mat[1, :]", VALUE_TENSOR, 1, 4, 10);
	value_is("every mat[1, :][-1]", VALUE_TENSOR, 1, 1, 13);
	value_is("every [5, 6, 7][1:]", VALUE_TENSOR, 1, 2, 6);
	value_is("every 0.15", VALUE_NUMBER, 0, 0, 0);
	value_is("every nan", VALUE_NUMBER, 0, 0, 0);
	value_is("every \"text\"", VALUE_STRING, 0, 0, 0);
	value_is("every Q4-K", VALUE_CODEC, 0, 0, 0);
	g = parse("every x[1:3]", &call);
	assert_string_equal(g.value->label, "x[1:3]");
	call_drop(&call);
	g = parse("every t=flat", &call);
	assert_null(g.value);
	assert_string_equal(g.text, "flat");
	call_drop(&call);
	g = parse("every x all", &call);
	assert_true(args_flag(&call.args, "all"));
	call_drop(&call);
	g = parse("every 1 2 3", &call);
	assert_true(args_nth(&call.args, "v", 2)->value->u.number == 3);
	assert_null(args_nth(&call.args, "v", 3));
	call_drop(&call);
}

static void an_error_in_a_slice_points_into_the_line(void **state)
{
	(void)state;
	wrong("every mat[0, 7]", ERR_SHAPE, "no column 7: there are 4", "7");
	wrong("every [1, 2, 3][2:2]", ERR_SHAPE, "this slice holds nothing", "2:2");
	wrong("every [1, x]", ERR_SYNTAX, "this is not a number", "x");
}

static void a_redirect_takes_a_file_and_force(void **state)
{
	struct call call;

	(void)state;
	parse("every x > \"a b.txt\" force", &call);
	assert_string_equal(call.redirect, "a b.txt");
	assert_false(call.append);
	assert_true(args_flag(&call.args, "force"));
	call_drop(&call);
	parse("every x >>out.txt", &call);
	assert_string_equal(call.redirect, "out.txt");
	assert_true(call.append);
	call_drop(&call);
	call = (struct call){ .command = &every };
	assert_false(words_parse(&w.c, "every x >", 5, &call, &w.err));
	assert_string_equal(w.err.text, "a file name is missing");
	call_drop(&call);
}

/* ---- errors in three lines: interaction.md 12 ---- */

static void errors_are(const char *line, const char *want)
{
	if (world_run(&w, line))
		fail_msg("%s did not fail", line);
	assert_string_equal(w.error_text, want);
}

static void errors_have_three_parts_to_the_letter(void **state)
{
	(void)state;
	errors_are("quantize q4_0 [-1.2, -0.6, 0.2, 1.0]",
		   "error[shape]: 4 weights do not fill a block; q4_0 has blocks of 32\n"
		   "  quantize q4_0 [-1.2, -0.6, 0.2, 1.0]\n"
		   "                ^^^^^^^^^^^^^^^^^^^^^^\n"
		   "  add pad=zero, or use a codec of any length:  quantize int4 [-1.2, -0.6, 0.2, 1.0]");
	errors_are("quantize Q4_K_M x",
		   "error[codec]: Q4_K_M is a recipe for a whole model, not a codec\n"
		   "  quantize Q4_K_M x\n"
		   "           ^^^^^^\n"
		   "  its main codec is q4_K.   name Q4_K_M  explains it,  plan m Q4_K_M  applies it");
	errors_are("quantise q4_0 x",
		   "error[command]: no command 'quantise'\n"
		   "  quantise q4_0 x\n"
		   "  ^^^^^^^^\n"
		   "  nearest: quantize.   help  lists all");
	errors_are("quantize q4_0",
		   "error[argument]: x is missing\n"
		   "  quantize q4_0\n"
		   "                ^\n"
		   "  quantize CODEC x [pad=zero/edge/none] [imp=] [axis=row] [group=] [codes=] [step=] [zero=] [text]");
	errors_are("quantize q4_0 [1, 2",
		   "error[syntax]: this bracket is not closed\n"
		   "  quantize q4_0 [1, 2\n"
		   "                ^\n"
		   "  a ] is missing");
	errors_are("print matt",
		   "error[value]: no variable 'matt'\n"
		   "  print matt\n"
		   "        ^^^^\n"
		   "  nearest: mat");
	errors_are("quantize int4 x group=3",
		   "error[shape]: groups of 3 do not divide rows of 4 weights\n"
		   "  quantize int4 x group=3\n"
		   "                        ^\n"
		   "  a divisor of 4, or axis=row for one scale a row");
}

static void carets_stand_under_wide_and_escaped_characters(void **state)
{
	struct error err = { .class = ERR_SYNTAX, .text = "this", .at = strlen("print \"\xe6\xbc\xa2\x1b\" "), .len = 3 };
	struct text out = { 0 };

	(void)state;
	error_format(&err, "print \"\xe6\xbc\xa2\x1b\" abc", &out);
	assert_string_equal(text_str(&out), "error[syntax]: this\n"
			    "  print \"\xe6\xbc\xa2\\x1b\" abc\n"
			    "                 ^^^");
	text_drop(&out);
}

static void what_a_script_throws_cannot_steer_the_terminal(void **state)
{
	struct error err = { .class = ERR_LUA, .text = "red \x1b[31m", .hint = "or \x9b" };
	struct text out = { 0 };

	(void)state;
	error_format(&err, NULL, &out);
	assert_string_equal(text_str(&out), "error[lua]: red \\x1b[31m\n  or \\x9b");
	text_drop(&out);
}

static void an_error_in_several_lines_shows_the_one_that_is_meant(void **state)
{
	struct error err = { .class = ERR_LUA, .text = "unexpected symbol near ')'", .at = 8, .len = 1 };
	struct text out = { 0 };

	(void)state;
	error_format(&err, "y = 3 +\n)", &out);
	assert_string_equal(text_str(&out), "error[lua]: unexpected symbol near ')'\n"
			    "  line 2: )\n"
			    "          ^");
	text_drop(&out);
}

static void a_fault_of_the_program_asks_for_a_report_and_a_script_is_named(void **state)
{
	struct error err = { .class = ERR_INTERNAL, .text = "lost", .where = "a.qs:3" };
	struct text out = { 0 };

	(void)state;
	error_format(&err, NULL, &out);
	assert_string_equal(text_str(&out), "a.qs:3: error[internal]: lost\n"
			    "  a fault of quantscope 1.0: please report it with the command that was run");
	text_drop(&out);
}

static void of_a_very_long_line_the_part_around_the_place_is_shown(void **state)
{
	char line[3000];
	struct error err = { .class = ERR_SYNTAX, .text = "this", .at = 1500, .len = 2000 };
	struct text out = { 0 };

	(void)state;
	memset(line, 'a', sizeof line);
	line[sizeof line - 1] = 0;
	error_format(&err, line, &out);
	assert_true(out.len < 1200);
	assert_non_null(strstr(text_str(&out), "…"));
	text_drop(&out);
}

/* interaction.md 17 */
static void a_failing_line_asks_about_a_variable_of_the_name_of_its_verb(void **state)
{
	(void)state;
	world_literal(&w, "size", "[1, 2]");
	errors_are("size + 1",
		   "error[argument]: size takes no such argument\n"
		   "  size + 1\n"
		   "         ^\n"
		   "  did you mean the variable?   =size + 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_ends_at_a_blank_outside_brackets_and_quotes),
		cmocka_unit_test(a_quoted_word_takes_escapes),
		cmocka_unit_test(what_stays_open_is_pointed_at),
		cmocka_unit_test(numbers_sizes_ranges_and_shapes_are_read),
		cmocka_unit_test(what_is_no_such_thing_is_refused_with_its_place),
		cmocka_unit_test(values_are_literals_variables_slices_expressions_and_codecs),
		cmocka_unit_test(an_error_in_a_slice_points_into_the_line),
		cmocka_unit_test(a_redirect_takes_a_file_and_force),
		cmocka_unit_test(errors_have_three_parts_to_the_letter),
		cmocka_unit_test(carets_stand_under_wide_and_escaped_characters),
		cmocka_unit_test(what_a_script_throws_cannot_steer_the_terminal),
		cmocka_unit_test(an_error_in_several_lines_shows_the_one_that_is_meant),
		cmocka_unit_test(a_fault_of_the_program_asks_for_a_report_and_a_script_is_named),
		cmocka_unit_test(of_a_very_long_line_the_part_around_the_place_is_shown),
		cmocka_unit_test(a_failing_line_asks_about_a_variable_of_the_name_of_its_verb),
	};

	return cmocka_run_group_tests_name("words", tests, open_world, close_world);
}
