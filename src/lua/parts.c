/*
 * parts.c - which language a line is in: interaction.md 6.1, rule by rule. See literal.h.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lua/lex.h"
#include "lua/literal.h"

struct cutter {
	const struct literal_world *world;
	const char *s;
	size_t n;
	bool (*incomplete)(void *arg, const char *lua);
	struct parts *out;
	struct error *err;
};

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static size_t skip(const char *s, size_t i)
{
	while (blank(s[i]))
		i++;
	return i;
}

static size_t line_end(const struct cutter *c, size_t i)
{
	while (i < c->n && c->s[i] != '\n')
		i++;
	return i;
}

/* Rule 3, at byte i. */
static bool is_command(const struct cutter *c, size_t i)
{
	size_t len = lex_name(c->s, i, c->n);
	const char *after = c->s + i + len;

	if (!len || !c->world->is_command(c->world->arg, c->s + i, len) || (*after && strchr("(.[{:\"'", *after)))
		return false;
	after = c->s + skip(c->s, i + len);
	return *after != ',' && (*after != '=' || after[1] == '=');
}

/* Rule 4: NAME = and a command. Where the command begins, 0: it is not that. */
static size_t assigned_command(const struct cutter *c, size_t i)
{
	size_t len = lex_name(c->s, i, c->n), at = skip(c->s, i + len);

	if (!len || lex_keyword(c->s + i, len) || c->s[at] != '=' || c->s[at + 1] == '=')
		return 0;
	at = skip(c->s, at + 1);
	return is_command(c, at) ? at : 0;
}

/* Where a command ends: at `;` or a comment outside brackets and quotes, or with its line. *next: where to go on. A quote opens a string only
 * where a word begins, so that an apostrophe is one. */
static size_t command_end_at(const struct cutter *c, size_t i, size_t *next)
{
	const char *s = c->s;
	size_t first = i;
	int depth = 0;

	for (; i < c->n && s[i] != '\n'; i++) {
		if ((s[i] == '"' || s[i] == '\'') && (i == first || depth || strchr(" \t=,", s[i - 1]))) {
			char quote = s[i++];

			while (i < c->n && s[i] != quote && s[i] != '\n')
				i += s[i] == '\\' && i + 1 < c->n ? 2 : 1;
			if (i >= c->n || s[i] == '\n')
				break;
		} else if (strchr("([{", s[i])) {
			depth++;
		} else if (strchr(")]}", s[i])) {
			depth -= depth > 0;
		} else if (s[i] == ';' && !depth) {
			*next = i + 1;
			return i;
		} else if (s[i] == '-' && s[i + 1] == '-' && i > first && blank(s[i - 1])) {
			*next = line_end(c, i);
			return i;
		}
	}
	*next = i = i < c->n ? i : c->n;
	return i;
}

/* Where Lua that begins at i ends at the latest: at `;` or a line end outside brackets and strings. */
static size_t lua_end_at(const struct cutter *c, size_t i)
{
	size_t depth = 0;
	struct token t;

	for (;; i = t.end) {
		lex_next(c->s, i, c->n, &t);
		if (!depth)
			for (size_t k = i; k < t.at; k++)
				if (c->s[k] == '\n')
					return k;
		if (t.kind == TOKEN_END)
			return c->n;
		if (t.kind == TOKEN_OPEN)
			depth++;
		else if (t.kind == TOKEN_CLOSE)
			depth -= depth > 0;
		else if (!depth && lex_is(c->s, &t, ";"))
			return t.at;
	}
}

static struct part *new_part(struct cutter *c, enum part_kind kind, size_t at)
{
	struct part *part = realloc(c->out->part, (c->out->n + 1) * sizeof *part);

	if (!part) {
		error_memory(c->err, "the line");
		return NULL;
	}
	c->out->part = part;
	part += c->out->n++;
	*part = (struct part){ .kind = kind, .at = at, .open_at = SIZE_MAX };
	return part;
}

static void drop_part(struct part *p)
{
	free(p->text);
	free(p->name);
	free(p->map);
}

void parts_drop(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		drop_part(&p->part[i]);
	free(p->part);
	*p = (struct parts){ 0 };
}

static char *cut(const struct cutter *c, size_t from, size_t to)
{
	struct text t = { 0 };
	char *s;

	text_putn(&t, c->s + from, to - from);
	s = t.failed ? NULL : text_take(&t);
	if (!s)
		error_memory(c->err, "the line");
	return s;
}

