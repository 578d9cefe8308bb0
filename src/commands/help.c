/*
 * help.c - help from the tables: commands, views, codecs, settings, classes of errors, and the rows that other rooms hand in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/help.h"
#include "commands/show.h"
#include "commands/words.h"
#include "config.h"

/* ---- usage ---- */

static bool is_named(const struct arg *a)
{
	return a->named || a->kind == ARG_FLAG;
}

static void choices(const char *words, struct text *out)
{
	for (const char *s = words; *s; s++)
		text_putn(out, *s == ' ' ? "/" : s, 1);
}

static void usage_of(const struct arg *a, struct text *out)
{
	bool optional = a->optional || is_named(a);

	text_put(out, optional ? " [" : " ");
	if (a->named) {
		text_add(out, "%s=", a->name);
		if (a->choices && a->kind == ARG_CHOICE)
			choices(a->choices, out);
	} else if (a->kind == ARG_CODEC || a->kind == ARG_FILE || a->kind == ARG_VIEW || a->kind == ARG_MODEL) {
		for (const char *s = a->name; *s; s++)
			text_add(out, "%c", *s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s);
	} else if (a->kind == ARG_SUBJECT) {
		text_add(out, "[CODEC] %s", a->name);
	} else if (a->kind == ARG_CHOICE) {
		choices(a->choices, out);
	} else {
		text_put(out, a->name);
	}
	if (a->many)
		text_put(out, " \xe2\x80\xa6");
	if (optional)
		text_put(out, "]");
}

void command_usage(const struct command *c, struct text *out)
{
	const struct arg *a;

	text_put(out, c->name);
	for (size_t i = 0; (a = arg_at(c, i)); i++)
		usage_of(a, out);
}

/* ---- lines ---- */

/* Words of s, wrapped at width, each line indented. */
void help_wrap(struct text *out, const char *s, size_t indent, size_t width)
{
	size_t used = 0;

	while (*s) {
		size_t n = strcspn(s, " "), columns = text_width(s, n), gap = strspn(s + n, " ");

		if (used && used + 1 + columns > width) {
			text_put(out, "\n");
			used = 0;
		}
		if (!used) {
			text_add(out, "%*s", (int)indent, "");
			used = indent;
		} else {
			text_put(out, " ");
			used++;
		}
		text_putn(out, s, n);
		used += columns;
		s += n;
		for (size_t k = 1; k < gap && *s; k++) {	/* two blanks set a command apart: they stay */
			text_put(out, " ");
			used++;
		}
		s += gap;
	}
	text_put(out, "\n");
}

static const char *const kind_words[] = {
	[ARG_CODEC] = "codec", [ARG_TENSOR] = "tensor", [ARG_VALUE] = "value", [ARG_SUBJECT] = "value", [ARG_MODEL] = "model",
	[ARG_NUMBER] = "number", [ARG_COUNT] = "whole number", [ARG_RANGE] = "range", [ARG_SHAPE] = "shape", [ARG_SIZE] = "size",
	[ARG_PATTERN] = "pattern", [ARG_CHOICE] = "", [ARG_FLAG] = "flag", [ARG_FILE] = "file", [ARG_TEXT] = "word", [ARG_REST] = "rest of the line",
	[ARG_VIEW] = "view", [ARG_COMMAND] = "command", [ARG_LESSON] = "lesson", [ARG_DEMO] = "demo", [ARG_KNOB] = "knob", [ARG_SETTING] = "setting", [ARG_NAME] = "name",
};

/* `head`, then `s` from column `indent` on, wrapped. */
static void hanging(struct text *out, const char *head, const char *s, size_t indent, size_t width)
{
	struct text lines = { 0 };
	size_t used = text_width(head, strlen(head));

	help_wrap(&lines, s, indent, width);
	text_put(out, head);
	if (used >= indent)
		text_put(out, "\n");
	else if (*s)
		text_add(out, "%*s", (int)(indent - used), "");
	text_put(out, used >= indent ? text_str(&lines) : *s ? text_str(&lines) + indent : "\n");
	text_drop(&lines);
}

