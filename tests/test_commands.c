/* test_commands.c - the verbs: what they print and give, where pictures go, help and completion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <unistd.h>

#include "command_world.h"
#include "files/imatrix.h"
#include "commands/help.h"

static struct world w;

static void open_with(bool pane)
{
	world_open(&w, pane);
	world_literal(&w, "x", "[-1.2, -0.6, 0.2, 1.0]");
	assert_true(world_run(&w, "w = gauss 64x4096 sigma=0.02 seed=42"));
}

static int at_a_prompt(void **state)
{
	(void)state;
	open_with(true);
	return 0;
}

static int in_batch(void **state)
{
	(void)state;
	open_with(false);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&w);
	return 0;
}

static const char *run(const char *line)
{
	if (!world_run(&w, line))
		fail_msg("%s:\n%s", line, w.error_text);
	return text_str(&w.said);
}

static const char *refuse(const char *line)
{
	if (world_run(&w, line))
		fail_msg("%s did not fail", line);
	return w.error_text;
}

#define SAYS(line, want) assert_string_equal(run(line), want)

/* ---- interaction.md 3.1 and 22, at a prompt with a pane ---- */

static void the_first_five_minutes_say_what_the_manual_says(void **state)
{
	(void)state;
	SAYS("quantize int4 [-1.2, -0.6, 0.2, 1.0]", "int4   one scale   codes -7 -4 1 6   step 0.171429   rmse 0.0474\n");
	SAYS("quantize uint4 [-1.2, -0.6, 0.2, 1.0]",
	     "uint4   scale and zero point   codes 0 4 9 15   step 0.146667   zero at 8   rmse 0.0333\n");
	SAYS("line _", "");
	SAYS("why code[1]", "code[1] = round(-0.6 / 0.146667) + 8 = round(-4.0909) + 8 = -4 + 8 = 4\n");
}

static void stepping_is_a_protocol_in_the_output(void **state)
{
	(void)state;
	SAYS("step q4_0 x pad=zero", "q4_0 wants blocks of 32: 28 zeros added, left out of every error figure\n"
	     "step 1/6  find the weight furthest from zero: x[0] = -1.2\n");
	SAYS("next 3", "step 4/6  round: code = floor(x/d + 8.5), kept within 0..15\n");
	assert_non_null(strstr(run("why code[3]"), "code[3] = min(15, floor(1 / 0.15 + 8.5)) = min(15, floor(15.1667)) = 15"));
	assert_non_null(strstr(run("back"), "step 3/6"));
	assert_non_null(strstr(run("last"), "step 6/6"));
	SAYS("next", "last step\n");
	assert_non_null(strstr(run("goto 2"), "step 2/6"));
	assert_non_null(strstr(run("goto round"), "step 4/6"));
	assert_non_null(strstr(run("first"), "step 1/6"));
	SAYS("back", "first step\n");
	assert_non_null(strstr(refuse("goto 7"), "no step 7: there are 6"));
	assert_non_null(strstr(refuse("goto nowhere"), "the steps are: find"));
	run("play 0.5");
	assert_true(w.stage.playing);
	assert_true(w.stage.play_seconds == 0.5);
	run("pause");
	assert_false(w.stage.playing);
	run("set step quiet");
	SAYS("next", "");
}

/* The figures by a generator written independently from spec/methods.md 0. */
static void random_tensors_have_the_form_of_the_manual(void **state)
{
	(void)state;
	SAYS("w = gauss 64x4096 sigma=0.02 seed=42", "w = f32[64, 4096]   262144 values   min -0.0843   max 0.0832   sd 0.0200\n");
	SAYS("gauss 2x8 sigma=0", "f32[2, 8]   min 0   max 0   absmax 0\n");
	assert_non_null(strstr(refuse("gauss 0x4"), "error[shape]"));
	assert_non_null(strstr(refuse("gauss 4 sigma=-1"), "sigma cannot be -1"));
	assert_non_null(strstr(refuse("gauss 99999999999x99999999999"), "error["));
	assert_non_null(strstr(refuse("student 4 df=0"), "df cannot be 0"));
	assert_non_null(strstr(refuse("outliers 4 share=2"), "share cannot be 2"));
}

