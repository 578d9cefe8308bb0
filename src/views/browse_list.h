/*
 * browse_list.h - the tensors of a model as rows of a list: grouped by dotted name, folded, sorted, searched. Draws nothing.
 */
#ifndef VIEWS_BROWSE_LIST_H
#define VIEWS_BROWSE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "files/model.h"

enum browse_sort { SORT_FILE, SORT_NAME, SORT_TYPE, SORT_WEIGHTS, SORT_SIZE, SORT_BITS, SORT_REL, SORT_MAX, SORTS };

/* Tensors whose names begin alike: "blk.0". Those in file order and by name are grouped, other orders are flat. */
struct browse_group {
	char *name; size_t len;		/* len: of the name; a dot follows in the tensors' names */
	size_t tensors; uint64_t weights, bytes;
	bool open;
	size_t place;			/* of its first tensor */
};

struct browse_row { bool is_group; size_t group, tensor; };	/* group SIZE_MAX: in none */

struct browse_list {
	const struct model *m;
	const struct survey *figures;	/* borrowed; NULL: nothing is known */
	bool *kept;			/* by the filter; NULL: all */
	size_t tensors;			/* of these */
	size_t *group_of;		/* of each tensor; SIZE_MAX: none */
	struct browse_group *group; size_t groups;
	struct browse_row *row; size_t rows;
	enum browse_sort sort; bool reverse;
	size_t cursor;
};

/* where: only tensors for which this holds (session/where.h); NULL: all. figures NULL: it names none, and nothing is sorted by them. */
bool browse_list_new(struct browse_list *l, const struct model *m, const struct survey *figures, const char *where, struct error *err);
void browse_list_drop(struct browse_list *l);

bool browse_is_flat(const struct browse_list *l);
void browse_list_sort(struct browse_list *l, enum browse_sort sort, bool reverse);	/* the cursor stays on its tensor */
void browse_fold(struct browse_list *l, size_t group, bool open);
void browse_fold_all(struct browse_list *l, bool open);
void browse_go_to(struct browse_list *l, size_t tensor);		/* opens the group it is in */
/* The next tensor in list order whose name holds `text` (case does not matter), from the cursor on: by +1, -1, or 0: the cursor's
 * own too. Folded ones count. False: there is none. */
bool browse_find(struct browse_list *l, const char *text, int by);
size_t browse_count(const struct browse_list *l, const char *text);

/* The name as the row shows it: of a tensor in a group without the group's part. */
const char *browse_row_name(const struct browse_list *l, const struct browse_row *r);
const char *browse_sort_name(enum browse_sort sort);		/* "file order", "name", ... */
bool browse_sort_by_word(const char *word, enum browse_sort *sort);

#endif
