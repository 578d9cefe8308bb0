/*
 * stored.c - the numbers that a block stores, and which of its bits hold them.
 */
#include "views/stored.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct float_format float_formats[] = {
	{ "f32", 32, 8, 127 }, { "f16", 16, 5, 15 }, { "bf16", 16, 8, 127 }, { "f64", 64, 11, 1023 },
};

size_t stored_sub_len(const struct trace *t)
{
	return t->codec->sub_len ? t->codec->sub_len : t->len;
}

static bool holds_bits(const struct trace_event *e)
{
	return e->at[0].bits && !(e->flags & (TRACE_PREVIEW | TRACE_SHARED));
}

/* The number that stands for one weight. Plain codecs have no code but the weight itself. */
static bool is_code(const struct trace *t, const struct trace_event *e)
{
	return !strcmp(trace_kind_name(e->kind), t->codec->flags & CODEC_PLAIN ? "back" : "code");
}

static size_t low_bit(const struct trace_event *e)
{
	size_t low = SIZE_MAX;

	for (size_t i = 0; i < TRACE_SPANS && e->at[i].bits; i++)
		if (e->at[i].bit < low)
			low = e->at[i].bit;
	return low;
}

static size_t index_of(const struct trace_event *e)
{
	switch (trace_indexed(e->kind)) {
	case INDEX_SUB: return e->sub;
	case INDEX_WEIGHT: return e->weight;
	default: return 0;
	}
}

/* Kinds in the order in which their first bits lie in the block; within a kind by index. */
struct order { const struct trace_event *event; size_t kind_at, index; };

static int by_place(const void *pa, const void *pb)
{
	const struct order *a = pa, *b = pb;

	if (a->kind_at != b->kind_at)
		return a->kind_at < b->kind_at ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static size_t kind_starts(size_t starts[], const struct trace *t)
{
	size_t n = 0;

	for (size_t k = 0; k < TRACE_KINDS; k++)
		starts[k] = SIZE_MAX;
	for (size_t i = 0; i < t->events; i++) {
		const struct trace_event *e = &t->event[i];

		if (!holds_bits(e))
			continue;
		n++;
		if (low_bit(e) < starts[e->kind])
			starts[e->kind] = low_bit(e);
	}
	return n;
}

/* A later event takes over the bits of an earlier one; what lost all its bits is no number of the block. */
static void mark_owners(struct stored_map *m, const struct order *order, size_t n)
{
	for (size_t b = 0; b < m->bits; b++)
		m->owner[b] = STORED_NONE;
	for (size_t i = 0; i < n; i++) {
		const struct trace_event *e = order[i].event;

		for (size_t s = 0; s < TRACE_SPANS && e->at[s].bits; s++)
			for (size_t b = e->at[s].bit; b < (size_t)e->at[s].bit + e->at[s].bits && b < m->bits; b++)
				if (m->owner[b] == STORED_NONE || order[m->owner[b]].event < e)
					m->owner[b] = (int32_t)i;
	}
}

static void keep_owners(struct stored_map *m, const struct order *order, size_t n)
{
	int32_t *place = calloc(n ? n : 1, sizeof *place);

	if (!place)
		return;
	for (size_t b = 0; b < m->bits; b++)
		if (m->owner[b] != STORED_NONE)
			place[m->owner[b]] = 1;
	for (size_t i = 0; i < n; i++) {
		const struct trace_event *e = order[i].event;

		if (!place[i])
			continue;
		place[i] = (int32_t)m->n;
		m->number[m->n++] = (struct stored){
			.event = e, .known = (size_t)(e - m->trace->event) < m->end,
			.code = is_code(m->trace, e),
		};
	}
	for (size_t b = 0; b < m->bits; b++)
		if (m->owner[b] != STORED_NONE)
			m->owner[b] = place[m->owner[b]];
	free(place);
}

/* How many numbers of this name the block has, so that each belongs to as many weights as the others. */
static size_t namesakes(const struct stored_map *m, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(trace_kind_name(m->number[i].event->kind), name) && index_of(m->number[i].event) >= n)
			n = index_of(m->number[i].event) + 1;
	return n;
}

