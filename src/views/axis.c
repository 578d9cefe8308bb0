/*
 * axis.c - see axis.h. Labels are placed by importance: of codes the chosen one first, then ends, zero, and those at regular
 * distances; one that would touch another is left out.
 */
#include "views/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct level { int code; float value; };

static int by_value(const void *a, const void *b)
{
	const struct level *p = a, *q = b;

	if (p->value != q->value)
		return p->value < q->value ? -1 : 1;
	return p->code - q->code;
}

void axis_levels(struct axis *a, const struct codec *c, const unsigned char *block, size_t len, size_t sub)
{
	int code[LEVELS_MAX];
	float value[LEVELS_MAX];
	size_t n = 0;

	if (c->levels)
		n = c->levels(c, block, len, sub, code, value, LEVELS_MAX);
	axis_set(a, code, value, n);
}

void axis_set(struct axis *a, const int *code, const float *value, size_t n)
{
	struct level level[LEVELS_MAX];

	memset(a, 0, sizeof *a);
	a->n = n;
	for (size_t i = 0; i < a->n; i++)
		level[i] = (struct level){ code[i], value[i] };
	qsort(level, a->n, sizeof *level, by_value);
	for (size_t i = 0; i < a->n; i++) {
		a->code[i] = level[i].code;
		a->value[i] = level[i].value;
		a->reached[i] = true;
		if (i && a->value[i] > a->value[i - 1]) {
			double d = (double)a->value[i] - (double)a->value[i - 1];

			a->step = a->step > 0 && a->step < d ? a->step : d;
		}
	}
	if (a->n && !(a->value[a->n - 1] > a->value[0])) {		/* a scale of zero: nothing to tell codes apart by */
		double v = a->value[0];

		axis_plain(a, v - 1, v + 1);
	}
}

void axis_plain(struct axis *a, double lo, double hi)
{
	memset(a, 0, sizeof *a);
	if (!(hi > lo)) {
		lo -= 1;
		hi += 1;
	}
	a->lo = lo;
	a->hi = hi;
	a->step = (hi - lo) / 16;
}

static bool even(const struct axis *a)
{
	for (size_t i = 1; i < a->n; i++)
		if (fabs((double)a->value[i] - a->value[i - 1] - a->step) > 0.01 * a->step)
			return false;
	return true;
}

void axis_fit(struct axis *a, int cols, int left, double zoom, double centre)
{
	int room = cols - left - 4;
	size_t seen, from;

	room = room < 1 ? 1 : room;
	a->left = left;
	a->span = room;
	if (!a->n) {
		double half = (a->hi - a->lo) / zoom / 2, middle = fmin(fmax(centre, a->lo + half), a->hi - half);

		if (zoom > 1) {
			a->lo = middle - half;
			a->hi = middle + half;
		}
		return;
	}
	seen = (size_t)fmax(1, ceil((double)(a->n - 1) / zoom));		/* distances between ticks that are seen */
	from = 0;
	while (from + seen < a->n - 1 && ((double)a->value[from] + a->value[from + seen]) / 2 < centre)
		from++;
	a->first = from;
	a->last = from + seen;
	a->lo = a->value[a->first];
	a->hi = a->value[a->last];
	if (even(a) && (size_t)room >= seen)
		a->span = room / (int)seen * (int)seen;
}

int axis_col(const struct axis *a, double v, int *outside)
{
	double at;

	*outside = v < a->lo ? -1 : v > a->hi ? 1 : 0;
	if (*outside)
		return *outside < 0 ? a->left : a->left + a->span;
	at = floor((v - a->lo) / (a->hi - a->lo) * a->span + 0.5);
	return a->left + (!(at > 0) ? 0 : at < a->span ? (int)at : a->span);	/* levels may be infinite, and at no number */
}

size_t axis_tick(const struct axis *a, int code)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->code[i] == code)
			return i;
	return SIZE_MAX;
}

static int tick_col(const struct axis *a, size_t i)
{
	int outside;

	return axis_col(a, a->value[i], &outside);
}

static size_t zero_tick(const struct axis *a)
{
	for (size_t i = a->first; a->n && i <= a->last; i++)
		if (a->value[i] == 0)
			return i;
	return SIZE_MAX;
}

/* ---- labels ---- */

struct labels { struct canvas *c; int row, from; bool *used; };	/* used: columns that are taken, with a blank around each label */

static bool place(struct labels *l, int col, const char *s, enum style style, unsigned marks)
{
	int width = (int)text_width(s, strlen(s));

	if (col < l->from)
		col = l->from;
	if (col + width > l->c->cols)
		col = l->c->cols - width;
	if (col < l->from)
		return false;
	for (int i = col; i < col + width; i++)
		if (l->used[i])
			return false;
	for (int i = col - 1; i <= col + width; i++)
		if (i >= 0 && i < l->c->cols)
			l->used[i] = true;
	canvas_puts(l->c, l->row, col, style, s);
	canvas_mark(l->c, l->row, col, width, marks);
	return true;
}

/* Ticks in the order in which they get a label: chosen, ends, zero, then each `stride`th counted from zero or the first. */
static void each_tick(const struct axis *a, size_t stride, void (*put)(const struct axis *a, size_t i, void *to), void *to)
{
	size_t zero = zero_tick(a), base = zero != SIZE_MAX ? zero : a->first;

	put(a, a->first, to);
	put(a, a->last, to);
	if (zero != SIZE_MAX)
		put(a, zero, to);
	for (size_t i = a->first; i <= a->last; i++)
		if ((i + stride * LEVELS_MAX - base) % stride == 0)
			put(a, i, to);
}

