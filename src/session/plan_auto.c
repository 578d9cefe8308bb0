/*
 * plan_auto.c - the mix of types with the least error for a size.
 *
 * Every tensor is measured in every type that it could have within the limit (plan_error.h). Of what a tensor can get only types stay that
 * no smaller one beats. Then:
 *
 *      few mixes       all of them are tried (up to MIXES_MOST)
 *      many            from the smallest mix on, the step that saves most error a byte, along the lower convex hull of each tensor, as
 *                      long as one fits: what Lagrange's multiplier finds. Then single steps up, and exchanges of one step up for one
 *                      down, as long as they lower the error within the limit.
 *
 * All recipes and all pure codecs of that size or less are measured the same way; the best of them is a second place to start from. So the
 * mix is never worse than a recipe of equal size that is made of the same types.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/plan_error.h"

enum { AUTO_MOST = 1 << 22, AUTO_LEAST = 4, MIXES_MOST = 200000, SWEEPS = 20, KNOWN_MOST = 96 };

static const char why_auto[] = "least error for the size";

struct option { const struct codec *codec; uint64_t bytes; double squares; };

/* A tensor whose type is to be found. at: the option it has now. */
struct unit { size_t tensor; struct option *option; size_t n, at; };

struct known { char name[40]; const struct codec *pure; struct choice *choice; uint64_t bytes; double squares; };

struct auto_work {
	struct plan *plan;
	const struct codec *codec[CODEC_COUNT]; size_t codecs;
	bool listed;				/* by codecs=: nothing else may be taken */
	struct unit *unit; size_t units;
	struct known known[KNOWN_MOST]; size_t knowns;
	uint64_t limit, fixed;			/* bytes: in all; of tensors that are not in question */
};

static void auto_drop(void *state)
{
	struct auto_work *w = state;

	for (size_t i = 0; i < w->units; i++)
		free(w->unit[i].option);
	for (size_t i = 0; i < w->knowns; i++)
		free(w->known[i].choice);
	free(w->unit);
	plan_drop(w->plan);
	free(w);
}

/* ---- what could be taken ---- */

static bool of_files(const struct codec *c)
{
	return c->encode && c->gguf_type >= 0 && !(c->flags & CODEC_ACTIVATIONS_ONLY);
}

static bool served(const struct plan *p, const struct planned *t, const struct codec *c)
{
	return !mixture_needs_importance(t->e->name, c, &p->mix) || importance_find(p->importance, t->e->name);
}

static bool open_to_choice(const struct planned *t)
{
	return t->choice.codec && !t->choice.asked;
}

static bool has_option(const struct unit *u, const struct codec *c)
{
	for (size_t k = 0; k < u->n; k++)
		if (u->option[k].codec == c)
			return true;
	return false;
}

static void add_option(const struct auto_work *w, struct unit *u, const struct codec *c)
{
	const struct planned *t = &w->plan->tensor[u->tensor];

	if (c && !(t->e->cols % c->block_len) && !has_option(u, c) && served(w->plan, t, c))
		u->option[u->n++] = (struct option){ .codec = c, .bytes = planned_bytes(t, c) };
}

static bool find_units(struct auto_work *w, struct error *err)
{
	struct plan *p = w->plan;

	w->unit = calloc(p->n + 1, sizeof *w->unit);
	if (!w->unit)
		return error_memory(err, "a plan");
	for (size_t i = 0; i < p->n; i++) {
		struct planned *t = &p->tensor[i];
		struct unit *u = &w->unit[w->units];

		if (!open_to_choice(t)) {
			w->fixed += t->bytes;
			continue;
		}
		u->tensor = i;
		u->option = calloc(CODEC_COUNT, sizeof *u->option);
		if (!u->option)
			return error_memory(err, "a plan");
		w->units++;
		for (size_t k = 0; k < w->codecs; k++)
			add_option(w, u, mixture_fit(w->codec[k], t->e->cols));
		if (!u->n) {
			error_set(err, ERR_CODEC, "'%.60s' can have none of these types: its rows of %zu do not fill their blocks, or they need importance",
				  t->e->name, t->e->cols);
			return error_hint(err, "codecs", "more types, or keep=\"%.60s\"", t->e->name);
		}
	}
	return true;
}

static uint64_t smallest(const struct unit *u)
{
	uint64_t least = UINT64_MAX;

	for (size_t k = 0; k < u->n; k++)
		least = u->option[k].bytes < least ? u->option[k].bytes : least;
	return least;
}

