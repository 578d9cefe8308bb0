/*
 * imatrix.h - importance files: how much each column of a weight matters, measured on real inputs. spec/files.md 2.
 *
 * Two forms, told apart by looking: GGUF (general.type = "imatrix") and the older binary .dat. For a weight of several experts the
 * values of one expert follow those of another.
 */
#ifndef FILES_IMATRIX_H
#define FILES_IMATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct importance_entry {
	char *name;		/* of the weight: "blk.0.ffn_down.weight" */
	size_t columns, experts;	/* experts of a .dat are not told: 1, and columns counts them all */
	float *sum;		/* [experts * columns] sums of squared inputs */
	float *count;		/* [experts] how many inputs */
};

struct importance {
	char *path;		/* as given; NULL: not from a file */
	struct importance_entry *entry; size_t entries;
	char *dataset;		/* name of the first; NULL: not told */
	uint32_t chunks, chunk_size;	/* 0: not told */
};

/* ERR_FORMAT: neither form, or one that does not hold together: names byte or tensor. ERR_VALUE: an importance that is below 0 or not
 * finite. */
struct importance *importance_read(const char *path, struct error *err);
void importance_drop(struct importance *m);
const struct importance_entry *importance_find(const struct importance *m, const char *name);	/* NULL: none */
/* Importance of a column: sum / count; 1 where the count is 0 (of a .dat: the sum itself). i counts through the experts. */
float importance_at(const struct importance_entry *e, size_t i);

/* An entry of zeros to be filled, for those who measure. NULL: no memory. */
struct importance *importance_new(struct error *err);
struct importance_entry *importance_add(struct importance *m, const char *name, size_t columns, size_t experts, struct error *err);
/* By the ending: .dat the older form, else GGUF. See replace.h. */
bool importance_write(const struct importance *m, const char *path, bool force, struct error *err);

#endif
