/* test_engine.c - the engine: roundings, traces, teaching codecs, errors, threads, measuring. Bytes: check_vectors.c */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/half.h"
#include "base/pool.h"
#include "base/rng.h"
#include "engine/encode.h"
#include "engine/kernel.h"
#include "engine/measure.h"
#include "engine/trace.h"

static struct error err;

/* ---- helpers ---- */

static struct tensor row_of(const float *x, size_t rows, size_t cols)
{
	struct tensor t;

	assert_true(tensor_new(&t, rows, cols, &err));
	memcpy(tensor_floats(&t), x, rows * cols * sizeof *x);
	return t;
}

/* Normal numbers; every eighth row is of another kind, so that odd paths are walked too. */
static struct tensor weights(size_t rows, size_t cols, uint64_t seed)
{
	struct rng r = rng_seeded(seed);
	struct tensor t;

	assert_true(tensor_new(&t, rows, cols, &err));
	for (size_t i = 0; i < rows; i++)
		for (size_t k = 0; k < cols; k++) {
			float *x = tensor_floats(&t) + i * cols + k, g = (float)rng_gauss(&r);

			switch (i % 8) {
			case 1: *x = 0; break;
			case 2: *x = -0.7f; break;
			case 3: *x = k == 5 ? 3 : 0; break;
			case 4: *x = (float)((int)(k % 17) - 8) / 2; break;
			case 5: *x = 2 + g / 4; break;
			case 6: *x = 1e-8f * g; break;
			default: *x = 0.02f * g;
			}
		}
	return t;
}

static char *why_of(const struct trace *t, const char *asked, size_t end)
{
	const struct trace_event *e;
	struct text out = { 0 };
	char name[16];
	size_t i;

	assert_true(trace_parse_name(asked, name, &i));
	e = trace_find(t, name, i, end);
	assert_non_null(e);
	trace_why(t, e, &out);
	return text_take(&out);
}

static void assert_why(const struct trace *t, const char *asked, size_t end, const char *want)
{
	char *got = why_of(t, asked, end);

	assert_string_equal(got, want);
	free(got);
}

static void assert_said(const struct trace *t, size_t step, const char *name, const char *say)
{
	assert_true(step < t->steps);
	assert_string_equal(t->step[step].name, name);
	assert_string_equal(t->step[step].say, say);
}

static struct tensor four_weights(size_t cols)
{
	static const float x[] = { -1.2f, -0.6f, 0.2f, 1.0f };
	struct tensor four = row_of(x, 1, 4), padded;

	assert_true(tensor_pad(&four, PAD_ZERO, cols, &padded, &err));
	tensor_drop(&four);
	return padded;
}

/* ---- roundings ---- */

