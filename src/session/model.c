/*
 * model.c - open models and their names, tensors of them. interaction.md 7, 10.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "engine/encode.h"
#include "files/imatrix.h"
#include "files/model.h"
#include "files/names.h"
#include "session/figures.h"
#include "session/session.h"
#include "session/where.h"

/* ---- names of models ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_reserved(const char *name)
{
	static const char *const words[] = {
		"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or",
		"repeat", "return", "then", "true", "until", "while", "_", "qs",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(name, words[i]))
			return true;
	return false;
}

static bool is_name(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	return !*s;
}

void session_model_name(const char *path, char name[64])
{
	const char *s = base_name(path);
	size_t n = 0;

	while (n < 48 && ((unsigned char)s[n] < 0x80 && (isalnum((unsigned char)s[n]) || s[n] == '_')))
		n++;
	snprintf(name, 64, "%s%.*s", n && !isdigit((unsigned char)*s) ? "" : "m_", (int)n, s);
	if (!n)
		strcpy(name, "m");
	else if (is_reserved(name))
		snprintf(name, 64, "m_%.*s", (int)n, s);
}

/* The name with _2, _3 ... so that no open model has it. */
static void free_name(const struct session *s, const char *path, char name[64])
{
	char base[64];

	session_model_name(path, base);
	strcpy(name, base);
	for (unsigned k = 2; session_model((struct session *)s, name); k++)
		snprintf(name, 64, "%.50s_%u", base, k);
}

struct value *session_model(struct session *s, const char *name)
{
	for (size_t i = 0; i < s->n_models; i++)
		if (!strcmp(s->models[i]->label, name))
			return s->models[i];
	return NULL;
}

/* ---- opening and closing ---- */

static bool add_reference(struct session *s, struct model *m, const char *ref, struct error *err)
{
	struct value *open = access(ref, F_OK) != 0 ? session_model(s, ref) : NULL;
	bool sample = !strcmp(ref, "sample") && s->sample && access(ref, F_OK) != 0 && !open;
	struct model *r = model_open(open ? open->u.model->path : sample ? s->sample : ref, err);

	if (!r) {
		error_while(err, "the reference");
		if (err)
			snprintf(err->about, sizeof err->about, "ref");
		return false;
	}
	return model_set_reference(m, r, err);
}

static bool list_model(struct session *s, struct value *v, struct error *err)
{
	struct value **more = realloc(s->models, (s->n_models + 1) * sizeof *more);

	if (!more)
		return error_memory(err, "the list of models");
	s->models = more;
	s->models[s->n_models++] = value_hold(v);
	return true;
}

static bool add_importance(struct model *m, const char *imatrix, struct error *err)
{
	m->importance = importance_read(imatrix, err);
	if (!m->importance && err)
		snprintf(err->about, sizeof err->about, "imatrix");
	return m->importance != NULL;
}

bool session_open(struct session *s, const char *path, const char *as, const char *ref, struct outcome *out, struct error *err)
{
	return session_open_weighted(s, path, as, ref, NULL, out, err);
}

bool session_open_weighted(struct session *s, const char *path, const char *as, const char *ref, const char *imatrix, struct outcome *out,
			   struct error *err)
{
	struct error ignored;
	struct model *m;
	struct value *v;
	char name[64];

	if (as && (!is_name(as) || is_reserved(as) || strlen(as) >= sizeof name)) {
		error_set(err, ERR_ARGUMENT, "'%s' cannot be the name of a variable", as);
		return error_hint(err, "as", "letters, digits and _, beginning with a letter");
	}
	if (!strcmp(path, "sample") && s->sample) {
		if (access(path, F_OK) != 0)
			path = s->sample;
		else
			snprintf(out->note, sizeof out->note, "this is the file 'sample' here, not the built-in model");
	}
	m = model_open(path, err);
	if (!m) {
		if (err && !err->about[0])
			snprintf(err->about, sizeof err->about, "file");
		return false;
	}
	if ((ref && !add_reference(s, m, ref, err)) || (imatrix && !add_importance(m, imatrix, err))) {
		model_drop(m);
		return false;
	}
	if (as)
		snprintf(name, sizeof name, "%s", as);
	else
		free_name(s, path, name);
	v = value_model(m, err);
	if (!v)
		return false;
	value_name(v, name);
	if (session_model(s, name))		/* NAME = open ... once more: the new one takes the name */
		session_close(s, name, &ignored);
	if (!list_model(s, v, err)) {
		value_drop(v);
		return false;
	}
	out->value = v;
	return true;
}