/* Types too large even if all others take the least are not measured. False: nothing fits. */
static bool cut_large(struct auto_work *w, const struct plan_request *q, struct error *err)
{
	uint64_t least = w->fixed;
	double bits = plan_bits(w->plan), weights = bits > 0 ? 8 * (double)plan_bytes(w->plan) / bits : 0;
	char size[NUMBER_SIZE], limit[NUMBER_SIZE];
	bool by_bits = q->bits > 0 && !q->limit;

	for (size_t i = 0; i < w->units; i++)
		least += smallest(&w->unit[i]);
	if (least > w->limit) {
		error_set(err, ERR_VALUE, "no mix of these types is as small as %s", number_size(limit, (double)w->limit));
		return error_hint(err, by_bits ? "bits" : "limit", "the smallest possible is %s, %.2f bits a weight: limit=%llu%s",
				  number_size(size, (double)least), weights > 0 ? ceil(800 * (double)least / weights) / 100 : 0,
				  (unsigned long long)least, w->listed ? "; or smaller types in codecs=" :
				  w->plan->importance ? "" : "; with imatrix= smaller types can be used");
	}
	for (size_t i = 0; i < w->units; i++) {
		struct unit *u = &w->unit[i];
		uint64_t room = w->limit - least + smallest(u);
		size_t n = 0;

		for (size_t k = 0; k < u->n; k++)
			if (u->option[k].bytes <= room)
				u->option[n++] = u->option[k];
		u->n = n;
	}
	return true;
}

/* A recipe or a pure codec, if it fits and is made of types that may be taken. */
static void add_known(struct auto_work *w, const struct recipe *r, const struct codec *pure)
{
	struct plan *p = w->plan;
	struct known *k = &w->known[w->knowns];
	struct error ignored = { 0 };
	size_t u = 0;

	*k = (struct known){ .pure = pure, .choice = calloc(p->n + 1, sizeof *k->choice) };
	if (pure)
		snprintf(k->name, sizeof k->name, "pure %s", pure->name);
	else
		snprintf(k->name, sizeof k->name, "recipe %s", r->name);
	if (w->knowns + 1 == KNOWN_MOST || !k->choice || !plan_types_of(p, r, pure, k->choice, &ignored)) {
		free(k->choice);
		return;
	}
	k->bytes = w->fixed;
	for (; u < w->units; u++) {
		const struct codec *c = k->choice[w->unit[u].tensor].codec;

		if (!c || !has_option(&w->unit[u], c))
			break;
		k->bytes += planned_bytes(&p->tensor[w->unit[u].tensor], c);
	}
	if (u < w->units || k->bytes > w->limit)
		free(k->choice);
	else
		w->knowns++;
}

/* ---- finding the mix ---- */

static int by_bytes(const void *a, const void *b)
{
	const struct option *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? -1 : 1;
	return x->squares != y->squares ? (x->squares < y->squares ? -1 : 1) : x->codec->id < y->codec->id ? -1 : 1;
}

/* What no smaller one beats, the smallest first. */
static void keep_best(struct auto_work *w, struct unit *u)
{
	size_t n = 0;

	for (size_t k = 0; k < u->n; k++)
		u->option[k].squares = plan_error_of(w->plan, u->tensor, u->option[k].codec);
	qsort(u->option, u->n, sizeof *u->option, by_bytes);
	for (size_t k = 0; k < u->n; k++)
		if (!n || u->option[k].squares < u->option[n - 1].squares)
			u->option[n++] = u->option[k];
	u->n = n;
	u->at = 0;
}

static uint64_t mix_bytes(const struct auto_work *w)
{
	uint64_t sum = w->fixed;

	for (size_t i = 0; i < w->units; i++)
		sum += w->unit[i].option[w->unit[i].at].bytes;
	return sum;
}

static double mix_squares(const struct auto_work *w)
{
	double sum = 0;

	for (size_t i = 0; i < w->units; i++)
		sum += w->unit[i].option[w->unit[i].at].squares;
	return sum;
}

