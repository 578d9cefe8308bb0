/*
 * job.h - one piece of long work: label, progress, stop; the queue and the worker that runs it.
 *
 * work() runs on the worker thread and touches only `state` and the two atomics. finish() runs on the main thread after it
 * ended, also after a stop, and makes visible what came of it. Nobody else calls them.
 */
#ifndef BASE_JOB_H
#define BASE_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct value;

struct job {
	char label[80];			/* "measuring errors" */
	const char *unit;		/* "rows", "tensors": what total and done count */
	atomic_size_t total, done;
	atomic_bool stop;		/* set by Ctrl-C; work looks at it at least ten times a second */

	bool (*work)(struct job *job, struct error *err);
	/* ok: what work returned; stopped work may still hand over its finished part. *result is held for the caller. */
	bool (*finish)(struct job *job, bool ok, struct value **result, struct error *err);
	void (*drop)(void *state);	/* frees state; NULL: free() */
	void *state;

	bool by_pass;			/* done counts passes, see job_here() */
	struct job *outer;		/* the job that runs this one as a part of its work: its stop is this one's too, and this one is a pass */

	/* the queue's own */
	struct job *next;
	atomic_bool ended;
	bool abandoned;
	struct job *under;		/* the one that gave way to it */
	bool ok;
	struct error err;
};

struct job *job_new(const char *label, void *state, struct error *err);	/* state is dropped with the job, also when this fails */
void job_drop(struct job *job);
bool job_stopped(const struct job *job);	/* NULL: never */
void job_step(struct job *job, size_t n);	/* done += n; NULL is fine */

/* The job that runs on this thread, NULL: none. What is called with no job of its own on the worker (a view that opens) is a part of it:
 * pool_for() stops with it. If it counts by_pass, each walk through all slices is a pass: JOB_PASS of its `done`. */
enum { JOB_PASS = 1000 };
struct job *job_here(void);
/* Of a pass of n parts, `n_done` are done now, one more than before. */
void job_pass(struct job *job, size_t n_done, size_t n);

/* The worker: one thread, jobs in order. wake_fd gets one byte written for each job that ended (-1: none). */
bool worker_start(int wake_fd, struct error *err);
void worker_put(struct job *job);	/* queues; the job stays the caller's, who drops it after it ended */
void worker_abandon(struct job *job);	/* stops one that was put and gives it up: it is dropped when it has ended */
bool job_ended(const struct job *job);	/* of one that was put */
void worker_give_way(struct job *job);	/* from the work of a long one on the worker, between two parts: does those that wait, then goes on */
void worker_wait(struct job *job);	/* blocks until it ended (batch mode) */
void worker_stop(void);			/* stops what runs, drops nothing, joins */
bool job_run_here(struct job *job, struct value **result, struct error *err);	/* work and finish on this thread; drops the job */

#endif
