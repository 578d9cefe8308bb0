/*
 * encode.h - weights into blocks and back: checks, rows, threads, kernel or reference.
 */
#ifndef ENGINE_ENCODE_H
#define ENGINE_ENCODE_H

#include "base/job.h"
#include "engine/codec.h"
#include "engine/tensor.h"

/*
 * tensor_encode - store weights with a codec.
 *
 *   x       [rows, cols] in any codec (decoded first); cols must be a multiple of codec->block_len
 *   group   codecs of any length: weights that share a scale, dividing cols, or 0: one scale for all
 *   o       options; o->importance is [cols], finite and >= 0, the same for every row; NULL: { 0 }
 *   job     progress in rows, and whether to stop; NULL: neither
 *
 * The bytes do not depend on the number of threads nor on the cpu level. out is cleared on failure. Fails with ERR_SHAPE (partial block,
 * a group that does not divide, empty), ERR_VALUE (a weight that is not finite, named by row and column, or too large for the codec;
 * importance missing where needed, negative or not finite), ERR_CODEC (no encoder), ERR_MEMORY or ERR_CANCELLED.
 */
bool tensor_encode(const struct codec *codec, const struct tensor *x, size_t group, const struct codec_options *o,
		   struct job *job, struct tensor *out, struct error *err);

/* The decoded values as f32. */
bool tensor_decode(const struct tensor *t, struct job *job, struct tensor *out, struct error *err);

/* The checks of tensor_encode alone (without reading the weights if `quick`). */
bool encode_check(const struct codec *codec, const struct tensor *x, size_t group, const struct codec_options *o,
		  bool quick, struct error *err);
/* Whether the codec can take n weights of a row, a whole number of blocks, of which the first is weight `at` of the tensor. */
bool encode_takes(const struct codec *c, const float *x, size_t n, const struct codec_options *o, size_t at, size_t cols,
		  struct error *err);
/* Reads n weights from `at` on and refuses those that are not finite, as tensor_encode does. */
bool encode_check_part(const struct tensor *x, size_t at, size_t n, float *out, struct error *err);

#endif
