/* convert.c - a model written with other types; and the options that `plan` shares with it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/options.h"
#include "commands/words.h"
#include "commands/write_options.h"

const struct arg write_options[] = {
	{ "output", ARG_CODEC, .named = true, .summary = "the type of the output tensor" },
	{ "embd", ARG_CODEC, .named = true, .summary = "the type of the token embedding" },
	{ "type", ARG_TEXT, .named = true, .summary = "\"REGEX=CODEC\" for names in which it is found; more than one: the first that fits" },
	{ "leave", ARG_CHOICE, .named = true, .choices = "output", .summary = "leaves the output tensor as it is" },
	{ "requant", ARG_FLAG, .summary = "also tensors that are quantized already" },
	{ "copy", ARG_FLAG, .summary = "no type is changed" },
	{ "split", ARG_CHOICE, .named = true, .choices = "keep", .summary = "as many parts as the source has" },
	{ "order", ARG_CHOICE, .named = true, .choices = "source", .summary = "tensors in the order of the source, not by layer and name" },
	{ "as", ARG_CHOICE, .named = true, .choices = "llama", .summary = "says the options of llama-quantize that do the same; writes nothing" },
	{ 0 }
};

/* All of an option that may be given more than once. */
static bool each(const struct args *a, const char *name, const char ***list, size_t *n, struct error *err)
{
	*list = calloc(a->n + 1, sizeof **list);
	*n = 0;
	for (size_t i = 0; *list && i < a->n; i++)
		if (!strcmp(a->given[i].name, name))
			(*list)[(*n)++] = a->given[i].text;
	return *list || error_memory(err, "options");
}

static bool one_way(const struct args *a, const char *const ways[], struct error *err)
{
	const char *first = NULL;

	for (; *ways; ways++) {
		if (!args_get(a, *ways))
			continue;
		if (first) {
			error_set(err, ERR_ARGUMENT, "%s and %s exclude each other", first, *ways);
			return error_hint(err, *ways, "a recipe, pure=CODEC, plan=PLAN, or copy=on");
		}
		first = *ways;
	}
	if (first)
		return true;
	error_set(err, ERR_ARGUMENT, "a recipe is missing");
	return error_hint(err, "recipe", "Q4_K_M, say;  or pure=CODEC, plan=PLAN, copy=on");
}

/* plan= is a variable that holds one, else a file. */
static bool take_plan(struct context *c, const struct given *g, struct write_request *w, struct error *err)
{
	struct error ignored = { 0 };

	w->plan = access(g->text, F_OK) == 0 ? NULL : words_value(c, g->text, strlen(g->text), g->at, &ignored);
	if (w->plan && w->plan->kind != VALUE_PLAN) {
		error_set(err, ERR_ARGUMENT, "%.60s is of kind %s, not a plan", g->text, value_kind_name(w->plan->kind));
		return error_hint(err, "plan", "plan m Q4_K_M  makes one");
	}
	if (w->plan)
		w->q.from = w->plan->u.plan;
	else
		w->q.from_file = g->text;
	return true;
}

/* Is there a place where the recipe gives another type than the codec of its name? */
static bool gives_others(const struct recipe *r)
{
	for (int i = 0; i < PLACES; i++)
		if (r->gets[i])
			return true;
	return r->others != NULL;
}

bool write_request(struct context *c, const struct args *a, struct write_request *w, struct error *err)
{
	static const char *const ways[] = { "recipe", "pure", "plan", "copy", NULL };
	const struct given *pure = args_get(a, "pure"), *plan = args_get(a, "plan"), *output = args_get(a, "output"), *embd = args_get(a, "embd");
	struct plan_request *q = &w->q;
	const struct recipe *r;

	*w = (struct write_request){ .q = { .recipe = args_text(a, "recipe", NULL) } };
	if (!one_way(a, ways, err) || !each(a, "type", &w->type, &q->types, err) || !each(a, "set", &w->set, &q->sets, err))
		return false;
	q->type = w->type;
	q->set = w->set;
	q->pure = pure ? pure->codec : NULL;
	q->output = output ? output->codec : NULL;
	q->embd = embd ? embd->codec : NULL;
	q->imatrix = args_text(a, "imatrix", NULL);
	q->keep = args_text(a, "keep", NULL);
	q->leave_output = args_get(a, "leave") != NULL;
	q->requant = args_flag(a, "requant");
	q->copy = args_flag(a, "copy");
	q->split = args_get(a, "split") != NULL;
	q->source_order = args_get(a, "order") != NULL;
	q->force = args_flag(a, "force");
	q->limit = (uint64_t)args_number(a, "limit", 0);
	q->bits = args_number(a, "bits", 0);
	q->codec = w->codec;
	if (!codecs_named(args_text(a, "codecs", ""), w->codec, &q->codecs, err))
		return false;
	if (plan && !take_plan(c, plan, w, err))
		return false;
	r = q->recipe ? recipe_find(q->recipe) : NULL;
	if (r && gives_others(r) && codec_find(q->recipe) && codec_find(r->codec) == codec_find(q->recipe) && strcmp(r->name, "F32") && strcmp(r->name, "F16") &&
	    strcmp(r->name, "BF16"))
		note(c, "%s is the recipe %s here, which gives some tensors other types; pure=%s gives all of them this one", q->recipe, r->name,
		     codec_find(q->recipe)->name);
	return true;
}

