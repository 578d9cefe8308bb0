/*
 * stage_keys.c - keys of the focused pane: one table dispatches them and writes the key card, so the card cannot lie.
 *
 * A view's own keys come first; then this table (interaction.md 5.2). The last part of the table belongs to the program, which
 * takes those keys before the stage sees them; it stands here for the card alone.
 */
#include "views/stage_keys.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/start.h"

enum when { ALWAYS, IN_WALK, OF_VIEW /* the view does it, if it says so */, OF_PROGRAM };

enum act { NOTHING, STEP_NEXT, STEP_BACK, STEP_FIRST, STEP_LAST, BLOCK_NEXT, BLOCK_BACK, BLOCK_NEXT_START, BLOCK_BACK_START,
	   ROW_NEXT, ROW_BACK, PLAY, UP, TURN, TURN_BACK, WHY, TEXT, CARD };

static const struct shared_key { const char *keys, *label; enum when when; enum act act; } shared_keys[] = {
	{ "<Up> <Down> <Left> <Right>", "move the cursor", OF_VIEW, NOTHING },
	{ "<PgUp> <PgDn>", "page up, down", OF_VIEW, NOTHING },
	{ "g G <Home> <End>", "first, last", OF_VIEW, NOTHING },
	{ "<Enter>", "open what is there", OF_VIEW, NOTHING },
	{ "n <Space> <F8>", "next step", IN_WALK, STEP_NEXT },
	{ "b <Backspace> <F7>", "step back", IN_WALK, STEP_BACK },
	{ "0", "first step", IN_WALK, STEP_FIRST },
	{ "$", "last step", IN_WALK, STEP_LAST },
	{ "N", "start of next block", IN_WALK, BLOCK_NEXT_START },
	{ "B", "start of one before", IN_WALK, BLOCK_BACK_START },
	{ "p <F5>", "play, pause", IN_WALK, PLAY },
	{ "]", "next block", IN_WALK, BLOCK_NEXT },
	{ "[", "block before", IN_WALK, BLOCK_BACK },
	{ "}", "next row", IN_WALK, ROW_NEXT },
	{ "{", "row before", IN_WALK, ROW_BACK },
	{ "u <Esc>", "up, then to prompt", ALWAYS, UP },
	{ "v <F9>", "next view", ALWAYS, TURN },
	{ "V", "view before", ALWAYS, TURN_BACK },
	{ "w <F4>", "why", ALWAYS, WHY },
	{ "y", "copy the value", OF_VIEW, NOTHING },
	{ "t", "text to the output", ALWAYS, TEXT },
	{ "? <F1>", "this card", ALWAYS, CARD },
	{ "z", "whole screen", OF_PROGRAM, NOTHING },
	{ ":", "one command", OF_PROGRAM, NOTHING },
	{ "q <F6>", "to the prompt", OF_PROGRAM, NOTHING },
	{ "<C-x> <Left> <Right>", "views shown", OF_PROGRAM, NOTHING },
	{ "<C-x> + -", "size of the pane", OF_PROGRAM, NOTHING },
};

enum { SHARED = sizeof shared_keys / sizeof *shared_keys };

/* ---- lists of keys ---- */

static size_t next_key(const char **keys, struct key *k)
{
	size_t used;

	while (**keys == ' ')
		++*keys;
	used = key_parse(*keys, k);
	*keys += used;
	return used;
}

bool key_among(const struct key *k, const char *keys)
{
	struct key other;

	while (next_key(&keys, &other))
		if (key_equal(k, &other))
			return true;
	return false;
}

void keys_in_words(const char *keys, char *buf, size_t size)
{
	static const struct { enum key_code code; const char *word; } arrows[] = {
		{ KEY_UP_, "↑" }, { KEY_DOWN_, "↓" }, { KEY_LEFT_, "←" }, { KEY_RIGHT_, "→" },
	};
	struct text t = { 0 };
	bool arrow_before = false;
	struct key k;

	while (next_key(&keys, &k)) {
		const char *word = NULL;
		char written[16];
		size_t n;

		for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++)
			if (k.code == arrows[i].code)
				word = arrows[i].word;
		if (t.len && !(word && arrow_before))
			text_put(&t, " ");
		arrow_before = word != NULL;
		if (!word)
			word = k.code == KEY_BACK ? "<Backspace>" : key_write(&k, written);
		n = strlen(word);
		if (n > 2 && *word == '<')
			text_putn(&t, word + 1, n - 2);
		else
			text_putn(&t, word, n);
	}
	snprintf(buf, size, "%s", text_str(&t));
	text_drop(&t);
}