static bool add_command(struct cutter *c, size_t at, size_t text_at, size_t *next)
{
	size_t end = command_end_at(c, text_at, next);
	struct part *p = new_part(c, PART_COMMAND, at);

	if (!p)
		return false;
	while (end > text_at && blank(c->s[end - 1]))
		end--;
	p->len = end - at;
	p->text_at = text_at;
	if (text_at > at && c->s[at] != ':') {
		p->name = cut(c, at, at + lex_name(c->s, at, c->n));
		if (!p->name)
			return false;
	}
	p->text = cut(c, text_at, end);
	return p->text != NULL;
}

static bool fill_lua(struct cutter *c, struct part *p, size_t from, size_t end)
{
	struct text text = { 0 };
	struct token t;

	free(p->text);
	free(p->map);
	p->text = NULL;
	p->map = NULL;
	if (!literal_rewrite(c->world, c->s, from, end, &text, &p->map, &p->open_at, c->err)) {
		text_drop(&text);
		return false;
	}
	p->text = text_take(&text);
	if (!p->text)
		return error_memory(c->err, "the line");
	p->open = p->open_at != SIZE_MAX || (c->incomplete && c->incomplete(c->world->arg, p->text));
	p->len = 0;
	for (lex_next(c->s, p->at, end, &t); t.kind != TOKEN_END; lex_next(c->s, t.end, end, &t))
		if (t.kind != TOKEN_COMMENT)
			p->len = t.end - p->at;
	return true;
}

/* Lua goes on until it is complete: to the end of its line, then line by line. */
static bool add_lua(struct cutter *c, enum part_kind kind, size_t at, size_t from, size_t *next)
{
	size_t end = lua_end_at(c, from);
	struct part *p = new_part(c, kind, at);
	bool whole_line = false;

	if (!p)
		return false;
	for (;;) {
		if (!fill_lua(c, p, from, end))
			return false;
		if (!p->open || end >= c->n)
			break;
		/* The line before it, where it is Lua too, may have made the locals that this part uses. */
		while (!whole_line && kind == PART_LUA && c->s[end] == ';' && c->out->n > 1 && p[-1].kind == PART_LUA &&
		       !memchr(c->s + p[-1].at, '\n', p->at - p[-1].at)) {
			size_t first = p[-1].at;

			drop_part(p--);
			c->out->n--;
			p->at = from = first;
		}
		whole_line = true;
		end = line_end(c, end + 1);
	}
	*next = end < c->n ? end + 1 : end;
	if (p->text[strspn(p->text, " \t\r\n;")] == 0 && kind == PART_LUA && !p->open) {	/* only a comment */
		drop_part(p);
		c->out->n--;
	}
	return true;
}

/* !n alone. Where n ends, 0: it is not that. */
static size_t history_end(const struct cutter *c, size_t i)
{
	size_t k = i + 1;

	while (c->s[i] == '!' && c->s[k] >= '0' && c->s[k] <= '9')
		k++;
	return c->s[i] == '!' && k > i + 1 && (k >= c->n || strchr(" \t\r\n;", c->s[k])) ? k : 0;
}

static bool add_part(struct cutter *c, size_t i, size_t *next)
{
	size_t at;

	if (c->s[i] == '#') {
		*next = line_end(c, i);
		return true;
	}
	at = history_end(c, i);
	if (at) {
		struct part *p = new_part(c, PART_HISTORY, i);

		*next = at;
		if (!p)
			return false;
		p->len = at - i;
		p->text = cut(c, i + 1, at);
		return p->text != NULL;
	}
	if (c->s[i] == ':' && c->s[i + 1] != ':')
		return add_command(c, i, skip(c->s, i + 1), next);
	if (c->s[i] == '=')
		return add_lua(c, PART_PRINT, i, i + 1, next);
	if (is_command(c, i))
		return add_command(c, i, i, next);
	at = assigned_command(c, i);
	if (at)
		return add_command(c, i, at, next);
	return add_lua(c, PART_LUA, i, i, next);
}

bool line_parts(const struct literal_world *w, const char *line, bool (*incomplete)(void *arg, const char *lua), struct parts *out,
		struct error *err)
{
	struct cutter c = { w, line, strlen(line), incomplete, out, err };
	size_t i = 0;

	*out = (struct parts){ 0 };
	for (;;) {
		while (i < c.n && (blank(line[i]) || line[i] == '\n' || line[i] == ';'))
			i++;
		if (i >= c.n)
			return true;
		if (!add_part(&c, i, &i)) {
			parts_drop(out);
			return false;
		}
	}
}
