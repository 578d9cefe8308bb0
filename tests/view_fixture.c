/* view_fixture.c - see view_fixture.h */
#include "view_fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"
#include "engine/kernel.h"

static struct session session;
static bool ready;

/* Quantizing w takes a while under valgrind: each subject is made once. */
static struct { char name[80]; struct value *value; } made[160];
static size_t n_made;

static struct session *the_session(void)
{
	if (!ready) {
		struct error err = { 0 };

		if (!kernels_choose(NULL, &err))
			fail_msg("%s", err.text);
		session_init(&session, 1);
		ready = true;
	}
	return &session;
}

static struct value *taken(bool ok, struct outcome *out, struct error *err, const char *what)
{
	if (ok && out->job)
		ok = job_run_here(out->job, &out->value, err);
	if (!ok || !out->value)
		fail_msg("%s: %s", what, err->text);
	return out->value;
}

static struct value *weights(const char *what)
{
	struct error err = { 0 };
	struct outcome out = { 0 };
	uint64_t seed = 42;
	struct random_options o = { .sigma = 0.02, .df = 4, .share = 0.001, .size = 16, .seed = &seed };
	struct value *v;
	bool ok;

	if (*what == '#')
		return value_number(strtod(what + 1, NULL), NULL);
	if (*what == '@')
		return value_string(what + 1, NULL);
	if (!strcmp(what, "x"))
		ok = session_literal("[-1.2, -0.6, 0.2, 1.0]", 22, &out, &err);
	else if (*what == 'w')
		ok = session_random(the_session(), "gauss", what[1] ? (size_t)atoi(what + 1) : 64, 4096, &o, &out, &err);
	else
		ok = session_literal(what, strlen(what), &out, &err);
	v = taken(ok, &out, &err, what);
	value_name(v, *what == 'w' ? "w" : "x");
	return v;
}

static struct value *blocks_alone(struct value *q)
{
	struct tensor t = tensor_hold(&q->u.quantized.blocks);
	struct value *v = value_tensor(t, NULL);

	value_name(v, "m");
	return v;
}

static struct value *compared(const char *names, const char *what)
{
	struct error err = { 0 };
	struct outcome out = { 0 };
	struct quantize_options o = { .pad = PAD_ZERO, .flat_if_needed = true };
	const struct codec *list[16];
	char copy[120], *save;
	size_t n = 0;

	snprintf(copy, sizeof copy, "%s", names);
	for (char *s = strtok_r(copy, ",", &save); s && n < 16; s = strtok_r(NULL, ",", &save))
		assert_non_null(list[n++] = codec_find(s));
	return taken(session_compare(the_session(), fixture_value(NULL, what), list, n, &o, &out, &err), &out, &err, names);
}

static struct value *quantized(const char *codec, const char *what)
{
	struct error err = { 0 };
	struct outcome out = { 0 };
	struct quantize_options o = { .pad = PAD_ZERO, .flat_if_needed = true, .flat_importance = strchr(codec, '*') != NULL };
	char name[32];
	struct value *q, *v;
	const struct codec *c;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(codec, "/*"), codec);
	if (strchr(codec, '/'))
		o.group = (size_t)atoi(strchr(codec, '/') + 1);
	c = codec_find(name);
	if (!c)
		fail_msg("no codec %s", name);
	v = fixture_value(NULL, what);
	q = taken(session_quantize(the_session(), c, v, &o, &out, &err), &out, &err, codec);
	value_name(q, v->label);
	return q;
}

struct value *fixture_value(const char *codec, const char *what)
{
	char name[80];
	struct value *v;

	snprintf(name, sizeof name, "%s %s", codec ? codec : "", what);
	for (size_t i = 0; i < n_made; i++)
		if (!strcmp(made[i].name, name))
			return made[i].value;
	if (!codec) {
		v = weights(what);
	} else if (*codec == '=') {
		v = compared(codec + 1, what);
	} else if (*codec == '!') {
		v = blocks_alone(fixture_value(codec + 1, what));
	} else if (*codec == '+') {
		struct value *q = fixture_value(strchr(codec, ':') + 1, what);
		struct error err = { 0 };

		v = value_walk(quantized_hold(&q->u.quantized), 0, &err);
		if (!v || !walk_go(&v->u.walk, (size_t)atoi(codec + 1)))
			fail_msg("%s: %s", codec, err.text);
		value_name(v, q->label);
	} else {
		v = quantized(codec, what);
	}
	assert_true(n_made < sizeof made / sizeof *made);
	snprintf(made[n_made].name, sizeof made[n_made].name, "%s", name);
	made[n_made++].value = v;
	return v;
}

void fixture_end(void)
{
	while (n_made)
		value_drop(made[--n_made].value);
	if (ready)
		session_drop(&session);
	ready = false;
	pool_stop();
}

