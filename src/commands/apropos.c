/* apropos.c - every table that help knows, searched for a text: commands and views, codecs, settings, Lua's functions, the glossary. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands/command.h"
#include "commands/glossary.h"

static bool holds(const char *s, const char *text)
{
	size_t n = strlen(text);

	for (; s && *s; s++)
		if (!strncasecmp(s, text, n))
			return true;
	return false;
}

static void add(struct table *t, const char *kind, const char *name, const char *about)
{
	table_row(t);
	table_text(t, kind);
	table_text(t, name);
	table_text(t, about ? about : "");
}

/* The sentence that holds the text, or the first: what a long entry is listed by. */
static void add_sentence(struct table *t, const char *name, const char *told, const char *text)
{
	struct text sentence = { 0 };
	const char *from = told;

	for (const char *s = told; *s; ) {
		const char *end = strstr(s, ". ");
		size_t n = end ? (size_t)(end - s) + 1 : strlen(s);

		text_clear(&sentence);
		text_putn(&sentence, s, n);
		if (holds(text_str(&sentence), text)) {
			from = s;
			break;
		}
		s += n + (end != NULL);
	}
	text_clear(&sentence);
	text_putn(&sentence, from, strstr(from, ". ") ? (size_t)(strstr(from, ". ") - from) + 1 : strlen(from));
	add(t, "explain", name, text_str(&sentence));
	text_drop(&sentence);
}

static void search(struct table *t, const char *text)
{
	const struct command *c;
	const struct term *e;
	const struct help_row *r;

	for (size_t i = 0; (c = command_at(i)); i++)
		if (holds(c->name, text) || holds(c->alias, text) || holds(c->summary, text) || holds(c->help, text))
			add(t, "command", c->name, c->summary);
	for (size_t i = 0; i < CODEC_COUNT; i++)
		if (holds(codecs[i]->name, text) || holds(codecs[i]->summary, text))
			add(t, "codec", codecs[i]->name, codecs[i]->summary);
	for (const struct setting *s = settings; s->name; s++)
		if (holds(s->name, text) || holds(s->summary, text))
			add(t, "setting", s->name, s->summary);
	for (size_t i = 0; (r = help_row_at(i)); i++)
		if (holds(r->name, text) || holds(r->usage, text) || holds(r->summary, text))
			add(t, "Lua", r->name, r->summary);
	for (size_t i = 0; (e = term_at(i)); i++)
		if (holds(e->name, text) || holds(e->also, text) || holds(e->text, text))
			add_sentence(t, e->name, e->text, text);
}

static bool apropos_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *text = args_text(a, "text", "");
	struct table *t;

	if (!*text) {
		error_set(err, ERR_ARGUMENT, "what is to be looked for?");
		return error_hint(err, "text", "as in  apropos scale");
	}
	t = table_new("kind name about");
	if (!t)
		return error_memory(err, "a table");
	search(t, text);
	if (t->rows)
		say_table(c, t);
	else
		say(c, "nothing in help or glossary holds '%.60s'", text);
	return (out->value = value_table(t, err));
}

const struct command command_apropos = {
	.name     = "apropos", .group = GROUP_RUNNING,
	.summary  = "searches all of help and the glossary for a text",
	.help     = "Commands and views, codecs, settings, Lua's functions and the words that explain knows; capitals do not matter. Columns: kind name "
		    "about.",
	.args     = { { "text", ARG_TEXT, .summary = "a part of a word or of what is said about it" }, { 0 } },
	.examples = { "apropos codebook", "apropos \"bits per weight\"" },
	.related  = "help explain",
	.run      = apropos_run,
	.quiet    = true,
};