/* All mixes of the units from `i` on; best holds the options of the best one so far. */
static void try_all(struct auto_work *w, size_t i, uint64_t bytes, double squares, double *least, uint64_t *least_bytes, size_t *best)
{
	if (bytes > w->limit || squares > *least)
		return;
	if (i == w->units) {
		if (squares < *least || bytes < *least_bytes) {
			*least = squares;
			*least_bytes = bytes;
			for (size_t k = 0; k < w->units; k++)
				best[k] = w->unit[k].at;
		}
		return;
	}
	for (size_t k = 0; k < w->unit[i].n; k++) {
		w->unit[i].at = k;
		try_all(w, i + 1, bytes + w->unit[i].option[k].bytes, squares + w->unit[i].option[k].squares, least, least_bytes, best);
	}
}

static bool few(const struct auto_work *w)
{
	double mixes = 1;

	for (size_t i = 0; i < w->units; i++)
		mixes *= (double)w->unit[i].n;
	return mixes <= MIXES_MOST;
}

/* The option at the end of the hull's next edge: the steepest way down from where the unit is. */
static size_t next_on_hull(const struct unit *u, double *slope)
{
	const struct option *from = &u->option[u->at];
	size_t best = u->at;

	*slope = 0;
	for (size_t k = u->at + 1; k < u->n; k++) {
		double s = (from->squares - u->option[k].squares) / (double)(u->option[k].bytes - from->bytes);

		if (s > *slope) {
			*slope = s;
			best = k;
		}
	}
	return best;
}

static void walk_hulls(struct auto_work *w, struct job *job)
{
	uint64_t bytes;

	for (size_t i = 0; i < w->units; i++)
		w->unit[i].at = 0;
	bytes = mix_bytes(w);
	while (!job_stopped(job)) {
		struct unit *best = NULL;
		double steepest = 0, slope;
		size_t to = 0;

		for (size_t i = 0; i < w->units; i++) {
			struct unit *u = &w->unit[i];
			size_t k = next_on_hull(u, &slope);

			if (slope > steepest && bytes - u->option[u->at].bytes + u->option[k].bytes <= w->limit) {
				best = u;
				steepest = slope;
				to = k;
			}
		}
		if (!best)
			return;
		bytes += best->option[to].bytes - best->option[best->at].bytes;
		best->at = to;
	}
}

/* A step up of one unit, paid by a step down of another where there is no room. True: the error went down. */
static bool step_up(struct auto_work *w, struct unit *u, size_t to, uint64_t *bytes)
{
	uint64_t more = u->option[to].bytes - u->option[u->at].bytes, room = w->limit - *bytes;
	double gain = u->option[u->at].squares - u->option[to].squares, least = gain * (1 - 1e-9);
	struct unit *payer = NULL;
	size_t down = 0;

	for (size_t i = 0; more > room && i < w->units; i++) {
		struct unit *v = &w->unit[i];

		for (size_t k = v->at; v != u && k-- > 0;) {
			if (v->option[v->at].bytes - v->option[k].bytes < more - room)
				continue;
			if (v->option[k].squares - v->option[v->at].squares < least) {
				least = v->option[k].squares - v->option[v->at].squares;
				payer = v;
				down = k;
			}
			break;		/* one further down costs more */
		}
	}
	if (more > room && !payer)
		return false;
	if (payer) {
		*bytes -= payer->option[payer->at].bytes - payer->option[down].bytes;
		payer->at = down;
	}
	*bytes += more;
	u->at = to;
	return true;
}

static void improve(struct auto_work *w, struct job *job)
{
	uint64_t bytes = mix_bytes(w);
	bool changed = true;

	for (int sweep = 0; changed && sweep < SWEEPS; sweep++) {
		changed = false;
		for (size_t i = 0; i < w->units && !job_stopped(job); i++)
			for (size_t k = w->unit[i].at + 1; k < w->unit[i].n; k++)
				changed |= step_up(w, &w->unit[i], k, &bytes);
	}
}

/* The largest option of each unit that takes no more than it has there: no more error either. */
static void take_known(struct auto_work *w, const struct known *k)
{
	for (size_t i = 0; i < w->units; i++) {
		struct unit *u = &w->unit[i];
		uint64_t bytes = planned_bytes(&w->plan->tensor[u->tensor], k->choice[u->tensor].codec);

		u->at = 0;
		while (u->at + 1 < u->n && u->option[u->at + 1].bytes <= bytes)
			u->at++;
	}
}

static void find_mix(struct auto_work *w, const struct known *best_known, size_t *best, struct job *job)
{
	double least = INFINITY;
	uint64_t bytes = UINT64_MAX;

	if (few(w)) {
		try_all(w, 0, w->fixed, 0, &least, &bytes, best);
		return;
	}
	for (int start = 0; start < 1 + (best_known != NULL); start++) {
		if (start)
			take_known(w, best_known);
		else
			walk_hulls(w, job);
		improve(w, job);
		if (mix_squares(w) >= least)
			continue;
		least = mix_squares(w);
		for (size_t k = 0; k < w->units; k++)
			best[k] = w->unit[k].at;
	}
}

