/*
 * measuring.c - see measuring.h
 *
 *	 hist   w f32[40000, 4096]                            measuring
 *
 *	  how are the weights spread
 *
 *	  measuring  █████████▌                    31 %
 *	  163840000 weights   F32   655.4 MB
 *
 * Below it what is known without measuring. Parts of a measurement are not shown as if they were the whole: after a stop the picture says
 * how far it came, and Enter measures again.
 */
#include "views/measuring.h"

#include <stdlib.h>
#include <string.h>

/* ---- the job ---- */

static void opening_drop(void *state)
{
	struct opening *o = state;

	if (o->state)
		o->view->close(o->state);
	args_drop(&o->options);
	value_drop(o->subject);
	free(o);
}

static bool draw_once(struct opening *o, struct error *err)
{
	int rows = o->view->height(o->state, o->draw_cols);
	struct canvas c;

	if (!canvas_new(&c, o->draw_rows > 1 && rows > o->draw_rows - 1 ? o->draw_rows - 1 : rows, o->draw_cols, o->draw_ascii, err))
		return false;
	o->view->draw(o->state, &c);
	canvas_drop(&c);
	return !job_stopped(job_here()) || error_set(err, ERR_CANCELLED, "stopped while measuring");
}

static bool opening_work(struct job *job, struct error *err)
{
	struct opening *o = job->state;

	o->state = view_open(o->view, &o->session, o->subject, &o->options, err);
	return o->state && (!o->draw_cols || draw_once(o, err));
}

struct job *opening_new(const struct view *v, struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct opening *o = calloc(1, sizeof *o);
	struct job *job;
	struct text label = { 0 };

	if (!o || !args_copy(options, &o->options, err)) {
		free(o);
		error_memory(err, "a view");
		return NULL;
	}
	text_add(&label, "measuring %s  ", v->name);
	text_escape(&label, subject->label, strlen(subject->label), 40);
	o->view = v;
	o->session.settings = s->settings;
	o->subject = value_hold(subject);
	job = job_new(text_str(&label), o, err);
	text_drop(&label);
	if (!job) {		/* and o with it */
		value_drop(subject);
		return NULL;
	}
	job->unit = NULL;
	job->by_pass = true;
	atomic_store(&job->total, (size_t)v->passes(subject, options) * JOB_PASS);
	job->work = opening_work;
	job->drop = opening_drop;
	return job;
}

struct opening *opening_of(struct job *job)
{
	return job->state;
}

/* ---- the picture ---- */

struct measuring {
	struct job *job;		/* kept to the end: the opening is in it */
	const struct view *view;
	bool ended, placed;
	size_t at;			/* of the cursor that was asked for */
};

void *measuring_open(struct job *job, struct error *err)
{
	struct measuring *m = calloc(1, sizeof *m);

	if (!m) {
		error_memory(err, "a view");
		return NULL;
	}
	m->job = job;
	m->view = opening_of(job)->view;
	return m;
}

static void measuring_close(void *state)
{
	struct measuring *m = state;

	if (m->ended)
		job_drop(m->job);
	else
		worker_abandon(m->job);
	free(m);
}

struct job *measuring_job(const void *state)
{
	const struct measuring *m = state;

	return m->ended ? NULL : m->job;
}

bool measuring_ended(void *state, bool *ok)
{
	struct measuring *m = state;

	if (m->ended || !job_ended(m->job))
		return false;
	m->ended = true;
	*ok = m->job->ok;
	return true;
}

struct opening *measuring_opening(void *state)
{
	return opening_of(((struct measuring *)state)->job);
}

bool measuring_cursor(const void *state, size_t *at)
{
	const struct measuring *m = state;

	*at = m->at;
	return m->placed;
}

const struct error *measuring_error(const void *state)
{
	return &((const struct measuring *)state)->job->err;
}

