/*
 * start.h - the start card: what the pane shows before anything else. A small live picture above lines to try.
 */
#ifndef VIEWS_START_H
#define VIEWS_START_H

#include "views/stage.h"

const char *start_first(void);		/* the line that starts the first lesson */
void start_drop(struct stage *s);
void start_draw(struct stage *s, struct canvas *c);	/* the body */
/* Moves among the lines, Enter puts one into `typed`. False: not a key of the card. */
bool start_press(struct stage *s, const struct key *k, struct text *typed);
bool start_click(struct stage *s, int row, struct text *typed);		/* row of the body as it was drawn */

#endif
