/*
 * view.c - the table of views, and what they share: which view fits what, which block is shown, the trace that explains it.
 */
#include "views/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/job.h"
#include "engine/counts.h"
#include "files/model.h"
#include "methods/method.h"
#include "methods/record.h"

const struct view *const views[] = {
#define VIEW(id) &view_##id,
#include "views/list.h"
#undef VIEW
	NULL
};

const struct arg view_shared_options[] = {
	{ "block", ARG_COUNT, .named = true, .max = 9007199254740991.0, .summary = "the block that is shown, from 0" },
	{ "row", ARG_COUNT, .named = true, .max = 9007199254740991.0, .summary = "the row that is shown, from 0; block= then counts within it" },
	{ "worst", ARG_COUNT, .named = true, .min = 1, .max = 9007199254740991.0, .summary = "the Nth worst block, 1 the worst" },
	{ "text", ARG_FLAG, .summary = "into the output instead of the pane" },
	{ "width", ARG_COUNT, .named = true, .min = 30, .max = 1000, .summary = "columns of the text form" },
	{ "height", ARG_COUNT, .named = true, .min = 6, .max = 100000, .summary = "lines of the text form at most" },
	{ 0 }
};

/* ---- the table ---- */

enum { ADDED_MAX = 64, BUILT_IN = sizeof views / sizeof *views - 1 };

static const struct view *added[ADDED_MAX];
static size_t n_added;

const struct view *view_at(size_t i)
{
	if (i < BUILT_IN)
		return views[i];
	return i - BUILT_IN < n_added ? added[i - BUILT_IN] : NULL;
}

const struct view *view_find(const char *name)
{
	const struct view *v;

	for (size_t i = 0; (v = view_at(i)); i++)
		if (!strcmp(v->name, name))
			return v;
	return NULL;
}

bool view_add(const struct view *v)
{
	if (view_find(v->name) || n_added == ADDED_MAX)
		return false;
	added[n_added++] = v;
	return true;
}

void view_remove(const struct view *v)
{
	for (size_t i = 0; i < n_added; i++)
		if (added[i] == v) {
			memmove(&added[i], &added[i + 1], (n_added - i - 1) * sizeof *added);
			n_added--;
		}
}

void *view_open(const struct view *v, struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	return v->open_added ? v->open_added(v, s, subject, options, err) : v->open(s, subject, options, err);
}

/* ---- what takes long ---- */

enum { HEAVY = 1 << 18 };		/* weights walked through: about ten milliseconds of decoding the slower codecs */

static size_t weights_of(const struct value *subject)
{
	const struct quantized *q = value_as_quantized(subject);
	const struct tensor *t = q ? &q->blocks : value_weights(subject);

	return t ? tensor_count(t) : subject->kind == VALUE_MODEL ? subject->u.model->weights : 0;
}

bool view_is_heavy(const struct view *v, const struct value *subject, const struct args *options)
{
	size_t passes = v->passes && !value_walks(subject) ? (size_t)v->passes(subject, options) : 0;

	return passes && weights_of(subject) > HEAVY / passes;
}

bool view_text_is_heavy(const struct view *v, const struct value *subject, const struct args *options)
{
	return view_is_heavy(v, subject, options) || (v->work && value_weights(subject) && weights_of(subject) > HEAVY);
}

int view_sample_passes(const struct value *subject, const struct codec *const *list, size_t n, size_t most)
{
	size_t weights = weights_of(subject);
	double passes = 0;

	for (size_t i = 0; i < n; i++)
		passes += view_encoding(list[i]);
	if (weights > most)
		passes *= (double)most / (double)weights;
	return weights ? (int)ceil(passes) : 0;
}

void view_one_pass(void)
{
	struct job *job = job_here();

	if (job && job->by_pass)
		atomic_store(&job->total, JOB_PASS);
}

int view_encoding(const struct codec *c)
{
	return c->flags & CODEC_PLAIN ? 1 : !strcmp(c->family, "I") ? 200 : c->sub_len && c->sub_len < c->block_len ? 30 : 4;
}

int view_worst_passes(const struct value *subject, const struct args *options)
{
	(void)subject;
	return args_get(options, "worst") ? 1 : 0;
}

/* ---- which view ---- */

static bool has_blocks(const struct value *v)
{
	return v->kind == VALUE_TENSOR && !(v->u.tensor.codec->flags & CODEC_PLAIN);
}

bool view_fits(const struct view *v, const struct value *subject)
{
	if (!(v->fits >> subject->kind & 1) && !(has_blocks(subject) && v->fits & FITS(QUANTIZED)))
		return false;
	return (!v->takes || v->takes(subject)) && (!v->fits_added || v->fits_added(v, subject));
}

size_t view_names_for(const struct value *subject, const char *names[], size_t max)
{
	const struct view *v;
	size_t n = 0;

	for (size_t i = 0; (v = view_at(i)) && n < max; i++)
		if (view_fits(v, subject))
			names[n++] = v->name;
	return n;
}

