/*
 * block_view.h - what block.c and block_draw.c share: the block that is shown, and where the cursor stands in it.
 */
#ifndef VIEWS_BLOCK_VIEW_H
#define VIEWS_BLOCK_VIEW_H

#include "views/stored.h"
#include "views/view.h"

enum block_unit { UNIT_BYTE, UNIT_FIELD, UNIT_BIT };

/* A run of whole bytes with a name: the codec's own fields, or, where it has none, found from the events. */
struct block_field { char name[24], meaning[64]; size_t at, bytes; };

struct block_view {
	struct value *subject;		/* borrowed */
	struct quantized q;		/* held; blocks alone for a tensor */
	const struct tensor *blocks;	/* those of q */
	struct tensor part;		/* a copy of what is shown, with its flips: one block, or several numbers of a plain codec */
	size_t block, shown;		/* the first block shown, and how many */
	struct trace own, flipped;	/* recorded here; flipped: the decoder on the changed bytes */
	const struct trace *before;	/* the trace of the block as it is; NULL: memory ran out, there is nothing to show */
	struct stored_map map;		/* of what is shown now */
	unsigned char *bytes;		/* of part */
	size_t n_bytes;
	struct block_field *field;
	size_t fields;
	size_t *flip, flips;		/* bits that were turned, in that order */
	enum block_unit unit;
	size_t bit;			/* the cursor */
	bool table, csv;
	/* geometry of the last drawing */
	int top, grid_row, grid_rows, per_row;	/* first row of bytes drawn, where, how many lines, bytes in a row */
	size_t top_weight;
};

/* The numbers under the cursor: one in field and bit mode, those of the byte else, each once, high bits first. At most 8. */
size_t block_under_cursor(const struct block_view *v, int32_t number[8]);
/* The weights that depend on what is under the cursor, or with flips those that came out different; returns how many are
 * written to at[max]; *all says how many there are. */
size_t block_weights(const struct block_view *v, size_t *at, size_t max, size_t *all);
bool block_weight_changed(const struct block_view *v, size_t w);
bool block_byte_changed(const struct block_view *v, size_t byte);
bool block_is_padding(const struct block_view *v, size_t w);
const struct block_field *block_field_at(const struct block_view *v, size_t byte);
/* "04" "05 0d" "00-01", and "4-7" "6-7+0-3": bytes and bits of a stored number. */
void block_places(const struct block_view *v, size_t number, struct text *bytes, struct text *bits);
/* rmse of the block's weights as they are shown, and without the flips; NAN where the originals are not known. */
void block_rmse(const struct block_view *v, double *now, double *unflipped);
size_t block_weight_name(const struct block_view *v, size_t w);		/* w[..]: within the block; of plain codecs through the tensor */

int block_height(const void *state, int cols);
void block_draw(void *state, struct canvas *c);
size_t block_at(const struct block_view *v, int row, int col);		/* the byte drawn there; n_bytes and more: none */

/* One line of the table: weight, byte, bits, code, scale, minimum, value. */
struct block_line { size_t weight; struct text byte, bits; const struct trace_event *code, *scale, *minimum; double value; };
void block_line(const struct block_view *v, size_t weight, struct block_line *out);	/* texts are dropped by the caller */

#endif
