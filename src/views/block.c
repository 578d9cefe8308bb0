/*
 * block.c - what is every bit of this block for: bytes grouped by field, and a bit that can be flipped to see what follows.
 *
 * The codec's trace says which bits hold which number; this view only shows it. A flip is a copy of the block with that bit turned, given
 * to the decoder again; the tensor stays as it is. A plain codec (f32, f16 ...) has blocks of one number, so eight of a row are shown.
 *
 * When narrow it gives up, in this order: of the numbers where their bytes are, then what bits stand for goes to a line of its own; of the
 * weights what they were, their error, the formula; of the table minimum, scale, bits, byte, code. Bytes, bits and what comes back
 * always stay. When low: blank lines, the head, further weights, rows of bytes; what is left out is counted.
 */
#include "views/block_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/counts.h"

enum { PLAIN_SHOWN = 8 };

/* ---- what is shown ---- */

static bool is_plain(const struct block_view *v)
{
	return v->blocks->codec->flags & CODEC_PLAIN;
}

static size_t block_len(const struct block_view *v)
{
	return tensor_block_len(v->blocks);
}

static void forget_flips(struct block_view *v)
{
	trace_drop(&v->flipped);
	v->flipped = (struct trace){ 0 };
	v->flips = 0;
}

static void forget(struct block_view *v)
{
	forget_flips(v);
	stored_drop(&v->map);
	trace_drop(&v->own);
	v->own = (struct trace){ 0 };
	v->before = NULL;
	tensor_drop(&v->part);
	free(v->field);
	free(v->flip);
	v->field = NULL;
	v->flip = NULL;
	v->bytes = NULL;
	v->fields = 0;
}

/* Several numbers of a plain codec as if they were one block: what comes back of each, with all its bits. How a number is made of sign,
 * exponent and fraction `why` tells, one number at a time. */
static bool record_plain(struct block_view *v, struct trace *t, struct error *err)
{
	size_t n = v->shown, size = v->n_bytes / n;

	*t = (struct trace){ .codec = v->blocks->codec, .decoding = true, .len = n, .n_bytes = v->n_bytes };
	t->bytes = malloc(v->n_bytes);
	t->y = calloc(n, sizeof *t->y);
	if (!t->bytes || !t->y)
		return error_memory(err, "the numbers of a row");
	memcpy(t->bytes, v->bytes, v->n_bytes);
	for (size_t k = 0; k < n; k++) {
		const struct trace_event *back;
		struct trace one;

		if (!trace_decode(&one, &v->part, k, err))
			return false;
		t->y[k] = one.y[0];
		back = trace_find(&one, "back", 0, one.events);
		if (back) {
			struct trace_event e = *back;

			e.weight = (uint32_t)k;
			e.at[0] = (struct span){ (uint32_t)(8 * size * k), (uint8_t)(8 * size), 0 };
			trace_add(t, e);
		}
		trace_drop(&one);
	}
	return !t->short_of_memory || error_memory(err, "the numbers of a row");
}

/* The originals of the numbers of a plain codec, if they are known: beside the trace, as an encoder's would have them. */
static bool plain_originals(const struct block_view *v, struct trace *t, struct error *err)
{
	const struct quantized *q = &v->q;

	if (!q->source.codec)
		return true;
	t->x = calloc(v->shown, sizeof *t->x);
	if (!t->x)
		return error_memory(err, "the numbers of a row");
	for (size_t k = 0; k < v->shown; k++) {
		size_t at = v->block + k, row = at / v->blocks->cols, col = at % v->blocks->cols;

		if (col < q->source.cols)
			t->x[k] = tensor_get(&q->source, row * q->source.cols + col);
	}
	return true;
}

static void copy_text(char *to, size_t size, const struct text *from)
{
	strncpy(to, text_str(from), size - 1);
	to[size - 1] = 0;
}

static void name_field(struct block_field *f, const char *name, const char *meaning)
{
	strncpy(f->name, name, sizeof f->name - 1);
	strncpy(f->meaning, meaning ? meaning : "", sizeof f->meaning - 1);
}

