/*
 * mixture.c - see mixture.h. Three tables: names to categories, names that are never quantized, and the rules. Of the rules the first
 * one that holds decides; one without conditions ends a part of them.
 */
#include "session/mixture.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static const struct { const char *name; bool exact; enum category category; } names[] = {
	{ "output.weight", true, CAT_OUTPUT },
	{ "token_embd.weight", true, CAT_TOKEN_EMBD }, { "per_layer_token_embd.weight", true, CAT_TOKEN_EMBD },
	{ "attn_qkv.weight", false, CAT_ATTN_QKV }, { "attn_kv_b.weight", false, CAT_ATTN_KV_B },
	{ "attn_v.weight", false, CAT_ATTN_V }, { "attn_k.weight", false, CAT_ATTN_K }, { "attn_q.weight", false, CAT_ATTN_Q },
	{ "attn_output.weight", false, CAT_ATTN_OUTPUT },
	{ "ffn_up", false, CAT_FFN_UP }, { "ffn_gate", false, CAT_FFN_GATE }, { "ffn_down", false, CAT_FFN_DOWN },
};

/* Exact names, parts of names: weights for which a code is too coarse or not worth the room. */
static const struct { const char *name; bool exact; const char *why; } never[] = {
	{ "_norm.weight", false, "norms stay as they are" },
	{ "ffn_gate_inp.weight", false, "a router stays as it is" }, { "ffn_gate_tid2eid.weight", false, "a routing table stays as it is" },
	{ "position_embd.weight", true, "positions stay as they are" }, { "token_types.weight", true, "token types stay as they are" },
	{ "altup", false, "a small projection" }, { "laurel", false, "a small projection" }, { "per_layer_model_proj", false, "a small projection" },
	{ "ssm_conv1d", false, "a small convolution" }, { "shortconv.conv.weight", false, "a small convolution" },
	{ "indexer.k_proj.weight", false, "a small projection" }, { "indexer.q_proj.weight", false, "a small projection" },
	{ "time_mix_first.weight", false, "a small RWKV matrix" }, { "time_mix_w0.weight", false, "a small RWKV matrix" },
	{ "time_mix_w1.weight", false, "a small RWKV matrix" }, { "time_mix_w2.weight", false, "a small RWKV matrix" },
	{ "time_mix_v0.weight", false, "a small RWKV matrix" }, { "time_mix_v1.weight", false, "a small RWKV matrix" },
	{ "time_mix_v2.weight", false, "a small RWKV matrix" }, { "time_mix_a0.weight", false, "a small RWKV matrix" },
	{ "time_mix_a1.weight", false, "a small RWKV matrix" }, { "time_mix_a2.weight", false, "a small RWKV matrix" },
	{ "time_mix_g1.weight", false, "a small RWKV matrix" }, { "time_mix_g2.weight", false, "a small RWKV matrix" },
	{ "time_mix_decay_w1.weight", false, "a small RWKV matrix" }, { "time_mix_decay_w2.weight", false, "a small RWKV matrix" },
	{ "time_mix_lerp_fused.weight", false, "a small RWKV matrix" },
	{ "attn_rel_b.weight", false, "a position bias stays as it is" },
	{ ".position_embd", false, "part of an image or sound encoder" }, { "sam.pos_embd", false, "part of an image or sound encoder" },
	{ "sam.neck.", false, "part of an image or sound encoder" }, { "sam.net_", false, "part of an image or sound encoder" },
	{ ".rel_pos", false, "part of an image or sound encoder" }, { ".patch_embd", false, "part of an image or sound encoder" },
	{ ".patch_merger", false, "part of an image or sound encoder" }, { "a.rvq.codebook", false, "part of an image or sound encoder" },
	{ "mm.a.code_embd", false, "part of an image or sound encoder" },
};

static bool matches(const char *name, const char *wanted, bool exact)
{
	return exact ? !strcmp(name, wanted) : strstr(name, wanted) != NULL;
}

enum category category_of(const char *name)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (matches(name, names[i].name, names[i].exact))
			return names[i].category;
	return CAT_OTHER;
}

bool category_is_v(enum category c)
{
	return c == CAT_ATTN_V || c == CAT_ATTN_QKV || c == CAT_ATTN_KV_B;
}

long layer_of(const char *name)
{
	char *end;
	long n;

	if (strncmp(name, "blk.", 4) || name[4] < '0' || name[4] > '9')
		return -1;
	n = strtol(name + 4, &end, 10);
	return *end == '.' ? n : -1;
}

