/*
 * calibrate.c - see calibrate.h
 *
 * The divergence search is the engine's exact form of S. Migacz, "8-bit Inference with TensorRT" (2017): 2048 bins of |x|, each
 * candidate compared with itself on as few levels as there are codes. The L2 search of the histogram narrows from both sides.
 */
#include "methods/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "methods/affine.h"
#include "methods/method.h"

const struct method method_calibrate = { "calibrate", "the range that codes will cover, from samples", "curve" };

enum { SHRINKS = 80, KL_BINS = 2048 };

/* Samples, or bins with their counts. */
struct samples { const float *x; const struct observer *bins; size_t n; };

static bool add(struct calibration *c, double lo, double hi, double cost, struct error *err)
{
	if (c->points % 256 == 0) {
		struct candidate_cost *more = realloc(c->curve, (c->points + 256) * sizeof *more);

		if (!more)
			return error_memory(err, "the curve");
		c->curve = more;
	}
	c->curve[c->points++] = (struct candidate_cost){ lo, hi, cost, false };
	return true;
}

static bool stopped(const struct job *job, struct error *err)
{
	return job_stopped(job) && !error_set(err, ERR_CANCELLED, "cancelled");
}

static bool unit_for(const struct calibration_options *o, double lo, double hi, struct unit *u, struct error *err)
{
	struct affine_options a;

	affine_defaults(&a);
	a.bits = o->bits;
	a.sym = o->sym;
	*u = (struct unit){ .lo = lo, .hi = hi };
	return affine_unit(&a, o->qmin, o->qmax, u, err);
}

/* ---- cost of a range ---- */

static double back(const struct calibration_options *o, const struct unit *u, double x)
{
	double q = nearbyint(x / u->scale) + u->zero;

	q = q < (double)o->qmin ? (double)o->qmin : q > (double)o->qmax ? (double)o->qmax : q;
	return u->scale * (q - u->zero);
}

static double cost_of(const struct samples *s, const struct calibration_options *o, const struct unit *u, double power)
{
	double sum = 0;

	for (size_t i = 0; i < s->n; i++) {
		double times = s->bins ? (double)s->bins->bin[i] : 1, x, e;

		if (times == 0)
			continue;
		x = s->bins ? observer_center(s->bins, i) : (double)s->x[i];
		e = fabs(x - back(o, u, x));
		sum += times * (power == 2 ? e * e : pow(e, power));
	}
	return sum;
}

/* The range shrunk in hundredths; the first of the cheapest is taken. */
static bool shrink(const struct samples *s, double lo, double hi, double power, struct calibration *c, struct job *job, struct error *err)
{
	for (int i = 0; i < SHRINKS; i++) {
		double by = 1 - i / 100.0;
		struct unit u;

		if (stopped(job, err) || !unit_for(&c->o, by * lo, by * hi, &u, err) ||
		    !add(c, by * lo, by * hi, cost_of(s, &c->o, &u, power), err))
			return false;
		if (c->curve[c->points - 1].cost < c->curve[c->best].cost)
			c->best = c->points - 1;
	}
	c->cost_name = power == 2 ? "sum of squared errors" : "sum of |error|^p";
	return true;
}

static bool shrink_search(const struct samples *s, double lo, double hi, struct calibration *c, struct job *job, struct error *err)
{
	if (!shrink(s, lo, hi, c->o.power, c, job, err))
		return false;
	c->searched = true;
	c->lo = c->curve[c->best].lo;
	c->hi = c->curve[c->best].hi;
	return true;
}

/* ---- percentile ---- */

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double percentile(const double *sorted, size_t n, double p)
{
	double t = (double)(n - 1) * p / 100, below = floor(t);
	size_t k = (size_t)below;

	return k + 1 < n ? sorted[k] + (t - below) * (sorted[k + 1] - sorted[k]) : sorted[n - 1];
}

