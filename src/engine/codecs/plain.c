/* plain.c - see plain.h */
#include "engine/codecs/plain.h"

#include <math.h>

static void tell_fields(struct trace *t, const struct plain *p, float y)
{
	uint32_t top = (1u << p->exponent) - 1, ones = 1u << p->fraction;
	int bias = (int)(top / 2);

	if (!t)
		return;
	trace_step(t, "split", "block");
	trace_say(t, "split: sign, exponent and fraction");
	TRACE(t, SIGN, V(y, signbit(y) != 0), BITS(p->exponent + p->fraction, 1));
	if (!isfinite(y)) {
		TRACE(t, EXPONENT_TOP, V(top), BITS(p->fraction, p->exponent));
		TRACE(t, FRACTION_TOP, V(isnan(y) ? ones / 2 : 0), BITS(0, p->fraction));
	} else if (y == 0 || ilogbf(y) < 1 - bias) {
		double least = ldexp(1, 1 - bias);

		TRACE(t, EXPONENT_SMALL, V(1 - bias, 0), BITS(p->fraction, p->exponent));
		TRACE(t, FRACTION_SMALL, V(fabsf(y), least, ones, fabsf(y) / least * ones), BITS(0, p->fraction));
	} else {
		double power = ldexp(1, ilogbf(y));

		TRACE(t, EXPONENT, V(ilogbf(y), bias, ilogbf(y) + bias), BITS(p->fraction, p->exponent));
		TRACE(t, FRACTION, V(fabsf(y), power, ones, (fabsf(y) / power - 1) * ones), BITS(0, p->fraction));
	}
}

void plain_encode(const struct codec *c, const float *x, size_t n, const struct codec_options *o, unsigned char *blocks,
		  struct trace *trace)
{
	const struct plain *p = c->own;

	(void)o;			/* one number at a time: nothing to weigh against another */
	for (size_t i = 0; i < n; i++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, i);

		trace_step(t, p->step, "line");
		trace_say(t, "%s", p->say);
		p->put(blocks, x[i]);
		if (t)
			trace_add(t, (struct trace_event){ .kind = p->nearest, V(x[i], p->get(blocks)) });
		tell_fields(t, p, p->get(blocks));
	}
}

void plain_decode(const struct codec *c, const unsigned char *blocks, size_t n, float *y, struct trace *trace)
{
	const struct plain *p = c->own;

	for (size_t i = 0; i < n; i++, blocks += c->block_bytes) {
		struct trace *t = trace_block(trace, i);

		y[i] = p->get(blocks);
		tell_fields(t, p, y[i]);
		trace_step(t, "decode", "line");
		trace_say(t, "decode: sign, exponent and fraction make the number");
		TRACE(t, BACK_PLAIN, V(y[i]));
	}
}

float plain_dot(const struct codec *c, const unsigned char *w, const unsigned char *a, size_t n)
{
	const struct plain *p = c->own;
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		float product = p->get(w + i * c->block_bytes) * p->get(a + i * c->block_bytes);

		sum += product;
	}
	return (float)sum;
}