static bool ends_in_weight(const char *name)
{
	size_t n = strlen(name);

	return n >= 6 && !strcmp(name + n - 6, "weight");
}

const char *mixture_kept(const struct mixture_tensor *t, const struct mixture_options *o)
{
	unsigned dims = t->dims;

	if (o->copy)
		return "copied";
	for (const uint64_t *dim = t->dim; dims > 1 && *dim == 1; dim++)
		dims--;
	if (dims < 2)
		return "single rows stay as they are";
	if (!ends_in_weight(t->name))
		return "its name does not end in weight";
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (matches(t->name, never[i].name, never[i].exact))
			return never[i].why;
	if (o->leave_output && category_of(t->name) == CAT_OUTPUT)
		return "left as asked";
	if (!t->codec || (t->codec->flags & CODEC_STORAGE_ONLY && t->codec->id != CODEC_f64))
		return "whole numbers are no weights";
	return NULL;
}

/* ---- rows that do not divide ---- */

static const struct codec *const fallbacks[][2] = {
	{ &codec_iq1_s, &codec_iq4_nl }, { &codec_iq1_m, &codec_iq4_nl }, { &codec_iq2_xxs, &codec_iq4_nl }, { &codec_iq2_xs, &codec_iq4_nl },
	{ &codec_iq2_s, &codec_iq4_nl }, { &codec_iq3_xxs, &codec_iq4_nl }, { &codec_iq3_s, &codec_iq4_nl }, { &codec_iq4_xs, &codec_iq4_nl },
	{ &codec_q2_K, &codec_q4_0 }, { &codec_q3_K, &codec_q4_0 }, { &codec_tq1_0, &codec_q4_0 }, { &codec_tq2_0, &codec_q4_0 },
	{ &codec_q2_0, &codec_q4_0 }, { &codec_q4_K, &codec_q5_0 }, { &codec_q5_K, &codec_q5_1 }, { &codec_q6_K, &codec_q8_0 },
};

const struct codec *mixture_fit(const struct codec *wanted, size_t cols)
{
	if (cols % wanted->block_len == 0)
		return wanted;
	for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++)
		if (fallbacks[i][0] == wanted)
			return cols % fallbacks[i][1]->block_len ? &codec_f16 : fallbacks[i][1];
	return NULL;
}

bool mixture_needs_importance(const char *name, const struct codec *c, const struct mixture_options *o)
{
	enum category category = category_of(name);

	if (c->flags & CODEC_NEEDS_IMPORTANCE)
		return true;
	if (category == CAT_OUTPUT || category == CAT_TOKEN_EMBD)
		return false;
	return c == &codec_iq1_m || c == &codec_iq2_s || c == &codec_iq3_xxs ||
	       (c == &codec_q2_K && o->recipe && !strcmp(o->recipe->name, "Q2_K_S"));
}

/* ---- the rules ---- */

enum file_type {	/* numbers in files, of those that rules name */
	FT_Q4_0 = 2, FT_Q8_0 = 7, FT_Q5_0 = 8, FT_Q2_K = 10, FT_Q3_K_S, FT_Q3_K_M, FT_Q3_K_L, FT_Q4_K_S, FT_Q4_K_M, FT_Q5_K_S, FT_Q5_K_M,
	FT_IQ2_XXS = 19, FT_IQ2_XS, FT_Q2_K_S, FT_IQ3_XS, FT_IQ3_XXS, FT_IQ1_S, FT_IQ4_NL, FT_IQ3_S, FT_IQ3_M, FT_IQ2_S, FT_IQ2_M, FT_IQ4_XS,
	FT_IQ1_M, FT_TQ1_0 = 36, FT_TQ2_0, FT_MXFP4_MOE, FT_Q2_0 = 41,
};

#define R(name) (UINT64_C(1) << FT_##name)
#define LOW (LOW1 | R(IQ2_XXS) | R(IQ2_XS))
#define LOW1 (R(IQ1_S) | R(IQ1_M))
#define MID (R(IQ2_S) | R(IQ2_M))

#define C(name) (1u << CAT_##name)
#define HEAD (1u << CATEGORIES)		/* the output, or the embedding that serves as one */
#define V_LIKE (C(ATTN_V) | C(ATTN_QKV) | C(ATTN_KV_B))
#define ANY (~0u)

