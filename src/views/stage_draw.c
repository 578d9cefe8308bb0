/*
 * stage_draw.c - a scene as a picture: title in the first row, body below; the same as text and as SVG.
 */
#include "views/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/stage_keys.h"
#include "views/start.h"

/* Options of the view's own that were given: what makes this picture differ from the view's usual one. */
static void own_options(const struct scene *sc, struct text *out)
{
	for (size_t i = 0; i < sc->options.n; i++)
		for (const struct arg *a = sc->view->options; a && a->name; a++)
			if (strcmp(a->name, sc->options.given[i].name) || a->in_title)
				continue;
			else if (a->kind == ARG_FLAG)
				text_add(out, "   %s", a->name);
			else if (a->named && a->kind != ARG_CODEC)		/* the codec stands in front of the subject */
				text_add(out, "   %s=%s", a->name, sc->options.given[i].text);
}

/* Each part of a title may have several wordings, the widest first, with a form feed between them; `tail` is put behind each. */
enum { WORDINGS = 4 };
struct wordings { struct text text[WORDINGS]; size_t n; };

static void add_wordings(struct wordings *w, const char *all, const char *tail, const char *gap)
{
	for (; w->n < WORDINGS; all++) {
		struct text *t = &w->text[w->n++];
		size_t n = strcspn(all, "\f");

		text_putn(t, all, n);
		text_add(t, "%s%s", n && *tail ? gap : "", tail);
		all += n;
		if (!*all)
			return;
	}
}

static void drop_wordings(struct wordings *w)
{
	for (size_t i = 0; i < w->n; i++)
		text_drop(&w->text[i]);
}

static int wide(const char *s)
{
	return (int)text_width(s, strlen(s));
}

/* The right part, or its end: groups are three blanks apart, and the first ones go first. NULL: even the last group has no room. */
static const char *end_that_fits(const char *s, int room)
{
	while (wide(s) > room) {
		s = strstr(s, "   ");
		if (!s)
			return NULL;
		s += strspn(s, " ");
	}
	return s;
}

/* What gives way when the width shrinks, until both parts are whole: groups of the right part and its longer wordings, then the longer
 * wordings of the left one. Where nothing helps, the left part is cut; the last group on the right stays as long as `least` columns of
 * the left one do. */
static void choose(const struct wordings *left, const struct wordings *right, int room, int least, const char **l, const char **r)
{
	const char *last = text_str(&right->text[right->n - 1]);

	*l = "";
	for (size_t i = 0; i < left->n; i++)
		for (size_t k = 0; k < right->n; k++) {
			*l = text_str(&left->text[i]);
			*r = end_that_fits(text_str(&right->text[k]), room - 2 - wide(*l));
			if (*r)
				return;
		}
	for (const char *gap; (gap = strstr(last, "   "));)
		last = gap + strspn(gap, " ");
	*r = wide(last) + 2 + least <= room ? last : "";
}

enum { LEFT_LEAST = 16, LEFT_OF_STEP = 5 };	/* columns of the left part that a group on the right, or the step of a walk, leaves */

static void draw_title(const struct scene *sc, struct canvas *c, bool options, const char *note)
{
	struct text left = { 0 }, right = { 0 }, own = { 0 }, step = { 0 }, named = { 0 };
	struct wordings l = { .n = 0 }, r = { .n = 0 };
	size_t at = value_step(sc->subject), steps = value_walks(sc->subject) ? value_steps(sc->subject) : 0;
	int room, end = c->cols - 1;
	const char *first, *last;

	sc->view->title(sc->state, &left, &right);
	if (options)
		own_options(sc, &own);
	canvas_restyle(c, 0, 0, c->cols, STYLE_TITLE, 0);
	room = canvas_puts(c, 0, 1, STYLE_TITLE, sc->view->name) + 3;
	if (at < steps)
		text_add(&step, "step %zu/%zu", at + 1, steps);
	if (at < steps)
		text_add(&named, "%s  %s", text_str(&step), value_step_name(sc->subject, at));
	if (*note) {
		text_add(&step, "%s%s", step.len ? "   " : "", note);
		text_add(&named, "%s%s", named.len ? "   " : "", note);
	}
	add_wordings(&l, text_str(&left), text_str(&own), "");
	add_wordings(&r, text_str(&right), text_str(&named), "   ");
	if (at < steps)
		add_wordings(&r, "", text_str(&step), "");
	if (at < steps && l.n < WORDINGS)		/* the codec alone: the step is what a walk is about */
		text_putn(&l.text[l.n++], left.s, (size_t)(strstr(text_str(&left), "   ") ? strstr(left.s, "   ") - left.s : 0));
	choose(&l, &r, end - room, at < steps ? LEFT_OF_STEP : LEFT_LEAST, &first, &last);
	if (*last)
		end = canvas_right(c, 0, end, STYLE_TITLE, "%s", last) - 2;
	canvas_fit(c, 0, room, end - room, STYLE_TITLE, first);
	drop_wordings(&l);
	drop_wordings(&r);
	text_drop(&left);
	text_drop(&right);
	text_drop(&own);
	text_drop(&step);
	text_drop(&named);
}

