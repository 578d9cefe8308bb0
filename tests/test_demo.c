/* test_demo.c - demos found, drawn, turned by keys, told as stories, kept within their limits: interaction.md 18. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/pool.h"
#include "commands/command.h"
#include "engine/kernel.h"
#include "lua/runner.h"
#include "lua_world.h"

/* As interaction.md 18 has it. */
static const char document[] =
	"local qs = require \"qs\"\n"
	"return qs.demo {\n"
	"  id = \"outlier\", title = \"What one large weight does to its block\",\n"
	"  params = {\n"
	"    { name = \"size\",  min = 0, max = 1, step = 0.05, start = 0.5 },\n"
	"    { name = \"codec\", one_of = { \"q4_0\", \"q4_K\", \"iq4_nl\", \"mxfp4\" } },\n"
	"  },\n"
	"  draw = function(p, ui)\n"
	"    local x = qs.rand.normal(256, { sigma = 0.02, seed = 42 })\n"
	"    if p.size > 0 then x[5] = p.size end\n"
	"    local q = qs.quantize(x, p.codec)\n"
	"    ui:title(\"one weight of %.2f: rmse of the other 255 is %.5f\",\n"
	"             p.size, q:error({ skip = { 5 } }).rmse)\n"
	"    ui:view(\"bars\", q, { range = { 0, 32 }, mark = { 5 } })\n"
	"  end,\n"
	"}\n";

/* Of lessons/demos, in their order. */
static const char *const ids[] = { "accumulate", "bits-vs-error", "clip", "codebook", "flip", "outlier", "parity", "rounding", "superblock" };

