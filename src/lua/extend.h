/*
 * extend.h - what a start file adds to the program: views, commands, keys, and functions that are called when something happens.
 * interaction.md 17. All of it belongs to one runner and goes with it.
 */
#ifndef LUA_EXTEND_H
#define LUA_EXTEND_H

#include "lua/lesson.h"

/* ---- define.c: qs.view.define ---- */
void define_open(lua_State *L);			/* into the table qs.view on top */
void define_drop(struct runner *r);

/* ---- extend.c: qs.command, qs.bind, qs.on, qs.pane; the verb `bind` ---- */
void extend_open(lua_State *L);			/* into qs, on top */
void extend_words_add(void);
void extend_drop(struct runner *r);		/* handlers of quit have their turn */
/* In task_command: a command of the user's was run; its function and arguments are pushed. False: none was. */
bool extend_push_call(lua_State *L, struct runner *r);
bool extend_key(struct runner *r, const struct key *k);
void extend_look(struct runner *r);		/* calls handlers for what has happened since the last look */

/* ---- timing.c, watch.c: the verbs `time` and `watch` ---- */
void timing_words_add(struct runner *r);
void watch_words_add(void);
bool watch_look(struct runner *r);		/* nothing runs: a task for a watch whose values have changed was made; false: none */
void watch_ended(struct runner *r, unsigned number, bool failed);
void watch_drop_all(struct runner *r);

/* ---- ticks.c: qs.progress, qs.cancelled ---- */
void ticks_open(lua_State *L);
void ticks_end(struct runner *r, struct task *t);	/* the task is over: its progress line goes */

/* Runs the function and arguments on t's stack to their end, within a limit of time. False: err. */
bool extend_call(struct runner *r, struct task *t, int nargs, struct error *err);
void refuse_under_limits(lua_State *L, const char *what);

#endif