static void a_quantized_matrix_says_its_loss(void **state)
{
	const char *line = run("quantize q4_K w");

	(void)state;
	assert_memory_equal(line, "q4_K   64 x 4096   4.5 b/w   rmse 0.0014", strlen("q4_K   64 x 4096   4.5 b/w   rmse 0.0014"));
	assert_non_null(strstr(line, "   rel 0.07"));
	assert_non_null(strstr(line, " dB\n"));
	line = run("q = quant q8_0 w");
	assert_memory_equal(line, "q = q8_0   64 x 4096   8.5 b/w   rmse 0.000", strlen("q = q8_0   64 x 4096   8.5 b/w   rmse 0.000"));
	line = run("quantize q4_0 x pad=edge");
	assert_non_null(strstr(line, "28 copies of the last weight added"));
	assert_non_null(strstr(line, "q4_0   4 weights   4.5 b/w   rmse 0.0354   rel"));
	line = run("quantize int4 w group=32");
	assert_memory_equal(line, "int4   64 x 4096   a scale for every 32   5 b/w", strlen("int4   64 x 4096   a scale for every 32   5 b/w"));
}

static void the_setting_pad_fills_blocks_where_nothing_is_said(void **state)
{
	(void)state;
	assert_non_null(strstr(refuse("quantize q4_0 x"), "error[shape]"));
	run("set pad zero");
	assert_non_null(strstr(run("quantize q4_0 x"), "28 zeros added"));
	run("set pad none");
}

static void decode_and_print_show_what_comes_back(void **state)
{
	(void)state;
	run("q = quantize int4 x");
	SAYS("t = decode q", "t = f32[4]   min -1.2   max 1.02857   absmax 1.2\n");
	SAYS("print t", "-1.2 -0.685714 0.171429 1.02857\n");
	SAYS("print q", "-1.2 -0.685714 0.171429 1.02857\n");
	SAYS("print [-1..1:0.5]", "-1 -0.5 0 0.5 1\n");
	assert_non_null(strstr(run("print w"), "\xe2\x80\xa6 44 more rows\n"));
	assert_non_null(strstr(run("print w[0, :]"), " more\n"));
	run("set digits full");
	SAYS("print x", "-1.2 -0.6 0.2 1\n");
	assert_non_null(strstr(run("print t"), "-0.6857143"));
	assert_non_null(strstr(refuse("decode (5)"), "number has nothing to decode"));
}

static void info_says_what_a_value_is(void **state)
{
	const char *s = run("info w");

	(void)state;
	assert_non_null(strstr(s, "f32[64, 4096]   262144 weights   1.00 MiB   32.00 b/w\n"));
	assert_non_null(strstr(s, "min -0.0843   max 0.0832"));
	assert_non_null(strstr(s, "NaN 0   Inf 0   zero 0"));
	assert_non_null(strstr(s, "in a GGUF header the shape is written 4096 64"));
	s = run("info q4_K");
	assert_non_null(strstr(s, "blocks of 256 weights in 144 bytes"));
	assert_non_null(strstr(s, "GGUF type 12"));
	assert_non_null(strstr(run("q = quantize int4 x; info q"), "lost: rmse 0.0474"));
	assert_non_null(strstr(run("step q4_0 x pad=zero; info _"), "why knows: "));
	assert_non_null(strstr(run("info (12)"), "12"));
}

