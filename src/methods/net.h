/*
 * net.h - a small network of dense layers, ReLU between them, softmax cross-entropy at the end: trained in double, in a fixed
 * order, so that the same seeds give the same weights. spec/methods.md 3.1.
 */
#ifndef METHODS_NET_H
#define METHODS_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/job.h"

enum { NET_LAYERS_MAX = 8 };

struct net {
	size_t layers;				/* of weights */
	size_t width[NET_LAYERS_MAX + 1];	/* inputs, hidden ..., outputs */
	double *weight[NET_LAYERS_MAX];		/* [width[l + 1]][width[l]] */
	double *bias[NET_LAYERS_MAX];		/* [width[l + 1]] */
};

/* Weights at g() * sqrt(2 / inputs), layer by layer, row by row, from a generator started at seed; biases 0. */
bool net_new(struct net *n, const size_t *width, size_t layers, uint64_t seed, struct error *err);
void net_drop(struct net *n);		/* also half made; cleared after */

/* Inputs [count][width[0]], labels [count]. */
struct examples { const float *x; const uint8_t *label; size_t count; };

/* The logits of one example. scratch: net_scratch(n) doubles; after it net_input(n, scratch, l) is what went into layer l. */
void net_run(const struct net *n, const float *x, double *logits, double *scratch);
size_t net_scratch(const struct net *n);
const double *net_input(const struct net *n, const double *scratch, size_t layer);

struct score { size_t right, count; double loss; /* mean cross-entropy */ };
bool net_score(const struct net *n, const struct examples *e, struct score *out, struct error *err);
/* log(softmax(logits)) in place; returns the place of the largest. */
size_t log_softmax(double *logits, size_t n);

struct training {
	int epochs;
	double rate;			/* of learning */
	size_t batch;			/* the last partial batch is dropped */
	double momentum;		/* v = momentum v + gradient; weight -= rate v */
	uint64_t order_seed;		/* of the generator that orders each epoch */
	void (*epoch)(void *arg, int epoch, double loss);	/* after each; NULL */
	void *arg;
};

/* job counts epochs and may stop it (ERR_CANCELLED); NULL: neither. */
bool net_train(struct net *n, const struct examples *e, const struct training *t, struct job *job, struct error *err);

#endif
