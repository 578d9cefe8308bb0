/*
 * command.h - one entry a verb: what it takes is data; running a line; usage and help come from the same entry.
 */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "commands/context.h"
#include "session/args.h"

enum command_group { GROUP_VALUES, GROUP_QUANTIZING, GROUP_METHODS, GROUP_MODELS, GROUP_VIEWS, GROUP_LEARNING, GROUP_RUNNING };

struct command {
	const char *name, *alias;		/* alias NULL: none */
	enum command_group group;
	const char *summary;			/* a few words, for lists */
	const char *help;			/* some sentences; NULL: the summary says it all */
	struct arg args[ARGS_MAX];		/* ends with ARG_END */
	const struct arg *more_args;		/* a second list, e.g. a view's own options; NULL none */
	const char *examples[2];		/* run as they stand in a fresh session (with `x` and `w` set by the tests) */
	const char *related;			/* "decode step block" */
	/* Fills out: a value and/or a job, both may be empty. What is to be shown or said it does itself through c, or in `after`. */
	bool (*run)(struct context *c, const struct args *a, struct outcome *out, struct error *err);
	/* After a job ended, if there was one, and after the value's line was said (unless quiet): shows and says what else there is. v may be
	 * NULL. NULL: nothing. */
	bool (*after)(struct context *c, const struct args *a, struct value *v, struct error *err);
	bool quiet;				/* its value's line is not said */
	const void *data;			/* entry's own: the view of a view verb */
};

extern const struct command *const commands[];	/* of list.h, sorted as `help` lists them; ends with NULL */
const struct command *command_at(size_t i);		/* those, then the verbs of views, then those added; NULL: past the end */

const struct command *command_find(const char *name);		/* by name or alias; also those added and the views' verbs */
bool command_add(const struct command *c);			/* from lua/: borrowed until command_remove(); false: the name is taken */
void command_remove(const struct command *c);
size_t command_names(const char *names[], size_t max);		/* all, sorted */

/* One command line, already known to be one (literal.h). Cuts words, types arguments, runs. On success out holds what came of it
 * (then command_end says value lines and opens views). err->at and len point into line. */
struct call { const struct command *command; struct args args; char *line; char *redirect; bool append; struct text redirected; bool stepping; };
bool command_begin(struct context *c, const char *line, struct call *call, struct outcome *out, struct error *err);
/* When the job (if any) ended with `value` (NULL: it had none): after(), the value's line, the redirect written. */
bool command_end(struct context *c, struct call *call, struct value *value, struct error *err);
void call_drop(struct call *call);

/* The three lines of interaction.md 12, with the caret; ends without LF. line NULL: no place is shown. */
void error_format(const struct error *e, const char *line, struct text *out);

/* Words that help and apropos know besides commands, views, codecs, settings and error classes: Lua's functions, from lua/. */
struct help_row { const char *name, *usage, *summary; };	/* "qs.tensor", "qs.tensor(t [, {rows, cols}])", "a tensor from a Lua table" */
void help_rows_add(const struct help_row *rows);	/* ends with a NULL name; kept as long as the program runs; twice is once */
const struct help_row *help_row_find(const char *name);
const struct help_row *help_row_at(size_t i);		/* all of them in the order they came; NULL: past the end */

void command_usage(const struct command *c, struct text *out);	/* "quantize CODEC x [pad=zero|edge|none] ..." */
bool help_word(const char *word, size_t width, struct text *out);	/* false: no such word (out lists near ones) */
void help_screen(size_t width, struct text *out);

/* What could come next. at: cursor in line. Candidates replace line[from .. at). Sorted, options (NAME=) last; each with a few words. */
struct candidate { char *text, *about; bool more; /* no blank after it */ };
struct completion { struct candidate *candidate; size_t n; size_t from; };
bool complete(struct context *c, const char *line, size_t at, struct completion *out);
void completion_drop(struct completion *out);

#endif
