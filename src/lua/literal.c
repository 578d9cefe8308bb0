/*
 * literal.c - see literal.h
 *
 * One pass over the tokens of a level; brackets go in by recursion. What matters is whether the token before was a value: then `[` is an
 * index or a slice, and a string or a bracket is a call; else `[` begins a literal.
 */
#include "lua/literal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lua/lex.h"

struct rewriter {
	const struct literal_world *world;
	const char *s;
	struct text *out;
	size_t *map, map_size;
	size_t open_at;
	bool failed;		/* err is set */
	struct error *err;
};

static bool level(struct rewriter *r, size_t from, size_t to, bool in_table);

/* ---- output: text and, for each byte, where it comes from ---- */

static bool map_room(struct rewriter *r)
{
	size_t want = r->out->len + 1;

	if (r->out->failed)
		return error_memory(r->err, "the line");
	if (want > r->map_size) {
		size_t size = want * 2 + 64, *map = realloc(r->map, size * sizeof *map);

		if (!map)
			return error_memory(r->err, "the line");
		r->map = map;
		r->map_size = size;
	}
	return true;
}

/* Bytes of the line as they are. */
static bool copy(struct rewriter *r, size_t from, size_t to)
{
	size_t at = r->out->len;

	text_putn(r->out, r->s + from, to - from);
	if (!map_room(r))
		return false;
	for (size_t i = from; i < to; i++)
		r->map[at++] = i;
	return true;
}

/* Words of ours, all of which stand for byte `from` of the line. */
static bool put(struct rewriter *r, size_t from, const char *s)
{
	size_t at = r->out->len;

	text_put(r->out, s);
	if (!map_room(r))
		return false;
	while (at < r->out->len)
		r->map[at++] = from;
	return true;
}

static bool put_at(struct rewriter *r, size_t from, size_t to)
{
	struct text t = { 0 };
	bool ok;

	text_add(&t, ", %zu, %zu)", from, to - from);
	ok = put(r, to, text_str(&t));
	text_drop(&t);
	return ok;
}

/* Bytes of the line as a Lua string. */
static bool put_string(struct rewriter *r, size_t from, size_t to)
{
	struct text t = { 0 };
	bool ok;

	text_put(&t, "\"");
	for (size_t i = from; i < to; i++) {
		unsigned char c = (unsigned char)r->s[i];

		if (c < ' ' || c == '"' || c == '\\')
			text_add(&t, "\\%03u", c);
		else
			text_putn(&t, r->s + i, 1);
	}
	text_put(&t, "\"");
	ok = !t.failed && put(r, from, text_str(&t));
	text_drop(&t);
	return ok;
}

/* `qs._slice(` has to go in front of the value that is already written. */
static bool put_before(struct rewriter *r, size_t at, const char *s)
{
	size_t len = strlen(s), from = at < r->out->len ? r->map[at] : 0, had = r->out->len;

	if (!put(r, from, s))
		return false;
	memmove(r->out->s + at + len, r->out->s + at, had - at);
	memcpy(r->out->s + at, s, len);
	memmove(r->map + at + len, r->map + at, (had - at) * sizeof *r->map);
	for (size_t i = 0; i < len; i++)
		r->map[at + i] = from;
	return true;
}

static bool wrong(struct rewriter *r, size_t at, size_t len, const char *what, const char *hint)
{
	error_set(r->err, ERR_SYNTAX, "%s", what);
	error_hint(r->err, NULL, "%s", hint);
	if (r->err) {
		r->err->at = at;
		r->err->len = len;
	}
	return false;
}

/* ---- looking at the text ---- */

/* After `:` at `colon`: a name and then a call, so a method. */
static bool is_method(const char *s, size_t colon, size_t to)
{
	size_t n;
	struct token t;

	lex_next(s, colon + 1, to, &t);
	if (t.kind != TOKEN_NAME)
		return false;
	n = t.end;
	lex_next(s, n, to, &t);
	return t.kind == TOKEN_STRING || (t.kind == TOKEN_OPEN && s[t.at] != '[');
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Where a tensor's name ends that begins at i: at a blank, `[` `,` `;` `)`, or at the bracket that closes what we are in (we see no further
 * than `to`, but a `}` or `]` may stand before it when a slice or table is one of several). */
