/*
 * bench.c - million weights a second of a codec, beside memcpy and the scalar reference in the same run. spec/performance.md.
 *
 * Rows of 4096 weights, one after the other and round again. A figure is the best of five repetitions of at least 50 ms: the others were
 * disturbed by something. Which function does the work is the kernel table's choice, so that a new kernel is measured by being listed.
 */
#include "session/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/pool.h"
#include "base/rng.h"
#include "engine/kernel.h"

enum { REPETITIONS = 5, ROW_BYTES = 4 * BENCH_ROW, SIGHT = 64 /* alignment */, RANDOM_ROWS = 64 };
static const double LEAST_SECONDS = 0.05, AIM_SECONDS = 0.055;

/* What is measured; a codec that cannot do it has none. */
enum what { COPY, ENCODE, IMP, DECODE, DOT, WHATS };
static const char *const what_names[WHATS] = { "copy", "encode", "imp", "decode", "dot" };

struct figure { const struct codec *codec; enum what what; double per_second, reference; };	/* weights */

struct lane { size_t first, rows, at, n; float sum; };	/* the rows of one thread, and which of them comes next */

struct bench {
	struct figure *figure; size_t figures, done;
	double copied;			/* floats a second */
	size_t rows; unsigned threads, threads_set;
	float *x, *y, *importance;
	unsigned char *blocks, *activations; size_t row_bytes;
	/* what goes on now */
	const struct codec *codec, *partner;
	bool reference;
	void (*one)(struct bench *b, struct lane *l, size_t row);
	struct lane lane[BENCH_THREADS_MAX];
};

static void bench_drop(void *state)
{
	struct bench *b = state;

	free(b->figure);
	free(b->x);
	free(b->y);
	free(b->importance);
	free(b->blocks);
	free(b->activations);
	free(b);
}

/* ---- the work: one row ---- */

/* All rows of the lane at once, as a copy would be made. */
static void copy_rows(struct bench *b, struct lane *l, size_t row)
{
	(void)row;
	memcpy(b->y + l->first * BENCH_ROW, b->x + l->first * BENCH_ROW, l->rows * ROW_BYTES);
}

static void encode(struct bench *b, size_t row, const float *importance)
{
	struct codec_options o = { .importance = importance };

	if (b->reference)
		b->codec->encode(b->codec, b->x + row * BENCH_ROW, BENCH_ROW, &o, b->blocks + row * b->row_bytes, NULL);
	else
		codec_encode(b->codec, b->x + row * BENCH_ROW, BENCH_ROW, &o, b->blocks + row * b->row_bytes);
}

static void encode_row(struct bench *b, struct lane *l, size_t row)
{
	(void)l;
	encode(b, row, NULL);
}

static void encode_row_imp(struct bench *b, struct lane *l, size_t row)
{
	(void)l;
	encode(b, row, b->importance);
}

static void decode_row(struct bench *b, struct lane *l, size_t row)
{
	(void)l;
	if (b->reference)
		b->codec->decode(b->codec, b->blocks + row * b->row_bytes, BENCH_ROW, b->y + row * BENCH_ROW, NULL);
	else
		codec_decode(b->codec, b->blocks + row * b->row_bytes, BENCH_ROW, b->y + row * BENCH_ROW);
}

static void dot_row(struct bench *b, struct lane *l, size_t row)
{
	const unsigned char *w = b->blocks + row * b->row_bytes;

	l->sum += b->reference ? b->codec->dot(b->codec, w, b->activations, BENCH_ROW) : codec_dot(b->codec, w, b->activations, BENCH_ROW);
}

static void (*const work_of[WHATS])(struct bench *, struct lane *, size_t) = {
	[COPY] = copy_rows, [ENCODE] = encode_row, [IMP] = encode_row_imp, [DECODE] = decode_row, [DOT] = dot_row,
};

/* ---- timing ---- */

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run_lane(void *arg, size_t i)
{
	struct bench *b = arg;
	struct lane *l = &b->lane[i];

	for (size_t k = 0; k < l->n; k++) {
		b->one(b, l, l->first + l->at);
		if (++l->at == l->rows)
			l->at = 0;
	}
}

