/* test_auto.c - types that are measured: what they cost, the mix with the least error for a size, and how it looks. */
#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/pool.h"
#include "base/rng.h"
#include "engine/encode.h"
#include "engine/kernel.h"
#include "files/gguf_write.h"
#include "session/plan_error.h"
#include "session/survey.h"
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

/* ---- models of normal weights ---- */

enum { ROWS = 16, TENSORS_MAX = 200 };

struct shape { char name[40]; uint64_t rows, cols; double sigma; };

static struct value *model_of(const char *file, const struct shape *s, size_t n)
{
	struct gguf_writer g;
	struct outcome out = { 0 };
	struct rng r = rng_seeded(5);

	assert_true(gguf_new(&g, path_of(file), true, &err));
	gguf_key_string(&g, "general.architecture", "llama", 5);
	for (size_t i = 0; i < n; i++)
		assert_true(gguf_tensor(&g, s[i].name, 2, (uint64_t[]){ s[i].rows, s[i].cols }, 0, s[i].rows * s[i].cols * 4, &err));
	assert_true(gguf_begin(&g, &err));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < s[i].rows * s[i].cols; k++) {
			float v = (float)(s[i].sigma * rng_gauss(&r));

			assert_true(gguf_data(&g, &v, sizeof v, &err));
		}
	assert_true(gguf_end(&g, &err) && replace_commit(&g.file, &err));
	gguf_drop(&g);
	assert_true(session_open(&session, path_of(file), NULL, NULL, &out, &err));
	return out.value;
}

/* layers of five tensors each, the later ones with larger weights; rows of 512 and, in ffn_down, of 96 */
static struct value *layers_model(const char *file, size_t layers)
{
	static const char *const kind[] = { "attn_q", "attn_v", "attn_output", "ffn_up", "ffn_down" };
	struct shape s[TENSORS_MAX];
	size_t n = 0;

	for (size_t l = 0; l < layers; l++)
		for (size_t k = 0; k < 5; k++, n++) {
			snprintf(s[n].name, sizeof s[n].name, "blk.%zu.%s.weight", l, kind[k]);
			s[n].rows = ROWS;
			s[n].cols = k == 4 ? 96 : 512;
			s[n].sigma = 0.02 * (double)(1 + l % 7) * (k == 1 ? 3 : 1);
		}
	s[n++] = (struct shape){ "output.weight", 2 * ROWS, 512, 0.05 };
	return model_of(file, s, n);
}

static struct plan *plan_of(struct value *m, const struct plan_request *q, struct value **v)
{
	struct outcome out = { 0 };

	err = (struct error){ 0 };
	*v = NULL;
	if (!session_plan(&session, m, q, &out, &err) || (out.job && !job_run_here(out.job, &out.value, &err)))
		return NULL;
	*v = out.value;
	return (*v)->u.plan;
}

/* ---- what types cost ---- */

/* The whole tensor, there and back. */
static void there_and_back(struct value *m, const struct planned *t, const struct codec *c, double *squares, double *energy)
{
	struct tensor x, blocks, y;

	assert_true(model_tensor(m->u.model, t->e, &x, &err) && tensor_encode(c, &x, 0, NULL, NULL, &blocks, &err) &&
		    tensor_decode(&blocks, NULL, &y, &err));
	for (size_t i = 0; i < tensor_count(&x); i++) {
		double d = (double)tensor_get(&y, i) - (double)tensor_get(&x, i);

		*squares += d * d;
		*energy += (double)tensor_get(&x, i) * (double)tensor_get(&x, i);
	}
	tensor_drop(&x);
	tensor_drop(&y);
	tensor_drop(&blocks);
}

static void the_expected_error_is_that_of_all_weights(void **state)
{
	struct value *m = layers_model("few.gguf", 2), *v;
	struct plan *p = plan_of(m, &(struct plan_request){ .recipe = "Q4_K_M", .expect = true }, &v);
	double squares = 0, energy = 0;

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < p->n; i++)
		there_and_back(m, &p->tensor[i], p->tensor[i].choice.codec, &squares, &energy);
	assert_true(fabs(plan_rel(p) / sqrt(squares / energy) - 1) < 1e-12);
	value_drop(v);
	value_drop(m);
}

