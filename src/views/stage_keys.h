/*
 * stage_keys.h - what the files of the stage know of each other; the rest of the program uses stage.h.
 */
#ifndef VIEWS_STAGE_KEYS_H
#define VIEWS_STAGE_KEYS_H

#include "views/stage.h"

void stage_follow(struct stage *s);		/* the walk in front has moved: the view follows, or is told */
void stage_hand_on(struct stage *s, const struct view *v, void *state, struct job **job);	/* puts the work that the view wants done, if it may */
bool second_poll(struct second *b);	/* stage_poll() of the second view */
void stage_keep_in_step(struct stage *s, int from);	/* the front's cursor goes where that scene's is */
void stage_drop_second(struct stage *s);
void stage_keep_was(struct stage *s);			/* the front, which is to be replaced, and the second picture of it go to `was` */
void stage_pair_go(struct stage *s, size_t at);		/* both walks to a step of their pairs; without a pair the walk to its step */
bool stage_pair_block(struct stage *s, struct error *err);	/* the walk went to another block: so does the other */
bool stage_takes_mark(const struct view *v);		/* has it an option mark=? */
void scene_drop(struct scene *sc);
void stage_draw_card(struct stage *s, struct canvas *c);
/* Is k among the keys of this list, "<Up> k"? */
bool key_among(const struct key *k, const char *keys);
/* The list as people read it: "↑↓", "Enter", "n Space". */
void keys_in_words(const char *keys, char *buf, size_t size);

#endif
