/* test_names.c - names of codecs and recipes, and how numbers are stored. Expected values are those of methods.md 7.1, 9 and mixtures.md. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/rng.h"
#include "engine/number_format.h"
#include "engine/recipe.h"
#include "session/naming.h"

static struct naming read_name(const char *name)
{
	struct error err = { 0 };
	struct naming n;

	if (!name_read(name, &n, &err))
		fail_msg("%s: %s", name, err.text);
	return n;
}

/* ---- types: the table of methods.md 9 ---- */

static const struct { const char *name; double bits; int len; char what; const char *family; } types[] = {
	{ "Q4_0", 4.5, 32, '0', "legacy" }, { "Q5_0", 5.5, 32, '0', "legacy" }, { "Q8_0", 8.5, 32, '0', "legacy" },
	{ "Q4_1", 5, 32, '1', "legacy" }, { "Q5_1", 6, 32, '1', "legacy" }, { "Q8_1", 9, 32, 'a', "legacy" },
	{ "Q1_0", 1.125, 128, '0', "legacy" }, { "Q2_0", 2.25, 64, '0', "legacy" },
	{ "Q4_K", 4.5, 256, '1', "K" }, { "Q5_K", 5.5, 256, '1', "K" }, { "Q2_K", 2.625, 256, '1', "K" },
	{ "Q3_K", 3.4375, 256, '0', "K" }, { "Q6_K", 6.5625, 256, '0', "K" }, { "Q8_K", 9.125, 256, 'a', "K" },
	{ "IQ1_S", 1.5625, 256, 'v', "I" }, { "IQ1_M", 1.75, 256, 'v', "I" },
	{ "IQ2_XXS", 2.0625, 256, 'v', "I" }, { "IQ2_XS", 2.3125, 256, 'v', "I" }, { "IQ2_S", 2.5625, 256, 'v', "I" },
	{ "IQ3_XXS", 3.0625, 256, 'v', "I" }, { "IQ3_S", 3.4375, 256, 'v', "I" },
	{ "IQ4_NL", 4.5, 32, 't', "I" }, { "IQ4_XS", 4.25, 256, 't', "I" },
	{ "TQ1_0", 1.6875, 256, '0', "ternary" }, { "TQ2_0", 2.0625, 256, '0', "ternary" },
	{ "MXFP4", 4.25, 32, 'f', "fp4" }, { "NVFP4", 4.5, 64, 'f', "fp4" },
	{ "F32", 32, 1, 'p', "plain" }, { "F16", 16, 1, 'p', "plain" }, { "BF16", 16, 1, 'p', "plain" }, { "F64", 64, 1, 'p', "plain" },
};

static void every_type_of_the_page_goes_from_name_to_fields_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct naming n = read_name(types[i].name), again;
		const struct codec *c = n.codec;
		char whole[64] = "";

		if (!(n.kinds & NAME_CODEC) || !c)
			fail_msg("%s is no codec", types[i].name);
		assert_int_equal(strcasecmp(c->name, types[i].name), 0);
		assert_true(8.0 * c->block_bytes / c->block_len == types[i].bits);
		assert_int_equal(c->block_len, types[i].len);
		if (!(types[i].what == 'f' || types[i].what == 'p'))
			assert_string_equal(c->family, types[i].family);
		assert_int_equal((c->flags & CODEC_HAS_MIN) != 0, types[i].what == '1');
		assert_int_equal((c->flags & CODEC_ACTIVATIONS_ONLY) != 0, types[i].what == 'a');
		assert_int_equal((c->flags & CODEC_VECTOR_CODEBOOK) != 0, types[i].what == 'v');
		for (int k = 0; k < n.parts; k++)
			strcat(whole, n.part[k].text);
		assert_string_equal(whole, types[i].name);
		again = read_name(c->name);
		assert_ptr_equal(again.codec, c);
	}
}

/* ---- recipes: mixtures.md 1 and 6.7 ---- */

