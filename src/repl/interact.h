/*
 * interact.h - what the two interactive front ends share: the same session behind a screen or behind a plain prompt.
 */
#ifndef REPL_INTERACT_H
#define REPL_INTERACT_H

#include "repl/repl.h"
#include "repl/screen.h"

enum next { NEXT_LEAVE, NEXT_PLAIN, NEXT_SCREEN };

struct interact {
	struct front front;
	struct screen screen;		/* keeps the output while the pane is off, too */
	int code;			/* to exit with */
	bool mouse_open; enum colors colors_open;	/* as the terminal was opened with */
	/* plain.c */
	bool plain, to_screen;		/* `pane on` was asked for */
	struct text pending;		/* lines of an input that is not complete */
	bool progress;			/* a progress line stands on the terminal */
};

enum next screen_loop(struct interact *in);	/* loop.c: until one leaves, or `pane off` */
enum next plain_loop(struct interact *in);	/* plain.c: until one leaves, or `pane on` */
struct host plain_host(struct interact *in);

bool pane_fits(void);				/* the terminal has 60x16 or more, and is not dumb */
void glyphs_and_theme(struct interact *in);	/* of screen and host, by settings, options and environment */
void empty_pipe(int fd);
double seconds_now(void);			/* since any beginning */

#endif
