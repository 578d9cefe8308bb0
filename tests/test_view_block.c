/* The block view: every bit has an owner, the pictures of interaction 9.3, and flips that the engine works out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/kernel.h"
#include "golden.h"
#include "view_fixture.h"
#include "views/block_view.h"

static void the_picture_of_interaction_9_3(void **state)
{
	static const struct subject s = { "block", "q4_0", "x", "<Right><Right><Right><Right>", NULL };
	char *got = fixture_picture(&s, 80, 13);

	(void)state;
	assert_string_equal(got,
		" block   q4_0   block 0 of 1            18 bytes = 2 scale + 16 codes   4.5 b/w\n"
		"\n"
		"  byte   00 01 │ 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11\n"
		"         cd 30 │ 80 84[89]8f 88 88 88 88 88 88 88 88 88 88 88 88\n"
		"         └ d ┘ │ └─────────── qs: 16 bytes, 32 codes ──────────┘\n"
		"\n"
		"  field    bytes   bits                    stands for\n"
		"  d        00-01   0 01100 0011001101      f16: + 2^-3 x 1.2002 = 0.150024\n"
		"▸ qs[2]    04      1000 1001               high nibble w[18] = 8, low w[2] = 9\n"
		"                   w18─ w2──\n"
		"\n"
		"  w[2]  = (9 - 8) x 0.150024 = +0.150024   was +0.2     error -0.049976\n"
		"  w[18] = (8 - 8) x 0.150024 =  0          padding\n");
	free(got);
}

static struct shown open_it(const char *codec, const char *what, const char *keys, const char *options)
{
	struct subject s = { "block", codec, what, keys, options };
	struct shown shown;
	struct error err = { 0 };

	if (!fixture_open(&s, &shown, &err))
		fail_msg("%s %s: %s", codec ? codec : "", what, err.text);
	return shown;
}

/* Fails with the whole text, so that a failure can be read. */
static void has_line(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("no '%s' in\n%s", line, text);
}

static void sc_5_of_q4_K_is_marked_in_both_its_bytes(void **state)
{
	/* codecs-k.md 1.3: S_5 has its low bits in scales byte 9, its high bits in scales byte 1; the scales begin at byte 4. */
	struct shown s = open_it("q4_K", "w4", NULL, "field=sc[5]");
	char *got = fixture_body(&s, 80, 0, false);
	const struct tensor *t = &s.subject->u.quantized.blocks;
	const unsigned char *b = tensor_block(t, 0);
	unsigned sc = (b[13] & 15u) | (unsigned)(b[5] >> 6) << 4;
	char want[64];

	(void)state;
	snprintf(want, sizeof want, "(%02x)", b[5]);
	has_line(got, want);
	snprintf(want, sizeof want, "[%02x]", b[13]);
	has_line(got, want);
	snprintf(want, sizeof want, "▸ sc[5]    05 0d   %u%u %u%u%u%u", sc >> 5 & 1, sc >> 4 & 1, sc >> 3 & 1, sc >> 2 & 1, sc >> 1 & 1, sc & 1);
	has_line(got, want);
	snprintf(want, sizeof want, "%u, for w[160..191]", sc);
	has_line(got, want);
	free(got);
	fixture_close(&s);
}

static struct table *data_of(const struct shown *s)
{
	struct table *t = s->view->data(s->state, NULL);

	assert_non_null(t);
	return t;
}

static void the_table_of_q4_K_agrees_with_the_layout_in_the_specification(void **state)
{
	struct shown s = open_it("q4_K", "w4", NULL, "block=7 table");
	struct table *t = data_of(&s);
	const unsigned char *b = tensor_block(&s.subject->u.quantized.blocks, 7);

	(void)state;
	assert_int_equal(t->rows, 256);
	for (size_t j = 0; j < 256; j++) {
		size_t byte = 16 + 32 * (j / 64) + j % 32;
		unsigned code = j % 64 < 32 ? b[byte] & 15u : b[byte] >> 4u;
		char place[8];

		snprintf(place, sizeof place, "%02zx", byte);
		assert_string_equal(table_at(t, j, table_column(t, "byte"))->text, place);
		assert_string_equal(table_at(t, j, table_column(t, "bits"))->text, j % 64 < 32 ? "0-3" : "4-7");
		assert_int_equal((int)fixture_number(t, j, "code"), code);
		assert_float_equal(fixture_number(t, j, "scale") * code - fixture_number(t, j, "minimum"), fixture_number(t, j, "value"), 1e-7);
	}
	table_drop(t);
	fixture_close(&s);
}

