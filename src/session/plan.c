/* plan.c - see plan.h: making a plan, changing it, adding it up. Its texts are in plan_text.c. */
#include "session/plan.h"

#include <ctype.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/number.h"
#include "session/plan_error.h"

enum { EXPECT_MOST = 1 << 19, EXPECT_LEAST = 1 };

/* ---- what the rules ask of a model ---- */

/* A number of the metadata; of a list that of layer 0. */
static uint64_t fact_of_arch(const struct model *m, const char *arch, const char *key, uint64_t otherwise)
{
	char full[160];
	const struct fact *f;
	struct fact first;
	size_t walk = 0;

	snprintf(full, sizeof full, "%s.%s", arch, key);
	f = model_fact(m, full);
	if (f && f->type == FACT_ARRAY)
		f = fact_element(f, 0, &first, &walk) ? &first : NULL;
	return f && f->type != FACT_STRING ? f->u : otherwise;
}

static void look_at_model(const struct model *m, struct mixture_model *out)
{
	const struct fact *arch = model_fact(m, "general.architecture");
	uint64_t last = 0;

	*out = (struct mixture_model){ .has_output = model_find(m, "output.weight") != NULL };
	if (arch && arch->type == FACT_STRING && arch->string_len < sizeof out->arch)
		memcpy(out->arch, arch->string, arch->string_len);
	for (size_t i = 0; i < m->tensors; i++) {
		long layer = layer_of(m->tensor[i].name);

		last = layer >= 0 && (uint64_t)layer + 1 > last ? (uint64_t)layer + 1 : last;
		out->v_like += category_is_v(category_of(m->tensor[i].name));
	}
	out->layers = fact_of_arch(m, out->arch, "block_count", last);
	out->heads = fact_of_arch(m, out->arch, "attention.head_count", 0);
	out->heads_kv = fact_of_arch(m, out->arch, "attention.head_count_kv", out->heads);
	out->experts = fact_of_arch(m, out->arch, "expert_count", 0);
}

/* ---- order ---- */

static bool by_source;		/* only while sorting, on the main thread */

static int compare(const void *a, const void *b)
{
	const struct tensor_entry *x = ((const struct planned *)a)->e, *y = ((const struct planned *)b)->e;
	long i = layer_of(x->name), k = layer_of(y->name);
	int by_name = strcmp(x->name, y->name);

	if (by_source && x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (!by_source && i != k)
		return i < k ? -1 : 1;
	if (!by_source && by_name)
		return by_name;
	return x < y ? -1 : x > y;
}

/* Parts that stay apart are written one after another, each as its data lies there. */
static int compare_parts(const void *a, const void *b)
{
	const struct tensor_entry *x = ((const struct planned *)a)->e, *y = ((const struct planned *)b)->e;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	return x->offset != y->offset ? (x->offset < y->offset ? -1 : 1) : x < y ? -1 : x > y;
}

/* ---- sizes ---- */

static const struct codec *stored(const struct tensor_entry *e)
{
	return e->codec ? e->codec : e->number && e->number->gguf_type < 0 ? &codec_f32 : NULL;
}

uint64_t planned_bytes(const struct planned *t, const struct codec *c)
{
	const struct codec *as = c ? c : stored(t->e);

	if (!as || t->e->fault == FAULT_SHAPE)
		return t->e->size;
	return (uint64_t)t->e->rows * (t->e->cols / as->block_len) * as->block_bytes;
}

const char *planned_type(const struct planned *t)
{
	const struct codec *as = t->choice.codec ? t->choice.codec : stored(t->e);

	return as ? as->name : t->e->type_name;
}

uint64_t plan_bytes(const struct plan *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->n; i++)
		sum += p->tensor[i].bytes;
	return sum;
}

static double all_weights(const struct model *m)
{
	double sum = 0;

	for (size_t i = 0; i < m->tensors; i++)
		sum += (double)m->tensor[i].rows * (double)m->tensor[i].cols;
	return sum;
}

double plan_bits(const struct plan *p)
{
	double weights = all_weights(p->model->u.model);

	return weights > 0 ? 8.0 * (double)plan_bytes(p) / weights : 0;
}

size_t plan_replaced(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->tensor[i].choice.codec != p->tensor[i].choice.wanted;
	return n;
}

size_t plan_unserved(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->tensor[i].choice.needs_importance && p->tensor[i].choice.codec != p->tensor[i].e->codec &&
		     !importance_find(p->importance, p->tensor[i].e->name);
	return n;
}

/* ---- groups and hands ---- */

