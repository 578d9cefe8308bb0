/* lesson_text.c - what a lesson says: names filled in, words wrapped. */
#include <stdlib.h>
#include <string.h>

#include "lua/player.h"

#define HARD_BLANK '\x01'	/* stands for a blank at which no line is broken */

/* The key that does something now; the screen knows, and where there is none the keys are as they come. */
static void fill_key(struct player *p, const char *what, struct text *out)
{
	static const char *const keys[][2] = { { "next", "F8" }, { "back", "F7" }, { "play", "F5" }, { "why", "F4" }, { "pane", "F6" },
		{ "view", "F9" }, { "help", "F1" } };
	const struct host *h = p->r->o.host;
	struct error ignored;
	struct text answer = { 0 };

	if (h->control(h->arg, "key", what, &answer, &ignored) && answer.len) {
		text_put(out, text_str(&answer));
		text_drop(&answer);
		return;
	}
	text_drop(&answer);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i][0], what))
			text_put(out, keys[i][1]);
}

/* Pushes the value a name stands for: a variable of the lesson, else the learner's. */
static bool push_named(struct player *p, lua_State *L, const char *name)
{
	lua_rawgeti(L, LUA_REGISTRYINDEX, p->lesson);
	lua_getfield(L, -1, "vars");
	lua_getfield(L, -1, name);
	lua_replace(L, -3);
	lua_pop(L, 1);
	if (!lua_isnil(L, -1))
		return true;
	lua_pop(L, 1);
	return scope_push_variable(L, name);
}

/* %.2f and the like: one conversion of a number, nothing else. */
static bool number_format(const char *s)
{
	size_t n = *s == '%' ? 1 + strspn(s + 1, "+-# 0") : 0;

	if (!n)
		return false;
	n += strspn(s + n, "0123456789");
	if (s[n] == '.')
		n += 1 + strspn(s + n + 1, "0123456789");
	return strlen(s) <= 8 && s[n] && strchr("fgeFGE", s[n]) && !s[n + 1];
}

static bool fill_name(struct player *p, const char *name, const char *format, struct text *out)
{
	lua_State *L = p->r->L;
	char buf[NUMBER_SIZE], wide[80];
	const struct value *v;
	struct text line = { 0 };

	if (!push_named(p, L, name))
		return false;
	v = test_value(L, -1);
	if (lua_type(L, -1) == LUA_TNUMBER && format && number_format(format)) {
		snprintf(wide, sizeof wide, format, lua_tonumber(L, -1));
		text_put(out, wide);
	} else if (lua_isinteger(L, -1)) {
		text_put(out, print_number(L, -1, buf));
	} else if (lua_type(L, -1) == LUA_TNUMBER) {
		text_put(out, number_short(buf, lua_tonumber(L, -1)));
	} else if (v && v->kind == VALUE_TENSOR && tensor_count(&v->u.tensor) <= 16) {
		for (size_t i = 0; i < tensor_count(&v->u.tensor); i++)
			text_add(&line, "%s%s", i ? "  " : "", number_short(buf, (double)tensor_get(&v->u.tensor, i)));
		text_put(out, text_str(&line));
	} else {
		print_plain(L, -1, 60, &line);
		text_put(out, text_str(&line));
	}
	text_drop(&line);
	lua_pop(L, 1);
	return true;
}

/* {name}, {name:%.2f} or {key:next} at s; bytes used, 0: not of that form. */
static size_t fill_braces(struct player *p, const char *s, struct text *out, struct text *missing)
{
	size_t n = strcspn(s, "}\n");
	char inside[64], *colon;

	if (s[n] != '}' || n < 2 || n > sizeof inside || s[1] == ' ')
		return 0;
	memcpy(inside, s + 1, n - 1);
	inside[n - 1] = 0;
	colon = strchr(inside, ':');
	if (colon)
		*colon++ = 0;
	if (colon && !strcmp(inside, "key")) {
		fill_key(p, colon, out);
	} else if (inside[strspn(inside, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")]) {
		return 0;
	} else if (!fill_name(p, inside, colon, out)) {
		text_putn(out, s, n + 1);
		if (missing)
			text_add(missing, "%s{%s}", missing->len ? " " : "", inside);
	}
	return n + 1;
}

/* A command stands out by two blanks on each side, as in all messages, and is not broken. */
static size_t fill_command(const char *s, struct text *out)
{
	size_t n = strcspn(s + 1, "`\n") + 1;
	static const char hard[] = { HARD_BLANK, 0 };

	if (s[n] != '`')
		return 0;
	if (out->len && out->s[out->len - 1] == ' ')
		text_put(out, hard);
	for (size_t i = 1; i < n; i++)
		text_putn(out, s[i] == ' ' ? hard : s + i, 1);
	if (s[n + 1] == ' ' || s[n + 1] == '\n')
		text_put(out, hard);
	return n + 1;
}

void lesson_fill(struct player *p, const char *s, struct text *out, struct text *missing)
{
	while (*s) {
		size_t n = *s == '{' ? fill_braces(p, s, out, missing) : *s == '`' ? fill_command(s, out) : 0;

		if (!n)
			text_putn(out, s, n = 1);
		s += n;
	}
}

struct line { size_t indent, width, col; struct text *out; };

static void break_line(struct line *l)
{
	while (l->out->len && l->out->s[l->out->len - 1] == HARD_BLANK)
		l->out->s[--l->out->len] = 0;
	text_put(l->out, "\n");
	l->col = 0;
}

/* A word behind so many blanks on the line, or on the next one. */
static void put_word(struct line *l, size_t blanks, const char *s, size_t n)
{
	size_t wide = text_width(s, n);

	if (l->col && l->col + blanks + wide > l->width)
		break_line(l);
	for (; !l->col && n && *s == HARD_BLANK; s++, n--)
		wide--;
	if (!l->col)
		blanks = l->indent;
	l->col += blanks + wide;
	while (blanks--)
		text_put(l->out, " ");
	text_putn(l->out, s, n);
}

void lesson_wrap(const char *s, size_t indent, size_t width, struct text *out)
{
	struct line l = { indent, width, 0, out };
	size_t first = out->len;

	while (*s) {
		size_t line = strcspn(s, "\n");

		if (*s == ' ' || *s == '\t' || !line) {	/* as it is */
			if (l.col)
				break_line(&l);
			if (line)
				text_add(out, "%*s%.*s", (int)indent, "", (int)line, s);
			if (s[line])
				text_put(out, "\n");
		} else {
			for (const char *word = s, *end = s + line; word < end;) {
				size_t blanks = strspn(word, " \t"), n = strcspn(word + blanks, " \t\n");

				if (n)
					put_word(&l, blanks ? blanks : 1, word + blanks, n);
				word += blanks + n;
			}
		}
		s += line + (s[line] == '\n');
	}
	while (out->len > first && (out->s[out->len - 1] == '\n' || out->s[out->len - 1] == ' '))
		out->s[--out->len] = 0;
	for (size_t i = first; i < out->len; i++)
		if (out->s[i] == HARD_BLANK)
			out->s[i] = ' ';
}
