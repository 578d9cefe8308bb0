/*
 * terminal.h - the canvas onto the terminal, keys from it. The only file that includes curses.
 *
 * Bytes come by read(2); one decoder makes keys. interaction.md 4, 11.
 */
#ifndef REPL_TERMINAL_H
#define REPL_TERMINAL_H

#include <signal.h>

#include "base/key.h"
#include "canvas/canvas.h"

struct terminal_event {
	enum { EVENT_NONE, EVENT_KEY, EVENT_PASTE, EVENT_MOUSE, EVENT_END /* input closed */ } kind;
	struct key key;
	char bytes[16]; int n;			/* of a key: as they came, for readline */
	char *paste; size_t paste_len;		/* EVENT_PASTE: caller frees */
	int row, col, button, wheel; bool shift;	/* EVENT_MOUSE; button 1.., wheel -1 +1 */
};

bool terminal_open(enum colors want, bool mouse, int wake_fd, struct error *err);	/* curses, cbreak, handlers */
bool terminal_guard(int wake_fd, struct error *err);		/* without curses: handlers, and the settings that are put back */
void terminal_close(void);			/* leaves the shell's terminal as it was, after either; fine when not open */
bool terminal_size(int *rows, int *cols);
enum colors terminal_colors(void);		/* the smaller of what was wanted and what terminfo has */
/* Brings the screen to this picture, changed cells only; cursor at row, col (< 0: hidden). light: theme. */
void terminal_show(const struct canvas *c, bool light, int row, int col);
void terminal_redraw(void);			/* the next show paints everything */
void terminal_bell(void);
/* To measure what drawing costs: until the end of it pictures go to a terminal of 256 colours that nobody sees. */
bool terminal_pretend(struct error *err);
void terminal_pretend_end(void);
/* Events that have arrived. Feed bytes with terminal_feed(): read(2) on standard input does so when it is readable. A lone ESC
 * counts after 25 ms: terminal_pending_ms() tells the loop how long to wait at most (-1: nothing pending). */
void terminal_feed(const char *bytes, size_t n);
bool terminal_read(void);			/* read(2) what waits; false: end of input */
bool terminal_event(struct terminal_event *e);	/* next whole event; false: none yet */
int terminal_pending_ms(void);

/* Set by handlers, looked at by the loop, which clears them. */
struct terminal_signals {
	volatile sig_atomic_t interrupted, resized, stopped, continued;
	volatile sig_atomic_t ended;		/* the signal that asks us to end: TERM, HUP */
};
extern struct terminal_signals terminal_signals;
void terminal_stop_self(void);			/* Ctrl-Z: restores, stops, and on fg comes back */
void terminal_continued(void);			/* after a SIGCONT that terminal_stop_self() did not wait for: takes the screen again */
/* For an editor: the shell's terminal and signals, until taken back. */
void terminal_lend(void);
void terminal_take_back(void);

#endif
