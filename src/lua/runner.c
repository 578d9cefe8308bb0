/*
 * runner.c - the language: one Lua state, lines as tasks. See runner.h.
 */
#include "lua/runner.h"

#include <errno.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "lua/demo.h"
#include "lua/extend.h"
#include "lua/lex.h"
#include "lua/player.h"
#include "lua/state.h"

#define BREAK_SECONDS 2.0

/* ---- set-up ---- */

/* Counts what Lua holds, so that a lesson can be kept within its limit. */
static void *allocate(void *arg, void *old, size_t had, size_t want)
{
	struct runner *r = arg;
	void *p;

	if (!old)
		had = 0;	/* then it is a type, not a size */
	if (want > had && r->limit_bytes != SIZE_MAX && r->lua_bytes + r->made_bytes + (want - had) > r->limit_bytes)
		return NULL;
	if (!want) {
		free(old);
		r->lua_bytes -= had;
		return NULL;
	}
	p = realloc(old, want);
	if (p)
		r->lua_bytes += want - had;
	return p;
}

static int open_inside(lua_State *L)
{
	struct runner *r = runner_of(L);

	luaL_openlibs(L);
	values_open(L);
	qs_open(r);
	lesson_words_add();
	extend_words_add();
	timing_words_add(r);
	watch_words_add();
	return 0;
}

static bool copy_list(char ***out, const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	*out = calloc(n + 1, sizeof **out);
	for (size_t i = 0; *out && i < n; i++)
		if (!((*out)[i] = strdup(list[i])))
			return false;
	return *out != NULL;
}

struct runner *runner_new(const struct runner_options *o, struct error *err)
{
	struct runner *r = calloc(1, sizeof *r);

	if (!r) {
		error_memory(err, "the language");
		return NULL;
	}
	r->o = *o;
	r->exit_code = -1;
	r->next_step = -1;
	r->limit_bytes = SIZE_MAX;
	if (!copy_list(&r->places, o->lesson_places) || !(r->progress = progress_new(o->state_dir)) || !(r->L = lua_newstate(allocate, r))) {
		error_memory(err, "the language");
		runner_drop(r);
		return NULL;
	}
	r->o.lesson_places = (const char *const *)r->places;
	*(struct runner **)lua_getextraspace(r->L) = r;
	lua_pushcfunction(r->L, open_inside);
	if (lua_pcall(r->L, 0, 0, 0) != LUA_OK) {
		get_error(r->L, -1, err);
		runner_drop(r);
		return NULL;
	}
	scope_open(r);
	task_hook(r->L);
	r->context = (struct context){ .session = o->session, .stage = o->stage, .scope = &r->scope, .host = o->host };
	for (size_t i = 0; r->places[i]; i++)
		lesson_glossary(r, r->places[i]);
	if (!worker_start(o->wake_fd, err)) {
		runner_drop(r);
		return NULL;
	}
	return r;
}

void runner_drop(struct runner *r)
{
	if (!r)
		return;
	extend_drop(r);
	if (r->L)
		watch_drop_all(r);
	stage_drop(r->o.stage);		/* what it shows may be drawn by Lua */
	while (r->tasks)
		task_drop(r, r->tasks);
	demo_view_drop(r);
	define_drop(r);
	player_drop(r->player);
	progress_drop(r->progress);
	worker_stop();
	if (r->L)
		lua_close(r->L);
	for (size_t i = 0; r->places && r->places[i]; i++)
		free(r->places[i]);
	free(r->places);
	text_drop(&r->io);
	free(r);
}

struct context *runner_context(struct runner *r)
{
	return &r->context;
}

void runner_set_args(struct runner *r, int n, char *const *words)
{
	lua_createtable(r->L, n, 0);
	for (int i = 0; i < n; i++) {
		lua_pushstring(r->L, words[i]);
		lua_seti(r->L, -2, i + 1);
	}
	lua_setglobal(r->L, "arg");
}

/* ---- lines ---- */

/* The task that sets a variable which `line` names; it has to end first. NULL: none does. */
static struct task *sets_what_is_named(struct runner *r, const char *line)
{
	size_t n = strlen(line);
	struct token t;

	for (struct task *o = r->tasks; o; o = o->next) {
		const char *name = o->part.name;

		if (o->wait == WAIT_OVER || o->over || o->pure)
			continue;
		for (lex_next(line, 0, n, &t); t.kind != TOKEN_END; lex_next(line, t.end, n, &t))
			if (t.kind == TOKEN_NAME && (line[t.at] == '_' || (name && lex_is(line, &t, name))))
				return o;
	}
	return NULL;
}

