/*
 * test_lesson_screens.c - our lessons played from start to end by keys on a screen of 80 x 24: once right, once with every known mistake.
 *
 * After each answer the question or what follows it, the verdict and the picture are on the screen at once. With LESSON_SNAPS=DIR the
 * screens are written there, one file a lesson.
 */
#include <dirent.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/pool.h"
#include "engine/kernel.h"
#include "lua/player.h"
#include "repl/decoder.h"
#include "repl/keys.h"
#include "repl/screen.h"

enum { ROWS = 24, COLS = 80, LESSONS_MAX = 40, STOPS_MAX = 400 };

static struct { struct session session; struct stage stage; struct screen screen; struct host host; struct runner *r; FILE *snaps; size_t stops, wrong; } w;

static void open_world(const char *dir)
{
	const char *const places[] = { dir, NULL };
	struct runner_options o = { .session = &w.session, .stage = &w.stage, .host = &w.host, .wake_fd = -1, .lesson_places = places };
	struct error err = { 0 };
	static char sample[440];

	memset(&w, 0, sizeof w);
	session_init(&w.session, 1);
	w.session.clock_zero = true;
	snprintf(sample, sizeof sample, "%s/models/sample.gguf", dir);
	w.session.sample = strdup(sample);
	stage_init(&w.stage, &w.session);
	screen_init(&w.screen, ROWS, COLS, false);
	w.host = screen_host(&w.screen);
	w.r = runner_new(&o, &err);
	assert_non_null(w.r);
	screen_attach(&w.screen, &w.session, &w.stage, w.r);
	assert_true(screen_open_line(&w.screen, &err));
	line_history_load(NULL, 2000);
	screen_ran(&w.screen);
}

static void close_world(void)
{
	line_close();
	runner_drop(w.r);
	stage_drop(&w.stage);
	session_drop(&w.session);
	screen_drop(&w.screen);
}

static void settle(void)
{
	while (runner_busy(w.r)) {
		usleep(500);
		runner_poll(w.r);
		screen_ran(&w.screen);
	}
}

/* As typed, and Enter; a "<" is a key's name only if it is written so. */
static void type(const char *line)
{
	char bytes[16];
	struct key k;

	for (const char *s = line;; s++) {
		char one[8] = { *s, 0 };

		key_parse(!*s ? "<Enter>" : *s == '<' ? "<lt>" : one, &k);
		screen_key(&w.screen, &k, bytes, key_bytes(&k, bytes));
		settle();
		if (!*s)
			break;
	}
}

static const char *snap(void)
{
	static struct text t;
	struct error err = { 0 };

	text_clear(&t);
	assert_true(screen_snap(&w.screen, false, &t, &err));
	if (w.snaps)
		fprintf(w.snaps, "%s\n", text_str(&t));
	return text_str(&t);
}

