/*
 * compare_pair.c - two codecs side by side on the same weights: line over line, or block over block, with the cursor in step.
 */
#include "views/compare_view.h"

#include <stdio.h>
#include <string.h>

static void close_states(struct compare_view *v)
{
	for (int i = 0; i < 2; i++)
		if (v->pair.state[i])
			v->pair.view->close(v->pair.state[i]);
	v->pair.state[0] = v->pair.state[1] = NULL;
}

static bool open_states(struct compare_view *v, const struct view *view, size_t at, struct error *err)
{
	close_states(v);
	v->pair.view = view;
	for (int i = 0; i < 2; i++) {
		v->pair.state[i] = view->open(&v->session, v->pair.value[i], NULL, err);
		if (!v->pair.state[i])
			return false;
		if (view->set_cursor)
			view->set_cursor(v->pair.state[i], at);
	}
	return true;
}

bool compare_pair_open(struct compare_view *v, struct error *err)
{
	for (int i = 0; i < 2; i++)
		v->pair.value[i] = compare_table(v)->behind[v->marked[i]];
	if (open_states(v, view_find("line"), 0, err))
		return true;
	compare_pair_close(v);
	return false;
}

void compare_pair_close(struct compare_view *v)
{
	close_states(v);
	memset(&v->pair, 0, sizeof v->pair);
	v->marked[0] = v->marked[1] = SIZE_MAX;
}

static void draw_title(const struct compare_view *v, struct canvas *c, int row, int which)
{
	struct text left = { 0 }, right = { 0 };

	v->pair.view->title(v->pair.state[which], &left, &right);
	canvas_rule(c, row, 0, c->cols, STYLE_DIM);
	canvas_text(c, row, 1, STYLE_TITLE, " %.*s ", (int)strcspn(text_str(&left), " "), text_str(&left));
	text_drop(&left);
	text_drop(&right);
}

void compare_pair_draw(struct compare_view *v, struct canvas *c)
{
	int half = c->rows / 2, row = 0;

	for (int i = 0; i < 2; i++) {
		int rows = i ? c->rows - row : half;
		struct canvas part = canvas_part(c, row + 1, 0, rows - 1, c->cols);

		draw_title(v, c, row, i);
		v->pair.row[i] = row + 1;
		v->pair.rows[i] = rows - 1;
		v->pair.view->draw(v->pair.state[i], &part);
		row += rows;
	}
}

static void keep_in_step(struct compare_view *v, int from)
{
	const struct view *view = v->pair.view;

	if (view->cursor && view->set_cursor)
		view->set_cursor(v->pair.state[1 - from], view->cursor(v->pair.state[from]));
}

bool compare_pair_press(struct compare_view *v, const struct key *k, struct wish *wish)
{
	const struct view *view = v->pair.view;
	bool plain = k->code == KEY_CHAR && !k->ctrl && !k->meta;
	struct error err = { 0 };

	if (k->code == KEY_ESC || (plain && (k->ch == '2' || k->ch == 'm' || k->ch == 'u'))) {
		compare_pair_close(v);
		return true;
	}
	if (k->code == KEY_TAB) {
		size_t at = view->cursor ? view->cursor(v->pair.state[0]) : 0;

		if (!open_states(v, view_find(strcmp(view->name, "line") ? "line" : "block"), at, &err)) {
			snprintf(wish->say, sizeof wish->say, "%.190s", err.text);
			compare_pair_close(v);
		}
		return true;
	}
	if (!view->press(v->pair.state[0], k, wish))
		return false;
	keep_in_step(v, 0);
	return true;
}

bool compare_pair_click(struct compare_view *v, int row, int col, bool again, struct wish *wish)
{
	for (int i = 0; i < 2; i++) {
		if (row < v->pair.row[i] || row >= v->pair.row[i] + v->pair.rows[i] || !v->pair.view->click ||
		    !v->pair.view->click(v->pair.state[i], row - v->pair.row[i], col, again, wish))
			continue;
		keep_in_step(v, i);
		return true;
	}
	return false;
}
