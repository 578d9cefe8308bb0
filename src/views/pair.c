/*
 * pair.c - two walks, step beside step. See pair.h.
 *
 *      q4_0   find   scale             round  pack  decode
 *      q4_K          scale   search    round  pack  decode
 *
 * The longest run of names that both have in this order is found from the end (best[i][j]: how many names the steps from i and from j
 * on have in common), then walked from the beginning.
 */
#include "views/pair.h"

#include <stdlib.h>
#include <string.h>

static bool alike(const struct value *a, size_t i, const struct value *b, size_t j)
{
	return !strcmp(value_step_name(a, i), value_step_name(b, j));
}

/* Steps without a partner, up to i and j: side by side as they come; who has none left waits. */
static size_t between(struct pair_step *out, size_t n, size_t i, size_t to_i, size_t j, size_t to_j)
{
	for (; i < to_i || j < to_j; n++) {
		bool first_waits = i == to_i, second_waits = j == to_j;

		out[n] = (struct pair_step){ first_waits && i ? i - 1 : i, second_waits && j ? j - 1 : j, first_waits, second_waits };
		i += !first_waits;
		j += !second_waits;
	}
	return n;
}

size_t pair_match(const struct value *first, const struct value *second, struct pair_step **out)
{
	size_t a = value_steps(first), b = value_steps(second), n = 0, from_i = 0, from_j = 0, wide = b + 1;
	size_t *best = calloc((a + 1) * wide, sizeof *best);

	*out = calloc(a + b + 1, sizeof **out);
	if (!best || !*out) {
		free(best);
		free(*out);
		*out = NULL;
		return 0;
	}
	for (size_t i = a; i-- > 0; )
		for (size_t j = b; j-- > 0; ) {
			size_t down = best[(i + 1) * wide + j], right = best[i * wide + j + 1];

			best[i * wide + j] = alike(first, i, second, j) ? best[(i + 1) * wide + j + 1] + 1 : down > right ? down : right;
		}
	for (size_t i = 0, j = 0; i < a && j < b; ) {
		if (alike(first, i, second, j)) {
			n = between(*out, n, from_i, i, from_j, j);
			(*out)[n++] = (struct pair_step){ i, j, false, false };
			from_i = ++i;
			from_j = ++j;
		} else if (best[(i + 1) * wide + j] >= best[i * wide + j + 1]) {
			i++;
		} else {
			j++;
		}
	}
	n = between(*out, n, from_i, a, from_j, b);
	free(best);
	return n;
}

size_t pair_where(const struct pair_step *list, size_t n, const struct value *first, const struct value *second)
{
	size_t near = 0;

	for (size_t k = 0; k < n; k++) {
		if (list[k].first == value_step(first) && list[k].second == value_step(second))
			return k;
		if (list[k].first <= value_step(first))
			near = k;
	}
	return near;
}
