/*
 * survey.h - measurements of many things by one job: codecs on the same weights (rd), and the tensors of a model (worst).
 *
 * What was measured up to a stop is kept: the table then says so, see survey_stopped.
 */
#ifndef SESSION_SURVEY_H
#define SESSION_SURVEY_H

#include "session/session.h"

/* Codecs by bits. rmse, rel and snr are weighted where importance was given; importance: "flat" (the codec needs one and got ones),
 * "given", "no"; weights: how many were measured. */
#define RD_COLUMNS "codec family bits rmse rel snr max importance weights"

struct rd_options {
	const struct codec *const *codec; size_t n;	/* n 0: those of interaction.md 9.11 */
	enum pad pad;
	const struct tensor *importance;		/* [1, cols] of a tensor; NULL none */
	size_t most;					/* weights to measure at most, 0: a million */
};

/*
 * Bits against error of a tensor, or of a sample of a model's rows, evenly spaced; of its reference if there is one. Rows are taken from
 * tensors whose rows fill blocks of 256 if there are such, else blocks of 32. A table of RD_COLUMNS sorted by bits, whose label says what was
 * measured: "w f32[64, 4096]". out->note: what was left out. Codecs that do not fit the rows are left out; fails if none does.
 */
bool session_rd(struct session *s, struct value *subject, const struct rd_options *o, struct outcome *out, struct error *err);
bool is_rd_table(const struct table *t);

#endif
