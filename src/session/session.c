/* session.c - see session.h */
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "session/figures.h"

void session_init(struct session *s, uint64_t seed)
{
	memset(s, 0, sizeof *s);
	settings_reset(&s->settings);
	s->seed = seed;
}

void session_drop(struct session *s)
{
	survey_forget(s);
	for (size_t i = 0; i < s->n_models; i++)
		value_drop(s->models[i]);
	free(s->models);
	for (size_t i = 0; i < s->n_written; i++)
		free(s->written[i]);
	free(s->written);
	free(s->cache_dir);
	free(s->digits);
	free(s->sample);
	memset(s, 0, sizeof *s);
}

bool session_work(struct job *job, bool small, struct outcome *out, struct error *err)
{
	if (!job)
		return false;
	if (small)
		return job_run_here(job, &out->value, err);
	out->job = job;
	return true;
}
