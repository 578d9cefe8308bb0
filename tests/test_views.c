/*
 * test_views.c - the stage, what views share, and the views line and bars.
 *
 * Expected pictures are those of interaction.md 3.1 and 9.2, typed in from there; the golden files hold the other sizes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/kernel.h"
#include "golden.h"
#include "views/axis.h"
#include "views/stage.h"

static struct session session;

/* ---- making values ---- */

static struct value *literal(const char *text, const char *label)
{
	struct outcome out = { 0 };

	assert_true(session_literal(text, strlen(text), &out, NULL));
	value_name(out.value, label);
	return out.value;
}

static struct value *four(void)
{
	return literal("[-1.2, -0.6, 0.2, 1.0]", "x");
}

static struct value *random_weights(size_t rows, size_t cols)
{
	const uint64_t seed = 42;
	struct random_options o = { .sigma = 0.02, .df = 4, .share = 0.001, .size = 16, .seed = &seed };
	struct outcome out = { 0 };

	assert_true(session_random(&session, "gauss", rows, cols, &o, &out, NULL));
	value_name(out.value, "w");
	return out.value;
}

static struct value *finish(bool ok, struct outcome *out)
{
	assert_true(ok);
	if (out->job)
		assert_true(job_run_here(out->job, &out->value, NULL));
	assert_non_null(out->value);
	return out->value;
}

/* Both take x over. */
static struct value *quantized(const char *codec, struct value *x)
{
	struct quantize_options o = { .pad = PAD_ZERO };
	struct outcome out = { 0 };
	struct value *q = finish(session_quantize(&session, codec_find(codec), x, &o, &out, NULL), &out);

	value_drop(x);
	return q;
}

static struct value *walked(const char *codec, struct value *x, size_t step)
{
	struct quantize_options o = { .pad = PAD_ZERO };
	struct outcome out = { 0 };
	struct value *t = finish(session_trace(&session, codec_find(codec), x, &o, 0, &out, NULL), &out);

	value_drop(x);
	assert_true(walk_go(&t->u.walk, step));
	return t;
}

/* ---- a stage with one scene ---- */

static struct stage shown(const char *view, struct value *v, const struct args *options)
{
	struct stage s;
	struct error err = { 0 };

	stage_init(&s, &session);
	if (!stage_show(&s, view ? view_find(view) : NULL, v, options, &err))
		fail_msg("%s", err.text);
	value_drop(v);
	return s;
}

/* Each key of a written form; the last answer is returned. */
static bool press(struct stage *s, const char *keys, struct text *said, struct text *typed)
{
	struct text drop = { 0 };
	struct error err = { 0 };
	struct key k;
	bool ok = false;

	for (size_t used; (used = key_parse(keys, &k)); keys += used)
		ok = stage_press(s, &k, said ? said : &drop, typed ? typed : &drop, &err);
	text_drop(&drop);
	return ok;
}

static char *drawn(struct stage *s, int cols, int rows, bool ascii)
{
	struct canvas c;
	struct text t = { 0 };

	assert_true(canvas_new(&c, rows, cols, ascii, NULL));
	stage_draw(s, &c);
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	canvas_drop(&c);
	return text_take(&t);
}

static void assert_drawn(struct stage *s, int cols, int rows, bool ascii, const char *expected)
{
	char *got = drawn(s, cols, rows, ascii);

	assert_string_equal(got, expected);
	free(got);
}

static bool drawn_contains(struct stage *s, int cols, int rows, const char *part)
{
	char *got = drawn(s, cols, rows, false);
	bool found = strstr(got, part) != NULL;

	free(got);
	return found;
}

static void assert_why(struct stage *s, const char *name, const char *expected)
{
	struct text t = { 0 };

	assert_true(stage_why(s, name, &t, NULL));
	assert_string_equal(text_str(&t), expected);
	text_drop(&t);
}

/* ---- the binding pictures ---- */

static const char step_4[] =
	" line   q4_0   x f32[4], 4 of the 32 weights in block 0         step 4/6  round\n"
	"\n"
	"  code      0   1   2   3   4   5   6   7   8   9  10  11  12  13  14  15\n"
	"            ┼───┼───┼───┼───┼───┼───┼───┼───┼───┼───┼───┼───┼───┼───┼───┼\n"
	"  value   -1.20           -0.60             0             0.60        1.05\n"
	"            ▲               ▲                    ▲                     ▲\n"
	"            x0              x1                   x2                    x3\n"
	"\n"
	"   i        x      x/d   + 8.5   floor   code      back     error\n"
	"   0   -1.2000   -8.000   0.500       0      0   -1.2002   -0.0002\n"
	"   1   -0.6000   -4.000   4.500       4      4   -0.6001   -0.0001\n"
	" ▸ 2   +0.2000    1.333   9.833       9      9   +0.1500   -0.0500\n"
	"   3   +1.0000    6.667  15.167      15     15   +1.0502   +0.0502\n";

static const char step_4_ascii[] =
	" line   q4_0   x f32[4], 4 of the 32 weights in block 0         step 4/6  round\n"
	"\n"
	"  code      0   1   2   3   4   5   6   7   8   9  10  11  12  13  14  15\n"
	"            +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+\n"
	"  value   -1.20           -0.60             0             0.60        1.05\n"
	"            ^               ^                    ^                     ^\n"
	"            x0              x1                   x2                    x3\n"
	"\n"
	"   i        x      x/d   + 8.5   floor   code      back     error\n"
	"   0   -1.2000   -8.000   0.500       0      0   -1.2002   -0.0002\n"
	"   1   -0.6000   -4.000   4.500       4      4   -0.6001   -0.0001\n"
	" > 2   +0.2000    1.333   9.833       9      9   +0.1500   -0.0500\n"
	"   3   +1.0000    6.667  15.167      15     15   +1.0502   +0.0502\n";

