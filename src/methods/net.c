/* net.c - see net.h */
#include "methods/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

bool net_new(struct net *n, const size_t *width, size_t layers, uint64_t seed, struct error *err)
{
	struct rng r = rng_seeded(seed);

	memset(n, 0, sizeof *n);
	n->layers = layers;
	memcpy(n->width, width, (layers + 1) * sizeof *width);
	for (size_t l = 0; l < layers; l++) {
		size_t in = width[l], out = width[l + 1];
		double spread = sqrt(2.0 / (double)in);

		n->weight[l] = malloc(out * in * sizeof(double));
		n->bias[l] = calloc(out, sizeof(double));
		if (!n->weight[l] || !n->bias[l]) {
			net_drop(n);
			return error_memory(err, "a network");
		}
		for (size_t i = 0; i < out * in; i++)
			n->weight[l][i] = rng_gauss(&r) * spread;
	}
	return true;
}

void net_drop(struct net *n)
{
	for (size_t l = 0; l < NET_LAYERS_MAX; l++) {
		free(n->weight[l]);
		free(n->bias[l]);
	}
	memset(n, 0, sizeof *n);
}

/* ---- forward ---- */

/* scratch holds the inputs of all layers one after the other, then the logits. */
static size_t input_at(const struct net *n, size_t layer)
{
	size_t at = 0;

	for (size_t l = 0; l < layer; l++)
		at += n->width[l];
	return at;
}

size_t net_scratch(const struct net *n)
{
	return input_at(n, n->layers + 1);
}

const double *net_input(const struct net *n, const double *scratch, size_t layer)
{
	return scratch + input_at(n, layer);
}

/* out = weight in + bias, then ReLU unless it is the last layer. */
static void layer_run(const struct net *n, size_t l, const double *in, double *out)
{
	size_t wide = n->width[l];

	for (size_t o = 0; o < n->width[l + 1]; o++) {
		const double *w = n->weight[l] + o * wide;
		double sum = n->bias[l][o];

		for (size_t i = 0; i < wide; i++)
			sum += w[i] * in[i];
		out[o] = l + 1 < n->layers && sum < 0 ? 0 : sum;
	}
}

void net_run(const struct net *n, const float *x, double *logits, double *scratch)
{
	double *in = scratch;

	for (size_t i = 0; i < n->width[0]; i++)
		in[i] = (double)x[i];
	for (size_t l = 0; l < n->layers; l++) {
		layer_run(n, l, in, in + n->width[l]);
		in += n->width[l];
	}
	memcpy(logits, in, n->width[n->layers] * sizeof *in);
}

size_t log_softmax(double *logits, size_t n)
{
	size_t best = 0;
	double sum = 0, shift;

	for (size_t i = 1; i < n; i++)
		if (logits[i] > logits[best])
			best = i;
	for (size_t i = 0; i < n; i++)
		sum += exp(logits[i] - logits[best]);
	shift = logits[best] + log(sum);
	for (size_t i = 0; i < n; i++)
		logits[i] -= shift;
	return best;
}

bool net_score(const struct net *n, const struct examples *e, struct score *out, struct error *err)
{
	double *scratch = malloc(net_scratch(n) * sizeof *scratch), *logits = malloc(n->width[n->layers] * sizeof *logits);
	bool ok = scratch && logits;

	*out = (struct score){ .count = e->count };
	for (size_t k = 0; ok && k < e->count; k++) {
		net_run(n, e->x + k * n->width[0], logits, scratch);
		out->right += log_softmax(logits, n->width[n->layers]) == e->label[k];
		out->loss -= logits[e->label[k]] / (double)e->count;
	}
	free(scratch);
	free(logits);
	return ok || error_memory(err, "a network");
}

/* ---- training ---- */

struct trainer {
	struct net *net;
	struct net gradient, velocity;	/* of the net's shape */
	double *scratch;
	double *back, *below;		/* what flows back: at a layer's output, at its input */
};

static bool zeros_like(struct net *like, const struct net *n, struct error *err)
{
	if (!net_new(like, n->width, n->layers, 0, err))
		return false;
	for (size_t l = 0; l < n->layers; l++)
		memset(like->weight[l], 0, n->width[l] * n->width[l + 1] * sizeof(double));
	return true;
}

