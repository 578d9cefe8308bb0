/* place.c - see place.h */
#include "engine/codecs/place.h"

void place_tell_codes(struct trace *t, const unsigned char *block, place_fn *place, unsigned n)
{
	for (unsigned i = 0; t && i < n; i++)
		TRACE(t, CODE_READ, .weight = i, V(place_get(block, place(i))), AT(place(i)));
}

void place_tell_bytes(struct trace *t, const unsigned char *block, unsigned first, unsigned n, unsigned bits)
{
	for (unsigned i = first; t && i < first + n; i++) {
		unsigned b = block[i];

		if (bits == 4)
			TRACE(t, BYTE_NIBBLES, .weight = i, V(b & 15, b >> 4, b));
		else
			TRACE(t, BYTE_PAIRS, .weight = i, V(b & 3, b >> 2 & 3, b >> 4 & 3, b >> 6, b));
	}
}
