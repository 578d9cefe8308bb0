/*
 * small_terminal.h - the program in a pseudo terminal: a small terminal that shows what it draws, and a small shell that starts it.
 *
 * The terminal takes the sequences that TERM=xterm has and keeps a screen of characters. The shell notices when the program stops, goes
 * on with it when told, and tells how it ended. One program at a time.
 */
#ifndef TESTS_SMALL_TERMINAL_H
#define TESTS_SMALL_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "base/text.h"

enum { VT_ROWS_MAX = 70, VT_COLS_MAX = 220 };

struct vt {
	int rows, cols, row, col, top, bottom;
	bool pending_wrap;
	uint32_t cell[VT_ROWS_MAX][VT_COLS_MAX];	/* 0: the second half of a wide character */
	uint32_t last;
	char seq[64]; int n_seq;		/* an escape sequence that is not whole */
	char utf8[4]; int n_utf8;
	bool alternate, cursor, high_bytes, colors;
	int strange;				/* sequences not understood */
	char unknown[64];			/* the last of them */
};
extern struct vt vt;

struct pty {
	int master, report, order;
	pid_t shell;
	struct termios before;			/* of the terminal, before the program changed it */
	struct text all;			/* every byte that came */
};
extern struct pty pty;

int pty_set_up(void **state);			/* fixtures of a group: a home of its own, TERM=xterm, C.UTF-8 */
int pty_tear_down(void **state);
void remove_tree(const char *path);

/* Starts the program with "-n" and these arguments (the last NULL) in a terminal of this size; its process number. Skips the test where
 * there is no program or no pseudo terminal. */
pid_t pty_start(int rows, int cols, ...);
void pty_ends(const char *how);			/* it ends like this ("exit 0", "signal 11") and leaves the terminal as it was */
const char *pty_report(void);			/* the shell's next line: "pid N", "stopped", "exit N", "signal N" */
bool pty_reported(void);			/* has it one waiting? */
void pty_go_on(void);				/* fg */
void pty_same_settings(void);

void pty_send(const char *bytes);
void pty_sendn(const char *bytes, size_t n);
void pty_size(int rows, int cols);
void pty_resize(int rows, int cols);		/* and waits for what is drawn */
void pty_pump(double for_seconds);		/* shows what comes meanwhile */
void pty_settle(void);				/* until something came and then nothing for a while */

const char *vt_text(void);			/* the screen, trailing blanks cut */
void vt_blank(int row, int from, int to);
bool vt_shows(const char *what);
void vt_wait_for(const char *what);		/* slow machines get time, fast ones do not wait */
void vt_equals_a_fresh_drawing(void);		/* Ctrl-L paints everything anew; it must change nothing */

#endif
