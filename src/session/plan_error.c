/* plan_error.c - see plan_error.h */
#include "session/plan_error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/rng.h"
#include "engine/encode.h"
#include "engine/kernel.h"

enum { PIECE_WEIGHTS = 1 << 14, STRETCH = 1 << 12 };	/* weights: of a slice; between two looks whether to stop */

/* The tensor that is being measured. A slice is a piece of its sampled rows in one of the types. */
struct measuring {
	const struct codec **codec; size_t codecs;
	struct tensor x;
	size_t *row; size_t rows, per_piece, pieces;
	float *weight;				/* [experts, cols], mean 1; NULL: all columns alike */
	size_t experts;
	const float *importance;		/* as in the file, for the encoder; NULL: none */
	float *flat;				/* [cols] ones, for those that cannot do without; NULL: nobody asks */
	double *squares, *energy;		/* of each slice */
	struct error *err;			/* of each slice; class 0: fine */
	struct job *job;
};

bool plan_errors_new(struct plan *p, size_t most, size_t least, uint64_t seed, struct error *err)
{
	struct plan_errors *e = calloc(1, sizeof *e);

	if (e)
		e->tensor = calloc(p->n + 1, sizeof *e->tensor);
	if (!e || !e->tensor) {
		plan_errors_drop(e);
		return error_memory(err, "errors");
	}
	e->n = p->n;
	e->most = most;
	e->least = least;
	e->seed = seed;
	plan_errors_drop(p->errors);
	p->errors = e;
	return true;
}

void plan_errors_drop(struct plan_errors *e)
{
	for (size_t i = 0; e && i < e->n; i++)
		free(e->tensor[i].type);
	if (e)
		free(e->tensor);
	free(e);
}

static struct type_error *find(const struct tensor_errors *t, const struct codec *c)
{
	for (size_t k = 0; k < t->types; k++)
		if (t->type[k].codec == c)
			return &t->type[k];
	return NULL;
}

bool plan_errors_want(struct plan *p, size_t i, const struct codec *c, struct error *err)
{
	struct tensor_errors *t = &p->errors->tensor[i];
	struct type_error *more;

	if (!c || find(t, c))
		return true;
	more = realloc(t->type, (t->types + 1) * sizeof *more);
	if (!more)
		return error_memory(err, "errors");
	t->type = more;
	t->type[t->types++] = (struct type_error){ .codec = c };
	return true;
}

/* ---- the sample ---- */

static size_t sampled_rows(const struct plan *p, size_t i)
{
	const struct tensor_entry *e = p->tensor[i].e;
	double weights = (double)p->model->u.model->weights, share = weights > 0 ? (double)p->errors->most / weights : 1, n;

	if (share >= 1)
		return e->rows;
	n = fmax(ceil(share * (double)e->rows), (double)p->errors->least);
	return n < (double)e->rows ? (size_t)n : e->rows;
}

static size_t unknown(const struct tensor_errors *t)
{
	size_t n = 0;

	for (size_t k = 0; k < t->types; k++)
		n += !t->type[k].known;
	return n;
}

size_t plan_errors_work(const struct plan *p)
{
	size_t sum = 0;

	for (size_t i = 0; i < p->n; i++)
		sum += unknown(&p->errors->tensor[i]) * sampled_rows(p, i);
	return sum;
}

static void draw_rows(struct measuring *m, uint64_t seed)
{
	struct rng r = rng_seeded(seed);

	for (size_t k = 0; k < m->rows; k++) {
		double at = ((double)k + (m->rows < m->x.rows ? rng_uniform(&r) : 0.5)) * (double)m->x.rows / (double)m->rows;

		m->row[k] = (size_t)at < m->x.rows ? (size_t)at : m->x.rows - 1;
	}
}

/* ---- a slice ---- */

/* n weights of a row from column `first` on. */
static bool measure_part(struct measuring *m, const struct codec *c, size_t row, size_t first, size_t n, float *x, float *y,
			 unsigned char *blocks, double *squares, double *energy, struct error *err)
{
	size_t at = row * m->x.cols + first, column = row / (m->x.rows / m->experts) * m->x.cols + first;
	const float *weight = m->weight ? m->weight + column : NULL;
	struct codec_options o = { .importance = m->importance ? m->importance + column : c->flags & CODEC_NEEDS_IMPORTANCE ? m->flat : NULL };

	if (!encode_check_part(&m->x, at, n, x, err) || !encode_takes(c, x, n, &o, at, m->x.cols, err))
		return false;
	codec_encode(c, x, n, &o, blocks);
	codec_decode(c, blocks, n, y);
	for (size_t i = 0; i < n; i++) {
		double w = weight ? (double)weight[i] : 1, d = (double)y[i] - (double)x[i];

		*squares += w * d * d;
		*energy += w * (double)x[i] * (double)x[i];
	}
	return true;
}

