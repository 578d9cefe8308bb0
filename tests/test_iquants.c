/* test_iquants.c - the vector formats: codebooks, worked examples and bulk values of spec/codecs-i.md, searches, matches. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/half.h"
#include "base/pool.h"
#include "base/rng.h"
#include "engine/codecs/grid.h"
#include "engine/encode.h"
#include "engine/match.h"
#include "engine/trace.h"

static struct error err;

/* ---- helpers ---- */

/* The one of zlib and PNG. */
static uint32_t crc32_of(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint32_t crc = 0xFFFFFFFF;

	while (n--) {
		crc ^= *p++;
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (0xEDB88320 & -(crc & 1));
	}
	return ~crc;
}

static void from_hex(const char *hex, unsigned char *out, size_t n)
{
	assert_int_equal(strlen(hex), 2 * n);
	for (size_t i = 0; i < n; i++) {
		unsigned v;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &v), 1);
		out[i] = (unsigned char)v;
	}
}

/* One block, by the codec's own functions. */
static void encode(const struct codec *c, const float *x, const float *importance, unsigned char *block)
{
	struct codec_options o = { .importance = importance };

	assert_true(codec_prepare(c, &err));
	c->encode(c, x, 256, &o, block, NULL);
}

static struct trace trace_of(const struct codec *c, const float *x, const float *importance)
{
	struct codec_options o = { .importance = importance };
	struct tensor row;
	struct trace t;

	assert_true(tensor_new(&row, 1, 256, &err));
	memcpy(tensor_floats(&row), x, 256 * sizeof *x);
	if (!trace_encode(&t, c, &row, 0, 0, &o, 0, &err))
		fail_msg("%s: %s", c->name, err.text);
	tensor_drop(&row);
	return t;
}

static size_t end_of_step(const struct trace *t, const char *name)
{
	for (size_t i = 0; i < t->steps; i++)
		if (!strcmp(t->step[i].name, name))
			return trace_end(t, i);
	fail_msg("%s has no step %s", t->codec->name, name);
	return 0;
}

static double value_at(const struct trace *t, const char *name, size_t i, const char *step)
{
	const struct trace_event *e = trace_find(t, name, i, end_of_step(t, step));

	if (!e)
		fail_msg("%s has no %s[%zu]", t->codec->name, name, i);
	return trace_result(e);
}

static const char *const names[] = { "iq2_xxs", "iq2_xs", "iq2_s", "iq3_xxs", "iq3_s", "iq1_s", "iq1_m" };
enum { NAMES = sizeof names / sizeof *names };

/* ---- codebooks: page 3 ---- */

static const struct book {
	struct grid *grid;
	int dim, entries;
	uint32_t digits;				/* CRC */
	int shells, off, listed, least, most;		/* off-grid points and their lists */
	uint32_t lists;
	bool even;					/* the digits of an entry add up to an even number */
} books[] = {
	{ &grid_iq2_xxs, 8,  256, 0x07ae111a, 2, 6305, 113157,  2, 150, 0xab1beba1, true },
	{ &grid_iq2_xs,  8,  512, 0x2a53f348, 2, 6049, 181721,  2, 292, 0xee4e63ea, true },
	{ &grid_iq2_s,   8, 1024, 0xfeaeecab, 1, 5537,  44716,  1,  70, 0x9f608cd2, true },
	{ &grid_iq3_xxs, 4,  256, 0x63538d0c, 2, 3840,  18985,  2,  36, 0x8a60387c, true },
	{ &grid_iq3_s,   4,  512, 0x705e0a2e, 3, 3584,  24733,  3,  38, 0xef5bf632, false },
	{ &grid_iq1,     8, 2048, 0xdfdd9b5f, 3, 4513, 327721, 12, 205, 0xaf9a5737, false },
};
enum { BOOKS = sizeof books / sizeof *books };

static void codebooks_have_the_entries_order_and_parity_of_the_pages(void **state)
{
	(void)state;
	for (const struct book *b = books; b < books + BOOKS; b++) {
		unsigned char digits[2048 * 8];

		assert_int_equal(b->grid->dim, b->dim);
		assert_int_equal(b->grid->entries, b->entries);
		assert_int_equal(b->grid->keys[0], 0);
		for (int i = 0; i < b->entries; i++) {
			int sum = 0;

			for (int j = 0; j < b->dim; j++) {
				digits[i * b->dim + j] = (unsigned char)grid_digit(b->grid, i, j);
				sum += grid_digit(b->grid, i, j);
			}
			if (b->even)
				assert_int_equal(sum % 2, 0);
			if (i > 0)
				assert_true(b->grid->keys[i] > b->grid->keys[i - 1]);
		}
		assert_int_equal(crc32_of(digits, (size_t)(b->entries * b->dim)), b->digits);
	}
}

