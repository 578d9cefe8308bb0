/* build.c - see build.h */
#include "files/build.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codec.h"
#include "files/number.h"

/* ---- reading ---- */

size_t reader_left(const struct reader *r)
{
	return r->size - r->at;
}

bool read_bytes(struct reader *r, size_t n, const unsigned char **at, const char *what, struct error *err)
{
	if (n > reader_left(r))
		return error_set(err, ERR_FORMAT, "the file ends inside %s: %zu bytes wanted at byte %zu, %zu are left", what, n,
				 r->at, reader_left(r));
	*at = r->bytes + r->at;
	r->at += n;
	return true;
}

uint64_t number_at(const unsigned char *at, size_t bytes, bool big)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v |= (uint64_t)at[i] << 8 * (big ? bytes - 1 - i : i);
	return v;
}

bool read_u32(struct reader *r, uint32_t *v, const char *what, struct error *err)
{
	const unsigned char *at = NULL;

	if (!read_bytes(r, 4, &at, what, err))
		return false;
	*v = (uint32_t)number_at(at, 4, r->big);
	return true;
}

bool read_u64(struct reader *r, uint64_t *v, const char *what, struct error *err)
{
	const unsigned char *at = NULL;

	if (!read_bytes(r, 8, &at, what, err))
		return false;
	*v = number_at(at, 8, r->big);
	return true;
}

/* ---- growing ---- */

static void *resized(void *old, size_t n, size_t size)
{
	return n > SIZE_MAX / size ? NULL : realloc(old, n * size);
}

/* Room for one more after `count` of `size` bytes: capacity doubles at 16, 32, 64 ..., so nobody has to remember it. */
static void *grown(void *old, size_t count, size_t size)
{
	if (count && (count < 16 || (count & (count - 1))))
		return old;
	return resized(old, count ? 2 * count : 16, size);
}

struct fact *fact_add(struct fact **fact, size_t *facts, struct error *err)
{
	struct fact *more = grown(*fact, *facts, sizeof **fact);

	if (!more) {
		error_memory(err, "the keys of the file");
		return NULL;
	}
	*fact = more;
	memset(&more[*facts], 0, sizeof *more);
	return &more[(*facts)++];
}

struct tensor_entry *model_add_tensor(struct model *m, struct error *err)
{
	struct tensor_entry *more = grown(m->tensor, m->tensors, sizeof *more);

	if (!more) {
		error_memory(err, "the list of tensors");
		return NULL;
	}
	m->tensor = more;
	memset(&more[m->tensors], 0, sizeof *more);
	return &more[m->tensors++];
}

bool model_add_part(struct model *m, const char *path, struct buffer *b, struct error *err)
{
	struct buffer **part = grown(m->part, m->parts, sizeof *part);
	char **part_path, *copy;

	if (part)
		m->part = part;
	part_path = grown(m->part_path, m->parts, sizeof *part_path);
	if (part_path)
		m->part_path = part_path;
	copy = strdup(path);
	if (!part || !part_path || !copy) {
		free(copy);
		buffer_drop(b);
		return error_memory(err, "the parts of the model");
	}
	part[m->parts] = b;
	part_path[m->parts++] = copy;
	return true;
}

char *name_copy(const char *s, size_t n, struct error *err)
{
	struct text t = { 0 };
	char *name;

	text_putn(&t, "", 0);
	for (size_t at = 0; at < n; ) {
		size_t run = strnlen(s + at, n - at);

		text_putn(&t, s + at, run);
		at += run;
		if (at++ < n)
			text_put(&t, "\\x00");
	}
	name = text_take(&t);
	if (!name)
		error_memory(err, "a name");
	return name;
}

const char *name_shown(const char *s, size_t n, char buf[256])
{
	struct text t = { 0 };

	text_escape(&t, s, n, 60);
	snprintf(buf, 256, "%s", text_str(&t));
	text_drop(&t);
	return buf;
}

void tensor_mark(struct tensor_entry *e, enum tensor_fault fault, const char *fmt, ...)
{
	va_list ap;

	if (e->fault != FAULT_NONE)
		return;
	e->fault = fault;
	va_start(ap, fmt);
	vsnprintf(e->fault_text, sizeof e->fault_text, fmt, ap);
	va_end(ap);
}

bool finding_add(struct findings *f, enum grade grade, const char *subject, int64_t row, int64_t block, uint64_t at, const char *fmt, ...)
{
	struct finding *more;
	char shown[256];
	va_list ap;

	if (f->n == f->size) {
		more = resized(f->finding, f->size ? 2 * f->size : 16, sizeof *more);
		if (!more)
			return false;
		f->finding = more;
		f->size = f->size ? 2 * f->size : 16;
	}
	more = &f->finding[f->n++];
	memset(more, 0, sizeof *more);
	more->grade = grade;
	more->row = row;
	more->block = block;
	more->at = at;
	if (subject)
		snprintf(more->tensor, sizeof more->tensor, "%s", name_shown(subject, strlen(subject), shown));
	va_start(ap, fmt);
	vsnprintf(more->text, sizeof more->text, fmt, ap);
	va_end(ap);
	f->bad += grade == GRADE_BAD;
	return true;
}

bool model_trouble(struct model *m, enum grade grade, const char *subject, uint64_t at, struct error *err, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return finding_add(&m->trouble, grade, subject, -1, -1, at, "%s", text) || error_memory(err, "findings");
}

