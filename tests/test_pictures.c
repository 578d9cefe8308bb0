/*
 * test_pictures.c - what every view must have, asked of the table of views: a view that is added without an example here, without
 * pictures, data, `why`, keys that answer or words about itself fails.
 *
 * Each is made by the command that a user would type; tests/golden holds its pictures, which the programs test_view_* compare.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <unistd.h>

#include "base/pool.h"
#include "command_world.h"
#include "commands/help.h"
#include "commands/show.h"
#include "views/stage_keys.h"

/* make: typed, with x four weights and w 4 x 4096 of them; m is the model that the project carries. keys: the places whose `why` is asked,
 * one after the other. kept: its pictures in tests/golden. */
static const struct example { const char *view, *make, *keys, *kept; } examples[] = {
	{ "line", "step q4_0 x pad=zero; next 3", "<Down><Down>", "line-round" },
	{ "bars", "bars q4_0 x pad=zero", "<Down><Down>", "bars-q4_0" },
	{ "compare", "compare w q4_0 q4_1 q4_K iq4_nl", "<Down><Down>", "compare" },
	{ "block", "block q4_0 x pad=zero", "<Right><Right><Right>", "block-q4_0" },
	{ "scales", "scales q4_0 w imp=flat", "<Right><Right>", "scales-q4_0" },
	{ "tree", "tree q4_K w", "<Down><Down>", "tree-q4_K" },
	{ "match", "match iq2_xxs w imp=flat", "<Down><Down><Right>", "match-iq2_xxs" },
	{ "err", "err q4_K w", "<Right><Down>", "err-q4_K" },
	{ "hist", "hist w", "<Down><Down>", "hist-w" },
	{ "heat", "heat w", "<Right><Down>", "heat-w" },
	{ "chan", "chan w", "<Down><Down>", "chan-w" },
	{ "rd", "rd w codecs=\"q4_0 q4_K q8_0\"", "<Down><Down>", "rd-w" },
	{ "diff", "m = open sample; diff m m", "<Down><Down>", "diff" },
	{ "browse", "m = open sample; browse m", "<Down><Down>", "browse" },
	{ "affine", "affine [3.4, -4.8, 4.9] bits=4 range=-5..5", "<Down><Down>", "affine" },
	{ "curve", "calibrate w bits=4 method=mse; curve", "<Right><Right>", "curve" },
	{ "matmul", "matmul 2.0 1.5 step=0.0314 out=0.0314", "<Down><Down>", "matmul" },
	{ "fp4", "fp4 mxfp4 x pad=zero", "<Down><Right><Left><Left>", "fp4-mxfp4" },
	{ "accumulate", "accumulate (gauss(4096, {seed = 1})) (gauss(4096, {seed = 2}))", "<Down><Down>", "accumulate" },
	{ "fixed", "fixed \"1.75 * -0.3 + 0.5 / 4\" q=3.4", "<Down><Down>", "fixed" },
	{ "plan", "m = open sample; plan m Q4_K_M", "<Down><Down>", "plan-demo" },
	{ "bits", "bits 0.15", "<Down><Down>", "bits-list" },
	{ "name", "name Q4_K_M", "<Down><Down>", "name-Q4_K_M" },
};

/* Views whose numbers are nobody's data, and why. All have some today. */
static const struct { const char *view, *reason; } without_data[] = { { NULL, NULL } };

static const int sizes[][2] = { { 30, 6 }, { 60, 16 }, { 80, 24 }, { 120, 40 }, { 200, 60 } };

static struct world w;

static const struct example *example_of(const struct view *v)
{
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		if (!strcmp(examples[i].view, v->name))
			return &examples[i];
	fail_msg("the view %s has no example in tests/test_pictures.c", v->name);
	return NULL;
}

static void fresh(void)
{
	world_close(&w);
	world_open(&w, true);
	world_literal(&w, "x", "[-1.2, -0.6, 0.2, 1.0]");
	assert_true(asprintf(&w.session.sample, "%s/lessons/models/sample.gguf", getenv("QS_SRCDIR")) > 0);
	assert_true(world_run(&w, "w = gauss 4x4096 sigma=0.02 seed=42"));
}

