/* test_convert.c - models that are written: files, keys, types, importance, and what must not happen to files that are there. */
#include "golden.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/pool.h"
#include "engine/encode.h"
#include "engine/kernel.h"
#include "files/gguf_write.h"
#include "session/plan.h"
#include "views/stage.h"

static char dir[64];
static struct session session;
static struct error err;

static const char *path_of(const char *name)
{
	static char path[4][300];
	static int k;

	snprintf(path[k = (k + 1) % 4], sizeof *path, "%s/%s", dir, name);
	return path[k];
}

static unsigned char *bytes_of(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	unsigned char *b;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*n = (size_t)ftell(f);
	rewind(f);
	b = malloc(*n + 1);
	assert_int_equal(fread(b, 1, *n, f), *n);
	fclose(f);
	return b;
}

static bool same_bytes(const char *a, const char *b)
{
	size_t n, k;
	unsigned char *x = bytes_of(a, &n), *y = bytes_of(b, &k);
	bool same = n == k && !memcmp(x, y, n);

	free(x);
	free(y);
	return same;
}

static void put_bytes(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

static size_t files_in_dir(const char *part)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = 0;

	while ((e = readdir(d)))
		n += strstr(e->d_name, part) != NULL;
	closedir(d);
	return n;
}

/* ---- a small model: two blocks of 64 x 512 and 512 x 64, an output, norms ---- */

struct shape { const char *name; unsigned dims; uint64_t dim[3]; };

static void write_model(const char *name, const struct shape *shape, size_t n, const char *arch)
{
	struct gguf_writer g;

	assert_true(gguf_new(&g, path_of(name), true, &err));
	gguf_key_string(&g, "general.architecture", arch, strlen(arch));
	gguf_key_u32(&g, "llama.block_count", 2);
	gguf_key_u32(&g, "llama.attention.head_count", 8);
	gguf_key_u32(&g, "llama.attention.head_count_kv", 8);
	for (size_t i = 0; i < n; i++) {
		uint64_t count = 1;

		for (unsigned k = 0; k < shape[i].dims; k++)
			count *= shape[i].dim[k];
		assert_true(gguf_tensor(&g, shape[i].name, shape[i].dims, shape[i].dim, 0, count * 4, &err));
	}
	assert_true(gguf_begin(&g, &err));
	for (size_t i = 0; i < n; i++)
		for (uint64_t k = 0; k < g.size[i] / 4; k++) {
			float v = (float)((k * 37 + i * 11) % 101) / 50 - 1;

			assert_true(gguf_data(&g, &v, sizeof v, &err));
		}
	assert_true(gguf_end(&g, &err) && replace_commit(&g.file, &err));
	gguf_drop(&g);
}

static const struct shape demo[] = {
	{ "token_embd.weight", 2, { 100, 512 } }, { "output_norm.weight", 1, { 512 } }, { "output.weight", 2, { 100, 512 } },
	{ "blk.0.attn_q.weight", 2, { 512, 512 } }, { "blk.0.attn_norm.weight", 1, { 512 } }, { "blk.0.attn_v.weight", 2, { 512, 512 } },
	{ "blk.0.ffn_down.weight", 2, { 512, 96 } }, { "blk.1.attn_q.weight", 2, { 512, 512 } }, { "blk.1.attn_v.weight", 2, { 512, 512 } },
	{ "blk.1.ffn_down.weight", 2, { 512, 96 } },
};

static struct value *open_model(const char *path)
{
	struct outcome out = { 0 };

	if (!session_open(&session, path, NULL, NULL, &out, &err))
		fail_msg("%s: %s", path, err.text);
	return out.value;
}

static struct value *demo_model(void)
{
	write_model("demo.gguf", demo, sizeof demo / sizeof *demo, "llama");
	return open_model(path_of("demo.gguf"));
}

/* Converts on the spot. */
static bool convert(struct value *m, const struct plan_request *q, const char *path)
{
	struct outcome out = { 0 };
	bool ok;

	err = (struct error){ 0 };
	ok = session_convert(&session, m, q, path, &out, &err) && (!out.job || job_run_here(out.job, &out.value, &err));
	value_drop(out.value);
	return ok;
}

