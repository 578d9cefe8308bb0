/*
 * test_canvas.c - cells clip, shapes have the lengths that arithmetic gives them, and colours stay apart.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "canvas/canvas.h"

static struct canvas sheet(int rows, int cols, bool ascii)
{
	struct canvas c;

	assert_true(canvas_new(&c, rows, cols, ascii, NULL));
	return c;
}

/* The canvas as text, and gone. */
static void assert_reads(struct canvas *c, const char *expected)
{
	struct text t = { 0 };

	canvas_write_text(c, COLORS_NONE, false, false, &t);
	assert_string_equal(text_str(&t), expected);
	text_drop(&t);
	canvas_drop(c);
}

static void writing_outside_is_clipped_on_every_side(void **state)
{
	struct canvas c = sheet(2, 5, false);

	(void)state;
	assert_int_equal(canvas_text(&c, 0, -2, STYLE_PLAIN, "abcdefghij"), 8);
	canvas_text(&c, -1, 0, STYLE_PLAIN, "above");
	canvas_text(&c, 2, 0, STYLE_PLAIN, "below");
	canvas_text(&c, 1, 4, STYLE_PLAIN, "%s", "xyz");
	canvas_bar(&c, 5, 5, 100, 1, STYLE_PLAIN);
	canvas_column(&c, 9, 9, 100, 3, 1, STYLE_PLAIN);
	canvas_heat(&c, 7, -7, 3);
	assert_reads(&c, "cdefg\n    x\n");
}

static void a_part_shares_the_cells_and_ends_where_the_whole_ends(void **state)
{
	struct canvas c = sheet(3, 6, false), part = canvas_part(&c, 1, 2, 10, 10), outside = canvas_part(&c, 7, 0, 2, 2);
	struct canvas negative = canvas_part(&c, -1, -1, 2, 3);

	(void)state;
	assert_int_equal(part.rows, 2);
	assert_int_equal(part.cols, 4);
	assert_int_equal(outside.rows, 0);
	assert_int_equal(negative.rows, 1);
	assert_int_equal(negative.cols, 2);
	canvas_text(&part, 1, 0, STYLE_PLAIN, "longer than that");
	canvas_text(&outside, 0, 0, STYLE_PLAIN, "no");
	assert_reads(&c, "\n\n  long\n");
}

static void an_empty_canvas_takes_everything_and_shows_nothing(void **state)
{
	struct canvas c = sheet(-3, 0, false);

	(void)state;
	canvas_text(&c, 0, 0, STYLE_PLAIN, "x");
	canvas_box(&c, 0, 0, 4, 4, STYLE_PLAIN);
	assert_reads(&c, "");
}

static void wide_characters_take_two_columns_and_lose_both_halves_together(void **state)
{
	struct canvas c = sheet(3, 6, false);

	(void)state;
	assert_int_equal(canvas_puts(&c, 0, 0, STYLE_PLAIN, "a\xe6\xbc\xa2\xe5\xad\x97z"), 6);	/* a, two wide ones, z */
	canvas_puts(&c, 1, 0, STYLE_PLAIN, "a\xe6\xbc\xa2\xe5\xad\x97z");
	canvas_puts(&c, 1, 2, STYLE_PLAIN, "b");				/* onto the right half of the first */
	canvas_puts(&c, 2, 5, STYLE_PLAIN, "\xe6\xbc\xa2");			/* no room for its right half */
	assert_reads(&c, "a\xe6\xbc\xa2\xe5\xad\x97z\na b\xe5\xad\x97z\n\n");
}

static void control_characters_and_broken_bytes_become_question_marks(void **state)
{
	struct canvas c = sheet(1, 20, false);

	(void)state;
	canvas_puts(&c, 0, 0, STYLE_PLAIN, "a\033[1mb\xff" "c\xc2\x9b" "d\xe2\x80\xae" "e\x7f");
	assert_reads(&c, "a?[1mb?c?de?\n");
}