static int set_up(void **state)
{
	struct world *w = world_new();
	const char *const places[] = { w->dir, w->ours, NULL };
	char demos[80];

	strcpy(w->dir, "/tmp/qs-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(demos, sizeof demos, "%s/demos", w->dir);
	assert_int_equal(mkdir(demos, 0700), 0);
	world_start(w, (struct runner_options){ .lesson_places = places }, NULL, false);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	char demos[80];

	if (*w->path)
		unlink(w->path);
	snprintf(demos, sizeof demos, "%s/demos", w->dir);
	rmdir(demos);
	rmdir(w->dir);
	world_drop(w);
	return 0;
}

/* DIR/demos/NAME.lua, found by its id; one at a time. */
static void demo_file(struct world *w, const char *name, const char *text)
{
	FILE *f;

	if (*w->path)
		unlink(w->path);
	snprintf(w->path, sizeof w->path, "%s/demos/%s.lua", w->dir, name);
	f = fopen(w->path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static const char *run(struct world *w, const char *line)
{
	text_clear(&w->said);
	runner_start(w->r, line, NULL);
	while (runner_poll(w->r) || runner_timer(w->r) == 0)
		;
	return text_str(&w->said);
}

#define SAYS(line, what) \
	do { const char *said_ = run(w, line); if (!strstr(said_, what)) fail_msg("'%s' did not say '%s' but:\n%s", line, what, said_); } while (0)

static void press(struct world *w, const char *keys, struct text *typed)
{
	struct key k;
	size_t used;

	while ((used = key_parse(keys, &k))) {
		struct text said = { 0 };
		struct error err = { 0 };

		stage_press(&w->stage, &k, &said, typed, &err);
		text_drop(&said);
		keys += used;
	}
}

static void picture(struct world *w, int rows, int cols, bool ascii, struct text *out)
{
	struct canvas c;

	assert_true(canvas_new(&c, rows, cols, ascii, NULL));
	stage_draw(&w->stage, &c);
	text_clear(out);
	canvas_write_text(&c, COLORS_NONE, false, false, out);
	canvas_drop(&c);
}

/* ---- tests ---- */

static void the_demo_of_the_document_runs_as_it_stands(void **state)
{
	struct world *w = *state;
	struct text typed = { 0 }, facts = { 0 };

	demo_file(w, "doc", document);
	run(w, "demo doc");
	world_shows(w, "one weight of 0.50: rmse of the other 255 is 0.00625");
	world_shows(w, "demo   doc   What one large weight does to its block");
	world_shows(w, "\n          ▲    »           16\n");
	stage_facts(&w->stage, &facts);
	assert_string_equal(text_str(&facts), "size 0.50 ───●─── 1   codec q4_0 (1/4)");
	press(w, "<Right>", &typed);
	world_shows(w, "one weight of 0.55");
	press(w, "<Left><Left><Down><Right>", &typed);
	world_shows(w, "one weight of 0.45");
	world_shows(w, "codec q4_K (2/4)");
	press(w, "<Enter>", &typed);
	assert_string_equal(text_str(&typed), "demo doc size=0.45 codec=q4_K");
	press(w, "r", &typed);
	world_shows(w, "size 0.50 ───●─── 1   ▸ codec q4_0 (1/4)");
	text_drop(&typed);
	text_drop(&facts);
}

static void a_file_that_is_named_runs_too(void **state)
{
	struct world *w = *state;
	char line[200];

	demo_file(w, "doc", document);
	snprintf(line, sizeof line, "demo %s size=0.8 codec=q4_K", w->path);
	run(w, line);
	world_shows(w, "one weight of 0.80");
	world_shows(w, "codec q4_K (2/4)");
}

static void knobs_stop_at_their_ends(void **state)
{
	struct world *w = *state;
	struct text typed = { 0 };

	run(w, "demo outlier size=0.95");
	press(w, "<Right><Right><Right><Right>", &typed);
	world_shows(w, "size 1.00 ──────● 1");
	for (int i = 0; i < 25; i++)
		press(w, "<Left>", &typed);
	world_shows(w, "size 0.00 ●────── 1");
	press(w, "<Down><Down><Left><Left>", &typed);
	world_shows(w, "codec q4_0 (1/4)");
	text_drop(&typed);
}

static void wrong_knobs_and_values_are_named_with_what_would_be_right(void **state)
{
	struct world *w = *state;

	SAYS("demo outlier size=3", "a number from 0 to 1");
	SAYS("demo outlier size=nan", "a number from 0 to 1");
	SAYS("demo outlier size=", "a number from 0 to 1");
	SAYS("demo outlier codec=q9", "q4_0 q4_K iq4_nl mxfp4");
	SAYS("demo outlier sice=1", "there are size= codec=");
	SAYS("demo outlier 0.5", "there are size= codec=");
	SAYS("demo rounding zero=maybe", "on or off");
	SAYS("demo outliar", "nearest: outlier");
	SAYS("demo /nowhere/x.lua", "cannot read /nowhere/x.lua");
}

static void demos_are_listed_and_completed(void **state)
{
	struct world *w = *state;
	struct completion c;
	const char *at;

	at = run(w, "demos");
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		at = strstr(at, ids[i]);
		assert_non_null(at);
	}
	assert_true(complete(runner_context(w->r), "demo out", 8, &c));
	assert_int_equal(c.n, 1);
	assert_string_equal(c.candidate[0].text, "outlier");
	completion_drop(&c);
	assert_true(complete(runner_context(w->r), "demo outlier ", 13, &c));
	assert_true(c.n >= 5);		/* size= and four codecs */
	completion_drop(&c);
	assert_true(complete(runner_context(w->r), "demo outlier codec=iq", 21, &c));
	assert_int_equal(c.n, 1);
	assert_string_equal(c.candidate[0].text, "codec=iq4_nl");
	completion_drop(&c);
}

/* At every size, in both glyph sets, with each knob at each end. */
static void our_demos_draw_at_every_size(void **state)
{
	struct world *w = *state;
	static const int sizes[][2] = { { 6, 30 }, { 16, 60 }, { 24, 80 }, { 40, 120 }, { 60, 200 } };
	struct text t = { 0 }, typed = { 0 };

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		char line[40];

		snprintf(line, sizeof line, "demo %s", ids[i]);
		assert_string_equal(run(w, line), "");
		for (int knob = 0; knob < 4; knob++) {
			for (int end = 0; end < 2; end++) {
				for (int k = 0; k < 72; k++)
					press(w, end ? "<Right>" : "<Left>", &typed);
				for (size_t s = 0; s < 5; s++)
					for (int ascii = 0; ascii < 2; ascii++) {
						picture(w, sizes[s][0], sizes[s][1], ascii, &t);
						if (strstr(text_str(&t), "error["))
							fail_msg("%s:\n%s", ids[i], text_str(&t));
						for (const char *p = text_str(&t); ascii && *p; p++)
							assert_true((unsigned char)*p < 127);
					}
			}
			press(w, "<Down>", &typed);
		}
	}
	text_drop(&t);
	text_drop(&typed);
}

static void a_demo_of_few_lines_is_under_sixty(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		char path[400];
		int ch, lines = 0;
		FILE *f;

		snprintf(path, sizeof path, "%s/demos/%s.lua", w->ours, ids[i]);
		f = fopen(path, "r");
		assert_non_null(f);
		while ((ch = getc(f)) != EOF)
			lines += ch == '\n';
		fclose(f);
		assert_in_range(lines, 1, 59);
	}
}

static void an_error_of_a_demo_is_told_in_its_place_and_the_knobs_go_on(void **state)
{
	struct world *w = *state;
	struct text typed = { 0 };

	demo_file(w, "bad", "return require('qs').demo { id = 'bad', params = { { name = 'n', min = 0, max = 3, step = 1 } },\n"
			    "draw = function(p, ui)\n if p.n == 2 then error('two') end ui:title('n is %d', p.n) end }");
	run(w, "demo bad");
	press(w, "<Right><Right>", &typed);
	world_shows(w, "bad.lua:3");
	world_shows(w, "two");
	press(w, "<Right>", &typed);
	world_shows(w, "n is 3");
	SAYS("demo bad n=2", "bad.lua:3: two");
	text_drop(&typed);
}

