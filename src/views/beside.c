/*
 * beside.c - what stands in the pane besides the front: a second view of its subject (split), or a walk that goes in step with it.
 *
 * The second picture is brought up to date when it is wanted: its subject and its cursor are the front's. So nothing has to be told to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/measuring.h"
#include "views/pair.h"
#include "views/stage_keys.h"

void stage_drop_second(struct stage *s)
{
	if (s->second.job)
		worker_abandon(s->second.job);
	if (s->second.state)
		s->second.view->close(s->second.state);
	value_drop(s->second.subject);
	s->second = (struct second){ 0 };
}

void stage_keep_was(struct stage *s)
{
	struct scene *front = stage_front(s);
	struct second *b = &s->second;

	if (b->state && !b->coming && !b->job && b->subject == front->subject) {
		s->second_was = (struct scene){ .view = b->view, .subject = b->subject, .state = b->state };
		*b = (struct second){ 0 };
	}
	s->was = *front;
}

void stage_split(struct stage *s, const struct view *v)
{
	s->split = v;
	stage_drop_second(s);
}

/* What the second view should be now; NULL: there is none. */
static const struct view *wanted(struct stage *s, struct value **subject)
{
	struct scene *front = stage_front(s);
	const struct view *v;

	if (!front)
		return NULL;
	if (!front->pair) {
		*subject = front->subject;
		return s->split;
	}
	*subject = front->pair;
	v = front->chosen ? front->view : view_find(value_step_view(front->pair, value_step(front->pair)));
	return v && view_fits(v, front->pair) ? v : front->view;
}

bool stage_takes_mark(const struct view *v)
{
	for (const struct arg *a = v->options; a && a->kind != ARG_END; a++)
		if (!strcmp(a->name, "mark"))
			return true;
	return false;
}

/* The worker opens it; see second_poll(). */
static void open_second_later(struct stage *s, const struct view *v, struct value *subject, const struct args *options)
{
	struct second *b = &s->second;
	struct error err = { 0 };
	struct job *job = opening_new(v, s->session, subject, options, &err);

	b->state = job ? measuring_open(job, &err) : NULL;
	if (b->state) {
		b->view = &view_measuring;
		b->coming = v;
		worker_put(job);
	} else {
		job_drop(job);
		snprintf(b->why, sizeof b->why, "%.110s", err.text);
	}
}

bool second_poll(struct second *b)
{
	void *waiting = b->state;
	bool ok;

	if (b->job && job_ended(b->job)) {
		b->view->worked(b->state, b->job);
		job_drop(b->job);
		b->job = NULL;
		return true;
	}
	if (!b->coming || !measuring_ended(waiting, &ok))
		return false;
	b->view = b->coming;
	b->coming = NULL;
	b->state = NULL;
	if (ok) {
		b->state = measuring_opening(waiting)->state;
		measuring_opening(waiting)->state = NULL;
	} else {
		snprintf(b->why, sizeof b->why, "%.20s: %.90s", b->view->name, measuring_error(waiting)->text);
	}
	view_measuring.close(waiting);
	return true;
}

static void open_second(struct stage *s, const struct view *v, struct value *subject, const char *mark)
{
	struct second *b = &s->second;
	struct args options = { 0 };
	struct error err = { 0 };

	stage_drop_second(s);
	b->view = v;
	b->subject = value_hold(subject);
	snprintf(b->mark, sizeof b->mark, "%s", mark);
	if (*mark)
		args_set_text(&options, "mark", mark, NULL);
	if (!view_fits(v, subject))
		snprintf(b->why, sizeof b->why, "%s does not show %s", v->name, value_kind_with_article(subject->kind));
	else if (s->background && view_is_heavy(v, subject, &options))
		open_second_later(s, v, subject, &options);
	else if (!(b->state = view_open(v, s->session, subject, &options, &err)))
		snprintf(b->why, sizeof b->why, "%.110s", err.text);
	args_drop(&options);
}

struct second *stage_second(struct stage *s)
{
	struct scene *front = stage_front(s);
	struct second *b = &s->second;
	struct value *subject = NULL;
	const struct view *v = wanted(s, &subject);
	const char *mark;
	size_t step, block;

