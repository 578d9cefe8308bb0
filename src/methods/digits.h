/*
 * digits.h - the small real data set of the training experiments: 8 x 8 pictures of handwritten digits. spec/methods.md 3.1.
 */
#ifndef METHODS_DIGITS_H
#define METHODS_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { DIGITS = 1797, DIGIT_PIXELS = 64, DIGIT_CLASSES = 10, DIGITS_TRAIN = 1437, DIGITS_TEST = DIGITS - DIGITS_TRAIN };

/* In the order of the split: the first DIGITS_TRAIN are for training, the rest for testing. */
struct digits {
	float pixel[DIGITS][DIGIT_PIXELS];	/* 0 .. 1 */
	uint8_t label[DIGITS];
};

/* Reads digits.csv. NULL: ERR_FILE, or ERR_FORMAT with the line, also when it is not the data set (its sum is known). Caller frees. */
struct digits *digits_load(const char *path, struct error *err);

#endif
