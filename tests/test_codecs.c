/* test_codecs.c - the worked examples and check values of spec/codecs-basic.md and codecs-k.md. All expected figures are theirs. */
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
#include "engine/codecs/fp4.h"
#include "engine/codecs/iq4.h"
#include "engine/encode.h"
#include "engine/kernel.h"

enum { LEN = 256, BYTES_MAX = 1200 };

/* "0abc 12" as bytes; returns how many. */
static size_t from_hex(const char *s, unsigned char *out)
{
	size_t n = 0;

	for (unsigned v; *s; s++)
		if (*s != ' ' && sscanf(s, "%2x", &v) == 1) {
			out[n++] = (unsigned char)v;
			s++;
		}
	return n;
}

static uint32_t crc32_of(const unsigned char *p, size_t n)
{
	uint32_t c = ~0u;

	while (n--) {
		c ^= *p++;
		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? 0xEDB88320u : 0);
	}
	return ~c;
}

static void encode(const struct codec *c, const float *x, size_t n, const float *importance, unsigned char *out)
{
	struct codec_options o = { .importance = importance };

	codec_encode(c, x, n, &o, out);
}

/* ---- codecs-basic.md 11 ---- */

static void sine(float x[LEN], float importance[LEN])
{
	for (int i = 0; i < LEN; i++) {
		x[i] = (float)(sin(0.7 * i) * 1.3 - 0.1);
		importance[i] = 1 + (float)(i % 5);
	}
}

