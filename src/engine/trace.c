/* trace.c - see trace.h */
#include "engine/trace.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "engine/codecs/fp4.h"
#include "engine/codecs/iq4.h"
#include "engine/encode.h"

/* ---- what is recorded ---- */

/* One more of `size` bytes at the end of *array; false: no memory, and *array stays. */
static bool grow(void *array, size_t *room, size_t n, size_t size)
{
	void **a = array, *more;

	if (n < *room)
		return true;
	more = realloc(*a, (*room ? *room * 2 : 64) * size);
	if (!more)
		return false;
	*a = more;
	*room = *room ? *room * 2 : 64;
	return true;
}

void trace_step(struct trace *t, const char *name, const char *view)
{
	if (!t)
		return;
	if (!grow(&t->step, &t->steps_size, t->steps, sizeof *t->step)) {
		t->short_of_memory = true;
		return;
	}
	t->step[t->steps++] = (struct trace_step){ .name = name, .view = view, .first = t->events };
}

void trace_say(struct trace *t, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *s;

	if (!t || t->steps == 0)
		return;
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = n < 0 ? NULL : malloc((size_t)n + 1);
	if (!s) {
		t->short_of_memory = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	free(t->step[t->steps - 1].say);
	t->step[t->steps - 1].say = s;
}

void trace_add(struct trace *t, struct trace_event e)
{
	if (!t)
		return;
	if (!grow(&t->event, &t->events_size, t->events, sizeof *t->event)) {
		t->short_of_memory = true;
		return;
	}
	t->event[t->events++] = e;
}

uint16_t trace_rounding(double place, double lo, double hi)
{
	return (uint16_t)((fabs(place - trunc(place)) == 0.5 ? TRACE_TIE : 0) |
			  (place < lo - 0.5 ? TRACE_CLIP_LO : place > hi + 0.5 ? TRACE_CLIP_HI : 0));
}

void trace_drop(struct trace *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->steps; i++)
		free(t->step[i].say);
	free(t->step);
	free(t->event);
	free(t->x);
	free(t->y);
	free(t->bytes);
	memset(t, 0, sizeof *t);
}

/* ---- recording ---- */

static bool begin(struct trace *t, const struct codec *c, size_t len, const struct tensor *of, size_t block, struct error *err)
{
	size_t blocks = tensor_count(of) / len;

	memset(t, 0, sizeof *t);
	if (block >= blocks) {
		error_set(err, ERR_ARGUMENT, "there is no block %zu", block);
		return error_hint(err, "block", "blocks count from 0 to %zu", blocks - 1);
	}
	t->codec = c;
	t->len = len;
	t->n_bytes = codec_block_bytes(c, len);
	t->bytes = malloc(t->n_bytes);
	t->y = malloc(len * sizeof *t->y);
	if (t->bytes && t->y)
		return true;
	trace_drop(t);
	return error_memory(err, "the steps of a block");
}

static bool end(struct trace *t, struct error *err)
{
	if (!t->short_of_memory)
		return true;
	trace_drop(t);
	return error_memory(err, "the steps of a block");
}

/* The last step of every encoder: decode what was packed, and compare. What the decoder reads the encoder has told already;
 * what it works out is new. */
static void compare(struct trace *t)
{
	struct trace decoder = { .codec = t->codec, .decoding = true };
	size_t n = t->len - t->padding, worst = 0, lost = 0;
	double sum = 0, largest = 0;
	char rmse[NUMBER_SIZE], most[NUMBER_SIZE];

	t->codec->decode(t->codec, t->bytes, t->len, t->y, &decoder);
	trace_step(t, "decode", "bars");
	for (size_t i = 0; i < decoder.events; i++)
		if (decoder.event[i].at[0].bits == 0)
			trace_add(t, decoder.event[i]);
	t->short_of_memory |= decoder.short_of_memory;
	trace_drop(&decoder);
	for (size_t i = 0; i < n; i++) {
		double e = (double)t->y[i] - t->x[i];

		TRACE(t, ERROR, .weight = (uint32_t)i, V(t->y[i], t->x[i], e));
		sum += e * e;
		lost += !isfinite(t->y[i]);
		if (fabs(e) > fabs(largest))
			largest = e, worst = i;
	}
	number_short(rmse, n ? sqrt(sum / (double)n) : 0);
	number_short(most, largest);
	if (lost)			/* mostly to a scale beyond the reach of its 16 bits */
		trace_say(t, "decode and compare: %zu of %zu weights come back as infinity or as no number", lost, n);
	else if (largest == 0)
		trace_say(t, "decode and compare: every weight comes back as it was");
	else
		trace_say(t, "decode and compare: rmse %s, largest error %s at x[%zu]", rmse, most, worst);
}

