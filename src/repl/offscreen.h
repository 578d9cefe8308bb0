/*
 * offscreen.h - the screen where there is no terminal, so that `snap`, `feed` and the like work in batch mode and in doctests.
 */
#ifndef REPL_OFFSCREEN_H
#define REPL_OFFSCREEN_H

#include "repl/repl.h"
#include "repl/screen.h"

struct offscreen { struct screen screen; struct front *front; bool line_open; };

/* front may be opened later, but before the first control. rows, cols: of the screen. */
void offscreen_init(struct offscreen *o, struct front *front, int rows, int cols, bool ascii);
void offscreen_close(struct offscreen *o);		/* before front_close() */
void offscreen_say(struct offscreen *o, enum style style, const char *text);	/* what is printed stands on the screen, too */
bool offscreen_control(struct offscreen *o, const char *what, const char *how, struct text *answer, struct error *err);

#endif
