/*
 * replace.h - commands of readline that are done by us instead, wherever they are bound; and macros.
 *
 * Macros are ours because readline 8.2, which gets its keys through callbacks, loses what it waits for when keys of several bytes come
 * out of a macro: those recorded with Ctrl-X ( and ), and those of the user's inputrc.
 */
#ifndef REPL_REPLACE_H
#define REPL_REPLACE_H

#include <stdbool.h>
#include <stddef.h>

struct bound { int (*theirs)(int count, int key), (*ours)(int count, int key); };

void replace_bound(void);			/* once inputrc was read */

void macro_keep(const char *bytes, size_t n);	/* a key was pressed: it is recorded, if that goes on */
/* Keys of a macro that was called for are given to press(). */
void macro_play(void (*press)(const char *bytes, size_t n));
void macro_stop(void);				/* the line was dropped */

#endif