bool trace_encode(struct trace *t, const struct codec *codec, const struct tensor *x, size_t group, size_t padding,
		  const struct codec_options *o, size_t block, struct error *err)
{
	static const struct codec_options found = { 0 };
	size_t count = tensor_count(x), len = codec->block_len ? codec->block_len : group ? group : count;
	size_t n = codec->block_len ? x->cols : len, in_row, first, left;
	unsigned char *blocks;
	float *row;

	memset(t, 0, sizeof *t);
	if (!encode_check(codec, x, group, o, true, err) || !codec_prepare(codec, err) || !begin(t, codec, len, x, block, err))
		return false;
	first = block * len / n * n;
	in_row = block - first / len;
	row = malloc(n * sizeof *row);
	blocks = calloc(n / len, t->n_bytes);
	t->x = malloc(len * sizeof *t->x);
	if (!row || !blocks || !t->x) {
		error_memory(err, "the steps of a block");
	} else if (encode_check_part(x, first, n, row, err) && encode_takes(codec, row, n, o, first, x->cols, err)) {
		t->block = in_row;
		codec->encode(codec, row, n, o ? o : &found, blocks, t);
		t->block = block;
		memcpy(t->bytes, blocks + in_row * t->n_bytes, t->n_bytes);
		memcpy(t->x, row + in_row * len, len * sizeof *t->x);
		left = n - in_row * len;			/* weights from the block's first to the end of the row */
		t->padding = left > padding + len ? 0 : left > padding ? len - (left - padding) : len;
		compare(t);
		free(row);
		free(blocks);
		return end(t, err);
	}
	free(row);
	free(blocks);
	trace_drop(t);
	return false;
}

void trace_place(struct trace *t, const struct tensor *blocks, size_t block)
{
	t->in_file = blocks->buffer && blocks->buffer->mapped;
	t->file_at = t->in_file ? blocks->offset + (uint64_t)block * t->n_bytes : 0;
}

bool trace_decode(struct trace *t, const struct tensor *blocks, size_t block, struct error *err)
{
	memset(t, 0, sizeof *t);
	if (!codec_prepare(blocks->codec, err) || !begin(t, blocks->codec, tensor_block_len(blocks), blocks, block, err))
		return false;
	t->decoding = true;
	memcpy(t->bytes, tensor_block(blocks, block), t->n_bytes);
	blocks->codec->decode(blocks->codec, t->bytes, t->len, t->y, t);
	t->block = block;
	trace_place(t, blocks, block);
	return end(t, err);
}

/* ---- kinds ---- */

static const struct { const char *name; enum trace_index index; const char *sentence; } kinds[TRACE_KINDS] = {
#define KIND(id, name, index, sentence, again) { name, index, sentence },
#include "engine/trace_kinds.h"
#undef KIND
};

#define F(e) ((double)(float)(e))
#define H(e) ((double)f32_from_f16(f16_from_f32((float)(e))))
#define BF16(e) ((double)f32_from_bf16(bf16_from_f32((float)(e))))
#define EVEN(e) ((double)round_even((float)(e)))
#define AWAY(e) ((double)round_away((float)(e)))
#define TRUNC(e) trunc_int((float)(e))
#define LOW8(e) ((double)low_byte((int32_t)(e)))
#define CLIP(e, lo, hi) fmax(lo, fmin(hi, e))
#define INVERSE(e) ((e) != 0 ? F(1 / (e)) : 0.0)
#define SMALL(x, most, top, limit) fmin(limit, (uint8_t)round_even((float)(F((top) / (most)) * (x))))