static void name_number(struct block_field *f, size_t weight)
{
	struct text t = { 0 };

	text_add(&t, "w%zu", weight);
	copy_text(f->name, sizeof f->name, &t);
	text_drop(&t);
}

/* A codec that lists no fields: whole bytes whose numbers are of one kind belong together. Filling belongs to what is before it. */
static void find_fields(struct block_view *v)
{
	const char *last = "";

	for (size_t b = 0; b < v->n_bytes; b++) {
		int32_t owner = v->map.owner[8 * b];
		const struct trace_event *e = owner == STORED_NONE ? NULL : v->map.number[owner].event;
		const char *kind = e ? trace_kind_name(e->kind) : last;
		struct block_field *f = v->fields ? &v->field[v->fields - 1] : NULL;
		bool apart = is_plain(v) && b % (v->n_bytes / v->shown) == 0;

		if (!f || apart || strcmp(kind, last)) {
			f = &v->field[v->fields++];
			f->at = b;
			last = kind;
			if (is_plain(v))
				name_number(f, block_weight_name(v, b / (v->n_bytes / v->shown)));
			else
				name_field(f, strcmp(kind, "code") ? kind : "codes", kind);
		}
		f->bytes++;
	}
	for (size_t i = 0; i < v->fields && !is_plain(v); i++) {
		struct block_field *f = &v->field[i];
		struct text t = { 0 };

		if (strcmp(f->name, "codes"))
			continue;
		text_add(&t, "%zu bytes, %zu codes", f->bytes, v->map.trace->len);
		copy_text(f->meaning, sizeof f->meaning, &t);
		text_drop(&t);
	}
}

static bool list_fields(struct block_view *v, struct error *err)
{
	const struct field *f = v->blocks->codec->fields;

	v->field = calloc(v->n_bytes ? v->n_bytes : 1, sizeof *v->field);
	if (!v->field)
		return error_memory(err, "the fields of a block");
	if (!f || is_plain(v)) {
		find_fields(v);
		return true;
	}
	for (; f->name && v->fields < v->n_bytes; f++) {
		v->field[v->fields].at = f->at;
		v->field[v->fields].bytes = f->bytes;
		name_field(&v->field[v->fields++], f->name, f->meaning);
	}
	return true;
}

/* A copy of the bytes that are shown, to be flipped in. */
static bool copy_part(struct block_view *v, struct error *err)
{
	size_t len = block_len(v);

	if (!tensor_new_blocks(&v->part, v->blocks->codec, 1, len * v->shown, v->blocks->codec->block_len ? 0 : len, err))
		return false;
	v->bytes = tensor_block(&v->part, 0);
	v->n_bytes = tensor_bytes(&v->part);
	memcpy(v->bytes, tensor_block(v->blocks, v->block), v->n_bytes);
	return true;
}

static size_t walk_end(const struct block_view *v, const struct trace *t)
{
	return v->subject->kind == VALUE_TRACE && t == &v->subject->u.walk.trace ? trace_end(t, v->subject->u.walk.at) : t->events;
}

static bool learn(struct block_view *v, const struct trace *t, size_t end, struct error *err)
{
	bool ok = stored_learn(&v->map, t, end, err);

	v->map.first_weight = is_plain(v) ? v->block : 0;
	return ok;
}

static bool record_block(struct block_view *v, size_t block, struct error *err)
{
	v->block = block;
	v->shown = 1;
	if (is_plain(v)) {
		size_t col = block % v->blocks->cols;

		v->block = block - col % PLAIN_SHOWN;
		v->shown = v->blocks->cols - (col - col % PLAIN_SHOWN);
		v->shown = v->shown < PLAIN_SHOWN ? v->shown : PLAIN_SHOWN;
	}
	if (!copy_part(v, err))
		return false;
	if (is_plain(v)) {
		if (!record_plain(v, &v->own, err) || !plain_originals(v, &v->own, err))
			return false;
		v->before = &v->own;
	} else if (!view_record(v->subject, v->block, &v->own, &v->before, err)) {
		return false;
	}
	if (!learn(v, v->before, walk_end(v, v->before), err) || !list_fields(v, err))
		return false;
	v->flip = calloc(8 * v->n_bytes, sizeof *v->flip);
	if (!v->flip)
		return error_memory(err, "flips");
	if (v->bit >= 8 * v->n_bytes)
		v->bit = 0;
	return true;
}

