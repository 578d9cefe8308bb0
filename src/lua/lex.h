/*
 * lex.h - just enough of Lua's words to see where strings, comments and brackets are. Says nothing about whether a text is right.
 */
#ifndef LUA_LEX_H
#define LUA_LEX_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOKEN_END, TOKEN_NAME, TOKEN_WORD /* a keyword */, TOKEN_NUMBER, TOKEN_STRING, TOKEN_COMMENT,
	TOKEN_OPEN /* ( [ { */, TOKEN_CLOSE, TOKEN_OP,
};

struct token { enum token_kind kind; size_t at, end; bool unclosed; /* a string or comment that runs to the end */ };

/* The token at or after byte i of the n bytes at s; blanks and line ends are skipped. `[[` is a bracket, `[=[` a string. A comment after a
 * blank runs to the end of its line, whatever follows the dashes (interaction.md 6.1); else as in Lua. Numbers end before `..`. */
void lex_next(const char *s, size_t i, size_t n, struct token *t);

bool lex_is(const char *s, const struct token *t, const char *what);
bool lex_keyword(const char *s, size_t n);
size_t lex_name(const char *s, size_t i, size_t n);	/* bytes of the identifier at i; 0: none */

/* The bracket that closes the one at `open`. */
enum closing { CLOSED, UNCLOSED, MISMATCHED /* *at: the wrong bracket */, TOO_DEEP };
enum closing lex_close(const char *s, size_t open, size_t n, size_t *at);

#endif
