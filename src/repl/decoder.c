/*
 * decoder.c - see decoder.h
 *
 *      1b [ A        arrows, Home, End          1b [ 1 ; 5 A    the same with Ctrl (5 = 1 + 4)
 *      1b O P        F1..F4                     1b [ 1 9 ~      F8 and the like
 *      1b x          Alt and x                  1b [ 2 0 0 ~    a paste begins, 1b [ 2 0 1 ~ ends it
 *      1b [ < b ; x ; y M    mouse, pressed (m: released)
 */
#include "repl/decoder.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ESC = 0x1b };

static const struct { char final; enum key_code code; } letters[] = {
	{ 'A', KEY_UP_ }, { 'B', KEY_DOWN_ }, { 'C', KEY_RIGHT_ }, { 'D', KEY_LEFT_ }, { 'H', KEY_HOME_ }, { 'F', KEY_END_ },
	{ 'P', KEY_F1 }, { 'Q', KEY_F2 }, { 'R', KEY_F3 }, { 'S', KEY_F4 }, { 'Z', KEY_SHIFT_TAB }, { 'M', KEY_ENTER_ },
};

/* The first number of a code is the one we would send. */
static const struct { int number; enum key_code code; } numbers[] = {
	{ 2, KEY_INS }, { 3, KEY_DEL }, { 5, KEY_PGUP }, { 6, KEY_PGDN }, { 1, KEY_HOME_ }, { 4, KEY_END_ }, { 7, KEY_HOME_ }, { 8, KEY_END_ },
	{ 11, KEY_F1 }, { 12, KEY_F2 }, { 13, KEY_F3 }, { 14, KEY_F4 }, { 15, KEY_F5 }, { 17, KEY_F6 }, { 18, KEY_F7 }, { 19, KEY_F8 },
	{ 20, KEY_F9 }, { 21, KEY_F10 }, { 23, KEY_F11 }, { 24, KEY_F12 },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- bytes that wait ---- */

void decoder_drop(struct decoder *d)
{
	free(d->bytes);
	free(d->paste);
	*d = (struct decoder){ 0 };
}

static bool append(char **s, size_t *len, size_t *size, const char *bytes, size_t n)
{
	if (*len + n > *size) {
		size_t want = (*len + n) * 2 + 64;
		char *more = realloc(*s, want);

		if (!more)
			return false;
		*s = more;
		*size = want;
	}
	if (n)
		memcpy(*s + *len, bytes, n);
	*len += n;
	return true;
}

bool decoder_feed(struct decoder *d, const char *bytes, size_t n)
{
	return append(&d->bytes, &d->n, &d->size, bytes, n);
}

static void take(struct decoder *d, size_t n)
{
	memmove(d->bytes, d->bytes + n, d->n - n);
	d->n -= n;
}

int decoder_patience(const struct decoder *d)
{
	if (d->pasting)
		return PASTE_MS;
	if (!d->n)
		return -1;
	return d->n == 1 || d->bytes[0] != ESC ? ESC_MS : SEQUENCE_MS;
}

/* ---- paste ---- */

static const char paste_end[] = "\033[201~";
enum { PASTE_END = sizeof paste_end - 1 };

static void paste_keep(struct decoder *d, size_t n)
{
	size_t room = PASTE_MAX - d->paste_len;

	append(&d->paste, &d->paste_len, &d->paste_size, d->bytes, n < room ? n : room);
	take(d, n);
}

static bool paste_next(struct decoder *d, bool late, struct terminal_event *e)
{
	char *end = d->n ? memmem(d->bytes, d->n, paste_end, PASTE_END) : NULL;

	if (end) {
		paste_keep(d, (size_t)(end - d->bytes));
		take(d, PASTE_END);
	} else if (late) {	/* the end mark was lost: better a short paste than keys that do nothing */
		paste_keep(d, d->n);
	} else {
		if (d->n >= PASTE_END)
			paste_keep(d, d->n - (PASTE_END - 1));
		return false;
	}
	d->pasting = false;
	*e = (struct terminal_event){ .kind = EVENT_PASTE, .paste = d->paste, .paste_len = d->paste_len };
	d->paste = NULL;
	d->paste_len = d->paste_size = 0;
	return true;
}

/* ---- keys ---- */

static void key_event(struct decoder *d, size_t n, struct key key, struct terminal_event *e)
{
	*e = (struct terminal_event){ .kind = EVENT_KEY, .key = key };
	if (n <= sizeof e->bytes) {
		memcpy(e->bytes, d->bytes, n);
		e->n = (int)n;
	}
	take(d, n);
}

/* One that is no sequence: a control byte or a character. at: bytes before it (1 after ESC). 0: a character that has not all come. */
static size_t plain_key(const struct decoder *d, size_t at, bool late, struct key *k)
{
	unsigned char c = (unsigned char)d->bytes[at];
	size_t have = d->n - at, need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1, used;

	*k = (struct key){ .code = KEY_CHAR };
	switch (c) {
	case '\r':
	case '\n':
		k->code = KEY_ENTER_;
		return 1;
	case '\t':
		k->code = KEY_TAB;
		return 1;
	case 0x08:
	case 0x7f:
		k->code = KEY_BACK;
		return 1;
	case ESC:
		k->code = KEY_ESC;
		return 1;
	}
	if (c < 0x20) {
		k->ctrl = true;
		k->ch = c == 0 ? ' ' : c <= 26 ? (uint32_t)('a' + c - 1) : (uint32_t)(c + '@');
		return 1;
	}
	if (have < need && !late) {
		for (size_t i = 1; i < have; i++)
			if ((d->bytes[at + i] & 0xc0) != 0x80)
				need = have;	/* broken already: no use in waiting */
		if (have < need)
			return 0;
	}
	used = utf8_decode(d->bytes + at, have, &k->ch);
	return used;
}

static void modify(struct key *k, int parameter)
{
	int bits = parameter > 1 ? parameter - 1 : 0;

	k->meta |= (bits & 2) != 0;
	k->ctrl |= (bits & 4) != 0;
}

static void key_of(char final, const int *p, struct key *k)
{
	if (final == '~') {
		for (size_t i = 0; i < COUNT(numbers) && !k->code; i++)
			if (numbers[i].number == p[0])
				k->code = numbers[i].code;
		modify(k, p[1]);
	} else if (final == 'u' && p[0] > 0) {
		*k = (struct key){ .code = KEY_CHAR, .ch = (uint32_t)p[0], .meta = k->meta };
		modify(k, p[1]);
	} else {
		for (size_t i = 0; i < COUNT(letters) && !k->code; i++)
			if (letters[i].final == final && final != 'M')
				k->code = letters[i].code;
		modify(k, p[1]);
	}
}

static void mouse_event(int b, int col, int row, bool release, struct terminal_event *e)
{
	*e = (struct terminal_event){ .kind = EVENT_NONE, .row = row - 1, .col = col - 1, .shift = (b & 4) != 0 };
	if (row < 1 || col < 1 || release || b & 32)
		return;				/* only presses matter */
	e->kind = EVENT_MOUSE;
	if (b & 64)
		e->wheel = b & 1 ? 1 : -1;
	else
		e->button = (b & 3) + 1;
}

/*
 * A sequence that begins at `at` with '[' (ESC before it). Returns its length from `at`, 0 if more bytes may come. Fills in e->kind
 * EVENT_KEY (k set; k->code KEY_NONE: not one we know), EVENT_MOUSE, or EVENT_NONE for what asks for nothing.
 */
static size_t csi(const struct decoder *d, size_t at, bool *paste, struct key *k, struct terminal_event *e)
{
	const char *s = d->bytes + at;
	size_t n = d->n - at, i = 1;
	int p[4] = { 0 }, count = 0;
	char kind = 0;

	e->kind = EVENT_KEY;
	if (n > 1 && s[1] == '[') {		/* the Linux console: 1b [ [ A is F1 */
		if (n < 3)
			return 0;
		if (s[2] >= 'A' && s[2] <= 'E')
			k->code = KEY_F1 + (enum key_code)(s[2] - 'A');
		return 3;
	}
	if (n > 1 && s[1] == 'M') {		/* the old form of mouse events, three bytes */
		if (n < 5)
			return 0;
		mouse_event((unsigned char)s[2] - 32, (unsigned char)s[3] - 32, (unsigned char)s[4] - 32, ((s[2] - 32) & 3) == 3, e);
		return 5;
	}
	if (i < n && strchr("<=>?", s[i]) && s[i])
		kind = s[i++];
	for (; i < n && s[i] >= 0x20 && s[i] <= 0x3f; i++) {
		if (s[i] >= '0' && s[i] <= '9' && count < 4 && p[count] < 100000)
			p[count] = p[count] * 10 + (s[i] - '0');
		else if (s[i] == ';' && count < 4)
			count++;
	}
	if (i == n)
		return 0;
	if (s[i] < 0x40 || s[i] == 0x7f)
		return i;			/* broken off by something else, which is decoded anew */
	if (kind == '<' && (s[i] == 'M' || s[i] == 'm'))
		mouse_event(p[0], p[1], p[2], s[i] == 'm', e);
	else if (kind || (s[i] == '~' && p[0] == 201) || s[i] == 'I' || s[i] == 'O')
		e->kind = EVENT_NONE;		/* answers and notices of the terminal */
	else if (s[i] == '~' && p[0] == 200)
		*paste = true;
	else
		key_of(s[i], p, k);
	return i + 1;
}

/* 1b O P and, from keypads, 1b O j..y. */
static size_t ss3(const struct decoder *d, size_t at, struct key *k)
{
	char c;

	if (d->n - at < 2)
		return 0;
	c = d->bytes[at + 1];
	for (size_t i = 0; i < COUNT(letters); i++)
		if (letters[i].final == c)
			k->code = letters[i].code;
	if (c >= 'j' && c <= 'y') {
		k->code = KEY_CHAR;
		k->ch = (uint32_t)(c - 'j' + '*');
	}
	return 2;
}

/* After ESC: false if more bytes have to come. Takes what it decodes; e->kind EVENT_NONE: nothing to tell. */
static bool escape_next(struct decoder *d, bool late, struct terminal_event *e)
{
	size_t at = 1, n;
	struct key k = { 0 };
	bool paste = false;

	*e = (struct terminal_event){ 0 };
	if (d->n > 2 && d->bytes[1] == ESC && (d->bytes[2] == '[' || d->bytes[2] == 'O')) {
		at = 2;
		k.meta = true;
	} else if (d->n == 1 || d->bytes[1] == ESC) {
		if (!late && (d->n == 1 || d->n == 2))
			return false;
		key_event(d, 1, (struct key){ .code = KEY_ESC }, e);
		return true;
	}
	if (d->bytes[at] == '[' || d->bytes[at] == 'O') {
		n = d->bytes[at] == '[' ? csi(d, at, &paste, &k, e) : ss3(d, at, &k);
		if (!n && !late)
			return false;
		if (n) {
			if (d->bytes[at] == 'O')
				e->kind = EVENT_KEY;
			if (e->kind == EVENT_KEY && !paste)
				key_event(d, at + n, k, e);
			else
				take(d, at + n);
			if (paste)
				e->kind = EVENT_NONE;
			d->pasting = paste;
			return true;
		}
		at = 1;		/* too late for a sequence: Alt and this character */
	}
	n = plain_key(d, at, late, &k);
	if (!n)
		return false;
	k.meta = true;
	key_event(d, at + n, k, e);
	return true;
}

bool decoder_next(struct decoder *d, bool late, struct terminal_event *e)
{
	for (;;) {
		struct key k;
		size_t n;

		if (d->pasting)
			return paste_next(d, late, e);
		if (!d->n)
			return false;
		if (d->bytes[0] == ESC) {
			if (!escape_next(d, late, e))
				return false;
			if (e->kind != EVENT_NONE)
				return true;
			continue;
		}
		n = plain_key(d, 0, late, &k);
		if (!n)
			return false;
		key_event(d, n, k, e);
		return true;
	}
}

/* ---- and back ---- */

static void sequence_of(const struct key *k, struct text *t)
{
	int modifier = 1 + (k->meta ? 2 : 0) + (k->ctrl ? 4 : 0);

	for (size_t i = 0; i < COUNT(letters); i++) {
		if (letters[i].code != k->code)
			continue;
		if (modifier > 1)
			text_add(t, "\033[1;%d%c", modifier, letters[i].final);
		else
			text_add(t, "\033%c%c", k->code >= KEY_F1 ? 'O' : '[', letters[i].final);
		return;
	}
	for (size_t i = 0; i < COUNT(numbers); i++) {
		if (numbers[i].code != k->code)
			continue;
		if (modifier > 1)
			text_add(t, "\033[%d;%d~", numbers[i].number, modifier);
		else
			text_add(t, "\033[%d~", numbers[i].number);
		return;
	}
}

size_t key_bytes(const struct key *k, char out[16])
{
	static const struct { enum key_code code; char byte; } plain[] = {
		{ KEY_ENTER_, '\r' }, { KEY_TAB, '\t' }, { KEY_ESC, ESC }, { KEY_BACK, 0x7f },
	};
	struct text t = { 0 };
	char ch[4] = { 0 };
	size_t n = 0;

	if (k->code == KEY_CHAR && k->ctrl && k->ch < 128) {
		ch[0] = (char)(k->ch == ' ' ? 0 : k->ch & 0x1f);
		n = 1;
	} else if (k->code == KEY_CHAR) {
		n = utf8_encode(ch, k->ch);
	}
	for (size_t i = 0; i < COUNT(plain); i++)
		if (plain[i].code == k->code) {
			ch[0] = plain[i].byte;
			n = 1;
		}
	if (n && k->meta)
		text_put(&t, "\033");
	text_putn(&t, ch, n);
	if (!n)
		sequence_of(k, &t);
	n = t.len < 16 ? t.len : 0;
	if (n)
		memcpy(out, t.s, n);
	text_drop(&t);
	return n;
}
