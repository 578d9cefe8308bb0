/* explain.c - the glossary: what a word of the field means, the numbers of this engine, and the command that shows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands/glossary.h"
#include "commands/help.h"
#include "commands/words.h"

enum { ADDED_MAX = 200 };

static const struct term *added[ADDED_MAX];
static size_t n_added;

const struct term *term_at(size_t i)
{
	if (i < n_added)
		return added[i];
	for (size_t k = 0; glossary[k].name; k++)
		if (k == i - n_added)
			return &glossary[k];
	return NULL;
}

bool term_add(const struct term *t)
{
	if (n_added == ADDED_MAX)
		return false;
	added[n_added++] = t;
	return true;
}

void term_remove(const struct term *t)
{
	for (size_t i = 0; i < n_added; i++)
		if (added[i] == t) {
			memmove(&added[i], &added[i + 1], (n_added - i - 1) * sizeof *added);
			n_added--;
		}
}

/* Blanks, hyphens and case do not matter: "super block", "Super-Block". */
static bool same_word(const char *a, size_t n, const char *b)
{
	size_t i = 0;

	for (;;) {
		while (i < n && (a[i] == ' ' || a[i] == '-' || a[i] == '_'))
			i++;
		while (*b == ' ' || *b == '-' || *b == '_')
			b++;
		if (i == n || !*b)
			return i == n && !*b;
		if ((a[i] >= 'A' && a[i] <= 'Z' ? a[i] | 32 : a[i]) != (*b >= 'A' && *b <= 'Z' ? *b | 32 : *b))
			return false;
		i++;
		b++;
	}
}

static bool is_called(const struct term *t, const char *word)
{
	const char *s = t->also;

	if (same_word(t->name, strlen(t->name), word))
		return true;
	while (s && *s) {
		size_t n = strcspn(s, ",");

		if (same_word(s, n, word))
			return true;
		s += n + (s[n] == ',');
	}
	return false;
}

/* "q4_K: 256 weights in 144 bytes, 4.5 b/w" from the codecs' own tables. */
static void numbers(const char *names, struct text *out)
{
	while (*names) {
		size_t n = strcspn(names, " ");
		char name[20], bits[NUMBER_SIZE];
		const struct codec *c;

		snprintf(name, sizeof name, "%.*s", (int)n, names);
		names += n + (names[n] == ' ');
		c = codec_find(name);
		if (c && c->block_len > 1)
			text_add(out, "  %-8s %3d weights in %3d bytes: %s bits a weight\n", c->name, c->block_len, c->block_bytes,
				 number_short(bits, codec_bits(c)));
		else if (c)
			text_add(out, "  %-8s %s bits a weight\n", c->name, number_short(bits, codec_bits(c)));
	}
}

static void tell(const struct term *t, size_t width, struct text *out)
{
	text_put(out, t->name);
	for (const char *s = t->also; s && *s; ) {
		size_t n = strcspn(s, ",");

		text_put(out, s == t->also ? "   also " : ", ");
		text_putn(out, s, n);
		s += n + (s[n] == ',');
	}
	text_put(out, "\n");
	help_wrap(out, t->text, 2, width);
	if (t->codecs)
		numbers(t->codecs, out);
	if (t->show)
		text_add(out, "  see it: %s", t->show);
	else if (out->s[out->len - 1] == '\n')
		out->s[--out->len] = 0;
}

static void all_terms(size_t width, struct text *out)
{
	struct text list = { 0 };
	const struct term *t;

	for (size_t i = 0; (t = term_at(i)); i++)
		text_add(&list, "%s%s", i ? ", " : "", t->name);
	help_wrap(out, text_str(&list), 2, width);
	text_put(out, "  explain WORD  explains one");
	text_drop(&list);
}

static bool unknown(const char *word, struct error *err)
{
	const char *names[400];
	struct text near = { 0 };
	const struct term *t;
	size_t n = 0;

	for (; n < sizeof names / sizeof *names && (t = term_at(n)); n++)
		names[n] = t->name;
	near_names(&near, word, names, n);
	error_set(err, ERR_ARGUMENT, "the glossary has no '%.40s'", word);
	error_hint(err, "term", "%s%sexplain  lists its words,  help %.20s  may know more", text_str(&near), near.len ? ".   " : "", word);
	text_drop(&near);
	return false;
}

static bool explain_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *word = args_text(a, "term", "");
	size_t width = c->host->width > 0 ? (size_t)c->host->width : 80;
	struct text told = { 0 };
	const struct term *t = term_at(0);

	for (size_t i = 0; *word && t && !is_called(t, word); t = term_at(++i))
		;
	if (!t)
		return unknown(word, err);
	if (*word)
		tell(t, width, &told);
	else
		all_terms(width, &told);
	say_text(c, STYLE_PLAIN, text_str(&told));
	out->value = value_string(text_str(&told), err);
	text_drop(&told);
	return out->value != NULL;
}

const struct command command_explain = {
	.name     = "explain", .group = GROUP_LEARNING,
	.summary  = "what a word of the field means",
	.help     = "A few sentences, the numbers of this engine, and a command that shows it. Without a word it lists those it knows. Blanks, hyphens and "
		    "capitals do not matter.",
	.args     = { { "term", ARG_REST, .optional = true, .summary = "the word" }, { 0 } },
	.examples = { "explain super-block", "explain" },
	.related  = "help apropos codecs",
	.run      = explain_run,
	.quiet    = true,
};
