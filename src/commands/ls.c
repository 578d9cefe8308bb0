/* ls.c - tensors of a model, keys of a model. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "files/model.h"

/* ---- ls ---- */

static double size_of(const struct tensor_entry *e) { return (double)e->size; }
static double rows_of(const struct tensor_entry *e) { return (double)e->rows; }
static double cols_of(const struct tensor_entry *e) { return (double)e->cols; }
static double weights_of(const struct tensor_entry *e) { return (double)e->rows * (double)e->cols; }
static double bits_of(const struct tensor_entry *e) { return e->size ? 8.0 * (double)e->size / weights_of(e) : 0; }

/* What `by=` names; numbers come largest first. */
static const struct { const char *name; double (*number)(const struct tensor_entry *e); } orders[] = {
	{ "file", NULL }, { "name", NULL }, { "type", NULL }, { "rows", rows_of }, { "cols", cols_of }, { "weights", weights_of },
	{ "bytes", size_of }, { "bits", bits_of },
};

struct sorted { const struct tensor_entry *e; double number; const char *word; };

static int compare(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int c = x->number != y->number ? (x->number < y->number ? 1 : -1) : x->word ? strcmp(x->word, y->word) : 0;

	return c ? c : x->e < y->e ? -1 : x->e > y->e;
}

/* Those that pattern and where keep, in order. NULL: err says why. */
static struct sorted *choose(const struct model *m, const struct args *a, size_t *n, struct error *err)
{
	const char *pattern = args_text(a, "pattern", NULL), *by = args_text(a, "by", "file"), *where = args_text(a, "where", NULL);
	bool *kept = where ? session_kept(m, where, err) : NULL;
	struct sorted *order = !where || kept ? calloc(m->tensors + 1, sizeof *order) : NULL;
	size_t k = 0;

	if (!order) {
		if (!where || kept)
			error_memory(err, "a table");
		free(kept);
		return NULL;
	}
	while (strcmp(orders[k].name, by))
		k++;
	*n = 0;
	for (size_t i = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i];

		if ((!pattern || !fnmatch(pattern, e->name, 0)) && (!kept || kept[i]))
			order[(*n)++] = (struct sorted){ e, orders[k].number ? orders[k].number(e) : 0,
							 !strcmp(by, "name") ? e->name : !strcmp(by, "type") ? e->type_name : NULL };
	}
	free(kept);
	qsort(order, *n, sizeof *order, compare);
	return order;
}

static bool ls_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct model *m = args_get(a, "model")->value->u.model;
	size_t n;
	struct sorted *order = choose(m, a, &n, err);
	struct table *t = order ? table_new(TENSOR_COLUMNS) : NULL;

	for (size_t i = 0; t && i < n; i++)
		session_tensor_row(t, order[i].e);
	if (order && !t)
		error_memory(err, "a table");
	free(order);
	if (!t)
		return false;
	if (t->rows)
		say_table(c, t);
	else
		say(c, m->tensors ? "no such tensor" : "the file has no tensors");
	return (out->value = value_table(t, err));
}

const struct command command_ls = {
	.name     = "ls", .group = GROUP_MODELS,
	.summary  = "tensors of a model",
	.help     = "Columns: " TENSOR_COLUMNS ". Bits are bits per weight; the offset is that of the first byte in the "
		    "file; a fault says why a tensor cannot be read.",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "pattern", ARG_PATTERN, .optional = true, .summary = "only names like this: blk.*.ffn_down.*" },
		{ "by", ARG_CHOICE, .named = true, .choices = "file name type rows cols weights bytes bits", .summary = "sorted by; numbers largest first" },
		{ "where", ARG_TEXT, .named = true, .summary = "only those for which this holds: where=\"type==q4_K and rows>100\"" },
		{ 0 }
	},
	.examples = { "ls m", "ls m *.weight by=bytes where=\"cols>=256\"" },
	.related  = "meta browse check open",
	.run      = ls_run,
	.quiet    = true,
};

/* ---- meta ---- */

static const char *const type_words[] = {
	[FACT_U8] = "u8", [FACT_I8] = "i8", [FACT_U16] = "u16", [FACT_I16] = "i16", [FACT_U32] = "u32", [FACT_I32] = "i32", [FACT_F32] = "f32",
	[FACT_BOOL] = "bool", [FACT_STRING] = "string", [FACT_ARRAY] = "array", [FACT_U64] = "u64", [FACT_I64] = "i64", [FACT_F64] = "f64",
};

enum { SHOWN = 60 };	/* columns of a value, unless all of it is asked for */

static void add_fact(struct table *t, const struct fact *f, const char *key, bool all)
{
	struct text value = { 0 }, type = { 0 };

	text_put(&type, type_words[f->type]);
	if (f->type == FACT_ARRAY)
		text_add(&type, " of %s", type_words[f->element]);
	fact_text(f, all ? 0 : SHOWN, &value);
	table_row(t);
	table_text(t, key);
	table_text(t, text_str(&type));
	if (f->type == FACT_ARRAY)
		table_int(t, (int64_t)f->count);
	else
		table_skip(t);
	table_text(t, text_str(&value));
	text_drop(&value);
	text_drop(&type);
}

static bool meta_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct model *m = args_get(a, "model")->value->u.model;
	const char *pattern = args_text(a, "pattern", NULL);
	bool all = args_flag(a, "all");
	struct table *t = table_new("key type count value");

	if (!t)
		return error_memory(err, "a table");
	for (size_t i = 0; i < m->facts; i++) {
		struct text key = { 0 };

		text_escape(&key, m->fact[i].key, m->fact[i].key_len, 0);
		if (!pattern || !fnmatch(pattern, text_str(&key), 0))
			add_fact(t, &m->fact[i], text_str(&key), all);
		text_drop(&key);
	}
	if (!t->rows)
		say(c, m->facts ? "no key of that name" : "the file has no keys");
	else if (all && (!c->host->format || !strcmp(c->host->format, "text")))
		for (size_t i = 0; i < t->rows && !t->failed; i++)
			say(c, "%s = %s", table_at(t, i, 0)->text, table_at(t, i, 3)->text);
	else
		say_table(c, t);
	return (out->value = value_table(t, err));
}

const struct command command_meta = {
	.name     = "meta", .group = GROUP_MODELS,
	.summary  = "keys and values of a model",
	.help     = "Columns: key type count value; count is that of an array. Values are cut at 60 columns; all shows them whole. Control "
		    "characters appear as \\x1b.",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "pattern", ARG_PATTERN, .optional = true, .summary = "only keys like this: general.*" },
		{ "all", ARG_FLAG, .summary = "values in full" },
		{ 0 }
	},
	.examples = { "meta m", "meta m general.* all" },
	.related  = "ls info open",
	.run      = meta_run,
	.quiet    = true,
};