static void a_flip_is_decoded_by_the_engine_and_leaves_the_tensor_alone(void **state)
{
	struct shown s = open_it("q4_0", "x", "<Right><Right><Right><Right>x", NULL);
	struct tensor *t = &s.subject->u.quantized.blocks;
	struct text left = { 0 }, right = { 0 };
	struct table *d = data_of(&s);
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	assert_int_equal(tensor_block(t, 0)[4], 0x89);
	s.view->title(s.state, &left, &right);
	assert_string_equal(text_str(&right), "1 bit changed, Esc undoes");
	assert_float_equal(fixture_number(d, 2, "value"), 0, 0);		/* 9 became 8: (8 - 8) x d */
	assert_int_equal((int)fixture_number(d, 2, "code"), 8);
	assert_int_equal((int)fixture_number(d, 18, "code"), 8);
	has_line(got, "84*88]8f");
	has_line(got, "1 of 32 weights change");
	has_line(got, "w[2]* = (8 - 8) x 0.150024 =  0");
	has_line(got, "before +0.150024");
	free(got);
	table_drop(d);

	fixture_press(&s, "<Esc>");
	text_clear(&right);
	s.view->title(s.state, &left, &right);
	has_line(text_str(&right), "18 bytes = 2 scale + 16 codes");
	d = data_of(&s);
	assert_int_equal((int)fixture_number(d, 2, "code"), 9);
	table_drop(d);
	text_drop(&left);
	text_drop(&right);
	fixture_close(&s);
}

static void esc_without_a_flip_is_left_to_the_stage(void **state)
{
	struct shown s = open_it("q4_0", "x", NULL, NULL);
	struct key esc = { .code = KEY_ESC };

	(void)state;
	assert_false(s.view->press(s.state, &esc, &s.wish));
	fixture_press(&s, "xx");				/* the same bit again is no change either */
	assert_false(s.view->press(s.state, &esc, &s.wish));
	fixture_close(&s);
}

/* Any bit of any codec: what the view says then is what the decoder says of those bytes. */
static void every_flip_of_every_codec_gives_what_the_decoder_gives(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];
		const char *name = c->flags & CODEC_TEACHING ? "/32" : "";
		char codec[32];
		struct shown s;
		struct tensor *t;
		size_t len, size;
		unsigned char *bytes;
		float *y;

		if (c->flags & (CODEC_PLAIN | CODEC_STORAGE_ONLY))
			continue;
		snprintf(codec, sizeof codec, "%s%s", c->name, name);
		t = &fixture_value(codec, "w1")->u.quantized.blocks;
		len = tensor_block_len(t);
		size = tensor_block_bytes(t);
		bytes = malloc(size);
		y = calloc(len, sizeof *y);
		s = open_it(codec, "w1", "T", NULL);
		for (size_t bit = 0; bit < 8 * size; bit += 8 * size > 300 ? 7 : 1) {
			struct table *d;

			((struct block_view *)s.state)->bit = bit;
			fixture_press(&s, "x");
			d = data_of(&s);
			memcpy(bytes, tensor_block(t, 0), size);
			bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
			c->decode(c, bytes, len, y, NULL);
			for (size_t w = 0; w < len; w++) {
				size_t col = table_column(d, "value");
				float got = (float)table_at(d, w, col)->number;

				if (memcmp(&got, &y[w], sizeof got) && !(isnan(got) && isnan(y[w])))
					fail_msg("%s: bit %zu, weight %zu is %g, not %g", c->name, bit, w, (double)got, (double)y[w]);
			}
			table_drop(d);
			fixture_press(&s, "<Esc>");
		}
		fixture_close(&s);
		free(bytes);
		free(y);
	}
}

