/* step.c - a codec at work, step by step: the trace of one block, and the walk through it. interaction.md 8. */
#include "commands/options.h"
#include "commands/show.h"
#include "session/method.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_ABOVE = TRACE_WEIGHTS_MAX };	/* of more weights it is said which block is followed */

static bool quiet(const struct context *c)
{
	return !strcmp(settings_get(&c->session->settings, "step"), "quiet");
}

/* The line of a step, and its picture where pictures are text. */
static bool protocol(struct context *c, const struct args *a, const char *line, struct error *err)
{
	if (!quiet(c) && *line)
		say_text(c, STYLE_PLAIN, line);
	return show_again(c, a, err);
}

/* ---- step ---- */

/* block= counts through all, or within row=. */
static size_t block_wanted(const struct args *a, const struct codec *codec, const struct tensor *t)
{
	size_t len = codec->block_len ? codec->block_len : (size_t)args_number(a, "group", (double)t->cols);
	size_t per_row = len ? (t->cols + len - 1) / len : 1;

	return (size_t)args_number(a, "row", 0) * per_row + (size_t)args_number(a, "block", 0);
}

static void tell_block(const struct args *a, const struct codec *codec, const struct tensor *t, struct outcome *out)
{
	size_t n = strlen(out->note), block = block_wanted(a, codec, t);

	if (tensor_count(t) > TOLD_ABOVE)
		snprintf(out->note + n, sizeof out->note - n, "%s%zu weights: block %zu is followed; block= takes another", n ? "\n" : "",
			 tensor_count(t), block);
}

static bool step_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct given *x = args_get(a, "x");
	const struct tensor *t = value_weights(x->value);
	struct quantize_options o;

	if (x->codec && x->value->kind != VALUE_CODEC && t) {
		if (!options_given(c, a, &o, err))
			return false;
		if (!session_trace(c->session, x->codec, x->value, &o, block_wanted(a, x->codec, t), out, err)) {
			suggest_any_length("step", a, err);
			return false;
		}
		tell_block(a, x->codec, t, out);
		return true;
	}
	if (!no_quantize_options(a, err))
		return false;
	if (x->value->kind == VALUE_RECORD)
		return session_walk_record(x->value, out, err);
	if (x->value->kind == VALUE_CODEC) {
		error_set(err, ERR_ARGUMENT, "a tensor is missing after %s", x->value->u.codec->name);
		return error_hint(err, "x", "as in  step %s x", x->value->u.codec->name);
	}
	if (x->value->kind == VALUE_TENSOR && x->value->u.tensor.codec->flags & CODEC_PLAIN) {
		error_set(err, ERR_ARGUMENT, "a codec is missing: plain weights have no steps");
		return error_hint(err, "x", "as in  step q4_0 %s", x->len < 60 ? x->text : "x");
	}
	return session_trace_of(c->session, x->value, t ? block_wanted(a, t->codec, t) : 0, out, err);
}

static bool step_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	struct text line = { 0 };
	bool ok;

	ok = stage_show(c->stage, NULL, v, NULL, err);
	if (ok) {
		stage_step_line(v, &line);
		ok = protocol(c, a, text_str(&line), err);
	}
	text_drop(&line);
	return ok;
}

const struct command command_step = {
	.name     = "step", .group = GROUP_QUANTIZING,
	.summary  = "a codec at work, step by step",
	.help     = "Records how a block came to be: next, back and goto walk through it, why explains each number. Of more than 4096 weights one "
		    "block is followed. step compare q4_0 q4_K x walks two codecs side by side, matched by the names of their steps.",
	.args     = {
		{ "x", ARG_SUBJECT, .summary = "a codec and a tensor, a method and what it takes, or a value that one of them made" },
		QUANTIZE_OPTIONS,
		{ "block", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "the block to follow, from 0" },
		{ "row", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "the row to follow, from 0" },
		{ "text", ARG_FLAG, .summary = "the picture into the output" },
		{ "width", ARG_COUNT, .named = true, .min = 30, .max = 1000, .summary = "columns of the text form" },
		{ "height", ARG_COUNT, .named = true, .min = 6, .max = 100000, .summary = "lines of the text form at most" },
		{ 0 }
	},
	.examples = { "step q4_0 x pad=zero", "step int4 [-1.2, -0.6, 0.2, 1.0]" },
	.related  = "next back goto play why",
	.run      = step_run,
	.after    = step_after,
	.quiet    = true,
};

/* ---- two walks side by side ---- */

static struct value *walk_of(struct context *c, const struct args *a, const struct codec *codec, size_t block, struct error *err)
{
	const struct given *x = args_get(a, "x");
	struct quantize_options o;
	struct outcome out = { 0 };

