/* candidate.c - see candidate.h */
#include "engine/candidate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "engine/codecs/iq4.h"

static bool is_try(const struct trace_event *e)
{
	switch ((enum trace_kind)e->kind) {
	case TRACE_TRY_SYM: case TRACE_TRY_AFFINE: case TRACE_TRY_TABLE: case TRACE_TRY_GRID: case TRACE_TRY_CUT: case TRACE_TRY_CUT_PAIR:
		return true;
	default:
		return false;
	}
}

static size_t sub_len(const struct trace *t)
{
	return t->codec->sub_len && t->codec->sub_len < t->len ? t->codec->sub_len : t->len;
}

static size_t subs_of(const struct trace *t)
{
	return t->len / sub_len(t);
}

/* Nothing has been tried but scales to start from (iq2_xxs): what comes of them is only where the search begins. */
static bool starting(const struct trace *t, size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (is_try(&t->event[i]))
			return false;
	return true;
}

static bool counts(const struct trace *t, const struct trace_event *e, bool start)
{
	return is_try(e) || (e->kind == TRACE_TRY_POSITIVE && (start || e->sub >= subs_of(t)));
}

size_t candidate_searches(const struct trace *t, size_t end)
{
	bool start = starting(t, end);
	size_t n = 0;

	for (size_t i = 0; i < end; i++)
		if (counts(t, &t->event[i], start) && t->event[i].sub + 1 > n)
			n = t->event[i].sub + 1;
	return n;
}

/* ---- weights of a sub-block ---- */

static void weigh(const struct trace *t, size_t first, size_t n, double *w)
{
	for (size_t i = 0; i < n; i++)
		w[i] = (double)t->x[first + i] * (double)t->x[first + i];
	for (size_t i = 0; i < t->events; i++) {
		const struct trace_event *e = &t->event[i];

		if (e->weight >= first && e->weight < first + n && !strcmp(trace_kind_name((enum trace_kind)e->kind), "w"))
			w[e->weight - first] = trace_result(e);
	}
}

/* ---- one candidate ---- */

static enum candidate_form form_of(const struct trace_event *e)
{
	switch ((enum trace_kind)e->kind) {
	case TRACE_TRY_SYM: return FORM_SCALE;
	case TRACE_TRY_AFFINE: return FORM_PAIR;
	case TRACE_TRY_TABLE: return FORM_TABLE;
	case TRACE_TRY_GRID: return FORM_GRID;
	case TRACE_TRY_POSITIVE: return FORM_NUMBERS;
	default: return FORM_CUTS;
	}
}

static struct candidate read_one(const struct trace_event *e)
{
	const double *v = e->v;
	struct candidate c = { .event = e, .shift = v[0], .inverse = v[1], .from = NAN, .minimum = NAN, .weighted = NAN, .plain = NAN,
			       .better = e->flags & TRACE_BEST };

	switch (form_of(e)) {
	case FORM_SCALE: case FORM_TABLE: case FORM_GRID:
		c.scale = v[4];
		c.cost = v[5];
		break;
	case FORM_PAIR:
		c.from = v[2];
		c.scale = v[3];
		c.minimum = v[4];
		c.cost = v[5];
		break;
	case FORM_NUMBERS:
		c.scale = 1 / v[1];
		c.cost = v[2];
		break;
	default:
		c.inverse = NAN;
		c.cut[0] = (int)v[0];
		c.cut[1] = (int)v[1];
		c.shift = e->weight;
		c.scale = v[e->used - 2];
		c.cost = v[e->used - 1];
	}
	return c;
}

static size_t levels_of(const struct trace *t)
{
	return (size_t)1 << t->codec->code_bits;
}

static int code_of(const struct trace *t, const struct candidates *all, const struct candidate *c, float x)
{
	int n = (int)levels_of(t);

	if (all->form == FORM_SCALE)
		return clamp_int(round_even((float)c->inverse * x), -n / 2, n / 2 - 1);
	if (all->form == FORM_PAIR)
		return clamp_int(round_even((float)c->inverse * (x - (float)c->from)), 0, n - 1);
	return iq4_nearest((float)c->inverse * x);
}

static double value_of(const struct candidates *all, const struct candidate *c, int code)
{
	if (all->form == FORM_SCALE)
		return c->scale * code;
	if (all->form == FORM_PAIR)
		return c->scale * code + c->minimum;
	return c->scale * iq4_value[code];
}

static bool tells_codes(const struct candidates *all)
{
	return all->form == FORM_SCALE || all->form == FORM_PAIR || all->form == FORM_TABLE;
}

/* ---- all of a search ---- */

static int by_shift(const void *a, const void *b)
{
	const struct candidate *p = a, *q = b;

	return p->shift < q->shift ? -1 : p->shift > q->shift;
}

