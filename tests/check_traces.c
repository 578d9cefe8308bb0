/*
 * check_traces.c - what holds for the trace of every codec: 100 random and 20 extreme rows, without importance and with it.
 *
 * The bytes of a trace are those of the encoder, each of their bits belongs to one event, each derivation gives its value again, and what
 * comes back is what the decoder gives; the same for a decoder's trace of the bytes alone. Ends with the figures.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"
#include "base/rng.h"
#include "engine/encode.h"
#include "engine/trace.h"

enum { RANDOM = 100, LEN = 256 };

static struct error err;
static struct { size_t blocks, events, bits, refused; bool codec[CODEC_COUNT]; } figures;

/* ---- shapes of weights ---- */

/* Spread, size, and some oddity, all from the number. */
static void random_row(unsigned k, float *x)
{
	struct rng r = rng_seeded(1000 + k);
	double size = pow(10, (double)(k % 13) - 6);

	for (int i = 0; i < LEN; i++) {
		double g = rng_gauss(&r), u = 2 * rng_uniform(&r) - 1, v = k % 4 == 0 ? g : k % 4 == 1 ? u : k % 4 == 2 ? g * fabs(g) : g / (0.1 + fabs(u));

		if (k % 5 == 1 && i % 17 == 3)
			v = 0;
		if (k % 7 == 2 && i % 61 == 5)
			v *= 40;
		if (k % 11 == 4)
			v = fabs(v);
		if (k % 11 == 9)
			v = round(4 * v) / 4;
		x[i] = (float)(size * v);
	}
}

static float sign_of(int i) { return i % 2 ? -1 : 1; }

#define SHAPE(name, value) static float name(int i) { (void)i; return value; }
SHAPE(zeros, 0)
SHAPE(zeros_of_both_signs, 0 * sign_of(i))
SHAPE(a_spike, i == 77 ? 3 : 0)
SHAPE(a_spike_below, i == 200 ? -1e-3f : 0)
SHAPE(all_equal, 0.375f)
SHAPE(all_equal_below, -7e-5f)
SHAPE(subnormals, (float)(i + 1) * FLT_TRUE_MIN * sign_of(i))
SHAPE(smallest_normals, FLT_MIN * (1 + (float)i / LEN) * sign_of(i / 3))
SHAPE(tiny, 1e-30f * (float)(i - 100))
SHAPE(largest, FLT_MAX * sign_of(i))
SHAPE(nearly_largest, FLT_MAX / 300 * (float)(i - 128) / 128)
SHAPE(beyond_halves, 70000.0f * (float)(i % 9 - 4))
SHAPE(alternating, sign_of(i))
SHAPE(alternating_runs, sign_of(i / 16) * (1 + (float)(i % 16) / 16))
SHAPE(a_ramp, (float)i - 127.5f)
SHAPE(powers_of_two, ldexpf(sign_of(i), i % 40 - 20))
SHAPE(half_empty, i % 32 < 16 ? 0 : 0.01f * (float)(i % 7 - 3))
SHAPE(plateau_below, -1 - 1e-6f * (float)(i % 5))
SHAPE(one_huge, i == 128 ? 1e20f : 1e-10f * (float)(i % 3 - 1))
#undef SHAPE

static float (*const extreme[])(int) = {
	zeros, zeros_of_both_signs, a_spike, a_spike_below, all_equal, all_equal_below, subnormals, smallest_normals, tiny, largest, nearly_largest,
	beyond_halves, alternating, alternating_runs, a_ramp, powers_of_two, half_empty, plateau_below, one_huge,
};

enum { EXTREME = sizeof extreme / sizeof *extreme + 1 };	/* and values that are quantized already */

static struct tensor row(const struct codec *c, unsigned k)
{
	struct tensor x, q, back;
	float importance[LEN];

	assert_true(tensor_new(&x, 1, LEN, &err));
	if (k < RANDOM)
		random_row(k, tensor_floats(&x));
	for (int i = 0; i < LEN && k >= RANDOM && k < RANDOM + EXTREME - 1; i++)
		tensor_floats(&x)[i] = extreme[k - RANDOM](i);
	if (k < RANDOM + EXTREME - 1)
		return x;
	random_row(3, tensor_floats(&x));
	for (int i = 0; i < LEN; i++)
		importance[i] = 1;
	assert_true(tensor_encode(c, &x, c->block_len ? 0 : 32, &(struct codec_options){ .importance = c->block_len ? importance : NULL }, NULL, &q, &err));
	assert_true(tensor_decode(&q, NULL, &back, &err));
	tensor_drop(&x);
	tensor_drop(&q);
	return back;
}

