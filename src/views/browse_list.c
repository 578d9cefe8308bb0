/* browse_list.c - see browse_list.h */
#include "views/browse_list.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "session/figures.h"
#include "session/session.h"

/* ---- groups ---- */

/* How much of a name is its group's: up to its first part that is a number ("blk.0"), else up to the last dot. 0: nothing. */
static size_t group_len(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t at = 0;

	for (;;) {
		size_t n = strcspn(name + at, ".");

		if (!name[at + n])
			break;
		if (n && strspn(name + at, "0123456789") == n)
			return at + n;
		at += n + 1;
	}
	return dot ? (size_t)(dot - name) : 0;
}

static bool is_kept(const struct browse_list *l, size_t tensor)
{
	return !l->kept || l->kept[tensor];
}

struct member { const char *name; size_t len, tensor; };

static int by_group(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int c = memcmp(x->name, y->name, n);

	if (!c)
		c = x->len < y->len ? -1 : x->len > y->len;
	return c ? c : x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
}

static bool same_group(const struct member *x, const struct member *y)
{
	return x->len && x->len == y->len && !memcmp(x->name, y->name, x->len);
}

static bool add_group(struct browse_list *l, const struct member *first, size_t n, struct error *err)
{
	struct browse_group *g = &l->group[l->groups];

	*g = (struct browse_group){ .name = strndup(first->name, first->len), .len = first->len, .tensors = n, .place = first->tensor };
	if (!g->name)
		return error_memory(err, "the list of tensors");
	for (size_t i = 0; i < n; i++) {
		const struct tensor_entry *e = &l->m->tensor[first[i].tensor];

		l->group_of[first[i].tensor] = l->groups;
		g->bytes += e->size;
		g->weights += e->size ? (uint64_t)e->rows * e->cols : 0;
	}
	l->groups++;
	return true;
}

/* Two or more make a group. */
static bool find_groups(struct browse_list *l, struct error *err)
{
	struct member *member = malloc((l->m->tensors + 1) * sizeof *member);
	bool ok = member || error_memory(err, "the list of tensors");
	size_t n = 0;

	for (size_t i = 0; ok && i < l->m->tensors; i++) {
		const char *name = l->m->tensor[i].name;

		l->group_of[i] = SIZE_MAX;
		if (is_kept(l, i))
			member[n++] = (struct member){ name, group_len(name), i };
	}
	l->tensors = n;
	if (ok)
		qsort(member, n, sizeof *member, by_group);
	for (size_t i = 0, k; ok && i < n; i = k) {
		for (k = i + 1; k < n && same_group(&member[i], &member[k]); k++)
			;
		if (k - i > 1)
			ok = add_group(l, &member[i], k - i, err);
	}
	free(member);
	return ok;
}

/* ---- order ---- */

struct place { const struct browse_list *l; size_t group, tensor; double number; const char *word; };

static double weights_of(const struct tensor_entry *e)
{
	return e->fault == FAULT_SHAPE ? 0 : (double)e->rows * (double)e->cols;
}

static double number_of(const struct browse_list *l, size_t tensor)
{
	const struct tensor_entry *e = &l->m->tensor[tensor];
	const struct figures *f = l->figures ? survey_at(l->figures, tensor) : NULL;

	switch (l->sort) {
	case SORT_REL:
		return !f || !f->lost ? -1 : isnan(f->rel) ? INFINITY : f->rel;
	case SORT_MAX:
		return f && f->measured && !isnan(f->spread.absmax) ? f->spread.absmax : -1;
	case SORT_WEIGHTS:
		return weights_of(e);
	case SORT_SIZE:
		return (double)e->size;
	case SORT_BITS:
		return weights_of(e) > 0 ? (double)e->size / weights_of(e) : 0;
	default:
		return 0;
	}
}

/* Names with the numbers in them compared as numbers: blk.2 before blk.10. */
static int compare_names(const char *a, const char *b)
{
	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			size_t n, k;

			a += strspn(a, "0");
			b += strspn(b, "0");
			n = strspn(a, "0123456789");
			k = strspn(b, "0123456789");
			if (n != k || strncmp(a, b, n))
				return n != k ? (n < k ? -1 : 1) : strncmp(a, b, n);
			a += n;
			b += k;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}
	return (unsigned char)*a < (unsigned char)*b ? -1 : (unsigned char)*a > (unsigned char)*b;
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = x->number != y->number ? (x->number < y->number ? 1 : -1) : x->word ? compare_names(x->word, y->word) : 0;

	if (!c)
		c = x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
	return x->l->reverse ? -c : c;
}

