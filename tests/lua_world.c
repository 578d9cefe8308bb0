/* lua_world.c - see lua_world.h */
#include "lua_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/kernel.h"

static void keep(void *arg, enum style style, const char *text)
{
	struct world *w = arg;

	(void)style;
	text_add(&w->said, "%s\n", text);
}

static void keep_complaint(void *arg, const char *text)
{
	keep(arg, STYLE_BAD, text);
}

static bool nothing_here(void *arg, const char *what, const char *how, struct text *answer, struct error *err)
{
	(void)arg;
	(void)how;
	(void)answer;
	return error_set(err, ERR_COMMAND, "there is no %s here", what);
}

struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof *w);
	const char *src = getenv("QS_SRCDIR") ? getenv("QS_SRCDIR") : ".";

	assert_non_null(w);
	snprintf(w->ours, sizeof w->ours, "%s/lessons", src);
	snprintf(w->given, sizeof w->given, "%s/tests/data/lessons", src);
	return w;
}

void world_drop(struct world *w)
{
	if (w->r)
		world_end(w);
	text_drop(&w->said);
	text_drop(&w->asked);
	free(w);
}

void world_start(struct world *w, struct runner_options o, control_fn *control, bool batch)
{
	struct error err;

	kernels_choose(NULL, &err);
	session_init(&w->session, 1);
	stage_init(&w->stage, &w->session);
	w->host = (struct host){ .arg = w, .say = keep, .complain = keep_complaint, .control = control ? control : nothing_here, .has_pane = true,
				 .batch = batch, .width = 80, .format = "text" };
	o.session = &w->session;
	o.stage = &w->stage;
	o.host = &w->host;
	o.wake_fd = -1;
	w->r = runner_new(&o, &err);
	assert_non_null(w->r);
}

void world_end(struct world *w)
{
	runner_drop(w->r);
	w->r = NULL;
	stage_drop(&w->stage);
	session_drop(&w->session);
}

void world_shows(struct world *w, const char *what)
{
	struct text t = { 0 };
	struct canvas c;

	assert_true(canvas_new(&c, 24, 80, false, NULL));
	stage_draw(&w->stage, &c);
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	canvas_drop(&c);
	if (!strstr(text_str(&t), what))
		fail_msg("no '%s' in:\n%s", what, text_str(&t));
	text_drop(&t);
}
