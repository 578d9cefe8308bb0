/*
 * rd.c - bits against error: many codecs on the same rows, measured one after the other by the worker. interaction.md 9.11
 *
 * The rows are pieces: the tensor itself or evenly spaced rows of it, or some rows of each tensor of a model. What is lost is added up over
 * the pieces in their order.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/model.h"
#include "session/quantizing.h"
#include "session/survey.h"

enum { RD_MOST = 1 << 20, PIECES_MOST = 64, MODEL_MOST = 1 << 17 };

const struct codec *const rd_usual[] = {
	&codec_iq1_s, &codec_iq2_xxs, &codec_iq2_s, &codec_q2_K, &codec_iq3_xxs, &codec_q3_K, &codec_mxfp4, &codec_iq4_xs, &codec_q4_0, &codec_q4_K,
	&codec_q5_0, &codec_q5_K, &codec_q6_K, &codec_q8_0,
};

size_t rd_usual_count(void)
{
	return sizeof rd_usual / sizeof *rd_usual;
}

struct piece { struct value *x; struct tensor importance; };	/* importance [1, cols], or codec NULL */

struct rd_line { const struct codec *codec; size_t place; double bytes, squares, max, importance; size_t count; const char *how; bool done; };

struct rd_work {
	struct piece *piece; size_t pieces;
	struct rd_line *line; size_t n;
	size_t rows;
	double energy;				/* sum of squares of the weights, weighted where importance was given */
	struct quantize_options o;
	char label[sizeof ((struct value *)0)->label];
};

static void rd_drop(void *state)
{
	struct rd_work *w = state;

	for (size_t i = 0; i < w->pieces; i++) {
		value_drop(w->piece[i].x);
		tensor_drop(&w->piece[i].importance);
	}
	free(w->piece);
	free(w->line);
	free(w);
}

/* ---- pieces ---- */

static bool add_piece(struct rd_work *w, struct tensor t, struct error *err)
{
	struct piece *more = realloc(w->piece, (w->pieces + 1) * sizeof *more);
	struct piece *p;

	if (!more) {
		tensor_drop(&t);
		return error_memory(err, "a sample");
	}
	w->piece = more;
	p = &more[w->pieces];
	*p = (struct piece){ .x = value_tensor(t, err) };
	if (!p->x)
		return false;
	w->pieces++;
	return true;
}

/* Evenly spaced rows as a tensor of their own; all of them: the tensor itself. */
static bool add_rows(struct rd_work *w, const struct tensor *t, size_t rows, struct error *err)
{
	struct tensor part;

	if (rows >= t->rows)
		return add_piece(w, tensor_hold(t), err);
	if (!tensor_new(&part, rows, t->cols, err))
		return false;
	for (size_t i = 0; i < rows; i++)
		if (!tensor_read(t, i * t->rows / rows * t->cols, t->cols, tensor_floats(&part) + i * t->cols)) {
			tensor_drop(&part);
			return error_memory(err, "a sample");
		}
	return add_piece(w, part, err);
}

static bool tensor_pieces(struct rd_work *w, const struct value *x, size_t most, struct error *err)
{
	const struct quantized *q = value_as_quantized(x);
	const struct tensor *t = q && q->source.codec ? &q->source : value_weights(x);
	size_t rows = t->cols ? most / t->cols : 0;
	char shape[40];

	if (!t->rows || !t->cols)
		return error_set(err, ERR_VALUE, "there are no weights to measure");
	rows = rows < 1 ? 1 : rows < t->rows ? rows : t->rows;
	tensor_describe(t, shape, sizeof shape);
	snprintf(w->label, sizeof w->label, "%.20s%s%s", x->label, *x->label ? " " : "", shape);
	if (rows < t->rows)
		snprintf(w->label + strlen(w->label), sizeof w->label - strlen(w->label), ", %zu of its rows", rows);
	return add_rows(w, t, rows, err);
}

static bool fits_sample(const struct tensor_entry *e, size_t len)
{
	return e->fault == FAULT_NONE && e->rows > 1 && e->cols && e->cols % len == 0 &&
	       (e->codec || (e->number && e->rows * e->cols <= RD_MOST));
}

static size_t fitting(const struct model *m, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < m->tensors; i++)
		n += fits_sample(&m->tensor[i], len);
	return n;
}

/* What a file says about a tensor's columns, over their mean: so pieces can be added up. Of experts the first. */
static bool take_entry(struct piece *p, const struct importance_entry *e, struct error *err)
{
	size_t cols = value_weights(p->x)->cols;
	double mean = 0;

	if (!e || e->columns < cols)
		return true;
	if (!tensor_new(&p->importance, 1, cols, err))
		return false;
	for (size_t i = 0; i < cols; i++)
		mean += (double)importance_at(e, i) / (double)cols;
	for (size_t i = 0; i < cols; i++)
		tensor_floats(&p->importance)[i] = mean > 0 ? (float)((double)importance_at(e, i) / mean) : 1;
	return true;
}