static const char *type_of(struct value *m, const char *name)
{
	const struct tensor_entry *e = model_find(m->u.model, name);

	return e ? e->type_name : "none";
}

/* ---- writing ---- */

static void the_file_is_the_reference_tools_byte_for_byte(void **state)
{
	const char *shared = getenv("QS_SHARED");
	char source[400], wanted[400];
	struct value *m;

	(void)state;
	snprintf(source, sizeof source, "%s/weights/stories260K.gguf", shared ? shared : "");
	snprintf(wanted, sizeof wanted, "%s/weights/stories260K-Q4_K_M.gguf", shared ? shared : "");
	if (access(wanted, R_OK) != 0)
		skip();
	m = open_model(source);
	for (unsigned threads = 1; threads <= 2; threads++) {
		pool_set_threads(threads);
		assert_true(convert(m, &(struct plan_request){ .recipe = "q4_k_m", .source_order = true, .force = true }, path_of("q.gguf")));
		assert_true(same_bytes(path_of("q.gguf"), wanted));
	}
	value_drop(m);
}

static void tensors_are_written_by_layer_and_name(void **state)
{
	static const char *const order[] = {
		"output.weight", "output_norm.weight", "token_embd.weight", "blk.0.attn_norm.weight", "blk.0.attn_q.weight", "blk.0.attn_v.weight",
		"blk.0.ffn_down.weight", "blk.1.attn_q.weight", "blk.1.attn_v.weight", "blk.1.ffn_down.weight",
	};
	struct value *m = demo_model(), *q;

	(void)state;
	assert_true(convert(m, &(struct plan_request){ .recipe = "Q5_K_S", .force = true }, path_of("order.gguf")));
	q = open_model(path_of("order.gguf"));
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		assert_string_equal(q->u.model->tensor[i].name, order[i]);
	assert_string_equal(type_of(q, "blk.0.attn_q.weight"), "q5_K");
	assert_string_equal(type_of(q, "output.weight"), "q6_K");
	assert_string_equal(type_of(q, "blk.0.ffn_down.weight"), "q5_1");	/* rows of 96 */
	assert_string_equal(type_of(q, "blk.0.attn_norm.weight"), "f32");
	assert_int_equal(model_fact(q->u.model, "general.file_type")->u, 16);
	assert_int_equal(model_fact(q->u.model, "general.quantization_version")->u, 2);
	value_drop(q);
	value_drop(m);
}

static void what_is_written_is_what_the_codec_makes(void **state)
{
	struct value *m = demo_model(), *q;
	struct tensor x, blocks, written;

	(void)state;
	assert_true(convert(m, &(struct plan_request){ .pure = &codec_q4_K, .force = true }, path_of("pure.gguf")));
	q = open_model(path_of("pure.gguf"));
	assert_true(model_tensor(m->u.model, model_find(m->u.model, "blk.1.attn_v.weight"), &x, &err));
	assert_true(tensor_encode(&codec_q4_K, &x, 0, NULL, NULL, &blocks, &err));
	assert_true(model_tensor(q->u.model, model_find(q->u.model, "blk.1.attn_v.weight"), &written, &err));
	assert_int_equal(tensor_bytes(&blocks), tensor_bytes(&written));
	assert_memory_equal(tensor_block(&blocks, 0), tensor_block(&written, 0), tensor_bytes(&blocks));
	assert_string_equal(type_of(q, "output.weight"), "q4_K");		/* pure: the output too */
	assert_int_equal(model_fact(q->u.model, "general.file_type")->u, 15);
	tensor_drop(&x);
	tensor_drop(&blocks);
	tensor_drop(&written);
	value_drop(q);
	value_drop(m);
}

static void a_key_that_would_spoil_the_file_or_the_number_is_refused(void **state)
{
	static const char *const refused[] = { "general.alignment=3", "general.alignment=0", "general.alignment=x", "a.b=5000000000", "=x" };
	static const char *const fine[] = { "general.alignment=64", "a.b=4294967295", "a.c=-7" };
	struct value *m = demo_model(), *q;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_false(convert(m, &(struct plan_request){ .recipe = "Q8_0", .set = &refused[i], .sets = 1, .force = true }, path_of("set.gguf")));
		assert_string_equal(err.about, "set");
	}
	assert_true(convert(m, &(struct plan_request){ .recipe = "Q8_0", .set = fine, .sets = 3, .force = true }, path_of("set.gguf")));
	q = open_model(path_of("set.gguf"));
	assert_int_equal(q->u.model->alignment, 64);
	assert_int_equal(model_fact(q->u.model, "a.b")->u, 4294967295u);
	value_drop(q);
	value_drop(m);
}

