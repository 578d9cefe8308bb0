/*
 * task.c - a line, script or lesson as a coroutine, and what it waits for.
 *
 * A task goes through the parts of its line. Each part is one function resumed in the task's coroutine: a Lua chunk, or task_command()
 * for a command. When a C function in it needs long work it yields with the job; the loop resumes it when the job has ended.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "lua/demo.h"
#include "lua/extend.h"
#include "lua/player.h"
#include "lua/lex.h"
#include "lua/state.h"

double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- tasks ---- */

struct task *task_new(struct runner *r, const char *line, const char *where)
{
	struct task *t = calloc(1, sizeof *t), **last = &r->tasks;

	if (!t || !(t->line = strdup(line)) || (where && !(t->where = strdup(where)))) {
		if (t)
			free(t->line);
		free(t);
		return NULL;
	}
	t->id = ++r->last_id;
	t->co = lua_newthread(r->L);
	t->ref = luaL_ref(r->L, LUA_REGISTRYINDEX);
	while (*last)
		last = &(*last)->next;
	*last = t;
	return t;
}

void task_drop(struct runner *r, struct task *t)
{
	struct task **p = &r->tasks;

	while (*p && *p != t)
		p = &(*p)->next;
	if (*p)
		*p = t->next;
	if (t->job) {	/* the worker may be at it */
		atomic_store(&t->job->stop, true);
		worker_wait(t->job);
		if (r->current == t->job)
			r->current = NULL;
		job_drop(t->job);
	}
	value_drop(t->result);
	lua_resetthread(t->co);
	luaL_unref(r->L, LUA_REGISTRYINDEX, t->ref);
	part_drop(&t->part);
	ticks_end(r, t);
	demo_drop(t->story);
	free(t->got);
	free(t->line);
	free(t->where);
	free(t);
}

/* ---- waiting for work ---- */

/* Only the task's own coroutine yields to the loop; in one of the user's the work is done on the spot. */
static bool can_wait(lua_State *L)
{
	struct runner *r = runner_of(L);

	return r->now && r->now->co == L && !r->now->no_wait && lua_isyieldable(L);
}

int task_await(lua_State *L, struct job *job, lua_KFunction k, lua_KContext ctx)
{
	struct runner *r = runner_of(L);
	struct task *t = r->now;

	if (!can_wait(L)) {
		static struct task nobody;	/* outside of any task: a start file's hook, a closing */
		struct task *to = t ? t : &nobody;

		value_drop(to->result);
		to->result = NULL;
		memset(&to->err, 0, sizeof to->err);
		to->wrong = !job_run_here(job, &to->result, &to->err);
		return k(L, LUA_OK, ctx);
	}
	t->job = job;
	t->wait = WAIT_JOB;
	if (r->current && !r->o.host->batch)
		note(&r->context, "%s waits until this is done: %s", job->label, r->current->label);
	if (!r->current)	/* Ctrl-C stops the one that waits longest */
		r->current = job;
	worker_put(job);
	return lua_yieldk(L, 0, ctx, k);
}

struct value *task_result(lua_State *L)
{
	struct task *t = runner_of(L)->now;
	struct value *v = t ? t->result : NULL;

	if (!t)
		return NULL;
	t->result = NULL;
	if (t->wrong) {
		value_drop(v);
		throw(L, &t->err);
	}
	return v;
}

bool task_ready(struct runner *r, struct task *t)
{
	switch (t->wait) {
	case WAIT_NOT:
	case WAIT_TURN:
		return true;
	case WAIT_TASK:
		for (struct task *o = r->tasks; o; o = o->next)
			if (o->id == t->waits_for && o->wait != WAIT_OVER)
				return false;
		return true;
	case WAIT_JOB:
		if (!atomic_load(&t->job->ended))
			return false;
		if (r->current == t->job)
			r->current = NULL;
		value_drop(t->result);
		t->result = NULL;
		memset(&t->err, 0, sizeof t->err);
		if (!t->job->ok)
			t->err = t->job->err;
		t->wrong = !(t->job->finish ? t->job->finish(t->job, t->job->ok, &t->result, &t->err) : t->job->ok);
		job_drop(t->job);
		t->job = NULL;
		for (struct task *o = r->tasks; o && !r->current; o = o->next)
			r->current = o->job;
		return true;
	case WAIT_TIME:
	case WAIT_KEY:
	case WAIT_LINE:
		return demo_story_ready(t);
	case WAIT_OVER:
		break;
	}
	return false;
}