static void argument_line(const struct arg *a, size_t width, struct text *out)
{
	struct text head = { 0 };

	text_add(&head, "  %s%s", a->name, a->named ? "=" : "");
	text_pad(&head, 11);
	if (a->kind == ARG_CHOICE)
		choices(a->choices, &head);
	else
		text_put(&head, kind_words[a->kind]);
	if (a->kind != ARG_CHOICE && a->choices)
		text_add(&head, "/%s", a->choices);
	hanging(out, text_str(&head), a->summary ? a->summary : "", 27, width);
	text_drop(&head);
}

static void view_lines(const struct view *v, size_t width, struct text *out)
{
	struct text line = { 0 };

	text_put(&line, "shows");
	for (int k = 0; k < VALUE_KIND_COUNT; k++)
		if (v->fits & 1u << k)
			text_add(&line, " %s", value_kind_name((enum value_kind)k));
	text_put(&line, ". With a codec before a tensor it quantizes first.");
	help_wrap(out, text_str(&line), 2, width);
	text_drop(&line);
	for (const struct view_key *k = v->keys; k && k->keys; k++) {
		char head[60];

		snprintf(head, sizeof head, "  %s", k->keys);
		hanging(out, head, k->summary ? k->summary : k->label, 20, width);
	}
	if (v->gives_up)
		hanging(out, "  when narrow it gives up:", v->gives_up, 28, width);
	if (v->columns)
		hanging(out, "  columns for tsv and json:", v->columns, 28, width);
}

static bool command_word(const char *word, size_t width, struct text *out)
{
	const struct command *c = command_find(word);
	struct text usage = { 0 };
	const struct arg *a;

	if (!c)
		return false;
	command_usage(c, &usage);
	if (c->alias)
		text_add(&usage, "   or %s", c->alias);
	help_wrap(out, text_str(&usage), 0, width);
	text_drop(&usage);
	help_wrap(out, c->summary, 2, width);
	if (c->help)
		help_wrap(out, c->help, 2, width);
	for (size_t i = 0; (a = arg_at(c, i)); i++)
		argument_line(a, width, out);
	if (view_find(c->name))
		view_lines(view_find(c->name), width, out);
	for (size_t i = 0; i < 2; i++)
		if (c->examples[i])
			text_add(out, "%s  %s\n", i ? "          " : "  example:", c->examples[i]);
	if (c->related)
		hanging(out, "  see also:", c->related, 12, width);
	return true;
}

static bool codec_word(const char *word, size_t width, struct text *out)
{
	const struct codec *c = codec_find(word);

	(void)width;
	if (c)
		info_codec(c, out);
	return c != NULL;
}

static bool setting_word(const char *word, size_t width, struct text *out)
{
	for (const struct setting *s = settings; s->name; s++) {
		struct text line = { 0 };

		if (strcmp(s->name, word))
			continue;
		text_add(&line, "setting %s   ", s->name);
		if (s->choices)
			choices(s->choices, &line);
		else
			text_add(&line, "%g to %.16g", s->min, s->max);
		text_add(&line, "   default %s", s->initial);
		help_wrap(out, text_str(&line), 0, width);
		help_wrap(out, s->summary, 2, width);
		text_add(out, "  set %s %s\n", s->name, s->initial);
		text_drop(&line);
		return true;
	}
	return false;
}

