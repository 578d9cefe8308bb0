/*
 * name.c - what the letters of a name mean, and what they do not: its pieces, the codec and the recipe it stands for, which tensors the
 * recipe treats differently, and what the average is.
 *
 * Words wrap; when low it scrolls. The cursor stands on a piece.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/model.h"
#include "session/naming.h"
#include "views/lines.h"
#include "views/view.h"

struct name_view {
	struct session *session;
	struct naming n;
	int cursor;		/* a piece */
	size_t top;		/* line that is drawn first */
	int page;		/* rows of the last drawing */
	size_t cursor_line;	/* where the piece stood in it */
	bool follow;		/* the cursor has moved: the next drawing shows it */
};

enum { LABEL = 2, WORDS = 12, PLACE = WORDS, GETS = WORDS + 18 };

/* ---- the lines ---- */

static void codec_lines(const struct name_view *v, struct lines *l)
{
	const struct codec *c = v->n.codec;

	if (!c)
		return;
	lines_gap(l);
	if (c->block_len > 1)
		lines_addf(l, STYLE_PLAIN, LABEL, "codec", WORDS, "%s: %.6g bits a weight, %d weights in %d bytes", c->name, codec_bits(c), c->block_len,
			   c->block_bytes);
	else
		lines_addf(l, STYLE_PLAIN, LABEL, "codec", WORDS, "%s: %.6g bits a weight%s", c->name, codec_bits(c),
			   c->block_len ? "" : ", and a scale for as many weights as one likes");
	if (c->sub_len && c->sub_len < c->block_len)
		lines_addf(l, STYLE_PLAIN, 0, NULL, WORDS, "%d sub-blocks of %d, each with a scale%s of its own", c->block_len / c->sub_len, c->sub_len,
			   c->flags & CODEC_HAS_MIN ? " and a minimum" : "");
	else if (!(c->flags & CODEC_PLAIN))
		lines_add(l, STYLE_PLAIN, 0, NULL, WORDS, c->flags & CODEC_HAS_MIN ? "a scale and a minimum for all of them" : "one scale for all of them");
	if (!(c->flags & CODEC_PLAIN) && c->codes)
		lines_addf(l, STYLE_PLAIN, 0, NULL, WORDS, "codes: %s%s", c->codes,
			   c->flags & CODEC_VECTOR_CODEBOOK ? "; an index stands for several weights" : "");
	if (c->flags & CODEC_NEEDS_IMPORTANCE)
		lines_add(l, STYLE_PLAIN, 0, NULL, WORDS, "cannot be made without importance");
	if (v->n.is_not[0])
		lines_add(l, STYLE_WARN, 0, NULL, WORDS, v->n.is_not);
}

static void average_lines(const struct name_view *v, struct lines *l)
{
	const struct recipe *r = v->n.recipe;

	if (r->bits_imp > 0)
		lines_addf(l, STYLE_PLAIN, LABEL, "average", WORDS, "%.4f bits a weight of a 7B model of 32 blocks, %.4f with importance: worked out from "
			   "the rules", r->bits, r->bits_imp);
	else
		lines_addf(l, STYLE_PLAIN, LABEL, "average", WORDS, "%.4f bits a weight of a 7B model of 32 blocks: worked out from the rules", r->bits);
	for (size_t i = 0; i < v->session->n_models; i++) {
		const struct model *m = v->session->models[i]->u.model;
		const struct fact *type = model_fact(m, "general.file_type");
		const struct recipe *says = type ? recipe_of_file((uint32_t)type->u) : NULL;

		lines_addf(l, STYLE_PLAIN, 0, NULL, WORDS, "%s, which is open, says %s: really %.4f bits a weight", v->session->models[i]->label,
			   says ? says->name : "nothing", model_bits(m));
	}
}