static bool show_block(struct block_view *v, size_t block, struct error *err)
{
	bool ok;

	forget(v);
	ok = record_block(v, block, err);
	if (!ok)
		forget(v);
	return ok;
}

/* ---- flips: the decoder once more, on changed bytes ---- */

static bool decode_again(struct block_view *v, struct error *err)
{
	stored_drop(&v->map);
	trace_drop(&v->flipped);
	v->flipped = (struct trace){ 0 };
	if (!v->flips)
		return learn(v, v->before, walk_end(v, v->before), err);
	if (!(is_plain(v) ? record_plain(v, &v->flipped, err) : trace_decode(&v->flipped, &v->part, 0, err)))
		return false;
	v->flipped.padding = v->before->padding;
	return learn(v, &v->flipped, v->flipped.events, err);
}

/* When memory runs out the block is shown as it is. */
static void flip(struct block_view *v, size_t bit)
{
	size_t at = 0;

	while (at < v->flips && v->flip[at] != bit)
		at++;
	v->bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
	if (at < v->flips)
		memmove(v->flip + at, v->flip + at + 1, (--v->flips - at) * sizeof *v->flip);
	else
		v->flip[v->flips++] = bit;
	if (!decode_again(v, NULL)) {
		while (v->flips) {
			bit = v->flip[--v->flips];
			v->bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
		}
		if (!decode_again(v, NULL))
			forget(v);
	}
}

/* ---- questions that drawing asks ---- */

size_t block_under_cursor(const struct block_view *v, int32_t number[8])
{
	size_t n = 0;

	if (v->bit >= v->map.bits)
		return 0;
	if (v->unit != UNIT_BYTE) {
		number[0] = v->map.owner[v->bit];
		return number[0] != STORED_NONE;
	}
	for (int b = 7; b >= 0; b--) {
		int32_t owner = v->map.owner[v->bit / 8 * 8 + (size_t)b];
		bool seen = owner == STORED_NONE;

		for (size_t i = 0; i < n; i++)
			seen |= number[i] == owner;
		if (!seen)
			number[n++] = owner;
	}
	return n;
}

bool block_weight_changed(const struct block_view *v, size_t w)
{
	return v->flips && memcmp(&v->flipped.y[w], &v->before->y[w], sizeof(float));
}

bool block_byte_changed(const struct block_view *v, size_t byte)
{
	return v->bytes[byte] != v->before->bytes[byte];
}

bool block_is_padding(const struct block_view *v, size_t w)
{
	return w + v->before->padding >= v->before->len;
}

size_t block_weight_name(const struct block_view *v, size_t w)
{
	return is_plain(v) ? v->block + w : w;
}

const struct block_field *block_field_at(const struct block_view *v, size_t byte)
{
	for (size_t i = 0; i < v->fields; i++)
		if (byte >= v->field[i].at && byte < v->field[i].at + v->field[i].bytes)
			return &v->field[i];
	return NULL;
}

/* The weights a number is said to belong to, and, for numbers of few weights, those that come out differently when one of its bits is turned:
 * a sign can decide about another by parity, a byte can hold digits of five weights that lie apart. */
static void add_dependents(const struct block_view *v, size_t number, unsigned char *set)
{
	const struct stored *n = &v->map.number[number];
	const struct trace *t = v->map.trace;
	unsigned char *bytes;
	float *y;

	for (size_t w = n->first; w < (size_t)n->first + n->weights; w++)
		set[w] = 1;
	if (n->code || n->weights > 8 || is_plain(v))
		return;
	bytes = malloc(v->n_bytes);
	y = calloc(t->len, sizeof *y);
	for (size_t s = 0; bytes && y && s < stored_spans(&v->map, number); s++)
		for (size_t b = n->event->at[s].bit; b < (size_t)n->event->at[s].bit + n->event->at[s].bits; b++) {
			memcpy(bytes, v->bytes, v->n_bytes);
			bytes[b / 8] ^= (unsigned char)(1u << b % 8);
			t->codec->decode(t->codec, bytes, t->len, y, NULL);
			for (size_t w = 0; w < t->len; w++)
				set[w] |= memcmp(&y[w], &t->y[w], sizeof *y) != 0;
		}
	free(bytes);
	free(y);
}