/* ---- the work ---- */

static void weigh_knowns(struct auto_work *w)
{
	for (size_t i = 0; i < w->knowns; i++)
		for (size_t u = 0; u < w->units; u++)
			w->known[i].squares += plan_error_of(w->plan, w->unit[u].tensor, w->known[i].choice[w->unit[u].tensor].codec);
}

/* Of the recipes, or of the pure codecs; NULL: none fits. */
static const struct known *best_known(const struct auto_work *w, bool pure)
{
	const struct known *best = NULL;

	for (size_t i = 0; i < w->knowns; i++)
		if (!w->known[i].pure == !pure && (!best || w->known[i].squares < best->squares))
			best = &w->known[i];
	return best;
}

static void give(struct planned *t, const struct codec *c, const struct plan *p)
{
	t->choice.codec = t->choice.wanted = c;
	t->choice.why = why_auto;
	t->choice.needs_importance = mixture_needs_importance(t->e->name, c, &p->mix);
	t->bytes = planned_bytes(t, c);
}

static bool fits_everywhere(const struct plan *p, const struct codec *c)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->tensor[i].choice.codec && !mixture_fit(c, p->tensor[i].e->cols))
			return false;
	return true;
}

/* The file is named after the type that most tensors get, of equals the one that holds more; some recipe has to be. */
static void name_after_most(struct plan *p)
{
	size_t count[CODEC_COUNT] = { 0 };
	uint64_t bytes[CODEC_COUNT] = { 0 };
	const struct codec *most = NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct codec *c = p->tensor[i].choice.codec;

		if (c) {
			count[c->id]++;
			bytes[c->id] += p->tensor[i].bytes;
		}
	}
	for (size_t i = 0; i < CODEC_COUNT; i++)
		if (count[i] && fits_everywhere(p, codecs[i]) && recipe_find(codecs[i]->name) &&
		    (!most || count[i] > count[most->id] || (count[i] == count[most->id] && bytes[i] > bytes[most->id])))
			most = codecs[i];
	if (most)
		p->mix.pure = most;
	p->mix.recipe = recipe_find(p->mix.pure->name);
}

static void note_beside(struct auto_work *w, const struct known *k)
{
	struct plan_search *s = w->plan->search;
	double energy = 0, squares = 0;

	for (size_t i = 0; k && i < w->plan->n; i++) {
		const struct planned *t = &w->plan->tensor[i];

		if (!t->choice.codec)
			continue;
		energy += w->plan->errors->tensor[i].energy;
		squares += plan_error_of(w->plan, i, t->choice.asked ? t->choice.codec : k->choice[i].codec);
	}
	if (!k)
		return;
	strcpy(s->beside[s->besides].name, k->name);
	s->beside[s->besides].bytes = k->bytes;
	s->beside[s->besides++].rel = energy > 0 ? sqrt(squares / energy) : 0;
}

static bool work(struct job *job, struct error *err)
{
	struct auto_work *w = job->state;
	const struct known *recipe, *pure;
	size_t *best = calloc(w->units + 1, sizeof *best);

	if (!best)
		return error_memory(err, "a plan");
	if (!plan_errors_measure(w->plan, job, err)) {
		free(best);
		return false;
	}
	weigh_knowns(w);
	for (size_t i = 0; i < w->units; i++)
		keep_best(w, &w->unit[i]);
	recipe = best_known(w, false);
	pure = best_known(w, true);
	find_mix(w, recipe && pure ? (recipe->squares < pure->squares ? recipe : pure) : recipe ? recipe : pure, best, job);
	if (job_stopped(job)) {
		free(best);
		return error_set(err, ERR_CANCELLED, "stopped while choosing");
	}
	for (size_t i = 0; i < w->units; i++)
		give(&w->plan->tensor[w->unit[i].tensor], w->unit[i].option[best[i]].codec, w->plan);
	name_after_most(w->plan);
	w->plan->search->rel = plan_rel(w->plan);
	note_beside(w, pure);
	note_beside(w, recipe);
	free(best);
	return true;
}