static void a_sample_of_the_rows_comes_near(void **state)
{
	struct shape s[] = { { "a.weight", 2000, 256, 0.02 }, { "b.weight", 2000, 256, 0.1 } };
	struct value *m = model_of("rows.gguf", s, 2), *v;
	struct plan *p = plan_of(m, &(struct plan_request){ .pure = &codec_q4_K }, &v);
	double whole, part;

	(void)state;
	assert_true(plan_errors_new(p, 1 << 16, 4, 7, &err) && plan_expect(p, NULL, &err));
	assert_true(plan_errors_share(p) > 0.05 && plan_errors_share(p) < 0.07);	/* 65536 of 1024000 weights */
	part = plan_rel(p);
	assert_true(plan_errors_new(p, 1 << 16, 4, 7, &err) && plan_expect(p, NULL, &err));
	assert_true(plan_rel(p) - part == 0);						/* the same seed, the same rows */
	assert_true(plan_errors_new(p, 1 << 16, 4, 8, &err) && plan_expect(p, NULL, &err));
	assert_true(plan_rel(p) - part != 0);
	assert_true(plan_errors_new(p, SIZE_MAX, 4, 7, &err) && plan_expect(p, NULL, &err));
	whole = plan_rel(p);
	assert_true(fabs(part / whole - 1) < 0.02);
	value_drop(v);
	value_drop(m);
}

/* ---- auto ---- */

static const struct codec *const four[] = { &codec_q3_K, &codec_q4_K, &codec_q5_K, &codec_q6_K };

/* Whatever the multiplier, no mix within the limit has less error than the sum of the least of (error + multiplier x bytes), minus
 * multiplier x limit. The best such bound, over many multipliers. */
static double least_possible(struct value *m, const struct plan *p, uint64_t limit)
{
	double bound = 0, cost[TENSORS_MAX][4] = { { 0 } }, bytes[TENSORS_MAX][4], none = 0;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < 4; k++) {
			const struct codec *c = mixture_fit(four[k], p->tensor[i].e->cols);

			there_and_back(m, &p->tensor[i], c, &cost[i][k], &none);
			bytes[i][k] = (double)planned_bytes(&p->tensor[i], c);
		}
	for (double multiplier = 1e-9; multiplier < 1; multiplier *= 1.01) {
		double sum = -multiplier * (double)limit;

		for (size_t i = 0; i < p->n; i++) {
			double least = INFINITY;

			for (size_t k = 0; k < 4; k++)
				least = fmin(least, cost[i][k] + multiplier * bytes[i][k]);
			sum += least;
		}
		bound = fmax(bound, sum);
	}
	return bound;
}

static void many_tensors_get_a_mix_near_the_least_that_is_possible(void **state)
{
	struct value *m = layers_model("many.gguf", 14), *v;

	(void)state;
	for (double bits = 4.2; bits < 6.5; bits += 0.55) {
		struct plan *p = plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = bits, .codec = four, .codecs = 4 }, &v);
		double squares = 0, energy = 0, least;

		assert_non_null(p);
		assert_true(plan_bits(p) <= bits && plan_bits(p) > bits - 0.05);
		for (size_t i = 0; i < p->n; i++)
			there_and_back(m, &p->tensor[i], p->tensor[i].choice.codec, &squares, &energy);
		least = least_possible(m, p, p->limit);
		if (squares > 1.01 * least || squares < least * (1 - 1e-9))
			fail_msg("%g bits: error %.9g, at least %.9g", bits, squares, least);
		value_drop(v);
	}
	value_drop(m);
}

static void no_recipe_and_no_pure_codec_of_that_size_is_better(void **state)
{
	struct value *m = layers_model("many.gguf", 14), *v, *w;

	(void)state;
	for (double bits = 4; bits < 7; bits += 1) {
		struct plan *p = plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = bits }, &v), *q;
		size_t fit = 0;

		assert_non_null(p);
		for (const struct recipe *r = recipes; r->name; r++) {
			q = plan_of(m, &(struct plan_request){ .recipe = r->name, .expect = true }, &w);
			if (q && !plan_unserved(q) && plan_bytes(q) <= p->limit) {
				fit++;
				assert_true(plan_rel(q) >= plan_rel(p));
			}
			value_drop(w);
		}
		for (size_t i = 0; i < CODEC_COUNT; i++) {
			if (codecs[i]->gguf_type < 0 || codecs[i]->flags & (CODEC_ACTIVATIONS_ONLY | CODEC_STORAGE_ONLY))
				continue;
			q = plan_of(m, &(struct plan_request){ .pure = codecs[i], .expect = true }, &w);
			if (q && !plan_unserved(q) && plan_bytes(q) <= p->limit)
				assert_true(plan_rel(q) >= plan_rel(p));
			value_drop(w);
		}
		assert_true(fit > 2);
		value_drop(v);
	}
	value_drop(m);
}