/* ---- what must hold ---- */

static bool same_number(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static void check_bits(const struct codec *c, const struct trace *t, unsigned k)
{
	unsigned char *seen = calloc(t->n_bytes, 8);

	assert_non_null(seen);
	for (size_t i = 0; i < t->events; i++) {
		const struct trace_event *e = &t->event[i];
		char name[40];
		double v;

		if (trace_again(e, &v) && !same_number(v, trace_result(e)))
			fail_msg("%s, shape %u: %s is %.9g but its derivation gives %.9g", c->name, k, trace_name(e, name, sizeof name), trace_result(e), v);
		for (int s = 0; s < TRACE_SPANS && e->at[s].bits && !(e->flags & TRACE_SHARED); s++)
			for (uint32_t b = e->at[s].bit; b < e->at[s].bit + e->at[s].bits; b++)
				if (b >= t->n_bytes * 8 || seen[b]++)
					fail_msg("%s, shape %u: bit %u is told twice, or is none, by %s", c->name, k, b, trace_name(e, name, sizeof name));
	}
	for (size_t b = 0; b < t->n_bytes * 8; b++)
		if (!seen[b])
			fail_msg("%s, shape %u: bit %zu belongs to nothing", c->name, k, b);
	free(seen);
	figures.events += t->events;
	figures.bits += t->n_bytes * 8;
	figures.blocks++;
}

static void check_values(const struct codec *c, const struct trace *t, const struct tensor *blocks, size_t block, unsigned k)
{
	if (memcmp(t->bytes, tensor_block(blocks, block), t->n_bytes))
		fail_msg("%s, shape %u: the trace has other bytes than the encoder", c->name, k);
	for (size_t i = 0; i < t->len; i++) {
		const struct trace_event *e = trace_find(t, "back", i, t->events);
		float back = tensor_get(blocks, block * t->len + i);

		if (!e || !same_number(trace_result(e), t->y[i]) || !same_number(t->y[i], back))
			fail_msg("%s, shape %u: weight %zu comes back as %g, by the trace as %g", c->name, k, i, (double)back, e ? trace_result(e) : NAN);
	}
	for (size_t s = 0; s < t->steps; s++)
		if (!t->step[s].say || !*t->step[s].say)
			fail_msg("%s: step %s says nothing", c->name, t->step[s].name);
}

static void check_row(const struct codec *c, const struct tensor *x, const struct codec_options *o, unsigned k)
{
	size_t group = c->block_len ? 0 : 32;
	struct tensor q;
	struct trace t;

	if (!tensor_encode(c, x, group, o, NULL, &q, &err)) {
		assert_int_equal(err.class, ERR_VALUE);		/* sums of squares that overflow, said with the place */
		figures.refused++;
		return;
	}
	/* One block each: the blocks of a row are alike in what they must fulfil. */
	for (size_t b = k % tensor_blocks(&q), end = b + 1; b < end; b++) {
		assert_true(trace_encode(&t, c, x, group, 0, o, b, &err));
		check_values(c, &t, &q, b, k);
		check_bits(c, &t, k);
		trace_drop(&t);
		assert_true(trace_decode(&t, &q, b, &err));
		check_values(c, &t, &q, b, k);
		check_bits(c, &t, k);
		trace_drop(&t);
	}
	tensor_drop(&q);
}

static void traces_of_random_and_extreme_rows_account_for_every_bit_and_number(void **state)
{
	float importance[LEN];
	struct codec_options weighted = { .importance = importance };

	(void)state;
	for (int i = 0; i < LEN; i++)
		importance[i] = i % 7 == 3 ? 0 : 1 + (float)(i * 37 % 11) / 4;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];

		if (!c->encode)
			continue;
		figures.codec[i] = true;
		for (unsigned k = 0; k < RANDOM + EXTREME; k++) {
			struct tensor x = row(c, k);

			if (!(c->flags & CODEC_NEEDS_IMPORTANCE))
				check_row(c, &x, NULL, k);
			if (c->flags & CODEC_USES_IMPORTANCE || c->flags & CODEC_NEEDS_IMPORTANCE)
				check_row(c, &x, &weighted, k);
			tensor_drop(&x);
		}
	}
}

/* ---- the numbers that `why` knows ---- */