size_t block_weights(const struct block_view *v, size_t *at, size_t max, size_t *all)
{
	int32_t number[8];
	size_t n = block_under_cursor(v, number), written = 0, len = v->before ? v->map.trace->len : 0;
	unsigned char *set = calloc(len ? len : 1, 1);

	*all = 0;
	for (size_t i = 0; set && !v->flips && i < n; i++)
		add_dependents(v, (size_t)number[i], set);
	for (size_t w = 0; set && w < len; w++)
		if (v->flips ? block_weight_changed(v, w) : set[w]) {
			if (written < max)
				at[written++] = w;
			++*all;
		}
	free(set);
	return written;
}

void block_places(const struct block_view *v, size_t number, struct text *bytes, struct text *bits)
{
	const struct span *at = v->map.number[number].event->at;
	size_t n = stored_spans(&v->map, number);

	for (size_t s = n; s-- > 0; ) {		/* high bits first, as they are written */
		size_t first = at[s].bit / 8, last = (at[s].bit + at[s].bits - 1u) / 8;

		text_add(bytes, first == last ? "%s%02zx" : "%s%02zx-%02zx", s + 1 < n ? " " : "", first, last);
		text_add(bits, "%s%u", s + 1 < n ? "+" : "", (unsigned)at[s].bit % 8);
		if (at[s].bits > 1)
			text_add(bits, "-%u", ((unsigned)at[s].bit % 8 + at[s].bits - 1u));
	}
}

void block_rmse(const struct block_view *v, double *now, double *unflipped)
{
	size_t n = v->before->len - v->before->padding;

	*now = *unflipped = NAN;
	if (!v->before->x)
		return;
	*unflipped = run_rmse(v->before->y, v->before->x, n);
	*now = v->flips ? run_rmse(v->flipped.y, v->before->x, n) : *unflipped;
}

void block_line(const struct block_view *v, size_t weight, struct block_line *out)
{
	const struct stored_map *m = &v->map;
	size_t sub = weight / stored_sub_len(m->trace);
	int32_t number = stored_code(m, weight);

	*out = (struct block_line){
		.weight = block_weight_name(v, weight), .code = m->code[weight],
		.scale = stored_scale(m, sub), .minimum = stored_minimum(m, sub), .value = m->trace->y[weight],
	};
	if (number != STORED_NONE)
		block_places(v, (size_t)number, &out->byte, &out->bits);
	number = stored_find(m, "sign", weight);
	if (number != STORED_NONE && out->byte.len) {
		text_put(&out->byte, " ");
		text_put(&out->bits, "+");
		block_places(v, (size_t)number, &out->byte, &out->bits);
	}
}

/* ---- the entry's functions ---- */

/* qs[2]: the third byte of the field qs. */
static bool cursor_on_byte(struct block_view *v, const char *field, size_t i)
{
	for (size_t k = 0; k < v->fields; k++)
		if (!strcmp(v->field[k].name, field) && i < v->field[k].bytes) {
			v->bit = 8 * (v->field[k].at + i);
			v->unit = UNIT_BYTE;
			return true;
		}
	return false;
}

/* The cursor on the number called so, as tree and err ask for. */
static bool cursor_on(struct block_view *v, const char *name, struct error *err)
{
	char kind[16];
	size_t i = SIZE_MAX;
	int32_t number = STORED_NONE;

	if (trace_parse_name(name, kind, &i))
		number = stored_find(&v->map, kind, i == SIZE_MAX ? 0 : i);
	if (number == STORED_NONE && i != SIZE_MAX && cursor_on_byte(v, kind, i))
		return true;
	if (number == STORED_NONE) {
		error_set(err, ERR_ARGUMENT, "no bits of this block hold '%s'", name);
		return error_hint(err, "field", "the name of a stored number or of a byte, such as d, code[3] or qs[2]");
	}
	v->bit = stored_first_bit(&v->map, (size_t)number);
	v->unit = UNIT_FIELD;
	return true;
}

