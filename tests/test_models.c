/* test_models.c - what the session does with weight files: names of models, tensors and their pairs, arrays. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/pool.h"
#include "engine/encode.h"
#include "engine/kernel.h"
#include "files/imatrix.h"
#include "files/model.h"
#include "session/session.h"

static char dir[64];
static struct session session;

static const char *path_of(const char *name)
{
	static char path[4][200];
	static int k;

	snprintf(path[k = (k + 1) % 4], sizeof *path, "%s/%s", dir, name);
	return path[k];
}

static const char *write_file(const char *name, const void *p, size_t n)
{
	const char *path = path_of(name);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

/* A model of f32 tensors [rows, cols] whose values `value` gives, in safetensors. */
struct plan { const char *name; size_t rows, cols; float (*value)(size_t row, size_t col); };

static const char *write_safetensors(const char *file, const struct plan *plan, size_t n)
{
	static unsigned char bytes[1 << 16];
	char *header = (char *)bytes + 8;
	size_t len = 0, at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t size = plan[i].rows * plan[i].cols * 4;

		len += (size_t)sprintf(header + len, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%zu,%zu],\"data_offsets\":[%zu,%zu]}", i ? "," : "{",
				       plan[i].name, plan[i].rows, plan[i].cols, at, at + size);
		at += size;
	}
	header[len++] = '}';
	memset(bytes, 0, 8);
	bytes[0] = (unsigned char)len;
	bytes[1] = (unsigned char)(len >> 8);
	at = 8 + len;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < plan[i].rows * plan[i].cols; k++, at += 4) {
			float v = plan[i].value(k / plan[i].cols, k % plan[i].cols);

			memcpy(bytes + at, &v, 4);
		}
	return write_file(file, bytes, at);
}

static float counted(size_t row, size_t col) { return (float)(100 * row + col); }
static float waves(size_t row, size_t col) { return sinf((float)(row * 64 + col) * 0.7f); }

/* The same in GGUF: q8_0 where the type is 8, f32 else, of `toy` with 2 heads. */
static const char *write_gguf(const char *file, const struct plan *plan, size_t n, uint32_t type)
{
	static unsigned char b[1 << 16];
	size_t at = 0, offset = 0;
#define PUT(v, width) do { uint64_t v_ = (v); memcpy(b + at, &v_, width); at += width; } while (0)
#define STRING(s) do { PUT(strlen(s), 8); memcpy(b + at, s, strlen(s)); at += strlen(s); } while (0)

	memcpy(b, "GGUF\3\0\0\0", 8);
	at = 8;
	PUT(n, 8);
	PUT(3, 8);
	STRING("general.architecture"); PUT(8, 4); STRING("toy");
	STRING("toy.attention.head_count"); PUT(4, 4); PUT(2, 4);
	STRING("toy.attention.head_count_kv"); PUT(4, 4); PUT(1, 4);
	for (size_t i = 0; i < n; i++) {
		STRING(plan[i].name);
		PUT(2, 4);
		PUT(plan[i].cols, 8);
		PUT(plan[i].rows, 8);
		PUT(type, 4);
		PUT(offset, 8);
		offset += plan[i].rows * plan[i].cols / 32 * (type == 8 ? 34 : 128);
		offset = (offset + 31) / 32 * 32;
	}
	while (at % 32)
		PUT(0, 1);
	for (size_t i = 0; i < n; i++) {
		size_t count = plan[i].rows * plan[i].cols;
		struct error err;
		struct tensor t, q;

		assert_true(tensor_new(&t, plan[i].rows, plan[i].cols, &err));
		for (size_t k = 0; k < count; k++)
			tensor_floats(&t)[k] = plan[i].value(k / plan[i].cols, k % plan[i].cols);
		assert_true(tensor_encode(type == 8 ? &codec_q8_0 : &codec_f32, &t, 0, NULL, NULL, &q, &err));
		memcpy(b + at, tensor_block(&q, 0), tensor_bytes(&q));
		at += tensor_bytes(&q);
		while (at % 32)
			PUT(0, 1);
		tensor_drop(&t);
		tensor_drop(&q);
	}
	return write_file(file, b, at);
}

static struct value *open_ok(const char *path, const char *as, const char *ref)
{
	struct outcome out = { 0 };
	struct error err = { 0 };

	if (!session_open(&session, path, as, ref, &out, &err))
		fail_msg("%s", err.text);
	return out.value;
}

static struct value *tensor_ok(struct value *model, const char *name)
{
	struct outcome out = { 0 };
	struct error err = { 0 };

	if (!session_tensor(&session, model, name, &out, &err))
		fail_msg("%s", err.text);
	return out.value;
}

