/* table.c - see table.h */
#include "session/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/value.h"

struct table *table_new(const char *columns)
{
	struct table *t = calloc(1, sizeof *t);
	const char *s = columns;

	if (!t)
		return NULL;
	while (*(s += strspn(s, " "))) {
		size_t len = strcspn(s, " ");
		char **name = realloc(t->name, (t->cols + 1) * sizeof *name);

		if (name)
			t->name = name;
		if (!name || !(name[t->cols] = strndup(s, len))) {
			table_drop(t);
			return NULL;
		}
		t->cols++;
		s += len;
	}
	return t;
}

void table_drop(struct table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->rows * t->cols; i++)
		free(t->cell[i].text);
	for (size_t i = 0; i < t->cols; i++)
		free(t->name[i]);
	for (size_t i = 0; i < t->n_behind; i++)
		value_drop(t->behind[i]);
	free(t->behind);
	free(t->cell);
	free(t->name);
	free(t);
}

struct table *table_copy(const struct table *t)
{
	struct table *copy = table_new("");

	if (!copy)
		return NULL;
	copy->name = calloc(t->cols ? t->cols : 1, sizeof *copy->name);
	for (size_t i = 0; copy->name && i < t->cols; i++, copy->cols++)
		copy->failed |= !(copy->name[i] = strdup(t->name[i]));
	for (size_t r = 0; copy->name && r < t->rows; r++) {
		table_row(copy);
		for (size_t i = 0; i < t->cols && !copy->failed; i++) {
			struct table_cell *to = &copy->cell[r * t->cols + i];

			*to = *table_at(t, r, i);
			if (to->text && !(to->text = strdup(to->text)))
				copy->failed = true;
		}
	}
	copy->record = t->record;
	if (copy->name && !copy->failed)
		return copy;
	table_drop(copy);
	return NULL;
}

bool table_behind(struct table *t, struct value *v)
{
	struct value **behind = realloc(t->behind, (t->n_behind + 1) * sizeof *behind);

	if (!behind) {
		value_drop(v);
		t->failed = true;
		return false;
	}
	t->behind = behind;
	behind[t->n_behind++] = v;
	return true;
}

void table_row(struct table *t)
{
	if (t->failed)
		return;
	if (t->rows == t->rows_size) {
		size_t size = t->rows_size ? 2 * t->rows_size : 8;
		struct table_cell *cell = NULL;

		if (!t->cols || size <= SIZE_MAX / sizeof *cell / t->cols)
			cell = realloc(t->cell, (size * t->cols + 1) * sizeof *cell);
		if (!cell) {
			t->failed = true;
			return;
		}
		t->cell = cell;
		t->rows_size = size;
	}
	memset(t->cell + t->rows * t->cols, 0, t->cols * sizeof *t->cell);
	t->rows++;
	t->next = 0;
}

/* The cell that is filled next; NULL when there is none. */
static struct table_cell *next_cell(struct table *t)
{
	if (t->failed || !t->rows || t->next >= t->cols)
		return NULL;
	return &t->cell[(t->rows - 1) * t->cols + t->next++];
}

void table_number(struct table *t, double v)
{
	struct table_cell *c = next_cell(t);

	if (c)
		*c = (struct table_cell){ .kind = CELL_NUMBER, .number = v };
}

void table_int(struct table *t, int64_t v)
{
	struct table_cell *c = next_cell(t);

	if (c)
		*c = (struct table_cell){ .kind = CELL_INT, .number = (double)v, .integer = v };
}

void table_text(struct table *t, const char *s)
{
	struct table_cell *c = next_cell(t);

	if (!c)
		return;
	c->text = strdup(s ? s : "");
	if (c->text)
		c->kind = CELL_TEXT;
	else
		t->failed = true;
}

void table_skip(struct table *t)
{
	next_cell(t);
}

size_t table_column(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->cols; i++)
		if (!strcmp(t->name[i], name))
			return i;
	return SIZE_MAX;
}

const struct table_cell *table_at(const struct table *t, size_t row, size_t col)
{
	static const struct table_cell empty;

	return row < t->rows && col < t->cols ? &t->cell[row * t->cols + col] : &empty;
}

/* ---- tsv and json ---- */

static void tsv_word(struct text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\t')
			text_put(out, "\\t");
		else if (*s == '\n')
			text_put(out, "\\n");
		else if (*s == '\r')
			text_put(out, "\\r");
		else if (*s == '\\')
			text_put(out, "\\\\");
		else
			text_putn(out, s, 1);
	}
}

void table_write_tsv(const struct table *t, struct text *out)
{
	char buf[NUMBER_SIZE];

	for (size_t c = 0; c < t->cols; c++)
		text_add(out, "%s%s", c ? "\t" : "", t->name[c]);
	text_put(out, "\n");
	for (size_t r = 0; r < t->rows; r++) {
		for (size_t c = 0; c < t->cols; c++) {
			const struct table_cell *cell = table_at(t, r, c);

			if (c)
				text_put(out, "\t");
			if (cell->kind == CELL_NUMBER)
				text_put(out, number_exact(buf, cell->number, false));
			else if (cell->kind == CELL_INT)
				text_add(out, "%lld", (long long)cell->integer);
			else if (cell->kind == CELL_TEXT)
				tsv_word(out, cell->text);
		}
		text_put(out, "\n");
	}
}

