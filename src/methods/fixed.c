/* fixed.c - see fixed.h */
#include "methods/fixed.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "methods/method.h"
#include "methods/requant.h"

const struct method method_fixed = { "fixed", "fixed point: integers, shifts and what was lost", "fixed" };

enum { STEPS_MAX = 200, DEEP = 40 };

struct reader { const char *s, *at; struct fixed *f; struct rng rng; struct record *r; int depth; struct error *err; };

bool fixed_format(const char *s, int *m, int *n, struct error *err)
{
	char *end;
	long whole, part = -1;

	s += *s == 'Q' || *s == 'q';
	whole = strtol(s, &end, 10);
	if (isdigit((unsigned char)*s) && *end == '.' && isdigit((unsigned char)end[1]))
		part = strtol(end + 1, &end, 10);
	if (part < 0 || *end || whole > 31 || whole + part > 31 || whole + part < 1) {
		error_set(err, ERR_ARGUMENT, "no format Q%.20s", s);
		return error_hint(err, "q", "whole bits, a point, bits of the fraction, at most 31 in all, as in  q=3.4");
	}
	*m = (int)whole;
	*n = (int)part;
	return true;
}

void fixed_drop(struct fixed *f)
{
	if (!f)
		return;
	free(f->step);
	free(f);
}

/* ---- arithmetic ---- */

static int64_t keep(const struct fixed *f, double v, unsigned *flags)
{
	if (v < (double)f->qmin || v > (double)f->qmax)
		*flags |= TRACE_SAT;
	return v < (double)f->qmin ? f->qmin : v > (double)f->qmax ? f->qmax : (int64_t)v;
}

/* a b / scale, ties toward +infinity; codes have at most 32 bits. */
static int64_t divided(const struct fixed *f, int64_t product)
{
	int64_t scale = (int64_t)f->scale, half = scale / 2, sum = product + half;

	if (!f->o.scale)
		return f->o.n ? shift_down(sum, f->o.n) : product;
	return sum / scale - (sum % scale < 0);
}

static void name_of(const struct fixed_step *s, char *buf, size_t size)
{
	snprintf(buf, size, "%lld", (long long)s->code);
}

/* How the code came of the raw number: what rounds it differs, what keeps it within the codes does not. */
static void tell_code(struct record *r, const struct fixed *f, const struct fixed_step *s, size_t k)
{
	bool product = s->op == '*' && !f->o.forget;
	char raw[NUMBER_SIZE], scale[NUMBER_SIZE], sum[3 * NUMBER_SIZE];

	number_short(raw, s->raw);
	if (product && (f->o.scale || f->o.n))
		snprintf(sum, sizeof sum, "floor(%s / %s + 1/2)", raw, number_short(scale, f->scale));
	else
		snprintf(sum, sizeof sum, !s->op || s->op == '/' ? "round(%s)" : "%s", raw);
	record_number(r, "code", k, (double)s->code, product ? "min(last, max(first, floor(raw / scale + 1/2)))" :
		      !s->op || s->op == '/' ? "min(last, max(first, round(raw)))" : "min(last, max(first, raw))");
	record_filled(r, "min(%lld, max(%lld, %s))", (long long)f->qmax, (long long)f->qmin, sum);
}

