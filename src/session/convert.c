/*
 * convert.c - a model written as planned: tensor by tensor, some rows at a time, on the worker.
 *
 * Nothing has the name that was asked for before all of it is on the disk. Results do not depend on the number of threads: rows are
 * encoded one by one, whatever piece they come in.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/encode.h"
#include "files/gguf_write.h"
#include "session/plan.h"

enum { PIECE_WEIGHTS = 1 << 22, PIECE_BYTES = 1 << 24, IMATRIX_NAME_MAX = 127, QUANTIZATION_VERSION = 2 };

struct converting {
	struct plan *plan;
	char *path;			/* as asked for */
	char **set; size_t sets;
	bool force;
	struct gguf_writer *file; char **name; unsigned files;
	uint64_t bytes;			/* of the files that were written */
};

static void drop(void *state)
{
	struct converting *c = state;

	for (unsigned i = 0; i < c->files; i++) {
		gguf_drop(&c->file[i]);
		free(c->name[i]);
	}
	for (size_t i = 0; i < c->sets; i++)
		free(c->set[i]);
	free(c->set);
	free(c->file);
	free(c->name);
	free(c->path);
	plan_drop(c->plan);
	free(c);
}

static const struct model *model_of(const struct converting *c)
{
	return c->plan->model->u.model;
}

/* ---- what cannot be done ---- */

static bool quantized_source(const struct tensor_entry *e)
{
	return e->codec && !(e->codec->flags & CODEC_PLAIN);
}

static size_t experts_of(const struct tensor_entry *e)
{
	return e->dims == 3 ? (size_t)e->dim[0] : 1;
}

/* Importance for this tensor; NULL: there is none, which is fine for most. */
static bool importance_for(const struct plan *p, const struct planned *t, const struct importance_entry **out, struct error *err)
{
	const struct importance_entry *i = importance_find(p->importance, t->e->name);
	size_t wanted = t->e->cols * experts_of(t->e), has = i ? i->columns * i->experts : 0;

	*out = i;
	if (i && has != wanted) {
		*out = NULL;
		if (t->choice.category != CAT_TOKEN_EMBD) {
			error_set(err, ERR_SHAPE, "the importance of '%.80s' has %zu values, and the tensor %zu columns%s", t->e->name, has, t->e->cols,
				  experts_of(t->e) > 1 ? " for each expert" : "");
			return error_hint(err, "imatrix", "it was measured on another model");
		}
	}
	if (*out || !t->choice.needs_importance)
		return true;
	error_set(err, ERR_VALUE, p->importance ? "%s for '%.80s' needs importance, and the file has none for it" : "%s for '%.80s' needs importance",
		  t->choice.codec->name, t->e->name);
	return error_hint(err, p->importance ? "imatrix" : NULL, "imatrix=FILE, or another recipe: from Q2_K, Q3_K_S, IQ4_XS on none is needed");
}

static bool changes(const struct planned *t)
{
	return t->choice.codec && t->choice.codec != t->e->codec;
}

static bool may_write(const struct plan *p, struct error *err)
{
	const struct model *m = p->model->u.model;

	for (size_t i = 0; i < p->n; i++) {
		const struct planned *t = &p->tensor[i];
		const struct importance_entry *ignored;

		struct tensor none;

		if (t->e->fault != FAULT_NONE)
			return model_tensor(m, t->e, &none, err);	/* says what is wrong with it */
		if (changes(t) && quantized_source(t->e) && !p->requant) {
			error_set(err, ERR_VALUE, "'%.80s' is quantized already (%s); encoding it again loses more", t->e->name, t->e->codec->name);
			return error_hint(err, "model", "convert the original, or add requant=on");
		}
		if (changes(t) && !importance_for(p, t, &ignored, err))
			return false;
	}
	return true;
}

