/* digits.c - see digits.h */
#include "methods/digits.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/rng.h"

enum { PIXEL_MAX = 16, PIXEL_SUM = 561718, SPLIT_SEED = 1 };

/* One number off the front, up to `max`, and the character behind it. */
static bool number(const unsigned char **at, const unsigned char *end, unsigned max, char behind, unsigned *v)
{
	const unsigned char *p = *at;

	*v = 0;
	while (p < end && *p >= '0' && *p <= '9' && *v <= max)
		*v = *v * 10 + (*p++ - '0');
	if (p == *at || *v > max || p >= end || *p != behind)
		return false;
	*at = p + 1;
	return true;
}

static bool read_line(const unsigned char **at, const unsigned char *end, float *pixel, uint8_t *label, unsigned long *sum)
{
	unsigned v;

	for (size_t i = 0; i < DIGIT_PIXELS; i++, *sum += v) {
		if (!number(at, end, PIXEL_MAX, ',', &v))
			return false;
		pixel[i] = (float)v / PIXEL_MAX;
	}
	if (!number(at, end, DIGIT_CLASSES - 1, '\n', &v))
		return false;
	*label = (uint8_t)v;
	return true;
}

static bool read_all(const struct buffer *b, const char *path, const uint32_t *place, struct digits *d, struct error *err)
{
	const unsigned char *at = b->bytes, *end = b->bytes + b->size;
	unsigned long sum = 0;

	for (size_t line = 0; line < DIGITS; line++)
		if (!read_line(&at, end, d->pixel[place[line]], &d->label[place[line]], &sum))
			return error_set(err, ERR_FORMAT, "%s, line %zu: not %d pixels of 0 to %d and a class", path, line + 1,
					 DIGIT_PIXELS, PIXEL_MAX);
	if (at != end || sum != PIXEL_SUM)
		return error_set(err, ERR_FORMAT, "%s is not the digits that the experiments use: its pixels add up to %lu, not %d",
				 path, sum, PIXEL_SUM);
	return true;
}

struct digits *digits_load(const char *path, struct error *err)
{
	struct rng r = rng_seeded(SPLIT_SEED);
	struct digits *d = NULL;
	struct buffer *b = buffer_map(path, err);
	uint32_t *order = malloc(DIGITS * sizeof *order), *place = malloc(DIGITS * sizeof *place);

	if (b && order && place && (d = malloc(sizeof *d))) {
		rng_permute(&r, order, DIGITS);
		for (uint32_t i = 0; i < DIGITS; i++)
			place[order[i]] = i;
		if (!read_all(b, path, place, d, err)) {
			free(d);
			d = NULL;
		}
	} else if (b) {
		error_memory(err, "the digits");
	}
	free(order);
	free(place);
	buffer_drop(b);
	return d;
}
