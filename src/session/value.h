/*
 * value.h - what commands make and variables hold: counted, and not changed after it is made (but see `walk`, and x[i] = v, which
 * copies first if anyone else holds the value).
 */
#ifndef SESSION_VALUE_H
#define SESSION_VALUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/codec.h"
#include "engine/match.h"
#include "engine/measure.h"
#include "engine/tensor.h"
#include "engine/trace.h"
#include "session/table.h"

struct model;
struct record;
struct plan;
struct importance;

/* Kinds, by the names that `vars` and qs.kind give. The position is a bit in view.fits. */
#define VALUE_KINDS(X) \
	X(NIL, "nil") X(NUMBER, "number") X(STRING, "string") X(LUA, "lua") X(TENSOR, "tensor") X(QUANTIZED, "quantized") \
	X(TRACE, "trace") X(MODEL, "model") X(CODEC, "codec") X(ERRORS, "errors") X(MATCH, "match") X(TABLE, "table") \
	X(PLAN, "plan") X(IMPORTANCE, "importance") X(RECORD, "record")

enum value_kind {
#define X(id, name) VALUE_##id,
	VALUE_KINDS(X)
#undef X
	VALUE_KIND_COUNT
};

#define FITS(kind) (1u << VALUE_##kind)

/* The outcome of quantizing, and how it came about. */
struct quantized {
	struct tensor blocks;		/* [rows, cols + padding], or of a teaching codec with its group */
	struct tensor source;		/* [rows, cols], the weights before; codec NULL: not known */
	size_t padding;			/* weights added to fill the last block of a row; 0 too where not known */
	enum pad pad;
	struct tensor importance;	/* [1, cols] or codec NULL */
	bool flat;			/* importance is 1 everywhere, as the codec needs one and none was given: views say so */
	struct codec_options options;	/* its importance pointer is not used: see `importance` */
	size_t group;			/* as given: 0 one scale for all */
	bool measured;			/* loss holds: of the blocks against the source */
	struct loss loss;
};

/* A trace that is being walked: the position moves, all else stays. Other blocks are recorded when they are visited. */
struct walk {
	struct quantized q;		/* blocks and, if known, the source: the trace is the encoder's if it is, else the decoder's */
	struct trace trace;		/* of one block */
	size_t at;			/* current step, from 0 */
};

/* A group of weights held against the entries of a codebook. */
struct match_value {
	struct quantized of;		/* held */
	size_t block, group;		/* group within the block */
	enum match_by by;
	size_t top;			/* so many candidates were asked for */
	struct table *table;		/* those: rank entry magnitudes distance weighted cosine stored */
};

struct value {
	enum value_kind kind;
	atomic_int holders;
	char label[64];			/* what the user called it: "x", "w[0, 320:352]"; "" if nothing */
	union {
		double number;
		char *string;		/* VALUE_STRING; VALUE_LUA: how Lua prints it */
		struct tensor tensor;
		struct quantized quantized;
		struct walk walk;
		struct model *model;
		const struct codec *codec;
		struct { struct quantized of; struct loss loss; } errors;
		struct match_value match;
		struct table *table;
		/* What a method made, with its steps (methods/record.h), held. Walked, its position moves like a trace's. q: what comes back as
		 * f32 blocks, beside the weights before, where the method quantizes one tensor; else its codecs are NULL. */
		struct { struct record *of; bool walked; size_t at; struct quantized q; } record;
		struct plan *plan;		/* changed by hand where it is shown (plan.h) */
		struct importance *importance;
	} u;
};