static void vars_and_codecs_are_tables(void **state)
{
	(void)state;
	SAYS("vars", "  name  kind    shape            bytes\n  x     tensor  f32[4]              16\n  w     tensor  f32[64, 4096]  1048576\n");
	assert_non_null(strstr(run("codecs"), "  q4_K "));
	assert_null(strstr(run("codecs teaching max=4"), "q4_K"));
	assert_non_null(strstr(run("codecs TEACHING max=4"), "  uint4"));
	assert_non_null(strstr(refuse("codecs kk"), "families: plain legacy"));
	w.host.format = "tsv";
	assert_memory_equal(run("codecs teaching max=2"), "codec\tbits\tblock\tbytes\tfamily", 24);
	w.host.format = "json";
	assert_memory_equal(run("vars"), "[{\"name\": \"x\", \"kind\": \"tensor\"", 31);
	assert_non_null(strstr(run("info x"), "\"rows\": 1, \"columns\": 4"));
	w.host.format = "text";
}

/* ---- where pictures go: interaction.md 14 ---- */

static void with_a_pane_a_view_opens_there_and_prints_nothing(void **state)
{
	(void)state;
	SAYS("line q4_0 x pad=zero", "q4_0 wants blocks of 32: 28 zeros added, left out of every error figure\n");
	assert_string_equal(stage_front(&w.stage)->view->name, "line");
	SAYS("bars", "");
	assert_string_equal(stage_front(&w.stage)->view->name, "bars");
	SAYS("show line", "");
	assert_string_equal(stage_front(&w.stage)->view->name, "line");
	run("quantize int4 x");		/* opens by itself */
	assert_int_equal(stage_front(&w.stage)->subject->kind, VALUE_QUANTIZED);
}

static void text_puts_the_picture_into_the_output_and_leaves_the_pane(void **state)
{
	(void)state;
	run("step q4_0 x pad=zero");
	assert_memory_equal(run("bars int4 x text width=60"), " bars   int4", 12);
	assert_int_equal(stage_front(&w.stage)->subject->kind, VALUE_TRACE);
	assert_non_null(strstr(run("next text"), " line   q4_0"));
}

static void in_batch_views_and_steps_print_their_text(void **state)
{
	const char *s = run("line int4 x");

	(void)state;
	assert_memory_equal(s, " line   int4", 12);
	assert_non_null(strstr(s, "code"));
	assert_null(strstr(s, " \n"));
	s = run("step q4_0 x pad=zero");
	assert_non_null(strstr(s, "figure\nstep 1/6  find the weight furthest from zero: x[0] = -1.2\n line   q4_0"));
	s = run("next 3");
	assert_memory_equal(s, "step 4/6  round: code = floor(x/d + 8.5), kept within 0..15\n line   q4_0", 70);
	assert_non_null(strstr(s, "\xe2\x96\xb2"));		/* the marks of picture A */
	SAYS("quantize int4 x", "int4   one scale   codes -7 -4 1 6   step 0.171429   rmse 0.0474\n");	/* never printed by itself */
	assert_non_null(strstr(run("why code[1]"), "code[1] = round("));
	s = run("step q4_0 x pad=zero; play");
	assert_non_null(strstr(s, "step 2/6"));
	assert_non_null(strstr(s, "step 6/6"));
	run("set step quiet");
	assert_memory_equal(run("first"), " line   q4_0", 12);
}

static void views_take_what_they_can_show(void **state)
{
	(void)state;
	run("q = quantize q4_0 x pad=zero");
	run("line q");
	run("bars q");
	run("line int4 x codes=-8..7");
	assert_non_null(strstr(refuse("line int4 x codes=7..-7"), "codes cannot be 7..-7"));
	assert_non_null(strstr(refuse("line nothing"), "no variable 'nothing'"));
	assert_non_null(strstr(refuse("line x pad=zero"), "pad= needs a codec before the tensor"));
	assert_non_null(strstr(refuse("line (5)"), "line shows "));
	assert_non_null(strstr(refuse("bars q4_0"), "is of kind codec"));
	assert_non_null(strstr(refuse("heat 5"), "for a number there are: bits"));
	assert_non_null(strstr(refuse("browse x"), "for a tensor there are: line bars "));
	assert_non_null(strstr(refuse("line q4z x"), "error[codec]: no codec 'q4z'"));
	assert_non_null(strstr(refuse("bars q4_0 x"), "use a codec of any length:  bars int4 x"));
	assert_non_null(strstr(refuse("show"), "view is missing"));
	assert_non_null(strstr(refuse("show lien x"), "no view 'lien'"));
	assert_non_null(strstr(refuse("step x"), "a codec is missing"));
	assert_non_null(strstr(refuse("step q4_0"), "a tensor is missing after q4_0"));
	assert_non_null(strstr(run("step q"), "step 1/6"));
	assert_non_null(strstr(run("step q4_0 w row=2 block=1"), "block 257 is followed"));
	assert_int_equal(stage_walk(&w.stage)->u.walk.trace.block, 2 * 128 + 1);
}

