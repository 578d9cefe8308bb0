/* naming.c - see naming.h */
#include "session/naming.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* ---- the pieces ---- */

static void part(struct naming *n, const char *owner, const char *text, const char *fmt, ...) PRINTF_LIKE(4, 5);

static void part(struct naming *n, const char *owner, const char *text, const char *fmt, ...)
{
	struct name_part *p = &n->part[n->parts];
	va_list ap;

	if (n->parts == NAME_PARTS)
		return;
	snprintf(p->text, sizeof p->text, "%s", text);
	p->owner = owner;
	va_start(ap, fmt);
	vsnprintf(p->means, sizeof p->means, fmt, ap);
	va_end(ap);
	n->parts++;
}

/* The beginning of a name, and what comes behind it. */
struct beginning { const char *letters, *means; bool about; const char *of; };	/* the digit: about so many bits of what */

static const struct beginning beginnings[] = {
	{ "MXFP", "small floats that share a power of two as their scale", false, " a number" },
	{ "NVFP", "small floats that share an 8-bit float as their scale", false, " a number" },
	{ "IQ", "i-quant: codes are looked up in a table", true, " a weight" },
	{ "TQ", "ternary: a weight is -1, 0 or 1 times a scale", true, " a weight" },
	{ "BF", "a float with the exponent of f32 and a short fraction", false, "" },
	{ "F", "a float, nothing quantized", false, "" },
	{ "Q", "quantized, codes evenly spaced", false, " a code" },
};

struct ending { const char *letters, *owner, *means; };

static const struct ending of_blocks[] = {
	{ "_0", "codec", "type 0: weight = scale x code" },
	{ "_1", "codec", "type 1: weight = scale x code + minimum" },
	{ "_K", "codec", "k-quant: super-blocks of 256 weights, whose scales are quantized too" },
	{ NULL, NULL, NULL }
};

static const struct ending of_mixes[] = {
	{ "_XL", "recipe", "extra large: a mix that some publishers use, not one of the rules" },
	{ "_S", "recipe", "small: the mix with the fewest tensors of more bits" },
	{ "_M", "recipe", "medium: some tensors get more bits" },
	{ "_L", "recipe", "large: the mix with the most tensors of more bits" },
	{ NULL, NULL, NULL }
};

static const struct ending of_grades[] = {
	{ "_XXS", "codec", "extra extra small, the smallest of its family" },
	{ "_XS", "codec", "extra small" },
	{ "_NL", "codec", "non-linear: 16 values, not evenly spaced" },
	{ "_S", "codec", "small" },
	{ "_M", "codec", "medium" },
	{ NULL, NULL, NULL }
};

static const struct ending of_experts[] = {
	{ "_MOE", "recipe", "mixture of experts: only their stacks are stored so" },
	{ NULL, NULL, NULL }
};

static bool take_ending(struct naming *n, const char **s, const struct ending *e)
{
	for (; e->letters; e++) {
		size_t len = strlen(e->letters);

		if (strncmp(*s, e->letters, len) || (s[0][len] && s[0][len] != '_'))
			continue;
		part(n, e->owner, e->letters, "%s", e->means);
		*s += len;
		return true;
	}
	return false;
}

static bool take_beginning(struct naming *n, const char **s)
{
	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
		const struct beginning *b = &beginnings[i];
		size_t len = strlen(b->letters);
		char digits[4];

		if (strncmp(*s, b->letters, len) || !isdigit((unsigned char)s[0][len]))
			continue;
		*s += len;
		snprintf(digits, sizeof digits, "%.*s", isdigit((unsigned char)s[0][1]) ? 2 : 1, *s);
		n->bits = atoi(digits);
		part(n, "codec", b->letters, "%s", b->means);
		part(n, "codec", digits, "%s%d bit%s%s", b->about ? "about " : "", n->bits, n->bits == 1 ? "" : "s", b->of);
		*s += strlen(digits);
		return true;
	}
	return false;
}

