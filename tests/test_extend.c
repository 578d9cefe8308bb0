/* test_extend.c - what a start file adds: views, commands, keys, events, progress; Lua functions against help: interaction.md 17. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/pool.h"
#include "commands/command.h"
#include "commands/glossary.h"
#include "engine/kernel.h"
#include "lua/runner.h"
#include "lua_world.h"

static const char spread[] =
	"qs.view.define { name = 'spread', question = 'how far apart', fits = { 'tensor', 'quantized' }, options = { bins = 4, log = false },\n"
	" rows = function(x, o) return o.bins end, cursor = function(x, o) return o.bins end,\n"
	" why = function(x, o, name) if name ~= 'nothing' then return 'bin ' .. o.cursor .. ' of ' .. o.bins end end,\n"
	" keys = { b = { label = 'more', help = 'one bin more', run = function(x, o) o.bins = o.bins + 1 return 'now ' .. o.bins end } },\n"
	" draw = function(c, x, o) for i = 0, o.bins - 1 do c:text(i, 1, ('bin %d %s %g'):format(i, tostring(o.log), x[i]), 'code')\n"
	"  c:bar(i, 20, c.width - 20, i / o.bins) end end }";

static bool control(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	struct world *w = arg;

	(void)answer;
	(void)err;
	text_add(&w->asked, "%s %s;", what, how);
	return true;
}

static int set_up(void **state)
{
	static const char *const places[] = { NULL };
	struct world *w = world_new();

	world_start(w, (struct runner_options){ .lesson_places = places }, control, false);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	world_drop(*state);
	return 0;
}

static const char *run(struct world *w, const char *line)
{
	text_clear(&w->said);
	runner_start(w->r, line, NULL);
	do
		runner_poll(w->r);
	while (runner_busy(w->r));
	return text_str(&w->said);
}

#define SAYS(line, what) \
	do { const char *said_ = run(w, line); if (!strstr(said_, what)) fail_msg("'%s' did not say '%s' but:\n%s", line, what, said_); } while (0)

static void press(struct world *w, const char *keys, struct text *said)
{
	struct key k;
	size_t used;

	while ((used = key_parse(keys, &k))) {
		struct text typed = { 0 };
		struct error err = { 0 };

		if (!runner_key(w->r, &k))
			stage_press(&w->stage, &k, said, &typed, &err);
		text_drop(&typed);
		keys += used;
	}
	do
		runner_poll(w->r);
	while (runner_busy(w->r));
}

/* ---- views ---- */

static void a_view_of_the_users_is_one_like_any_other(void **state)
{
	struct world *w = *state;
	struct text said = { 0 };
	struct completion c;
	struct error err = { 0 };

	assert_string_equal(run(w, spread), "");
	run(w, "x = [1, 2, 3, 4, 5, 6, 7, 8]");
	SAYS("views x", "spread   how far apart");
	SAYS("help spread", "one bin more");
	SAYS("help spread", "log      flag");
	assert_true(complete(runner_context(w->r), "spre", 4, &c));
	assert_int_equal(c.n, 1);
	completion_drop(&c);
	assert_true(complete(runner_context(w->r), "spread x bi", 11, &c));
	assert_string_equal(c.candidate[0].text, "bins=");
	completion_drop(&c);
	run(w, "spread x");
	world_shows(w, "bin 3 false 4");
	press(w, "b", &said);
	assert_string_equal(text_str(&said), "now 5");
	world_shows(w, "bin 4 false 5");
	press(w, "<Down><Down>", &said);
	text_clear(&said);
	assert_true(stage_why(&w->stage, NULL, &said, &err));
	assert_string_equal(text_str(&said), "bin 2 of 5");
	assert_false(stage_why(&w->stage, "nothing", &said, &err));
	SAYS("spread x bins=2 log text", "bin 1 true 2");
	SAYS("=qs.view.text('spread', x, { bins = 3 })", "bin 2 false 3");
	SAYS("show spread x text", "bin 0");
	run(w, "spread int4 x");
	world_shows(w, "spread   ");
	text_drop(&said);
}