static void without_a_subject_a_view_needs_something_shown(void **state)
{
	(void)state;
	assert_non_null(strstr(refuse("bars"), "x is missing, and nothing is shown"));
	assert_non_null(strstr(refuse("next"), "nothing is being stepped"));
	assert_non_null(strstr(refuse("why"), "nothing is shown yet"));
}

static char *file_text(const char *path)
{
	static char text[20000];
	FILE *f = fopen(path, "r");

	text[f ? fread(text, 1, sizeof text - 1, f) : 0] = 0;
	if (f)
		fclose(f);
	return text;
}

static void a_redirect_writes_text_or_a_picture(void **state)
{
	char dir[] = "/tmp/qs-commands-XXXXXX", line[200], path[100];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/a.txt", dir);
	snprintf(line, sizeof line, "vars > %s", path);
	SAYS(line, "");
	assert_non_null(strstr(file_text(path), "f32[64, 4096]"));
	snprintf(line, sizeof line, "quantize int4 x >> %s", path);
	run(line);
	assert_non_null(strstr(file_text(path), "codes -7 -4 1 6"));
	assert_non_null(strstr(file_text(path), "f32[64, 4096]"));
	session_drop(&w.session);		/* another run knows nothing of the file */
	session_init(&w.session, 1);
	snprintf(line, sizeof line, "vars > %s", path);
	assert_non_null(strstr(refuse(line), "exists and was not written by this run"));
	snprintf(line, sizeof line, "bars int4 x > %s force", path);
	run(line);
	assert_memory_equal(file_text(path), " bars   int4", 12);
	unlink(path);
	snprintf(path, sizeof path, "%s/a.svg", dir);
	snprintf(line, sizeof line, "line int4 x > %s", path);
	SAYS(line, "");
	assert_memory_equal(file_text(path), "<svg", 4);
	unlink(path);
	snprintf(line, sizeof line, "match iq2_xxs w imp=flat > %s", path);
	assert_non_null(strstr(run(line), "stored, rank"));		/* said, not written behind the picture */
	assert_string_equal(file_text(path) + strlen(file_text(path)) - 7, "</svg>\n");
	unlink(path);
	snprintf(line, sizeof line, "vars > %s", path);
	assert_non_null(strstr(refuse(line), "only a picture can be written as SVG"));
	snprintf(path, sizeof path, "%s/snap.svg", dir);
	snprintf(line, sizeof line, "snap %s", path);
	run(line);
	assert_string_equal(text_str(&w.controlled), "snap svg\n");
	unlink(path);
	rmdir(dir);
}

/* ---- settings, the program, help ---- */

static void set_lists_shows_and_changes(void **state)
{
	(void)state;
	assert_non_null(strstr(run("set"), "  scrollback  5000   5000     lines of output kept"));
	SAYS("set leave", "leave 20   default 20   lines of output printed when the pane closes\n");
	SAYS("set leave 5", "");
	assert_string_equal(text_str(&w.controlled), "setting leave\n");
	assert_string_equal(settings_get(&w.session.settings, "leave"), "5");
	run("set -s theme light");
	assert_non_null(strstr(text_str(&w.controlled), "keep-setting theme light"));
	assert_non_null(strstr(refuse("set colour"), "nearest: color"));
	assert_non_null(strstr(refuse("set mouse maybe"), "  set mouse maybe\n            ^^^^^\n  one of: on off"));
	run("set seed 9");
	assert_int_equal(w.session.seed, 9);
}

