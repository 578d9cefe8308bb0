/*
 * line_draw.c - the input line as cells: how it wraps or scrolls, where its cursor is, and which character a click means.
 *
 * One walk over prompt and line serves all three, so they cannot differ.
 */
#include "repl/line.h"

#include <stdio.h>
#include <readline/readline.h>
#include <string.h>

#include "base/text.h"

/* A character as it is shown, or several for one byte: ^A. */
struct shown { int row, col; size_t at; uint32_t ch; int width; bool prompt; };
typedef void visit_fn(void *arg, const struct shown *s);

struct flow { int cols; bool wrap; int row, col; visit_fn *visit; void *arg; };

static void emit(struct flow *w, uint32_t ch, int width, size_t at, bool prompt)
{
	if (w->wrap && w->col + width > w->cols && w->col > 0) {
		w->row++;
		w->col = 0;
	}
	w->visit(w->arg, &(struct shown){ w->row, w->col, at, ch, width, prompt });
	w->col += width;
}

static void emit_prompt(struct flow *w, const char *s)
{
	for (size_t n = strlen(s), used; n; s += used, n -= used) {
		uint32_t ch;
		int width;

		used = utf8_decode(s, n, &ch);
		width = utf8_width(ch);
		if (ch >= ' ' && width > 0)
			emit(w, ch, width, 0, true);
	}
}

/* Every character from the prompt on, then once more the place behind the last one (ch 0). */
static void walk_line(int cols, bool wrap, visit_fn *visit, void *arg)
{
	struct flow w = { .cols = cols, .wrap = wrap, .visit = visit, .arg = arg };
	const char *s = line_text();
	size_t n = strlen(s), at = 0, used;

	emit_prompt(&w, line_prompt_shown());
	for (; at < n; at += used) {
		uint32_t ch;

		used = utf8_decode(s + at, n - at, &ch);
		if (ch == '\n') {
			if (wrap && w.col >= cols) {
				w.row++;
				w.col = 0;
			}
			visit(arg, &(struct shown){ w.row, w.col, at, 0, 1, false });
			w.row++;
			w.col = 0;
			emit_prompt(&w, "..> ");
		} else if (ch == '\t') {
			int stop = 8 - w.col % 8;

			while (stop--)
				emit(&w, ' ', 1, at, false);
		} else if (ch < ' ' || ch == 0x7f) {
			emit(&w, '^', 1, at, false);
			emit(&w, ch == 0x7f ? '?' : ch + '@', 1, at, false);
		} else if (utf8_width(ch) > 0) {
			emit(&w, ch, utf8_width(ch), at, false);
		} else {
			visit(arg, &(struct shown){ w.row, w.col, at, ch, 0, false });
		}
	}
	if (wrap && w.col >= cols && w.col > 0) {
		w.row++;
		w.col = 0;
	}
	visit(arg, &(struct shown){ w.row, w.col, n, 0, 1, false });
}

/* Where the cursor is, and how many rows there are. A combining character belongs to the one before it. */
struct place { size_t point; int row, col, rows; bool found; };

static void find_place(void *arg, const struct shown *s)
{
	struct place *p = arg;

	p->rows = s->row + 1;
	if (!p->found && !s->prompt && s->at >= p->point && s->width) {
		p->found = true;
		p->row = s->row;
		p->col = s->col;
	}
}

static struct place place_of_cursor(int cols, bool wrap)
{
	struct place p = { .point = line_cursor() };

	walk_line(cols, wrap, find_place, &p);
	return p;
}

/* Columns to the left that are scrolled away, on the cursor's row. By halves, so that moving within a half keeps the picture still. */
static int scrolled(int cols, int col)
{
	int step = cols / 2 > 0 ? cols / 2 : 1;

	return col < cols - 1 ? 0 : cols < 3 ? col : ((col - (cols - 1)) / step + 1) * step;
}

struct drawing { struct canvas *c; bool wrap; int first, shift_row, shift, rows; };

static void draw_one(void *arg, const struct shown *s)
{
	struct drawing *d = arg;
	int row = s->row - d->first, shift = s->row == d->shift_row ? d->shift : 0, col = s->col - shift;

	if (row < 0 || row >= d->rows || !s->ch)
		return;
	if (!s->width) {
		canvas_combine(d->c, row, col - 1, s->ch);
		return;
	}
	if (col < 0 || col + s->width > d->c->cols) {
		if (!d->wrap)
			canvas_put(d->c, row, col < 0 ? 0 : d->c->cols - 1, col < 0 ? '<' : '>', STYLE_DIM, 0);
	} else if (!(shift && col == 0)) {
		canvas_put(d->c, row, col, s->ch, s->prompt ? STYLE_MARK : STYLE_PLAIN, 0);
	}
}

static int first_row(const struct place *p, int max_rows)
{
	return p->row >= max_rows ? p->row - max_rows + 1 : 0;
}

int line_draw(struct canvas *c, bool wrap, int max_rows, int *cursor_row, int *cursor_col)
{
	struct drawing d = { .c = c, .wrap = wrap, .shift_row = -1 };
	struct place p;

	*cursor_row = *cursor_col = 0;
	if (c->cols < 1 || c->rows < 1 || max_rows < 1)
		return 0;
	max_rows = max_rows > c->rows ? c->rows : max_rows;
	p = place_of_cursor(c->cols, wrap);
	d.first = first_row(&p, max_rows);
	d.rows = p.rows - d.first < max_rows ? p.rows - d.first : max_rows;
	if (!wrap) {
		d.shift_row = p.row;
		d.shift = scrolled(c->cols, p.col);
	}
	walk_line(c->cols, wrap, draw_one, &d);
	*cursor_row = p.row - d.first;
	*cursor_col = p.col - d.shift < c->cols ? p.col - d.shift : c->cols - 1;
	return d.rows;
}

int line_rows(int cols, bool wrap, int max_rows)
{
	struct place p;

	if (cols < 1 || max_rows < 1)
		return 0;
	p = place_of_cursor(cols, wrap);
	return p.rows < max_rows ? p.rows : max_rows;
}

/* The last character that begins at or before the place. */
struct target { int row, col; size_t at; bool found; };

static void find_target(void *arg, const struct shown *s)
{
	struct target *t = arg;

	if (s->prompt || !s->width || s->row > t->row || (s->row == t->row && s->col > t->col && t->found))
		return;
	t->found = true;
	t->at = s->at;
}

void line_click(int cols, bool wrap, int max_rows, int row, int col)
{
	struct place p;
	struct target t;

	if (cols < 1 || max_rows < 1 || row < 0 || col < 0)
		return;
	p = place_of_cursor(cols, wrap);
	t = (struct target){ .row = row + first_row(&p, max_rows), .col = col };
	if (!wrap && t.row == p.row)
		t.col += scrolled(cols, p.col);
	walk_line(cols, wrap, find_target, &t);
	if (t.found)
		rl_point = (int)t.at;
}
