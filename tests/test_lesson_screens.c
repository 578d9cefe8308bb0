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
#include "repl/screen.h"
#include "screen_world.h"

enum { ROWS = 24, COLS = 80, LESSONS_MAX = 40, STOPS_MAX = 400 };

static FILE *snaps;
static size_t stops, wrong;

/* A line as typed, and Enter; a "<" is a key's name only if it is written so. */
static void type_line(const char *line)
{
	struct key k;

	for (const char *s = line;; s++) {
		char one[8] = { *s, 0 };

		key_parse(!*s ? "<Enter>" : *s == '<' ? "<lt>" : one, &k);
		press_key(&k);
		if (!*s)
			break;
	}
}

/* What a learner sees, which may be kept. */
static const char *look(void)
{
	const char *picture = snap();

	if (snaps)
		fprintf(snaps, "%s\n", picture);
	return picture;
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

	if (w.runner->player)
		lesson_fill(w.runner->player, text, &filled, NULL);
	else
		text_put(&filled, text);
	squeeze(look(), screen, sizeof screen);
	squeeze(text_str(&filled), words, sizeof words);
	if (!strstr(screen, words))
		fail_msg("%s, part %zu: %s is not seen on the screen: %s\n%s", id, w.runner->player ? w.runner->player->at + 1 : 0, what, text_str(&filled), look());
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
	lua_State *L = w.runner->L;
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
	lua_State *L = w.runner->L;

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
		type_line(line);
		wrong++;
		sees(id, "what is said to the mistake", say);
		if (w.runner->player != p || p->at != at)
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
	type_line(line);
	for (stops = 0; w.runner->player && stops < STOPS_MAX; stops++) {
		struct player *p = w.runner->player;

		if (p->state != PLAY_ASK) {
			look();
			type_line("");
			continue;
		}
		sees_question(id, p);
		if (mistakes && all_mistakes(id, p))
			continue;
		right_answer(p, line, sizeof line);
		at = p->at;
		snprintf(why, sizeof why, "%s", player_field(p, at, "why"));
		type_line(line);
		if (w.runner->player == p && p->at == at)
			fail_msg("%s, part %zu: its answer %s is not taken:\n%s", id, at + 1, line, look());
		sees(id, "the reason", why);
	}
	if (w.runner->player)
		fail_msg("%s does not come to its end", id);
	look();
}

static void a_lesson_is_played(void **state)
{
	const char *id = *state, *src = getenv("QS_SRCDIR"), *kept = getenv("LESSON_SNAPS");
	char dir[400], path[600];

	snprintf(dir, sizeof dir, "%s/lessons", src ? src : ".");
	for (int mistakes = 0; mistakes < 2; mistakes++) {
		open_world_with_lessons(ROWS, COLS, dir);
		wrong = 0;
		snprintf(path, sizeof path, "%s/%s%s.txt", kept ? kept : "", id, mistakes ? "-wrong" : "");
		snaps = kept ? fopen(path, "w") : NULL;
		play(id, mistakes);
		if (mistakes)
			print_message("# %s: %zu stops, %zu mistakes\n", id, stops, wrong);
		if (snaps)
			fclose(snaps);
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