static bool percentiles(const float *x, struct calibration *c, struct error *err)
{
	double *sorted = malloc(c->n * sizeof *sorted);

	if (!sorted)
		return error_memory(err, "sorting");
	for (size_t i = 0; i < c->n; i++)
		sorted[i] = c->o.sym ? fabs((double)x[i]) : (double)x[i];
	qsort(sorted, c->n, sizeof *sorted, ascending);
	c->hi = percentile(sorted, c->n, c->o.p);
	c->lo = c->o.sym ? -c->hi : percentile(sorted, c->n, 100 - c->o.p);
	if (c->lo > c->hi) {
		double lo = c->hi;

		c->hi = c->lo;
		c->lo = lo;
	}
	free(sorted);
	return true;
}

/* ---- moving ---- */

static void extremes(const float *x, size_t n, double *lo, double *hi)
{
	*lo = *hi = (double)x[0];
	for (size_t i = 1; i < n; i++) {
		*lo = fmin(*lo, (double)x[i]);
		*hi = fmax(*hi, (double)x[i]);
	}
}

static void follow(const float *x, struct calibration *c, struct record *r)
{
	size_t batch = c->o.batch ? c->o.batch : c->n, k = 0;
	double lo, hi;

	for (size_t at = 0; at < c->n; at += batch, k++) {
		extremes(x + at, c->n - at < batch ? c->n - at : batch, &lo, &hi);
		c->lo = k ? c->lo + c->o.follow * (lo - c->lo) : lo;
		c->hi = k ? c->hi + c->o.follow * (hi - c->hi) : hi;
		record_number(r, "lo", k, c->lo, k ? "lo + c (lowest of the batch - lo)" : "lowest of the first batch");
		record_number(r, "hi", k, c->hi, k ? "hi + c (highest of the batch - hi)" : "highest of the first batch");
	}
}

/* ---- divergence ---- */

struct levels { double h[KL_BINS + 1], tail[KL_BINS + 1]; };

static double divergence(const struct levels *v, size_t i, size_t levels)
{
	double total = v->tail[0], q_total = 0, sum = 0;

	/* Twice over the levels: what Q adds up to, then the divergence. A level is a run of bins. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t k = 0; k < levels; k++) {
			size_t a = (k * i + levels - 1) / levels, b = ((k + 1) * i + levels - 1) / levels;
			double mass = v->tail[a] - v->tail[b], q;
			size_t used = 0;

			for (size_t j = a; j < b; j++)
				used += v->h[j] > 0 || (j == i - 1 && v->tail[i] > 0);
			if (!used)
				continue;
			q = mass / (double)used;
			if (!pass) {
				q_total += mass;
				continue;
			}
			if (!(q > 0))
				return NAN;
			for (size_t j = a; j < b; j++) {
				double p = v->h[j] + (j == i - 1 ? v->tail[i] : 0);

				if (p > 0)
					sum += p / total * log(p / total / (q / q_total));
			}
		}
	return sum;
}

static bool least_divergence(const float *x, struct calibration *c, struct job *job, struct error *err)
{
	double A = fmax(fabs(c->least), fabs(c->most)), w = A / KL_BINS, best = INFINITY, T = A;
	size_t levels = (size_t)1 << (c->o.bits - 1), taken = KL_BINS;
	struct levels *v = calloc(1, sizeof *v);
	bool ok = v || error_memory(err, "a histogram");

	c->cost_name = "divergence";
	c->searched = true;
	for (size_t i = 0; ok && A > 0 && i < c->n; i++) {
		double bin = floor(fabs((double)x[i]) / w);

		v->h[bin < KL_BINS - 1 ? (size_t)bin : KL_BINS - 1]++;
	}
	for (size_t j = KL_BINS; ok && j-- > 0;)
		v->tail[j] = v->tail[j + 1] + v->h[j];
	for (size_t i = levels; ok && A > 0 && i <= KL_BINS; i++) {
		double D = divergence(v, i, levels);

		if (stopped(job, err)) {
			ok = false;
			break;
		}
		ok = isnan(D) || add(c, -((double)i + 0.5) * w, ((double)i + 0.5) * w, D, err);
		if (ok && D < best * (1 - 1e-9)) {
			best = D;
			taken = i;
			c->best = c->points - 1;
		}
	}
	if (A > 0)
		T = ((double)taken + 0.5) * w;
	c->lo = -T;
	c->hi = T;
	free(v);
	return ok;
}

/* ---- running histogram ---- */

double observer_center(const struct observer *o, size_t bin)
{
	double w = 2 * o->reach / OBSERVER_BINS;

	return -o->reach + ((double)bin + 0.5) * w;
}

static void fold(struct observer *o)
{
	uint64_t twice[OBSERVER_BINS] = { 0 };

	for (size_t k = 0; k < OBSERVER_BINS; k++)
		twice[OBSERVER_BINS / 4 + k / 2] += o->bin[k];
	memcpy(o->bin, twice, sizeof twice);
	o->reach *= 2;
}

void observer_see(struct observer *o, const float *x, size_t n)
{
	double most = 0, w;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs((double)x[i]));
	if (o->reach == 0) {
		int e;

		frexp(most, &e);
		o->reach = most > 0 ? ldexp(1, e) : 1;
	}
	while (most >= o->reach)
		fold(o);
	w = 2 * o->reach / OBSERVER_BINS;
	for (size_t i = 0; i < n; i++) {
		double bin = floor(((double)x[i] + o->reach) / w);

		o->bin[bin < 0 ? 0 : bin > OBSERVER_BINS - 1 ? OBSERVER_BINS - 1 : (size_t)bin]++;
	}
}

