/*
 * test_methods.c - the arithmetic of spec/methods.md 0, 1 and 2: each number that is marked [C] there, counted.
 *
 * Integers, codes and flags exactly; reals as printed, to one unit of the last digit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "methods/affine.h"
#include "methods/calibrate.h"
#include "methods/fixed.h"
#include "methods/accumulate.h"
#include "methods/matmul.h"
#include "methods/method.h"

static unsigned counted;

/* A real as the text prints it. */
static void printed(double got, const char *as)
{
	const char *point = strchr(as, '.');
	int decimals = point ? (int)strspn(point + 1, "0123456789") : 0;
	double want = strtod(as, NULL), unit = pow(10, -decimals);
	const char *e = strpbrk(as, "eE");

	if (e)
		unit *= pow(10, atoi(e + 1));
	counted++;
	if (!(fabs(got - want) <= unit * 1.0000001))
		fail_msg("%.12g, where %s is printed", got, as);
}

static void whole(long long got, long long want)
{
	counted++;
	if (got != want)
		fail_msg("%lld, where %lld is printed", got, want);
}

static struct error err;

/* ---- 0 ---- */

static void generator_gives_the_printed_words(void **state)
{
	struct rng r = rng_seeded(0);

	(void)state;
	for (int i = 0; i < 3; i++) {
		static const uint64_t words[] = { 0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u, 0x06c45d188009454fu };

		assert_true(rng_next(&r) == words[i]);
		counted++;
	}
	r = rng_seeded(1);
	printed(rng_uniform(&r), "0.5665615751722809");
	printed(rng_uniform(&r), "0.7457817572627011");
	r = rng_seeded(1);
	printed(rng_gauss(&r), "1.4243480905156511");
	printed(rng_gauss(&r), "-0.6189042598785681");
	printed(rng_gauss(&r), "-0.5907667571367323");
}

static void roundings_part_at_ties_only(void **state)
{
	static const double x[] = { 2.5, -2.5, 3.5, 0.5, -0.5, 2.4, -2.6 };
	static const double want[4][7] = { { 2, -2, 4, 0, 0, 2, -3 }, { 3, -3, 4, 1, -1, 2, -3 }, { 3, -2, 4, 1, 0, 2, -3 }, { 2, -2, 3, 0, 0, 2, -2 } };
	struct rng r = rng_seeded(7);
	double sum = 0;

	(void)state;
	for (int m = 0; m < 4; m++)
		for (int i = 0; i < 7; i++) {
			assert_true(round_by((enum rounding)m, x[i], NULL) == want[m][i]);
			assert_int_equal(round_tie(x[i]), i < 5);
		}
	for (int i = 0; i < 10000; i++)
		sum += round_by(ROUND_SR, 2.25, &r);
	assert_true(fabs(sum / 10000 - 2.25) < 0.02);
	assert_true(round_by(ROUND_SR, 3, NULL) == 3);
}

static void fractions_stay_exact_or_say_that_they_are_not(void **state)
{
	struct fraction s = fraction_div(fraction_whole(10), fraction_whole(14)), r = fraction_of(3.4, false);

	(void)state;
	assert_true(s.num == 5 && s.den == 7);
	r = fraction_div(r, s);
	assert_true(r.num == 119 && r.den == 25);
	r = fraction_of((double)-0.6f, true);
	assert_true(r.num == -3 && r.den == 5);
	assert_int_equal(fraction_of((double)(1 / 3.0f), true).den, 0);
	assert_int_equal(fraction_mul(fraction_whole(INT64_MAX), fraction_whole(2)).den, 0);
	assert_int_equal(fraction_div(s, fraction_whole(0)).den, 0);
	assert_true(fraction_of(1000, true).num == 1000 && fraction_of(1e-5, false).den == 100000);
	assert_int_equal(fraction_of(INFINITY, false).den, 0);
}

/* ---- 1 ---- */

static struct tensor row_of(size_t n, const double *x)
{
	struct tensor t;

	assert_true(tensor_new(&t, 1, n, &err));
	for (size_t i = 0; i < n; i++)
		tensor_floats(&t)[i] = (float)x[i];
	return t;
}

static struct record *affine_of(struct affine_options o, const struct tensor *t)
{
	struct record *r = affine_run(t, "x", &o, NULL, &err);

	if (!r)
		fail_msg("%s", err.text);
	return r;
}

static struct affine_options affine_with(int bits, bool sym)
{
	struct affine_options o;

	affine_defaults(&o);
	o.bits = bits;
	o.sym = sym;
	return o;
}

#define AFFINE(o, ...) affine_row(o, sizeof((double[]){ __VA_ARGS__ }) / sizeof(double), (double[]){ __VA_ARGS__ })

static struct record *affine_row(struct affine_options o, size_t n, const double *x)
{
	struct tensor t = row_of(n, x);
	struct record *r = affine_of(o, &t);

	tensor_drop(&t);
	return r;
}

static void orders_part_at_250_where_the_scale_is_4(void **state)
{
	static const int code[] = { 67, 68 };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct affine_options o = affine_with(8, false);
		struct record *r;

		o.order = (enum order)k;
		o.has_range = true;
		o.lo = -20;
		o.hi = 1000;
		r = AFFINE(o, 250, -20, 1000, 0);
		assert_true(r->affine->unit[0].scale == 4 && r->affine->unit[0].zero == 5);
		whole(r->affine->code[0], code[k]);
		assert_true(record_find(r, "code", 0, SIZE_MAX)->flags & TRACE_TIE);
		assert_int_equal(r->affine->code[1], 0);
		assert_int_equal(r->affine->code[2], 255);
		assert_int_equal(r->affine->code[3], 5);
		record_drop(r);
	}
}

