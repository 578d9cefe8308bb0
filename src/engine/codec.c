/* codec.c - see codec.h */
#include "engine/codec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "engine/codecs/grid.h"
#include "engine/recipe.h"

const struct codec *const codecs[CODEC_COUNT] = {
#define CODEC(id) &codec_##id,
#include "engine/codecs/list.h"
#undef CODEC
};

/* Types that files used to have. Their numbers are not given again. */
static const struct { uint32_t type; const char *name; } removed[] = {
	{ 4, "q4_2, removed" },      { 5, "q4_3, removed" },
	{ 31, "q4_0_4_4, removed" }, { 32, "q4_0_4_8, removed" }, { 33, "q4_0_8_8, removed" },
	{ 36, "iq4_nl_4_4, removed" }, { 37, "iq4_nl_4_8, removed" }, { 38, "iq4_nl_8_8, removed" },
};

/* A name without its '-' and '_', for comparing: "Q4-K" is nearer to q4_K than a letter count says. */
static const char *folded(const char *name, char buf[16])
{
	size_t n = 0;

	for (; *name && n < 15; name++)
		if (*name != '-' && *name != '_')
			buf[n++] = *name;
	buf[n] = 0;
	return buf;
}

bool codec_same_name(const char *a, const char *b)
{
	for (;;) {
		while (*a == '-' || *a == '_')
			a++;
		while (*b == '-' || *b == '_')
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

const struct codec *codec_find(const char *name)
{
	for (size_t i = 0; i < CODEC_COUNT; i++)
		if (codec_same_name(codecs[i]->name, name))
			return codecs[i];
	return NULL;
}

const struct codec *codec_by_gguf(uint32_t type)
{
	for (size_t i = 0; i < CODEC_COUNT; i++)
		if (codecs[i]->gguf_type >= 0 && (uint32_t)codecs[i]->gguf_type == type)
			return codecs[i];
	return NULL;
}

const char *codec_removed_name(uint32_t type)
{
	for (size_t i = 0; i < sizeof removed / sizeof *removed; i++)
		if (removed[i].type == type)
			return removed[i].name;
	return NULL;
}

const struct codec *codec_need(const char *name, struct error *err)
{
	const struct codec *c = codec_find(name);
	const struct recipe *r = recipe_find(name);
	char fold[CODEC_COUNT][16], asked[16], near[160] = "";
	const char *names[CODEC_COUNT], *found[3];
	size_t n;

	if (c)
		return c;
	if (r) {
		error_set(err, ERR_CODEC, "%s is a recipe for a whole model, not a codec", r->name);
		error_hint(err, "codec", "its main codec is %s.   name %s  explains it,  plan m %s  applies it", r->codec, r->name, r->name);
		return NULL;
	}
	for (size_t i = 0; i < CODEC_COUNT; i++)
		names[i] = folded(codecs[i]->name, fold[i]);
	n = text_nearest(folded(name, asked), names, CODEC_COUNT, found);
	for (size_t i = 0, len = 0; i < n; i++)
		len += (size_t)snprintf(near + len, sizeof near - len, "%s%s", i ? ", " : "nearest: ", codec_find(found[i])->name);
	error_set(err, ERR_CODEC, "no codec '%.60s'", name);
	error_hint(err, "codec", "%s%scodecs  lists all", near, n ? ".   " : "");
	return NULL;
}

size_t codec_block_bytes(const struct codec *c, size_t len)
{
	/* Whole bytes of codes first, so that no length overflows. */
	return c->block_len ? c->block_bytes : c->head_bytes + len / 8 * c->code_bits + (len % 8 * c->code_bits + 7) / 8;
}

double codec_bits(const struct codec *c)
{
	return c->block_len ? 8.0 * c->block_bytes / c->block_len : c->code_bits;
}

bool codec_prepare(const struct codec *c, struct error *err)
{
	return !c->prepare || c->prepare(err);
}

void codecs_drop(void) { grids_drop(); }