/* By the grammar of methods.md 9; false: something is left over. */
static bool take_apart(struct naming *n, const char *s)
{
	const char *letters;

	if (!take_beginning(n, &s))
		return false;
	letters = n->part[0].text;
	if (!strcmp(letters, "Q") && take_ending(n, &s, of_blocks) && !strcmp(n->part[2].text, "_K"))
		take_ending(n, &s, of_mixes);
	else if (!strcmp(letters, "TQ"))
		take_ending(n, &s, of_blocks);
	else if (!strcmp(letters, "IQ"))
		take_ending(n, &s, of_grades);
	else if (!strcmp(letters, "MXFP"))
		take_ending(n, &s, of_experts);
	return !*s;
}

/* ---- names that are known to be of others ---- */

/* `starts`: the whole name begins so; else it is the whole name. */
static const struct { const char *name; bool starts; const char *is; } foreign[] = {
	{ "Q4_0_4_4", false, "q4_0 with its rows interleaved for a kind of processor; removed: rows are now interleaved while loading" },
	{ "Q4_0_4_8", false, "q4_0 with its rows interleaved for a kind of processor; removed: rows are now interleaved while loading" },
	{ "Q4_0_8_8", false, "q4_0 with its rows interleaved for a kind of processor; removed: rows are now interleaved while loading" },
	{ "IQ4_NL_", true, "iq4_nl with its rows interleaved for a kind of processor; removed" },
	{ "Q4_2", false, "an early 4-bit type in blocks of 16; removed" },
	{ "Q4_3", false, "an early 4-bit type in blocks of 16, with minimum; removed" },
	{ "IQ1_K", true, "a type of another program, which files made by it have" },
	{ "IQ2_K", true, "a type of another program, which files made by it have" },
	{ "IQ3_K", true, "a type of another program, which files made by it have" },
	{ "IQ4_K", true, "a type of another program, which files made by it have" },
	{ "IQ5_K", true, "a type of another program, which files made by it have" },
	{ "IQ6_K", true, "a type of another program, which files made by it have" },
	{ "UD_", true, "\"dynamic\": a publisher's own choice of types for each tensor; the file itself says which" },
};

static bool of_others(struct naming *n, const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		if (foreign[i].starts ? strncmp(s, foreign[i].name, strlen(foreign[i].name)) != 0 : strcmp(s, foreign[i].name) != 0)
			continue;
		n->kinds = NAME_FOREIGN;
		snprintf(n->is, sizeof n->is, "%s", foreign[i].is);
		return true;
	}
	if ((len > 3 && !strcmp(s + len - 3, "_XL")) || !strcmp(s, "Q2_K_L")) {
		n->kinds = NAME_FOREIGN;
		snprintf(n->is, sizeof n->is, "a publisher's own mix, with more bits than the rules give; no rule of this name exists");
		return true;
	}
	return false;
}

/* ---- other vocabularies ---- */

static bool only(const char *s, int used)
{
	return used > 0 && !s[used];
}

static void other(struct naming *n, const char *codec, const char *is)
{
	n->kinds = NAME_OTHER;
	n->codec = codec ? codec_find(codec) : NULL;
	snprintf(n->is, sizeof n->is, "%s", is);
}

