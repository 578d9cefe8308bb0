/* test_view_browse.c - what is in a file: groups, folds, order, finding, and the pictures. */
#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/pool.h"
#include "engine/encode.h"
#include "engine/kernel.h"
#include "files/model.h"
#include "session/session.h"
#include "views/browse_list.h"
#include "views/stage.h"

static char dir[64];
static struct session session;
static struct value *demo, *flat, *empty;

/* ---- a small model ---- */

struct plan { const char *name; size_t rows, cols; uint32_t type; };

static size_t bytes_of(const struct plan *p)
{
	return p->type == 12 ? p->rows * p->cols / 256 * 144 : p->type == 8 ? p->rows * p->cols / 32 * 34 : p->rows * p->cols * 4;
}

static void put(FILE *f, uint64_t v, size_t width) { fwrite(&v, 1, width, f); }
static void put_string(FILE *f, const char *s) { put(f, strlen(s), 8); fwrite(s, 1, strlen(s), f); }

/* Values of tensor i: small waves, so that every range is known. */
static void put_data(FILE *f, const struct plan *p)
{
	const struct codec *codec = p->type == 12 ? &codec_q4_K : p->type == 8 ? &codec_q8_0 : &codec_f32;
	struct tensor t, q;
	struct error err;

	if (!bytes_of(p) || p->type > 12)
		return;
	assert_true(tensor_new(&t, p->rows, p->cols, &err));
	for (size_t k = 0; k < p->rows * p->cols; k++)
		tensor_floats(&t)[k] = (float)((k * 37 + 11) % 101) / 50 - 1;
	assert_true(tensor_encode(codec, &t, 0, NULL, NULL, &q, &err));
	fwrite(tensor_block(&q, 0), 1, tensor_bytes(&q), f);
	while (ftell(f) % 32)
		putc(0, f);
	tensor_drop(&t);
	tensor_drop(&q);
}

static struct value *write_and_open(const char *name, const struct plan *plan, size_t n)
{
	char path[200];
	struct outcome out = { 0 };
	struct error err = { 0 };
	uint64_t offset = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.gguf", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	fwrite("GGUF\3\0\0\0", 1, 8, f);
	put(f, n, 8);
	put(f, 0, 8);
	for (size_t i = 0; i < n; i++) {
		put_string(f, plan[i].name);
		put(f, plan[i].rows > 1 ? 2 : 1, 4);
		put(f, plan[i].cols, 8);
		if (plan[i].rows > 1)
			put(f, plan[i].rows, 8);
		put(f, plan[i].type, 4);
		put(f, offset, 8);
		offset += plan[i].type > 12 ? 0 : (bytes_of(&plan[i]) + 31) / 32 * 32;
	}
	while (ftell(f) % 32)
		putc(0, f);
	for (size_t i = 0; i < n; i++)
		put_data(f, &plan[i]);
	fclose(f);
	if (!session_open(&session, path, NULL, NULL, &out, &err))
		fail_msg("%s", err.text);
	return out.value;
}

static void write_demo(void)
{
	static struct plan plan[64];
	static char names[64][40];
	static const struct { const char *name; size_t rows, cols; uint32_t type; } parts[] = {
		{ "attn_k.weight", 64, 256, 12 }, { "attn_norm.weight", 1, 256, 0 }, { "attn_output.weight", 256, 256, 12 },
		{ "attn_q.weight", 256, 256, 12 }, { "ffn_down.weight", 256, 512, 8 }, { "ffn_norm.weight", 1, 256, 0 },
	};
	size_t n = 0;

	plan[n++] = (struct plan){ "token_embd.weight", 1000, 256, 8 };
	for (int b = 0; b < 12; b++)
		for (int k = 0; k < (b < 3 ? 6 : 2); k++, n++) {
			snprintf(names[n], sizeof names[n], "blk.%d.%s", b, parts[k].name);
			plan[n] = (struct plan){ names[n], parts[k].rows, parts[k].cols, parts[k].type };
		}
	plan[n++] = (struct plan){ "odd\x1b.weight", 1, 32, 99 };
	plan[n++] = (struct plan){ "output_norm.weight", 1, 256, 0 };
	demo = write_and_open("demo", plan, n);
}

