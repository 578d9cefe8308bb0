/* kernel.c - see kernel.h */
#include "engine/kernel.h"

#include <string.h>

#include "engine/codecs/pack.h"

static bool always(void) { return true; }

static const struct kernel none[] = { { NULL } };	/* scalar: the reference itself */

const struct cpu_level cpu_levels[] = {
	{ "scalar", always, none },
	{ NULL }
};

/* Every level there may be, weakest first, whether or not it was built: a ceiling may name one that is not here. */
static const char *const ladder[] = { "scalar", "neon", "avx2", "avx512" };
enum { RUNGS = sizeof ladder / sizeof *ladder };

static struct chosen {
	struct kernel kernel;
	const char *encode, *imp, *decode, *dot;	/* which level gave it; NULL: the reference */
} chosen[CODEC_COUNT];
static const char *highest_level = "scalar";

static size_t rung(const char *name)
{
	size_t i = 0;

	while (i < RUNGS && strcmp(ladder[i], name) != 0)
		i++;
	return i;
}

static void override(struct chosen *c, const struct kernel *k, const char *level)
{
	if (k->encode)
		c->kernel.encode = k->encode, c->encode = level;
	if (k->encode_imp)
		c->kernel.encode_imp = k->encode_imp, c->imp = level;
	if (k->decode)
		c->kernel.decode = k->decode, c->decode = level;
	if (k->dot)
		c->kernel.dot = k->dot, c->dot = level;
}

bool kernels_choose(const char *highest, struct error *err)
{
	size_t ceiling = highest && *highest ? rung(highest) : RUNGS - 1;

	if (ceiling == RUNGS) {
		error_set(err, ERR_ARGUMENT, "QUANTSCOPE_CPU is '%.40s', which is no level of any processor known here", highest);
		return error_hint(err, NULL, "levels: scalar neon avx2 avx512");
	}
	memset(chosen, 0, sizeof chosen);
	for (const struct cpu_level *l = cpu_levels; l->name; l++) {
		if (rung(l->name) > ceiling || !l->usable())
			continue;
		highest_level = l->name;
		for (const struct kernel *k = l->kernels; k->codec; k++)
			override(&chosen[k->codec->id], k, l->name);
	}
	return true;
}

const char *kernels_level(void) { return highest_level; }

void codec_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks)
{
	const struct kernel *k = &chosen[c->id].kernel;
	const float *importance = o ? o->importance : NULL;
	encode_kernel *fast = importance ? k->encode_imp : k->encode;

	if (fast)
		fast(x, n, importance, blocks);
	else
		c->encode(c, x, n, o, blocks, NULL);
}

void codec_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y)
{
	decode_kernel *fast = chosen[c->id].kernel.decode;

	if (fast)
		fast(blocks, n, y);
	else
		c->decode(c, blocks, n, y, NULL);
}

/* Without a product of its own a codec is decoded and multiplied, its activations being plain floats. */
static float decode_and_multiply(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	enum { PIECE = 256 };
	size_t len = c->block_len ? c->block_len : n;
	double sum = 0;

	for (size_t i = 0, part; i < n; i += part) {
		float piece[PIECE];

		part = n - i < PIECE ? n - i : PIECE / len > 0 ? PIECE / len * len : PIECE;
		if (c->decode_part)
			c->decode_part(c, w, i, part, piece);
		else
			codec_decode(c, w + i / len * codec_block_bytes(c, len), part, piece);
		for (size_t j = 0; j < part; j++)
			sum += piece[j] * get_f32(a + 4 * (i + j));
	}
	return (float)sum;
}

float codec_dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	dot_kernel *fast = chosen[c->id].kernel.dot;

	if (fast)
		return fast(w, a, n);
	return c->dot ? c->dot(c, w, a, n) : decode_and_multiply(c, w, a, n);
}

const char *kernel_level_of(const struct codec *c, const char *what)
{
	const struct chosen *k = &chosen[c->id];
	const char *level = !strcmp(what, "encode") ? k->encode : !strcmp(what, "imp") ? k->imp
			  : !strcmp(what, "decode") ? k->decode : k->dot;

	return level ? level : "scalar";
}