static struct place place_of(const struct browse_list *l, size_t group, size_t tensor)
{
	const struct tensor_entry *e = &l->m->tensor[tensor];

	return (struct place){ l, group, tensor, number_of(l, tensor),
			       l->sort == SORT_NAME ? (group != SIZE_MAX ? l->group[group].name : e->name) :
			       l->sort == SORT_TYPE ? e->type_name : NULL };
}

static void add_members(struct browse_list *l, size_t group, struct place *room)
{
	size_t n = 0;

	for (size_t i = l->group[group].place; n < l->group[group].tensors; i++)
		if (l->group_of[i] == group) {
			room[n] = place_of(l, SIZE_MAX, i);
			n++;
		}
	qsort(room, n, sizeof *room, by_place);
	for (size_t i = 0; i < n; i++)
		l->row[l->rows++] = (struct browse_row){ false, group, room[i].tensor };
}

/* The rows anew: first what stands alone and the groups, each at the place of its first tensor, then what is in open ones. */
static void build(struct browse_list *l)
{
	size_t n = 0, most = l->m->tensors;
	struct place *place = malloc((2 * most + 1) * sizeof *place);

	if (!place)
		return;		/* the rows stay as they were */
	for (size_t i = 0; i < most; i++) {
		size_t g = browse_is_flat(l) ? SIZE_MAX : l->group_of[i];

		if (!is_kept(l, i))
			continue;
		if (g == SIZE_MAX || l->group[g].place == i)
			place[n++] = place_of(l, g, i);
	}
	qsort(place, n, sizeof *place, by_place);
	l->rows = 0;
	for (size_t i = 0; i < n; i++) {
		size_t g = place[i].group;

		l->row[l->rows++] = (struct browse_row){ g != SIZE_MAX, g, place[i].tensor };
		if (g != SIZE_MAX && l->group[g].open)
			add_members(l, g, place + n);
	}
	free(place);
}

/* The row of a tensor, or of the folded group it is in. */
static size_t row_of(const struct browse_list *l, size_t tensor)
{
	size_t group_row = 0;

	for (size_t i = 0; i < l->rows; i++) {
		if (!l->row[i].is_group && l->row[i].tensor == tensor)
			return i;
		if (l->row[i].is_group && l->row[i].group == l->group_of[tensor])
			group_row = i;
	}
	return group_row;
}

static void rebuild_around(struct browse_list *l, struct browse_row at)
{
	build(l);
	l->cursor = 0;
	for (size_t i = 0; at.is_group && i < l->rows; i++)
		if (l->row[i].is_group && l->row[i].group == at.group) {
			l->cursor = i;
			return;
		}
	if (l->rows)
		l->cursor = row_of(l, at.tensor);
}

/* ---- what the view calls ---- */

enum { OPEN_ALL = 20 /* tensors: few enough to see them all at once */ };

bool browse_list_new(struct browse_list *l, const struct model *m, const struct survey *figures, const char *where, struct error *err)
{
	*l = (struct browse_list){ .m = m, .figures = figures };
	if (where && !(l->kept = session_kept(m, where, figures, err)))
		return false;
	l->group_of = malloc((m->tensors + 1) * sizeof *l->group_of);
	l->group = calloc(m->tensors + 1, sizeof *l->group);
	l->row = calloc(2 * m->tensors + 1, sizeof *l->row);
	if (!l->group_of || !l->group || !l->row)
		return error_memory(err, "the list of tensors");
	if (!find_groups(l, err))
		return false;
	for (size_t i = 0; i < l->groups; i++)
		l->group[i].open = l->tensors <= OPEN_ALL;
	build(l);
	for (size_t i = 0; i < l->rows; i++)
		if (l->row[i].is_group) {
			l->group[l->row[i].group].open = true;
			build(l);
			break;
		}
	return true;
}

void browse_list_drop(struct browse_list *l)
{
	for (size_t i = 0; l->group && i < l->groups; i++)
		free(l->group[i].name);
	free(l->group);
	free(l->kept);
	free(l->group_of);
	free(l->row);
}

