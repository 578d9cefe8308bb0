/* recall.c - see recall.h */
#include "repl/recall.h"

#include <stdio.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct changed { int number; char *text; };	/* a recalled line that was edited and left */

static enum { NOT, AS_TYPED /* Ctrl-R */, ASKING /* Alt-P: what for, then Enter */ } search;

static struct {
	int number;			/* of the entry that is shown; 0: the line itself */
	char *typed; int typed_at;	/* the line itself, while another is shown */
	struct changed *changed; size_t n;
	int next;			/* Ctrl-O: shown when this line is done; 0 none */
	/* searches */
	bool back, failed;
	char text[200], last[200], asked[200];
	char *before; int before_at, before_number;	/* as the line was when it began */
	char prompt[320];
	size_t prefix;			/* of history-search-backward */
} me;

static int newest(void)
{
	return history_base + history_length - 1;
}

static const char *entry(int number)
{
	HIST_ENTRY *e = number ? history_get(number) : NULL;

	return e ? e->line : NULL;
}

/* ---- another line ---- */

static void put_line(const char *s, int at)
{
	rl_replace_line(s, 1);
	rl_point = at < 0 || at > rl_end ? rl_end : at;
	rl_mark = 0;
}

static char **kept(int number)
{
	for (size_t i = 0; i < me.n; i++)
		if (me.changed[i].number == number)
			return &me.changed[i].text;
	return NULL;
}

static void keep_changed(void)
{
	char **old = kept(me.number), *copy;
	struct changed *more;

	if (!old && !strcmp(entry(me.number) ? entry(me.number) : "", rl_line_buffer))
		return;
	copy = strdup(rl_line_buffer);
	if (!copy)
		return;
	if (old) {
		free(*old);
		*old = copy;
	} else if ((more = realloc(me.changed, (me.n + 1) * sizeof *more))) {
		me.changed = more;
		me.changed[me.n++] = (struct changed){ me.number, copy };
	} else {
		free(copy);
	}
}

static void leave(void)
{
	if (me.number) {
		keep_changed();
	} else {
		free(me.typed);
		me.typed = strdup(rl_line_buffer);
		me.typed_at = rl_point;
	}
}

static const char *shown_as(int number)
{
	char **edited = kept(number);

	return edited ? *edited : entry(number);
}

/* number 0: the line itself */
static void show(int number, int at)
{
	const char *s = number ? shown_as(number) : me.typed;

	me.number = number;
	put_line(s ? s : "", number ? at : me.typed_at);
}

static bool go(int number)
{
	if (number == me.number || (number && !entry(number)))
		return false;
	leave();
	show(number, -1);
	return true;
}

static int older(int by)
{
	int from = me.number ? me.number : newest() + 1, to;

	to = from - by;
	if (to < history_base)
		to = history_base;
	return to > newest() ? 0 : to;
}

static int move(int by)
{
	if (history_length < 1 || !by || !go(older(by)))
		rl_ding();
	return 0;
}

static int previous(int count, int key)
{
	(void)key;
	return move(count);
}

static int next(int count, int key)
{
	(void)key;
	return move(-count);
}

static int oldest(int count, int key)
{
	(void)count;
	(void)key;
	if (history_length > 0)
		go(history_base);
	return 0;
}

static int end(int count, int key)
{
	(void)count;
	(void)key;
	go(0);
	return 0;
}

static int fetch(int count, int key)
{
	if (!rl_explicit_arg)
		return end(count, key);
	if (count < 1 || count > newest() || !go(count))
		rl_ding();
	return 0;
}

static int run_and_next(int count, int key)
{
	me.next = me.number ? me.number + 1 : 0;
	return rl_newline(count, key);
}

/* ---- searches ---- */

static const char *match(const char *line, const char *what, bool prefix)
{
	return prefix ? (strncmp(line, what, strlen(what)) ? NULL : line) : strstr(line, what);
}

/* The next entry from `from` on that holds it, a line like `unlike` left out; 0: none. */
static int find(int from, bool back, const char *what, bool prefix, const char *unlike)
{
	for (int k = from; k >= history_base && k <= newest(); k += back ? -1 : 1)
		if (shown_as(k) && match(shown_as(k), what, prefix) && (!unlike || strcmp(shown_as(k), unlike)))
			return k;
	return 0;
}