static void write_others(void)
{
	static const struct plan few[] = {
		{ "conv0.a", 4, 32, 0 }, { "conv0.b", 4, 32, 8 }, { "lone.weight", 2, 32, 0 }, { "blk.10.w", 1, 32, 0 }, { "blk.10.v", 1, 32, 0 },
		{ "blk.2.w", 1, 64, 0 }, { "blk.2.v", 1, 32, 8 },
	};

	flat = write_and_open("few", few, 7);
	empty = write_and_open("empty", NULL, 0);
}

/* ---- the list ---- */

/* "+blk.0 a b lone": groups with + (open) or - (folded), tensors by the part that is shown. */
static void rows_are(const struct browse_list *l, const char *expected)
{
	struct text t = { 0 };

	for (size_t i = 0; i < l->rows; i++)
		text_add(&t, "%s%s%s%s", i ? " " : "", i == l->cursor ? "*" : "",
			 l->row[i].is_group ? (l->group[l->row[i].group].open ? "+" : "-") : "", browse_row_name(l, &l->row[i]));
	assert_string_equal(text_str(&t), expected);
	text_drop(&t);
}

static struct browse_list list_of(struct value *model)
{
	struct browse_list l;
	struct error err;

	assert_true(browse_list_new(&l, model->u.model, NULL, NULL, &err));
	return l;
}

static void names_that_begin_alike_are_a_group_at_the_place_of_its_first(void **state)
{
	struct browse_list l = list_of(flat);

	(void)state;
	rows_are(&l, "*+conv0 a b lone.weight +blk.10 w v +blk.2 w v");
	browse_fold(&l, 1, false);
	browse_fold_all(&l, false);
	rows_are(&l, "-conv0 lone.weight -blk.10 *-blk.2");
	browse_list_drop(&l);
	l = list_of(demo);
	assert_true(l.group[0].open);		/* of a larger file only the first */
	assert_false(l.group[1].open);
	browse_list_drop(&l);
}

static void sorted_by_numbers_the_list_is_flat_and_by_name_grouped(void **state)
{
	struct browse_list l = list_of(flat);

	(void)state;
	browse_go_to(&l, 2);
	browse_list_sort(&l, SORT_NAME, false);
	rows_are(&l, "+blk.2 v w +blk.10 v w +conv0 a b *lone.weight");
	browse_list_sort(&l, SORT_SIZE, false);
	rows_are(&l, "conv0.a *lone.weight blk.2.w conv0.b blk.10.w blk.10.v blk.2.v");
	browse_list_sort(&l, SORT_WEIGHTS, true);
	rows_are(&l, "blk.2.v blk.10.v blk.10.w blk.2.w *lone.weight conv0.b conv0.a");
	browse_list_sort(&l, SORT_TYPE, false);
	rows_are(&l, "conv0.a *lone.weight blk.10.w blk.10.v blk.2.w conv0.b blk.2.v");
	browse_list_sort(&l, SORT_FILE, false);
	rows_are(&l, "+conv0 a b *lone.weight +blk.10 w v +blk.2 w v");
	browse_list_drop(&l);
}

static void a_filter_leaves_only_what_it_is_true_for(void **state)
{
	struct browse_list l;
	struct error err = { 0 };

	(void)state;
	assert_true(browse_list_new(&l, flat->u.model, NULL, "type == F32 and (rows > 1 or cols >= 64)", &err));
	rows_are(&l, "*conv0.a lone.weight blk.2.w");
	assert_int_equal(browse_count(&l, "w"), 2);
	assert_true(browse_find(&l, "w", 1));
	rows_are(&l, "conv0.a *lone.weight blk.2.w");
	browse_list_drop(&l);
	assert_true(browse_list_new(&l, flat->u.model, NULL, "not type=='f32'", &err));
	rows_are(&l, "*conv0.b blk.2.v");
	browse_list_drop(&l);
	assert_false(browse_list_new(&l, flat->u.model, NULL, "type ==", &err));
	assert_int_equal(err.class, ERR_SYNTAX);
	assert_non_null(strstr(err.hint, "columns: tensor type rows"));
	browse_list_drop(&l);
}

