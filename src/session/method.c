/* method.c - see method.h */
#include "session/method.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/encode.h"
#include "methods/accumulate.h"
#include "methods/affine.h"
#include "methods/fixed.h"
#include "methods/matmul.h"
#include "methods/method.h"

enum { MOST_PRODUCTS = 1 << 22 };

/* ---- arguments ---- */

/* The place of a word among those that there are. */
static bool choice(const struct args *a, const char *name, const char *words, int *at, struct error *err)
{
	const char *word = args_text(a, name, NULL), *w = words;
	size_t n = word ? strlen(word) : 0;

	for (int k = 0; word && *w; k++) {
		size_t len = strcspn(w, " ");

		if (len == n && !memcmp(w, word, n)) {
			*at = k;
			return true;
		}
		w += len + (w[len] == ' ');
	}
	if (!word)
		return true;
	error_set(err, ERR_ARGUMENT, "%s cannot be '%.40s'", name, word);
	return error_hint(err, name, "one of %s", words);
}

static bool whole(const struct args *a, const char *name, double lo, double hi, double *v, struct error *err)
{
	const struct given *g = args_get(a, name);
	char buf[NUMBER_SIZE];

	if (!g)
		return true;
	if (!(g->number >= lo && g->number <= hi) || g->number != floor(g->number)) {
		error_set(err, ERR_ARGUMENT, "%s cannot be %.40s", name, g->text ? g->text : number_short(buf, g->number));
		return error_hint(err, name, "a whole number from %.0f to %.0f", lo, hi);
	}
	*v = g->number;
	return true;
}

/* A tensor of floats, held: decoded if it is in blocks, a number as 1 x 1. */
static bool floats_of(const struct args *a, const char *name, struct tensor *t, struct error *err)
{
	const struct given *g = args_get(a, name);
	const struct tensor *w = g && g->value ? value_weights(g->value) : NULL;

	if (g && g->value && g->value->kind == VALUE_NUMBER) {
		if (!tensor_new(t, 1, 1, err))
			return false;
		*tensor_floats(t) = (float)g->value->u.number;
		return true;
	}
	if (!w) {
		error_set(err, ERR_ARGUMENT, "%s is not a tensor", name);
		return error_hint(err, name, "a tensor, as in  [3.4, -4.8, 4.9]");
	}
	if (!tensor_floats(w))
		return tensor_decode(w, NULL, t, err);
	*t = tensor_hold(w);
	return true;
}

static const char *name_of(const struct args *a, const char *name)
{
	const struct given *g = args_get(a, name);

	return g && g->value && g->value->label[0] ? g->value->label : name;
}

static bool codes_option(const struct args *a, struct affine_options *o, struct error *err)
{
	const char *s = args_text(a, "codes", NULL);
	static const char words[] = CODE_RANGES;
	long lo, hi;
	int at = -1, n = 0;

	if (!s)
		return true;
	if (sscanf(s, "%ld..%ld%n", &lo, &hi, &n) == 2 && !s[n]) {
		o->codes = CODES_GIVEN;
		o->qmin = lo;
		o->qmax = hi;
		return true;
	}
	if (!choice(a, "codes", words, &at, err))
		return error_hint(err, "codes", "%s, or as in -7..7", words);
	o->codes = (enum code_range)(at + 1);
	return true;
}

static bool calibration_options(const struct args *a, const char *way, struct affine_options *o, size_t cols, struct error *err)
{
	struct calibration_options *c = &o->calibration;
	int at = 0;
	double batch = (double)cols;

	if (!choice(a, way, CALIBRATIONS, &at, err) || !whole(a, "batch", 1, 1e15, &batch, err))
		return false;
	c->way = (enum calibration_way)at;
	c->batch = (size_t)batch;
	c->p = args_number(a, "p", 99.9);
	c->power = args_number(a, "power", 2);
	return true;
}

static bool common_options(const struct args *a, struct affine_options *o, struct error *err)
{
	double bits = 8;
	int sym = 0;

	affine_defaults(o);
	if (!whole(a, "bits", AFFINE_BITS_MIN, AFFINE_BITS_MAX, &bits, err) || !choice(a, "sym", "on off", &sym, err) || !codes_option(a, o, err))
		return false;
	o->bits = (int)bits;
	o->sym = !sym;
	return true;
}

