/* lesson_bench.c - see lesson_bench.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/lesson_bench.h"

static void say_nothing(void *arg, enum style style, const char *text)
{
	(void)arg;
	(void)style;
	(void)text;
}

static void keep_complaint(void *arg, const char *text)
{
	struct bench *b = arg;

	text_add(&b->complaints, "%s%s", b->complaints.len ? "; " : "", text);
}

static bool no_control(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	(void)arg;
	(void)how;
	(void)answer;
	return error_set(err, ERR_COMMAND, "there is no %s in a test of a lesson", what);
}

/* The sample model lies below the lessons in the source, beside them once installed. */
static char *sample_near(const char *dir)
{
	static const char *const at[] = { "models", "../models" };
	char path[440];

	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		snprintf(path, sizeof path, "%s/%s/sample.gguf", dir, at[i]);
		if (access(path, R_OK) == 0)
			return strdup(path);
	}
	return NULL;
}

bool bench_open(struct bench *b, const char *dir, const char *state_dir, struct error *err)
{
	const char *const places[] = { dir, NULL };
	struct runner_options o = { .session = &b->session, .stage = &b->stage, .host = &b->host, .wake_fd = -1, .lesson_places = places,
				    .state_dir = state_dir };

	memset(b, 0, sizeof *b);
	session_init(&b->session, 1);
	b->session.sample = sample_near(dir);
	stage_init(&b->stage, &b->session);
	b->host = (struct host){ .arg = b, .say = say_nothing, .complain = keep_complaint, .control = no_control, .has_pane = true, .batch = true,
				 .width = BENCH_COLS, .format = "text" };
	b->r = runner_new(&o, err);
	return b->r != NULL;
}

void bench_close(struct bench *b)
{
	runner_drop(b->r);
	stage_drop(&b->stage);
	session_drop(&b->session);
	text_drop(&b->complaints);
	b->r = NULL;
}

void bench_line(struct bench *b, const char *line)
{
	struct error err;

	runner_run(b->r, line, NULL, &err);
}