static void line_draws_step_4_of_q4_0_as_the_interaction_text_shows_it(void **state)
{
	struct stage s = shown(NULL, walked("q4_0", four(), 3), NULL);

	(void)state;
	press(&s, "jj", NULL, NULL);
	assert_drawn(&s, 80, 13, false, step_4);
	assert_drawn(&s, 80, 13, true, step_4_ascii);
	stage_drop(&s);
}

static void bars_draws_q4_0_as_the_interaction_text_shows_it(void **state)
{
	struct text t = { 0 };
	struct value *q = quantized("q4_0", four());

	(void)state;
	assert_true(view_text(&session, view_find("bars"), q, NULL, 80, 0, false, COLORS_NONE, false, &t, NULL));
	/* but for the cursor's mark */
	assert_string_equal(text_str(&t),
		" bars   q4_0   x f32[4]              █ weight  ▒ what comes back   -1.2 .. +1.2\n"
		" ▸x0  -1.2000 ████████████████████████████│\n"
		"      -1.2002 ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│                             -0.0002\n"
		"  x1  -0.6000               ██████████████│\n"
		"      -0.6001               ▒▒▒▒▒▒▒▒▒▒▒▒▒▒│                             -0.0001\n"
		"  x2  +0.2000                             │█████\n"
		"      +0.1500                             │▒▒▒▒                         -0.0500\n"
		"  x3  +1.0000                             │███████████████████████\n"
		"      +1.0502                             │▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒    +0.0502\n");
	text_drop(&t);
	value_drop(q);
}

/* ---- line ---- */

static void the_columns_of_line_are_those_of_the_step(void **state)
{
	static const char *const heads[] = {
		"   i        x       |x|\n", "   i        x      x/d\n", "   i        x      x/d\n",
		"   i        x      x/d   + 8.5   floor   code      back     error\n",
		"   i        x   code     bits   byte      back     error\n",
		"   i        x   code      back     error\n",
	};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct stage s = shown("line", walked("q4_0", four(), i), NULL);

		assert_true(drawn_contains(&s, 80, 13, heads[i]));
		stage_drop(&s);
	}
}

static void a_preview_is_dim_until_the_step_that_decodes(void **state)
{
	struct stage s = shown("line", walked("q4_0", four(), 3), NULL);
	struct canvas c;

	(void)state;
	assert_true(canvas_new(&c, 13, 80, false, NULL));
	stage_draw(&s, &c);
	assert_int_equal(c.cell[9 * c.stride + 55].style, STYLE_DIM);		/* the 2 of back -1.2002 */
	press(&s, "$", NULL, NULL);
	stage_draw(&s, &c);
	assert_int_equal(c.cell[9 * c.stride + 25].ch, '1');			/* back now stands beside code */
	for (int col = 24; col < 31; col++)
		assert_int_not_equal(c.cell[9 * c.stride + col].style, STYLE_DIM);
	canvas_drop(&c);
	stage_drop(&s);
}

static void weights_beyond_the_last_code_are_marked_as_clipped(void **state)
{
	struct args options = { 0 };
	struct value *x = literal("[-1.2, -0.6, 0.2, 1.0, 5]", "x");
	struct quantize_options o = { .codec = { .step = 0.15 } };
	struct outcome out = { 0 };
	struct value *q = finish(session_quantize(&session, codec_find("int4"), x, &o, &out, NULL), &out);
	struct stage s = shown("line", q, &options);
	char *picture = drawn(&s, 80, 24, false);

	(void)state;
	/* steps of 0.15 reach 7 x 0.15 = 1.05: 5 is far beyond, -1.2 one code */
	assert_non_null(strstr(picture, "   4   +5.0000   33.333      33      7!  +1.0500   -3.9500   clipped\n"));
	assert_non_null(strstr(picture, "            !"));
	free(picture);
	stage_drop(&s);
	value_drop(x);
}

static void padding_is_dim_pointed_and_counted(void **state)
{
	struct stage s = shown("line", walked("q4_0", four(), 3), NULL);
	struct canvas c;

	(void)state;
	assert_true(drawn_contains(&s, 80, 24, "4 of the 32 weights in block 0"));
	assert_true(drawn_contains(&s, 80, 24, " · 4         0    0.000   8.500       8      8         0\n"));
	assert_true(canvas_new(&c, 24, 80, false, NULL));
	stage_draw(&s, &c);
	assert_int_equal(c.cell[13 * c.stride + 3].ch, '4');
	assert_int_equal(c.cell[13 * c.stride + 3].style, STYLE_PADDING);
	canvas_drop(&c);
	stage_drop(&s);
}

/* 256 weights, 13 rows of body after title: 2 of the head, 5 of the axis and so on; the rest is counted. */
static void line_says_how_many_weights_it_does_not_show(void **state)
{
	struct stage s = shown("line", quantized("q4_K", random_weights(1, 256)), NULL);

	(void)state;
	assert_true(drawn_contains(&s, 80, 13, "    2  +0.03185  "));
	assert_true(drawn_contains(&s, 80, 13, "… 253 more\n"));
	press(&s, "G", NULL, NULL);
	assert_true(drawn_contains(&s, 80, 13, " ▸255 "));
	assert_false(drawn_contains(&s, 80, 13, "more"));
	stage_drop(&s);
}

static void line_shows_the_sub_block_of_its_cursor(void **state)
{
	struct stage s = shown("line", quantized("q4_K", random_weights(1, 512)), NULL);

	(void)state;
	assert_true(drawn_contains(&s, 80, 24, "w f32[512], sub-block 0 of block 0 "));
	for (int i = 0; i < 32; i++)
		press(&s, "<Down>", NULL, NULL);
	assert_true(drawn_contains(&s, 80, 24, "w f32[512], sub-block 1 of block 0 "));
	press(&s, "]", NULL, NULL);
	assert_true(drawn_contains(&s, 80, 24, "w f32[512], sub-block 1 of block 1 "));
	stage_drop(&s);
}

