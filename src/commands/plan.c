/* plan.c - which tensor gets which type, before anything is written; and which tensors an importance file serves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/show.h"
#include "commands/words.h"
#include "commands/write_options.h"
#include "session/plan_error.h"

/* A plan that is there is shown again. */
static bool given_again(const struct args *a, struct outcome *out, struct error *err)
{
	struct value *v = args_get(a, "model")->value;

	if (v->kind != VALUE_PLAN) {
		error_set(err, ERR_ARGUMENT, "%.60s is of kind %s, not a model", args_text(a, "model", ""), value_kind_name(v->kind));
		return error_hint(err, "model", "open FILE  opens one");
	}
	out->value = value_hold(v);
	return true;
}

static bool plan_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *m = args_get(a, "model")->value;
	struct write_request w;
	bool ok;

	if (m->kind != VALUE_MODEL)
		return given_again(a, out, err);
	ok = write_request(c, a, &w, err);
	w.q.expect = !args_get(a, "as");
	ok = ok && session_plan(c->session, m, &w.q, out, err);
	write_request_drop(&w);
	return ok;
}

static void say_fit(struct context *c, const struct plan *p)
{
	uint64_t bytes = plan_bytes(p);
	char size[NUMBER_SIZE], rest[NUMBER_SIZE], rel[NUMBER_SIZE], expected[NUMBER_SIZE + 40] = "";

	if (*plan_rel_text(rel, plan_rel(p)))
		snprintf(expected, sizeof expected, "      expected rel err %s", rel);
	number_size(size, (double)bytes);
	if (!p->limit)
		say(c, "%s   %.2f b/w   %llu bytes%s", size, plan_bits(p), (unsigned long long)bytes, expected);
	else if (bytes <= p->limit)
		say(c, "fits: %s, %s left%s", size, number_size(rest, (double)(p->limit - bytes)), expected);
	else
		say(c, "does not fit: %s, %s too much%s", size, number_size(rest, (double)(bytes - p->limit)), expected);
}

/* What auto measured and found; not again of a plan that is shown once more. */
static void say_search(struct context *c, const struct plan *p)
{
	struct text text = { 0 };

	plan_search_line(p, "measured", &text);
	text_put(&text, "\n");
	plan_search_text(p, &text);
	say_text(c, STYLE_PLAIN, text_str(&text));
	text_drop(&text);
}

static bool plan_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct plan *p = v ? v->u.plan : NULL;
	struct text text = { 0 };
	size_t without;

	if (!p)
		return true;
	if (args_get(a, "as")) {
		plan_llama(p, &text);
		while (text.len && text.s[text.len - 1] == '\n')
			text.s[--text.len] = 0;
		say_text(c, STYLE_PLAIN, text_str(&text));
		text_drop(&text);
		return true;
	}
	if (c->host->format && strcmp(c->host->format, "text")) {
		struct table *t = plan_table(p);

		if (!t)
			return error_memory(err, "a table");
		say_table(c, t);
		table_drop(t);
		return true;
	}
	if (!show_view(c, view_find("plan"), v, a, err))
		return false;
	if (p->search && args_get(a, "recipe"))
		say_search(c, p);
	say_fit(c, p);
	if (p->errors && *p->errors->trouble)
		note(c, "the expected error is not known: %s", p->errors->trouble);
	without = plan_unserved(p);
	if (without)
		note(c, "%zu tensor%s need%s importance: convert refuses without imatrix=FILE", without, without == 1 ? "" : "s", without == 1 ? "s" : "");
	say(c, "Nothing was written.   save _ %s.plan   or   convert %s plan=_ out=FILE", p->model->label, p->model->label);
	return true;
}

static const struct arg plan_options[] = {
	{ "output", ARG_CODEC, .named = true, .summary = "the type of the output tensor" },
	{ "embd", ARG_CODEC, .named = true, .summary = "the type of the token embedding" },
	{ "type", ARG_TEXT, .named = true, .summary = "\"REGEX=CODEC\" for names in which it is found; more than one: the first that fits" },
	{ "leave", ARG_CHOICE, .named = true, .choices = "output", .summary = "leaves the output tensor as it is" },
	{ "copy", ARG_FLAG, .summary = "no type is changed" },
	{ "order", ARG_CHOICE, .named = true, .choices = "source", .summary = "tensors in the order of the source, not by layer and name" },
	{ "as", ARG_CHOICE, .named = true, .choices = "llama", .summary = "says the options of llama-quantize that do the same" },
	{ "text", ARG_FLAG, .summary = "the picture as text, in the output" },
	{ "width", ARG_COUNT, .named = true, .min = 30, .max = 1000, .summary = "of the text" },
	{ "height", ARG_COUNT, .named = true, .min = 6, .max = 1000, .summary = "of the text" },
	{ 0 }
};

