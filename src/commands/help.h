/*
 * help.h - what help and completion share.
 */
#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H

#include "commands/command.h"

size_t help_names(const char *names[], size_t max);	/* every word that help knows, in no order */
void help_wrap(struct text *out, const char *s, size_t indent, size_t width);	/* words wrapped, each line indented; ends with LF */
void info_codec(const struct codec *c, struct text *out);	/* layout of a codec, in lines; info.c */

#endif
