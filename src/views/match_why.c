/*
 * match_why.c - why this entry, this sign, these bits: from the measured candidates and from the trace of the codec.
 *
 * Numbers of weights are those of the group: sign[0] is of w0 in the picture. index[i] and entry[i] count groups of the block.
 */
#include "views/match_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views/figure.h"

static const char *spelled(int n, char buf[20])
{
	static const char *const words[] = { "None is", "One is", "Two are", "Three are", "Four are", "Five are", "Six are", "Seven are", "Eight are" };

	if (n >= 0 && n < (int)(sizeof words / sizeof *words))
		return words[n];
	snprintf(buf, 20, "%d are", n);
	return buf;
}

static void trace_lines(const struct match_view *v, const char *name, size_t i, struct text *out)
{
	const struct trace_event *e = trace_find(v->trace, name, i, v->trace->events);

	if (e)
		trace_why(v->trace, e, out);
}

/* ---- the entry ---- */

static void nearest_sentence(const struct match_view *v, const struct match_candidate *stored, const struct match_candidate *nearest, struct text *out)
{
	double turn = match_crossing(&v->m, nearest->entry, stored->entry), scale = (double)v->m.scale;
	char a[FIGURE_SIZE], b[FIGURE_SIZE];

	if (isnan(turn)) {
		lines_sentence(out, "%d is nearer than %d at any scale, but it is not what the codec looked at: it weighs errors, and goes to an entry "
			       "around the rounded digits.", nearest->entry, stored->entry);
		return;
	}
	lines_sentence(out, "The entry is picked while the block scale is still being fitted. %d is nearer than %d only for scales %s %s; the stored scale "
		       "is %s.", nearest->entry, stored->entry, scale > turn ? "above" : "below", figure_digits(a, turn, 3, false),
		       figure_digits(b, scale, 3, false));
}

static void why_entry(const struct match_view *v, struct text *out)
{
	const struct match_candidate *stored = match_find(&v->m, v->m.stored), *nearest = NULL;
	char a[FIGURE_SIZE];

	if (v->m.scale == 0) {
		text_add(out, "The scale is 0, so every entry comes back as zeros: %d is no choice, only what its index bits are left at.\n",
			 stored->entry);
		return;
	}
	for (int i = 0; i < v->m.entries; i++)
		if (v->m.candidate[i].rank[MATCH_DISTANCE] == 1)
			nearest = &v->m.candidate[i];
	if (stored == nearest)
		text_add(out, "%d is the nearest of %d entries at the stored scale %s.\n", stored->entry, v->m.entries,
			 figure_digits(a, (double)v->m.scale, 3, false));
	else
		nearest_sentence(v, stored, nearest, out);
	if (stored->rank[MATCH_WEIGHTED] == 1 && stored != nearest)
		text_put(out, "By the weighted distance that the codec uses it is the nearest.\n");
	else if (stored != nearest)
		text_add(out, "By the weighted distance that the codec uses it is number %d.\n", stored->rank[MATCH_WEIGHTED]);
	if (v->q.source.codec)
		trace_lines(v, "entry", v->group, out);
}

/* ---- signs ---- */

/* Minus signs of the eight weights that this group's signs are stored with. */
static int minus_of_eight(const struct match_view *v)
{
	size_t first = v->group * (size_t)v->m.len / 8 * 8;
	int n = 0;

	for (size_t i = first; i < first + 8; i++)
		n += v->trace->x[i] < 0;
	return n;
}

/* Has the trace an event of this kind for weight i of the group? */
static bool happened(const struct match_view *v, enum trace_kind kind, size_t i)
{
	size_t weight = v->group * (size_t)v->m.len + i;

	for (size_t k = 0; k < v->trace->events; k++)
		if (v->trace->event[k].kind == kind && v->trace->event[k].weight == weight)
			return true;
	return false;
}

