/*
 * session.h - the one API under both faces: what can be done with values.
 *
 * Functions that may take long hand back a job instead of a value: *job is then set and the value comes from its finish().
 * Small work (below SMALL_WORK weights) is done on the spot.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdint.h>

#include "base/job.h"
#include "session/args.h"
#include "session/settings.h"
#include "session/value.h"

enum { SMALL_WORK = 1 << 16, TRACE_WEIGHTS_MAX = 4096 };

struct session {
	struct settings settings;
	uint64_t seed;			/* --seed */
	uint64_t random_calls;		/* random tensors made without seed= so far */
	struct value **models; size_t n_models;	/* open models, held, in order of opening; labels are their names */
	bool clock_zero;		/* batch: no durations in output */
	bool found_bad;			/* check or diff graded something bad: exit code 4 in batch mode, if nothing failed */
	char *digits, *sample;		/* paths of the data set and of the built-in model; NULL: not found */
	struct survey *kept;		/* figures of tensors, see figures.h */
	char *cache_dir;		/* where they are kept between runs; NULL: nowhere */
	char **written; size_t n_written;	/* files written by this run: these may be written again without `force` */
};

void session_init(struct session *s, uint64_t seed);
void session_drop(struct session *s);

/* What comes of an action: a value, or a job that will give one. */
struct outcome {
	struct value *value;		/* held for the caller */
	struct job *job;
	char note[240];			/* "note:" line without the word, to be said before the value; "" none */
};

/* For those who add actions: runs a small job at once and keeps its value, hands a longer one on. job NULL: err is set, false. */
bool session_work(struct job *job, bool small, struct outcome *out, struct error *err);

struct quantize_options {
	enum pad pad;
	size_t group;			/* 0: one scale for all (or axis) */
	bool axis_row;			/* one scale a row */
	struct codec_options codec;	/* importance unused */
	const struct tensor *importance;	/* [1, cols], or NULL */
	bool flat_importance;		/* all ones */
	bool flat_if_needed;		/* views: flat importance for codecs that need one */
	bool errors;			/* hand back VALUE_ERRORS instead of VALUE_QUANTIZED */
};

/* x (all that has weights; quantized values as they come back) with padding as asked; ERR_SHAPE with the hint of interaction.md 12 if
 * blocks are not filled. note: "q4_0 wants blocks of 32: 28 zeros added, left out of every error figure". Options that the codec does not
 * have are refused (argument). The value carries its loss and the label of x. */
bool session_quantize(struct session *s, const struct codec *c, const struct value *x, const struct quantize_options *o,
		      struct outcome *out, struct error *err);
bool session_decode(struct session *s, const struct value *q, struct outcome *out, struct error *err);
bool session_errors(struct session *s, const struct value *q, struct outcome *out, struct error *err);
/* The trace of one block (the watched one). Of a very large tensor only that block's row is quantized, and walked. */
bool session_trace(struct session *s, const struct codec *c, const struct value *x, const struct quantize_options *o,
		   size_t block, struct outcome *out, struct error *err);
bool session_trace_of(struct session *s, const struct value *quantized, size_t block, struct outcome *out, struct error *err);

/*
 * Several codecs on the same weights, each from the original, sorted by family and each once. A table: codec bits rmse rel snr max
 * scale_bits minimum codes importance; behind its rows stand the quantized values. Set o->flat_if_needed for codecs that need importance.
 */
bool session_compare(struct session *s, const struct value *x, const struct codec *const *codec, size_t n, const struct quantize_options *o,
		     struct outcome *out, struct error *err);
/* The same, each from what the one before gave back. A table: step codec bits, rmse rel snr against the original, step_rmse of this step
 * alone, direct_rmse direct_snr of the codec on the original; behind its rows stand the quantized values. */
bool session_requant(struct session *s, const struct value *x, const struct codec *const *codec, size_t n, const struct quantize_options *o,
		     struct outcome *out, struct error *err);

/* The product of weights and activations, both quantized and of at most SMALL_WORK weights. A record: int (all integer sums), scaled (what
 * the engine gets), decoded (the sum of the products of what comes back), exact (of the numbers as they were, if known), own (1: the
 * format has such a product). Behind it a table of terms: at len int activations scale_w scale_a minimum value. */
bool session_dot(struct session *s, const struct value *weights, const struct value *activations, struct outcome *out, struct error *err);

/* A copy with one bit turned; byte counts through all blocks. */
bool session_flip(struct session *s, const struct value *q, size_t byte, unsigned bit, struct outcome *out, struct error *err);

/* A group of a block against its codebook: VALUE_MATCH with the `top` nearest. Of a codec without a vector codebook an empty one. */
bool session_match(struct session *s, const struct value *q, size_t block, size_t group, enum match_by by, size_t top,
		   struct outcome *out, struct error *err);
/* The same of what a codec makes of a tensor. */
bool session_match_codec(struct session *s, const struct codec *c, const struct value *x, const struct quantize_options *o, size_t block,
			 size_t group, enum match_by by, size_t top, struct outcome *out, struct error *err);