void planned_group(const struct planned *t, char out[64])
{
	const char *name = t->e->name, *rest = name, *digits = NULL;
	size_t n = strlen(name);

	if (!t->choice.codec && strstr(name, "norm")) {
		strcpy(out, "norms");
		return;
	}
	for (const char *s = name; *s; s++)	/* behind the first part that is a number */
		if (s > name && s[-1] == '.' && isdigit((unsigned char)*s)) {
			size_t k = strspn(s, "0123456789");

			if (s[k] == '.') {
				digits = s;
				rest = s + k + 1;
				break;
			}
		}
	n = strlen(rest);
	if (n > 7 && !strcmp(rest + n - 7, ".weight"))
		n -= 7;
	else if (digits && !strchr(rest, '.')) {	/* layer.3.weight: layer */
		bool plain = !strcmp(rest, "weight");

		snprintf(out, 64, "%.*s%s%.20s", (int)(digits - name - 1 < 40 ? digits - name - 1 : 40), name, plain ? "" : ".", plain ? "" : rest);
		return;
	}
	snprintf(out, 64, "%.*s", (int)(n < 60 ? n : 60), rest);
}

static const struct codec *const ladder[] = {	/* by bits; of equal ones the first that fits is taken */
	&codec_iq1_s, &codec_iq1_m, &codec_iq2_xxs, &codec_iq2_xs, &codec_iq2_s, &codec_q2_K, &codec_iq3_xxs, &codec_iq3_s, &codec_q3_K,
	&codec_iq4_xs, &codec_q4_K, &codec_iq4_nl, &codec_q4_0, &codec_q4_1, &codec_q5_K, &codec_q5_0, &codec_q5_1, &codec_q6_K, &codec_q8_0, &codec_bf16,
	&codec_f16, &codec_f32,
};

/* Rows that take super-blocks are offered those, and of the smaller blocks only the ones that have no such relative. */
static bool offered(const struct planned *t, const struct codec *c)
{
	return t->e->cols % c->block_len == 0 && (t->e->cols % 256 || c->block_len != 32 || c == &codec_q8_0);
}

const struct codec *planned_next(const struct planned *t, bool up)
{
	size_t n = sizeof ladder / sizeof *ladder;
	double now = t->choice.codec ? codec_bits(t->choice.codec) : 0;

	if (!t->choice.codec)
		return NULL;
	for (size_t k = 0; k < n; k++) {
		const struct codec *c = ladder[up ? k : n - 1 - k], *best = c;
		double bits = codec_bits(c);

		if (!offered(t, c) || (up ? bits <= now : bits >= now))
			continue;
		for (size_t i = 0; i < n; i++)		/* of equal size the first one of the list */
			if (codec_bits(ladder[i]) <= bits && codec_bits(ladder[i]) >= bits && offered(t, ladder[i])) {
				best = ladder[i];
				break;
			}
		return best;
	}
	return NULL;
}

const struct codec *plan_next(const struct plan *p, size_t i, bool up)
{
	struct planned t = p->tensor[i];

	do
		t.choice.codec = planned_next(&t, up);
	while (t.choice.codec && mixture_needs_importance(t.e->name, t.choice.codec, &p->mix) && !importance_find(p->importance, t.e->name));
	return t.choice.codec;
}

bool plan_set(struct plan *p, size_t i, const struct codec *c)
{
	struct planned *t = &p->tensor[i];

	if (!t->choice.codec || !c || t->e->cols % c->block_len || !c->encode || c->gguf_type < 0)
		return false;
	t->choice.codec = t->choice.wanted = c;
	t->choice.why = "by hand";
	t->choice.needs_importance = mixture_needs_importance(t->e->name, c, &p->mix);
	t->by_hand = true;
	t->bytes = planned_bytes(t, c);
	return true;
}

/* ---- making one ---- */

static bool take_recipe(struct plan *p, const char *name, struct error *err)
{
	struct text near = { 0 };
	const char *all[64], *found[3];
	size_t n = 0, k;

	p->mix.recipe = recipe_find(name);
	if (p->mix.recipe) {
		snprintf(p->name, sizeof p->name, "recipe %s", p->mix.recipe->name);
		return true;
	}
	for (; recipes[n].name && n < 64; n++)
		all[n] = recipes[n].name;
	k = text_nearest(name, all, n, found);
	error_set(err, ERR_ARGUMENT, "no recipe '%.40s'", name);
	if (!strcmp(name, "auto"))
		return error_hint(err, "recipe", "plan M auto limit=...  makes a plan; then  convert M plan=_ out=FILE");
	if (codec_find(name)) {
		error_hint(err, "recipe", "for every tensor the same codec:  pure=%s", codec_find(name)->name);
		return false;
	}
	for (size_t i = 0; i < k; i++)
		text_add(&near, " %s", found[i]);
	error_hint(err, "recipe", "Q8_0 Q6_K Q5_K_M Q4_K_M Q3_K_M Q2_K IQ4_XS ...");
	if (near.len)
		error_hint(err, "recipe", "nearest:%s", text_str(&near));
	text_drop(&near);
	return false;
}