static void an_ascii_canvas_holds_nothing_beyond_ascii(void **state)
{
	struct canvas c = sheet(4, 40, true);

	(void)state;
	canvas_puts(&c, 0, 0, STYLE_PLAIN, "┼───┼ ▲ ▸ … × » │ · █ ▒ ░ ► ├┤┬┴┌┐└┘ ▼ →");
	canvas_puts(&c, 1, 0, STYLE_PLAIN, "\xe6\xbc\xa2 é");
	canvas_box(&c, 2, 30, 2, 4, STYLE_PLAIN);
	canvas_bar(&c, 2, 0, 8, 0.5, STYLE_PLAIN);
	canvas_bar_left(&c, 3, 8, 8, 0.5, STYLE_PLAIN);
	for (int row = 0; row < c.rows; row++)
		for (int col = 0; col < c.cols; col++)
			assert_in_range(c.cell[row * c.stride + col].ch, ' ', '~');
	assert_reads(&c, "+---+ ^ > ~ x * | . # = . > ++++++++ v >\n?? ?\n####                          +--+\n    ####                      +--+\n");
}

/* A name for the fold sign keeps its own stand-in; as text the same character is the cursor's. */
static void glyphs_have_their_own_ascii_form(void **state)
{
	struct canvas a = { .ascii = true }, u = { .ascii = false };

	(void)state;
	assert_int_equal(glyph(&a, GLYPH_FOLDED), '+');
	assert_int_equal(glyph(&a, GLYPH_CHOSEN), '>');
	assert_int_equal(glyph(&u, GLYPH_FOLDED), 0x25B8);
	for (int g = 0; g < GLYPH_COUNT; g++) {
		assert_in_range(glyph(&a, (enum glyph)g), ' ', '~');
		assert_int_equal(utf8_width(glyph(&u, (enum glyph)g)), 1);
		assert_int_not_equal(ascii_for(glyph(&u, (enum glyph)g)), '?');
	}
}

/* 19 of 20 columns at 95 %, in eighths: 0.95 * 160 = 152 = 19 * 8; 124 of 52036 in 56 columns is 1.07 eighths, 2477 is 21.3. */
static void a_bar_is_as_long_as_its_share_in_eighths(void **state)
{
	struct canvas c = sheet(5, 60, false);

	(void)state;
	canvas_bar(&c, 0, 0, 20, 0.95, STYLE_PLAIN);
	canvas_bar(&c, 1, 0, 56, 124 / 52036.0, STYLE_PLAIN);
	canvas_bar(&c, 2, 0, 56, 2477 / 52036.0, STYLE_PLAIN);
	canvas_bar(&c, 3, 0, 4, 17, STYLE_PLAIN);
	canvas_bar(&c, 4, 0, 4, NAN, STYLE_PLAIN);
	assert_reads(&c, "███████████████████\n▏\n██▋\n████\n\n");
}

static void a_bar_to_the_left_ends_at_its_right_edge(void **state)
{
	struct canvas c = sheet(2, 10, false);

	(void)state;
	canvas_bar_left(&c, 0, 8, 8, 0.5, STYLE_PLAIN);
	canvas_bar_left(&c, 1, 8, 8, 5 / 16.0, STYLE_PLAIN);
	assert_reads(&c, "    ████\n     ▐██\n");
}

static void a_column_stands_on_its_bottom_row(void **state)
{
	struct canvas c = sheet(3, 4, false);

	(void)state;
	canvas_column(&c, 2, 0, 3, 2, 0.5, STYLE_PLAIN);	/* 12 eighths of a row */
	canvas_column(&c, 2, 3, 3, 1, 1, STYLE_PLAIN);
	assert_reads(&c, "   █\n▄▄ █\n██ █\n");
}

static void sparks_grow_with_their_share_in_both_glyph_sets(void **state)
{
	struct canvas u = sheet(1, 8, false), a = sheet(1, 8, true);

	(void)state;
	for (int i = 0; i < 8; i++) {
		canvas_spark(&u, 0, i, (i + 1) / 8.0, STYLE_PLAIN);
		canvas_spark(&a, 0, i, (i + 1) / 8.0, STYLE_PLAIN);
	}
	assert_reads(&u, "▁▂▃▄▅▆▇█\n");
	assert_reads(&a, ".:-=+*#%\n");
}

