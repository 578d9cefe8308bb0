/*
 * stage.h - what the pane shows: the view in front, those shown before, and the steps of a walk. Knows no terminal: the screen
 * draws it, batch mode and tests ask it for text.
 */
#ifndef VIEWS_STAGE_H
#define VIEWS_STAGE_H

#include "views/view.h"

struct scene {
	const struct view *view;
	struct value *subject;
	struct args options;
	void *state;
	const struct view *coming;	/* the worker opens this one, and `view` says so meanwhile; NULL: view is it */
	struct job *job;		/* work that the view handed out, put in the queue; NULL none */
	bool chosen;			/* by the user: steps do not change it */
	bool frozen;			/* a changed value does not change this picture */
	struct value *later;		/* what it would show if it were not, held; NULL: nothing has changed */
	struct value *pair;		/* of a walk: another one that goes in step with it, held; NULL none */
	int from;			/* the scene that Enter opened this one from; -1: none */
};

/*
 * What stands in the pane besides the front: another view of its subject (split), or its pair. It is brought up to date when it is
 * drawn or asked for, so it is what the front makes of it. why: what is said in its place where it cannot be shown.
 */
struct second {
	const struct view *view;		/* as last opened; NULL: nothing */
	struct value *subject;			/* held */
	void *state;				/* NULL: see why */
	const struct view *coming;		/* as in a scene */
	struct job *job;
	size_t step, block;			/* of a walk, as the state knows it */
	char mark[160];				/* its option mark= */
	char why[120];
};

/* Where a body was drawn last. */
struct drawn_at { int row, col, rows, cols; };

enum { SCENES_MAX = 32 };

struct stage {
	struct session *session;
	struct scene scene[SCENES_MAX]; int n, at;	/* history; at: in front; n 0: nothing shown yet (start card) */
	bool background;				/* a loop calls stage_poll(): what takes long is left to the worker */
	struct job *ready;				/* an opening (measuring.h) that has ended, for the stage_show() that follows; NULL none */
	bool playing; double play_seconds;
	char message[200];				/* for the bar, until the next key */
	char note[80]; const void *note_of;		/* right end of the title, while the scene with this state is in front; NULL: of any */
	bool edits;					/* what was typed last is a line to be changed and entered */
	bool card;					/* the key card is over the pane */
	const struct view *split;			/* the second view; NULL none */
	struct second second;
	struct drawn_at at_front, at_second;		/* rows from the title on */
	struct scene was, second_was;			/* both before a value was changed, until the next key; view NULL: none */
	int text_width; bool text_ascii;		/* of what `t` writes; 0: 80 columns */
	int body_cols;					/* of the picture below the title; 0: as wide as the canvas */
	struct {					/* the start card */
		int line, top;				/* under the cursor; row of the first as last drawn */
		struct value *value; void *state;	/* its picture; NULL until it is drawn */
		char recent[2][160];			/* files opened in earlier runs, newest first; set by the program; "" none */
	} start;
	const struct bound_key { const char *view, *key, *label; } *bound; size_t n_bound;	/* the user's own, for the card */
	char keys[24][24];				/* hints in words, see stage_hints */
};

/* Long work. A view whose opening takes long is shown at once as being measured, and takes its place in stage_poll() when that has ended;
 * views may hand out work of their own, too. All of it only where `background` is set. */
bool stage_poll(struct stage *s);				/* true: something has changed. Errors go to `message` */
const struct job *stage_job(const struct stage *s);		/* for the progress line: of the view in front, else of any; NULL none */
bool stage_interrupt(struct stage *s);				/* Ctrl-C: stops that; false: nothing to stop */
/* A job that opens a view and draws it once at this width (rows 0: as high as it needs), for a stage_show() of the same view and value that
 * follows it: its finish puts it into `ready` and gives the value. subject NULL: what `first` gives, done before; first is taken over. */
struct job *stage_ahead(struct stage *s, const struct view *v, struct value *subject, struct job *first, const struct args *options,
			int cols, int rows, bool ascii, struct error *err);

enum move { MOVE_NEXT, MOVE_BACK, MOVE_FIRST, MOVE_LAST, MOVE_GO };

void stage_init(struct stage *s, struct session *session);
void stage_drop(struct stage *s);

struct scene *stage_front(struct stage *s);			/* NULL: start card */
/* v NULL: the view that fits best, and the pane then follows the steps of a walk. options may be NULL. The subject is held. A view that
 * was shown before with this subject comes back with its cursor and, if none are given, its options. */
