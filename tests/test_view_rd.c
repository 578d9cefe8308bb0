/* Bits against error: figures against the losses that quantizing gives, the bound, what is left out, and what a stop leaves. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/model.h"
#include "golden.h"
#include "session/survey.h"
#include "view_fixture.h"

static struct session session;

static struct value *measured(struct value *x, const struct rd_options *o, struct outcome *out, struct error *err)
{
	*out = (struct outcome){ 0 };
	if (!session_rd(&session, x, o, out, err))
		return NULL;
	if (out->job && !job_run_here(out->job, &out->value, err))
		return NULL;
	out->job = NULL;
	return out->value;
}

static size_t row_of(const struct table *t, const char *codec)
{
	for (size_t i = 0; i < t->rows; i++)
		if (!strcmp(table_at(t, i, 0)->text, codec))
			return i;
	fail_msg("no %s", codec);
	return 0;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in\n%s", part, text);
}

static void its_figures_are_the_losses_of_quantizing(void **state)
{
	static const struct { const char *name; double bits; } codec[] = {
		{ "q4_0", 18 * 8 / 32.0 }, { "q4_K", 144 * 8 / 256.0 }, { "q8_0", 34 * 8 / 32.0 }, { "iq2_xxs", 66 * 8 / 256.0 },
	};
	struct outcome out;
	struct value *v = measured(fixture_value(NULL, "w4"), &(struct rd_options){ 0 }, &out, NULL);
	const struct table *t = v->u.table;

	(void)state;
	assert_int_equal(t->rows, 14);
	assert_true(is_rd_table(t));
	assert_string_equal(v->label, "w f32[4, 4096]");
	for (size_t i = 0; i < sizeof codec / sizeof *codec; i++) {
		const struct loss *l = &fixture_value(codec[i].name, "w4")->u.quantized.loss;
		size_t row = row_of(t, codec[i].name);

		assert_true(fixture_number(t, row, "bits") == codec[i].bits);
		assert_float_equal(fixture_number(t, row, "rmse"), l->rmse, 1e-12);
		assert_float_equal(fixture_number(t, row, "rel"), l->rel, 1e-9);
		assert_float_equal(fixture_number(t, row, "snr"), l->snr, 1e-6);
		assert_true(fixture_number(t, row, "max") == l->max);
		assert_int_equal((int)fixture_number(t, row, "weights"), 4 * 4096);
	}
	assert_string_equal(table_at(t, row_of(t, "iq2_xxs"), table_column(t, "importance"))->text, "flat");
	assert_string_equal(table_at(t, row_of(t, "q4_0"), table_column(t, "importance"))->text, "no");
	for (size_t i = 1; i < t->rows; i++)
		assert_true(fixture_number(t, i - 1, "bits") <= fixture_number(t, i, "bits"));
	value_drop(v);
}

static void no_codec_does_better_than_the_bound(void **state)
{
	struct outcome out;
	struct value *v = measured(fixture_value(NULL, "w"), &(struct rd_options){ 0 }, &out, NULL);

	(void)state;
	for (size_t i = 0; i < v->u.table->rows; i++)
		assert_true(fixture_number(v->u.table, i, "snr") < 6.0206 * fixture_number(v->u.table, i, "bits"));
	value_drop(v);
}

/* q4_0 searches with importance, so its error is another; but rmse and rel are weighted alike, with 1 2 3 4 5 1 2 ... */
static void importance_weights_the_error(void **state)
{
	const struct codec *q4_0 = &codec_q4_0;
	struct value *x = fixture_value(NULL, "w4"), *v;
	struct tensor imp;
	double energy = 0, all = 0;
	struct outcome out;

	(void)state;
	assert_true(tensor_new(&imp, 1, 4096, NULL));
	for (size_t i = 0; i < 4096; i++)
		tensor_floats(&imp)[i] = 1 + (float)(i % 5);
	for (size_t i = 0; i < 4 * 4096; i++) {
		double weight = 1 + (double)(i % 4096 % 5);

		energy += weight * pow((double)tensor_floats(&x->u.tensor)[i], 2);
		all += weight;
	}
	v = measured(x, &(struct rd_options){ .codec = &q4_0, .n = 1, .importance = &imp }, &out, NULL);
	assert_non_null(v);
	assert_float_equal(fixture_number(v->u.table, 0, "rel"), fixture_number(v->u.table, 0, "rmse") / sqrt(energy / all), 1e-9);
	assert_string_equal(table_at(v->u.table, 0, table_column(v->u.table, "importance"))->text, "given");
	tensor_drop(&imp);
	value_drop(v);
}

