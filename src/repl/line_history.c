/*
 * line_history.c - the history and its file; answers to lessons have one of their own.
 *
 * While the user is away in it (recall.h) entries keep their numbers: what is to be entered waits until the line is done.
 */
#include "repl/line.h"

#include <stdio.h>
#include <readline/history.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "repl/keep.h"
#include "repl/recall.h"

static struct {
	char *path;
	int max;
	char **fresh; size_t n_fresh;		/* entered in this run, not yet in the file */
	char **later; size_t n_later;		/* to be entered when the line is done */
	bool lesson, lesson_wanted;
	HISTORY_STATE *other;			/* the one that is not in use */
} history;

/* In the file an entry's further lines begin with a tab; no entry does. */
static void write_entry(struct text *t, const char *entry)
{
	for (; *entry; entry++)
		text_put(t, *entry == '\n' ? "\n\t" : (char[]){ *entry, 0 });
	text_put(t, "\n");
}

/* Calls each(entry) for the entries of the file. */
static void read_entries(const char *path, void (*each)(void *arg, const char *entry), void *arg)
{
	FILE *in = fopen(path, "r");
	struct text entry = { 0 };
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool any = false;

	if (!in)
		return;
	while ((n = getline(&line, &size, in)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[--n] = 0;
		if (line[0] == '\t' && any) {
			text_add(&entry, "\n%s", line + 1);
			continue;
		}
		if (any)
			each(arg, text_str(&entry));
		text_clear(&entry);
		text_put(&entry, line);
		any = true;
	}
	if (any)
		each(arg, text_str(&entry));
	text_drop(&entry);
	free(line);
	fclose(in);
}

static void keep_entry(void *arg, const char *entry)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	(void)arg;
	if (*entry && (!last || strcmp(last->line, entry)))
		add_history(entry);
}

void line_history_load(const char *path, int max)
{
	using_history();
	free(history.path);
	history.path = path ? strdup(path) : NULL;
	history.max = max;
	stifle_history(max);
	if (path && max > 0)
		read_entries(path, keep_entry, NULL);
	using_history();
}

static void history_switch(void)
{
	HISTORY_STATE *now;

	if (history.lesson_wanted == history.lesson || recall_away() || !(now = history_get_history_state()))
		return;
	if (history.other) {
		history_set_history_state(history.other);
		free(history.other);
	} else {
		HISTORY_STATE empty = { 0 };

		history_set_history_state(&empty);
	}
	history.other = now;
	history.lesson = history.lesson_wanted;
	using_history();
}

static bool push(char ***list, size_t *n, const char *line)
{
	char **more = realloc(*list, (*n + 1) * sizeof *more);

	if (!more)
		return false;
	*list = more;
	more[*n] = strdup(line);
	*n += more[*n] != NULL;
	return true;
}

static void enter(const char *line)
{
	add_history(line);
	using_history();	/* searches of readline's own begin behind the newest */
}

void line_history_add(const char *line)
{
	const char *last = history.n_later ? history.later[history.n_later - 1] : line_history_entry(-1);

	if (!*line || *line == ' ' || *line == '\t' || *line == '\n' || (last && !strcmp(last, line)))
		return;
	if (!history.lesson)
		push(&history.fresh, &history.n_fresh, line);
	if (recall_away())
		push(&history.later, &history.n_later, line);
	else
		enter(line);
}

/* Between two lines: what had to wait for it. (After Ctrl-O one is in the history from the start of the line on.) */
void line_history_catch_up(void)
{
	history_switch();
	if (recall_away())
		return;
	for (size_t i = 0; i < history.n_later; i++) {
		enter(history.later[i]);
		free(history.later[i]);
	}
	free(history.later);
	history.later = NULL;
	history.n_later = 0;
}

const char *line_history_entry(int number)
{
	HIST_ENTRY *e = history_get(number > 0 ? number : history_base + history_length + number);

	return e ? e->line : NULL;
}

int line_history_first(void)
{
	return history_base;
}

int line_history_count(void)
{
	return history_length;
}

void line_history_lesson(bool on)
{
	history.lesson_wanted = on;
	history_switch();
}

/* The file's entries and ours, the last `max` of them. */
struct merge { char **entry; size_t n, size; bool failed; };

static void merge_entry(void *arg, const char *entry)
{
	struct merge *m = arg;

	if (m->n && !strcmp(m->entry[m->n - 1], entry))
		return;
	if (m->n == m->size) {
		size_t size = m->size ? 2 * m->size : 256;
		char **more = realloc(m->entry, size * sizeof *more);

		if (!more) {
			m->failed = true;
			return;
		}
		m->entry = more;
		m->size = size;
	}
	m->entry[m->n] = strdup(entry);
	m->failed |= !m->entry[m->n];
	m->n += m->entry[m->n] != NULL;
}

bool line_history_save(struct error *err)
{
	struct merge m = { 0 };
	struct text t = { 0 };
	bool ok;

	if (!history.path || !history.n_fresh || history.max < 1)
		return true;
	read_entries(history.path, merge_entry, &m);
	for (size_t i = 0; i < history.n_fresh; i++) {
		merge_entry(&m, history.fresh[i]);
		free(history.fresh[i]);
	}
	free(history.fresh);
	history.fresh = NULL;
	history.n_fresh = 0;
	for (size_t i = m.n > (size_t)history.max ? m.n - (size_t)history.max : 0; i < m.n; i++)
		write_entry(&t, m.entry[i]);
	ok = m.failed || t.failed ? error_memory(err, "the history") : keep_file(history.path, text_str(&t), t.len, err);
	for (size_t i = 0; i < m.n; i++)
		free(m.entry[i]);
	free(m.entry);
	text_drop(&t);
	return ok;
}