static int outcome_done(lua_State *L, int status, lua_KContext ctx)
{
	(void)status;
	(void)ctx;
	push_value(L, task_result(L));
	return 1;
}

int task_outcome(lua_State *L, struct outcome *out)
{
	struct runner *r = runner_of(L);

	if (*out->note && !r->declaring)	/* a lesson that is being read has nothing to say yet */
		runner_say(r, STYLE_PLAIN, out->note);
	if (out->job)
		return task_await(L, out->job, outcome_done, 0);
	push_value(L, out->value);
	return 1;
}

/* ---- limits ---- */

/* A chunk that a lesson has run sees what the lesson may see. */
void task_limit_chunk(lua_State *L)
{
	struct runner *r = runner_of(L);

	if (!r->now || !r->now->limited)
		return;
	if (r->limit_env)
		lua_rawgeti(L, LUA_REGISTRYINDEX, r->limit_env);
	else
		lua_newtable(L);
	lua_setupvalue(L, -2, 1);
}

static void limits_on(struct runner *r, const struct task *t)
{
	r->limit_bytes = t->limited ? r->lesson_base + LESSON_BYTES : SIZE_MAX;
}

/* ---- commands ---- */

struct running { struct call call; bool open; };

static int running_gc(lua_State *L)
{
	struct running *c = lua_touserdata(L, 1);

	if (c->open)
		call_drop(&c->call);
	c->open = false;
	return 0;
}

static int end_command(lua_State *L, struct running *c, struct value *v)
{
	struct runner *r = runner_of(L);
	struct error err = { 0 };
	bool ok;

	r->context.assign = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
	ok = command_end(&r->context, &c->call, v, &err);
	r->context.assign = NULL;
	if (!ok) {
		value_drop(v);
		return throw(L, &err);
	}
	push_value(L, v);
	return 1;
}

static int command_done(lua_State *L, int status, lua_KContext ctx)
{
	(void)status;
	(void)ctx;
	return end_command(L, lua_touserdata(L, 3), task_result(L));
}

/* A command of the user's has given what is on top. What only Lua can hold is handed on as it is. */
static int own_command_done(lua_State *L, int status, lua_KContext ctx)
{
	struct running *c = lua_touserdata(L, 3);
	struct runner *r = runner_of(L);
	struct error err = { 0 };
	struct value *v = NULL;
	bool ours;

	(void)status;
	(void)ctx;
	if (c->call.redirect && r->now)
		r->now->capture = NULL;
	ours = test_value(L, -1) != NULL;
	if (!lua_isnil(L, -1) && !(v = to_value(L, -1, &err)))
		return throw(L, &err);
	end_command(L, c, v);
	if (!ours)
		lua_pop(L, 1);
	return 1;
}

/* 1: the line; 2: the variable that takes the result, or nil. Gives the result. */
int task_command(lua_State *L)
{
	struct runner *r = runner_of(L);
	const char *line = luaL_checkstring(L, 1);
	struct outcome out = { 0 };
	struct error err = { 0 };
	struct running *c;
	bool ok;

	sandbox_command(L, line);
	lua_settop(L, 2);
	c = lua_newuserdatauv(L, sizeof *c, 0);
	memset(c, 0, sizeof *c);
	if (luaL_newmetatable(L, "qs.call")) {
		lua_pushcfunction(L, running_gc);
		lua_setfield(L, -2, "__gc");
	}
	lua_setmetatable(L, 3);
	c->open = true;
	r->context.assign = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
	ok = command_begin(&r->context, line, &c->call, &out, &err);
	r->context.assign = NULL;
	if (!ok)
		return throw(L, &err);
	if (extend_push_call(L, r)) {
		if (c->call.redirect && r->now)
			r->now->capture = &c->call.redirected;
		lua_callk(L, 1, 1, 0, own_command_done);
		return own_command_done(L, LUA_OK, 0);
	}
	if (!out.job)
		return end_command(L, c, out.value);
	return task_await(L, out.job, command_done, 0);
}

/* ---- saying ---- */

