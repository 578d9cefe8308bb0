/*
 * info.c - what a value or a codec is, in figures: a record, said in a few lines.
 */
#include "commands/command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/help.h"
#include "commands/words.h"
#include "engine/measure.h"
#include "files/model.h"
#include "views/stored.h"

static bool as_record(const struct context *c)
{
	return c->host->format && strcmp(c->host->format, "text") != 0;
}

/* ---- a codec: its layout ---- */

enum { DRAWING = 68 };

/* The fields as boxes, the wider the more bytes; each at least as wide as its name. */
static void drawing(const struct codec *c, struct text *out)
{
	int least = 0, room;

	for (const struct field *f = c->fields; f->name; f++)
		least += (int)strlen(f->name) + 2;
	room = least < DRAWING ? DRAWING - least : 0;
	for (int line = 0; line < 2; line++) {
		text_put(out, line ? "         " : "  byte   ");
		for (const struct field *f = c->fields; f->name; f++) {
			int wide = (int)strlen(f->name) + room * f->bytes / c->block_bytes;

			if (line)
				text_add(out, "[%s%*s]", f->name, wide - (int)strlen(f->name), "");
			else
				text_add(out, "%-*d", wide + 2, f->at);
		}
		text_line(out);
	}
}

/* "byte 4 bits 0-5", "bytes 208-209", "byte 15 bits 0-3 and byte 7 bits 6-7": lowest bits first. */
static void place(const struct trace_event *e, struct text *out)
{
	for (int k = 0; k < TRACE_SPANS && e->at[k].bits; k++) {
		unsigned first = e->at[k].bit, n = e->at[k].bits, byte = first / 8;

		text_put(out, k ? " and " : "");
		if (first % 8 == 0 && n % 8 == 0)
			text_add(out, n > 8 ? "bytes %u-%u" : "byte %u", byte, byte + n / 8 - 1);
		else if (n == 1)
			text_add(out, "byte %u bit %u", byte, first % 8);
		else
			text_add(out, "byte %u bits %u-%u", byte, first % 8, first % 8 + n - 1);
	}
}

static void number_line(const struct stored_map *m, size_t from, size_t to, struct text *out)
{
	const struct trace_event *e = m->number[from].event;
	const char *kind = trace_kind_name((enum trace_kind)e->kind);
	char name[40], first[40];

	if (to - from > 1)
		snprintf(name, sizeof name, "%s[0..%zu]", kind, to - from - 1);
	else
		snprintf(name, sizeof name, "%s", kind);
	text_add(out, "  %-14s %2u each   ", name, stored_bits(m, from));
	if (to - from > 1)
		text_add(out, "%s: ", trace_name(e, first, sizeof first));
	place(e, out);
	text_put(out, "\n");
}

/* Which bits hold which number: from the decoder, which says where it reads them. */
static void numbers(const struct codec *c, struct text *out)
{
	struct stored_map m = { 0 };
	struct error ignored;
	struct tensor t;
	struct trace trace = { 0 };

	if (!codec_prepare(c, &ignored) || !tensor_new_blocks(&t, c, 1, c->block_len, 0, &ignored))
		return;
	if (trace_decode(&trace, &t, 0, &ignored) && stored_learn(&m, &trace, trace.events, &ignored)) {
		text_put(out, "  number         bits       where the first lies\n");
		for (size_t i = 0, end; i < m.n; i = end) {
			for (end = i + 1; end < m.n && !strcmp(trace_kind_name((enum trace_kind)m.number[end].event->kind),
							     trace_kind_name((enum trace_kind)m.number[i].event->kind)); )
				end++;
			number_line(&m, i, end, out);
		}
	}
	stored_drop(&m);
	trace_drop(&trace);
	tensor_drop(&t);
}