static bool affine_given(const struct args *a, struct affine_options *o, size_t cols, struct error *err)
{
	const struct given *range = args_get(a, "range"), *step = args_get(a, "step"), *zero = args_get(a, "zero");
	int per = 0, round = 0, order = 0;
	double group = 0, seed = 1;
	char buf[NUMBER_SIZE];

	if (!common_options(a, o, err) || !calibration_options(a, "calib", o, cols, err) || !choice(a, "per", PERS, &per, err) ||
	    !choice(a, "round", ROUNDINGS, &round, err) || !choice(a, "order", ORDERS, &order, err) || !whole(a, "group", 1, 1e15, &group, err) ||
	    !whole(a, "seed", 0, 9007199254740991.0, &seed, err))
		return false;
	o->per = group > 0 ? PER_GROUP : (enum per)per;
	o->group = (size_t)group;
	o->rounding = (enum rounding)round;
	o->order = (enum order)order;
	o->seed = (uint64_t)seed;
	if (range) {
		o->has_range = true;
		o->lo = range->number;
		o->hi = range->second;
	}
	if (step && !(step->number > 0 && isfinite(step->number))) {
		error_set(err, ERR_ARGUMENT, "a step cannot be %s", number_short(buf, step->number));
		return error_hint(err, "step", "a finite number above 0");
	}
	o->step = step ? step->number : 0;
	o->has_zero = zero != NULL;
	o->zero = zero ? zero->number : 0;
	return true;
}

/* ---- work that may be long ---- */

struct work { bool calibrating; struct affine_options o; struct tensor x; char name[64]; struct record *record; };

static void work_drop(void *state)
{
	struct work *w = state;

	tensor_drop(&w->x);
	record_drop(w->record);
	free(w);
}

static bool calibrate_work(struct work *w, struct job *job, struct error *err)
{
	struct calibration_options *c = &w->o.calibration;
	int64_t qmin, qmax;
	size_t n = tensor_count(&w->x);

	if (!affine_codes(&w->o, &qmin, &qmax, err) || !all_finite(tensor_floats(&w->x), n, w->x.cols, w->name, err))
		return false;
	c->bits = w->o.bits;
	c->sym = w->o.sym;
	c->qmin = qmin;
	c->qmax = qmax;
	w->record = record_new(&method_calibrate, err);
	if (!w->record)
		return false;
	w->record->calibration = calloc(1, sizeof *w->record->calibration);
	if (!w->record->calibration)
		return error_memory(err, "a search");
	if (!calibrate(tensor_floats(&w->x), n, c, w->record->calibration, w->record, job, err))
		return false;
	return !w->record->failed || error_memory(err, "the steps");
}

static bool method_work(struct job *job, struct error *err)
{
	struct work *w = job->state;

	if (w->calibrating)
		return calibrate_work(w, job, err);
	w->record = affine_run(&w->x, w->name, &w->o, job, err);
	return w->record != NULL;
}

static bool method_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct work *w = job->state;

	if (!ok)
		return false;
	*result = value_record(w->record, false, err);
	w->record = NULL;
	if (*result)
		value_name(*result, w->name);
	return *result != NULL;
}

static bool long_work(const struct args *a, bool calibrating, struct outcome *out, struct error *err)
{
	struct work *w = calloc(1, sizeof *w);
	struct job *job;
	bool ok;

	if (!w)
		return error_memory(err, "a method");
	w->calibrating = calibrating;
	snprintf(w->name, sizeof w->name, "%s", name_of(a, "x"));
	ok = floats_of(a, "x", &w->x, err);
	ok = ok && (calibrating ? common_options(a, &w->o, err) && calibration_options(a, "method", &w->o, w->x.cols, err) :
			    affine_given(a, &w->o, w->x.cols, err));
	if (!ok) {
		work_drop(w);
		return false;
	}
	job = job_new(calibrating ? "calibrating" : "quantizing", w, err);
	if (!job)
		return false;
	job->work = method_work;
	job->finish = method_finish;
	job->drop = work_drop;
	return session_work(job, tensor_count(&w->x) <= SMALL_WORK, out, err);
}

/* ---- matmul ---- */

static bool operand_of_affine(const struct affine *f, bool left, const char *name, struct operand *p, struct error *err)
{
	const float *x = tensor_floats(&f->x);
	bool fits = f->units == 1 || f->o.per == (left ? PER_ROW : PER_COL);

	if (!fits || f->o.order == ORDER_FLOAT_Z) {
		error_set(err, ERR_ARGUMENT, f->o.order == ORDER_FLOAT_Z ? "%s has a zero point that is no code" :
			  "the scale of %s would change inside the sum", name);
		return error_hint(err, left ? "a" : "b", left ? "one scale, or per=row" : "one scale, or per=col");
	}
	if (!operand_new(p, f->rows, f->cols, f->units, true, err))
		return false;
	for (size_t i = 0; i < f->rows * f->cols; i++) {
		p->code[i] = f->code[i];
		p->real[i] = (double)x[i];
	}
	for (size_t k = 0; k < f->units; k++) {
		p->scale[k] = f->unit[k].scale;
		p->zero[k] = (int32_t)f->unit[k].zero;
	}
	p->qmin = f->qmin;
	p->qmax = f->qmax;
	snprintf(p->kind, sizeof p->kind, "%sint%d", f->qmin < 0 ? "" : "u", f->o.bits);
	return true;
}