/* Opens the view as its example says and returns its scene. */
static struct scene *opened(const struct view *v)
{
	const struct example *e = example_of(v);

	fresh();
	if (!world_run(&w, e->make))
		fail_msg("%s:\n%s", e->make, w.error_text);
	assert_string_equal(stage_front(&w.stage)->view->name, v->name);
	return stage_front(&w.stage);
}

static int begin(void **state)
{
	(void)state;
	world_open(&w, true);
	return 0;
}

static int end(void **state)
{
	(void)state;
	world_close(&w);
	pool_stop();
	return 0;
}

/* ---- pictures ---- */

static void kept_path(char *path, size_t size, const char *name, int k, bool ascii)
{
	snprintf(path, size, "%s/tests/golden/%s-%dx%d%s.txt", getenv("QS_SRCDIR"), name, sizes[k][0], sizes[k][1], ascii ? "-ascii" : "");
}

static void every_view_has_its_pictures_at_five_sizes_in_both_glyph_sets(void **state)
{
	char path[600];

	(void)state;
	for (size_t i = 0; views[i]; i++)
		for (int k = 0; k < 5; k++)
			for (int ascii = 0; ascii < 2; ascii++) {
				kept_path(path, sizeof path, example_of(views[i])->kept, k, ascii);
				if (access(path, R_OK))
					fail_msg("%s has no picture %s", views[i]->name, path);
			}
}

static void every_picture_belongs_to_a_view(void **state)
{
	char path[600];
	struct dirent *e;
	DIR *d;

	(void)state;
	snprintf(path, sizeof path, "%s/tests/golden", getenv("QS_SRCDIR"));
	assert_non_null(d = opendir(path));
	while ((e = readdir(d))) {
		char name[40];

		if (*e->d_name == '.' || !strncmp(e->d_name, "start-", 6) || !strncmp(e->d_name, "card-", 5))
			continue;
		snprintf(name, sizeof name, "%.*s", (int)strcspn(e->d_name, "-"), e->d_name);
		if (!view_find(name))
			fail_msg("there is no view of the picture %s", e->d_name);
	}
	closedir(d);
}

/* A canvas wide enough that nothing is drawn over the margin shows what was written outside. */
static void every_view_draws_at_any_size_and_nothing_outside(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		struct scene *sc = opened(views[i]);

		for (int rows = 5; rows <= 59; rows += 6)
			for (int cols = 30; cols <= 200; cols += 17)
				for (int ascii = 0; ascii < 2; ascii++) {
					struct canvas sheet, body;
					bool drawn = false;

					assert_true(canvas_new(&sheet, rows + 2, cols + 2, ascii, NULL));
					for (int k = 0; k < sheet.rows * sheet.cols; k++)
						sheet.cell[k].ch = '~' + 1;
					body = canvas_part(&sheet, 1, 1, rows, cols);
					canvas_clear(&body);
					sc->view->draw(sc->state, &body);
					for (int r = 0; r < sheet.rows; r++)
						for (int c = 0; c < sheet.cols; c++) {
							uint32_t ch = sheet.cell[r * sheet.stride + c].ch;
							bool inside = r > 0 && r <= rows && c > 0 && c <= cols;

							if (!inside && ch != '~' + 1)
								fail_msg("%s at %dx%d wrote outside", views[i]->name, cols, rows);
							if (inside && ascii && ch > '~')
								fail_msg("%s at %dx%d in ASCII has U+%04X", views[i]->name, cols, rows, ch);
							drawn |= inside && ch != ' ';
						}
					if (!drawn)
						fail_msg("%s at %dx%d is empty", views[i]->name, cols, rows);
					canvas_drop(&sheet);
				}
	}
}

static bool has_glyph(const struct canvas *c, uint32_t ch)
{
	for (int i = 0; i < c->rows * c->cols; i++)
		if (c->cell[i].ch == ch)
			return true;
	return false;
}

