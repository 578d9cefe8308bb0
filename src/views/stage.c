/*
 * stage.c - what the pane shows: scenes, the way back through them, and the walk through a trace.
 *
 * Scenes are a history as in a browser: showing something drops what lay ahead. Keys are in stage_keys.c, drawing and the text form
 * in stage_draw.c, what is there before anything is shown in start.c.
 */
#include "views/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/measuring.h"
#include "views/stage_keys.h"
#include "views/start.h"

void stage_init(struct stage *s, struct session *session)
{
	memset(s, 0, sizeof *s);
	s->session = session;
	s->play_seconds = settings_number(&session->settings, "speed");
}

void scene_drop(struct scene *sc)
{
	if (sc->job)
		worker_abandon(sc->job);
	if (sc->state)
		sc->view->close(sc->state);
	args_drop(&sc->options);
	value_drop(sc->subject);
	value_drop(sc->pair);
	value_drop(sc->later);
	memset(sc, 0, sizeof *sc);
}

void stage_drop(struct stage *s)
{
	while (s->n > 0)
		scene_drop(&s->scene[--s->n]);
	stage_settle(s);
	stage_drop_second(s);
	start_drop(s);
	job_drop(s->ready);
	s->ready = NULL;
	s->at = 0;
}

void stage_settle(struct stage *s)
{
	scene_drop(&s->was);
	scene_drop(&s->second_was);
}

struct scene *stage_front(struct stage *s)
{
	return s->n ? &s->scene[s->at] : NULL;
}

bool stage_typing(struct stage *s)
{
	struct scene *front = stage_front(s);

	return front && front->view->typing && front->view->typing(front->state);
}

/* ---- showing ---- */

/* What an opening made, with the options that it points into. */
static void take_opened(struct scene *sc, struct opening *o)
{
	args_drop(&sc->options);
	sc->options = o->options;
	o->options = (struct args){ NULL, 0 };
	sc->view = o->view;
	sc->state = o->state;
	o->state = NULL;
}

static bool is_ready(const struct stage *s, const struct view *v, const struct value *subject)
{
	return s->ready && opening_of(s->ready)->view == v && opening_of(s->ready)->subject == subject;
}

static bool open_later(struct stage *s, struct scene *sc, const struct view *v, struct value *subject, struct error *err)
{
	struct job *job = opening_new(v, s->session, subject, &sc->options, err);

	sc->view = &view_measuring;
	sc->coming = v;
	sc->state = job ? measuring_open(job, err) : NULL;
	if (sc->state)
		worker_put(job);
	else
		job_drop(job);
	return sc->state;
}

static bool scene_open(struct stage *s, struct scene *sc, const struct view *v, struct value *subject, const struct args *options,
		       struct error *err)
{
	memset(sc, 0, sizeof *sc);
	sc->from = -1;
	sc->view = v;
	if (is_ready(s, v, subject)) {
		take_opened(sc, opening_of(s->ready));
		job_drop(s->ready);
		s->ready = NULL;
		sc->subject = value_hold(subject);
		return true;
	}
	if (!args_copy(options, &sc->options, err))
		return false;
	if (s->background && view_is_heavy(v, subject, &sc->options))
		open_later(s, sc, v, subject, err);
	else
		sc->state = view_open(v, s->session, subject, &sc->options, err);
	if (!sc->state) {
		args_drop(&sc->options);
		return false;
	}
	sc->subject = value_hold(subject);
	return true;
}

static void keep_in_step(const struct scene *from, struct scene *to)
{
	if (from && from->view->cursor && to->view->set_cursor)
		to->view->set_cursor(to->state, from->view->cursor(from->state));
}

void stage_keep_in_step(struct stage *s, int from)
{
	keep_in_step(&s->scene[from], stage_front(s));
}

/* What it shows, or will. */
static const struct view *scene_view(const struct scene *sc)
{
	return sc->coming ? sc->coming : sc->view;
}