static bool add_pattern(struct plan *p, const char *s, struct error *err)
{
	const char *eq = strrchr(s, '=');
	struct type_pattern *t = &p->mix.pattern[p->mix.patterns];
	char *regex;
	int bad;

	if (!eq || eq == s) {
		error_set(err, ERR_ARGUMENT, "'%.80s' gives no type", s);
		return error_hint(err, "type", "REGEX=CODEC, as in  type=\"ffn_down=q6_K\"");
	}
	t->codec = codec_need(eq + 1, err);
	if (!t->codec || t->codec->gguf_type < 0 || !t->codec->encode || t->codec->flags & CODEC_ACTIVATIONS_ONLY) {
		if (t->codec)
			error_set(err, ERR_CODEC, "%s is no type that weights in files can be given", t->codec->name);
		return error_hint(err, "type", "REGEX=CODEC, as in  type=\"ffn_down=q6_K\"");
	}
	regex = strndup(s, (size_t)(eq - s));
	bad = regex ? regcomp(&t->regex, regex, REG_EXTENDED | REG_NOSUB) : 0;
	if (regex && !bad) {
		p->mix.patterns++;
		t->text = regex;
		return true;
	}
	free(regex);
	if (!regex)
		return error_memory(err, "a pattern");
	error_set(err, ERR_ARGUMENT, "'%.*s' is no regular expression", (int)(eq - s < 80 ? eq - s : 80), s);
	return error_hint(err, "type", "as in  type=\"blk\\.[01]\\.ffn_.*=q6_K\"");
}

static bool usable(const struct codec *c, const char *about, struct error *err)
{
	if (!c || (c->gguf_type >= 0 && c->encode && !(c->flags & CODEC_ACTIVATIONS_ONLY)))
		return true;
	error_set(err, ERR_CODEC, "%s is no type that weights in files can be given", c->name);
	return error_hint(err, about, "codecs  lists those of files");
}

static bool take_request(struct plan *p, const struct plan_request *q, struct error *err)
{
	p->requant = q->requant;
	p->split = q->split;
	p->source_order = q->source_order;
	p->limit = q->limit;
	if (q->bits > 0) {
		double most = floor(q->bits * all_weights(p->model->u.model) / 8);

		p->limit = !p->limit || most < (double)p->limit ? (uint64_t)most : p->limit;
	}
	p->mix.copy = q->copy;
	p->mix.leave_output = q->leave_output;
	p->mix.output = q->output;
	p->mix.embd = q->embd;
	p->mix.pure = q->pure;
	if (!usable(q->output, "output", err) || !usable(q->embd, "embd", err) || !usable(q->pure, "pure", err))
		return false;
	if (q->pure) {
		snprintf(p->name, sizeof p->name, "pure %s", q->pure->name);
		p->mix.recipe = recipe_find(q->pure->name);
	} else if (q->from) {
		p->mix.recipe = q->from->mix.recipe;
		p->mix.pure = q->from->mix.pure;
		p->mix.copy = q->from->mix.copy;
		snprintf(p->name, sizeof p->name, "%s", q->from->name);
	} else if (q->copy) {
		strcpy(p->name, "copy");
	} else if (!take_recipe(p, q->recipe, err)) {
		return false;
	}
	if (q->imatrix) {
		p->importance = importance_read(q->imatrix, err);
		if (!p->importance)
			return false;
	} else if (q->from && q->from->importance) {
		p->importance = importance_read(q->from->importance->path, err);
		if (!p->importance)
			return false;
	} else if (p->model->u.model->importance) {
		p->importance = importance_read(p->model->u.model->importance->path, err);
		if (!p->importance)
			return false;
	}
	p->mix.importance = p->importance != NULL;
	p->mix.pattern = calloc(q->types + 1, sizeof *p->mix.pattern);
	if (!p->mix.pattern)
		return error_memory(err, "patterns");
	for (size_t i = 0; i < q->types; i++)
		if (!add_pattern(p, q->type[i], err))
			return false;
	return true;
}

