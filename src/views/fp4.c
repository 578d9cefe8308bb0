/*
 * fp4.c - floats of four bits: the scale that a block shares, what its codes stand for, and how each weight comes to one (interaction.md 9.13).
 *
 * All numbers are those of the block's trace. The cursor is on a weight and, within its row, on one of its numbers; to the left of them is
 * the scale and to the right the memory, so that each has its `why`. The codec stores no scale for the whole tensor; that is said.
 */
#include "views/fp4_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/lines.h"

static const struct fp4_format formats[] = {
	{ "mxfp4", "power-of-two", true,
	  "floor, that of GGUF files: 2^(floor(log2(largest)) - 2) brings the largest into 4 .. 8, and beyond 6 it saturates.",
	  "Others round the power up: programs differ in it, and results with them." },
	{ "nvfp4", "8-bit float", false,
	  "largest / 6, that of GGUF files: rounded half up to an 8-bit float (e4m3), and no scale for the tensor.",
	  "Others keep one, an f32, and round half to even: programs differ in it, and results with them." },
};

static const struct fp4_format *format_of(const struct codec *c)
{
	for (size_t i = 0; c && i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(formats[i].codec, c->name))
			return &formats[i];
	return NULL;
}

static bool takes(const struct value *subject)
{
	struct quantized q;
	bool ok = view_quantized(subject, &q) && format_of(q.blocks.codec);

	quantized_drop(&q);
	return ok;
}

/* ---- opening ---- */

static void *open(struct session *s, struct value *subject, const struct args *given, struct error *err)
{
	struct fp4_view *v = calloc(1, sizeof *v);

	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	if (!weights_open(&v->w, s, subject, given, err)) {
		free(v);
		return NULL;
	}
	v->format = format_of(v->w.q.blocks.codec);
	v->place = FP4_CODE;
	for (int p = 0; p < FP4_PLACES; p++)
		v->seen[p] = true;
	return v;
}

static void close(void *state)
{
	struct fp4_view *v = state;

	weights_close(&v->w);
	free(v);
}

static void changed(void *state)
{
	struct fp4_view *v = state;

	weights_changed(&v->w);
}

/* ---- its numbers ---- */

size_t fp4_sub(const struct fp4_view *v)
{
	return v->w.sub_len ? v->w.cursor / v->w.sub_len : 0;
}

bool fp4_scale(const struct fp4_view *v, size_t sub, double *scale, unsigned *byte)
{
	const struct trace_event *e = weights_event(&v->w, "scale", sub);

	if (!e && !sub)
		e = weights_event(&v->w, "scale", SIZE_MAX);
	if (!e)
		return false;
	*scale = trace_result(e);
	*byte = (unsigned)e->v[e->kind == TRACE_SCALE_E4M3 ? 3 : 0];
	return true;
}

double fp4_ratio(const struct fp4_view *v, size_t i)
{
	const struct trace_event *e = v->w.code ? v->w.code[i] : NULL;

	return e && e->kind == TRACE_CODE_FP4 ? e->v[2] : NAN;
}

double fp4_nearest_value(const struct fp4_view *v, size_t i)
{
	int code;

	return weights_code(&v->w, i, &code) ? fp4_code_value(code) : NAN;
}

double fp4_code_value(int code)
{
	static const double values[] = { 0, 0.5, 1, 1.5, 2, 3, 4, 6 };

	return code & 8 ? -values[code & 7] : values[code & 7];
}

struct fp4_memory fp4_memory(const struct fp4_view *v)
{
	const struct codec *source = v->w.q.source.codec;
	struct fp4_memory m = { .plain = 32, .stored = tensor_bits(&v->w.q.blocks), .code_bits = v->w.q.blocks.codec->code_bits, .plain_name = "f32" };

	if (source && source->flags & CODEC_PLAIN) {
		m.plain = tensor_bits(&v->w.q.source);
		m.plain_name = source->name;
	}
	return m;
}

/* ---- title, keys ---- */

static void title(const void *state, struct text *left, struct text *right)
{
	const struct fp4_view *v = state;

	weights_title(&v->w, true, left);
	if (v->w.subject->kind != VALUE_TRACE)
		text_add(right, "4-bit floats, one %s scale for %zu\f4-bit floats", v->format->scale_word, v->w.sub_len);
}

