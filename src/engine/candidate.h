/*
 * candidate.h - the candidates of a scale search, read from a trace: what each would have stored, and what it cost.
 *
 * A search belongs to a sub-block, or, with numbers from the count of sub-blocks on, to the scales and the minima that a super-block
 * stores (what was fitted to its d and dmin).
 */
#ifndef ENGINE_CANDIDATE_H
#define ENGINE_CANDIDATE_H

#include "engine/trace.h"

enum candidate_form {
	FORM_SCALE,		/* a step is tried, codes follow, and the step is fitted to them again */
	FORM_TABLE,		/* the same with values from a table */
	FORM_GRID,		/* the same with entries of a codebook */
	FORM_PAIR,		/* a scale and a minimum */
	FORM_CUTS,		/* sorted weights are cut into three levels */
	FORM_NUMBERS,		/* a step for the numbers of the sub-blocks */
};

struct candidate {
	const struct trace_event *event;
	double shift;		/* which one: -9 .. 9, -1 the first guess; the order they are shown in */
	double inverse;		/* what weights were multiplied with to get the codes; NAN with cuts */
	double from;		/* pairs: the minimum that codes counted from */
	double scale, minimum;	/* fitted to those codes; NAN: there is none */
	double cost;		/* as the codec adds it up; infinity: nothing could be fitted */
	double weighted;	/* root of the mean of it, by the weights; NAN where the cost is no sum of squares */
	double plain;		/* rmse of the weights; NAN where the trace does not tell the codes */
	int cut[2];		/* cuts: so many weights are -1, so many more -1 or 0 */
	bool taken, better;	/* better than all before it; taken: the last of those */
};

struct candidates {
	struct candidate *c; size_t n, taken;
	enum candidate_form form;
	size_t step;		/* of the trace, that tried them */
	bool absolute;		/* the cost is of magnitudes of errors, not of squares */
};

/* How many searches the trace holds before event `end`: sub-blocks first. 0: nothing is searched. */
size_t candidate_searches(const struct trace *t, size_t end);
/* Those of the k-th search, in the order of their shift. The caller drops them. ERR_MEMORY. */
bool candidates_read(const struct trace *t, size_t end, size_t k, struct candidates *out, struct error *err);
/* What a candidate gives for the weights of a sub-block, from weight `first` on: codes, and what they would come back as. Returns how
 * many there are; 0 where the trace does not tell. */
size_t candidate_codes(const struct trace *t, const struct candidates *all, size_t which, size_t first, int *code, float *value, size_t max);
/* The codes it chooses among, and their values; 0 as above. */
size_t candidate_levels(const struct trace *t, const struct candidates *all, size_t which, int *code, float *value, size_t max);
/* What the best codes would cost with another pair of scale and minimum; NAN where no pairs are searched. */
double candidate_pair_cost(const struct trace *t, const struct candidates *all, size_t sub, double scale, double minimum);
void candidates_drop(struct candidates *c);

#endif
