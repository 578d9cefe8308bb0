/* affine.c - see affine.h */
#include "methods/affine.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#include "methods/method.h"

const struct method method_affine = { "affine", "a scale, a zero point and whole numbers", "affine" };

static const char *const order_words[] = { "round(x / s) + zp", "round(x / s + zp)", "round(x / s + z)", "round(x / s)" };

void affine_defaults(struct affine_options *o)
{
	*o = (struct affine_options){ .bits = 8, .sym = true,
				      .calibration = { .p = 99.9, .power = 2, .follow = 0.01 } };
}

bool affine_codes(const struct affine_options *o, int64_t *qmin, int64_t *qmax, struct error *err)
{
	int64_t half;

	if (o->bits < AFFINE_BITS_MIN || o->bits > AFFINE_BITS_MAX) {
		error_set(err, ERR_ARGUMENT, "codes cannot have %d bits", o->bits);
		return error_hint(err, "bits", "from %d to %d", AFFINE_BITS_MIN, AFFINE_BITS_MAX);
	}
	half = (int64_t)1 << (o->bits - 1);
	switch (o->codes) {
	case CODES_FULL:
		*qmin = -half;
		*qmax = half - 1;
		break;
	case CODES_UNSIGNED:
	case CODES_NARROW:
		*qmin = o->codes == CODES_NARROW;
		*qmax = 2 * half - 1;
		break;
	case CODES_GIVEN:
		*qmin = o->qmin;
		*qmax = o->qmax;
		break;
	case CODES_USUAL:
	case CODES_RESTRICTED:
		*qmin = o->codes == CODES_USUAL && !o->sym ? 0 : 1 - half;
		*qmax = o->codes == CODES_USUAL && !o->sym ? 2 * half - 1 : half - 1;
		break;
	}
	if (*qmin >= *qmax || *qmax - *qmin >= 2 * half || *qmin < -half || *qmax >= 2 * half) {
		error_set(err, ERR_ARGUMENT, "codes %lld..%lld do not fit %d bits", (long long)*qmin, (long long)*qmax, o->bits);
		return error_hint(err, "codes", "%lld..%lld or 0..%lld", (long long)-half, (long long)half - 1, (long long)(2 * half - 1));
	}
	return true;
}

static double clip(double v, int64_t lo, int64_t hi)
{
	return v < (double)lo ? (double)lo : v > (double)hi ? (double)hi : v;
}

static bool symmetric_unit(int64_t qmin, int64_t qmax, struct unit *u, struct error *err)
{
	double amax = fmax(fabs(u->lo), fabs(u->hi));
	int64_t most = qmin >= 0 ? qmax : -qmin > qmax ? -qmin : qmax;	/* full: amax / 2^(b-1), and the code +2^(b-1) saturates */
	struct fraction a = fraction_of(amax, (double)(float)amax == amax);

	if (qmin >= 0 && u->lo < 0) {
		char buf[NUMBER_SIZE];

		error_set(err, ERR_ARGUMENT, "codes %lld..%lld have none for %s: symmetric codes without a sign are for data >= 0",
			  (long long)qmin, (long long)qmax, number_short(buf, u->lo));
		return error_hint(err, "codes", "sym=off, or codes=full");
	}
	u->low = qmin >= 0 ? 0 : -amax;
	u->high = amax;
	u->scale = amax / (double)most;
	u->s = fraction_div(a, fraction_whole(most));
	u->zero = 0;
	return true;
}

static void asymmetric_unit(const struct affine_options *o, int64_t qmin, int64_t qmax, struct unit *u)
{
	struct fraction lo, hi;
	double steps = (double)(qmax - qmin), at;

	u->low = o->order == ORDER_DOCUMENT ? u->lo : fmin(u->lo, 0);
	u->high = o->order == ORDER_DOCUMENT ? u->hi : fmax(u->hi, 0);
	lo = fraction_of(u->low, (double)(float)u->low == u->low);
	hi = fraction_of(u->high, (double)(float)u->high == u->high);
	u->scale = (u->high - u->low) / steps;
	u->s = fraction_div(fraction_sub(hi, lo), fraction_whole(qmax - qmin));
	if (o->order == ORDER_DOCUMENT) {
		u->zero = 0;
		return;
	}
	at = u->scale != 0 ? u->low / u->scale : 0;
	if (u->s.den && u->s.num) {
		struct fraction ratio = fraction_div(lo, u->s);

		if (ratio.den == 2)		/* a tie, whatever became of it in doubles */
			at = fraction_value(ratio);
	}
	if (round_tie(at))
		u->flags |= TRACE_TIE;
	u->zero = o->order == ORDER_FLOAT_Z ? (double)qmin - at : clip((double)qmin - nearbyint(at), qmin, qmax);
}