bool browse_is_flat(const struct browse_list *l)
{
	return l->sort != SORT_FILE && l->sort != SORT_NAME;
}

void browse_list_sort(struct browse_list *l, enum browse_sort sort, bool reverse)
{
	struct browse_row at = l->rows ? l->row[l->cursor] : (struct browse_row){ 0 };

	l->sort = sort;
	l->reverse = reverse;
	rebuild_around(l, at);
}

void browse_fold(struct browse_list *l, size_t group, bool open)
{
	l->group[group].open = open;
	rebuild_around(l, (struct browse_row){ true, group, l->group[group].place });
}

void browse_fold_all(struct browse_list *l, bool open)
{
	struct browse_row at = l->rows ? l->row[l->cursor] : (struct browse_row){ 0 };

	for (size_t i = 0; i < l->groups; i++)
		l->group[i].open = open;
	rebuild_around(l, at);
}

void browse_go_to(struct browse_list *l, size_t tensor)
{
	if (!browse_is_flat(l) && l->group_of[tensor] != SIZE_MAX)
		l->group[l->group_of[tensor]].open = true;
	rebuild_around(l, (struct browse_row){ false, l->group_of[tensor], tensor });
}

static bool holds(const char *name, const char *text)
{
	size_t n = strlen(text);

	for (; *name; name++)
		if (!strncasecmp(name, text, n))
			return true;
	return !n;
}

size_t browse_count(const struct browse_list *l, const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < l->m->tensors; i++)
		n += is_kept(l, i) && holds(l->m->tensor[i].name, text);
	return n;
}

/* All tensors in the order of the list, as if every group were open. */
static size_t *whole_order(struct browse_list *l, size_t *at)
{
	struct browse_row here = l->row[l->cursor];
	bool *open = calloc(l->groups + 1, sizeof *open);
	size_t *order = malloc((l->m->tensors + 1) * sizeof *order), n = 0;

	if (!open || !order) {
		free(open);
		free(order);
		return NULL;
	}
	for (size_t i = 0; i < l->groups; i++) {
		open[i] = l->group[i].open;
		l->group[i].open = true;
	}
	build(l);
	*at = 0;
	for (size_t i = 0; i < l->rows; i++) {
		const struct browse_row *r = &l->row[i];

		if (here.is_group ? r->is_group && r->group == here.group : !r->is_group && r->tensor == here.tensor)
			*at = n;
		if (!r->is_group)
			order[n++] = r->tensor;
	}
	for (size_t i = 0; i < l->groups; i++)
		l->group[i].open = open[i];
	rebuild_around(l, here);
	free(open);
	return order;
}

bool browse_find(struct browse_list *l, const char *text, int by)
{
	size_t n = l->tensors, at, *order = l->rows ? whole_order(l, &at) : NULL;
	bool on_group = order && l->row[l->cursor].is_group, found = false;

	for (size_t k = 0; order && k < n && !found; k++) {
		/* From a group's row the first of its tensors is the next one. */
		size_t step = by == 0 || (by > 0 && on_group) ? k : k + 1, i = by >= 0 ? (at + step) % n : (at + n - step % n) % n;

		found = holds(l->m->tensor[order[i]].name, text);
		if (found)
			browse_go_to(l, order[i]);
	}
	free(order);
	return found;
}

const char *browse_row_name(const struct browse_list *l, const struct browse_row *r)
{
	if (r->is_group)
		return l->group[r->group].name;
	return l->m->tensor[r->tensor].name + (r->group != SIZE_MAX ? l->group[r->group].len + 1 : 0);
}

static const struct { const char *word, *name; } sorts[SORTS] = {
	{ "file", "file order" }, { "name", "name" }, { "type", "type" }, { "weights", "weights" }, { "size", "size" }, { "bits", "bits per weight" },
	{ "rel", "relative error" }, { "max", "largest weight" },
};

const char *browse_sort_name(enum browse_sort sort)
{
	return sorts[sort].name;
}

bool browse_sort_by_word(const char *word, enum browse_sort *sort)
{
	for (int i = 0; i < SORTS; i++)
		if (!strcmp(word, sorts[i].word)) {
			*sort = (enum browse_sort)i;
			return true;
		}
	return false;
}
