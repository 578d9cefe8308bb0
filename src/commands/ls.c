/* ls.c - tensors of a model, keys of a model. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "files/model.h"
#include "session/figures.h"

/* ---- ls ---- */

struct place { const struct model *m; const struct survey *figures; };		/* figures NULL: none are asked for */

static double size_of(const struct place *p, size_t i) { return (double)p->m->tensor[i].size; }
static double rows_of(const struct place *p, size_t i) { return (double)p->m->tensor[i].rows; }
static double cols_of(const struct place *p, size_t i) { return (double)p->m->tensor[i].cols; }
static double weights_of(const struct place *p, size_t i) { return (double)p->m->tensor[i].rows * (double)p->m->tensor[i].cols; }
static double bits_of(const struct place *p, size_t i) { return p->m->tensor[i].size ? 8.0 * size_of(p, i) / weights_of(p, i) : 0; }

/* What is not known comes last; what is no number is the worst there is. */
static double lost(const struct place *p, size_t i, double (*of)(const struct figures *f))
{
	const struct figures *f = survey_at(p->figures, i);
	double v = f && f->lost ? of(f) : -INFINITY;

	return isnan(v) ? INFINITY : v;
}

static double rel(const struct figures *f) { return f->rel; }
static double max(const struct figures *f) { return f->max; }
static double noise(const struct figures *f) { return -f->snr; }
static double rel_of(const struct place *p, size_t i) { return lost(p, i, rel); }
static double max_of(const struct place *p, size_t i) { return lost(p, i, max); }
static double noise_of(const struct place *p, size_t i) { return lost(p, i, noise); }

/* What `by=` names; numbers come largest first, snr smallest. */
static const struct { const char *name; double (*number)(const struct place *p, size_t i); bool lost; } orders[] = {
	{ "file", NULL, false }, { "name", NULL, false }, { "type", NULL, false }, { "rows", rows_of, false }, { "cols", cols_of, false },
	{ "weights", weights_of, false }, { "bytes", size_of, false }, { "bits", bits_of, false }, { "rel", rel_of, true },
	{ "max", max_of, true }, { "snr", noise_of, true },
};

static size_t order_of(const struct args *a)
{
	size_t k = 0;

	while (strcmp(orders[k].name, args_text(a, "by", "file")))
		k++;
	return k;
}

struct sorted { size_t at; double number; const char *word; };

static int compare(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int c = x->number != y->number ? (x->number < y->number ? 1 : -1) : x->word ? strcmp(x->word, y->word) : 0;

	return c ? c : x->at < y->at ? -1 : x->at > y->at;
}

/* Those that pattern and where keep, in order. NULL: err says why. */
static struct sorted *choose(const struct place *p, const struct args *a, size_t *n, struct error *err)
{
	const char *pattern = args_text(a, "pattern", NULL), *by = args_text(a, "by", "file"), *where = args_text(a, "where", NULL);
	const struct model *m = p->m;
	bool *kept = where ? session_kept(m, where, p->figures, err) : NULL;
	struct sorted *order = !where || kept ? calloc(m->tensors + 1, sizeof *order) : NULL;
	size_t k = order_of(a);

	if (!order) {
		if (!where || kept)
			error_memory(err, "a table");
		free(kept);
		return NULL;
	}
	*n = 0;
	for (size_t i = 0; i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i];

		if ((!pattern || !fnmatch(pattern, e->name, 0)) && (!kept || kept[i]))
			order[(*n)++] = (struct sorted){ i, orders[k].number ? orders[k].number(p, i) : 0,
							 !strcmp(by, "name") ? e->name : !strcmp(by, "type") ? e->type_name : NULL };
	}
	free(kept);
	qsort(order, *n, sizeof *order, compare);
	return order;
}

static struct value *table_of(const struct place *p, const struct args *a, struct error *err)
{
	size_t n = 0;
	struct sorted *order = choose(p, a, &n, err);
	struct table *t = order ? table_new(p->figures ? FIGURE_COLUMNS : TENSOR_COLUMNS) : NULL;