bool session_close(struct session *s, const char *name, struct error *err)
{
	for (size_t i = 0; i < s->n_models; i++) {
		if (strcmp(s->models[i]->label, name))
			continue;
		value_drop(s->models[i]);
		s->n_models--;
		memmove(s->models + i, s->models + i + 1, (s->n_models - i) * sizeof *s->models);
		return true;
	}
	error_set(err, ERR_VALUE, "no open model '%s'", name);
	return error_hint(err, "model", "models  lists those that are open");
}

/* ---- a tensor of a model ---- */

/* Adds the next dotted part of every name under `prefix`, each once: "attn_k attn_norm attn_output". Returns how many. */
static size_t parts_under(const struct model *m, const char *prefix, size_t len, struct text *out)
{
	const char *last = "";
	size_t last_len = 0, n = 0;

	for (size_t i = 0; i < m->tensors; i++) {
		const char *name = m->tensor[m->by_name[i]].name, *part = name + len + 1;
		size_t part_len;

		if (strncmp(name, prefix, len) || name[len] != '.')
			continue;
		part_len = strcspn(part, ".");
		if (part_len == last_len && !strncmp(part, last, last_len))
			continue;
		last = part;
		last_len = part_len;
		if (n++ < 12) {
			text_put(out, n > 1 ? " " : "");
			text_escape(out, part, part_len, 40);
		}
	}
	if (n > 12)
		text_add(out, " … %zu more", n - 12);
	return n;
}

static bool no_tensor(const struct value *model, const char *name, struct error *err)
{
	const struct model *m = model->u.model;
	const char *all[1000], *near[3];
	struct text shown = { 0 }, parts = { 0 };
	size_t len = strlen(name), found;

	text_escape(&shown, name, len, 60);
	error_set(err, ERR_TENSOR, "%s has no tensor '%s'", base_name(m->path), text_str(&shown));
	for (; len; len--)
		if ((name[len] == '.' || !name[len]) && parts_under(m, name, len, &parts)) {
			text_clear(&shown);
			text_escape(&shown, name, len, 60);
			error_hint(err, NULL, "in %s: %s", text_str(&shown), text_str(&parts));
			break;
		}
	for (size_t i = 0; i < m->tensors && i < 1000; i++)
		all[i] = m->tensor[i].name;
	found = len ? 0 : text_nearest(name, all, m->tensors < 1000 ? m->tensors : 1000, near);
	if (found) {
		text_clear(&shown);
		text_escape(&shown, near[0], strlen(near[0]), 60);
		error_hint(err, NULL, "nearest: %s.   ls %s  lists all", text_str(&shown), model->label);
	} else if (!len) {
		error_hint(err, NULL, "ls %s  lists all", model->label);
	}
	text_drop(&shown);
	text_drop(&parts);
	return false;
}

/* Heads of a q or k projection, as the metadata tells; 0: it does not. */
static size_t heads_of(const struct model *m, const char *name)
{
	const struct fact *arch = model_fact(m, "general.architecture"), *heads;
	char key[120];

	if (!arch || arch->type != FACT_STRING || arch->string_len > 60)
		return 0;
	snprintf(key, sizeof key, "%.*s.attention.head_count%s", (int)arch->string_len, arch->string, strstr(name, "attn_k") ? "_kv" : "");
	heads = model_fact(m, key);
	return heads && heads->type != FACT_ARRAY && heads->u < 1 << 20 ? (size_t)heads->u : 0;
}

