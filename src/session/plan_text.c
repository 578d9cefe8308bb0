/* plan_text.c - plans in words: a line, a table, a file that is read back, options for llama-quantize. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/plan_error.h"

void plan_line(const struct plan *p, struct text *out)
{
	char size[NUMBER_SIZE], limit[NUMBER_SIZE];
	size_t by_hand = 0, kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		by_hand += p->tensor[i].by_hand;
		kept += !p->tensor[i].choice.codec;
	}
	text_add(out, "plan   %s   %zu tensors, %zu keep their type   %s   %.2f b/w", p->name, p->n, kept, number_size(size, (double)plan_bytes(p)),
		 plan_bits(p));
	if (p->limit)
		text_add(out, "   limit %s", number_size(limit, (double)p->limit));
	if (*plan_rel_text(limit, plan_rel(p)))
		text_add(out, "   expected rel err %s", limit);
	if (by_hand)
		text_add(out, "   %zu by hand", by_hand);
}

/* ---- what auto found ---- */

enum { NAMED_MOST = 4 };	/* of groups of so many tensors the names are told */

char *plan_rel_text(char *buf, double rel)
{
	*buf = 0;
	if (isnan(rel))
		return buf;
	if (rel >= 0.00995 || rel <= 0)
		snprintf(buf, NUMBER_SIZE, "%.*f", rel > 0 ? 4 : 0, rel);
	else
		snprintf(buf, NUMBER_SIZE, "%.3g", rel);
	if (buf[0] == '0' && buf[1] == '.')
		memmove(buf, buf + 1, strlen(buf));
	return buf;
}

void plan_search_line(const struct plan *p, const char *verb, struct text *out)
{
	const struct plan_search *s = p->search;
	double share = plan_errors_share(p);

	text_add(out, "%s %zu group%s x %zu type%s on ", verb, s->groups, s->groups == 1 ? "" : "s", s->types, s->types == 1 ? "" : "s");
	if (share >= 1)
		text_put(out, "all rows");
	else
		text_add(out, "%.2g %% of the rows, seed %llu", 100 * share, (unsigned long long)p->errors->seed);
}

/* How many tensors of a group there are, and how many have this type. */
static size_t group_count(const struct plan *p, const char *group, const char *type, size_t *with)
{
	size_t n = 0;
	char name[64];

	*with = 0;
	for (size_t i = 0; i < p->n; i++) {
		planned_group(&p->tensor[i], name);
		if (!p->tensor[i].choice.codec || strcmp(name, group))
			continue;
		n++;
		*with += !strcmp(planned_type(&p->tensor[i]), type);
	}
	return n;
}

/* Is tensor i the first of its group that is given a type (or, with type, this type)? */
static bool first_of_group(const struct plan *p, size_t i, const char *type)
{
	char group[64], name[64];

	planned_group(&p->tensor[i], group);
	for (size_t k = 0; k < i; k++) {
		planned_group(&p->tensor[k], name);
		if (p->tensor[k].choice.codec && !strcmp(name, group) && !strcmp(planned_type(&p->tensor[k]), type))
			return false;
	}
	return true;
}

/* Of a few tensors each by its name. */
static void put_names(const struct plan *p, const char *group, const struct codec *c, struct text *out)
{
	const char *sep = "";

	for (size_t i = 0; i < p->n; i++) {
		const char *name = p->tensor[i].e->name;
		size_t n = strlen(name);
		char of[64];

		planned_group(&p->tensor[i], of);
		if (strcmp(of, group) || p->tensor[i].choice.codec != c)
			continue;
		text_put(out, sep);
		text_escape(out, name, n > 7 && !strcmp(name + n - 7, ".weight") ? n - 7 : n, 60);
		sep = ", ";
	}
}

