/*
 * line.h - the input line: readline through callbacks. line*.c, recall.c and replace.c are all that includes it.
 *
 * There is one line, as readline has only one. Drawn (`plain` false): readline never writes to the terminal and never reads from it; it is
 * given the bytes of whole keys, and line_draw() shows what it has. Plain: readline reads and draws as in any program without a screen.
 */
#ifndef REPL_LINE_H
#define REPL_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas/canvas.h"
#include "commands/command.h"

struct line_hooks {
	void *arg;
	/* Enter; NULL: end of input on an empty line. Drawn: called when readline is done with the key, so line_set() in it holds. Plain: called
	 * before the next prompt appears. */
	void (*done)(void *arg, const char *line);
	bool (*complete)(void *arg, const char *line, size_t at, struct completion *out);	/* false: nothing could come */
	void (*list)(void *arg, const struct completion *c);	/* candidates to be shown; c is valid during the call */
	void (*bell)(void *arg);				/* Tab found nothing */
};

bool line_open(const struct line_hooks *hooks, bool plain, struct error *err);
void line_close(void);					/* the history stays */
void line_prompt(const char *prompt);			/* the next prompt; keeps what is typed */
void line_key(const char *bytes, size_t n);		/* drawn: bytes of one key, as they came */
bool line_binds(const char *bytes, size_t n);		/* something is bound to the key, or it begins such keys */
void line_ready(void);					/* plain: bytes wait on standard input */
/* Drawn. A paste, at the cursor as it is: line ends and tabs stay, other control characters are left out. */
void line_insert(const char *s, size_t n);
void line_set(const char *s);				/* replaces what is typed; cursor at the end */
void line_drop(void);					/* Ctrl-C: what is typed, a search, a count; back to an empty line */
const char *line_text(void);
size_t line_cursor(void);				/* byte */
bool line_empty(void);
bool line_takes_all(void);				/* a quoted key: the next key is the line's whatever it is */
bool line_searching(void);				/* in the history, as it is typed */
void line_end_search(void);				/* at what was found */

/* Plain: while a command runs, other text is printed or the program is stopped, there is no prompt; then it comes back as it was. */
void line_lend(void);
void line_take_back(void);
void line_resized(void);

/* Drawn: prompt and line from row 0 of c on, at most max_rows rows. wrap: long lines take more rows; else they scroll sideways with < and >
 * at the cut. Returns the rows used and where the cursor is. */
int line_draw(struct canvas *c, bool wrap, int max_rows, int *cursor_row, int *cursor_col);
int line_rows(int cols, bool wrap, int max_rows);	/* rows it would take */
void line_click(int cols, bool wrap, int max_rows, int row, int col);	/* cursor to the character drawn there */
const char *line_prompt_shown(void);			/* of a search or a count, or the prompt */

/* The history. One entry a line or multi-line input; no entry twice in a row, none that starts with a blank. */
void line_history_load(const char *path, int max);	/* path NULL: none is kept over runs */
bool line_history_save(struct error *err);		/* what others wrote meanwhile stays; true also when there is nothing to do */
void line_history_add(const char *line);
/* Entries keep their numbers until the end of the run; the oldest kept has line_history_first(). */
const char *line_history_entry(int number);		/* negative: from the end; NULL: none */
int line_history_first(void);
int line_history_count(void);
void line_history_lesson(bool on);			/* answers to a lesson: a history of their own, not kept */
void line_history_catch_up(void);			/* between two lines: what had to wait for it */

#endif