static size_t file_name_end(const char *s, size_t i, size_t to)
{
	while (i < to && !blank(s[i]) && !strchr("[,;)]}", s[i]))
		i++;
	return i;
}

/* A name at t that is an open model, followed by `:` and the name of a tensor. end: past that. */
static bool is_file(struct rewriter *r, const struct token *t, size_t to, size_t *end)
{
	struct token next;

	if (t->kind != TOKEN_NAME || t->end >= to || r->s[t->end] != ':' || (t->end + 1 < to && r->s[t->end + 1] == ':'))
		return false;
	if (!r->world->is_model || !r->world->is_model(r->world->arg, r->s + t->at, t->end - t->at) || is_method(r->s, t->end, to))
		return false;
	lex_next(r->s, t->end + 1, to, &next);
	if (next.at == t->end + 1 && next.kind == TOKEN_STRING && r->s[next.at] != '[' && !next.unclosed)
		*end = next.end;
	else
		*end = file_name_end(r->s, t->end + 1, to);
	return *end > t->end + 1;
}

static bool ends_value(const char *s, const struct token *t)
{
	switch (t->kind) {
	case TOKEN_NAME:
	case TOKEN_NUMBER:
	case TOKEN_STRING:
	case TOKEN_CLOSE:
		return true;
	case TOKEN_WORD:
		return lex_is(s, t, "end") || lex_is(s, t, "nil") || lex_is(s, t, "true") || lex_is(s, t, "false");
	default:
		return lex_is(s, t, "...");
	}
}

enum { SEP_SLICE, SEP_LITERAL };

/* The next separator at this level of from .. to: `,` and `:` of a slice; of a literal also `;` `..` and a `#` after a value. kind END: none. */
static void next_separator(struct rewriter *r, size_t from, size_t to, int what, struct token *sep)
{
	bool value = false;
	size_t i = from, end;

	for (;;) {
		lex_next(r->s, i, to, sep);
		i = sep->end;
		if (sep->kind == TOKEN_END)
			return;
		if (is_file(r, sep, to, &end)) {
			i = end;
			value = true;
			continue;
		}
		if (sep->kind == TOKEN_OPEN) {
			if (lex_close(r->s, sep->at, to, &end) != CLOSED) {
				i = to;
				continue;
			}
			i = end + 1;
			value = true;
			continue;
		}
		if (lex_is(r->s, sep, ",") || (lex_is(r->s, sep, ":") && !(value && is_method(r->s, sep->at, to))))
			return;
		if (what == SEP_LITERAL && (lex_is(r->s, sep, ";") || lex_is(r->s, sep, "..") || (value && lex_is(r->s, sep, "#"))))
			return;
		if (sep->kind != TOKEN_COMMENT)
			value = ends_value(r->s, sep);
	}
}

/* Only numbers and punctuation: what is wrong with it, if anything, the session says best. */
static bool is_constant(struct rewriter *r, size_t from, size_t to, int what)
{
	bool value = false;
	struct token t;

	for (size_t i = from;; i = t.end) {
		lex_next(r->s, i, to, &t);
		if (t.kind == TOKEN_END)
			return true;
		if (t.kind == TOKEN_NUMBER)
			;
		else if (t.kind == TOKEN_NAME && what == SEP_LITERAL && (lex_is(r->s, &t, "nan") || lex_is(r->s, &t, "inf")))
			;
		else if (lex_is(r->s, &t, "-") || lex_is(r->s, &t, "+")) {
			if (value)
				return false;
		} else if (lex_is(r->s, &t, ",") || lex_is(r->s, &t, ":"))
			;
		else if (what == SEP_LITERAL && (lex_is(r->s, &t, ";") || lex_is(r->s, &t, "..") || lex_is(r->s, &t, "[") ||
						 lex_is(r->s, &t, "]") || (value && lex_is(r->s, &t, "#"))))
			;
		else
			return false;
		value = ends_value(r->s, &t);
	}
}

