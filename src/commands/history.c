/* history.c - what was typed: the list of it, and a recording of what comes. The host has both. */
#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

enum { SHOWN = 20 };

/* Entry n as the host keeps it; false: there is none. */
static bool entry(struct context *c, long n, struct text *out)
{
	struct error ignored = { 0 };
	char how[24];

	text_clear(out);
	snprintf(how, sizeof how, "%ld", n);
	return c->host->control(c->host->arg, "history-entry", how, out, &ignored);
}

/* "FIRST LAST" of the entries there are; false: none. */
static bool bounds(struct context *c, long *first, long *last)
{
	struct error ignored = { 0 };
	struct text t = { 0 };
	bool ok = c->host->control(c->host->arg, "history-bounds", "", &t, &ignored) && sscanf(text_str(&t), "%ld %ld", first, last) == 2;

	text_drop(&t);
	return ok && *last >= *first;
}

static void say_entry(struct context *c, long n, const char *text)
{
	struct text out = { 0 };

	text_add(&out, "%5ld  ", n);
	for (; *text; text++)
		text_put(&out, *text == '\n' ? "\n       " : (char[]){ *text, 0 });
	say_text(c, STYLE_PLAIN, text_str(&out));
	text_drop(&out);
}

static bool history_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *what = args_text(a, "what", ""), *text = what;
	struct table *t = table_new("number line");
	struct text one = { 0 };
	long first, last, wanted = SHOWN, from;
	size_t rows = 0;
	char *end;

	if (!t)
		return error_memory(err, "a table");
	if (*what >= '0' && *what <= '9') {
		wanted = strtol(what, &end, 10);
		text = end + strspn(end, " \t");
	}
	if ((*text && *text != '/') || wanted < 1) {
		table_drop(t);
		error_set(err, ERR_ARGUMENT, "a number of lines, or /text, not '%.40s'", what);
		return error_hint(err, "what", "history   history 50   history /quantize   history 5 /open");
	}
	if (*text && text == what)
		wanted = 1000000;
	text += *text == '/';
	if (!bounds(c, &first, &last)) {
		say(c, "no line was typed yet");
		out->value = value_table(t, err);
		return out->value != NULL;
	}
	for (from = last + 1; from > first && wanted > 0; from--)
		wanted -= entry(c, from - 1, &one) && (!*text || strstr(text_str(&one), text));
	for (long n = from; n <= last; n++) {
		if (!entry(c, n, &one) || (*text && !strstr(text_str(&one), text)))
			continue;
		table_row(t);
		table_number(t, (double)n);
		table_text(t, text_str(&one));
		rows++;
		if (!strcmp(c->host->format ? c->host->format : "text", "text"))
			say_entry(c, n, text_str(&one));
	}
	text_drop(&one);
	if (strcmp(c->host->format ? c->host->format : "text", "text"))
		say_table(c, t);
	else if (!rows)
		say(c, "none of %ld lines has that", last - first + 1);
	else if (from > first && !*text)
		say(c, "%ld older:  history %ld  or  history /text", from - first, last - first + 1);
	out->value = value_table(t, err);
	return out->value != NULL;
}

const struct command command_history = {
	.name     = "history", .group = GROUP_RUNNING,
	.summary  = "lines typed before, with the numbers that !n takes",
	.help     = "The newest 20, or so many; with /text those that hold it. !n runs line n again after showing it. Kept over runs; "
		    "none twice in a row, none that begins with a blank. Columns: number line.",
	.args     = { { "what", ARG_REST, .optional = true, .summary = "how many, and /text they hold" }, { 0 } },
	.examples = { "history 5", "history /quantize" },
	.related  = "record",
	.run      = history_run,
	.quiet    = true,
};

/* ---- record ---- */

static bool record_begin(struct context *c, const struct args *a, const char *path, struct error *err)
{
	bool output = args_flag(a, "output"), ok;
	struct text head = { 0 }, answer = { 0 };

	text_put(&head, "# typed in " PACKAGE_NAME "; run FILE plays it");
	text_put(&head, output ? ", --doctest FILE compares what is printed\n" : "\n");
	if (output)
		text_add(&head, "# ``` width=%d pane=%s ascii=%s\n", c->host->width, c->host->has_pane ? "on" : "off", c->host->ascii ? "on" : "off");
	ok = session_write(c->session, path, text_str(&head), head.len, false, args_flag(a, "force"), err) &&
	     c->host->control(c->host->arg, output ? "record-output" : "record", path, &answer, err);
	text_drop(&head);
	text_drop(&answer);
	if (ok)
		say(c, "recording in %s;  record off  ends it", path);
	return ok;
}

static bool record_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *path = args_text(a, "file", NULL);
	bool off = args_get(a, "off") != NULL, ok;	/* a flag whose word says off counts as not set */
	struct text answer = { 0 };

	(void)out;
	if (path && !off)
		return record_begin(c, a, path, err);
	ok = c->host->control(c->host->arg, off ? "record-off" : "record-state", "", &answer, err);
	if (ok)
		say_text(c, STYLE_PLAIN, text_str(&answer));
	text_drop(&answer);
	return ok;
}

const struct command command_record = {
	.name     = "record", .group = GROUP_RUNNING,
	.summary  = "write what is typed from now on to a file that run plays",
	.help     = "A line that failed is kept as a comment. With output, what was printed stands below each line as comments, and --doctest FILE "
		    "compares it with what is printed then. Alone it says whether something is recorded.",
	.args     = {
		{ "file", ARG_FILE, .optional = true, .ending = ".qs", .summary = "where it is written" },
		{ "output", ARG_FLAG, .summary = "also what is printed" },
		{ "force", ARG_FLAG, .summary = "over a file that is there" },
		{ "off", ARG_FLAG, .summary = "end the recording" },
		{ 0 }
	},
	.examples = { "record session.qs output force", "record off" },
	.related  = "history feed",
	.run      = record_run,
	.quiet    = true,
};
