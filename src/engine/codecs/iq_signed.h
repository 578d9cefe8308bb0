/*
 * iq_signed.h - the encoder of the formats that store magnitudes and signs apart: iq2_xxs iq2_xs iq2_s iq3_xxs iq3_s.
 *
 * A magnitude has levels 1, 3, 5 (.. 15), which is 2 digit + 1. For a scale that is guessed, each magnitude takes its nearest level,
 * each group the nearest codebook entry, and the scale is fitted to the entries. That is done for a row of guesses, and the fit that
 * explains most wins.
 * Source: spec/codecs-i.md 5.
 */
#ifndef ENGINE_CODECS_IQ_SIGNED_H
#define ENGINE_CODECS_IQ_SIGNED_H

#include "engine/codecs/iq.h"

struct iq_signed;

/* Which groups choose their entry once more, now with the scale that won. */
enum iq_again { IQ_AGAIN_OFF_GRID, IQ_AGAIN_ALL_IF_OFF, IQ_AGAIN_ALL };

struct iq_rules {
	struct iq_weighing weighing;
	bool even_signs;		/* only an even number of minus signs in eight weights can be stored */
	void (*start)(struct iq_signed *s, struct trace *t);	/* where the guesses begin; which sub-blocks are skipped */
	float nothing;			/* a sub-block without a magnitude of this size is */
	int shifts; float by;		/* the guesses: reach / (highest level + shift x by), shift from -shifts to shifts */
	bool starts_off_grid;		/* a sub-block where no guess was accepted counts as off the grid */
	enum iq_again again;
	float fudge;			/* what is stored as d is larger than what the scale codes were made with */
	bool zero_wipes;		/* a block whose scales are all 0 is all zeros */
	bool closes_up;			/* iq3_s: what follows a skipped sub-block moves into its place */
};

struct iq_signed {
	const struct iq_format *f;
	const struct iq_rules *rules;
	const float *x;
	float w[IQ_LEN], root[IQ_LEN];		/* what errors count; its root, used for distances */
	float size[IQ_LEN];			/* magnitudes; that of a turned weight is negative */
	uint8_t minus[IQ_EIGHTS];
	int8_t turned[IQ_EIGHTS];		/* the weight whose sign was turned, or -1 */
	uint8_t digit[IQ_LEN];
	bool skipped[IQ_SUBS_MAX], complemented[IQ_SUBS_MAX];
	float reach[IQ_SUBS_MAX];		/* guesses go around reach / highest level */
	float scale[IQ_SUBS_MAX];
	float inverse[IQ_SUBS_MAX];		/* one by the scale that the digits were chosen with; 0: none was accepted */
	uint8_t off[IQ_SUBS_MAX];		/* bit g: group g of the sub-block was off the grid */
	uint8_t again[IQ_SUBS_MAX];		/* the groups that chose again */
	int sc[IQ_SUBS_MAX];
	int slot[IQ_SUBS_MAX];			/* the sub-block in whose place low index bits and signs go: iq3_s */
};

encode_row_fn iq_signed_encode;
bool iq_signed_takes(const struct codec *c, const float *x, const float *importance);

/* A step of it that not all share: guesses start at the largest magnitude. */
void iq_start_largest(struct iq_signed *s, struct trace *t);

#endif
