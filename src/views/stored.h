/*
 * stored.h - the numbers that a block stores, and which of its bits hold them.
 *
 * All of it is learned from the events of a trace: each stored bit belongs to one event. The layout of a block is told where it is
 * written, by the codec, and never a second time.
 */
#ifndef VIEWS_STORED_H
#define VIEWS_STORED_H

#include "base/text.h"
#include "engine/trace.h"

struct stored {
	const struct trace_event *event;
	bool known;			/* it has happened before the end that was given */
	bool code;			/* it stands for one weight: its code, or the number itself */
	uint32_t first, weights;	/* those that depend on it */
};

struct stored_map {
	const struct trace *trace;	/* borrowed */
	size_t end;			/* events that have happened; the rest is to come (a walk stands at an earlier step) */
	size_t first_weight;		/* added to the weights' numbers in names; 0 but for plain codecs */
	size_t bits;			/* of the block */
	struct stored *number;		/* in the order of the block, numbers of a kind side by side */
	size_t n;
	int32_t *owner;			/* [bits] the number that a bit belongs to, -1: none (filling) */
	const struct trace_event **code, **back;	/* [trace->len] of each weight; NULL: not known yet */
};

enum { STORED_NONE = -1 };

bool stored_learn(struct stored_map *m, const struct trace *t, size_t end, struct error *err);
void stored_drop(struct stored_map *m);

uint64_t stored_raw(const struct stored_map *m, size_t number, const unsigned char *bytes);	/* its bits as one unsigned number */
unsigned stored_bits(const struct stored_map *m, size_t number);		/* how many */
size_t stored_spans(const struct stored_map *m, size_t number);			/* in how many places they lie */
size_t stored_first_bit(const struct stored_map *m, size_t number);		/* the one worth least */
/* "sc[5]"; of a weight's code "w[5]" with `weight`, and "sc5" "w5" with `brief`. */
const char *stored_name(const struct stored_map *m, size_t number, bool weight, bool brief, char *buf, size_t size);
int32_t stored_find(const struct stored_map *m, const char *name, size_t i);	/* by the name `why` knows; STORED_NONE */
/* The number that stands for one weight, or, where an index stands for several, the one with the fewest; STORED_NONE. */
int32_t stored_code(const struct stored_map *m, size_t weight);
/* The weights that depend on it: n of them from *first on. */
size_t stored_weights(const struct stored_map *m, size_t number, size_t *first);
size_t stored_sub_len(const struct trace *t);					/* weights that share a scale */

/* How the bits of a number are read, found out by reading them and comparing with the value the engine has. */
struct float_format { const char *name; uint8_t bits, exponent; int bias; };
const struct float_format *stored_float(const struct stored_map *m, size_t number, const unsigned char *bytes);	/* NULL: an integer */
/* "f16: + 2^-3 x 1.2002 = 0.150024" */
double float_value(const struct float_format *f, uint64_t raw);
void float_explain(const struct float_format *f, uint64_t raw, struct text *out);

/* The last value so named of sub-block or weight i, or of the whole block; NULL: none yet. */
const struct trace_event *stored_value(const struct stored_map *m, const char *name, size_t i);
/* The stored scale of a sub-block, and its minimum or zero point, under whichever name the codec has for it; NULL: none. */
const struct trace_event *stored_scale(const struct stored_map *m, size_t sub);
const struct trace_event *stored_minimum(const struct stored_map *m, size_t sub);

#endif