/* ---- dispatch ---- */

static const struct view_key *key_of_view(const struct view *v, const struct key *k)
{
	for (const struct view_key *own = v ? v->keys : NULL; own && own->keys; own++)
		if (key_among(k, own->keys))
			return own;
	return NULL;
}

/* A key that the view has, in front of something that it does nothing with, is told from one that it has not. */
static bool no_key(struct stage *s, const struct key *k)
{
	struct scene *front = stage_front(s);
	const struct view_key *own = key_of_view(front ? front->view : NULL, k);
	char written[16];

	if (own)
		snprintf(s->message, sizeof s->message, "nothing here for %s (%s) - ? lists keys, v shows another view", key_write(k, written), own->label);
	else if (k->code == KEY_CHAR && !k->ctrl && !k->meta)
		snprintf(s->message, sizeof s->message, "no key '%s' here - ? lists them, : types a command", key_write(k, written));
	return false;
}

static bool go_up(struct stage *s)
{
	struct scene *front = stage_front(s);

	if (!front || front->from < 0 || front->from >= s->n)
		return false;
	return stage_past(s, front->from - s->at);
}

static bool grant(struct stage *s, struct wish *wish, struct text *said, struct text *typed, struct error *err)
{
	struct scene *front = stage_front(s);
	bool ok = true;

	text_put(said, wish->say);
	text_put(typed, wish->type);
	s->edits = wish->edit;
	if (wish->view) {
		const struct view *v = view_find(wish->view);
		int from = s->at;

		ok = v ? stage_show(s, v, wish->subject ? wish->subject : front->subject, &wish->options, err)
		       : error_set(err, ERR_INTERNAL, "there is no view '%s'", wish->view);
		if (ok)
			stage_front(s)->from = s->at > from ? from : s->at - 1;	/* the oldest may have been dropped */
		if (ok && !wish->subject && !args_get(&wish->options, "field"))		/* a field that was named stays chosen */
			stage_keep_in_step(s, stage_front(s)->from);
	}
	args_drop(&wish->options);
	value_drop(wish->subject);
	return ok && (!wish->up || go_up(s));
}

static bool step(struct stage *s, enum move m, size_t n, struct text *said, struct error *err)
{
	bool moved;

	return stage_move(s, m, n, &moved, said, err);
}

/* To a neighbouring block of the walk, `from_start`: and to its first step. */
static bool to_block(struct stage *s, bool back, bool by_row, bool from_start, struct text *said, struct error *err)
{
	struct value *v = stage_walk(s);
	struct walk *w = &v->u.walk;
	size_t blocks, by, at;

	if (v->kind != VALUE_TRACE) {
		snprintf(s->message, sizeof s->message, "no blocks here");
		return true;
	}
	blocks = tensor_blocks(&w->q.blocks);
	by = by_row ? blocks / w->q.blocks.rows : 1;
	at = w->trace.block;
	if (!by || (back ? at < by : at + by >= blocks)) {
		snprintf(s->message, sizeof s->message, "%s %s", back ? "first" : "last", by_row ? "row" : "block");
		return true;
	}
	if (!walk_block(w, back ? at - by : at + by, err))
		return false;
	if (from_start)
		stage_pair_go(s, 0);
	if (!stage_pair_block(s, err))
		return false;
	stage_follow(s);
	stage_say_step(s, said);
	return true;
}