static void put_type(const struct plan *p, const struct codec *c, struct text *out)
{
	const char *sep = "";

	text_add(out, "  %-9s", c->name);
	for (size_t i = 0; i < p->n; i++) {
		char group[64];
		size_t with, n;

		if (p->tensor[i].choice.codec != c || !first_of_group(p, i, c->name))
			continue;
		planned_group(&p->tensor[i], group);
		n = group_count(p, group, c->name, &with);
		text_put(out, sep);
		sep = ", ";
		if (with < n && n <= NAMED_MOST) {
			put_names(p, group, c, out);
			continue;
		}
		text_escape(out, group, strlen(group), 40);
		if (with < n)
			text_add(out, " in %zu of %zu blocks", with, n);
	}
	text_put(out, "\n");
}

static int wider_first(const void *a, const void *b)
{
	const struct codec *x = *(const struct codec *const *)a, *y = *(const struct codec *const *)b;
	double d = codec_bits(y) - codec_bits(x);

	return d > 0 ? 1 : d < 0 ? -1 : x->id < y->id ? -1 : x->id > y->id;
}

void plan_search_text(const struct plan *p, struct text *out)
{
	const struct codec *type[CODEC_COUNT];
	char size[NUMBER_SIZE], rel[NUMBER_SIZE];
	size_t types = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct codec *c = p->tensor[i].choice.codec;
		size_t k = 0;

		while (k < types && type[k] != c)
			k++;
		if (c && k == types)
			type[types++] = c;
	}
	qsort(type, types, sizeof *type, wider_first);
	for (size_t k = 0; k < types; k++)
		put_type(p, type[k], out);
	text_add(out, "  %-32s %10s   rel err %s", "the mix", number_size(size, (double)plan_bytes(p)), plan_rel_text(rel, plan_rel(p)));
	for (size_t k = 0; k < p->search->besides; k++) {
		char name[60];

		snprintf(name, sizeof name, "%-16s%s", k ? "" : "for comparison", p->search->beside[k].name);
		text_add(out, "\n  %-32s %10s   rel err %s", name, number_size(size, (double)p->search->beside[k].bytes),
			 plan_rel_text(rel, p->search->beside[k].rel));
	}
}

struct table *plan_table(const struct plan *p)
{
	struct table *t = table_new(PLAN_COLUMNS);

	for (size_t i = 0; t && i < p->n; i++) {
		const struct planned *e = &p->tensor[i];
		struct text name = { 0 }, shown = { 0 };
		double weights = (double)e->e->rows * (double)e->e->cols;
		char group[64];

		planned_group(e, group);
		text_escape(&name, e->e->name, strlen(e->e->name), 0);
		text_escape(&shown, group, strlen(group), 0);
		table_row(t);
		table_text(t, text_str(&name));
		table_text(t, text_str(&shown));
		table_text(t, planned_type(e));
		table_text(t, e->e->type_name);
		table_int(t, (int64_t)e->bytes);
		table_number(t, weights > 0 ? 8.0 * (double)e->bytes / weights : 0);
		if (e->choice.wanted)
			table_text(t, e->choice.wanted->name);
		else
			table_skip(t);
		table_text(t, e->choice.why);
		if (e->choice.codec && !isnan(planned_rel(p, i, e->choice.codec)))
			table_number(t, planned_rel(p, i, e->choice.codec));
		else
			table_skip(t);
		text_drop(&name);
		text_drop(&shown);
	}
	return t;
}

/* ---- a file ---- */

static void put_quoted(struct text *out, const char *s)
{
	text_put(out, "\"");
	for (; *s; s++)
		if (iscntrl((unsigned char)*s) || *s == '"' || *s == '\\' || (unsigned char)*s >= 0x7f)
			text_add(out, "\\x%02x", (unsigned char)*s);
		else
			text_putn(out, s, 1);
	text_put(out, "\"");
}

static bool may_be_chosen(const struct plan *p, const struct planned *t)
{
	return t->choice.codec || !mixture_kept(&(struct mixture_tensor){ t->e->name, t->e->dims, t->e->dim, t->e->cols, t->e->codec }, &p->mix);
}