static void find_weights(struct stored_map *m)
{
	size_t len = m->trace->len, share = len;
	const char *last = "";

	for (size_t i = 0; i < m->n; i++) {
		struct stored *n = &m->number[i];
		const char *name = trace_kind_name(n->event->kind);

		if (strcmp(name, last) && trace_indexed(n->event->kind) == INDEX_SUB)
			share = len / namesakes(m, name);
		last = name;
		switch (trace_indexed(n->event->kind)) {
		case INDEX_WEIGHT:
			n->first = n->event->weight;
			n->weights = n->event->weight < len;
			break;
		case INDEX_SUB:
			n->first = (uint32_t)(n->event->sub * share);
			n->weights = (uint32_t)share;
			break;
		default:
			n->weights = (uint32_t)len;
		}
		if (!strcmp(name, "fill") || !strcmp(name, "byte"))	/* a byte of trits: its weights do not follow each other */
			n->weights = 0;
	}
}

static void index_weights(struct stored_map *m)
{
	for (size_t i = 0; i < m->end; i++) {
		const struct trace_event *e = &m->trace->event[i];
		const char *name = trace_kind_name(e->kind);

		if (trace_indexed(e->kind) != INDEX_WEIGHT || e->weight >= m->trace->len || (e->flags & TRACE_PREVIEW))
			continue;
		if (is_code(m->trace, e))
			m->code[e->weight] = e;
		if (!strcmp(name, "back"))
			m->back[e->weight] = e;
	}
}

bool stored_learn(struct stored_map *m, const struct trace *t, size_t end, struct error *err)
{
	size_t starts[TRACE_KINDS], n = kind_starts(starts, t), at = 0;
	struct order *order = calloc(n ? n : 1, sizeof *order);

	*m = (struct stored_map){ .trace = t, .end = end < t->events ? end : t->events, .bits = 8 * t->n_bytes };
	m->owner = calloc(m->bits ? m->bits : 1, sizeof *m->owner);
	m->number = calloc(n ? n : 1, sizeof *m->number);
	m->code = calloc(t->len ? t->len : 1, sizeof *m->code);
	m->back = calloc(t->len ? t->len : 1, sizeof *m->back);
	if (!order || !m->owner || !m->number || !m->code || !m->back) {
		free(order);
		stored_drop(m);
		return error_memory(err, "the fields of a block");
	}
	for (size_t i = 0; i < t->events; i++)
		if (holds_bits(&t->event[i]))
			order[at++] = (struct order){ &t->event[i], starts[t->event[i].kind], index_of(&t->event[i]) };
	qsort(order, n, sizeof *order, by_place);
	mark_owners(m, order, n);
	keep_owners(m, order, n);
	free(order);
	find_weights(m);
	index_weights(m);
	return true;
}

void stored_drop(struct stored_map *m)
{
	free(m->owner);
	free(m->number);
	free(m->code);
	free(m->back);
	*m = (struct stored_map){ 0 };
}

uint64_t stored_raw(const struct stored_map *m, size_t number, const unsigned char *bytes)
{
	const struct span *at = m->number[number].event->at;
	uint64_t raw = 0;

	for (size_t s = 0; s < TRACE_SPANS && at[s].bits; s++)
		for (unsigned i = 0; i < at[s].bits; i++) {
			size_t b = (size_t)at[s].bit + i;

			if (b < m->bits && at[s].shift + i < 64)
				raw |= (uint64_t)(bytes[b / 8] >> b % 8 & 1) << (at[s].shift + i);
		}
	return raw;
}

unsigned stored_bits(const struct stored_map *m, size_t number)
{
	const struct span *at = m->number[number].event->at;
	unsigned n = 0;

	for (size_t s = 0; s < TRACE_SPANS; s++)
		n += at[s].bits;
	return n;
}

size_t stored_spans(const struct stored_map *m, size_t number)
{
	const struct span *at = m->number[number].event->at;
	size_t n = 0;

	while (n < TRACE_SPANS && at[n].bits)
		n++;
	return n;
}

size_t stored_first_bit(const struct stored_map *m, size_t number)
{
	const struct span *at = m->number[number].event->at, *low = at;

	for (size_t s = 1; s < TRACE_SPANS && at[s].bits; s++)
		if (at[s].shift < low->shift)
			low = &at[s];
	return low->bit;
}

const char *stored_name(const struct stored_map *m, size_t number, bool weight, bool brief, char *buf, size_t size)
{
	const struct stored *n = &m->number[number];
	char *to = buf;

	trace_name(n->event, buf, size);
	if (n->code && (weight || m->trace->codec->flags & CODEC_PLAIN)) {
		struct text t = { 0 };

		text_add(&t, "w[%zu]", m->first_weight + n->event->weight);
		if (strlen(text_str(&t)) < size)
			strcpy(buf, text_str(&t));
		text_drop(&t);
	}
	for (const char *s = buf; brief && *s; s++)
		if (*s != '[' && *s != ']')
			*to++ = *s;
	if (brief)
		*to = 0;
	return buf;
}

