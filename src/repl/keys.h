/*
 * keys.h - which key does what in the program itself: with the prompt focused, after Ctrl-X, and with the pane focused. interaction.md
 * 5.1 and 5.2. Keys of views are in views/; all else that is typed at the prompt belongs to readline.
 */
#ifndef REPL_KEYS_H
#define REPL_KEYS_H

#include "base/key.h"
#include "base/text.h"

enum action {
	ACT_NONE, ACT_NEXT, ACT_BACK, ACT_PLAY, ACT_WHY, ACT_VIEW, ACT_PAST, ACT_FUTURE, ACT_LARGER, ACT_SMALLER, ACT_FOCUS, ACT_ONE_COMMAND,
	ACT_PROMPT_ZOOM, ACT_PANE_ZOOM, ACT_FIND, ACT_EDIT, ACT_REDRAW, ACT_HELP, ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_INTERRUPT, ACT_PREFIX,
};

enum action key_at_prompt(const struct key *k);
enum action key_after_x(const struct key *k);
enum action key_in_pane(const struct key *k);	/* those that the stage leaves to the program */

/* The key that does what a word says, with the prompt or the pane focused: "next" is F8 or n. False: no key does. */
bool key_for(const char *word, bool pane, struct text *out);
void keys_table(struct text *out);		/* `help keys`: a line a key */

/* The key that a word of the bar names: "F8", "Enter", "n Space", "↑↓" (the last of arrows). False: it names none. */
bool key_named(const char *word, struct key *k);

#endif