void findings_drop(struct findings *f)
{
	free(f->finding);
	*f = (struct findings){ 0 };
}

/* ---- claims ---- */

/* "1099511627776 x 1099511627776", outermost first. */
static const char *dims_text(const struct tensor_entry *e, char buf[120])
{
	size_t at = 0;

	buf[0] = 0;
	for (unsigned i = 0; i < e->dims && at < 120; i++)
		at += (size_t)snprintf(buf + at, 120 - at, "%s%" PRIu64, i ? " x " : "", e->dim[i]);
	return buf;
}

void tensor_fold(struct tensor_entry *e)
{
	char shown[120];

	uint64_t rows = 1, cols = e->dims ? e->dim[e->dims - 1] : 1, count;
	bool over = false;

	for (unsigned i = 0; i + 1 < e->dims; i++)
		over |= __builtin_mul_overflow(rows, e->dim[i], &rows);
	over |= __builtin_mul_overflow(rows, cols, &count);
	if (over || count > SIZE_MAX / 16 || rows > SIZE_MAX / 16 || cols > SIZE_MAX / 16) {
		tensor_mark(e, FAULT_SHAPE, "has a shape whose product overflows: %s", dims_text(e, shown));
		return;
	}
	e->rows = (size_t)rows;
	e->cols = (size_t)cols;
}

bool tensor_needs(struct tensor_entry *e, uint64_t *bytes)
{
	uint64_t len, block;
	char shown[120];

	if (e->fault == FAULT_SHAPE || e->fault == FAULT_TYPE)
		return false;
	len = e->codec ? e->codec->block_len : 1;
	block = e->codec ? e->codec->block_bytes : e->number->bytes;
	if (e->cols % len) {
		tensor_mark(e, FAULT_ROW, "has rows of %zu; %s has blocks of %" PRIu64, e->cols, e->type_name, len);
		return false;
	}
	if (__builtin_mul_overflow(e->rows * (e->cols / len), block, bytes)) {
		tensor_mark(e, FAULT_SHAPE, "has a shape whose size in bytes overflows: %s", dims_text(e, shown));
		return false;
	}
	return true;
}

/* Both sort pointers into the one list, so that the pointers themselves tell which comes first. */
static int by_name(const void *a, const void *b)
{
	const struct tensor_entry *x = *(const struct tensor_entry *const *)a, *y = *(const struct tensor_entry *const *)b;
	int c = strcmp(x->name, y->name);

	return c ? c : x < y ? -1 : x > y;
}

static int by_place(const void *a, const void *b)
{
	const struct tensor_entry *x = *(const struct tensor_entry *const *)a, *y = *(const struct tensor_entry *const *)b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void mark_overlap(struct tensor_entry *e, const struct tensor_entry *other)
{
	char shown[256];

	tensor_mark(e, FAULT_OVERLAP, "overlaps %s, of bytes 0x%" PRIx64 " to 0x%" PRIx64, name_shown(other->name, strlen(other->name), shown),
		    other->offset, other->offset + other->size - 1);
}

/* In the order of places, the one that reaches furthest so far against the next: both are marked when they meet. */
static void mark_overlaps(struct tensor_entry *const *order, size_t n)
{
	struct tensor_entry *far = NULL;

	for (size_t i = 0; i < n; i++) {
		struct tensor_entry *e = order[i];

		if (!e->size || e->fault == FAULT_SHAPE || e->fault == FAULT_PAST_END)
			continue;
		if (far && far->part == e->part && e->offset < far->offset + far->size) {
			mark_overlap(e, far);
			mark_overlap(far, e);
		}
		if (!far || far->part != e->part || e->offset + e->size > far->offset + far->size)
			far = e;
	}
}

static void mark_past_end(struct tensor_entry *e, uint64_t end)
{
	if (e->size > end || e->offset > end - e->size)
		tensor_mark(e, FAULT_PAST_END, "runs %" PRIu64 " bytes past the end of the file",
			    e->offset > end ? e->offset - end + e->size : e->size - (end - e->offset));
}

bool model_settle(struct model *m, struct error *err)
{
	struct tensor_entry **order = resized(NULL, m->tensors + 1, sizeof *order);

	m->by_name = resized(NULL, m->tensors + 1, sizeof *m->by_name);
	if (!order || !m->by_name) {
		free(order);
		return error_memory(err, "the list of tensors");
	}
	for (size_t i = 0; i < m->tensors; i++) {
		order[i] = &m->tensor[i];
		mark_past_end(order[i], m->part[order[i]->part]->size);
	}
	qsort(order, m->tensors, sizeof *order, by_name);
	for (size_t i = 0; i < m->tensors; i++) {
		m->by_name[i] = (size_t)(order[i] - m->tensor);
		if (i && !strcmp(order[i]->name, order[i - 1]->name))
			tensor_mark(order[i], FAULT_NAME_TWICE, "has a name that is there already");
	}
	qsort(order, m->tensors, sizeof *order, by_place);
	mark_overlaps(order, m->tensors);
	for (size_t i = 0; i < m->tensors; i++)
		if (m->tensor[i].fault == FAULT_NONE) {
			m->weights += (uint64_t)m->tensor[i].rows * m->tensor[i].cols;
			m->bytes += m->tensor[i].size;
		}
	free(order);
	return true;
}
