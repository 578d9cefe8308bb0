/* flip.c - one bit of the blocks turned, in a copy. */
#include <string.h>

#include "session/session.h"

bool session_flip(struct session *s, const struct value *v, size_t byte, unsigned bit, struct outcome *out, struct error *err)
{
	const struct quantized *q = value_as_quantized(v);
	struct quantized copy = { 0 };
	struct tensor blocks;
	size_t size;

	(void)s;
	if (q)
		copy = quantized_hold(q);
	else if (v->kind == VALUE_TENSOR)
		copy.blocks = tensor_hold(&v->u.tensor);
	else {
		error_set(err, ERR_VALUE, "%s has no bits to flip", value_kind_name(v->kind));
		return error_hint(err, "x", "a quantized value: quantize q4_0 x");
	}
	size = tensor_bytes(&copy.blocks);
	if (byte >= size || bit > 7) {
		quantized_drop(&copy);
		error_set(err, ERR_ARGUMENT, "no bit %u of byte %zu: there are %zu bytes of 8 bits", bit, byte, size);
		return error_hint(err, byte >= size ? "byte" : "bit", "bytes and bits count from 0");
	}
	if (!tensor_new_blocks(&blocks, copy.blocks.codec, copy.blocks.rows, copy.blocks.cols, copy.blocks.group, err)) {
		quantized_drop(&copy);
		return false;
	}
	memcpy(tensor_block(&blocks, 0), tensor_block(&copy.blocks, 0), size);
	tensor_block(&blocks, 0)[byte] ^= (unsigned char)(1u << bit);
	tensor_drop(&copy.blocks);
	copy.blocks = blocks;
	copy.measured = copy.source.codec && measure_loss(&blocks, &copy.source, copy.padding, NULL, NULL, 0, NULL, &copy.loss, NULL);
	out->value = value_quantized(copy, err);
	if (out->value)
		value_name(out->value, v->label);
	return out->value != NULL;
}
