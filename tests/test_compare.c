/* test_compare.c - several codecs on the same weights, products taken apart, bits flipped: the actions of the session behind the commands. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/half.h"
#include "base/pool.h"
#include "engine/dot.h"
#include "engine/kernel.h"
#include "session/session.h"

static struct session session;
static struct error err;

static struct value *taken(bool ok, struct outcome *out)
{
	if (ok && out->job)
		ok = job_run_here(out->job, &out->value, &err);
	if (!ok)
		fail_msg("%s", err.text);
	return out->value;
}

static struct value *gauss(size_t rows, size_t cols, uint64_t seed)
{
	struct outcome out = { 0 };
	struct random_options o = { .sigma = 0.02, .df = 4, .share = 0.001, .size = 16, .seed = &seed };

	return taken(session_random(&session, "gauss", rows, cols, &o, &out, &err), &out);
}

static struct value *literal(const char *s)
{
	struct outcome out = { 0 };

	return taken(session_literal(s, strlen(s), &out, &err), &out);
}

static struct value *quantized(const char *codec, const struct value *x)
{
	struct outcome out = { 0 };
	struct quantize_options o = { .pad = PAD_ZERO, .flat_if_needed = true };

	return taken(session_quantize(&session, codec_find(codec), x, &o, &out, &err), &out);
}

static double number(const struct table *t, size_t row, const char *column)
{
	const struct table_cell *c = table_at(t, row, table_column(t, column));

	return c->kind == CELL_NUMBER ? c->number : c->kind == CELL_INT ? (double)c->integer : NAN;
}

static double rmse(const struct tensor *a, const struct tensor *b)
{
	double sum = 0;

	for (size_t i = 0; i < tensor_count(b); i++)
		sum += pow((double)tensor_get(a, i) - (double)tensor_get(b, i), 2);
	return sqrt(sum / (double)tensor_count(b));
}

/* ---- compare ---- */

static void codecs_are_compared_once_each_and_in_the_order_of_their_families(void **state)
{
	const struct codec *list[] = { &codec_iq4_nl, &codec_q8_0, &codec_q4_K, &codec_q8_0, &codec_iq2_xxs, &codec_int4 };
	struct value *x = gauss(2, 512, 3), *v;
	struct outcome out = { 0 };
	struct quantize_options o = { .flat_if_needed = true };
	static const char *const order[] = { "q8_0", "q4_K", "iq2_xxs", "iq4_nl", "int4" };

	(void)state;
	v = taken(session_compare(&session, x, list, 6, &o, &out, &err), &out);
	assert_int_equal(v->kind, VALUE_TABLE);
	assert_int_equal(v->u.table->rows, 5);
	assert_int_equal(v->u.table->n_behind, 5);
	for (size_t r = 0; r < 5; r++) {
		const struct quantized *q = &v->u.table->behind[r]->u.quantized;

		assert_string_equal(table_at(v->u.table, r, 0)->text, order[r]);
		assert_string_equal(q->blocks.codec->name, order[r]);
		assert_true(fabs(number(v->u.table, r, "rmse") - rmse(&q->blocks, &x->u.tensor)) < 1e-9);
		assert_string_equal(table_at(v->u.table, r, table_column(v->u.table, "importance"))->text, r == 2 ? "flat" : "no");
		assert_int_equal(q->flat, r == 2);
	}
	/* 16 bits of d, and 8 scales of 4 bits, of 66 bytes for 256 weights */
	assert_true(number(v->u.table, 2, "scale_bits") == (16 + 8 * 4) / 256.0);
	assert_true(number(v->u.table, 1, "scale_bits") == (32 + 16 * 6) / 256.0);
	value_drop(v);
	value_drop(x);
}