static void a_range_without_zero_is_widened(void **state)
{
	struct affine_options o = affine_with(8, false);
	struct record *r = AFFINE(o, 500, 1000);

	(void)state;
	printed(r->affine->unit[0].scale, "3.921569");
	assert_true(r->affine->unit[0].zero == 0);
	whole(r->affine->code[0], 128);
	whole(r->affine->code[1], 255);
	assert_true(record_find(r, "raw", 0, SIZE_MAX)->flags & TRACE_TIE);
	record_drop(r);
	o.order = ORDER_DOCUMENT;
	r = AFFINE(o, 500, 1000);
	printed(r->affine->unit[0].scale, "1.960784");
	whole((long long)record_find(r, "raw", 0, SIZE_MAX)->v, 255);
	whole((long long)record_find(r, "raw", 1, SIZE_MAX)->v, 510);
	assert_int_equal(r->affine->unit[0].clipped_hi, 1);
	whole((long long)(0 - nearbyint(500 / r->affine->unit[0].scale)), -255);
	record_drop(r);
}

static struct tensor gauss(uint64_t seed, size_t rows, size_t cols, bool ramp)
{
	struct rng r = rng_seeded(seed);
	struct tensor t;

	assert_true(tensor_new(&t, rows, cols, &err));
	for (size_t i = 0; i < rows * cols; i++)
		tensor_floats(&t)[i] = (float)(rng_gauss(&r) * (ramp ? ldexp(1, (int)(i / cols) - 4) : 1));
	return t;
}

static void finer_scales_lose_less(void **state)
{
	static const struct { int bits; const char *tensor, *row, *group; } want[] = {
		{ 8, "37.1158", "44.7497", "46.5106" }, { 4, "14.2546", "19.3700", "21.7737" },
		{ 3, "8.6285", "12.2069", "13.8730" }, { 2, "1.7150", "2.9869", "4.3799" },
	};
	struct tensor w = gauss(7, 8, 64, true);

	(void)state;
	for (int i = 0; i < 4; i++) {
		const char *const as[] = { want[i].tensor, want[i].row, want[i].group };
		static const enum per per[] = { PER_TENSOR, PER_ROW, PER_GROUP };

		for (int k = 0; k < 3; k++) {
			struct affine_options o = affine_with(want[i].bits, true);
			struct record *r;

			o.per = per[k];
			o.group = 16;
			r = affine_of(o, &w);
			printed(affine_loss(r->affine, 0, 8).snr, as[k]);
			if (want[i].bits == 8)
				printed(affine_bits(r->affine), ((const char *[]){ "8.0312", "8.25", "9.0" })[k]);
			if (want[i].bits == 4)
				printed(affine_bits(r->affine), ((const char *[]){ "4.0312", "4.25", "5.0" })[k]);
			for (size_t row = 0; want[i].bits == 4 && k == 0 && row < 8; row++) {
				double snr = affine_loss(r->affine, row, row + 1).snr;

				if (row < 4)
					printed(snr, "0");
				if (row == 7)
					printed(snr, "18.99");
			}
			for (size_t row = 0; want[i].bits == 4 && k == 1 && row < 8; row++) {
				double snr = affine_loss(r->affine, row, row + 1).snr;

				assert_true(snr > 17.55 && snr < 21.15);
				counted++;
			}
			record_drop(r);
		}
	}
	tensor_drop(&w);
}

static struct tensor with_outliers(void)
{
	struct tensor x = gauss(11, 1, 20000, false);

	for (int k = 0; k < 20; k++)
		tensor_floats(&x)[1000 * k] = k % 2 ? -8.0f : 8.0f;
	return x;
}

static struct calibration_options calibration_with(enum calibration_way way, int bits)
{
	return (struct calibration_options){ .way = way, .p = 99.9, .power = 2, .follow = 0.01, .bits = bits, .sym = true,
					     .qmin = -(1 << (bits - 1)) + 1, .qmax = (1 << (bits - 1)) - 1 };
}

