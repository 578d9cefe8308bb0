/*
 * recall.h - the history as keys of the line reach it: older and newer lines, searches. Between line.c and readline.
 *
 * Readline keeps a line that is edited in the history together with its list of changes in the history's entries, and what is shared so
 * is freed twice or read after that (8.2: a search without its end, Alt-P and Alt-N, Ctrl-V, in many orders). So its commands that go
 * through the history are replaced by these (replace.h): the line is never in the history, but a copy of an entry is in the line. Entries stay as they are; what was changed in one is there again when one comes back, until Enter.
 */
#ifndef REPL_RECALL_H
#define REPL_RECALL_H

#include <stdbool.h>
#include <stddef.h>

#include "repl/replace.h"

extern const struct bound recall_commands[];	/* ends with a NULL */

void recall_done(void);			/* the line is done or dropped: back behind the newest */
void recall_next(void);			/* after Ctrl-O: the line after the one that was run */
bool recall_away(void);			/* an older line is shown, or a search goes on */

bool recall_searching(void);
/* During a search, before readline sees them: the bytes of a key. False: they are for the line (the search may have ended). */
bool recall_key(const char *bytes, size_t n);
void recall_add(const char *s, size_t n);	/* pasted into what is looked for */
void recall_end(void);			/* the search, at what was found; one that asks first is given up */
const char *recall_prompt(void);	/* instead of the line's; NULL: none is on */

#endif