static void options_choose_single_types(void **state)
{
	static const char *const type[] = { "blk\\.0\\..*=q8_0", "attn_v=q3_K" }, *const set[] = { "general.name=tiny", "a.number=-7", "a.flag=true", "a.real=1.5" };
	struct value *m = demo_model(), *q;
	const struct model *w;
	struct plan_request r = { .recipe = "Q4_K_M", .type = type, .types = 2, .set = set, .sets = 4, .embd = &codec_q5_K, .leave_output = true, .force = true };

	(void)state;
	assert_true(convert(m, &r, path_of("options.gguf")));
	q = open_model(path_of("options.gguf"));
	w = q->u.model;
	assert_string_equal(type_of(q, "token_embd.weight"), "q5_K");
	assert_string_equal(type_of(q, "output.weight"), "f32");
	assert_string_equal(type_of(q, "blk.0.attn_v.weight"), "q8_0");
	assert_string_equal(type_of(q, "blk.1.attn_v.weight"), "q3_K");
	assert_memory_equal(model_fact(w, "general.name")->string, "tiny", 4);
	assert_int_equal(model_fact(w, "a.number")->u, 7);		/* u32 of the size, as the reference tool has it */
	assert_int_equal(model_fact(w, "a.number")->type, FACT_U32);
	assert_int_equal(model_fact(w, "a.flag")->type, FACT_BOOL);
	assert_true(model_fact(w, "a.real")->f == 1.5);
	value_drop(q);
	value_drop(m);
}

static void a_copy_has_the_same_tensors(void **state)
{
	struct value *m = demo_model(), *q;

	(void)state;
	assert_true(convert(m, &(struct plan_request){ .copy = true, .source_order = true, .force = true }, path_of("copy.gguf")));
	q = open_model(path_of("copy.gguf"));
	for (size_t i = 0; i < m->u.model->tensors; i++) {
		const struct tensor_entry *a = &m->u.model->tensor[i], *b = &q->u.model->tensor[i];

		assert_string_equal(a->name, b->name);
		assert_int_equal(a->size, b->size);
		assert_memory_equal(m->u.model->part[0]->bytes + a->offset, q->u.model->part[0]->bytes + b->offset, a->size);
	}
	assert_null(model_fact(q->u.model, "general.file_type"));
	value_drop(q);
	value_drop(m);
}

static void parts_can_stay_apart(void **state)
{
	const char *shared = getenv("QS_SHARED");
	char source[400];
	struct value *m, *q;

	(void)state;
	snprintf(source, sizeof source, "%s/weights/stories260K-split-00001-of-00003.gguf", shared ? shared : "");
	if (access(source, R_OK) != 0)
		skip();
	m = open_model(source);
	assert_true(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .split = true }, path_of("parts.gguf")));
	q = open_model(path_of("parts-00002-of-00003.gguf"));
	assert_int_equal(q->u.model->parts, 3);
	assert_int_equal(q->u.model->tensors, 48);
	assert_int_equal(q->u.model->trouble.n, 0);
	assert_int_equal(model_fact(q->u.model, "split.tensors.count")->u, 48);
	value_drop(q);
	assert_true(convert(m, &(struct plan_request){ .recipe = "Q4_K_M" }, path_of("joined.gguf")));
	q = open_model(path_of("joined.gguf"));
	assert_int_equal(q->u.model->parts, 1);
	assert_null(model_fact(q->u.model, "split.count"));
	value_drop(q);
	value_drop(m);
}

/* ---- what must not happen ---- */