static void what_does_not_fit_ends_in_an_ellipsis(void **state)
{
	struct canvas u = sheet(3, 12, false), a = sheet(1, 12, true);

	(void)state;
	assert_int_equal(canvas_fit(&u, 0, 1, 6, STYLE_PLAIN, "abcdef"), 7);
	assert_int_equal(canvas_fit(&u, 1, 1, 6, STYLE_PLAIN, "abcdefg"), 7);
	canvas_fit(&u, 2, 0, 4, STYLE_PLAIN, "ab\xe6\xbc\xa2\xe5\xad\x97");	/* a wide one does not fit before the ellipsis */
	canvas_fit(&a, 0, 1, 6, STYLE_PLAIN, "abcdefg");
	assert_reads(&u, " abcdef\n abcde…\nab…\n");
	assert_reads(&a, " abcde~\n");
}

static void text_aligned_right_ends_before_its_column(void **state)
{
	struct canvas c = sheet(1, 10, false);

	(void)state;
	assert_int_equal(canvas_right(&c, 0, 9, STYLE_PLAIN, "%s", "12×3"), 5);
	assert_reads(&c, "     12×3\n");
}

static void canvases_are_equal_only_if_every_cell_is(void **state)
{
	struct canvas a = sheet(2, 2, false), b = sheet(2, 2, false);

	(void)state;
	assert_true(canvas_equal(&a, &b));
	canvas_put(&a, 1, 1, 'x', STYLE_BAD, 0);
	assert_false(canvas_equal(&a, &b));
	canvas_put(&b, 1, 1, 'x', STYLE_GOOD, 0);
	assert_false(canvas_equal(&a, &b));
	canvas_restyle(&b, 1, 0, 2, STYLE_BAD, 0);
	canvas_restyle(&b, 1, 0, 1, STYLE_PLAIN, 0);
	assert_true(canvas_equal(&a, &b));
	canvas_mark(&b, 1, 1, 1, MARK_REVERSE);
	assert_false(canvas_equal(&a, &b));
	canvas_drop(&a);
	canvas_drop(&b);
}

static void plain_text_has_no_escapes_and_no_blanks_at_line_ends(void **state)
{
	struct canvas c = sheet(2, 8, false);
	struct text t = { 0 };

	(void)state;
	canvas_text(&c, 0, 0, STYLE_BAD, "a  ");
	canvas_restyle(&c, 1, 0, 8, STYLE_TITLE, 0);
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	assert_string_equal(text_str(&t), "a\n\n");
	text_drop(&t);
	canvas_drop(&c);
}

static void without_colours_bold_underline_and_reverse_stay(void **state)
{
	struct canvas c = sheet(1, 8, false);
	struct text t = { 0 };

	(void)state;
	canvas_put(&c, 0, 0, 'a', STYLE_PLAIN, MARK_BOLD);
	canvas_put(&c, 0, 1, 'b', STYLE_PLAIN, MARK_UNDERLINE);
	canvas_put(&c, 0, 2, ' ', STYLE_TITLE, 0);
	canvas_put(&c, 0, 3, 'c', STYLE_SCALE, 0);
	canvas_write_text(&c, COLORS_NONE, false, true, &t);
	assert_string_equal(text_str(&t), "\033[0;1ma\033[0;4mb\033[0;7m \033[0mc\n");
	text_drop(&t);
	canvas_drop(&c);
}

static void colours_are_written_for_the_depth_asked_for(void **state)
{
	static const struct { enum colors colors; const char *text; } cases[] = {
		{ COLORS_16, "\033[0;33mx\033[0m\n" },
		{ COLORS_256, "\033[0;38;5;214mx\033[0m\n" },
		{ COLORS_TRUE, "\033[0;38;2;255;175;0mx\033[0m\n" },	/* 214 = 16 + 36 * 5 + 6 * 3 + 0 of the cube 0 5f 87 af d7 ff */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct canvas c = sheet(1, 3, false);
		struct text t = { 0 };

		canvas_put(&c, 0, 0, 'x', STYLE_SCALE, 0);
		canvas_write_text(&c, cases[i].colors, false, false, &t);
		assert_string_equal(text_str(&t), cases[i].text);
		text_drop(&t);
		canvas_drop(&c);
	}
}