struct label_job { struct labels labels; size_t chosen; bool hidden; int decimals; };

/* The code's last digit stands above its tick. */
static void put_code(const struct axis *a, size_t i, void *to)
{
	struct label_job *job = to;
	bool stands_out = i == job->chosen;
	char s[16];
	int n = snprintf(s, sizeof s, "%d", a->code[i]);

	if (job->hidden)
		n = snprintf(s, sizeof s, "?");
	place(&job->labels, tick_col(a, i) - n + 1, s, a->reached[i] || stands_out ? STYLE_CODE : STYLE_DIM, stands_out ? MARK_BOLD : 0);
}

static void put_number(struct label_job *job, int col, double v, bool hidden, enum style style, unsigned marks)
{
	char s[48];
	int n = snprintf(s, sizeof s, v == 0 ? "0" : hidden ? "?" : "%.*f", job->decimals, v);

	place(&job->labels, col - n / 2, s, style, marks);
}

static void put_value(const struct axis *a, size_t i, void *to)
{
	struct label_job *job = to;

	put_number(job, tick_col(a, i), a->value[i], job->hidden, STYLE_PLAIN, i == job->chosen ? MARK_BOLD : 0);
}

static bool start_labels(struct label_job *job, struct canvas *c, int row, const char *name, const struct axis *a)
{
	int col = a->left >= 12 ? 2 : 0;

	job->labels = (struct labels){ .c = c, .row = row, .used = calloc((size_t)c->cols + 1, sizeof(bool)) };
	job->labels.from = canvas_puts(c, row, col, STYLE_PLAIN, name) + 1;
	return job->labels.used;
}

static size_t stride_for(const struct axis *a, int width)
{
	size_t seen = a->last - a->first, stride = 1;

	while (stride < seen && (double)a->span / (double)seen * (double)stride < width)
		stride = stride % 5 == 4 ? stride + 1 : stride * 2;
	return stride;
}

static int code_width(const struct axis *a)
{
	int width = 2;

	for (size_t i = a->first; i <= a->last; i++) {
		char s[16];
		int n = snprintf(s, sizeof s, "%d", a->code[i]);

		width = n > width ? n : width;
	}
	return width;
}

void axis_draw_codes(const struct axis *a, struct canvas *c, int row, size_t chosen, bool hidden)
{
	struct label_job job = { .chosen = chosen, .hidden = hidden };

	if (!a->n || !start_labels(&job, c, row, "code", a))
		return;
	if (chosen != SIZE_MAX && chosen >= a->first && chosen <= a->last)
		put_code(a, chosen, &job);
	each_tick(a, stride_for(a, code_width(a) + 1), put_code, &job);
	free(job.labels.used);
}

/* Enough decimals to tell neighbouring codes apart. */
static int decimals_for(const struct axis *a)
{
	int d = 1 + (int)ceil(-log10(a->step));

	return d < 0 ? 0 : d > 9 ? 9 : d;
}

void axis_draw_values(const struct axis *a, struct canvas *c, int row, size_t chosen, bool hidden)
{
	struct label_job job = { .chosen = chosen, .hidden = hidden, .decimals = decimals_for(a) };
	int outside;

	if (!start_labels(&job, c, row, "value", a))
		return;
	if (a->n) {
		size_t seen = a->last - a->first + 1;

		each_tick(a, (seen + 3) / 4, put_value, &job);
	} else {
		put_number(&job, a->left, a->lo, false, STYLE_PLAIN, 0);
		put_number(&job, a->left + a->span, a->hi, false, STYLE_PLAIN, 0);
		if (a->lo < 0 && a->hi > 0)
			put_number(&job, axis_col(a, 0, &outside), 0, false, STYLE_PLAIN, 0);
	}
	free(job.labels.used);
}

static void put_tick(const struct axis *a, size_t i, void *to)
{
	struct label_job *job = to;

	canvas_glyph(job->labels.c, job->labels.row, tick_col(a, i), GLYPH_CROSS, i == job->chosen ? STYLE_MARK :
		     a->reached[i] ? STYLE_PLAIN : STYLE_DIM);
}

/* All of them where there is a column for each, else those that are labelled. */
void axis_draw_ticks(const struct axis *a, struct canvas *c, int row, size_t chosen)
{
	struct label_job job = { .labels = { .c = c, .row = row }, .chosen = chosen };
	int outside, zero = axis_col(a, 0, &outside);
	size_t seen = a->last - a->first;

	canvas_rule(c, row, a->left, a->span + 1, STYLE_PLAIN);
	if (!a->n) {
		canvas_glyph(c, row, a->left, GLYPH_TEE_RIGHT, STYLE_PLAIN);
		canvas_glyph(c, row, a->left + a->span, GLYPH_TEE_LEFT, STYLE_PLAIN);
		if (!outside)
			canvas_glyph(c, row, zero, GLYPH_CROSS, STYLE_PLAIN);
		return;
	}
	each_tick(a, (size_t)a->span >= seen ? 1 : stride_for(a, code_width(a) + 1), put_tick, &job);
	if ((size_t)a->span < seen)
		each_tick(a, (seen + 4) / 4, put_tick, &job);
	if (chosen != SIZE_MAX && chosen >= a->first && chosen <= a->last)
		put_tick(a, chosen, &job);
	if (a->first > 0)
		canvas_puts(c, row, a->left - 1, STYLE_DIM, "◂");
	if (a->last < a->n - 1)
		canvas_puts(c, row, a->left + a->span + 1, STYLE_DIM, "▸");
}
