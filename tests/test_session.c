/* test_session.c - tables, settings, arguments, values, and what can be done with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/session.h"

/* ---- tables ---- */

static struct table *two_rows(void)
{
	struct table *t = table_new("codec bits rows");

	table_row(t);
	table_text(t, "q4\t0");
	table_number(t, 4.5);
	table_int(t, INT64_MAX);
	table_row(t);
	table_text(t, "\"x\"");
	table_number(t, INFINITY);
	return t;
}

static void a_table_is_written_as_tsv(void **state)
{
	struct table *t = two_rows();
	struct text out = { 0 };

	(void)state;
	table_write_tsv(t, &out);
	assert_string_equal(text_str(&out), "codec\tbits\trows\nq4\\t0\t4.5\t9223372036854775807\n\"x\"\tinf\t\n");
	text_drop(&out);
	table_drop(t);
}

static void a_table_is_written_as_json_and_infinities_are_strings(void **state)
{
	struct table *t = two_rows();
	struct text out = { 0 };

	(void)state;
	table_write_json(t, &out);
	assert_string_equal(text_str(&out), "[{\"codec\": \"q4\\t0\", \"bits\": 4.5, \"rows\": 9223372036854775807},\n"
			    " {\"codec\": \"\\\"x\\\"\", \"bits\": \"inf\", \"rows\": null}]\n");
	text_drop(&out);
	table_drop(t);
}

static void a_record_is_one_json_object(void **state)
{
	struct table *t = table_new("rmse");
	struct text out = { 0 };

	(void)state;
	t->record = true;
	table_row(t);
	table_number(t, 0.25);
	table_write_json(t, &out);
	assert_string_equal(text_str(&out), "{\"rmse\": 0.25}\n");
	text_drop(&out);
	table_drop(t);
}

static void a_table_as_text_has_aligned_columns_and_is_cut_to_the_width(void **state)
{
	struct table *t = table_new("codec bits");
	struct text out = { 0 };

	(void)state;
	table_row(t);
	table_text(t, "q8_0");
	table_number(t, 8.5);
	table_row(t);
	table_text(t, "int4");
	table_number(t, 4);
	table_write_text(t, 80, &out);
	assert_string_equal(text_str(&out), "  codec  bits\n  q8_0    8.5\n  int4      4\n");
	text_clear(&out);
	table_write_text(t, 9, &out);
	assert_string_equal(text_str(&out), "  codec …\n  q8_0  …\n  int4  …\n");
	text_drop(&out);
	table_drop(t);
}

static void a_table_too_wide_gives_up_its_empty_columns_before_it_is_cut(void **state)
{
	struct table *t = table_new("a gap bytes fault");
	struct text out = { 0 };

	(void)state;
	table_row(t);
	table_int(t, 1);
	table_skip(t);
	table_int(t, 12345);
	table_skip(t);
	table_write_text(t, 22, &out);
	assert_string_equal(text_str(&out), "  a  gap  bytes  fault\n  1       12345\n");
	text_clear(&out);
	table_write_text(t, 21, &out);
	assert_string_equal(text_str(&out), "  a  gap  bytes\n  1       12345\n");
	text_clear(&out);
	table_write_text(t, 10, &out);
	assert_string_equal(text_str(&out), "  a  bytes\n  1  12345\n");
	text_drop(&out);
	table_drop(t);
}

static void a_skipped_cell_stays_empty_and_the_next_value_goes_behind_it(void **state)
{
	struct table *t = table_new("a b c");

	(void)state;
	table_row(t);
	table_int(t, 1);
	table_skip(t);
	table_int(t, 3);
	table_int(t, 4);	/* more than there are columns: ignored */
	assert_int_equal(table_at(t, 0, 1)->kind, CELL_EMPTY);
	assert_int_equal(table_at(t, 0, 2)->integer, 3);
	assert_int_equal(table_column(t, "c"), 2);
	assert_true(table_column(t, "d") == SIZE_MAX);
	assert_int_equal(table_at(t, 7, 0)->kind, CELL_EMPTY);
	table_drop(t);
}

/* ---- settings ---- */

static void every_setting_accepts_its_own_default(void **state)
{
	struct settings s;

	(void)state;
	settings_reset(&s);
	for (size_t i = 0; settings[i].name; i++) {
		struct error err = { 0 };

		assert_string_equal(settings_get(&s, settings[i].name), settings[i].initial);
		assert_true(settings_set(&s, settings[i].name, settings[i].initial, &err));
		assert_non_null(settings[i].summary);
	}
}