static void finding_goes_round_and_opens_what_is_folded(void **state)
{
	struct browse_list l = list_of(flat);

	(void)state;
	browse_fold_all(&l, false);
	assert_int_equal(browse_count(&l, ".W"), 3);		/* lone.weight and two w: case does not matter */
	assert_true(browse_find(&l, ".W", 0));
	rows_are(&l, "-conv0 *lone.weight -blk.10 -blk.2");
	assert_true(browse_find(&l, ".W", 1));
	rows_are(&l, "-conv0 lone.weight +blk.10 *w v -blk.2");
	assert_true(browse_find(&l, ".W", 1));
	rows_are(&l, "-conv0 lone.weight +blk.10 w v +blk.2 *w v");
	assert_true(browse_find(&l, ".W", 1));
	rows_are(&l, "-conv0 *lone.weight +blk.10 w v +blk.2 w v");
	assert_true(browse_find(&l, ".W", -1));
	rows_are(&l, "-conv0 lone.weight +blk.10 w v +blk.2 *w v");
	assert_false(browse_find(&l, "nowhere", 1));
	browse_list_drop(&l);
}

/* ---- the view ---- */

static void press(struct stage *s, const char *keys, struct text *said)
{
	struct key k;
	struct text typed = { 0 };
	struct error err = { 0 };

	for (size_t n; (n = key_parse(keys, &k)); keys += n)
		if (!stage_press(s, &k, said, &typed, &err) && err.class)
			fail_msg("%s", err.text);
	text_drop(&typed);
}

static void show(struct stage *s, struct value *model)
{
	struct error err = { 0 };

	stage_init(s, &session);
	if (!stage_show(s, NULL, model, NULL, &err))
		fail_msg("%s", err.text);
	assert_string_equal(stage_front(s)->view->name, "browse");
}

static void why_is(struct stage *s, const char *part)
{
	struct text t = { 0 };
	struct error err = { 0 };

	assert_true(stage_why(s, NULL, &t, &err));
	if (!strstr(text_str(&t), part))
		fail_msg("'%s' lacks '%s'", text_str(&t), part);
	text_drop(&t);
}

static void why_tells_what_lies_under_the_cursor(void **state)
{
	struct stage s;
	struct text said = { 0 };
	char place[80];
	const struct tensor_entry *e = model_find(demo->u.model, "blk.0.attn_k.weight");

	(void)state;
	show(&s, demo);
	why_is(&s, "token_embd.weight\nq8_0   blocks of 32\n1000 rows, 8 blocks in each");
	why_is(&s, "in the header [256, 1000]");
	why_is(&s, "hist demo:token_embd.weight  measures it");
	press(&s, "j", &said);
	why_is(&s, "blk.0\n6 tensors");
	press(&s, "j", &said);
	why_is(&s, "q4_K   8 sub-blocks of 32 per super-block");
	snprintf(place, sizeof place, "file offset 0x%08llx, 9216 bytes", (unsigned long long)e->offset);
	why_is(&s, place);
	press(&s, "j", &said);
	why_is(&s, "min -1.0000  max 1.0000");
	press(&s, "/odd<Enter>", &said);
	why_is(&s, "odd\\x1b.weight");
	why_is(&s, "! it has type 99");
	text_drop(&said);
	stage_drop(&s);
}