static bool operand_of_quantized(const struct quantized *q, bool left, const char *name, struct operand *p, struct error *err)
{
	size_t n = tensor_count(&q->blocks), units = tensor_blocks(&q->blocks);
	bool fits = units == 1 || (left && tensor_block_len(&q->blocks) == q->blocks.cols);
	float x;

	if (!fits) {
		error_set(err, ERR_ARGUMENT, "the scale of %s would change inside the sum", name);
		return error_hint(err, left ? "a" : "b", left ? "one scale, or axis=row" : "one scale; affine b per=col has one a column");
	}
	if (!operand_new(p, q->blocks.rows, q->blocks.cols, units, q->source.codec != NULL, err))
		return false;
	if (!quantized_codes(q, 0, n, p->code))
		return error_set(err, ERR_CODEC, "%s has no whole numbers", q->blocks.codec->name);
	for (size_t k = 0; k < units; k++) {
		int zero;

		quantized_scale(q, k, &p->scale[k], &zero);
		p->zero[k] = zero;
		if (q->options.step > 0)	/* as it was given, before it became a float */
			p->scale[k] = q->options.step;
	}
	for (size_t i = 0; p->real && i < n; i++) {
		if (!tensor_read(&q->source, i, 1, &x))
			return error_memory(err, name);
		p->real[i] = (double)x;
	}
	p->qmax = (1 << q->blocks.codec->code_bits) - 1;
	snprintf(p->kind, sizeof p->kind, "%s", q->blocks.codec->name);
	return true;
}

/* Plain numbers are quantized here: 8 bits, symmetric, with step= or from their range. */
static bool operand_of_plain(const struct args *a, const char *arg, bool left, struct operand *p, struct error *err)
{
	struct affine_options o;
	struct tensor x;
	struct record *r;
	bool ok;

	affine_defaults(&o);
	o.step = args_number(a, "step", 0);
	if (o.step < 0 || !isfinite(o.step)) {
		error_set(err, ERR_ARGUMENT, "a step cannot be %s", number_short((char[NUMBER_SIZE]){ 0 }, o.step));
		return error_hint(err, "step", "a finite number above 0");
	}
	if (!floats_of(a, arg, &x, err))
		return false;
	r = affine_run(&x, name_of(a, arg), &o, NULL, err);
	tensor_drop(&x);
	ok = r && operand_of_affine(r->affine, left, name_of(a, arg), p, err);
	record_drop(r);
	return ok;
}

static bool operand_given(const struct args *a, const char *arg, struct operand *p, struct error *err)
{
	const struct given *g = args_get(a, arg);
	const struct value *v = g ? g->value : NULL;
	const struct quantized *q = v ? value_as_quantized(v) : NULL;
	bool left = !strcmp(arg, "a");

	if (v && v->kind == VALUE_RECORD && v->u.record.of->affine) {
		if (!operand_of_affine(v->u.record.of->affine, left, name_of(a, arg), p, err))
			return false;
	} else if (q && q->blocks.codec->flags & CODEC_TEACHING) {
		if (!operand_of_quantized(q, left, name_of(a, arg), p, err))
			return false;
	} else if (v && (v->kind == VALUE_NUMBER || (v->kind == VALUE_TENSOR && v->u.tensor.codec->flags & CODEC_PLAIN))) {
		if (!operand_of_plain(a, arg, left, p, err))
			return false;
	} else {
		error_set(err, ERR_ARGUMENT, "%s is not quantized with whole numbers", name_of(a, arg));
		return error_hint(err, arg, "what affine gives, or quantize with int4, uint8 ...");
	}
	snprintf(p->name, sizeof p->name, "%.39s", name_of(a, arg));
	return true;
}

