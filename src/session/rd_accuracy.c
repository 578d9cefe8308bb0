/*
 * rd_accuracy.c - bits against right answers: a net that can be run, its weights in one codec after the other. interaction.md 9.11, 10.1.
 *
 * The same as `convert pure=CODEC` and `score`, without a file: rows that do not fill a codec's blocks get what replaces it, and the bits
 * are those of the whole model. Weights are multiplied by the engine's own products.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/encode.h"
#include "session/plan.h"
#include "session/scoring.h"
#include "session/survey.h"

struct line { const struct codec *codec; size_t place; struct choice *choice; double bits; struct answers score; bool done, flat; };

struct accuracy {
	struct plan *plan;
	char *data;
	struct line *line; size_t n;
	struct answers whole;			/* the model as it is */
	char label[sizeof ((struct value *)0)->label];
};

static void accuracy_drop(void *state)
{
	struct accuracy *a = state;

	for (size_t i = 0; i < a->n; i++)
		free(a->line[i].choice);
	free(a->line);
	free(a->data);
	plan_drop(a->plan);
	free(a);
}

/* ---- one codec ---- */

static float *columns_of(const struct importance_entry *i, size_t cols, struct error *err)
{
	float *column = malloc(cols * sizeof *column);

	for (size_t k = 0; column && k < cols; k++)
		column[k] = i && i->columns == cols ? importance_at(i, k) : 1;
	if (!column)
		error_memory(err, "importance");
	return column;
}

/* One layer's weights as they would be written. */
static bool encode_layer(const struct accuracy *a, struct line *l, const struct mlp *whole, struct mlp *out, size_t layer, struct error *err)
{
	const struct importance_entry *i = importance_find(a->plan->importance, whole->name[layer]);
	const struct tensor *x = &whole->weight[layer];
	struct codec_options o = { 0 };
	struct tensor blocks = { 0 };
	const struct codec *c = NULL;
	float *column = NULL;
	bool ok;

	for (size_t k = 0; k < a->plan->n; k++)
		if (!strcmp(a->plan->tensor[k].e->name, whole->name[layer]))
			c = l->choice[k].codec;
	if (!c)
		return mlp_take_weight(out, layer, tensor_hold(x), false, err);
	if (i || c->flags & CODEC_NEEDS_IMPORTANCE) {
		o.importance = column = columns_of(i, x->cols, err);
		l->flat |= !i;
	}
	ok = (column || !o.importance) && tensor_encode(c, x, 0, &o, NULL, &blocks, err);
	free(column);
	return ok && mlp_take_weight(out, layer, blocks, false, err);
}

static bool score_line(struct accuracy *a, struct line *l, const struct mlp *whole, const struct digits *d, struct job *job, struct error *err)
{
	struct mlp m = *whole;
	bool ok = true;

	for (size_t k = 0; k < m.layers; k++) {
		m.weight[k] = (struct tensor){ 0 };
		m.bias[k] = tensor_hold(&whole->bias[k]);
	}
	for (size_t k = 0; ok && k < m.layers; k++)
		ok = encode_layer(a, l, whole, &m, k, err);
	ok = ok && score_digits(&m, whole, d, job, &l->score, err);
	l->done = ok;
	mlp_drop(&m);
	return ok;
}

static bool accuracy_work(struct job *job, struct error *err)
{
	struct accuracy *a = job->state;
	struct mlp whole;
	struct digits *d = NULL;
	bool ok;

	if (!mlp_open(&whole, a->plan->model->u.model, true, err))
		return false;
	ok = score_fits(&whole, err) && (d = digits_load(a->data, err)) && score_digits(&whole, NULL, d, job, &a->whole, err);
	for (size_t i = 0; ok && i < a->n; i++)
		ok = score_line(a, &a->line[i], &whole, d, job, err);
	mlp_drop(&whole);
	free(d);
	return ok;
}

/* ---- the table ---- */

static int by_bits(const void *x, const void *y)
{
	const struct line *a = x, *b = y;

	return a->bits < b->bits ? -1 : a->bits > b->bits ? 1 : a->place < b->place ? -1 : 1;
}