/* Squared error of mass spread evenly from a to b about what it comes back as. */
static double spread_error(double a, double b)
{
	return (b * b * b - a * a * a) / 3;
}

static double l2_of(const struct observer *o, size_t first, size_t last, double codes)
{
	double w = 2 * o->reach / OBSERVER_BINS, wide = w * (double)(last - first + 1) / codes, sum = 0;

	for (size_t k = 0; k < OBSERVER_BINS; k++) {
		double from = ((double)k - (double)first) * w, to = from + w, density = (double)o->bin[k] / w;
		double a = fmin(fmax(floor(from / wide), 0), codes - 1), b = fmin(fmax(floor(to / wide), 0), codes - 1);

		if (o->bin[k] == 0)
			continue;
		if (a == b) {
			sum += density * spread_error(from - (a + 0.5) * wide, to - (a + 0.5) * wide);
			continue;
		}
		sum += density * (spread_error(from - (a + 0.5) * wide, wide / 2) + (b - a - 1) * spread_error(-wide / 2, wide / 2) +
				  spread_error(-wide / 2, to - (b + 0.5) * wide));
	}
	return sum;
}

/* From both sides, by quantiles of 1e-5, from the side that gives way further, as long as the error falls. */
static bool narrow(const struct observer *o, struct calibration *c, struct job *job, struct error *err)
{
	double total = (double)c->n, alpha = 0, beta = 1, below[OBSERVER_BINS], sum = 0, w = 2 * o->reach / OBSERVER_BINS;
	double codes = (double)(c->o.qmax - c->o.qmin + 1);
	size_t first = 0, last = OBSERVER_BINS - 1;

	for (size_t k = 0; k < OBSERVER_BINS; k++)
		below[k] = sum += (double)o->bin[k];
	while (!o->bin[first])
		first++;
	while (!o->bin[last])
		last--;
	c->cost_name = "integrated squared error";
	c->searched = true;
	if (!add(c, -o->reach + (double)first * w, -o->reach + (double)(last + 1) * w, l2_of(o, first, last, codes), err))
		return false;
	while (alpha < beta) {
		size_t l = first, r = last;

		if (stopped(job, err))
			return false;
		while (l < last && below[l] < (alpha + 1e-5) * total)
			l++;
		while (r > first && below[r] > (beta - 1e-5) * total)
			r--;
		if (l - first > last - r) {
			alpha += 1e-5;
			r = last;
		} else {
			beta -= 1e-5;
			l = first;
		}
		if (l == first && r == last)
			continue;
		if (!add(c, -o->reach + (double)l * w, -o->reach + (double)(r + 1) * w, l2_of(o, l, r, codes), err))
			return false;
		if (c->curve[c->points - 1].cost > c->curve[c->best].cost)
			break;
		c->best = c->points - 1;
		first = l;
		last = r;
	}
	c->lo = c->curve[c->best].lo;
	c->hi = c->curve[c->best].hi;
	return true;
}

