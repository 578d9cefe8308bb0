/* matmul.c - see matmul.h */
#include "methods/matmul.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "methods/affine.h"
#include "methods/method.h"

const struct method method_matmul = { "matmul", "products in integers, and their rescaling", "matmul" };

bool operand_new(struct operand *p, size_t rows, size_t cols, size_t scales, bool with_real, struct error *err)
{
	size_t n;

	*p = (struct operand){ .rows = rows, .cols = cols, .scales = scales };
	if (__builtin_mul_overflow(rows, cols, &n) || !n)
		return error_set(err, ERR_SHAPE, "%zu x %zu numbers cannot be multiplied", rows, cols);
	p->code = calloc(n, sizeof *p->code);
	p->scale = calloc(scales, sizeof *p->scale);
	p->zero = calloc(scales, sizeof *p->zero);
	p->real = with_real ? calloc(n, sizeof *p->real) : NULL;
	return (p->code && p->scale && p->zero && (p->real || !with_real)) || error_memory(err, "an operand");
}

void operand_drop(struct operand *p)
{
	free(p->code);
	free(p->scale);
	free(p->zero);
	free(p->real);
	*p = (struct operand){ 0 };
}

void matmul_drop(struct matmul *m)
{
	if (!m)
		return;
	operand_drop(&m->a);
	operand_drop(&m->b);
	free(m->cell);
	free(m);
}

static size_t scale_at(const struct operand *p, size_t row, size_t col, bool left)
{
	return p->scales == 1 ? 0 : left ? row : col;
}

double operand_back(const struct operand *p, size_t row, size_t col, bool left)
{
	size_t s = scale_at(p, row, col, left);

	return p->scale[s] * (double)((int64_t)p->code[row * p->cols + col] - p->zero[s]);
}

static double real_of(const struct operand *p, size_t row, size_t col, bool left)
{
	return p->real ? p->real[row * p->cols + col] : operand_back(p, row, col, left);
}

/* ---- checks ---- */

static bool checked(const struct operand *a, const struct operand *b, const struct matmul_options *o, struct error *err)
{
	char buf[NUMBER_SIZE];

	if (a->cols != b->rows) {
		error_set(err, ERR_SHAPE, "%zu x %zu times %zu x %zu: the inner sizes differ", a->rows, a->cols, b->rows, b->cols);
		return error_hint(err, "b", "b needs %zu row%s", a->cols, a->cols == 1 ? "" : "s");
	}
	if (a->scales != 1 && a->scales != a->rows) {
		error_set(err, ERR_SHAPE, "the left operand has %zu scales for %zu rows: its scale would change inside the sum", a->scales, a->rows);
		return error_hint(err, "a", "one scale, or per=row");
	}
	if (b->scales != 1 && b->scales != b->cols) {
		error_set(err, ERR_SHAPE, "the right operand has %zu scales for %zu columns: its scale would change inside the sum", b->scales, b->cols);
		return error_hint(err, "b", "one scale, or per=col");
	}
	if (o->scale != 0 && !(o->scale > 0 && isfinite(o->scale))) {
		error_set(err, ERR_ARGUMENT, "the step of the result cannot be %s", number_short(buf, o->scale));
		return error_hint(err, "out", "a finite number above 0");
	}
	if (o->has_zero && !(o->zero == floor(o->zero) && fabs(o->zero) <= ldexp(1, o->bits - 1) - (o->zero > 0))) {
		error_set(err, ERR_ARGUMENT, "a zero point cannot be %s", number_short(buf, o->zero));
		return error_hint(err, "zero", "a code of the result, %.0f..%.0f", -ldexp(1, o->bits - 1), ldexp(1, o->bits - 1) - 1);
	}
	return true;
}

/* ---- the work ---- */