static void points_outside_a_codebook_have_the_neighbours_of_the_pages(void **state)
{
	(void)state;
	for (const struct book *b = books; b < books + BOOKS; b++) {
		const struct grid *g = b->grid;
		int points = 0, off = 0, listed = 0, least = 9999, most = 0;

		assert_true(grid_prepare(b->grid, &err));
		assert_int_equal(g->shells, b->shells);
		for (unsigned key = 0; key < 1u << g->digit_bits * g->dim; key++) {
			const uint16_t *list;
			bool point = true;
			int n;

			for (int j = 0; j < g->dim; j++)
				point &= key_digit(g, key, j) < g->digits;
			if (!point)
				continue;
			points++;
			if (grid_find(g, key) >= 0) {
				assert_int_equal(g->keys[grid_find(g, key)], key);
				continue;
			}
			list = grid_neighbours(g, key, &n);
			assert_ptr_equal(list, g->lists + listed + off + 1);	/* by rising key, a length before each */
			off++;
			listed += n;
			least = n < least ? n : least;
			most = n > most ? n : most;
		}
		assert_int_equal(points, g->dim == 8 ? 6561 : 4096);
		assert_int_equal(off, b->off);
		assert_int_equal(listed, b->listed);
		assert_int_equal(least, b->least);
		assert_int_equal(most, b->most);
		assert_int_equal(g->lists_len, off + listed);
		assert_int_equal(crc32_of(g->lists, g->lists_len * sizeof *g->lists), b->lists);
	}
}

static void grid_data_is_what_the_script_makes_of_the_codebooks(void **state)
{
	const char *src = getenv("QS_SRCDIR");
	char line[8192];

	(void)state;
	if (!src)
		src = ".";
	snprintf(line, sizeof line, "'%s/scripts/gen-codebooks' - | cmp -s - '%s/src/engine/codecs/grid_data.c'", src, src);
	assert_int_equal(system(line), 0);
}

static void prepare_one(void *arg, size_t i)
{
	struct grid *g = books[i % BOOKS].grid;
	bool *ok = arg;

	ok[i] = grid_prepare(g, NULL) && g->place && grid_find(g, 0) == 0;
}

static void any_number_of_threads_may_ask_for_the_neighbours_first(void **state)
{
	bool ok[64] = { false };

	(void)state;
	pool_set_threads(7);
	for (int round = 0; round < 5; round++) {
		codecs_drop();
		assert_null(grid_iq1.lists);
		memset(ok, 0, sizeof ok);
		assert_true(pool_for(NULL, 64, false, prepare_one, ok));
		for (int i = 0; i < 64; i++)
			assert_true(ok[i]);
	}
	pool_set_threads(0);
	assert_int_equal(crc32_of(grid_iq1.lists, grid_iq1.lists_len * sizeof *grid_iq1.lists), 0xaf9a5737);
}

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
static void neighbours_come_to_be_in_less_than_fifty_milliseconds(void **state)
{
	const char *preloaded = getenv("LD_PRELOAD");

	(void)state;
	if (preloaded && strstr(preloaded, "vgpreload"))
		skip();			/* valgrind has its own pace */
	for (const struct book *b = books; b < books + BOOKS; b++) {
		double best = 1e9;

		for (int i = 0; i < 3; i++) {
			clock_t start;
			double ms;

			codecs_drop();
			start = clock();
			assert_true(grid_prepare(b->grid, &err));
			ms = 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC;
			best = ms < best ? ms : best;
		}
		print_message("# %s: neighbours in %.1f ms\n", b->grid->name, best);
		assert_true(best < 50);
	}
}
#endif

/* ---- worked examples: page 9 ---- */