static const struct {
	const struct codec *codec;
	bool weighted;
	size_t n;
	const char *hex;		/* of the whole block, or its beginning */
	uint32_t crc;			/* of the block; 0: hex is the whole */
	uint32_t back[4];		/* float bits of the first decoded values; 0 first: not given */
} basic[] = {
	{ &codec_f16, false, 8, "66aee639b93c173c5e3573b8efbc82bd", 0xf551927c, { 0xbdccc000, 0x3f3cc000, 0x3f972000, 0x3f82e000 } },
	{ &codec_bf16, false, 8, "cdbd3d3f973f833fac3e0ebf9ebfb0bf", 0x0bb3a9bf, { 0xbdcd0000, 0x3f3d0000, 0x3f970000, 0x3f830000 } },
	{ &codec_q1_0, false, 128, "873a 1e3c78f0e0e1c3870f1f3e7cf8f0e1c3", 0x69b74d9a, { 0xbf50e000, 0x3f50e000, 0x3f50e000, 0x3f50e000 } },
	{ &codec_q2_0, false, 64, "823d a905a416905a406a01a905a416905a40", 0xd5ac7c3d, { 0, 0x3fb04000, 0x3fb04000, 0x3fb04000 } },
	{ &codec_q4_0, false, 32, "8231 073c8fcefae5a15013083c8fdefae5a1", 0x85782c9b, { 0xbe304000, 0x3f304000, 0x3f9a3800, 0x3f843000 } },
	{ &codec_q4_0, true, 32, "8d31 073c8fcefae5a15013083c8fdefae5a1", 0x730788f3, { 0xbe31a000, 0x3f31a000, 0x3f9b6c00, 0x3f853800 } },
	{ &codec_q4_1, false, 32, "7a31 82bd 073c8fdefae5a15013083c8fdefae5a1", 0x0cd64b78, { 0xbe374000, 0x3f2d4000, 0x3f985800, 0x3f827000 } },
	{ &codec_q4_1, true, 32, "7f31 aabd 083d8fdefae5a15013083d8fdefae5a1", 0x9106e22c, { 0xbd2c0000, 0x3f511800, 0x3f948400, 0x3f7d1000 } },
	{ &codec_q5_0, false, 32, "822d 1e3c78f8 0f69fe9ce4ca3290150f690e9ce4b932", 0xf228c8e5, { 0xbdb04000, 0x3f464800, 0x3f9a3800, 0x3f843000 } },
	{ &codec_q5_0, true, 32, "682d 1e3c78f8 0f59fe9ce4c93190150f690e9ce4c931", 0x60438331, { 0xbdad0000, 0x3f42a000, 0x3f976000, 0x3f81c000 } },
	{ &codec_q5_1, false, 32, "4d2d 82bd 1e3e7cf8 0f6a0fadf5da429016006a0fadf4da42", 0x03de8e2d, { 0xbe09d000, 0x3f46c800, 0x3f986600, 0x3f833200 } },
	{ &codec_q5_1, true, 32, "672d 66bd 1e3c78f8 0f59fe9ce4c94190150f690e9ce4c931", 0x5f66b9e7, { 0xbdaae000, 0x3f42bc00, 0x3f976400, 0x3f81c800 } },
	{ &codec_q8_0, false, 32, "8d21 f7446d5e1fcd8e81abf9466d5d1dcb8d81adfb476e5c1bc98c82aefd496e5b19", 0x19ef723e,
	  { 0xbdc7d400, 0x3f3cba00, 0x3f974240, 0x3f827180 } },
	{ &codec_q8_1, false, 32, "8d21 a237 f7446d5e1fcd8e81abf9466d5d1dcb8d81adfb476e5c1bc98c82aefd496e5b19", 0, { 0 } },
	{ &codec_q8_K, false, 256, "4053343c f7436b5d1ecd9083", 0xcc374867, { 0 } },
	{ &codec_tq1_0, false, 256, "87c0bfb88295413e2987c0bfb87995413e2987c0bfb87995413e2987c0c2b879", 0x810e25bb,
	  { 0, 0x3fb2e000, 0x3fb2e000, 0x3fb2e000 } },
	{ &codec_tq2_0, false, 256, "2522225295898848142522225285898848142522225285898848142522625285", 0x2a7f697c,
	  { 0, 0x3fb2e000, 0x3fb2e000, 0x3fb2e000 } },
	{ &codec_mxfp4, false, 32, "7d f9e50656636c2ecffef9e50656636c2e", 0xdfd92b5b, { 0xbe000000, 0x3f400000, 0x3f800000, 0x3f800000 } },
	{ &codec_nvfp4, false, 64, "27272726 e9955776633ccffffffee0055776632d2ddffffee005577676622ddffffee006", 0xf3932348,
	  { 0xbdf00000, 0x3f340000, 0x3fb40000, 0x3f700000 } },
	{ &codec_iq4_nl, false, 32, "a421 072d7fdefae4a14012072d8fdefae4a1", 0x67ac0230, { 0xbde1a000, 0x3f429a00, 0x3f9f5900, 0x3f7b0200 } },
	{ &codec_iq4_nl, true, 32, "af21 072d7fdefae4a14012072d8fdefae4a1", 0x9a7b715e, { 0xbde35800, 0x3f441580, 0x3fa08fc0, 0x3f7ceb80 } },
	{ &codec_iq4_xs, false, 256, "ad8d0000 20220220 072d7fdefae4a14012072d8fdefae4a1 e3a03002082d8feefae3a03002082d8f"
	  "2e9feef9e3903002093e9feef9e39030 902003093e9feef9e2802003093eafee afeef8d28020030a3eafeef8d2802003 21041a4eafedf8d27021041a4ebfedf7"
	  "edf7d27021041b4ebfedf7c26021041b 041b5fbffdf6c16011041b5fcffdf6c1", 0xf6287cbf, { 0xbde30800, 0x3f43d080, 0x3fa05740, 0x3f7c9280 } },
	{ &codec_iq4_xs, true, 256, "148e 0000 42442402 072d7fdefae4a14012072d8fdefae4a1", 0x6623dfc4,
	  { 0xbde3ee00, 0x3f4496e0, 0x3fa0f9b0, 0x3f7d9260 } },
};