static double time_of(struct bench *b, size_t n)
{
	double began;

	for (unsigned i = 0; i < b->threads; i++)
		b->lane[i].n = n;
	began = seconds_now();
	if (b->threads == 1)
		run_lane(b, 0);
	else
		pool_for(NULL, b->threads, false, run_lane, b);
	return seconds_now() - began;
}

/* How often `one` is done in a second, all threads together. 0: stopped. */
static double measure(struct bench *b, struct job *job)
{
	double best = 0;
	size_t n = 1;

	for (int repetition = 0; repetition < REPETITIONS && !job_stopped(job);) {
		double t = time_of(b, n);

		if (t >= LEAST_SECONDS) {
			best = fmax(best, (double)n * b->threads / t);
			repetition++;
		} else {
			n = t < LEAST_SECONDS / 10 ? 4 * n : (size_t)ceil((double)n * fmax(AIM_SECONDS / t, 1.01));
		}
	}
	return job_stopped(job) ? 0 : best;
}

/* ---- what is measured on ---- */

static void share_rows(struct bench *b)
{
	for (unsigned i = 0; i < b->threads; i++) {
		size_t first = b->rows * i / b->threads;

		b->lane[i] = (struct lane){ .first = first, .rows = b->rows * (i + 1) / b->threads - first };
	}
}

/* Every page is touched, so that no repetition pays for the first touch. NULL: no memory. */
static void *sheet(size_t bytes)
{
	void *p = aligned_alloc(SIGHT, (bytes + SIGHT - 1) / SIGHT * SIGHT);

	if (p)
		memset(p, 0, bytes);
	return p;
}

static bool fits_memory(const struct bench *b, struct error *err)
{
	double page = (double)sysconf(_SC_PAGESIZE), free_pages = (double)sysconf(_SC_AVPHYS_PAGES);
	double need = 3.0 * (double)b->rows * ROW_BYTES;

	if (page <= 0 || free_pages <= 0 || need <= page * free_pages)
		return true;
	error_set(err, ERR_MEMORY, "weights, blocks and what is decoded take %.1f GB; %.1f GB are free", need / 1e9, page * free_pages / 1e9);
	return error_hint(err, "size", "a smaller size=");
}

static bool prepare(struct bench *b, struct error *err)
{
	struct rng rng = rng_seeded(1);
	size_t widest = 0, random_rows = b->rows < RANDOM_ROWS ? b->rows : RANDOM_ROWS;

	for (size_t i = 0; i < b->figures; i++) {
		const struct codec *c = b->figure[i].codec;
		size_t len = c->block_len ? c->block_len : BENCH_ROW, bytes = BENCH_ROW / len * codec_block_bytes(c, len);

		widest = bytes > widest ? bytes : widest;
		if (!codec_prepare(c, err))
			return false;
	}
	if (!fits_memory(b, err))
		return false;
	b->x = sheet(b->rows * ROW_BYTES);
	b->y = sheet(b->rows * ROW_BYTES);
	b->blocks = sheet(b->rows * widest);
	b->activations = sheet(2 * ROW_BYTES);
	b->importance = sheet(ROW_BYTES);
	if (!b->x || !b->y || !b->blocks || !b->activations || !b->importance)
		return error_memory(err, "weights to measure with");
	for (size_t i = 0; i < random_rows * BENCH_ROW; i++)
		b->x[i] = (float)(0.02 * rng_gauss(&rng));
	for (size_t row = random_rows; row < b->rows; row++)
		memcpy(b->x + row * BENCH_ROW, b->x + row % random_rows * BENCH_ROW, ROW_BYTES);
	for (size_t i = 0; i < BENCH_ROW; i++)
		b->importance[i] = (float)(0.5 + rng_uniform(&rng));
	return true;
}

/* The blocks that are decoded and multiplied, and the other side of the product: one row in the partner's type. */
static bool make_blocks(struct bench *b, const struct codec *c, struct job *job, struct error *err)
{
	size_t len = c->block_len ? c->block_len : BENCH_ROW, made = 0;
	double began = seconds_now();

	b->codec = c;
	b->partner = c->dot && c->dot_name ? codec_find(c->dot_name) : &codec_f32;
	b->row_bytes = BENCH_ROW / len * codec_block_bytes(c, len);
	b->reference = false;
	for (; made < b->rows && made < RANDOM_ROWS && seconds_now() < began + LEAST_SECONDS; made++)
		encode(b, made, c->flags & CODEC_NEEDS_IMPORTANCE ? b->importance : NULL);
	for (size_t row = made; row < b->rows; row++)	/* a slow encoder is not asked for them all */
		memcpy(b->blocks + row * b->row_bytes, b->blocks + row % made * b->row_bytes, b->row_bytes);
	if (job_stopped(job))
		return error_set(err, ERR_CANCELLED, "stopped");
	if (!codec_prepare(b->partner, err))
		return false;
	codec_encode(b->partner, b->x, BENCH_ROW, NULL, b->activations);
	return true;
}

