/*
 * record.h - `record FILE`: what is typed from now on, into a file that `run FILE` plays. There is one recording at a time.
 *
 * With output it is in the form that --doctest reads, too, behind a # so that it is a comment for `run`:
 *
 *      # ``` width=80 pane=on ascii=off
 *      # qs> x = [1, 2]
 *      x = [1, 2]
 *      # x = f32[2]   min 1   max 2   absmax 2
 *      # ```
 *
 * A line that failed is kept as a comment, since it would end the script. What differs from run to run (took 3 ms) is written as "…".
 */
#ifndef REPL_RECORD_H
#define REPL_RECORD_H

#include "lua/runner.h"

void record_begin(struct session *session, const char *path, bool output);	/* its beginning is written already */
void record_off(struct runner *r);			/* what is typed at the moment is left out; nothing if none is on */
const char *record_path(void);				/* NULL: none is on */
size_t record_lines(void);				/* written so far */

void record_line(struct runner *r, const char *line);	/* it is about to be run */
void record_instead(const char *line);			/* of !n: what it stands for; it is said next, which is no output */
void record_said(const char *text);
void record_idle(struct runner *r);			/* nothing runs: the line, if there is one, is written. An error ends the recording */

#endif
