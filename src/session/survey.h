/*
 * survey.h - measurements of many things by one job: codecs on the same weights (rd), and the tensors of a model (worst).
 *
 * What was measured up to a stop is kept: the table then says so, see survey_stopped.
 */
#ifndef SESSION_SURVEY_H
#define SESSION_SURVEY_H

#include "files/imatrix.h"
#include "session/session.h"

/* Codecs by bits. rmse, rel and snr are weighted where importance was given; importance: "flat" (the codec needs one and got ones),
 * "given", "no"; weights: how many were measured. */
#define RD_COLUMNS "codec family bits rmse rel snr max importance weights"

struct rd_options {
	const struct codec *const *codec; size_t n;	/* n 0: those of interaction.md 9.11 */
	enum pad pad;
	const struct tensor *importance;		/* [1, cols] of a tensor; NULL none */
	size_t most;					/* weights to measure at most, 0: a million */
	const struct importance *file;			/* of a model: each tensor's own, by its name; columns count as theirs over the tensor's mean */
	bool flat;					/* of a model: all columns alike. Without it or a file those of its importance file count, if it has one */
	const char *imatrix;				/* of=accuracy: an importance file; NULL none */
};
extern const struct codec *const rd_usual[];		/* those of interaction.md 9.11, by bits */
size_t rd_usual_count(void);

/*
 * Bits against error of a tensor, or of a sample of a model's rows, evenly spaced; of its reference if there is one. Rows are taken from
 * tensors whose rows fill blocks of 256 if there are such, else blocks of 32. A table of RD_COLUMNS sorted by bits, whose label says what was
 * measured: "w f32[64, 4096]". out->note: what was left out. Codecs that do not fit the rows are left out; fails if none does.
 */
bool session_rd(struct session *s, struct value *subject, const struct rd_options *o, struct outcome *out, struct error *err);
bool is_rd_table(const struct table *t);

/* Bits of the whole model against right answers of 360, for a net that `score` runs, with all its weights in one codec after the other
 * (as `convert pure=` gives them). accuracy: a share of 1; agree, kl: with the model as it is, of which `reference` are right. */
#define RD_ACCURACY_COLUMNS "codec family bits accuracy right count loss agree kl reference importance"
bool session_rd_accuracy(struct session *s, struct value *model, const struct rd_options *o, struct outcome *out, struct error *err);
bool is_rd_accuracy(const struct table *t);

/* Tensors of a model, worst first: by "rel", "max" or "snr" what codec would lose of what the file holds, or with codec NULL what the file
 * has lost of its reference; by "outlier" how far the largest weight lies out, in standard deviations. worst_share: how much of the squared
 * error the worst hundredth of the blocks holds; weighted: rmse weighted by the model's importance. Tensors that cannot be measured say why in `fault`, at the end. Fails (argument) where
 * neither codec nor reference is there but needed. Figures are kept for the run (settings: cache), also those of a survey that was stopped. */
#define WORST_COLUMNS "tensor type codec rel max snr rmse outlier worst_share weighted fault"
bool session_worst(struct session *s, struct value *model, const struct codec *codec, const char *by, size_t top, struct outcome *out,
		   struct error *err);

/*
 * What differs between two models (those of their tensors that fit pattern; NULL: all), or between two values with weights. A table, what
 * matters most first. what: "only a", "only b", "shape", "values", "same"; rel cosine max of b against a; expected: what a change of type
 * costs by itself, measured by putting each one's values into the other's type; unexplained: root of rel^2 - expected^2. grade: "bad" other
 * shapes, and values that differ by more than the types explain; "odd" a tensor that only one has, another type; "same" equal values.
 */
#define DIFF_COLUMNS "grade tensor what type_a type_b rel cosine max expected unexplained"
bool session_diff(struct session *s, struct value *a, struct value *b, const char *pattern, struct outcome *out, struct error *err);
bool is_diff_table(const struct table *t);

#endif
