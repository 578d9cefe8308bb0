/*
 * glossary.c - see glossary.h. Numbers of single codecs are not written here where their tables have them.
 */
#include "commands/glossary.h"

#include <stddef.h>

const struct term glossary[] = {
	{ "absmax", NULL,
	  "The largest magnitude of a group of weights. A symmetric scale is absmax divided by the largest code, so "
	  "that the weight furthest from zero just fits; one outlier makes it large for all.",
	  NULL, "line int4 [-1.2, -0.6, 0.2, 1.0]" },
	{ "accumulator", NULL,
	  "The wide integer in which products of narrow ones are added up. Two 8-bit factors give 16 bits, and a sum "
	  "of 128 of them needs 7 more; 32 bits hold any block's sum.",
	  NULL, "dot q4_0 (gauss(32)) q8_0 (gauss(32))" },
	{ "activation", NULL,
	  "A number that flows through a network, as against a weight that is stored. Activations change with every "
	  "input, so their scales are found while running; q8_0 and q8_K hold them beside quantized weights.",
	  "q8_0 q8_K", "codecs max=9" },
	{ "alignment", "aligned",
	  "In a model file the data of each tensor begins at a multiple of some number of bytes, usually 32; zeros fill "
	  "the gap before it. So memory can be mapped and read in whole pieces.",
	  NULL, "help check" },
	{ "asymmetric", "affine",
	  "With a zero point or minimum: the codes cover lowest to highest, wherever these lie. It wins where "
	  "weights are not centred on zero and costs one more stored number a group.",
	  "q4_1 q4_K", "line uint4 [-1.2, -0.6, 0.2, 1.0]" },
	{ "bf16", "bfloat16",
	  "A 16-bit float with the 8 exponent bits of f32 and 7 fraction bits: the range of f32 with two to three "
	  "decimal digits. It is f32 with its lower half rounded away.",
	  "bf16", "bits 0.15 bf16" },
	{ "bias", "mean error",
	  "The mean of the errors. An error is what comes back minus the original, so a bias above zero means that "
	  "weights grew on average.",
	  NULL, "err q4_0 (gauss(256))" },
	{ "binary", NULL,
	  "One bit a weight: only its sign is kept, with a scale for the group.",
	  "q1_0", "block q1_0 (gauss(256))" },
	{ "bits per weight", "bpw,b/w",
	  "Bytes of a block times 8, divided by its weights: codes and everything stored beside them. A 4-bit codec "
	  "has more than 4.",
	  "q4_0 q4_K q8_0", "codecs" },
	{ "block", NULL,
	  "The weights that a file stores as one unit, with their own scale. Blocks are cut from rows; a row must be "
	  "a whole number of them.",
	  "q4_0 q8_0 q4_K", "block q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "calibration", NULL,
	  "Choosing the range that the codes cover, from samples: all of it (min-max), most of it (percentile), or the "
	  "range whose errors cost least. A wide range has coarse steps, a narrow one cuts off.",
	  NULL, "calibrate (gauss(1000)) bits=4 method=mse" },
	{ "clipping", "saturation",
	  "A weight beyond the last code is stored as the last code. A smaller step clips more and rounds finer; the "
	  "best step may clip on purpose.",
	  NULL, "line int4 [-1.2, -0.6, 0.2, 1.0] step=0.1" },
	{ "code", NULL,
	  "The small whole number that is stored for a weight. With its scale, and its minimum if there is one, it "
	  "becomes the weight that comes back.",
	  NULL, "line int4 [-1.2, -0.6, 0.2, 1.0]" },
	{ "codebook", "lookup table",
	  "A table of values that codes point into, instead of evenly spaced steps. It may hold single values "
	  "(iq4_nl has 16) or vectors of 4 or 8 magnitudes (iq2_xxs has 256).",
	  "iq4_nl iq2_xxs", "match iq2_xxs (gauss(256))" },
	{ "codec", NULL,
	  "A way to store weights: encoder, block layout and decoder. This program's run the real file formats, and "
	  "some that are made for teaching.",
	  NULL, "codecs" },
	{ "comb", NULL,
	  "What a histogram looks like after quantizing a whole tensor with one scale: only few values are left, "
	  "with gaps between them.",
	  NULL, "hist (gauss(4096)) over=int4" },
	{ "cosine similarity", "cosine",
	  "The cosine of the angle between weights before and after, 1 if they point the same way. It does not see a "
	  "common factor, so look at rmse too.",
	  NULL, "err q4_0 (gauss(256))" },
	{ "dB", "decibel",
	  "Ten times the decimal logarithm of a ratio of energies. Each bit more is worth about 6.02 dB of signal to "
	  "noise.",
	  NULL, "rd (gauss(4096))" },
	{ "decoding", "dequantization",
	  "Turning blocks into weights again: code times scale, minus the minimum if there is one. It loses nothing; "
	  "all loss is in the encoding.",
	  NULL, "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "denormal", "subnormal",
	  "A float too small for a normal exponent: it has leading zeros in its fraction and fewer digits. f16 has "
	  "them below 2^-14, so very small scales are stored coarsely.",
	  NULL, "bits 1e-6 f16" },
	{ "distortion", NULL,
	  "The mean squared error that a codec leaves. Rate and distortion are traded against each other: fewer "
	  "bits, more of it.",
	  NULL, "rd (gauss(4096))" },
	{ "double quantization", NULL,
	  "Scales are quantized too: q4_K keeps six bits for each scale and minimum, and one f16 for all scales of a "
	  "block of 256.",
	  "q4_K q6_K", "tree q4_K (gauss(256))" },
	{ "dynamic range", NULL,
	  "The ratio of the largest to the smallest magnitude that can be told from zero. Floats have much, integers "
	  "with one scale little.",
	  NULL, "bits 0.15" },
	{ "e2m1", "fp4",
	  "A 4-bit float: sign, 2 exponent bits, 1 fraction bit. Its magnitudes are 0 .5 1 1.5 2 3 4 6, dense near "
	  "zero.",
	  "mxfp4 nvfp4", "fp4 mxfp4 (gauss(32))" },
	{ "e4m3", "fp8",
	  "An 8-bit float with 4 exponent and 3 fraction bits, largest value 448. nvfp4 uses it for its scales.",
	  "nvfp4", "bits 0.15 e4m3" },
	{ "e5m2", NULL,
	  "An 8-bit float with 5 exponent and 2 fraction bits: the exponents of f16, with two fraction bits left.",
	  NULL, "bits 0.15 e5m2" },
	{ "e8m0", NULL,
	  "Eight exponent bits and nothing else: a power of two. mxfp4 stores one as the scale of 32 weights.",
	  "mxfp4", "block mxfp4 (gauss(32))" },
	{ "error", NULL,
	  "What comes back minus the original. Every figure here (rmse, bias, largest) is of this difference, and "
	  "padding takes no part.",
	  NULL, "bars q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "excess kurtosis", "kurtosis",
	  "How heavy the tails are: the mean fourth power in units of sd, minus the 3 of a Gaussian. Above 0: more "
	  "weights far out, harder to quantize with one scale.",
	  NULL, "hist (student(4096))" },
	{ "exponent", NULL,
	  "The part of a float that says which power of two it is near. One more exponent bit squares the range; one "
	  "more fraction bit halves the steps.",
	  NULL, "bits 0.15 f32" },
	{ "f16", "half",
	  "A 16-bit float: sign, 5 exponent bits, 10 fraction bits. Most block scales are stored in it; the largest "
	  "is 65504.",
	  "f16", "bits 0.15 f16" },
	{ "f32", NULL,
	  "A 32-bit float: sign, 8 exponent bits, 23 fraction bits. Weights are mostly trained in it, and all errors "
	  "here are measured against it.",
	  "f32", "bits 0.15 f32" },
	{ "field", NULL,
	  "A named part of a block's bytes: d the scale, qs the codes and so on. All fields together cover the "
	  "block.",
	  NULL, "block q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "fixed point", NULL,
	  "Whole numbers with an agreed position of the point: the value is the code times a step that is a power of "
	  "two.",
	  NULL, "bits 0.15 int" },
	{ "GGUF", NULL,
	  "The model file of llama.cpp and ggml: a header, keys and values, a list of tensors, then their data, "
	  "aligned. Shapes are stored in reverse order.",
	  NULL, "help open" },
	{ "granularity", "per tensor,per row,per channel,per group",
	  "Who shares a scale: a whole tensor, a row, or a group of weights in a row. The finer, the closer each scale "
	  "fits, and the more bits the scales take.",
	  "q8_0 q4_K", "chan (gauss({4, 64}))" },
	{ "group", NULL,
	  "Weights that share a scale in a codec of any length; in file formats this is the block or the sub-block.",
	  NULL, "quantize int4 (gauss(64)) group=16" },
	{ "high bits", NULL,
	  "Codes of 3, 5 or 6 bits do not fill nibbles: the bits above are packed apart (qh in q5_0, hmask in q3_K), "
	  "and a code's bits lie in two places.",
	  "q5_0 q3_K q6_K", "block q5_0 (gauss(32))" },
	{ "histogram", NULL,
	  "How many weights lie in each of a row of equal bins. Labels are the centres of bins.",
	  NULL, "hist (gauss(4096))" },
	{ "I-quants", NULL,
	  "The formats whose names begin with iq. iq1, iq2 and iq3 take groups of weights from a codebook of "
	  "vectors; iq4_nl and iq4_xs have a table of 16 uneven values.",
	  "iq2_xxs iq3_s iq4_xs", "codecs I" },
	{ "importance", "imatrix,importance matrix",
	  "How much a column matters: the mean square of what is multiplied with it. With it an encoder minimizes "
	  "the weighted error, and the lowest-bit formats need it.",
	  "iq2_xxs iq1_s", "rd (gauss({1, 256})) codecs=\"iq2_xxs q2_K\"" },
	{ "K-quants", NULL,
	  "The formats with super-blocks of 256 weights, whose sub-blocks have scales that are themselves quantized: "
	  "q2_K to q6_K.",
	  "q2_K q3_K q4_K q5_K q6_K", "tree q4_K (gauss(256))" },
	{ "levels", NULL,
	  "The values that a block can hold: one for each code. Their distance is the step.",
	  NULL, "line int4 [-1.2, -0.6, 0.2, 1.0]" },
	{ "max error", NULL,
	  "The largest magnitude of an error. For even steps without clipping it is about half a step.",
	  NULL, "err q4_0 (gauss(256))" },
	{ "minimum", NULL,
	  "The number taken away after scaling, in formats that have one (q4_1, q4_K): the lowest weight of the "
	  "group is then code 0.",
	  "q4_1 q4_K", "tree q4_K (gauss(256))" },
	{ "model", NULL,
	  "A file of named tensors with keys and values about them.",
	  NULL, "help open" },
	{ "mse", "mean squared error",
	  "Mean squared error: the mean of the squares of the errors.",
	  NULL, "err q4_0 (gauss(256))" },
	{ "mxfp4", NULL,
	  "Four-bit floats in blocks of 32 with a power-of-two scale (e8m0).",
	  "mxfp4", "fp4 mxfp4 (gauss(32))" },
	{ "nibble", NULL,
	  "Half a byte: 4 bits, a number from 0 to 15. q4_0 keeps weight i in the low nibble and weight i + 16 in "
	  "the high one of the same byte.",
	  "q4_0", "block q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "non-linear", "uneven",
	  "Codes that are not evenly spaced: denser where weights are frequent. iq4_nl has 16 such values.",
	  "iq4_nl", "line iq4_nl (gauss(32))" },
	{ "nvfp4", NULL,
	  "Four-bit floats in groups of 16 with an 8-bit float (e4m3) as their scale.",
	  "nvfp4", "fp4 nvfp4 (gauss(64))" },
	{ "outlier", NULL,
	  "A weight far from all others. In a block with one scale it makes the step large for its neighbours; small "
	  "blocks keep the harm small.",
	  NULL, "chan (outliers({8, 256}))" },
	{ "padding", NULL,
	  "Weights added to fill the last block of a row. They are drawn dim and take part in no figure.",
	  NULL, "quantize q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "pareto", "pareto front",
	  "A codec is on the Pareto front if none other has both fewer bits and less error.",
	  NULL, "rd (gauss(4096)) pareto" },
	{ "parity", NULL,
	  "The sign trick of iq2_xxs and its kin: of eight signs seven are stored, the eighth is such that the "
	  "number of minus signs is even. If it is odd, the sign that costs least is turned.",
	  "iq2_xxs iq3_xxs", "match iq2_xxs (gauss(256))" },
	{ "per-channel", "per-row",
	  "One scale a row of the matrix instead of one for all: rows that differ in range no longer spoil each "
	  "other.",
	  NULL, "chan (gauss({16, 256}))" },
	{ "per-tensor", NULL,
	  "One scale for a whole tensor: cheapest, and spoilt by its largest weight.",
	  NULL, "chan (gauss({16, 256}))" },
	{ "perplexity", NULL,
	  "The exponent of the mean loss of a language model on a text. It is measured on a running model; weight "
	  "errors alone do not give it.",
	  NULL, "help rd" },
	{ "quantile", "percentile",
	  "The value below which a given share of the weights lies: 50 % is the median.",
	  NULL, "hist (gauss(4096))" },
	{ "quantization", NULL,
	  "Storing numbers with few bits: each is replaced by the nearest of a few levels. What cannot be told apart "
	  "afterwards is lost.",
	  NULL, "line int4 [-1.2, -0.6, 0.2, 1.0]" },
	{ "rate", NULL,
	  "Bits per weight, in the language of rate and distortion.",
	  NULL, "rd (gauss(4096))" },
	{ "recipe", NULL,
	  "Which tensor of a model gets which codec: Q4_K_M is a recipe, q4_K a codec. Recipes give more bits where "
	  "errors cost more.",
	  NULL, "name Q4_K_M" },
	{ "relative error", "rel",
	  "rmse divided by the root mean square of the weights: 0.07 means that the errors have 7 % of the weights' "
	  "size.",
	  NULL, "err q4_K (gauss(256))" },
	{ "requantizing", NULL,
	  "Quantizing what was quantized before: both losses add up, and the first cannot be undone.",
	  NULL, "requant (gauss(256)) q8_0 q4_K" },
	{ "rmse", NULL,
	  "Root of the mean squared error: the usual size of an error, in the units of the weights.",
	  NULL, "err q4_0 (gauss(256))" },
	{ "rounding", NULL,
	  "Taking the nearest code. At exactly half, encoders differ: away from zero, or to the even code.",
	  NULL, "step int4 [-1.2, -0.6, 0.2, 1.0]" },
	{ "safetensors", NULL,
	  "A model file: a length, a header in JSON, then the raw tensors. Mostly weights at full precision.",
	  NULL, "help open" },
	{ "scale", "step size",
	  "The number that codes are multiplied with: the step between neighbouring levels. A block stores it as "
	  "f16, as 6 bits of a larger scale, or as a power of two.",
	  NULL, "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "scale search", NULL,
	  "An encoder may try several scales and keep the one with the least (weighted) error, instead of taking "
	  "absmax.",
	  NULL, "scales q4_K (gauss(256))" },
	{ "sign bit", NULL,
	  "The bit that says minus. Codebooks hold magnitudes; signs are kept beside the index.",
	  NULL, "match iq2_xxs (gauss(256))" },
	{ "signal to noise", "snr",
	  "The energy of the weights divided by the energy of the errors, in dB. Ten dB more is a tenth of the error "
	  "energy.",
	  NULL, "rd (gauss(4096))" },
	{ "standard deviation", "sd,sigma",
	  "The root of the mean squared distance from the mean; for weights around zero their usual size.",
	  NULL, "hist (gauss(4096))" },
	{ "sub-block", NULL,
	  "Weights within a super-block that share a scale: 32 in q4_K, 16 in q6_K.",
	  "q4_K q6_K", "tree q4_K (gauss(256))" },
	{ "super-block", NULL,
	  "256 weights with one f16 scale for the small scales of its sub-blocks. The cost of precise scales is "
	  "spread over more weights.",
	  "q4_K q6_K iq4_xs", "tree q4_K (gauss(256))" },
	{ "symmetric", NULL,
	  "Without zero point: zero keeps a code of its own, and lowest and highest code are as far from it.",
	  NULL, "line int4 [-1.2, -0.6, 0.2, 1.0]" },
	{ "tensor", NULL,
	  "An array of numbers. Here it always has rows and columns; a row is the run that blocks are cut from.",
	  NULL, "info (gauss({4, 256}))" },
	{ "ternary", NULL,
	  "Weights that are -1, 0 or 1 times a scale. tq1_0 packs five of them into a byte (3^5 = 243), tq2_0 two "
	  "bits each.",
	  "tq1_0 tq2_0", "block tq1_0 (gauss(256))" },
	{ "tie", NULL,
	  "A weight exactly between two codes. Which one is taken depends on the rounding rule, and other programs' "
	  "bytes depend on it.",
	  NULL, "step int4 [-7, 0.5, 1.5, 2.5]" },
	{ "trace", NULL,
	  "The record of an encoder at work: each step, and each value as it came to be. It can be walked forth and "
	  "back.",
	  NULL, "step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero" },
	{ "vector quantization", NULL,
	  "One index stands for several weights at once: the nearest vector of a codebook. It reaches fewer bits a "
	  "weight than any code for single weights.",
	  "iq2_xxs iq1_s", "match iq2_xxs (gauss(256))" },
	{ "weight", NULL,
	  "A number that a model has learned and a file stores.",
	  NULL, "print (gauss(8))" },
	{ "zero point", NULL,
	  "The code that stands for 0.0 in an asymmetric code of whole numbers, so that zero comes back exactly.",
	  NULL, "line uint4 [-1.2, -0.6, 0.2, 1.0]" },
	{ NULL, NULL, NULL, NULL, NULL }
};