static void block_close(void *state)
{
	struct block_view *v = state;

	forget(v);
	quantized_drop(&v->q);
	free(v);
}

/* Numbers of a plain codec are shown too: their blocks are single weights. */
static bool take_subject(struct block_view *v, struct value *subject, const struct args *options, size_t *block, struct error *err)
{
	double row = args_number(options, "row", 0), at = args_number(options, "block", 0);

	v->subject = subject;
	v->blocks = &v->q.blocks;
	if (view_quantized(subject, &v->q))
		return view_pick_block(subject, options, block, err);
	v->q.blocks = tensor_hold(&subject->u.tensor);
	if (row * (double)v->blocks->cols + at >= (double)tensor_count(v->blocks)) {
		error_set(err, ERR_ARGUMENT, "there is no such weight among the %zu", tensor_count(v->blocks));
		return error_hint(err, "block", "here a block is one weight, counted from 0");
	}
	*block = (size_t)row * v->blocks->cols + (size_t)at;
	return true;
}

static void *block_open(struct session *s, struct value *subject, const struct args *options, struct error *err)
{
	struct block_view *v = calloc(1, sizeof *v);
	size_t block;

	(void)s;
	if (!v) {
		error_memory(err, "a view");
		return NULL;
	}
	v->csv = !strcmp(args_text(options, "table", ""), "csv");
	v->table = v->csv || args_flag(options, "table");
	if (!take_subject(v, subject, options, &block, err) || !show_block(v, block, err)) {
		block_close(v);
		return NULL;
	}
	if (is_plain(v))
		v->bit = (block - v->block) * 8 * v->n_bytes / v->shown;
	if (args_get(options, "field") && !cursor_on(v, args_text(options, "field", ""), err)) {
		block_close(v);
		return NULL;
	}
	return v;
}

/* What a field holds, in a word out of its meaning: "scale, a power of two" and "16 bytes, 32 codes" have one, "4 bytes, the fifth bits of
 * 32 codes" and "8 records: 4 indices, ..." are better called by their names. */
static void part_name(const struct block_field *f, struct text *out)
{
	const char *m = f->meaning, *comma = strchr(m, ','), *last = strrchr(m, ' ');

	if (comma && !(*m >= '0' && *m <= '9'))
		text_putn(out, m, (size_t)(comma - m));
	else
		text_put(out, !*m || strstr(m, " of ") || strchr(m, ':') ? f->name : last ? last + 1 : m);
}

/* "18 bytes = 2 scale + 16 codes"; more than three parts would not fit beside the rest. */
static void parts(const struct block_view *v, struct text *out)
{
	text_add(out, v->fields > 3 ? "%zu bytes  %zu weights" : "%zu bytes = ", v->n_bytes, v->before ? v->before->len : 0);
	for (size_t i = 0; v->fields <= 3 && i < v->fields; i++) {
		text_add(out, "%s%zu ", i ? " + " : "", v->field[i].bytes);
		part_name(&v->field[i], out);
	}
}

static void block_title(const void *state, struct text *left, struct text *right)
{
	const struct block_view *v = state;
	char buf[NUMBER_SIZE];

	view_codec(&v->q, left);
	text_put(left, "   ");
	if (is_plain(v))
		text_add(left, "w[%zu..%zu] of %zu", v->block, v->block + v->shown - 1, tensor_count(v->blocks));
	else
		text_add(left, "block %zu of %zu", v->block, tensor_blocks(v->blocks));
	view_file_tensor(v->subject, left);
	if (v->flips) {
		text_add(right, "%zu bit%s changed, Esc undoes", v->flips, v->flips == 1 ? "" : "s");
		return;
	}
	if (is_plain(v))
		text_add(right, "%zu bytes a number", v->n_bytes / v->shown);
	else
		parts(v, right);
	text_add(right, "   %s b/w", number_short(buf, tensor_bits(v->blocks)));
}

static void block_facts(const void *state, struct text *out)
{
	const struct block_view *v = state;

	text_add(out, "byte %02zx", v->bit / 8);
	if (v->unit == UNIT_BIT)
		text_add(out, " bit %zu", v->bit % 8);
}

