/* test_background.c - long work of the pane: shown as being measured, taken over when it is ready, stopped at the next safe point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/job.h"
#include "base/pool.h"
#include "engine/kernel.h"
#include "views/stage.h"

static struct session session;
static struct value *large;		/* 1100 x 4096: more than what is opened at once */

/* ---- stopping ---- */

struct counting { atomic_size_t begun; struct job *job; size_t stop_at; };

static void count_slice(void *arg, size_t i)
{
	struct counting *c = arg;

	(void)i;
	if (atomic_fetch_add(&c->begun, 1) + 1 == c->stop_at)
		atomic_store(&c->job->stop, true);
}

static bool three_walks(struct job *job, struct error *err)
{
	struct counting *c = job->state;

	for (int k = 0; k < 3; k++)
		if (!pool_for(NULL, 500, false, count_slice, c))
			return error_set(err, ERR_CANCELLED, "stopped");
	return true;
}

static void keep(void *state)
{
	(void)state;
}

static struct job *counting_job(struct counting *c)
{
	struct job *job = job_new("counting", c, NULL);

	job->work = three_walks;
	job->drop = keep;
	job->by_pass = true;
	atomic_store(&job->total, 3 * JOB_PASS);
	c->job = job;
	return job;
}

static void a_walk_stops_after_the_slices_that_were_begun(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 7; threads += 3) {
		struct counting c = { .stop_at = 520 };
		struct error err = { 0 };

		pool_set_threads(threads);
		assert_false(job_run_here(counting_job(&c), NULL, &err));
		assert_int_equal(err.class, ERR_CANCELLED);
		assert_in_range(atomic_load(&c.begun), 520, 519 + threads);
	}
	pool_set_threads(2);
}

static bool run_inner(struct job *job, struct error *err)
{
	bool ok = job_run_here(counting_job(job->state), NULL, err);

	assert_ptr_equal(job_here(), job);
	return ok;
}

static void a_job_within_a_job_is_one_of_its_passes(void **state)
{
	struct counting c = { .stop_at = 0 };
	struct error err = { 0 };
	struct job *outer = job_new("outer", &c, NULL);

	(void)state;
	outer->drop = keep;
	outer->work = run_inner;
	outer->by_pass = true;
	worker_put(outer);
	worker_wait(outer);
	assert_true(outer->ok);
	assert_int_equal(atomic_load(&outer->done), JOB_PASS);
	job_drop(outer);
	outer = job_new("outer", &c, NULL);
	outer->drop = keep;
	outer->work = run_inner;
	atomic_store(&outer->stop, true);
	worker_put(outer);
	worker_wait(outer);
	assert_false(outer->ok);
	job_drop(outer);
	assert_null(job_here());
	(void)err;
}

/* ---- the pane ---- */

static char *picture(struct stage *s)
{
	struct canvas c;
	struct text t = { 0 };

	assert_true(canvas_new(&c, 24, 80, false, NULL));
	stage_draw(s, &c);
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	canvas_drop(&c);
	return text_take(&t);
}

static char *fresh(const char *view)
{
	struct stage s;
	char *t;

	stage_init(&s, &session);
	assert_true(stage_show(&s, view_find(view), large, NULL, NULL));
	t = picture(&s);
	stage_drop(&s);
	return t;
}

static void wait_for(struct stage *s)
{
	for (int i = 0; i < 60000 && stage_job(s); i++) {
		stage_poll(s);
		usleep(1000);
	}
	assert_null(stage_job(s));
}

static void what_takes_long_is_drawn_when_it_is_ready_as_if_it_had_been_at_once(void **state)
{
	static const char *const shown[] = { "hist", "heat" };

	(void)state;
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		char *expected = fresh(shown[i]), *t;

		for (unsigned threads = 1; threads <= 7; threads += 3) {
			struct stage s;

			pool_set_threads(threads);
			stage_init(&s, &session);
			s.background = true;
			assert_true(stage_show(&s, view_find(shown[i]), large, NULL, NULL));
			t = picture(&s);
			assert_non_null(strstr(t, "measuring"));
			assert_non_null(stage_job(&s));
			free(t);
			wait_for(&s);
			t = picture(&s);
			assert_string_equal(t, expected);
			free(t);
			stage_drop(&s);
		}
		free(expected);
	}
	pool_set_threads(2);
}

static void a_stopped_view_says_how_far_it_came_and_measures_again_with_enter(void **state)
{
	struct stage s;
	struct text said = { 0 }, typed = { 0 };
	char *t, *expected = fresh("hist");

	(void)state;
	stage_init(&s, &session);
	s.background = true;
	assert_false(stage_interrupt(&s));
	assert_true(stage_show(&s, view_find("hist"), large, NULL, NULL));
	assert_true(stage_interrupt(&s));
	wait_for(&s);
	t = picture(&s);
	assert_non_null(strstr(t, "stopped at"));
	free(t);
	assert_true(stage_press(&s, &(struct key){ .code = KEY_ENTER_ }, &said, &typed, NULL));
	assert_non_null(stage_job(&s));
	wait_for(&s);
	t = picture(&s);
	assert_string_equal(t, expected);
	free(t);
	free(expected);
	text_drop(&said);
	text_drop(&typed);
	stage_drop(&s);
}

static void a_stopped_heat_map_keeps_the_rows_it_has_and_is_marked(void **state)
{
	struct stage s;
	char *t;

	(void)state;
	stage_init(&s, &session);
	s.background = true;
	assert_true(stage_show(&s, view_find("heat"), large, NULL, NULL));
	t = picture(&s);
	free(t);
	assert_true(stage_interrupt(&s));
	wait_for(&s);
	t = picture(&s);
	assert_non_null(strstr(t, "partial: "));
	free(t);
	stage_drop(&s);
}