static void a_file_that_is_there_is_replaced_only_with_force(void **state)
{
	struct value *m = demo_model();
	size_t n;
	unsigned char *b;

	(void)state;
	put_bytes(path_of("there.gguf"), "precious", 8);
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M" }, path_of("there.gguf")));
	assert_int_equal(err.class, ERR_FILE);
	assert_string_equal(err.about, "out");
	b = bytes_of(path_of("there.gguf"), &n);
	assert_int_equal(n, 8);
	free(b);
	assert_true(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .force = true }, path_of("there.gguf")));
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .force = true }, path_of("demo.gguf")));	/* its own source */
	assert_non_null(strstr(err.text, "read from"));
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .force = true }, dir));
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M" }, path_of("no/such/place.gguf")));
	assert_int_equal(files_in_dir(".tmp"), 0);
	value_drop(m);
}

static void a_stop_leaves_nothing_behind(void **state)
{
	struct value *m = demo_model(), *v = NULL;
	struct outcome out = { 0 };

	(void)state;
	put_bytes(path_of("stop.gguf"), "precious", 8);
	err = (struct error){ 0 };
	assert_true(session_convert(&session, m, &(struct plan_request){ .recipe = "Q4_K_M", .force = true }, path_of("stop.gguf"), &out, &err));
	assert_non_null(out.job);
	assert_int_equal(files_in_dir("stop.gguf.tmp"), 1);
	atomic_store(&out.job->stop, true);
	assert_false(job_run_here(out.job, &v, &err));
	assert_int_equal(err.class, ERR_CANCELLED);
	assert_int_equal(files_in_dir("stop.gguf"), 1);
	assert_int_equal(files_in_dir(".tmp"), 0);
	value_drop(m);
}

static void a_quantized_source_is_refused_without_requant(void **state)
{
	struct value *m = demo_model(), *q;

	(void)state;
	assert_true(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .force = true }, path_of("once.gguf")));
	q = open_model(path_of("once.gguf"));
	assert_false(convert(q, &(struct plan_request){ .recipe = "Q3_K_S", .force = true }, path_of("twice.gguf")));
	assert_non_null(strstr(err.hint, "requant=on"));
	assert_true(convert(q, &(struct plan_request){ .recipe = "Q4_K_M", .force = true }, path_of("twice.gguf")));	/* nothing changes */
	assert_true(convert(q, &(struct plan_request){ .recipe = "Q3_K_S", .requant = true, .force = true }, path_of("twice.gguf")));
	value_drop(q);
	value_drop(m);
}

static void what_fits_no_block_is_refused_where_nothing_replaces_it(void **state)
{
	static const struct shape odd[] = { { "blk.0.ffn_down.weight", 2, { 4, 172 } } };
	struct value *m, *q;

	(void)state;
	write_model("odd.gguf", odd, 1, "llama");
	m = open_model(path_of("odd.gguf"));
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q8_0", .force = true }, path_of("odd-q.gguf")));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_non_null(strstr(err.text, "blk.0.ffn_down.weight"));
	assert_true(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .force = true }, path_of("odd-q.gguf")));
	q = open_model(path_of("odd-q.gguf"));
	assert_string_equal(type_of(q, "blk.0.ffn_down.weight"), "f16");
	value_drop(q);
	value_drop(m);
}

static void unknown_words_name_those_that_are_near(void **state)
{
	static const char *const broken[] = { "(=q4_0" }, *const none[] = { "q4_0" }, *const unknown[] = { "a=q4z" }, *const teaching[] = { "a=int4" };
	struct value *m = demo_model();

	(void)state;
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_N" }, path_of("no.gguf")));
	assert_non_null(strstr(err.hint, "Q4_K_M"));
	assert_false(convert(m, &(struct plan_request){ .recipe = "int4" }, path_of("no.gguf")));
	assert_non_null(strstr(err.hint, "pure=int4"));
	assert_false(convert(m, &(struct plan_request){ .pure = codec_find("int4") }, path_of("no.gguf")));
	assert_int_equal(err.class, ERR_CODEC);
	assert_false(convert(m, &(struct plan_request){ .pure = codec_find("q8_K") }, path_of("no.gguf")));
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .type = broken, .types = 1 }, path_of("no.gguf")));
	assert_string_equal(err.about, "type");
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .type = none, .types = 1 }, path_of("no.gguf")));
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .type = unknown, .types = 1 }, path_of("no.gguf")));
	assert_false(convert(m, &(struct plan_request){ .recipe = "Q4_K_M", .type = teaching, .types = 1 }, path_of("no.gguf")));
	assert_int_equal(files_in_dir("no.gguf"), 0);
	value_drop(m);
}

