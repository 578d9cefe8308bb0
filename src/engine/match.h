/*
 * match.h - which codebook entry a group of weights was given, and how near the others would have been.
 *
 * For the codecs with CODEC_VECTOR_CODEBOOK, where one index stands for 8 (or 4) weights. An entry is a vector of levels; what it
 * stands for is scale x level, with the group's signs (iq2, iq3) or with its shift added to each level (iq1). Measured here with
 * the scale that the block stores; the encoder chose while the scale was still being fitted, and looked only at
 * neighbours, so the entry stored need not be the nearest.
 */
#ifndef ENGINE_MATCH_H
#define ENGINE_MATCH_H

#include "engine/codec.h"

enum { MATCH_MAX = 8 };			/* weights in a group */
enum match_by { MATCH_DISTANCE, MATCH_WEIGHTED, MATCH_COSINE, MATCH_ORDERS };

struct match_candidate {
	int entry;
	bool stored;
	float level[MATCH_MAX];		/* 8 25 43 ...; iq1: -1 0 1 with the shift */
	double distance;		/* of scale x level from `target` */
	double weighted;		/* sum of weight x error^2, as the search adds up */
	double cosine;			/* 0 if the group is all zeros */
	int rank[MATCH_ORDERS];		/* from 1; equal ones by entry */
};

struct match {
	const struct codec *codec;
	size_t group, sub;		/* within the block */
	int len, entries;		/* weights in a group, entries of the codebook */
	float x[MATCH_MAX];		/* the weights */
	bool minus[MATCH_MAX];		/* the signs stored; iq1: none */
	bool turned[MATCH_MAX];		/* stored with the other sign than the weight's */
	float target[MATCH_MAX];	/* what levels are held against: magnitudes, below 0 where turned; iq1: the weights */
	float weight[MATCH_MAX];	/* of each coordinate in `weighted` */
	float scale, shift;
	int stored;			/* the entry; -1: none is stored */
	float back[MATCH_MAX];		/* what the stored entry decodes to */
	struct match_candidate *candidate;	/* [entries], in the order asked for */
};

/*
 * A group of a block: 0 .. 31, or 0 .. 63 where groups are of 4. x: the block's 256 weights; NULL: what it decodes to. importance: of
 * its 256 columns; NULL: the codec's own rule, or all alike where it has none. The caller drops m. Fails with ERR_CODEC (no vector
 * codebook), ERR_ARGUMENT (no such group) and ERR_MEMORY.
 */
bool match_group(struct match *m, const struct codec *c, const unsigned char *block, const float *x, const float *importance,
		 size_t group, enum match_by by, struct error *err);

/*
 * A group alone, of x->len weights: signs are folded and mended as the codec does, and nothing is stored. scale 0: the one with which
 * the entry of the highest cosine comes nearest. Of the shifts of iq1 that one whose nearest entry is nearer.
 */
bool match_values(struct match *m, const struct codec *c, const float *x, const float *importance, float scale, enum match_by by,
		  struct error *err);
size_t match_len(const struct codec *c);		/* weights in a group; 0: the codec has no vector codebook */

void match_sort(struct match *m, enum match_by by);
const struct match_candidate *match_find(const struct match *m, int entry);
/* The scale at which two entries are equally far from the target; beyond it the one of smaller levels is nearer. NAN: none above 0. */
double match_crossing(const struct match *m, int entry, int other);
void match_drop(struct match *m);

#endif
