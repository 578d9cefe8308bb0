/* replace.c - see replace.h */
#include "repl/replace.h"

#include <stdio.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "repl/recall.h"

enum { KEYS_MAX = 4000, DEEP = 4, MAPS_DEEP = 8 };

struct macro_key { char bytes[16]; size_t n; };
struct written { Keymap map; int at; char *text; };		/* a macro of inputrc, and where it is bound */

static struct {
	bool on, due;
	bool begun;						/* by this key, which is no part of it */
	int depth;
	struct macro_key *key; size_t n, size;			/* recorded */
	struct written *written; size_t n_written;
	const char *called;					/* the text of the one that is due; NULL: the recorded one */
} me;

/* ---- recording ---- */

static int begin(int count, int key)
{
	(void)count;
	(void)key;
	me.n = 0;
	me.on = me.begun = me.depth == 0;
	return 0;
}

static int end(int count, int key)
{
	(void)count;
	(void)key;
	if (me.on && me.n && me.key[me.n - 1].n == 1 && *me.key[me.n - 1].bytes == '\x18')
		me.n--;			/* of this Ctrl-X ) */
	me.on = false;
	return 0;
}

static int call(int count, int key)
{
	(void)count;
	(void)key;
	me.due = !me.on && me.depth < DEEP;
	me.called = NULL;
	return 0;
}

void macro_keep(const char *bytes, size_t n)
{
	bool begun = me.begun;

	me.begun = false;
	if (begun || !me.on || n > sizeof me.key->bytes || me.n == KEYS_MAX)
		return;
	if (me.n == me.size) {
		size_t size = me.size ? 2 * me.size : 64;
		struct macro_key *more = realloc(me.key, size * sizeof *more);

		if (!more)
			return;
		me.key = more;
		me.size = size;
	}
	memcpy(me.key[me.n].bytes, bytes, n);
	me.key[me.n++].n = n;
}

void macro_stop(void)
{
	me.on = me.due = false;
}

/* ---- playing ---- */

/* Bytes of the key at s: a sequence, Alt and a character, or a character. */
static size_t key_length(const char *s)
{
	size_t n = 1;
	uint32_t ch;

	if (*s != '\033' || !s[1])
		return utf8_decode(s, strlen(s), &ch);
	if (s[1] != '[' && s[1] != 'O')
		return 1 + utf8_decode(s + 1, strlen(s + 1), &ch);
	for (n = 2; s[n] && (s[n] < '@' || s[n] > '~'); n++)
		;
	return s[n] ? n + 1 : n;
}

void macro_play(void (*press)(const char *bytes, size_t n))
{
	const char *text = me.called;

	if (!me.due)
		return;
	me.due = false;
	me.depth++;
	for (size_t used; text && *text; text += used)
		press(text, used = key_length(text));
	for (size_t i = 0; !me.called && !text && i < me.n; i++)
		press(me.key[i].bytes, me.key[i].n);
	me.depth--;
}

static int call_written(int count, int key)
{
	(void)count;
	(void)key;
	for (size_t i = 0; i < me.n_written; i++) {
		const struct written *w = &me.written[i];

		if (w->map != rl_executing_keymap || w->at != rl_executing_key)
			continue;
		me.due = me.depth < DEEP;
		me.called = w->text;
	}
	return 0;
}

/* ---- binding ---- */

static int read_inputrc(int count, int key)
{
	int r = rl_re_read_init_file(count, key);

	replace_bound();
	return r;
}

static const struct bound commands[] = {
	{ rl_start_kbd_macro, begin }, { rl_end_kbd_macro, end }, { rl_call_last_kbd_macro, call }, { rl_print_last_kbd_macro, end },
	{ rl_re_read_init_file, read_inputrc }, { 0 }
};

static rl_command_func_t *instead(rl_command_func_t *f, const struct bound *b)
{
	while (b->theirs && b->theirs != f)
		b++;
	return b->theirs ? b->ours : f;
}

static void take_macro(Keymap map, int at)
{
	struct written *more = realloc(me.written, (me.n_written + 1) * sizeof *more);

	if (!more)
		return;
	me.written = more;
	more[me.n_written++] = (struct written){ map, at, (char *)map[at].function };	/* readline never frees it: neither do we */
	map[at].type = ISFUNC;
	map[at].function = call_written;
}

static void walk(Keymap map, int depth)
{
	for (int k = 0; k < KEYMAP_SIZE && depth < MAPS_DEEP; k++)
		if (map[k].type == ISKMAP && map[k].function)
			walk((Keymap)map[k].function, depth + 1);
		else if (map[k].type == ISMACR && map[k].function)
			take_macro(map, k);
		else if (map[k].type == ISFUNC && map[k].function)
			map[k].function = instead(instead(map[k].function, commands), recall_commands);
}

void replace_bound(void)
{
	static const char *const maps[] = { "emacs-standard", "vi-insert", "vi-command" };

	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
		if (rl_get_keymap_by_name(maps[i]))
			walk(rl_get_keymap_by_name(maps[i]), 0);
}
