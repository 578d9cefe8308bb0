/* play_ask.c - questions: asking, hints, verdicts, what was hidden. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/player.h"

/* ---- questions ---- */

/* "How large" within a sentence is "how large"; a name stays as it is. */
static void lower_first(struct text *t, size_t at)
{
	static const char *const words[] = { "How", "What", "Which", "Where", "When", "Why", "Who", "Is", "Are", "Does", "Do", "Can", "The", "A",
		"In", "If", "Bring", "Make", "Find", "Show", "Give", "Take", "Set", "Type", "Now", "Choose", "Send", "Write" };
	size_t n = t->len > at ? strcspn(t->s + at, " ,.?") : 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == n && !memcmp(t->s + at, words[i], n)) {
			t->s[at] = (char)(t->s[at] | 0x20);
			return;
		}
}

static const char *what_is_wanted(const char *answers)
{
	return !strcmp(answers, "number") ? "   a number or an expression" : !strcmp(answers, "text") ? "   in words" :
	       !strcmp(answers, "value") ? "   a value" : "";
}

void play_question(struct player *p, size_t at, struct text *out)
{
	static const char *const names[][2] = { { "ask", "Question" }, { "predict", "Before you look" }, { "task", "Task" } };
	lua_State *L = p->r->L;
	int top = lua_gettop(L);
	const char *kind = player_field(p, at, "kind"), *answers = player_field(p, at, "answers");
	size_t total, number = player_station(p, at, &total), from;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i][0], kind))
			text_add(out, "%s %zu: ", names[i][1], number);
	from = out->len;
	player_push_part(p, L, at);
	lua_rawgeti(L, -1, 1);
	text_put(out, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lower_first(out, from);
	text_put(out, what_is_wanted(answers));
	lua_pop(L, 1);
	if (!strcmp(answers, "choice") && lua_rawgeti(L, -1, 2) == LUA_TTABLE)
		for (size_t i = 1; i <= lua_rawlen(L, -1); i++) {
			lua_rawgeti(L, -1, (lua_Integer)i);
			text_add(out, "\n    %c  %s", (char)('a' + i - 1), luaL_tolstring(L, -1, NULL));
			lua_pop(L, 2);
		}
	lua_settop(L, top);
}

void play_ask(struct player *p)
{
	struct text t = { 0 };

	play_question(p, p->at, &t);
	p->question_at = p->r->rows_said;
	if (!p->silent)
		runner_say(p->r, STYLE_PLAIN, "");
	player_say(p, STYLE_MARK, text_str(&t));
	text_drop(&t);
}

