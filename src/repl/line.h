/*
 * line.h - the input line: readline through callbacks; the only file that includes it. Readline never writes to the terminal: we ask for
 * what it would show and draw it.
 */
#ifndef REPL_LINE_H
#define REPL_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas/canvas.h"
#include "commands/command.h"

struct line_hooks {
	void *arg;
	void (*done)(void *arg, const char *line);		/* Enter; NULL: end of input on an empty line */
	bool (*complete)(void *arg, const char *line, size_t at, struct completion *out);
	void (*list)(void *arg, const struct completion *c);	/* candidates to be shown */
	void (*bell)(void *arg);
	bool (*incomplete)(void *arg, const char *line);	/* Enter would start another line */
};

bool line_open(const struct line_hooks *hooks, struct error *err);
void line_close(void);
void line_prompt(const char *prompt);			/* the next prompt; keeps what is typed */
void line_key(const char *bytes, size_t n);		/* bytes of one key, as they came */
void line_insert(const char *s, size_t n);		/* paste: inserted at the cursor, line ends included */
void line_set(const char *s);				/* replaces what is typed; cursor at the end */
void line_drop(void);					/* Ctrl-C */
const char *line_text(void); size_t line_cursor(void);
bool line_empty(void);
void line_home(int col);				/* cursor to the character at this column of the drawn line */
/* Draws prompt and line into the last rows of c, wrapped (up to max_rows) or scrolled; returns rows used and where the cursor is. */
int line_draw(struct canvas *c, bool wrap, int max_rows, int *cursor_row, int *cursor_col);
int line_rows(int cols, bool wrap, int max_rows);	/* rows it would take */
void line_history_load(const char *path, int max);	/* NULL: none is kept */
void line_history_save(void);
void line_history_add(const char *line);

#endif