static double measure_what(struct bench *b, enum what what, bool reference, struct job *job)
{
	b->one = work_of[what];
	b->reference = reference;
	share_rows(b);
	return measure(b, job) * (what == COPY ? (double)b->rows / b->threads : 1) * BENCH_ROW;
}

static bool has_reference(const struct figure *f)
{
	return strcmp(kernel_level_of(f->codec, what_names[f->what]), "scalar") != 0 && (f->what != DOT || f->codec->dot);
}

static bool measure_all(struct bench *b, struct job *job, struct error *err)
{
	if (!prepare(b, err))
		return false;
	b->copied = measure_what(b, COPY, false, job);
	job_step(job, 1);
	for (size_t i = 0; i < b->figures; i++) {
		struct figure *f = &b->figure[i];

		if ((!i || f->codec != f[-1].codec) && !make_blocks(b, f->codec, job, err))
			return false;
		f->per_second = measure_what(b, f->what, false, job);
		f->reference = has_reference(f) ? measure_what(b, f->what, true, job) : f->per_second;
		if (job_stopped(job))
			return error_set(err, ERR_CANCELLED, "stopped");
		b->done++;
		job_step(job, 1);
	}
	return true;
}

static bool bench_work(struct job *job, struct error *err)
{
	struct bench *b = job->state;
	bool ok;

	if (b->threads > 1)
		pool_set_threads(b->threads);
	ok = measure_all(b, job, err);
	if (b->threads > 1)
		pool_set_threads(b->threads_set);
	return ok;
}

/* ---- the table ---- */

/* Four digits: more would be noise. */
static double rounded(double v)
{
	char digits[32];

	snprintf(digits, sizeof digits, "%.4g", v);
	return strtod(digits, NULL);
}

static struct table *bench_table(const struct bench *b)
{
	struct table *t = table_new(SPEED_COLUMNS);

	if (!t)
		return NULL;
	table_row(t);
	table_text(t, "memcpy");
	table_text(t, what_names[COPY]);
	table_skip(t);
	table_number(t, rounded(b->copied / 1e6));
	table_number(t, 1000);
	table_skip(t);
	for (size_t i = 0; i < b->done; i++) {
		const struct figure *f = &b->figure[i];

		table_row(t);
		table_text(t, f->codec->name);
		table_text(t, what_names[f->what]);
		table_text(t, kernel_level_of(f->codec, what_names[f->what]));
		table_number(t, rounded(f->per_second / 1e6));
		table_number(t, rounded(1000 * f->per_second / b->copied));
		table_number(t, rounded(f->per_second / f->reference));
	}
	return t;
}

static bool bench_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct bench *b = job->state;
	char label[sizeof (*result)->label], size[NUMBER_SIZE];
	struct table *t;

	if (!ok && !(job_stopped(job) && b->done))
		return false;
	t = bench_table(b);
	if (!t || t->failed) {
		table_drop(t);
		return error_memory(err, "a table");
	}
	*result = value_table(t, err);
	if (!*result)
		return false;
	number_size(size, (double)b->rows * ROW_BYTES);
	snprintf(label, sizeof label, "%u thread%s, %s", b->threads, b->threads == 1 ? "" : "s", size);
	if (!ok)
		snprintf(label + strlen(label), sizeof label - strlen(label), ", partial: %zu of %zu", b->done, b->figures);
	value_name(*result, label);
	return true;
}

/* ---- what to measure ---- */

size_t bench_usual(const struct codec *list[])
{
	static const struct codec *const usual[] = { &codec_q4_0, &codec_q8_0, &codec_q4_K, &codec_q6_K, &codec_iq4_xs };

	memcpy(list, usual, sizeof usual);
	return sizeof usual / sizeof *usual;
}

