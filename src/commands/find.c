/* find.c - tensors and keys of a model that hold a text. */
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "files/model.h"

static bool holds(const char *s, size_t n, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i + len <= n; i++) {
		size_t k = 0;

		while (k < len && (s[i + k] | 32) == (text[k] | 32))
			k++;
		if (k == len)
			return true;
	}
	return false;
}

static void add(struct table *t, const char *kind, const char *name, size_t n, const char *type, const char *what)
{
	struct text escaped = { 0 };

	text_escape(&escaped, name, n, 0);
	table_row(t);
	table_text(t, kind);
	table_text(t, text_str(&escaped));
	table_text(t, type);
	table_text(t, what);
	text_drop(&escaped);
}

static void find_all(const struct model *m, const char *text, struct table *t)
{
	struct text what = { 0 };

	for (size_t i = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i];

		if (!holds(e->name, strlen(e->name), text))
			continue;
		text_clear(&what);
		text_add(&what, "%zu x %zu", e->rows, e->cols);
		add(t, "tensor", e->name, strlen(e->name), e->type_name, text_str(&what));
	}
	for (size_t i = 0; i < m->facts; i++) {
		const struct fact *f = &m->fact[i];

		if (!holds(f->key, f->key_len, text) && !(f->type == FACT_STRING && holds(f->string, f->string_len, text)))
			continue;
		text_clear(&what);
		fact_text(f, 60, &what);
		add(t, "key", f->key, f->key_len, f->type == FACT_STRING ? "string" : f->type == FACT_ARRAY ? "array" : "number", text_str(&what));
	}
	text_drop(&what);
}

static bool find_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *text = args_text(a, "text", "");
	struct table *t;

	if (!*text) {
		error_set(err, ERR_ARGUMENT, "what is to be found?");
		return error_hint(err, "text", "a part of a name, of a key, or of what a key holds");
	}
	t = table_new("kind name type value");
	if (!t)
		return error_memory(err, "a table");
	find_all(args_get(a, "model")->value->u.model, text, t);
	if (t->rows)
		say_table(c, t);
	else
		say(c, "nothing holds '%.60s'", text);
	return (out->value = value_table(t, err));
}

const struct command command_find_text = {		/* command_find is a function */
	.name     = "find", .group = GROUP_MODELS,
	.summary  = "tensors and keys that hold a text",
	.help     = "Names of tensors, keys, and texts that keys hold; upper and lower case are the same. Columns: kind name type value.",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "text", ARG_TEXT, .summary = "a part of a name or of a text" },
		{ 0 }
	},
	.examples = { "find m weight", "find m \"general\"" },
	.related  = "ls meta browse",
	.run      = find_run,
	.quiet    = true,
};