/* Charts draw themselves lower; of words and lists a part is seen. */
static void lists_and_words_say_how_much_is_not_seen(void **state)
{
	static const char *const lists[] = { "compare", "diff", "browse", "affine", "matmul", "fixed", "plan", "bits", "name" };

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct scene *sc = opened(view_find(lists[i]));

		for (int rows = 5; rows <= 14; rows += 3)
			for (int cols = 40; cols <= 120; cols += 40) {
				struct canvas c;

				assert_true(canvas_new(&c, rows, cols, false, NULL));
				sc->view->draw(sc->state, &c);
				if (sc->view->height(sc->state, cols) > rows && !has_glyph(&c, 0x2026))
					fail_msg("%s at %dx%d does not say that there is more", lists[i], cols, rows);
				canvas_drop(&c);
			}
	}
}

/* Letters and digits stand in the same columns; between them are glyphs of either set. Not of heat: half blocks, which ASCII has not,
 * show twice the patches. */
static char *words_of(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct text t = { 0 };
	int ch;

	assert_non_null(f);
	while ((ch = getc(f)) != EOF) {
		if ((ch & 0xc0) == 0x80)
			continue;
		if (ch == '\n')
			while (t.len && t.s[t.len - 1] == ' ')
				t.len--;
		text_add(&t, "%c", ch < 0x80 && (ch == '\n' || isalnum(ch)) ? ch : ' ');
	}
	fclose(f);
	return text_take(&t);
}

static void ascii_pictures_say_the_same_words(void **state)
{
	char path[600];

	(void)state;
	for (size_t i = 0; views[i]; i++)
		for (int k = 0; k < 5 && strcmp(views[i]->name, "heat"); k++) {
			char *fine, *plain;

			kept_path(path, sizeof path, example_of(views[i])->kept, k, false);
			fine = words_of(path);
			kept_path(path, sizeof path, example_of(views[i])->kept, k, true);
			plain = words_of(path);
			if (strcmp(fine, plain))
				fail_msg("%s and its twin in UTF-8 say different things", path);
			free(fine);
			free(plain);
		}
}

/* ---- text, SVG, data ---- */

static void every_view_has_a_text_form(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		struct scene *sc = opened(views[i]);

		for (int width = 30; width <= 200; width += 34)
			for (int ascii = 0; ascii < 2; ascii++) {
				struct text t = { 0 };
				struct error err = { 0 };
				size_t n = strlen(views[i]->name);

				assert_true(scene_text(sc, width, 0, ascii, COLORS_NONE, false, &t, &err));
				if (*t.s != ' ' || strncmp(t.s + 1, views[i]->name, n) || t.s[n + 1] != ' ')
					fail_msg("the text of %s begins %.*s", views[i]->name, 40, t.s);
				assert_true(t.len && t.s[t.len - 1] == '\n');
				for (size_t k = 0; k < t.len; k++) {
					unsigned char ch = (unsigned char)t.s[k];

					if ((ch < ' ' && ch != '\n') || (ascii && ch > '~') || (ch == ' ' && t.s[k + 1] == '\n'))
						fail_msg("the text of %s at %d has byte %d", views[i]->name, width, ch);
				}
				for (const char *s = t.s; *s; s += strcspn(s, "\n") + 1)
					assert_true(text_width(s, strcspn(s, "\n")) <= (size_t)width);
				text_drop(&t);
			}
	}
}

static void every_view_has_an_svg_with_real_text(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		struct scene *sc = opened(views[i]);
		struct text t = { 0 };
		struct error err = { 0 };

		assert_true(view_svg(&w.session, sc->view, sc->subject, &sc->options, 80, 0, false, &t, &err));
		assert_true(!strncmp(t.s, "<svg", 4) || !strncmp(t.s, "<?xml", 5));
		if (!strstr(t.s, "<text") || !strstr(t.s, views[i]->name) || !strstr(t.s, "</svg>") || strstr(t.s, "<image"))
			fail_msg("the SVG of %s is no picture with text", views[i]->name);
		for (const char *p = strstr(t.s, "<text"); p; p = strstr(p, "<text")) {	/* browsers squeeze blanks */
			const char *words = strchr(p, '>') + 1, *close = strstr(words, "</text>");

			p = strstr(words, "  ");
			if (*words == ' ' || close[-1] == ' ' || (p && p < close))
				fail_msg("the SVG of %s has blanks that a browser would squeeze: %.*s", views[i]->name, (int)(close - words), words);
			p = close;
		}
		text_drop(&t);
	}
}