static void exact_range(struct matmul *m)
{
	for (size_t i = 0; i < m->a.rows; i++)
		for (size_t j = 0; j < m->b.cols; j++) {
			struct product *p = &m->cell[i * m->b.cols + j];

			for (size_t k = 0; k < m->a.cols; k++)
				p->exact += real_of(&m->a, i, k, true) * real_of(&m->b, k, j, false);
			m->exact_lo = i + j ? fmin(m->exact_lo, p->exact) : p->exact;
			m->exact_hi = i + j ? fmax(m->exact_hi, p->exact) : p->exact;
		}
}

static bool result_scale(struct matmul *m, struct error *err)
{
	struct affine_options o;
	struct unit u = { .lo = m->exact_lo, .hi = m->exact_hi };

	m->qmin = -((int64_t)1 << (m->o.bits - 1));
	m->qmax = -m->qmin - 1;
	m->scale = m->o.scale;
	m->zero = m->o.has_zero ? (int64_t)m->o.zero : 0;
	if (m->scale != 0)
		return true;
	affine_defaults(&o);
	o.bits = m->o.bits;
	o.sym = false;
	if (!affine_unit(&o, m->qmin, m->qmax, &u, err))
		return false;
	m->found = true;
	m->scale = u.scale;
	m->zero = m->o.has_zero ? m->zero : (int64_t)u.zero;
	return true;
}

static int64_t kept(const struct matmul *m, double v)
{
	return v < (double)m->qmin ? m->qmin : v > (double)m->qmax ? m->qmax : (int64_t)v;
}

static int64_t size_of(int64_t v)
{
	return v < 0 ? -v : v;
}

/* The four terms on one side, the differences on the other. Codes have at most 17 bits, so 2^28 of their products fit 64. */
static void multiply(struct matmul *m, size_t i, size_t j, struct product *p)
{
	size_t K = m->a.cols, sa = scale_at(&m->a, i, 0, true), sb = scale_at(&m->b, 0, j, false);
	int64_t za = m->a.zero[sa], zb = m->b.zero[sb], rows = 0, cols = 0, running = 0;

	for (size_t k = 0; k < K; k++) {
		int64_t a = m->a.code[i * K + k], b = m->b.code[k * m->b.cols + j];

		p->raw += a * b;
		rows += a;
		cols += b;
		running += (a - za) * (b - zb);
		if (size_of(running) > p->largest)
			p->largest = size_of(running);
	}
	p->by_a = -za * cols;
	p->by_b = -zb * rows;
	p->by_both = (int64_t)K * za * zb;
	p->sum = p->raw + p->by_a + p->by_b + p->by_both;
	assert(p->sum == running);
	if (p->largest > m->limit)
		p->flags |= TRACE_OVERFLOW;
	p->M = m->a.scale[sa] * m->b.scale[sb] / m->scale;
}

static bool rescale(struct matmul *m, struct product *p, struct error *err)
{
	char buf[NUMBER_SIZE];
	double rounded;
	int32_t x = saturate32(p->sum);

	if (!multiplier_of(p->M, &p->m)) {
		error_set(err, ERR_VALUE, "the factor s1 s2 / s3 is %s: no multiplier and shift can stand for it", number_short(buf, p->M));
		return error_hint(err, "out", "a step of the result nearer to those of the operands");
	}
	p->scaled = p->M * (double)p->sum;
	rounded = nearbyint(p->scaled) + (double)m->zero;
	p->q = kept(m, rounded);
	p->two = kept(m, (double)requant_two(x, p->m) + (double)m->zero);
	p->one = kept(m, (double)requant_one(x, p->m) + (double)m->zero);
	p->back = m->scale * (double)(p->q - m->zero);
	p->flags |= (round_tie(p->scaled) ? TRACE_TIE : 0u) | (rounded != (double)p->q ? TRACE_SAT : 0u);
	return true;
}

/* ---- its steps ---- */