/* What the word in brackets means: error[shape]. */
static const struct { const char *name, *meaning; } classes[] = {
	{ "syntax",    "The line cannot be read: a bracket or quote that stays open, something that is no number." },
	{ "command",   "There is no such command, or it cannot be run here." },
	{ "argument",  "An argument is missing, is one too many, or is not of the kind that the command takes." },
	{ "value",     "A value cannot be used: unknown, not finite, out of range." },
	{ "codec",     "There is no such codec, or it cannot do what was asked." },
	{ "shape",     "Rows and columns do not fit: a row that does not fill its blocks, a slice that reaches beyond." },
	{ "tensor",    "A model has no such tensor, or its data cannot be used." },
	{ "file",      "A file cannot be read or written. Exit code 3." },
	{ "format",    "A file is not what it should be: where, what was read, what was expected. Exit code 3." },
	{ "memory",    "There was not enough memory. Nothing else is lost." },
	{ "lua",       "Lua refused an expression or a statement." },
	{ "lesson",    "A lesson is wrong: its file and line are named." },
	{ "internal",  "The program is wrong. It goes on; please report it." },
	{ "cancelled", "Stopped by Ctrl-C. In batch mode exit code 130." },
};

static bool class_word(const char *word, size_t width, struct text *out)
{
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		if (strcmp(classes[i].name, word))
			continue;
		text_add(out, "error[%s]\n", word);
		help_wrap(out, classes[i].meaning, 2, width);
		return true;
	}
	return false;
}

static bool row_word(const char *word, size_t width, struct text *out)
{
	const struct help_row *r = help_row_find(word);

	if (!r)
		return false;
	help_wrap(out, r->usage, 0, width);
	help_wrap(out, r->summary, 2, width);
	return true;
}

static bool kind_word(const char *word, size_t width, struct text *out)
{
	enum value_kind kind;
	struct text views_of = { 0 };
	const struct view *v;

	if (!value_kind_find(word, &kind))
		return false;
	text_add(out, "%s   a kind of value\n", word);
	for (size_t i = 0; (v = view_at(i)); i++)
		if (v->fits & 1u << kind)
			text_add(&views_of, " %s", v->name);
	if (views_of.len) {
		char line[400];

		snprintf(line, sizeof line, "views that show it:%s", text_str(&views_of));
		help_wrap(out, line, 2, width);
	}
	text_drop(&views_of);
	return true;
}

static bool later_word(const char *word, size_t width, struct text *out)
{
	const struct view_later *v = view_later_find(word);
	struct text line = { 0 };

	if (!v)
		return false;
	text_add(out, "%s   a view that this version has not\n", v->name);
	text_add(&line, "%s: it shows %s, which nothing here makes yet. Meanwhile %s.", v->question, v->subject, v->meanwhile);
	help_wrap(out, text_str(&line), 2, width);
	text_drop(&line);
	return true;
}

/* ---- a word ---- */

size_t help_names(const char *names[], size_t max)
{
	size_t n = command_names(names, max);
	const struct help_row *r;

	for (size_t i = 0; i < CODEC_COUNT && n < max; i++)
		names[n++] = codecs[i]->name;
	for (const struct setting *s = settings; s->name && n < max; s++)
		names[n++] = s->name;
	for (size_t i = 0; i < sizeof classes / sizeof *classes && n < max; i++)
		names[n++] = classes[i].name;
	for (int k = 0; k < VALUE_KIND_COUNT && n < max; k++)
		names[n++] = value_kind_name((enum value_kind)k);
	for (size_t i = 0; (r = help_row_at(i)) && n < max; i++)
		names[n++] = r->name;
	for (const struct view_later *v = views_later; v->name && n < max; v++)
		names[n++] = v->name;
	if (n < max)
		names[n++] = "keys";
	return n;
}

/* A word may mean several things: `step` is a command and a setting. All are told. */
bool help_word(const char *word, size_t width, struct text *out)
{
	static bool (*const kinds[])(const char *, size_t, struct text *) = {
		command_word, codec_word, setting_word, class_word, kind_word, row_word, later_word
	};
	const char *names[1200];
	bool found = false;
	size_t n, len = out->len;

	width = width ? width : 80;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct text part = { 0 };

		if (kinds[i](word, width, &part)) {
			text_add(out, "%s%s", found ? "\n" : "", text_str(&part));
			found = true;
		}
		text_drop(&part);
	}
	if (!found) {
		n = help_names(names, sizeof names / sizeof *names);
		near_names(out, word, names, n);
	} else if (out->len > len && out->s[out->len - 1] == '\n') {
		out->s[--out->len] = 0;
	}
	return found;
}