void write_request_drop(struct write_request *w)
{
	value_drop(w->plan);
	free(w->type);
	free(w->set);
}

static bool convert_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *m = args_get(a, "model")->value;
	const char *path = args_text(a, "out", NULL);
	struct write_request w;
	struct text options = { 0 };
	bool ok = write_request(c, a, &w, err);

	if (ok && args_get(a, "as")) {
		struct plan *p = plan_new(m, &w.q, err);

		ok = p != NULL;
		if (ok)
			plan_llama(p, &options);
		while (options.len && options.s[options.len - 1] == '\n')
			options.s[--options.len] = 0;
		if (ok)
			say_text(c, STYLE_PLAIN, text_str(&options));
		plan_drop(p);
	} else if (ok && !path) {
		error_set(err, ERR_ARGUMENT, "out= is missing");
		ok = error_hint(err, "out", "the file to write, as in  out=small.gguf;  plan  shows what would be written");
	} else {
		ok = ok && session_convert(c->session, m, &w.q, path, out, err);
	}
	text_drop(&options);
	write_request_drop(&w);
	return ok;
}

static bool convert_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct table *t = v && v->kind == VALUE_TABLE ? v->u.table : NULL;
	char size[NUMBER_SIZE];

	(void)a;
	(void)err;
	if (!t)
		return true;
	if (c->host->format && strcmp(c->host->format, "text"))
		say_table(c, t);
	else
		say(c, "wrote %s   %lld tensors   %s   %.2f b/w", table_at(t, 0, 0)->text, (long long)table_at(t, 0, 1)->integer,
		    number_size(size, (double)table_at(t, 0, 2)->integer), table_at(t, 0, 3)->number);
	return true;
}

const struct command command_convert = {
	.name     = "convert", .group = GROUP_MODELS,
	.summary  = "a model written as GGUF, with the types of a recipe, a codec or a plan",
	.help     = "The word after the model is a recipe (Q4_K_M, Q8_0 ...), also where a codec has the same name; pure=CODEC gives every tensor that may "
		    "be quantized that codec; plan= takes a plan or a file with one; copy=on changes no type. Rows that do not fill the blocks of their "
		    "type get a smaller one. The file is written beside out= and gets its name when all of it is on the disk: nothing that fails, and no "
		    "Ctrl-C, leaves anything behind or touches a file that was there. A file is replaced only with force. plan shows the same without "
		    "writing. set= gives keys of the file: set=\"general.name=tiny\".",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "recipe", ARG_TEXT, .optional = true, .summary = "Q4_K_M, Q8_0 ..." },
		{ "pure", ARG_CODEC, .named = true, .summary = "this codec for all that can be quantized" },
		{ "plan", ARG_TEXT, .named = true, .summary = "a plan, or a file that holds one" },
		{ "out", ARG_FILE, .named = true, .ending = ".gguf", .summary = "the file to write" },
		{ "imatrix", ARG_FILE, .named = true, .ending = ".gguf .dat", .summary = "an importance file" },
		{ "set", ARG_TEXT, .named = true, .summary = "\"KEY=VALUE\" of the file that is written; may be repeated" },
		{ "force", ARG_FLAG, .summary = "also over a file that is there" },
		{ 0 }
	},
	.more_args = write_options,
	.examples = { "convert m Q4_K_M out=small.gguf force", "convert m pure=q4_K out=small.gguf leave=output force" },
	.related  = "plan cover open name",
	.run      = convert_run,
	.after    = convert_after,
	.quiet    = true,
};