/* ---- literals and slices ---- */

/* Text and values in turns, as a Lua table: text is gathered until a value comes. */
struct pieces { size_t text_from, text_to, n; };

static bool flush(struct rewriter *r, struct pieces *p)
{
	if (!put(r, p->text_from, p->n ? ", " : "") || !put_string(r, p->text_from, p->text_to))
		return false;
	p->n++;
	return true;
}

static bool pieces(struct rewriter *r, struct pieces *p, size_t from, size_t to, int what)
{
	struct token sep, first;
	size_t close;

	for (;;) {
		next_separator(r, from, to, what, &sep);
		for (first.end = from, first.kind = TOKEN_COMMENT; first.kind == TOKEN_COMMENT;)
			lex_next(r->s, first.end, sep.at, &first);
		if (first.kind == TOKEN_END) {
			;
		} else if (what == SEP_LITERAL && lex_is(r->s, &first, "[") && lex_close(r->s, first.at, sep.at, &close) == CLOSED) {
			struct token after;

			lex_next(r->s, close + 1, sep.at, &after);
			if (after.kind != TOKEN_END)
				return wrong(r, after.at, after.end - after.at, "a row of a literal ends here", "put a , or ; between rows");
			p->text_to = first.at + 1;
			if (!pieces(r, p, first.at + 1, close, what))
				return false;
		} else {
			size_t end = sep.at;

			while (blank(r->s[end - 1]))
				end--;
			if (!flush(r, p) || !put(r, first.at, ", (") || !level(r, first.at, end, false) || !put(r, end, ")"))
				return false;
			p->n++;
			p->text_from = end;
		}
		p->text_to = sep.end;
		if (sep.kind == TOKEN_END)
			return true;
		from = sep.end;
	}
}

/* What stands between the brackets at `open` and `close`; text and table are put behind what is already written. */
static bool bracket(struct rewriter *r, size_t open, size_t close, int what)
{
	struct pieces p;
	size_t from = what == SEP_LITERAL ? open : open + 1, to = what == SEP_LITERAL ? close + 1 : close;
	struct text n = { 0 };
	bool ok;

	if (is_constant(r, open + 1, close, what)) {
		while (what == SEP_SLICE && from < to && blank(r->s[from]))
			from++;
		while (what == SEP_SLICE && to > from && blank(r->s[to - 1]))
			to--;
		return put_string(r, from, to) && put_at(r, from, to);
	}
	p = (struct pieces){ from, open + 1, 0 };
	if (!put(r, from, "{") || !pieces(r, &p, open + 1, close, what))
		return false;
	p.text_to = to;
	if (!flush(r, &p) || !put(r, to, "}"))
		return false;
	text_add(&n, ", %zu", p.n);
	ok = put(r, to, text_str(&n)) && put_at(r, from, to);
	text_drop(&n);
	return ok;
}

/* The bracket that closes `open`, an operand's or an index's. False with r->open_at set: none does. */
static bool closing(struct rewriter *r, size_t open, size_t to, size_t *close)
{
	switch (lex_close(r->s, open, to, close)) {
	case CLOSED:
		return true;
	case UNCLOSED:
		r->open_at = open;
		return false;
	case TOO_DEEP:
		wrong(r, *close, 1, "brackets are nested too deeply", "");
		break;
	case MISMATCHED:
		wrong(r, *close, 1, r->s[*close] == ')' ? "')' does not close '['" : r->s[*close] == '}' ? "'}' does not close '['" :
		      "']' does not close what was opened last", "");
		break;
	}
	r->failed = true;
	return false;
}

static bool is_key(struct rewriter *r, size_t close, size_t to)
{
	struct token t;

	lex_next(r->s, close + 1, to, &t);
	return lex_is(r->s, &t, "=");
}

