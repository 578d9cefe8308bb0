/*
 * fixed.h - fixed point: whole numbers that stand for fractions with one scale, a power of two or any number (spec/methods.md 2.4).
 *
 * Qm.n is a sign, m whole bits and n bits of the fraction: 1 + m + n in all. add and sub keep the scale; a product has it twice and is
 * divided by it once, rounded half up; a quotient is multiplied by it first. All saturate.
 */
#ifndef METHODS_FIXED_H
#define METHODS_FIXED_H

#include "methods/record.h"
#include "methods/rounding.h"

struct fixed_options {
	int m, n;			/* Qm.n; scale 0 */
	int64_t scale;			/* "times 100"; 0: 2^n. Codes then have 32 bits. */
	enum rounding rounding; uint64_t seed;
	bool forget;			/* the division after a product is left out, to see what happens */
};

/* What became of a literal (op 0), of a sign, or of two earlier ones. */
struct fixed_step {
	char op;			/* 0, 'n' a sign, '+' '-' '*' '/' */
	size_t left, right;
	char text[24];			/* of a literal, as typed */
	double real;			/* exact result of the expression so far */
	struct fraction exact;
	double raw;			/* scaled: a literal times the scale; else the double-width integer before its rescaling */
	int64_t code;
	double back;
	unsigned flags;			/* TRACE_SAT TRACE_TIE TRACE_UNDERFLOW0: not 0, but its code is */
};

struct fixed {
	struct fixed_options o;
	char text[120];
	double scale;
	int64_t qmin, qmax;
	struct fixed_step *step; size_t steps;
};

/* Numbers, + - * / and parentheses. ERR_SYNTAX for what cannot be read, ERR_VALUE for a division by zero. */
struct record *fixed_run(const char *expression, const struct fixed_options *o, struct error *err);
bool fixed_format(const char *s, int *m, int *n, struct error *err);	/* "3.4", "Q3.4": read as text, never as a number */
void fixed_drop(struct fixed *f);

#endif
