/* job.c - see job.h */
#include "base/job.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
	pthread_mutex_t lock;
	pthread_cond_t more, ended;
	pthread_t thread;
	bool running, leave;
	struct job *first, **last;
	struct job *now;
	int wake_fd;
} worker = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER, .wake_fd = -1 };

struct job *job_new(const char *label, void *state, struct error *err)
{
	struct job *job = calloc(1, sizeof *job);

	if (!job) {
		free(state);
		error_memory(err, label);
		return NULL;
	}
	snprintf(job->label, sizeof job->label, "%s", label);
	job->unit = "";
	job->state = state;
	return job;
}

void job_drop(struct job *job)
{
	if (!job)
		return;
	if (job->drop)
		job->drop(job->state);
	else
		free(job->state);
	free(job);
}

static _Thread_local struct job *here;

struct job *job_here(void)
{
	return here;
}

bool job_stopped(const struct job *job)
{
	for (; job; job = job->outer)
		if (atomic_load_explicit(&job->stop, memory_order_relaxed))
			return true;
	return false;
}

/* How much of a pass n parts of `total` are. */
static size_t share(size_t n, size_t total)
{
	return total ? (size_t)((double)(n < total ? n : total) / (double)total * JOB_PASS) : 0;
}

void job_pass(struct job *job, size_t n_done, size_t n)
{
	if (job && job->by_pass && n_done)
		job_step(job, share(n_done, n) - share(n_done - 1, n));
}

void job_step(struct job *job, size_t n)
{
	size_t before, total;

	if (!job)
		return;
	before = atomic_fetch_add_explicit(&job->done, n, memory_order_relaxed);
	total = atomic_load_explicit(&job->total, memory_order_relaxed);
	if (job->outer && job->outer->by_pass)
		job_step(job->outer, share(before + n, total) - share(before, total));
}

static void run(struct job *job)
{
	job->outer = here;
	here = job;
	job->ok = job_stopped(job) ? error_set(&job->err, ERR_CANCELLED, "stopped before it began") : job->work(job, &job->err);
	here = job->outer;
}

/* The first that waits, run and over. The lock is held, and let go meanwhile. False: none waits. */
static bool take_one(void)
{
	struct job *job = worker.first, *before = worker.now;

	if (!job)
		return false;
	worker.first = job->next;
	if (!worker.first)
		worker.last = &worker.first;
	job->under = before;
	worker.now = job;
	pthread_mutex_unlock(&worker.lock);
	run(job);
	pthread_mutex_lock(&worker.lock);
	worker.now = before;
	if (job->abandoned) {
		pthread_mutex_unlock(&worker.lock);
		job_drop(job);
		pthread_mutex_lock(&worker.lock);
		return true;
	}
	atomic_store(&job->ended, true);
	pthread_cond_broadcast(&worker.ended);
	if (worker.wake_fd >= 0)
		while (write(worker.wake_fd, "j", 1) < 0 && errno == EINTR)
			;
	return true;
}

static void *work(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&worker.lock);
	for (;;)
		if (!take_one()) {
			if (worker.leave)
				break;
			pthread_cond_wait(&worker.more, &worker.lock);
		}
	pthread_mutex_unlock(&worker.lock);
	return NULL;
}

void worker_give_way(struct job *job)
{
	if (!worker.running || !pthread_equal(pthread_self(), worker.thread))
		return;
	here = NULL;			/* those that wait are no part of this one */
	pthread_mutex_lock(&worker.lock);
	while (!job_stopped(job) && take_one())
		;
	pthread_mutex_unlock(&worker.lock);
	here = job;
}

bool worker_start(int wake_fd, struct error *err)
{
	int rc;

	if (worker.running)
		return true;
	worker.wake_fd = wake_fd;
	worker.leave = false;
	worker.last = &worker.first;
	rc = pthread_create(&worker.thread, NULL, work, NULL);
	if (rc)
		return error_set(err, ERR_INTERNAL, "cannot start the worker thread (error %d)", rc);
	worker.running = true;
	return true;
}

void worker_put(struct job *job)
{
	pthread_mutex_lock(&worker.lock);
	job->next = NULL;
	*worker.last = job;
	worker.last = &job->next;
	pthread_cond_signal(&worker.more);
	pthread_mutex_unlock(&worker.lock);
}

bool job_ended(const struct job *job)
{
	return atomic_load(&job->ended);
}

void worker_abandon(struct job *job)
{
	bool ended;

	pthread_mutex_lock(&worker.lock);
	ended = atomic_load(&job->ended);
	job->abandoned = !ended;
	atomic_store(&job->stop, true);
	pthread_mutex_unlock(&worker.lock);
	if (ended)
		job_drop(job);
}

void worker_wait(struct job *job)
{
	pthread_mutex_lock(&worker.lock);
	while (!atomic_load(&job->ended))
		pthread_cond_wait(&worker.ended, &worker.lock);
	pthread_mutex_unlock(&worker.lock);
}

void worker_stop(void)
{
	if (!worker.running)
		return;
	pthread_mutex_lock(&worker.lock);
	worker.leave = true;
	for (struct job *job = worker.first; job; job = job->next)
		atomic_store(&job->stop, true);
	for (struct job *job = worker.now; job; job = job->under)
		atomic_store(&job->stop, true);
	pthread_cond_signal(&worker.more);
	pthread_mutex_unlock(&worker.lock);
	pthread_join(worker.thread, NULL);
	worker.running = false;
}

bool job_run_here(struct job *job, struct value **result, struct error *err)
{
	bool ok;

	run(job);
	if (!job->ok)
		*err = job->err;
	ok = job->finish ? job->finish(job, job->ok, result, err) : job->ok;
	job_drop(job);
	return ok;
}
