/*
 * screen_bar.c - the bar: keys that work now, a gap, facts about the subject, and the word that names the focus.
 *
 *      - F8 next  F7 back  F6 pane  F1 help ------------------------- 4.5 b/w - PROMPT -
 */
#include "repl/screen_bar.h"

#include <string.h>

#include "repl/keys.h"
#include "repl/progress.h"

enum { HINTS_MAX = 24, LESSON_BAR = 16 };

static const struct hint lesson_words[] = {
	{ "", "hint" }, { "", "skip" }, { "", "again" }, { "", "free" }, { "", "lessons" }, { "", "leave" },
};
static const struct hint free_words[] = { { "", "resume" }, { "", "lessons" }, { "", "leave" } };

static bool began_above(struct screen *s, const struct parts_of_screen *p)
{
	int rows = screen_output_rows(s, p);

	return rows > 0 && output_rows_from(&s->out, s->said_from, rows + 1, s->cols) > rows;
}

static size_t hints(struct screen *s, const struct parts_of_screen *p, struct hint out[HINTS_MAX])
{
	struct lesson_place place;
	size_t n = 0;

	if (!s->stage)
		return 0;
	if (screen_pane_focused(s))
		return stage_hints(s->stage, true, out, HINTS_MAX);
	if (began_above(s, p))
		out[n++] = (struct hint){ "PgUp", "more above" };
	if (!s->runner || !runner_lesson(s->runner, &place))
		return n + stage_hints(s->stage, false, out + n, HINTS_MAX - n);
	if (place.free)
		for (size_t i = 0; i < sizeof free_words / sizeof *free_words; i++)
			out[n++] = free_words[i];
	else
		for (size_t i = 0; i < sizeof lesson_words / sizeof *lesson_words; i++)
			out[n++] = lesson_words[i];
	return n;
}

/* What is said instead of the keys; false: nothing. */
static bool notice(struct screen *s, const struct parts_of_screen *p, struct text *out)
{
	size_t below;

	if (s->finding) {
		text_add(out, "find: %s%s   Enter older  Down newer  Esc ends", s->out.find, s->none_found ? "   not found" : "");
		return true;
	}
	if (s->after_x) {
		text_put(out, "Ctrl-X ...");
		return true;
	}
	if (p->layout == LAYOUT_FULL && screen_job(s)) {
		progress_text(screen_job(s), s->now - s->job_began, s->cols - 24, s->ascii, out);
		return true;
	}
	below = output_below(&s->out, screen_output_rows(s, p), s->cols);
	if (below) {
		text_add(out, "scrolled back, %zu %s below   PgDn goes on", below, below == 1 ? "row" : "rows");
		return true;
	}
	if (s->stage && s->stage->message[0]) {
		text_put(out, s->stage->message);
		return true;
	}
	if (p->hidden)
		text_put(out, "pane hidden (60x16 needed)");
	return p->hidden;
}

static void lesson_bar(const struct lesson_place *place, struct canvas *c, int col, enum style style)
{
	int part = place->parts > 0 ? place->part * LESSON_BAR / place->parts : 0;
	int next = place->parts > 0 ? (place->part + 1) * LESSON_BAR / place->parts : 0;

	for (int i = 0; i < LESSON_BAR; i++)
		if (c->ascii)
			canvas_put(c, 0, col + i, i < part ? '#' : i < next ? '=' : '.', style, 0);
		else
			canvas_put(c, 0, col + i, i < part ? 0x2593 : i < next ? 0x2592 : 0x2591, style, 0);
}

/* What stands at the right end: facts, if they leave the hints `room` columns, then the word. */
struct right { const char *word; struct text facts; bool lesson; struct lesson_place place; int col, word_col; };

static void right_place(struct screen *s, int cols, int room, struct right *r)
{
	int width;

	r->word = screen_pane_focused(s) ? "PANE" : "PROMPT";
	r->word_col = r->col = cols - (int)strlen(r->word) - 3;
	r->lesson = s->runner && runner_lesson(s->runner, &r->place);
	if (r->lesson)
		text_add(&r->facts, "%d/%d", r->place.part, r->place.parts);
	else if (s->stage)
		stage_facts(s->stage, &r->facts);
	width = (int)text_width(text_str(&r->facts), r->facts.len) + (r->lesson ? LESSON_BAR + 1 : 0);
	if (r->facts.len && r->col - 1 - width - 2 >= room)
		r->col -= width + 3;
}

