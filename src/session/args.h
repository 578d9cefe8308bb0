/*
 * args.h - what commands and views take, as data: the prompt, Tab, `help`, carets and the manual agree by construction.
 */
#ifndef SESSION_ARGS_H
#define SESSION_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/codec.h"
#include "session/value.h"

enum arg_kind {
	ARG_END = 0,
	ARG_CODEC,	/* codec */
	ARG_TENSOR,	/* literal, variable, file tensor, each with an optional slice, or ( lua ): a tensor */
	ARG_VALUE,	/* the same, any kind of value */
	ARG_SUBJECT,	/* a value, or CODEC tensor ...: what views and `step` take */
	ARG_MODEL,	/* an open model */
	ARG_NUMBER,	/* number, 50%, or ( lua ) */
	ARG_COUNT,	/* whole number; min..max of the entry hold */
	ARG_RANGE,	/* 0..63, 3..7 */
	ARG_SHAPE,	/* 4096, 64x4096 */
	ARG_SIZE,	/* 800MiB 4.2GB 512k */
	ARG_PATTERN,	/* shell pattern on names */
	ARG_CHOICE,	/* one of `choices` */
	ARG_FLAG,	/* the word itself, alone: `all`, `force`; with choices also NAME=CHOICE: `table=csv` */
	ARG_FILE,
	ARG_TEXT,	/* one word or quoted string */
	ARG_REST,	/* the rest of the line as typed */
	ARG_VIEW, ARG_COMMAND, ARG_LESSON, ARG_DEMO, ARG_KNOB /* size=0.8, of the demo named before */, ARG_SETTING, ARG_NAME /* a variable's name */,
};

struct arg {
	const char *name;
	enum arg_kind kind;
	bool named;		/* NAME=value */
	bool optional;		/* named ones and flags always are */
	bool many;		/* the last positional one may be repeated */
	bool in_title;		/* of views: their title tells it already */
	const char *choices;	/* "zero edge none" */
	const char *ending;	/* ARG_FILE: endings that completion offers, ".npy .npz" */
	const char *summary;
	double min, max;	/* ARG_COUNT, ARG_NUMBER: limits if min < max */
};

enum { ARGS_MAX = 16 };

/* One argument that was given. */
struct given {
	const struct arg *spec;	/* NULL for one set by program */
	char name[24];
	char *text;		/* as typed, quotes taken away */
	struct value *value;	/* held: tensors, values, models, subjects */
	const struct codec *codec;	/* ARG_CODEC; of ARG_SUBJECT the codec before the tensor, or NULL */
	double number;		/* ARG_NUMBER COUNT SIZE; first of a range or shape (rows) */
	double second;		/* last of a range (inclusive); columns of a shape */
	size_t at, len;		/* bytes of the line */
};

struct args { struct given *given; size_t n; };

void args_drop(struct args *a);				/* clears */
bool args_copy(const struct args *a, struct args *out, struct error *err);
/* A new entry at the end, to be filled in; borrowed, until the next call. NULL: no memory. */
struct given *args_add(struct args *a, const char *name, const char *text, struct error *err);
/* For programs: options for a view, say. Replaces one of that name. */
bool args_set_number(struct args *a, const char *name, double v, struct error *err);
bool args_set_text(struct args *a, const char *name, const char *text, struct error *err);	/* "3..7" and "5" are numbers too */

const struct given *args_get(const struct args *a, const char *name);		/* NULL: not given; a may be NULL */
const struct given *args_nth(const struct args *a, const char *name, size_t k);	/* of `many` */
double args_number(const struct args *a, const char *name, double otherwise);
const char *args_text(const struct args *a, const char *name, const char *otherwise);
bool args_flag(const struct args *a, const char *name);				/* a flag given, or name=on */

#endif