static void recipe_lines(const struct name_view *v, struct lines *l)
{
	const struct recipe *r = v->n.recipe;
	bool more_bits = false, all_alike = true;

	if (!r)
		return;
	lines_gap(l);
	lines_addf(l, STYLE_PLAIN, LABEL, "recipe", WORDS, "%s, file type %d, shown as \"%s\": starts from %s", r->name, r->file_type, r->text, r->codec);
	for (int i = 0; i < PLACES; i++) {
		if (!r->gets[i])
			continue;
		all_alike = false;
		more_bits |= strstr(r->gets[i], "more bits") != NULL;
		lines_add(l, STYLE_PLAIN, PLACE, recipe_places[i], GETS, r->gets[i]);
	}
	if (all_alike)
		lines_addf(l, STYLE_PLAIN, 0, NULL, WORDS, "every matrix gets %s; single rows stay f32", r->codec);
	else
		lines_addf(l, STYLE_PLAIN, PLACE, "other matrices", GETS, "%s; single rows stay f32", r->others ? r->others : r->codec);
	if (more_bits)
		lines_add(l, STYLE_DIM, 0, NULL, WORDS, "more bits: the first and last eighth of the blocks, and every third between");
	if (r->needs_importance)
		lines_add(l, STYLE_WARN, 0, NULL, WORDS, "refused without importance data");
	average_lines(v, l);
}

static void near_lines(const struct name_view *v, struct lines *l)
{
	struct text near = { 0 };

	if (!(v->n.kinds & (NAME_MISSING | NAME_FOREIGN)) || !v->n.n_near)
		return;
	for (int i = 0; i < v->n.n_near; i++)
		text_add(&near, "%s%s", i ? "  " : "", v->n.near[i]);
	lines_gap(l);
	lines_add(l, STYLE_PLAIN, LABEL, "nearest", WORDS, text_str(&near));
	text_drop(&near);
}

static void fill(const struct name_view *v, struct lines *l, int width)
{
	lines_begin(l, width);
	for (int i = 0; i < v->n.parts; i++) {
		const struct name_part *p = &v->n.part[i];

		char label[32];

		snprintf(label, sizeof label, "%-6s %s", p->text, v->n.kinds & NAME_RECIPE ? p->owner : "");
		lines_add(l, STYLE_PLAIN, LABEL, label, v->n.kinds & NAME_RECIPE ? LABEL + 15 : LABEL + 8, p->means);
	}
	lines_gap(l);
	if (v->n.is[0])
		lines_add(l, STYLE_PLAIN, 0, NULL, LABEL, v->n.is);
	codec_lines(v, l);
	recipe_lines(v, l);
	near_lines(v, l);
}

/* ---- the view ---- */

static const char *typed(const struct value *subject)
{
	return subject->kind == VALUE_CODEC ? subject->u.codec->name : subject->u.string;
}

static bool name_takes(const struct value *subject)
{
	struct naming n;

	return name_read(typed(subject), &n, NULL);
}

static void *name_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct name_view *v = calloc(1, sizeof *v);

	(void)options;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->session = s;
	if (!name_read(typed(subject), &v->n, err)) {
		free(v);
		return NULL;
	}
	return v;
}

static void name_title(const void *state, struct text *left, struct text *right)
{
	const struct name_view *v = state;

	text_escape(left, v->n.name, strlen(v->n.name), 0);
	text_put(right, v->n.kinds & NAME_CODEC ? v->n.kinds & NAME_RECIPE ? "codec and recipe" : "codec" : v->n.kinds & NAME_RECIPE ? "recipe" :
		 v->n.kinds & NAME_MISSING ? "does not exist" : v->n.kinds & NAME_FOREIGN ? "not one of ours" : v->n.kinds & NAME_FAMILY ? "several" :
		 "another vocabulary");
}

static int name_height(const void *state, int cols)
{
	struct lines l = { 0 };
	int n;

	fill(state, &l, cols);
	n = (int)l.n;
	lines_drop(&l);
	return n;
}

/* The line that a piece begins at. */
static size_t line_of(const struct lines *l, int piece)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->line[i].label && piece-- == 0)
			return i;
	return 0;
}