bool affine_unit(const struct affine_options *o, int64_t qmin, int64_t qmax, struct unit *u, struct error *err)
{
	char buf[NUMBER_SIZE], end[NUMBER_SIZE];

	u->flags = 0;
	if (!(u->lo <= u->hi)) {
		error_set(err, ERR_ARGUMENT, "no range from %s to %s", number_short(buf, u->lo), number_short(end, u->hi));
		return error_hint(err, "range", "the lower end first, as in  range=-5..5");
	}
	if (!o->sym || o->order == ORDER_DOCUMENT)
		asymmetric_unit(o, qmin, qmax, u);
	else if (!symmetric_unit(qmin, qmax, u, err))
		return false;
	if (o->step > 0) {
		u->scale = o->step;
		u->s = fraction_of(o->step, false);
		if (!o->sym && o->order != ORDER_DOCUMENT)
			u->zero = o->order == ORDER_FLOAT_Z ? (double)qmin - u->low / u->scale :
				  clip((double)qmin - nearbyint(u->low / u->scale), qmin, qmax);
	}
	if (u->scale == 0) {
		u->scale = 1;
		u->s = fraction_whole(1);
		u->zero = o->order == ORDER_DOCUMENT ? 0 : clip(0, qmin, qmax);
		u->flags |= TRACE_DEGENERATE;
	}
	if (u->scale < (double)FLT_MIN) {
		error_set(err, ERR_VALUE, "a scale of %s is below the smallest normal float (UNDERFLOW0)", number_short(buf, u->scale));
		return error_hint(err, "x", "multiply the numbers first");
	}
	if (o->has_zero) {
		if (!(o->zero >= (double)qmin && o->zero <= (double)qmax) || (o->order != ORDER_FLOAT_Z && o->zero != floor(o->zero))) {
			error_set(err, ERR_ARGUMENT, "a zero point cannot be %s", number_short(buf, o->zero));
			return error_hint(err, "zero", "a code, from %lld to %lld", (long long)qmin, (long long)qmax);
		}
		u->zero = o->zero;
	}
	u->reach_lo = affine_back(u, qmin);
	u->reach_hi = affine_back(u, qmax);
	return true;
}

static double placed(const struct affine_options *o, const struct unit *u, double ratio, struct rng *rng)
{
	if (o->order == ORDER_ADD_ROUND || o->order == ORDER_FLOAT_Z)
		return round_by(o->rounding, ratio + u->zero, rng);
	return round_by(o->rounding, ratio, rng) + u->zero;
}

int64_t affine_code(const struct affine_options *o, const struct unit *u, int64_t qmin, int64_t qmax, double x, struct rng *rng,
		    double *raw, unsigned *flags)
{
	double ratio = x / u->scale, q;
	bool added = o->order == ORDER_ADD_ROUND || o->order == ORDER_FLOAT_Z;

	if (flags && u->s.den && u->s.num) {
		struct fraction exact = fraction_div(fraction_of(x, (double)(float)x == x), u->s);

		if (exact.den == 2)
			ratio = fraction_value(exact);
	}
	q = placed(o, u, ratio, rng);
	if (raw)
		*raw = q;
	if (flags)
		*flags = (round_tie(added ? ratio + u->zero : ratio) ? TRACE_TIE : 0u) | (q < (double)qmin ? TRACE_CLIP_LO : 0u) |
			 (q > (double)qmax ? TRACE_CLIP_HI : 0u);
	return (int64_t)clip(q, qmin, qmax);
}

double affine_back(const struct unit *u, int64_t code)
{
	return u->scale * ((double)code - u->zero);
}

/* ---- a tensor ---- */

bool all_finite(const float *x, size_t n, size_t cols, const char *name, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i])) {
			char buf[NUMBER_SIZE];

			error_set(err, ERR_VALUE, "%s[%zu, %zu] is %s", name, i / cols, i % cols, number_short(buf, (double)x[i]));
			return error_hint(err, "x", "only finite numbers have a place in a range");
		}
	return true;
}