static void blocks_of_a_sine_are_those_of_the_page(void **state)
{
	float x[LEN], importance[LEN], y[LEN];

	(void)state;
	sine(x, importance);
	assert_int_equal(float_bits(x[0]), 0xbdcccccd);
	assert_int_equal(float_bits(x[7]), 0xbfb047b6);
	for (size_t i = 0; i < sizeof basic / sizeof *basic; i++) {
		const struct codec *c = basic[i].codec;
		unsigned char want[BYTES_MAX], got[BYTES_MAX];
		size_t n = from_hex(basic[i].hex, want), size = basic[i].n / c->block_len * c->block_bytes;

		assert_true(n <= size && (basic[i].crc || n == size));
		encode(c, x, basic[i].n, basic[i].weighted ? importance : NULL, got);
		for (size_t b = 0; b < n; b++)
			if (got[b] != want[b])
				fail_msg("%s: byte %zu is %02x instead of %02x", c->name, b, got[b], want[b]);
		if (basic[i].crc)
			assert_int_equal(crc32_of(got, size), basic[i].crc);
		codec_decode(c, got, basic[i].n, y);
		for (int k = 0; k < 4 && basic[i].back[1]; k++)
			assert_int_equal(float_bits(y[k]) & (basic[i].back[k] ? ~0u : 0x7FFFFFFF), basic[i].back[k]);
	}
}

static void products_of_a_sine_are_those_of_the_page(void **state)
{
	static const struct { const struct codec *codec; uint32_t bits; } want[] = {
		{ &codec_q1_0, 0x3fa99e8b }, { &codec_q2_0, 0x3fce4abe }, { &codec_q4_0, 0x3feb0061 }, { &codec_q4_1, 0x4022f000 },
		{ &codec_q5_0, 0x4025719c }, { &codec_q5_1, 0x400d5ce5 }, { &codec_q8_0, 0x40114e6b }, { &codec_tq1_0, 0x404697f0 },
		{ &codec_tq2_0, 0x404697f0 }, { &codec_mxfp4, 0x401075fc }, { &codec_nvfp4, 0x4006f3ea }, { &codec_iq4_nl, 0x4027243c },
		{ &codec_iq4_xs, 0x401bdb39 },
	};
	float x[LEN], importance[LEN], y[LEN];

	(void)state;
	sine(x, importance);
	for (int i = 0; i < LEN; i++)
		y[i] = (float)cos(0.3 * i);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct codec *c = want[i].codec, *partner = codec_find(c->dot_name);
		unsigned char w[BYTES_MAX], a[BYTES_MAX];
		float got;

		assert_non_null(partner);
		encode(c, x, LEN, NULL, w);
		encode(partner, y, LEN, NULL, a);
		got = c->dot(c, w, a, LEN);
		if (float_bits(got) != want[i].bits)
			fail_msg("%s: %08x instead of %08x", c->name, float_bits(got), want[i].bits);
	}
}

/* The products of plain types: in double, of products rounded to float. */
static void products_of_plain_types_are_near_the_exact_sum(void **state)
{
	static const struct codec *const plain[] = { &codec_f32, &codec_f16, &codec_bf16 };
	float x[LEN], importance[LEN], y[LEN];

	(void)state;
	sine(x, importance);
	for (int i = 0; i < LEN; i++)
		y[i] = (float)cos(0.3 * i);
	for (size_t k = 0; k < 3; k++) {
		unsigned char w[4 * LEN], a[4 * LEN];
		float wx[LEN], ay[LEN];
		double sum = 0, size = 0;

		encode(plain[k], x, LEN, NULL, w);
		encode(plain[k], y, LEN, NULL, a);
		codec_decode(plain[k], w, LEN, wx);
		codec_decode(plain[k], a, LEN, ay);
		for (int i = 0; i < LEN; i++) {
			sum += (double)wx[i] * ay[i];
			size += fabs((double)wx[i] * ay[i]);
		}
		assert_true(fabs(codec_dot(plain[k], w, a, LEN) - sum) <= 1e-5 * size);
		if (k == 0)
			assert_true(fabs(sum - 2.33934288) < 1e-7);
	}
}

