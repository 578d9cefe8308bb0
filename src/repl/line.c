/*
 * line.c - see line.h
 *
 * Bytes go in through rl_getc_function from a small queue, one whole key at a time: readline never waits for more. What it shows is
 * asked for (rl_line_buffer, rl_display_prompt) and drawn. Echoing is off, which also silences its bell on standard error.
 */
#include "repl/line.h"

#include <poll.h>
#include <stdio.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "repl/recall.h"
#include "repl/replace.h"

static struct {
	bool open, plain, initialized, in_handler;
	struct line_hooks hooks;
	char prompt[80];
	char queue[256]; size_t queued, taken;
	bool accepted, ended;		/* the handler was called: `line` is to be handed on */
	char *line;
	bool lent; char *typed; int typed_at;	/* plain: no prompt now, and what was typed before */
	bool seeking;			/* Ctrl-] was pressed: so is the next character */
	bool quoting;			/* Ctrl-V was pressed: the next key is inserted */
	struct completion candidates;
	FILE *nowhere;
} me;

/* ---- bytes in ---- */

static int next_byte(FILE *in)
{
	(void)in;
	return me.taken < me.queued ? (unsigned char)me.queue[me.taken++] : EOF;
}

static int bytes_wait(void)
{
	return me.taken < me.queued;
}

static void nothing(void)
{
}

static void nothing_to_prepare(int meta)
{
	(void)meta;
}

/* ---- a line is done ---- */

static void handler(char *line)
{
	if (me.plain) {
		me.in_handler = true;
		recall_done();
		line_history_catch_up();
		me.hooks.done(me.hooks.arg, line);
		me.in_handler = false;
		free(line);
		return;
	}
	free(me.line);
	me.line = line;
	me.ended = !line;
	me.accepted = true;
}

static void hand_on(void)
{
	char *line = me.line;

	if (!me.accepted)
		return;
	me.accepted = false;
	me.line = NULL;
	recall_done();
	line_history_catch_up();
	me.hooks.done(me.hooks.arg, me.ended ? NULL : line ? line : "");
	recall_next();
	free(line);
}

/* ---- completion ---- */

/* Words are not readline's business: it is given the whole line up to the cursor, and whole lines to choose from. */
static char *no_breaks(void)
{
	static char none[] = "";

	return none;
}

static size_t common(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] && a[i] == b[i])
		i++;
	while (i > 0 && ((unsigned char)a[i] & 0xc0) == 0x80)
		i--;			/* not in the middle of a character */
	return i;
}

static char *joined(const char *front, size_t n, const char *word, size_t len)
{
	char *s = malloc(n + len + 1);

	if (s) {
		memcpy(s, front, n);
		memcpy(s + n, word, len);
		s[n + len] = 0;
	}
	return s;
}

static char **complete_line(const char *text, int start, int end)
{
	struct completion *c = &me.candidates;
	char **matches;
	size_t shared, typed, n;

	(void)start;
	rl_attempted_completion_over = 1;
	rl_sort_completion_matches = 0;
	rl_ignore_completion_duplicates = 0;
	completion_drop(c);
	*c = (struct completion){ 0 };
	if (!me.hooks.complete || !me.hooks.complete(me.hooks.arg, rl_line_buffer, (size_t)end, c) || !c->n || c->from > strlen(text)) {
		if (me.hooks.bell)
			me.hooks.bell(me.hooks.arg);
		return NULL;
	}
	typed = strlen(text) - c->from;
	shared = strlen(c->candidate[0].text);
	for (size_t i = 1; i < c->n; i++)
		shared = common(c->candidate[0].text, c->candidate[i].text, shared);
	matches = calloc(c->n + 2, sizeof *matches);
	if (!matches)
		return NULL;
	if (c->n > 1 && shared < typed)		/* case or dashes differ: what is typed stays until one is meant */
		matches[0] = strdup(text);
	else
		matches[0] = joined(text, c->from, c->candidate[0].text, shared);
	for (n = 0; c->n > 1 && n < c->n; n++)
		matches[n + 1] = joined(text, c->from, c->candidate[n].text, strlen(c->candidate[n].text));
	rl_completion_append_character = c->n == 1 && c->candidate[0].more ? 0 : ' ';
	rl_completion_suppress_append = rl_completion_append_character == 0;
	for (size_t i = 0; i <= n; i++)
		if (!matches[i]) {
			while (i <= n)
				matches[i++] = NULL;
			break;
		}
	return matches;
}

static void list_candidates(char **matches, int count, int longest)
{
	(void)matches;
	(void)count;
	(void)longest;
	if (me.hooks.list)
		me.hooks.list(me.hooks.arg, &me.candidates);
	if (me.plain) {
		rl_on_new_line();
		rl_forced_update_display();
	}
}

/* ---- open and close ---- */

static int quoted(int count, int key)
{
	me.quoting = !me.plain;
	return rl_quoted_insert(count, key);
}

static int sought(int count, int key)
{
	me.seeking = true;
	return rl_char_search(count, key);
}

static int sought_back(int count, int key)
{
	me.seeking = true;
	return rl_backward_char_search(count, key);
}