static void round_even_follows_its_bits_outside_its_domain(void **state)
{
	static const struct { float f; int32_t want; } t[] = {
		{ 0.5f, 0 }, { 1.5f, 2 }, { -0.5f, 0 }, { -2.5f, -2 }, { 4194303, 4194303 },
		{ 4194304, -4194304 }, { 5e6f, -3791456 }, { -5e6f, 2582912 }, { 1e8f, 1489952 }, { -1e8f, -1655776 },
		{ 1e20f, -1214228 }, { -1e20f, -1214228 }, { 3.40282347e38f, 4194303 }, { -3.40282347e38f, 4194303 },
		{ INFINITY, -4194304 }, { -INFINITY, -4194304 }, { NAN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_int_equal(round_even(t[i].f), t[i].want);
}

static void round_away_and_truncation_keep_their_edges(void **state)
{
	(void)state;
	assert_true(round_away(0.49999997f) == 0);
	assert_true(round_away(-0.5f) == -1 && round_away(2.5f) == 3 && round_away(-1.5f) == -2);
	assert_int_equal(trunc_int(-1.99f), -1);
	assert_int_equal(trunc_int(NAN), INT32_MIN);
	assert_int_equal(trunc_int(INFINITY), INT32_MIN);
	assert_int_equal(trunc_int(2147483648.0f), INT32_MIN);
	assert_int_equal(trunc_int(-2147483648.0f), INT32_MIN);
	assert_int_equal(low_byte(200), -56);
}

/* Independent of the conversion: by arithmetic on the fields. */
static double half_by_fields(uint16_t h)
{
	int e = h >> 10 & 31, f = h & 1023;
	double v = e ? ldexp(1024 + f, e - 25) : ldexp(f, -24);

	return h >> 15 ? -v : v;
}

static void halves_survive_the_way_to_float_and_back(void **state)
{
	(void)state;
	for (uint32_t h = 0; h < 65536; h++) {
		float f = f32_from_f16((uint16_t)h);

		if ((h & 0x7C00) == 0x7C00)
			continue;
		assert_true(f == half_by_fields((uint16_t)h));
		assert_int_equal(f16_from_f32(f), h);
		assert_int_equal(bf16_from_f32(f32_from_bf16((uint16_t)h)), h);
	}
	assert_int_equal(f16_from_f32(NAN) & 0x7FFF, 0x7E00);
	assert_int_equal(f16_from_f32(-INFINITY), 0xFC00);
	assert_int_equal(float_bits(f32_from_f16(0x7C01)), 0x7FC02000);
	assert_int_equal(f16_from_f32(65519.996f), 0x7BFF);
	assert_int_equal(f16_from_f32(65520), 0x7C00);
	assert_int_equal(f16_from_f32(0x1p-25f), 0);
	assert_int_equal(f16_from_f32(-0x1.000002p-25f), 0x8001);
	assert_int_equal(bf16_from_f32(3.40282347e38f), 0x7F80);
	assert_int_equal(bf16_from_f32(float_from_bits(0x7F800001)), 0x7FC0);
}

/* Between two neighbouring halves the nearer one is taken, and of a tie the even one. */
static void conversion_to_half_takes_the_nearest_and_ties_to_even(void **state)
{
	struct rng r = rng_seeded(3);

	(void)state;
	for (uint32_t h = 0; h < 0x7BFF; h++) {
		float a = f32_from_f16((uint16_t)h), b = f32_from_f16((uint16_t)(h + 1)), middle = (a + b) / 2;
		float some = a + (float)rng_uniform(&r) * (b - a);

		assert_int_equal(f16_from_f32(middle), h + (h & 1));
		assert_int_equal(f16_from_f32(nextafterf(middle, a)), h);
		assert_int_equal(f16_from_f32(nextafterf(middle, b)), h + 1);
		assert_int_equal(f16_from_f32(-some), 0x8000 | (some > middle || (some == middle && h & 1) ? h + 1 : h));
	}
}

/* ---- what the pages show ---- */

static void q4_0_of_four_weights_is_told_in_six_steps(void **state)
{
	struct tensor x = four_weights(32);
	struct trace t;

	(void)state;
	assert_true(trace_encode(&t, &codec_q4_0, &x, 0, 28, NULL, 0, &err));
	assert_int_equal(t.steps, 6);
	assert_int_equal(t.padding, 28);
	assert_said(&t, 0, "find", "find the weight furthest from zero: x[0] = -1.2");
	assert_said(&t, 1, "scale", "step size: d = -1.2 / -8 = 0.15");
	assert_said(&t, 2, "half", "round the step to 16 bits: d = 0.150024");
	assert_said(&t, 3, "round", "round: code = floor(x/d + 8.5), kept within 0..15");
	assert_string_equal(t.step[4].name, "pack");
	assert_said(&t, 5, "decode", "decode and compare: rmse 0.0354074, largest error 0.0501709 at x[3]");
	assert_why(&t, "code[3]", trace_end(&t, 3), "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15\n");
	assert_why(&t, "code[3]", t.events, "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15\n");
	assert_why(&t, "d", trace_end(&t, 1), "d = -1.2 / -8 = 0.15\n");
	assert_why(&t, "d", t.events, "d = 0.15 rounded to 16 bits = 0.150024 (f16 0x30cd)\n");
	assert_why(&t, "back[2]", t.events, "back[2] = (9 - 8) x 0.150024 = 0.150024\n");
	assert_why(&t, "error[2]", t.events, "error[2] = 0.150024 - 0.2 = -0.0499756\n");
	assert_null(trace_find(&t, "error", 4, t.events));
	assert_null(trace_find(&t, "back", 2, trace_end(&t, 4)));
	trace_drop(&t);
	tensor_drop(&x);
}

static void int4_and_uint4_of_four_weights_have_the_codes_of_the_pages(void **state)
{
	static const int int_codes[] = { -7, -4, 1, 6 }, uint_codes[] = { 0, 4, 9, 15 };
	struct tensor x = four_weights(4), q;
	struct loss loss;
	struct trace t;

	(void)state;
	assert_true(trace_encode(&t, &codec_int4, &x, 0, 0, NULL, 0, &err));
	for (size_t i = 0; i < 4; i++)
		assert_true(trace_result(trace_find(&t, "code", i, t.events)) == int_codes[i]);
	assert_why(&t, "scale", t.events, "scale = 1.2 / 7 = 0.171429\n");
	assert_why(&t, "code[1]", t.events, "code[1] = round(-0.6 / 0.171429) = round(-3.5) = -4   TIE\n");
	trace_drop(&t);

	assert_true(trace_encode(&t, &codec_uint4, &x, 0, 0, NULL, 0, &err));
	for (size_t i = 0; i < 4; i++)
		assert_true(trace_result(trace_find(&t, "code", i, t.events)) == uint_codes[i]);
	assert_why(&t, "scale", t.events, "scale = (1 - (-1.2)) / (15 - 0) = 0.146667\n");
	assert_why(&t, "zero", t.events, "zero = 0 - round(-1.2 / 0.146667) = 0 - round(-8.1818) = 8\n");
	assert_why(&t, "code[1]", t.events, "code[1] = round(-0.6 / 0.146667) + 8 = round(-4.0909) + 8 = -4 + 8 = 4\n");
	trace_drop(&t);

	assert_true(tensor_encode(&codec_int4, &x, 0, NULL, NULL, &q, &err));
	assert_int_equal(tensor_bytes(&q), 6);
	assert_true(measure_loss(&q, &x, 0, NULL, NULL, 0, NULL, &loss, &err));
	assert_true(fabs(loss.rmse - 0.0474) < 0.00005);
	tensor_drop(&q);
	assert_true(tensor_encode(&codec_uint4, &x, 0, NULL, NULL, &q, &err));
	assert_int_equal(tensor_bytes(&q), 7);
	assert_true(measure_loss(&q, &x, 0, NULL, NULL, 0, NULL, &loss, &err));
	assert_true(fabs(loss.rmse - 0.0333) < 0.00005);
	tensor_drop(&q);
	tensor_drop(&x);
}

/* worked-examples.md D4: step 1.2/8 on the full codes. */
static void int4_takes_the_full_codes_when_asked(void **state)
{
	static const float want[] = { -1.2f, -0.6f, 0.15f, 1.05f };
	struct codec_options o = { .code_lo = -8, .code_hi = 7 };
	struct tensor x = four_weights(4), q;
	int code[16];
	float level[16];

	(void)state;
	assert_true(tensor_encode(&codec_int4, &x, 0, &o, NULL, &q, &err));
	for (size_t i = 0; i < 4; i++)
		assert_true(fabsf(tensor_get(&q, i) - want[i]) < 1e-6f);
	assert_int_equal(codec_int4.levels(&codec_int4, tensor_block(&q, 0), 4, 0, code, level, 16), 16);
	assert_int_equal(code[0], -8);
	tensor_drop(&q);
	assert_true(tensor_encode(&codec_int4, &x, 0, NULL, NULL, &q, &err));
	assert_int_equal(codec_int4.levels(&codec_int4, tensor_block(&q, 0), 4, 0, code, level, 16), 15);
	assert_int_equal(code[0], -7);
	assert_true(fabsf(level[14] - 1.2f) < 1e-6f);
	tensor_drop(&q);
	tensor_drop(&x);
}

/* worked-examples.md A9-A14: 0..1000 and -20..1000 in 8 bits. */
static void uint8_widens_its_range_until_it_holds_zero(void **state)
{
	static const float x[] = { -20, 1000, 250, 0 }, high[] = { 500, 1000, 750, 600 };
	struct tensor t = row_of(x, 1, 4), h = row_of(high, 1, 4);
	struct trace trace;

	(void)state;
	assert_true(trace_encode(&trace, &codec_uint8, &t, 0, 0, NULL, 0, &err));
	assert_true(trace_result(trace_find(&trace, "scale", SIZE_MAX, trace.events)) == 4);
	assert_true(trace_result(trace_find(&trace, "zero", SIZE_MAX, trace.events)) == 5);
	assert_true(trace_result(trace_find(&trace, "code", 0, trace.events)) == 0);
	assert_true(trace_result(trace_find(&trace, "code", 1, trace.events)) == 255);
	assert_true(trace_result(trace_find(&trace, "code", 2, trace.events)) == 67);	/* 62.5 to even, then + 5 */
	trace_drop(&trace);
	assert_true(trace_encode(&trace, &codec_uint8, &h, 0, 0, NULL, 0, &err));
	assert_why(&trace, "lowest[0]", trace.events, "lowest[0] = min(0, 500) = 0: 0 has to be reached\n");
	assert_true(trace_result(trace_find(&trace, "code", 0, trace.events)) == 128);
	assert_true(trace_result(trace_find(&trace, "zero", SIZE_MAX, trace.events)) == 0);
	trace_drop(&trace);
	tensor_drop(&t);
	tensor_drop(&h);
}

/* The block of the page (interaction.md 9.5): its scales decode by hand. */
static void why_of_a_scale_names_the_bits_that_hold_it(void **state)
{
	static const unsigned char head[] = {
		0x07, 0x06, 0x98, 0x12, 0xf7, 0xf3, 0xff, 0xb4, 0xb4, 0xad, 0xff, 0xe8, 0x86, 0xc6, 0x5c, 0x2e,
	};
	static const int sc[] = { 55, 51, 63, 52, 54, 54, 60, 46 }, m[] = { 52, 45, 63, 40, 40, 44, 53, 50 };
	struct tensor q;
	struct trace t;

	(void)state;
	assert_true(tensor_new_blocks(&q, &codec_q4_K, 1, 256, 0, &err));
	memcpy(tensor_block(&q, 0), head, sizeof head);
	assert_true(trace_decode(&t, &q, 0, &err));
	for (size_t j = 0; j < 8; j++) {
		assert_true(trace_result(trace_find(&t, "sc", j, t.events)) == sc[j]);
		assert_true(trace_result(trace_find(&t, "m", j, t.events)) == m[j]);
	}
	assert_why(&t, "sc[5]", t.events,
		   "sc[5] = 54 = 6 + 3 x 16      six bits, kept in two places\n"
		   "  low 4 bits    0110   block byte 13 (c6) bits 0-3\n"
		   "  high 2 bits   11     block byte  5 (f3) bits 6-7\n"
		   "scale[5] = 0.00009197 x 54 = 0.004966\n");
	assert_why(&t, "sc[1]", t.events,
		   "sc[1] = 51      six bits, in one place\n"
		   "  all 6 bits    110011   block byte  5 (f3) bits 0-5\n"
		   "scale[1] = 0.00009197 x 51 = 0.00469\n");
	assert_why(&t, "m[5]", t.events,
		   "m[5] = 44 = 12 + 2 x 16      six bits, kept in two places\n"
		   "  low 4 bits    1100   block byte 13 (c6) bits 4-7\n"
		   "  high 2 bits   10     block byte  9 (ad) bits 6-7\n"
		   "min[5] = 0.0008049 x 44 = 0.03542\n");
	trace_drop(&t);
	tensor_drop(&q);
}

static void q4_K_is_told_in_the_steps_of_its_method(void **state)
{
	static const char *const names[] = { "search", "super", "scales", "round", "pack", "decode" };
	struct codec_options o = { 0 };
	float ones[256];
	struct tensor x = weights(1, 256, 1);
	struct trace t;

	(void)state;
	for (int i = 0; i < 256; i++)
		ones[i] = 1;
	for (int weighted = 0; weighted < 2; weighted++) {
		o.importance = weighted ? ones : NULL;
		assert_true(trace_encode(&t, &codec_q4_K, &x, 0, 0, &o, 0, &err));
		assert_int_equal(t.steps, 6);
		for (size_t i = 0; i < 6; i++)
			assert_string_equal(t.step[i].name, names[i]);
		/* The found scale, then the coded one, then the one read back: one name. */
		assert_non_null(trace_find(&t, "scale", 3, trace_end(&t, 0)));
		assert_non_null(trace_find(&t, "sc", 3, trace_end(&t, 2)));
		trace_drop(&t);
	}
	tensor_drop(&x);
}

/* The cost of each candidate is what its scale and minimum really cost; the taken one costs least. */
static void candidates_of_the_q4_K_search_cost_what_they_say(void **state)
{
	struct tensor x = weights(1, 256, 7);
	double least[8];
	struct trace t;
	size_t candidates = 0;

	(void)state;
	assert_true(trace_encode(&t, &codec_q4_K, &x, 0, 0, NULL, 0, &err));
	for (int j = 0; j < 8; j++)
		least[j] = INFINITY;
	for (size_t k = 0; k < t.events; k++) {
		const struct trace_event *e = &t.event[k];
		double cost = 0;

		if (e->kind != TRACE_TRY_AFFINE)
			continue;
		candidates++;
		for (size_t i = e->sub * 32; i < e->sub * 32 + 32; i++) {
			double w = trace_result(trace_find(&t, "w", i, t.events));
			double code = fmax(0, fmin(15, nearbyint((float)e->v[1] * (t.x[i] - (float)e->v[2]))));
			double back = e->v[3] * code + e->v[4];

			cost += w * (back - t.x[i]) * (back - t.x[i]);
		}
		assert_true(fabs(cost - e->v[5]) <= 1e-4 * cost);
		assert_int_equal((e->flags & TRACE_BEST) != 0, e->v[5] < least[e->sub]);
		if (e->flags & TRACE_BEST) {
			least[e->sub] = e->v[5];
			least[e->sub] = e->v[5];
		}
	}
	assert_int_equal(candidates, 8 * 22);
	trace_drop(&t);
	tensor_drop(&x);
}

static void a_search_for_a_symmetric_step_has_nineteen_candidates(void **state)
{
	struct tensor x = weights(1, 64, 5);
	struct codec_options o = { 0 };
	float importance[64];
	struct trace t;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 64; i++)
		importance[i] = 1 + (float)(i % 5);
	o.importance = importance;
	assert_true(trace_encode(&t, &codec_q4_0, &x, 0, 0, &o, 1, &err));
	for (size_t k = 0; k < t.events; k++)
		n += t.event[k].kind == TRACE_TRY_SYM;
	assert_int_equal(n, 19);
	assert_string_equal(t.step[0].name, "weigh");
	assert_string_equal(t.step[1].name, "search");
	trace_drop(&t);
	tensor_drop(&x);
}

/* ---- what holds for every codec ---- */

static bool same_number(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static void check_trace(const struct codec *c, const struct trace *t, const struct tensor *blocks, size_t block)
{
	unsigned char *seen = calloc(t->n_bytes, 8);

	assert_memory_equal(t->bytes, tensor_block(blocks, block), t->n_bytes);
	for (size_t k = 0; k < t->events; k++) {
		const struct trace_event *e = &t->event[k];
		char name[40];
		double v;

		if (trace_again(e, &v) && !same_number(v, trace_result(e)))
			fail_msg("%s block %zu: %s is %.9g but its derivation gives %.9g", c->name, block,
				 trace_name(e, name, sizeof name), trace_result(e), v);
		for (int s = 0; s < TRACE_SPANS && e->at[s].bits && !(e->flags & TRACE_SHARED); s++)
			for (uint32_t b = e->at[s].bit; b < e->at[s].bit + e->at[s].bits; b++) {
				assert_true(b < t->n_bytes * 8);
				if (seen[b]++)
					fail_msg("%s block %zu: bit %u belongs to %s and to another", c->name, block, b,
						 trace_name(e, name, sizeof name));
			}
	}
	for (size_t b = 0; b < t->n_bytes * 8; b++)
		if (!seen[b])
			fail_msg("%s block %zu: bit %zu belongs to nothing", c->name, block, b);
	for (size_t i = 0; i < t->len; i++) {
		const struct trace_event *e = trace_find(t, "back", i, t->events);
		float back = tensor_get(blocks, block * t->len + i);

		assert_non_null(e);
		assert_true(same_number(trace_result(e), t->y[i]) && same_number(t->y[i], back));
	}
	for (size_t k = 0; k < t->steps; k++)
		assert_non_null(t->step[k].say);
	free(seen);
}

/* Of the teaching codecs: the place that is rounded is the weight in units of the scale. */
static void check_places(const struct trace *t)
{
	for (size_t k = 0; k < t->events; k++) {
		const struct trace_event *e = &t->event[k];
		double place = e->kind == TRACE_CODE_INT ? e->v[2] : e->v[3];

		if (e->kind == TRACE_CODE_INT || e->kind == TRACE_CODE_UINT)
			assert_true(fabs(place - e->v[0] / e->v[1]) <= 1e-14 * fabs(place));
	}
}

static void check_codec(const struct codec *c, const struct codec_options *o, size_t rows, size_t cols, size_t group)
{
	struct tensor x = weights(rows, cols, 11), q;
	struct trace t;

	if (!tensor_encode(c, &x, group, o, NULL, &q, &err))
		fail_msg("%s: %s", c->name, err.text);
	for (size_t b = 0; b < tensor_blocks(&q); b += c->block_len == 1 ? 7 : 1) {
		if (!trace_encode(&t, c, &x, group, 0, o, b, &err))
			fail_msg("%s: %s", c->name, err.text);
		check_trace(c, &t, &q, b);
		check_places(&t);
		trace_drop(&t);
		assert_true(trace_decode(&t, &q, b, &err));
		assert_null(t.x);
		check_trace(c, &t, &q, b);
		trace_drop(&t);
	}
	tensor_drop(&q);
	tensor_drop(&x);
}

static void traces_account_for_every_bit_and_every_number_of_every_codec(void **state)
{
	float importance[512];
	struct codec_options weighted = { .importance = importance };

	(void)state;
	for (int i = 0; i < 512; i++)
		importance[i] = i % 7 == 3 ? 0 : 1 + (float)(i * 37 % 11) / 4;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];

		if (!c->encode)
			continue;
		if (c->block_len) {
			if (!(c->flags & CODEC_NEEDS_IMPORTANCE))
				check_codec(c, NULL, 8, c->block_len < 32 ? 40 : 512, 0);
			check_codec(c, &weighted, 8, c->block_len < 32 ? 40 : 512, 0);
		} else {
			check_codec(c, NULL, 8, 15, 5);
			check_codec(c, NULL, 8, 7, 0);
			check_codec(c, &(struct codec_options){ .step = 0.25 }, 8, 6, 3);
		}
	}
}

