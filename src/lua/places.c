/*
 * places.c - where a learner is in a lesson: starting, coming back, going to an earlier part, a round of what was missed.
 *
 * To come to a place the parts before it are played without a voice: variables are set, what is shown is remembered, questions are not
 * asked. So a place is nothing but a number, found again by what the record holds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/player.h"

/* ---- going ---- */

static void run_to(struct player *p, size_t at)
{
	bool answered = false;		/* a question behind the last show: what that hid is known */
	size_t picture = at;		/* the part that gave the last picture, if it is no show: a walk, or a question with a reveal */

	p->r->context.background = true;
	p->silent = true;
	luaL_unref(p->r->L, LUA_REGISTRYINDEX, p->shown);
	p->shown = LUA_NOREF;
	for (p->at = 0; p->at < at && p->at < p->n && !p->faulty; p->at++) {
		if (player_is(p, p->at, "var"))
			play_var(p, p->at, NULL);
		else if (player_is(p, p->at, "branch"))
			play_branch(p);
		else if (player_is(p, p->at, "ask predict"))
			answered = true;
		if (player_is(p, p->at, "walk") || (player_is(p, p->at, "ask predict task") && play_has_reveal(p, p->at)))
			picture = p->at;
		if (!player_is(p, p->at, "show"))
			continue;
		player_push_part(p, p->r->L, p->at);
		play_show(p, false);
		answered = false;
		picture = at;
	}
	if (picture < at && player_is(p, picture, "walk"))
		play_show_walked(p, picture);
	else if (picture < at)
		play_show_revealed(p, picture);
	p->silent = false;
	p->r->context.background = false;
	p->state = PLAY_GO;
	p->tries = p->hints = 0;
	p->offered = p->judging = false;
	if (p->shown != LUA_NOREF)
		play_show_again(p, answered);
}

void player_go_back(struct player *p, size_t at)
{
	size_t start = at;

	while (start > 0 && player_is(p, start - 1, "say show var"))
		start--;
	run_to(p, start);
	p->flow_to = at;
}

/* A question that was passed is taken as answered rightly: what was answered is not kept, and branches ask for it. */
static void assume_answer(struct player *p, size_t at)
{
	static const char *const fields[] = { "right", "near", "equal" };
	lua_State *L = p->r->L;
	int top = lua_gettop(L);
	size_t total;

	lua_rawgeti(L, LUA_REGISTRYINDEX, p->lesson);
	lua_getfield(L, -1, "answers");
	player_push_part(p, L, at);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (lua_getfield(L, top + 3, fields[i]) != LUA_TNIL) {
			lua_rawseti(L, top + 2, (lua_Integer)player_station(p, at, &total));
			break;
		}
	lua_settop(L, top);
}

size_t player_place(struct player *p)
{
	size_t at = 0;

	/* Branches that were taken have their parts again before places are counted. */
	p->silent = true;
	for (size_t i = 0; i < p->n && !p->faulty; i++) {
		if (!progress_find(p->r->progress, p->about.id, player_hash(p, i)))
			continue;
		p->at = i;
		if (player_is(p, i, "branch"))
			play_branch(p);
		else if (player_is(p, i, "ask predict"))
			assume_answer(p, i);
	}
	p->silent = false;
	p->at = 0;

	for (size_t i = 0; i < p->n; i++)
		if (progress_find(p->r->progress, p->about.id, player_hash(p, i)))
			at = i + 1;
	return at;
}

/* ---- starting ---- */

static void greet(struct player *p, size_t place)
{
	size_t total, here = player_station(p, place, &total);

	if (place && place < p->n) {
		player_sayf(p, STYLE_TITLE, "%s   %s   going on at %zu of %zu", p->about.id, p->about.title, here, total);
		return;
	}
	player_sayf(p, STYLE_TITLE, "%s   %s   %g min   %zu part%s", p->about.id, p->about.title, p->about.minutes, total,
		    total == 1 ? "" : "s");
	player_say(p, STYLE_DIM, "Enter goes on. `hint` `skip` `again` `earlier` `free` `leave` work at any time.");
}

/* What a lesson builds on and has not been begun. */
static void tell_needs(struct player *p)
{
	char needs[sizeof p->about.needs], *save, *id;

	snprintf(needs, sizeof needs, "%s", p->about.needs);
	for (id = strtok_r(needs, " ", &save); id; id = strtok_r(NULL, " ", &save)) {
		bool begun = false;

		for (size_t i = 0; progress_at(p->r->progress, i); i++)
			begun |= !strcmp(progress_at(p->r->progress, i)->lesson, id);
		if (!begun)
			player_sayf(p, STYLE_DIM, "It builds on the lesson %s, which you have not begun.", id);
	}
}