static void products_without_a_partner_are_decoded_and_multiplied(void **state)
{
	float x[LEN], y[LEN], back[LEN];
	unsigned char w[BYTES_MAX];
	double sum = 0;

	(void)state;
	sine(x, y);
	encode(&codec_uint5, x, LEN, NULL, w);
	codec_decode(&codec_uint5, w, LEN, back);
	for (int i = 0; i < LEN; i++)
		sum += back[i] * y[i];
	assert_true(codec_dot(&codec_uint5, w, (const unsigned char *)(const void *)y, LEN) == (float)sum);
}

static void all_zero_blocks_are_those_of_the_page(void **state)
{
	static const struct { const struct codec *codec; bool weighted; const char *hex; unsigned char rest; } want[] = {
		{ &codec_q1_0, false, "0000", 0xFF }, { &codec_q2_0, false, "0000", 0x55 }, { &codec_q4_0, false, "0080", 0x88 },
		{ &codec_q5_0, false, "0080FFFFFFFF", 0 }, { &codec_q4_1, false, "", 0 }, { &codec_q5_1, false, "", 0 },
		{ &codec_q8_0, false, "", 0 }, { &codec_q8_1, false, "", 0 }, { &codec_mxfp4, false, "", 0 }, { &codec_nvfp4, false, "", 0 },
		{ &codec_iq4_nl, false, "0000", 0x88 }, { &codec_iq4_xs, false, "0080AAAA00000000", 0x88 },
		{ &codec_q4_0, true, "", 0 }, { &codec_q5_0, true, "", 0 }, { &codec_q4_1, true, "", 0 }, { &codec_q5_1, true, "", 0 },
		{ &codec_iq4_nl, true, "0000", 0x88 }, { &codec_iq4_xs, true, "0080AAAA00000000", 0x88 }, { &codec_q8_K, false, "", 0 },
	};
	float x[LEN] = { 0 }, importance[LEN];
	unsigned char got[BYTES_MAX], block[BYTES_MAX];

	(void)state;
	for (int i = 0; i < LEN; i++)
		importance[i] = 2;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct codec *c = want[i].codec;
		size_t n = from_hex(want[i].hex, block);

		memset(block + n, want[i].rest, c->block_bytes - n);
		encode(c, x, c->block_len, want[i].weighted ? importance : NULL, got);
		if (memcmp(got, block, c->block_bytes))
			fail_msg("%s", c->name);
	}
	encode(&codec_tq1_0, x, LEN, NULL, got);
	for (int i = 0; i < 54; i++)
		assert_int_equal(got[i], i < 48 ? 0x80 : i < 52 ? 0x7F : 0);
	encode(&codec_tq2_0, x, LEN, NULL, got);
	for (int i = 0; i < 66; i++)
		assert_int_equal(got[i], i < 64 ? 0x55 : 0);
}

/* ---- check values of codecs-basic.md 4 and 8: what the vectors do not reach ---- */

static void the_nearest_table_value_of_a_tie_is_the_upper_one(void **state)
{
	(void)state;
	assert_int_equal(iq4_nearest(-115.5f), 1);
	assert_int_equal(iq4_nearest(-16), 7);
	assert_int_equal(iq4_nearest(7), 9);
	assert_int_equal(iq4_nearest(19), 10);
	assert_int_equal(iq4_nearest(0), 8);
	assert_int_equal(iq4_nearest(NAN), 15);
	assert_int_equal(iq4_nearest(-1e30f), 0);
	assert_int_equal(iq4_nearest(1e30f), 15);
}

static void the_nearest_fp4_code_of_a_tie_is_the_lower_one(void **state)
{
	(void)state;
	assert_int_equal(fp4_nearest(5, 1), 4);		/* between 4 and 6 */
	assert_int_equal(fp4_nearest(-5, 1), 12);
	assert_int_equal(fp4_nearest(-0.0f, 1), 0);
	assert_int_equal(fp4_nearest(7, 0), 0);
	assert_int_equal(fp4_nearest(100, 1), 7);
}