static bool matmul_method(const struct args *a, struct record **r, struct error *err)
{
	struct operand left = { 0 }, right = { 0 };
	struct matmul_options o = { .bits = 8, .acc = 32 };
	double bits = 8, acc = 32, zero = 0;
	const struct given *out = args_get(a, "out");

	if (!whole(a, "bits", AFFINE_BITS_MIN, AFFINE_BITS_MAX, &bits, err) || !whole(a, "acc", 8, 64, &acc, err) ||
	    !whole(a, "zero", -1e6, 1e6, &zero, err))
		return false;
	if (out && !(out->number > 0)) {
		error_set(err, ERR_ARGUMENT, "the step of the result cannot be %s", number_short((char[NUMBER_SIZE]){ 0 }, out->number));
		return error_hint(err, "out", "a finite number above 0");
	}
	o.scale = out ? out->number : 0;
	o.has_zero = args_get(a, "zero") != NULL;
	o.zero = zero;
	o.bits = (int)bits;
	o.acc = (int)acc;
	if (!operand_given(a, "a", &left, err) || !operand_given(a, "b", &right, err)) {
		operand_drop(&left);
		operand_drop(&right);
		return false;
	}
	*r = matmul_run(left, right, &o, err);
	return *r != NULL;
}

/* ---- fixed ---- */

static bool fixed_method(const struct args *a, struct record **r, struct error *err)
{
	struct fixed_options o = { .m = 7, .n = 8 };
	const char *q = args_text(a, "q", NULL), *x = args_text(a, "x", "");
	double scale = 0, seed = 1;
	int round = 0, shift = 0;

	if (q && args_get(a, "scale")) {
		error_set(err, ERR_ARGUMENT, "q= and scale= are two ways to say the same");
		return error_hint(err, "scale", "one of them");
	}
	if (!whole(a, "scale", 1, 1e9, &scale, err) || !whole(a, "seed", 0, 9007199254740991.0, &seed, err) ||
	    !choice(a, "round", ROUNDINGS, &round, err) || !choice(a, "shift", "on off", &shift, err) ||
	    (q && !fixed_format(q, &o.m, &o.n, err)))
		return false;
	o.scale = (int64_t)scale;
	o.rounding = (enum rounding)round;
	o.seed = (uint64_t)seed;
	o.forget = shift == 1;
	if (strlen(x) > 100)
		return error_set(err, ERR_ARGUMENT, "an expression of more than 100 characters") || error_hint(err, "x", "a shorter one");
	*r = fixed_run(x, &o, err);
	return *r != NULL;
}

/* ---- accumulate ---- */

static bool accumulate_method(const struct args *a, struct record **r, struct error *err)
{
	struct tensor left = { 0 }, right = { 0 };
	double bits = 14, every = 128;
	size_t n;
	bool ok;

	if (!whole(a, "acc_bits", ACC_BITS_MIN, ACC_BITS_MAX, &bits, err) || !whole(a, "every", 1, 1e9, &every, err) || !floats_of(a, "a", &left, err))
		return false;
	ok = floats_of(a, "b", &right, err);
	n = tensor_count(&left);
	if (ok && (!n || n != tensor_count(&right) || n > MOST_PRODUCTS)) {
		ok = error_set(err, ERR_SHAPE, "%s has %zu numbers, %s has %zu", name_of(a, "a"), n, name_of(a, "b"), tensor_count(&right));
		error_hint(err, "b", "as many as a: each number of a is multiplied with one of b; at most %d", MOST_PRODUCTS);
	}
	ok = ok && all_finite(tensor_floats(&left), n, left.cols, name_of(a, "a"), err) &&
	     all_finite(tensor_floats(&right), n, right.cols, name_of(a, "b"), err);
	if (ok)
		*r = accumulate_run(tensor_floats(&left), tensor_floats(&right), n,
				    &(struct accumulate_options){ .acc_bits = (int)bits, .every = (size_t)every }, err);
	tensor_drop(&left);
	tensor_drop(&right);
	return ok && *r;
}

bool session_method(struct session *s, const char *method, const struct args *a, struct outcome *out, struct error *err)
{
	struct record *r = NULL;

	(void)s;
	if (!strcmp(method, "calibrate") || !strcmp(method, "affine"))
		return long_work(a, !strcmp(method, "calibrate"), out, err);
	if (!(!strcmp(method, "matmul") ? matmul_method(a, &r, err) : !strcmp(method, "accumulate") ? accumulate_method(a, &r, err) :
	      fixed_method(a, &r, err)))
		return false;
	out->value = value_record(r, false, err);
	return out->value != NULL;
}

bool session_walk_record(const struct value *record, struct outcome *out, struct error *err)
{
	out->value = value_record(record_hold(record->u.record.of), true, err);
	if (out->value)
		value_name(out->value, record->label);
	return out->value != NULL;
}
