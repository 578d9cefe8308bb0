/*
 * bench_draw.h - how long a key takes to become a picture: every view, at 200 x 60, through the screen and the terminal's own difference.
 */
#ifndef REPL_BENCH_DRAW_H
#define REPL_BENCH_DRAW_H

#include "base/error.h"
#include "base/text.h"

struct screen;

/*
 * What `bench what=draw` asks for. A screen of its own beside s, with a session of its own, shows each view with each of some fixed
 * subjects, and presses the keys that move through it. A line for each, its cells parted by tabs, with the columns DRAW_COLUMNS of
 * session/bench.h. Ctrl-C ends it with the lines so far. Takes seconds, on the main thread, since that is what draws.
 */
bool bench_draw(struct screen *s, struct text *out, struct error *err);

#endif