static void the_screen_is_asked_for_what_only_it_can_do(void **state)
{
	(void)state;
	SAYS("snap", "the screen\n");
	run("layout full; size 50%; pane off; focus pane; feed \"<F6>j\"");
	assert_string_equal(text_str(&w.controlled), "layout full\nsize 50%\npane off\nfocus pane\nfeed <F6>j\n");
	assert_non_null(strstr(refuse("layout wid"), "one of: auto stack wide full prompt"));
	SAYS("version", "quantscope 1.0\n");
	run("quit 3");
	assert_true(w.c.quit);
	assert_int_equal(w.c.quit_code, 3);
}

static void in_batch_there_is_no_pane(void **state)
{
	(void)state;
	assert_non_null(strstr(refuse("pane off"), "there is no pane in batch mode"));
}

static void help_knows_every_command_view_codec_setting_and_class(void **state)
{
	const char *names[1200];
	size_t n = help_names(names, sizeof names / sizeof *names);

	(void)state;
	assert_true(n > 80);
	for (size_t i = 0; i < n; i++) {
		struct text out = { 0 };

		if (strcmp(names[i], "keys") && !help_word(names[i], 80, &out))
			fail_msg("no help for %s", names[i]);
		text_drop(&out);
	}
}

static void help_fits_its_width(void **state)
{
	const struct command *c;

	(void)state;
	for (size_t i = 0; (c = command_at(i)); i++) {
		struct text out = { 0 };

		help_word(c->name, 80, &out);
		for (const char *s = text_str(&out); *s; s += strcspn(s, "\n") + (s[strcspn(s, "\n")] == '\n'))
			if (text_width(s, strcspn(s, "\n")) > 80)
				fail_msg("help %s is wider than 80: %.*s", c->name, (int)strcspn(s, "\n"), s);
		text_drop(&out);
	}
}

static void help_is_a_screen_and_tells_of_a_word(void **state)
{
	const char *s = run("help");
	int lines = 0;

	(void)state;
	for (; *s; s++)
		lines += *s == '\n';
	assert_true(lines <= 22);
	s = run("help quantize");
	assert_non_null(strstr(s, "quantize CODEC x [pad=zero/edge/none]"));
	assert_non_null(strstr(s, "or quant"));
	assert_non_null(strstr(s, "example:  quantize q4_K (gauss(256))"));
	assert_non_null(strstr(run("help step"), "setting step"));	/* both are told */
	assert_non_null(strstr(run("help shape"), "error[shape]"));
	assert_non_null(strstr(run("help q4_0"), "blocks of 32"));
	assert_non_null(strstr(run("help line"), "which code"));
	assert_non_null(strstr(refuse("help quantise"), "nearest: quantize"));
	run("help keys");
	assert_string_equal(text_str(&w.controlled), "keys \n");
}

static bool link_model(const char *shared, const char *name, const char *as)
{
	char path[500];

	snprintf(path, sizeof path, "%s/weights/%s", shared ? shared : "", name);
	return access(path, R_OK) == 0 && symlink(path, as) == 0;
}

/* x and w, and with a model also tiny (open) and m. */
static void fresh(bool model)
{
	world_close(&w);
	open_with(true);
	if (model)
		run("m = open tiny.gguf; open tiny.gguf; save x x.npy force; save x x.bin force");
}

/* m is the model that the project carries: what can be run. */
static void fresh_sample(void)
{
	fresh(false);
	if (asprintf(&w.session.sample, "%s/lessons/models/sample.gguf", getenv("QS_SRCDIR")) < 0 ||
	    asprintf(&w.session.digits, "%s/lessons/data/digits.csv", getenv("QS_SRCDIR")) < 0)
		fail();
	run("m = open sample");
}

