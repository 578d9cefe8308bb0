/*
 * pool.h - do this for n slices, on as many threads as there are cores.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct job;

/* Calls fn(arg, i) once for each i in 0..n-1, in any order, on pool threads and the caller's; returns when all are done,
 * or early with false when job was asked to stop (slices begun are finished first). job may be NULL: then that of job_here(), if
 * there is one. Where the threads work for somebody else, all of it is done on the caller's, so nobody waits for another's work. Each finished slice adds
 * one to job->done if `count` is set. fn touches only its slice. Calls from inside fn run on the caller's thread. */
bool pool_for(struct job *job, size_t n, bool count, void (*fn)(void *arg, size_t i), void *arg);

void pool_set_threads(unsigned n);	/* 0: one per core. Takes effect at the next pool_for. */
unsigned pool_threads(void);
void pool_stop(void);			/* joins the threads; the next pool_for starts them again */

#endif
