/* progress.h - the line of a running job: what, bar, percent, count, time left. interaction.md 11. */
#ifndef REPL_PROGRESS_H
#define REPL_PROGRESS_H

#include "base/job.h"
#include "canvas/canvas.h"

/* On one row of c; seconds since the job began. */
void progress_draw(const struct job *job, double seconds, struct canvas *c, int row);
/* The same as text of at most width columns, without LF. */
void progress_text(const struct job *job, double seconds, int width, bool ascii, struct text *out);

#endif
