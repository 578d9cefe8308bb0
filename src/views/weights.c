/* weights.c - see weights.h */
#include "views/weights.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_plain(const struct codec *c)
{
	return !c || c->flags & CODEC_PLAIN;
}

/* ---- reading a part ---- */

static void release(struct weights *w)
{
	free(w->x);
	free(w->y);
	free(w->code);
	free(w->number);
	trace_drop(&w->own);
	w->x = w->y = NULL;
	w->code = NULL;
	w->number = NULL;
	w->trace = NULL;
}

static bool copy(float **to, const float *from, size_t n)
{
	*to = malloc((n ? n : 1) * sizeof **to);
	if (*to)
		memcpy(*to, from, n * sizeof **to);
	return *to != NULL;
}

static bool read_weights(float **to, const struct tensor *t, size_t at, size_t n)
{
	*to = malloc((n ? n : 1) * sizeof **to);
	return *to && tensor_read(t, at, n, *to);
}

/* A row of numbers stored one at a time: what was there before, and what they are in this codec. */
static bool read_row(struct weights *w)
{
	const struct tensor *t = w->q.blocks.codec ? &w->q.blocks : value_weights(w->subject);

	w->len = w->real = t->cols;
	w->sub_len = w->len;
	if (!w->q.blocks.codec)
		return read_weights(&w->x, t, w->part * t->cols, w->len);
	if (w->q.source.codec && !read_weights(&w->x, &w->q.source, w->part * t->cols, w->len))
		return false;
	return read_weights(&w->y, t, w->part * t->cols, w->len);
}

/* A block too long to follow, or one whose trace there was no memory for: the numbers alone. */
static bool read_block(struct weights *w)
{
	size_t at = w->part * w->len;

	if (w->q.source.codec && !w->q.padding && !read_weights(&w->x, &w->q.source, at, w->len))
		return false;
	w->number = malloc(w->len * sizeof *w->number);
	if (w->number && !quantized_codes(&w->q, at, w->len, w->number)) {
		free(w->number);
		w->number = NULL;
	}
	return read_weights(&w->y, &w->q.blocks, at, w->len);
}

static void find_codes(struct weights *w)
{
	const struct walk *walk = w->subject->kind == VALUE_TRACE ? &w->subject->u.walk : NULL;
	bool coded = false, scaled = false;

	w->phase = PHASE_FINAL;
	if (!w->trace)
		return;
	w->step = walk ? walk->at : w->trace->steps ? w->trace->steps - 1 : 0;
	w->end = trace_end(w->trace, w->step);
	memset(w->code, 0, w->len * sizeof *w->code);
	for (size_t i = 0; i < w->end; i++) {
		const struct trace_event *e = &w->trace->event[i];
		const char *name = trace_kind_name((enum trace_kind)e->kind);

		if (!strcmp(name, "code") && e->weight < w->len) {
			coded = true;
			if (e->used > 1 || !w->code[e->weight])		/* a code that is only read back keeps its derivation */
				w->code[e->weight] = e;
		}
		scaled |= !strcmp(name, "d") || !strcmp(name, "scale");
	}
	if (walk) {
		const char *name = w->step < w->trace->steps ? w->trace->step[w->step].name : "";

		w->phase = !coded ? (scaled ? PHASE_SCALED : PHASE_FOUND) : !strcmp(name, "pack") ? PHASE_PACKED :
			   !strcmp(name, "decode") ? PHASE_DECODED : PHASE_CODED;
	}
}

static bool load(struct weights *w, struct error *err)
{
	const struct tensor *t = &w->q.blocks;
	bool ok;

	if (w->by_row) {
		ok = read_row(w);
	} else {
		w->len = tensor_block_len(t);
		w->real = w->len;
		for (size_t at = w->part * w->len; w->real && quantized_padding_at(&w->q, at + w->real - 1); )
			w->real--;
		w->sub_len = t->codec->sub_len ? t->codec->sub_len : w->len;
		if (view_record(w->subject, w->part, &w->own, &w->trace, err)) {
			ok = (!w->trace->x || copy(&w->x, w->trace->x, w->len)) && copy(&w->y, w->trace->y, w->len) &&
			     (w->code = calloc(w->len ? w->len : 1, sizeof *w->code));
		} else {
			w->trace = NULL;
			ok = read_block(w);
		}
	}
	if (!ok)
		return error_memory(err, "the weights of a view");
	w->absmax = 0;
	for (size_t i = 0; i < w->len; i++) {
		if (w->x && isfinite(w->x[i]))
			w->absmax = fmax(w->absmax, fabs(w->x[i]));
		if (w->y && isfinite(w->y[i]))
			w->absmax = fmax(w->absmax, fabs(w->y[i]));
	}
	if (w->cursor >= w->len)
		w->cursor = w->len ? w->len - 1 : 0;
	find_codes(w);
	return true;
}

