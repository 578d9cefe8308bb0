/*
 * bench_draw.c - see bench_draw.h
 *
 * Each view is opened and walked through three times over, and of each key the least of its three times counts: on a machine that does
 * other things as well, the others tell how long those took.
 *
 * As on the real screen, what takes long is left to the worker: the first picture then says that it is being measured, and no key is pressed
 * before that has ended. The last subject is a model of a thousand tensors, in a file that is made for it and removed once it is open.
 */
#include "repl/bench_draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands/command.h"
#include "files/gguf_write.h"
#include "views/view.h"
#include "repl/screen.h"
#include "repl/terminal.h"

enum { ROWS = 60, COLS = 200, KEYS_MAX = 64, ROUNDS = 3 };

/*
 * The subjects: a name, and the command that makes it, which may name those before it. Small, 64 x 4096, and a tensor of a model, in each
 * kind that a view can show; what has a view of its own is there once.
 */
static const struct { const char *name, *line; } subjects[] = {
	{ "x", "gauss 32 seed=1" },
	{ "w", "gauss 64x4096 seed=1" },
	{ "m", "open sample" },
	{ "x_q4_0", "quantize q4_0 x" },
	{ "w_q4_K", "quantize q4_K w" },
	{ "w_iq2_xxs", "quantize iq2_xxs w imp=flat" },
	{ "m_q4_K", "quantize q4_K m:layer.1.weight" },
	{ "w_nvfp4", "quantize nvfp4 w" },
	{ "walk_q4_0", "step q4_0 x" },
	{ "walk_mxfp4", "step mxfp4 w" },
	{ "walk_q4_K", "step q4_K w" },
	{ "walk_iq2_xxs", "step iq2_xxs w imp=flat" },
	{ "layer", "print m:layer.1.weight" },
	{ "plan", "plan m Q4_K_M" },
	{ "curves", "rd w" },
	{ "difference", "diff m m" },
	{ "codecs", "compare w q4_0 q4_K iq4_xs q8_0" },
	{ "search", "calibrate w method=mse" },
	{ "affine", "affine w" },
	{ "square", "gauss 64x64 seed=1" },
	{ "product", "matmul square square" },
	{ "fixed", "fixed 0.3" },
	{ "accumulate", "accumulate x x" },
	{ "bits", "bits 0.1" },
	{ "name", "name Q4_K_M" },
	{ "match", "match iq2_xxs w imp=flat" },
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects, TENSORS = 1000, COLUMNS = 256 };

/* To and fro, so that the last ones find the view where the first ones did. */
static const char keys[] = "<Right><Down><Right><Down>nn]<PgDn>nn<End><Home><PgUp>bb[<Left><Up><Left><Up>bb";

/* ---- a small world: variables, and a screen that says what there is to say ---- */

struct world {
	struct screen screen;
	struct session session;
	struct stage stage;
	struct host host;
	struct scope scope;
	struct context context;
	struct { const char *name; struct value *value; } variable[SUBJECTS + 1];
	struct canvas canvas;
};

static struct value *look_up(void *arg, const char *name, struct error *err)
{
	struct world *w = arg;

	(void)err;
	for (size_t i = 0; i <= SUBJECTS && w->variable[i].name; i++)
		if (!strcmp(w->variable[i].name, name) && w->variable[i].value)
			return value_hold(w->variable[i].value);
	return NULL;
}

static bool assign(void *arg, const char *name, struct value *v, struct error *err)
{
	(void)arg, (void)name, (void)v, (void)err;	/* `_` is of no use here */
	return true;
}

static struct value *eval(void *arg, const char *lua, size_t n, struct error *err)
{
	(void)arg, (void)lua, (void)n;
	error_set(err, ERR_LUA, "no Lua here");
	return NULL;
}

static void names(void *arg, void (*each)(void *to, const char *name, struct value *v), void *to)
{
	(void)arg, (void)each, (void)to;
}