static void tell(struct reader *r, size_t k)
{
	static const char *const words[] = { ['+'] = "add", ['-'] = "subtract", ['*'] = "multiply", ['/'] = "divide", ['n'] = "negate" };
	const struct fixed *f = r->f;
	const struct fixed_step *s = &f->step[k];
	char v[NUMBER_SIZE], c[NUMBER_SIZE], a[24] = "", b[24] = "";

	record_step(r->r, s->op ? words[(int)s->op] : "store", "fixed");
	if (s->op) {
		name_of(&f->step[s->left], a, sizeof a);
		name_of(&f->step[s->right], b, sizeof b);
		if (s->op == 'n')
			record_reads(r->r, "code[%zu] exact[%zu]", s->left, s->left);
		else
			record_reads(r->r, "code[%zu] exact[%zu] code[%zu] exact[%zu]", s->left, s->left, s->right, s->right);
	} else {
		record_reads(r->r, "%s", s->text);
	}
	record_number(r->r, "exact", k, s->real, s->op ? "with real numbers" : NULL);
	record_exact(r->r, s->exact);
	record_number(r->r, "raw", k, s->raw, !s->op ? "x times the scale" : s->op == '/' ? "a scale / b" : s->op == 'n' ? "-a" : "a op b");
	if (!s->op) {
		record_filled(r->r, "%s x %s", s->text, number_short(v, f->scale));
		record_say(r->r, "store: %s x %s = %s, rounded to %lld", s->text, number_short(v, f->scale), number_short(c, s->raw), (long long)s->code);
	} else if (s->op == 'n') {
		record_say(r->r, "negate: %lld", (long long)s->code);
	} else if (s->op == '*') {
		record_filled(r->r, "%s x %s", a, b);
		if (f->o.forget)
			record_say(r->r, "multiply: %s x %s = %s, and not divided: its scale is %s twice", a, b, number_short(v, s->raw),
				   number_short(c, f->scale));
		else if (f->o.scale)
			record_say(r->r, "multiply: %s x %s = %s, divided by %s once: %lld", a, b, number_short(v, s->raw), number_short(c, f->scale),
				   (long long)s->code);
		else
			record_say(r->r, "multiply: %s x %s = %s, (%s + %.0f) >> %d = %lld", a, b, number_short(v, s->raw), number_short(c, s->raw),
				   f->scale / 2, f->o.n, (long long)s->code);
	} else {
		record_filled(r->r, s->op == '/' ? "%s x %s / %s" : "%s %s %s", a, s->op == '/' ? number_short(v, f->scale) : s->op == '+' ? "+" : "-", b);
		record_say(r->r, "%s: %s, so %lld", words[(int)s->op], number_short(c, s->raw), (long long)s->code);
	}
	tell_code(r->r, f, s, k);
	record_flags(r->r, s->flags);
	record_number(r->r, "back", k, s->back, "code / scale");
	record_filled(r->r, "%lld / %s", (long long)s->code, number_short(v, f->scale));
	record_number(r->r, "error", k, s->back - s->real, "back - exact");
}

static bool bad(struct reader *r, const char *what)
{
	error_set(r->err, ERR_SYNTAX, "%s in '%.60s', at '%.20s'", what, r->s, *r->at ? r->at : "its end");
	return error_hint(r->err, "x", "numbers, + - * / and parentheses, as in  \"1.75 * -0.3\"");
}

static bool finish(struct reader *r, struct fixed_step s, size_t *k)
{
	struct fixed *f = r->f;

	if (f->steps == STEPS_MAX)
		return bad(r, "too much");
	s.back = (double)s.code / f->scale;
	if (s.code == 0 && s.real != 0)
		s.flags |= TRACE_UNDERFLOW0;
	*k = f->steps++;
	f->step[*k] = s;
	tell(r, *k);
	return true;
}

static bool apply(struct reader *r, char op, size_t left, size_t right, size_t *k)
{
	struct fixed *f = r->f;
	const struct fixed_step *a = &f->step[left], *b = &f->step[right];
	struct fixed_step s = { .op = op, .left = left, .right = right };

	switch (op) {
	case '+':
		s.real = a->real + b->real;
		s.exact = fraction_add(a->exact, b->exact);
		s.raw = (double)(a->code + b->code);
		s.code = keep(f, s.raw, &s.flags);
		break;
	case '-':
		s.real = a->real - b->real;
		s.exact = fraction_sub(a->exact, b->exact);
		s.raw = (double)(a->code - b->code);
		s.code = keep(f, s.raw, &s.flags);
		break;
	case '*':
		s.real = a->real * b->real;
		s.exact = fraction_mul(a->exact, b->exact);
		s.raw = (double)(a->code * b->code);
		if (round_tie(s.raw / f->scale) && !f->o.forget)
			s.flags |= TRACE_TIE;
		s.code = f->o.forget ? keep(f, s.raw, &s.flags) : keep(f, (double)divided(f, a->code * b->code), &s.flags);
		break;
	case 'n':
		s.real = -a->real;
		s.exact = fraction_sub(fraction_whole(0), a->exact);
		s.raw = (double)-a->code;
		s.code = keep(f, s.raw, &s.flags);
		break;
	default:
		if (b->code == 0) {
			error_set(r->err, ERR_VALUE, "a division by %s: its code is 0", *b->text ? b->text : "zero");
			return error_hint(r->err, "x", "a divisor that the format can hold");
		}
		s.real = a->real / b->real;
		s.exact = fraction_div(a->exact, b->exact);
		s.raw = (double)a->code * f->scale / (double)b->code;
		s.flags |= round_tie(s.raw) ? TRACE_TIE : 0u;
		s.code = keep(f, round(s.raw), &s.flags);
	}
	return finish(r, s, k);
}

/* ---- reading ---- */

static void blanks(struct reader *r)
{
	while (isspace((unsigned char)*r->at))
		r->at++;
}

static bool sum(struct reader *r, size_t *k);

