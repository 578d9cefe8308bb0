/* random.c - random tensors, the same on every machine: gauss laplace uniform student outliers. spec/methods.md 0. */
#include "commands/command.h"

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct given *shape = args_get(a, "shape"), *seed = args_get(a, "seed");
	uint64_t state = seed ? (uint64_t)seed->number : 0;
	struct random_options o = {
		.sigma = args_number(a, "sigma", 1), .df = args_number(a, "df", 4), .share = args_number(a, "share", 0.001),
		.size = args_number(a, "size", 16), .seed = seed ? &state : NULL,
	};

	return session_random(c->session, c->command->name, (size_t)shape->number, (size_t)shape->second, &o, out, err);
}

#define SHAPE { "shape", ARG_SHAPE, .summary = "4096, or rows x columns: 64x4096" }
#define SIGMA { "sigma", ARG_NUMBER, .named = true, .min = 0, .max = 1e30, .summary = "standard deviation (1)" }
#define SEED  { "seed", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "start of the generator; else --seed, then one more each call" }
#define SAME  "The same numbers on every machine. The same name is a Lua function: "

const struct command command_gauss = {
	.name = "gauss", .group = GROUP_VALUES, .summary = "random weights, normally spread",
	.help = SAME "gauss(4096, {sigma=0.02}).",
	.args = { SHAPE, SIGMA, SEED, { 0 } },
	.examples = { "gauss 4096 sigma=0.02", "gauss 64x4096 sigma=0.02 seed=42" }, .related = "laplace uniform student outliers hist",
	.run = run,
};

const struct command command_laplace = {
	.name = "laplace", .group = GROUP_VALUES, .summary = "random weights with long tails (double exponential)",
	.help = SAME "laplace(4096, {sigma=0.02}).",
	.args = { SHAPE, SIGMA, SEED, { 0 } },
	.examples = { "laplace 4096", "laplace 64x256 sigma=0.02 seed=1" }, .related = "gauss uniform student outliers hist",
	.run = run,
};

const struct command command_uniform = {
	.name = "uniform", .group = GROUP_VALUES, .summary = "random weights, all equally likely within sigma x sqrt(3)",
	.help = SAME "uniform(4096, {sigma=0.02}).",
	.args = { SHAPE, SIGMA, SEED, { 0 } },
	.examples = { "uniform 4096", "uniform 64x256 sigma=0.02 seed=1" }, .related = "gauss laplace student outliers hist",
	.run = run,
};

const struct command command_student = {
	.name = "student", .group = GROUP_VALUES, .summary = "random weights with heavy tails (Student's t)",
	.help = "df small: heavy tails; sigma scales, and is the standard deviation of the normal behind it. " SAME "student(4096, {df=3}).",
	.args = { SHAPE, SIGMA, { "df", ARG_COUNT, .named = true, .min = 1, .max = 1000, .summary = "degrees of freedom (4)" }, SEED, { 0 } },
	.examples = { "student 4096 df=3", "student 64x256 sigma=0.02 seed=1" }, .related = "gauss laplace uniform outliers hist",
	.run = run,
};

const struct command command_outliers = {
	.name = "outliers", .group = GROUP_VALUES, .summary = "normal weights, a few of them many times larger",
	.help = SAME "outliers(4096, {share=0.001, size=16}).",
	.args = {
		SHAPE, SIGMA,
		{ "share", ARG_NUMBER, .named = true, .min = 0, .max = 1, .summary = "share of places that are multiplied (0.001)" },
		{ "size", ARG_NUMBER, .named = true, .summary = "with what (16)" },
		SEED, { 0 }
	},
	.examples = { "outliers 4096", "outliers 64x256 share=1% size=20 seed=1" }, .related = "gauss laplace uniform student hist",
	.run = run,
};
