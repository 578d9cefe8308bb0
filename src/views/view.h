/*
 * view.h - one entry a picture: what it shows, its options and keys, and how it draws itself on cells.
 *
 * A view reads values and draws; it computes nothing that the engine did not. It draws the BODY at any size from 30 x 6
 * up; title and bar are drawn around it from what it tells. Its text form is the same drawing, as high as the subject needs.
 */
#ifndef VIEWS_VIEW_H
#define VIEWS_VIEW_H

#include <stdbool.h>

#include "base/key.h"
#include "base/text.h"
#include "canvas/canvas.h"
#include "session/args.h"
#include "session/session.h"
#include "session/value.h"

/* What Enter, `d`, `y` and the like ask of the stage. Strings and values are handed over. */
struct wish {
	const char *view;		/* show this view ... */
	struct value *subject;		/* ... of this value (NULL: of the same) */
	struct args options;
	char say[200];			/* a line for the output or the bar; "" none */
	char type[200];			/* text for the input line (`y`); one that ends in \n is a command, and run */
	bool edit;			/* that is a whole line, to be changed and entered (`x`) */
	bool up;			/* leave: back to the view this one was opened from */
};

struct view_key { const char *keys; const char *label; const char *summary; bool in_bar; };	/* keys: "<Up> k"; label: "move" */

struct view {
	const char *name;
	const char *question;		/* "how large, where, and of what kind is the error" */
	unsigned fits;			/* FITS(TENSOR) | FITS(QUANTIZED) ... */
	bool (*takes)(const struct value *subject);	/* of those kinds; NULL: any */
	const char *taken;		/* those in words, for errors: "a value in mxfp4 or nvfp4"; NULL: the kinds say enough */
	const char *examples[2];	/* typed after its name; NULL: made from what it fits */
	const struct arg *options;	/* its own; block row worst width height text are shared; NULL none */
	const struct view_key *keys;	/* its own; those of interaction.md 5.2 are shared; NULL none */
	const char *columns;		/* of its data: documented by help */
	const char *gives_up;		/* when the width shrinks, in this order: told by help */
	int made_for;			/* columns that its whole picture takes: an inspector beside it leaves them, if it can; 0: no matter */

	/* subject is borrowed and held by the caller as long as the state lives. */
	void *(*open)(struct session *s, struct value *subject, const struct args *options, struct error *err);
	/* Of views that lua/ adds, which share their functions and are told which view it is: instead of `open`; besides `fits`. */
	void *(*open_added)(const struct view *v, struct session *s, struct value *subject, const struct args *options, struct error *err);
	bool (*fits_added)(const struct view *v, const struct value *subject);
	void (*close)(void *state);
	/* After the view's name. Each part may hold shorter wordings too, after a form feed: the first that leaves both whole is drawn.
	 * Groups of the right part are three blanks apart; the first ones go first. */
	void (*title)(const void *state, struct text *left, struct text *right);
	void (*facts)(const void *state, struct text *out);				/* for the bar: "4.5 b/w"; NULL none */
	int  (*height)(const void *state, int cols);					/* rows the whole subject needs at this width */
	void (*draw)(void *state, struct canvas *c);					/* may adapt its scroll to the size */
	/* false: not a key of this view. Cursor, fold, zoom and so on change the state; else fill in the wish. */
	bool (*press)(void *state, const struct key *k, struct wish *wish);
	bool (*click)(void *state, int row, int col, bool again, struct wish *wish);	/* NULL: nothing to click */
	/* The derivation of a named number, or of what is under the cursor (name NULL). False: err says what names there are. */
	bool (*why)(const void *state, const char *name, struct text *out, struct error *err);
	struct table *(*data)(const void *state, struct error *err);			/* for tsv, json and Lua */
	/* The weight (or row of the list) under the cursor, to keep views of one subject in step; NULL: has none. */
	size_t (*cursor)(const void *state);
	void (*set_cursor)(void *state, size_t at);
	bool (*bare)(const void *state);	/* its text form goes without a title: it is for a program; NULL: never */
	void (*changed)(void *state);	/* the walk moved to another step or block; NULL: nothing kept of it */
	/* How many times opening it walks through all weights of the subject, an encoding counting for many: what is much is opened by the worker,
	 * so it may keep nothing of s and use nothing that changes. NULL: it looks at a block or two. */
	int (*passes)(const struct value *subject, const struct args *options);
	/* Long work while it is shown. later: whether a drawing may leave it to the worker, said before each; else it is done on the spot. work:
	 * the job that is needed, handed out once, NULL none; its state is its own, since the view may be closed before it ends. worked: that
	 * job has ended, maybe by a stop; the state still belongs to it. All three or none. */
	void (*later)(void *state, bool may);
	struct job *(*work)(void *state, struct error *err);
	void (*worked)(void *state, struct job *job);
	bool (*typing)(const void *state);	/* words are being typed into the view (find): every key is its own then; NULL: never */
};