static void codecs_that_do_not_fit_are_left_out_and_named(void **state)
{
	const struct codec *list[] = { &codec_int4, &codec_q4_0, &codec_q4_K };
	struct value *v;
	struct outcome out;
	struct error err = { 0 };

	(void)state;
	v = measured(fixture_value(NULL, "x"), &(struct rd_options){ .codec = list, .n = 3 }, &out, &err);
	assert_int_equal(v->u.table->rows, 1);
	assert_string_equal(out.note, "left out, since the rows do not fill their blocks: q4_0 q4_K");
	value_drop(v);
	v = measured(fixture_value(NULL, "x"), &(struct rd_options){ .codec = list, .n = 3, .pad = PAD_ZERO }, &out, &err);
	assert_int_equal(v->u.table->rows, 3);
	assert_true(fixture_number(v->u.table, row_of(v->u.table, "q4_0"), "bits") == 18 * 8 / 4.0);	/* what four weights cost */
	value_drop(v);
	assert_null(measured(fixture_value(NULL, "x"), &(struct rd_options){ 0 }, &out, &err));
	assert_int_equal(err.class, ERR_SHAPE);
}

static void a_large_tensor_is_measured_on_evenly_spaced_rows(void **state)
{
	struct outcome out;
	struct value *v = measured(fixture_value(NULL, "w"), &(struct rd_options){ .most = 8 * 4096 }, &out, NULL);

	(void)state;
	assert_int_equal((int)fixture_number(v->u.table, 0, "weights"), 8 * 4096);
	assert_string_equal(v->label, "w f32[64, 4096], 8 of its rows");
	value_drop(v);
}

static void after_a_stop_what_was_measured_is_kept_and_marked(void **state)
{
	const struct codec *list[] = { &codec_q8_0, &codec_iq2_xxs, &codec_iq2_s, &codec_iq3_xxs, &codec_iq3_s, &codec_iq2_xs, &codec_iq1_s,
				       &codec_iq1_m };
	struct outcome out = { 0 };
	struct value *v = NULL;
	struct error err = { 0 };

	(void)state;
	assert_true(session_rd(&session, fixture_value(NULL, "w"), &(struct rd_options){ .codec = list, .n = 8 }, &out, &err));
	assert_non_null(out.job);
	assert_true(worker_start(-1, &err));
	worker_put(out.job);
	while (atomic_load(&out.job->done) <= 64 &&	/* rows of the first codec */
	       !atomic_load(&out.job->ended))
		usleep(100);
	atomic_store(&out.job->stop, true);
	worker_wait(out.job);
	assert_false(out.job->ok);
	assert_true(out.job->finish(out.job, out.job->ok, &v, &err));
	assert_true(v->u.table->rows >= 1 && v->u.table->rows < 8);
	has(v->label, ", partial: ");
	value_drop(v);
	job_drop(out.job);
	worker_stop();
}

static void a_model_is_measured_on_rows_of_its_matrices(void **state)
{
	struct outcome out = { 0 };
	struct error err = { 0 };
	char path[600];
	struct value *v;

	(void)state;
	snprintf(path, sizeof path, "%s/weights/stories260K-f32.safetensors", getenv("QS_SHARED") ? getenv("QS_SHARED") : "");
	if (access(path, R_OK) != 0)
		skip();
	assert_true(session_open(&session, path, "m", NULL, &out, &err));
	v = out.value;
	{
		struct value *t = measured(v, &(struct rd_options){ 0 }, &out, &err);

		assert_non_null(t);
		has(out.note, "measured on a sample: ");
		has(t->label, "m, ");
		assert_true(t->u.table->rows >= 4);
		value_drop(t);
	}
	value_drop(v);
}

/* ---- the view ---- */