static bool literal(struct reader *r, double sign, size_t *k)
{
	struct fixed *f = r->f;
	struct fixed_step s = { 0 };
	const char *from = r->at;
	char number[24];
	size_t n = 0;

	while (isdigit((unsigned char)r->at[n]) || r->at[n] == '.')
		n++;
	if (n && (r->at[n] == 'e' || r->at[n] == 'E')) {
		n++;
		n += r->at[n] == '-' || r->at[n] == '+';
		while (isdigit((unsigned char)r->at[n]))
			n++;
	}
	if (!n || n > 20)
		return bad(r, n ? "a number too long" : "no number");
	snprintf(number, sizeof number, "%.*s", (int)n, from);
	{
		char *end;

		s.real = sign * strtod(number, &end);
		if (*end || !isfinite(s.real))
			return bad(r, "no number");
	}
	snprintf(s.text, sizeof s.text, "%s%.20s", sign < 0 ? "-" : "", number);
	r->at += n;
	s.exact = fraction_of(s.real, false);
	s.raw = s.real * f->scale;
	s.flags |= round_tie(s.raw) ? TRACE_TIE : 0u;
	s.code = keep(f, round_by(f->o.rounding, s.raw, &r->rng), &s.flags);
	return finish(r, s, k);
}

static bool factor(struct reader *r, size_t *k)
{
	bool ok = true;

	blanks(r);
	if (++r->depth > DEEP)
		return bad(r, "too deep");
	if (*r->at == '-' || *r->at == '+') {
		bool negative = *r->at++ == '-';

		blanks(r);
		ok = isdigit((unsigned char)*r->at) || *r->at == '.' ? literal(r, negative ? -1 : 1, k) :
		     factor(r, k) && (!negative || apply(r, 'n', *k, *k, k));
	} else if (*r->at == '(') {
		r->at++;
		ok = sum(r, k);
		blanks(r);
		if (ok && *r->at++ != ')') {
			r->at--;
			ok = bad(r, "a parenthesis is not closed");
		}
	} else {
		ok = literal(r, 1, k);
	}
	r->depth--;
	return ok;
}

static bool product(struct reader *r, size_t *k)
{
	size_t right;

	if (!factor(r, k))
		return false;
	for (blanks(r); *r->at == '*' || *r->at == '/'; blanks(r)) {
		char op = *r->at++;

		if (!factor(r, &right) || !apply(r, op, *k, right, k))
			return false;
	}
	return true;
}

static bool sum(struct reader *r, size_t *k)
{
	size_t right;

	if (!product(r, k))
		return false;
	for (blanks(r); *r->at == '+' || *r->at == '-'; blanks(r)) {
		char op = *r->at++;

		if (!product(r, &right) || !apply(r, op, *k, right, k))
			return false;
	}
	return true;
}

static bool run(struct fixed *f, const char *s, struct record *record, struct error *err)
{
	struct reader r = { .s = s, .at = s, .f = f, .rng = rng_seeded(f->o.seed), .r = record, .err = err };
	size_t last;
	char back[NUMBER_SIZE], exact[NUMBER_SIZE];

	f->step = calloc(STEPS_MAX, sizeof *f->step);
	if (!f->step)
		return error_memory(err, "the steps");
	snprintf(f->text, sizeof f->text, "%s", s);
	f->scale = f->o.scale ? (double)f->o.scale : ldexp(1, f->o.n);
	f->qmax = f->o.scale ? INT32_MAX : ((int64_t)1 << (f->o.m + f->o.n)) - 1;
	f->qmin = -f->qmax - 1;
	if (!sum(&r, &last))
		return false;
	if (*r.at)
		return bad(&r, "something left over");
	if (f->o.scale)
		snprintf(record->settings, sizeof record->settings, "times %lld, 32 bits", (long long)f->o.scale);
	else
		snprintf(record->settings, sizeof record->settings, "Q%d.%d, %d bits: sign, %d whole, %d of the fraction", f->o.m, f->o.n,
			 1 + f->o.m + f->o.n, f->o.m, f->o.n);
	snprintf(record->summary, sizeof record->summary, "%zu steps   code %lld   back %s   exact %s", f->steps, (long long)f->step[last].code,
		 number_short(back, f->step[last].back), number_short(exact, f->step[last].real));
	return true;
}

struct record *fixed_run(const char *expression, const struct fixed_options *o, struct error *err)
{
	struct record *r = record_new(&method_fixed, err);
	bool ok;

	if (!r)
		return NULL;
	r->fixed = calloc(1, sizeof *r->fixed);
	if (r->fixed)
		r->fixed->o = *o;
	ok = r->fixed ? run(r->fixed, expression, r, err) : error_memory(err, "the steps");
	if (ok && r->failed)
		ok = error_memory(err, "the steps");
	if (ok)
		return r;
	record_drop(r);
	return NULL;
}
