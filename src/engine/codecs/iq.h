/*
 * iq.h - what the seven vector formats share: where a block keeps its numbers, reading them, and how much a weight counts.
 *
 * A block has 256 weights. A group of 8 (or 4) of them is stored as the index of a codebook entry (grid.h); a sub-block of 32 or 16
 * shares a scale. The formats with signs (iq2, iq3) store magnitudes and signs apart; iq1 has none, but moves all three
 * levels -1 0 1 up or down by an eighth. Everything is told by eights: eight neighbouring weights are one group or two.
 * Source: spec/codecs-i.md.
 */
#ifndef ENGINE_CODECS_IQ_H
#define ENGINE_CODECS_IQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/codecs/grid.h"
#include "engine/trace.h"

enum { IQ_LEN = 256, IQ_EIGHTS = 32, IQ_GROUPS_MAX = 64, IQ_SUBS_MAX = 16, IQ_SUB_MAX = 32 };

/* Where eight weights keep their numbers. A span of 0 bits: the format has no such thing. */
struct iq_place {
	struct span index[2][2];	/* of one group or two; the low bits, then the high ones */
	struct span signs;		/* bit j set: weight j is negative. 7 bits: the eighth sign makes their number even */
	struct span shift;		/* one bit, set: the levels lie 1/8 lower, clear: 1/8 higher */
	struct span sc;			/* the sub-block's scale code; eights of a sub-block name the same bits */
};

struct iq_rules;
struct iq1_rules;

/* codec->own */
struct iq_format {
	struct grid *grid;
	int sub_len;			/* weights that share a scale */
	struct span d[TRACE_SPANS];	/* a half float */
	struct iq_place (*place)(int eight);
	float base, per, unit;		/* scale = d x (base + per x sc) x unit */
	float product;			/* of a product with q8_K, where integers stand for d x (2 sc + 1): what is left to multiply by */
	bool sums_given;		/* iq1_s: takes the activations' sums from their block */
	const struct iq_rules *rules;	/* of the encoder: iq_signed.h */
	const struct iq1_rules *iq1;	/* or iq1.h */
};

/* Numbers of several spans, low bits first. put: where zeros were. */
unsigned iq_get(const unsigned char *block, const struct span *s, int spans);
void iq_put(unsigned char *block, const struct span *s, int spans, unsigned v);

/* What eight weights read. */
struct iq_eight { int entry[2]; unsigned minus; int sc; float shift; };
struct iq_eight iq_read(const struct iq_format *f, const unsigned char *block, int eight);
float iq_read_d(const struct iq_format *f, const unsigned char *block);
float iq_scale(const struct iq_format *f, float d, int sc);
int iq_level(const struct iq_format *f, const struct iq_eight *e, int j);	/* of weight j, signed, without the shift */

decode_row_fn iq_decode;
dot_row_fn iq_dot;

/*
 * How much the error of each of 256 weights counts. With importance: importance x sqrt(power + x^2), power being the mean
 * square of the block (or twice that); without: x^2, or x^2 and a quarter of the power.
 */
struct iq_weighing { bool twice, quarter; };
void iq_weigh(const struct iq_weighing *how, const float *x, const float *importance, float *w, struct trace *t);

/* For codec->takes: whether the sums of the search stay finite. */
bool iq_takes(const struct iq_weighing *how, const float *x, const float *importance, float largest_level);

/* ---- for encoders ---- */

/* The event of a number that the block holds in `spans` places. */
void iq_tell(struct trace *t, struct trace_event e, const struct span *at, int spans);
float iq_put_d(const struct iq_format *f, unsigned char *block, float d);	/* gives back what a reader will find */

/*
 * A point and the entry that stands for it: the candidates that the search looked at, if the point is not in the codebook, each
 * with its distance, its cosine and what it costs. level: what a digit is worth in the search; value, weight: of the group.
 */
struct iq_match { const float *value, *weight, *level; float scale; };
void iq_tell_entry(const struct iq_format *f, int group, unsigned key, const struct iq_match *m, struct trace *t);

#endif