/* Blocks that no encoder wrote: random bytes, so that infinities and NaN scales occur. */
static void decoders_trace_foreign_bytes_as_they_decode_them(void **state)
{
	struct rng r = rng_seeded(99);

	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];
		size_t len = c->block_len ? c->block_len : 13;
		struct tensor q;

		assert_true(tensor_new_blocks(&q, c, 1, len * 40, len, &err));
		for (size_t b = 0; b < tensor_bytes(&q); b++)
			tensor_block(&q, 0)[b] = (unsigned char)rng_next(&r);
		for (size_t b = 0; b < 40; b++) {
			struct trace t;

			assert_true(trace_decode(&t, &q, b, &err));
			for (size_t k = 0; k < len; k++) {
				const struct trace_event *e = trace_find(&t, "back", k, t.events);

				assert_non_null(e);
				assert_true(same_number(trace_result(e), tensor_get(&q, b * len + k)));
			}
			trace_drop(&t);
		}
		tensor_drop(&q);
	}
}

static void fields_cover_the_block_and_levels_hold_every_decoded_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];
		size_t at = 0, sub_len = c->sub_len ? c->sub_len : c->block_len;
		struct tensor x, q;

		for (const struct field *f = c->fields; f && f->name; f++) {
			assert_int_equal(f->at, at);
			at += f->bytes;
		}
		if (c->fields)
			assert_int_equal(at, c->block_bytes);
		if (!c->levels || !c->encode)
			continue;
		x = weights(8, sub_len ? 256 : 16, 4);
		if (!sub_len)
			sub_len = 16;
		assert_true(tensor_encode(c, &x, c->block_len ? 0 : 16, NULL, NULL, &q, &err));
		for (size_t w = 0; w < tensor_count(&q); w++) {
			size_t len = tensor_block_len(&q), n;
			int code[256];
			float value[256];
			bool found = false;

			n = c->levels(c, tensor_block(&q, w / len), len, w % len / sub_len, code, value, 256);
			for (size_t k = 0; k < n; k++)
				found |= value[k] == tensor_get(&q, w);
			if (n && !found)
				fail_msg("%s: weight %zu is none of its levels", c->name, w);
		}
		tensor_drop(&q);
		tensor_drop(&x);
	}
}