/* So that we know when the next key is not ours to interpret. */
static void bind_instead(rl_command_func_t *theirs, rl_command_func_t *ours)
{
	char **keys = rl_invoking_keyseqs(theirs);

	for (size_t i = 0; keys && keys[i]; i++) {
		rl_bind_keyseq(keys[i], ours);
		free(keys[i]);
	}
	free(keys);
}

static void watch_quoting(void)
{
	bind_instead(rl_quoted_insert, quoted);
	bind_instead(rl_char_search, sought);
	bind_instead(rl_backward_char_search, sought_back);
}

/* Plain: in a macro, or at the terminal as soon as terminals send them. */
static int bytes_wait_or_come(void)
{
	struct pollfd in = { .fd = fileno(rl_instream), .events = POLLIN };

	return bytes_wait() || poll(&in, 1, 25) == 1;
}

/* Plain: a byte for readline. */
static int read_byte(FILE *in)
{
	return bytes_wait() ? next_byte(in) : rl_getc(in);	/* a macro goes first */
}

static void settings_of(bool plain)
{
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_completion_query_items = 0;
	rl_instream = stdin;
	rl_outstream = plain ? stdout : me.nowhere;
	rl_getc_function = plain ? read_byte : next_byte;
	rl_input_available_hook = bytes_wait;	/* plain too: it is given whole keys */
	rl_redisplay_function = plain ? rl_redisplay : nothing;
	rl_prep_term_function = plain ? rl_prep_terminal : nothing_to_prepare;
	rl_deprep_term_function = plain ? rl_deprep_terminal : nothing;
	rl_attempted_completion_function = complete_line;
	rl_completion_word_break_hook = no_breaks;
	rl_completion_display_matches_hook = list_candidates;
}

enum { LEAST_WIDTH = 8 };	/* readline divides by a third of the width */

void line_resized(void)
{
	int rows, cols;

	if (!me.open || !me.plain)
		return;
	rl_resize_terminal();
	rl_get_screen_size(&rows, &cols);
	if (cols < LEAST_WIDTH)
		rl_set_screen_size(rows, LEAST_WIDTH);
}

bool line_open(const struct line_hooks *hooks, bool plain, struct error *err)
{
	if (me.open)
		line_close();
	if (!me.nowhere && !(me.nowhere = fopen("/dev/null", "w")))
		return error_set(err, ERR_INTERNAL, "cannot open /dev/null");
	me.hooks = *hooks;
	me.plain = plain;
	settings_of(plain);
	if (!me.initialized) {
		rl_readline_name = "quantscope";
		rl_initialize();
		using_history();
		watch_quoting();
		replace_bound();
		rl_bind_keyseq_if_unbound("\\e[3~", rl_delete);
		rl_bind_keyseq_if_unbound("\\e[1;5C", rl_forward_word);
		rl_bind_keyseq_if_unbound("\\e[1;5D", rl_backward_word);
		rl_variable_bind("convert-meta", "off");	/* letters beyond ASCII are letters in any locale */
		rl_variable_bind("input-meta", "on");
		rl_variable_bind("output-meta", "on");
		me.initialized = true;
	}
	if (!plain)
		rl_tty_set_echoing(0);
	me.open = true;
	if (!*me.prompt)
		strcpy(me.prompt, "qs> ");
	rl_callback_handler_install(me.prompt, handler);
	line_resized();
	return true;
}

void line_close(void)
{
	if (!me.open)
		return;
	if (!me.lent)
		rl_callback_handler_remove();
	rl_replace_line("", 1);
	recall_done();
	free(me.typed);
	me.typed = NULL;
	completion_drop(&me.candidates);
	me.candidates = (struct completion){ 0 };
	free(me.line);
	me.line = NULL;
	me.queued = me.taken = 0;
	me.accepted = me.quoting = me.lent = me.open = false;
}

void line_prompt(const char *prompt)
{
	snprintf(me.prompt, sizeof me.prompt, "%s", prompt);
	if (me.open && me.plain && strcmp(rl_prompt ? rl_prompt : "", me.prompt))
		rl_set_prompt(me.prompt);
}

/* ---- editing ---- */

/* The bytes of a key go to the search, if there is one, or to readline, which never waits for more. */
static void press(const char *bytes, size_t n)
{
	if (n > sizeof me.queue || (!line_takes_all() && recall_key(bytes, n)))
		return;
	if (*bytes == '\033' && me.seeking)
		n = 1;			/* 8.2 looks whether it is a paste, puts back what follows and loses its place */
	me.seeking = false;
	memcpy(me.queue, bytes, n);
	me.queued = n;
	me.taken = 0;
	while (bytes_wait() && !me.accepted && !me.lent)
		rl_callback_read_char();
	me.queued = me.taken = 0;
}

void line_key(const char *bytes, size_t n)
{
	bool was_quoting = me.quoting;

	if (!me.open || me.plain || !n)
		return;
	press(bytes, n);
	if (was_quoting)
		me.quoting = false;
	macro_keep(bytes, n);
	hand_on();
	macro_play(line_key);
}