static void calibration_chooses_as_printed(void **state)
{
	static const struct { enum calibration_way way; double p, power; const char *T[2], *snr[2]; int best[2]; } want[] = {
		{ CALIBRATE_MINMAX, 0, 2, { "8.000000", "8.000000" }, { "35.0707", "9.9256" }, { -1, -1 } },
		{ CALIBRATE_PERCENTILE, 99.9, 2, { "3.800394", "3.800394" }, { "17.7867", "14.0092" }, { -1, -1 } },
		{ CALIBRATE_PERCENTILE, 99.99, 2, { "8.000000", "8.000000" }, { "35.0707", "9.9256" }, { -1, -1 } },
		{ CALIBRATE_MSE, 0, 2, { "7.920000", "3.120000" }, { "35.0960", "14.2153" }, { 1, 61 } },
		{ CALIBRATE_MSE, 0, 2.4, { "8.000000", "4.880000" }, { "35.0707", "13.2650" }, { 0, 39 } },
		{ CALIBRATE_KL, 0, 2, { "8.001953", "3.685547" }, { "35.0673", "14.0578" }, { 2048, 943 } },
	};
	struct tensor x = with_outliers();

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		for (int k = 0; k < 2; k++) {
			struct calibration_options o = calibration_with(want[i].way, k ? 4 : 8);
			struct calibration c;

			o.p = want[i].p;
			o.power = want[i].power;
			assert_true(calibrate(tensor_floats(&x), 20000, &o, &c, NULL, NULL, &err));
			printed(c.hi, want[i].T[k]);
			assert_true(c.lo == -c.hi);
			printed(c.snr, want[i].snr[k]);
			if (want[i].way == CALIBRATE_MSE)
				whole((long long)c.best, want[i].best[k]);
			if (want[i].way == CALIBRATE_KL) {
				whole((long long)floor(c.hi / (8.0 / 2048)), want[i].best[k]);
				printed(c.curve[c.best].cost, k ? "0.0259222" : "0.0164123");
			}
			calibration_clear(&c);
		}
	tensor_drop(&x);
}

static void a_moving_range_follows_its_batches(void **state)
{
	struct tensor x = with_outliers();
	struct calibration_options o = calibration_with(CALIBRATE_MOVING, 8);
	struct calibration c;
	float batches[500];

	(void)state;
	for (int k = 0; k < 5; k++)
		memcpy(batches + 100 * k, tensor_floats(&x) + 100 * k, 100 * sizeof *batches);
	o.batch = 100;
	o.sym = false;
	o.qmin = 0;
	o.qmax = 255;
	assert_true(calibrate(batches, 500, &o, &c, NULL, NULL, &err));
	/* Printed are -2.2844942763 and 7.7764726691, of doubles; a tensor holds floats. */
	printed(c.lo, "-2.2844943");
	printed(c.hi, "7.7764727");
	calibration_clear(&c);
	tensor_drop(&x);
}

static void the_histogram_keeps_its_counts_when_it_is_folded(void **state)
{
	struct observer *o = calloc(1, sizeof *o);
	const float first[] = { 0.5f, -0.25f, 0.75f }, second[] = { 3, -3.5f };
	uint64_t sum = 0;

	(void)state;
	observer_see(o, first, 3);
	assert_true(o->reach == 1);
	assert_int_equal(o->bin[1536], 1);
	observer_see(o, second, 2);
	assert_true(o->reach == 4);
	assert_int_equal(o->bin[1024 + 128], 1);	/* 0.5 of 4, 512 bins a unit / 2 */
	for (int i = 0; i < OBSERVER_BINS; i++)
		sum += o->bin[i];
	assert_int_equal(sum, 5);
	assert_true(fabs(observer_center(o, 1024) - 4.0 / 2048) < 1e-12);
	free(o);
}

static void histograms_come_near_what_the_samples_say(void **state)
{
	struct tensor x = with_outliers();
	double T[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct calibration_options o = calibration_with(k ? CALIBRATE_HIST_L2 : CALIBRATE_HIST, 4);
		struct calibration c;

		o.batch = 1000;
		assert_true(calibrate(tensor_floats(&x), 20000, &o, &c, NULL, NULL, &err));
		T[k] = c.hi;
		assert_true(c.searched && c.points > 1 && c.curve[c.best].cost <= c.curve[0].cost);
		calibration_clear(&c);
	}
	assert_true(fabs(T[0] - 3.12) < 0.09);		/* the search over the samples takes 3.12 */
	assert_true(T[1] > 0 && T[1] <= 8.01);
	tensor_drop(&x);
}

static void affine_keeps_its_invariants(void **state)
{
	struct tensor w = gauss(7, 8, 64, true);

	(void)state;
	for (int bits = 2; bits <= 8; bits++)
		for (int sym = 0; sym < 2; sym++) {
			struct record *r = affine_of(affine_with(bits, sym), &w);
			const struct affine *a = r->affine;
			const struct unit *u = &a->unit[0];

			for (size_t i = 0; i < 512; i++) {
				double x = (double)tensor_floats(&w)[i], e = affine_back(u, a->code[i]) - x, q = x / u->scale + u->zero;

				if (q > (double)a->qmin - 0.5 && q < (double)a->qmax + 0.5)
					assert_true(fabs(e) <= u->scale / 2 * (1 + 1e-12));
			}
			assert_true(affine_back(u, affine_code(&a->o, u, a->qmin, a->qmax, 0, NULL, NULL, NULL)) == 0);
			for (int64_t q = a->qmin; q <= a->qmax; q++)
				assert_int_equal(affine_code(&a->o, u, a->qmin, a->qmax, affine_back(u, q), NULL, NULL, NULL), q);
			record_drop(r);
		}
	tensor_drop(&w);
}