	for (size_t i = 0; t && i < n; i++)
		if (p->figures)
			session_figure_row(t, p->m, order[i].at, p->figures);
		else
			session_tensor_row(t, &p->m->tensor[order[i].at]);
	if (order && !t)
		error_memory(err, "a table");
	free(order);
	return t ? value_table(t, err) : NULL;
}

/* Measured first. */
struct ls_work { struct session *s; struct value *model; struct survey *figures; const struct args *a; };

static void ls_drop(void *state)
{
	struct ls_work *w = state;

	value_drop(w->model);
	survey_drop(w->figures);
	free(w);
}

static bool ls_measure(struct job *job, struct error *err)
{
	struct ls_work *w = job->state;

	return survey_measure(w->figures, w->s, w->model, SIZE_MAX, job, err);
}

static bool ls_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct ls_work *w = job->state;
	size_t known = survey_known(w->figures);
	char label[64];

	if (!ok && !(job_stopped(job) && known))
		return false;
	*result = table_of(&(struct place){ w->model->u.model, w->figures }, w->a, err);
	if (*result && !ok) {
		snprintf(label, sizeof label, "%.20s, partial: %zu of %zu", w->model->label, known, survey_size(w->figures));
		value_name(*result, label);
	}
	return *result != NULL;
}

static bool ls_losses(struct context *c, struct value *model, const struct codec *codec, const struct args *a, struct outcome *out,
		      struct error *err)
{
	struct ls_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("measuring errors", w, err) : NULL;

	if (!job)
		return w ? false : error_memory(err, "a survey");
	*w = (struct ls_work){ c->session, value_hold(model), survey_new(c->session, model, codec, err), a };
	job->unit = "tensors";
	job->work = ls_measure;
	job->finish = ls_finish;
	job->drop = ls_drop;
	if (!w->figures) {
		job_drop(job);
		return false;
	}
	atomic_store(&job->total, survey_size(w->figures));
	atomic_store(&job->done, survey_known(w->figures));
	return session_work(job, model->u.model->weights <= SMALL_WORK || survey_whole(w->figures), out, err);
}

static bool ls_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *model = args_get(a, "model")->value;
	const struct given *codec = args_get(a, "codec");
	bool by_loss = orders[order_of(a)].lost;

	if (by_loss && !codec && !model->u.model->reference)
		return survey_needs(model, err);
	if (codec || by_loss)
		return ls_losses(c, model, codec ? codec->codec : NULL, a, out, err);
	return (out->value = table_of(&(struct place){ model->u.model, NULL }, a, err));
}

static bool ls_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const char *partial = v ? strstr(v->label, "partial: ") : NULL;

	(void)err;
	if (v && v->u.table->rows)
		say_table(c, v->u.table);
	else if (v)
		say(c, args_get(a, "model")->value->u.model->tensors ? "no such tensor" : "the file has no tensors");
	if (partial)
		say(c, "%s tensors; once more goes on from there", partial);
	return true;
}

const struct command command_ls = {
	.name     = "ls", .group = GROUP_MODELS,
	.summary  = "tensors of a model",
	.help     = "Columns: " TENSOR_COLUMNS ". Bits are bits per weight; the offset is that of the first byte in the "
		    "file; a fault says why a tensor cannot be read. codec=, or by= what was lost, measures each tensor; columns are then: "
		    FIGURE_COLUMNS ".",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "pattern", ARG_PATTERN, .optional = true, .summary = "only names like this: blk.*.ffn_down.*" },
		{ "by", ARG_CHOICE, .named = true, .choices = "file name type rows cols weights bytes bits rel max snr", .summary = "sorted by; numbers largest first, snr smallest" },
		{ "codec", ARG_CODEC, .named = true, .optional = true, .summary = "measured in this codec" },
		{ "where", ARG_TEXT, .named = true, .summary = "only those for which this holds: where=\"type==q4_K and rows>100\"" },
		{ 0 }
	},
	.examples = { "ls m", "ls m *.weight by=bytes where=\"cols>=256\"" },
	.related  = "meta browse check open",
	.run      = ls_run,
	.after    = ls_after,
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