enum condition {	/* all that a rule names must hold */
	FALCON = 1 << 0, NOT_FALCON = 1 << 1, ODD_ROW = 1 << 2 /* does not fill blocks of the base type */, STACK = 1 << 3 /* three dimensions */,
	GQA4 = 1 << 4 /* 4 or more heads share a key */, EXPERTS4 = 1 << 5, EXPERTS8 = 1 << 6 /* just 8 */, NOT_8 = 1 << 7,
	IMPORTANCE = 1 << 8, NO_IMPORTANCE = 1 << 9, V_FIRST_2 = 1 << 10, V_FIRST_4 = 1 << 11, V_MORE = 1 << 12,
	COUNT_EIGHTH = 1 << 13 /* of those decided so far */, EIGHTH = 1 << 14, SIXTEENTH = 1 << 15, MORE = 1 << 16, MIDDLE = 1 << 17,
};

struct rule { unsigned categories; uint64_t recipes; unsigned conditions; const struct codec *codec; const char *why; };

static const char base_type[] = "base type", shared[] = "4 or more heads share it", more[] = "\"more bits\" blocks", eighth[] = "first eighth";

static const struct rule rules[] = {
	/* 6.1 the output */
	{ HEAD, R(MXFP4_MOE), 0, &codec_q8_0, "the output: 8 bits" },
	{ HEAD, 0, FALCON, &codec_q8_0, "the output of a falcon: 8 bits" },
	{ HEAD, 0, ODD_ROW, &codec_q8_0, "the output, odd rows: 8 bits" },
	{ HEAD, LOW | MID | R(IQ3_XXS), 0, &codec_q5_K, "the output: 5 bits" },
	{ HEAD, R(Q8_0), 0, NULL, base_type },
	{ HEAD, 0, 0, &codec_q6_K, "the output: 6 bits" },
	/* 6.2 stacks of experts */
	{ ANY, R(MXFP4_MOE), STACK, NULL, "a stack of experts" },
	{ ANY, R(MXFP4_MOE), 0, &codec_q8_0, "no stack of experts" },
	/* 6.3 the embedding */
	{ C(TOKEN_EMBD), LOW, 0, &codec_q2_K, "the embedding" },
	{ C(TOKEN_EMBD), MID | R(IQ3_XXS), 0, &codec_iq3_s, "the embedding" },
	{ C(TOKEN_EMBD), R(TQ1_0) | R(TQ2_0) | R(Q2_0), 0, &codec_q4_K, "the embedding" },
	{ C(TOKEN_EMBD), 0, 0, NULL, base_type },
	/* 6.4 the lowest */
	{ V_LIKE, LOW | MID, GQA4, &codec_q4_K, shared },
	{ V_LIKE, LOW | MID, EXPERTS4, &codec_q4_K, "shared by 4 or more experts" },
	{ V_LIKE, MID, 0, &codec_iq3_s, "values: 3 bits" },
	{ V_LIKE, LOW, 0, &codec_q2_K, "values: 2 bits" },
	{ C(ATTN_K), LOW | MID, EXPERTS8, &codec_q4_K, "shared by 8 experts" },
	{ C(FFN_DOWN), MID, COUNT_EIGHTH, &codec_iq3_s, eighth },
	{ C(FFN_DOWN), LOW, COUNT_EIGHTH, &codec_q2_K, eighth },
	{ C(ATTN_OUTPUT), LOW | MID, EXPERTS8, &codec_q5_K, "shared by 8 experts" },
	{ C(ATTN_OUTPUT), LOW1, 0, &codec_iq2_xxs, "attention output: 2 bits" },
	{ C(ATTN_OUTPUT), MID, 0, &codec_iq3_s, "attention output: 3 bits" },
	{ ANY, LOW | MID, 0, NULL, base_type },
	/* 6.5 values */
	{ V_LIKE, R(Q2_K) | R(Q2_K_S) | R(IQ3_XXS) | R(IQ3_XS) | R(IQ3_S), GQA4, &codec_q4_K, shared },
	{ V_LIKE, R(Q2_K), 0, &codec_q3_K, "values: 3 bits" },
	{ V_LIKE, R(IQ3_XXS), NO_IMPORTANCE, &codec_iq3_s, "values, no importance" },
	{ V_LIKE, R(IQ3_M), 0, &codec_q4_K, "values: 4 bits" },
	{ V_LIKE, R(Q3_K_M), V_FIRST_2, &codec_q5_K, "first two: 5 bits" },
	{ V_LIKE, R(Q3_K_M), 0, &codec_q4_K, "values: 4 bits" },
	{ V_LIKE, R(Q3_K_L), 0, &codec_q5_K, "values: 5 bits" },
	{ V_LIKE, R(IQ4_NL) | R(IQ4_XS), GQA4, &codec_q5_K, shared },
	{ V_LIKE, R(Q4_K_M) | R(Q5_K_M), V_MORE, &codec_q6_K, more },
	{ V_LIKE, R(Q4_K_S), V_FIRST_4, &codec_q5_K, "first four: 5 bits" },
	{ V_LIKE, 0, 0, NULL, base_type },
	/* keys and queries */
	{ C(ATTN_K), 0, EXPERTS8, &codec_q8_0, "shared by 8 experts" },
	{ C(ATTN_K) | C(ATTN_Q), R(IQ3_XS), 0, &codec_iq3_xxs, "keys, queries: less" },
	{ C(ATTN_K) | C(ATTN_Q), R(IQ3_XXS), 0, &codec_iq2_s, "keys, queries: less" },
	/* ffn_down */
	{ C(FFN_DOWN), R(Q2_K), 0, &codec_q3_K, "3 bits" },
	{ C(FFN_DOWN), R(Q2_K_S), EIGHTH, &codec_q4_K, eighth },
	{ C(FFN_DOWN), R(IQ3_XXS), NO_IMPORTANCE | EIGHTH, &codec_q4_K, "first eighth, no importance" },
	{ C(FFN_DOWN), R(IQ3_XXS), NO_IMPORTANCE, &codec_q3_K, "no importance" },
	{ C(FFN_DOWN), R(Q3_K_M), SIXTEENTH, &codec_q5_K, "first sixteenth: 5 bits" },
	{ C(FFN_DOWN), R(Q3_K_M), NOT_FALCON, &codec_q4_K, "4 bits" },
	{ C(FFN_DOWN), R(Q3_K_M), MORE, &codec_q4_K, more },
	{ C(FFN_DOWN), R(IQ3_M), EIGHTH, &codec_q4_K, eighth },
	{ C(FFN_DOWN), R(IQ3_M), EXPERTS8 | MORE, &codec_q4_K, more },
	{ C(FFN_DOWN), R(Q3_K_L), FALCON, &codec_q4_K, "4 bits" },
	{ C(FFN_DOWN), R(Q3_K_L), 0, &codec_q5_K, "5 bits" },
	{ C(FFN_DOWN), R(Q4_K_M), FALCON | SIXTEENTH, &codec_q6_K, "first sixteenth: 6 bits" },
	{ C(FFN_DOWN), R(Q4_K_M), FALCON | MORE, &codec_q5_K, more },
	{ C(FFN_DOWN), R(Q4_K_M), NOT_FALCON | MORE, &codec_q6_K, more },
	{ C(FFN_DOWN), R(Q5_K_M), MORE, &codec_q6_K, more },
	{ C(FFN_DOWN), R(IQ4_NL) | R(IQ4_XS), NO_IMPORTANCE | EIGHTH, &codec_q5_K, "first eighth, no importance" },
	{ C(FFN_DOWN), R(Q4_K_S), NOT_FALCON | EIGHTH, &codec_q5_K, eighth },
	{ C(FFN_DOWN), R(Q4_0), IMPORTANCE | EIGHTH, &codec_q4_1, eighth },
	{ C(FFN_DOWN), R(Q5_0), IMPORTANCE | EIGHTH, &codec_q5_1, eighth },
	/* attn_output */
	{ C(ATTN_OUTPUT), R(Q3_K_L), FALCON, &codec_q4_K, "attention output: 4 bits" },
	{ C(ATTN_OUTPUT), 0, FALCON, NULL, base_type },
	{ C(ATTN_OUTPUT), R(Q2_K) | R(Q3_K_S) | R(Q3_K_M) | R(Q4_K_S) | R(Q4_K_M) | R(IQ3_XXS) | R(IQ3_XS) | R(IQ3_S) | R(IQ3_M) | R(IQ4_NL) |
	  R(IQ4_XS), EXPERTS8, &codec_q5_K, "shared by 8 experts" },
	{ C(ATTN_OUTPUT), R(Q2_K), NOT_8, &codec_q3_K, "attention output: 3 bits" },
	{ C(ATTN_OUTPUT), R(IQ3_XXS), NOT_8, &codec_iq3_s, "attention output: 3 bits" },
	{ C(ATTN_OUTPUT), R(Q3_K_M) | R(IQ3_M), NOT_8, &codec_q4_K, "attention output: 4 bits" },
	{ C(ATTN_OUTPUT), R(Q3_K_L), NOT_8, &codec_q5_K, "attention output: 5 bits" },
	/* ffn_gate, ffn_up */
	{ C(FFN_GATE) | C(FFN_UP), R(IQ3_XS), MIDDLE, &codec_iq3_xxs, "the blocks between: less" },
	{ ANY, 0, 0, NULL, base_type },
};

