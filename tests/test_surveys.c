/* worst and diff: tensors of small models written here, figures against those of quantizing; the view of differences. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "golden.h"
#include "session/survey.h"
#include "view_fixture.h"

static struct session session;

/* Two matrices of f32 in a safetensors file: "a" [2, 32] holds i / 64 - 0.5, "b" [2, 32] is all `rest` but for one outlier. */
static void write_model(const char *path, float rest, float outlier, const char *second)
{
	FILE *f = fopen(path, "wb");
	char head[300];
	unsigned long long n;

	assert_non_null(f);
	n = (unsigned long long)snprintf(head, sizeof head, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,32],\"data_offsets\":[0,256]},"
					 "\"%s\":{\"dtype\":\"F32\",\"shape\":[2,32],\"data_offsets\":[256,512]}}", second);
	fwrite(&n, 8, 1, f);
	fwrite(head, n, 1, f);
	for (int i = 0; i < 64; i++) {
		float v = (float)i / 64 - 0.5f;

		fwrite(&v, 4, 1, f);
	}
	for (int i = 0; i < 64; i++) {
		float v = i == 5 ? outlier : i % 2 ? rest : -rest;

		fwrite(&v, 4, 1, f);
	}
	assert_int_equal(fclose(f), 0);
}

static struct value *opened(const char *name, float rest, float outlier, const char *second)
{
	struct outcome out = { 0 };
	struct error err = { 0 };
	char path[100];

	snprintf(path, sizeof path, "/tmp/qs-surveys-%d-%s.safetensors", (int)getpid(), name);
	write_model(path, rest, outlier, second);
	if (!session_open(&session, path, name, NULL, &out, &err))
		fail_msg("%s", err.text);
	unlink(path);
	return out.value;
}

static size_t row_of(const struct table *t, const char *tensor)
{
	for (size_t i = 0; i < t->rows; i++)
		if (!strcmp(table_at(t, i, table_column(t, "tensor"))->text, tensor))
			return i;
	fail_msg("no %s", tensor);
	return 0;
}

static const char *word(const struct table *t, size_t row, const char *column)
{
	const char *s = table_at(t, row, table_column(t, column))->text;

	return s ? s : "";
}

static void worst_gives_the_losses_of_quantizing_worst_first(void **state)
{
	struct value *m = opened("m", 0.01f, 1.0f, "b"), *q;
	struct outcome out = { 0 }, quantized = { 0 }, x = { 0 };
	struct error err = { 0 };
	const struct table *t;

	(void)state;
	assert_true(session_worst(&session, m, &codec_q4_0, "rel", 0, &out, &err));
	t = out.value->u.table;
	assert_int_equal(t->rows, 2);
	assert_true(fixture_number(t, 0, "rel") >= fixture_number(t, 1, "rel"));
	for (const char *const *name = (const char *const[]){ "a", "b", NULL }; *name; name++) {
		assert_true(session_tensor(&session, m, *name, &x, &err));
		assert_true(session_quantize(&session, &codec_q4_0, x.value, &(struct quantize_options){ 0 }, &quantized, &err));
		q = quantized.value;
		assert_float_equal(fixture_number(t, row_of(t, *name), "rel"), q->u.quantized.loss.rel, 1e-12);
		assert_float_equal(fixture_number(t, row_of(t, *name), "max"), q->u.quantized.loss.max, 1e-12);
		value_drop(q);
		value_drop(x.value);
	}
	value_drop(out.value);
	assert_non_null(session.kept);
	assert_true(session_worst(&session, m, NULL, "outlier", 1, &out, &err));
	assert_int_equal(out.value->u.table->rows, 1);
	assert_string_equal(word(out.value->u.table, 0, "tensor"), "b");
	value_drop(out.value);
	value_drop(m);
}