static const struct example {
	const char *name;
	bool weighted;
	const char *hex;
	uint32_t crc, dot;		/* of the decoded floats; bits of the product; 0: not on the page */
	float y[8];
} examples[] = {
	{ "iq2_xxs", true,
		  "ce1c4242ba72cba556eb727474ca528b85e6cad8d8a1b452abf5aaaa4242adf472e9ba7272744badd4e27474caca160bade4"
		  "d8a1a1aaa5562bfdaa42babae9e552eb",
		  0xc0d774cf, 0xbf107806,
		  { -0.731377602f, -0.136070251f, 0.425219536f, -0.425219536f,
		    0.136070251f, 0.731377602f, -0.136070251f, 0.136070251f } },
	{ "iq2_xs", true,
		  "e21e4497f696b4b497b491a4912ca22c5869eb69b74b195b365bbb5b44d34497f696b496b4b491a4912ca22c582deb69b74b"
		  "194b365b365b2bd344d34497f696c7b4e8eee989ff9eee99",
		  0x9ca50e1f, 0xbf6f6420,
		  { -0.61417675f, -0.114265442f, 0.61417675f, -0.357079506f,
		    0.114265442f, 0.61417675f, -0.114265442f, 0.357079506f } },
	{ "iq2_s", true,
		  "501dae282e2f9191ababb45e7a7b47676dae282e2f9191abb45e5e7a7b676dae282e4b4b5adad29296b4b4a5252d6d69494b"
		  "5b5ad29296b6b4a4a52d2d69694b4b5a54a5fe2a55e9bf52eeffeeeefeeedeee",
		  0x14b0044f, 0xbfc7fcc5,
		  { -0.808677673f, -0.15045166f, 0.470161438f, -0.470161438f,
		    0.15045166f, 0.808677673f, -0.15045166f, 0.15045166f } },
	{ "iq2_s", false,
		  "5c1dae282e2f9191ababb45e7a7b47676dae282e2f9191abb45e5e7a7b6767ae282e4b4b5adad29296b4b4a5252d6d69494b"
		  "5b5ad29296b6b4a4a52d2d69694b4b5a54a5fe2a55e9bf52edffeedefeeedeed" },
	{ "iq3_xxs", true,
		  "ff16a680d459e159f131dc5fb289b2a99fa680d459e431f431dc5fdea9cfc29fd480d459e431f45fdc5fb2a99fa680d459e1"
		  "59f131dc5fdc89b2a99fa680d459e432cba556eb528b85f6b452abf5adf472d94badd4f2160bade4a5562bfde9e552eb",
		  0xb4732e8a, 0xbfaef072,
		  { -0.643927574f, -0.0495328903f, 0.544861794f, -0.346730232f,
		    0.0495328903f, 0.7677598f, -0.346730232f, 0.247664452f } },
	{ "iq3_xxs", false,
		  "e116bf80d459e186f131f45fde89b4a99fa680d459e486f431dc5fdea9cfa69fd480d459f186f45fdc89b2a99fbf9fd459e1"
		  "59f131f45fde89b4a99fbf80d459e186cba556fb528b85e6b452abf5adf472e94badd4f2160badf4a5562bede9e552fb" },
	{ "iq3_s", true,
		  "421786f0aaadac4fea61ea6ac713a28e3087fbacadee59ea6197be99063086f086fbacadee59ea6897be99063086f0aafbac"
		  "4ff461ea6897bc2606308697aaadac5955fdaa5e55afaa574b4b5adad29296b4b4a5252d6d69494b5b5ad29296b6b4a4a52d"
		  "2d69694b4b5adfffffff",
		  0x31883db4, 0xbf78787e,
		  { -0.604227066f, -0.0549297333f, 0.604227066f, -0.494367599f,
		    0.1647892f, 0.823945999f, -0.274648666f, 0.274648666f } },
	{ "iq3_s", false,
		  "191786f0aaadac59e261ea6ac757a25430b797acadc659ea6197bec713a286f0b74aacadee59ea6197bc99063086f0aafbac"
		  "b5e261ea6ac757a206308697acadc65955fdaade55afea574b4b5adad29296b4b4a5252d6d69494b5b5ad29296b6b4a4a52d"
		  "2d69694b4b5aefeffffe" },
	{ "iq1_s", true,
		  "752922343535c90d0b0d04fb9492927734343435460d0d0b0d2e2e94949a77223435dff6aa74827df676dbfa95f4b2fdfef6",
		  0x183f9f54, 0xbedc3a6f,
		  { -0.719432831f, -0.0799369812f, 0.559558868f, -0.719432831f,
		    -0.0799369812f, 0.559558868f, -0.0799369812f, 0.559558868f } },
	{ "iq1_m", true,
		  "34343535c90d0d0d04fb9494947734343435c90d0b0b0d2efb94949a77343435b3bb52ad02e6ee33bb52a22ae0ee3ebbfeaf"
		  "bf6fbf9fff2f",
		  0x552129d3, 0xbdbbecef,
		  { -0.481132507f, 0.0687332153f, 0.618598938f, -0.481132507f,
		    0.0687332153f, 0.618598938f, -0.481132507f, 0.0687332153f } },
	{ "iq1_m", false,
		  "34343434460d0d040dfb949494bb34343435c90d0b0b04fb2e94947777343434b3e65b2d0ae6de33bb52a2026a6e3e6bbebf"
		  "f70dbfafbe2f" },
};

static void example_row(float *x, float *w)
{
	for (int i = 0; i < 256; i++) {
		x[i] = (float)((37 * i + 11) % 101 - 50) / 64;
		w[i] = 1 + (float)(i % 7) / 8;
	}
}

/* codecs-k.md 3.5 */
static void activations(unsigned char out[292])
{
	float y[256], peak = 0, k, d;
	int16_t sums[16] = { 0 };

	for (int i = 0; i < 256; i++) {
		y[i] = (float)((53 * i + 7) % 89 - 44) / 32;
		if (fabsf(y[i]) > fabsf(peak))
			peak = y[i];
	}
	k = -127 / peak;
	d = 1 / k;
	memcpy(out, &d, 4);
	for (int i = 0; i < 256; i++) {
		int q = round_even(k * y[i]);

		q = q > 127 ? 127 : q;
		out[4 + i] = (unsigned char)q;
		sums[i / 16] = (int16_t)(sums[i / 16] + q);
	}
	memcpy(out + 260, sums, 32);
	assert_int_equal(float_bits(d), 0xbc3162c5);
	assert_int_equal(sums[0], 307);
	assert_int_equal(sums[15], -141);
}

static void blocks_products_and_values_are_those_of_the_worked_examples(void **state)
{
	float x[256], w[256], y[256];
	unsigned char a[292];

	(void)state;
	example_row(x, w);
	activations(a);
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		const struct example *e = &examples[i];
		const struct codec *c = codec_find(e->name);
		unsigned char want[128], got[128];

		from_hex(e->hex, want, c->block_bytes);
		encode(c, x, e->weighted ? w : NULL, got);
		assert_memory_equal(got, want, c->block_bytes);
		c->decode(c, want, 256, y, NULL);
		if (!e->crc)
			continue;
		assert_memory_equal(y, e->y, sizeof e->y);
		assert_int_equal(crc32_of(y, sizeof y), e->crc);
		assert_int_equal(float_bits(c->dot(c, want, a, 256)), e->dot);
	}
}