static bool needs_no_data(const struct view *v)
{
	for (size_t i = 0; without_data[i].view; i++)
		if (!strcmp(without_data[i].view, v->name))
			return true;
	return false;
}

static size_t count(const char *s, size_t n, char what)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += s[i] == what;
	return found;
}

/* tsv has the columns that help names, in their order; json an object a row with the same names. */
static void check_data(const struct view *v, const struct table *t)
{
	struct text tsv = { 0 }, json = { 0 }, names = { 0 };
	json_t *root;
	json_error_t wrong;

	for (size_t c = 0; c < t->cols; c++)
		text_add(&names, "%s%s", c ? " " : "", t->name[c]);
	assert_string_equal(text_str(&names), v->columns);
	assert_true(t->rows > 0 && !t->failed);
	table_write_tsv(t, &tsv);
	assert_int_equal(count(tsv.s, tsv.len, '\n'), t->rows + 1);
	assert_int_equal(count(tsv.s, tsv.len, '\t'), (t->rows + 1) * (t->cols - 1));
	table_write_json(t, &json);
	root = json_loads(json.s, 0, &wrong);
	if (!root)
		fail_msg("the json of %s: %s", v->name, wrong.text);
	if (!t->record)
		assert_int_equal(json_array_size(root), t->rows);
	for (size_t r = 0; r < t->rows; r++) {
		const json_t *row = t->record ? root : json_array_get(root, r);

		for (size_t c = 0; c < t->cols; c++)
			if (table_at(t, r, c)->kind != CELL_EMPTY)
				assert_non_null(json_object_get(row, t->name[c]));
	}
	json_decref(root);
	text_drop(&tsv);
	text_drop(&json);
	text_drop(&names);
}

static void every_view_gives_data_with_the_columns_that_help_names(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		struct scene *sc = opened(views[i]);
		struct error err = { 0 };
		struct table *t;

		if (needs_no_data(views[i])) {
			assert_null(views[i]->data);
			continue;
		}
		if (!views[i]->data || !views[i]->columns)
			fail_msg("%s gives no data: say why in without_data", views[i]->name);
		t = views[i]->data(sc->state, &err);
		if (!t)
			fail_msg("the data of %s: %s", views[i]->name, err.text);
		check_data(views[i], t);
		table_drop(t);
	}
}

/* What the user types, in batch mode: --format tsv and json. */
static void every_view_prints_its_data_as_tsv_and_json(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		struct scene *sc = opened(views[i]);
		struct value *subject = value_hold(sc->subject);
		struct args options = { 0 };
		char head[400];

		w.host.has_pane = false;
		w.c.text_wanted = true;
		for (int json = 0; json < 2; json++) {
			text_clear(&w.said);
			w.host.format = json ? "json" : "tsv";
			w.c.redirect = NULL;
			assert_true(show_view(&w.c, views[i], subject, &options, &w.err));
			snprintf(head, sizeof head, "%.*s", (int)strcspn(views[i]->columns, " "), views[i]->columns);
			if (json ? !strchr("[{", *w.said.s) : strncmp(w.said.s, head, strlen(head)) != 0)
				fail_msg("%s with --format %s says %.60s", views[i]->name, w.host.format, w.said.s);
		}
		value_drop(subject);
	}
}

/* ---- why, keys ---- */

static void every_view_answers_why_at_its_places(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		struct scene *sc = opened(views[i]);
		const char *keys = example_of(views[i])->keys;
		struct key k;
		int different = 0;
		char before[2000] = "";

		for (size_t used = 0;; keys += used) {
			struct text said = { 0 };
			struct error err = { 0 };
			struct wish wish = { 0 };

			if (!stage_why(&w.stage, NULL, &said, &err) || !said.len)
				fail_msg("%s has no why at a place: %s", views[i]->name, err.text);
			different += strcmp(before, text_str(&said)) != 0;
			snprintf(before, sizeof before, "%s", text_str(&said));
			text_drop(&said);
			used = key_parse(keys, &k);
			if (!used)
				break;
			if (!sc->view->press(sc->state, &k, &wish))
				fail_msg("%s has no key %.*s", views[i]->name, (int)used, keys);
		}
		if (different < 2)
			fail_msg("%s says the same why wherever its cursor is", views[i]->name);
	}
}