	if (!options_given(c, a, &o, err))
		return NULL;
	o.flat_if_needed = true;
	if (!session_trace(c->session, codec, x->value, &o, block, &out, err) ||
	    (out.job && !job_run_here(out.job, &out.value, err)))
		return NULL;
	if (*out.note)
		say_text(c, STYLE_PLAIN, out.note);
	return out.value;
}

/* The steps as they stand beside each other: nothing where one waits. */
static struct value *pairs(struct context *c, const char *label, struct error *err)
{
	const struct value *first = stage_walk(c->stage), *second = stage_front(c->stage)->pair;
	struct table *t = table_new("step name first second");
	struct value *v;

	for (size_t k = 0, n = stage_steps(c->stage); t && k < n; k++) {
		struct pair_step p = stage_step_at(c->stage, k);

		table_row(t);
		table_int(t, (int64_t)k + 1);
		table_text(t, p.first_waits ? value_step_name(second, p.second) : value_step_name(first, p.first));
		p.first_waits ? table_skip(t) : table_text(t, value_step_say(first, p.first));
		p.second_waits ? table_skip(t) : table_text(t, value_step_say(second, p.second));
	}
	if (!t || t->failed) {
		table_drop(t);
		error_memory(err, "a table");
		return NULL;
	}
	v = value_table(t, err);
	if (v)
		value_name(v, label);
	return v;
}

/* The block that holds the first weight of the first one's block is the second one's. */
static bool compare_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct codec *both[2] = { args_get(a, "first")->codec, args_get(a, "second")->codec };
	const struct tensor *t = value_weights(args_get(a, "x")->value);
	size_t block = block_wanted(a, both[0], t), len = both[0]->block_len, other = both[1]->block_len;
	struct value *first = walk_of(c, a, both[0], block, err), *second;
	bool ok;

	second = first ? walk_of(c, a, both[1], len && other ? block * len / other : 0, err) : NULL;
	ok = second && stage_show_pair(c->stage, first, second, err);
	if (ok)
		out->value = pairs(c, first->label, err);
	value_drop(first);
	value_drop(second);
	return ok && out->value;
}

static bool compare_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	struct text line = { 0 };
	bool ok = true;

	if (c->host->format && strcmp(c->host->format, "text")) {
		say_table(c, v->u.table);
		return true;
	}
	stage_say_step(c->stage, &line);
	ok = protocol(c, a, text_str(&line), err);
	text_drop(&line);
	return ok;
}

const struct command command_step_compare = {
	.name     = "step compare", .group = GROUP_QUANTIZING,
	.summary  = "two codecs at work on the same weights, step by step",
	.args     = {
		{ "first", ARG_CODEC, .summary = "a codec" },
		{ "second", ARG_CODEC, .summary = "another" },
		{ "x", ARG_TENSOR, .summary = "the weights" },
		QUANTIZE_OPTIONS,
		{ "block", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "the block to follow, from 0" },
		{ "row", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "the row to follow, from 0" },
		{ "text", ARG_FLAG, .summary = "the picture into the output" },
		{ "width", ARG_COUNT, .named = true, .min = 30, .max = 1000, .summary = "columns of the text form" },
		{ "height", ARG_COUNT, .named = true, .min = 6, .max = 100000, .summary = "lines of the text form at most" },
		{ 0 }
	},
	.examples = { "step compare q4_0 q4_K w[0, 0:256]", "step compare q4_0 iq4_nl x pad=zero" },
	.related  = "step compare next goto",
	.run      = compare_run,
	.after    = compare_after,
	.quiet    = true,
};

/* ---- the walk ---- */

static bool moved_to(struct context *c, const struct args *a, struct text *line, struct outcome *out, bool ok, struct error *err)
{
	ok = ok && protocol(c, a, text_str(line), err);
	if (ok)
		out->value = value_hold(stage_walk(c->stage));
	text_drop(line);
	return ok;
}

static bool move_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const enum move *move = c->command->data;
	struct text line = { 0 };
	bool moved, ok;

	c->stage->playing = false;
	ok = stage_move(c->stage, *move, (size_t)args_number(a, "n", 1), &moved, &line, err);
	if (!ok || moved)
		return moved_to(c, a, &line, out, ok, err);
	say_text(c, STYLE_PLAIN, text_str(&line));	/* "last step": nothing has changed that could be shown */
	out->value = value_hold(stage_walk(c->stage));
	text_drop(&line);
	return true;
}

static bool goto_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *word = args_text(a, "n", "");
	struct text line = { 0 };
	char *end;
	double n = strtod(word, &end);
	bool moved, ok;

	c->stage->playing = false;
	if (end == word || *end) {
		ok = stage_go_name(c->stage, word, &line, err);
	} else if (!(n >= 1) || n != floor(n) || n > 1e9) {
		error_set(err, ERR_ARGUMENT, "no step %s", word);
		ok = error_hint(err, "n", "steps count from 1, or by name: goto round");
	} else {
		ok = stage_move(c->stage, MOVE_GO, (size_t)n - 1, &moved, &line, err);
	}
	return moved_to(c, a, &line, out, ok, err);
}