static const struct { int id; const char *name, *start; double bytes; } recipe_rows[] = {
	{ 0, "F32", "f32", 26953662464 }, { 1, "F16", "f16", 13477363712 }, { 2, "Q4_0", "q4_0", 3825065984 }, { 3, "Q4_1", "q4_1", 4238008320 },
	{ 7, "Q8_0", "q8_0", 7160348672 }, { 8, "Q5_0", "q5_0", 4650950656 }, { 9, "Q5_1", "q5_1", 5063892992 }, { 10, "Q2_K", "q2_K", 2532122624 },
	{ 11, "Q3_K_S", "q3_K", 2947563520 }, { 12, "Q3_K_M", "q3_K", 3297263616 }, { 13, "Q3_K_L", "q3_K", 3596369920 },
	{ 14, "Q4_K_S", "q4_K", 3855998976 }, { 15, "Q4_K_M", "q4_K", 4080263168 }, { 16, "Q5_K_S", "q5_K", 4650950656 },
	{ 17, "Q5_K_M", "q5_K", 4782415872 }, { 18, "Q6_K", "q6_K", 5528453120 }, { 19, "IQ2_XXS", "iq2_xxs", 1854210048 },
	{ 20, "IQ2_XS", "iq2_xs", 2034171904 }, { 21, "Q2_K_S", "q2_K", 2318802944 }, { 22, "IQ3_XS", "iq3_s", 2795782144 },
	{ 23, "IQ3_XXS", "iq3_xxs", 2584649728 }, { 24, "IQ1_S", "iq1_s", 1527840768 }, { 25, "IQ4_NL", "iq4_nl", 3847610368 },
	{ 26, "IQ3_S", "iq3_s", 2947563520 }, { 27, "IQ3_M", "iq3_s", 3114123264 }, { 28, "IQ2_S", "iq2_xs", 2195824640 },
	{ 29, "IQ2_M", "iq2_s", 2359009280 }, { 30, "IQ4_XS", "iq4_xs", 3646775296 }, { 31, "IQ1_M", "iq1_m", 1650229248 },
	{ 32, "BF16", "bf16", 13477363712 }, { 36, "TQ1_0", "tq1_0", 1548345344 }, { 37, "TQ2_0", "tq2_0", 1851908096 },
	{ 38, "MXFP4_MOE", "mxfp4", 7160348672 }, { 39, "NVFP4", "nvfp4", 3825065984 }, { 40, "Q1_0", "q1_0", 1037705216 },
	{ 41, "Q2_0", "q2_0", 2003689472 },
};

static void every_recipe_has_its_number_and_the_type_it_starts_from(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof recipe_rows / sizeof *recipe_rows; i++) {
		const struct recipe *r = recipe_find(recipe_rows[i].name);
		struct naming name = read_name(recipe_rows[i].name);

		assert_non_null(r);
		assert_int_equal(r->file_type, recipe_rows[i].id);
		assert_string_equal(r->codec, recipe_rows[i].start);
		assert_non_null(codec_find(r->codec));
		assert_ptr_equal(recipe_of_file((uint32_t)recipe_rows[i].id), r);
		assert_true(fabs(r->bits - 8 * recipe_rows[i].bytes / 6738415616.0) < 5.1e-5);
		assert_true(name.kinds & NAME_RECIPE);
		assert_ptr_equal(name.recipe, r);
	}
	while (recipes[n].name)
		n++;
	assert_int_equal(n, sizeof recipe_rows / sizeof *recipe_rows);
	assert_null(recipe_of_file(4));
	assert_null(recipe_of_file(33));
	assert_string_equal(recipe_find("q4-k")->name, "Q4_K_M");
	assert_string_equal(recipe_find("Q3_K")->name, "Q3_K_M");
}

