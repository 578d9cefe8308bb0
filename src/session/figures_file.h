/*
 * figures_file.h - figures between runs: one file for a model and what was measured of it, by the size, time and header of what it was
 * measured on. What does not fit in every respect is as if it were not there; nothing is ever said of it.
 */
#ifndef SESSION_FIGURES_FILE_H
#define SESSION_FIGURES_FILE_H

#include "session/figures.h"

/* Of the files of a model (and of its reference and importance, where they count), and what was measured. */
struct identity { uint64_t hash[2]; };

bool figures_identity(const struct model *m, const struct codec *codec, struct identity *id);	/* false: a part is missing */
bool figures_keepable(const struct model *m);	/* its files are still as they were when they were mapped */
bool identity_same(const struct identity *a, const struct identity *b);
void figures_read(const char *dir, const struct identity *id, struct figures *f, size_t n);	/* f [n]: those the file has become known */
void figures_write(const char *dir, const struct identity *id, const struct figures *f, size_t n);	/* those that are known */
bool figures_clear(const char *dir, size_t *n, struct error *err);		/* removes all such files */
void survey_put(struct figures *to, const struct figures *f);			/* makes it known, whole */

#endif
