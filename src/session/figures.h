/*
 * figures.h - what is known of each tensor of a model: how its weights are spread, and what they lost. Measured once, by a job that goes on
 * where it was stopped, and kept: for the run, and between runs in a file of the cache that is believed only where all of it fits.
 *
 * A survey is counted and shared: the job fills it, one tensor after the other; whoever holds it may read those that are known, also while
 * the job runs.
 */
#ifndef SESSION_FIGURES_H
#define SESSION_FIGURES_H

#include <stdatomic.h>

#include "engine/measure.h"
#include "files/model.h"
#include "session/session.h"

enum { FIGURES_BINS = 10 };

struct figures {
	atomic_bool known;		/* the rest is there, and stays */
	bool measured;			/* spread and bins hold: of the weights as they come back */
	struct spread spread;		/* without quantiles (NAN) */
	double first, width; size_t bins, bin[FIGURES_BINS];	/* bin k is centred on (first + k) width */
	size_t beyond, beyond_rows;	/* weights further than FIGURES_FAR standard deviations from the mean, and the rows they are in */
	bool lost;			/* and these, of a matrix: against the reference, or of what `codec` would lose */
	double rel, max, snr, rmse, weighted /* NAN without importance */, share /* of the worst hundredth of the blocks, NAN: too few */;
	char codec[16];
	char fault[160];		/* why nothing, or no loss, was measured; "" all was */
};

#define FIGURES_FAR 10.0

struct survey;

/* codec: what that would lose; NULL: what the file lost of its reference, where there is one, else spread alone. From what is kept, from
 * the cache file, or new with nothing known. Held for the caller. */
struct survey *survey_new(struct session *s, struct value *model, const struct codec *codec, struct error *err);
bool survey_needs(const struct value *model, struct error *err);		/* false: the error of one that has neither codec nor reference */
struct survey *survey_hold(struct survey *v);
void survey_drop(struct survey *v);

const struct figures *survey_at(const struct survey *v, size_t tensor);	/* NULL: not known yet */
size_t survey_known(const struct survey *v);
size_t survey_size(const struct survey *v);				/* tensors */
bool survey_whole(const struct survey *v);
bool survey_has_losses(const struct survey *v);				/* a codec or reference was there to be held against */

/* Measures what is not known, that of `first` before all others. It gives way to other jobs between two tensors, and writes the cache file
 * when it ends. Its finish gives the model; also when it was stopped, and what was measured stays. */
bool survey_measure(struct survey *v, struct session *s, struct value *model, size_t first, struct job *job, struct error *err);	/* the work alone */
struct job *survey_job(struct survey *v, struct session *s, struct value *model, size_t first, struct error *err);

void survey_forget(struct session *s);		/* what is kept for the run */
/* The files of the cache; n: how many went. False: err says which could not be removed. */
bool survey_clear(struct session *s, size_t *n, struct error *err);

#endif
