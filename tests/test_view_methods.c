/*
 * test_view_methods.c - the pictures of affine, curve, matmul, fixed and accumulate, and what their numbers answer.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "golden.h"
#include "methods/record.h"
#include "session/method.h"
#include "views/stage.h"

/* Values are literals or "gauss N", options as typed; step: walked at that step, -1 not. */
struct subject { const char *method, *a, *b, *options; int step; };

static struct session session;

static struct value *value_of(const char *what)
{
	struct outcome out = { 0 };
	struct error err = { 0 };
	uint64_t seed = 11;
	struct random_options o = { .sigma = 1, .df = 4, .share = 0.001, .size = 16, .seed = &seed };
	char *end;
	double number = strtod(what, &end);

	if (!*end)
		return value_number(number, &err);
	if (!strncmp(what, "gauss ", 6) ? !session_random(&session, "gauss", 1, (size_t)atoi(what + 6), &o, &out, &err) :
	    !session_literal(what, strlen(what), &out, &err))
		fail_msg("%s: %s", what, err.text);
	value_name(out.value, "x");
	return out.value;
}

static void add(struct args *a, const char *name, const char *what)
{
	struct error err = { 0 };

	assert_true(args_set_text(a, name, what, &err));
	a->given[a->n - 1].value = value_of(what);
}

static struct value *made(const struct subject *s)
{
	struct args a = { 0 };
	struct outcome out = { 0 }, walk = { 0 };
	struct error err = { 0 };
	char word[64];
	int n;

	if (!strcmp(s->method, "fixed"))
		assert_true(args_set_text(&a, "x", s->a, &err));
	else
		add(&a, s->b ? "a" : "x", s->a);
	if (s->b)
		add(&a, "b", s->b);
	for (const char *o = s->options; o && sscanf(o, " %63s%n", word, &n) == 1; o += n) {
		char *value = strchr(word, '='), *end;
		double number = strtod(value + 1, &end);

		*value++ = 0;
		assert_true(*end || !strcmp(word, "q") ? args_set_text(&a, word, value, &err) : args_set_number(&a, word, number, &err));
	}
	if (!session_method(&session, s->method, &a, &out, &err))
		fail_msg("%s: %s", s->method, err.text);
	args_drop(&a);
	if (s->step < 0)
		return out.value;
	assert_true(session_walk_record(out.value, &walk, &err));
	value_drop(out.value);
	assert_true(value_go(walk.value, (size_t)s->step));
	return walk.value;
}

static bool draw(const void *arg, struct canvas *c, struct error *err)
{
	struct value *v = made(arg);
	struct stage stage;
	bool ok;

	stage_init(&stage, &session);
	ok = stage_show(&stage, NULL, v, NULL, err);
	if (ok)
		stage_draw(&stage, c);
	stage_drop(&stage);
	value_drop(v);
	return ok;
}

static const struct subject product = { "matmul", "2.0", "1.5", "step=0.0314 out=0.0314", -1 };
static const struct subject matrix = { "matmul", "[0.5, -1.25, 2; 1.5, 0.25, -0.75]", "[1, -0.5; 0.25, 2; -1.5, 0.75]", NULL, -1 };
static const struct subject walkie = { "affine", "[3.4, -4.8, 4.9]", NULL, "bits=4 range=-5..5", -1 };
static const struct subject rows = { "affine", "[-1.2, -0.6, 0.2, 1.0]", NULL, "bits=4 sym=off", 5 };
static const struct subject mse = { "calibrate", "gauss 4000", NULL, "bits=4 method=mse", -1 };
static const struct subject fixed = { "fixed", "1.75 * -0.3 + 0.5 / 4", NULL, "q=3.4", -1 };
static const struct subject hundred = { "fixed", "0.5 * 0.5", NULL, "scale=100 shift=off", 2 };

static const struct subject narrow = { "accumulate", "gauss 4000", "gauss 4000", "acc_bits=12", -1 };

/* interaction.md 9.13, as it stands there. */
static void the_product_is_drawn_as_the_text_has_it(void **state)
{
	static const char *const lines[] = {
		"  r1  2.0  / 0.0314 =  63.694  ->  Q1 =  64   back 2.0096   error +0.0096\n",
		"  r2  1.5  / 0.0314 =  47.771  ->  Q2 =  48   back 1.5072   error +0.0072\n",
		"  integer product   64 x 48 = 3072            held in 32 bits\n",
		"  rescale           s1 x s2 / s3 = 0.0314     3072 x 0.0314 = 96.4608 -> Q3 = 96\n",
		"  with integers     (3072 x 1078895785 + 2^34) >> 35 = 96\n",
		"  back              96 x 0.0314 = 3.0144      exact 3.0         error +0.0144\n",
		" matmul   int8 x int8 -> int8", "s1 = s2 = s3 = 0.0314   z1 = z2 = z3 = 0\n",
	};
	struct value *v = made(&product);
	struct text out = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_true(view_text(&session, view_find("matmul"), v, NULL, 80, 0, false, COLORS_NONE, false, &out, &err));
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (!strstr(text_str(&out), lines[i]))
			fail_msg("not there: %s%s", lines[i], text_str(&out));
	text_drop(&out);
	value_drop(v);
}