static void sort(struct candidates *all)
{
	qsort(all->c, all->n, sizeof *all->c, by_shift);
	for (size_t i = 0; i < all->n; i++)
		if (all->c[i].taken)
			all->taken = i;
}

static void measure(const struct trace *t, size_t sub, struct candidates *all)
{
	size_t n = sub_len(t), first = sub * n;
	double w[256], sum = 0, squares, magnitudes;

	if (!t->x || sub >= subs_of(t) || n > sizeof w / sizeof *w)
		return;
	weigh(t, first, n, w);
	for (size_t i = 0; i < n; i++)
		sum += w[i];
	for (size_t k = 0; k < all->n; k++) {
		struct candidate *c = &all->c[k];
		double plain = 0;

		squares = magnitudes = 0;
		for (size_t i = 0; tells_codes(all) && i < n; i++) {
			double e = value_of(all, c, code_of(t, all, c, t->x[first + i])) - (double)t->x[first + i];

			plain += e * e;
			squares += w[i] * e * e;
			magnitudes += w[i] * fabs(e);
		}
		if (tells_codes(all) && isfinite(c->cost))
			c->plain = sqrt(plain / (double)n);
		/* The codec says which it adds up; its sum and ours differ by roundings only. */
		if (c->taken && tells_codes(all))
			all->absolute = fabs(c->cost - magnitudes) < fabs(c->cost - squares);
	}
	for (size_t k = 0; k < all->n && !all->absolute; k++)
		if (sum > 0 && isfinite(all->c[k].cost) && all->c[k].cost >= 0)
			all->c[k].weighted = sqrt(all->c[k].cost / sum);
}

bool candidates_read(const struct trace *t, size_t end, size_t k, struct candidates *out, struct error *err)
{
	bool start = starting(t, end);
	size_t last = SIZE_MAX, n = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < end; i++)
		n += counts(t, &t->event[i], start) && t->event[i].sub == k;
	out->c = calloc(n ? n : 1, sizeof *out->c);
	if (!out->c)
		return error_memory(err, "the candidates of a search");
	for (size_t i = 0; i < end; i++) {
		const struct trace_event *e = &t->event[i];

		if (!counts(t, e, start) || e->sub != k)
			continue;
		out->form = form_of(e);
		out->c[out->n] = read_one(e);
		if (out->c[out->n].better)
			last = out->n;
		out->n++;
		for (size_t s = 0; s < t->steps && t->step[s].first <= i; s++)
			out->step = s;
	}
	for (size_t i = 0; i < out->n; i++)
		out->c[i].taken = i == last;
	sort(out);
	measure(t, k, out);
	return true;
}

size_t candidate_codes(const struct trace *t, const struct candidates *all, size_t which, size_t first, int *code, float *value, size_t max)
{
	size_t n = sub_len(t) < max ? sub_len(t) : max;

	if (!t->x || !tells_codes(all) || which >= all->n || !isfinite(all->c[which].cost))
		return 0;
	for (size_t i = 0; i < n; i++) {
		code[i] = code_of(t, all, &all->c[which], t->x[first + i]);
		value[i] = (float)value_of(all, &all->c[which], code[i]);
	}
	return n;
}

size_t candidate_levels(const struct trace *t, const struct candidates *all, size_t which, int *code, float *value, size_t max)
{
	size_t n = levels_of(t) < max ? levels_of(t) : max;

	if (!tells_codes(all) || which >= all->n || !isfinite(all->c[which].cost))
		return 0;
	for (size_t i = 0; i < n; i++) {
		code[i] = all->form == FORM_SCALE ? (int)i - (int)n / 2 : (int)i;
		value[i] = (float)value_of(all, &all->c[which], code[i]);
	}
	return n;
}

double candidate_pair_cost(const struct trace *t, const struct candidates *all, size_t sub, double scale, double minimum)
{
	size_t n = sub_len(t), first = sub * n;
	double w[256], sum = 0, cost = 0;

	if (all->form != FORM_PAIR || !t->x || sub >= subs_of(t) || n > sizeof w / sizeof *w || !(scale > 0))
		return NAN;
	weigh(t, first, n, w);
	for (size_t i = 0; i < n; i++) {
		double x = (double)t->x[first + i], code = nearbyint((x - minimum) / scale), e;

		code = fmin(fmax(code, 0), (double)levels_of(t) - 1);
		e = scale * code + minimum - x;
		cost += w[i] * (all->absolute ? fabs(e) : e * e);
		sum += w[i];
	}
	return all->absolute ? cost : sqrt(cost / sum);
}

void candidates_drop(struct candidates *c)
{
	free(c->c);
	c->c = NULL;
	c->n = 0;
}
