/*
 * check.c - what is odd or bad in a file. interaction.md 10.
 *
 * First what the header told, then the values of every tensor: a run of whole rows is one slice, threads take slices, and
 * what they saw is added up in order. Of each kind of finding a tensor gets one, with the first place and how many there are.
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/job.h"
#include "base/pool.h"
#include "engine/codec.h"
#include "engine/kernel.h"
#include "files/build.h"
#include "files/number.h"
#include "files/swap.h"

enum { PIECE = 1 << 15 /* weights decoded at a time */, SLICE = 1 << 18, LEVELS_MAX = 256, LEVELS_MIN = 8, LOOKED_AT = 64 /* blocks of a piece */ };

/* What one slice saw. Places count through the tensor. */
struct seen {
	size_t bad, first_bad;			/* weights that are not finite */
	size_t bad_blocks;
	float min, max;
	size_t zero_rows, first_zero_row;
	size_t lost_blocks, first_lost;		/* scale 0, codes not all the same */
	size_t at_ends, coded;			/* codes that are the lowest or highest, of those looked at */
	bool short_of_memory;
};

struct scan {
	const struct model *m;
	const struct tensor_entry *e;
	const unsigned char *bytes;
	size_t len, block;			/* weights and bytes of a block */
	size_t rows;				/* of a slice */
	struct seen *seen;
	struct job *job;
};

/* ---- one slice ---- */

/* Weights [at, at + n), whole blocks, as floats. blocks: room for the bytes, where they have to be turned round. */
static const unsigned char *fetch(const struct scan *s, size_t at, size_t n, unsigned char *blocks, float *out)
{
	const unsigned char *from = s->bytes + at / s->len * s->block;

	if (!s->e->codec) {
		numbers_to_f32(s->e->number, from, n, s->m->big_endian, out);
		return NULL;
	}
	if (s->m->big_endian) {
		memcpy(blocks, from, n / s->len * s->block);
		swap_blocks(s->e->codec, blocks, n / s->len);
		from = blocks;
	}
	codec_decode(s->e->codec, from, n, out);
	return from;
}