static void enter_opens_a_group_or_the_tensor_in_the_view_that_suits_it(void **state)
{
	struct stage s;
	struct text said = { 0 };

	(void)state;
	show(&s, demo);
	press(&s, "/attn_norm<Enter>", &said);
	press(&s, "<Enter>", &said);
	assert_string_equal(stage_front(&s)->view->name, "hist");
	assert_string_equal(stage_front(&s)->subject->label, "demo:blk.0.attn_norm.weight");
	press(&s, "u", &said);
	assert_string_equal(stage_front(&s)->view->name, "browse");
	press(&s, "/attn_k<Enter><Enter>", &said);
	assert_string_equal(stage_front(&s)->view->name, "tree");
	press(&s, "u/ffn_down<Enter><Enter>", &said);
	assert_string_equal(stage_front(&s)->view->name, "block");
	press(&s, "u/odd<Enter><Enter>", &said);
	assert_string_equal(stage_front(&s)->view->name, "browse");
	assert_non_null(strstr(text_str(&said), "cannot be read"));
	text_drop(&said);
	stage_drop(&s);
}

/* Numbers that are stored one at a time have bytes and bits too; b once said that they had none. */
static void from_a_tensor_of_plain_numbers_the_way_leads_to_its_bits(void **state)
{
	struct stage s;
	struct text said = { 0 };

	(void)state;
	show(&s, demo);
	press(&s, "/attn_norm<Enter>b", &said);
	assert_string_equal(stage_front(&s)->view->name, "block");
	press(&s, "u<Enter>", &said);
	assert_string_equal(stage_front(&s)->view->name, "hist");
	press(&s, "<Enter>", &said);
	assert_string_equal(stage_front(&s)->view->name, "block");
	why_is(&s, "exponent = ");
	press(&s, "u", &said);
	assert_true(stage_show(&s, view_find("line"), stage_front(&s)->subject, NULL, NULL));
	press(&s, "<Enter>", &said);
	assert_string_equal(stage_front(&s)->view->name, "block");
	assert_string_equal(text_str(&said), "");
	text_drop(&said);
	stage_drop(&s);
}

static void y_types_the_name_so_that_it_can_be_read_again(void **state)
{
	struct stage s;
	struct text said = { 0 }, typed = { 0 };
	struct error err;
	struct key y = { .code = KEY_CHAR, .ch = 'y' };

	(void)state;
	show(&s, demo);
	assert_true(stage_press(&s, &y, &said, &typed, &err));
	assert_string_equal(text_str(&typed), "demo:token_embd.weight");
	text_clear(&typed);
	press(&s, "/odd<Enter>", &said);
	assert_true(stage_press(&s, &y, &said, &typed, &err));
	assert_string_equal(text_str(&typed), "demo:\"odd\\x1b.weight\"");
	text_drop(&typed);
	text_drop(&said);
	stage_drop(&s);
}

static void while_a_name_is_typed_every_key_belongs_to_it(void **state)
{
	struct stage s;
	struct text said = { 0 };

	(void)state;
	show(&s, demo);
	assert_false(stage_typing(&s));
	press(&s, "/", &said);
	assert_true(stage_typing(&s));
	press(&s, "ffn_norm", &said);
	assert_true(stage_typing(&s));
	why_is(&s, "blk.0.ffn_norm.weight");
	press(&s, "<Esc>", &said);
	assert_false(stage_typing(&s));
	why_is(&s, "token_embd.weight");
	text_drop(&said);
	stage_drop(&s);
}

static bool draw_value(const void *arg, struct canvas *c, struct error *err)
{
	struct stage s;
	bool ok;

	stage_init(&s, &session);
	ok = stage_show(&s, NULL, *(struct value *const *)arg, NULL, err);
	if (ok)
		stage_draw(&s, c);
	stage_drop(&s);
	return ok;
}

static const char *keys_to_press;

static bool draw_pressed(const void *arg, struct canvas *c, struct error *err)
{
	struct stage s;
	struct text said = { 0 };
	bool ok;

	stage_init(&s, &session);
	keys_to_press = arg;
	ok = stage_show(&s, NULL, demo, NULL, err);
	if (ok) {
		stage_draw(&s, c);
		canvas_clear(c);
		press(&s, keys_to_press, &said);
		stage_draw(&s, c);
	}
	text_drop(&said);
	stage_drop(&s);
	return ok;
}

