/*
 * lesson_bench.h - a program of its own, with a pane that nobody sees, in which --test-lesson plays.
 */
#ifndef LUA_LESSON_BENCH_H
#define LUA_LESSON_BENCH_H

#include "lua/lesson.h"

enum { BENCH_ROWS = 24, BENCH_COLS = 80 };

struct bench {
	struct session session;
	struct stage stage;
	struct host host;
	struct runner *r;
	struct text complaints;
};

/* dir: where the lessons lie. state_dir NULL: nothing is kept. False: err, and bench_close() is due all the same. */
bool bench_open(struct bench *b, const char *dir, const char *state_dir, struct error *err);
void bench_close(struct bench *b);
void bench_line(struct bench *b, const char *line);	/* as typed, until it is done */

/* ---- course_test.c: files beside the lessons ---- */
bool is_list_file(const char *path);			/* course.lua, glossary.lua */
/* A course names lessons that exist, each once, behind those it needs; a glossary adds words. False with a list of what fails. */
bool list_file_test(const char *path, struct text *report, struct error *err);

#endif
