/*
 * demo_view.c - a demo with `draw` as a view: knobs above, then what draw(p, ui) asked for.
 *
 *      one weight of 0.50: rmse of the other 255 is 0.01892
 *      ▸ size 0.50 ───●─── 1     codec q4_0 (1/4)
 *
 *      bars   q4_0   f32[256]
 *      ...
 *
 * draw() is called when a knob was turned, not when the screen is drawn: what it asked for is kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/demo.h"

struct lua_view { struct view view; struct runner *r; };

enum { FACTS_WIDTH = 38, ROOMY = 14 };

/* ---- what draw asks for ---- */

void demo_forget_picture(struct demo *d)
{
	for (size_t i = 0; i < d->items; i++) {
		struct demo_item *it = &d->item[i];

		free(it->text);
		if (it->scene.state)
			it->scene.view->close(it->scene.state);
		args_drop(&it->scene.options);
		value_drop(it->scene.subject);
	}
	memset(d->item, 0, sizeof d->item);
	d->items = 0;
	free(d->said);
	free(d->wrong);
	d->said = d->wrong = NULL;
}

static bool keep_error(struct demo *d, lua_State *L, struct error *err)
{
	struct text t = { 0 };

	get_error(L, -1, err);
	if (err->class == ERR_LUA)
		err->class = ERR_LESSON;
	if (!*err->where)
		snprintf(err->where, sizeof err->where, "%.150s", *d->path ? d->path : d->id);
	err->len = 0;
	error_format(err, NULL, &t);
	free(d->wrong);
	d->wrong = text_take(&t);
	return false;
}

bool demo_redraw(struct demo *d, struct error *err)
{
	struct task *t = demo_task(d);
	bool ok;
	int n;

	memset(err, 0, sizeof *err);
	demo_forget_picture(d);
	if (!t)
		return error_memory(err, "a demo");
	lua_rawgeti(t->co, LUA_REGISTRYINDEX, d->table);
	lua_getfield(t->co, -1, "draw");
	lua_remove(t->co, -2);
	demo_push_params(d, t->co);
	demo_push_ui(t->co, d);
	d->drawing = true;
	ok = task_call(d->r, t, 2, &n) == LUA_OK;
	d->drawing = false;
	if (!ok)
		keep_error(d, t->co, err);
	task_drop(d->r, t);
	return ok;
}

/* ---- drawing ---- */

static void draw_text(const char *text, struct canvas *c, int *row)
{
	struct text lines = { 0 };
	const char *s;

	lesson_wrap(text, 1, c->cols > 2 ? (size_t)c->cols - 1 : 1, &lines);
	for (s = text_str(&lines); *s; (*row)++) {
		size_t n = strcspn(s, "\n");

		char *line = strndup(s, n);

		canvas_fit(c, *row, 0, c->cols, STYLE_PLAIN, line ? line : "");
		free(line);
		s += n + (s[n] == '\n');
	}
	text_drop(&lines);
}

static int text_rows(const char *text, int cols)
{
	struct text lines = { 0 };
	int n = 1;

	lesson_wrap(text, 1, cols > 2 ? (size_t)cols - 1 : 1, &lines);
	for (const char *s = text_str(&lines); *s; s++)
		n += *s == '\n';
	text_drop(&lines);
	return n;
}

static void draw_knobs(const struct demo *d, struct canvas *c, int row)
{
	int col = 1;

	for (size_t i = 0; i < d->n; i++) {
		struct text t = { 0 };

		knob_show(&d->knob[i], &t);
		if (i == d->at)
			canvas_glyph(c, row, col, GLYPH_CHOSEN, STYLE_MARK);
		col = canvas_puts(c, row, col + 2, i == d->at ? STYLE_MARK : STYLE_PLAIN, text_str(&t)) + 3;
		text_drop(&t);
	}
}

static void draw_view(struct demo_item *it, struct canvas *c, int row, int rows)
{
	struct scene *sc = &it->scene;
	struct text left = { 0 }, right = { 0 };
	struct canvas body = canvas_part(c, row + 1, 0, rows - 1, c->cols);
	int end = c->cols - 1, col;

	if (rows < 2)
		return;
	sc->view->draw(sc->state, &body);
	sc->view->title(sc->state, &left, &right);
	left.len = strcspn(text_str(&left), "\f");		/* of several wordings the first */
	right.len = strcspn(text_str(&right), "\f");
	text_put(&left, "");
	text_put(&right, "");
	if ((int)text_width(text_str(&right), right.len) < c->cols / 2)
		end = canvas_right(c, row, end, STYLE_DIM, "%s", text_str(&right)) - 2;
	col = canvas_puts(c, row, 1, STYLE_DIM, sc->view->name) + 3;
	canvas_fit(c, row, col, end - col, STYLE_DIM, text_str(&left));
	text_drop(&left);
	text_drop(&right);
}

static void draw(void *state, struct canvas *c)
{
	struct demo *d = state;
	int row = 0, pictures = 0, texts = 0;

	if (d->said)
		canvas_fit(c, row++, 1, c->cols - 2, STYLE_NEW, d->said);
	if (d->n)
		draw_knobs(d, c, row++);
	if (row && c->rows >= ROOMY)
		row++;
	if (d->wrong) {
		draw_text(d->wrong, c, &row);
		return;
	}
	for (size_t i = 0; i < d->items; i++)
		if (d->item[i].text)
			texts += text_rows(d->item[i].text, c->cols);
		else
			pictures++;
	for (size_t i = 0; i < d->items; i++) {
		struct demo_item *it = &d->item[i];

		if (it->text) {
			texts -= text_rows(it->text, c->cols);
			draw_text(it->text, c, &row);
		} else {	/* each view has an equal part of what is left, at most what it needs */
			int rows = (c->rows - row - texts) / pictures--, needs = 1 + it->scene.view->height(it->scene.state, c->cols);

			rows = rows < needs ? rows : needs;
			draw_view(it, c, row, rows);
			row += rows > 0 ? rows : 0;
		}
	}
}