static void facts(const void *state, struct text *out)
{
	const struct fp4_view *v = state;
	char buf[NUMBER_SIZE];

	text_add(out, "%s b/w", number_short(buf, tensor_bits(&v->w.q.blocks)));
}

static const struct view_key keys[] = {
	{ "<Up> <Down>", "weight", "the weight above, below", true },
	{ "<Left> <Right>", "number", "the number to the left, right; beyond them scale and memory", true },
	{ "[ ]", "block", "previous, next block", true },
	{ "{ }", "row", "previous, next row", false },
	{ "<Enter>", "block", "the bytes that hold the weight", false },
	{ "x", "edit", "a new value for the weight", false },
	{ "y", "copy", "the weight into the input line", false },
	{ 0 }
};

static void move(struct fp4_view *v, int step)
{
	for (int p = (int)v->place + step; p >= 0 && p < FP4_PLACES; p += step)
		if (v->seen[p]) {
			v->place = (enum fp4_place)p;
			return;
		}
}

static bool press(void *state, const struct key *k, struct wish *wish)
{
	struct fp4_view *v = state;

	if (k->code == KEY_LEFT_ || k->code == KEY_RIGHT_) {
		move(v, k->code == KEY_LEFT_ ? -1 : 1);
		return true;
	}
	if (k->code == KEY_ENTER_) {
		wish->view = "block";
		args_set_number(&wish->options, "block", (double)v->w.part, NULL);
		return true;
	}
	return weights_press(&v->w, k, (size_t)(v->page > 0 ? v->page : 1), wish);
}

static bool click(void *state, int row, int col, bool again, struct wish *wish)
{
	const struct key enter = { .code = KEY_ENTER_ };
	struct fp4_view *v = state;
	size_t i = v->top + (size_t)(row - v->table_row);

	if (row == v->scale_row || row == v->memory_row) {
		v->place = row == v->scale_row ? FP4_SCALE : FP4_MEMORY;
		return true;
	}
	if (row < v->table_row || row >= v->table_row + v->page || i >= v->w.len)
		return false;
	if (again && i == v->w.cursor)
		return press(v, &enter, wish);
	v->w.cursor = i;
	for (int p = FP4_X; p <= FP4_ERROR; p++)
		if (v->seen[p] && col >= v->begin[p])
			v->place = (enum fp4_place)p;
	return true;
}

static size_t cursor(const void *state)
{
	const struct fp4_view *v = state;

	return weights_cursor(&v->w);
}

static void set_cursor(void *state, size_t at)
{
	struct fp4_view *v = state;

	weights_set_cursor(&v->w, at);
}

/* ---- why, data ---- */

static const char *const place_names[FP4_PLACES] = { "scale", "x", "ratio", "nearest", "code", "back", "error", "memory" };

static void why_memory(const struct fp4_view *v, struct text *out)
{
	struct fp4_memory m = fp4_memory(v);
	const struct codec *c = v->w.q.blocks.codec;
	char a[NUMBER_SIZE], b[NUMBER_SIZE], less[NUMBER_SIZE], codes[NUMBER_SIZE];

	lines_sentence(out, "memory = %s bits a weight: a block of %d weights takes %d bytes, %d x 8 / %d", number_short(a, m.stored), c->block_len,
		       c->block_bytes, c->block_bytes, c->block_len);
	lines_sentence(out, "less = %s / %s = %s; %d bits of code alone would be %s / %d = %s", number_short(a, m.plain), number_short(b, m.stored),
		       number_short(less, m.plain / m.stored), m.code_bits, a, m.code_bits, number_short(codes, m.plain / m.code_bits));
}