/* What was skipped or missed in this lesson, oldest first. */
static void start_review(struct player *p)
{
	size_t *list = calloc(p->n + 1, sizeof *list), n = 0;
	const struct record *rec;

	for (size_t i = 0; list && (rec = progress_at(p->r->progress, i)); i++)
		for (size_t k = 0; rec->state != PART_DONE && !strcmp(rec->lesson, p->about.id) && k < p->n; k++)
			if (player_is_station(p, k) && player_hash(p, k) == rec->part)
				list[n++] = k;
	if (!n) {
		free(list);
		player_sayf(p, STYLE_PLAIN, "Nothing of %s was skipped or missed.", p->about.id);
		player_wish(p->r, WISH_END, "");
		return;
	}
	free(p->review);
	p->review = list;
	p->n_review = n;
	p->review_at = 0;
	p->ended = false;
	player_sayf(p, STYLE_TITLE, "A round of %zu part%s of %s", n, n == 1 ? "" : "s", p->about.id);
	p->line_at = p->r->rows_said;
	player_go_back(p, list[0]);
	play_on(p);
}

bool player_start(struct runner *r, const char *id, const char *path, bool review, struct error *err)
{
	struct player *p = player_load(r, id, path, err);
	size_t place;

	if (!p)
		return false;
	if (r->player)
		player_leave(r->player);
	r->player = p;
	p->word = true;		/* the line that started it is no answer */
	r->lesson_dir = p->dir;
	r->limit_env = p->answer_env;
	r->lesson_base = r->lua_bytes;
	place = player_place(p);
	if (review) {
		start_review(p);
		return true;
	}
	greet(p, place);
	if (place && place < p->n) {
		player_go_back(p, place);
	} else {
		tell_needs(p);
		run_to(p, 0);
	}
	p->line_at = r->rows_said;	/* the greeting may go */
	play_on(p);
	return true;
}

/* ---- wishes ---- */

static size_t station_before(const struct player *p)
{
	size_t at = p->at;

	while (at > 0 && !player_is_station(p, at - 1))
		at--;
	return at;	/* behind that station; 0: there is none */
}

static void leave(struct player *p, bool ended)
{
	if (!ended && !p->faulty)
		player_sayf(p, STYLE_DIM, "The place is kept: `lesson %s` goes on there.", p->about.id);
	player_leave(p);
}

static void open_lesson(struct runner *r, const char *id, bool review)
{
	char path[400];
	bool own;
	struct error err;
	struct text out = { 0 };

	if (lesson_find(r, id, path, sizeof path, &own)) {
		if (player_start(r, id, path, review, &err))
			return;
	} else {
		error_set(&err, ERR_LESSON, "no lesson '%s'", id);
		error_hint(&err, NULL, "lessons  lists them");
	}
	if (!r->first_error)
		r->first_error = err.class;
	error_format(&err, NULL, &out);
	r->o.host->complain(r->o.host->arg, text_str(&out));
	text_drop(&out);
}

void player_wish(struct runner *r, enum wish_kind kind, const char *id)
{
	r->wish = kind;
	snprintf(r->wish_id, sizeof r->wish_id, "%s", id);
}

static void fulfil(struct runner *r, enum wish_kind kind, const char *id)
{
	struct player *p = r->player;
	size_t at;

	if (p) {
		p->line_at = r->rows_said;
		p->verdict_stands = false;
	}
	switch (kind) {
	case WISH_START:
		open_lesson(r, id, false);
		return;
	case WISH_REVIEW:
		open_lesson(r, id, true);
		return;
	case WISH_AGAIN:
		if (p) {
			player_go_back(p, p->at);
			play_on(p);
		}
		return;
	case WISH_EARLIER:
		at = p ? station_before(p) : 0;
		if (p && at) {
			player_go_back(p, at - 1);
			play_on(p);
		} else if (p) {
			player_say(p, STYLE_PLAIN, "This is the first part.");
		}
		return;
	case WISH_SKIP:
		if (p)
			player_skip(p);
		return;
	case WISH_LEAVE:
	case WISH_END:
		if (p)
			leave(p, kind == WISH_END);
		return;
	case WISH_NONE:
		return;
	}
}

void player_wishes(struct runner *r)
{
	while (r->wish) {
		enum wish_kind kind = (enum wish_kind)r->wish;
		char id[sizeof r->wish_id];

		memcpy(id, r->wish_id, sizeof id);
		r->wish = WISH_NONE;
		fulfil(r, kind, id);
	}
}
