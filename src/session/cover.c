/* cover.c - an importance file beside a model: which tensors it serves, and how well. interaction.md 10. */
#include <stdio.h>
#include <string.h>

#include "session/plan.h"

enum { SELDOM = 100 };		/* an expert that saw less than a hundredth of what the busiest did */

static void add(struct table *t, const char *tensor, const char *about, bool bad, const char *text)
{
	struct text name = { 0 };

	text_escape(&name, tensor, strlen(tensor), 0);
	table_row(t);
	table_text(t, bad ? "bad" : "odd");
	table_text(t, text_str(&name));
	table_text(t, about);
	table_text(t, text);
	text_drop(&name);
}

static bool wants_importance(const struct tensor_entry *e)
{
	struct mixture_options none = { .copy = false };
	struct mixture_tensor t = { e->name, e->dims, e->dim, e->cols, e->codec };

	return !mixture_kept(&t, &none) && category_of(e->name) != CAT_TOKEN_EMBD && category_of(e->name) != CAT_OUTPUT;
}

static void look_at_values(struct table *t, const struct importance_entry *i, size_t cols)
{
	size_t zero = 0, seldom = 0, never = 0;
	size_t experts = cols && i->columns * i->experts % cols == 0 ? i->columns * i->experts / cols : 1;
	float most = 0;
	char text[120];

	for (size_t k = 0; k < i->columns * i->experts; k++)
		zero += i->count[k / i->columns] != 0 && !(importance_at(i, k) > 0);
	for (size_t k = 0; k < i->experts; k++)
		most = i->count[k] > most ? i->count[k] : most;
	for (size_t k = 0; k < i->experts; k++) {
		never += i->count[k] == 0;
		seldom += i->count[k] != 0 && i->count[k] * SELDOM < most;
	}
	if (zero) {
		snprintf(text, sizeof text, "%zu of %zu columns are zero", zero, i->columns * i->experts);
		add(t, i->name, "zero", false, text);
	}
	if (never && experts > 1) {
		snprintf(text, sizeof text, "%zu of %zu experts were never hit", never, i->experts);
		add(t, i->name, "experts", false, text);
	}
	if (seldom) {
		snprintf(text, sizeof text, "%zu of %zu experts were hit less than a hundredth as often as the busiest", seldom, i->experts);
		add(t, i->name, "experts", false, text);
	}
}

static void look_at_tensor(struct table *t, const struct tensor_entry *e, const struct importance *m)
{
	const struct importance_entry *i = importance_find(m, e->name);
	size_t wanted = e->cols * (e->dims == 3 ? (size_t)e->dim[0] : 1);
	char text[120];

	if (!i) {
		if (wants_importance(e))
			add(t, e->name, "missing", false, "no data: iq1, iq2, iq3_xxs and Q2_K_S would refuse it");
		return;
	}
	if (i->columns * i->experts != wanted) {
		snprintf(text, sizeof text, "%zu values, and the tensor wants %zu", i->columns * i->experts, wanted);
		add(t, e->name, "length", true, text);
		return;
	}
	look_at_values(t, i, e->cols);
}

bool session_importance(const struct importance_entry *e, struct outcome *out, struct error *err)
{
	struct tensor t;

	if (!tensor_new(&t, e->experts, e->columns, err))
		return false;
	for (size_t i = 0; i < e->experts * e->columns; i++)
		tensor_floats(&t)[i] = importance_at(e, i);
	return (out->value = value_tensor(t, err)) != NULL;
}

bool session_cover(struct session *s, struct value *model, const char *imatrix, struct outcome *out, struct error *err)
{
	const struct model *m = model->u.model;
	struct importance *i = importance_read(imatrix, err);
	struct table *t = i ? table_new("grade tensor about text") : NULL;

	(void)s;
	if (!t) {
		if (i)
			error_memory(err, "a table");
		importance_drop(i);
		return false;
	}
	for (size_t k = 0; k < m->tensors; k++)
		look_at_tensor(t, &m->tensor[k], i);
	for (size_t k = 0; k < i->entries; k++)
		if (!model_find(m, i->entry[k].name))
			add(t, i->entry[k].name, "name", false, "the model has no tensor of this name");
	importance_drop(i);
	return (out->value = value_table(t, err)) != NULL;
}