const struct command command_plan = {
	.name     = "plan", .group = GROUP_MODELS,
	.summary  = "which tensor gets which type, why, and does it fit",
	.help     = "By a recipe (Q4_K_M ...), pure=CODEC, or a plan that was kept (plan=). The picture lists groups of tensors that stand for each other: "
		    "how many, their types, size, and the rule that chose it; + and - change a type by hand and the total follows. Rows that do not "
		    "fill the blocks of the type that is wanted come first, with what replaces it. The expected error is that of all weights that are given "
		    "a type, measured on a sample of their rows. auto measures every tensor in every type on rows picked by the seed and finds the mix with "
		    "the least error, weighted where imatrix= is given, that fits limit= or bits=: where there are few mixes by trying all; else by the "
		    "steepest steps down each tensor's convex hull of bytes and error, then exchanges of one step up for one down. It is never worse than "
		    "a recipe or a pure codec of that size, which are measured the same way. as=llama says the options for llama-quantize. Given a plan "
		    "instead of a model, it is shown again.",
	.args     = {
		{ "model", ARG_VALUE, .summary = "an open model, or a plan" },
		{ "recipe", ARG_TEXT, .optional = true, .summary = "Q4_K_M, Q8_0 ..., or auto: the mix with the least error that fits" },
		{ "pure", ARG_CODEC, .named = true, .summary = "this codec for all that can be quantized" },
		{ "plan", ARG_TEXT, .named = true, .summary = "a plan, or a file that holds one: its types" },
		{ "limit", ARG_SIZE, .named = true, .summary = "the most it may take: 800MiB" },
		{ "bits", ARG_NUMBER, .named = true, .min = 1, .max = 32, .summary = "the same as bits a weight, over all tensors: 4.5" },
		{ "codecs", ARG_TEXT, .named = true, .summary = "auto: types to choose from, \"q3_K q4_K\", a family, or all" },
		{ "imatrix", ARG_FILE, .named = true, .ending = ".gguf .dat", .summary = "an importance file: some rules ask for one" },
		{ "keep", ARG_PATTERN, .named = true, .summary = "tensors like this stay as they are" },
		{ 0 }
	},
	.more_args = plan_options,
	.examples = { "plan m Q4_K_M limit=800MiB", "plan m auto bits=5.5 text" },
	.related  = "convert cover name save",
	.run      = plan_run,
	.after    = plan_after,
	.quiet    = true,
};

/* ---- cover ---- */

static bool cover_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	return session_cover(c->session, args_get(a, "model")->value, args_text(a, "imatrix", ""), out, err);
}

static bool cover_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct table *t = v->u.table;

	(void)a;
	(void)err;
	if (c->host->format && strcmp(c->host->format, "text")) {
		say_table(c, t);
		return true;
	}
	for (size_t i = 0; i < t->rows; i++)
		say(c, "%s  %s: %s", table_at(t, i, 0)->text, table_at(t, i, 1)->text, table_at(t, i, 3)->text);
	if (!t->rows)
		say(c, "every tensor has its data");
	return true;
}

const struct command command_cover = {
	.name     = "cover", .group = GROUP_MODELS,
	.summary  = "which tensors have importance data",
	.help     = "Lists tensors without data, which the lowest types would refuse; data of another length; columns that are all zero; experts that were "
		    "seldom hit; names that match nothing. Columns: grade tensor about text.",
	.args     = {
		{ "model", ARG_MODEL, .summary = "an open model" },
		{ "imatrix", ARG_FILE, .ending = ".gguf .dat", .summary = "an importance file" },
		{ 0 }
	},
	.examples = { "cover m importance.gguf", "cover m importance.dat" },
	.related  = "convert plan",
	.run      = cover_run,
	.after    = cover_after,
	.quiet    = true,
};
