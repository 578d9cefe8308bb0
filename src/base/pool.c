/* pool.c - see pool.h */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/job.h"

enum { THREADS_MAX = 64 };

static struct {
	pthread_mutex_t lock, turn;	/* turn: one pool_for at a time */
	pthread_cond_t begin, end;
	pthread_t thread[THREADS_MAX];
	unsigned wanted, started;
	unsigned long round;		/* counts pool_for calls, so that a sleeper knows a new one */
	unsigned busy;
	bool leave;
	struct job *job;
	bool count, pass;
	size_t n;
	atomic_size_t finished;
	atomic_size_t next;
	void (*fn)(void *, size_t);
	void *arg;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_MUTEX_INITIALIZER,
	.begin = PTHREAD_COND_INITIALIZER, .end = PTHREAD_COND_INITIALIZER,
};

static _Thread_local bool inside;

static void take_slices(void)
{
	inside = true;
	while (!job_stopped(pool.job)) {
		size_t i = atomic_fetch_add(&pool.next, 1);

		if (i >= pool.n)
			break;
		pool.fn(pool.arg, i);
		if (pool.pass)
			job_pass(pool.job, atomic_fetch_add(&pool.finished, 1) + 1, pool.n);
		else if (pool.count)
			job_step(pool.job, 1);
	}
	inside = false;
}

static void *help(void *seen_round)
{
	unsigned long seen = (unsigned long)(size_t)seen_round;

	pthread_mutex_lock(&pool.lock);
	for (;;) {
		while (pool.round == seen && !pool.leave)
			pthread_cond_wait(&pool.begin, &pool.lock);
		if (pool.leave)
			break;
		seen = pool.round;
		pthread_mutex_unlock(&pool.lock);
		take_slices();
		pthread_mutex_lock(&pool.lock);
		if (--pool.busy == 0)
			pthread_cond_signal(&pool.end);
	}
	pthread_mutex_unlock(&pool.lock);
	return NULL;
}

static void join_all(void)
{
	pthread_mutex_lock(&pool.lock);
	pool.leave = true;
	pthread_cond_broadcast(&pool.begin);
	pthread_mutex_unlock(&pool.lock);
	for (unsigned i = 0; i < pool.started; i++)
		pthread_join(pool.thread[i], NULL);
	pool.started = 0;
	pool.leave = false;
}

unsigned pool_threads(void)
{
	long cores;

	if (pool.wanted)
		return pool.wanted;
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

void pool_set_threads(unsigned n)
{
	pthread_mutex_lock(&pool.turn);
	pool.wanted = n > THREADS_MAX ? THREADS_MAX : n;
	pthread_mutex_unlock(&pool.turn);
}

void pool_stop(void)
{
	pthread_mutex_lock(&pool.turn);
	join_all();
	pthread_mutex_unlock(&pool.turn);
}

/* As many helpers as wanted beside the caller; fewer if the system gives no more. */
static void start(unsigned helpers)
{
	if (pool.started > helpers)
		join_all();
	while (pool.started < helpers) {
		if (pthread_create(&pool.thread[pool.started], NULL, help, (void *)(size_t)pool.round))
			break;
		pool.started++;
	}
}

/* All slices on this thread. */
static bool alone(struct job *job, size_t n, bool count, bool pass, void (*fn)(void *arg, size_t i), void *arg)
{
	for (size_t i = 0; i < n && !job_stopped(job); i++) {
		fn(arg, i);
		if (pass)
			job_pass(job, i + 1, n);
		else if (count)
			job_step(job, 1);
	}
	return !job_stopped(job);
}

bool pool_for(struct job *job, size_t n, bool count, void (*fn)(void *arg, size_t i), void *arg)
{
	bool pass = !job && !inside;

	if (pass)
		job = job_here();
	if (inside)
		return alone(job, n, false, false, fn, arg);
	if (pthread_mutex_trylock(&pool.turn))
		return alone(job, n, count, pass, fn, arg);
	pool.job = job;
	pool.count = count;
	pool.pass = pass;
	atomic_store(&pool.finished, 0);
	pool.n = n;
	pool.fn = fn;
	pool.arg = arg;
	atomic_store(&pool.next, 0);
	if (n > 1 && pool_threads() > 1) {
		start(pool_threads() - 1);
		pthread_mutex_lock(&pool.lock);
		pool.busy = pool.started;
		pool.round++;
		pthread_cond_broadcast(&pool.begin);
		pthread_mutex_unlock(&pool.lock);
		take_slices();
		pthread_mutex_lock(&pool.lock);
		while (pool.busy)
			pthread_cond_wait(&pool.end, &pool.lock);
		pthread_mutex_unlock(&pool.lock);
	} else {
		take_slices();
	}
	pool.job = NULL;
	pthread_mutex_unlock(&pool.turn);
	return !job_stopped(job);
}
