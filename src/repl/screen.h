/*
 * screen.h - pane title, body, inspector, bar, output and input line, laid out on one canvas, and what keys do to them.
 *
 * Knows no terminal: keys, pastes and clicks come in as events, the picture goes out as cells. So `snap` and `feed` work without one, and
 * the picture is a function of what is kept here: after any history it equals a fresh drawing.
 *
 * Of what only the program can do it keeps wishes, which loop.c carries out and clears.
 */
#ifndef REPL_SCREEN_H
#define REPL_SCREEN_H

#include "lua/runner.h"
#include "repl/line.h"
#include "repl/output.h"
#include "repl/terminal.h"

enum layout { LAYOUT_STACK, LAYOUT_WIDE, LAYOUT_FULL, LAYOUT_PROMPT, LAYOUT_TINY /* the input line alone */ };
enum zoom { ZOOM_NONE, ZOOM_PANE, ZOOM_PROMPT };

/* Where the parts are; parts that are not shown have no rows. */
struct parts_of_screen {
	enum layout layout;
	bool hidden;			/* the pane has no room */
	int pane_rows, body_cols;	/* from row 0, title counted; columns of the body, the inspector is right of them */
	int bar;			/* row, -1: none */
	int prompt, prompt_rows;	/* output and input */
};

struct pane_size { int rows, percent; };	/* 0, 0: the rule of interaction.md 3.2 */

struct screen {
	struct session *session;
	struct stage *stage;
	struct runner *runner;
	int rows, cols;
	bool ascii, light;
	enum colors colors;		/* that are wanted, for the terminal */

	struct output out;
	size_t said_from;		/* its line that the last key's answer begins with */
	bool pane_focus;
	bool one_command;		/* `:` was pressed: after it the pane has the focus again */
	bool after_x;			/* Ctrl-X was pressed */
	bool finding; bool none_found;	/* Ctrl-X /: keys go into out.find */
	enum zoom zoom;
	struct pane_size size[2];	/* of LAYOUT_STACK and LAYOUT_WIDE */
	struct completion list;		/* candidates shown until the next key, from this one on */
	size_t list_from;
	bool clicked;			/* Shift and the mouse were told of */
	int click_row, click_col;	/* the last click in the pane; -1: none */
	size_t lines_run;
	int feeding;			/* depth of feeds within feeds */
	double now;			/* seconds, any beginning: set by whoever has a clock, for the progress line */
	const struct job *job; double job_began;

	struct { bool repaint, bell, leave, plain, edit, settings; } wish;	/* settings: one has changed */
};

/* `attach` after the runner was made, which wants the host that screen_host() makes. NULL parts are fine until then. */
void screen_init(struct screen *s, int rows, int cols, bool ascii);
void screen_attach(struct screen *s, struct session *session, struct stage *stage, struct runner *runner);
void screen_drop(struct screen *s);
struct host screen_host(struct screen *s);			/* say, complain and control of this screen; its pane is on */
bool screen_open_line(struct screen *s, struct error *err);	/* the input line reports to this screen from now on */

/* Events. */
void screen_key(struct screen *s, const struct key *k, const char *bytes, size_t n);
void screen_paste(struct screen *s, const char *bytes, size_t n);
void screen_mouse(struct screen *s, int row, int col, int button, int wheel);
void screen_resize(struct screen *s, int rows, int cols);
void screen_interrupt(struct screen *s);			/* Ctrl-C */
void screen_event(struct screen *s, struct terminal_event *e);	/* any of these; frees a paste */
/* In their written form, as if typed. Fails when keys feed keys that feed keys ... */
bool screen_feed(struct screen *s, const char *keys, struct error *err);
const struct job *screen_job(const struct screen *s);	/* for the progress line: of the language, else of the pane; NULL none */
void screen_ran(struct screen *s);				/* after the runner was polled: prompt, history, the end */

void screen_say(struct screen *s, enum style style, const char *text);
struct parts_of_screen screen_parts(struct screen *s);
int screen_room_for_output(struct screen *s, bool asking);	/* above an input line of one row; 0: none that count */
/* The whole picture; cursor_row < 0: no cursor. c has the screen's size. */
void screen_draw(struct screen *s, struct canvas *c, int *cursor_row, int *cursor_col);
/* The picture as text and a last line "cursor ROW COL" (from 0) or "cursor none"; as SVG. */
bool screen_snap(struct screen *s, bool svg, struct text *out, struct error *err);

#endif