size_t bench_all(const struct codec *list[])
{
	size_t n = 0;

	for (size_t i = 0; i < CODEC_COUNT; i++)
		if (codecs[i]->encode && !(codecs[i]->flags & (CODEC_ACTIVATIONS_ONLY | CODEC_TEACHING)))
			list[n++] = codecs[i];
	return n;
}

/* Importance is measured in the families that come with it, though not each of their codecs looks at it. */
static bool does(const struct codec *c, enum what what)
{
	bool with_importance = !strcmp(c->family, "legacy") || !strcmp(c->family, "K") || !strcmp(c->family, "I");

	if (what == ENCODE)
		return !(c->flags & CODEC_NEEDS_IMPORTANCE);
	return what != IMP || with_importance;
}

static bool plan(struct bench *b, const struct bench_options *o, struct error *err)
{
	const struct codec *usual[CODEC_COUNT];
	size_t n = o->n ? o->n : bench_usual(usual);
	enum what only = COPY;

	while (o->what && only < WHATS && strcmp(what_names[only], o->what) != 0)
		only++;
	if (only == WHATS || (o->what && only == COPY)) {
		error_set(err, ERR_ARGUMENT, "nothing of a codec is called '%.20s'", o->what);
		return error_hint(err, "what", "encode, imp, decode or dot");
	}
	b->figure = calloc(n * WHATS, sizeof *b->figure);
	if (!b->figure)
		return error_memory(err, "figures");
	for (size_t i = 0; i < n; i++) {
		const struct codec *c = o->n ? o->codec[i] : usual[i];

		if (!c->encode) {
			error_set(err, ERR_CODEC, "%s has no encoder, so there is nothing to measure with", c->name);
			return error_hint(err, "codec", "codecs  lists those that have one");
		}
		for (enum what what = ENCODE; what < WHATS; what++)
			if (o->what ? what == only && !(what == ENCODE && !does(c, what)) : does(c, what))
				b->figure[b->figures++] = (struct figure){ .codec = c, .what = what };
	}
	if (b->figures)
		return true;
	error_set(err, ERR_ARGUMENT, "%s cannot encode without importance", o->n ? o->codec[0]->name : "this");
	return error_hint(err, "what", "what=imp  measures it with importance");
}

static bool take_limits(struct bench *b, const struct bench_options *o, struct error *err)
{
	double bytes = o->bytes > 0 ? o->bytes : BENCH_SIZE;
	char size[NUMBER_SIZE];

	if (!(bytes >= BENCH_SIZE_MIN && bytes <= BENCH_SIZE_MAX)) {
		number_size(size, bytes);
		error_set(err, ERR_ARGUMENT, "%s is out of range", size);
		return error_hint(err, "size", "64KiB to 64GiB: bytes of float32 in all");
	}
	if (o->threads > BENCH_THREADS_MAX) {
		error_set(err, ERR_ARGUMENT, "%u threads are out of range", o->threads);
		return error_hint(err, "threads", "1 to %d", BENCH_THREADS_MAX);
	}
	b->rows = (size_t)(bytes / ROW_BYTES);
	b->threads = o->threads ? o->threads : 1;
	if (b->threads > b->rows) {
		error_set(err, ERR_ARGUMENT, "%zu rows of %d weights are too few for %u threads", b->rows, BENCH_ROW, b->threads);
		return error_hint(err, "size", "at least %zuKiB", (size_t)b->threads * ROW_BYTES / 1024);
	}
	return true;
}

bool session_bench(struct session *s, const struct bench_options *o, struct outcome *out, struct error *err)
{
	struct bench *b = calloc(1, sizeof *b);
	struct job *job = b ? job_new("measuring speed", b, err) : NULL;

	if (!job)
		return b ? false : error_memory(err, "a measurement");
	job->unit = "figures";
	job->work = bench_work;
	job->finish = bench_finish;
	job->drop = bench_drop;
	b->threads_set = (unsigned)settings_number(&s->settings, "threads");
	if (!take_limits(b, o, err) || !plan(b, o, err)) {
		job_drop(job);
		return false;
	}
	atomic_store(&job->total, b->figures + 1);
	return session_work(job, false, out, err);
}
