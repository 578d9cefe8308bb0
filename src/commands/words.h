/*
 * words.h - a line into words with their places, words into typed arguments. interaction.md 6.2.
 *
 * A word ends at a blank outside brackets and quotes. ` --` ends the line; `>` and `>>` at the start of a word name a file.
 */
#ifndef COMMANDS_WORDS_H
#define COMMANDS_WORDS_H

#include "commands/command.h"

struct word { size_t at, len; };

/* The next word from *at on, which moves behind it. len 0: the line has ended. Fails (syntax) where a bracket or quote stays open. */
bool word_next(const char *line, size_t *at, struct word *w, struct error *err);

/* A word without its quotes, escapes \n \t \" \\ \xHH read; caller frees. NULL: no memory. */
char *word_plain(const char *line, struct word w);

/* Where the arguments of a command stand, for all that reads its tables. */
const struct arg *arg_at(const struct command *c, size_t i);		/* args, then more_args; NULL: past the end */
const struct arg *arg_named(const struct command *c, const char *name, size_t n);	/* options and flags */
const struct arg *arg_positional(const struct command *c, size_t i);	/* the i-th one by place; the last again if `many` */

/* The arguments of call->command from `at` on; fills call->args, line and redirect. err->at and len point into line. */
bool words_parse(struct context *c, const char *line, size_t at, struct call *call, struct error *err);

/* One word as a value: literal, variable, file tensor, each with slices, ( lua ), number, string, codec. Held. base: where s is in the line. */
struct value *words_value(struct context *c, const char *s, size_t n, size_t base, struct error *err);

/* An open model, or a variable that holds one. Held; NULL: none. */
struct value *words_model(struct context *c, const char *name);

/* "nearest: q4_K q4_0": up to three; nothing where none is near. */
void near_names(struct text *out, const char *word, const char *const *names, size_t n);

#endif