/* Every name that has a meaning in a codec; "scale sc ..." have one for each sub-block, "code w ..." for each weight. */
static const struct { const char *codecs, *names; } known[] = {
	{ "q4_0 q5_0", "d code back error" }, { "q8_0 q1_0 q2_0 tq1_0 tq2_0", "d code back error" }, { "q4_1 q5_1", "d m code back" },
	{ "q8_1", "d code back" }, { "q8_K", "d code back bsum" },
	{ "q2_K q4_K q5_K", "d dmin scale min sc m code w back error" }, { "q3_K", "d scale sc code back error" },
	{ "q6_K", "d scale sc code w back error" }, { "iq4_nl", "d scale code w back" }, { "iq4_xs", "d scale sc code w back error" },
	{ "iq2_xxs iq2_xs iq2_s iq3_xxs iq3_s", "d scale sc code w sign index entry back error" },
	{ "iq1_s iq1_m", "d scale sc code w shift index entry back error" }, { "mxfp4 nvfp4", "scale code back error" },
	{ "int4 int8", "scale code back error" }, { "uint4 uint8", "scale zero code back error" }, { "f16 bf16 f32", "sign exponent fraction back" },
};

static bool listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; (s = strstr(s, word)); s += n)
		if ((s == list || s[-1] == ' ') && (s[n] == ' ' || !s[n]))
			return true;
	return false;
}

static const char *names_of(const struct codec *c)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (listed(known[i].codecs, c->name))
			return known[i].names;
	return NULL;
}

/* Where there is one for each, all have one: sub-blocks, weights, or groups that share an index. */
static void check_name(const struct codec *c, const struct trace *t, const char *name)
{
	const struct trace_event *e = trace_find(t, name, SIZE_MAX, t->events);
	size_t subs = c->sub_len && c->sub_len < t->len ? t->len / c->sub_len : 1, groups = 1, found = 0, want;
	enum trace_index kind;

	for (size_t i = 0; !e && i < t->len; i++)
		e = trace_find(t, name, i, t->events);
	if (!e)
		fail_msg("%s: why knows no %s", c->name, name);
	kind = trace_indexed((enum trace_kind)e->kind);
	if (c->flags & CODEC_VECTOR_CODEBOOK)
		groups = strstr(c->name, "iq3") ? 64 : 32;
	want = kind == INDEX_NONE ? 1 : kind == INDEX_WEIGHT ? t->len : !strcmp(name, "index") || !strcmp(name, "entry") ? groups :
	       !strcmp(name, "shift") ? (strcmp(c->name, "iq1_s") ? 32 : 8) : !strcmp(name, "bsum") ? 16 : subs;
	for (size_t i = 0; i < want; i++) {
		struct text why = { 0 };

		e = trace_find(t, name, kind == INDEX_NONE ? SIZE_MAX : i, t->events);
		if (!e)
			fail_msg("%s: why knows no %s[%zu]", c->name, name, i);
		trace_why(t, e, &why);
		if (!strstr(text_str(&why), " = ") || strstr(text_str(&why), "%"))
			fail_msg("%s: why %s[%zu] says %s", c->name, name, i, text_str(&why));
		text_drop(&why);
		found++;
	}
	assert_int_equal(found, want);
}

static void why_knows_the_numbers_of_every_codec(void **state)
{
	float importance[LEN];
	struct codec_options weighted = { .importance = importance };

	(void)state;
	for (int i = 0; i < LEN; i++)
		importance[i] = 1;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];
		const char *names = names_of(c);
		struct tensor x;
		struct trace t;
		char copy[100], *save;

		if (!c->encode || !names)
			continue;
		x = row(c, 0);
		assert_true(trace_encode(&t, c, &x, c->block_len ? 0 : 32, 0, c->flags & CODEC_NEEDS_IMPORTANCE ? &weighted : NULL, 0, &err));
		snprintf(copy, sizeof copy, "%s", names);
		for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save))
			check_name(c, &t, name);
		trace_drop(&t);
		tensor_drop(&x);
	}
}

static int tell(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++)
		n += figures.codec[i];
	printf("# %zu codecs, %d random and %d extreme rows each: %zu blocks traced, %zu events, %zu bits covered once each; %zu rows refused\n", n, RANDOM,
	       (int)EXTREME, figures.blocks, figures.events, figures.bits, figures.refused);
	fflush(stdout);
	pool_stop();
	codecs_drop();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(why_knows_the_numbers_of_every_codec),
		cmocka_unit_test(traces_of_random_and_extreme_rows_account_for_every_bit_and_number),
	};

	return cmocka_run_group_tests(tests, NULL, tell);
}