static const struct field *field_named(const struct codec *c, const char *name)
{
	for (const struct field *f = c ? c->fields : NULL; f && f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

/* A scale of 0 makes every code worth nothing: odd if the codes say something. */
static bool is_lost(const struct codec *c, const unsigned char *block)
{
	const struct field *d = field_named(c, "d"), *qs = field_named(c, "qs");

	if (!d || !qs || d->bytes != 2 || (number_at(block + d->at, 2, false) & 0x7fff))
		return false;
	for (unsigned i = 1; i < qs->bytes; i++)
		if (block[qs->at + i] != block[qs->at])
			return true;
	return false;
}

static void count_ends(const struct codec *c, const unsigned char *block, const float *y, struct seen *seen)
{
	size_t sub_len = c->sub_len ? c->sub_len : c->block_len;
	float value[LEVELS_MAX];
	int code[LEVELS_MAX];

	for (size_t sub = 0; sub * sub_len < c->block_len; sub++) {
		size_t n = c->levels(c, block, c->block_len, sub, code, value, LEVELS_MAX);

		if (n < LEVELS_MIN || n > LEVELS_MAX || value[0] == value[n - 1])
			continue;
		for (size_t i = 0; i < sub_len; i++)
			seen->at_ends += y[sub * sub_len + i] == value[0] || y[sub * sub_len + i] == value[n - 1];
		seen->coded += sub_len;
	}
}

static void look_at_blocks(const struct scan *s, const unsigned char *blocks, size_t at, size_t n, const float *y, struct seen *seen)
{
	const struct codec *c = s->e->codec;

	for (size_t b = 0; b < n / s->len; b++) {
		const unsigned char *block = blocks + b * s->block;

		if (is_lost(c, block) && !seen->lost_blocks++)
			seen->first_lost = at / s->len + b;
		if (c->levels && b < LOOKED_AT)
			count_ends(c, block, y + b * s->len, seen);
	}
}

static void look_at_values(const struct scan *s, size_t at, size_t n, const float *y, struct seen *seen)
{
	size_t last_block = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		if (isfinite(y[i])) {
			seen->min = y[i] < seen->min ? y[i] : seen->min;
			seen->max = y[i] > seen->max ? y[i] : seen->max;
			continue;
		}
		if (!seen->bad++)
			seen->first_bad = at + i;
		seen->bad_blocks += (at + i) / s->len != last_block;
		last_block = (at + i) / s->len;
	}
}

static bool all_zero(const float *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (y[i] != 0)
			return false;
	return true;
}

/* Rows that have been looked at need not stay in memory, however large the file. */
static void passed(const struct scan *s, size_t first, size_t last)
{
	size_t row = s->e->cols / s->len * s->block, begin = s->e->offset, end = begin + s->e->rows * row;

	buffer_passed(s->m->part[s->e->part], begin, end, begin + first * row, begin + last * row);
}

/* One row after the other, long ones in pieces. */
static void scan_slice(void *arg, size_t slice)
{
	struct scan *s = arg;
	struct seen *seen = &s->seen[slice];
	size_t cols = s->e->cols, first = slice * s->rows, last = first + s->rows < s->e->rows ? first + s->rows : s->e->rows;
	size_t piece = PIECE < s->len ? s->len : PIECE / s->len * s->len;
	float *y = malloc(piece * sizeof *y);
	unsigned char *blocks = malloc(piece / s->len * s->block);

	*seen = (struct seen){ .min = INFINITY, .max = -INFINITY, .short_of_memory = !y || !blocks };
	for (size_t row = first; !seen->short_of_memory && row < last && !job_stopped(s->job); row++) {
		bool zero = true;

		for (size_t c = 0; c < cols; c += piece) {
			size_t n = cols - c < piece ? cols - c : piece;
			const unsigned char *raw = fetch(s, row * cols + c, n, blocks, y);

			look_at_values(s, row * cols + c, n, y, seen);
			if (raw && s->len > 1)
				look_at_blocks(s, raw, row * cols + c, n, y, seen);
			zero = zero && all_zero(y, n);
		}
		if (zero && !seen->zero_rows++)
			seen->first_zero_row = row;
	}
	passed(s, first, last);
	free(y);
	free(blocks);
}

/* ---- one tensor ---- */

static void add_up(struct seen *sum, const struct seen *s)
{
	if (!sum->bad)
		sum->first_bad = s->first_bad;
	if (!sum->zero_rows)
		sum->first_zero_row = s->first_zero_row;
	if (!sum->lost_blocks)
		sum->first_lost = s->first_lost;
	sum->bad += s->bad;
	sum->bad_blocks += s->bad_blocks;
	sum->zero_rows += s->zero_rows;
	sum->lost_blocks += s->lost_blocks;
	sum->at_ends += s->at_ends;
	sum->coded += s->coded;
	sum->min = s->min < sum->min ? s->min : sum->min;
	sum->max = s->max > sum->max ? s->max : sum->max;
	sum->short_of_memory |= s->short_of_memory;
}

static void quote_bytes(const struct scan *s, uint64_t at, unsigned n, struct finding *f)
{
	f->at = at;
	f->bytes = n < sizeof f->byte ? n : sizeof f->byte;
	memcpy(f->byte, s->m->part[s->e->part]->bytes + at, f->bytes);
}

/* The field of a block that makes its weights infinite or NaN, if one does. */
static const struct field *broken_field(const struct scan *s, const unsigned char *block)
{
	for (const struct field *f = s->e->codec->fields; f && f->name; f++) {
		bool half = f->bytes == 2 && (number_at(block + f->at, 2, s->m->big_endian) & 0x7c00) == 0x7c00;

		if ((half && (*f->name == 'd' || *f->name == 'm')) || (f->bytes == 1 && !strcmp(f->name, "e") && block[f->at] == 0xff))
			return f;
	}
	return NULL;
}

static bool tell_not_finite(const struct scan *s, const struct seen *sum, struct findings *out)
{
	size_t block = sum->first_bad / s->len;
	const unsigned char *raw = s->bytes + block * s->block;
	const struct field *f = s->e->codec && s->len > 1 ? broken_field(s, raw) : NULL;
	uint64_t at = s->e->offset + (uint64_t)block * s->block;
	bool ok;

	if (f)
		ok = finding_add(out, GRADE_BAD, s->e->name, (int64_t)(sum->first_bad / s->e->cols), (int64_t)block, 0,
				 "%s is NaN or infinite: %zu weights in %zu block%s are not finite", f->name, sum->bad, sum->bad_blocks,
				 sum->bad_blocks == 1 ? "" : "s");
	else if (s->len > 1)
		ok = finding_add(out, GRADE_BAD, s->e->name, (int64_t)(sum->first_bad / s->e->cols), (int64_t)block, 0,
				 "%zu weights in %zu block%s are NaN or infinite", sum->bad, sum->bad_blocks, sum->bad_blocks == 1 ? "" : "s");
	else
		ok = finding_add(out, GRADE_BAD, s->e->name, (int64_t)(sum->first_bad / s->e->cols), -1, 0,
				 "weight %zu is NaN or infinite%s", sum->first_bad, sum->bad > 1 ? ", and it is not the only one" : "");
	if (ok)
		quote_bytes(s, f ? at + f->at : at, f ? f->bytes : (unsigned)s->block, &out->finding[out->n - 1]);
	return ok;
}

static bool tell_odd(const struct scan *s, const struct seen *sum, struct findings *out)
{
	size_t count = s->e->rows * s->e->cols;
	char number[NUMBER_SIZE];
	bool ok = true;

	if (sum->lost_blocks) {
		ok = finding_add(out, GRADE_ODD, s->e->name, (int64_t)(sum->first_lost * s->len / s->e->cols), (int64_t)sum->first_lost, 0,
				 "the scale is 0, but the codes are not all the same (%zu block%s)", sum->lost_blocks,
				 sum->lost_blocks == 1 ? "" : "s");
		if (ok)
			quote_bytes(s, s->e->offset + (uint64_t)sum->first_lost * s->block, (unsigned)s->block, &out->finding[out->n - 1]);
	}
	if (ok && !sum->bad && count > 1 && sum->min == sum->max)
		return finding_add(out, GRADE_ODD, s->e->name, -1, -1, UINT64_MAX, "all %zu weights are %s", count,
				   number_short(number, sum->min));
	if (ok && sum->zero_rows)
		ok = finding_add(out, GRADE_ODD, s->e->name, (int64_t)sum->first_zero_row, -1,
				 s->e->offset + (uint64_t)sum->first_zero_row * (s->e->cols / s->len * s->block), "%zu of %zu rows are zeros",
				 sum->zero_rows, s->e->rows);
	if (ok && sum->coded && sum->at_ends > sum->coded / 2)
		ok = finding_add(out, GRADE_ODD, s->e->name, -1, -1, UINT64_MAX, "%.0f %% of the codes are the lowest or the highest there is",
				 100.0 * (double)sum->at_ends / (double)sum->coded);
	return ok;
}

static bool check_values(const struct model *m, const struct tensor_entry *e, struct job *job, struct findings *out, struct error *err)
{
	struct scan s = { .m = m, .e = e, .bytes = m->part[e->part]->bytes + e->offset, .job = job,
			  .len = e->codec ? e->codec->block_len : 1, .block = e->codec ? e->codec->block_bytes : e->number->bytes };
	struct seen sum = { .min = INFINITY, .max = -INFINITY };
	size_t slices;
	bool ok;

	if (!e->rows || !e->cols)
		return true;
	if (e->codec && !codec_prepare(e->codec, err))
		return false;
	s.rows = e->cols >= SLICE ? 1 : SLICE / e->cols;
	slices = (e->rows - 1) / s.rows + 1;
	s.seen = calloc(slices, sizeof *s.seen);
	if (!s.seen)
		return error_memory(err, "checking");
	ok = pool_for(job, slices, false, scan_slice, &s);
	for (size_t i = 0; ok && i < slices; i++)
		add_up(&sum, &s.seen[i]);
	free(s.seen);
	passed(&s, 0, e->rows);
	if (!ok)
		return error_set(err, ERR_CANCELLED, "stopped");
	if (sum.short_of_memory)
		return error_memory(err, "checking");
	if (buffer_lost())
		return error_set(err, ERR_FILE, "%s became shorter while it was read", m->part_path[e->part]);
	return ((!sum.bad || tell_not_finite(&s, &sum, out)) && tell_odd(&s, &sum, out)) || error_memory(err, "findings");
}

/* ---- the header ---- */

static bool is_utf8(const char *s, size_t n)
{
	uint32_t ch;

	for (size_t at = 0, used; at < n; at += used) {
		used = utf8_decode(s + at, n - at, &ch);
		if (ch == 0xFFFD && used == 1)
			return false;
	}
	return true;
}

static bool text_is_utf8(const struct fact *f)
{
	struct fact one;
	size_t walk = 0;

	if (f->type == FACT_STRING)
		return is_utf8(f->string, f->string_len);
	if (f->type != FACT_ARRAY || f->element != FACT_STRING)
		return true;
	for (uint64_t i = 0; i < f->count && fact_element(f, i, &one, &walk); i++)
		if (!is_utf8(one.string, one.string_len))
			return false;
	return true;
}

static int by_key(const void *a, const void *b)
{
	const struct fact *x = *(const struct fact *const *)a, *y = *(const struct fact *const *)b;
	int c = memcmp(x->key, y->key, x->key_len < y->key_len ? x->key_len : y->key_len);

	return c ? c : x->key_len < y->key_len ? -1 : x->key_len > y->key_len;
}

static bool check_keys(const struct model *m, struct findings *out)
{
	const struct fact **order = malloc((m->facts + 1) * sizeof *order);
	bool ok = order;

	for (size_t i = 0; ok && i < m->facts; i++) {
		const struct fact *f = order[i] = &m->fact[i];
		char shown[256];

		name_shown(f->key, f->key_len, shown);
		if (!is_utf8(f->key, f->key_len))
			ok = finding_add(out, GRADE_ODD, NULL, -1, -1, UINT64_MAX, "the name of key %zu, '%s', is not UTF-8", i, shown);
		if (ok && !text_is_utf8(f))
			ok = finding_add(out, GRADE_ODD, NULL, -1, -1, UINT64_MAX, "the text of the key '%s' is not UTF-8", shown);
	}
	if (ok)
		qsort(order, m->facts, sizeof *order, by_key);
	for (size_t i = 1; ok && i < m->facts; i++) {
		char shown[256];

		if (!by_key(&order[i - 1], &order[i]))
			ok = finding_add(out, GRADE_ODD, NULL, -1, -1, UINT64_MAX, "the key '%s' is there more than once",
					 name_shown(order[i]->key, order[i]->key_len, shown));
	}
	free(order);
	return ok;
}

static bool check_places(const struct model *m, struct findings *out)
{
	size_t unaligned = 0;
	const char *first = NULL;

	for (size_t i = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i];
		size_t width = e->number ? e->number->bytes : e->codec && e->codec->block_len == 1 ? e->codec->block_bytes : 1;

		if (e->fault == FAULT_NONE && e->offset % width && !unaligned++)
			first = e->name;
	}
	if (!m->tensors && !finding_add(out, GRADE_ODD, NULL, -1, -1, UINT64_MAX, "there are no tensors"))
		return false;
	return !unaligned || finding_add(out, GRADE_ODD, first, -1, -1, UINT64_MAX,
					 "the numbers of %zu tensor%s are not aligned to their width; this is the first", unaligned,
					 unaligned == 1 ? "" : "s");
}

