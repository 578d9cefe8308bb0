/* quantize.c - weights into the blocks of a codec, and back. */
#include "commands/options.h"
#include "commands/show.h"

static bool quantize_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct quantize_options o;

	if (!options_given(c, a, &o, err))
		return false;
	if (session_quantize(c->session, args_get(a, "codec")->codec, args_get(a, "x")->value, &o, out, err))
		return true;
	suggest_any_length("quantize", a, err);
	return false;
}

static bool quantize_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	if (!v)
		return true;
	if (args_flag(a, "text"))
		return show_view(c, view_default(v), v, NULL, err);
	show_by_itself(c, v);
	return true;
}

const struct command command_quantize = {
	.name     = "quantize", .alias = "quant", .group = GROUP_QUANTIZING,
	.summary  = "encode weights with a codec",
	.help     = "Codecs of model files have blocks of fixed length: pad= fills the last block of a row, and what is added is left out of every "
		    "error figure. int2 to int8 and uint2 to uint8 take any length: one scale for all, for a group, or a row.",
	.args     = {
		{ "codec", ARG_CODEC, .summary = "codecs lists them" },
		{ "x", ARG_TENSOR, .summary = "the weights" },
		QUANTIZE_OPTIONS,
		{ "text", ARG_FLAG, .summary = "the picture into the output" },
		{ 0 }
	},
	.examples = { "quantize q4_K (gauss(256))", "quantize q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	.related  = "decode step codecs line err",
	.run      = quantize_run,
	.after    = quantize_after,
};

static bool decode_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	return session_decode(c->session, args_get(a, "x")->value, out, err);
}

const struct command command_decode = {
	.name     = "decode", .group = GROUP_QUANTIZING,
	.summary  = "what comes back from a quantized value",
	.help     = "A tensor without the padding. Tensors of a model in a codec are decoded too.",
	.args     = {
		{ "x", ARG_VALUE, .summary = "a quantized value, or a tensor of a model" },
		{ 0 }
	},
	.examples = { "decode (qs.quantize(x, \"int4\"))", "decode x" },
	.related  = "quantize print err",
	.run      = decode_run,
};
