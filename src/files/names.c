/* names.c - see names.h, and the pairing of a model with the same one at full precision. */
#include "files/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "files/build.h"

/* GGUF, Meta, Hugging Face. '#' is the number of the block; what follows (".weight") is the same in all. */
static const char *const same[][3] = {
	{ "token_embd", "tok_embeddings", "model.embed_tokens" },
	{ "output_norm", "norm", "model.norm" },
	{ "output", "output", "lm_head" },
	{ "blk.#.attn_q", "layers.#.attention.wq", "model.layers.#.self_attn.q_proj" },
	{ "blk.#.attn_k", "layers.#.attention.wk", "model.layers.#.self_attn.k_proj" },
	{ "blk.#.attn_v", "layers.#.attention.wv", "model.layers.#.self_attn.v_proj" },
	{ "blk.#.attn_output", "layers.#.attention.wo", "model.layers.#.self_attn.o_proj" },
	{ "blk.#.ffn_gate", "layers.#.feed_forward.w1", "model.layers.#.mlp.gate_proj" },
	{ "blk.#.ffn_down", "layers.#.feed_forward.w2", "model.layers.#.mlp.down_proj" },
	{ "blk.#.ffn_up", "layers.#.feed_forward.w3", "model.layers.#.mlp.up_proj" },
	{ "blk.#.attn_norm", "layers.#.attention_norm", "model.layers.#.input_layernorm" },
	{ "blk.#.ffn_norm", "layers.#.ffn_norm", "model.layers.#.post_attention_layernorm" },
};

/* Does name follow the pattern? Then the digits that stand for '#', and what comes after. */
static bool follows(const char *name, const char *pattern, const char **digits, size_t *n, const char **rest)
{
	*n = 0;
	for (; *pattern; pattern++) {
		if (*pattern == '#') {
			*digits = name;
			*n = strspn(name, "0123456789");
			name += *n;
			if (!*n)
				return false;
		} else if (*name++ != *pattern) {
			return false;
		}
	}
	*rest = name;
	return !strcmp(name, ".weight") || !strcmp(name, ".bias");
}

bool name_in_gguf(const char *name, char **out)
{
	struct text t = { 0 };
	const char *digits = NULL, *rest;
	size_t n = 0;

	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		for (int k = 0; k < 3; k++) {
			if (!follows(name, same[i][k], &digits, &n, &rest))
				continue;
			for (const char *p = same[i][0]; *p; p++) {
				if (*p == '#')
					text_putn(&t, digits, n);
				else
					text_putn(&t, p, 1);
			}
			text_put(&t, rest);
			return (*out = text_take(&t));
		}
	return (*out = strdup(name));
}

bool name_is_turned(const char *name)
{
	const char *digits, *rest;
	size_t n;

	return follows(name, same[3][2], &digits, &n, &rest) || follows(name, same[4][2], &digits, &n, &rest);
}

/* ---- pairing ---- */

struct renamed { char *name; size_t tensor; };

static int by_name(const void *a, const void *b)
{
	const struct renamed *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
}

static void renamed_drop(struct renamed *r, size_t n)
{
	for (size_t i = 0; r && i < n; i++)
		free(r[i].name);
	free(r);
}

static struct renamed *all_renamed(const struct model *m, struct error *err)
{
	struct renamed *r = calloc(m->tensors + 1, sizeof *r);

	for (size_t i = 0; r && i < m->tensors; i++) {
		r[i].tensor = i;
		if (!name_in_gguf(m->tensor[i].name, &r[i].name)) {
			renamed_drop(r, m->tensors);
			r = NULL;
		}
	}
	if (r)
		qsort(r, m->tensors, sizeof *r, by_name);
	else
		error_memory(err, "the names of the reference");
	return r;
}

static bool alike(const struct tensor_entry *a, const struct tensor_entry *b)
{
	return a->fault == FAULT_NONE && b->fault == FAULT_NONE && a->rows == b->rows && a->cols == b->cols;
}

static void pair(struct model *m, const struct model *ref, const struct renamed *ours, const struct renamed *theirs)
{
	for (size_t i = 0, k = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[ours[i].tensor], *exact = model_find(ref, e->name);

		m->pair[ours[i].tensor] = SIZE_MAX;
		while (k < ref->tensors && strcmp(theirs[k].name, ours[i].name) < 0)
			k++;
		if (exact && alike(e, exact))
			m->pair[ours[i].tensor] = (size_t)(exact - ref->tensor);
		else if (k < ref->tensors && !strcmp(theirs[k].name, ours[i].name) && alike(e, &ref->tensor[theirs[k].tensor]))
			m->pair[ours[i].tensor] = theirs[k].tensor;
		m->pairs += m->pair[ours[i].tensor] != SIZE_MAX;
	}
}

bool model_set_reference(struct model *m, struct model *ref, struct error *err)
{
	struct renamed *ours = all_renamed(m, err), *theirs = ours ? all_renamed(ref, err) : NULL;
	bool ok = theirs;

	m->pair = ok ? malloc((m->tensors + 1) * sizeof *m->pair) : NULL;
	if (ok && !m->pair)
		ok = error_memory(err, "the names of the reference");
	m->reference = ref;
	if (ok)
		pair(m, ref, ours, theirs);
	renamed_drop(ours, m->tensors);
	renamed_drop(theirs, ref->tensors);
	return ok;
}