static void what_a_demo_may_not_do_is_refused(void **state)
{
	struct world *w = *state;
	static const struct { const char *draw, *says; } cases[] = {
		{ "os.execute('true')", "field 'execute'" }, { "io.popen('true')", "field 'popen'" },
		{ "io.open('/etc/passwd')", "may not read files outside" }, { "io.open('x', 'w')", "may not write files" },
		{ "require('os')", "may not require anything but qs" }, { "while true do end", "two million instructions" },
		{ "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end", "not enough memory" },
		{ "ui:wait(1)", "draw must not wait" }, { "ui:key()", "draw must not wait" }, { "ui:ask{'?'}", "draw must not wait" },
		{ "qs.cmd('save x /tmp/y')", "may not run 'save'" }, { "string.format = 1; x = y.z", "nil value" },
		{ "coroutine.wrap(function() end)()", "nil value" }, { "load(string.dump(print))", "nil value" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[400];

		snprintf(text, sizeof text, "local qs = require 'qs'\nreturn qs.demo { id = 'bad', draw = function(p, ui) %s end }", cases[i].draw);
		demo_file(w, "bad", text);
		SAYS("demo bad", cases[i].says);
		SAYS("=string.format('%d', 7)", "7");
	}
}

static void files_that_are_no_demo_say_what_is_missing(void **state)
{
	struct world *w = *state;
	static const struct { const char *text, *says; } cases[] = {
		{ "return 7", "declares no demo" }, { "x = = 1", "bad.lua:1" }, { "", "declares no demo" },
		{ "return require('qs').demo { id = 'A b', draw = print }", "a demo needs an id" },
		{ "return require('qs').demo { id = 'a' }", "a demo needs draw or run" },
		{ "return require('qs').demo { id = 'a', draw = print, params = { { name = 'n' } } }", "needs min, and a larger max" },
		{ "return require('qs').demo { id = 'a', draw = print, params = { { name = 'n', min = 0, max = 1, start = 7 } } }", "between min and max" },
		{ "return require('qs').demo { id = 'a', draw = print, params = { { name = 'a b', on = true } } }", "needs a name" },
		{ "return require('qs').demo { id = 'a', draw = print, params = { { name = 'c', one_of = {} } } }", "nothing to choose" },
		{ "return require('qs').demo { id = 'a', draw = print, params = { 7 } }", "a knob is a table" },
		{ "while true do end", "two million instructions" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		demo_file(w, "bad", cases[i].text);
		SAYS("demo bad", cases[i].says);
	}
}

static void a_story_waits_for_keys_and_lines(void **state)
{
	struct world *w = *state;
	struct key k = { .code = KEY_CHAR, .ch = 'x' };

	demo_file(w, "tale", "local qs = require 'qs'\nreturn qs.demo { id = 'tale', params = { { name = 'n', min = 1, max = 9, step = 1, start = 4 } },\n"
		"run = function(p, ui)\n ui:text('begins') ui:wait(0) ui:title('n %d %d', p.n, ui.params.n)\n local k = ui:key() ui:text('key ' .. k)\n"
		" local v, ok = ui:ask { 'twice n?', kind = 'number', near = 2 * p.n, within = 0 }\n ui:text(('got %g %s'):format(v, ok))\n"
		" local c, ok2 = ui:ask { 'which?', { 'one', 'two' }, kind = 'choice', right = 2 }\n ui:text(('chose %d %s'):format(c, ok2))\n"
		" ui:play(qs.trace(qs.tensor { 1, 2, 3, 4 }, 'int4'), 0) ui:text('over') end }");
	SAYS("demo tale", "begins\nn 4 4\n");
	assert_false(runner_busy(w->r));
	text_clear(&w->said);
	assert_true(runner_key(w->r, &k));
	while (runner_poll(w->r) || runner_timer(w->r) == 0)
		;
	assert_string_equal(text_str(&w->said), "key x\ntwice n?\n");
	assert_string_equal(runner_prompt(w->r), "tale? ");
	SAYS("2 * 4", "got 8 true\nwhich?\n  a  one\n  b  two\n");
	SAYS("b", "chose 2 true\nstep 1/");
	SAYS("1 + 1", "2");
	assert_non_null(stage_walk(&w->stage));
	assert_string_equal(runner_prompt(w->r), "qs> ");
}

static void a_line_can_make_a_demo_of_its_own(void **state)
{
	struct world *w = *state;

	run(w, "d = qs.demo{ id = 'mine', title = 'made here', draw = function(p, ui) ui:text 'hello' end }");
	SAYS("demos", "mine           made here   yours");
	run(w, "demo mine");
	world_shows(w, "hello");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(the_demo_of_the_document_runs_as_it_stands), T(a_file_that_is_named_runs_too), T(knobs_stop_at_their_ends),
		T(wrong_knobs_and_values_are_named_with_what_would_be_right), T(demos_are_listed_and_completed), T(our_demos_draw_at_every_size),
		T(a_demo_of_few_lines_is_under_sixty), T(an_error_of_a_demo_is_told_in_its_place_and_the_knobs_go_on),
		T(what_a_demo_may_not_do_is_refused), T(files_that_are_no_demo_say_what_is_missing), T(a_story_waits_for_keys_and_lines),
		T(a_line_can_make_a_demo_of_its_own),
	};
	int failed = cmocka_run_group_tests_name("demo", tests, NULL, NULL);

	pool_stop();
	codecs_drop();
	return failed;
}