/* Adds one example's gradient of layer l, and turns what flows back at its output into what flows back at its input. */
static void layer_learn(struct trainer *t, size_t l)
{
	const struct net *n = t->net;
	const double *in = net_input(n, t->scratch, l);
	size_t wide = n->width[l];
	double *swap;

	memset(t->below, 0, wide * sizeof *t->below);
	for (size_t o = 0; o < n->width[l + 1]; o++) {
		const double *w = n->weight[l] + o * wide;
		double *g = t->gradient.weight[l] + o * wide, d = t->back[o];

		if (d == 0)
			continue;
		t->gradient.bias[l][o] += d;
		for (size_t i = 0; i < wide; i++)
			g[i] += d * in[i];
		for (size_t i = 0; i < wide; i++)
			t->below[i] += d * w[i];
	}
	for (size_t i = 0; l && i < wide; i++)
		if (in[i] <= 0)		/* ReLU held it at 0 */
			t->below[i] = 0;
	swap = t->back;
	t->back = t->below;
	t->below = swap;
}

static double learn(struct trainer *t, const float *x, uint8_t label)
{
	const struct net *n = t->net;
	size_t classes = n->width[n->layers];
	double loss;

	net_run(n, x, t->back, t->scratch);
	log_softmax(t->back, classes);
	loss = -t->back[label];
	for (size_t i = 0; i < classes; i++)
		t->back[i] = exp(t->back[i]) - (i == label);
	for (size_t l = n->layers; l-- > 0;)
		layer_learn(t, l);
	return loss;
}

static void move(double *w, double *v, double *g, size_t n, const struct training *t)
{
	for (size_t i = 0; i < n; i++) {
		v[i] = t->momentum * v[i] + g[i] / (double)t->batch;
		w[i] -= t->rate * v[i];
		g[i] = 0;
	}
}

static double epoch_run(struct trainer *tr, const struct examples *e, const struct training *t, const uint32_t *order, const struct job *job)
{
	struct net *n = tr->net;
	double loss = 0;
	size_t done = 0;

	for (; done + t->batch <= e->count && !job_stopped(job); done += t->batch) {
		for (size_t k = 0; k < t->batch; k++) {
			size_t at = order[done + k];

			loss += learn(tr, e->x + at * n->width[0], e->label[at]);
		}
		for (size_t l = 0; l < n->layers; l++) {
			size_t out = n->width[l + 1];

			move(n->weight[l], tr->velocity.weight[l], tr->gradient.weight[l], out * n->width[l], t);
			move(n->bias[l], tr->velocity.bias[l], tr->gradient.bias[l], out, t);
		}
	}
	return done ? loss / (double)done : 0;
}

bool net_train(struct net *n, const struct examples *e, const struct training *t, struct job *job, struct error *err)
{
	struct trainer tr = { .net = n };
	struct rng r = rng_seeded(t->order_seed);
	uint32_t *order = malloc((e->count ? e->count : 1) * sizeof *order);
	size_t widest = 0;
	bool ok;

	for (size_t l = 0; l <= n->layers; l++)
		widest = n->width[l] > widest ? n->width[l] : widest;
	tr.scratch = malloc(net_scratch(n) * sizeof(double));
	tr.back = malloc(widest * sizeof(double));
	tr.below = malloc(widest * sizeof(double));
	ok = order && tr.scratch && tr.back && tr.below ? zeros_like(&tr.gradient, n, err) && zeros_like(&tr.velocity, n, err) :
		error_memory(err, "training");
	for (int k = 0; ok && k < t->epochs; k++) {
		double loss;

		rng_permute(&r, order, e->count);
		loss = epoch_run(&tr, e, t, order, job);
		if (job_stopped(job))
			ok = error_set(err, ERR_CANCELLED, "training was stopped in epoch %d of %d", k + 1, t->epochs);
		else if (t->epoch)
			t->epoch(t->arg, k, loss);
		job_step(job, 1);
	}
	net_drop(&tr.gradient);
	net_drop(&tr.velocity);
	free(tr.scratch);
	free(tr.back);
	free(tr.below);
	free(order);
	return ok;
}
