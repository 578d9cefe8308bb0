/* test_session.c - tables, settings, arguments, values, and what can be done with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/settings.h"
#include "session/table.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_written_as_tsv),
		cmocka_unit_test(a_table_is_written_as_json_and_infinities_are_strings),
		cmocka_unit_test(a_record_is_one_json_object),
		cmocka_unit_test(a_table_as_text_has_aligned_columns_and_is_cut_to_the_width),
		cmocka_unit_test(a_skipped_cell_stays_empty_and_the_next_value_goes_behind_it),
		cmocka_unit_test(every_setting_accepts_its_own_default),
		cmocka_unit_test(the_settings_of_the_manual_are_all_there),
		cmocka_unit_test(a_setting_refuses_what_it_cannot_be_and_says_what_it_can),
		cmocka_unit_test(an_unknown_setting_names_the_nearest),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
