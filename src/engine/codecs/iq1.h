/*
 * iq1.h - the encoder of iq1_s and iq1_m: three levels, -1 0 1, all moved up or down by an eighth.
 *
 * Weights that get the same level are neighbours in size. So a sub-block is sorted and cut at two ranks: below the first -1, above the
 * second 1, between them 0. Every pair of cuts is tried with every shift, each with the scale that fits it best; no better choice of
 * levels exists. Only then the groups of eight are drawn to the codebook. Source: spec/codecs-i.md 5.6, 5.7.
 */
#ifndef ENGINE_CODECS_IQ1_H
#define ENGINE_CODECS_IQ1_H

#include "engine/codecs/iq.h"

struct iq1;

struct iq1_rules {
	struct iq_weighing weighing;
	float nothing;			/* a sub-block without a magnitude of this size is skipped */
	int tried;			/* candidates of a sub-block */
	bool (*split)(struct iq1 *s, int b, struct trace *t);	/* the best cuts; false: no error counts, so none is best */
	float fudge;
	bool fits_d;			/* iq1_m: d is fitted once more at the end, to all 256 weights */
};

struct iq1 {
	const struct iq_format *f;
	const struct iq1_rules *rules;
	const float *x;
	float w[IQ_LEN];
	uint8_t order[IQ_LEN];		/* of each sub-block: its weights, lowest first */
	uint8_t digit[IQ_LEN];
	int entry[IQ_EIGHTS];
	bool down[IQ_EIGHTS];		/* levels an eighth lower instead of higher */
	bool skipped[IQ_SUBS_MAX], off[IQ_SUBS_MAX];	/* off: some group was not on the grid */
	float scale[IQ_SUBS_MAX];
	int sc[IQ_SUBS_MAX];
};

extern const float iq1_levels[2][3];	/* by shift (down: 1) and digit */

encode_row_fn iq1_encode;
bool iq1_takes(const struct codec *c, const float *x, const float *importance);

/* For split: keeps these cuts and this scale, which may be negative: then levels change places. */
void iq1_cut(struct iq1 *s, int b, int first, int second, float scale, struct trace *t);
/* What these cuts leave of the errors of a sub-block, its levels moved as s->down says; for the trace. */
double iq1_cost(const struct iq1 *s, int b, int first, int second, const bool *down, float scale);

#endif