bool line_binds(const char *bytes, size_t n)
{
	int type;

	return n && rl_function_of_keyseq_len(bytes, n, NULL, &type) != NULL;
}

/* Plain: a whole key, as the terminal sends it; 0: the end. Readline given one byte of it at a time can lose its place (8.2). */
static size_t read_key(char bytes[16])
{
	int c = rl_getc(rl_instream);
	size_t n = 1, more;
	bool sequence;

	if (c == EOF)
		return 0;
	bytes[0] = (char)c;
	if (c == '\033' && bytes_wait_or_come() && (c = rl_getc(rl_instream)) != EOF)
		bytes[n++] = (char)c;
	sequence = n == 2 && (c == '[' || c == 'O');
	while (sequence && n < 16 && bytes_wait_or_come() && (c = rl_getc(rl_instream)) != EOF) {
		bytes[n++] = (char)c;
		sequence = c < '@' || c > '~';
	}
	more = c < 0xc0 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	for (; more && n < 16 && (c = rl_getc(rl_instream)) != EOF; more--)
		bytes[n++] = (char)c;
	return n;
}

/* Plain: what a search says stands in front of the line, as readline does it. */
static void show_search(bool before)
{
	if (recall_searching()) {
		rl_message("%s", recall_prompt());
	} else if (before) {
		rl_clear_message();
		rl_redisplay();
	}
}

void line_ready(void)
{
	bool searching = recall_searching();
	char bytes[16];
	size_t n;

	if (!me.open || !me.plain || me.lent)
		return;
	n = read_key(bytes);
	if (n)
		press(bytes, n);
	else
		rl_callback_read_char();	/* finds the end too */
	macro_keep(bytes, n);
	macro_play(press);
	if (me.open && !me.lent)
		show_search(searching);
}

static void insert(const char *s, size_t n)
{
	char *copy = strndup(s, n);

	rl_begin_undo_group();
	rl_insert_text(copy ? copy : "");
	rl_end_undo_group();
	free(copy);
}

void line_insert(const char *s, size_t n)
{
	struct text t = { 0 };

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\r' && i + 1 < n && s[i + 1] == '\n')
			continue;
		if (c == '\r')
			text_put(&t, "\n");
		else if ((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t')
			text_putn(&t, s + i, 1);
	}
	if (!t.len || t.failed) {
		text_drop(&t);
		return;
	}
	if (recall_searching()) {		/* what is looked for has one line */
		for (size_t i = 0, k; i < t.len; i = k + 1) {
			k = i + strcspn(t.s + i, "\n\t");
			if (recall_prompt()[0] == ':')
				insert(t.s + i, k - i);
			else
				recall_add(t.s + i, k - i);
		}
	} else {
		insert(t.s, t.len);
	}
	text_drop(&t);
}

void line_set(const char *s)
{
	recall_end();
	rl_begin_undo_group();
	rl_delete_text(0, rl_end);
	rl_point = 0;
	rl_insert_text(s);
	rl_end_undo_group();
}

void line_drop(void)
{
	if (!me.open)
		return;
	macro_stop();
	if (line_takes_all())
		line_key(" ", 1);	/* readline would lose what it waits with */
	if (RL_ISSTATE(RL_STATE_NUMERICARG))
		line_key("\007", 1);
	rl_callback_sigcleanup();
	if (me.plain && recall_searching())
		rl_clear_message();
	recall_done();
	rl_free_line_state();
	rl_replace_line("", 1);
	me.quoting = false;
	rl_callback_handler_remove();
	rl_callback_handler_install(me.prompt, handler);
	line_history_catch_up();
}

const char *line_text(void)
{
	return rl_line_buffer ? rl_line_buffer : "";
}

size_t line_cursor(void)
{
	return rl_point > 0 ? (size_t)rl_point : 0;
}

bool line_empty(void)
{
	return !*line_text();
}

bool line_takes_all(void)
{
	return me.quoting || RL_ISSTATE(RL_STATE_CHARSEARCH);
}

bool line_searching(void)
{
	return recall_searching();
}

void line_end_search(void)
{
	recall_end();
}

/* ---- plain ---- */

void line_lend(void)
{
	if (!me.open || !me.plain || me.lent)
		return;
	me.lent = true;
	free(me.typed);
	me.typed = *line_text() && !me.in_handler ? strdup(line_text()) : NULL;
	me.typed_at = rl_point;
	rl_callback_handler_remove();
}

void line_take_back(void)
{
	if (!me.open || !me.plain || !me.lent)
		return;
	me.lent = false;
	rl_callback_handler_install(me.prompt, handler);
	if (me.typed) {
		rl_insert_text(me.typed);
		rl_point = me.typed_at;
		rl_redisplay();
	}
	free(me.typed);
	me.typed = NULL;
}

const char *line_prompt_shown(void)
{
	if (recall_prompt())
		return recall_prompt();
	return rl_display_prompt && rl_display_prompt != rl_prompt && RL_ISSTATE(RL_STATE_NUMERICARG) ? rl_display_prompt : me.prompt;
}
