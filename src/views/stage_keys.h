/*
 * stage_keys.h - what the files of the stage know of each other; the rest of the program uses stage.h.
 */
#ifndef VIEWS_STAGE_KEYS_H
#define VIEWS_STAGE_KEYS_H

#include "views/stage.h"

void stage_follow(struct stage *s);		/* the walk in front has moved: the view follows, or is told */
void stage_hand_on(struct stage *s, struct scene *sc);	/* puts the work that its view wants done, if it may */
void stage_keep_in_step(struct stage *s, int from);	/* the front's cursor goes where that scene's is */
void stage_draw_card(struct stage *s, struct canvas *c);
/* Is k among the keys of this list, "<Up> k"? */
bool key_among(const struct key *k, const char *keys);
/* The list as people read it: "↑↓", "Enter", "n Space". */
void keys_in_words(const char *keys, char *buf, size_t size);

#endif
