/*
 * measuring.h - what stands in the pane while the worker opens a view, and of work that was stopped or failed.
 *
 * It is a view like others, but not one of the table: its subject is that of the view that comes.
 */
#ifndef VIEWS_MEASURING_H
#define VIEWS_MEASURING_H

#include "views/view.h"

extern const struct view view_measuring;

/* An opening: a job whose work is the view's open(). Holds the subject, and copies of the options and the settings. */
struct opening {
	const struct view *view;
	struct session session;		/* settings; it holds nothing */
	struct value *subject;
	struct args options;
	void *state;			/* what came of it; whoever takes it leaves NULL */
	int draw_cols, draw_rows; bool draw_ascii;	/* 0, 0: not wanted. Else it is drawn once, so that what a drawing measures is known */
};

struct job *opening_new(const struct view *v, struct session *s, struct value *subject, const struct args *options, struct error *err);
struct opening *opening_of(struct job *job);

/* The picture while `job` runs, which was put. It is its own: dropped or abandoned when the picture closes. */
void *measuring_open(struct job *job, struct error *err);
struct job *measuring_job(const void *state);			/* NULL: it has ended */
/* If it has ended: true, once. ok: opening->state is there to be taken, and the picture to be closed. Else the picture says what went wrong. */
bool measuring_ended(void *state, bool *ok);
struct opening *measuring_opening(void *state);
bool measuring_cursor(const void *state, size_t *at);		/* the cursor that was asked for meanwhile; false: none */
const struct error *measuring_error(const void *state);

#endif