static int by_words(int count, int key, bool back, bool prefix, rl_command_func_t *self)
{
	char what[200];
	int at = rl_point, found;

	(void)count;
	(void)key;
	if (rl_last_func != self)
		me.prefix = (size_t)at;
	snprintf(what, sizeof what, "%.*s", (int)(me.prefix < strlen(rl_line_buffer) ? me.prefix : strlen(rl_line_buffer)), rl_line_buffer);
	found = *what ? find((me.number ? me.number : newest() + 1) + (back ? -1 : 1), back, what, prefix, rl_line_buffer)
		      : back ? older(1) : me.number < newest() ? me.number + 1 : 0;
	if (found || (!back && me.number))
		go(found);
	else
		rl_ding();
	rl_point = (int)me.prefix < rl_end ? (int)me.prefix : rl_end;
	return 0;
}

static int prefix_back(int count, int key) { return by_words(count, key, true, true, prefix_back); }
static int prefix_on(int count, int key) { return by_words(count, key, false, true, prefix_on); }
static int part_back(int count, int key) { return by_words(count, key, true, false, part_back); }
static int part_on(int count, int key) { return by_words(count, key, false, false, part_on); }

static void begin(int kind, bool back)
{
	free(me.before);
	me.before = strdup(rl_line_buffer);
	me.before_at = rl_point;
	me.before_number = me.number;
	leave();
	search = kind == AS_TYPED ? AS_TYPED : ASKING;
	me.back = back;
	me.failed = false;
	*me.text = 0;
	if (search == ASKING)
		put_line("", 0);
}

static void restore(void)
{
	search = NOT;
	me.number = me.before_number;
	put_line(me.before ? me.before : "", me.before_at);
}

/* Shows the match; its cursor stands at the words. */
static void show_found(int number)
{
	const char *at;

	show(number, -1);
	at = strstr(rl_line_buffer, me.text);
	rl_point = at ? (int)(at - rl_line_buffer) : rl_end;
}

static void find_from(int from)
{
	int found = *me.text ? find(from, me.back, me.text, false, NULL) : 0;

	me.failed = *me.text && !found;
	if (found)
		show_found(found);
}

/* Once more: another line. */
static void find_more(bool back)
{
	int from = me.number ? me.number : newest() + 1, found;

	me.back = back;
	if (!*me.text) {
		memcpy(me.text, me.last, sizeof me.text);
		find_from(me.number ? me.number : newest());
		return;
	}
	found = find(from + (back ? -1 : 1), back, me.text, false, rl_line_buffer);
	me.failed = !found;
	if (found)
		show_found(found);
	else
		rl_ding();
}

static void drop_last(void)
{
	size_t n = strlen(me.text);

	while (n > 0 && ((unsigned char)me.text[--n] & 0xc0) == 0x80)
		;
	me.text[n] = 0;
	me.failed = false;
	if (n)
		find_from(me.back ? newest() : me.before_number ? me.before_number : newest());
	else
		show(me.before_number, me.before_at);
}

void recall_add(const char *s, size_t n)
{
	size_t len = strlen(me.text);

	if (search != AS_TYPED || len + n >= sizeof me.text)
		return;
	memcpy(me.text + len, s, n);
	me.text[len + n] = 0;
	if (!me.failed)
		find_from(me.number ? me.number : newest());
}

void recall_end(void)
{
	if (search == ASKING)
		restore();
	else if (search == AS_TYPED && *me.text)
		memcpy(me.last, me.text, sizeof me.last);
	search = NOT;
}

static void answer(void)
{
	char what[sizeof me.asked];
	int from, found;

	snprintf(what, sizeof what, "%s", rl_line_buffer);
	if (*what)
		memcpy(me.asked, what, sizeof what);
	restore();
	from = me.number ? me.number : newest() + 1;
	found = *me.asked ? find(from + (me.back ? -1 : 1), me.back, me.asked, false, NULL) : 0;
	if (found)
		go(found);
	else
		rl_ding();
}