bool view_hint(const struct value *subject, const char *about, struct error *err)
{
	const char *kind = value_kind_with_article(subject->kind), *names[64];
	size_t n = view_names_for(subject, names, sizeof names / sizeof *names);
	struct text list = { 0 };

	for (size_t i = 0; i < n; i++)
		text_add(&list, " %s", names[i]);
	if (n)
		error_hint(err, about, "for %s there are:%s", kind, text_str(&list));
	text_drop(&list);
	return false;
}

/* What is opened when no view is named. */
static const char *usual(const struct value *v)
{
	struct quantized q;
	const char *name = NULL;

	if (v->kind == VALUE_TRACE) {
		const struct walk *w = &v->u.walk;

		return w->at < w->trace.steps ? w->trace.step[w->at].view : "line";
	}
	if (v->kind == VALUE_RECORD)
		return v->u.record.walked && v->u.record.at < value_steps(v) ? value_step_view(v, v->u.record.at) :
			v->u.record.of->method->view;
	if (v->kind == VALUE_MODEL)
		return "browse";
	if (v->kind == VALUE_PLAN)
		return "plan";
	if (v->kind == VALUE_ERRORS)
		return "err";
	if (view_quantized(v, &q)) {
		name = q.blocks.codec->flags & CODEC_TEACHING || q.blocks.codec->block_len <= 32 ? "line" : "tree";
		quantized_drop(&q);
		return name;
	}
	return "hist";
}

const struct view *view_default(const struct value *subject)
{
	const struct view *v = view_find(usual(subject));

	if (v && view_fits(v, subject))
		return v;
	for (size_t i = 0; (v = view_at(i)); i++)
		if (view_fits(v, subject))
			return v;
	return NULL;
}

void view_subject(const struct value *v, struct text *out)
{
	const struct quantized *q = value_as_quantized(v);
	const struct tensor *t = q && q->source.codec ? &q->source : value_weights(v);
	char shape[120];

	text_escape(out, v->label, strlen(v->label), 0);
	if (!t)
		return;
	tensor_describe(t, shape, sizeof shape);
	text_add(out, "%s%s", *v->label ? " " : "", shape);
}

void view_file_tensor(const struct value *v, struct text *out)
{
	if (!strchr(v->label, ':') || strchr(v->label, '['))
		return;
	text_put(out, "   ");
	text_escape(out, v->label, strlen(v->label), 0);
}

void view_codec(const struct quantized *q, struct text *out)
{
	text_add(out, "%s%s", q->blocks.codec->name, q->flat ? " flat" : "");
}

bool view_quantized(const struct value *subject, struct quantized *q)
{
	const struct quantized *own = value_as_quantized(subject);

	*q = (struct quantized){ 0 };
	if (own)
		*q = quantized_hold(own);
	else if (has_blocks(subject))
		q->blocks = tensor_hold(&subject->u.tensor);
	return own || q->blocks.codec;
}

/* ---- which block ---- */

struct ranked { double squares; size_t block; };

static int worse_first(const void *a, const void *b)
{
	const struct ranked *p = a, *q = b;

	if (p->squares != q->squares)
		return p->squares > q->squares ? -1 : 1;
	return p->block < q->block ? -1 : 1;
}

static bool worst_block(const struct quantized *q, size_t nth, size_t *block, struct error *err)
{
	size_t n = tensor_blocks(&q->blocks);
	struct block_loss *loss;
	struct ranked *r;
	bool ok;

	if (!q->source.codec) {
		error_set(err, ERR_ARGUMENT, "the weights before are not known, so no block is worst");
		return error_hint(err, "worst", "block=N names one");
	}
	if (nth < 1 || nth > n) {
		error_set(err, ERR_ARGUMENT, "worst=%zu is not among the %zu blocks", nth, n);
		return error_hint(err, "worst", "1 is the worst, %zu the best", n);
	}
	loss = calloc(n, sizeof *loss);
	r = calloc(n, sizeof *r);
	ok = loss && r ? count_losses(&q->blocks, &q->source, q->padding, NULL, loss, err) : error_memory(err, "the errors of all blocks");
	for (size_t b = 0; ok && b < n; b++)
		r[b] = (struct ranked){ loss[b].squares, b };
	if (ok) {
		qsort(r, n, sizeof *r, worse_first);
		*block = r[nth - 1].block;
	}
	free(loss);
	free(r);
	return ok;
}

static bool out_of_range(struct error *err, const char *what, double given, size_t n)
{
	error_set(err, ERR_ARGUMENT, "no %s %.0f: there %s %zu", what, given, n == 1 ? "is" : "are", n);
	return error_hint(err, what, n == 1 ? "%ss count from 0: 0 is the only one" : "%ss count from 0 to %zu", what, n - 1);
}

