/*
 * plan.h - which tensor of a model gets which type, why, and what that takes: by a recipe, one codec, or by hand. interaction.md 7, 9.12.
 *
 * A plan is the one value that may be changed after it is made, as its view's + and - do. `convert` works on a copy.
 */
#ifndef SESSION_PLAN_H
#define SESSION_PLAN_H

#include "base/text.h"
#include "files/imatrix.h"
#include "files/model.h"
#include "session/mixture.h"
#include "session/session.h"

struct planned {
	const struct tensor_entry *e;
	struct choice choice;		/* codec NULL: it keeps what it has */
	uint64_t bytes;			/* as it will be, without what fills up to the alignment */
	bool by_hand;
};

/* How `auto` came to its types. */
struct plan_search {
	size_t groups, types;		/* of tensors; measured */
	double rel;			/* of the mix, before hands changed it */
	struct { char name[40]; uint64_t bytes; double rel; } beside[2]; size_t besides;	/* the best recipe and the best pure codec that fit */
};

struct plan {
	struct value *model;		/* held */
	struct mixture_options mix;
	struct importance *importance;	/* NULL: none */
	bool requant, split, source_order;
	struct planned *tensor; size_t n;	/* in the order in which they are written */
	uint64_t limit;			/* bytes; 0: none */
	char name[40];			/* "recipe Q4_K_M", "pure q4_K", "copy", "auto" */
	struct plan_errors *errors;	/* what types cost, measured (plan_error.h); NULL: nothing was measured */
	struct plan_search *search;	/* of `auto`; else NULL */
};

/* A type for a tensor by its name; codec NULL: it keeps what it has. */
struct named_type { char *name; const struct codec *codec; };

/* What is asked for, by commands and from Lua. Strings are borrowed. */
struct plan_request {
	const char *recipe;			/* one of these four; "auto": the types with the least error that fit the limit */
	const struct codec *pure;
	const struct plan *from;		/* its types, by the names of tensors */
	const char *from_file;			/* the same from a file that plan_text() wrote */
	const struct named_type *given; size_t givens;	/* over what the recipe says */
	const char *imatrix;			/* a file; NULL: none */
	const struct codec *output, *embd;
	const char *const *type; size_t types;	/* "REGEX=CODEC" */
	const char *const *set; size_t sets;	/* "KEY=VALUE": convert only */
	const char *keep;			/* pattern of names that keep what they have; NULL: none */
	bool leave_output, requant, copy, split, source_order, force;
	uint64_t limit;				/* bytes; 0: none */
	double bits;				/* the same as bits a weight; 0: none. The smaller one holds */
	const struct codec *const *codec; size_t codecs;	/* auto: types to choose from; 0: all of files */
	bool expect;				/* measure what the types cost, on a small sample; `auto` always measures */
};

/* What plan_text() wrote. Strings are owned. */
struct plan_file { char *recipe; const struct codec *pure; bool copy; struct named_type *type; size_t n; };

bool plan_file_read(const char *path, struct plan_file *out, struct error *err);	/* out may be dropped whatever came of it */
void plan_file_drop(struct plan_file *f);

struct plan *plan_new(struct value *model, const struct plan_request *q, struct error *err);
void plan_drop(struct plan *p);

uint64_t plan_bytes(const struct plan *p);
double plan_bits(const struct plan *p);			/* per weight, over all tensors */
size_t plan_replaced(const struct plan *p);		/* tensors whose rows do not divide */
size_t plan_unserved(const struct plan *p);		/* tensors that cannot be encoded without importance, and have none */
uint64_t planned_bytes(const struct planned *t, const struct codec *c);	/* in this codec; NULL: as it is written unchanged */
const char *planned_type(const struct planned *t);	/* "q4_K"; what it keeps if nothing is chosen */
/* "blk.3.attn_q.weight" -> "attn_q", norms -> "norms": the same for tensors that stand for each other. */
void planned_group(const struct planned *t, char out[64]);
/* The next type up or down from what it has, that fits its rows; NULL: there is none. */
const struct codec *planned_next(const struct planned *t, bool up);
/* The same, without those that the plan's importance file does not serve. */
const struct codec *plan_next(const struct plan *p, size_t i, bool up);
/* By hand. False: nothing can be chosen for this one, or the codec does not fit. */
bool plan_set(struct plan *p, size_t i, const struct codec *c);

/* What each tensor would get by a recipe, or of one codec, under the plan's other options; out: as many as there are tensors. */
bool plan_types_of(const struct plan *p, const struct recipe *r, const struct codec *pure, struct choice *out, struct error *err);
/* Measures what the types cost that are not known yet, on a small sample; job NULL: here, for a type changed by hand. */
bool plan_expect(struct plan *p, struct job *job, struct error *err);

/* "recipe Q4_K_M   48 tensors   290.2 KiB   8.9 b/w   limit ..." */
void plan_line(const struct plan *p, struct text *out);
/* Of `auto`: "measured 8 groups x 6 types on 2 % of the rows, seed 1", verb "measured". */
void plan_search_line(const struct plan *p, const char *verb, struct text *out);
/* Which groups got which type, the size, the error, and those of the best recipe and the best pure codec that fit: some lines. */
void plan_search_text(const struct plan *p, struct text *out);
/* ".0593"; "" where it was not measured. buf: NUMBER_SIZE bytes. */
char *plan_rel_text(char *buf, double rel);
/* A text that a person, `run` (it is a call of qs.plan) and `convert` read. */
void plan_text(const struct plan *p, struct text *out);
/* Options of llama-quantize that give the same types. */
void plan_llama(const struct plan *p, struct text *out);
/* rel: what the type costs the tensor, where that was measured. */
#define PLAN_COLUMNS "tensor group type was bytes bits wanted why rel"
struct table *plan_table(const struct plan *p);

/* A plan; where something is to be measured by a job. Of one that is stopped while it measures what a recipe costs the plan comes without
 * that; `auto` gives nothing then. `auto` fails (value, about limit or bits) where no mix is as small: the hint names the smallest. */
bool session_plan(struct session *s, struct value *model, const struct plan_request *q, struct outcome *out, struct error *err);
bool session_plan_auto(struct session *s, struct value *model, const struct plan_request *q, struct outcome *out, struct error *err);
/* Writes the model as planned, on the worker. Gives a record "path tensors bytes bits". */
bool session_convert(struct session *s, struct value *model, const struct plan_request *q, const char *path, struct outcome *out,
		     struct error *err);
/* An entry of an importance file as a tensor, a row for each expert. */
bool session_importance(const struct importance_entry *e, struct outcome *out, struct error *err);
/* Which tensors an importance file serves: a table "grade tensor about text". */
bool session_cover(struct session *s, struct value *model, const char *imatrix, struct outcome *out, struct error *err);

#endif