/* sc takes the place of `before`, or stands for it in another view: what belongs to the scene and not to its view. */
static void inherit(struct scene *sc, const struct scene *before)
{
	sc->from = before->from;
	sc->pair = before->pair ? value_hold(before->pair) : NULL;
	keep_in_step(before, sc);
}

/* The scene in which this view showed this value last. */
static struct scene *shown_before(struct stage *s, const struct view *v, const struct value *subject)
{
	for (int i = s->n - 1; i >= 0; i--)
		if (scene_view(&s->scene[i]) == v && s->scene[i].subject == subject)
			return &s->scene[i];
	return NULL;
}

static void push(struct stage *s, struct scene *sc)
{
	while (s->n > s->at + 1)
		scene_drop(&s->scene[--s->n]);
	if (s->n == SCENES_MAX) {
		scene_drop(&s->scene[0]);
		memmove(&s->scene[0], &s->scene[1], (SCENES_MAX - 1) * sizeof *s->scene);
		s->n--;
		for (int i = 0; i < s->n; i++)
			s->scene[i].from -= s->scene[i].from >= 0;
		sc->from -= sc->from >= 0;
	}
	s->at = s->n;
	s->scene[s->n++] = *sc;
	stage_settle(s);
	s->card = false;
	s->playing = false;
}

bool stage_show(struct stage *s, const struct view *v, struct value *subject, const struct args *options, struct error *err)
{
	const struct view *view = v ? v : view_default(subject);
	struct scene sc, *before;

	if (!view || !view_fits(view, subject)) {
		if (view && view->taken)
			error_set(err, ERR_ARGUMENT, "%s shows %s, which this is not", view->name, view->taken);
		else if (view)
			error_set(err, ERR_ARGUMENT, "%s does not show %s", view->name, value_kind_with_article(subject->kind));
		else
			error_set(err, ERR_ARGUMENT, "no view shows %s", value_kind_with_article(subject->kind));
		return view_hint(subject, "subject", err);
	}
	before = shown_before(s, view, subject);
	if (!scene_open(s, &sc, view, subject, before && !(options && options->n) ? &before->options : options, err))
		return false;
	sc.chosen = v != NULL;
	if (before && !(options && options->n))
		keep_in_step(before, &sc);
	push(s, &sc);
	return true;
}

struct value *scene_newest(const struct scene *sc)
{
	return sc->later ? sc->later : sc->subject;
}

void stage_renew(struct stage *s, const struct value *old, struct value *now)
{
	for (int i = 0; i < s->n; i++) {
		struct scene *was = &s->scene[i], sc;

		if (scene_newest(was) != old || !view_fits(scene_view(was), now))
			continue;
		if (was->frozen) {
			value_drop(was->later);
			was->later = value_hold(now);
			continue;
		}
		if (!scene_open(s, &sc, scene_view(was), now, &was->options, NULL))
			continue;
		inherit(&sc, was);
		sc.chosen = was->chosen;
		if (i == s->at && !s->was.view)
			stage_keep_was(s);
		else
			scene_drop(was);
		*was = sc;
	}
}

void stage_freeze(struct stage *s, bool on)
{
	struct scene *front = stage_front(s);
	struct value *later = front->later;

	front->frozen = on;
	if (on || !later)
		return;
	front->later = NULL;
	if (value_walks(front->subject) && value_walks(later))
		value_go(later, value_step(front->subject));
	stage_renew(s, front->subject, later);
	value_drop(later);
}

bool stage_mark(struct stage *s, const char *list, struct error *err)
{
	struct scene *front = stage_front(s), sc;
	struct args options;
	bool ok;

	if (!front || !stage_takes_mark(front->view)) {
		error_set(err, ERR_ARGUMENT, "%s", front ? "what is shown has no weights that could be marked" : "nothing is shown yet");
		return error_hint(err, NULL, "line  and  bars  show weights one by one");
	}
	if (!args_copy(&front->options, &options, err))
		return false;
	ok = args_set_text(&options, "mark", list, err) && scene_open(s, &sc, front->view, front->subject, &options, err);
	args_drop(&options);
	if (!ok)
		return false;
	inherit(&sc, front);
	sc.chosen = front->chosen;
	sc.frozen = front->frozen;
	sc.later = front->later;
	front->later = NULL;
	scene_drop(front);
	*front = sc;
	return true;
}

