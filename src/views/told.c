/* told.c - see told.h */
#include "views/told.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 400 };

char *told_number(char *buf, double v)
{
	number_short(buf, v);
	if (v == floor(v) && fabs(v) < 1e6)
		snprintf(buf, NUMBER_SIZE, "%.1f", v);
	return buf;
}

static void clear(struct told *t)
{
	for (size_t i = 0; i < t->lines; i++)
		free(t->line[i].text);
	t->lines = 0;
}

void told_add(struct told *t, const char *step, const char *name, size_t i, enum style style, const char *fmt, ...)
{
	struct told_line l = { .style = style, .i = i, .in_table = t->table };
	va_list args;
	char text[TEXT_MAX];

	while (l.step < t->record->steps && step && strcmp(t->record->step[l.step].name, step))
		l.step++;
	if (!step)
		l.step = 0;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	snprintf(l.name, sizeof l.name, "%s", name ? name : "");
	l.text = strdup(text);
	if (t->lines == t->size) {
		struct told_line *more = realloc(t->line, (t->size + 64) * sizeof *more);

		if (more) {
			t->line = more;
			t->size += 64;
		}
	}
	if (!l.text || t->lines == t->size) {
		free(l.text);
		t->failed = true;
		return;
	}
	t->line[t->lines++] = l;
}

void told_again(struct told *t)
{
	clear(t);
	t->compose(t);
	if (t->cursor >= t->lines)
		t->cursor = t->lines ? t->lines - 1 : 0;
}

void told_close(void *state)
{
	struct told *t = state;

	clear(t);
	free(t->line);
	free(t);
}

void *told_open(struct value *subject, void (*compose)(struct told *t), struct error *err)
{
	struct told *t = calloc(1, sizeof *t);

	if (!t) {
		error_memory(err, "a picture");
		return NULL;
	}
	t->subject = subject;
	t->record = subject->u.record.of;
	t->compose = compose;
	compose(t);
	if (!t->failed)
		return t;
	error_memory(err, "a picture");
	told_close(t);
	return NULL;
}

/* Lines up to the step that is shown; blank ones between what is hidden go too. */
static bool seen(const struct told *t, size_t k)
{
	return !value_walks(t->subject) || t->line[k].step <= value_step(t->subject);
}

static size_t count(const struct told *t)
{
	size_t n = 0;

	for (size_t k = 0; k < t->lines; k++)
		n += seen(t, k);
	return n;
}

/* Bytes of the first piece of a line that is too wide: up to the last gap of three blanks, or else the last blank. A line end within it,
 * which only rows of tables have, is where it is cut. */
static size_t piece(const char *s, int width)
{
	size_t n = strcspn(s, "\n"), lead = strspn(s, " "), gap = 0, blank = 0;

	if ((int)text_width(s, n) <= width)
		return n;
	for (size_t i = lead; i < n && (int)text_width(s, i) <= width; i++) {
		if (s[i] == ' ')
			blank = i;
		if (!strncmp(s + i, "   ", 3))
			gap = i;
	}
	return gap > (size_t)width / 2 ? gap : blank ? blank : lead ? lead : n;
}

static const char *after(const char *s, size_t n)
{
	return s[n] == '\n' ? s + n + 1 : s + n + strspn(s + n, " ");
}

/* The next piece that has words in it; *s is moved to where it begins. */
static size_t next_piece(const char **s, int width)
{
	size_t n = piece(*s, width);

	while ((*s)[n] && strspn(*s, " ") >= n) {
		*s = after(*s, n);
		n = piece(*s, width);
	}
	return n;
}

enum { INDENT = 4 };	/* of what a wide line goes on with */

static int rows_of(const char *s, int width)
{
	int rows = 1;

	for (size_t n; (n = next_piece(&s, rows > 1 ? width - INDENT : width)), s[n]; rows++)
		s = after(s, n);
	return rows;
}

static int room(int cols)
{
	return cols > 2 * INDENT + 8 ? cols - 2 : 2 * INDENT + 6;
}

/* The rows of a table around line k: its first, and the one after its last. */
static void table_around(const struct told *t, size_t k, size_t *first, size_t *end)
{
	*first = k;
	*end = k + 1;
	while (*first && t->line[*first - 1].in_table)
		--*first;
	while (*end < t->lines && t->line[*end].in_table)
		++*end;
}