void info_codec(const struct codec *c, struct text *out)
{
	text_add(out, "%s   %s   %.2f b/w", c->name, c->family, codec_bits(c));
	if (c->block_len > 1)
		text_add(out, "   blocks of %d weights in %d bytes", c->block_len, c->block_bytes);
	else if (!c->block_len)
		text_put(out, "   any length");
	text_add(out, "\n  %s\n", c->summary);
	if (c->sub_len && c->sub_len != c->block_len)
		text_add(out, "  sub-blocks   %d of %d weights, each with a scale of its own\n", c->block_len / c->sub_len, c->sub_len);
	if (c->codes)
		text_add(out, "  codes        %s\n", c->codes);
	text_add(out, "  importance   %s\n", c->flags & CODEC_NEEDS_IMPORTANCE ? "needed" : c->flags & CODEC_USES_IMPORTANCE ?
		 "used where given" : "makes no difference");
	if (c->gguf_type >= 0)
		text_add(out, "  in files     GGUF type %d\n", c->gguf_type);
	else
		text_put(out, "  in files     never: a codec to learn with\n");
	if (c->flags & CODEC_STORAGE_ONLY)
		text_put(out, "  is read, not written\n");
	if (c->flags & CODEC_ACTIVATIONS_ONLY)
		text_put(out, "  holds activations, never weights\n");
	if (c->dot_name)
		text_add(out, "  products     with %s\n", c->dot_name);
	if (c->flags & CODEC_TEACHING)
		text_add(out, "  a group is   f32 scale, %s%d-bit codes, lowest bits first\n", c->flags & CODEC_HAS_MIN ? "u8 zero point, " : "", c->code_bits);
	if (c->fields)
		drawing(c, out);
	if (c->fields)
		text_put(out, "  field    bytes     what it holds\n");
	for (const struct field *f = c->fields; f && f->name; f++)
		text_add(out, "  %-8s %3d..%-3d   %s\n", f->name, f->at, f->at + f->bytes - 1, f->meaning);
	if (c->fields)
		numbers(c, out);
}

static bool say_codec(struct context *c, const struct codec *codec, struct outcome *out, struct error *err)
{
	struct text text = { 0 };

	info_codec(codec, &text);
	text.s[--text.len] = 0;
	say_text(c, STYLE_PLAIN, text_str(&text));
	text_drop(&text);
	out->value = value_codec(codec, err);
	return out->value != NULL;
}

/* ---- weights: spread, and what was lost ---- */

struct info_work { struct tensor t; struct spread spread; struct quantized q; size_t cols; };

static void info_drop(void *state)
{
	struct info_work *w = state;

	tensor_drop(&w->t);
	quantized_drop(&w->q);
	free(w);
}

static bool info_work(struct job *job, struct error *err)
{
	struct info_work *w = job->state;
	struct quantized *q = &w->q;

	if (!measure_spread(&w->t, job, &w->spread, err))
		return false;
	if (!q->blocks.codec || !q->source.codec || q->measured)
		return true;
	q->measured = measure_loss(&q->blocks, &q->source, q->padding, NULL, NULL, 0, NULL, &q->loss, err);
	return q->measured;
}

static bool info_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	const struct info_work *w = job->state;
	const struct spread *s = &w->spread;
	const struct quantized *q = &w->q;
	struct table *t;

	if (!ok)
		return false;
	t = table_new("codec rows columns weights bits bytes min max mean sd kurtosis zero nan inf q01 q50 q99 padding rmse rel snr largest bias cosine");
	if (!t)
		return error_memory(err, "a table");
	t->record = true;
	table_row(t);
	table_text(t, w->t.codec->name);
	table_int(t, (int64_t)w->t.rows);
	table_int(t, (int64_t)w->cols);
	table_int(t, (int64_t)(w->t.rows * w->cols));
	table_number(t, tensor_bits(&w->t));
	table_int(t, (int64_t)tensor_bytes(&w->t));
	table_number(t, s->min);
	table_number(t, s->max);
	table_number(t, s->mean);
	table_number(t, s->sd);
	table_number(t, s->kurtosis);
	table_int(t, (int64_t)s->zero);
	table_int(t, (int64_t)s->nan);
	table_int(t, (int64_t)s->inf);
	table_number(t, s->q01);
	table_number(t, s->q50);
	table_number(t, s->q99);
	if (q->blocks.codec)
		table_int(t, (int64_t)q->padding);
	if (q->measured) {
		table_number(t, q->loss.rmse);
		table_number(t, q->loss.rel);
		table_number(t, q->loss.snr);
		table_number(t, q->loss.max);
		table_number(t, q->loss.bias);
		table_number(t, q->loss.cosine);
	}
	*result = value_table(t, err);
	return *result != NULL;
}

