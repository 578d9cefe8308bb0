/*
 * pair.h - two walks of the same weights, step beside step: which step of one belongs to which of the other.
 */
#ifndef VIEWS_PAIR_H
#define VIEWS_PAIR_H

#include "session/value.h"
#include "views/stage.h"

/* Steps of the same name stand beside each other, as many as can be in their order; those between go in pairs as they come. Returns how
 * many there are; the caller frees *out. 0: no memory. */
size_t pair_match(const struct value *first, const struct value *second, struct pair_step **out);
/* Where in such a list the two walks are. */
size_t pair_where(const struct pair_step *list, size_t n, const struct value *first, const struct value *second);

#endif