static bool key_is(const struct key *k, char c)
{
	return k->code == KEY_CHAR && !k->ctrl && !k->meta && k->ch == (unsigned char)c;
}

/* Bits as they stand on the page: the high one of a byte at the left. */
static size_t page_order(size_t bit)
{
	return bit / 8 * 8 + 7 - bit % 8;
}

static void move_bit(struct block_view *v, ptrdiff_t by)
{
	ptrdiff_t to = (ptrdiff_t)page_order(v->bit) + by;

	if (to >= 0 && to < (ptrdiff_t)(8 * v->n_bytes))
		v->bit = page_order((size_t)to);
}

static void move_byte(struct block_view *v, ptrdiff_t by)
{
	ptrdiff_t to = (ptrdiff_t)(v->bit / 8) + by;

	if (to < 0)
		to = by < -1 ? (ptrdiff_t)(v->bit / 8) : 0;
	if (to >= (ptrdiff_t)v->n_bytes)
		to = by > 1 ? (ptrdiff_t)(v->bit / 8) : (ptrdiff_t)v->n_bytes - 1;
	v->bit = (size_t)to * 8 + (v->unit == UNIT_BIT ? v->bit % 8 : 0);
}

static void move_number(struct block_view *v, ptrdiff_t by)
{
	ptrdiff_t to = v->map.owner[v->bit];

	if (to == STORED_NONE) {
		move_byte(v, by);
		return;
	}
	to += by;
	if (to >= 0 && to < (ptrdiff_t)v->map.n)
		v->bit = stored_first_bit(&v->map, (size_t)to);
}

/* Up and down: a row of bytes, or from field to field where all are in one row. */
static void move_row(struct block_view *v, int by)
{
	const struct block_field *f = block_field_at(v, v->bit / 8);
	size_t i = f ? (size_t)(f - v->field) : 0;

	if (v->per_row && (size_t)v->per_row < v->n_bytes)
		move_byte(v, by * (ptrdiff_t)v->per_row);
	else if (by < 0 ? i > 0 : i + 1 < v->fields)
		v->bit = v->field[by < 0 ? i - 1 : i + 1].at * 8;
}

static void move_weight(struct block_view *v, ptrdiff_t by)
{
	int32_t number = v->map.owner[v->bit];
	size_t first = 0, n = 1, len = v->map.trace->len;
	ptrdiff_t to;

	if (number != STORED_NONE)
		n = stored_weights(&v->map, (size_t)number, &first);
	to = (ptrdiff_t)first + (by > 0 && n > 1 && n < len ? (ptrdiff_t)n : by);	/* past all that an index stands for */
	to = to < 0 ? 0 : to >= (ptrdiff_t)len ? (ptrdiff_t)len - 1 : to;
	number = stored_code(&v->map, (size_t)to);
	if (number != STORED_NONE)
		v->bit = stored_first_bit(&v->map, (size_t)number);
}

static void move(struct block_view *v, int across, int down)
{
	if (v->table)
		move_weight(v, across + down);
	else if (down)
		move_row(v, down);
	else if (v->unit == UNIT_BIT)
		move_bit(v, across);
	else if (v->unit == UNIT_FIELD)
		move_number(v, across);
	else
		move_byte(v, across);
}

/* [ ] { }; of plain codecs by what is shown. A walk's block the stage moves. */
static bool press_block(struct block_view *v, const struct key *k)
{
	size_t block = v->block;
	bool moved = false, back = key_is(k, '['), on = key_is(k, ']');

	if (is_plain(v) && v->subject->kind != VALUE_TRACE && (back || on)) {
		moved = back ? block > 0 : block + v->shown < tensor_blocks(v->blocks);
		block = back ? block - 1 : block + v->shown;
	} else if (!view_block_key(v->subject, k, &block, &moved))
		return false;
	if (moved)
		show_block(v, block, NULL);
	return true;
}

static size_t cursor_weight(const void *state)
{
	const struct block_view *v = state;
	size_t at[1], all;

	return block_weights(v, at, 1, &all) ? v->block * block_len(v) + at[0] : v->block * block_len(v);
}