static struct value *table_for(const char *what)
{
	struct outcome out;

	return measured(fixture_value(NULL, what), &(struct rd_options){ 0 }, &out, NULL);
}

static void pareto_leaves_out_what_another_beats(void **state)
{
	struct value *v = table_for("w4");
	struct args options;
	void *s;
	struct table *t;
	bool mxfp4 = false, q4_K = false;

	(void)state;
	assert_true(fixture_options("pareto max=6", &options));
	s = view_find("rd")->open(&session, v, &options, NULL);
	assert_non_null(s);
	t = view_find("rd")->data(s, NULL);
	for (size_t i = 0; i < t->rows; i++) {
		mxfp4 |= !strcmp(table_at(t, i, 0)->text, "mxfp4");
		q4_K |= !strcmp(table_at(t, i, 0)->text, "q4_K");
		assert_true(fixture_number(t, i, "bits") <= 6);
		if (i)
			assert_true(fixture_number(t, i, "rmse") < fixture_number(t, i - 1, "rmse"));
	}
	assert_true(q4_K && !mxfp4);		/* iq4_xs has the bits of mxfp4 and less error */
	table_drop(t);
	view_find("rd")->close(s);
	args_drop(&options);
	value_drop(v);
}

static void why_tells_the_room_above_a_codec(void **state)
{
	struct value *v = table_for("w4");
	void *s = view_find("rd")->open(&session, v, NULL, NULL);
	struct text t = { 0 };
	struct error err = { 0 };
	double snr = fixture_number(v->u.table, row_of(v->u.table, "q4_K"), "snr");
	char want[100];

	(void)state;
	assert_true(view_find("rd")->why(s, "q4_K", &t, &err));
	snprintf(want, sizeof want, "the bound at these bits is 4.5000 x 6.02 = 27.09 dB: %.2f dB of room", 27.0927 - snr);
	has(text_str(&t), want);
	text_clear(&t);
	assert_true(view_find("rd")->why(s, "bound", &t, &err));
	has(text_str(&t), "6.02 dB a bit");
	assert_false(view_find("rd")->why(s, "q9", &t, &err));
	text_drop(&t);
	view_find("rd")->close(s);
	value_drop(v);
}

static void it_draws_at_every_size(void **state)
{
	struct value *v = table_for("w4");
	struct shown s = { .view = view_find("rd"), .subject = v, .state = view_find("rd")->open(&session, v, NULL, NULL) };

	(void)state;
	fixture_stays_inside(&s);
	fixture_press(&s, "GP");
	fixture_stays_inside(&s);
	s.view->close(s.state);
	value_drop(v);
}

static struct value *pictured;

static bool draw(const void *arg, struct canvas *c, struct error *err)
{
	struct stage stage;
	struct args options;
	bool ok;

	stage_init(&stage, &session);
	assert_true(fixture_options(arg, &options));
	ok = stage_show(&stage, view_find("rd"), pictured, &options, err);
	if (ok)
		stage_draw(&stage, c);
	args_drop(&options);
	stage_drop(&stage);
	return ok;
}

int main(void)
{
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(its_figures_are_the_losses_of_quantizing),
		cmocka_unit_test(no_codec_does_better_than_the_bound),
		cmocka_unit_test(importance_weights_the_error),
		cmocka_unit_test(codecs_that_do_not_fit_are_left_out_and_named),
		cmocka_unit_test(a_large_tensor_is_measured_on_evenly_spaced_rows),
		cmocka_unit_test(after_a_stop_what_was_measured_is_kept_and_marked),
		cmocka_unit_test(a_model_is_measured_on_rows_of_its_matrices),
		cmocka_unit_test(pareto_leaves_out_what_another_beats),
		cmocka_unit_test(why_tells_the_room_above_a_codec),
		cmocka_unit_test(it_draws_at_every_size),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + GOLDEN_PICTURES + 1];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	session_init(&session, 1);
	pictured = table_for("w");
	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "rd-w", draw, "");
	n = golden_add_one(tests, n, "rd-pareto", 80, 24, false, draw, "pareto max=7");
	failed = golden_run(tests, n);
	value_drop(pictured);
	fixture_end();
	session_drop(&session);
	return failed;
}