bool stage_show(struct stage *s, const struct view *v, struct value *subject, const struct args *options, struct error *err);
/* A value has been changed (x[5] = 0.5): what shows `old` shows `now`, cursor and options as they were. A view that cannot stays as it is. */
void stage_renew(struct stage *s, const struct value *old, struct value *now);
/* Holds for the front. Off: what has changed meanwhile is shown. */
void stage_freeze(struct stage *s, bool on);
struct value *scene_newest(const struct scene *sc);		/* borrowed: `later`, or else the subject */
void stage_settle(struct stage *s);				/* a key: what was changed is marked no longer */
/* split VIEW; NULL: off. Stays on while other things are shown. */
void stage_split(struct stage *s, const struct view *v);
/* step compare: two walks of the same weights, the second beside the first; each next, back and goto moves both. Takes neither. */
bool stage_show_pair(struct stage *s, struct value *first, struct value *second, struct error *err);
/* Weights that stand out in what is shown: "5,9" is its option mark=; "" none. Fails (argument) where the view has no such option. */
bool stage_mark(struct stage *s, const char *list, struct error *err);
/* The second picture, brought up to date; NULL: there is none. */
struct second *stage_second(struct stage *s);
enum { PAIR_COLS = 100, SECOND_ROWS = 5, SPLIT_ROWS = 2 + 2 * SECOND_ROWS };	/* side by side from; least of a body; least of the pane */
bool stage_turn(struct stage *s, int by);			/* v V: another view of the same subject; false: there is only one */
bool stage_past(struct stage *s, int by);			/* Ctrl-X Left, Right */
struct value *stage_walk(struct stage *s);			/* borrowed: the trace in front, NULL none */
/* Moves in the walk. n: how many, or for MOVE_GO the step from 0. said: "step 4/6  round: ..."; "last step" at an end, and
 * then *moved is false. Fails (argument) when nothing is being stepped. */
bool stage_move(struct stage *s, enum move m, size_t n, bool *moved, struct text *said, struct error *err);
bool stage_go_name(struct stage *s, const char *step, struct text *said, struct error *err);
/* A line for the walk's current step: "step 4/6  round: code = ..." */
void stage_step_line(const struct value *walk, struct text *out);
void stage_say_step(struct stage *s, struct text *out);		/* that of the walk in front; of a pair, a line for each */
/* The steps that stage_move goes through: the walk's own, or those of a pair, matched by their names. Zero: no walk is in front. */
size_t stage_steps(struct stage *s);
size_t stage_step(struct stage *s);
/* Which steps of the walks that is; *second is SIZE_MAX without a pair. One that has nothing to do there waits at the step before. */
struct pair_step { size_t first, second; bool first_waits, second_waits; };
struct pair_step stage_step_at(struct stage *s, size_t at);
bool stage_why(struct stage *s, const char *name, struct text *out, struct error *err);
/* A key with the pane focused; false: means nothing here (message set), or could not be done (err set), or goes up from the top
 * (neither: the focus goes to the prompt). The wish is carried out, but for its `say` and `type`, which are handed on. Keys that need the
 * program (z : q F6) are not the stage's: see repl/keys. */
bool stage_press(struct stage *s, const struct key *k, struct text *said, struct text *typed, struct error *err);
/* Words are being typed into the view in front: the program hands on all printable keys, Enter, Backspace and Esc, its own too. */
bool stage_typing(struct stage *s);
/* row from the title on; again: the second click in the same place, which is Enter */
bool stage_click(struct stage *s, int row, int col, bool again, struct text *said, struct text *typed, struct error *err);

/* Title in row 0, body below. Draws the start card when nothing is shown. */
void stage_draw(struct stage *s, struct canvas *c);
void stage_facts(struct stage *s, struct text *out);		/* for the bar */
/* Keys for the bar, most useful first: pairs "F8", "next". Returns how many. */
struct hint { const char *key, *label; };
size_t stage_hints(struct stage *s, bool pane_focused, struct hint out[], size_t max);
void stage_keys_table(struct text *out);			/* keys that all views share, a line each, for `help keys` */

/* The text form of a view: title line, body; as high as it needs, at most max_height if > 0. ascii: glyphs. */
bool view_text(struct session *s, const struct view *v, struct value *subject, const struct args *options, int width, int max_height,
	       bool ascii, enum colors colors, bool light, struct text *out, struct error *err);
bool view_svg(struct session *s, const struct view *v, struct value *subject, const struct args *options, int width, int max_height,
	      bool light, struct text *out, struct error *err);
bool scene_svg(struct scene *sc, int width, int max_height, bool light, struct text *out, struct error *err);
/* The front, and the second picture below it (a pair side by side from PAIR_COLS on). */
bool stage_text(struct stage *s, int width, int max_height, bool ascii, enum colors colors, bool light, struct text *out, struct error *err);
bool scene_text(struct scene *sc, int width, int max_height, bool ascii, enum colors colors, bool light, struct text *out, struct error *err);

#endif
