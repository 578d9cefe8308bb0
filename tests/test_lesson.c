/* test_lesson.c - lessons played, judged, kept, limited; and each check of --test-lesson: interaction.md 16, 17. */
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
#include "commands/command.h"
#include "engine/kernel.h"
#include "lua/lesson.h"
#include "lua_world.h"

static void start_program(struct world *w)
{
	const char *const places[] = { w->given, w->ours, NULL };

	world_start(w, (struct runner_options){ .lesson_places = places, .state_dir = w->dir }, NULL, true);
}

static int set_up(void **state)
{
	struct world *w = world_new();

	strcpy(w->dir, "/tmp/qs-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	start_program(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	char path[100];

	snprintf(path, sizeof path, "%s/progress", w->dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/notes", w->dir);
	unlink(path);
	rmdir(w->dir);
	world_drop(w);
	return 0;
}

static const char *run(struct world *w, const char *line)
{
	struct error err;

	text_clear(&w->said);
	runner_run(w->r, line, NULL, &err);
	return text_str(&w->said);
}

#define SAYS(line, what) \
	do { const char *said_ = run(w, line); if (!strstr(said_, what)) fail_msg("'%s' did not say '%s' but:\n%s", line, what, said_); } while (0)
#define AT(prompt) assert_string_equal(runner_prompt(w->r), prompt)

/* To the first question of `good`. */
static void to_question(struct world *w)
{
	run(w, "lesson good");
	run(w, "");
	AT("good 1/6> ");
}

/* Past the walk behind it. */
static void to_prediction(struct world *w)
{
	to_question(w);
	run(w, "1.2 / 7");
	run(w, "");
	run(w, "skip");
	AT("good 3/6> ");
}


/* ---- playing ---- */

static void text_stops_at_each_paragraph(void **state)
{
	struct world *w = *state;

	SAYS("lesson good", "good   all kinds of parts   1 min   6 parts");
	assert_non_null(strstr(text_str(&w->said), "It builds on the lesson other, which you have not begun."));
	assert_non_null(strstr(text_str(&w->said), "A first paragraph, with the four weights -1.2  -0.6  0.2  1."));
	assert_null(strstr(text_str(&w->said), "A second one"));
	assert_null(strstr(text_str(&w->said), "wants blocks"));
	SAYS("", "A second one, behind  next 3  and F8.");
	assert_non_null(strstr(text_str(&w->said), "\n\n  Question 1: how large is one step?   a number or an expression\n"));
	assert_string_equal(stage_front(&w->stage)->view->name, "line");
}

static void a_known_mistake_gets_its_own_sentence_and_a_hint_is_offered(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("2.2 / 14", "  0.15714 - not this one. That spreads min..max; zero would leave its code.\n  hint 1 of 2: type  hint\n");
	AT("good 1/6> ");
	SAYS("1.2 / 8", "0.15 - not this one. Code -8 stays unused when both sides must match.");
	SAYS("7", "7 - not this one.    hint 1 of 2: type  hint\n  hint  helps on,  skip  shows the answer and goes on.");
	assert_null(strstr(run(w, "8"), "skip"));	/* named once */
	SAYS("1.2 / 7", "0.17143 - right. absmax / 7 = 0.171429");
	AT("good 2/6> ");
}

static void a_number_with_too_few_digits_is_close(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("0.18", "0.18 - not this one.");	/* 0.171429 is 0.17 in two digits */
	SAYS("0.2", "0.2 - not this one.");
	AT("good 1/6> ");
	SAYS("0.17", "right.");			/* within= allows it */
	run(w, "lesson few");
	SAYS("0.71", "0.71 - close. The way is right, but the digits are too few");
	SAYS("0.714", "0.714 - close.");	/* cut off */
	SAYS("0.7", "0.7 - close.");
	SAYS("0.72", "0.72 - not this one.");	/* rounded the wrong way */
	SAYS("-0.71", "-0.71 - not this one.");
	SAYS("5 / 7", "right.");
}

static void what_is_no_answer_is_run_and_not_judged(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("=1.2 / 7", "0.17142857142857\n");
	SAYS("quantize int4 x", "int4   one scale   codes -7 -4 1 6");
	SAYS("x", "f32[4]");
	SAYS("n = 1.2 / 7", "");
	SAYS("nope nope", "error[command]");
	AT("good 1/6> ");
	SAYS("", "Question 1: how large is one step?");
	SAYS("n", "right");
}

static void hints_come_in_order_and_then_all(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("hint", "  hint 1 of 2: Which weight lies furthest from zero?\n");
	SAYS("hint", "  hint 2 of 2: It gets code -7.\n");
	SAYS("hint", "  hint 1 of 2: Which weight lies furthest from zero?\n  hint 2 of 2: It gets code -7.\n");
	assert_null(strstr(run(w, "2"), "type  hint"));
}

static void a_wrong_answer_restores_the_lessons_variables(void **state)
{
	struct world *w = *state;

	to_question(w);
	run(w, "x[0] = 9");
	SAYS("1", "The lesson's variables are as they were.");
	SAYS("=x", "-1.2 -0.6 0.2 1");
	assert_null(strstr(run(w, "1"), "as they were"));
	run(w, "x = 3");
	SAYS("again", "Question 1");
	SAYS("=x", "-1.2 -0.6 0.2 1");
}

/* The walk would replace the picture that was asked about. */
static void a_verdict_stands_with_its_picture_until_enter(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("1.2 / 7", "right");
	assert_non_null(strstr(text_str(&w->said), "Enter goes on.\n"));
	assert_null(strstr(text_str(&w->said), "step 1/5"));
	assert_string_equal(stage_front(&w->stage)->view->name, "line");
	assert_null(stage_walk(&w->stage));
	SAYS("1.2 / 7", "0.171428");	/* no answer: nothing is asked */
	SAYS("", "step 1/5");
}

/* Six rows of text and a question do not stay on the screen with a verdict. */
static void what_would_push_a_verdict_away_waits(void **state)
{
	struct world *w = *state;
	bool again = false;

	run(w, "lesson long-texts");
	AT("long-texts 1/3> ");
	SAYS("1", "right");
	assert_non_null(strstr(text_str(&w->said), "Enter goes on."));
	assert_null(strstr(text_str(&w->said), "six rows"));
	SAYS("", "six rows");
	assert_non_null(strstr(text_str(&w->said), "Question 2"));
	for (int i = 0; i < 3 && !again; i++)
		again = strstr(run(w, "7"), "Question 2") != NULL;
	assert_true(again);	/* it had gone */
}

/* Behind a walk it is the walk at its end, behind a reveal what that showed. */
static void coming_back_shows_the_last_picture(void **state)
{
	struct world *w = *state;

	to_prediction(w);
	world_end(w);
	start_program(w);
	run(w, "lesson good");
	assert_non_null(stage_walk(&w->stage));
	assert_int_equal(stage_walk(&w->stage)->u.walk.at, 4);
	run(w, "b");
	world_end(w);
	start_program(w);
	SAYS("lesson good", "going on at 4 of 6");
	assert_null(strstr(text_str(&w->said), "Revealed"));
	assert_string_equal(stage_front(&w->stage)->view->name, "bars");
}

static void a_walk_steps_by_enter_and_says_its_sentence(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("1.2 / 7", "right");
	SAYS("", "step 1/5");
	assert_non_null(strstr(text_str(&w->said), "Enter takes the next step."));
	SAYS("", "step 2/5");
	SAYS("next", "step 3/5");
	assert_non_null(strstr(text_str(&w->said), "Each weight is rounded here."));
	SAYS("back", "step 2/5");
	SAYS("last", "This is where the walk ends. Enter goes on.");
	SAYS("=1", "1");
	assert_null(strstr(text_str(&w->said), "walk ends"));		/* said once */
	SAYS("", "Before you look 3: which weight comes back with the largest error?");
	assert_non_null(strstr(text_str(&w->said), "      a  -1.2\n      b  -0.6\n"));
}

/* F8 is no line, and once walked past what the lesson has to say. */
static void a_walk_says_its_sentence_to_a_key_as_well(void **state)
{
	struct world *w = *state;
	struct text taken = { 0 };
	struct error err = { 0 };
	bool moved;

	to_question(w);
	run(w, "1.2 / 7");
	run(w, "");
	text_clear(&w->said);
	for (int i = 0; i < 2; i++) {
		assert_true(stage_move(&w->stage, MOVE_NEXT, 1, &moved, &taken, &err));
		runner_poll(w->r);
	}
	assert_non_null(strstr(text_str(&w->said), "Each weight is rounded here."));
	assert_true(stage_move(&w->stage, MOVE_LAST, 1, &moved, &taken, &err));
	runner_poll(w->r);
	assert_non_null(strstr(text_str(&w->said), "This is where the walk ends. Enter goes on."));
	text_drop(&taken);
}

static void a_prediction_goes_on_with_any_answer_and_shows_what_was_hidden(void **state)
{
	struct world *w = *state;

	to_prediction(w);
	SAYS("x", "f32[4]");		/* no letter of a choice */
	AT("good 3/6> ");
	SAYS("A", "a  -1.2 - not so. It lies on a code. It lies in the middle.");
	assert_non_null(strstr(text_str(&w->said), "Revealed."));
	assert_string_equal(stage_front(&w->stage)->view->name, "bars");
	assert_non_null(strstr(text_str(&w->said), "Enter goes on."));
	SAYS("progress good", "missed");
}

static void a_choice_may_be_written_out(void **state)
{
	struct world *w = *state;

	to_prediction(w);
	SAYS(" - 0.6", "b  -0.6 - right. It lies in the middle.");
}

static void words_values_and_tasks_are_judged_by_what_they_are(void **state)
{
	struct world *w = *state;

	to_prediction(w);
	run(w, "b");
	run(w, "");
	SAYS("hist x", "");		/* a command is run, also at a question for words */
	SAYS("minmax", "minmax - not this one. That takes both ends.");
	SAYS("ABS  max", "ABS  max - right.");
	assert_non_null(strstr(text_str(&w->said), "A branch was taken."));
	SAYS("", "Question 5: give the four weights, doubled.");
	SAYS("x / 2", "  Not this one. Halved, not doubled.");
	SAYS("5", "5\n");		/* a number is not what is asked for */
	SAYS("y = x + x", "y = f32[4]");
	AT("good 5/6> ");
	SAYS("y", "Right.");
	SAYS("quantize int4 x", "rmse is 0.0474");
	SAYS("help hist", "");
	AT("good 6/6> ");
	SAYS("q = quantize uint4 x", "Done.");
	SAYS("", "That was good: 6 of 6 parts, 1 of them skipped or missed. ");	/* the walk was skipped */
	AT("qs> ");
}

static void skip_shows_the_answer_runs_it_and_goes_on(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("skip", "The answer: 1.2 / 7    absmax / 7 = 0.171429");
	AT("good 2/6> ");
	run(w, "skip");
	SAYS("skip", "The answer: b  -0.6");
	assert_non_null(strstr(text_str(&w->said), "Revealed."));
	run(w, "");
	SAYS("skip", "The answer: AbsMax");
	run(w, "");
	SAYS("skip", "The answer: 2 * x");
	SAYS("skip", "uint4   scale and zero point");
	SAYS("", "6 of them skipped");
	SAYS("review", "A round of 6 parts of good");
	AT("good 1/6> ");
	SAYS("1.2 / 7", "right");
	AT("good 2/6> ");
	SAYS("leave", "The place is kept");
	SAYS("lessons", "done, 5 to review");
}

static void earlier_goes_back_to_the_question_before(void **state)
{
	struct world *w = *state;

	to_prediction(w);
	run(w, "earlier");
	AT("good 2/6> ");
	SAYS("earlier", "Question 1");
	AT("good 1/6> ");
	SAYS("earlier", "This is the first part.");
	SAYS("1.2 / 7", "right");
}

static void free_play_leaves_the_question_waiting_and_keeps_its_names(void **state)
{
	struct world *w = *state;

	to_question(w);
	SAYS("free", "Free play: questions wait, your variables are your own.   resume  goes back");
	AT("free> ");
	SAYS("1.2 / 7", "0.17142857142857\n");
	run(w, "x = [5, 6]");
	run(w, "mine = 7");
	SAYS("resume", "kept as x_free.");
	AT("good 1/6> ");
	SAYS("=x", "-1.2 -0.6 0.2 1");
	SAYS("=x_free, mine", "5 6\n7\n");
	SAYS("1.2 / 7", "right");
}

static void the_place_and_notes_outlive_the_program(void **state)
{
	struct world *w = *state;
	struct lesson_place place;

	to_prediction(w);
	SAYS("note ask why -4", "noted");
	world_end(w);
	start_program(w);
	assert_true(runner_unfinished(w->r, &place));
	assert_string_equal(place.id, "good");
	assert_int_equal(place.part, 3);
	SAYS("lessons", "begun 3/6");
	SAYS("lesson good", "good   all kinds of parts   going on at 3 of 6");
	AT("good 3/6> ");
	SAYS("=x", "-1.2 -0.6 0.2 1");
	assert_true(runner_lesson(w->r, &place));
	assert_true(place.asking && place.part == 3 && place.parts == 6);
	SAYS("progress good", "3/6: ask why -4");
	SAYS("forget good", "the same line once more does it");
	SAYS("forget good", "forgotten");
	run(w, "leave");
	assert_false(runner_unfinished(w->r, &place));
}

static void the_progress_file_keeps_lines_it_does_not_know(void **state)
{
	struct world *w = *state;
	char path[100], line[200] = "";
	FILE *f;

	snprintf(path, sizeof path, "%s/progress", w->dir);
	f = fopen(path, "w");
	fputs("from the future\tx\n", f);
	fclose(f);
	world_end(w);
	start_program(w);
	to_prediction(w);
	f = fopen(path, "r");
	assert_non_null(fgets(line, sizeof line, f));
	assert_string_equal(line, "from the future\tx\n");
	assert_non_null(fgets(line, sizeof line, f));
	assert_memory_equal(line, "good\t", 5);
	assert_non_null(strstr(line, "\tdone\t0\t0\n"));
	fclose(f);
}

static void a_place_that_cannot_be_written_is_told_once(void **state)
{
	struct world *w = *state;

	world_end(w);
	rmdir(w->dir);
	strcpy(w->dir, "/proc/none/quantscope");
	start_program(w);
	SAYS("lesson good", "note: cannot write /proc/none/quantscope/progress");
	assert_null(strstr(run(w, ""), "cannot write"));
	SAYS("1.2 / 7", "right");
}

static void an_unknown_lesson_has_its_nearest_name(void **state)
{
	struct world *w = *state;

	SAYS("lesson goods", "error[lesson]: no lesson 'goods'\n  lesson goods\n         ^^^^^\n  nearest: good.");
	SAYS("lesson ../good", "error[lesson]: no lesson '../good'");
	SAYS("hint", "error[lesson]: no lesson is running");
	SAYS("lesson", "good");
}

static void a_fault_in_a_lesson_ends_it_and_nothing_else(void **state)
{
	struct world *w = *state;

	run(w, "lesson raises");
	SAYS("2", "raises.lua:4: error[lesson]: a fault of the lesson");
	AT("qs> ");
	SAYS("=1", "1\n");
	SAYS("lesson syntax", "syntax.lua:4: error[lesson]: unexpected symbol near 'return'");
	AT("qs> ");
}

static void the_examples_of_the_words_run(void **state)
{
	struct world *w = *state;
	const struct command *c;
	char path[100];

	for (size_t i = 0; (c = command_at(i)); i++)
		for (int k = 0; k < 2 && c->group == GROUP_LEARNING; k++) {
			enum error_class before = runner_first_error(w->r);

			assert_non_null(c->examples[k]);
			run(w, c->examples[k]);
			if (strstr(text_str(&w->said), "error[") || before)
				fail_msg("%s: %s", c->examples[k], text_str(&w->said));
			run(w, "leave");
			world_end(w);
			snprintf(path, sizeof path, "%s/progress", w->dir);
			unlink(path);	/* each as a newcomer types it */
			start_program(w);
		}
}

/* ---- limits ---- */

static void a_lesson_cannot_leave_its_limits(void **state)
{
	struct world *w = *state;

	SAYS("lesson escape", "escape.lua:3: error[lesson]: attempt to call a nil value (field 'execute')");
	run(w, "lesson escape-command");
	SAYS("skip", "error[lesson]: a lesson may not run 'save'");
	run(w, "leave");
	run(w, "lesson escape-eval");
	SAYS("skip", "attempt to call a nil value (field 'execute')");
	assert_int_equal(access("/tmp/qs-lesson-escaped", F_OK), -1);
	assert_int_equal(access("/tmp/qs-lesson-escaped.npy", F_OK), -1);
	run(w, "leave");
	run(w, "lesson endless");
	SAYS("2", "error[lesson]: more than two million instructions");
	run(w, "lesson greedy");
	SAYS("2", "error[memory]: not enough memory");
	SAYS("=1", "1\n");
}

/* Each line of tests/data/lessons/tries.lua tries a way out; what it says is what did not work. */
static void each_way_out_is_closed(void **state)
{
	struct world *w = *state;

	SAYS("lesson tries", "all 38 tries failed");
	SAYS("=string.rep('a', 3), qs.quantize ~= nil, getmetatable('').__index == string, ('a').find ~= nil", "aaa\ttrue\ttrue\ttrue");
}

static void trust_lifts_the_limits(void **state)
{
	struct world *w = *state;

	SAYS("trust escape", "escape may do in this run whatever you may");
	SAYS("lesson escape", "escape   broken");
}

/* ---- --test-lesson ---- */

static void check(const char *name, bool good, const char *what)
{
	const char *src = getenv("QS_SRCDIR");
	struct text report = { 0 };
	struct error err;
	char path[300];
	bool ok;

	snprintf(path, sizeof path, "%s/tests/data/lessons/%s.lua", src ? src : ".", name);
	ok = lesson_test(path, &report, &err);
	if (ok != good || !strstr(text_str(&report), what))
		fail_msg("%s: '%s' is not in:\n%s%s", name, what, text_str(&report), err.text);
	text_drop(&report);
}

static void a_sound_lesson_passes(void **state)
{
	(void)state;
	check("good", true, "good.lua   13 parts   4 judged: number text value task   1 predicted   5 wrong answers   1 trace   4 views   ");
	check("other", true, "other.lua   1 parts   1 judged: number   ");
}

static void each_check_of_a_lesson_can_fail(void **state)
{
	(void)state;
	check("wrong-answer", false, "part 1 (ask): its answer is not accepted: 3");
	check("no-answer", false, "part 1 (ask): no answer is given");
	check("no-hint", false, "part 1 (ask): no hint is given");
	check("mistake-accepted", false, "part 1 (ask): mistake 1 is accepted as right");
	check("mistake-not-its-own", false, "part 1 (ask): mistake 2 is not refused with its own sentence but with: Too large.");
	check("mistake-without-example", false, "part 1 (ask): mistake 1 needs an example: answer=");
	check("bad-show", false, "int4 has no codes 7..-7");
	check("no-fit", false, "part 1 (say): its text does not fit into 76 columns");
	check("no-name", false, "part 1 (say): its text names {nobody}, which stands for nothing");
	check("needs-nobody", false, "needs 'nobody', which does not exist");
	check("other-id", false, "the lesson calls itself 'another', its file other-id");
	check("back-differs", false, "part 2 (ask): its answer is not accepted: 4   only once");
	check("no-lesson-kept", false, "part 2 (ask): its answer is not accepted: 2   it needs what a free line made");
	check("raises", false, "raises.lua:4: error[lesson]: a fault of the lesson");
	check("syntax", false, "syntax.lua:4: error[lesson]");
	check("escape", false, "escape.lua:3: error[lesson]");
	check("resume-differs", false, "killed here, it goes on");
	check("too-slow", false, "s; 2 are allowed");
	check("picture-differs", false, "part 2 (ask): killed here, it goes on with another picture");
	check("no-title", false, "title= or minutes= is missing");
	check("mistake-without-sentence", false, "part 1 (ask): mistake 1 has no sentence");
	check("long-paragraph", false, "part 1 (say): a paragraph of 10 rows; 9 are seen under the pane at 80 x 24: ten rows of words");
	check("endless-branch", false, "error[lesson]: a lesson of more than 1000 parts");
	check("endless-load", false, "endless-load.lua:3: error[lesson]: more than two million instructions");
	check("greedy-load", false, "error[memory]: not enough memory");
	check("missing-file", false, "missing-file.lua:3: error[file]");
	check("name-twice", false, "name-twice.lua:4: error[lesson]: the variable 'x' is declared twice");
	check("walk-method", true, "walk-method.lua   4 parts   1 judged: number   0 predicted   0 wrong answers   3 traces");
}

static void a_course_names_lessons_that_are_there_once_and_in_order(void **state)
{
	(void)state;
	check("courses/twice/course", false, "'one' stands there twice");
	check("courses/missing/course", false, "there is no lesson 'two'");
	check("courses/order/course", false, "'late' needs 'one', which comes later");
	check("courses/none/course", false, "it returns no list of ids");
}

/* Each is named with its file and line; the prompt and the next lesson are as before. */
static void everything_else_goes_on_after_a_broken_lesson(void **state)
{
	static const char *const broken[][2] = {
		{ "syntax", "syntax.lua:4: error[lesson]" }, { "endless-load", "endless-load.lua:3: error[lesson]" }, { "greedy-load", "error[memory]" },
		{ "missing-file", "missing-file.lua:3: error[file]" }, { "name-twice", "name-twice.lua:4: error[lesson]" },
		{ "escape", "escape.lua:3: error[lesson]" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		char line[60];

		snprintf(line, sizeof line, "lesson %s", broken[i][0]);
		SAYS(line, broken[i][1]);
		AT("qs> ");
		SAYS("=1 + 1", "2\n");
	}
	SAYS("lessons", "syntax       its file has a fault; starting it says where");
	SAYS("lessons", "   broken");
	SAYS("lesson other", "other   ");
}

/* interaction.md 16: what a lesson declared goes with it; what the learner made, or had before, stays. */
static void a_lesson_that_was_played_leaves_nothing_behind(void **state)
{
	struct world *w = *state;

	run(w, "mine = 5");
	run(w, "x = [9]");
	to_question(w);
	run(w, "yours = 6");
	run(w, "leave");
	SAYS("=mine, yours", "5\t6\n");
	SAYS("=x", "9\n");
	AT("qs> ");
	assert_string_equal(w->stage.note, "");
	SAYS("1.2 / 7", "0.171428");
}

/* The reveal of tests/data/lessons/work.lua quantizes; going back and through it again does not. */
static void long_work_is_done_once(void **state)
{
	struct world *w = *state;
	size_t before;

	run(w, "lesson work");
	before = memo_hits();
	SAYS("1", "rmse 0.0474");
	assert_int_equal(memo_hits(), before);
	run(w, "earlier");
	SAYS("1", "rmse 0.0474");
	assert_int_equal(memo_hits(), before + 1);
	SAYS("1", "other 0.0333");		/* other arguments are other work */
	assert_int_equal(memo_hits(), before + 1);
}

int main(void)
{
#define WITH_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		WITH_WORLD(long_work_is_done_once),
		WITH_WORLD(text_stops_at_each_paragraph),
		WITH_WORLD(a_known_mistake_gets_its_own_sentence_and_a_hint_is_offered),
		WITH_WORLD(what_is_no_answer_is_run_and_not_judged),
		WITH_WORLD(hints_come_in_order_and_then_all),
		WITH_WORLD(a_wrong_answer_restores_the_lessons_variables),
		WITH_WORLD(a_verdict_stands_with_its_picture_until_enter),
		WITH_WORLD(what_would_push_a_verdict_away_waits),
		WITH_WORLD(coming_back_shows_the_last_picture),
		WITH_WORLD(a_walk_steps_by_enter_and_says_its_sentence),
		WITH_WORLD(a_walk_says_its_sentence_to_a_key_as_well),
		WITH_WORLD(a_prediction_goes_on_with_any_answer_and_shows_what_was_hidden),
		WITH_WORLD(a_choice_may_be_written_out),
		WITH_WORLD(words_values_and_tasks_are_judged_by_what_they_are),
		WITH_WORLD(skip_shows_the_answer_runs_it_and_goes_on),
		WITH_WORLD(earlier_goes_back_to_the_question_before),
		WITH_WORLD(free_play_leaves_the_question_waiting_and_keeps_its_names),
		WITH_WORLD(the_place_and_notes_outlive_the_program),
		WITH_WORLD(the_progress_file_keeps_lines_it_does_not_know),
		WITH_WORLD(a_place_that_cannot_be_written_is_told_once),
		WITH_WORLD(an_unknown_lesson_has_its_nearest_name),
		WITH_WORLD(a_fault_in_a_lesson_ends_it_and_nothing_else),
		WITH_WORLD(the_examples_of_the_words_run),
		WITH_WORLD(a_lesson_cannot_leave_its_limits),
		WITH_WORLD(each_way_out_is_closed),
		WITH_WORLD(trust_lifts_the_limits),
		WITH_WORLD(a_number_with_too_few_digits_is_close),
		cmocka_unit_test(a_sound_lesson_passes),
		cmocka_unit_test(each_check_of_a_lesson_can_fail),
		cmocka_unit_test(a_course_names_lessons_that_are_there_once_and_in_order),
		WITH_WORLD(everything_else_goes_on_after_a_broken_lesson),
		WITH_WORLD(a_lesson_that_was_played_leaves_nothing_behind),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	pool_stop();
	return failed;
}
