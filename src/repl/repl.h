/*
 * repl.h - the only room that knows it sits at a terminal.
 */
#ifndef REPL_REPL_H
#define REPL_REPL_H

#include "lua/runner.h"

struct program {			/* options after parsing; main.c fills it */
	const char *const *lines; int n_lines;		/* -e */
	const char *const *files; int n_files;		/* models, tensors, a script: in order */
	int n_args; char *const *args;			/* after -- */
	const char *lesson, *demo;
	bool interactive, plain, quiet, no_init, keep_going, trust;
	const char *pane;				/* "on" "off" "auto" */
	const char *format;
	int width, height;
	int ascii;					/* 1 --ascii, 0 --utf8, -1 by locale */
	const char *color;
	unsigned long long seed;
};

/* What all front ends share: session, stage, runner, and the files and lines of the command line run in order. */
struct front {
	const struct program *program;
	struct session session;
	struct stage stage;
	struct host host;
	struct runner *runner;
	int wake[2];			/* pipe: finished jobs, signals */
};
bool front_open(struct front *f, const struct program *p, struct host host, struct error *err);
void front_close(struct front *f);
/* Files and -e lines, in order. Returns the exit code so far. */
int front_arguments(struct front *f);
/* startup.c: settings that were kept, then the user's start file; nothing with -n. Faults are complained about. */
void front_start(struct front *f);
bool front_keep_setting(const char *pair, struct error *err);	/* "NAME VALUE", for later runs */
void front_recent(struct front *f);		/* files opened in earlier runs onto the start card */
void front_keep_recent(struct front *f);	/* and those open now for later ones */
void greeting(struct front *f, struct text *out);
/* The script among the files (by ending, else by its first bytes); NULL: none. */
const char *front_script(const struct program *p);
/* A place under the XDG base directories: "XDG_STATE_HOME", ".local/state" -> ".../quantscope/NAME"; NULL: no home. Caller frees. */
char *front_place(const char *variable, const char *below_home, const char *name);

int batch_main(const struct program *p);	/* batch.c: -e, scripts, standard input that is no terminal */
int plain_main(const struct program *p);	/* plain.c: the prompt without a pane */
int screen_main(const struct program *p);	/* loop.c: pane and prompt; goes to plain and back with `pane off/on` */
int doctest_main(const struct program *p, int n, char *const *files);		/* doctest.c */
int lesson_test_main(const struct program *p, int n, char *const *files);
int check_main(const struct program *p, int n, char *const *files);		/* -c */

/* colours and glyphs from environment and options: interaction.md 15 */
enum colors colors_wanted(const struct program *p, bool to_terminal);
bool ascii_wanted(const struct program *p);

#endif