static int height(const void *state, int cols)
{
	const struct demo *d = state;
	int rows = (d->said ? 1 : 0) + (d->n ? 1 : 0) + 1;

	if (d->wrong)
		return rows + text_rows(d->wrong, cols);
	for (size_t i = 0; i < d->items; i++)
		if (d->item[i].text)
			rows += text_rows(d->item[i].text, cols);
		else
			rows += 1 + d->item[i].scene.view->height(d->item[i].scene.state, cols);
	return rows;
}

static void title(const void *state, struct text *left, struct text *right)
{
	const struct demo *d = state;

	(void)right;
	text_escape(left, d->id, strlen(d->id), 0);
	text_put(left, "   ");
	text_escape(left, d->title, strlen(d->title), 0);
}

/* The chosen knob as it is, the others too while there is room for them. */
static void facts(const void *state, struct text *out)
{
	const struct demo *d = state;
	struct text all = { 0 };

	for (size_t i = 0; i < d->n; i++) {
		text_put(&all, i ? "   " : "");
		knob_show(&d->knob[i], &all);
	}
	if (text_width(text_str(&all), all.len) <= FACTS_WIDTH)
		text_put(out, text_str(&all));
	else
		knob_show(&d->knob[d->at], out);
	text_drop(&all);
}

/* ---- keys ---- */

static const struct view_key keys[] = {
	{ "<Up> <Down>", "knob", "the knob before, after", true },
	{ "<Left> <Right>", "turn", "turn the chosen knob", true },
	{ "r", "reset", "all knobs as they were at the start", true },
	{ "<Enter>", "keep", "the demo as it is set, as a command in the input line", true },
	{ 0 }
};

static const struct demo_item *first_view(const struct demo *d)
{
	for (size_t i = 0; i < d->items; i++)
		if (!d->item[i].text)
			return &d->item[i];
	return NULL;
}

static void turn(struct demo *d, int by, struct wish *wish)
{
	struct error err;

	if (!d->n)
		return;
	if (!knob_turn(&d->knob[d->at], by))
		return;
	if (!demo_redraw(d, &err))
		snprintf(wish->say, sizeof wish->say, "%.190s", err.text);
}

static bool press(void *state, const struct key *k, struct wish *wish)
{
	struct demo *d = state;
	const struct demo_item *it = first_view(d);
	struct error err;

	if (k->code == KEY_UP_ || k->code == KEY_DOWN_) {
		if (k->code == KEY_UP_)
			d->at -= d->at > 0;
		else
			d->at += d->at + 1 < d->n;
	} else if (k->code == KEY_LEFT_ || k->code == KEY_RIGHT_) {
		turn(d, k->code == KEY_LEFT_ ? -1 : 1, wish);
	} else if (k->code == KEY_ENTER_) {
		struct text line = { 0 };

		demo_line(d, &line);
		snprintf(wish->type, sizeof wish->type, "%s", text_str(&line));
		text_drop(&line);
	} else if (k->code == KEY_CHAR && k->ch == 'r' && !k->ctrl && !k->meta) {
		for (size_t i = 0; i < d->n; i++)
			d->knob[i].value = d->knob[i].start;
		demo_redraw(d, &err);
	} else {
		return it && it->scene.view->press && it->scene.view->press(it->scene.state, k, wish);
	}
	return true;
}

static bool why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct demo_item *it = first_view(state);

	if (it && it->scene.view->why)
		return it->scene.view->why(it->scene.state, name, out, err);
	return error_set(err, ERR_ARGUMENT, "this demo shows no number that could be explained");
}

/* ---- opening ---- */

static void *open_added(const struct view *v, struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	const struct lua_view *own = (const struct lua_view *)v;
	char *line = strdup(subject->u.string), *rest = NULL, *word;
	struct demo *d = NULL;
	bool ok;

	(void)s;
	(void)options;
	if (!line) {
		error_memory(err, "a demo");
		return NULL;
	}
	strtok_r(line, " ", &rest);	/* the word demo */
	word = strtok_r(NULL, " ", &rest);
	d = word ? demo_load(own->r, word, err) : NULL;
	ok = d != NULL;
	while (ok && (word = strtok_r(NULL, " ", &rest)))
		ok = demo_set(d, word, err);
	free(line);
	if (ok && !demo_has(d, "draw"))
		ok = error_set(err, ERR_LESSON, "%s tells a story and has no picture", d->id);
	ok = ok && demo_redraw(d, err);
	if (!ok) {
		demo_drop(d);
		return NULL;
	}
	return d;
}

static void close_demo(void *state)
{
	demo_drop(state);
}

const struct view *demo_view(struct runner *r)
{
	struct lua_view *v = r->demo_view;

	if (!v && (v = calloc(1, sizeof *v))) {
		v->view = (struct view){ .name = "demo", .question = "a picture with knobs", .fits = FITS(LUA), .keys = keys, .open_added = open_added,
					 .close = close_demo, .title = title, .facts = facts, .height = height, .draw = draw, .press = press,
					 .why = why };
		v->r = r;
		r->demo_view = v;
	}
	return v ? &v->view : NULL;
}

void demo_view_drop(struct runner *r)
{
	free(r->demo_view);
	r->demo_view = NULL;
}
