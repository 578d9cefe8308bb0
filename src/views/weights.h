/*
 * weights.h - the part of a subject that `line` and `bars` show: one block, or one row where numbers are stored one at a time.
 *
 * Its weights before and after, its trace, and for each weight the event that made its code at the step of the walk.
 */
#ifndef VIEWS_WEIGHTS_H
#define VIEWS_WEIGHTS_H

#include "views/view.h"

enum phase { PHASE_FOUND,	/* nothing but the weights is known */
	     PHASE_SCALED,	/* their step too */
	     PHASE_CODED, PHASE_PACKED, PHASE_DECODED,
	     PHASE_FINAL };	/* not a walk: all of it */

struct weights {
	struct value *subject;		/* borrowed, or `made` */
	struct value *made;		/* from codec=: held; NULL: none */
	struct quantized q;		/* held; blocks.codec NULL: a plain tensor */
	bool by_row;			/* numbers one at a time: the part is a row */
	size_t part, parts;		/* block, or row */
	size_t len, real;		/* weights in it; those that are no padding come first */
	size_t sub_len;			/* that share a scale */
	float *x, *y;			/* before and after; NULL: not known */
	struct trace own;
	const struct trace *trace;	/* NULL: none (a plain tensor, or a block too long to follow) */
	size_t step, end;		/* of a walk; events up to its step */
	enum phase phase;
	const struct trace_event **code;	/* [len], NULL where there is none yet; NULL without trace */
	int *number;			/* [len] codes of a block without a trace; NULL: none */
	double absmax;			/* of x and y */
	size_t cursor;
	char mark[160];			/* numbers of weights that stand out, through the rows of the whole; "" none */
};

/* Options: codec= pad= codes= of a plain tensor, block= row= worst=, mark=. */
bool weights_open(struct weights *w, struct session *s, struct value *subject, const struct args *options, struct error *err);
void weights_close(struct weights *w);
bool weights_go(struct weights *w, size_t part, struct error *err);	/* another block or row; the cursor stays within it */
bool weights_changed(struct weights *w);				/* the walk moved; false: memory ran out, as it was */

bool weights_code(const struct weights *w, size_t i, int *code);	/* false: not known at this step */
unsigned weights_flags(const struct weights *w, size_t i);		/* TRACE_TIE, TRACE_CLIP_LO ... of its rounding */
bool weights_marked(const struct weights *w, size_t i);		/* weight i of the part is among those of mark= */
/* The last event of this name, for weight or sub-block i, up to the step; NULL: none. */
const struct trace_event *weights_event(const struct weights *w, const char *name, size_t i);
/* What the title says: "q4_0   x f32[4], 4 of the 32 weights in block 0"; brief: without padding and sub-block. */
void weights_title(const struct weights *w, bool brief, struct text *out);
/* Keys that move the cursor or turn the part; `page` weights a page. False: another key. */
bool weights_press(struct weights *w, const struct key *k, size_t page, struct wish *wish);
bool weights_why(const struct weights *w, const char *name, struct text *out, struct error *err);
struct table *weights_data(const struct weights *w, struct error *err);	/* weight x code back error */
size_t weights_cursor(const struct weights *w);				/* through the rows of the whole */
void weights_set_cursor(struct weights *w, size_t at);

/* Decimals with which weights of this size are told apart: 1.2 gives 4, 0.08 gives 5, 127 gives 2. */
int weights_decimals(double absmax);
/* "+0.2000" "0" "nan" "1.5e-12"; at most NUMBER_SIZE bytes; returns buf. */
char *weights_number(char *buf, double v, int decimals);

#endif
