/*
 * told.h - pictures of records that are lines of text: shared by affine, matmul and fixed.
 *
 * A view composes its lines; each may belong to a step of the record and to a number that `why` explains. While the record is walked
 * only lines up to the current step are seen, and those of that step stand out.
 */
#ifndef VIEWS_TOLD_H
#define VIEWS_TOLD_H

#include "methods/record.h"
#include "views/view.h"

struct told_line { char *text; enum style style; size_t step; char name[16]; size_t i; bool in_table; };

struct told {
	struct value *subject;
	const struct record *record;
	struct told_line *line; size_t lines, size;
	size_t cursor, top, page;
	bool table;			/* lines that are added now are rows of one table: when narrow its columns move together */
	size_t part;			/* which number of a matrix is told; the view's own */
	bool moved;			/* a key was pressed: only then the cursor is drawn */
	bool failed;
	void (*compose)(struct told *t);
};

void *told_open(struct value *subject, void (*compose)(struct told *t), struct error *err);
void told_close(void *state);
/* A line of a step (its name), about number name[i]; name NULL: none. */
void told_add(struct told *t, const char *step, const char *name, size_t i, enum style style, const char *fmt, ...) PRINTF_LIKE(6, 7);
void told_again(struct told *t);		/* composes anew: another part */
int told_height(const void *state, int cols);
void told_draw(void *state, struct canvas *c);
bool told_press(void *state, const struct key *k, struct wish *wish);
bool told_why(const void *state, const char *name, struct text *out, struct error *err);
struct table *told_data(const void *state, struct error *err);	/* TOLD_COLUMNS: the numbers of the record */
void told_changed(void *state);
/* For `why` of any view on a record. */
bool record_answer(const struct value *subject, const char *name, struct text *out, struct error *err);
struct table *record_table(const struct record *r, size_t end);

#define TOLD_COLUMNS "step name index value exact flags formula"
#define TOLD_KEYS { "<Up> <Down>", "line", "the line before, after", true }, { "<PgUp> <PgDn>", "page", "a page back, on", false }
char *told_number(char *buf, double v);		/* "2.0", "0.0314": at least one decimal */

#endif
