/* args.c - see args.h. Words are turned into arguments by commands/words.c; here they are kept and asked for. */
#include "session/args.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void given_drop(struct given *g)
{
	free(g->text);
	value_drop(g->value);
}

void args_drop(struct args *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++)
		given_drop(&a->given[i]);
	free(a->given);
	*a = (struct args){ 0 };
}

struct given *args_add(struct args *a, const char *name, const char *text, struct error *err)
{
	struct given *given = realloc(a->given, (a->n + 1) * sizeof *given);
	char *copy = strdup(text);

	if (given)
		a->given = given;
	if (!given || !copy) {
		free(copy);
		error_memory(err, "the arguments");
		return NULL;
	}
	given = &a->given[a->n++];
	*given = (struct given){ .text = copy };
	snprintf(given->name, sizeof given->name, "%s", name);
	return given;
}

bool args_copy(const struct args *a, struct args *out, struct error *err)
{
	*out = (struct args){ 0 };
	for (size_t i = 0; a && i < a->n; i++) {
		struct given *g = args_add(out, a->given[i].name, a->given[i].text, err);
		char *text;

		if (!g) {
			args_drop(out);
			return false;
		}
		text = g->text;
		*g = a->given[i];
		g->text = text;
		value_hold(g->value);
	}
	return true;
}

/* The entry of that name, its text replaced; a new one where there is none. */
static struct given *replace(struct args *a, const char *name, const char *text, struct error *err)
{
	struct given *g = (struct given *)args_get(a, name);
	char *copy;

	if (!g)
		return args_add(a, name, text, err);
	copy = strdup(text);
	if (!copy) {
		error_memory(err, "the arguments");
		return NULL;
	}
	given_drop(g);
	g->text = copy;
	g->value = NULL;
	g->codec = NULL;
	g->number = g->second = 0;
	return g;
}

bool args_set_number(struct args *a, const char *name, double v, struct error *err)
{
	char buf[NUMBER_SIZE];
	struct given *g = replace(a, name, number_exact(buf, v, false), err);

	if (!g)
		return false;
	g->number = g->second = v;
	return true;
}

bool args_set_text(struct args *a, const char *name, const char *text, struct error *err)
{
	struct given *g = replace(a, name, text, err);
	char *end;

	if (!g)
		return false;
	/* A number, or a range 3..7, can be asked for as such. "3..7" must not be read as "3." and ".7". */
	g->number = g->second = strtod(text, &end);
	if (end > text && end[-1] == '.' && *end == '.')
		end--;
	if (!strncmp(end, "..", 2) && end > text)
		g->second = strtod(end + 2, NULL);
	return true;
}

const struct given *args_get(const struct args *a, const char *name)
{
	return args_nth(a, name, 0);
}

const struct given *args_nth(const struct args *a, const char *name, size_t k)
{
	for (size_t i = 0; a && i < a->n; i++)
		if (!strcmp(a->given[i].name, name) && !k--)
			return &a->given[i];
	return NULL;
}

double args_number(const struct args *a, const char *name, double otherwise)
{
	const struct given *g = args_get(a, name);

	return g ? g->number : otherwise;
}

const char *args_text(const struct args *a, const char *name, const char *otherwise)
{
	const struct given *g = args_get(a, name);

	return g && g->text ? g->text : otherwise;
}

bool args_flag(const struct args *a, const char *name)
{
	const struct given *g = args_get(a, name);

	return g && strcmp(g->text, "off") && strcmp(g->text, "no") && strcmp(g->text, "false");
}
