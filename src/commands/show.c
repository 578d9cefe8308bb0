/* show.c - see show.h */
#include "commands/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/options.h"
#include "files/model.h"
#include "methods/method.h"
#include "methods/record.h"
#include "session/figures.h"

/* ---- where pictures go ---- */

static bool is_svg(const char *path)
{
	size_t n = path ? strlen(path) : 0;

	return n > 4 && !strcmp(path + n - 4, ".svg");
}

static int text_width_wanted(const struct context *c, const struct args *options)
{
	double set = settings_number(&c->session->settings, "width");

	return (int)args_number(options, "width", set > 0 ? set : c->host->width > 0 ? c->host->width : 80);
}

static bool wants_data(const struct context *c)
{
	return c->host->format && strcmp(c->host->format, "text") != 0;
}

static bool say_data(struct context *c, const struct scene *scene, struct error *err)
{
	struct table *t = scene->view->data(scene->state, err);

	if (t)
		say_table(c, t);
	table_drop(t);
	return t != NULL;
}

static bool say_picture(struct context *c, struct stage *stage, const struct args *options, struct error *err)
{
	struct scene *scene = stage_front(stage);
	int width = text_width_wanted(c, options), height = (int)args_number(options, "height", c->host->height);
	struct text out = { 0 };
	bool ok;

	if (is_svg(c->redirect)) {
		text_clear(c->redirected);
		return scene_svg(scene, width, height, c->host->light, c->redirected, err);
	}
	ok = stage_text(stage, width, height, c->host->ascii, c->redirect ? COLORS_NONE : c->host->colors, c->host->light, &out, err);
	if (ok && out.len && out.s[out.len - 1] == '\n')
		out.s[--out.len] = 0;
	if (ok)
		say_text(c, STYLE_PLAIN, text_str(&out));
	text_drop(&out);
	return ok;
}

bool show_again(struct context *c, const struct args *options, struct error *err)
{
	struct scene *scene = stage_front(c->stage);

	if (!scene || !c->text_wanted || (wants_data(c) && !c->redirect))
		return true;
	return say_picture(c, c->stage, options, err);
}

/* The pane stays as it is: a scene of its own is made for the text. */
static bool show_aside(struct context *c, const struct view *v, struct value *subject, const struct args *options, struct error *err)
{
	struct stage aside;
	bool ok;

	stage_init(&aside, c->session);
	aside.ready = c->stage->ready;
	c->stage->ready = NULL;
	ok = stage_show(&aside, v, subject, options, err) && say_picture(c, &aside, options, err);
	stage_drop(&aside);
	return ok;
}

bool show_view(struct context *c, const struct view *v, struct value *subject, const struct args *options, struct error *err)
{
	if (c->text_wanted && c->host->has_pane)
		return show_aside(c, v, subject, options, err);
	if (!stage_show(c->stage, v, subject, options, err))
		return false;
	if (c->text_wanted && wants_data(c) && v->data && !is_svg(c->redirect))
		return say_data(c, stage_front(c->stage), err);
	return !c->text_wanted || say_picture(c, c->stage, options, err);
}

void show_by_itself(struct context *c, struct value *subject)
{
	struct error ignored = { 0 };

	stage_show(c->stage, NULL, subject, NULL, &ignored);
}

/* ---- views as verbs ---- */

static void kinds_of(const struct view *v, struct text *out)
{
	for (int k = 0; k < VALUE_KIND_COUNT; k++)
		if (v->fits & 1u << k)
			text_add(out, "%s%s", out->len ? ", " : "", value_kind_name((enum value_kind)k));
}

static bool does_not_fit(const struct view *v, const struct given *x, const struct value *subject, struct error *err)
{
	const char *codec = v->examples[0] ? v->examples[0] : "q4_0";
	struct text kinds = { 0 };
	const char *word = x && x->len < 40 ? x->text : "_";

	if (v->fits & FITS(RECORD) && subject->kind == VALUE_RECORD) {	/* of another method */
		error_set(err, ERR_ARGUMENT, "%s answers: %s; %s is a record of %s", v->name, v->question, word, subject->u.record.of->method->name);
		return error_hint(err, "x", "views %s  lists those that fit", word);
	}
	kinds_of(v, &kinds);
	error_set(err, ERR_ARGUMENT, "%s shows %s; %s is of kind %s", v->name, text_str(&kinds), word, value_kind_name(subject->kind));
	text_drop(&kinds);
	if (subject->kind == VALUE_MODEL)
		return error_hint(err, "x", "one of its tensors: %s:NAME", word);
	if (subject->kind == VALUE_TENSOR && v->fits & FITS(QUANTIZED))
		return error_hint(err, "x", "with a codec:  %s %.*s %s", v->name, (int)strcspn(codec, " "), codec, word);
	return view_hint(subject, "x", err);
}

/* The errors are measured where they are what is asked for; other views that take them read their blocks. */
static bool wants_errors(const struct view *v)
{
	return v == view_find("err");
}

/* What the view can show of a value: the value itself, or what is behind it. */
static bool fit_subject(struct context *c, const struct view *v, const struct given *x, struct value *subject, struct outcome *out,
			struct error *err)
{
	const struct quantized *q = value_as_quantized(subject);

	if (q && q->source.codec && wants_errors(v) && subject->kind != VALUE_ERRORS)
		return session_errors(c->session, subject, out, err);
	if (view_fits(v, subject)) {
		out->value = value_hold(subject);
		return true;
	}
	if (q && v->fits & FITS(QUANTIZED)) {
		out->value = value_quantized(quantized_hold(q), err);
		if (out->value)
			value_name(out->value, subject->label);
		return out->value != NULL;
	}
	if (q && v->fits & FITS(TENSOR))
		return session_decode(c->session, subject, out, err);
	return does_not_fit(v, x, subject, err);
}

