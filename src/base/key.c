/* key.c - see key.h */
#include "base/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* The first name of a code is the one that is written. */
static const struct { const char *name; enum key_code code; } names[] = {
	{ "Enter", KEY_ENTER_ }, { "CR", KEY_ENTER_ }, { "Return", KEY_ENTER_ }, { "Tab", KEY_TAB }, { "S-Tab", KEY_SHIFT_TAB },
	{ "Esc", KEY_ESC }, { "BS", KEY_BACK }, { "Backspace", KEY_BACK }, { "Del", KEY_DEL }, { "Ins", KEY_INS },
	{ "Up", KEY_UP_ }, { "Down", KEY_DOWN_ }, { "Left", KEY_LEFT_ }, { "Right", KEY_RIGHT_ },
	{ "Home", KEY_HOME_ }, { "End", KEY_END_ }, { "PgUp", KEY_PGUP }, { "PgDn", KEY_PGDN },
	{ "F1", KEY_F1 }, { "F2", KEY_F2 }, { "F3", KEY_F3 }, { "F4", KEY_F4 }, { "F5", KEY_F5 }, { "F6", KEY_F6 },
	{ "F7", KEY_F7 }, { "F8", KEY_F8 }, { "F9", KEY_F9 }, { "F10", KEY_F10 }, { "F11", KEY_F11 }, { "F12", KEY_F12 },
};

/* Characters that have a name because the written form uses them, or because a blank is hard to see. */
static const struct { const char *name; uint32_t ch; } chars[] = { { "Space", ' ' }, { "lt", '<' } };

/* What stands between < and >, n bytes. */
static bool parse_name(const char *s, size_t n, struct key *k)
{
	*k = (struct key){ 0 };
	while (n > 2 && s[1] == '-' && strchr("CcMmAa", s[0])) {
		if (strchr("Cc", s[0]))
			k->ctrl = true;
		else
			k->meta = true;
		s += 2;
		n -= 2;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i].name) == n && !strncasecmp(names[i].name, s, n)) {
			k->code = names[i].code;
			return true;
		}
	k->code = KEY_CHAR;
	for (size_t i = 0; i < sizeof chars / sizeof *chars; i++)
		if (strlen(chars[i].name) == n && !strncasecmp(chars[i].name, s, n)) {
			k->ch = chars[i].ch;
			return true;
		}
	if ((!k->ctrl && !k->meta) || utf8_decode(s, n, &k->ch) != n)
		return false;
	if (k->ctrl && k->ch >= 'A' && k->ch <= 'Z')
		k->ch += 'a' - 'A';
	return true;
}

size_t key_parse(const char *s, struct key *k)
{
	const char *end;

	*k = (struct key){ 0 };
	if (!*s)
		return 0;
	end = *s == '<' ? strchr(s, '>') : NULL;
	if (end && parse_name(s + 1, (size_t)(end - s - 1), k))
		return (size_t)(end - s + 1);
	*k = (struct key){ .code = KEY_CHAR };
	return utf8_decode(s, strlen(s), &k->ch);
}

char *key_write(const struct key *k, char buf[16])
{
	const char *name = NULL;
	char ch[5] = "", modifiers[5] = "";

	strcat(modifiers, k->ctrl ? "C-" : "");
	strcat(modifiers, k->meta ? "M-" : "");
	if (k->code == KEY_CHAR) {
		for (size_t i = 0; i < sizeof chars / sizeof *chars; i++)
			if (chars[i].ch == k->ch)
				name = chars[i].name;
		ch[utf8_encode(ch, k->ch)] = 0;
		if (!name && !*modifiers) {
			strcpy(buf, ch);
			return buf;
		}
	}
	for (size_t i = 0; !name && i < sizeof names / sizeof *names; i++)
		if (names[i].code == k->code)
			name = names[i].name;
	snprintf(buf, 16, "<%s%s>", modifiers, name ? name : ch);
	return buf;
}

bool key_equal(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->ch == b->ch && a->ctrl == b->ctrl && a->meta == b->meta;
}
