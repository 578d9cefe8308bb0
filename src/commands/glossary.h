/*
 * glossary.h - words of the field: what `explain` says. One table; each entry with the codecs whose numbers belong to it, told from the
 * codecs' own tables, and a command that shows what is meant.
 */
#ifndef COMMANDS_GLOSSARY_H
#define COMMANDS_GLOSSARY_H

#include <stdbool.h>
#include <stddef.h>

struct term {
	const char *name, *also;	/* also: other words for it, separated by commas; NULL none */
	const char *text;		/* a few sentences */
	const char *codecs;		/* "q4_0 q4_K": their block and bits are told; NULL none */
	const char *show;		/* a line to type, as it stands; NULL only in terms that were added */
};

extern const struct term glossary[];	/* sorted by name; ends with a NULL name */
const struct term *term_at(size_t i);	/* terms that were added, then those; NULL: past the end */
bool term_add(const struct term *t);	/* from lua/: borrowed until term_remove(); false: there is no room */
void term_remove(const struct term *t);

#endif