/* A line as it is drawn: of a table that is too wide, with two blanks at most between its columns, and, if that is not enough, with a
 * line end before those that have no room: the same ones in all its rows. buf [TEXT_MAX + 1]. */
static const char *text_of(const struct told *t, size_t k, int width, char *buf)
{
	bool used[TEXT_MAX] = { false };
	const char *s = t->line[k].text;
	size_t first, end, widest = 0, n = 0, squeezed = 0, cut = 0, gap = 1;

	if (!t->line[k].in_table)
		return s;
	table_around(t, k, &first, &end);
	for (size_t r = first; r < end; r++) {
		const char *row = t->line[r].text;

		for (size_t i = 0; row[i]; i++)
			used[i] |= row[i] != ' ';
		if (strlen(row) > widest)
			widest = strlen(row);
	}
	if ((int)widest <= width)
		return s;
	for (size_t i = 0; i < widest; i++) {
		if (used[i] && gap > 1 && squeezed && (int)squeezed <= width)
			cut = squeezed;
		gap = used[i] ? 0 : gap + 1;
		if (gap > 2)
			continue;
		squeezed++;
		if (i < strlen(s))
			buf[n++] = s[i];
	}
	buf[n] = 0;
	if ((int)squeezed > width && cut && n > cut) {
		memmove(buf + cut + 1, buf + cut, n - cut + 1);
		buf[cut] = '\n';
	}
	return buf;
}

int told_height(const void *state, int cols)
{
	const struct told *t = state;
	int rows = 0;
	char buf[TEXT_MAX + 1];

	for (size_t k = 0; k < t->lines; k++)
		rows += seen(t, k) ? rows_of(text_of(t, k, room(cols), buf), room(cols)) : 0;
	return rows;
}

/* Rows that the lines from `top` up to line `last` take. */
static int rows_up_to(const struct told *t, size_t last, int cols)
{
	size_t at = 0;
	int rows = 0;
	char buf[TEXT_MAX + 1];

	for (size_t k = 0; k < t->lines && at <= last; k++)
		if (seen(t, k) && at++ >= t->top)
			rows += rows_of(text_of(t, k, room(cols), buf), room(cols));
	return rows;
}

static int draw_line(const struct told *t, size_t k, struct canvas *c, int row)
{
	const struct told_line *l = &t->line[k];
	bool made_now = value_walks(t->subject) && l->step == value_step(t->subject) && l->name[0];
	char buf[TEXT_MAX + 1];
	const char *s = text_of(t, k, room(c->cols), buf);
	int width = room(c->cols), left = 2;

	for (size_t n = next_piece(&s, width);; n = next_piece(&s, width)) {
		canvas_text(c, row, left, made_now ? STYLE_NEW : l->style, "%.*s", (int)n, s);
		if (made_now)
			canvas_mark(c, row, left, c->cols - left, MARK_BOLD);
		row++;
		s = after(s, n);
		if (!*s)
			return row;
		left = 2 + INDENT;
		width = room(c->cols) - INDENT;
	}
}

void told_draw(void *state, struct canvas *c)
{
	struct told *t = state;
	size_t n = count(t), at = 0;
	struct canvas body = *c;
	int row = 0, left;

	if (t->cursor >= n)
		t->cursor = n ? n - 1 : 0;
	if (t->cursor < t->top)
		t->top = t->cursor;
	/* Where not all fits, the last row says how much is left. */
	if (rows_up_to(t, SIZE_MAX, c->cols) > c->rows && c->rows > 2)
		body = canvas_part(c, 0, 0, c->rows - 1, c->cols);
	while (t->top < t->cursor && rows_up_to(t, t->cursor, c->cols) > body.rows)
		t->top++;
	left = rows_up_to(t, SIZE_MAX, c->cols);
	if (left <= c->rows)
		body = *c;
	t->page = body.rows > 1 ? (size_t)body.rows - 1 : 1;
	for (size_t k = 0; k < t->lines && row < body.rows; k++) {
		if (!seen(t, k) || at++ < t->top)
			continue;
		if (at - 1 == t->cursor && t->line[k].name[0] && t->moved)
			canvas_glyph(&body, row, 0, GLYPH_CHOSEN, STYLE_CURSOR);
		row = draw_line(t, k, &body, row);
	}
	if (body.rows < c->rows)
		canvas_text(c, body.rows, 2, STYLE_DIM, "\xe2\x80\xa6 %d more lines", left - body.rows);
}

