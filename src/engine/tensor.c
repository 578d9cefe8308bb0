/* tensor.c - see tensor.h */
#include "engine/tensor.h"

#include <stdio.h>
#include <string.h>

#include "engine/codec.h"
#include "engine/kernel.h"

enum { FIXED_BLOCK_MAX = 256 };

static bool count_fits(size_t rows, size_t cols, struct error *err)
{
	if (rows == 0 || cols == 0)
		return error_set(err, ERR_SHAPE, "a tensor of %zu x %zu holds nothing", rows, cols);
	if (rows > SIZE_MAX / 16 / cols)
		return error_set(err, ERR_SHAPE, "%zu x %zu weights are more than this machine can address", rows, cols);
	return true;
}

bool tensor_new_blocks(struct tensor *t, const struct codec *codec, size_t rows, size_t cols, size_t group, struct error *err)
{
	struct tensor n = { .codec = codec, .rows = rows, .cols = cols };

	memset(t, 0, sizeof *t);
	if (!count_fits(rows, cols, err))
		return false;
	if (codec->block_len) {
		if (cols % codec->block_len)
			return error_set(err, ERR_SHAPE, "%zu weights do not fill %s; %s has blocks of %u", cols,
					 cols < codec->block_len ? "a block" : "their blocks", codec->name, codec->block_len);
	} else {
		n.group = group ? group : rows * cols;
		if (n.group != rows * cols && cols % n.group) {
			error_set(err, ERR_SHAPE, "a group of %zu does not divide a row of %zu weights", group, cols);
			return error_hint(err, "group", "take a divisor of %zu, or leave group= out for one scale", cols);
		}
	}
	n.buffer = buffer_new(tensor_bytes(&n), err);
	if (!n.buffer)
		return false;
	*t = n;
	return true;
}

bool tensor_new(struct tensor *t, size_t rows, size_t cols, struct error *err)
{
	return tensor_new_blocks(t, &codec_f32, rows, cols, 0, err);
}

struct tensor tensor_hold(const struct tensor *t)
{
	buffer_hold(t->buffer);
	return *t;
}

void tensor_drop(struct tensor *t)
{
	if (!t)
		return;
	buffer_drop(t->buffer);
	memset(t, 0, sizeof *t);
}

size_t tensor_count(const struct tensor *t) { return t->rows * t->cols; }
size_t tensor_block_len(const struct tensor *t) { return t->codec->block_len ? t->codec->block_len : t->group; }
size_t tensor_block_bytes(const struct tensor *t) { return codec_block_bytes(t->codec, tensor_block_len(t)); }
size_t tensor_blocks(const struct tensor *t) { return tensor_count(t) / tensor_block_len(t); }
size_t tensor_bytes(const struct tensor *t) { return tensor_blocks(t) * tensor_block_bytes(t); }

double tensor_bits(const struct tensor *t)
{
	return 8.0 * (double)tensor_block_bytes(t) / (double)tensor_block_len(t);
}

unsigned char *tensor_block(const struct tensor *t, size_t block)
{
	return t->buffer->bytes + t->offset + block * tensor_block_bytes(t);
}

float *tensor_floats(const struct tensor *t)
{
	unsigned char *p = tensor_block(t, 0);

	return t->codec == &codec_f32 && (uintptr_t)p % _Alignof(float) == 0 ? (float *)(void *)p : NULL;
}

/* n weights from the middle of one block */
static void read_part(const struct tensor *t, size_t block, size_t from, size_t n, float *out)
{
	float whole[FIXED_BLOCK_MAX];

	if (t->codec->decode_part) {
		t->codec->decode_part(t->codec, tensor_block(t, block), from, n, out);
		return;
	}
	codec_decode(t->codec, tensor_block(t, block), t->codec->block_len, whole);
	memcpy(out, whole + from, n * sizeof *out);
}

bool tensor_read(const struct tensor *t, size_t at, size_t n, float *out)
{
	size_t len = tensor_block_len(t);

	if (t->codec == &codec_f32) {		/* as it lies there: most weights in memory are */
		memcpy(out, tensor_block(t, at), n * sizeof *out);
		return true;
	}
	while (n) {
		size_t from = at % len, part = len - from < n ? len - from : n;

		if (part < len) {
			read_part(t, at / len, from, part, out);
		} else {
			/* Blocks of one length follow each other, across rows too. Those of any length come singly. */
			part = t->codec->block_len ? n / len * len : len;
			codec_decode(t->codec, tensor_block(t, at / len), part, out);
		}
		at += part;
		out += part;
		n -= part;
	}
	return true;
}

void tensor_passed(const struct tensor *t, size_t at, size_t n)
{
	size_t len, bytes;

	if (!t->buffer->mapped)
		return;
	len = tensor_block_len(t);
	bytes = tensor_block_bytes(t);
	buffer_passed(t->buffer, t->offset, t->offset + tensor_bytes(t), t->offset + at / len * bytes, t->offset + (at + n) / len * bytes);
}

float tensor_get(const struct tensor *t, size_t at)
{
	float v;

	tensor_read(t, at, 1, &v);
	return v;
}

bool tensor_slice(const struct tensor *t, size_t r0, size_t r1, size_t c0, size_t c1, struct tensor *out, struct error *err)
{
	size_t len = tensor_block_len(t), first = r0 * t->cols + c0, rows = r1 - r0, cols = c1 - c0;
	bool together = cols == t->cols || rows == 1;		/* the weights lie in one piece */

	if (together && first % len == 0 && rows * cols % len == 0) {
		*out = tensor_hold(t);
		out->offset += first / len * tensor_block_bytes(t);
		out->rows = rows;
		out->cols = cols;
		out->dims = 0;
		return true;
	}
	if (!tensor_new(out, rows, cols, err))
		return false;
	for (size_t r = 0; r < rows; r++)
		tensor_read(t, (r0 + r) * t->cols + c0, cols, tensor_floats(out) + r * cols);
	return true;
}

bool tensor_pad(const struct tensor *t, enum pad pad, size_t multiple, struct tensor *out, struct error *err)
{
	size_t more = (multiple - t->cols % multiple) % multiple;

	if (pad == PAD_NONE)
		more = 0;
	if (more > SIZE_MAX - t->cols)
		return count_fits(SIZE_MAX, 2, err);
	if (!tensor_new(out, t->rows, t->cols + more, err))
		return false;
	for (size_t r = 0; r < t->rows; r++) {
		float *row = tensor_floats(out) + r * out->cols;

		tensor_read(t, r * t->cols, t->cols, row);
		for (size_t i = t->cols; i < out->cols; i++)
			row[i] = pad == PAD_EDGE ? row[t->cols - 1] : 0;
	}
	return true;
}

void tensor_describe(const struct tensor *t, char *buf, size_t size)
{
	if (t->rows == 1)
		snprintf(buf, size, "%s[%zu]", t->codec->name, t->cols);
	else
		snprintf(buf, size, "%s[%zu, %zu]", t->codec->name, t->rows, t->cols);
}