/* rms(a - b) / rms(b) over the first rows. */
static double difference(const struct tensor *a, const struct tensor *b, size_t rows, float *x, float *y)
{
	double of_difference = 0, of_b = 0;

	for (size_t r = 0; r < rows; r++) {
		if (!tensor_read(a, r * a->cols, a->cols, x) || !tensor_read(b, r * b->cols, b->cols, y))
			return 0;
		for (size_t i = 0; i < a->cols; i++) {
			of_difference += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
			of_b += (double)y[i] * y[i];
		}
	}
	return of_b > 0 ? sqrt(of_difference / of_b) : of_difference > 0 ? INFINITY : 0;
}

/* Rows in GGUF's order from Hugging Face's: within each head row 2i + j is row i + j (head / 2). */
static bool turn_rows(const struct tensor *in, size_t head, struct tensor *out, struct error *err)
{
	if (!tensor_new(out, in->rows, in->cols, err))
		return false;
	for (size_t r = 0; r < in->rows; r++) {
		size_t k = r % head, from = r - k + k / 2 + k % 2 * (head / 2);

		if (!tensor_read(in, from * in->cols, in->cols, tensor_floats(out) + r * in->cols)) {
			tensor_drop(out);
			return error_memory(err, "the reference");
		}
	}
	return true;
}

/* Where the plain pairing is far off, the rows of q and k are tried in the other order. Keeps *source as it is if that is no better. */
static bool try_turned(const struct model *m, const struct tensor_entry *e, const struct tensor *blocks, struct tensor *source,
		       char note[240], struct error *err)
{
	size_t heads = heads_of(m, e->name), head = heads ? e->rows / heads : 0;
	float *x = malloc(2 * (e->cols + 1) * sizeof *x);
	struct tensor turned;
	double plain;
	bool ok = true;

	if (!x)
		return error_memory(err, "the reference");
	if (head && head % 2 == 0 && e->rows % head == 0 && (plain = difference(blocks, source, head, x, x + e->cols)) > 0.5) {
		ok = turn_rows(source, head, &turned, err);
		if (ok && difference(blocks, &turned, head, x, x + e->cols) < plain) {
			tensor_drop(source);
			*source = turned;
			snprintf(note, 240, "the reference has the rows of %.100s in another order; they were put in this file's", e->name);
		} else if (ok) {
			tensor_drop(&turned);
		}
	}
	free(x);
	return ok;
}

/* The paired weights at full precision; source->codec stays NULL where there are none. */
static bool find_source(const struct model *m, const struct tensor_entry *e, const struct tensor *blocks, struct tensor *source,
			char note[240], struct error *err)
{
	size_t pair = m->reference ? m->pair[e - m->tensor] : SIZE_MAX;
	const struct tensor_entry *r;

	if (pair == SIZE_MAX)
		return true;
	r = &m->reference->tensor[pair];
	if (!model_tensor(m->reference, r, source, err))
		return error_while(err, "the reference");
	if (name_is_turned(r->name) && !name_is_turned(e->name) && !try_turned(m, e, blocks, source, note, err)) {
		tensor_drop(source);
		return false;
	}
	return true;
}

bool session_importance_of(const struct model *m, const struct tensor_entry *e, struct tensor *out, struct error *err)
{
	const struct importance_entry *i = m->importance ? importance_find(m->importance, e->name) : NULL;

	*out = (struct tensor){ .codec = NULL };
	if (!i || i->experts != 1 || i->columns != e->cols)
		return true;
	if (!tensor_new(out, 1, e->cols, err))
		return false;
	for (size_t k = 0; k < e->cols; k++)
		tensor_floats(out)[k] = importance_at(i, k);
	return true;
}