size_t affine_unit_of(const struct affine *a, size_t row, size_t col)
{
	switch (a->o.per) {
	case PER_ROW:
		return row;
	case PER_COL:
		return col;
	case PER_GROUP:
		return row * (a->cols / a->o.group) + col / a->o.group;
	case PER_TENSOR:
		break;
	}
	return 0;
}

static size_t unit_count(const struct affine *a)
{
	return affine_unit_of(a, a->rows - 1, a->cols - 1) + 1;
}

/* The samples of a unit: where they begin, how far apart, how many. */
static size_t samples(const struct affine *a, size_t unit, size_t *first, size_t *apart)
{
	*apart = a->o.per == PER_COL ? a->cols : 1;
	*first = a->o.per == PER_COL ? unit : a->o.per == PER_ROW ? unit * a->cols : a->o.per == PER_GROUP ? unit * a->o.group : 0;
	return a->o.per == PER_COL ? a->rows : a->o.per == PER_ROW ? a->cols : a->o.per == PER_GROUP ? a->o.group : a->rows * a->cols;
}

static bool unit_range(struct affine *a, size_t k, const float *x, float *copy, struct job *job, struct error *err)
{
	struct calibration_options o = a->o.calibration;
	struct calibration c = { 0 };
	size_t first, apart, n = samples(a, k, &first, &apart);
	bool ok;

	if (a->o.has_range) {
		a->unit[k].lo = a->o.lo;
		a->unit[k].hi = a->o.hi;
		return true;
	}
	for (size_t i = 0; i < n && copy; i++)
		copy[i] = x[first + i * apart];
	o.bits = a->o.bits;
	o.sym = a->o.sym && a->o.order != ORDER_DOCUMENT;
	o.qmin = a->qmin;
	o.qmax = a->qmax;
	o.batch = o.batch ? o.batch : a->cols;
	if (o.way == CALIBRATE_MINMAX) {		/* nothing to search: no curve is wanted here */
		const float *s = copy ? copy : x + first;

		a->unit[k].lo = a->unit[k].hi = (double)s[0];
		for (size_t i = 1; i < n; i++) {
			a->unit[k].lo = fmin(a->unit[k].lo, (double)s[i]);
			a->unit[k].hi = fmax(a->unit[k].hi, (double)s[i]);
		}
		return true;
	}
	ok = calibrate(copy ? copy : x + first, n, &o, &c, NULL, job, err);
	a->unit[k].lo = c.lo;
	a->unit[k].hi = c.hi;
	calibration_clear(&c);
	return ok;
}

static const char *unit_word(const struct affine *a)
{
	static const char *const words[] = { "all", "each row", "each column", "each group" };

	return words[a->o.per];
}