/* With importance a codec may look at the whole row, else rows are taken in stretches: a stop is heard sooner. */
static bool measure_row(struct measuring *m, const struct codec *c, size_t row, float *x, float *y, unsigned char *blocks, double *squares,
			double *energy, struct error *err)
{
	size_t cols = m->x.cols, most = m->importance || c->flags & CODEC_NEEDS_IMPORTANCE ? cols : STRETCH;

	for (size_t first = 0; first < cols && !job_stopped(m->job); first += most)
		if (!measure_part(m, c, row, first, cols - first < most ? cols - first : most, x, y, blocks, squares, energy, err))
			return false;
	return true;
}

static void measure_slice(void *arg, size_t slice)
{
	struct measuring *m = arg;
	const struct codec *c = m->codec[slice % m->codecs];
	size_t piece = slice / m->codecs, first = piece * m->per_piece, cols = m->x.cols;
	size_t end = first + m->per_piece < m->rows ? first + m->per_piece : m->rows;
	float *x = malloc(2 * cols * sizeof *x);
	unsigned char *blocks = malloc(cols / c->block_len * c->block_bytes + 1);
	double squares = 0, energy = 0;

	if (!x || !blocks)
		error_memory(&m->err[slice], "a row of weights");
	for (size_t k = first; x && blocks && k < end && !job_stopped(m->job); k++)
		if (!measure_row(m, c, m->row[k], x, x + cols, blocks, &squares, &energy, &m->err[slice]))
			break;
	m->squares[slice] = squares;
	m->energy[slice] = energy;
	job_step(m->job, end - first);
	free(x);
	free(blocks);
}

/* ---- a tensor ---- */

static bool take_weights(struct measuring *m, const struct importance_entry *i, struct error *err)
{
	size_t n = m->x.cols * m->experts;
	float *both = malloc(2 * n * sizeof *both);
	double mean = 0;

	if (!both)
		return error_memory(err, "importance");
	for (size_t k = 0; k < n; k++)
		mean += (double)(both[k] = importance_at(i, k)) / (double)n;
	for (size_t k = 0; k < n; k++)
		both[n + k] = mean > 0 ? (float)((double)both[k] / mean) : 1;
	m->importance = both;
	m->weight = both + n;
	return true;
}

static bool prepare(struct measuring *m, struct plan *p, size_t i, struct error *err)
{
	const struct tensor_entry *e = p->tensor[i].e;
	const struct importance_entry *imp = importance_find(p->importance, e->name);
	struct tensor_errors *t = &p->errors->tensor[i];
	size_t slices;

	if (!model_tensor(p->model->u.model, e, &m->x, err))
		return false;
	m->rows = sampled_rows(p, i);
	m->experts = e->dims == 3 && e->dim[0] && m->x.rows % e->dim[0] == 0 ? (size_t)e->dim[0] : 1;
	if (imp && imp->columns * imp->experts != m->x.cols * m->experts)
		imp = NULL;			/* of another length: convert refuses it, or does without */
	m->per_piece = m->x.cols < PIECE_WEIGHTS ? PIECE_WEIGHTS / m->x.cols : 1;
	m->pieces = (m->rows + m->per_piece - 1) / m->per_piece;
	m->codec = calloc(t->types + 1, sizeof *m->codec);
	m->row = calloc(m->rows + 1, sizeof *m->row);
	for (size_t k = 0; m->codec && k < t->types; k++)
		if (!t->type[k].known && t->type[k].codec->block_len && m->x.cols % t->type[k].codec->block_len == 0) {
			m->codec[m->codecs++] = t->type[k].codec;
			if (!codec_prepare(t->type[k].codec, err))
				return false;
		}
	for (size_t k = 0; k < m->codecs && !imp && !m->flat; k++)
		if (m->codec[k]->flags & CODEC_NEEDS_IMPORTANCE && !(m->flat = malloc(m->x.cols * sizeof *m->flat)))
			return error_memory(err, "importance");
	for (size_t k = 0; m->flat && k < m->x.cols; k++)
		m->flat[k] = 1;
	slices = m->pieces * m->codecs + 1;
	m->squares = calloc(slices, sizeof *m->squares);
	m->energy = calloc(slices, sizeof *m->energy);
	m->err = calloc(slices, sizeof *m->err);
	if (!m->codec || !m->row || !m->squares || !m->energy || !m->err)
		return error_memory(err, "a sample");
	draw_rows(m, p->errors->seed + i * UINT64_C(0x9E3779B97F4A7C15));
	return !imp || take_weights(m, imp, err);
}