/* New values have one holder; NULL and ERR_MEMORY when there is no room (what was handed over is dropped then too). */
struct value *value_nil(struct error *err);
struct value *value_number(double v, struct error *err);
struct value *value_string(const char *s, struct error *err);
struct value *value_lua(const char *printed, struct error *err);
struct value *value_tensor(struct tensor t, struct error *err);			/* takes t over */
struct value *value_quantized(struct quantized q, struct error *err);		/* takes q over */
struct value *value_walk(struct quantized q, size_t block, struct error *err);	/* takes q over; records the block */
struct value *value_model(struct model *m, struct error *err);			/* takes m over */
struct value *value_codec(const struct codec *c, struct error *err);
struct value *value_table(struct table *t, struct error *err);			/* takes t over */
struct value *value_record(struct record *r, bool walked, struct error *err);	/* takes r over */
struct value *value_plan(struct plan *p, struct error *err);			/* takes p over */
struct value *value_importance(struct importance *m, struct error *err);	/* takes m over */
struct value *value_match(struct match_value m, struct error *err);			/* takes m over */
struct value *value_errors(struct quantized q, struct loss loss, struct error *err);

struct value *value_hold(struct value *v);
void value_drop(struct value *v);
void value_name(struct value *v, const char *label);		/* sets the label */

const char *value_kind_name(enum value_kind kind);
const char *value_kind_with_article(enum value_kind kind);	/* "a tensor", "an errors value": for sentences */
bool value_kind_find(const char *name, enum value_kind *kind);
/* The one line that says what it is: "f32[4]   min -1.2   max 1   absmax 1.2"; for a quantized value
 * "int4   one scale   codes -7 -4 1 6   step 0.171429   rmse 0.0474". Cut to `width` columns (0: no limit). */
void value_line(const struct value *v, size_t width, struct text *out);
/* `print`: the values, cut to the width with "… 252 more", or all. */
void value_print(const struct value *v, size_t width, bool all, struct text *out);
void value_print_digits(const struct value *v, size_t width, bool all, bool full, struct text *out);	/* full: shortest that reads back the same */

/* Its beginning, for tables and titles: kind or codec with the shape, "f32[64, 4096]". */
void value_shape(const struct value *v, struct text *out);

/* Figures as lines write them; buf holds NUMBER_SIZE bytes. Ranges: four decimals, more where `absmax` is small (0.0922). Losses: four
 * decimals, below 0.01 four digits (0.0474, 0.001427). */
char *figure_range(char *buf, double v, double absmax);
char *figure_loss(char *buf, double v);

/* For VALUE_TENSOR itself, for quantized values, walks, errors and matches the blocks (decoded as they are read). NULL: not weights. Borrowed. */
const struct tensor *value_weights(const struct value *v);
const struct quantized *value_as_quantized(const struct value *v);	/* of quantized, trace, errors, match; NULL else */

const struct table *value_as_table(const struct value *v);	/* of tables and matches; NULL else */

void quantized_drop(struct quantized *q);
struct quantized quantized_hold(const struct quantized *q);
/* Bits per weight that hold no codes: scales, minima, what fills up. 0 for plain numbers. */
double quantized_scale_bits(const struct quantized *q);
/* The codes of n weights from `at` on, of teaching codecs (others: false; their codes are told by a trace). */
bool quantized_codes(const struct quantized *q, size_t at, size_t n, int *code);
/* Scale and zero point (0 where the codec has none) of a block of a teaching codec. */
bool quantized_scale(const struct quantized *q, size_t block, double *scale, int *zero);
bool quantized_padding_at(const struct quantized *q, size_t at);	/* is weight `at` (through the rows of blocks) padding? */

/* The trace of one block, for the caller to drop, also after a failure: of the encoder where the weights are known, else of the decoder.
 * Fails with ERR_SHAPE for blocks of teaching codecs that are too long to follow. */
bool quantized_record(const struct quantized *q, size_t block, struct trace *t, struct error *err);

/* Steps, of a trace or of a record that is walked; all others have none. */
bool value_walks(const struct value *v);
size_t value_steps(const struct value *v);
size_t value_step(const struct value *v);			/* the current one, from 0 */
bool value_go(struct value *v, size_t step);
const char *value_step_name(const struct value *v, size_t step);
const char *value_step_view(const struct value *v, size_t step);
const char *value_step_say(const struct value *v, size_t step);	/* the sentence, or the name where there is none */

bool walk_go(struct walk *w, size_t step);			/* false: out of range, nothing changed */
bool walk_block(struct walk *w, size_t block, struct error *err);	/* records another block; the step stays if it exists there */

#endif