/* ---- the screen ---- */

static const struct { const char *title; unsigned groups; } screen[] = {
	{ "values",     1u << GROUP_VALUES },
	{ "quantizing", 1u << GROUP_QUANTIZING | 1u << GROUP_METHODS },
	{ "models",     1u << GROUP_MODELS },
	{ "views",      1u << GROUP_VIEWS },
	{ "learning",   1u << GROUP_LEARNING },
	{ "running",    1u << GROUP_RUNNING },
};

static void group_lines(const char *title, unsigned groups, size_t width, struct text *out)
{
	const struct command *c;
	struct text names = { 0 }, lines = { 0 };

	for (size_t i = 0; (c = command_at(i)); i++)
		if (groups & 1u << c->group)
			text_add(&names, "%s%s", names.len ? " " : "", c->name);
	if (names.len) {
		help_wrap(&lines, text_str(&names), 14, width);
		text_add(out, "  %-12s%s", title, text_str(&lines) + 14);
	}
	text_drop(&names);
	text_drop(&lines);
}

void help_screen(size_t width, struct text *out)
{
	width = width ? width : 80;
	text_put(out, PACKAGE_STRING "   small numbers from large ones, step by step\n");
	for (size_t i = 0; i < sizeof screen / sizeof *screen; i++)
		group_lines(screen[i].title, screen[i].groups, width, out);
	text_put(out, "  help WORD   usage and examples of a command, a view, a codec, a setting ...\n");
	text_put(out, "  help keys   what the keys do      Tab  completes, also options and names\n");
	text_put(out, "  begin with  quantize int4 [-1.2, -0.6, 0.2, 1.0]      or  lesson\n");
	text_put(out, "  go on with  x = [-1.2, -0.6, 0.2, 1.0]   step int4 x   block int4 x\n");
	text_put(out, "              compare x int4 q4_0 pad=zero   line int4 x > picture.svg\n");
	text_put(out, "  a file      open model.gguf   browse   block model:blk.0.attn_q.weight");
}

/* ---- the command ---- */

static bool no_help(const char *word, const struct text *near, struct error *err)
{
	error_set(err, ERR_ARGUMENT, "no help for '%.60s'", word);
	return error_hint(err, "word", "%s%shelp  shows what there is", text_str(near), near->len ? ".   " : "");
}

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *word = args_text(a, "word", NULL);
	size_t width = (size_t)(c->host->width > 0 ? c->host->width : 80);
	struct text text = { 0 };
	bool ok = true;

	if (!word)
		help_screen(width, &text);
	else if (!strcmp(word, "keys"))
		ok = c->host->control(c->host->arg, "keys", "", &text, err);
	else if (!help_word(word, width, &text))
		ok = no_help(word, &text, err);
	if (ok && text.len && text.s[text.len - 1] == '\n')
		text.s[--text.len] = 0;
	if (ok) {
		say_text(c, STYLE_PLAIN, text_str(&text));
		out->value = value_string(text_str(&text), err);
		ok = out->value != NULL;
	}
	text_drop(&text);
	return ok;
}

const struct command command_help = {
	.name     = "help", .group = GROUP_RUNNING,
	.summary  = "one screen, or all about a word",
	.help     = "Of a command its arguments, with two examples that run as they stand; also of views, codecs, settings, classes of errors, kinds of "
		    "values and Lua functions. F1 asks about the word at the cursor.",
	.args     = { { "word", ARG_COMMAND, .optional = true, .summary = "what it is about" }, { 0 } },
	.examples = { "help", "help quantize" },
	.related  = "views codecs set",
	.run      = run,
	.quiet    = true,
};
