/*
 * screen_world.h - the whole screen without a terminal, as tests of it want it: one at a time, driven by written keys, looked at as text.
 */
#ifndef TESTS_SCREEN_WORLD_H
#define TESTS_SCREEN_WORLD_H

#include "repl/screen.h"

extern struct screen_world { struct session session; struct stage stage; struct screen screen; struct host host; struct runner *runner; } w;

void open_world(int rows, int cols);
void open_world_with_lessons(int rows, int cols, const char *dir);	/* those of this directory, and its models/sample.gguf */
void close_world(void);

void press_key(const struct key *k);	/* and waits for the work that it began */
void type(const char *keys);		/* in their written form */

/* The picture now; the text is good until the next call. */
const char *snap(void);
const char *row(int k);			/* row k of it */
bool has(const char *what);

#endif
