/* play.c - going through the parts of a lesson, pushed by what the learner does. See player.h, interaction.md 16. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/lex.h"
#include "lua/player.h"

/* ---- passing a part ---- */

static void record(struct player *p, enum part_state state)
{
	struct record rec = { .part = player_hash(p, p->at), .state = state, .tries = p->tries, .hints = p->hints };
	struct error err;

	snprintf(rec.lesson, sizeof rec.lesson, "%s", p->about.id);
	if (!progress_set(p->r->progress, &rec, &err))
		note(&p->r->context, "%s", err.text);
}

void play_pass(struct player *p, enum part_state state)
{
	bool round = p->review && player_is_station(p, p->at);

	record(p, state);
	p->tries = p->hints = 0;
	p->offered = p->judging = false;
	p->state = PLAY_GO;
	if (!round)
		p->at++;
	else if (++p->review_at < p->n_review)
		player_go_back(p, p->review[p->review_at]);
	else
		p->at = p->n;
}

/* ---- saying ---- */

/* Behind the last paragraph of a say: does something wait that would be read together with it? */
bool play_flows(const struct player *p, size_t at)
{
	size_t i = at + 1;

	while (player_is(p, i, "show var"))
		i++;
	return player_is(p, i, "ask predict task walk pause");
}

/* Where the paragraph at s ends. A formula, set off by blanks, belongs to the words around it. */
const char *play_paragraph_end(const char *s)
{
	for (const char *end = s; (end = strstr(end, "\n\n")); end++) {
		const char *line = end, *next = end + strspn(end, "\n");

		while (line > s && line[-1] != '\n')
			line--;
		if (*line != ' ' && *next != ' ')
			return end;
	}
	return s + strlen(s);
}

/* One paragraph. True: another follows. */
static bool say_paragraph(struct player *p)
{
	const char *all = text_str(&p->text), *s = all + p->text_at, *end;
	char *paragraph;

	s += strspn(s, "\n");
	if (p->at < p->flow_to)
		runner_say(p->r, STYLE_PLAIN, "");
	end = play_paragraph_end(s);
	paragraph = strndup(s, (size_t)(end - s));
	if (paragraph)
		player_say(p, STYLE_PLAIN, paragraph);
	free(paragraph);
	p->text_at = (size_t)(end + strspn(end, "\n") - all);
	return p->text_at < p->text.len;
}

static void say_rest(struct player *p)
{
	bool more = say_paragraph(p), flow = p->at < p->flow_to;

	while (more && flow)
		more = say_paragraph(p);
	if (more || !(flow || play_flows(p, p->at)))
		p->state = PLAY_TEXT;
	else
		play_pass(p, PART_DONE);
}

static void after_text(struct runner *r, struct task *t, int status, int n)
{
	struct player *p = r->player;

	if (!p)
		return;
	p->state = PLAY_GO;
	if (status != LUA_OK) {
		player_stumble(p, t->co);
	} else if (n && lua_type(t->co, -1) == LUA_TSTRING) {
		text_put(&p->text, lua_tostring(t->co, -1));
		say_rest(p);
	} else {
		play_pass(p, PART_DONE);	/* it said itself what it had to say */
	}
	play_on(p);
}

static void start_say(struct player *p)
{
	lua_State *L = p->r->L;
	struct task *t;

	text_clear(&p->text);
	p->text_at = 0;
	player_push_part(p, L, p->at);
	lua_rawgeti(L, -1, 1);
	lua_remove(L, -2);
	if (lua_type(L, -1) == LUA_TSTRING) {
		text_put(&p->text, lua_tostring(L, -1));
		lua_pop(L, 1);
		say_rest(p);
		return;
	}
	t = player_task(p);
	if (t) {
		lua_xmove(L, t->co, 1);
		t->over = after_text;
		p->state = PLAY_BUSY;
		task_resume(p->r, t);
	} else {
		lua_pop(L, 1);
	}
}

/* ---- going on ---- */