static void worst_without_anything_to_measure_against_names_both_ways(void **state)
{
	struct value *m = opened("m", 0.01f, 1.0f, "b");
	struct outcome out = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_false(session_worst(&session, m, NULL, "rel", 0, &out, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_non_null(strstr(err.hint, "codec="));
	assert_non_null(strstr(err.hint, "ref="));
	value_drop(m);
}

static void a_tensor_that_does_not_fit_is_last_and_says_why(void **state)
{
	struct value *m = opened("m", 0.01f, 1.0f, "b");
	struct outcome out = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_true(session_worst(&session, m, &codec_q4_K, "rel", 0, &out, &err));
	assert_string_equal(word(out.value->u.table, 0, "fault"), "32 weights do not fill a block; q4_K has blocks of 256");
	value_drop(out.value);
	value_drop(m);
}

static void diff_pairs_by_name_and_grades(void **state)
{
	struct value *m = opened("m", 0.01f, 1.0f, "b"), *n = opened("n", 0.01f, 0.5f, "b"), *o = opened("o", 0.01f, 1.0f, "c");
	struct outcome out = { 0 };
	struct error err = { 0 };
	const struct table *t;

	(void)state;
	assert_true(session_diff(&session, m, n, NULL, &out, &err));
	t = out.value->u.table;
	assert_int_equal(t->rows, 2);
	assert_string_equal(word(t, 0, "tensor"), "b");
	assert_string_equal(word(t, 0, "grade"), "bad");
	assert_true(fixture_number(t, 0, "max") == 0.5);
	assert_float_equal(fixture_number(t, 0, "rel"), sqrt(0.25 / (1 + 63 * 1e-4)), 1e-6);
	assert_true(fixture_number(t, 0, "expected") == 0);
	assert_string_equal(word(t, 1, "what"), "same");
	value_drop(out.value);
	assert_true(session_diff(&session, m, o, NULL, &out, &err));
	t = out.value->u.table;
	assert_int_equal(t->rows, 3);
	assert_string_equal(word(t, row_of(t, "b"), "what"), "only a");
	assert_string_equal(word(t, row_of(t, "c"), "what"), "only b");
	assert_string_equal(word(t, row_of(t, "c"), "grade"), "odd");
	value_drop(out.value);
	assert_true(session_diff(&session, m, o, "a*", &out, &err));
	assert_int_equal(out.value->u.table->rows, 1);
	value_drop(out.value);
	value_drop(m);
	value_drop(n);
	value_drop(o);
}

/* What q4_0 loses of w is just what the types explain; the same blocks with one bit turned are not. */
static void the_types_explain_what_quantizing_loses(void **state)
{
	struct value *w = fixture_value(NULL, "w4"), *q = fixture_value("q4_0", "w4");
	struct outcome out = { 0 }, turned = { 0 };
	struct error err = { 0 };
	const struct table *t;

	(void)state;
	assert_true(session_diff(&session, w, q, NULL, &out, &err));
	t = out.value->u.table;
	assert_string_equal(word(t, 0, "grade"), "odd");
	assert_float_equal(fixture_number(t, 0, "rel"), q->u.quantized.loss.rel, 1e-9);
	assert_float_equal(fixture_number(t, 0, "expected"), q->u.quantized.loss.rel, 2e-3);
	value_drop(out.value);
	assert_true(session_flip(&session, q, 1, 6, &turned, &err));	/* the exponent of the first scale */
	assert_true(session_diff(&session, q, turned.value, NULL, &out, &err));
	t = out.value->u.table;
	assert_string_equal(word(t, 0, "grade"), "bad");
	assert_true(fixture_number(t, 0, "unexplained") == fixture_number(t, 0, "rel"));
	value_drop(out.value);
	value_drop(turned.value);
	assert_true(session_diff(&session, fixture_value("q4_0", "x"), fixture_value(NULL, "x"), NULL, &out, &err));
	assert_string_equal(word(out.value->u.table, 0, "what"), "values");	/* padding is no weight */
	value_drop(out.value);
}

static void what_has_no_weights_is_refused(void **state)
{
	struct value *s = value_string("a", NULL);
	struct outcome out = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_false(session_diff(&session, s, s, NULL, &out, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	value_drop(s);
}

/* ---- the view ---- */

static struct value *differences;

static void add(struct table *t, const char *grade, const char *tensor, const char *what, const char *a, const char *b, double rel, double expected)
{
	table_row(t);
	table_text(t, grade);
	table_text(t, tensor);
	table_text(t, what);
	table_text(t, a);
	table_text(t, b);
	if (rel < 0)
		return;
	table_number(t, rel);
	table_number(t, 1 - rel * rel / 2);
	table_number(t, 3 * rel);
	table_number(t, expected);
	table_number(t, sqrt(fmax(0, rel * rel - expected * expected)));
}

static void make_differences(void)
{
	struct table *t = table_new(DIFF_COLUMNS);
	char name[80];

	add(t, "bad", "blk.0.attn_q.weight", "values", "f32", "q4_K", 0.25, 0.0713);
	add(t, "bad", "output.weight", "shape", "f32", "q6_K", -1, 0);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "blk.%d.a_rather_long_name_of.ffn_down.weight", i);
		add(t, "odd", name, "values", "f32", i % 2 ? "q4_K" : "q6_K", i % 2 ? 0.0714 : 0.0178, i % 2 ? 0.0713 : 0.0178);
	}
	add(t, "odd", "rope_freqs.weight", "only b", "", "f32", -1, 0);
	add(t, "same", "output_norm.weight", "same", "f32", "f32", -1, 0);
	differences = value_table(t, NULL);
	value_name(differences, "n against m");
}

static void the_view_counts_grades_and_explains(void **state)
{
	const struct view *v = view_find("diff");
	void *s = v->open(&session, differences, NULL, NULL);
	struct text left = { 0 }, right = { 0 }, why = { 0 };

	(void)state;
	v->title(s, &left, &right);
	assert_string_equal(text_str(&right), "2 bad   21 odd   1 the same");
	assert_true(v->why(s, NULL, &why, NULL));
	assert_non_null(strstr(text_str(&why), "putting a into q4_K, and b into f32, loses 0.0713"));
	text_drop(&left);
	text_drop(&right);
	text_drop(&why);
	v->close(s);
}

static void it_draws_at_every_size(void **state)
{
	const struct view *v = view_find("diff");
	struct shown s = { .view = v, .subject = differences, .state = v->open(&session, differences, NULL, NULL) };

	(void)state;
	fixture_stays_inside(&s);
	fixture_press(&s, "G");
	fixture_stays_inside(&s);
	v->close(s.state);
}

static bool draw(const void *arg, struct canvas *c, struct error *err)
{
	struct stage stage;
	bool ok;

	(void)arg;
	stage_init(&stage, &session);
	ok = stage_show(&stage, view_find("diff"), differences, NULL, err);
	if (ok)
		stage_draw(&stage, c);
	stage_drop(&stage);
	return ok;
}

int main(void)
{
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(worst_gives_the_losses_of_quantizing_worst_first),
		cmocka_unit_test(worst_without_anything_to_measure_against_names_both_ways),
		cmocka_unit_test(a_tensor_that_does_not_fit_is_last_and_says_why),
		cmocka_unit_test(diff_pairs_by_name_and_grades),
		cmocka_unit_test(the_types_explain_what_quantizing_loses),
		cmocka_unit_test(what_has_no_weights_is_refused),
		cmocka_unit_test(the_view_counts_grades_and_explains),
		cmocka_unit_test(it_draws_at_every_size),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + GOLDEN_PICTURES];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	session_init(&session, 1);
	make_differences();
	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "diff", draw, NULL);
	failed = golden_run(tests, n);
	value_drop(differences);
	fixture_end();
	session_drop(&session);
	return failed;
}