static double again(const struct trace_event *e)
{
	const double *v = e->v;

	switch (e->kind) {
#define KIND(id, name, index, sentence, again) case TRACE_##id: return again;
#include "engine/trace_kinds.h"
#undef KIND
	}
	return NAN;
}

void trace_parts(const struct trace_event *e, double *scale, double *code, double *minimum)
{
	const double *v = e->v;

	*minimum = 0;
	switch ((enum trace_kind)e->kind) {
	case TRACE_BACK_SCALED:
		*scale = v[1], *code = v[0];
		break;
	case TRACE_BACK_CENTRED:
		*scale = v[2], *code = v[0] - v[1];
		break;
	case TRACE_BACK_ABOVE:
		*scale = v[1], *code = v[0], *minimum = -v[2];
		break;
	case TRACE_BACK_SIGNED:
		*scale = v[0], *code = v[1] - v[2];
		break;
	case TRACE_BACK_TABLE:
		*scale = v[2], *code = v[1];
		break;
	case TRACE_BACK_SCALED_FP4:	/* in halves, which are whole */
		*scale = v[1] / 2, *code = 2 * v[0];
		break;
	case TRACE_BACK_SIGN:
		*scale = v[1], *code = v[0] != 0 ? 1 : -1;
		break;
	case TRACE_BACK_AFFINE:
		*scale = v[0], *code = v[1], *minimum = v[2];
		break;
	case TRACE_BACK_SHIFTED:
		*scale = v[0], *code = v[1], *minimum = -v[0] * v[2];
		break;
	default:	/* numbers as they are */
		*scale = 1, *code = trace_result(e);
	}
}

bool trace_again(const struct trace_event *e, double *v)
{
	*v = again(e);
	return !isnan(*v) || isnan(trace_result(e));
}

double trace_result(const struct trace_event *e) { return e->used ? e->v[e->used - 1] : NAN; }
enum trace_index trace_indexed(enum trace_kind kind) { return kinds[kind].index; }
const char *trace_kind_name(enum trace_kind kind) { return kinds[kind].name; }

static size_t index_of(const struct trace_event *e)
{
	switch (kinds[e->kind].index) {
	case INDEX_SUB:
		return e->sub;
	case INDEX_WEIGHT:
		return e->weight;
	default:
		return SIZE_MAX;
	}
}

const char *trace_name(const struct trace_event *e, char *buf, size_t size)
{
	size_t i = index_of(e);

	if (i == SIZE_MAX)
		snprintf(buf, size, "%s", kinds[e->kind].name);
	else
		snprintf(buf, size, "%s[%zu]", kinds[e->kind].name, i);
	return buf;
}

/* ---- finding ---- */

size_t trace_end(const struct trace *t, size_t step)
{
	return step + 1 < t->steps ? t->step[step + 1].first : t->events;
}

const struct trace_event *trace_find(const struct trace *t, const char *name, size_t i, size_t end)
{
	for (size_t k = end < t->events ? end : t->events; k--;)
		if (index_of(&t->event[k]) == i && !strcmp(kinds[t->event[k].kind].name, name))
			return &t->event[k];
	return NULL;
}

bool trace_parse_name(const char *s, char name[16], size_t *i)
{
	size_t n = 0;

	while (isspace((unsigned char)*s))
		s++;
	for (; isalpha((unsigned char)*s) || *s == '_' || (n && isdigit((unsigned char)*s)); s++) {
		if (n == 15)
			return false;
		name[n++] = *s;
	}
	name[n] = 0;
	*i = SIZE_MAX;
	if (n && *s == '[') {
		size_t v = 0;

		for (s++; isdigit((unsigned char)*s) && v < SIZE_MAX / 16; s++)
			v = v * 10 + (size_t)(*s - '0');
		if (*s != ']' || s[-1] == '[')
			return false;
		*i = v;
		s++;
	}
	while (isspace((unsigned char)*s))
		s++;
	return n && !*s;
}