bool session_tensor(struct session *s, struct value *model, const char *name, struct outcome *out, struct error *err)
{
	const struct model *m = model->u.model;
	const struct tensor_entry *e = model_find(m, name);
	struct quantized q = { .blocks = { .codec = NULL } };
	struct text label = { 0 };
	struct value *v;

	(void)s;
	if (!e)
		return no_tensor(model, name, err);
	if (e->fault == FAULT_NONE && (!e->rows || !e->cols)) {
		text_escape(&label, name, strlen(name), 60);
		error_set(err, ERR_TENSOR, "'%s' of %s holds no weights: its shape has a 0", text_str(&label), base_name(m->path));
		text_drop(&label);
		return false;
	}
	if (!model_tensor(m, e, &q.blocks, err))
		return false;
	if (!find_source(m, e, &q.blocks, &q.source, out->note, err) || !session_importance_of(m, e, &q.importance, err)) {
		quantized_drop(&q);
		return false;
	}
	/* Weights beside which nothing better is known are a tensor, in whatever codec. */
	if (q.source.codec && strcmp(q.blocks.codec->name, "f32")) {
		v = value_quantized(q, err);
	} else {
		struct tensor t = tensor_hold(&q.blocks);

		quantized_drop(&q);
		v = value_tensor(t, err);
	}
	if (!v)
		return false;
	text_add(&label, "%s:", model->label);
	text_escape(&label, name, strlen(name), 0);
	value_name(v, text_str(&label));
	text_drop(&label);
	out->value = v;
	return true;
}

static void name_cells(struct table *t, const struct tensor_entry *e)
{
	struct text name = { 0 };

	text_escape(&name, e->name, strlen(e->name), 0);
	table_row(t);
	table_text(t, text_str(&name));
	table_text(t, e->type_name);
	table_int(t, (int64_t)e->rows);
	table_int(t, (int64_t)e->cols);
	text_drop(&name);
}

static void number_cell(struct table *t, double v, bool there)
{
	if (there && !isnan(v))
		table_number(t, v);
	else
		table_skip(t);
}

static void bits_cell(struct table *t, const struct tensor_entry *e)
{
	double weights = (double)e->rows * (double)e->cols;

	number_cell(t, 8.0 * (double)e->size / weights, e->size && weights > 0);
}

void session_tensor_row(struct table *t, const struct tensor_entry *e)
{
	name_cells(t, e);
	table_int(t, (int64_t)e->size);
	bits_cell(t, e);
	table_int(t, (int64_t)e->offset);
	if (e->fault != FAULT_NONE)
		table_text(t, e->fault_text);
}

void session_figure_row(struct table *t, const struct model *m, size_t tensor, const struct survey *figures)
{
	const struct tensor_entry *e = &m->tensor[tensor];
	const struct figures *f = survey_at(figures, tensor), none = { .lost = false };

	f = f ? f : &none;
	name_cells(t, e);
	bits_cell(t, e);
	number_cell(t, f->rel, f->lost);
	number_cell(t, f->max, f->lost);
	number_cell(t, f->snr, f->lost);
	number_cell(t, f->spread.absmax, f->measured);
	number_cell(t, f->spread.sd, f->measured);
	number_cell(t, f->spread.kurtosis, f->measured);
	table_int(t, (int64_t)e->size);
	table_int(t, (int64_t)e->offset);
	if (e->fault != FAULT_NONE)
		table_text(t, e->fault_text);
	else if (*f->fault)
		table_text(t, f->fault);
}

bool *session_kept(const struct model *m, const char *where, const struct survey *figures, struct error *err)
{
	struct table *t = table_new(figures ? FIGURE_COLUMNS : TENSOR_COLUMNS);
	struct where *w = t ? where_parse(where, t, err) : NULL;
	bool *kept = w ? calloc(m->tensors + 1, sizeof *kept) : NULL;

	for (size_t i = 0; kept && i < m->tensors; i++) {
		if (figures)
			session_figure_row(t, m, i, figures);
		else
			session_tensor_row(t, &m->tensor[i]);
		kept[i] = !t->failed && where_holds(w, t, i);
	}
	if (!t || (w && !kept))
		error_memory(err, "a table");
	where_drop(w);
	table_drop(t);
	return kept;
}