static void exponents_of_mxfp4_count_values_just_below_a_power_as_that_power(void **state)
{
	static const struct { uint32_t most; unsigned char e; } want[] = {
		{ 0x3fffffff, 0x7D }, { 0x407fffff, 0x7E }, { 0x40fffffe, 0x7F }, { 0x40ffffff, 0x80 }, { 0x417ffffe, 0x80 },
		{ 0x3e7fffff, 0x7B }, { 0x3dffffff, 0x7A },
	};
	float x[32] = { 0 };
	unsigned char block[17];

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		x[5] = float_from_bits(want[i].most);
		encode(&codec_mxfp4, x, 32, NULL, block);
		assert_int_equal(block[0], want[i].e);
	}
	x[5] = 1e-38f;
	encode(&codec_mxfp4, x, 32, NULL, block);
	assert_int_equal(block[0], 0xFE);
	x[5] = 2e-38f;
	encode(&codec_mxfp4, x, 32, NULL, block);
	assert_int_equal(block[0], 0xFF);
	for (int i = 1; i < 17; i++)
		assert_int_equal(block[i], 0);
}

/* glibc's log2f is what the rule describes: every 997th normal float, and all within 64 of a power of two. */
static void the_rule_for_floor_log2_is_that_of_the_rounded_logarithm(void **state)
{
	(void)state;
	for (uint32_t u = 0x00800000; u < 0x7F800000; u += 997)
		assert_int_equal(fp4_floor_log2(float_from_bits(u)), (int)floor((float)log2(float_from_bits(u))));
	for (uint32_t e = 2; e < 255; e++)
		for (uint32_t u = (e << 23) - 64; u < (e << 23) + 64; u++)
			assert_int_equal(fp4_floor_log2(float_from_bits(u)), (int)floor((float)log2(float_from_bits(u))));
}

static void scales_of_nvfp4_round_half_up_and_jump_to_448(void **state)
{
	(void)state;
	assert_int_equal(fp4_ue4m3(1.0625f), 0x39);
	assert_int_equal(fp4_ue4m3(1.1875f), 0x3A);
	assert_int_equal(fp4_ue4m3(0x1p-10f), 0x01);
	assert_int_equal(fp4_ue4m3(247.99f), 0x77);
	assert_int_equal(fp4_ue4m3(248), 0x7E);
	assert_int_equal(fp4_ue4m3(1e9f), 0x7E);
	assert_int_equal(fp4_ue4m3(7.6f * 0x1p-9f), 7);
	assert_int_equal(fp4_ue4m3(NAN), 0);
	assert_true(fp4_half_ue4m3(0x7F) == 0 && fp4_half_ue4m3(0x80) == 0 && fp4_half_ue4m3(0xFF) == 240);
	assert_true(fp4_half_ue4m3(0x7E) == 224 && fp4_half_ue4m3(1) == 0x1p-10f);
	assert_true(fp4_half_e8m0(0) == 0x1p-128f && fp4_half_e8m0(1) == 0x1p-127f && fp4_half_e8m0(255) == 0x1p127f);
}

static void every_stored_byte_of_tq1_0_decodes_to_three_values(void **state)
{
	unsigned char block[54] = { [52] = 0x00, [53] = 0x3C };
	float y[LEN];

	(void)state;
	for (int b = 0; b < 256; b++) {
		memset(block, b, 52);
		codec_decode(&codec_tq1_0, block, LEN, y);
		for (int i = 0; i < LEN; i++)
			assert_true(y[i] == -1 || y[i] == 0 || y[i] == 1);
	}
}