/* Where a tensor stands among its like: the i-th of n. */
struct place { uint64_t i, n, count; const struct mixture_tensor *t; };

static bool more_bits(uint64_t i, uint64_t n)
{
	return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
}

static uint64_t heads_a_key(const struct mixture_model *m)
{
	return m->heads_kv ? m->heads / m->heads_kv : 0;
}

static bool holds(const struct mixture *x, const struct place *p, enum condition one)
{
	const struct mixture_model *m = x->model;
	bool falcon = !strcmp(m->arch, "falcon");

	switch (one) {
	case FALCON:         return falcon;
	case NOT_FALCON:     return !falcon;
	case ODD_ROW:        return p->t->cols % x->base->block_len != 0;
	case STACK:          return p->t->dims > 2;
	case GQA4:           return heads_a_key(m) >= 4;
	case EXPERTS4:       return m->experts >= 4;
	case EXPERTS8:       return m->experts == 8;
	case NOT_8:          return m->experts != 8;
	case IMPORTANCE:     return x->o->importance;
	case NO_IMPORTANCE:  return !x->o->importance;
	case V_FIRST_2:      return x->v_decided < 2;
	case V_FIRST_4:      return x->v_decided < 4;
	case V_MORE:         return more_bits(x->v_decided, m->v_like);
	case COUNT_EIGHTH:   return p->count < p->n / 8;
	case EIGHTH:         return p->i < p->n / 8;
	case SIXTEENTH:      return p->i < p->n / 16;
	case MORE:           return more_bits(p->i, p->n);
	case MIDDLE:         return p->i >= p->n / 8 && p->i < 7 * p->n / 8;
	}
	return false;
}