static void say_and_count(struct runner *r, enum style style, const char *text)
{
	size_t width = r->o.host->width > 0 ? (size_t)r->o.host->width : 80;

	for (const char *line = text;; line++) {
		size_t n = strcspn(line, "\n"), wide = text_width(line, n);

		r->rows_said += wide ? (wide + width - 1) / width : 1;
		line += n;
		if (!*line)
			break;
	}
	r->o.host->say(r->o.host->arg, style, text);
}

void runner_say(struct runner *r, enum style style, const char *text)
{
	struct text out = { 0 };

	for (const char *line = text;; ) {
		size_t n = strcspn(line, "\n");

		for (size_t from = 0, to; from <= n; from = to + 1) {	/* a tab is harmless: columns of eight */
			for (to = from; to < n && line[to] != '\t'; to++)
				;
			text_escape(&out, line + from, to - from, 0);
			if (to < n)
				text_put(&out, "\t");
		}
		if (!line[n])
			break;
		text_put(&out, "\n");
		line += n + 1;
	}
	if (r->now && r->now->capture)
		text_add(r->now->capture, "%s\n", text_str(&out));
	else if (!r->context.background)
		say_and_count(r, style, text_str(&out));
	text_drop(&out);
}

/* The three parts of an error; err's place counts in the part's text (commands) or in the line (Lua). */
void runner_complain(struct runner *r, struct task *t, const struct part *p, struct error *err)
{
	struct text out = { 0 }, shown = { 0 };
	const char *line = t->line, *end;
	size_t number = 1;

	if (!r->first_error)
		r->first_error = err->class;
	r->errors++;
	t->failed = true;
	if (!err->len && p) {
		err->at = p->at;
		err->len = p->len;
	}
	if (err->len && !t->pure) {
		for (size_t i = 0; i < err->at && line[i]; i++)
			if (line[i] == '\n') {
				number++;
				line += i + 1;
				err->at -= i + 1;
				i = (size_t)-1;
			}
		end = strchr(line, '\n');
		if (strchr(t->line, '\n') && !t->where)
			text_add(&shown, "line %zu: ", number);
		err->at += shown.len;
		text_putn(&shown, line, end ? (size_t)(end - line) : strlen(line));
		if (err->at + err->len > shown.len)
			err->len = err->at < shown.len ? shown.len - err->at : 1;
	}
	if (t->where && !t->pure) {
		const char *colon = strrchr(t->where, ':');

		snprintf(err->where, sizeof err->where, "%.*s:%lu", (int)(colon ? colon - t->where : 0), t->where,
			 (colon ? strtoul(colon + 1, NULL, 10) : 0) + number - 1);
	} else if (!t->pure) {
		*err->where = 0;
	}
	error_format(err, shown.s, &out);
	r->o.host->complain(r->o.host->arg, text_str(&out));
	text_drop(&out);
	text_drop(&shown);
}

/* ---- parts ---- */

/* The first word that Lua could not make sense of is perhaps a command: interaction.md 6.1 rule 5 and 12. False: it does not look so. */
static bool unknown_command(struct runner *r, const struct task *t, const struct part *p, struct error *err)
{
	const char *s = t->line + p->at;
	size_t at = 0, len = lex_name(s, 0, p->len);
	struct token next;
	struct text line = { 0 };
	struct call call = { 0 };
	struct outcome out = { 0 };
	struct error why = { 0 };

	if (p->kind == PART_PRINT || !len || lex_keyword(s, len))
		return false;
	lex_next(s, len, p->len, &next);
	if (lex_is(s, &next, "=")) {	/* NAME = WORD ... */
		lex_next(s, next.end, p->len, &next);
		at = next.at;
		len = next.kind == TOKEN_NAME ? next.end - next.at : 0;
		lex_next(s, next.end, p->len, &next);
		if (!len || next.kind == TOKEN_END)
			return false;
	}
	/* After a word of Lua's an operator, a call, an index or nothing would follow. */
	if (next.kind != TOKEN_NAME && next.kind != TOKEN_NUMBER && next.kind != TOKEN_END && !(next.at > at + len && lex_is(s, &next, "[")))
		return false;
	text_putn(&line, s + at, p->len - at);
	if (!command_begin(&r->context, text_str(&line), &call, &out, &why)) {
		*err = why;
		err->at = p->at + at;
		err->len = len;
	}
	call_drop(&call);
	text_drop(&line);
	return why.class == ERR_COMMAND;
}