static void numbers_that_are_only_stored_are_read_to_the_nearest_float(void **state)
{
	double d = 1.0 / 3;
	int64_t big = 16777217;
	float y;

	(void)state;
	codec_decode(&codec_f64, (unsigned char *)&d, 1, &y);
	assert_true(y == (float)(1.0 / 3));
	codec_decode(&codec_i64, (unsigned char *)&big, 1, &y);
	assert_true(y == 16777216);
	codec_decode(&codec_i8, (const unsigned char *)"\xff", 1, &y);
	assert_true(y == -1);
	codec_decode(&codec_i16, (const unsigned char *)"\x00\x80", 1, &y);
	assert_true(y == -32768);
	codec_decode(&codec_i32, (const unsigned char *)"\xfe\xff\xff\xff", 1, &y);
	assert_true(y == -2);
}

/* ---- codecs-k.md 7 ---- */

static void steps(float x[LEN], float importance[LEN], float z[LEN])
{
	for (int i = 0; i < LEN; i++) {
		x[i] = (float)(((37 * i + 11) % 101 - 50) * (1 + i / 32)) / 512;
		importance[i] = 1 + (float)(i % 7) / 8;
		z[i] = (float)((53 * i + 7) % 97 - 48) / 64;
	}
}

static const struct { const struct codec *codec; bool weighted; uint32_t dot; const char *hex; } super[] = {
	{ &codec_q2_K, false, 0x400637c6,
		  "1222443456457756898999abdcbcffce6cb51a6cc51aa0c55cb1da6cb51a6cc51b61c618b1c769b21b6dc618b1c628b2"
		  "6cb1d66cb11b6c861bb1c66cb1da6cb11b6d861b71c628b1db6cb61b6d861bb1fd279d2a" },
	{ &codec_q2_K, true, 0,
		  "2222333365457666a888a9cbcccbfeef6cb11b6cc61bb1c62cb1d66cb11b6dc61b61c61cb1ca6cb21b6dc618a1c61cb1"
		  "1cb1c76cb21b6d861b61c61cb1cb6cb21b6c861b71c62cb1cb6cb61b6c861b71cb278229" },
	{ &codec_q3_K, false, 0x3ffe7748,
		  "66cdb366d9336c9936cc9b66cdb366d94d1ae74cb3e758b3ed18b74c9ae74cb3897833de9d7726ee886be2d97837de9d"
		  "df2f7589d8227688df23b5c92f6289d84827e28d7823de897722dd8877e29d785df2b7982db68b5de2f7485d22b7882d"
		  "0d0cd837847a630d15f9053ade9f" },
	{ &codec_q3_K, true, 0,
		  "66cdb366d9336c9936cc9b66cdb366d94d1ae74cb2e758b3ed18b74c9ae74cb3897833de9d7726de887be2d97837de9d"
		  "db2f7684df237588df22b5c82f6285dc4827e28d7423de897722dd8877e29d785df2b79c2db68b5de2f7485d22b7882d"
		  "0d0dd846858a630d15f9053ad09f" },
	{ &codec_q4_K, false, 0x3ff099c3,
		  "8016132288d1d9df888fd7df89e27affc1278dd3499e055ab0167cc2388dd3499f056bb1277cc2388ee45aa0156bb127"
		  "48ad0469b0157bd1379cf348ae046ac0268be2379df359be157ac1268ce248ada0156bc1278cd3489e045ab0167bc237"
		  "8de349ae056ab1267cd2389de459af15268ce248ad0459b0157bd1379ce348ae046ac0267bd2379df359be156ac1268c" },
	{ &codec_q4_K, true, 0,
		  "d51629228890d6dd888fd7df77dd67ffc2278cd3489e045ab0167bc2378de349ae056ab1267cd2389de459a0156bc127"
		  "48ae046ac0167cd1379df359bf056bc0268ce2489ef459bf157bd1278de248aeb0157bc1278ce348ae045ab0167bd237"
		  "9de349ae056ac1268cd2389df459bf15268cd2489d0459b0157bc1378ce348ae046ab0267bd2379de359ae156ac1268c" },
	{ &codec_q5_K, false, 0x4000c48c,
		  "531251228890d8df888fd7df79df67ff26cc9366c9336499324c9926cd9366c9336c9936cc9b66cdb366d9326c9936cc"
		  "a45f1bd7934e0ac6813df9b5602ce8a35f1bd7824e0ac6713df9b4602ce8935f915d09c4803cf8b37f3bf6a26e1ad591"
		  "4d08c4704cf7b37f2be6a25e19d5815d702be7a35e1ad6914d09c4813cf8b46f2be7925e1ad5924d08c5703cf8a36f2b"
		  "5e1ad5914d09c5803cf8b36f2be6a25e1ad5914d09c4703cf7b36f2be6a25e1a" },
	{ &codec_q5_K, true, 0,
		  "8b1251228890d7df888fd7df89df67ff26cc9366c9336499324c9926cd9366c9336c99364c9926cd9366d9326c9936cc"
		  "945f1ac7824d0ab5713de8a4602bd7935e1bc6824ef9b5712ce8a4602bd7935f914d09c5703cf8a36f2be7925e1ad681"
		  "4d09b4703cf7a36f2be6925e1ac5814d602be6935e19c6814c09b4713ce7a46f2ad7925d1ac5824df8b5703be8a36e2b"
		  "5e19c5814c08b4703bf7a36f2ad6925d19c5814cf8b47f3be7a36e2ad6925d09" },
	{ &codec_q6_K, false, 0x40005601,
		  "45df28bc059f137cf18ad367f14ade285fd67df47c048b03aa21b930b85fd65e26ac058d037bf179d258d048ce27af25"
		  "83fc641d960eb62fd840b961da43fb74d158bf37be25ad048b047af37ad159d0c941ea63ea74fb741d951ea72fc841c9"
		  "bf35ad169b048df26be069d147cf38bd1a922c840d85ed77ff57d038b04aa22b6cb11b6cc61b71c61cb1cb6cb21b6cc6"
		  "e74d3ad04d37904ae7913ae44d3a904d18b1c66cb11b6c861b71c61cb1c76cb22453f9248ef9138ef4538d2452f9248e"
		  "f1f0e120d22fc13dad53a45f926e8083408a" },
	{ &codec_q6_K, true, 0,
		  "45df28bc059f137cf18ad367f14ade285fd67df47c048b03aa21b930b85fd65e26ac058d037bf179d258d048ce27af25"
		  "83fc741d960eb62fc840c961da53fb74d158bf37be25ad048b047bf37ad159d0d941fa63db84fb642d950eb72fd841b9"
		  "bf35ad169b048df26be069d147cf38bd1a922c840d85ed77ff57d038b04aa22b6cb11b6cc61b71c61cb1cb6cb21b6cc6"
		  "e74d3ad04d37904ae7913ae44d3a904d18b1c66cb11b6c861b71c61cb1c76cb22453f9248ef9138ef4538d2452f9248e"
		  "f1f0e120d22fc13eae52a45f926a8084418a" },
};