/* The errors of all tensors, before a text that shows them. */
static bool measure_all(struct context *c, const struct codec *codec, struct outcome *out, struct error *err)
{
	struct value *model = out->value;
	struct survey *v = survey_new(c->session, model, codec, err);

	if (v && !survey_whole(v)) {
		out->value = NULL;
		out->job = survey_job(v, c->session, model, SIZE_MAX, err);
		value_drop(model);
	}
	survey_drop(v);
	return v && (out->value || out->job);
}

/* Its text is wanted, and takes long: the worker opens it and draws it once, so that show_view() finds all that is measured. */
static bool open_ahead(struct context *c, const struct view *v, const struct args *a, struct outcome *out, struct error *err)
{
	struct job *first = out->job;
	struct value *subject = out->value;
	const struct given *codec = args_get(a, "codec");
	int width = is_svg(c->redirect) || !wants_data(c) ? text_width_wanted(c, a) : 0;

	if (c->text_wanted && subject && v == view_find("browse") && (codec || subject->u.model->reference))
		return measure_all(c, codec ? codec->codec : NULL, out, err);
	if (!c->text_wanted || !v->passes || (!first && !view_text_is_heavy(v, subject, a)))
		return true;
	out->value = NULL;
	out->job = stage_ahead(c->stage, v, subject, first, a, width, (int)args_number(a, "height", c->host->height), c->host->ascii, err);
	value_drop(subject);
	return out->job != NULL;
}

static bool view_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct view *v = c->command->data;
	const struct given *x = args_get(a, "x");
	const struct scene *front = stage_front(c->stage);
	struct quantize_options o;
	bool ok;

	if (!x && !front) {
		error_set(err, ERR_ARGUMENT, "x is missing, and nothing is shown that could be meant");
		return error_hint(err, NULL, "as in  %s %sx", v->name, v->fits & FITS(TENSOR) ? "" : "q4_0 ");
	}
	if (x && x->codec && x->value && x->value->kind != VALUE_CODEC) {
		if (!options_given(c, a, &o, err))
			return false;
		o.flat_if_needed = true;
		o.errors = wants_errors(v);
		ok = session_quantize(c->session, x->codec, x->value, &o, out, err);
		if (!ok)
			suggest_any_length(v->name, a, err);
		return ok && open_ahead(c, v, a, out, err);
	}
	return no_quantize_options(a, err) && fit_subject(c, v, x, x ? x->value : front->subject, out, err) && open_ahead(c, v, a, out, err);
}

static bool view_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	return show_view(c, c->command->data, v, a, err);
}

/* ---- the commands, one for each view ---- */

struct verb { struct command command; const struct view *view; struct verb *next; char example[2][80]; };

static const struct arg first_args[] = {
	{ "x", ARG_SUBJECT, .optional = true, .summary = "a value, or a codec and a tensor; without it what is shown now" },
	QUANTIZE_OPTIONS, { 0 }
};

static void fill(struct verb *verb, const struct view *v)
{
	struct command *c = &verb->command;
	size_t n = 0;

	*c = (struct command){ .name = v->name, .group = GROUP_VIEWS, .summary = v->question, .more_args = v->options,
			       .run = view_run, .after = view_after, .quiet = true, .data = v, .related = "views why show" };
	for (; first_args[n].name; n++)
		c->args[n] = first_args[n];
	for (const struct arg *a = view_shared_options; a->kind != ARG_END && n < ARGS_MAX - 1; a++)
		c->args[n++] = *a;
	snprintf(verb->example[0], sizeof verb->example[0], v->fits & FITS(MODEL) ? "%s m" : v->fits & FITS(TENSOR) ? "%s x" :
		 "%s int4 x", v->name);
	snprintf(verb->example[1], sizeof verb->example[1], v->fits & FITS(MODEL) ? "%s m text" : v->fits & FITS(QUANTIZED) ?
		 "%s q4_K w text" : "%s w text", v->name);
	if (v->fits == FITS(RECORD)) {
		snprintf(verb->example[0], sizeof verb->example[0], "calibrate x; %s", v->name);
		snprintf(verb->example[1], sizeof verb->example[1], "calibrate w[0, :] bits=4 method=mse; %s text", v->name);
	}
	for (int i = 0; i < 2; i++) {
		if (v->examples[i])
			snprintf(verb->example[i], sizeof verb->example[i], "%s %s", v->name, v->examples[i]);
		c->examples[i] = verb->example[i];
	}
	verb->view = v;
}

const struct command *view_command(const struct view *v)
{
	static struct verb *verbs;
	struct verb *verb = verbs;

	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, v->name))
			return commands[i];
	while (verb && verb->view != v)
		verb = verb->next;
	if (!verb && (verb = calloc(1, sizeof *verb))) {
		verb->next = verbs;
		verbs = verb;
	}
	if (verb && (verb->command.summary != v->question || verb->command.more_args != v->options))
		fill(verb, v);		/* new, or a view that was added has been defined anew */
	return verb ? &verb->command : NULL;
}

/* Run only where no view is named: the words say what is missing. */
static bool show_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	(void)c;
	(void)a;
	(void)out;
	return error_set(err, ERR_INTERNAL, "show was run for a view");
}

const struct command command_show = {
	.name     = "show", .group = GROUP_VIEWS,
	.summary  = "a view, by its name",
	.help     = "show VIEW is the view's own verb: show line q4_0 x is line q4_0 x. Without a subject it shows what is in front.",
	.args     = { { "view", ARG_VIEW, .summary = "its name; views lists them" }, { 0 } },
	.examples = { "show line int4 x", "show bars w[0, 0:8] text" },
	.related  = "views why",
	.run      = show_run,
};