static bool act(struct stage *s, enum act a, struct text *said, struct error *err)
{
	struct scene *front = stage_front(s);

	switch (a) {
	case STEP_NEXT:
		return step(s, MOVE_NEXT, 1, said, err);
	case STEP_BACK:
		return step(s, MOVE_BACK, 1, said, err);
	case STEP_FIRST:
		return step(s, MOVE_FIRST, 0, said, err);
	case STEP_LAST:
		return step(s, MOVE_LAST, 0, said, err);
	case BLOCK_NEXT:
		return to_block(s, false, false, false, said, err);
	case BLOCK_BACK:
		return to_block(s, true, false, false, said, err);
	case BLOCK_NEXT_START:
		return to_block(s, false, false, true, said, err);
	case BLOCK_BACK_START:
		return to_block(s, true, false, true, said, err);
	case ROW_NEXT:
		return to_block(s, false, true, false, said, err);
	case ROW_BACK:
		return to_block(s, true, true, false, said, err);
	case PLAY:
		s->playing = true;
		return true;
	case UP:
		return go_up(s);
	case TURN:
	case TURN_BACK:
		if (!stage_turn(s, a == TURN ? 1 : -1))
			snprintf(s->message, sizeof s->message, "%s is the only view of this", front->view->name);
		return true;
	case WHY:
		return stage_why(s, NULL, said, err);
	case TEXT:
		return stage_text(s, s->text_width ? s->text_width : 80, 0, s->text_ascii, COLORS_NONE, false, said, err);
	case CARD:
		s->card = true;
		return true;
	case NOTHING:
		break;
	}
	return false;
}

/* While playing: + and - change the speed, any other key pauses. */
static void press_playing(struct stage *s, const struct key *k)
{
	if (key_among(k, "+"))
		s->play_seconds = s->play_seconds > 0.1 ? s->play_seconds / 1.25 : s->play_seconds;
	else if (key_among(k, "-"))
		s->play_seconds = s->play_seconds < 30 ? s->play_seconds * 1.25 : s->play_seconds;
	else
		s->playing = false;
	snprintf(s->message, sizeof s->message, s->playing ? "%.2g s a step" : "paused", s->play_seconds);
}

bool stage_press(struct stage *s, const struct key *k, struct text *said, struct text *typed, struct error *err)
{
	struct scene *front = stage_front(s);
	struct wish wish = { 0 };

	s->message[0] = 0;
	s->edits = false;
	stage_settle(s);
	if (s->card) {
		s->card = false;
		return true;
	}
	if (s->playing) {
		press_playing(s, k);
		return true;
	}
	if (front ? front->view->press && front->view->press(front->state, k, &wish) : start_press(s, k, typed))
		return !front || grant(s, &wish, said, typed, err);
	for (size_t i = 0; i < SHARED; i++) {
		const struct shared_key *e = &shared_keys[i];

		if (e->act == NOTHING || !key_among(k, e->keys) || (!front && e->act != CARD && e->act != UP))
			continue;
		if (e->when == IN_WALK && !stage_walk(s)) {
			snprintf(s->message, sizeof s->message, "nothing is being stepped:  step q4_0 x  begins");
			return false;
		}
		return act(s, e->act, said, err);
	}
	return no_key(s, k);
}

static bool within(const struct drawn_at *p, int row, int col)
{
	return row >= p->row && row < p->row + p->rows && col >= p->col && col < p->col + p->cols;
}

/* The second view has the front's cursor: what is chosen in it is chosen in both. */
static bool click_second(struct stage *s, int row, int col)
{
	struct scene *front = stage_front(s);
	const struct view *v = s->second.view;
	struct wish wish = { 0 };

	if (!s->second.state || !v->click || !v->click(s->second.state, row, col, false, &wish))
		return false;
	args_drop(&wish.options);
	value_drop(wish.subject);
	if (v->cursor && front->view->set_cursor)
		front->view->set_cursor(front->state, v->cursor(s->second.state));
	return true;
}

bool stage_click(struct stage *s, int row, int col, bool again, struct text *said, struct text *typed, struct error *err)
{
	struct scene *front = stage_front(s);
	struct wish wish = { 0 };

	s->message[0] = 0;
	s->playing = false;
	stage_settle(s);
	if (s->card) {
		s->card = false;
		return true;
	}
	if (row < 1)
		return false;
	if (!front)
		return start_click(s, row - 1, typed);
	if (within(&s->at_second, row, col))
		return click_second(s, row - s->at_second.row, col - s->at_second.col);
	return within(&s->at_front, row, col) && front->view->click &&
	       front->view->click(front->state, row - s->at_front.row, col - s->at_front.col, again, &wish) && grant(s, &wish, said, typed, err);
}

/* ---- hints and card ---- */