/* NAME, NAME = at the start of a Lua part: calls each(name). */
static void assigned_names(lua_State *L, const char *text, void (*each)(lua_State *L, const char *name))
{
	size_t n = strlen(text);
	struct token t, op;
	char name[64];

	for (int pass = 0; pass < 2; pass++) {
		size_t i = 0;

		do {
			lex_next(text, i, n, &t);
			lex_next(text, t.end, n, &op);
			i = op.end;
			if (t.kind != TOKEN_NAME)
				return;
			if (pass && t.end - t.at < sizeof name) {
				memcpy(name, text + t.at, t.end - t.at);
				name[t.end - t.at] = 0;
				each(L, name);
			}
		} while (lex_is(text, &op, ","));
		if (!lex_is(text, &op, "="))
			return;
	}
}

/* After an assignment: the line that says what the variable now is. Plain Lua values are as silent as in Lua. */
static void say_assigned(lua_State *L, const char *name)
{
	struct runner *r = runner_of(L);
	struct text t = { 0 };

	scope_name_value(L, name);
	lua_getglobal(L, name);
	if (test_value(L, -1)) {
		scope_result(L, -1);
		text_add(&t, "%s = ", name);
		value_line(test_value(L, -1), 0, &t);
		runner_say(r, STYLE_PLAIN, text_str(&t));
		text_drop(&t);
	}
	lua_pop(L, 1);
}