static void its_picture_can_be_svg_and_ascii(void **state)
{
	struct world *w = *state;
	struct text out = { 0 };
	struct error err = { 0 };
	struct value *v;
	float some[4] = { 1, 2, 3, 4 };
	struct tensor t;

	run(w, spread);
	assert_true(tensor_new(&t, 1, 4, &err));
	memcpy(tensor_floats(&t), some, sizeof some);
	v = value_tensor(t, &err);
	assert_true(view_svg(&w->session, view_find("spread"), v, NULL, 60, 0, false, &out, &err));
	assert_non_null(strstr(text_str(&out), "<svg"));
	assert_non_null(strstr(text_str(&out), "bin 3 false 4"));
	text_clear(&out);
	assert_true(view_text(&w->session, view_find("spread"), v, NULL, 60, 0, true, COLORS_NONE, false, &out, &err));
	for (const char *p = text_str(&out); *p; p++)
		assert_true((unsigned char)*p < 127);
	assert_non_null(strstr(text_str(&out), "###"));
	value_drop(v);
	text_drop(&out);
}

static void a_view_can_be_defined_again_and_goes_with_its_program(void **state)
{
	struct world *w = *state;

	run(w, spread);
	run(w, "x = [1, 2, 3, 4]");
	run(w, "qs.view.define { name = 'spread', question = 'another', draw = function(c) c:text(0, 0, 'second') end }");
	SAYS("views x", "another");
	run(w, "spread x");
	world_shows(w, "second");
	runner_drop(w->r);
	assert_null(view_find("spread"));
	assert_null(command_find("spread"));
	w->r = NULL;
}

static void what_is_wrong_in_a_view_is_drawn_where_it_would_be(void **state)
{
	struct world *w = *state;
	static const struct { const char *draw, *says; } cases[] = {
		{ "error 'broken'", "broken" }, { "while true do end", "20 million instructions" }, { "c:text(0, 0, 'x', 'pink')", "no style 'pink'" },
		{ "c:paint()", "'paint'" }, { "c:text(0)", "number expected" }, { "c:line { 1 }", "a point is {row, col}" },
		{ "keep = c c:text(0, 0, 'ok')", "ok" },
	};

	run(w, "x = [1, 2, 3, 4]");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char line[300];

		snprintf(line, sizeof line, "qs.view.define { name = 'mine', draw = function(c, x, o) %s end }", cases[i].draw);
		run(w, line);
		run(w, "mine x");
		world_shows(w, cases[i].says);
	}
	SAYS("keep:text(0, 0, 'late')", "a drawing that is over");
	run(w, "qs.view.define { name = 'far', draw = function(c) c:text(-5, 1e9, 'x') c:bar(99, -3, 1e12, 7) c:column(2, 2, 1e9, 3, 0/0)"
	       " c:cell(1, 1, -7) c:rule(5) c:axis { width = 1e9, ticks = 1e9 } c:line { { -9, -9 }, { 1e9, 1e9 } } c:text(0, 0, 'clipped') end }");
	run(w, "far x");
	world_shows(w, "clipped");
}

static void what_cannot_be_a_view_is_refused(void **state)
{
	struct world *w = *state;

	SAYS("qs.view.define {}", "a view needs a name");
	SAYS("qs.view.define { name = 'a b', draw = print }", "a view needs a name");
	SAYS("qs.view.define { name = 'hist', draw = print }", "already");
	SAYS("qs.view.define { name = 'quit', draw = print }", "already");
	SAYS("qs.view.define { name = 'mine' }", "a view needs draw");
	SAYS("qs.view.define { name = 'mine', draw = print, fits = 'wood' }", "no kind 'wood'");
	SAYS("qs.view.define { name = 'mine', draw = print, keys = { ['<Foo>'] = print } }", "is no key");
	SAYS("qs.view.define { name = 'mine', draw = print, keys = { x = 7 } }", "has no function");
	assert_null(view_find("mine"));
}

/* ---- commands ---- */

