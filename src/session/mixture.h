/*
 * mixture.h - which tensor gets which type: the rules of the recipes (Q4_K_M ...), as tables. spec/mixtures.md 2 to 7.
 *
 * Tensors are shown one by one, in the order in which they will be written: some rules count those that came before.
 */
#ifndef SESSION_MIXTURE_H
#define SESSION_MIXTURE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/codec.h"
#include "engine/recipe.h"

enum category {
	CAT_OUTPUT, CAT_TOKEN_EMBD, CAT_ATTN_QKV, CAT_ATTN_KV_B, CAT_ATTN_V, CAT_ATTN_K, CAT_ATTN_Q, CAT_ATTN_OUTPUT, CAT_FFN_UP, CAT_FFN_GATE,
	CAT_FFN_DOWN, CAT_OTHER, CATEGORIES
};

/* A tensor as the rules see it. */
struct mixture_tensor {
	const char *name;
	unsigned dims; const uint64_t *dim;	/* outermost first */
	size_t cols;				/* of a row */
	const struct codec *codec;		/* what it has now; NULL: numbers that are no codec's */
};

/* What the rules ask of the model as a whole. */
struct mixture_model {
	char arch[64];
	uint64_t layers, heads, heads_kv, experts;	/* heads of layer 0; 0: not told */
	size_t v_like;					/* tensors of that kind */
	bool has_output;				/* there is an output.weight */
};

/* `type="REGEX=CODEC"`, compiled. */
struct type_pattern { regex_t regex; char *text; const struct codec *codec; };

struct mixture_options {
	const struct recipe *recipe;		/* or ... */
	const struct codec *pure;		/* ... one codec for all that can be quantized */
	bool copy;				/* nothing is changed */
	bool leave_output;
	const struct codec *output, *embd;	/* NULL: as the rules have it */
	struct type_pattern *pattern; size_t patterns;	/* first match wins */
	bool importance;			/* an importance file is given */
};

struct mixture {
	const struct mixture_model *model;
	const struct mixture_options *o;
	const struct codec *base;		/* what most tensors get */
	size_t v_decided, decided[CATEGORIES];	/* by the rules, so far */
};

struct choice {
	enum category category;
	const struct codec *codec;		/* NULL: it keeps what it has */
	const struct codec *wanted;		/* before rows that do not divide were looked at; == codec in most cases */
	const char *why;			/* the rule, in a few words; lasts as long as the program */
	bool needs_importance;			/* refused without data for this tensor */
	bool asked;				/* by output=, embd= or type=: not by a rule */
};

enum category category_of(const char *name);
bool category_is_v(enum category c);
/* Why a tensor is never quantized, in words; NULL: it may be. */
const char *mixture_kept(const struct mixture_tensor *t, const struct mixture_options *o);
/* What a file of this type starts from; of `pure` that codec. */
bool mixture_start(struct mixture *x, const struct mixture_model *model, const struct mixture_options *o, struct error *err);
/* The next tensor. ERR_SHAPE: its rows fill no blocks and nothing replaces the type; ERR_TENSOR: no layer number where one is needed. */
bool mixture_next(struct mixture *x, const struct mixture_tensor *t, struct choice *out, struct error *err);
/* What replaces a codec for rows of this length: itself, a smaller block, f16; NULL: nothing. */
const struct codec *mixture_fit(const struct codec *wanted, size_t cols);
/* -1 for names without "blk.N." at the start. */
long layer_of(const char *name);
/* Whether a tensor of this name, in this codec, cannot do without importance. */
bool mixture_needs_importance(const char *name, const struct codec *c, const struct mixture_options *o);

#endif