static void tell_units(const struct affine *a, struct record *r)
{
	char s[NUMBER_SIZE], lo[NUMBER_SIZE], hi[NUMBER_SIZE], zero[NUMBER_SIZE];
	const struct unit *first = &a->unit[0];
	bool one = a->units == 1, sym = a->o.sym && a->o.order != ORDER_DOCUMENT;
	size_t told = a->units < AFFINE_TOLD_MAX ? a->units : AFFINE_TOLD_MAX;
	bool by_range = a->o.calibration.way == CALIBRATE_MINMAX;
	long long steps = (long long)(a->qmax - a->qmin);

	record_step(r, "extremes", "affine");
	record_reads(r, "x");
	record_say(r, "extremes: the range of %s, %s..%s%s", unit_word(a), number_short(lo, first->lo), number_short(hi, first->hi),
		   one ? "" : " for the first");
	for (size_t k = 0; k < told; k++) {
		record_number(r, "lo", one ? SIZE_MAX : k, a->unit[k].lo, a->o.has_range ? "lower end asked for" : by_range ? "min(x)" : NULL);
		record_number(r, "hi", one ? SIZE_MAX : k, a->unit[k].hi, a->o.has_range ? "upper end asked for" : by_range ? "max(x)" : NULL);
	}
	record_step(r, "widen", "affine");
	record_reads(r, "lo hi");
	record_say(r, sym ? "widen: as far on both sides of 0, %s..%s" : first->low != first->lo || first->high != first->hi ?
		   "widen: 0 has to be reached, so %s..%s" : "widen: nothing to do, %s..%s", number_short(lo, first->low), number_short(hi, first->high));
	for (size_t k = 0; k < told; k++) {
		record_number(r, "low", one ? SIZE_MAX : k, a->unit[k].low, sym ? "-largest magnitude" : "min(lo, 0)");
		record_number(r, "high", one ? SIZE_MAX : k, a->unit[k].high, sym ? "largest magnitude" : "max(hi, 0)");
	}
	record_step(r, "scale", "affine");
	if (!(a->o.step > 0))
		record_reads(r, "low high");
	record_say(r, "scale: %s between neighbouring codes%s", number_short(s, first->scale), one ? "" : ", for the first");
	for (size_t k = 0; k < told; k++) {
		const struct unit *u = &a->unit[k];

		record_number(r, "scale", one ? SIZE_MAX : k, u->scale, a->o.step > 0 ? NULL : sym ? "largest magnitude / largest code" :
			      "(high - low) / (last code - first)");
		if (!(a->o.step > 0) && sym)
			record_filled(r, "%s / %.0f", number_short(hi, u->high), u->high / u->scale);
		else if (!(a->o.step > 0))
			record_filled(r, "(%s - %s) / %lld", number_short(hi, u->high), number_short(lo, u->low), steps);
		record_exact(r, u->s);
		record_flags(r, u->flags & TRACE_DEGENERATE);
	}
	record_step(r, "zero", "affine");
	record_reads(r, "%sscale", sym || a->o.has_zero ? "" : "low ");
	record_say(r, "zero: the code for 0 is %s, that is z = %s in the other convention", number_short(zero, first->zero),
		   number_short(lo, first->zero == 0 ? 0 : -first->zero));
	for (size_t k = 0; k < told; k++) {
		const struct unit *u = &a->unit[k];

		record_number(r, "zero", one ? SIZE_MAX : k, u->zero, sym || a->o.has_zero ? NULL : a->o.order == ORDER_FLOAT_Z ?
			      "first code - low / s" : "first code - round(low / s)");
		if (!sym && !a->o.has_zero)
			record_filled(r, a->o.order == ORDER_FLOAT_Z ? "%lld - %s / %s" : "%lld - round(%s / %s)", (long long)a->qmin,
				      number_short(lo, u->low), number_short(s, u->scale));
		record_flags(r, u->flags & TRACE_TIE);
		record_number(r, "reach_lo", one ? SIZE_MAX : k, u->reach_lo, "s (first code - zp)");
		record_number(r, "reach_hi", one ? SIZE_MAX : k, u->reach_hi, "s (last code - zp)");
	}
}

/* Each weight on its way; unrounded ratios are not kept elsewhere. */
static void tell_weights(const struct affine *a, struct record *r, const double *raw, const unsigned *flags)
{
	const float *x = tensor_floats(&a->x), *back = tensor_floats(&a->back);
	size_t n = a->rows * a->cols;
	char v[NUMBER_SIZE], s[NUMBER_SIZE], z[NUMBER_SIZE];

	record_step(r, "divide", "affine");
	record_reads(r, "x scale");
	record_say(r, "divide: how many steps each number is from 0");
	for (size_t i = 0; i < n; i++) {
		const struct unit *u = &a->unit[affine_unit_of(a, i / a->cols, i % a->cols)];

		record_number(r, "ratio", i, (double)x[i] / u->scale, "x / s");
		record_filled(r, "%s / %s", number_short(v, (double)x[i]), number_short(s, u->scale));
		record_exact(r, fraction_div(fraction_of((double)x[i], true), u->s));
	}
	record_step(r, "round", "affine");
	record_reads(r, "ratio zero");
	record_say(r, "round: code = %s, kept within %lld..%lld", order_words[a->o.order], (long long)a->qmin, (long long)a->qmax);
	for (size_t i = 0; i < n; i++) {
		const struct unit *u = &a->unit[affine_unit_of(a, i / a->cols, i % a->cols)];

		number_short(v, (double)x[i] / u->scale);
		number_short(z, u->zero);
		record_number(r, "raw", i, raw[i], order_words[a->o.order]);
		if (a->o.order == ORDER_ADD_ROUND || a->o.order == ORDER_FLOAT_Z)
			record_filled(r, "round(%s + %s)", v, z);
		else
			record_filled(r, "round(%s) + %s", v, z);
		record_flags(r, flags[i] & TRACE_TIE);
		record_number(r, "code", i, (double)a->code[i], "min(last, max(first, raw))");
		record_filled(r, "min(%lld, max(%lld, %.0f))", (long long)a->qmax, (long long)a->qmin, raw[i]);
		record_flags(r, flags[i]);
	}
	record_step(r, "back", "affine");
	record_reads(r, "code scale zero x");
	record_say(r, "back: s (code - zp), and what was lost");
	for (size_t i = 0; i < n; i++) {
		const struct unit *u = &a->unit[affine_unit_of(a, i / a->cols, i % a->cols)];
		struct fraction value = u->zero == floor(u->zero) ?
			fraction_mul(u->s, fraction_whole(a->code[i] - (int64_t)u->zero)) : (struct fraction){ 0, 0 };

		record_number(r, "back", i, affine_back(u, a->code[i]), "s (code - zp)");
		record_filled(r, "%s (%d - %s)", number_short(s, u->scale), (int)a->code[i], number_short(z, u->zero));
		record_exact(r, value);
		record_number(r, "error", i, affine_back(u, a->code[i]) - (double)x[i], "back - x");
		record_filled(r, "%s - %s", number_short(v, (double)back[i]), number_short(s, (double)x[i]));
		record_exact(r, fraction_sub(value, fraction_of((double)x[i], true)));
	}
}