static void tell_operand(const struct operand *p, const char *number, bool left, struct record *r)
{
	char name[16], buf[NUMBER_SIZE], scale[NUMBER_SIZE];
	size_t n = p->rows * p->cols, told = n < MATMUL_TOLD_MAX ? n : MATMUL_TOLD_MAX;

	for (size_t k = 0; k < p->scales && k < MATMUL_TOLD_MAX; k++) {
		snprintf(name, sizeof name, "s%s", number);
		record_number(r, name, p->scales == 1 ? SIZE_MAX : k, p->scale[k], NULL);
		record_exact(r, fraction_of(p->scale[k], false));
		snprintf(name, sizeof name, "z%s", number);
		record_number(r, name, p->scales == 1 ? SIZE_MAX : k, (double)p->zero[k], NULL);
	}
	for (size_t i = 0; i < told; i++) {
		size_t row = i / p->cols, col = i % p->cols, s = scale_at(p, row, col, left);

		snprintf(name, sizeof name, "q%s", number);
		record_number(r, name, i, (double)p->code[i], p->real ? "round(r / s) + z" : NULL);
		if (p->real)
			record_filled(r, "round(%s / %s) + %d", number_short(buf, p->real[i]), number_short(scale, p->scale[s]), (int)p->zero[s]);
	}
}

static void tell_cell(const struct matmul *m, size_t i, struct record *r)
{
	const struct product *p = &m->cell[i];
	char v[NUMBER_SIZE], s[NUMBER_SIZE];

	record_number(r, "rescaled", i, p->scaled, "s1 s2 / s3 x sum");
	record_filled(r, "%s x %lld", number_short(v, p->M), (long long)p->sum);
	record_number(r, "q3", i, (double)p->q, "clip(round(rescaled) + z3)");
	record_filled(r, "clip(round(%s) + %lld)", number_short(v, p->scaled), (long long)m->zero);
	record_flags(r, p->flags);
	record_number(r, "m0", i, (double)p->m.m0, "M = m 2^e; round(m 2^31)");
	record_number(r, "e", i, (double)p->m.e, "M = m 2^e, m in 0.5..1");
	record_number(r, "two", i, (double)p->two, "RDBPOT(SRDHM(sum, m0), -e) + z3");
	record_flags(r, p->two != p->one ? TRACE_TIE : 0u);
	record_number(r, "one", i, (double)p->one, "(sum x m0 + 2^(30-e)) >> (31-e) + z3");
	record_filled(r, "(%lld x %d + 2^%d) >> %d + %lld", (long long)p->sum, (int)p->m.m0, 30 - p->m.e, 31 - p->m.e, (long long)m->zero);
	record_number(r, "back", i, p->back, "s3 (q3 - z3)");
	record_filled(r, "%s (%lld - %lld)", number_short(s, m->scale), (long long)p->q, (long long)m->zero);
	record_number(r, "exact", i, p->exact, "sum of r1 r2");
	record_number(r, "error", i, p->back - p->exact, "back - exact");
	record_filled(r, "%s - %s", number_short(v, p->back), number_short(s, p->exact));
}

