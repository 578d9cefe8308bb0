/* encode.c - see encode.h */
#include "engine/encode.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "engine/kernel.h"

/*
 * The work is cut into units that do not share a byte: rows, or the blocks of a codec of any length. A slice is as many units
 * as make about this many weights; so what is computed does not depend on the number of threads.
 */
enum { SLICE = 1 << 15 };

struct work {
	const struct codec *codec;
	const struct tensor *x;
	const struct codec_options *options;
	struct tensor *out;
	size_t unit, units, per_slice;		/* weights in a unit; units; units in a slice */
	struct job *job;
	atomic_bool short_of_memory;
	atomic_size_t first_bad;		/* the first weight that cannot be taken, SIZE_MAX: none */
};

static size_t slices(struct work *w, size_t unit, size_t units)
{
	w->unit = unit;
	w->units = units;
	w->per_slice = unit >= SLICE ? 1 : SLICE / unit;
	return (units + w->per_slice - 1) / w->per_slice;
}

/* Rows that end in units [first, end): what progress counts. */
static void rows_done(const struct work *w, size_t first, size_t end)
{
	job_step(w->job, end * w->unit / w->x->cols - first * w->unit / w->x->cols);
}

/* n floats from `at` on: as they lie in memory, or read into room. */
static const float *floats_of(const struct tensor *t, size_t at, size_t n, float *room)
{
	const float *direct = tensor_floats(t);

	if (direct)
		return direct + at;
	tensor_read(t, at, n, room);
	return room;
}

static void note_bad(struct work *w, size_t at)
{
	size_t seen = atomic_load(&w->first_bad);

	while (at < seen && !atomic_compare_exchange_weak(&w->first_bad, &seen, at))
		;
}

/* ---- checks ---- */

static void find_bad(void *arg, size_t slice)
{
	struct work *w = arg;
	size_t first = slice * w->per_slice * w->unit, count = tensor_count(w->x);
	size_t end = first + w->per_slice * w->unit < count ? first + w->per_slice * w->unit : count;
	float room[256];

	for (size_t at = first; at < end; at += 256) {
		size_t n = end - at < 256 ? end - at : 256;
		const float *x = floats_of(w->x, at, n, room);

		for (size_t i = 0; i < n; i++) {
			if (isfinite(x[i]))
				continue;
			note_bad(w, at + i);
			return;
		}
	}
	tensor_passed(w->x, first, end - first);
}