static void every_view_names_what_it_cannot_explain(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		struct text said = { 0 };
		struct error err = { 0 };

		opened(views[i]);
		if (stage_why(&w.stage, "nonsense[77]", &said, &err) || !*err.text)
			fail_msg("%s explains nonsense[77]: %s", views[i]->name, text_str(&said));
		text_drop(&said);
	}
}

/* The key card and help are written from the keys of the table: each must mean something. */
static void every_key_of_a_view_means_something(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		const struct view_key *keys = views[i]->keys;

		assert_non_null(keys);
		for (; keys->keys; keys++) {
			const char *s = keys->keys;
			struct key k;

			assert_true(keys->label && *keys->label);
			for (s += strspn(s, " "); *s; s += strspn(s, " ")) {
				struct scene *sc = opened(views[i]);
				size_t used = key_parse(s, &k);
				struct text said = { 0 }, typed = { 0 };
				struct error err = { 0 };

				if (!stage_press(&w.stage, &k, &said, &typed, &err) && !*err.text && strstr(w.stage.message, "no key"))
					fail_msg("%s says it has the key %.*s", sc->view->name, (int)used, s);
				text_drop(&said);
				text_drop(&typed);
				s += used;
			}
		}
	}
}

static char *card_of(const struct view *v)
{
	struct canvas c;
	struct text t = { 0 };

	opened(v);
	w.stage.card = true;
	assert_true(canvas_new(&c, 60, 120, false, NULL));
	stage_draw(&w.stage, &c);
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	canvas_drop(&c);
	return text_take(&t);
}

static void the_key_card_of_every_view_names_its_keys(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		char *card = card_of(views[i]);

		for (const struct view_key *k = views[i]->keys; k->keys; k++) {
			char words[60];

			keys_in_words(k->keys, words, sizeof words);
			if (!strstr(card, words) || !strstr(card, k->summary ? k->summary : k->label))
				fail_msg("the card of %s lacks %s %s:\n%s", views[i]->name, words, k->label, card);
		}
		free(card);
	}
}

/* ---- words about views ---- */

/* Blanks and line ends are one blank: what help wraps is found again. */
static void squeeze(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (!isspace((unsigned char)*s) || (to > s - 1 ? false : to[-1] != ' '))
			*to++ = isspace((unsigned char)*s) ? ' ' : *s;
	*to = 0;
}

/* Verbs that do more than show (compare, rd, bits) take arguments of their own and hand the view its options. */
static const struct arg *own_options(const struct view *v)
{
	return view_command(v)->data == v ? v->options : NULL;
}

static void help_of_every_view_names_its_options_keys_and_columns(void **state)
{
	(void)state;
	for (size_t i = 0; views[i]; i++) {
		const struct view *v = views[i];
		struct text t = { 0 };
		char want[80];

		if (!help_word(v->name, 80, &t))
			fail_msg("no help for %s", v->name);
		for (const struct arg *a = own_options(v); a && a->kind != ARG_END; a++) {
			snprintf(want, sizeof want, "\n  %s%s", a->name, a->named ? "=" : "");
			if (!strstr(t.s, want))
				fail_msg("help %s lacks its option %s", v->name, a->name);
		}
		for (const struct view_key *k = v->keys; k->keys; k++) {
			snprintf(want, sizeof want, "\n  %s", k->keys);
			if (!strstr(t.s, want))
				fail_msg("help %s lacks its keys %s", v->name, k->keys);
		}
		squeeze(t.s);
		if (!strstr(t.s, v->columns))
			fail_msg("help %s lacks its columns %s:\n%s", v->name, v->columns, t.s);
		if (!v->gives_up || !strstr(t.s, v->gives_up))
			fail_msg("help %s does not say what it gives up when narrow", v->name);
		text_drop(&t);
	}
}