static void every_number_of_a_record_answers_why(void **state)
{
	static const struct subject *const all[] = { &product, &matrix, &walkie, &rows, &mse, &fixed, &hundred, &narrow };

	(void)state;
	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		struct subject s = *all[k];
		struct value *v;
		struct stage stage;
		struct error err = { 0 };
		struct text out = { 0 };

		s.step = -1;
		v = made(&s);
		stage_init(&stage, &session);
		assert_true(stage_show(&stage, NULL, v, NULL, &err));
		for (size_t i = 0; i < v->u.record.of->numbers; i++) {
			const struct number *n = &v->u.record.of->number[i];
			char name[48];

			snprintf(name, sizeof name, n->i == SIZE_MAX ? "%s" : "%s[%zu]", n->name, n->i);
			text_clear(&out);
			if (!stage_why(&stage, name, &out, &err) || strncmp(text_str(&out), name, strlen(name)) != 0)
				fail_msg("%s: %s%s", name, text_str(&out), err.text);
		}
		assert_false(stage_why(&stage, "nothing", &out, &err));
		assert_non_null(strstr(err.text, "no number 'nothing' here"));
		text_drop(&out);
		stage_drop(&stage);
		value_drop(v);
	}
}

static void a_walk_goes_forward_and_back_exactly(void **state)
{
	struct subject s = rows;
	struct value *v;
	struct stage stage;
	struct error err = { 0 };
	struct text said = { 0 };
	struct canvas before, after;
	bool moved;

	(void)state;
	s.step = 0;
	v = made(&s);
	stage_init(&stage, &session);
	assert_true(stage_show(&stage, NULL, v, NULL, &err));
	assert_true(canvas_new(&before, 24, 80, false, &err) && canvas_new(&after, 24, 80, false, &err));
	for (size_t i = 1; i < value_steps(v); i++) {
		stage_draw(&stage, &before);
		assert_true(stage_move(&stage, MOVE_NEXT, 1, &moved, &said, &err) && moved);
		stage_draw(&stage, &after);
		assert_false(canvas_equal(&before, &after));
		assert_true(stage_move(&stage, MOVE_BACK, 1, &moved, &said, &err) && moved);
		stage_draw(&stage, &after);
		assert_true(canvas_equal(&before, &after));
		assert_true(stage_move(&stage, MOVE_NEXT, 1, &moved, &said, &err));
	}
	text_clear(&said);
	assert_true(stage_go_name(&stage, "round", &said, &err));
	assert_string_equal(text_str(&said), "step 6/8  round: code = round(x / s) + zp, kept within 0..15");
	assert_true(stage_why(&stage, "code[1]", &said, &err));
	assert_false(stage_why(&stage, "back[1]", &said, &err));		/* not yet */
	text_drop(&said);
	canvas_drop(&before);
	canvas_drop(&after);
	stage_drop(&stage);
	value_drop(v);
}

/* Down through each picture and back up, at small and odd sizes, writing nothing outside. */
static void pictures_take_keys_at_any_size(void **state)
{
	static const struct subject *const all[] = { &product, &matrix, &walkie, &rows, &mse, &fixed, &hundred, &narrow };
	static const char keys[] = "<Down><Down><Right><PgDn><PgDn><Left><Right><Right><PgUp><Up><Up><Left>";
	static const int sizes[][2] = { { 6, 30 }, { 7, 41 }, { 12, 60 }, { 24, 80 }, { 50, 160 } };

	(void)state;
	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		struct value *v = made(all[k]);
		const struct view *view = view_default(v);
		struct args none = { 0 };
		struct error err = { 0 };
		void *picture = view->open(&session, v, &none, &err);

		assert_non_null(picture);
		for (size_t s = 0; s < 5; s++) {
			struct wish wish = { 0 };
			struct canvas whole, body;
			struct key key;
			size_t n;

			assert_true(canvas_new(&whole, sizes[s][0] + 2, sizes[s][1] + 2, s % 2, &err));
			body = canvas_part(&whole, 1, 1, sizes[s][0], sizes[s][1]);
			for (const char *at = keys; (n = key_parse(at, &key)); at += n) {
				view->press(picture, &key, &wish);
				canvas_clear(&whole);
				view->draw(picture, &body);
				for (int r = 0; r < whole.rows; r++)
					for (int c = 0; c < whole.cols; c++)
						if (!r || !c || r == whole.rows - 1 || c == whole.cols - 1)
							assert_int_equal(whole.cell[r * whole.stride + c].ch, ' ');
			}
			canvas_drop(&whole);
		}
		{
			struct table *t = view->data(picture, &err);

			assert_non_null(t);
			assert_true(t->rows > 0 && !t->failed);
			table_drop(t);
		}
		view->close(picture);
		value_drop(v);
	}
}

int main(void)
{
	static struct CMUnitTest tests[9 * GOLDEN_PICTURES] = {
		cmocka_unit_test(the_product_is_drawn_as_the_text_has_it),
		cmocka_unit_test(every_number_of_a_record_answers_why),
		cmocka_unit_test(a_walk_goes_forward_and_back_exactly),
		cmocka_unit_test(pictures_take_keys_at_any_size),
	};
	size_t n = 4;
	int failed;

	session_init(&session, 1);
	n = golden_add(tests, n, "matmul", draw, &product);
	n = golden_add(tests, n, "affine", draw, &walkie);
	n = golden_add(tests, n, "curve", draw, &mse);
	n = golden_add(tests, n, "fixed", draw, &fixed);
	n = golden_add(tests, n, "accumulate", draw, &narrow);
	n = golden_add_one(tests, n, "matmul-matrix", 80, 24, false, draw, &matrix);
	n = golden_add_one(tests, n, "affine-walk", 80, 24, false, draw, &rows);
	n = golden_add_one(tests, n, "fixed-hundred", 80, 24, false, draw, &hundred);
	failed = golden_run(tests, n);
	session_drop(&session);
	pool_stop();
	return failed;
}
