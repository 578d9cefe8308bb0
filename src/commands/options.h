/*
 * options.h - how to quantize, as `quantize`, `step` and every view that takes CODEC tensor have it.
 */
#ifndef COMMANDS_OPTIONS_H
#define COMMANDS_OPTIONS_H

#include "commands/context.h"

#define QUANTIZE_OPTIONS \
	{ "pad", ARG_CHOICE, .named = true, .choices = "zero edge none", .summary = "what fills the last block of a row" }, \
	{ "imp", ARG_TENSOR, .named = true, .choices = "flat", .summary = "importance: one number for each column, or an importance file" }, \
	{ "axis", ARG_CHOICE, .named = true, .choices = "row", .summary = "int, uint: one scale a row" }, \
	{ "group", ARG_COUNT, .named = true, .min = 1, .max = 1e9, .summary = "int, uint: so many weights share a scale" }, \
	{ "codes", ARG_RANGE, .named = true, .summary = "int, uint: codes to use, as in -8..7" }, \
	{ "step", ARG_NUMBER, .named = true, .summary = "int, uint: the scale, instead of finding it" }, \
	{ "zero", ARG_COUNT, .named = true, .summary = "uint: the code that stands for 0" }

/* Of the arguments, with the setting `pad` where pad= is not given. o->importance is borrowed from a. */
bool options_given(struct context *c, const struct args *a, struct quantize_options *o, struct error *err);

/* codecs=: "q4_0 q4_K", families, or `all` (those of model files that quantize); up to CODEC_COUNT of them are added to list. */
bool codecs_named(const char *words, const struct codec *list[], size_t *n, struct error *err);

/* An option that means nothing without a codec, if one was given: then ERR_ARGUMENT. */
bool no_quantize_options(const struct args *a, struct error *err);

/* In an error about short blocks: names the command with a codec of any length, as the user would type it (interaction.md 12). */
void suggest_any_length(const char *verb, const struct args *a, struct error *err);

#endif