bool stage_turn(struct stage *s, int by)
{
	struct scene *front = stage_front(s), sc;
	size_t n = 0, here = 0;
	const struct view *fit[64], *v;

	if (!front)
		return false;
	for (size_t i = 0; (v = view_at(i)) && n < 64; i++)
		if (view_fits(v, front->subject)) {
			here = v == scene_view(front) ? n : here;
			fit[n++] = v;
		}
	for (size_t k = 1; k < n; k++) {		/* views that cannot open this very value are passed over */
		const struct scene *before;

		v = fit[(by < 0 ? here + n - k : here + k) % n];
		before = shown_before(s, v, front->subject);

		if (!scene_open(s, &sc, v, front->subject, before ? &before->options : NULL, NULL))
			continue;
		inherit(&sc, front);
		sc.chosen = true;
		push(s, &sc);
		return true;
	}
	return false;
}

bool stage_past(struct stage *s, int by)
{
	int to = s->at + by;

	if (!s->n || to < 0 || to >= s->n)
		return false;
	s->at = to;
	s->playing = false;
	stage_settle(s);
	if (value_walks(s->scene[to].subject) && s->scene[to].view->changed)
		s->scene[to].view->changed(s->scene[to].state);		/* the walk may have gone on meanwhile */
	return true;
}

/* ---- long work ---- */

/* The view is there, or the picture says why not. */
static void arrived(struct stage *s, struct scene *sc, bool ok)
{
	void *waiting = sc->state;
	const struct error *e = measuring_error(waiting);
	size_t at;

	if (!ok) {
		if (e->class != ERR_CANCELLED)
			snprintf(s->message, sizeof s->message, "%.190s", e->text);
		return;
	}
	take_opened(sc, measuring_opening(waiting));
	sc->coming = NULL;
	if (measuring_cursor(waiting, &at) && sc->view->set_cursor)
		sc->view->set_cursor(sc->state, at);
	view_measuring.close(waiting);
}

bool stage_poll(struct stage *s)
{
	bool changed = false, ok;

	for (int i = 0; i < s->n; i++) {
		struct scene *sc = &s->scene[i];

		if (sc->coming && measuring_ended(sc->state, &ok)) {
			arrived(s, sc, ok);
			changed = true;
		}
		if (sc->job && job_ended(sc->job)) {
			sc->view->worked(sc->state, sc->job);
			job_drop(sc->job);
			sc->job = NULL;
			changed = true;
		}
	}
	return second_poll(&s->second) || changed;
}

static struct job *job_of(const struct scene *sc)
{
	return sc->coming ? measuring_job(sc->state) : sc->job;
}

static struct job *job_now(const struct stage *s)
{
	struct job *job = s->n ? job_of(&s->scene[s->at]) : NULL;

	if (!job)
		job = s->second.coming ? measuring_job(s->second.state) : s->second.job;
	for (int i = 0; i < s->n && !job; i++)
		job = job_of(&s->scene[i]);
	return job;
}

const struct job *stage_job(const struct stage *s)
{
	return job_now(s);
}

bool stage_interrupt(struct stage *s)
{
	struct job *job = job_now(s);

	if (job)
		atomic_store(&job->stop, true);
	return job;
}

void stage_hand_on(struct stage *s, const struct view *v, void *state, struct job **job)
{
	if (s->background && v->work && !*job && (*job = v->work(state, NULL)))
		worker_put(*job);
}

/* What `first` gives, then the view of it. */
struct ahead { struct stage *stage; struct job *first, *opening; const struct view *view; struct args options; int cols, rows; bool ascii; };

