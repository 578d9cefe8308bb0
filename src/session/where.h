/*
 * where.h - rows of a table chosen by an expression: "type==q4_K and rows>100 or not (bits < 5)". interaction.md 7.
 *
 * Columns of the table, numbers, words (bare or in quotes; case does not matter) with == ~= < > <= >= and or not. An empty
 * cell compares as false with everything, but ~= with a word or number is then true.
 */
#ifndef SESSION_WHERE_H
#define SESSION_WHERE_H

#include "base/error.h"
#include "session/table.h"

struct where;

/* NULL: err (syntax, about "where") says what was wrong and which columns there are. t lends its column names. */
struct where *where_parse(const char *text, const struct table *t, struct error *err);
bool where_holds(const struct where *w, const struct table *t, size_t row);
void where_drop(struct where *w);

#endif
