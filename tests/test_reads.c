/* test_reads.c - what a step is said to have read: weights, and values that steps before it made. interaction.md 8, 17. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/kernel.h"
#include "methods/record.h"
#include "session/method.h"
#include "session/session.h"

static struct session session;
static struct error err;

static struct value *literal(const char *s)
{
	struct outcome out = { 0 };

	assert_true(session_literal(s, strlen(s), &out, &err));
	return out.value;
}

static struct value *random_row(uint64_t seed)
{
	struct random_options o = { .sigma = 0.02, .df = 4, .share = 0.01, .size = 16, .seed = &seed };
	struct outcome out = { 0 };

	assert_true(session_random(&session, "gauss", 1, 256, &o, &out, &err));
	return out.value;
}

static struct value *walk(const char *codec, struct value *x, bool flat)
{
	struct quantize_options o = { .pad = PAD_ZERO, .flat_if_needed = true, .flat_importance = flat };
	struct outcome out = { 0 };

	if (!session_trace(&session, codec_need(codec, &err), x, &o, 0, &out, &err))
		return NULL;
	if (out.job)
		assert_true(job_run_here(out.job, &out.value, &err));
	return out.value;
}

static const char *read_by(const struct value *w, const char *step)
{
	static struct text t;

	text_clear(&t);
	for (size_t k = 0; k < value_steps(w); k++)
		if (!strcmp(value_step_name(w, k), step)) {
			if (w->kind == VALUE_TRACE)
				assert_true(trace_reads(&w->u.walk.trace, k, &t));
			else
				record_read(w->u.record.of, k, &t);
			return text_str(&t);
		}
	fail_msg("no step %s", step);
	return "";
}

/* "x[0] x[1] ..." */
static const char *all_of(const char *name, int n)
{
	static struct text t;

	text_clear(&t);
	for (int i = 0; i < n; i++)
		text_add(&t, "%s%s[%d]", i ? " " : "", name, i);
	return text_str(&t);
}

static bool among(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = list; (s = strstr(s, name)); s += n)
		if ((s == list || s[-1] == ' ') && (s[n] == ' ' || !s[n]))
			return true;
	return false;
}

/* d = peak / -8; the step in 16 bits; x / d of every weight. */
static void the_steps_of_q4_0_read_what_their_formulas_name(void **state)
{
	struct value *x = literal("[-1.2, -0.6, 0.2, 1.0]"), *w = walk("q4_0", x, false);

	(void)state;
	assert_string_equal(read_by(w, "find"), all_of("x", 32));
	assert_string_equal(read_by(w, "scale"), "peak[0]");
	assert_string_equal(read_by(w, "half"), "d");
	assert_true(among(read_by(w, "round"), "x[3]") && among(read_by(w, "round"), "d"));
	assert_false(among(read_by(w, "round"), "peak[0]"));
	assert_string_equal(read_by(w, "pack"), all_of("code", 32));
	assert_true(among(read_by(w, "decode"), "code[3]") && among(read_by(w, "decode"), "d") && among(read_by(w, "decode"), "x[3]"));
	value_drop(w);
	value_drop(x);
}

static void a_search_reads_all_weights_and_what_they_count(void **state)
{
	struct value *x = random_row(3), *w = walk("q4_K", x, true);

	(void)state;
	assert_true(among(read_by(w, "search"), "x[0]") && among(read_by(w, "search"), "x[255]"));
	value_drop(w);
	w = walk("iq2_xxs", x, true);
	assert_true(among(read_by(w, "pack"), "entry[31]"));
	value_drop(w);
	value_drop(x);
}

/* A name that is said to be read was made in a step before, or is a weight; none is named twice. */
static void nothing_is_read_that_was_not_there(void **state)
{
	size_t steps = 0, names = 0, silent = 0;

	(void)state;
	for (int c = 0; c < CODEC_COUNT; c++)
		for (int flat = 0; flat < 2; flat++) {
			struct value *x = random_row((uint64_t)c + 1), *w = walk(codecs[c]->name, x, flat);
			const struct trace *t = w ? &w->u.walk.trace : NULL;

			for (size_t k = 0; t && k < t->steps; k++) {
				struct text read = { 0 };
				const char *s;

				assert_true(trace_reads(t, k, &read));
				steps++;
				silent += !read.len;
				for (s = text_str(&read); *s; s += strcspn(s, " "), s += *s == ' ') {
					char word[40], name[16];
					size_t i;

					snprintf(word, sizeof word, "%.*s", (int)strcspn(s, " "), s);
					assert_true(trace_parse_name(word, name, &i));
					if (strcmp(name, "x"))
						assert_non_null(trace_find(t, name, i, t->step[k].first));
					else
						assert_true(i < t->len);
					assert_false(among(s + strcspn(s, " "), word));
					names++;
				}
				if (!read.len)
					print_message("# %s: step %s reads nothing\n", codecs[c]->name, t->step[k].name);
				text_drop(&read);
			}
			value_drop(w);
			value_drop(x);
		}
	print_message("# %zu steps, %zu names read, %zu steps that read nothing\n", steps, names, silent);
	assert_int_equal(silent, 0);
}

static struct value *method(const char *name, struct value *x, const char *bits)
{
	struct args a = { 0 };
	struct outcome out = { 0 }, walked = { 0 };
	struct given *g = args_add(&a, "x", "x", &err);

	assert_non_null(g);
	g->value = value_hold(x);
	assert_true(args_set_text(&a, "bits", bits, &err));
	assert_true(session_method(&session, name, &a, &out, &err));
	if (out.job)
		assert_true(job_run_here(out.job, &out.value, &err));
	args_drop(&a);
	assert_true(session_walk_record(out.value, &walked, &err));
	value_drop(out.value);
	return walked.value;
}

static void the_steps_of_methods_read_what_their_formulas_name(void **state)
{
	struct value *x = literal("[-1.2, -0.6, 0.2, 1.0]"), *w = method("affine", x, "4");

	(void)state;
	assert_string_equal(read_by(w, "extremes"), "x");
	assert_string_equal(read_by(w, "widen"), "lo hi");
	assert_string_equal(read_by(w, "scale"), "low high");
	assert_string_equal(read_by(w, "divide"), "x scale");
	assert_string_equal(read_by(w, "round"), "ratio[0] ratio[1] ratio[2] ratio[3] zero");
	assert_string_equal(read_by(w, "back"), "code[0] code[1] code[2] code[3] scale zero x");
	value_drop(w);
	w = method("calibrate", x, "4");
	assert_string_equal(read_by(w, "range"), "least most");
	assert_string_equal(read_by(w, "loss"), "x scale zero");
	value_drop(w);
	value_drop(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_steps_of_q4_0_read_what_their_formulas_name),
		cmocka_unit_test(a_search_reads_all_weights_and_what_they_count),
		cmocka_unit_test(nothing_is_read_that_was_not_there),
		cmocka_unit_test(the_steps_of_methods_read_what_their_formulas_name),
	};
	int failed;

	if (!kernels_choose(NULL, &err))
		return 1;
	session_init(&session, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	session_drop(&session);
	return failed;
}
