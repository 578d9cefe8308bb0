/*
 * lua_world.h - the program without a screen, as tests of the language want it: a session, a stage, a runner, and a host that keeps what is
 * said. What a test needs besides (where its files are, what the host is asked for) has its place here too.
 */
#ifndef TESTS_LUA_WORLD_H
#define TESTS_LUA_WORLD_H

#include "lua/runner.h"

struct world {
	struct session session;
	struct stage stage;
	struct host host;
	struct runner *r;
	struct text said;			/* a line each, since the last line was run */
	struct text asked;			/* for the control of a test */
	char ours[300], given[300];		/* the lessons of the repository, and those of tests/data */
	char dir[60], path[120];		/* of a test's own files; "" none yet */
};

struct world *world_new(void);			/* nothing runs yet; world_drop() it */
void world_drop(struct world *w);		/* ends it, if it runs */

typedef bool control_fn(void *arg, const char *what, const char *how, struct text *answer, struct error *err);

/* o says what is special; control NULL: the host can do nothing. A world can be started and ended many times. */
void world_start(struct world *w, struct runner_options o, control_fn *control, bool batch);
void world_end(struct world *w);

void world_shows(struct world *w, const char *what);		/* the pane, at 80x24 */

#endif