/* ---- importance ---- */

static struct importance *some_importance(const char *name, size_t columns, size_t experts)
{
	struct importance *m = importance_new(&err);
	struct importance_entry *e = importance_add(m, name, columns, experts, &err);

	for (size_t i = 0; i < columns * experts; i++)
		e->sum[i] = (float)(i % 7 + 1) * 4;
	for (size_t k = 0; k < experts; k++)
		e->count[k] = 4;
	m->dataset = strdup("wiki");
	m->chunks = 3;
	return m;
}

static void importance_files_of_both_forms_come_back(void **state)
{
	static const char *const name[] = { "i.gguf", "i.dat" };
	struct importance *m = some_importance("blk.0.attn_q.weight", 512, 2);

	(void)state;
	m->entry[0].count[1] = 0;
	for (size_t k = 0; k < 2; k++) {
		struct importance *back;

		assert_true(importance_write(m, path_of(name[k]), true, &err));
		back = importance_read(path_of(name[k]), &err);
		assert_non_null(back);
		assert_int_equal(back->entries, 1);
		assert_string_equal(back->dataset, "wiki");
		assert_int_equal(back->chunks, 3);
		assert_true(importance_at(&back->entry[0], 2) == 3);
		assert_true(importance_at(&back->entry[0], 512) == 1);		/* an expert that was never hit */
		importance_drop(back);
	}
	importance_drop(m);
}

/* The older form by hand: one entry "ab" of 2 calls and two values, 3 chunks, "x". */
static const unsigned char dat[] = {
	1, 0, 0, 0, 2, 0, 0, 0, 'a', 'b', 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0x80, 0x40, 0, 0, 0, 0x41, 3, 0, 0, 0, 1, 0, 0, 0, 'x',
};

static void a_dat_file_is_read_as_it_is_written_down(void **state)
{
	struct importance *m;

	(void)state;
	put_bytes(path_of("by-hand.dat"), dat, sizeof dat);
	m = importance_read(path_of("by-hand.dat"), &err);
	assert_non_null(m);
	assert_string_equal(m->entry[0].name, "ab");
	assert_true(importance_at(&m->entry[0], 0) == 2 && importance_at(&m->entry[0], 1) == 4);	/* 4 / 2, 8 / 2 */
	assert_int_equal(m->chunks, 3);
	assert_string_equal(m->dataset, "x");
	assert_true(importance_write(m, path_of("again.dat"), true, &err));
	assert_true(same_bytes(path_of("by-hand.dat"), path_of("again.dat")));
	importance_drop(m);
}

static void broken_importance_files_are_refused(void **state)
{
	unsigned char b[sizeof dat];

	(void)state;
	for (size_t n = 0; n < sizeof dat; n++) {
		struct importance *m;

		put_bytes(path_of("cut.dat"), dat, n);
		err = (struct error){ 0 };
		m = importance_read(path_of("cut.dat"), &err);
		assert_true(!m == (n != 26 && n != 30));	/* all but after the entries, or after the chunks */
		assert_true(m || err.class == ERR_FORMAT);
		importance_drop(m);
	}
	for (size_t at = 0; at < sizeof dat; at++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(b, dat, sizeof dat);
			b[at] ^= (unsigned char)(1 << bit);
			put_bytes(path_of("hit.dat"), b, sizeof b);
			importance_drop(importance_read(path_of("hit.dat"), &err));
		}
	memcpy(b, dat, sizeof dat);
	b[21] = 0xc0;		/* -4 */
	put_bytes(path_of("below.dat"), b, sizeof b);
	assert_null(importance_read(path_of("below.dat"), &err));
	assert_int_equal(err.class, ERR_VALUE);
	put_bytes(path_of("junk.dat"), "PK\3\4 some zip, or whatever", 24);
	assert_null(importance_read(path_of("junk.dat"), &err));
	write_model("model.gguf", demo, 1, "llama");
	assert_null(importance_read(path_of("model.gguf"), &err));
	assert_non_null(strstr(err.text, "imatrix"));
}