static void finish(struct player *p)
{
	size_t total, skipped = 0, parts = 0;

	player_station(p, 0, &total);
	for (size_t i = 0; i < p->n; i++) {
		const struct record *rec = player_is_station(p, i) ? progress_find(p->r->progress, p->about.id, player_hash(p, i)) : NULL;

		parts += rec != NULL;
		skipped += rec && rec->state != PART_DONE;
	}
	p->ended = true;
	if (p->review)
		player_sayf(p, STYLE_GOOD, "The round is over: %zu part%s.", p->n_review, p->n_review == 1 ? "" : "s");
	else if (skipped)
		player_sayf(p, STYLE_GOOD, "That was %s: %zu of %zu parts, %zu of them skipped or missed. `review` comes back to them.", p->about.id,
			    parts, total, skipped);
	else
		player_sayf(p, STYLE_GOOD, "That was %s: %zu of %zu parts.", p->about.id, parts, total);
	player_wish(p->r, WISH_END, "");
}

static void take_part(struct player *p)
{
	if (player_is(p, p->at, "say")) {
		start_say(p);
	} else if (player_is(p, p->at, "show")) {
		player_push_part(p, p->r->L, p->at);
		if (play_show(p, false))
			play_pass(p, PART_DONE);
	} else if (player_is(p, p->at, "var")) {
		if (play_var(p, p->at, NULL))
			play_pass(p, PART_DONE);
	} else if (player_is(p, p->at, "branch")) {
		if (play_branch(p))
			play_pass(p, PART_DONE);
	} else if (player_is(p, p->at, "walk")) {
		if (!play_start_walk(p))
			return;
		p->state = PLAY_WALK;
		play_look_at_walk(p);
		player_say(p, STYLE_DIM, "Enter takes the next step.");
	} else if (player_is(p, p->at, "pause")) {
		p->state = PLAY_PAUSE;
		player_say(p, STYLE_DIM, "Enter goes on.");
	} else {
		p->state = PLAY_ASK;
		play_ask(p);
	}
}

void play_on(struct player *p)
{
	while (p->state == PLAY_GO && p->at < p->n && !p->faulty) {
		if (play_must_wait(p))
			play_wait(p);
		else
			take_part(p);
	}
	player_prompt(p);
	if (p->state == PLAY_GO && p->at >= p->n && !p->ended && !p->faulty)
		finish(p);
}

/* ---- what the learner does ---- */

void player_enter(struct player *p)
{
	struct error err;

	p->line_at = p->r->rows_said;
	p->verdict_stands = false;
	switch (p->state) {
	case PLAY_TEXT:
		p->state = PLAY_GO;
		if (p->text_at < p->text.len)
			say_rest(p);
		else
			play_pass(p, PART_DONE);
		break;
	case PLAY_PAUSE:
		play_pass(p, PART_DONE);
		break;
	case PLAY_READ:
		p->state = PLAY_GO;
		break;
	case PLAY_WALK:
		if (stage_walk(p->r->o.stage) != p->walk && !stage_show(p->r->o.stage, NULL, p->walk, NULL, &err))
			break;
		if (!play_look_at_walk(p)) {
			runner_start(p->r, "next", NULL);
			return;
		}
		play_pass(p, PART_DONE);
		break;
	case PLAY_ASK:
		play_ask(p);
		break;
	case PLAY_GO:
	case PLAY_BUSY:
		break;
	}
	play_on(p);
}

void player_keep_answer(struct player *p, lua_State *L, const char *line)
{
	luaL_unref(L, LUA_REGISTRYINDEX, p->answer);
	p->answer = luaL_ref(L, LUA_REGISTRYINDEX);
	free(p->answer_line);
	p->answer_line = strdup(line);
	p->judging = true;
}

/* For branches: by the number of the question. */
static void remember_answer(struct player *p)
{
	lua_State *L = p->r->L;
	size_t total;

	lua_rawgeti(L, LUA_REGISTRYINDEX, p->lesson);
	lua_getfield(L, -1, "answers");
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->answer);
	lua_rawseti(L, -2, (lua_Integer)player_station(p, p->at, &total));
	lua_pop(L, 2);
}