struct affine_loss affine_loss(const struct affine *a, size_t r0, size_t r1)
{
	const float *x = tensor_floats(&a->x);
	double squares = 0, errors = 0, backs = 0, cross = 0;
	struct affine_loss l = { 0 };
	size_t n = (r1 - r0) * a->cols;

	for (size_t i = r0 * a->cols; i < r1 * a->cols; i++) {
		double v = (double)x[i], y = affine_back(&a->unit[affine_unit_of(a, i / a->cols, i % a->cols)], a->code[i]), e = y - v;

		squares += v * v;
		errors += e * e;
		backs += y * y;
		cross += v * y;
		l.max = fmax(l.max, fabs(e));
	}
	l.mse = n ? errors / (double)n : 0;
	l.snr = errors > 0 ? 10 * log10(squares / errors) : INFINITY;
	l.rel = errors > 0 ? sqrt(errors / squares) : 0;
	l.cosine = squares > 0 && backs > 0 ? cross / sqrt(squares * backs) : NAN;
	return l;
}

double affine_bits(const struct affine *a)
{
	bool zeros = !a->o.sym && a->o.order != ORDER_DOCUMENT;

	return a->o.bits + (double)a->units * (zeros ? 32 : 16) / (double)(a->rows * a->cols);
}

static void tell_loss(const struct affine *a, struct record *r)
{
	struct affine_loss l = affine_loss(a, 0, a->rows);
	size_t clipped = 0;
	char buf[NUMBER_SIZE], scale[NUMBER_SIZE], zero[NUMBER_SIZE];

	for (size_t k = 0; k < a->units; k++)
		clipped += a->unit[k].clipped_lo + a->unit[k].clipped_hi;
	record_step(r, "loss", "affine");
	record_reads(r, "x back error");
	record_say(r, "loss: rmse %s, %.2f dB, %zu clipped", number_short(buf, sqrt(l.mse)), l.snr, clipped);
	record_number(r, "mse", SIZE_MAX, l.mse, "mean of error^2");
	record_number(r, "max", SIZE_MAX, l.max, "largest |error|");
	record_number(r, "snr", SIZE_MAX, l.snr, "10 log10(sum x^2 / sum error^2)");
	record_number(r, "cosine", SIZE_MAX, l.cosine, "x . back / (|x| |back|)");
	record_number(r, "rel", SIZE_MAX, l.rel, "|error| / |x|");
	record_number(r, "clipped", SIZE_MAX, (double)clipped, NULL);
	record_number(r, "bits", SIZE_MAX, affine_bits(a), "bits of a code + bits of scale and zero point / weights that share them");
	snprintf(r->settings, sizeof r->settings, "%d bits   %s   codes %lld..%lld   one scale for %s", a->o.bits,
		 a->o.sym ? "symmetric" : "asymmetric", (long long)a->qmin, (long long)a->qmax, unit_word(a));
	snprintf(r->summary, sizeof r->summary, "%s%s   zero %s   rmse %s   %.2f dB%s", a->units == 1 ? "scale " : "first scale ",
		 number_short(scale, a->unit[0].scale), number_short(zero, a->unit[0].zero), number_short(buf, sqrt(l.mse)), l.snr,
		 clipped ? "   some clipped" : "");
}