static bool completed(const char *line, const char *name)
{
	struct completion out = { 0 };
	bool found = false;

	assert_true(complete(&w.c, line, strlen(line), &out));
	for (size_t i = 0; i < out.n; i++)
		found |= !strcmp(out.candidate[i].text, name);
	completion_drop(&out);
	return found;
}

static void completion_knows_every_view_and_its_options(void **state)
{
	char line[80], option[80];

	(void)state;
	fresh();
	for (size_t i = 0; views[i]; i++) {
		const struct view *v = views[i];

		snprintf(line, sizeof line, "%.2s", v->name);
		if (!completed(line, v->name) || !completed("show ", v->name))
			fail_msg("%s is not completed", v->name);
		snprintf(line, sizeof line, "%s x ", v->name);
		for (const struct arg *a = own_options(v); a && a->kind != ARG_END; a++) {
			snprintf(option, sizeof option, "%s%s", a->name, a->named ? "=" : "");
			if (!completed(line, option))
				fail_msg("%s does not complete %s", line, option);
		}
	}
}

static void the_manual_and_views_name_every_view(void **state)
{
	char path[600], want[80];
	struct text page = { 0 };
	FILE *f;
	int ch;

	(void)state;
	snprintf(path, sizeof path, "%s/man/quantscope.1", getenv("QS_SRCDIR"));
	assert_non_null(f = fopen(path, "r"));
	while ((ch = getc(f)) != EOF)
		text_add(&page, "%c", ch);
	fclose(f);
	fresh();
	assert_true(world_run(&w, "views"));
	for (size_t i = 0; views[i]; i++) {
		snprintf(want, sizeof want, "\n.B %s", views[i]->name);
		if (!strstr(page.s, want))
			fail_msg("the manual lacks %s", views[i]->name);
		snprintf(want, sizeof want, "%s ", views[i]->name);
		if (!strstr(w.said.s, want) || !strstr(w.said.s, views[i]->question))
			fail_msg("views lacks %s", views[i]->name);
	}
	text_drop(&page);
}

/* train and the like: told, and not drawn. */
static void views_without_a_subject_are_said_to_be_missing(void **state)
{
	char line[80];

	(void)state;
	fresh();
	assert_true(world_run(&w, "views"));
	for (const struct view_later *v = views_later; v->name; v++) {
		struct text help = { 0 };

		assert_null(view_find(v->name));
		assert_non_null(strstr(w.said.s, v->name));
		assert_true(help_word(v->name, 80, &help));
		assert_non_null(strstr(help.s, "a view that this version has not"));
		text_drop(&help);
	}
	for (const struct view_later *v = views_later; v->name; v++) {
		snprintf(line, sizeof line, "show %s x", v->name);
		assert_false(world_run(&w, line));
		assert_non_null(strstr(w.error_text, "is not in this version"));
		snprintf(line, sizeof line, "%s x", v->name);
		assert_false(world_run(&w, line));
		assert_non_null(strstr(w.error_text, "is not in this version"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_view_has_its_pictures_at_five_sizes_in_both_glyph_sets),
		cmocka_unit_test(every_picture_belongs_to_a_view),
		cmocka_unit_test(every_view_draws_at_any_size_and_nothing_outside),
		cmocka_unit_test(lists_and_words_say_how_much_is_not_seen),
		cmocka_unit_test(ascii_pictures_say_the_same_words),
		cmocka_unit_test(every_view_has_a_text_form),
		cmocka_unit_test(every_view_has_an_svg_with_real_text),
		cmocka_unit_test(every_view_gives_data_with_the_columns_that_help_names),
		cmocka_unit_test(every_view_prints_its_data_as_tsv_and_json),
		cmocka_unit_test(every_view_answers_why_at_its_places),
		cmocka_unit_test(every_view_names_what_it_cannot_explain),
		cmocka_unit_test(every_key_of_a_view_means_something),
		cmocka_unit_test(the_key_card_of_every_view_names_its_keys),
		cmocka_unit_test(help_of_every_view_names_its_options_keys_and_columns),
		cmocka_unit_test(completion_knows_every_view_and_its_options),
		cmocka_unit_test(the_manual_and_views_name_every_view),
		cmocka_unit_test(views_without_a_subject_are_said_to_be_missing),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
