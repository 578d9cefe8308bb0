/*
 * view_fixture.h - what tests of views need: the fixed subjects, a view opened on them, keys pressed, and the picture as text.
 *
 * Subjects are written as they would be typed: "x" is [-1.2, -0.6, 0.2, 1.0], "w" is gauss 64x4096 sigma=0.02 seed=42, "w4" the
 * same with 4 rows, and anything else is a literal. With a codec they are quantized (pad=zero); "+3:q4_0" is a walk at step 3 of it,
 * "!q4_0" its blocks alone, as from a file, "int4/64" has groups of 64, "q4_0*" counts all columns alike (imp=flat), "=q4_0,q4_1" is a
 * comparison. "#0.15" is a number, "@Q4_K_M" a word.
 */
#ifndef TESTS_VIEW_FIXTURE_H
#define TESTS_VIEW_FIXTURE_H

#include <stdbool.h>

#include "canvas/canvas.h"
#include "session/session.h"
#include "views/stage.h"
#include "views/view.h"

struct subject { const char *view, *codec, *what, *keys, *options; };	/* keys, options ("log bins=5"): NULL none */

struct value *fixture_value(const char *codec, const char *what);	/* held by the fixture; fails the test that asks for nonsense */
bool fixture_options(const char *options, struct args *a);

/* A view opened with keys pressed; fixture_close() it. NULL: err says why. */
struct shown { const struct view *view; struct value *subject; struct args options; void *state; struct wish wish; };
bool fixture_open(const struct subject *s, struct shown *out, struct error *err);
void fixture_press(struct shown *s, const char *keys);		/* every key must mean something */
void fixture_close(struct shown *s);

/* Title and body as the stage draws them, for golden.h: arg is a struct subject. */
bool fixture_draw(const void *arg, struct canvas *c, struct error *err);
/* The body alone, as text the caller frees. rows 0: as high as it needs. */
char *fixture_body(struct shown *s, int cols, int rows, bool ascii);
/* Title and body, likewise. */
char *fixture_picture(const struct subject *s, int cols, int rows);
/* Draws at many sizes on a sheet with a margin, and fails if the margin was touched or nothing was drawn. */
void fixture_stays_inside(struct shown *s);
/* why: text the caller frees. */
char *fixture_why(const struct shown *s, const char *name);
/* The cell of the view's data, NAN where it is empty. */
double fixture_number(const struct table *t, size_t row, const char *column);

void fixture_end(void);		/* lets all subjects go */

#endif