/* importance.gguf and importance.dat: of one tensor of the model. */
static void write_importance(void)
{
	struct importance *m = importance_new(&w.err);
	struct importance_entry *e = importance_add(m, "blk.0.attn_q.weight", 64, 1, &w.err);

	for (size_t i = 0; i < 64; i++)
		e->sum[i] = (float)i;
	e->count[0] = 2;
	assert_true(importance_write(m, "importance.gguf", false, &w.err));
	assert_true(importance_write(m, "importance.dat", false, &w.err));
	importance_drop(m);
}

/* Each command has two examples that run as they stand. */
static void examples_run_as_they_stand(void **state)
{
	const struct command *c;
	char dir[] = "/tmp/qs-examples-XXXXXX", clean[60];
	bool model;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	model = link_model(getenv("QS_SHARED"), "stories260K.gguf", "tiny.gguf") &&
		link_model(getenv("QS_SHARED"), "stories260K-f32.safetensors", "tiny.safetensors");
	write_importance();
	for (size_t i = 0; (c = command_at(i)); i++) {
		for (int k = 0; k < 2; k++) {
			bool runs_nets = !strcmp(c->name, "score") || !strcmp(c->name, "imatrix");
			bool needs_files = c->group == GROUP_MODELS || !strcmp(c->name, "load") || !strcmp(c->name, "browse");

			assert_non_null(c->examples[k]);
			if (runs_nets)
				fresh_sample();
			else if (needs_files && !model)
				continue;
			else
				fresh(model);
			if (!world_run(&w, c->examples[k]))
				fail_msg("%s\n%s", c->examples[k], w.error_text);
		}
		assert_true(c->summary && *c->summary && c->related);
		for (const char *s = c->related; *s; s += strcspn(s, " ") + strspn(s + strcspn(s, " "), " ")) {
			char name[40];

			snprintf(name, sizeof name, "%.*s", (int)strcspn(s, " "), s);
			if (!command_find(name))
				fail_msg("help %s: see also %s, which is no command", c->name, name);
		}
	}
	assert_int_equal(chdir("/"), 0);
	snprintf(clean, sizeof clean, "rm -r %s", dir);
	assert_int_equal(system(clean), 0);
}

/* ---- completion: interaction.md 6.4 ---- */

static void completes(const char *line, size_t from, const char *want)
{
	struct completion all;
	struct text list = { 0 };

	assert_true(complete(&w.c, line, strlen(line), &all));
	for (size_t i = 0; i < all.n; i++)
		text_add(&list, "%s%s%s", i ? " " : "", all.candidate[i].text, all.candidate[i].more ? "+" : "");
	if (strcmp(text_str(&list), want))
		fail_msg("%s: %s, not %s", line, text_str(&list), want);
	if (all.n)
		assert_int_equal(all.from, from);
	text_drop(&list);
	completion_drop(&all);
}

static void completion_knows_the_place_it_is_in(void **state)
{
	struct completion all;

	(void)state;
	completes("qua", 0, "quant quantize");
	completes("q = quantiz", 4, "quantize");
	completes("vars; deco", 6, "decode");
	completes("quantize q4", 9, "q4_0 q4_1 q4_K");
	completes("quantize Q4-", 9, "q4_0 q4_1 q4_K");
	completes("quantize q4_0 ", 14, "text w x axis=+ codes=+ group=+ imp=+ pad=+ step=+ zero=+");
	completes("quantize q4_0 x p", 16, "pad=+");
	completes("quantize q4_0 x pad=", 20, "edge none zero");
	completes("quantize q4_0 x pad=zero p", 25, "");
	completes("quantize q4_0 x imp=f", 20, "flat");
	completes("line q8", 5, "q8_0 q8_1 q8_K");
	completes("set gly", 4, "glyphs");
	completes("set glyphs a", 11, "ascii auto");
	completes("show li", 5, "line");
	completes("show line q8", 10, "q8_0 q8_1 q8_K");
	completes("help quantiz", 5, "quantize quantized");
	completes("pane o", 5, "off on");
	completes("print", 0, "print");
	completes("y = x", 4, "x");
	assert_true(complete(&w.c, "quantize q4", 11, &all));
	assert_string_equal(all.candidate[2].about, "4.50 b/w  blocks of 256");
	completion_drop(&all);
	completes("quantize q4_0 [1, ", 0, "");
}