static bool of_view(const struct bound_key *b, const struct view *v)
{
	return !strcmp(b->view, "any") || !strcmp(b->view, v->name);
}

size_t stage_hints(struct stage *s, bool pane_focused, struct hint out[], size_t max)
{
	static const struct hint walking[] = {
		{ "F8", "next" }, { "F7", "back" }, { "F5", "play" }, { "F4", "why" }, { "F6", "pane" }, { "F1", "help" },
	};
	static const struct hint still[] = { { "F4", "why" }, { "F9", "view" }, { "F6", "pane" }, { "F1", "help" } };
	static const struct hint idle[] = { { "F6", "pane" }, { "F1", "help" } };
	static const struct hint steps[] = { { "n", "next" }, { "b", "back" }, { "p", "play" } };
	static const struct hint rest[] = { { "w", "why" }, { "v", "view" }, { "u", "up" }, { "?", "keys" } };
	static const struct hint start[] = { { "↑↓", "choose" }, { "Enter", "into the line" }, { "q", "prompt" } };
	static const struct hint playing[] = { { "+", "faster" }, { "-", "slower" }, { "p", "pause" } };
	struct scene *front = stage_front(s);
	size_t n = 0;

#define GIVE(list) for (size_t i = 0; i < sizeof(list) / sizeof *(list) && n < max; i++) out[n++] = (list)[i]
	if (!pane_focused) {
		if (stage_walk(s))
			GIVE(walking);
		else if (front)
			GIVE(still);
		else
			GIVE(idle);
		for (size_t i = 0; i < n && s->playing; i++)
			if (!strcmp(out[i].label, "play"))
				out[i].label = "pause";
		return n;
	}
	if (!front) {
		GIVE(start);
		return n;
	}
	if (s->playing) {
		GIVE(playing);
		return n;
	}
	if (stage_walk(s))
		GIVE(steps);
	for (const struct view_key *k = front->view->keys; k && k->keys && n < max && n < sizeof s->keys / sizeof *s->keys; k++) {
		if (!k->in_bar)
			continue;
		keys_in_words(k->keys, s->keys[n], sizeof *s->keys);
		out[n] = (struct hint){ s->keys[n], k->label };
		n++;
	}
	for (size_t i = 0; i < s->n_bound && n < max && n < sizeof s->keys / sizeof *s->keys; i++) {
		if (!of_view(&s->bound[i], front->view))
			continue;
		keys_in_words(s->bound[i].key, s->keys[n], sizeof *s->keys);
		out[n] = (struct hint){ s->keys[n], s->bound[i].label };
		n++;
	}
	GIVE(rest);
#undef GIVE
	return n;
}

struct card_line { char keys[24]; const char *what; };

static bool taken_by_view(const struct view *v, const char *keys)
{
	struct key k;

	return next_key(&keys, &k) && key_of_view(v, &k);
}

/* How many words there is room for: a few for each key; one; one, and only the first of keys that do the same. */
enum brief { IN_FULL, IN_A_WORD, FIRST_KEY };

/* The first key of a list, with those that stand for directions beside it. */
static void first_key(char *keys)
{
	size_t n = strcspn(keys, " ");

	if (n > 1 || !keys[n] || isalnum((unsigned char)*keys) || *keys == '?')
		keys[strncmp(keys, "C-x", 3) ? n : strlen(keys)] = 0;
}

static size_t card_lines(struct stage *s, enum brief brief, struct card_line out[], size_t max)
{
	struct scene *front = stage_front(s);
	const struct view *v = front ? front->view : NULL;
	size_t n = 0;

	for (const struct view_key *k = v ? v->keys : NULL; k && k->keys && n < max; k++, n++) {
		keys_in_words(k->keys, out[n].keys, sizeof out[n].keys);
		out[n].what = k->summary && brief == IN_FULL ? k->summary : k->label;
	}
	for (size_t i = 0; i < s->n_bound && n < max; i++)
		if (v && of_view(&s->bound[i], v)) {
			keys_in_words(s->bound[i].key, out[n].keys, sizeof out[n].keys);
			out[n++].what = s->bound[i].label;
		}
	for (size_t i = 0; i < SHARED && n < max; i++) {
		const struct shared_key *e = &shared_keys[i];

		if ((e->when == IN_WALK && !stage_walk(s)) || taken_by_view(v, e->keys) || (!v && e->when == ALWAYS && e->act != CARD))
			continue;
		keys_in_words(e->keys, out[n].keys, sizeof out[n].keys);
		out[n++].what = e->label;
	}
	for (size_t i = 0; i < n && brief == FIRST_KEY; i++)
		first_key(out[i].keys);
	return n;
}