/* worked-examples.md C, D4 */
static void the_walkie_talkie_has_its_numbers(void **state)
{
	struct affine_options o = affine_with(4, true);
	struct record *r;
	const struct number *n;

	(void)state;
	o.has_range = true;
	o.lo = -5;
	o.hi = 5;
	r = AFFINE(o, 3.4, 3.14159);
	n = record_find(r, "scale", SIZE_MAX, SIZE_MAX);
	assert_true(n->exact.num == 5 && n->exact.den == 7);
	n = record_find(r, "ratio", 0, SIZE_MAX);
	assert_true(n->exact.num == 119 && n->exact.den == 25);
	n = record_find(r, "back", 0, SIZE_MAX);
	assert_true(n->exact.num == 25 && n->exact.den == 7);
	assert_int_equal(r->affine->code[0], 5);
	assert_int_equal(r->affine->code[1], 4);
	record_drop(r);
	o.has_range = false;
	o.sym = false;
	o.codes = CODES_RESTRICTED;
	r = AFFINE(o, 3.4, -4.8, 4.9);
	assert_true(fabs(r->affine->unit[0].scale - 0.692857) < 1e-6 && r->affine->unit[0].zero == 0);
	record_drop(r);
	o = affine_with(4, true);
	r = AFFINE(o, -1.2, -0.6, 0.2, 1.0);		/* -0.6 is a tie: exactly -3.5 */
	assert_int_equal(r->affine->code[1], -4);
	assert_true(record_find(r, "code", 1, SIZE_MAX)->flags & TRACE_TIE);
	assert_false(record_find(r, "code", 2, SIZE_MAX)->flags & TRACE_TIE);
	record_drop(r);
	o.codes = CODES_FULL;
	r = AFFINE(o, -1.2, -0.6, 0.2, 1.0);
	assert_true(fabs(r->affine->unit[0].scale - 0.15) < 1e-7);
	assert_int_equal(r->affine->code[0], -8);
	assert_int_equal(r->affine->code[3], 7);
	record_drop(r);
}

static bool refused(struct affine_options o, enum error_class class, size_t n, const double *x)
{
	struct tensor t = row_of(n, x);
	struct record *r;

	memset(&err, 0, sizeof err);
	r = affine_run(&t, "x", &o, NULL, &err);
	tensor_drop(&t);
	record_drop(r);
	return !r && err.class == class && err.text[0];
}

#define REFUSED(o, class, ...) refused(o, class, sizeof((double[]){ __VA_ARGS__ }) / sizeof(double), (double[]){ __VA_ARGS__ })

static void bad_input_is_named(void **state)
{
	struct affine_options o = affine_with(8, true);
	struct calibration_options c = calibration_with(CALIBRATE_PERCENTILE, 8);
	struct calibration got;
	float one = 1;

	(void)state;
	assert_true(REFUSED(o, ERR_VALUE, 1, NAN));
	assert_string_equal(err.text, "x[0, 1] is nan");
	assert_true(REFUSED(o, ERR_VALUE, 1, INFINITY));
	o.bits = 1;
	assert_true(REFUSED(o, ERR_ARGUMENT, 1));
	o.bits = 17;
	assert_true(REFUSED(o, ERR_ARGUMENT, 1));
	o = affine_with(8, true);
	o.per = PER_GROUP;
	o.group = 2;
	assert_true(REFUSED(o, ERR_SHAPE, 1, 2, 3));
	o.group = 0;
	assert_true(REFUSED(o, ERR_SHAPE, 1, 2, 3));
	o = affine_with(8, true);
	o.has_range = true;
	o.lo = 1;
	o.hi = -1;
	assert_true(REFUSED(o, ERR_ARGUMENT, 1));
	o = affine_with(8, false);
	o.has_zero = true;
	o.zero = 256;
	assert_true(REFUSED(o, ERR_ARGUMENT, 1));
	o = affine_with(8, true);
	o.codes = CODES_UNSIGNED;
	assert_true(REFUSED(o, ERR_ARGUMENT, 1, -1));
	assert_true(REFUSED(affine_with(8, true), ERR_VALUE, 1e-40));
	c.p = 0;
	assert_false(calibrate(&one, 1, &c, &got, NULL, NULL, &err));
	c.p = 100.1;
	assert_false(calibrate(&one, 1, &c, &got, NULL, NULL, &err));
	c.p = 50;
	assert_false(calibrate(&one, 0, &c, &got, NULL, NULL, &err));
}

static void equal_numbers_and_zeros_are_legal(void **state)
{
	(void)state;
	for (int sym = 0; sym < 2; sym++) {
		struct record *r = AFFINE(affine_with(8, sym), 0, 0, 0);

		assert_true(r->affine->unit[0].scale == 1 && r->affine->code[1] == (int32_t)r->affine->unit[0].zero);
		assert_true(r->affine->unit[0].flags & TRACE_DEGENERATE);
		assert_true(affine_loss(r->affine, 0, 1).max == 0);
		record_drop(r);
		r = AFFINE(affine_with(8, sym), -3, -3);
		assert_true(affine_loss(r->affine, 0, 1).max < 1e-12);
		record_drop(r);
	}
}

/* ---- 2 ---- */

