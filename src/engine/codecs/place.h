/*
 * place.h - where a number lies in its block: low bits within one byte, and high bits within another if it is split.
 *
 * A format tells its layout once, as a function from the index of a weight (or sub-block) to a place; packing, reading and the
 * events of the trace all follow it.
 */
#ifndef ENGINE_CODECS_PLACE_H
#define ENGINE_CODECS_PLACE_H

#include "engine/trace.h"

struct place { uint32_t bit, high; uint8_t bits, high_bits; };	/* high: where the high bits begin; high_bits 0: there are none */

typedef struct place place_fn(unsigned i);

/* For TRACE(): the bits of a place. */
#define AT(p) BITS2((p).bit, (p).bits, (p).high, (p).high_bits)

static inline unsigned place_get(const unsigned char *block, struct place p)
{
	unsigned low = block[p.bit / 8] >> p.bit % 8 & ((1u << p.bits) - 1);

	if (!p.high_bits)
		return low;
	return low | (block[p.high / 8] >> p.high % 8 & ((1u << p.high_bits) - 1)) << p.bits;
}

/* The bits must be 0 before. A number too large for its place spills within the byte, as in the reference (codecs-k.md 4). */
static inline void place_put(unsigned char *block, struct place p, unsigned number)
{
	unsigned low = p.high_bits ? number & ((1u << p.bits) - 1) : number;

	block[p.bit / 8] |= (unsigned char)(low << p.bit % 8);
	if (p.high_bits)
		block[p.high / 8] |= (unsigned char)(number >> p.bits << p.high % 8);
}

static inline void place_put_all(unsigned char *block, place_fn *place, unsigned n, const uint8_t *number)
{
	for (unsigned i = 0; i < n; i++)
		place_put(block, place(i), number[i]);
}

static inline void place_get_all(const unsigned char *block, place_fn *place, unsigned n, uint8_t *number)
{
	for (unsigned i = 0; i < n; i++)
		number[i] = (uint8_t)place_get(block, place(i));
}

/* Codes as a reader finds them: events code[0 .. n-1] with their bits. */
void place_tell_codes(struct trace *t, const unsigned char *block, place_fn *place, unsigned n);
/* What each of n bytes from `first` on was put together from: nibbles (bits 4) or pairs of bits (bits 2). */
void place_tell_bytes(struct trace *t, const unsigned char *block, unsigned first, unsigned n, unsigned bits);

#endif