int32_t stored_code(const struct stored_map *m, size_t weight)
{
	const struct trace_event *code = weight < m->trace->len ? m->code[weight] : NULL;
	int32_t best = STORED_NONE;

	if (code && code->flags & TRACE_SHARED)
		return m->owner[code->at[0].bit];
	for (size_t k = 0; k < m->n; k++) {
		const struct stored *n = &m->number[k];

		if (weight < n->first || weight >= (size_t)n->first + n->weights || !strcmp(trace_kind_name(n->event->kind), "sign"))
			continue;
		if (n->code)
			return (int32_t)k;
		if (n->weights < stored_sub_len(m->trace) && (best == STORED_NONE || n->weights < m->number[best].weights))
			best = (int32_t)k;
	}
	return best;
}

int32_t stored_find(const struct stored_map *m, const char *name, size_t i)
{
	for (size_t k = 0; k < m->n; k++) {
		const struct trace_event *e = m->number[k].event;

		if (!strcmp(trace_kind_name(e->kind), name) && (trace_indexed(e->kind) == INDEX_NONE || index_of(e) == i))
			return (int32_t)k;
	}
	return STORED_NONE;
}

size_t stored_weights(const struct stored_map *m, size_t number, size_t *first)
{
	*first = m->number[number].first;
	return m->number[number].weights;
}

double float_value(const struct float_format *f, uint64_t raw)
{
	unsigned fraction = f->bits - 1u - f->exponent;
	uint64_t m = raw & ((1ull << fraction) - 1), e = raw >> fraction & ((1ull << f->exponent) - 1);
	double v;

	if (e == (1ull << f->exponent) - 1)
		v = m ? NAN : INFINITY;
	else
		v = ldexp((double)(e ? m | 1ull << fraction : m), (int)(e ? e : 1) - f->bias - (int)fraction);
	return raw >> (f->bits - 1) & 1 ? -v : v;
}

const struct float_format *stored_float(const struct stored_map *m, size_t number, const unsigned char *bytes)
{
	uint64_t raw = stored_raw(m, number, bytes);
	double is = trace_result(m->number[number].event);
	unsigned bits = stored_bits(m, number);

	for (size_t i = 0; i < sizeof float_formats / sizeof *float_formats; i++) {
		const struct float_format *f = &float_formats[i];
		double v = float_value(f, bits == f->bits ? raw : 0);

		if (bits == f->bits && (v == is || (isnan(v) && isnan(is))))
			return f;
	}
	return NULL;
}

void float_explain(const struct float_format *f, uint64_t raw, struct text *out)
{
	unsigned fraction = f->bits - 1u - f->exponent;
	uint64_t m = raw & ((1ull << fraction) - 1), e = raw >> fraction & ((1ull << f->exponent) - 1);
	double v = float_value(f, raw), one = ldexp((double)m, -(int)fraction) + (e != 0);
	char a[NUMBER_SIZE], b[NUMBER_SIZE];

	text_add(out, "%s: ", f->name);
	if (isnan(v))
		text_put(out, "not a number (exponent all ones, fraction not zero)");
	else if (isinf(v))
		text_add(out, "%s infinity (exponent all ones, fraction zero)", v < 0 ? "minus" : "plus");
	else if (v == 0)
		text_add(out, "%s0", signbit(v) ? "minus " : "");
	else
		text_add(out, "%c 2^%d x %s = %s", v < 0 ? '-' : '+', (int)(e ? e : 1) - f->bias, number_ratio(a, one), number_short(b, v));
}

const struct trace_event *stored_value(const struct stored_map *m, const char *name, size_t i)
{
	const struct trace_event *e = trace_find(m->trace, name, i, m->end);

	return e ? e : trace_find(m->trace, name, SIZE_MAX, m->end);
}

static const struct trace_event *first_found(const struct stored_map *m, const char *const *names, size_t sub)
{
	for (; *names; names++) {
		const struct trace_event *e = stored_value(m, *names, sub);

		if (e)
			return e;
	}
	return NULL;
}

const struct trace_event *stored_scale(const struct stored_map *m, size_t sub)
{
	static const char *const names[] = { "scale", "d", NULL };
	const struct trace_event *scale = first_found(m, names, sub), *d = stored_value(m, "d", SIZE_MAX);

	/* Where a block has one scale alone, what was found in a search is not yet what is stored. */
	return stored_sub_len(m->trace) == m->trace->len && d && d > scale ? d : scale;
}

const struct trace_event *stored_minimum(const struct stored_map *m, size_t sub)
{
	static const char *const names[] = { "min", "zero", "m", NULL };

	return first_found(m, names, sub);
}
