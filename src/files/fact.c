/* fact.c - keys of a file and their values as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "files/build.h"

static size_t fixed(enum fact_type type)
{
	switch (type) {
	case FACT_U8: case FACT_I8: case FACT_BOOL: return 1;
	case FACT_U16: case FACT_I16: return 2;
	case FACT_U32: case FACT_I32: case FACT_F32: return 4;
	case FACT_U64: case FACT_I64: case FACT_F64: return 8;
	default: return 0;
	}
}

static void from_float(struct fact *f, double v)
{
	f->f = v;
	f->i = v > -9e18 && v < 9e18 ? (int64_t)v : 0;
	f->u = (uint64_t)f->i;
}

void fact_number(struct fact *f)
{
	uint64_t bits = number_at(f->at, f->size, f->big_endian);
	uint32_t low = (uint32_t)bits;
	float narrow;
	double wide;

	f->u = bits;
	f->i = (int64_t)bits;
	switch (f->type) {
	case FACT_F32:
		memcpy(&narrow, &low, sizeof narrow);
		from_float(f, narrow);
		return;
	case FACT_F64:
		memcpy(&wide, &bits, sizeof wide);
		from_float(f, wide);
		return;
	case FACT_I8: f->i = (int8_t)bits; break;
	case FACT_I16: f->i = (int16_t)bits; break;
	case FACT_I32: f->i = (int32_t)bits; break;
	case FACT_I64: break;
	default:
		f->f = (double)bits;
		return;
	}
	f->u = (uint64_t)f->i;
	f->f = (double)f->i;
}

bool fact_element(const struct fact *f, uint64_t i, struct fact *out, size_t *walk)
{
	size_t at = 4u + f->len_bytes, size = fixed(f->element);	/* after type and count */
	uint64_t k = 0;

	if (f->type != FACT_ARRAY || f->element == FACT_ARRAY || i >= f->count)
		return false;
	*out = (struct fact){ .type = f->element, .big_endian = f->big_endian, .len_bytes = f->len_bytes };
	if (size) {
		out->at = f->at + at + (size_t)i * size;
		out->size = size;
		fact_number(out);
		return true;
	}
	if (walk && *walk) {
		at = *walk;
		k = i;
	}
	for (;; k++) {
		size_t len = (size_t)number_at(f->at + at, f->len_bytes, f->big_endian);

		out->at = f->at + at;
		out->size = f->len_bytes + len;
		out->string = (const char *)out->at + f->len_bytes;
		out->string_len = len;
		at += out->size;
		if (k == i)
			break;
	}
	if (walk)
		*walk = at;
	return true;
}

static void put_array(const struct fact *f, size_t max, struct text *out)
{
	size_t walk = 0, start = out->len;
	uint64_t i;

	if (f->element == FACT_ARRAY) {
		text_add(out, "[%" PRIu64 " arrays]", f->count);
		return;
	}
	text_put(out, "[");
	for (i = 0; i < f->count; i++) {
		size_t width = max ? text_width(text_str(out) + start, out->len - start) : 0;
		struct fact e;
		struct text one = { 0 };

		if (!fact_element(f, i, &e, &walk))
			break;
		if (e.type == FACT_STRING)
			text_put(&one, "\"");
		fact_text(&e, max, &one);
		if (e.type == FACT_STRING)
			text_put(&one, "\"");
		/* What is left out is told in some fifteen columns, and the first element is always there. */
		if (max && i && width + text_width(text_str(&one), one.len) + (i + 1 < f->count ? 18 : 3) > max) {
			text_drop(&one);
			break;
		}
		text_add(out, "%s%s", i ? ", " : "", text_str(&one));
		text_drop(&one);
	}
	if (i < f->count)
		text_add(out, ", … %" PRIu64 " more", f->count - i);
	text_put(out, "]");
}

void fact_text(const struct fact *f, size_t max, struct text *out)
{
	char number[NUMBER_SIZE];

	switch (f->type) {
	case FACT_STRING:
		text_escape(out, f->string, f->string_len, max);
		break;
	case FACT_ARRAY:
		put_array(f, max, out);
		break;
	case FACT_BOOL:
		text_put(out, f->u ? "true" : "false");
		break;
	case FACT_F32: case FACT_F64:
		text_put(out, number_exact(number, f->f, f->type == FACT_F32));
		break;
	case FACT_I8: case FACT_I16: case FACT_I32: case FACT_I64:
		text_add(out, "%" PRId64, f->i);
		break;
	default:
		text_add(out, "%" PRIu64, f->u);
		break;
	}
}
