/*
 * plain.h - what f32, f16 and bf16 share: a number on its own, taken apart into sign, exponent and fraction.
 */
#ifndef ENGINE_CODECS_PLAIN_H
#define ENGINE_CODECS_PLAIN_H

#include "engine/trace.h"

/* codec->own: a float of 1 + exponent + fraction bits, lowest byte first. */
struct plain {
	unsigned exponent, fraction;
	float (*get)(const unsigned char *p);
	void (*put)(unsigned char *p, float x);
	enum trace_kind nearest;	/* how the stored number follows from x */
	const char *step, *say;
};

encode_row_fn plain_encode;
decode_row_fn plain_decode;
dot_row_fn plain_dot;		/* each product rounded to float, the sum in double (codecs-basic.md 10) */

#endif