static bool measure(const struct value *v, struct outcome *out, struct error *err)
{
	const struct tensor *t = value_weights(v);
	const struct quantized *q = value_as_quantized(v);
	struct info_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("measuring weights", w, err) : NULL;

	if (!job)
		return w ? false : error_memory(err, "measuring");
	job->work = info_work;
	job->finish = info_finish;
	job->drop = info_drop;
	job->unit = "rows";
	w->t = tensor_hold(t);
	w->cols = t->cols - (q ? q->padding : 0);
	if (q)
		w->q = quantized_hold(q);
	atomic_store(&job->total, t->rows);
	return session_work(job, tensor_count(t) <= SMALL_WORK, out, err);
}

static double cell(const struct table *t, const char *name)
{
	return table_at(t, 0, table_column(t, name))->number;
}

/* The order a GGUF header has is the reverse, and more dimensions are folded into rows. */
static void shape_lines(const struct tensor *t, struct text *out)
{
	if (t->dims > 2) {
		text_put(out, "  shape       ");
		for (int i = 0; i < t->dims; i++)
			text_add(out, "%s%llu", i ? " x " : " ", (unsigned long long)t->dim[i]);
		text_put(out, ", all but the last folded into rows\n");
	}
	text_add(out, "  in a GGUF header the shape is written");
	for (int i = t->dims; i > 0; i--)
		text_add(out, " %llu", (unsigned long long)t->dim[i - 1]);
	if (!t->dims)
		text_add(out, t->rows == 1 ? " %zu" : " %zu %zu", t->cols, t->rows);
	text_put(out, "\n");
}

/* MODEL:NAME: what the file says of this tensor. False: not a whole tensor of a model. */
static bool entry_lines(struct context *c, const struct given *x, struct text *out)
{
	const char *colon = strchr(x->text, ':');
	char model[80], name[200];
	struct value *m;
	const struct tensor_entry *e = NULL;

	if (!colon || colon == x->text || (size_t)(colon - x->text) >= sizeof model)
		return false;
	snprintf(model, sizeof model, "%.*s", (int)(colon - x->text), x->text);
	snprintf(name, sizeof name, "%s", colon[1] == '"' ? colon + 2 : colon + 1);
	if (colon[1] == '"' && *name)
		name[strlen(name) - 1] = 0;
	m = words_model(c, model);
	if (m)
		e = model_find(m->u.model, name);
	if (e) {
		struct text summary = { 0 };

		tensor_entry_summary(m->u.model, e, &summary);
		for (const char *s = text_str(&summary); *s; s += strcspn(s, "\n") + (s[strcspn(s, "\n")] == '\n'))
			text_add(out, "  %.*s\n", (int)strcspn(s, "\n"), s);
		text_drop(&summary);
	}
	value_drop(m);
	return e != NULL;
}