static void zoom_shows_fewer_codes_around_the_cursor(void **state)
{
	struct stage s = shown("line", quantized("q4_0", four()), NULL);

	(void)state;
	press(&s, "G+", NULL, NULL);		/* the last one is padding, which is 0: code 8 */
	assert_true(drawn_contains(&s, 80, 13, "zoom 2"));
	assert_true(drawn_contains(&s, 80, 13, "◂┼───────┼"));
	assert_true(drawn_contains(&s, 80, 13, "┼▸\n"));
	press(&s, "g", NULL, NULL);
	assert_true(drawn_contains(&s, 80, 13, "  code      0       1       2       3"));
	press(&s, "--", NULL, NULL);
	assert_true(drawn_contains(&s, 80, 13, "4.5 b/w"));
	stage_drop(&s);
}

static void line_quantizes_plain_weights_when_given_a_codec(void **state)
{
	struct args options = { 0 };
	struct stage s;

	(void)state;
	assert_true(args_set_text(&options, "codec", "int4", NULL));
	assert_true(args_set_text(&options, "codes", "-7,7", NULL));
	s = shown("line", four(), &options);
	assert_true(drawn_contains(&s, 80, 13, " line   int4 codes -7..7   x f32[4]"));
	/* 1.2 / 7 = 0.171429; -0.6 is a tie at -3.5 and goes to the even -4 */
	assert_true(drawn_contains(&s, 80, 13, "   1   -0.6000   -3.500      -4     -4   -0.6857   -0.0857   tie\n"));
	assert_why(&s, "code[1]", "code[1] = round(-0.6 / 0.171429) = round(-3.5) = -4   TIE\n");
	stage_drop(&s);
	args_drop(&options);
}

static void line_hides_what_a_lesson_asks_for(void **state)
{
	struct args options = { 0 };
	struct text why = { 0 };
	struct error err = { 0 };
	struct stage s;

	(void)state;
	assert_true(args_set_text(&options, "codec", "int4", NULL));
	assert_true(args_set_text(&options, "hide", "step", NULL));
	s = shown("line", four(), &options);
	assert_true(drawn_contains(&s, 80, 13, "  code     -7  -6  -5"));
	assert_true(drawn_contains(&s, 80, 13, "  value     ?"));
	assert_false(drawn_contains(&s, 80, 13, "1.20"));
	assert_true(drawn_contains(&s, 80, 13, "One step is hidden (?). It appears when the question is answered."));
	assert_false(stage_why(&s, NULL, &why, &err));
	assert_string_equal(err.text, "that is hidden until the question is answered");
	stage_drop(&s);
	assert_true(args_set_text(&options, "hide", "error", NULL));
	s = shown("line", four(), &options);
	assert_true(drawn_contains(&s, 80, 13, "code\n"));
	assert_false(drawn_contains(&s, 80, 13, "back"));
	stage_drop(&s);
	args_drop(&options);
}

static void a_plain_tensor_is_a_number_line_without_codes(void **state)
{
	struct stage s = shown("line", literal("[1, 2; 3, nan]", "m"), NULL);

	(void)state;
	assert_true(drawn_contains(&s, 60, 12, " line   m f32[2, 2], row 0 of 2"));
	press(&s, "]j", NULL, NULL);
	assert_true(drawn_contains(&s, 60, 12, " line   m f32[2, 2], row 1 of 2"));
	assert_true(drawn_contains(&s, 60, 12, " ▸ 1       nan\n"));
	stage_drop(&s);
}

/* As from a file: nothing is known of the weights before. */
static void blocks_without_their_source_show_codes_and_what_they_stand_for(void **state)
{
	struct value *q = quantized("q4_0", four()), *blocks = value_tensor(tensor_hold(&q->u.quantized.blocks), NULL);
	struct stage s, bars;

	(void)state;
	value_name(blocks, "blk.0");
	s = shown(NULL, value_hold(blocks), NULL);
	assert_string_equal(stage_front(&s)->view->name, "line");
	assert_true(drawn_contains(&s, 80, 13, " line   q4_0   blk.0 q4_0[32]  "));
	assert_true(drawn_contains(&s, 80, 13, "   i  code      back\n ▸ 0      0   -1.2002\n"));
	assert_why(&s, "back[0]", "back[0] = (0 - 8) x 0.150024 = -1.2002\n");
	bars = shown("bars", blocks, NULL);
	assert_true(drawn_contains(&bars, 80, 40, " ▸x0  -1.2002 █"));
	value_drop(q);
	stage_drop(&s);
	stage_drop(&bars);
}

static void numbers_stored_one_at_a_time_show_a_row_and_say_why(void **state)
{
	struct stage s = shown("line", quantized("f16", four()), NULL);
	struct text t = { 0 };

	(void)state;
	assert_true(drawn_contains(&s, 80, 13, "   i        x      back     error\n ▸ 0   -1.2000   -1.2002   -0.0002\n"));
	/* -1.2 lies between halves 2^-10 apart: the nearest is -1229/1024 = -1.2001953125 */
	assert_true(stage_why(&s, "nearest", &t, NULL));
	assert_non_null(strstr(text_str(&t), "-1.2002"));
	text_drop(&t);
	stage_drop(&s);
}

/* A made-up format with uneven codes: ticks stand at their true places. */
static size_t uneven_levels(const struct codec *c, const unsigned char *block, size_t len, size_t sub, int *code, float *value, size_t max)
{
	static const float values[] = { 4, -4, -1, 0, 1 };

	(void)c, (void)block, (void)len, (void)sub;
	assert_true(max >= 5);
	for (int i = 0; i < 5; i++) {
		code[i] = i;
		value[i] = values[i];
	}
	return 5;
}

