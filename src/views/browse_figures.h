/* browse_figures.h - what browse tells of figures (session/figures.h): the lines of the inspector, a group's error, errors by block. */
#ifndef VIEWS_BROWSE_FIGURES_H
#define VIEWS_BROWSE_FIGURES_H

#include "base/text.h"
#include "canvas/canvas.h"
#include "session/figures.h"
#include "views/browse_list.h"

/* Range, spread and the picture of it, what was lost. Begins with LF. */
void browse_put_figures(const struct figures *f, struct text *out);
/* Why it has its type, by the recipe that the file names. Begins with LF; nothing where it names none. */
void browse_put_rule(struct session *s, struct value *model, const struct tensor_entry *e, struct text *out);
/* Relative error of all matrices of a group together, NAN where not all are known. */
double browse_group_rel(const struct browse_list *l, size_t group);
/* Relative error of two kinds of tensors by block, in the canvas's rows: that of the tensor under the cursor, and another. False: not drawn,
 * since there are no blocks, or nothing is known. */
bool browse_draw_blocks(const struct browse_list *l, struct canvas *c);

#endif