static void why_sign(const struct match_view *v, size_t i, struct text *out)
{
	const struct match *m = &v->m;
	bool parity = happened(v, TRACE_SIGN_TURNED, i), complement = happened(v, TRACE_SIGN_COMPLEMENTED, i);
	char word[20], a[FIGURE_SIZE];

	if (!match_signed(v)) {
		text_add(out, "%s keeps no signs: its levels are -1, 0 and 1, all moved by %s1/8.\n", m->codec->name, m->shift < 0 ? "-" : "+");
		return;
	}
	if (parity && complement) {
		lines_sentence(out, "w%zu = %s keeps its sign, turned twice: first as its loss costs least where the number of minus signs has to be even, "
			       "then with all signs of the sub-block, as the fitted scale was negative.", i,
			       figure_bare(a, (double)m->x[i], figure_decimals((double)m->x[i], 2), true));
	} else if (m->turned[i] && v->even_signs && v->trace->x && !complement) {
		lines_sentence(out, "Only an even number of minus signs can be stored (7 bits + parity). %s needed here, so the sign whose loss costs least "
			       "is turned: w%zu = %s.", spelled(minus_of_eight(v), word), i,
			       figure_bare(a, (double)m->x[i], figure_decimals((double)m->x[i], 2), true));
	} else if (m->turned[i]) {
		lines_sentence(out, "w%zu = %s comes back with the other sign: the fitted scale was negative, so all signs of the sub-block were turned.", i,
			       figure_bare(a, (double)m->x[i], figure_decimals((double)m->x[i], 2), true));
	} else if (v->even_signs && v->trace->x && minus_of_eight(v) % 2 == 0) {
		text_add(out, "%s minus, an even number, so no sign has to be turned.\n", spelled(minus_of_eight(v), word));
	}
	trace_lines(v, "sign", v->group * (size_t)m->len + i, out);
}

/* ---- a candidate ---- */

static void why_candidate(const struct match_view *v, const struct match_candidate *c, struct text *out)
{
	const struct match *m = &v->m;
	char a[FIGURE_SIZE], b[FIGURE_SIZE];

	text_add(out, "distance of %d = sqrt(sum of (%s x level - %s)^2)\n  ", c->entry, figure_digits(a, (double)m->scale, 3, false),
		 match_signed(v) ? "magnitude" : "weight");
	for (int j = 0; j < m->len; j++)
		text_add(out, "%s%s", j ? " " : "", figure_bare(a, (double)(m->scale * c->level[j] - m->target[j]),
								 figure_decimals((double)m->target[j], 3), true));
	text_add(out, "   = %s, rank %d of %d; cosine %s, rank %d\n", figure_digits(a, c->distance, 4, false), c->rank[MATCH_DISTANCE], m->entries,
		 figure_bare(b, c->cosine, 4, false), c->rank[MATCH_COSINE]);
}

static bool no_such(const struct match_view *v, const char *name, struct error *err)
{
	struct text names = { 0 };

	text_add(&names, "entry index sign[0..%d] and, of the trace, ", v->m.len - 1);
	trace_names(v->trace, &names);
	error_set(err, ERR_ARGUMENT, "there is no '%.40s' here", name);
	error_hint(err, "name", "there are %s", text_str(&names));
	text_drop(&names);
	return false;
}

bool match_why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct match_view *v = state;
	char word[16];
	size_t i;

	if (!v->m.candidate) {
		match_no_codebook(v, out);
		text_put(out, "\n");
		return true;
	}
	if (!name) {
		const struct match_candidate *c = match_chosen(v);

		if (c->stored)
			why_entry(v, out);
		why_candidate(v, c, out);
		return true;
	}
	if (!trace_parse_name(name, word, &i))
		return no_such(v, name, err);
	if (!strcmp(word, "entry") && (i == SIZE_MAX || i == v->group)) {
		why_entry(v, out);
		return true;
	}
	if (!strcmp(word, "sign") && i < (size_t)v->m.len) {
		why_sign(v, i, out);
		return true;
	}
	if (i == SIZE_MAX && (!strcmp(word, "index") || !strcmp(word, "shift"))) {
		const struct trace_event *e = trace_find(v->trace, word, v->group, v->trace->events);

		if (!e)		/* one for several groups */
			e = trace_find(v->trace, word, v->group * (size_t)v->m.len / v->q.blocks.codec->sub_len, v->trace->events);
		if (!e)
			return no_such(v, name, err);
		trace_why(v->trace, e, out);
		return true;
	}
	return view_why(v->trace, v->trace->events, v->group * (size_t)v->m.len, name, out, err) || no_such(v, name, err);
}