static void uneven_codes_stand_at_their_true_places(void **state)
{
	const struct codec c = { .name = "uneven", .levels = uneven_levels };
	struct canvas sheet;
	struct text t = { 0 };
	struct axis a;

	(void)state;
	axis_levels(&a, &c, NULL, 5, 0);
	assert_int_equal(a.n, 5);
	assert_int_equal(a.code[0], 1);		/* sorted by value: -4 first */
	assert_int_equal(a.code[4], 0);
	axis_fit(&a, 12 + 80 + 4, 12, 1, 0);	/* 80 columns for 8 units */
	assert_int_equal(a.span, 80);
	assert_true(canvas_new(&sheet, 3, 100, true, NULL));
	axis_draw_codes(&a, &sheet, 0, SIZE_MAX, false);
	axis_draw_ticks(&a, &sheet, 1, SIZE_MAX);
	axis_draw_values(&a, &sheet, 2, SIZE_MAX, false);
	canvas_write_text(&sheet, COLORS_NONE, false, false, &t);
	assert_string_equal(text_str(&t),
		"  code      1                             2         3         4                             0\n"
		"            +-----------------------------+---------+---------+-----------------------------+\n"
		"  value   -4.0                                      0                                      4.0\n");
	text_drop(&t);
	canvas_drop(&sheet);
}

/* A scale that came out infinite makes levels that are no number: the place is any, but on the axis. */
static void a_level_that_is_no_number_stays_on_the_axis(void **state)
{
	struct axis a = { .lo = -INFINITY, .hi = INFINITY, .left = 3, .span = 40 };
	const float levels[] = { 0, NAN, INFINITY, -INFINITY, 1e38f };
	int outside;

	(void)state;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		assert_in_range(axis_col(&a, (double)levels[i], &outside), 3, 43);
}

/* ---- bars ---- */

static void bars_scales_each_weight_to_its_own_size_with_rel(void **state)
{
	struct stage s = shown("bars", quantized("q4_0", four()), NULL);

	(void)state;
	press(&s, "r", NULL, NULL);
	assert_true(drawn_contains(&s, 80, 13, "each to its own size"));
	/* 0.150024 of 0.2 is 75 %: 21 of 28 columns */
	assert_true(drawn_contains(&s, 80, 13, "      +0.1500                             │▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒        -25.0 %\n"));
	stage_drop(&s);
}

static void more_weights_than_lines_stand_upright_in_sixteens(void **state)
{
	struct stage s = shown("bars", quantized("q4_K", random_weights(1, 256)), NULL);

	(void)state;
	assert_true(drawn_contains(&s, 80, 13, " ▸ x0  -0.01788   back -0.01556   error +0.00232                     … 192 more\n"));
	assert_true(drawn_contains(&s, 80, 13, "          ▲                16               32               48\n"));
	press(&s, "G", NULL, NULL);
	assert_true(drawn_contains(&s, 80, 13, " ▸ x255 "));
	assert_true(drawn_contains(&s, 80, 13, "          192              208              224              240"));
	stage_drop(&s);
}

/* ---- what views share ---- */

static void the_usual_view_of_a_value_fits_it(void **state)
{
	struct value *q = quantized("q4_0", four()), *walk = walked("q4_0", four(), 3), *k = quantized("q4_K", random_weights(1, 256));
	const char *names[16];

	(void)state;
	assert_ptr_equal(view_default(q), view_find("line"));
	assert_ptr_equal(view_default(walk), view_find("line"));
	if (view_find("tree"))
		assert_ptr_equal(view_default(k), view_find("tree"));
	for (size_t n = view_names_for(q, names, 16), i = 0; i < n; i++)
		assert_true(view_fits(view_find(names[i]), q));
	assert_null(view_find("no such view"));
	value_drop(q);
	value_drop(walk);
	value_drop(k);
}

static bool picked(struct value *v, const char *name, double n, size_t *block, struct error *err)
{
	struct args options = { 0 };
	bool ok;

	assert_true(args_set_number(&options, name, n, NULL));
	ok = view_pick_block(v, &options, block, err);
	args_drop(&options);
	return ok;
}