static void the_lowest_types_need_importance(void **state)
{
	struct value *m = demo_model(), *q;
	struct importance *i = importance_new(&err);
	struct tensor x, wanted, got;
	struct codec_options o;

	(void)state;
	for (size_t k = 0; k < sizeof demo / sizeof *demo; k++)
		if (demo[k].dims == 2) {
			struct importance_entry *e = importance_add(i, demo[k].name, (size_t)demo[k].dim[1], 1, &err);

			for (size_t c = 0; c < e->columns; c++)
				e->sum[c] = (float)(c % 5 + 1);
			e->count[0] = 1;
		}
	assert_true(importance_write(i, path_of("all.dat"), true, &err));
	assert_false(convert(m, &(struct plan_request){ .recipe = "IQ2_XS", .force = true }, path_of("low.gguf")));
	assert_int_equal(err.class, ERR_VALUE);
	assert_true(convert(m, &(struct plan_request){ .recipe = "IQ2_XS", .imatrix = path_of("all.dat"), .force = true }, path_of("low.gguf")));
	q = open_model(path_of("low.gguf"));
	assert_string_equal(type_of(q, "blk.0.attn_q.weight"), "iq2_xs");
	assert_int_equal(model_fact(q->u.model, "quantize.imatrix.entries_count")->u, 8);
	assert_null(model_fact(q->u.model, "quantize.imatrix.chunks_count"));
	assert_true(model_tensor(m->u.model, model_find(m->u.model, "blk.0.attn_q.weight"), &x, &err));
	o = (struct codec_options){ .importance = importance_find(i, "blk.0.attn_q.weight")->sum };
	assert_true(tensor_encode(&codec_iq2_xs, &x, 0, &o, NULL, &wanted, &err));
	assert_true(model_tensor(q->u.model, model_find(q->u.model, "blk.0.attn_q.weight"), &got, &err));
	assert_memory_equal(tensor_block(&wanted, 0), tensor_block(&got, 0), tensor_bytes(&wanted));
	tensor_drop(&x);
	tensor_drop(&wanted);
	tensor_drop(&got);
	importance_drop(i);
	value_drop(q);
	value_drop(m);
}

static void each_expert_has_importance_of_its_own(void **state)
{
	static const struct shape stack[] = { { "blk.0.ffn_up_exps.weight", 3, { 2, 3, 256 } } };
	struct importance *i = some_importance(stack[0].name, 256, 2), *bad = some_importance(stack[0].name, 256, 3);
	struct value *m, *q;
	struct tensor x, part, wanted, got;
	struct codec_options o;

	(void)state;
	write_model("stack.gguf", stack, 1, "llama");
	for (size_t c = 0; c < 256; c++)
		i->entry[0].sum[256 + c] = (float)(c % 3 * 8);
	i->entry[0].count[0] = i->entry[0].count[1] = 1;
	assert_true(importance_write(i, path_of("stack.imatrix"), true, &err) && importance_write(bad, path_of("bad.imatrix"), true, &err));
	m = open_model(path_of("stack.gguf"));
	assert_false(convert(m, &(struct plan_request){ .pure = &codec_q4_K, .imatrix = path_of("bad.imatrix"), .force = true }, path_of("stack-q.gguf")));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_true(convert(m, &(struct plan_request){ .pure = &codec_q4_K, .imatrix = path_of("stack.imatrix"), .force = true }, path_of("stack-q.gguf")));
	q = open_model(path_of("stack-q.gguf"));
	assert_int_equal(q->u.model->tensor[0].dims, 3);
	assert_true(model_tensor(m->u.model, &m->u.model->tensor[0], &x, &err));
	assert_true(tensor_slice(&x, 3, 6, 0, 256, &part, &err));
	o = (struct codec_options){ .importance = i->entry[0].sum + 256 };
	assert_true(tensor_encode(&codec_q4_K, &part, 0, &o, NULL, &wanted, &err));
	assert_true(model_tensor(q->u.model, &q->u.model->tensor[0], &got, &err));
	assert_memory_equal(tensor_block(&wanted, 0), tensor_block(&got, 3), tensor_bytes(&wanted));
	tensor_drop(&x);
	tensor_drop(&part);
	tensor_drop(&wanted);
	tensor_drop(&got);
	importance_drop(i);
	importance_drop(bad);
	value_drop(q);
	value_drop(m);
}