static void bytes_and_figures_do_not_depend_on_threads(void **state)
{
	static const unsigned counts[] = { 1, 2, 7 };
	float importance[1024];
	struct tensor x = weights(37, 1024, 21);
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < 1024; i++)
		importance[i] = 1 + (float)(i % 7) / 8;
	for (size_t k = 0; k < CODEC_COUNT; k++) {
		const struct codec *c = codecs[k];
		struct codec_options o = { .importance = c->flags & CODEC_USES_IMPORTANCE ? importance : NULL };
		struct tensor q[3], y[3];
		struct loss loss[3];
		struct spread spread[3];

		if (!c->encode)
			continue;
		tried++;
		for (int i = 0; i < 3; i++) {
			pool_set_threads(counts[i]);
			if (!tensor_encode(c, &x, c->block_len ? 0 : 64, &o, NULL, &q[i], &err))
				fail_msg("%s: %s", c->name, err.text);
			assert_true(tensor_decode(&q[i], NULL, &y[i], &err));
			memset(&loss[i], 0, sizeof loss[i]);
			memset(&spread[i], 0, sizeof spread[i]);
			assert_true(measure_loss(&q[i], &x, 0, NULL, NULL, 0, NULL, &loss[i], &err));
			assert_true(measure_spread(&y[i], NULL, &spread[i], &err));
		}
		for (int i = 1; i < 3; i++) {
			assert_memory_equal(tensor_block(&q[0], 0), tensor_block(&q[i], 0), tensor_bytes(&q[0]));
			assert_memory_equal(tensor_block(&y[0], 0), tensor_block(&y[i], 0), tensor_bytes(&y[0]));
			assert_memory_equal(&loss[0], &loss[i], sizeof loss[0]);
			assert_memory_equal(&spread[0], &spread[i], sizeof spread[0]);
		}
		for (int i = 0; i < 3; i++) {
			tensor_drop(&q[i]);
			tensor_drop(&y[i]);
		}
	}
	assert_int_equal(tried, 44);	/* all but the storage types f64 i8 i16 i32 i64 */
	pool_set_threads(0);
	pool_stop();
	tensor_drop(&x);
}