static void the_last_letter_of_a_mix_belongs_to_the_recipe(void **state)
{
	struct naming n = read_name("Q4_K_M");

	(void)state;
	assert_int_equal(n.kinds, NAME_RECIPE);
	assert_int_equal(n.parts, 4);
	assert_string_equal(n.part[2].text, "_K");
	assert_string_equal(n.part[2].owner, "codec");
	assert_string_equal(n.part[3].text, "_M");
	assert_string_equal(n.part[3].owner, "recipe");
	assert_int_equal(n.bits, 4);
	assert_non_null(strstr(n.is_not, "4.5"));
	n = read_name("IQ3_M");		/* exists only as a mix */
	assert_int_equal(n.kinds, NAME_RECIPE);
	assert_string_equal(n.part[n.parts - 1].owner, "recipe");
	n = read_name("IQ1_M");		/* and this as a type */
	assert_true(n.kinds & NAME_CODEC);
	assert_string_equal(n.part[n.parts - 1].owner, "codec");
}

static void names_spelled_alike_may_differ(void **state)
{
	struct naming n = read_name("IQ2_S");

	(void)state;
	assert_int_equal(n.kinds, NAME_CODEC | NAME_RECIPE);
	assert_string_equal(n.codec->name, "iq2_s");
	assert_non_null(strstr(n.is, "starts from another one, iq2_xs"));
	n = read_name("Q4_K");
	assert_int_equal(n.kinds, NAME_CODEC | NAME_RECIPE);
	assert_string_equal(n.recipe->name, "Q4_K_M");
	n = read_name("IQ2");
	assert_int_equal(n.kinds, NAME_FAMILY);
	assert_non_null(strstr(n.is, "IQ2_XXS IQ2_XS IQ2_S IQ2_M"));
}

static bool near(const struct naming *n, const char *name)
{
	for (int i = 0; i < n->n_near; i++)
		if (!strcasecmp(n->near[i], name))
			return true;
	return false;
}

