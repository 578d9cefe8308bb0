/*
 * number.h - plain numbers as files store them, one by one: floats of all widths, integers, truth values.
 *
 * Where the engine has a codec for one (f32, f16, bf16) tensors point into the file; the others are converted to f32.
 */
#ifndef FILES_NUMBER_H
#define FILES_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct number {
	const char *name;	/* in safetensors: "F8_E4M3" */
	const char *word;	/* as `dtype=` and lists have it: "f8_e4m3"; a codec of the engine may have this name */
	const char *npy;	/* kind and width in npy: "f4"; NULL: npy has none */
	int gguf_type;		/* -1: none */
	uint8_t bytes;
	double (*value)(const unsigned char *at);	/* little-endian, any alignment */
};

extern const struct number numbers[];	/* ends with a NULL name */

const struct number *number_by_name(const char *name, size_t n);	/* exactly as safetensors writes it */
const struct number *number_by_word(const char *word);			/* "f16" "float32" "i8" "int8": case does not matter */
const struct number *number_by_npy(const char *kind_and_width);
const struct number *number_by_gguf(uint32_t type);

/* n numbers at `at` as floats. big: their bytes the other way round. */
void numbers_to_f32(const struct number *number, const unsigned char *at, size_t n, bool big, float *out);

#endif