/* Letters and digits only: what is on the screen is wrapped. */
static void squeeze(const char *s, char *out, size_t size)
{
	size_t n = 0;

	for (; *s && n + 1 < size; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z'))
			out[n++] = *s;
	out[n] = 0;
}

static void sees(const char *id, const char *what, const char *text)
{
	static char screen[8000], words[4000];
	struct text filled = { 0 };

	if (w.r->player)
		lesson_fill(w.r->player, text, &filled, NULL);
	else
		text_put(&filled, text);
	squeeze(snap(), screen, sizeof screen);
	squeeze(text_str(&filled), words, sizeof words);
	if (!strstr(screen, words))
		fail_msg("%s, part %zu: %s is not seen on the screen: %s\n%s", id, w.r->player ? w.r->player->at + 1 : 0, what, text_str(&filled), snap());
	text_drop(&filled);
}

static void sees_question(const char *id, const struct player *p)
{
	struct text t = { 0 };

	play_question((struct player *)p, p->at, &t);
	sees(id, "the question", text_str(&t));
	text_drop(&t);
}

/* What a learner with mistake k types; false: it cannot be typed. */
static bool mistake(const struct player *p, size_t k, char *out, size_t size, char *say, size_t say_size)
{
	lua_State *L = w.r->L;
	int top = lua_gettop(L);

	*out = *say = 0;
	player_push_part(p, L, p->at);
	if (lua_getfield(L, -1, "wrong") == LUA_TTABLE && lua_rawgeti(L, -1, (lua_Integer)k) == LUA_TTABLE) {
		lua_getfield(L, -1, "say");
		snprintf(say, say_size, "%s", lua_tostring(L, -1));
		lua_pop(L, 1);
		if (lua_getfield(L, -1, "near") == LUA_TNUMBER)
			snprintf(out, size, "%.17g", lua_tonumber(L, -1));
		else if (lua_getfield(L, -2, "choice") == LUA_TNUMBER)
			snprintf(out, size, "%c", (char)('a' + (int)lua_tointeger(L, -1) - 1));
		else if (lua_getfield(L, -3, "accept") == LUA_TTABLE && lua_rawgeti(L, -1, 1) == LUA_TSTRING)
			snprintf(out, size, "%s", lua_tostring(L, -1));
		else if (lua_settop(L, top + 3), lua_getfield(L, -1, "answer") == LUA_TSTRING)
			snprintf(out, size, "%s", lua_tostring(L, -1));
	}
	lua_settop(L, top);
	return *out != 0;
}

static void right_answer(const struct player *p, char *out, size_t size)
{
	lua_State *L = w.r->L;

	snprintf(out, size, "%s", player_field(p, p->at, "answer"));
	if (*out)
		return;
	player_push_part(p, L, p->at);
	lua_getfield(L, -1, "right");
	snprintf(out, size, "%c", (char)('a' + (int)lua_tointeger(L, -1) - 1));
	lua_pop(L, 2);
}

/* All known mistakes, or for a prediction, which takes any answer, the first. Returns whether the question was passed. */
static bool all_mistakes(const char *id, struct player *p)
{
	char line[600], say[1000];
	size_t at = p->at;

	for (size_t k = 1; k < 20; k++) {
		if (!mistake(p, k, line, sizeof line, say, sizeof say)) {
			if (!*say)
				break;
			continue;
		}
		type(line);
		w.wrong++;
		sees(id, "what is said to the mistake", say);
		if (w.r->player != p || p->at != at)
			return true;
		if (!player_is(p, at, "task"))
			sees_question(id, p);
	}
	return false;
}

static void play(const char *id, bool mistakes)
{
	char line[600], why[1000];
	size_t at;

	snprintf(line, sizeof line, "lesson %s", id);
	type(line);
	for (w.stops = 0; w.r->player && w.stops < STOPS_MAX; w.stops++) {
		struct player *p = w.r->player;

		if (p->state != PLAY_ASK) {
			snap();
			type("");
			continue;
		}
		sees_question(id, p);
		if (mistakes && all_mistakes(id, p))
			continue;
		right_answer(p, line, sizeof line);
		at = p->at;
		snprintf(why, sizeof why, "%s", player_field(p, at, "why"));
		type(line);
		if (w.r->player == p && p->at == at)
			fail_msg("%s, part %zu: its answer %s is not taken:\n%s", id, at + 1, line, snap());
		sees(id, "the reason", why);
	}
	if (w.r->player)
		fail_msg("%s does not come to its end", id);
	snap();
}

static void a_lesson_is_played(void **state)
{
	const char *id = *state, *src = getenv("QS_SRCDIR"), *snaps = getenv("LESSON_SNAPS");
	char dir[400], path[600];

	snprintf(dir, sizeof dir, "%s/lessons", src ? src : ".");
	for (int mistakes = 0; mistakes < 2; mistakes++) {
		open_world(dir);
		snprintf(path, sizeof path, "%s/%s%s.txt", snaps ? snaps : "", id, mistakes ? "-wrong" : "");
		w.snaps = snaps ? fopen(path, "w") : NULL;
		play(id, mistakes);
		if (mistakes)
			print_message("# %s: %zu stops, %zu mistakes\n", id, w.stops, w.wrong);
		if (w.snaps)
			fclose(w.snaps);
		close_world();
	}
}

int main(void)
{
	static struct CMUnitTest tests[LESSONS_MAX];
	static char ids[LESSONS_MAX][60], names[LESSONS_MAX][120];
	const char *src = getenv("QS_SRCDIR");
	struct dirent **entry = NULL;
	struct error err;
	char dir[400];
	size_t n = 0;
	int found, failed;

	setlocale(LC_ALL, "C.UTF-8");
	unsetenv("XDG_STATE_HOME");
	kernels_choose(NULL, &err);
	snprintf(dir, sizeof dir, "%s/lessons", src ? src : ".");
	found = scandir(dir, &entry, NULL, alphasort);
	for (int i = 0; i < found; i++) {
		char *dot = strrchr(entry[i]->d_name, '.');

		if (dot && !strcmp(dot, ".lua") && strcmp(entry[i]->d_name, "course.lua") && strcmp(entry[i]->d_name, "glossary.lua") &&
		    n < LESSONS_MAX) {
			snprintf(ids[n], sizeof ids[n], "%.*s", (int)(dot - entry[i]->d_name), entry[i]->d_name);
			snprintf(names[n], sizeof names[n], "%s_is_played_by_keys_right_and_wrong", ids[n]);
			tests[n] = (struct CMUnitTest){ .name = names[n], .test_func = a_lesson_is_played, .initial_state = ids[n] };
			n++;
		}
		free(entry[i]);
	}
	free(entry);
	failed = _cmocka_run_group_tests("lessons", tests, n, NULL, NULL);
	pool_stop();
	return failed;
}