static bool asking_key(char c, size_t n)
{
	if (n == 1 && (c == '\r' || c == '\n')) {
		answer();
		return true;
	}
	if (n == 1 && (c == '\007' || c == '\033')) {
		restore();
		return true;
	}
	if (n == 1 && (c == '\177' || c == '\b') && !rl_end) {
		restore();
		return true;
	}
	return false;
}

bool recall_key(const char *bytes, size_t n)
{
	char c = n ? *bytes : 0;

	if (search == NOT || !n)
		return false;
	if (search == ASKING)
		return asking_key(c, n);
	if (n == 1 && (c == '\022' || c == '\023')) {
		find_more(c == '\022');
	} else if (n == 1 && (c == '\177' || c == '\b')) {
		drop_last();
	} else if (n == 1 && c == '\007') {
		restore();
	} else if ((unsigned char)c >= ' ' && c != '\177') {
		recall_add(bytes, n);
	} else {
		recall_end();
		return n == 1 && c == '\033';
	}
	return true;
}

bool recall_searching(void)
{
	return search != NOT;
}

const char *recall_prompt(void)
{
	if (search == NOT)
		return NULL;
	if (search == ASKING)
		return ":";
	snprintf(me.prompt, sizeof me.prompt, "(%s%si-search)`%s': ", me.failed ? "failed " : "", me.back ? "reverse-" : "", me.text);
	return me.prompt;
}

static int search_back(int count, int key)
{
	(void)count;
	(void)key;
	begin(AS_TYPED, true);
	return 0;
}

static int search_on(int count, int key)
{
	(void)count;
	(void)key;
	begin(AS_TYPED, false);
	return 0;
}

static int ask_back(int count, int key)
{
	(void)count;
	(void)key;
	begin(ASKING, true);
	return 0;
}

static int ask_on(int count, int key)
{
	(void)count;
	(void)key;
	begin(ASKING, false);
	return 0;
}

static int asked_again(bool back)
{
	int from, found;

	from = me.number ? me.number : newest() + 1;
	found = *me.asked ? find(from + (back ? -1 : 1), back, me.asked, false, NULL) : 0;
	if (found)
		go(found);
	else
		rl_ding();
	return 0;
}

static int again_back(int count, int key) { (void)count; (void)key; return asked_again(true); }
static int again_on(int count, int key) { (void)count; (void)key; return asked_again(false); }

/* In vi's command mode: / looks back, ? forward. */
static int vi_ask(int count, int key)
{
	return key == '?' ? ask_on(count, key) : ask_back(count, key);
}

static int vi_again(int count, int key)
{
	(void)count;
	return asked_again((key == 'n') == me.back);
}

/* ---- the line and its history ---- */

void recall_done(void)
{
	for (size_t i = 0; i < me.n; i++)
		free(me.changed[i].text);
	free(me.changed);
	free(me.typed);
	free(me.before);
	me.changed = NULL;
	me.typed = me.before = NULL;
	me.n = 0;
	me.number = 0;
	search = NOT;
	using_history();
}

void recall_next(void)
{
	int number = me.next;

	me.next = 0;
	if (number && number <= newest() && !*rl_line_buffer)
		go(number);
}

bool recall_away(void)
{
	return me.number || search != NOT;
}

/* ---- what is bound ---- */

const struct bound recall_commands[] = {
	{ rl_get_previous_history, previous }, { rl_get_next_history, next }, { rl_beginning_of_history, oldest }, { rl_end_of_history, end },
	{ rl_fetch_history, fetch }, { rl_operate_and_get_next, run_and_next },
	{ rl_history_search_backward, prefix_back }, { rl_history_search_forward, prefix_on },
	{ rl_history_substr_search_backward, part_back }, { rl_history_substr_search_forward, part_on },
	{ rl_reverse_search_history, search_back }, { rl_forward_search_history, search_on },
	{ rl_noninc_reverse_search, ask_back }, { rl_noninc_forward_search, ask_on },
	{ rl_noninc_reverse_search_again, again_back }, { rl_noninc_forward_search_again, again_on },
	{ rl_vi_search, vi_ask }, { rl_vi_search_again, vi_again }, { rl_vi_fetch_history, fetch },
	{ 0 }
};
