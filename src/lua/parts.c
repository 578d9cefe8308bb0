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
	judge_fn *judge;
	struct part *p;		/* the part that is being filled in */
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

void part_drop(struct part *p)
{
	free(p->text);
	free(p->name);
	free(p->map);
	*p = (struct part){ .open_at = SIZE_MAX };
}

void parts_drop(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		part_drop(&p->part[i]);
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

static bool take_command(struct cutter *c, size_t at, size_t text_at, size_t *next)
{
	size_t end = command_end_at(c, text_at, next);
	struct part *p = c->p;

	while (end > text_at && blank(c->s[end - 1]))
		end--;
	p->kind = PART_COMMAND;
	p->at = at;
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

static bool fill_lua(struct cutter *c, size_t from, size_t end, enum chunk_state *state)
{
	struct part *p = c->p;
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
	*state = p->open_at != SIZE_MAX ? CHUNK_OPEN : c->judge ? c->judge(c->world->arg, p->text) : CHUNK_WHOLE;
	p->open = *state == CHUNK_OPEN;
	p->len = 0;
	for (lex_next(c->s, p->at, end, &t); t.kind != TOKEN_END; lex_next(c->s, t.end, end, &t))
		if (t.kind != TOKEN_COMMENT)
			p->len = t.end - p->at;
	return true;
}

/* Lua goes on until it is complete: to the end of its line, then line by line. A `local` would be gone at the `;`, so where the whole line
 * is Lua it is taken whole. */
static bool take_lua(struct cutter *c, enum part_kind kind, size_t at, size_t from, size_t *next)
{
	size_t end = lua_end_at(c, from), len = lex_name(c->s, from, c->n);
	enum chunk_state state;

	c->p->kind = kind;
	c->p->at = at;
	if (c->judge && end < c->n && c->s[end] == ';' && len == 5 && !memcmp(c->s + from, "local", 5)) {
		size_t whole = line_end(c, end);

		if (!fill_lua(c, from, whole, &state))
			return false;
		if (state == CHUNK_WHOLE)
			end = whole;
	}
	for (;;) {
		if (!fill_lua(c, from, end, &state))
			return false;
		if (state != CHUNK_OPEN || end >= c->n)
			break;
		end = line_end(c, end + 1);
	}
	*next = end;
	if (c->p->text[strspn(c->p->text, " \t\r\n;")] == 0 && kind == PART_LUA && !c->p->open)	/* only a comment */
		part_drop(c->p);
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

static bool take_part(struct cutter *c, size_t i, size_t *next)
{
	size_t at;

	if (c->s[i] == '#') {
		*next = line_end(c, i);
		return true;
	}
	at = history_end(c, i);
	if (at) {
		c->p->kind = PART_HISTORY;
		c->p->at = i;
		c->p->len = at - i;
		c->p->text = cut(c, i + 1, at);
		*next = at;
		return c->p->text != NULL;
	}
	if (c->s[i] == ':' && c->s[i + 1] != ':')
		return take_command(c, i, skip(c->s, i + 1), next);
	if (c->s[i] == '=')
		return take_lua(c, PART_PRINT, i, i + 1, next);
	if (is_command(c, i))
		return take_command(c, i, i, next);
	at = assigned_command(c, i);
	if (at)
		return take_command(c, i, at, next);
	return take_lua(c, PART_LUA, i, i, next);
}

bool line_part(const struct literal_world *w, const char *line, size_t *at, judge_fn *judge, struct part *out, struct error *err)
{
	struct cutter c = { w, line, strlen(line), judge, out, err };

	*out = (struct part){ .open_at = SIZE_MAX };
	while (out->kind == PART_NOTHING) {
		while (*at < c.n && (blank(line[*at]) || line[*at] == '\n' || line[*at] == ';'))
			++*at;
		if (*at >= c.n)
			return true;
		if (!take_part(&c, *at, at)) {
			part_drop(out);
			*at = line_end(&c, *at);
			return false;
		}
	}
	return true;
}

bool line_parts(const struct literal_world *w, const char *line, judge_fn *judge, struct parts *out, struct error *err)
{
	size_t at = 0;

	*out = (struct parts){ 0 };
	for (;;) {
		struct part p, *more;

		if (!line_part(w, line, &at, judge, &p, err)) {
			parts_drop(out);
			return false;
		}
		if (p.kind == PART_NOTHING)
			return true;
		more = realloc(out->part, (out->n + 1) * sizeof *more);
		if (!more) {
			part_drop(&p);
			parts_drop(out);
			return error_memory(err, "the line");
		}
		out->part = more;
		out->part[out->n++] = p;
	}
}
