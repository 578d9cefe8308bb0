/* grid.c - see grid.h */
#include "engine/codecs/grid.h"

#include <float.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct grid
	grid_iq2_xxs = { "iq2_xxs", grid_iq2_xxs_keys,  256, 8, 3, 2, 2, { 8, 25, 43 } },
	grid_iq2_xs  = { "iq2_xs",  grid_iq2_xs_keys,   512, 8, 3, 2, 2, { 8, 25, 43 } },
	grid_iq2_s   = { "iq2_s",   grid_iq2_s_keys,   1024, 8, 3, 2, 1, { 8, 25, 43 } },
	grid_iq3_xxs = { "iq3_xxs", grid_iq3_xxs_keys,  256, 4, 8, 3, 2, { 4, 12, 20, 28, 36, 44, 52, 62 } },
	grid_iq3_s   = { "iq3_s",   grid_iq3_s_keys,    512, 4, 8, 3, 3, { 1, 3, 5, 7, 9, 11, 13, 15 } },
	grid_iq1     = { "iq1",     grid_iq1_keys,     2048, 8, 3, 2, 3, { -1, 0, 1 } };

static struct grid *const all[] = { &grid_iq2_xxs, &grid_iq2_xs, &grid_iq2_s, &grid_iq3_xxs, &grid_iq3_s, &grid_iq1 };
enum { GRIDS = sizeof all / sizeof *all };

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool ready[GRIDS];

/* ---- distances ---- */

enum { ENTRIES_MAX = 2048, HALF = 256, DISTANCES = 200 };	/* 4 coordinates that differ by 7: 196 */

/* What a list is made with. A key has two halves; distances between halves are added to those between points. */
struct maker {
	struct grid *g;
	int half_bits;
	uint8_t half[HALF][HALF];
	uint8_t far[ENTRIES_MAX];		/* distance of each entry from the point at hand */
	size_t room;
};

static void measure_halves(struct maker *m)
{
	const struct grid *g = m->g;

	m->half_bits = g->digit_bits * g->dim / 2;
	for (unsigned a = 0; a < 1u << m->half_bits; a++)
		for (unsigned b = 0; b < 1u << m->half_bits; b++)
			for (int j = 0; j < g->dim / 2; j++) {
				int e = key_digit(g, a, j) - key_digit(g, b, j);

				m->half[a][b] = (uint8_t)(m->half[a][b] + e * e);
			}
}

static bool is_point(const struct grid *g, unsigned key)
{
	for (int j = 0; j < g->dim; j++)
		if (key_digit(g, key, j) >= g->digits)
			return false;
	return true;
}

/* One point's list at the end of all: its length, then the entries of each shell, nearest shell first. */
static bool add_list(struct maker *m, unsigned key)
{
	struct grid *g = m->g;
	unsigned mask = (1u << m->half_bits) - 1;
	const uint8_t *low = m->half[key & mask], *high = m->half[key >> m->half_bits];
	uint16_t many[DISTANCES] = { 0 }, at[DISTANCES], *list;
	int shells = 0, last = 0, n = 0;

	for (int i = 0; i < g->entries; i++) {
		m->far[i] = (uint8_t)(low[g->keys[i] & mask] + high[g->keys[i] >> m->half_bits]);
		many[m->far[i]]++;
	}
	for (; last < DISTANCES && shells < g->shells; last++) {
		at[last] = (uint16_t)n;
		n += many[last];
		shells += many[last] != 0;
	}
	if (g->lists_len + (size_t)n + 1 > m->room) {
		uint16_t *more = realloc(g->lists, (m->room * 2 + ENTRIES_MAX + 1) * sizeof *more);

		if (!more)
			return false;
		g->lists = more;
		m->room = m->room * 2 + ENTRIES_MAX + 1;
	}
	list = g->lists + g->lists_len;
	*list++ = (uint16_t)n;
	for (int i = 0; i < g->entries; i++)
		if (m->far[i] < last)
			list[at[m->far[i]]++] = (uint16_t)i;
	g->place[key] = -1 - (int32_t)g->lists_len;
	g->lists_len += (size_t)n + 1;
	return true;
}

static void drop(struct grid *g)
{
	free(g->place);
	free(g->lists);
	g->place = NULL;
	g->lists = NULL;
	g->lists_len = 0;
}

static bool make(struct grid *g)
{
	unsigned keys = 0;			/* one more than that of the point of highest digits */
	struct maker *m = calloc(1, sizeof *m);
	bool ok;

	for (int j = 0; j < g->dim; j++)
		keys = keys << g->digit_bits | (unsigned)(g->digits - 1);
	keys++;
	g->place = calloc(keys, sizeof *g->place);
	ok = m && g->place;
	if (ok) {
		m->g = g;
		measure_halves(m);
		for (int i = 0; i < g->entries; i++)
			g->place[g->keys[i]] = i;
	}
	for (unsigned key = 0; ok && key < keys; key++)
		if (g->place[key] == 0 && key != g->keys[0] && is_point(g, key))
			ok = add_list(m, key);
	free(m);
	if (!ok)
		drop(g);
	return ok;
}

bool grid_prepare(struct grid *g, struct error *err)
{
	bool ok = true;
	int i = 0;

	while (all[i] != g)
		i++;
	if (atomic_load(&ready[i]))
		return true;
	pthread_mutex_lock(&making);
	if (!atomic_load(&ready[i])) {
		ok = make(g);
		atomic_store(&ready[i], ok);
	}
	pthread_mutex_unlock(&making);
	return ok || error_memory(err, "the neighbours of a codebook");
}

void grids_drop(void)
{
	pthread_mutex_lock(&making);
	for (int i = 0; i < GRIDS; i++) {
		atomic_store(&ready[i], false);
		drop(all[i]);
	}
	pthread_mutex_unlock(&making);
}

/* ---- looking up ---- */

int grid_find(const struct grid *g, unsigned key) { return g->place[key] >= 0 ? g->place[key] : -1; }

const uint16_t *grid_neighbours(const struct grid *g, unsigned key, int *n)
{
	const uint16_t *list = g->lists + (-1 - g->place[key]);

	*n = *list;
	return list + 1;
}

void grid_costs(const struct grid *g, const float *value, const float *weight, float scale, const float *level, struct grid_costs *out)
{
	for (int j = 0; j < g->dim; j++)
		for (int d = 0; d < g->digits; d++) {
			float e = scale * level[d] - value[j];

			out->of[j][d] = weight[j] * e * e;
		}
}

float grid_cost(const struct grid *g, const struct grid_costs *c, int entry)
{
	float sum = 0;
	unsigned key = g->keys[entry];

	for (int j = 0; j < g->dim; j++, key >>= g->digit_bits)
		sum += c->of[j][key & (g->digits > 3 ? 7 : 3)];
	return sum;
}

int grid_nearest(const struct grid *g, unsigned key, const struct grid_costs *c)
{
	int n, nearest;
	const uint16_t *list = grid_neighbours(g, key, &n);
	float best = FLT_MAX;

	nearest = list[0];
	for (int i = 0; i < n; i++) {
		float cost = grid_cost(g, c, list[i]);

		if (cost < best) {
			best = cost;
			nearest = list[i];
		}
	}
	return nearest;
}