static void keep(struct planned *t, const char *why)
{
	t->choice.codec = t->choice.wanted = NULL;
	t->choice.needs_importance = false;
	t->choice.why = why;
}

static bool decide(struct mixture *x, struct planned *t, const struct plan_request *q, struct error *err)
{
	const struct tensor_entry *e = t->e;
	struct mixture_tensor as = { e->name, e->dims, e->dim, e->cols, stored(e) };

	t->choice.category = category_of(e->name);
	if (e->fault == FAULT_TYPE || e->fault == FAULT_SHAPE || e->fault == FAULT_ROW)
		keep(t, "cannot be read");
	else if (!mixture_next(x, &as, &t->choice, err))
		return false;
	if (q->keep && !fnmatch(q->keep, e->name, 0) && t->choice.codec)
		keep(t, "kept as asked");
	t->bytes = planned_bytes(t, t->choice.codec);
	return true;
}

/* The types of another plan, by name. */
static bool take_types(struct plan *p, const struct plan *from, struct error *err)
{
	for (size_t i = 0; i < p->n; i++) {
		struct planned *t = &p->tensor[i];
		const struct planned *f = NULL;

		for (size_t k = 0; k < from->n && !f; k++) {
			size_t at = (i + k) % from->n;		/* most often they come in the same order */

			f = strcmp(from->tensor[at].e->name, t->e->name) ? NULL : &from->tensor[at];
		}
		if (!f)
			continue;
		if (!f->choice.codec || mixture_kept(&(struct mixture_tensor){ t->e->name, t->e->dims, t->e->dim, t->e->cols, stored(t->e) }, &p->mix)) {
			keep(t, f->choice.why);
		} else if (t->e->cols % f->choice.codec->block_len) {
			error_set(err, ERR_SHAPE, "the plan gives '%.80s' %s, whose blocks of %d rows of %zu do not fill", t->e->name, f->choice.codec->name,
				  f->choice.codec->block_len, t->e->cols);
			return error_hint(err, "plan", "it was made for a model of another shape");
		} else {
			t->choice = f->choice;
			t->by_hand = f->by_hand;
		}
		t->bytes = planned_bytes(t, t->choice.codec);
	}
	return true;
}

/* Types by name, from a file or from Lua. */
static bool take_given(struct plan *p, const struct named_type *given, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct planned *t = NULL;
		const char *kept;

		for (size_t k = 0; k < p->n && !t; k++)
			t = strcmp(p->tensor[(i + k) % p->n].e->name, given[i].name) ? NULL : &p->tensor[(i + k) % p->n];
		if (!t) {
			error_set(err, ERR_TENSOR, "the plan names '%.80s', and the model has no such tensor", given[i].name);
			return error_hint(err, "plan", "it was made for another model");
		}
		kept = mixture_kept(&(struct mixture_tensor){ t->e->name, t->e->dims, t->e->dim, t->e->cols, stored(t->e) }, &p->mix);
		if (given[i].codec && kept) {
			error_set(err, ERR_ARGUMENT, "'%.80s' cannot be given %s: %s", given[i].name, given[i].codec->name, kept);
			return error_hint(err, "plan", "leave it out");
		}
		if (given[i].codec == t->choice.codec)
			continue;
		if (!given[i].codec)
			keep(t, "kept as asked");
		else if (!plan_set(p, (size_t)(t - p->tensor), given[i].codec))
			return error_set(err, ERR_SHAPE, "'%.80s' cannot be %s: its rows of %zu do not fill blocks of %d", given[i].name,
					 given[i].codec->name, t->e->cols, given[i].codec->block_len);
		t->bytes = planned_bytes(t, t->choice.codec);
	}
	return true;
}

static bool fill(struct plan *p, const struct plan_request *q, struct error *err)
{
	const struct model *m = p->model->u.model;
	struct mixture_model about;
	struct mixture x;

	look_at_model(m, &about);
	if (!take_request(p, q, err) || !mixture_start(&x, &about, &p->mix, err))
		return false;
	p->tensor = calloc(m->tensors + 1, sizeof *p->tensor);
	if (!p->tensor)
		return error_memory(err, "a plan");
	for (; p->n < m->tensors; p->n++)
		p->tensor[p->n].e = &m->tensor[p->n];
	by_source = q->source_order;
	qsort(p->tensor, p->n, sizeof *p->tensor, q->split && m->parts > 1 ? compare_parts : compare);
	for (size_t i = 0; i < p->n; i++)
		if (!decide(&x, &p->tensor[i], q, err))
			return false;
	return (!q->from || take_types(p, q->from, err)) && take_given(p, q->given, q->givens, err);
}