/* What the trace has under another name, or not at all. False: a name that only the trace can know. */
static bool why_own(const struct fp4_view *v, const char *name, size_t i, struct text *out, bool *ok, struct error *err)
{
	const struct trace_event *e = v->w.code ? v->w.code[i] : NULL;
	char a[NUMBER_SIZE], b[NUMBER_SIZE], d[NUMBER_SIZE], code[24];

	*ok = true;
	if (!strcmp(name, "memory")) {
		why_memory(v, out);
	} else if (!strcmp(name, "x") && v->w.x) {
		text_add(out, "x[%zu] = %s, %s\n", i, number_exact(a, v->w.x[i], true), i < v->w.real ? "as it was given" : "padding");
	} else if (!strcmp(name, "ratio") && e && e->kind == TRACE_CODE_FP4) {
		text_add(out, "ratio[%zu] = %s / %s = %s%s\n", i, number_short(a, e->v[0]), number_short(b, e->v[1]), number_short(d, e->v[2]),
			 e->flags & TRACE_SAT ? ": beyond 6, the largest code" : "");
	} else if (!strcmp(name, "nearest") && e) {
		snprintf(code, sizeof code, "code[%zu]", i);
		*ok = weights_why(&v->w, code, out, err);
	} else {
		return false;
	}
	return true;
}

static bool why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct fp4_view *v = state;
	char word[16], own[24];
	size_t i = SIZE_MAX;
	bool ok;

	if (!name && v->w.phase < PHASE_CODED && v->place != FP4_SCALE && v->place != FP4_MEMORY && v->place != FP4_X)
		return weights_why(&v->w, NULL, out, err);
	if (!name) {
		snprintf(own, sizeof own, "%s", place_names[v->place]);
		name = own;
	}
	if (!trace_parse_name(name, word, &i))
		snprintf(word, sizeof word, "%.15s", name);
	if ((i == SIZE_MAX || i < v->w.len) && why_own(v, word, i == SIZE_MAX ? v->w.cursor : i, out, &ok, err))
		return ok;
	/* The power of two comes from the stored exponent: both are told. */
	if (v->format->power_of_two && !strcmp(word, "scale") && weights_event(&v->w, "e", SIZE_MAX))
		weights_why(&v->w, "e", out, NULL);
	return weights_why(&v->w, name, out, err);
}

static void known(struct table *t, double v)
{
	isnan(v) ? table_skip(t) : table_number(t, v);
}

static struct table *data(const void *state, struct error *err)
{
	const struct fp4_view *v = state;
	const struct weights *w = &v->w;
	struct table *t = table_new("weight x scale ratio nearest code back error");
	double scale;
	unsigned byte;
	int code;

	for (size_t i = 0; t && i < w->real; i++) {
		table_row(t);
		table_int(t, (int64_t)(w->part * w->len + i));
		known(t, w->x ? (double)w->x[i] : NAN);
		known(t, fp4_scale(v, i / w->sub_len, &scale, &byte) ? scale : NAN);
		known(t, fp4_ratio(v, i));
		known(t, fp4_nearest_value(v, i));
		weights_code(w, i, &code) ? table_int(t, code) : table_skip(t);
		known(t, w->y ? (double)w->y[i] : NAN);
		known(t, w->x && w->y ? (double)w->y[i] - (double)w->x[i] : NAN);
	}
	if (!t || t->failed) {
		table_drop(t);
		error_memory(err, "a table");
		return NULL;
	}
	return t;
}

static const struct arg options[] = {
	{ "mark", ARG_TEXT, .named = true, .in_title = true, .summary = "weights that are to stand out: 5 or 5,9" },
	{ 0 }
};

const struct view view_fp4 = {
	.name       = "fp4",
	.question   = "how 4-bit floats and their scales work, and where they flow",
	.fits       = FITS(QUANTIZED) | FITS(TRACE),
	.takes      = takes,
	.taken      = "values in mxfp4 or nvfp4",
	.examples   = { "mxfp4 x pad=zero", "nvfp4 w worst=1 text" },
	.options    = options,
	.keys       = keys,
	.columns    = "weight x scale ratio nearest code back error",
	.made_for   = 80,
	.gives_up   = "the line of codes beside each weight, the codes of negative numbers, the drawing of the flow, then of the table the notes, what is "
		      "nearest, x/scale, the error, what comes back; when low the flow, the rule and the codes, then rows of the table",
	.open       = open,
	.close      = close,
	.title      = title,
	.facts      = facts,
	.height     = fp4_height,
	.draw       = fp4_draw,
	.press      = press,
	.click      = click,
	.why        = why,
	.data       = data,
	.cursor     = cursor,
	.set_cursor = set_cursor,
	.changed    = changed,
};
