/*
 * pack.h - numbers into the bytes of a block and out of them: little-endian, at any address.
 */
#ifndef ENGINE_CODECS_PACK_H
#define ENGINE_CODECS_PACK_H

#include <stdint.h>
#include <string.h>

#include "base/half.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "blocks are little-endian, and the engine reads them as they lie"
#endif

static inline uint16_t get16(const unsigned char *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static inline uint32_t get32(const unsigned char *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline float get_f32(const unsigned char *p) { float v; memcpy(&v, p, 4); return v; }
static inline float get_f16(const unsigned char *p) { return f32_from_f16(get16(p)); }
static inline void put16(unsigned char *p, uint16_t v) { memcpy(p, &v, 2); }
static inline void put32(unsigned char *p, uint32_t v) { memcpy(p, &v, 4); }
static inline void put_f32(unsigned char *p, float v) { memcpy(p, &v, 4); }

/* Stores f as a half and gives back what a reader will find. */
static inline float put_f16(unsigned char *p, float f)
{
	put16(p, f16_from_f32(f));
	return get_f16(p);
}

#endif