static bool model_pieces(struct rd_work *w, const struct value *x, size_t most, const struct importance *file, char *note, size_t size,
			 struct error *err)
{
	const struct model *own = x->u.model, *m = own->reference ? own->reference : own;
	size_t len = fitting(m, 256) ? 256 : 32, all = fitting(m, len), take = all < PIECES_MOST ? all : PIECES_MOST, seen = 0, rows = 0, next = 0;

	if (!all) {
		error_set(err, ERR_VALUE, "%s has no matrix whose rows fill blocks of 32", x->label);
		return error_hint(err, "x", "one of its tensors: %s:NAME, with pad=zero", x->label);
	}
	for (size_t i = 0; i < m->tensors && next < take; i++) {
		const struct tensor_entry *e = &m->tensor[i];
		size_t n = most / take / (e->cols ? e->cols : 1);
		struct tensor t;
		bool ok;

		if (!fits_sample(e, len) || seen++ != next * all / take)
			continue;
		next++;
		if (!model_tensor(m, e, &t, err))
			return false;
		n = n < 1 ? 1 : n < t.rows ? n : t.rows;
		ok = add_rows(w, &t, n, err) && take_entry(&w->piece[w->pieces - 1], importance_find(file, e->name), err);
		tensor_drop(&t);
		if (!ok)
			return false;
		rows += n;
	}
	snprintf(w->label, sizeof w->label, "%.20s, %zu rows of %zu tensor%s", x->label, rows, take, take == 1 ? "" : "s");
	snprintf(note, size, "measured on a sample: %zu evenly spaced rows of %zu of the %zu tensors%s, whose rows fill blocks of %zu", rows, take,
		 m->tensors, own->reference ? " of the reference" : "", len);
	return true;
}

/* ---- the work ---- */

static double energy_of(const struct tensor *t, const float *importance)
{
	float *row = calloc(t->cols, sizeof *row);
	double sum = 0;

	for (size_t r = 0; row && r < t->rows && tensor_read(t, r * t->cols, t->cols, row); r++)
		for (size_t i = 0; i < t->cols; i++)
			sum += (double)row[i] * (double)row[i] * (importance ? (double)importance[i] : 1);
	free(row);
	return sum;
}

static double weight_of(const struct tensor *t, const float *importance)
{
	double sum = 0;

	for (size_t i = 0; i < t->cols; i++)
		sum += importance ? (double)importance[i] : 1;
	return sum * (double)t->rows;
}

static const float *importance_of(const struct piece *p)
{
	return p->importance.codec ? tensor_floats(&p->importance) : NULL;
}

static bool measure(struct rd_work *w, struct rd_line *l, struct job *job, struct error *err)
{
	for (size_t i = 0; i < w->pieces; i++) {
		const float *importance = importance_of(&w->piece[i]);
		struct quantize_options o = w->o;
		struct quantizing it = { .codec = NULL };
		const struct tensor *x = value_weights(w->piece[i].x);
		char note[240] = "";
		bool ok;

		o.importance = importance ? &w->piece[i].importance : NULL;
		ok = quantizing_begin(&it, l->codec, w->piece[i].x, &o, note, sizeof note, err) && quantizing_work(&it, job, err);

		if (ok) {
			double parts = importance ? weight_of(x, importance) : (double)it.q.loss.count;
			double rmse = importance ? it.q.loss.weighted : it.q.loss.rmse;

			l->bytes += (double)tensor_bytes(&it.q.blocks);
			l->squares += rmse * rmse * parts;
			l->importance += parts;
			l->count += it.q.loss.count;
			l->max = fmax(l->max, it.q.loss.max);
			l->how = importance && l->codec->flags & CODEC_USES_IMPORTANCE ? "given" : it.q.flat ? "flat" : "no";
		}
		quantized_drop(&it.q);
		if (!ok)
			return false;
	}
	l->done = true;
	return true;
}

static bool rd_run(struct job *job, struct error *err)
{
	struct rd_work *w = job->state;

	for (size_t i = 0; i < w->pieces; i++)
		w->energy += energy_of(value_weights(w->piece[i].x), importance_of(&w->piece[i]));
	for (size_t i = 0; i < w->n; i++)
		if (!measure(w, &w->line[i], job, err))
			return error_while(err, "%s", w->line[i].codec->name);
	return true;
}

static int by_bits(const void *a, const void *b)
{
	const struct rd_line *p = a, *q = b;
	double x = p->count ? p->bytes / (double)p->count : INFINITY, y = q->count ? q->bytes / (double)q->count : INFINITY;

	return x != y ? (x < y ? -1 : 1) : p->place < q->place ? -1 : 1;
}

