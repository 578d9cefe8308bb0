/*
 * context.h - what a command may ask of its surroundings: session, stage, variables, and the host that shows its output.
 */
#ifndef COMMANDS_CONTEXT_H
#define COMMANDS_CONTEXT_H

#include "session/session.h"
#include "views/stage.h"

struct command;

/* Variables: Lua's globals, seen from below. */
struct scope {
	void *arg;
	struct value *(*look_up)(void *arg, const char *name, struct error *err);	/* held; NULL without err: no such variable */
	bool (*assign)(void *arg, const char *name, struct value *v, struct error *err);	/* v is held by the scope too */
	struct value *(*eval)(void *arg, const char *lua, size_t n, struct error *err);	/* "( lua )"; held; err->at relative to lua */
	/* Calls each(name, value) for the user's variables, sorted; value is borrowed. */
	void (*names)(void *arg, void (*each)(void *to, const char *name, struct value *v), void *to);
	/* Calls each(id, title) for the lessons there are: for completion. NULL: none. */
	void (*lessons)(void *arg, void (*each)(void *to, const char *id, const char *title), void *to);
	/* The same for demos, or for the knobs of one: each("size=", "0 to 1") and each("codec=q4_0", ""). NULL: none. */
	void (*demos)(void *arg, const char *demo, void (*each)(void *to, const char *text, const char *about), void *to);
};

/* Where output goes: the screen, line mode, batch, a doctest. */
struct host {
	void *arg;
	void (*say)(void *arg, enum style style, const char *text);	/* one or more lines, without the last LF */
	void (*complain)(void *arg, const char *text);			/* an error or note, formatted in its lines */
	/* Things of the program: what = "pane" "focus" "layout" "size" "snap" "feed" "redraw" "edit" ..., how = its argument or "".
	 * Some answer with text: "snap" with the screen (how "svg": as a picture; the command writes files), "keys" with the key tables for
	 * `help keys`. "setting" NAME: it has changed, take note; "keep-setting" NAME VALUE: written beside the start file.
	 * False: err says why (in batch: "there is no pane in batch mode"). */
	bool (*control)(void *arg, const char *what, const char *how, struct text *answer, struct error *err);
	bool has_pane;			/* a pane is on: views open there and print nothing */
	bool batch;
	int width, height;		/* of text renderings; height 0: what the subject needs */
	bool ascii;
	enum colors colors;		/* of text output */
	bool light;
	const char *format;		/* "text" "tsv" "json" */
};

struct context {
	struct session *session;
	struct stage *stage;
	struct scope *scope;
	struct host *host;
	const char *assign;		/* NAME = command: the variable; its line begins with "NAME = ". NULL: none */
	const struct command *command;	/* the entry that runs: its `data` tells apart verbs that share a function */
	const char *line;		/* the command as typed, without its `> file` */
	const char *redirect;		/* file after `>`; NULL: none. Then text goes to `redirected` and is written at the end. */
	bool append;
	struct text *redirected;
	bool data;			/* a table was put out as tsv or json: words about it are no part of the file */
	bool text_wanted;		/* `text`, a redirect, line mode or batch: views write their text form */
	bool stepping;			/* `step` stood before the verb of a method */
	bool quit;			/* `quit` was run: whoever runs lines looks at it; the program ends with quit_code */
	int quit_code;
	bool background;		/* silent: played by a lesson that is being resumed */
};

/* Output of commands. Goes to the redirect if there is one. */
void say(struct context *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
void say_text(struct context *c, enum style style, const char *text);
void note(struct context *c, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* "note: ..." */
/* A table as --format asks: aligned text, tsv or json. */
void say_table(struct context *c, const struct table *t);

#endif
