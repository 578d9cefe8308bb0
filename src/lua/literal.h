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
	PART_COMMAND,	/* text: the command; name: variable to assign, NULL none */
	PART_LUA,	/* text: to be tried as an expression, then as statements */
	PART_PRINT,	/* `=`: text is an expression */
	PART_HISTORY,	/* !n: text is n */
};

struct part {
	enum part_kind kind;
	size_t at, len;		/* of this part in the line as typed, blanks around it and comments after it left out */
	char *text;		/* PART_COMMAND: as typed (without NAME =, `:` and comment); Lua: rewritten */
	char *name;		/* NAME = command; NULL none */
	size_t text_at;		/* where text begins in the line (commands) */
	size_t *map;		/* Lua: for each byte of text, and one past its end, the byte of the line it comes from */
	bool open;		/* more lines may follow: incomplete Lua, or a literal that is not closed */
	size_t open_at;		/* the `[` that is not closed, SIZE_MAX: none */
};

struct parts { struct part *part; size_t n; };

/* What Lua says to a chunk (rewritten): it compiles, as expression or statements; it ends too early; it cannot be mended by more text. */
enum chunk_state { CHUNK_WHOLE, CHUNK_OPEN, CHUNK_WRONG };
typedef enum chunk_state judge_fn(void *arg, const char *lua);

/* The next part of a line (or of the lines of a multi-line input or script) from byte *at on, judged by the rules of interaction.md 6.1;
 * *at moves behind it. Parts end at `;` and line ends outside brackets and quotes; incomplete Lua takes the rest of its line too, and if
 * that does not complete it the lines that follow. Parts are asked for one by one, since what a part does (opening a model) decides how
 * the next is read. judge NULL: every chunk is whole. .lua files do not come here. PART_NOTHING: the end. False: a fault of
 * the rewriting, err->at and len point into line, *at is behind the line it stands in. The caller drops *out. */
bool line_part(const struct literal_world *w, const char *line, size_t *at, judge_fn *judge, struct part *out, struct error *err);
void part_drop(struct part *p);

/* All of them, with the names as they are now; NOTHING is left out. */
bool line_parts(const struct literal_world *w, const char *line, judge_fn *judge, struct parts *out, struct error *err);
void parts_drop(struct parts *p);

/*
 * Rewrites Lua with literals, slices and file tensors into pure Lua:
 *
 *   [1, 2; 3, 4]      qs._literal("[1, 2; 3, 4]", AT, LEN)
 *   [a, 0..n:0.5]     qs._literal({"[", (a), ", ", (0), "..", (n), ":", (0.5), "]"}, 9, AT, LEN)     text and values in turns
 *   w[0, 1:3]         qs._slice(w, "0, 1:3", AT, LEN)
 *   w[i, 0:n]         qs._slice(w, {"", (i), ", ", (0), ":", (n), ""}, 7, AT, LEN)
 *   m:blk.0.x         qs._file(m, "blk.0.x", AT, LEN)                                                m:"any name" too
 *
 * AT and LEN are bytes of the line as typed: what an error is about. map as in struct part (caller frees). *open_at: the `[` that is not
 * closed, SIZE_MAX: none; the text then ends behind `qs._literal(`, so that Lua too finds it incomplete. False with ERR_SYNTAX: brackets
 * that do not match, a slice that is assigned to, nesting too deep. Looks at bytes from .. to of the line; places count from its start.
 */
bool literal_rewrite(const struct literal_world *w, const char *line, size_t from, size_t to, struct text *out, size_t **map,
		     size_t *open_at, struct error *err);

#endif