static bool world_open(struct world *w, struct screen *s, struct error *err)
{
	session_init(&w->session, 1);
	if (s->session->sample)
		w->session.sample = strdup(s->session->sample);
	stage_init(&w->stage, &w->session);
	w->stage.background = true;
	screen_init(&w->screen, ROWS, COLS, s->ascii);
	screen_attach(&w->screen, &w->session, &w->stage, s->runner);
	w->screen.pane_focus = true;
	w->host = screen_host(&w->screen);
	w->scope = (struct scope){ .arg = w, .look_up = look_up, .assign = assign, .eval = eval, .names = names };
	w->context = (struct context){ .session = &w->session, .stage = &w->stage, .scope = &w->scope, .host = &w->host };
	return canvas_new(&w->canvas, ROWS, COLS, s->ascii, err) && terminal_pretend(err);
}

static void world_close(struct world *w)
{
	terminal_pretend_end();
	canvas_drop(&w->canvas);
	screen_drop(&w->screen);
	stage_drop(&w->stage);
	for (size_t i = 0; i <= SUBJECTS; i++)
		value_drop(w->variable[i].value);
	session_drop(&w->session);
}

/* What a line puts into the pane, else its value. */
static struct value *made_by(struct world *w, const char *line, struct error *err)
{
	struct value *v = NULL;
	struct outcome out;
	struct call call;
	struct scene *front = stage_front(&w->stage);
	const void *before = front ? front->state : NULL;
	bool ok = command_begin(&w->context, line, &call, &out, err);

	if (ok && out.job)
		ok = job_run_here(out.job, &out.value, err);
	ok = ok && command_end(&w->context, &call, out.value, err);
	front = stage_front(&w->stage);
	if (ok && front && front->state != before)
		v = value_hold(front->subject);
	else if (ok && out.value)
		v = value_hold(out.value);
	value_drop(out.value);
	call_drop(&call);
	return v;
}

static bool write_model(const char *path, struct error *err)
{
	float zeros[COLUMNS] = { 0 };
	struct gguf_writer g;
	char name[40];
	bool ok = gguf_new(&g, path, true, err);

	for (int i = 0; ok && i < TENSORS; i++) {
		snprintf(name, sizeof name, "blk.%d.%s.weight", i / 8, (const char *[]){ "attn_q", "attn_k", "attn_v", "attn_output", "ffn_up",
			 "ffn_gate", "ffn_down", "attn_norm" }[i % 8]);
		ok = gguf_tensor(&g, name, 2, (uint64_t[]){ 1, COLUMNS }, codec_f32.gguf_type, sizeof zeros, err);
	}
	ok = ok && gguf_begin(&g, err);
	for (int i = 0; ok && i < TENSORS; i++)
		ok = gguf_data(&g, zeros, sizeof zeros, err);
	ok = ok && gguf_end(&g, err) && replace_commit(&g.file, err);
	gguf_drop(&g);
	return ok;
}

/* NULL: there is no room for it, and no figures of it. */
static struct value *thousand(struct world *w)
{
	const char *tmp = getenv("TMPDIR");
	struct text path = { 0 }, line = { 0 };
	struct value *v = NULL;
	struct error ignored;
	int fd;

	text_add(&path, "%s/quantscope-XXXXXX.gguf", tmp && *tmp ? tmp : "/tmp");
	fd = path.failed ? -1 : mkstemps(path.s, 5);
	if (fd >= 0) {
		close(fd);
		text_add(&line, "open \"%s\"", path.s);
		if (write_model(path.s, &ignored))
			v = made_by(w, text_str(&line), &ignored);
		unlink(path.s);
	}
	text_drop(&path);
	text_drop(&line);
	return v;
}

/* ---- timing ---- */