static void say_flip(const struct block_view *v, struct wish *wish)
{
	struct text t = { 0 };
	size_t all, at[1];

	block_weights(v, at, 1, &all);
	if (!v->before)
		return;
	text_add(&t, "byte %02zx bit %zu turned: ", v->bit / 8, v->bit % 8);
	if (v->flips)
		text_add(&t, "%zu of %zu weights change", all, v->before->len);
	else
		text_put(&t, "all is as it was");
	copy_text(wish->say, sizeof wish->say, &t);
	text_drop(&t);
}

static void copy_value(const struct block_view *v, struct wish *wish)
{
	int32_t number[8];
	char buf[NUMBER_SIZE];

	if (block_under_cursor(v, number))
		strcpy(wish->type, number_short(buf, trace_result(v->map.number[number[0]].event)));
}

static bool block_press(void *state, const struct key *k, struct wish *wish)
{
	static const struct { enum key_code code; char c; int across, down; } moves[] = {
		{ KEY_LEFT_, 0, -1, 0 }, { KEY_RIGHT_, 0, 1, 0 }, { KEY_UP_, 'k', 0, -1 }, { KEY_DOWN_, 'j', 0, 1 },
	};
	struct block_view *v = state;

	for (size_t i = 0; v->before && i < sizeof moves / sizeof *moves; i++)
		if (k->code == moves[i].code || (moves[i].c && key_is(k, moves[i].c))) {
			move(v, moves[i].across, moves[i].down);
			return true;
		}
	if (press_block(v, k))
		return true;
	if (!v->before)
		return false;
	if (key_is(k, 'Y') || key_is(k, 'F') || key_is(k, 'T'))
		v->unit = key_is(k, 'Y') ? UNIT_BYTE : key_is(k, 'F') ? UNIT_FIELD : UNIT_BIT;
	else if (k->code == KEY_PGUP || k->code == KEY_PGDN)
		for (int i = 0; i < (v->table ? 10 : 4); i++)
			move(v, 0, k->code == KEY_PGUP ? -1 : 1);
	else if (key_is(k, 'g') || k->code == KEY_HOME_)
		v->bit = 0;
	else if (key_is(k, 'G') || k->code == KEY_END_)
		v->bit = 8 * (v->n_bytes - 1);
	else if (key_is(k, 'x')) {
		flip(v, v->bit);
		say_flip(v, wish);
	} else if (k->code == KEY_ESC && v->flips)
		flip(v, v->flip[v->flips - 1]);
	else if (key_is(k, 'y'))
		copy_value(v, wish);
	else if (k->code == KEY_ENTER_) {
		wish->view = "line";
		args_set_number(&wish->options, "block", (double)v->block, NULL);
	} else
		return false;
	return true;
}

/* Sign, exponent and fraction of one number. */
static bool why_plain(const struct block_view *v, size_t w, struct text *out, struct error *err)
{
	struct trace t;

	if (!trace_decode(&t, &v->part, w, err))
		return false;
	for (size_t i = 0; i < t.events; i++)
		trace_why(&t, &t.event[i], out);
	trace_drop(&t);
	return true;
}

static bool block_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct block_view *v = state;
	int32_t number[8];
	size_t n = block_under_cursor(v, number), at[2], all;

	if (!v->before)
		return error_memory(err, "this block");
	if (name)
		return view_why(v->map.trace, v->map.end, block_weights(v, at, 1, &all) ? at[0] : 0, name, out, err);
	if (is_plain(v) && n)
		return why_plain(v, v->map.number[number[0]].event->weight, out, err);
	for (size_t i = 0; i < n; i++)
		trace_why(v->map.trace, v->map.number[number[i]].event, out);
	n = block_weights(v, at, 2, &all);
	for (size_t i = 0; all <= 2 && i < n; i++)
		if (v->map.back[at[i]])
			trace_why(v->map.trace, v->map.back[at[i]], out);
	if (!out->len)
		text_put(out, "nothing reads this bit\n");
	return true;
}

static void put_event(struct table *t, const struct trace_event *e)
{
	if (e)
		table_number(t, trace_result(e));
	else
		table_skip(t);
}