static bool all_hold(const struct mixture *x, const struct place *p, unsigned conditions)
{
	for (unsigned one = 1; one <= conditions; one <<= 1)
		if (conditions & one && !holds(x, p, (enum condition)one))
			return false;
	return true;
}

static const struct rule *find_rule(const struct mixture *x, const struct place *p, unsigned category)
{
	uint64_t recipe = UINT64_C(1) << x->o->recipe->file_type;
	const struct rule *r = rules;

	while (!(r->categories & category) || (r->recipes && !(r->recipes & recipe)) || !all_hold(x, p, r->conditions))
		r++;		/* the last one holds for all */
	return r;
}

/* Models of 70 billion weights: many heads share few values, which get more bits for little room. */
static bool is_70b(const struct mixture_model *m)
{
	static const struct { const char *arch; uint64_t layers; bool any_heads; } big[] = {
		{ "llama", 80, false }, { "qwen2", 80, true }, { "qwen2vl", 80, true }, { "deci", 80, true }, { "jais2", 68, true },
	};

	for (size_t i = 0; i < sizeof big / sizeof *big; i++)
		if (!strcmp(m->arch, big[i].arch) && m->layers == big[i].layers)
			return big[i].any_heads || m->heads != m->heads_kv;
	return false;
}

static void adjust_v(const struct mixture *x, struct choice *c)
{
	if (is_70b(x->model) && (c->codec == &codec_q3_K || c->codec == &codec_q4_K)) {
		c->codec = &codec_q5_K;
		c->why = "a model of 70 G weights: 5 bits";
	}
	if (x->model->experts == 8) {
		c->codec = &codec_q8_0;
		c->why = "shared by 8 experts";
	}
}

/* The number that rules about ffn tensors go by. */
static bool find_place(const struct mixture *x, enum category category, struct place *p, struct error *err)
{
	long layer = layer_of(p->t->name);

	p->n = x->model->layers;
	p->i = p->count = x->decided[category];
	if (x->model->experts <= 1 || (category != CAT_FFN_DOWN && category != CAT_FFN_GATE && category != CAT_FFN_UP))
		return true;
	p->i = layer < 0 ? 0 : (uint64_t)layer;
	if (layer >= 0 && p->i < p->n)
		return true;
	error_set(err, ERR_TENSOR, "'%.60s' is not of one of the %llu layers of this model of experts", p->t->name, (unsigned long long)p->n);
	return error_hint(err, NULL, "names must begin with blk.0. blk.1. ...");
}