static bool slice(struct rewriter *r, size_t start, size_t open, size_t close, size_t to)
{
	if (is_key(r, close, to))
		return wrong(r, open, close + 1 - open, "a slice cannot be assigned to", "x[5] = 0.5 changes one weight");
	while (r->out->len > start && blank(r->out->s[r->out->len - 1]))
		r->out->s[--r->out->len] = 0;
	return put_before(r, start, "qs._slice(") && put(r, open, ", ") && bracket(r, open, close, SEP_SLICE);
}

/* ---- a level ---- */

static bool level(struct rewriter *r, size_t from, size_t to, bool in_table)
{
	bool value = false, field = false;	/* after a value; after `.` or `:` of one */
	bool item = in_table;			/* where a table's key may stand */
	size_t start = 0, i = from, close, end;
	struct token t;

	for (;; i = t.end) {
		lex_next(r->s, i, to, &t);
		if (!copy(r, i, t.at))
			return false;
		if (t.kind == TOKEN_END)
			return true;
		if (t.kind == TOKEN_COMMENT) {	/* line ends stay, so that lines keep their numbers */
			for (size_t k = t.at; k < t.end; k++)
				if (r->s[k] == '\n' && !put(r, k, "\n"))
					return false;
			continue;
		}
		if (!value && (t.kind != TOKEN_OP || lex_is(r->s, &t, "...")))
			start = r->out->len;
		if (!field && is_file(r, &t, to, &end)) {
			size_t name = t.end + 1;

			start = r->out->len;
			if (!put(r, t.at, "qs._file(") || !copy(r, t.at, t.end) || !put(r, name - 1, ", "))
				return false;
			if (r->s[name] == '"' || r->s[name] == '\'' ? !copy(r, name, end) : !put_string(r, name, end))
				return false;
			if (!put_at(r, name, end))
				return false;
			t.end = end;
			value = true;
			item = false;
			continue;
		}
		if (t.kind != TOKEN_OPEN) {
			if (value && !field && (t.kind == TOKEN_NAME || t.kind == TOKEN_NUMBER))
				start = r->out->len;	/* a statement begins */
			if (!copy(r, t.at, t.end))
				return false;
			field = value && (lex_is(r->s, &t, ".") || lex_is(r->s, &t, ":"));
			value = field || ends_value(r->s, &t);
			item = in_table && (lex_is(r->s, &t, ",") || lex_is(r->s, &t, ";"));
			continue;
		}
		field = false;
		if (r->s[t.at] != '[') {
			bool closed = lex_close(r->s, t.at, to, &close) == CLOSED;

			end = closed ? close : to;
			if (!copy(r, t.at, t.at + 1) || !level(r, t.at + 1, end, r->s[t.at] == '{') || (closed && !copy(r, end, end + 1)))
				return false;
			t.end = closed ? end + 1 : to;
			value = true;
			item = false;
			if (r->open_at != SIZE_MAX)
				return true;
			continue;
		}
		if (!closing(r, t.at, to, &close)) {
			if (r->failed)
				return false;
			return put(r, t.at, value ? "[" : "qs._literal(");
		}
		t.end = close + 1;
		if (value || (item && is_key(r, close, to))) {
			struct token sep;

			next_separator(r, t.at + 1, close, SEP_SLICE, &sep);
			if (value && sep.kind != TOKEN_END) {
				if (!slice(r, start, t.at, close, to))
					return false;
			} else if (!copy(r, t.at, t.at + 1) || !level(r, t.at + 1, close, false) || !copy(r, close, close + 1)) {
				return false;
			}
		} else if (!put(r, t.at, "qs._literal(") || !bracket(r, t.at, close, SEP_LITERAL)) {
			return false;
		}
		value = true;
		item = false;
	}
}

bool literal_rewrite(const struct literal_world *w, const char *line, size_t from, size_t to, struct text *out, size_t **map,
		     size_t *open_at, struct error *err)
{
	struct rewriter r = { .world = w, .s = line, .out = out, .open_at = SIZE_MAX, .err = err };

	*map = NULL;
	if (!map_room(&r) || !level(&r, from, to, false)) {
		free(r.map);
		return false;
	}
	r.map[out->len] = r.open_at == SIZE_MAX ? to : r.open_at;
	*map = r.map;
	*open_at = r.open_at;
	return true;
}