static const char q8_K_of_z[] =
	"0683c1bb6ce055c83db125990d81f56ade52c63aae22960b7ff367db4fc338ab2094087cf065d84dc035a91d91057aed"
	"62d64abe32a61a8e0377eb5fd347bb30a3188c0074e85dd045b92da11589fd72e65ace42b62a9e1386fb6fe357cb40b3"
	"289b1084f86ce055c83db125990d81f56ade52c63aae22960b7ff367db4fc338ab2094087cf065d84dc035a91d91057a"
	"ed62d64abe32a61a8e0377eb5fd347bb30a3188c0074e85dd045b92da11589fd72e65ace42b62a9e1386fb6fe357cb40"
	"b3289b1084f86ce055c83db125990d81f56ade52c63aae22960b7ff367db4fc338ab2094087cf065d84dc035a91d9105"
	"7aed62d64abe32a61a8e0377eb5fd347bb30a31832005200720090ffb200d0fef0ff100030014eff70008effaeffceff"
	"ee000c00";

static void super_blocks_and_their_products_are_those_of_the_page(void **state)
{
	float x[LEN], importance[LEN], z[LEN];
	unsigned char a[292], want[292], got[292];

	(void)state;
	steps(x, importance, z);
	encode(&codec_q8_K, z, LEN, NULL, a);
	assert_int_equal(from_hex(q8_K_of_z, want), sizeof a);
	assert_memory_equal(a, want, sizeof a);
	for (size_t i = 0; i < sizeof super / sizeof *super; i++) {
		const struct codec *c = super[i].codec;

		assert_int_equal(from_hex(super[i].hex, want), c->block_bytes);
		encode(c, x, LEN, super[i].weighted ? importance : NULL, got);
		for (size_t b = 0; b < c->block_bytes; b++)
			if (got[b] != want[b])
				fail_msg("%s%s: byte %zu is %02x instead of %02x", c->name, super[i].weighted ? " weighted" : "",
					 b, got[b], want[b]);
		if (super[i].dot && float_bits(c->dot(c, got, a, LEN)) != super[i].dot)
			fail_msg("%s: product %08x instead of %08x", c->name, float_bits(c->dot(c, got, a, LEN)), super[i].dot);
	}
}