enum { CARD_LINES = 64, CARD_COLUMNS = 8 };

struct card { struct card_line line[CARD_LINES]; size_t n; int rows, columns, width, key[CARD_COLUMNS], what[CARD_COLUMNS]; };

/* Each column as wide as what stands in it, and all of them in a frame. */
static void card_columns(struct card *k, int columns, int rows)
{
	k->columns = columns;
	k->rows = rows;
	k->width = 1;
	for (int c = 0; c < columns; c++) {
		k->key[c] = k->what[c] = 0;
		for (size_t i = (size_t)(c * rows); i < k->n && i < (size_t)((c + 1) * rows); i++) {
			int key = (int)text_width(k->line[i].keys, strlen(k->line[i].keys));
			int what = (int)text_width(k->line[i].what, strlen(k->line[i].what));

			k->key[c] = key > k->key[c] ? key : k->key[c];
			k->what[c] = what > k->what[c] ? what : k->what[c];
		}
		k->width += k->key[c] + 2 + k->what[c] + 3;
	}
}

/* In the fewest columns. False: not all keys have room; then as many as have. */
static bool card_fit(struct stage *s, struct card *k, enum brief brief, int cols, int room)
{
	int columns = 1;

	k->n = card_lines(s, brief, k->line, CARD_LINES);
	while (columns < CARD_COLUMNS && (int)k->n > columns * room)
		columns++;
	card_columns(k, columns, ((int)k->n + columns - 1) / columns);
	if (k->rows <= room && k->width <= cols)
		return true;
	for (; columns > 1 && k->width > cols; columns--)
		card_columns(k, columns - 1, room);
	k->rows = k->rows < room ? k->rows : room;
	if (k->width > cols) {
		k->what[0] -= k->width - cols;
		k->width = cols;
	}
	return false;
}

void stage_keys_table(struct text *out)
{
	for (size_t i = 0; i < SHARED; i++) {
		char keys[24];

		if (shared_keys[i].when == OF_PROGRAM)
			continue;
		keys_in_words(shared_keys[i].keys, keys, sizeof keys);
		text_put(out, "  ");
		text_put(out, keys);
		text_pad(out, 24);
		text_add(out, "%s\n", shared_keys[i].label);
	}
}

/* In as many columns as it takes; what has no place is counted in the last line. */
void stage_draw_card(struct stage *s, struct canvas *c)
{
	struct card k;
	struct canvas box;
	int room = c->rows - 3, col = 2;
	size_t shown;

	if (room < 1 || c->cols < 12)
		return;
	for (int brief = IN_FULL; brief <= FIRST_KEY && !card_fit(s, &k, (enum brief)brief, c->cols, room); brief++)
		;
	box = canvas_part(c, 1 + (room - k.rows) / 2, (c->cols - k.width) / 2, k.rows + 2, k.width);
	canvas_clear(&box);
	canvas_box(&box, 0, 0, box.rows, box.cols, STYLE_PLAIN);
	shown = (size_t)(k.rows * k.columns);
	for (size_t i = 0; i < k.n && i < shown; i++) {
		int at = (int)i / k.rows, row = 1 + (int)i % k.rows;
		char more[48];

		col = row == 1 && at ? col + k.key[at - 1] + k.what[at - 1] + 5 : col;
		if (i == shown - 1 && k.n > shown) {
			snprintf(more, sizeof more, k.key[at] + 2 + k.what[at] < 22 ? "… %zu more" : "… %zu more: help keys", k.n - shown + 1);
			canvas_fit(&box, row, col, k.key[at] + 2 + k.what[at], STYLE_DIM, more);
			break;
		}
		canvas_fit(&box, row, col, k.key[at], STYLE_MARK, k.line[i].keys);
		if (k.what[at] > 0)
			canvas_fit(&box, row, col + k.key[at] + 2, k.what[at], STYLE_PLAIN, k.line[i].what);
	}
}