static bool refuse(const struct tensor *x, size_t bad, struct error *err)
{
	float v = tensor_get(x, bad);

	error_set(err, ERR_VALUE, "the weight at row %zu, column %zu is %s; a codec needs finite weights",
		  bad / x->cols, bad % x->cols, isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
	return error_hint(err, "x", "change it (x[%zu] = 0) or cut its row out with a slice", bad);
}

static bool check_finite(const struct tensor *x, struct job *job, struct error *err)
{
	struct work w = { .x = x, .job = job, .first_bad = SIZE_MAX };
	size_t bad;

	if (!pool_for(job, slices(&w, 256, (tensor_count(x) + 255) / 256), false, find_bad, &w))
		return error_set(err, ERR_CANCELLED, "stopped while looking for weights that are not finite");
	bad = atomic_load(&w.first_bad);
	return bad == SIZE_MAX || refuse(x, bad, err);
}

bool encode_check_part(const struct tensor *x, size_t at, size_t n, float *out, struct error *err)
{
	tensor_read(x, at, n, out);
	for (size_t i = 0; i < n; i++)
		if (!isfinite(out[i]))
			return refuse(x, at + i, err);
	return true;
}

/* The first block that the codec cannot take, or n. */
static size_t first_refused(const struct codec *c, const float *x, size_t n, const float *importance)
{
	for (size_t i = 0; c->takes && i < n; i += c->block_len)
		if (!c->takes(c, x + i, importance ? importance + i : NULL))
			return i;
	return n;
}

static bool refuse_size(const struct codec *c, size_t at, size_t cols, struct error *err)
{
	error_set(err, ERR_VALUE, "the block from row %zu, column %zu on is too large for %s: sums of weighted squares overflow",
		  at / cols, at % cols, c->name);
	return error_hint(err, "x", "scale the weights (or their importance) down, or store them in f32");
}

bool encode_takes(const struct codec *c, const float *x, size_t n, const struct codec_options *o, size_t at, size_t cols,
		  struct error *err)
{
	size_t bad = first_refused(c, x, n, o ? o->importance : NULL);

	return bad == n || refuse_size(c, at + bad, cols, err);
}

static bool check_importance(const struct codec *codec, const float *importance, size_t cols, struct error *err)
{
	if (!importance && (codec->flags & CODEC_NEEDS_IMPORTANCE)) {
		error_set(err, ERR_VALUE, "%s cannot work without importance data", codec->name);
		return error_hint(err, "imp", "give imp= one value per column, or imp=flat for all alike");
	}
	for (size_t i = 0; importance && i < cols; i++)
		if (!isfinite(importance[i]) || importance[i] < 0) {
			error_set(err, ERR_VALUE, "the importance of column %zu is %g", i, (double)importance[i]);
			return error_hint(err, "imp", "importance is finite and not below 0");
		}
	return true;
}

/* What the teaching codecs let one set. */
static bool check_settings(const struct codec *c, const struct codec_options *o, struct error *err)
{
	bool has_zero = c->flags & CODEC_HAS_MIN, codes = o->code_lo || o->code_hi;
	int top = (1 << (c->code_bits & 31)) - 1, half = (top + 1) / 2;
	int lo = has_zero ? 0 : -half, hi = has_zero ? top : half - 1;

	if (!(c->flags & CODEC_TEACHING)) {
		if (!codes && o->step == 0 && !o->has_zero)
			return true;
		error_set(err, ERR_ARGUMENT, "%s finds its own %s", c->name, codes ? "codes" : o->has_zero ? "zero point" : "step");
		return error_hint(err, codes ? "codes" : o->has_zero ? "zero" : "step",
				  "only the teaching codecs (int2 ... int8, uint2 ... uint8) let one set it");
	}
	if (codes && (o->code_lo < lo || o->code_hi > hi || o->code_lo >= o->code_hi ||
		      (!has_zero && (o->code_lo > 0 || o->code_hi < 0)))) {
		error_set(err, ERR_ARGUMENT, "%s has no codes %d..%d", c->name, o->code_lo, o->code_hi);
		return error_hint(err, "codes", "they lie in %d..%d, lowest first%s", lo, hi, has_zero ? "" : ", with 0 among them");
	}
	if (o->step != 0 && !(o->step >= 0x1p-126 && o->step <= 0x1.fffffep127)) {
		error_set(err, ERR_ARGUMENT, "a step of %g cannot be stored as a float", o->step);
		return error_hint(err, "step", "a step is above 0, from 1.2e-38 to 3.4e38");
	}
	if (o->has_zero && !has_zero) {
		error_set(err, ERR_ARGUMENT, "%s has no zero point: its code 0 stands for 0", c->name);
		return error_hint(err, "zero", "u%s has one", c->name);
	}
	if (codes)
		lo = o->code_lo, hi = o->code_hi;
	if (o->has_zero && (o->zero != floor(o->zero) || o->zero < lo || o->zero > hi)) {
		error_set(err, ERR_ARGUMENT, "a zero point of %g is not among the codes of %s", o->zero, c->name);
		return error_hint(err, "zero", "it is a whole number in %d..%d", lo, hi);
	}
	return true;
}

static bool check_shape(const struct codec *c, const struct tensor *x, size_t group, struct error *err)
{
	size_t count = tensor_count(x);

	if (count == 0)
		return error_set(err, ERR_SHAPE, "there are no weights to quantize");
	if (!c->block_len) {
		if (group == 0 || group == count || x->cols % group == 0)
			return true;
		error_set(err, ERR_SHAPE, "a group of %zu does not divide a row of %zu weights", group, x->cols);
		return error_hint(err, "group", "take a divisor of %zu, or leave group= out for one scale", x->cols);
	}
	if (group) {
		error_set(err, ERR_ARGUMENT, "%s has blocks of %u, always", c->name, c->block_len);
		return error_hint(err, "group", "group= is for the teaching codecs (int2 ... int8, uint2 ... uint8)");
	}
	if (x->cols % c->block_len == 0)
		return true;
	error_set(err, ERR_SHAPE, "%zu weights do not fill %s; %s has blocks of %u", x->cols,
		  x->cols < c->block_len ? "a block" : "their blocks", c->name, c->block_len);
	return error_hint(err, "x", "add pad=zero, or use a codec of any length: int4, uint4");
}

static const struct codec_options found = { 0 };

static bool check(const struct codec *c, const struct tensor *x, size_t group, const struct codec_options *o, bool quick,
		  struct job *job, struct error *err)
{
	if (!c->encode) {
		error_set(err, ERR_CODEC, "%s only stores numbers: nothing quantizes to it", c->name);
		return error_hint(err, "codec", "codecs  lists those that do");
	}
	return check_shape(c, x, group, err) && check_settings(c, o, err) &&
	       check_importance(c, o->importance, x->cols, err) && (quick || check_finite(x, job, err));
}

bool encode_check(const struct codec *codec, const struct tensor *x, size_t group, const struct codec_options *o,
		  bool quick, struct error *err)
{
	return check(codec, x, group, o ? o : &found, quick, NULL, err);
}

/* ---- the work ---- */

/* Room for a unit of floats, where they do not lie in memory as they are. */
static float *unit_room(struct work *w, const struct tensor *t, bool *ok)
{
	float *room = NULL;

	if (!tensor_floats(t) && !(room = malloc(w->unit * sizeof *room)))
		atomic_store(&w->short_of_memory, true);
	*ok = room || tensor_floats(t);
	return room;
}

static void encode_slice(void *arg, size_t slice)
{
	struct work *w = arg;
	size_t first = slice * w->per_slice, end = first + w->per_slice < w->units ? first + w->per_slice : w->units;
	bool ok;
	float *room = unit_room(w, w->x, &ok);

	for (size_t u = first; u < end && ok && !job_stopped(w->job); u++) {
		const float *x = floats_of(w->x, u * w->unit, w->unit, room);
		size_t bad = first_refused(w->codec, x, w->unit, w->options->importance);

		if (bad < w->unit) {
			note_bad(w, u * w->unit + bad);
			break;
		}
		codec_encode(w->codec, x, w->unit, w->options, tensor_block(w->out, u * (w->unit / tensor_block_len(w->out))));
	}
	free(room);
	tensor_passed(w->x, first * w->unit, (end - first) * w->unit);
	rows_done(w, first, end);
}

static void decode_slice(void *arg, size_t slice)
{
	struct work *w = arg;
	size_t at = slice * w->per_slice * w->unit, count = tensor_count(w->x);
	size_t n = w->per_slice * w->unit < count - at ? w->per_slice * w->unit : count - at;

	tensor_read(w->x, at, n, tensor_floats(w->out) + at);
	tensor_passed(w->x, at, n);
	rows_done(w, at / w->unit, (at + n) / w->unit);
}

static bool run(struct work *w, size_t n, void (*slice)(void *, size_t), const char *what, struct error *err)
{
	if (pool_for(w->job, n, false, slice, w) && !atomic_load(&w->short_of_memory))
		return true;
	tensor_drop(w->out);
	return atomic_load(&w->short_of_memory) ? error_memory(err, "a row of weights")
						: error_set(err, ERR_CANCELLED, "stopped while %s", what);
}

bool tensor_encode(const struct codec *codec, const struct tensor *x, size_t group, const struct codec_options *o,
		   struct job *job, struct tensor *out, struct error *err)
{
	struct work w = { .codec = codec, .x = x, .options = o ? o : &found, .out = out, .job = job, .first_bad = SIZE_MAX };

	memset(out, 0, sizeof *out);
	if (!check(codec, x, group, w.options, false, job, err) || !codec_prepare(codec, err) ||
	    !tensor_new_blocks(out, codec, x->rows, x->cols, group, err))
		return false;
	out->dims = x->dims;
	memcpy(out->dim, x->dim, sizeof out->dim);
	if (!run(&w, codec->block_len ? slices(&w, x->cols, x->rows) : slices(&w, out->group, tensor_blocks(out)),
		 encode_slice, "quantizing", err))
		return false;
	if (atomic_load(&w.first_bad) == SIZE_MAX)
		return true;
	tensor_drop(out);
	return refuse_size(codec, atomic_load(&w.first_bad), x->cols, err);
}

bool tensor_decode(const struct tensor *t, struct job *job, struct tensor *out, struct error *err)
{
	struct work w = { .x = t, .out = out, .job = job };
	size_t len = tensor_block_len(t);

	memset(out, 0, sizeof *out);
	if (!codec_prepare(t->codec, err) || !tensor_new(out, t->rows, t->cols, err))
		return false;
	out->dims = t->dims;
	memcpy(out->dim, t->dim, sizeof out->dim);
	return run(&w, slices(&w, len, tensor_blocks(t)), decode_slice, "decoding", err);
}
