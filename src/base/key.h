/*
 * key.h - a key as it is pressed, and its written form: "x" "<Enter>" "<C-r>" "<M-n>" "<PgUp>" "<F8>" "<C-X>n" is two keys.
 */
#ifndef BASE_KEY_H
#define BASE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_code {
	KEY_NONE, KEY_CHAR,		/* ch is the character; Ctrl-letters are KEY_CHAR with ctrl and the small letter */
	KEY_ENTER_, KEY_TAB, KEY_SHIFT_TAB, KEY_ESC, KEY_BACK, KEY_DEL, KEY_INS,
	KEY_UP_, KEY_DOWN_, KEY_LEFT_, KEY_RIGHT_, KEY_HOME_, KEY_END_, KEY_PGUP, KEY_PGDN,
	KEY_F1, KEY_F2, KEY_F3, KEY_F4, KEY_F5, KEY_F6, KEY_F7, KEY_F8, KEY_F9, KEY_F10, KEY_F11, KEY_F12,
};

struct key { enum key_code code; uint32_t ch; bool ctrl, meta; };

/* One key off the front of a written form; returns bytes used, 0 at the end. An unknown <Name> is read as the character '<'. */
size_t key_parse(const char *s, struct key *k);
/* The written form, at most 16 bytes with its end. */
char *key_write(const struct key *k, char buf[16]);
bool key_equal(const struct key *a, const struct key *b);

#endif