/* The view lists the weights that depend on a number. No bit of it may change another. */
static void what_a_bit_changes_is_among_the_weights_that_depend_on_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];
		struct block_view *v;
		struct shown s;
		char codec[32];
		size_t len, at[256], all;
		float *y;
		unsigned char *bytes;

		if (c->flags & (CODEC_PLAIN | CODEC_STORAGE_ONLY))
			continue;
		snprintf(codec, sizeof codec, "%s%s", c->name, c->flags & CODEC_TEACHING ? "/32" : "");
		s = open_it(codec, "w1", "F", NULL);
		v = s.state;
		len = v->map.trace->len;
		y = calloc(len, sizeof *y);
		bytes = malloc(v->n_bytes);
		assert_true(y && bytes && len <= 256);
		for (v->bit = 0; v->bit < v->map.bits; v->bit += v->map.bits > 300 ? 7 : 1) {
			size_t n = block_weights(v, at, 256, &all), k = 0;

			memcpy(bytes, v->bytes, v->n_bytes);
			bytes[v->bit / 8] ^= (unsigned char)(1u << v->bit % 8);
			c->decode(c, bytes, len, y, NULL);
			for (size_t w = 0; w < len; w++) {
				while (k < n && at[k] < w)
					k++;
				if (memcmp(&y[w], &v->map.trace->y[w], sizeof *y) && (k == n || at[k] != w))
					fail_msg("%s: bit %zu changes weight %zu", c->name, v->bit, w);
			}
		}
		v->bit = 0;
		free(y);
		free(bytes);
		fixture_close(&s);
	}
}

static void every_codec_draws_at_every_size_in_every_mode(void **state)
{
	static const char *const keys[] = { "", "F<Right><Right>", "T<Down>", "x", "Gx", "F<Down>x" };

	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++)
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
			char codec[32];
			struct shown s;

			if (codecs[i]->flags & CODEC_STORAGE_ONLY)
				continue;
			snprintf(codec, sizeof codec, "%s%s", codecs[i]->name, codecs[i]->flags & CODEC_TEACHING ? "/128" : "");
			s = open_it(codec, "w1", NULL, k == 4 ? "table" : NULL);
			free(fixture_body(&s, 80, 0, false));
			fixture_press(&s, keys[k]);
			fixture_stays_inside(&s);
			fixture_close(&s);
		}
}

static void every_weight_of_every_codec_knows_its_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		char codec[32];
		struct shown s;
		struct table *d;

		if (codecs[i]->flags & CODEC_STORAGE_ONLY)
			continue;
		for (int foreign = 0; foreign < 2; foreign++) {
			snprintf(codec, sizeof codec, "%s%s%s", foreign ? "!" : "", codecs[i]->name,
				 codecs[i]->flags & CODEC_TEACHING ? "/64" : "");
			s = open_it(codec, "w1", NULL, NULL);
			d = data_of(&s);
			for (size_t w = 0; w < d->rows; w++)
				for (size_t k = 1; k < 3; k++) {
					const struct table_cell *cell = table_at(d, w, k);

					if (cell->kind != CELL_TEXT || !*cell->text)
						fail_msg("%s: weight %zu has no %s", codec, w, d->name[k]);
				}
			table_drop(d);
			fixture_close(&s);
		}
	}
}

static void plain_numbers_are_shown_with_their_neighbours(void **state)
{
	struct shown s = open_it(NULL, "x", "F<Right>", NULL);
	char *got = fixture_body(&s, 80, 0, false), *why;

	(void)state;
	has_line(got, "▸ w[1]     04-07   1 01111110 00110011001100110011010  f32: - 2^-1 x 1.2 = -0.6");
	has_line(got, "└─── w3 ──┘");
	free(got);
	why = fixture_why(&s, NULL);
	has_line(why, "exponent = -1 + 127 = 126");
	free(why);
	fixture_close(&s);
}

