/*
 * scoring.h - the 360 test digits through a net: what an error of weights costs in answers. interaction.md 10.1.
 */
#ifndef SESSION_SCORING_H
#define SESSION_SCORING_H

#include "base/job.h"
#include "methods/digits.h"
#include "session/mlp.h"

enum { SCORE_STEPS = 18 };	/* what score_digits() adds to job->done */

/* Of DIGITS_TEST examples: how many are right; how many get the reference's answer; sums of the loss and of the KL divergence from it. */
struct answers { size_t right, agree; double loss, kl; };

/* ref NULL: no agreement. Examples are taken by threads in slices whose sums are added up in order. ERR_CANCELLED, ERR_MEMORY. */
bool score_digits(const struct mlp *m, const struct mlp *ref, const struct digits *d, struct job *job, struct answers *out, struct error *err);
/* Does the net take digits? ERR_SHAPE. */
bool score_fits(const struct mlp *m, struct error *err);
/* The data: NULL where it was not found beside the lessons, err says so. Borrowed. */
struct session;
const char *score_data(const struct session *s, const char *data, struct error *err);

#endif