static double ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static void show(struct world *w)
{
	int row, col;

	screen_draw(&w->screen, &w->canvas, &row, &col);
	terminal_show(&w->canvas, w->screen.light, row, col);
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Until nothing is left to the worker; a picture may ask for more. True: there was something. */
static bool await(struct world *w)
{
	bool any = false;

	for (; stage_job(&w->stage); any = true) {
		if (terminal_signals.interrupted)
			stage_interrupt(&w->stage);
		usleep(200);
		if (stage_poll(&w->stage))
			show(w);
	}
	return any;
}

struct times { double opened, measured, key[KEYS_MAX]; };

/* The view opened and the keys pressed, from the beginning; of each time the lesser is kept. Returns how many keys, 0: no such picture. */
static size_t play_once(struct world *w, const struct view *v, struct value *subject, struct times *t)
{
	struct error ignored = { 0 };
	char bytes[16];
	struct key k;
	size_t n = 0, used;
	double began;

	stage_drop(&w->stage);			/* or it would come back as it was left */
	stage_init(&w->stage, &w->session);
	w->stage.background = true;
	began = ms_now();
	if (!stage_show(&w->stage, v, subject, NULL, &ignored))
		return 0;
	show(w);
	t->opened = fmin(t->opened, ms_now() - began);
	if (await(w))
		t->measured = fmin(t->measured, ms_now() - began);
	for (const char *s = keys; n < KEYS_MAX && (used = key_parse(s, &k)); s += used, n++) {
		began = ms_now();
		screen_key(&w->screen, &k, bytes, 0);
		show(w);
		t->key[n] = fmin(t->key[n], ms_now() - began);
		await(w);
	}
	return n;
}

/* "<PgDn>": key i of those pressed. */
static void write_key(size_t i, char buf[16])
{
	const char *s = keys;
	struct key k;

	do
		s += key_parse(s, &k);
	while (i--);
	key_write(&k, buf);
}

static void measure(struct world *w, const struct view *v, const char *name, struct value *subject, struct text *out)
{
	struct times t = { .opened = INFINITY, .measured = INFINITY };
	double *ms = t.key;
	size_t n = 0, worst = 0;
	char key[16];

	for (size_t i = 0; i < KEYS_MAX; i++)
		ms[i] = INFINITY;
	for (int round = 0; round < ROUNDS; round++)
		if (!(n = play_once(w, v, subject, &t)))
			return;			/* the view does not take this one after all */
	for (size_t i = 1; i < n; i++)
		worst = ms[i] > ms[worst] ? i : worst;
	write_key(worst, key);
	qsort(ms, n, sizeof *ms, by_size);
	text_add(out, "%s\t%s\t%zu\t%.2f\t%.2f\t%s\t%.1f\t", v->name, name, n, ms[n / 2], ms[n - 1], key, t.opened);
	if (isfinite(t.measured))
		text_add(out, "%.1f", t.measured);
	text_put(out, "\n");
}

static bool stopped(struct screen *s)
{
	return terminal_signals.interrupted || runner_interrupted(s->runner);
}

static void measure_all(struct world *w, struct screen *s, struct text *out)
{
	const struct view *v;

	for (size_t i = 0; i < SUBJECTS && !stopped(s); i++) {
		struct error ignored;

		w->variable[i].name = subjects[i].name;
		w->variable[i].value = made_by(w, subjects[i].line, &ignored);	/* no sample model, no figures of it */
	}
	w->variable[SUBJECTS].name = "thousand";
	w->variable[SUBJECTS].value = stopped(s) ? NULL : thousand(w);
	for (size_t k = 0; (v = view_at(k)); k++)
		for (size_t i = 0; i <= SUBJECTS && !stopped(s); i++)
			if (w->variable[i].value && view_fits(v, w->variable[i].value))
				measure(w, v, w->variable[i].name, w->variable[i].value, out);
}

bool bench_draw(struct screen *s, struct text *out, struct error *err)
{
	struct world *w = calloc(1, sizeof *w);
	bool ok = w ? world_open(w, s, err) : error_memory(err, "a screen to measure on");

	if (ok) {
		struct context *c = runner_context(s->runner);
		struct host *host = c->host;

		c->host = &w->host;		/* what keys say goes to the screen that is measured */
		measure_all(w, s, out);
		c->host = host;
	}
	if (w)
		world_close(w);
	free(w);
	return ok && (!out->failed || error_memory(err, "a table"));
}
