/* match.c - a group of weights held against a codebook. interaction.md 9.6. */
#include "commands/options.h"
#include "commands/show.h"

#include <string.h>

static enum match_by by_wanted(const struct args *a)
{
	const char *by = args_text(a, "by", "distance");

	return !strcmp(by, "cosine") ? MATCH_COSINE : !strcmp(by, "weighted") ? MATCH_WEIGHTED : MATCH_DISTANCE;
}

/* block= counts through all, or within row=. */
static size_t block_wanted(const struct args *a, const struct codec *codec, const struct tensor *t)
{
	size_t len = codec->block_len ? codec->block_len : t->cols, per_row = (t->cols + len - 1) / len;

	return (size_t)args_number(a, "row", 0) * per_row + (size_t)args_number(a, "block", 0);
}

static bool of_codec(struct context *c, const struct args *a, const struct given *x, struct outcome *out, struct error *err)
{
	struct quantize_options o;

	if (!options_given(c, a, &o, err))
		return false;
	o.group = 0;		/* group= is of weights in the block, here */
	o.flat_if_needed = true;
	if (args_get(a, "worst")) {
		error_set(err, ERR_ARGUMENT, "worst= needs a quantized value");
		return error_hint(err, "worst", "as in  q = quantize %s %s;  match q worst=1", x->codec->name, x->len < 40 ? x->value->label : "x");
	}
	if (session_match_codec(c->session, x->codec, x->value, &o, block_wanted(a, x->codec, value_weights(x->value)),
				(size_t)args_number(a, "group", 0), by_wanted(a), (size_t)args_number(a, "top", 8), out, err))
		return true;
	suggest_any_length("match", a, err);
	return false;
}

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct given *x = args_get(a, "x");
	size_t block = 0;

	if (x->codec && x->value->kind != VALUE_CODEC && value_weights(x->value))
		return of_codec(c, a, x, out, err);
	if (x->value->kind == VALUE_MATCH) {
		out->value = value_hold(x->value);
		return true;
	}
	return (!value_weights(x->value) || view_pick_block(x->value, a, &block, err)) &&
	       session_match(c->session, x->value, block, (size_t)args_number(a, "group", 0), by_wanted(a), (size_t)args_number(a, "top", 8), out, err);
}

/* "entry 210 stored, rank 2 of 256 by distance, rank 5 by cosine" */
static void summary(const struct match *m, struct text *out)
{
	const struct match_candidate *s = m->stored >= 0 ? match_find(m, m->stored) : NULL;

	if (s)
		text_add(out, "entry %d stored, rank %d of %d by distance, rank %d by cosine", s->entry, s->rank[MATCH_DISTANCE], m->entries,
			 s->rank[MATCH_COSINE]);
	else
		text_add(out, "no entry is stored");
}

static bool after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct match_value *m = &v->u.match;
	struct error ignored = { 0 };
	struct text line = { 0 };
	struct match match = { 0 };

	if (!show_view(c, view_find("match"), v, a, err))
		return false;
	if (c->host->format && strcmp(c->host->format, "text") && !c->redirect)
		return true;
	if (session_match_group(&m->of, m->block, m->group, m->by, &match, &ignored)) {
		summary(&match, &line);
		say_text(c, STYLE_PLAIN, text_str(&line));
	} else if (!c->text_wanted) {
		say_text(c, STYLE_PLAIN, ignored.text);
	}
	match_drop(&match);
	text_drop(&line);
	return true;
}

const struct command command_match = {
	.name     = "match", .group = GROUP_VIEWS,
	.summary  = "which codebook entry was taken, and what were the others",
	.help     = "For the codecs in which an index stands for several weights (iq1, iq2, iq3): one group of them, its signs, the entries by distance, "
		    "cosine or the weighted distance that the codec used, the one stored, and why. group= counts in the block. Columns: rank entry "
		    "magnitudes distance weighted cosine by_distance by_weighted by_cosine stored.",
	.args     = {
		{ "x", ARG_SUBJECT, .summary = "a codec and a tensor, or a quantized value" },
		{ "group", ARG_COUNT, .named = true, .min = 0, .max = 63, .summary = "the group of weights in the block, from 0" },
		{ "top", ARG_COUNT, .named = true, .min = 1, .max = 2048, .summary = "so many candidates (8)" },
		{ "by", ARG_CHOICE, .named = true, .choices = "distance weighted cosine", .summary = "what they are sorted by" },
		{ "map", ARG_FLAG, .summary = "the whole codebook as a grid of cells" },
		{ "imp", ARG_TENSOR, .named = true, .choices = "flat", .summary = "importance: one number for each column" },
		{ "pad", ARG_CHOICE, .named = true, .choices = "zero edge none", .summary = "what fills the last block of a row" },
		{ "block", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "the block that is shown, from 0" },
		{ "row", ARG_COUNT, .named = true, .min = 0, .max = 9007199254740991.0, .summary = "the row that is shown, from 0" },
		{ "worst", ARG_COUNT, .named = true, .min = 1, .max = 9007199254740991.0, .summary = "the Nth worst block, 1 the worst" },
		VIEW_TEXT_OPTIONS,
		{ 0 }
	},
	.examples = { "match iq2_xxs w[0, 0:256] imp=flat group=2 top=5", "match iq1_s w[0, 0:256] text" },
	.related  = "block scales step info",
	.run      = run,
	.after    = after,
	.quiet    = true,
};