/* The line with a number that is `by` lines or more from the cursor; where there is none that way, the next line, so that all can be
 * scrolled to. */
static size_t numbered(const struct told *t, int by)
{
	size_t at = 0, next = t->cursor;

	for (size_t k = 0; k < t->lines; k++) {
		if (!seen(t, k))
			continue;
		if (t->line[k].name[0] && by > 0 && at > t->cursor)
			return at;
		if (t->line[k].name[0] && by < 0 && at < t->cursor)
			next = at;
		at++;
	}
	return by > 0 ? t->cursor + 1 : next < t->cursor ? next : t->cursor - 1;
}

bool told_press(void *state, const struct key *k, struct wish *wish)
{
	struct told *t = state;
	size_t n = count(t), at = t->cursor;

	if (k->ctrl || k->meta)
		return false;
	if (k->code == KEY_UP_ && !at) {
		wish->up = true;
		return true;
	}
	switch (k->code) {
	case KEY_UP_:
		at = numbered(t, -1);
		break;
	case KEY_DOWN_:
		at = numbered(t, 1);
		break;
	case KEY_PGUP:
		at = at > t->page ? at - t->page : 0;
		break;
	case KEY_PGDN:
		at += t->page;
		break;
	default:
		return false;
	}
	t->cursor = at < n ? at : n ? n - 1 : 0;
	t->moved = true;
	return true;
}

bool record_answer(const struct value *subject, const char *name, struct text *out, struct error *err)
{
	const struct record *r = subject->u.record.of;
	size_t end = value_walks(subject) ? record_end(r, value_step(subject)) : SIZE_MAX, i;
	const struct number *n = NULL;
	struct text names = { 0 };
	char kind[16];

	if (trace_parse_name(name, kind, &i))
		n = record_find(r, kind, i, end);
	if (n) {
		record_why(n, out);
		return true;
	}
	record_names(r, &names);
	error_set(err, ERR_ARGUMENT, "no number '%.40s' here", name);
	error_hint(err, "name", "%.400s", text_str(&names));
	text_drop(&names);
	return false;
}

/* Of the number under the cursor: on a line that has none, of the first one after it, or else of the last before. */
static const struct told_line *line_of_cursor(const struct told *t)
{
	const struct told_line *found = NULL;
	size_t at = 0;

	for (size_t k = 0; k < t->lines; k++) {
		if (!seen(t, k))
			continue;
		if (t->line[k].name[0]) {
			found = &t->line[k];
			if (at >= t->cursor)
				return found;
		}
		at++;
	}
	return found;
}

bool told_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct told *t = state;
	const struct told_line *l = name ? NULL : line_of_cursor(t);
	char under[48];

	if (!name && !l) {
		error_set(err, ERR_ARGUMENT, "there is no number here yet");
		return error_hint(err, NULL, "next  makes the first");
	}
	if (l && l->i == SIZE_MAX)
		snprintf(under, sizeof under, "%s", l->name);
	else if (l)
		snprintf(under, sizeof under, "%s[%zu]", l->name, l->i);
	return record_answer(t->subject, name ? name : under, out, err);
}

struct table *record_table(const struct record *r, size_t end)
{
	struct table *t = table_new(TOLD_COLUMNS);

	for (size_t k = 0; t && k < r->numbers && k < end; k++) {
		const struct number *n = &r->number[k];
		struct text exact = { 0 }, flags = { 0 };
		size_t step = 0;

		while (step + 1 < r->steps && r->step[step + 1].first <= k)
			step++;
		if (n->exact.den)
			fraction_put(n->exact, &exact);
		flag_words(n->flags, &flags);
		table_row(t);
		table_text(t, r->step[step].name);
		table_text(t, n->name);
		if (n->i == SIZE_MAX)
			table_skip(t);
		else
			table_int(t, (int64_t)n->i);
		table_number(t, n->v);
		table_text(t, text_str(&exact));
		table_text(t, text_str(&flags));
		table_text(t, n->formula ? n->formula : "");
		text_drop(&exact);
		text_drop(&flags);
	}
	return t;
}

struct table *told_data(const void *state, struct error *err)
{
	const struct told *t = state;
	struct table *table = record_table(t->record, value_walks(t->subject) ? record_end(t->record, value_step(t->subject)) : SIZE_MAX);

	if (!table)
		error_memory(err, "a table");
	return table;
}

void told_changed(void *state)
{
	struct told *t = state;

	t->cursor = t->top = 0;
}