static void ahead_drop(void *state)
{
	struct ahead *a = state;

	job_drop(a->first);
	job_drop(a->opening);
	args_drop(&a->options);
	free(a);
}

static bool ahead_open(struct ahead *a, struct value *subject, struct error *err)
{
	struct opening *o;

	a->opening = opening_new(a->view, a->stage->session, subject, &a->options, err);
	if (!a->opening)
		return false;
	o = opening_of(a->opening);
	o->draw_cols = a->cols;
	o->draw_rows = a->rows;
	o->draw_ascii = a->ascii;
	return true;
}

static bool ahead_work(struct job *job, struct error *err)
{
	struct ahead *a = job->state;
	struct job *first = a->first;

	if (first) {
		struct value *subject = NULL;
		bool ok;

		a->first = NULL;
		ok = job_run_here(first, &subject, err) && ahead_open(a, subject, err);
		value_drop(subject);
		if (!ok)
			return false;
	}
	return a->opening->work(a->opening, err);
}

static bool ahead_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct ahead *a = job->state;

	(void)err;
	if (!ok)
		return false;
	*result = value_hold(opening_of(a->opening)->subject);
	job_drop(a->stage->ready);
	a->stage->ready = a->opening;
	a->opening = NULL;
	return true;
}

struct job *stage_ahead(struct stage *s, const struct view *v, struct value *subject, struct job *first, const struct args *options,
			int cols, int rows, bool ascii, struct error *err)
{
	struct ahead *a = calloc(1, sizeof *a);
	struct job *job;
	size_t passes = subject ? (size_t)v->passes(subject, options) : 0;

	if (!a || !args_copy(options, &a->options, err)) {
		free(a);
		job_drop(first);
		error_memory(err, "a view");
		return NULL;
	}
	a->stage = s;
	a->view = v;
	a->first = first;
	a->cols = cols;
	a->rows = rows;
	a->ascii = ascii;
	if (subject && !ahead_open(a, subject, err)) {
		ahead_drop(a);
		return NULL;
	}
	job = job_new(subject ? a->opening->label : first->label, a, err);
	if (!job)
		return NULL;
	job->unit = NULL;
	job->by_pass = true;
	job->work = ahead_work;
	job->finish = ahead_finish;
	job->drop = ahead_drop;
	atomic_store(&job->total, (passes ? passes : 4) * JOB_PASS);
	return job;
}

/* ---- walking ---- */

struct value *stage_walk(struct stage *s)
{
	struct scene *front = stage_front(s);

	return front && value_walks(front->subject) ? front->subject : NULL;
}

void stage_step_line(const struct value *walk, struct text *out)
{
	size_t at = value_step(walk), steps = value_steps(walk);

	if (at < steps)
		text_add(out, "step %zu/%zu  %s", at + 1, steps, value_step_say(walk, at));
}

static struct value *need_walk(struct stage *s, struct error *err)
{
	struct value *v = stage_walk(s);

	if (!v) {
		error_set(err, ERR_ARGUMENT, "nothing is being stepped");
		error_hint(err, NULL, "step q4_0 x  begins");
	}
	return v;
}

void stage_follow(struct stage *s)
{
	struct scene *front = stage_front(s), sc;
	size_t at = value_step(front->subject);
	const struct view *v = at < value_steps(front->subject) ? view_find(value_step_view(front->subject, at)) : NULL;

	if (!front->chosen && v && v != front->view && view_fits(v, front->subject) &&
	    scene_open(s, &sc, v, front->subject, &front->options, NULL)) {
		inherit(&sc, front);
		scene_drop(front);
		*front = sc;
	} else if (front->view->changed) {
		front->view->changed(front->state);
	}
}

