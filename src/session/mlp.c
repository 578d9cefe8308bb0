/* mlp.c - see mlp.h */
#include "session/mlp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codec.h"
#include "engine/encode.h"
#include "engine/kernel.h"

/* ---- from a file ---- */

static bool not_one(const char *what, struct error *err)
{
	error_set(err, ERR_VALUE, "this model cannot be run: %s", what);
	return error_hint(err, "model", "what can be run: architecture mlp with ReLU, as  open sample  gives");
}

static bool fact_is(const struct model *m, const char *key, const char *word)
{
	const struct fact *f = model_fact(m, key);

	return f && f->type == FACT_STRING && f->string_len == strlen(word) && !memcmp(f->string, word, f->string_len);
}

static bool widths(struct mlp *m, const struct model *model, struct error *err)
{
	const struct fact *f = model_fact(model, "mlp.layers");
	size_t walk = 0;

	if (!fact_is(model, "general.architecture", "mlp"))
		return not_one("its architecture is another", err);
	if (!fact_is(model, "mlp.activation", "relu"))
		return not_one("mlp.activation is not relu", err);
	if (!f || f->type != FACT_ARRAY || f->count < 2 || f->count > MLP_LAYERS_MAX + 1)
		return not_one("mlp.layers is not a list of 2 to 9 widths", err);
	m->layers = (size_t)f->count - 1;
	for (size_t i = 0; i <= m->layers; i++) {
		struct fact width;

		if (!fact_element(f, i, &width, &walk) || width.i < 1 || width.i > 1 << 20)
			return not_one("a width in mlp.layers is not a number from 1 to 1048576", err);
		m->width[i] = (size_t)width.i;
	}
	return true;
}

bool mlp_take_weight(struct mlp *m, size_t l, struct tensor t, bool exact, struct error *err)
{
	tensor_drop(&m->weight[l]);
	m->weight[l] = t;
	if (exact || t.codec->flags & CODEC_PLAIN || !t.codec->dot_name) {
		struct tensor floats = { 0 };

		if (!tensor_decode(&t, NULL, &floats, err))
			return false;
		tensor_drop(&m->weight[l]);
		m->weight[l] = floats;
	}
	return codec_prepare(m->weight[l].codec, err);
}

static bool layer(struct mlp *m, size_t l, const struct model *model, bool exact, struct error *err)
{
	const struct tensor_entry *weight, *bias;
	struct tensor t = { 0 };
	char what[100], name[40];
	bool ok;

	if (l + 1 == m->layers)
		snprintf(m->name[l], sizeof m->name[l], "output.weight");
	else
		snprintf(m->name[l], sizeof m->name[l], "layer.%zu.weight", l);
	snprintf(name, sizeof name, "%.*s.bias", (int)(strlen(m->name[l]) - strlen(".weight")), m->name[l]);
	weight = model_find(model, m->name[l]);
	bias = model_find(model, name);
	if (!weight || weight->rows != m->width[l + 1] || weight->cols != m->width[l]) {
		snprintf(what, sizeof what, "%s is not %zu x %zu", m->name[l], m->width[l + 1], m->width[l]);
		return not_one(what, err);
	}
	if (!bias || bias->rows * bias->cols != m->width[l + 1]) {
		snprintf(what, sizeof what, "%s does not have %zu numbers", name, m->width[l + 1]);
		return not_one(what, err);
	}
	ok = model_tensor(model, bias, &t, err) && tensor_decode(&t, NULL, &m->bias[l], err);
	tensor_drop(&t);
	return ok && model_tensor(model, weight, &t, err) && mlp_take_weight(m, l, t, exact, err);
}

bool mlp_open(struct mlp *m, const struct model *model, bool exact, struct error *err)
{
	bool ok;

	memset(m, 0, sizeof *m);
	ok = widths(m, model, err);
	for (size_t l = 0; ok && l < m->layers; l++)
		ok = layer(m, l, model, exact, err);
	if (!ok)
		mlp_drop(m);
	return ok;
}

void mlp_drop(struct mlp *m)
{
	for (size_t l = 0; l < MLP_LAYERS_MAX; l++) {
		tensor_drop(&m->weight[l]);
		tensor_drop(&m->bias[l]);
	}
	memset(m, 0, sizeof *m);
}

/* ---- one example ---- */

/* scratch: the inputs of all layers and the logits as floats, then room for one quantized input. */
static size_t inputs_end(const struct mlp *m, size_t layers)
{
	size_t n = 0;

	for (size_t l = 0; l < layers; l++)
		n += m->width[l];
	return n;
}

static const struct codec *partner(const struct mlp *m, size_t l)
{
	const struct codec *c = m->weight[l].codec;

	return c->flags & CODEC_PLAIN ? NULL : codec_find(c->dot_name);
}

static size_t partner_bytes(const struct mlp *m, size_t l)
{
	const struct codec *p = partner(m, l);

	return p ? m->width[l] / p->block_len * p->block_bytes : 0;
}

size_t mlp_scratch(const struct mlp *m)
{
	size_t most = 0;

	for (size_t l = 0; l < m->layers; l++)
		most = partner_bytes(m, l) > most ? partner_bytes(m, l) : most;
	return inputs_end(m, m->layers + 1) * sizeof(float) + most;
}

const float *mlp_input(const struct mlp *m, const unsigned char *scratch, size_t l)
{
	return (const float *)(const void *)scratch + inputs_end(m, l);
}

static float float_product(const float *w, const float *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)w[i] * (double)x[i];
	return (float)sum;
}

static void layer_run(const struct mlp *m, size_t l, const float *in, float *out, unsigned char *quantized)
{
	const struct tensor *w = &m->weight[l];
	const struct codec *p = partner(m, l);
	size_t n = m->width[l], row_bytes = tensor_bytes(w) / w->rows;
	const float *bias = tensor_floats(&m->bias[l]);

	if (p)
		codec_encode(p, in, n, &(struct codec_options){ 0 }, quantized);
	for (size_t r = 0; r < w->rows; r++) {
		const unsigned char *row = tensor_block(w, 0) + r * row_bytes;
		float v = (p ? codec_dot(w->codec, row, quantized, n) : float_product(tensor_floats(w) + r * n, in, n)) + bias[r];

		out[r] = v < 0 && l + 1 < m->layers ? 0 : v;
	}
}

void mlp_run(const struct mlp *m, const float *x, float *logits, unsigned char *scratch)
{
	float *in = (float *)(void *)scratch;
	unsigned char *quantized = scratch + inputs_end(m, m->layers + 1) * sizeof(float);

	memcpy(in, x, m->width[0] * sizeof *in);
	for (size_t l = 0; l < m->layers; l++) {
		layer_run(m, l, in, in + m->width[l], quantized);
		in += m->width[l];
	}
	memcpy(logits, in, m->width[m->layers] * sizeof *in);
}