static void remember_step(struct runner *r, const char *line)
{
	static const char *const onward[] = { "step", "first", "goto", NULL }, *const same[] = { "next", "back", NULL };
	char word[16] = "";

	sscanf(line, " %15[a-z]", word);
	r->stepped = false;
	for (int i = 0; onward[i]; i++)
		if (!strcmp(word, onward[i]))
			r->stepped = true;
	if (r->stepped)
		snprintf(r->step_line, sizeof r->step_line, "next");
	for (int i = 0; same[i] && !r->stepped; i++)
		if (!strcmp(word, same[i]) && strlen(line) < sizeof r->step_line) {
			r->stepped = true;
			snprintf(r->step_line, sizeof r->step_line, "%s", line);
		}
}

/* A task that has run to its end is dropped, with what it leaves to tell. */
static enum line_state end_task(struct runner *r, struct task *t)
{
	enum line_state state = t->failed ? LINE_FAILED : LINE_DONE;

	if (t->watch)
		watch_ended(r, t->watch, t->failed);
	task_drop(r, t);
	return state;
}

bool runner_incomplete(struct runner *r, const char *line)
{
	struct parts parts;
	struct error err;
	bool open;

	if (!line_parts(&r->world, line, chunk_judge, &parts, &err))
		return false;
	open = parts.n && parts.part[parts.n - 1].open;
	parts_drop(&parts);
	return open;
}

static struct task *begin(struct runner *r, const char *line, const char *where)
{
	struct task *waits_for, *t;

	waits_for = sets_what_is_named(r, line);
	t = task_new(r, line, where);
	if (!t) {
		r->o.host->complain(r->o.host->arg, "error[memory]: not enough memory for the line");
		return NULL;
	}
	t->limited = r->as_lesson;
	if (waits_for) {
		t->wait = WAIT_TASK;
		t->waits_for = waits_for->id;
	}
	return t;
}

static enum line_state start(struct runner *r, const char *line, const char *where, bool last)
{
	struct task *t;

	if (demo_takes(r, line))
		return LINE_WAITS;
	if (r->player && player_takes(r->player, line)) {
		player_wishes(r);
		return runner_busy(r) ? LINE_WAITS : LINE_DONE;
	}
	if (!last && runner_incomplete(r, line))
		return LINE_INCOMPLETE;
	remember_step(r, line);
	r->lines_started++;
	r->interrupts = r->breaking = 0;
	t = begin(r, line, where);
	if (!t)
		return LINE_FAILED;
	if (t->wait == WAIT_NOT)
		task_resume(r, t);
	return t->wait == WAIT_OVER ? end_task(r, t) : LINE_WAITS;
}

enum line_state runner_start(struct runner *r, const char *line, const char *where)
{
	return start(r, line, where, false);
}

enum { HISTORY_DEEP = 8 };

void task_history(struct runner *r, struct task *t, const char *number)
{
	struct text line = { 0 };
	struct error err = { 0 };
	struct task *other = NULL;

	if (t->from_history == HISTORY_DEEP) {
		error_set(&err, ERR_ARGUMENT, "entry %s of the history runs itself", number);
		runner_complain(r, t, &t->part, &err);
		return;
	}
	if (!r->o.host->control(r->o.host->arg, "history", number, &line, &err)) {
		err.len = 0;
		runner_complain(r, t, &t->part, &err);
	} else {
		runner_say(r, STYLE_DIM, text_str(&line));
		other = begin(r, text_str(&line), NULL);
		if (other) {
			other->from_history = t->from_history + 1;
			t->wait = WAIT_TASK;
			t->waits_for = other->id;
		} else {
			t->failed = true;
		}
	}
	text_drop(&line);
}

/* ---- the loop ---- */

static bool play(struct runner *r)
{
	struct stage *s = r->o.stage;
	struct text said = { 0 };
	struct error err;
	bool moved;

	if (!s->playing || r->o.host->batch) {
		r->next_step = -1;
		return false;
	}
	if (r->next_step < 0)
		r->next_step = now_seconds() + s->play_seconds;
	if (now_seconds() < r->next_step)
		return false;
	r->next_step = now_seconds() + s->play_seconds;
	if (!stage_move(s, MOVE_NEXT, 1, &moved, &said, &err) || !moved)
		s->playing = false;
	else if (strcmp(settings_get(&r->o.session->settings, "step"), "quiet"))
		runner_say(r, STYLE_PLAIN, text_str(&said));
	text_drop(&said);
	return true;
}

/* Ctrl-C, taken note of outside of the handler. */
static void notice_interrupts(struct runner *r)
{
	if (!r->interrupts)
		return;
	if (r->interrupted_at > 0 && now_seconds() - r->interrupted_at < BREAK_SECONDS)
		r->breaking = 1;
	else if (runner_busy(r) && !r->current)
		note(&r->context, "Lua is running; Ctrl-C once more within two seconds breaks it off");
	for (struct task *t = r->tasks; t; t = t->next)
		if (t->story && t->wait == WAIT_TIME)
			t->wait = WAIT_OVER;
	r->interrupted_at = now_seconds();
	r->interrupts = 0;
}