/* What that is made of, for the view: match_drop(m). Fails with ERR_CODEC where there is no vector codebook. */
bool session_match_group(const struct quantized *q, size_t block, size_t group, enum match_by by, struct match *m, struct error *err);
struct table *match_table(const struct match *m, size_t top);

/* Random tensors (interaction.md 7): kind "gauss laplace uniform student outliers". seed NULL: --seed + number of calls before. */
struct random_options { double sigma, df, share, size; const uint64_t *seed; };
bool session_random(struct session *s, const char *kind, size_t rows, size_t cols, const struct random_options *o,
		    struct outcome *out, struct error *err);

/* Files. Names of models as in interaction.md 10: `as` NULL takes it from the file's name, with _2 _3 ... if an open model has that
 * already; an `as` that is taken replaces. `ref`: a file, or the name of an open model; it is opened for this model alone. */
void session_model_name(const char *path, char name[64]);	/* the name without _2, for those who know of more names */
bool session_open(struct session *s, const char *path, const char *as, const char *ref, struct outcome *out, struct error *err);
/* The same with an importance file (files/imatrix.h), NULL: none. What plans, converts and measures the model takes it where nothing else is
 * given. */
bool session_open_weighted(struct session *s, const char *path, const char *as, const char *ref, const char *imatrix, struct outcome *out,
			   struct error *err);
/* The importance of a tensor's columns, [1, cols]; out->codec NULL: the model has none for it, or other values for each of its experts. */
struct tensor_entry;
bool session_importance_of(const struct model *m, const struct tensor_entry *e, struct tensor *out, struct error *err);
bool session_close(struct session *s, const char *name, struct error *err);
struct value *session_model(struct session *s, const char *name);	/* borrowed; NULL: no open model of that name */
/* A tensor of an open model, by the name in the file; near names in the error (class tensor). VALUE_TENSOR in the file's codec; where
 * the reference has its pair and the codec is not f32, VALUE_QUANTIZED with that as its source. */
bool session_tensor(struct session *s, struct value *model, const char *name, struct outcome *out, struct error *err);
/* A row of what `ls` and `browse` give: the escaped name, type, shape, size, bits per weight, place in the file, and what is wrong with it. */
#define TENSOR_COLUMNS "tensor type rows cols bytes bits offset fault"
void session_tensor_row(struct table *t, const struct tensor_entry *e);
/* The same with what a survey knows of it (figures.h); cells of what is not known are empty. */
#define FIGURE_COLUMNS "tensor type rows cols bits rel max snr absmax sd kurtosis bytes offset fault"
struct survey;
void session_figure_row(struct table *t, const struct model *m, size_t tensor, const struct survey *figures);
/* For each tensor whether `where` (where.h) holds for its row, with its figures unless they are NULL. The caller frees it; NULL: err. */
bool *session_kept(const struct model *m, const char *where, const struct survey *figures, struct error *err);
/* A table of findings, columns "grade tensor row block byte bytes text line" (files/model.h); `line` is the finding as it is told. */
bool session_check(struct session *s, struct value *model, const char *pattern, struct outcome *out, struct error *err);
/* A tensor from npy, an archive of them (npz), text or raw bytes; of an archive of several without `member` a table of what it holds,
 * columns "member type shape bytes fault". */
bool session_load(struct session *s, const char *path, const char *member, const char *dtype, const char *shape,
		  struct outcome *out, struct error *err);
/* By the ending: .npy (f32), .txt .csv .tsv (numbers in rows), .bin .raw (blocks as they are); tables as .tsv or .json. */
bool session_save(struct session *s, const struct value *v, const char *path, bool force, struct error *err);

/* Writes a file. One that exists is replaced only with force, or when this run wrote it; appending is always allowed. ERR_FILE. */
bool session_write(struct session *s, const char *path, const char *bytes, size_t n, bool append, bool force, struct error *err);

/* The 360 test digits through a net (session/mlp.h): a record of right count loss and, with a reference, agree kl. data NULL: the
 * session's. exact: weights are decoded and multiplied as floats. */
bool session_score(struct session *s, struct value *model, struct value *reference, const char *data, bool exact,
		   struct outcome *out, struct error *err);

/* Importance per column of such a net's weights, measured on the 1437 training digits: mean squares of what goes in, written as an
 * importance file (files/imatrix.h). The value is the path. */
bool session_imatrix(struct session *s, struct value *model, const char *path, const char *data, bool force,
		     struct outcome *out, struct error *err);

/* Slices as typed between the brackets: "0:4, 0:256", "3", "-1, :" . Of all that has weights; one index counts through the rows. Always
 * a tensor, also of one weight. interaction.md 6.2. err->at is relative to slice. */
bool session_slice(const struct value *v, const char *slice, struct outcome *out, struct error *err);
/* A literal as typed, brackets included: "[-1.2, 0..1:0.5; ...]". err->at is relative to s. */
bool session_literal(const char *s, size_t n, struct outcome *out, struct error *err);

#endif
