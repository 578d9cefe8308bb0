/*
 * say.c - output of commands: lines, notes and tables, to the host or into the file after `>`.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/context.h"

static bool is_picture(const struct text *t)
{
	return !strncmp(text_str(t), "<svg", 4);
}

/* A picture or the data of a table is a file of its own: words about it are said. */
void say_text(struct context *c, enum style style, const char *text)
{
	if (c->background)
		return;
	if (c->redirected && !c->data && !is_picture(c->redirected)) {
		text_put(c->redirected, text);
		text_put(c->redirected, "\n");
	} else {
		c->host->say(c->host->arg, style, text);
	}
}

static void format(struct text *out, const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		return;
	text_put(out, s);
	free(s);
}

void say(struct context *c, const char *fmt, ...)
{
	struct text line = { 0 };
	va_list ap;

	va_start(ap, fmt);
	format(&line, fmt, ap);
	va_end(ap);
	say_text(c, STYLE_PLAIN, text_str(&line));
	text_drop(&line);
}

void note(struct context *c, const char *fmt, ...)
{
	struct text line = { 0 };
	va_list ap;

	if (c->background)
		return;
	text_put(&line, "note: ");
	va_start(ap, fmt);
	format(&line, fmt, ap);
	va_end(ap);
	c->host->complain(c->host->arg, text_str(&line));
	text_drop(&line);
}

/* Takes the last line end away: hosts add it. */
static void without_end(struct text *t)
{
	if (t->len && t->s[t->len - 1] == '\n')
		t->s[--t->len] = 0;
}

/* What a program reads: the words before it are no part of it. */
static void say_data(struct context *c, struct text *out)
{
	if (c->redirected && c->redirected->len && !c->data) {
		without_end(c->redirected);
		c->host->say(c->host->arg, STYLE_PLAIN, text_str(c->redirected));
		text_clear(c->redirected);
	}
	c->data = true;
	if (c->redirected)
		text_put(c->redirected, text_str(out));
	without_end(out);
	if (!c->redirected)
		say_text(c, STYLE_PLAIN, text_str(out));
}

void say_table(struct context *c, const struct table *t)
{
	const char *format_wanted = c->host->format ? c->host->format : "text";
	struct text out = { 0 };

	if (!strcmp(format_wanted, "tsv"))
		table_write_tsv(t, &out);
	else if (!strcmp(format_wanted, "json"))
		table_write_json(t, &out);
	else
		table_write_text(t, c->redirected ? 0 : (size_t)(c->host->width > 0 ? c->host->width : 0), &out);
	if (strcmp(format_wanted, "text") != 0) {
		say_data(c, &out);
	} else {
		without_end(&out);
		say_text(c, STYLE_PLAIN, text_str(&out));
	}
	text_drop(&out);
}
