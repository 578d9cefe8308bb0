/*
 * grid.h - the codebooks of the vector formats, and what lies near a point that is not in one.
 *
 * An entry is a vector of digits: 8 of 0..2 or 4 of 0..7. Its key is the number whose lowest digit is the first coordinate, two
 * bits a digit (or three), and entries are sorted by key. A point is any such vector, in the codebook or not.
 *
 * Decoding reads keys alone. Encoding asks for the entry of a point and, where there is none, for its neighbours: all entries at the
 * few smallest distances that occur (`shells` of them), nearest first, equally near ones by index. Some hundred thousand
 * neighbours come to be on first use, in a few milliseconds. Source: spec/codecs-i.md 3.
 */
#ifndef ENGINE_CODECS_GRID_H
#define ENGINE_CODECS_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { GRID_DIM = 8, GRID_DIGITS = 8 };		/* the largest of either */

struct grid {
	const char *name;
	const uint16_t *keys;			/* [entries] */
	int entries, dim, digits, digit_bits, shells;
	int8_t level[GRID_DIGITS];		/* what a digit is worth to the decoder; encoders have their own levels */
	/* made by grid_prepare */
	int32_t *place;				/* [1 + highest key]: the entry of a point, or -1 - (where its list begins) */
	uint16_t *lists;			/* for each point off the grid, by rising key: how many neighbours, then these */
	size_t lists_len;
};

extern struct grid grid_iq2_xxs, grid_iq2_xs, grid_iq2_s, grid_iq3_xxs, grid_iq3_s, grid_iq1;

extern const uint16_t grid_iq2_xxs_keys[256], grid_iq2_xs_keys[512], grid_iq2_s_keys[1024],
	grid_iq3_xxs_keys[256], grid_iq3_s_keys[512], grid_iq1_keys[2048];

/* Makes the lists, once; any number of threads may call. ERR_MEMORY, and the next call tries again. */
bool grid_prepare(struct grid *g, struct error *err);
void grids_drop(void);				/* all lists, when nobody encodes any more: at exit */

static inline int key_digit(const struct grid *g, unsigned key, int j) { return key >> g->digit_bits * j & (g->digits > 3 ? 7 : 3); }
static inline int grid_digit(const struct grid *g, int entry, int j) { return key_digit(g, g->keys[entry], j); }

/* Of a prepared grid; the key must be a point's. */
int grid_find(const struct grid *g, unsigned key);				/* the entry, or -1 */
const uint16_t *grid_neighbours(const struct grid *g, unsigned key, int *n);	/* of a point off the grid */

/*
 * What each coordinate of a group costs with each digit: weight x (scale x level of the digit - value)^2. An entry costs the sum
 * over its coordinates, first to last; that order is part of the formats.
 */
struct grid_costs { float of[GRID_DIM][GRID_DIGITS]; };

void grid_costs(const struct grid *g, const float *value, const float *weight, float scale, const float *level, struct grid_costs *out);
float grid_cost(const struct grid *g, const struct grid_costs *c, int entry);
/* The neighbour of an off-grid point that costs least; of equals the first in the list. */
int grid_nearest(const struct grid *g, unsigned key, const struct grid_costs *c);

#endif