static void importance_of_the_wrong_kind_is_refused(void **state)
{
	struct value *x = gauss(1, 256, 3), *few = literal("[1, 2, 3]"), *below = gauss(1, 256, 4);
	struct quantize_options o = { .importance = &few->u.tensor };
	struct outcome out = { 0 };

	(void)state;
	assert_false(session_quantize(&session, &codec_q4_K, x, &o, &out, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_string_equal(err.text, "importance has 3 values, a row has 256 weights");
	o.importance = &below->u.tensor;
	assert_false(session_quantize(&session, &codec_q4_K, x, &o, &out, &err));
	assert_int_equal(err.class, ERR_VALUE);
	assert_non_null(strstr(err.text, "importance of column"));
	tensor_floats(&below->u.tensor)[0] = 1;
	tensor_floats(&below->u.tensor)[1] = INFINITY;
	assert_false(session_quantize(&session, &codec_q4_K, x, &o, &out, &err));
	assert_non_null(strstr(err.text, "importance of column 1 is inf"));
	tensor_floats(&below->u.tensor)[1] = -NAN;
	assert_false(session_quantize(&session, &codec_q4_K, x, &o, &out, &err));
	assert_string_equal(err.text, "importance of column 1 is nan");
	o.importance = NULL;
	assert_false(session_quantize(&session, &codec_iq2_xxs, x, &o, &out, &err));
	assert_non_null(strstr(err.text, "iq2_xxs cannot work without importance"));
	assert_false(session_compare(&session, x, (const struct codec *[]){ &codec_q4_0, &codec_iq1_s }, 2, &o, &out, &err));
	assert_non_null(strstr(err.text, "iq1_s cannot work without importance"));
	value_drop(below);
	value_drop(few);
	value_drop(x);
}

static void activation_formats_on_weights_say_what_they_are(void **state)
{
	struct value *x = gauss(1, 256, 3), *v;
	struct quantize_options o = { 0 };
	struct outcome out = { 0 };

	(void)state;
	v = taken(session_quantize(&session, &codec_q8_K, x, &o, &out, &err), &out);
	assert_non_null(strstr(out.note, "q8_K is for activations"));
	value_drop(v);
	assert_false(session_quantize(&session, &codec_f64, x, &o, &out, &err));
	assert_int_equal(err.class, ERR_CODEC);
	value_drop(x);
}

/* ---- a file of the reference ---- */

static struct value *tensor_of(struct value *m, const char *name)
{
	struct outcome out = { 0 };

	return taken(session_tensor(&session, m, name, &out, &err), &out);
}

/* quant-zoo-magika.gguf holds one kernel in every codec. Those with codebooks or uneven values were made with the mean square of each
 * column as importance. Figures: shared/weights/README.md. */
static void a_trained_kernel_is_written_as_the_reference_wrote_it(void **state)
{
	static const struct { const char *codec; double rel; } page[] = {
		{ "q8_0", 0.0052 }, { "q6_K", 0.0174 }, { "q5_K", 0.0356 }, { "q4_K", 0.0702 }, { "iq4_nl", 0.0742 }, { "q4_0", 0.0842 }, { "mxfp4", 0.115 },
		{ "q3_K", 0.149 }, { "q2_K", 0.291 }, { "iq2_xxs", 0.347 }, { "iq1_s", 0.498 }, { "tq2_0", 0.81 }, { "q4_1", 0 }, { "q5_0", 0 }, { "q5_1", 0 },
		{ "iq4_xs", 0 }, { "iq3_s", 0 }, { "iq3_xxs", 0 }, { "iq2_s", 0 }, { "iq2_xs", 0 }, { "iq1_m", 0 }, { "tq1_0", 0 },
	};
	const char *shared = getenv("QS_SHARED");
	struct outcome out = { 0 };
	struct value *m, *x, *importance;
	char path[1000];

	(void)state;
	snprintf(path, sizeof path, "%s/weights/quant-zoo-magika.gguf", shared ? shared : "");
	if (!shared || access(path, R_OK))
		skip();
	m = taken(session_open(&session, path, "zoo", NULL, &out, &err), &out);
	x = tensor_of(m, "conv0.f32");
	importance = gauss(1, x->u.tensor.cols, 1);
	for (size_t c = 0; c < x->u.tensor.cols; c++) {
		double sum = 0;

		for (size_t r = 0; r < x->u.tensor.rows; r++)
			sum += pow((double)tensor_get(&x->u.tensor, r * x->u.tensor.cols + c), 2);
		tensor_floats(&importance->u.tensor)[c] = (float)(sum / (double)x->u.tensor.rows);
	}
	for (size_t i = 0; i < sizeof page / sizeof *page; i++) {
		struct quantize_options o = { .importance = page[i].codec[0] == 'i' ? &importance->u.tensor : NULL };
		struct value *q, *file;
		char name[40];

		out = (struct outcome){ 0 };
		q = taken(session_quantize(&session, codec_find(page[i].codec), x, &o, &out, &err), &out);
		snprintf(name, sizeof name, "conv0.%s", page[i].codec);
		file = tensor_of(m, name);
		if (memcmp(tensor_block(&q->u.quantized.blocks, 0), tensor_block(value_weights(file), 0), tensor_bytes(value_weights(file))))
			fail_msg("%s: other bytes than the file's", name);
		if (page[i].rel > 0 && fabs(q->u.quantized.loss.rel - page[i].rel) > (page[i].rel < 0.1 ? 5e-5 : page[i].rel < 0.8 ? 5e-4 : 5e-3))
			fail_msg("%s: rel %.5f, not %.4g", name, q->u.quantized.loss.rel, page[i].rel);
		value_drop(file);
		value_drop(q);
	}
	value_drop(importance);
	value_drop(x);
	value_drop(m);
}

/* ---- requant ---- */

static void a_chain_starts_from_what_came_back(void **state)
{
	const struct codec *list[] = { &codec_q8_0, &codec_q4_K, &codec_q4_0 };
	struct value *x = gauss(2, 512, 9), *v, *step[3], *direct;
	struct quantize_options o = { 0 };
	struct outcome out = { 0 };

	(void)state;
	step[0] = quantized("q8_0", x);
	step[1] = quantized("q4_K", step[0]);		/* of what step 0 gives back */
	step[2] = quantized("q4_0", step[1]);
	direct = quantized("q4_0", x);
	v = taken(session_requant(&session, x, list, 3, &o, &out, &err), &out);
	for (size_t r = 0; r < 3; r++) {
		const struct quantized *q = &v->u.table->behind[r]->u.quantized;

		assert_int_equal(tensor_bytes(&q->blocks), tensor_bytes(&step[r]->u.quantized.blocks));
		assert_memory_equal(tensor_block(&q->blocks, 0), tensor_block(&step[r]->u.quantized.blocks, 0), tensor_bytes(&q->blocks));
		assert_true(fabs(number(v->u.table, r, "rmse") - rmse(&q->blocks, &x->u.tensor)) < 1e-9);
		if (r)
			assert_true(fabs(number(v->u.table, r, "step_rmse") - rmse(&q->blocks, &step[r - 1]->u.quantized.blocks)) < 1e-9);
	}
	assert_true(fabs(number(v->u.table, 2, "direct_rmse") - rmse(&direct->u.quantized.blocks, &x->u.tensor)) < 1e-9);
	assert_true(number(v->u.table, 2, "rmse") > number(v->u.table, 2, "direct_rmse"));
	value_drop(v);
	for (int i = 0; i < 3; i++)
		value_drop(step[i]);
	value_drop(direct);
	value_drop(x);
}

static void a_chain_leaves_padding_out(void **state)
{
	struct value *x = literal("[-1.2, -0.6, 0.2, 1.0]"), *v;
	struct quantize_options o = { .pad = PAD_ZERO };
	struct outcome out = { 0 };

	(void)state;
	v = taken(session_requant(&session, x, (const struct codec *[]){ &codec_q4_0, &codec_q8_0, &codec_q4_0 }, 3, &o, &out, &err), &out);
	assert_int_equal(v->u.table->rows, 3);
	assert_int_equal(v->u.table->behind[2]->u.quantized.loss.count, 4);
	assert_non_null(strstr(out.note, "28 zeros"));
	value_drop(v);
	value_drop(x);
}

/* ---- flip ---- */

/* int4: a float, then nibbles. Codes of [-1.2, -0.6, 0.2, 1] are -7 -4 1 6; -4 is 1100, without its top bit 0100 = 4. */
static void one_bit_of_a_copy_is_turned(void **state)
{
	struct value *x = literal("[-1.2, -0.6, 0.2, 1.0]"), *q = quantized("int4", x), *v;
	struct outcome out = { 0 };
	int code[4];

	(void)state;
	v = taken(session_flip(&session, q, 4, 7, &out, &err), &out);
	assert_true(quantized_codes(&v->u.quantized, 0, 4, code));
	assert_true(code[0] == -7 && code[1] == 4 && code[2] == 1 && code[3] == 6);
	assert_true(quantized_codes(&q->u.quantized, 0, 4, code));
	assert_int_equal(code[1], -4);
	assert_true(fabs(v->u.quantized.loss.max - (4 * 1.2 / 7 + 0.6)) < 1e-6);
	value_drop(v);
	out = (struct outcome){ 0 };
	assert_false(session_flip(&session, q, 6, 0, &out, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_string_equal(err.about, "byte");
	assert_false(session_flip(&session, q, 0, 8, &out, &err));
	assert_string_equal(err.about, "bit");
	value_drop(q);
	value_drop(x);
}

/* ---- dot ---- */

/* int8: codes round(127 x / 3) = 42 85 127 and round(127 y / 6) = 85 106 127. */
static void a_product_of_integers_is_worked_out_by_hand(void **state)
{
	struct value *x = literal("[1, 2, 3]"), *y = literal("[4, 5, 6]"), *a = quantized("int8", x), *b = quantized("int8", y), *v;
	struct outcome out = { 0 };
	double whole = 42 * 85 + 85 * 106 + 127 * 127, scaled = whole * 3 / 127 * 6 / 127;

	(void)state;
	v = taken(session_dot(&session, a, b, &out, &err), &out);
	assert_true(number(v->u.table, 0, "int") == whole);
	assert_true(fabs(number(v->u.table, 0, "scaled") - scaled) < 1e-5);
	assert_true(number(v->u.table, 0, "exact") == 32);
	assert_int_equal(number(v->u.table, 0, "own"), 0);
	assert_int_equal(v->u.table->behind[0]->u.table->rows, 1);
	value_drop(v);
	value_drop(a);
	value_drop(b);
	value_drop(x);
	value_drop(y);
}

/* The terms add up to the product of what comes back, and the engine's own product is within the bound of codecs-basic.md 10. */
static void terms_add_up_to_the_product_of_what_comes_back(void **state)
{
	struct value *x = gauss(1, 512, 21), *y = gauss(1, 512, 22);

	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];
		struct value *w, *a, *v;
		const struct table *terms;
		struct outcome out = { 0 };
		double sum = 0, magnitude = 0, decoded = 0;

		if (!c->encode || !c->dot_name || c->block_len < 2)
			continue;
		w = quantized(c->name, x);
		a = quantized(c->dot_name, y);
		v = taken(session_dot(&session, w, a, &out, &err), &out);
		terms = v->u.table->behind[0]->u.table;
		for (size_t r = 0; r < terms->rows; r++) {
			sum += number(terms, r, "value");
			assert_true(number(terms, r, "int") == nearbyint(number(terms, r, "int")));
			assert_true(fabs(number(terms, r, "value") - (number(terms, r, "scale_w") * number(terms, r, "scale_a") * number(terms, r, "int") -
								     number(terms, r, "minimum") * number(terms, r, "scale_a") * number(terms, r, "activations"))) < 1e-12);
		}
		for (size_t k = 0; k < 512; k++) {
			double p = (double)tensor_get(&w->u.quantized.blocks, k) * (double)tensor_get(&a->u.quantized.blocks, k);

			decoded += p;
			magnitude += fabs(p);
		}
		assert_true(fabs(number(v->u.table, 0, "decoded") - decoded) < 1e-12);
		if (!(fabs(sum - decoded) < 1e-6 * magnitude))
			fail_msg("%s: terms add up to %.9g, what comes back to %.9g", c->name, sum, decoded);
		assert_int_equal(number(v->u.table, 0, "own"), 1);
		/* q4_1 and q5_1 take the sum that q8_1 stores, rounded to a half */
		if (!(fabs(number(v->u.table, 0, "scaled") - decoded) < (strcmp(c->dot_name, "q8_1") ? 1e-5 : 3e-3) * magnitude))
			fail_msg("%s: %.9g by the engine, %.9g by what comes back", c->name, number(v->u.table, 0, "scaled"), decoded);
		value_drop(v);
		value_drop(w);
		value_drop(a);
	}
	value_drop(x);
	value_drop(y);
}

static void products_that_do_not_fit_are_refused(void **state)
{
	struct value *x = gauss(1, 512, 1), *y = gauss(1, 256, 2), *a = quantized("q4_0", x), *b = quantized("q8_0", y), *m = quantized("q4_1", x);
	struct outcome out = { 0 };

	(void)state;
	assert_false(session_dot(&session, a, b, &out, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_false(session_dot(&session, a, m, &out, &err));
	assert_int_equal(err.class, ERR_CODEC);
	assert_non_null(strstr(err.text, "q4_1 has a minimum"));
	assert_false(session_dot(&session, x, a, &out, &err));
	assert_int_equal(err.class, ERR_VALUE);
	value_drop(a);
	value_drop(b);
	value_drop(m);
	value_drop(x);
	value_drop(y);
}

/* ---- a match is a value ---- */

static void a_match_holds_its_candidates(void **state)
{
	struct value *x = gauss(1, 512, 5), *q = quantized("iq2_xxs", x), *v;
	struct outcome out = { 0 };
	struct text line = { 0 };

	(void)state;
	v = taken(session_match(&session, q, 1, 31, MATCH_COSINE, 256, &out, &err), &out);
	assert_int_equal(v->kind, VALUE_MATCH);
	assert_int_equal(v->u.match.table->rows, 256);
	value_line(v, 0, &line);
	assert_non_null(strstr(text_str(&line), "match   iq2_xxs   block 1   group 31   256 candidates   entry "));
	assert_ptr_equal(value_as_quantized(v), &v->u.match.of);
	text_drop(&line);
	value_drop(v);
	out = (struct outcome){ 0 };
	assert_false(session_match(&session, q, 2, 0, MATCH_DISTANCE, 8, &out, &err));
	assert_string_equal(err.about, "block");
	assert_false(session_match(&session, q, 0, 32, MATCH_DISTANCE, 8, &out, &err));
	assert_string_equal(err.about, "group");
	value_drop(q);
	q = quantized("q4_0", x);
	out = (struct outcome){ 0 };
	v = taken(session_match(&session, q, 0, 0, MATCH_DISTANCE, 8, &out, &err), &out);
	assert_int_equal(v->u.match.table->rows, 0);
	value_drop(v);
	value_drop(q);
	value_drop(x);
}

static int set_up(void **state)
{
	(void)state;
	session_init(&session, 1);
	return kernels_choose(getenv("QUANTSCOPE_CPU"), &err) ? 0 : 1;
}

static int let_go(void **state)
{
	(void)state;
	session_drop(&session);
	pool_stop();
	codecs_drop();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codecs_are_compared_once_each_and_in_the_order_of_their_families),
		cmocka_unit_test(importance_of_the_wrong_kind_is_refused),
		cmocka_unit_test(activation_formats_on_weights_say_what_they_are),
		cmocka_unit_test(a_trained_kernel_is_written_as_the_reference_wrote_it),
		cmocka_unit_test(a_chain_starts_from_what_came_back),
		cmocka_unit_test(a_chain_leaves_padding_out),
		cmocka_unit_test(one_bit_of_a_copy_is_turned),
		cmocka_unit_test(a_product_of_integers_is_worked_out_by_hand),
		cmocka_unit_test(terms_add_up_to_the_product_of_what_comes_back),
		cmocka_unit_test(products_that_do_not_fit_are_refused),
		cmocka_unit_test(a_match_holds_its_candidates),
	};

	return cmocka_run_group_tests(tests, set_up, let_go);
}