static void weight_lines(const struct value *v, const struct table *t, struct text *out)
{
	const struct tensor *weights = value_weights(v);
	const struct quantized *q = value_as_quantized(v);
	double absmax = fmax(fabs(cell(t, "min")), fabs(cell(t, "max")));
	char a[NUMBER_SIZE], b[NUMBER_SIZE], d[NUMBER_SIZE], e[NUMBER_SIZE];

	value_shape(v, out);
	text_add(out, "   %.0f weights   %s   %.2f b/w", cell(t, "weights"), number_size(a, cell(t, "bytes")), cell(t, "bits"));
	if (tensor_blocks(weights) != tensor_count(weights))
		text_add(out, "   %zu block%s of %zu", tensor_blocks(weights), tensor_blocks(weights) == 1 ? "" : "s", tensor_block_len(weights));
	text_put(out, "\n");
	text_add(out, "  min %s   max %s   mean %.3g   sd %s   excess kurtosis %.2f\n", figure_range(a, cell(t, "min"), absmax),
		 figure_range(b, cell(t, "max"), absmax), cell(t, "mean"), figure_range(e, cell(t, "sd"), absmax), cell(t, "kurtosis"));
	text_add(out, "  NaN %.0f   Inf %.0f   zero %.0f   quantiles 1%% %s   50%% %s   99%% %s\n", cell(t, "nan"), cell(t, "inf"), cell(t, "zero"),
		 figure_range(a, cell(t, "q01"), absmax), figure_range(b, cell(t, "q50"), absmax), figure_range(d, cell(t, "q99"), absmax));
	if (q && q->padding)
		text_add(out, "  padding     %zu weights a row, in no figure of loss\n", q->padding);
	if (table_at(t, 0, table_column(t, "rmse"))->kind == CELL_NUMBER)
		text_add(out, "  lost: rmse %s   rel %s   %.2f dB   largest %s   bias %s   cosine %.6f\n", figure_loss(a, cell(t, "rmse")),
			 figure_loss(b, cell(t, "rel")), cell(t, "snr"), figure_loss(d, cell(t, "largest")), number_short(e, cell(t, "bias")),
			 cell(t, "cosine"));
	else if (q)
		text_put(out, "  the original is not known, so nothing can be said about what was lost\n");
}

/* ---- the command ---- */

static void steps_of(const struct trace *t, struct text *out)
{
	for (size_t i = 0; i < t->steps; i++)
		text_add(out, "  %zu/%zu  %s\n", i + 1, t->steps, t->step[i].say ? t->step[i].say : t->step[i].name);
	text_put(out, "  why knows: ");
	trace_names(t, out);
	text_put(out, "\n");
}

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct value *v = args_get(a, "x")->value;

	if (v->kind == VALUE_CODEC)
		return say_codec(c, v->u.codec, out, err);
	if (value_weights(v))
		return measure(v, out, err);
	out->value = value_hold((struct value *)v);
	return true;
}

static bool after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	const struct value *subject = args_get(a, "x")->value;
	struct text text = { 0 };

	(void)err;
	if (v->kind == VALUE_CODEC)
		return true;
	if (v->kind == VALUE_TABLE && v != subject && as_record(c)) {
		say_table(c, v->u.table);
		return true;
	}
	if (v->kind == VALUE_TABLE && v != subject) {
		weight_lines(subject, v->u.table, &text);
		if (!entry_lines(c, args_get(a, "x"), &text)) {
			const struct quantized *q = value_as_quantized(subject);

			shape_lines(q && q->source.codec ? &q->source : value_weights(subject), &text);
		}
	} else if (v->kind == VALUE_MODEL) {
		model_summary(v->u.model, &text);
		text_put(&text, "\n");
	} else {
		value_line(v, 0, &text);
		text_put(&text, "\n");
	}
	if (subject->kind == VALUE_TRACE)
		steps_of(&subject->u.walk.trace, &text);
	if (text.len)
		text.s[--text.len] = 0;
	say_text(c, STYLE_PLAIN, text_str(&text));
	text_drop(&text);
	return true;
}

const struct command command_info = {
	.name     = "info", .group = GROUP_VALUES,
	.summary  = "what a value or a codec is",
	.help     = "For weights size, range, spread and, where the original is known, what was lost; for a codec the layout of its block; for a model "
		    "its summary. Columns: codec rows columns weights bits bytes min max mean sd kurtosis zero nan inf q01 q50 q99 padding rmse rel snr "
		    "largest bias cosine.",
	.args     = { { "x", ARG_VALUE, .summary = "a value, or the name of a codec" }, { 0 } },
	.examples = { "info w", "info q4_K" },
	.related  = "print vars codecs",
	.run      = run,
	.after    = after,
	.quiet    = true,
};