static bool pick(const struct quantized *q, const struct args *options, size_t *block, struct error *err)
{
	size_t blocks = tensor_blocks(&q->blocks), rows = q->blocks.rows, per_row = rows ? blocks / rows : 0;
	double row = args_number(options, "row", -1), at = args_number(options, "block", -1);

	if (args_get(options, "worst"))
		return worst_block(q, (size_t)args_number(options, "worst", 1), block, err);
	if (args_get(options, "row")) {
		if (row < 0 || row >= (double)rows)
			return out_of_range(err, "row", row, rows);
		if (per_row == 0)
			row = 0, per_row = blocks;	/* one scale for all rows */
		if (at < 0 && !args_get(options, "block"))
			at = 0;
		if (at < 0 || at >= (double)per_row)
			return out_of_range(err, "block", at, per_row);
		*block = (size_t)row * per_row + (size_t)at;
	} else if (args_get(options, "block")) {
		if (at < 0 || at >= (double)blocks)
			return out_of_range(err, "block", at, blocks);
		*block = (size_t)at;
	}
	return true;
}

bool view_pick_block(const struct value *subject, const struct args *options, size_t *block, struct error *err)
{
	struct quantized q;
	bool ok;

	*block = subject->kind == VALUE_TRACE ? subject->u.walk.trace.block : 0;
	if (!view_quantized(subject, &q))
		return error_set(err, ERR_ARGUMENT, "%s has no blocks", value_kind_with_article(subject->kind));
	ok = pick(&q, options, block, err);
	quantized_drop(&q);
	return ok;
}

bool view_block_key(const struct value *subject, const struct key *k, size_t *block, bool *moved)
{
	struct quantized q;
	size_t blocks, step = 1;
	bool back = k->ch == '[' || k->ch == '{';

	if (subject->kind == VALUE_TRACE || k->code != KEY_CHAR || k->ctrl || k->meta || !k->ch || k->ch > '~' ||
	    !strchr("[]{}", (int)k->ch) || !view_quantized(subject, &q))
		return false;
	blocks = tensor_blocks(&q.blocks);
	if ((k->ch == '{' || k->ch == '}') && q.blocks.rows)
		step = blocks / q.blocks.rows;
	quantized_drop(&q);
	*moved = step && (back ? *block >= step : *block + step < blocks);
	if (*moved)
		*block = back ? *block - step : *block + step;
	return true;
}

/* ---- how its values came to be ---- */

bool view_record(const struct value *subject, size_t block, struct trace *own, const struct trace **trace, struct error *err)
{
	struct quantized q;
	bool ok;

	*own = (struct trace){ 0 };
	*trace = own;
	if (subject->kind == VALUE_TRACE && subject->u.walk.trace.block == block) {
		*trace = &subject->u.walk.trace;
		return true;
	}
	if (!view_quantized(subject, &q))
		return error_set(err, ERR_ARGUMENT, "%s has no blocks", value_kind_with_article(subject->kind));
	ok = quantized_record(&q, block, own, err);
	if (!ok)
		trace_drop(own);
	quantized_drop(&q);
	return ok;
}

/* The number, counted like those of this name, that weight `at` of the block belongs to; SIZE_MAX: there are none. */
static size_t number_of(const struct trace *t, const char *name, size_t at, size_t end)
{
	size_t n = 0, only = SIZE_MAX;
	bool by_weight = false;

	for (size_t k = 0; k < end && k < t->events; k++) {
		const struct trace_event *e = &t->event[k];
		enum trace_index index = trace_indexed((enum trace_kind)e->kind);
		size_t i = index == INDEX_SUB ? e->sub : e->weight;

		if (index == INDEX_NONE || strcmp(trace_kind_name((enum trace_kind)e->kind), name))
			continue;
		by_weight = index == INDEX_WEIGHT;
		only = n ? only : i;
		n = i + 1 > n ? i + 1 : n;
	}
	if (at == SIZE_MAX || !t->len)
		return n && only == n - 1 ? only : SIZE_MAX;
	return !n ? SIZE_MAX : by_weight ? at : at * n / t->len;
}

static const struct trace_event *find_near(const struct trace *t, size_t end, size_t weight, const char *word, size_t i)
{
	const struct trace_event *e = trace_find(t, word, i, end);
	size_t near;

	if (!e && i == 0)
		e = trace_find(t, word, SIZE_MAX, end);
	if (!e && i == SIZE_MAX && (near = number_of(t, word, weight, end)) != SIZE_MAX)
		e = trace_find(t, word, near, end);
	return e;
}

bool view_why(const struct trace *t, size_t end, size_t weight, const char *name, struct text *out, struct error *err)
{
	const struct trace_event *e = NULL;
	struct text names = { 0 };
	char word[16];
	size_t i;

	if (trace_parse_name(name, word, &i)) {
		e = find_near(t, end, weight, word, i);
		if (!e && !strcmp(word, "d"))
			e = find_near(t, end, weight, "scale", i);
	}
	if (e) {
		trace_why(t, e, out);
		return true;
	}
	trace_names(t, &names);
	error_set(err, ERR_ARGUMENT, "there is no '%s' here", name);
	error_hint(err, "name", "there are %s", text_str(&names));
	text_drop(&names);
	return false;
}