static bool by_rules(struct mixture *x, const struct mixture_tensor *t, struct choice *c, struct error *err)
{
	bool head = c->category == CAT_OUTPUT || (c->category == CAT_TOKEN_EMBD && !x->model->has_output);
	struct place p = { .t = t };
	const struct rule *r;

	if (!find_place(x, c->category, &p, err))
		return false;
	if (head && x->o->output) {
		c->codec = x->o->output;
		c->why = "output= asks for it";
		c->asked = true;
		return true;
	}
	r = find_rule(x, &p, head ? HEAD : 1u << c->category);
	c->codec = r->codec ? r->codec : x->base;
	c->why = head && c->category == CAT_TOKEN_EMBD && r->codec ? "also the output" : r->why;
	if (category_is_v(c->category)) {
		uint64_t low = x->o->recipe->file_type < 64 ? (LOW | MID | R(MXFP4_MOE)) >> x->o->recipe->file_type & 1 : 0;

		if (!low)
			adjust_v(x, c);
		x->v_decided++;
	}
	x->decided[c->category]++;
	return true;
}

static bool by_pattern(const struct mixture *x, const char *name, struct choice *c)
{
	for (size_t i = 0; i < x->o->patterns; i++)
		if (regexec(&x->o->pattern[i].regex, name, 0, NULL, 0) == 0) {
			c->codec = x->o->pattern[i].codec;
			c->why = "type= asks for it";
			c->asked = true;
			return true;
		}
	return false;
}

static bool fit(const struct mixture *x, const struct mixture_tensor *t, bool replace, struct choice *c, struct error *err)
{
	const struct codec *fits = replace ? mixture_fit(c->wanted, t->cols) : t->cols % c->wanted->block_len ? NULL : c->wanted;

	if (!fits) {
		error_set(err, ERR_SHAPE, "'%.80s' has rows of %zu, which do not fill blocks of %d, and nothing replaces %s", t->name, t->cols,
			  c->wanted->block_len, c->wanted->name);
		return error_hint(err, "recipe", "another recipe, or a type for it:  type=\"%.80s=f16\"", t->name);
	}
	c->codec = fits;
	c->needs_importance = mixture_needs_importance(t->name, fits, x->o);
	return true;
}

bool mixture_next(struct mixture *x, const struct mixture_tensor *t, struct choice *c, struct error *err)
{
	const struct mixture_options *o = x->o;
	bool replace = true;

	*c = (struct choice){ .category = category_of(t->name) };
	c->why = mixture_kept(t, o);
	if (c->why)
		return true;
	if ((c->category == CAT_TOKEN_EMBD && o->embd) || (c->category == CAT_OUTPUT && o->output)) {
		c->codec = c->category == CAT_OUTPUT ? o->output : o->embd;
		c->why = c->category == CAT_OUTPUT ? "output= asks for it" : "embd= asks for it";
		c->asked = true;
		replace = false;
	} else if (x->base->family && !strcmp(x->base->family, "plain")) {
		c->codec = x->base;
		c->why = base_type;
	} else if (!by_pattern(x, t->name, c)) {
		if (o->pure) {
			c->codec = o->pure;
			c->why = "pure";
		} else if (!by_rules(x, t, c, err)) {
			return false;
		}
	}
	c->wanted = c->codec;
	return fit(x, t, replace, c, err);
}

bool mixture_start(struct mixture *x, const struct mixture_model *model, const struct mixture_options *o, struct error *err)
{
	*x = (struct mixture){ .model = model, .o = o };
	x->base = o->pure ? o->pure : o->recipe ? codec_find(o->recipe->codec) : o->copy ? &codec_f32 : NULL;
	if (x->base && x->base->gguf_type >= 0 && x->base->encode && !(x->base->flags & CODEC_ACTIVATIONS_ONLY))
		return true;
	error_set(err, ERR_CODEC, "%s is no type that weights in files can be given", x->base ? x->base->name : "this");
	return error_hint(err, "pure", "q8_0 q6_K q5_K q4_K q3_K q2_K iq4_xs ...:  codecs  lists all");
}
