/*
 * error.c - errors in their three lines: what was wrong, where, what would be right. interaction.md 12.
 */
#include <string.h>

#include "commands/command.h"
#include "config.h"

enum { SHOWN_MAX = 400, BEFORE = 40 };	/* of a very long line a part around the place is shown */

static size_t columns_of(const char *s, size_t n)
{
	struct text shown = { 0 };
	size_t columns;

	text_escape(&shown, s, n, 0);
	columns = text_width(text_str(&shown), shown.len);
	text_drop(&shown);
	return columns;
}

/* The line as typed, and carets under the part that is meant; they may stand one column behind its end. */
static void place_lines(const struct error *e, const char *line, struct text *out)
{
	size_t at = e->at < strlen(line) ? e->at : strlen(line), behind = e->at > at, from = 0, number = 1, to, end, before, carets;
	struct text shown = { 0 };

	for (size_t i = 0; i < at; i++)
		if (line[i] == '\n') {
			from = i + 1;
			number++;
		}
	to = from + strcspn(line + from, "\n");
	if (strchr(line, '\n'))
		text_add(&shown, "line %zu: ", number);
	if (to - from > SHOWN_MAX) {
		if (at - from > BEFORE) {
			from = at - BEFORE;
			text_put(&shown, "\xe2\x80\xa6");
		}
		to = to - from > SHOWN_MAX ? from + SHOWN_MAX : to;
		while (from < at && ((unsigned char)line[from] & 0xC0) == 0x80)		/* whole characters */
			from++;
		while (to > at && ((unsigned char)line[to] & 0xC0) == 0x80)
			to--;
	}
	end = e->len < to - at ? at + e->len : to;
	before = text_width(text_str(&shown), shown.len) + columns_of(line + from, at - from) + behind;
	carets = columns_of(line + at, end - at);
	text_escape(&shown, line + from, to - from, 0);
	text_add(out, "\n  %s\n  %*s", text_str(&shown), (int)before, "");
	do
		text_put(out, "^");
	while (carets && --carets);
	text_drop(&shown);
}

void error_format(const struct error *e, const char *line, struct text *out)
{
	if (e->where[0])
		text_add(out, "%s: ", e->where);
	text_add(out, "error[%s]: ", error_class_name(e->class));
	text_escape(out, e->text, strlen(e->text), 0);		/* a script may have thrown anything */
	if (line && *line && e->len)
		place_lines(e, line, out);
	if (e->class == ERR_INTERNAL)
		text_add(out, "\n  a fault of %s: please report it with the command that was run", PACKAGE_STRING);
	else if (e->hint[0]) {
		text_put(out, "\n  ");
		text_escape(out, e->hint, strlen(e->hint), 0);
	}
}