int play_hints(struct player *p, int i, char *out, size_t size)
{
	lua_State *L = p->r->L;
	int n = 0;

	player_push_part(p, L, p->at);
	lua_getfield(L, -1, "hint");
	if (lua_type(L, -1) == LUA_TTABLE) {
		n = (int)lua_rawlen(L, -1);
		lua_rawgeti(L, -1, i + 1);
		lua_remove(L, -2);
	} else if (lua_type(L, -1) == LUA_TSTRING) {
		n = 1;
	}
	snprintf(out, size, "%s", i < n && lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lua_pop(L, 2);
	return n;
}

bool player_hint(struct player *p, struct error *err)
{
	char hint[600] = "";
	int n, first;

	p->word = true;
	if (p->state == PLAY_READ)
		player_enter(p);
	n = player_is(p, p->at, "ask predict task walk") ? play_hints(p, 0, hint, sizeof hint) : 0;
	first = p->hints < n ? p->hints : 0;
	if (!n) {
		error_set(err, ERR_LESSON, "there is no hint here");
		return error_hint(err, NULL, "Enter goes on; skip shows the answer of a question");
	}
	p->hints = p->hints < n ? p->hints + 1 : n;
	for (int i = first; i < p->hints; i++) {	/* after the last one all are said again */
		play_hints(p, i, hint, sizeof hint);
		player_sayf(p, STYLE_PLAIN, "hint %d of %d: %s", i + 1, n, hint);
	}
	return true;
}

/* ---- what was hidden ---- */

static void revealed(struct player *p)
{
	play_pass(p, p->pass_as);
	play_on(p);
}

static void after_reveal(struct runner *r, struct task *t, int status, int n)
{
	struct player *p = r->player;

	(void)n;
	if (!p)
		return;
	if (status != LUA_OK)
		player_stumble(p, t->co);
	else
		revealed(p);
}

bool play_has_reveal(const struct player *p, size_t at)
{
	lua_State *L = p->r->L;
	bool has;

	player_push_part(p, L, at);
	has = lua_getfield(L, -1, "reveal") == LUA_TFUNCTION;
	lua_pop(L, 2);
	return has;
}

bool play_show_revealed(struct player *p, size_t at)
{
	size_t back = p->at;
	struct task *t;
	bool ok;

	p->at = at;
	t = player_task(p);
	if (t) {
		player_push_part(p, t->co, at);
		lua_getfield(t->co, -1, "reveal");
		lua_remove(t->co, -2);
	}
	ok = t && player_call(p, t, 0);
	if (t)
		task_drop(p->r, t);
	p->at = back;
	return ok;
}

/* The outcome that was hidden; then the next part. */
void play_reveal(struct player *p)
{
	struct task *t;

	if (p->hiding && !play_show_again(p, true))
		return;
	player_push_part(p, p->r->L, p->at);
	lua_getfield(p->r->L, -1, "reveal");
	lua_remove(p->r->L, -2);
	t = lua_type(p->r->L, -1) == LUA_TFUNCTION ? player_task(p) : NULL;
	if (!t) {
		lua_pop(p->r->L, 1);
		revealed(p);
		return;
	}
	lua_xmove(p->r->L, t->co, 1);
	t->over = after_reveal;
	p->state = PLAY_BUSY;
	task_resume(p->r, t);
}

/* ---- verdicts ---- */

/* What a right answer, and a predicted one, is followed by. */
static void add_why(struct player *p, struct text *t)
{
	const char *why = player_field(p, p->at, "why");

	if (*why)
		text_add(t, " %s", why);
}

static void tell_wrong(struct player *p, struct text *t, enum verdict v, const char *sentence)
{
	char hint[600];
	int n = play_hints(p, 0, hint, sizeof hint);
	const char *otherwise = player_field(p, p->at, "otherwise");

	text_put(t, v == VERDICT_CLOSE ? (t->len ? " - close." : "Close.") : t->len ? " - not this one." : "Not this one.");
	if (*sentence || *otherwise)
		text_add(t, " %s", *sentence ? sentence : otherwise);
	if (p->hints < n)
		text_add(t, "    hint %d of %d: type  hint", p->hints + 1, n);
	player_say(p, STYLE_PLAIN, text_str(t));
	if (p->tries >= 3 && !p->offered) {
		player_say(p, STYLE_DIM, "`hint` helps on, `skip` shows the answer and goes on.");
		p->offered = true;
	}
	if (play_restore(p))
		player_say(p, STYLE_DIM, "The lesson's variables are as they were.");
	if (p->r->rows_said - p->question_at > play_room(p, true))
		play_ask(p);	/* it has been pushed away */
}

static void take_verdict(struct player *p, enum verdict v, const char *sentence)
{
	bool task = player_is(p, p->at, "task"), predict = player_is(p, p->at, "predict");
	struct text t = { 0 };

	p->verdict = v;
	snprintf(p->sentence, sizeof p->sentence, "%s", sentence);
	if (task && v != VERDICT_RIGHT) {
		if (*sentence)
			player_say(p, STYLE_PLAIN, sentence);
		return;
	}
	p->tries++;
	if (!task && strcmp(player_field(p, p->at, "answers"), "value")) {	/* a value has said already what it is */
		player_push_part(p, p->r->L, p->at);
		lua_rawgeti(p->r->L, LUA_REGISTRYINDEX, p->answer);
		judge_show_answer(p->r->L, -2, -1, &t);
		lua_pop(p->r->L, 2);
	}
	if (v == VERDICT_RIGHT) {
		text_put(&t, task ? "Done." : t.len ? " - right." : "Right.");
	} else if (predict) {
		text_put(&t, t.len ? " - not so." : "Not so.");
		if (*sentence)
			text_add(&t, " %s", sentence);
	} else {
		tell_wrong(p, &t, v, sentence);
		text_drop(&t);
		return;
	}
	add_why(p, &t);
	player_say(p, v == VERDICT_RIGHT ? STYLE_GOOD : STYLE_PLAIN, text_str(&t));
	text_drop(&t);
	p->pass_as = v == VERDICT_RIGHT ? PART_DONE : PART_MISSED;
	p->verdict_stands = true;
	play_reveal(p);
}

/* `s`, for check: what the learner has just done and what there is. */
static void push_state(struct player *p, lua_State *L)
{
	const struct scene *front = stage_front(p->r->o.stage);
	struct value *walk = stage_walk(p->r->o.stage);

	lua_newtable(L);
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->answer);
	lua_setfield(L, -2, "value");
	lua_pushstring(L, p->answer_line ? p->answer_line : "");
	lua_setfield(L, -2, "line");
	sandbox_scope(L);
	lua_setfield(L, -2, "env");
	lua_pushstring(L, front ? front->view->name : NULL);
	lua_setfield(L, -2, "view");
	push_value(L, value_hold(walk));
	lua_setfield(L, -2, "trace");
	lua_getglobal(L, "_");
	lua_setfield(L, -2, "last");
}

/* What is to be said to p->answer. False: the lesson has stumbled. */
static bool verdict_on(struct player *p, enum verdict *v, char *sentence, size_t size)
{
	struct task *t = player_task(p);
	bool ok;

	if (!t)
		return false;
	lua_pushcfunction(t->co, judge);
	player_push_part(p, t->co, p->at);
	lua_rawgeti(t->co, LUA_REGISTRYINDEX, p->answer);
	push_state(p, t->co);
	ok = player_call(p, t, 3);
	if (ok) {
		*v = (enum verdict)lua_tointeger(t->co, -2);
		snprintf(sentence, size, "%s", lua_type(t->co, -1) == LUA_TSTRING ? lua_tostring(t->co, -1) : "");
	}
	task_drop(p->r, t);
	return ok;
}

void play_judge(struct player *p)
{
	enum verdict v;
	char sentence[600];

	if (verdict_on(p, &v, sentence, sizeof sentence))
		take_verdict(p, v, sentence);
}

bool play_would_judge(struct player *p)
{
	return verdict_on(p, &p->verdict, p->sentence, sizeof p->sentence);
}