/* Where nothing redraws, the steps are printed one after another. */
static bool play_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	bool moved = true, ok = true;

	if (args_get(a, "seconds"))
		c->stage->play_seconds = args_number(a, "seconds", 0.8);
	else
		c->stage->play_seconds = settings_number(&c->session->settings, "speed");
	if (c->host->has_pane && stage_walk(c->stage)) {
		c->stage->playing = true;
		out->value = value_hold(stage_walk(c->stage));
		return true;
	}
	while (ok && moved) {
		struct text line = { 0 };

		ok = stage_move(c->stage, MOVE_NEXT, 1, &moved, &line, err);
		if (ok && moved)
			ok = protocol(c, a, text_str(&line), err);
		text_drop(&line);
	}
	out->value = ok ? value_hold(stage_walk(c->stage)) : NULL;
	return ok;
}

static bool pause_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	(void)a;
	(void)out;
	(void)err;
	c->stage->playing = false;
	return true;
}

#define HOW_MANY { "n", ARG_COUNT, .optional = true, .min = 0, .max = 1e9, .summary = "how many (1)" }
#define WALK_OPTIONS \
	{ "text", ARG_FLAG, .summary = "the picture into the output" }, \
	{ "width", ARG_COUNT, .named = true, .min = 30, .max = 1000, .summary = "columns of the text form" }, \
	{ "height", ARG_COUNT, .named = true, .min = 6, .max = 100000, .summary = "lines of the text form at most" }, \
	{ 0 }

static const enum move move_next = MOVE_NEXT, move_back = MOVE_BACK, move_first = MOVE_FIRST, move_last = MOVE_LAST;

const struct command command_next = {
	.name = "next", .group = GROUP_VIEWS, .summary = "the next step, or n steps on",
	.help = "Past the end nothing happens. F8, or n in the pane, does the same.",
	.args = { HOW_MANY, WALK_OPTIONS }, .examples = { "step q4_0 x pad=zero; next", "step int4 x; next 2" },
	.related = "step back goto play", .run = move_run, .quiet = true, .data = &move_next,
};

const struct command command_back = {
	.name = "back", .group = GROUP_VIEWS, .summary = "the step before, or n steps back",
	.help = "Going back is exact: the trace holds all. F7, or b in the pane, does the same.",
	.args = { HOW_MANY, WALK_OPTIONS }, .examples = { "step q4_0 x pad=zero; last; back", "step int4 x; next 2; back 2" },
	.related = "step next goto", .run = move_run, .quiet = true, .data = &move_back,
};

const struct command command_first = {
	.name = "first", .group = GROUP_VIEWS, .summary = "the first step",
	.args = { WALK_OPTIONS }, .examples = { "step q4_0 x pad=zero; last; first", "step int4 x; first" },
	.related = "last goto", .run = move_run, .quiet = true, .data = &move_first,
};

const struct command command_last = {
	.name = "last", .group = GROUP_VIEWS, .summary = "the last step",
	.args = { WALK_OPTIONS }, .examples = { "step q4_0 x pad=zero; last", "step int4 x; last" },
	.related = "first goto", .run = move_run, .quiet = true, .data = &move_last,
};

const struct command command_goto = {
	.name = "goto", .group = GROUP_VIEWS, .summary = "a step by number or name",
	.help = "Steps count from 1, as they are shown: step 4/6.",
	.args = { { "n", ARG_TEXT, .summary = "4, or the name of a step: round" }, WALK_OPTIONS },
	.examples = { "step q4_0 x pad=zero; goto 4", "step int4 x; goto 2" },
	.related = "next first last", .run = goto_run, .quiet = true,
};

const struct command command_play = {
	.name = "play", .group = GROUP_VIEWS, .summary = "step after step by itself",
	.help = "In the pane + and - change the speed and any key pauses. Where nothing can redraw the steps are printed one after another.",
	.args = { { "seconds", ARG_NUMBER, .optional = true, .min = 0.01, .max = 60, .summary = "for each step (set speed)" }, WALK_OPTIONS },
	.examples = { "step q4_0 x pad=zero; play", "step int4 x; play 0.5" },
	.related = "pause next", .run = play_run, .quiet = true,
};

const struct command command_pause = {
	.name = "pause", .group = GROUP_VIEWS, .summary = "stops play",
	.examples = { "pause", "step q4_0 x pad=zero; play; pause" },
	.related = "play", .run = pause_run, .quiet = true,
};