bool stage_move(struct stage *s, enum move m, size_t n, bool *moved, struct text *said, struct error *err)
{
	struct value *v = need_walk(s, err);
	size_t last, to, at;
	bool past_end;

	*moved = false;
	if (!v)
		return false;
	at = stage_step(s);
	last = stage_steps(s);
	last -= last > 0;
	to = m == MOVE_NEXT ? (n > last - at ? last : at + n) :
	     m == MOVE_BACK ? (n > at ? 0 : at - n) :
	     m == MOVE_FIRST ? 0 : m == MOVE_LAST ? last : n;
	if (to > last) {
		error_set(err, ERR_ARGUMENT, "no step %zu: there are %zu", n + 1, last + 1);
		return error_hint(err, "n", "steps count from 1 to %zu", last + 1);
	}
	past_end = to == at && n > 0 && m != MOVE_GO;
	*moved = to != at;
	if (past_end) {
		snprintf(s->message, sizeof s->message, "%s", to == last && m != MOVE_BACK && m != MOVE_FIRST ? "last step" : "first step");
		text_put(said, s->message);
		return true;
	}
	if (*moved) {
		stage_pair_go(s, to);
		stage_follow(s);
	}
	stage_say_step(s, said);
	return true;
}

bool stage_go_name(struct stage *s, const char *step, struct text *said, struct error *err)
{
	struct value *v = need_walk(s, err);
	struct text names = { 0 };
	bool moved;

	if (!v)
		return false;
	for (size_t i = 0, n = stage_steps(s); i < n; i++) {
		struct pair_step at = stage_step_at(s, i);

		if ((!at.first_waits && !strcmp(value_step_name(v, at.first), step)) ||
		    (at.second != SIZE_MAX && !at.second_waits && !strcmp(value_step_name(stage_front(s)->pair, at.second), step))) {
			text_drop(&names);
			return stage_move(s, MOVE_GO, i, &moved, said, err);
		}
		if (!at.first_waits)
			text_add(&names, " %s", value_step_name(v, at.first));
		else
			text_add(&names, " %s", value_step_name(stage_front(s)->pair, at.second));
	}
	error_set(err, ERR_ARGUMENT, "no step is called '%s'", step);
	error_hint(err, "n", "the steps are:%s", text_str(&names));
	text_drop(&names);
	return false;
}

/* ---- why ---- */

/* Of blocks that lie in a file: where in it the one under the cursor begins, so that its bytes can be looked at there. */
static void put_place(const struct scene *sc, struct text *out)
{
	struct quantized q;
	size_t block;

	if (!sc->view->cursor || sc->view->passes != view_worst_passes || !view_quantized(sc->subject, &q))
		return;
	block = sc->view->cursor(sc->state) / tensor_block_len(&q.blocks);
	if (q.blocks.buffer->mapped && !(q.blocks.codec->flags & CODEC_PLAIN) && block < tensor_blocks(&q.blocks)) {
		size_t at = q.blocks.offset + block * tensor_block_bytes(&q.blocks);

		if (out->len && out->s[out->len - 1] != '\n')
			text_put(out, "\n");
		text_add(out, "block %zu: byte %zu (0x%zx) of the file, %zu bytes", block, at, at, tensor_block_bytes(&q.blocks));
	}
	quantized_drop(&q);
}

bool stage_why(struct stage *s, const char *name, struct text *out, struct error *err)
{
	struct scene *front = stage_front(s);
	const struct trace *t;
	struct trace own;
	size_t block;
	bool ok;

	if (!front) {
		error_set(err, ERR_ARGUMENT, "nothing is shown yet");
		return error_hint(err, NULL, "quantize int4 [-1.2, -0.6, 0.2, 1.0]  shows codes,  why code[1]  then explains one");
	}
	if (front->view->why) {
		if (!front->view->why(front->state, name, out, err))
			return false;
		put_place(front, out);
		return true;
	}
	if (!name)
		return error_set(err, ERR_ARGUMENT, "%s has no number under its cursor", front->view->name);
	if (!view_pick_block(front->subject, &front->options, &block, err) ||
	    !view_record(front->subject, block, &own, &t, err))
		return false;
	ok = view_why(t, trace_end(t, t->steps ? t->steps - 1 : 0), SIZE_MAX, name, out, err);
	trace_drop(&own);
	return ok;
}
