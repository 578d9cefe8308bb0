/*
 * play_room.c - what is seen at once: under the pane there is room for few rows, and a picture stays only until the next one.
 *
 * A lesson goes on by itself from a verdict to the next question. Where that would push the verdict off the screen, or replace the picture
 * that it is about, the lesson waits: Enter goes on. Without a pane nothing is pushed away.
 */
#include <stdlib.h>
#include <string.h>

#include "lua/player.h"

/* At 80 x 24, which lessons are written for: the pane is lower while an answer is waited for. */
enum { ROOM_ASKING = 12, ROOM = 9, TEXT_INDENT = 2, TEXT_WIDTH = 76 };

size_t play_room(const struct player *p, bool asking)
{
	const struct host *h = p->r->o.host;
	struct text answer = { 0 };
	struct error ignored;
	long rows = 0;

	if (h->control(h->arg, "room", asking ? "asking" : "text", &answer, &ignored) && answer.len)
		rows = strtol(text_str(&answer), NULL, 10);
	text_drop(&answer);
	return rows > 0 ? (size_t)rows : asking ? ROOM_ASKING : ROOM;
}

size_t play_rows(struct player *p, const char *text)
{
	struct text filled = { 0 }, out = { 0 };
	size_t rows = 1;

	lesson_fill(p, text, &filled, NULL);
	lesson_wrap(text_str(&filled), TEXT_INDENT, TEXT_WIDTH, &out);
	for (const char *s = text_str(&out); (s = strchr(s, '\n')); s++)
		rows++;
	text_drop(&filled);
	text_drop(&out);
	return rows;
}

/* The paragraph that a say begins with; *flows: it is read together with what follows. A function says what it will. */
static size_t rows_of_say(struct player *p, size_t at, bool *flows)
{
	lua_State *L = p->r->L;
	size_t rows = 1;

	*flows = play_flows(p, at);
	player_push_part(p, L, at);
	if (lua_rawgeti(L, -1, 1) == LUA_TSTRING) {
		const char *s = lua_tostring(L, -1), *end;
		char *paragraph;

		s += strspn(s, "\n");
		end = play_paragraph_end(s);
		*flows = *flows && !end[strspn(end, "\n")];
		paragraph = strndup(s, (size_t)(end - s));
		rows = paragraph ? play_rows(p, paragraph) : 1;
		free(paragraph);
	}
	lua_pop(L, 2);
	return rows;
}

/* Rows that are said before something waits again; whether a picture is shown on the way, and whether it is a question that waits. */
static size_t rows_ahead(struct player *p, bool *picture, bool *asking)
{
	size_t rows = 0;

	*picture = *asking = false;
	for (size_t i = p->at; i < p->n; i++) {
		bool flows = true;

		if (player_is(p, i, "say")) {
			rows += rows_of_say(p, i, &flows);
		} else if (player_is(p, i, "show")) {
			*picture = true;
		} else if (player_is(p, i, "walk")) {
			*picture = true;
			return rows + 3;	/* its step, a sentence, what Enter does */
		} else if (player_is(p, i, "ask predict task")) {
			struct text t = { 0 };

			play_question(p, i, &t);
			rows += 1 + play_rows(p, text_str(&t));
			text_drop(&t);
			*asking = true;
			return rows;
		} else if (player_is(p, i, "pause branch")) {
			return rows + 1;
		}
		if (!flows)
			return rows;
	}
	return rows;
}

bool play_must_wait(struct player *p)
{
	size_t said = p->r->rows_said - p->line_at, rows;
	bool picture, asking;

	if (p->silent || !p->r->o.host->has_pane || said < 2 || player_is(p, p->at, "pause"))
		return false;
	rows = rows_ahead(p, &picture, &asking);
	return (p->verdict_stands && picture) || said + rows > play_room(p, asking);
}

void play_wait(struct player *p)
{
	player_say(p, STYLE_DIM, "Enter goes on.");
	p->state = PLAY_READ;
}
