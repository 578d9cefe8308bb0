/*
 * codec.h - what a codec is, and finding one.
 *
 * One entry a codec, written in codecs/NAME.c and listed in codecs/list.h. A row function works on one row and cannot fail:
 * encode.h checks first. The reference encoder and decoder report their steps to a trace; with NULL they only work.
 */
#ifndef ENGINE_CODEC_H
#define ENGINE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct trace;
struct codec;

enum codec_flags {
	CODEC_PLAIN            = 1 << 0,	/* a number at a time: f32 f16 bf16 f64 i8 ... */
	CODEC_TEACHING         = 1 << 1,	/* ours, not a type of model files */
	CODEC_NEEDS_IMPORTANCE = 1 << 2,
	CODEC_USES_IMPORTANCE  = 1 << 3,	/* importance changes its bytes */
	CODEC_ACTIVATIONS_ONLY = 1 << 4,	/* q8_1, q8_K: never stored as weights */
	CODEC_STORAGE_ONLY     = 1 << 5,	/* no encoder: f64, integers */
	CODEC_VECTOR_CODEBOOK  = 1 << 6,	/* an index stands for several weights */
	CODEC_HAS_MIN          = 1 << 7,	/* a minimum or zero point beside the scale */
	CODEC_FLOAT_CODES      = 1 << 8,	/* codes are small floats */
	CODEC_UNEVEN           = 1 << 9,	/* codes are not evenly spaced */
};

/* A field of the block, for the block view and for `q:field`. They cover the whole block, in order. */
struct field {
	const char *name;		/* "d", "qs" */
	uint16_t at, bytes;
	const char *meaning;		/* "scale", "16 bytes, 32 codes" */
};

/* What the teaching codecs leave open. { 0 }: find everything. */
struct codec_options {
	const float *importance;	/* [n of the row], finite, >= 0, or NULL */
	int code_lo, code_hi;		/* both 0: the codec's own (-7..7 for int4) */
	double step;			/* 0: found */
	double zero;			/* zero point; used if has_zero */
	bool has_zero;
};

/*
 * encode: n weights at x, a whole number of blocks (teaching codecs: exactly one block) to `blocks`.
 * decode: the reverse. `blocks` need not be aligned. With importance a codec may look at the whole row.
 * The trace (NULL: none) keeps the block that it watches.
 */
typedef void encode_row_fn(const struct codec *c, const float *x, size_t n, const struct codec_options *o,
			   unsigned char *blocks, struct trace *trace);
typedef void decode_row_fn(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace);
/* The product of n weights with n activations in c->dot_with, in the generic order of the format. */
typedef float dot_row_fn(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n);

enum codec_id {
#define CODEC(id) CODEC_##id,
#include "engine/codecs/list.h"
#undef CODEC
	CODEC_COUNT
};

struct codec {
	enum codec_id id;
	const char *name;		/* "q4_K" */
	const char *family;		/* "plain legacy K I ternary fp4 teaching" */
	const char *summary;		/* a few words: "4 bits, scales and minima of 8 sub-blocks" */
	int gguf_type;			/* number in files; -1: none */
	uint16_t block_len;		/* weights; 0: any length */
	uint16_t block_bytes;		/* 0 with block_len 0 */
	uint16_t sub_len;		/* weights that share a scale (q4_K: 32); 0: block_len */
	uint8_t code_bits;		/* bits of a code; teaching codecs compute their size by it */
	uint8_t head_bytes;		/* teaching codecs: bytes before the codes of a group */
	unsigned flags;
	const char *codes;		/* "16 even", "16 uneven", "15 float" */
	const char *dot_name;		/* partner activation format, NULL: none */
	const struct field *fields;	/* ends with a NULL name; NULL for plain and teaching codecs */
	const void *own;		/* what its functions want to know, where relatives share them */
	bool (*prepare)(struct error *err);	/* tables made on first use, thread-safe; NULL: none */
	/* Can one block of finite weights, with its importance or NULL, be encoded? Sums of squares may overflow. NULL: any can. */
	bool (*takes)(const struct codec *c, const float *x, const float *importance);
	encode_row_fn *encode;		/* NULL with CODEC_STORAGE_ONLY */
	decode_row_fn *decode;
	dot_row_fn *dot;		/* NULL: decode and multiply; the activations are then f32 */
	/* n weights from `from` on, of one block: codecs of any length, whose blocks may be large. NULL: decode the block. */
	void (*decode_part)(const struct codec *c, const unsigned char *block, size_t from, size_t n, float *y);
	/* The value of each code after scaling, for views: writes at most max pairs (code, value) of the block's sub-block and
	 * returns how many there are; 0 where a code has no value of its own (vector codebooks). NULL: 0. */
	size_t (*levels)(const struct codec *c, const unsigned char *block, size_t len, size_t sub,
			 int *code, float *value, size_t max);
};

extern const struct codec *const codecs[CODEC_COUNT];

#define CODEC(id) extern const struct codec codec_##id;
#include "engine/codecs/list.h"
#undef CODEC

bool codec_same_name(const char *a, const char *b);	/* do they differ only in case, '-' and '_'? */
/* Case, '-' and '_' do not matter: "Q4-K", "q4k". NULL: none. */
const struct codec *codec_find(const char *name);
const struct codec *codec_by_gguf(uint32_t type);
/* The name of a removed or unknown file type ("q4_2, removed"), or NULL if the type is a codec's or never was. */
const char *codec_removed_name(uint32_t type);
/* Like codec_find, but sets err (ERR_CODEC) with the nearest names; recipe names get their own sentence (interaction.md 12). */
const struct codec *codec_need(const char *name, struct error *err);

size_t codec_block_bytes(const struct codec *c, size_t len);	/* len: weights in a block, for codecs of any length */
double codec_bits(const struct codec *c);			/* bits per weight; of a teaching codec those of a code alone */
bool codec_prepare(const struct codec *c, struct error *err);
void codecs_drop(void);		/* what codec_prepare made; at exit, when nobody encodes any more */

#endif