extern const struct view *const views[];		/* ends with NULL */
#define VIEW(id) extern const struct view view_##id;
#include "views/list.h"
#undef VIEW

/* Pictures whose subjects this version does not make: `views`, `help` and errors say so; nothing of them is drawn. */
struct view_later { const char *name, *question, *subject, *meanwhile; };
extern const struct view_later views_later[];	/* ends with a NULL name */
const struct view_later *view_later_find(const char *name);	/* NULL: none of them */

extern const struct arg view_shared_options[];	/* block= row= worst= text width= height= */
const struct view *view_at(size_t i);			/* those, then the ones that were added; NULL: past the end */
bool view_add(const struct view *v);			/* borrowed until view_remove(); false: the name is taken, or too many */
void view_remove(const struct view *v);			/* one that is not there is no harm */
void *view_open(const struct view *v, struct session *s, struct value *subject, const struct args *options, struct error *err);
bool view_is_heavy(const struct view *v, const struct value *subject, const struct args *options);	/* opening it may take longer than a key may */
bool view_text_is_heavy(const struct view *v, const struct value *subject, const struct args *options);	/* opening and drawing it, with none to leave work to */
int view_encoding(const struct codec *c);	/* passes that an encoding is worth */
/* `passes` of those that encode a sample of at most so many weights in several codecs. That is one job: within an opening it counts as one
 * pass, and view_one_pass(), said before it, makes it all of it. */
int view_sample_passes(const struct value *subject, const struct codec *const *list, size_t n, size_t most);
void view_one_pass(void);
int view_worst_passes(const struct value *subject, const struct args *options);	/* `passes` of those that pick a block: worst= looks at all */
const struct view *view_find(const char *name);
/* A view for a value, when none is named: tensor hist, quantized line (teaching and 32-blocks) or tree, trace line, model browse ... */
const struct view *view_default(const struct value *subject);
/* A kind it names; a tensor of a file whose codec has blocks counts as a quantized one whose source is not known. */
bool view_fits(const struct view *v, const struct value *subject);
size_t view_names_for(const struct value *subject, const char *names[], size_t max);
bool view_hint(const struct value *subject, const char *about, struct error *err);	/* false, with those names as the hint */

/* ---- shared by views ---- */
/* "x f32[4]" from a value's label and shape. */
void view_subject(const struct value *v, struct text *out);
/* "   m:blk.0.attn_q.weight" where the subject is a tensor of a file: for titles that name nothing else. */
void view_file_tensor(const struct value *v, struct text *out);
void view_codec(const struct quantized *q, struct text *out);	/* "q4_K"; "iq2_xxs flat" where all columns counted alike for want of better */
/* The blocks of a subject, held (quantized_drop): of a quantized value, a walk or errors, or of a tensor whose codec has blocks. False:
 * plain weights, or no weights at all. */
bool view_quantized(const struct value *subject, struct quantized *q);
/* Which block is shown: from block=, row= (its first, or block= of it), worst= (1: the worst) of the options, else the walk's or 0.
 * False: out of range, err names the range; or worst= of weights whose source is not known. */
bool view_pick_block(const struct value *subject, const struct args *options, size_t *block, struct error *err);
/* The trace to explain a block of a value: a walk's own, or recorded for this view (then dropped with it). */
bool view_record(const struct value *subject, size_t block, struct trace *own, const struct trace **trace, struct error *err);
/* For `press`: [ ] { } move *block to the neighbouring block or row, *moved tells whether there was one. False: another key, or a
 * walk, which the stage moves. */
bool view_block_key(const struct value *subject, const struct key *k, size_t *block, bool *moved);
/* For `why`: the derivation of a named value, from the events before `end`. A name without its number is meant of the weight under the
 * cursor (SIZE_MAX: there is none), "scale" of its sub-block; scale[0] is also the scale of a block with one, and d where a block stores its
 * scales under that name. False: no such name; err lists those there are. */
bool view_why(const struct trace *t, size_t end, size_t weight, const char *name, struct text *out, struct error *err);

#endif