struct plan *plan_new(struct value *model, const struct plan_request *q, struct error *err)
{
	struct plan *p = calloc(1, sizeof *p);
	struct plan_request request = *q;
	struct plan_file file = { 0 };
	bool ok = p || error_memory(err, "a plan");

	if (ok && q->from_file) {
		ok = plan_file_read(q->from_file, &file, err);
		request.recipe = file.recipe;
		request.pure = file.pure;
		request.copy = file.copy;
		request.given = file.type;
		request.givens = file.n;
	}
	if (ok)
		p->model = value_hold(model);
	ok = ok && fill(p, &request, err);
	plan_file_drop(&file);
	if (ok)
		return p;
	plan_drop(p);
	return NULL;
}

void plan_drop(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->mix.patterns; i++) {
		regfree(&p->mix.pattern[i].regex);
		free(p->mix.pattern[i].text);
	}
	importance_drop(p->importance);
	plan_errors_drop(p->errors);
	free(p->search);
	free(p->mix.pattern);
	free(p->tensor);
	value_drop(p->model);
	free(p);
}

/* ---- what it costs ---- */

bool plan_types_of(const struct plan *p, const struct recipe *r, const struct codec *pure, struct choice *out, struct error *err)
{
	struct mixture_options o = p->mix;
	struct mixture_model about;
	struct mixture x;

	o.recipe = r;
	o.pure = pure;
	look_at_model(p->model->u.model, &about);
	if (!mixture_start(&x, &about, &o, err))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct tensor_entry *e = p->tensor[i].e;
		struct mixture_tensor as = { e->name, e->dims, e->dim, e->cols, stored(e) };

		if (e->fault != FAULT_TYPE && e->fault != FAULT_SHAPE && e->fault != FAULT_ROW && !mixture_next(&x, &as, &out[i], err))
			return false;
	}
	return true;
}

bool plan_expect(struct plan *p, struct job *job, struct error *err)
{
	if (!p->errors && !plan_errors_new(p, EXPECT_MOST, EXPECT_LEAST, 0, err))
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (!plan_errors_want(p, i, p->tensor[i].choice.codec, err))
			return false;
	if (job)
		atomic_store(&job->total, plan_errors_work(p));
	return plan_errors_measure(p, job, err);
}

/* A plan that waits for its figures. */
struct expecting { struct plan *plan; };

static bool expect_work(struct job *job, struct error *err)
{
	struct expecting *e = job->state;

	if (!plan_expect(e->plan, job, err) && !job_stopped(job))	/* a plan it is, whatever the weights hold, and if they are not there */
		snprintf(e->plan->errors->trouble, sizeof e->plan->errors->trouble, "%s", err->text);
	return true;
}

static bool expect_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct expecting *e = job->state;

	(void)job;
	(void)ok;
	*result = value_plan(e->plan, err);
	e->plan = NULL;
	return *result != NULL;
}

static void expect_drop(void *state)
{
	struct expecting *e = state;

	plan_drop(e->plan);
	free(e);
}

static bool expect(struct plan *p, uint64_t seed, struct outcome *out, struct error *err)
{
	struct expecting *e = calloc(1, sizeof *e);
	struct job *job = e ? job_new("measuring what the types cost", e, err) : NULL;

	if (!job) {
		plan_drop(p);
		return e ? false : error_memory(err, "a plan");
	}
	e->plan = p;
	job->unit = "rows";
	job->work = expect_work;
	job->finish = expect_finish;
	job->drop = expect_drop;
	if (!plan_errors_new(p, EXPECT_MOST, EXPECT_LEAST, seed, err)) {
		job_drop(job);
		return false;
	}
	return session_work(job, p->model->u.model->weights <= SMALL_WORK, out, err);
}

bool session_plan(struct session *s, struct value *model, const struct plan_request *q, struct outcome *out, struct error *err)
{
	struct plan *p;

	if (q->recipe && !strcmp(q->recipe, "auto"))
		return session_plan_auto(s, model, q, out, err);
	if (q->codecs) {
		error_set(err, ERR_ARGUMENT, "codecs= is for auto: a recipe has its own types");
		return error_hint(err, "codecs", "plan m auto codecs=\"q3_K q4_K\" limit=...");
	}
	p = plan_new(model, q, err);
	if (p && q->expect && p->n)
		return expect(p, s->seed, out, err);
	out->value = p ? value_plan(p, err) : NULL;
	return out->value != NULL;
}
