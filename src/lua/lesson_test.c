/*
 * lesson_test.c - --test-lesson: the same player with a script in place of a learner. interaction.md 16.6.
 *
 * A lesson is read, then played: each expected mistake is made and must get its own sentence, each answer must be accepted; at every stop
 * a second program that only has the progress file must come to the same place. Before the last question it goes back to the first and
 * forward again, and once more from the start by `skip` alone. Whatever is shown is drawn at 80 x 24 in both glyph sets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lua/lesson_bench.h"
#include "lua/player.h"

enum { STEPS_MAX = 2000, TEXT_COLUMNS = 76, VIEWS_MAX = 12 };

struct trial {
	const char *path, *id;
	char dir[400], state_dir[64];
	struct bench b;
	struct text *report;
	size_t failures;
	struct { size_t parts, judged, predicted, wrong, traces, views; } n;	/* what there is of each */
	struct text kinds;	/* of what is judged: " number task" */
	const char *view[VIEWS_MAX];
	size_t pictures;	/* of the player when a command of the learner's showed another */
	bool turned;		/* has gone back and come forward again */
	struct canvas utf8, ascii;
};

static void fail(struct trial *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void fail_at(struct trial *t, size_t part, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void tell(struct trial *t, size_t part, const char *fmt, va_list ap)
{
	const struct player *p = t->b.r ? t->b.r->player : NULL;
	struct text filled = { 0 };
	char *s;

	if (vasprintf(&s, fmt, ap) >= 0) {
		if (p)
			lesson_fill(t->b.r->player, s, &filled, NULL);
		if (p && part < p->n)
			text_add(t->report, "%s: part %zu (%s): %s\n", t->path, part + 1, player_field(p, part, "kind"), text_str(&filled));
		else
			text_add(t->report, "%s: %s\n", t->path, p ? text_str(&filled) : s);
		text_drop(&filled);
		free(s);
	}
	t->failures++;
}

static void fail_at(struct trial *t, size_t part, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(t, part, fmt, ap);
	va_end(ap);
}

/* At the part that is played. */
static void fail(struct trial *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(t, t->b.r && t->b.r->player ? t->b.r->player->at : SIZE_MAX, fmt, ap);
	va_end(ap);
}

static void start(struct bench *b, const char *id)
{
	char s[60];

	snprintf(s, sizeof s, "lesson %s", id);
	bench_line(b, s);
}

/* ---- what every stop is looked at for ---- */

static void count_view(struct trial *t)
{
	const struct scene *front = stage_front(&t->b.stage);

	for (size_t i = 0; front && i < VIEWS_MAX; i++) {
		if (i == t->n.views)
			t->view[t->n.views++] = front->view->name;
		if (!strcmp(t->view[i], front->view->name))
			return;
	}
}

static void draw(struct trial *t)
{
	count_view(t);
	canvas_clear(&t->utf8);
	canvas_clear(&t->ascii);
	stage_draw(&t->b.stage, &t->utf8);
	stage_draw(&t->b.stage, &t->ascii);
	for (int i = 0; i < BENCH_ROWS * BENCH_COLS; i++)
		if (t->ascii.cell[i].ch > 126) {
			fail(t, "the picture has a character beyond ASCII with --ascii");
			return;
		}
}

static bool complained(struct trial *t, const char *what)
{
	bool any = t->b.complaints.len > 0;

	if (any)
		fail(t, "%s: %s", what, text_str(&t->b.complaints));
	text_clear(&t->b.complaints);
	return any;
}

/* After a command of the learner's it is theirs; a walk begins anew. */
static bool same_picture(struct trial *t, struct bench *other)
{
	const struct player *p = t->b.r->player;

	if (p->state == PLAY_WALK || t->pictures == p->pictures)
		return true;
	canvas_clear(&t->utf8);
	canvas_clear(&t->ascii);
	stage_draw(&t->b.stage, &t->utf8);
	stage_draw(&other->stage, &t->ascii);
	for (int i = 0; i < BENCH_COLS; i++) {	/* the title; the cursor below may have been elsewhere */
		const struct cell *a = &t->utf8.cell[i], *b = &t->ascii.cell[i];

		if (a->ch < 127 && b->ch < 127 && a->ch != b->ch)
			return false;
	}
	return true;
}

/* The same place from the progress file alone. */
static void resume(struct trial *t)
{
	const struct player *p = t->b.r->player, *q;
	struct bench other;
	struct error err;

	if (!bench_open(&other, t->dir, t->state_dir, &err)) {
		fail(t, "%s", err.text);
		bench_close(&other);
		return;
	}
	start(&other, t->id);
	for (int i = 0; i < STEPS_MAX && (q = other.r->player) && q->state == PLAY_READ; i++)
		bench_line(&other, "");
	q = other.r->player;
	if (!q || q->at != p->at || q->state != p->state)
		fail(t, "killed here, it goes on at part %zu", q ? q->at + 1 : 0);
	else if (!same_picture(t, &other))
		fail(t, "killed here, it goes on with another picture");
	for (size_t i = 0; q && i < q->at; i++)
		if (player_is(q, i, "var")) {
			char name[60] = "";

			player_push_part(q, other.r->L, i);
			lua_rawgeti(other.r->L, -1, 1);
			snprintf(name, sizeof name, "%s", lua_tostring(other.r->L, -1));
			lua_pop(other.r->L, 2);
			if (!scope_push_variable(other.r->L, name))
				fail(t, "killed here, it goes on without its variable %s", name);
			else
				lua_pop(other.r->L, 1);
		}
	if (other.complaints.len)
		fail(t, "killed here, it goes on with: %s", text_str(&other.complaints));
	bench_close(&other);
}

/* Of the processor, so that a busy machine fails no lesson. */
static double seconds_worked(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One push, timed. */
static void push(struct trial *t, const char *s)
{
	const struct player *p = t->b.r->player;
	size_t at = p ? p->at : 0;
	double limit = 2, took, began = seconds_worked();

	if (p && at < p->n) {
		player_push_part(p, t->b.r->L, at);
		lua_getfield(t->b.r->L, -1, "work");
		limit = lua_toboolean(t->b.r->L, -1) ? 30 : 2;
		lua_pop(t->b.r->L, 2);
	}
	bench_line(&t->b, s);
	took = seconds_worked() - began;
	if (took > limit)
		fail(t, "'%s' at part %zu took %.1f s; %g are allowed", s, at + 1, took, limit);
	draw(t);
}

/* A line that the lesson itself gives: it has no more rights than the lesson. */
static void type(struct trial *t, const char *s)
{
	t->b.r->as_lesson = true;
	push(t, s);
	if (t->b.r)
		t->b.r->as_lesson = false;
}

/* ---- reading ---- */

static void check_lines(struct trial *t, size_t part, const char *what, const char *s)
{
	struct text filled = { 0 }, missing = { 0 }, out = { 0 };
	const char *p;

	lesson_fill(t->b.r->player, s, &filled, &missing);
	lesson_wrap(text_str(&filled), 2, TEXT_COLUMNS, &out);
	if (missing.len)
		fail_at(t, part, "%s names %s, which stands for nothing", what, text_str(&missing));
	for (p = text_str(&out); *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (text_width(p, strcspn(p, "\n")) > TEXT_COLUMNS)
			fail_at(t, part, "%s does not fit into %d columns: %.*s", what, TEXT_COLUMNS, (int)strcspn(p, "\n"), p);
	text_drop(&filled);
	text_drop(&missing);
	text_drop(&out);
}

/* Each paragraph is seen whole under the pane, beside "Enter goes on." */
static void check_paragraphs(struct trial *t, size_t part)
{
	struct player *p = t->b.r->player;
	lua_State *L = t->b.r->L;
	size_t room = play_room(p, false);

	player_push_part(p, L, part);
	if (lua_rawgeti(L, -1, 1) == LUA_TSTRING)
		for (const char *s = lua_tostring(L, -1), *end; *(s += strspn(s, "\n")); s = end) {
			char *paragraph;

			end = play_paragraph_end(s);
			paragraph = strndup(s, (size_t)(end - s));
			if (paragraph && play_rows(p, paragraph) > room)
				fail_at(t, part, "a paragraph of %zu rows; %zu are seen under the pane at %d x %d: %.40s", play_rows(p, paragraph), room,
					BENCH_COLS, BENCH_ROWS, paragraph);
			free(paragraph);
		}
	lua_pop(L, 2);
}

/* A string, or the strings of a list, at the top; popped. */
static int check_texts(struct trial *t, size_t part, const char *what)
{
	lua_State *L = t->b.r->L;
	int n = 0;

	if (lua_type(L, -1) == LUA_TSTRING) {
		check_lines(t, part, what, lua_tostring(L, -1));
		n = 1;
	} else if (lua_type(L, -1) == LUA_TTABLE) {
		for (size_t i = 1; i <= lua_rawlen(L, -1); i++) {
			if (lua_rawgeti(L, -1, (lua_Integer)i) == LUA_TSTRING)
				check_lines(t, part, what, lua_tostring(L, -1));
			lua_pop(L, 1);
			n++;
		}
	}
	lua_pop(L, 1);
	return n;
}

static void read_question(struct trial *t, const struct player *p, size_t i)
{
	lua_State *L = t->b.r->L;
	bool answer = *player_field(p, i, "answer"), choice = !strcmp(player_field(p, i, "answers"), "choice");

	player_push_part(p, L, i);
	lua_getfield(L, -1, "hint");
	if (!check_texts(t, i, "a hint"))
		fail_at(t, i, "no hint is given");
	lua_getfield(L, -1, "why");
	check_texts(t, i, "its reason");
	lua_rawgeti(L, -1, 2);
	check_texts(t, i, "a choice");
	if (!answer && !(choice && lua_getfield(L, -1, "right") == LUA_TNUMBER))
		fail_at(t, i, "no answer is given");
	lua_settop(L, 0);
	player_push_part(p, L, i);
	if (lua_getfield(L, -1, "wrong") == LUA_TTABLE)
		for (size_t k = 1; k <= lua_rawlen(L, -1); k++) {
			if (lua_rawgeti(L, -1, (lua_Integer)k) != LUA_TTABLE || lua_getfield(L, -1, "say") != LUA_TSTRING)
				fail_at(t, i, "mistake %zu has no sentence", k);
			else
				check_lines(t, i, "what is said to a mistake", lua_tostring(L, -1));
			lua_settop(L, 2);
		}
	lua_settop(L, 0);
}

static void count_part(struct trial *t, const struct player *p, size_t i)
{
	const char *kind = player_is(p, i, "task") ? "task" : player_field(p, i, "answers");

	t->n.parts++;
	t->n.traces += player_is(p, i, "walk");
	if (player_is(p, i, "predict"))
		t->n.predicted++;
	if (!player_is(p, i, "ask task"))
		return;
	t->n.judged++;
	if (!strstr(text_str(&t->kinds), kind))
		text_add(&t->kinds, " %s", kind);
}

/* Nothing of the lesson waits yet: its player is at the first stop. */
static void read_through(struct trial *t)
{
	const struct player *p = t->b.r->player;
	lua_State *L = t->b.r->L;
	char needs[sizeof p->about.needs], *save, path[440];

	if (strcmp(p->declared, t->id))
		fail_at(t, SIZE_MAX, "the lesson calls itself '%s', its file %s", p->declared, t->id);
	if (!*p->about.title || !(p->about.minutes > 0))
		fail_at(t, SIZE_MAX, "title= or minutes= is missing");
	snprintf(needs, sizeof needs, "%s", p->about.needs);
	for (char *id = strtok_r(needs, " ", &save); id; id = strtok_r(NULL, " ", &save)) {
		snprintf(path, sizeof path, "%s/%s.lua", t->dir, id);
		if (access(path, R_OK) != 0)
			fail_at(t, SIZE_MAX, "needs '%s', which does not exist", id);
	}
	for (size_t i = 0; i < p->n; i++) {
		count_part(t, p, i);
		if (player_is(p, i, "say ask predict task")) {
			player_push_part(p, L, i);
			lua_rawgeti(L, -1, 1);
			check_texts(t, i, "its text");
			lua_pop(L, 1);
		}
		if (player_is(p, i, "say"))
			check_paragraphs(t, i);
		if (player_is(p, i, "ask predict task"))
			read_question(t, p, i);
	}
}

/* ---- playing ---- */

/* What a learner with this mistake would give is put on the stack; false: the entry (on top) does not say. */
static bool push_mistake(lua_State *L)
{
	static const char *const fields[] = { "near", "right", "choice", "equal" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (lua_getfield(L, -1, fields[i]) != LUA_TNIL)
			return true;
		lua_pop(L, 1);
	}
	if (lua_getfield(L, -1, "accept") == LUA_TTABLE) {
		lua_rawgeti(L, -1, 1);
		lua_remove(L, -2);
		return true;
	}
	lua_pop(L, 1);
	return false;
}

static void make_mistake(struct trial *t, struct player *p, size_t k)
{
	lua_State *L = t->b.r->L;
	char want[600], answer[300];
	int top = lua_gettop(L);

	player_push_part(p, L, p->at);
	lua_getfield(L, -1, "wrong");
	lua_rawgeti(L, -1, (lua_Integer)k);
	lua_getfield(L, -1, "say");
	snprintf(want, sizeof want, "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lua_pop(L, 1);
	lua_getfield(L, -1, "answer");
	snprintf(answer, sizeof answer, "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lua_pop(L, 1);
	p->verdict = VERDICT_NONE;
	if (push_mistake(L)) {
		player_keep_answer(p, L, "");
		p->judging = false;
		play_would_judge(p);
	} else if (*answer && !player_is(p, p->at, "predict")) {
		type(t, answer);
	} else {
		fail(t, "mistake %zu needs an example: answer=", k);
		lua_settop(L, top);
		return;
	}
	lua_settop(L, top);
	t->n.wrong++;
	if (!t->b.r->player || complained(t, "a mistake"))
		return;
	if (p->verdict == VERDICT_RIGHT)
		fail(t, "mistake %zu is accepted as right", k);
	else if (strcmp(p->sentence, want))
		fail(t, "mistake %zu is not refused with its own sentence but with: %s", k, *p->sentence ? p->sentence : "nothing");
}

static size_t mistakes(struct trial *t, const struct player *p)
{
	lua_State *L = t->b.r->L;
	size_t n = 0;

	player_push_part(p, L, p->at);
	if (lua_getfield(L, -1, "wrong") == LUA_TTABLE)
		n = lua_rawlen(L, -1);
	lua_pop(L, 2);
	return n;
}

static void the_answer(struct trial *t, const struct player *p, char *out, size_t size)
{
	lua_State *L = t->b.r->L;

	snprintf(out, size, "%s", player_field(p, p->at, "answer"));
	if (*out)
		return;
	player_push_part(p, L, p->at);
	if (lua_getfield(L, -1, "right") == LUA_TNUMBER)
		snprintf(out, size, "%c", (char)('a' + (int)lua_tointeger(L, -1) - 1));
	lua_pop(L, 2);
}

/* Answers the question; false: it cannot be passed. */
static bool answer(struct trial *t)
{
	struct player *p = t->b.r->player;
	size_t at = p->at;
	char s[300];

	the_answer(t, p, s, sizeof s);
	if (player_is(p, at, "task") || !strcmp(player_field(p, at, "answers"), "value") || !strcmp(player_field(p, at, "answers"), "code"))
		t->pictures = p->pictures;
	type(t, s);
	if (complained(t, "the answer"))
		return false;
	p = t->b.r->player;
	if (p && p->at == at) {
		fail(t, "its answer is not accepted: %s%s%s", *s ? s : "(none is given)", *p->sentence ? "   " : "", p->sentence);
		return false;
	}
	return true;
}

/* Back to the first question by `earlier`, each stop being one. */
static void go_back(struct trial *t)
{
	for (int i = 0; i < STEPS_MAX; i++) {
		size_t at = t->b.r->player->at, total, number = player_station(t->b.r->player, at, &total);

		push(t, "earlier");
		if (!t->b.r->player || complained(t, "earlier"))
			return;
		if (number == 1)
			return;
		if (t->b.r->player->at >= at)
			fail(t, "earlier does not lead back");
	}
}

static bool is_last_question(const struct player *p)
{
	size_t total;

	return player_is_station(p, p->at) && player_station(p, p->at, &total) == total;
}

/* Enter, as often as it waits for what was said to be read. */
static void read_on(struct trial *t)
{
	for (int i = 0; i < STEPS_MAX && t->b.r->player && t->b.r->player->state == PLAY_READ; i++)
		push(t, "");
}

/* From where it stands to its end. False: it got stuck. */
static bool play(struct trial *t, bool first, bool skipping)
{
	for (int i = 0; t->b.r->player && i < STEPS_MAX; i++) {
		struct player *p = t->b.r->player;
		bool ok = true;

		if (first && p->state != PLAY_READ)
			resume(t);
		if (p->state == PLAY_ASK && first) {
			for (size_t k = 1, n = mistakes(t, p); k <= n && t->b.r->player == p; k++)
				make_mistake(t, p, k);
			for (int k = 0; k < 3 && ok && t->b.r->player == p; k++) {
				push(t, k < 2 ? "hint" : "again");
				ok = !complained(t, k < 2 ? "hint" : "again");
			}
			read_on(t);
			if (!ok || t->b.r->player != p)
				return false;
		}
		if (first && !t->turned && is_last_question(p) && p->state != PLAY_TEXT) {
			t->turned = true;
			go_back(t);
			if (!play(t, false, false))
				return false;
			continue;
		}
		if (p->state == PLAY_ASK && !skipping)
			ok = answer(t);
		else
			push(t, skipping && player_is_station(p, p->at) ? "skip" : "");
		if (!ok || complained(t, "going on"))
			return false;
	}
	if (t->b.r->player)
		fail(t, "it does not come to an end");
	return !t->b.r->player;
}

/* ---- all of it ---- */

static void forget_state(const char *dir)
{
	static const char *const names[] = { "progress", "notes" };
	char path[120];

	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static bool by_answers(struct trial *t, struct error *err)
{
	if (!bench_open(&t->b, t->dir, t->state_dir, err))
		return false;
	start(&t->b, t->id);
	if (complained(t, "loading") || !t->b.r->player)
		return true;
	draw(t);
	read_through(t);
	play(t, true, false);
	return true;
}

static bool by_skipping(struct trial *t, struct error *err)
{
	bench_close(&t->b);
	if (!bench_open(&t->b, t->dir, NULL, err))
		return false;
	start(&t->b, t->id);
	if (!complained(t, "loading") && t->b.r->player)
		play(t, false, true);
	return true;
}

/* DIR/ID.lua, or DIR/ID/lesson.lua. */
static void name_of(const char *path, char *dir, size_t dir_size, char *id, size_t id_size)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	snprintf(dir, dir_size, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	snprintf(id, id_size, "%.*s", (int)strcspn(base, "."), base);
	if (!strcmp(id, "lesson") && slash) {
		slash = strrchr(dir, '/');
		snprintf(id, id_size, "%.50s", slash ? slash + 1 : dir);
		snprintf(dir + (slash ? slash - dir : 0), 3, "%s", slash ? "" : "..");
	}
}

static void tell_figures(const struct trial *t, double seconds)
{
	text_add(t->report, "%s   %zu parts   %zu judged:%s   %zu predicted   %zu wrong answers   %zu trace%s   %zu view%s   %.1f s   ok\n", t->path,
		 t->n.parts, t->n.judged, text_str(&t->kinds), t->n.predicted, t->n.wrong, t->n.traces, t->n.traces == 1 ? "" : "s", t->n.views,
		 t->n.views == 1 ? "" : "s", seconds);
}

bool lesson_test(const char *path, struct text *report, struct error *err)
{
	char id[60];
	struct trial t = { .path = path, .id = id, .report = report };
	double began = seconds_worked();
	bool ok;

	memset(err, 0, sizeof *err);
	if (access(path, R_OK) != 0)
		return error_set(err, ERR_FILE, "cannot read %s", path);
	if (is_list_file(path))
		return list_file_test(path, report, err);
	name_of(path, t.dir, sizeof t.dir, id, sizeof id);
	snprintf(t.state_dir, sizeof t.state_dir, "%s/qs-lesson-XXXXXX", "/tmp");
	if (!mkdtemp(t.state_dir))
		return error_set(err, ERR_FILE, "cannot make a directory in /tmp");
	ok = canvas_new(&t.utf8, BENCH_ROWS, BENCH_COLS, false, err) && canvas_new(&t.ascii, BENCH_ROWS, BENCH_COLS, true, err) && by_answers(&t, err);
	if (ok && !t.failures)
		ok = by_skipping(&t, err);
	if (ok && !t.failures)
		tell_figures(&t, seconds_worked() - began);
	bench_close(&t.b);
	canvas_drop(&t.utf8);
	canvas_drop(&t.ascii);
	text_drop(&t.kinds);
	forget_state(t.state_dir);
	return ok && !t.failures;
}
