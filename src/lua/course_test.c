/* course_test.c - --test-lesson of the files beside the lessons: course.lua, the list of a course, and glossary.lua, its words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/glossary.h"
#include "lua/lesson_bench.h"

enum { COURSE_MAX = 200 };

struct course { const char *path; char dir[400]; char id[COURSE_MAX][40]; size_t n, faults; struct text *report; };

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool is_list_file(const char *path)
{
	return !strcmp(base_of(path), "course.lua") || !strcmp(base_of(path), "glossary.lua");
}

static void fault(struct course *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void fault(struct course *c, const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) >= 0) {
		text_add(c->report, "%s: %s\n", c->path, s);
		free(s);
	}
	va_end(ap);
	c->faults++;
}

static bool has(const struct course *c, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(c->id[i], id))
			return true;
	return false;
}

/* The list that the file returned, on top. */
static void read_ids(struct course *c, lua_State *L)
{
	if (lua_type(L, -1) != LUA_TTABLE || !lua_rawlen(L, -1)) {
		fault(c, "it returns no list of ids");
		return;
	}
	for (size_t i = 1; i <= lua_rawlen(L, -1) && c->n < COURSE_MAX; i++) {
		if (lua_rawgeti(L, -1, (lua_Integer)i) != LUA_TSTRING)
			fault(c, "entry %zu is no id", i);
		else
			snprintf(c->id[c->n++], sizeof c->id[0], "%s", lua_tostring(L, -1));
		lua_pop(L, 1);
	}
}

static void check_lesson(struct course *c, struct runner *r, size_t i)
{
	struct lesson_info about;
	struct error err;
	char path[400], *save;
	bool own;

	if (has(c, i, c->id[i])) {
		fault(c, "'%s' stands there twice", c->id[i]);
	} else if (!lesson_find(r, c->id[i], path, sizeof path, &own)) {
		fault(c, "there is no lesson '%s'", c->id[i]);
	} else if (!lesson_about(r, path, &about, &err)) {
		fault(c, "%s%s%s", err.where, *err.where ? ": " : "", err.text);
	} else {
		for (char *id = strtok_r(about.needs, " ", &save); id; id = strtok_r(NULL, " ", &save))
			if (has(c, c->n, id) && !has(c, i, id))
				fault(c, "'%s' needs '%s', which comes later", c->id[i], id);
	}
}

bool list_file_test(const char *path, struct text *report, struct error *err)
{
	struct course *c = calloc(1, sizeof *c);
	bool glossary_file = !strcmp(base_of(path), "glossary.lua");
	struct bench b;
	struct task *t;
	int status;
	size_t terms = 0;
	bool opened, ok;

	if (!c)
		return error_memory(err, "a course");
	c->path = path;
	c->report = report;
	snprintf(c->dir, sizeof c->dir, "%.*s", base_of(path) == path ? 1 : (int)(base_of(path) - path - 1), base_of(path) == path ? "." : path);
	if (bench_open(&b, c->dir, NULL, err)) {
		t = lesson_run_file(b.r, path, c->dir, false, &status, err);
		if (t && status != LUA_OK) {
			lesson_fault(b.r, t, path, err);
			t = NULL;
		}
		if (t && !glossary_file)
			read_ids(c, t->co);
		if (t)
			task_drop(b.r, t);
		else
			fault(c, "%s%s%s", err->where, *err->where ? ": " : "", err->text);
		for (size_t i = 0; i < c->n; i++)
			check_lesson(c, b.r, i);
		for (const struct term *k; (k = term_at(terms)); terms++)
			if (k == glossary)
				break;
		if (!c->faults && glossary_file)
			text_add(report, "%s   %zu words   ok\n", path, terms);
		else if (!c->faults)
			text_add(report, "%s   %zu lessons   ok\n", path, c->n);
	}
	opened = b.r != NULL;
	bench_close(&b);
	ok = opened && !c->faults;
	if (opened)
		memset(err, 0, sizeof *err);	/* told in the report */
	free(c);
	return ok;
}
