/* record.c - see record.h */
#include "repl/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"

#define ELLIPSIS "\xe2\x80\xa6"

static struct {
	struct session *session;
	char *path;
	bool output;
	size_t lines;
	bool pending;			/* a line runs */
	bool echo;			/* what is said next is the entry of !n */
	char prompt[80];
	struct text typed, said;
	unsigned long errors;		/* told before it */
} record;

static void forget_line(void)
{
	record.pending = record.echo = false;
	text_drop(&record.typed);
	text_drop(&record.said);
}

static void forget(void)
{
	forget_line();
	free(record.path);
	record.path = NULL;
}

void record_begin(struct session *session, const char *path, bool output)
{
	forget();
	record.session = session;
	record.path = strdup(path);
	record.output = output;
	record.lines = 0;
}

const char *record_path(void)
{
	return record.path;
}

size_t record_lines(void)
{
	return record.lines;
}

/* Appends to the file. If that fails the recording ends, and says so once. */
static void write_out(struct runner *r, const struct text *t)
{
	struct error err = { 0 };

	if (!t->failed && session_write(record.session, record.path, text_str(t), t->len, true, true, &err))
		return;
	if (t->failed)
		error_memory(&err, "a recording");
	error_while(&err, "the recording ends");
	error_hint(&err, NULL, "what was recorded before is in %s", record.path);
	forget();
	if (r) {
		struct host *host = runner_context(r)->host;
		struct text shown = { 0 };

		error_format(&err, NULL, &shown);
		host->complain(host->arg, text_str(&shown));
		text_drop(&shown);
	}
}

/* Lines of text, each behind `first`, further ones behind `more`. */
static void put_lines(struct text *out, const char *text, const char *first, const char *more)
{
	for (const char *before = first; *text; before = more) {
		size_t n = strcspn(text, "\n");

		text_add(out, "%s%.*s\n", before, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

/* What --doctest would take for something else, or could not be the same again. */
static bool hides(const char *line, size_t n)
{
	size_t word = 0;

	while (word < n && word < 24 && (isalnum((unsigned char)line[word]) || strchr("-_ /.", line[word])))
		word++;
	return !strncmp(line, "```", 3) || !strncmp(line, "took ", 5) || (word && word + 1 < n && !strncmp(line + word, "> ", 2));
}

static void put_output(struct text *out, const char *text)
{
	while (*text) {
		size_t n, place = strncmp(text, "stdin:", 6) ? 0 : 6 + strspn(text + 6, "0123456789");

		if (place && !strncmp(text + place, ": error[", 8))
			text += place + 2;		/* which line of a pipe it was is nothing to compare */
		n = strcspn(text, "\n");
		if (hides(text, n))
			text_put(out, !strncmp(text, "took ", 5) ? "# took " ELLIPSIS "\n" : "# " ELLIPSIS "\n");
		else
			text_add(out, n ? "# %.*s\n" : "#\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void write_line(struct runner *r)
{
	bool failed = runner_errors(r) != record.errors;
	struct text out = { 0 };
	char before[90];

	if (record.output) {
		snprintf(before, sizeof before, "# %s", record.prompt);
		put_lines(&out, text_str(&record.typed), before, "# ..> ");
	}
	if (!failed)
		put_lines(&out, text_str(&record.typed), "", "");
	else if (!record.output)
		put_lines(&out, text_str(&record.typed), "# failed: ", "#         ");
	put_output(&out, text_str(&record.said));
	record.lines++;
	forget_line();
	write_out(r, &out);
	text_drop(&out);
}

void record_idle(struct runner *r)
{
	if (record.path && record.pending)
		write_line(r);
}

void record_line(struct runner *r, const char *line)
{
	if (!record.path)
		return;
	record_idle(r);
	if (!record.path)
		return;
	text_put(&record.typed, line);
	snprintf(record.prompt, sizeof record.prompt, "%s", runner_prompt(r));
	record.errors = runner_errors(r);
	record.pending = true;
}

void record_instead(const char *line)
{
	if (!record.pending)
		return;
	text_clear(&record.typed);
	text_put(&record.typed, line);
	record.echo = true;
}

void record_said(const char *text)
{
	if (!record.pending || !record.output)
		return;
	if (!record.echo)
		text_add(&record.said, "%s\n", text);
	record.echo = false;
}

void record_off(struct runner *r)
{
	struct text end = { 0 };

	if (!record.path)
		return;
	forget_line();
	if (record.output) {
		text_put(&end, "# ```\n");
		write_out(r, &end);
		text_drop(&end);
	}
	forget();
}