void plan_text(const struct plan *p, struct text *out)
{
	const char *model = *p->model->label ? p->model->label : "m";
	char size[NUMBER_SIZE];

	text_add(out, "# a plan of quantscope: %s, %s, %.2f bits a weight\n", p->name, number_size(size, (double)plan_bytes(p)), plan_bits(p));
	text_add(out, "%s_plan = qs.plan(%s, { ", model, model);
	if (p->mix.copy)
		text_put(out, "copy = true");
	else if (p->mix.pure)
		text_add(out, "pure = \"%s\"", p->mix.pure->name);
	else
		text_add(out, "recipe = \"%s\"", p->mix.recipe->name);
	text_put(out, ", types = {\n");
	for (size_t i = 0; i < p->n; i++) {
		if (!may_be_chosen(p, &p->tensor[i]))
			continue;
		text_put(out, "  [");
		put_quoted(out, p->tensor[i].e->name);
		text_add(out, "] = \"%s\",\n", p->tensor[i].choice.codec ? p->tensor[i].choice.codec->name : "keep");
	}
	text_put(out, "} })\n");
}

/* A quoted word at *s, which moves behind it; NULL: none, or no memory. The caller frees it. */
static char *take_quoted(const char **s)
{
	struct text t = { 0 };
	const char *at = *s + strspn(*s, " \t");

	if (*at++ != '"')
		return NULL;
	for (; *at && *at != '"' && *at != '\n'; at++) {
		unsigned byte;

		if (*at == '\\' && at[1] == 'x' && isxdigit((unsigned char)at[2]) && isxdigit((unsigned char)at[3])) {
			sscanf(at + 2, "%2x", &byte);
			text_putn(&t, &(char){ (char)byte }, 1);
			at += 3;
		} else {
			text_putn(&t, at, 1);
		}
	}
	if (*at != '"') {
		text_drop(&t);
		return NULL;
	}
	*s = at + 1;
	text_putn(&t, "", 0);
	return t.s ? text_take(&t) : strdup("");
}

static bool skip(const char **s, const char *word)
{
	const char *at = *s + strspn(*s, " \t");

	if (strncmp(at, word, strlen(word)))
		return false;
	*s = at + strlen(word);
	return true;
}

static bool read_type(struct plan_file *f, const char **s, struct error *err)
{
	struct named_type *more = realloc(f->type, (f->n + 1) * sizeof *more);
	char *name, *type;
	bool ok;

	if (!more)
		return error_memory(err, "a plan");
	f->type = more;
	name = take_quoted(s);
	type = name && skip(s, "]") && skip(s, "=") ? take_quoted(s) : NULL;
	if (!type) {
		free(name);
		return error_set(err, ERR_FORMAT, "it should be  [\"tensor\"] = \"type\",");
	}
	f->type[f->n] = (struct named_type){ name, strcmp(type, "keep") ? codec_need(type, err) : NULL };
	ok = f->type[f->n].codec || !strcmp(type, "keep");
	f->n++;
	free(type);
	return ok;
}

/* NAME_plan = qs.plan(NAME, { recipe = "Q4_K_M", types = { */
static bool read_head(struct plan_file *f, const char *s, struct error *err)
{
	const char *recipe = strstr(s, "recipe ="), *pure = strstr(s, "pure ="), *copy = strstr(s, "copy = true");
	char *word;

	if (recipe && (recipe += 8, f->recipe = take_quoted(&recipe)))
		return true;
	if (pure && (pure += 6, word = take_quoted(&pure))) {
		f->pure = codec_need(word, err);
		free(word);
		return f->pure != NULL;
	}
	f->copy = copy != NULL;
	return f->copy || error_set(err, ERR_FORMAT, "no recipe, pure or copy is named");
}

static bool read_lines(struct plan_file *f, const char *s, struct error *err)
{
	bool head = false;

	for (int line = 1; *s; line++) {
		const char *end = s + strcspn(s, "\n"), *at = s, *call = strstr(s, "qs.plan(");
		bool ok = true;

		if (skip(&at, "[") && head)
			ok = read_type(f, &at, err);
		else if (!head && *at != '#' && call && call < end)
			ok = head = read_head(f, call, err);
		if (!ok)
			return error_while(err, "line %d", line);
		s = *end ? end + 1 : end;
	}
	return head || error_set(err, ERR_FORMAT, "no line calls qs.plan");
}

