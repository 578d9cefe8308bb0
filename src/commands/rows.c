/* rows.c - help for what is no command: lists of rows that other rooms hand in. See command.h. */
#include <assert.h>
#include <string.h>

#include "commands/command.h"

enum { LISTS_MAX = 16 };

static const struct help_row *lists[LISTS_MAX];
static size_t n_lists;

void help_rows_add(const struct help_row *rows)
{
	for (size_t i = 0; i < n_lists; i++)
		if (lists[i] == rows)
			return;
	assert(n_lists < LISTS_MAX);
	lists[n_lists++] = rows;
}

const struct help_row *help_row_at(size_t i)
{
	for (size_t k = 0; k < n_lists; k++)
		for (const struct help_row *r = lists[k]; r->name; r++)
			if (i-- == 0)
				return r;
	return NULL;
}

const struct help_row *help_row_find(const char *name)
{
	const struct help_row *r;

	for (size_t i = 0; (r = help_row_at(i)); i++)
		if (!strcmp(r->name, name))
			return r;
	return NULL;
}