static void tell(const struct matmul *m, struct record *r)
{
	size_t n = m->a.rows * m->b.cols, told = n < MATMUL_TOLD_MAX ? n : MATMUL_TOLD_MAX;
	char s[NUMBER_SIZE];
	const struct product *p = m->cell;

	record_step(r, "codes", "matmul");
	record_reads(r, "a b");
	record_say(r, "codes: %s is %zu x %zu, %s is %zu x %zu", m->a.name, m->a.rows, m->a.cols, m->b.name, m->b.rows, m->b.cols);
	tell_operand(&m->a, "1", true, r);
	tell_operand(&m->b, "2", false, r);
	record_step(r, "multiply", "matmul");
	record_reads(r, "q1 q2");
	record_say(r, "multiply: integers alone, %lld for the first, kept in %d bits", (long long)p->raw, m->o.acc);
	for (size_t i = 0; i < told; i++) {
		record_number(r, "raw", i, (double)m->cell[i].raw, "sum q1 q2");
		record_number(r, "largest", i, (double)m->cell[i].largest, "largest magnitude of the running sum");
		record_flags(r, m->cell[i].flags & TRACE_OVERFLOW);
	}
	record_step(r, "correct", "matmul");
	record_reads(r, "raw q1 q2 z1 z2");
	record_say(r, "correct: %lld %+lld %+lld %+lld = %lld, for the zero points", (long long)p->raw, (long long)p->by_a, (long long)p->by_b,
		   (long long)p->by_both, (long long)p->sum);
	for (size_t i = 0; i < told; i++) {
		record_number(r, "by_a", i, (double)m->cell[i].by_a, "-z1 x sum of the column of q2");
		record_number(r, "by_b", i, (double)m->cell[i].by_b, "-z2 x sum of the row of q1");
		record_number(r, "by_both", i, (double)m->cell[i].by_both, "K z1 z2");
		record_number(r, "sum", i, (double)m->cell[i].sum, "sum (q1 - z1)(q2 - z2)");
		record_filled(r, "%lld %+lld %+lld %+lld", (long long)m->cell[i].raw, (long long)m->cell[i].by_a, (long long)m->cell[i].by_b,
			      (long long)m->cell[i].by_both);
	}
	record_step(r, "rescale", "matmul");
	record_reads(r, "a b sum s1 s2");
	record_say(r, "rescale: s1 s2 / s3 = %s, times %lld, rounded: %lld", number_short(s, p->M), (long long)p->sum, (long long)p->q);
	record_number(r, "s3", SIZE_MAX, m->scale, m->found ? "(highest - lowest) / (last code - first) of the exact result" : NULL);
	record_number(r, "z3", SIZE_MAX, (double)m->zero, NULL);
	if (m->a.cols == 1 && n == 1) {		/* the document's misprint: s1 - s2 / s3 */
		record_number(r, "printed", SIZE_MAX, nearbyint((m->a.scale[0] - m->b.scale[0] / m->scale) * (double)p->sum) + (double)m->zero,
			      "round((s1 - s2 / s3) x sum) + z3, as the notes print it");
	}
	for (size_t i = 0; i < told; i++)
		tell_cell(m, i, r);
	snprintf(r->settings, sizeof r->settings, "%s x %s -> int%d", m->a.kind, m->b.kind, m->o.bits);
	snprintf(r->summary, sizeof r->summary, "%zu x %zu   step %s   zero %lld   first code %lld   back %.6g   exact %.6g", m->a.rows, m->b.cols, s,
		 (long long)m->zero, (long long)p->q, p->back, p->exact);
}

static bool work(struct matmul *m, struct error *err)
{
	size_t n = m->a.rows * m->b.cols;
	double per_product = ldexp(1, 34);

	if (n > (size_t)1 << 22 || (double)n * (double)m->a.cols > 0x1p32 || (double)m->a.cols * per_product >= 0x1p62)
		return error_set(err, ERR_SHAPE, "%zu x %zu x %zu products are too many to follow", m->a.rows, m->a.cols, m->b.cols);
	m->cell = calloc(n, sizeof *m->cell);
	if (!m->cell)
		return error_memory(err, "the products");
	m->limit = m->o.acc >= 64 ? INT64_MAX : ((int64_t)1 << (m->o.acc - 1)) - 1;
	exact_range(m);
	if (!result_scale(m, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		multiply(m, i / m->b.cols, i % m->b.cols, &m->cell[i]);
		if (!rescale(m, &m->cell[i], err))
			return false;
	}
	return true;
}

struct record *matmul_run(struct operand a, struct operand b, const struct matmul_options *o, struct error *err)
{
	struct record *r = record_new(&method_matmul, err);
	struct matmul *m = r ? calloc(1, sizeof *m) : NULL;
	bool ok;

	if (!m) {
		operand_drop(&a);
		operand_drop(&b);
		record_drop(r);
		error_memory(err, "products");
		return NULL;
	}
	r->matmul = m;
	*m = (struct matmul){ .o = *o, .a = a, .b = b };
	ok = checked(&m->a, &m->b, o, err) && work(m, err);
	if (ok)
		tell(m, r);
	if (ok && r->failed)
		ok = error_memory(err, "the steps");
	if (ok)
		return r;
	record_drop(r);
	return NULL;
}