/* Bytes that are not UTF-8 become U+FFFD: JSON has no other way to hold them. */
static void json_string(struct text *out, const char *s)
{
	size_t n = strlen(s);

	text_put(out, "\"");
	for (size_t i = 0; i < n;) {
		uint32_t ch;
		char utf8[4];
		size_t used = utf8_decode(s + i, n - i, &ch);

		if (ch == '"' || ch == '\\')
			text_add(out, "\\%c", (int)ch);
		else if (ch == '\n')
			text_put(out, "\\n");
		else if (ch == '\t')
			text_put(out, "\\t");
		else if (ch < 0x20 || ch == 0x7F)
			text_add(out, "\\u%04x", (unsigned)ch);
		else
			text_putn(out, utf8, utf8_encode(utf8, ch));
		i += used;
	}
	text_put(out, "\"");
}

static void json_cell(struct text *out, const struct table_cell *cell)
{
	char buf[NUMBER_SIZE];

	switch (cell->kind) {
	case CELL_EMPTY:
		text_put(out, "null");
		break;
	case CELL_INT:
		text_add(out, "%lld", (long long)cell->integer);
		break;
	case CELL_TEXT:
		json_string(out, cell->text);
		break;
	case CELL_NUMBER:
		number_exact(buf, cell->number, false);
		text_add(out, isfinite(cell->number) ? "%s" : "\"%s\"", buf);
		break;
	}
}

void table_write_json(const struct table *t, struct text *out)
{
	if (!t->record)
		text_put(out, "[");
	for (size_t r = 0; r < t->rows; r++) {
		text_put(out, r ? ",\n {" : "{");
		for (size_t c = 0; c < t->cols; c++) {
			if (c)
				text_put(out, ", ");
			json_string(out, t->name[c]);
			text_put(out, ": ");
			json_cell(out, table_at(t, r, c));
		}
		text_put(out, "}");
	}
	text_put(out, t->record ? "\n" : "]\n");
}

/* ---- aligned columns ---- */

static void cell_text(const struct table_cell *cell, struct text *out)
{
	char buf[NUMBER_SIZE];

	if (cell->kind == CELL_NUMBER)
		text_put(out, number_short(buf, cell->number));
	else if (cell->kind == CELL_INT)
		text_add(out, "%lld", (long long)cell->integer);
	else if (cell->kind == CELL_TEXT)
		text_escape(out, cell->text, strlen(cell->text), 0);
}

struct column { size_t width; bool words, empty, left_out; };

static void measure_column(const struct table *t, size_t col, struct column *out)
{
	struct text word = { 0 };

	out->width = strlen(t->name[col]);
	out->empty = t->rows > 0;
	for (size_t r = 0; r < t->rows; r++) {
		const struct table_cell *cell = table_at(t, r, col);
		size_t width;

		text_clear(&word);
		cell_text(cell, &word);
		width = text_width(text_str(&word), word.len);
		if (width > out->width)
			out->width = width;
		if (width)
			out->empty = false;
		if (cell->kind == CELL_TEXT)
			out->words = true;
	}
	text_drop(&word);
}

/* Where the width does not do for all, empty columns go first, the last of them before the others. */
static void leave_out_empty(const struct table *t, size_t width, struct column *column)
{
	size_t total = 0;

	for (size_t c = 0; c < t->cols; c++)
		total += column[c].width + 2;
	for (size_t c = t->cols; width && total > width && c-- > 0; )
		if (column[c].empty) {
			column[c].left_out = true;
			total -= column[c].width + 2;
		}
}

static void write_row(const struct table *t, const struct column *column, size_t row, struct text *word, struct text *line)
{
	size_t at = 2;

	text_clear(line);
	text_put(line, "  ");
	for (size_t c = 0; c < t->cols; c++) {
		if (column[c].left_out)
			continue;
		text_clear(word);
		if (row == SIZE_MAX)
			text_put(word, t->name[c]);
		else
			cell_text(table_at(t, row, c), word);
		text_pad(line, column[c].words ? at : at + column[c].width - text_width(text_str(word), word->len));
		text_putn(line, text_str(word), word->len);
		at += column[c].width + 2;
	}
	while (line->len && line->s[line->len - 1] == ' ')
		line->s[--line->len] = 0;
}

void table_write_text(const struct table *t, size_t width, struct text *out)
{
	struct column *column = calloc(t->cols + 1, sizeof *column);
	struct text line = { 0 }, word = { 0 };

	if (!column) {
		out->failed = true;
		return;
	}
	for (size_t c = 0; c < t->cols; c++)
		measure_column(t, c, &column[c]);
	leave_out_empty(t, width, column);
	for (size_t r = 0; r <= t->rows; r++) {
		write_row(t, column, r ? r - 1 : SIZE_MAX, &word, &line);
		text_escape(out, text_str(&line), line.len, width);
		text_put(out, "\n");
	}
	text_drop(&line);
	text_drop(&word);
	free(column);
}