/* interaction.md 19.3 */
static void the_settings_of_the_manual_are_all_there(void **state)
{
	const char *const names[] = { "color", "theme", "glyphs", "mouse", "digits", "wrap", "pad", "step", "speed", "cache", "threads",
				      "leave", "layout", "width", "confirm", "history", "scrollback", "seed" };
	struct settings s;

	(void)state;
	settings_reset(&s);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_non_null(settings_get(&s, names[i]));
}

static void a_setting_refuses_what_it_cannot_be_and_says_what_it_can(void **state)
{
	struct settings s;
	struct error err = { 0 };

	(void)state;
	settings_reset(&s);
	assert_false(settings_set(&s, "mouse", "maybe", &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_string_equal(err.text, "mouse cannot be 'maybe'");
	assert_string_equal(err.hint, "one of: on off");
	assert_string_equal(err.about, "value");
	assert_false(settings_set(&s, "leave", "1.5", &err));
	assert_false(settings_set(&s, "leave", "-1", &err));
	assert_false(settings_set(&s, "leave", "many", &err));
	assert_true(settings_set(&s, "speed", "0.25", &err));
	assert_true(settings_number(&s, "speed") == 0.25);
	assert_false(settings_set(&s, "speed", "nan", &err));
	assert_true(settings_set(&s, "mouse", "off", &err));
	assert_false(settings_on(&s, "mouse"));
}

static void an_unknown_setting_names_the_nearest(void **state)
{
	struct settings s;
	struct error err = { 0 };

	(void)state;
	settings_reset(&s);
	assert_false(settings_set(&s, "colour", "auto", &err));
	assert_string_equal(err.text, "no setting 'colour'");
	assert_non_null(strstr(err.hint, "nearest: color"));
	assert_false(settings_set(&s, "qqqqqqqqqq", "auto", &err));
	assert_non_null(strstr(err.hint, "settings are: color theme"));
}

/* ---- values ---- */

static struct value *literal(const char *s)
{
	struct outcome out = { 0 };
	struct error err = { 0 };

	assert_true(session_literal(s, strlen(s), &out, &err));
	return out.value;
}

static void assert_weights(struct value *v, size_t rows, size_t cols, const double *x)
{
	assert_int_equal(v->u.tensor.rows, rows);
	assert_int_equal(v->u.tensor.cols, cols);
	for (size_t i = 0; i < rows * cols; i++) {
		float want = (float)x[i], got = tensor_get(&v->u.tensor, i);

		assert_true(isnan(want) ? isnan(got) : want == got);
	}
	value_drop(v);
}

#define WEIGHTS(v, rows, ...) \
	assert_weights(v, rows, sizeof((double[]){ __VA_ARGS__ }) / sizeof(double) / (rows), (double[]){ __VA_ARGS__ })

static void literals_are_rows_ranges_and_matrices(void **state)
{
	(void)state;
	WEIGHTS(literal("[-1.2, -0.6, 0.2, 1.0]"), 1, -1.2, -0.6, 0.2, 1.0);
	WEIGHTS(literal("[1, 2; 3, 4]"), 2, 1, 2, 3, 4);
	WEIGHTS(literal("[[1,2],[3,4]]"), 2, 1, 2, 3, 4);
	WEIGHTS(literal("[ [1, 2]; [3, 4] ]"), 2, 1, 2, 3, 4);
	WEIGHTS(literal("[-1..1:0.5]"), 1, -1, -0.5, 0, 0.5, 1);
	WEIGHTS(literal("[0..1:0.1]"), 1, 0, 0.1, 0.2, 3 * 0.1, 0.4, 0.5, 6 * 0.1, 7 * 0.1, 0.8, 0.9, 1);
	WEIGHTS(literal("[-1..1#9]"), 1, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1);
	WEIGHTS(literal("[3..1, 7]"), 1, 3, 2, 1, 7);
	WEIGHTS(literal("[1..-1:-0.5]"), 1, 1, 0.5, 0, -0.5, -1);
	WEIGHTS(literal("[nan, inf, -inf, 0x1p-3, 0x10, 1e-3, .5, 5.]"), 1, NAN, INFINITY, -INFINITY, 0.125, 16, 0.001, 0.5, 5);
	WEIGHTS(literal("[1e2..3e2:1e2]"), 1, 100, 200, 300);
	WEIGHTS(literal("[1,\n 2]"), 1, 1, 2);
	WEIGHTS(literal("[5..5]"), 1, 5);
}

static void refused(const char *s, enum error_class class, const char *text, size_t at, size_t len)
{
	struct outcome out = { 0 };
	struct error err = { 0 };

	assert_false(session_literal(s, strlen(s), &out, &err));
	assert_null(out.value);
	assert_int_equal(err.class, class);
	assert_string_equal(err.text, text);
	assert_int_equal(err.at, at);
	assert_int_equal(err.len, len);
}

static void a_wrong_literal_points_at_what_is_wrong(void **state)
{
	(void)state;
	refused("[1, 2", ERR_SYNTAX, "this bracket is not closed", 0, 1);
	refused("[1, abc]", ERR_SYNTAX, "this is not a number", 4, 3);
	refused("[1, ]", ERR_SYNTAX, "a number is missing here", 4, 1);
	refused("[]", ERR_SHAPE, "there is no number in these brackets", 0, 2);
	refused("[1, 2; 3]", ERR_SHAPE, "row 1 has 1 number, row 0 has 2", 7, 1);
	refused("[[1, 2], [3]]", ERR_SHAPE, "row 1 has 1 number, row 0 has 2", 10, 1);
	refused("[1e40]", ERR_VALUE, "this is beyond the range of f32", 1, 4);
	refused("[1..2:0]", ERR_VALUE, "these steps never arrive", 1, 6);
	refused("[1..2:-1]", ERR_VALUE, "these steps never arrive", 1, 7);
	refused("[0..1#0]", ERR_VALUE, "# takes how many numbers there should be", 1, 6);
	refused("[0..1e12]", ERR_VALUE, "too many numbers for a literal", 1, 7);
	refused("[0..inf]", ERR_VALUE, "a range needs finite ends", 1, 6);
	refused("[1 2]", ERR_SYNTAX, "this does not belong into a literal", 3, 1);
	refused("[1.2.3]", ERR_SYNTAX, "this is not a number", 1, 5);
	refused("[[1, 2], 3]", ERR_SYNTAX, "a row is missing here", 9, 1);
	refused("[[1, 2", ERR_SYNTAX, "this bracket is not closed", 1, 1);
}

static struct value *slice(const char *of, const char *s)
{
	struct value *v = literal(of);
	struct outcome out = { 0 };
	struct error err = { 0 };

	assert_true(session_slice(v, s, &out, &err));
	value_drop(v);
	return out.value;
}

#define MATRIX "[0, 1, 2, 3; 10, 11, 12, 13; 20, 21, 22, 23]"

static void one_index_counts_weights_through_the_rows_and_two_are_rows_and_columns(void **state)
{
	(void)state;
	WEIGHTS(slice(MATRIX, "5"), 1, 11);
	WEIGHTS(slice(MATRIX, "-1"), 1, 23);
	WEIGHTS(slice(MATRIX, "2:6"), 1, 2, 3, 10, 11);
	WEIGHTS(slice(MATRIX, "4:8"), 1, 10, 11, 12, 13);
	WEIGHTS(slice(MATRIX, "3:9"), 1, 3, 10, 11, 12, 13, 20);
	WEIGHTS(slice(MATRIX, "1, :"), 1, 10, 11, 12, 13);
	WEIGHTS(slice(MATRIX, ":, 2"), 3, 2, 12, 22);
	WEIGHTS(slice(MATRIX, "-2:, -2:"), 2, 12, 13, 22, 23);
	WEIGHTS(slice(MATRIX, "0:2, 1:3"), 2, 1, 2, 11, 12);
	WEIGHTS(slice(MATRIX, ":-1, :1"), 2, 0, 10);
}

static void a_slice_that_reaches_beyond_says_what_there_is(void **state)
{
	struct value *v = literal(MATRIX);
	struct outcome out = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_false(session_slice(v, "3, 0", &out, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_string_equal(err.text, "no row 3: there are 3");
	assert_int_equal(err.at, 0);
	assert_false(session_slice(v, "0, 2:9", &out, &err));
	assert_string_equal(err.text, "2:9 reaches beyond the 4 columns");
	assert_int_equal(err.at, 3);
	assert_int_equal(err.len, 3);
	assert_false(session_slice(v, "2:2", &out, &err));
	assert_string_equal(err.text, "this slice holds nothing");
	assert_false(session_slice(v, "0, 0, 0", &out, &err));
	assert_false(session_slice(v, "a", &out, &err));
	assert_int_equal(err.class, ERR_SYNTAX);
	assert_false(session_slice(v, "", &out, &err));
	assert_false(session_slice(v, "99999999999999999999", &out, &err));
	value_drop(v);
}

static void assert_line(struct value *v, const char *want)
{
	struct text line = { 0 };

	value_line(v, 0, &line);
	assert_string_equal(text_str(&line), want);
	text_drop(&line);
	value_drop(v);
}

/* interaction.md 3.1 and 22 */
static void a_value_says_in_one_line_what_it_is(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_line(literal("[-1.2, -0.6, 0.2, 1.0]"), "f32[4]   min -1.2   max 1   absmax 1.2");
	assert_line(literal("[nan, 1, inf]"), "f32[3]   min 1   max 1   absmax 1   NaN 1   Inf 1");
	assert_line(literal("[nan, nan]"), "f32[2]   no finite value   NaN 2");
	assert_line(literal("[0..99]"), "f32[100]   100 values   min 0.0000   max 99.0000   sd 28.8661");
	assert_line(value_number(0.25, &err), "0.25");
	assert_line(value_nil(&err), "nil");
	assert_line(value_string("a\tb", &err), "a\\x09b");
}

static struct value *quantize(const char *codec, struct value *x, const struct quantize_options *o, struct error *err)
{
	static const struct quantize_options none;
	struct session s;
	struct outcome out = { 0 };
	bool ok;

	session_init(&s, 1);
	ok = session_quantize(&s, codec_find(codec), x, o ? o : &none, &out, err);
	value_drop(x);
	if (out.job)
		ok = job_run_here(out.job, &out.value, err);
	session_drop(&s);
	assert_true(ok == (out.value != NULL));
	return out.value;
}

#define FOUR "[-1.2, -0.6, 0.2, 1.0]"

/* worked-examples.md D4; rmse: errors 0, -3/35, -1/35, 1/35 for int4; for uint4 2.2/15 the step. */
static void the_teaching_codecs_say_their_codes(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_line(quantize("int4", literal(FOUR), NULL, &err), "int4   one scale   codes -7 -4 1 6   step 0.171429   rmse 0.0474");
	assert_line(quantize("uint4", literal(FOUR), NULL, &err),
		    "uint4   scale and zero point   codes 0 4 9 15   step 0.146667   zero at 8   rmse 0.0333");
	assert_line(quantize("int4", literal(FOUR), &(struct quantize_options){ .codec = { .code_lo = -8, .code_hi = 7 } }, &err),
		    "int4   one scale   codes -8 -4 1 7   step 0.15   rmse 0.0354");
	assert_line(quantize("int4", literal(FOUR), &(struct quantize_options){ .codec = { .step = 0.5 } }, &err),
		    "int4   one scale   codes -2 -1 0 2   step 0.5   rmse 0.1500");
	assert_line(quantize("int8", literal("[1, 2; 3, 4]"), &(struct quantize_options){ .axis_row = true }, &err),
		    /* errors 1/127, 0, -1/127, 0 */
		    "int8   a scale a row   codes 64 127 95 127   rmse 0.005568");
}

static void codes_and_scales_of_groups_are_read_from_their_bytes(void **state)
{
	struct error err = { 0 };
	struct value *v = quantize("uint3", literal("[0, 7, 3, 0; 0, 14, 2, 4]"), &(struct quantize_options){ .group = 4 }, &err);
	const struct quantized *q = value_as_quantized(v);
	int code[8], zero;
	double scale;

	(void)state;
	assert_true(quantized_codes(q, 0, 8, code));
	assert_memory_equal(code, ((int[]){ 0, 7, 3, 0, 0, 7, 1, 2 }), sizeof code);
	assert_true(quantized_scale(q, 1, &scale, &zero));
	assert_true(scale == 2 && zero == 0);
	assert_false(quantized_scale(q, 2, &scale, &zero));
	value_drop(v);
}

static void a_row_that_does_not_fill_its_blocks_is_refused_or_padded(void **state)
{
	struct error err = { 0 };
	struct session s;
	struct outcome out = { 0 };
	struct quantize_options o = { .pad = PAD_ZERO };
	struct value *x = literal(FOUR);

	(void)state;
	session_init(&s, 1);
	assert_null(quantize("q4_0", value_hold(x), NULL, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_string_equal(err.text, "4 weights do not fill a block; q4_0 has blocks of 32");
	assert_string_equal(err.hint, "add pad=zero, or use a codec of any length: int4, uint4");
	assert_string_equal(err.about, "x");
	assert_true(session_quantize(&s, codec_find("q4_0"), x, &o, &out, &err));
	assert_string_equal(out.note, "q4_0 wants blocks of 32: 28 zeros added, left out of every error figure");
	assert_int_equal(out.value->u.quantized.padding, 28);
	assert_int_equal(out.value->u.quantized.loss.count, 4);
	/* d = half(0.15) = 0.1500244; errors of the four by hand */
	assert_true(fabs(out.value->u.quantized.loss.rmse - 0.0354) < 0.0001);
	assert_false(quantized_padding_at(&out.value->u.quantized, 3));
	assert_true(quantized_padding_at(&out.value->u.quantized, 4));
	value_drop(out.value);
	value_drop(x);
	session_drop(&s);
}

static void options_that_a_codec_does_not_have_are_refused(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_null(quantize("q8_0", literal("[1..32]"), &(struct quantize_options){ .group = 4 }, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_string_equal(err.about, "group");
	assert_null(quantize("int4", literal(FOUR), &(struct quantize_options){ .group = 3 }, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_null(quantize("int4", literal(FOUR), &(struct quantize_options){ .codec = { .has_zero = true } }, &err));
	assert_string_equal(err.about, "zero");
	assert_null(quantize("int4", literal(FOUR), &(struct quantize_options){ .codec = { .code_lo = -9, .code_hi = 7 } }, &err));
	assert_string_equal(err.about, "codes");
	assert_null(quantize("uint4", literal(FOUR), &(struct quantize_options){ .codec = { .code_lo = -1, .code_hi = 7 } }, &err));
	assert_null(quantize("int4", literal("[1, nan]"), NULL, &err));
	assert_int_equal(err.class, ERR_VALUE);
}

static void importance_has_one_number_for_each_column(void **state)
{
	struct error err = { 0 };
	struct value *few = literal("[1, 2]"), *bad = literal("[1..32]"), *good = literal("[1..32]"), *v;
	struct quantize_options o = { .importance = &few->u.tensor };

	(void)state;
	assert_null(quantize("q4_0", literal("[1..32]"), &o, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_string_equal(err.text, "importance has 2 values, a row has 32 weights");
	tensor_floats(&bad->u.tensor)[5] = -1;
	o.importance = &bad->u.tensor;
	assert_null(quantize("q4_0", literal("[1..32]"), &o, &err));
	assert_string_equal(err.text, "importance of column 5 is -1");
	o.importance = &good->u.tensor;
	v = quantize("q4_0", literal("[1..32]"), &o, &err);
	assert_non_null(v);
	assert_false(isnan(v->u.quantized.loss.weighted));
	value_drop(v);
	value_drop(few);
	value_drop(bad);
	value_drop(good);
}

static struct value *drawn(struct session *s, const char *kind, size_t rows, size_t cols, const struct random_options *o)
{
	struct outcome out = { 0 };
	struct error err = { 0 };

	assert_true(session_random(s, kind, rows, cols, o, &out, &err));
	if (out.job)
		assert_true(job_run_here(out.job, &out.value, &err));
	return out.value;
}

/* spec/methods.md 0: seed 1, first three g */
static void gauss_draws_the_numbers_of_the_specification(void **state)
{
	uint64_t seed = 1;
	struct random_options o = { .sigma = 1, .df = 4, .share = 0.001, .size = 16, .seed = &seed };
	struct session s;

	(void)state;
	session_init(&s, 1);
	WEIGHTS(drawn(&s, "gauss", 1, 3, &o), 1, 1.4243480905156511, -0.6189042598785681, -0.5907667571367323);
	o.sigma = 0.5;
	WEIGHTS(drawn(&s, "gauss", 1, 3, &o), 1, 0.5 * 1.4243480905156511, 0.5 * -0.6189042598785681, 0.5 * -0.5907667571367323);
	o.sigma = 1;
	WEIGHTS(drawn(&s, "uniform", 1, 2, &o), 1, sqrt(3) * (2 * 0.5665615751722809 - 1), sqrt(3) * (2 * 0.7457817572627011 - 1));
	WEIGHTS(drawn(&s, "laplace", 1, 2, &o), 1, -1 / sqrt(2) * log(1 - 2 * fabs(0.5665615751722809 - 0.5)),
		-1 / sqrt(2) * log(1 - 2 * fabs(0.7457817572627011 - 0.5)));
	o.df = 2;
	WEIGHTS(drawn(&s, "student", 1, 1, &o), 1,
		1.4243480905156511 / sqrt((0.6189042598785681 * 0.6189042598785681 + 0.5907667571367323 * 0.5907667571367323) / 2));
	session_drop(&s);
}

static void without_a_seed_each_call_starts_one_further(void **state)
{
	uint64_t seed = 8;
	struct random_options o = { .sigma = 1, .df = 4, .share = 0.001, .size = 16 }, fixed = o;
	struct session s;
	struct value *a, *b;

	(void)state;
	fixed.seed = &seed;
	session_init(&s, 7);
	a = drawn(&s, "gauss", 2, 16, &o);
	value_drop(a);
	b = drawn(&s, "gauss", 2, 16, &fixed);		/* one with a seed does not count */
	a = drawn(&s, "gauss", 2, 16, &o);
	assert_memory_equal(tensor_floats(&a->u.tensor), tensor_floats(&b->u.tensor), 32 * sizeof(float));
	value_drop(a);
	value_drop(b);
	session_drop(&s);
}

static void outliers_are_a_share_of_the_places(void **state)
{
	uint64_t seed = 3;
	struct random_options o = { .sigma = 1, .df = 4, .share = 0.25, .size = 1000, .seed = &seed };
	struct session s;
	struct value *v;
	size_t large = 0;

	(void)state;
	session_init(&s, 1);
	v = drawn(&s, "outliers", 1, 1000, &o);
	for (size_t i = 0; i < 1000; i++)
		large += fabs((double)tensor_get(&v->u.tensor, i)) > 6;
	assert_true(large > 150 && large <= 250);	/* places may be drawn twice, and small weights stay small */
	value_drop(v);
	o.share = 2;
	assert_false(session_random(&s, "outliers", 1, 4, &o, &(struct outcome){ 0 }, &(struct error){ 0 }));
	session_drop(&s);
}

static void a_large_tensor_is_quantized_by_a_job_that_can_be_stopped(void **state)
{
	struct random_options o = { .sigma = 0.02, .df = 4, .share = 0.001, .size = 16 };
	struct session s;
	struct value *w;
	struct outcome out = { 0 };
	struct error err = { 0 };

	(void)state;
	session_init(&s, 42);
	w = drawn(&s, "gauss", 64, 4096, &o);
	assert_true(session_quantize(&s, codec_find("q8_0"), w, &(struct quantize_options){ 0 }, &out, &err));
	assert_null(out.value);
	assert_non_null(out.job);
	assert_int_equal(atomic_load(&out.job->total), 64);
	atomic_store(&out.job->stop, true);
	assert_false(job_run_here(out.job, &out.value, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	assert_null(out.value);
	value_drop(w);
	session_drop(&s);
}

static void decoding_leaves_the_padding_out(void **state)
{
	struct error err = { 0 };
	struct session s;
	struct outcome out = { 0 };
	struct value *v = quantize("q8_0", literal("[1, 2, 127]"), &(struct quantize_options){ .pad = PAD_EDGE }, &err);

	(void)state;
	session_init(&s, 1);
	assert_true(session_decode(&s, v, &out, &err));
	WEIGHTS(out.value, 1, 1, 2, 127);
	assert_true(session_errors(&s, v, &out, &err));
	assert_int_equal(out.value->kind, VALUE_ERRORS);
	assert_int_equal(out.value->u.errors.loss.count, 3);
	assert_true(out.value->u.errors.loss.rmse == 0);
	value_drop(out.value);
	value_drop(v);
	session_drop(&s);
}

/* interaction.md 8: the steps of q4_0 */
static void a_walk_goes_through_the_steps_of_the_codec(void **state)
{
	struct error err = { 0 };
	struct session s;
	struct outcome out = { 0 };
	struct value *x = literal(FOUR);
	struct walk *w;

	(void)state;
	session_init(&s, 1);
	value_name(x, "x");
	assert_true(session_trace(&s, codec_find("q4_0"), x, &(struct quantize_options){ .pad = PAD_ZERO }, 0, &out, &err));
	assert_int_equal(out.value->kind, VALUE_TRACE);
	assert_string_equal(out.value->label, "x");
	w = &out.value->u.walk;
	assert_int_equal(w->trace.steps, 6);
	assert_string_equal(w->trace.step[0].say, "find the weight furthest from zero: x[0] = -1.2");
	assert_true(walk_go(w, 3));
	assert_false(walk_go(w, 6));
	assert_int_equal(w->at, 3);
	assert_false(walk_block(w, 1, &err));
	assert_int_equal(w->at, 3);
	value_drop(out.value);
	value_drop(x);
	session_drop(&s);
}

static void another_block_of_a_walk_is_recorded_when_it_is_visited(void **state)
{
	struct error err = { 0 };
	struct session s;
	struct outcome out = { 0 };
	struct value *x = literal("[1..64; 65..128]");
	struct walk *w;

	(void)state;
	session_init(&s, 1);
	assert_true(session_trace(&s, codec_find("q8_0"), x, &(struct quantize_options){ 0 }, 1, &out, &err));
	w = &out.value->u.walk;
	assert_int_equal(w->trace.block, 1);
	assert_true(w->trace.x[31] == 64);
	assert_true(walk_go(w, 1));
	assert_true(walk_block(w, 3, &err));
	assert_int_equal(w->trace.block, 3);
	assert_true(w->trace.x[31] == 128);
	assert_int_equal(w->at, 1);
	value_drop(out.value);
	value_drop(x);
	session_drop(&s);
}

static void a_block_too_long_to_follow_is_refused_with_a_way_out(void **state)
{
	struct error err = { 0 };
	struct session s;
	struct outcome out = { 0 };
	struct value *x = literal("[1..5000]");

	(void)state;
	session_init(&s, 1);
	assert_false(session_trace(&s, codec_find("int4"), x, &(struct quantize_options){ 0 }, 0, &out, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_non_null(strstr(err.hint, "group="));
	value_drop(x);
	session_drop(&s);
}

static void assert_printed(struct value *v, size_t width, bool all, const char *want)
{
	struct text out = { 0 };

	value_print(v, width, all, &out);
	assert_string_equal(text_str(&out), want);
	text_drop(&out);
	value_drop(v);
}

static void printing_shows_the_numbers_cut_to_the_width(void **state)
{
	struct error err = { 0 };
	struct text out = { 0 };
	struct value *v = literal("[0.1, 0.2]");

	(void)state;
	assert_printed(literal(FOUR), 80, false, "-1.2 -0.6 0.2 1\n");
	assert_printed(literal("[1..300]"), 20, false, "1 2 3 4 5 … 295 more\n");
	assert_printed(literal("[1..10]"), 20, false, "1 2 3 4 5 6 7 8 9 10\n");
	assert_printed(literal("[1, 20; 300, 4]"), 80, false, "  1  20\n300   4\n");
	assert_printed(literal("[1..30]"), 20, true, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30\n");
	assert_printed(value_string("two\nlines", &err), 80, false, "two\nlines\n");
	tensor_floats(&v->u.tensor)[0] = 0.1f + 0.2f;
	value_print_digits(v, 80, false, true, &out);
	assert_string_equal(text_str(&out), "0.3 0.2\n");	/* the float next to 0.3 reads back from 0.3 */
	text_drop(&out);
	value_drop(v);
}

static void a_label_is_cut_between_characters(void **state)
{
	struct error err = { 0 };
	struct value *v = value_nil(&err);
	char label[80];

	(void)state;
	memset(label, 'a', sizeof label);
	memcpy(label + 62, "\xc3\xa4", 3);
	value_name(v, label);
	assert_int_equal(strlen(v->label), 62);
	value_drop(v);
}

/* ---- arguments ---- */

static void arguments_can_be_set_and_copied(void **state)
{
	struct args a = { 0 }, b;
	struct error err = { 0 };

	(void)state;
	assert_true(args_set_number(&a, "group", 4, &err));
	assert_true(args_set_text(&a, "range", "3..7", &err));
	assert_true(args_set_text(&a, "text", "on", &err));
	assert_true(args_set_number(&a, "group", 8, &err));
	assert_true(args_copy(&a, &b, &err));
	args_drop(&a);
	assert_int_equal(b.n, 3);
	assert_true(args_number(&b, "group", 0) == 8);
	assert_true(args_get(&b, "range")->number == 3 && args_get(&b, "range")->second == 7);
	assert_true(args_flag(&b, "text"));
	assert_false(args_flag(&b, "rel"));
	assert_string_equal(args_text(&b, "none", "otherwise"), "otherwise");
	args_drop(&b);
}

/* ---- files ---- */

static void a_file_that_was_there_before_is_not_written_over_without_force(void **state)
{
	char path[] = "/tmp/qs-write-XXXXXX", back[8] = "";
	int fd = mkstemp(path);
	struct session s;
	struct error err = { 0 };
	FILE *f;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	session_init(&s, 1);
	assert_false(session_write(&s, path, "a", 1, false, false, &err));
	assert_int_equal(err.class, ERR_FILE);
	assert_true(session_write(&s, path, "ab", 2, false, true, &err));
	assert_true(session_write(&s, path, "c", 1, true, false, &err));
	assert_true(session_write(&s, path, "d", 1, true, false, &err));
	f = fopen(path, "r");
	assert_int_equal(fread(back, 1, sizeof back, f), 4);
	fclose(f);
	assert_string_equal(back, "abcd");
	assert_true(session_write(&s, path, "e", 1, false, false, &err));	/* written by this run */
	assert_false(session_write(&s, "/nowhere/at/all", "e", 1, false, false, &err));
	unlink(path);
	session_drop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_written_as_tsv),
		cmocka_unit_test(a_table_is_written_as_json_and_infinities_are_strings),
		cmocka_unit_test(a_record_is_one_json_object),
		cmocka_unit_test(a_table_as_text_has_aligned_columns_and_is_cut_to_the_width),
		cmocka_unit_test(a_table_too_wide_gives_up_its_empty_columns_before_it_is_cut),
		cmocka_unit_test(a_skipped_cell_stays_empty_and_the_next_value_goes_behind_it),
		cmocka_unit_test(every_setting_accepts_its_own_default),
		cmocka_unit_test(the_settings_of_the_manual_are_all_there),
		cmocka_unit_test(a_setting_refuses_what_it_cannot_be_and_says_what_it_can),
		cmocka_unit_test(an_unknown_setting_names_the_nearest),
		cmocka_unit_test(literals_are_rows_ranges_and_matrices),
		cmocka_unit_test(a_wrong_literal_points_at_what_is_wrong),
		cmocka_unit_test(one_index_counts_weights_through_the_rows_and_two_are_rows_and_columns),
		cmocka_unit_test(a_slice_that_reaches_beyond_says_what_there_is),
		cmocka_unit_test(a_value_says_in_one_line_what_it_is),
		cmocka_unit_test(the_teaching_codecs_say_their_codes),
		cmocka_unit_test(codes_and_scales_of_groups_are_read_from_their_bytes),
		cmocka_unit_test(a_row_that_does_not_fill_its_blocks_is_refused_or_padded),
		cmocka_unit_test(options_that_a_codec_does_not_have_are_refused),
		cmocka_unit_test(importance_has_one_number_for_each_column),
		cmocka_unit_test(gauss_draws_the_numbers_of_the_specification),
		cmocka_unit_test(without_a_seed_each_call_starts_one_further),
		cmocka_unit_test(outliers_are_a_share_of_the_places),
		cmocka_unit_test(a_large_tensor_is_quantized_by_a_job_that_can_be_stopped),
		cmocka_unit_test(decoding_leaves_the_padding_out),
		cmocka_unit_test(a_walk_goes_through_the_steps_of_the_codec),
		cmocka_unit_test(another_block_of_a_walk_is_recorded_when_it_is_visited),
		cmocka_unit_test(a_block_too_long_to_follow_is_refused_with_a_way_out),
		cmocka_unit_test(printing_shows_the_numbers_cut_to_the_width),
		cmocka_unit_test(a_label_is_cut_between_characters),
		cmocka_unit_test(arguments_can_be_set_and_copied),
		cmocka_unit_test(a_file_that_was_there_before_is_not_written_over_without_force),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