static void high_multiplies_and_shifts_are_as_printed(void **state)
{
	static const struct { int32_t a, b, want; } s[] = {
		{ 1 << 30, 1 << 30, 536870912 }, { 1, 1 << 30, 1 }, { -1, 1 << 30, 0 }, { 3, 1 << 30, 2 }, { -3, 1 << 30, -1 },
		{ INT32_MIN, INT32_MIN, 2147483647 }, { INT32_MAX, INT32_MAX, 2147483646 }, { INT32_MIN, INT32_MAX, -2147483647 }, { 46341, 46341, 1 },
	};
	static const struct { int32_t x; int n; int32_t want; } d[] = {
		{ 2, 2, 1 }, { -2, 2, -1 }, { 6, 2, 2 }, { -6, 2, -2 }, { 1, 1, 1 }, { -1, 1, -1 }, { INT32_MAX, 31, 1 }, { INT32_MIN, 31, -1 },
		{ -1004, 3, -126 },
	};
	static const struct { double M; int32_t m0; int e; } m[] = {
		{ 0.0314, 1078895785, -4 }, { 4.0 / 127, 1082196484, -4 }, { 0.5, 1073741824, 0 }, { 1, 1073741824, 1 }, { 1.0 / 3, 1431655765, -1 },
	};
	static const int32_t x[] = { 4, -4, 12, -12, 3, -3 }, two[] = { 1, -1, 2, -2, 1, 0 }, one[] = { 1, 0, 2, -1, 0, 0 };
	struct multiplier eighth = { 0 };

	(void)state;
	for (size_t i = 0; i < 9; i++)
		whole(srdhm(s[i].a, s[i].b), s[i].want);
	for (size_t i = 0; i < 9; i++)
		whole(rdbpot(d[i].x, d[i].n), d[i].want);
	for (size_t i = 0; i < 5; i++) {
		struct multiplier got = { 0 };

		assert_true(multiplier_of(m[i].M, &got));
		whole(got.m0, m[i].m0);
		whole(got.e, m[i].e);
	}
	assert_true(multiplier_of(1 / 8.0, &eighth));
	for (size_t i = 0; i < 6; i++) {
		whole(requant_two(x[i], eighth), two[i]);
		whole(requant_one(x[i], eighth), one[i]);
	}
	assert_false(multiplier_of(0x1p31, &eighth));
	assert_false(multiplier_of(0, &eighth));
	assert_false(multiplier_of(NAN, &eighth));
}

static void two_roundings_differ_from_one_as_often_as_printed(void **state)
{
	struct rng r = rng_seeded(5);
	struct multiplier m = { 2041813108, -5 };
	int differ = 0, by_more = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct multiplier k = { 0 };
		double M = rng_uniform(&r) * 0.03 + 1e-4;
		int32_t x = (int32_t)trunc((rng_uniform(&r) - 0.5) * 2e5);
		int64_t apart;

		assert_true(multiplier_of(M, &k));
		apart = requant_two(x, k) - requant_one(x, k);
		differ += apart != 0;
		by_more += apart > 1 || apart < -1;
	}
	whole(differ, 2001);
	whole(by_more, 0);
	printed(ldexp(2041813108.0, -31 - 5) * -28927, "-859.487");
	whole(requant_two(-28927, m), -860);
	whole(requant_one(-28927, m), -859);
}

static struct operand operand_from(const struct affine *a)
{
	struct operand p;

	assert_true(operand_new(&p, a->rows, a->cols, a->units, true, &err));
	for (size_t i = 0; i < a->rows * a->cols; i++) {
		p.code[i] = a->code[i];
		p.real[i] = (double)tensor_floats(&a->x)[i];
	}
	for (size_t k = 0; k < a->units; k++) {
		p.scale[k] = a->unit[k].scale;
		p.zero[k] = (int32_t)a->unit[k].zero;
	}
	strcpy(p.kind, "int8");
	return p;
}

static struct record *affine_matrix(struct affine_options o, size_t rows, size_t cols, const double *x)
{
	struct tensor t;
	struct record *r;

	assert_true(tensor_new(&t, rows, cols, &err));
	for (size_t i = 0; i < rows * cols; i++)
		tensor_floats(&t)[i] = (float)x[i];
	r = affine_of(o, &t);
	tensor_drop(&t);
	return r;
}

static const double A[] = { 0.5, -1.25, 2, 1.5, 0.25, -0.75 }, B[] = { 1, -0.5, 0.25, 2, -1.5, 0.75 };
static const struct matmul_options to_int8 = { .bits = 8, .acc = 32 };

static void the_full_example_comes_out_as_printed(void **state)
{
	static const int qa[] = { 9, -128, 127, 88, -10, -89 }, qb[] = { 85, -32, 21, 127, -127, 48 };
	static const int raw[] = { -18052, -10448, 18573, -8358 }, sum[] = { -18682, -6158, 17943, -4068 }, q[] = { -128, -55, 127, -36 };
	static const char *const back[] = { "-2.80392", "-1.22941", "2.69608", "-0.81961" };
	static const double exact[] = { -2.8125, -1.25, 2.6875, -0.8125 };
	struct affine_options o = affine_with(8, false);
	struct record *a, *b, *r;
	const struct matmul *m;

	(void)state;
	o.codes = CODES_FULL;
	a = affine_matrix(o, 2, 3, A);
	printed(a->affine->unit[0].scale, "0.01274509804");
	whole((long long)a->affine->unit[0].zero, -30);
	o = affine_with(8, true);
	o.per = PER_COL;
	b = affine_matrix(o, 3, 2, B);
	printed(b->affine->unit[0].scale, "0.01181102362");
	printed(b->affine->unit[1].scale, "0.01574803150");
	for (int i = 0; i < 6; i++) {
		whole(a->affine->code[i], qa[i]);
		whole(b->affine->code[i], qb[i]);
	}
	whole(qb[0] + qb[2] + qb[4], -21);
	whole(qb[1] + qb[3] + qb[5], 143);
	r = matmul_run(operand_from(a->affine), operand_from(b->affine), &to_int8, &err);
	assert_non_null(r);
	m = r->matmul;
	printed(m->exact_lo, "-2.8125");
	printed(m->exact_hi, "2.6875");
	printed(m->scale, "0.02156862745");
	whole(m->zero, 2);
	for (int i = 0; i < 4; i++) {
		whole(m->cell[i].raw, raw[i]);
		whole(m->cell[i].by_a, 30 * (i % 2 ? 143 : -21));
		whole(m->cell[i].sum, sum[i]);
		whole(m->cell[i].q, q[i]);
		whole(m->cell[i].two, q[i]);
		whole(m->cell[i].one, q[i]);
		printed(m->cell[i].back, back[i]);
		counted++;
		assert_true(m->cell[i].exact == exact[i]);
	}
	whole(m->cell[0].m.m0, 1918439222);
	whole(m->cell[0].m.e, -7);
	whole(m->cell[1].m.m0, 1278959481);
	whole(m->cell[1].m.e, -6);
	record_drop(r);
	record_drop(a);
	record_drop(b);
}

