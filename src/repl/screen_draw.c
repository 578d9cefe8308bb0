/*
 * screen_draw.c - where the parts of the screen are, and their picture. interaction.md 3.
 *
 * Reads the screen, changes nothing of it but what drawing a view does to that view's scroll.
 */
#include <stdlib.h>
#include <string.h>

#include "repl/candidates.h"
#include "repl/progress.h"
#include "repl/screen_bar.h"

enum { MIN_ROWS = 16, MIN_COLS = 60, TINY_ROWS = 6, TINY_COLS = 30, WIDE_COLS = 100, PANE_MIN = 8, PROMPT_MIN = 5, LINE_MAX_ROWS = 5,
       INSPECTOR_LEAST = 36 };

/* ---- layout ---- */

static enum layout layout_wanted(struct screen *s)
{
	static const struct { const char *name; enum layout layout; } names[] = {
		{ "stack", LAYOUT_STACK }, { "wide", LAYOUT_WIDE }, { "full", LAYOUT_FULL }, { "prompt", LAYOUT_PROMPT },
	};
	const char *set = s->session ? settings_get(&s->session->settings, "layout") : "auto";

	if (s->zoom == ZOOM_PANE)
		return LAYOUT_FULL;
	if (s->zoom == ZOOM_PROMPT)
		return LAYOUT_PROMPT;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(set, names[i].name))
			return names[i].layout;
	return s->cols >= WIDE_COLS ? LAYOUT_WIDE : LAYOUT_STACK;
}

static bool answer_is_due(const struct screen *s)
{
	struct lesson_place place;

	return s->runner && runner_lesson(s->runner, &place) && place.asking;
}

static int pane_rows(struct screen *s, enum layout layout, bool asking)
{
	const struct pane_size *size = &s->size[layout == LAYOUT_WIDE];
	int rows = s->rows * (layout == LAYOUT_WIDE ? 65 : 55) / 100, most = s->rows - 1 - PROMPT_MIN;

	if (size->rows)
		rows = size->rows;
	else if (size->percent)
		rows = s->rows * size->percent / 100;
	else if (asking)
		rows = s->rows * 42 / 100;
	rows = rows > most ? most : rows;
	return rows < PANE_MIN ? PANE_MIN : rows;
}

static bool has_inspector(struct screen *s, enum layout layout)
{
	return layout == LAYOUT_WIDE && s->cols >= MIN_COLS && s->stage && stage_front(s->stage) && !stage_front(s->stage)->pair;
}

/* The inspector has its share of the width, or less where the picture in front takes more and there is still enough to read. */
static int beside_inspector(struct screen *s)
{
	int share = s->cols - 1 - s->cols * 36 / 100, wanted = stage_front(s->stage)->view->made_for;

	return wanted > share && s->cols - wanted >= INSPECTOR_LEAST ? wanted : share;
}

static struct parts_of_screen parts_when(struct screen *s, bool asking)
{
	struct parts_of_screen p = { .layout = layout_wanted(s), .bar = -1, .body_cols = s->cols };

	if (s->rows < TINY_ROWS || s->cols < TINY_COLS) {
		p.layout = LAYOUT_TINY;
		p.hidden = true;
		p.prompt_rows = s->rows;
		return p;
	}
	if (s->rows < MIN_ROWS || s->cols < MIN_COLS) {
		p.hidden = true;
		p.layout = LAYOUT_PROMPT;
	}
	if (p.layout == LAYOUT_FULL)
		p.pane_rows = s->rows - 2;
	else if (p.layout != LAYOUT_PROMPT)
		p.pane_rows = pane_rows(s, p.layout, asking);
	if (has_inspector(s, p.layout))
		p.body_cols = beside_inspector(s);
	p.bar = p.pane_rows;
	p.prompt = p.bar + 1;
	p.prompt_rows = s->rows - p.prompt;
	return p;
}

struct parts_of_screen screen_parts(struct screen *s)
{
	return parts_when(s, answer_is_due(s));
}

int screen_room_for_output(struct screen *s, bool asking)
{
	struct parts_of_screen p = parts_when(s, asking);

	return p.layout == LAYOUT_FULL || p.layout == LAYOUT_TINY ? 0 : p.prompt_rows - 1;
}

bool screen_wraps(const struct screen *s)
{
	return !s->session || settings_on(&s->session->settings, "wrap");
}

/* Rows of the input line, of those the prompt part has. */
int screen_line_rows(struct screen *s, const struct parts_of_screen *p)
{
	int most = p->prompt_rows < LINE_MAX_ROWS ? p->prompt_rows : LINE_MAX_ROWS;

	return line_rows(s->cols, screen_wraps(s), p->layout == LAYOUT_FULL ? 1 : most);
}

/* ---- the inspector ---- */

/* A line of text in as many rows as it needs, broken at blanks. Returns the row after it. */
static int wrapped(struct canvas *c, int row, const char *line, size_t n)
{
	struct output o;
	struct canvas rest = canvas_part(c, row, 0, c->rows - row, c->cols);
	char *copy = strndup(line, n);

	output_init(&o, 1);
	if (copy && rest.rows > 0 && rest.cols > 0) {
		output_add(&o, STYLE_PLAIN, copy, 0);
		o.back = true;			/* from its beginning, if it is longer than the room */
		row += output_draw(&o, &rest);
	}
	output_drop(&o);
	free(copy);
	return row;
}