/* Sums in the order of pieces. */
static void add_up(struct measuring *m, struct tensor_errors *t)
{
	double scale = (double)m->x.rows / (double)m->rows;

	for (size_t c = 0; c < m->codecs; c++) {
		struct type_error *to = find(t, m->codec[c]);
		double squares = 0, energy = 0;

		for (size_t k = 0; k < m->pieces; k++) {
			squares += m->squares[k * m->codecs + c];
			energy += m->energy[k * m->codecs + c];
		}
		to->squares = m->codec[c] == m->x.codec ? 0 : squares * scale;	/* its bytes are copied */
		to->known = true;
		t->energy = energy * scale;
	}
}

static bool measure_tensor(struct plan *p, size_t i, struct job *job, struct error *err)
{
	const struct tensor_entry *e = p->tensor[i].e;
	struct measuring m = { .job = job };
	bool ok = prepare(&m, p, i, err);
	char shown[100];

	if (ok && !pool_for(job, m.pieces * m.codecs, false, measure_slice, &m))
		ok = error_set(err, ERR_CANCELLED, "stopped while measuring");
	for (size_t k = 0; ok && k < m.pieces * m.codecs; k++)
		if (m.err[k].class) {
			*err = m.err[k];
			ok = false;
		}
	if (ok && buffer_lost())
		ok = error_set(err, ERR_FILE, "%s became shorter while it was read", p->model->u.model->path);
	if (ok)
		add_up(&m, &p->errors->tensor[i]);
	else if (err->class == ERR_VALUE) {
		struct text name = { 0 };

		text_escape(&name, e->name, strlen(e->name), 60);
		strncpy(shown, text_str(&name), sizeof shown - 1);
		shown[sizeof shown - 1] = 0;
		text_drop(&name);
		error_while(err, "'%s'", shown);
		error_hint(err, "model", "keep=\"%s\" leaves it as it is;  check  lists such weights", shown);
	}
	tensor_drop(&m.x);
	free(m.codec);
	free(m.row);
	free((float *)m.importance);
	free(m.flat);
	free(m.squares);
	free(m.energy);
	free(m.err);
	return ok;
}

double plan_errors_share(const struct plan *p)
{
	double rows = 0, taken = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->errors->tensor[i].types) {
			rows += (double)p->tensor[i].e->rows;
			taken += (double)sampled_rows(p, i);
		}
	return rows > 0 ? taken / rows : 1;
}

bool plan_errors_measure(struct plan *p, struct job *job, struct error *err)
{
	buffer_lost();
	for (size_t i = 0; i < p->n; i++) {
		if (job_stopped(job))
			return error_set(err, ERR_CANCELLED, "stopped while measuring");
		if (p->tensor[i].e->rows && p->tensor[i].e->cols && unknown(&p->errors->tensor[i]) && !measure_tensor(p, i, job, err))
			return false;
	}
	return true;
}

/* ---- figures ---- */

double plan_error_of(const struct plan *p, size_t i, const struct codec *c)
{
	const struct type_error *t = p->errors ? find(&p->errors->tensor[i], c) : NULL;

	return t && t->known ? t->squares : NAN;
}

double plan_rel(const struct plan *p)
{
	double squares = 0, energy = 0;

	if (!p->errors)
		return NAN;
	for (size_t i = 0; i < p->n; i++) {
		if (!p->tensor[i].choice.codec || !p->tensor[i].e->rows)
			continue;
		squares += plan_error_of(p, i, p->tensor[i].choice.codec);
		energy += p->errors->tensor[i].energy;
	}
	return energy > 0 ? sqrt(squares / energy) : squares;
}

double planned_rel(const struct plan *p, size_t i, const struct codec *c)
{
	double squares = plan_error_of(p, i, c), energy = p->errors ? p->errors->tensor[i].energy : 0;

	return energy > 0 ? sqrt(squares / energy) : squares;
}
