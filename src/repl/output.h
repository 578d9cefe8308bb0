/*
 * output.h - what commands printed: lines kept whole, wrapped anew for any width, with a window that can be scrolled back.
 *
 * Lines count from 0 since the start of the program, also after the oldest were let go.
 */
#ifndef REPL_OUTPUT_H
#define REPL_OUTPUT_H

#include "base/text.h"
#include "canvas/canvas.h"

struct output_line { char *text; uint8_t style; uint8_t prompt; /* bytes of a prompt before what was typed */ int cols, rows; /* rows it takes at this width */ };

struct output {
	struct output_line *line;	/* n of them, a ring that begins at `first` */
	size_t first, n, size;
	size_t gone;			/* lines let go before the oldest kept */
	size_t max;
	bool back;			/* scrolled back: the window begins at row top_row of line top */
	size_t top; int top_row;
	char find[80];			/* marked wherever it stands; "" nothing */
	size_t found;			/* line of the match shown last */
};

void output_init(struct output *o, size_t max);
void output_drop(struct output *o);
void output_limit(struct output *o, size_t max);
/* Text of one or more lines. prompt: bytes at the start of the first that are a prompt; of further ones, "..> " is put before them. */
void output_add(struct output *o, enum style style, const char *text, size_t prompt);
size_t output_lines(const struct output *o);			/* ever added */
void output_take_back(struct output *o, size_t lines);		/* lets go of the newest, down to so many */

/* rows x cols is the window. by < 0: back. */
void output_scroll(struct output *o, int by, int rows, int cols);
void output_end(struct output *o);
size_t output_below(struct output *o, int rows, int cols);	/* rows below the window; 0: at the end */
/* To the next line that holds o->find, older or newer than the last found. False: there is none, nothing moved. */
bool output_find(struct output *o, bool older, int rows, int cols);
int output_rows(struct output *o, int max, int cols);		/* rows all of it takes, at most max */
int output_rows_from(struct output *o, size_t line, int max, int cols);	/* of those, rows from this line on */
/* Its last rows, or the window scrolled to, from row 0 of c on. Returns rows used. */
int output_draw(struct output *o, struct canvas *c);
void output_tail(const struct output *o, size_t lines, struct text *out);	/* the last lines, each with LF */

#endif
