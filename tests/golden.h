/*
 * golden.h - pictures compared with tests/golden/NAME-WxH[-ascii].txt, each a test of its own.
 *
 * QS_GOLDEN_UPDATE=1 writes the files instead. Read every picture before it is kept: columns line up, nothing is cut without an
 * ellipsis, the numbers agree with `why`.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "canvas/canvas.h"

/* Draws the whole picture on a canvas of the size asked for. */
typedef bool golden_draw(const void *arg, struct canvas *c, struct error *err);

/* Adds a test for each of the sizes 30x6 60x16 80x24 120x40 200x60 in both glyph sets to tests[n...]; returns the new n. tests
 * must have room for GOLDEN_PICTURES more. name and arg must live as long as the tests. */
enum { GOLDEN_PICTURES = 10 };
size_t golden_add(struct CMUnitTest tests[], size_t n, const char *name, golden_draw *draw, const void *arg);
/* One picture of another size. */
size_t golden_add_one(struct CMUnitTest tests[], size_t n, const char *name, int cols, int rows, bool ascii, golden_draw *draw, const void *arg);

/* cmocka_run_group_tests for an array whose length is counted. */
#define golden_run(tests, n) _cmocka_run_group_tests(#tests, tests, n, NULL, NULL)

#endif
