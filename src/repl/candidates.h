/*
 * candidates.h - the list that a second Tab shows: what could come next, each with a few words, in pages that Tab turns.
 */
#ifndef REPL_CANDIDATES_H
#define REPL_CANDIDATES_H

#include "canvas/canvas.h"
#include "commands/command.h"

size_t candidates_rows(size_t n, int cols);			/* that all of them take, at most 10000 */
/* How many of them, from the one at `from` on, rows x cols shows: less than are left if the last place says how many more there are. */
size_t candidates_page(const struct completion *list, size_t from, int rows, int cols);
void candidates_draw(const struct completion *list, size_t from, struct canvas *c);
bool candidates_equal(const struct completion *a, const struct completion *b);
bool candidates_copy(const struct completion *from, struct completion *to);	/* false: not all of them, for want of memory */

#endif