static bool finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct auto_work *w = job->state;

	if (!ok)
		return false;
	*result = value_plan(w->plan, err);
	w->plan = NULL;
	return *result != NULL;
}

/* ---- the action ---- */

static void list_types(struct auto_work *w, const struct plan_request *q)
{
	w->listed = q->codecs != 0;
	for (size_t i = 0; i < q->codecs && w->codecs < CODEC_COUNT; i++)
		w->codec[w->codecs++] = q->codec[i];
	for (size_t i = 0; !w->listed && i < CODEC_COUNT; i++)
		if (of_files(codecs[i]))
			w->codec[w->codecs++] = codecs[i];
}

static bool check_types(const struct plan_request *q, struct error *err)
{
	for (size_t i = 0; i < q->codecs; i++)
		if (!of_files(q->codec[i])) {
			error_set(err, ERR_CODEC, "%s is no type that weights in files can be given", q->codec[i]->name);
			return error_hint(err, "codecs", "codecs  lists those of files");
		}
	if (q->limit || q->bits > 0)
		return true;
	error_set(err, ERR_ARGUMENT, "auto wants to know how large it may become");
	return error_hint(err, "recipe", "limit=800MiB, or bits=4.5 (bits a weight, over all)");
}

/* Groups of tensors and types that will be measured, for the label. */
static void count(struct auto_work *w, struct plan_search *s)
{
	bool seen[CODEC_COUNT] = { 0 };
	char a[64], b[64];

	for (size_t i = 0; i < w->units; i++) {
		size_t k = 0;

		planned_group(&w->plan->tensor[w->unit[i].tensor], a);
		for (; k < i; k++) {
			planned_group(&w->plan->tensor[w->unit[k].tensor], b);
			if (!strcmp(a, b))
				break;
		}
		s->groups += k == i;
		for (k = 0; k < w->unit[i].n; k++) {
			s->types += !seen[w->unit[i].option[k].codec->id];
			seen[w->unit[i].option[k].codec->id] = true;
		}
	}
}

static bool want_all(struct auto_work *w, struct error *err)
{
	for (size_t i = 0; i < w->units; i++)
		for (size_t k = 0; k < w->unit[i].n; k++)
			if (!plan_errors_want(w->plan, w->unit[i].tensor, w->unit[i].option[k].codec, err))
				return false;
	for (size_t i = 0; i < w->plan->n; i++)		/* what was asked for has its error too */
		if (!plan_errors_want(w->plan, i, w->plan->tensor[i].choice.asked ? w->plan->tensor[i].choice.codec : NULL, err))
			return false;
	return true;
}

static bool begin(struct auto_work *w, struct value *model, const struct plan_request *q, uint64_t seed, struct error *err)
{
	struct plan_request base = *q;

	base.recipe = NULL;
	base.pure = &codec_q6_K;		/* with q8_0 and f16 in its place this fits every row */
	if (!check_types(q, err) || !(w->plan = plan_new(model, &base, err)))
		return false;
	strcpy(w->plan->name, "auto");
	w->limit = w->plan->limit;
	list_types(w, q);
	w->plan->search = calloc(1, sizeof *w->plan->search);
	if (!w->plan->search)
		return error_memory(err, "a plan");
	if (!find_units(w, err) || !cut_large(w, q, err) || !plan_errors_new(w->plan, AUTO_MOST, AUTO_LEAST, seed, err) || !want_all(w, err))
		return false;
	for (const struct recipe *r = recipes; r->name; r++)
		add_known(w, r, NULL);
	for (size_t i = 0; i < w->codecs; i++)
		add_known(w, recipe_find(w->codec[i]->name), w->codec[i]);
	count(w, w->plan->search);
	return true;
}

bool session_plan_auto(struct session *s, struct value *model, const struct plan_request *q, struct outcome *out, struct error *err)
{
	struct auto_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("choosing types", w, err) : NULL;
	struct text label = { 0 };

	if (!job)
		return w ? false : error_memory(err, "a plan");
	job->unit = "rows";
	job->work = work;
	job->finish = finish;
	job->drop = auto_drop;
	if (!begin(w, model, q, s->seed, err)) {
		job_drop(job);
		return false;
	}
	plan_search_line(w->plan, "measuring", &label);
	snprintf(job->label, sizeof job->label, "%s", text_str(&label));
	text_drop(&label);
	atomic_store(&job->total, plan_errors_work(w->plan));
	return session_work(job, model->u.model->weights <= 1 << 12, out, err);
}
