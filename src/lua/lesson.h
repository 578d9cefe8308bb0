/*
 * lesson.h - lesson files and what they may do, and the record of what was learned. interaction.md 16.
 *
 * A lesson file only declares. qs.lesson{} gives L; each call of a method appends a part to its list `parts`, a Lua table with its `kind`:
 * say show var walk ask predict task pause branch. The player (player.h) goes through the parts.
 */
#ifndef LUA_LESSON_H
#define LUA_LESSON_H

#include "lua/state.h"

/* ---- lesson.c: files ---- */
struct lesson_info { char id[40], title[100], path[400]; double minutes; char needs[200]; /* ids with blanks between */
	bool own, broken; /* its file cannot be read: the title says so */ };

bool lesson_find(struct runner *r, const char *id, char *path, size_t size, bool *own);
/* What the file says of itself; nothing behind qs.lesson{} is run. */
bool lesson_about(struct runner *r, const char *path, struct lesson_info *out, struct error *err);
void lesson_glossary(struct runner *r, const char *place);	/* words of the lessons that lie there: glossary.lua */
/* All lessons: those of courses in their order, then the others. The caller frees the list. */
size_t lesson_list(struct runner *r, struct lesson_info **out);
bool lesson_place_is_own(const char *place);	/* it is the user's, and did not come with the program */
/* A file run in an environment of its own, the global "qs.lesson.env" of the registry, in a task that is left with its results. NULL: err. */
struct task *lesson_run_file(struct runner *r, const char *path, const char *dir, bool trusted, int *status, struct error *err);
bool lesson_fault(struct runner *r, struct task *t, const char *path, struct error *err);	/* the error such a task ended with; drops it */
bool lesson_is_trusted(const struct runner *r, const char *id);
/* Runs the file in an environment of its own. *lesson and *env are references in the registry (luaL_unref). */
bool lesson_load(struct runner *r, const char *path, bool trusted, int *lesson, int *env, struct error *err);
void lesson_read_about(lua_State *L, struct lesson_info *out);		/* of the table behind L, on top */
void lesson_open(lua_State *L);		/* qs.lesson, into the table on top */

/* ---- sandbox.c ---- */
void sandbox_push(lua_State *L, const char *dir);	/* a new environment for a file that lies there */
void sandbox_answer_env(lua_State *L, int env);		/* for answers run by the program: the learner's variables, then env's functions */
void sandbox_scope(lua_State *L);			/* s.env: the learner's variables, to be read */
void sandbox_guard(lua_State *L);			/* limits on what Lua cannot interrupt, while a lesson runs */
/* A path that a file under limits may read: below its directory. Raises. Without limits the path itself. */
const char *sandbox_path(lua_State *L, int i);
void sandbox_command(lua_State *L, const char *line);	/* raises where a lesson may not run this */
void sandbox_no_writing(lua_State *L);			/* raises under limits */
enum { LESSON_BYTES = 64 << 20, LESSON_INSTRUCTIONS = 2000000, HURRIED_INSTRUCTIONS = 20000000 };

/* ---- memo.c ---- */
void memo_wrap(lua_State *L);		/* functions of the qs on top that take long remember what they gave, in parts with work=true */
size_t memo_hits(void);			/* how often something was remembered: for tests */

/* ---- progress.c ---- */
enum part_state { PART_DONE, PART_SKIPPED, PART_MISSED, PART_STATES };
struct record { char lesson[40]; uint64_t part; enum part_state state; int tries, hints; };

struct progress;
struct progress *progress_new(const char *dir);		/* NULL dir: kept for this run only. NULL: no memory */
void progress_drop(struct progress *p);
const struct record *progress_at(const struct progress *p, size_t i);	/* oldest first; NULL: past the end */
const struct record *progress_find(const struct progress *p, const char *lesson, uint64_t part);
/* Saved at once; false, the first time only, with err: it cannot be. */
bool progress_set(struct progress *p, const struct record *rec, struct error *err);
bool progress_forget(struct progress *p, const char *lesson, uint64_t part /* 0: all */, struct error *err);
bool progress_note(struct progress *p, const char *lesson, const char *place, const char *text, struct error *err);
void progress_notes(const struct progress *p, const char *lesson, struct text *out);	/* lines "place: text" */

/* ---- lesson_words.c ---- */
void lesson_words_add(void);		/* the verbs of lessons, and `run` */

#endif