static void four_terms_add_up_as_printed(void **state)
{
	static const int qb[] = { 54, -55, -1, 127, -128, 36 }, raw[] = { -15642, -12179, 16154, -9314 }, by_a[] = { -2250, 3240 }, by_b[] = { 152, -209 };
	static const int sum[] = { -16030, -7077, 15405, -4573 };
	struct affine_options o = affine_with(8, false);
	struct record *a, *b, *r;

	(void)state;
	o.codes = CODES_FULL;
	a = affine_matrix(o, 2, 3, A);
	b = affine_matrix(o, 3, 2, B);
	printed(b->affine->unit[0].scale, "0.01372549020");
	whole((long long)b->affine->unit[0].zero, -19);
	for (int i = 0; i < 6; i++)
		whole(b->affine->code[i], qb[i]);
	r = matmul_run(operand_from(a->affine), operand_from(b->affine), &to_int8, &err);
	assert_non_null(r);
	for (int i = 0; i < 4; i++) {
		const struct product *p = &r->matmul->cell[i];

		whole(p->raw, raw[i]);
		whole(p->by_a, by_a[i % 2]);
		whole(p->by_b, by_b[i / 2]);
		whole(p->by_both, 1710);
		whole(p->sum, sum[i]);
	}
	record_drop(r);
	record_drop(a);
	record_drop(b);
}

static struct record *two_by_one_and_a_half(double s, struct matmul_options o)
{
	struct operand a, b;

	assert_true(operand_new(&a, 1, 1, 1, true, &err) && operand_new(&b, 1, 1, 1, true, &err));
	*a.real = 2;
	*b.real = 1.5;
	*a.scale = *b.scale = s;
	*a.code = (int32_t)nearbyint(2 / s);
	*b.code = (int32_t)nearbyint(1.5 / s);
	o.scale = s;
	return matmul_run(a, b, &o, &err);
}

/* worked-examples.md E2, E5 */
static void the_multiply_of_the_notes_is_checked(void **state)
{
	static const struct { double s; int q1, q2, q3; } want[] = {
		{ 0.0314, 64, 48, 96 }, { 0.03141592653589793, 64, 48, 97 }, { 4.0 / 127, 64, 48, 97 }, { 8.0 / 255, 64, 48, 96 }, { 0.0315, 63, 48, 95 },
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct record *r = two_by_one_and_a_half(want[i].s, to_int8);
		const struct product *p;

		assert_non_null(r);
		p = r->matmul->cell;
		assert_int_equal(*r->matmul->a.code, want[i].q1);
		assert_int_equal(*r->matmul->b.code, want[i].q2);
		assert_int_equal(p->q, want[i].q3);
		assert_int_equal(p->two, want[i].q3);
		assert_int_equal(p->one, want[i].q3);
		if (i == 0) {
			whole((long long)record_find(r, "printed", SIZE_MAX, SIZE_MAX)->v, -2976);
			whole(p->q, 96);
		}
		record_drop(r);
	}
}

static void accumulators_overflow_where_printed(void **state)
{
	static const struct { int a, b; size_t most; } want[] = { { 128, 128, 131071 }, { 127, 127, 133144 }, { 255, 127, 66311 }, { 255, 255, 33025 } };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t more = 0; more < 2; more++) {
			size_t K = want[i].most + more;
			struct operand a, b;
			struct matmul_options o = to_int8;
			struct record *r;

			assert_true(operand_new(&a, 1, K, 1, false, &err) && operand_new(&b, K, 1, 1, false, &err));
			for (size_t k = 0; k < K; k++) {
				a.code[k] = want[i].a;
				b.code[k] = want[i].b;
			}
			*a.scale = *b.scale = o.scale = 0.001;
			r = matmul_run(a, b, &o, &err);
			assert_non_null(r);
			counted += !more;
			assert_int_equal(!!(r->matmul->cell->flags & TRACE_OVERFLOW), more);
			record_drop(r);
		}
}

static struct fixed_options binary(int m, int n)
{
	return (struct fixed_options){ .m = m, .n = n };
}

/* Code and value of the last step. */
static void computes(struct fixed_options o, const char *text, int code, const char *back)
{
	struct record *r = fixed_run(text, &o, &err);
	const struct fixed_step *s;

	if (!r)
		fail_msg("%s: %s", text, err.text);
	s = &r->fixed->step[r->fixed->steps - 1];
	whole(s->code, code);
	if (back)
		printed(s->back, back);
	record_drop(r);
}