static struct table *block_data(const void *state, struct error *err)
{
	const struct block_view *v = state;
	struct table *t = table_new(view_block.columns);

	for (size_t w = 0; t && v->before && w < v->map.trace->len; w++) {
		struct block_line l;

		block_line(v, w, &l);
		table_row(t);
		table_int(t, (int64_t)l.weight);
		table_text(t, text_str(&l.byte));
		table_text(t, text_str(&l.bits));
		put_event(t, l.code);
		put_event(t, l.scale);
		put_event(t, l.minimum);
		table_number(t, l.value);
		text_drop(&l.byte);
		text_drop(&l.bits);
	}
	if (t && !t->failed)
		return t;
	table_drop(t);
	error_memory(err, "a table");
	return NULL;
}

static void block_set_cursor(void *state, size_t at)
{
	struct block_view *v = state;
	size_t len = block_len(v), old = v->block;
	int32_t number;

	if (at >= tensor_count(v->blocks))
		return;
	if ((at / len < old || at / len >= old + v->shown) && !show_block(v, at / len, NULL))
		return;
	at -= v->block * len;
	number = stored_code(&v->map, at);
	if (number != STORED_NONE)
		v->bit = stored_first_bit(&v->map, (size_t)number);
}

/* The walk moved. What was flipped was flipped in a block that may be gone. */
static void block_changed(void *state)
{
	struct block_view *v = state;

	if (v->subject->kind == VALUE_TRACE)
		show_block(v, v->subject->u.walk.trace.block, NULL);
}

static bool block_click(void *state, int row, int col, bool again, struct wish *wish)
{
	static const struct key enter = { .code = KEY_ENTER_ };
	struct block_view *v = state;
	size_t byte = block_at(v, row, col);

	if (byte >= v->n_bytes)
		return false;
	v->bit = byte * 8;
	return !again || block_press(state, &enter, wish);
}

static const struct arg block_options[] = {
	{ "table", ARG_FLAG, .choices = "csv", .summary = "one line per weight: weight, byte, bits, code, scale, minimum, value; csv: for a program" },
	{ "field", ARG_TEXT, .named = true, .optional = true, .in_title = true, .summary = "where the cursor begins: d, sc[5], code[3], qs[2]" },
	{ 0 }
};

static const struct view_key block_keys[] = {
	{ "<Left> <Right>", "move", "the byte, field or bit before, after", true },
	{ "<Up> <Down>", "row", "a row of bytes up, down", false },
	{ "Y", "byte", "the cursor moves by byte", true },
	{ "F", "field", "the cursor moves by stored number; all its bits are marked", true },
	{ "T", "bit", "the cursor moves by bit", true },
	{ "x", "flip", "turns the bit under the cursor and decodes again; the tensor stays", true },
	{ "[ ]", "block", "previous, next block", true },
	{ "{ }", "row", "previous, next row", false },
	{ "<Esc>", "undo", "takes back the last flip", false },
		{ "<Enter>", "weights", "the weights of this block in line", true },
	{ "y", "copy", "the number under the cursor into the input line", false },
	{ 0 }
};

/* The table for a program begins with the names of its columns. */
static bool block_bare(const void *state)
{
	return ((const struct block_view *)state)->csv;
}

const struct view view_block = {
	.name = "block",
	.question = "what is every bit of this block for",
	.fits = FITS(QUANTIZED) | FITS(TRACE) | FITS(ERRORS) | FITS(TENSOR),
	.options = block_options,
	.keys = block_keys,
	.columns = "weight byte bits code scale minimum value",
	.gives_up = "where a number's bytes are; of the weights what they were, their error, the formula; of the table minimum, scale, bits, "
		    "byte, code",
	.open = block_open,
	.passes = view_worst_passes,
	.close = block_close,
	.title = block_title,
	.facts = block_facts,
	.height = block_height,
	.draw = block_draw,
	.press = block_press,
	.click = block_click,
	.why = block_why,
	.data = block_data,
	.cursor = cursor_weight,
	.set_cursor = block_set_cursor,
	.bare = block_bare,
	.changed = block_changed,
};