bool runner_poll(struct runner *r)
{
	bool changed = play(r);
	struct task *t, *next;

	notice_interrupts(r);
	extend_look(r);
	for (t = r->tasks; t; t = next) {
		next = t->next;
		if (t->wait != WAIT_OVER && task_ready(r, t)) {
			task_resume(r, t);
			player_wishes(r);
			changed = true;
			next = t->next;		/* it may have started others */
		}
		if (t->wait == WAIT_OVER)
			end_task(r, t);
	}
	if (!runner_busy(r)) {
		r->breaking = 0;
		if (r->player)
			player_walked(r->player);	/* keys move it without a line */
		changed |= watch_look(r);		/* it begins with the next turn */
	}
	return changed;
}

bool runner_busy(const struct runner *r)
{
	for (const struct task *t = r->tasks; t; t = t->next)
		if (t->wait != WAIT_OVER && t->wait != WAIT_KEY && t->wait != WAIT_LINE)
			return true;
	return false;
}

const struct job *runner_job(const struct runner *r)
{
	return r->current;
}

double runner_timer(const struct runner *r)
{
	double left;

	double first = -1;

	for (const struct task *t = r->tasks; t; t = t->next) {
		if (t->wait == WAIT_TURN || t->wait == WAIT_NOT || t->got)
			return 0;
		left = t->until - now_seconds();
		if (t->wait == WAIT_TIME && (first < 0 || left < first))
			first = left > 0 ? left : 0;
	}
	if (!r->o.stage->playing || r->o.host->batch)
		return first;
	left = r->next_step < 0 ? r->o.stage->play_seconds : r->next_step - now_seconds();
	left = left > 0 ? left : 0;
	return first < 0 || left < first ? left : first;
}

void runner_interrupt(struct runner *r)
{
	struct job *job = r->current;

	r->interrupts = 1;
	if (job)
		atomic_store(&job->stop, true);
	else if (r->o.host->batch)
		r->breaking = 1;
}

/* Until the task of this id is over and no lesson has anything to do by itself. */
static enum line_state run_to_end(struct runner *r, unsigned long id)
{
	enum line_state state = LINE_DONE;

	for (;;) {
		struct task *t, *mine = NULL, *next;
		bool moved = false;

		for (t = r->tasks; t; t = next) {
			next = t->next;
			if (t->wait != WAIT_OVER && task_ready(r, t)) {
				task_resume(r, t);
				player_wishes(r);
				moved = true;
				next = t->next;
			}
			if (t->wait == WAIT_OVER) {
				if (t->id == id)
					state = t->failed ? LINE_FAILED : LINE_DONE;
				end_task(r, t);
			} else if (t->id == id) {
				mine = t;
			}
		}
		if (moved)
			continue;
		for (t = r->tasks; t && !t->job; t = t->next)
			;
		if (t)
			worker_wait(t->job);
		else
			return mine ? LINE_WAITS : state;
	}
}

static enum line_state run(struct runner *r, const char *line, const char *where, bool last)
{
	unsigned long id = r->last_id + 1;
	enum line_state state = start(r, line, where, last);

	if (state == LINE_WAITS)
		state = run_to_end(r, id);
	else if (state != LINE_INCOMPLETE && r->tasks)
		run_to_end(r, 0);
	while (state != LINE_INCOMPLETE && state != LINE_WAITS && watch_look(r))
		run_to_end(r, 0);
	return state;
}

enum line_state runner_run(struct runner *r, const char *line, const char *where, struct error *err)
{
	(void)err;	/* told through the host */
	return run(r, line, where, false);
}

enum line_state runner_cut(struct runner *r, const char *line, const char *where)
{
	return run(r, line, where, true);
}

/* ---- scripts ---- */

static bool ends_with(const char *s, const char *ending)
{
	size_t n = strlen(s), m = strlen(ending);

	return n >= m && !strcmp(s + n - m, ending);
}

static bool read_all(const char *path, struct text *out, struct error *err)
{
	FILE *f = fopen(path, "r");
	char buf[4096];
	size_t n;

	if (!f)
		return error_set(err, ERR_FILE, "cannot read %s: %s", path, strerror(errno));
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		text_putn(out, buf, n);
	if (ferror(f))
		error_set(err, ERR_FILE, "cannot read %s: %s", path, strerror(errno));
	n = (size_t)ferror(f);
	fclose(f);
	if (!n && out->failed)
		return error_memory(err, path);
	return !n && !out->failed;
}

