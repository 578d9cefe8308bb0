/*
 * table.h - named columns of numbers and words: what commands and views give for tsv, json and Lua.
 */
#ifndef SESSION_TABLE_H
#define SESSION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum cell_kind { CELL_EMPTY, CELL_NUMBER, CELL_INT, CELL_TEXT };

struct value;

struct table_cell { enum cell_kind kind; double number; int64_t integer; char *text; };

struct table {
	size_t cols, rows, rows_size;
	char **name;			/* column names: small letters, digits, '_' : stable */
	struct table_cell *cell;	/* rows x cols */
	size_t next;			/* the column that the next value of the last row goes to */
	bool record;			/* one row that stands for a thing: json writes an object, not a list */
	bool failed;			/* memory ran out somewhere */
	struct value **behind; size_t n_behind;	/* values that the rows stand for, held: row i for behind[i]; most tables have none */
};

struct table *table_new(const char *columns);		/* "codec bits rmse" ; NULL: no memory */
struct table *table_copy(const struct table *t);	/* without what stands behind it; NULL: no memory */
void table_drop(struct table *t);
void table_row(struct table *t);			/* a new empty row; the calls below fill the last one, column by column */
void table_number(struct table *t, double v);
void table_int(struct table *t, int64_t v);
void table_text(struct table *t, const char *s);	/* copied */
void table_skip(struct table *t);			/* leaves the cell empty */
bool table_behind(struct table *t, struct value *v);	/* the next of them; takes v over; false: no memory */
size_t table_column(const struct table *t, const char *name);	/* SIZE_MAX: none */
const struct table_cell *table_at(const struct table *t, size_t row, size_t col);

/* tsv: first line the names; tabs and line ends in words are written \t \n. json: a list of objects (a record: one object); NaN and
 * infinities are strings. Both end with LF. */
void table_write_tsv(const struct table *t, struct text *out);
void table_write_json(const struct table *t, struct text *out);
void table_write_text(const struct table *t, size_t width, struct text *out);	/* aligned columns; too wide: without empty ones, then cut with an ellipsis */

#endif