void trace_names(const struct trace *t, struct text *out)
{
	bool first = true;

	for (size_t k = 0; k < TRACE_KINDS; k++) {
		size_t most = 0, least = SIZE_MAX;
		bool named = false, seen = false;

		for (size_t j = 0; j < k && !named; j++)	/* an earlier kind of this name spoke for all */
			named = !strcmp(kinds[j].name, kinds[k].name);
		for (size_t i = 0; i < t->events && !named; i++) {
			size_t at = index_of(&t->event[i]);

			if (strcmp(kinds[t->event[i].kind].name, kinds[k].name) != 0)
				continue;
			seen = true;
			if (at == SIZE_MAX)
				continue;
			most = at > most ? at : most;
			least = at < least ? at : least;
		}
		if (!seen)
			continue;
		text_add(out, "%s%s", first ? "" : " ", kinds[k].name);
		if (least < most)
			text_add(out, "[%zu..%zu]", least, most);
		else if (least == most)
			text_add(out, "[%zu]", least);
		first = false;
	}
}

/* ---- sentences ---- */

char *number_plain(char *buf, double v)
{
	double size = fabs(v);
	size_t n;

	if (!(size >= 1e-9 && size < 1e9))
		return number_short(buf, v);
	n = (size_t)snprintf(buf, NUMBER_SIZE, "%.*f", size >= 1000 ? 0 : 3 - (int)floor(log10(size)), v);
	for (char *p = buf; *p; p++)
		if (*p == ',')				/* whatever the locale */
			*p = '.';
	if (strchr(buf, '.'))
		while (buf[n - 1] == '0' || buf[n - 1] == '.') {
			bool point = buf[n - 1] == '.';

			buf[--n] = 0;
			if (point)
				break;
		}
	return buf;
}

static const char *number_word(unsigned n)
{
	static const char *const words[] = { "no", "one", "two", "three", "four", "five", "six", "seven", "eight" };

	return n < sizeof words / sizeof *words ? words[n] : "many";
}

static const char *number_of(char *buf, char form, double v)
{
	switch (form) {
	case 'r':
		return number_ratio(buf, v);
	case 'p':
		return number_plain(buf, v);
	case 'i':
		snprintf(buf, NUMBER_SIZE, "%.0f", v == 0 ? 0.0 : v);
		return buf;
	case 'x':
		snprintf(buf, NUMBER_SIZE, "%02x", (unsigned)v);
		return buf;
	case 'h':
		snprintf(buf, NUMBER_SIZE, "%04x", f16_from_f32((float)v));
		return buf;
	case 'n':
		return number_word((unsigned)v);
	case 'm':
		return v != 0 ? "minus" : "plus";
	default:
		return number_short(buf, v);
	}
}

static bool ends_with(const struct text *t, const char *end)
{
	size_t n = strlen(end);

	return t->len >= n && !memcmp(t->s + t->len - n, end, n);
}

/* One %-mark of a sentence; gives back what follows it. A negative number after a sign goes in brackets. */
static const char *put_mark(const struct trace_event *e, const char *s, struct text *out)
{
	bool sign = *s == '+', brackets;
	char buf[NUMBER_SIZE], form;
	double v;

	if (*s == 'w' || *s == 's') {
		text_add(out, "%u", *s == 'w' ? e->weight : e->sub);
		return s + 1;
	}
	s += sign;
	v = e->v[*s++ - '0'];
	form = *s && strchr("rpixhnm", *s) ? *s++ : 0;
	brackets = v < 0 && (ends_with(out, "- ") || ends_with(out, "+ "));
	text_add(out, "%s%s%s%s", brackets ? "(" : "", sign && v > 0 ? "+" : "", number_of(buf, form, v), brackets ? ")" : "");
	return s;
}

static const char *put_line(const struct trace_event *e, const char *s, struct text *out)
{
	while (*s && *s != '\n') {
		if (*s == '%')
			s = put_mark(e, s + 1, out);
		else
			text_putn(out, s++, 1);
	}
	return *s ? s + 1 : s;
}