bool weights_go(struct weights *w, size_t part, struct error *err)
{
	struct weights before = *w;

	w->part = part;
	w->x = w->y = NULL;
	w->code = NULL;
	w->number = NULL;
	w->trace = NULL;
	w->own = (struct trace){ 0 };
	if (!load(w, err)) {
		release(w);
		*w = before;
		return false;
	}
	release(&before);
	return true;
}

bool weights_changed(struct weights *w)
{
	return weights_go(w, w->subject->kind == VALUE_TRACE && !w->by_row ? w->subject->u.walk.trace.block : w->part, NULL);
}

/* ---- opening ---- */

/* codec= on a plain tensor: quantized on the way. Of a long tensor only the row that is shown. */
static bool make(struct weights *w, struct session *s, struct value *x, const struct args *options, struct error *err)
{
	struct quantize_options o = { 0 };
	struct outcome out = { 0 };
	const char *name = args_text(options, "codec", ""), *pad = args_text(options, "pad", "none"), *codes = args_text(options, "codes", "");
	const struct given *g = args_get(options, "codec");
	const struct codec *c = g && g->codec ? g->codec : codec_need(name, err);
	double block = args_number(options, "block", 0);
	bool ok;

	if (!c)
		return false;
	o.pad = !strcmp(pad, "zero") ? PAD_ZERO : !strcmp(pad, "edge") ? PAD_EDGE : PAD_NONE;
	if (*codes && sscanf(codes, "%d..%d", &o.codec.code_lo, &o.codec.code_hi) != 2 &&
	    sscanf(codes, "%d , %d", &o.codec.code_lo, &o.codec.code_hi) != 2) {
		error_set(err, ERR_ARGUMENT, "codes=%s is no range", codes);
		return error_hint(err, "codes", "as in  codes=-7..7");
	}
	ok = tensor_count(&x->u.tensor) <= SMALL_WORK ? session_quantize(s, c, x, &o, &out, err)
						      : session_trace(s, c, x, &o, block > 0 ? (size_t)block : 0, &out, err);
	if (ok && out.job)
		ok = job_run_here(out.job, &out.value, err);
	w->made = w->subject = out.value;
	return ok && w->made;
}

bool weights_open(struct weights *w, struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	size_t part = 0;
	double row = args_number(options, "row", 0);

	memset(w, 0, sizeof *w);
	w->subject = subject;
	snprintf(w->mark, sizeof w->mark, "%s", args_text(options, "mark", ""));
	if (args_get(options, "codec")) {
		if (subject->kind != VALUE_TENSOR) {
			error_set(err, ERR_ARGUMENT, "codec= is for plain weights; this is %s", value_kind_with_article(subject->kind));
			return error_hint(err, "codec", "leave codec= out, or show the tensor it was made from");
		}
		if (!make(w, s, subject, options, err)) {
			weights_close(w);
			return false;
		}
	}
	view_quantized(w->subject, &w->q);
	w->by_row = is_plain(w->q.blocks.codec) && w->subject->kind != VALUE_TRACE;
	if (w->by_row) {
		w->parts = value_weights(w->subject)->rows;
		part = row >= 0 && row < (double)w->parts ? (size_t)row : w->parts;
		if (part >= w->parts) {
			error_set(err, ERR_ARGUMENT, "no row %.0f: there %s %zu", row, w->parts == 1 ? "is" : "are", w->parts);
			error_hint(err, "row", "rows count from 0");
		}
	} else {
		w->parts = tensor_blocks(&w->q.blocks);
		if (!view_pick_block(w->subject, options, &part, err))
			part = w->parts;
	}
	w->part = part;
	if (part >= w->parts || !load(w, err)) {
		weights_close(w);
		return false;
	}
	return true;
}

void weights_close(struct weights *w)
{
	release(w);
	quantized_drop(&w->q);
	value_drop(w->made);
	w->made = NULL;
}

/* ---- asking ---- */

bool weights_code(const struct weights *w, size_t i, int *code)
{
	if (w->code && w->code[i])
		*code = (int)trace_result(w->code[i]);
	else if (w->number)
		*code = w->number[i];
	else
		return false;
	return true;
}

unsigned weights_flags(const struct weights *w, size_t i)
{
	return w->code && w->code[i] ? w->code[i]->flags : 0;
}

/* mark= is "5,9", or from Lua also "5..9" for a list of two. */
bool weights_marked(const struct weights *w, size_t i)
{
	for (const char *s = w->mark; *s; s += strspn(s, "0123456789")) {
		s += strcspn(s, "0123456789");
		if (*s && strtoull(s, NULL, 10) == w->part * w->len + i)
			return true;
	}
	return false;
}