bool plan_file_read(const char *path, struct plan_file *out, struct error *err)
{
	struct buffer *b = buffer_map(path, err);
	char *s = b && b->size < 1u << 26 ? strndup(b->size ? (const char *)b->bytes : "", b->size) : NULL;
	bool ok = b != NULL;

	*out = (struct plan_file){ 0 };
	if (ok && !s)
		ok = b->size < 1u << 26 ? error_memory(err, "a plan") : error_set(err, ERR_FORMAT, "it is too long for a plan");
	ok = ok && read_lines(out, s, err);
	if (b && !ok) {
		error_while(err, "%s is no plan", path);
		error_hint(err, "plan", "a plan that was kept with  save PLAN FILE.plan");
	}
	free(s);
	buffer_drop(b);
	return ok;
}

void plan_file_drop(struct plan_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->type[i].name);
	free(f->type);
	free(f->recipe);
	*f = (struct plan_file){ 0 };
}

/* ---- llama-quantize ---- */

/* A name as a part of a regular expression, without the number of its layer. */
static void put_escaped(struct text *out, const char *s)
{
	for (; *s; s++)
		text_add(out, strchr(".[]()*+?{}^$|\\", *s) ? "\\%c" : "%c", *s);
}

static const char *behind_layer(const char *name)
{
	return layer_of(name) < 0 ? name : strchr(name + 4, '.') + 1;
}

/* One option for all tensors of the same name in different layers, that get the same codec. */
static void put_option(const struct plan *p, size_t first, bool *done, struct text *out)
{
	const struct planned *t = &p->tensor[first];
	const char *tail = behind_layer(t->e->name), *sep = "";

	text_put(out, "  --tensor-type '^");
	if (layer_of(t->e->name) >= 0)
		text_put(out, "blk\\.(");
	for (size_t i = first; i < p->n; i++) {
		const struct planned *u = &p->tensor[i];

		if (done[i] || u->choice.codec != t->choice.codec || strcmp(behind_layer(u->e->name), tail) ||
		    (layer_of(u->e->name) < 0) != (layer_of(t->e->name) < 0))
			continue;
		done[i] = true;
		if (layer_of(u->e->name) >= 0)
			text_add(out, "%s%ld", sep, layer_of(u->e->name));
		sep = "|";
	}
	if (layer_of(t->e->name) >= 0)
		text_put(out, ")\\.");
	put_escaped(out, tail);
	text_add(out, "$=%s' \\\n", t->choice.codec->name);
}

void plan_llama(const struct plan *p, struct text *out)
{
	bool *done = calloc(p->n + 1, sizeof *done);

	text_put(out, "llama-quantize");
	if (p->importance && p->importance->path)
		text_add(out, " --imatrix %s", p->importance->path);
	text_put(out, p->mix.leave_output ? " --leave-output-tensor \\\n" : " \\\n");
	/* Each by its own name: the rules count, and what is named by hand is not counted. */
	for (size_t i = 0; done && i < p->n; i++) {
		const struct planned *t = &p->tensor[i];

		if (done[i] || !t->choice.codec)
			continue;
		if (t->choice.category == CAT_OUTPUT)
			text_add(out, "  --output-tensor-type %s \\\n", t->choice.codec->name);
		else if (!strcmp(t->e->name, "token_embd.weight"))
			text_add(out, "  --token-embedding-type %s \\\n", t->choice.codec->name);
		else
			put_option(p, i, done, out);
	}
	text_add(out, "  IN.gguf OUT.gguf %s\n", p->mix.recipe ? p->mix.recipe->name : p->mix.copy ? "COPY" : "Q4_K_M");
	out->failed |= !done;
	free(done);
}