static void draw_inspector(struct screen *s, struct canvas *c)
{
	struct text why = { 0 };
	struct error err = { 0 };
	int row = 0;

	for (int r = 0; r < c->rows; r++)
		canvas_glyph(c, r, 0, GLYPH_V, STYLE_DIM);
	if (stage_why(s->stage, NULL, &why, &err)) {
		struct canvas inside = canvas_part(c, 0, 2, c->rows, c->cols - 3);
		const char *line = text_str(&why);

		while (*line && row < inside.rows) {
			size_t n = strcspn(line, "\n");

			row = wrapped(&inside, row, line, n);
			line += n + (line[n] == '\n');
		}
		if (*line && row == inside.rows)
			canvas_text(&inside, row - 1, 0, STYLE_DIM, "%-*s", inside.cols, "…  w shows it all");
	}
	text_drop(&why);
}

static void draw_pane(struct screen *s, const struct parts_of_screen *p, struct canvas *c)
{
	struct canvas pane = canvas_part(c, 0, 0, p->pane_rows, c->cols);

	if (!s->stage || p->pane_rows < 1)
		return;
	s->stage->body_cols = p->body_cols;
	s->stage->text_width = s->cols;
	s->stage->text_ascii = s->ascii;
	if (p->body_cols < c->cols) {
		struct canvas beside = canvas_part(c, 1, p->body_cols, p->pane_rows - 1, c->cols - p->body_cols);

		stage_draw(s->stage, &pane);
		draw_inspector(s, &beside);
	} else {
		stage_draw(s->stage, &pane);
	}
}

/* ---- the prompt part ---- */

/* Where candidates are listed: above the input line, or over the pane where that has more room and they need it. */
static bool list_over_pane(struct screen *s, const struct parts_of_screen *p)
{
	int room = screen_output_rows(s, p);

	return p->pane_rows - 1 > room && candidates_rows(s->list.n, s->cols) > (size_t)room;
}

int screen_list_rows(struct screen *s, const struct parts_of_screen *p)
{
	return list_over_pane(s, p) ? p->pane_rows - 1 : screen_output_rows(s, p);
}

static void draw_list_over_pane(struct screen *s, const struct parts_of_screen *p, struct canvas *c)
{
	struct canvas pane = canvas_part(c, 0, 0, p->pane_rows, c->cols), body = canvas_part(c, 1, 0, p->pane_rows - 1, c->cols);
	size_t shown = candidates_page(&s->list, s->list_from, body.rows, body.cols);

	canvas_clear(&pane);
	canvas_text(&pane, 0, 1, STYLE_TITLE, "%zu to %zu of %zu candidates", s->list_from + 1, s->list_from + shown, s->list.n);
	canvas_restyle(&pane, 0, 0, pane.cols, STYLE_TITLE, 0);
	candidates_draw(&s->list, s->list_from, &body);
}

/* Rows above the input line that are drawn over the output: the running job, or candidates. */
static int extra_rows(struct screen *s, const struct parts_of_screen *p, int room)
{
	int rows = 0;

	if (s->list.n)
		rows = list_over_pane(s, p) ? 0 : (int)candidates_rows(s->list.n, s->cols);
	else if (screen_job(s))
		rows = 1;
	return rows < room ? rows : room;
}

static void draw_extra(struct screen *s, struct canvas *c)
{
	if (s->list.n)
		candidates_draw(&s->list, s->list_from, c);
	else
		progress_draw(screen_job(s), s->now - s->job_began, c, 0);
}

int screen_output_rows(struct screen *s, const struct parts_of_screen *p)
{
	return p->layout == LAYOUT_TINY || p->layout == LAYOUT_FULL ? 0 : p->prompt_rows - screen_line_rows(s, p);
}

static void draw_prompt(struct screen *s, const struct parts_of_screen *p, struct canvas *c, int *cursor_row, int *cursor_col)
{
	int line = screen_line_rows(s, p), room = screen_output_rows(s, p), extra = extra_rows(s, p, room), used;
	struct canvas part = canvas_part(c, p->prompt, 0, p->prompt_rows, c->cols);
	struct canvas out = canvas_part(&part, 0, 0, room - extra, c->cols);

	used = output_draw(&s->out, &out);
	if (extra) {
		struct canvas more = canvas_part(&part, used, 0, extra, c->cols);

		draw_extra(s, &more);
		used += extra;
	}
	if (p->layout == LAYOUT_TINY)
		used = 0;
	part = canvas_part(&part, used, 0, line, c->cols);
	line_draw(&part, screen_wraps(s), line, cursor_row, cursor_col);
	*cursor_row += p->prompt + used;
}

void screen_draw(struct screen *s, struct canvas *c, int *cursor_row, int *cursor_col)
{
	struct parts_of_screen p = screen_parts(s);

	canvas_clear(c);
	*cursor_row = *cursor_col = -1;
	if (c->rows < 1 || c->cols < 1)
		return;
	draw_pane(s, &p, c);
	if (s->list.n && list_over_pane(s, &p))
		draw_list_over_pane(s, &p, c);
	draw_prompt(s, &p, c, cursor_row, cursor_col);
	if (p.bar >= 0) {
		struct canvas bar = canvas_part(c, p.bar, 0, 1, c->cols);

		bar_draw(s, &p, &bar);
	}
	if (screen_pane_focused(s) || s->finding)
		*cursor_row = *cursor_col = -1;
}

bool screen_snap(struct screen *s, bool svg, struct text *out, struct error *err)
{
	struct canvas c;
	int row, col;

	if (!canvas_new(&c, s->rows, s->cols, s->ascii, err))
		return false;
	screen_draw(s, &c, &row, &col);
	if (svg) {
		canvas_write_svg(&c, "quantscope", s->light, out);
	} else {
		canvas_write_text(&c, COLORS_NONE, s->light, false, out);
		if (row >= 0)
			text_add(out, "cursor %d %d", row, col);
		else
			text_put(out, "cursor none");
	}
	canvas_drop(&c);
	return !out->failed || error_memory(err, "the picture of the screen");
}