static void iq3_s_writes_what_follows_a_sub_block_of_zeros_in_its_place(void **state)
{
	static const char *const hex =
		"421786f0aaadac4fea61fbacadee59ea6197be99063086f086fbacadee59ea6897be99063086f0aafbac4ff461ea6897bc26"
		"06308697aaadac5900000000000000005500aa5e55afaa574b4b5adab4a5252d6d69494b5b5ad29296b6b4a4a52d2d69694b"
		"4b5a000000000fffffff";
	static const float at_32[] = { 0.00177192688f, 0.0194911957f, -0.0124034882f, 0.0088596344f };
	static const float at_64[] = { -0.274648666f, 0.1647892f, -0.823945999f, -0.1647892f };
	const struct codec *c = &codec_iq3_s;
	unsigned char want[110], got[110];
	float x[256], w[256], y[256];
	struct trace t;

	(void)state;
	example_row(x, w);
	memset(x + 32, 0, 32 * sizeof *x);
	from_hex(hex, want, sizeof want);
	encode(c, x, w, got);
	assert_memory_equal(got, want, sizeof want);
	c->decode(c, want, 256, y, NULL);
	assert_memory_equal(y + 32, at_32, sizeof at_32);
	assert_memory_equal(y + 64, at_64, sizeof at_64);
	assert_int_equal(crc32_of(y, sizeof y), 0x5968e852);

	/* The first index of sub-block 2: low bits in byte 10, ninth bit where it belongs. */
	t = trace_of(c, x, w);
	assert_int_equal(trace_find(&t, "index", 16, t.events)->at[0].bit, 8 * 10);
	assert_int_equal(trace_find(&t, "index", 16, t.events)->at[1].bit, 8 * 68);
	assert_int_equal(trace_find(&t, "index", 8, t.events)->at[0].bit, 8 * 58);
	assert_non_null(strstr(t.step[t.steps - 2].say, "behind an empty sub-block"));
	trace_drop(&t);
}

/* "Trace" of page 9, all of the first sub-block but power and most. */
static const struct told {
	const char *name;
	float power, w, start, searched, final;
	const char *digits;
	float most;			/* scale of the block */
} told[] = {
	{ "iq2_xxs", 0.207022667f, 0.760500193f, 0.185582221f, 0.139183283f, 0.140515521f,
	  "20110200201102002012011120020020", 0.14543654f },
	{ "iq2_xs", 0.207022667f, 0.760500193f, 0.71875f, 0.118772715f, 0.118772715f, "2021020120220220", 0.208384484f },
	{ "iq2_s", 0.414045334f, 0.886218488f, 0.71875f, 0.150942892f, 0.150942892f, "2011020020110110", 0.16291292f },
	{ "iq3_xxs", 0.414045334f, 0.886218488f, 0.78125f, 0.0505541451f, 0.0505541451f,
	  "60530732724505417126054162172350", 0.0523030162f },
	{ "iq3_s", 0.414045334f, 0.886218488f, 0.78125f, 0.0515486971f, 0.0515486971f,
	  "50541722703505417235044054171360", 0.0531690344f },
	{ "iq1_s", 0.414045334f, 0.886218488f, 0, 0.549209058f, 0.565119207f, NULL, 0.568392992f },
	{ "iq1_m", 0.414045334f, 0.886218488f, 0, 0.540967345f, 0.540967345f, NULL, 0.587647915f },
};

static void traces_tell_the_numbers_of_the_worked_examples(void **state)
{
	float x[256], w[256];

	(void)state;
	example_row(x, w);
	for (const struct told *e = told; e < told + sizeof told / sizeof *told; e++) {
		struct trace t = trace_of(codec_find(e->name), x, w);
		double start = e->start == 0.185582221f ? (double)(3 * e->start) : (double)e->start;	/* of iq2_xxs before x 3 */

		assert_true(value_at(&t, "power", SIZE_MAX, "weigh") == (double)e->power);
		assert_true(value_at(&t, "w", 0, "weigh") == (double)e->w);
		if (e->start != 0)
			assert_true(value_at(&t, "start", 0, "start") == start);
		assert_true(value_at(&t, "scale", 0, "search") == (double)e->searched);
		assert_true(value_at(&t, "scale", 0, "refit") == (double)e->final);
		for (size_t i = 0; e->digits && e->digits[i]; i++)
			assert_int_equal(value_at(&t, "code", i, "refit"), e->digits[i] - '0');
		if (strcmp(e->name, "iq1_m"))
			assert_true(trace_find(&t, "d", SIZE_MAX, end_of_step(&t, "scales"))->v[0] == (double)e->most);
		trace_drop(&t);
	}
}

static const struct trace_event *best_try(const struct trace *t, unsigned sub)
{
	const struct trace_event *best = NULL;

	for (size_t i = 0; i < end_of_step(t, "search"); i++)
		if (!strcmp(trace_kind_name(t->event[i].kind), "try") && t->event[i].sub == sub && (t->event[i].flags & TRACE_BEST))
			best = &t->event[i];
	return best;
}