static void cover_tells_what_is_missing(void **state)
{
	struct value *m = demo_model();
	struct importance *i = some_importance("blk.0.attn_q.weight", 512, 1);
	struct outcome out = { 0 };
	struct text text = { 0 };

	(void)state;
	i->entry[0].sum[5] = 0;
	assert_non_null(importance_add(i, "blk.0.attn_v.weight", 64, 1, &err));
	assert_non_null(importance_add(i, "nobody.weight", 64, 1, &err));
	assert_true(importance_write(i, path_of("some.imatrix"), true, &err));
	assert_true(session_cover(&session, m, path_of("some.imatrix"), &out, &err));
	table_write_tsv(out.value->u.table, &text);
	assert_non_null(strstr(text_str(&text), "odd\tblk.0.attn_q.weight\tzero\t1 of 512 columns are zero"));
	assert_non_null(strstr(text_str(&text), "bad\tblk.0.attn_v.weight\tlength"));
	assert_non_null(strstr(text_str(&text), "odd\tblk.1.attn_v.weight\tmissing"));
	assert_non_null(strstr(text_str(&text), "odd\tnobody.weight\tname"));
	assert_null(strstr(text_str(&text), "output.weight"));
	text_drop(&text);
	value_drop(out.value);
	importance_drop(i);
	value_drop(m);
}

/* ---- plans ---- */

static void a_plan_is_kept_as_text_and_read_again(void **state)
{
	struct value *m = demo_model();
	struct plan *p = plan_new(m, &(struct plan_request){ .recipe = "Q4_K_M", .keep = "blk.1.attn_q*" }, &err), *again;
	struct text text = { 0 }, second = { 0 };

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->tensor[i].e->name, "blk.0.attn_q.weight"))
			assert_true(plan_set(p, i, planned_next(&p->tensor[i], true)));
	plan_text(p, &text);
	assert_non_null(strstr(text_str(&text), "[\"blk.0.attn_q.weight\"] = \"q5_K\""));
	assert_non_null(strstr(text_str(&text), "[\"blk.1.attn_q.weight\"] = \"keep\""));
	put_bytes(path_of("a.plan"), text_str(&text), text.len);
	again = plan_new(m, &(struct plan_request){ .from_file = path_of("a.plan") }, &err);
	if (!again)
		fail_msg("%s", err.text);
	plan_text(again, &second);
	assert_string_equal(text_str(&text), text_str(&second));
	assert_int_equal(plan_bytes(p), plan_bytes(again));
	plan_drop(again);
	again = plan_new(m, &(struct plan_request){ .from = p }, &err);
	assert_int_equal(plan_bytes(p), plan_bytes(again));
	plan_drop(again);
	for (size_t n = 0; n < text.len; n += 7) {	/* cut anywhere: a plan of what is there, or a message */
		put_bytes(path_of("cut.plan"), text_str(&text), n);
		plan_drop(plan_new(m, &(struct plan_request){ .from_file = path_of("cut.plan") }, &err));
	}
	put_bytes(path_of("b.plan"), "qs.plan(m, { recipe = \"Q4_K_M\", types = {\n [\"no.such\"] = \"q4_K\",\n", 64);
	assert_null(plan_new(m, &(struct plan_request){ .from_file = path_of("b.plan") }, &err));
	assert_int_equal(err.class, ERR_TENSOR);
	text_drop(&text);
	text_drop(&second);
	plan_drop(p);
	value_drop(m);
}