static void well_formed_names_of_nothing_get_the_nearest_that_exist(void **state)
{
	static const struct { const char *name, *near; } rows[] = {
		{ "Q4_K_L", "Q4_K_M" }, { "IQ3_NL", "IQ4_NL" }, { "Q6_K_M", "Q5_K_M" }, { "Q6_1", "Q5_1" }, { "IQ5_XS", "IQ4_XS" }, { "TQ3_0", "TQ2_0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct naming n = read_name(rows[i].name);

		if (n.kinds != NAME_MISSING || !near(&n, rows[i].near))
			fail_msg("%s: kinds %x, nearest %s", rows[i].name, n.kinds, n.n_near ? n.near[0] : "none");
		assert_non_null(strstr(n.is, "no such type"));
	}
}

static void names_of_other_programs_are_named_as_such(void **state)
{
	static const char *const names[] = { "Q4_K_XL", "Q2_K_L", "UD-Q4_K_XL", "IQ4_K", "IQ4_KS", "IQ5_KS", "IQ2_KT", "Q4_0_4_4", "Q4_0_8_8", "IQ4_NL_4_4", "Q4_2" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct naming n = read_name(names[i]);

		if (n.kinds != NAME_FOREIGN)
			fail_msg("%s: kinds %x", names[i], n.kinds);
		assert_string_equal(n.name, names[i]);
	}
	assert_non_null(strstr(read_name("Q4_0_4_4").is, "removed"));
}

static void other_vocabularies_are_read(void **state)
{
	static const struct { const char *name, *part; } rows[] = {
		{ "W4A16", "weights of 4 bits" }, { "W8A8", "activations of 8 bits" }, { "INT4-g128", "128 weights share a scale" },
		{ "w3-s45", "0.45 % of the weights kept apart" }, { "4bit-128g", "4 bits a code" }, { "NF4", NULL }, { "FP4", NULL }, { "E4M3", NULL },
		{ "e5m2", NULL }, { "MXFP8_E4M3", NULL }, { "2:4", NULL }, { "Q3.4", "4 bits behind it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct naming n = read_name(rows[i].name);
		bool found = !rows[i].part;

		if (n.kinds != NAME_OTHER)
			fail_msg("%s: kinds %x", rows[i].name, n.kinds);
		for (int k = 0; k < n.parts; k++)
			found |= rows[i].part && !strcmp(n.part[k].means, rows[i].part);
		if (!found)
			fail_msg("%s: no part means \"%s\"", rows[i].name, rows[i].part);
	}
}

static void case_and_dashes_do_not_matter_and_files_hold_names(void **state)
{
	(void)state;
	assert_string_equal(read_name("q4-k-m").name, "Q4_K_M");
	assert_string_equal(read_name("iq2_XXS").codec->name, "iq2_xxs");
	assert_string_equal(read_name("models/demo-1b.q4_K_M.gguf").recipe->name, "Q4_K_M");
	assert_string_equal(read_name("stories260K-Q8_0.gguf").codec->name, "q8_0");
	assert_string_equal(read_name("int4").codec->name, "int4");
	assert_true(read_name("uint8").codec->flags & CODEC_TEACHING);
}

static void names_of_nothing_at_all_are_refused(void **state)
{
	struct error err = { 0 };
	struct naming n;

	(void)state;
	assert_false(name_read("hello", &n, &err));
	assert_int_equal(err.class, ERR_CODEC);
	assert_false(name_read("", &n, &err));
	assert_false(name_read("model.gguf", &n, &err));
	assert_false(name_read("Q4_KMX", &n, &err));
	assert_non_null(strstr(err.hint, "Q4_K_M"));
	assert_int_equal(read_name("q4km").parts, 4);
	for (char c = 1; c; c++) {	/* whatever is typed */
		char s[4] = { 'Q', c, c, 0 };

		name_read(s, &n, &err);
	}
}

/* ---- numbers ---- */

static uint32_t code_of(const char *format, double v) { return number_nearest(number_format_find(format), v); }

static void conversions_are_those_of_the_page(void **state)
{
	static const struct { const char *format; double v; uint32_t code; } rows[] = {
		{ "e4m3", 0.1, 0x1d }, { "e4m3", 0.3, 0x2a }, { "e4m3", 1.0625, 0x38 }, { "e4m3", 1.1875, 0x3a }, { "e4m3", 100, 0x6c },
		{ "e4m3", -0.001, 0x81 }, { "e4m3", 464, 0x7e }, { "e4m3", 464.1, 0x7e }, { "e4m3", 0x1p-10, 0x00 }, { "e4m3", 0x1.0001p-10, 0x01 },
		{ "e5m2", 0.1, 0x2e }, { "e5m2", 100, 0x56 }, { "e5m2", 61439, 0x7b }, { "e5m2", 61440, 0x7c }, { "e5m2", 0x1p-17, 0x00 },
		{ "e2m1", 0.25, 0 }, { "e2m1", 0.75, 2 }, { "e2m1", 1.25, 2 }, { "e2m1", 1.75, 4 }, { "e2m1", 2.5, 4 }, { "e2m1", 3.5, 6 }, { "e2m1", 5, 6 },
		{ "e2m1", 7, 7 }, { "e2m1", 100, 7 }, { "e3m2", 0.1, 0x02 }, { "e3m2", 100, 0x1f }, { "e2m3", 0.3, 0x02 }, { "e2m3", 1.0625, 0x08 },
		{ "e2m3", 7, 0x1e }, { "bf16", 0.1f, 0x3dcd }, { "bf16", 1.0 / 3, 0x3eab }, { "bf16", 1.00390625, 0x3f80 }, { "bf16", 1.01171875, 0x3f82 },
		{ "bf16", 65504, 0x4780 }, { "f16", 0.1, 0x2e66 }, { "f16", 1.0 / 3, 0x3555 }, { "f16", 1e-40, 0 }, { "f16", 65519.9, 0x7bff },
		{ "f16", 65520, 0x7c00 }, { "e8m0", 0.25, 125 }, { "e8m0", 0, 0 }, { "e8m0", -3, 0 }, { "int", -3, 0xfffffffd }, { "int", 2.5, 2 },
		{ "int", 1e20, 0x7fffffff }, { "f32", 0.15, 0x3e19999a }, { "f32", 1e39, 0x7f800000 }, { "f32", INFINITY, 0x7f800000 },
		{ "e4m3", INFINITY, 0x7e }, { "e4m3", NAN, 0x7f },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (code_of(rows[i].format, rows[i].v) != rows[i].code)
			fail_msg("%s of %g is %x, not %x", rows[i].format, rows[i].v, code_of(rows[i].format, rows[i].v), rows[i].code);
}

static void formats_have_the_limits_of_the_page(void **state)
{
	static const struct { const char *format; double max, min_positive; int finite; } rows[] = {
		{ "e4m3", 448, 0x1p-9, 253 }, { "e5m2", 57344, 0x1p-16, 247 }, { "e3m2", 28, 0.0625, 63 }, { "e2m3", 7.5, 0.125, 63 }, { "e2m1", 6, 0.5, 15 },
		{ "f16", 65504, 0x1p-24, 0 }, { "bf16", 0x1.fep127, 0x1p-133, 0 }, { "e8m0", 0x1p127, 0x1p-127, 255 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct number_format *f = number_format_find(rows[i].format);
		double max = 0, least = INFINITY;
		int finite = 0;

		for (uint32_t code = 0; code < 1u << number_bits(f); code++) {
			double v = number_value(f, code);

			if (!isfinite(v))
				continue;
			finite += !(v == 0 && signbit(v));		/* both zeros are one number */
			max = fmax(max, v);
			least = v > 0 ? fmin(least, v) : least;
		}
		assert_true(max == rows[i].max && least == rows[i].min_positive);
		if (rows[i].finite)
			assert_int_equal(finite, rows[i].finite);
	}
}

/* Against a search through all codes, for random numbers and for the middle between any two. */
static void the_nearest_code_is_the_nearest_of_all(void **state)
{
	static const char *const names[] = { "e4m3", "e5m2", "e3m2", "e2m3", "e2m1", "e8m0", "f16", "bf16" };
	struct rng r = rng_seeded(7);

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct number_format *f = number_format_find(names[i]);
		uint32_t codes = 1u << number_bits(f);

		for (uint32_t code = 0; code < codes; code++) {
			double v = number_value(f, code), up, mid;
			uint32_t next, back;

			if (isnan(v))
				continue;
			if (v != 0 || !signbit(v))
				assert_int_equal(number_nearest(f, v), code);
			if (!number_neighbour(f, code, true, &next))
				continue;
			up = number_value(f, next);
			assert_true(up > v);
			assert_true(number_neighbour(f, next, false, &back));
			assert_true(number_value(f, back) == v);
			mid = v / 2 + up / 2;
			if (isfinite(up) && isfinite(v) && f->fraction)
				assert_int_equal(number_nearest(f, mid) & 1, 0);	/* ties go to the even one */
		}
		for (int k = 0; k < (codes > 256 ? 40 : 4000); k++) {
			double v = rng_gauss(&r) * pow(10, (double)(k % 9) - 4), best = INFINITY, got = number_value(f, number_nearest(f, v));

			if (!f->sign)
				v = fabs(v), got = number_value(f, number_nearest(f, v));
			for (uint32_t code = 0; code < codes; code++)
				if (isfinite(number_value(f, code)))
					best = fmin(best, fabs(number_value(f, code) - v));
			if (isfinite(got) && fabs(got - v) != best)
				fail_msg("%s of %.17g gives %.17g", names[i], v, got);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_of_the_page_goes_from_name_to_fields_and_back),
		cmocka_unit_test(every_recipe_has_its_number_and_the_type_it_starts_from),
		cmocka_unit_test(the_last_letter_of_a_mix_belongs_to_the_recipe),
		cmocka_unit_test(names_spelled_alike_may_differ),
		cmocka_unit_test(well_formed_names_of_nothing_get_the_nearest_that_exist),
		cmocka_unit_test(names_of_other_programs_are_named_as_such),
		cmocka_unit_test(other_vocabularies_are_read),
		cmocka_unit_test(case_and_dashes_do_not_matter_and_files_hold_names),
		cmocka_unit_test(names_of_nothing_at_all_are_refused),
		cmocka_unit_test(conversions_are_those_of_the_page),
		cmocka_unit_test(formats_have_the_limits_of_the_page),
		cmocka_unit_test(the_nearest_code_is_the_nearest_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
