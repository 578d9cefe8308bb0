/* open.c - weight files: opening, closing, and which are open. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "files/model.h"

static bool is_taken(struct context *c, const char *name)
{
	struct error ignored = { 0 };
	struct value *v = c->scope->look_up(c->scope->arg, name, &ignored);

	value_drop(v);
	return v || ignored.class || session_model(c->session, name);
}

/* From the file's name, with _2 _3 ... if something else is called so. */
static void choose_name(struct context *c, const char *path, char name[80])
{
	char base[64];

	session_model_name(path, base);
	snprintf(name, 80, "%s", base);
	for (unsigned k = 2; is_taken(c, name); k++)
		snprintf(name, 80, "%.50s_%u", base, k);
}

static bool open_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *path = args_text(a, "file", ""), *as = args_text(a, "as", c->assign);
	char name[80];

	if (!as) {
		choose_name(c, path, name);
		as = name;
	}
	if (!session_open_weighted(c->session, path, as, args_text(a, "ref", NULL), args_text(a, "imatrix", NULL), out, err))
		return false;
	if (c->assign && !strcmp(c->assign, as))
		return true;		/* whoever runs the line assigns */
	if (c->scope->assign(c->scope->arg, as, out->value, err))
		return true;
	value_drop(out->value);
	out->value = NULL;
	return false;
}

static bool open_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	struct text line = { 0 };
	struct error ignored = { 0 };

	(void)a;
	(void)err;
	text_add(&line, "%s = ", v->label);
	value_line(v, 0, &line);
	say_text(c, STYLE_PLAIN, text_str(&line));
	text_drop(&line);
	/* The pane shows it by itself; where there is none nothing is printed, and no failure to show is a failure to open. */
	stage_show(c->stage, NULL, v, NULL, &ignored);
	return true;
}

const struct command command_open = {
	.name     = "open", .group = GROUP_MODELS,
	.summary  = "a weight file: GGUF, safetensors, or an index of safetensors files",
	.help     = "Maps the file and reads its header, nothing else. All parts of a model (-00001-of-00003) open together. The variable is the "
		    "file's name up to the first character a name cannot have; as= or NAME = open FILE chooses. ref= names the same model at full "
		    "precision: errors are then true errors. imatrix= is an importance file: plan, convert and worst take it where they are given none, and "
		    "err weighs errors by it.",
	.args     = {
		{ "file", ARG_FILE, .ending = ".gguf .safetensors .safetensors.index.json", .summary = "what to open" },
		{ "as", ARG_NAME, .named = true, .summary = "the name of the variable" },
		{ "ref", ARG_FILE, .named = true, .ending = ".gguf .safetensors .safetensors.index.json", .summary = "the same model at full precision" },
		{ "imatrix", ARG_FILE, .named = true, .ending = ".gguf .dat", .summary = "an importance file: how much each column matters" },
		{ 0 }
	},
	.examples = { "open tiny.gguf", "m = open tiny.gguf ref=tiny.safetensors" },
	.related  = "ls meta check browse close models",
	.run      = open_run,
	.after    = open_after,
	.quiet    = true,
};

static bool close_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *model = args_get(a, "model")->value, *held, *nil;
	struct error ignored = { 0 };
	bool ok = true;

	(void)out;
	if (!session_close(c->session, model->label, err))
		return false;
	held = c->scope->look_up(c->scope->arg, model->label, &ignored);
	if (held == model) {
		nil = value_nil(err);
		ok = nil && c->scope->assign(c->scope->arg, model->label, nil, err);
		value_drop(nil);
	}
	value_drop(held);
	if (ok)
		say(c, "%s closed", model->label);
	return ok;
}

const struct command command_close = {
	.name     = "close", .group = GROUP_MODELS,
	.summary  = "an open model is forgotten",
	.help     = "Its variable goes. Tensors that were taken from it stay, and hold the file as long as they live.",
	.args     = { { "model", ARG_MODEL, .summary = "an open model" }, { 0 } },
	.examples = { "close m", "close tiny" },
	.related  = "open models",
	.run      = close_run,
};

static bool models_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct table *t = table_new("name format tensors weights bytes bits file");

	(void)a;
	if (!t)
		return error_memory(err, "a table");
	for (size_t i = 0; i < c->session->n_models; i++) {
		const struct model *m = c->session->models[i]->u.model;
		struct text path = { 0 };

		text_escape(&path, m->path, strlen(m->path), 0);
		table_row(t);
		table_text(t, c->session->models[i]->label);
		table_text(t, m->format->name);
		table_int(t, (int64_t)m->tensors);
		table_int(t, (int64_t)m->weights);
		table_int(t, (int64_t)m->bytes);
		table_number(t, model_bits(m));
		table_text(t, text_str(&path));
		text_drop(&path);
	}
	if (t->rows)
		say_table(c, t);
	else
		say(c, "no model is open; open FILE opens one");
	return (out->value = value_table(t, err));
}

const struct command command_models = {
	.name     = "models", .group = GROUP_MODELS,
	.summary  = "open models",
	.help     = "Columns: name format tensors weights bytes bits file. Bytes and bits (per weight) are those of all tensors that can be read.",
	.examples = { "models", "models > models.txt force" },
	.related  = "open close ls",
	.run      = models_run,
	.quiet    = true,
};