static void a_command_of_the_users_is_one_like_any_other(void **state)
{
	struct world *w = *state;
	struct completion c;

	run(w, "qs.command { name = 'twice', summary = 'doubled', args = { { name = 'x', kind = 'tensor' }, { name = 'by', kind = 'number', named = true },"
	       " { name = 'how', kind = 'choice', choices = 'up down', named = true } }, examples = { 'twice [1, 2]' },"
	       " run = function(a) print('how ' .. tostring(a.how)) return a.x * (a.by or 2) end }");
	SAYS("y = twice [1, 2] by=3 how=up", "how up\ny = f32[2]   min 3   max 6   absmax 6\n");
	SAYS("=y[1]", "6");
	SAYS("=qs.cmd('twice y')[0]", "6");
	SAYS("twice", "x is missing");
	SAYS("twice [1] up", "takes no such argument");
	SAYS("twice [1] how=left", "one of: up down");
	SAYS("help twice", "doubled");
	SAYS("help", "twice");
	assert_true(complete(runner_context(w->r), "twice y how=", 12, &c));
	assert_int_equal(c.n, 2);
	completion_drop(&c);
	run(w, "qs.command { name = 'count', args = { { name = 'x', kind = 'text', many = true } }, run = function(a) return #a.x end }");
	SAYS("count a b c", "3");
	run(w, "qs.command { name = 'fails', run = function(a) error('so be it') end }");
	SAYS("fails", "so be it");
	run(w, "qs.command { name = 'listing', run = function(a) return { 1, 2 } end }");
	run(w, "t = listing");
	SAYS("=#t", "2");
	run(w, "qs.command { name = 'slow', run = function(a) return qs.quantize(gauss(100000), 'q4_0') end }");
	SAYS("slow", "q4_0");
}

static void what_cannot_be_a_command_is_refused(void **state)
{
	struct world *w = *state;

	SAYS("qs.command { name = 'q', run = print }", "two letters");
	SAYS("qs.command { name = 'quit', run = print }", "already");
	SAYS("qs.command { name = 'hist', run = print }", "already");
	SAYS("qs.command { name = 'mine' }", "a command needs run");
	SAYS("qs.command { name = 'mine', run = print, args = { 1 } }", "an argument is a table");
	SAYS("qs.command { name = 'mine', run = print, args = { { name = 'x', kind = 'wood' } } }", "no kind that there is");
	SAYS("qs.command { name = 'mine', run = print, args = { { name = 'x', kind = 'choice' } } }", "no kind that there is");
	assert_null(command_find("mine"));
}

/* ---- keys and events ---- */

static void keys_are_bound_to_lines_and_functions(void **state)
{
	struct world *w = *state;
	struct text said = { 0 };

	SAYS("bind", "no keys are bound");
	run(w, "x = [1, 2, 3, 4]");
	run(w, "hist x");
	run(w, "bind hist <F2> print 7");
	run(w, "qs.bind('any', 'y', function(v, at) print('here', qs.kind(v)) end)");
	SAYS("bind", "hist       <F2>     print 7");
	text_clear(&w->said);
	press(w, "<F2>y", &said);
	assert_string_equal(text_str(&w->said), "7\nhere\ttensor\n");
	press(w, "?", &said);
	world_shows(w, "print 7");
	press(w, "?", &said);
	SAYS("bind hist", "the key is missing");
	SAYS("bind wood x vars", "no view 'wood'");
	SAYS("bind hist xy vars", "is no key");
	SAYS("qs.bind('hist', 'x', 7)", "function expected");
	text_drop(&said);
}

static void events_call_what_was_asked_for(void **state)
{
	struct world *w = *state;

	SAYS("qs.on('sunset', print)", "no event 'sunset'");
	run(w, "qs.on('result', function(v) print('result ' .. qs.kind(v)) end)");
	run(w, "qs.on('view', function(v) print('view ' .. v) end)");
	run(w, "qs.on('step', function(n) print('step ' .. n) end)");
	run(w, "qs.on('quit', function() print('bye') end)");
	SAYS("x = [1, 2, 3, 4]", "result tensor");
	SAYS("hist x", "view hist");
	run(w, "step int4 x");
	SAYS("next", "step 1\n");
	text_clear(&w->said);
	runner_drop(w->r);
	w->r = NULL;
	assert_string_equal(text_str(&w->said), "bye\n");
}