static void iq1_formats_cut_the_first_sub_block_where_the_page_says(void **state)
{
	static const int indices[] = { 1826, 820, 821, 821 };
	float x[256], w[256];
	const struct trace_event *e;
	struct trace t;

	(void)state;
	example_row(x, w);
	t = trace_of(&codec_iq1_s, x, w);
	e = best_try(&t, 0);
	assert_true(e->v[0] == 10 && e->v[1] == 21 && e->v[2] == -0.125);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(value_at(&t, "index", i, "pack"), indices[i]);
	trace_drop(&t);
	t = trace_of(&codec_iq1_m, x, w);
	e = best_try(&t, 0);
	assert_true(e->v[0] == 6 && e->v[1] == 12 && e->v[2] == 0.125 && e->v[3] == -0.125);
	assert_int_equal(value_at(&t, "index", 0, "pack"), 820);
	assert_int_equal(value_at(&t, "index", 1, "pack"), 820);
	e = trace_find(&t, "d", SIZE_MAX, t.events);
	assert_true((float)(e->v[0] / e->v[1]) == 0.0380120091f);
	trace_drop(&t);
}

/* ---- bulk values: page 10 ---- */

static uint32_t drawn;
static uint32_t draw(void) { return drawn = drawn * 1664525 + 1013904223; }

static void make_stream(bool ties, float *x, float *w)
{
	drawn = 12345;
	for (int n = 0; n < 64; n++) {
		for (int i = 0; i < 256; i++) {
			uint32_t s = draw();
			float t = (float)((int)(s >> 8) - 8388608) / 8388608;

			x[256 * n + i] = !ties ? t * t * t : (n + i / 32) % 4 == 0 ? 0 : (float)((int)((s >> 24) % 9) - 4) / 4;
		}
		for (int i = 0; i < 256; i++)
			w[256 * n + i] = ties ? (float)((draw() >> 28) + 1) / 16 : (float)((draw() >> 16) + 1) / 65536;
	}
}

static const struct bulk { const char *name; bool ties, weighted; uint32_t blocks, values; } bulk[] = {
	{ "iq2_xxs", false, true,  0x8d3dedfd, 0xa539ce16 }, { "iq2_xxs", true, true,  0x842e8a3a, 0xc53c331b },
	{ "iq2_xs",  false, true,  0x01796e4c, 0xa214b89d }, { "iq2_xs",  true, true,  0x275b5131, 0xf4f6b647 },
	{ "iq2_s",   false, true,  0x983ee31a, 0xc0d8a57f }, { "iq2_s",   true, true,  0x79089404, 0xcceab1b5 },
	{ "iq2_s",   false, false, 0xd46e62a2, 0x7a7a55de }, { "iq2_s",   true, false, 0x5ec5e743, 0x8cf0bd59 },
	{ "iq3_xxs", false, true,  0x963984eb, 0x3c6cdd33 }, { "iq3_xxs", true, true,  0x1dc8ef9e, 0x4a3269fc },
	{ "iq3_xxs", false, false, 0x2750d4fa, 0xc8abfd74 }, { "iq3_xxs", true, false, 0x451480dc, 0x50331aa1 },
	{ "iq3_s",   false, true,  0xb409a04e, 0x4c2cfc66 }, { "iq3_s",   true, true,  0x1457cae2, 0xa9c867b7 },
	{ "iq3_s",   false, false, 0x6448f4f6, 0x503d458f }, { "iq3_s",   true, false, 0xfa3af8f8, 0xfb29af17 },
	{ "iq1_s",   false, true,  0x61cbd59f, 0x777dfae4 }, { "iq1_s",   true, true,  0xefdc766c, 0x126f09d7 },
	{ "iq1_m",   false, true,  0x9710c579, 0x4749f550 }, { "iq1_m",   true, true,  0x842cda31, 0xf8244cad },
	{ "iq1_m",   false, false, 0x9b027107, 0xf57a664b }, { "iq1_m",   true, false, 0x50e917bf, 0x2d0bb3f8 },
};

static void bulk_values_are_those_of_the_pages(void **state)
{
	static float x[2][64 * 256], w[2][64 * 256], y[64 * 256];
	static unsigned char blocks[64 * 128];

	(void)state;
	for (int ties = 0; ties < 2; ties++)
		make_stream(ties, x[ties], w[ties]);
	assert_true(x[0][0] == -0.882511258f);
	assert_int_equal(crc32_of(x[0], sizeof x[0]), 0x66598916);
	assert_int_equal(crc32_of(w[0], sizeof w[0]), 0x98add4dc);
	assert_int_equal(crc32_of(x[1], sizeof x[1]), 0x1646a3ed);
	assert_int_equal(crc32_of(w[1], sizeof w[1]), 0xf7f5bb22);
	for (const struct bulk *b = bulk; b < bulk + sizeof bulk / sizeof *bulk; b++) {
		const struct codec *c = codec_find(b->name);

		for (int n = 0; n < 64; n++) {
			encode(c, x[b->ties] + 256 * n, b->weighted ? w[b->ties] + 256 * n : NULL, blocks + n * c->block_bytes);
			c->decode(c, blocks + n * c->block_bytes, 256, y + 256 * n, NULL);
		}
		assert_int_equal(crc32_of(blocks, 64u * c->block_bytes), b->blocks);
		assert_int_equal(crc32_of(y, sizeof y), b->values);
	}
}

/* ---- what a learner sees ---- */

static void random_block(struct rng *r, float *x, float *w)
{
	for (int i = 0; i < 256; i++) {
		x[i] = (float)rng_gauss(r) * 0.02f;
		w[i] = (float)(0.25 + rng_uniform(r));
	}
}

