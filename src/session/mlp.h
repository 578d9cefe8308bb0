/*
 * mlp.h - a model of dense layers as a net that can be run: the sample model of interaction.md 10.1.
 *
 * Its file: general.architecture "mlp", mlp.layers [inputs, hidden ..., outputs], mlp.activation "relu"; tensors layer.N.weight [out, in]
 * and layer.N.bias, N from 0, the last pair named output.weight and output.bias. Weights may be in any codec.
 */
#ifndef SESSION_MLP_H
#define SESSION_MLP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/tensor.h"
#include "files/model.h"

enum { MLP_LAYERS_MAX = 8 };

struct mlp {
	size_t layers;				/* of weights */
	size_t width[MLP_LAYERS_MAX + 1];
	struct tensor weight[MLP_LAYERS_MAX];	/* as the file has them, or decoded */
	struct tensor bias[MLP_LAYERS_MAX];	/* f32 [1, out] */
	char name[MLP_LAYERS_MAX][32];		/* of the weights in the file */
};

/* exact: weights are decoded here, so that mlp_run multiplies floats. ERR_VALUE: not such a net, the hint names what can be run. */
bool mlp_open(struct mlp *m, const struct model *model, bool exact, struct error *err);
void mlp_drop(struct mlp *m);
/* Puts weights in the place of those of layer l, of the same shape, in any codec; takes t over. */
bool mlp_take_weight(struct mlp *m, size_t l, struct tensor t, bool exact, struct error *err);

/*
 * The logits of one example. Weights of a quantized codec are multiplied by the engine's own products: what goes into a layer is
 * quantized with the codec's partner first. scratch: mlp_scratch(m) bytes, one a thread; after it mlp_input(m, scratch, l) is what
 * went into layer l.
 */
void mlp_run(const struct mlp *m, const float *x, float *logits, unsigned char *scratch);
size_t mlp_scratch(const struct mlp *m);
const float *mlp_input(const struct mlp *m, const unsigned char *scratch, size_t layer);

#endif
