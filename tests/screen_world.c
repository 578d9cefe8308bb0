/* screen_world.c - see screen_world.h */
#include "screen_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "repl/decoder.h"
#include "repl/keys.h"

struct screen_world w;

static void open_with(int rows, int cols, const char *const *places, const char *sample)
{
	struct error err = { 0 };
	struct runner_options o = { .session = &w.session, .stage = &w.stage, .host = &w.host, .wake_fd = -1, .lesson_places = places };

	memset(&w, 0, sizeof w);
	session_init(&w.session, 1);
	w.session.clock_zero = true;
	w.session.sample = sample ? strdup(sample) : NULL;
	stage_init(&w.stage, &w.session);
	screen_init(&w.screen, rows, cols, false);
	w.host = screen_host(&w.screen);
	w.runner = runner_new(&o, &err);
	assert_non_null(w.runner);
	screen_attach(&w.screen, &w.session, &w.stage, w.runner);
	assert_true(screen_open_line(&w.screen, &err));
	line_history_load(NULL, 2000);
	screen_ran(&w.screen);
}

void open_world(int rows, int cols)
{
	open_with(rows, cols, NULL, NULL);
}

void open_world_with_lessons(int rows, int cols, const char *dir)
{
	const char *const places[] = { dir, NULL };
	char sample[440];

	snprintf(sample, sizeof sample, "%s/models/sample.gguf", dir);
	open_with(rows, cols, places, sample);
}

void close_world(void)
{
	line_close();
	runner_drop(w.runner);
	stage_drop(&w.stage);
	session_drop(&w.session);
	screen_drop(&w.screen);
}

void press_key(const struct key *k)
{
	char bytes[16];

	screen_key(&w.screen, k, bytes, key_bytes(k, bytes));
	while (runner_busy(w.runner)) {
		usleep(500);
		runner_poll(w.runner);
		screen_ran(&w.screen);
	}
}

void type(const char *keys)
{
	struct key k;

	for (size_t used; (used = key_parse(keys, &k)); keys += used)
		press_key(&k);
}

const char *snap(void)
{
	static struct text t;
	struct error err = { 0 };

	text_clear(&t);
	assert_true(screen_snap(&w.screen, false, &t, &err));
	return text_str(&t);
}

const char *row(int k)
{
	static char out[1000];
	const char *s = snap();

	while (k-- > 0 && s)
		s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL;
	snprintf(out, sizeof out, "%.*s", s ? (int)strcspn(s, "\n") : 0, s ? s : "");
	return out;
}

bool has(const char *what)
{
	return strstr(snap(), what) != NULL;
}