/* Scale and minimum are beyond the range of f16, so all weights come back as infinity - infinity. */
static void what_comes_back_as_no_number_is_no_success(void **state)
{
	struct tensor x = weights(1, 32, 3), q;
	struct trace t;
	struct loss loss;

	(void)state;
	for (int i = 0; i < 32; i++)
		tensor_floats(&x)[i] = (float)(i - 16) * 1e10f;
	assert_true(tensor_encode(&codec_q4_1, &x, 0, NULL, NULL, &q, &err));
	assert_true(measure_loss(&q, &x, 0, NULL, NULL, 0, NULL, &loss, &err));
	assert_true(isnan(loss.rmse) && isnan(loss.snr) && isnan(loss.max));
	assert_true(trace_encode(&t, &codec_q4_1, &x, 0, 0, NULL, 0, &err));
	assert_said(&t, t.steps - 1, "decode", "decode and compare: 32 of 32 weights come back as infinity or as no number");
	trace_drop(&t);
	tensor_drop(&q);
	tensor_drop(&x);
}

static void jobs_count_rows_and_are_stopped_without_a_trace_of_output(void **state)
{
	struct tensor x = weights(70, 512, 3), q, y;
	struct job job = { .unit = "rows" };
	struct spread spread;
	struct loss loss;

	(void)state;
	assert_true(tensor_encode(&codec_q4_K, &x, 0, NULL, &job, &q, &err));
	assert_int_equal(job.done, 70);
	assert_true(measure_loss(&q, &x, 0, NULL, NULL, 0, &job, &loss, &err));
	assert_int_equal(job.done, 140);
	assert_true(measure_spread(&x, &job, &spread, &err));
	assert_int_equal(job.done, 210);
	job.stop = true;
	assert_false(tensor_encode(&codec_q4_K, &x, 0, NULL, &job, &y, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	assert_null(y.buffer);
	assert_false(tensor_decode(&q, &job, &y, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	assert_null(y.buffer);
	assert_false(measure_spread(&x, &job, &spread, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	tensor_drop(&q);
	tensor_drop(&x);
}

/* ---- what is refused ---- */

static void assert_refused(const struct codec *c, const struct tensor *x, size_t group, const struct codec_options *o,
			   enum error_class class, const char *text)
{
	struct tensor q;

	assert_false(tensor_encode(c, x, group, o, NULL, &q, &err));
	assert_int_equal(err.class, class);
	assert_string_equal(err.text, text);
	assert_null(q.buffer);
}

static void rows_that_do_not_fill_their_blocks_are_refused(void **state)
{
	struct tensor four = four_weights(4), forty = weights(3, 40, 1);

	(void)state;
	assert_refused(&codec_q4_0, &four, 0, NULL, ERR_SHAPE, "4 weights do not fill a block; q4_0 has blocks of 32");
	assert_refused(&codec_q4_0, &forty, 0, NULL, ERR_SHAPE, "40 weights do not fill their blocks; q4_0 has blocks of 32");
	assert_refused(&codec_int4, &forty, 7, NULL, ERR_SHAPE, "a group of 7 does not divide a row of 40 weights");
	assert_refused(&codec_q8_0, &four, 4, NULL, ERR_ARGUMENT, "q8_0 has blocks of 32, always");
	tensor_drop(&four);
	tensor_drop(&forty);
}

static void weights_that_are_not_finite_are_named_by_row_and_column(void **state)
{
	struct tensor x = weights(70, 4096, 1);
	struct trace t;

	(void)state;
	tensor_floats(&x)[69 * 4096 + 4000] = -INFINITY;
	assert_refused(&codec_q4_K, &x, 0, NULL, ERR_VALUE,
		       "the weight at row 69, column 4000 is -inf; a codec needs finite weights");
	tensor_floats(&x)[3 * 4096 + 17] = NAN;
	assert_refused(&codec_int4, &x, 0, NULL, ERR_VALUE,
		       "the weight at row 3, column 17 is nan; a codec needs finite weights");
	assert_false(trace_encode(&t, &codec_q4_0, &x, 0, 0, NULL, 3 * 128 + 9, &err));
	assert_string_equal(err.text, "the weight at row 3, column 17 is nan; a codec needs finite weights");
	assert_null(t.event);
	tensor_drop(&x);
}

static void settings_that_make_no_sense_are_refused(void **state)
{
	struct tensor x = four_weights(4), long_row = weights(1, 32, 1);
	float bad[32] = { [3] = -1 };

	(void)state;
	assert_refused(&codec_int4, &x, 0, &(struct codec_options){ .code_lo = -9, .code_hi = 7 }, ERR_ARGUMENT,
		       "int4 has no codes -9..7");
	assert_refused(&codec_uint4, &x, 0, &(struct codec_options){ .code_lo = 3, .code_hi = 3 }, ERR_ARGUMENT,
		       "uint4 has no codes 3..3");
	assert_refused(&codec_int4, &x, 0, &(struct codec_options){ .has_zero = true, .zero = 1 }, ERR_ARGUMENT,
		       "int4 has no zero point: its code 0 stands for 0");
	assert_refused(&codec_uint4, &x, 0, &(struct codec_options){ .has_zero = true, .zero = 16 }, ERR_ARGUMENT,
		       "a zero point of 16 is not among the codes of uint4");
	assert_refused(&codec_int4, &x, 0, &(struct codec_options){ .step = -1 }, ERR_ARGUMENT,
		       "a step of -1 cannot be stored as a float");
	assert_refused(&codec_q4_0, &long_row, 0, &(struct codec_options){ .step = 1 }, ERR_ARGUMENT, "q4_0 finds its own step");
	assert_refused(&codec_q4_0, &long_row, 0, &(struct codec_options){ .importance = bad }, ERR_VALUE,
		       "the importance of column 3 is -1");
	tensor_drop(&x);
	tensor_drop(&long_row);
}

static void unknown_codecs_get_the_nearest_names_and_recipes_their_own_sentence(void **state)
{
	(void)state;
	assert_ptr_equal(codec_find("Q4-K"), &codec_q4_K);
	assert_ptr_equal(codec_find("q4k"), &codec_q4_K);
	assert_ptr_equal(codec_by_gguf(12), &codec_q4_K);
	assert_null(codec_by_gguf(4));
	assert_string_equal(codec_removed_name(4), "q4_2, removed");
	assert_null(codec_removed_name(2));
	assert_null(codec_need("q4z", &err));
	assert_int_equal(err.class, ERR_CODEC);
	assert_string_equal(err.text, "no codec 'q4z'");
	assert_non_null(strstr(err.hint, "q4_K"));
	assert_non_null(strstr(err.hint, "codecs  lists all"));
	assert_null(codec_need("q4_k_m", &err));
	assert_string_equal(err.text, "Q4_K_M is a recipe for a whole model, not a codec");
	assert_string_equal(err.hint, "its main codec is q4_K.   name Q4_K_M  explains it,  plan m Q4_K_M  applies it");
}

static void levels_of_the_processor_are_chosen_by_name(void **state)
{
	(void)state;
	assert_false(kernels_choose("mmx", &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_true(kernels_choose("avx512", &err));		/* a ceiling, whether or not this machine has it */
	assert_true(kernels_choose("scalar", &err));
	assert_string_equal(kernels_level(), "scalar");
	assert_string_equal(kernel_level_of(&codec_q4_0, "decode"), "scalar");
	assert_true(kernels_choose(NULL, &err));
}

/* ---- tensors and measuring ---- */

static void slices_share_the_buffer_where_the_cut_allows(void **state)
{
	struct tensor x = weights(4, 512, 2), q, s;

	(void)state;
	assert_true(tensor_encode(&codec_q4_0, &x, 0, NULL, NULL, &q, &err));
	assert_true(tensor_slice(&q, 2, 3, 32, 96, &s, &err));
	assert_ptr_equal(s.buffer, q.buffer);
	assert_ptr_equal(s.codec, &codec_q4_0);
	for (size_t i = 0; i < 64; i++)
		assert_true(tensor_get(&s, i) == tensor_get(&q, 2 * 512 + 32 + i));
	tensor_drop(&s);
	assert_true(tensor_slice(&q, 1, 3, 33, 40, &s, &err));
	assert_ptr_equal(s.codec, &codec_f32);
	assert_true(s.rows == 2 && s.cols == 7 && tensor_get(&s, 7) == tensor_get(&q, 2 * 512 + 33));
	tensor_drop(&s);
	tensor_drop(&q);
	tensor_drop(&x);
}

static void codes_of_any_length_are_read_from_the_middle(void **state)
{
	struct tensor x = weights(1, 1000, 6), q, y;

	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		float part[91];

		if (!(codecs[i]->flags & CODEC_TEACHING))
			continue;
		assert_true(tensor_encode(codecs[i], &x, 250, NULL, NULL, &q, &err));
		assert_true(tensor_decode(&q, NULL, &y, &err));
		tensor_read(&q, 211, 91, part);
		assert_memory_equal(part, tensor_floats(&y) + 211, sizeof part);
		assert_true(fabs(tensor_bits(&q) - 8.0 * (double)tensor_bytes(&q) / 1000) < 1e-12);
		tensor_drop(&q);
		tensor_drop(&y);
	}
	tensor_drop(&x);
}

static void padding_repeats_the_last_weight_or_adds_zeros(void **state)
{
	static const float x[] = { 1, 2, 3, 4, 5, 6 };
	struct tensor t = row_of(x, 2, 3), p;
	char name[40];

	(void)state;
	assert_true(tensor_pad(&t, PAD_EDGE, 4, &p, &err));
	assert_true(p.cols == 4 && tensor_get(&p, 3) == 3 && tensor_get(&p, 7) == 6);
	tensor_describe(&p, name, sizeof name);
	assert_string_equal(name, "f32[2, 4]");
	tensor_drop(&p);
	assert_true(tensor_pad(&t, PAD_ZERO, 4, &p, &err));
	assert_true(tensor_get(&p, 3) == 0 && tensor_get(&p, 4) == 4);
	tensor_drop(&p);
	tensor_drop(&t);
}

static void losses_are_those_of_the_definition(void **state)
{
	static const float x[] = { 1, -2, 3, 4 }, y[] = { 1.5f, -2, 2, 4, 9, 9 };	/* columns 2 and 5 of y are padding */
	static const float importance[] = { 1, 3 };
	struct tensor a = row_of(x, 2, 2), b = row_of((const float[]){ y[0], y[1], 9, y[2], y[3], 9 }, 2, 3);
	size_t skip = 2;
	struct loss l;

	(void)state;
	assert_true(measure_loss(&b, &a, 1, importance, NULL, 0, NULL, &l, &err));
	assert_int_equal(l.count, 4);
	assert_true(fabs(l.mse - 1.25 / 4) < 1e-12 && fabs(l.bias - -0.5 / 4) < 1e-12);
	assert_true(l.max == 1 && l.max_at == 2);
	assert_true(fabs(l.rel - sqrt(1.25 / 30)) < 1e-12 && fabs(l.snr - 10 * log10(30 / 1.25)) < 1e-12);
	assert_true(fabs(l.weighted - sqrt(1.25 / 8)) < 1e-12);
	assert_true(fabs(l.cosine - 27.5 / sqrt(30 * 26.25)) < 1e-12);
	assert_true(measure_loss(&b, &a, 1, NULL, &skip, 1, NULL, &l, &err));
	assert_int_equal(l.count, 3);
	assert_true(l.max == 0.5 && isnan(l.weighted));
	assert_true(measure_loss(&a, &a, 0, NULL, NULL, 0, NULL, &l, &err));
	assert_true(l.rmse == 0 && l.rel == 0 && isinf(l.snr) && l.cosine == 1);
	tensor_drop(&a);
	tensor_drop(&b);
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static double quantile(const float *sorted, size_t n, double share)
{
	double at = (double)(n - 1) * share, low = floor(at);

	return sorted[(size_t)low] + (at - low) * ((double)sorted[(size_t)low + ((size_t)low + 1 < n)] - sorted[(size_t)low]);
}

static void spreads_are_those_of_the_sorted_values(void **state)
{
	enum { N = 70001 };
	struct tensor t = weights(1, N, 8);
	float *x = tensor_floats(&t);
	double mean = 0, m2 = 0, m4 = 0;
	struct spread s, r;
	struct rng rng = rng_seeded(4);

	(void)state;
	for (size_t i = 0; i < N; i++)
		x[i] = i % 10 ? (float)rng_gauss(&rng) : -0.0f;
	assert_true(measure_spread(&t, NULL, &s, &err));
	assert_true(measure_range(&t, &r, &err));
	for (size_t i = 0; i < N; i++)
		mean += x[i];
	mean /= N;
	for (size_t i = 0; i < N; i++) {
		m2 += pow(x[i] - mean, 2);
		m4 += pow(x[i] - mean, 4);
	}
	assert_true(fabs(s.mean - mean) < 1e-12 && fabs(s.sd - sqrt(m2 / N)) < 1e-12);
	assert_true(fabs(s.kurtosis - (N * m4 / (m2 * m2) - 3)) < 1e-9);
	assert_int_equal(s.zero, 7001);
	qsort(x, N, sizeof *x, by_value);
	assert_true(s.min == x[0] && s.max == x[N - 1] && s.first_bad == SIZE_MAX);
	assert_true(fabs(s.q01 - quantile(x, N, 0.01)) < 1e-12 && fabs(s.q99 - quantile(x, N, 0.99)) < 1e-12);
	assert_true(s.q50 == quantile(x, N, 0.5));
	assert_true(r.min == s.min && r.sd == s.sd && isnan(r.q50));
	x[5] = NAN;
	x[69000] = INFINITY;
	assert_true(measure_spread(&t, NULL, &s, &err));
	assert_true(s.nan == 1 && s.inf == 1 && s.first_bad == 5 && s.count == N && isfinite(s.q50));
	tensor_drop(&t);
}

static void names_of_numbers_are_parsed(void **state)
{
	struct tensor x = four_weights(4);
	struct text out = { 0 };
	struct trace t;
	char name[16];
	size_t i;

	(void)state;
	assert_true(trace_parse_name("code[3]", name, &i) && !strcmp(name, "code") && i == 3);
	assert_true(trace_parse_name(" d ", name, &i) && !strcmp(name, "d") && i == SIZE_MAX);
	assert_false(trace_parse_name("code[", name, &i));
	assert_false(trace_parse_name("code[]", name, &i));
	assert_false(trace_parse_name("code[-1]", name, &i));
	assert_false(trace_parse_name("[3]", name, &i));
	assert_false(trace_parse_name("averyveryverylongname", name, &i));
	assert_true(trace_encode(&t, &codec_int4, &x, 0, 0, NULL, 0, &err));
	trace_names(&t, &out);
	assert_string_equal(text_str(&out), "absmax[0] scale code[0..3] back[0..3] error[0..3]");
	text_drop(&out);
	trace_drop(&t);
	tensor_drop(&x);
}

static int let_go(void **state)
{
	(void)state;
	pool_stop();
	codecs_drop();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_even_follows_its_bits_outside_its_domain),
		cmocka_unit_test(round_away_and_truncation_keep_their_edges),
		cmocka_unit_test(halves_survive_the_way_to_float_and_back),
		cmocka_unit_test(conversion_to_half_takes_the_nearest_and_ties_to_even),
		cmocka_unit_test(q4_0_of_four_weights_is_told_in_six_steps),
		cmocka_unit_test(int4_and_uint4_of_four_weights_have_the_codes_of_the_pages),
		cmocka_unit_test(int4_takes_the_full_codes_when_asked),
		cmocka_unit_test(uint8_widens_its_range_until_it_holds_zero),
		cmocka_unit_test(why_of_a_scale_names_the_bits_that_hold_it),
		cmocka_unit_test(q4_K_is_told_in_the_steps_of_its_method),
		cmocka_unit_test(candidates_of_the_q4_K_search_cost_what_they_say),
		cmocka_unit_test(a_search_for_a_symmetric_step_has_nineteen_candidates),
		cmocka_unit_test(traces_account_for_every_bit_and_every_number_of_every_codec),
		cmocka_unit_test(decoders_trace_foreign_bytes_as_they_decode_them),
		cmocka_unit_test(fields_cover_the_block_and_levels_hold_every_decoded_value),
		cmocka_unit_test(bytes_and_figures_do_not_depend_on_threads),
		cmocka_unit_test(what_comes_back_as_no_number_is_no_success),
		cmocka_unit_test(jobs_count_rows_and_are_stopped_without_a_trace_of_output),
		cmocka_unit_test(rows_that_do_not_fill_their_blocks_are_refused),
		cmocka_unit_test(weights_that_are_not_finite_are_named_by_row_and_column),
		cmocka_unit_test(settings_that_make_no_sense_are_refused),
		cmocka_unit_test(unknown_codecs_get_the_nearest_names_and_recipes_their_own_sentence),
		cmocka_unit_test(levels_of_the_processor_are_chosen_by_name),
		cmocka_unit_test(slices_share_the_buffer_where_the_cut_allows),
		cmocka_unit_test(codes_of_any_length_are_read_from_the_middle),
		cmocka_unit_test(padding_repeats_the_last_weight_or_adds_zeros),
		cmocka_unit_test(losses_are_those_of_the_definition),
		cmocka_unit_test(spreads_are_those_of_the_sorted_values),
		cmocka_unit_test(names_of_numbers_are_parsed),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, let_go);
}
