/*
 * make_sample.c - trains the built-in model and writes it: the digits classifier of methods.md 3.1 made wider, 64-256-256-10.
 * interaction.md 10.1. Usage: make_sample DIGITS.csv SAMPLE.gguf
 */
#include <stdio.h>
#include <stdlib.h>

#include "files/gguf_write.h"
#include "methods/digits.h"
#include "methods/net.h"

static const size_t width[] = { 64, 256, 256, 10 };
enum { LAYERS = 3, F32 = 0 };

static void weight_name(size_t l, const char *what, char name[40])
{
	if (l + 1 == LAYERS)
		snprintf(name, 40, "output.%s", what);
	else
		snprintf(name, 40, "layer.%zu.%s", l, what);
}

static bool put_floats(struct gguf_writer *g, const double *v, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		float f = (float)v[i];

		if (!gguf_data(g, &f, sizeof f, err))
			return false;
	}
	return true;
}

static bool write_sample(const struct net *n, const char *path, struct error *err)
{
	static const char author[] = "quantscope: trained on the digits of E. Alpaydin and C. Kaynak, UCI, CC BY 4.0";
	uint32_t layers[LAYERS + 1];
	struct gguf_writer g;
	bool ok = gguf_new(&g, path, true, err);

	for (size_t i = 0; i <= LAYERS; i++)
		layers[i] = (uint32_t)width[i];
	gguf_key_string(&g, "general.architecture", "mlp", 3);
	gguf_key_string(&g, "general.name", "digits", 6);
	gguf_key_string(&g, "general.description", author, sizeof author - 1);
	gguf_key_u32s(&g, "mlp.layers", layers, LAYERS + 1);
	gguf_key_string(&g, "mlp.activation", "relu", 4);
	for (size_t l = 0; ok && l < LAYERS; l++) {
		uint64_t matrix[] = { width[l + 1], width[l] }, row[] = { width[l + 1] };
		char name[40];

		weight_name(l, "weight", name);
		ok = gguf_tensor(&g, name, 2, matrix, F32, matrix[0] * matrix[1] * sizeof(float), err);
		weight_name(l, "bias", name);
		ok = ok && gguf_tensor(&g, name, 1, row, F32, row[0] * sizeof(float), err);
	}
	ok = ok && gguf_begin(&g, err);
	for (size_t l = 0; ok && l < LAYERS; l++)
		ok = put_floats(&g, n->weight[l], width[l] * width[l + 1], err) && put_floats(&g, n->bias[l], width[l + 1], err);
	ok = ok && gguf_end(&g, err) && replace_commit(&g.file, err);
	gguf_drop(&g);
	return ok;
}

int main(int argc, char **argv)
{
	struct training t = { .epochs = 40, .rate = 0.05, .batch = 32, .momentum = 0.9, .order_seed = 2000 };
	struct error err = { 0 };
	struct digits *d = argc == 3 ? digits_load(argv[1], &err) : NULL;
	struct examples train, test;
	struct score s = { 0 };
	struct net n = { 0 };
	bool ok;

	if (!d) {
		fprintf(stderr, "%s\n", argc == 3 ? err.text : "usage: make_sample DIGITS.csv SAMPLE.gguf");
		return 1;
	}
	train = (struct examples){ d->pixel[0], d->label, DIGITS_TRAIN };
	test = (struct examples){ d->pixel[DIGITS_TRAIN], d->label + DIGITS_TRAIN, DIGITS_TEST };
	ok = net_new(&n, width, LAYERS, 1000, &err) && net_train(&n, &train, &t, NULL, &err) && net_score(&n, &test, &s, &err) &&
	     write_sample(&n, argv[2], &err);
	if (ok)
		printf("%s: right %zu of %zu   loss %.4f\n", argv[2], s.right, s.count, s.loss);
	else
		fprintf(stderr, "%s\n", err.text);
	net_drop(&n);
	free(d);
	return !ok;
}