/* The title goes over the whole width, the body below it over some of it. Returns where the body is. later: what takes long may be left to
 * the worker. */
static struct drawn_at scene_draw(struct scene *sc, struct canvas *c, int body_cols, bool options, bool later, const char *note)
{
	struct canvas body = canvas_part(c, 1, 0, c->rows - 1, body_cols);

	if (sc->view->later)
		sc->view->later(sc->state, later);
	sc->view->draw(sc->state, &body);
	draw_title(sc, c, options, note);		/* it may tell what was found room for */
	return (struct drawn_at){ 1, 0, body.rows, body.cols };
}

/* The second picture, with a title of its own. Where it cannot be shown the title says why. */
static struct drawn_at second_draw(struct second *b, struct canvas *c, bool options, bool later)
{
	struct scene sc = { .view = b->view, .subject = b->subject, .state = b->state };

	if (sc.state && c->rows > 1)
		return scene_draw(&sc, c, c->cols, options, later, "");
	canvas_restyle(c, 0, 0, c->cols, STYLE_TITLE, 0);
	canvas_fit(c, 0, 1, c->cols - 2, STYLE_TITLE, b->why);
	return (struct drawn_at){ 0, 0, 0, 0 };
}

/*
 * How the pane is shared: below each other, a pair beside each other where there is room. Too low a pane keeps the front and a line
 * that says how much is needed.
 */
static void share(struct stage *s, const struct second *b, int rows, int cols, struct drawn_at *front, struct drawn_at *second)
{
	bool pair = stage_front(s)->pair != NULL;

	*front = (struct drawn_at){ 0, 0, rows, cols };
	if (!b) {
		*second = (struct drawn_at){ 0, 0, 0, 0 };
	} else if (pair && cols >= PAIR_COLS) {
		front->cols = (cols - 1) / 2;
		*second = (struct drawn_at){ 0, front->cols + 1, rows, cols - front->cols - 1 };
	} else if (rows >= SPLIT_ROWS && b->state) {
		front->rows = (rows + 1) / 2;
		*second = (struct drawn_at){ front->rows, 0, rows - front->rows, cols };
	} else {
		front->rows = rows - 1;
		*second = (struct drawn_at){ rows - 1, 0, 1, cols };
	}
}

/* ---- what a change did ---- */

static bool is_word(const struct cell *c)
{
	return c->ch > ' ' && c->ch < 0x7f;
}

/*
 * Cells that are not as they were before a value was changed get the style `new`, a number as a whole, and their line a star at its left
 * end: where the picture of the value before, drawn at the same size, differs.
 */
static void mark_changes(struct scene *was, struct canvas *body)
{
	struct canvas before;

	if (!canvas_new(&before, body->rows, body->cols, body->ascii, NULL))
		return;
	was->view->draw(was->state, &before);
	for (int row = 0; row < body->rows; row++) {
		const struct cell *a = before.cell + (size_t)row * (size_t)before.stride;
		struct cell *b = body->cell + (size_t)row * (size_t)body->stride;
		bool changed = false;

		for (int col = 0; col < body->cols; col++) {
			int from = col, end = col + 1;

			if (a[col].ch == b[col].ch && a[col].level == b[col].level)
				continue;
			changed = true;
			while (is_word(&b[col]) && from > 0 && is_word(&b[from - 1]))
				from--;
			while (is_word(&b[col]) && end < body->cols && is_word(&b[end]))
				end++;
			for (col = from; b[from].ch != ' ' && col < end; col++)
				canvas_restyle(body, row, col, 1, STYLE_NEW, b[col].marks | MARK_UNDERLINE);
			col = end - 1;
		}
		if (changed && body->cols && b[0].ch == ' ')
			canvas_put(body, row, 0, '*', STYLE_NEW, MARK_BOLD);
	}
	canvas_drop(&before);
}

