/* offscreen.c - see offscreen.h */
#include "repl/offscreen.h"

#include <string.h>

#include "repl/screen_bar.h"

void offscreen_init(struct offscreen *o, struct front *front, int rows, int cols, bool ascii)
{
	screen_init(&o->screen, rows, cols, ascii);
	o->front = front;
	o->line_open = false;
}

void offscreen_close(struct offscreen *o)
{
	if (o->line_open)
		line_close();
	screen_drop(&o->screen);
}

void offscreen_say(struct offscreen *o, enum style style, const char *text)
{
	screen_say(&o->screen, style, text);
}

bool offscreen_control(struct offscreen *o, const char *what, const char *how, struct text *answer, struct error *err)
{
	if (!strcmp(what, "keys") || !strcmp(what, "keep-setting"))
		return screen_control(&o->screen, what, how, answer, err);
	if (!strcmp(what, "pane")) {
		error_set(err, ERR_COMMAND, "there is no pane here: the program was not started in a terminal");
		return error_hint(err, NULL, "write a view with its own name:  line q4_0 x pad=zero");
	}
	if (!o->line_open) {
		screen_attach(&o->screen, &o->front->session, &o->front->stage, o->front->runner);
		if (!screen_open_line(&o->screen, err))
			return false;
		line_history_load(NULL, 2000);
		o->line_open = true;
	}
	screen_ran(&o->screen);
	return screen_control(&o->screen, what, how, answer, err);
}