static bool other_vocabulary(struct naming *n, const char *s)
{
	static const struct { const char *name, *is; } words[] = {
		{ "FP4", "4-bit floats; which scale they share is not said: mxfp4 and nvfp4 do" },
		{ "FP8", "8-bit floats; of which kind, e4m3 or e5m2, is not said" },
		{ "E4M3", "an 8-bit float: 4 bits of exponent, 3 of fraction, up to 448" },
		{ "E5M2", "an 8-bit float: 5 bits of exponent, 2 of fraction, up to 57344" },
		{ "E2M1", "a 4-bit float: 2 bits of exponent, 1 of fraction: 0 .5 1 1.5 2 3 4 6" },
		{ "NF4", "16 uneven values for weights that are spread like a Gaussian, one scale for every 64" },
		{ "MXFP8_E4M3", "e4m3 floats that share a power of two, 32 at a time" },
		{ "MXFP8_E5M2", "e5m2 floats that share a power of two, 32 at a time" },
		{ "2:4", "a sparse pattern: of every four weights two are 0" },
		{ "AWQ", "a method that scales columns by their activations before rounding; bits are said beside it" },
		{ "GPTQ", "a method that mends the error of each column in those that follow; bits are said beside it" },
	};
	int a, b, used = 0;
	char text[16];

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(s, words[i].name)) {
			other(n, NULL, words[i].is);
			return true;
		}
	if (sscanf(s, "W%2dA%2d%n", &a, &b, &used) == 2 && only(s, used)) {
		other(n, NULL, "bits of weights and of activations; which codec, and how many weights share a scale, is not said");
		snprintf(text, sizeof text, "W%d", a);
		part(n, "", text, "weights of %d bits", a);
		snprintf(text, sizeof text, "A%d", b);
		part(n, "", text, "activations of %d bits", b);
		return true;
	}
	if ((sscanf(s, "INT%1d_G%5d%n", &a, &b, &used) == 2 && only(s, used)) || (sscanf(s, "%1dBIT_%5dG%n", &a, &b, &used) == 2 && only(s, used))) {
		other(n, NULL, "integers with a scale for each group, as GPTQ and AWQ store them");
		snprintf(text, sizeof text, "%d", a);
		part(n, "", text, "%d bits a code", a);
		snprintf(text, sizeof text, "%d", b);
		part(n, "", text, "%d weights share a scale", b);
		return true;
	}
	if (sscanf(s, "W%1d_S%3d%n", &a, &b, &used) == 2 && only(s, used)) {
		other(n, NULL, "SqueezeLLM: a codebook for each row, and some weights kept apart as they are");
		snprintf(text, sizeof text, "W%d", a);
		part(n, "", text, "%d bits a code", a);
		snprintf(text, sizeof text, "S%d", b);
		part(n, "", text, "%.2f %% of the weights kept apart", b / 100.0);
		return true;
	}
	if (sscanf(s, "Q%2d.%2d%n", &a, &b, &used) == 2 && only(s, used)) {
		other(n, NULL, "a fixed-point format: no codec of weights, and the point tells it from Q4_0");
		snprintf(text, sizeof text, "%d", a);
		part(n, "", text, "%d bits before the point", a);
		snprintf(text, sizeof text, "%d", b);
		part(n, "", text, "%d bits behind it", b);
		return true;
	}
	return false;
}

/* ---- all that exists ---- */

enum { NAMES_MAX = 160 };

static char *upper(char *to, size_t size, const char *from)
{
	size_t n = 0;

	for (; *from && n + 1 < size; from++)
		to[n++] = *from == '-' ? '_' : (char)toupper((unsigned char)*from);
	to[n] = 0;
	return to;
}

static bool is_recipe_name(const char *name)
{
	for (const struct recipe *r = recipes; r->name; r++)
		if (!strcasecmp(r->name, name))
			return true;
	return false;
}

/* Names of recipes and types, each once. */
static size_t all_names(const char *names[NAMES_MAX])
{
	size_t n = 0;

	for (const struct recipe *r = recipes; r->name; r++)
		names[n++] = r->name;
	for (size_t i = 0; i < CODEC_COUNT && n < NAMES_MAX; i++)
		if (!is_recipe_name(codecs[i]->name))
			names[n++] = codecs[i]->name;
	return n;
}

static void find_near(struct naming *n)
{
	const char *names[NAMES_MAX];
	size_t count = all_names(names);

	n->n_near = (int)text_nearest(n->name, names, count, n->near);
}

/* Q4, IQ2: what begins so. */
static bool family(struct naming *n)
{
	const char *names[NAMES_MAX];
	size_t count = all_names(names), len = strlen(n->name), at;
	int types = 0;

	at = (size_t)snprintf(n->is, sizeof n->is, "several names begin so:");
	for (size_t i = 0; i < count; i++) {
		char up[24];

		if (strncmp(upper(up, sizeof up, names[i]), n->name, len) || up[len] != '_')
			continue;
		types++;
		if (at < sizeof n->is)
			at += (size_t)snprintf(n->is + at, sizeof n->is - at, " %s", names[i]);
	}
	if (!types)
		return false;
	n->kinds = NAME_FAMILY;
	return true;
}