static bool check_entry(const struct tensor_entry *e, struct findings *out)
{
	if (e->fault != FAULT_NONE && !finding_add(out, GRADE_BAD, e->name, -1, -1, e->offset, "%s", e->fault_text))
		return false;
	return is_utf8(e->name, strlen(e->name)) ||
	       finding_add(out, GRADE_ODD, e->name, -1, -1, UINT64_MAX, "its name is not UTF-8");
}

bool model_check(const struct model *m, const char *pattern, struct job *job, struct findings *out, struct error *err)
{
	*out = (struct findings){ 0 };
	if (job) {
		atomic_store(&job->total, m->tensors);
		job->unit = "tensors";
	}
	buffer_lost();
	for (size_t i = 0; i < m->trouble.n; i++) {
		const struct finding *f = &m->trouble.finding[i];

		if (!finding_add(out, f->grade, f->tensor[0] ? f->tensor : NULL, -1, -1, f->at, "%s", f->text))
			return error_memory(err, "findings");
	}
	if (!check_keys(m, out) || !check_places(m, out))
		return error_memory(err, "findings");
	for (size_t i = 0; i < m->tensors; i++, job_step(job, 1)) {
		const struct tensor_entry *e = &m->tensor[i];

		if (pattern && fnmatch(pattern, e->name, 0))
			continue;
		if (!check_entry(e, out))
			return error_memory(err, "findings");
		if (e->fault == FAULT_NONE && !check_values(m, e, job, out, err))
			return false;
	}
	return true;
}

void finding_line(const struct finding *f, struct text *out)
{
	text_put(out, f->grade == GRADE_BAD ? "bad  " : "odd  ");
	text_put(out, f->tensor);
	if (f->tensor[0] && f->row < 0 && f->block < 0 && f->at == UINT64_MAX) {
		text_add(out, ": %s", f->text);
		return;
	}
	if (f->row >= 0)
		text_add(out, " row %" PRId64, f->row);
	if (f->block >= 0)
		text_add(out, " block %" PRId64, f->block);
	if (f->at != UINT64_MAX)
		text_add(out, "%sbyte 0x%" PRIx64, f->tensor[0] ? ", " : "", f->at);
	for (unsigned i = 0; i < f->bytes; i++)
		text_add(out, "%s%02x", i ? " " : " (", f->byte[i]);
	text_add(out, "%s%s%s", f->bytes ? ")" : "", f->tensor[0] || f->at != UINT64_MAX ? ": " : "", f->text);
}