static double share_done(const struct measuring *m)
{
	size_t total = atomic_load(&m->job->total), done = atomic_load(&m->job->done);

	return total ? (double)(done < total ? done : total) / (double)total : 0;
}

static bool was_stopped(const struct measuring *m)
{
	return m->ended && m->job->err.class == ERR_CANCELLED;
}

static void measuring_draw(void *state, struct canvas *c)
{
	const struct measuring *m = state;
	const struct opening *o = opening_of(m->job);
	const struct tensor *t = value_weights(o->subject);
	int percent = (int)(100 * share_done(m)), bar = c->cols - 24, row = 0;
	char size[NUMBER_SIZE], bits[NUMBER_SIZE];

	canvas_fit(c, row++, 2, c->cols - 2, STYLE_DIM, m->view->question);
	row++;
	if (!m->ended) {
		int col = canvas_puts(c, row, 2, STYLE_PLAIN, "measuring ") + 1;

		bar = bar > 40 ? 40 : bar;
		if (bar > 4)
			canvas_bar(c, row, col, bar, share_done(m), STYLE_GOOD);
		canvas_right(c, row++, col + (bar > 4 ? bar : 0) + 6, STYLE_PLAIN, "%d %%", percent);
	} else if (was_stopped(m)) {
		canvas_text(c, row++, 2, STYLE_MARK, "stopped at %d %%; a part would not be the picture of the whole", percent);
		canvas_puts(c, row++, 2, STYLE_PLAIN, "Enter measures again");
	} else {
		canvas_fit(c, row++, 2, c->cols - 2, STYLE_BAD, m->job->err.text);
		canvas_fit(c, row++, 2, c->cols - 2, STYLE_PLAIN, m->job->err.hint);
	}
	if (t)
		canvas_text(c, row + 1, 2, STYLE_DIM, "%zu weights in %zu row%s   %s   %s b/w   %s", tensor_count(t), t->rows,
			    t->rows == 1 ? "" : "s", t->codec->name, number_short(bits, tensor_bits(t)), number_size(size, (double)tensor_bytes(t)));
}

static int measuring_height(const void *state, int cols)
{
	(void)state;
	(void)cols;
	return 7;
}

static void measuring_title(const void *state, struct text *left, struct text *right)
{
	const struct measuring *m = state;

	text_add(left, "%s   ", m->view->name);
	view_subject(opening_of(m->job)->subject, left);
	text_put(right, !m->ended ? "" : was_stopped(m) ? "stopped" : "not shown");
}

static void measuring_facts(const void *state, struct text *out)
{
	const struct measuring *m = state;

	text_add(out, "%d %%", (int)(100 * share_done(m)));
}

static bool measuring_press(void *state, const struct key *k, struct wish *wish)
{
	struct measuring *m = state;

	if (k->code != KEY_ENTER_ || !m->ended)
		return false;
	wish->view = m->view->name;
	return args_copy(&opening_of(m->job)->options, &wish->options, NULL);
}

static bool measuring_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct measuring *m = state;

	(void)name;
	(void)out;
	error_set(err, ERR_ARGUMENT, m->ended ? "%s was not measured to the end" : "%s is still being measured", m->view->name);
	return error_hint(err, NULL, m->ended ? "Enter in the pane measures again" : "Ctrl-C stops it");
}

static void measuring_set_cursor(void *state, size_t at)
{
	struct measuring *m = state;

	m->placed = true;
	m->at = at;
}

static const struct view_key measuring_keys[] = {
	{ "<Enter>", "again", "measures again what was stopped", true },
	{ 0 }
};

const struct view view_measuring = {
	.name       = "measuring",
	.question   = "what is being measured",
	.keys       = measuring_keys,
	.close      = measuring_close,
	.title      = measuring_title,
	.facts      = measuring_facts,
	.height     = measuring_height,
	.draw       = measuring_draw,
	.press      = measuring_press,
	.why        = measuring_why,
	.set_cursor = measuring_set_cursor,
};