/* An output that is also the input would be read while it is replaced. */
static bool is_source(const struct model *m, const char *path)
{
	struct stat a, b;

	if (stat(path, &a) != 0)
		return false;
	for (unsigned i = 0; i < m->parts; i++)
		if (stat(m->part_path[i], &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
			return true;
	return false;
}

/* ---- keys ---- */

/* KEY=VALUE: true, false, whole numbers (u32 of the size), numbers, else words. */
static void set_key(struct gguf_writer *g, const char *s)
{
	const char *eq = strchr(s, '='), *v = eq + 1;
	char key[256], *end;
	long long whole = strtoll(v, &end, 10);

	snprintf(key, sizeof key, "%.*s", (int)(eq - s), s);
	if (*v && !*end) {
		gguf_key_u32(g, key, (uint32_t)(whole < 0 ? -whole : whole));
	} else if (!strcmp(v, "true") || !strcmp(v, "false")) {
		gguf_key_bool(g, key, *v == 't');
	} else {
		double number = strtod(v, &end);

		if (*v && !*end)
			gguf_key_f32(g, key, (float)number);
		else
			gguf_key_string(g, key, v, strlen(v));
	}
}

static bool check_set(const char *s, struct error *err)
{
	const char *eq = strchr(s, '=');
	char *end = NULL;
	long long v = eq ? strtoll(eq + 1, &end, 10) : 0;
	bool whole = eq && eq[1] && !*end;

	if (!eq || eq == s || eq - s >= 200) {
		error_set(err, ERR_ARGUMENT, "'%.80s' sets nothing", s);
		return error_hint(err, "set", "KEY=VALUE, as in  set=\"general.name=tiny\"");
	}
	if (whole && (v > UINT32_MAX || v < -(long long)UINT32_MAX)) {
		error_set(err, ERR_VALUE, "'%.80s' does not fit into 32 bits", s);
		return error_hint(err, "set", "whole numbers are written as u32: up to 4294967295");
	}
	if (eq - s == 17 && !memcmp(s, "general.alignment", 17) && (!whole || v <= 0 || (v & (v - 1)))) {
		error_set(err, ERR_VALUE, "'%.80s' would make a file that cannot be read", s);
		return error_hint(err, "set", "a power of two, as in  set=\"general.alignment=64\"");
	}
	return true;
}

static void imatrix_keys(struct gguf_writer *g, const struct importance *m)
{
	size_t n = m->path ? strlen(m->path) : 0, d = m->dataset ? strlen(m->dataset) : 0;

	gguf_key_string(g, "quantize.imatrix.file", m->path ? m->path : "", n < IMATRIX_NAME_MAX ? n : IMATRIX_NAME_MAX);
	if (d)
		gguf_key_string(g, "quantize.imatrix.dataset", m->dataset, d < IMATRIX_NAME_MAX ? d : IMATRIX_NAME_MAX);
	gguf_key_u32(g, "quantize.imatrix.entries_count", (uint32_t)m->entries);
	if (m->chunks)
		gguf_key_u32(g, "quantize.imatrix.chunks_count", m->chunks);
}

static void put_keys(struct converting *c, struct gguf_writer *g, unsigned part)
{
	const struct model *m = model_of(c);
	const struct plan *p = c->plan;

	if (part == 0) {
		for (size_t i = 0; i < m->facts; i++)
			gguf_key_fact(g, &m->fact[i]);
		gguf_key_u32(g, "general.quantization_version", QUANTIZATION_VERSION);
		if (p->mix.recipe)
			gguf_key_u32(g, "general.file_type", (uint32_t)p->mix.recipe->file_type);
		gguf_key_remove(g, "split.no");
		gguf_key_remove(g, "split.count");
		gguf_key_remove(g, "split.tensors.count");
		for (size_t i = 0; i < c->sets; i++)
			set_key(g, c->set[i]);
		if (p->importance)
			imatrix_keys(g, p->importance);
	}
	if (c->files > 1) {
		gguf_key_u16(g, "split.no", (uint16_t)part);
		gguf_key_u16(g, "split.count", (uint16_t)c->files);
		gguf_key_i32(g, "split.tensors.count", (int32_t)p->n);
	}
}

/* ---- tensors ---- */

static int type_number(const struct planned *t)
{
	const struct codec *c = codec_find(planned_type(t));

	return c ? c->gguf_type : -1;
}

static unsigned file_of(const struct converting *c, const struct planned *t)
{
	return c->files > 1 ? t->e->part : 0;
}

static bool lost(const struct converting *c, struct error *err)
{
	return buffer_lost() && !error_set(err, ERR_FILE, "%s became shorter while it was read", model_of(c)->path);
}

/* Bytes of a tensor that have been written need not stay in memory, however large the file. */
static void forget(const struct tensor *x, size_t from, size_t to)
{
	buffer_forget(x->buffer, x->offset + from, x->offset + to);
}

static bool copy_tensor(struct gguf_writer *g, const struct tensor *x, struct job *job, struct error *err)
{
	const unsigned char *at = tensor_bytes(x) ? tensor_block(x, 0) : NULL;
	size_t left = tensor_bytes(x);

	for (; left; left -= left < PIECE_BYTES ? left : PIECE_BYTES, at += PIECE_BYTES) {
		if (job_stopped(job))
			return error_set(err, ERR_CANCELLED, "stopped while writing");
		if (!gguf_data(g, at, left < PIECE_BYTES ? left : PIECE_BYTES, err))
			return false;
		forget(x, (size_t)(at - tensor_block(x, 0)), (size_t)(at - tensor_block(x, 0)) + (left < PIECE_BYTES ? left : PIECE_BYTES));
		if (left <= PIECE_BYTES)
			break;
	}
	job_step(job, x->rows);
	return true;
}

static bool encode_rows(struct gguf_writer *g, const struct codec *c, const struct tensor *x, size_t from, size_t to, const float *importance,
			struct job *job, struct error *err)
{
	struct codec_options o = { .importance = importance };
	struct tensor part, blocks;
	bool ok;

	if (!tensor_slice(x, from, to, 0, x->cols, &part, err))
		return false;
	ok = tensor_encode(c, &part, 0, &o, job, &blocks, err);
	tensor_drop(&part);
	if (!ok)
		return from && err && err->class != ERR_CANCELLED ? error_while(err, "in rows from %zu on", from) : false;
	ok = gguf_data(g, tensor_block(&blocks, 0), tensor_bytes(&blocks), err);
	tensor_drop(&blocks);
	forget(x, from * (tensor_bytes(x) / x->rows), to * (tensor_bytes(x) / x->rows));
	return ok;
}

static bool encode_tensor(const struct converting *c, struct gguf_writer *g, const struct planned *t, const struct tensor *x, struct job *job,
			  struct error *err)
{
	size_t experts = experts_of(t->e), rows = experts ? x->rows / experts : 0, piece = PIECE_WEIGHTS / (x->cols + 1) + 1;
	const struct importance_entry *i;
	float *column = NULL;
	bool ok;

	if (!x->rows || !x->cols)
		return true;
	ok = importance_for(c->plan, t, &i, err) && (!i || (column = malloc(x->cols * sizeof *column)) || error_memory(err, "importance"));
	for (size_t e = 0; ok && e < experts; e++) {
		for (size_t k = 0; i && k < x->cols; k++)
			column[k] = importance_at(i, e * x->cols + k);
		for (size_t r = 0; ok && r < rows; r += piece)
			ok = encode_rows(g, t->choice.codec, x, e * rows + r, e * rows + (r + piece < rows ? r + piece : rows), column, job, err);
	}
	free(column);
	return ok;
}

static bool write_tensor(struct converting *c, const struct planned *t, struct job *job, struct error *err)
{
	struct gguf_writer *g = &c->file[file_of(c, t)];
	struct tensor x;
	char shown[200];
	bool ok;

	if (!model_tensor(model_of(c), t->e, &x, err))
		return false;
	ok = changes(t) && t->choice.codec != x.codec ? encode_tensor(c, g, t, &x, job, err) : copy_tensor(g, &x, job, err);
	tensor_drop(&x);
	if (ok && !lost(c, err))
		return true;
	if (err && err->class != ERR_CANCELLED && err->class != ERR_FILE) {
		snprintf(shown, sizeof shown, "%.120s", t->e->name);
		error_while(err, "'%s'", shown);
	}
	return false;
}

/* ---- the work ---- */

static bool list_tensors(struct converting *c, struct error *err)
{
	const struct plan *p = c->plan;

	for (size_t i = 0; i < p->n; i++) {
		const struct planned *t = &p->tensor[i];

		if (!gguf_tensor(&c->file[file_of(c, t)], t->e->name, t->e->dims, t->e->dim, type_number(t), t->bytes, err))
			return false;
	}
	return true;
}

static bool work(struct job *job, struct error *err)
{
	struct converting *c = job->state;
	bool ok = true;

	buffer_lost();
	for (unsigned k = 0; ok && k < c->files; k++)
		put_keys(c, &c->file[k], k);
	ok = ok && list_tensors(c, err);
	for (unsigned k = 0; ok && k < c->files; k++)
		ok = gguf_begin(&c->file[k], err);
	for (size_t i = 0; ok && i < c->plan->n; i++)
		ok = write_tensor(c, &c->plan->tensor[i], job, err);
	for (unsigned k = 0; ok && k < c->files; k++)
		ok = gguf_end(&c->file[k], err);
	for (unsigned k = 0; ok && k < c->files; k++) {
		c->bytes += c->file[k].file.written;
		ok = replace_commit(&c->file[k].file, err);
	}
	for (unsigned k = 0; !ok && k < c->files; k++)	/* at once, not only when the job is forgotten */
		replace_drop(&c->file[k].file);
	return ok;
}

static bool finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct converting *c = job->state;
	struct table *t;

	if (!ok)
		return false;
	t = table_new("path tensors bytes bits");
	if (!t)
		return error_memory(err, "a table");
	t->record = true;
	table_row(t);
	table_text(t, c->name[0]);
	table_int(t, (int64_t)c->plan->n);
	table_int(t, (int64_t)c->bytes);
	table_number(t, plan_bits(c->plan));
	return (*result = value_table(t, err)) != NULL;
}

/* "dir/tiny.gguf" and part 0 of 3: "dir/tiny-00001-of-00003.gguf" */
static char *name_of_part(const char *path, unsigned part, unsigned parts)
{
	size_t n = strlen(path);
	char *s = malloc(n + 40);

	if (n > 5 && !strcmp(path + n - 5, ".gguf"))
		n -= 5;
	if (s && parts > 1)
		sprintf(s, "%.*s-%05u-of-%05u.gguf", (int)n, path, part + 1, parts);
	else if (s)
		strcpy(s, path);
	return s;
}

static bool open_files(struct converting *c, struct error *err)
{
	const struct model *m = model_of(c);
	unsigned n = c->plan->split && m->parts > 1 ? m->parts : 1;

	c->file = calloc(n, sizeof *c->file);
	c->name = calloc(n, sizeof *c->name);
	if (!c->file || !c->name)
		return error_memory(err, "writing");
	for (unsigned k = 0; k < n; k++)
		c->file[k].file.fd = -1;
	c->files = n;
	for (unsigned k = 0; k < n; k++) {
		if (!(c->name[k] = name_of_part(c->path, k, n)))
			return error_memory(err, "a file name");
		if (is_source(m, c->name[k])) {
			error_set(err, ERR_FILE, "%s is the file that the model is read from", c->name[k]);
			return error_hint(err, "out", "another name");
		}
		if (!gguf_new(&c->file[k], c->name[k], c->force, err))
			return false;
	}
	return true;
}

static bool take_sets(struct converting *c, const struct plan_request *q, struct error *err)
{
	c->set = calloc(q->sets + 1, sizeof *c->set);
	for (size_t i = 0; c->set && i < q->sets; i++) {
		if (!check_set(q->set[i], err))
			return false;
		if (!(c->set[i] = strdup(q->set[i])))
			return error_memory(err, "keys");
		c->sets++;
	}
	return c->set || error_memory(err, "keys");
}

bool session_convert(struct session *s, struct value *model, const struct plan_request *q, const char *path, struct outcome *out,
		     struct error *err)
{
	struct converting *c = calloc(1, sizeof *c);
	struct job *job = c ? job_new("converting", c, err) : NULL;
	size_t rows = 0;

	(void)s;
	if (!job)
		return c ? false : error_memory(err, "converting");
	job->unit = "rows";
	job->work = work;
	job->finish = finish;
	job->drop = drop;
	c->force = q->force;
	if (!(c->plan = plan_new(model, q, err)) || !may_write(c->plan, err) || !(c->path = strdup(path)) || !take_sets(c, q, err) ||
	    !open_files(c, err)) {
		if (c->plan && !c->path && err && !err->class)
			error_memory(err, "converting");
		job_drop(job);
		return false;
	}
	for (size_t i = 0; i < c->plan->n; i++)
		rows += c->plan->tensor[i].e->rows;
	atomic_store(&job->total, rows);
	return session_work(job, model->u.model->weights <= SMALL_WORK, out, err);
}
