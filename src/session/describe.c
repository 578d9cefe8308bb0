/*
 * describe.c - values in words: the one line that says what a value is, and all its numbers.
 *
 * Blocks of teaching codecs are read here too, since their codes are short enough to be said (interaction.md 7):
 *
 *      f32 scale   [u8 zero point]   codes of b bits, lowest bits first
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/imatrix.h"
#include "files/model.h"
#include "methods/method.h"
#include "methods/record.h"
#include "session/plan.h"
#include "session/value.h"

enum {
	FEW = 16,			/* so many values or codes are shown one by one */
	RANGE_PLAIN_MAX = 1 << 24,	/* more weights than that are not looked through for a line */
	RANGE_CODED_MAX = 1 << 20,
};

/* ---- figures ---- */

static bool odd_number(char *buf, double v)
{
	if (isfinite(v))
		return false;
	strcpy(buf, isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
	return true;
}

char *figure_range(char *buf, double v, double absmax)
{
	int decimals = 4;

	if (odd_number(buf, v))
		return buf;
	if (absmax >= 1e6 || (absmax > 0 && absmax < 1e-6)) {
		snprintf(buf, NUMBER_SIZE, "%.3e", v);
		return buf;
	}
	if (absmax > 0 && absmax < 0.01)
		decimals = 2 - (int)floor(log10(absmax));
	snprintf(buf, NUMBER_SIZE, "%.*f", decimals, v);
	return buf;
}

char *figure_loss(char *buf, double v)
{
	if (odd_number(buf, v))
		return buf;
	if (v == 0)
		strcpy(buf, "0");
	else if (v < 1e-6 || v >= 1e6)
		snprintf(buf, NUMBER_SIZE, "%.3e", v);
	else
		snprintf(buf, NUMBER_SIZE, "%.*f", v < 0.01 ? 3 - (int)floor(log10(v)) : 4, v);
	return buf;
}

/* ---- teaching codecs ---- */

bool quantized_scale(const struct quantized *q, size_t block, double *scale, int *zero)
{
	const struct codec *c = q->blocks.codec;
	const unsigned char *b;
	float f;

	if (!(c->flags & CODEC_TEACHING) || block >= tensor_blocks(&q->blocks))
		return false;
	b = tensor_block(&q->blocks, block);
	memcpy(&f, b, sizeof f);
	*scale = (double)f;
	*zero = c->head_bytes > sizeof f ? b[sizeof f] : 0;
	return true;
}

bool quantized_codes(const struct quantized *q, size_t at, size_t n, int *code)
{
	const struct tensor *t = &q->blocks;
	unsigned bits = t->codec->code_bits;
	bool is_signed = t->codec->head_bytes == sizeof(float);
	size_t len = tensor_block_len(t);

	if (!(t->codec->flags & CODEC_TEACHING) || !len)
		return false;
	for (size_t k = 0; k < n; k++, at++) {
		const unsigned char *b = tensor_block(t, at / len) + t->codec->head_bytes;
		size_t bit = at % len * bits;
		unsigned v = 0;

		for (unsigned i = 0; i < bits; i++, bit++)
			v |= (unsigned)(b[bit / 8] >> bit % 8 & 1) << i;
		code[k] = is_signed && v >> (bits - 1) ? (int)v - (1 << bits) : (int)v;
	}
	return true;
}

/* "one scale", "scale and zero point for every 32" */
static void teaching_line(const struct quantized *q, struct text *out)
{
	bool has_zero = q->blocks.codec->head_bytes > sizeof(float);
	size_t n = tensor_count(&q->blocks), len = tensor_block_len(&q->blocks);
	int code[FEW], zero;
	double scale;
	char buf[NUMBER_SIZE];

	text_put(out, has_zero ? "   scale and zero point" : len == n ? "   one scale" : "   a scale");
	if (len != n && len == q->blocks.cols)
		text_put(out, " a row");
	else if (len != n)
		text_add(out, " for every %zu", len);
	if (n <= FEW && quantized_codes(q, 0, n, code)) {
		text_put(out, "   codes");
		for (size_t i = 0; i < n; i++)
			text_add(out, " %d", code[i]);
	}
	if (len == n && quantized_scale(q, 0, &scale, &zero)) {
		text_add(out, "   step %s", number_short(buf, scale));
		if (has_zero)
			text_add(out, "   zero at %d", zero);
	}
}

/* "64 x 4096", "4 weights" */
static void extent(const struct tensor *t, size_t cols, struct text *out)
{
	if (t->rows == 1)
		text_add(out, "%zu weight%s", cols, cols == 1 ? "" : "s");
	else
		text_add(out, "%zu x %zu", t->rows, cols);
}

static void loss_words(const struct loss *loss, bool all, struct text *out)
{
	char buf[NUMBER_SIZE];

	text_add(out, "   rmse %s", figure_loss(buf, loss->rmse));
	if (!all)
		return;
	text_add(out, "   rel %s", figure_loss(buf, loss->rel));
	if (isfinite(loss->snr))
		text_add(out, "   %.2f dB", loss->snr);
}

static void quantized_line(const struct quantized *q, struct text *out)
{
	bool teaching = q->blocks.codec->flags & CODEC_TEACHING;
	bool few = teaching && tensor_count(&q->blocks) <= FEW;
	struct loss loss = q->loss;
	bool known = q->measured;
	char buf[NUMBER_SIZE];

	text_put(out, q->blocks.codec->name);
	if (!few) {
		text_put(out, "   ");
		extent(&q->blocks, q->blocks.cols - q->padding, out);
	}
	if (teaching)
		teaching_line(q, out);
	if (!few) {
		snprintf(buf, sizeof buf, "%.2f", tensor_bits(&q->blocks));
		text_add(out, "   %s b/w", number_short(buf, strtod(buf, NULL)));	/* 4.5, 5.18 */
	}
	if (!known && q->source.codec && tensor_count(&q->source) <= RANGE_CODED_MAX)
		known = measure_loss(&q->blocks, &q->source, q->padding, NULL, NULL, 0, NULL, &loss, NULL);
	if (known)
		loss_words(&loss, !few, out);
}

/* ---- the line ---- */

static void range_words(const struct spread *s, bool few, struct text *out)
{
	char buf[NUMBER_SIZE];

	if (s->nan + s->inf >= s->count)
		text_put(out, "   no finite value");
	else if (few)
		text_add(out, "   min %s", number_short(buf, s->min));
	else
		text_add(out, "   min %s", figure_range(buf, s->min, s->absmax));
	if (s->nan + s->inf < s->count) {
		text_add(out, "   max %s", few ? number_short(buf, s->max) : figure_range(buf, s->max, s->absmax));
		if (few)
			text_add(out, "   absmax %s", number_short(buf, s->absmax));
		else
			text_add(out, "   sd %s", figure_range(buf, s->sd, s->absmax));
	}
	if (s->nan)
		text_add(out, "   NaN %zu", s->nan);
	if (s->inf)
		text_add(out, "   Inf %zu", s->inf);
}

static void tensor_line(const struct tensor *t, struct text *out)
{
	size_t n = tensor_count(t);
	struct spread s;
	char buf[120];

	tensor_describe(t, buf, sizeof buf);
	text_put(out, buf);
	if (n > FEW)
		text_add(out, "   %zu values", n);
	if (n <= (t->codec->flags & CODEC_PLAIN ? RANGE_PLAIN_MAX : RANGE_CODED_MAX) && measure_range(t, &s, NULL))
		range_words(&s, n <= FEW, out);
}

static void codec_line(const struct codec *c, struct text *out)
{
	text_add(out, "%s   %.2f b/w   ", c->name, codec_bits(c));
	if (c->block_len > 1)
		text_add(out, "blocks of %d   ", c->block_len);
	else if (!c->block_len)
		text_put(out, "any length   ");
	text_put(out, c->summary);
}

static void walk_line(const struct walk *w, struct text *out)
{
	text_add(out, "trace of %s   block %zu   step %zu of %zu", w->q.blocks.codec->name, w->trace.block, w->at + 1, w->trace.steps);
	if (w->at < w->trace.steps)
		text_add(out, "   %s", w->trace.step[w->at].name);
}

static void table_line(const struct table *t, struct text *out)
{
	text_add(out, "table   %zu row%s  ", t->rows, t->rows == 1 ? "" : "s");
	for (size_t c = 0; c < t->cols; c++)
		text_add(out, " %s", t->name[c]);
}

static const struct table_cell *stored_cell(const struct table *t, const char *column)
{
	size_t stored = table_column(t, "stored");

	for (size_t r = 0; stored != SIZE_MAX && r < t->rows; r++)
		if (table_at(t, r, stored)->integer)
			return table_at(t, r, table_column(t, column));
	return NULL;
}

/* The entry is only named where it is among those that were asked for. */
static void match_line(const struct match_value *m, struct text *out)
{
	const struct table_cell *entry = stored_cell(m->table, "entry"), *rank = stored_cell(m->table, "rank");

	text_add(out, "match   %s   block %zu   group %zu   ", m->of.blocks.codec->name, m->block, m->group);
	if (!m->table->rows)
		text_put(out, "no vector codebook");
	else
		text_add(out, "%zu candidates", m->table->rows);
	if (entry)
		text_add(out, "   entry %lld stored, rank %lld", (long long)entry->integer, (long long)rank->integer);
}

static void errors_line(const struct value *v, struct text *out)
{
	const struct loss *loss = &v->u.errors.loss;
	char buf[NUMBER_SIZE];

	text_add(out, "errors of %s", v->u.errors.of.blocks.codec->name);
	loss_words(loss, true, out);
	text_add(out, "   max %s", figure_loss(buf, loss->max));
	text_add(out, "   bias %.2g", loss->bias);
	if (!isnan(loss->weighted))
		text_add(out, "   weighted rmse %s", figure_loss(buf, loss->weighted));
}

static void line(const struct value *v, struct text *out)
{
	char buf[NUMBER_SIZE];

	switch (v->kind) {
	case VALUE_NIL:
		text_put(out, "nil");
		break;
	case VALUE_NUMBER:
		text_put(out, number_exact(buf, v->u.number, false));
		break;
	case VALUE_STRING:
	case VALUE_LUA:
		text_put(out, v->u.string);
		break;
	case VALUE_TENSOR:
		tensor_line(&v->u.tensor, out);
		break;
	case VALUE_QUANTIZED:
		quantized_line(&v->u.quantized, out);
		break;
	case VALUE_TRACE:
		walk_line(&v->u.walk, out);
		break;
	case VALUE_RECORD:
		text_add(out, "%s   %s   %s", v->u.record.of->method->name, v->u.record.of->settings, v->u.record.of->summary);
		break;
	case VALUE_MODEL:
		text_put(out, "model   ");
		model_line(v->u.model, out);
		break;
	case VALUE_CODEC:
		codec_line(v->u.codec, out);
		break;
	case VALUE_ERRORS:
		errors_line(v, out);
		break;
	case VALUE_MATCH:
		match_line(&v->u.match, out);
		break;
	case VALUE_TABLE:
		table_line(v->u.table, out);
		break;
	case VALUE_PLAN:
		plan_line(v->u.plan, out);
		break;
	case VALUE_IMPORTANCE:
		text_add(out, "importance   %zu tensors", v->u.importance->entries);
		if (v->u.importance->chunks)
			text_add(out, "   %u chunks", v->u.importance->chunks);
		if (v->u.importance->dataset)
			text_add(out, "   %s", v->u.importance->dataset);
		break;
	case VALUE_KIND_COUNT:
		break;
	}
}

void value_line(const struct value *v, size_t width, struct text *out)
{
	struct text whole = { 0 };

	line(v, &whole);
	text_escape(out, text_str(&whole), whole.len, width);
	out->failed |= whole.failed;
	text_drop(&whole);
}

void value_shape(const struct value *v, struct text *out)
{
	const struct tensor *t = value_weights(v);
	char buf[120];

	if (!t) {
		text_put(out, value_kind_name(v->kind));
		return;
	}
	tensor_describe(t, buf, sizeof buf);
	text_put(out, buf);
}

/* ---- the numbers ---- */

enum { ROWS_SHOWN = 20, COLUMNS_SHOWN = 400 };

struct printing { const struct tensor *t; bool all, full; size_t cols, cell, width; };

static char *weight_word(const struct printing *p, size_t row, size_t col, char *buf)
{
	double v = (double)tensor_get(p->t, row * p->t->cols + col);

	return p->full ? number_exact(buf, v, true) : number_short(buf, v);
}

/* The widest number among those that may be shown, so that the columns of a matrix stand below each other. */
static size_t widest(const struct printing *p, size_t rows)
{
	size_t cols = p->all || p->cols < COLUMNS_SHOWN ? p->cols : COLUMNS_SHOWN, width = 0;
	char buf[NUMBER_SIZE];

	for (size_t r = 0; r < rows && p->t->rows > 1; r++)
		for (size_t c = 0; c < cols; c++) {
			size_t n = strlen(weight_word(p, r, c, buf));

			width = n > width ? n : width;
		}
	return width;
}

/* The first numbers of a row, right-aligned in cells. Returns columns used, or more than `limit` as soon as it is passed. */
static size_t cells(const struct printing *p, size_t row, size_t n, size_t limit, struct text *out)
{
	char buf[NUMBER_SIZE];
	size_t used = 0;

	for (size_t c = 0; c < n && used <= limit; c++) {
		size_t from = out->len;

		text_add(out, "%s%*s", c ? " " : "", (int)p->cell, weight_word(p, row, c, buf));
		used += out->len - from;
	}
	return used;
}

/* A row cut to the width: as many numbers as leave room for saying how many more there are. */
static void row_words(const struct printing *p, size_t row, struct text *out)
{
	size_t limit = p->all || !p->width ? SIZE_MAX : p->width, shown = 0, used = 0;
	struct text line = { 0 };
	char buf[NUMBER_SIZE], more[NUMBER_SIZE];

	if (cells(p, row, p->cols, limit, &line) > limit) {
		snprintf(more, sizeof more, " \xe2\x80\xa6 %zu more", p->cols);
		limit = limit > strlen(more) - 2 ? limit - (strlen(more) - 2) : 0;
		for (; shown < p->cols; shown++) {
			size_t n = strlen(weight_word(p, row, shown, buf));

			used += (n > p->cell ? n : p->cell) + (shown > 0);
			if (used > limit && shown)
				break;
		}
		text_clear(&line);
		cells(p, row, shown, SIZE_MAX, &line);
		text_add(&line, " \xe2\x80\xa6 %zu more", p->cols - shown);
	}
	text_add(out, "%s\n", text_str(&line));
	out->failed |= line.failed;
	text_drop(&line);
}

static void tensor_print(struct printing *p, struct text *out)
{
	size_t rows = p->all || p->t->rows <= ROWS_SHOWN ? p->t->rows : ROWS_SHOWN;

	p->cell = widest(p, rows);
	for (size_t r = 0; r < rows; r++)
		row_words(p, r, out);
	if (rows < p->t->rows)
		text_add(out, "\xe2\x80\xa6 %zu more rows\n", p->t->rows - rows);
}

static void string_lines(const char *s, struct text *out)
{
	for (size_t n; *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		text_escape(out, s, n, 0);
		text_put(out, "\n");
	}
}

void value_print_digits(const struct value *v, size_t width, bool all, bool full, struct text *out)
{
	const struct tensor *t = value_weights(v);
	const struct quantized *q = value_as_quantized(v);
	struct printing p = { .t = t, .all = all, .full = full, .width = width };

	if (value_as_table(v)) {
		table_write_text(value_as_table(v), all ? 0 : width, out);
	} else if (t) {
		p.cols = t->cols - (q ? q->padding : 0);
		tensor_print(&p, out);
	} else if (v->kind == VALUE_STRING) {
		string_lines(v->u.string, out);
	} else {
		line(v, out);
		text_put(out, "\n");
	}
}

void value_print(const struct value *v, size_t width, bool all, struct text *out)
{
	value_print_digits(v, width, all, false, out);
}
