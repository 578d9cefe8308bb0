/* test_command_models.c - lines about weight files as they are typed, and what is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/pool.h"
#include "command_world.h"
#include "engine/kernel.h"

static struct world w;
static char dir[64];

static void run(const char *line)
{
	if (!world_run(&w, line))
		fail_msg("%s\n%s", line, w.error_text);
}

static void answers(const char *line, const char *expected)
{
	run(line);
	assert_string_equal(text_str(&w.said), expected);
}

static void answer_holds(const char *line, const char *part)
{
	run(line);
	if (!strstr(text_str(&w.said), part))
		fail_msg("%s\n'%s' lacks '%s'", line, text_str(&w.said), part);
}

static void fails(const char *line, enum error_class class, const char *part)
{
	assert_false(world_run(&w, line));
	assert_int_equal(w.err.class, class);
	if (!strstr(w.err.text, part))
		fail_msg("'%s' lacks '%s'", w.err.text, part);
}

/* ---- files ---- */

static void write_file(const char *name, const void *p, size_t n)
{
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

/* w.a [2, 3] = 0 1 2 3 4 5, w.b [4] = 7 7 7 7, with a word of metadata that holds an escape. */
static void write_toy(const char *name, float last)
{
	static const char header[] = "{\"__metadata__\":{\"made\\u001bby\":\"a\\u001b[31m test\"},"
				     "\"w.a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
				     "\"w.b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[24,40]}} ";
	unsigned char b[400] = { sizeof header - 1 };
	float v[10] = { 0, 1, 2, 3, 4, last, 7, 7, 7, 7 };

	memcpy(b + 8, header, sizeof header - 1);
	memcpy(b + 8 + sizeof header - 1, v, sizeof v);
	write_file(name, b, 8 + sizeof header - 1 + sizeof v);
}

/* ---- */

static void open_names_the_model_after_its_file_and_shows_it(void **state)
{
	(void)state;
	write_toy("toy-1b.safetensors", 5);
	answers("open toy-1b.safetensors", "toy = model   2 tensors   f32 2\n");
	assert_non_null(session_model(&w.session, "toy"));
	assert_string_equal(stage_front(&w.stage)->view->name, "browse");
}

static void a_taken_name_gets_a_number_and_assignment_chooses(void **state)
{
	(void)state;
	answers("open toy-1b.safetensors", "toy_2 = model   2 tensors   f32 2\n");
	answers("m = open toy-1b.safetensors", "m = model   2 tensors   f32 2\n");
	answers("open toy-1b.safetensors as=other", "other = model   2 tensors   f32 2\n");
	answer_holds("models", "other");
	assert_int_equal(w.session.n_models, 4);
	answers("close toy_2", "toy_2 closed\n");
	assert_int_equal(w.session.n_models, 3);
	fails("close toy_2", ERR_ARGUMENT, "toy_2");
	fails("open nowhere.gguf", ERR_FILE, "nowhere.gguf");
	write_file("bad.gguf", "GGUF\7\0\0\0", 8);
	fails("open bad.gguf", ERR_FORMAT, "version 7 at byte 4");
}

static void a_reference_is_paired_and_said(void **state)
{
	(void)state;
	answers("r = open toy-1b.safetensors ref=toy-1b.safetensors",
		"r = model   2 tensors   f32 2   reference: 2 of 2 matched by name\n");
	fails("open toy-1b.safetensors ref=none.gguf", ERR_FILE, "the reference");
}

static void ls_lists_tensors_as_text_and_for_programs(void **state)
{
	(void)state;
	w.host.format = "tsv";
	run("ls m");
	assert_non_null(strstr(text_str(&w.said), "tensor\ttype\trows\tcols\tbytes\tbits\toffset\tfault\nw.a\tf32\t2\t3\t24\t32\t"));
	answer_holds("ls m *.b", "w.b\tf32\t1\t4\t16\t32\t");
	assert_null(strstr(text_str(&w.said), "w.a"));
	run("ls m by=cols");
	assert_true(strstr(text_str(&w.said), "w.b") < strstr(text_str(&w.said), "w.a"));
	run("ls m where=\"rows>1 or tensor == none\"");
	assert_non_null(strstr(text_str(&w.said), "w.a"));
	assert_null(strstr(text_str(&w.said), "w.b"));
	w.host.format = "text";
	answers("ls m where=\"bytes>1e6\"", "no such tensor\n");
	fails("ls m where=\"rows\"", ERR_SYNTAX, "a comparison");
	fails("ls m where=\"1 < 2\"", ERR_SYNTAX, "a column");
	fails("ls m where=\"foo > 2\"", ERR_SYNTAX, "no column 'foo'");
	fails("ls m where=\"rel > 2\"", ERR_SYNTAX, "no column 'rel'");
	fails("ls m where=\"((rows<2)\"", ERR_SYNTAX, "')'");
	answers("ls m nothing*", "no such tensor\n");
}

static void meta_escapes_what_the_file_says(void **state)
{
	(void)state;
	answer_holds("meta m", "a\\x1b[31m test");
	assert_null(strchr(text_str(&w.said), '\x1b'));
	answers("meta m made* all", "made\\x1bby = a\\x1b[31m test\n");
	w.host.format = "json";
	answer_holds("meta m", "made");
	w.host.format = "text";
}

static void check_tells_what_is_odd_and_bad(void **state)
{
	(void)state;
	w.session.found_bad = false;
	answer_holds("check m", "odd  w.b: all 4 weights are 7\n0 bad, 1 odd\n");
	assert_false(w.session.found_bad);
	answers("check m w.a", "nothing bad, nothing odd\n");
	write_toy("nan.safetensors", 0.0f / 0.0f);
	run("open nan.safetensors");
	answer_holds("check nan", "bad  w.a row 1, byte 0x");
	answer_holds("check nan", "weight 5 is NaN or infinite\n");
	answer_holds("check nan", "1 bad, 1 odd\n");
	assert_true(w.session.found_bad);
	w.session.found_bad = false;
}

static void what_is_saved_can_be_loaded(void **state)
{
	(void)state;
	world_literal(&w, "x", "[-1.2, -0.6, 0.2, 1.0]");
	run("save x x.npy force");
	answer_holds("load x.npy", "f32[4]");
	run("save x x.bin force");
	answer_holds("load x.bin dtype=f32 shape=4", "f32[4]");
	answers("save m:w.a a.npy", "wrote a.npy\n");
	answer_holds("load a.npy", "f32[2, 3]");
	fails("save m:w.a toy-1b.safetensors", ERR_ARGUMENT, "ending");
	write_file("theirs.txt", "1 2\n", 4);
	fails("save m:w.a theirs.txt", ERR_FILE, "theirs.txt");
	run("save m:w.a theirs.txt force");
	answer_holds("load theirs.txt", "f32[2, 3]");
	run("save m:w.b b.bin");
	answer_holds("load b.bin dtype=f32 shape=2x2", "f32[2, 2]");
	fails("load b.bin dtype=f32 shape=3x2", ERR_SHAPE, "16 bytes");
	fails("load b.bin", ERR_FORMAT, "neither npy nor text");
}

/* Importance 1, 2, 9 for w.a and nothing for w.b. */
static void write_dat(const char *name)
{
	static const unsigned char dat[] = {
		1, 0, 0, 0, 3, 0, 0, 0, 'w', '.', 'a', 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x10, 0x41,
	};

	write_file(name, dat, sizeof dat);
}

static void importance_comes_from_a_file_by_the_tensors_name(void **state)
{
	char by_hand[400];

	(void)state;
	write_toy("toy-1b.safetensors", 5);
	write_dat("toy.dat");
	run("toy = open toy-1b.safetensors; quantize q4_0 toy:w.a pad=zero imp=[1, 2, 9]");
	assert_true(text_str(&w.said)[0]);
	snprintf(by_hand, sizeof by_hand, "%s", text_str(&w.said));
	answers("toy = open toy-1b.safetensors; quantize q4_0 toy:w.a pad=zero imp=toy.dat", by_hand);
	fails("quantize q4_0 toy:w.b pad=zero imp=toy.dat", ERR_ARGUMENT, "nothing for 'w.b'");
	fails("quantize q4_0 [1, 2, 3] pad=zero imp=toy.dat", ERR_ARGUMENT, "is not known");
	fails("quantize q4_0 toy:w.a pad=zero imp=toy-1b.safetensors", ERR_FORMAT, "no importance file");
	answers("cover toy toy.dat", "every tensor has its data\n");	/* names that do not end in weight want none */
}

static void convert_writes_once_and_plan_writes_nothing(void **state)
{
	(void)state;
	write_toy("toy-1b.safetensors", 5);
	run("toy = open toy-1b.safetensors");
	answer_holds("plan toy Q4_K_M limit=100", "fits: 40 bytes, 60 bytes left");
	answer_holds("plan toy Q4_K_M limit=20", "does not fit");
	answer_holds("plan toy Q4_K_M", "Nothing was written.");
	answer_holds("convert toy Q4_K_M out=toy.gguf", "wrote toy.gguf   2 tensors");
	fails("convert toy Q4_K_M out=toy.gguf", ERR_FILE, "exists");
	run("convert toy Q4_K_M out=toy.gguf force");
	fails("convert toy Q4_K_M", ERR_ARGUMENT, "out= is missing");
	fails("convert toy out=b.gguf", ERR_ARGUMENT, "a recipe is missing");
	fails("convert toy Q4_K_M pure=q4_K out=b.gguf", ERR_ARGUMENT, "exclude each other");
	fails("convert toy Q4_K_X out=b.gguf", ERR_ARGUMENT, "no recipe 'Q4_K_X'");
	fails("plan [1, 2] Q4_K_M", ERR_ARGUMENT, "not a model");
	run("convert toy q4_K out=b.gguf");
	assert_non_null(strstr(text_str(&w.complained), "q4_K is the recipe Q4_K_M here"));
	run("p = plan toy Q4_K_M; save p p.plan force; convert toy plan=p out=c.gguf; convert toy plan=p.plan out=c.gguf force");
	answer_holds("plan p text", "recipe Q4_K_M");
}

static void recipes_are_completed(void **state)
{
	static const char line[] = "plan toy q4k";
	struct completion c;

	(void)state;
	write_toy("toy-1b.safetensors", 5);
	run("toy = open toy-1b.safetensors");
	assert_true(complete(&w.c, line, sizeof line - 1, &c));
	assert_int_equal(c.n, 2);
	assert_string_equal(c.candidate[0].text, "Q4_K_M");
	assert_string_equal(c.candidate[1].text, "Q4_K_S");
	completion_drop(&c);
}

static void browse_prints_its_text_form(void **state)
{
	(void)state;
	answer_holds("browse m", " browse   toy-1b.safetensors   2 tensors   10 weights");
	answer_holds("browse m", "\xe2\x96\xbe w ");
	fails("browse m find=zzz", ERR_ARGUMENT, "no name holds 'zzz'");
	fails("print m:w.z", ERR_TENSOR, "has no tensor 'w.z'");
}

static int set_up(void **state)
{
	struct error err;

	(void)state;
	snprintf(dir, sizeof dir, "/tmp/qs-command-models-XXXXXX");
	world_open(&w, false);
	return mkdtemp(dir) && chdir(dir) == 0 && kernels_choose(getenv("QUANTSCOPE_CPU"), &err) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[100];

	(void)state;
	world_close(&w);
	pool_stop();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return chdir("/") || system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_names_the_model_after_its_file_and_shows_it),
		cmocka_unit_test(a_taken_name_gets_a_number_and_assignment_chooses),
		cmocka_unit_test(a_reference_is_paired_and_said),
		cmocka_unit_test(ls_lists_tensors_as_text_and_for_programs),
		cmocka_unit_test(meta_escapes_what_the_file_says),
		cmocka_unit_test(check_tells_what_is_odd_and_bad),
		cmocka_unit_test(what_is_saved_can_be_loaded),
		cmocka_unit_test(importance_comes_from_a_file_by_the_tensors_name), cmocka_unit_test(convert_writes_once_and_plan_writes_nothing),
		cmocka_unit_test(recipes_are_completed),
		cmocka_unit_test(browse_prints_its_text_form),
	};

	return cmocka_run_group_tests_name("commands on models", tests, set_up, tear_down);
}
