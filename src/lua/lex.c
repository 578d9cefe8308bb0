/* lex.c - see lex.h */
#include "lua/lex.h"

#include <string.h>

enum { DEPTH_MAX = 100 };

/* Not <ctype.h>: its answers depend on the locale. */
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

bool lex_keyword(const char *s, size_t n)
{
	static const char *const words[] = { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
		"in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == n && !memcmp(words[i], s, n))
			return true;
	return false;
}

size_t lex_name(const char *s, size_t i, size_t n)
{
	size_t k = i;

	if (i < n && is_letter(s[i]))
		while (k < n && (is_letter(s[k]) || is_digit(s[k])))
			k++;
	return k - i;
}

bool lex_is(const char *s, const struct token *t, const char *what)
{
	return t->end - t->at == strlen(what) && !memcmp(s + t->at, what, t->end - t->at);
}

/* A string in quotes ends at its quote or, unclosed, at the end of its line. */
static void quoted(const char *s, size_t n, struct token *t)
{
	size_t i = t->at + 1;

	while (i < n && s[i] != s[t->at] && s[i] != '\n') {
		if (s[i] == '\\' && i + 1 < n) {
			i++;
			if (s[i] == 'z')	/* \z skips blanks, line ends too */
				while (i + 1 < n && is_blank(s[i + 1]))
					i++;
		}
		i++;
	}
	t->unclosed = i >= n || s[i] == '\n';
	t->end = t->unclosed ? i : i + 1;
}

/* Level of the long bracket `[==[` at i, or -1. */
static int long_level(const char *s, size_t i, size_t n)
{
	size_t k = i + 1;

	while (k < n && s[k] == '=')
		k++;
	return k < n && s[i] == '[' && s[k] == '[' ? (int)(k - i - 1) : -1;
}

static void long_bracket(const char *s, size_t from, size_t n, int level, struct token *t)
{
	size_t width = (size_t)level + 2;

	for (size_t i = from + width; i + width <= n; i++) {
		size_t k = i + 1;

		if (s[i] != ']')
			continue;
		while (k < n && s[k] == '=')
			k++;
		if (k == i + width - 1 && k < n && s[k] == ']') {
			t->end = k + 1;
			return;
		}
	}
	t->end = n;
	t->unclosed = true;
}

static void comment(const char *s, size_t n, struct token *t)
{
	size_t first = t->at, end = t->at;
	int level = t->at + 2 < n && s[t->at + 2] == '[' ? long_level(s, t->at + 2, n) : -1;

	while (first > 0 && is_blank(s[first - 1]) && s[first - 1] != '\n')
		first--;
	if (level >= 0 && (first == t->at || first == 0 || s[first - 1] == '\n')) {
		long_bracket(s, t->at + 2, n, level, t);
		return;
	}
	while (end < n && s[end] != '\n')
		end++;
	t->end = end;
}

static size_t number_end(const char *s, size_t i, size_t n)
{
	bool hex = i + 1 < n && s[i] == '0' && (s[i + 1] == 'x' || s[i + 1] == 'X');

	while (i < n && (is_letter(s[i]) || is_digit(s[i]) || s[i] == '.')) {
		char c = s[i] | 0x20;

		if (s[i] == '.' && i + 1 < n && s[i + 1] == '.')
			break;
		i++;
		if ((hex ? c == 'p' : c == 'e') && i < n && (s[i] == '+' || s[i] == '-'))
			i++;
	}
	return i;
}

static size_t op_length(const char *s, size_t i, size_t n)
{
	static const char *const ops[] = { "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>" };

	for (size_t k = 0; k < sizeof ops / sizeof *ops; k++) {
		size_t len = strlen(ops[k]);

		if (i + len <= n && !memcmp(s + i, ops[k], len))
			return len;
	}
	return 1;
}

void lex_next(const char *s, size_t i, size_t n, struct token *t)
{
	while (i < n && is_blank(s[i]))
		i++;
	*t = (struct token){ .kind = TOKEN_END, .at = i, .end = i };
	if (i >= n)
		return;
	if (is_letter(s[i])) {
		t->end = i + lex_name(s, i, n);
		t->kind = lex_keyword(s + i, t->end - i) ? TOKEN_WORD : TOKEN_NAME;
	} else if (is_digit(s[i]) || (s[i] == '.' && i + 1 < n && is_digit(s[i + 1]))) {
		t->kind = TOKEN_NUMBER;
		t->end = number_end(s, i, n);
	} else if (s[i] == '"' || s[i] == '\'') {
		t->kind = TOKEN_STRING;
		quoted(s, n, t);
	} else if (s[i] == '-' && i + 1 < n && s[i + 1] == '-') {
		t->kind = TOKEN_COMMENT;
		comment(s, n, t);
	} else if (s[i] == '[' && long_level(s, i, n) > 0) {
		t->kind = TOKEN_STRING;
		long_bracket(s, i, n, long_level(s, i, n), t);
	} else {
		t->kind = strchr("([{", s[i]) ? TOKEN_OPEN : strchr(")]}", s[i]) ? TOKEN_CLOSE : TOKEN_OP;
		t->end = i + (t->kind == TOKEN_OP ? op_length(s, i, n) : 1);
	}
}

enum closing lex_close(const char *s, size_t open, size_t n, size_t *at)
{
	char waits[DEPTH_MAX];
	size_t depth = 0, i = open;
	struct token t;

	for (;;) {
		lex_next(s, i, n, &t);
		i = t.end;
		*at = t.at;
		if (t.kind == TOKEN_END)
			return UNCLOSED;
		if (t.kind == TOKEN_OPEN) {
			if (depth == DEPTH_MAX)
				return TOO_DEEP;
			waits[depth++] = s[t.at] == '(' ? ')' : s[t.at] == '[' ? ']' : '}';
		} else if (t.kind == TOKEN_CLOSE) {
			if (s[t.at] != waits[depth - 1])
				return MISMATCHED;
			if (--depth == 0)
				return CLOSED;
		}
	}
}