static void progress_counts_and_can_be_cancelled(void **state)
{
	struct world *w = *state;

	run(w, "n = 0; p = qs.progress(3, 'counting'); while p:step() and n < 9 do n = n + 1 end");
	SAYS("=n", "9");
	assert_null(runner_job(w->r));
	runner_start(w->r, "n = 0; p = qs.progress(1e9 // 1 | 0, 'counting'); while p:step() do n = n + 1 end; c = qs.cancelled()", NULL);
	for (int i = 0; i < 3; i++)
		runner_poll(w->r);
	assert_non_null(runner_job(w->r));
	assert_string_equal(runner_job(w->r)->label, "counting");
	runner_interrupt(w->r);
	while (runner_busy(w->r))
		runner_poll(w->r);
	assert_null(runner_job(w->r));
	SAYS("=n > 0 and c", "true");
}

static void the_pane_is_moved_from_lua(void **state)
{
	struct world *w = *state;

	run(w, "qs.pane.layout('wide'); qs.pane.size('+2'); qs.pane.off(); qs.pane.on()");
	assert_string_equal(text_str(&w->asked), "layout wide;size +2;pane off;pane on;");
	run(w, "line int4 [1, 2, 3, 4]");
	SAYS("=qs.pane.cursor('code[2]')", "2");
	SAYS("=qs.pane.cursor()", "2");
	run(w, "qs.pane.title('look here')");
	world_shows(w, "look here");
	run(w, "hist [1, 2, 3, 4]");
	SAYS("qs.pane.cursor('x')", "no");
}

static void words_are_added_to_the_glossary(void **state)
{
	struct world *w = *state;

	run(w, "qs.glossary('wobble', 'What a weight\\nnever does.', { also = 'wobbling', show = 'codecs' })");
	SAYS("explain wobble", "wobble   also wobbling\n  What a weight never does.\n  see it: codecs\n");
	SAYS("explain Wobbling", "never does");
	SAYS("explain", "wobble");
	SAYS("apropos wobble", "wobble");
	run(w, "qs.glossary('wobble', 'Another word.')");
	SAYS("explain wobble", "wobble\n  Another word.\n");
	run(w, "qs.glossary('super-block', 'In other words.')");
	SAYS("explain super-block", "In other words.");
	SAYS("qs.glossary('', 'x')", "a word of 1 to 60 letters");
	SAYS("qs.glossary('x', 'x', { show = {} })", "show must be a string");
	runner_drop(w->r);
	w->r = NULL;
	for (size_t i = 0; term_at(i); i++)
		assert_string_not_equal(term_at(i)->name, "wobble");
}

/* ---- help ---- */

static void every_lua_function_has_a_help_row_and_every_row_a_function(void **state)
{
	struct world *w = *state;
	const struct help_row *row;
	char line[400];

	/* of the module: each name has its row; what is in a table of it is named in the row of the table */
	run(w, "names = {} for k in pairs(qs) do if k:sub(1, 1) ~= '_' then names[#names + 1] = k end end table.sort(names)");
	for (int i = 1;; i++) {
		char name[60];

		snprintf(line, sizeof line, "=names[%d]", i);
		snprintf(name, sizeof name, "qs.%.50s", run(w, line));
		name[strcspn(name, "\n")] = 0;
		if (!strcmp(name, "qs.nil"))
			break;
		if (!help_row_find(name))
			fail_msg("no help for %s", name);
	}
	for (size_t i = 0; (row = help_row_at(i)); i++) {
		static const char *const makers[][2] = { { "t:", "qs.tensor{1}" }, { "q:", "qs.quantize(qs.tensor{1, 2}, 'int4')" },
			{ "tr:", "qs.trace(qs.tensor{1, 2}, 'int4')" }, { "p:", "qs.progress(1)" } };
		const char *colon = strchr(row->name, ':');

		if (!strncmp(row->name, "qs.", 3)) {
			snprintf(line, sizeof line, "=%s ~= nil", row->name);
			if (strcmp(run(w, line), "true\n"))
				fail_msg("help has %s, which is not there", row->name);
		}
		for (size_t k = 0; colon && k < sizeof makers / sizeof *makers; k++)
			if (!strncmp(row->name, makers[k][0], strlen(makers[k][0]))) {
				snprintf(line, sizeof line, "=type((%s).%s)", makers[k][1], colon + 1);
				if (strcmp(run(w, line), "function\n"))
					fail_msg("help has %s, which is not there", row->name);
			}
		snprintf(line, sizeof line, "help %s", row->name);
		if (!strstr(run(w, line), row->summary) && !strstr(text_str(&w->said), row->usage) && strlen(row->usage) < 70)
			fail_msg("help %s says\n%s", row->name, text_str(&w->said));
	}
}