/* Flags that a learner has to see beside the numbers (spec/methods.md 0). */
static void put_flags(unsigned flags, struct text *out)
{
	static const char *const names[] = {
		"TIE", "CLIP_LO", "CLIP_HI", "SAT", "OVERFLOW", "UNDERFLOW0", "NAN_IN", "DEGENERATE", "CAP",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flags >> i & 1)
			text_add(out, "   %s", names[i]);
}

static int digits(unsigned n) { return n < 10 ? 1 : n < 100 ? 2 : 3; }

static void put_bits(const struct trace *t, const struct span *s, struct text *out)
{
	for (unsigned i = s->bits; i--;) {
		uint32_t bit = s->bit + i;

		text_put(out, t->bytes[bit / 8] >> bit % 8 & 1 ? "1" : "0");
	}
}

static size_t spans_of(const struct trace_event *e)
{
	size_t n = 0;

	while (n < TRACE_SPANS && e->at[n].bits)
		n++;
	return n;
}

void trace_bits(const struct trace *t, const struct trace_event *e, struct text *out)
{
	size_t n = spans_of(e), width = 1;
	int place = 2;

	for (size_t i = 0; i < n; i++) {
		width = e->at[i].bits > width ? e->at[i].bits : width;
		place = digits(e->at[i].bit / 8) > place ? digits(e->at[i].bit / 8) : place;
	}
	for (size_t i = 0; i < n; i++) {
		const struct span *s = &e->at[i];
		unsigned first = s->bit / 8, last = (s->bit + s->bits - 1u) / 8;
		char label[32];

		if (n == 1)
			snprintf(label, sizeof label, "all %u bit%s", s->bits, s->bits == 1 ? "" : "s");
		else if (n == 2)
			snprintf(label, sizeof label, "%s %u bit%s", i == 0 ? "low" : "high", s->bits, s->bits == 1 ? "" : "s");
		else
			snprintf(label, sizeof label, "bits %u-%u", s->shift, s->shift + s->bits - 1u);
		text_put(out, "  ");
		text_put(out, label);
		text_pad(out, 16);
		put_bits(t, s, out);
		text_pad(out, 16 + width + 3);
		if (first != last && s->bit % 8 == 0 && s->bits % 8 == 0)
			text_add(out, "block bytes %u-%u", first, last);
		else if (first != last)
			text_add(out, "block byte %*u bit %u to byte %u bit %u", place, first, s->bit % 8, last, (s->bit + s->bits - 1u) % 8);
		else if (s->bits == 1)
			text_add(out, "block byte %*u (%02x) bit %u", place, first, t->bytes[first], s->bit % 8);
		else
			text_add(out, "block byte %*u (%02x) bits %u-%u", place, first, t->bytes[first], s->bit % 8,
				 s->bit % 8 + s->bits - 1u);
		if (t->in_file && first != last)
			text_add(out, "   file bytes 0x%" PRIx64 "-0x%" PRIx64, t->file_at + first, t->file_at + last);
		else if (t->in_file)
			text_add(out, "   file byte 0x%" PRIx64, t->file_at + first);
		text_put(out, "\n");
	}
}

void trace_why(const struct trace *t, const struct trace_event *e, struct text *out)
{
	char name[40];
	const char *s = kinds[e->kind].sentence;
	bool bits = spans_of(e) > 1 || t->in_file;

	text_add(out, "%s = ", trace_name(e, name, sizeof name));
	s = put_line(e, s, out);
	put_flags(e->flags, out);
	text_put(out, "\n");
	if (bits || !strncmp(s, "@bits", 5))
		trace_bits(t, e, out);
	while (*s == '@') {
		const struct trace_event *next;
		size_t n = strcspn(s, "\n");
		char other[16];

		snprintf(other, sizeof other, "%.*s", (int)n - 1, s + 1);
		next = trace_find(t, other, index_of(e), t->events);
		if (next)
			trace_why(t, next, out);
		s += n + (s[n] == '\n');
	}
}
