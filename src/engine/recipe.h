/*
 * recipe.h - names of rules that pick a codec for each tensor of a model: Q4_K_M and its like. They are what `general.file_type`
 * of a file says, and many are spelled like a codec without being one. spec/mixtures.md 1, 6.6, 6.7.
 */
#ifndef ENGINE_RECIPE_H
#define ENGINE_RECIPE_H

#include <stdbool.h>
#include <stdint.h>

/* What a dense model (untied, not of the odd architectures) gets where; the order of the table in mixtures.md 6.6. */
enum recipe_place { PLACE_ATTN_V, PLACE_ATTN_QK, PLACE_ATTN_OUTPUT, PLACE_FFN_DOWN, PLACE_FFN_GATE_UP, PLACE_EMBEDDING, PLACE_OUTPUT, PLACES };

struct recipe {
	const char *name;		/* "Q4_K_M" */
	int file_type;			/* number in files */
	const char *codec;		/* the rules start from it: what most tensors get */
	const char *text;		/* as programs show it: "Q4_K - Medium" */
	const char *gets[PLACES];	/* in words; NULL: the codec above */
	double bits;			/* per weight, of the 7B model of mixtures.md 6.7, worked out from the rules */
	double bits_imp;		/* the same with importance data; 0: makes no difference */
	bool needs_importance;
	const char *others;		/* what all further matrices get; NULL: the codec above */
};

extern const struct recipe recipes[];		/* by file type; ends with a NULL name */
extern const char *const recipe_places[PLACES];	/* "attn_v", "attn_q attn_k", ... */

/* Case, '-' and '_' do not matter; Q3_K, Q4_K and Q5_K are their _M. NULL: none. */
const struct recipe *recipe_find(const char *name);
const struct recipe *recipe_of_file(uint32_t file_type);
/* The spelling is that of a codec too (Q4_0, IQ2_S), and may mean another thing. */
bool recipe_is_codec_name(const struct recipe *r);

#endif