static void turned_signs_are_the_cheapest_and_leave_an_even_number(void **state)
{
	static const char *const seven[] = { "iq2_xxs", "iq2_xs", "iq3_xxs" };
	struct rng r = rng_seeded(5);
	float x[256], w[256];
	int turned = 0;

	(void)state;
	for (int k = 0; k < 30; k++) {
		const struct codec *c = codec_find(seven[k % 3]);
		struct trace t;

		random_block(&r, x, w);
		t = trace_of(c, x, w);
		for (size_t eight = 0; eight < 32; eight++) {
			int minus = 0, differ = 0, cheapest = 0;
			float cost[8];

			for (size_t j = 0; j < 8; j++) {
				size_t i = 8 * eight + j;
				float counts = (float)value_at(&t, "w", i, "weigh");

				cost[j] = counts * x[i] * x[i];
				if (cost[j] < cost[cheapest])
					cheapest = (int)j;
				minus += t.y[i] < 0;
				differ += (t.y[i] < 0) != (x[i] < 0);
				assert_int_equal(value_at(&t, "sign", i, "decode"), t.y[i] < 0);
			}
			assert_int_equal(minus % 2, 0);
			assert_true(differ <= 1);
			if (differ) {
				size_t i = 8 * eight + (size_t)cheapest;

				assert_true((t.y[i] < 0) != (x[i] < 0));
				assert_int_equal(trace_find(&t, "sign", i, end_of_step(&t, "fold"))->kind, TRACE_SIGN_TURNED);
				turned++;
			}
		}
		trace_drop(&t);
	}
	assert_true(turned > 300);		/* half of 960, about */
}

/* The costs of all scales tried, worked out from what the trace says of the one taken. */
static void searches_keep_the_candidate_that_explains_most(void **state)
{
	static const int tried[] = { 13, 19, 19, 31, 19, 1122, 612 };
	struct rng r = rng_seeded(6);
	float x[256], w[256];

	(void)state;
	random_block(&r, x, w);
	for (size_t k = 0; k < NAMES; k++) {
		const struct codec *c = codec_find(names[k]);
		struct trace t = trace_of(c, x, w);

		for (unsigned b = 0; b < 256u / c->sub_len; b++) {
			const struct trace_event *best = best_try(&t, b);
			double least = INFINITY;
			int n = 0;

			assert_non_null(best);
			for (size_t i = 0; i < end_of_step(&t, "search"); i++) {
				const struct trace_event *e = &t.event[i];

				if (strcmp(trace_kind_name(e->kind), "try") || e->sub != b)
					continue;
				n++;
				least = fmin(least, trace_result(e));
			}
			assert_int_equal(n, tried[k]);
			assert_true(trace_result(best) <= least * (1 + 1e-5));	/* the search compares floats */
		}
		trace_drop(&t);
	}
}

static void entries_are_the_first_of_the_cheapest_neighbours(void **state)
{
	struct rng r = rng_seeded(7);
	float x[256], w[256];

	(void)state;
	random_block(&r, x, w);
	for (size_t k = 0; k < NAMES; k++) {
		const struct codec *c = codec_find(names[k]);
		struct trace t = trace_of(c, x, w);
		size_t groups = 256 / match_len(c), drawn_groups = 0;

		for (size_t g = 0; g < groups; g++) {
			double least = INFINITY, entry = -1;
			const struct trace_event *e = trace_find(&t, "entry", g, t.events);

			assert_non_null(e);
			assert_true(trace_result(e) == value_at(&t, "index", g, "pack"));
			for (size_t i = 0; i < t.events; i++) {
				const struct trace_event *n = &t.event[i];

				if (n->kind != TRACE_NEAR || n->sub != g)
					continue;
				assert_true(n->v[1] >= 0 && n->v[2] <= 1.0000001 && n->v[3] >= 0);
				if (n->v[3] < least) {
					least = n->v[3];
					entry = n->v[0];
				}
			}
			assert_true((e->kind == TRACE_ENTRY_NEAR) == (entry >= 0));
			if (entry < 0)
				continue;
			drawn_groups++;
			assert_true(trace_result(e) == entry);
		}
		assert_true(drawn_groups > 0);
		trace_drop(&t);
	}
}

static void formats_that_need_importance_refuse_without(void **state)
{
	struct tensor x, q;

	(void)state;
	assert_true(tensor_new(&x, 1, 256, &err));
	for (size_t k = 0; k < NAMES; k++) {
		bool needs = strstr("iq2_xxs iq2_xs iq1_s", names[k]) && strcmp(names[k], "iq2_s");

		assert_true(tensor_encode(codec_find(names[k]), &x, 0, NULL, NULL, &q, &err) != needs);
		if (needs)
			assert_non_null(strstr(err.text, "importance"));
		tensor_drop(&q);
	}
	tensor_drop(&x);
}

