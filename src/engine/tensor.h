/*
 * tensor.h - weights as they lie in memory, in any codec; f32 is one of them.
 *
 * A tensor is small and copied by value; it holds its buffer. Rows x columns always: a row is the run of weights that
 * blocks are cut from. More dimensions are folded into rows; `dim` remembers them.
 *
 * Codecs of model files have a fixed block. Teaching codecs (int4, uint4 ...) have blocks of any length: `group` weights share
 * a scale, where group divides cols, or is rows * cols (one scale for everything). Blocks follow each other without
 * padding, in the order of the weights.
 */
#ifndef ENGINE_TENSOR_H
#define ENGINE_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct codec;

enum { DIMS_MAX = 8 };

struct tensor {
	const struct codec *codec;
	size_t rows, cols;
	size_t group;			/* weights in a block where the codec leaves it open; 0 for fixed blocks */
	struct buffer *buffer;		/* held */
	size_t offset;			/* of the first block in the buffer; any alignment */
	uint8_t dims;			/* 0: rows x cols as they are (1: a row of cols) */
	uint64_t dim[DIMS_MAX];		/* outermost first */
};

/* A new f32 tensor of zeros. Fails with ERR_MEMORY, or ERR_SHAPE where rows * cols overflows. */
bool tensor_new(struct tensor *t, size_t rows, size_t cols, struct error *err);
/* Any codec: blocks of zero bytes. group as above. */
bool tensor_new_blocks(struct tensor *t, const struct codec *codec, size_t rows, size_t cols, size_t group, struct error *err);
struct tensor tensor_hold(const struct tensor *t);	/* a copy that holds the buffer too */
void tensor_drop(struct tensor *t);			/* drops the buffer and clears t; NULL and cleared are fine */

size_t tensor_count(const struct tensor *t);		/* rows * cols */
size_t tensor_block_len(const struct tensor *t);	/* weights in a block */
size_t tensor_block_bytes(const struct tensor *t);
size_t tensor_blocks(const struct tensor *t);
size_t tensor_bytes(const struct tensor *t);		/* of all blocks */
double tensor_bits(const struct tensor *t);		/* bits per weight, from the layout */
unsigned char *tensor_block(const struct tensor *t, size_t block);	/* may be unaligned */
float *tensor_floats(const struct tensor *t);		/* NULL unless f32 and aligned for float */

/* Decoded values. Both are exact for f32. `at` counts weights through the rows. */
bool tensor_read(const struct tensor *t, size_t at, size_t n, float *out);	/* false: no memory for the blocks around */
/* A walk through all of t has been through weights [at, at + n): of a mapped file memory need not hold them (buffer_passed). */
void tensor_passed(const struct tensor *t, size_t at, size_t n);
float tensor_get(const struct tensor *t, size_t at);

/* [r0, r1) x [c0, c1) as a new tensor: f32 of the decoded values, or a view that shares the buffer where the cut falls on whole
 * rows or blocks of one row. Bounds must hold. */
bool tensor_slice(const struct tensor *t, size_t r0, size_t r1, size_t c0, size_t c1, struct tensor *out, struct error *err);

/* Columns filled up to a multiple of `multiple` in each row: zeros, or the last weight again. out is f32. */
enum pad { PAD_NONE, PAD_ZERO, PAD_EDGE };
bool tensor_pad(const struct tensor *t, enum pad pad, size_t multiple, struct tensor *out, struct error *err);

/* "f32[4]", "f32[64, 4096]", "q4_K[64, 4096]" */
void tensor_describe(const struct tensor *t, char *buf, size_t size);

#endif