bool player_takes(struct player *p, const char *line)
{
	lua_State *L = p->r->L;
	const char *answers = p->state == PLAY_ASK ? player_field(p, p->at, "answers") : "", *word = line + strspn(line, " \t");

	p->word = false;
	p->judging = false;
	p->verdict_stands = false;
	p->line_at = p->r->rows_said;
	p->r->rows_said += *word != 0;	/* the line itself stands there */
	if (p->free || p->state == PLAY_BUSY)
		return false;
	if (!line[strspn(line, " \t\r\n")]) {
		player_enter(p);
		return true;
	}
	if (!strcmp(answers, "choice")) {
		size_t choice;

		player_push_part(p, L, p->at);
		choice = judge_choice(L, -1, line);
		lua_pop(L, 1);
		if (!choice)
			return false;
		lua_pushinteger(L, (lua_Integer)choice);
	} else if (!strcmp(answers, "text") && !strchr(":=#", *word) && !scope_is_command(p->r, word, lex_name(word, 0, strlen(word)))) {
		lua_pushstring(L, line);
	} else {
		return false;
	}
	player_keep_answer(p, L, line);
	remember_answer(p);
	play_judge(p);
	return true;
}

bool player_answer(struct player *p, lua_State *L, const struct task *t)
{
	const char *answers = player_field(p, p->at < p->n ? p->at : 0, "answers");
	bool expression = t->part.kind == PART_LUA && t->expression, taken;

	if (p->free || p->state != PLAY_ASK || t->part.kind == PART_PRINT)
		return false;
	if (player_is(p, p->at, "task")) {	/* judged when the line is over */
		lua_pushvalue(L, -1);
		player_keep_answer(p, L, t->line);
		return false;
	}
	taken = !strcmp(answers, "code") || (!strcmp(answers, "number") && expression && lua_type(L, -1) == LUA_TNUMBER);
	if (!strcmp(answers, "value")) {	/* a result of the kind asked for */
		player_push_part(p, L, p->at);
		if (lua_getfield(L, -1, "equal") == LUA_TNIL)
			taken = test_value(L, -3) || (expression && lua_type(L, -3) == LUA_TNUMBER);
		else
			taken = !strcmp(kind_of(L, -1), kind_of(L, -3));
		lua_pop(L, 2);
	}
	if (!taken)
		return false;
	lua_pushvalue(L, -1);
	player_keep_answer(p, L, t->line);
	return !strcmp(answers, "number");
}

void player_walked(struct player *p)
{
	if (p->state == PLAY_WALK && !p->free && stage_walk(p->r->o.stage) == p->walk && p->walk_said != value_step(p->walk) + 1 &&
	    play_look_at_walk(p))
		player_say(p, STYLE_DIM, "This is where the walk ends. Enter goes on.");
}

static void look_after(struct player *p, struct task *t)
{
	bool task = player_is(p, p->at, "task");

	if (p->state == PLAY_WALK) {
		player_walked(p);
	} else if (p->state == PLAY_ASK && !p->word && !t->failed && (task || p->judging)) {
		if (!p->judging) {	/* a command without a result may have done what the task asks for */
			lua_pushnil(p->r->L);
			player_keep_answer(p, p->r->L, t->line);
		}
		p->judging = false;
		if (!task)
			remember_answer(p);
		play_judge(p);
	}
}

void player_after(struct runner *r, struct task *t)
{
	struct player *p = r->player;

	if (p && !p->free && !r->wish)
		look_after(p, t);
	if (p)
		p->word = false;
	player_wishes(r);
}

/* ---- words ---- */

