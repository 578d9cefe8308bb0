/*
 * literal.h - which language a line is in, and how literals, slices and file tensors become Lua. interaction.md 6.1, 6.2.
 *
 * Pure text in, text out: names are asked for by callbacks, so it is tested without Lua.
 */
#ifndef LUA_LITERAL_H
#define LUA_LITERAL_H

#include "base/error.h"
#include "base/text.h"

struct literal_world {
	void *arg;
	bool (*is_command)(void *arg, const char *name, size_t n);
	bool (*is_model)(void *arg, const char *name, size_t n);
};

enum part_kind {
	PART_NOTHING,	/* blank or comment */
	PART_COMMAND,	/* text: the command; name: variable to assign, "" none */
	PART_LUA,	/* text: to be tried as an expression, then as statements */
	PART_PRINT,	/* `=`: text is an expression */
	PART_HISTORY,	/* !n */
};

struct part {
	enum part_kind kind;
	size_t at, len;		/* of this part in the line as typed */
	char *text;		/* PART_COMMAND: as typed (without NAME =, `:` and comment); Lua: rewritten */
	char *name;		/* NAME = command; NULL none */
	size_t text_at;		/* where text begins in the line (commands) */
	size_t *map;		/* Lua: for each byte of text the byte of the line it comes from */
};

struct parts { struct part *part; size_t n; };

/* Cuts a line (or the lines of a multi-line input) into parts at `;` outside brackets and quotes and judges each by the rules. is_complete
 * asks Lua whether a chunk is incomplete: then the whole line is one Lua part. pure: no rewriting (.lua files). */
bool line_parts(const struct literal_world *w, const char *line, bool (*incomplete)(void *arg, const char *lua), struct parts *out,
		struct error *err);
void parts_drop(struct parts *p);

/* Rewrites Lua with literals into pure Lua: [..] -> qs._literal("[..]"), w[0, 1:3] -> qs._slice(w, "0, 1:3"), m:blk.0.x -> qs._file(m, "blk.0.x").
 * map as above (caller frees). Items of a literal and indices may be any Lua expression: those are passed through (qs._row(...)). */
bool literal_rewrite(const struct literal_world *w, const char *line, size_t n, struct text *out, size_t **map, struct error *err);

#endif