/* Section 17 of interaction.md, name by name; those of its methods that a later issue brings are not there, and help does not know them. */
static void the_functions_of_the_text_are_there_and_in_help(void **state)
{
	static const char *const there[] = {
		"tensor", "zeros", "range", "linspace", "is", "kind", "show", "print", "version", "rand.normal", "rand.laplace", "rand.uniform",
		"rand.student", "rand.outliers", "codec", "codecs", "load", "quantize", "decode", "trace", "match", "sweep", "dot", "open", "diff",
		"check", "plan", "importance", "view", "view.text", "view.define", "pane.title", "pane.on", "pane.off", "pane.layout", "pane.size",
		"pane.cursor", "pane.mark", "pane.split", "step.next", "step.back", "step.first", "step.last", "step.go", "step.play", "step.at",
		"cmd", "command", "bind", "on", "calibrate", "affine", "matmul", "fixed", "accumulate", "convert", "imatrix", "score", "bench",
		"progress", "cancelled", "why", "lesson", "demo", "glossary", "compare", "requant", "flip", "worst", "cover", "rd",
	}, *const fields[] = {
		"x:slice('0')", "x:each()", "x:table()", "x:map(math.abs)", "x:reshape(2, 2)", "x:copy()", "x:stats()", "x:hist()", "x.rows", "x.cols",
		"x.type", "x.save", "q.codec", "q.bytes", "q.x", "q:values()", "q:codes()", "q:block(0)", "q:error()", "q.flip", "q.field",
	}, *const later[] = {
		"awq", "squeezellm", "gptq", "hqq", "lowrank", "prune", "train", "fp4flow", "qat", "distill", "hadamard",
	};
	struct world *w = *state;
	char line[100];

	for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
		char first[40];

		snprintf(line, sizeof line, "=qs.%s ~= nil", there[i]);
		if (strcmp(run(w, line), "true\n"))
			fail_msg("qs.%s is not there", there[i]);
		snprintf(first, sizeof first, "qs.%.*s", (int)strcspn(there[i], "."), there[i]);
		snprintf(line, sizeof line, "qs.%s", there[i]);
		if (!help_row_find(line) && !help_row_find(first))
			fail_msg("help does not know %s", line);
	}
	run(w, "x = [1, -2, 3, 4]; q = qs.quantize(x, 'int4')");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		snprintf(line, sizeof line, "=%s ~= nil", fields[i]);
		if (strcmp(run(w, line), "true\n"))
			fail_msg("%s: %s", fields[i], text_str(&w->said));
	}
	for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
		snprintf(line, sizeof line, "qs.%s", later[i]);
		assert_null(help_row_find(line));
		assert_null(command_find(later[i]));
		snprintf(line, sizeof line, "=qs.%s", later[i]);
		assert_string_equal(run(w, line), "nil\n");
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(the_functions_of_the_text_are_there_and_in_help), T(a_view_of_the_users_is_one_like_any_other), T(its_picture_can_be_svg_and_ascii),
		T(a_view_can_be_defined_again_and_goes_with_its_program), T(what_is_wrong_in_a_view_is_drawn_where_it_would_be),
		T(what_cannot_be_a_view_is_refused), T(a_command_of_the_users_is_one_like_any_other), T(what_cannot_be_a_command_is_refused),
		T(keys_are_bound_to_lines_and_functions), T(events_call_what_was_asked_for), T(progress_counts_and_can_be_cancelled),
		T(the_pane_is_moved_from_lua), T(words_are_added_to_the_glossary), T(every_lua_function_has_a_help_row_and_every_row_a_function),
	};
	int failed = cmocka_run_group_tests_name("extend", tests, NULL, NULL);

	pool_stop();
	codecs_drop();
	return failed;
}