static void a_drawing_after_any_keys_equals_a_fresh_one_at_any_size(void **state)
{
	static const int sizes[][2] = { { 6, 30 }, { 5, 30 }, { 40, 120 }, { 3, 10 }, { 1, 1 }, { 16, 60 } };
	struct stage s;
	struct text said = { 0 };

	(void)state;
	show(&s, demo);
	press(&s, "G<PgUp>s<Down>ss/attn<Enter>..", &said);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct canvas a, b;
		struct error err;

		assert_true(canvas_new(&a, sizes[i][0], sizes[i][1], false, &err) && canvas_new(&b, sizes[i][0], sizes[i][1], false, &err));
		stage_draw(&s, &a);
		stage_draw(&s, &b);
		assert_true(canvas_equal(&a, &b));
		canvas_drop(&a);
		canvas_drop(&b);
	}
	text_drop(&said);
	stage_drop(&s);
}

static void data_lists_all_tensors_also_folded_ones(void **state)
{
	struct stage s;
	struct error err;
	struct table *t;

	(void)state;
	show(&s, demo);
	t = stage_front(&s)->view->data(stage_front(&s)->state, &err);
	assert_non_null(t);
	assert_int_equal(t->rows, demo->u.model->tensors);
	assert_string_equal(table_at(t, 1, 0)->text, "blk.0.attn_k.weight");
	assert_int_equal(table_at(t, 1, table_column(t, "bytes"))->integer, 9216);
	table_drop(t);
	stage_drop(&s);
}

static int set_up(void **state)
{
	struct error err;

	(void)state;
	snprintf(dir, sizeof dir, "/tmp/qs-browse-XXXXXX");
	session_init(&session, 1);
	if (!mkdtemp(dir) || !kernels_choose(getenv("QUANTSCOPE_CPU"), &err))
		return -1;
	write_demo();
	write_others();
	return 0;
}

static int tear_down(void **state)
{
	char command[100];

	(void)state;
	value_drop(demo);
	value_drop(flat);
	value_drop(empty);
	session_drop(&session);
	pool_stop();
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	static struct CMUnitTest tests[20 + 3 * GOLDEN_PICTURES] = {
		cmocka_unit_test(names_that_begin_alike_are_a_group_at_the_place_of_its_first),
		cmocka_unit_test(sorted_by_numbers_the_list_is_flat_and_by_name_grouped),
		cmocka_unit_test(a_filter_leaves_only_what_it_is_true_for),
		cmocka_unit_test(finding_goes_round_and_opens_what_is_folded),
		cmocka_unit_test(why_tells_what_lies_under_the_cursor),
		cmocka_unit_test(enter_opens_a_group_or_the_tensor_in_the_view_that_suits_it),
		cmocka_unit_test(from_a_tensor_of_plain_numbers_the_way_leads_to_its_bits),
		cmocka_unit_test(y_types_the_name_so_that_it_can_be_read_again),
		cmocka_unit_test(while_a_name_is_typed_every_key_belongs_to_it),
		cmocka_unit_test(a_drawing_after_any_keys_equals_a_fresh_one_at_any_size),
		cmocka_unit_test(data_lists_all_tensors_also_folded_ones),
	};
	size_t n = 10;

	n = golden_add(tests, n, "browse", draw_value, &demo);
	n = golden_add_one(tests, n, "browse-few", 80, 16, false, draw_value, &flat);
	n = golden_add_one(tests, n, "browse-empty", 60, 8, false, draw_value, &empty);
	n = golden_add_one(tests, n, "browse-by-size", 80, 24, false, draw_pressed, "ssss");
	n = golden_add_one(tests, n, "browse-by-bits", 44, 16, false, draw_pressed, "sssss");
	n = golden_add_one(tests, n, "browse-find", 80, 24, false, draw_pressed, "/ffn_down");
	n = golden_add_one(tests, n, "browse-fault", 60, 16, true, draw_pressed, "/odd<Enter>");
	return _cmocka_run_group_tests("browse", tests, n, set_up, tear_down);
}