static bool observed(const float *x, struct calibration *c, struct record *r, struct job *job, struct error *err)
{
	struct observer *o = calloc(1, sizeof *o);
	size_t batch = c->o.batch ? c->o.batch : c->n, k = 0;
	struct samples s = { NULL, o, OBSERVER_BINS };
	double lo = 0, hi = 0;
	bool ok = o || error_memory(err, "a histogram");

	for (size_t at = 0; ok && at < c->n; at += batch, k++) {
		observer_see(o, x + at, c->n - at < batch ? c->n - at : batch);
		record_number(r, "reach", k, o->reach, "a power of two above all numbers so far");
	}
	for (size_t j = 0; ok && j < OBSERVER_BINS; j++)
		if (o->bin[j]) {
			lo = fmin(lo, observer_center(o, j));
			hi = fmax(hi, observer_center(o, j));
		}
	if (ok && c->o.sym) {
		hi = fmax(-lo, hi);
		lo = -hi;
	}
	ok = ok && (c->o.way == CALIBRATE_HIST ? shrink_search(&s, lo, hi, c, job, err) : narrow(o, c, job, err));
	free(o);
	return ok;
}

/* ---- all ---- */

static bool choose(const float *x, struct calibration *c, struct record *r, struct job *job, struct error *err)
{
	struct samples s = { x, NULL, c->n };
	double amax = fmax(fabs(c->least), fabs(c->most)), lo = c->o.sym ? -amax : c->least, hi = c->o.sym ? amax : c->most;
	bool ok = true;

	c->lo = lo;
	c->hi = hi;
	switch (c->o.way) {
	case CALIBRATE_MINMAX:
		break;
	case CALIBRATE_MOVING:
		follow(x, c, r);
		break;
	case CALIBRATE_PERCENTILE:
		ok = percentiles(x, c, err);
		break;
	case CALIBRATE_MSE:
		return shrink_search(&s, lo, hi, c, job, err);
	case CALIBRATE_KL:
		ok = least_divergence(x, c, job, err);
		break;
	case CALIBRATE_HIST:
	case CALIBRATE_HIST_L2:
		ok = observed(x, c, r, job, err);
		break;
	}
	if (ok && c->o.sym) {
		c->hi = fmax(fabs(c->lo), fabs(c->hi));
		c->lo = -c->hi;
	} else if (ok && c->o.way == CALIBRATE_KL) {
		c->lo = fmax(c->lo, c->least);
		c->hi = fmin(c->hi, c->most);
	}
	if (!ok || c->searched)
		return ok;
	if (!shrink(&s, lo, hi, 2, c, job, err))
		return false;
	for (size_t i = 0; i < c->points; i++)		/* where what was chosen lies on it */
		if (fabs(c->curve[i].hi - c->hi) < fabs(c->curve[c->best].hi - c->hi))
			c->best = i;
	return true;
}

