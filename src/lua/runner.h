/*
 * runner.h - the language: one Lua state, lines as tasks, variables, lessons.
 *
 * A line becomes a task: a coroutine that runs the command or the Lua chunk. What it waits for (a job, an answer, a key, a timer)
 * hands control back; runner_poll() goes on with whatever can go on. In batch runner_run() waits.
 */
#ifndef LUA_RUNNER_H
#define LUA_RUNNER_H

#include "base/error.h"
#include "base/key.h"
#include "commands/context.h"

struct runner;

struct runner_options {
	struct session *session;
	struct stage *stage;
	struct host *host;
	int wake_fd;			/* written to when a job ended; -1 in batch */
	const char *const *lesson_places;	/* directories searched for lessons, NULL-ended */
	const char *state_dir;		/* progress and notes; NULL: not kept */
	bool trust;
	bool keep_going;		/* scripts: after an error go on with the next line */
};

struct runner *runner_new(const struct runner_options *o, struct error *err);
void runner_drop(struct runner *r);	/* stops all tasks */

struct context *runner_context(struct runner *r);	/* for completion, why, keys */
void runner_set_args(struct runner *r, int n, char *const *words);	/* the table `arg` */

/* Starts a line (may hold line ends: a multi-line input). Errors of it are complained about through the host and counted.
 * `where`: "FILE:LINE" or NULL. LINE_INCOMPLETE: nothing was run, more lines may be put behind it. LINE_WAITS: runner_poll() goes on with it. */
enum line_state { LINE_DONE, LINE_WAITS, LINE_INCOMPLETE, LINE_FAILED };
enum line_state runner_start(struct runner *r, const char *line, const char *where);
enum line_state runner_run(struct runner *r, const char *line, const char *where, struct error *err);	/* batch: until it is done */
/* No more lines will come: an incomplete one is run as it is, so that its error is told. Until it is done. */
enum line_state runner_cut(struct runner *r, const char *line, const char *where);
bool runner_incomplete(struct runner *r, const char *line);	/* Enter would start another line */
bool runner_script(struct runner *r, const char *path, struct error *err);	/* .qs line by line, .lua whole; by content else */
/* Goes on with tasks whose wait is over, and with `play`. Returns true if anything on the screen may have changed. */
bool runner_poll(struct runner *r);
bool runner_busy(const struct runner *r);		/* a task runs or waits for a job */
const struct job *runner_job(const struct runner *r);	/* what is running, for the progress line; NULL none */
double runner_timer(const struct runner *r);		/* seconds until runner_poll() has something to do by itself; < 0: nothing */
/* Ctrl-C: stops the job; the second within two seconds (in batch mode the first) breaks off Lua. May be called from a signal handler. */
void runner_interrupt(struct runner *r);
bool runner_interrupted(const struct runner *r);	/* and the runner has not taken note of it yet: for work on the main thread */
const char *runner_prompt(const struct runner *r);	/* "qs> ", "walkie 3/8> ", "free> " */
bool runner_empty_enter(struct runner *r);		/* Enter on an empty line: a lesson goes on, stepping repeats; false: nothing to do */
const char *runner_step_line(const struct runner *r);	/* the line that Enter on an empty line repeats; NULL: none */
bool runner_key(struct runner *r, const struct key *k);	/* a key of the pane that a story waits for, or that is bound; false: neither */
int runner_exit(const struct runner *r);		/* code asked for by quit or os.exit, -1: none */
void runner_forgive(struct runner *r);			/* errors so far do not count: those of the start file */
enum error_class runner_first_error(const struct runner *r);
unsigned long runner_errors(const struct runner *r);	/* of lines, told so far */

/* Lessons, for the bar and the tests. */
struct lesson_place { const char *id; int part, parts; bool asking, free; };
bool runner_lesson(const struct runner *r, struct lesson_place *out);	/* false: none is running */
/* A lesson begun in an earlier run and left, from the progress file: for the greeting. id lives as long as r. */
bool runner_unfinished(const struct runner *r, struct lesson_place *out);
bool lesson_test(const char *path, struct text *report, struct error *err);	/* --test-lesson: false with a list of what fails */

#endif
