/*
 * later.c - pictures that have a name and a question, but no subject in this version: said, not drawn.
 */
#include "views/view.h"

#include <string.h>

const struct view_later views_later[] = {
	{ "train", "what rounding does to learning", "the result of training a network", "score and the lessons run trained ones" },
	{ "spectrum", "singular values, energy, what is kept", "a matrix taken apart into low-rank factors", "hist shows how weights are spread" },
	{ "sparse", "what was taken out, where, and what remains", "weights with outliers or small ones taken out",
	  "heat w of=zero shows where zeros are" },
	{ "labels", "soft labels at several temperatures", "the answers of a network that teaches another", "score tells what a network answers" },
	{ 0 }
};

const struct view_later *view_later_find(const char *name)
{
	for (const struct view_later *v = views_later; v->name; v++)
		if (!strcmp(v->name, name))
			return v;
	return NULL;
}
