/* keys.c - see keys.h. One table dispatches and is what `help keys` prints. */
#include "repl/keys.h"

#include <stdio.h>
#include <string.h>

#include "views/stage.h"

static const struct entry {
	const char *prompt, *after_x, *pane;	/* written keys, separated by blanks; NULL none */
	enum action action;
	const char *summary;
} table[] = {
	{ "<F8>", "n", "<F8>", ACT_NEXT, "next step, without touching the line" },
	{ "<F7>", "b", "<F7>", ACT_BACK, "step back" },
	{ "<F5>", "p", "<F5>", ACT_PLAY, "play or pause" },
	{ "<F4>", "w", "<F4>", ACT_WHY, "why, for the pane's cursor" },
	{ "<F9>", "v", "<F9>", ACT_VIEW, "next view of the same subject" },
	{ NULL, "<Left>", NULL, ACT_PAST, "view shown before" },
	{ NULL, "<Right>", NULL, ACT_FUTURE, "view shown after" },
	{ NULL, "+ =", NULL, ACT_LARGER, "pane larger" },
	{ NULL, "-", NULL, ACT_SMALLER, "pane smaller" },
	{ "<F6>", "o", "<F6> q", ACT_FOCUS, "focus to the pane, and back" },
	{ NULL, NULL, ":", ACT_ONE_COMMAND, "focus to the prompt for one command, then back" },
	{ NULL, "z", NULL, ACT_PROMPT_ZOOM, "the prompt part takes the whole screen, and back" },
	{ NULL, NULL, "z", ACT_PANE_ZOOM, "the pane takes the whole screen, and back" },
	{ NULL, "/", NULL, ACT_FIND, "find text in the output" },
	{ NULL, "<C-e>", NULL, ACT_EDIT, "edit the line in $EDITOR" },
	{ "<PgUp>", NULL, NULL, ACT_PAGE_UP, "scroll the output back" },
	{ "<PgDn>", NULL, NULL, ACT_PAGE_DOWN, "scroll the output on; any other key returns to the end" },
	{ "<C-l>", NULL, "<C-l>", ACT_REDRAW, "redraw everything" },
	{ "<C-c>", NULL, "<C-c>", ACT_INTERRUPT, "drop the line; during work: stop it" },
	{ "<F1>", NULL, NULL, ACT_HELP, "help for the word at the cursor" },
	{ "<C-x>", NULL, "<C-x>", ACT_PREFIX, NULL },
};

/* What readline, the stage and the line do; for the table alone. */
static const struct { const char *keys, *summary; } others[] = {
	{ "Tab", "complete; twice: list" },
	{ "Enter", "on an empty line: repeat the last stepping command" },
	{ "Ctrl-D", "on an empty line: leave" },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool among(const struct key *k, const char *keys)
{
	struct key other;
	size_t used;

	while (keys && *(keys += strspn(keys, " ")) && (used = key_parse(keys, &other))) {
		if (key_equal(k, &other))
			return true;
		keys += used;
	}
	return false;
}

enum action key_at_prompt(const struct key *k)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (among(k, table[i].prompt))
			return table[i].action;
	return ACT_NONE;
}

enum action key_after_x(const struct key *k)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (among(k, table[i].after_x))
			return table[i].action;
	return ACT_NONE;
}

enum action key_in_pane(const struct key *k)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (among(k, table[i].pane))
			return table[i].action;
	return ACT_NONE;
}

/* ---- in words ---- */

/* "<F8>" is F8, "<C-e>" is Ctrl-E; of several the first. */
static void in_words(const char *keys, const char *before, struct text *out)
{
	struct key k;
	char written[16];

	if (!keys || !key_parse(keys, &k))
		return;
	text_put(out, out->len && out->s[out->len - 1] != ' ' ? " or " : "");
	text_put(out, before);
	if (k.ctrl) {
		text_add(out, "Ctrl-%c", (int)(k.ch >= 'a' && k.ch <= 'z' ? k.ch - 'a' + 'A' : k.ch));
		return;
	}
	key_write(&k, written);
	if (k.code == KEY_CHAR)
		text_put(out, written);
	else
		text_putn(out, written + 1, strlen(written) - 2);
}

static void line_for(const char *keys, const char *summary, struct text *out)
{
	text_add(out, "  %-22s%s\n", keys, summary);
}

bool key_for(const char *word, bool pane, struct text *out)
{
	static const struct { const char *word; enum action action; const char *in_pane; } words[] = {
		{ "next", ACT_NEXT, "n" }, { "back", ACT_BACK, "b" }, { "play", ACT_PLAY, "p" }, { "why", ACT_WHY, "w" }, { "view", ACT_VIEW, "v" },
		{ "pane", ACT_FOCUS, "q" }, { "help", ACT_HELP, "?" },
	};

	for (size_t i = 0; i < COUNT(words); i++)
		for (size_t k = 0; k < COUNT(table) && !strcmp(words[i].word, word); k++)
			if (table[k].action == words[i].action) {
				in_words(pane ? words[i].in_pane : table[k].prompt, "", out);
				return true;
			}
	return false;
}

void keys_table(struct text *out)
{
	struct text keys = { 0 };

	text_put(out, "prompt focused: all that readline binds, and\n");
	for (size_t i = 0; i < COUNT(table); i++) {
		if (!table[i].summary || (!table[i].prompt && !table[i].after_x))
			continue;
		text_clear(&keys);
		in_words(table[i].prompt, "", &keys);
		in_words(table[i].after_x, "Ctrl-X ", &keys);
		line_for(text_str(&keys), table[i].summary, out);
	}
	for (size_t i = 0; i < COUNT(others); i++)
		line_for(others[i].keys, others[i].summary, out);
	text_put(out, "pane focused: the same function keys and Ctrl-X, and\n");
	for (size_t i = 0; i < COUNT(table); i++) {
		const char *own = table[i].pane ? strrchr(table[i].pane, ' ') : NULL;

		own = own ? own + 1 : table[i].prompt || table[i].after_x ? NULL : table[i].pane;
		if (!own || !table[i].summary)
			continue;
		text_clear(&keys);
		in_words(own, "", &keys);
		line_for(text_str(&keys), table[i].action == ACT_FOCUS ? "focus to the prompt" : table[i].summary, out);
	}
	stage_keys_table(out);
	text_drop(&keys);
}

bool key_named(const char *word, struct key *k)
{
	static const struct { const char *arrow; enum key_code code; } arrows[] = {
		{ "↑", KEY_UP_ }, { "↓", KEY_DOWN_ }, { "←", KEY_LEFT_ }, { "→", KEY_RIGHT_ },
	};
	size_t n = strcspn(word, " ");
	char written[24];
	bool found = false;

	for (const char *s = word; s < word + n; s++)
		for (size_t i = 0; i < COUNT(arrows); i++)
			if (!strncmp(s, arrows[i].arrow, strlen(arrows[i].arrow))) {
				*k = (struct key){ .code = arrows[i].code };
				found = true;
			}
	if (found || !n || n > sizeof written - 3)
		return found;
	snprintf(written, sizeof written, "<%.*s>", (int)n, word);
	if (n > 1 && key_parse(written, k) == n + 2)
		return true;
	snprintf(written, sizeof written, "%.*s", (int)n, word);
	return key_parse(written, k) == n;
}
