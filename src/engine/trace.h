/*
 * trace.h - how the values of a block came to be: steps, and events within them.
 *
 * The reference encoder and decoder of each codec call these functions while they work. With a NULL trace each call does
 * nothing. A recorder watches one block of a row: trace_block(t, k) gives the recorder if k is that block, else NULL.
 *
 * An event is one value: which kind, of which sub-block or weight, the numbers of its derivation, and the bits of the block that
 * hold it. Kinds are written down once, in trace_kinds.h: name for `why`, derivation as a sentence, and an expression that works the
 * value out again (a test runs it over every codec). Each stored bit of a block belongs to exactly one event of an encoder trace (not
 * counting TRACE_SHARED).
 */
#ifndef ENGINE_TRACE_H
#define ENGINE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "engine/codec.h"
#include "engine/tensor.h"

enum trace_kind {
#define KIND(id, name, index, sentence, again) TRACE_##id,
#include "engine/trace_kinds.h"
#undef KIND
	TRACE_KINDS
};

enum trace_index { INDEX_NONE, INDEX_SUB, INDEX_WEIGHT };

enum trace_flags {
	TRACE_TIE = 1 << 0, TRACE_CLIP_LO = 1 << 1, TRACE_CLIP_HI = 1 << 2, TRACE_SAT = 1 << 3, TRACE_OVERFLOW = 1 << 4,
	TRACE_UNDERFLOW0 = 1 << 5, TRACE_NAN_IN = 1 << 6, TRACE_DEGENERATE = 1 << 7, TRACE_CAP = 1 << 8,
	TRACE_BEST = 1 << 9,		/* of candidates: better than all before; the last one marked is the one taken */
	TRACE_PREVIEW = 1 << 10,	/* not stored: what a later step will give */
	TRACE_SHARED = 1 << 11,		/* its bits hold other numbers too and belong to another event: five trits in a byte */
};

/* A run of bits of the block: bit b is bit b % 8 of byte b / 8. They hold bits shift .. shift + bits - 1 of the stored number. */
struct span { uint32_t bit; uint8_t bits, shift; };

enum { TRACE_VALUES = 6, TRACE_SPANS = 4 };

struct trace_event {
	uint16_t kind, flags;
	uint32_t sub, weight;		/* within the block; what the kind's index uses */
	double v[TRACE_VALUES];		/* operands and result of the derivation (see the kind); the LAST used one is the result */
	struct span at[TRACE_SPANS];	/* bits 0: not stored (or end of list) */
	uint8_t used;			/* how many of v */
};

struct trace_step {
	const char *name;		/* one word: "round" */
	const char *view;		/* the picture that shows it best: "line" */
	char *say;			/* the sentence: "round: code = floor(x/d + 8.5), kept within 0..15" */
	size_t first;			/* its first event */
};

struct trace {
	const struct codec *codec;
	size_t block;			/* the watched block */
	bool decoding;
	struct trace_event *event; size_t events, events_size;
	struct trace_step *step; size_t steps, steps_size;
	bool short_of_memory;
	/* Filled by trace_encode and trace_decode */
	size_t len;			/* weights in the block */
	size_t padding;			/* how many at its end are padding */
	float *x;			/* the weights before; NULL in a decoder's trace of foreign bytes */
	float *y;			/* what comes back */
	unsigned char *bytes; size_t n_bytes;
	bool in_file; uint64_t file_at;	/* the bytes lie in a mapped file, from there on */
};

/* ---- for codecs ---- */
static inline struct trace *trace_block(struct trace *t, size_t block) { return t && t->block == block ? t : NULL; }
void trace_step(struct trace *t, const char *name, const char *view);		/* name and view must be literals */
void trace_say(struct trace *t, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* the sentence of the current step; may come at its end */
void trace_add(struct trace *t, struct trace_event e);
char *number_plain(char *buf, double v);	/* NUMBER_SIZE: four digits that count and no exponent as long as one can read it: 0.00009197 */
uint16_t trace_rounding(double place, double lo, double hi);	/* flags of a number that is rounded and kept within lo..hi */

/* TRACE(t, CODE_ROUND, .weight = i, V(x, d, q), BITS(16 + 8 * i, 8)). Costs a test of t when nothing is recorded. */
#define TRACE(t, id, ...) \
	do { if (t) trace_add(t, (struct trace_event){ .kind = TRACE_##id, __VA_ARGS__ }); } while (0)
#define V(...) .v = { __VA_ARGS__ }, .used = sizeof((double[]){ __VA_ARGS__ }) / sizeof(double)
#define BITS(first, n) .at = { { (uint32_t)(first), (uint8_t)(n), 0 } }
#define BITS2(b0, n0, b1, n1) .at = { { (uint32_t)(b0), (uint8_t)(n0), 0 }, { (uint32_t)(b1), (uint8_t)(n1), (uint8_t)(n0) } }

/* ---- recording ---- */
/* Both run the reference over the row that holds the block, watching it. block counts through the tensor. t is filled anew and
 * the caller drops it. x is f32, a whole number of blocks a row (padded before; `padding` weights at the end of each row). */
bool trace_encode(struct trace *t, const struct codec *codec, const struct tensor *x, size_t group, size_t padding,
		  const struct codec_options *o, size_t block, struct error *err);
bool trace_decode(struct trace *t, const struct tensor *blocks, size_t block, struct error *err);
void trace_place(struct trace *t, const struct tensor *blocks, size_t block);	/* where those bytes lie, if in a file; trace_decode does it */
void trace_drop(struct trace *t);

/* ---- reading ---- */
size_t trace_end(const struct trace *t, size_t step);		/* events before the end of this step */
/* The last event before `end` of a kind with this name and index; NULL: none. name: "code", i: weight or sub-block, SIZE_MAX for names
 * without an index ("d"). */
const struct trace_event *trace_find(const struct trace *t, const char *name, size_t i, size_t end);
const char *trace_name(const struct trace_event *e, char *buf, size_t size);	/* "code[3]", "d" */
double trace_result(const struct trace_event *e);
/* What a weight is made of when it comes back: scale x code - minimum. e: an event named "back". */
void trace_parts(const struct trace_event *e, double *scale, double *code, double *minimum);
bool trace_again(const struct trace_event *e, double *v);	/* works the result out from the operands; false: kind has none */
enum trace_index trace_indexed(enum trace_kind kind);
const char *trace_kind_name(enum trace_kind kind);		/* "code" */
/* "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15" and a newline; then, for numbers kept in more than one
 * place or in a file, a line for each, and what the block makes of the number (interaction.md 9.5). */
void trace_why(const struct trace *t, const struct trace_event *e, struct text *out);
/* The lines for the bits alone: "  low 4 bits    0110   block byte 13 (c6) bits 0-3", of a file "   file byte 0x47ad" too. Nothing for what
 * is not stored. */
void trace_bits(const struct trace *t, const struct trace_event *e, struct text *out);
/* Parses "code[3]", "d"; false: not of that form. i is SIZE_MAX without an index. */
bool trace_parse_name(const char *s, char name[16], size_t *i);
/* Names that this trace knows, as "code[0..31] d scale[0..7]", for messages and completion. */
void trace_names(const struct trace *t, struct text *out);
/* What a step read: weights, "x[3]", and values of steps before it, as "peak[0] d code[3]", each once. False: no memory. */
bool trace_reads(const struct trace *t, size_t step, struct text *out);

#endif
