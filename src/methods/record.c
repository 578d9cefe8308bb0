/* record.c - see record.h */
#include "methods/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "methods/accumulate.h"
#include "methods/affine.h"
#include "methods/calibrate.h"
#include "methods/fixed.h"
#include "methods/matmul.h"

struct record *record_new(const struct method *m, struct error *err)
{
	struct record *r = calloc(1, sizeof *r);

	if (!r) {
		error_memory(err, "a method's steps");
		return NULL;
	}
	atomic_init(&r->holders, 1);
	r->method = m;
	return r;
}

struct record *record_hold(struct record *r)
{
	atomic_fetch_add_explicit(&r->holders, 1, memory_order_relaxed);
	return r;
}

void record_drop(struct record *r)
{
	if (!r || atomic_fetch_sub_explicit(&r->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < r->numbers; i++) {
		free(r->number[i].formula);
		free(r->number[i].filled);
	}
	for (size_t i = 0; i < r->steps; i++) {
		free(r->step[i].say);
		free(r->step[i].reads);
	}
	free(r->number);
	free(r->step);
	affine_drop(r->affine);
	calibration_drop(r->calibration);
	matmul_drop(r->matmul);
	fixed_drop(r->fixed);
	accumulation_drop(r->accumulation);
	free(r);
}

/* ---- filling ---- */

static bool room(struct record *r, void **list, size_t n, size_t *size, size_t each)
{
	size_t more = *size ? 2 * *size : 32;
	void *bigger;

	if (r->failed || n < *size)
		return !r->failed;
	bigger = realloc(*list, more * each);
	if (!bigger) {
		r->failed = true;
		return false;
	}
	*list = bigger;
	*size = more;
	return true;
}

static char *words(struct record *r, const char *fmt, va_list args)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	s = n < 0 ? NULL : malloc((size_t)n + 1);
	if (s)
		vsnprintf(s, (size_t)n + 1, fmt, args);
	else
		r->failed = true;
	return s;
}

void record_step(struct record *r, const char *name, const char *view)
{
	if (r && room(r, (void **)&r->step, r->steps, &r->steps_size, sizeof *r->step))
		r->step[r->steps++] = (struct record_step){ .name = name, .view = view, .first = r->numbers };
}

void record_say(struct record *r, const char *fmt, ...)
{
	va_list args;

	if (!r || r->failed || !r->steps)
		return;
	va_start(args, fmt);
	free(r->step[r->steps - 1].say);
	r->step[r->steps - 1].say = words(r, fmt, args);
	va_end(args);
}

void record_reads(struct record *r, const char *fmt, ...)
{
	va_list args;

	if (!r || r->failed || !r->steps)
		return;
	va_start(args, fmt);
	free(r->step[r->steps - 1].reads);
	r->step[r->steps - 1].reads = words(r, fmt, args);
	va_end(args);
}

void record_number(struct record *r, const char *name, size_t i, double v, const char *formula)
{
	struct number *n;

	if (!r || !room(r, (void **)&r->number, r->numbers, &r->numbers_size, sizeof *r->number))
		return;
	n = &r->number[r->numbers++];
	*n = (struct number){ .i = i, .v = v };
	snprintf(n->name, sizeof n->name, "%s", name);
	if (formula && !(n->formula = strdup(formula)))
		r->failed = true;
}

void record_filled(struct record *r, const char *fmt, ...)
{
	va_list args;

	if (!r || r->failed || !r->numbers)
		return;
	va_start(args, fmt);
	free(r->number[r->numbers - 1].filled);
	r->number[r->numbers - 1].filled = words(r, fmt, args);
	va_end(args);
}

void record_exact(struct record *r, struct fraction f)
{
	if (r && !r->failed && r->numbers)
		r->number[r->numbers - 1].exact = f;
}

void record_flags(struct record *r, unsigned flags)
{
	if (r && !r->failed && r->numbers)
		r->number[r->numbers - 1].flags |= (uint16_t)flags;
}

/* ---- reading ---- */

size_t record_end(const struct record *r, size_t step)
{
	return step >= r->steps || step + 1 == r->steps ? r->numbers : r->step[step + 1].first;
}

const struct number *record_find(const struct record *r, const char *name, size_t i, size_t end)
{
	for (size_t k = end < r->numbers ? end : r->numbers; k-- > 0;)
		if (r->number[k].i == i && !strcmp(r->number[k].name, name))
			return &r->number[k];
	return NULL;
}

void flag_words(unsigned flags, struct text *out)
{
	static const char *const names[] = { "TIE", "CLIP_LO", "CLIP_HI", "SAT", "OVERFLOW", "UNDERFLOW0", "NAN_IN", "DEGENERATE", "CAP" };
	const char *blank = "";

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (flags >> i & 1) {
			text_add(out, "%s%s", blank, names[i]);
			blank = " ";
		}
}

void record_why(const struct number *n, struct text *out)
{
	char buf[NUMBER_SIZE];

	text_put(out, n->name);
	if (n->i != SIZE_MAX)
		text_add(out, "[%zu]", n->i);
	if (n->formula)
		text_add(out, " = %s", n->formula);
	if (n->filled)
		text_add(out, " = %s", n->filled);
	text_add(out, " = %s", number_short(buf, n->v));
	if (n->exact.den > 1) {
		text_put(out, "   exactly ");
		fraction_put(n->exact, out);
	}
	if (n->flags) {
		text_put(out, "   ");
		flag_words(n->flags, out);
	}
	text_put(out, "\n");
}

/* Each name once, in the order they came, with the range of its index. */
static bool made_again(const struct record *r, size_t before, const struct number *n)
{
	for (size_t k = 0; k < before; k++)
		if (r->number[k].i == n->i && !strcmp(r->number[k].name, n->name))
			return true;
	return false;
}

void record_read(const struct record *r, size_t step, struct text *out)
{
	const struct record_step *s = &r->step[step];
	const char *word = s->reads ? s->reads : "";

	while (*(word += strspn(word, " "))) {
		size_t len = strcspn(word, " ");
		bool any = false;

		for (size_t k = 0; k < s->first && !memchr(word, '[', len); k++) {
			const struct number *n = &r->number[k];

			if (strlen(n->name) != len || strncmp(n->name, word, len) || made_again(r, k, n))
				continue;
			any = true;
			text_add(out, n->i == SIZE_MAX ? "%s%s" : "%s%s[%zu]", out->len ? " " : "", n->name, n->i);
		}
		if (!any)
			text_add(out, "%s%.*s", out->len ? " " : "", (int)len, word);
		word += len;
	}
}

void record_names(const struct record *r, struct text *out)
{
	for (size_t k = 0; k < r->numbers; k++) {
		const struct number *n = &r->number[k];
		size_t most = n->i, before = 0;

		while (before < k && strcmp(r->number[before].name, n->name))
			before++;
		if (before < k)
			continue;
		for (size_t j = k + 1; j < r->numbers; j++)
			if (!strcmp(r->number[j].name, n->name) && r->number[j].i != SIZE_MAX && r->number[j].i > most)
				most = r->number[j].i;
		text_add(out, "%s%s", out->len ? " " : "", n->name);
		if (n->i != SIZE_MAX)
			text_add(out, "[%zu", n->i);
		if (n->i != SIZE_MAX && most > n->i)
			text_add(out, "..%zu", most);
		if (n->i != SIZE_MAX)
			text_put(out, "]");
	}
}