static void threads_change_nothing(void **state)
{
	struct value *m = layers_model("few.gguf", 3), *v;
	struct text first = { 0 }, again = { 0 };
	static const unsigned threads[] = { 1, 2, 7 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct plan *p;

		pool_set_threads(threads[i]);
		p = plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 4.3 }, &v);
		text_clear(&again);
		plan_text(p, &again);
		text_add(&again, "%.17g", plan_rel(p));
		if (!i)
			text_put(&first, text_str(&again));
		assert_string_equal(text_str(&first), text_str(&again));
		value_drop(v);
	}
	pool_set_threads(2);
	text_drop(&first);
	text_drop(&again);
	value_drop(m);
}

static void what_cannot_be_is_told_with_what_can(void **state)
{
	struct value *m = layers_model("few.gguf", 2), *v;
	unsigned long long least;
	const char *at;

	(void)state;
	assert_null(plan_of(m, &(struct plan_request){ .recipe = "auto" }, &v));
	assert_int_equal(err.class, ERR_ARGUMENT);
	assert_null(plan_of(m, &(struct plan_request){ .recipe = "auto", .limit = 1000, .codec = four, .codecs = 4 }, &v));
	assert_int_equal(err.class, ERR_VALUE);
	at = strstr(err.hint, "limit=");
	assert_non_null(at);
	least = strtoull(at + 6, NULL, 10);		/* the smallest possible, and a byte less is not */
	assert_non_null(plan_of(m, &(struct plan_request){ .recipe = "auto", .limit = least, .codec = four, .codecs = 4 }, &v));
	assert_int_equal(plan_bytes(v->u.plan), least);
	value_drop(v);
	assert_null(plan_of(m, &(struct plan_request){ .recipe = "auto", .limit = least - 1, .codec = four, .codecs = 4 }, &v));
	assert_null(plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 5, .codec = (const struct codec *const[]){ &codec_q8_K }, .codecs = 1 }, &v));
	assert_int_equal(err.class, ERR_CODEC);
	assert_null(plan_of(m, &(struct plan_request){ .recipe = "Q4_K_M", .codec = four, .codecs = 4 }, &v));
	assert_string_equal(err.about, "codecs");
	value_drop(m);
}

static void what_is_asked_for_stays(void **state)
{
	struct value *m = layers_model("few.gguf", 2), *v;
	static const char *const type[] = { "attn_q=q8_0" };
	struct plan *p = plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 9, .output = &codec_q5_K, .type = type, .types = 1,
				      .keep = "blk.1.*", .codec = four, .codecs = 4 }, &v);

	(void)state;
	assert_null(p);			/* the kept ones alone take more */
	p = plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 18, .output = &codec_q5_K, .type = type, .types = 1,
		     .keep = "blk.1.*", .codec = four, .codecs = 4 }, &v);
	assert_non_null(p);
	for (size_t i = 0; i < p->n; i++) {
		const struct planned *t = &p->tensor[i];
		bool zero = strstr(t->e->name, "blk.0.") != NULL;

		if (strstr(t->e->name, "blk.1."))
			assert_null(t->choice.codec);
		else
			assert_ptr_equal(t->choice.codec, !zero ? &codec_q5_K : strstr(t->e->name, "attn_q") ? &codec_q8_0 :
					 strstr(t->e->name, "ffn_down") ? &codec_q8_0 : &codec_q6_K);
	}
	value_drop(v);
	value_drop(m);
}

