/*
 * files.h - what the fuzz targets of file formats share: the input as a file, everything that can be asked of a model, and the mutations
 * that the replay tries beside the corpus.
 *
 * The replay breaks each file of the corpus QS_ROUNDS times in all (300), the same way for the same QS_SEED (1), and fails on anything that
 * takes longer than a second. `make soak-files` tries 2000 a format.
 */
#ifndef TESTS_FUZZ_FILES_H
#define TESTS_FUZZ_FILES_H

#include <stddef.h>
#include <stdint.h>

/* Writes it into a directory of its own in memory; the path holds until the next of that name. */
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);
void fuzz_model(const char *path);	/* open, info, meta, ls, weights, check */
void fuzz_mutations(const char *target, void (*run)(const uint8_t *data, size_t size));	/* for fuzz_more() */

#endif