static bool checked(const struct tensor *x, const char *name, const struct affine_options *o, struct error *err)
{
	if (!tensor_count(x)) {
		error_set(err, ERR_SHAPE, "%s is empty", name);
		return error_hint(err, "x", "at least one number");
	}
	if (o->per == PER_GROUP && (!o->group || x->cols % o->group)) {
		error_set(err, ERR_SHAPE, "groups of %zu do not divide rows of %zu", o->group, x->cols);
		return error_hint(err, "group", "a divisor of %zu", x->cols);
	}
	if (o->has_range && !(isfinite(o->lo) && isfinite(o->hi) && o->lo <= o->hi)) {
		error_set(err, ERR_ARGUMENT, "a range cannot begin above its end");
		return error_hint(err, "range", "as in  range=-5..5");
	}
	return all_finite(tensor_floats(x), tensor_count(x), x->cols, name, err);
}

static bool quantize_all(struct affine *a, struct record *r, struct job *job, struct error *err)
{
	size_t n = a->rows * a->cols;
	bool told = n <= AFFINE_TOLD_MAX;
	double *raw = told ? malloc(n * sizeof *raw) : NULL;
	unsigned *flags = told ? malloc(n * sizeof *flags) : NULL;
	const float *x = tensor_floats(&a->x);
	float *back = tensor_floats(&a->back);
	struct rng rng = rng_seeded(a->o.seed);
	bool ok = !told || (raw && flags) || error_memory(err, "the steps");

	for (size_t i = 0; ok && i < n; i++) {
		struct unit *u = &a->unit[affine_unit_of(a, i / a->cols, i % a->cols)];
		double q;
		unsigned f;

		a->code[i] = (int32_t)affine_code(&a->o, u, a->qmin, a->qmax, (double)x[i], &rng, &q, told ? &f : NULL);
		back[i] = (float)affine_back(u, a->code[i]);
		u->clipped_lo += q < (double)a->qmin;
		u->clipped_hi += q > (double)a->qmax;
		if (told) {
			raw[i] = q;
			flags[i] = f;
		}
		if (i % 65536 == 0 && job_stopped(job))
			ok = error_set(err, ERR_CANCELLED, "cancelled");
	}
	if (ok && told)
		tell_weights(a, r, raw, flags);
	free(raw);
	free(flags);
	return ok;
}

static bool fill(struct affine *a, const struct tensor *x, const char *name, struct record *r, struct job *job, struct error *err)
{
	float *copy = NULL;
	bool ok;

	a->rows = x->rows;
	a->cols = x->cols;
	a->units = unit_count(a);
	a->x = tensor_hold(x);
	a->unit = calloc(a->units, sizeof *a->unit);
	a->code = calloc(a->rows * a->cols, sizeof *a->code);
	if (a->o.per == PER_COL)
		copy = malloc(a->rows * sizeof *copy);
	ok = (a->unit && a->code && (copy || a->o.per != PER_COL)) || error_memory(err, name);
	ok = ok && tensor_new(&a->back, a->rows, a->cols, err);
	for (size_t k = 0; ok && k < a->units; k++)
		ok = unit_range(a, k, tensor_floats(x), copy, job, err) && affine_unit(&a->o, a->qmin, a->qmax, &a->unit[k], err);
	free(copy);
	if (!ok)
		return false;
	tell_units(a, r);
	if (!quantize_all(a, r, job, err))
		return false;
	tell_loss(a, r);
	return true;
}

struct record *affine_run(const struct tensor *x, const char *name, const struct affine_options *o, struct job *job, struct error *err)
{
	struct record *r;
	struct affine *a;
	bool ok;

	if (!checked(x, name, o, err))
		return NULL;
	r = record_new(&method_affine, err);
	if (!r)
		return NULL;
	a = r->affine = calloc(1, sizeof *a);
	if (a)
		a->o = *o;
	ok = a ? affine_codes(o, &a->qmin, &a->qmax, err) && fill(a, x, name, r, job, err) : error_memory(err, name);
	if (ok && r->failed)
		ok = error_memory(err, "the steps");
	if (ok)
		return r;
	record_drop(r);
	return NULL;
}

void affine_drop(struct affine *a)
{
	if (!a)
		return;
	tensor_drop(&a->x);
	tensor_drop(&a->back);
	free(a->unit);
	free(a->code);
	free(a);
}