/* Page 5: no search can work with sums that are not numbers. */
static void weights_whose_squares_overflow_are_refused_by_their_place(void **state)
{
	static float importance[512];
	struct codec_options o = { .importance = importance };
	struct tensor x, q;
	struct trace t;

	(void)state;
	assert_true(tensor_new(&x, 3, 512, &err));
	for (int i = 0; i < 3 * 512; i++)
		tensor_floats(&x)[i] = (float)(i % 5);
	for (int i = 0; i < 512; i++)
		importance[i] = 1;
	tensor_floats(&x)[2 * 512 + 300] = 3e19f;		/* its square is above 3.4e38 */
	for (size_t k = 0; k < NAMES; k++) {
		const struct codec *c = codec_find(names[k]);
		char want[160];

		snprintf(want, sizeof want, "the block from row 2, column 256 on is too large for %s: sums of weighted squares overflow", c->name);
		assert_false(tensor_encode(c, &x, 0, &o, NULL, &q, &err));
		assert_int_equal(err.class, ERR_VALUE);
		assert_string_equal(err.text, want);
		assert_null(q.buffer);
		assert_false(trace_encode(&t, c, &x, 0, 0, &o, 5, &err));
		assert_string_equal(err.text, want);
		assert_null(t.event);
		importance[0] = 3e38f;				/* times the root of a mean square above 1 */
		tensor_floats(&x)[2 * 512 + 300] = 3e18f;
		assert_false(tensor_encode(c, &x, 0, &o, NULL, &q, &err));
		assert_non_null(strstr(err.text, "row 0, column 0"));
		importance[0] = 1;
		assert_true(tensor_encode(c, &x, 0, &o, NULL, &q, &err));
		tensor_drop(&q);
		tensor_floats(&x)[2 * 512 + 300] = 3e19f;
	}
	tensor_drop(&x);
}

/* Page 7, 4: zeros in a block that is not zero. */
static void a_skipped_sub_block_does_not_decode_to_zero(void **state)
{
	static const float of_d[] = { 1, 1, 1, 1, 1, -0.875f, -0.875f };
	float x[256] = { 0 }, w[256], y[256];

	(void)state;
	for (int i = 0; i < 256; i++) {
		w[i] = 1;
		if (i < 224)			/* only the last is empty: iq3_s moves what follows */
			x[i] = (float)(i % 9) - 4;
	}
	for (size_t k = 0; k < NAMES; k++) {
		const struct codec *c = codec_find(names[k]);
		struct trace t = trace_of(c, x, w);
		float d = (float)value_at(&t, "d", SIZE_MAX, "scales");

		c->decode(c, t.bytes, 256, y, NULL);
		assert_true(d > 0);
		for (int i = 224; i < 256; i++)
			assert_true(y[i] == of_d[k] * d);
		trace_drop(&t);
	}
}

static void products_of_any_bytes_are_made_without_fault(void **state)
{
	struct rng r = rng_seeded(8);
	unsigned char w[128], a[292];

	(void)state;
	for (int round = 0; round < 200; round++)
		for (size_t k = 0; k < NAMES; k++) {
			const struct codec *c = codec_find(names[k]);
			float y[256];

			for (size_t i = 0; i < sizeof w; i++)
				w[i] = (unsigned char)rng_next(&r);
			for (size_t i = 0; i < sizeof a; i++)
				a[i] = (unsigned char)rng_next(&r);
			c->decode(c, w, 256, y, NULL);
			(void)c->dot(c, w, a, 256);
		}
}

/* Weights from subnormal to the largest floats: no step may leave C. Bytes are checked in check_vectors. */
static void weights_of_any_size_are_encoded_without_fault(void **state)
{
	struct rng r = rng_seeded(9);
	float x[256], w[256];
	int taken = 0;

	(void)state;
	for (int round = 0; round < 60; round++) {
		int scale = (int)(rng_next(&r) % 270) - 145;

		for (int i = 0; i < 256; i++) {
			x[i] = (float)ldexp(rng_gauss(&r) / 6, scale);
			w[i] = (float)ldexp(rng_uniform(&r), (int)(rng_next(&r) % 250) - 124);
			if (rng_next(&r) % 4 == 0)
				w[i] = 0;
			if (rng_next(&r) % 16 == 0)
				x[i] = 0;
		}
		for (size_t k = 0; k < NAMES; k++) {
			const struct codec *c = codec_find(names[k]);
			unsigned char block[128];

			encode(c, x, w, block);		/* also what would have been refused */
			if (c->takes(c, x, w)) {
				struct trace t = trace_of(c, x, w);

				assert_memory_equal(block, t.bytes, c->block_bytes);
				trace_drop(&t);
				taken++;
			}
			if (!(c->flags & CODEC_NEEDS_IMPORTANCE))
				encode(c, x, NULL, block);
		}
	}
	assert_true(taken > 200);
}

/* ---- matches ---- */

/* interaction.md 9.6: the picture's numbers follow from its first row and the block's scale. */
static void a_match_ranks_entries_as_the_picture_does(void **state)
{
	static const float x[] = { .0037f, -.0138f, -.0047f, .0124f, .0122f, .0050f, -.0078f, .0278f };
	static const struct { int entry; double distance, cosine; } want[] = {
		{ 133, .01669, .8948 }, { 210, .01767, .9032 }, { 138, .01792, .8784 }, { 145, .01808, .8762 },
	};
	struct match m;

	(void)state;
	assert_true(match_values(&m, &codec_iq2_xxs, x, NULL, .000859f, MATCH_DISTANCE, &err));
	assert_int_equal(m.entries, 256);
	assert_true(m.turned[0] && m.minus[0] && m.target[0] == -.0037f);
	for (int i = 0; i < 4; i++) {
		const struct match_candidate *c = &m.candidate[i];

		assert_int_equal(c->entry, want[i].entry);
		assert_int_equal(c->rank[MATCH_DISTANCE], i + 1);
		assert_true(fabs(c->distance - want[i].distance) < 1e-4);
		assert_true(fabs(c->cosine - want[i].cosine) < 1e-3);
	}
	assert_true(match_find(&m, 215)->rank[MATCH_COSINE] < match_find(&m, 210)->rank[MATCH_COSINE]);
	assert_true(fabs(match_find(&m, 215)->cosine - .9434) < 1e-3);
	assert_true(m.candidate[0].level[1] == 25 && m.candidate[0].level[0] == 8);
	assert_true(fabs(match_crossing(&m, 133, 210) - .00080) < 5e-6);
	match_sort(&m, MATCH_COSINE);
	assert_int_equal(m.candidate[0].rank[MATCH_COSINE], 1);
	match_drop(&m);
}

