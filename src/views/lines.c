/* lines.c - see lines.h */
#include "views/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void lines_drop(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->line[i].label);
		free(l->line[i].words);
	}
	free(l->line);
	*l = (struct lines){ 0 };
}

void lines_begin(struct lines *l, int width)
{
	lines_drop(l);
	l->width = width;
}

static struct line_of_words *put(struct lines *l, enum style style, int col, const char *s, size_t n)
{
	if (l->n == l->size) {
		size_t size = l->size ? 2 * l->size : 32;
		struct line_of_words *line = realloc(l->line, size * sizeof *line);

		if (!line) {
			l->failed = true;
			return NULL;
		}
		l->line = line;
		l->size = size;
	}
	l->line[l->n] = (struct line_of_words){ .style = style, .col = col, .words = strndup(s, n) };
	l->failed |= !l->line[l->n].words;
	return &l->line[l->n++];
}

/* Bytes of s that fit into `width` columns, cut between words where it can be. */
static size_t fitting(const char *s, int width)
{
	size_t last = 0, at = 0, n = strlen(s);
	int used = 0;

	while (at < n) {
		uint32_t ch;
		size_t bytes = utf8_decode(s + at, n - at, &ch);
		int w = utf8_width(ch);

		if (ch == ' ')
			last = at;
		if (used + w > width && at)
			return last ? last : at;
		used += w;
		at += bytes;
	}
	return n;
}

void lines_add(struct lines *l, enum style style, int label_col, const char *label, int col, const char *words)
{
	bool first = true;

	if (col > l->width - 12)
		col = l->width > 12 ? l->width - 12 : 0;
	do {
		size_t n = fitting(words, l->width - col);
		struct line_of_words *line = put(l, style, col, words, n);

		if (line && first && label && *label) {
			line->label = strdup(label);
			line->label_col = label_col;
			l->failed |= !line->label;
		}
		first = false;
		words += n;
		words += strspn(words, " ");
	} while (*words);
}

void lines_addf(struct lines *l, enum style style, int label_col, const char *label, int col, const char *fmt, ...)
{
	char *words;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&words, fmt, ap) < 0)
		words = NULL;
	va_end(ap);
	if (words)
		lines_add(l, style, label_col, label, col, words);
	l->failed |= !words;
	free(words);
}

void lines_sentence(struct text *out, const char *fmt, ...)
{
	char *all, *words;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&all, fmt, ap);
	va_end(ap);
	for (words = n < 0 ? NULL : all; words && *words; words += strspn(words, " ")) {
		size_t fits = fitting(words, 78);

		text_putn(out, words, fits);
		text_put(out, "\n");
		words += fits;
	}
	if (n >= 0)
		free(all);
	else
		out->failed = true;
}

void lines_gap(struct lines *l)
{
	if (l->n && l->line[l->n - 1].words && (*l->line[l->n - 1].words || l->line[l->n - 1].label))
		put(l, STYLE_PLAIN, 0, "", 0);
}

size_t lines_room(const struct lines *l, int rows, size_t top)
{
	return l->n > top + (size_t)rows && rows > 2 ? (size_t)rows - 1 : (size_t)rows;
}

void lines_draw(const struct lines *l, struct canvas *c, int row, size_t top)
{
	size_t end = c->rows > row ? top + lines_room(l, c->rows - row, top) : top;

	if (c->rows > row && end < top + (size_t)(c->rows - row))
		canvas_text(c, c->rows - 1, 2, STYLE_DIM, "\xe2\x80\xa6 %zu more lines", l->n - end);
	for (size_t i = top; i < l->n && i < end; i++, row++) {
		const struct line_of_words *w = &l->line[i];

		if (w->label)
			canvas_fit(c, row, w->label_col, w->col > w->label_col + 1 ? w->col - w->label_col - 1 : c->cols - w->label_col, STYLE_CODE, w->label);
		if (w->words)
			canvas_fit(c, row, w->col, c->cols - w->col, w->style, w->words);
	}
}