static void a_plan_as_options_names_every_tensor(void **state)
{
	struct value *m = demo_model();
	struct plan *p = plan_new(m, &(struct plan_request){ .recipe = "Q5_K_S" }, &err);
	struct text text = { 0 };

	(void)state;
	plan_llama(p, &text);
	assert_string_equal(text_str(&text),
			    "llama-quantize \\\n  --output-tensor-type q6_K \\\n  --token-embedding-type q5_K \\\n"
			    "  --tensor-type '^blk\\.(0|1)\\.attn_q\\.weight$=q5_K' \\\n  --tensor-type '^blk\\.(0|1)\\.attn_v\\.weight$=q5_K' \\\n"
			    "  --tensor-type '^blk\\.(0|1)\\.ffn_down\\.weight$=q5_1' \\\n  IN.gguf OUT.gguf Q5_K_S\n");
	text_drop(&text);
	plan_drop(p);
	value_drop(m);
}

/* ---- the picture ---- */

struct picture { const char *recipe; uint64_t limit; const char *keys; };

static bool draw_plan(const void *arg, struct canvas *c, struct error *e)
{
	const struct picture *p = arg;
	struct value *m = demo_model();
	struct outcome out = { 0 };
	struct stage stage;
	struct text text = { 0 };
	bool ok;

	value_name(m, "demo");
	stage_init(&stage, &session);
	ok = session_plan(&session, m, &(struct plan_request){ .recipe = p->recipe, .limit = p->limit }, &out, e) &&
	     stage_show(&stage, view_find("plan"), out.value, NULL, e);
	for (const char *k = p->keys; ok && *k; ) {
		struct key key;
		struct text said = { 0 }, typed = { 0 };

		k += key_parse(k, &key);
		stage_press(&stage, &key, &said, &typed, e);
		text_drop(&said);
		text_drop(&typed);
	}
	if (ok)
		stage_draw(&stage, c);
	text_drop(&text);
	stage_drop(&stage);
	value_drop(out.value);
	value_drop(m);
	return ok;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/qs-convert-XXXXXX");
	session_init(&session, 1);
	return mkdtemp(dir) ? 0 : -1;
}

static int clean_up(void **state)
{
	char line[100];

	(void)state;
	session_drop(&session);
	pool_stop();
	codecs_drop();
	snprintf(line, sizeof line, "rm -r %s", dir);
	return system(line);
}

int main(void)
{
	static const struct picture plain = { "Q4_K_M", 0, "" }, limit = { "Q4_K_M", 600000, "" }, hand = { "Q4_K_S", 600000, "<Down><Down><Down><Down><Enter><Down>+++" };
	struct CMUnitTest tests[60] = {
		cmocka_unit_test(the_file_is_the_reference_tools_byte_for_byte), cmocka_unit_test(tensors_are_written_by_layer_and_name),
		cmocka_unit_test(what_is_written_is_what_the_codec_makes), cmocka_unit_test(options_choose_single_types),
		cmocka_unit_test(a_key_that_would_spoil_the_file_or_the_number_is_refused),
		cmocka_unit_test(a_copy_has_the_same_tensors), cmocka_unit_test(parts_can_stay_apart),
		cmocka_unit_test(a_file_that_is_there_is_replaced_only_with_force), cmocka_unit_test(a_stop_leaves_nothing_behind),
		cmocka_unit_test(a_quantized_source_is_refused_without_requant),
		cmocka_unit_test(what_fits_no_block_is_refused_where_nothing_replaces_it), cmocka_unit_test(unknown_words_name_those_that_are_near),
		cmocka_unit_test(importance_files_of_both_forms_come_back), cmocka_unit_test(a_dat_file_is_read_as_it_is_written_down),
		cmocka_unit_test(broken_importance_files_are_refused), cmocka_unit_test(the_lowest_types_need_importance),
		cmocka_unit_test(each_expert_has_importance_of_its_own), cmocka_unit_test(cover_tells_what_is_missing),
		cmocka_unit_test(a_plan_is_kept_as_text_and_read_again), cmocka_unit_test(a_plan_as_options_names_every_tensor),
	};
	size_t n = 0;

	while (tests[n].test_func)
		n++;
	n = golden_add(tests, n, "plan-demo", draw_plan, &plain);
	n = golden_add_one(tests, n, "plan-limit", 80, 24, false, draw_plan, &limit);
	n = golden_add_one(tests, n, "plan-hand", 80, 24, false, draw_plan, &hand);
	return _cmocka_run_group_tests("writing models", tests, n, set_up, clean_up);
}