/* codecs-basic.md 1.1: bits per weight follow from the layout. */
static void bits_per_weight_are_those_of_the_table(void **state)
{
	static const struct { const char *name; int type; double bits; } want[] = {
		{ "f32", 0, 32 }, { "f16", 1, 16 }, { "q4_0", 2, 4.5 }, { "q4_1", 3, 5 }, { "q5_0", 6, 5.5 }, { "q5_1", 7, 6 },
		{ "q8_0", 8, 8.5 }, { "q8_1", 9, 9 }, { "q2_K", 10, 2.625 }, { "q3_K", 11, 3.4375 }, { "q4_K", 12, 4.5 },
		{ "q5_K", 13, 5.5 }, { "q6_K", 14, 6.5625 }, { "q8_K", 15, 9.125 }, { "iq4_nl", 20, 4.5 }, { "iq4_xs", 23, 4.25 },
		{ "i8", 24, 8 }, { "i16", 25, 16 }, { "i32", 26, 32 }, { "i64", 27, 64 }, { "f64", 28, 64 }, { "bf16", 30, 16 },
		{ "tq1_0", 34, 1.6875 }, { "tq2_0", 35, 2.0625 }, { "mxfp4", 39, 4.25 }, { "nvfp4", 40, 4.5 }, { "q1_0", 41, 1.125 },
		{ "q2_0", 42, 2.25 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct codec *c = codec_find(want[i].name);

		assert_non_null(c);
		assert_ptr_equal(codec_by_gguf((uint32_t)want[i].type), c);
		assert_true(codec_bits(c) == want[i].bits);
		if (c->dot_name)
			assert_non_null(codec_find(c->dot_name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_of_a_sine_are_those_of_the_page),
		cmocka_unit_test(products_of_a_sine_are_those_of_the_page),
		cmocka_unit_test(products_of_plain_types_are_near_the_exact_sum),
		cmocka_unit_test(products_without_a_partner_are_decoded_and_multiplied),
		cmocka_unit_test(all_zero_blocks_are_those_of_the_page),
		cmocka_unit_test(the_nearest_table_value_of_a_tie_is_the_upper_one),
		cmocka_unit_test(the_nearest_fp4_code_of_a_tie_is_the_lower_one),
		cmocka_unit_test(exponents_of_mxfp4_count_values_just_below_a_power_as_that_power),
		cmocka_unit_test(the_rule_for_floor_log2_is_that_of_the_rounded_logarithm),
		cmocka_unit_test(scales_of_nvfp4_round_half_up_and_jump_to_448),
		cmocka_unit_test(every_stored_byte_of_tq1_0_decodes_to_three_values),
		cmocka_unit_test(numbers_that_are_only_stored_are_read_to_the_nearest_float),
		cmocka_unit_test(super_blocks_and_their_products_are_those_of_the_page),
		cmocka_unit_test(bits_per_weight_are_those_of_the_table),
	};

	return cmocka_run_group_tests_name("codecs", tests, NULL, NULL);
}