static void brackets_go_through_the_blocks_and_braces_through_the_rows(void **state)
{
	struct shown s = open_it("q4_K", "w4", "]]}", NULL);
	struct text left = { 0 }, right = { 0 };

	(void)state;
	s.view->title(s.state, &left, &right);
	assert_string_equal(text_str(&left), "q4_K   block 18 of 64");
	assert_int_equal(s.view->cursor(s.state), 18 * 256);
	s.view->set_cursor(s.state, 5 * 256 + 33);
	text_clear(&left);
	s.view->title(s.state, &left, &right);
	assert_string_equal(text_str(&left), "q4_K   block 5 of 64");
	text_drop(&left);
	text_drop(&right);
	fixture_close(&s);
}

static void a_walk_shows_no_bit_before_it_is_stored(void **state)
{
	/* The steps of q4_0 in interaction 8: peak, step size, 16 bits, round, pack, decode. */
	struct shown s = open_it("+1:q4_0", "x", NULL, NULL);
	char *got = fixture_body(&s, 80, 0, false);

	(void)state;
	has_line(got, "[··]·· │ ·· ··");
	has_line(got, "not stored yet");
	free(got);
	fixture_close(&s);
	s = open_it("+2:q4_0", "x", NULL, NULL);
	got = fixture_body(&s, 80, 0, false);
	has_line(got, "[cd]30 │ ·· ··");
	free(got);
	fixture_close(&s);
}

static void csv_lines_have_seven_fields_that_give_the_value(void **state)
{
	struct shown s = open_it("q4_0", "x", NULL, "table=csv");
	char *got = fixture_body(&s, 80, 0, false), *line = strtok(got, "\n");
	int lines = 0;

	(void)state;
	assert_string_equal(line, "weight,byte,bits,code,scale,minimum,value");
	while ((line = strtok(NULL, "\n"))) {
		int weight, code;
		unsigned byte;
		char bits[8];
		double scale, value;

		assert_int_equal(sscanf(line, "%d,%x,%7[^,],%d,%lf,,%lf", &weight, &byte, bits, &code, &scale, &value), 6);
		assert_int_equal(weight, lines);
		assert_int_equal(byte, 2 + weight % 16);
		assert_string_equal(bits, weight < 16 ? "0-3" : "4-7");
		assert_float_equal((code - 8) * scale, value, 1e-7);
		lines++;
	}
	assert_int_equal(lines, 32);
	free(got);
	fixture_close(&s);
}

static void why_under_the_cursor_and_by_name(void **state)
{
	struct shown s = open_it("q4_0", "x", "<Right><Right><Right><Right><Right>", NULL);
	char *why = fixture_why(&s, NULL);
	struct error err = { 0 };
	struct text t = { 0 };

	(void)state;
	has_line(why, "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15");
	has_line(why, "back[3] = (15 - 8) x 0.150024 = 1.05017");
	free(why);
	why = fixture_why(&s, "d");
	has_line(why, "f16 0x30cd");
	free(why);
	assert_false(s.view->why(s.state, "nonsense", &t, &err));
	has_line(err.hint, "code[0..31]");
	fixture_close(&s);
}

static void enter_opens_the_weights_and_y_copies_the_number(void **state)
{
	struct shown s = open_it("q4_0", "x", "y<Enter>", NULL);

	(void)state;
	assert_string_equal(s.wish.type, "0.150024");
	assert_string_equal(s.wish.view, "line");
	fixture_close(&s);
}

static void a_click_puts_the_cursor_on_that_byte(void **state)
{
	struct shown s = open_it("q4_0", "x", NULL, NULL);
	struct text t = { 0 };

	(void)state;
	free(fixture_body(&s, 80, 0, false));
	assert_true(s.view->click(s.state, 2, 24, false, &s.wish));	/* "89" stands in columns 23 and 24 */
	s.view->facts(s.state, &t);
	assert_string_equal(text_str(&t), "byte 04");
	assert_false(s.view->click(s.state, 9, 2, false, &s.wish));
	text_drop(&t);
	fixture_close(&s);
}