	if (!v) {
		if (b->view)
			stage_drop_second(s);
		return NULL;
	}
	step = value_walks(subject) ? value_step(subject) : 0;
	block = subject->kind == VALUE_TRACE ? subject->u.walk.trace.block : 0;
	mark = stage_takes_mark(v) ? args_text(&front->options, "mark", "") : "";
	if ((b->coming ? b->coming : b->view) != v || b->subject != subject || strcmp(b->mark, mark))
		open_second(s, v, subject, mark);
	else if (b->state && (b->step != step || b->block != block) && b->view->changed)
		b->view->changed(b->state);
	b->step = step;
	b->block = block;
	if (b->state && b->view->set_cursor && front->view->cursor)
		b->view->set_cursor(b->state, front->view->cursor(front->state));
	return b;
}

/* ---- two walks ---- */

bool stage_show_pair(struct stage *s, struct value *first, struct value *second, struct error *err)
{
	if (!stage_show(s, NULL, first, NULL, err))
		return false;
	stage_front(s)->pair = value_hold(second);
	return true;
}

size_t stage_steps(struct stage *s)
{
	struct value *walk = stage_walk(s), *pair = walk ? stage_front(s)->pair : NULL;
	struct pair_step *list;
	size_t n;

	if (!pair)
		return walk ? value_steps(walk) : 0;
	n = pair_match(walk, pair, &list);
	free(list);
	return n;
}

size_t stage_step(struct stage *s)
{
	struct value *walk = stage_walk(s), *pair = walk ? stage_front(s)->pair : NULL;
	struct pair_step *list;
	size_t n, at;

	if (!pair)
		return walk ? value_step(walk) : 0;
	n = pair_match(walk, pair, &list);
	at = pair_where(list, n, walk, pair);
	free(list);
	return at;
}

struct pair_step stage_step_at(struct stage *s, size_t at)
{
	struct value *walk = stage_walk(s), *pair = walk ? stage_front(s)->pair : NULL;
	struct pair_step *list, step = { at, SIZE_MAX, false, false };
	size_t n;

	if (!pair)
		return step;
	n = pair_match(walk, pair, &list);
	if (at < n)
		step = list[at];
	free(list);
	return step;
}

void stage_pair_go(struct stage *s, size_t at)
{
	struct pair_step to = stage_step_at(s, at);

	value_go(stage_walk(s), to.first);
	if (to.second != SIZE_MAX)
		value_go(stage_front(s)->pair, to.second);
}

/* The other walk goes to the block that holds the first weight of this one's. */
bool stage_pair_block(struct stage *s, struct error *err)
{
	const struct value *walk = stage_walk(s);
	struct value *pair = stage_front(s)->pair;
	size_t weight, len;

	if (!pair || walk->kind != VALUE_TRACE || pair->kind != VALUE_TRACE)
		return true;
	len = tensor_block_len(&pair->u.walk.q.blocks);
	weight = walk->u.walk.trace.block * tensor_block_len(&walk->u.walk.q.blocks);
	return !len || weight / len >= tensor_blocks(&pair->u.walk.q.blocks) || weight / len == pair->u.walk.trace.block ||
	       walk_block(&pair->u.walk, weight / len, err);
}

static void say_one(const struct value *walk, bool waits, struct text *out)
{
	size_t at = value_step(walk);

	text_add(out, "%s %zu/%zu  ", walk->u.walk.q.blocks.codec->name, at + 1, value_steps(walk));
	if (waits)
		text_add(out, "waits: it has no such step");
	else
		text_put(out, value_step_say(walk, at));
}

void stage_say_step(struct stage *s, struct text *out)
{
	struct value *walk = stage_walk(s), *pair = walk ? stage_front(s)->pair : NULL;
	struct pair_step step;
	size_t from = out->len, indent;

	if (!pair) {
		if (walk)
			stage_step_line(walk, out);
		return;
	}
	step = stage_step_at(s, stage_step(s));
	text_add(out, "step %zu/%zu  ", stage_step(s) + 1, stage_steps(s));
	indent = out->len - from;
	say_one(walk, step.first_waits, out);
	text_add(out, "\n%*s", (int)indent, "");
	say_one(pair, step.second_waits, out);
}