static void say_what(struct naming *n)
{
	const struct codec *c = n->codec;
	bool same = n->recipe && recipe_find(n->name) && codec_find(n->name);

	if (same && codec_find(n->recipe->codec) != codec_find(n->name))
		snprintf(n->is, sizeof n->is, "a codec, and a recipe that starts from another one, %s", n->recipe->codec);
	else if (same)
		snprintf(n->is, sizeof n->is, "a codec, and a recipe for a whole model that starts from it%s",
			 strcasecmp(n->recipe->name, n->name) ? " (as _M)" : "");
	else if (n->recipe)
		snprintf(n->is, sizeof n->is, "a recipe for a whole model, not a codec");
	else if (c && c->flags & CODEC_TEACHING)
		snprintf(n->is, sizeof n->is, "a codec of ours to learn with: no file has it");
	else if (c && c->flags & CODEC_ACTIVATIONS_ONLY)
		snprintf(n->is, sizeof n->is, "a codec for activations, inside products only");
	else
		snprintf(n->is, sizeof n->is, "a codec: what a single tensor has");
	if (n->bits && c && codec_bits(c) > n->bits && !(c->flags & (CODEC_PLAIN | CODEC_TEACHING)))
		snprintf(n->is_not, sizeof n->is_not, "%d is not the bits a weight takes: with scales%s it is %.6g", n->bits,
			 c->flags & CODEC_HAS_MIN ? " and minima" : "", codec_bits(c));
}

/* `s` in capitals, '-' as '_'. */
static bool read_one(const char *s, struct naming *n)
{
	const struct codec *c = codec_find(s);
	const struct recipe *r = recipe_find(s);
	bool formed;

	*n = (struct naming){ 0 };
	snprintf(n->name, sizeof n->name, "%s", s);
	formed = take_apart(n, s);
	if (c || r) {
		n->codec = c ? c : codec_find(r->codec);
		n->recipe = r;
		n->kinds = (c ? NAME_CODEC : 0) | (r ? NAME_RECIPE : 0);
		snprintf(n->name, sizeof n->name, "%s", r && !strcasecmp(r->name, s) ? r->name : c ? c->name : r->name);
		if (!formed) {	/* Q4KM: the pieces of the name as it is written */
			char up[48];

			n->parts = 0;
			take_apart(n, upper(up, sizeof up, n->name));
		}
		/* The last letter of a recipe that exists only as one belongs to it. */
		if (!c && n->parts > 2)
			n->part[n->parts - 1].owner = "recipe";
		say_what(n);
		return true;
	}
	if (of_others(n, s) || other_vocabulary(n, s)) {
		find_near(n);
		return true;
	}
	if (!formed) {
		n->parts = 0;
		return false;
	}
	find_near(n);
	if (n->parts == 2 && family(n))
		return true;
	n->kinds = NAME_MISSING;
	snprintf(n->is, sizeof n->is, "well formed, but there is no such type");
	return true;
}

/* A file's name holds one behind a '-' or '.': "demo-1b.q4_K_M.gguf". */
static bool read_file_name(const char *s, struct naming *n)
{
	const char *slash = strrchr(s, '/');
	char copy[256], up[48];

	snprintf(copy, sizeof copy, "%s", slash ? slash + 1 : s);
	for (char *at = strtok(copy, "-."); at; at = strtok(NULL, "-."))
		if (read_one(upper(up, sizeof up, at), n) && n->kinds & (NAME_CODEC | NAME_RECIPE | NAME_MISSING | NAME_FOREIGN))
			return true;
	return false;
}

bool name_read(const char *s, struct naming *n, struct error *err)
{
	char up[48];

	if (strlen(s) < sizeof up && read_one(upper(up, sizeof up, s), n)) {
		if (n->kinds & NAME_FOREIGN)
			snprintf(n->name, sizeof n->name, "%s", s);
		return true;
	}
	if (strpbrk(s, "-./") && read_file_name(s, n))
		return true;
	snprintf(n->name, sizeof n->name, "%.40s", s);
	find_near(n);
	error_set(err, ERR_CODEC, "'%.60s' is no name of a codec or a recipe", s);
	if (!n->n_near)
		return error_hint(err, "name", "as in Q4_K_M, IQ2_XXS, q8_0;  codecs  lists the codecs");
	return error_hint(err, "name", "nearest: %s%s%s%s%s", n->near[0], n->n_near > 1 ? ", " : "", n->n_near > 1 ? n->near[1] : "",
			  n->n_near > 2 ? ", " : "", n->n_near > 2 ? n->near[2] : "");
}