static void a_weight_that_is_not_finite_is_named(void **state)
{
	struct shape s[] = { { "a.weight", 4, 256, 0.02 }, { "b.weight", 4, 256, INFINITY } };
	struct value *m = model_of("bad.gguf", s, 2), *v;

	(void)state;
	assert_null(plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 5 }, &v));
	assert_int_equal(err.class, ERR_VALUE);
	assert_non_null(strstr(err.text, "b.weight"));
	assert_non_null(strstr(err.text, "row 0"));
	assert_non_null(plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 20, .keep = "b.*" }, &v));
	value_drop(v);
	assert_non_null(plan_of(m, &(struct plan_request){ .recipe = "Q4_K_M", .expect = true }, &v));	/* a plan it is, without that figure */
	assert_true(isnan(plan_rel(v->u.plan)));
	value_drop(v);
	value_drop(m);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void a_stop_is_heard_at_once(void **state)
{
	struct shape s[] = { { "a.weight", 3000, 1024, 0.02 }, { "b.weight", 3000, 1024, 0.02 } };
	struct value *m = model_of("large.gguf", s, 2), *v = NULL;
	struct outcome out = { 0 };
	double began, slowest = 0;

	(void)state;
	assert_true(worker_start(-1, &err));
	for (int i = 0; i < 5; i++) {
		assert_true(session_plan(&session, m, &(struct plan_request){ .recipe = "auto", .bits = 4.5 }, &out, &err));
		assert_non_null(out.job);
		worker_put(out.job);
		nanosleep(&(struct timespec){ 0, 20000000 + 35000000 * i }, NULL);
		began = now();
		atomic_store(&out.job->stop, true);
		worker_wait(out.job);
		slowest = fmax(slowest, now() - began);
		assert_false(out.job->finish(out.job, out.job->ok, &v, &err));
		assert_int_equal(out.job->err.class, ERR_CANCELLED);
		job_drop(out.job);
	}
	worker_stop();
	print_message("# slowest answer to a stop: %.0f ms\n", 1e3 * slowest);
	assert_true(slowest < (getenv("QS_SLOW") ? 5 : 1));	/* a tenth of a second, on a machine that does nothing else */
	value_drop(m);
}

/* Importance counts columns: the types that use it lose less where it is large. */
static void columns_count_as_their_importance(void **state)
{
	struct shape s[] = { { "a.weight", 8, 256, 0.02 } };
	struct value *m = model_of("one.gguf", s, 1), *v;
	struct importance *imp = importance_new(&err);
	struct importance_entry *e = importance_add(imp, "a.weight", 256, 1, &err);
	struct codec_options o = { 0 };
	float column[256];
	double squares = 0, energy = 0;
	struct tensor x, blocks;
	struct plan *p;

	(void)state;
	for (size_t i = 0; i < 256; i++)
		e->sum[i] = column[i] = (float)(1 + i % 5 * 40);	/* mean (1 + 41 + 81 + 121 + 161) / 5, one more 1 */
	e->count[0] = 1;
	assert_true(importance_write(imp, path_of("one.imatrix"), true, &err));
	importance_drop(imp);
	p = plan_of(m, &(struct plan_request){ .pure = &codec_q3_K, .imatrix = path_of("one.imatrix"), .expect = true }, &v);
	assert_non_null(p);
	o.importance = column;
	assert_true(model_tensor(m->u.model, p->tensor[0].e, &x, &err) && tensor_encode(&codec_q3_K, &x, 0, &o, NULL, &blocks, &err));
	for (size_t i = 0; i < tensor_count(&x); i++) {
		double d = (double)tensor_get(&blocks, i) - (double)tensor_get(&x, i), w = (double)column[i % 256];

		squares += w * d * d;
		energy += w * (double)tensor_get(&x, i) * (double)tensor_get(&x, i);
	}
	assert_true(fabs(plan_rel(p) / sqrt(squares / energy) - 1) < 1e-6);
	tensor_drop(&x);
	tensor_drop(&blocks);
	value_drop(v);
	value_drop(m);
}

/* ---- bits against right answers ---- */

static struct value *sample(void)
{
	struct outcome out = { 0 };

	if (!session_open(&session, "sample", "m", NULL, &out, &err))
		fail_msg("%s", err.text);
	return out.value;
}

static struct value *scored(struct value *m, const struct codec *const *codec, size_t n)
{
	struct outcome out = { 0 };

	if (!session_rd_accuracy(&session, m, &(struct rd_options){ .codec = codec, .n = n }, &out, &err) ||
	    !job_run_here(out.job, &out.value, &err))
		fail_msg("%s", err.text);
	return out.value;
}

static double cell_of(const struct table *t, size_t row, const char *column)
{
	const struct table_cell *c = table_at(t, row, table_column(t, column));

	return c->kind == CELL_INT ? (double)c->integer : c->number;
}

