/*
 * naming.h - names of codecs and recipes taken apart: what each letter means, and what the name does not say. spec/methods.md 9.
 *
 * A name may be a tensor type (q4_K), a recipe for a whole model (Q4_K_M), both with different meanings (IQ2_S), well formed but of
 * nothing that exists (Q4_K_L), of another program (IQ4_KS, Q4_K_XL), no longer in use (Q4_0_4_4), or of another vocabulary (W4A16).
 */
#ifndef SESSION_NAMING_H
#define SESSION_NAMING_H

#include "base/error.h"
#include "engine/codec.h"
#include "engine/recipe.h"

enum name_kind {
	NAME_CODEC = 1 << 0,		/* a type that tensors have, ours or of files */
	NAME_RECIPE = 1 << 1,		/* a rule for whole models */
	NAME_MISSING = 1 << 2,		/* well formed, but there is no such type */
	NAME_FOREIGN = 1 << 3,		/* of another program, or no longer in use */
	NAME_OTHER = 1 << 4,		/* other vocabularies */
	NAME_FAMILY = 1 << 5,		/* a beginning that several names share: Q4, IQ2 */
};

/* A piece of the name. owner: which of the two it belongs to, "codec" or "recipe"; "" where that makes no difference. */
struct name_part { char text[16]; const char *owner; char means[100]; };

enum { NAME_PARTS = 8 };

struct naming {
	char name[48];			/* as it is written: Q4_K_M for q4-k-m; what cannot be read stays as it was typed */
	unsigned kinds;
	const struct codec *codec;	/* the type, or the one that the recipe starts from; NULL: none */
	const struct recipe *recipe;
	struct name_part part[NAME_PARTS];
	int parts;
	int bits;			/* the digit; 0: none */
	char is[200];			/* one sentence: what kind of name it is */
	char is_not[200];		/* what it is taken for and does not say; "" nothing */
	const char *near[3];		/* the nearest that exist, where this one does not */
	int n_near;
};

/* False: nothing is known of such a name; err (codec) has the nearest that exist. A file name gives the name within it. */
bool name_read(const char *s, struct naming *n, struct error *err);

#endif