static void a_block_that_is_not_there_is_refused_with_the_range(void **state)
{
	struct subject s = { "block", "q4_K", "w4", NULL, "block=64" };
	struct shown shown;
	struct error err = { 0 };

	(void)state;
	assert_false(fixture_open(&s, &shown, &err));
	assert_int_equal(err.class, ERR_ARGUMENT);
	s.options = "field=sc[9]";
	assert_false(fixture_open(&s, &shown, &err));
	s = (struct subject){ "block", NULL, "x", NULL, "block=4" };
	assert_false(fixture_open(&s, &shown, &err));
}

int main(void)
{
	static const struct subject
		q4_0 = { "block", "q4_0", "x", "<Right><Right><Right><Right>", NULL },
		q4_K = { "block", "q4_K", "w4", NULL, "field=sc[5]" },
		flip = { "block", "q4_0", "x", "T<Right><Right><Right><Right>x", NULL },
		bit = { "block", "q4_K", "w4", "GT", NULL },
		plain = { "block", NULL, "w4", "]F<Right>", NULL },
		table = { "block", "q4_K", "w4", "<Down><Down>", "table" },
		walk = { "block", "+2:q4_0", "x", "<Right><Right>", NULL };
	const struct CMUnitTest facts[] = {
		cmocka_unit_test(the_picture_of_interaction_9_3),
		cmocka_unit_test(sc_5_of_q4_K_is_marked_in_both_its_bytes),
		cmocka_unit_test(the_table_of_q4_K_agrees_with_the_layout_in_the_specification),
		cmocka_unit_test(a_flip_is_decoded_by_the_engine_and_leaves_the_tensor_alone),
		cmocka_unit_test(esc_without_a_flip_is_left_to_the_stage),
		cmocka_unit_test(every_flip_of_every_codec_gives_what_the_decoder_gives),
		cmocka_unit_test(what_a_bit_changes_is_among_the_weights_that_depend_on_it),
		cmocka_unit_test(every_codec_draws_at_every_size_in_every_mode),
		cmocka_unit_test(every_weight_of_every_codec_knows_its_bits),
		cmocka_unit_test(plain_numbers_are_shown_with_their_neighbours),
		cmocka_unit_test(brackets_go_through_the_blocks_and_braces_through_the_rows),
		cmocka_unit_test(a_walk_shows_no_bit_before_it_is_stored),
		cmocka_unit_test(csv_lines_have_seven_fields_that_give_the_value),
		cmocka_unit_test(why_under_the_cursor_and_by_name),
		cmocka_unit_test(enter_opens_the_weights_and_y_copies_the_number),
		cmocka_unit_test(a_click_puts_the_cursor_on_that_byte),
		cmocka_unit_test(a_block_that_is_not_there_is_refused_with_the_range),
	};
	struct CMUnitTest tests[sizeof facts / sizeof *facts + 2 * GOLDEN_PICTURES + 5];
	size_t n = sizeof facts / sizeof *facts;
	int failed;

	memcpy(tests, facts, sizeof facts);
	n = golden_add(tests, n, "block-q4_0", fixture_draw, &q4_0);
	n = golden_add(tests, n, "block-q4_K", fixture_draw, &q4_K);
	n = golden_add_one(tests, n, "block-flip", 80, 24, false, fixture_draw, &flip);
	n = golden_add_one(tests, n, "block-bit", 80, 24, false, fixture_draw, &bit);
	n = golden_add_one(tests, n, "block-f32", 80, 24, false, fixture_draw, &plain);
	n = golden_add_one(tests, n, "block-table", 80, 24, false, fixture_draw, &table);
	n = golden_add_one(tests, n, "block-walk", 80, 24, false, fixture_draw, &walk);
	failed = golden_run(tests, n);

	fixture_end();
	return failed;
}