static void answers_are_those_of_convert_and_score(void **state)
{
	static const struct codec *const codec[] = { &codec_q8_0, &codec_q2_K, &codec_iq3_s, &codec_q4_0, &codec_q1_0, &codec_q2_K };
	struct value *m = sample(), *v = scored(m, codec, 6), *file;
	const struct table *t = v->u.table;

	(void)state;
	assert_true(is_rd_accuracy(t) && !is_rd_table(t));
	assert_int_equal(t->rows, 4);		/* nothing replaces q1_0 in rows of 64; each once */
	for (size_t i = 0; i < t->rows; i++) {
		struct outcome out = { 0 };
		const struct table *s;

		assert_true(session_convert(&session, m, &(struct plan_request){ .pure = codec_find(table_at(t, i, 0)->text), .force = true },
					    path_of("pure.gguf"), &out, &err) && (!out.job || job_run_here(out.job, &out.value, &err)));
		value_drop(out.value);
		out = (struct outcome){ 0 };
		assert_true(session_open(&session, path_of("pure.gguf"), "s", NULL, &out, &err));
		file = out.value;
		out = (struct outcome){ 0 };
		assert_true(session_score(&session, file, m, NULL, false, &out, &err) && job_run_here(out.job, &out.value, &err));
		s = out.value->u.table;
		assert_true(i == 0 || cell_of(t, i, "bits") >= cell_of(t, i - 1, "bits"));
		assert_true(fabs(cell_of(t, i, "bits") - model_bits(file->u.model)) < 1e-9);
		assert_true(cell_of(t, i, "right") - cell_of(s, 0, "right") == 0);
		assert_true(fabs(cell_of(t, i, "accuracy") * 360 - cell_of(s, 0, "right")) < 1e-9);
		assert_true(cell_of(t, i, "loss") - cell_of(s, 0, "loss") == 0);
		assert_true(cell_of(t, i, "kl") - cell_of(s, 0, "kl") == 0);
		value_drop(out.value);
		value_drop(file);
	}
	value_drop(v);
	value_drop(m);
}

static bool draw_accuracy(const void *arg, struct canvas *c, struct error *e)
{
	static struct value *v;
	struct value *m = sample();
	struct stage stage;
	struct args options = { 0 };
	bool ok;

	v = scored(m, NULL, 0);
	if (*(const char *)arg)
		args_set_number(&options, "pareto", 1, NULL);
	stage_init(&stage, &session);
	ok = stage_show(&stage, view_find("rd"), v, &options, e);
	if (ok)
		stage_draw(&stage, c);
	stage_drop(&stage);
	args_drop(&options);
	value_drop(v);
	value_drop(m);
	return ok;
}

/* ---- pictures and keys ---- */

/* keys: pressed before it is drawn */
static bool draw_auto(const void *arg, struct canvas *c, struct error *e)
{
	struct value *m = layers_model("many.gguf", 14), *v;
	struct text said = { 0 }, typed = { 0 };
	struct stage stage;
	struct key key;
	bool ok;

	value_name(m, "many");
	ok = plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 4.75 }, &v) != NULL;
	stage_init(&stage, &session);
	ok = ok && stage_show(&stage, view_find("plan"), v, NULL, e);
	for (const char *k = arg; ok && *k;) {
		k += key_parse(k, &key);
		stage_press(&stage, &key, &said, &typed, e);
	}
	if (ok)
		stage_draw(&stage, c);
	stage_drop(&stage);
	text_drop(&said);
	text_drop(&typed);
	value_drop(v);
	value_drop(m);
	return ok;
}

static void press(struct stage *stage, const char *key, struct text *said, struct text *typed)
{
	struct key k;

	text_clear(said);
	text_clear(typed);
	assert_true(key_parse(key, &k));
	assert_true(stage_press(stage, &k, said, typed, &err));
}

