/* accumulate.c - see accumulate.h */
#include "methods/accumulate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "methods/method.h"

const struct method method_accumulate = { "accumulate", "a sum of products kept in few bits", "accumulate" };

enum { TOLD_MAX = 256 };

#define E4M3_LARGEST 448.0
#define E4M3_LOWEST_EXPONENT (-6)

void accumulation_drop(struct accumulation *a)
{
	if (!a)
		return;
	free(a->part);
	free(a);
}

double accumulate_lost(double got, double exact)
{
	return got == exact ? 0 : 100 * (got - exact) / fabs(exact);
}

/* Three bits of fraction; below 2^-6 the step stays that of 2^-6. */
float e4m3_nearest(double v)
{
	int e;
	double step, r;

	frexp(v, &e);
	e = e - 1 < E4M3_LOWEST_EXPONENT ? E4M3_LOWEST_EXPONENT : e - 1;
	step = ldexp(1, e - 3);
	r = nearbyint(v / step) * step;
	return (float)(fabs(r) > E4M3_LARGEST ? copysign(E4M3_LARGEST, v) : r);
}

/* The scale that brings the largest to 448, and the products' factors. */
static double scaled(const float *x, size_t n, float *out)
{
	double peak = 0, s;

	for (size_t i = 0; i < n; i++)
		peak = fmax(peak, fabs((double)x[i]));
	s = peak > 0 ? peak / E4M3_LARGEST : 1;
	for (size_t i = 0; i < n; i++)
		out[i] = e4m3_nearest((double)x[i] / s);
	return s;
}

/* sum + n products, all aligned to the largest and cut to `bits` bits. */
static double add_aligned(double sum, const double *product, size_t n, int bits)
{
	double largest = fabs(sum), step, total;
	int e;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs(product[i]));
	if (!(largest > 0))
		return 0;
	frexp(largest, &e);
	step = ldexp(1, e - bits);
	total = trunc(sum / step);
	for (size_t i = 0; i < n; i++)
		total += trunc(product[i] / step);
	return total * step;
}

static double add_all(double sum, const double *product, size_t n, int bits)
{
	for (size_t i = 0; i < n; i += ACCUMULATE_AT_ONCE)
		sum = add_aligned(sum, product + i, n - i < ACCUMULATE_AT_ONCE ? n - i : ACCUMULATE_AT_ONCE, bits);
	return sum;
}

static void add_up(struct accumulation *c, const double *product)
{
	float total = 0;
	double exact = 0, narrow = 0;
	size_t added = 0;		/* to the sum that is never promoted: 32 at a time, whatever `every` is */

	for (size_t k = 0; k < c->parts; k++) {
		struct partial *p = &c->part[k];
		size_t from = k * c->o.every;

		p->upto = c->n - from < c->o.every ? c->n : from + c->o.every;
		for (size_t i = from; i < p->upto; i++)
			exact += product[i];
		for (size_t n; added < p->upto && (p->upto == c->n || p->upto - added >= ACCUMULATE_AT_ONCE); added += n) {
			n = p->upto - added < ACCUMULATE_AT_ONCE ? p->upto - added : ACCUMULATE_AT_ONCE;
			narrow = add_aligned(narrow, product + added, n, c->o.acc_bits);
		}
		p->part = add_all(0, product + from, p->upto - from, c->o.acc_bits);
		total += (float)p->part;
		p->exact = exact;
		p->narrow = narrow;
		p->total = (double)total;
	}
	c->exact = exact * c->sa * c->sb;
	c->narrow = narrow * c->sa * c->sb;
	c->promoted = (double)total * c->sa * c->sb;
}

/* ---- its steps ---- */