static bool accuracy_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct accuracy *a = job->state;
	struct table *t;
	size_t done = 0;

	for (size_t i = 0; i < a->n; i++)
		done += a->line[i].done;
	if (!ok && !(job_stopped(job) && done))
		return false;
	qsort(a->line, a->n, sizeof *a->line, by_bits);
	t = table_new(RD_ACCURACY_COLUMNS);
	for (size_t i = 0; t && i < a->n; i++) {
		const struct line *l = &a->line[i];

		if (!l->done)
			continue;
		table_row(t);
		table_text(t, l->codec->name);
		table_text(t, l->codec->family);
		table_number(t, l->bits);
		table_number(t, (double)l->score.right / DIGITS_TEST);
		table_int(t, (int64_t)l->score.right);
		table_int(t, DIGITS_TEST);
		table_number(t, l->score.loss / DIGITS_TEST);
		table_number(t, (double)l->score.agree / DIGITS_TEST);
		table_number(t, l->score.kl / DIGITS_TEST);
		table_int(t, (int64_t)a->whole.right);
		table_text(t, l->flat ? "flat" : a->plan->importance && l->codec->flags & CODEC_USES_IMPORTANCE ? "given" : "no");
	}
	if (!t || t->failed) {
		table_drop(t);
		return error_memory(err, "a table");
	}
	*result = value_table(t, err);
	if (*result && !ok)
		snprintf(a->label + strlen(a->label), sizeof a->label - strlen(a->label), ", partial: %zu of %zu", done, a->n);
	if (*result)
		value_name(*result, a->label);
	return *result != NULL;
}

/* ---- the action ---- */

static double bits_of(const struct plan *p, const struct choice *c)
{
	double bytes = 0, weights = 0;

	for (size_t i = 0; i < p->n; i++) {
		bytes += (double)planned_bytes(&p->tensor[i], c[i].codec);
		weights += (double)p->tensor[i].e->rows * (double)p->tensor[i].e->cols;
	}
	return weights > 0 ? 8 * bytes / weights : 0;
}

/* Those that every layer can have, or something in their place. */
static bool choose(struct accuracy *a, const struct codec *const *codec, size_t n, char *note, size_t size, struct error *err)
{
	struct text out = { 0 };

	a->line = calloc(n + 1, sizeof *a->line);
	if (!a->line)
		return error_memory(err, "a survey");
	for (size_t i = 0; i < n; i++) {
		struct line *l = &a->line[a->n];
		struct error why = { 0 };
		bool twice = false;

		for (size_t k = 0; k < a->n; k++)
			twice |= a->line[k].codec == codec[i];
		if (twice)
			continue;
		*l = (struct line){ .codec = codec[i], .place = i, .choice = calloc(a->plan->n + 1, sizeof *l->choice) };
		if (!l->choice)
			return error_memory(err, "a survey");
		if (plan_types_of(a->plan, recipe_find(codec[i]->name), codec[i], l->choice, &why)) {
			l->bits = bits_of(a->plan, l->choice);
			a->n++;
		} else {
			free(l->choice);
			text_add(&out, " %s", codec[i]->name);
		}
	}
	if (out.len)
		snprintf(note, size, "left out, since rows do not fill their blocks and nothing replaces them:%.120s", text_str(&out));
	text_drop(&out);
	return a->n || error_set(err, ERR_CODEC, "none of these codecs can be given to this model's weights");
}

bool session_rd_accuracy(struct session *s, struct value *model, const struct rd_options *o, struct outcome *out, struct error *err)
{
	struct accuracy *a = calloc(1, sizeof *a);
	struct job *job = a ? job_new("scoring codecs", a, err) : NULL;
	const char *data;
	struct mlp m;
	bool ok;

	if (!job)
		return a ? false : error_memory(err, "a survey");
	job->unit = "parts";
	job->work = accuracy_work;
	job->finish = accuracy_finish;
	job->drop = accuracy_drop;
	ok = mlp_open(&m, model->u.model, false, err);		/* at once: what cannot be run is not measured */
	if (ok)
		mlp_drop(&m);
	ok = ok && (data = score_data(s, NULL, err)) && ((a->data = strdup(data)) || error_memory(err, "a survey")) &&
	     (a->plan = plan_new(model, &(struct plan_request){ .pure = &codec_q6_K, .imatrix = o->imatrix }, err)) &&
	     choose(a, o->n ? o->codec : rd_usual, o->n ? o->n : rd_usual_count(), out->note, sizeof out->note, err);
	if (!ok) {
		job_drop(job);
		return false;
	}
	snprintf(a->label, sizeof a->label, "%.30s, %d test digits", model->label, DIGITS_TEST);
	atomic_store(&job->total, SCORE_STEPS * (a->n + 1));
	return session_work(job, false, out, err);
}

bool is_rd_accuracy(const struct table *t)
{
	return t->rows && table_column(t, "accuracy") != SIZE_MAX && table_column(t, "family") != SIZE_MAX && table_column(t, "reference") != SIZE_MAX;
}
