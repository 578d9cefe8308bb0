/*
 * demo.h - a picture with a few knobs, and stories told with it. interaction.md 18.
 *
 * A demo's file returns qs.demo{ id, title, params, draw or run }. With `draw` it is a view of the stage: knobs are turned with keys, and the
 * picture is made anew by calling draw(p, ui) at each turn. With `run` it is a task that may wait. Both run under the limits of lessons
 * unless the user named the file, trusts it, or typed it.
 */
#ifndef LUA_DEMO_H
#define LUA_DEMO_H

#include "lua/player.h"

enum knob_kind { KNOB_NUMBER, KNOB_CHOICE, KNOB_SWITCH };

struct knob {
	char name[24];
	enum knob_kind kind;
	double min, max, step, start, value;	/* of a choice: its number from 0; of a switch: 0 or 1 */
	char **choice; size_t n;
};

enum { KNOBS_MAX = 12, DEMO_ITEMS_MAX = 8 };

/* What draw() asked for, in order: a text, or a view with its state. */
struct demo_item { char *text; struct scene scene; };

struct demo {
	struct runner *r;
	int table;			/* reference: what qs.demo was given */
	struct limits limits;
	bool trusted;
	char id[40], title[120], dir[400], path[400];
	struct knob knob[KNOBS_MAX]; size_t n, at;	/* at: the one that is chosen */
	char *said;			/* ui:title of the last drawing */
	struct demo_item item[DEMO_ITEMS_MAX]; size_t items;
	bool drawing;			/* ui may be used */
	char *wrong;			/* the error of the last drawing */
};

/* ---- demo.c ---- */
void demo_open(lua_State *L);			/* qs.demo, into the table on top */
struct demo_info { char id[40], title[120]; bool own; };
size_t demo_list(struct runner *r, struct demo_info **out);	/* by id; the caller frees it */
/* By its id, or a path that ends in .lua. NULL: err. */
struct demo *demo_load(struct runner *r, const char *id, struct error *err);
void demo_drop(struct demo *d);
bool demo_has(const struct demo *d, const char *function);	/* "draw" "run" */
/* size=0.8. What is wrong is told in err. */
bool demo_set(struct demo *d, const char *word, struct error *err);
void knob_value(const struct knob *k, struct text *out);	/* 0.50, q4_0, on */
void knob_show(const struct knob *k, struct text *out);		/* size 0.50 ───●─── 1 */
bool knob_turn(struct knob *k, int by);				/* false: it is at its end */
void demo_line(const struct demo *d, struct text *out);		/* the command that starts it as it is set */
void demo_push_params(const struct demo *d, lua_State *L);	/* the table p */
struct task *demo_task(struct demo *d);				/* under its limits */

/* ---- demo_view.c ---- */
const struct view *demo_view(struct runner *r);		/* its subject is the line that starts the demo: demo_line() */
void demo_view_drop(struct runner *r);
bool demo_redraw(struct demo *d, struct error *err);
void demo_forget_picture(struct demo *d);

/* ---- demo_story.c ---- */
void demo_ui_open(lua_State *L);			/* the methods of ui */
void demo_push_ui(lua_State *L, struct demo *d);
bool demo_begin_story(struct demo *d, struct error *err);	/* takes d over */
bool demo_takes(struct runner *r, const char *line);	/* a story waits for this line, or for Enter */
bool demo_takes_key(struct runner *r, const struct key *k);	/* or for this key of the pane */
bool demo_story_ready(struct task *t);			/* what it waits for has come */

#endif