static void matches_of_a_block_name_what_it_stores(void **state)
{
	struct rng r = rng_seeded(10);
	float x[256], w[256];

	(void)state;
	random_block(&r, x, w);
	for (size_t k = 0; k < NAMES; k++) {
		const struct codec *c = codec_find(names[k]);
		size_t len = match_len(c);
		struct trace t = trace_of(c, x, w);
		struct match m;

		for (size_t g = 0; g < 256 / len; g += 3) {
			const struct match_candidate *s;
			double apart = 0;

			assert_true(match_group(&m, c, t.bytes, x, w, g, MATCH_WEIGHTED, &err));
			assert_int_equal(m.len, len);
			assert_int_equal(m.stored, value_at(&t, "index", g, "pack"));
			s = match_find(&m, m.stored);
			assert_true(s->stored);
			for (size_t j = 0; j < len; j++) {
				double e = (double)t.y[g * len + j] - (double)x[g * len + j];

				apart += e * e;
				assert_true(m.back[j] == t.y[g * len + j]);
				assert_true(m.turned[j] == (!strncmp(c->name, "iq1", 3) ? false : (t.y[g * len + j] < 0) != (x[g * len + j] < 0)));
			}
			assert_true(fabs(s->distance - sqrt(apart)) < 1e-6);
			for (int i = 1; i < m.entries; i++)
				assert_true(m.candidate[i].weighted >= m.candidate[i - 1].weighted);
			match_drop(&m);
		}
		assert_true(match_group(&m, c, t.bytes, NULL, NULL, 1, MATCH_DISTANCE, &err));
		assert_int_equal(m.candidate[0].entry, m.stored);	/* of its own values the nearest */
		assert_true(m.candidate[0].distance < 1e-7);
		match_drop(&m);
		assert_true(match_values(&m, c, x, NULL, 0, MATCH_DISTANCE, &err));
		assert_true(m.scale > 0 && m.stored == -1);
		match_drop(&m);
		trace_drop(&t);
	}
}

static void matches_are_refused_where_there_is_no_vector_codebook(void **state)
{
	unsigned char block[50] = { 0 };
	struct match m;

	(void)state;
	assert_false(match_group(&m, &codec_q4_0, block, NULL, NULL, 0, MATCH_DISTANCE, &err));
	assert_int_equal(err.class, ERR_CODEC);
	assert_non_null(strstr(err.text, "no vector codebook"));
	assert_false(match_group(&m, &codec_iq1_s, block, NULL, NULL, 32, MATCH_DISTANCE, &err));
	assert_string_equal(err.text, "there is no group 32");
	assert_int_equal(match_len(&codec_q4_0), 0);
	assert_int_equal(match_len(&codec_iq3_s), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codebooks_have_the_entries_order_and_parity_of_the_pages),
		cmocka_unit_test(points_outside_a_codebook_have_the_neighbours_of_the_pages),
		cmocka_unit_test(grid_data_is_what_the_script_makes_of_the_codebooks),
		cmocka_unit_test(any_number_of_threads_may_ask_for_the_neighbours_first),
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(neighbours_come_to_be_in_less_than_fifty_milliseconds),
#endif
		cmocka_unit_test(blocks_products_and_values_are_those_of_the_worked_examples),
		cmocka_unit_test(iq3_s_writes_what_follows_a_sub_block_of_zeros_in_its_place),
		cmocka_unit_test(traces_tell_the_numbers_of_the_worked_examples),
		cmocka_unit_test(iq1_formats_cut_the_first_sub_block_where_the_page_says),
		cmocka_unit_test(bulk_values_are_those_of_the_pages),
		cmocka_unit_test(turned_signs_are_the_cheapest_and_leave_an_even_number),
		cmocka_unit_test(searches_keep_the_candidate_that_explains_most),
		cmocka_unit_test(entries_are_the_first_of_the_cheapest_neighbours),
		cmocka_unit_test(formats_that_need_importance_refuse_without),
		cmocka_unit_test(weights_whose_squares_overflow_are_refused_by_their_place),
		cmocka_unit_test(a_skipped_sub_block_does_not_decode_to_zero),
		cmocka_unit_test(products_of_any_bytes_are_made_without_fault),
		cmocka_unit_test(weights_of_any_size_are_encoded_without_fault),
		cmocka_unit_test(a_match_ranks_entries_as_the_picture_does),
		cmocka_unit_test(matches_of_a_block_name_what_it_stores),
		cmocka_unit_test(matches_are_refused_where_there_is_no_vector_codebook),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	pool_stop();
	codecs_drop();
	return failed;
}