static void a_picture_is_text_and_escapes_what_svg_means(void **state)
{
	struct canvas c = sheet(2, 10, false);
	struct text t = { 0 };

	(void)state;
	canvas_text(&c, 0, 0, STYLE_PLAIN, "a<b & c>");
	canvas_text(&c, 1, 2, STYLE_TITLE, "▲ up");
	canvas_write_svg(&c, "x < y \033", true, &t);
	assert_non_null(strstr(text_str(&t), "<title>x &lt; y \\x1b</title>"));
	assert_non_null(strstr(text_str(&t), ">a&lt;b &amp; c&gt;</text>"));
	assert_non_null(strstr(text_str(&t), "x=\"27\" y=\"41\" textLength=\"36\" fill=\"#ffffff\">▲ up</text>"));
	assert_non_null(strstr(text_str(&t), "width=\"108\" height=\"54\""));
	text_drop(&t);
	canvas_drop(&c);
}

static void every_style_has_a_name_that_finds_it(void **state)
{
	enum style s;

	(void)state;
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_true(style_find(style_name((enum style)i), &s));
		assert_int_equal(s, i);
	}
	assert_string_equal(style_name(STYLE_FIELD1), "field1");
	assert_false(style_find("mauve", &s));
}

static void plain_text_keeps_the_terminals_own_colours(void **state)
{
	(void)state;
	for (int colors = COLORS_NONE; colors <= COLORS_TRUE; colors++)
		for (int light = 0; light < 2; light++) {
			struct look look = style_look(STYLE_PLAIN, 0, (enum colors)colors, light);

			assert_int_equal(look.fg, -1);
			assert_int_equal(look.bg, -1);
		}
}

static void without_colours_a_look_has_none(void **state)
{
	(void)state;
	for (int s = 0; s < STYLE_COUNT; s++) {
		struct look look = style_look((enum style)s, 200, COLORS_NONE, false);

		assert_int_equal(look.fg, -1);
		assert_int_equal(look.bg, -1);
		assert_false(look.dim);
	}
}

/* ---- colours as eyes see them ---- */

struct lab { double l, a, b; };

static double linear(double v)
{
	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double f(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* sRGB to CIE L*a*b* (D65), seen through a matrix on linear light: Viénot, Brettel and Mollon 1999 for protan and deutan eyes,
 * a projection of the S cone for tritan ones. */
static struct lab seen(int32_t color, const double m[3][3])
{
	double in[3] = { linear((color >> 16 & 255) / 255.0), linear((color >> 8 & 255) / 255.0), linear((color & 255) / 255.0) };
	double v[3], x, y, z;

	for (int i = 0; i < 3; i++)
		v[i] = fmin(1, fmax(0, m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2]));
	x = (0.4124 * v[0] + 0.3576 * v[1] + 0.1805 * v[2]) / 0.9505;
	y = 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
	z = (0.0193 * v[0] + 0.1192 * v[1] + 0.9505 * v[2]) / 1.089;
	return (struct lab){ 116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z)) };
}