/* Returns the column where it begins. */
static int draw_right(struct screen *s, struct canvas *c, int room, enum style style)
{
	struct right r = { 0 };

	right_place(s, c->cols, room, &r);
	canvas_puts(c, 0, r.word_col, style, " ");
	canvas_puts(c, 0, r.word_col + 1, style, r.word);
	canvas_puts(c, 0, c->cols - 2, style, " ");
	canvas_restyle(c, 0, r.word_col + 1, (int)strlen(r.word), style, MARK_BOLD);
	if (r.col < r.word_col) {
		int col = r.col + 1;

		canvas_puts(c, 0, r.col, style, " ");
		if (r.lesson) {
			lesson_bar(&r.place, c, col, style);
			canvas_puts(c, 0, col + LESSON_BAR, style, " ");
			col += LESSON_BAR + 1;
		}
		canvas_text(c, 0, col, style, "%s ", text_str(&r.facts));
	}
	text_drop(&r.facts);
	return r.col;
}

static int hint_width(const struct hint *h)
{
	return (int)(text_width(h->key, strlen(h->key)) + text_width(h->label, strlen(h->label))) + (*h->key ? 1 : 0);
}

/* Columns of the hints that have room before `end`; returns how many. */
static size_t hints_that_fit(const struct hint *h, size_t n, int end)
{
	int col = 2;
	size_t i;

	for (i = 0; i < n && col + hint_width(&h[i]) + 1 < end; i++)
		col += hint_width(&h[i]) + 2;
	return i;
}

enum { ROOM_FOR_HINTS = 30, ROOM_FOR_NONE = 4 };

void bar_draw(struct screen *s, const struct parts_of_screen *p, struct canvas *c)
{
	struct hint h[HINTS_MAX];
	struct text said = { 0 };
	enum style style = screen_pane_focused(s) ? STYLE_BAR : STYLE_DIM;
	int col = 2, end;

	canvas_rule(c, 0, 0, c->cols, style);
	if (notice(s, p, &said)) {
		int width = (int)text_width(text_str(&said), said.len);

		end = draw_right(s, c, col + width + 2, style);
		canvas_puts(c, 0, 1, style, " ");
		if (end - 1 > col)
			canvas_fit(c, 0, col, end - 1 - col, STYLE_BAR, text_str(&said));
		canvas_puts(c, 0, col + width < end - 1 ? col + width : end - 1, style, " ");
	} else {
		size_t n = hints(s, p, h), k;

		end = draw_right(s, c, n ? ROOM_FOR_HINTS : ROOM_FOR_NONE, style);
		k = hints_that_fit(h, n, end);
		if (k)
			canvas_puts(c, 0, 1, style, " ");
		for (size_t i = 0; i < k; i++) {
			int key = (int)text_width(h[i].key, strlen(h[i].key));

			canvas_puts(c, 0, col, style, h[i].key);
			if (key)
				canvas_mark(c, 0, col, key, MARK_BOLD);
			canvas_text(c, 0, col + key, style, "%s%s%s", key ? " " : "", h[i].label, i + 1 < k ? "  " : " ");
			col += hint_width(&h[i]) + 2;
		}
	}
	text_drop(&said);
}

bool bar_click(struct screen *s, const struct parts_of_screen *p, int col, struct key *key, const char **line)
{
	struct hint h[HINTS_MAX];
	struct text said = { 0 };
	struct right r = { 0 };
	size_t n = notice(s, p, &said) ? 0 : hints(s, p, h);
	int at = 2;

	*line = NULL;
	right_place(s, s->cols, ROOM_FOR_HINTS, &r);
	n = hints_that_fit(h, n, r.col);
	text_drop(&r.facts);
	text_drop(&said);
	for (size_t i = 0; i < n; at += hint_width(&h[i]) + 2, i++)
		if (col >= at && col < at + hint_width(&h[i])) {
			if (*h[i].key)
				return key_named(h[i].key, key);
			*line = h[i].label;
			return true;
		}
	return false;
}
