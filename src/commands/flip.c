/* flip.c - one bit turned, in a copy. */
#include "commands/show.h"

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *x = args_get(a, "x")->value;
	const struct tensor *t = value_weights(x);
	size_t byte = (size_t)args_number(a, "byte", 0);

	if (!t || t->codec->flags & CODEC_PLAIN) {
		error_set(err, ERR_VALUE, "%s", t ? "plain weights have no blocks" : "no blocks are there whose bits could be turned");
		return error_hint(err, "x", "a quantized value, as in  flip (qs.quantize(x, \"int4\")) byte=0 bit=7");
	}
	if (!args_get(a, "byte") || !args_get(a, "bit")) {
		error_set(err, ERR_ARGUMENT, "which bit? %s= is missing", args_get(a, "byte") ? "bit" : "byte");
		return error_hint(err, NULL, "byte= counts from 0 through the blocks, bit= from 0, the one worth least, to 7");
	}
	if (args_get(a, "block")) {
		if (byte >= tensor_block_bytes(t)) {
			error_set(err, ERR_ARGUMENT, "no byte %zu in a block of %zu bytes", byte, tensor_block_bytes(t));
			return error_hint(err, "byte", "with block= bytes count within it");
		}
		byte += (size_t)args_number(a, "block", 0) * tensor_block_bytes(t);
	}
	return session_flip(c->session, x, byte, (unsigned)args_number(a, "bit", 0), out, err);
}

static bool after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	(void)a;
	(void)err;
	show_by_itself(c, v);
	return true;
}

const struct command command_flip = {
	.name     = "flip", .group = GROUP_QUANTIZING,
	.summary  = "a copy with one bit turned",
	.help     = "What one wrong bit does: flip it, then look at err, line or block. In the view block x does the same on the spot.",
	.args     = {
		{ "x", ARG_VALUE, .summary = "a quantized value" },
		{ "byte", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "through all blocks, from 0" },
		{ "bit", ARG_COUNT, .named = true, .min = 0, .max = 7, .summary = "0, worth least, to 7" },
		{ "block", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "byte= then counts within this block" },
		{ 0 }
	},
	.examples = { "flip (qs.quantize(x, \"int4\")) byte=3 bit=7", "q = quantize q4_K w; flip q block=2 byte=1 bit=6" },
	.related  = "block err decode",
	.run      = run,
	.after    = after,
};