static void tell(const struct accumulation *c, struct record *r)
{
	size_t told = c->parts < TOLD_MAX ? c->parts : TOLD_MAX;
	char v[NUMBER_SIZE], w[NUMBER_SIZE];

	record_step(r, "scale", "accumulate");
	record_say(r, "scale: the largest of a and of b become 448, the largest 8-bit float");
	record_number(r, "sa", SIZE_MAX, c->sa, "max |a| / 448");
	record_number(r, "sb", SIZE_MAX, c->sb, "max |b| / 448");
	record_step(r, "add", "accumulate");
	record_say(r, "add: 32 products at a time, cut to %d bits below the largest of them", c->o.acc_bits);
	for (size_t k = 0; k < told; k++) {
		const struct partial *p = &c->part[k];

		record_number(r, "sum", k, p->exact, "sum of the products so far, exactly");
		record_number(r, "narrow", k, p->narrow, "the same in one narrow sum");
		record_filled(r, "%.17g, of which %.6g %% are lost", p->narrow, -accumulate_lost(p->narrow, p->exact));
	}
	record_step(r, "promote", "accumulate");
	record_say(r, "promote: every %zu products the narrow sum goes into a 32-bit float", c->o.every);
	for (size_t k = 0; k < told; k++) {
		const struct partial *p = &c->part[k];

		record_number(r, "part", k, p->part, "narrow sum of these products alone");
		record_number(r, "total", k, p->total, "total + part, as a float");
		record_filled(r, "%.9g + %.9g", k ? c->part[k - 1].total : 0.0, p->part);
	}
	record_step(r, "compare", "accumulate");
	record_say(r, "compare: %.4g %% with one narrow sum, %.4g %% with promotion", accumulate_lost(c->narrow, c->exact),
		   accumulate_lost(c->promoted, c->exact));
	record_number(r, "exact", SIZE_MAX, c->exact, "sum x sa x sb");
	record_number(r, "kept", SIZE_MAX, c->narrow, "narrow x sa x sb");
	record_number(r, "promoted", SIZE_MAX, c->promoted, "total x sa x sb");
	record_number(r, "lost", SIZE_MAX, accumulate_lost(c->narrow, c->exact), "100 (kept - exact) / |exact|");
	record_filled(r, "100 (%s - %s) / |%s|", number_short(v, c->narrow), number_short(w, c->exact), w);
	record_number(r, "lost_promoted", SIZE_MAX, accumulate_lost(c->promoted, c->exact), "100 (promoted - exact) / |exact|");
	record_filled(r, "100 (%s - %s) / |%s|", number_short(v, c->promoted), number_short(w, c->exact), w);
	snprintf(r->settings, sizeof r->settings, "%zu products   %d bits   promoted every %zu", c->n, c->o.acc_bits, c->o.every);
	snprintf(r->summary, sizeof r->summary, "sum %s   in %d bits %+.4g %%   promoted every %zu %+.4g %%", number_short(v, c->exact), c->o.acc_bits,
		 accumulate_lost(c->narrow, c->exact), c->o.every, accumulate_lost(c->promoted, c->exact));
}

static bool work(struct accumulation *c, const float *a, const float *b, struct error *err)
{
	float *fa = calloc(c->n, sizeof *fa), *fb = calloc(c->n, sizeof *fb);
	double *product = calloc(c->n, sizeof *product);
	bool ok;

	c->parts = (c->n - 1) / c->o.every + 1;
	c->part = calloc(c->parts, sizeof *c->part);
	ok = fa && fb && product && c->part;
	if (ok) {
		c->sa = scaled(a, c->n, fa);
		c->sb = scaled(b, c->n, fb);
		for (size_t i = 0; i < c->n; i++)
			product[i] = (double)fa[i] * (double)fb[i];
		add_up(c, product);
	}
	free(fa);
	free(fb);
	free(product);
	return ok || error_memory(err, "the products");
}

struct record *accumulate_run(const float *a, const float *b, size_t n, const struct accumulate_options *o, struct error *err)
{
	struct record *r;

	if (o->acc_bits < ACC_BITS_MIN || o->acc_bits > ACC_BITS_MAX || !o->every) {
		error_set(err, ERR_ARGUMENT, "a sum of %d bits, promoted every %zu products, cannot be", o->acc_bits, o->every);
		error_hint(err, "acc_bits", "%d to %d bits, every=1 or more", ACC_BITS_MIN, ACC_BITS_MAX);
		return NULL;
	}
	r = record_new(&method_accumulate, err);
	if (!r)
		return NULL;
	r->accumulation = calloc(1, sizeof *r->accumulation);
	if (r->accumulation) {
		*r->accumulation = (struct accumulation){ .o = *o, .n = n };
		if (work(r->accumulation, a, b, err)) {
			tell(r->accumulation, r);
			if (!r->failed)
				return r;
			error_memory(err, "the steps");
		}
	} else {
		error_memory(err, "a sum");
	}
	record_drop(r);
	return NULL;
}