static void names_of_models_are_what_a_variable_can_be(void **state)
{
	static const char *const names[][2] = {
		{ "dir/demo-1b.q4_K_M.gguf", "demo" }, { "stories260K.gguf", "stories260K" }, { "7b.gguf", "m_7b" }, { "-x", "m" },
		{ "/a/b.c/t\xc3\xa4st.safetensors", "t" }, { "end.gguf", "m_end" }, { "qs.gguf", "m_qs" }, { "a_b2", "a_b2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char name[64];

		session_model_name(names[i][0], name);
		assert_string_equal(name, names[i][1]);
	}
}

static void models_open_under_free_names_and_close_by_name(void **state)
{
	static const struct plan plan[] = { { "w", 2, 3, counted } };
	const char *path = write_safetensors("two.safetensors", plan, 1);
	struct value *a = open_ok(path, NULL, NULL), *b = open_ok(path, NULL, NULL), *c = open_ok(path, "two", NULL);
	struct error err = { 0 };

	(void)state;
	assert_string_equal(a->label, "two");
	assert_string_equal(b->label, "two_2");
	assert_int_equal(session.n_models, 2);
	assert_ptr_equal(session_model(&session, "two"), c);		/* took the name over */
	assert_true(session_close(&session, "two", &err));
	assert_null(session_model(&session, "two"));
	assert_false(session_close(&session, "two", &err));
	assert_int_equal(err.class, ERR_VALUE);
	assert_true(session_close(&session, "two_2", &err));
	assert_int_equal(session.n_models, 0);
	assert_false(session_open(&session, path, "no name", NULL, &(struct outcome){ 0 }, &err));
	assert_string_equal(err.about, "as");
	value_drop(a);
	value_drop(b);
	value_drop(c);
}

static void a_tensor_outlives_its_model(void **state)
{
	static const struct plan plan[] = { { "blk.0.a.weight", 2, 3, counted } };
	struct value *m = open_ok(write_safetensors("x.safetensors", plan, 1), "x", NULL), *t = tensor_ok(m, "blk.0.a.weight");
	struct error err;

	(void)state;
	assert_string_equal(t->label, "x:blk.0.a.weight");
	assert_int_equal(t->kind, VALUE_TENSOR);
	assert_true(session_close(&session, "x", &err));
	value_drop(m);
	assert_true(tensor_get(value_weights(t), 4) == 101);
	value_drop(t);
}

static void a_wrong_name_is_answered_with_those_beside_it(void **state)
{
	static const struct plan plan[] = {
		{ "blk.0.attn_q.weight", 1, 1, counted }, { "blk.0.attn_q.bias", 1, 1, counted }, { "blk.0.ffn_up.weight", 1, 1, counted },
		{ "blk.1.ffn_up.weight", 1, 1, counted }, { "output.weight", 1, 1, counted },
	};
	struct value *m = open_ok(write_safetensors("x.safetensors", plan, 5), "x", NULL);
	struct outcome out = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_false(session_tensor(&session, m, "blk.0.attn_z.weight", &out, &err));
	assert_int_equal(err.class, ERR_TENSOR);
	assert_string_equal(err.text, "x.safetensors has no tensor 'blk.0.attn_z.weight'");
	assert_string_equal(err.hint, "in blk.0: attn_q ffn_up");
	assert_false(session_tensor(&session, m, "blk.0.attn_q", &out, &err));
	assert_string_equal(err.hint, "in blk.0.attn_q: bias weight");
	assert_false(session_tensor(&session, m, "ouput.weight", &out, &err));
	assert_non_null(strstr(err.hint, "nearest: output.weight"));
	assert_true(session_close(&session, "x", &err));
	value_drop(m);
}

static void with_a_reference_the_source_of_a_quantized_tensor_is_known(void **state)
{
	static const struct plan ref[] = { { "layers.0.attention.wv.weight", 2, 64, waves }, { "norm.weight", 1, 32, waves } };
	static const struct plan plan[] = { { "blk.0.attn_v.weight", 2, 64, waves }, { "output_norm.weight", 1, 32, waves }, { "rest", 1, 32, waves } };
	const char *r = write_safetensors("ref.safetensors", ref, 2);
	struct value *m = open_ok(write_gguf("q.gguf", plan, 3, 8), NULL, r), *t = tensor_ok(m, "blk.0.attn_v.weight"), *rest;
	struct error err = { 0 };
	struct outcome out = { 0 };
	struct trace trace;

	(void)state;
	assert_int_equal(m->u.model->pairs, 2);
	assert_int_equal(t->kind, VALUE_QUANTIZED);
	assert_true(tensor_get(&t->u.quantized.source, 70) == waves(1, 6));
	/* our own q8_0 wrote these blocks, so the encoder's steps explain them */
	assert_true(quantized_record(&t->u.quantized, 2, &trace, &err));
	assert_false(trace.decoding);
	trace_drop(&trace);
	rest = tensor_ok(m, "rest");
	assert_int_equal(rest->kind, VALUE_TENSOR);
	assert_true(session_errors(&session, t, &out, &err));
	value_drop(out.value);
	value_drop(t);
	value_drop(rest);
	assert_true(session_close(&session, "q", &err));
	value_drop(m);
}

static float other(size_t row, size_t col) { return waves(row, col) * 1.01f; }

static void blocks_that_another_encoder_wrote_are_explained_by_decoding(void **state)
{
	static const struct plan ref[] = { { "v", 1, 64, waves } }, plan[] = { { "v", 1, 64, other } };
	const char *r = write_safetensors("ref.safetensors", ref, 1);
	struct value *m = open_ok(write_gguf("q.gguf", plan, 1, 8), NULL, r), *t = tensor_ok(m, "v");
	struct error err = { 0 };
	struct trace trace;

	(void)state;
	assert_true(quantized_record(&t->u.quantized, 1, &trace, &err));
	assert_true(trace.decoding);
	assert_true(trace.x[3] == waves(0, 35));
	assert_memory_equal(trace.bytes, tensor_block(&t->u.quantized.blocks, 1), 34);
	trace_drop(&trace);
	value_drop(t);
	assert_true(session_close(&session, "q", &err));
	value_drop(m);
}

/* Two heads of 4 rows: GGUF row 2i + j of a head is Hugging Face's row i + 2j. */
static float turned(size_t row, size_t col)
{
	size_t k = row % 4;

	return waves(row - k + (k < 2 ? 2 * k : 2 * (k - 2) + 1), col);
}

static void rows_of_q_in_hugging_face_order_are_put_right(void **state)
{
	static const struct plan ref[] = { { "model.layers.0.self_attn.q_proj.weight", 8, 32, turned } };
	static const struct plan plan[] = { { "blk.0.attn_q.weight", 8, 32, waves } };
	const char *r = write_safetensors("ref.safetensors", ref, 1);
	struct value *m = open_ok(write_gguf("q.gguf", plan, 1, 8), NULL, r);
	struct outcome out = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_true(session_tensor(&session, m, "blk.0.attn_q.weight", &out, &err));
	assert_non_null(strstr(out.note, "another order"));
	for (size_t i = 0; i < 256; i++)
		assert_true(tensor_get(&out.value->u.quantized.source, i) == waves(i / 32, i % 32));
	value_drop(out.value);
	assert_true(session_close(&session, "q", &err));
	value_drop(m);
}

static struct value *load(const char *path, const char *dtype, const char *shape, struct error *err)
{
	struct outcome out = { 0 };

	return session_load(&session, path, NULL, dtype, shape, &out, err) ? out.value : NULL;
}

static void arrays_are_loaded_by_what_they_are(void **state)
{
	static const float raw[6] = { 1, 2, 3, 4, 5, 6.5f };
	struct error err = { 0 };
	struct value *v = load(write_file("rows.txt", "1 2\n3 4\n", 8), NULL, NULL, &err);

	(void)state;
	assert_non_null(v);
	assert_int_equal(value_weights(v)->rows, 2);
	value_drop(v);
	v = load(write_file("raw.bin", raw, sizeof raw), "f32", "2x3", &err);
	assert_non_null(v);
	assert_true(tensor_get(value_weights(v), 5) == 6.5f);
	value_drop(v);
	assert_null(load(path_of("raw.bin"), NULL, NULL, &err));
	assert_int_equal(err.class, ERR_FORMAT);
	assert_non_null(strstr(err.hint, "dtype=f32 shape=64x4096"));
	assert_null(load(path_of("raw.bin"), "f32", NULL, &err));
	assert_string_equal(err.about, "shape");
	assert_null(load(path_of("raw.bin"), "f32", "2x", &err));
	assert_non_null(strstr(err.text, "'2x' is no shape"));
	assert_null(load(path_of("raw.bin"), "f32", "4x3", &err));
	assert_int_equal(err.class, ERR_SHAPE);
	assert_null(load(path_of("raw.bin"), "f99", "4x3", &err));
	assert_int_equal(err.class, ERR_CODEC);
	assert_string_equal(err.about, "dtype");
	assert_null(load(path_of("none.npy"), NULL, NULL, &err));
	assert_int_equal(err.class, ERR_FILE);
	assert_null(load(write_file("m.gguf", "GGUF\3\0\0\0", 8), NULL, NULL, &err));
	assert_non_null(strstr(err.hint, "open"));
}

static void what_is_saved_comes_back(void **state)
{
	static const char *const names[] = { "out.npy", "out.txt", "out.csv" };
	struct error err = { 0 };
	struct tensor t;
	struct value *v, *back;

	(void)state;
	assert_true(tensor_new(&t, 3, 5, &err));
	for (size_t i = 0; i < 15; i++)
		tensor_floats(&t)[i] = 0.1f * (float)i - 0.3f;
	v = value_tensor(t, &err);
	for (int i = 0; i < 3; i++) {
		assert_true(session_save(&session, v, path_of(names[i]), false, &err));
		back = load(path_of(names[i]), NULL, NULL, &err);
		assert_non_null(back);
		assert_int_equal(value_weights(back)->cols, 5);
		assert_memory_equal(tensor_floats(value_weights(back)), tensor_floats(value_weights(v)), 60);
		value_drop(back);
	}
	assert_true(session_save(&session, v, path_of("out.bin"), false, &err));
	back = load(path_of("out.bin"), "f32", "3x5", &err);
	assert_memory_equal(tensor_block(value_weights(back), 0), tensor_floats(value_weights(v)), 60);
	value_drop(back);
	write_file("theirs.npy", "precious", 8);
	assert_false(session_save(&session, v, path_of("theirs.npy"), false, &err));
	assert_int_equal(err.class, ERR_FILE);
	assert_true(session_save(&session, v, path_of("theirs.npy"), true, &err));
	assert_false(session_save(&session, v, path_of("out.xyz"), false, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	value_drop(v);
}

/* Column k counts k + 1, so the weighted rmse is sqrt(sum (k + 1) e^2 / sum (k + 1)) over the rows. */
static void a_model_holds_the_importance_it_was_opened_with(void **state)
{
	static const struct plan plan[] = { { "w", 2, 32, counted } };
	struct importance *i = importance_new(NULL);
	struct importance_entry *e = importance_add(i, "w", 32, 1, NULL);
	struct outcome out = { 0 };
	struct error err = { 0 };
	struct value *m, *w;
	char path[200], ref[200], q[200];

	(void)state;
	for (size_t k = 0; k < 32; k++)
		e->sum[k] = (float)(k + 1);
	e->count[0] = 1;
	snprintf(path, sizeof path, "%s", path_of("w.dat"));
	snprintf(q, sizeof q, "%s", write_gguf("weighed.gguf", plan, 1, 8));
	snprintf(ref, sizeof ref, "%s", write_safetensors("weighed.safetensors", plan, 1));
	assert_true(importance_write(i, path, true, &err));
	importance_drop(i);
	assert_false(session_open_weighted(&session, q, "weighed", ref, path_of("none.dat"), &out, &err));
	assert_string_equal(err.about, "imatrix");
	assert_null(session_model(&session, "weighed"));
	assert_true(session_open_weighted(&session, q, "weighed", ref, path, &out, &err));
	m = out.value;
	assert_int_equal(model_weighted(m->u.model), 1);
	w = tensor_ok(m, "w");
	assert_int_equal(w->kind, VALUE_QUANTIZED);
	for (size_t k = 0; k < 32; k++)
		assert_true(tensor_get(&w->u.quantized.importance, k) == (float)(k + 1));
	value_drop(w);
	value_drop(m);
	assert_true(session_close(&session, "weighed", &err));
}

static int make_dir(void **state)
{
	struct error err;

	(void)state;
	snprintf(dir, sizeof dir, "%s/qs-models-XXXXXX", getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 40 ? getenv("TMPDIR") : "/tmp");
	session_init(&session, 1);
	return mkdtemp(dir) && kernels_choose(getenv("QUANTSCOPE_CPU"), &err) ? 0 : -1;
}

static int drop_dir(void **state)
{
	char command[100];

	(void)state;
	session_drop(&session);
	pool_stop();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_models_are_what_a_variable_can_be),
		cmocka_unit_test(models_open_under_free_names_and_close_by_name),
		cmocka_unit_test(a_tensor_outlives_its_model),
		cmocka_unit_test(a_wrong_name_is_answered_with_those_beside_it),
		cmocka_unit_test(with_a_reference_the_source_of_a_quantized_tensor_is_known),
		cmocka_unit_test(blocks_that_another_encoder_wrote_are_explained_by_decoding),
		cmocka_unit_test(rows_of_q_in_hugging_face_order_are_put_right),
		cmocka_unit_test(arrays_are_loaded_by_what_they_are),
		cmocka_unit_test(what_is_saved_comes_back),
		cmocka_unit_test(a_model_holds_the_importance_it_was_opened_with),
	};

	return cmocka_run_group_tests_name("models", tests, make_dir, drop_dir);
}