bool fixture_options(const char *options, struct args *a)
{
	char word[64];
	int n;

	*a = (struct args){ 0 };
	for (; options && sscanf(options, " %63s%n", word, &n) == 1; options += n) {
		char *value = strchr(word, '='), *end;
		double number;

		if (value)
			*value++ = 0;
		number = value ? strtod(value, &end) : 0;
		if (value && !*end ? !args_set_number(a, word, number, NULL) : !args_set_text(a, word, value ? value : "on", NULL))
			return false;
	}
	return true;
}

void fixture_press(struct shown *s, const char *keys)
{
	struct key k;
	size_t n;

	for (; keys && (n = key_parse(keys, &k)); keys += n)
		if (!s->view->press(s->state, &k, &s->wish))
			fail_msg("%s: no key at %s", s->view->name, keys);
}

bool fixture_open(const struct subject *s, struct shown *out, struct error *err)
{
	*out = (struct shown){ .view = view_find(s->view), .subject = fixture_value(s->codec, s->what) };
	assert_non_null(out->view);
	assert_true(fixture_options(s->options, &out->options));
	out->state = out->view->open(the_session(), out->subject, &out->options, err);
	if (!out->state) {
		args_drop(&out->options);
		return false;
	}
	fixture_press(out, s->keys);
	return true;
}

void fixture_close(struct shown *s)
{
	if (s->state)
		s->view->close(s->state);
	args_drop(&s->options);
	args_drop(&s->wish.options);
	value_drop(s->wish.subject);
}

bool fixture_draw(const void *arg, struct canvas *c, struct error *err)
{
	const struct subject *s = arg;
	struct stage stage;
	struct args options;
	struct text said = { 0 }, typed = { 0 };
	struct key k;
	size_t n;
	bool ok;

	stage_init(&stage, the_session());
	assert_true(fixture_options(s->options, &options));
	ok = stage_show(&stage, view_find(s->view), fixture_value(s->codec, s->what), &options, err);
	for (const char *keys = s->keys; ok && keys && (n = key_parse(keys, &k)); keys += n)
		ok = stage_press(&stage, &k, &said, &typed, err);
	if (ok)
		stage_draw(&stage, c);
	text_drop(&said);
	text_drop(&typed);
	args_drop(&options);
	stage_drop(&stage);
	return ok;
}

static char *as_text(struct canvas *c)
{
	struct text t = { 0 };

	canvas_write_text(c, COLORS_NONE, false, false, &t);
	canvas_drop(c);
	return text_take(&t);
}

char *fixture_body(struct shown *s, int cols, int rows, bool ascii)
{
	struct canvas c;

	assert_true(canvas_new(&c, rows ? rows : s->view->height(s->state, cols), cols, ascii, NULL));
	s->view->draw(s->state, &c);
	return as_text(&c);
}

char *fixture_picture(const struct subject *s, int cols, int rows)
{
	struct canvas c;
	struct error err = { 0 };

	assert_true(canvas_new(&c, rows, cols, false, NULL));
	if (!fixture_draw(s, &c, &err))
		fail_msg("%s: %s", s->view, err.text);
	return as_text(&c);
}

void fixture_stays_inside(struct shown *s)
{
	static const int cols[] = { 30, 31, 39, 40, 59, 60, 66, 79, 80, 100, 120, 200 }, rows[] = { 3, 4, 5, 6, 7, 9, 12, 16, 23, 40, 59 };

	for (size_t i = 0; i < sizeof cols / sizeof *cols; i++)
		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
			struct canvas sheet, part;
			size_t drawn = 0;

			assert_true(canvas_new(&sheet, rows[k] + 4, cols[i] + 8, false, NULL));
			part = canvas_part(&sheet, 2, 4, rows[k], cols[i]);
			s->view->draw(s->state, &part);
			for (int r = 0; r < sheet.rows; r++)
				for (int c = 0; c < sheet.cols; c++) {
					bool inside = r >= 2 && r < 2 + rows[k] && c >= 4 && c < 4 + cols[i];
					const struct cell *cell = &sheet.cell[r * sheet.stride + c];

					drawn += inside && cell->ch != ' ' && cell->ch != 0;
					if (!inside && cell->ch != ' ' && cell->ch != 0)
						fail_msg("%s at %dx%d draws outside", s->view->name, cols[i], rows[k]);
				}
			if (drawn < 10)
				fail_msg("%s at %dx%d draws nothing", s->view->name, cols[i], rows[k]);
			canvas_drop(&sheet);
		}
}

char *fixture_why(const struct shown *s, const char *name)
{
	struct text t = { 0 };
	struct error err = { 0 };

	if (!s->view->why(s->state, name, &t, &err))
		fail_msg("why %s: %s", name ? name : "", err.text);
	return text_take(&t);
}

double fixture_number(const struct table *t, size_t row, const char *column)
{
	size_t col = table_column(t, column);
	const struct table_cell *c;

	assert_true(col != SIZE_MAX && row < t->rows);
	c = table_at(t, row, col);
	return c->kind == CELL_NUMBER ? c->number : c->kind == CELL_INT ? (double)c->integer : NAN;
}