static void blocks_are_picked_by_number_row_and_loss(void **state)
{
	struct value *q = quantized("q4_0", literal("[0..31; 0..30, 400; 0..30, 900]", "m"));
	struct error err = { 0 };
	size_t block;

	(void)state;
	assert_true(view_pick_block(q, NULL, &block, NULL));
	assert_int_equal(block, 0);
	assert_true(picked(q, "block", 2, &block, NULL));
	assert_int_equal(block, 2);
	assert_true(picked(q, "row", 1, &block, NULL));
	assert_int_equal(block, 1);
	/* A larger peak makes a larger step for the same small weights: row 2 loses most, then 1, then 0. */
	assert_true(picked(q, "worst", 1, &block, NULL));
	assert_int_equal(block, 2);
	assert_true(picked(q, "worst", 3, &block, NULL));
	assert_int_equal(block, 0);
	assert_false(picked(q, "block", 3, &block, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_string_equal(err.text, "no block 3: there are 3");
	assert_string_equal(err.hint, "blocks count from 0 to 2");
	assert_false(picked(q, "worst", 4, &block, &err));
	value_drop(q);
}

static void why_names_what_there_is_when_asked_for_something_else(void **state)
{
	struct stage s = shown("line", quantized("q4_0", four()), NULL);
	struct error err = { 0 };
	struct text t = { 0 };

	(void)state;
	assert_false(stage_why(&s, "sc[3]", &t, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_non_null(strstr(err.hint, "code[0..31]"));
	text_drop(&t);
	stage_drop(&s);
}

static void the_stage_without_a_scene_says_what_to_do(void **state)
{
	struct stage s;
	struct error err = { 0 };
	struct text t = { 0 };
	bool moved;

	(void)state;
	stage_init(&s, &session);
	assert_false(stage_why(&s, NULL, &t, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_false(stage_move(&s, MOVE_NEXT, 1, &moved, &t, &err));
	assert_string_equal(err.text, "nothing is being stepped");
	assert_false(stage_turn(&s, 1));
	assert_false(stage_past(&s, -1));
	text_drop(&t);
	stage_drop(&s);
}

/* ---- walking ---- */

static void assert_says(struct stage *s, enum move m, size_t n, bool moves, const char *expected)
{
	struct text t = { 0 };
	bool moved;

	assert_true(stage_move(s, m, n, &moved, &t, NULL));
	assert_string_equal(text_str(&t), expected);
	assert_int_equal(moved, moves);
	text_drop(&t);
}

static void steps_go_forward_back_and_stop_at_the_ends(void **state)
{
	struct stage s = shown("line", walked("q4_0", four(), 0), NULL);

	(void)state;
	assert_says(&s, MOVE_NEXT, 3, true, "step 4/6  round: code = floor(x/d + 8.5), kept within 0..15");
	assert_says(&s, MOVE_BACK, 3, true, "step 1/6  find the weight furthest from zero: x[0] = -1.2");
	assert_says(&s, MOVE_BACK, 1, false, "first step");
	assert_says(&s, MOVE_LAST, 0, true, "step 6/6  decode and compare: rmse 0.0354074, largest error 0.0501709 at x[3]");
	assert_says(&s, MOVE_NEXT, 1, false, "last step");
	assert_string_equal(s.message, "last step");
	assert_says(&s, MOVE_GO, 1, true, "step 2/6  step size: d = -1.2 / -8 = 0.15");
	assert_says(&s, MOVE_NEXT, 1000000, true, "step 6/6  decode and compare: rmse 0.0354074, largest error 0.0501709 at x[3]");
	assert_says(&s, MOVE_FIRST, 0, true, "step 1/6  find the weight furthest from zero: x[0] = -1.2");
	stage_drop(&s);
}

static void a_step_is_found_by_its_name(void **state)
{
	struct stage s = shown("line", walked("q4_0", four(), 0), NULL);
	struct text t = { 0 };
	struct error err = { 0 };
	bool moved;

	(void)state;
	assert_true(stage_go_name(&s, "half", &t, NULL));
	assert_string_equal(text_str(&t), "step 3/6  round the step to 16 bits: d = 0.150024");
	assert_false(stage_go_name(&s, "bake", &t, &err));
	assert_string_equal(err.hint, "the steps are: find scale half round pack decode");
	assert_false(stage_move(&s, MOVE_GO, 6, &moved, &t, &err));
	assert_string_equal(err.text, "no step 7: there are 6");
	text_drop(&t);
	stage_drop(&s);
}

static void why_tells_what_was_known_at_the_step(void **state)
{
	struct stage s = shown("line", walked("q4_0", four(), 1), NULL);

	(void)state;
	assert_why(&s, "d", "d = -1.2 / -8 = 0.15\n");
	press(&s, "n", NULL, NULL);
	assert_why(&s, "d", "d = 0.15 rounded to 16 bits = 0.150024 (f16 0x30cd)\n");
	press(&s, "njjj", NULL, NULL);
	assert_why(&s, "code[3]", "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15\n");
	assert_why(&s, NULL, "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15\n");
	stage_drop(&s);
}

static void the_walk_keys_step_and_turn_blocks(void **state)
{
	struct stage s = shown("line", walked("q4_0", literal("[0..31, 1..32]", "x"), 0), NULL);
	struct text said = { 0 };
	const struct walk *w = &stage_walk(&s)->u.walk;

	(void)state;
	assert_true(press(&s, "n<Space>n", &said, NULL));
	assert_int_equal(w->at, 3);
	assert_true(press(&s, "b<Backspace>", NULL, NULL));
	assert_int_equal(w->at, 1);
	press(&s, "$", NULL, NULL);
	assert_int_equal(w->at, w->trace.steps - 1);
	press(&s, "0", NULL, NULL);
	assert_int_equal(w->at, 0);
	press(&s, "n]", NULL, NULL);
	assert_int_equal(w->trace.block, 1);
	assert_int_equal(w->at, 1);			/* the step stays */
	press(&s, "]", NULL, NULL);
	assert_string_equal(s.message, "last block");
	press(&s, "B", NULL, NULL);
	assert_int_equal(w->trace.block, 0);
	assert_int_equal(w->at, 0);			/* from its first step */
	press(&s, "N", NULL, NULL);
	assert_int_equal(w->trace.block, 1);
	assert_true(drawn_contains(&s, 80, 13, "block 1 of 2"));
	text_drop(&said);
	stage_drop(&s);
}

/* The step `pack` is seen best in `block`, unless the user chose a view. */
static void the_pane_follows_the_steps_unless_a_view_was_chosen(void **state)
{
	struct stage follows = shown(NULL, walked("q4_0", four(), 3), NULL), chosen = shown("line", walked("q4_0", four(), 3), NULL);
	const struct view *block = view_find("block");

	(void)state;
	press(&follows, "jn", NULL, NULL);
	press(&chosen, "n", NULL, NULL);
	assert_string_equal(stage_front(&chosen)->view->name, "line");
	assert_string_equal(stage_front(&follows)->view->name, block && block->fits & FITS(TRACE) ? "block" : "line");
	press(&follows, "b", NULL, NULL);
	assert_string_equal(stage_front(&follows)->view->name, "line");
	assert_int_equal(follows.n, 1);
	stage_drop(&follows);
	stage_drop(&chosen);
}

static void playing_stops_at_any_key_and_changes_its_speed_with_plus_and_minus(void **state)
{
	struct stage s = shown("line", walked("q4_0", four(), 0), NULL);

	(void)state;
	assert_true(s.play_seconds == 0.8);
	press(&s, "p", NULL, NULL);
	assert_true(s.playing);
	press(&s, "+", NULL, NULL);
	assert_true(s.playing && s.play_seconds < 0.8);
	press(&s, "--", NULL, NULL);
	assert_true(s.playing && s.play_seconds > 0.8);
	press(&s, "n", NULL, NULL);
	assert_false(s.playing);
	assert_int_equal(stage_walk(&s)->u.walk.at, 0);
	stage_drop(&s);
}

/* ---- history and views ---- */

static void views_turn_in_the_order_of_the_table_and_come_back(void **state)
{
	struct stage s = shown("line", quantized("q4_0", four()), NULL);

	(void)state;
	press(&s, "jj", NULL, NULL);
	press(&s, "v", NULL, NULL);
	assert_string_equal(stage_front(&s)->view->name, "bars");
	assert_true(drawn_contains(&s, 80, 13, " ▸x2"));		/* the same weight is marked */
	press(&s, "j", NULL, NULL);
	press(&s, "V", NULL, NULL);
	assert_string_equal(stage_front(&s)->view->name, "line");
	assert_true(drawn_contains(&s, 80, 13, " ▸ 3 "));
	assert_true(stage_past(&s, -1));
	assert_string_equal(stage_front(&s)->view->name, "bars");
	assert_true(stage_past(&s, -1));
	assert_false(stage_past(&s, -1));
	assert_true(stage_past(&s, 2));
	assert_false(stage_past(&s, 1));
	stage_drop(&s);
}

static void a_view_shown_again_remembers_its_cursor(void **state)
{
	struct value *q = quantized("q4_0", four()), *other = four();
	struct stage s = shown("line", value_hold(q), NULL);

	(void)state;
	press(&s, "jjj", NULL, NULL);
	assert_true(stage_show(&s, view_find("line"), other, NULL, NULL));
	assert_true(stage_show(&s, view_find("line"), q, NULL, NULL));
	assert_true(drawn_contains(&s, 80, 13, " ▸ 3 "));
	value_drop(other);
	value_drop(q);
	stage_drop(&s);
}

static void the_history_forgets_its_oldest_scene_and_stays_whole(void **state)
{
	struct value *x = four();
	struct stage s = shown("line", value_hold(x), NULL);

	(void)state;
	for (int i = 0; i < 2 * SCENES_MAX; i++)
		assert_true(stage_show(&s, view_find(i % 2 ? "line" : "bars"), x, NULL, NULL));
	assert_int_equal(s.n, SCENES_MAX);
	assert_int_equal(s.at, SCENES_MAX - 1);
	while (stage_past(&s, -1))
		;
	assert_int_equal(s.at, 0);
	assert_true(stage_show(&s, view_find("bars"), x, NULL, NULL));
	assert_int_equal(s.n, 2);			/* what lay ahead is gone */
	value_drop(x);
	stage_drop(&s);
}

static void enter_opens_and_u_goes_up_again(void **state)
{
	struct stage s = shown("bars", quantized("q4_0", four()), NULL);
	struct text said = { 0 }, typed = { 0 };
	struct error err = { 0 };
	struct key up = { .code = KEY_CHAR, .ch = 'u' };

	(void)state;
	press(&s, "jj<Enter>", NULL, NULL);
	assert_string_equal(stage_front(&s)->view->name, "line");
	assert_true(drawn_contains(&s, 80, 13, " ▸ 2 "));
	assert_true(stage_press(&s, &up, &said, &typed, &err));
	assert_string_equal(stage_front(&s)->view->name, "bars");
	assert_false(stage_press(&s, &up, &said, &typed, &err));	/* from the top: to the prompt, which is no error */
	assert_int_equal(err.class, ERR_NONE);
	assert_string_equal(s.message, "");
	text_drop(&said);
	text_drop(&typed);
	stage_drop(&s);
}

static void a_view_that_does_not_fit_is_refused_with_those_that_do(void **state)
{
	struct value *n = value_number(3, NULL);
	struct stage s;
	struct error err = { 0 };

	(void)state;
	stage_init(&s, &session);
	assert_false(stage_show(&s, view_find("line"), n, NULL, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_string_equal(err.text, "line does not show a number");
	assert_int_equal(s.n, 0);
	value_drop(n);
	stage_drop(&s);
}

/* ---- keys ---- */

static void an_unknown_key_is_answered_with_a_sentence(void **state)
{
	struct stage s = shown("line", quantized("q4_0", four()), NULL);

	(void)state;
	assert_false(press(&s, "Z", NULL, NULL));
	assert_string_equal(s.message, "no key 'Z' here - ? lists them, : types a command");
	assert_true(press(&s, "j", NULL, NULL));
	assert_string_equal(s.message, "");
	assert_false(press(&s, "n", NULL, NULL));
	assert_string_equal(s.message, "nothing is being stepped:  step q4_0 x  begins");
	stage_drop(&s);
}

/* The bar names Enter; int4 tries one scale only, so there is nothing that it could open. */
static void a_key_of_the_view_that_finds_nothing_to_do_is_not_called_unknown(void **state)
{
	struct stage s = shown("scales", quantized("int4", four()), NULL);

	(void)state;
	assert_false(press(&s, "<Enter>", NULL, NULL));
	assert_string_equal(s.message, "nothing here for <Enter> (codes) - ? lists keys, v shows another view");
	stage_drop(&s);
}

static void the_key_card_lists_what_is_in_force_and_any_key_closes_it(void **state)
{
	struct stage walk = shown("line", walked("q4_0", four(), 3), NULL), still = shown("line", quantized("q4_0", four()), NULL);

	(void)state;
	press(&walk, "?", NULL, NULL);
	press(&still, "?", NULL, NULL);
	assert_true(drawn_contains(&walk, 80, 24, "next step"));
	assert_false(drawn_contains(&still, 80, 24, "next step"));
	assert_true(drawn_contains(&still, 120, 40, "fewer, more codes on the line"));
	press(&walk, "n", NULL, NULL);
	assert_int_equal(stage_walk(&walk)->u.walk.at, 3);	/* the key only closed it */
	assert_false(drawn_contains(&walk, 80, 24, "next step"));
	stage_drop(&walk);
	stage_drop(&still);
}

static void t_writes_the_view_as_text_and_y_copies_the_weight(void **state)
{
	struct stage s = shown("bars", quantized("q4_0", four()), NULL);
	struct text said = { 0 }, typed = { 0 };

	(void)state;
	press(&s, "jt", &said, NULL);
	assert_non_null(strstr(text_str(&said), " bars   q4_0   x f32[4]"));
	assert_null(strstr(text_str(&said), " \n"));
	press(&s, "y", NULL, &typed);
	assert_string_equal(text_str(&typed), "-0.6");
	text_drop(&said);
	text_drop(&typed);
	stage_drop(&s);
}

static void a_click_moves_the_cursor_and_a_second_one_opens(void **state)
{
	struct stage s = shown("bars", quantized("q4_0", four()), NULL);
	struct text said = { 0 }, typed = { 0 };
	char *picture = drawn(&s, 80, 13, false);

	(void)state;
	free(picture);
	assert_true(stage_click(&s, 6, 20, false, &said, &typed, NULL));	/* the second line of x2 */
	assert_true(drawn_contains(&s, 80, 13, " ▸x2"));
	assert_true(stage_click(&s, 6, 20, true, &said, &typed, NULL));
	assert_string_equal(stage_front(&s)->view->name, "line");
	assert_false(stage_click(&s, 0, 3, false, &said, &typed, NULL));	/* the title */
	text_drop(&said);
	text_drop(&typed);
	stage_drop(&s);
}

static void the_bar_names_the_keys_of_a_walk(void **state)
{
	static const char *const expected[] = { "F8 next", "F7 back", "F5 play", "F4 why", "F6 pane", "F1 help" };
	struct stage s = shown("line", walked("q4_0", four(), 0), NULL);
	struct hint hint[24];
	struct text facts = { 0 };

	(void)state;
	assert_int_equal(stage_hints(&s, false, hint, 24), 6);
	for (size_t i = 0; i < 6; i++) {
		char both[64];

		snprintf(both, sizeof both, "%s %s", hint[i].key, hint[i].label);
		assert_string_equal(both, expected[i]);
	}
	assert_true(stage_hints(&s, true, hint, 24) > 6);
	assert_string_equal(hint[0].key, "n");
	assert_string_equal(hint[3].key, "↑↓");
	assert_int_equal(stage_hints(&s, true, hint, 3), 3);
	stage_facts(&s, &facts);
	assert_string_equal(text_str(&facts), "4.5 b/w");
	text_drop(&facts);
	stage_drop(&s);
}

/* ---- the start card ---- */

static void the_start_card_puts_its_lines_into_the_input_line(void **state)
{
	struct stage s;
	struct text typed = { 0 }, said = { 0 };
	char *picture;

	(void)state;
	stage_init(&s, &session);
	press(&s, "<Down><Enter>", NULL, &typed);
	assert_string_equal(text_str(&typed), "quantize int4 [-1.2, -0.6, 0.2, 1.0]");
	text_clear(&typed);
	picture = drawn(&s, 80, 13, false);
	assert_non_null(strstr(picture, "\n ▸ quantize int4"));
	free(picture);
	assert_true(stage_click(&s, 8, 5, false, &said, &typed, NULL));		/* title, picture of 7, then the lines */
	assert_string_equal(text_str(&typed), "lesson walkie");
	assert_false(press(&s, "n", NULL, NULL));
	text_drop(&typed);
	text_drop(&said);
	stage_drop(&s);
}

/* From 30 x 6 up every row count shows all five lines. */
static void the_start_card_always_shows_its_lines(void **state)
{
	static const char *const lines[] = { "lesson walkie", "quantize int4", "step q4_0", "tree q4_K", "codecs" };
	struct stage s;

	(void)state;
	stage_init(&s, &session);
	for (int rows = 6; rows < 40; rows++)
		for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
			assert_true(drawn_contains(&s, 30, rows, lines[i]));
	stage_drop(&s);
}

static void files_opened_before_stand_on_the_start_card(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, &session);
	snprintf(s.start.recent[0], sizeof s.start.recent[0], "open tiny.gguf");
	assert_true(drawn_contains(&s, 80, 24, "   open tiny.gguf"));
	assert_true(drawn_contains(&s, 80, 24, "opened before"));
	stage_drop(&s);
}

/* ---- text, SVG, data ---- */

static void the_text_form_names_view_subject_and_options_first(void **state)
{
	struct args options = { 0 };
	struct text t = { 0 };
	struct value *x = four();

	(void)state;
	assert_true(args_set_text(&options, "codec", "int4", NULL));
	assert_true(args_set_text(&options, "labels", "value", NULL));
	assert_true(view_text(&session, view_find("line"), x, &options, 80, 0, false, COLORS_NONE, false, &t, NULL));
	assert_int_equal(strncmp(text_str(&t), " line   int4 codes -7..7   x f32[4]   labels=value  ", 50), 0);
	assert_null(strstr(text_str(&t), " \n"));
	assert_null(strstr(text_str(&t), "\n  code "));
	text_clear(&t);
	assert_true(view_text(&session, view_find("line"), x, &options, 80, 6, true, COLORS_NONE, false, &t, NULL));
	assert_int_equal(strchr(text_str(&t), '\n') - text_str(&t) < 80, 1);
	text_drop(&t);
	args_drop(&options);
	value_drop(x);
}

static void a_view_is_a_picture_of_real_text(void **state)
{
	struct text t = { 0 };
	struct value *q = quantized("q4_0", four());

	(void)state;
	assert_true(view_svg(&session, view_find("line"), q, NULL, 80, 0, false, &t, NULL));
	assert_non_null(strstr(text_str(&t), "<title>line x f32[4]</title>"));
	assert_non_null(strstr(text_str(&t), ">-1.2002"));
	assert_non_null(strstr(text_str(&t), "</svg>\n"));
	text_drop(&t);
	value_drop(q);
}

static void the_data_of_line_are_its_numbers(void **state)
{
	struct stage s = shown("line", quantized("q4_0", four()), NULL);
	struct table *t = stage_front(&s)->view->data(stage_front(&s)->state, NULL);

	(void)state;
	assert_non_null(t);
	assert_int_equal(t->rows, 4);		/* padding takes no part */
	assert_int_equal(table_at(t, 3, table_column(t, "code"))->integer, 15);
	assert_true(fabs(table_at(t, 2, table_column(t, "error"))->number - -0.049976) < 1e-6);
	table_drop(t);
	stage_drop(&s);
}

/* Nothing may be written outside, nor anything go wrong, at any size. */
static void every_size_can_be_drawn(void **state)
{
	static const char *const views_[] = { "line", "bars" };

	(void)state;
	for (size_t v = 0; v < 2; v++)
		for (int k = 0; k < 4; k++) {
			struct value *value = k == 0 ? four() : k == 1 ? walked("q4_0", four(), 3) :
					      k == 2 ? quantized("q4_K", random_weights(2, 512)) : quantized("f16", four());
			struct stage s = shown(views_[v], value, NULL);

			for (int rows = 0; rows < 30; rows += 1 + rows / 8)
				for (int cols = 0; cols < 130; cols += 1 + cols / 8)
					free(drawn(&s, cols, rows, cols % 2));
			press(&s, "?", NULL, NULL);
			for (int rows = 0; rows < 30; rows++)
				free(drawn(&s, 10 + 4 * rows, rows, false));
			stage_drop(&s);
		}
}

/* ---- golden pictures ---- */

struct scene_of { const char *view, *codec; size_t step; const char *keys; };	/* step 0: not a walk, else from 1 */

static bool draw_scene(const void *arg, struct canvas *c, struct error *err)
{
	const struct scene_of *of = arg;
	struct stage s;
	struct value *v = !strcmp(of->codec, "q4_K") ? random_weights(2, 512) : four();

	stage_init(&s, &session);
	if (of->view) {
		v = *of->codec == '-' ? v : of->step ? walked(of->codec, v, of->step - 1) : quantized(of->codec, v);
		if (!stage_show(&s, view_find(of->view), v, NULL, err))
			return false;
	}
	press(&s, of->keys, NULL, NULL);
	stage_draw(&s, c);
	stage_drop(&s);
	value_drop(v);
	return true;
}

static const struct { const char *name; struct scene_of of; } pictures[] = {
	{ "start", { NULL, "", 0, "j" } },
	{ "card", { "line", "q4_0", 4, "?" } },
	{ "line-find", { "line", "q4_0", 1, "" } },
	{ "line-round", { "line", "q4_0", 4, "jj" } },
	{ "line-uint4", { "line", "uint4", 0, "j" } },
	{ "line-q4_K", { "line", "q4_K", 0, "]<PgDn>" } },
	{ "line-q4_K-search", { "line", "q4_K", 1, "jjjj" } },
	{ "line-plain", { "line", "-", 0, "" } },
	{ "bars-q4_0", { "bars", "q4_0", 0, "jj" } },
	{ "bars-q4_K", { "bars", "q4_K", 0, "jj" } },
};

#define T(f) cmocka_unit_test(f)

static const struct CMUnitTest plain[] = {
	T(line_draws_step_4_of_q4_0_as_the_interaction_text_shows_it),
	T(bars_draws_q4_0_as_the_interaction_text_shows_it),
	T(the_columns_of_line_are_those_of_the_step),
	T(a_preview_is_dim_until_the_step_that_decodes),
	T(weights_beyond_the_last_code_are_marked_as_clipped),
	T(padding_is_dim_pointed_and_counted),
	T(line_says_how_many_weights_it_does_not_show),
	T(line_shows_the_sub_block_of_its_cursor),
	T(zoom_shows_fewer_codes_around_the_cursor),
	T(line_quantizes_plain_weights_when_given_a_codec),
	T(line_hides_what_a_lesson_asks_for),
	T(a_plain_tensor_is_a_number_line_without_codes),
	T(blocks_without_their_source_show_codes_and_what_they_stand_for),
	T(numbers_stored_one_at_a_time_show_a_row_and_say_why),
	T(uneven_codes_stand_at_their_true_places),
	T(a_level_that_is_no_number_stays_on_the_axis),
	T(bars_scales_each_weight_to_its_own_size_with_rel),
	T(more_weights_than_lines_stand_upright_in_sixteens),
	T(the_usual_view_of_a_value_fits_it),
	T(blocks_are_picked_by_number_row_and_loss),
	T(why_names_what_there_is_when_asked_for_something_else),
	T(the_stage_without_a_scene_says_what_to_do),
	T(steps_go_forward_back_and_stop_at_the_ends),
	T(a_step_is_found_by_its_name),
	T(why_tells_what_was_known_at_the_step),
	T(the_walk_keys_step_and_turn_blocks),
	T(the_pane_follows_the_steps_unless_a_view_was_chosen),
	T(playing_stops_at_any_key_and_changes_its_speed_with_plus_and_minus),
	T(views_turn_in_the_order_of_the_table_and_come_back),
	T(a_view_shown_again_remembers_its_cursor),
	T(the_history_forgets_its_oldest_scene_and_stays_whole),
	T(enter_opens_and_u_goes_up_again),
	T(a_view_that_does_not_fit_is_refused_with_those_that_do),
	T(an_unknown_key_is_answered_with_a_sentence),
	T(a_key_of_the_view_that_finds_nothing_to_do_is_not_called_unknown),
	T(the_key_card_lists_what_is_in_force_and_any_key_closes_it),
	T(t_writes_the_view_as_text_and_y_copies_the_weight),
	T(a_click_moves_the_cursor_and_a_second_one_opens),
	T(the_bar_names_the_keys_of_a_walk),
	T(the_start_card_puts_its_lines_into_the_input_line),
	T(the_start_card_always_shows_its_lines),
	T(files_opened_before_stand_on_the_start_card),
	T(the_text_form_names_view_subject_and_options_first),
	T(a_view_is_a_picture_of_real_text),
	T(the_data_of_line_are_its_numbers),
	T(every_size_can_be_drawn),
};

enum { PLAIN = sizeof plain / sizeof *plain, PICTURES = sizeof pictures / sizeof *pictures };

int main(void)
{
	static struct CMUnitTest tests[PLAIN + PICTURES * GOLDEN_PICTURES];
	size_t n = PLAIN;

	kernels_choose(NULL, NULL);
	session_init(&session, 1);
	memcpy(tests, plain, sizeof plain);
	for (size_t i = 0; i < PICTURES; i++)
		n = golden_add(tests, n, pictures[i].name, draw_scene, &pictures[i].of);
	n = (size_t)golden_run(tests, n);
	session_drop(&session);
	return (int)n;
}