static void fixed_point_is_as_printed(void **state)
{
	struct fixed_options hundred = { .scale = 100 };
	struct record *r;

	(void)state;
	computes(binary(3, 4), "0.5", 8, NULL);
	computes(binary(3, 4), "1.75", 28, NULL);
	computes(binary(3, 4), "3.14159", 50, "3.125");
	computes(binary(3, 4), "-0.3", -5, "-0.3125");
	computes(binary(3, 4), "1.75 * 0.5", 14, "0.875");
	computes(binary(3, 4), "1.75 * -0.3", -9, "-0.5625");
	computes(binary(7, 8), "3.14159", 804, NULL);
	computes(binary(7, 8), "-2.5", -640, NULL);
	computes(binary(7, 8), "3.14159 * -2.5", -2010, "-7.8515625");
	computes(binary(7, 8), "3.14159 / -2.5", -322, "-1.2578125");
	computes(binary(0, 7), "1.75", 127, "0.9921875");
	computes(hundred, "0.001", 0, NULL);
	computes(binary(0, 15), "0.001", 33, "0.001007");
	computes(hundred, "0.5 * 0.5", 25, "0.25");
	r = fixed_run("1.75 * 0.5", &(struct fixed_options){ .m = 3, .n = 4 }, &err);
	whole((long long)r->fixed->step[2].raw, 224);
	record_drop(r);
	r = fixed_run("1.75 * -0.3", &(struct fixed_options){ .m = 3, .n = 4 }, &err);
	whole((long long)r->fixed->step[2].raw, -140);
	printed(r->fixed->step[2].real, "-0.525");
	record_drop(r);
	r = fixed_run("3.14159 * -2.5", &(struct fixed_options){ .m = 7, .n = 8 }, &err);
	whole((long long)r->fixed->step[2].raw, -514560);
	printed(r->fixed->step[2].real, "-7.853975");
	record_drop(r);
	r = fixed_run("1.75", &(struct fixed_options){ .m = 0, .n = 7 }, &err);
	assert_true(r->fixed->step[0].flags & TRACE_SAT);
	record_drop(r);
	hundred.forget = true;
	computes(hundred, "0.5 * 0.5", 2500, NULL);
}

static void expressions_are_read_as_usual(void **state)
{
	struct fixed_options o = binary(15, 8);
	static const char *const bad[] = { "", "1 +", "(1", "1)", "x", "1 2", "1..2", "--", "1e999", "((((((((((((((((((((((((((((((((((((((((((((1" };

	(void)state;
	computes(o, "1 + 2 * 3 - 4 / 2", 5 * 256, NULL);
	counted--;
	computes(o, "-(1 + 2) * (3 - 5)", 6 * 256, NULL);
	counted--;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		memset(&err, 0, sizeof err);
		assert_null(fixed_run(bad[i], &o, &err));
		assert_int_equal(err.class, ERR_SYNTAX);
	}
	assert_null(fixed_run("1 / 0", &o, &err));
	assert_int_equal(err.class, ERR_VALUE);
	{
		int m, n;

		assert_true(fixed_format("3.4", &m, &n, &err) && m == 3 && n == 4);
		assert_true(fixed_format("Q7.10", &m, &n, &err) && m == 7 && n == 10);
		assert_false(fixed_format("3", &m, &n, &err));
		assert_false(fixed_format("30.4", &m, &n, &err));
		assert_false(fixed_format("-3.4", &m, &n, &err));
		assert_false(fixed_format("0.0", &m, &n, &err));
	}
}