/* interaction.md 6.4, 12, on a real model */
static void tensors_of_a_model_are_named_and_completed(void **state)
{
	const char *shared = getenv("QS_SHARED");
	char line[500];

	(void)state;
	snprintf(line, sizeof line, "%s/weights/stories260K.gguf", shared ? shared : "");
	if (access(line, R_OK) != 0)
		skip();
	snprintf(line, sizeof line, "m = open %s/weights/stories260K.gguf", shared);
	run(line);
	completes("hist m:blk.0.a", 13, "attn_k+ attn_norm+ attn_output+ attn_q+ attn_v+");
	completes("hist m:blk.0.attn_q", 13, "attn_q.+");
	completes("hist m:blk.0.attn_q.", 20, "weight");
	completes("hist m:bl", 7, "blk+");
	completes("ls ", 3, "m by=+ codec=+ where=+");
	completes("y = m:blk.0.attn_q.w", 19, "weight");
	assert_memory_equal(run("quantize int4 m:blk.0.attn_q.weight[0, 0:4]"), "int4   one scale   codes ", 25);
	assert_non_null(strstr(run("info m:blk.0.attn_q.weight"), "  file offset 0x"));
	assert_non_null(strstr(run("info m:\"blk.0.attn_q.weight\""), "  file offset 0x"));
	assert_non_null(strstr(refuse("hist m:blk.0.attn_z.weight"),
			       "error[tensor]: stories260K.gguf has no tensor 'blk.0.attn_z.weight'\n"
			       "  hist m:blk.0.attn_z.weight\n"
			       "         ^^^^^^^^^^^^^^^^^^^\n"
			       "  in blk.0: attn_k attn_norm attn_output attn_q attn_v ffn_down ffn_gate ffn_norm ffn_up"));
	assert_non_null(strstr(refuse("hist mm:x"), "no open model 'mm'"));
	assert_non_null(strstr(refuse("hist m:blk.0.attn_q.weight[64, :]"), "no row 64: there are 64"));
	assert_non_null(strstr(refuse("line m"), "one of its tensors: m:NAME"));
}

int main(void)
{
#define PROMPT(f) cmocka_unit_test_setup_teardown(f, at_a_prompt, close_world)
#define BATCH(f) cmocka_unit_test_setup_teardown(f, in_batch, close_world)
	const struct CMUnitTest tests[] = {
		PROMPT(the_first_five_minutes_say_what_the_manual_says),
		PROMPT(stepping_is_a_protocol_in_the_output),
		PROMPT(random_tensors_have_the_form_of_the_manual),
		PROMPT(a_quantized_matrix_says_its_loss),
		PROMPT(the_setting_pad_fills_blocks_where_nothing_is_said),
		PROMPT(decode_and_print_show_what_comes_back),
		PROMPT(info_says_what_a_value_is),
		PROMPT(vars_and_codecs_are_tables),
		PROMPT(with_a_pane_a_view_opens_there_and_prints_nothing),
		PROMPT(text_puts_the_picture_into_the_output_and_leaves_the_pane),
		BATCH(in_batch_views_and_steps_print_their_text),
		PROMPT(views_take_what_they_can_show),
		PROMPT(without_a_subject_a_view_needs_something_shown),
		PROMPT(a_redirect_writes_text_or_a_picture),
		PROMPT(set_lists_shows_and_changes),
		PROMPT(the_screen_is_asked_for_what_only_it_can_do),
		BATCH(in_batch_there_is_no_pane),
		PROMPT(help_knows_every_command_view_codec_setting_and_class),
		PROMPT(help_fits_its_width),
		PROMPT(help_is_a_screen_and_tells_of_a_word),
		PROMPT(examples_run_as_they_stand),
		PROMPT(completion_knows_the_place_it_is_in),
		PROMPT(tensors_of_a_model_are_named_and_completed),
	};

	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
