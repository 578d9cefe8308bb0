/*
 * fuzz.h - what a fuzz target gives, and the two mains around it: libFuzzer's (--enable-fuzzing, clang), and replay.c, which runs
 * the corpus as a test.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int fuzz_one(const uint8_t *data, size_t size);
void fuzz_more(void (*run)(const uint8_t *data, size_t size));	/* inputs beside the corpus, for the replay */
void fuzz_end(void);

#endif
