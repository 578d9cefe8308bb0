/*
 * stage_draw.c - a scene as a picture: title in the first row, body below; the same as text and as SVG.
 */
#include "views/stage.h"

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

/* later: what takes long may be left to the worker. */
static void scene_draw(struct scene *sc, struct canvas *c, int body_cols, bool options, bool later, const char *note)
{
	struct canvas body = canvas_part(c, 1, 0, c->rows - 1, body_cols);

	if (sc->view->later)
		sc->view->later(sc->state, later);
	sc->view->draw(sc->state, &body);
	draw_title(sc, c, options, note);		/* it may tell what was found room for */
}

void stage_draw(struct stage *s, struct canvas *c)
{
	struct scene *front = stage_front(s);

	canvas_clear(c);
	if (front) {
		scene_draw(front, c, s->body_cols > 0 ? s->body_cols : c->cols, false, s->background,
			   !s->note_of || s->note_of == front->state ? s->note : "");
		stage_hand_on(s, front);
	} else {
		struct canvas body = canvas_part(c, 1, 0, c->rows - 1, c->cols);

		canvas_restyle(c, 0, 0, c->cols, STYLE_TITLE, 0);
		canvas_fit(c, 0, 1, c->cols - 2, STYLE_TITLE, "quantscope   small numbers from large ones, step by step");
		start_draw(s, &body);
	}
	if (s->card)
		stage_draw_card(s, c);
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
	while (c->rows > 1) {
		const struct cell *last = c->cell + (size_t)(c->rows - 1) * (size_t)c->stride;
		int col = 0;

		while (col < c->cols && last[col].ch == ' ')
			col++;
		if (col < c->cols)
			break;
		c->rows--;
	}
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

static void scene_close(struct scene *sc)
{
	sc->view->close(sc->state);
	args_drop(&sc->options);
	value_drop(sc->subject);
}

bool view_text(struct session *s, const struct view *v, struct value *subject, const struct args *options, int width, int max_height,
	       bool ascii, enum colors colors, bool light, struct text *out, struct error *err)
{
	struct scene sc;
	bool ok;

	if (!scene_once(s, v, subject, options, &sc, err))
		return false;
	ok = scene_text(&sc, width, max_height, ascii, colors, light, out, err);
	scene_close(&sc);
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
	scene_close(&sc);
	return ok;
}