void player_free(struct player *p, bool on)
{
	p->word = true;
	if (p->free == on)
		return;
	if (on) {
		runner_say(p->r, STYLE_DIM, "  Free play: questions wait, your variables are your own.   resume  goes back");
	} else {
		play_keep_free(p);
		play_restore(p);
		play_show_again(p, false);
	}
	p->free = on;
	player_prompt(p);
}

/* NAME = ...: what the answer made. */
static void tell_names(struct player *p, const char *answer)
{
	size_t len = lex_name(answer, 0, strlen(answer)), at = len + strspn(answer + len, " ");

	if (len && answer[at] == '=' && answer[at + 1] != '=')
		player_sayf(p, STYLE_DIM, "It made %.*s.", (int)len, answer);
}

/* As typed, with the rights of the lesson. */
static void run_answer(struct player *p, const char *answer)
{
	struct task *t = task_new(p->r, answer, NULL);

	if (!t)
		return;
	t->limited = !p->trusted;
	t->no_wait = true;
	task_resume(p->r, t);
}

static void skip_question(struct player *p)
{
	lua_State *L = p->r->L;
	struct text t = { 0 };
	char answer[300];

	snprintf(answer, sizeof answer, "%s", player_field(p, p->at, "answer"));
	player_push_part(p, L, p->at);
	if (!*answer && lua_getfield(L, -1, "right") == LUA_TNUMBER)
		judge_show_answer(L, -2, -1, &t);
	else
		text_put(&t, answer);
	lua_settop(L, lua_gettop(L) - (*answer ? 1 : 2));
	player_sayf(p, STYLE_PLAIN, "The answer: %s    %s", text_str(&t), player_field(p, p->at, "why"));
	text_drop(&t);
	p->state = PLAY_BUSY;
	if (*answer && strcmp(player_field(p, p->at, "answers"), "text") && strcmp(player_field(p, p->at, "answers"), "choice")) {
		p->r->context.background = !strcmp(player_field(p, p->at, "answers"), "number");
		run_answer(p, answer);
		p->r->context.background = false;
		tell_names(p, answer);
	}
	p->pass_as = PART_SKIPPED;
	play_reveal(p);
}

void player_skip(struct player *p)
{
	struct text said = { 0 };
	struct error err;
	bool moved;

	switch (p->state) {
	case PLAY_ASK:
		skip_question(p);
		return;
	case PLAY_WALK:
		if (stage_walk(p->r->o.stage) == p->walk && stage_move(p->r->o.stage, MOVE_LAST, 1, &moved, &said, &err))
			runner_say(p->r, STYLE_PLAIN, text_str(&said));
		text_drop(&said);
		play_pass(p, PART_SKIPPED);
		break;
	case PLAY_TEXT:
	case PLAY_PAUSE:
		play_pass(p, PART_DONE);
		break;
	case PLAY_READ:
		p->state = PLAY_GO;
		break;
	case PLAY_GO:
	case PLAY_BUSY:
		break;
	}
	play_on(p);
}

/* ---- calls of L's methods in a function that is being played ---- */

int player_now(lua_State *L)
{
	struct runner *r = runner_of(L);
	struct player *p = r->player;
	const char *kind;

	if (!p || !r->now || (!r->now->limited && !p->trusted))
		return throw_new(L, ERR_LESSON, NULL, "parts are declared when the file is loaded");
	lua_getfield(L, -1, "kind");
	kind = lua_tostring(L, -1);
	lua_pop(L, 1);
	if (!strcmp(kind, "say")) {
		lua_rawgeti(L, -1, 1);
		player_say(p, STYLE_PLAIN, luaL_checkstring(L, -1));
	} else if (!strcmp(kind, "show")) {
		lua_pushvalue(L, -1);
		lua_xmove(L, r->L, 1);
		play_show(p, false);
	} else if (!strcmp(kind, "var")) {
		lua_pushcfunction(L, set_variable);
		lua_pushvalue(L, -2);
		lua_call(L, 1, 0);
	} else {
		return throw_new(L, ERR_LESSON, "a branch may", "a function that is being played cannot add parts");
	}
	return 0;
}
