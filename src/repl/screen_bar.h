/*
 * screen_bar.h - what the files of the screen share: the bar between pane and prompt, and questions about the screen.
 */
#ifndef REPL_SCREEN_BAR_H
#define REPL_SCREEN_BAR_H

#include "repl/screen.h"

void bar_draw(struct screen *s, const struct parts_of_screen *p, struct canvas *c);
/* What a click at this column means: a key to press, or a line to run (words of a lesson); false: neither. */
bool bar_click(struct screen *s, const struct parts_of_screen *p, int col, struct key *key, const char **line);

bool screen_pane_focused(struct screen *s);		/* it has the focus and is shown */
bool screen_wraps(const struct screen *s);
int screen_line_rows(struct screen *s, const struct parts_of_screen *p);
int screen_output_rows(struct screen *s, const struct parts_of_screen *p);	/* rows of the window of the output */
int screen_list_rows(struct screen *s, const struct parts_of_screen *p);	/* rows in which candidates are listed */
void screen_message(struct screen *s, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* in the bar, until the next key */

/* screen_host.c */
bool screen_control(void *arg, const char *what, const char *how, struct text *answer, struct error *err);
void screen_complain(struct screen *s, const struct error *err);	/* of something a key asked for */
bool screen_change_size(struct screen *s, const char *how, struct error *err);

#endif