/* The first line of a script may say which program runs it. Lua wants nothing but Lua. */
static const char *skip_shebang(const char *s)
{
	return *s == '#' ? s + strcspn(s, "\n") : s;
}

/* A task for the script at path; it has not begun. NULL: err. */
static struct task *script_task(struct runner *r, const char *path, struct error *err)
{
	struct text source = { 0 }, name = { 0 };
	bool lua = ends_with(path, ".lua"), ok;
	struct task *t = NULL;
	char where[200];

	memset(err, 0, sizeof *err);
	text_add(&name, "@%s", path);
	snprintf(where, sizeof where, "%s:1", path);
	ok = read_all(path, &source, err);
	if (ok && !(t = task_new(r, lua ? "" : text_str(&source), where)))
		ok = error_memory(err, path);
	if (ok && (lua || !ends_with(path, ".qs"))) {
		const char *body = skip_shebang(text_str(&source));

		t->pure = luaL_loadbufferx(t->co, body, strlen(body), text_str(&name), "t") == LUA_OK;
		if (!t->pure && lua) {
			get_error(t->co, -1, err);
			ok = false;
		} else if (!t->pure) {
			lua_settop(t->co, 0);	/* lines, then */
		}
	}
	text_drop(&source);
	text_drop(&name);
	if (t && !ok)
		task_drop(r, t);
	if (ok)
		t->keep_going = r->o.keep_going;
	return ok ? t : NULL;
}

bool runner_script(struct runner *r, const char *path, struct error *err)
{
	struct task *t = script_task(r, path, err);
	struct text out = { 0 };

	if (t) {
		r->interrupts = r->breaking = 0;
		return run_to_end(r, t->id) != LINE_FAILED;
	}
	if (!r->first_error)
		r->first_error = err->class;
	error_format(err, NULL, &out);
	r->o.host->complain(r->o.host->arg, text_str(&out));
	text_drop(&out);
	return false;
}

/* `run FILE`: the line that says so waits for it. */
bool runner_begin_script(struct runner *r, const char *path, struct error *err)
{
	struct task *t = script_task(r, path, err);

	if (!t) {
		error_hint(err, "file", "%s", err->hint);
		return false;
	}
	if (r->now)
		r->now->follow = t->id;
	return true;
}

/* ---- what the front ends ask ---- */

bool runner_empty_enter(struct runner *r)
{
	char line[sizeof r->step_line];

	if (demo_takes(r, ""))
		return true;
	if (r->player && !r->player->free) {
		player_enter(r->player);
		player_wishes(r);
		return true;
	}
	if (!r->stepped || !stage_walk(r->o.stage))
		return false;
	memcpy(line, r->step_line, sizeof line);
	start(r, line, NULL, true);
	return true;
}

bool runner_key(struct runner *r, const struct key *k)
{
	return demo_takes_key(r, k) || extend_key(r, k);
}

bool runner_interrupted(const struct runner *r)
{
	return r->interrupts;
}

const char *runner_prompt(const struct runner *r)
{
	return *r->prompt ? r->prompt : "qs> ";
}

bool runner_lesson(const struct runner *r, struct lesson_place *out)
{
	const struct player *p = r->player;
	size_t total;

	if (!p)
		return false;
	*out = (struct lesson_place){ .id = p->about.id, .part = (int)player_station(p, p->at, &total), .asking = p->state == PLAY_ASK, .free = p->free };
	out->parts = (int)total;
	return true;
}

/* The lesson that was worked at last, if it is not done. */
bool runner_unfinished(const struct runner *r, struct lesson_place *out)
{
	struct runner *mine = (struct runner *)r;	/* loading a lesson leaves no trace */
	const struct record *last = NULL;
	struct player *p;
	char path[400];
	bool own, unfinished;
	size_t place, total;
	struct error err;

	for (size_t i = 0; progress_at(r->progress, i); i++)
		last = progress_at(r->progress, i);
	if (!last || !lesson_find(mine, last->lesson, path, sizeof path, &own) || !(p = player_load(mine, last->lesson, path, &err)))
		return false;
	place = player_place(p);
	*out = (struct lesson_place){ .id = last->lesson, .part = (int)player_station(p, place, &total) };
	out->parts = (int)total;
	unfinished = place < p->n;
	player_drop(p);
	return unfinished;
}

int runner_exit(const struct runner *r)
{
	return r->exit_code;
}

unsigned long runner_errors(const struct runner *r)
{
	return r->errors;
}

const char *runner_step_line(const struct runner *r)
{
	return r->stepped && stage_walk(r->o.stage) ? r->step_line : NULL;
}

void runner_forgive(struct runner *r)
{
	r->first_error = ERR_NONE;
}

enum error_class runner_first_error(const struct runner *r)
{
	return r->first_error;
}