static void tell(struct calibration *c, struct record *r)
{
	char lo[NUMBER_SIZE], hi[NUMBER_SIZE], s[NUMBER_SIZE];
	static const char *const ways[] = { "the extremes", "a range that follows the batches", "a share of the numbers", "the least error",
					    "the least divergence", "the least error over a histogram", "an L2 search over a histogram" };

	record_step(r, "range", "curve");
	record_reads(r, c->o.way == CALIBRATE_MINMAX ? "least most" : c->o.way == CALIBRATE_MOVING ? "lo hi" : "x");
	record_say(r, "range: %s, %s..%s", ways[c->o.way], number_short(lo, c->lo), number_short(hi, c->hi));
	record_number(r, "lo", SIZE_MAX, c->lo, NULL);
	record_number(r, "hi", SIZE_MAX, c->hi, NULL);
	if (c->points) {
		record_number(r, "cost", SIZE_MAX, c->curve[c->best].cost, c->cost_name);
		record_number(r, "best", SIZE_MAX, (double)c->best, "place of the candidate in the curve, from 0");
	}
	record_step(r, "scale", "curve");
	record_reads(r, "lo hi");
	record_say(r, "scale: %s, zero point %lld", number_short(s, c->scale), (long long)c->zero);
	record_number(r, "scale", SIZE_MAX, c->scale, c->o.sym ? "T / largest code" : "(hi - lo) / (last code - first)");
	record_number(r, "zero", SIZE_MAX, (double)c->zero, c->o.sym ? NULL : "first code - round(lo / s)");
	record_step(r, "loss", "curve");
	record_reads(r, "x scale zero");
	record_say(r, "loss: %.4f dB, %llu of %zu clipped", c->snr, (unsigned long long)c->clipped, c->n);
	record_number(r, "snr", SIZE_MAX, c->snr, "10 log10(sum x^2 / sum error^2)");
	record_number(r, "clipped", SIZE_MAX, (double)c->clipped, NULL);
	if (!r)
		return;
	snprintf(r->settings, sizeof r->settings, "%d bits   %s   codes %lld..%lld", c->o.bits, c->o.sym ? "symmetric" : "asymmetric",
		 (long long)c->o.qmin, (long long)c->o.qmax);
	snprintf(r->summary, sizeof r->summary, "range %s..%s   scale %s   zero %lld   %.2f dB   %llu of %zu clipped", lo, hi, s, (long long)c->zero,
		 c->snr, (unsigned long long)c->clipped, c->n);
}

static bool checked(const struct calibration_options *o, size_t n, struct error *err)
{
	if (!n)
		return error_set(err, ERR_SHAPE, "there are no samples");
	if (o->way == CALIBRATE_PERCENTILE && !(o->p > 0 && o->p <= 100)) {
		error_set(err, ERR_ARGUMENT, "no percentile %g", o->p);
		return error_hint(err, "p", "above 0, up to 100");
	}
	if (!(o->power > 0 && o->power <= 16)) {
		error_set(err, ERR_ARGUMENT, "no power %g", o->power);
		return error_hint(err, "power", "above 0, up to 16");
	}
	if (o->way == CALIBRATE_KL && o->bits > 12) {
		error_set(err, ERR_ARGUMENT, "%d bits have more levels than the histogram has bins", o->bits);
		return error_hint(err, "bits", "up to 12 with method=kl");
	}
	return true;
}

bool calibrate(const float *x, size_t n, const struct calibration_options *o, struct calibration *c, struct record *record,
	       struct job *job, struct error *err)
{
	struct unit u;
	double squares = 0, errors = 0;

	*c = (struct calibration){ .o = *o, .n = n };
	if (!checked(o, n, err))
		return false;
	extremes(x, n, &c->least, &c->most);
	record_step(record, "extremes", "curve");
	record_reads(record, "x");
	record_say(record, "extremes: %zu numbers from %g to %g", n, c->least, c->most);
	record_number(record, "least", SIZE_MAX, c->least, NULL);
	record_number(record, "most", SIZE_MAX, c->most, NULL);
	if (!choose(x, c, record, job, err) || !unit_for(o, c->lo, c->hi, &u, err))
		return false;
	if (c->points)
		c->curve[c->best].taken = true;
	c->scale = u.scale;
	c->zero = (int64_t)u.zero;
	for (size_t i = 0; i < n; i++) {
		double v = (double)x[i], q = nearbyint(v / u.scale) + u.zero, e = v - back(o, &u, v);

		squares += v * v;
		errors += e * e;
		c->clipped += q < (double)o->qmin || q > (double)o->qmax;
	}
	c->snr = errors > 0 ? 10 * log10(squares / errors) : INFINITY;
	tell(c, record);
	return true;
}

void calibration_clear(struct calibration *c)
{
	free(c->curve);
	*c = (struct calibration){ 0 };
}

void calibration_drop(struct calibration *c)
{
	if (!c)
		return;
	calibration_clear(c);
	free(c);
}