static bool rd_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct rd_work *w = job->state;
	struct table *t = NULL;
	size_t done = 0;

	for (size_t i = 0; i < w->n; i++)
		done += w->line[i].done;
	if (!ok && !(job_stopped(job) && done))
		return false;
	t = table_new(RD_COLUMNS);
	qsort(w->line, w->n, sizeof *w->line, by_bits);
	for (size_t i = 0; t && i < w->n; i++) {
		const struct rd_line *l = &w->line[i];
		double rmse = l->importance > 0 ? sqrt(l->squares / l->importance) : 0;

		if (!l->done)
			continue;
		table_row(t);
		table_text(t, l->codec->name);
		table_text(t, l->codec->family);
		table_number(t, 8 * l->bytes / (double)l->count);
		table_number(t, rmse);
		table_number(t, w->energy > 0 ? sqrt(l->squares / w->energy) : l->squares > 0 ? INFINITY : 0);
		table_number(t, l->squares == 0 ? INFINITY : 10 * log10(w->energy / l->squares));
		table_number(t, l->max);
		table_text(t, l->how);
		table_int(t, (int64_t)l->count);
	}
	if (!t || t->failed) {
		table_drop(t);
		return error_memory(err, "a table");
	}
	*result = value_table(t, err);
	if (*result && !ok)		/* what was finished is kept, and marked */
		snprintf(w->label + strlen(w->label), sizeof w->label - strlen(w->label), ", partial: %zu of %zu", done, w->n);
	if (*result)
		value_name(*result, w->label);
	return *result != NULL;
}

/* ---- the action ---- */

/* Those that fit the rows, each once. False: err says that none does. */
static bool choose(struct rd_work *w, const struct rd_options *o, struct text *left_out, struct error *err)
{
	size_t n = o->n ? o->n : rd_usual_count();

	w->line = calloc(n, sizeof *w->line);
	if (!w->line)
		return error_memory(err, "a survey");
	for (size_t i = 0; i < n; i++) {
		const struct codec *c = o->n ? o->codec[i] : rd_usual[i];
		bool fits = c->encode, twice = false;

		for (size_t k = 0; k < w->n; k++)
			twice |= w->line[k].codec == c;
		for (size_t k = 0; fits && k < w->pieces && c->block_len > 1 && o->pad == PAD_NONE; k++)
			fits = value_weights(w->piece[k].x)->cols % c->block_len == 0;
		if (!fits)
			text_add(left_out, " %s", c->name);
		else if (!twice)
			w->line[w->n++] = (struct rd_line){ .codec = c, .place = i };
	}
	if (w->n)
		return true;
	error_set(err, ERR_SHAPE, "no codec of these has blocks that the rows fill:%s", text_str(left_out));
	return error_hint(err, "x", "add pad=zero, or name codecs of any length: codecs=\"int4 uint4\"");
}

static bool prepare(struct rd_work *w, const struct value *x, const struct rd_options *o, struct outcome *out, struct error *err)
{
	struct text left_out = { 0 };
	size_t used;
	bool ok;

	ok = x->kind == VALUE_MODEL ? model_pieces(w, x, o->most ? o->most : MODEL_MOST, o->file || o->flat ? o->file : x->u.model->importance, out->note, sizeof out->note, err) :
	     tensor_pieces(w, x, o->most ? o->most : RD_MOST, err);
	if (ok && o->importance && tensor_count(o->importance) != value_weights(w->piece[0].x)->cols) {
		error_set(err, ERR_SHAPE, "importance has %zu value%s, a row has %zu weights", tensor_count(o->importance),
			  tensor_count(o->importance) == 1 ? "" : "s",
			  value_weights(w->piece[0].x)->cols);
		ok = error_hint(err, "imp", "one value for each column");
	}
	if (ok && o->importance) {
		struct tensor *to = &w->piece[0].importance;	/* of a tensor there is one piece */

		ok = tensor_new(to, 1, tensor_count(o->importance), err) &&
		     (tensor_read(o->importance, 0, tensor_count(o->importance), tensor_floats(to)) || error_memory(err, "importance"));
	}
	w->o.pad = o->pad;
	w->o.flat_if_needed = true;
	ok = ok && choose(w, o, &left_out, err);
	used = strlen(out->note);
	if (ok && left_out.len)
		snprintf(out->note + used, sizeof out->note - used, "%sleft out, since the rows do not fill their blocks:%.120s", used ? "; " : "",
			 text_str(&left_out));
	text_drop(&left_out);
	for (size_t i = 0; i < w->pieces; i++)
		w->rows += value_weights(w->piece[i].x)->rows;
	return ok;
}

bool session_rd(struct session *s, struct value *x, const struct rd_options *o, struct outcome *out, struct error *err)
{
	struct rd_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("measuring codecs", w, err) : NULL;
	size_t weights = 0;

	(void)s;
	if (!job)
		return w ? false : error_memory(err, "a survey");
	job->unit = "rows";
	job->work = rd_run;
	job->finish = rd_finish;
	job->drop = rd_drop;
	if (!prepare(w, x, o, out, err)) {
		job_drop(job);
		return false;
	}
	for (size_t i = 0; i < w->pieces; i++)
		weights += tensor_count(value_weights(w->piece[i].x));
	atomic_store(&job->total, w->rows * w->n);
	return session_work(job, weights * w->n <= SMALL_WORK, out, err);
}

bool is_rd_table(const struct table *t)
{
	return t->rows && table_column(t, "snr") != SIZE_MAX && table_column(t, "family") != SIZE_MAX && table_column(t, "weights") != SIZE_MAX;
}