static void matmul_refuses_what_has_no_meaning(void **state)
{
	struct operand a, b;
	struct matmul_options o = to_int8;

	(void)state;
	assert_true(operand_new(&a, 2, 3, 1, false, &err) && operand_new(&b, 2, 3, 1, false, &err));
	assert_null(matmul_run(a, b, &o, &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_null(two_by_one_and_a_half(-1, o));
	assert_int_equal(err.class, ERR_ARGUMENT);
	o.has_zero = true;
	o.zero = 128;
	assert_null(two_by_one_and_a_half(0.0314, o));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_null(two_by_one_and_a_half(1e11, to_int8));
	assert_int_equal(err.class, ERR_VALUE);
}

/* ---- 7.4: sums in few bits ---- */

static void narrow_sums_lose_as_printed(void **state)
{
	static const struct { uint64_t seed; bool uniform; const char *narrow, *promoted; } cases[] = {
		{ 41, true, "-7.522", "-0.0586" }, { 42, false, "-0.0495", "0.0164" },
	};
	float *x = malloc(8192 * sizeof *x);

	(void)state;
	for (size_t c = 0; c < 2; c++) {
		struct rng rng = { cases[c].seed };
		struct record *r;

		for (size_t i = 0; i < 8192; i++)	/* all a, then all b */
			x[i] = (float)(cases[c].uniform ? rng_uniform(&rng) : rng_gauss(&rng));
		r = accumulate_run(x, x + 4096, 4096, &(struct accumulate_options){ .acc_bits = 14, .every = 128 }, &err);
		assert_non_null(r);
		printed(record_find(r, "lost", SIZE_MAX, SIZE_MAX)->v, cases[c].narrow);
		printed(record_find(r, "lost_promoted", SIZE_MAX, SIZE_MAX)->v, cases[c].promoted);
		record_drop(r);
	}
	free(x);
}

static struct accumulation *summed(const float *a, const float *b, size_t n, int bits, size_t every, struct record **r)
{
	*r = accumulate_run(a, b, n, &(struct accumulate_options){ .acc_bits = bits, .every = every }, &err);
	assert_non_null(*r);
	return (*r)->accumulation;
}

static void narrow_sums_are_exact_where_nothing_is_cut(void **state)
{
	static const float a[] = { 448, -448, 1, 2 }, b[] = { 1, 1, 1, 448 }, zero[] = { 0, 0, 0, 0 };
	static float ones[300], one[] = { -3 }, two[] = { 0.5f };
	struct record *r;
	struct accumulation *s;

	(void)state;
	s = summed(a, b, 4, 24, 1, &r);		/* 448 - 448 + 1 + 896: all factors are 8-bit floats, and 24 bits hold them */
	assert_true(s->exact == 897 && s->narrow == 897 && s->promoted == 897 && s->parts == 4);
	record_drop(r);
	s = summed(zero, b, 4, 14, 128, &r);
	assert_true(s->sa == 1 && s->exact == 0 && s->narrow == 0 && s->promoted == 0 && accumulate_lost(s->narrow, s->exact) == 0);
	record_drop(r);
	s = summed(one, two, 1, 24, 128, &r);
	assert_true(fabs(s->exact + 1.5) < 1e-12 && s->narrow == s->exact);
	record_drop(r);
	for (size_t i = 0; i < 300; i++)
		ones[i] = 1;
	/* 448^2 = 49 x 2^12, and 49 has six bits: five of them are less. Never more than the exact sum. */
	s = summed(ones, ones, 300, 5, 128, &r);
	assert_true(s->parts == 3 && s->part[2].upto == 300 && s->narrow < s->promoted && s->promoted < s->exact);
	assert_true(s->part[0].upto == 128 && fabs(s->exact - 300) < 1e-4);
	record_drop(r);
	assert_null(accumulate_run(a, b, 4, &(struct accumulate_options){ .acc_bits = 3, .every = 1 }, &err));
	assert_null(accumulate_run(a, b, 4, &(struct accumulate_options){ .acc_bits = 14, .every = 0 }, &err));
}

/* All 256 codes are kept as they are; ties go to the even one; the smallest subnormal is 2^-9. */
static void eight_bit_floats_are_rounded_to_the_nearest(void **state)
{
	(void)state;
	for (int code = 0; code < 127; code++) {
		int e = code >> 3, m = code & 7;
		double v = e ? ldexp(8 + m, e - 10) : ldexp(m, -9), next = (code + 1) >> 3 ? ldexp(8 + ((code + 1) & 7), ((code + 1) >> 3) - 10) : ldexp(m + 1, -9);

		assert_true((double)e4m3_nearest(v) == v && (double)e4m3_nearest(-v) == -v);
		if (code < 126)
			assert_true((double)e4m3_nearest((v + next) / 2) == (code % 2 ? next : v));
	}
	assert_true(e4m3_nearest(1e6) == 448 && e4m3_nearest(-500) == -448);
}

static void every_number_marked_c_was_counted(void **state)
{
	(void)state;
	print_message("# %u numbers marked [C] in methods 0, 1 and 2 were worked out again\n", counted);
	assert_true(counted > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generator_gives_the_printed_words),
		cmocka_unit_test(roundings_part_at_ties_only),
		cmocka_unit_test(fractions_stay_exact_or_say_that_they_are_not),
		cmocka_unit_test(orders_part_at_250_where_the_scale_is_4),
		cmocka_unit_test(a_range_without_zero_is_widened),
		cmocka_unit_test(finer_scales_lose_less),
		cmocka_unit_test(calibration_chooses_as_printed),
		cmocka_unit_test(a_moving_range_follows_its_batches),
		cmocka_unit_test(the_histogram_keeps_its_counts_when_it_is_folded),
		cmocka_unit_test(histograms_come_near_what_the_samples_say),
		cmocka_unit_test(affine_keeps_its_invariants),
		cmocka_unit_test(the_walkie_talkie_has_its_numbers),
		cmocka_unit_test(bad_input_is_named),
		cmocka_unit_test(equal_numbers_and_zeros_are_legal),
		cmocka_unit_test(high_multiplies_and_shifts_are_as_printed),
		cmocka_unit_test(two_roundings_differ_from_one_as_often_as_printed),
		cmocka_unit_test(the_full_example_comes_out_as_printed),
		cmocka_unit_test(four_terms_add_up_as_printed),
		cmocka_unit_test(the_multiply_of_the_notes_is_checked),
		cmocka_unit_test(accumulators_overflow_where_printed),
		cmocka_unit_test(fixed_point_is_as_printed),
		cmocka_unit_test(expressions_are_read_as_usual),
		cmocka_unit_test(matmul_refuses_what_has_no_meaning),
		cmocka_unit_test(narrow_sums_lose_as_printed),
		cmocka_unit_test(narrow_sums_are_exact_where_nothing_is_cut),
		cmocka_unit_test(eight_bit_floats_are_rounded_to_the_nearest),
		cmocka_unit_test(every_number_marked_c_was_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
