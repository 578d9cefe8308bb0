/* check.c - the findings in a model as a table; the work is done in files/check.c. */
#include <stdlib.h>
#include <string.h>

#include "files/model.h"
#include "session/session.h"

struct checking { struct value *model; char *pattern; struct findings found; };

static bool work(struct job *job, struct error *err)
{
	struct checking *k = job->state;

	return model_check(k->model->u.model, k->pattern, job, &k->found, err);
}

static void add_finding(struct table *t, const struct finding *f)
{
	struct text line = { 0 }, bytes = { 0 };

	table_row(t);
	table_text(t, f->grade == GRADE_BAD ? "bad" : "odd");
	table_text(t, f->tensor);
	f->row >= 0 ? table_int(t, f->row) : table_skip(t);
	f->block >= 0 ? table_int(t, f->block) : table_skip(t);
	f->at != UINT64_MAX ? table_int(t, (int64_t)f->at) : table_skip(t);
	for (unsigned i = 0; i < f->bytes; i++)
		text_add(&bytes, "%02x", f->byte[i]);
	table_text(t, text_str(&bytes));
	table_text(t, f->text);
	finding_line(f, &line);
	table_text(t, text_str(&line));
	text_drop(&line);
	text_drop(&bytes);
}

/* After a stop the findings so far are handed over. */
static bool finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct checking *k = job->state;
	struct table *t = table_new("grade tensor row block byte bytes text line");

	if (!t)
		return error_memory(err, "a table");
	for (size_t i = 0; i < k->found.n; i++)
		add_finding(t, &k->found.finding[i]);
	*result = value_table(t, err);
	return *result && ok;
}

static void drop(void *state)
{
	struct checking *k = state;

	value_drop(k->model);
	free(k->pattern);
	findings_drop(&k->found);
	free(k);
}

bool session_check(struct session *s, struct value *model, const char *pattern, struct outcome *out, struct error *err)
{
	struct checking *k = calloc(1, sizeof *k);
	struct job *job;

	(void)s;
	if (!k)
		return error_memory(err, "checking");
	job = job_new("checking", k, err);
	if (!job)
		return false;
	job->drop = drop;
	job->work = work;
	job->finish = finish;
	k->model = value_hold(model);
	if (pattern && !(k->pattern = strdup(pattern))) {
		job_drop(job);
		return error_memory(err, "checking");
	}
	return session_work(job, model->u.model->weights <= SMALL_WORK, out, err);
}