static void name_draw(void *state, struct canvas *c)
{
	struct name_view *v = state;
	struct lines l = { 0 };
	size_t most;

	fill(v, &l, c->cols);
	most = l.n > (size_t)c->rows ? l.n - (size_t)c->rows : 0;
	if (v->top > most)
		v->top = most;
	v->cursor_line = v->n.parts ? line_of(&l, v->cursor) : 0;
	if (v->follow && v->cursor_line < v->top)
		v->top = v->cursor_line;
	while (v->follow && v->cursor_line >= v->top + lines_room(&l, c->rows, v->top))
		v->top++;
	v->follow = false;
	v->page = (int)lines_room(&l, c->rows, v->top);
	lines_draw(&l, c, 0, v->top);
	if (v->n.parts && v->cursor_line >= v->top && v->cursor_line < v->top + (size_t)v->page)
		canvas_glyph(c, (int)(v->cursor_line - v->top), 0, GLYPH_CHOSEN, STYLE_CURSOR);
	lines_drop(&l);
}

static bool name_press(void *state, const struct key *k, struct wish *wish)
{
	struct name_view *v = state;

	(void)wish;
	if (k->code == KEY_UP_ || (k->code == KEY_CHAR && k->ch == 'k')) {
		if (v->top > v->cursor_line || (v->top && !v->cursor)) {
			v->top--;
		} else if (v->cursor > 0) {
			v->cursor--;
			v->follow = true;
		}
	} else if (k->code == KEY_DOWN_ || (k->code == KEY_CHAR && k->ch == 'j')) {
		if (v->cursor < v->n.parts - 1) {
			v->cursor++;
			v->follow = true;
		} else {
			v->top++;
		}
	} else if (k->code == KEY_PGUP) {
		v->top = v->top > (size_t)v->page ? v->top - (size_t)v->page : 0;
	} else if (k->code == KEY_PGDN) {
		v->top += (size_t)v->page;
	} else {
		return false;
	}
	return true;
}

static bool name_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct name_view *v = state;
	const struct name_part *p = v->n.parts ? &v->n.part[v->cursor] : NULL;

	for (int i = 0; name && i < v->n.parts; i++)
		if (!strcmp(v->n.part[i].text, name) || (v->n.part[i].text[0] == '_' && !strcmp(v->n.part[i].text + 1, name)))
			p = &v->n.part[i], name = NULL;
	if (name) {
		error_set(err, ERR_ARGUMENT, "%s has no part '%.20s'", v->n.name, name);
		return error_hint(err, "name", "why  alone is of the part under the cursor");
	}
	if (!p) {
		text_add(out, "%s: %s\n", v->n.name, v->n.is);
		return true;
	}
	text_add(out, "%s in %s: %s%s%s\n", p->text, v->n.name, p->means, *p->owner ? "; it belongs to the " : "", p->owner);
	return true;
}

static struct table *name_data(const void *state, struct error *err)
{
	const struct name_view *v = state;
	struct table *t = table_new("part means of");

	for (int i = 0; t && i < v->n.parts; i++) {
		table_row(t);
		table_text(t, v->n.part[i].text);
		table_text(t, v->n.part[i].means);
		table_text(t, v->n.part[i].owner);
	}
	if (!t)
		error_memory(err, "a table");
	return t;
}

static const struct view_key name_keys[] = {
	{ "<Up> <Down> k j", "part", "another part of the name, then further down", true },
	{ "<PgUp> <PgDn>", "page", "a page up or down", false },
	{ 0 }
};

const struct view view_name = {
	.name     = "name",
	.question = "what the letters of a name mean, and what they do not",
	.fits     = FITS(STRING) | FITS(CODEC),
	.takes    = name_takes,
	.keys     = name_keys,
	.columns  = "part means of",
	.made_for = 80,
	.gives_up = "nothing: words go on below; when low it scrolls",
	.open     = name_open,
	.close    = free,
	.title    = name_title,
	.height   = name_height,
	.draw     = name_draw,
	.press    = name_press,
	.why      = name_why,
	.data     = name_data,
};
