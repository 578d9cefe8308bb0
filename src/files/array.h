/*
 * array.h - single arrays in files: npy, numbers as text, raw bytes. (Archives of npy: npz.h.)
 *
 * What is read becomes f32 (or the codec asked for, where raw bytes are its blocks); all dimensions but the last are rows.
 */
#ifndef FILES_ARRAY_H
#define FILES_ARRAY_H

#include "base/buffer.h"
#include "base/text.h"
#include "engine/tensor.h"

struct number;

/* npy, versions 1 to 3, either byte order, C or Fortran order: floats, integers, truth values. Objects and structures are
 * refused. Errors are ERR_FORMAT with the byte. */
bool npy_looks_like(const struct buffer *b);
bool npy_read(const struct buffer *b, struct tensor *out, struct error *err);

/* The same in pieces, for arrays that do not lie in memory: the header from the first n bytes (NPY_HEADER_MAX are enough for any) of `size`;
 * then a tensor of rows x cols is to be filled with the numbers from data_at on, in their order there; then npy_finish() gives it its
 * dimensions and, where they lay in Fortran order, turns it. */
enum { NPY_HEADER_MAX = (1 << 16) + 12 };
struct npy {
	const struct number *number;
	bool big, fortran;
	uint8_t dims; uint64_t dim[DIMS_MAX];
	size_t rows, cols, data_at;
};
bool npy_header(const unsigned char *bytes, size_t n, uint64_t size, struct npy *out, struct error *err);
bool npy_finish(const struct npy *a, struct tensor *t, struct error *err);	/* false: t is as it was */

/* Version 1, little-endian, C order, <f4, in the tensor's own dimensions. */
bool npy_write(const struct tensor *t, struct text *out, struct error *err);

/* Numbers in rows: blanks, commas or semicolons between them, '#' begins a comment; rows of one length. */
bool text_read(const struct buffer *b, struct tensor *out, struct error *err);
bool text_write(const struct tensor *t, struct text *out, struct error *err);

/* dtype: a plain number ("f16", "int8", "f8_e4m3"; ">f4" turned round) or a codec with fixed blocks. The size must be exactly what dtype and
 * shape ask for. ERR_CODEC, ERR_SHAPE. */
bool raw_read(struct buffer *b, const char *dtype, size_t rows, size_t cols, struct tensor *out, struct error *err);

#endif