static void mark_at(struct scene *was, const struct view *v, struct canvas *c, const struct drawn_at *at)
{
	struct canvas body = canvas_part(c, at->row, at->col, at->rows, at->cols);

	if (was->view && was->view == v)
		mark_changes(was, &body);
}

static void draw_scenes(struct stage *s, struct canvas *c)
{
	struct scene *front = stage_front(s);
	struct second *b = stage_second(s);
	int cols = s->body_cols > 0 && s->body_cols < c->cols ? s->body_cols : c->cols;
	bool noted = *s->note && (!s->note_of || s->note_of == front->state);
	struct drawn_at at, other;
	struct canvas part;
	char need[80];

	share(s, b, c->rows, cols, &at, &other);
	/* The title of a front that stands alone in its width goes over the inspector too. */
	part = canvas_part(c, 0, 0, at.rows, b && other.col ? at.cols : c->cols);
	s->at_front = scene_draw(front, &part, at.cols, false, s->background, noted ? s->note : front->frozen ? "frozen" : "");
	mark_at(&s->was, front->view, c, &s->at_front);
	s->at_second = (struct drawn_at){ 0, 0, 0, 0 };
	if (!b)
		return;
	part = canvas_part(c, other.row, other.col, other.rows, other.cols);
	if (other.rows == 1 && b->state) {
		snprintf(need, sizeof need, "%s below needs a pane of %d rows:  size %d", b->view->name, SPLIT_ROWS, SPLIT_ROWS);
		canvas_restyle(&part, 0, 0, part.cols, STYLE_TITLE, 0);
		canvas_fit(&part, 0, 1, part.cols - 2, STYLE_TITLE, need);
		return;
	}
	s->at_second = second_draw(b, &part, false, s->background);
	s->at_second.row += other.row;
	s->at_second.col += other.col;
	mark_at(&s->second_was, b->view, c, &s->at_second);
	if (other.col)
		for (int row = 0; row < c->rows; row++)
			canvas_glyph(c, row, other.col - 1, GLYPH_V, STYLE_DIM);
}

void stage_draw(struct stage *s, struct canvas *c)
{
	canvas_clear(c);
	if (stage_front(s)) {
		draw_scenes(s, c);
		stage_hand_on(s, stage_front(s)->view, stage_front(s)->state, &stage_front(s)->job);
		if (s->second.state && s->at_second.rows)
			stage_hand_on(s, s->second.view, s->second.state, &s->second.job);
	} else {
		struct canvas body = canvas_part(c, 1, 0, c->rows - 1, c->cols);

		canvas_restyle(c, 0, 0, c->cols, STYLE_TITLE, 0);
		canvas_fit(c, 0, 1, c->cols - 2, STYLE_TITLE, "quantscope   small numbers from large ones, step by step");
		start_draw(s, &body);
	}
	if (s->card) {		/* over the pictures alone: what stands beside them stays */
		struct canvas main = canvas_part(c, 0, 0, c->rows, s->body_cols > 0 && s->body_cols < c->cols ? s->body_cols : c->cols);

		stage_draw_card(s, &main);
	}
}

void stage_facts(struct stage *s, struct text *out)
{
	struct scene *front = stage_front(s);
	struct quantized q;
	char buf[NUMBER_SIZE];

	if (!front)
		return;
	if (front->view->facts) {
		front->view->facts(front->state, out);
	} else if (view_quantized(front->subject, &q)) {
		text_add(out, "%s b/w", number_short(buf, tensor_bits(&q.blocks)));
		quantized_drop(&q);
	}
}

/* ---- text and SVG ---- */

/* Empty lines at the end go. */
static void trim(struct canvas *c)
{
	while (c->rows > 1) {
		const struct cell *last = c->cell + (size_t)(c->rows - 1) * (size_t)c->stride;
		int col = 0;

		while (col < c->cols && last[col].ch == ' ')
			col++;
		if (col < c->cols)
			break;
		c->rows--;
	}
}