static void a_view_that_is_left_while_it_is_measured_is_let_go(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, &session);
	s.background = true;
	assert_true(stage_show(&s, view_find("hist"), large, NULL, NULL));
	assert_true(stage_show(&s, view_find("heat"), large, NULL, NULL));
	free(picture(&s));
	stage_drop(&s);		/* valgrind tells whether all of it went */
}

static void codecs_of_a_sample_are_measured_by_the_worker_as_one_pass(void **state)
{
	static const char *const shown[] = { "rd", "compare" };

	(void)state;
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		char *expected = fresh(shown[i]), *t;
		struct stage s;

		stage_init(&s, &session);
		s.background = true;
		assert_true(stage_show(&s, view_find(shown[i]), large, NULL, NULL));
		assert_non_null(stage_job(&s));
		t = picture(&s);
		assert_non_null(strstr(t, "measuring"));
		free(t);
		wait_for(&s);
		t = picture(&s);
		assert_string_equal(t, expected);
		free(t);
		free(expected);
		stage_drop(&s);
	}
}

static void the_second_view_is_measured_by_the_worker_too(void **state)
{
	static const char *const shown[] = { "hist", "heat", "chan" };

	(void)state;
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		struct stage s, at_once;
		char *t, *expected;

		stage_init(&s, &session);
		stage_init(&at_once, &session);
		s.background = true;
		assert_true(stage_show(&s, view_find("bars"), large, NULL, NULL));
		assert_true(stage_show(&at_once, view_find("bars"), large, NULL, NULL));
		stage_split(&s, view_find(shown[i]));
		stage_split(&at_once, view_find(shown[i]));
		t = picture(&s);
		assert_non_null(strstr(t, "measuring"));
		assert_non_null(stage_job(&s));
		free(t);
		wait_for(&s);
		t = picture(&s);
		expected = picture(&at_once);
		assert_string_equal(t, expected);
		free(t);
		free(expected);
		stage_drop(&s);
		stage_drop(&at_once);
	}
}

static void a_stopped_second_view_says_so_and_the_first_stays(void **state)
{
	struct stage s;
	char *t;

	(void)state;
	stage_init(&s, &session);
	s.background = true;
	assert_true(stage_show(&s, view_find("bars"), large, NULL, NULL));
	stage_split(&s, view_find("hist"));
	free(picture(&s));
	assert_true(stage_interrupt(&s));
	wait_for(&s);
	t = picture(&s);
	assert_non_null(strstr(t, "hist: stopped"));
	assert_null(stage_job(&s));
	free(t);
	stage_split(&s, view_find("heat"));
	free(picture(&s));
	stage_drop(&s);		/* while it is measured */
}

static void the_text_of_a_heavy_heat_map_is_asked_for_as_a_command(void **state)
{
	struct text said = { 0 }, typed = { 0 };
	struct stage s;

	(void)state;
	stage_init(&s, &session);
	s.background = true;
	assert_true(stage_show(&s, view_find("heat"), large, NULL, NULL));
	free(picture(&s));
	wait_for(&s);
	assert_true(stage_press(&s, &(struct key){ .code = KEY_CHAR, .ch = 'o' }, &said, &typed, NULL));
	assert_true(stage_press(&s, &(struct key){ .code = KEY_CHAR, .ch = 't' }, &said, &typed, NULL));
	assert_string_equal(text_str(&typed), "heat text of=abs with=mean\n");
	assert_true(view_text_is_heavy(view_find("heat"), large, NULL));
	assert_false(view_is_heavy(view_find("heat"), large, NULL));
	text_drop(&said);
	text_drop(&typed);
	stage_drop(&s);
}

static int begin(void **state)
{
	struct error err;
	struct random_options o = { .sigma = 1, .df = 4, .share = 0.001, .size = 20 };
	struct outcome out = { 0 };

	(void)state;
	session_init(&session, 1);
	pool_set_threads(2);
	if (!kernels_choose(getenv("QUANTSCOPE_CPU"), &err) || !worker_start(-1, &err))
		return -1;
	if (!session_random(&session, "gauss", 1100, 4096, &o, &out, &err) || (out.job && !job_run_here(out.job, &out.value, &err)))
		return -1;
	large = out.value;
	value_name(large, "big");
	return 0;
}

static int end(void **state)
{
	(void)state;
	worker_stop();
	value_drop(large);
	session_drop(&session);
	pool_stop();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_walk_stops_after_the_slices_that_were_begun),
		cmocka_unit_test(a_job_within_a_job_is_one_of_its_passes),
		cmocka_unit_test(what_takes_long_is_drawn_when_it_is_ready_as_if_it_had_been_at_once),
		cmocka_unit_test(a_stopped_view_says_how_far_it_came_and_measures_again_with_enter),
		cmocka_unit_test(a_stopped_heat_map_keeps_the_rows_it_has_and_is_marked),
		cmocka_unit_test(a_view_that_is_left_while_it_is_measured_is_let_go),
		cmocka_unit_test(codecs_of_a_sample_are_measured_by_the_worker_as_one_pass),
		cmocka_unit_test(the_second_view_is_measured_by_the_worker_too),
		cmocka_unit_test(a_stopped_second_view_says_so_and_the_first_stays),
		cmocka_unit_test(the_text_of_a_heavy_heat_map_is_asked_for_as_a_command),
	};

	return cmocka_run_group_tests_name("background", tests, begin, end);
}