const struct trace_event *weights_event(const struct weights *w, const char *name, size_t i)
{
	return w->trace ? trace_find(w->trace, name, i, w->end) : NULL;
}

void weights_title(const struct weights *w, bool brief, struct text *out)
{
	const struct codec *c = w->q.blocks.codec;
	bool several = w->parts > 1, subs = !brief && !w->by_row && w->sub_len < w->len;
	int code[256];
	float value[256];

	if (c)
		view_codec(&w->q, out);
	if (c && c->flags & CODEC_TEACHING && c->levels) {
		size_t n = c->levels(c, tensor_block(&w->q.blocks, w->part), w->len, 0, code, value, 256);

		if (n)
			text_add(out, " codes %d..%d", code[0], code[n - 1]);
	}
	if (c)
		text_put(out, "   ");
	view_subject(w->subject, out);
	if (w->real < w->len && !brief)
		text_add(out, ", %zu of the %zu weights in block %zu", w->real, w->len, w->part);
	else if (w->by_row && several)
		text_add(out, ", row %zu of %zu", w->part, w->parts);
	else if (subs)
		text_add(out, ", sub-block %zu of block %zu", w->cursor / w->sub_len, w->part);
	else if (several)
		text_add(out, ", block %zu of %zu", w->part, w->parts);
	for (int shorter = 0; c && shorter < 2; shorter++) {
		text_add(out, "\f%s   ", c->name);
		if (!shorter)
			view_subject(w->subject, out);
		text_add(out, "%sblock %zu", shorter ? "" : ", ", w->part);
		if (subs)
			text_add(out, ", sub %zu", w->cursor / w->sub_len);
	}
}

/* ---- keys ---- */

static void to_part(struct weights *w, size_t part, struct wish *wish)
{
	struct error err = { 0 };

	if (!weights_go(w, part, &err))
		snprintf(wish->say, sizeof wish->say, "%.190s", err.text);
}

/* The line that sets the weight under the cursor: "x[5] = 0.2". It needs a variable, and the subject is called by it. */
static void edit(const struct weights *w, struct wish *wish)
{
	const char *name = w->subject->label;
	size_t at = weights_cursor(w), cols = w->q.blocks.codec ? w->q.blocks.cols : w->len;
	bool plain = !w->q.blocks.codec || w->q.source.codec;
	char number[NUMBER_SIZE];

	if (!w->x || !plain || w->cursor >= w->real || !cols) {
		snprintf(wish->say, sizeof wish->say, "%s", w->cursor >= w->real && w->len ? "this weight is padding" : "the weight before is not known");
		return;
	}
	if (!*name || isdigit((unsigned char)*name) || name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789")]) {
		snprintf(wish->say, sizeof wish->say, "%s has no name of its own: only a variable's weights can be set",
			 *name ? name : "this");
		return;
	}
	if (w->q.source.codec && cols)
		at = at / cols * w->q.source.cols + at % cols;
	snprintf(wish->type, sizeof wish->type, "%s[%zu] = %s", name, at, number_exact(number, w->x[w->cursor], true));
	wish->edit = true;
}

bool weights_press(struct weights *w, const struct key *k, size_t page, struct wish *wish)
{
	size_t last = w->len ? w->len - 1 : 0, at = w->cursor, part = w->part;
	bool plain = k->code == KEY_CHAR && !k->ctrl && !k->meta, moved;
	uint32_t ch = plain ? k->ch : 0;
	char number[NUMBER_SIZE];

	page = page ? page : 1;
	if (k->code == KEY_UP_ || k->code == KEY_LEFT_ || ch == 'k')
		w->cursor = at ? at - 1 : 0;
	else if (k->code == KEY_DOWN_ || k->code == KEY_RIGHT_ || ch == 'j')
		w->cursor = at < last ? at + 1 : last;
	else if (k->code == KEY_PGUP)
		w->cursor = at > page ? at - page : 0;
	else if (k->code == KEY_PGDN)
		w->cursor = last - at > page ? at + page : last;
	else if (k->code == KEY_HOME_ || ch == 'g')
		w->cursor = 0;
	else if (k->code == KEY_END_ || ch == 'G')
		w->cursor = last;
	else if (ch == 'y' && w->len)
		snprintf(wish->type, sizeof wish->type, "%s", number_exact(number, w->x ? w->x[at] : w->y[at], true));
	else if (ch == 'x' && w->len)
		edit(w, wish);
	else if (w->by_row && w->subject->kind != VALUE_TRACE && ch && strchr("[]{}", (int)(ch < 127 ? ch : 1))) {
		if ((ch == '[' || ch == '{') && part)
			to_part(w, part - 1, wish);
		else if ((ch == ']' || ch == '}') && part + 1 < w->parts)
			to_part(w, part + 1, wish);
	} else if (view_block_key(w->subject, k, &part, &moved)) {
		if (moved)
			to_part(w, part, wish);
	} else {
		return false;
	}
	return true;
}