static const double eyes[][3][3] = {
	{ { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	{ { 0.11238, 0.88762, 0 }, { 0.11238, 0.88762, 0 }, { 0.00401, -0.00401, 1 } },		/* protan */
	{ { 0.29275, 0.70725, 0 }, { 0.29275, 0.70725, 0 }, { -0.02234, 0.02234, 1 } },		/* deutan */
	{ { 1, 0.1273, -0.1273 }, { 0, 0.8739, 0.1261 }, { 0, 0.8739, 0.1261 } },		/* tritan */
};

static void colours_that_matter_together_stay_apart_for_all_eyes(void **state)
{
	static const enum style pairs[][2] = {
		{ STYLE_GOOD, STYLE_BAD }, { STYLE_CODE, STYLE_SCALE }, { STYLE_SCALE, STYLE_MIN }, { STYLE_CODE, STYLE_MIN },
		{ STYLE_SIGN, STYLE_INDEX }, { STYLE_CLIPPED, STYLE_CODE }, { STYLE_FIELD1, STYLE_FIELD2 }, { STYLE_FIELD2, STYLE_FIELD3 },
		{ STYLE_FIELD3, STYLE_FIELD4 }, { STYLE_FIELD4, STYLE_FIELD5 }, { STYLE_FIELD5, STYLE_FIELD6 },
		{ STYLE_FIELD6, STYLE_FIELD7 }, { STYLE_FIELD7, STYLE_FIELD8 }, { STYLE_FIELD1, STYLE_FIELD3 }, { STYLE_FIELD2, STYLE_FIELD4 },
		{ STYLE_WARN, STYLE_GOOD }, { STYLE_PADDING, STYLE_CODE },
	};

	(void)state;
	for (size_t eye = 0; eye < 4; eye++)
		for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++)
			for (int light = 0; light < 2; light++) {
				struct lab a = seen(style_look(pairs[p][0], 0, COLORS_TRUE, light).fg, eyes[eye]);
				struct lab b = seen(style_look(pairs[p][1], 0, COLORS_TRUE, light).fg, eyes[eye]);
				double apart = sqrt((a.l - b.l) * (a.l - b.l) + (a.a - b.a) * (a.a - b.a) + (a.b - b.b) * (a.b - b.b));

				if (apart < 18)
					print_message("# eye %zu: %s and %s are %.1f apart (light %d)\n", eye, style_name(pairs[p][0]),
						      style_name(pairs[p][1]), apart, light);
				assert_true(apart >= 18);
			}
}

/* At least 3 to 1 against the page, for all but what is meant to step back. */
static void colours_can_be_read_on_their_background(void **state)
{
	(void)state;
	for (int s = 0; s < STYLE_COUNT; s++)
		for (int light = 0; light < 2; light++) {
			int32_t fg = style_look((enum style)s, 128, COLORS_TRUE, light).fg;
			double y, page = light ? 1 : linear(0x1c / 255.0), ratio;

			if (fg < 0 || s == STYLE_PADDING || s == STYLE_HEAT)
				continue;
			y = 0.2126 * linear((fg >> 16 & 255) / 255.0) + 0.7152 * linear((fg >> 8 & 255) / 255.0) +
			    0.0722 * linear((fg & 255) / 255.0);
			ratio = y > page ? (y + 0.05) / (page + 0.05) : (page + 0.05) / (y + 0.05);
			if (ratio < 3)
				print_message("# %s: %.2f (light %d)\n", style_name((enum style)s), ratio, light);
			assert_true(ratio >= 3);
		}
}

static void heat_runs_from_blue_over_a_neutral_middle_to_orange(void **state)
{
	struct look low = style_look(STYLE_HEAT, 0, COLORS_TRUE, false), mid = style_look(STYLE_HEAT, 128, COLORS_TRUE, false);
	struct look high = style_look(STYLE_HEAT, 255, COLORS_TRUE, false);

	(void)state;
	assert_true((low.fg & 255) > (low.fg >> 16));
	assert_int_equal(mid.fg & 255, mid.fg >> 16);
	assert_true((high.fg & 255) < (high.fg >> 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing_outside_is_clipped_on_every_side),
		cmocka_unit_test(a_part_shares_the_cells_and_ends_where_the_whole_ends),
		cmocka_unit_test(an_empty_canvas_takes_everything_and_shows_nothing),
		cmocka_unit_test(wide_characters_take_two_columns_and_lose_both_halves_together),
		cmocka_unit_test(control_characters_and_broken_bytes_become_question_marks),
		cmocka_unit_test(an_ascii_canvas_holds_nothing_beyond_ascii),
		cmocka_unit_test(glyphs_have_their_own_ascii_form),
		cmocka_unit_test(a_bar_is_as_long_as_its_share_in_eighths),
		cmocka_unit_test(a_bar_to_the_left_ends_at_its_right_edge),
		cmocka_unit_test(a_column_stands_on_its_bottom_row),
		cmocka_unit_test(sparks_grow_with_their_share_in_both_glyph_sets),
		cmocka_unit_test(what_does_not_fit_ends_in_an_ellipsis),
		cmocka_unit_test(text_aligned_right_ends_before_its_column),
		cmocka_unit_test(canvases_are_equal_only_if_every_cell_is),
		cmocka_unit_test(plain_text_has_no_escapes_and_no_blanks_at_line_ends),
		cmocka_unit_test(without_colours_bold_underline_and_reverse_stay),
		cmocka_unit_test(colours_are_written_for_the_depth_asked_for),
		cmocka_unit_test(a_picture_is_text_and_escapes_what_svg_means),
		cmocka_unit_test(every_style_has_a_name_that_finds_it),
		cmocka_unit_test(plain_text_keeps_the_terminals_own_colours),
		cmocka_unit_test(without_colours_a_look_has_none),
		cmocka_unit_test(colours_that_matter_together_stay_apart_for_all_eyes),
		cmocka_unit_test(colours_can_be_read_on_their_background),
		cmocka_unit_test(heat_runs_from_blue_over_a_neutral_middle_to_orange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