/* The whole scene on a canvas of its own, as high as it needs. */
static bool picture(struct scene *sc, int width, int max_height, bool ascii, struct canvas *c, struct error *err)
{
	bool bare = sc->view->bare && sc->view->bare(sc->state);
	int rows = !bare + sc->view->height(sc->state, width);

	if (max_height > 0 && rows > max_height)
		rows = max_height;
	if (!canvas_new(c, rows, width, ascii, err))
		return false;
	if (sc->view->later)
		sc->view->later(sc->state, false);
	if (bare)
		sc->view->draw(sc->state, c);
	else
		scene_draw(sc, c, c->cols, true, false, "");
	trim(c);
	return true;
}

bool scene_text(struct scene *sc, int width, int max_height, bool ascii, enum colors colors, bool light, struct text *out, struct error *err)
{
	struct canvas c;

	if (!picture(sc, width, max_height, ascii, &c, err))
		return false;
	canvas_write_text(&c, colors, light, colors != COLORS_NONE, out);
	canvas_drop(&c);
	return !out->failed || error_memory(err, "the text of a view");
}

/* A pair on one canvas, side by side. */
static bool picture_pair(struct scene *first, struct second *b, int width, int max_height, bool ascii, struct canvas *c, struct error *err)
{
	int half = (width - 1) / 2, rows = first->view->height(first->state, half), other = b->view->height(b->state, width - half - 1);
	struct canvas left, right;

	rows = 1 + (rows > other ? rows : other);
	if (!canvas_new(c, max_height > 0 && rows > max_height ? max_height : rows, width, ascii, err))
		return false;
	left = canvas_part(c, 0, 0, c->rows, half);
	right = canvas_part(c, 0, half + 1, c->rows, width - half - 1);
	scene_draw(first, &left, left.cols, true, false, "");
	second_draw(b, &right, true, false);
	for (int row = 0; row < c->rows; row++)
		canvas_glyph(c, row, half, GLYPH_V, STYLE_DIM);
	return true;
}

bool stage_text(struct stage *s, int width, int max_height, bool ascii, enum colors colors, bool light, struct text *out, struct error *err)
{
	struct scene *front = stage_front(s), other;
	struct second *b = stage_second(s);
	struct canvas c;

	if (b && b->state && front->pair && width >= PAIR_COLS) {
		if (!picture_pair(front, b, width, max_height, ascii, &c, err))
			return false;
		canvas_write_text(&c, colors, light, colors != COLORS_NONE, out);
		canvas_drop(&c);
		return !out->failed || error_memory(err, "the text of a view");
	}
	if (!scene_text(front, width, max_height, ascii, colors, light, out, err))
		return false;
	if (!b)
		return true;
	if (!b->state) {
		text_add(out, "%s\n", b->why);
		return true;
	}
	other = (struct scene){ .view = b->view, .subject = b->subject, .state = b->state };
	return scene_text(&other, width, max_height, ascii, colors, light, out, err);
}

/* A scene without a stage: opened, drawn by `write`, closed. */
static bool scene_once(struct session *s, const struct view *v, struct value *subject, const struct args *options, struct scene *sc,
		       struct error *err)
{
	struct stage alone = { .session = s };

	if (!stage_show(&alone, v, subject, options, err))
		return false;
	*sc = alone.scene[0];
	return true;
}

bool view_text(struct session *s, const struct view *v, struct value *subject, const struct args *options, int width, int max_height,
	       bool ascii, enum colors colors, bool light, struct text *out, struct error *err)
{
	struct scene sc;
	bool ok;

	if (!scene_once(s, v, subject, options, &sc, err))
		return false;
	ok = scene_text(&sc, width, max_height, ascii, colors, light, out, err);
	scene_drop(&sc);
	return ok;
}

bool scene_svg(struct scene *sc, int width, int max_height, bool light, struct text *out, struct error *err)
{
	struct canvas c;
	struct text title = { 0 };

	if (!picture(sc, width, max_height, false, &c, err))
		return false;
	text_add(&title, "%s ", sc->view->name);
	view_subject(sc->subject, &title);
	canvas_write_svg(&c, text_str(&title), light, out);
	text_drop(&title);
	canvas_drop(&c);
	return !out->failed || error_memory(err, "a picture");
}

bool view_svg(struct session *s, const struct view *v, struct value *subject, const struct args *options, int width, int max_height,
	      bool light, struct text *out, struct error *err)
{
	struct scene sc;
	bool ok;

	if (!scene_once(s, v, subject, options, &sc, err))
		return false;
	ok = scene_svg(&sc, width, max_height, light, out, err);
	scene_drop(&sc);
	return ok;
}