size_t weights_cursor(const struct weights *w)
{
	return w->part * w->len + w->cursor;
}

void weights_set_cursor(struct weights *w, size_t at)
{
	if (!w->len || at / w->len >= w->parts)
		return;
	if (at / w->len == w->part)
		w->cursor = at % w->len;
	else if (w->subject->kind != VALUE_TRACE && weights_go(w, at / w->len, NULL))
		w->cursor = at % w->len;
}

/* ---- why and data ---- */

/* What there is to say of the weight under the cursor: its code, what comes back, or what the step found. */
static const struct trace_event *under_cursor(const struct weights *w)
{
	static const char *const names[] = { "back", "nearest", "w" };
	const struct trace_event *e = w->code ? w->code[w->cursor] : NULL;

	for (size_t i = 0; !e && i < sizeof names / sizeof *names; i++)
		e = weights_event(w, names[i], w->cursor);
	if (!e && w->step < w->trace->steps && w->trace->step[w->step].first < w->end)
		e = &w->trace->event[w->trace->step[w->step].first];
	return e;
}

static bool why_trace(const struct weights *w, const char *name, struct text *out, struct error *err)
{
	const struct trace_event *e;

	if (name)
		return view_why(w->trace, w->end, w->cursor, name, out, err);
	e = under_cursor(w);
	if (!e)
		return error_set(err, ERR_ARGUMENT, "weight %zu is as it was: no step has changed it yet", w->cursor);
	trace_why(w->trace, e, out);
	return true;
}

bool weights_why(const struct weights *w, const char *name, struct text *out, struct error *err)
{
	char buf[NUMBER_SIZE];
	struct weights one = *w;
	bool ok;

	if (w->trace)
		return why_trace(w, name, out, err);
	if (!w->by_row)
		return view_record(w->subject, w->part, &one.own, &one.trace, err);	/* says why there is none */
	if (!w->q.blocks.codec) {
		if (name) {
			error_set(err, ERR_ARGUMENT, "nothing is known of '%s': these weights were not quantized", name);
			return error_hint(err, "name", "quantize q4_0 x  or  line x codec=int4  makes codes");
		}
		text_add(out, "x[%zu] = %s, as it was given\n", weights_cursor(w), number_exact(buf, w->x[w->cursor], true));
		return true;
	}
	/* Stored one at a time: each is a block of its own. */
	if (!view_record(w->subject, weights_cursor(w), &one.own, &one.trace, err))
		return false;
	one.step = one.trace->steps ? one.trace->steps - 1 : 0;
	one.end = trace_end(one.trace, one.step);
	one.cursor = 0;
	ok = why_trace(&one, name, out, err);
	trace_drop(&one.own);
	return ok;
}

struct table *weights_data(const struct weights *w, struct error *err)
{
	struct table *t = table_new("weight x code back error");

	for (size_t i = 0; t && i < w->real; i++) {
		int code;

		table_row(t);
		table_int(t, (int64_t)(w->part * w->len + i));
		w->x ? table_number(t, w->x[i]) : table_skip(t);
		weights_code(w, i, &code) ? table_int(t, code) : table_skip(t);
		w->y ? table_number(t, w->y[i]) : table_skip(t);
		w->x && w->y ? table_number(t, (double)w->y[i] - w->x[i]) : table_skip(t);
	}
	if (!t || t->failed) {
		table_drop(t);
		error_memory(err, "a table");
		return NULL;
	}
	return t;
}

/* ---- numbers ---- */

int weights_decimals(double absmax)
{
	int magnitude;

	if (!(absmax > 0) || absmax >= 1e6 || absmax < 1e-6)
		return absmax > 0 ? -1 : 4;		/* -1: with an exponent */
	magnitude = (int)floor(log10(absmax));
	return magnitude >= 4 ? 1 : magnitude >= 0 ? 4 - magnitude : 3 - magnitude;
}

char *weights_number(char *buf, double v, int decimals)
{
	double least = decimals > 0 ? 0.5 * pow(10, -decimals) : 0.5;

	if (v == 0)
		strcpy(buf, "0");
	else if (isnan(v))
		strcpy(buf, "nan");
	else if (isinf(v))
		strcpy(buf, v < 0 ? "-inf" : "+inf");
	else if (decimals < 0)
		snprintf(buf, NUMBER_SIZE, "%+.3e", v);
	else if (fabs(v) < least)
		snprintf(buf, NUMBER_SIZE, "%+.1e", v);		/* its digits would all be 0 */
	else
		snprintf(buf, NUMBER_SIZE, "%+.*f", decimals, v);
	return buf;
}