/* What an expression gave, from stack index 1 on: `=` shows values, else a line says what it is, and `_` keeps it. */
static void say_results(lua_State *L, const struct part *p)
{
	struct runner *r = runner_of(L);
	struct text t = { 0 };
	int n = lua_gettop(L);
	bool taken = n == 1 && r->player && player_answer(r->player, L, r->after);

	for (int i = 1; i <= n; i++) {
		const struct value *v = test_value(L, i);

		if (i > 1)
			text_put(&t, v || test_value(L, i - 1) ? "\n" : "\t");
		if (v && p->kind == PART_PRINT)
			value_print(v, (size_t)(r->o.host->width > 0 ? r->o.host->width : 80), false, &t);
		else
			print_plain(L, i, 0, &t);
		while (t.len && t.s[t.len - 1] == '\n')
			t.s[--t.len] = 0;
	}
	if (n && !taken)
		runner_say(r, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
	if (n == 1 && p->kind == PART_LUA && !lua_isnil(L, 1))
		scope_result(L, 1);
}

/* Both run protected: printing may call __tostring, naming may run out of memory. */
static int after_lua(lua_State *L)
{
	const struct part *p = lua_touserdata(L, 1);
	bool expression = lua_toboolean(L, 2);

	lua_remove(L, 1);
	lua_remove(L, 1);
	if (expression)
		say_results(L, p);
	else
		assigned_names(L, p->text, say_assigned);
	return 0;
}

/* Pushes the function that does the part, and its arguments. False: err, with a place in the line. */
static bool load_part(struct runner *r, struct task *t, struct part *p, int *nargs, bool *expression, struct error *err)
{
	size_t end, n;

	*nargs = 0;
	*expression = false;
	if (p->kind == PART_COMMAND) {
		lua_pushcfunction(t->co, task_command);
		lua_pushstring(t->co, p->text);
		if (p->name)
			lua_pushstring(t->co, p->name);
		*nargs = p->name ? 2 : 1;
		return true;
	}
	if (p->open_at != SIZE_MAX) {
		error_set(err, ERR_SYNTAX, "this bracket is not closed");
		error_hint(err, NULL, "a ] is missing");
		err->at = p->open_at;
		err->len = 1;
		return false;
	}
	if (chunk_load(t->co, p->text, p->kind == PART_PRINT, expression, err)) {
		task_limit_chunk(t->co);
		size_t len = lex_name(p->text, 0, strlen(p->text));

		/* A lone word that nobody knows: a command with a slip, not nil. */
		if (*expression && p->kind == PART_LUA && len && !lex_keyword(p->text, len) && p->text[len + strspn(p->text + len, " \t")] == 0) {
			bool known;

			lua_pushglobaltable(t->co);
			lua_pushlstring(t->co, p->text, len);
			known = lua_rawget(t->co, -2) != LUA_TNIL;
			lua_pop(t->co, 2);
			if (!known && unknown_command(r, t, p, err)) {
				lua_pop(t->co, 1);
				return false;
			}
		}
		return true;
	}
	n = strlen(p->text);
	end = p->map[err->at + err->len < n ? err->at + err->len : n];
	err->at = p->map[err->at < n ? err->at : n];
	err->len = end > err->at ? end - err->at : 1;
	if (!unknown_command(r, t, p, err) && p->open) {
		err->class = ERR_SYNTAX;
		error_while(err, "the input ends in the middle");
	}
	return false;
}

/* What was read of a mapped file that is gone came as zeros: nobody is to take them for weights. */
static void tell_of_loss(struct runner *r, struct task *t, struct part *p)
{
	struct error err;

	if (!buffer_lost())
		return;
	error_set(&err, ERR_FILE, "a file that is open became shorter; what is gone was read as zeros");
	error_hint(&err, NULL, "close  and  open  it again");
	runner_complain(r, t, p, &err);
}

/* The part has ended well; its results are on the coroutine's stack. */
static void finish_part(struct runner *r, struct task *t, struct part *p, bool expression, int n)
{
	lua_State *L = t->co;
	struct error err;

	if (p->kind == PART_COMMAND) {
		if (n && r->player)
			player_answer(r->player, L, t);
		if (n && !lua_isnil(L, -1)) {
			if (p->name) {
				lua_pushvalue(L, -1);
				lua_setglobal(L, p->name);
				scope_name_value(L, p->name);
			}
			scope_result(L, -1);
		}
		lua_settop(L, 0);
		tell_of_loss(r, t, p);
		return;
	}
	lua_pushcfunction(L, after_lua);
	lua_insert(L, 1);
	lua_pushlightuserdata(L, p);
	lua_insert(L, 2);
	lua_pushboolean(L, expression);
	lua_insert(L, 3);
	r->after = t;
	if (lua_pcall(L, n + 2, 0, 0) != LUA_OK) {
		get_error(L, -1, &err);
		runner_complain(r, t, p, &err);
	}
	r->after = NULL;
	lua_settop(L, 0);
	tell_of_loss(r, t, p);
}

static void part_failed(struct runner *r, struct task *t, struct part *p, struct error *err)
{
	if (p->kind == PART_COMMAND) {
		if (err->len)
			err->at += p->text_at;
	} else if (!err->len && err->class == ERR_LUA && !strncmp(err->where, "line:", 5)) {
		char *typed = strndup(t->line + p->at, p->len);

		if (typed)
			chunk_blame(typed, err);
		free(typed);
		err->at += p->at;
	}
	runner_complain(r, t, p, err);
}

/* ---- going on ---- */

static void count_hook(lua_State *L, lua_Debug *at)
{
	struct runner *r = runner_of(L);
	struct error err;

	if (r->breaking || r->exit_code >= 0) {
		lua_sethook(L, count_hook, LUA_MASKCOUNT, 1);	/* a pcall around it gets no further either */
		error_set(&err, ERR_CANCELLED, "Lua was broken off");
		throw(L, &err);
	}
	if (r->now && r->now->hurried && !r->now->limited && (r->instructions -= lua_gethookcount(L)) <= 0) {
		error_set(&err, ERR_LUA, "more than %d million instructions for one drawing or key", HURRIED_INSTRUCTIONS / 1000000);
		lua_sethook(L, count_hook, LUA_MASKCOUNT, 1);
		throw(L, &err);
	}
	if (r->now && r->now->limited && (r->instructions -= lua_gethookcount(L)) <= 0) {
		error_set(&err, ERR_LESSON, "more than two million instructions for one step of a lesson");
		if (lua_getinfo(L, "Sl", at) && *at->source == '@')
			snprintf(err.where, sizeof err.where, "%.150s:%d", at->source + 1, at->currentline);
		error_hint(&err, NULL, "trust ID  lifts the limits of a lesson");
		lua_sethook(L, count_hook, LUA_MASKCOUNT, 1);	/* a pcall around it gets no further either */
		throw(L, &err);
	}
	if (!r->o.host->batch && can_wait(L) && now_seconds() > r->turn_ends) {
		r->now->wait = WAIT_TURN;
		lua_yield(L, 0);
	}
}

void task_hook(lua_State *L)
{
	lua_sethook(L, count_hook, LUA_MASKCOUNT, HOOK_COUNT);
}

/* Resumes the coroutine with what is on its stack. LUA_YIELD: t->wait says for what. */
int task_step(struct runner *r, struct task *t, int nargs, int *results)
{
	struct task *before = r->now;
	size_t limit = r->limit_bytes;
	struct limits outer = { r->lesson_dir, r->limit_env, r->lesson_base };
	int status;

	r->now = t;
	if (t->limits) {
		r->lesson_dir = t->limits->dir;
		r->limit_env = t->limits->env;
		r->lesson_base = t->limits->base;
	}
	limits_on(r, t);
	if (!t->begun && !(before && before->limited)) {	/* a function of a lesson gets no more by calling others */
		r->instructions = t->hurried && !t->limited ? HURRIED_INSTRUCTIONS : LESSON_INSTRUCTIONS;
		r->made_bytes = 0;
	}
	r->turn_ends = now_seconds() + TURN_SECONDS;
	t->wait = WAIT_NOT;
	status = lua_resume(t->co, r->L, nargs, results);
	r->now = before;
	r->limit_bytes = limit;
	if (t->limits) {
		r->lesson_dir = outer.dir;
		r->limit_env = outer.env;
		r->lesson_base = outer.base;
	}
	if (status == LUA_YIELD && t->wait == WAIT_NOT) {	/* coroutine.yield() in a line: nobody to yield to */
		lua_pop(t->co, *results);
		t->wait = WAIT_TURN;
	}
	return status;
}

/* The next part of the line, loaded. False: there is none, or it is wrong. */
static bool next_part(struct runner *r, struct task *t, int *nargs)
{
	struct error err = { 0 };

	part_drop(&t->part);
	if (!line_part(&r->world, t->line, &t->next_at, chunk_judge, &t->part, &err)) {
		runner_complain(r, t, NULL, &err);
		return false;
	}
	if (t->part.kind == PART_NOTHING)
		return false;
	lua_settop(t->co, 0);
	if (t->part.kind == PART_HISTORY) {
		task_history(r, t, t->part.text);
		return !t->failed;
	}
	if (!load_part(r, t, &t->part, nargs, &t->expression, &err)) {
		runner_complain(r, t, &t->part, &err);
		return false;
	}
	return true;
}

static void run_failed(struct runner *r, struct task *t)
{
	struct error err;

	get_error(t->co, -1, &err);
	lua_resetthread(t->co);
	task_hook(t->co);
	if (r->exit_code >= 0)
		return;
	if (t->pure)
		runner_complain(r, t, NULL, &err);
	else
		part_failed(r, t, &t->part, &err);
}

/* One part, or the rest of it. False: the line goes no further. */
static bool go_on(struct runner *r, struct task *t)
{
	int nargs = t->nargs, n, status;

	if (!t->begun && !t->pure && !t->over && !next_part(r, t, &nargs))
		return false;
	if (t->wait == WAIT_TASK && t->part.kind == PART_HISTORY)
		return true;
	status = task_step(r, t, t->begun ? 0 : nargs, &n);
	t->begun = status == LUA_YIELD;
	if (t->begun)
		return true;
	if (t->over) {
		t->over(r, t, status, n);
		return false;
	}
	if (status != LUA_OK)
		run_failed(r, t);
	if (r->context.quit && r->exit_code < 0)
		r->exit_code = r->context.quit_code;
	r->aside = t->watch != 0;
	if (status == LUA_OK && !t->pure)
		finish_part(r, t, &t->part, t->expression, n);
	r->aside = false;
	if (r->n_renew)
		renew_now(r);
	extend_look(r);
	if (r->wish && !t->pure)
		player_wishes(r);
	if (t->follow && !t->failed) {
		t->wait = WAIT_TASK;
		t->waits_for = t->follow;
		t->follow = 0;
	}
	return !t->failed && !t->pure && r->exit_code < 0;
}

int task_call(struct runner *r, struct task *t, int nargs, int *results)
{
	t->no_wait = true;
	return task_step(r, t, nargs, results);
}

void task_resume(struct runner *r, struct task *t)
{
	t->wait = WAIT_NOT;
	while (t->wait == WAIT_NOT) {
		if (go_on(r, t))
			continue;
		if (t->failed && t->keep_going && r->exit_code < 0 && t->line[t->next_at]) {
			t->failed = false;
			t->next_at += strcspn(t->line + t->next_at, "\n");
			continue;
		}
		t->wait = WAIT_OVER;
		if (!t->over)
			player_after(r, t);
	}
}