static void keys_change_types_and_the_error_follows(void **state)
{
	struct value *m = layers_model("few.gguf", 2), *v;
	struct plan *p = plan_of(m, &(struct plan_request){ .recipe = "Q4_K_M", .limit = 200000, .expect = true }, &v);
	struct text said = { 0 }, typed = { 0 };
	struct stage stage;
	double before = plan_rel(p), squares = 0, energy = 0;
	char wanted[100];

	(void)state;
	value_name(m, "few");
	stage_init(&stage, &session);
	assert_true(stage_show(&stage, view_find("plan"), v, NULL, &err));
	press(&stage, "-", &said, &typed);
	for (size_t i = 0; i < p->n; i++)
		there_and_back(m, &p->tensor[i], p->tensor[i].choice.codec, &squares, &energy);
	assert_true(plan_rel(p) > before);
	assert_true(fabs(plan_rel(p) / sqrt(squares / energy) - 1) < 1e-12);
	snprintf(wanted, sizeof wanted, "expected rel err %.4f", plan_rel(p));
	memmove(strchr(wanted, '.') - 1, strchr(wanted, '.'), strlen(strchr(wanted, '.')) + 1);
	assert_non_null(strstr(text_str(&said), wanted));
	press(&stage, "a", &said, &typed);
	assert_string_equal(text_str(&typed), "plan few auto limit=200000\n");
	press(&stage, "S", &said, &typed);
	assert_string_equal(text_str(&typed), "save _ few.plan");
	stage_drop(&stage);
	text_drop(&said);
	text_drop(&typed);
	value_drop(v);
	value_drop(m);
}

static void a_plan_of_auto_is_kept_and_read_again(void **state)
{
	struct value *m = layers_model("few.gguf", 3), *v, *w;
	struct plan *p = plan_of(m, &(struct plan_request){ .recipe = "auto", .bits = 4.75 }, &v), *q;
	struct text text = { 0 };
	FILE *f = fopen(path_of("auto.plan"), "w");

	(void)state;
	assert_non_null(p);
	plan_text(p, &text);
	fputs(text_str(&text), f);
	fclose(f);
	for (int from_file = 0; from_file < 2; from_file++) {
		q = plan_of(m, from_file ? &(struct plan_request){ .from_file = path_of("auto.plan") } : &(struct plan_request){ .from = p }, &w);
		assert_non_null(q);
		for (size_t i = 0; i < p->n; i++)
			assert_ptr_equal(q->tensor[i].choice.codec, p->tensor[i].choice.codec);
		value_drop(w);
	}
	text_clear(&text);
	plan_llama(p, &text);
	for (size_t i = 0; i < p->n; i++)
		assert_non_null(strstr(text_str(&text), p->tensor[i].choice.codec->name));
	text_drop(&text);
	value_drop(v);
	value_drop(m);
}

static char *data_file(const char *name)
{
	char path[600];

	snprintf(path, sizeof path, "%s/lessons/%s", getenv("QS_SRCDIR") ? getenv("QS_SRCDIR") : ".", name);
	return strdup(path);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/qs_auto_XXXXXX");
	session_init(&session, 1);
	session.sample = data_file("models/sample.gguf");
	session.digits = data_file("data/digits.csv");
	return mkdtemp(dir) && kernels_choose("scalar", &err) ? 0 : -1;	/* answers may hang on the order of sums */
}

static int teardown(void **state)
{
	char line[100];

	(void)state;
	session_drop(&session);
	codecs_drop();
	pool_stop();
	snprintf(line, sizeof line, "rm -rf %s", dir);
	return system(line);
}

int main(void)
{
	struct CMUnitTest tests[60] = {
		cmocka_unit_test(the_expected_error_is_that_of_all_weights), cmocka_unit_test(a_sample_of_the_rows_comes_near),
		cmocka_unit_test(many_tensors_get_a_mix_near_the_least_that_is_possible),
		cmocka_unit_test(no_recipe_and_no_pure_codec_of_that_size_is_better), cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(what_cannot_be_is_told_with_what_can), cmocka_unit_test(what_is_asked_for_stays),
		cmocka_unit_test(a_weight_that_is_not_finite_is_named), cmocka_unit_test(a_stop_is_heard_at_once),
		cmocka_unit_test(columns_count_as_their_importance),
		cmocka_unit_test(answers_are_those_of_convert_and_score),
		cmocka_unit_test(keys_change_types_and_the_error_follows), cmocka_unit_test(a_plan_of_auto_is_kept_and_read_again),
	};
	size_t n = 0;

	while (tests[n].test_func)
		n++;
	n = golden_add(tests, n, "plan-auto", draw_auto, "");
	n = golden_add(tests, n, "rd-accuracy", draw_accuracy, "");
	n = golden_add_one(tests, n, "rd-accuracy-pareto", 80, 24, false, draw_accuracy, "pareto");
	n = golden_add_one(tests, n, "plan-auto-tensors", 80, 24, false, draw_auto, "<Down><Enter><Down>+");
	return _cmocka_run_group_tests("types that are measured", tests, n, setup, teardown);
}
